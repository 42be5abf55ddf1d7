/* SPDX-License-Identifier: Apache-2.0 */
/* accord watch --remember keeps what is watched; --retro asks it what intelligence that came later knows. */
#include "app/app.h"
#include "app/watch_command.h"
#include "app/watch_summary.h"
#include "base/utf8.h"
#include "codec/json_write.h"
#include "sys/log.h"
#include "sys/os.h"
#include "watch/build.h"
#include "watch/retro_search.h"

#define CURSOR AC_S("watch.retro")
#define SHOWN_MAX 160

typedef struct asking {
	ac_watching *w;
	ac_sightings *sightings;
	ac_watch_summary *summary; /* of what the memory holds: that of w->report is of --files */
	ac_retro_found found;
	ac_sighting_counts kept;
	double seconds;
} asking;

/* A number of the configuration; `initial` when it is not set. */
static int
setting(
    const char *text, const char *name, uint64_t initial, uint64_t least, uint64_t most, uint64_t *out, accord_err *err)
{
	*out = initial;
	if (text && (!ac_str_to_u64(ac_str_from(text), out) || *out < least || *out > most))
		return ac_fail(err, ACCORD_EUSAGE, "[retro] %s wants a number from %llu to %llu, got '%s'", name,
		    (unsigned long long)least, (unsigned long long)most, text);
	return 0;
}

/* 200,000 values a day for a year take 800 MB. */
static int
limits_of(const ac_watching *w, ac_retro_limits *out, accord_err *err)
{
	const ac_config *c = &w->app->config;
	uint64_t days = 0;
	int rc = setting(c->retro_days, "days", 365, 1, AC_RETRO_DAYS_MAX, &days, err);

	if (!rc)
		rc = setting(c->retro_bytes, "bytes", 4096 * AC_MIB, 0, UINT64_MAX, &out->bytes, err);
	if (!rc)
		rc = setting(c->retro_per_day, "per-day", 1000000, 1, AC_RETRO_PER_DAY_MAX, &out->per_day, err);
	out->days = (uint32_t)days;
	return rc;
}

static int
folder_of(ac_watching *w, const char **out, accord_err *err)
{
	const char *state = ac_app_state_dir(w->app, err);

	if (!state)
		return err->code ? err->code : ACCORD_EUSAGE;
	*out = ac_arena_printf(&w->app->arena, "%s/retro", state).p;
	return *out ? 0 : ac_arena_check(&w->app->arena, err);
}

int
ac_watching_remember(ac_watching *w, accord_err *err)
{
	ac_retro_limits limits;
	const char *folder;
	int rc;

	if (!ac_arg_given(w->args, "remember") && !w->app->config.watch_remember)
		return 0;
	rc = limits_of(w, &limits, err);
	if (!rc)
		rc = folder_of(w, &folder, err);
	if (rc)
		return rc;
	w->run.retro = ac_retro_open(folder, &limits, ac_app_now(w->app), ac_app_seed(w->app));
	return w->run.retro ? 0 : ac_fail(err, ACCORD_ENOMEM, "no memory to remember what is watched");
}

int
ac_watching_remembered(ac_watching *w, accord_err *err)
{
	ac_retro_counts c;
	int rc;

	if (!w->run.retro)
		return 0;
	rc = ac_retro_flush(w->run.retro, ac_app_now(w->app), err);
	ac_retro_count(w->run.retro, &c);
	w->run.retro = ac_retro_close(w->run.retro);
	if (rc)
		return rc;
	ac_log("remembered %llu values; %llu of days out of reach, %llu over the limit of their day; %llu too old and "
	       "removed; %.1f MB in all",
	    (unsigned long long)(c.seen - c.outside), (unsigned long long)c.outside, (unsigned long long)c.surplus,
	    (unsigned long long)c.aged, (double)c.bytes / 1e6);
	if (c.damaged) {
		accord_err damage = { 0 };

		(void)ac_fail(&damage, ACCORD_EINPUT,
		    "the memory of observables: %llu damaged parts or blocks were set aside",
		    (unsigned long long)c.damaged);
		w->status = ac_exit_worse(w->status, ac_app_fail(w->app, NULL, &damage));
	}
	return 0;
}

/* ---- hits ---- */

static void
put_date(ac_buf *out, int64_t day)
{
	ac_time_add_date(out, (ac_time){ day * 86400, 0 });
}

static void
put_json(ac_buf *out, const ac_retro_hit *hit)
{
	bool before = false;
	ac_json_writer w;
	ac_buf date;
	ac_pap pap;

	ac_buf_init(&date, 64);
	put_date(&date, hit->day);
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.retro-hit/1"));
	ac_jw_key_string(&w, AC_S("day"), ac_buf_view(&date));
	ac_jw_key_string(&w, AC_S("type"), ac_value_type_name(hit->type));
	ac_jw_key_string(&w, AC_S("value"), hit->value);
	ac_jw_key_string(&w, AC_S("match"), ac_str_from(hit->match));
	ac_jw_key_time(&w, AC_S("first_seen"), hit->first, 0);
	ac_jw_key_time(&w, AC_S("last_seen"), hit->last, 0);
	ac_jw_key_u64(&w, AC_S("count"), hit->count);
	ac_jw_key_string(&w, AC_S("source"), hit->sources);
	ac_jw_key(&w, AC_S("indicators"));
	ac_jw_array(&w);
	for (size_t i = 0; i < hit->indicator_count; i++) {
		ac_jw_string(&w, hit->indicators[i].id);
		before |= hit->indicators[i].before_valid_from;
	}
	ac_jw_end(&w);
	ac_jw_key(&w, AC_S("names"));
	ac_jw_array(&w);
	for (size_t i = 0; i < hit->indicator_count; i++)
		ac_jw_string(&w, hit->indicators[i].name);
	ac_jw_end(&w);
	pap = ac_hit_pap(hit->indicators, hit->indicator_count);
	if (pap != AC_PAP_NONE)
		ac_jw_key_string(&w, AC_S("pap"), ac_pap_name(pap));
	if (before)
		ac_jw_key_bool(&w, AC_S("before_valid_from"), true);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
	ac_buf_done(&date);
}

static void
put_row(ac_buf *out, const ac_retro_hit *hit)
{
	put_date(out, hit->day);
	ac_buf_add_cstr(out, "  ");
	ac_buf_add(out, ac_value_type_name(hit->type));
	ac_buf_add_cstr(out, "  ");
	ac_utf8_add_visible(out, hit->value, SHOWN_MAX);
	ac_buf_printf(
	    out, "  %s  %llu time%s from ", hit->match, (unsigned long long)hit->count, ac_plural(hit->count));
	ac_time_add(out, hit->first, 0);
	ac_buf_add_cstr(out, " to ");
	ac_time_add(out, hit->last, 0);
	ac_buf_add_cstr(out, "  in ");
	ac_utf8_add_visible(out, hit->sources, SHOWN_MAX);
	for (size_t i = 0; i < hit->indicator_count; i++) {
		const ac_hit_indicator *who = &hit->indicators[i];

		ac_buf_add_cstr(out, i ? "; " : "  ");
		ac_utf8_add_visible(out, who->name, SHOWN_MAX);
		if (who->producer.n) {
			ac_buf_add_cstr(out, " (");
			ac_utf8_add_visible(out, who->producer, SHOWN_MAX);
			ac_buf_add_byte(out, ')');
		}
		ac_watch_report_pap(out, who->pap);
		if (who->before_valid_from)
			ac_buf_add_cstr(out, " [before valid_from]");
	}
	ac_buf_add_byte(out, '\n');
}

static void
put_held_json(ac_buf *out, const ac_held_back *held, int64_t day)
{
	ac_buf date;

	ac_buf_init(&date, 64);
	put_date(&date, day);
	ac_watch_report_held_json(out, held, ac_buf_view(&date));
	ac_buf_done(&date);
}

static void
put_held_row(ac_buf *out, const ac_held_back *held, int64_t day)
{
	put_date(out, day);
	ac_buf_add_cstr(out, "  held back  ");
	ac_utf8_add_visible(out, held->value, SHOWN_MAX);
	ac_buf_printf(out, "  %s  in ", held->reason);
	ac_utf8_add_visible(out, held->file, SHOWN_MAX);
	ac_buf_add_cstr(out, "  ");
	ac_utf8_add_visible(out, held->indicator_id, SHOWN_MAX);
	ac_buf_add_byte(out, '\n');
}

static void
count_hit(ac_watch_summary *summary, const ac_retro_hit *hit)
{
	ac_hit counted = { .indicators = hit->indicators, .indicator_count = hit->indicator_count };

	ac_watch_summary_expect(summary, &counted);
	ac_watch_summary_hit(summary, &counted);
}

static int
on_hit(void *payload, const ac_retro_hit *hit, accord_err *err)
{
	asking *a = payload;
	ac_buf *out = ac_app_out(a->w->app);
	int rc = 0;

	count_hit(a->summary, hit);
	if (ac_app_json(a->w->app))
		put_json(out, hit);
	else
		put_row(out, hit);
	if (out->failed)
		return ac_fail(err, out->failed, "output cannot grow");
	ac_app_flush(a->w->app);
	for (size_t i = 0; !rc && a->sightings && i < hit->indicator_count; i++)
		rc = ac_sightings_add_remembered(a->sightings,
		    &(ac_remembered){ .indicator = hit->indicators[i].id,
			.sources = hit->sources,
			.first = hit->first,
			.last = hit->last,
			.count = hit->count },
		    err);
	return rc;
}

static int
on_held_back(void *payload, const ac_held_back *held, int64_t day, accord_err *err)
{
	asking *a = payload;
	ac_buf *out = ac_app_out(a->w->app);

	ac_watch_summary_held(a->summary, held);
	if (!ac_arg_given(a->w->args, "held-back"))
		return 0;
	if (ac_app_json(a->w->app))
		put_held_json(out, held, day);
	else
		put_held_row(out, held, day);
	return out->failed ? ac_fail(err, out->failed, "output cannot grow") : 0;
}

static void
on_damage(void *payload, const accord_err *what)
{
	asking *a = payload;

	a->w->status = ac_exit_worse(a->w->status, ac_app_fail(a->w->app, NULL, what));
}

/* ---- the cursor ---- */

static int
read_cursor(ac_watching *w, ac_watch_since *out, accord_err *err)
{
	ac_str text, version, row;
	int rc;

	*out = (ac_watch_since){ 0 };
	if (ac_arg_given(w->args, "all"))
		return 0;
	rc = ac_store_setting_get(w->store, CURSOR, &w->app->arena, &text, err);
	if (rc || text.n == 0)
		return rc;
	if (!ac_str_cut(&text, ' ', &version) || !ac_str_cut(&text, ' ', &row) ||
	    !ac_str_to_i64(version, &out->version) || !ac_str_to_i64(row, &out->row) ||
	    !ac_str_to_i64(text, &out->changed_us))
		return ac_fail(
		    err, ACCORD_EINPUT, "the place where --retro stopped is not three numbers; --all begins anew");
	return 0;
}

static int
write_cursor(ac_watching *w, const ac_watch_since *since, accord_err *err)
{
	ac_str text = ac_arena_printf(&w->app->arena, "%lld %lld %lld", (long long)since->version,
	    (long long)since->row, (long long)since->changed_us);
	int rc = text.p ? ac_store_begin(w->store, err) : ac_arena_check(&w->app->arena, err);

	if (rc)
		return rc;
	rc = ac_store_setting_put(w->store, CURSOR, text, err);
	if (!rc)
		return ac_store_commit(w->store, err);
	ac_store_rollback(w->store);
	return rc;
}

/* ---- asking ---- */

static int
ask_memory(asking *a, accord_err *err)
{
	ac_watching *w = a->w;
	ac_retro_search search = { .index = w->index,
		.rules = w->run.rules,
		.on_hit = on_hit,
		.on_held_back = on_held_back,
		.on_damage = on_damage,
		.payload = a };
	ac_retro_limits limits;
	double start = ac_clock_monotonic();
	int rc = limits_of(w, &limits, err);

	if (!rc)
		rc = folder_of(w, &search.folder, err);
	if (rc)
		return rc;
	search.to_day = ac_retro_day(w->run.now) + 1;
	search.from_day = search.to_day - limits.days;
	rc = ac_retro_find(&search, &a->found, err);
	a->seconds = ac_clock_monotonic() - start;
	if (rc)
		return rc;
	if (ac_patterns_are_in(w->index)) {
		ac_patterns *patterns;
		ac_patterns_counts counts;

		rc = ac_patterns_new(w->index, &w->patterns, &patterns, err);
		if (rc)
			return rc;
		counts = ac_patterns_count(patterns);
		ac_patterns_free(patterns);
		ac_log("patterns of which more of a record must be known than the values that are remembered: %llu; "
		       "--files "
		       "rescans archives for them",
		    (unsigned long long)counts.patterns);
	}
	if (a->found.asked.damaged) {
		accord_err damage = { 0 };

		(void)ac_fail(&damage, ACCORD_EINPUT,
		    "the memory of observables: %llu damaged parts or blocks could not be asked",
		    (unsigned long long)a->found.asked.damaged);
		on_damage(a, &damage);
	}
	return 0;
}

/* --files: each folder through the usual run, with the index of what is new. */
static int
ask_files(ac_watching *w, accord_err *err)
{
	const ac_args *args = w->args;
	const char *path = ac_arg(args, "files", NULL);
	ac_args files = *args;
	int rc;

	if (!path)
		return 0;
	files.operands = &path;
	files.operand_count = 1;
	w->args = &files;
	rc = ac_watching_inputs(w, err);
	w->args = args;
	return rc;
}

static int
keep_answers(asking *a, const ac_watch_since *since, accord_err *err)
{
	ac_watching *w = a->w;
	int rc;

	if (!a->sightings)
		return 0;
	rc = ac_sightings_store(a->sightings, w->store, AC_S("retro"), 0, w->run.now, &a->kept, err);
	if (rc)
		return rc;
	/* Last: what is cut before is asked again. */
	return w->totals.problems ? 0 : write_cursor(w, since, err);
}

/* What the memory comes to: the last of all, since sightings of the archives are taken out of its own. */
static int
tell_summary(asking *a, accord_err *err)
{
	ac_watching *w = a->w;
	ac_watch_totals totals = { .counts = { .hits = a->found.hits, .held_back = a->found.held_back },
		.sightings = a->kept };
	ac_watch_ended ended = { .index = w->index,
		.totals = &totals,
		.asked = &a->found.asked,
		.recorded = a->sightings != NULL,
		.show_held = ac_arg_given(w->args, "held-back"),
		.seconds = a->seconds };

	return ac_watch_summary_tell(a->summary, &ended, w->app, err);
}

static int
ask(asking *a, accord_err *err)
{
	ac_watching *w = a->w;
	ac_watch_since since;
	int rc = read_cursor(w, &since, err);

	if (!rc)
		rc = ac_watch_index_since(w->store, &since, ac_random_seed(), &w->index, err);
	if (!rc)
		rc = ask_memory(a, err);
	if (!rc)
		rc = ask_files(w, err);
	if (!rc)
		rc = keep_answers(a, &since, err);
	if (!rc)
		rc = tell_summary(a, err);
	if (a->found.hits)
		w->status = ac_exit_worse(w->status, AC_EXIT_NO);
	return rc;
}

int
ac_watching_retro(ac_watching *w, accord_err *err)
{
	bool record = !ac_arg_given(w->args, "no-record") && w->app->config.watch_record;
	asking a = { .w = w };
	int rc;

	if (w->args->operand_count > 0)
		return ac_fail(err, ACCORD_EUSAGE, "--retro reads no inputs; --files FOLDER rescans archives");
	rc = ac_app_store(w->app, record ? AC_STORE_WRITE : AC_STORE_READ, &w->store, err);
	if (rc)
		return rc;
	w->run.store = record ? w->store : NULL;
	w->run.seed = ac_app_seed(w->app);
	w->report = ac_watch_report_open(w->app, w->store, ac_arg_given(w->args, "held-back"));
	a.sightings = record ? ac_sightings_open(w->run.seed) : NULL;
	a.summary = ac_watch_summary_open(w->store, w->run.seed);
	if (!w->report || !a.summary || (record && !a.sightings))
		rc = ac_fail(err, ACCORD_ENOMEM, "retro: no memory");
	if (!rc) {
		if (a.sightings)
			ac_sightings_see(a.sightings, AC_SIGHTING_MEMORY);
		rc = ask(&a, err);
	}
	ac_sightings_close(a.sightings);
	ac_watch_summary_close(a.summary);
	return rc;
}
