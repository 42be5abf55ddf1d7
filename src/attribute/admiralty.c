/* SPDX-License-Identifier: Apache-2.0 */
#include "attribute/admiralty.h"

static double
part_of(char grade, char first)
{
	/* From A or 1 on. */
	static const double parts[] = { 1, 1, 0.7, 0.4, 0, 0.5 };

	return grade >= first && (size_t)(grade - first) < AC_COUNT(parts) ? parts[grade - first] : 1;
}

double
ac_admiralty_part(ac_admiralty grade)
{
	double reliability = part_of(grade.reliability, 'A'), credibility = part_of(grade.credibility, '1');

	return reliability < credibility ? reliability : credibility;
}

static char
worse(char a, char b, char first)
{
	if (!a || !b)
		return a ? a : b;
	return part_of(a, first) <= part_of(b, first) ? a : b;
}

ac_admiralty
ac_admiralty_worse(ac_admiralty a, ac_admiralty b)
{
	return (ac_admiralty){ worse(a.reliability, b.reliability, 'A'), worse(a.credibility, b.credibility, '1') };
}

/* The one letter behind the predicate, with or without quotes; 0 for none. */
static char
letter_of(ac_str label, ac_str predicate)
{
	if (!ac_str_starts_fold(label, predicate))
		return 0;
	label = ac_str_slice(label, predicate.n, label.n);
	if (label.n == 3 && label.p[0] == '"' && label.p[2] == '"')
		return ac_lower(label.p[1]);
	return label.n == 1 ? ac_lower(label.p[0]) : 0;
}

ac_admiralty
ac_admiralty_of(const ac_json *object)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("labels")));
	ac_admiralty grade = { 0 };

	while (ac_json_next(&it)) {
		ac_str label = ac_json_string(it.value);
		char source = letter_of(label, AC_S("admiralty-scale:source-reliability=")),
		     said = letter_of(label, AC_S("admiralty-scale:information-credibility="));
		ac_admiralty stated = { 0 };

		if (source >= 'a' && source <= 'g')
			stated.reliability = source == 'g' ? 'E' : (char)(source - 'a' + 'A');
		if (said >= '1' && said <= '6')
			stated.credibility = said;
		grade = ac_admiralty_worse(grade, stated);
	}
	return grade;
}
