/* SPDX-License-Identifier: Apache-2.0 */
/* Values of fields in the forms that they have in observations, one at a time. Knows no records. */
#include "watch/events_value.h"

ac_str
ac_event_lower(ac_arena *arena, ac_str text)
{
	char *p = text.p ? ac_arena_alloc(arena, text.n + 1) : NULL;

	for (size_t i = 0; p && i < text.n; i++)
		p[i] = ac_lower(text.p[i]);
	return p ? (ac_str){ p, text.n } : (ac_str){ NULL, 0 };
}

/* An address or a name, with or without a port behind it; false: neither. */
bool
ac_event_host(ac_arena *arena, ac_str text, ac_str *out_type, ac_str *out_text)
{
	uint8_t address[4];
	ac_value value;
	size_t colon = ac_str_find_byte(text, ':');

	if (!text.p)
		return false;
	*out_type = AC_S("ipv4-addr");
	*out_text = text;
	if (ac_ipv4_parse(text, address))
		return true;
	if (text.n > 2 && text.p[0] == '[')
		text = ac_str_slice(text, 1, ac_str_find_byte(text, ']'));
	else if (colon < text.n && ac_str_find_byte(ac_str_slice(text, colon + 1, text.n), ':') == text.n - colon - 1)
		text = ac_str_slice(text, 0, colon);
	if (ac_value_parse(AC_VALUE_IPV4, text, arena, &value, NULL) == 0) {
		if (value.type != AC_VALUE_IPV4)
			*out_type = AC_S("ipv6-addr");
	} else if (ac_value_parse(AC_VALUE_DOMAIN, text, arena, &value, NULL) == 0) {
		*out_type = AC_S("domain-name");
	} else {
		return false;
	}
	*out_text = value.text;
	return true;
}

/* Where a path's last part begins. */
static size_t
last_part(ac_str path)
{
	size_t at = path.n;
	bool windows = ac_path_is_windows(path);

	while (at > 0 && path.p[at - 1] != '/' && !(windows && path.p[at - 1] == '\\'))
		at--;
	return at;
}

/* {NULL, 0}: the path is a name alone. */
ac_str
ac_event_directory(ac_arena *arena, ac_str path)
{
	size_t at = last_part(path);
	ac_str folder = ac_str_slice(path, 0, at);

	if (at == 0)
		return (ac_str){ NULL, 0 };
	if (folder.n > 1 && folder.p[folder.n - 2] != ':')
		folder.n--;
	return ac_path_is_windows(path) ? ac_event_lower(arena, folder) : folder;
}

ac_str
ac_event_name(ac_arena *arena, ac_str path)
{
	return ac_event_lower(arena, path.p ? ac_str_slice(path, last_part(path), path.n) : path);
}

bool
ac_event_next_name(ac_str all, size_t *at, ac_str *out)
{
	/* One more than the place of the next part, so that nothing says "all of it". */
	if (*at == 0) {
		*at = 1;
		*out = all;
		return all.n > 0;
	}
	while (*at <= all.n) {
		ac_str part = ac_str_slice(all, *at - 1, all.n);

		part.n = ac_str_find_byte(part, ',');
		*at += part.n + 1;
		*out = ac_str_trim(part);
		if (out->n > 0 && out->n < all.n)
			return true;
	}
	return false;
}

const char *
ac_event_hash_name(size_t digits)
{
	switch (digits) {
	case 32:
		return "MD5";
	case 40:
		return "SHA-1";
	case 56:
		return "SHA-224";
	case 64:
		return "SHA-256";
	case 96:
		return "SHA-384";
	case 128:
		return "SHA-512";
	}
	return NULL;
}

/* The next digest of "MD5=...,SHA256=..." or one digest, in lower case; colons as in fingerprints are left out. {NULL, 0}: what came is none; *text is what is left. */
ac_str
ac_event_digest(ac_arena *arena, ac_str *text, const char **out_name)
{
	size_t comma = ac_str_find_byte(*text, ',');
	ac_str part = ac_str_slice(*text, 0, comma);
	size_t equals = ac_str_find_byte(part, '=');
	bool is_import = equals < part.n && ac_str_eq_fold(ac_str_slice(part, 0, equals), AC_S("imphash"));
	char *digits = ac_arena_alloc(arena, part.n + 1);
	size_t n = 0;

	for (size_t i = equals < part.n ? equals + 1 : 0; digits && i < part.n; i++)
		if (ac_hex_value(part.p[i]) >= 0)
			digits[n++] = ac_lower(part.p[i]);
	*text = ac_str_slice(*text, comma + 1, text->n);
	*out_name = digits && !is_import ? ac_event_hash_name(n) : NULL;
	return *out_name ? (ac_str){ digits, n } : (ac_str){ NULL, 0 };
}

ac_str
ac_event_serial(ac_arena *arena, ac_str text)
{
	ac_value value;

	return !text.p || ac_value_parse(AC_VALUE_CERT_SERIAL, text, arena, &value, NULL) ? text : value.text;
}

ac_str
ac_event_key(ac_arena *arena, ac_str text)
{
	ac_value value;

	return ac_value_parse(AC_VALUE_REGISTRY_KEY, text, arena, &value, NULL) ? ac_event_lower(arena, text)
										: value.text;
}

/* ---- one value alone ---- */

/* How a value of a role is changed on its way; sets of these. */
enum {
	AS_IS = 1,
	IN_LOWER = 2,
	AS_HOST = 4,
	AS_NUMBER = 8,
	AS_NAME = 16,
	AS_DIRECTORY = 32,
	AS_DIGESTS = 64,
	AS_KEY = 128,
	AS_SERIAL = 256,
	AS_URL = 512,
	AS_EMAIL = 1024,
	AS_DOMAIN = 2048,
	AS_AS = 4096,
	AS_KEY_AND_NAME = 8192,
	AS_NAMES = 16384
};

static const uint16_t forms_of[AC_FIELD_ROLE_COUNT] = {
	[AC_FIELD_SOURCE] = AS_HOST,
	[AC_FIELD_DESTINATION] = AS_HOST,
	[AC_FIELD_ANSWER] = AS_HOST,
	[AC_FIELD_SOURCE_PORT] = AS_NUMBER,
	[AC_FIELD_DESTINATION_PORT] = AS_NUMBER,
	[AC_FIELD_URL_PORT] = AS_NUMBER,
	[AC_FIELD_SOURCE_BYTES] = AS_NUMBER,
	[AC_FIELD_DESTINATION_BYTES] = AS_NUMBER,
	[AC_FIELD_FILE_SIZE] = AS_NUMBER,
	[AC_FIELD_PROCESS_ID] = AS_NUMBER,
	[AC_FIELD_PROTOCOL] = IN_LOWER,
	[AC_FIELD_METHOD] = IN_LOWER,
	[AC_FIELD_JA3] = IN_LOWER,
	[AC_FIELD_JA4] = IN_LOWER,
	[AC_FIELD_URL_HOST] = AS_IS | AS_HOST,
	[AC_FIELD_URL_PATH] = AS_IS,
	[AC_FIELD_URL] = AS_URL,
	[AC_FIELD_REFERRER] = AS_IS | AS_URL,
	[AC_FIELD_USER_AGENT] = AS_IS,
	[AC_FIELD_DOMAIN] = AS_DOMAIN,
	[AC_FIELD_USER] = AS_IS,
	[AC_FIELD_FILE_NAME] = AS_NAME | AS_DIRECTORY,
	[AC_FIELD_FILE_NAMES] = AS_NAMES,
	[AC_FIELD_FILE_PATH] = AS_NAME | AS_DIRECTORY,
	[AC_FIELD_PROCESS_PATH] = AS_NAME | AS_DIRECTORY,
	[AC_FIELD_PARENT_PATH] = AS_NAME | AS_DIRECTORY,
	[AC_FIELD_HASH] = AS_DIGESTS,
	[AC_FIELD_CERT_FINGERPRINT] = AS_DIGESTS,
	[AC_FIELD_CERT_SERIAL] = AS_SERIAL,
	[AC_FIELD_CERT_SUBJECT] = AS_IS,
	[AC_FIELD_CERT_ISSUER] = AS_IS,
	[AC_FIELD_COMMAND_LINE] = AS_IS,
	[AC_FIELD_PARENT_COMMAND_LINE] = AS_IS,
	[AC_FIELD_REGISTRY_KEY] = AS_KEY | AS_KEY_AND_NAME,
	[AC_FIELD_REGISTRY_VALUE] = AS_IS,
	[AC_FIELD_REGISTRY_DATA] = AS_IS,
	[AC_FIELD_MUTEX] = AS_IS,
	[AC_FIELD_SERVICE_NAME] = AS_IS,
	[AC_FIELD_SOFTWARE] = AS_IS,
	[AC_FIELD_AS_NUMBER] = AS_AS,
	[AC_FIELD_EMAIL_SENDER] = AS_EMAIL,
	[AC_FIELD_EMAIL_RECIPIENT] = AS_EMAIL,
	[AC_FIELD_EMAIL_SUBJECT] = AS_IS,
};

ac_event_wording
ac_events_wording(ac_field_role role)
{
	const unsigned kept = AS_IS | IN_LOWER | AS_HOST | AS_NAME | AS_NAMES | AS_DIRECTORY | AS_EMAIL | AS_DOMAIN;
	unsigned forms = forms_of[role];

	if (forms == AS_NUMBER)
		return AC_WORDING_NUMBER;
	if (forms == 0 || (forms & ~(kept | AS_URL)))
		return AC_WORDING_OTHER;
	return forms & AS_URL ? AC_WORDING_URL : AC_WORDING_KEPT;
}

bool
ac_events_has_addresses(ac_field_role role)
{
	return forms_of[role] & AS_HOST;
}

/* ASCII without two bytes, sixteen at a time: a compare sets the high bit as a byte beyond ASCII has it. */
static bool
is_ascii_without(ac_str text, char one, char other)
{
	typedef uint8_t bytes __attribute__((vector_size(16)));
	bytes all = { 0 }, part = { 0 };
	uint64_t halves[2];
	size_t at = 0;

	for (; at + sizeof(part) <= text.n; at += sizeof(part)) {
		memcpy(&part, text.p + at, sizeof(part));
		all |= part | (bytes)(part == (uint8_t)one) | (bytes)(part == (uint8_t)other);
	}
	/* The last ones again with those before them, else with the zeros of an empty part. */
	if (at < text.n) {
		size_t n = at ? sizeof(part) : text.n;

		memcpy(&part, text.p + text.n - n, n);
		all |= part | (bytes)(part == (uint8_t)one) | (bytes)(part == (uint8_t)other);
	}
	memcpy(halves, &all, sizeof(halves));
	return !((halves[0] | halves[1]) & 0x8080808080808080U);
}

bool
ac_events_is_kept(ac_field_role role, ac_str text, bool is_ascii)
{
	unsigned forms = forms_of[role];

	/* Addresses of version 6 have many spellings, ranges are cut to their network, and ports are left out. */
	if (forms & AS_HOST)
		return is_ascii_without(text, ':', '/');
	/* In URLs the former stand between brackets. */
	if (forms & AS_URL)
		return is_ascii_without(text, '[', '[');
	return is_ascii || ac_str_is_ascii(text);
}

/* Digits as a number is written. */
static ac_str
without_zeros(ac_str digits)
{
	while (digits.n > 1 && digits.p[0] == '0')
		digits = ac_str_slice(digits, 1, digits.n);
	return digits;
}

static void
add_form(ac_event_form *out, size_t *n, ac_str text, ac_str type, bool is_number)
{
	if (text.p)
		out[(*n)++] = (ac_event_form){ text, type, is_number };
}

/* A value of a type, as a form. */
static void
add_parsed_form(
    ac_arena *arena, ac_value_type type, ac_str object, ac_str text, bool is_number, ac_event_form *out, size_t *n)
{
	ac_value value;

	if (ac_value_parse(type, text, arena, &value, NULL) == 0)
		add_form(out, n, value.text, object, is_number);
}

/* A key without its last part, which may be the name of a value, and that name. */
static void
add_key_and_name(ac_arena *arena, ac_str text, ac_event_form *out, size_t *n)
{
	size_t at = text.n;

	while (at > 0 && text.p[at - 1] != '\\')
		at--;
	if (at < 2 || at == text.n)
		return;
	add_form(out, n, ac_event_key(arena, ac_str_slice(text, 0, at - 1)), (ac_str){ NULL, 0 }, false);
	add_form(out, n, ac_str_slice(text, at, text.n), (ac_str){ NULL, 0 }, false);
}

static bool
add_digest_forms(ac_arena *arena, ac_str text, ac_event_form out[AC_EVENT_FORMS_MAX], size_t *n)
{
	while (text.n) {
		const char *name;
		ac_str digest = ac_event_digest(arena, &text, &name);

		if (*n == AC_EVENT_FORMS_MAX)
			return false;
		add_form(out, n, digest, (ac_str){ NULL, 0 }, false);
	}
	return true;
}

static bool
add_names_forms(ac_arena *arena, ac_str text, ac_event_form out[AC_EVENT_FORMS_MAX], size_t *n)
{
	size_t at = 0;
	ac_str name;

	while (ac_event_next_name(text, &at, &name)) {
		if (*n + 2 > AC_EVENT_FORMS_MAX)
			return false;
		add_form(out, n, ac_event_name(arena, name), (ac_str){ NULL, 0 }, false);
		add_form(out, n, ac_event_directory(arena, name), (ac_str){ NULL, 0 }, false);
	}
	return true;
}

bool
ac_events_forms(ac_field_role role, ac_str text, ac_arena *arena, ac_event_form out[AC_EVENT_FORMS_MAX], size_t *out_n)
{
	const ac_str none = { NULL, 0 };
	unsigned forms = forms_of[role];
	ac_str type, host;
	uint64_t number;
	size_t n = 0;

	if (forms & AS_IS)
		add_form(out, &n, text, none, false);
	if (forms & IN_LOWER)
		add_form(out, &n, ac_event_lower(arena, text), none, false);
	if ((forms & AS_HOST) && ac_event_host(arena, text, &type, &host))
		add_form(out, &n, host, type, false);
	if ((forms & AS_NUMBER) && ac_str_to_u64(text, &number))
		add_form(out, &n, without_zeros(text), none, true);
	if (forms & AS_NAME)
		add_form(out, &n, ac_event_name(arena, text), none, false);
	if (forms & AS_DIRECTORY)
		add_form(out, &n, ac_event_directory(arena, text), none, false);
	if (forms & AS_KEY)
		add_form(out, &n, ac_event_key(arena, text), none, false);
	if (forms & AS_KEY_AND_NAME)
		add_key_and_name(arena, text, out, &n);
	if (forms & AS_SERIAL)
		add_form(out, &n, ac_event_serial(arena, text), none, false);
	if (forms & AS_URL)
		add_parsed_form(arena, AC_VALUE_URL, none, text, false, out, &n);
	if (forms & AS_EMAIL)
		add_parsed_form(arena, AC_VALUE_EMAIL, AC_S("email-addr"), text, false, out, &n);
	if (forms & AS_DOMAIN)
		add_parsed_form(arena, AC_VALUE_DOMAIN, AC_S("domain-name"), text, false, out, &n);
	if (forms & AS_AS)
		add_parsed_form(arena, AC_VALUE_AS_NUMBER, none, text, true, out, &n);
	*out_n = n;
	if ((forms & AS_DIGESTS) && !add_digest_forms(arena, text, out, out_n))
		return false;
	if ((forms & AS_NAMES) && !add_names_forms(arena, text, out, out_n))
		return false;
	return arena->failed == 0;
}
