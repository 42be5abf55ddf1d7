/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered, span by span: keys are offered to the caller, and the days of those that are wanted are told. */
#include <stdlib.h>
#include <unistd.h>

#include "watch/retro.h"
#include "watch/retro_files.h"

typedef struct asking {
	const char *folder;
	int64_t from_day, to_day;
	const ac_retro_sink *sink;
	ac_retro_asked *asked;
	ac_retro_part *parts;
	int64_t *first_days;
	size_t part_count;
} asking;

/* All parts of the days that are asked about, mapped: whoever merges them afterwards does not disturb. */
static int
open_listed(asking *a, const ac_retro_files *files, accord_err *err)
{
	a->asked->damaged += files->damaged;
	a->parts = calloc(files->all.n + 1, sizeof(*a->parts));
	a->first_days = calloc(files->all.n + 1, sizeof(*a->first_days));
	if (!a->parts || !a->first_days)
		return ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory for %zu parts", files->all.n);
	for (size_t i = 0; i < files->all.n; i++) {
		const ac_retro_file *f = (const ac_retro_file *)files->all.p + i;
		char path[AC_PATH_MAX];
		accord_err problem = { 0 };

		if (f->first_day > a->to_day || f->first_day + AC_RETRO_SPAN <= a->from_day)
			continue;
		ac_retro_file_path(a->folder, f, path);
		if (ac_retro_part_open(path, &a->parts[a->part_count], &problem) == 0) {
			a->asked->parts++;
			a->asked->bytes += a->parts[a->part_count].bytes.n;
			a->asked->values += a->parts[a->part_count].footer->values;
			a->first_days[a->part_count++] = f->first_day;
			continue;
		}
		if (problem.code == ACCORD_ENOMEM) {
			if (err)
				*err = problem;
			return problem.code;
		}
		a->asked->damaged++;
		if (a->sink->on_damage)
			a->sink->on_damage(a->sink->payload, &problem);
	}
	return 0;
}

static int
open_parts(asking *a, accord_err *err)
{
	ac_retro_files files;
	accord_err ignored = { 0 };
	/* Who may not write asks without the lock: a part that is merged in this very moment is told as a trouble, and asking again finds it. */
	int lock = ac_retro_lock(a->folder, &ignored), rc;

	ac_retro_files_init(&files);
	rc = ac_retro_files_list(&files, a->folder, false, err);
	if (!rc)
		rc = open_listed(a, &files, err);
	ac_retro_files_done(&files);
	if (lock >= 0)
		ac_file_unlock(lock);
	return rc;
}

/* What the value at hand says, day by day. */
static int
answer(asking *a, ac_retro_merge *m, int64_t first_day, accord_err *err)
{
	ac_str names[AC_RETRO_NAMES];
	int rc = 0;

	if (!ac_retro_merge_days(m))
		return 0;
	for (unsigned left = m->days; !rc && left; left &= left - 1) {
		unsigned day = (unsigned)__builtin_ctz(left);
		const ac_retro_seen *seen = &m->seen[day];
		int64_t begin = (first_day + day) * AC_RETRO_DAY_SECONDS;
		ac_retro_answer out = { .key = m->key,
			.day = first_day + day,
			.first = begin + seen->first,
			.last = begin + seen->last,
			.count = seen->count,
			.sources = names,
			.more_sources = (seen->sources & AC_RETRO_OTHERS) != 0 };

		if (out.day < a->from_day || out.day > a->to_day)
			continue;
		for (uint64_t bits = seen->sources & ~AC_RETRO_OTHERS; bits; bits &= bits - 1) {
			unsigned name = (unsigned)__builtin_ctzll(bits);

			if (name < m->name_count)
				names[out.source_count++] = m->names[name];
		}
		rc = a->sink->on_answer(a->sink->payload, &out, err);
	}
	return rc;
}

static int
ask_span(asking *a, const ac_retro_part *parts, size_t count, int64_t first_day, accord_err *err)
{
	ac_retro_merge m;
	int rc = ac_retro_merge_open(&m, parts, count, a->sink->wants, a->sink->payload, err);

	if (rc)
		return rc;
	while (!rc && ac_retro_merge_next(&m))
		rc = answer(a, &m, first_day, err);
	a->asked->damaged += ac_retro_merge_damaged(&m);
	ac_retro_merge_close(&m);
	return rc;
}

static void
count_days(asking *a, size_t from, size_t to)
{
	for (unsigned day = 0; day < AC_RETRO_SPAN; day++) {
		uint64_t values = 0;
		int64_t d = a->first_days[from] + day;

		for (size_t i = from; i < to; i++)
			values += a->parts[i].footer->day_values[day];
		a->asked->days += values && d >= a->from_day && d <= a->to_day;
	}
}

static int
ask_all(asking *a, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0, next; !rc && i < a->part_count; i = next) {
		next = i + 1;
		while (next < a->part_count && a->first_days[next] == a->first_days[i])
			next++;
		count_days(a, i, next);
		rc = ask_span(a, a->parts + i, next - i, a->first_days[i], err);
	}
	return rc;
}

int
ac_retro_ask(const char *folder, int64_t from_day, int64_t to_day, const ac_retro_sink *sink, ac_retro_asked *out,
    accord_err *err)
{
	asking a = { .folder = folder, .from_day = from_day, .to_day = to_day, .sink = sink, .asked = out };
	int rc;

	*out = (ac_retro_asked){ 0 };
	if (access(folder, F_OK) != 0)
		return 0;
	rc = open_parts(&a, err);
	if (!rc)
		rc = ask_all(&a, err);
	for (size_t i = 0; i < a.part_count; i++)
		ac_retro_part_close(&a.parts[i]);
	free(a.parts);
	free(a.first_days);
	return rc;
}
