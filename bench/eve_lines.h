/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of telemetry in the shape of Suricata's EVE (http, dns, tls, flow, alert, fileinfo), made from a seed: the same bytes in every run of one build. Content is
 * invented; names are of reserved domains, addresses of private and documentation networks.
 */
#ifndef AC_BENCH_EVE_LINES_H
#define AC_BENCH_EVE_LINES_H

#include <inttypes.h>

#include "base/buf.h"

typedef struct eve_random {
	uint64_t state;
} eve_random;

/* xorshift64*; the state is never 0. */
static inline uint64_t
eve_next(eve_random *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1du;
}

static inline unsigned
eve_below(eve_random *r, unsigned limit)
{
	return (unsigned)((eve_next(r) >> 33) % limit);
}

/* What every event begins with. */
static inline void
eve_head(ac_buf *out, eve_random *r, size_t n, const char *type, const char *proto, unsigned port)
{
	ac_buf_printf(out,
	    "{\"timestamp\":\"2021-03-02T%02u:%02u:%02u.%06u+0000\",\"flow_id\":%" PRIu64
	    ",\"in_iface\":\"eth0\",\"event_type\":\"%s\",\"src_ip\":\"10.%u.%u.%u\",\"src_port\":%u,\"dest_ip\":\"198."
	    "51.100.%u\",\"dest_port\":%u,\"proto\":\"%s\"",
	    (unsigned)(n / 3600 % 24), (unsigned)(n / 60 % 60), (unsigned)(n % 60), eve_below(r, 1000000),
	    eve_next(r) >> 13, type, eve_below(r, 256), eve_below(r, 256), 1 + eve_below(r, 254),
	    1024 + eve_below(r, 64512), 1 + eve_below(r, 254), port, proto);
}

static inline void
eve_http(ac_buf *out, eve_random *r)
{
	static const char *const agents[] = {
		"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
		"Safari/537.36",
		"curl/7.88.1",
	};
	static const char *const types[] = { "text/html", "application/json", "image/png", "text/css" };

	ac_buf_printf(out,
	    ",\"tx_id\":%u,\"http\":{\"hostname\":\"www%u.site%u.test\",\"url\":\"/a/b/%" PRIx64
	    "?q=%u\",\"http_user_agent\":\"%s\",\"http_content_type\":\"%s\",\"http_method\":\"%s\",\"protocol\":"
	    "\"HTTP/1.1\",\"status\":%u,\"length\":%u}",
	    eve_below(r, 4), eve_below(r, 5000), eve_below(r, 20000), eve_next(r), eve_below(r, 1000000000),
	    agents[eve_below(r, 3)], types[eve_below(r, 4)], eve_below(r, 8) ? "GET" : "POST",
	    eve_below(r, 10) ? 200 : 404, eve_below(r, 1000000));
}

static inline void
eve_dns(ac_buf *out, eve_random *r)
{
	unsigned host = eve_below(r, 5000), site = eve_below(r, 20000);

	ac_buf_printf(out,
	    ",\"dns\":{\"version\":2,\"type\":\"answer\",\"id\":%u,\"flags\":\"8180\",\"qr\":true,\"rd\":true,\"ra\":"
	    "true,\"opcode\":0,"
	    "\"rrname\":\"www%u.site%u.test\",\"rrtype\":\"A\",\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"www%u."
	    "site%u.test\",\"rrtype\":\"A\","
	    "\"ttl\":%u,\"rdata\":\"203.0.113.%u\"}],\"grouped\":{\"A\":[\"203.0.113.%u\"]}}",
	    eve_below(r, 65536), host, site, host, site, eve_below(r, 86400), eve_below(r, 256), eve_below(r, 256));
}

static inline void
eve_tls(ac_buf *out, eve_random *r)
{
	unsigned site = eve_below(r, 20000);

	ac_buf_printf(out,
	    ",\"tls\":{\"subject\":\"CN=www.site%u.test\",\"issuerdn\":\"C=US, O=Example Trust, CN=Example CA "
	    "%u\",\"serial\":\"%02X:%02X:%02X:%02X\","
	    "\"fingerprint\":\"%02x:%02x:%02x:%02x:%02x:%02x:%02x:%02x\",\"sni\":\"www.site%u.test\",\"version\":\"TLS "
	    "1.2\","
	    "\"notbefore\":\"2021-01-%02uT00:00:00\",\"notafter\":\"2022-01-%02uT23:59:59\",\"ja3\":{\"hash\":\"%"
	    "016" PRIx64 "%016" PRIx64 "\",\"string\":\"771,4865-4866-4867-49195-49199,0-23-65281-10-11,29-23-24,0\"},"
	    "\"ja3s\":{\"hash\":\"%016" PRIx64 "%016" PRIx64 "\"}}",
	    site, eve_below(r, 40), eve_below(r, 256), eve_below(r, 256), eve_below(r, 256), eve_below(r, 256),
	    eve_below(r, 256), eve_below(r, 256), eve_below(r, 256), eve_below(r, 256), eve_below(r, 256),
	    eve_below(r, 256), eve_below(r, 256), eve_below(r, 256), site, 1 + eve_below(r, 28), 1 + eve_below(r, 28),
	    eve_next(r), eve_next(r), eve_next(r), eve_next(r));
}

static inline void
eve_flow(ac_buf *out, eve_random *r)
{
	static const char *const states[] = { "new", "established", "closed" };
	static const char *const reasons[] = { "timeout", "forced", "shutdown" };

	ac_buf_printf(out,
	    ",\"app_proto\":\"tls\",\"flow\":{\"pkts_toserver\":%u,\"pkts_toclient\":%u,\"bytes_toserver\":%u,\"bytes_"
	    "toclient\":%u,"
	    "\"start\":\"2021-03-02T10:%02u:%02u.%06u+0000\",\"end\":\"2021-03-02T11:%02u:%02u.%06u+0000\",\"age\":%u,"
	    "\"state\":\"%s\",\"reason\":\"%s\",\"alerted\":%s},"
	    "\"tcp\":{\"tcp_flags\":\"1b\",\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"1a\",\"syn\":true,\"fin\":true,"
	    "\"psh\":true,\"ack\":true,\"state\":\"closed\"}",
	    eve_below(r, 1000), eve_below(r, 1000), eve_below(r, 1000000), eve_below(r, 10000000), eve_below(r, 60),
	    eve_below(r, 60), eve_below(r, 1000000), eve_below(r, 60), eve_below(r, 60), eve_below(r, 1000000),
	    eve_below(r, 3600), states[eve_below(r, 3)], reasons[eve_below(r, 3)], eve_below(r, 2) ? "true" : "false");
}

static inline void
eve_alert(ac_buf *out, eve_random *r)
{
	ac_buf_printf(out,
	    ",\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":%u,\"rev\":%u,\"signature\":\"ET TROJAN "
	    "Example \\\"beacon %u\\\" to caf\xc3\xa9 host\","
	    "\"category\":\"A Network Trojan was "
	    "detected\",\"severity\":%u,\"metadata\":{\"created_at\":[\"2020_11_%02u\"],\"former_category\":["
	    "\"MALWARE\"],"
	    "\"updated_at\":[\"2021_01_%02u\"]}},\"payload_printable\":\"GET \\/a?q=%u HTTP\\/1.1\\r\\nHost: "
	    "site%u.test\\r\\n\\r\\n\",\"stream\":1",
	    2000000 + eve_below(r, 40000), 1 + eve_below(r, 9), eve_below(r, 100), 1 + eve_below(r, 3),
	    1 + eve_below(r, 28), 1 + eve_below(r, 28), eve_below(r, 100000), eve_below(r, 20000));
}

static inline void
eve_fileinfo(ac_buf *out, eve_random *r)
{
	ac_buf_printf(out,
	    ",\"app_proto\":\"http\",\"fileinfo\":{\"filename\":\"/dl/%" PRIx64
	    ".bin\",\"sid\":[],\"gaps\":false,\"state\":\"CLOSED\",\"md5\":\"%016" PRIx64 "%016" PRIx64
	    "\",\"sha256\":\"%016" PRIx64 "%016" PRIx64 "%016" PRIx64 "%016" PRIx64
	    "\",\"stored\":false,\"size\":%u,\"tx_id\":%u}",
	    eve_next(r), eve_next(r), eve_next(r), eve_next(r), eve_next(r), eve_next(r), eve_next(r),
	    eve_below(r, 10000000), eve_below(r, 4));
}

/* Adds that many lines to out: of twenty, seven are http, four dns, four flow, two tls, two fileinfo, one is an alert. */
static inline void
eve_lines(ac_buf *out, size_t lines, uint64_t seed)
{
	static const struct {
		const char *type, *proto;
		unsigned port, share;
		void (*add)(ac_buf *out, eve_random *r);
	} kinds[] = { { "http", "TCP", 80, 7, eve_http }, { "dns", "UDP", 53, 4, eve_dns },
		{ "flow", "TCP", 443, 4, eve_flow }, { "tls", "TCP", 443, 2, eve_tls },
		{ "fileinfo", "TCP", 80, 2, eve_fileinfo }, { "alert", "TCP", 80, 1, eve_alert } };
	eve_random r = { seed ? seed : 1 };

	for (size_t n = 0; n < lines; n++) {
		unsigned draw = eve_below(&r, 20), kind = 0;

		while (draw >= kinds[kind].share)
			draw -= kinds[kind++].share;
		eve_head(out, &r, n, kinds[kind].type, kinds[kind].proto, kinds[kind].port);
		kinds[kind].add(out, &r);
		ac_buf_printf(
		    out, ",\"community_id\":\"1:%016" PRIx64 "%08x=\"}\n", eve_next(&r), eve_below(&r, 1u << 31));
	}
}

#endif
