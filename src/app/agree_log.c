/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and paths of logs, for commands. */
#include "app/agree_log.h"

#include <stdio.h>

#include "app/agree.h"
#include "sys/file.h"

int
ac_agree_path(const char *dir, const char *name, char out[static AC_PATH_MAX], accord_err *err)
{
	int n = snprintf(out, AC_PATH_MAX, "%s/%s", dir, name);

	if (n < 0 || n >= AC_PATH_MAX)
		return ac_fail(err, ACCORD_EIO, "%s/%s: the path is too long", dir, name);
	return 0;
}

int
ac_agree_own_log(const char *dir, ac_arena *arena, ac_vkey *out, accord_err *err)
{
	char path[AC_PATH_MAX];
	ac_trust trust = { 0 };
	ac_file_id id;
	ac_str text;
	int rc = ac_agree_path(dir, AC_AGREE_LOG_VKEY, path, err);

	if (!rc && !ac_file_look(path, &id))
		return ac_fail(err, ACCORD_ENOTFOUND, "%s: there is no log; accord agree log init makes one", dir);
	if (!rc)
		rc = ac_file_load_text(path, AC_KIB, arena, &text, err);
	if (!rc)
		rc = ac_trust_add(&trust, text, arena, err);
	if (!rc && (trust.count != 1 || trust.keys[0].purpose != AC_PURPOSE_LOG))
		rc = ac_fail(err, ACCORD_EINPUT, "%s: want one key of a log", path);
	if (!rc)
		*out = trust.keys[0];
	return rc;
}

int
ac_agree_trust_key(ac_trust *trust, const ac_vkey *key, ac_arena *arena, accord_err *err)
{
	ac_str text;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_KIB);
	ac_vkey_add(&buf, key);
	text = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	rc = ac_arena_check(arena, err);
	return rc ? rc : ac_trust_add(trust, text, arena, err);
}
