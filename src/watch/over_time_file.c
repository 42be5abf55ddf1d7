/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checkpoint of patterns over time, little-endian: a magic word, version, number of states; a state is the SHA-256 of its pattern's text (numbers change when the index does), its scope, the
 * newest time, and its records; at the end the index's checksum of all that stands before. Read twice: the first time only to see that it is sound.
 */
#include "watch/index_format.h"
#include "watch/over_time_state.h"

#define MAGIC 0x0a31545041434341U /* "ACCAPT1\n" */
#define VERSION 1
#define HEAD_SIZE 24
#define NO_FILE UINT32_MAX

static void
put_number(ac_buf *buf, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		ac_buf_add_byte(buf, (char)(value >> (8 * i)));
}

static void
put_text(ac_buf *buf, ac_str text)
{
	put_number(buf, text.n, 4);
	ac_buf_add(buf, text);
}

static void
put_time(ac_buf *buf, ac_time time)
{
	put_number(buf, (uint64_t)time.seconds, 8);
	put_number(buf, time.nanoseconds, 4);
}

static void
put_state(const ac_over_time *t, const ac_time_state *s, ac_buf *buf)
{
	ac_buf_add(buf, (ac_str){ (const char *)t->rules[s->pattern].digest, AC_SHA256_SIZE });
	put_text(buf, (ac_str){ s->scope, s->scope_n });
	put_time(buf, s->newest_time);
	put_number(buf, s->hit_count, 4);
	for (uint32_t i = 0; i < s->hit_count; i++) {
		const ac_time_hit *hit = &s->hits[i];

		put_number(buf, hit->brackets, 8);
		put_time(buf, hit->time);
		put_number(buf, hit->line, 8);
		put_number(buf, hit->offset, 8);
		put_text(buf, hit->file == NO_FILE ? AC_S("") : t->file_names[hit->file]);
	}
}

int
ac_over_time_save(const ac_over_time *t, ac_buf *buf, accord_err *err)
{
	size_t from = buf->n;
	ac_str all;
	int rc;

	put_number(buf, MAGIC, 8);
	put_number(buf, VERSION, 8);
	put_number(buf, t->used, 8);
	/* The oldest first: read in this order, the order of use is the same again. */
	for (uint32_t i = t->oldest; i != UINT32_MAX; i = t->states[i].newer)
		put_state(t, &t->states[i], buf);
	rc = ac_buf_finish(buf, &all, err);
	if (rc)
		return rc;
	put_number(buf, ac_index_checksum(ac_str_slice(all, from, all.n)), 8);
	return ac_buf_finish(buf, &all, err);
}

/* ---- reading ---- */

typedef struct reader {
	ac_str left;
	bool failed;
} reader;

static uint64_t
take_number(reader *r, unsigned bytes)
{
	uint64_t value = 0;

	if (r->left.n < bytes) {
		r->failed = true;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)(unsigned char)r->left.p[i] << (8 * i);
	r->left = ac_str_slice(r->left, bytes, r->left.n);
	return value;
}

static ac_str
take_bytes(reader *r, uint64_t n)
{
	ac_str bytes = ac_str_slice(r->left, 0, n);

	if (n > r->left.n) {
		r->failed = true;
		return (ac_str){ NULL, 0 };
	}
	r->left = ac_str_slice(r->left, n, r->left.n);
	return bytes;
}

static ac_time
take_time(reader *r)
{
	ac_time time = { .seconds = (int64_t)take_number(r, 8) };

	time.nanoseconds = (uint32_t)take_number(r, 4);
	if (time.nanoseconds > 999999999)
		r->failed = true;
	return time;
}

/* One record; false at a fault. */
static ac_witness
take_hit(reader *r, uint64_t *out_brackets)
{
	ac_witness w = { 0 };

	*out_brackets = take_number(r, 8);
	w.time = take_time(r);
	w.line = take_number(r, 8);
	w.offset = take_number(r, 8);
	w.file = take_bytes(r, take_number(r, 4));
	return w;
}

/* Patterns by the digests of their texts. */
static int
map_digests(const ac_over_time *t, ac_map *map, accord_err *err)
{
	for (size_t i = 0; i < t->pattern_count; i++) {
		uint64_t *slot;

		if (!t->rules[i].tree)
			continue;
		slot = ac_map_put(map, (ac_str){ (const char *)t->rules[i].digest, AC_SHA256_SIZE }, NULL);
		if (!slot)
			return ac_fail(err, ACCORD_ENOMEM, "patterns over time: no memory");
		*slot = i + 1;
	}
	return 0;
}

/* Walk all states. t NULL: only look whether they are sound. */
static int
walk(ac_over_time *t, const ac_map *patterns, ac_str bytes, bool *out_sound, accord_err *err)
{
	reader r = { .left = ac_str_slice(bytes, HEAD_SIZE - 8, bytes.n) };
	uint64_t states = take_number(&r, 8);

	for (uint64_t i = 0; i < states && !r.failed; i++) {
		ac_str digest = take_bytes(&r, AC_SHA256_SIZE), scope = take_bytes(&r, take_number(&r, 4));
		ac_time newest = take_time(&r);
		uint64_t hits = take_number(&r, 4), brackets;
		const uint64_t *pattern = t && !r.failed ? ac_map_get(patterns, digest) : NULL;
		uint32_t number = 0;

		if (t && !r.failed) {
			t->counts.restored += pattern != NULL;
			t->counts.dropped += pattern == NULL;
		}
		if (pattern && ac_over_time_state(t, (uint32_t)*pattern - 1, scope, &number))
			return ac_fail(err, ACCORD_ENOMEM, "patterns over time: no memory");
		for (uint64_t k = 0; k < hits && !r.failed; k++) {
			ac_witness record = take_hit(&r, &brackets);

			if (pattern && !r.failed && ac_over_time_put(t, number, brackets, &record))
				return ac_fail(err, ACCORD_ENOMEM, "patterns over time: no memory");
		}
		if (pattern && ac_time_cmp(newest, t->states[number].newest_time) > 0)
			t->states[number].newest_time = newest;
	}
	*out_sound = !r.failed && r.left.n == 0;
	return 0;
}

int
ac_over_time_load(ac_over_time *t, ac_str bytes, accord_err *err)
{
	reader r = { .left = bytes };
	ac_str body = ac_str_slice(bytes, 0, bytes.n < 8 ? 0 : bytes.n - 8);
	reader tail = { .left = ac_str_slice(bytes, body.n, bytes.n) };
	bool sound = bytes.n >= HEAD_SIZE + 8 && take_number(&r, 8) == MAGIC;
	ac_map patterns;
	int rc = 0;

	if (sound && take_number(&r, 8) != VERSION)
		return ac_fail(err, ACCORD_EINPUT, "checkpoint of patterns: want version %d, got another", VERSION);
	sound = sound && take_number(&tail, 8) == ac_index_checksum(body);
	if (sound)
		rc = walk(NULL, NULL, body, &sound, err);
	if (!rc && !sound)
		return ac_fail(err, ACCORD_EINPUT, "checkpoint of patterns is not as it was written");
	ac_map_init(&patterns, t->seed, AC_MATCH_PATTERNS_MAX);
	if (!rc)
		rc = map_digests(t, &patterns, err);
	if (!rc) {
		ac_over_time_counts before = t->counts;

		rc = walk(t, &patterns, body, &sound, err);
		/* These records were counted when they came. */
		t->counts.ahead = before.ahead;
		t->counts.again = before.again;
	}
	ac_map_done(&patterns);
	return rc;
}
