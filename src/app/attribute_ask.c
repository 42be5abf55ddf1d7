/* SPDX-License-Identifier: Apache-2.0 */
/* From the command line to an answer. What the answer is, attribute/ decides. */
#include "app/attribute_ask.h"

#include <sys/stat.h>

#include "app/batch.h"
#include "app/input.h"
#include "attribute/evidence_from.h"
#include "base/limits.h"
#include "stix/id.h"

static int
take_bytes(void *payload, ac_str bytes, accord_err *err)
{
	ac_buf *buf = payload;

	ac_buf_add(buf, bytes);
	return buf->failed ? ac_fail(err, buf->failed, "want at most %zu bytes, got more", buf->limit) : 0;
}

/* A whole file, in arena. */
static int
read_file(ac_app *app, const char *path, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_JSON_VALUE_MAX);
	rc = ac_input_read(app, path, take_bytes, &buf, err);
	if (rc == 0) {
		*out = ac_arena_str(arena, ac_buf_view(&buf));
		rc = ac_arena_check(arena, err);
	}
	ac_buf_done(&buf);
	return rc;
}

static int
read_words(const ac_args *args, ac_ask *ask, accord_err *err)
{
	ac_str scale = ac_str_from(ac_arg(args, "scale", "icd203")), lang = ac_str_from(ac_arg(args, "lang", "en"));

	ask->scale = ac_scale_of(scale);
	if (!ask->scale)
		return ac_fail(
		    err, ACCORD_EUSAGE, "--scale: want icd203, phia, cccs, nato or stix-dni, got %.*s", AC_FMT(scale));
	if (!ac_lang_of(lang, &ask->lang))
		return ac_fail(err, ACCORD_EUSAGE, "--lang: want en or fr, got %.*s", AC_FMT(lang));
	return 0;
}

static int
read_hidden(ac_app *app, const ac_args *args, ac_ask *ask, const char **out_path, accord_err *err)
{
	const char *file = ac_arg(args, "hide-reports", NULL), *day = ac_arg(args, "as-of", NULL);
	ac_str text;
	int rc = 0;

	ask->hide = (ac_evidence_hide){ .from = AC_TIME_MAX };
	if (file) {
		*out_path = file;
		rc = read_file(app, file, &ask->arena, &text, err);
		if (rc == 0)
			rc = ac_evidence_read_hidden(text, &ask->arena, &ask->hide, err);
		if (rc == 0)
			*out_path = NULL;
	}
	if (rc == 0 && day) {
		ac_time from;

		rc = ac_evidence_read_date(ac_str_from(day), "--as-of", &from, err);
		if (rc < 0) {
			err->code = ACCORD_EUSAGE;
			return rc;
		}
		if (ac_time_cmp(from, ask->hide.from) < 0)
			ask->hide.from = from;
	}
	return rc;
}

int
ac_ask_open(ac_app *app, const ac_args *args, ac_ask *out, const char **out_path, accord_err *err)
{
	ac_store *store;
	int rc;

	*out = (ac_ask){ .app = app, .is_brief = ac_arg_given(args, "brief") };
	*out_path = NULL;
	ac_arena_init(&out->arena, AC_JSON_ARENA_MAX);
	rc = read_words(args, out, err);
	if (rc == 0)
		rc = read_hidden(app, args, out, out_path, err);
	if (rc == 0)
		rc = ac_app_store(app, AC_STORE_READ, &store, err);
	if (rc == 0)
		rc = ac_know_open(store, ac_app_seed(app), &out->know, err);
	if (rc == 0)
		rc = ac_knowledge_make(out->know, &out->knowledge, err);
	return rc;
}

void
ac_ask_close(ac_ask *ask)
{
	ask->knowledge = ac_knowledge_free(ask->knowledge);
	ask->know = ac_know_close(ask->know);
	ac_arena_done(&ask->arena);
}

/* An id, and no file that is called so. */
static bool
is_id(const char *from)
{
	struct stat about;
	ac_str type;

	return ac_stix_id_check(ac_str_from(from), &type, NULL) == 0 && stat(from, &about) < 0;
}

static int
evidence_of_file(ac_ask *ask, const char *path, ac_arena *arena, ac_evidence *out, ac_remarks *remarks,
    ac_answer_origin *origin, accord_err *err)
{
	const ac_json *json;
	ac_str text;
	int rc = read_file(ask->app, path, arena, &text, err);

	if (rc < 0)
		return rc;
	/* An empty file is evidence of nothing, and gets an answer. */
	if (ac_str_trim(text).n == 0)
		text = AC_S("{}");
	rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &json, err);
	if (rc == 0)
		rc = ac_evidence_read(json, arena, out, remarks, err);
	if (rc == 0)
		*origin = (ac_answer_origin){ .name = out->id.n ? out->id : ac_str_from(path) };
	return rc;
}

static int
remark_cut(ac_arena *arena, ac_remarks *remarks, accord_err *err)
{
	remarks->items = ac_arena_zalloc(arena, 1, sizeof(*remarks->items));
	if (remarks->items)
		remarks->items[remarks->count++] =
		    (ac_remark){ AC_REMARK_CUT, AC_S("evidence"), ac_arena_printf(arena, "%d", AC_EVIDENCE_ITEMS_MAX) };
	remarks->total = remarks->count;
	return ac_arena_check(arena, err);
}

int
ac_ask_evidence(ac_ask *ask, const char *from, ac_arena *arena, ac_evidence *out, ac_remarks *remarks,
    ac_answer_origin *origin, accord_err *err)
{
	bool is_cut = false;
	int rc;

	*remarks = (ac_remarks){ 0 };
	if (from && !is_id(from))
		return evidence_of_file(ask, from, arena, out, remarks, origin, err);
	rc = from ? ac_evidence_from_object(ask->know, ac_str_from(from), &ask->hide, arena, out, origin, &is_cut, err)
		  : ac_evidence_from_sightings(ask->know, arena, out, origin, &is_cut, err);
	return rc == 0 && is_cut ? remark_cut(arena, remarks, err) : rc;
}

/* What the evidence hides, and what is hidden for all. */
static int
hide_too(const ac_evidence_hide *more, ac_arena *arena, ac_evidence_hide *hide, accord_err *err)
{
	ac_str *reports = ac_arena_zalloc(arena, hide->report_count + more->report_count + 1, sizeof(*reports));
	ac_str *relationships =
	    ac_arena_zalloc(arena, hide->relationship_count + more->relationship_count + 1, sizeof(*relationships));

	if (!reports || !relationships)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < hide->report_count + more->report_count; i++)
		reports[i] = i < hide->report_count ? hide->reports[i] : more->reports[i - hide->report_count];
	for (size_t i = 0; i < hide->relationship_count + more->relationship_count; i++)
		relationships[i] = i < hide->relationship_count ? hide->relationships[i]
								: more->relationships[i - hide->relationship_count];
	hide->reports = reports;
	hide->report_count += more->report_count;
	hide->relationships = relationships;
	hide->relationship_count += more->relationship_count;
	if (ac_time_cmp(more->from, hide->from) < 0)
		hide->from = more->from;
	return 0;
}

int
ac_ask_answer(ac_ask *ask, ac_evidence *evidence, const ac_remarks *remarks, const ac_answer_origin *origin,
    ac_arena *arena, ac_answer *out, accord_err *err)
{
	ac_judge_options options = AC_JUDGE_OPTIONS;
	ac_judgement *j = ac_arena_zalloc(arena, 1, sizeof(*j));
	int rc;

	if (!j)
		return ac_arena_check(arena, err);
	options.ranking_only = ask->is_brief;
	rc = hide_too(&ask->hide, arena, &evidence->hide, err);
	if (rc == 0)
		rc = ac_judge(ask->knowledge, evidence, &options, arena, j, err);
	if (rc == 0)
		rc = ac_answer_make(
		    ask->know, ask->knowledge, evidence, remarks, origin, j, ask->scale, arena, out, err);
	return rc;
}

/* One line of the batch. */
static int
answer_line(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	ac_ask *ask = payload;
	ac_answer_origin origin = { .name = { "", 0 } };
	ac_remarks remarks;
	ac_evidence evidence;
	ac_answer answer;
	int rc = ac_evidence_read(request, arena, &evidence, &remarks, err);

	if (rc == 0)
		rc = ac_ask_answer(ask, &evidence, &remarks, &origin, arena, &answer, err);
	return rc < 0 ? rc : ac_answer_json(&answer, ask->is_brief, w, err);
}

int
ac_ask_batch(ac_ask *ask)
{
	return ac_batch_run(ask->app, answer_line, ask);
}
