/* SPDX-License-Identifier: Apache-2.0 */
/* What lines of several kinds of texts have in common: judgements, words in both languages, names; and that a text is written in one way only. */
#ifndef AC_AGREE_PARTS_H
#define AC_AGREE_PARTS_H

#include "agree/text.h"
#include "stix/scale.h"

/* How likely, on the scale of ICD 203, and how well founded: "very-likely 85 high". */
typedef struct ac_claim_judgement {
	const ac_scale_band *likelihood; /* static */
	unsigned number;                 /* per cent, within the term's range, 1 to 99 */
	bool has_confidence;             /* "-": nothing is said of it */
	ac_confidence_level confidence;
} ac_claim_judgement;

/* Three words. ACCORD_EINPUT: no term of ICD 203, a number that is not of its range (0 and 100 are of none), or no level of confidence. */
int ac_line_judgement(ac_line *line, ac_claim_judgement *out, accord_err *err) AC_CHECKED;
void ac_claim_judgement_add(ac_buf *buf, const ac_claim_judgement *judgement);
/* "low", "moderate", "high", "-". */
ac_str ac_claim_judgement_confidence(const ac_claim_judgement *judgement);

/* A number from 1 on. */
int ac_line_count(ac_line *line, const char *what, uint64_t *out, accord_err *err) AC_CHECKED;
/* A word that ac_text_is_name takes. */
int ac_line_name(ac_line *line, const char *what, ac_str *out, accord_err *err) AC_CHECKED;
/* All that follows, as words for a reader: no space at either end, where nobody would see it. */
int ac_line_words(ac_line *line, const char *what, ac_str *out, accord_err *err) AC_CHECKED;
/* A language and the words in it, into their place of a pair; each once. */
int ac_line_pair(ac_line *line, const char *what, ac_str pair[static AC_TONGUES], accord_err *err) AC_CHECKED;
/* A pair has words in both languages, or (unless it is needed) in none. ACCORD_EINPUT names what and the language. */
int ac_pair_check(const ac_str pair[static AC_TONGUES], bool needed, const char *what, accord_err *err) AC_CHECKED;

/* What most texts begin with. It is the first member of what such a text is read into, so that the rows below serve all of them. */
typedef struct ac_about {
	ac_str coalition;
	uint8_t statement[AC_SHA256_SIZE]; /* digest of the statement's text */
	ac_str member;                     /* whose word it is; texts of the convener name none */
	uint64_t seq;                      /* from 1 to AC_ABOUT_SEQ_MAX; it only grows */
	ac_time at;
} ac_about;

int ac_about_take_coalition(void *about, ac_line *line, accord_err *err) AC_CHECKED;
int ac_about_take_statement(void *about, ac_line *line, accord_err *err) AC_CHECKED;
int ac_about_take_member(void *about, ac_line *line, accord_err *err) AC_CHECKED;
int ac_about_take_seq(void *about, ac_line *line, accord_err *err) AC_CHECKED;
int ac_about_take_at(void *about, ac_line *line, accord_err *err) AC_CHECKED;
/* clang-format off */
#define AC_ABOUT_STATEMENT_ROWS \
	{ "coalition", 1, 1, ac_about_take_coalition }, \
	{ "statement", 1, 1, ac_about_take_statement }
#define AC_ABOUT_MEMBER_ROWS \
	{ "member", 1, 1, ac_about_take_member }, \
	{ "seq", 1, 1, ac_about_take_seq }, \
	{ "at", 1, 1, ac_about_take_at }
/* clang-format on */
/* The lines of those rows, in that order. */
void ac_about_add_statement(ac_buf *buf, const ac_about *about);
void ac_about_add_member(ac_buf *buf, const ac_about *about);

/* Lines that begin with that word and a space: room for what they hold. */
size_t ac_text_count(ac_str text, ac_str word);
/*
 * A text has one way to be written: `again` is what writing what was read of it gives, and is given back here. Its digest, by which others cite it. ACCORD_EINPUT with the first line that is
 * another.
 */
int ac_text_seal(ac_str text, ac_buf *again, uint8_t out_digest[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;

/* Words of one line, whoever wrote them: with a line feed in them they would be lines that nobody meant, and the buffer fails with ACCORD_EINPUT. All that writes texts adds words so. */
void ac_text_add_words(ac_buf *buf, ac_str words);
/* Writing whole lines: "word text"; "word number"; "word time"; "word sha256:..."; both languages of a pair that has any, "word [of] en ...". */
void ac_text_add_line(ac_buf *buf, const char *word, ac_str text);
void ac_text_add_number_line(ac_buf *buf, const char *word, uint64_t number);
void ac_text_add_time_line(ac_buf *buf, const char *word, ac_time time);
void ac_text_add_digest_line(ac_buf *buf, const char *word, const uint8_t digest[static AC_SHA256_SIZE]);
/* "word sha256:... SIZE". */
void ac_text_add_file_line(ac_buf *buf, const char *word, const uint8_t digest[static AC_SHA256_SIZE], uint64_t size);
void ac_text_add_pair(ac_buf *buf, const char *word, ac_str of, const ac_str pair[static AC_TONGUES]);

#endif
