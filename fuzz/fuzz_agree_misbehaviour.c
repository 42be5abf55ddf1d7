/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a proof of misbehaviour. What is taken is written again byte for byte, and proves nothing by a key that signed nothing. */
#include <stdlib.h>

#include "agree/misbehaviour.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[AC_ED25519_SEED_SIZE] = { 1 };
	ac_str bytes = { (const char *)data, size };
	ac_digester *d = ac_digester_open();
	ac_misbehaviour m, again;
	accord_err err = { 0 };
	ac_ed25519_key key;
	ac_arena arena;
	ac_vkey vkey;
	ac_buf buf;

	ac_arena_init(&arena, 16 * AC_MIB);
	ac_buf_init(&buf, 8 * AC_MIB);
	if (ac_misbehaviour_parse(bytes, &arena, &m, &err) == 0) {
		size_t keys[2];

		ac_misbehaviour_add(&buf, &m);
		if (!ac_str_eq(ac_buf_view(&buf), bytes))
			abort();
		if (ac_misbehaviour_make(m.signed_checkpoints[1], m.signed_checkpoints[0], &arena, &again, &err) == 0 &&
		    (again.kind != m.kind || again.old_size != m.old_size))
			abort();
		ac_ed25519_from_seed(seed, &key);
		if (d && ac_vkey_make(m.origin, AC_NOTE_ED25519, ac_ed25519_public(&key), &vkey, &err) == 0 &&
		    ac_misbehaviour_check(d, &m, &vkey, 1, &arena, keys, &err) == 0)
			abort();
	}
	ac_buf_done(&buf);
	ac_arena_done(&arena);
	d = ac_digester_close(d);
	return 0;
}
