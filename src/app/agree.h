/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of agreeing share: the member's folder, and his private keys. */
#ifndef AC_APP_AGREE_H
#define AC_APP_AGREE_H

#include "agree/keyfile.h"
#include "app/command.h"

/* Rows for the option tables of commands that sign; and of those that work in the member's folder. */
/* clang-format off */
#define AC_AGREE_PASSPHRASE_OPTIONS \
	{ "passphrase-fd", 0, "N", "read the passphrase from this descriptor, up to a line feed" }, \
	{ "passphrase-file", 0, "FILE", "read it from a file, as services get their credentials" }
#define AC_AGREE_KEY_OPTIONS \
	{ "key", 0, "FILE", "the key to sign with, made by accord agree key new" }, AC_AGREE_PASSPHRASE_OPTIONS
#define AC_AGREE_LOG_KEY_OPTION \
	{ "log-key", 0, "FILE", "the key of the member's own log, sealed by the same passphrase; without it nothing is appended to the log" }
#define AC_AGREE_DIR_OPTION \
	{ "dir", 0, "DIR", "the member's folder of logs, notes and charters (default: agree, beside the store)" }
/* clang-format on */

/* The member's folder: --dir, the setting agree.dir, or "agree" in the folder of the store. NULL on failure. */
const char *ac_agree_dir(ac_app *app, const ac_args *args, accord_err *err);

/* A private key, for as short as may be. */
typedef struct ac_agree_key {
	ac_arena arena;
	ac_keyfile file; /* what stands in clear: the vkey to sign as */
	ac_ed25519_key now, next;
} ac_agree_key;
/*
 * Open the file that --key names; the passphrase comes by an option or from the terminal. ACCORD_EUSAGE: no --key, or a key of another purpose; ACCORD_EDENIED: not the
 * passphrase. Close it in any case.
 */
int ac_agree_key_open(const ac_args *args, ac_purpose purpose, ac_agree_key *out, accord_err *err) AC_CHECKED;
/* The same with the file named, of any purpose. */
int ac_agree_key_open_file(const ac_args *args, const char *path, ac_agree_key *out, accord_err *err) AC_CHECKED;
/* Wipes both keys. */
void ac_agree_key_close(ac_agree_key *key);

/* Room for a passphrase, so that a buffer that grows leaves no copy behind; and the end of one. */
void ac_agree_passphrase_init(ac_buf *buf);
void ac_agree_passphrase_done(ac_buf *buf);
/* The passphrase of a new key (asked twice) or of one that there is, by option or at the terminal. Not empty. */
int ac_agree_passphrase(const ac_args *args, bool is_new, ac_buf *buf, accord_err *err) AC_CHECKED;

/*
 * The passphrase of a command: read when the first of its key files is opened, and the same for the others, since a descriptor has it once only. End it in any case.
 */
typedef struct ac_agree_words {
	const ac_args *args;
	ac_buf buf;
	bool is_read;
} ac_agree_words;
void ac_agree_words_init(ac_agree_words *words, const ac_args *args);
void ac_agree_words_done(ac_agree_words *words);
int ac_agree_words_read(ac_agree_words *words, ac_str *out, accord_err *err) AC_CHECKED;
/* ac_agree_key_open_file by it. */
int ac_agree_words_open(ac_agree_words *words, const char *path, ac_agree_key *out, accord_err *err) AC_CHECKED;
/* The passphrase of the key that takes another's place: another one where --new-passphrase, -fd or -file asks for it, else the same. Into buf, which the caller has made. */
int ac_agree_words_new(ac_agree_words *words, ac_buf *buf, accord_err *err) AC_CHECKED;

#endif
