/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands: one file and one row each. A command's option table feeds parsing, --help, the man page and shell completion. A command's name is one word
 * ("learn") or two ("pattern check"): the first of two is a group, which has a row of its own for what it says of itself.
 */
#ifndef AC_APP_COMMAND_H
#define AC_APP_COMMAND_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "codec/json_write.h"
#include "store/store.h"

/* Exit statuses (docs/cli.md). */
enum {
	AC_EXIT_OK = 0,     /* done and clean */
	AC_EXIT_NO = 1,     /* done; the answer is no, or there are findings or hits */
	AC_EXIT_USAGE = 2,  /* usage, configuration, a database from a newer version */
	AC_EXIT_INPUT = 3,  /* input malformed or over a limit */
	AC_EXIT_IO = 4,     /* I/O or remote */
	AC_EXIT_DENIED = 5, /* denied by policy */
	AC_EXIT_INTERNAL = 70
};

typedef struct ac_option {
	const char *name;     /* long name without dashes; NULL ends the table */
	char letter;          /* short form, or 0 */
	const char *argument; /* "DIR": takes one; NULL: a switch */
	const char *help;     /* one line */
} ac_option;

/* Options that would be passed over in silence where they stand, or make others say what is not so: a usage error. */
#define AC_OPTION_OTHERS_MAX 11
typedef struct ac_option_rule {
	const char *option; /* NULL ends the table */
	bool wants;         /* one of the others beside it; else it goes with none of them */
	const char *others[AC_OPTION_OTHERS_MAX];
} ac_option_rule;

/* The parsed command line of one command. */
typedef struct ac_args {
	const struct ac_command *command;
	const char *const *values; /* by index in the option table: NULL absent, "" a switch, else the text */
	const char *const *operands;
	int operand_count;
	const char *const *given; /* option and text in turn, in the order of the line, ended by NULL */
} ac_args;

typedef struct ac_app ac_app;

typedef struct ac_command {
	const char *name;
	const char *operands;        /* "SOURCE...", for usage lines; NULL: none */
	const char *summary;         /* one line, also in the list of commands */
	const char *details;         /* paragraphs for --help and the man page; may be NULL */
	const char *more;            /* the same, behind them: one literal has at most 4095 bytes (C99 5.2.4.1) */
	const char *examples;        /* lines "accord learn feed.json"; run by the tests */
	const ac_option *options;    /* own ones; the common ones (--db, --json, --help ...) are added */
	const ac_option_rule *rules; /* may be NULL */
	int min_operands;
	int max_operands;                             /* -1: any number */
	int (*run)(ac_app *app, const ac_args *args); /* returns an exit status */
} ac_command;

extern const ac_command *const ac_commands[]; /* the table, ended by NULL; the commands of a group stand together */

/* The first word of commands with two. */
typedef struct ac_command_group {
	const char *name;
	const char *summary; /* one line */
} ac_command_group;

extern const ac_command_group ac_command_groups[]; /* ended by a NULL name */

/* Text of an option; fallback when it was not given. Unknown names are a programmer's error. */
const char *ac_arg(const ac_args *args, const char *option, const char *fallback);
bool ac_arg_given(const ac_args *args, const char *option);
/* Each text of an option that may be given many times, in order: start with *at = 0; NULL at the end. */
const char *ac_arg_next(const ac_args *args, const char *option, size_t *at);

/* What a command may use of the program. */
bool ac_app_json(const ac_app *app);   /* --json */
bool ac_app_colour(const ac_app *app); /* stdout is a terminal and NO_COLOR is unset */
ac_time ac_app_now(const ac_app *app); /* the clock, or --now in tests */
ac_hash_seed ac_app_seed(const ac_app *app);
const char *ac_app_state_dir(ac_app *app, accord_err *err); /* NULL on failure */
/*
 * The store, opened at first use. A store that is not there is made and the knowledge pack is learned into it (unless --no-pack).
 */
int ac_app_store(ac_app *app, ac_store_mode mode, ac_store **out, accord_err *err) AC_CHECKED;

/* Standard output, buffered; flushed at exit; a failed write makes the exit status 4. */
ac_buf *ac_app_out(ac_app *app);
void ac_app_flush(ac_app *app);
/* What follows a word of which there are n: "s", unless there is one. */
static inline const char *
ac_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}
/* printf to standard output. */
void ac_out(ac_app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "accord VERB: path:line:column: text" on stderr, and the exit status of the code. path may be NULL. */
int ac_app_fail(ac_app *app, const char *path, const accord_err *err);
int ac_exit_of(int code);
/* The graver of two exit statuses: 70, 4, 5, 2, 3, 1, 0. */
int ac_exit_worse(int a, int b);

/* A progress line on stderr, on a terminal only: bytes done of total (0: unknown), rate, time left. */
void ac_app_progress(ac_app *app, const char *what, uint64_t done, uint64_t total);
void ac_app_progress_end(ac_app *app);

#endif
