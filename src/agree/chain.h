/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which charter counts, and which keys count where. A version is accepted by the rule of TUF (specification 5.3): it is exactly the next one, names the digest of the one before, and
 * is signed by a quorum of the one before and by its own. Between versions keys change by notes (key_note.h). Nothing here reads a clock: who asks says as of when.
 */
#ifndef AC_AGREE_CHAIN_H
#define AC_AGREE_CHAIN_H

#include "agree/charter.h"
#include "agree/key_note.h"

/* Things a reader should know of what counts nevertheless, each told once. */
typedef struct ac_warnings {
	ac_arena *arena; /* of the texts */
	ac_str *items;
	unsigned count;
} ac_warnings;
/* NULL warnings: nothing is kept. A text that is there is not added again. */
int ac_warnings_add(ac_warnings *warnings, accord_err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A version that was accepted, with its bytes. */
typedef struct ac_chain_version {
	ac_charter charter;
	ac_str bytes; /* the note */
} ac_chain_version;

/* A change of a key that was accepted. */
typedef struct ac_chain_change {
	ac_key_note note;
	ac_str bytes;
	bool by_quorum; /* compromised: declared by a quorum of the charter, not by the member's root key alone */
} ac_chain_change;

typedef struct ac_chain {
	ac_arena *arena;
	ac_chain_version **versions; /* in order, without gaps; each stays where it is */
	unsigned count;
	unsigned
	    begun; /* place of the version that it began with: those before are known by digest, those behind by quorums */
	ac_chain_change *changes; /* in the order in which they were accepted */
	unsigned change_count;
} ac_chain;

/* An empty chain. Everything it takes in is copied into the arena. */
void ac_chain_init(ac_chain *chain, ac_arena *arena);
/*
 * Begin an empty chain with a version that somebody trusts, whatever its number. Its own quorum must have signed it. Errors as of ac_chain_add.
 */
int ac_chain_begin(ac_chain *chain, ac_str note, accord_err *err) AC_CHECKED;
/*
 * Add the next version (to an empty chain: version 1). Whether it has expired is asked behind that (ac_chain_check_expiry). The version before the first, which that names by its digest, may be added
 * too. On failure the chain stays as it is. ACCORD_EINPUT, ACCORD_ELIMIT: no charter. ACCORD_EDENIED: another coalition's, a version that is there already (a replay), one that is skipped, another `previous`, a quorum that is not met (which
 * one), a wrong signature.
 */
int ac_chain_add(ac_chain *chain, ac_str note, accord_err *err) AC_CHECKED;
/*
 * Add a change of a key. One that is there is not added again. ACCORD_EDENIED: of a key, member, log or version that the charter does not have; rotate: the successor is not the committed one, has another name, or is known
 * as another's, the key was rotated already, or neither the member's root key nor both keys have signed; compromised: neither a quorum of the charter (without that key) nor the member's root key has signed, or it cites a version
 * that is no longer in force.
 */
int ac_chain_add_change(ac_chain *chain, ac_str note, accord_err *err) AC_CHECKED;

/*
 * Add charters and changes in whatever order they come. A charter that is not accepted fails. A change that is not is left out, with a warning. What is there already is passed over.
 */
int ac_chain_take(ac_chain *chain, const ac_str *charters, size_t charter_count, const ac_str *changes,
    size_t change_count, ac_warnings *warnings, accord_err *err) AC_CHECKED;
/* Notes of charters and of changes of keys, of which nothing is believed yet. */
typedef struct ac_chain_texts {
	ac_str *charters, *changes;
	unsigned charter_count, change_count;
} ac_chain_texts;
/* Those of a member's folder, in the arena: charter/N.note from 1 on without gaps, and the changes among notes/. Errors of ac_chain_load. */
int ac_chain_read(const char *dir, ac_arena *arena, ac_chain_texts *out, accord_err *err) AC_CHECKED;
/* The chain of a member's folder: charter/N.note, and the changes among notes/. ACCORD_ENOTFOUND: it has no charter. ACCORD_EDENIED and ACCORD_EINPUT name the file. */
int ac_chain_load(ac_chain *chain, const char *dir, ac_warnings *warnings, accord_err *err) AC_CHECKED;

/* NULL: none such. */
const ac_charter *ac_chain_latest(const ac_chain *chain);
const ac_charter *ac_chain_at(const ac_chain *chain, uint64_t version);
const ac_charter *ac_chain_by_digest(const ac_chain *chain, const uint8_t digest[static AC_SHA256_SIZE]);
/* The same, of a text that cites "charter N sha256:HEX"; ACCORD_EDENIED: the chain has no such version, or another one of that number. */
int ac_chain_cited(const ac_chain *chain, uint64_t version, const uint8_t digest[static AC_SHA256_SIZE],
    const ac_charter **out, accord_err *err) AC_CHECKED;
/* Of the latest version. ACCORD_EDENIED: expired. */
int ac_chain_check_expiry(const ac_chain *chain, ac_time as_of, accord_err *err) AC_CHECKED;

/* A key of a version: one of its lines, or what came of it by rotation. */
typedef struct ac_chain_key {
	ac_charter_key key;                   /* its member is a place in that version */
	const ac_chain_change *rotated;       /* out, or NULL */
	const ac_chain_change *compromised;   /* that of the earliest version which declares it so, or NULL */
	const ac_chain_change *rotated_in_by; /* NULL: it stands in the charter */
} ac_chain_key;
/* All keys of a version, in the arena; a key stands before what follows it. Valid until a change is added. */
int ac_chain_keys(const ac_chain *chain, const ac_charter *charter, ac_arena *arena, ac_chain_key **out,
    size_t *out_count, accord_err *err) AC_CHECKED;

/*
 * Keys of a version that may sign a checkpoint of so many leaves of that log, or cosign it: the log's of that name, and those of witnesses, of which no change says that they do not count any more before the last of these leaves. A change
 * holds in a log that it does not name. In the arena; out_members (may be NULL): whose, by their places.
 */
int ac_chain_log_keys(const ac_chain *chain, const ac_charter *charter, ac_str origin, uint64_t size, ac_arena *arena,
    ac_vkey **out_keys, unsigned **out_members, size_t *out_count, accord_err *err) AC_CHECKED;

/*
 * Which members of that version signed the note with their sign keys: member_count of them in out_members (from the arena), once a member, with the old key or the new. Judged at the place where the note stands in a log: a key that was
 * declared compromised, or was rotated, does not count from the named entry of that log on, nor in a log that the change does not name, nor where the note is in no log (empty origin); before, it counts, with a warning of the
 * compromise. Where only the log's own signature shows the place (is_own) a compromised one does not count at all. Errors of ac_charter_signers; ACCORD_EDENIED also: all that signed do not count there. version: of the charter; a version that the chain does not have is ACCORD_ENOTFOUND.
 */
int ac_chain_signers(const ac_chain *chain, uint64_t version, const ac_note *note, ac_leaf_place place, ac_arena *arena,
    bool **out_members, ac_warnings *warnings, accord_err *err) AC_CHECKED;
/*
 * Which members have a voice for charters and changes of keys under a version, by their root keys, or sign keys where they have none: as above, but a rotated key counts as the same voice, and one that was declared compromised (by a
 * note that is in the chain) does not.
 */
int ac_chain_voices(const ac_chain *chain, const ac_charter *charter, const ac_note *note, ac_arena *arena,
    bool **out_members, accord_err *err) AC_CHECKED;
/* Members of a version of the chain by whose voices it was accepted, whatever became of their keys since; nobody's, of one that is known by its digest alone. */
int ac_chain_accepted_by(
    const ac_chain *chain, uint64_t version, ac_arena *arena, bool **out_members, accord_err *err) AC_CHECKED;

#endif
