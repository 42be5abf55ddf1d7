/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the raw matches of one record to hits: fields and time of the record, URLs that stand in several fields, composite patterns, validity. Knows nothing of
 * buffers and line numbers beyond passing them on. Private to this room.
 */
#ifndef AC_WATCH_EVALUATE_H
#define AC_WATCH_EVALUATE_H

#include "watch/logs/logs.h"
#include "watch/scan.h"
#include "watch/watch.h"

/* A raw match, with what the record says about it. */
typedef struct ac_found {
	ac_match match;            /* offset in the line */
	ac_str text;               /* of the token, unescaped */
	ac_str url;                /* put together from fields; else {NULL,0} */
	const ac_log_field *field; /* that it stands in, or NULL */
	ac_index_record record;    /* that the match has, if any */
} ac_found;

/* A match about which nothing is open (evaluate_clear.c). */
typedef struct ac_clear {
	ac_index_lone listed;
	ac_str value;
	bool is_record; /* it is the record's value, too */
} ac_clear;

/* A posting of a found value that may become a hit. */
typedef struct ac_claim {
	uint32_t found;
	uint32_t indicator;
	uint32_t term; /* AC_NONE32: a list entry */
	bool holds;
	bool is_spelled; /* found as URLs and W3C logs spell it */
} ac_claim;

/* What the indicators that were told last are called (evaluate_told.c). */
typedef struct ac_told ac_told;
ac_told *ac_told_open(void); /* NULL without memory */
/* Before another index is used. */
void ac_told_forget(ac_told *told);
/* Id, name and producer, copied to arena; false: to be made. record: in which the value was found. */
bool ac_told_get(ac_told *told, uint32_t indicator, uint32_t record, ac_arena *arena, ac_hit_indicator *out);
void ac_told_put(ac_told *told, uint32_t indicator, uint32_t record, const ac_hit_indicator *indicator_told);
ac_told *ac_told_close(ac_told *told); /* takes NULL, returns NULL */

/* What the fields of one object of a record say of a URL beside its host (evaluate_url.c). */
typedef struct ac_url_parts {
	ac_str scheme, host, port, path, query;
	ac_str connection_port; /* of the connection, not of the URL */
	ac_str bare;            /* the path without its query, as an index has it; of fields that were looked up */
	uint64_t group;
	bool is_gathered, is_header; /* the host stands in a header */
} ac_url_parts;

typedef struct ac_evaluation {
	const ac_index *index;
	ac_scan *scan;
	const ac_watch_sink *sink;
	ac_watch_counts *counts;
	ac_watch_rules rules;
	const ac_where *where; /* NULL: every record counts */
	ac_arena arena;        /* of one record */
	ac_arena told;         /* of one hit, or one claim that is held back: a record may have a hundred thousand */
	ac_digester *digester;
	ac_told *names;
	/* the record at hand */
	ac_str file;
	ac_str line;
	uint64_t line_number;
	uint64_t line_offset;
	ac_log_record record;
	ac_url_parts parts; /* those that were asked for last */
	ac_time time;       /* of the record, else as_of */
	bool unescape;
	bool is_decoded; /* matches are of fields without their escapes, too */
	/* of a piece without fields: how its values are escaped, in how many strings of JSON around its documents, and whether a name of a file may have '+' for each blank */
	ac_log_escapes escapes;
	unsigned depth;
	bool has_plus;
	size_t plain_n; /* bytes of the line before its JSON: what stands there is never unescaped */
	/* Rules of evaluate_text.c, as bits: whose words the line has been searched for, and has. */
	unsigned asked, hinted;
	/* the same of the text of one field, which was asked for last */
	ac_str text_asked;
	unsigned text_bits, text_hinted;
	struct ac_pattern_stage *stage; /* patterns that need a record's fields; NULL: none */
	bool opens_gate;                /* the record holds a value that some of these ask for */
	ac_vec clear;                   /* ac_clear, one a match */
	char id[48];                    /* of the indicator of one */
	ac_vec found;                   /* ac_found */
	ac_vec claims;                  /* ac_claim */
} ac_evaluation;

int ac_evaluation_init(
    ac_evaluation *e, const ac_index *index, ac_scan *scan, const ac_watch_sink *sink, ac_watch_counts *counts);
/* From the next record on, another index. */
void ac_evaluation_use(ac_evaluation *e, const ac_index *index);
void ac_evaluation_done(ac_evaluation *e);

/*
 * All matches of one line, their offsets relative to it. state NULL: a piece of a line that is too long to be a record. is_malformed: the line was
 * seen not to be of its input's format.
 */
int ac_evaluate(ac_evaluation *e, const ac_log_state *state, ac_time as_of, bool is_malformed, const ac_match *matches,
    size_t count, accord_err *err) AC_CHECKED;

/* ---- between evaluate.c, evaluate_clear.c, evaluate_value.c, evaluate_url.c, evaluate_text.c and evaluate_pattern.c ---- */

extern const char *const ac_match_how_names[];

/* The record at hand is before an instant that somebody has said. */
static inline bool
ac_evaluate_is_before(const ac_evaluation *e, int64_t us)
{
	return us != INT64_MIN && us != INT64_MAX && ac_time_cmp(e->time, ac_time_from_us(us)) < 0;
}

/* What a hit at the place of a match has of its record. */
static inline ac_hit
ac_evaluate_hit_at(const ac_evaluation *e, const ac_match *match)
{
	return (ac_hit){ .file = e->file,
		.line = e->line_number,
		.offset = e->line_offset + match->offset,
		.length = match->length,
		.text = e->line,
		.text_offset = e->line_offset,
		.malformed = e->record.malformed,
		.has_time = e->record.has_time,
		.time = e->record.time };
}

/*
 * evaluate_clear.c: whether nothing about a line's matches is open: each stands as it is at a place of its own, and one list has its value, which is in force. As most lines that hit are. What
 * e->clear then holds of them is told by ac_evaluate_clear, as the rest of evaluate.c would.
 */
bool ac_evaluate_is_clear(ac_evaluation *e, const ac_match *matches, size_t count);
int ac_evaluate_clear(ac_evaluation *e, const ac_match *matches, size_t count, accord_err *err) AC_CHECKED;
/* An indicator that lists a record. value: the record's as text, or {NULL, 0}: to be made. Texts are in e->told, or views. */
void ac_evaluate_describe(
    ac_evaluation *e, uint32_t indicator, const ac_index_record *record, ac_str value, ac_hit_indicator *out);

/*
 * The value of a text that was found as one of a type, as it stands or as the record has it: {NULL, 0} when it must be parsed. record_text: of the match's record, if that is of the type; or NULL.
 * *out_is_exact: it is the record's value, too.
 */
ac_str ac_evaluate_as_it_is(
    ac_value_type type, unsigned how, ac_str text, const ac_str *record_text, bool *out_is_exact);
/*
 * The canonical value of what was found as one of *type: what ac_value_parse makes of its text, whose type *type is then; the text itself when that fails. In e->told, or a view of the line or
 * the index. *out_is_kept: it is that of the match's record, too.
 */
ac_str ac_evaluate_value(ac_evaluation *e, const ac_found *found, ac_value_type *type, bool *out_is_kept);
/* A name of a file as it is, which was found as URLs and W3C logs spell it: percent-encoded, or with '+' for each blank. In e->told. */
ac_str ac_evaluate_meant_name(ac_evaluation *e, ac_str spelled);
/* The value of a record as text: entries of lists have no other name. */
ac_str ac_evaluate_record_value(ac_evaluation *e, const ac_index_record *record);
/* Whether that of such a type needs no parsing. */
bool ac_evaluate_is_kept(uint8_t type);

/* URLs whose host is `found` and whose other parts stand in other fields of the record: each is added to e->found. */
int ac_evaluate_split_url(ac_evaluation *e, const ac_found *found, accord_err *err) AC_CHECKED;
/* URLs of a host field with the parts that stand beside it, in the spellings that the fields leave open; in e->arena. Reads the record only. */
#define AC_URL_SPELLINGS_MAX 8
size_t ac_evaluate_url_spellings(
    ac_evaluation *e, const ac_log_field *host, ac_str host_text, ac_str out[AC_URL_SPELLINGS_MAX]);
/* Whether some path in the line could belong to a URL of that host: cheap, before the record is read. */
bool ac_evaluate_may_split(const ac_evaluation *e, ac_str host);
/*
 * Whether a found value may stand where it was found, by the meaning of its field (evaluate_text.c). False: it is none at all. True with *out_reason: it is held back
 * for that reason.
 */
bool ac_evaluate_text(ac_evaluation *e, const ac_found *found, const char **out_reason);
/* pattern_stage.c: the record at hand, which opens a gate, for the patterns. */
int ac_pattern_stage_judge(struct ac_pattern_stage *s, ac_evaluation *e, accord_err *err) AC_CHECKED;
/* Before anything of the record at hand is told: what holds of lines before it, of which patterns wait for more to be judged together. So hits come by lines, however the input was cut. */
int ac_pattern_stage_tell_earlier(struct ac_pattern_stage *s, ac_evaluation *e, accord_err *err) AC_CHECKED;

static inline int
ac_evaluate_tell_earlier(ac_evaluation *e, accord_err *err)
{
	return e->stage ? ac_pattern_stage_tell_earlier(e->stage, e, err) : 0;
}
/* Decide the claims that are terms of composite patterns. */
int ac_evaluate_patterns(ac_evaluation *e, accord_err *err) AC_CHECKED;
/* Why an indicator is not matched at the time of the record at hand, or NULL. */
const char *ac_evaluate_validity(ac_evaluation *e, uint32_t indicator);
/* Report a claim as held back. */
int ac_evaluate_hold(ac_evaluation *e, const ac_claim *claim, const char *reason, accord_err *err) AC_CHECKED;

#endif
