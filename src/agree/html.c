/* SPDX-License-Identifier: Apache-2.0 */
/* Escaping and defanging. Knows nothing of pages. */
#include "agree/html.h"

#include "base/utf8.h"

static void
add_code_point(ac_buf *buf, uint32_t c, ac_str bytes)
{
	switch (c) {
	case '&':
		ac_buf_add(buf, AC_S("&amp;"));
		return;
	case '<':
		ac_buf_add(buf, AC_S("&lt;"));
		return;
	case '>':
		ac_buf_add(buf, AC_S("&gt;"));
		return;
	case '"':
		ac_buf_add(buf, AC_S("&quot;"));
		return;
	case '\'':
		ac_buf_add(buf, AC_S("&#39;"));
		return;
	default:
		break;
	}
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || ac_is_invisible(c))
		ac_buf_printf(buf, "[U+%04X]", (unsigned)c);
	else
		ac_buf_add(buf, bytes);
}

void
ac_html_add(ac_buf *buf, ac_str text)
{
	for (size_t at = 0; at < text.n;) {
		size_t from = at;
		bool valid;
		uint32_t c = ac_utf8_next(text, &at, &valid);

		if (valid)
			add_code_point(buf, c, ac_str_slice(text, from, at));
		else
			ac_buf_add(buf, AC_S("[U+FFFD]"));
	}
}

/* What an address is made of: anything that is not white space or a bracket or quote around it. */
static bool
in_address(char c)
{
	return !ac_is_space(c) && c != '<' && c != '>' && c != '"' && c != '(' && c != ')' && c != '[' && c != ']';
}

/* The scheme, with "http" as "hxxp" and "ftp" as "fxp". */
static void
add_scheme(ac_buf *buf, ac_str scheme)
{
	if (ac_str_starts_fold(scheme, AC_S("http"))) {
		ac_buf_add(buf, AC_S("hxxp"));
		scheme = ac_str_slice(scheme, 4, scheme.n);
	} else if (ac_str_starts_fold(scheme, AC_S("ftp"))) {
		ac_buf_add(buf, AC_S("fxp"));
		scheme = ac_str_slice(scheme, 3, scheme.n);
	}
	ac_html_add(buf, scheme);
}

static void
add_host(ac_buf *buf, ac_str host)
{
	ac_str label;

	while (ac_str_cut(&host, '.', &label)) {
		ac_html_add(buf, label);
		ac_buf_add(buf, AC_S("[.]"));
	}
	ac_html_add(buf, host);
}

/* Where the host ends. */
static size_t
host_end(ac_str text)
{
	size_t n = 0;

	while (n < text.n && text.p[n] != '/' && text.p[n] != '?' && text.p[n] != '#')
		n++;
	return n;
}

/* One run without white space. Several addresses in one are one behind the other: each "://" is broken up. */
static void
add_run(ac_buf *buf, ac_str run)
{
	size_t at;

	for (;;) {
		bool is_bare = ac_str_starts_fold(run, AC_S("www."));

		at = is_bare ? 0 : ac_str_find(run, AC_S("://"));
		if (!is_bare && at == run.n) {
			ac_html_add(buf, run);
			return;
		}
		if (!is_bare) {
			add_scheme(buf, ac_str_slice(run, 0, at));
			ac_buf_add(buf, AC_S("[:]//"));
			run = ac_str_slice(run, at + 3, run.n);
		}
		at = host_end(run);
		add_host(buf, ac_str_slice(run, 0, at));
		run = ac_str_slice(run, at, run.n);
	}
}

void
ac_html_add_prose(ac_buf *buf, ac_str text)
{
	for (size_t at = 0; at < text.n;) {
		size_t from = at;

		while (at < text.n && in_address(text.p[at]))
			at++;
		add_run(buf, ac_str_slice(text, from, at));
		for (from = at; at < text.n && !in_address(text.p[at]);)
			at++;
		ac_html_add(buf, ac_str_slice(text, from, at));
	}
}
