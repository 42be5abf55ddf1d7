/* SPDX-License-Identifier: Apache-2.0 */
/* simdjson's DOM parser as an oracle for tests and benchmarks; never part of the program. */
#ifndef AC_ORACLE_SIMDJSON_H
#define AC_ORACLE_SIMDJSON_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Does simdjson's DOM accept the text? */
bool oracle_simdjson_accepts(const char *text, size_t n);

/* A parser that keeps its memory from text to text, as simdjson advises for speed. */
typedef struct oracle_simdjson oracle_simdjson;
oracle_simdjson *oracle_simdjson_open(void);
/* text must be followed by oracle_simdjson_padding() readable bytes. */
bool oracle_simdjson_parse(oracle_simdjson *parser, const char *text, size_t n);
size_t oracle_simdjson_padding(void);
void oracle_simdjson_close(oracle_simdjson *parser);

/*
 * The structural index alone ("stage 1", with its UTF-8 check), window by window of at most `window` bytes. Each is
 * begun afresh, in the middle of whatever it is, so only the time that this takes means anything, not the number returned. Not a public interface of simdjson: version 3.0.
 */
size_t oracle_simdjson_index(oracle_simdjson *parser, const char *text, size_t n, size_t window);

/* A field: its key, or the key of the object that holds it and its own. */
typedef struct oracle_simdjson_path {
	const char *first;
	const char *second; /* may be NULL */
} oracle_simdjson_path;
/* What was found in lines of JSON. */
typedef struct oracle_simdjson_found {
	size_t lines;
	size_t values;
	size_t bytes; /* of the values in the text; strings without quotes. 0 for the DOM */
} oracle_simdjson_found;
/*
 * Pick fields out of lines, asked for in the order of paths: on demand (ondemand::parser::iterate_many, find_field_unordered), and through the DOM
 * (dom::parser::parse_many). text must be followed by oracle_simdjson_padding() readable bytes. False on an error in the text.
 */
bool oracle_simdjson_pick(
    const char *text, size_t n, const oracle_simdjson_path *paths, size_t count, oracle_simdjson_found *out_found);
bool oracle_simdjson_pick_dom(
    const char *text, size_t n, const oracle_simdjson_path *paths, size_t count, oracle_simdjson_found *out_found);

#ifdef __cplusplus
}
#endif

#endif
