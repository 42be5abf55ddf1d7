/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects and bundles: head, validator, lifting, ids, selectors, checks across the objects of a bundle or list. For any JSON: the validator counts as many
 * errors with a sink as without one; what has a head can be lifted; what was lifted has a head, is no longer 2.0, and lifting it again gives the same bytes;
 * deterministic ids are ids; in a second copy of everything as many references dangle.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "codec/json.h"
#include "stix/cross.h"
#include "stix/id.h"
#include "stix/marking.h"
#include "stix/object.h"
#include "stix/selector.h"

#define ARENA_MAX ((size_t)256 << 20)

static void
must(bool fact)
{
	if (!fact)
		abort();
}

typedef struct seen {
	int errors;
	size_t findings;
} seen;

static void
on_finding(void *payload, const ac_stix_finding *f)
{
	seen *s = payload;

	must(f->text.n > 0 && ac_utf8_is_valid(f->text) && ac_utf8_is_valid(f->pointer));
	must(f->pointer.n == 0 || f->pointer.p[0] == '/');
	s->errors += f->level == AC_STIX_ERROR;
	s->findings++;
}

static void
check_validator(const ac_json *json, ac_stix_checks checks)
{
	ac_arena arena;
	accord_err err = { 0 };
	seen s = { 0 };
	int rc;

	ac_arena_init(&arena, ARENA_MAX);
	rc = ac_stix_validate_as(json, AC_STIX_WHOLE, checks, &arena, on_finding, &s, &err);
	must(rc >= 0 && (rc == s.errors || s.findings >= AC_STIX_FINDINGS_MAX));
	must(ac_stix_validate_as(json, AC_STIX_WHOLE, checks, &arena, NULL, NULL, &err) == rc);
	ac_arena_done(&arena);
}

static int
on_cross(void *payload, const ac_cross_finding *f, accord_err *err)
{
	must(f->f.text.n > 0 && ac_utf8_is_valid(f->f.text) && ac_utf8_is_valid(f->f.pointer));
	must(f->f.pointer.n == 0 || f->f.pointer.p[0] == '/');
	must(ac_stix_id_check(f->id, NULL, NULL) == 0);
	must(!f->other_id.p || ac_stix_id_check(f->other_id, NULL, NULL) == 0);
	++*(uint64_t *)payload;
	return 0;
}

/* Every object of `objects`, `times` times; how many findings. */
static uint64_t
cross(const ac_json *objects, unsigned times, ac_cross_dangling dangling, ac_cross_sums *sums)
{
	ac_cross *all = ac_cross_open((ac_hash_seed){ { 1, 2 } });
	accord_err err = { 0 };
	uint64_t findings = 0;

	must(all != NULL);
	for (unsigned round = 0; round < times; round++) {
		ac_json_iter it = ac_json_iter_of(objects);

		for (uint64_t i = 1; ac_json_next(&it); i++)
			must(ac_cross_add(all, it.value, (ac_cross_place){ round, 1, i, 1 }, 0, &err) == 0);
	}
	must(ac_cross_judge(all, dangling, NULL, on_cross, &findings, sums, &err) == 0);
	(void)ac_cross_close(all);
	return findings;
}

static void
check_cross(const ac_json *json)
{
	const ac_json *objects = ac_json_is(json, AC_JSON_ARRAY) ? json : ac_json_get(json, AC_S("objects"));
	ac_cross_sums once, twice;

	(void)cross(objects, 1, AC_CROSS_DANGLING_WARNING, &once);
	(void)cross(objects, 2, AC_CROSS_DANGLING_COUNTED, &twice);
	must(twice.objects == 2 * once.objects && twice.references == 2 * once.references);
	must(twice.dangling == 2 * once.dangling);
}

static int
compare_again(void *payload, ac_str text, accord_err *err)
{
	const ac_str *first = payload;

	must(ac_str_eq(*first, text));
	return 0;
}

static int
on_lifted(void *payload, ac_str text, accord_err *err)
{
	const ac_json *json;
	ac_stix_head head;
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, ARENA_MAX);
	rc = ac_json_parse(text, AC_JSON_LIMITS, &arena, &json, err);
	must(rc == 0);
	must(ac_stix_head_read(json, &head, err) == 0);
	must(!head.is_20);
	text = ac_json_raw(json);
	must(ac_stix_lift(json, &arena, compare_again, &text, err) == 0);
	ac_arena_done(&arena);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str id, name, selector = { (const char *)data, size < 64 ? size : 64 };
	const ac_json *json = NULL, *found;
	accord_err err = { 0 };
	ac_stix_head head;
	size_t unknown;
	ac_arena arena;
	ac_tlp tlp;

	ac_arena_init(&arena, ARENA_MAX);
	if (ac_json_parse((ac_str){ (const char *)data, size }, AC_JSON_LIMITS, &arena, &json, &err) == 0) {
		check_validator(json, (ac_stix_checks){ 0 });
		check_validator(json, (ac_stix_checks){ true, true });
		check_cross(json);
		(void)ac_tlp_of(json, &unknown);
		(void)ac_tlp_from_definition(json, &tlp);
		(void)!ac_stix_select(json, selector, NULL, &found, &err);
		if (ac_stix_sco_id(json, &arena, &id, &name, &err) == 0) {
			must((id.p == NULL) == (name.p == NULL));
			must(!id.p || ac_stix_id_check(id, NULL, &err) == 0);
		}
		if (ac_stix_head_read(json, &head, &err) == 0 && !(head.type && head.type->class == AC_STIX_BUNDLE))
			must(ac_stix_lift(json, &arena, on_lifted, NULL, &err) == 0);
	}
	ac_arena_done(&arena);
	return 0;
}
