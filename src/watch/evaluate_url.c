/* SPDX-License-Identifier: Apache-2.0 */
/*
 * URLs that stand in several fields: host, path, query and port of Zeek http, EVE http, W3C and ECS. The host was found in the bytes; here the record's other fields make
 * the rest, in the spellings that the fields leave open.
 */
#include "watch/evaluate.h"

#define READINGS_MAX 8
/* Bytes of a request's method; the longest that is registered has 17. */
#define METHOD_MAX 20
/* Longer fields are no ports, however they are escaped. */
#define PORT_MAX 64

/* End of the path that goes on at `at`. */
static size_t
path_end(ac_str line, size_t at)
{
	while (at < line.n && !ac_ends_path(line.p[at]))
		at++;
	return at;
}

/* A path that begins at `at` may be one of this host's URLs. ',', ';', '=' and '|' may belong to it: readings that end later count too. */
static bool
path_may_fit(const ac_evaluation *e, uint64_t host_key, ac_str line, size_t at)
{
	const ac_index *ix = e->index;
	char *scratch = e->scan->joined;
	size_t end = path_end(line, at);

	for (unsigned readings = 0; readings < READINGS_MAX; readings++) {
		ac_str path = ac_str_slice(line, at, end);

		if (path.n > AC_URL_MAX)
			return false;
		if (ac_str_find_byte(path, '%') < path.n)
			path = (ac_str){ scratch, ac_url_put_path(scratch, path) };
		if (ac_gate_has(ix->gate2, ix->gate2_blocks, ac_url_path_key(host_key, path, ix->salt)))
			return true;
		if (end >= line.n || ac_surely_ends_path(line.p[end]))
			return false;
		end = path_end(line, end + 1);
	}
	return true;
}

/* The longest name of a host (RFC 1035 s2.3.4). */
#define HOST_MAX 256

/* The key of a host of at most HOST_MAX bytes; false when its spelling does not tell: an internationalised one has its key in punycode, an IPv6 address in its one spelling. */
static bool
host_key_of(const ac_evaluation *e, ac_str host, uint64_t *out)
{
	char folded[HOST_MAX];

	for (size_t i = 0; i < host.n; i++) {
		if ((unsigned char)host.p[i] >= 0x80 || host.p[i] == ':')
			return false;
		folded[i] = ac_lower(host.p[i]);
	}
	*out = ac_text_hash((ac_str){ folded, host.n }, e->index->salt, AC_KEY_URL_HOST);
	return true;
}

bool
ac_evaluate_may_split(const ac_evaluation *e, ac_str host)
{
	ac_str line = e->line;
	uint64_t host_key;

	if (host.n > HOST_MAX)
		return false;
	if (!host_key_of(e, host, &host_key))
		return true;
	for (const char *p = line.p, *end = line.p + line.n; p < end; p++) {
		p = memchr(p, '/', (size_t)(end - p));
		if (!p)
			return false;
		if (p > line.p && ac_is_before_path(p[-1]) && path_may_fit(e, host_key, line, (size_t)(p - line.p)))
			return true;
	}
	return false;
}

static ac_str
field_text(ac_evaluation *e, const ac_log_field *field)
{
	ac_str text = ac_log_value(field, &e->arena);

	return ac_str_eq(text, AC_S("-")) ? (ac_str){ NULL, 0 } : text;
}

/* The target of a request line, "GET /a HTTP/1.1" (RFC 9112 s3); other text as it is. */
static ac_str
request_target(ac_str text)
{
	size_t begin = ac_str_find(text, AC_S(" /")), end = ac_str_find(text, AC_S(" HTTP/"));

	return begin < end && end < text.n && begin <= METHOD_MAX ? ac_str_slice(text, begin + 1, end) : text;
}

/* What a field has of a path: one for whole URLs may have but that, as CEF's "request", or nginx's. */
static ac_str
path_of(ac_evaluation *e, const ac_log_field *f)
{
	ac_str target = { NULL, 0 };

	if (f->role == AC_FIELD_URL_PATH || f->role == AC_FIELD_URL)
		target = request_target(field_text(e, f));
	return f->role == AC_FIELD_URL && (target.n == 0 || target.p[0] != '/') ? (ac_str){ NULL, 0 } : target;
}

/* The parts that belong to an object; the first of each kind. Ports of the connection stand outside it. */
static void
gather_of(ac_evaluation *e, uint64_t group, ac_url_parts *out)
{
	for (size_t i = 0; i < e->record.count; i++) {
		const ac_log_field *f = &e->record.fields[i];
		bool here = f->group == group;

		if (here && !out->path.p)
			out->path = path_of(e, f);
		if (f->role == AC_FIELD_URL_QUERY && here && !out->query.p)
			out->query = field_text(e, f);
		else if (f->role == AC_FIELD_URL_SCHEME && here && !out->scheme.p)
			out->scheme = field_text(e, f);
		else if (f->role == AC_FIELD_URL_PORT && here && !out->port.p)
			out->port = field_text(e, f);
		else if (f->role == AC_FIELD_DESTINATION_PORT && !out->connection_port.p && f->raw.n <= PORT_MAX)
			out->connection_port = field_text(e, f);
	}
}

/* A header of a request: its name alone, of pairs of names and values, or below what is called so. */
static bool
is_host_header(const ac_log_field *host)
{
	static const ac_str name = AC_S_INIT("host");
	size_t n = host->name.n;

	return ac_str_eq_fold(host->name, name) ||
	       (n > name.n && ac_str_eq_fold(ac_str_slice(host->name, n - name.n, n), name) &&
		   ac_str_find_fold(host->name, AC_S("headers.")) < n);
}

/* Those that belong to the host's; of a header to the request's, whose path stands beside the headers. An object with thousands of hosts is gone through once. */
static const ac_url_parts *
gather(ac_evaluation *e, const ac_log_field *host)
{
	ac_url_parts *out = &e->parts;
	bool is_header = is_host_header(host);
	size_t i = 0;

	if (out->is_gathered && out->group == host->group && out->is_header == is_header)
		return out;
	*out = (ac_url_parts){ .group = host->group, .is_gathered = true, .is_header = is_header };
	gather_of(e, host->group, out);
	if (out->path.p || !is_header)
		return out;
	while (i < e->record.count && e->record.fields[i].role != AC_FIELD_URL_PATH)
		i++;
	if (i < e->record.count)
		gather_of(e, e->record.fields[i].group, out);
	return out;
}

/* An IPv6 address as a host of URLs (RFC 3986 s3.2.2); some fields have it without its brackets. True when a port stands behind the host. */
static bool
bracketed(ac_evaluation *e, ac_str *host)
{
	size_t close = ac_str_find_byte(*host, ']');
	uint8_t address[16];

	if (close < host->n)
		return close + 1 < host->n;
	if (!ac_ipv6_parse(*host, address))
		return ac_str_find_byte(*host, ':') < host->n;
	*host = ac_arena_join(&e->arena, (ac_str[]){ AC_S("["), *host, AC_S("]") }, 3);
	return false;
}

/* "scheme://host[:port]" in the spellings that the fields allow. */
static size_t
authorities(ac_evaluation *e, const ac_url_parts *u, ac_str out[AC_URL_SPELLINGS_MAX])
{
	static const ac_str http = AC_S_INIT("http"), https = AC_S_INIT("https");
	ac_str host = u->host, port = u->port.p ? u->port : u->connection_port;
	bool has_port = bracketed(e, &host);
	bool is_plain = ac_str_eq(port, AC_S("80")), is_tls = ac_str_eq(port, AC_S("443"));
	bool add_port = port.n > 0 && !has_port;
	size_t n = 0;

	for (unsigned tls = 0; tls < 2; tls++) {
		ac_str scheme = tls ? https : http;
		bool is_own = tls ? is_tls : is_plain, is_others = tls ? is_plain : is_tls;

		if (u->scheme.n && !ac_str_eq_fold(u->scheme, scheme))
			continue;
		/* What the port of a connection says of another scheme than its own is nothing. */
		if (!u->port.p && is_others && !u->scheme.n)
			continue;
		/* "http://a:443/" is another URL than "http://a/" */
		if (add_port && !is_own)
			out[n++] =
			    ac_arena_join(&e->arena, (ac_str[]){ scheme, AC_S("://"), host, AC_S(":"), port }, 5);
		/* A connection's port may be a proxy's: the URL without it stays possible. A URL's own port is not left out. */
		if (!add_port || is_own || !u->port.p)
			out[n++] = ac_arena_join(&e->arena, (ac_str[]){ scheme, AC_S("://"), host }, 3);
	}
	return n;
}

/* The path as a URL has it where '+' stands for a blank; {NULL, 0} when there is none, or no memory. */
static ac_str
with_blanks(ac_evaluation *e, ac_str path)
{
	size_t n = 0;
	char *out;

	if (ac_str_find_byte(path, '+') == path.n || path.n > AC_URL_MAX)
		return (ac_str){ NULL, 0 };
	out = ac_arena_alloc(&e->arena, 3 * path.n);
	for (size_t i = 0; out && i < path.n; i++) {
		if (path.p[i] != '+') {
			out[n++] = path.p[i];
			continue;
		}
		memcpy(out + n, "%20", 3);
		n += 3;
	}
	return (ac_str){ out, n };
}

size_t
ac_evaluate_url_spellings(
    ac_evaluation *e, const ac_log_field *host, ac_str host_text, ac_str out[AC_URL_SPELLINGS_MAX])
{
	ac_url_parts u = *gather(e, host);
	ac_str blanks;
	ac_str spellings[AC_URL_SPELLINGS_MAX];
	size_t n;

	u.host = host_text;
	if (u.path.n == 0 || u.path.p[0] != '/')
		return 0;
	if (ac_str_find_byte(u.path, '?') < u.path.n)
		u.query.n = 0;
	if (u.query.n > 0 && u.query.p[0] == '?')
		u.query = ac_str_slice(u.query, 1, u.query.n);
	/* no URL is as long, however many hosts have such a path */
	if (u.path.n + u.query.n > AC_URL_MAX)
		return 0;
	n = authorities(e, &u, spellings);
	blanks = e->record.format == &ac_log_w3c ? with_blanks(e, u.path) : (ac_str){ NULL, 0 };
	for (size_t i = 0; i < n; i++) {
		out[i] =
		    ac_arena_join(&e->arena, (ac_str[]){ spellings[i], u.path, AC_S("?"), u.query }, u.query.n ? 4 : 2);
		if (blanks.p)
			out[n + i] = ac_arena_join(
			    &e->arena, (ac_str[]){ spellings[i], blanks, AC_S("?"), u.query }, u.query.n ? 4 : 2);
	}
	return blanks.p ? 2 * n : n;
}

/* The URL's records, found at its host. */
static int
add_url(ac_evaluation *e, const ac_found *host, ac_str url, accord_err *err)
{
	ac_found found = { .match = host->match, .text = url, .url = url, .field = host->field };
	ac_url_find f = { .is_begun = false };

	found.match.type = AC_VALUE_URL;
	found.match.how = AC_MATCH_URL;
	found.match.flags = 0;
	while ((found.match.record = ac_scan_find_url(e->scan, url, &f)) != AC_NONE32) {
		ac_found *added = ac_vec_add(&e->found);

		if (!added)
			return ac_vec_check(&e->found, "values of one record", err);
		found.record = ac_index_record_at(e->index, found.match.record);
		*added = found;
	}
	return 0;
}

/* Whether the index may have a URL with the path of the host's fields: thousands of hosts may stand beside one long path. */
static bool
fields_may_fit(ac_evaluation *e, const ac_log_field *host, ac_str host_text)
{
	const ac_index *ix = e->index;
	const ac_url_parts *u = gather(e, host);
	uint64_t host_key;

	if (u->path.n == 0 || u->path.n > AC_URL_MAX || host_text.n == 0 || host_text.n > HOST_MAX ||
	    ac_str_find_byte(host_text, '@') < host_text.n || host_text.p[host_text.n - 1] == '.' ||
	    !host_key_of(e, host_text, &host_key))
		return true;
	if (!u->bare.p) {
		char *bare = ac_arena_alloc(&e->arena, u->path.n);

		if (!bare)
			return true;
		e->parts.bare = ac_url_bare_path((ac_str){ bare, ac_url_put_path(bare, u->path) });
	}
	return u->bare.n <= ix->url_max &&
	       ac_gate_has(ix->gate2, ix->gate2_blocks, ac_url_path_key(host_key, u->bare, ix->salt));
}

int
ac_evaluate_split_url(ac_evaluation *e, const ac_found *found, accord_err *err)
{
	ac_str spellings[AC_URL_SPELLINGS_MAX], raw = { e->line.p + found->match.offset, found->match.length };
	const ac_log_field *host = found->field;
	ac_str text;
	size_t n;
	int rc = 0;

	if (!host || !ac_log_is_url_host(&e->record, host) || host->raw.p != raw.p)
		return 0;
	text = found->match.flags & AC_MATCH_DEFANGED ? found->text : field_text(e, host);
	if (!fields_may_fit(e, host, text))
		return ac_arena_check(&e->arena, err);
	n = ac_evaluate_url_spellings(e, host, text, spellings);
	for (size_t i = 0; !rc && i < n; i++)
		if (spellings[i].p)
			rc = add_url(e, found, spellings[i], err);
	return rc ? rc : ac_arena_check(&e->arena, err);
}
