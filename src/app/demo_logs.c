/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writer of the demonstration's logs. Chance comes from a generator with a fixed seed, so that every run writes the same bytes; planted lines take their place from the
 * plan in demo_traces.c. Nothing that is left to chance can equal an indicator: addresses, names and files are drawn from pools that hold none.
 */
#include "app/demo_logs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sys/file.h"

#define SEED UINT64_C(0x20210719)
#define FIRST_SECOND INT64_C(1614643200) /* 2021-03-02T00:00:00Z */
#define SPAN_SECONDS INT64_C(172800)     /* two days */
#define FLUSH_AT ((size_t)256 * 1024)
#define LINE_MAX_BYTES ((size_t)16 * 1024)

typedef struct writer writer;

/* A file's shape. Heads count as lines. */
typedef struct file_plan {
	const char *path;
	uint64_t lines;
	const char *const *head; /* ended by NULL */
	const char *tail;        /* last line, or NULL */
	void (*fill)(writer *w, ac_demo_record *record);
	void (*write)(writer *w, const ac_demo_record *record);
} file_plan;

struct writer {
	uint64_t state; /* of the generator of chance */
	int64_t time_us;
	ac_buf line;
	char scratch[16][192]; /* what fill drew for one record */
	size_t scratch_used;
};

/* Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014 (SplitMix64). */
static uint64_t
chance(writer *w)
{
	uint64_t z = w->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static unsigned
below(writer *w, unsigned bound)
{
	return (unsigned)(chance(w) % bound);
}

static const char *
one_of(writer *w, const char *const *list, size_t count)
{
	return list[chance(w) % count];
}
#define ONE_OF(w, list) one_of((w), (list), AC_COUNT(list))

/* printf into the record's scratch space. */
static const char *__attribute__((format(printf, 2, 3))) draw(writer *w, const char *format, ...)
{
	char *room = w->scratch[w->scratch_used++ % AC_COUNT(w->scratch)];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(room, sizeof(w->scratch[0]), format, args);
	va_end(args);
	return room;
}

/* --- what may happen on a quiet day ------------------------------------------------------------------------------------
 * The order in which C evaluates arguments is open: every draw has its own statement, so that all compilers write the same bytes. */

static const char *const labels[] = { "www", "news", "static", "api", "img", "video", "maps", "shop", "docs", "time",
	"login", "metrics", "forum", "weather", "edge", "cdn" };
static const char *const zones[] = { "example.com", "example.net", "example.org", "northfield.example",
	"orchard.example", "granite.example", "lantern.example", "saltmarsh.example", "harbour.example",
	"meadow.example" };
static const char *const paths[] = { "/", "/index.html", "/owa/auth/logon.aspx", "/owa/", "/ecp/", "/ews/exchange.asmx",
	"/autodiscover/autodiscover.xml", "/mapi/emsmdb/", "/rpc/rpcproxy.dll", "/images/logo.png", "/js/app.js",
	"/css/main.css", "/api/v1/items", "/favicon.ico", "/robots.txt" };
static const char *const agents[] = { "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)", "Mozilla/5.0+(X11;+Linux+x86_64)",
	"Microsoft+Office/16.0+(Windows+NT+10.0)", "Mail/3654.60.0.2.21", "curl/7.74.0" };
static const char *const file_names[] = { "report.pdf", "minutes.docx", "invoice.xlsx", "update.cab", "photo.jpg",
	"archive.zip", "setup.msi", "notes.txt" };
static const char *const mail_users[] = { "office", "billing", "info", "news", "noreply", "support", "sales" };

/* Kinds of EVE records, the frequent ones several times, and their ports. */
static const struct {
	const char *name;
	unsigned dport;
} eve_kinds[] = { { "flow", 443 }, { "flow", 443 }, { "flow", 993 }, { "dns", 53 }, { "dns", 53 }, { "http", 80 },
	{ "tls", 443 }, { "tls", 443 }, { "fileinfo", 80 }, { "smtp", 25 } };

static const char *
inside(writer *w)
{
	unsigned net = 1 + below(w, 8), host = 20 + below(w, 230);

	return draw(w, "10.20.%u.%u", net, host);
}

/* Addresses of RFC 5737 and RFC 3849 of which the feeds list none. */
static const char *
outside(writer *w)
{
	static const struct {
		const char *net;
		unsigned first, count;
	} pools[] = { { "192.0.2", 1, 60 }, { "198.51.100", 1, 50 }, { "198.51.100", 100, 80 },
		{ "203.0.113", 100, 40 } };
	unsigned pick = below(w, AC_COUNT(pools)), last = below(w, pools[pick].count);

	return draw(w, "%s.%u", pools[pick].net, pools[pick].first + last);
}

static const char *
outside_of_any_family(writer *w)
{
	unsigned net, host;

	if (below(w, 10))
		return outside(w);
	net = 1 + below(w, 0xfff);
	host = 1 + below(w, 0xffff);
	return draw(w, "2001:db8:a:%x::%x", net, host);
}

static const char *
domain(writer *w)
{
	const char *label = ONE_OF(w, labels), *zone = ONE_OF(w, zones);
	unsigned number = below(w, 300);

	return number < 100 ? draw(w, "%s%u.%s", label, number, zone) : draw(w, "%s.%s", label, zone);
}

static const char *
mail_address(writer *w)
{
	const char *user = ONE_OF(w, mail_users), *zone = ONE_OF(w, zones);

	return draw(w, "%s@%s", user, zone);
}

static const char *
hex(writer *w, unsigned digits)
{
	char text[128];

	for (unsigned i = 0; i < digits; i++)
		text[i] = "0123456789abcdef"[chance(w) >> 60];
	return draw(w, "%.*s", (int)digits, text);
}

/* Ids of Zeek: a letter and 17 characters. */
static const char *
uid(writer *w, char letter)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	char text[17];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = set[chance(w) % (sizeof(set) - 1)];
	return draw(w, "%c%.*s", letter, (int)sizeof(text), text);
}

/* What the plan leaves open is drawn. */
#define FILL(place, drawn)                                                                                             \
	do {                                                                                                           \
		if (!(place))                                                                                          \
			(place) = (drawn);                                                                             \
	} while (0)

static void
fill_conn(writer *w, ac_demo_record *r)
{
	static const unsigned ports[] = { 443, 443, 443, 80, 25, 993, 587 };
	bool inbound = below(w, 3) == 0;

	FILL(r->src, inbound ? outside_of_any_family(w) : inside(w));
	FILL(r->dst, inbound ? "10.20.5.10" : outside_of_any_family(w));
	FILL(r->dport, ports[below(w, AC_COUNT(ports))]);
}

static void
fill_dns(writer *w, ac_demo_record *r)
{
	FILL(r->src, inside(w));
	FILL(r->dst, "10.20.5.11");
	FILL(r->dport, 53);
	FILL(r->query, domain(w));
	FILL(r->answer, outside(w));
}

static const char *
item_path(writer *w)
{
	unsigned item = below(w, 100000), page = below(w, 50);

	return draw(w, "/api/v1/items/%u?page=%u", item, page);
}

static void
fill_http(writer *w, ac_demo_record *r)
{
	FILL(r->src, inside(w));
	FILL(r->dst, outside(w));
	FILL(r->dport, 80);
	FILL(r->host, domain(w));
	FILL(r->uri, below(w, 4) ? ONE_OF(w, paths) : item_path(w));
	FILL(r->referrer, below(w, 5) ? "-" : draw(w, "http://%s/", domain(w)));
	FILL(r->agent, ONE_OF(w, agents));
}

static const char *
file_path(writer *w)
{
	unsigned folder = below(w, 1000);
	const char *name = ONE_OF(w, file_names);

	return draw(w, "/files/%u/%s", folder, name);
}

static void
fill_eve(writer *w, ac_demo_record *r)
{
	unsigned kind = below(w, AC_COUNT(eve_kinds));

	if (!r->kind) {
		r->kind = eve_kinds[kind].name;
		r->dport = eve_kinds[kind].dport;
	}
	FILL(r->src, inside(w));
	FILL(r->dst, outside(w));
	FILL(r->dport, 443);
	FILL(r->query, domain(w));
	FILL(r->host, domain(w));
	FILL(r->uri, ONE_OF(w, paths));
	FILL(r->mail, mail_address(w));
	FILL(r->file, file_path(w));
	if (!r->md5 && !r->sha1 && !r->sha256 && !r->sha512)
		r->sha256 = hex(w, 64);
}

static void
fill_iis(writer *w, ac_demo_record *r)
{
	FILL(r->src, below(w, 2) ? outside(w) : inside(w));
	FILL(r->referrer, below(w, 6) ? "-" : draw(w, "https://mail.harbour.example%s", ONE_OF(w, paths)));
	FILL(r->uri, ONE_OF(w, paths));
	FILL(r->agent, ONE_OF(w, agents));
}

static void
fill_syslog(writer *w, ac_demo_record *r)
{
	unsigned program = below(w, 5), number = below(w, 100000);
	const char *name = domain(w), *from = outside(w), *to = inside(w), *mail = mail_address(w), *id = hex(w, 8);

	if (r->text)
		return;
	if (program == 0)
		r->text = draw(w, "mx1 postfix/smtpd[2207]: %s: client=%s[%s]", id, name, from);
	else if (program == 1)
		r->text = draw(w, "mx1 postfix/qmgr[2211]: %s: from=<%s>, size=%u, nrcpt=1", id, mail, number);
	else if (program == 2)
		r->text = draw(w, "fw1 kernel: IN=eth1 OUT=eth0 SRC=%s DST=%s LEN=60 PROTO=TCP DPT=443", from, to);
	else if (program == 3)
		r->text = draw(w, "proxy1 squid[901]: TCP_MISS/200 %u CONNECT %s:443 - HIER_DIRECT", number, name);
	else
		r->text = draw(w, "ns1 named[388]: client %s#%u: query: %s IN A +", to, number % 60000, name);
}

/* --- formats ---------------------------------------------------------------------------------------------------------- */

static void
add_zeek_start(writer *w, const ac_demo_record *r)
{
	const char *id = uid(w, 'C');
	unsigned sport = 1024 + below(w, 60000);

	ac_buf_printf(&w->line, "%lld.%06u\t%s\t%s\t%u\t%s\t%u\t", (long long)(w->time_us / 1000000),
	    (unsigned)(w->time_us % 1000000), id, r->src, sport, r->dst, r->dport);
}

static void
write_conn(writer *w, const ac_demo_record *r)
{
	static const char *const states[] = { "SF", "SF", "SF", "S1", "RSTO", "REJ" };
	unsigned sent = below(w, 90000), got = below(w, 900000), micros = below(w, 300000000);
	const char *state = ONE_OF(w, states);
	const char *service = r->dport == 443 ? "ssl" : r->dport == 80 ? "http" : r->dport == 25 ? "smtp" : "-";

	add_zeek_start(w, r);
	ac_buf_printf(&w->line, "tcp\t%s\t%u.%06u\t%u\t%u\t%s\tT\tF\t0\tShADadFf\t%u\t%u\t%u\t%u\t-", service,
	    micros / 1000000, micros % 1000000, sent, got, state, 4 + sent / 1200, sent + 240, 4 + got / 1200,
	    got + 240);
}

static void
write_dns(writer *w, const ac_demo_record *r)
{
	unsigned id = below(w, 65536), micros = below(w, 200000), ttl = 60 + below(w, 3600);

	add_zeek_start(w, r);
	ac_buf_printf(&w->line, "udp\t%u\t0.%06u\t%s\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t%s\t%u.000000\tF",
	    id, micros, r->query, r->answer, ttl);
}

static void
write_http(writer *w, const ac_demo_record *r)
{
	const char *method = below(w, 5) ? "GET" : "POST", *file = uid(w, 'F');
	unsigned size = below(w, 200000);

	add_zeek_start(w, r);
	ac_buf_printf(&w->line,
	    "1\t%s\t%s\t%s\t%s\t1.1\t%s\t-\t0\t%u\t200\tOK\t-\t-\t(empty)\t-\t-\t-\t-\t-\t-\t%s\t-\ttext/html", method,
	    r->host, r->uri, r->referrer, r->agent, size, file);
}

/* Civil time of w->time_us, which lies on the second or third of March 2021. */
static void
add_time(writer *w, const char *between, bool with_micros)
{
	int64_t since = w->time_us / 1000000 - FIRST_SECOND;
	unsigned second = (unsigned)(since % 86400);

	ac_buf_printf(&w->line, "2021-03-%02u%s%02u:%02u:%02u", 2 + (unsigned)(since / 86400), between, second / 3600,
	    second / 60 % 60, second % 60);
	if (with_micros)
		ac_buf_printf(&w->line, ".%06u", (unsigned)(w->time_us % 1000000));
}

static void
add_eve_dns(writer *w, const ac_demo_record *r)
{
	ac_buf_printf(&w->line, "\"dns\":{\"type\":\"query\",\"id\":%u,\"rrname\":\"%s\",\"rrtype\":\"A\"}",
	    below(w, 65536), r->query);
}

static void
add_eve_http(writer *w, const ac_demo_record *r)
{
	ac_buf_printf(&w->line,
	    "\"http\":{\"hostname\":\"%s\",\"url\":\"%s\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\","
	    "\"status\":200,\"length\":%u}",
	    r->host, r->uri, below(w, 100000));
}

static void
add_eve_tls(writer *w, const ac_demo_record *r)
{
	ac_buf_printf(&w->line, "\"tls\":{\"sni\":\"%s\",\"version\":\"TLS 1.2\"}", r->host);
}

static void
add_eve_fileinfo(writer *w, const ac_demo_record *r)
{
	const struct {
		const char *name, *value;
	} hashes[] = { { "md5", r->md5 }, { "sha1", r->sha1 }, { "sha256", r->sha256 }, { "sha512", r->sha512 } };

	ac_buf_printf(&w->line, "\"fileinfo\":{\"filename\":\"%s\",\"state\":\"CLOSED\",\"stored\":false,\"size\":%u",
	    r->file, below(w, 4000000));
	for (size_t i = 0; i < AC_COUNT(hashes); i++)
		if (hashes[i].value)
			ac_buf_printf(&w->line, ",\"%s\":\"%s\"", hashes[i].name, hashes[i].value);
	ac_buf_add_byte(&w->line, '}');
}

static void
add_eve_smtp(writer *w, const ac_demo_record *r)
{
	ac_buf_printf(&w->line, "\"smtp\":{\"helo\":\"mx%u\",\"mail_from\":\"<%s>\"}", below(w, 9), r->mail);
}

static void
add_eve_flow(writer *w, const ac_demo_record *r)
{
	unsigned sent = 1 + below(w, 400), got = 1 + below(w, 900);

	ac_buf_printf(&w->line, "\"flow\":{\"pkts_toserver\":%u,\"pkts_toclient\":%u,\"state\":\"closed\"}", sent, got);
}

static const struct {
	ac_str kind;
	void (*add)(writer *w, const ac_demo_record *r);
} eve_parts[] = { { AC_S_INIT("dns"), add_eve_dns }, { AC_S_INIT("fileinfo"), add_eve_fileinfo },
	{ AC_S_INIT("flow"), add_eve_flow }, { AC_S_INIT("http"), add_eve_http }, { AC_S_INIT("smtp"), add_eve_smtp },
	{ AC_S_INIT("tls"), add_eve_tls } };

static void
write_eve(writer *w, const ac_demo_record *r)
{
	unsigned long long flow = chance(w) >> 14;
	unsigned sport = 1024 + below(w, 60000);

	ac_buf_add(&w->line, AC_S("{\"timestamp\":\""));
	add_time(w, "T", true);
	ac_buf_printf(&w->line,
	    "+0000\",\"flow_id\":%llu,\"event_type\":\"%s\",\"src_ip\":\"%s\",\"src_port\":%u,\"dest_ip\":\"%s\","
	    "\"dest_port\":%u,\"proto\":\"%s\",",
	    flow, r->kind, r->src, sport, r->dst, r->dport, r->dport == 53 ? "UDP" : "TCP");
	for (size_t i = 0; i < AC_COUNT(eve_parts); i++)
		if (ac_str_eq(eve_parts[i].kind, ac_str_from(r->kind)))
			eve_parts[i].add(w, r);
	ac_buf_add_byte(&w->line, '}');
}

static void
write_iis(writer *w, const ac_demo_record *r)
{
	const char *method = below(w, 4) ? "GET" : "POST";
	unsigned status = below(w, 20) ? 200 : 401, taken = below(w, 3000);

	add_time(w, " ", false);
	ac_buf_printf(&w->line, " 10.20.5.10 %s %s - 443 - %s %s %s %u 0 0 %u", method, r->uri, r->src, r->agent,
	    r->referrer, status, taken);
}

static void
write_syslog(writer *w, const ac_demo_record *r)
{
	add_time(w, "T", true);
	ac_buf_printf(&w->line, "+00:00 %s", r->text);
}

#define ZEEK_HEAD(path)                                                                                                \
	"#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\t" path,           \
	    "#open\t2021-03-02-00-00-00"
#define ZEEK_ENDS "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t"
#define ZEEK_END_TYPES "#types\ttime\tstring\taddr\tport\taddr\tport\t"
#define ZEEK_TAIL "#close\t2021-03-04-00-00-00"

static const char *const conn_head[] = { ZEEK_HEAD("conn"),
	ZEEK_ENDS "proto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_"
		  "bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents",
	ZEEK_END_TYPES "enum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tc"
		       "ount\tset[string]",
	NULL };
static const char *const dns_head[] = { ZEEK_HEAD("dns"),
	ZEEK_ENDS "proto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\tqtype_name\trcode\trcode_"
		  "name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected",
	ZEEK_END_TYPES "enum\tcount\tinterval\tstring\tcount\tstring\tcount\tstring\tcount\tstring\tbool\tbool\tbool\tb"
		       "ool\tcount\tvector[string]\tvector[interval]\tbool",
	NULL };
static const char *const http_head[] = { ZEEK_HEAD("http"),
	ZEEK_ENDS "trans_depth\tmethod\thost\turi\treferrer\tversion\tuser_agent\torigin\trequest_body_len\tresponse_"
		  "body_len\tstatus_code\tstatus_msg\tinfo_code\tinfo_msg\ttags\tusername\tpassword\tproxied\torig_"
		  "fuids\torig_filenames\torig_mime_types\tresp_fuids\tresp_filenames\tresp_mime_types",
	ZEEK_END_TYPES "count\tstring\tstring\tstring\tstring\tstring\tstring\tstring\tcount\tcount\tcount\tstring\tcou"
		       "nt\tstring\tset[enum]\tstring\tstring\tset[string]\tvector[string]\tvector[string]\tvector["
		       "string]\tvector[string]\tvector[string]\tvector[string]",
	NULL };
static const char *const iis_head[] = { "#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0",
	"#Date: 2021-03-02 00:00:00",
	"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) "
	"sc-status sc-substatus sc-win32-status time-taken",
	NULL };
static const char *const no_head[] = { NULL };

/* 200,000 lines together. */
static const file_plan files[AC_DEMO_FILE_COUNT] = {
	[AC_DEMO_CONN] = { "zeek/conn.log", 70000, conn_head, ZEEK_TAIL, fill_conn, write_conn },
	[AC_DEMO_DNS] = { "zeek/dns.log", 40000, dns_head, ZEEK_TAIL, fill_dns, write_dns },
	[AC_DEMO_HTTP] = { "zeek/http.log", 20000, http_head, ZEEK_TAIL, fill_http, write_http },
	[AC_DEMO_EVE] = { "suricata/eve.json", 40000, no_head, NULL, fill_eve, write_eve },
	[AC_DEMO_IIS] = { "iis/u_ex210302.log", 15000, iis_head, NULL, fill_iis, write_iis },
	[AC_DEMO_SYSLOG] = { "syslog/messages", 15000, no_head, NULL, fill_syslog, write_syslog },
};

/* --- the run ---------------------------------------------------------------------------------------------------------- */

typedef struct run {
	writer writer;
	const char *dir;
	ac_arena *arena;
	ac_buf pending; /* whole lines that are not in the file yet */
	int fd;
	uint64_t offset; /* of the line being written */
	size_t next_trace;
	ac_demo_truth *truths;
	ac_demo_logs logs;
} run;

static int
flush(run *r, accord_err *err)
{
	int rc = ac_file_write_all(r->fd, ac_buf_view(&r->pending), err);

	ac_buf_reset(&r->pending);
	return rc;
}

static int
put_line(run *r, accord_err *err)
{
	ac_str line;
	int rc;

	ac_buf_add_byte(&r->writer.line, '\n');
	rc = ac_buf_finish(&r->writer.line, &line, err);
	if (rc < 0)
		return rc;
	ac_buf_add(&r->pending, line);
	r->offset += line.n;
	r->logs.bytes += line.n;
	r->logs.lines++;
	ac_buf_reset(&r->writer.line);
	return r->pending.n < FLUSH_AT ? 0 : flush(r, err);
}

static int
put_text(run *r, const char *text, accord_err *err)
{
	ac_buf_add_cstr(&r->writer.line, text);
	return put_line(r, err);
}

/* Write down where the tokens of a planted line stand. Each must stand there once, else the plan contradicts the format. */
static int
note_tokens(run *r, const ac_demo_trace *trace, accord_err *err)
{
	ac_str line = ac_buf_view(&r->writer.line);

	if (!trace->tokens[0].raw)
		r->logs.decoys++;
	for (size_t i = 0; i < AC_DEMO_TOKENS_MAX && trace->tokens[i].raw; i++) {
		const ac_demo_token *token = &trace->tokens[i];
		ac_str raw = ac_str_from(token->raw);
		size_t at = ac_str_find(line, raw), after = at + raw.n;

		if (at == line.n || ac_str_find(ac_str_slice(line, after, line.n), raw) != line.n - after)
			return ac_fail(err, ACCORD_EINTERNAL, "demo plan, %s:%llu: want %s once in the line",
			    files[trace->file].path, (unsigned long long)trace->line, token->raw);
		r->truths[r->logs.truth_count++] = (ac_demo_truth){ trace->file, trace->line, r->offset + at, token };
		if (token->reason)
			r->logs.held_back++;
		else
			r->logs.hits++;
	}
	return 0;
}

/* Records come in order of time, one in each slice of the two days. */
static int
put_record(run *r, ac_demo_file file, uint64_t line, accord_err *err)
{
	const file_plan *plan = &files[file];
	const ac_demo_trace *trace = r->next_trace < ac_demo_trace_count ? &ac_demo_traces[r->next_trace] : NULL;
	bool is_planted = trace && trace->file == file && trace->line == line;
	ac_demo_record record = is_planted ? trace->record : (ac_demo_record){ 0 };
	int64_t slice = SPAN_SECONDS * 1000000 / (int64_t)plan->lines;
	int rc = 0;

	r->writer.scratch_used = 0;
	r->writer.time_us =
	    FIRST_SECOND * 1000000 + (int64_t)(line - 1) * slice + (int64_t)(chance(&r->writer) % (uint64_t)slice);
	plan->fill(&r->writer, &record);
	plan->write(&r->writer, &record);
	if (is_planted) {
		rc = note_tokens(r, trace, err);
		r->next_trace++;
	}
	return rc < 0 ? rc : put_line(r, err);
}

static int
open_file(run *r, const char *path, accord_err *err)
{
	const char *full = ac_arena_printf(r->arena, "%s/%s", r->dir, path).p;
	size_t n;
	int rc;

	if (!full)
		return ac_arena_check(r->arena, err);
	for (n = strlen(full); full[n] != '/'; n--)
		continue;
	rc = ac_dir_make(ac_arena_str(r->arena, (ac_str){ full, n }).p, err);
	if (rc < 0)
		return rc;
	r->fd = ac_file_create(full, 0644, err);
	return r->fd < 0 ? r->fd : 0;
}

static int
put_file(run *r, ac_demo_file file, accord_err *err)
{
	const file_plan *plan = &files[file];
	uint64_t line = 1, last = plan->lines - (plan->tail ? 1 : 0);
	int rc = open_file(r, plan->path, err);

	if (rc < 0)
		return rc;
	r->writer.state = SEED + (uint64_t)file;
	r->offset = 0;
	for (size_t i = 0; rc == 0 && plan->head[i]; i++, line++)
		rc = put_text(r, plan->head[i], err);
	for (; rc == 0 && line <= last; line++)
		rc = put_record(r, file, line, err);
	if (rc == 0 && plan->tail)
		rc = put_text(r, plan->tail, err);
	if (rc == 0)
		rc = flush(r, err);
	if (close(r->fd) < 0 && rc == 0)
		rc = ac_fail(err, ACCORD_EIO, "%s: cannot write: %s", plan->path, ac_errno_text(errno));
	return rc;
}

static int
compare_truths(const void *x, const void *y)
{
	const ac_demo_truth *a = x, *b = y;
	int files_differ = (a->file > b->file) - (a->file < b->file);

	return files_differ ? files_differ : (a->offset > b->offset) - (a->offset < b->offset);
}

const char *
ac_demo_file_path(ac_demo_file file)
{
	return files[file].path;
}

int
ac_demo_logs_write(const char *dir, ac_arena *arena, ac_demo_logs *out, accord_err *err)
{
	run r = { .dir = dir, .arena = arena, .fd = -1 };
	int rc = 0;

	r.truths = ac_arena_zalloc(arena, ac_demo_trace_count * AC_DEMO_TOKENS_MAX, sizeof(*r.truths));
	if (!r.truths)
		return ac_arena_check(arena, err);
	ac_buf_init(&r.pending, FLUSH_AT + 2 * LINE_MAX_BYTES);
	ac_buf_init(&r.writer.line, LINE_MAX_BYTES);
	for (unsigned file = 0; rc == 0 && file < AC_DEMO_FILE_COUNT; file++)
		rc = put_file(&r, (ac_demo_file)file, err);
	if (rc == 0 && r.next_trace != ac_demo_trace_count)
		rc = ac_fail(err, ACCORD_EINTERNAL,
		    "demo plan: want traces in order of file and line, %zu of %zu were written", r.next_trace,
		    ac_demo_trace_count);
	ac_buf_done(&r.pending);
	ac_buf_done(&r.writer.line);
	if (rc < 0)
		return rc;
	qsort(r.truths, r.logs.truth_count, sizeof(*r.truths), compare_truths);
	r.logs.truths = r.truths;
	*out = r.logs;
	return 0;
}
