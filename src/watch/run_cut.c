/* SPDX-License-Identifier: Apache-2.0 */
/* Places where a file is cut, and what a reader that begins there has to know. Knows nothing of threads. */
#include "watch/run_cut.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"
#include "watch/input.h"

/* A part takes some hundredths of a second: enough that its beginning costs nothing, not so much that threads wait for the last one. */
#define STRIDE ((uint64_t)16 * AC_MIB)
#define LOOK_BACK (64 * AC_KIB)

/* ---- what a reader has to know ---- */

static int
read_range(int fd, uint64_t begin, uint64_t end, char **out, accord_err *err)
{
	size_t n = (size_t)(end - begin), got = 0;
	int rc;

	*out = NULL;
	if (n == 0)
		return 0;
	*out = malloc(n);
	if (!*out)
		return ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	rc = ac_file_read_at(fd, begin, *out, n, &got, err);
	if (!rc && got != n)
		rc = ac_fail(err, ACCORD_EIO, "the file was cut while it was read");
	if (rc) {
		free(*out);
		*out = NULL;
	}
	return rc;
}

static int
copy_range(const char *from, uint64_t n, char **out, accord_err *err)
{
	*out = n ? malloc((size_t)n) : NULL;
	if (n && !*out)
		return ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	if (n)
		memcpy(*out, from, (size_t)n);
	return 0;
}

static ac_str
header_of(const ac_run_state *state)
{
	return (ac_str){ state->header, (size_t)(state->at.header_end - state->at.header_begin) };
}

static ac_str
first_of(const ac_run_state *state)
{
	return (ac_str){ state->first, (size_t)(state->at.first_end - state->at.first_begin) };
}

int
ac_run_state_read(int fd, const ac_watch_position *at, ac_run_state *out, accord_err *err)
{
	ac_run_state s = { .at = *at };
	int rc = read_range(fd, at->header_begin, at->header_end, &s.header, err);

	if (!rc)
		rc = read_range(fd, at->first_begin, at->first_end, &s.first, err);
	if (rc)
		ac_run_state_done(&s);
	else
		*out = s;
	return rc;
}

int
ac_run_state_copy(const ac_run_state *from, ac_run_state *out, accord_err *err)
{
	ac_run_state s = { .at = from->at };
	int rc = copy_range(from->header, header_of(from).n, &s.header, err);

	if (!rc)
		rc = copy_range(from->first, first_of(from).n, &s.first, err);
	if (rc)
		ac_run_state_done(&s);
	else
		*out = s;
	return rc;
}

static bool
is_same_rest(const ac_log_csv_rest *a, const ac_log_csv_rest *b)
{
	return a->next.column == b->next.column && a->next.in_quotes == b->next.in_quotes && a->lines == b->lines &&
	       a->has_time == b->has_time && ac_time_cmp(a->time, b->time) == 0;
}

bool
ac_run_state_is_same(const ac_run_state *a, const ac_run_state *b)
{
	const ac_watch_position *x = &a->at, *y = &b->at;

	return x->offset == y->offset && is_same_rest(&x->csv, &y->csv) && x->has_content == y->has_content &&
	       !x->in_long_line && !y->in_long_line &&
	       (x->first_begin < x->header_begin) == (y->first_begin < y->header_begin) &&
	       ac_str_eq(header_of(a), header_of(b)) && ac_str_eq(first_of(a), first_of(b));
}

int
ac_run_state_resume(ac_watch *watch, ac_str file, const ac_run_state *state, accord_err *err)
{
	return ac_watch_resume(watch, file, &state->at, header_of(state), first_of(state), err);
}

void
ac_run_state_done(ac_run_state *state)
{
	free(state->header);
	free(state->first);
	*state = (ac_run_state){ 0 };
}

/* ---- whether to cut ---- */

/* What the filters of an input make of its first block. */
typedef struct probe {
	ac_str block;
	uint64_t out;
	bool is_changed; /* not the same bytes, or a member of something */
} probe;

static int
on_begin(void *payload, ac_str member, accord_err *err)
{
	(void)err;
	((probe *)payload)->is_changed |= member.p != NULL;
	return 0;
}

static int
on_bytes(void *payload, ac_str bytes, accord_err *err)
{
	probe *p = payload;

	(void)err;
	p->is_changed |= p->out + bytes.n > p->block.n || memcmp(p->block.p + p->out, bytes.p, bytes.n) != 0;
	p->out += bytes.n;
	return p->is_changed ? ACCORD_EINPUT : 0;
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	(void)payload;
	(void)problem;
	(void)err;
	return 0;
}

static bool
is_plain(ac_str block)
{
	probe p = { .block = block };
	ac_input *input = ac_input_open(&(ac_input_sink){ on_begin, on_bytes, on_end, &p });
	accord_err ignored = { 0 };
	int rc = input ? ac_input_feed(input, block, &ignored) : ACCORD_ENOMEM;

	ac_input_close(input);
	return rc == 0 && !p.is_changed && p.out == block.n;
}

static int
ignore_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)payload;
	(void)hit;
	(void)err;
	return 0;
}

/* What the first block teaches, to a watch that says nothing. */
static int
guess(const ac_index *index, int fd, ac_str block, const ac_log_format *format, ac_run_state *out, accord_err *err)
{
	ac_watch_sink sink = { .on_hit = ignore_hit };
	ac_watch *watch = ac_watch_open(index, AC_S(""), (ac_time){ 0 }, &sink);
	ac_watch_position at;
	int rc;

	if (!watch)
		return ac_fail(err, ACCORD_ENOMEM, "watch: no memory");
	ac_watch_select(watch, NULL, format);
	rc = ac_watch_feed(watch, block, err);
	if (!rc)
		rc = ac_watch_pause(watch, &at, err);
	ac_watch_close(watch);
	return rc ? rc : ac_run_state_read(fd, &at, out, err);
}

int
ac_run_cut_plan(const ac_index *index, const char *path, uint64_t size, size_t part_bytes, const ac_log_format *format,
    ac_run_cut *out, accord_err *err)
{
	uint64_t stride = part_bytes ? part_bytes : STRIDE;
	ac_run_cut cut = { .parts = 1 };
	accord_err ignored = { 0 };
	char *block;
	size_t n = 0;
	int fd, rc = 0;

	stride = (stride + AC_WATCH_BLOCK - 1) / AC_WATCH_BLOCK * AC_WATCH_BLOCK;
	while (size / stride >= AC_WATCH_PARTS_MAX)
		stride *= 2;
	*out = cut;
	if (size < 2 * stride)
		return 0;
	fd = ac_file_open(path, &ignored);
	if (fd < 0)
		return 0;
	block = malloc(AC_WATCH_BLOCK);
	if (!block)
		rc = ac_fail(err, ACCORD_ENOMEM, "%s: no memory", path);
	if (!rc && ac_file_read_at(fd, 0, block, AC_WATCH_BLOCK, &n, &ignored) == 0 && is_plain((ac_str){ block, n }) &&
	    guess(index, fd, (ac_str){ block, n }, format, &cut.guessed, &ignored) == 0) {
		cut.parts = (unsigned)((size + stride - 1) / stride);
		cut.stride = stride;
		*out = cut;
	}
	free(block);
	(void)close(fd);
	return rc;
}

/* ---- places ---- */

int
ac_run_cut_begin(int fd, const ac_run_cut *cut, unsigned number, uint64_t *out, accord_err *err)
{
	uint64_t place = number * cut->stride, end = place, floor;
	char bytes[LOOK_BACK];
	int rc = 0;

	*out = 0;
	if (number == 0)
		return 0;
	floor = place - AC_WATCH_BLOCK / 2;
	*out = UINT64_MAX;
	while (!rc && *out == UINT64_MAX && end > floor) {
		uint64_t at = end - floor > sizeof(bytes) ? end - sizeof(bytes) : floor;
		const char *newline;
		size_t n = 0;

		rc = ac_file_read_at(fd, at, bytes, (size_t)(end - at), &n, err);
		newline = !rc && n ? memrchr(bytes, '\n', n) : NULL;
		if (newline)
			*out = at + (uint64_t)(newline - bytes) + 1;
		end = at;
	}
	return rc;
}

int
ac_run_cut_end(int fd, const ac_run_cut *cut, unsigned number, uint64_t *out, accord_err *err)
{
	int rc = 0;

	*out = UINT64_MAX;
	while (!rc && *out == UINT64_MAX && ++number < cut->parts)
		rc = ac_run_cut_begin(fd, cut, number, out, err);
	return rc;
}
