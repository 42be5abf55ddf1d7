/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of requests to lines of answers. What a request means is its command's business. */
#include "app/batch.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "sys/file.h"

/* What a pipe gives at once. */
enum { CHUNK = 64 * 1024 };

struct ac_batch {
	ac_batch_answer answer;
	void *answer_payload;
	ac_batch_emit emit;
	void *emit_payload;
	ac_buf held; /* the beginning of a line; failed: the line is too long, its bytes are not kept */
	ac_arena arena;
	ac_buf out;
	int worst;
};

ac_batch *
ac_batch_open(ac_batch_answer answer, void *answer_payload, ac_batch_emit emit, void *emit_payload)
{
	ac_batch *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->answer = answer;
	b->answer_payload = answer_payload;
	b->emit = emit;
	b->emit_payload = emit_payload;
	ac_buf_init(&b->held, AC_BATCH_REQUEST_MAX);
	ac_arena_init(&b->arena, AC_JSON_ARENA_MAX);
	ac_buf_init(&b->out, AC_BATCH_ANSWER_MAX);
	return b;
}

/* The bytes of a text or number at the beginning of text; empty for other values and for what has no end. */
static ac_str
scalar_at(ac_str text)
{
	size_t n = 0;

	if (text.n && text.p[0] != '"') {
		while (n < text.n && (ac_is_alnum(text.p[n]) || strchr("+-.", text.p[n])))
			n++;
		return ac_str_slice(text, 0, n);
	}
	for (n = 1; n < text.n && text.p[n] != '"'; n++)
		n += text.p[n] == '\\';
	return n < text.n ? ac_str_slice(text, 0, n + 1) : (ac_str){ "", 0 };
}

/* Of a line that is no JSON: {"id": ...} when it begins so, so that who asked learns which of his requests it was. NULL: it does not. */
static const ac_json *
broken_request(ac_str line, ac_arena *arena)
{
	static const ac_str key = AC_S_INIT("\"id\"");
	ac_str rest = ac_str_trim(line), value;
	const ac_json *request;

	if (!ac_str_starts(rest, AC_S("{")))
		return NULL;
	rest = ac_str_trim(ac_str_slice(rest, 1, rest.n));
	if (!ac_str_starts(rest, key))
		return NULL;
	rest = ac_str_trim(ac_str_slice(rest, key.n, rest.n));
	if (!ac_str_starts(rest, AC_S(":")))
		return NULL;
	value = scalar_at(ac_str_trim(ac_str_slice(rest, 1, rest.n)));
	ac_arena_reset(arena);
	if (value.n == 0 || ac_json_parse(ac_arena_printf(arena, "{\"id\":%.*s}", AC_FMT(value)), AC_JSON_LIMITS, arena,
				&request, NULL) < 0)
		return NULL;
	return request;
}

/* {"id": of the request (may be NULL) */
static void
begin_answer(ac_batch *b, const ac_json *request, ac_json_writer *w)
{
	const ac_json *id = ac_json_get(request, AC_S("id"));

	ac_buf_reset(&b->out);
	ac_json_writer_init(w, &b->out);
	ac_jw_object(w);
	ac_jw_key(w, AC_S("id"));
	if (id)
		ac_jw_raw(w, ac_json_raw(id));
	else
		ac_jw_null(w);
}

static int
end_answer(ac_batch *b, ac_json_writer *w, accord_err *err)
{
	ac_str line;
	int rc;

	ac_jw_end(w);
	ac_buf_add_byte(&b->out, '\n');
	rc = ac_buf_finish(&b->out, &line, err);
	if (rc == 0)
		b->emit(b->emit_payload, line);
	return rc;
}

static void
answer_error(ac_batch *b, const ac_json *request, const accord_err *what)
{
	accord_err again = { 0 };
	ac_json_writer w;

	begin_answer(b, request, &w);
	ac_jw_key_string(&w, AC_S("error"), ac_str_from(what->text));
	/* An id too long to be repeated. */
	if (end_answer(b, &w, &again) < 0 && request)
		answer_error(b, NULL, &again);
	if (b->worst == 0 || ac_exit_worse(ac_exit_of(b->worst), ac_exit_of(what->code)) != ac_exit_of(b->worst))
		b->worst = what->code;
}

static void
answer_line(ac_batch *b, ac_str line)
{
	/* The object inside a request may be as deep as one that stands alone. */
	const ac_json_limits limits = { AC_JSON_DEPTH_MAX + 1, AC_JSON_MEMBERS_MAX };
	const ac_json *request = NULL;
	accord_err err = { 0 };
	ac_json_writer w;
	int rc;

	if (ac_str_trim(line).n == 0)
		return;
	ac_arena_reset(&b->arena);
	rc = ac_json_parse(line, limits, &b->arena, &request, &err);
	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT)
		request = broken_request(line, &b->arena);
	if (rc == 0 && !ac_json_is(request, AC_JSON_OBJECT))
		rc = ac_fail(&err, ACCORD_EINPUT, "a request is a JSON object, got another value");
	if (rc == 0) {
		begin_answer(b, request, &w);
		rc = b->answer(b->answer_payload, request, &b->arena, &w, &err);
	}
	if (rc == 0)
		rc = end_answer(b, &w, &err);
	if (rc < 0)
		answer_error(b, request, &err);
}

static void
end_line(ac_batch *b, ac_str last_part)
{
	accord_err err = { 0 };

	/* A line that came in one piece is not copied. */
	if (b->held.n == 0 && !b->held.failed && last_part.n <= AC_BATCH_REQUEST_MAX) {
		answer_line(b, last_part);
		return;
	}
	ac_buf_add(&b->held, last_part);
	if (b->held.failed == ACCORD_ENOMEM) {
		(void)ac_fail(&err, ACCORD_ENOMEM, "no memory for a request");
		answer_error(b, NULL, &err);
	} else if (b->held.failed) {
		(void)ac_fail(&err, ACCORD_ELIMIT, "a request is longer than the limit of %zu bytes",
		    (size_t)AC_BATCH_REQUEST_MAX);
		answer_error(b, NULL, &err);
	} else {
		answer_line(b, ac_buf_view(&b->held));
	}
	ac_buf_reset(&b->held);
}

void
ac_batch_feed(ac_batch *b, ac_str bytes)
{
	while (bytes.n) {
		size_t end = ac_str_find_byte(bytes, '\n');
		ac_str part = ac_str_slice(bytes, 0, end);

		if (end < bytes.n)
			end_line(b, part);
		else
			ac_buf_add(&b->held, part);
		bytes = ac_str_slice(bytes, end + 1, bytes.n);
	}
}

int
ac_batch_end(ac_batch *b)
{
	if (b->held.n || b->held.failed)
		end_line(b, (ac_str){ "", 0 });
	return b->worst;
}

ac_batch *
ac_batch_close(ac_batch *b)
{
	if (b) {
		ac_buf_done(&b->out);
		ac_arena_done(&b->arena);
		ac_buf_done(&b->held);
		free(b);
	}
	return NULL;
}

static void
emit_to_output(void *payload, ac_str line)
{
	ac_buf_add(ac_app_out(payload), line);
}

/* Answers go out before the next read, which may wait for a person or for a program that wants them first. */
static int
pump(ac_app *app, ac_batch *b, accord_err *err)
{
	ac_buf buf;
	size_t n = 1;
	int rc = 0;

	ac_buf_init(&buf, CHUNK);
	while (rc == 0 && n > 0) {
		char *p = ac_buf_reserve(&buf, CHUNK);

		rc = p ? ac_file_read(STDIN_FILENO, p, CHUNK, &n, err)
		       : ac_fail(err, ACCORD_ENOMEM, "no memory to read");
		if (rc == 0 && n > 0)
			ac_batch_feed(b, (ac_str){ p, n });
		ac_app_flush(app);
	}
	ac_buf_done(&buf);
	return rc;
}

int
ac_batch_run(ac_app *app, ac_batch_answer answer, void *payload)
{
	ac_batch *b = ac_batch_open(answer, payload, emit_to_output, app);
	accord_err err = { 0 };
	int rc, worst, status = AC_EXIT_OK;

	rc = b ? pump(app, b, &err) : ac_fail(&err, ACCORD_ENOMEM, "no memory to read");
	if (rc < 0)
		status = ac_app_fail(app, "-", &err);
	worst = b ? ac_batch_end(b) : 0;
	if (worst < 0)
		status = ac_exit_worse(status, ac_exit_of(worst));
	b = ac_batch_close(b);
	return status;
}

int
ac_batch_check_usage(ac_app *app, const ac_args *args, const char *wanted)
{
	bool batch = ac_arg_given(args, "jsonl");
	accord_err err = { 0 };

	if (batch != (args->operand_count > 0))
		return 0;
	if (batch)
		(void)ac_fail(&err, ACCORD_EUSAGE, "--jsonl reads standard input, want no %s", wanted);
	else
		(void)ac_fail(&err, ACCORD_EUSAGE, "want %s, or --jsonl", wanted);
	return ac_app_fail(app, NULL, &err);
}
