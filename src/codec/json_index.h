/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The structural index of JSON text: one pass over the bytes, in blocks of 64, tells where each token begins, and checks on the way what
 * concerns bytes rather than tokens. Whoever walks the index need not look at the bytes between. After Langdale and Lemire, "Parsing
 * gigabytes of JSON per second" (2019), and Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte" (2021).
 *
 * Entries are positions (base + offset of the byte in its window), rising, one for each:
 *   { } [ ] : ,   outside strings;
 *   "             of both kinds, the opening and the closing one of each string: a string without entries between its quotes has neither
 *                 escapes nor bidi controls, and its length is the distance of the two;
 *   \             that begins an escape in a string (not the escaped one of \\): whoever walks checks what follows it;
 *   bidi control  in a string (ac_is_bidi_control), plain: the entry is at its last byte, which is never one of the others here;
 *   scalar        the first byte of each run of other bytes outside strings (white space ends a run): numbers, literals, and whatever does
 *                 not belong there. It goes on until white space or the next entry;
 *   \n            outside strings, in the mode AC_JSON_INDEX_LINES only.
 * A backslash outside strings is a scalar's byte; it takes its meaning from the byte behind it as it would in a string, so a quote there
 * is a scalar's byte too.
 *
 * Checked, and reported as a flaw with its place: UTF-8 (Unicode 15 table 3-7) everywhere, no bytes below 0x20 in strings, no string left open
 * at the end. Not checked: everything that needs tokens (grammar, what escapes mean, the form of numbers and literals).
 */
#ifndef AC_CODEC_JSON_INDEX_H
#define AC_CODEC_JSON_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes looked at in one step. Windows of a multiple of it are indexed fastest. */
#define AC_JSON_INDEX_BLOCK 64
/* Places for entries that a window of n bytes needs: one for each byte, and what a step may write (and not count) behind the last. */
#define AC_JSON_INDEX_ROOM(n) ((n) + (size_t)AC_JSON_INDEX_BLOCK)

/* How one kind of processor does it. Constant; all kernels give the same entries and flaws. */
typedef struct ac_json_kernel ac_json_kernel;

/* The fastest that this processor can run. Cheap, but ask once and keep the answer. */
const ac_json_kernel *ac_json_kernel_best(void);
/* The i-th of those that this processor can run, the fastest first; NULL behind the last, which is the portable one. */
const ac_json_kernel *ac_json_kernel_at(size_t i);
/* "avx512", "avx2", "sse4", "neon", "portable". */
const char *ac_json_kernel_name(const ac_json_kernel *kernel);

typedef enum ac_json_index_mode {
	AC_JSON_INDEX_TEXT, /* one text */
	AC_JSON_INDEX_LINES /* texts of one line each: line feeds outside strings are entries */
} ac_json_index_mode;

typedef enum ac_json_flaw {
	AC_JSON_FLAW_NONE,
	AC_JSON_FLAW_UTF8,    /* the byte at flaw_at cannot be there; at the end: a character is not complete */
	AC_JSON_FLAW_CONTROL, /* the byte at flaw_at is below 0x20, in a string (a line feed among them) */
	AC_JSON_FLAW_OPEN     /* the text ended in a string */
} ac_json_flaw;

/* What is carried from window to window. Copy it to come back to a place. */
typedef struct ac_json_index {
	const ac_json_kernel *kernel;
	ac_json_index_mode mode;
	ac_json_flaw flaw; /* nothing but init and restart may follow once it is set */
	uint64_t flaw_at;  /* its position, counted as entries are */
	bool is_odd;       /* a backslash or a byte above 0x7f has come (when there is no flaw) */
	/* Private. */
	uint64_t in_string; /* all ones, or 0 */
	uint64_t escaped;   /* 1: the next byte is escaped */
	uint64_t in_scalar; /* 1: the last byte was a scalar's */
	uint32_t tail;      /* the last four bytes, the newest highest */
} ac_json_index;

/* kernel is constant and outlives ix (those above do). */
void ac_json_index_init(ac_json_index *ix, const ac_json_kernel *kernel, ac_json_index_mode mode);
/* As after init: what follows begins outside of everything. */
void ac_json_index_restart(ac_json_index *ix);
/*
 * Index the next n bytes of the text, which may be cut anywhere; nothing before or behind them is read. out has room for
 * AC_JSON_INDEX_ROOM(n) entries; base + n <= UINT32_MAX. Returns the number of entries: all of the window, or, when ix->flaw is set,
 * those before ix->flaw_at. Every flaw is found in the window in which its byte is.
 */
size_t ac_json_index_next(ac_json_index *ix, const char *text, size_t n, uint32_t base, uint32_t *out);
/* The text ends here, at position `at`: the flaw, if any, of what is not complete (also set in ix). */
ac_json_flaw ac_json_index_end(ac_json_index *ix, uint64_t at);

#endif
