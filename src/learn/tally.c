/* SPDX-License-Identifier: Apache-2.0 */
/* The import report as it grows. Words come from the parse role, which may not be itself any more: they are cut and counted, never trusted. */
#include "learn/session.h"

const char *
ac_learn_keep(ac_learn *learn, const char *text)
{
	ac_str copy = ac_arena_str(&learn->arena, ac_str_from(text));

	return copy.p ? copy.p : "";
}

/* Add to a word's count; new words behind the known ones while there is room. */
static const char *
count_word(ac_learn *learn, ac_learn_count *counts, size_t *n, ac_str word, uint64_t count)
{
	word = ac_str_slice(word, 0, AC_LEARN_WORD_MAX);
	for (size_t i = 0; i < *n; i++)
		if (ac_str_eq(ac_str_from(counts[i].word), word)) {
			counts[i].count += count;
			return counts[i].word;
		}
	word = ac_arena_str(&learn->arena, word);
	if (!word.p || *n == AC_LEARN_WORDS_MAX)
		return "other";
	counts[(*n)++] = (ac_learn_count){ word.p, count };
	return word.p;
}

void
ac_learn_count_repair(ac_learn *learn, ac_str word, uint64_t count)
{
	(void)count_word(learn, learn->repaired, &learn->report.repaired_count, word, count);
}

void
ac_learn_note_repair(ac_learn *learn, const ac_wire_repaired *repaired)
{
	size_t at = learn->report.repair_count;
	ac_str repair = ac_str_slice(repaired->kind, 0, AC_LEARN_WORD_MAX);
	ac_str id = ac_str_slice(repaired->id, 0, AC_LEARN_ID_MAX);

	if (at == AC_REPORT_PLACES_MAX)
		return;
	if (!learn->repairs)
		learn->repairs = ac_arena_zalloc(&learn->arena, AC_REPORT_PLACES_MAX, sizeof(*learn->repairs));
	repair = ac_arena_str(&learn->arena, repair);
	id = ac_arena_str(&learn->arena, id);
	if (!learn->repairs || !repair.p || !id.p)
		return;
	learn->repairs[at] = (ac_learn_repair){ repair.p, learn->path ? learn->path : "", id.p, repaired->line,
		repaired->column, repaired->byte };
	learn->report.repair_count++;
}

/* I/O before bad input: DESIGN 3. */
static int
graver(int a, int b)
{
	if (a == ACCORD_EIO || b == 0)
		return a;
	return b;
}

void
ac_learn_refuse(ac_learn *learn, ac_str reason, const accord_err *what)
{
	const char *word = count_word(learn, learn->refused, &learn->report.refused_count, reason, 1);
	size_t at = learn->report.refusal_count;

	learn->outcome = graver(learn->outcome, what->code);
	learn->input_refused++;
	if (learn->options.strict)
		learn->stopped = true;
	if (at == AC_REPORT_PLACES_MAX)
		return;
	if (!learn->refusals)
		learn->refusals = ac_arena_zalloc(&learn->arena, AC_REPORT_PLACES_MAX, sizeof(*learn->refusals));
	if (!learn->refusals)
		return;
	learn->refusals[at] = (ac_learn_refusal){ word, learn->path ? learn->path : "", *what };
	learn->report.refusal_count++;
}

void
ac_learn_report_get(const ac_learn *learn, ac_learn_report *out)
{
	*out = learn->report;
	out->repaired = learn->repaired;
	out->repairs = learn->repairs;
	out->refused = learn->refused;
	out->refusals = learn->refusals;
}

int
ac_learn_outcome(const ac_learn *learn)
{
	return learn->outcome;
}
