/* SPDX-License-Identifier: Apache-2.0 */
/* accord selector: what the selectors of granular markings (STIX 2.1 s7.2.3) point to. Following them is stix/selector.c's business. */
#include "app/batch.h"
#include "app/input.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "stix/selector.h"

/* Shown of a value in text. */
enum { SHOWN_MAX = 200 };

static const ac_option options[] = {
	{ "jsonl", 0, NULL, "answer requests from standard input, one JSON object a line" },
	{ 0 },
};

typedef struct lister {
	ac_app *app;
	const char *path;
	const char *const *selectors; /* none: those of the object's own markings */
	int selector_count;
	ac_json_writer w;
	uint64_t steps; /* for the object's own selectors */
	int status;
} lister;

/* What a selector points to: its value, or the reason why it points to nothing. */
typedef struct target {
	ac_str selector;
	ac_str marking; /* of the object's own marking: marking_ref or lang */
	bool is_lang;
	const ac_json *value; /* NULL: nothing */
	accord_err why;
} target;

static target
find_target(const ac_json *object, ac_str selector, uint64_t *steps)
{
	target t = { .selector = selector };

	if (ac_stix_select(object, selector, steps, &t.value, &t.why) < 0)
		t.value = NULL;
	return t;
}

static void
write_target(ac_json_writer *w, const target *t)
{
	ac_jw_key_bool(w, AC_S("valid"), t->value != NULL);
	if (t->value) {
		ac_jw_key(w, AC_S("value"));
		ac_jw_raw_line(w, ac_json_raw(t->value));
	} else {
		ac_jw_key_string(w, AC_S("reason"), ac_str_from(t->why.text));
	}
}

static void
print_target(lister *l, const target *t)
{
	ac_buf *out = l->w.buf;

	if (!t->value)
		l->status = ac_exit_worse(l->status, AC_EXIT_NO);
	if (ac_app_json(l->app)) {
		ac_jw_object(&l->w);
		ac_jw_key_string(&l->w, AC_S("selector"), t->selector);
		if (t->marking.p)
			ac_jw_key_string(&l->w, t->is_lang ? AC_S("lang") : AC_S("marking_ref"), t->marking);
		write_target(&l->w, t);
		ac_jw_end(&l->w);
		return;
	}
	ac_buf_add(out, AC_S("  "));
	ac_utf8_add_visible(out, t->selector, SHOWN_MAX);
	ac_buf_add(out, AC_S(": "));
	if (t->value) {
		ac_buf line;
		ac_json_writer w;

		ac_buf_init(&line, AC_OBJECT_MAX);
		ac_json_writer_init(&w, &line);
		ac_jw_raw_line(&w, ac_json_raw(t->value));
		ac_utf8_add_visible(out, ac_buf_view(&line), SHOWN_MAX);
		ac_buf_done(&line);
	} else {
		ac_utf8_add_visible(out, ac_str_from(t->why.text), SHOWN_MAX);
	}
	if (t->marking.p) {
		ac_buf_add(out, t->is_lang ? AC_S("  language ") : AC_S("  marked "));
		ac_utf8_add_visible(out, t->marking, SHOWN_MAX);
	}
	ac_buf_add_byte(out, '\n');
}

/* The selectors of one granular marking. */
static void
print_marking(lister *l, const ac_json *object, const ac_json *marking)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(marking, AC_S("selectors")));
	ac_str ref = ac_json_get_string(marking, AC_S("marking_ref")), lang = ac_json_get_string(marking, AC_S("lang"));

	while (ac_json_next(&it)) {
		target t = find_target(object, ac_json_string(it.value), &l->steps);

		t.is_lang = !ref.p;
		t.marking = ref.p ? ref : lang;
		print_target(l, &t);
	}
}

static int
on_object(void *payload, const ac_json *object, ac_place place, ac_arena *arena, accord_err *err)
{
	lister *l = payload;
	ac_json_iter markings = ac_json_iter_of(ac_json_get(object, AC_S("granular_markings")));
	ac_str id = ac_json_get_string(object, AC_S("id"));
	ac_buf *out = ac_app_out(l->app);

	if (l->selector_count == 0 && markings.left == 0)
		return 0;
	l->steps = AC_STIX_STEPS_MAX;
	ac_json_writer_init(&l->w, out);
	if (ac_app_json(l->app)) {
		ac_jw_object(&l->w);
		ac_jw_key_string(&l->w, AC_S("schema"), AC_S("accord.selector/1"));
		ac_jw_key_string(&l->w, AC_S("file"), ac_str_from(l->path));
		ac_jw_key_u64(&l->w, AC_S("line"), place.line);
		ac_jw_key_u64(&l->w, AC_S("column"), place.column);
		ac_jw_key(&l->w, AC_S("id"));
		if (id.p)
			ac_jw_string(&l->w, id);
		else
			ac_jw_null(&l->w);
		ac_jw_key(&l->w, AC_S("selectors"));
		ac_jw_array(&l->w);
	} else {
		ac_utf8_add_visible(out, id.p ? id : AC_S("(no id)"), SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
	}
	for (int i = 0; i < l->selector_count; i++) {
		const target t = find_target(object, ac_str_from(l->selectors[i]), NULL);

		print_target(l, &t);
	}
	while (l->selector_count == 0 && ac_json_next(&markings))
		print_marking(l, object, markings.value);
	if (ac_app_json(l->app)) {
		ac_jw_end(&l->w);
		ac_jw_end(&l->w);
		ac_buf_add_byte(out, '\n');
	}
	return 0;
}

static int
on_request(void *payload, const ac_json *request, ac_arena *arena, ac_json_writer *w, accord_err *err)
{
	const ac_json *object = ac_json_get(request, AC_S("object"));
	ac_str selector = ac_json_get_string(request, AC_S("selector"));
	target t;

	if (!ac_json_is(object, AC_JSON_OBJECT) || !selector.p)
		return ac_fail(err, ACCORD_EINPUT, "want an \"object\" and a string \"selector\" in the request");
	t = find_target(object, selector, NULL);
	write_target(w, &t);
	return 0;
}

static int
run(ac_app *app, const ac_args *args)
{
	lister l = { .app = app };
	int status = ac_batch_check_usage(app, args, "FILE ('-' for standard input)");

	if (status)
		return status;
	if (ac_arg_given(args, "jsonl"))
		return ac_batch_run(app, on_request, NULL);
	l.path = args->operands[0];
	l.selectors = args->operands + 1;
	l.selector_count = args->operand_count - 1;
	status = ac_input_objects(app, l.path, on_object, &l);
	return ac_exit_worse(status, l.status);
}

const ac_command ac_command_selector = {
	.name = "selector",
	.operands = "FILE [SELECTOR...]",
	.summary = "show what the selectors of granular markings point to",
	.details = "Each SELECTOR (STIX 2.1 section 7.2.3: \"external_references.[0].url\") is followed in each object "
		   "of FILE: "
		   "its value, or why it points to nothing. Without SELECTOR, all granular markings of the objects are "
		   "shown with what "
		   "they select.\n\n"
		   "Exit status: 0 every selector points to a value, 1 one does not, 3 something is no JSON, 4 FILE "
		   "could not be read.\n\n"
		   "--jsonl reads one request a line, {\"id\": ..., \"object\": {...}, \"selector\": \"...\"}, and "
		   "writes one answer a line, "
		   "{\"id\": ..., \"valid\": true or false, \"value\" or \"reason\": ...}.",
	.examples = "accord selector bundle.json id\naccord selector bundle.json\n",
	.options = options,
	.min_operands = 0,
	.max_operands = -1,
	.run = run,
};
