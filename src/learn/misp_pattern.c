/* SPDX-License-Identifier: Apache-2.0 */
/* One function a form of the table of attribute types. Pure: value in, texts out. */
#include "learn/misp_pattern.h"

#include "codec/json_write.h"
#include "stix/pattern.h"

#define TEXT_MAX (16 * AC_MIB)

/* What a form's function works with. The first failure of the arena is asked for at the end. */
typedef struct maker {
	const ac_misp_type *type;
	ac_str value;
	ac_arena *arena;
	ac_misp_pattern *out;
	accord_err *err;
	int failed; /* 0, or why a text could not be written */
} maker;

/* A string constant of a pattern: only ' and \ are escaped (STIX 2.1 s9.2). */
static ac_str
quoted(maker *m, ac_str text)
{
	char *p = ac_arena_alloc(m->arena, 2 * text.n + 2);
	size_t n = 0;

	if (!p)
		return (ac_str){ NULL, 0 };
	p[n++] = '\'';
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'' || text.p[i] == '\\')
			p[n++] = '\\';
		p[n++] = text.p[i];
	}
	p[n++] = '\'';
	return (ac_str){ p, n };
}

static ac_str
json_string(maker *m, ac_str text)
{
	ac_buf buf;
	ac_str copy = { NULL, 0 };

	ac_buf_init(&buf, TEXT_MAX * 2);
	ac_json_add_string(&buf, text);
	m->failed = buf.failed ? buf.failed : m->failed;
	if (!buf.failed)
		copy = ac_arena_str(m->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return copy;
}

static void
add_observable(maker *m, ac_str json)
{
	if (m->out->observable_count < AC_MISP_OBSERVABLES_MAX)
		m->out->observables[m->out->observable_count++] = (ac_misp_observable){ json };
}

/* {"type": ..., "PROPERTY": "value"} for a path "type:property". */
static void
add_simple_observable(maker *m, ac_str path, ac_str value)
{
	ac_str property = path, type = { NULL, 0 };

	(void)ac_str_cut(&property, ':', &type);
	add_observable(m, ac_arena_printf(m->arena, "{\"type\":\"%.*s\",\"%.*s\":%.*s}", AC_FMT(type), AC_FMT(property),
			      AC_FMT(json_string(m, value))));
}

static void
set_equal(maker *m, ac_str path, ac_str value)
{
	m->out->text = ac_arena_printf(m->arena, "[%.*s = %.*s]", AC_FMT(path), AC_FMT(quoted(m, value)));
}

static int
canonical(maker *m, ac_value_type type, ac_str text, ac_value *out)
{
	return ac_value_parse(type, ac_value_refang(text, m->arena), m->arena, out, m->err);
}

static int
make_value(maker *m)
{
	ac_value value;
	accord_err ignored = { 0 };
	int rc = ac_value_parse(m->type->value, ac_value_refang(m->value, m->arena), m->arena, &value, &ignored);

	/* URLs without a scheme are common in MISP; they are compared as they stand. */
	if (rc == ACCORD_EINPUT && m->type->value == AC_VALUE_URL)
		value.text = m->value;
	else if (rc < 0)
		return ac_fail(m->err, (accord_code)rc, "%s", ignored.text);
	set_equal(m, m->type->path, value.text);
	add_simple_observable(m, m->type->path, value.text);
	return 0;
}

static ac_str
address_path(const ac_value *value)
{
	return value->type == AC_VALUE_IPV6 ? AC_S("ipv6-addr:value") : AC_S("ipv4-addr:value");
}

static int
make_address(maker *m)
{
	ac_value value;
	int rc = canonical(m, AC_VALUE_IPV4, m->value, &value);

	if (rc < 0)
		return rc;
	set_equal(m, address_path(&value), value.text);
	add_simple_observable(m, address_path(&value), value.text);
	return 0;
}

static ac_str
lower(maker *m, ac_str text, char left_out)
{
	char *p = ac_arena_alloc(m->arena, text.n ? text.n : 1);
	size_t n = 0;

	for (size_t i = 0; p && i < text.n; i++)
		if (text.p[i] != left_out)
			p[n++] = ac_lower(text.p[i]);
	return (ac_str){ p, p ? n : 0 };
}

/* hashes.MD5, hashes.'SHA-256' */
static ac_str
hash_step(maker *m, ac_str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!ac_is_alnum(key.p[i]))
			return ac_arena_printf(m->arena, "'%.*s'", AC_FMT(key));
	return key;
}

/* The hash in its canonical form where it has one. Fuzzy hashes are text: letter case counts in them. */
static int
read_hash(maker *m, ac_str text, ac_str *out)
{
	static const ac_str fuzzy[] = { AC_S_INIT("SSDEEP"), AC_S_INIT("TLSH"), AC_S_INIT("IMPFUZZY"),
		AC_S_INIT("VHASH") };
	ac_value value;
	int rc = 0;

	text = ac_str_trim(text);
	*out = text;
	if (text.n == 0)
		return ac_fail(m->err, ACCORD_EINPUT, "want a hash, got nothing");
	if (m->type->value != AC_VALUE_NONE) {
		rc = ac_value_parse(m->type->value, text, m->arena, &value, m->err);
		if (rc == 0)
			*out = value.text;
		return rc;
	}
	for (size_t i = 0; i < AC_COUNT(fuzzy); i++)
		if (ac_str_eq(fuzzy[i], m->type->path))
			return 0;
	*out = lower(m, text, '\0');
	return 0;
}

static void
set_hash(maker *m, const char *type, ac_str hash, ac_str name)
{
	ac_str member = name.n ? ac_arena_printf(m->arena, ",\"name\":%.*s", AC_FMT(json_string(m, name))) : AC_S("");

	m->out->text = ac_arena_printf(
	    m->arena, "[%s:hashes.%.*s = %.*s]", type, AC_FMT(hash_step(m, m->type->path)), AC_FMT(quoted(m, hash)));
	add_observable(m, ac_arena_printf(m->arena, "{\"type\":\"%s\",\"hashes\":{\"%.*s\":%.*s}%.*s}", type,
			      AC_FMT(m->type->path), AC_FMT(json_string(m, hash)), AC_FMT(member)));
}

static int
make_hash(maker *m)
{
	ac_str hash;
	int rc = read_hash(m, m->value, &hash);

	if (rc == 0)
		set_hash(m, "file", hash, (ac_str){ NULL, 0 });
	return rc;
}

static int
make_named_hash(maker *m)
{
	ac_str rest = m->value, name = { NULL, 0 }, hash;
	accord_err ignored = { 0 };
	ac_value file = { 0 };
	int rc;

	if (!ac_str_cut(&rest, '|', &name))
		return ac_fail(m->err, ACCORD_EINPUT, "want a file name, '|' and a hash, got '%.*s'",
		    AC_FMT(ac_str_slice(m->value, 0, 80)));
	rc = read_hash(m, rest, &hash);
	if (rc < 0)
		return rc;
	if (ac_value_parse(AC_VALUE_FILE_NAME, name, m->arena, &file, &ignored) < 0)
		file.text = (ac_str){ NULL, 0 };
	set_hash(m, "file", hash, file.text);
	return 0;
}

static int
make_certificate(maker *m)
{
	ac_str hash = lower(m, ac_str_trim(m->value), ':');

	if (hash.n == 0)
		return ac_fail(m->err, ACCORD_EINPUT, "want a fingerprint, got nothing");
	set_hash(m, "x509-certificate", hash, (ac_str){ NULL, 0 });
	return 0;
}

static int
make_integer(maker *m)
{
	ac_str property = m->type->path, type = { NULL, 0 };
	uint64_t number;
	ac_value value;
	int rc = canonical(m, m->type->value, m->value, &value);

	if (rc < 0)
		return rc;
	(void)ac_str_cut(&property, ':', &type);
	if (ac_str_starts_fold(value.text, AC_S("AS")))
		value.text = ac_str_slice(value.text, 2, value.text.n);
	if (!ac_str_to_u64(value.text, &number))
		return ac_fail(
		    m->err, ACCORD_EINPUT, "want a number, got '%.*s'", AC_FMT(ac_str_slice(m->value, 0, 40)));
	m->out->text = ac_arena_printf(m->arena, "[%.*s = %llu]", AC_FMT(m->type->path), (unsigned long long)number);
	add_observable(m, ac_arena_printf(m->arena, "{\"type\":\"%.*s\",\"%.*s\":%llu}", AC_FMT(type), AC_FMT(property),
			      (unsigned long long)number));
	return 0;
}

static int
make_string(maker *m)
{
	/* Observables of which one text is the whole; a subject or a header alone is no message. */
	static const ac_str whole[] = { AC_S_INIT("mutex:name"), AC_S_INIT("url:value"),
		AC_S_INIT("windows-registry-key:key") };
	accord_err ignored = { 0 };
	ac_value value = { .text = m->value };

	if (m->type->value != AC_VALUE_NONE && ac_value_parse(m->type->value, m->value, m->arena, &value, &ignored) < 0)
		value.text = m->value;
	set_equal(m, m->type->path, value.text);
	for (size_t i = 0; i < AC_COUNT(whole); i++)
		if (ac_str_eq(whole[i], m->type->path))
			add_simple_observable(m, m->type->path, value.text);
	return 0;
}

/* "X|8443": both parts, or an error. */
static int
split_port(maker *m, ac_str *out_host, uint64_t *out_port)
{
	ac_str rest = m->value;

	if (!ac_str_cut(&rest, '|', out_host) || !ac_str_to_u64(ac_str_trim(rest), out_port) || *out_port > 65535)
		return ac_fail(m->err, ACCORD_EINPUT, "want a host, '|' and a port, got '%.*s'",
		    AC_FMT(ac_str_slice(m->value, 0, 80)));
	return 0;
}

/* "network-traffic:dst" -> its _ref.value and _port. */
static int
make_address_port(maker *m)
{
	ac_value value;
	uint64_t port;
	ac_str host;
	int rc = split_port(m, &host, &port);

	if (rc == 0)
		rc = canonical(m, AC_VALUE_IPV4, host, &value);
	if (rc < 0)
		return rc;
	m->out->text = ac_arena_printf(m->arena, "[%.*s_ref.value = %.*s AND %.*s_port = %llu]", AC_FMT(m->type->path),
	    AC_FMT(quoted(m, value.text)), AC_FMT(m->type->path), (unsigned long long)port);
	add_simple_observable(m, address_path(&value), value.text);
	return 0;
}

static int
make_domain_port(maker *m)
{
	ac_value value;
	uint64_t port;
	ac_str host;
	int rc = split_port(m, &host, &port);

	if (rc == 0)
		rc = canonical(m, AC_VALUE_DOMAIN, host, &value);
	if (rc < 0)
		return rc;
	m->out->text = ac_arena_printf(m->arena, "[%.*s = %.*s AND network-traffic:dst_port = %llu]",
	    AC_FMT(m->type->path), AC_FMT(quoted(m, value.text)), (unsigned long long)port);
	add_simple_observable(m, AC_S("domain-name:value"), value.text);
	return 0;
}

static int
make_domain_address(maker *m)
{
	ac_str rest = m->value, host;
	ac_value domain, address;
	int rc = 0;

	if (!ac_str_cut(&rest, '|', &host))
		return ac_fail(m->err, ACCORD_EINPUT, "want a domain, '|' and an address, got '%.*s'",
		    AC_FMT(ac_str_slice(m->value, 0, 80)));
	rc = canonical(m, AC_VALUE_DOMAIN, host, &domain);
	if (rc == 0)
		rc = canonical(m, AC_VALUE_IPV4, rest, &address);
	if (rc < 0)
		return rc;
	m->out->text =
	    ac_arena_printf(m->arena, "[domain-name:value = %.*s AND domain-name:resolves_to_refs[*].value = %.*s]",
		AC_FMT(quoted(m, domain.text)), AC_FMT(quoted(m, address.text)));
	add_simple_observable(m, AC_S("domain-name:value"), domain.text);
	add_simple_observable(m, address_path(&address), address.text);
	return 0;
}

static int
make_key_value(maker *m)
{
	ac_str rest = m->value, key;
	accord_err ignored = { 0 };
	ac_value value;

	if (!ac_str_cut(&rest, '|', &key))
		return ac_fail(m->err, ACCORD_EINPUT, "want a registry key, '|' and its data, got '%.*s'",
		    AC_FMT(ac_str_slice(m->value, 0, 80)));
	if (ac_value_parse(AC_VALUE_REGISTRY_KEY, key, m->arena, &value, &ignored) < 0)
		value.text = key;
	m->out->text = ac_arena_printf(m->arena,
	    "[windows-registry-key:key = %.*s AND windows-registry-key:values[*].data = %.*s]",
	    AC_FMT(quoted(m, value.text)), AC_FMT(quoted(m, rest)));
	add_observable(m,
	    ac_arena_printf(m->arena, "{\"type\":\"windows-registry-key\",\"key\":%.*s,\"values\":[{\"data\":%.*s}]}",
		AC_FMT(json_string(m, value.text)), AC_FMT(json_string(m, rest))));
	return 0;
}

static int
make_rule(maker *m)
{
	const ac_pattern_node *root;

	m->out->text = m->value;
	m->out->type = m->type->path;
	return ac_str_eq(m->type->path, AC_S("stix")) ? ac_pattern_parse(m->value, m->arena, &root, m->err) : 0;
}

int
ac_misp_pattern_of(const ac_misp_type *type, ac_str value, ac_arena *arena, ac_misp_pattern *out, accord_err *err)
{
	static int (*const makers[])(maker *) = {
		[AC_MISP_VALUE] = make_value,
		[AC_MISP_ADDRESS] = make_address,
		[AC_MISP_HASH] = make_hash,
		[AC_MISP_NAMED_HASH] = make_named_hash,
		[AC_MISP_CERTIFICATE] = make_certificate,
		[AC_MISP_INTEGER] = make_integer,
		[AC_MISP_STRING] = make_string,
		[AC_MISP_ADDRESS_PORT] = make_address_port,
		[AC_MISP_DOMAIN_PORT] = make_domain_port,
		[AC_MISP_DOMAIN_ADDRESS] = make_domain_address,
		[AC_MISP_KEY_VALUE] = make_key_value,
		[AC_MISP_RULE] = make_rule,
	};
	maker m = { type, value, arena, out, err, 0 };
	int rc;

	*out = (ac_misp_pattern){ .type = AC_S("stix") };
	if ((size_t)type->form >= AC_COUNT(makers) || !makers[type->form])
		return ac_fail(err, ACCORD_EINTERNAL, "no pattern for attributes of type %.*s", AC_FMT(type->name));
	rc = makers[type->form](&m);
	if (rc == 0 && m.failed)
		rc = ac_fail(err, (accord_code)m.failed, "no room for a pattern of %zu bytes", value.n);
	return rc < 0 ? rc : ac_arena_check(arena, err);
}
