/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by retro_take.c, which takes values out of texts, and retro_fields.c, which takes what fields say of theirs. Private to both. */
#ifndef AC_WATCH_RETRO_TAKE_STATE_H
#define AC_WATCH_RETRO_TAKE_STATE_H

#include "watch/evaluate.h"
#include "watch/retro_batch.h"
#include "watch/retro_key.h"
#include "watch/retro_take.h"
#include "watch/retro_words.h"
#include "watch/token.h"

/* Of one record; what is more is taken as text. */
#define VERSIONS_MAX 8

enum { IS_WORD = 1, IS_HEX = 2, IS_ASCII = 4 };

/* Tokens of a text that wait for what is known of their spelling: it is on its way from memory. */
#define WAITING 16
typedef struct waiting_token {
	ac_str token;
	uint64_t hash;
} waiting_token;

struct ac_retro_take {
	ac_retro *retro;
	ac_retro_batch *batch;
	/* versions: of software, user agents; no addresses stand in them */
	ac_str versions[VERSIONS_MAX];
	size_t version_count;
	ac_str asked; /* the text of a field that was asked for a word for serial numbers last */
	bool asked_says;
	bool sure_ends, has_carets; /* of URLs */
	bool may_have_controls;     /* the line (control.h) */
	ac_retro_hints hints;       /* of the line: names of its fields may say more than their roles */
	ac_evaluation line;         /* record and arena of the line at hand */
	ac_url_text *url;           /* scratch */
	uint64_t want;              /* roles of fields without which a record says less */
	unsigned char classes[256]; /* of each byte */
	const ac_scan_kernel *kernel;
	ac_scan_maps *maps;
	waiting_token waiting[WAITING];
	unsigned waiting_count;
	char key[AC_RETRO_KEY_MAX];
	char meant[AC_URL_MAX]; /* scratch: a URL without its percent-encoding */
};

/* What retro_take.c puts and knows: a text of a field, which comes again and again, in whatever spelling; what is no value of the type is passed over. */
int ac_retro_put_text(ac_retro_take *t, ac_value_type type, ac_str text, accord_err *err) AC_CHECKED;
int ac_retro_put_url(ac_retro_take *t, ac_str text, accord_err *err) AC_CHECKED;
/* A word and what goes on behind its dots: its end. */
const char *ac_retro_token_end(
    const ac_retro_take *t, const char *p, const char *limit, bool *dotted, bool *hex, bool *high);

/* retro_fields.c: the roles that say something, or of which a URL is put together; and what a field says by its role and name. */
uint64_t ac_retro_wanted_roles(void);
int ac_retro_take_named(ac_retro_take *t, const ac_log_field *field, accord_err *err) AC_CHECKED;

#endif
