/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regions of a text, each made maps of by a kernel and looked at by it (scan_region.h). All places are those of token ends or of bytes inside a token; where a token begins is found
 * by looking back, so that nothing depends on where a region was cut.
 */
#include "watch/scan.h"

#include <stdlib.h>

#include "sys/os.h"
#include "values/value.h"
#include "watch/scan_parts.h"

_Static_assert(offsetof(ac_scan_maps, word) % 64 == 56 && sizeof(ac_places_map) % 64 == 0 && AC_MAP_WORDS % 8 == 0,
    "word 1 of each map begins a cache line");

const ac_scan_kernel *
ac_scan_kernel_at(size_t i)
{
#ifdef __SSE2__
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
	    __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("gfni") && __builtin_cpu_supports("bmi2") &&
	    i-- == 0)
		return &ac_scan_kernel_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
	    i-- == 0)
		return &ac_scan_kernel_avx2;
	if (i-- == 0)
		return &ac_scan_kernel_sse2;
#endif
#ifdef __aarch64__
	if (i-- == 0)
		return &ac_scan_kernel_neon;
#endif
	return i == 0 ? &ac_scan_kernel_portable : NULL;
}

/* ---- what is remembered ---- */

static bool
open_memory(ac_scan_memory *m)
{
	m->seen = ac_alloc_table(AC_SEEN_HOSTS * sizeof(*m->seen));
	m->strangers = malloc(AC_STRANGERS * sizeof(*m->strangers));
	return m->seen && m->strangers;
}

static void
close_memory(ac_scan_memory *m)
{
	free(m->seen);
	free(m->strangers);
}

static bool
is_of(const ac_scan_memory *m, const uint64_t of[static 2])
{
	return m->of[0] == of[0] && m->of[1] == of[1];
}

static void
begin_memory(ac_scan_memory *m, const uint64_t of[static 2])
{
	memcpy(m->of, of, sizeof(m->of));
	m->cleared = 0;
}

/* Clear one more part; false: nothing is left to clear. */
static bool
clear_part(ac_scan_memory *m)
{
	const size_t hosts = AC_SEEN_HOSTS / AC_MEMORY_PARTS, addresses = AC_STRANGERS / AC_MEMORY_PARTS;
	unsigned part = m->cleared;

	if (part == AC_MEMORY_PARTS)
		return false;
	memset(m->seen + part * hosts, 0, hosts * sizeof(*m->seen));
	/* No slot holds an address of its own: 0 is that of the first only. */
	memset(m->strangers + part * addresses, 0, addresses * sizeof(*m->strangers));
	m->strangers[ac_stranger_slot(0)] = 1;
	m->cleared++;
	return true;
}

static void
swap_memories(ac_scan *s)
{
	ac_scan_memory memory = s->memory;

	s->memory = s->coming;
	s->coming = memory;
}

/* Not told by the address: a new index may have that of one that is gone. */
static void
name_index(const ac_index *index, uint64_t out[static 2])
{
	out[0] = index->base.header->checksum;
	out[1] = index->overlay.header ? index->overlay.header->checksum : 0;
}

void
ac_scan_use(ac_scan *s, const ac_index *index)
{
	uint64_t of[2];

	name_index(index, of);
	s->index = index;
	if (is_of(&s->memory, of))
		return;
	/* That of the index before stays, in case it comes again. */
	swap_memories(s);
	if (!is_of(&s->memory, of))
		begin_memory(&s->memory, of);
	while (clear_part(&s->memory))
		continue;
}

ac_scan *
ac_scan_open_with(const ac_index *index, const ac_scan_kernel *kernel)
{
	ac_scan *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->kernel = kernel;
	ac_arena_init(&s->arena, AC_MIB);
	s->maps = aligned_alloc(_Alignof(ac_scan_maps), sizeof(*s->maps));
	s->places = calloc(1, sizeof(*s->places));
	s->url = malloc(sizeof(*s->url));
	s->joined = malloc(AC_URL_MAX + 64);
	if (!s->maps || !s->places || !s->url || !s->joined || !open_memory(&s->memory) || !open_memory(&s->coming))
		return ac_scan_close(s);
	memset(s->maps, 0, sizeof(*s->maps));
	ac_scan_use(s, index);
	return s;
}

ac_scan *
ac_scan_open(const ac_index *index)
{
	return ac_scan_open_with(index, ac_scan_kernel_at(0));
}

ac_scan *
ac_scan_close(ac_scan *s)
{
	if (!s)
		return NULL;
	free(s->maps);
	free(s->places);
	close_memory(&s->memory);
	close_memory(&s->coming);
	free(s->url);
	free(s->joined);
	ac_arena_done(&s->arena);
	free(s);
	return NULL;
}

/* ---- regions ---- */

/* Classes of `words` words from byte `at` of the text on, to word `to` of the maps; bytes behind the text's end belong to no class. */
static uint64_t
classes_at(const ac_scan *s, size_t at, size_t words, size_t to)
{
	size_t n = (size_t)(s->end - s->begin), whole = at < n ? (n - at) / 64 : 0;
	char last[64] = { 0 };
	uint64_t high = 0;

	if (whole > words)
		whole = words;
	if (whole)
		high = s->kernel->classes(s->begin + at, whole, s->maps, to);
	at += 64 * whole;
	for (; whole < words; whole++, at = n) {
		memset(last, 0, sizeof(last));
		if (at < n)
			memcpy(last, s->begin + at, n - at);
		high |= s->kernel->classes(last, 1, s->maps, to + whole);
	}
	return high;
}

static void
shift_words(uint64_t *map, size_t words)
{
	map[0] = map[words];
	map[1] = map[words + 1];
}

static void
next_region(ac_scan_maps *m, size_t words)
{
	shift_words(m->word, words);
	shift_words(m->dot, words);
	shift_words(m->digit, words);
	shift_words(m->colon, words);
	shift_words(m->slash, words);
	shift_words(m->high, words);
	shift_words(m->escape, words);
	shift_words(m->quote_or_s, words);
	shift_words(m->follow, words);
	shift_words(m->letter_n, words);
}

/* Nothing stands before the text. What maps hold behind a region's words is never asked for. */
static void
begin_maps(ac_scan_maps *m)
{
	uint64_t *const all[] = { m->word, m->dot, m->digit, m->colon, m->slash, m->high, m->follow };

	for (size_t i = 0; i < AC_COUNT(all); i++)
		all[i][0] = 0;
	m->has_signs = false;
	m->has_escape = true; /* until spellings are looked for */
	m->last_number = m->last_chain = m->last_group = m->label_carry = m->member_carry = 0;
}

static unsigned
wanted(const ac_scan *s)
{
	const ac_index *ix = s->index;
	unsigned want = 0;

	if (ix->flags & (AC_INDEX_HAS_IPV6 | AC_INDEX_HAS_URL_IPV6 | AC_INDEX_HAS_PAIRS) || ix->ipv4_prefixes)
		want |= AC_WANT_ADDRESS6;
	if (ix->flags & AC_INDEX_HAS_URLS)
		want |= AC_WANT_URL;
	/* A name in Unicode may end in a digit where its punycode does not. */
	if ((ix->flags & (AC_INDEX_HAS_NUMERIC_ENDS | AC_INDEX_HAS_DIGIT_ENDS)) ||
	    ((ix->flags & AC_INDEX_HAS_IDN) && s->has_high))
		want |= AC_WANT_DIGIT_ENDS;
	if (ix->flags & AC_INDEX_HAS_PLAIN_NAMES)
		want |= AC_WANT_SHORT_WORDS | AC_WANT_LENGTHS(ix->plain_name_min & 7, ix->plain_name_max & 7);
	if (ix->flags & AC_INDEX_HAS_LONG_WORDS)
		want |= AC_WANT_LONG_WORDS;
	if (ix->flags & AC_INDEX_HAS_AS_NUMBERS)
		want |= AC_WANT_AS_NUMBERS;
	return want;
}

static void
begin_text(ac_scan *s, ac_str text)
{
	s->begin = text.p;
	s->end = text.p + text.n;
	s->colon_end = s->pairs_end = text.p;
	s->as_numbers_from = s->expects_as_numbers ? text.p : NULL;
	s->ahead = s->ahead_end = 0;
	s->maps->wants_words =
	    s->index->flags & (AC_INDEX_HAS_LONG_WORDS | AC_INDEX_HAS_PLAIN_NAMES | AC_INDEX_HAS_AS_NUMBERS);
	begin_maps(s->maps);
}

void
ac_scan_look(ac_scan *s, ac_str text, ac_scan_view *out)
{
	size_t words = text.n / 64 + 1; /* one more: a token that ends with the text ends at byte n */

	begin_text(s, text);
	s->has_high = classes_at(s, 0, words + 1, 1) != 0;
	out->has_signs = s->maps->has_signs;
	out->has_high = s->has_high;
	out->has_spellings = s->kernel->spellings(s->maps, words);
	out->feed_count = s->kernel->list(&s->maps->feed, words, 0, out->feeds);
}

void
ac_scan_expect_as_numbers(ac_scan *s, bool expected)
{
	s->expects_as_numbers = expected;
}

bool
ac_scan_names_as_numbers(const ac_scan *s)
{
	return s->as_numbers_from != NULL;
}

static void
clear_bits(uint64_t *map, size_t begin, size_t end)
{
	size_t first = begin / 64, last = end / 64;
	uint64_t before = ~(UINT64_MAX << (begin % 64)), behind = UINT64_MAX << (end % 64);

	if (first == last) {
		map[first] &= before | behind;
		return;
	}
	map[first] &= before;
	memset(map + first + 1, 0, (last - first - 1) * sizeof(*map));
	map[last] &= behind;
}

void
ac_scan_leave_out(ac_scan *s, size_t begin, size_t end)
{
	ac_scan_maps *m = s->maps;
	uint64_t *const all[] = { m->word, m->dot, m->digit, m->colon, m->slash, m->high, m->quote_or_s };

	for (size_t i = 0; i < AC_COUNT(all); i++)
		clear_bits(all[i] + 1, begin, end);
}

bool
ac_scan_wait_for_path(ac_scan *s, ac_str host, ac_value_type type, uint64_t key)
{
	ac_places *l = s->places;

	if (!s->asks_for_paths || l->host_count == AC_HOSTS_WAITING)
		return false;
	l->hosts[l->host_count++] =
	    (ac_host_wait){ .key = key, .at = (uint32_t)(host.p - s->begin), .n = (uint32_t)host.n, .type = type };
	return true;
}

int
ac_scan_finish(ac_scan *s, ac_vec *matches, accord_err *err)
{
	size_t words = (size_t)(s->end - s->begin) / 64 + 1;
	unsigned want = wanted(s);

	s->matches = matches;
	s->map_bits = (words + 2) * 64;
	s->ahead = (uintptr_t)s->end;
	s->ahead_end = s->ahead + AC_SCAN_REGION;
	s->kernel->places(s->maps, words, want);
	s->asks_for_paths = true;
	s->kernel->region(s, words, 0, want);
	s->asks_for_paths = false;
	return ac_vec_check(matches, "matches of one block", err);
}

void
ac_scan_warm(ac_scan *s, const ac_index *coming, ac_str text, ac_scan_view *view, ac_vec *matches)
{
	const ac_index *index = s->index;
	uint64_t of[2];
	bool is_same;

	name_index(coming, of);
	is_same = is_of(&s->memory, of);
	if (!is_same && !is_of(&s->coming, of))
		begin_memory(&s->coming, of);
	/* A part at a time takes no longer than a look, the first time too, when the memory has no pages yet. */
	if (!is_same && clear_part(&s->coming))
		return;
	if (!is_same)
		swap_memories(s);
	s->index = coming;
	ac_scan_look(s, text, view);
	/* Too many matches are no failure here. */
	if (ac_scan_finish(s, matches, NULL))
		matches->failed = 0;
	matches->n = 0;
	s->index = index;
	if (!is_same)
		swap_memories(s);
}

int
ac_scan_text(ac_scan *s, ac_str text, ac_vec *matches, accord_err *err)
{
	size_t words = text.n / 64 + 1, done = 0; /* one more: a token that ends with the text ends at byte n */
	uint64_t before = 0, here;

	if (text.n > UINT32_MAX / 2)
		return ac_fail(err, ACCORD_ELIMIT, "scan: %zu bytes in one piece", text.n);
	if (text.n == 0)
		return 0;
	s->matches = matches;
	begin_text(s, text);
	here = classes_at(s, 0, 1, 1);
	while (done < words) {
		size_t count = words - done < AC_REGION_WORDS ? words - done : AC_REGION_WORDS;
		unsigned want;

		here |= classes_at(s, (done + 1) * 64, count, 2);
		s->has_high = (before | here) != 0;
		want = wanted(s);
		s->map_bits = (count + 2) * 64;
		s->kernel->places(s->maps, count, want);
		s->kernel->region(s, count, done * 64, want);
		next_region(s->maps, count);
		before = here;
		here = s->maps->high[1];
		done += count;
	}
	return ac_vec_check(matches, "matches of one block", err);
}
