/* SPDX-License-Identifier: Apache-2.0 */
/* Witnesses' lines under a log's own checkpoint. Knows nothing of tiles. */
#include "agree/log.h"
#include "agree/log_files.h"
#include "base/limits.h"
#include "sys/file.h"

/* One checkpoint with its lines, before and after. */
#define COSIGN_ARENA_MAX (8 * AC_MIB)

typedef struct cosigning {
	const ac_vkey *keys; /* the log's first */
	size_t count;
	ac_note old, lines;
	ac_note_verdict verdict; /* of all lines */
} cosigning;

static const ac_vkey *
key_of(const cosigning *c, const ac_note_signature *s)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->keys[i].id == s->id && ac_str_eq(c->keys[i].name, s->name))
			return &c->keys[i];
	return NULL;
}

/* Lines of the note but those of witnesses that came with new ones, then the new ones. */
static void
add_lines(const cosigning *c, ac_buf *out)
{
	ac_buf_add(out, c->old.text);
	ac_buf_add_byte(out, '\n');
	for (size_t i = 0; i < c->old.count; i++) {
		const ac_note_signature *s = &c->old.signatures[i];
		size_t k = 0;

		while (k < c->lines.count &&
		       (c->lines.signatures[k].id != s->id || !ac_str_eq(c->lines.signatures[k].name, s->name)))
			k++;
		if (k == c->lines.count)
			ac_buf_add(out, s->line);
	}
	for (size_t i = 0; i < c->lines.count; i++)
		ac_buf_add(out, c->lines.signatures[i].line);
}

/* Every line must be a witness's, one each. */
static int
check_lines(const cosigning *c, accord_err *err)
{
	for (size_t i = 0; i < c->lines.count; i++) {
		const ac_note_signature *s = &c->lines.signatures[i];
		const ac_vkey *key = key_of(c, s);

		if (!key || key->type != AC_NOTE_COSIGNATURE)
			return ac_fail(err, ACCORD_EDENIED, "line %llu is by %.*s, which is no witness that is trusted",
			    (unsigned long long)s->number, AC_FMT(s->name));
		for (size_t k = 0; k < i; k++)
			if (key_of(c, &c->lines.signatures[k]) == key)
				return ac_fail(
				    err, ACCORD_EINPUT, "want one line of each witness, %.*s has two", AC_FMT(s->name));
	}
	return 0;
}

static int
take(cosigning *c, const char *path, ac_str before, ac_str lines, ac_arena *arena, size_t *out_count, accord_err *err)
{
	ac_str after;
	ac_note note;
	ac_buf buf;
	int rc = ac_note_parse(before, arena, &c->old, err);

	if (!rc)
		rc = ac_note_parse_signatures(lines, arena, &c->lines, err);
	if (!rc)
		rc = check_lines(c, err);
	if (rc)
		return rc;
	ac_buf_init(&buf, AC_CHECKPOINT_MAX);
	add_lines(c, &buf);
	rc = ac_buf_finish(&buf, &after, err);
	if (!rc)
		rc = ac_note_parse(after, arena, &note, err);
	if (!rc) {
		rc = ac_note_verify(&note, c->keys, c->count, arena, &c->verdict, err);
		if (rc == ACCORD_EDENIED)
			(void)ac_fail_context(err, AC_S("a line is wrong, or of another checkpoint than the last"));
	}
	if (!rc && !c->verdict.signed_by[0])
		rc = ac_fail(err, ACCORD_EDENIED, "the checkpoint is not signed by %.*s", AC_FMT(c->keys[0].name));
	if (!rc)
		rc = ac_file_replace(path, after, 0644, err);
	ac_buf_done(&buf);
	if (!rc)
		*out_count = c->verdict.signers - 1;
	return rc;
}

int
ac_log_take_cosignatures(const char *folder, const ac_vkey *vkey, const ac_vkey *witnesses, size_t count, ac_str lines,
    size_t *out_count, accord_err *err)
{
	char path[AC_PATH_MAX];
	cosigning c = { .count = 1 };
	ac_arena arena;
	ac_vkey *keys;
	ac_str before;
	ac_buf buf;
	int lock = -1, rc;

	ac_arena_init(&arena, COSIGN_ARENA_MAX);
	ac_buf_init(&buf, AC_CHECKPOINT_MAX);
	keys = ac_arena_zalloc(&arena, count + 1, sizeof(*keys));
	rc = ac_arena_check(&arena, err);
	if (!rc) {
		keys[0] = *vkey;
		/* What else is trusted signs other things. */
		for (size_t i = 0; i < count; i++)
			if (witnesses[i].type == AC_NOTE_COSIGNATURE)
				keys[c.count++] = witnesses[i];
		c.keys = keys;
		rc = ac_log_path(folder, "checkpoint", path, err);
	}
	if (!rc)
		rc = ac_log_lock(folder, &lock, err);
	if (!rc)
		rc = ac_log_read_checkpoint(folder, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &before, err);
	if (!rc)
		rc = take(&c, path, before, lines, &arena, out_count, err);
	if (lock >= 0)
		ac_file_unlock(lock);
	ac_buf_done(&buf);
	ac_arena_done(&arena);
	return rc;
}
