/* SPDX-License-Identifier: Apache-2.0 */
/* The border of the library: versioned structures, and hits as the public headers name them. Knows nothing of matching. */
#include "api/api.h"

#include <stdlib.h>

const char *
accord_version(void)
{
	return ACCORD_VERSION;
}

const char *
accord_code_name(int code)
{
	return ac_code_name(code);
}

int
ac_api_take(const void *given, size_t known, void *out, const char *what, accord_err *err)
{
	size_t size;

	memset(out, 0, known);
	if (!given)
		return 0;
	memcpy(&size, given, sizeof(size));
	if (size < sizeof(size))
		return ac_fail(err, ACCORD_EUSAGE, "%s: want its size in the first member, got %zu", what, size);
	for (size_t i = known; i < size; i++)
		if (((const char *)given)[i])
			return ac_fail(err, ACCORD_EVERSION,
			    "%s: want at most %zu bytes of it, got a member at byte %zu", what, known, i);
	memcpy(out, given, size < known ? size : known);
	return 0;
}

void
ac_api_give(const void *ours, size_t known, void *to)
{
	size_t size;

	memcpy(&size, to, sizeof(size));
	if (size > known)
		size = known;
	if (size > sizeof(size))
		memcpy((char *)to + sizeof(size), (const char *)ours + sizeof(size), size - sizeof(size));
}

/* ---- hits ---- */

/* What a callback has answered, as a result of ours. */
static int
answer(int said, accord_err *err)
{
	if (said == 0)
		return 0;
	return ac_fail(err, said < 0 ? (accord_code)said : ACCORD_EUSAGE, "stopped by the callback, with %d", said);
}

/* Room for the indicators of a hit. */
static int
reserve(ac_api_told *t, size_t count, accord_err *err)
{
	accord_hit_indicator *indicators;
	const accord_hit_indicator **pointers;

	if (count <= t->capacity)
		return 0;
	count += count / 2 + 8;
	indicators = reallocarray(t->indicators, count, sizeof(*indicators));
	if (indicators)
		t->indicators = indicators;
	pointers = reallocarray(t->pointers, count, sizeof(*pointers));
	if (pointers)
		t->pointers = pointers;
	if (!indicators || !pointers)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a hit of %zu indicators", count);
	t->capacity = count;
	return 0;
}

/* Which field of the event a place in its line belongs to. */
static size_t
field_at(const ac_api_told *t, uint64_t at)
{
	for (size_t i = 0; i < t->field_count; i++)
		if (at < t->field_ends[i])
			return i;
	return ACCORD_NO_FIELD;
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	ac_api_told *t = payload;
	accord_hit shown = { .input = ac_api_out(hit->file),
		.line = hit->line,
		.offset = hit->offset,
		.length = hit->length,
		.type = ac_api_out(ac_value_type_name(hit->type)),
		.value = ac_api_out(hit->value),
		.match = ac_api_out(ac_str_from(hit->match)),
		.indicator_count = hit->indicator_count,
		.text = ac_api_out(hit->text),
		.text_offset = hit->text_offset,
		.is_malformed = hit->malformed,
		.has_time = hit->has_time,
		.time = hit->has_time ? ac_time_to_us(hit->time) : 0,
		.field = field_at(t, hit->offset - hit->text_offset) };
	int rc;

	if (!t->options.on_hit)
		return 0;
	rc = reserve(t, hit->indicator_count, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < hit->indicator_count; i++) {
		const ac_hit_indicator *who = &hit->indicators[i];

		t->indicators[i] = (accord_hit_indicator){ ac_api_out(who->id), ac_api_out(who->name),
			ac_api_out(who->producer), who->before_valid_from };
		t->pointers[i] = &t->indicators[i];
	}
	shown.indicators = t->pointers;
	return answer(t->options.on_hit(t->options.payload, &shown), err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	ac_api_told *t = payload;
	accord_held_back shown = { .input = ac_api_out(held->file),
		.line = held->line,
		.offset = held->offset,
		.value = ac_api_out(held->value),
		.indicator_id = ac_api_out(held->indicator_id),
		.reason = ac_api_out(ac_str_from(held->reason)) };

	if (!t->options.on_held_back)
		return 0;
	return answer(t->options.on_held_back(t->options.payload, &shown), err);
}

int
ac_api_told_init(ac_api_told *t, const accord_scan_options *options, accord_err *err)
{
	ac_str input;
	int rc;

	*t = (ac_api_told){ 0 };
	rc = ac_api_take(options, sizeof(t->options), &t->options, "accord_scan_options", err);
	if (rc)
		return rc;
	input = ac_api_in(t->options.input);
	t->input = malloc(input.n + 1);
	if (!t->input)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the name of the input");
	memcpy(t->input, input.p, input.n);
	t->options.input = (accord_text){ t->input, input.n };
	return 0;
}

void
ac_api_told_done(ac_api_told *t)
{
	free(t->input);
	free(t->indicators);
	free(t->pointers);
	*t = (ac_api_told){ 0 };
}

ac_watch *
ac_api_watch(ac_api_told *t, const accord_index *index)
{
	ac_watch_sink sink = { on_hit, on_held_back, t };

	return ac_watch_open(index->index, ac_api_in(t->options.input), ac_time_from_us(t->options.as_of), &sink);
}

void
ac_api_add_counts(accord_scan_counts *counts, const ac_watch *watch)
{
	ac_watch_counts c;

	if (!watch)
		return;
	ac_watch_count(watch, &c);
	counts->bytes += c.bytes;
	counts->lines += c.lines;
	counts->malformed += c.malformed;
	counts->hits += c.hits;
	counts->held_back += c.held_back;
}
