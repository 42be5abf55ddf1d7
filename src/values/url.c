/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Absolute URLs and e-mail addresses. Scheme and host have one spelling, the rest is kept byte for byte: two URLs that differ in an escaped letter
 * are two URLs to a server's log.
 */
#include "base/utf8.h"
#include "values/parts.h"

typedef struct scheme_port {
	ac_str scheme;
	uint64_t port;
} scheme_port;

static const scheme_port default_ports[] = {
	{ AC_S_INIT("http"), 80 },
	{ AC_S_INIT("https"), 443 },
	{ AC_S_INIT("ws"), 80 },
	{ AC_S_INIT("wss"), 443 },
	{ AC_S_INIT("ftp"), 21 },
	{ AC_S_INIT("ldap"), 389 },
	{ AC_S_INIT("ldaps"), 636 },
};

/* RFC 3986 s3.1 */
static bool
is_scheme(ac_str text)
{
	if (text.n == 0 || !ac_is_alpha(text.p[0]))
		return false;
	for (size_t i = 1; i < text.n; i++)
		if (!ac_is_alnum(text.p[i]) && text.p[i] != '+' && text.p[i] != '-' && text.p[i] != '.')
			return false;
	return true;
}

static size_t
authority_end(ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '/' || text.p[i] == '?' || text.p[i] == '#')
			return i;
	return text.n;
}

/* Behind the last '@': "http://bank.example@evil.example/" goes to evil.example. */
static size_t
user_info_end(ac_str authority)
{
	size_t at = authority.n;

	while (at > 0 && authority.p[at - 1] != '@')
		at--;
	return at;
}

static bool
split_host(ac_str text, ac_url *out)
{
	size_t end;

	out->host_is_ipv6 = text.n > 0 && text.p[0] == '[';
	if (out->host_is_ipv6) {
		end = ac_str_find_byte(text, ']');
		if (end == text.n)
			return false;
		out->host = ac_str_slice(text, 1, end);
		text = ac_str_slice(text, end + 1, text.n);
	} else {
		end = ac_str_find_byte(text, ':');
		out->host = ac_str_slice(text, 0, end);
		text = ac_str_slice(text, end, text.n);
	}
	if (text.n > 0 && text.p[0] != ':')
		return false;
	out->port = ac_str_slice(text, 1, text.n);
	for (size_t i = 0; i < out->port.n; i++)
		if (!ac_is_digit(out->port.p[i]))
			return false;
	return out->host.n > 0;
}

bool
ac_url_split(ac_str text, ac_url *out)
{
	size_t at = ac_str_find(text, AC_S("://")), end;
	ac_str rest, authority;
	ac_url url = { 0 };

	if (at == text.n || !is_scheme(ac_str_slice(text, 0, at)))
		return false;
	url.scheme = ac_str_slice(text, 0, at);
	rest = ac_str_slice(text, at + 3, text.n);
	end = authority_end(rest);
	authority = ac_str_slice(rest, 0, end);
	url.path_query = ac_str_slice(rest, end, rest.n);
	if (!split_host(ac_str_slice(authority, user_info_end(authority), authority.n), &url))
		return false;
	*out = url;
	return true;
}

static bool
has_space_or_control(ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
			return true;
	return false;
}

static bool
is_default_port(ac_str scheme, uint64_t port)
{
	for (size_t i = 0; i < AC_COUNT(default_ports); i++)
		if (ac_str_eq_fold(default_ports[i].scheme, scheme))
			return default_ports[i].port == port;
	return false;
}

static int
add_host(const ac_url *url, ac_arena *arena, ac_buf *buf, accord_err *err)
{
	char text[45];
	uint8_t address[16];
	ac_str domain;
	int rc;

	if (url->host_is_ipv6) {
		if (!ac_ipv6_parse(url->host, address))
			return ac_fail(err, ACCORD_EINPUT, "want an IPv6 address between [ and ], got '%.*s'",
			    AC_FMT(ac_str_slice(url->host, 0, 80)));
		ac_buf_add_byte(buf, '[');
		ac_buf_add(buf, (ac_str){ text, ac_ipv6_format(address, text) });
		ac_buf_add_byte(buf, ']');
		return 0;
	}
	if (ac_ipv4_parse(url->host, address)) {
		ac_buf_add(buf, url->host);
		return 0;
	}
	rc = ac_part_domain(url->host, arena, &domain, err);
	if (rc < 0)
		return ac_fail_context(err, AC_S("host of a URL"));
	ac_buf_add(buf, domain);
	return 0;
}

static int
add_url(ac_str text, const ac_url *url, ac_arena *arena, ac_buf *buf, accord_err *err)
{
	size_t authority = url->scheme.n + 3;
	/* user info: what stands between "://" and the host (without its bracket) */
	size_t host_at = (size_t)(url->host.p - text.p) - (url->host_is_ipv6 ? 1 : 0);
	uint64_t port = 0;
	int rc;

	for (size_t i = 0; i < url->scheme.n; i++)
		ac_buf_add_byte(buf, ac_lower(url->scheme.p[i]));
	ac_buf_add(buf, AC_S("://"));
	ac_buf_add(buf, ac_str_slice(text, authority, host_at));
	rc = add_host(url, arena, buf, err);
	if (rc < 0)
		return rc;
	if (url->port.n > 0) {
		if (!ac_str_to_u64(url->port, &port) || port > 65535)
			return ac_fail(err, ACCORD_EINPUT, "want a port of 0 to 65535, got '%.*s'",
			    AC_FMT(ac_str_slice(url->port, 0, 80)));
		if (!is_default_port(url->scheme, port)) {
			ac_buf_add_byte(buf, ':');
			ac_buf_add_u64(buf, port);
		}
	}
	ac_buf_add(buf, url->path_query);
	return 0;
}

int
ac_part_url(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_buf buf;
	ac_url url;
	ac_str made;
	int rc;

	if (text.n > URL_MAX)
		return ac_fail(err, ACCORD_EINPUT, "want a URL of at most %zu bytes, got %zu", URL_MAX, text.n);
	if (has_space_or_control(text) || !ac_utf8_is_valid(text) || !ac_url_split(text, &url))
		return ac_fail(
		    err, ACCORD_EINPUT, "want a URL (scheme://host...), got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	/* punycode may lengthen the host */
	ac_buf_init(&buf, URL_MAX + DOMAIN_INPUT_MAX);
	rc = add_url(text, &url, arena, &buf, err);
	if (rc == 0)
		rc = ac_buf_finish(&buf, &made, err);
	if (rc == 0)
		rc = ac_part_done(ac_arena_str(arena, made), arena, out, err);
	ac_buf_done(&buf);
	return rc;
}

/* RFC 5322 atoms and dots, UTF-8 (RFC 6532); quoted local parts are left out: no list writes them. */
static bool
is_local_byte(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && !memchr("\"(),:;<>@[\\]", c, 12);
}

int
ac_part_email(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_str rest = text, local, domain;
	bool good = text.n <= EMAIL_MAX && ac_str_cut(&rest, '@', &local) && local.n > 0;
	int rc;

	for (size_t i = 0; good && i < local.n; i++)
		good = is_local_byte(local.p[i]);
	if (!good || !ac_utf8_is_valid(local))
		return ac_fail(
		    err, ACCORD_EINPUT, "want an e-mail address, got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	rc = ac_part_domain(rest, arena, &domain, err);
	if (rc < 0)
		return ac_fail_context(err, AC_S("domain of an e-mail address"));
	/* RFC 5321 lets the local part's case count; no mail service does, and lists disagree about it. */
	local = ac_part_lower(local, arena);
	if (!local.p)
		return ac_arena_check(arena, err);
	return ac_part_done(ac_arena_printf(arena, "%.*s@%.*s", AC_FMT(local), AC_FMT(domain)), arena, out, err);
}
