/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of what lines have between their values: a node is such a piece with the field whose value follows it; a line is a way from the root to the end of one. The tree needs to know no JSON: where
 * the reader of JSON has found values in a line, any other line with the same bytes between values of the same kind has the same tokens, as long as texts hold neither quotes nor what is
 * no plain ASCII (an escape is a backslash and what follows), and scalars only a scalar's bytes. Two pieces behind one node never both fit, since the grammar says where a value begins.
 */
#include "watch/logs/json_shape_tree.h"

#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Pieces that are tried behind one node, the newest first: lines by an attacker have another one each. */
#define TRIES_MAX 16
/* Of so many lines so many must be of a known shape; else only one in PASSED is tried. */
#define TRIED 256
#define TRIED_WELL 64
#define PASSED 16
/* Lines that the tree serves before it is made anew for others. */
#define LINES_SERVED 4096

ac_log_shapes *
ac_log_shapes_open(void)
{
	ac_log_shapes *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->count = 1;
#ifdef __SSE2__
	s->is_wide = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
#endif
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
	s->nodes[0] = (ac_shape_node){ .n = 0 };
	s->count = 1;
	s->served = 0;
}

/* ---- reading ---- */

/* Whether what stands behind a piece is what does behind the node's. */
static bool
goes_on(const ac_shape_node *k, const char *p, size_t left)
{
	switch ((ac_shape_kind)k->kind) {
	case AC_SHAPE_TEXT:
		return true;
	case AC_SHAPE_SCALAR:
		return left > k->n && ac_shape_is_scalar(p[k->n]);
	case AC_SHAPE_END:
		break;
	}
	return left == k->n;
}

static bool
fits(const ac_shape_node *k, const char *p, size_t left)
{
	return left >= k->n && memcmp(k->piece, p, k->n) == 0 && goes_on(k, p, left);
}

ac_shape_node *
ac_shape_find(ac_log_shapes *s, ac_shape_node *at, const char *p, size_t left)
{
	uint16_t number = at->first;

	if (at->likely && fits(at->likely, p, left))
		return at->likely;
	for (unsigned tries = 0; number && tries < TRIES_MAX; tries++, number = s->nodes[number].sibling)
		if (fits(&s->nodes[number], p, left)) {
			at->likely = &s->nodes[number];
			return at->likely;
		}
	return NULL;
}

#define EIGHT(c) c, c, c, c, c, c, c, c
#define ALL(c)                                                                                                         \
	{                                                                                                              \
		EIGHT(c), EIGHT(c), EIGHT(c), EIGHT(c)                                                                 \
	}
const char ac_shape_quotes[AC_SHAPE_AT_ONCE] = ALL('"');
const char ac_shape_slashes[AC_SHAPE_AT_ONCE] = ALL('\\');
const char ac_shape_blanks[AC_SHAPE_AT_ONCE] = ALL(' ');

#define TARGET
#define READ_LINE ac_shape_read

#ifdef __SSE2__
AC_SHAPE_INLINE __m128i
load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

AC_SHAPE_INLINE uint32_t
equal(const char *a, const char *b)
{
	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(load(a), load(b)));
}
#endif

AC_SHAPE_INLINE bool
is_piece(const ac_shape_node *k, const char *p)
{
#ifdef __SSE2__
	return !(~(equal(k->piece, p) | equal(k->piece + 16, p + 16) << 16) & k->bits);
#else
	return memcmp(k->piece, p, k->n) == 0;
#endif
}

#ifdef __SSE2__
/* Bits of bytes that no plain text has. */
AC_SHAPE_INLINE unsigned
specials(const char *p)
{
	__m128i bytes = load(p);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
	    _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))));
}
#endif

AC_SHAPE_INLINE const char *
find_special(const char *p, const char *until)
{
#ifdef __SSE2__
	for (; until - p >= 16; p += 16) {
		unsigned found = specials(p);

		if (found)
			return p + __builtin_ctz(found);
	}
#endif
	while (p < until && *p != '"' && *p != '\\' && ac_shape_is_plain(*p))
		p++;
	return p;
}

AC_SHAPE_INLINE const char *
scalar_end(const char *p, const char *until)
{
#ifdef __SSE2__
	/* Mostly a number of a few digits. */
	if (until - p >= 16) {
		__m128i digits = _mm_sub_epi8(load(p), _mm_set1_epi8('0'));
		unsigned others =
		    ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits));

		p += __builtin_ctz(others | 0x10000);
	}
#endif
	while (p < until && ac_shape_is_scalar(*p))
		p++;
	return p;
}

#include "watch/logs/json_shape_loop.h"

static bool
read_line(ac_log_shapes *s, ac_str line, ac_log_record *record)
{
#ifdef __SSE2__
	if (s->is_wide)
		return ac_shape_read_avx2(s, line, record);
#endif
	return ac_shape_read(s, line, record);
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
static ac_shape_node *
learn_piece(ac_log_shapes *s, ac_shape_node *at, ac_str piece, ac_shape_kind what, const ac_log_field *field)
{
	unsigned tries = 0;
	ac_shape_node *k;

	for (uint16_t number = at->first; number && tries < TRIES_MAX; tries++, number = s->nodes[number].sibling) {
		k = &s->nodes[number];
		if (k->kind == what && ac_str_eq((ac_str){ k->piece, k->n }, piece))
			return k;
	}
	if (s->count == AC_SHAPE_NODES_MAX || piece.n == 0 || piece.n > AC_SHAPE_PIECE_MAX)
		return NULL;
	k = &s->nodes[s->count];
	*k = (ac_shape_node){ .n = (uint16_t)piece.n,
		.bits = piece.n < AC_SHAPE_AT_ONCE ? ((uint32_t)1 << piece.n) - 1 : UINT32_MAX,
		.sibling = at->first,
		.kind = (uint8_t)what,
		.is_short = piece.n <= AC_SHAPE_AT_ONCE };
	memcpy(k->piece, piece.p, piece.n);
	if (field) {
		k->field = *field;
		k->field.raw = (ac_str){ NULL, 0 };
		k->role = AC_ROLE_BIT(field->role);
		k->keep = ac_log_keeping(field->name, field->role);
	}
	at->first = (uint16_t)s->count++;
	at->likely = k;
	return k;
}

bool
ac_log_shapes_may_learn(const ac_log_shapes *s)
{
	return s->tries;
}

void
ac_log_shapes_learn(ac_log_shapes *s, ac_str line, const ac_log_field *fields, size_t count)
{
	const char *p = line.p, *end = line.p + line.n;
	ac_shape_node *at = s->nodes;

	/* Full, and of no use any more: for other lines. */
	if (s->count + count >= AC_SHAPE_NODES_MAX && s->served == LINES_SERVED)
		ac_log_shapes_forget(s);
	for (size_t i = 0; i < count && at; i++) {
		ac_shape_kind what = fields[i].escapes == AC_LOG_JSON ? AC_SHAPE_TEXT : AC_SHAPE_SCALAR;

		at = learn_piece(s, at, (ac_str){ p, (size_t)(fields[i].raw.p - p) }, what, &fields[i]);
		p = fields[i].raw.p + fields[i].raw.n;
	}
	if (at)
		(void)learn_piece(s, at, (ac_str){ p, (size_t)(end - p) }, AC_SHAPE_END, NULL);
}
