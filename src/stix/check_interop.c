/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the STIX 2.1 Interoperability Test Document 1.0 (CSD01) asks of producers beyond the standard, as far as one object shows it. Sections are that document's,
 * written "interop 3.7.2".
 */
#include "stix/check.h"
#include "stix/marking.h"

enum { NAMES_MAX = 7 };

typedef struct demand {
	ac_str type;
	ac_str section;
	ac_str names[NAMES_MAX]; /* wanted beyond what the standard requires; ended by {NULL, 0} when fewer */
} demand;

#define N(n) AC_S_INIT(n)
#define DEMAND(t, s, ...)                                                                                              \
	{                                                                                                              \
		AC_S_INIT(t), AC_S_INIT(s),                                                                            \
		{                                                                                                      \
			__VA_ARGS__                                                                                    \
		}                                                                                                      \
	}
/* Sorted by type. The tables of "Required Producer Persona Support", one a use case. */
static const demand demands[] = {
	DEMAND(
	    "attack-pattern", "interop 3.1.2", N("created_by_ref"), N("external_references"), N("kill_chain_phases")),
	DEMAND("campaign", "interop 3.2.2", N("created_by_ref")),
	DEMAND("course-of-action", "interop 3.4.2", N("created_by_ref")),
	DEMAND("grouping", "interop 3.6.2", N("created_by_ref")),
	DEMAND("identity", "interop 2.3.4", N("created_by_ref"), N("identity_class")),
	DEMAND("indicator", "interop 3.7.2", N("created_by_ref"), N("name"), N("indicator_types")),
	DEMAND("infrastructure", "interop 3.8.2", N("created_by_ref"), N("infrastructure_types")),
	DEMAND("intrusion-set", "interop 3.9.2", N("created_by_ref"), N("resource_level"), N("primary_motivation")),
	DEMAND("location", "interop 3.10.2", N("created_by_ref"), N("region")),
	DEMAND("malware", "interop 3.12.2", N("created_by_ref"), N("name"), N("malware_types"), N("first_seen"),
	    N("last_seen"), N("architecture_execution_envs"), N("implementation_languages")),
	DEMAND("malware", "interop 3.12.2", N("capabilities")),
	DEMAND("malware-analysis", "interop 3.11.2", N("created_by_ref"), N("version"), N("submitted"),
	    N("analysis_started"), N("analysis_ended"), N("result")),
	DEMAND("note", "interop 3.13.2", N("created_by_ref")),
	DEMAND("observed-data", "interop 3.14.2", N("created_by_ref"), N("object_refs")),
	DEMAND("opinion", "interop 3.15.2", N("created_by_ref")),
	DEMAND("relationship", "interop 2.3.6", N("created_by_ref")),
	DEMAND("report", "interop 3.16.2", N("created_by_ref"), N("report_types")),
	DEMAND("sighting", "interop 3.17.2", N("created_by_ref"), N("count"), N("first_seen"), N("last_seen")),
	DEMAND("threat-actor", "interop 3.18.2", N("created_by_ref"), N("threat_actor_types"), N("roles"),
	    N("sophistication"), N("resource_level"), N("primary_motivation")),
	DEMAND("tool", "interop 3.19.2", N("created_by_ref"), N("tool_types")),
	DEMAND("vulnerability", "interop 3.21.2", N("created_by_ref"), N("external_references")),
};

static void
check_demand(ac_check *c, const demand *d, const ac_json *object, const ac_where *where)
{
	for (size_t i = 0; i < NAMES_MAX && d->names[i].p; i++)
		if (!ac_json_get(object, d->names[i]))
			AC_CHECK_ERROR(c, d->section, where, AC_S("want '"), d->names[i],
			    AC_S("', which exchange asks for, got none"));
}

/* Created and modified have exactly three fraction digits: "....123Z". */
static void
check_milliseconds(ac_check *c, ac_str section, const ac_json *object, ac_str name, const ac_where *where)
{
	const ac_where here = { where, name, 0 };
	ac_str text = ac_json_get_string(object, name);
	size_t dot = ac_str_find_byte(text, '.');

	if (text.p && dot + 5 != text.n)
		AC_CHECK_ERROR(c, section, &here, AC_S("want exactly three fraction digits, got '"),
		    ac_check_shown(text), AC_S("'"));
}

/* One TLP marking at most says where an object may go. */
static void
check_markings(ac_check *c, const ac_json *object, const ac_where *where)
{
	const ac_where here = { where, AC_S("object_marking_refs"), 0 };
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("object_marking_refs")));
	unsigned n = 0;
	ac_tlp tlp;

	while (!it.is_object && ac_json_next(&it))
		n += ac_tlp_from_id(ac_json_string(it.value), &tlp);
	if (n > 1)
		AC_CHECK_ERROR(c, AC_S("interop 3.5.2"), &here, AC_S("want at most one TLP marking, got more"));
}

void
ac_check_interop(ac_check *c, const ac_json *object, const ac_where *where)
{
	static const ac_str organization = AC_S_INIT("organization");
	ac_str section = { NULL, 0 }, class = ac_json_get_string(object, AC_S("identity_class"));

	check_markings(c, object, where);
	for (size_t i = 0; i < AC_COUNT(demands); i++) {
		if (!ac_str_eq(demands[i].type, c->type_name))
			continue;
		section = demands[i].section;
		check_demand(c, &demands[i], object, where);
	}
	if (!section.p)
		return;
	check_milliseconds(c, section, object, AC_S("created"), where);
	check_milliseconds(c, section, object, AC_S("modified"), where);
	if (ac_str_eq(c->type_name, AC_S("identity")) && class.p && !ac_str_eq(class, organization)) {
		const ac_where here = { where, AC_S("identity_class"), 0 };

		AC_CHECK_WARNING(c, section, AC_S(""), &here, AC_S("should be organization for a producer, got '"),
		    ac_check_shown(class), AC_S("'"));
	}
}
