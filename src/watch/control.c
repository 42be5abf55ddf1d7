/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/control.h"

/* White space only: what else is below a blank stands in no log, and three digits behind '#' may be anything. */
bool
ac_control_is_at(ac_str text, size_t at)
{
	const char *p = text.p + at;

	return at + AC_CONTROL_SPELLING <= text.n && p[0] == '#' && p[1] == '0' && p[2] == '1' &&
	       (p[3] == '1' || p[3] == '2' || p[3] == '5');
}

size_t
ac_control_find(ac_str text, size_t from)
{
	while (from < text.n) {
		const char *p = memchr(text.p + from, '#', text.n - from);

		if (!p)
			return text.n;
		from = (size_t)(p - text.p);
		if (ac_control_is_at(text, from))
			return from;
		from++;
	}
	return text.n;
}
