/* SPDX-License-Identifier: Apache-2.0 */
/* Repairs of received STIX. Textual on purpose: what needs no repair is not touched, and what is touched keeps its spelling. */
#include "learn/stix_repair.h"

#include "codec/json_write.h"

/* Integer properties of observables (STIX 2.1 s6) that exporters quote, as the pattern writes them. */
static const ac_str integer_paths[] = {
	AC_S_INIT("network-traffic:dst_port"),
	AC_S_INIT("network-traffic:src_port"),
	AC_S_INIT("autonomous-system:number"),
	AC_S_INIT("file:size"),
	AC_S_INIT("process:pid"),
};

static size_t
skip_any(ac_str text, size_t at, char c)
{
	while (at < text.n && text.p[at] == c)
		at++;
	return at;
}

/* The digits of a quoted integer behind "PATH =", at the front of rest; *out_skip is where its opening quote stands. {NULL, 0} when there is none. */
static ac_str
quoted_digits(ac_str rest, size_t *out_skip)
{
	size_t sign = skip_any(rest, 0, ' '), quote = skip_any(rest, skip_any(rest, sign, '='), ' '), end = quote + 1;

	if (sign == rest.n || rest.p[sign] != '=' || quote >= rest.n || rest.p[quote] != '\'')
		return (ac_str){ NULL, 0 };
	while (end < rest.n && ac_is_digit(rest.p[end]))
		end++;
	/* No integer of STIX has more digits (s2.10). */
	if (end == quote + 1 || end - quote > 19 || end == rest.n || rest.p[end] != '\'')
		return (ac_str){ NULL, 0 };
	*out_skip = quote;
	return ac_str_slice(rest, quote + 1, end);
}

/* One path: every occurrence of it in *pattern. */
static int
repair_path(ac_str path, ac_arena *arena, ac_str *pattern, accord_err *err)
{
	ac_buf fixed;
	ac_str rest = *pattern;
	int repaired = 0;

	if (ac_str_find(rest, path) == rest.n)
		return 0;
	ac_buf_init(&fixed, AC_OBJECT_MAX);
	for (size_t at = ac_str_find(rest, path); at < rest.n; at = ac_str_find(rest, path)) {
		size_t skip = 0;
		ac_str head = ac_str_slice(rest, 0, at + path.n), digits;

		rest = ac_str_slice(rest, head.n, rest.n);
		digits = quoted_digits(rest, &skip);
		ac_buf_add(&fixed, head);
		if (digits.p) {
			ac_buf_add(&fixed, ac_str_slice(rest, 0, skip));
			ac_buf_add(&fixed, digits);
			rest = ac_str_slice(rest, skip + digits.n + 2, rest.n);
			repaired = 1;
		}
	}
	ac_buf_add(&fixed, rest);
	if (repaired) {
		ac_str text = { NULL, 0 };
		int rc = ac_buf_finish(&fixed, &text, err);

		if (rc == 0) {
			*pattern = ac_arena_str(arena, text);
			rc = ac_arena_check(arena, err);
		}
		repaired = rc < 0 ? rc : 1;
	}
	ac_buf_done(&fixed);
	return repaired;
}

/* The object with another pattern; all other members byte for byte. */
static int
with_pattern(const ac_json *object, ac_str pattern, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(object);
	ac_json_writer w;
	ac_buf buf;
	ac_str text;
	int rc;

	ac_buf_init(&buf, AC_OBJECT_MAX);
	ac_json_writer_init(&w, &buf);
	ac_jw_object(&w);
	while (ac_json_next(&it)) {
		ac_jw_key(&w, it.key);
		if (ac_str_eq(it.key, AC_S("pattern")))
			ac_jw_string(&w, pattern);
		else
			ac_jw_raw(&w, ac_json_raw(it.value));
	}
	ac_jw_end(&w);
	rc = ac_buf_finish(&buf, &text, err);
	if (rc == 0) {
		*out = ac_arena_str(arena, text);
		rc = ac_arena_check(arena, err);
	}
	ac_buf_done(&buf);
	return rc;
}

int
ac_stix_repair_indicator(const ac_json *object, ac_arena *arena, ac_record *record, accord_err *err)
{
	ac_str pattern = ac_json_get_string(object, AC_S("pattern")), text, exact = record->exact;
	int repaired = 0, rc = 0;
	const ac_json *fixed;

	/* Nothing of this kind has neither a port, nor a number, nor a size, nor a process. */
	for (size_t i = 0; i < AC_COUNT(integer_paths) && rc >= 0; i++) {
		rc = repair_path(integer_paths[i], arena, &pattern, err);
		repaired |= rc > 0;
	}
	if (rc < 0 || !repaired)
		return rc < 0 ? rc : 0;
	rc = with_pattern(object, pattern, arena, &text, err);
	if (rc == 0)
		rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &fixed, err);
	if (rc == 0)
		rc = ac_record_from_object(fixed, arena, record, err);
	if (rc < 0)
		return rc;
	record->form = AC_FORM_DERIVED;
	record->exact = exact;
	record->derived = text;
	return 1;
}
