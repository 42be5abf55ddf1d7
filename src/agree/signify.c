/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and signatures in other programs' files. Verifies nothing. */
#include "agree/signify.h"

#include "codec/octets.h"
#include "crypto/digest.h"

#define NUMBER_SIZE 8

static int
check_key(const ac_vkey *key, accord_err *err)
{
	if (key->type != AC_NOTE_ED25519)
		return ac_fail(err, ACCORD_EUSAGE, "%.*s is no plain Ed25519 key, other programs cannot use it",
		    AC_FMT(key->name));
	return 0;
}

/* "Ed", the key's number, and what is numbered, in base64 under a comment that nobody signs. */
static int
add_file(ac_buf *buf, const ac_vkey *key, const char *what, ac_str bytes, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	char octets[2 + NUMBER_SIZE + AC_ED25519_SIGNATURE_SIZE] = { 'E', 'd' };
	int rc = check_key(key, err);

	if (!rc)
		rc = ac_sha256((ac_str){ (const char *)key->public_key, sizeof(key->public_key) }, digest, err);
	if (rc)
		return rc;
	memcpy(octets + 2, digest, NUMBER_SIZE);
	memcpy(octets + 2 + NUMBER_SIZE, bytes.p, bytes.n);
	ac_buf_add(buf, AC_S("untrusted comment: "));
	ac_buf_add(buf, key->name);
	ac_buf_printf(buf, " %s\n", what);
	ac_base64_add(buf, (ac_str){ octets, 2 + NUMBER_SIZE + bytes.n });
	ac_buf_add_byte(buf, '\n');
	return 0;
}

int
ac_signify_key_add(ac_buf *buf, const ac_vkey *key, accord_err *err)
{
	return add_file(
	    buf, key, "public key", (ac_str){ (const char *)key->public_key, sizeof(key->public_key) }, err);
}

int
ac_signify_signature_add(ac_buf *buf, const ac_vkey *key, const ac_note_signature *signature, accord_err *err)
{
	if (signature->bytes.n != AC_ED25519_SIGNATURE_SIZE)
		return ac_fail(err, ACCORD_EINPUT, "want a signature of %d bytes, got %zu", AC_ED25519_SIGNATURE_SIZE,
		    signature->bytes.n);
	return add_file(buf, key, "signature", signature->bytes, err);
}

int
ac_signify_pem_add(ac_buf *buf, const ac_vkey *key, accord_err *err)
{
	/* RFC 8410 s4: SEQUENCE { SEQUENCE { OID 1.3.101.112 }, BIT STRING } up to the key's 32 bytes. */
	static const char head[] = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21";
	char der[sizeof(head) + AC_ED25519_PUBLIC_SIZE];
	int rc = check_key(key, err);

	if (rc)
		return rc;
	memcpy(der, head, sizeof(head)); /* with its last zero: no unused bits */
	memcpy(der + sizeof(head), key->public_key, AC_ED25519_PUBLIC_SIZE);
	ac_buf_add(buf, AC_S("-----BEGIN PUBLIC KEY-----\n"));
	ac_base64_add(buf, (ac_str){ der, sizeof(der) });
	ac_buf_add(buf, AC_S("\n-----END PUBLIC KEY-----\n"));
	return 0;
}
