/* SPDX-License-Identifier: Apache-2.0 */
/* What a run of accord watch comes to, in words on standard error and as one JSON object. Counts nothing. */
#include "app/app.h"
#include "app/watch_summary_part.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "codec/json_write.h"
#include "know/know.h"
#include "sys/log.h"

/* ---- for people ---- */

#define TOP_SHOWN 10

static double
speed(const ac_watch_ended *ended)
{
	return ended->seconds > 0 ? (double)ended->totals->counts.bytes / ended->seconds / 1e9 : 0;
}

/* "  3 hits of NAME (WHO)" for the first of a table; names come from outside. */
static void
log_table(const ac_counted_table *t, const char *verb, const char *what, ac_str (*who)(const ac_counted *))
{
	ac_buf line;

	ac_buf_init(&line, 8 * AC_KIB);
	for (size_t i = 0; i < t->n && i < TOP_SHOWN; i++) {
		ac_str beside = who(&t->items[i]);

		ac_buf_reset(&line);
		ac_utf8_add_visible(&line, t->items[i].name, AC_SUMMARY_NAME_MAX);
		if (beside.n) {
			ac_buf_add_cstr(&line, " (");
			ac_utf8_add_visible(&line, beside, AC_SUMMARY_NAME_MAX);
			ac_buf_add_byte(&line, ')');
		}
		ac_log("  %llu hit%s %s %.*s", (unsigned long long)t->items[i].hits, ac_plural(t->items[i].hits), verb,
		    AC_FMT(ac_buf_view(&line)));
	}
	if (t->n > TOP_SHOWN)
		ac_log("  ... and %s %zu more %s", verb, t->n - TOP_SHOWN, what);
	ac_buf_done(&line);
}

static ac_str
producer_of(const ac_counted *e)
{
	return e->producer;
}

static ac_str
type_of(const ac_counted *e)
{
	return ac_know_type(e->key);
}

static ac_str
nothing_of(const ac_counted *e)
{
	(void)e;
	return AC_S("");
}

static void
log_hits(const ac_watch_summary *s)
{
	log_table(&s->indicators, "of", "indicators", producer_of);
	if (s->indicators.lost)
		ac_log("  %llu of indicators that were too many to count one by one",
		    (unsigned long long)s->indicators.lost);
	if (s->producers.n)
		ac_log("by producer:");
	log_table(&s->producers, "from", "producers", nothing_of);
	if (s->actors.n)
		ac_log("by what the indicators indicate (claims of their producers, not an attribution):");
	log_table(&s->actors, "towards", "actors, campaigns and malware", type_of);
	if (s->actors_cut)
		ac_log("  some indicate more than is counted");
}

static void
log_held(const ac_watch_summary *s, const ac_watch_ended *ended)
{
	uint64_t n = ended->totals->counts.held_back;

	if (!n)
		return;
	ac_log("%llu %s held back%s", (unsigned long long)n, n == 1 ? "match" : "matches",
	    ended->show_held ? ""
	    : ended->asked   ? " (--held-back lists them)"
			     : " (accord watch --held-back lists them)");
	for (size_t i = 0; i < s->reasons.n; i++)
		ac_log("  %llu %.*s", (unsigned long long)s->reasons.items[i].hits, AC_FMT(s->reasons.items[i].name));
	if (s->reasons.lost)
		ac_log("  %llu for other reasons", (unsigned long long)s->reasons.lost);
}

static void
log_patterns(ac_patterns *patterns)
{
	ac_patterns_counts c;

	if (!patterns)
		return;
	c = ac_patterns_count(patterns);
	ac_log("%llu pattern%s (%llu over time) evaluated on %llu record%s", (unsigned long long)c.patterns,
	    ac_plural(c.patterns), (unsigned long long)c.over_time, (unsigned long long)c.records,
	    ac_plural(c.records));
	if (c.open)
		ac_log("  without a value that could be looked for: %llu; every record was read for them",
		    (unsigned long long)c.open);
	if (c.refused)
		ac_log("  not compiled, and matching nothing: %llu", (unsigned long long)c.refused);
	if (c.undecided)
		ac_log("  %llu left undecided: a budget ran out", (unsigned long long)c.undecided);
	if (c.time.late)
		ac_log("  %llu record%s came later than --late allows", (unsigned long long)c.time.late,
		    ac_plural(c.time.late));
	if (c.time.ahead)
		ac_log("  records more than a day ahead of those around them: %llu", (unsigned long long)c.time.ahead);
	if (c.time.again)
		ac_log("  records that came again, and count once: %llu", (unsigned long long)c.time.again);
	if (c.time.evicted)
		ac_log("  records of patterns over time that were forgotten for want of room: %llu",
		    (unsigned long long)c.time.evicted);
}

static void
log_left_out(const ac_watch_counts *c, uint64_t problems, bool has_patterns)
{
	if (c->malformed)
		ac_log("%llu malformed line%s, matched as bytes", (unsigned long long)c->malformed,
		    ac_plural(c->malformed));
	if (c->overlong)
		ac_log("  %llu of them over 1 MiB, matched in pieces%s", (unsigned long long)c->overlong,
		    has_patterns
			? ": patterns see no fields of them, and those without a value to look for nothing at all"
			: "");
	if (problems)
		ac_log("%llu problem%s with inputs, told above", (unsigned long long)problems, ac_plural(problems));
	if (c->not_where)
		ac_log("records with matches that are not of those asked for (--where): %llu",
		    (unsigned long long)c->not_where);
	if (c->not_since)
		ac_log("records with matches that are before --since: %llu", (unsigned long long)c->not_since);
}

static void
log_inputs(const ac_watch_ended *ended, uint64_t watched)
{
	const ac_watch_totals *t = ended->totals;

	ac_log("%llu file%s, %llu line%s, %llu byte%s in %.2f s (%.2f GB/s), %llu indicator%s watched",
	    (unsigned long long)t->files, ac_plural(t->files), (unsigned long long)t->counts.lines,
	    ac_plural(t->counts.lines), (unsigned long long)t->counts.bytes, ac_plural(t->counts.bytes), ended->seconds,
	    speed(ended), (unsigned long long)watched, ac_plural(watched));
	log_left_out(&t->counts, t->problems, ended->patterns != NULL);
}

static void
log_memory(const ac_watch_ended *ended, uint64_t watched)
{
	const ac_retro_asked *asked = ended->asked;

	ac_log("%llu indicator%s asked of %llu day%s with %llu value%s (%.1f MB) in %.1f s",
	    (unsigned long long)watched, ac_plural(watched), (unsigned long long)asked->days, ac_plural(asked->days),
	    (unsigned long long)asked->values, ac_plural(asked->values), (double)asked->bytes / 1e6, ended->seconds);
}

void
ac_watch_summary_log(const ac_watch_summary *s, const ac_watch_ended *ended)
{
	const ac_watch_totals *t = ended->totals;
	uint64_t watched = ac_index_indicator_count(ended->index), unwatched = ac_index_unwatched_count(ended->index);

	if (ended->asked)
		log_memory(ended, watched);
	else
		log_inputs(ended, watched);
	ac_log("%llu hit%s", (unsigned long long)t->counts.hits, ac_plural(t->counts.hits));
	log_hits(s);
	log_held(s, ended);
	log_patterns(ended->patterns);
	if (unwatched)
		ac_log("not watched: %llu (accord watch --not-watched lists them)", (unsigned long long)unwatched);
	if (ended->recorded && t->counts.hits)
		ac_log("sightings: %llu new, %llu changed, %llu unchanged", (unsigned long long)t->sightings.made,
		    (unsigned long long)t->sightings.changed, (unsigned long long)t->sightings.unchanged);
	if (t->sightings.dropped)
		ac_log("%llu hits were not kept as sightings: one input has too many indicators and days",
		    (unsigned long long)t->sightings.dropped);
}

/* ---- JSON ---- */

static void
put_rows(ac_json_writer *w, ac_str key, const ac_counted_table *t, void (*put)(ac_json_writer *w, const ac_counted *e))
{
	ac_jw_key(w, key);
	ac_jw_array(w);
	for (size_t i = 0; i < t->n && i < AC_SUMMARY_SHOWN; i++) {
		ac_jw_object(w);
		put(w, &t->items[i]);
		ac_jw_key_u64(w, AC_S("hits"), t->items[i].hits);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
put_indicator(ac_json_writer *w, const ac_counted *e)
{
	ac_jw_key_string(w, AC_S("id"), e->key);
	ac_jw_key_string(w, AC_S("name"), e->name);
	ac_jw_key_string(w, AC_S("producer"), e->producer);
}

static void
put_producer(ac_json_writer *w, const ac_counted *e)
{
	ac_jw_key_string(w, AC_S("name"), e->name);
	ac_jw_key_u64(w, AC_S("indicators"), e->indicators);
}

static void
put_actor(ac_json_writer *w, const ac_counted *e)
{
	ac_jw_key_string(w, AC_S("id"), e->key);
	ac_jw_key_string(w, AC_S("name"), e->name);
	ac_jw_key_u64(w, AC_S("indicators"), e->indicators);
}

static void
put_reason(ac_json_writer *w, const ac_counted *e)
{
	ac_jw_key_string(w, AC_S("reason"), e->name);
}

/* Six digits are what a clock is worth. */
static double
to_micro(double x)
{
	return (double)(uint64_t)(x * 1e6 + 0.5) / 1e6;
}

static void
put_asked(ac_json_writer *w, const ac_watch_ended *ended)
{
	ac_jw_key_u64(w, AC_S("days"), ended->asked->days);
	ac_jw_key_u64(w, AC_S("values"), ended->asked->values);
	ac_jw_key_u64(w, AC_S("bytes"), ended->asked->bytes);
	ac_jw_key_u64(w, AC_S("damaged"), ended->asked->damaged);
	ac_jw_key(w, AC_S("seconds"));
	ac_jw_double(w, to_micro(ended->seconds));
}

static void
put_inputs(ac_json_writer *w, const ac_watch_ended *ended)
{
	const ac_watch_totals *t = ended->totals;

	ac_jw_key_u64(w, AC_S("files"), t->files);
	ac_jw_key_u64(w, AC_S("problems"), t->problems);
	ac_jw_key_u64(w, AC_S("lines"), t->counts.lines);
	ac_jw_key_u64(w, AC_S("bytes"), t->counts.bytes);
	ac_jw_key(w, AC_S("seconds"));
	ac_jw_double(w, to_micro(ended->seconds));
	ac_jw_key(w, AC_S("gigabytes_per_second"));
	ac_jw_double(w, to_micro(speed(ended)));
	ac_jw_key_u64(w, AC_S("malformed"), t->counts.malformed);
	ac_jw_key_u64(w, AC_S("overlong"), t->counts.overlong);
	ac_jw_key_u64(w, AC_S("not_where"), t->counts.not_where);
	ac_jw_key_u64(w, AC_S("not_since"), t->counts.not_since);
}

static void
put_counts(ac_json_writer *w, const ac_watch_ended *ended)
{
	const ac_watch_totals *t = ended->totals;

	if (ended->asked)
		put_asked(w, ended);
	else
		put_inputs(w, ended);
	ac_jw_key_u64(w, AC_S("watched"), ac_index_indicator_count(ended->index));
	ac_jw_key_u64(w, AC_S("not_watched"), ac_index_unwatched_count(ended->index));
	ac_jw_key_u64(w, AC_S("hits"), t->counts.hits);
	ac_jw_key_u64(w, AC_S("held_back"), t->counts.held_back);
}

void
ac_watch_summary_json(const ac_watch_summary *s, const ac_watch_ended *ended, ac_buf *out)
{
	const ac_sighting_counts *kept = &ended->totals->sightings;
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(
	    &w, AC_S("schema"), ended->asked ? AC_S("accord.retro-summary/1") : AC_S("accord.watch-summary/1"));
	put_counts(&w, ended);
	put_rows(&w, AC_S("indicators"), &s->indicators, put_indicator);
	put_rows(&w, AC_S("producers"), &s->producers, put_producer);
	put_rows(&w, AC_S("actors"), &s->actors, put_actor);
	put_rows(&w, AC_S("reasons"), &s->reasons, put_reason);
	if (s->indicators.n > AC_SUMMARY_SHOWN || s->indicators.lost || s->producers.n > AC_SUMMARY_SHOWN ||
	    s->actors_cut || s->actors.n > AC_SUMMARY_SHOWN || s->reasons.lost)
		ac_jw_key_bool(&w, AC_S("is_cut"), true);
	if (ended->recorded) {
		ac_jw_key(&w, AC_S("sightings"));
		ac_jw_object(&w);
		ac_jw_key_u64(&w, AC_S("new"), kept->made);
		ac_jw_key_u64(&w, AC_S("changed"), kept->changed);
		ac_jw_key_u64(&w, AC_S("unchanged"), kept->unchanged);
		ac_jw_key_u64(&w, AC_S("not_kept"), kept->dropped);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

int
ac_watch_summary_tell(ac_watch_summary *s, const ac_watch_ended *ended, ac_app *app, accord_err *err)
{
	ac_buf *out = ac_app_out(app);
	int rc = ac_watch_summary_finish(s, err);

	if (rc)
		return rc;
	if (ac_app_json(app))
		ac_watch_summary_json(s, ended, out);
	ac_app_flush(app);
	ac_watch_summary_log(s, ended);
	return out->failed ? ac_fail(err, out->failed, "output cannot grow") : 0;
}
