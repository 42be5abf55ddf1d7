/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is who: addresses of indicators have an odd last octet, their benign neighbours an even one; names of indicators begin with x (in URLs with u), benign ones with b;
 * ranges have the upper half of their parent, benign addresses the lower one.
 */
#include "telemetry.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POPULAR 50
#define BENIGN_HOSTS 200000
#define BENIGN_ADDRESSES 1000000
#define DECOY_PHASE 7
#define PLANT_PHASE 3
#define LL(x) ((unsigned long long)(x))

const char *const bench_format_names[BENCH_FORMATS] = { "eve", "zeek-json", "zeek-tsv", "syslog", "iis" };
const char *const bench_kind_names[BENCH_KINDS] = { "mixed", "addresses", "domains", "hashes", "shared-suffix",
	"all-hits" };
const char *const bench_class_names[BENCH_CLASSES] = { "benign", "address", "name", "upper case", "a label more",
	"two labels more", "trailing dot", "IDN in Unicode", "IDN in punycode", "in an IPv4 range", "in an IPv6 range",
	"IPv6 short", "IPv6 in full", "IPv6 upper case", "URL in fields", "URL in fields, host in upper case",
	"URL whole", "URL escaped", "hash", "hash upper case", "e-mail", "decoy: longer address",
	"decoy: version number", "decoy: name glued on", "decoy: name as a label", "decoy: longer hash",
	"decoy: shorter hash", "decoy: hash in a hash", "decoy: longer URL", "decoy: URL in other case",
	"decoy: e-mail" };

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15U;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

static uint64_t
draw(uint64_t *state)
{
	return mix((*state)++);
}

/* ---- indicators ---- */

typedef enum list_kind { ADDRESS, DOMAIN, URL, SHA256, MD5, SHA1, CIDR4, IPV6, EMAIL, CIDR6 } list_kind;

static list_kind
kind_of(uint64_t seed, size_t i)
{
	static const struct {
		unsigned until; /* in thousandths */
		list_kind kind;
	} shares[] = { { 300, ADDRESS }, { 550, DOMAIN }, { 700, URL }, { 805, SHA256 }, { 885, MD5 }, { 935, SHA1 },
		{ 955, CIDR4 }, { 975, IPV6 }, { 995, EMAIL }, { 1000, CIDR6 } };
	unsigned at = (unsigned)(mix(seed * 31 + i * 3 + 1) % 1000), k = 0;

	while (at >= shares[k].until)
		k++;
	return shares[k].kind;
}

/*
 * What names end in, as skewed as the ends of real lists are: one that more than a third of them share, a few that are frequent, many that are rare, and one in eight under a suffix that many
 * registrants share. None can be delivered: the codes of two letters are those that ISO 3166-1 leaves to its users (AA, QM to QZ, XA to XZ, ZZ) and that are never delegated, the words are
 * those of RFC 2606. Not "xz", which ends files.
 */
static const char *const ends[] = { "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc",
	"xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xc", "xn", "xn", "xn", "xn", "xo", "xo", "xo", "xr",
	"xr", "xd", "xd", "qn", "qn", "xt", "xt", "xi", "aa", "qm", "qp", "qr", "qs", "qt", "qw", "qx", "xa", "xb",
	"xf", "xk", "xu", "zz", "example", "test", "co.xk", "co.xk", "com.xb", "com.xb", "net.test", "dyn.xd",
	"pages.example", "pages.example" };
_Static_assert(sizeof(ends) / sizeof(ends[0]) == 64, "six bits choose one");

static const char *
end_of(uint64_t bits)
{
	return ends[bits & 63];
}

/* Host i of the few that most lines mention. */
static void
popular_host(uint64_t i, char *out, size_t size)
{
	(void)snprintf(out, size, "pop%u.%s", (unsigned)i, end_of(mix(i)));
}

static void
domain_text(uint64_t r, char *out, size_t size)
{
	if (r % 97 == 0)
		(void)snprintf(out, size, "xb\xc3\xbc\x63her%llx.%s", LL(r >> 30), end_of(r >> 4));
	else
		(void)snprintf(out, size, r % 41 == 0 ? "x%llx[.]%s" : "x%llx.%s", LL(r >> 24), end_of(r >> 4));
}

static void
url_text(uint64_t r, uint64_t q, char *out, size_t size)
{
	if (r % 100 < 30)
		(void)snprintf(out, size,
		    r >> 60 & 1 ? "http://%u.%u.%u.%u:8080/a/%llX.php" : "http://%u.%u.%u.%u/a/%llX.php",
		    121 + (unsigned)(r >> 8) % 9, (unsigned)(r >> 16 & 255), (unsigned)(r >> 24 & 255),
		    (unsigned)(r >> 32 & 254) | 1, LL(q >> 24));
	else if (r % 100 < 40) {
		char host[64];

		popular_host(q % POPULAR, host, sizeof(host));
		(void)snprintf(out, size, "http://%s/d/%llX", host, LL(q >> 8));
	} else if (r % 100 < 50)
		(void)snprintf(out, size, "hxxp://u%llx.%s/Path/%llX?id=%u", LL(r >> 24), end_of(q), LL(q >> 24),
		    (unsigned)(q & 1023));
	else
		(void)snprintf(out, size, "http://u%llx.%s/a/%llX.php", LL(r >> 24), end_of(q), LL(q >> 24));
}

ac_value_type
bench_indicator(uint64_t seed, size_t i, char *out, size_t size)
{
	uint64_t r = mix(seed * 131 + i * 7 + 5), q = mix(r);
	unsigned bits;

	switch (kind_of(seed, i)) {
	case ADDRESS:
		(void)snprintf(out, size, "%u.%u.%u.%u", 11 + (unsigned)(r % 110), (unsigned)(r >> 8 & 255),
		    (unsigned)(r >> 16 & 255), (unsigned)(r >> 24 & 254) | 1);
		return AC_VALUE_IPV4;
	case DOMAIN:
		domain_text(r, out, size);
		return AC_VALUE_DOMAIN;
	case URL:
		url_text(r, q, out, size);
		return AC_VALUE_URL;
	case SHA256:
		(void)snprintf(out, size, "%016llx%016llx%016llx%016llx", LL(r), LL(q), LL(~r), LL(~q));
		return AC_VALUE_SHA256;
	case MD5:
		(void)snprintf(out, size, "%016llx%016llx", LL(r), LL(q));
		return AC_VALUE_MD5;
	case SHA1:
		(void)snprintf(out, size, "%016llx%016llx%08x", LL(r), LL(q), (unsigned)~r);
		return AC_VALUE_SHA1;
	case CIDR4:
		/* half of them wider than a /24 */
		bits = r >> 60 & 1 ? 18 + (unsigned)(r >> 40) % 6 : 25 + (unsigned)(r >> 40) % 4;
		(void)snprintf(out, size, "%u.%u.%u.%u/%u",
		    bits < 24 ? 140 + (unsigned)(r % 40) : 180 + (unsigned)(r % 20), (unsigned)(r >> 8 & 255),
		    (unsigned)(r >> 16 & 127) | 128, (unsigned)(r >> 24 & 127) | 128, bits);
		return AC_VALUE_IPV4;
	case IPV6:
		(void)snprintf(out, size, "2001:db8:%x:%x::%x", (unsigned)(r & 0xffff), (unsigned)(r >> 16 & 0xffff),
		    (unsigned)(q & 0xffff) | 1);
		return AC_VALUE_IPV6;
	case EMAIL:
		(void)snprintf(out, size, "x%llx@mail%llx.%s", LL(r >> 40), LL(q >> 36), end_of(q));
		return AC_VALUE_EMAIL;
	case CIDR6:
		(void)snprintf(out, size, "3fff:%x:%x:8000::/%u", (unsigned)(r & 0xfff),
		    (unsigned)(r >> 16 & 0xffff) | 0x80, r >> 60 & 1 ? 64U : 51U);
		return AC_VALUE_IPV6;
	}
	return AC_VALUE_NONE;
}

/* ---- lines ---- */

typedef struct parts {
	char source[64], destination[320], host[320], uri[512], referrer[600], hash[320], agent[320];
	unsigned port;
} parts;

typedef struct maker {
	const bench_options *o;
	bench_telemetry *t;
	uint64_t state;
} maker;

__attribute__((format(printf, 2, 3))) static void
put(bench_telemetry *t, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->text + t->n, 4096, format, args);
	va_end(args);
	t->n += n > 0 && n < 4096 ? (size_t)n : 0;
}

static void
end_line(bench_telemetry *t, bench_class class)
{
	put(t, "\n");
	if (t->lines + 2 >= t->capacity) {
		t->capacity = t->capacity ? 2 * t->capacity : 1 << 16;
		t->classes = realloc(t->classes, t->capacity);
		if (!t->classes) {
			fputs("bench: no memory for telemetry\n", stderr);
			exit(1);
		}
	}
	t->classes[++t->lines] = (uint8_t) class;
	t->made[class]++;
}

/* Which of n: the small ones more often, unless all are alike. */
static uint64_t
popular(const maker *m, uint64_t r, uint64_t n)
{
	uint64_t a = (r & 0xffffff) * n >> 24, b = (r >> 24 & 0xffffff) * n >> 24;

	return m->o->is_flat ? a : a * b / n;
}

/* What an address is before ':' or '/' in an indicator's text; false when it is none. */
static bool
octets(const char *text, unsigned out[4])
{
	return sscanf(text, "%u.%u.%u.%u", &out[0], &out[1], &out[2], &out[3]) == 4;
}

static void
benign_address(maker *m, char *out, size_t size)
{
	uint64_t r = draw(&m->state), i = mix(popular(m, r, BENIGN_ADDRESSES) + 77);
	char near[BENCH_INDICATOR_MAX];
	unsigned a[4];

	if (i % 20 == 0) {
		(void)snprintf(out, size, "2001:db8:%x::%x", (unsigned)(i >> 8 & 0xffff), (unsigned)(i >> 24 & 0xfffe));
		return;
	}
	/* Where an indicator is an address, that of a URL, or a range, its neighbour is as benign as any. */
	if (i % 20 < 10) {
		size_t which = (i >> 8) % BENIGN_ADDRESSES;
		list_kind kind = kind_of(m->o->seed, which);

		(void)bench_indicator(m->o->seed, which, near, sizeof(near));
		if (octets(kind == URL ? near + 7 : near, a)) {
			if (kind == CIDR4)
				(void)snprintf(
				    out, size, "%u.%u.%u.%u", a[0], a[1], a[0] < 180 ? a[2] & 127 : a[2], a[3] & 127);
			else
				(void)snprintf(out, size, "%u.%u.%u.%u", a[0], a[1], a[2], (unsigned)(i >> 50 & 254));
			return;
		}
	}
	(void)snprintf(out, size, "%u.%u.%u.%u", 11 + (unsigned)(i >> 8) % 110, (unsigned)(i >> 16 & 255),
	    (unsigned)(i >> 24 & 255), (unsigned)(i >> 32 & 254));
}

static void
benign_host(maker *m, char *out, size_t size)
{
	uint64_t r = draw(&m->state), i = popular(m, r, BENIGN_HOSTS);

	if (r >> 60 & 1)
		popular_host(popular(m, r >> 8, POPULAR), out, size);
	else
		(void)snprintf(out, size, i % 5 ? "www.b%llx.%s" : "b%llx.%s", LL(mix(i) >> 44 ^ i), end_of(mix(i)));
}

static void
benign_parts(maker *m, parts *p)
{
	static const char *const agents[] = { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, "
					      "like Gecko) Chrome/88.0.4324.150 Safari/537.36",
		"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", "curl/7.88.1",
		"python-requests/2.28.1" };
	uint64_t r = draw(&m->state), q = draw(&m->state);
	char host[320];

	benign_address(m, p->destination, sizeof(p->destination));
	(void)snprintf(p->source, sizeof(p->source), "10.%u.%u.%u", (unsigned)(r & 255), (unsigned)(r >> 8 & 255),
	    (unsigned)(r >> 16 & 255));
	benign_host(m, p->host, sizeof(p->host));
	benign_host(m, host, sizeof(host));
	(void)snprintf(p->referrer, sizeof(p->referrer), "http://%s/start/%x", host, (unsigned)(q & 0xfff));
	(void)snprintf(p->uri, sizeof(p->uri), "/assets/%llx/index.html?session=%llx", LL(r >> 44), LL(q >> 30));
	(void)snprintf(p->hash, sizeof(p->hash), "%016llx%016llx%016llx%016llx", LL(q), LL(r), LL(q ^ r), LL(q + r));
	(void)snprintf(p->agent, sizeof(p->agent), "%s", agents[r >> 62]);
	p->port = 80;
}

static void
to_upper(char *text)
{
	for (; *text; text++)
		*text = *text >= 'a' && *text <= 'z' ? (char)(*text - 32) : *text;
}

/* The canonical text of an indicator. */
static void
canonical(ac_value_type type, char *text, size_t size)
{
	accord_err err = { 0 };
	ac_value value;
	ac_arena arena;

	ac_arena_init(&arena, (size_t)1 << 20);
	if (!ac_value_parse(type, ac_value_refang(ac_str_from(text), &arena), &arena, &value, &err) &&
	    value.text.n < size)
		(void)snprintf(text, size, "%.*s", AC_FMT(value.text));
	ac_arena_done(&arena);
}

static bench_class
plant_domain(parts *p, char *text, size_t size, uint64_t r)
{
	bool is_idn = (unsigned char)text[2] >= 0x80;
	char unicode[BENCH_INDICATOR_MAX];

	(void)snprintf(unicode, sizeof(unicode), "%s", text);
	canonical(AC_VALUE_DOMAIN, text, size);
	if (is_idn && r & 1) {
		(void)snprintf(p->host, sizeof(p->host), "%s", unicode);
		return BENCH_IDN_UNICODE;
	}
	switch (is_idn ? 0 : r % 5) {
	case 1:
		(void)snprintf(p->host, sizeof(p->host), "a.%s", text);
		return BENCH_ONE_LABEL_MORE;
	case 2:
		(void)snprintf(p->host, sizeof(p->host), "a-1.B.%s", text);
		return BENCH_TWO_LABELS_MORE;
	case 3:
		(void)snprintf(p->host, sizeof(p->host), "%s.", text);
		return BENCH_TRAILING_DOT;
	default:
		(void)snprintf(p->host, sizeof(p->host), "%s", text);
		if (r % 5 == 4)
			to_upper(p->host);
		return is_idn ? BENCH_IDN_PUNYCODE : r % 5 == 4 ? BENCH_UPPER_CASE : BENCH_EXACT_NAME;
	}
}

static bench_class
plant_url(parts *p, const char *text, bench_format f, uint64_t r)
{
	const char *slash = strchr(text + 7, '/');
	int host_n = (int)(slash - text - 7);

	if (f == BENCH_SYSLOG || r % 4 == 0) {
		(void)snprintf(p->referrer, sizeof(p->referrer), "%s", text);
		return BENCH_URL_WHOLE;
	}
	if ((f == BENCH_EVE || f == BENCH_ZEEK_JSON) && r % 4 == 1) {
		size_t n = 0;

		for (; *text && n + 3 < sizeof(p->referrer); text++) {
			if (*text == '/')
				p->referrer[n++] = '\\';
			p->referrer[n++] = *text;
		}
		p->referrer[n] = '\0';
		return BENCH_URL_ESCAPED;
	}
	if (host_n > 5 && strncmp(slash - 5, ":8080", 5) == 0) {
		host_n -= 5;
		p->port = 8080;
	}
	(void)snprintf(p->uri, sizeof(p->uri), "%s", slash);
	(void)snprintf(p->host, sizeof(p->host), "%.*s", host_n, text + 7);
	if (r % 4 != 2)
		return BENCH_URL_SPLIT;
	to_upper(p->host);
	return BENCH_URL_SPLIT_UPPER_HOST;
}

static bench_class
plant_ipv6(parts *p, char *text, bool is_range, uint64_t r)
{
	uint8_t a[16];
	size_t n = strcspn(text, "/");

	if (!ac_ipv6_parse((ac_str){ text, n }, a))
		return BENCH_BENIGN;
	if (is_range)
		a[15] = (uint8_t)(r >> 8) | 1;
	if (r % 3 == 0) {
		for (unsigned i = 0; i < 8; i++)
			(void)snprintf(p->destination + 5 * (size_t)i, 6, "%02x%02x:", a[2 * i], a[2 * i + 1]);
		p->destination[39] = '\0';
	} else {
		(void)snprintf(p->destination, sizeof(p->destination), "%.*s", (int)ac_ipv6_format(a, text), text);
	}
	if (r % 3 == 1)
		to_upper(p->destination);
	return is_range     ? BENCH_IN_CIDR6
	       : r % 3 == 0 ? BENCH_IPV6_FULL
	       : r % 3 == 1 ? BENCH_IPV6_UPPER
			    : BENCH_IPV6_SHORT;
}

/* Put indicator i into the line, in one of its spellings, where its type belongs. */
static bench_class
plant(const maker *m, parts *p, size_t i, uint64_t r)
{
	char text[BENCH_INDICATOR_MAX];
	list_kind kind = kind_of(m->o->seed, i);
	unsigned a[4];

	(void)bench_indicator(m->o->seed, i, text, sizeof(text));
	switch (kind) {
	case ADDRESS:
		(void)snprintf(p->destination, sizeof(p->destination), "%s", text);
		return BENCH_EXACT_ADDRESS;
	case CIDR4:
		canonical(AC_VALUE_IPV4, text, sizeof(text));
		(void)octets(text, a);
		(void)snprintf(
		    p->destination, sizeof(p->destination), "%u.%u.%u.%u", a[0], a[1], a[2], a[3] + (unsigned)(r & 15));
		return BENCH_IN_CIDR4;
	case IPV6:
	case CIDR6:
		return plant_ipv6(p, text, kind == CIDR6, r);
	case DOMAIN:
		return plant_domain(p, text, sizeof(text), r);
	case URL:
		canonical(AC_VALUE_URL, text, sizeof(text));
		return plant_url(p, text, m->o->format, r);
	case EMAIL:
		if (r & 1)
			to_upper(text);
		(void)snprintf(p->uri, sizeof(p->uri), "/m?to=%s", text);
		return BENCH_EMAIL;
	case MD5:
	case SHA1:
	case SHA256:
		if (r & 1)
			to_upper(text);
		(void)snprintf(p->hash, sizeof(p->hash), "%s", text);
		return r & 1 ? BENCH_HASH_UPPER : BENCH_HASH;
	}
	return BENCH_BENIGN;
}

static bench_class
decoy_hash(parts *p, const char *text, uint64_t r)
{
	size_t n = strlen(text);

	if (r % 3 == 0)
		(void)snprintf(p->hash, sizeof(p->hash), "%sa", text);
	else if (r % 3 == 1 || n != 32)
		(void)snprintf(p->hash, sizeof(p->hash), "%.*s", (int)n - 1, text);
	else
		(void)snprintf(p->hash, sizeof(p->hash), "%s%016llx%016llx", text, LL(mix(r)), LL(mix(~r)));
	return r % 3 == 0              ? BENCH_DECOY_HASH_LONGER
	       : r % 3 == 1 || n != 32 ? BENCH_DECOY_HASH_SHORTER
				       : BENCH_DECOY_HASH_IN_HASH;
}

/* The same, made into what must not match. */
static bench_class
decoy(const maker *m, parts *p, size_t i, uint64_t r)
{
	char text[BENCH_INDICATOR_MAX];
	list_kind kind = kind_of(m->o->seed, i);

	(void)bench_indicator(m->o->seed, i, text, sizeof(text));
	switch (kind) {
	case ADDRESS:
		if (r % 3 == 0) {
			(void)snprintf(p->agent, sizeof(p->agent), "Agent/5.0 Chrome/%s Safari/537.36", text);
			return BENCH_DECOY_VERSION;
		}
		(void)snprintf(p->destination, sizeof(p->destination), r % 3 == 1 ? "9%s" : "%s.7", text);
		return BENCH_DECOY_ADDRESS_LONGER;
	case CIDR4:
	case IPV6:
	case CIDR6:
		return BENCH_BENIGN;
	case DOMAIN:
		canonical(AC_VALUE_DOMAIN, text, sizeof(text));
		(void)snprintf(p->host, sizeof(p->host),
		    r & 1   ? "not%s"
		    : r & 2 ? "%s.b.%s"
			    : "b-%s",
		    text, end_of(r >> 2));
		return r & 1 || !(r & 2) ? BENCH_DECOY_GLUED : BENCH_DECOY_AS_LABEL;
	case URL: {
		char *slash;

		canonical(AC_VALUE_URL, text, sizeof(text));
		slash = strchr(text + 7, '/');
		if (r & 1)
			for (char *c = slash; *c; c++)
				*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
		(void)snprintf(p->referrer, sizeof(p->referrer), r & 1 ? "%s" : "%sx", text);
		return r & 1 ? BENCH_DECOY_URL_CASE : BENCH_DECOY_URL_LONGER;
	}
	case EMAIL:
		(void)snprintf(p->uri, sizeof(p->uri), "/m?to=not%s", text);
		return BENCH_DECOY_EMAIL;
	case MD5:
	case SHA1:
	case SHA256:
		return decoy_hash(p, text, r);
	}
	return BENCH_BENIGN;
}

static void
eve_line(bench_telemetry *t, const parts *p, uint64_t r)
{
	unsigned bytes = (unsigned)(r >> 30) % 100000;

	put(t,
	    "{\"timestamp\":\"2021-03-02T10:11:%02u.%06u+0000\",\"flow_id\":%llu,\"in_iface\":\"eth0\",\"event_type\":"
	    "\"http\","
	    "\"src_ip\":\"%s\",\"src_port\":%u,\"dest_ip\":\"%s\",\"dest_port\":%u,\"proto\":\"TCP\",\"tx_id\":0,"
	    "\"http\":{\"hostname\":\"%s\",\"url\":\"%s\",\"http_user_agent\":\"%s\",\"http_content_type\":\"text/"
	    "html\","
	    "\"http_refer\":\"%s\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"length\":%u},"
	    "\"fileinfo\":{\"filename\":\"/"
	    "index.html\",\"sha256\":\"%s\",\"state\":\"CLOSED\",\"stored\":false,\"size\":%u}}",
	    (unsigned)(r >> 20) % 60, bytes, LL(r >> 16), p->source, 1024 + (unsigned)(r % 60000), p->destination,
	    p->port, p->host, p->uri, p->agent, p->referrer, bytes, p->hash, bytes);
}

static void
zeek_lines(bench_telemetry *t, bench_format f, const parts *p, uint64_t r)
{
	unsigned port = 1024 + (unsigned)(r % 60000), bytes = (unsigned)(r >> 30) % 100000;

	if (f == BENCH_ZEEK_JSON)
		put(t,
		    "{\"ts\":1614679871.%06u,\"uid\":\"C%llx\",\"id.orig_h\":\"%s\",\"id.orig_p\":%u,\"id.resp_h\":\"%"
		    "s\","
		    "\"id.resp_p\":%u,\"trans_depth\":1,\"method\":\"GET\",\"host\":\"%s\",\"uri\":\"%s\",\"referrer\":"
		    "\"%s\","
		    "\"version\":\"1.1\",\"user_agent\":\"%s\",\"request_body_len\":0,\"response_body_len\":%u,"
		    "\"status_code\":200,\"status_msg\":\"OK\",\"tags\":[],\"resp_mime_types\":[\"text/"
		    "html\"],\"sha256\":\"%s\"}",
		    bytes, LL(r), p->source, port, p->destination, p->port, p->host, p->uri, p->referrer, p->agent,
		    bytes, p->hash);
	else
		put(t,
		    "1614679871.%06u\tC%llx\t%s\t%u\t%s\t%u\t1\tGET\t%s\t%s\t%s\t1.1\t%s\t-\t0\t%u\t200\tOK\t-\t-\t("
		    "empty)\t-"
		    "\t-\t-\t%s\t-\ttext/html",
		    bytes, LL(r), p->source, port, p->destination, p->port, p->host, p->uri, p->referrer, p->agent,
		    bytes, p->hash);
}

static void
write_line(maker *m, const parts *p, bench_class class, uint64_t r)
{
	unsigned second = (unsigned)(r >> 20) % 60, bytes = (unsigned)(r >> 30) % 100000;
	const char *query = strchr(p->uri, '?');
	bench_telemetry *t = m->t;
	char agent[320];

	switch (m->o->format) {
	case BENCH_EVE:
		eve_line(t, p, r);
		break;
	case BENCH_ZEEK_JSON:
	case BENCH_ZEEK_TSV:
		zeek_lines(t, m->o->format, p, r);
		break;
	case BENCH_SYSLOG:
		put(t,
		    "<134>Mar  2 10:11:%02u proxy1 squid[1234]: %s TCP_MISS/200 %u GET http://%s%s %s - DIRECT/%s "
		    "sum=%s "
		    "agent=\"%s\" text/html",
		    second, p->source, bytes, p->host, p->uri, p->referrer, p->destination, p->hash, p->agent);
		break;
	case BENCH_IIS:
		for (size_t i = 0; i == 0 || p->agent[i - 1]; i++)
			agent[i] = p->agent[i] == ' ' ? '+' : p->agent[i];
		put(t, "2021-03-02 10:11:%02u 10.0.0.5 GET %.*s %s %u - %s %s %s %s 200 0 0 %u %s", second,
		    (int)(query ? query - p->uri : (ptrdiff_t)strlen(p->uri)), p->uri, query ? query + 1 : "-", p->port,
		    p->destination, agent, p->host, p->referrer, bytes, p->hash);
		break;
	case BENCH_FORMATS:
		break;
	}
	end_line(t, class);
}

static void
stress_line(maker *m)
{
	char text[BENCH_INDICATOR_MAX];

	for (unsigned i = 0; i < 8; i++) {
		uint64_t r = draw(&m->state), q = mix(r);

		switch (m->o->kind) {
		case BENCH_ADDRESSES:
			put(m->t, "%u.%u.%u.%u ", 11 + (unsigned)(r % 110), (unsigned)(r >> 8 & 255),
			    (unsigned)(r >> 16 & 255), (unsigned)(r >> 24 & 254));
			break;
		case BENCH_DOMAINS:
			put(m->t, "www.b%llx.%s ", LL(r >> 20), end_of(r));
			break;
		case BENCH_HASHES:
			put(m->t, "%016llx%016llx ", LL(r), LL(q));
			break;
		case BENCH_SHARED_SUFFIX:
			put(m->t, "b%llx.pages.example ", LL(r >> 30));
			break;
		case BENCH_ALL_HITS: {
			ac_value_type type = bench_indicator(m->o->seed, r % m->o->indicators, text, sizeof(text));

			canonical(type, text, sizeof(text));
			put(m->t, "%s ", text);
			break;
		}
		case BENCH_MIXED:
		case BENCH_KINDS:
			break;
		}
	}
	end_line(m->t, m->o->kind == BENCH_ALL_HITS ? BENCH_EXACT_NAME : BENCH_BENIGN);
}

static void
mixed_line(maker *m)
{
	uint64_t r = draw(&m->state);
	unsigned phase = (unsigned)(m->t->lines % m->o->hit_every);
	bench_class class = BENCH_BENIGN;
	parts p;

	benign_parts(m, &p);
	if (phase == PLANT_PHASE % m->o->hit_every)
		class = plant(m, &p, (r >> 8) % m->o->indicators, r >> 32);
	else if (phase == DECOY_PHASE % m->o->hit_every)
		class = decoy(m, &p, (r >> 8) % m->o->indicators, r >> 32);
	write_line(m, &p, class, r);
}

void
bench_make(const bench_options *o, bench_telemetry *out)
{
	static const char *const heads[BENCH_FORMATS] = {
		[BENCH_ZEEK_TSV] =
		    "#separator "
		    "\\x09\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\t"
		    "host\turi\treferrer\tversion\tuser_agent\torigin\trequest_body_len\tresponse_body_len\tstatus_"
		    "code\t"
		    "status_msg\tinfo_code\tinfo_msg\ttags\tusername\tpassword\tproxied\tsha256\torig_filenames\t"
		    "resp_mime_types\n",
		[BENCH_IIS] =
		    "#Software: a server\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port "
		    "cs-username c-ip "
		    "cs(User-Agent) cs-host cs(Referer) sc-status sc-substatus sc-win32-status time-taken hash\n"
	};
	maker m = { .o = o, .t = out, .state = mix(o->seed * 17 + o->format * 5 + o->kind) };
	char head[1024], *line, *rest = NULL;

	*out =
	    (bench_telemetry){ .text = o->small_pages ? malloc(o->bytes + 16384) : ac_alloc_table(o->bytes + 16384) };
	if (!out->text) {
		fputs("bench: no memory for telemetry\n", stderr);
		exit(1);
	}
	(void)snprintf(head, sizeof(head), "%s", o->kind == BENCH_MIXED && heads[o->format] ? heads[o->format] : "");
	for (line = strtok_r(head, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		put(out, "%s", line);
		end_line(out, BENCH_BENIGN);
	}
	while (out->n < o->bytes)
		if (o->kind == BENCH_MIXED)
			mixed_line(&m);
		else
			stress_line(&m);
}

void
bench_free(bench_telemetry *t)
{
	free(t->text);
	free(t->classes);
	*t = (bench_telemetry){ .text = NULL };
}
