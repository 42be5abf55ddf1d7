/* SPDX-License-Identifier: Apache-2.0 */
/* HMAC through libsodium. Knows nothing of what is kept secret. */
#include "crypto/mac.h"

#include <sodium.h>

_Static_assert(AC_HMAC_SIZE == crypto_auth_hmacsha256_BYTES, "libsodium's size");

static const uint8_t *
octets(ac_str s)
{
	return (const uint8_t *)(s.p ? s.p : "");
}

void
ac_hmac_sha256(ac_str key, ac_str bytes, uint8_t out[static AC_HMAC_SIZE])
{
	crypto_auth_hmacsha256_state state;

	(void)crypto_auth_hmacsha256_init(&state, octets(key), key.n);
	(void)crypto_auth_hmacsha256_update(&state, octets(bytes), bytes.n);
	(void)crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
}

bool
ac_same_secret(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
ac_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}
