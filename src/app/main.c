/* SPDX-License-Identifier: Apache-2.0 */
/* The program's entry: a verb, a role, or a question about the program itself. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "learn/learn.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/os.h"
#include "sys/role.h"

#define RUN_ARENA_MAX (64 * AC_MIB)

/* "accord --role NAME [--no-sandbox]": started by the program itself, with the link on AC_ROLE_FD. */
static int
run_role(int argc, char **argv)
{
	bool with_sandbox = !(argc > 3 && ac_str_eq(ac_str_from(argv[3]), AC_S("--no-sandbox")));

	if (argc > 2 && ac_str_eq(ac_str_from(argv[2]), AC_S("parse"))) {
		ac_log_name("accord parse");
		return ac_parse_role_main(AC_ROLE_FD, with_sandbox);
	}
	(void)fprintf(stderr, "accord: no such role\n");
	return AC_EXIT_USAGE;
}

static const char *
config_path(ac_app *app, bool *out_required)
{
	const char *given = ac_arg(&app->args, "config", NULL), *base = getenv("XDG_CONFIG_HOME"),
		   *home = getenv("HOME");

	*out_required = given != NULL;
	if (given)
		return given;
	if (base && base[0] == '/')
		return ac_arena_printf(&app->arena, "%s/accord/accord.conf", base).p;
	return home && home[0] ? ac_arena_printf(&app->arena, "%s/.config/accord/accord.conf", home).p : NULL;
}

/* A missing default file is no error, a missing named one is. */
static int
load_config(ac_app *app)
{
	accord_err err = { 0 };
	bool required;
	const char *path = config_path(app, &required);
	ac_buf text;
	int rc;

	ac_config_defaults(&app->config);
	ac_buf_init(&text, AC_CONFIG_MAX);
	rc = path ? ac_file_load(path, AC_CONFIG_MAX, &text, &err) : ACCORD_ENOTFOUND;
	if (rc == 0)
		rc = ac_config_read(ac_buf_view(&text), &app->arena, &app->config, &err);
	else if (!required)
		rc = 0;
	ac_buf_done(&text);
	if (rc < 0) {
		(void)ac_app_fail(app, path, &err);
		return AC_EXIT_USAGE;
	}
	return 0;
}

static int
take_common(ac_app *app)
{
	const char *now = ac_arg(&app->args, "now", NULL), *no_colour = getenv("NO_COLOR");

	app->json = ac_arg_given(&app->args, "json");
	app->with_pack = !ac_arg_given(&app->args, "no-pack");
	app->colour = !app->json && ac_is_terminal(1) && !(no_colour && no_colour[0]);
	app->seed = ac_random_seed();
	app->has_now = now != NULL;
	if (now && !ac_time_parse_loose(ac_str_from(now), &app->now)) {
		(void)fprintf(stderr, "accord %s: --now: want a time like 2021-07-19T10:00:00Z, got '%s'\n",
		    app->command->name, now);
		return AC_EXIT_USAGE;
	}
	return load_config(app);
}

static int
run_verb(ac_app *app, int argc, char **argv)
{
	int status = ac_command_parse(app, argc, argv);

	if (status)
		return status;
	ac_log_name(ac_arena_printf(&app->arena, "accord %s", app->command->name).p);
	if (ac_arg_given(&app->args, "help")) {
		ac_help_print(app, app->command);
		return AC_EXIT_OK;
	}
	status = take_common(app);
	return status ? status : app->command->run(app, &app->args);
}

static bool
asks_for_help(const char *word)
{
	return ac_str_eq(ac_str_from(word), AC_S("--help")) || ac_str_eq(ac_str_from(word), AC_S("-h"));
}

/* Words that are no verb: questions about the program. */
static int
run_question(ac_app *app, const char *word)
{
	static const struct {
		const char *word;
		void (*print)(ac_app *app);
	} questions[] = { { "--print-man", ac_man_print }, { "--print-completion", ac_completion_print } };

	if (asks_for_help(word)) {
		ac_help_print_program(app);
		return AC_EXIT_OK;
	}
	for (size_t i = 0; i < AC_COUNT(questions); i++) {
		if (ac_str_eq(ac_str_from(word), ac_str_from(questions[i].word))) {
			questions[i].print(app);
			return AC_EXIT_OK;
		}
	}
	(void)fprintf(stderr, "accord: no such command '%s'; see accord --help\n", word);
	return AC_EXIT_USAGE;
}

/* The first word of a command of two; word is what stands behind it, or NULL. */
static int
run_group(ac_app *app, const ac_command_group *group, const char *word)
{
	if (!word || asks_for_help(word)) {
		ac_help_print_group(app, group);
		return AC_EXIT_OK;
	}
	(void)fprintf(
	    stderr, "accord %s: no such command '%s'; see accord %s --help\n", group->name, word, group->name);
	return AC_EXIT_USAGE;
}

/* The words behind the program's name. */
static int
run(ac_app *app, int count, char **words)
{
	static char version[] = "version";
	const ac_command_group *group;
	int used;

	if (count == 0) {
		ac_help_print_program(app);
		return AC_EXIT_OK;
	}
	if (ac_str_eq(ac_str_from(words[0]), AC_S("--version")))
		words[0] = version;
	app->command = ac_command_find(count, words, &used);
	if (app->command)
		return run_verb(app, count - used, words + used);
	group = ac_command_group_find(ac_str_from(words[0]));
	return group ? run_group(app, group, count > 1 ? words[1] : NULL) : run_question(app, words[0]);
}

int
main(int argc, char **argv)
{
	ac_app app = { 0 };
	int status;

	if (argc > 1 && ac_str_eq(ac_str_from(argv[1]), AC_S("--role")))
		return run_role(argc, argv);
	/* A closed pipe behind us is a failed write with a status, not a silent death. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	ac_arena_init(&app.arena, RUN_ARENA_MAX);
	ac_buf_init(&app.out, AC_REPORT_MAX);
	app.sandbox = true;
	ac_log_name("accord");
	status = argc > 0 ? run(&app, argc - 1, argv + 1) : AC_EXIT_USAGE;
	ac_app_flush(&app);
	app.store = ac_store_close(app.store);
	if (app.out_failed)
		status = ac_exit_worse(status, AC_EXIT_IO);
	ac_buf_done(&app.out);
	ac_arena_done(&app.arena);
	return status;
}
