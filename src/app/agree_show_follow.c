/* SPDX-License-Identifier: Apache-2.0 */
/* What a statement cites and what follows of it: norms with their words, follow-ups with how far each member has come. Counts nothing itself. */
#include "agree/vocabulary.h"
#include "app/agree_show.h"
#include "base/utf8.h"

enum { SHOWN_MAX = 2000 };

/* By language. */
static const char *const status_words[][2] = {
	[AC_ACTION_OPEN] = { "open", "à faire" },
	[AC_ACTION_UNDERWAY] = { "underway", "en cours" },
	[AC_ACTION_DONE] = { "done", "fait" },
	[AC_ACTION_DROPPED] = { "dropped", "abandonné" },
};
static const char *const due_words[] = { "due", "échéance le" },
			 *const since_words[] = { "overdue since", "en retard depuis le" },
			 *const moved_words[] = { "now due", "reporté au" },
			 *const two_words[] = { "contradicts himself", "se contredit" };

static void
add_date(ac_buf *out, const char *words, ac_time time)
{
	ac_buf_printf(out, "%s ", words);
	ac_time_add_date(out, time);
}

/* "    bora: done 2031-03-20". */
static void
add_step(ac_buf *out, const ac_account *a, const ac_step *step, unsigned lang)
{
	ac_buf_printf(
	    out, "    %.*s: %s", AC_FMT(a->charter->members[step->member].name), status_words[step->status][lang]);
	if (step->last) {
		ac_buf_add_byte(out, ' ');
		ac_time_add_date(out, step->last->about.at);
	}
	if (step->contradicts)
		ac_buf_printf(out, ", %s", two_words[lang]);
	if (step->is_overdue || (step->last && step->last->has_due)) {
		ac_buf_add(out, AC_S(", "));
		add_date(out, step->is_overdue ? since_words[lang] : moved_words[lang], step->due);
	}
	ac_buf_add_byte(out, '\n');
	if (step->last && step->last->remark[lang].n) {
		ac_buf_add(out, AC_S("        "));
		ac_utf8_add_visible(out, step->last->remark[lang], SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
	}
	if (step->last && step->last->has_proof) {
		ac_buf_add(out, AC_S("        "));
		ac_text_add_digest(out, step->last->proof);
		ac_buf_printf(out, " %llu\n", (unsigned long long)step->last->proof_size);
	}
}

void
ac_agree_show_progress(ac_buf *out, const ac_account *a, ac_lang lang)
{
	unsigned l = lang == AC_LANG_FR;

	for (unsigned i = 0; i < a->statement.action_count; i++) {
		const ac_follow_up *f = &a->statement.actions[i];

		ac_buf_printf(out, "\n%.*s  %s, ", AC_FMT(f->id), status_words[ac_progress_of(&a->progress, i)][l]);
		add_date(out, due_words[l], f->due);
		ac_buf_add(out, AC_S("\n    "));
		ac_utf8_add_visible(out, f->text[l ? AC_TONGUE_FR : AC_TONGUE_EN], SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
		for (size_t k = 0; k < a->progress.count; k++)
			if (a->progress.steps[k].action == i)
				add_step(out, a, &a->progress.steps[k], l);
	}
}

static void
write_step(ac_json_writer *w, const ac_account *a, const ac_step *step)
{
	char hex[2 * AC_SHA256_SIZE];
	const ac_action *last = step->last;

	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("member"), a->charter->members[step->member].name);
	ac_jw_key_string(w, AC_S("status"), ac_str_from(ac_action_status_name(step->status)));
	ac_jw_key_time(w, AC_S("due"), step->due, 0);
	ac_jw_key_bool(w, AC_S("overdue"), step->is_overdue);
	ac_jw_key_bool(w, AC_S("contradicts"), step->contradicts);
	if (last) {
		ac_jw_key_u64(w, AC_S("seq"), last->about.seq);
		ac_jw_key_time(w, AC_S("at"), last->about.at, 0);
		if (last->has_proof) {
			ac_hex(last->proof, AC_SHA256_SIZE, hex);
			ac_jw_key_string(w, AC_S("proof_sha256"), (ac_str){ hex, sizeof(hex) });
			ac_jw_key_u64(w, AC_S("proof_size"), last->proof_size);
		}
		if (last->remark[AC_TONGUE_EN].n) {
			ac_jw_key_string(w, AC_S("remark_en"), last->remark[AC_TONGUE_EN]);
			ac_jw_key_string(w, AC_S("remark_fr"), last->remark[AC_TONGUE_FR]);
		}
	}
	ac_jw_end(w);
}

void
ac_agree_write_progress(ac_json_writer *w, const ac_account *a)
{
	ac_jw_key(w, AC_S("actions"));
	ac_jw_array(w);
	for (unsigned i = 0; i < a->statement.action_count; i++) {
		const ac_follow_up *f = &a->statement.actions[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), f->id);
		ac_jw_key_string(w, AC_S("text_en"), f->text[AC_TONGUE_EN]);
		ac_jw_key_string(w, AC_S("text_fr"), f->text[AC_TONGUE_FR]);
		ac_jw_key_time(w, AC_S("due"), f->due, 0);
		if (f->owner.n)
			ac_jw_key_string(w, AC_S("owner"), f->owner);
		ac_jw_key_string(
		    w, AC_S("status"), ac_str_from(ac_action_status_name(ac_progress_of(&a->progress, i))));
		ac_jw_key(w, AC_S("steps"));
		ac_jw_array(w);
		for (size_t k = 0; k < a->progress.count; k++)
			if (a->progress.steps[k].action == i)
				write_step(w, a, &a->progress.steps[k]);
		ac_jw_end(w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static int
find_norms(const ac_statement *s, ac_arena *arena, const ac_vocabulary_item ***out, accord_err *err)
{
	const ac_vocabulary_item **items = ac_arena_zalloc(arena, s->norm_count + 1, sizeof(*items));
	const ac_vocabulary *list = NULL;
	size_t count = 0;
	int rc = items ? ac_vocabularies(arena, &list, &count, err) : ac_arena_check(arena, err);

	for (size_t i = 0; !rc && i < s->norm_count; i++)
		items[i] = ac_vocabulary_find(list, count, s->norms[i]);
	*out = items;
	return rc;
}

int
ac_agree_show_norms(ac_buf *out, const ac_statement *s, ac_arena *arena, accord_err *err)
{
	const ac_vocabulary_item **items = NULL;
	int rc = find_norms(s, arena, &items, err);

	for (size_t i = 0; !rc && i < s->norm_count; i++) {
		ac_buf_printf(out, "\n%.*s", AC_FMT(s->norms[i]));
		if (items[i])
			ac_buf_printf(out, "  %.*s\n    %.*s\n    %.*s\n", AC_FMT(items[i]->reference),
			    AC_FMT(items[i]->text[AC_TONGUE_EN]), AC_FMT(items[i]->text[AC_TONGUE_FR]));
		else
			ac_buf_add(out, AC_S("  of a vocabulary that does not ship\n"));
	}
	return rc;
}

int
ac_agree_write_norms(ac_json_writer *w, const ac_statement *s, ac_arena *arena, accord_err *err)
{
	const ac_vocabulary_item **items = NULL;
	int rc = find_norms(s, arena, &items, err);

	if (rc)
		return rc;
	ac_jw_key(w, AC_S("norms"));
	ac_jw_array(w);
	for (size_t i = 0; i < s->norm_count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), s->norms[i]);
		if (items[i]) {
			ac_jw_key_string(w, AC_S("reference"), items[i]->reference);
			ac_jw_key_string(w, AC_S("text_en"), items[i]->text[AC_TONGUE_EN]);
			ac_jw_key_string(w, AC_S("text_fr"), items[i]->text[AC_TONGUE_FR]);
		}
		ac_jw_end(w);
	}
	ac_jw_end(w);
	return 0;
}
