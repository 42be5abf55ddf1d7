/* SPDX-License-Identifier: Apache-2.0 */
/* A spelling stands for the term that has the same letters and digits. Knows nothing of hashes themselves. */
#include "stix/hash_name.h"

#include "stix/format.h"
#include "stix/types.h"

static size_t
skip_joints(ac_str s, size_t at)
{
	while (at < s.n && (s.p[at] == '-' || s.p[at] == '_' || s.p[at] == ' '))
		at++;
	return at;
}

static bool
same_letters(ac_str a, ac_str b)
{
	size_t i = skip_joints(a, 0), k = skip_joints(b, 0);

	while (i < a.n && k < b.n && ac_lower(a.p[i]) == ac_lower(b.p[k])) {
		i = skip_joints(a, i + 1);
		k = skip_joints(b, k + 1);
	}
	return i == a.n && k == b.n;
}

ac_str
ac_stix_hash_name(ac_str name)
{
	const ac_stix_vocabulary *vocabulary = ac_stix_vocabulary_find(AC_S("hash-algorithm-ov"));

	for (const ac_str *term = vocabulary->terms; term->p; term++)
		if (same_letters(*term, name))
			return ac_str_eq(*term, name) ? (ac_str){ NULL, 0 } : *term;
	return (ac_str){ NULL, 0 };
}

bool
ac_stix_hash_fits(ac_str name, ac_str value)
{
	return ac_format_hash(name, value);
}
