/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of an input, read by the formats, gathered by format and name of field. */
#include "watch/explain.h"

#include <stdlib.h>

#define FORMATS_MAX 64
/* Longer names are left out: they are no writer's. */
#define NAME_MAX_BYTES 1024

struct ac_explain {
	ac_log_state state;
	ac_arena record; /* of the line at hand */
	ac_arena kept;   /* names and examples */
	ac_map by_name;  /* format, inner format and name: place in fields, from 1 */
	ac_explained *fields;
	size_t field_count;
	ac_explain_format formats[FORMATS_MAX];
	size_t format_count;
	ac_buf line;
	bool is_cut; /* the line at hand is longer than telemetry's lines are */
	uint64_t records, left_out;
};

ac_explain *
ac_explain_open(ac_hash_seed seed, ac_time as_of, const ac_log_format *format)
{
	ac_explain *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	ac_log_state_init(&e->state, as_of);
	e->state.forced = format;
	ac_arena_init(&e->record, 2 * AC_LOG_ARENA_MAX);
	ac_arena_init(&e->kept, AC_LOG_ARENA_MAX);
	ac_map_init(&e->by_name, seed, AC_EXPLAIN_FIELDS_MAX);
	ac_buf_init(&e->line, AC_WATCH_LINE_MAX + 1);
	e->fields = calloc(AC_EXPLAIN_FIELDS_MAX, sizeof(*e->fields));
	return e->fields ? e : ac_explain_close(e);
}

ac_explain *
ac_explain_close(ac_explain *e)
{
	if (!e)
		return NULL;
	ac_log_state_done(&e->state);
	ac_arena_done(&e->record);
	ac_arena_done(&e->kept);
	ac_map_done(&e->by_name);
	ac_buf_done(&e->line);
	free(e->fields);
	free(e);
	return NULL;
}

bool
ac_explain_is_full(const ac_explain *e)
{
	return e->records >= AC_EXPLAIN_RECORDS_MAX;
}

const ac_explain_format *
ac_explain_formats(const ac_explain *e, size_t *out_n)
{
	*out_n = e->format_count;
	return e->formats;
}

const ac_explained *
ac_explain_fields(const ac_explain *e, size_t *out_n)
{
	*out_n = e->field_count;
	return e->fields;
}

uint64_t
ac_explain_left_out(const ac_explain *e)
{
	return e->left_out;
}

static void
count_format(ac_explain *e, const ac_log_record *record)
{
	size_t i = 0;

	while (i < e->format_count && (e->formats[i].format != record->format || e->formats[i].inner != record->inner))
		i++;
	if (i == FORMATS_MAX)
		return;
	if (i == e->format_count)
		e->formats[e->format_count++] = (ac_explain_format){ record->format, record->inner, 0, 0 };
	e->formats[i].records++;
	e->formats[i].malformed += record->malformed;
}

/* The entry of a field, made when it is new. NULL when there is no more room for new ones, or no memory. */
static ac_explained *
entry_of(ac_explain *e, const ac_log_record *record, const ac_log_field *f)
{
	const char *inner = record->inner ? record->inner->name : "";
	ac_str key = ac_arena_printf(&e->record, "%s/%s/%.*s", record->format->name, inner, AC_FMT(f->name));
	uint64_t *slot = key.p ? ac_map_get(&e->by_name, key) : NULL;

	if (slot)
		return &e->fields[*slot - 1];
	key = e->field_count < AC_EXPLAIN_FIELDS_MAX && f->name.n <= NAME_MAX_BYTES ? ac_arena_str(&e->kept, key)
										    : (ac_str){ NULL, 0 };
	slot = key.p ? ac_map_put(&e->by_name, key, NULL) : NULL;
	if (!slot) {
		e->left_out++;
		return NULL;
	}
	e->fields[e->field_count] = (ac_explained){ .format = record->format,
		.inner = record->inner,
		.name = ac_str_slice(key, key.n - f->name.n, key.n),
		.role = f->role };
	*slot = ++e->field_count;
	return &e->fields[e->field_count - 1];
}

static void
take_field(ac_explain *e, const ac_log_record *record, const ac_log_field *f)
{
	ac_explained *entry = entry_of(e, record, f);

	if (!entry)
		return;
	entry->records++;
	if (entry->role == AC_FIELD_OTHER)
		entry->role = f->role;
	if (entry->example.n == 0 && f->raw.n > 0)
		entry->example =
		    ac_arena_str(&e->kept, ac_str_slice(ac_log_value(f, &e->record), 0, AC_EXPLAIN_EXAMPLE_MAX));
}

static int
take_line(ac_explain *e, ac_str line, accord_err *err)
{
	ac_log_record record;
	int rc;

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	ac_arena_reset(&e->record);
	if (ac_explain_is_full(e) || ac_log_trim(line).n == 0)
		return 0;
	(void)ac_log_see(&e->state, line);
	if (ac_log_is_header(&e->state))
		return 0;
	ac_log_read(&e->state, line, &e->record, &record);
	e->records++;
	count_format(e, &record);
	for (size_t i = 0; i < record.count; i++)
		take_field(e, &record, &record.fields[i]);
	rc = ac_arena_check(&e->record, err);
	return rc ? rc : ac_arena_check(&e->kept, err);
}

int
ac_explain_feed(ac_explain *e, ac_str bytes, accord_err *err)
{
	int rc = 0;

	while (!rc && bytes.n > 0 && !ac_explain_is_full(e)) {
		size_t n = ac_str_find_byte(bytes, '\n');
		bool ends = n < bytes.n;

		e->is_cut |= e->line.n + n > AC_WATCH_LINE_MAX;
		if (!e->is_cut)
			ac_buf_add(&e->line, ac_str_slice(bytes, 0, n));
		bytes = ac_str_slice(bytes, n + ends, bytes.n);
		if (!ends)
			break;
		rc = ac_explain_end(e, err);
	}
	return rc;
}

int
ac_explain_end(ac_explain *e, accord_err *err)
{
	ac_str line;
	int rc = ac_buf_finish(&e->line, &line, err);

	if (!rc && !e->is_cut)
		rc = take_line(e, line, err);
	ac_buf_reset(&e->line);
	e->is_cut = false;
	return rc;
}
