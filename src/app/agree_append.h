/* SPDX-License-Identifier: Apache-2.0 */
/* The member's own log for commands that sign something: what they sign becomes a leaf where its key is given. */
#ifndef AC_APP_AGREE_APPEND_H
#define AC_APP_AGREE_APPEND_H

#include "agree/log.h"
#include "app/agree.h"

/* Leaves into the log of a member's folder, by the key of that log; out_places: one for each. */
int ac_agree_log_append(const char *dir, const ac_agree_key *key, const ac_str *leaves, size_t count,
    ac_log_place *out_places, accord_err *err) AC_CHECKED;
/* The key that --log-key names, if it does. Opened before anything is signed: whoever mistypes has done nothing yet. Close it in any case. */
typedef struct ac_agree_log_key {
	bool is_given;
	ac_agree_key key;
} ac_agree_log_key;
int ac_agree_log_key_open(ac_agree_words *words, ac_agree_log_key *out, accord_err *err) AC_CHECKED;
void ac_agree_log_key_close(ac_agree_log_key *key);
/* What commands say when no key of the log was given. */
#define AC_AGREE_NOT_LOGGED "  not in the log yet: accord agree log append FILE puts it there\n"

#endif
