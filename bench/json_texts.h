/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that JSON benchmarks run over: the published ATT&CK bundle, and Suricata EVE lines made from a seed; and how they are timed. */
#ifndef AC_BENCH_JSON_TEXTS_H
#define AC_BENCH_JSON_TEXTS_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <zstd.h>

#include "base/buf.h"

/* Time of this thread: other programs on the machine do not count, though their use of caches and memory does. */
static inline double
bench_cpu_seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline bool
bench_read_file(const char *path, ac_buf *out)
{
	FILE *file = fopen(path, "rb");
	size_t n;
	char *room;

	if (!file)
		return false;
	while ((room = ac_buf_reserve(out, 1 << 20)) && (n = fread(room, 1, 1 << 20, file)) > 0)
		ac_buf_commit(out, n);
	(void)fclose(file);
	return out->n > 0 && !out->failed;
}

static inline bool
bench_decompress(const ac_buf *packed, ac_buf *out)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed->p, packed->n);
	char *room;
	size_t n;

	/* Frames without a size end here: the published file has one. */
	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
		size = packed->n * 40;
	room = ac_buf_reserve(out, size);
	n = room ? ZSTD_decompress(room, size, packed->p, packed->n) : 0;
	if (!room || ZSTD_isError(n))
		return false;
	ac_buf_commit(out, n);
	return true;
}

/* The ATT&CK bundle of the public data (ACCORD_SHARED_DATA); false where it is not there. */
static inline bool
bench_attack(ac_buf *out)
{
	const char *folder = getenv("ACCORD_SHARED_DATA");
	char path[4096];
	ac_buf packed;
	bool good;

	if (!folder)
		return false;
	(void)snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", folder);
	ac_buf_init(&packed, (size_t)1 << 30);
	good = bench_read_file(path, &packed) && bench_decompress(&packed, out);
	ac_buf_done(&packed);
	return good;
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t
bench_draw(uint64_t *seed, uint64_t below)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return (x ^ x >> 31) % below;
}

static inline void
bench_eve_flow(ac_buf *out, uint64_t *seed)
{
	ac_buf_printf(out,
	    "\"flow\":{\"pkts_toserver\":%u,\"pkts_toclient\":%u,\"bytes_toserver\":%u,\"bytes_toclient\":%u,"
	    "\"start\":\"2021-07-19T10:%02u:%02u.%06u+0000\"",
	    (unsigned)bench_draw(seed, 60), (unsigned)bench_draw(seed, 80), (unsigned)bench_draw(seed, 9000),
	    (unsigned)bench_draw(seed, 400000), (unsigned)bench_draw(seed, 60), (unsigned)bench_draw(seed, 60),
	    (unsigned)bench_draw(seed, 1000000));
}

static inline void
bench_eve_http(ac_buf *out, uint64_t *seed)
{
	static const char *const agents[] = { "Mozilla\\/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit\\/537.36 (KHTML, like "
					      "Gecko) Chrome\\/91.0.4472.124 Safari\\/537.36",
		"Mozilla\\/5.0 (X11; Linux x86_64; rv:78.0) Gecko\\/20100101 Firefox\\/78.0", "curl\\/7.74.0",
		"Microsoft-CryptoAPI\\/10.0" };

	ac_buf_printf(out,
	    "\"tx_id\":%u,\"http\":{\"hostname\":\"www%u.example.com\",\"url\":\"\\/static\\/%u\\/page-%u.html?id=%u\","
	    "\"http_user_agent\":\"%s\",\"http_content_type\":\"text\\/html\",\"http_method\":\"GET\","
	    "\"protocol\":\"HTTP\\/1.1\",\"status\":%u,\"length\":%u}",
	    (unsigned)bench_draw(seed, 9), (unsigned)bench_draw(seed, 5000), (unsigned)bench_draw(seed, 90),
	    (unsigned)bench_draw(seed, 100000), (unsigned)bench_draw(seed, 1000000), agents[bench_draw(seed, 4)],
	    bench_draw(seed, 10) ? 200U : 404U, (unsigned)bench_draw(seed, 100000));
}

/* What stands behind the addresses, by event type. */
static inline void
bench_eve_event(ac_buf *out, unsigned kind, uint64_t *seed)
{
	switch (kind) {
	case 0:
		ac_buf_printf(out,
		    "\"dns\":{\"type\":\"query\",\"id\":%u,\"rrname\":\"host%u.example.net\",\"rrtype\":\"%s\",\"tx_id\":0,"
		    "\"opcode\":0}",
		    (unsigned)bench_draw(seed, 65536), (unsigned)bench_draw(seed, 50000), bench_draw(seed, 3) ? "A" : "AAAA");
		break;
	case 1:
		bench_eve_http(out, seed);
		break;
	case 2:
		ac_buf_printf(out,
		    "\"tls\":{\"subject\":\"CN=*.example.org\",\"issuerdn\":\"C=US, O=Example Trust, CN=Example CA %u\","
		    "\"serial\":\"0A:3B:%02X:%02X:5C:11:9F\",\"fingerprint\":\"5f:3c:%02x:88:91:0e:6a:21:bb:%02x:4d:7e\","
		    "\"sni\":\"api%u.example.org\",\"version\":\"TLS 1.2\",\"notbefore\":\"2021-01-02T00:00:00\","
		    "\"notafter\":\"2022-01-02T23:59:59\",\"ja3\":{},\"ja3s\":{}}",
		    (unsigned)bench_draw(seed, 9), (unsigned)bench_draw(seed, 256), (unsigned)bench_draw(seed, 256),
		    (unsigned)bench_draw(seed, 256), (unsigned)bench_draw(seed, 256), (unsigned)bench_draw(seed, 9000));
		break;
	case 3:
		ac_buf_printf(out,
		    "\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":%u,\"rev\":%u,\"signature\":\"ET POLICY "
		    "Suspicious \\u0022update\\u0022 request caf\xc3\xa9 %u\",\"category\":\"Potential Corporate Privacy "
		    "Violation\",\"severity\":%u,\"metadata\":{\"created_at\":[\"2020_01_01\"],\"updated_at\":[\"2021_02_03\"]}},",
		    (unsigned)(2000000 + bench_draw(seed, 40000)), (unsigned)bench_draw(seed, 9), (unsigned)bench_draw(seed, 900),
		    (unsigned)(1 + bench_draw(seed, 3)));
		bench_eve_http(out, seed);
		ac_buf_add_cstr(out, ",\"app_proto\":\"http\",");
		bench_eve_flow(out, seed);
		ac_buf_add_cstr(out, "}");
		break;
	case 4:
		ac_buf_add_cstr(out, "\"app_proto\":\"tls\",");
		bench_eve_flow(out, seed);
		ac_buf_printf(out,
		    ",\"end\":\"2021-07-19T11:00:%02u.%06u+0000\",\"age\":%u,\"state\":\"closed\",\"reason\":\"timeout\","
		    "\"alerted\":false},\"tcp\":{\"tcp_flags\":\"1b\",\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"1b\",\"syn\":true,"
		    "\"fin\":true,\"psh\":true,\"ack\":true,\"state\":\"closed\"}",
		    (unsigned)bench_draw(seed, 60), (unsigned)bench_draw(seed, 1000000), (unsigned)bench_draw(seed, 600));
		break;
	default:
		ac_buf_printf(out, "\"app_proto\":\"http\",\"fileinfo\":{\"filename\":\"\\/dl\\/setup-%u.exe\",\"gaps\":false,"
		    "\"state\":\"CLOSED\",\"md5\":\"%016llx%016llx\",\"stored\":false,\"size\":%u,\"tx_id\":%u},",
		    (unsigned)bench_draw(seed, 900), (unsigned long long)bench_draw(seed, UINT64_MAX),
		    (unsigned long long)bench_draw(seed, UINT64_MAX), (unsigned)bench_draw(seed, 9000000),
		    (unsigned)bench_draw(seed, 5));
		bench_eve_http(out, seed);
		break;
	}
}

/* Lines of `bytes` or a little more. The same for the same seed. */
static inline void
bench_eve(ac_buf *out, size_t bytes, uint64_t seed)
{
	static const char *const types[] = { "dns", "http", "tls", "alert", "flow", "fileinfo" };

	while (out->n < bytes && !out->failed) {
		/* As on a network at work: mostly dns, flow and tls. */
		static const unsigned char shares[16] = { 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 3, 4, 4, 4, 4, 5 };
		unsigned kind = shares[bench_draw(&seed, 16)];

		ac_buf_printf(out,
		    "{\"timestamp\":\"2021-07-19T10:%02u:%02u.%06u+0000\",\"flow_id\":%llu,\"in_iface\":\"eth0\","
		    "\"event_type\":\"%s\",\"src_ip\":\"10.%u.%u.%u\",\"src_port\":%u,\"dest_ip\":\"198.51.100.%u\","
		    "\"dest_port\":%u,\"proto\":\"%s\",\"community_id\":\"1:%016llxAbCdEf=\",",
		    (unsigned)bench_draw(&seed, 60), (unsigned)bench_draw(&seed, 60), (unsigned)bench_draw(&seed, 1000000),
		    (unsigned long long)bench_draw(&seed, 2251799813685248u), types[kind], (unsigned)bench_draw(&seed, 256),
		    (unsigned)bench_draw(&seed, 256), (unsigned)bench_draw(&seed, 256), (unsigned)(1024 + bench_draw(&seed, 64000)),
		    (unsigned)bench_draw(&seed, 256), kind ? 443U : 53U, kind ? "TCP" : "UDP",
		    (unsigned long long)bench_draw(&seed, UINT64_MAX));
		bench_eve_event(out, kind, &seed);
		ac_buf_add_cstr(out, "}\n");
	}
}

#endif
