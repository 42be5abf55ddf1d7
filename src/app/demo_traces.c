/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is planted in the demonstration's logs: traces of the intrusion set of demo/feeds, and decoys that only look like them. Addresses and names are those that are
 * set aside for documentation (RFC 2606, RFC 3849, RFC 5737); hashes are of inert words.
 */
#include "app/demo_logs.h"

#define REEDGATE_MD5 "df0ddfec64030ac28fa73a160b2f8010"
#define REEDGATE_SHA1 "6ee9fa9248bf819ae50f56833b30e57c83dfd562"
#define REEDGATE_SHA256 "c6551cb4e663b04de34485aeab9bc284e8d431358f64a0b5b07cac6cc987baf4"
#define TMHELP_MD5 "c4104a73882df2728154b07feaa9205b"
#define TMHELP_SHA256 "40818175e1a2c7192665383ef09787690328948eb764edae3031726dc764f2a4"
#define TMHELP_SHA512                                                                                                  \
	"df52ab464306117f0d7b7dea2edc35aeb62094d14f7e273506a698a9adfceaf31dfb1736247307c96bec85753174467cc9d41def897a" \
	"68"                                                                                                           \
	"edeec260cc5587e9ce"
#define REED_PATH "/aspnet_client/system_web/reed.aspx?key=7f3a"
#define REED_URL "http://owa-check.example" REED_PATH
#define TIDE_URL "http://tide-update.example/owa/auth/x.js"
#define MAIL_SERVER "10.20.5.10"

/* A line in which nothing may be found. */
#define DECOY                                                                                                          \
	{                                                                                                              \
		{                                                                                                      \
			0                                                                                              \
		}                                                                                                      \
	}
/* Tokens that stand in many lines. */
/* clang-format off */
#define TOKEN(t, r, v, m) { .raw = (r), .type = (t), .value = (v), .match = (m) }
#define OTHER(t, r) TOKEN(t, r, NULL, "exact")
#define MEANS(t, r, v) TOKEN(t, r, v, "exact")
#define ADDRESS(a) OTHER(AC_VALUE_IPV4, a)
#define IN_RANGE(a) TOKEN(AC_VALUE_IPV4, a, NULL, "cidr")
#define DOMAIN(d) OTHER(AC_VALUE_DOMAIN, d)
#define BELOW(d) TOKEN(AC_VALUE_DOMAIN, d, NULL, "subdomain")
#define URL(r, v) TOKEN(AC_VALUE_URL, r, v, "url")
#define HELD(t, a, why) { .raw = (a), .type = (t), .reason = (why) }

/* A table reads by rows. */
const ac_demo_trace ac_demo_traces[] = {
	/* Connections: who came, where the mail server went afterwards. */
	{ AC_DEMO_CONN, 2311, { .src = "198.51.100.71", .dst = MAIL_SERVER, .dport = 443 }, { IN_RANGE("198.51.100.71") } },
	{ AC_DEMO_CONN, 2313, { .src = "198.51.100.80", .dst = MAIL_SERVER, .dport = 443 }, DECOY },
	{ AC_DEMO_CONN, 2319, { .src = "198.51.100.63", .dst = MAIL_SERVER, .dport = 443 }, DECOY },
	{ AC_DEMO_CONN, 4702, { .src = "203.0.113.47", .dst = MAIL_SERVER, .dport = 443 }, { ADDRESS("203.0.113.47") } },
	{ AC_DEMO_CONN, 4711, { .src = "203.0.113.4", .dst = MAIL_SERVER, .dport = 443 }, DECOY },
	{ AC_DEMO_CONN, 4718, { .src = "203.0.113.147", .dst = MAIL_SERVER, .dport = 443 }, DECOY },
	{ AC_DEMO_CONN, 9120, { .src = MAIL_SERVER, .dst = "192.0.2.201", .dport = 8443 }, { ADDRESS("192.0.2.201") } },
	{ AC_DEMO_CONN, 9121, { .src = MAIL_SERVER, .dst = "192.0.2.201", .dport = 443 }, { HELD(AC_VALUE_IPV4, "192.0.2.201", "other-port") } },
	{ AC_DEMO_CONN, 15804, { .src = MAIL_SERVER, .dst = "203.0.113.88", .dport = 443 }, { ADDRESS("203.0.113.88") } },
	{ AC_DEMO_CONN, 22005, { .src = "10.20.3.44", .dst = "192.0.2.77", .dport = 443 }, { HELD(AC_VALUE_IPV4, "192.0.2.77", "expired") } },
	{ AC_DEMO_CONN, 30117, { .src = "2001:db8:20::10", .dst = "2001:db8:5ca1:ab1e::53", .dport = 443 }, { OTHER(AC_VALUE_IPV6, "2001:db8:5ca1:ab1e::53") } },
	{ AC_DEMO_CONN, 30118, { .src = "2001:db8:20::10", .dst = "2001:db8:5ca1:ab1e::5", .dport = 443 }, DECOY },
	{ AC_DEMO_CONN, 41990, { .src = "198.51.100.200", .dst = MAIL_SERVER, .dport = 443 }, DECOY },
	{ AC_DEMO_CONN, 48216, { .src = "192.0.2.88", .dst = MAIL_SERVER, .dport = 443 }, DECOY },
	{ AC_DEMO_CONN, 55871, { .src = "198.51.100.79", .dst = MAIL_SERVER, .dport = 443 }, { IN_RANGE("198.51.100.79") } },
	{ AC_DEMO_CONN, 63340, { .src = MAIL_SERVER, .dst = "203.0.113.88", .dport = 443 }, { ADDRESS("203.0.113.88") } },

	/* Name look-ups. */
	{ AC_DEMO_DNS, 3050, { .query = "mail-sync.example" }, { DOMAIN("mail-sync.example") } },
	{ AC_DEMO_DNS, 3052, { .query = "notmail-sync.example" }, DECOY },
	{ AC_DEMO_DNS, 3055, { .query = "mail-sync.example.net" }, DECOY },
	{ AC_DEMO_DNS, 3059, { .query = "mail-sync-example.org" }, DECOY },
	{ AC_DEMO_DNS, 5540, { .query = "cdn7.mail-sync.example" }, { BELOW("cdn7.mail-sync.example") } },
	{ AC_DEMO_DNS, 9871, { .query = "tin-relay.example", .answer = "203.0.113.88" }, { DOMAIN("tin-relay.example"), ADDRESS("203.0.113.88") } },
	{ AC_DEMO_DNS, 12903, { .query = "MaIl-sYnC.eXaMpLe" }, { MEANS(AC_VALUE_DOMAIN, "MaIl-sYnC.eXaMpLe", "mail-sync.example") } },
	{ AC_DEMO_DNS, 17440, { .query = "cdn.tide-update.example" }, { DOMAIN("cdn.tide-update.example") } },
	{ AC_DEMO_DNS, 17441, { .query = "img.tide-update.example" }, DECOY },
	{ AC_DEMO_DNS, 20200, { .query = "old-relay.example" }, { HELD(AC_VALUE_DOMAIN, "old-relay.example", "revoked") } },
	{ AC_DEMO_DNS, 24018, { .query = "early-bird.example" }, { { .raw = "early-bird.example", .type = AC_VALUE_DOMAIN, .match = "exact", .is_early = true } } },
	{ AC_DEMO_DNS, 28660, { .query = "update-relay.example" }, { DOMAIN("update-relay.example") } },
	{ AC_DEMO_DNS, 28661, { .query = "eu.update-relay.example" }, DECOY },
	{ AC_DEMO_DNS, 33333, { .query = "gone-relay.example" }, { HELD(AC_VALUE_DOMAIN, "gone-relay.example", "revoked") } },

	/* Requests as the sensor before the mail server saw them. */
	{ AC_DEMO_HTTP, 1201, { .src = "203.0.113.47", .dst = MAIL_SERVER, .host = "mail.harbour.example", .uri = "/aspnet_client/system_web/reedgate.aspx" }, { ADDRESS("203.0.113.47"), OTHER(AC_VALUE_FILE_NAME, "reedgate.aspx") } },
	{ AC_DEMO_HTTP, 1207, { .uri = "/aspnet_client/system_web/xreedgate.aspx" }, DECOY },
	{ AC_DEMO_HTTP, 1209, { .uri = "/backup/reedgate.aspx.bak" }, DECOY },
	{ AC_DEMO_HTTP, 3450, { .host = "owa-check.example", .uri = REED_PATH }, { URL("owa-check.example", REED_URL) } },
	{ AC_DEMO_HTTP, 3451, { .host = "owa-check.example", .uri = REED_PATH "9" }, DECOY },
	{ AC_DEMO_HTTP, 6120, { .agent = "Updater/1.203.0.113.47" }, DECOY },
	{ AC_DEMO_HTTP, 8806, { .src = "198.51.100.66", .dst = MAIL_SERVER, .host = "mail.harbour.example", .uri = "/owa/auth/mallard.aspx" }, { IN_RANGE("198.51.100.66"), OTHER(AC_VALUE_FILE_NAME, "mallard.aspx") } },
	{ AC_DEMO_HTTP, 14411, { .referrer = "http://mail-sync.example/start" }, { DOMAIN("mail-sync.example") } },

	/* The other sensor: one record a line in JSON. */
	{ AC_DEMO_EVE, 2750, { .kind = "dns", .dport = 53, .query = "eu.tin-relay.example" }, { BELOW("eu.tin-relay.example") } },
	{ AC_DEMO_EVE, 6001, { .kind = "http", .dport = 80, .host = "tide-update.example", .uri = "/owa/auth/x.js" }, { URL("tide-update.example", TIDE_URL) } },
	{ AC_DEMO_EVE, 6002, { .kind = "http", .dport = 80, .host = "tide-update.example", .uri = "/owa/auth/x.json" }, DECOY },
	{ AC_DEMO_EVE, 9417, { .kind = "fileinfo", .file = "/uploads/tmhelp.ashx", .sha256 = TMHELP_SHA256 }, { OTHER(AC_VALUE_FILE_NAME, "tmhelp.ashx"), OTHER(AC_VALUE_SHA256, TMHELP_SHA256) } },
	{ AC_DEMO_EVE, 12020, { .kind = "fileinfo", .file = "/upload/a.tmp", .md5 = REEDGATE_MD5 }, { OTHER(AC_VALUE_MD5, REEDGATE_MD5) } },
	{ AC_DEMO_EVE, 12021, { .kind = "fileinfo", .file = "/upload/b.tmp", .sha256 = "00c0ffee" REEDGATE_MD5 "0123456789abcdef01234567" }, DECOY },
	{ AC_DEMO_EVE, 14760, { .kind = "fileinfo", .file = "/upload/c.tmp", .sha1 = REEDGATE_SHA1 }, { OTHER(AC_VALUE_SHA1, REEDGATE_SHA1) } },
	{ AC_DEMO_EVE, 16016, { .kind = "flow", .src = MAIL_SERVER, .dst = "203.0.113.88", .dport = 443 }, { ADDRESS("203.0.113.88") } },
	{ AC_DEMO_EVE, 19905, { .kind = "flow", .src = MAIL_SERVER, .dst = "192.0.2.201", .dport = 8443 }, { ADDRESS("192.0.2.201") } },
	{ AC_DEMO_EVE, 21188, { .kind = "flow", .src = "10.20.3.44", .dst = "192.0.2.77", .dport = 443 }, { HELD(AC_VALUE_IPV4, "192.0.2.77", "expired") } },
	{ AC_DEMO_EVE, 25025, { .kind = "tls", .host = "a.b.mail-sync.example" }, { BELOW("a.b.mail-sync.example") } },
	{ AC_DEMO_EVE, 25026, { .kind = "tls", .host = "mail-sync.example.org" }, DECOY },
	{ AC_DEMO_EVE, 29640, { .kind = "smtp", .dport = 25, .mail = "billing@parcel-notice.example" }, { OTHER(AC_VALUE_EMAIL, "billing@parcel-notice.example") } },
	{ AC_DEMO_EVE, 31107, { .kind = "fileinfo", .file = "/upload/d.tmp", .sha512 = TMHELP_SHA512 }, { OTHER(AC_VALUE_SHA512, TMHELP_SHA512) } },
	{ AC_DEMO_EVE, 31108, { .kind = "fileinfo", .file = "/upload/e.tmp", .sha512 = "0123456789abcdef0123456789abcdef" TMHELP_SHA256 "fedcba9876543210fedcba9876543210" }, DECOY },
	{ AC_DEMO_EVE, 36001, { .kind = "fileinfo", .file = "/upload/f.tmp", .md5 = TMHELP_MD5 }, { OTHER(AC_VALUE_MD5, TMHELP_MD5) } },

	/* The mail server's own web log. */
	{ AC_DEMO_IIS, 722, { .src = "198.51.100.64", .uri = "/ecp/default.aspx" }, { IN_RANGE("198.51.100.64") } },
	{ AC_DEMO_IIS, 1402, { .src = "203.0.113.47", .uri = "/aspnet_client/system_web/reedgate.aspx" }, { OTHER(AC_VALUE_FILE_NAME, "reedgate.aspx"), ADDRESS("203.0.113.47") } },
	{ AC_DEMO_IIS, 1410, { .uri = "/backup/reedgate.aspx.txt" }, DECOY },
	{ AC_DEMO_IIS, 2977, { .src = "203.0.113.88", .uri = "/owa/auth/mallard.aspx" }, { OTHER(AC_VALUE_FILE_NAME, "mallard.aspx"), ADDRESS("203.0.113.88") } },
	{ AC_DEMO_IIS, 4380, { .uri = "/ASPNET_CLIENT/SYSTEM_WEB/REEDGATE.ASPX" }, { MEANS(AC_VALUE_FILE_NAME, "REEDGATE.ASPX", "reedgate.aspx") } },
	{ AC_DEMO_IIS, 6505, { .agent = "Mozilla/5.0+(203.0.113.479)" }, DECOY },
	{ AC_DEMO_IIS, 7811, { .agent = "Updater/203.0.113.88" }, { HELD(AC_VALUE_IPV4, "203.0.113.88", "version-number") } },
	{ AC_DEMO_IIS, 9204, { .referrer = TIDE_URL }, { URL(TIDE_URL, TIDE_URL) } },
	{ AC_DEMO_IIS, 12044, { .referrer = TIDE_URL "on" }, DECOY },

	/* Messages of the mail relay, the web proxy, the firewall, the resolver, the virus scanner. */
	{ AC_DEMO_SYSLOG, 402, { .text = "mx1 postfix/qmgr[2211]: 4F2A91C0: from=<billing@parcel-notice.example>, size=48211, nrcpt=2 " "(queue active)" }, { OTHER(AC_VALUE_EMAIL, "billing@parcel-notice.example") } },
	{ AC_DEMO_SYSLOG, 404, { .text = "mx1 postfix/qmgr[2211]: 4F2A91C8: from=<xbilling@parcel-notice.example>, size=2011, nrcpt=1 " "(queue active)" }, DECOY },
	{ AC_DEMO_SYSLOG, 407, { .text = "mx1 postfix/qmgr[2211]: 4F2A91D1: from=<billing@parcel-notice.example.net>, size=2011, nrcpt=1 " "(queue active)" }, DECOY },
	{ AC_DEMO_SYSLOG, 1990, { .text = "proxy1 squid[901]: TCP_MISS/200 5120 GET " REED_URL " - HIER_DIRECT" }, { URL(REED_URL, REED_URL) } },
	{ AC_DEMO_SYSLOG, 3313, { .text = "fw1 kernel: IN=eth1 OUT=eth0 SRC=198.51.100.78 DST=10.20.5.10 LEN=60 PROTO=TCP SPT=51234 " "DPT=443" }, { IN_RANGE("198.51.100.78") } },
	{ AC_DEMO_SYSLOG, 4706, { .text = "mx1 scan[771]: file=C:\\inetpub\\wwwroot\\aspnet_client\\reedgate.aspx sha256=" REEDGATE_SHA256 " verdict=suspicious" }, { OTHER(AC_VALUE_FILE_NAME, "reedgate.aspx"), OTHER(AC_VALUE_SHA256, REEDGATE_SHA256) } },
	{ AC_DEMO_SYSLOG, 4707, { .text = "mx1 scan[771]: file=C:\\inetpub\\wwwroot\\aspnet_client\\my-reedgate.aspx.old " "sha256=" REEDGATE_SHA256 "00 verdict=unknown" }, DECOY },
	{ AC_DEMO_SYSLOG, 6230, { .text = "gw6 sshd[411]: Connection closed by 2001:DB8:5CA1:AB1E:0:0:0:53 port 50022 [preauth]" }, { MEANS(AC_VALUE_IPV6, "2001:DB8:5CA1:AB1E:0:0:0:53", "2001:db8:5ca1:ab1e::53") } },
	{ AC_DEMO_SYSLOG, 8125, { .text = "ns1 named[388]: client 10.20.3.44#51311: query: owa-update.example. IN A +" }, { DOMAIN("owa-update.example") } },
	{ AC_DEMO_SYSLOG, 10660, { .text = "app2 updater[1200]: installed build 203.0.113.47.2 of the reporting module" }, DECOY },
	{ AC_DEMO_SYSLOG, 13207, { .text = "mx1 postfix/qmgr[2211]: 51D07A22: from=<notice@harbour-billing.example>, size=11873, nrcpt=6 " "(queue active)" }, { OTHER(AC_VALUE_EMAIL, "notice@harbour-billing.example") } },
};
/* clang-format on */
const size_t ac_demo_trace_count = AC_COUNT(ac_demo_traces);
