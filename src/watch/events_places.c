/* SPDX-License-Identifier: Apache-2.0 */
/* The table from roles of fields to STIX object paths, and patterns in the form that events are compared in. */
#include "values/value.h"
#include "watch/events.h"

#define FIRST "of the first such field of a record"
#define HTTP "network-traffic:extensions.'http-request-ext'."

/* clang-format off: a row each */
static const ac_event_place places[] = {
	{ AC_FIELD_SOURCE, "network-traffic:src_ref.value", FIRST },
	{ AC_FIELD_SOURCE, "ipv4-addr:value", "when it is an address" },
	{ AC_FIELD_SOURCE, "ipv6-addr:value", "when it is an address" },
	{ AC_FIELD_SOURCE, "domain-name:value", "when it is a name" },
	{ AC_FIELD_DESTINATION, "network-traffic:dst_ref.value", FIRST },
	{ AC_FIELD_DESTINATION, "ipv4-addr:value", "when it is an address" },
	{ AC_FIELD_DESTINATION, "ipv6-addr:value", "when it is an address" },
	{ AC_FIELD_DESTINATION, "domain-name:value", "when it is a name" },
	{ AC_FIELD_SOURCE_PORT, "network-traffic:src_port", FIRST },
	{ AC_FIELD_DESTINATION_PORT, "network-traffic:dst_port", FIRST },
	{ AC_FIELD_PROTOCOL, "network-traffic:protocols[*]", "in lower case" },
	{ AC_FIELD_SOURCE_BYTES, "network-traffic:src_byte_count", FIRST },
	{ AC_FIELD_DESTINATION_BYTES, "network-traffic:dst_byte_count", FIRST },
	{ AC_FIELD_METHOD, HTTP "request_method", "in lower case" },
	{ AC_FIELD_URL_HOST, HTTP "request_header.Host", FIRST },
	{ AC_FIELD_URL_HOST, "domain-name:value", "when it is a name" },
	{ AC_FIELD_URL_HOST, "ipv4-addr:value", "when it is an address" },
	{ AC_FIELD_URL_HOST, "ipv6-addr:value", "when it is an address" },
	{ AC_FIELD_URL_HOST, "url:value", "with the path, and the scheme, port and query if the record has them" },
	{ AC_FIELD_URL_PATH, HTTP "request_value", FIRST },
	{ AC_FIELD_URL_PATH, "url:value", "with the host" },
	{ AC_FIELD_URL_QUERY, HTTP "request_value", "behind the path" },
	{ AC_FIELD_URL_QUERY, "url:value", "with the host and path" },
	{ AC_FIELD_URL_SCHEME, "url:value", "with the host and path" },
	{ AC_FIELD_URL_PORT, "url:value", "with the host and path" },
	{ AC_FIELD_URL_PORT, "network-traffic:dst_port", "when no other field tells it" },
	{ AC_FIELD_URL, "url:value", NULL },
	{ AC_FIELD_REFERRER, "url:value", NULL },
	{ AC_FIELD_REFERRER, HTTP "request_header.Referer", FIRST },
	{ AC_FIELD_USER_AGENT, HTTP "request_header.'User-Agent'", FIRST },
	{ AC_FIELD_DOMAIN, "domain-name:value", NULL },
	{ AC_FIELD_ANSWER, "domain-name:resolves_to_refs[*].value", "of the first domain of the record" },
	{ AC_FIELD_ANSWER, "ipv4-addr:value", "when it is an address" },
	{ AC_FIELD_ANSWER, "ipv6-addr:value", "when it is an address" },
	{ AC_FIELD_ANSWER, "domain-name:value", "when it is a name" },
	{ AC_FIELD_USER, "user-account:account_login", NULL },
	{ AC_FIELD_USER, "user-account:user_id", NULL },
	{ AC_FIELD_USER, "process:creator_user_ref.account_login", "of the record's process" },
	{ AC_FIELD_FILE_NAME, "file:name", "its last part" },
	{ AC_FIELD_FILE_NAME, "file:parent_directory_ref.path", "when there is more than the last part" },
	{ AC_FIELD_FILE_NAMES, "file:name", "the last part of the whole, and of each name between commas" },
	{ AC_FIELD_FILE_NAMES, "file:parent_directory_ref.path", "when there is more than the last part" },
	{ AC_FIELD_FILE_PATH, "file:name", "its last part" },
	{ AC_FIELD_FILE_PATH, "file:parent_directory_ref.path", "without its last part" },
	{ AC_FIELD_FILE_PATH, "directory:path", "without its last part" },
	{ AC_FIELD_FILE_SIZE, "file:size", "of the file beside it" },
	{ AC_FIELD_HASH, "file:hashes.MD5", "32 digits; of the file or process beside it" },
	{ AC_FIELD_HASH, "file:hashes.'SHA-1'", "40 digits" },
	{ AC_FIELD_HASH, "file:hashes.'SHA-256'", "64 digits" },
	{ AC_FIELD_HASH, "file:hashes.'SHA-224'", "56 digits" },
	{ AC_FIELD_HASH, "file:hashes.'SHA-384'", "96 digits" },
	{ AC_FIELD_HASH, "file:hashes.'SHA-512'", "128 digits" },
	{ AC_FIELD_HASH, "process:image_ref.hashes.MD5", "of the record's process, when no file is beside it" },
	{ AC_FIELD_HASH, "process:image_ref.hashes.'SHA-1'", "the same" },
	{ AC_FIELD_HASH, "process:image_ref.hashes.'SHA-256'", "the same" },
	{ AC_FIELD_HASH, "process:image_ref.hashes.'SHA-224'", "56 digits" },
	{ AC_FIELD_HASH, "process:image_ref.hashes.'SHA-384'", "96 digits" },
	{ AC_FIELD_HASH, "process:image_ref.hashes.'SHA-512'", "the same" },
	{ AC_FIELD_PROCESS_PATH, "process:image_ref.name", "its last part" },
	{ AC_FIELD_PROCESS_PATH, "process:image_ref.parent_directory_ref.path", "without its last part" },
	{ AC_FIELD_PROCESS_PATH, "file:name", "its last part" },
	{ AC_FIELD_PROCESS_PATH, "file:parent_directory_ref.path", "without its last part" },
	{ AC_FIELD_PROCESS_PATH, "directory:path", "without its last part" },
	{ AC_FIELD_PROCESS_ID, "process:pid", FIRST },
	{ AC_FIELD_COMMAND_LINE, "process:command_line", FIRST },
	{ AC_FIELD_PARENT_PATH, "process:parent_ref.image_ref.name", "its last part" },
	{ AC_FIELD_PARENT_PATH, "process:image_ref.name", "its last part: the parent is a process too" },
	{ AC_FIELD_PARENT_PATH, "file:name", "its last part" },
	{ AC_FIELD_PARENT_COMMAND_LINE, "process:parent_ref.command_line", FIRST },
	{ AC_FIELD_PARENT_COMMAND_LINE, "process:command_line", "the parent is a process too" },
	{ AC_FIELD_REGISTRY_KEY, "windows-registry-key:key", "in lower case, the hive in full" },
	{ AC_FIELD_REGISTRY_KEY, "windows-registry-key:values[*].name",
	    "its last part, where the record says that it is a value's name" },
	{ AC_FIELD_REGISTRY_VALUE, "windows-registry-key:values[*].name", "of the first key" },
	{ AC_FIELD_REGISTRY_DATA, "windows-registry-key:values[*].data", "of the first key" },
	{ AC_FIELD_MUTEX, "mutex:name", NULL },
	{ AC_FIELD_SERVICE_NAME, "process:extensions.'windows-service-ext'.service_name", FIRST },
	{ AC_FIELD_SOFTWARE, "software:version", NULL },
	{ AC_FIELD_AS_NUMBER, "autonomous-system:number", NULL },
	{ AC_FIELD_JA3, "network-traffic:x_ja3", FIRST },
	{ AC_FIELD_JA4, "network-traffic:x_ja4", FIRST },
	{ AC_FIELD_CERT_SERIAL, "x509-certificate:serial_number", FIRST },
	{ AC_FIELD_CERT_FINGERPRINT, "x509-certificate:hashes.'SHA-1'", "40 digits" },
	{ AC_FIELD_CERT_FINGERPRINT, "x509-certificate:hashes.'SHA-256'", "64 digits" },
	{ AC_FIELD_CERT_FINGERPRINT, "x509-certificate:hashes.MD5", "32 digits" },
	{ AC_FIELD_CERT_SUBJECT, "x509-certificate:subject", FIRST },
	{ AC_FIELD_CERT_ISSUER, "x509-certificate:issuer", FIRST },
	{ AC_FIELD_EMAIL_SENDER, "email-message:from_ref.value", FIRST },
	{ AC_FIELD_EMAIL_SENDER, "email-addr:value", NULL },
	{ AC_FIELD_EMAIL_RECIPIENT, "email-message:to_refs[*].value", NULL },
	{ AC_FIELD_EMAIL_RECIPIENT, "email-addr:value", NULL },
	{ AC_FIELD_EMAIL_SUBJECT, "email-message:subject", FIRST },
};
/* clang-format on */

const ac_event_place *
ac_event_places(ac_field_role role, size_t *out_n)
{
	size_t first = 0, end;

	while (first < AC_COUNT(places) && places[first].role != role)
		first++;
	for (end = first; end < AC_COUNT(places) && places[end].role == role; end++)
		;
	*out_n = end - first;
	return places + (end > first ? first : 0);
}

/* ---- paths that are asked for ---- */

/* Past quotes, and past the number or '*' of a list's place. */
static size_t
skip_signs(ac_str path, size_t at)
{
	while (at < path.n && path.p[at] == '\'')
		at++;
	return at;
}

static size_t
skip_list(ac_str path, size_t at)
{
	while (at < path.n && path.p[at] != ']')
		at++;
	return at;
}

/* Paths are equal up to *out_asked and *out_place. */
static void
walk_along(ac_str asked, ac_str place, size_t *out_asked, size_t *out_place)
{
	size_t a = skip_signs(asked, 0), p = skip_signs(place, 0);

	while (a < asked.n && p < place.n && asked.p[a] == place.p[p]) {
		if (asked.p[a] == '[') {
			a = skip_list(asked, a);
			p = skip_list(place, p);
			if (a == asked.n || p == place.n)
				break;
		}
		a = skip_signs(asked, a + 1);
		p = skip_signs(place, p + 1);
	}
	*out_asked = a;
	*out_place = p;
}

/* A step of a path ends there. */
static bool
is_step_end(ac_str path, size_t at)
{
	return at >= path.n || path.p[at] == '.' || path.p[at] == '[';
}

ac_event_relation
ac_event_relate(ac_str asked, ac_str place)
{
	static const ac_str type = AC_S_INIT(".type");
	bool is_type = ac_str_ends(asked, type);
	size_t a, p;

	walk_along(asked, place, &a, &p);
	if (a >= asked.n && p >= place.n)
		return AC_EVENT_SAME;
	if (is_type && a + type.n > asked.n && p < place.n) {
		walk_along(ac_str_slice(asked, 0, asked.n - type.n), place, &a, &p);
		return a >= asked.n - type.n && is_step_end(place, p) ? AC_EVENT_TYPE : AC_EVENT_APART;
	}
	if ((a >= asked.n && is_step_end(place, p)) || (p >= place.n && is_step_end(asked, a)))
		return AC_EVENT_AROUND;
	return AC_EVENT_APART;
}

bool
ac_events_tell(ac_str path)
{
	for (size_t i = 0; i < AC_COUNT(places); i++)
		if (ac_event_relate(path, ac_str_from(places[i].path)) != AC_EVENT_APART)
			return true;
	return false;
}

/* ---- constants ---- */

/* How constants of a path are brought into canonical form. */
typedef enum form {
	FORM_AS_IS,
	FORM_VALUE,     /* by the type of the object: ac_value_parse */
	FORM_ANY_HOST,  /* an address or a name */
	FORM_DIRECTORY, /* of Windows: lower case */
	FORM_LOWER,
	FORM_NUMBER /* many feeds write ports as strings */
} form;

typedef struct form_row {
	const char *type;   /* of the object; NULL: any, what the last step is reached from is not asked */
	const char *last;   /* the name of the last step ... */
	const char *before; /* ... and of the one before it; NULL: it is the only one */
	form form;
	ac_value_type value;
} form_row;

static const form_row forms[] = {
	{ "ipv4-addr", "value", NULL, FORM_VALUE, AC_VALUE_IPV4 },
	{ "ipv6-addr", "value", NULL, FORM_VALUE, AC_VALUE_IPV6 },
	{ "domain-name", "value", NULL, FORM_VALUE, AC_VALUE_DOMAIN },
	{ "url", "value", NULL, FORM_VALUE, AC_VALUE_URL },
	{ "email-addr", "value", NULL, FORM_VALUE, AC_VALUE_EMAIL },
	{ "mac-addr", "value", NULL, FORM_VALUE, AC_VALUE_MAC },
	{ "windows-registry-key", "key", NULL, FORM_VALUE, AC_VALUE_REGISTRY_KEY },
	{ "x509-certificate", "serial_number", NULL, FORM_VALUE, AC_VALUE_CERT_SERIAL },
	{ "network-traffic", "src_port", NULL, FORM_NUMBER, AC_VALUE_NONE },
	{ "network-traffic", "dst_port", NULL, FORM_NUMBER, AC_VALUE_NONE },
	{ "autonomous-system", "number", NULL, FORM_NUMBER, AC_VALUE_NONE },
	{ "process", "pid", NULL, FORM_NUMBER, AC_VALUE_NONE },
	{ "file", "size", NULL, FORM_NUMBER, AC_VALUE_NONE },
	{ "file", "name", NULL, FORM_LOWER, AC_VALUE_NONE },
	{ "directory", "path", NULL, FORM_DIRECTORY, AC_VALUE_NONE },
	{ "network-traffic", "protocols", NULL, FORM_LOWER, AC_VALUE_NONE },
	{ "network-traffic", "x_ja3", NULL, FORM_LOWER, AC_VALUE_NONE },
	{ "network-traffic", "x_ja4", NULL, FORM_LOWER, AC_VALUE_NONE },
	{ "network-traffic", "request_method", "http-request-ext", FORM_LOWER, AC_VALUE_NONE },
	{ NULL, "value", "src_ref", FORM_ANY_HOST, AC_VALUE_NONE },
	{ NULL, "value", "dst_ref", FORM_ANY_HOST, AC_VALUE_NONE },
	{ NULL, "value", "resolves_to_refs", FORM_ANY_HOST, AC_VALUE_NONE },
	{ NULL, "value", "from_ref", FORM_VALUE, AC_VALUE_EMAIL },
	{ NULL, "value", "sender_ref", FORM_VALUE, AC_VALUE_EMAIL },
	{ NULL, "value", "to_refs", FORM_VALUE, AC_VALUE_EMAIL },
	{ NULL, "value", "cc_refs", FORM_VALUE, AC_VALUE_EMAIL },
	{ NULL, "path", "parent_directory_ref", FORM_DIRECTORY, AC_VALUE_NONE },
	{ NULL, "name", "image_ref", FORM_LOWER, AC_VALUE_NONE },
	{ NULL, "name", "binary_ref", FORM_LOWER, AC_VALUE_NONE },
	{ NULL, NULL, "hashes", FORM_LOWER, AC_VALUE_NONE },
};

static const form_row *
form_of(const ac_pattern_node *node)
{
	ac_str last = { NULL, 0 }, before = { NULL, 0 };

	for (size_t i = 0; i < node->step_count; i++)
		if (node->steps[i].kind == AC_PATTERN_STEP_NAME) {
			before = last;
			last = node->steps[i].name;
		}
	for (size_t i = 0; i < AC_COUNT(forms); i++) {
		const form_row *row = &forms[i];

		if ((!row->type || ac_str_eq(node->object_type, ac_str_from(row->type))) &&
		    (!row->last || ac_str_eq(last, ac_str_from(row->last))) &&
		    (row->before ? before.p && ac_str_eq(before, ac_str_from(row->before)) : !before.p))
			return row;
	}
	return NULL;
}

static ac_str
lower(ac_str text, ac_arena *arena)
{
	char *p = ac_arena_alloc(arena, text.n + 1);

	for (size_t i = 0; p && i < text.n; i++)
		p[i] = ac_lower(text.p[i]);
	return p ? (ac_str){ p, text.n } : text;
}

static bool
try_parse(ac_value_type type, ac_str text, ac_arena *arena, ac_str *out)
{
	ac_value value;

	/* ISSUBSET and = of a range keep the text: the matcher reads ranges itself. */
	if (ac_str_find_byte(text, '/') < text.n && type != AC_VALUE_URL && type != AC_VALUE_REGISTRY_KEY)
		return false;
	if (ac_value_parse(type, text, arena, &value, NULL))
		return false;
	*out = value.text;
	return true;
}

static ac_str
canonical_text(const form_row *row, ac_pattern_comparator comparator, ac_str text, ac_arena *arena)
{
	ac_str out = text;

	if (comparator == AC_PATTERN_MATCHES || row->form == FORM_AS_IS || row->form == FORM_NUMBER)
		return text;
	if (comparator == AC_PATTERN_LIKE) {
		/* Paths of URLs have case. */
		return row->value == AC_VALUE_URL ? text : lower(text, arena);
	}
	if (row->form == FORM_LOWER)
		return lower(text, arena);
	if (row->form == FORM_DIRECTORY)
		return ac_path_is_windows(text) ? lower(text, arena) : text;
	if (row->form == FORM_ANY_HOST)
		return try_parse(AC_VALUE_IPV4, text, arena, &out) || try_parse(AC_VALUE_DOMAIN, text, arena, &out)
			   ? out
			   : text;
	(void)try_parse(row->value, text, arena, &out);
	return out;
}

/* A string of digits is meant as their number. */
static void
make_number(ac_pattern_constant *constant, ac_arena *arena)
{
	uint64_t number;

	if (constant->kind != AC_PATTERN_STRING || !ac_str_to_u64(constant->text, &number) || number > INT64_MAX)
		return;
	constant->kind = AC_PATTERN_INTEGER;
	constant->text = ac_arena_printf(arena, "%llu", (unsigned long long)number);
}

/* Other spellings of what a step of a path is called; NULL: any object type. */
static const struct {
	const char *type, *name, *meant;
} step_names[] = {
	/* STIX 2.0 */
	{ NULL, "binary_ref", "image_ref" },
	{ "email-message", "sender_ref", "from_ref" },
	/* logs tell recipients, not how they were named */
	{ "email-message", "cc_refs", "to_refs" },
	{ "email-message", "bcc_refs", "to_refs" },
	{ "network-traffic", "user-agent", "User-Agent" },
	{ "network-traffic", "host", "Host" },
	{ "network-traffic", "referer", "Referer" },
};
/* No standard has a property for these: whatever stands before them. */
static const struct {
	const char *name, *meant;
} fingerprints[] = { { "ja3", "x_ja3" }, { "ja3s", "x_ja3" }, { "ja3_hash", "x_ja3" }, { "ja3s_hash", "x_ja3" },
	{ "x_ja3s", "x_ja3" }, { "ja4", "x_ja4" }, { "ja4s", "x_ja4" }, { "x_ja4s", "x_ja4" } };

/* The steps of a path in the spelling that events have. */
static void
rename_steps(ac_pattern_node *node, ac_arena *arena)
{
	ac_pattern_step *steps = ac_arena_alloc(arena, (node->step_count + 1) * sizeof(*steps));
	bool is_traffic = ac_str_eq(node->object_type, AC_S("network-traffic"));
	ac_str last;

	if (!steps || node->step_count == 0)
		return;
	memcpy(steps, node->steps, node->step_count * sizeof(*steps));
	node->steps = steps;
	last = steps[node->step_count - 1].kind == AC_PATTERN_STEP_NAME ? steps[node->step_count - 1].name
									: (ac_str){ NULL, 0 };
	for (size_t i = 0; is_traffic && last.p && i < AC_COUNT(fingerprints); i++)
		if (ac_str_eq_fold(last, ac_str_from(fingerprints[i].name))) {
			steps[0] = (ac_pattern_step){ .kind = AC_PATTERN_STEP_NAME,
				.name = ac_str_from(fingerprints[i].meant) };
			node->step_count = 1;
			return;
		}
	for (size_t i = 0; i < node->step_count; i++)
		for (size_t k = 0; steps[i].kind == AC_PATTERN_STEP_NAME && k < AC_COUNT(step_names); k++)
			if ((!step_names[k].type || ac_str_eq(node->object_type, ac_str_from(step_names[k].type))) &&
			    ac_str_eq_fold(steps[i].name, ac_str_from(step_names[k].name))) {
				steps[i].name = ac_str_from(step_names[k].meant);
				break;
			}
}

/* A copy of the tree with other constants and paths. Recursion is bounded by pattern.h. NULL without memory. */
static const ac_pattern_node *
rewrite(const ac_pattern_node *node, ac_arena *arena)
{
	ac_pattern_node *copy;
	const form_row *row;

	if (!node)
		return NULL;
	copy = ac_arena_alloc(arena, sizeof(*copy));
	if (!copy)
		return NULL;
	*copy = *node;
	copy->left = rewrite(node->left, arena);
	copy->right = rewrite(node->right, arena);
	if (node->op == AC_PATTERN_COMPARE || node->op == AC_PATTERN_EXISTS)
		rename_steps(copy, arena);
	row = node->op == AC_PATTERN_COMPARE ? form_of(copy) : NULL;
	if (row && node->constant_count) {
		ac_pattern_constant *constants = ac_arena_alloc(arena, node->constant_count * sizeof(*constants));

		if (!constants)
			return NULL;
		for (size_t i = 0; i < node->constant_count; i++) {
			constants[i] = node->constants[i];
			if (row->form == FORM_NUMBER)
				make_number(&constants[i], arena);
			else if (constants[i].kind == AC_PATTERN_STRING)
				constants[i].text = canonical_text(row, node->comparator, constants[i].text, arena);
		}
		copy->constants = constants;
	}
	return copy;
}

int
ac_events_canonical(const ac_pattern_node *root, ac_arena *arena, const ac_pattern_node **out, accord_err *err)
{
	const ac_pattern_node *copy = rewrite(root, arena);
	int rc = ac_arena_check(arena, err);

	if (!rc)
		*out = copy;
	return rc;
}
