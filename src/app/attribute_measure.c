/* SPDX-License-Identifier: Apache-2.0 */
/* Fitting and evaluating: opens the store, asks, prints. */
#include "app/attribute_measure.h"

#include "attribute/evaluate.h"
#include "attribute/fit.h"

typedef int (*on_knowledge)(ac_app *app, const ac_knowledge *k, accord_err *err);

static int
fit(ac_app *app, const ac_knowledge *k, accord_err *err)
{
	ac_json_writer w;

	ac_json_writer_init(&w, ac_app_out(app));
	w.pretty = true;
	return ac_fit(k, &w, err);
}

static int
evaluate(ac_app *app, const ac_knowledge *k, accord_err *err)
{
	ac_evaluation evaluation;
	ac_json_writer w;
	int rc = ac_evaluation_make(k, &evaluation, err);

	if (rc < 0)
		return rc;
	if (ac_app_json(app)) {
		ac_json_writer_init(&w, ac_app_out(app));
		ac_evaluation_json(&evaluation, &w);
	} else {
		ac_evaluation_text(&evaluation, ac_app_out(app));
	}
	return 0;
}

static int
with_knowledge(ac_app *app, on_knowledge on)
{
	ac_knowledge *k = NULL;
	ac_know *know = NULL;
	ac_store *store;
	accord_err err = { 0 };
	int rc = ac_app_store(app, AC_STORE_READ, &store, &err);

	if (rc == 0)
		rc = ac_know_open(store, ac_app_seed(app), &know, &err);
	if (rc == 0)
		rc = ac_knowledge_make(know, &k, &err);
	if (rc == 0)
		rc = on(app, k, &err);
	if (rc == 0)
		ac_buf_add_byte(ac_app_out(app), '\n');
	(void)ac_knowledge_free(k);
	(void)ac_know_close(know);
	return rc == 0 ? AC_EXIT_OK : ac_app_fail(app, NULL, &err);
}

int
ac_attribute_fit(ac_app *app)
{
	return with_knowledge(app, fit);
}

int
ac_attribute_evaluate(ac_app *app)
{
	return with_knowledge(app, evaluate);
}
