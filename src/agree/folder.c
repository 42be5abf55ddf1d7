/* SPDX-License-Identifier: Apache-2.0 */
/* Names and files of a member's folder. Knows nothing of what is decided with them. */
#include "agree/folder.h"

#include <stdio.h>

#include "agree/log_files.h"
#include "sys/file.h"
#include "sys/inside.h"

int
ac_folder_of_origin(const char *part, ac_str origin, char out[static AC_FOLDER_NAME_MAX], accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	char hex[2 * AC_SHA256_SIZE];
	int rc = ac_sha256(origin, digest, err);

	if (rc)
		return rc;
	ac_hex(digest, sizeof(digest), hex);
	(void)snprintf(out, AC_FOLDER_NAME_MAX, "%s/%.*s", part, (int)sizeof(hex), hex);
	return 0;
}

void
ac_folder_add_note_of(ac_buf *buf, const ac_note *note, const ac_vkey *keys, size_t count)
{
	ac_buf_add(buf, note->text);
	ac_buf_add_byte(buf, '\n');
	for (size_t i = 0; i < note->count; i++)
		for (size_t k = 0; k < count; k++)
			if (note->signatures[i].id == keys[k].id && ac_str_eq(note->signatures[i].name, keys[k].name)) {
				ac_buf_add(buf, note->signatures[i].line);
				break;
			}
}

/* The proof as it is kept: of each checkpoint only the line of the key that was verified. */
static int
strip(const ac_misbehaviour *m, const ac_vkey *keys, const size_t signers[static 2], ac_buf *out, accord_err *err)
{
	ac_misbehaviour own = *m;
	ac_buf notes[2];
	int rc = 0;

	for (unsigned i = 0; i < 2; i++) {
		ac_buf_init(&notes[i], AC_CHECKPOINT_MAX);
		ac_folder_add_note_of(&notes[i], &m->notes[i], &keys[signers[i]], 1);
		if (!rc)
			rc = ac_buf_finish(&notes[i], &own.signed_checkpoints[i], err);
	}
	if (!rc)
		ac_misbehaviour_add(out, &own);
	for (unsigned i = 0; i < 2; i++)
		ac_buf_done(&notes[i]);
	return rc;
}

static int
count_one(void *payload, const char *name, accord_err *err)
{
	(void)name;
	(void)err;
	++*(size_t *)payload;
	return 0;
}

static int
write_proof(const char *dir, ac_str text, accord_err *err)
{
	char path[AC_PATH_MAX], hex[2 * AC_SHA256_SIZE], name[AC_FOLDER_NAME_MAX];
	uint8_t digest[AC_SHA256_SIZE];
	size_t kept = 0;
	int rc = ac_log_path(dir, "misbehaviour", path, err);

	if (!rc)
		rc = ac_dir_make(path, err);
	if (!rc)
		rc = ac_inside_list(dir, "misbehaviour", 2 * AC_MISBEHAVIOUR_FILES_MAX, count_one, &kept, err);
	if (rc || kept >= AC_MISBEHAVIOUR_FILES_MAX)
		return rc;
	rc = ac_sha256(text, digest, err);
	if (rc)
		return rc;
	ac_hex(digest, sizeof(digest), hex);
	(void)snprintf(name, sizeof(name), "misbehaviour/%.*s.proof", (int)sizeof(hex), hex);
	rc = ac_log_path(dir, name, path, err);
	return rc ? rc : ac_file_replace(path, text, 0644, err);
}

int
ac_folder_keep_misbehaviour(const char *dir, ac_digester *d, const ac_misbehaviour *m, const ac_vkey *keys,
    size_t count, ac_arena *arena, accord_err *err)
{
	size_t signers[2] = { 0, 0 };
	ac_str text;
	ac_buf buf;
	int rc = ac_misbehaviour_check(d, m, keys, count, arena, signers, err);

	if (rc)
		return rc;
	ac_buf_init(&buf, AC_NOTE_MAX);
	rc = strip(m, keys, signers, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &text, err);
	if (!rc)
		rc = write_proof(dir, text, err);
	ac_buf_done(&buf);
	return rc;
}

typedef struct seeking {
	const char *dir;
	ac_str origin;
	ac_arena *arena;
	bool found;
} seeking;

static int
seek_one(void *payload, const char *file, accord_err *err)
{
	seeking *s = payload;
	ac_misbehaviour *m;
	char name[AC_FOLDER_NAME_MAX];
	int n = snprintf(name, sizeof(name), "misbehaviour/%s", file), rc;
	ac_str bytes;
	ac_buf buf;

	if (s->found || n < 0 || n >= AC_FOLDER_NAME_MAX || !ac_str_ends(ac_str_from(file), AC_S(".proof")))
		return 0;
	m = ac_arena_zalloc(s->arena, 1, sizeof(*m));
	if (!m)
		return ac_arena_check(s->arena, err);
	ac_buf_init(&buf, AC_NOTE_MAX);
	rc = ac_inside_load(s->dir, name, AC_NOTE_MAX, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc)
		rc = ac_misbehaviour_parse(bytes, s->arena, m, err);
	if (!rc)
		s->found = ac_str_eq(m->origin, s->origin);
	ac_buf_done(&buf);
	return rc;
}

int
ac_folder_has_misbehaviour(const char *dir, ac_str origin, ac_arena *arena, bool *out, accord_err *err)
{
	seeking s = { .dir = dir, .origin = origin, .arena = arena };
	int rc = ac_inside_list(dir, "misbehaviour", 2 * AC_MISBEHAVIOUR_FILES_MAX, seek_one, &s, err);

	*out = s.found;
	return rc;
}
