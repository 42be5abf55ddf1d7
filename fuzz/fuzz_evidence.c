/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence files and lists of hidden reports: what is read lies in its ceilings, sources that items name are there, and a second reading gives the same. */
#include <stdint.h>
#include <stdlib.h>

#include "attribute/evidence_read.h"
#include "base/limits.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_items(const ac_evidence *e, const ac_evidence_items *items)
{
	if (items->count > AC_EVIDENCE_ITEMS_MAX)
		abort();
	for (size_t i = 0; i < items->count; i++) {
		if (items->items[i].text.n == 0 || !ac_utf8_is_valid(items->items[i].text))
			abort();
		if (items->items[i].source != AC_EVIDENCE_NO_SOURCE && items->items[i].source >= e->source_count)
			abort();
	}
}

static void
check(const ac_evidence *e, const ac_remarks *remarks)
{
	check_items(e, &e->techniques);
	check_items(e, &e->software);
	check_items(e, &e->indicators);
	check_items(e, &e->countries);
	check_items(e, &e->sectors);
	if (remarks->count > remarks->total || remarks->count > AC_EVIDENCE_REMARKS_MAX)
		abort();
	for (size_t i = 0; i < remarks->count; i++)
		if (!ac_utf8_is_valid(remarks->items[i].text) || remarks->items[i].path.n == 0)
			abort();
	for (size_t i = 0; i < e->countries.count; i++)
		if (e->countries.items[i].text.n != 2)
			abort();
	/* Contradictory dates are not used. */
	if (ac_time_cmp(e->last, AC_TIME_MIN) && ac_time_cmp(e->first, e->last) > 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	ac_evidence_hide hide = { .from = AC_TIME_MAX };
	ac_remarks remarks, again_remarks;
	ac_evidence e, again;
	const ac_json *json;
	accord_err err;
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	if (ac_json_parse(text, AC_JSON_LIMITS, &arena, &json, NULL) == 0 &&
	    ac_evidence_read(json, &arena, &e, &remarks, &err) == 0) {
		check(&e, &remarks);
		if (ac_evidence_read(json, &arena, &again, &again_remarks, &err) != 0 ||
		    again.techniques.count != e.techniques.count || again_remarks.total != remarks.total)
			abort();
	}
	if (ac_evidence_read_hidden(text, &arena, &hide, &err) == 0)
		for (size_t i = 0; i < hide.report_count; i++)
			if (!ac_utf8_is_valid(hide.reports[i]))
				abort();
	ac_arena_done(&arena);
	return 0;
}
