/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of the Windows event log as XML in one line, as collectors and forwarders render them ([MS-EVEN6] 2.2.13; NXLog, rsyslog, wevtutil): "<Data Name='X'>value</Data>" is a field X, and so are
 * the texts of elements below System and UserData, by the elements' names; of TimeCreated its SystemTime.
 */
#include "watch/logs/logs.h"

static bool
fits_winxml(const ac_log_state *state, ac_str line)
{
	static const ac_str begin = AC_S_INIT("<Event");

	(void)state;
	return line.n > begin.n && ac_str_starts(line, begin) && memchr(" >", line.p[begin.n], 2);
}

/* The value of an attribute in a tag, between either kind of quotes; {NULL, 0} when it has none. */
static ac_str
attribute(ac_str tag, ac_str name)
{
	size_t at = ac_str_find(tag, name) + name.n, end;

	if (at + 2 >= tag.n || tag.p[at] != '=' || (tag.p[at + 1] != '"' && tag.p[at + 1] != '\''))
		return (ac_str){ NULL, 0 };
	end = ac_str_find_byte(ac_str_slice(tag, at + 2, tag.n), tag.p[at + 1]);
	return ac_str_slice(tag, at + 2, at + 2 + end);
}

static ac_str
name_of_tag(ac_str tag)
{
	size_t n = 0;

	while (n < tag.n && tag.p[n] != ' ' && tag.p[n] != '/')
		n++;
	return ac_str_slice(tag, 0, n);
}

static void
take_element(const ac_log_state *state, ac_log_record *record, ac_str tag, ac_str text)
{
	static const ac_str data = AC_S_INIT("Data"), created = AC_S_INIT("TimeCreated");
	ac_str name = name_of_tag(tag);

	if (ac_str_eq(name, data)) {
		name = attribute(tag, AC_S(" Name"));
	} else if (ac_str_eq(name, created)) {
		text = attribute(tag, AC_S(" SystemTime"));
	}
	if (name.n > 0 && text.n > 0 && !ac_str_eq(text, AC_S("-")))
		ac_log_add_named(state, record, name, text, AC_LOG_XML);
}

static void
read_winxml(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	size_t at = 0;

	while (at < line.n) {
		size_t open = at + ac_str_find_byte(ac_str_slice(line, at, line.n), '<'), close, end;

		close = open + ac_str_find_byte(ac_str_slice(line, open, line.n), '>');
		if (open >= line.n)
			return;
		if (close >= line.n) {
			record->malformed = true;
			return;
		}
		end = close + ac_str_find_byte(ac_str_slice(line, close, line.n), '<');
		if (line.p[open + 1] != '/')
			take_element(
			    state, record, ac_str_slice(line, open + 1, close), ac_str_slice(line, close + 1, end));
		at = end;
	}
}

const ac_log_format ac_log_winxml = { .name = "winxml", .fits = fits_winxml, .read = read_winxml };
