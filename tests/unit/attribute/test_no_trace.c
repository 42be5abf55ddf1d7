/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ATT&CK and all galaxies: a knowledge that hides a report against one that was made from a store in which nothing has ever cited it. Every feature must be the same: counts, how many share them, lengths,
 * days, words and how many reports have them, victims, whose names are masked; and every number of an answer.
 */
#include "store_fixture.h"

#include "attribute/judge.h"
#include "attribute/told.h"
#include "attribute/victims.h"
#include "attribute/view.h"
#include "base/limits.h"
#include "codec/json_write.h"
#include "full_knowledge.h"

/* Everything, taken over object by object like what is compared with it. */
static fixture all;
static ac_know *all_know;
static ac_knowledge *whole;

static int copy_store(ac_store *from, const ac_view *hidden, fixture *to, accord_err *err);

static int
load_once(void **state)
{
	const char *data = shared_data();
	char path[AC_PATH_MAX];
	fixture learned;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", data ? data : "");
	if (!data || access(path, R_OK) != 0)
		return 0;
	fixture_open(&learned);
	if (full_knowledge_learn(learned.store, data, &all.err) < 0 ||
	    copy_store(learned.store, NULL, &all, &all.err) < 0 ||
	    ac_know_open(all.store, (ac_hash_seed){ { 3, 4 } }, &all_know, &all.err) < 0 ||
	    ac_knowledge_make(all_know, &whole, &all.err) < 0) {
		print_error("%s\n", all.err.text);
		return -1;
	}
	fixture_close(&learned);
	return 0;
}

static int
drop_all(void **state)
{
	(void)state;
	if (whole) {
		whole = ac_knowledge_free(whole);
		all_know = ac_know_close(all_know);
		fixture_close(&all);
	}
	return 0;
}

/* A store that has never heard of some reports, being filled. */
typedef struct forgetter {
	fixture to;
	const ac_view *hidden;
	ac_arena arena; /* of one object */
	int64_t source;
	ac_str producer;
	size_t dropped, changed;
} forgetter;

/* Is it called so, or does it lie there? Texts live as long as the knowledge. */
static bool
is_forgotten(forgetter *f, const ac_json *reference)
{
	ac_str url = ac_json_get_string(reference, AC_S("url")),
	       key = url.n ? ac_citation_address(url, &f->arena) : ac_json_get_string(reference, AC_S("source_name"));

	if (ac_json_get_string(reference, AC_S("external_id")).n)
		return false;
	for (size_t i = 0; i < whole->report_name_count; i++)
		if (ac_str_eq(whole->report_names[i].text, key) &&
		    f->hidden->report_hidden[whole->report_names[i].report])
			return true;
	return false;
}

static bool
is_forgotten_name(forgetter *f, const ac_json *references, ac_str name)
{
	ac_json_iter it = ac_json_iter_of(references);

	while (ac_json_next(&it))
		if (ac_str_eq(ac_json_get_string(it.value, AC_S("source_name")), name) && is_forgotten(f, it.value))
			return true;
	return false;
}

/* The text without "(Citation: Name)" of what is forgotten, and without what stood before such citations alone. */
static ac_str
forget_text(forgetter *f, ac_str text, const ac_json *references)
{
	ac_buf out;
	ac_str copy;

	ac_buf_init(&out, AC_OBJECT_MAX);
	while (text.n) {
		size_t begin = ac_str_find(text, AC_S("(Citation:")), at = begin, kept = 0, cut = 0;
		ac_str stretch = ac_str_slice(text, 0, begin);
		ac_buf run;

		ac_buf_init(&run, AC_OBJECT_MAX);
		while (ac_str_starts(ac_str_slice(text, at, text.n), AC_S("(Citation:"))) {
			ac_str rest = ac_str_slice(text, at, text.n);
			size_t end = ac_str_find_byte(rest, ')');
			ac_str name = ac_str_trim(ac_str_slice(rest, 10, end));
			bool is_cut = is_forgotten_name(f, references, name);

			cut += is_cut;
			kept += !is_cut;
			if (!is_cut)
				ac_buf_add(&run, ac_str_slice(rest, 0, end + 1));
			at += end + 1 <= rest.n ? end + 1 : rest.n;
		}
		if (kept || !cut)
			ac_buf_add(&out, stretch);
		ac_buf_add(&out, ac_buf_view(&run));
		ac_buf_done(&run);
		text = ac_str_slice(text, at, text.n);
	}
	copy = ac_arena_str(&f->arena, ac_buf_view(&out));
	ac_buf_done(&out);
	return copy;
}

/* "APT 1": "(Citation: One)(Citation: Two)": who says that this is a name. */
static bool
has_only_forgotten_sources(forgetter *f, const ac_json *references, ac_str alias)
{
	ac_json_iter it = ac_json_iter_of(references);

	while (ac_json_next(&it)) {
		ac_str text = ac_json_get_string(it.value, AC_S("description"));

		if (ac_str_eq(ac_json_get_string(it.value, AC_S("source_name")), alias) &&
		    ac_str_starts(text, AC_S("(Citation:")) &&
		    ac_str_find(forget_text(f, text, references), AC_S("(Citation:")) ==
			forget_text(f, text, references).n)
			return true;
	}
	return false;
}

static void
write_references(forgetter *f, ac_json_writer *w, const ac_json *references, size_t *kept, size_t *cut)
{
	ac_json_iter it = ac_json_iter_of(references);

	ac_jw_array(w);
	while (ac_json_next(&it)) {
		if (is_forgotten(f, it.value)) {
			(*cut)++;
			continue;
		}
		*kept += ac_json_get_string(it.value, AC_S("external_id")).n == 0;
		ac_jw_raw(w, ac_json_raw(it.value));
	}
	ac_jw_end(w);
}

static void
write_names(forgetter *f, ac_json_writer *w, const ac_json *names, const ac_json *references)
{
	ac_json_iter it = ac_json_iter_of(names);

	ac_jw_array(w);
	while (ac_json_next(&it))
		if (!has_only_forgotten_sources(f, references, ac_json_string(it.value)))
			ac_jw_raw(w, ac_json_raw(it.value));
	ac_jw_end(w);
}

/* The object as if nobody had ever cited the reports; false: there would be none. */
static bool
forget(forgetter *f, const ac_json *object, ac_str *out)
{
	const ac_json *references = ac_json_get(object, AC_S("external_references"));
	bool is_relationship = ac_str_eq(ac_json_get_string(object, AC_S("type")), AC_S("relationship"));
	ac_json_iter it = ac_json_iter_of(references);
	size_t kept = 0, cut = 0;
	ac_json_writer w;
	ac_buf buf;

	while (ac_json_next(&it)) {
		bool is_cut = is_forgotten(f, it.value);

		cut += is_cut;
		kept += !is_cut && ac_json_get_string(it.value, AC_S("external_id")).n == 0;
	}
	if (cut == 0)
		return true;
	f->changed++;
	f->dropped += is_relationship && kept == 0;
	if (is_relationship && kept == 0)
		return false;
	ac_buf_init(&buf, AC_OBJECT_MAX);
	ac_json_writer_init(&w, &buf);
	ac_jw_object(&w);
	it = ac_json_iter_of(object);
	while (ac_json_next(&it)) {
		bool is_text = ac_str_eq(it.key, AC_S("description"));

		/* A sentence on two sources is nobody's when one is gone. */
		if (is_text && is_relationship)
			continue;
		ac_jw_key(&w, it.key);
		if (is_text)
			ac_jw_string(&w, forget_text(f, ac_json_string(it.value), references));
		else if (it.value == references)
			write_references(f, &w, references, &kept, &cut);
		else if (ac_str_eq(it.key, AC_S("aliases")) || ac_str_eq(it.key, AC_S("x_mitre_aliases")))
			write_names(f, &w, it.value, references);
		else
			ac_jw_raw(&w, ac_json_raw(it.value));
	}
	ac_jw_end(&w);
	*out = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return true;
}

static int
on_object(void *payload, const ac_stored *stored, accord_err *err)
{
	forgetter *f = payload;
	ac_str text = stored->object;
	const ac_json *json;
	ac_record record;
	ac_put_result result;
	int rc;

	ac_arena_reset(&f->arena);
	rc = ac_json_parse(text, AC_JSON_LIMITS, &f->arena, &json, err);
	if (rc < 0 || (f->hidden && !forget(f, json, &text)))
		return rc;
	if (text.p != stored->object.p)
		rc = ac_json_parse(text, AC_JSON_LIMITS, &f->arena, &json, err);
	if (rc == 0)
		rc = ac_record_from_object(json, &f->arena, &record, err);
	if (rc == 0 && !ac_str_eq(f->producer, stored->producer)) {
		f->producer = ac_arena_str(&f->to.arena, stored->producer);
		rc = ac_store_source(f->to.store, f->producer, &f->source, err);
	}
	if (rc < 0)
		return rc;
	record.exact = text;
	record.form = AC_FORM_STIX21;
	record.revoked = stored->revoked;
	return ac_store_put(f->to.store, f->source, &record, &result, err);
}

/* hidden NULL: nothing is forgotten. */
static int
copy_counted(ac_store *from, forgetter *f, accord_err *err)
{
	ac_arena object;
	int rc;

	fixture_open(&f->to);
	ac_arena_init(&f->arena, AC_STORE_ARENA_MAX);
	ac_arena_init(&object, AC_STORE_ARENA_MAX);
	rc = ac_store_begin(f->to.store, err);
	if (rc == 0)
		rc = ac_store_each(from, (ac_str){ 0 }, 0, &object, on_object, f, err);
	if (rc == 0)
		rc = ac_store_commit(f->to.store, err);
	ac_arena_done(&object);
	ac_arena_done(&f->arena);
	return rc;
}

static int
copy_store(ac_store *from, const ac_view *hidden, fixture *to, accord_err *err)
{
	forgetter f = { .hidden = hidden };
	int rc = copy_counted(from, &f, err);

	*to = f.to;
	return rc;
}

/* What is compared: lines of text, sorted. */
typedef struct lines {
	ac_arena arena;
	ac_str *items;
	size_t count;
} lines;

static void
line(lines *l, ac_str text)
{
	ac_str *grown = ac_know_grow(&l->arena, l->items, l->count, sizeof(*grown));

	assert_non_null(grown);
	l->items = grown;
	grown[l->count++] = text;
}
#define LINE(l, ...) line(l, ac_arena_printf(&(l)->arena, __VA_ARGS__))

static int
compare_lines(const void *x, const void *y)
{
	return ac_str_cmp(*(const ac_str *)x, *(const ac_str *)y);
}

static void
write_actors(lines *l, const ac_view *view)
{
	const ac_knowledge *k = view->k;

	LINE(l, "profiles %zu, lengths %a %a, words %a", view->profiles, view->mean_length, view->mean_software_length,
	    view->mean_words);
	for (size_t a = 0; a < k->actor_count; a++)
		if (view->clusters[a] > 0)
			LINE(l, "actor %.*s %.*s: %a reports, last %a, lengths %a %a, %zu records, %zu countries",
			    AC_FMT(k->actors[a].id), AC_FMT(k->actors[a].name), view->clusters[a], view->last[a],
			    view->length[a], view->software_length[a], k->actors[a].record_count,
			    k->actors[a].country_count);
	for (size_t p = 0; p < k->pair_count; p++)
		if (view->count[p] > 0)
			LINE(l, "pair %.*s %.*s: %a", AC_FMT(k->actors[k->pairs[p].actor].id),
			    AC_FMT(k->features[k->pairs[p].feature].id), view->count[p]);
	for (size_t f = 0; f < k->feature_count; f++)
		LINE(l, "feature %.*s: %u", AC_FMT(k->features[f].id), view->shared_by[f]);
}

/* What software can do, each once. */
static void
write_abilities(lines *l, const ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t i = 0, last = SIZE_MAX; i < k->ability_count; i++) {
		const ac_ability *ability = &k->abilities[i];

		if (!view->ability_seen[i] || (last != SIZE_MAX && k->abilities[last].software == ability->software &&
						  k->abilities[last].technique == ability->technique))
			continue;
		last = i;
		LINE(l, "%.*s can do %.*s", AC_FMT(k->features[ability->software].id),
		    AC_FMT(k->features[ability->technique].id));
	}
}

/* Who is told of together with each tool. */
static void
write_told(lines *l, const ac_view *view)
{
	const ac_knowledge *k = view->k;
	double *shares = ac_arena_alloc(&l->arena, (k->actor_count + 1) * sizeof(double));

	assert_non_null(shares);
	for (uint32_t f = 0; f < k->feature_count; f++) {
		if (k->features[f].kind != AC_FEATURE_SOFTWARE)
			continue;
		ac_told_weigh(view, f, shares);
		for (size_t a = 0; a < k->actor_count; a++)
			if (shares[a] > 0)
				LINE(l, "%.*s told with %.*s: %a", AC_FMT(k->features[f].id), AC_FMT(k->actors[a].id),
				    shares[a]);
	}
}

/* Single reports: their features, in the order of these. */
static void
write_docs(lines *l, const ac_view *view)
{
	const ac_knowledge *k = view->k;

	for (size_t d = 0; d < k->doc_count; d++) {
		const ac_doc *doc = &k->docs[d];
		uint32_t last = AC_FEATURE_NONE;
		ac_str features = { "", 0 };

		if (view->doc_weight[d] <= 0)
			continue;
		for (uint32_t i = 0; i < doc->count; i++) {
			const ac_doc_entry *entry = &k->doc_entries[doc->first + i];

			if (entry->feature == last || view->report_hidden[entry->report] ||
			    view->claim_hidden[entry->claim])
				continue;
			last = entry->feature;
			features = ac_arena_printf(
			    &l->arena, "%.*s %.*s", AC_FMT(features), AC_FMT(k->features[last].external_id));
		}
		LINE(l, "report on %.*s:%.*s", AC_FMT(k->actors[doc->actor].id), AC_FMT(features));
	}
}

/* How many words each actor's prose has; in the prose of how many actors each word stands, and how often. */
static void
write_words(lines *l, const ac_view *view)
{
	const ac_knowledge *k = view->k;
	size_t at = 0;
	uint64_t number;
	ac_str word;

	for (size_t a = 0; a < k->actor_count; a++)
		if (view->clusters[a] > 0)
			LINE(l, "prose on %.*s: %a words", AC_FMT(k->actors[a].id), view->words[a]);
	while (ac_map_next(&k->words.numbers, &at, &word, &number)) {
		const ac_span *span = &k->word_postings[number - 1];
		uint32_t times = 0, actors = 0, last = UINT32_MAX;

		for (uint32_t i = 0; i < span->count; i++) {
			const ac_posting *posting = &k->postings[span->first + i];

			if (view->prose_hidden[posting->claim])
				continue;
			times += posting->times;
			actors += posting->actor != last;
			last = posting->actor;
		}
		if (times)
			LINE(l, "word %.*s: %u times in %u", AC_FMT(word), times, actors);
	}
}

static void
write_victims(lines *l, const ac_view *view)
{
	const ac_knowledge *k = view->k;
	double *raw = ac_arena_alloc(&l->arena, (k->actor_count + 1) * sizeof(double));

	assert_non_null(raw);
	for (size_t v = 0; v < whole->victim_count; v++) {
		const ac_victim *victim = &whole->victims[v];
		size_t shared_by;
		bool is_known = false;

		for (size_t i = 0; i < v && !is_known; i++)
			is_known = ac_str_eq(whole->victims[i].code, victim->code);
		if (is_known)
			continue;
		memset(raw, 0, (k->actor_count + 1) * sizeof(double));
		ac_victims_weigh(view, victim->code, victim->is_sector, raw, &shared_by);
		LINE(l, "victim %.*s: %zu", AC_FMT(victim->code), shared_by);
		for (size_t a = 0; a < k->actor_count; a++)
			if (view->clusters[a] > 0)
				LINE(l, "victim %.*s of %.*s: %a", AC_FMT(victim->code), AC_FMT(k->actors[a].id),
				    raw[a]);
	}
}

static void
write_answer(lines *l, const ac_knowledge *k, const ac_evidence *e)
{
	ac_judge_options options = AC_JUDGE_OPTIONS;
	ac_judgement a;
	accord_err err = { 0 };

	options.ranking_only = true;
	if (ac_judge(k, e, &options, &l->arena, &a, &err) < 0)
		fail_msg("%s", err.text);
	LINE(l, "unknown %a, gate %u %a", a.unknown, a.gate.reasons, a.gate.p_without);
	for (size_t h = 0; h < a.ranking_count; h++)
		LINE(l, "rank %zu: %.*s %a", h, AC_FMT(a.ranking[h].actor->id), a.ranking[h].p);
	for (size_t w = 0; w < a.weight_count; w++)
		for (size_t h = 0; h < a.column_count; h++)
			LINE(l, "row %zu %.*s: shared by %zu, %zu clusters, %a", w, AC_FMT(a.weights[w].text),
			    a.weights[w].shared_by, a.weights[w].clusters, a.weights[w].nats[h]);
}

static void
write_all(lines *l, const ac_view *view, const ac_evidence *e)
{
	*l = (lines){ 0 };
	ac_arena_init(&l->arena, AC_KNOWLEDGE_MAX);
	write_actors(l, view);
	write_abilities(l, view);
	write_told(l, view);
	write_docs(l, view);
	write_words(l, view);
	write_victims(l, view);
	write_answer(l, view->k, e);
	qsort(l->items, l->count, sizeof(*l->items), compare_lines);
}

/* Lines that only one of them has. */
static size_t
compare(const lines *hidden, const lines *never)
{
	size_t h = 0, n = 0, differences = 0;

	while (h < hidden->count || n < never->count) {
		int order = h == hidden->count  ? 1
			    : n == never->count ? -1
						: ac_str_cmp(hidden->items[h], never->items[n]);

		if (order != 0 && ++differences <= 12)
			print_error("only %s: %.*s\n", order < 0 ? "hidden" : "never",
			    AC_FMT(order < 0 ? hidden->items[h] : never->items[n]));
		h += order <= 0;
		n += order >= 0;
	}
	return differences;
}

/* An incident as the report tells it: what an evaluation would ask about. */
static ac_evidence
incident(uint32_t report, ac_arena *arena)
{
	ac_evidence e = AC_EVIDENCE_NONE;
	ac_str text = { "", 0 };

	e.techniques.items = ac_arena_zalloc(arena, AC_EVIDENCE_ITEMS_MAX, sizeof(ac_evidence_item));
	e.countries.items = ac_arena_zalloc(arena, 1, sizeof(ac_evidence_item));
	e.countries.items[0] = (ac_evidence_item){ AC_S("US"), AC_EVIDENCE_NO_SOURCE };
	e.countries.count = 1;
	for (size_t i = 0; i < whole->cite_count && e.techniques.count < 200; i++) {
		const ac_claim *claim = &whole->claims[whole->cites[i].claim];

		if (whole->cites[i].report != report)
			continue;
		e.techniques.items[e.techniques.count++] =
		    (ac_evidence_item){ whole->features[claim->feature].external_id, AC_EVIDENCE_NO_SOURCE };
		text = ac_arena_printf(arena, "%.*s %.*s", AC_FMT(text), AC_FMT(claim->prose));
	}
	e.text = text;
	return e;
}

/* Hide one report; then never have had it, nor its copies. */
static void
hide_one(uint32_t report)
{
	ac_evidence hiding = incident(report, &all.arena), plain = hiding;
	ac_str name = whole->reports[report].url.n ? whole->reports[report].url : whole->reports[report].name;
	ac_know *know;
	ac_knowledge *without;
	ac_view hidden, never;
	lines a, b;
	forgetter f = { .hidden = &hidden };
	size_t differences;

	hiding.hide.reports = &name;
	hiding.hide.report_count = 1;
	assert_int_equal(ac_view_make(whole, &hiding.hide, AC_VIEW_NO_CHANGE, &all.arena, &hidden, &all.err), 0);
	if (copy_counted(all.store, &f, &all.err) < 0)
		fail_msg("%s", all.err.text);
	assert_true(f.changed > 0);
	assert_int_equal(ac_know_open(f.to.store, (ac_hash_seed){ { 5, 6 } }, &know, &f.to.err), 0);
	assert_int_equal(ac_knowledge_make(know, &without, &f.to.err), 0);
	assert_int_equal(ac_view_make(without, &plain.hide, AC_VIEW_NO_CHANGE, &f.to.arena, &never, &f.to.err), 0);
	write_all(&a, &hidden, &hiding);
	write_all(&b, &never, &plain);
	differences = compare(&a, &b);
	print_message("# %.*s: %zu objects changed, %zu relationships gone, %zu features compared\n", AC_FMT(name),
	    f.changed, f.dropped, b.count);
	ac_arena_done(&a.arena);
	ac_arena_done(&b.arena);
	(void)ac_knowledge_free(without);
	(void)ac_know_close(know);
	fixture_close(&f.to);
	if (differences)
		fail_msg("%zu differences", differences);
}

/* The report of which `of` is largest. */
static uint32_t
most(size_t (*of)(uint32_t report))
{
	size_t best = 0, value;
	uint32_t report = 0;

	for (uint32_t r = 0; r < whole->report_count; r++)
		if ((value = of(r)) > best) {
			best = value;
			report = r;
		}
	assert_true(best > 0);
	return report;
}

static size_t
claims_of(uint32_t report)
{
	size_t count = 0;

	for (size_t i = 0; i < whole->cite_count; i++)
		count += whole->cites[i].report == report;
	return count;
}

static size_t
shared_claims_of(uint32_t report)
{
	size_t count = 0;

	for (size_t i = 0; i < whole->cite_count; i++)
		count += whole->cites[i].report == report && whole->claims[whole->cites[i].claim].cite_count > 2;
	return count;
}

static size_t
victims_of(uint32_t report)
{
	size_t count = 0;

	for (size_t v = 0; v < whole->victim_count; v++)
		for (uint32_t c = 0; c < whole->victims[v].cite_count; c++)
			count += whole->victim_cites[whole->victims[v].first_cite + c] == report;
	return count;
}

/* Claims about actors of whom nothing else tells. */
static size_t
sole_claims_of(uint32_t report)
{
	size_t count = 0;

	for (size_t a = 0; a < whole->actor_count; a++) {
		const ac_span *span = &whole->actor_spans[a];
		bool is_sole = span->count > 0;

		for (uint32_t i = 0; i < span->count; i++)
			is_sole &= whole->actor_cites[span->first + i].report == report;
		count += is_sole ? span->count : 0;
	}
	return count;
}

#define HIDE(test, of)                                                                                                 \
	static void test(void **state)                                                                                 \
	{                                                                                                              \
		(void)state;                                                                                           \
		if (!whole)                                                                                            \
			skip();                                                                                        \
		hide_one(most(of));                                                                                    \
	}
HIDE(report_of_most_claims__leaves_no_trace, claims_of)
HIDE(report_that_shares_its_claims__leaves_no_trace, shared_claims_of)
HIDE(report_behind_most_victims__leaves_no_trace, victims_of)
HIDE(only_report_of_an_actor__leaves_no_trace, sole_claims_of)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_of_most_claims__leaves_no_trace),
		cmocka_unit_test(report_that_shares_its_claims__leaves_no_trace),
		cmocka_unit_test(report_behind_most_victims__leaves_no_trace),
		cmocka_unit_test(only_report_of_an_actor__leaves_no_trace),
	};
	int status;

	if (full_knowledge_role(argc, argv, &status))
		return status;
	return cmocka_run_group_tests(tests, load_once, drop_all);
}
