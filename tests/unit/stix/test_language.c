/* SPDX-License-Identifier: Apache-2.0 */
/* Language content (s7.1): English and French, fallback of tags, what is ignored and said. */
#include "fail_malloc.h"
#include "base/buf.h"
#include "stix/language.h"
#include "stix_test.h"

#define ID "campaign--12a111f0-b824-4baf-a224-83b80237a094"
#define CAMPAIGN(more)                                                                                                 \
	"{'type':'campaign','spec_version':'2.1','id':'" ID "','lang':'en','created':'2017-02-08T21:31:22.007Z',"      \
	"'modified':'2017-02-08T21:31:22.007Z','name':'Bank Attack'" more "}"
#define CONTENT(n, modified, more)                                                                                     \
	"{'type':'language-content','spec_version':'2.1','id':'language-content--b86bd89f-98bb-4fa9-8cb2-9ad421da98" n \
	"','"                                                                                                          \
	"created':'2017-02-08T21:31:22.007Z','modified':'" modified "','object_ref':'" ID "'" more "}"
#define NOW "2017-02-08T21:31:22.007Z"
#define LATER "2018-02-08T21:31:22.007Z"
#define FOR_VERSION(modified, contents) ",'object_modified':'" modified "','contents':" contents

typedef struct language_row {
	const char *what;
	const char *object;
	const char *contents[3];
	const char *tag;
	const char *want; /* NULL: stays */
	const char *used;
	const char *ignored; /* words of the only thing that was ignored; NULL: nothing was */
} language_row;

static const language_row rows[] = {
	/* The standard's own example. */
	{ "s7.1.2", CAMPAIGN(",'description':'More information about bank attack'"),
	    { CONTENT("1d", NOW,
		FOR_VERSION(NOW,
		    "{'de':{'name':'Bank Angriff','description':'Weitere Informationen'},'fr':{'name':'Attaque "
		    "Bank','description':'Plus d`informations sur la crise bancaire'}}")) },
	    "fr", CAMPAIGN("~,'description':'Plus d`informations sur la crise bancaire'"), "fr", NULL },
	{ "a longer tag finds a shorter one (RFC 4647 s3.4)", CAMPAIGN(""),
	    { CONTENT("1d", NOW, ",'contents':{'fr':{'name':'Attaque Bank'}}") }, "fr-CA", CAMPAIGN("~"), "fr", NULL },
	{ "through a single letter", CAMPAIGN(""), { CONTENT("1d", NOW, ",'contents':{'FR':{'name':'Attaque Bank'}}") },
	    "fr-x-reed", CAMPAIGN("~"), "FR", NULL },
	{ "a shorter tag does not find a longer one", CAMPAIGN(""),
	    { CONTENT("1d", NOW, ",'contents':{'fr-CA':{'name':'Attaque Bank'}}") }, "fr", NULL, "", NULL },
	{ "the most exact first, text by text", CAMPAIGN(",'description':'d'"),
	    { CONTENT("1d", NOW, ",'contents':{'fr':{'name':'x','description':'y'},'fr-CA':{'name':'Attaque Bank'}}") },
	    "fr-CA", CAMPAIGN("~,'description':'y'"), "fr-CA", NULL },
	{ "the latest of one tag", CAMPAIGN(""),
	    { CONTENT("1d", LATER, ",'contents':{'fr':{'name':'Attaque Bank'}}"),
		CONTENT("1e", NOW, ",'contents':{'fr':{'name':'x'}}") },
	    "fr", CAMPAIGN("~"), "fr", NULL },
	{ "another language", CAMPAIGN(""), { CONTENT("1d", NOW, ",'contents':{'de':{'name':'x'}}") }, "fr", NULL, "",
	    NULL },
	{ "its own language", CAMPAIGN(""), { CONTENT("1d", NOW, ",'contents':{'en':{'name':'x'}}") }, "en", NULL, "",
	    NULL },
	{ "its own language, less exact than the content", CAMPAIGN(""),
	    { CONTENT("1d", NOW, ",'contents':{'en-GB':{'name':'Attaque Bank'}}") }, "en-GB", CAMPAIGN("~"), "en-GB",
	    NULL },
	/* Lists: "" leaves the original; another length is another list. */
	{ "lists", CAMPAIGN(",'aliases':['A','B'],'description':'d'"),
	    { CONTENT("1d", NOW, ",'contents':{'fr':{'name':'Attaque Bank','aliases':['Un','']}}") }, "fr",
	    CAMPAIGN("~,'aliases':['Un','B'],'description':'d'"), "fr", NULL },
	{ "lists of another length", CAMPAIGN(",'aliases':['A','B']"),
	    { CONTENT("1d", NOW, ",'contents':{'fr':{'name':'Attaque Bank','aliases':['Un']}}") }, "fr",
	    CAMPAIGN("~,'aliases':['A','B']"), "fr", "aliases: want a list of 2 values, got 1" },
	{ "structures", CAMPAIGN(",'external_references':[{'source_name':'s','external_id':'e','description':'t'}]"),
	    { CONTENT("1d", NOW,
		",'contents':{'fr':{'name':'Attaque "
		"Bank','external_references':[{'external_id':'E','description':'T'}]}}") },
	    "fr", CAMPAIGN("~,'external_references':[{'source_name':'s','external_id':'e','description':'T'}]"), "fr",
	    NULL },
	{ "custom properties", CAMPAIGN(",'x_note':{'a':['one',2]}"),
	    { CONTENT("1d", NOW, ",'contents':{'fr':{'name':'Attaque Bank','x_note':{'a':['un',9]}}}") }, "fr",
	    CAMPAIGN("~,'x_note':{'a':['un',2]}"), "fr", NULL },
	/* What is not translatable, or not there, is passed over. */
	{ "no prose", CAMPAIGN(",'confidence':3"),
	    { CONTENT("1d", NOW,
		",'contents':{'fr':{'name':'Attaque "
		"Bank','id':'x','type':'x','created':'x','confidence':'x','absent':'x'}}") },
	    "fr", CAMPAIGN("~,'confidence':3"), "fr", NULL },
	{ "a text that is a list there", CAMPAIGN(",'description':'d'"),
	    { CONTENT("1d", NOW, ",'contents':{'fr':{'name':'Attaque Bank','description':['x']}}") }, "fr",
	    CAMPAIGN("~,'description':'d'"), "fr", "want a text where the object has one" },
	{ "observables are data", SCO("mutex", ",'name':'m'"),
	    { "{'type':'language-content','id':'language-content--" UUID4 "','modified':'" NOW
	      "','object_ref':'mutex--" UUID5 "','contents':{'fr':{'name':'x'}}}" },
	    "fr", NULL, "", NULL },
	/* Versions. */
	{ "another version of the object", CAMPAIGN(""),
	    { CONTENT("1d", NOW, FOR_VERSION(LATER, "{'fr':{'name':'x'}}")) }, "fr", NULL, "",
	    "want the translation of version " NOW ", got that of " LATER },
	{ "the same instant, written otherwise", CAMPAIGN(""),
	    { CONTENT("1d", NOW, FOR_VERSION("2017-02-08T21:31:22.0070Z", "{'fr':{'name':'Attaque Bank'}}")) }, "fr",
	    CAMPAIGN("~"), "fr", NULL },
	{ "revoked", CAMPAIGN(""), { CONTENT("1d", NOW, ",'revoked':true,'contents':{'fr':{'name':'x'}}") }, "fr", NULL,
	    "", "it is revoked" },
	{ "another object's", SDO("tool", ",'name':'x'"), { CONTENT("1d", NOW, ",'contents':{'fr':{'name':'x'}}") },
	    "fr", NULL, "", NULL },
	{ "nothing to read", CAMPAIGN(""), { CONTENT("1d", NOW, ",'contents':['fr']") }, "fr", NULL, "", NULL },
	{ "any language is none", CAMPAIGN(""), { CONTENT("1d", NOW, ",'contents':{'fr':{'name':'x'}}") }, "*", NULL,
	    "", NULL },
};

/* `want` with the French name where "~" stands behind the English one. */
static ac_str
expected(ac_arena *arena, const char *want)
{
	ac_str text = quoted(arena, want);
	size_t mark = ac_str_find_byte(text, '~'), name = ac_str_find(text, AC_S("Bank Attack"));

	if (mark == text.n)
		return text;
	return ac_arena_printf(arena, "%.*sAttaque Bank\"%.*s", AC_FMT(ac_str_slice(text, 0, name)),
	    AC_FMT(ac_str_slice(text, mark + 1, text.n)));
}

static void
translate__says_it_in_the_language_or_leaves_it(void **state)
{
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const language_row *row = &rows[i];
		const ac_json *contents[3];
		ac_stix_translation t;
		size_t n = 0;

		while (n < 3 && row->contents[n]) {
			contents[n] = json_of(&arena, row->contents[n]);
			n++;
		}
		assert_int_equal(ac_stix_translate(json_of(&arena, row->object), contents, n, ac_str_from(row->tag),
				     &arena, &t, NULL),
		    0);
		if (!row->want != !t.json.p || (row->want && !ac_str_eq(t.json, expected(&arena, row->want))) ||
		    !ac_str_eq(t.tag, ac_str_from(row->used)))
			fail_msg("%s: got %.*s by %.*s", row->what, AC_FMT(t.json), AC_FMT(t.tag));
		if (t.ignored_count != (row->ignored != NULL) ||
		    (row->ignored && ac_str_find(t.ignored[0].why, ac_str_from(row->ignored)) == t.ignored[0].why.n))
			fail_msg("%s: ignored %zu: %.*s", row->what, t.ignored_count,
			    AC_FMT(t.ignored_count ? t.ignored[0].why : AC_S("")));
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
}

static void
language__tags_are_checked(void **state)
{
	assert_true(ac_stix_is_language(AC_S("fr")));
	assert_true(ac_stix_is_language(AC_S("fr-CA")));
	assert_false(ac_stix_is_language(AC_S("")));
	assert_false(ac_stix_is_language(AC_S("french!")));
	assert_false(ac_stix_is_language(AC_S("fr_CA")));
}

static void
translate__looks_at_a_bounded_number_of_contents(void **state)
{
	const ac_json *contents[AC_LANGUAGE_CONTENTS_MAX + 2];
	ac_stix_translation t;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(contents); i++)
		contents[i] = json_of(&arena, CONTENT("1d", NOW, ",'contents':{'fr':{'name':'Attaque Bank'}}"));
	assert_int_equal(ac_stix_translate(
			     json_of(&arena, CAMPAIGN("")), contents, AC_COUNT(contents), AC_S("fr"), &arena, &t, NULL),
	    0);
	assert_non_null(t.json.p);
	assert_int_equal(t.ignored_count, 2);
	ac_arena_done(&arena);
}

/* Each of 100 lists has another length. */
static void
translate__tells_a_bounded_number_of_what_it_ignores(void **state)
{
	const ac_json *content, *object;
	ac_stix_translation t;
	ac_arena arena;
	ac_buf lists, text;

	ac_arena_init(&arena, AC_MIB);
	ac_buf_init(&lists, AC_MIB);
	ac_buf_init(&text, AC_MIB);
	ac_buf_add(&lists, AC_S(",'x_lists':[['a']"));
	for (unsigned i = 1; i < 100; i++)
		ac_buf_add(&lists, AC_S(",['a']"));
	ac_buf_add(&lists, AC_S("]\0"));
	ac_buf_printf(&text, CAMPAIGN("%s"), lists.p);
	ac_buf_add_byte(&text, '\0');
	object = json_of(&arena, text.p);
	ac_buf_reset(&text);
	ac_buf_add(&text, AC_S(",['a','b']"));
	ac_buf_reset(&lists);
	for (unsigned i = 1; i < 100; i++)
		ac_buf_add(&lists, ac_buf_view(&text));
	ac_buf_add_byte(&lists, '\0');
	ac_buf_reset(&text);
	ac_buf_printf(
	    &text, CONTENT("1d", NOW, ",'contents':{'fr':{'name':'Attaque Bank','x_lists':[['a','b']%s]}}"), lists.p);
	ac_buf_add_byte(&text, '\0');
	content = json_of(&arena, text.p);
	assert_int_equal(ac_stix_translate(object, &content, 1, AC_S("fr"), &arena, &t, NULL), 0);
	assert_non_null(t.json.p);
	assert_int_equal(t.ignored_count, AC_LANGUAGE_IGNORED_MAX);
	ac_buf_done(&text);
	ac_buf_done(&lists);
	ac_arena_done(&arena);
}

static void
translate__survives_every_allocation_failure(void **state)
{
	ac_arena arena;
	const ac_json *object, *content;

	ac_arena_init(&arena, AC_MIB);
	object = json_of(&arena, CAMPAIGN(",'aliases':['A']"));
	content = json_of(&arena, CONTENT("1d", NOW, ",'contents':{'fr':{'name':'x','aliases':['a','b']}}"));
	for (unsigned long n = 1;; n++) {
		ac_stix_translation t;
		ac_arena scratch;
		int rc;

		ac_arena_init(&scratch, AC_MIB);
		fail_malloc_at(n);
		rc = ac_stix_translate(object, &content, 1, AC_S("fr"), &scratch, &t, NULL);
		ac_arena_done(&scratch);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
	}
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(translate__says_it_in_the_language_or_leaves_it),
		cmocka_unit_test(language__tags_are_checked),
		cmocka_unit_test(translate__looks_at_a_bounded_number_of_contents),
		cmocka_unit_test(translate__tells_a_bounded_number_of_what_it_ignores),
		cmocka_unit_test(translate__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
