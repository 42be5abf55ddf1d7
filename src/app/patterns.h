/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the program: what the commands `accord pattern ...` share. Patterns come from operands, from lines of a file, or from the indicators of a file of objects. */
#ifndef AC_APP_PATTERNS_H
#define AC_APP_PATTERNS_H

#include "app/batch.h"
#include "stix/pattern.h"
#include "stix/pattern_check.h"

/* Rows of the option tables. */
#define AC_PATTERN_OPTIONS                                                                                             \
	{ "file", 'f', "FILE", "take the patterns of FILE: one a line, or those of STIX indicators" },                 \
	    { "stix-version", 0, "VERSION", "the language of the patterns: 2.1 (default) or 2.0" },                    \
	{                                                                                                              \
		"jsonl", 0, NULL, "answer requests from standard input, one JSON object a line"                        \
	}

/* A pattern and where it comes from. */
typedef struct ac_pattern_source {
	const char *file; /* NULL: an operand */
	uint64_t line;    /* in the file, or the operand's number */
	ac_str indicator; /* id of the object that holds it; {NULL, 0} for others */
	ac_pattern_validity validity;
	ac_str text;
	unsigned dialect;
} ac_pattern_source;

/* arena is the pattern's own. Returns an exit status. */
typedef int (*ac_on_pattern)(void *payload, const ac_pattern_source *source, ac_arena *arena);

/*
 * The patterns that the command line names, one after another. Returns the gravest exit status of the callbacks and of reading; usage errors are printed.
 * Not for --jsonl.
 */
int ac_patterns_each(ac_app *app, const ac_args *args, ac_on_pattern on_pattern, void *payload);
/* The usage of a pattern command: operands, --file or --jsonl, one of them. 0, or the exit status of an error that has been printed. */
int ac_patterns_check_usage(ac_app *app, const ac_args *args);

/* The dialect of a version of STIX, "2.1" or "2.0"; false when there is none of that name. */
bool ac_patterns_dialect(ac_str version, unsigned *out);

/* "pattern" and "stix_version" of a request, parsed: 0, *out and *out_root, which is NULL when the pattern is not valid (*out_why says why). */
int ac_patterns_of_request(const ac_json *request, ac_arena *arena, ac_pattern_source *out,
    const ac_pattern_node **out_root, accord_err *out_why, accord_err *err) AC_CHECKED;

/* The members "file", "line", "indicator" (where there are any) and "pattern" of a JSON answer. */
void ac_patterns_write_source(ac_json_writer *w, const ac_pattern_source *source);
/* Why a pattern is not valid: "reason", and "place": {"line","column","byte"} in the pattern. */
void ac_patterns_write_reason(ac_json_writer *w, const accord_err *what);
/* One note as an element of a list. text is the pattern's. */
void ac_patterns_write_note(ac_json_writer *w, ac_str text, const ac_pattern_note *note);

/* "file:line: indicator--...: 1:17: error: text" with the pattern's line and a caret below. */
void ac_patterns_print_error(ac_app *app, const ac_pattern_source *source, const accord_err *what);
void ac_patterns_print_note(ac_app *app, const ac_pattern_source *source, const ac_pattern_note *note);

/* The notes of a pattern, kept. */
typedef struct ac_pattern_notes {
	ac_pattern_note *p;
	size_t n;
	size_t capacity;
	ac_arena *arena;
} ac_pattern_notes;
/* ac_pattern_check with validity NULL or not; *out is in arena. */
int ac_patterns_notes(const ac_pattern_node *root, const ac_pattern_validity *validity, ac_arena *arena,
    ac_pattern_notes *out, accord_err *err) AC_CHECKED;
/* "warnings": [...] */
void ac_patterns_write_notes(ac_json_writer *w, ac_str text, const ac_pattern_notes *notes);

#endif
