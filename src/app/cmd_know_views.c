/* SPDX-License-Identifier: Apache-2.0 */
/* accord know --why, --same, --distinct, --undo, --decisions: how records are grouped, and the member's word in it. Only asks and prints: know/ decides. */
#include "app/cmd_know.h"
#include "base/utf8.h"
#include "know/decide.h"
#include "know/session.h"
#include "know/why.h"

/* An actor that an operand names. Not found: said, with what is nearly called so. */
static int
find_record(ac_app *app, ac_know *know, const char *text, const ac_actor_record **out, accord_err *err)
{
	ac_page page;
	int rc = ac_know_record_called(know, ac_str_from(text), out, err);

	if (rc != ACCORD_ENOTFOUND)
		return rc;
	rc = ac_page_find(know, ac_str_from(text), (ac_str){ 0 }, &page, err);
	if (rc == ACCORD_ENOTFOUND) {
		(void)ac_know_say_not_found(app, &page);
		return rc;
	}
	return rc < 0 ? rc
		      : ac_fail(err, ACCORD_EUSAGE, "want an actor, got %s, which is a thing of type %.*s", text,
			    AC_FMT(page.subject.type));
}

static int
find_two(ac_app *app, const ac_args *args, ac_know *know, const ac_actor_record *out[2], accord_err *err)
{
	int rc = find_record(app, know, args->operands[0], &out[0], err);

	return rc < 0 ? rc : find_record(app, know, args->operands[1], &out[1], err);
}

static int
failed(ac_app *app, int rc, const accord_err *err)
{
	return rc == ACCORD_ENOTFOUND ? AC_EXIT_NO : ac_app_fail(app, NULL, err);
}

static int
run_why(ac_app *app, const ac_args *args, ac_know *know)
{
	const ac_actor_record *two[2];
	ac_page_style style = ac_know_style(app, args);
	accord_err err = { 0 };
	ac_json_writer w;
	ac_why why;
	int rc = find_two(app, args, know, two, &err);

	if (rc == 0)
		rc = ac_why_find(know, two[0], two[1], &why, &err);
	if (rc < 0)
		return failed(app, rc, &err);
	if (!ac_app_json(app)) {
		ac_why_text(&why, &style, ac_app_out(app));
		return AC_EXIT_OK;
	}
	ac_json_writer_init(&w, ac_app_out(app));
	ac_why_json(&why, &w);
	ac_buf_add_byte(ac_app_out(app), '\n');
	return AC_EXIT_OK;
}

static void
say_record(ac_buf *out, const ac_actor_record *record)
{
	ac_utf8_add_visible(out, record->name.n ? record->name : record->id, AC_HIT_TEXT_MAX);
}

/* What was written, and what the pages are now. */
static void
tell_change(ac_app *app, const char *what, const ac_decision_changes *changes, const ac_why *after)
{
	ac_buf *out = ac_app_out(app);
	ac_json_writer w;

	if (!ac_app_json(app)) {
		say_record(out, after->a);
		ac_buf_add_cstr(out, " and ");
		say_record(out, after->b);
		ac_buf_printf(out, ": %s.\n", changes->count ? what : "decided so before; nothing was changed");
		return;
	}
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.decision/1"));
	ac_jw_key(&w, AC_S("a"));
	ac_actor_record_json(after->a, &w);
	ac_jw_key(&w, AC_S("b"));
	ac_actor_record_json(after->b, &w);
	if (changes->made.n)
		ac_jw_key_string(&w, AC_S("made"), changes->made);
	ac_jw_key(&w, AC_S("revoked"));
	ac_jw_array(&w);
	for (size_t i = 0; i < changes->count; i++)
		if (changes->items[i].id.n)
			ac_jw_string(&w, changes->items[i].id);
	ac_jw_end(&w);
	ac_jw_key_bool(&w, AC_S("one_page"), after->actor_a == after->actor_b);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

/* In a session of its own, since the one before saw the store before the change. */
static int
look_again(ac_app *app, ac_know *before, const ac_actor_record *two[2], const char *what,
    const ac_decision_changes *changes, const ac_page_style *style, bool *out_one, accord_err *err)
{
	ac_know *know = NULL;
	ac_why why;
	int rc = ac_know_open(ac_know_store(before), ac_app_seed(app), &know, err);

	if (rc == 0)
		rc = ac_know_record_called(know, two[0]->id, &two[0], err);
	if (rc == 0)
		rc = ac_know_record_called(know, two[1]->id, &two[1], err);
	if (rc == 0)
		rc = ac_why_find(know, two[0], two[1], &why, err);
	if (rc == 0) {
		tell_change(app, what, changes, &why);
		if (!ac_app_json(app))
			ac_why_text(&why, style, ac_app_out(app));
		*out_one = why.actor_a == why.actor_b;
	}
	(void)ac_know_close(know);
	return rc;
}

static int
decide(ac_app *app, const ac_args *args, ac_know *know, ac_link_kind kind)
{
	const ac_actor_record *two[2];
	ac_page_style style = ac_know_style(app, args);
	ac_decision_changes changes;
	accord_err err = { 0 };
	bool is_one = false;
	int rc = find_two(app, args, know, two, &err);

	if (rc == 0)
		rc = ac_know_decide(know, kind, two[0], two[1], ac_app_now(app), &changes, &err);
	if (rc == 0)
		rc = ac_know_write(ac_know_store(know), &changes, &err);
	if (rc == 0)
		rc = look_again(app, know, two,
		    kind == AC_LINK_SAME ? "decided here to be one" : "decided here to be two", &changes, &style,
		    &is_one, &err);
	if (rc < 0)
		return failed(app, rc, &err);
	return is_one == (kind == AC_LINK_SAME) ? AC_EXIT_OK : AC_EXIT_NO;
}

static int
run_same(ac_app *app, const ac_args *args, ac_know *know)
{
	return decide(app, args, know, AC_LINK_SAME);
}

static int
run_distinct(ac_app *app, const ac_args *args, ac_know *know)
{
	return decide(app, args, know, AC_LINK_DISTINCT);
}

static int
run_undo(ac_app *app, const ac_args *args, ac_know *know)
{
	const ac_actor_record *two[2];
	ac_page_style style = ac_know_style(app, args);
	ac_decision_changes changes;
	accord_err err = { 0 };
	bool is_one;
	int rc = find_two(app, args, know, two, &err);

	if (rc == 0)
		rc = ac_know_undo(know, two[0], two[1], ac_app_now(app), &changes, &err);
	if (rc == 0 && changes.count == 0) {
		(void)ac_fail(&err, ACCORD_EUSAGE,
		    "nothing was decided here about %.*s and %.*s: see accord know --decisions", AC_FMT(two[0]->name),
		    AC_FMT(two[1]->name));
		(void)ac_app_fail(app, NULL, &err);
		return AC_EXIT_NO;
	}
	if (rc == 0)
		rc = ac_know_write(ac_know_store(know), &changes, &err);
	if (rc == 0)
		rc = look_again(app, know, two, "what was decided here is taken back", &changes, &style, &is_one, &err);
	return rc < 0 ? failed(app, rc, &err) : AC_EXIT_OK;
}

static void
print_decision(ac_app *app, const ac_decision *d)
{
	ac_buf *out = ac_app_out(app);

	ac_utf8_add_visible(out, ac_str_slice(d->link->date, 0, 10), AC_HIT_TEXT_MAX);
	ac_buf_add_cstr(out, "  ");
	say_record(out, d->a);
	ac_buf_printf(out, " %.*s ", AC_FMT(d->link->relation));
	say_record(out, d->b);
	ac_buf_printf(out, "\n    %.*s %.*s %.*s\n", AC_FMT(d->a->id), AC_FMT(d->b->id), AC_FMT(d->link->via_id));
}

static void
put_decision(const ac_decision *d, ac_json_writer *w)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), d->link->via_id);
	ac_jw_key_string(w, AC_S("relation"), d->link->relation);
	ac_jw_key_string(w, AC_S("date"), d->link->date);
	ac_jw_key(w, AC_S("a"));
	ac_actor_record_json(d->a, w);
	ac_jw_key(w, AC_S("b"));
	ac_actor_record_json(d->b, w);
	ac_jw_end(w);
}

static int
run_decisions(ac_app *app, const ac_args *args, ac_know *know)
{
	ac_decisions d;
	ac_json_writer w;
	accord_err err = { 0 };

	if (ac_know_decisions(know, NULL, NULL, &d, &err) < 0)
		return ac_app_fail(app, NULL, &err);
	if (!ac_app_json(app)) {
		for (size_t i = 0; i < d.count; i++)
			print_decision(app, &d.items[i]);
		if (d.count == 0)
			ac_out(app, "Nothing was decided here.\n");
		return AC_EXIT_OK;
	}
	ac_json_writer_init(&w, ac_app_out(app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.decisions/1"));
	ac_jw_key(&w, AC_S("decisions"));
	ac_jw_array(&w);
	for (size_t i = 0; i < d.count; i++)
		put_decision(&d.items[i], &w);
	ac_jw_end(&w);
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(app), '\n');
	return AC_EXIT_OK;
}

static const ac_know_view views[] = {
	{ "why", 2, false, run_why },
	{ "same", 2, true, run_same },
	{ "distinct", 2, true, run_distinct },
	{ "undo", 2, true, run_undo },
	{ "decisions", 0, false, run_decisions },
	{ "compare", 2, false, ac_know_run_compare },
	{ "matrix", 1, false, ac_know_run_matrix },
	{ "navigator", 1, false, ac_know_run_navigator },
	{ "diamond", 1, false, ac_know_run_diamond },
};

int
ac_know_view_of(const ac_args *args, const ac_know_view **out, accord_err *err)
{
	static const char *const wants[] = { "no name", "a name", "two names" };
	const ac_know_view *found = NULL;

	for (size_t i = 0; i < AC_COUNT(views); i++) {
		if (!ac_arg_given(args, views[i].option))
			continue;
		if (found)
			return ac_fail(
			    err, ACCORD_EUSAGE, "want one of --%s and --%s, got both", found->option, views[i].option);
		found = &views[i];
	}
	if (found && (found->operands == 1 ? args->operand_count < 1 : args->operand_count != found->operands))
		return ac_fail(err, ACCORD_EUSAGE,
		    "--%s wants %s, got %d word%s; a name of several words stands in quotes", found->option,
		    wants[found->operands], args->operand_count, ac_plural((uint64_t)args->operand_count));
	*out = found;
	return 0;
}
