/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the source of a draft and as the evidence of a statement. What a draft says can be judged; a composed bundle gives its evidence back, and that composes to the same bytes.
 */
#include <stdlib.h>

#include "agree/draft.h"
#include "agree/evidence.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ac_scale_band *
likely(void)
{
	return ac_scale_band_by_code(ac_scale_at(0), AC_S("likely"));
}

static void
as_source(ac_str text)
{
	accord_err err = { 0 };
	ac_arena arena;
	ac_draft draft;

	ac_arena_init(&arena, 64 * AC_MIB);
	if (ac_draft_init(&draft, &arena, NULL, &err) == 0 && ac_draft_take(&draft, text, &err) == 0) {
		if (!draft.claim_count || draft.claim_count > AC_STATEMENT_ITEMS_MAX)
			abort();
		for (size_t i = 0; i < draft.claim_count; i++) {
			const ac_claim *c = &draft.claims[i];

			if (c->judgement.number > 100 || !c->text[0].n || !c->text[1].n ||
			    ac_scale_band_of(ac_scale_at(0), c->judgement.number / 100.0) != c->judgement.likelihood ||
			    ac_str_find_byte(c->text[0], '\n') < c->text[0].n)
				abort();
		}
	}
	ac_arena_done(&arena);
}

static void
as_evidence(ac_str text)
{
	const ac_claim claim = { .id = AC_S("c1"),
		.judgement = { .likelihood = likely(), .number = 70 },
		.text = { AC_S("a"), AC_S("b") } };
	const ac_statement s = { .coalition = AC_S("x.example"),
		.id = AC_S("x"),
		.version = 1,
		.tlp = AC_TLP_GREEN,
		.title = { AC_S("a"), AC_S("b") },
		.claims = &claim,
		.claim_count = 1 };
	ac_buf bundle, evidence, again;
	accord_err err = { 0 };
	ac_evidence found;
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	ac_buf_init(&bundle, AC_BUNDLE_MAX);
	ac_buf_init(&evidence, AC_BUNDLE_MAX);
	ac_buf_init(&again, AC_BUNDLE_MAX);
	if (ac_evidence_compose(text, &s, &arena, &bundle, &found, &err) == 0 && !bundle.failed &&
	    ac_evidence_of(ac_buf_view(&bundle), &arena, &evidence, &err) == 0 && !evidence.failed &&
	    ac_evidence_compose(ac_buf_view(&evidence), &s, &arena, &again, &found, &err) == 0 && !again.failed &&
	    !ac_str_eq(ac_buf_view(&again), ac_buf_view(&bundle)))
		abort();
	ac_buf_done(&again);
	ac_buf_done(&evidence);
	ac_buf_done(&bundle);
	ac_arena_done(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_source((ac_str){ (const char *)data, size });
	as_evidence((ac_str){ (const char *)data, size });
	return 0;
}
