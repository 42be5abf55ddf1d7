/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the program: what main.c, command.c, app.c and help.c share. Commands use command.h. */
#ifndef AC_APP_APP_H
#define AC_APP_APP_H

#include "app/command.h"
#include "app/config.h"

struct ac_app {
	const ac_command *command;
	ac_args args;
	ac_arena arena; /* for the program's run */
	ac_buf out;
	bool out_failed;
	bool json;
	bool colour;
	bool with_pack;
	bool sandbox;
	bool has_now;
	ac_time now;
	ac_hash_seed seed;
	ac_config config;
	const char *state_dir; /* NULL until asked for */
	ac_store *store;
	ac_store_mode store_mode;
	double progress_started;
	double progress_shown;
	uint64_t progress_first, progress_last; /* bytes, when it started and when it was told of last */
};

/* The options that every command has, ended by a NULL name. */
extern const ac_option ac_common_options[];

/* Fill app from argv (behind the verb). 0, or the exit status of a usage error, which has been printed. */
int ac_command_parse(ac_app *app, int argc, char **argv);
/*
 * The command that the first words name, of one word or of two; *out_words gets how many they are. NULL: none of that name.
 */
const ac_command *ac_command_find(int argc, char *const *argv, int *out_words);
/* The group of that name, or that a command belongs to; NULL: none. */
const ac_command_group *ac_command_group_find(ac_str name);
const ac_command_group *ac_command_group_of(const ac_command *command);
/* Is it the first command of its group in the table? */
bool ac_command_is_first_of_group(const ac_command *const *command);

/* --help of one command, of a group, or of the program. */
void ac_help_print(ac_app *app, const ac_command *command);
void ac_help_print_group(ac_app *app, const ac_command_group *group);
void ac_help_print_program(ac_app *app);
/* The man page accord.1 (mdoc) and the bash completion, from the same tables. */
void ac_man_print(ac_app *app);
void ac_completion_print(ac_app *app);

/*
 * Path of a file that is shipped with the program ("demo/feeds", "data/actors.tsv"): $ACCORD_DATA_DIR, PREFIX/share/accord next to the program,
 * then where it was built. Lives in the app's arena; NULL (err filled) when it is nowhere.
 */
const char *ac_app_data_path(ac_app *app, const char *name, accord_err *err);
/* A second connection to the command's store, for reading by another thread. The caller closes it. */
int ac_app_store_beside(ac_app *app, ac_store **out, accord_err *err) AC_CHECKED;
/*
 * A store at a URI of the command's own choice (the demo's): opened for writing, made and filled with the knowledge pack when new.
 */
int ac_app_store_at(ac_app *app, const char *uri, ac_store_mode mode, ac_store **out, accord_err *err) AC_CHECKED;

#endif
