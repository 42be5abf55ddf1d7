/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a key file. What is read says of itself what it was read as; what asks for little opens only when nothing was changed. */
#include <stdlib.h>

#include "agree/keyfile.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	ac_ed25519_key now, next;
	accord_err err = { 0 };
	ac_arena arena;
	ac_keyfile f;

	ac_arena_init(&arena, AC_MIB);
	if (ac_keyfile_parse(text, &arena, &f, &err) == 0) {
		if (!ac_str_starts(text, f.beside) || f.vkey.purpose == AC_PURPOSE_ANY ||
		    ac_seal_check_cost(f.cost, &err))
			abort();
		if (f.cost.passes == 1 && f.cost.memory_kib <= 16 &&
		    ac_keyfile_open(&f, AC_S("open"), &now, &next, &err) == 0 &&
		    memcmp(ac_ed25519_public(&now), f.vkey.public_key, AC_ED25519_PUBLIC_SIZE) != 0)
			abort();
	}
	ac_arena_done(&arena);
	return 0;
}
