/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of one record: connections, names and what they resolve to, URLs, files, processes, keys, messages, certificates. Knows no patterns. */
#include "watch/events_make.h"

#include "watch/events_value.h"

/* Fields of one role that become objects; more are of no use to anybody. */
#define SAME_ROLE_MAX 64
/* Names of objects that no field tells of begin there. */
#define FOUND_FIRST 1000000
#define BITS(role) AC_ROLE_BIT(AC_FIELD_##role)

typedef struct making {
	ac_observations *o;
	const ac_log_record *record;
	ac_arena *arena;
	unsigned next;
} making;

static ac_str
value_of(const making *m, const ac_log_field *f)
{
	return f ? ac_log_value(f, m->arena) : (ac_str){ NULL, 0 };
}

/* The first field of a role with a value. */
static const ac_log_field *
first_of(const making *m, ac_field_role role)
{
	if (!(m->record->roles & AC_ROLE_BIT(role)))
		return NULL;
	for (size_t i = 0; i < m->record->count; i++)
		if (m->record->fields[i].role == role && m->record->fields[i].raw.n &&
		    !ac_str_eq(m->record->fields[i].raw, AC_S("-")))
			return &m->record->fields[i];
	return NULL;
}

/* A name for the next object of the observation. */
static ac_str
new_id(making *m)
{
	return ac_arena_printf(m->arena, "%u", m->next++);
}

static void
put(making *m, const char *name, ac_str text)
{
	if (!text.p)
		return;
	ac_object_enter(m->o, ac_str_from(name));
	ac_object_text(m->o, text);
	ac_object_leave(m->o);
}

static void
put_number(making *m, const char *name, ac_str text)
{
	uint64_t number;

	if (!text.p || !ac_str_to_u64(text, &number))
		return;
	ac_object_enter(m->o, ac_str_from(name));
	ac_object_number(m->o, ac_arena_printf(m->arena, "%llu", (unsigned long long)number));
	ac_object_leave(m->o);
}

static void
put_item(making *m, ac_str text)
{
	ac_object_item(m->o);
	ac_object_text(m->o, text);
	ac_object_leave(m->o);
}

/* An object of one property. */
static ac_str
add_simple(making *m, ac_str type, const char *property, ac_str text)
{
	ac_str id = new_id(m);

	ac_object_begin(m->o, type, id);
	put(m, property, text);
	ac_object_end(m->o);
	return id;
}

static ac_str
add_value(making *m, ac_value_type type, const char *property, ac_str object, ac_str text)
{
	ac_value value;

	if (!text.p || ac_value_parse(type, text, m->arena, &value, NULL))
		return (ac_str){ NULL, 0 };
	return add_simple(m, object, property, value.text);
}

/* {NULL, 0}: it is none. */
static ac_str
add_host(making *m, ac_str text)
{
	ac_str type, value;

	return ac_event_host(m->arena, text, &type, &value) ? add_simple(m, type, "value", value) : (ac_str){ NULL, 0 };
}

/* The objects of all other fields of a role. */
static void
add_more_hosts(making *m, ac_field_role role)
{
	const ac_log_field *first = first_of(m, role);
	unsigned left = SAME_ROLE_MAX;

	for (size_t i = 0; first && i < m->record->count && left; i++)
		if (m->record->fields[i].role == role && &m->record->fields[i] != first) {
			(void)add_host(m, value_of(m, &m->record->fields[i]));
			left--;
		}
}

static ac_str
add_directory(making *m, ac_str path)
{
	ac_str folder = ac_event_directory(m->arena, path);

	return folder.p ? add_simple(m, AC_S("directory"), "path", folder) : folder;
}

static void
put_hashes(making *m, ac_str text)
{
	while (text.n) {
		const char *name;
		ac_str digest = ac_event_digest(m->arena, &text, &name);

		if (digest.p)
			put(m, name, digest);
	}
}

/* All digests of a role in a group (of any, with any_group). */
static void
put_group_hashes(making *m, ac_field_role role, uint64_t group, bool any_group)
{
	ac_object_enter(m->o, AC_S("hashes"));
	for (size_t i = 0; i < m->record->count; i++) {
		const ac_log_field *f = &m->record->fields[i];

		if (f->role == role && (any_group || f->group == group) && !ac_str_ends(f->name, AC_S("imphash")))
			put_hashes(m, value_of(m, f));
	}
	ac_object_leave(m->o);
}

static bool
is_file_role(ac_field_role role, bool with_hashes)
{
	return role == AC_FIELD_FILE_NAME || role == AC_FIELD_FILE_PATH || role == AC_FIELD_FILE_SIZE ||
	       (with_hashes && role == AC_FIELD_HASH);
}

static const ac_log_field *
in_group(const making *m, ac_field_role role, uint64_t group)
{
	for (size_t i = 0; (m->record->roles & AC_ROLE_BIT(role)) && i < m->record->count; i++)
		if (m->record->fields[i].role == role && m->record->fields[i].group == group &&
		    m->record->fields[i].raw.n)
			return &m->record->fields[i];
	return NULL;
}

static ac_str
add_file(making *m, ac_str path, ac_str name, ac_str size, uint64_t group, bool with_hashes)
{
	ac_str where = path.p ? path : name, directory, id;

	directory = where.p ? add_directory(m, where) : where;
	id = new_id(m);
	ac_object_begin(m->o, AC_S("file"), id);
	put(m, "name", ac_event_name(m->arena, where));
	put(m, "parent_directory_ref", directory);
	put_number(m, "size", size);
	if (with_hashes)
		put_group_hashes(m, AC_FIELD_HASH, group, false);
	ac_object_end(m->o);
	return id;
}

/* One file for each object of the record that has such fields. */
static void
add_files(making *m, bool with_hashes)
{
	unsigned left = SAME_ROLE_MAX;

	for (size_t i = 0; i < m->record->count && left; i++) {
		const ac_log_field *f = &m->record->fields[i];
		bool is_known = !is_file_role(f->role, with_hashes);

		for (size_t k = 0; k < i && !is_known; k++)
			is_known = is_file_role(m->record->fields[k].role, with_hashes) &&
				   m->record->fields[k].group == f->group;
		if (is_known)
			continue;
		(void)add_file(m, value_of(m, in_group(m, AC_FIELD_FILE_PATH, f->group)),
		    value_of(m, in_group(m, AC_FIELD_FILE_NAME, f->group)),
		    value_of(m, in_group(m, AC_FIELD_FILE_SIZE, f->group)), f->group, with_hashes);
		left--;
	}
}

/* Attachments and the like. What is said of the field's object beside its name is of the one that it names. */
static void
add_named_files(making *m)
{
	unsigned left = SAME_ROLE_MAX;

	for (size_t i = 0; i < m->record->count; i++) {
		const ac_log_field *f = &m->record->fields[i];
		ac_str all, name;
		size_t at = 0;

		if (f->role != AC_FIELD_FILE_NAMES)
			continue;
		for (all = value_of(m, f); left && ac_event_next_name(all, &at, &name); left--)
			(void)add_file(m, (ac_str){ NULL, 0 }, name,
			    value_of(m, in_group(m, AC_FIELD_FILE_SIZE, f->group)), f->group, name.n == all.n);
	}
}

/* ---- the kinds of events ---- */

static ac_str
with_query(const making *m, ac_str path, ac_str query)
{
	return path.p && query.n ? ac_arena_printf(m->arena, "%.*s?%.*s", AC_FMT(path), AC_FMT(query)) : path;
}

static void
add_connection(making *m)
{
	static const char *const header[] = { "User-Agent", "Host", "Referer" };
	ac_str source = add_host(m, value_of(m, first_of(m, AC_FIELD_SOURCE)));
	ac_str destination = add_host(m, value_of(m, first_of(m, AC_FIELD_DESTINATION)));
	ac_str method = value_of(m, first_of(m, AC_FIELD_METHOD)), path = value_of(m, first_of(m, AC_FIELD_URL_PATH));
	ac_str query = value_of(m, first_of(m, AC_FIELD_URL_QUERY)), headers[3];
	const ac_log_field *port = first_of(m, AC_FIELD_DESTINATION_PORT);

	headers[0] = value_of(m, first_of(m, AC_FIELD_USER_AGENT));
	headers[1] = value_of(m, first_of(m, AC_FIELD_URL_HOST));
	headers[2] = value_of(m, first_of(m, AC_FIELD_REFERRER));
	ac_object_begin(m->o, AC_S("network-traffic"), new_id(m));
	put(m, "src_ref", source);
	put(m, "dst_ref", destination);
	put_number(m, "src_port", value_of(m, first_of(m, AC_FIELD_SOURCE_PORT)));
	put_number(m, "dst_port", value_of(m, port ? port : first_of(m, AC_FIELD_URL_PORT)));
	put_number(m, "src_byte_count", value_of(m, first_of(m, AC_FIELD_SOURCE_BYTES)));
	put_number(m, "dst_byte_count", value_of(m, first_of(m, AC_FIELD_DESTINATION_BYTES)));
	put(m, "x_ja3", ac_event_lower(m->arena, value_of(m, first_of(m, AC_FIELD_JA3))));
	put(m, "x_ja4", ac_event_lower(m->arena, value_of(m, first_of(m, AC_FIELD_JA4))));
	if (m->record->roles & BITS(PROTOCOL)) {
		ac_object_enter(m->o, AC_S("protocols"));
		for (size_t i = 0; i < m->record->count; i++)
			if (m->record->fields[i].role == AC_FIELD_PROTOCOL)
				put_item(m, ac_event_lower(m->arena, value_of(m, &m->record->fields[i])));
		ac_object_leave(m->o);
	}
	if (method.p || path.p || headers[0].p || headers[1].p || headers[2].p) {
		ac_object_enter(m->o, AC_S("extensions"));
		ac_object_enter(m->o, AC_S("http-request-ext"));
		put(m, "request_method", ac_event_lower(m->arena, method));
		put(m, "request_value", with_query(m, path, query));
		ac_object_enter(m->o, AC_S("request_header"));
		for (size_t i = 0; i < AC_COUNT(headers); i++)
			put(m, header[i], headers[i]);
		ac_object_leave(m->o);
		ac_object_leave(m->o);
		ac_object_leave(m->o);
	}
	ac_object_end(m->o);
	add_more_hosts(m, AC_FIELD_SOURCE);
	add_more_hosts(m, AC_FIELD_DESTINATION);
}

/* Names asked for, with what they resolve to. */
static void
add_domains(making *m)
{
	ac_str answers[SAME_ROLE_MAX];
	size_t n = 0;
	bool first = true;
	unsigned left = SAME_ROLE_MAX;

	for (size_t i = 0; (m->record->roles & BITS(ANSWER)) && i < m->record->count && n < SAME_ROLE_MAX; i++)
		if (m->record->fields[i].role == AC_FIELD_ANSWER) {
			answers[n] = add_host(m, value_of(m, &m->record->fields[i]));
			n += answers[n].p != NULL;
		}
	for (size_t i = 0; i < m->record->count && left; i++) {
		ac_value value;

		if (m->record->fields[i].role != AC_FIELD_DOMAIN)
			continue;
		left--;
		if (ac_value_parse(AC_VALUE_DOMAIN, value_of(m, &m->record->fields[i]), m->arena, &value, NULL))
			continue;
		ac_object_begin(m->o, AC_S("domain-name"), new_id(m));
		put(m, "value", value.text);
		ac_object_enter(m->o, AC_S("resolves_to_refs"));
		for (size_t k = 0; first && k < n; k++)
			put_item(m, answers[k]);
		ac_object_leave(m->o);
		ac_object_end(m->o);
		first = false;
	}
}

static void
add_web(making *m, ac_str joined)
{
	unsigned left = SAME_ROLE_MAX;

	(void)add_value(m, AC_VALUE_URL, "value", AC_S("url"), joined);
	for (size_t i = 0; i < m->record->count && left; i++) {
		const ac_log_field *f = &m->record->fields[i];

		if (f->role == AC_FIELD_URL || f->role == AC_FIELD_REFERRER)
			(void)add_value(m, AC_VALUE_URL, "value", AC_S("url"), value_of(m, f));
		else if (f->role == AC_FIELD_URL_HOST)
			(void)add_host(m, value_of(m, f));
		else
			continue;
		left--;
	}
}

static void
add_process(making *m, bool with_hashes)
{
	const ac_log_field *image = first_of(m, AC_FIELD_PROCESS_PATH), *parent = first_of(m, AC_FIELD_PARENT_PATH);
	ac_str parent_command = value_of(m, first_of(m, AC_FIELD_PARENT_COMMAND_LINE));
	ac_str service = value_of(m, first_of(m, AC_FIELD_SERVICE_NAME)),
	       user = value_of(m, first_of(m, AC_FIELD_USER));
	ac_str image_id = { NULL, 0 }, parent_id = { NULL, 0 }, user_id = { NULL, 0 };

	if (image)
		image_id = add_file(
		    m, value_of(m, image), (ac_str){ NULL, 0 }, (ac_str){ NULL, 0 }, image->group, with_hashes);
	if (parent || parent_command.p) {
		ac_str file = parent
				  ? add_file(m, value_of(m, parent), (ac_str){ NULL, 0 }, (ac_str){ NULL, 0 }, 0, false)
				  : (ac_str){ NULL, 0 };

		parent_id = new_id(m);
		ac_object_begin(m->o, AC_S("process"), parent_id);
		put(m, "image_ref", file);
		put(m, "command_line", parent_command);
		ac_object_end(m->o);
	}
	if (user.p) {
		user_id = new_id(m);
		ac_object_begin(m->o, AC_S("user-account"), user_id);
		put(m, "account_login", user);
		put(m, "user_id", user);
		ac_object_end(m->o);
	}
	if (!image && !parent_id.p && !service.p && !(m->record->roles & (BITS(COMMAND_LINE) | BITS(PROCESS_ID))))
		return;
	ac_object_begin(m->o, AC_S("process"), new_id(m));
	put(m, "image_ref", image_id);
	put(m, "parent_ref", parent_id);
	put(m, "creator_user_ref", user_id);
	put(m, "command_line", value_of(m, first_of(m, AC_FIELD_COMMAND_LINE)));
	put_number(m, "pid", value_of(m, first_of(m, AC_FIELD_PROCESS_ID)));
	if (service.p) {
		ac_object_enter(m->o, AC_S("extensions"));
		ac_object_enter(m->o, AC_S("windows-service-ext"));
		put(m, "service_name", service);
		ac_object_leave(m->o);
		ac_object_leave(m->o);
	}
	ac_object_end(m->o);
}

static void
add_mail(making *m)
{
	ac_str sender =
	    add_value(m, AC_VALUE_EMAIL, "value", AC_S("email-addr"), value_of(m, first_of(m, AC_FIELD_EMAIL_SENDER)));
	ac_str to[SAME_ROLE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < m->record->count && n < SAME_ROLE_MAX; i++)
		if (m->record->fields[i].role == AC_FIELD_EMAIL_RECIPIENT) {
			to[n] = add_value(
			    m, AC_VALUE_EMAIL, "value", AC_S("email-addr"), value_of(m, &m->record->fields[i]));
			n += to[n].p != NULL;
		}
	ac_object_begin(m->o, AC_S("email-message"), new_id(m));
	put(m, "from_ref", sender);
	put(m, "subject", value_of(m, first_of(m, AC_FIELD_EMAIL_SUBJECT)));
	ac_object_enter(m->o, AC_S("to_refs"));
	for (size_t i = 0; i < n; i++)
		put_item(m, to[i]);
	ac_object_leave(m->o);
	ac_object_end(m->o);
}

static void
add_certificate(making *m)
{
	ac_str serial = value_of(m, first_of(m, AC_FIELD_CERT_SERIAL));

	ac_object_begin(m->o, AC_S("x509-certificate"), new_id(m));
	put(m, "serial_number", ac_event_serial(m->arena, serial));
	put(m, "subject", value_of(m, first_of(m, AC_FIELD_CERT_SUBJECT)));
	put(m, "issuer", value_of(m, first_of(m, AC_FIELD_CERT_ISSUER)));
	put_group_hashes(m, AC_FIELD_CERT_FINGERPRINT, 0, true);
	ac_object_end(m->o);
}

/* The first key that begins with its hive (ECS has one without beside it), else the first. */
static const ac_log_field *
first_key(const making *m)
{
	for (size_t i = 0; i < m->record->count; i++) {
		const ac_log_field *f = &m->record->fields[i];

		if (f->role == AC_FIELD_REGISTRY_KEY &&
		    ac_str_starts(ac_event_key(m->arena, value_of(m, f)), AC_S("hkey_")))
			return f;
	}
	return first_of(m, AC_FIELD_REGISTRY_KEY);
}

static void
add_registry(making *m)
{
	const ac_log_field *field = first_key(m);
	ac_str key = value_of(m, field), data = value_of(m, first_of(m, AC_FIELD_REGISTRY_DATA)),
	       name = value_of(m, first_of(m, AC_FIELD_REGISTRY_VALUE));
	size_t n;

	if (!key.p)
		return;
	n = ac_log_registry_key_size(m->record, field, key, m->arena);
	if (n < key.n && !name.p)
		name = ac_str_slice(key, n + 1, key.n);
	key = ac_str_slice(key, 0, n);
	ac_object_begin(m->o, AC_S("windows-registry-key"), new_id(m));
	put(m, "key", ac_event_key(m->arena, key));
	if (data.p || name.p) {
		ac_object_enter(m->o, AC_S("values"));
		ac_object_item(m->o);
		put(m, "name", name);
		put(m, "data", data);
		ac_object_leave(m->o);
		ac_object_leave(m->o);
	}
	ac_object_end(m->o);
}

static void
add_rest(making *m)
{
	unsigned left = SAME_ROLE_MAX;

	for (size_t i = 0; i < m->record->count && left; i++) {
		const ac_log_field *f = &m->record->fields[i];

		if (f->role == AC_FIELD_MUTEX)
			(void)add_simple(m, AC_S("mutex"), "name", value_of(m, f));
		else if (f->role == AC_FIELD_SOFTWARE)
			(void)add_simple(m, AC_S("software"), "version", value_of(m, f));
		else if (f->role == AC_FIELD_AS_NUMBER) {
			ac_value value;

			if (ac_value_parse(AC_VALUE_AS_NUMBER, value_of(m, f), m->arena, &value, NULL))
				continue;
			ac_object_begin(m->o, AC_S("autonomous-system"), new_id(m));
			put_number(m, "number", value.text);
			ac_object_end(m->o);
		} else
			continue;
		left--;
	}
}

ac_str
ac_events_joined_url(const ac_log_record *record, ac_arena *arena)
{
	const making at = { .record = record, .arena = arena }, *m = &at;
	ac_str host = value_of(m, first_of(m, AC_FIELD_URL_HOST)), path = value_of(m, first_of(m, AC_FIELD_URL_PATH));
	ac_str scheme = value_of(m, first_of(m, AC_FIELD_URL_SCHEME)), port = { NULL, 0 }, query;
	uint64_t number;

	if (!host.p || !path.p || path.n == 0)
		return (ac_str){ NULL, 0 };
	/* An absolute form is the whole URL already (RFC 9112 s3.2.2). */
	if (path.p[0] != '/')
		return ac_str_find(path, AC_S("://")) < path.n ? path : (ac_str){ NULL, 0 };
	port = value_of(m, first_of(m, AC_FIELD_URL_PORT));
	query = value_of(m, first_of(m, AC_FIELD_URL_QUERY));
	if (!port.p || !ac_str_to_u64(port, &number) || ac_str_find_byte(host, ':') < host.n)
		port = AC_S("");
	if (!scheme.n)
		scheme = ac_str_eq(port, AC_S("443")) ? AC_S("https") : AC_S("http");
	return ac_arena_join(m->arena,
	    (ac_str[]){
		scheme, AC_S("://"), host, port.n ? AC_S(":") : port, port, path, query.n ? AC_S("?") : query, query },
	    8);
}

void
ac_events_make(ac_observations *o, const ac_log_record *record, ac_str joined, ac_arena *arena)
{
	making at = { .o = o, .record = record, .arena = arena }, *m = &at;
	uint64_t roles = m->record->roles;
	bool has_file = roles & (BITS(FILE_NAME) | BITS(FILE_PATH));

	if (roles & (BITS(SOURCE) | BITS(DESTINATION) | BITS(SOURCE_PORT) | BITS(DESTINATION_PORT) | BITS(PROTOCOL) |
			BITS(METHOD) | BITS(URL_PATH) | BITS(URL_HOST) | BITS(USER_AGENT) | BITS(JA3) | BITS(JA4) |
			BITS(SOURCE_BYTES) | BITS(DESTINATION_BYTES) | BITS(REFERRER)))
		add_connection(m);
	if (roles & (BITS(DOMAIN) | BITS(ANSWER)))
		add_domains(m);
	if (joined.p || (roles & (BITS(URL) | BITS(URL_HOST) | BITS(REFERRER))))
		add_web(m, joined);
	if (has_file || (roles & BITS(FILE_SIZE)) || ((roles & BITS(HASH)) && !(roles & BITS(PROCESS_PATH))))
		add_files(m, has_file || !(roles & BITS(PROCESS_PATH)));
	if (roles & BITS(FILE_NAMES))
		add_named_files(m);
	if (roles & (BITS(PROCESS_PATH) | BITS(PROCESS_ID) | BITS(COMMAND_LINE) | BITS(PARENT_PATH) |
			BITS(PARENT_COMMAND_LINE) | BITS(USER) | BITS(SERVICE_NAME)))
		add_process(m, !has_file);
	if (roles & (BITS(REGISTRY_KEY) | BITS(REGISTRY_VALUE) | BITS(REGISTRY_DATA)))
		add_registry(m);
	if (roles & (BITS(EMAIL_SENDER) | BITS(EMAIL_RECIPIENT) | BITS(EMAIL_SUBJECT)))
		add_mail(m);
	if (roles & (BITS(CERT_SERIAL) | BITS(CERT_FINGERPRINT) | BITS(CERT_SUBJECT) | BITS(CERT_ISSUER)))
		add_certificate(m);
	if (roles & (BITS(MUTEX) | BITS(SOFTWARE) | BITS(AS_NUMBER)))
		add_rest(m);
}

ac_str
ac_events_request(const ac_log_record *record, ac_arena *arena)
{
	const making at = { .record = record, .arena = arena }, *m = &at;

	return with_query(m, value_of(m, first_of(m, AC_FIELD_URL_PATH)), value_of(m, first_of(m, AC_FIELD_URL_QUERY)));
}

/* ---- values that no field tells the meaning of ---- */

static const char *
found_type(ac_value_type type)
{
	switch ((int)type) {
	case AC_VALUE_IPV4:
		return "ipv4-addr";
	case AC_VALUE_IPV6:
		return "ipv6-addr";
	case AC_VALUE_DOMAIN:
		return "domain-name";
	case AC_VALUE_URL:
		return "url";
	case AC_VALUE_EMAIL:
		return "email-addr";
	}
	return NULL;
}

static bool
is_found_of_file(const ac_event_found *f)
{
	return f->type == AC_VALUE_FILE_NAME || ac_event_hash_name(f->text.n) != NULL;
}

/* Names and digests may be those of one file. */
static void
add_found_file(making *m, const ac_event_found *found, size_t n)
{
	ac_object_begin(m->o, AC_S("file"), new_id(m));
	for (size_t i = 0; i < n; i++)
		if (found[i].type == AC_VALUE_FILE_NAME)
			put(m, "name", ac_event_lower(m->arena, found[i].text));
	ac_object_enter(m->o, AC_S("hashes"));
	for (size_t i = 0; i < n; i++)
		if (found[i].type != AC_VALUE_FILE_NAME && is_found_of_file(&found[i]) && !found_type(found[i].type))
			put_hashes(m, found[i].text);
	ac_object_leave(m->o);
	ac_object_end(m->o);
}

void
ac_events_make_found(ac_observations *o, const ac_event_found *found, size_t n, ac_arena *arena)
{
	making at = { .o = o, .arena = arena, .next = FOUND_FIRST }, *m = &at;
	ac_str ids[SAME_ROLE_MAX];
	size_t hosts = 0;
	bool has_file = false;

	for (size_t i = 0; i < n; i++) {
		const char *type = found_type(found[i].type);
		ac_str id;

		has_file |= !type && is_found_of_file(&found[i]);
		if (!type)
			continue;
		id = add_simple(m, ac_str_from(type), "value", found[i].text);
		if (found[i].type != AC_VALUE_URL && found[i].type != AC_VALUE_EMAIL && hosts < SAME_ROLE_MAX)
			ids[hosts++] = id;
	}
	if (has_file)
		add_found_file(m, found, n);
	if (hosts == 0)
		return;
	/* Either end of a connection: the record does not say. */
	ac_object_begin(m->o, AC_S("network-traffic"), new_id(m));
	for (size_t i = 0; i < hosts; i++) {
		put(m, "src_ref", ids[i]);
		put(m, "dst_ref", ids[i]);
	}
	ac_object_end(m->o);
}
