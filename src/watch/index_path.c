/* SPDX-License-Identifier: Apache-2.0 */
/* The table of object paths that stand for values, and constants read as such. */
#include "watch/index_path.h"

static const ac_path_row path_rows[] = {
	{ AC_S_INIT("ipv4-addr"), AC_S_INIT("value"), AC_PATH_VALUE, AC_VALUE_IPV4, AC_TERM_ANY, false },
	{ AC_S_INIT("ipv6-addr"), AC_S_INIT("value"), AC_PATH_VALUE, AC_VALUE_IPV6, AC_TERM_ANY, false },
	{ AC_S_INIT("domain-name"), AC_S_INIT("value"), AC_PATH_VALUE, AC_VALUE_DOMAIN, AC_TERM_ANY, false },
	{ AC_S_INIT("domain-name"), AC_S_INIT("resolves_to_refs[*].value"), AC_PATH_VALUE, AC_VALUE_NONE, AC_TERM_ANY,
	    false },
	{ AC_S_INIT("url"), AC_S_INIT("value"), AC_PATH_VALUE, AC_VALUE_URL, AC_TERM_ANY, false },
	{ AC_S_INIT("email-addr"), AC_S_INIT("value"), AC_PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_ANY, false },
	{ AC_S_INIT("email-message"), AC_S_INIT("from_ref.value"), AC_PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_SOURCE,
	    false },
	{ AC_S_INIT("email-message"), AC_S_INIT("sender_ref.value"), AC_PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_SOURCE,
	    false },
	{ AC_S_INIT("email-message"), AC_S_INIT("to_refs[*].value"), AC_PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_DESTINATION,
	    false },
	{ AC_S_INIT("email-message"), AC_S_INIT("cc_refs[*].value"), AC_PATH_VALUE, AC_VALUE_EMAIL, AC_TERM_DESTINATION,
	    false },
	{ AC_S_INIT("file"), AC_S_INIT("name"), AC_PATH_VALUE, AC_VALUE_FILE_NAME, AC_TERM_ANY, true },
	{ AC_S_INIT("file"), AC_S_INIT("hashes"), AC_PATH_HASH, AC_VALUE_NONE, AC_TERM_ANY, true },
	{ AC_S_INIT("artifact"), AC_S_INIT("hashes"), AC_PATH_HASH, AC_VALUE_NONE, AC_TERM_ANY, false },
	{ AC_S_INIT("x509-certificate"), AC_S_INIT("hashes"), AC_PATH_HASH, AC_VALUE_NONE, AC_TERM_ANY, false },
	{ AC_S_INIT("x509-certificate"), AC_S_INIT("serial_number"), AC_PATH_VALUE, AC_VALUE_CERT_SERIAL, AC_TERM_ANY,
	    false },
	{ AC_S_INIT("process"), AC_S_INIT("image_ref.name"), AC_PATH_VALUE, AC_VALUE_FILE_NAME, AC_TERM_ANY, false },
	{ AC_S_INIT("process"), AC_S_INIT("binary_ref.name"), AC_PATH_VALUE, AC_VALUE_FILE_NAME, AC_TERM_ANY, false },
	{ AC_S_INIT("file"), AC_S_INIT("x_pipe_name"), AC_PATH_VALUE, AC_VALUE_NAMED_PIPE, AC_TERM_ANY, false },
	{ AC_S_INIT("mutex"), AC_S_INIT("name"), AC_PATH_VALUE, AC_VALUE_MUTEX, AC_TERM_ANY, false },
	{ AC_S_INIT("windows-registry-key"), AC_S_INIT("key"), AC_PATH_VALUE, AC_VALUE_REGISTRY_KEY, AC_TERM_ANY,
	    false },
	{ AC_S_INIT("autonomous-system"), AC_S_INIT("number"), AC_PATH_VALUE, AC_VALUE_AS_NUMBER, AC_TERM_ANY, false },
	{ AC_S_INIT("mac-addr"), AC_S_INIT("value"), AC_PATH_VALUE, AC_VALUE_MAC, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("extensions.http-request-ext.request_header.user-agent"),
	    AC_PATH_VALUE, AC_VALUE_USER_AGENT, AC_TERM_ANY, false },
	/* no standard has a property for these: whatever the extension's name */
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja3"), AC_PATH_VALUE, AC_VALUE_JA3, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja3s"), AC_PATH_VALUE, AC_VALUE_JA3, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja3_hash"), AC_PATH_VALUE, AC_VALUE_JA3, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja3s_hash"), AC_PATH_VALUE, AC_VALUE_JA3, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja4"), AC_PATH_VALUE, AC_VALUE_JA4, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("*.ja4s"), AC_PATH_VALUE, AC_VALUE_JA4, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("src_ref.value"), AC_PATH_VALUE, AC_VALUE_NONE, AC_TERM_SOURCE,
	    false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("dst_ref.value"), AC_PATH_VALUE, AC_VALUE_NONE, AC_TERM_DESTINATION,
	    false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("src_ref.type"), AC_PATH_TYPE_TEST, AC_VALUE_NONE, AC_TERM_SOURCE,
	    false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("dst_ref.type"), AC_PATH_TYPE_TEST, AC_VALUE_NONE,
	    AC_TERM_DESTINATION, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("src_port"), AC_PATH_SOURCE_PORT, AC_VALUE_NONE, AC_TERM_ANY, false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("dst_port"), AC_PATH_DESTINATION_PORT, AC_VALUE_NONE, AC_TERM_ANY,
	    false },
	{ AC_S_INIT("network-traffic"), AC_S_INIT("protocols[*]"), AC_PATH_PROTOCOL, AC_VALUE_NONE, AC_TERM_ANY,
	    false },
};

bool
ac_expansion_stop(ac_expansion *x, const char *reason)
{
	if (!x->reason)
		x->reason = reason;
	return false;
}

/* "refs[*].value"; for hashes the algorithm is left out. {NULL,0} when a list index is a number: the place in a list is not told by logs. */
ac_str
ac_path_text(ac_expansion *x, const ac_pattern_node *node, size_t steps)
{
	ac_buf buf;
	ac_str text = { NULL, 0 };

	ac_buf_init(&buf, 4 * AC_KIB);
	for (size_t i = 0; i < steps; i++) {
		const ac_pattern_step *step = &node->steps[i];

		if (step->kind == AC_PATTERN_STEP_INDEX) {
			ac_buf_done(&buf);
			return text;
		}
		if (step->kind == AC_PATTERN_STEP_ANY) {
			ac_buf_add(&buf, AC_S("[*]"));
			continue;
		}
		if (i)
			ac_buf_add_byte(&buf, '.');
		ac_buf_add(&buf, step->name);
	}
	if (buf.failed)
		x->failed = buf.failed;
	else
		text = ac_arena_str(x->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return text;
}

/* Header names have no case (RFC 9110 s5.1). A row's "*" is any beginning. */
static bool
same_path(ac_str row, ac_str path)
{
	if (row.p[0] != '*')
		return ac_str_eq_fold(row, path);
	row = ac_str_slice(row, 1, row.n);
	return path.n > row.n && ac_str_eq_fold(row, ac_str_slice(path, path.n - row.n, path.n));
}

const ac_path_row *
ac_path_find(ac_expansion *x, const ac_pattern_node *node)
{
	ac_str whole = ac_path_text(x, node, node->step_count);
	ac_str head = ac_path_text(x, node, node->step_count ? node->step_count - 1 : 0);

	for (size_t i = 0; whole.p && i < AC_COUNT(path_rows); i++) {
		const ac_path_row *row = &path_rows[i];

		if (ac_str_eq(row->object, node->object_type) &&
		    same_path(row->path, row->kind == AC_PATH_HASH ? head : whole))
			return row;
	}
	return NULL;
}

static ac_value_type
hash_type(ac_str object, ac_str algorithm)
{
	static const struct {
		ac_str name;
		ac_value_type type, of_certificate;
	} rows[] = { { AC_S_INIT("MD5"), AC_VALUE_MD5, AC_VALUE_MD5 },
		{ AC_S_INIT("SHA-1"), AC_VALUE_SHA1, AC_VALUE_CERT_SHA1 },
		{ AC_S_INIT("SHA1"), AC_VALUE_SHA1, AC_VALUE_CERT_SHA1 },
		{ AC_S_INIT("SHA-256"), AC_VALUE_SHA256, AC_VALUE_CERT_SHA256 },
		{ AC_S_INIT("SHA256"), AC_VALUE_SHA256, AC_VALUE_CERT_SHA256 },
		{ AC_S_INIT("SHA-512"), AC_VALUE_SHA512, AC_VALUE_SHA512 },
		{ AC_S_INIT("SHA512"), AC_VALUE_SHA512, AC_VALUE_SHA512 },
		{ AC_S_INIT("SHA-224"), AC_VALUE_SHA224, AC_VALUE_SHA224 },
		{ AC_S_INIT("SHA-384"), AC_VALUE_SHA384, AC_VALUE_SHA384 },
		{ AC_S_INIT("SSDEEP"), AC_VALUE_SSDEEP, AC_VALUE_NONE },
		{ AC_S_INIT("TLSH"), AC_VALUE_TLSH, AC_VALUE_NONE } };
	bool is_certificate = ac_str_eq(object, AC_S("x509-certificate"));

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (ac_str_eq_fold(rows[i].name, algorithm))
			return is_certificate ? rows[i].of_certificate : rows[i].type;
	return AC_VALUE_NONE;
}

bool
ac_path_value(ac_expansion *x, ac_value_type type, ac_str text, ac_value *out)
{
	int rc = ac_value_parse(type, text, x->arena, out, NULL);

	if (rc && rc != ACCORD_EINPUT)
		x->failed = rc;
	return rc == 0;
}

/* The constant as a value of the path's type; where the path does not say, of the type that the constant shows. */
static bool
parse_value(ac_expansion *x, const ac_path_row *row, ac_value_type type, ac_str text, ac_value *out)
{
	static const ac_value_type tries[] = { AC_VALUE_IPV4, AC_VALUE_IPV6, AC_VALUE_DOMAIN };

	if (row->kind == AC_PATH_HASH && type == AC_VALUE_NONE)
		return ac_expansion_stop(x, "a hash of an algorithm that is not watched");
	if (type != AC_VALUE_NONE)
		return ac_path_value(x, type, text, out) ||
		       ac_expansion_stop(x, "a constant that its object type does not allow");
	for (size_t i = 0; i < AC_COUNT(tries); i++)
		if (ac_path_value(x, tries[i], text, out))
			return true;
	return ac_expansion_stop(x, "a constant that is neither an address nor a domain");
}

bool
ac_path_literal_of(ac_expansion *x, const ac_pattern_node *node, const ac_path_row *row,
    const ac_pattern_constant *constant, ac_path_literal *out)
{
	ac_value_type type = row->type;
	uint64_t port;

	*out = (ac_path_literal){
		.row = row, .text = constant->text, .is_subset = node->comparator == AC_PATTERN_ISSUBSET
	};
	switch (row->kind) {
	case AC_PATH_HASH:
		type = hash_type(node->object_type, node->steps[node->step_count - 1].name);
		__attribute__((fallthrough));
	case AC_PATH_VALUE:
		if (constant->kind != AC_PATTERN_STRING &&
		    (constant->kind != AC_PATTERN_INTEGER || type != AC_VALUE_AS_NUMBER))
			return ac_expansion_stop(x, "a constant that is not a string");
		if (!parse_value(x, row, type, constant->text, &out->value))
			return false;
		if (out->is_subset && out->value.type != AC_VALUE_IPV4 && out->value.type != AC_VALUE_IPV6)
			return ac_expansion_stop(x, "ISSUBSET of something else than addresses");
		break;
	case AC_PATH_TYPE_TEST:
	case AC_PATH_PROTOCOL:
		if (constant->kind != AC_PATTERN_STRING || out->is_subset)
			return ac_expansion_stop(x, "a constant that is not a string");
		break;
	case AC_PATH_SOURCE_PORT:
	case AC_PATH_DESTINATION_PORT:
		/* MISP writes ports as strings: a repair that every importer makes. */
		if ((constant->kind != AC_PATTERN_INTEGER && constant->kind != AC_PATTERN_STRING) || out->is_subset ||
		    !ac_str_to_u64(constant->text, &port) || port > UINT16_MAX)
			return ac_expansion_stop(x, "a port that is not a number from 0 to 65535");
		break;
	}
	return true;
}
