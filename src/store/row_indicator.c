/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The STIX indicator of a row, made when somebody asks, and found by its id. Ids are names (UUIDv5), so nothing is stored for them when a list of millions is learned; the first question for
 * one brings an index of ids up to date.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "codec/json_write.h"
#include "stix/id.h"
#include "store/runs.h"

static const ac_str id_prefix = AC_S_INIT("indicator--");

typedef struct pattern_row {
	ac_value_type type;
	ac_str path;
} pattern_row;

/*
 * Object paths of STIX patterns (s9.7). A CVE has no observable; the custom path says what it is and matches nothing. JA3, JA4 and pipes have none either, and get
 * custom properties that watch reads again. A file path is two comparisons (add_path).
 */
static const pattern_row patterns[] = {
	{ AC_VALUE_IPV4, AC_S_INIT("ipv4-addr:value") },
	{ AC_VALUE_IPV6, AC_S_INIT("ipv6-addr:value") },
	{ AC_VALUE_DOMAIN, AC_S_INIT("domain-name:value") },
	{ AC_VALUE_URL, AC_S_INIT("url:value") },
	{ AC_VALUE_EMAIL, AC_S_INIT("email-addr:value") },
	{ AC_VALUE_MD5, AC_S_INIT("file:hashes.MD5") },
	{ AC_VALUE_SHA1, AC_S_INIT("file:hashes.'SHA-1'") },
	{ AC_VALUE_SHA256, AC_S_INIT("file:hashes.'SHA-256'") },
	{ AC_VALUE_SHA512, AC_S_INIT("file:hashes.'SHA-512'") },
	{ AC_VALUE_FILE_NAME, AC_S_INIT("file:name") },
	{ AC_VALUE_MUTEX, AC_S_INIT("mutex:name") },
	{ AC_VALUE_REGISTRY_KEY, AC_S_INIT("windows-registry-key:key") },
	{ AC_VALUE_USER_AGENT, AC_S_INIT("network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'") },
	{ AC_VALUE_AS_NUMBER, AC_S_INIT("autonomous-system:number") },
	{ AC_VALUE_MAC, AC_S_INIT("mac-addr:value") },
	{ AC_VALUE_CVE, AC_S_INIT("vulnerability:name") },
	{ AC_VALUE_SHA224, AC_S_INIT("file:hashes.'SHA-224'") },
	{ AC_VALUE_SHA384, AC_S_INIT("file:hashes.'SHA-384'") },
	{ AC_VALUE_SSDEEP, AC_S_INIT("file:hashes.SSDEEP") },
	{ AC_VALUE_TLSH, AC_S_INIT("file:hashes.TLSH") },
	{ AC_VALUE_JA3, AC_S_INIT("network-traffic:extensions.'x-tls-ext'.ja3") },
	{ AC_VALUE_JA4, AC_S_INIT("network-traffic:extensions.'x-tls-ext'.ja4") },
	{ AC_VALUE_CERT_SHA1, AC_S_INIT("x509-certificate:hashes.'SHA-1'") },
	{ AC_VALUE_CERT_SHA256, AC_S_INIT("x509-certificate:hashes.'SHA-256'") },
	{ AC_VALUE_CERT_SERIAL, AC_S_INIT("x509-certificate:serial_number") },
	{ AC_VALUE_NAMED_PIPE, AC_S_INIT("file:x_pipe_name") },
};

int
ac_row_id(ac_digester *digester, ac_value_type type, ac_str text, ac_str producer, char out[static AC_ROW_ID_SIZE],
    accord_err *err)
{
	char stack[512];
	ac_str parts[] = { ac_value_type_name(type), producer, text };
	size_t n = 2, at = 0;
	char *name = stack;
	int rc;

	for (size_t i = 0; i < AC_COUNT(parts); i++)
		n += parts[i].n;
	if (n > sizeof(stack))
		name = malloc(n);
	if (!name)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the id of a row");
	for (size_t i = 0; i < AC_COUNT(parts); i++) {
		if (i > 0)
			name[at++] = '\n';
		memcpy(name + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	memcpy(out, id_prefix.p, id_prefix.n);
	rc = ac_digester_uuid5(digester, ac_accord_namespace, (ac_str){ name, n }, out + id_prefix.n, err);
	if (name != stack)
		free(name);
	return rc;
}

/* A string of a pattern: ' and \ are escaped (s9.6.1). */
static void
add_pattern_string(ac_buf *buf, ac_str text)
{
	ac_buf_add_byte(buf, '\'');
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'' || text.p[i] == '\\')
			ac_buf_add_byte(buf, '\\');
		ac_buf_add_byte(buf, text.p[i]);
	}
	ac_buf_add_byte(buf, '\'');
}

/* "[file:parent_directory_ref.path = 'c:\\\\temp' AND file:name = 'x.exe']" */
static void
add_path(ac_buf *buf, ac_str path)
{
	char separator = ac_path_is_windows(path) ? '\\' : '/';
	size_t last = path.n;

	while (last > 0 && path.p[last - 1] != separator)
		last--;
	ac_buf_add_cstr(buf, "[file:parent_directory_ref.path = ");
	add_pattern_string(buf, ac_str_slice(path, 0, last > 1 ? last - 1 : last));
	ac_buf_add_cstr(buf, " AND file:name = ");
	add_pattern_string(buf, ac_str_slice(path, last, path.n));
	ac_buf_add_byte(buf, ']');
}

static void
add_pattern(ac_buf *buf, const ac_value *value)
{
	bool is_range = ac_str_find_byte(value->text, '/') < value->text.n &&
			(value->type == AC_VALUE_IPV4 || value->type == AC_VALUE_IPV6);

	if (value->type == AC_VALUE_FILE_PATH)
		add_path(buf, value->text);
	for (size_t i = 0; i < AC_COUNT(patterns); i++) {
		if (patterns[i].type != value->type)
			continue;
		ac_buf_add_byte(buf, '[');
		ac_buf_add(buf, patterns[i].path);
		ac_buf_add_cstr(buf, is_range ? " ISSUBSET " : " = ");
		if (value->type == AC_VALUE_AS_NUMBER)
			ac_buf_add(buf, value->text);
		else
			add_pattern_string(buf, value->text);
		ac_buf_add_byte(buf, ']');
	}
}

static void
add_time(ac_json_writer *w, ac_str key, ac_time time, ac_buf *scratch)
{
	ac_buf_reset(scratch);
	ac_time_add(scratch, time, 3);
	ac_jw_key_string(w, key, ac_buf_view(scratch));
}

/* valid_until must be later than valid_from (s4.7.2). A row that ends before it came began just before its end. */
static ac_time
start_of(const ac_stored_row *row)
{
	bool is_said = ac_time_cmp(row->row.valid_from, AC_TIME_MIN) != 0;
	ac_time from = is_said ? row->row.valid_from : ac_time_from_us(row->arrival_us);
	int64_t until_us = ac_time_to_us(row->row.valid_until);

	return ac_time_cmp(from, row->row.valid_until) < 0 ? from : ac_time_from_us(until_us - 1000);
}

static void
write_indicator(ac_json_writer *w, const ac_stored_row *row, ac_buf *scratch)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("type"), AC_S("indicator"));
	ac_jw_key_string(w, AC_S("spec_version"), AC_S("2.1"));
	ac_jw_key_string(w, AC_S("id"), row->indicator_id);
	add_time(w, AC_S("created"), ac_time_from_us(row->arrival_us), scratch);
	add_time(w, AC_S("modified"), ac_time_from_us(row->changed_us), scratch);
	ac_jw_key_string(w, AC_S("name"), row->row.value.text);
	if (row->row.comment.n > 0)
		ac_jw_key_string(w, AC_S("description"), row->row.comment);
	ac_buf_reset(scratch);
	add_pattern(scratch, &row->row.value);
	if (ac_str_starts(row->producer, AC_S(AC_WARNING_PRODUCER))) {
		ac_jw_key(w, AC_S("indicator_types"));
		ac_jw_array(w);
		ac_jw_string(w, AC_S("benign"));
		ac_jw_end(w);
	}
	ac_jw_key_string(w, AC_S("pattern"), ac_buf_view(scratch));
	ac_jw_key_string(w, AC_S("pattern_type"), AC_S("stix"));
	add_time(w, AC_S("valid_from"), start_of(row), scratch);
	if (ac_time_cmp(row->row.valid_until, AC_TIME_MAX) != 0)
		add_time(w, AC_S("valid_until"), row->row.valid_until, scratch);
	if (row->row.confidence >= 0)
		ac_jw_key_u64(w, AC_S("confidence"), (uint64_t)row->row.confidence);
	if (row->producer.n > 0) {
		ac_jw_key(w, AC_S("external_references"));
		ac_jw_array(w);
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("source_name"), row->producer);
		ac_jw_key_string(w, AC_S("description"), AC_S("The list that this value comes from."));
		ac_jw_end(w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

int
ac_row_indicator(const ac_stored_row *row, ac_arena *arena, ac_str *out_json, accord_err *err)
{
	ac_json_writer w;
	ac_buf buf, scratch;
	ac_str made;
	int rc;

	ac_buf_init(&buf, AC_OBJECT_MAX);
	ac_buf_init(&scratch, AC_OBJECT_MAX);
	ac_json_writer_init(&w, &buf);
	write_indicator(&w, row, &scratch);
	rc = ac_buf_finish(&scratch, &made, err);
	if (rc == 0)
		rc = ac_buf_finish(&buf, &made, err);
	if (rc == 0) {
		made = ac_arena_str(arena, made);
		rc = made.p ? 0 : ac_arena_check(arena, err);
	}
	ac_buf_done(&buf);
	ac_buf_done(&scratch);
	if (rc == 0)
		*out_json = made;
	return rc;
}

static int
id_prefix_of(ac_str id, uint64_t *out)
{
	uint8_t uuid[16];

	if (id.n != AC_ROW_ID_SIZE || !ac_str_starts(id, id_prefix) ||
	    !ac_uuid_parse(ac_str_slice(id, id_prefix.n, id.n), uuid))
		return ACCORD_ENOTFOUND;
	*out = 0;
	for (size_t i = 0; i < 8; i++)
		*out = *out << 8 | uuid[i];
	return 0;
}

static int
stored_of(const ac_stored_row *row, ac_arena *arena, ac_stored *out, accord_err *err)
{
	ac_stored stored = { 0 };
	int rc = ac_row_indicator(row, arena, &stored.object, err);

	if (rc < 0)
		return rc;
	stored.id = ac_arena_str(arena, row->indicator_id);
	stored.type = AC_S("indicator");
	stored.modified = ac_time_from_us(row->changed_us);
	stored.arrival_us = row->arrival_us;
	stored.is_current = true;
	stored.form = AC_FORM_DERIVED;
	stored.tlp = AC_TLP_NONE;
	stored.exact = ac_arena_str(arena, row->row.exact);
	stored.producer = ac_arena_str(arena, row->producer);
	if (!stored.id.p || !stored.exact.p || !stored.producer.p)
		return ac_arena_check(arena, err);
	*out = stored;
	return 0;
}

/* The row of this number, when its indicator has this id. */
static int
try_row(ac_store *store, int64_t num, ac_str id, ac_arena *arena, ac_stored *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROW, err);
	ac_stored_row row;
	int rc;

	if (!s)
		return store->last_code;
	(void)sqlite3_bind_int64(s, 1, num);
	rc = ac_sql_step(store, s, err);
	if (rc == 1)
		rc = ac_list_read(store, s, arena, &row, err);
	else if (rc == 0)
		rc = ACCORD_ENOTFOUND;
	if (rc == 0)
		rc = ac_str_eq(row.indicator_id, id) ? stored_of(&row, arena, out, err) : ACCORD_ENOTFOUND;
	ac_sql_give(store, AC_SQL_ROW, s);
	return rc;
}

typedef struct id_query {
	ac_str id;
	ac_arena *arena;
	ac_stored *out;
} id_query;

/* 1: this is it. */
static int
try_number(void *payload, ac_store *store, int64_t num, accord_err *err)
{
	const id_query *q = payload;
	int rc = try_row(store, num, q->id, q->arena, q->out, err);

	return rc == 0 ? 1 : rc == ACCORD_ENOTFOUND ? 0 : rc;
}

static int
find_indexed(ac_store *store, uint64_t prefix, ac_str id, ac_arena *arena, ac_stored *out, accord_err *err)
{
	id_query q = { id, arena, out };
	int rc = ac_runs_find(store, AC_RUN_ID, prefix, try_number, &q, err);

	return rc == 1 ? 0 : rc == 0 ? ACCORD_ENOTFOUND : rc;
}

/* Prefixes of the ids of rows behind *at, at most `most`. */
static int
read_chunk(ac_store *store, int64_t *at, ac_list_key *keys, size_t most, size_t *out_n, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_ROW_VALUES, err);
	ac_arena arena;
	int rc = 1;

	*out_n = 0;
	if (!s)
		return store->last_code;
	ac_arena_init(&arena, AC_MIB);
	(void)sqlite3_bind_int64(s, 1, *at);
	while (*out_n < most && (rc = ac_sql_step(store, s, err)) == 1) {
		char id[AC_ROW_ID_SIZE];
		ac_str producer;
		uint64_t prefix = 0;

		ac_arena_reset(&arena);
		rc = ac_intern_text(store, &store->sources, sqlite3_column_int64(s, 3), &arena, &producer, err);
		if (rc == 0)
			rc = ac_row_id(store->digester, (ac_value_type)sqlite3_column_int(s, 1), ac_sql_text(s, 2),
			    producer, id, err);
		if (rc == 0)
			rc = id_prefix_of((ac_str){ id, sizeof(id) }, &prefix);
		if (rc < 0)
			break;
		*at = sqlite3_column_int64(s, 0);
		keys[(*out_n)++] = (ac_list_key){ prefix, *at, 0 };
	}
	ac_sql_give(store, AC_SQL_ROW_VALUES, s);
	ac_arena_done(&arena);
	return rc < 0 ? rc : 0;
}

static int
fill_chunk(ac_store *writer, ac_list_key *keys, size_t *out_n, accord_err *err)
{
	int64_t done;
	bool begun;
	int rc = ac_lazy_begin(writer, &begun, err);

	if (rc < 0)
		return rc;
	rc = ac_sql_meta_get(writer, "list_id_done", 0, &done, err);
	if (rc == 0)
		rc = read_chunk(writer, &done, keys, AC_STORE_LIST_KEYS_MAX, out_n, err);
	if (rc == 0 && *out_n > 0)
		rc = ac_runs_add(writer, AC_RUN_ID, keys, *out_n, err);
	if (rc == 0 && *out_n > 0)
		rc = ac_sql_meta_put(writer, "list_id_done", done, err);
	return ac_lazy_end(writer, begun, rc, err);
}

static int
bring_up_to_date(ac_store *writer, accord_err *err)
{
	ac_list_key *keys = malloc(AC_STORE_LIST_KEYS_MAX * sizeof(*keys));
	size_t n = 0;
	int rc;

	if (!keys)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the ids of rows");
	do
		rc = fill_chunk(writer, keys, &n, err);
	while (rc == 0 && n > 0);
	free(keys);
	return rc;
}

static int
last_row(ac_store *store, int64_t *out, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_LAST_ROW, err);
	int rc = s ? ac_sql_step(store, s, err) : store->last_code;

	if (rc == 1)
		*out = sqlite3_column_int64(s, 0);
	ac_sql_give(store, AC_SQL_LAST_ROW, s);
	return rc < 0 ? rc : 0;
}

typedef struct scan_state {
	ac_str id;
	ac_arena *arena;
	ac_stored *out;
	bool found;
} scan_state;

static int
scan_row(void *payload, const ac_stored_row *row, accord_err *err)
{
	scan_state *scan = payload;

	if (!ac_str_eq(row->indicator_id, scan->id))
		return 0;
	scan->found = true;
	return stored_of(row, scan->arena, scan->out, err) < 0 ? err ? err->code : ACCORD_ENOMEM : 1;
}

int
ac_list_get(ac_store *store, ac_str id, ac_arena *arena, ac_stored *out, accord_err *err)
{
	scan_state scan = { id, arena, out, false };
	ac_store *writer;
	uint64_t prefix;
	int64_t done, last = 0;
	accord_err ignored;
	int rc = id_prefix_of(id, &prefix);

	if (rc < 0)
		return rc;
	rc = find_indexed(store, prefix, id, arena, out, err);
	if (rc != ACCORD_ENOTFOUND)
		return rc;
	rc = ac_sql_meta_get(store, "list_id_done", 0, &done, err);
	if (rc == 0)
		rc = last_row(store, &last, err);
	if (rc < 0 || done >= last)
		return rc < 0 ? rc : ACCORD_ENOTFOUND;
	writer = ac_sql_writer(store);
	if (writer && bring_up_to_date(writer, &ignored) == 0)
		return find_indexed(store, prefix, id, arena, out, err);
	rc = ac_store_each_row(store, done, scan_row, &scan, err);
	return rc < 0 ? rc : scan.found ? 0 : ACCORD_ENOTFOUND;
}
