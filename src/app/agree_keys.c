/* SPDX-License-Identifier: Apache-2.0 */
/* From options and folders to keys. What a chain of charters accepts, and which key counts where, is decided in the library. */
#include "app/agree_keys.h"

#include "app/agree.h"
#include "base/limits.h"
#include "sys/file.h"

/* A charter's file is trusted by its digest. */
static int
take_charter(ac_whom *w, const char *path, ac_str bytes, ac_arena *arena, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	const char **grown;
	ac_note note;
	int rc = ac_note_parse(bytes, arena, &note, err);

	if (!rc)
		rc = ac_sha256(note.text, digest, err);
	if (!rc)
		rc = ac_trust_add_digest(&w->trust, digest, arena, err);
	if (rc)
		return rc;
	grown = ac_arena_resize(
	    arena, w->charters, w->charter_count * sizeof(*grown), (w->charter_count + 1) * sizeof(*grown));
	if (!grown)
		return ac_arena_check(arena, err);
	w->charters = grown;
	grown[w->charter_count++] = path;
	return 0;
}

int
ac_agree_whom(const ac_args *args, const char *option, ac_arena *arena, ac_whom *w, accord_err *err)
{
	const char *text;
	size_t at = 0;
	int rc = 0;

	while (!rc && (text = ac_arg_next(args, option, &at))) {
		ac_str bytes = ac_str_from(text);
		ac_file_id id;
		bool is_file = ac_file_look(text, &id);

		if (is_file)
			rc = ac_file_load_text(text, AC_NOTE_MAX, arena, &bytes, err);
		if (rc)
			break;
		if (is_file && ac_str_starts(bytes, AC_S("accord/charter/")))
			rc = take_charter(w, text, bytes, arena, err);
		else
			rc = ac_trust_add(&w->trust, bytes, arena, err);
		if (rc && is_file)
			(void)ac_fail_context(err, ac_str_from(text));
	}
	return rc;
}

/* The member's own charters: what he has accepted he trusts. */
static int
take_own(const char *dir, ac_holding *h, ac_trust *trust, accord_err *err)
{
	ac_chain own;
	int rc;

	ac_chain_init(&own, h->arena);
	rc = ac_chain_load(&own, dir, NULL, err);
	if (rc == ACCORD_ENOTFOUND)
		return 0;
	for (unsigned i = 0; !rc && i < own.count; i++) {
		rc = ac_trust_add_digest(trust, own.versions[i]->charter.digest, h->arena, err);
		if (!rc)
			rc = ac_holding_add(h, dir, own.versions[i]->bytes, NULL, err);
	}
	for (unsigned i = 0; !rc && i < own.change_count; i++)
		rc = ac_holding_add(h, dir, own.changes[i].bytes, NULL, err);
	return rc;
}

/* A file that cannot be read, or a link in a folder: the first of them is the answer. */
static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	accord_err *first = payload;

	(void)path;
	if (!first->code)
		*first = *what;
}

static int
take_files(const ac_args *args, const ac_whom *whom, ac_holding *h, accord_err *err)
{
	accord_err first = { 0 };
	const char *path;
	size_t at = 0;
	int rc = 0;

	h->on_problem = on_problem;
	h->payload = &first;
	for (size_t i = 0; !rc && i < whom->charter_count; i++)
		rc = ac_holding_add_path(h, whom->charters[i], err);
	while (!rc && (path = ac_arg_next(args, "charter", &at)))
		rc = ac_holding_add_path(h, path, err);
	h->on_problem = NULL;
	if (!rc && first.code) {
		if (err)
			*err = first;
		return first.code;
	}
	for (size_t i = 0; !rc && i < h->count; i++)
		if (h->items[i].kind == AC_HELD_BROKEN) {
			if (err)
				*err = *h->items[i].what;
			return ac_fail_context(err, ac_str_from(h->items[i].path));
		}
	return rc;
}

/* Chains that are trusted by a digest. */
static int
choose(const ac_anchors *anchors, ac_arena *arena, ac_keyring *out, accord_err *err)
{
	const ac_chain **chains = ac_arena_zalloc(arena, anchors->count + 1, sizeof(const ac_chain *));

	if (!chains)
		return ac_arena_check(arena, err);
	if (anchors->missing.p)
		return ac_fail(err, ACCORD_EDENIED, "%.*s", AC_FMT(anchors->missing));
	for (size_t i = 0; i < anchors->count; i++) {
		const ac_anchor *a = anchors->items[i];

		if (a->kind != AC_ANCHOR_DIGEST)
			continue;
		if (a->is_forked)
			return ac_fail(err, ACCORD_EDENIED,
			    "two charters follow version %llu of %.*s, and both are signed as they must be",
			    (unsigned long long)ac_chain_latest(&a->chain)->version,
			    AC_FMT(ac_chain_latest(&a->chain)->coalition));
		chains[out->chain_count++] = &a->chain;
	}
	out->chains = chains;
	return 0;
}

int
ac_agree_keyring(
    const ac_args *args, const char *dir, const ac_whom *whom, ac_arena *arena, ac_keyring *out, accord_err *err)
{
	ac_trust digests = { 0 };
	ac_anchors anchors;
	ac_holding h;
	int rc;

	*out = (ac_keyring){ .given = whom->trust.keys, .given_count = whom->trust.count };
	ac_holding_init(&h, arena);
	rc = dir ? take_own(dir, &h, &digests, err) : 0;
	for (size_t i = 0; !rc && i < whom->trust.digest_count; i++)
		rc = ac_trust_add_digest(&digests, whom->trust.digests[i], arena, err);
	if (!rc)
		rc = take_files(args, whom, &h, err);
	if (!rc && digests.digest_count == 0 && ac_arg_given(args, "charter"))
		rc = ac_fail(err, ACCORD_EDENIED,
		    "want a charter that is trusted, in the member's folder or by --trust; --charter only adds those "
		    "that follow it");
	if (!rc)
		rc = ac_anchors_make(&h, &digests, arena, &anchors, err);
	return rc ? rc : choose(&anchors, arena, out, err);
}
