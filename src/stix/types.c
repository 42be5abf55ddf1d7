/* SPDX-License-Identifier: Apache-2.0 */
/* Finding rows in the types table, and the relationships that the standard suggests. The rows themselves are in types_sdo.c, types_sco.c and types_nested.c. */
#include "stix/types_table.h"

/* Appendix B: source, relationship, targets ("*sco": every cyber-observable object), sorted by source and relationship. */
typedef struct suggestion {
	ac_str source;
	ac_str relationship;
	ac_str targets;
} suggestion;
#define R(s, r, t)                                                                                                     \
	{                                                                                                              \
		AC_S_INIT(s), AC_S_INIT(r), AC_S_INIT(t)                                                               \
	}
static const suggestion suggestions[] = {
	R("attack-pattern", "delivers", "malware"),
	R("attack-pattern", "targets", "identity location vulnerability"),
	R("attack-pattern", "uses", "malware tool"),
	R("campaign", "attributed-to", "intrusion-set threat-actor"),
	R("campaign", "compromises", "infrastructure"),
	R("campaign", "originates-from", "location"),
	R("campaign", "targets", "identity location vulnerability"),
	R("campaign", "uses", "attack-pattern infrastructure malware tool"),
	R("course-of-action", "investigates", "indicator"),
	R("course-of-action", "mitigates", "attack-pattern indicator malware tool vulnerability"),
	R("course-of-action", "remediates", "malware vulnerability"),
	R("domain-name", "resolves-to", "domain-name ipv4-addr ipv6-addr"),
	R("identity", "located-at", "location"),
	R("indicator", "based-on", "observed-data"),
	R("indicator", "indicates", "attack-pattern campaign infrastructure intrusion-set malware threat-actor tool"),
	R("infrastructure", "communicates-with", "infrastructure ipv4-addr ipv6-addr domain-name url"),
	R("infrastructure", "consists-of", "infrastructure observed-data *sco"),
	R("infrastructure", "controls", "infrastructure malware"),
	R("infrastructure", "delivers", "malware"),
	R("infrastructure", "has", "vulnerability"),
	R("infrastructure", "hosts", "tool malware"),
	R("infrastructure", "located-at", "location"),
	R("infrastructure", "uses", "infrastructure"),
	R("intrusion-set", "attributed-to", "threat-actor"),
	R("intrusion-set", "compromises", "infrastructure"),
	R("intrusion-set", "hosts", "infrastructure"),
	R("intrusion-set", "originates-from", "location"),
	R("intrusion-set", "owns", "infrastructure"),
	R("intrusion-set", "targets", "identity location vulnerability"),
	R("intrusion-set", "uses", "attack-pattern infrastructure malware tool"),
	R("ipv4-addr", "belongs-to", "autonomous-system"),
	R("ipv4-addr", "resolves-to", "mac-addr"),
	R("ipv6-addr", "belongs-to", "autonomous-system"),
	R("ipv6-addr", "resolves-to", "mac-addr"),
	R("malware", "authored-by", "threat-actor intrusion-set"),
	R("malware", "beacons-to", "infrastructure"),
	R("malware", "communicates-with", "ipv4-addr ipv6-addr domain-name url"),
	R("malware", "controls", "malware"),
	R("malware", "downloads", "malware tool file"),
	R("malware", "drops", "malware tool file"),
	R("malware", "exfiltrates-to", "infrastructure"),
	R("malware", "exploits", "vulnerability"),
	R("malware", "originates-from", "location"),
	R("malware", "targets", "identity infrastructure location vulnerability"),
	R("malware", "uses", "attack-pattern infrastructure malware tool"),
	R("malware", "variant-of", "malware"),
	R("malware-analysis", "av-analysis-of", "malware"),
	R("malware-analysis", "characterizes", "malware"),
	R("malware-analysis", "dynamic-analysis-of", "malware"),
	R("malware-analysis", "static-analysis-of", "malware"),
	R("threat-actor", "attributed-to", "identity"),
	R("threat-actor", "compromises", "infrastructure"),
	R("threat-actor", "hosts", "infrastructure"),
	R("threat-actor", "impersonates", "identity"),
	R("threat-actor", "located-at", "location"),
	R("threat-actor", "owns", "infrastructure"),
	R("threat-actor", "targets", "identity location vulnerability"),
	R("threat-actor", "uses", "attack-pattern infrastructure malware tool"),
	R("tool", "delivers", "malware"),
	R("tool", "drops", "malware"),
	R("tool", "has", "vulnerability"),
	R("tool", "targets", "identity infrastructure location vulnerability"),
	R("tool", "uses", "infrastructure"),
};

/* s3.7: between any two objects. */
static const ac_str anywhere[] = { AC_S_INIT("derived-from"), AC_S_INIT("duplicate-of"), AC_S_INIT("related-to") };

/* s3.2, sorted. */
static const ac_str common_names[] = { AC_S_INIT("confidence"), AC_S_INIT("created"), AC_S_INIT("created_by_ref"),
	AC_S_INIT("defanged"), AC_S_INIT("extensions"), AC_S_INIT("external_references"),
	AC_S_INIT("granular_markings"), AC_S_INIT("id"), AC_S_INIT("labels"), AC_S_INIT("lang"), AC_S_INIT("modified"),
	AC_S_INIT("object_marking_refs"), AC_S_INIT("revoked"), AC_S_INIT("spec_version"), AC_S_INIT("type") };

/* As ac_str_cmp, with a look at the first byte first: of two different names it mostly decides. */
static int
compare_names(ac_str a, ac_str b)
{
	if (a.n && b.n && a.p[0] != b.p[0])
		return (unsigned char)a.p[0] < (unsigned char)b.p[0] ? -1 : 1;
	return ac_str_cmp(a, b);
}

/* Of n rows of `size` bytes that begin with their names, by which they are sorted, the one of that name. */
static inline const void *
find_row(const void *rows, size_t n, size_t size, ac_str name)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const ac_str *row = (const ac_str *)((const char *)rows + middle * size);
		int order = compare_names(name, *row);

		if (order == 0)
			return row;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const ac_stix_type *
ac_stix_type_find(ac_str name)
{
	const ac_stix_type *type =
	    find_row(ac_stix_types_sdo, ac_stix_types_sdo_count, sizeof(*ac_stix_types_sdo), name);

	return type ? type : find_row(ac_stix_types_sco, ac_stix_types_sco_count, sizeof(*ac_stix_types_sco), name);
}

size_t
ac_stix_type_count(void)
{
	return ac_stix_types_sdo_count + ac_stix_types_sco_count;
}

const ac_stix_type *
ac_stix_type_at(size_t index)
{
	if (index < ac_stix_types_sdo_count)
		return &ac_stix_types_sdo[index];
	index -= ac_stix_types_sdo_count;
	return index < ac_stix_types_sco_count ? &ac_stix_types_sco[index] : NULL;
}

const ac_stix_property *
ac_stix_property_find(const ac_stix_type *type, ac_str name)
{
	const ac_stix_property *row = find_row(type->properties, type->property_count, sizeof(*type->properties), name);

	return row ? row : find_row(type->common, type->common_count, sizeof(*type->common), name);
}

const ac_stix_property *
ac_stix_struct_find(const ac_stix_struct *structure, ac_str name)
{
	return find_row(structure->properties, structure->property_count, sizeof(*structure->properties), name);
}

const ac_stix_property *
ac_stix_common(ac_stix_class class, size_t *out_count)
{
	static const struct {
		const char *example;
	} by_class[] = { [AC_STIX_SDO] = { "report" },
		[AC_STIX_SRO] = { "sighting" },
		[AC_STIX_SCO] = { "file" },
		[AC_STIX_META] = { "language-content" },
		[AC_STIX_BUNDLE] = { "bundle" } };
	const ac_stix_type *type;

	*out_count = 0;
	if ((size_t) class >= AC_COUNT(by_class))
		return NULL;
	type = ac_stix_type_find(ac_str_from(by_class[class].example));
	*out_count = type->common_count;
	return type->common;
}

bool
ac_stix_is_common_name(ac_str name)
{
	for (size_t i = 0; i < AC_COUNT(common_names); i++)
		if (ac_str_eq(common_names[i], name))
			return true;
	return false;
}

const ac_stix_extension *
ac_stix_extension_find(ac_str name)
{
	for (size_t i = 0; i < ac_stix_extension_count; i++)
		if (ac_str_eq(ac_stix_extensions[i].structure.name, name))
			return &ac_stix_extensions[i];
	return NULL;
}

const ac_stix_vocabulary *
ac_stix_vocabulary_find(ac_str name)
{
	for (size_t i = 0; i < ac_stix_vocabulary_count; i++)
		if (ac_str_eq(ac_stix_vocabularies[i].name, name))
			return &ac_stix_vocabularies[i];
	return NULL;
}

bool
ac_stix_vocabulary_has(const ac_stix_vocabulary *vocabulary, ac_str term)
{
	for (const ac_str *at = vocabulary->terms; at->p; at++)
		if (ac_str_eq(*at, term))
			return true;
	return false;
}

/* Is `word` one of the words of a row's targets? */
static bool
has_target(ac_str targets, ac_str word, bool is_sco)
{
	ac_str rest = targets, one;

	while (ac_str_next_field(&rest, ' ', &one))
		if (ac_str_eq(one, word) || (is_sco && ac_str_eq(one, AC_S("*sco"))))
			return true;
	return false;
}

int
ac_stix_relationship_suggested(ac_str source_type, ac_str relationship_type, ac_str target_type)
{
	const ac_stix_type *source = ac_stix_type_find(source_type), *target = ac_stix_type_find(target_type);
	int missing = 1;

	for (size_t i = 0; i < AC_COUNT(anywhere); i++)
		if (ac_str_eq(anywhere[i], relationship_type))
			return 0;
	if (!source || !target)
		return 0;
	for (size_t i = 0; i < AC_COUNT(suggestions); i++) {
		const suggestion *row = &suggestions[i];

		if (!ac_str_eq(row->source, source_type))
			continue;
		if (missing == 1)
			missing = 2;
		if (!ac_str_eq(row->relationship, relationship_type))
			continue;
		missing = 3;
		if (has_target(row->targets, target_type, target->class == AC_STIX_SCO))
			return 0;
	}
	return missing;
}
