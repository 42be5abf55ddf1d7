/* SPDX-License-Identifier: Apache-2.0 */
/* What an indicator's markings say about its use. TLP is not looked at: nothing leaves the node by watching. */
#include "watch/build_pap.h"

#include "base/limits.h"
#include "stix/marking.h"

/* Definitions that are remembered; a store has dozens. What is beyond is looked up each time. */
#define KNOWN_MAX ((size_t)65536)

void
ac_pap_finder_open(ac_pap_finder *f, ac_store *store, ac_hash_seed seed)
{
	f->store = store;
	ac_map_init(&f->known, seed, KNOWN_MAX);
	ac_arena_init(&f->ids, KNOWN_MAX * AC_KIB);
	ac_arena_init(&f->scratch, AC_JSON_ARENA_MAX);
}

void
ac_pap_finder_done(ac_pap_finder *f)
{
	ac_map_done(&f->known);
	ac_arena_done(&f->ids);
	ac_arena_done(&f->scratch);
}

static int
read_definition(ac_pap_finder *f, ac_str id, ac_pap *out, accord_err *err)
{
	const ac_json *definition;
	ac_stored stored;
	int rc;

	*out = AC_PAP_NONE;
	ac_arena_reset(&f->scratch);
	rc = ac_store_get(f->store, id, &f->scratch, &stored, err);
	if (rc)
		return rc == ACCORD_ENOTFOUND ? 0 : rc;
	rc = ac_json_parse(stored.object, AC_JSON_LIMITS, &f->scratch, &definition, err);
	if (!rc && ac_str_eq(stored.type, AC_S("marking-definition")))
		(void)ac_pap_from_definition(definition, out);
	return rc;
}

static int
take(ac_pap_finder *f, ac_str id, ac_pap *strictest, accord_err *err)
{
	uint64_t *slot;
	ac_tlp ignored;
	ac_pap pap;
	ac_str key;
	int rc;

	if (id.n == 0 || id.n >= AC_KIB || ac_tlp_from_id(id, &ignored))
		return 0;
	slot = ac_map_get(&f->known, id);
	if (slot) {
		pap = (ac_pap)*slot;
	} else {
		rc = read_definition(f, id, &pap, err);
		if (rc)
			return rc;
		key = f->known.count < KNOWN_MAX ? ac_arena_str(&f->ids, id) : (ac_str){ NULL, 0 };
		slot = key.p ? ac_map_put(&f->known, key, NULL) : NULL;
		if (slot)
			*slot = pap;
	}
	if (pap > *strictest)
		*strictest = pap;
	return 0;
}

int
ac_pap_find(ac_pap_finder *f, const ac_json *object, ac_pap *out, accord_err *err)
{
	ac_json_iter refs = ac_json_iter_of(ac_json_get(object, AC_S("object_marking_refs")));
	ac_json_iter parts = ac_json_iter_of(ac_json_get(object, AC_S("granular_markings")));
	ac_pap strictest = ac_pap_of_labels(object);
	int rc = 0;

	while (!rc && !refs.is_object && ac_json_next(&refs))
		rc = take(f, ac_json_text(refs.value), &strictest, err);
	while (!rc && !parts.is_object && ac_json_next(&parts))
		rc = take(f, ac_json_get_string(parts.value, AC_S("marking_ref")), &strictest, err);
	if (!rc)
		*out = strictest;
	return rc;
}
