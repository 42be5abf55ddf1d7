/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of `accord know`: the answers that are no page, each chosen by an option. */
#ifndef AC_APP_CMD_KNOW_H
#define AC_APP_CMD_KNOW_H

#include "app/app.h"
#include "know/page.h"

typedef struct ac_know_view {
	const char *option;
	int operands; /* that it takes: 0, 1 (words of one name) or 2 */
	bool writes;
	int (*run)(ac_app *app, const ac_args *args, ac_know *know); /* an exit status */
} ac_know_view;

/* The view that the options choose; NULL: none. ACCORD_EUSAGE: two of them, or other operands than it takes. */
int ac_know_view_of(const ac_args *args, const ac_know_view **out, accord_err *err) AC_CHECKED;

/* cmd_know_maps.c */
int ac_know_run_compare(ac_app *app, const ac_args *args, ac_know *know);
int ac_know_run_matrix(ac_app *app, const ac_args *args, ac_know *know);
int ac_know_run_navigator(ac_app *app, const ac_args *args, ac_know *know);
int ac_know_run_diamond(ac_app *app, const ac_args *args, ac_know *know);

/* Shared with the pages (cmd_know.c). */
ac_page_style ac_know_style(ac_app *app, const ac_args *args);
/* The operands as one text: `accord know bronze mohawk` and `accord know "bronze mohawk"` ask the same. */
int ac_know_operands(const ac_args *args, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
/* Nothing is called so: says it, with what nearly is. Returns AC_EXIT_NO. */
int ac_know_say_not_found(ac_app *app, const ac_page *page);

#endif
