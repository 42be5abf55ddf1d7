/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of commands, and parsing of a command line by a command's option table. Knows nothing of what commands do.
 */
#include "app/app.h"

#include <stdio.h>

/* A command a line. */
/* clang-format off */
extern const ac_command
    ac_command_demo,
    ac_command_init,
    ac_command_learn,
    ac_command_know,
    ac_command_watch,
    ac_command_attribute,
    ac_command_advise,
    ac_command_validate,
    ac_command_pattern_check,
    ac_command_pattern_explain,
    ac_command_pattern_match,
    ac_command_pattern_normalize,
    ac_command_id,
    ac_command_selector,
    ac_command_agree_charter,
    ac_command_agree_key,
    ac_command_agree_pledges,
    ac_command_agree_log,
    ac_command_agree_witness,
    ac_command_agree_audit,
    ac_command_agree_pull,
    ac_command_agree_statement,
    ac_command_agree_endorse,
    ac_command_agree_comment,
    ac_command_agree_action,
    ac_command_agree_status,
    ac_command_agree_export,
    ac_command_verify,
    ac_command_version;

const ac_command *const ac_commands[] = {
	&ac_command_demo,
	&ac_command_init,
	&ac_command_learn,
	&ac_command_know,
	&ac_command_watch,
	&ac_command_attribute,
	&ac_command_advise,
	&ac_command_validate,
	&ac_command_pattern_check,
	&ac_command_pattern_explain,
	&ac_command_pattern_match,
	&ac_command_pattern_normalize,
	&ac_command_id,
	&ac_command_selector,
	&ac_command_agree_charter,
	&ac_command_agree_key,
	&ac_command_agree_pledges,
	&ac_command_agree_log,
	&ac_command_agree_witness,
	&ac_command_agree_audit,
	&ac_command_agree_pull,
	&ac_command_agree_statement,
	&ac_command_agree_endorse,
	&ac_command_agree_comment,
	&ac_command_agree_action,
	&ac_command_agree_status,
	&ac_command_agree_export,
	&ac_command_verify,
	&ac_command_version,
	NULL,
};
/* clang-format on */

const ac_command_group ac_command_groups[] = {
	{ "agree", "agree on statements: charters, keys and pledges of members, their logs and witnesses" },
	{ "pattern", "check, explain, match and rewrite STIX patterns" },
	{ 0 },
};

const ac_option ac_common_options[] = {
	{ "db", 0, "URI", "the store: a folder, or sqlite:PATH (default: $XDG_DATA_HOME/accord)" },
	{ "config", 0, "FILE", "configuration (default: $XDG_CONFIG_HOME/accord/accord.conf)" },
	{ "json", 0, NULL, "answer in JSON on standard output" },
	{ "no-pack", 0, NULL, "a new store starts without the knowledge pack" },
	{ "now", 0, "TIME", "take TIME for the present, instead of the clock" },
	{ "help", 'h', NULL, "show this help" },
	{ 0 },
};

/* How many of the words are the name of the command: one or two, or 0. */
static int
words_of_name(const ac_command *command, int argc, char *const *argv)
{
	ac_str rest = ac_str_from(command->name), word;
	int used = 0;

	while (ac_str_next_field(&rest, ' ', &word)) {
		if (used == argc || !ac_str_eq(word, ac_str_from(argv[used])))
			return 0;
		used++;
	}
	return used;
}

const ac_command *
ac_command_find(int argc, char *const *argv, int *out_words)
{
	for (size_t i = 0; ac_commands[i]; i++) {
		*out_words = words_of_name(ac_commands[i], argc, argv);
		if (*out_words)
			return ac_commands[i];
	}
	return NULL;
}

const ac_command_group *
ac_command_group_find(ac_str name)
{
	for (const ac_command_group *group = ac_command_groups; group->name; group++)
		if (ac_str_eq(name, ac_str_from(group->name)))
			return group;
	return NULL;
}

const ac_command_group *
ac_command_group_of(const ac_command *command)
{
	ac_str rest = ac_str_from(command->name), first;

	return ac_str_cut(&rest, ' ', &first) ? ac_command_group_find(first) : NULL;
}

bool
ac_command_is_first_of_group(const ac_command *const *command)
{
	const ac_command_group *group = ac_command_group_of(*command);

	return group && (command == ac_commands || ac_command_group_of(command[-1]) != group);
}

static size_t
count_options(const ac_option *options)
{
	size_t n = 0;

	while (options && options[n].name)
		n++;
	return n;
}

/* Options are numbered through: a command's own first, then the common ones. */
static const ac_option *
option_at(const ac_command *command, size_t index)
{
	size_t own = count_options(command->options);

	return index < own ? &command->options[index] : &ac_common_options[index - own];
}

static size_t
option_total(const ac_command *command)
{
	return count_options(command->options) + count_options(ac_common_options);
}

/* Index of an option by its long name (letter 0) or its letter; option_total when there is none. */
static size_t
find_option(const ac_command *command, ac_str name, char letter)
{
	size_t i, total = option_total(command);

	for (i = 0; i < total; i++) {
		const ac_option *o = option_at(command, i);

		if (letter ? o->letter == letter : ac_str_eq(name, ac_str_from(o->name)))
			break;
	}
	return i;
}

static int
usage_error(const ac_command *command, const char *what, const char *word)
{
	(void)fprintf(stderr, "accord %s: %s '%s'; see accord %s --help\n", command->name, what, word, command->name);
	return AC_EXIT_USAGE;
}

typedef struct parse_state {
	const ac_command *command;
	const char **values;
	const char **operands;
	int operand_count;
	const char **given;
	size_t given_count;
	int argc;
	char **argv;
	int at;
} parse_state;

/* The last text of an option counts, unless all do. */
static void
set_value(parse_state *s, size_t index, const char *text)
{
	s->values[index] = text;
	s->given[s->given_count++] = option_at(s->command, index)->name;
	s->given[s->given_count++] = text;
}

/* "--name", "--name=value", "--name value", "-x", "-x value". */
static int
take_option(parse_state *s)
{
	char *word = s->argv[s->at];
	bool is_long = word[1] == '-';
	ac_str name = ac_str_from(word + (is_long ? 2 : 1));
	size_t equals = is_long ? ac_str_find_byte(name, '=') : name.n;
	size_t index;
	const ac_option *option;

	if (!is_long && name.n != 1)
		return usage_error(s->command, "no such option", word);
	index = find_option(s->command, ac_str_slice(name, 0, equals), is_long ? 0 : word[1]);
	if (index == option_total(s->command))
		return usage_error(s->command, "no such option", word);
	option = option_at(s->command, index);
	if (!option->argument) {
		if (equals != name.n)
			return usage_error(s->command, "this option takes no argument:", word);
		set_value(s, index, "");
		return 0;
	}
	if (equals != name.n) {
		set_value(s, index, word + 2 + equals + 1);
		return 0;
	}
	if (s->at + 1 >= s->argc)
		return usage_error(s->command, "this option wants an argument:", word);
	set_value(s, index, s->argv[++s->at]);
	return 0;
}

static int
check_operands(const parse_state *s)
{
	if (s->operand_count < s->command->min_operands) {
		(void)fprintf(stderr, "accord %s: want %s; see accord %s --help\n", s->command->name,
		    s->command->operands ? s->command->operands : "an operand", s->command->name);
		return AC_EXIT_USAGE;
	}
	if (s->command->max_operands >= 0 && s->operand_count > s->command->max_operands)
		return usage_error(s->command, "one operand too many:", s->operands[s->command->max_operands]);
	return 0;
}

static int
break_rule(const ac_args *args, const ac_option_rule *rule, const char *other)
{
	(void)fprintf(stderr, "accord %s: --%s %s --%s; see accord %s --help\n", args->command->name, rule->option,
	    rule->wants ? "goes only with" : "does not go with", other, args->command->name);
	return AC_EXIT_USAGE;
}

static int
check_rules(const ac_args *args)
{
	for (const ac_option_rule *rule = args->command->rules; rule && rule->option; rule++) {
		const char *beside = NULL;

		for (size_t i = 0; !beside && i < AC_OPTION_OTHERS_MAX && rule->others[i]; i++)
			beside = ac_arg_given(args, rule->others[i]) ? rule->others[i] : NULL;
		if (ac_arg_given(args, rule->option) && rule->wants == !beside)
			return break_rule(args, rule, beside ? beside : rule->others[0]);
	}
	return 0;
}

int
ac_command_parse(ac_app *app, int argc, char **argv)
{
	size_t total = option_total(app->command);
	parse_state s = { .command = app->command, .argc = argc, .argv = argv };
	bool only_operands = false;
	int status;

	s.values = ac_arena_zalloc(&app->arena, total, sizeof(*s.values));
	s.operands = ac_arena_zalloc(&app->arena, (size_t)argc + 1, sizeof(*s.operands));
	s.given = ac_arena_zalloc(&app->arena, 2 * (size_t)argc + 1, sizeof(*s.given));
	if (!s.values || !s.operands || !s.given)
		return AC_EXIT_INTERNAL;
	for (; s.at < argc; s.at++) {
		const char *word = argv[s.at];

		if (only_operands || word[0] != '-' || word[1] == '\0') {
			s.operands[s.operand_count++] = word;
		} else if (ac_str_eq(ac_str_from(word), AC_S("--"))) {
			only_operands = true;
		} else {
			status = take_option(&s);
			if (status)
				return status;
		}
	}
	app->args = (ac_args){ app->command, s.values, s.operands, s.operand_count, s.given };
	if (ac_arg_given(&app->args, "help"))
		return 0;
	status = check_operands(&s);
	return status ? status : check_rules(&app->args);
}

static const char *
value_of(const ac_args *args, const char *name)
{
	size_t index = find_option(args->command, ac_str_from(name), 0);

	return index < option_total(args->command) ? args->values[index] : NULL;
}

const char *
ac_arg(const ac_args *args, const char *option, const char *fallback)
{
	const char *value = value_of(args, option);

	return value ? value : fallback;
}

bool
ac_arg_given(const ac_args *args, const char *option)
{
	return value_of(args, option) != NULL;
}

const char *
ac_arg_next(const ac_args *args, const char *option, size_t *at)
{
	ac_str name = ac_str_from(option);

	while (args->given[*at]) {
		const char *const *pair = &args->given[*at];

		*at += 2;
		if (ac_str_eq(ac_str_from(pair[0]), name))
			return pair[1];
	}
	return NULL;
}
