/* SPDX-License-Identifier: Apache-2.0 */
/* What a witness signs: "cosignature/v1", the time, and the whole text of the checkpoint. Text of another shape is neither signed nor accepted, so that the key cannot be used on statements. */
#include "agree/cosignature.h"

#include "agree/checkpoint.h"
#include "base/limits.h"

/* The header, 20 digits and their words. */
#define HEAD_MAX 64

static int
message(ac_str checkpoint, uint64_t time, ac_buf *out, accord_err *err)
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
	ac_buf_init(out, AC_COSIGNATURE_TEXT_MAX + HEAD_MAX);
	ac_buf_add(out, AC_S("cosignature/v1\ntime "));
	ac_buf_add_u64(out, time);
	ac_buf_add_byte(out, '\n');
	ac_buf_add(out, checkpoint);
	return 0;
}

int
ac_cosign(const ac_ed25519_key *key, ac_str checkpoint, uint64_t time, uint8_t out[static AC_COSIGNATURE_SIZE],
    accord_err *err)
{
	ac_buf text = { 0 };
	ac_str signed_text;
	int rc = message(checkpoint, time, &text, err);

	if (!rc)
		rc = ac_buf_finish(&text, &signed_text, err);
	if (!rc) {
		for (unsigned i = 0; i < 8; i++)
			out[i] = (uint8_t)(time >> (56 - 8 * i));
		ac_ed25519_sign(key, signed_text, out + 8);
	}
	ac_buf_done(&text);
	return rc;
}

bool
ac_cosignature_verify(
    const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], ac_str checkpoint, ac_str signature, uint64_t *out_time)
{
	const uint8_t *bytes = (const uint8_t *)signature.p;
	ac_buf text = { 0 };
	ac_str signed_text;
	uint64_t time = 0;
	bool good;

	if (signature.n != AC_COSIGNATURE_SIZE)
		return false;
	for (unsigned i = 0; i < 8; i++)
		time = time << 8 | bytes[i];
	good = message(checkpoint, time, &text, NULL) == 0 && ac_buf_finish(&text, &signed_text, NULL) == 0 &&
	       ac_ed25519_verify(public_key, signed_text, bytes + 8);
	ac_buf_done(&text);
	if (good)
		*out_time = time;
	return good;
}
