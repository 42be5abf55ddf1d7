/* SPDX-License-Identifier: Apache-2.0 */
/* What a witness signs: "cosignature/v1", the time, and the whole text of the checkpoint. Text of another shape is neither signed nor accepted, so that the key cannot be used on statements. */
#include "agree/cosignature.h"

#include <stdio.h>

#include "agree/checkpoint.h"
#include "base/limits.h"

/* The header, 20 digits and their words. */
#define HEAD_MAX 64

/* On the stack: verifying asks for no memory, so that a cosignature is never taken for wrong for want of it. */
typedef struct message {
	char bytes[HEAD_MAX + AC_COSIGNATURE_TEXT_MAX];
	size_t n;
} message;

static int
make_message(ac_str checkpoint, uint64_t time, message *out, accord_err *err)
{
	ac_checkpoint parsed;
	int rc;

	if (checkpoint.n > AC_COSIGNATURE_TEXT_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want a checkpoint of at most %zu bytes, got %zu",
		    (size_t)AC_COSIGNATURE_TEXT_MAX, checkpoint.n);
	if (time == 0 || time > INT64_MAX)
		return ac_fail(err, ACCORD_EINPUT,
		    "want the time of a cosignature as seconds from 1 to 2^63 - 1, got %llu", (unsigned long long)time);
	rc = ac_checkpoint_parse(checkpoint, &parsed, err);
	if (rc)
		return rc;
	out->n = (size_t)snprintf(out->bytes, HEAD_MAX, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
	memcpy(out->bytes + out->n, checkpoint.p, checkpoint.n);
	out->n += checkpoint.n;
	return 0;
}

int
ac_cosign(const ac_ed25519_key *key, ac_str checkpoint, uint64_t time, uint8_t out[static AC_COSIGNATURE_SIZE],
    accord_err *err)
{
	message m;
	int rc = make_message(checkpoint, time, &m, err);

	if (rc)
		return rc;
	for (unsigned i = 0; i < 8; i++)
		out[i] = (uint8_t)(time >> (56 - 8 * i));
	ac_ed25519_sign(key, (ac_str){ m.bytes, m.n }, out + 8);
	return 0;
}

bool
ac_cosignature_verify(
    const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], ac_str checkpoint, ac_str signature, uint64_t *out_time)
{
	const uint8_t *bytes = (const uint8_t *)signature.p;
	uint64_t time = 0;
	message m;

	if (signature.n != AC_COSIGNATURE_SIZE)
		return false;
	for (unsigned i = 0; i < 8; i++)
		time = time << 8 | bytes[i];
	if (make_message(checkpoint, time, &m, NULL) ||
	    !ac_ed25519_verify(public_key, (ac_str){ m.bytes, m.n }, bytes + 8))
		return false;
	*out_time = time;
	return true;
}
