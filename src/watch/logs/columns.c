/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of columns that no header names, each told by what stands in it: flow logs of AWS's VPCs in their default format ("Available fields", version 2), and Windows events as Snare's agents send them ("Windows Event
 * Log Record Format"), behind a syslog header or a host's name. Columns that are not named here are matched as bytes.
 */
#include "watch/logs/logs.h"

/* Snare's word stands in the first column or behind a host's name. */
#define HOST_MAX 256

typedef struct column {
	const char *name; /* NULL: matched as bytes */
	uint8_t role;
} column;

static const column vpc_flow[] = { { NULL, 0 }, { "account-id", AC_FIELD_OTHER }, { "interface-id", AC_FIELD_OTHER },
	{ "srcaddr", AC_FIELD_SOURCE }, { "dstaddr", AC_FIELD_DESTINATION }, { "srcport", AC_FIELD_SOURCE_PORT },
	{ "dstport", AC_FIELD_DESTINATION_PORT }, { "protocol", AC_FIELD_PROTOCOL }, { NULL, 0 },
	{ "bytes", AC_FIELD_SOURCE_BYTES }, { "start", AC_FIELD_TIME }, { NULL, 0 }, { "action", AC_FIELD_OTHER },
	{ NULL, 0 } };

/* Behind "MSWinEventLog". */
static const column snare[] = { { NULL, 0 }, { NULL, 0 }, { "log", AC_FIELD_OTHER }, { NULL, 0 },
	{ "time", AC_FIELD_TIME }, { "event_id", AC_FIELD_OTHER }, { "source_name", AC_FIELD_OTHER },
	{ "user", AC_FIELD_USER }, { NULL, 0 }, { NULL, 0 }, { "computer", AC_FIELD_SENSOR }, { NULL, 0 },
	{ "data", AC_FIELD_OTHER }, { "message", AC_FIELD_OTHER }, { NULL, 0 } };

static void
add_columns(ac_log_record *record, ac_str line, char separator, const column *all, size_t count)
{
	ac_str value;

	for (size_t i = 0; i < count && ac_str_next_field(&line, separator, &value); i++)
		if (all[i].name && value.n > 0 && !ac_str_eq(value, AC_S("-")) && !ac_str_eq(value, AC_S("N/A")))
			ac_log_add(
			    record, ac_str_from(all[i].name), value, 0, (ac_field_role)all[i].role, AC_LOG_AS_IS);
}

/* "2 123456789010 eni-1235b8ca ..." and 14 columns in all. */
static bool
fits_vpc_flow(const ac_log_state *state, ac_str line)
{
	ac_str rest = line, value = { NULL, 0 };
	size_t count = 0;

	(void)state;
	if (!ac_str_starts(line, AC_S("2 ")))
		return false;
	while (count <= AC_COUNT(vpc_flow) && ac_str_next_field(&rest, ' ', &value))
		if (++count == 3 && !ac_str_starts(value, AC_S("eni-")))
			return false;
	return count == AC_COUNT(vpc_flow);
}

static void
read_vpc_flow(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	record->malformed = !fits_vpc_flow(state, line);
	add_columns(record, line, ' ', vpc_flow, AC_COUNT(vpc_flow));
}

/* Where Snare's word begins; line.n: nowhere. */
static size_t
snare_begin(ac_str line)
{
	static const ac_str word = AC_S_INIT("MSWinEventLog\t");
	ac_str rest = line, host;

	if (ac_str_starts(line, word))
		return 0;
	if (!ac_str_cut(&rest, '\t', &host) || host.n > HOST_MAX || !ac_str_starts(rest, word))
		return line.n;
	return host.n + 1;
}

static bool
fits_snare(const ac_log_state *state, ac_str line)
{
	(void)state;
	return snare_begin(line) < line.n;
}

static void
read_snare(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	record->malformed = !fits_snare(state, line);
	add_columns(record, ac_str_slice(line, snare_begin(line), line.n), '\t', snare, AC_COUNT(snare));
}

const ac_log_format ac_log_vpc_flow = {
	.name = "vpcflow", .is_strict = true, .fits = fits_vpc_flow, .read = read_vpc_flow
};
const ac_log_format ac_log_snare = { .name = "snare", .fits = fits_snare, .read = read_snare };
