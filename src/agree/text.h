/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that members sign: lines of words under a first line "accord/KIND/v1". Words are separated by one space, so that a text has one way to be written. A kind of
 * text is a table of the words that its lines may begin with. The text's characters are the note's business (agree/note.h).
 */
#ifndef AC_AGREE_TEXT_H
#define AC_AGREE_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/time.h"
#include "crypto/digest.h"

/* Texts are in both languages of the coalition: places in arrays of two. */
typedef enum ac_tongue { AC_TONGUE_EN, AC_TONGUE_FR } ac_tongue;
#define AC_TONGUES 2
const char *ac_tongue_code(ac_tongue tongue); /* "en", "fr" */

/* A line while it is read: what has not been taken of it yet. */
typedef struct ac_line {
	ac_str word; /* its first */
	ac_str rest; /* behind the space after it; p is NULL when nothing follows, not even a space */
	uint64_t number;
} ac_line;

/* One kind of line. take is shown each in order, and takes all of it. */
typedef struct ac_text_row {
	const char *word;
	unsigned min, max; /* how many a text has; max 0: any number */
	int (*take)(void *payload, ac_line *line, accord_err *err);
} ac_text_row;

/* KIND of a text that begins "accord/KIND/v1\n", a view; false: it does not. */
bool ac_text_kind(ac_str text, ac_str *out_kind);
/*
 * Read a text of that kind line by line. At most AC_TEXT_ROWS_MAX rows. ACCORD_EINPUT with the line: another kind, a word that is not in the rows, too many or too few of one, words behind the last that is taken, and
 * what take says. ACCORD_EVERSION: a later version of the kind.
 */
int ac_text_read(ac_str text, const char *kind, const ac_text_row *rows, size_t row_count, void *payload,
    accord_err *err) AC_CHECKED;

/* Refuse the line, with its number. Returns ACCORD_EINPUT. */
int ac_line_fail(const ac_line *line, accord_err *err, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The next word. what: "a member's name". */
int ac_line_word(ac_line *line, const char *what, ac_str *out, accord_err *err) AC_CHECKED;
/* All that follows, spaces and all; not empty. */
int ac_line_rest(ac_line *line, const char *what, ac_str *out, accord_err *err) AC_CHECKED;
bool ac_line_at_end(const ac_line *line);
/* A number without zeros in front. */
int ac_line_u64(ac_line *line, const char *what, uint64_t *out, accord_err *err) AC_CHECKED;
/* "2021-07-19T11:00:00Z": whole seconds, UTC, in their one text. */
int ac_line_time(ac_line *line, const char *what, ac_time *out, accord_err *err) AC_CHECKED;
/* "sha256:" and 64 hexadecimal digits in lower case. */
int ac_line_digest(ac_line *line, const char *what, uint8_t out[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;
/* The same without "sha256:". */
int ac_line_hash(ac_line *line, const char *what, uint8_t out[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;
/* "en" or "fr". */
int ac_line_tongue(ac_line *line, ac_tongue *out, accord_err *err) AC_CHECKED;
/* One of some words, by its place. */
int ac_line_choice(ac_line *line, const char *what, const char *const *words, unsigned count, unsigned *out,
    accord_err *err) AC_CHECKED;

/* Room for one more item of a list that lines make: `count` are there, each of `size` bytes; the items, moved or not. NULL: the arena knows why. */
void *ac_text_grow(ac_arena *arena, void *items, unsigned count, size_t size);

/* Writing: "accord/KIND/v1\n"; a digest as it is read; a time as it is read. */
void ac_text_add_kind(ac_buf *buf, const char *kind);
void ac_text_add_digest(ac_buf *buf, const uint8_t digest[static AC_SHA256_SIZE]);
void ac_text_add_hash(ac_buf *buf, const uint8_t hash[static AC_SHA256_SIZE]);

/* May that be a name in these texts: of a member, a claim, a pledge, an action, a group? ASCII letters, digits and "-_.", a letter or digit first, at most AC_TEXT_NAME_MAX of them. */
bool ac_text_is_name(ac_str name);

#endif
