/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of what lines have between their values: a node is such a piece with the field whose value follows it; a line is a way from the root to the end of one. The tree needs to know no JSON: where
 * the reader of JSON has found values in a line, any other line with the same bytes between values of the same kind has the same tokens, as long as texts hold neither quotes nor what is
 * no plain ASCII (an escape is a backslash and what follows), and scalars only a scalar's bytes. Two pieces behind one node never both fit, since the grammar says where a value begins.
 */
#include "watch/logs/json_shape.h"

#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Some dozens of shapes with some dozens of members each. */
#define NODES_MAX 2048
/* Bytes between two values: longer ones make a line of no shape. */
#define PIECE_MAX 64
/* Pieces that are tried behind one node, the newest first: lines by an attacker have another one each. */
#define TRIES_MAX 16
/* Of so many lines so many must be of a known shape; else only one in PASSED is tried. */
#define TRIED 256
#define TRIED_WELL 64
#define PASSED 16
/* Lines that the tree serves before it is made anew for others. */
#define LINES_SERVED 4096

#define INLINE static inline __attribute__((always_inline))

typedef enum kind { KIND_TEXT, KIND_SCALAR, KIND_END } kind;

typedef struct node {
	char piece[PIECE_MAX]; /* before the value, with a text's opening quote */
	ac_log_field field;    /* without its value */
	uint64_t keep;         /* wanted roles of which one suffices to keep it */
	uint16_t n;            /* bytes of the piece, at least one */
	uint16_t beyond;       /* bits of the first sixteen bytes that are not the piece's */
	uint16_t likely;       /* the node that came behind it last; 0: none */
	uint16_t first;        /* of those behind it */
	uint16_t sibling;
	uint8_t kind;
} node;

struct ac_log_shapes {
	node nodes[NODES_MAX]; /* the first is the begin of a line */
	size_t count;
	unsigned served; /* lines since the tree was made anew */
	unsigned tried, fitted, to_pass;
	bool passes; /* most lines have no shape that is known */
	bool tries;  /* the line at hand was tried */
};

ac_log_shapes *
ac_log_shapes_open(void)
{
	ac_log_shapes *s = calloc(1, sizeof(*s));

	if (s)
		s->count = 1;
	return s;
}

ac_log_shapes *
ac_log_shapes_close(ac_log_shapes *s)
{
	free(s);
	return NULL;
}

void
ac_log_shapes_forget(ac_log_shapes *s)
{
	s->nodes[0] = (node){ .n = 0 };
	s->count = 1;
	s->served = 0;
}

INLINE bool
is_scalar(char c)
{
	return (unsigned char)(c - '0') < 10 || (unsigned char)((c | 0x20) - 'a') < 26 || c == '-' || c == '.' ||
	       c == '+';
}

/* ---- reading ---- */

#ifdef __SSE2__
INLINE __m128i
load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

INLINE unsigned
equal(const char *a, const char *b)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(load(a), load(b)));
}
#endif

INLINE bool
is_piece(const node *k, const char *p, size_t left)
{
	if (left < k->n)
		return false;
#ifdef __SSE2__
	if (left >= 16 && k->n <= 32)
		return (equal(k->piece, p) | k->beyond) == 0xffff &&
		       (k->n <= 16 || equal(k->piece + k->n - 16, p + k->n - 16) == 0xffff);
#endif
	return memcmp(k->piece, p, k->n) == 0;
}

INLINE bool
fits(const node *k, const char *p, size_t left)
{
	if (!is_piece(k, p, left))
		return false;
	switch ((kind)k->kind) {
	case KIND_TEXT:
		return true;
	case KIND_SCALAR:
		return left > k->n && is_scalar(p[k->n]);
	case KIND_END:
		break;
	}
	return left == k->n;
}

/* The node behind `at` that fits; NULL: there is none. */
INLINE node *
next_node(ac_log_shapes *s, node *at, const char *p, size_t left)
{
	uint16_t number = at->likely;

	if (number && fits(&s->nodes[number], p, left))
		return &s->nodes[number];
	number = at->first;
	for (unsigned tries = 0; number && tries < TRIES_MAX; tries++, number = s->nodes[number].sibling)
		if (number != at->likely && fits(&s->nodes[number], p, left)) {
			at->likely = number;
			return &s->nodes[number];
		}
	return NULL;
}

/* The first quote, backslash, control or byte beyond ASCII from p on, or `end`. */
INLINE const char *
find_special(const char *p, const char *end)
{
#ifdef __SSE2__
	for (; end - p >= 16; p += 16) {
		__m128i bytes = load(p);
		unsigned found = (unsigned)_mm_movemask_epi8(_mm_or_si128(
		    _mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')), _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
								   _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))));

		if (found)
			return p + __builtin_ctz(found);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)(*p - ' ') < 0x60)
		p++;
	return p;
}

/* The closing quote of a text of ASCII that begins at p; NULL: there is none before `end`. */
INLINE const char *
text_end(const char *p, const char *end)
{
	while ((p = find_special(p, end)) < end && *p == '\\') {
		if (end - p < 2 || (unsigned char)(p[1] - ' ') >= 0x60)
			return NULL;
		p += 2;
	}
	return p < end && *p == '"' ? p : NULL;
}

INLINE const char *
scalar_end(const char *p, const char *end)
{
#ifdef __SSE2__
	/* Mostly a number of a few digits. */
	if (end - p >= 16) {
		__m128i digits = _mm_sub_epi8(load(p), _mm_set1_epi8('0'));
		unsigned others =
		    ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits));

		p += __builtin_ctz(others | 0x10000);
	}
#endif
	while (p < end && is_scalar(*p))
		p++;
	return p;
}

static bool
read_line(ac_log_shapes *s, ac_str line, ac_log_record *record)
{
	const char *p = line.p, *end = line.p + line.n;
	node *at = s->nodes;

	for (;;) {
		const char *stop;

		at = next_node(s, at, p, (size_t)(end - p));
		if (!at)
			return false;
		if (at->kind == KIND_END)
			return true;
		p += at->n;
		stop = at->kind == KIND_TEXT ? text_end(p, end) : scalar_end(p, end);
		if (!stop)
			return false;
		if (record->want & at->keep) {
			ac_log_field *field;

			if (record->count == record->capacity && !ac_log_grow(record))
				return false;
			field = &record->fields[record->count++];
			*field = at->field;
			field->raw = (ac_str){ p, (size_t)(stop - p) };
			record->roles |= AC_ROLE_BIT(at->field.role);
		}
		p = stop;
	}
}

bool
ac_log_shapes_read(ac_log_shapes *s, ac_str line, ac_log_record *record)
{
	bool fitted;

	s->served += s->served < LINES_SERVED;
	s->tries = !s->passes || s->to_pass == 0;
	s->to_pass = s->tries ? PASSED - 1 : s->to_pass - 1;
	if (!s->tries)
		return false;
	fitted = read_line(s, line, record);
	s->fitted += fitted;
	if (++s->tried == TRIED) {
		s->passes = s->fitted < TRIED_WELL;
		s->tried = s->fitted = 0;
	}
	return fitted;
}

/* ---- learning ---- */

/* The node behind `at` of a piece and what follows it, made when it is new; NULL: there is no room. */
static node *
learn_piece(ac_log_shapes *s, node *at, ac_str piece, kind what, const ac_log_field *field)
{
	unsigned tries = 0;
	node *k;

	for (uint16_t number = at->first; number && tries < TRIES_MAX; tries++, number = s->nodes[number].sibling) {
		k = &s->nodes[number];
		if (k->kind == what && ac_str_eq((ac_str){ k->piece, k->n }, piece))
			return k;
	}
	if (s->count == NODES_MAX || piece.n == 0 || piece.n > PIECE_MAX)
		return NULL;
	k = &s->nodes[s->count];
	*k = (node){ .n = (uint16_t)piece.n,
		.beyond = piece.n < 16 ? (uint16_t)(0xffffU << piece.n) : 0,
		.sibling = at->first,
		.kind = (uint8_t)what };
	memcpy(k->piece, piece.p, piece.n);
	if (field) {
		k->field = *field;
		k->field.raw = (ac_str){ NULL, 0 };
		k->keep = ac_log_always_kept(field->name) ? UINT64_MAX : AC_ROLE_BIT(field->role);
	}
	at->first = at->likely = (uint16_t)s->count++;
	return k;
}

void
ac_log_shapes_learn(ac_log_shapes *s, ac_str line, const ac_log_field *fields, size_t count)
{
	const char *p = line.p, *end = line.p + line.n;
	node *at = s->nodes;

	if (!s->tries)
		return;
	/* Full, and of no use any more: for other lines. */
	if (s->count + count >= NODES_MAX && s->served == LINES_SERVED)
		ac_log_shapes_forget(s);
	for (size_t i = 0; i < count && at; i++) {
		kind what = fields[i].escapes == AC_LOG_JSON ? KIND_TEXT : KIND_SCALAR;

		at = learn_piece(s, at, (ac_str){ p, (size_t)(fields[i].raw.p - p) }, what, &fields[i]);
		p = fields[i].raw.p + fields[i].raw.n;
	}
	if (at)
		(void)learn_piece(s, at, (ac_str){ p, (size_t)(end - p) }, KIND_END, NULL);
}
