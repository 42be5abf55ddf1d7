/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed notes (C2SP signed-note): text, a blank line, and lines of signatures. The one form of everything that members sign. Bytes are checked
 * and verified before anything reads the text; a view of the text is what was signed, byte for byte.
 */
#ifndef AC_AGREE_NOTE_H
#define AC_AGREE_NOTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "crypto/ed25519.h"

/* Types of signatures (C2SP signed-note). Others are known to exist, and none of them can be a trusted key here. */
typedef enum ac_note_type {
	AC_NOTE_ED25519 = 1,
	AC_NOTE_COSIGNATURE = 4,
} ac_note_type;

/* What a key may sign. A good signature of a text that is not of the key's purpose refuses the note. */
typedef enum ac_purpose {
	AC_PURPOSE_ANY,     /* somebody else's key: what its type allows */
	AC_PURPOSE_ROOT,    /* charters, and changes of members' keys */
	AC_PURPOSE_SIGN,    /* all texts of Accord: these two where the member has no root key */
	AC_PURPOSE_LOG,     /* checkpoints whose origin is the key's name */
	AC_PURPOSE_WITNESS, /* cosignatures: checkpoints with their time */
} ac_purpose;

/* "root", "sign", "log", "witness"; "any". */
const char *ac_purpose_name(ac_purpose purpose);
/* False: none of the four that keys of members have. */
bool ac_purpose_parse(ac_str word, ac_purpose *out);

/* A key to verify with. name: not empty, ASCII without spaces and '+', a view. */
typedef struct ac_vkey {
	ac_str name;
	uint32_t id;
	ac_note_type type;
	ac_purpose purpose; /* as the name's last segment says; a charter may say more narrowly */
	uint8_t public_key[AC_ED25519_PUBLIC_SIZE];
} ac_vkey;

/* From "name+hex+base64". ACCORD_EINPUT: not of that form, its id is not that of its parts, or its type cannot have its purpose; ACCORD_EVERSION: a type that is not known here. */
int ac_vkey_parse(ac_str text, ac_vkey *out, accord_err *err) AC_CHECKED;
/* Of a name and a public key. Errors as above. */
int ac_vkey_make(ac_str name, ac_note_type type, const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], ac_vkey *out,
    accord_err *err) AC_CHECKED;
void ac_vkey_add(ac_buf *buf, const ac_vkey *key);
/* The same name, id, type and key: the same signer. */
bool ac_vkey_eq(const ac_vkey *a, const ac_vkey *b);

typedef struct ac_note_signature {
	ac_str name;
	uint32_t id;
	ac_str bytes;    /* behind the id */
	ac_str line;     /* whole, with its line feed: lines of witnesses are moved between copies of a checkpoint */
	uint64_t number; /* of the line in the note, from 1 */
} ac_note_signature;

typedef struct ac_note {
	ac_str text; /* with its last line feed, without the blank line */
	const ac_note_signature *signatures;
	size_t count;
} ac_note;

/*
 * Views into bytes; signatures in the arena. Nothing is verified. ACCORD_EINPUT with line and byte: not UTF-8, a control character (C0 but line feed, DEL, C1), a
 * character that shows nothing or reorders text (ac_is_invisible), no blank line, no signature, a line that is none. ACCORD_ELIMIT over AC_NOTE_MAX,
 * AC_NOTE_SIGNATURES_MAX or AC_NOTE_SIGNATURE_MAX.
 */
int ac_note_parse(ac_str bytes, ac_arena *arena, ac_note *out, accord_err *err) AC_CHECKED;
/* Lines of signatures alone, as a witness answers. At least one. */
int ac_note_parse_signatures(ac_str bytes, ac_arena *arena, ac_note *out, accord_err *err) AC_CHECKED;
/* Is the text one that may be signed: not empty, ended by a line feed, and free of the characters that ac_note_parse refuses? */
int ac_note_check_text(ac_str text, accord_err *err) AC_CHECKED;

/* Which of the keys signed, by their place. */
typedef struct ac_note_verdict {
	bool *signed_by; /* one for each key */
	uint64_t *times; /* Unix seconds of cosignatures, the latest of each key */
	size_t signers;  /* keys that signed; each counts once, however many lines it has */
	size_t unknown;  /* lines by keys that are not among these; they say nothing */
} ac_note_verdict;

/*
 * Verify the signatures of the keys given. ACCORD_EDENIED with the line: a known key's signature is wrong, or right on a text that is not of the key's
 * purpose; the whole note is refused. ACCORD_ENOTFOUND: none of the keys signed. Two keys of one name and id: ACCORD_EUSAGE.
 */
int ac_note_verify(const ac_note *note, const ac_vkey *keys, size_t count, ac_arena *arena, ac_note_verdict *out,
    accord_err *err) AC_CHECKED;
/* May a key of that purpose and name sign this text? Else ACCORD_EDENIED. */
int ac_purpose_check(ac_purpose purpose, ac_note_type type, ac_str name, ac_str text, accord_err *err) AC_CHECKED;

/*
 * The line of a signature by the private key behind vkey, added to buf; the text must be of its purpose. time, in Unix seconds, is used for cosignatures only. A
 * note is its text, a line feed, and such lines.
 */
int ac_note_sign(ac_buf *buf, ac_str text, const ac_vkey *vkey, const ac_ed25519_key *key, uint64_t time,
    accord_err *err) AC_CHECKED;

#endif
