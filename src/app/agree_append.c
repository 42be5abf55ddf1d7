/* SPDX-License-Identifier: Apache-2.0 */
/* Appending to the member's own log. Knows nothing of what is appended. */
#include "app/agree_append.h"

#include "app/agree_log.h"

int
ac_agree_log_append(const char *dir, const ac_agree_key *key, const ac_str *leaves, size_t count,
    ac_log_place *out_places, accord_err *err)
{
	char folder[AC_PATH_MAX];
	ac_log *log = NULL;
	int rc = ac_agree_path(dir, "log", folder, err);

	if (!rc)
		rc = ac_log_open(folder, &key->file.vkey, &key->now, &log, err);
	if (!rc)
		rc = ac_log_append(log, leaves, count, out_places, err);
	log = ac_log_close(log);
	return rc;
}

int
ac_agree_log_key_open(ac_agree_words *words, ac_agree_log_key *out, accord_err *err)
{
	const char *path = ac_arg(words->args, "log-key", NULL);
	int rc;

	*out = (ac_agree_log_key){ 0 };
	if (!path)
		return 0;
	out->is_given = true;
	rc = ac_agree_words_open(words, path, &out->key, err);
	if (!rc && out->key.file.vkey.purpose != AC_PURPOSE_LOG)
		rc = ac_fail(err, ACCORD_EUSAGE, "--log-key: want a key of the purpose log");
	return rc;
}

void
ac_agree_log_key_close(ac_agree_log_key *key)
{
	if (key->is_given)
		ac_agree_key_close(&key->key);
}
