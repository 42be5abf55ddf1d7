/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic Light Protocol levels by id and by name, and what a marking definition says. What holds for an object is in marking_of.c. */
#include "stix/marking.h"

/*
 * Ids of marking definitions: TLP 1 (STIX 2.1 s7.2.1), TLP 2.0 (OASIS common objects, extension-definition--60a3c5c5-...), then those that others
 * made: OpenCTI's platform has had its own AMBER+STRICT since before TLP 2.0 had one, and its connectors' ids follow from the level's name (UUIDv5 of
 * {"definition":"TLP:...","definition_type":"TLP"} in the namespace of SCO ids).
 */
static const struct {
	ac_str id;
	ac_tlp tlp;
	bool is_own; /* nobody's standard */
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
	{ AC_S_INIT("marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"), AC_TLP_AMBER_STRICT, true },
	{ AC_S_INIT("marking-definition--0e75d955-265a-59a5-8ae2-51361befc08e"), AC_TLP_CLEAR, true }, /* TLP:WHITE */
	{ AC_S_INIT("marking-definition--2dd42701-1299-5767-ae3f-841289c26369"), AC_TLP_CLEAR, true },
	{ AC_S_INIT("marking-definition--1bc2784d-1160-557a-99e9-f19d6e8effa4"), AC_TLP_GREEN, true },
	{ AC_S_INIT("marking-definition--eb70d5ef-1a6e-5199-af79-4be1b1da8f53"), AC_TLP_AMBER, true },
	{ AC_S_INIT("marking-definition--25ae2fc0-b1ad-5d01-8200-3149d19a95a0"), AC_TLP_AMBER_STRICT, true },
	{ AC_S_INIT("marking-definition--a17cc275-f5ce-532c-9765-781abf212634"), AC_TLP_RED, true },
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

ac_str
ac_tlp_standard_id(ac_str id)
{
	for (size_t i = TLP2_FIRST; i < AC_COUNT(known); i++)
		if (known[i].is_own && ac_str_eq_fold(known[i].id, id))
			return ac_tlp_marking_id(known[i].tlp);
	return (ac_str){ NULL, 0 };
}

/* A text that others write for a level says so with its prefix ("TLP:AMBER+STRICT"); a bare "Red" may be anything. */
static bool
from_prefixed(ac_str text, ac_tlp *out)
{
	return ac_str_starts_fold(ac_str_trim(text), AC_S("tlp")) && ac_tlp_from_name(text, out);
}

bool
ac_tlp_from_definition(const ac_json *definition, ac_tlp *out)
{
	const ac_json *inner = ac_json_get(definition, AC_S("definition"));
	ac_json_iter it = ac_json_iter_of(ac_json_get(definition, AC_S("extensions")));

	if (ac_tlp_from_id(ac_json_get_string(definition, AC_S("id")), out))
		return true;
	if (ac_tlp_from_name(ac_json_get_string(inner, AC_S("tlp")), out))
		return true;
	while (it.is_object && ac_json_next(&it))
		if (ac_tlp_from_name(ac_json_get_string(it.value, AC_S("tlp_2_0")), out))
			return true;
	/* OpenCTI's connectors: a statement "custom", and beside it what it stands for. */
	return from_prefixed(ac_json_get_string(definition, AC_S("x_opencti_definition")), out) ||
	       from_prefixed(ac_json_get_string(definition, AC_S("name")), out) ||
	       from_prefixed(ac_json_get_string(inner, AC_S("statement")), out);
}

/*
 * The policy of an IEP marking: the definition itself, or what stands under "iep" in it or in an extension. NULL when it is none. The standard expects IEP
 * "in a future version" (s7.2.1): these are the forms in use.
 */
static const ac_json *
find_iep(const ac_json *definition)
{
	const ac_json *inner = ac_json_get(definition, AC_S("definition")), *policy;
	ac_json_iter it = ac_json_iter_of(ac_json_get(definition, AC_S("extensions")));

	policy = ac_json_get(inner, AC_S("iep"));
	if (policy)
		return policy;
	if (inner && ac_str_eq_fold(ac_json_get_string(definition, AC_S("definition_type")), AC_S("iep")))
		return inner;
	while (it.is_object && ac_json_next(&it)) {
		policy = ac_json_get(it.value, AC_S("iep"));
		if (policy)
			return policy;
	}
	return NULL;
}

static ac_tlp
iep_level(const ac_json *policy)
{
	static const ac_str keys[] = { AC_S_INIT("tlp"), AC_S_INIT("TLP") };
	ac_tlp tlp;

	for (size_t i = 0; i < AC_COUNT(keys); i++) {
		const ac_json *value = ac_json_get(policy, keys[i]);

		/* A word that is no level asked for something all the same. */
		if (value)
			return ac_tlp_from_name(ac_json_string(value), &tlp) ? tlp : AC_TLP_RED;
	}
	return AC_TLP_NONE;
}

static ac_str
first_text(ac_str a, ac_str b)
{
	return a.n ? a : b;
}

ac_str
ac_marking_kind_name(ac_marking_kind kind)
{
	switch (kind) {
	case AC_MARKING_TLP:
		return AC_S("tlp");
	case AC_MARKING_STATEMENT:
		return AC_S("statement");
	case AC_MARKING_IEP:
		return AC_S("iep");
	case AC_MARKING_UNKNOWN:
		break;
	}
	return AC_S("unknown");
}

ac_marking_kind
ac_marking_read(const ac_json *definition, ac_tlp *out_tlp, ac_str *out_text)
{
	const ac_json *policy = find_iep(definition);
	ac_str name = ac_json_get_string(definition, AC_S("name"));
	ac_str statement = ac_json_get_string(ac_json_get(definition, AC_S("definition")), AC_S("statement"));

	*out_tlp = AC_TLP_NONE;
	*out_text = name;
	if (policy) {
		*out_tlp = iep_level(policy);
		*out_text = first_text(ac_json_get_string(policy, AC_S("name")), name);
		return AC_MARKING_IEP;
	}
	if (ac_tlp_from_definition(definition, out_tlp)) {
		*out_text = ac_tlp_name(*out_tlp);
		return AC_MARKING_TLP;
	}
	if (statement.n && ac_str_eq_fold(ac_json_get_string(definition, AC_S("definition_type")), AC_S("statement"))) {
		*out_text = first_text(ac_json_get_string(definition, AC_S("x_opencti_definition")), statement);
		return AC_MARKING_STATEMENT;
	}
	*out_tlp = AC_TLP_RED;
	return AC_MARKING_UNKNOWN;
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
