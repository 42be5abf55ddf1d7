/* SPDX-License-Identifier: Apache-2.0 */
/* accord know --compare, --matrix, --navigator, --diamond: other views of what pages hold. Only asks and prints. */
#include "app/cmd_know.h"
#include "know/compare.h"
#include "know/diamond.h"
#include "know/matrix.h"

int
ac_know_run_compare(ac_app *app, const ac_args *args, ac_know *know)
{
	const ac_page *missing = NULL;
	ac_page_style style = ac_know_style(app, args);
	ac_compare compare;
	ac_json_writer w;
	accord_err err = { 0 };
	int rc = ac_compare_find(
	    know, ac_str_from(args->operands[0]), ac_str_from(args->operands[1]), &compare, &missing, &err);

	if (rc == ACCORD_ENOTFOUND && missing)
		return ac_know_say_not_found(app, missing);
	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	if (!ac_app_json(app)) {
		ac_compare_text(&compare, &style, ac_app_out(app));
		return AC_EXIT_OK;
	}
	ac_json_writer_init(&w, ac_app_out(app));
	ac_compare_json(&compare, &w);
	ac_buf_add_byte(ac_app_out(app), '\n');
	return AC_EXIT_OK;
}

/* The page that the operands name. AC_EXIT_OK, or the status of what was said instead. */
static int
find_page(ac_app *app, const ac_args *args, ac_know *know, ac_page *page)
{
	ac_str query, type = ac_str_from(ac_arg(args, "type", ""));
	accord_err err = { 0 };
	int rc = ac_know_operands(args, ac_know_arena(know), &query, &err);

	if (rc == 0)
		rc = ac_page_find(know, query, type, page, &err);
	if (rc == ACCORD_ENOTFOUND)
		return ac_know_say_not_found(app, page);
	return rc < 0 ? ac_app_fail(app, NULL, &err) : AC_EXIT_OK;
}

typedef enum map_form { MAP_MATRIX, MAP_LAYER } map_form;

static int
run_map(ac_app *app, const ac_args *args, ac_know *know, map_form form)
{
	ac_page_style style = ac_know_style(app, args);
	ac_buf *out = ac_app_out(app);
	accord_err err = { 0 };
	ac_matrix matrix;
	ac_json_writer w;
	ac_page page;
	int status = find_page(app, args, know, &page), rc;

	if (status != AC_EXIT_OK)
		return status;
	rc = page.kind == AC_PAGE_OBSERVABLE
		 ? ac_fail(&err, ACCORD_EUSAGE, "want something that uses techniques, got an observable")
		 : ac_matrix_make(know, &page, &matrix, &err);
	if (rc < 0)
		return ac_app_fail(app, NULL, &err);
	if (form == MAP_MATRIX && !ac_app_json(app)) {
		ac_matrix_text(&matrix, &style, out);
	} else {
		ac_json_writer_init(&w, out);
		if (form == MAP_LAYER)
			ac_matrix_layer(&matrix, &w);
		else
			ac_matrix_json(&matrix, &w);
		ac_buf_add_byte(out, '\n');
	}
	return matrix.used || matrix.elsewhere_count ? AC_EXIT_OK : AC_EXIT_NO;
}

int
ac_know_run_matrix(ac_app *app, const ac_args *args, ac_know *know)
{
	return run_map(app, args, know, MAP_MATRIX);
}

int
ac_know_run_navigator(ac_app *app, const ac_args *args, ac_know *know)
{
	return run_map(app, args, know, MAP_LAYER);
}

int
ac_know_run_diamond(ac_app *app, const ac_args *args, ac_know *know)
{
	ac_page_style style = ac_know_style(app, args);
	ac_buf *out = ac_app_out(app);
	accord_err err = { 0 };
	ac_json_writer w;
	ac_page page;
	int status = find_page(app, args, know, &page);

	if (status != AC_EXIT_OK)
		return status;
	if (page.kind == AC_PAGE_OBSERVABLE || !ac_diamond_takes(page.subject.type)) {
		(void)ac_fail(&err, ACCORD_EUSAGE,
		    "want an intrusion (campaign, incident, report, grouping, observed data or an actor), got a thing "
		    "of type %.*s",
		    AC_FMT(page.subject.type));
		return ac_app_fail(app, NULL, &err);
	}
	if (!ac_app_json(app)) {
		ac_diamond_text(&page, &style, out);
		return AC_EXIT_OK;
	}
	ac_json_writer_init(&w, out);
	ac_diamond_json(&page, &w);
	ac_buf_add_byte(out, '\n');
	return AC_EXIT_OK;
}
