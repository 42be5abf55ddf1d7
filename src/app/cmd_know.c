/* SPDX-License-Identifier: Apache-2.0 */
/* accord know: one page on what a name or a value means here, or a full-text search. Only asks and prints: pages are made in know/. */
#include "app/cmd_know.h"
#include "base/utf8.h"
#include "sys/log.h"

#define SEARCH_MOST 25
#define SEARCH_MOST_ALL 1000

static const ac_option options[] = {
	{ "search", 's', "WORDS", "search names, descriptions and values for WORDS" },
	{ "type", 't', "TYPE", "only things of this STIX type (malware, intrusion-set ...)" },
	{ "lang", 'l', "TAG",
	    "show names and texts in this language (fr, fr-CA ...) where somebody has translated them" },
	{ "all", 'a', NULL, "show every line of long sections" },
	{ "why", 0, NULL, "explain why two actors are one page, or are not: reasons, weights, what bars it" },
	{ "same", 0, NULL, "decide that two actor records are one; goes before every rule, and can be taken back" },
	{ "distinct", 0, NULL, "decide that two actor records are two" },
	{ "undo", 0, NULL, "take back what was decided about two actor records" },
	{ "decisions", 0, NULL, "list what was decided here" },
	{ "compare", 0, NULL, "two actors side by side: what is said of both, and of each alone" },
	{ "matrix", 0, NULL, "the matrix of tactics and techniques, with those that an actor is said to use" },
	{ "navigator", 0, NULL, "the same as a layer for the ATT&CK Navigator (JSON, layer format 4.5)" },
	{ "diamond", 0, NULL, "the Diamond Model's view of a campaign, incident, report or actor" },
	{ 0 },
};

int
ac_know_operands(const ac_args *args, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_buf words;
	int rc;

	ac_buf_init(&words, AC_LIST_LINE_MAX);
	for (int i = 0; i < args->operand_count; i++) {
		if (i > 0)
			ac_buf_add_byte(&words, ' ');
		ac_buf_add_cstr(&words, args->operands[i]);
	}
	rc = ac_buf_finish(&words, out, err);
	if (rc == 0)
		*out = ac_arena_str(arena, *out);
	ac_buf_done(&words);
	return rc < 0 ? rc : ac_arena_check(arena, err);
}

ac_page_style
ac_know_style(ac_app *app, const ac_args *args)
{
	ac_page_style style = AC_PAGE_STYLE;

	style.colour = ac_app_colour(app);
	if (ac_arg_given(args, "all"))
		style.items = SIZE_MAX;
	return style;
}

int
ac_know_say_not_found(ac_app *app, const ac_page *page)
{
	ac_buf *out = ac_app_out(app);
	ac_json_writer w;

	if (ac_app_json(app)) {
		ac_json_writer_init(&w, out);
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.not-found/1"));
		ac_jw_key_string(&w, AC_S("query"), page->query);
		if (page->value.type != AC_VALUE_NONE) {
			ac_jw_key_string(&w, AC_S("type"), ac_value_type_name(page->value.type));
			ac_jw_key_string(&w, AC_S("value"), page->value.text);
		}
		if (page->wanted_type.n)
			ac_jw_key_string(&w, AC_S("wanted_type"), page->wanted_type);
		ac_know_texts_json(&w, "near", &page->near);
		ac_jw_end(&w);
		ac_buf_add_byte(out, '\n');
		return AC_EXIT_NO;
	}
	if (page->value.type != AC_VALUE_NONE) {
		ac_buf_add_cstr(out, "Nothing here lists ");
		ac_utf8_add_visible(out, page->value.text, AC_HIT_TEXT_MAX);
	} else {
		ac_buf_add_cstr(out, "Nothing");
		if (page->wanted_type.n) {
			ac_buf_add_cstr(out, " of type ");
			ac_utf8_add_visible(out, page->wanted_type, AC_HIT_TEXT_MAX);
		}
		ac_buf_add_cstr(out, " here is called ");
		ac_utf8_add_visible(out, page->query, AC_HIT_TEXT_MAX);
	}
	ac_buf_add_cstr(out, ".\n");
	if (page->near.count)
		ac_buf_add_cstr(out, "Nearly so:\n");
	for (size_t i = 0; i < page->near.count; i++) {
		ac_buf_add_cstr(out, "  ");
		ac_utf8_add_visible(out, page->near.items[i], AC_HIT_TEXT_MAX);
		ac_buf_add_byte(out, '\n');
	}
	return AC_EXIT_NO;
}

static int
print_page(ac_app *app, const ac_args *args, ac_know *know)
{
	ac_str query, type = ac_str_from(ac_arg(args, "type", ""));
	ac_page_style style = ac_know_style(app, args);
	ac_buf *out = ac_app_out(app);
	accord_err err = { 0 };
	ac_page page;
	int rc = ac_know_operands(args, ac_know_arena(know), &query, &err);

	if (rc == 0)
		rc = ac_page_find(know, query, type, &page, &err);
	if (rc == ACCORD_ENOTFOUND)
		return ac_know_say_not_found(app, &page);
	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	if (ac_app_json(app)) {
		ac_json_writer w;

		ac_json_writer_init(&w, out);
		ac_page_json(&page, &w);
		ac_buf_add_byte(out, '\n');
	} else {
		ac_page_text(&page, &style, out);
	}
	return AC_EXIT_OK;
}

typedef struct search {
	ac_app *app;
	ac_json_writer *w; /* NULL: for people */
	ac_str type;
	size_t count, most;
} search;

static int
on_hit(void *payload, const ac_search_hit *hit, accord_err *err)
{
	search *s = payload;
	ac_buf *out = ac_app_out(s->app);

	/* Things of other types leave the search's room to those that were asked for. */
	if (s->type.n && !ac_str_eq(s->type, hit->type))
		return 0;
	s->count++;
	if (s->w) {
		ac_jw_object(s->w);
		ac_jw_key_string(s->w, AC_S("id"), hit->id);
		ac_jw_key_string(s->w, AC_S("type"), hit->type);
		ac_jw_key_string(s->w, AC_S("name"), hit->name);
		ac_jw_key_string(s->w, AC_S("snippet"), hit->snippet);
		ac_jw_end(s->w);
		return s->count == s->most;
	}
	ac_utf8_add_visible(out, hit->name.n ? hit->name : hit->id, AC_HIT_TEXT_MAX);
	ac_buf_add_cstr(out, "  [");
	ac_utf8_add_visible(out, hit->type, AC_HIT_TEXT_MAX);
	ac_buf_add_cstr(out, "]\n    ");
	ac_utf8_add_visible(out, ac_str_trim(hit->snippet), AC_HIT_TEXT_MAX);
	ac_buf_add_byte(out, '\n');
	return s->count == s->most;
}

static int
print_search(ac_app *app, const ac_args *args, ac_store *store)
{
	ac_str words = ac_str_from(ac_arg(args, "search", ""));
	search s = { .app = app,
		.type = ac_str_from(ac_arg(args, "type", "")),
		.most = ac_arg_given(args, "all") ? SEARCH_MOST_ALL : SEARCH_MOST };
	ac_json_writer w;
	accord_err err = { 0 };
	int rc;

	if (ac_app_json(app)) {
		ac_json_writer_init(&w, ac_app_out(app));
		s.w = &w;
		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.search/1"));
		ac_jw_key_string(&w, AC_S("query"), words);
		ac_jw_key(&w, AC_S("hits"));
		ac_jw_array(&w);
	}
	rc = ac_store_search(store, words, SIZE_MAX, on_hit, &s, &err);
	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	if (s.w) {
		ac_jw_end(&w);
		ac_jw_key_bool(&w, AC_S("complete"), s.count < s.most);
		ac_jw_end(&w);
		ac_buf_add_byte(ac_app_out(app), '\n');
	} else if (s.count == 0) {
		ac_buf_add_cstr(ac_app_out(app), "Nothing here holds these words.\n");
	}
	return s.count ? AC_EXIT_OK : AC_EXIT_NO;
}

/* Translations that are here and could not be used are never passed over in silence. */
static void
tell_ignored(const ac_know *know)
{
	size_t count;
	const ac_stix_ignored *ignored = ac_know_ignored(know, &count);

	for (size_t i = 0; i < count; i++) {
		bool was_told = false;

		for (size_t k = 0; k < i && !was_told; k++)
			was_told = ac_str_eq(ignored[k].id, ignored[i].id) && ac_str_eq(ignored[k].why, ignored[i].why);
		if (!was_told)
			ac_log("%.*s is not used: %.*s", AC_FMT(ignored[i].id), AC_FMT(ignored[i].why));
	}
}

static int
check_asked(const ac_args *args, const ac_know_view **out_view, accord_err *err)
{
	bool is_search = ac_arg_given(args, "search");
	int rc = ac_know_view_of(args, out_view, err);

	if (rc < 0)
		return rc;
	if (*out_view ? is_search : is_search == (args->operand_count > 0))
		return ac_fail(err, ACCORD_EUSAGE, "want either a name or value, or --search WORDS");
	return 0;
}

static int
run(ac_app *app, const ac_args *args)
{
	const char *language = ac_arg(args, "lang", app->config.know_lang);
	const ac_know_view *view;
	ac_know *know = NULL;
	ac_store *store;
	accord_err err = { 0 };
	int rc = check_asked(args, &view, &err), status;

	if (rc == 0)
		rc = ac_app_store(app, view && view->writes ? AC_STORE_WRITE : AC_STORE_READ, &store, &err);
	if (rc == 0 && ac_arg_given(args, "search"))
		return print_search(app, args, store);
	if (rc == 0)
		rc = ac_know_open(store, ac_app_seed(app), &know, &err);
	if (rc == 0 && language)
		rc = ac_know_set_language(know, ac_str_from(language), &err);
	if (rc < 0)
		status = ac_app_fail(app, NULL, &err);
	else
		status = view ? view->run(app, args, know) : print_page(app, args, know);
	if (rc == 0) {
		ac_app_flush(app);
		tell_ignored(know);
	}
	know = ac_know_close(know);
	return status;
}

const ac_command ac_command_know = {
	.name = "know",
	.operands = "NAME-OR-VALUE [NAME]",
	.summary = "one page on an actor, technique, malware, vulnerability, indicator or observable",
	.details =
	    "Names in any script, numbers (G0065, T1190, CVE-2021-26855), STIX ids and observables in any "
	    "spelling, also defanged, are "
	    "understood. An actor's page is a view over all records that speak of the same actor; it shows who "
	    "uses which name, what else a "
	    "name is used for, and which groups overlap with it but are kept apart. Each line says whose claim "
	    "it is.\n\n"
	    "Whether two records speak of one actor is weighed: shared names, group numbers, and what others say "
	    "of them, against what bars "
	    "it (one list has them as two entries, other numbers, other countries, somebody says that they are "
	    "two). --why tells how it came out for two names or ids. The member's own decisions (--same, "
	    "--distinct) are "
	    "relationships of this node; --undo revokes them. All versions are kept.\n\n"
	    "--matrix and --navigator take anything that uses techniques. Tactics and techniques, and their order, "
	    "are those of the data that was learned.\n\n"
	    "Exit status 1: nothing here is called so; names that are nearly so are suggested.",
	.examples = "accord know \"bronze mohawk\"\naccord know T1190 --json\naccord know --search \"web shell\"\n"
		    "accord know --why APT38 APT45\naccord know --decisions --json\n"
		    "accord know --compare APT40 Hafnium\naccord know --matrix APT40\naccord know --navigator APT40\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
