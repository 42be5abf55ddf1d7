/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ends of a flow as firewalls and packet dumps write them: "192.0.2.1->198.51.100.7", whose dash belongs to no value, and "IP 192.0.2.1.443 > 198.51.100.7.55321: Flags [S]", where a port stands
 * behind the address and a dot. Knows nothing of indicators. Private to this room.
 */
#ifndef AC_WATCH_FLOW_H
#define AC_WATCH_FLOW_H

#include "watch/token.h"

/* Behind a value that ends at `end`: whether an arrow follows, perhaps a long one. */
static inline bool
ac_is_arrow(const char *end, const char *limit)
{
	const char *p = end;

	while (p < limit && *p == '-')
		p++;
	return p > end && p < limit && *p == '>';
}

/* Whether the word goes on that ends at `end`. */
static inline bool
ac_word_goes_on(const char *end, const char *limit)
{
	return end < limit && ac_is_word(*end) && !(*end == '-' && ac_is_arrow(end, limit));
}

/*
 * The address before the dot at `dot`, behind which stands its port, in a line of tcpdump's: the other end has a port behind a dot, too, or "IP" stands before both. False: it is no such address, but
 * perhaps a version number. Likewise in rows of netstat's on BSD, macOS and Solaris, and of argus's: the other end has its port behind a dot as well, and a protocol stands before both, or a state behind
 * them.
 */
bool ac_flow_address(ac_str text, const char *dot, ac_str *out, uint8_t address[static 4]);
/* A token without the dash of an arrow behind it, or the port of such an address. */
ac_str ac_flow_value(ac_str text, ac_str token);

#endif
