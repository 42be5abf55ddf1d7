/* SPDX-License-Identifier: Apache-2.0 */
/* Following a selector through an object. It knows no markings, and follows no references. */
#include "stix/selector.h"

#include "base/limits.h"

/* "[12]" of a list; an index without leading zeros, as s7.2.3's "non-negative integer" is commonly written. */
static int
step_index(const ac_json *list, ac_str component, const ac_json **out, accord_err *err)
{
	ac_str digits = ac_str_slice(component, 1, component.n - 1);
	ac_json_iter it;
	uint64_t index;

	if (component.n < 3 || component.p[component.n - 1] != ']' || !ac_str_to_u64(digits, &index) ||
	    (digits.n > 1 && digits.p[0] == '0'))
		return ac_fail(err, ACCORD_EINPUT, "want [0], [1] ... in a selector, got %.*s", AC_FMT(component));
	if (!ac_json_is(list, AC_JSON_ARRAY))
		return ac_fail(err, ACCORD_ENOTFOUND, "%.*s stands behind a value that is no list", AC_FMT(component));
	if (index >= ac_json_count(list))
		return ac_fail(err, ACCORD_ENOTFOUND, "%.*s is behind the list's end (%zu values)", AC_FMT(component),
		    ac_json_count(list));
	it = ac_json_iter_of(list);
	do
		(void)ac_json_next(&it);
	while (index--);
	*out = it.value;
	return 0;
}

static int
step_name(const ac_json *object, ac_str component, const ac_json **out, accord_err *err)
{
	for (size_t i = 0; i < component.n; i++)
		if (!ac_is_alnum(component.p[i]) && component.p[i] != '_' && component.p[i] != '-')
			return ac_fail(err, ACCORD_EINPUT, "a selector's component is a name or [index], got %.*s",
			    AC_FMT(ac_str_slice(component, 0, 80)));
	*out = ac_json_get(object, component);
	if (!*out)
		return ac_fail(err, ACCORD_ENOTFOUND, "there is no %.*s", AC_FMT(ac_str_slice(component, 0, 80)));
	return 0;
}

/* What is walked past inside at to find the component: all of it at most. */
static bool
spend(uint64_t *steps, const ac_json *at)
{
	uint64_t cost = ac_json_count(at);

	if (!steps)
		return true;
	if (*steps < cost)
		return false;
	*steps -= cost;
	return true;
}

int
ac_stix_select(const ac_json *object, ac_str selector, uint64_t *steps, const ac_json **out, accord_err *err)
{
	ac_str rest = selector, component;
	const ac_json *at = object;

	if (!rest.p)
		rest.p = "";
	while (ac_str_next_field(&rest, '.', &component)) {
		int rc;

		if (component.n == 0)
			return ac_fail(err, ACCORD_EINPUT, "a component of the selector is empty");
		if (!spend(steps, at))
			return ac_fail(err, ACCORD_ELIMIT,
			    "want selectors that can be followed in %llu steps, got more",
			    (unsigned long long)AC_STIX_STEPS_MAX);
		rc = component.p[0] == '[' ? step_index(at, component, &at, err) : step_name(at, component, &at, err);
		if (rc)
			return rc;
	}
	if (at == object)
		return ac_fail(err, ACCORD_EINPUT, "the selector is empty");
	*out = at;
	return 0;
}

bool
ac_stix_is_selected(const ac_json *object, ac_str property)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("granular_markings")));
	size_t seen = 0;

	while (!it.is_object && ac_json_next(&it)) {
		ac_json_iter selector = ac_json_iter_of(ac_json_get(it.value, AC_S("selectors")));

		seen++;
		while (seen <= AC_STIX_SELECTORS_MAX && !selector.is_object && ac_json_next(&selector)) {
			ac_str text = ac_json_string(selector.value);

			seen++;
			if (ac_str_starts(text, property) && (text.n == property.n || text.p[property.n] == '.'))
				return true;
		}
		if (seen > AC_STIX_SELECTORS_MAX)
			return true;
	}
	return false;
}
