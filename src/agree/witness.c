/* SPDX-License-Identifier: Apache-2.0 */
/* A witness: what it is asked, what it remembers, and the order in which both come to disk. */
#include "agree/witness.h"

#include <stdio.h>

#include "agree/folder.h"
#include "agree/log_files.h"
#include "agree/proof.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/inside.h"

/* One body, what is kept of its log, and their signatures. */
#define WITNESS_ARENA_MAX (16 * AC_MIB)
#define PUBLIC_PART "witness"
#define SECRET_PART "secret/witness"
#define PEER_PART "peers"

/* Everything that one answer needs. */
typedef struct asking {
	const ac_witness *w;
	ac_arena arena;
	ac_digester *digester;
	ac_growth *growth;
	ac_vkey *keys; /* the log's, then the witness's own */
	size_t key_count;
	ac_witnessed last;
	ac_witness_answer *answer;
	ac_buf *body;
} asking;

/* The answer, with its reason; 0. */
static int answer(asking *a, unsigned status, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int
answer(asking *a, unsigned status, const char *format, ...)
{
	va_list ap;

	a->answer->status = status;
	va_start(ap, format);
	(void)vsnprintf(a->answer->reason, sizeof(a->answer->reason), format, ap);
	va_end(ap);
	return 0;
}

/* The answer to a verdict; errors of the machine stay errors. */
static int
answer_error(asking *a, unsigned status, int rc, const accord_err *why, accord_err *err)
{
	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT || rc == ACCORD_EDENIED || rc == ACCORD_ENOTFOUND)
		return answer(a, status, "%s", why->text);
	if (err)
		*err = *why;
	return rc;
}

/* One file with a checkpoint of the log. *out stays without one where there is no file. */
static int
read_kept(const char *dir, const char *part, const char *file, ac_str origin, ac_arena *arena, ac_witnessed *out,
    accord_err *err)
{
	char folder[AC_FOLDER_NAME_MAX], name[AC_FOLDER_NAME_MAX + 16];
	ac_witnessed kept = { .is_there = true };
	ac_buf buf;
	ac_str bytes;
	int rc = ac_folder_of_origin(part, origin, folder, err);

	if (rc)
		return rc;
	(void)snprintf(name, sizeof(name), "%s%s", folder, file);
	ac_buf_init(&buf, 2 * AC_CHECKPOINT_MAX);
	rc = ac_inside_load(dir, name, AC_CHECKPOINT_MAX, &buf, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc) {
		kept.bytes = ac_arena_str(arena, bytes);
		rc = ac_arena_check(arena, err);
	}
	ac_buf_done(&buf);
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	if (!rc)
		rc = ac_note_parse(kept.bytes, arena, &kept.note, err);
	if (!rc)
		rc = ac_checkpoint_parse(kept.note.text, &kept.checkpoint, err);
	if (!rc && !ac_str_eq(kept.checkpoint.origin, origin))
		rc = ac_fail(err, ACCORD_EDENIED, "want a checkpoint of %.*s, got one of %.*s", AC_FMT(origin),
		    AC_FMT(kept.checkpoint.origin));
	if (!rc)
		*out = kept;
	else if (rc == ACCORD_EINPUT)
		rc = ac_fail_context(err, ac_str_from(name));
	return rc;
}

static bool
same_root(const ac_checkpoint *a, const ac_checkpoint *b)
{
	return memcmp(a->root, b->root, sizeof(a->root)) == 0;
}

/* Does the note bear a right cosignature of the witness? One that is wrong is an error. */
static int
is_own(const ac_witnessed *kept, const ac_vkey *vkey, ac_arena *arena, bool *out, accord_err *err)
{
	ac_note_verdict verdict;
	int rc = ac_note_verify(&kept->note, vkey, 1, arena, &verdict, err);

	*out = rc == 0;
	return rc == ACCORD_ENOTFOUND ? 0 : rc;
}

int
ac_witness_last(const char *dir, const ac_vkey *vkey, ac_str origin, ac_arena *arena, ac_witnessed *out,
    bool *out_has_caught_up, accord_err *err)
{
	static const struct {
		const char *part, *file;
	} places[] = { { PUBLIC_PART, "/checkpoint" }, { SECRET_PART, "" }, { PEER_PART, "/checkpoint" } };
	ac_witnessed last = { 0 };

	*out_has_caught_up = false;
	for (size_t i = 0; i < AC_COUNT(places); i++) {
		bool is_peers = i == AC_COUNT(places) - 1, own = false;
		ac_witnessed kept = { 0 };
		accord_err why = { 0 };
		int rc = read_kept(dir, places[i].part, places[i].file, origin, arena, &kept, &why);

		if (!rc && kept.is_there)
			rc = is_own(&kept, vkey, arena, &own, &why);
		/* Others' bytes say nothing unless this witness signed them. */
		if (is_peers && (rc == ACCORD_EINPUT || rc == ACCORD_EDENIED || rc == ACCORD_ELIMIT || (!rc && !own)))
			continue;
		if (rc) {
			if (err)
				*err = why;
			return rc;
		}
		if (!kept.is_there)
			continue;
		if (last.is_there && kept.checkpoint.size == last.checkpoint.size &&
		    !same_root(&kept.checkpoint, &last.checkpoint))
			return ac_fail(err, ACCORD_EDENIED,
			    "two trees of %llu leaves of %.*s are kept as cosigned; nothing is cosigned until somebody "
			    "has looked into it",
			    (unsigned long long)last.checkpoint.size, AC_FMT(origin));
		if (last.is_there && kept.checkpoint.size <= last.checkpoint.size) {
			*out_has_caught_up =
			    *out_has_caught_up || (!is_peers && kept.checkpoint.size < last.checkpoint.size);
			continue;
		}
		*out_has_caught_up = *out_has_caught_up || i > 0;
		last = kept;
	}
	*out = last;
	return 0;
}

/* The keys that may have signed a checkpoint of that log, with the witness's own behind them. */
static int
find_keys(asking *a, accord_err *err)
{
	const ac_witness *w = a->w;

	a->keys = ac_arena_zalloc(&a->arena, w->log_count + 1, sizeof(*a->keys));
	if (!a->keys)
		return ac_arena_check(&a->arena, err);
	for (size_t i = 0; i < w->log_count; i++)
		if (w->logs[i].type == AC_NOTE_ED25519 && ac_str_eq(w->logs[i].name, a->growth->checkpoint.origin))
			a->keys[a->key_count++] = w->logs[i];
	a->keys[a->key_count] = *w->vkey;
	return 0;
}

/* The log's signature, and whether the witness has cosigned this very checkpoint already. */
static int
check_signatures(asking *a, bool *out_is_own, accord_err *err)
{
	ac_note_verdict verdict;
	accord_err why = { 0 };
	bool by_log = false;
	int rc = ac_note_verify(&a->growth->note, a->keys, a->key_count + 1, &a->arena, &verdict, &why);

	if (rc)
		return answer_error(a, 403, rc, &why, err);
	for (size_t i = 0; i < a->key_count; i++)
		by_log = by_log || verdict.signed_by[i];
	*out_is_own = verdict.signed_by[a->key_count];
	if (!by_log)
		return answer(
		    a, 403, "none of its signatures is by the key of %.*s", AC_FMT(a->growth->checkpoint.origin));
	return 0;
}

/* What can be said of the body without knowing what was cosigned before. */
static int
check_body(asking *a, ac_str body, bool *out_is_own, accord_err *err)
{
	accord_err why = { 0 };
	ac_growth *g = a->growth;
	int rc = ac_growth_parse(body, &a->arena, g, &why);

	if (rc)
		return answer_error(a, 400, rc, &why, err);
	rc = find_keys(a, err);
	if (rc)
		return rc;
	if (a->key_count == 0)
		return answer(a, 404, "%.*s is no log that is witnessed here", AC_FMT(g->checkpoint.origin));
	rc = check_signatures(a, out_is_own, err);
	if (rc || a->answer->status)
		return rc;
	if (g->old_size > g->checkpoint.size || g->checkpoint.size > AC_TLOG_SIZE_MAX)
		return answer(a, 400,
		    "want an old size of at most the new one, which is at most 2^62; got %llu and %llu",
		    (unsigned long long)g->old_size, (unsigned long long)g->checkpoint.size);
	/* A cosignature covers them, and nobody here knows what they say. */
	if (g->checkpoint.extension.n)
		return answer(a, 400, "want a checkpoint of three lines, got one with extensions");
	return 0;
}

/* Two signed trees of one size. */
static int
keep_proof(asking *a, accord_err *err)
{
	ac_misbehaviour *m = ac_arena_zalloc(&a->arena, 1, sizeof(*m));
	int rc;

	if (!m)
		return ac_arena_check(&a->arena, err);
	rc = ac_misbehaviour_make(a->last.bytes, a->growth->signed_checkpoint, &a->arena, m, err);
	if (!rc)
		rc = ac_folder_keep_misbehaviour(a->w->dir, a->digester, m, a->keys, a->key_count, &a->arena, err);
	if (!rc)
		a->answer->has_misbehaved = true;
	/* The log's key has changed since: then the former signature is nobody's here, and proves nothing. */
	return rc == ACCORD_ENOTFOUND ? 0 : rc;
}

static int
conflict(asking *a, const char *reason)
{
	ac_buf_add_u64(a->body, a->last.checkpoint.size);
	ac_buf_add_byte(a->body, '\n');
	a->answer->size = a->last.checkpoint.size;
	return answer(a, 409, "%s", reason);
}

/* Has the log only grown since? The order is that of tlog-witness; two trees of one size are noticed whatever the old size is said to be. */
static int
check_growth(asking *a, accord_err *err)
{
	const ac_checkpoint *last = &a->last.checkpoint, *next = &a->growth->checkpoint;
	ac_hash old_root = ac_tlog_empty(), new_root;
	accord_err why = { 0 };
	int rc = 0;

	if (a->last.is_there && next->size == last->size && !same_root(next, last)) {
		rc = keep_proof(a, err);
		return rc ? rc : conflict(a, "another tree of this size has been cosigned");
	}
	if (a->growth->old_size != last->size)
		return conflict(a, "the last tree that was cosigned has another size than the old one of the proof");
	if (a->last.is_there)
		memcpy(old_root.bytes, last->root, sizeof(old_root.bytes));
	memcpy(new_root.bytes, next->root, sizeof(new_root.bytes));
	rc = ac_tlog_check_consistency(a->digester, a->growth->old_size, next->size, &old_root, &new_root,
	    a->growth->hashes, a->growth->count, &why);
	return rc ? answer_error(a, 422, rc, &why, err) : 0;
}

static int
path_of(const asking *a, const char *part, const char *file, char out[static AC_PATH_MAX], accord_err *err)
{
	char folder[AC_FOLDER_NAME_MAX], name[AC_FOLDER_NAME_MAX + 16];
	int rc = ac_folder_of_origin(part, a->growth->checkpoint.origin, folder, err);

	if (rc)
		return rc;
	(void)snprintf(name, sizeof(name), "%s%s", folder, file);
	return ac_log_path(a->w->dir, name, out, err);
}

/* Folders of the first checkpoint, whose names must last as well. */
static int
make_folders(const asking *a, accord_err *err)
{
	static const char *const names[] = { "", "/witness", "/secret", "/secret/witness" };
	char path[AC_PATH_MAX];
	int rc = path_of(a, PUBLIC_PART, "", path, err);

	if (!rc)
		rc = ac_dir_make(path, err);
	if (!rc)
		rc = ac_log_path(a->w->dir, SECRET_PART, path, err);
	if (!rc)
		rc = ac_dir_make(path, err);
	for (size_t i = 0; i < AC_COUNT(names) && !rc; i++) {
		rc = ac_log_path(a->w->dir, *names[i] ? names[i] + 1 : ".", path, err);
		if (!rc)
			rc = ac_dir_sync(path, err);
	}
	return rc;
}

/* On disk in both places, the one that nobody else sees first. */
static int
keep(const asking *a, ac_str note, accord_err *err)
{
	char path[AC_PATH_MAX];
	int rc = a->last.is_there ? 0 : make_folders(a, err);

	if (!rc)
		rc = path_of(a, SECRET_PART, "", path, err);
	if (!rc)
		rc = ac_file_replace(path, note, 0600, err);
	if (!rc)
		rc = path_of(a, PUBLIC_PART, "/checkpoint", path, err);
	return rc ? rc : ac_file_replace(path, note, 0644, err);
}

static int
cosign(asking *a, accord_err *err)
{
	const ac_note *note = &a->growth->note;
	ac_str line, bytes;
	ac_buf kept, own;
	int rc;

	ac_buf_init(&kept, AC_CHECKPOINT_MAX);
	ac_buf_init(&own, AC_CHECKPOINT_MAX);
	rc = ac_note_sign(&own, note->text, a->w->vkey, a->w->key, a->w->now, err);
	if (!rc)
		rc = ac_buf_finish(&own, &line, err);
	if (!rc) {
		ac_folder_add_note_of(&kept, note, a->keys, a->key_count);
		ac_buf_add(&kept, line);
		rc = ac_buf_finish(&kept, &bytes, err);
	}
	if (!rc)
		rc = keep(a, bytes, err);
	if (!rc) {
		ac_buf_add(a->body, line);
		a->answer->size = a->growth->checkpoint.size;
		a->answer->status = 200;
	}
	ac_buf_done(&own);
	ac_buf_done(&kept);
	return rc;
}

/* A log that has shown two trees is not cosigned any further, by whoever the proof came, until somebody has looked into it. */
static int
check_honest(asking *a, accord_err *err)
{
	bool has_misbehaved = false;
	int rc;

	/* Once more the tree that it has cosigned. */
	if (a->last.is_there && a->growth->checkpoint.size == a->last.checkpoint.size)
		return 0;
	rc = ac_folder_has_misbehaviour(a->w->dir, a->growth->checkpoint.origin, &a->arena, &has_misbehaved, err);
	if (rc || !has_misbehaved)
		return rc;
	return answer(a, 403,
	    "the log has signed two trees that contradict each other; it is cosigned again when the proof of that has "
	    "been taken "
	    "out of misbehaviour/");
}

/* With the lock held. */
static int
decide(asking *a, bool is_own, accord_err *err)
{
	const ac_checkpoint *next = &a->growth->checkpoint;
	int rc =
	    ac_witness_last(a->w->dir, a->w->vkey, next->origin, &a->arena, &a->last, &a->answer->has_caught_up, err);

	if (rc)
		return rc;
	/* It bears a cosignature of ours, and we know of none so large: what is kept is an old copy. Growth to it is checked all the same. */
	if (is_own && (!a->last.is_there || a->last.checkpoint.size < next->size))
		a->answer->has_caught_up = true;
	rc = check_growth(a, err);
	if (!rc && !a->answer->status)
		rc = check_honest(a, err);
	return rc || a->answer->status ? rc : cosign(a, err);
}

static int
under_lock(asking *a, bool is_own, accord_err *err)
{
	char path[AC_PATH_MAX];
	int lock, rc = ac_log_path(a->w->dir, PUBLIC_PART, path, err);

	if (!rc)
		rc = ac_dir_make(path, err);
	if (!rc)
		rc = ac_log_path(a->w->dir, PUBLIC_PART "/.lock", path, err);
	if (rc)
		return rc;
	lock = ac_file_lock(path, err);
	if (lock < 0)
		return lock;
	rc = decide(a, is_own, err);
	ac_file_unlock(lock);
	return rc;
}

int
ac_witness_add_checkpoint(
    const ac_witness *witness, ac_str body, ac_buf *out_body, ac_witness_answer *out, accord_err *err)
{
	ac_witness_answer result = { 0 };
	asking a = { .w = witness, .answer = &result, .body = out_body };
	bool is_own = false;
	int rc = 0;

	ac_arena_init(&a.arena, WITNESS_ARENA_MAX);
	a.digester = ac_digester_open();
	a.growth = ac_arena_zalloc(&a.arena, 1, sizeof(*a.growth));
	if (!a.digester || !a.growth)
		rc = ac_fail(err, ACCORD_ENOMEM, "no memory for a witness's answer");
	if (!rc)
		rc = check_body(&a, body, &is_own, err);
	if (!rc && !result.status)
		rc = under_lock(&a, is_own, err);
	a.digester = ac_digester_close(a.digester);
	ac_arena_done(&a.arena);
	if (!rc)
		*out = result;
	return rc;
}
