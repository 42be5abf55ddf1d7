/* SPDX-License-Identifier: Apache-2.0 */
/* An evaluation for people and for machines. */
#include "attribute/evaluate.h"

static const char *const set_names[] = { "reports", "campaigns" };
static const char *const band_names[AC_BANDS] = { "almost certain", "very likely", "likely", "even chance", "unlikely",
	"less" };

static double
share(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

static void
text_bands(const ac_band *bands, ac_buf *buf)
{
	for (size_t b = 0; b < AC_BANDS; b++)
		ac_buf_printf(buf, "  %-15s %5zu  %s%.2f\n", band_names[b], bands[b].count,
		    bands[b].count ? "" : " -  ", share(bands[b].right, bands[b].count));
}

void
ac_evaluation_text(const ac_evaluation *e, ac_buf *buf)
{
	const ac_knowledge_counts *counts = ac_knowledge_counted(e->k);

	ac_buf_printf(buf, "%zu claims about %zu actors, %zu reports; newest ", counts->claims,
	    ac_knowledge_actor_count(e->k), ac_knowledge_report_count(e->k));
	ac_time_add_date(buf, ac_knowledge_newest(e->k));
	ac_buf_printf(buf, ". %zu incidents of reports, %zu campaigns.\n\n", e->reports, e->campaigns);
	ac_buf_printf(buf, "%-10s L  %-29s %5s %5s  %-13s %5s %5s %5s %5s  %-13s %5s %5s %5s\n", "incidents",
	    "evidence", "n", "known", "top-1", "", "top-3", "top-5", "top10", "MRR", "", "Brier", "ECE");
	for (size_t i = 0; i < e->row_count; i++) {
		const ac_evaluation_row *r = &e->rows[i];
		const ac_measures *m = &r->measures;

		ac_buf_printf(buf,
		    "%-10s %d  %-29s %5zu %5zu  %.3f %.2f-%.2f %5.3f %5.3f %5.3f  %.3f %.2f-%.2f %5.3f %5.3f",
		    set_names[r->set], r->level, r->evidence, m->count, m->known, m->top1, m->top1_low, m->top1_high,
		    m->top3, m->top5, m->top10, m->mrr, m->mrr_low, m->mrr_high, m->brier, m->ece);
		if (r->nexus >= 0)
			ac_buf_printf(buf, "  nexus %.3f", r->nexus);
		ac_buf_add_byte(buf, '\n');
	}
	for (size_t i = 0; i < e->row_count; i++)
		if (e->rows[i].set == AC_SET_REPORTS) {
			ac_buf_printf(buf,
			    "\nProbability of the first name, level %d, %s: incidents and how many are right\n",
			    e->rows[i].level, e->rows[i].evidence);
			text_bands(e->rows[i].measures.bands, buf);
		}
	for (size_t i = 0; i < AC_COUNT(e->terms); i++) {
		ac_buf_printf(buf, "\nFinal words, level %d (%zu insufficient, %zu capped by the gate)\n",
		    e->terms[i].level, e->terms[i].insufficient, e->terms[i].capped);
		text_bands(e->terms[i].bands, buf);
	}
	ac_buf_add_byte(buf, '\n');
	for (size_t i = 0; i < e->attack_count; i++) {
		const ac_evaluation_attack *a = &e->attacks[i];

		ac_buf_printf(buf, "%-28s L%d  %4zu tries  %5.1f %% before the gate  %5.1f %% in the end\n", a->name,
		    a->level, a->count, 100 * share(a->named, a->count), 100 * share(a->accepted, a->count));
	}
}

/* Four decimals are what an evaluation of some hundred incidents can bear. */
static void
number(ac_json_writer *w, ac_str key, double value)
{
	double rounded = (double)(int64_t)(value * 10000 + (value < 0 ? -0.5 : 0.5)) / 10000;

	ac_jw_key(w, key);
	ac_jw_double(w, rounded);
}

static void
json_bands(const ac_band *bands, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("bands"));
	ac_jw_array(w);
	for (size_t b = 0; b < AC_BANDS; b++) {
		ac_jw_object(w);
		number(w, AC_S("from"), ac_band_edges[b]);
		ac_jw_key_u64(w, AC_S("count"), bands[b].count);
		ac_jw_key_u64(w, AC_S("right"), bands[b].right);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
json_row(const ac_evaluation_row *r, ac_json_writer *w)
{
	const ac_measures *m = &r->measures;

	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("incidents"), ac_str_from(set_names[r->set]));
	ac_jw_key_u64(w, AC_S("level"), (uint64_t)r->level);
	ac_jw_key_string(w, AC_S("evidence"), ac_str_from(r->evidence));
	ac_jw_key_u64(w, AC_S("count"), m->count);
	ac_jw_key_u64(w, AC_S("known"), m->known);
	number(w, AC_S("top1"), m->top1);
	number(w, AC_S("top1_low"), m->top1_low);
	number(w, AC_S("top1_high"), m->top1_high);
	number(w, AC_S("top3"), m->top3);
	number(w, AC_S("top5"), m->top5);
	number(w, AC_S("top10"), m->top10);
	number(w, AC_S("mrr"), m->mrr);
	number(w, AC_S("mrr_low"), m->mrr_low);
	number(w, AC_S("mrr_high"), m->mrr_high);
	number(w, AC_S("brier"), m->brier);
	number(w, AC_S("ece"), m->ece);
	if (r->nexus >= 0)
		number(w, AC_S("nexus"), r->nexus);
	json_bands(m->bands, w);
	ac_jw_end(w);
}

static void
json_attacks(const ac_evaluation *e, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("attacks"));
	ac_jw_array(w);
	for (size_t i = 0; i < e->attack_count; i++) {
		const ac_evaluation_attack *a = &e->attacks[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("name"), ac_str_from(a->name));
		ac_jw_key_u64(w, AC_S("level"), (uint64_t)a->level);
		ac_jw_key_u64(w, AC_S("count"), a->count);
		ac_jw_key_u64(w, AC_S("before_gate"), a->named);
		ac_jw_key_u64(w, AC_S("accepted"), a->accepted);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

void
ac_evaluation_json(const ac_evaluation *e, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("schema"), AC_S("accord.attribution-evaluation/1"));
	ac_jw_key_u64(w, AC_S("claims"), ac_knowledge_counted(e->k)->claims);
	ac_jw_key_u64(w, AC_S("actors"), ac_knowledge_actor_count(e->k));
	ac_jw_key_u64(w, AC_S("reports"), ac_knowledge_report_count(e->k));
	ac_jw_key(w, AC_S("rows"));
	ac_jw_array(w);
	for (size_t i = 0; i < e->row_count; i++)
		json_row(&e->rows[i], w);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("terms"));
	ac_jw_array(w);
	for (size_t i = 0; i < AC_COUNT(e->terms); i++) {
		ac_jw_object(w);
		ac_jw_key_u64(w, AC_S("level"), (uint64_t)e->terms[i].level);
		ac_jw_key_u64(w, AC_S("insufficient"), e->terms[i].insufficient);
		ac_jw_key_u64(w, AC_S("capped"), e->terms[i].capped);
		json_bands(e->terms[i].bands, w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	json_attacks(e, w);
	ac_jw_end(w);
}
