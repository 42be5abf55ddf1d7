/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic Light Protocol levels by id and by name. It knows no policy: who may get what is another room's question. */
#include "stix/marking.h"

#include "stix/id.h"

/*
 * Ids of marking definitions: TLP 1 (STIX 2.1 s7.2.1), TLP 2.0 (OASIS common objects, extension-definition--60a3c5c5-...), and the
 * AMBER+STRICT that OpenCTI and its feeds have used since before TLP 2.0 had one.
 */
static const struct {
	ac_str id;
	ac_tlp tlp;
} known[] = {
	{ AC_S_INIT("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"), AC_TLP_CLEAR }, /* WHITE */
	{ AC_S_INIT("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"), AC_TLP_GREEN },
	{ AC_S_INIT("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"), AC_TLP_AMBER },
	{ AC_S_INIT("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"), AC_TLP_RED },
	{ AC_S_INIT("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"), AC_TLP_CLEAR },
	{ AC_S_INIT("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"), AC_TLP_GREEN },
	{ AC_S_INIT("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"), AC_TLP_AMBER },
	{ AC_S_INIT("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"), AC_TLP_AMBER_STRICT },
	{ AC_S_INIT("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"), AC_TLP_RED },
	{ AC_S_INIT("marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"), AC_TLP_AMBER_STRICT }, /* OpenCTI */
};
/* Where the TLP 2.0 ids begin in `known`. */
enum { TLP2_FIRST = 4 };

static const ac_str names[] = { [AC_TLP_NONE] = AC_S_INIT(""),
	[AC_TLP_CLEAR] = AC_S_INIT("TLP:CLEAR"),
	[AC_TLP_GREEN] = AC_S_INIT("TLP:GREEN"),
	[AC_TLP_AMBER] = AC_S_INIT("TLP:AMBER"),
	[AC_TLP_AMBER_STRICT] = AC_S_INIT("TLP:AMBER+STRICT"),
	[AC_TLP_RED] = AC_S_INIT("TLP:RED") };

/* Spellings behind "tlp:", lower case. TLP 1's WHITE is TLP 2's CLEAR. */
static const struct {
	ac_str word;
	ac_tlp tlp;
} words[] = {
	{ AC_S_INIT("clear"), AC_TLP_CLEAR },
	{ AC_S_INIT("white"), AC_TLP_CLEAR },
	{ AC_S_INIT("green"), AC_TLP_GREEN },
	{ AC_S_INIT("amber"), AC_TLP_AMBER },
	{ AC_S_INIT("amber+strict"), AC_TLP_AMBER_STRICT },
	{ AC_S_INIT("amber-strict"), AC_TLP_AMBER_STRICT },
	{ AC_S_INIT("amber_strict"), AC_TLP_AMBER_STRICT },
	{ AC_S_INIT("amber strict"), AC_TLP_AMBER_STRICT },
	{ AC_S_INIT("red"), AC_TLP_RED },
};

ac_str
ac_tlp_name(ac_tlp tlp)
{
	return (size_t)tlp < AC_COUNT(names) ? names[tlp] : names[AC_TLP_NONE];
}

ac_str
ac_tlp_marking_id(ac_tlp tlp)
{
	for (size_t i = TLP2_FIRST; i < AC_COUNT(known); i++)
		if (known[i].tlp == tlp)
			return known[i].id;
	return (ac_str){ NULL, 0 };
}

bool
ac_tlp_from_name(ac_str name, ac_tlp *out)
{
	ac_str word = ac_str_trim(name);

	if (ac_str_starts_fold(word, AC_S("tlp"))) {
		word = ac_str_slice(word, 3, word.n);
		if (word.n && (word.p[0] == ':' || word.p[0] == '-' || word.p[0] == '_'))
			word = ac_str_slice(word, 1, word.n);
		word = ac_str_trim(word);
	}
	for (size_t i = 0; i < AC_COUNT(words); i++) {
		if (ac_str_eq_fold(words[i].word, word)) {
			*out = words[i].tlp;
			return true;
		}
	}
	return false;
}

bool
ac_tlp_from_id(ac_str id, ac_tlp *out)
{
	for (size_t i = 0; i < AC_COUNT(known); i++) {
		if (ac_str_eq_fold(known[i].id, id)) {
			*out = known[i].tlp;
			return true;
		}
	}
	return false;
}

bool
ac_tlp_from_definition(const ac_json *definition, ac_tlp *out)
{
	const ac_json *inner = ac_json_get(definition, AC_S("definition"));
	ac_json_iter it = ac_json_iter_of(ac_json_get(definition, AC_S("extensions")));
	ac_str name;

	if (ac_tlp_from_id(ac_json_get_string(definition, AC_S("id")), out))
		return true;
	if (ac_tlp_from_name(ac_json_get_string(inner, AC_S("tlp")), out))
		return true;
	while (it.is_object && ac_json_next(&it))
		if (ac_tlp_from_name(ac_json_get_string(it.value, AC_S("tlp_2_0")), out))
			return true;
	/* Statement markings that others mint for a level ("TLP:AMBER+STRICT") say so with the prefix; a bare "Red" may be anything. */
	name = ac_json_get_string(definition, AC_S("name"));
	if (ac_str_starts_fold(ac_str_trim(name), AC_S("tlp")) && ac_tlp_from_name(name, out))
		return true;
	name = ac_json_get_string(inner, AC_S("statement"));
	return ac_str_starts_fold(ac_str_trim(name), AC_S("tlp")) && ac_tlp_from_name(name, out);
}

ac_tlp
ac_tlp_of(const ac_json *object, size_t *out_unknown)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("object_marking_refs")));
	ac_tlp strictest = AC_TLP_NONE, one;
	size_t unknown = 0;

	while (ac_json_next(&it)) {
		if (!ac_tlp_from_id(ac_json_string(it.value), &one))
			unknown++;
		else if (one > strictest)
			strictest = one;
	}
	if (out_unknown)
		*out_unknown = unknown;
	return strictest;
}
