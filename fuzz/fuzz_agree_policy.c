/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as trusted keys and as a policy. All witnesses meet any quorum, and one more never takes it away. */
#include <stdlib.h>

#include "agree/check.h"
#include "agree/policy.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	accord_err err = { 0 };
	ac_trust trust = { 0 };
	ac_arena arena;
	ac_policy p;
	int rc;

	ac_arena_init(&arena, 64 * AC_MIB);
	rc = ac_trust_add(&trust, text, &arena, &err);
	if (rc != 0 && rc != ACCORD_EINPUT && rc != ACCORD_EVERSION && rc != ACCORD_ELIMIT && rc != ACCORD_ENOMEM)
		abort();
	rc = ac_policy_parse(text, &arena, &p, &err);
	if (rc == 0 && !p.needs_none) {
		bool *present = ac_arena_zalloc(&arena, p.quorum.count + 1, sizeof(bool)), before = false, met = false;

		for (unsigned i = 0; present && i < p.witness_count; i++) {
			if (ac_quorum_is_met(&p.quorum, p.needs, present, &arena, &met, &err) == 0 && before && !met)
				abort();
			before = met;
			present[p.places[i]] = true;
		}
		/* All of its witnesses are enough for any quorum. */
		if (present && ac_quorum_is_met(&p.quorum, p.needs, present, &arena, &met, &err) == 0 && !met)
			abort();
	} else if (rc == 0 && p.quorum.count < p.witness_count) {
		abort();
	}
	ac_arena_done(&arena);
	return 0;
}
