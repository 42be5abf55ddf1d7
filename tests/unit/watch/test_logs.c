/* SPDX-License-Identifier: Apache-2.0 */
/* Every format, from the examples of its specification: fields, roles, times, and what a broken line still gives. */
#include "watch_test.h"

#include "watch/logs/logs.h"

typedef struct row {
	const char *lines; /* of one input; the last is read */
	const char *want;
} row;

static bool
is_shown(const ac_log_field *f)
{
	return f->raw.n > 0;
}

/* "format+inner time malformed\nname=value role\n..." without the fields that are empty; roles only when they say something. */
static void
describe(const ac_log_record *r, ac_buf *out)
{
	ac_buf_reset(out);
	ac_buf_printf(out, "%s%s%s", r->format->name, r->inner ? "+" : "", r->inner ? r->inner->name : "");
	if (r->has_time) {
		ac_buf_add_byte(out, ' ');
		ac_time_add(out, r->time, 0);
	}
	ac_buf_add_cstr(out, r->malformed ? " malformed\n" : "\n");
	for (size_t i = 0; i < r->count; i++) {
		const ac_log_field *f = &r->fields[i];
		ac_str value = ac_log_value(f, r->arena);

		if (!is_shown(f))
			continue;
		ac_buf_printf(out, "%.*s=%.*s", AC_FMT(f->name), AC_FMT(value));
		if (f->role != AC_FIELD_OTHER)
			ac_buf_printf(out, " %s", ac_field_role_name(f->role));
		ac_buf_add_byte(out, '\n');
	}
}

static void
read_last(ac_log_state *state, const char *lines, ac_arena *arena, ac_log_record *out)
{
	ac_str rest = ac_str_from(lines), line;

	while (ac_str_next_field(&rest, '\n', &line)) {
		(void)ac_log_see(state, line);
		ac_arena_reset(arena);
		ac_log_read(state, line, arena, out);
	}
}

static void
check_rows(const row *rows, size_t n)
{
	bool bad = false;

	for (size_t i = 0; i < n; i++) {
		ac_log_record record;
		ac_log_state state;
		ac_arena arena;
		ac_buf got;

		ac_log_state_init(&state, (ac_time){ 1700000000, 0 });
		ac_arena_init(&arena, AC_LOG_ARENA_MAX);
		ac_buf_init(&got, AC_MIB);
		read_last(&state, rows[i].lines, &arena, &record);
		describe(&record, &got);
		if (!ac_str_eq(ac_buf_view(&got), ac_str_from(rows[i].want))) {
			print_error("row %zu: %s\n--- got\n%.*s--- want\n%s", i, rows[i].lines,
			    AC_FMT(ac_buf_view(&got)), rows[i].want);
			bad = true;
		}
		ac_buf_done(&got);
		ac_arena_done(&arena);
		ac_log_state_done(&state);
	}
	assert_false(bad);
}

#define BOM "\xef\xbb\xbf"

/* RFC 5424 s6.5, s6.3.3; RFC 3164 s5.4. */
static void
syslog__gives_header_structured_data_and_message(void **state)
{
	static const row rows[] = {
		{ "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - " BOM
		  "'su root' failed for lonvick",
		    "syslog 2003-10-11T22:14:15.003Z\nhostname=mymachine.example.com "
		    "sensor\napp-name=su\nmsgid=ID47\n" },
		{ "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
		    "syslog 2003-08-24T12:14:15.000003Z\nhostname=192.0.2.1 sensor\napp-name=myproc\nprocid=8710 "
		    "process-id\n" },
		{ "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut=\"3\" "
		  "eventSource=\"Application\" eventID=\"1011\"][examplePriority@32473 class=\"high\"]",
		    "syslog 2003-10-11T22:14:15.003Z\nhostname=mymachine.example.com sensor\napp-name=evntslog\n"
		    "msgid=ID47\nexampleSDID@32473.iut=3\nexampleSDID@32473.eventSource=Application\n"
		    "exampleSDID@32473.eventID=1011\nexamplePriority@32473.class=high\n" },
		{ "<165>1 - - - - - [x@32473 a=\"q\\\" b\\\\ br\\]\"] m", "syslog\nx@32473.a=q\" b\\ br]\n" },
		{ "<165>1 - - - - - [x@32473 a=\"open", "syslog malformed\n" },
		{ "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
		    "syslog 2023-10-11T22:14:15Z\nhostname=mymachine sensor\napp-name=su\n" },
		{ "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
		    "syslog 2023-02-05T17:32:18Z\nhostname=10.0.0.99 sensor\n" },
		{ "Feb  5 17:32:18 fw sshd[812]: Accepted",
		    "syslog 2023-02-05T17:32:18Z\nhostname=fw sensor\napp-name=sshd\nprocid=812 process-id\n" },
		{ "2023-02-05T17:32:18.5+01:00 fw kernel: [9.1] DROP IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 "
		  "PROTO=TCP SPT=1025 DPT=443",
		    "syslog+keyvalue 2023-02-05T16:32:18.5Z\nhostname=fw "
		    "sensor\napp-name=kernel\nIN=eth0\nSRC=192.0.2.1 "
		    "source\nDST=192.0.2.2 destination\nLEN=40\nPROTO=TCP protocol\nSPT=1025 source-port\n"
		    "DPT=443 destination-port\n" },
		{ "<13>1 2023-02-05T17:32:18Z h a - - - " BOM
		  "{\"src_ip\":\"192.0.2.1\",\"timestamp\":\"2023-02-05T17:00:00Z\"}",
		    "syslog+json 2023-02-05T17:00:00Z\nhostname=h sensor\napp-name=a\nsrc_ip=192.0.2.1 "
		    "source\ntimestamp=2023-02-05T17:00:00Z time\n" },
		{ "<166>Mar  2 2021 10:00:04: %ASA-6-302013: Built",
		    "syslog 2021-03-02T10:00:04Z\napp-name=%ASA-6-302013\n" },
		/* IOS: a count, perhaps a host, a mark of the clock, a fraction and a zone */
		{ "<190>123: r1: Mar  2 2021 10:00:04.123 UTC: %SYS-5-CONFIG_I: x",
		    "syslog 2021-03-02T10:00:04Z\nhostname=r1 sensor\napp-name=%SYS-5-CONFIG_I\n" },
		{ "000123: *Mar  2 2021 10:00:04.123: %SYS-5-CONFIG_I: x",
		    "syslog 2021-03-02T10:00:04Z\napp-name=%SYS-5-CONFIG_I\n" },
		{ "<134>1 2021-03-02T10:00:04Z gw CheckPoint 1 - [action:\"Accept\"; src:\"192.0.2.1\"]",
		    "syslog 2021-03-02T10:00:04Z\nhostname=gw sensor\napp-name=CheckPoint\nprocid=1 process-id\n"
		    "action=Accept\nsrc=192.0.2.1 source\n" },
		{ "<134>1 2021-03-02T10:00:04Z gw CheckPoint 1 - [action:\"Accept\"; src:\"192.0.2.1",
		    "syslog 2021-03-02T10:00:04Z malformed\nhostname=gw sensor\napp-name=CheckPoint\nprocid=1 "
		    "process-id\n"
		    "action=Accept\n" },
		{ "<13>nonsense", "syslog malformed\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

#define CEF_HEAD(name) "Sep 19 08:26:10 host CEF:0|security|threatmanager|1.0|100|" name "|10|"
#define CEF_WANT(name)                                                                                                 \
	"syslog+cef 2023-09-19T08:26:10Z\nhostname=host sensor\ncef.version=0 software\ncef.vendor=security\n"         \
	"cef.product=threatmanager\ncef.product_version=1.0 software\ncef.event_class=100\ncef.name=" name             \
	"\ncef.severity=10\nsrc=10.0.0.1 source\n"

/* The escapes and custom labels of "Implementing ArcSight CEF". */
static void
cef__undoes_escapes_and_labels(void **state)
{
	static const row rows[] = {
		{ CEF_HEAD("detected a \\| in message") "src=10.0.0.1 act=blocked a | dst=1.1.1.1",
		    CEF_WANT("detected a | in message") "act=blocked a |\ndst=1.1.1.1 destination\n" },
		{ CEF_HEAD("detected a \\\\ in packet") "src=10.0.0.1 act=blocked a \\\\ dst=1.1.1.1",
		    CEF_WANT("detected a \\ in packet") "act=blocked a \\\ndst=1.1.1.1 destination\n" },
		{ CEF_HEAD("detected a = in message") "src=10.0.0.1 act=blocked a \\= dst=1.1.1.1",
		    CEF_WANT("detected a = in message") "act=blocked a =\ndst=1.1.1.1 destination\n" },
		{ CEF_HEAD("No action") "src=10.0.0.1 msg=Detected a threat.\\n No action needed",
		    CEF_WANT("No action") "msg=Detected a threat.\n No action needed\n" },
		{ CEF_HEAD("x") "src=10.0.0.1 cs1=evil.exe cs1Label=FileName in=12 rt=1695112000000",
		    "syslog+cef 2023-09-19T08:26:40Z\nhostname=host sensor\ncef.version=0 "
		    "software\ncef.vendor=security\n"
		    "cef.product=threatmanager\ncef.product_version=1.0 software\ncef.event_class=100\ncef.name=x\n"
		    "cef.severity=10\nsrc=10.0.0.1 source\nFileName=evil.exe file-name\ncs1Label=FileName\nin=12 "
		    "source-bytes\nrt=1695112000000 time\n" },
		{ "CEF:0|v|p|1|2", "cef malformed\ncef.version=0 software\ncef.vendor=v\ncef.product=p\n"
				   "cef.product_version=1 software\ncef.event_class=2\n" },
		{ "CEF:0|v|p|1|2|n|3|request=http://a.example/?b\\=c d",
		    "cef\ncef.version=0 software\ncef.vendor=v\ncef.product=p\ncef.product_version=1 software\n"
		    "cef.event_class=2\ncef.name=n\ncef.severity=3\nrequest=http://a.example/?b=c d url\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

#define LEEF_WANT(v)                                                                                                   \
	"leef.version=" v " software\nleef.vendor=Lancope\nleef.product=StealthWatch\nleef.product_version=1.0 "       \
	"software\nleef.event=41\n"

static void
leef__cuts_at_the_delimiter_that_it_names(void **state)
{
	static const row rows[] = {
		{ "LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=10.0.1.8^dst=10.0.0.5^sev=5^srcPort=81",
		    "leef\n" LEEF_WANT("2.0") "src=10.0.1.8 source\ndst=10.0.0.5 destination\nsev=5\nsrcPort=81 "
					      "source-port\n" },
		{ "LEEF:2.0|Lancope|StealthWatch|1.0|41|0x5e|src=10.0.1.8^url=http://a/?b=c",
		    "leef\n" LEEF_WANT("2.0") "src=10.0.1.8 source\nurl=http://a/?b=c url\n" },
		{ "LEEF:2.0|Lancope|StealthWatch|1.0|41|x09|src=10.0.1.8\tusrName=joe",
		    "leef\n" LEEF_WANT("2.0") "src=10.0.1.8 source\nusrName=joe user\n" },
		{ "Jan 18 11:07:53 192.168.1.1 LEEF:1.0|Lancope|StealthWatch|1.0|41|src=10.0.1.8\tcat=a b",
		    "syslog+leef 2023-01-18T11:07:53Z\nhostname=192.168.1.1 sensor\n" LEEF_WANT(
			"1.0") "src=10.0.1.8 source\ncat=a b\n" },
		{ "LEEF:1.0|Lancope", "leef malformed\nleef.version=1.0 software\nleef.vendor=Lancope\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

#define ZEEK "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"

static void
zeek__follows_its_own_header(void **state)
{
	static const row rows[] = {
		{ ZEEK "#fields\tts\tid.orig_h\tquery\tanswers\n#types\ttime\taddr\tstring\tvector[string]\n"
		       "1300475167.096535\t141.142.220.202\ta\\x09b.example\t192.0.2.1,c.example",
		    "zeek 2011-03-18T19:06:07.096535Z\nts=1300475167.096535 time\nid.orig_h=141.142.220.202 source\n"
		    "query=a\tb.example domain\nanswers=192.0.2.1 answer\nanswers=c.example answer\n" },
		{ ZEEK "#fields\tts\tquery\tanswers\n#types\ttime\tstring\tset[string]\n1300475167\t-\t(empty)",
		    "zeek 2011-03-18T19:06:07Z\nts=1300475167 time\n" },
		{ ZEEK "#unset_field\tNIL\n#set_separator\t;\n#fields\tquery\tanswers\n#types\tstring\tset[string]"
		       "\nNIL\ta;-",
		    "zeek\nanswers=a answer\nanswers=- answer\n" },
		{ "#fields\thost\n1\n#fields\tquery\thost\nx\ty", "zeek\nquery=x domain\nhost=y url-host\n" },
		{ ZEEK "#fields\tts\tsubject\tissuer\n1300475167\tCN=a\tCN=b",
		    "zeek 2011-03-18T19:06:07Z\nts=1300475167 time\nsubject=CN=a cert-subject\nissuer=CN=b "
		    "cert-issuer\n" },
		{ ZEEK "#fields\tts\tquery\n1300475167", "zeek 2011-03-18T19:06:07Z malformed\nts=1300475167 time\n" },
		{ ZEEK "#fields\tts\tquery\n{\"host\":\"x\"}", "json\nhost=x url-host\n" },
		{ ZEEK "#fields\tts\tquery\n<13>Feb  5 17:32:18 fw x: y",
		    "syslog 2023-02-05T17:32:18Z\nhostname=fw sensor\napp-name=x\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

/* WD-logfile-960323 "Example". */
static void
w3c__takes_the_day_from_its_header(void **state)
{
	static const row rows[] = {
		{ "#Version: 1.0\n#Date: 12-Jan-1996 00:00:00\n#Fields: time cs-method cs-uri\n00:34:23 GET "
		  "/foo/bar.html",
		    "w3c 1996-01-12T00:34:23Z\ntime=00:34:23 clock\ncs-method=GET method\ncs-uri=/foo/bar.html "
		    "url-path\n" },
		{ "#Fields: date time c-ip cs(User-Agent) sc-status\n2001-02-03 01:02:03 192.0.2.1 \"a \"\"b\"\" c\" -",
		    "w3c 2001-02-03T01:02:03Z\ndate=2001-02-03 date\ntime=01:02:03 clock\nc-ip=192.0.2.1 source\n"
		    "cs(User-Agent)=a \"b\" c user-agent\n" },
		{ "#Fields: date time x-host-header cs-uri-stem\n2001-02-03\t01:02:03\tcdn.example\t/a",
		    "w3c 2001-02-03T01:02:03Z\ndate=2001-02-03 date\ntime=01:02:03 clock\nx-host-header=cdn.example "
		    "url-host\ncs-uri-stem=/a url-path\n" },
		{ "#Fields: date time\n2001-02-03", "w3c 2001-02-03T00:00:00Z malformed\ndate=2001-02-03 date\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

static void
csv__is_known_by_its_header(void **state)
{
	static const row rows[] = {
		{ "DateTime,RequestId,UrlHost\n#Software: Microsoft Exchange Server\n#Fields: "
		  "DateTime,RequestId,UrlHost,"
		  "UrlStem,ClientIpAddress,UserAgent\n2021-03-02T00:00:01.5Z,x,mail.example,/owa/,192.0.2.1,\"a, "
		  "\"\"b\"\"\"",
		    "exchange 2021-03-02T00:00:01.5Z\nDateTime=2021-03-02T00:00:01.5Z time\nRequestId=x\n"
		    "UrlHost=mail.example url-host\nUrlStem=/owa/ url-path\nClientIpAddress=192.0.2.1 source\n"
		    "UserAgent=a, \"b\" user-agent\n" },
		{ "time;src_ip;dest_ip\n2021-03-02T00:00:01Z;192.0.2.1;\"192.0.2.2\"",
		    "csv 2021-03-02T00:00:01Z\ntime=2021-03-02T00:00:01Z clock\nsrc_ip=192.0.2.1 source\n"
		    "dest_ip=192.0.2.2 destination\n" },
		{ "src_ip|sha256\n192.0.2.1|ab", "csv\nsrc_ip=192.0.2.1 source\nsha256=ab hash\n" },
		{ "src_ip\turl\n192.0.2.1\thttp://a.example/",
		    "csv\nsrc_ip=192.0.2.1 source\nurl=http://a.example/ url\n" },
		{ "src_ip,md5\n1,2\nsrc_ip,domain\n192.0.2.1,a.example",
		    "csv\nsrc_ip=192.0.2.1 source\ndomain=a.example domain\n" },
		/* another table below the first, and below Exchange's */
		{ "src_ip,md5\n1,2\ntimestamp,dst_ip,domain,note\n2021-03-02T00:00:02Z,192.0.2.1,a.example,x",
		    "csv 2021-03-02T00:00:02Z\ntimestamp=2021-03-02T00:00:02Z time\ndst_ip=192.0.2.1 destination\n"
		    "domain=a.example domain\nnote=x\n" },
		{ "#Fields: DateTime,RequestId,UrlHost\n2021-03-02T00:00:01.5Z,x,mail.example\ndst_ip;domain;url\n"
		  "192.0.2.1;a.example;x",
		    "csv\ndst_ip=192.0.2.1 destination\ndomain=a.example domain\nurl=x url-path\n" },
		/* below lines of other formats, which go on below it */
		{ "Mar  2 10:00:00 host app: x, "
		  "y\ntimestamp,dst_ip,domain,note\n2021-03-02T00:00:02Z,192.0.2.1,a.example,x",
		    "csv 2021-03-02T00:00:02Z\ntimestamp=2021-03-02T00:00:02Z time\ndst_ip=192.0.2.1 destination\n"
		    "domain=a.example domain\nnote=x\n" },
		{ "{\"a\":1}\n\"timestamp\",\"dst_ip\",\"domain\",\"note\"\n2021-03-02T00:00:02Z,192.0.2.1,a.example,x",
		    "csv 2021-03-02T00:00:02Z\ntimestamp=2021-03-02T00:00:02Z time\ndst_ip=192.0.2.1 destination\n"
		    "domain=a.example domain\nnote=x\n" },
		{ "#fields\tts\tid.orig_h\n1\t192.0.2.9\nReceive Time,dst_ip,domain,user\nx,192.0.2.1,a.example,u",
		    "csv\nReceive Time=x\ndst_ip=192.0.2.1 destination\ndomain=a.example domain\nuser=u user\n" },
		{ "timestamp,dst_ip,domain,note\nx\nsrcip=192.0.2.1 dstip=192.0.2.2 url=http://a.example/",
		    "keyvalue\nsrcip=192.0.2.1 source\ndstip=192.0.2.2 destination\nurl=http://a.example/ url\n" },
		/* a line of nothing that is known, and a record that was cut */
		{ "timestamp,dst_ip,domain,note\nx\n2021-03-02T00:00:01Z analyst: ja3, and more",
		    "text 2021-03-02T00:00:01Z malformed\n" },
		{ "timestamp,dst_ip,domain,note\n2021-03-02T00:00:01Z,192.0.2.1",
		    "csv 2021-03-02T00:00:01Z malformed\ntimestamp=2021-03-02T00:00:01Z time\ndst_ip=192.0.2.1 "
		    "destination\n" },
		{ "#fields\tts\tid.orig_h\tquery\n1614643200.5 analyst: ja3",
		    "text 2021-03-02T00:00:00.5Z malformed\n" },
		{ "src_ip,domain,note\n192.0.2.1,a.example",
		    "csv malformed\nsrc_ip=192.0.2.1 source\ndomain=a.example domain\n" },
		{ "timestamp,dst_ip,domain,note\nx\n{\"src_ip\":\"192.0.2.1\"}", "json\nsrc_ip=192.0.2.1 source\n" },
		/* a line of words */
		{ "a b\nuser, domain and url\n192.0.2.1, a.example", "text\n" },
		/* records of words, of which fewer are names that are known */
		{ "user,domain,note\nurl,domain,hello", "csv\nuser=url user\ndomain=domain domain\nnote=hello\n" },
		{ "user,domain,a,b,c,d,e\nurl,domain,user,hello,hello,hello,hello",
		    "csv\nuser=url user\ndomain=domain domain\na=user\nb=hello\nc=hello\nd=hello\ne=hello\n" },
		/* RFC 4180 s2.6: a line break in quotes; each line gives its part, at the record's time */
		{ "src_ip,message\n192.0.2.1,\"a", "csv\nsrc_ip=192.0.2.1 source\nmessage=a\n" },
		{ "src_ip,message\n192.0.2.1,\"a\nb\"", "csv\nmessage=b\n" },
		{ "timestamp,message,dest_ip\n2021-03-02T00:00:01Z,\"a\n# b \"\"c\"\"\n\nd\",192.0.2.2",
		    "csv 2021-03-02T00:00:01Z\nmessage=d\ndest_ip=192.0.2.2 destination\n" },
		{ "timestamp,message,dest_ip\n2021-03-02T00:00:01Z,\"a\nb\",192.0.2.2\n2021-03-02T00:00:02Z,c,192.0.2."
		  "3",
		    "csv 2021-03-02T00:00:02Z\ntimestamp=2021-03-02T00:00:02Z time\nmessage=c\ndest_ip=192.0.2.3 "
		    "destination\n" },
		/* a quote that nobody closes */
		{ "timestamp,message,dest_ip\n2021-03-02T00:00:01Z,\"a,192.0.2.2\n2021-03-02T00:00:02Z,\"c\",192.0.2.3",
		    "csv 2021-03-02T00:00:02Z\ntimestamp=2021-03-02T00:00:02Z time\nmessage=c\ndest_ip=192.0.2.3 "
		    "destination\n" },
		{ "DeviceName,InitiatingProcessFolderPath,RemoteUrl,SHA1\npc,c:\\a,evil.example,ab",
		    "csv\nDeviceName=pc sensor\nInitiatingProcessFolderPath=c:\\a parent-path\nRemoteUrl=evil.example "
		    "url\n"
		    "SHA1=ab hash\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

/* Apache's mod_log_config, "Examples"; nginx's ngx_http_log_module. */
static void
httpd__takes_the_request_apart(void **state)
{
	static const row rows[] = {
		{ "127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326",
		    "httpd 2000-10-10T20:55:36Z\nremote_addr=127.0.0.1 source\nremote_user=frank "
		    "user\nrequest_method=GET "
		    "method\nrequest_uri=/apache_pb.gif url-path\nserver_protocol=HTTP/1.0 protocol\nstatus=200 "
		    "status\nbody_bytes_sent=2326 destination-bytes\n" },
		{ "www.example:443 2001:db8::1 - - [10/Oct/2000:13:55:36 -0700] \"GET http://a.example/x HTTP/1.1\" "
		  "200 - "
		  "\"http://b.example/\" \"Mozilla \\\"x\\\" \\x22\" \"192.0.2.9\"",
		    "httpd 2000-10-10T20:55:36Z\nvhost=www.example url-host\nserver_port=443 url-port\n"
		    "remote_addr=2001:db8::1 source\nrequest_method=GET method\nrequest_uri=http://a.example/x url\n"
		    "server_protocol=HTTP/1.1 protocol\nstatus=200 status\nhttp_referer=http://b.example/ referrer\n"
		    "http_user_agent=Mozilla \"x\" \" user-agent\nhttp_x_forwarded_for=192.0.2.9 source\n" },
		{ "192.0.2.1 - a b [10/Oct/2000:13:55:36 +0000] \"\\x16\\x03\" 400 0",
		    "httpd 2000-10-10T13:55:36Z\nremote_addr=192.0.2.1 source\nremote_user=a b user\nrequest=\x16\x03\n"
		    "status=400 status\nbody_bytes_sent=0 destination-bytes\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

static void
json__knows_fields_by_name(void **state)
{
	static const row rows[] = {
		{ "{\"timestamp\":\"2021-03-02T00:00:00.5+0000\",\"event_type\":\"http\",\"host\":\"sensor-1\","
		  "\"http\":{\"hostname\":\"a.example\",\"url\":\"\\/x\"}}",
		    "json 2021-03-02T00:00:00.5Z\ntimestamp=2021-03-02T00:00:00.5+0000 time\nevent_type=http\n"
		    "host=sensor-1 sensor\nhttp.hostname=a.example url-host\nhttp.url=/x url-path\n" },
		{ "{\"ts\":1300475167.5,\"host\":\"a.example\",\"uri\":\"/\"}",
		    "json 2011-03-18T19:06:07.5Z\nts=1300475167.5 time\nhost=a.example url-host\nuri=/ url-path\n" },
		{ "{\"@timestamp\":\"2021-03-02T00:00:00Z\",\"host\":{\"name\":\"pc\"},\"winlog\":{\"event_id\":1,"
		  "\"event_data\":{\"Image\":\"C:\\\\a.exe\",\"ParentImage\":\"C:\\\\b.exe\",\"Hashes\":\"MD5=ab\"}}}",
		    "json 2021-03-02T00:00:00Z\n@timestamp=2021-03-02T00:00:00Z time\nhost.name=pc sensor\n"
		    "winlog.event_id=1\nwinlog.event_data.Image=C:\\a.exe process-path\n"
		    "winlog.event_data.ParentImage=C:\\b.exe parent-path\nwinlog.event_data.Hashes=MD5=ab hash\n" },
		{ "{\"time\":1614643200000,\"src_endpoint\":{\"ip\":\"192.0.2.1\"},\"file\":{\"hashes\":[{\"value\":"
		  "\"ab\"}]},"
		  "\"tls\":{\"ja3_hash\":{\"value\":\"cd\"}}}",
		    "json 2021-03-02T00:00:00Z\ntime=1614643200000 clock\nsrc_endpoint.ip=192.0.2.1 source\n"
		    "file.hashes.value=ab hash\ntls.ja3_hash.value=cd ja3\n" },
		{ "{\"a\":{\"b\":[1,\"x\",{\"c\":null}]},\"d\":{},\"e\":[]}", "json\na.b=1\na.b=x\na.b.c=null\n" },
		{ "{\"a\":1,\"a\":2", "json malformed\na=1\na=2\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

static void
keyvalue__needs_three_pairs(void **state)
{
	static const row rows[] = {
		{ "date=2021-03-02 time=10:00:00 devname=\"fw 1\" srcip=192.0.2.1 dstport=443 hostname=\"a.example\" "
		  "url=\"/x\\\"y\"",
		    "keyvalue 2021-03-02T10:00:00Z\ndate=2021-03-02 date\ntime=10:00:00 clock\ndevname=fw 1 sensor\n"
		    "srcip=192.0.2.1 source\ndstport=443 destination-port\nhostname=a.example url-host\nurl=/x\"y "
		    "url-path\n" },
		{ "level=info, src=192.0.2.1; path=\"C:\\new\\\\\" x=1", "keyvalue\nlevel=info\nsrc=192.0.2.1 source\n"
									 "path=C:\\new\\ url-path\nx=1\n" },
		{ "a=b c=d", "text\n" },
		{ "see http://a.example/?b=c&d=e&f=g", "text\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

#define PACKET " 0E6C PACKET  00000012F5A2B8D0 UDP "
#define ASKED "Rcv 10.0.0.1        0001   Q [0001   D   NOERROR] A      (3)www(4)evil(7)example(0)"
#define SAYS                                                                                                           \
	"protocol=UDP protocol\ndirection=Rcv\nremote_ip=10.0.0.1 source\nresponse_code=NOERROR\nquery_type=A\n"       \
	"query=www.evil.example domain\n"
#define DNS_AT(when, time)                                                                                             \
	{                                                                                                              \
		when PACKET ASKED, "windowsdns" time "\ntime=" when "\n" SAYS                                          \
	}
#define TEN " 2021-07-19T10:00:00Z"

static void
windows_dns__tells_who_asked_for_what(void **state)
{
	static const row rows[] = {
		/* the United States, with and without a clock of twelve hours; the day tells itself */
		DNS_AT("7/19/2021 10:00:00 AM", TEN),
		DNS_AT("7/19/2021 10:00:00 PM", " 2021-07-19T22:00:00Z"),
		DNS_AT("7/8/2021 12:00:00 AM", " 2021-07-08T00:00:00Z"),
		DNS_AT("7/19/2021 10:00:00", TEN),
		/* Britain, France; Germany; Finland, Italy; the Netherlands; Sweden; Japan; before 2008 */
		DNS_AT("19/07/2021 10:00:00", TEN),
		DNS_AT("19.07.2021 10:00:00", TEN),
		DNS_AT("8.7.2021 10.00.00", " 2021-07-08T10:00:00Z"),
		DNS_AT("8-7-2021 10:00:00", " 2021-07-08T10:00:00Z"),
		DNS_AT("2021-07-08 10:00:00", " 2021-07-08T10:00:00Z"),
		DNS_AT("2021/07/19 10:00:00", TEN),
		DNS_AT("20210719 10:00:00", TEN),
		DNS_AT("7/7/2021 10:00:00", " 2021-07-07T10:00:00Z"),
		/* who knows? */
		DNS_AT("7/8/2021 10:00:00", ""),
		DNS_AT("07/08/2021 10:00:00", ""),
		DNS_AT("7/08/2021 10:00:00 AM", ""),
		DNS_AT("7/19/2021 22:00:00 PM", ""),
		DNS_AT("31.11.2021 10:00:00", ""),
		DNS_AT("7/19/2021 10:00:00 a. m.", ""),
		/* the answer to a client; the server's own question and what it is told */
		{ "7/19/2021 10:00:00 AM 0E6C PACKET  00000012F5A2B8D0 TCP Snd 2001:db8::1 0001 R Q [8385 A DR "
		  "NXDOMAIN] "
		  "AAAA   (4)evil(7)example(0)",
		    "windowsdns" TEN "\ntime=7/19/2021 10:00:00 AM\nprotocol=TCP protocol\ndirection=Snd\n"
		    "remote_ip=2001:db8::1 source\nresponse_code=NXDOMAIN\nquery_type=AAAA\nquery=evil.example "
		    "domain\n" },
		{ "7/19/2021 10:00:00 AM 0E6C PACKET  00000012F5A2B8D0 UDP Snd 192.0.2.53 0001   Q [0001   D   "
		  "NOERROR] "
		  "A      (0)",
		    "windowsdns" TEN "\ntime=7/19/2021 10:00:00 AM\nprotocol=UDP protocol\ndirection=Snd\n"
		    "remote_ip=192.0.2.53 destination\nresponse_code=NOERROR\nquery_type=A\n" },
		{ "7/19/2021 10:00:00 AM 0E6C PACKET  00000012F5A2B8D0 UDP Rcv 192.0.2.53 0001 R Q [8081   DR  "
		  "NOERROR] "
		  "A      (1)a(0)",
		    "windowsdns" TEN "\ntime=7/19/2021 10:00:00 AM\nprotocol=UDP protocol\ndirection=Rcv\n"
		    "remote_ip=192.0.2.53 destination\nresponse_code=NOERROR\nquery_type=A\nquery=a domain\n" },
		/* without an id and a type; in syslog; lengths that are none; broken off */
		{ "20210719 10:00:00 668 PACKET  UDP Rcv 10.0.0.1   0003   Q [0001   D   NOERROR] (4)evil(7)example(0)",
		    "windowsdns" TEN "\ntime=20210719 10:00:00\nprotocol=UDP protocol\ndirection=Rcv\n"
		    "remote_ip=10.0.0.1 source\nresponse_code=NOERROR\nquery=evil.example domain\n" },
		{ "<13>Jul 19 11:00:00 dc1 dns: 19.07.2021 10:00:00" PACKET ASKED,
		    "syslog+windowsdns" TEN "\nhostname=dc1 sensor\napp-name=dns\ntime=19.07.2021 10:00:00\n" SAYS },
		{ "7/19/2021 10:00:00 AM" PACKET "Rcv 10.0.0.1 0001 Q [0001 D NOERROR] A (3)a(b(5)evil(7)example(0)",
		    "windowsdns" TEN
		    "\ntime=7/19/2021 10:00:00 AM\nprotocol=UDP protocol\ndirection=Rcv\nremote_ip=10.0.0."
		    "1 source\nresponse_code=NOERROR\nquery_type=A\nquery=a(b(5)evil.example domain\n" },
		{ "7/19/2021 10:00:00 AM" PACKET "Rcv 10.0.0.1 0001 Q [0001",
		    "windowsdns" TEN " malformed\ntime=7/19/2021 10:00:00 AM\nprotocol=UDP protocol\ndirection=Rcv\n"
		    "remote_ip=10.0.0.1 source\n" },
		/* something else of that log */
		{ "7/19/2021 10:00:00 AM 0E6C EVENT   The DNS server has started.", "text" TEN "\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

static void
text__has_the_times_that_programs_begin_with(void **state)
{
	static const row rows[] = {
		{ "2024/03/04 05:49:28 [error] 12#12: *34 open() failed", "text 2024-03-04T05:49:28Z\n" },
		{ "[Sat Mar 09 19:26:56.150387 2024] [proxy:error] [pid 123:tid 456] x",
		    "text 2024-03-09T19:26:56.150387Z\n" },
		{ "[Wed Oct 11 14:32:52 2000] [error] x", "text 2000-10-11T14:32:52Z\n" },
		{ "29-Feb-2024 10:00:00.123 queries: info: x", "text 2024-02-29T10:00:00.123Z\n" },
		{ "03/01/2024-10:00:00.123456  [**] [1:2:3] x", "text 2024-03-01T10:00:00.123456Z\n" },
		{ "2024/13/04 05:49:28 x", "text\n" },
		{ "30-Feb-2024 10:00:00 x", "text\n" },
		{ "29-Fev-2024 10:00:00 x", "text\n" },
		{ "[Sat Mar 09 19:26:56 2024", "text 2024-03-09T19:26:56Z\n" },
		{ "13/01/2024-10:00:00.123456 x", "text\n" },
		{ "2024/03/04 05:4", "text\n" },
	};

	(void)state;
	check_rows(rows, AC_COUNT(rows));
}

static void
state__skips_fields_that_are_not_wanted(void **state)
{
	ac_log_record record;
	ac_log_state s;
	ac_arena arena;
	ac_buf got;

	(void)state;
	ac_log_state_init(&s, (ac_time){ 1700000000, 0 });
	ac_log_want(&s, AC_ROLE_BIT(AC_FIELD_SOURCE));
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	ac_buf_init(&got, AC_MIB);
	read_last(
	    &s, "{\"ts\":1300475167.5,\"a\":1,\"src_ip\":\"192.0.2.1\",\"dest_ip\":\"192.0.2.2\"}", &arena, &record);
	describe(&record, &got);
	assert_str(
	    ac_buf_view(&got), AC_S("json 2011-03-18T19:06:07.5Z\nts=1300475167.5 time\nsrc_ip=192.0.2.1 source\n"));
	read_last(&s, "CEF:0|v|p|1|2|n|3|cs1=192.0.2.3 cs1Label=src_ip dst=192.0.2.4", &arena, &record);
	describe(&record, &got);
	/* an input of JSON lines should go on as such */
	assert_str(ac_buf_view(&got), AC_S("cef malformed\nsrc_ip=192.0.2.3 source\n"));
	ac_buf_done(&got);
	ac_arena_done(&arena);
	ac_log_state_done(&s);
}

static void
forced_format__reads_every_line(void **state)
{
	ac_log_record record;
	ac_log_state s;
	ac_arena arena;

	(void)state;
	ac_log_state_init(&s, (ac_time){ 1700000000, 0 });
	s.forced = ac_log_format_named(AC_S("CSV"));
	assert_ptr_equal(s.forced, &ac_log_csv);
	assert_null(ac_log_format_named(AC_S("xml")));
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	read_last(&s, "alpha,beta\n{\"a\":1,2", &arena, &record);
	assert_ptr_equal(record.format, &ac_log_csv);
	assert_int_equal(record.count, 2);
	assert_false(record.malformed);
	ac_arena_done(&arena);
	ac_log_state_done(&s);
}

/* A small xorshift: the same lines in every run. */
static uint32_t
draw(uint32_t *state, uint32_t below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}

static void
assert_same(const ac_log_record *a, const ac_log_record *b, ac_str line)
{
	bool same =
	    a->count == b->count && a->roles == b->roles && a->malformed == b->malformed && a->has_time == b->has_time;

	for (size_t i = 0; same && i < a->count; i++) {
		const ac_log_field *f = &a->fields[i], *g = &b->fields[i];

		same = ac_str_eq(f->name, g->name) && f->raw.p == g->raw.p && f->raw.n == g->raw.n &&
		       f->group == g->group && f->role == g->role && f->escapes == g->escapes;
	}
	if (!same)
		print_error("%.*s\n", AC_FMT(line));
	assert_true(same);
}

/* Lines of many shapes, whole and broken at one byte: what the index gives is what the tolerant walk gives. */
static void
json_by_index__gives_what_the_walk_gives(void **state)
{
	static const char *const seeds[] = {
		"{\"timestamp\":\"2021-03-02T00:00:00.5+0000\",\"event_type\":\"dns\",\"host\":\"s\",\"src_port\":53,"
		"\"dns\":{\"answers\":"
		"[{\"rrname\":\"a.example\",\"ttl\":60},{\"rdata\":\"192.0.2.1\"}],\"rd\":true}}",
		"{ \"a\" : [ 1 , -2.5e3, null, [], {}, [[\"x\"]] ], \"file.hash.md5\" : \"ab\", \"file.name\":\"c\" , "
		"\"parentImage\":1 }",
		"{\"hashes\":{\"md5\":\"a\\\\\",\"sha1\":\"\\\"b\"},\"hash\":[{\"v\":\"c\"}],\"\":{\"x\":1},"
		"\"k\\u0065y\":2,\"\xc3\xa9\":\"\xe2\x80\xae\"}",
		"{\"a_key_that_is_longer_than_sixteen_bytes\":1,\"a_key_that_is_longer_than_sixteen_bytez\":{\"a_key_"
		"that_is_longer_than_"
		"sixteen_bytes\":\"x\"},\"id.orig_h\":\"192.0.2.1\"},",
		"{}",
		"{\"a\":{\"b\":{\"c\":{\"d\":[{\"e\":[{\"f\":\"g\"}]}]}}}}",
	};
	static const char bytes[] = "{}[]:,\"\\ \t0a-.\x01\xff_";
	ac_log_state fast, slow;
	ac_arena arena, other;
	uint32_t random = 12345;

	(void)state;
	ac_log_state_init(&fast, (ac_time){ 1700000000, 0 });
	ac_log_state_init(&slow, (ac_time){ 1700000000, 0 });
	slow.json = ac_log_json_cache_close(slow.json);
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	ac_arena_init(&other, AC_LOG_ARENA_MAX);
	for (unsigned round = 0; round < 60000; round++) {
		const char *seed = seeds[round % AC_COUNT(seeds)];
		ac_log_record a, b;
		char text[512];
		ac_str line = { text, strlen(seed) };

		memcpy(text, seed, line.n);
		for (uint32_t changes = draw(&random, 3); changes > 0; changes--)
			text[draw(&random, (uint32_t)line.n)] = bytes[draw(&random, sizeof(bytes) - 1)];
		ac_arena_reset(&arena);
		ac_arena_reset(&other);
		if (round % 7 == 0)
			ac_log_want(&fast, (uint64_t)draw(&random, UINT32_MAX) << draw(&random, 32));
		slow.want = fast.want;
		ac_log_read(&fast, line, &arena, &a);
		ac_log_read(&slow, line, &other, &b);
		assert_same(&a, &b, line);
	}
	ac_arena_done(&arena);
	ac_arena_done(&other);
	ac_log_state_done(&fast);
	ac_log_state_done(&slow);
}

/* More keys than are remembered: all are forgotten now and then, and nothing is lost. */
static void
many_keys__are_read_all_the_same(void **state)
{
	ac_log_state s;
	ac_arena arena;

	(void)state;
	ac_log_state_init(&s, (ac_time){ 1700000000, 0 });
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	for (unsigned n = 0; n < 3000; n++) {
		ac_log_record record;
		char line[256];

		(void)snprintf(line, sizeof(line), "{\"k%u\":{\"src_ip\":\"192.0.2.1\",\"x%u\":1},\"y\":%u}", n, n, n);
		ac_arena_reset(&arena);
		ac_log_read(&s, ac_str_from(line), &arena, &record);
		assert_int_equal(record.count, 3);
		assert_false(record.malformed);
		assert_int_equal(record.fields[0].role, AC_FIELD_SOURCE);
		assert_str(record.fields[2].name, AC_S("y"));
	}
	ac_arena_done(&arena);
	ac_log_state_done(&s);
}

static void
fields__over_the_ceiling_make_a_line_malformed(void **state)
{
	ac_log_record record;
	ac_log_state s;
	ac_arena arena;
	ac_buf line;

	(void)state;
	ac_log_state_init(&s, (ac_time){ 1700000000, 0 });
	ac_arena_init(&arena, AC_LOG_ARENA_MAX);
	ac_buf_init(&line, AC_MIB);
	ac_buf_add_cstr(&line, "{\"a\":[1");
	for (unsigned i = 1; i <= AC_LOG_FIELDS_MAX; i++)
		ac_buf_add_cstr(&line, ",1");
	ac_buf_add_cstr(&line, "]}");
	ac_log_read(&s, ac_buf_view(&line), &arena, &record);
	assert_int_equal(record.count, AC_LOG_FIELDS_MAX);
	assert_true(record.malformed);
	ac_buf_done(&line);
	ac_arena_done(&arena);
	ac_log_state_done(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(syslog__gives_header_structured_data_and_message),
		cmocka_unit_test(cef__undoes_escapes_and_labels),
		cmocka_unit_test(leef__cuts_at_the_delimiter_that_it_names),
		cmocka_unit_test(zeek__follows_its_own_header),
		cmocka_unit_test(w3c__takes_the_day_from_its_header),
		cmocka_unit_test(csv__is_known_by_its_header),
		cmocka_unit_test(httpd__takes_the_request_apart),
		cmocka_unit_test(json__knows_fields_by_name),
		cmocka_unit_test(keyvalue__needs_three_pairs),
		cmocka_unit_test(windows_dns__tells_who_asked_for_what),
		cmocka_unit_test(text__has_the_times_that_programs_begin_with),
		cmocka_unit_test(state__skips_fields_that_are_not_wanted),
		cmocka_unit_test(forced_format__reads_every_line),
		cmocka_unit_test(json_by_index__gives_what_the_walk_gives),
		cmocka_unit_test(many_keys__are_read_all_the_same),
		cmocka_unit_test(fields__over_the_ceiling_make_a_line_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
