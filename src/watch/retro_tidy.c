/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merging and ageing. Parts are merged when the smaller ones have come to a quarter of the largest, so that each value is written again a few times only however often somebody flushes. A merged part names the
 * flushes that it holds: whatever moment a crash comes, each flush is read once.
 */
#include "watch/retro_tidy.h"

#include <stdlib.h>
#include <unistd.h>

#define PARTS_WANTED 8
#define SMALL_SHARE 4

typedef struct span {
	const char *folder;
	const ac_retro_file *files;
	size_t count;
	ac_retro_part *parts; /* those that are sound */
	const ac_retro_file **part_files;
	size_t part_count;
} span;

static int
open_parts(span *s, ac_retro_counts *counts, accord_err *err)
{
	s->parts = calloc(s->count, sizeof(*s->parts));
	s->part_files = calloc(s->count, sizeof(*s->part_files));
	if (!s->parts || !s->part_files)
		return ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory for %zu parts", s->count);
	for (size_t i = 0; i < s->count; i++) {
		char path[AC_PATH_MAX];
		accord_err problem = { 0 };
		int rc;

		ac_retro_file_path(s->folder, &s->files[i], path);
		rc = ac_retro_part_open(path, &s->parts[s->part_count], &problem);
		if (rc == ACCORD_EINPUT) {
			counts->damaged++;
			rc = ac_retro_file_set_aside(s->folder, &s->files[i], err);
			if (rc)
				return rc;
		} else if (rc) {
			if (err)
				*err = problem;
			return rc;
		} else {
			s->part_files[s->part_count++] = &s->files[i];
		}
	}
	return 0;
}

static void
close_parts(span *s)
{
	for (size_t i = 0; i < s->part_count; i++)
		ac_retro_part_close(&s->parts[i]);
	free(s->parts);
	free(s->part_files);
}

/* From which part on they are merged; part_count: not at all. */
static size_t
merge_from(const span *s, uint64_t per_day)
{
	uint64_t sum = 0, largest = 0;

	if (s->part_count < 2)
		return s->part_count;
	for (size_t i = 0; i < s->part_count; i++) {
		sum += s->parts[i].bytes.n;
		if (s->parts[i].bytes.n > largest)
			largest = s->parts[i].bytes.n;
	}
	for (unsigned day = 0; day < AC_RETRO_SPAN; day++) {
		uint64_t values = 0;

		for (size_t i = 0; i < s->part_count; i++)
			values += s->parts[i].footer->day_values[day];
		if (values > per_day)
			return 0;
	}
	if ((sum - largest) * SMALL_SHARE >= largest)
		return 0;
	/* Many small ones beside a large one: among themselves. */
	return s->part_count > PARTS_WANTED ? 1 : s->part_count;
}

/* What stays of the value at hand: days in reach, and of each day what it has room for. Values that the oldest part has stay. */
static uint16_t
days_kept(
    const ac_retro_merge *m, uint16_t reach, uint64_t per_day, uint64_t *values, uint64_t *surplus, uint64_t *aged)
{
	uint16_t kept = 0;

	for (unsigned left = m->days; left; left &= left - 1) {
		unsigned day = (unsigned)__builtin_ctz(left);

		if (!(reach >> day & 1)) {
			++*aged;
		} else if (m->first_days >> day & 1) {
			kept |= (uint16_t)(1U << day);
		} else if (values[day] < per_day) {
			values[day]++;
			kept |= (uint16_t)(1U << day);
		} else {
			surplus[day]++;
		}
	}
	return kept;
}

static int
merge_into(const span *s, ac_retro_writer *w, const ac_retro_limits *limits, uint16_t reach, ac_retro_counts *counts,
    uint64_t *out_damaged, accord_err *err)
{
	uint64_t values[AC_RETRO_SPAN], surplus[AC_RETRO_SPAN] = { 0 };
	ac_retro_merge m;
	int rc = ac_retro_merge_open(&m, s->parts, s->part_count, NULL, NULL, err);

	if (rc)
		return rc;
	memcpy(values, s->parts[0].footer->day_values, sizeof(values));
	while (!rc && ac_retro_merge_next(&m)) {
		uint16_t days = 0;

		if (ac_retro_merge_days(&m))
			days = days_kept(&m, reach, limits->per_day, values, surplus, &counts->aged);
		if (days)
			rc = ac_retro_writer_add(w, m.key, days, m.seen, err);
	}
	for (unsigned day = 0; day < AC_RETRO_SPAN; day++) {
		w->footer.day_surplus[day] += surplus[day];
		counts->surplus += surplus[day];
	}
	*out_damaged = ac_retro_merge_damaged(&m);
	ac_retro_merge_close(&m);
	return rc;
}

/* The parts that were merged go; with damage in them, aside. */
static int
retire(const span *s, const ac_retro_footer *merged, bool damaged, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < s->part_count; i++) {
		const ac_retro_file *file = s->part_files[i];
		char path[AC_PATH_MAX];

		if (file->low == merged->low && file->high == merged->high)
			continue;
		ac_retro_file_path(s->folder, file, path);
		rc = damaged ? ac_retro_file_set_aside(s->folder, file, err) : ac_file_remove(path, err);
	}
	return rc;
}

static int
merge_span(const span *s, const ac_retro_limits *limits, int64_t from_day, ac_retro_counts *counts, accord_err *err)
{
	const ac_retro_file *first = s->part_files[0], *last = s->part_files[s->part_count - 1];
	ac_retro_footer about = { .first_day = (int32_t)first->first_day, .low = first->low, .high = last->high };
	ac_retro_file file = { first->first_day, about.low, about.high };
	uint16_t reach = 0;
	uint64_t damaged = 0, size;
	ac_str names[AC_RETRO_NAMES];
	unsigned name_count = 0;
	ac_retro_writer *w = malloc(sizeof(*w));
	char path[AC_PATH_MAX];
	int rc;

	if (!w)
		return ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory to merge");
	/* The same order as the merge has, so that the bits are the same. */
	for (size_t i = 0; i < s->part_count; i++) {
		for (uint32_t n = 0; n < s->parts[i].footer->name_count; n++)
			(void)ac_retro_name_bit(names, &name_count, s->parts[i].names[n]);
		for (unsigned day = 0; day < AC_RETRO_SPAN; day++)
			about.day_surplus[day] += s->parts[i].footer->day_surplus[day];
	}
	for (unsigned day = 0; day < AC_RETRO_SPAN; day++)
		if (first->first_day + day >= from_day)
			reach |= (uint16_t)(1U << day);
	ac_retro_file_path(s->folder, &file, path);
	rc = ac_retro_writer_open(w, path, &about, names, name_count, err);
	if (!rc) {
		rc = merge_into(s, w, limits, reach, counts, &damaged, err);
		if (rc)
			ac_retro_writer_abort(w);
		else
			rc = ac_retro_writer_finish(w, &size, err);
	}
	free(w);
	counts->damaged += damaged;
	return rc ? rc : retire(s, &about, damaged > 0, err);
}

int
ac_retro_tidy_span(const char *folder, const ac_retro_file *files, size_t count, const ac_retro_limits *limits,
    int64_t from_day, ac_retro_counts *counts, accord_err *err)
{
	span s = { .folder = folder, .files = files, .count = count };
	int rc;

	if (count < 2)
		return 0;
	rc = open_parts(&s, counts, err);
	if (!rc) {
		size_t from = merge_from(&s, limits->per_day);
		span late = s;

		late.parts += from;
		late.part_files += from;
		late.part_count -= from;
		if (late.part_count > 1)
			rc = merge_span(&late, limits, from_day, counts, err);
	}
	close_parts(&s);
	return rc;
}

/* ---- ageing ---- */

static int
size_of(const char *path, uint64_t *out, accord_err *err)
{
	ac_file_id id;
	int fd = ac_file_open(path, err), rc;

	if (fd < 0)
		return fd;
	rc = ac_file_identify(fd, &id, err);
	(void)close(fd);
	if (!rc)
		*out += id.size;
	return rc;
}

static int
remove_part(const char *folder, const ac_retro_file *file, ac_retro_counts *counts, accord_err *err)
{
	char path[AC_PATH_MAX];
	accord_err ignored = { 0 };
	ac_retro_part part;

	ac_retro_file_path(folder, file, path);
	if (ac_retro_part_open(path, &part, &ignored) == 0) {
		for (unsigned day = 0; day < AC_RETRO_SPAN; day++)
			counts->aged += part.footer->day_values[day];
		ac_retro_part_close(&part);
	}
	return ac_file_remove(path, err);
}

int
ac_retro_age(const char *folder, const ac_retro_limits *limits, int64_t today, ac_retro_counts *counts, accord_err *err)
{
	ac_retro_files files;
	const ac_retro_file *all;
	uint64_t sum = 0, *sizes;
	size_t n;
	int64_t newest, from;
	int rc;

	ac_retro_files_init(&files);
	rc = ac_retro_files_list(&files, folder, false, err);
	all = files.all.p;
	n = files.all.n;
	sizes = calloc(n + 1, sizeof(*sizes));
	if (!rc && !sizes)
		rc = ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory for %zu parts", n);
	for (size_t i = 0; !rc && i < n; i++) {
		char path[AC_PATH_MAX];

		ac_retro_file_path(folder, &all[i], path);
		rc = size_of(path, &sizes[i], err);
		sum += sizes[i];
	}
	/* A clock that jumps ahead must not empty the memory: what is newest in it counts too. */
	newest = n ? all[n - 1].first_day + AC_RETRO_SPAN - 1 : today;
	from = (today < newest ? today : newest) - limits->days + 1;
	for (size_t i = 0; !rc && i < n && all[i].first_day != all[n - 1].first_day; i++) {
		bool same_span = i > 0 && all[i].first_day == all[i - 1].first_day && sizes[i - 1] == 0;

		if (all[i].first_day + AC_RETRO_SPAN > from && (limits->bytes == 0 || sum <= limits->bytes) &&
		    !same_span)
			break;
		rc = remove_part(folder, &all[i], counts, err);
		sum -= sizes[i];
		sizes[i] = 0; /* its span goes whole */
	}
	counts->bytes = sum;
	free(sizes);
	ac_retro_files_done(&files);
	return rc;
}
