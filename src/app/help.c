/* SPDX-License-Identifier: Apache-2.0 */
/* --help, the man page and the bash completion: three views of the same tables. Lines of --help are at most 80 columns. */
#include "app/app.h"

#define COLUMNS 80
#define HELP_INDENT 22

static const char summary[] =
    "Accord lets a coalition defend itself together: learn what allies publish, find it in one's own telemetry, "
    "say who is behind it and how sure that is, and advise what to do first.";

static const struct {
	int status;
	const char *meaning;
} exit_statuses[] = {
	{ AC_EXIT_OK, "done and clean; watch: no hit" },
	{ AC_EXIT_NO,
	    "done, and the answer is no or there are findings; watch: hits; know: not found; validate: not valid" },
	{ AC_EXIT_USAGE, "usage, configuration, or a database from a newer version" },
	{ AC_EXIT_INPUT, "input malformed or over a limit, also when other records were learned" },
	{ AC_EXIT_IO, "input or output failed: a vanished file, a full disk, an unreadable folder" },
	{ AC_EXIT_DENIED, "denied by policy" },
	{ AC_EXIT_INTERNAL, "an internal error" },
};

/* Words of one paragraph in lines of at most COLUMNS, each line behind `indent` spaces; the first line starts at column `at`. */
static void
print_paragraph(ac_app *app, ac_str text, unsigned indent, unsigned at)
{
	ac_str word;

	while (ac_str_next_field(&text, ' ', &word)) {
		if (at > indent && at + 1 + word.n > COLUMNS) {
			ac_out(app, "\n");
			at = 0;
		}
		if (at < indent) {
			ac_out(app, "%*s", (int)(indent - at), "");
			at = indent;
		} else if (at > indent) {
			ac_out(app, " ");
			at++;
		}
		ac_out(app, "%.*s", AC_FMT(word));
		at += (unsigned)word.n;
	}
	ac_out(app, "\n");
}

static void
print_wrapped(ac_app *app, const char *text, unsigned indent, unsigned at)
{
	ac_str rest = ac_str_from(text), paragraph;

	while (ac_str_next_field(&rest, '\n', &paragraph)) {
		print_paragraph(app, paragraph, indent, at);
		at = 0;
	}
}

static void
print_option(ac_app *app, const ac_option *o)
{
	ac_str left =
	    ac_arena_printf(&app->arena, "  %c%c%s--%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
		o->letter ? ", " : "  ", o->name, o->argument ? " " : "", o->argument ? o->argument : "");

	ac_out(app, "%.*s", AC_FMT(left));
	if (left.n + 2 > HELP_INDENT)
		ac_out(app, "\n");
	print_wrapped(app, o->help, HELP_INDENT, left.n + 2 > HELP_INDENT ? 0 : (unsigned)left.n);
}

static void
print_options(ac_app *app, const ac_option *options)
{
	for (const ac_option *o = options; o && o->name; o++)
		print_option(app, o);
}

static void
print_examples(ac_app *app, const char *examples)
{
	ac_str rest = ac_str_from(examples), line;

	ac_out(app, "\nExamples:\n");
	while (ac_str_next_field(&rest, '\n', &line))
		if (line.n)
			ac_out(app, "  %.*s\n", AC_FMT(line));
}

static void
print_command_row(ac_app *app, const char *name, const char *text)
{
	ac_out(app, "  %-11s", name);
	print_wrapped(app, text, 14, 13);
}

void
ac_help_print_group(ac_app *app, const ac_command_group *group)
{
	ac_out(app, "Usage: accord %s COMMAND [OPTION...] [OPERAND...]\n\n", group->name);
	print_wrapped(app, group->summary, 0, 0);
	ac_out(app, "\nCommands:\n");
	for (size_t i = 0; ac_commands[i]; i++)
		if (ac_command_group_of(ac_commands[i]) == group)
			print_command_row(
			    app, ac_commands[i]->name + ac_str_from(group->name).n + 1, ac_commands[i]->summary);
	ac_out(app, "\n'accord %s COMMAND --help' tells more.\n", group->name);
}

void
ac_help_print_program(ac_app *app)
{
	ac_out(app, "Usage: accord COMMAND [OPTION...] [OPERAND...]\n\n");
	print_wrapped(app, summary, 0, 0);
	ac_out(app, "\nCommands:\n");
	for (size_t i = 0; ac_commands[i]; i++) {
		const ac_command_group *group = ac_command_group_of(ac_commands[i]);

		if (!group)
			print_command_row(app, ac_commands[i]->name, ac_commands[i]->summary);
		else if (ac_command_is_first_of_group(&ac_commands[i]))
			print_command_row(app, group->name, group->summary);
	}
	ac_out(app, "\nOptions of every command:\n");
	print_options(app, ac_common_options);
	ac_out(app, "\nExit status:\n");
	for (size_t i = 0; i < AC_COUNT(exit_statuses); i++) {
		ac_out(app, "  %-4d", exit_statuses[i].status);
		print_wrapped(app, exit_statuses[i].meaning, 7, 6);
	}
	ac_out(app, "\n'accord COMMAND --help' tells more; so does the man page accord(1).\n");
}

void
ac_help_print(ac_app *app, const ac_command *command)
{
	ac_out(app, "Usage: accord %s [OPTION...]%s%s\n\n", command->name, command->operands ? " " : "",
	    command->operands ? command->operands : "");
	print_wrapped(app, command->summary, 0, 0);
	if (command->details) {
		ac_out(app, "\n");
		print_wrapped(app, command->details, 0, 0);
	}
	if (command->more) {
		ac_out(app, "\n");
		print_wrapped(app, command->more, 0, 0);
	}
	ac_out(app, "\nOptions:\n");
	print_options(app, command->options);
	print_options(app, ac_common_options);
	if (command->examples)
		print_examples(app, command->examples);
}

/*
 * Text of a man page: a leading '.' or ''' would be a request, a backslash an escape, a hyphen a minus in options; an empty line is a
 * new paragraph.
 */
static void
man_text(ac_app *app, const char *text)
{
	ac_buf *out = ac_app_out(app);
	ac_str rest = ac_str_from(text), line;

	while (ac_str_next_field(&rest, '\n', &line)) {
		if (line.n == 0)
			ac_buf_add(out, AC_S(".PP"));
		else if (line.p[0] == '.' || line.p[0] == '\'')
			ac_buf_add(out, AC_S("\\&"));
		for (size_t i = 0; i < line.n; i++) {
			if (line.p[i] == '\\')
				ac_buf_add(out, AC_S("\\e"));
			else if (line.p[i] == '-')
				ac_buf_add(out, AC_S("\\-"));
			else
				ac_buf_add_byte(out, line.p[i]);
		}
		ac_buf_add_byte(out, '\n');
	}
}

static void
man_options(ac_app *app, const ac_option *options)
{
	for (const ac_option *o = options; o && o->name; o++) {
		ac_out(app, ".TP\n");
		if (o->letter)
			ac_out(app, "\\fB\\-%c\\fR, ", o->letter);
		ac_out(app, "\\fB\\-\\-");
		for (const char *c = o->name; *c; c++)
			ac_out(app, *c == '-' ? "\\-" : "%c", *c);
		ac_out(app, "\\fR%s%s\\fR\n", o->argument ? " \\fI" : "", o->argument ? o->argument : "");
		man_text(app, o->help);
	}
}

static void
man_command(ac_app *app, const ac_command *c)
{
	ac_str rest, line;

	ac_out(app, ".SS accord %s%s\n", c->name, "");
	ac_out(app, "\\fBaccord %s\\fR [\\fIOPTION\\fR...]%s%s%s\n.PP\n", c->name, c->operands ? " \\fI" : "",
	    c->operands ? c->operands : "", c->operands ? "\\fR" : "");
	man_text(app, ac_arena_printf(&app->arena, "%c%s.", c->summary[0] - 'a' + 'A', c->summary + 1).p);
	if (c->details) {
		ac_out(app, ".PP\n");
		man_text(app, c->details);
	}
	if (c->more) {
		ac_out(app, ".PP\n");
		man_text(app, c->more);
	}
	man_options(app, c->options);
	if (!c->examples)
		return;
	ac_out(app, ".PP\n.EX\n");
	rest = ac_str_from(c->examples);
	while (ac_str_next_field(&rest, '\n', &line))
		if (line.n)
			man_text(app, ac_arena_printf(&app->arena, "    %.*s", AC_FMT(line)).p);
	ac_out(app, ".EE\n");
}

static void
man_files(ac_app *app)
{
	ac_out(
	    app, ".SH CONFIGURATION\nLines of \\fIkey\\fR = \\fIvalue\\fR in sections; '#' begins a comment line.\n");
	for (const ac_setting *s = ac_settings; s->section; s++) {
		ac_out(app, ".TP\n[%s] \\fB%s\\fR\n", s->section, s->key);
		man_text(app, s->help);
	}
	ac_out(app, ".SH FILES\n.TP\n$XDG_DATA_HOME/accord, else ~/.local/share/accord\nThe store (accord.db) and what "
		    "is derived from it "
		    "(watch.index).\n.TP\n$XDG_CONFIG_HOME/accord/accord.conf, else ~/.config/accord/accord.conf\nThe "
		    "configuration.\n");
	ac_out(app, ".SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nSet to anything: no colours on a terminal.\n"
		    ".TP\n\\fBACCORD_DATA_DIR\\fR\nWhere the shipped files are, when not beside the program.\n");
}

void
ac_man_print(ac_app *app)
{
	ac_out(app, ".\\\" SPDX-License-Identifier: Apache-2.0\n.TH ACCORD 1 \"\" \"accord %s\" \"User Commands\"\n",
	    ACCORD_VERSION);
	ac_out(app, ".SH NAME\naccord \\- learn, know, watch, attribute and advise, together with allies\n");
	ac_out(app,
	    ".SH SYNOPSIS\n\\fBaccord\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIOPERAND\\fR...]\n.SH DESCRIPTION\n");
	man_text(app, summary);
	ac_out(app, ".PP\nAnswers go to standard output, words to standard error. Each command that answers has "
		    "\\fB\\-\\-json\\fR; the schemas are "
		    "in docs/json.md. An operand \\- is standard input.\n.SH COMMANDS\n");
	for (size_t i = 0; ac_commands[i]; i++)
		man_command(app, ac_commands[i]);
	ac_out(app, ".SH OPTIONS OF EVERY COMMAND\n");
	man_options(app, ac_common_options);
	ac_out(app, ".SH EXIT STATUS\n");
	for (size_t i = 0; i < AC_COUNT(exit_statuses); i++) {
		ac_out(app, ".TP\n%d\n", exit_statuses[i].status);
		man_text(app, exit_statuses[i].meaning);
	}
	ac_out(app, ".PP\nOf several inputs the gravest status wins.\n");
	man_files(app);
}

static void
completion_words(ac_app *app, const ac_option *options)
{
	for (const ac_option *o = options; o && o->name; o++)
		ac_out(app, " --%s", o->name);
}

/* The words that may come first. */
static void
completion_verbs(ac_app *app)
{
	for (size_t i = 0; ac_commands[i]; i++) {
		const ac_command_group *group = ac_command_group_of(ac_commands[i]);

		if (!group || ac_command_is_first_of_group(&ac_commands[i]))
			ac_out(app, "%s ", group ? group->name : ac_commands[i]->name);
	}
}

/* The second words of the groups. */
static void
completion_groups(ac_app *app)
{
	ac_out(app, "\tif [ \"$COMP_CWORD\" -eq 2 ]; then\n\t\tcase ${COMP_WORDS[1]} in\n");
	for (const ac_command_group *group = ac_command_groups; group->name; group++) {
		size_t skip = ac_str_from(group->name).n + 1;

		ac_out(app, "\t\t%s) COMPREPLY=($(compgen -W '", group->name);
		for (size_t i = 0; ac_commands[i]; i++)
			if (ac_command_group_of(ac_commands[i]) == group)
				ac_out(app, "%s ", ac_commands[i]->name + skip);
		ac_out(app, "--help' -- \"$word\")); return ;;\n");
	}
	ac_out(app, "\t\tesac\n\tfi\n");
}

void
ac_completion_print(ac_app *app)
{
	ac_out(app, "# SPDX-License-Identifier: Apache-2.0\n# bash completion of accord\n_accord()\n{\n"
		    "\tlocal word=${COMP_WORDS[COMP_CWORD]} options\n\tif [ \"$COMP_CWORD\" -eq 1 ]; "
		    "then\n\t\tCOMPREPLY=($(compgen -W '");
	completion_verbs(app);
	ac_out(app, "--help --version' -- \"$word\"))\n\t\treturn\n\tfi\n");
	completion_groups(app);
	ac_out(app, "\tcase \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
	for (size_t i = 0; ac_commands[i]; i++) {
		bool has_two = ac_command_group_of(ac_commands[i]) != NULL;

		ac_out(app, "\t\"%s%s) options='", ac_commands[i]->name, has_two ? "\"" : " \"*");
		completion_words(app, ac_commands[i]->options);
		ac_out(app, "' ;;\n");
	}
	ac_out(app, "\tesac\n\tif [[ $word == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W \"$options");
	completion_words(app, ac_common_options);
	ac_out(app, "\" -- \"$word\"))\n\telse\n\t\tCOMPREPLY=($(compgen -f -- \"$word\"))\n\tfi\n}\n"
		    "complete -o filenames -F _accord accord\n");
}
