/* SPDX-License-Identifier: Apache-2.0 */
/* PAP levels by name, and by what others write into marking definitions and labels. */
#include "stix/pap.h"

static const ac_str names[] = { [AC_PAP_NONE] = AC_S_INIT(""),
	[AC_PAP_CLEAR] = AC_S_INIT("PAP:CLEAR"),
	[AC_PAP_GREEN] = AC_S_INIT("PAP:GREEN"),
	[AC_PAP_AMBER] = AC_S_INIT("PAP:AMBER"),
	[AC_PAP_RED] = AC_S_INIT("PAP:RED") };

ac_str
ac_pap_name(ac_pap pap)
{
	return (size_t)pap < AC_COUNT(names) ? names[pap] : names[AC_PAP_NONE];
}

bool
ac_pap_from_name(ac_str name, ac_pap *out)
{
	name = ac_str_trim(name);
	for (size_t i = AC_PAP_CLEAR; i < AC_COUNT(names); i++)
		if (ac_str_eq_fold(names[i], name)) {
			*out = (ac_pap)i;
			return true;
		}
	if (!ac_str_eq_fold(AC_S("PAP:WHITE"), name))
		return false;
	*out = AC_PAP_CLEAR;
	return true;
}

bool
ac_pap_from_definition(const ac_json *definition, ac_pap *out)
{
	const ac_json *inner = ac_json_get(definition, AC_S("definition"));

	return ac_pap_from_name(ac_json_get_string(definition, AC_S("x_opencti_definition")), out) ||
	       ac_pap_from_name(ac_json_get_string(definition, AC_S("name")), out) ||
	       ac_pap_from_name(ac_json_get_string(inner, AC_S("statement")), out);
}

ac_pap
ac_pap_of_labels(const ac_json *object)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("labels")));
	ac_pap strictest = AC_PAP_NONE, one;

	while (!it.is_object && ac_json_next(&it))
		if (ac_pap_from_name(ac_json_text(it.value), &one) && one > strictest)
			strictest = one;
	return strictest;
}
