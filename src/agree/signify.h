/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of notes as OpenBSD's signify has them, so that an outsider can check with a program that is not ours: a type-1 signature of a note is plain Ed25519 (RFC 8032) over the note's text. minisign
 * wants a second signature over a comment, and cannot.
 */
#ifndef AC_AGREE_SIGNIFY_H
#define AC_AGREE_SIGNIFY_H

#include "agree/note.h"

/* The file of a public key (signify -V -p). The key's number is derived from the key. ACCORD_EUSAGE: no plain Ed25519 key. */
int ac_signify_key_add(ac_buf *buf, const ac_vkey *key, accord_err *err) AC_CHECKED;
/* The file of a signature (signify -V -x); signature: a line of a note by that key. ACCORD_EINPUT: it is of another size. */
int ac_signify_signature_add(
    ac_buf *buf, const ac_vkey *key, const ac_note_signature *signature, accord_err *err) AC_CHECKED;
/* A SubjectPublicKeyInfo in PEM, for openssl (RFC 8410). */
int ac_signify_pem_add(ac_buf *buf, const ac_vkey *key, accord_err *err) AC_CHECKED;

#endif
