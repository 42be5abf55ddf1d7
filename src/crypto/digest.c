/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 and name-based UUIDs through OpenSSL's EVP interface. OpenSSL is told not to read its configuration: results must not depend on
 * the machine, and the parse role may not open files. Knows nothing of what is hashed.
 */
#include "crypto/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define SHA1_SIZE 20

/* One algorithm with its working state. */
typedef struct algorithm {
	EVP_MD *md;
	EVP_MD_CTX *context;
} algorithm;

struct ac_digester {
	algorithm sha256;
	algorithm sha1;
};

struct ac_sha256_stream {
	algorithm sha256;
	bool begun;
};

static int
fail_library(accord_err *err)
{
	return ac_fail(err, ACCORD_EINTERNAL, "the crypto library cannot compute a hash");
}

static bool
algorithm_open(algorithm *a, const char *name)
{
	/* Once per process; later calls are cheap. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return false;
	a->md = EVP_MD_fetch(NULL, name, NULL);
	a->context = EVP_MD_CTX_new();
	return a->md && a->context;
}

static void
algorithm_close(algorithm *a)
{
	EVP_MD_CTX_free(a->context);
	EVP_MD_free(a->md);
}

/* The hash of a and b behind one another. */
static int
hash_two(algorithm *algo, ac_str a, ac_str b, uint8_t *out, accord_err *err)
{
	if (EVP_DigestInit_ex2(algo->context, algo->md, NULL) != 1 || EVP_DigestUpdate(algo->context, a.p, a.n) != 1 ||
	    EVP_DigestUpdate(algo->context, b.p, b.n) != 1 || EVP_DigestFinal_ex(algo->context, out, NULL) != 1)
		return fail_library(err);
	return 0;
}

ac_digester *
ac_digester_open(void)
{
	ac_digester *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	if (!algorithm_open(&d->sha256, "SHA256") || !algorithm_open(&d->sha1, "SHA1"))
		return ac_digester_close(d);
	return d;
}

ac_digester *
ac_digester_close(ac_digester *d)
{
	if (!d)
		return NULL;
	algorithm_close(&d->sha256);
	algorithm_close(&d->sha1);
	free(d);
	return NULL;
}

int
ac_digester_sha256(ac_digester *d, ac_str bytes, uint8_t out[static AC_SHA256_SIZE], accord_err *err)
{
	return hash_two(&d->sha256, bytes, AC_S(""), out, err);
}

int
ac_digester_sha256_of_two(ac_digester *d, ac_str a, ac_str b, uint8_t out[static AC_SHA256_SIZE], accord_err *err)
{
	return hash_two(&d->sha256, a, b, out, err);
}

static int
uuid5(algorithm *sha1, const uint8_t *namespace_uuid, ac_str name, char *out, accord_err *err)
{
	uint8_t hash[SHA1_SIZE];
	int rc = hash_two(sha1, (ac_str){ (const char *)namespace_uuid, 16 }, name, hash, err);

	if (rc)
		return rc;
	/* RFC 9562 s5.5: the first 16 bytes, with version 5 and variant 10 put in. */
	hash[6] = (uint8_t)((hash[6] & 0x0f) | 0x50);
	hash[8] = (uint8_t)((hash[8] & 0x3f) | 0x80);
	ac_uuid_format(hash, out);
	return 0;
}

int
ac_digester_uuid5(ac_digester *d, const uint8_t namespace_uuid[static 16], ac_str name,
    char out[static AC_UUID_TEXT_SIZE], accord_err *err)
{
	return uuid5(&d->sha1, namespace_uuid, name, out, err);
}

int
ac_sha256(ac_str bytes, uint8_t out[static AC_SHA256_SIZE], accord_err *err)
{
	algorithm sha256 = { 0 };
	int rc = algorithm_open(&sha256, "SHA256") ? hash_two(&sha256, bytes, AC_S(""), out, err) : fail_library(err);

	algorithm_close(&sha256);
	return rc;
}

int
ac_uuid5(const uint8_t namespace_uuid[static 16], ac_str name, char out[static AC_UUID_TEXT_SIZE], accord_err *err)
{
	algorithm sha1 = { 0 };
	int rc = algorithm_open(&sha1, "SHA1") ? uuid5(&sha1, namespace_uuid, name, out, err) : fail_library(err);

	algorithm_close(&sha1);
	return rc;
}

ac_sha256_stream *
ac_sha256_open(void)
{
	ac_sha256_stream *s = calloc(1, sizeof(*s));

	if (s && !algorithm_open(&s->sha256, "SHA256"))
		return ac_sha256_close(s);
	return s;
}

static int
begin(ac_sha256_stream *s, accord_err *err)
{
	if (!s->begun && EVP_DigestInit_ex2(s->sha256.context, s->sha256.md, NULL) != 1)
		return fail_library(err);
	s->begun = true;
	return 0;
}

int
ac_sha256_feed(ac_sha256_stream *s, ac_str bytes, accord_err *err)
{
	int rc = begin(s, err);

	if (!rc && EVP_DigestUpdate(s->sha256.context, bytes.p, bytes.n) != 1)
		rc = fail_library(err);
	return rc;
}

int
ac_sha256_end(ac_sha256_stream *s, uint8_t out[static AC_SHA256_SIZE], accord_err *err)
{
	int rc = begin(s, err);

	if (!rc && EVP_DigestFinal_ex(s->sha256.context, out, NULL) != 1)
		rc = fail_library(err);
	s->begun = false;
	return rc;
}

ac_sha256_stream *
ac_sha256_close(ac_sha256_stream *s)
{
	if (!s)
		return NULL;
	algorithm_close(&s->sha256);
	free(s);
	return NULL;
}

bool
ac_uuid_parse(ac_str text, uint8_t out[static 16])
{
	uint8_t uuid[16];
	size_t filled = 0;

	if (text.n != AC_UUID_TEXT_SIZE)
		return false;
	for (size_t i = 0; i < text.n;) {
		int high, low;

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text.p[i++] != '-')
				return false;
			continue;
		}
		high = ac_hex_value(text.p[i]);
		low = ac_hex_value(text.p[i + 1]);
		if (high < 0 || low < 0)
			return false;
		uuid[filled++] = (uint8_t)(high << 4 | low);
		i += 2;
	}
	memcpy(out, uuid, sizeof(uuid));
	return true;
}

/* The eight digits of four bytes. */
static void
hex_of_four(const uint8_t *bytes, char *out)
{
	uint32_t four;
	uint64_t x, letters;

	memcpy(&four, bytes, sizeof(four)); /* the first byte lowest, as everywhere here */
	x = four;
	x = (x | x << 16) & 0x0000ffff0000ffffU;
	x = (x | x << 8) & 0x00ff00ff00ff00ffU;
	x = (x >> 4 | x << 8) & 0x0f0f0f0f0f0f0f0fU;
	letters = (x + 0x0606060606060606U) >> 4 & 0x0101010101010101U;
	x += 0x3030303030303030U + letters * ('a' - '9' - 1);
	memcpy(out, &x, sizeof(x));
}

#ifdef __SSE2__
static inline void
hex_of_sixteen(const uint8_t *bytes, char *out)
{
	const __m128i nibbles = _mm_set1_epi8(15), nine = _mm_set1_epi8(9), to_letters = _mm_set1_epi8('a' - '9' - 1);
	__m128i all = _mm_loadu_si128((const __m128i *)(const void *)bytes), low = _mm_and_si128(all, nibbles);
	__m128i high = _mm_and_si128(_mm_srli_epi16(all, 4), nibbles);
	__m128i digits[2] = { _mm_unpacklo_epi8(high, low), _mm_unpackhi_epi8(high, low) };

	for (unsigned i = 0; i < 2; i++) {
		__m128i letters = _mm_and_si128(_mm_cmpgt_epi8(digits[i], nine), to_letters);

		_mm_storeu_si128((__m128i *)(void *)(out + 16 * i),
		    _mm_add_epi8(_mm_add_epi8(digits[i], _mm_set1_epi8('0')), letters));
	}
}
#endif

static inline void
put_hex(const uint8_t *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= n; i += 16, out += 32)
		hex_of_sixteen(bytes + i, out);
#endif
	for (; i + 4 <= n; i += 4, out += 8)
		hex_of_four(bytes + i, out);
	for (; i < n; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
}

void
ac_hex(const uint8_t *bytes, size_t n, char *out)
{
	put_hex(bytes, n, out);
}

void
ac_uuid_format(const uint8_t uuid[static 16], char out[static AC_UUID_TEXT_SIZE])
{
	char digits[32];

	put_hex(uuid, sizeof(digits) / 2, digits);
	memcpy(out, digits, 8);
	memcpy(out + 9, digits + 8, 4);
	memcpy(out + 14, digits + 12, 4);
	memcpy(out + 19, digits + 16, 4);
	memcpy(out + 24, digits + 20, 12);
	out[8] = out[13] = out[18] = out[23] = '-';
}
