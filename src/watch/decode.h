/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields whose format had to escape something in them: "request=http://evil.example/a?b\=c" (CEF), "www.b\xc3\xbccher.example" (Zeek). The scanner sees the bytes of the line; what it finds only in
 * the values as they were is found here, when the format of the line is known. Knows nothing of indicators. Private to watch.c.
 */
#ifndef AC_WATCH_DECODE_H
#define AC_WATCH_DECODE_H

#include "watch/watch_copy.h"

typedef struct ac_decode {
	ac_watch_copy copy;
	ac_vec matches;  /* ac_match, of one line ... */
	ac_vec unsorted; /* ... and what sorting them needs */
	ac_arena arena;  /* of one line */
} ac_decode;

void ac_decode_init(ac_decode *decode);
void ac_decode_done(ac_decode *decode);
/* Whether a line that is no JSON may hold escapes of some format: cheap, in one pass over its backslashes. */
bool ac_decode_may(ac_str line);
/* Whether a line of CSV holds a quote in a value, doubled; an empty value in quotes is none. */
bool ac_decode_may_csv(const ac_log_state *state, ac_str line);
/*
 * The matches of text[begin, end), a line that the state has seen: the `count` that were found in it as it stands and those that its values without escapes have. They are in
 * decode->matches, in the order of their places and each once, until the next line; false in *out_any: no field has escapes, and nothing changes.
 */
int ac_decode_line(ac_decode *decode, ac_scan *scan, const ac_log_state *state, ac_str text, size_t begin, size_t end,
    const ac_match *matches, size_t count, bool *out_any, accord_err *err) AC_CHECKED;

#endif
