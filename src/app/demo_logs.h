/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The telemetry of the demonstration: about 200,000 lines in four formats, the same bytes on every run, with a known set of planted traces. What a scan must find in them
 * is written down while they are written. It knows nothing of feeds, indexes or scanners: the truth is the plan's, not the program's.
 */
#ifndef AC_APP_DEMO_LOGS_H
#define AC_APP_DEMO_LOGS_H

#include "base/arena.h"
#include "values/value.h"

typedef enum ac_demo_file {
	AC_DEMO_CONN, /* Zeek TSV */
	AC_DEMO_DNS,
	AC_DEMO_HTTP,
	AC_DEMO_EVE,    /* Suricata EVE JSON */
	AC_DEMO_IIS,    /* W3C extended log format */
	AC_DEMO_SYSLOG, /* syslog as files have it: RFC 3339 time, host, program */
	AC_DEMO_FILE_COUNT
} ac_demo_file;

/* One thing that a scan must report: a hit, or (reason set) a hit that it must hold back. */
typedef struct ac_demo_token {
	const char *raw; /* as it stands in the line, exactly once */
	ac_value_type type;
	const char *value;  /* canonical; NULL: raw */
	const char *match;  /* "subdomain", "cidr" ...; NULL: not looked at */
	const char *reason; /* "expired", "revoked", "other-port" ...: held back; NULL: a hit */
	bool is_early;      /* an indicator of it is valid only from a later time than the record's */
} ac_demo_token;

#define AC_DEMO_TOKENS_MAX 3

/* A record's content where it is not left to chance. NULL and 0: left to chance. */
typedef struct ac_demo_record {
	const char *kind; /* of an EVE record: "dns", "http", "flow", "tls", "fileinfo", "smtp" */
	const char *src, *dst;
	unsigned dport;
	const char *host; /* of a request, a TLS handshake */
	const char *uri;
	const char *referrer;
	const char *agent;
	const char *query, *answer; /* DNS */
	const char *file, *md5, *sha1, *sha256, *sha512;
	const char *mail;
	const char *text; /* a whole message of syslog */
} ac_demo_record;

/* A planted line. Without tokens it is a decoy: it looks like a trace and must not be reported. */
typedef struct ac_demo_trace {
	ac_demo_file file;
	uint64_t line; /* from 1 */
	ac_demo_record record;
	ac_demo_token tokens[AC_DEMO_TOKENS_MAX];
} ac_demo_trace;

/* The plan, in order of file and line. */
extern const ac_demo_trace ac_demo_traces[];
extern const size_t ac_demo_trace_count;

/* A token of the plan at its place. */
typedef struct ac_demo_truth {
	ac_demo_file file;
	uint64_t line;   /* from 1 */
	uint64_t offset; /* of the raw token in the file */
	const ac_demo_token *token;
} ac_demo_truth;

typedef struct ac_demo_logs {
	const ac_demo_truth *truths; /* in order of file and offset; in the arena */
	size_t truth_count;
	size_t hits, held_back, decoys; /* tokens, tokens, lines */
	uint64_t lines, bytes;
} ac_demo_logs;

/* Path of a file below the folder of logs. */
const char *ac_demo_file_path(ac_demo_file file);
/* Write all files below dir (made when missing; files of the same name are overwritten). */
int ac_demo_logs_write(const char *dir, ac_arena *arena, ac_demo_logs *out, accord_err *err) AC_CHECKED;

#endif
