/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regions, bit logic, lists of places, and gate 1 in batches. What passes goes to match.c. All places are those of token ends or of bytes
 * inside a token; where a token begins is found by walking back in the text, so that nothing depends on where a region was cut.
 */
#include "watch/scan.h"

#include <stdlib.h>

#include "values/value.h"

#define REGION_WORDS 256
#define REGION_BYTES (REGION_WORDS * 64)
#define BATCH 64

/* The lists of a region. */
enum { AT_DOTTED, AT_HEX, AT_COLON, AT_URL, AT_PLAIN, LIST_COUNT };

typedef struct region {
	uint32_t *list[LIST_COUNT];
	size_t n[LIST_COUNT];
} region;

/* What the bit logic carries from one word to the next. */
typedef struct carry {
	uint64_t inner_dot;   /* of the word before */
	uint64_t hex_colon;   /* colons between hexadecimal digits */
	uint64_t chain_colon; /* of those, with another one 2 to 5 bytes before */
	unsigned label;       /* the addition's carry: a last label goes on */
} carry;

ac_scan *
ac_scan_open(const ac_index *index)
{
	ac_scan *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->index = index;
	ac_arena_init(&s->arena, AC_MIB);
	s->masks = calloc(REGION_WORDS + 2, sizeof(*s->masks));
	s->url = malloc(sizeof(*s->url));
	s->joined = malloc(AC_URL_MAX + 64);
	for (unsigned i = 0; i < LIST_COUNT; i++) {
		s->places[i] = malloc((REGION_BYTES + 64) * sizeof(*s->places[i]));
		if (!s->places[i])
			return ac_scan_close(s);
	}
	return s->masks && s->url && s->joined ? s : ac_scan_close(s);
}

ac_scan *
ac_scan_close(ac_scan *s)
{
	if (!s)
		return NULL;
	for (unsigned i = 0; i < LIST_COUNT; i++)
		free(s->places[i]);
	free(s->masks);
	free(s->url);
	free(s->joined);
	ac_arena_done(&s->arena);
	free(s);
	return NULL;
}

/* Masks of `words` words from byte `at` of the text on; bytes behind its end belong to no class. */
static void
masks_at(const ac_scan *s, size_t at, size_t words, ac_masks *out)
{
	size_t n = (size_t)(s->end - s->begin), whole = at < n ? (n - at) / 64 : 0;
	char last[64] = { 0 };

	if (whole > words)
		whole = words;
	if (whole)
		ac_masks_of(s->begin + at, whole, out);
	if (whole == words)
		return;
	memset(out + whole, 0, (words - whole) * sizeof(*out));
	at += 64 * whole;
	if (at < n) {
		memcpy(last, s->begin + at, n - at);
		ac_masks_of(last, 1, out + whole);
	}
}

static inline void
add_places(region *r, unsigned list, uint64_t bits, size_t base)
{
	uint32_t *out = r->list[list] + r->n[list];

	for (; bits; bits &= bits - 1)
		*out++ = (uint32_t)(base + (size_t)__builtin_ctzll(bits));
	r->n[list] = (size_t)(out - r->list[list]);
}

/* x, `by` bits later, filled from the word before. */
static inline uint64_t
later(uint64_t x, uint64_t before, unsigned by)
{
	return x << by | before >> (64 - by);
}

static inline uint64_t
sooner(uint64_t x, uint64_t behind, unsigned by)
{
	return x >> by | behind << (64 - by);
}

/* Marks bytes that have a marked byte 2 to 5 bytes before them: groups of an IPv6 address are 1 to 4 digits and a colon. */
static inline uint64_t
group_behind(uint64_t x, uint64_t before)
{
	return later(x, before, 2) | later(x, before, 3) | later(x, before, 4) | later(x, before, 5);
}

/* Colons that may belong to an IPv6 address: "::", or the third of a chain. "10:00:00" has two. */
static inline uint64_t
address_colons(const ac_masks *m, carry *c)
{
	uint64_t hex_colon = m[0].colon & later(m[0].hex, m[-1].hex, 1) & sooner(m[0].hex, m[1].hex, 1);
	uint64_t chain = hex_colon & group_behind(hex_colon, c->hex_colon);
	uint64_t third = chain & group_behind(chain, c->chain_colon);

	c->hex_colon = hex_colon;
	c->chain_colon = chain;
	return third | (m[0].colon & sooner(m[0].colon, m[1].colon, 1));
}

static inline uint64_t
all_sixteen(uint64_t x)
{
	x &= x >> 8;
	x &= x >> 4;
	x &= x >> 2;
	return x & x >> 1 & 0x0001000100010001U;
}

/* Ends of runs of AC_WORD_END word bytes and more. */
static inline uint64_t
long_ends(uint64_t word, uint64_t before)
{
	uint64_t all = word, all_before = before;

	for (unsigned n = 1; n < AC_WORD_END; n *= 2) {
		uint64_t both = all & later(all, all_before, n);

		all_before &= all_before << n;
		all = both;
	}
	return ~word & later(all, all_before, 1);
}

/* Places of one word of masks. */
static inline void
mark_word(const ac_index *ix, const ac_masks *m, carry *c, region *r, size_t base)
{
	uint64_t word = m[0].word;
	uint64_t inner = m[0].dot & later(word, m[-1].word, 1) & sooner(word, m[1].word, 1);
	uint64_t begins = later(inner, c->inner_dot, 1), sum, url;
	/* Adding a bit at the first byte of a label carries to the byte behind its last one. */
	unsigned overflow = __builtin_add_overflow(word, begins, &sum);

	overflow |= __builtin_add_overflow(sum, (uint64_t)c->label, &sum);
	c->label = overflow;
	c->inner_dot = inner;
	add_places(r, AT_DOTTED, sum & ~word & ~inner, base);
	add_places(r, AT_HEX, all_sixteen(m[0].hex), base);
	if (m[0].colon | c->hex_colon | c->chain_colon) {
		uint64_t colons = address_colons(m, c);

		if (ix->flags & (AC_INDEX_HAS_IPV6 | AC_INDEX_HAS_PAIRS) || ix->ipv4_prefixes)
			add_places(r, AT_COLON, colons, base);
		url = m[0].colon & sooner(m[0].slash, m[1].slash, 1) & sooner(m[0].slash, m[1].slash, 2);
		if (ix->flags & AC_INDEX_HAS_URLS)
			add_places(r, AT_URL, url, base);
	}
	if (ix->flags & AC_INDEX_HAS_PLAIN_NAMES)
		add_places(r, AT_PLAIN, ~word & later(word, m[-1].word, 1), base);
	else if (ix->flags & AC_INDEX_HAS_LONG_WORDS)
		add_places(r, AT_PLAIN, long_ends(word, m[-1].word), base);
}

/* Four decimal numbers without leading zeros that end at `end`; where they begin, or NULL. */
static const char *
ipv4_back(const char *end, const char *floor, uint32_t *out)
{
	const char *p = end;
	uint32_t address = 0;

	for (unsigned octet = 0; octet < 4; octet++) {
		uint32_t value = 0, scale = 1;
		const char *begin = p;

		while (p > floor && ac_is_decimal(p[-1]) && begin - p < 4) {
			value += (uint32_t)(*--p - '0') * scale;
			scale *= 10;
		}
		if (p == begin || begin - p > 3 || value > 255 || (begin - p > 1 && *p == '0'))
			return NULL;
		address |= value << (8 * octet);
		if (octet < 3) {
			if (p == floor || p[-1] != '.')
				return NULL;
			p--;
		}
	}
	if (p > floor && (ac_is_word(p[-1]) || (p[-1] == '.' && p - 1 > floor && ac_is_word(p[-2]))))
		return NULL;
	*out = address;
	return p;
}

typedef struct ipv4_candidate {
	const char *begin, *end;
	uint32_t address;
	uint64_t key;
} ipv4_candidate;

typedef struct batch {
	ac_token tokens[BATCH];
	ipv4_candidate addresses[BATCH];
	size_t token_count, address_count;
} batch;

static void
look_at_batch(ac_scan *s, batch *b)
{
	const ac_index *ix = s->index;

	for (size_t i = 0; i < b->token_count; i++)
		if (ac_gate_has(ix->gate1, ix->gate1_blocks, b->tokens[i].suffix2) ||
		    (b->tokens[i].has_high && (ix->flags & AC_INDEX_HAS_IDN)))
			ac_match_dotted(s, &b->tokens[i]);
	for (size_t i = 0; i < b->address_count; i++) {
		const ipv4_candidate *a = &b->addresses[i];
		uint32_t wide = a->address >> 16;
		bool open = ac_gate_has(ix->gate1, ix->gate1_blocks, a->key);

		if (open || (ix->cidr16[wide / 64] >> (wide % 64) & 1))
			ac_match_ipv4(s, a->begin, a->end, a->address, open);
	}
	b->token_count = b->address_count = 0;
}

/* The last label, behind a dot, is all digits. */
static inline bool
is_numeric_end(const char *end, const char *floor)
{
	while (end > floor && ac_is_decimal(end[-1]))
		end--;
	return end > floor && end[-1] == '.';
}

/* One dotted token, by its end: into the batch, with its gate's cache line on the way. */
static inline void
take_dotted(const ac_scan *s, const char *end, batch *b)
{
	const ac_index *ix = s->index;
	ac_token *token = &b->tokens[b->token_count];

	if (ac_is_decimal(end[-1])) {
		ipv4_candidate *a = &b->addresses[b->address_count];

		a->begin = ipv4_back(end, s->begin, &a->address);
		if (a->begin) {
			a->end = end;
			a->key = ac_words_key(a->address >> 8, 24, ix->salt, AC_KEY_IP24);
			__builtin_prefetch(ac_gate_block_of(ix->gate1, ix->gate1_blocks, a->key));
			b->address_count++;
			return;
		}
		/* Fractions of seconds and versions: most tokens that end in a digit. */
		if (!(ix->flags & AC_INDEX_HAS_NUMERIC_ENDS) && is_numeric_end(end, s->begin))
			return;
	}
	ac_token_back(end, s->begin, ix->salt, token);
	__builtin_prefetch(ac_gate_block_of(ix->gate1, ix->gate1_blocks, token->suffix2));
	b->token_count++;
}

static void
look_at_region(ac_scan *s, const region *r)
{
	batch b;

	b.token_count = b.address_count = 0;
	for (size_t i = 0; i < r->n[AT_DOTTED]; i++) {
		take_dotted(s, s->begin + r->list[AT_DOTTED][i], &b);
		if (b.token_count == BATCH || b.address_count == BATCH)
			look_at_batch(s, &b);
	}
	look_at_batch(s, &b);
	for (size_t i = 0; i < r->n[AT_HEX]; i++)
		ac_match_digest(s, s->begin + r->list[AT_HEX][i]);
	for (size_t i = 0; i < r->n[AT_COLON]; i++)
		ac_match_ipv6(s, s->begin + r->list[AT_COLON][i]);
	for (size_t i = 0; i < r->n[AT_URL]; i++)
		ac_match_url(s, s->begin + r->list[AT_URL][i]);
	for (size_t i = 0; i < r->n[AT_PLAIN]; i++)
		ac_match_word(s, s->begin + r->list[AT_PLAIN][i]);
}

int
ac_scan_text(ac_scan *s, ac_str text, ac_vec *matches, accord_err *err)
{
	size_t words = text.n / 64 + 1, done = 0; /* one more: a token that ends with the text ends at byte n */
	carry c = { 0 };
	region r = { .n = { 0 } };

	if (text.n > UINT32_MAX / 2)
		return ac_fail(err, ACCORD_ELIMIT, "scan: %zu bytes in one piece", text.n);
	if (text.n == 0)
		return 0;
	s->begin = text.p;
	s->end = text.p + text.n;
	s->matches = matches;
	s->hex_end = s->colon_end = s->pairs_end = text.p;
	s->masks[0] = (ac_masks){ 0 };
	masks_at(s, 0, 1, &s->masks[1]);
	while (done < words) {
		size_t count = words - done < REGION_WORDS ? words - done : REGION_WORDS;

		for (unsigned i = 0; i < LIST_COUNT; i++) {
			r.list[i] = s->places[i];
			r.n[i] = 0;
		}
		masks_at(s, (done + 1) * 64, count, &s->masks[2]);
		for (size_t i = 1; i <= count; i++)
			mark_word(s->index, &s->masks[i], &c, &r, (done + i - 1) * 64);
		look_at_region(s, &r);
		s->masks[0] = s->masks[count];
		s->masks[1] = s->masks[count + 1];
		done += count;
	}
	return ac_vec_check(matches, "matches of one block", err);
}
