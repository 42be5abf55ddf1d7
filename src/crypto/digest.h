/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes. The only room that includes a crypto library. None of these functions reads a file, the machine's OpenSSL configuration included, so
 * they work inside the sandbox from their first call on.
 */
#ifndef AC_CRYPTO_DIGEST_H
#define AC_CRYPTO_DIGEST_H

#include "base/err.h"
#include "base/str.h"

#define AC_SHA256_SIZE 32
#define AC_UUID_TEXT_SIZE 36

/*
 * Algorithms looked up once, for whoever hashes many short texts: about 0.2 microseconds for 64 bytes. One thread at a
 * time. SHA-256 is FIPS 180-4; ac_digester_uuid5 is as ac_uuid5.
 */
typedef struct ac_digester ac_digester;
ac_digester *ac_digester_open(void); /* NULL without memory */
int ac_digester_sha256(ac_digester *d, ac_str bytes, uint8_t out[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;
/* Of a and b behind one another. */
int ac_digester_sha256_of_two(
    ac_digester *d, ac_str a, ac_str b, uint8_t out[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;
int ac_digester_uuid5(ac_digester *d, const uint8_t namespace_uuid[static 16], ac_str name,
    char out[static AC_UUID_TEXT_SIZE], accord_err *err) AC_CHECKED;
ac_digester *ac_digester_close(ac_digester *d); /* takes NULL, returns NULL */

/* SHA-256 of bytes. Looks the algorithm up at each call: three times the cost of a digester for short texts. */
int ac_sha256(ac_str bytes, uint8_t out[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;

/* SHA-256 in pieces, for whole files. After ac_sha256_end the stream begins anew. */
typedef struct ac_sha256_stream ac_sha256_stream;
ac_sha256_stream *ac_sha256_open(void); /* NULL without memory */
int ac_sha256_feed(ac_sha256_stream *s, ac_str bytes, accord_err *err) AC_CHECKED;
int ac_sha256_end(ac_sha256_stream *s, uint8_t out[static AC_SHA256_SIZE], accord_err *err) AC_CHECKED;
ac_sha256_stream *ac_sha256_close(ac_sha256_stream *s); /* takes NULL, returns NULL */

/*
 * Lower-case text of the name-based UUID, version 5 (RFC 9562 s5.5), of name in namespace_uuid (16 bytes). No NUL. Cost as ac_sha256.
 */
int ac_uuid5(const uint8_t namespace_uuid[static 16], ac_str name, char out[static AC_UUID_TEXT_SIZE],
    accord_err *err) AC_CHECKED;
/* 16 bytes from 36 characters; false when it is not 8-4-4-4-12 hexadecimal digits. */
bool ac_uuid_parse(ac_str text, uint8_t out[static 16]);
/* The other way, in lower case. No NUL. */
void ac_uuid_format(const uint8_t uuid[static 16], char out[static AC_UUID_TEXT_SIZE]);
/* Lower-case hexadecimal digits of bytes, 2n characters, no NUL. */
void ac_hex(const uint8_t *bytes, size_t n, char *out);

#endif
