/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict JSON (RFC 8259 within I-JSON, RFC 7493): UTF-8 checked, duplicate keys refused, depth and size limited, number text
 * kept exactly, every value knows its bytes in the source. Beyond the grammar are refused: U+0000 (as \u0000), lone surrogate escapes,
 * a byte order mark. Doubled keys are compared unescaped. Values live in the caller's arena and view the caller's text: both must
 * outlive them.
 */
#ifndef AC_CODEC_JSON_H
#define AC_CODEC_JSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

typedef enum ac_json_type {
	AC_JSON_NULL,
	AC_JSON_FALSE,
	AC_JSON_TRUE,
	AC_JSON_NUMBER,
	AC_JSON_STRING,
	AC_JSON_ARRAY,
	AC_JSON_OBJECT
} ac_json_type;

/* A value. Opaque outside codec/. All functions below take NULL as "absent". */
typedef struct ac_json ac_json;

typedef struct ac_json_limits {
	size_t depth;   /* containers inside containers */
	size_t members; /* keys of one object */
} ac_json_limits;
#define AC_JSON_LIMITS ((ac_json_limits){ AC_JSON_DEPTH_MAX, AC_JSON_MEMBERS_MAX })

/*
 * Parse exactly one value from text (white space around it is allowed). *out_value lives in arena and views text. Time and memory are
 * linear in text.n, whatever it holds.
 * Errors: ACCORD_EINPUT with line, column and byte inside text; ACCORD_ELIMIT; ACCORD_ENOMEM.
 */
int ac_json_parse(
    ac_str text, ac_json_limits limits, ac_arena *arena, const ac_json **out_value, accord_err *err) AC_CHECKED;
/*
 * Parse one value from the front of text, which may end early or go on with other things. Returns 0 and the number of bytes used;
 * 1 when text ends before the value does (`final` false only: a number at the end of text is then not complete either);
 * negative on error as above: text that more bytes could still mend is never an error before it is final. *out_used counts leading white space,
 * not what follows the value.
 */
int ac_json_parse_prefix(ac_str text, bool final, ac_json_limits limits, ac_arena *arena, const ac_json **out_value,
    size_t *out_used, accord_err *err) AC_CHECKED;

ac_json_type ac_json_type_of(const ac_json *v);       /* AC_JSON_NULL for NULL: what is absent has no pointer */
bool ac_json_is(const ac_json *v, ac_json_type type); /* false for NULL */
/* Unescaped text of a string, exact text of a number, else {NULL, 0}. */
ac_str ac_json_text(const ac_json *v);
/* Text of a string only, else {NULL, 0}. */
ac_str ac_json_string(const ac_json *v);
/* Integers: the exact text as int64; false when absent, not a number, with fraction or exponent, or out of range. */
bool ac_json_i64(const ac_json *v, int64_t *out);
/* Any number as double (correctly rounded); false when absent, not a number, or beyond the largest double (1e400). */
bool ac_json_double(const ac_json *v, double *out);
bool ac_json_is_true(const ac_json *v);
/* Members or elements; 0 for scalars. */
size_t ac_json_count(const ac_json *v);
/* Member by its (unescaped) key; NULL when v is not an object or has none. */
const ac_json *ac_json_get(const ac_json *v, ac_str key);
/* ac_json_string of a member. */
ac_str ac_json_get_string(const ac_json *v, ac_str key);
/* The exact bytes of the value in the source text; {NULL, 0} for NULL. */
ac_str ac_json_raw(const ac_json *v);
/*
 * Does a bidi control (ac_is_bidi_control) stand in the value or anywhere inside it, keys too, plain or as an escape? The reader notes it
 * on the way and lets it pass: whether it is refused depends on what the value is (objects yes, telemetry no). O(1).
 */
bool ac_json_has_bidi(const ac_json *v);

/* Iterate: ac_json_iter it = ac_json_iter_of(v); while (ac_json_next(&it)) use it.key (objects) and it.value. */
typedef struct ac_json_iter {
	ac_str key;
	const ac_json *value;
	const ac_json *at; /* private */
	size_t left;       /* private */
	bool is_object;    /* private */
} ac_json_iter;
ac_json_iter ac_json_iter_of(const ac_json *v);
bool ac_json_next(ac_json_iter *it);

/* Line and column (from 1) of a byte of text; column counts bytes. */
void ac_json_place(ac_str text, size_t byte, uint64_t *out_line, uint64_t *out_column);

#endif
