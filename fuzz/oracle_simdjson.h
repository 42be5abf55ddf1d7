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

#ifdef __cplusplus
}
#endif

#endif
