/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats, which one a line is of, and what the formats share. */
#include "watch/logs/logs.h"
#include "watch/logs/when.h"
#include "watch/token.h"

#include <assert.h>
#include <stdlib.h>

/* In the order in which they are asked: what a line says of itself, then what a header said, then what it looks like. */
const ac_log_format *const ac_log_formats[] = { &ac_log_json, &ac_log_cef, &ac_log_leef, &ac_log_zeek, &ac_log_w3c,
	&ac_log_exchange, &ac_log_csv, &ac_log_windows_dns, &ac_log_syslog, &ac_log_httpd, &ac_log_winxml,
	&ac_log_paloalto, &ac_log_vpc_flow, &ac_log_snare, &ac_log_keyvalue, &ac_log_text, NULL };

/* Roles that decide about others: which role a field has at last, and the record's time. */
#define ROLES_OF_TIME (AC_ROLE_BIT(AC_FIELD_TIME) | AC_ROLE_BIT(AC_FIELD_DATE) | AC_ROLE_BIT(AC_FIELD_CLOCK))
#define ROLES_OF_HOST (AC_ROLE_BIT(AC_FIELD_SENSOR) | AC_ROLE_BIT(AC_FIELD_URL_HOST) | AC_ROLE_BIT(AC_FIELD_URL_PATH))
/* So far apart stand the members of an object of two that say what the other is. */
#define PAIR_REACH 3
#define ROLES_OF_URL (AC_ROLE_BIT(AC_FIELD_URL) | AC_ROLE_BIT(AC_FIELD_URL_PATH))
#define ROLES_OF_SUBJECT                                                                                               \
	(AC_ROLE_BIT(AC_FIELD_EMAIL_SUBJECT) | AC_ROLE_BIT(AC_FIELD_CERT_SUBJECT) |                                    \
	    AC_ROLE_BIT(AC_FIELD_CERT_ISSUER) | AC_ROLE_BIT(AC_FIELD_EMAIL_SENDER))
#define ROLES_OF_REGISTRY                                                                                              \
	(AC_ROLE_BIT(AC_FIELD_REGISTRY_KEY) | AC_ROLE_BIT(AC_FIELD_REGISTRY_VALUE) | AC_ROLE_BIT(AC_FIELD_EVENT_KIND))

const ac_log_format *
ac_log_format_named(ac_str name)
{
	for (size_t i = 0; ac_log_formats[i]; i++)
		if (ac_str_eq_fold(name, ac_str_from(ac_log_formats[i]->name)))
			return ac_log_formats[i];
	return NULL;
}

/* With those that decide about wanted ones. */
static uint64_t
roles_with(uint64_t roles)
{
	static const uint64_t together[] = { ROLES_OF_HOST, ROLES_OF_URL, ROLES_OF_SUBJECT, ROLES_OF_REGISTRY };

	for (size_t i = 0; i < AC_COUNT(together); i++)
		if (roles & together[i])
			roles |= together[i];
	return roles | ROLES_OF_TIME;
}

void
ac_log_want(ac_log_state *state, uint64_t roles)
{
	state->want = roles_with(roles);
}

/* The slot of a name of at least one byte: of its length, and its first and last four bytes. */
static size_t
known_slot(ac_str name)
{
	uint32_t first = 0, last = 0;
	uint64_t both;

	if (name.n >= sizeof(first)) {
		memcpy(&first, name.p, sizeof(first));
		memcpy(&last, name.p + name.n - sizeof(last), sizeof(last));
	} else {
		first = (uint32_t)(unsigned char)name.p[0] << 16 | (uint32_t)(unsigned char)name.p[name.n / 2] << 8 |
			(unsigned char)name.p[name.n - 1];
	}
	both = ((uint64_t)first << 32 | last) + name.n * 0x10001U;
	return (size_t)(both * 0x9e3779b97f4a7c15U >> 56);
}
static_assert(AC_LOG_KNOWN_SLOTS == 256, "slots are numbered by eight bits");

ac_field_role
ac_log_role(const ac_log_state *state, ac_str name)
{
	ac_field_role role;
	size_t at;

	if (!state->known || name.n == 0 || name.n > AC_FIELD_NAME_MAX)
		return ac_field_role_of(&state->names, name);
	at = known_slot(name);
	if (state->known->slots[at].n == name.n && memcmp(state->known->slots[at].name, name.p, name.n) == 0)
		return (ac_field_role)state->known->slots[at].role;
	role = ac_field_role_of(&state->names, name);
	memcpy(state->known->slots[at].name, name.p, name.n);
	state->known->slots[at].n = (uint8_t)name.n;
	state->known->slots[at].role = (uint8_t)role;
	return role;
}

bool
ac_log_grow(ac_log_record *record)
{
	size_t capacity = record->capacity ? 2 * record->capacity : 64;
	ac_log_field *fields = NULL;

	if (capacity <= AC_LOG_FIELDS_MAX)
		fields = ac_arena_resize(
		    record->arena, record->fields, record->capacity * sizeof(*fields), capacity * sizeof(*fields));
	if (!fields) {
		record->malformed = true;
		return false;
	}
	record->fields = fields;
	record->capacity = capacity;
	return true;
}

void
ac_log_add(ac_log_record *record, ac_str name, ac_str raw, uint64_t group, ac_field_role role, ac_log_escapes escapes)
{
	if (!(record->want >> role & 1) || (record->count == record->capacity && !ac_log_grow(record)))
		return;
	record->fields[record->count++] = (ac_log_field){ name, raw, group, role, (uint8_t)escapes };
	record->roles |= AC_ROLE_BIT(role);
}

bool
ac_log_always_kept(ac_str name)
{
	return ac_str_eq(name, AC_S("event_type"));
}

void
ac_log_add_named(const ac_log_state *state, ac_log_record *record, ac_str name, ac_str raw, ac_log_escapes escapes)
{
	ac_log_add(record, name, raw, 0, ac_log_role(state, name), escapes);
}

const ac_log_field *
ac_log_field_at(const ac_log_record *record, const char *p)
{
	size_t low = 0, high = record->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (record->fields[middle].raw.p <= p)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	return p < record->fields[low - 1].raw.p + record->fields[low - 1].raw.n ? &record->fields[low - 1] : NULL;
}

/* Two digits, or something above 99. */
static inline unsigned
two_digits(const char *p)
{
	unsigned high = (unsigned char)p[0] - '0', low = (unsigned char)p[1] - '0';

	return high < 10 && low < 10 ? 10 * high + low : 1000;
}

/* "2021-07-19T10:00:00.123456+0000" as most writers have it, at once. False for any other form, right or wrong. */
static bool
usual_time(ac_str text, ac_time *out)
{
	const char *p = text.p;
	unsigned century, year, month, day, hour, minute, second, scale = 100000000, fraction = 0;
	size_t at = 19;

	if (text.n < 20 || p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' || p[16] != ':')
		return false;
	century = two_digits(p);
	year = two_digits(p + 2);
	month = two_digits(p + 5);
	day = two_digits(p + 8);
	hour = two_digits(p + 11);
	minute = two_digits(p + 14);
	second = two_digits(p + 17);
	if (century + year + month + day + hour + minute + second >= 1000 || second > 59)
		return false;
	if (p[at] == '.')
		for (at++; at < text.n && (unsigned char)p[at] - (unsigned)'0' < 10 && scale; at++, scale /= 10)
			fraction += scale * ((unsigned char)p[at] - (unsigned)'0');
	if (at + 1 == text.n ? p[at] != 'Z' : at + 5 != text.n || memcmp(p + at, "+0000", 5) != 0)
		return false;
	if (!ac_time_from_civil(100 * century + year, month, day, hour, minute, second, out))
		return false;
	out->nanoseconds = fraction;
	return true;
}

unsigned
ac_log_month(ac_str text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	/* Any line may be asked for one: most begin with something else. */
	if (text.n < 3 || (unsigned char)(text.p[0] - 'A') > 'S' - 'A')
		return 0;
	for (unsigned i = 0; i < 12; i++)
		if (memcmp(text.p, months + 3 * (size_t)i, 3) == 0)
			return i + 1;
	return 0;
}

/* "2021-07-19 10:00:00.123 UTC" */
static bool
time_with_zone(ac_str text, ac_time *out)
{
	size_t at = text.n, n;
	int east;

	while (at > 0 && text.p[at - 1] != ' ')
		at--;
	if (at < 20 || !ac_log_zone(ac_str_slice(text, at, text.n), &n, &east) || n != text.n - at ||
	    east == AC_ZONE_UNKNOWN || !ac_time_parse_loose(ac_str_slice(text, 0, at - 1), out))
		return false;
	out->seconds -= east;
	return true;
}

/* Microsoft's DHCP servers write the date as "07/19/21". */
static ac_str
long_date(ac_arena *arena, ac_str date)
{
	if (date.n != 8 || date.p[2] != '/' || date.p[5] != '/')
		return date;
	return ac_arena_printf(arena, "20%.2s-%.2s-%.2s", date.p + 6, date.p, date.p + 3);
}

bool
ac_log_time(ac_str text, ac_time *out)
{
	uint64_t number;
	size_t size;

	if (usual_time(text, out))
		return true;
	text = ac_str_trim(text);
	/* OCSF and Java write milliseconds, FortiOS nanoseconds: more than eleven digits are no seconds before the year 5138. */
	if (text.n >= 12 && text.n <= 19 && ac_str_to_u64(text, &number)) {
		if (text.n < 15)
			number *= 1000;
		*out = ac_time_from_us((int64_t)(text.n < 18 ? number : number / 1000));
		return true;
	}
	/* A small number is a counter, not an instant. */
	if (text.n < 9 && ac_str_to_u64(text, &number))
		return false;
	return ac_time_parse_loose(text, out) || (ac_log_words_time(text, &size, out) && size == text.n) ||
	       time_with_zone(text, out);
}

bool
ac_log_set_columns(ac_log_state *state, const ac_log_format *format, ac_str line, char separator)
{
	ac_str rest = line, name;
	size_t count = 1;

	for (size_t i = 0; i < line.n; i++)
		count += line.p[i] == separator;
	ac_arena_reset(&state->arena);
	state->columns_of = NULL;
	state->column_count = 0;
	state->has_as_numbers = false;
	state->csv_now = state->csv_next = (ac_log_csv_place){ 0, false };
	if (count > AC_CSV_COLUMNS_MAX)
		return false;
	state->columns = ac_arena_zalloc(&state->arena, count, sizeof(*state->columns));
	state->roles = ac_arena_zalloc(&state->arena, count, sizeof(*state->roles));
	state->is_set = ac_arena_zalloc(&state->arena, count, sizeof(*state->is_set));
	if (!state->columns || !state->roles || !state->is_set)
		return false;
	while (state->column_count < count && ac_str_next_field(&rest, separator, &name)) {
		name = ac_str_trim(name);
		if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
			name = ac_str_slice(name, 1, name.n - 1);
		state->columns[state->column_count] = ac_arena_str(&state->arena, name);
		state->roles[state->column_count] = ac_log_role(state, name);
		state->has_as_numbers |= ac_names_as_number(name);
		if (!state->columns[state->column_count].p)
			return false;
		state->column_count++;
	}
	state->separator = separator;
	state->columns_of = format;
	return true;
}

void
ac_log_add_column(const ac_log_state *state, ac_log_record *record, size_t column, ac_str raw, ac_log_escapes escapes)
{
	if (column >= state->column_count) {
		record->malformed = true;
		return;
	}
	ac_log_add(record, state->columns[column], raw, 0, state->roles[column], escapes);
}

bool
ac_log_is_hash_container(ac_str name)
{
	static const ac_str all[] = { AC_S_INIT("hash"), AC_S_INIT("hashes"), AC_S_INIT("digest"),
		AC_S_INIT("checksums") };

	for (size_t i = 0; i < AC_COUNT(all); i++)
		if (ac_str_eq_fold(all[i], name))
			return true;
	return false;
}

void
ac_log_state_init(ac_log_state *state, ac_time as_of)
{
	*state = (ac_log_state){ .as_of = as_of, .want = UINT64_MAX };
	ac_arena_init(&state->arena, AC_MIB);
	ac_field_names_init(&state->names);
	state->json = ac_log_json_cache_open();
	state->known = calloc(1, sizeof(*state->known));
}

void
ac_log_state_restart(ac_log_state *state)
{
	ac_arena_reset(&state->arena);
	*state = (ac_log_state){ .as_of = state->as_of,
		.forced = state->forced,
		.want = state->want,
		.arena = state->arena,
		.json = state->json,
		.known = state->known,
		.names = state->names };
}

void
ac_log_state_done(ac_log_state *state)
{
	ac_arena_done(&state->arena);
	state->json = ac_log_json_cache_close(state->json);
	free(state->known);
	state->known = NULL;
}

ac_str
ac_log_trim(ac_str line)
{
	/* Most lines have nothing of the kind. */
	if (line.n > 0 && (unsigned char)(line.p[0] - '!') < 0x5e && (unsigned char)line.p[line.n - 1] > ' ')
		return line;
	if (ac_str_starts(line, AC_S("\xef\xbb\xbf")))
		line = ac_str_slice(line, 3, line.n);
	if (line.n > 0 && (ac_is_space(line.p[0]) || ac_is_space(line.p[line.n - 1])))
		line = ac_str_trim(line);
	return line;
}

/* A line about later ones. */
static bool
take_header(ac_log_state *state, ac_str line)
{
	for (size_t i = 0; ac_log_formats[i]; i++)
		if (ac_log_formats[i]->header && (!state->forced || state->forced == ac_log_formats[i]) &&
		    ac_log_formats[i]->header(state, line))
			return true;
	return false;
}

/* CSV tables set one behind another, or behind lines of other formats, each have their header. */
static bool
may_be_header(const ac_log_state *state, ac_str line)
{
	/* Inside of quotes any text may stand. */
	if (state->csv_next.in_quotes && !ac_str_starts_fold(line, AC_S("#Fields:")))
		return false;
	return !state->has_content || line.p[0] == '#' || ac_log_begins_as_header(state, line) ||
	       ac_log_may_be_names(line);
}

bool
ac_log_see(ac_log_state *state, ac_str whole)
{
	ac_str line = ac_log_trim(whole);

	state->learned = AC_LOG_NOTHING;
	if (line.n == 0)
		return false;
	if (may_be_header(state, line) && take_header(state, line)) {
		state->learned = AC_LOG_HEADER;
		state->is_ndjson = false;
		return false;
	}
	if (line.p[0] == '#' && !state->csv_next.in_quotes) {
		state->learned = AC_LOG_REMARK;
		return false;
	}
	if (ac_log_has_csv(state))
		ac_log_see_csv(state, whole);
	if (!state->has_content) {
		state->has_content = true;
		state->learned = AC_LOG_FIRST;
		state->is_ndjson = line.p[0] == '{' && (!state->forced || state->forced->is_json);
	}
	if (line.p[line.n - 1] == ',')
		line.n--;
	return state->is_ndjson && (line.p[0] != '{' || line.p[line.n - 1] != '}');
}

bool
ac_log_may_pass(const ac_log_state *state, ac_log_plain *out)
{
	/* Any quote of CSV says where the next line begins. */
	if (!state->has_content || ac_log_has_csv(state))
		return false;
	*out = (ac_log_plain){ .is_json = state->is_ndjson };
	return true;
}

bool
ac_log_is_header(const ac_log_state *state)
{
	return state->learned == AC_LOG_HEADER || state->learned == AC_LOG_REMARK;
}

/* A date and a time of day in two fields (W3C), or either alone. */
static void
time_from_parts(ac_log_record *record, ac_str date, ac_str clock)
{
	ac_str text = clock;

	ac_time found;

	if ((!date.p && !clock.p) || (date.p && clock.p && record->clock_east == AC_ZONE_UNKNOWN))
		return;
	date = long_date(record->arena, date);
	if (date.p && clock.p && date.n <= 10)
		text = ac_arena_printf(record->arena, "%.*s %.*s", AC_FMT(date), AC_FMT(clock));
	else if (!clock.p || date.n > 10)
		text = date;
	if (text.n > 0 && ac_log_time(text, &found)) {
		record->time = found;
		record->time.seconds -= date.p && clock.p ? record->clock_east : 0;
		record->has_time = true;
	}
}

/* By the fields of documents in so many strings. */
static void
time_at_depth(const ac_log_state *state, ac_log_record *record, unsigned depth)
{
	ac_str date = { NULL, 0 }, clock = { NULL, 0 };

	for (size_t i = 0; i < record->count && !record->has_time; i++) {
		const ac_log_field *f = &record->fields[i];

		if (f->depth != depth)
			continue;
		/* "19\/Jul\/2021", as PHP writes it */
		if (f->role == AC_FIELD_TIME)
			record->has_time = ac_log_time(ac_log_value(f, record->arena), &record->time);
		else if (f->role == AC_FIELD_DATE && !date.p)
			date = ac_log_value(f, record->arena);
		else if (f->role == AC_FIELD_CLOCK && !clock.p)
			clock = ac_log_value(f, record->arena);
	}
	if (!date.p && clock.p && record->format == &ac_log_w3c && state->date[0])
		date = (ac_str){ state->date, sizeof(state->date) };
	if (!record->has_time)
		time_from_parts(record, date, clock);
}

void
ac_log_take_time(const ac_log_state *state, ac_log_record *record)
{
	bool had_time = record->has_time;

	/* What a message says of its time is nearer to the event than the time at which it was passed on. */
	if (record->inner)
		record->has_time = false;
	for (unsigned depth = record->deepest + 1U; depth-- > 0 && !record->has_time;)
		time_at_depth(state, record, depth);
	record->has_time |= had_time;
}

static bool
has(const ac_log_record *record, ac_field_role role)
{
	return record->roles >> role & 1;
}

/* A field of another name in the same object is one, not that around a message. */
static bool
has_url_host(const ac_log_record *record, const ac_log_field *field)
{
	if (!has(record, AC_FIELD_URL_HOST))
		return false;
	for (size_t i = 0; i < record->count; i++)
		if (record->fields[i].role == AC_FIELD_URL_HOST && record->fields[i].group == field->group &&
		    !ac_str_eq_fold(record->fields[i].name, field->name))
			return true;
	return false;
}

bool
ac_log_is_url_host(const ac_log_record *record, const ac_log_field *field)
{
	return field->role == AC_FIELD_URL_HOST ||
	       (field->role == AC_FIELD_DESTINATION && ac_str_eq_fold(field->name, AC_S("dhost")) &&
		   !has_url_host(record, field));
}

static bool
is_eve(const ac_log_record *record)
{
	for (size_t i = 0; i < record->count; i++)
		if (ac_log_always_kept(record->fields[i].name))
			return true;
	return false;
}

/* The role that a field has beside others: names that mean two things. */
static ac_field_role
settled_role(const ac_log_record *record, const ac_log_field *f)
{
	bool is_top_host = f->role == AC_FIELD_URL_HOST && ac_str_eq(f->name, AC_S("host"));

	/* Suricata's sensor-name; Zeek's http log has the site there. */
	if (is_top_host && record->format->is_json && is_eve(record))
		return AC_FIELD_SENSOR;
	/* Proxies and FortiOS: the site beside a path. */
	if (f->role == AC_FIELD_SENSOR && has(record, AC_FIELD_URL_PATH) && ac_str_eq_fold(f->name, AC_S("hostname")) &&
	    !has_url_host(record, f))
		return AC_FIELD_URL_HOST;
	/* Zeek's ssl and x509 logs have the certificate's, its smtp log the mail's. */
	if (f->role == AC_FIELD_EMAIL_SUBJECT && has(record, AC_FIELD_CERT_ISSUER) &&
	    !has(record, AC_FIELD_EMAIL_SENDER))
		return AC_FIELD_CERT_SUBJECT;
	if (f->role == AC_FIELD_URL_PATH && f->raw.n > 0 && f->raw.p[0] != '/' && f->raw.p[0] != '\\' &&
	    ac_str_find(f->raw, AC_S("://")) < f->raw.n)
		return AC_FIELD_URL;
	return f->role;
}

/* Whether the last part of a dotted name is this. */
static bool
is_called(const ac_log_field *f, ac_str last)
{
	size_t n = f->name.n;

	return n >= last.n && (n == last.n || f->name.p[n - last.n - 1] == '.') &&
	       ac_str_eq_fold(ac_str_slice(f->name, n - last.n, n), last);
}

/* {"name":"User-Agent","value":"..."}, as audit logs and firewalls of clouds list properties and headers: the value is called by the name beside it. */
static void
settle_pair(const ac_log_state *state, ac_log_record *record, size_t at)
{
	ac_log_field *value = &record->fields[at];
	size_t first = at > PAIR_REACH ? at - PAIR_REACH : 0;

	for (size_t i = first; i < record->count && i <= at + PAIR_REACH; i++) {
		const ac_log_field *f = &record->fields[i];
		ac_field_role role;

		if (f->group != value->group || !(is_called(f, AC_S("name")) || is_called(f, AC_S("key"))))
			continue;
		role = ac_log_role(state, f->raw);
		if (role != AC_FIELD_OTHER && !(AC_ROLE_BIT(role) & ROLES_OF_TIME)) {
			value->role = role;
			value->name = f->raw;
			record->roles |= AC_ROLE_BIT(role);
		}
		return;
	}
}

static void
settle_pairs(const ac_log_state *state, ac_log_record *record)
{
	if (!(record->want >> AC_FIELD_OTHER & 1))
		return;
	for (size_t i = 0; i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];

		/* An object of JSON, be it of a message that stands behind a syslog header. */
		if (f->group != 0 && f->role == AC_FIELD_OTHER && f->name.n >= 5 && f->name.p[f->name.n - 1] == 'e' &&
		    is_called(f, AC_S("value")))
			settle_pair(state, record, i);
	}
}

static void
settle_roles(ac_log_record *record)
{
	uint64_t doubtful = ROLES_OF_HOST | AC_ROLE_BIT(AC_FIELD_EMAIL_SUBJECT), roles = 0;

	if (!(record->roles & doubtful))
		return;
	for (size_t i = 0; i < record->count; i++) {
		ac_log_field *f = &record->fields[i];

		if (AC_ROLE_BIT(f->role) & doubtful)
			f->role = settled_role(record, f);
		roles |= AC_ROLE_BIT(f->role);
	}
	record->roles = roles;
}

static const ac_log_format *
detect(const ac_log_state *state, ac_str line)
{
	size_t i = 0;

	if (state->forced)
		return state->forced;
	while (!ac_log_formats[i]->fits(state, line))
		i++;
	return ac_log_formats[i];
}

static void
read_as(const ac_log_state *state, const ac_log_format *format, ac_str line, ac_log_record *out)
{
	out->format = format;
	out->inner = NULL;
	out->count = 0;
	out->roles = 0;
	out->malformed = out->has_time = out->is_plain = false;
	out->depth = out->deepest = 0;
	out->clock_east = 0;
	format->read(state, line, out);
	/* Of a message in a line it would say nothing of the others. */
	out->is_plain &= format == &ac_log_json;
}

/* Whether a line that does not have all the columns of a table is a damaged record of it: a time stands where one belongs, or, in tables without, most columns are there. */
static bool
is_of_table(const ac_log_state *state, const ac_log_record *record)
{
	bool has_times = false;
	ac_time time;

	for (size_t i = 0; i < state->column_count; i++)
		has_times |= state->roles[i] == AC_FIELD_TIME || state->roles[i] == AC_FIELD_DATE;
	if (!has_times)
		return 2 * record->count >= state->column_count;
	for (size_t i = 0; i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];

		if ((f->role == AC_FIELD_TIME || (f->role == AC_FIELD_DATE && f->raw.n == 10)) &&
		    ac_log_time(f->raw, &time))
			return true;
	}
	return false;
}

void
ac_log_read(const ac_log_state *state, ac_str line, ac_arena *arena, ac_log_record *out)
{
	ac_log_read_roles(state, line, state->want, arena, out);
}

static void
read_untimed(const ac_log_state *state, ac_str line, uint64_t roles, ac_arena *arena, ac_log_record *out)
{
	*out = (ac_log_record){ .arena = arena, .want = roles_with(roles) };
	read_as(state, detect(state, line), line, out);
	/* Another format may go on below a header that named columns. */
	if (out->malformed && !state->forced && state->columns_of == out->format) {
		static const ac_log_format *const others[] = { &ac_log_syslog, &ac_log_httpd, &ac_log_keyvalue };

		for (size_t i = 0; i < AC_COUNT(others) && out->malformed; i++)
			if (others[i]->fits(state, line))
				read_as(state, others[i], line, out);
		/* Columns of something else would say what no value of the line means. */
		if (out->malformed && state->columns_of == out->format && !is_of_table(state, out)) {
			read_as(state, &ac_log_text, line, out);
			out->malformed = true;
		}
	}
	if (state->is_ndjson && !out->format->is_json)
		out->malformed = true;
	settle_pairs(state, out);
	settle_roles(out);
}

void
ac_log_read_untimed(const ac_log_state *state, ac_str line, ac_arena *arena, ac_log_record *out)
{
	read_untimed(state, line, state->want, arena, out);
}

void
ac_log_read_roles(const ac_log_state *state, ac_str line, uint64_t roles, ac_arena *arena, ac_log_record *out)
{
	read_untimed(state, line, roles, arena, out);
	ac_log_take_time(state, out);
}

void
ac_log_read_message(const ac_log_state *state, ac_str message, ac_log_record *record)
{
	static const ac_str cookie = AC_S_INIT("@cee:");
	static const ac_log_format *const inner[] = { &ac_log_json, &ac_log_cef, &ac_log_leef, &ac_log_winxml,
		&ac_log_paloalto, &ac_log_windows_dns, &ac_log_httpd, &ac_log_snare, &ac_log_keyvalue };

	message = ac_log_trim(message);
	/* how syslog says that JSON follows (CEE, rsyslog's mmjsonparse) */
	if (ac_str_starts(message, cookie))
		message = ac_log_trim(ac_str_slice(message, cookie.n, message.n));
	for (size_t i = 0; i < AC_COUNT(inner); i++)
		if (message.n > 0 && inner[i]->fits(state, message)) {
			record->inner = inner[i];
			inner[i]->read(state, message, record);
			return;
		}
}
