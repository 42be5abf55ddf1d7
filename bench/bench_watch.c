/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scanner, GB/s on one core (thread CPU time, best of some rounds), on made telemetry with the hard cases: popular hosts that stand in URL indicators, and
 * benign addresses in the /24s of indicators. Truth is kept beside the data: recall of planted hits in many spellings, and what benign lines and decoys gave, stand
 * beside every speed. memchr over the same buffer is the yardstick of the machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "watch/index_build.h"
#include "watch/watch.h"

#define BUFFER_BYTES ((size_t)48 << 20)
#define ROUNDS 5
#define PLANTED 1000 /* plants come from the first so many indicators, which all sets hold */
#define PLANT_EVERY 199
#define DECOY_EVERY 211
#define POPULAR 50

static const size_t set_sizes[] = { 1000, 100000, 1000000 };

static double
cpu_seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

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
rng_state(uint64_t *seed)
{
	return mix((*seed)++);
}

/* ---- indicators ---- */

static ac_value_type
kind_of(size_t i)
{
	static const struct {
		unsigned percent;
		ac_value_type type;
	} shares[] = { { 34, AC_VALUE_IPV4 }, { 59, AC_VALUE_DOMAIN }, { 74, AC_VALUE_URL }, { 85, AC_VALUE_SHA256 },
		{ 93, AC_VALUE_MD5 }, { 96, AC_VALUE_SHA1 }, { 98, AC_VALUE_IPV6 }, { 100, AC_VALUE_EMAIL } };
	unsigned at = (unsigned)(mix(i * 3 + 1) % 100), k = 0;

	while (at >= shares[k].percent)
		k++;
	return shares[k].type;
}

/* The text of indicator i. Addresses of indicators are odd, benign ones even; names of indicators begin with x. */
static void
indicator_text(size_t i, char *out, size_t size)
{
	uint64_t r = mix(i * 7 + 5), q = mix(r);

	switch (kind_of(i)) {
	case AC_VALUE_IPV4:
		(void)snprintf(out, size, "%u.%u.%u.%u", 11 + (unsigned)(r % 110), (unsigned)(r >> 8 & 255),
		    (unsigned)(r >> 16 & 255), (unsigned)(r >> 24 & 254) | 1);
		return;
	case AC_VALUE_URL:
		if (r % 10 == 0)
			(void)snprintf(out, size, "http://pop%u.example/d/%llx", (unsigned)(q % POPULAR),
			    (unsigned long long)q >> 8);
		else
			(void)snprintf(out, size, "http://x%llx.example/a/%llx.php", (unsigned long long)r >> 24,
			    (unsigned long long)q >> 24);
		return;
	case AC_VALUE_SHA256:
		(void)snprintf(out, size, "%016llx%016llx%016llx%016llx", (unsigned long long)r, (unsigned long long)q,
		    (unsigned long long)~r, (unsigned long long)~q);
		return;
	case AC_VALUE_MD5:
		(void)snprintf(out, size, "%016llx%016llx", (unsigned long long)r, (unsigned long long)q);
		return;
	case AC_VALUE_SHA1:
		(void)snprintf(
		    out, size, "%016llx%016llx%08x", (unsigned long long)r, (unsigned long long)q, (unsigned)~r);
		return;
	case AC_VALUE_IPV6:
		(void)snprintf(out, size, "2001:db8:%x:%x::%x", (unsigned)(r & 0xffff), (unsigned)(r >> 16 & 0xffff),
		    (unsigned)(q & 0xffff) | 1);
		return;
	case AC_VALUE_EMAIL:
		(void)snprintf(
		    out, size, "x%llx@x%llx.example", (unsigned long long)r >> 40, (unsigned long long)q >> 32);
		return;
	default:
		(void)snprintf(out, size, "x%llx.example", (unsigned long long)r >> 24);
	}
}

/* Build the index of the first n indicators; prints its figures. */
static char *
build_index(size_t n, ac_index **out)
{
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { mix(1), mix(2) } }, 1);
	ac_index_indicator who = {
		.producer = AC_S("ally.example"), .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX
	};
	double took = 0, start;
	accord_err err = { 0 };
	ac_arena arena;
	char text[160], id[64], *image = NULL;
	size_t bytes = 0;
	int rc = b ? 0 : ACCORD_ENOMEM;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; !rc && i < n; i++) {
		ac_value value;

		indicator_text(i, text, sizeof(text));
		(void)snprintf(id, sizeof(id), "indicator--%08x-0000-4000-8000-%012zx", (unsigned)mix(i), i);
		who.id = ac_str_from(id);
		ac_arena_reset(&arena);
		rc = ac_value_parse(kind_of(i), ac_str_from(text), &arena, &value, &err);
		start = cpu_seconds();
		if (!rc)
			rc = ac_index_add_value(b, &who, &value, &err);
		took += cpu_seconds() - start;
	}
	start = cpu_seconds();
	if (!rc)
		rc = ac_index_image(b, &image, &bytes, &err);
	took += cpu_seconds() - start;
	start = cpu_seconds();
	if (!rc)
		rc = ac_index_open_bytes((ac_str){ image, bytes }, out, &err);
	if (rc) {
		fprintf(stderr, "bench_watch: %s\n", err.text);
		exit(1);
	}
	printf("index.build.%zu\t%.2f\ts\tadding and image, without parsing values and without the disk\n", n, took);
	printf("index.open.%zu\t%.0f\tms\tall checks, warm\n", n, (cpu_seconds() - start) * 1e3);
	printf("index.bytes.%zu\t%.0f\tbytes/indicator\tfile\n", n, (double)bytes / (double)n);
	ac_arena_done(&arena);
	ac_index_builder_close(b);
	return image;
}

/* ---- telemetry ---- */

typedef enum format { EVE, ZEEK, SYSLOG, IIS, FORMATS } format;
static const char *const format_names[FORMATS] = { "eve", "zeek-tsv", "syslog", "iis" };

typedef enum truth { BENIGN, PLANT, DECOY } truth;

typedef struct telemetry {
	ac_buf text;
	unsigned char *truths; /* by line, from 1 */
	size_t lines, capacity;
	size_t planted, decoys;
	uint64_t seed;
} telemetry;

/* What a line is made of. */
typedef struct parts {
	char source[64], destination[192], host[192], uri[256], hash[192];
} parts;

static void
benign_address(uint64_t *seed, char *out, size_t size)
{
	uint64_t r = rng_state(seed), i = r % 1000000;

	/* Three in ten share their /24 with an indicator. */
	if (r >> 40 & 1 && kind_of(i) == AC_VALUE_IPV4) {
		char near[160];
		unsigned a, b, c;

		indicator_text(i, near, sizeof(near));
		if (sscanf(near, "%u.%u.%u", &a, &b, &c) == 3) {
			(void)snprintf(out, size, "%u.%u.%u.%u", a, b, c, (unsigned)(r >> 50 & 254));
			return;
		}
	}
	(void)snprintf(out, size, "%u.%u.%u.%u", 11 + (unsigned)(r >> 8) % 110, (unsigned)(r >> 16 & 255),
	    (unsigned)(r >> 24 & 255), (unsigned)(r >> 32 & 254));
}

static void
benign_parts(uint64_t *seed, parts *p)
{
	uint64_t r = rng_state(seed), q = rng_state(seed);

	benign_address(seed, p->destination, sizeof(p->destination));
	(void)snprintf(p->source, sizeof(p->source), "10.%u.%u.%u", (unsigned)(r & 255), (unsigned)(r >> 8 & 255),
	    (unsigned)(r >> 16 & 255));
	if (r >> 24 & 1)
		(void)snprintf(p->host, sizeof(p->host), "pop%u.example", (unsigned)(q % POPULAR));
	else
		(void)snprintf(p->host, sizeof(p->host), "www.b%llx.example", (unsigned long long)(q % 200000));
	(void)snprintf(p->uri, sizeof(p->uri), "/assets/%llx/index.html?session=%llx", (unsigned long long)r >> 44,
	    (unsigned long long)q >> 30);
	(void)snprintf(p->hash, sizeof(p->hash), "%016llx%016llx%016llx%016llx", (unsigned long long)q,
	    (unsigned long long)r, (unsigned long long)(q ^ r), (unsigned long long)(q + r));
}

/* Put indicator i into the line, in one of several spellings, where its type belongs. False when the format has no place for it. */
static bool
plant(parts *p, size_t i, uint64_t r)
{
	char text[160];

	indicator_text(i, text, sizeof(text));
	switch (kind_of(i)) {
	case AC_VALUE_IPV4:
	case AC_VALUE_IPV6:
		(void)snprintf(p->destination, sizeof(p->destination), "%s", text);
		return true;
	case AC_VALUE_DOMAIN:
		(void)snprintf(p->host, sizeof(p->host), "%s%s", r & 1 ? "a.b." : "", text);
		if (r & 2)
			for (char *c = p->host; *c; c++)
				*c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
		return true;
	case AC_VALUE_URL: {
		char *slash = strchr(text + 7, '/');

		(void)snprintf(p->uri, sizeof(p->uri), "%s", slash);
		*slash = '\0';
		(void)snprintf(p->host, sizeof(p->host), "%s", text + 7);
		return true;
	}
	case AC_VALUE_EMAIL:
		(void)snprintf(p->uri, sizeof(p->uri), "/m?to=%s", text);
		return true;
	default:
		(void)snprintf(p->hash, sizeof(p->hash), "%s", text);
		return true;
	}
}

/* The same, made into what must not match. */
static void
decoy(parts *p, size_t i, uint64_t r)
{
	char text[160];

	indicator_text(i, text, sizeof(text));
	switch (kind_of(i)) {
	case AC_VALUE_IPV4:
		(void)snprintf(p->destination, sizeof(p->destination), r & 1 ? "1%s" : "%s.7", text);
		break;
	case AC_VALUE_IPV6:
		(void)snprintf(p->destination, sizeof(p->destination), "%s0", text);
		break;
	case AC_VALUE_DOMAIN:
		(void)snprintf(p->host, sizeof(p->host), r & 1 ? "not%s" : r & 2 ? "%s.org" : "a-%s", text);
		break;
	case AC_VALUE_URL:
		if (strncmp(text, "http://pop", 10) != 0)
			return;
		(void)plant(p, i, r);
		(void)snprintf(p->uri + strlen(p->uri), 8, "x");
		break;
	case AC_VALUE_EMAIL:
		(void)snprintf(p->uri, sizeof(p->uri), "/m?to=not%s", text);
		break;
	default:
		(void)snprintf(p->hash, sizeof(p->hash), "%sa", text);
	}
}

static void
write_line(telemetry *t, format f, const parts *p, uint64_t r)
{
	unsigned port = 1024 + (unsigned)(r % 60000), second = (unsigned)(r >> 20) % 60,
		 bytes = (unsigned)(r >> 30) % 100000;

	switch (f) {
	case EVE:
		ac_buf_printf(&t->text,
		    "{\"timestamp\":\"2021-03-02T10:11:%02u.123456+0000\",\"flow_id\":%llu,\"in_iface\":\"eth0\","
		    "\"event_type\":"
		    "\"http\",\"src_ip\":\"%s\",\"src_port\":%u,\"dest_ip\":\"%s\",\"dest_port\":80,\"proto\":\"TCP\","
		    "\"tx_id\":0,"
		    "\"http\":{\"hostname\":\"%s\",\"url\":\"%s\",\"http_user_agent\":\"Mozilla/5.0 (Windows NT 10.0; "
		    "Win64; x64) "
		    "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.150 Safari/537.36\",\"http_content_type\":"
		    "\"text/html\",\"http_method\":\"GET\",\"protocol\":\"HTTP/"
		    "1.1\",\"status\":200,\"length\":%u},\"fileinfo\":"
		    "{\"filename\":\"/"
		    "index.html\",\"sha256\":\"%s\",\"state\":\"CLOSED\",\"stored\":false,\"size\":%u}}\n",
		    second, (unsigned long long)r >> 16, p->source, port, p->destination, p->host, p->uri, bytes,
		    p->hash, bytes);
		break;
	case ZEEK:
		ac_buf_printf(&t->text,
		    "1614679871.%06u\tC%llx\t%s\t%u\t%s\t80\t1\tGET\t%s\t%s\t-\t1.1\tMozilla/5.0 "
		    "Chrome/88.0\t-\t0\t%u\t200\tOK\t-\t-"
		    "\t(empty)\t-\t-\t-\t%s\t-\ttext/html\n",
		    bytes, (unsigned long long)r, p->source, port, p->destination, p->host, p->uri, bytes, p->hash);
		break;
	case SYSLOG:
		ac_buf_printf(&t->text,
		    "<134>Mar  2 10:11:%02u proxy1 squid[1234]: %s TCP_MISS/200 %u GET http://%s%s - DIRECT/%s sum=%s "
		    "text/html\n",
		    second, p->source, bytes, p->host, p->uri, p->destination, p->hash);
		break;
	case IIS:
		ac_buf_printf(&t->text,
		    "2021-03-02 10:11:%02u 10.0.0.5 GET %s - 80 - %s "
		    "Mozilla/5.0+(Windows+NT+10.0)+Chrome/88.0.4324.150 %s "
		    "http://pop1.example/start 200 0 0 %u %s\n",
		    second, p->uri, p->destination, p->host, bytes, p->hash);
		break;
	case FORMATS:
		break;
	}
	t->lines++;
}

static void
set_truth(telemetry *t, truth what)
{
	if (t->lines + 1 >= t->capacity) {
		t->capacity = t->capacity ? 2 * t->capacity : 1 << 16;
		t->truths = realloc(t->truths, t->capacity);
		if (!t->truths)
			exit(1);
	}
	t->truths[t->lines] = (unsigned char)what;
	t->planted += what == PLANT;
	t->decoys += what == DECOY;
}

/* URLs of W3C lines keep their query in another field. */
static void
fit_format(format f, parts *p)
{
	char *query = strchr(p->uri, '?');

	if (f == IIS && query)
		*query = '/';
}

static void
make_telemetry(format f, telemetry *t)
{
	static const char *const heads[FORMATS] = { "",
		"#separator "
		"\\x09\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\t"
		"referrer\tversion\tuser_agent\torigin\trequest_body_len\tresponse_body_len\tstatus_code\tstatus_"
		"msg\tinfo_code\t"
		"info_msg\ttags\tusername\tpassword\tproxied\tsha256\torig_filenames\tresp_mime_types\n",
		"",
		"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
		"cs-host "
		"cs(Referer) sc-status sc-substatus sc-win32-status time-taken hash\n" };

	*t = (telemetry){ .seed = 1000 + (uint64_t)f };
	ac_buf_init(&t->text, BUFFER_BYTES + AC_MIB);
	ac_buf_add_cstr(&t->text, heads[f]);
	for (const char *c = heads[f]; *c; c++)
		if (*c == '\n') {
			t->lines++;
			set_truth(t, BENIGN);
		}
	while (t->text.n < BUFFER_BYTES) {
		uint64_t r = rng_state(&t->seed);
		truth what = t->lines % PLANT_EVERY == 5 ? PLANT : t->lines % DECOY_EVERY == 7 ? DECOY : BENIGN;
		parts p;

		benign_parts(&t->seed, &p);
		if (what == PLANT)
			(void)plant(&p, r % PLANTED, r >> 20);
		else if (what == DECOY)
			decoy(&p, r % PLANTED, r >> 20);
		fit_format(f, &p);
		write_line(t, f, &p, r);
		set_truth(t, what);
	}
	if (t->text.failed)
		exit(1);
}

/* ---- measuring ---- */

typedef struct found {
	const telemetry *t;
	uint64_t last_line;
	size_t plants, false_lines, decoys;
} found;

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	found *f = payload;

	(void)err;
	if (hit->line == f->last_line)
		return 0;
	f->last_line = hit->line;
	switch ((truth)f->t->truths[hit->line]) {
	case PLANT:
		f->plants++;
		break;
	case DECOY:
		f->decoys++;
		break;
	case BENIGN:
		f->false_lines++;
		break;
	}
	return 0;
}

static double
scan_once(const ac_index *index, const telemetry *t, found *f)
{
	ac_watch_sink sink = { on_hit, NULL, f };
	double start = cpu_seconds();
	accord_err err = { 0 };
	ac_watch *w = ac_watch_open(index, AC_S("bench"), (ac_time){ 1614700000, 0 }, &sink);
	ac_str rest = ac_buf_view(&t->text);
	int rc = w ? 0 : ACCORD_ENOMEM;

	*f = (found){ .t = t };
	for (; !rc && rest.n; rest = ac_str_slice(rest, AC_MIB, rest.n))
		rc = ac_watch_feed(w, ac_str_slice(rest, 0, AC_MIB), &err);
	if (!rc)
		rc = ac_watch_end(w, &err);
	ac_watch_close(w);
	if (rc) {
		fprintf(stderr, "bench_watch: %s\n", err.text);
		exit(1);
	}
	return cpu_seconds() - start;
}

static double
memchr_rate(const telemetry *t)
{
	double best = 1e9;

	for (int i = 0; i < ROUNDS; i++) {
		double start = cpu_seconds(), took;
		const char *p = t->text.p, *end = p + t->text.n;
		volatile size_t count = 0;

		while (p && p < end) {
			p = memchr(p, '\n', (size_t)(end - p));
			if (p) {
				p++;
				count++;
			}
		}
		took = cpu_seconds() - start;
		best = took < best ? took : best;
	}
	return (double)t->text.n / best / 1e9;
}

int
main(int argc, char **argv)
{
	telemetry all[FORMATS];

	for (int f = 0; f < FORMATS; f++) {
		make_telemetry((format)f, &all[f]);
		printf("memchr.%s\t%.1f\tGB/s\tthe machine's yardstick\n", format_names[f], memchr_rate(&all[f]));
	}
	for (size_t s = 0; s < AC_COUNT(set_sizes); s++) {
		ac_index *index = NULL;
		char *image = build_index(set_sizes[s], &index);

		for (int f = 0; f < FORMATS; f++) {
			double best = 1e9;
			found out;

			if (argc > 1 && strcmp(argv[1], format_names[f]) != 0)
				continue;
			for (int round = 0; round < ROUNDS; round++) {
				double took = scan_once(index, &all[f], &out);

				best = took < best ? took : best;
			}
			printf("watch.%s.%zu\t%.3f\tGB/s\trecall %.2f %% of %zu, false lines %zu, decoys flagged %zu "
			       "of %zu\n",
			    format_names[f], set_sizes[s], (double)all[f].text.n / best / 1e9,
			    100.0 * (double)out.plants / (double)all[f].planted, all[f].planted, out.false_lines,
			    out.decoys, all[f].decoys);
		}
		ac_index_close(index);
		free(image);
	}
	for (int f = 0; f < FORMATS; f++) {
		ac_buf_done(&all[f].text);
		free(all[f].truths);
	}
	return 0;
}
