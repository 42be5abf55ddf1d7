/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of texts in STIX objects, one small checker each and one table that names them. They look at bytes only, and resolve nothing. */
#include "stix/format.h"

#include "base/utf8.h"
#include "stix/id.h"

static bool
all_in(ac_str text, bool (*is_one)(char c))
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_one(text.p[i]))
			return false;
	return true;
}

static bool
is_hex_digit(char c)
{
	return ac_hex_value(c) >= 0;
}

static bool
is_lower_hex_digit(char c)
{
	return ac_is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool
is_ssdeep_char(char c)
{
	return ac_is_alnum(c) || c == '/' || c == '+' || c == ':' || c == '.';
}

static bool
is_lower_alnum(char c)
{
	return ac_is_digit(c) || (c >= 'a' && c <= 'z');
}

static bool
is_property_char(char c)
{
	return is_lower_alnum(c) || c == '_';
}

static bool
is_dictionary_char(char c)
{
	return ac_is_alnum(c) || c == '-' || c == '_';
}

/* Algorithms by name without hyphens, upper case: how many hexadecimal digits. SSDEEP and TLSH are no plain digests. */
static const struct {
	ac_str name;
	uint16_t digits;
} digests[] = {
	{ AC_S_INIT("MD5"), 32 },
	{ AC_S_INIT("SHA1"), 40 },
	{ AC_S_INIT("SHA256"), 64 },
	{ AC_S_INIT("SHA512"), 128 },
	{ AC_S_INIT("SHA224"), 56 },
	{ AC_S_INIT("SHA384"), 96 },
	{ AC_S_INIT("SHA3224"), 56 },
	{ AC_S_INIT("SHA3256"), 64 },
	{ AC_S_INIT("SHA3384"), 96 },
	{ AC_S_INIT("SHA3512"), 128 },
	{ AC_S_INIT("RIPEMD160"), 40 },
	{ AC_S_INIT("WHIRLPOOL"), 128 },
};

bool
ac_format_hash(ac_str algorithm, ac_str value)
{
	char plain[16];
	ac_str name = { plain, 0 };

	for (size_t i = 0; i < algorithm.n; i++) {
		if (algorithm.p[i] == '-')
			continue;
		if (name.n == sizeof(plain))
			return true;
		plain[name.n++] = (char)(ac_lower(algorithm.p[i]) - (ac_is_alpha(algorithm.p[i]) ? 'a' - 'A' : 0));
	}
	for (size_t i = 0; i < AC_COUNT(digests); i++)
		if (ac_str_eq(digests[i].name, name))
			return value.n == digests[i].digits && all_in(value, is_hex_digit);
	/* "blocksize:hash:hash", at most 148 characters with the longest block size (ssdeep 2.14). */
	if (ac_str_eq(name, AC_S("SSDEEP")))
		return value.n >= 1 && value.n <= 160 && all_in(value, is_ssdeep_char);
	/* 70 hexadecimal digits, or 72 with the version "T1"; longer builds exist. */
	if (ac_str_eq(name, AC_S("TLSH")))
		return value.n >= 35 && value.n <= 200 && all_in(value, ac_is_alnum);
	return true;
}

bool
ac_format_hex(ac_str text)
{
	return text.n >= 2 && text.n % 2 == 0 && all_in(text, is_lower_hex_digit);
}

bool
ac_format_base64(ac_str text)
{
	size_t n = text.n;

	if (n == 0 || n % 4)
		return false;
	for (size_t padding = 0; padding < 2 && n > 0 && text.p[n - 1] == '='; padding++)
		n--;
	for (size_t i = 0; i < n; i++)
		if (!ac_is_alnum(text.p[i]) && text.p[i] != '+' && text.p[i] != '/')
			return false;
	return true;
}

bool
ac_format_is_lower_hyphen(ac_str text)
{
	bool has_letter = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == ' ' || c == '_' || (c >= 'A' && c <= 'Z'))
			return false;
		has_letter |= ac_is_alpha(c) || (unsigned char)c >= 0x80;
	}
	return has_letter;
}

bool
ac_format_property_name(ac_str name)
{
	return name.n >= 3 && name.n <= 250 && name.p[0] >= 'a' && name.p[0] <= 'z' && all_in(name, is_property_char);
}

bool
ac_format_dictionary_key(ac_str key)
{
	return key.n >= 1 && key.n <= 250 && all_in(key, is_dictionary_char);
}

/* A bit of a registry's bitmap: text is n ASCII letters in any case. */
static bool
has_code(const uint8_t *bitmap, ac_str letters)
{
	size_t index = 0;

	for (size_t i = 0; i < letters.n; i++) {
		if (!ac_is_alpha(letters.p[i]))
			return false;
		index = index * 26 + (size_t)(ac_lower(letters.p[i]) - 'a');
	}
	return bitmap[index / 8] >> (index % 8) & 1;
}

/* RFC 5646 s2.2.8: tags from before its grammar that it keeps. */
static bool
is_grandfathered(ac_str text)
{
	static const ac_str tags[] = { AC_S_INIT("en-GB-oed"), AC_S_INIT("i-ami"), AC_S_INIT("i-bnn"),
		AC_S_INIT("i-default"), AC_S_INIT("i-enochian"), AC_S_INIT("i-hak"), AC_S_INIT("i-klingon"),
		AC_S_INIT("i-lux"), AC_S_INIT("i-mingo"), AC_S_INIT("i-navajo"), AC_S_INIT("i-pwn"), AC_S_INIT("i-tao"),
		AC_S_INIT("i-tay"), AC_S_INIT("i-tsu"), AC_S_INIT("sgn-BE-FR"), AC_S_INIT("sgn-BE-NL"),
		AC_S_INIT("sgn-CH-DE") };

	for (size_t i = 0; i < AC_COUNT(tags); i++)
		if (ac_str_eq_fold(tags[i], text))
			return true;
	return false;
}

/*
 * RFC 5646 s2.1 behind the language: extlang, script, region, variants, extensions, private use. Each subtag is 1 to 8
 * letters and digits; a region of two letters is a known one.
 */
static bool
are_subtags(ac_str rest)
{
	ac_str tag;
	bool in_private = false;

	while (ac_str_next_field(&rest, '-', &tag)) {
		if (tag.n < 1 || tag.n > 8 || !all_in(tag, ac_is_alnum))
			return false;
		if (tag.n == 1 && !in_private && (!rest.p || rest.n == 0))
			return false; /* a singleton begins something */
		in_private |= tag.n == 1;
		if (!in_private && tag.n == 2 && all_in(tag, ac_is_alpha) && !has_code(ac_format_countries, tag) &&
		    !ac_str_eq_fold(tag, AC_S("CB")) && !ac_str_eq_fold(tag, AC_S("EU")) &&
		    !ac_str_eq_fold(tag, AC_S("XK")))
			return false;
	}
	return true;
}

static bool
is_language(ac_str text)
{
	ac_str rest = text, language = { NULL, 0 };

	if (is_grandfathered(text))
		return true;
	if (!ac_str_next_field(&rest, '-', &language))
		return false;
	if (language.n == 1)
		return (language.p[0] | 0x20) == 'x' && rest.p && are_subtags(rest); /* private use */
	if (language.n == 2 ? !has_code(ac_format_languages2, language)
			    : language.n != 3 || !has_code(ac_format_languages3, language))
		return false;
	return !rest.p || are_subtags(rest);
}

static bool
is_charset(ac_str text)
{
	for (size_t i = 0; i < ac_format_charset_count; i++)
		if (ac_str_eq_fold(ac_format_charsets[i], text))
			return true;
	return false;
}

static bool
is_country(ac_str text)
{
	return text.n == 2 && has_code(ac_format_countries, text);
}

/* NISTIR 7695 s6.2: "cpe:2.3:" part, then ten more components; '\' escapes the character behind it. */
static bool
is_cpe(ac_str text)
{
	size_t colons = 0;

	if (!ac_str_starts(text, AC_S("cpe:2.3:")) || text.n < 9 || !memchr("aho*-", text.p[8], 5))
		return false;
	for (size_t i = 9; i < text.n; i++) {
		if (text.p[i] == '\\')
			i++;
		else if (text.p[i] == ':' && text.p[i - 1] == ':')
			return false;
		else if (text.p[i] == ':')
			colons++;
		else if ((unsigned char)text.p[i] <= ' ')
			return false;
	}
	return colons == 10 && text.p[text.n - 1] != ':';
}

/* A label: letters, digits and hyphens, none at an end, with the underscores that names in use have, or a U-label as it is. */
static bool
is_label(ac_str label, bool *out_ascii)
{
	*out_ascii = true;
	for (size_t i = 0; i < label.n; i++) {
		bool is_ascii = (unsigned char)label.p[i] < 0x80;

		*out_ascii &= is_ascii;
		if (is_ascii && !is_dictionary_char(label.p[i]) && !(label.n == 1 && label.p[i] == '*'))
			return false;
	}
	return label.n > 0 && label.p[0] != '-' && label.p[label.n - 1] != '-' && (!*out_ascii || label.n <= 63);
}

/* RFC 1034 s3.1, s3.5, RFC 5890 s2.3. A name with U-labels is longer here than on the wire, by how much only IDNA could say. */
static bool
is_domain(ac_str text)
{
	ac_str rest = text, label;
	bool all_ascii = true, is_ascii;

	if (text.n && text.p[text.n - 1] == '.')
		rest.n--;
	if (rest.n == 0)
		return false;
	while (ac_str_next_field(&rest, '.', &label)) {
		if (!is_label(label, &is_ascii))
			return false;
		all_ascii &= is_ascii;
	}
	return text.n <= (all_ascii ? 254U : 1000U);
}

/* RFC 5322 s3.2.3: dots stand between other characters only. */
static bool
is_dotted(ac_str text)
{
	return text.n > 0 && text.p[0] != '.' && text.p[text.n - 1] != '.' && ac_str_find(text, AC_S("..")) == text.n;
}

/* RFC 5322 s3.4.1 addr-spec: a local part that may be quoted, '@', a domain; no display name and no angle brackets. */
static bool
is_email(ac_str text)
{
	size_t at = text.n;
	bool quoted = false;
	ac_str local;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && ((unsigned char)c <= ' ' || c == '<' || c == '>' || c == ',' || c == ';'))
			return false;
		else if (!quoted && c == '@' && at < text.n)
			return false;
		else if (!quoted && c == '@')
			at = i;
	}
	local = ac_str_slice(text, 0, at);
	return !quoted && local.n > 0 && (local.p[0] == '"' || is_dotted(local)) &&
	       is_dotted(ac_str_slice(text, at + 1, text.n));
}

/* A decimal number without leading zeros, at most max. */
static bool
is_small_number(ac_str text, unsigned max)
{
	unsigned value = 0;

	if (text.n < 1 || text.n > 3 || (text.n > 1 && text.p[0] == '0') || !all_in(text, ac_is_digit))
		return false;
	for (size_t i = 0; i < text.n; i++)
		value = value * 10 + (unsigned)(text.p[i] - '0');
	return value <= max;
}

static bool
is_ipv4_address(ac_str text)
{
	ac_str rest = text, part;
	unsigned parts = 0;

	while (ac_str_next_field(&rest, '.', &part)) {
		if (!is_small_number(part, 255))
			return false;
		parts++;
	}
	return parts == 4;
}

static bool
is_ipv4(ac_str text)
{
	size_t slash = ac_str_find_byte(text, '/');

	return is_ipv4_address(ac_str_slice(text, 0, slash)) &&
	       (slash == text.n || is_small_number(ac_str_slice(text, slash + 1, text.n), 32));
}

/* Groups of up to four digits on one side of "::", or all: how many; 9 when malformed. The last may be an IPv4 address. */
static unsigned
ipv6_groups(ac_str text)
{
	ac_str rest = text, group;
	unsigned n = 0;

	if (text.n == 0)
		return 0;
	while (ac_str_next_field(&rest, ':', &group)) {
		if (!rest.p && is_ipv4_address(group))
			return n + 2;
		if (group.n < 1 || group.n > 4 || !all_in(group, is_hex_digit) || ++n > 8)
			return 9;
	}
	return n;
}

/* RFC 4291 s2.2, with an optional prefix length. */
static bool
is_ipv6(ac_str text)
{
	size_t slash = ac_str_find_byte(text, '/'), gap;
	ac_str address = ac_str_slice(text, 0, slash);
	unsigned before, behind;

	if (slash < text.n && !is_small_number(ac_str_slice(text, slash + 1, text.n), 128))
		return false;
	gap = ac_str_find(address, AC_S("::"));
	if (gap == address.n)
		return ipv6_groups(address) == 8;
	before = ipv6_groups(ac_str_slice(address, 0, gap));
	behind = ipv6_groups(ac_str_slice(address, gap + 2, address.n));
	return before + behind <= 7;
}

/* s6.10: lower case, colons, leading zeros. */
static bool
is_mac(ac_str text)
{
	if (text.n != 17)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if (i % 3 == 2 ? text.p[i] != ':' : !is_lower_hex_digit(text.p[i]))
			return false;
	return true;
}

static bool
is_media_char(char c)
{
	return ac_is_alnum(c) || (c && strchr("!#$&-^_.+", c));
}

/* A top-level type of RFC 6838 with a subtype (s4.2), and no parameters. */
static bool
is_mime(ac_str text)
{
	static const ac_str types[] = { AC_S_INIT("application"), AC_S_INIT("audio"), AC_S_INIT("font"),
		AC_S_INIT("image"), AC_S_INIT("message"), AC_S_INIT("model"), AC_S_INIT("multipart"), AC_S_INIT("text"),
		AC_S_INIT("video") };
	ac_str rest = text, type;

	if (!ac_str_cut(&rest, '/', &type) || rest.n == 0 || rest.n > 127 || !all_in(rest, is_media_char) ||
	    !ac_is_alnum(rest.p[0]))
		return false;
	for (size_t i = 0; i < AC_COUNT(types); i++)
		if (ac_str_eq_fold(types[i], type))
			return true;
	return false;
}

/* RFC 6335 s5.1: service names are 1 to 15 letters, digits and hyphens. */
static bool
is_protocol(ac_str text)
{
	return text.n >= 1 && text.n <= 15 && all_in(text, is_dictionary_char) && ac_str_find_byte(text, '_') == text.n;
}

static bool
is_priority_class(ac_str text)
{
	return text.n > 6 && ac_str_ends(text, AC_S("_CLASS"));
}

static bool
is_lower_hyphen_name(ac_str text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!is_lower_alnum(text.p[i]) && text.p[i] != '-')
			return false;
	return text.n > 0;
}

/* s6.17: the hive in full, HKEY_LOCAL_MACHINE and not HKLM. */
static bool
is_registry_key(ac_str text)
{
	static const ac_str hives[] = { AC_S_INIT("HKLM"), AC_S_INIT("HKCU"), AC_S_INIT("HKCR"), AC_S_INIT("HKCC"),
		AC_S_INIT("HKU") };
	ac_str hive = ac_str_slice(text, 0, ac_str_find_byte(text, '\\'));

	for (size_t i = 0; i < AC_COUNT(hives); i++)
		if (ac_str_eq_fold(hives[i], hive))
			return false;
	return true;
}

/* RFC 3986 s2: every visible ASCII character but " < > \\ ^ ` { | }, as two bitmaps of 64. */
static bool
is_url_char(char c)
{
	static const uint64_t allowed[2] = { 0xaffffffa00000000, 0x47fffffeafffffff };
	unsigned char u = (unsigned char)c;

	return u < 0x80 && (allowed[u / 64] >> (u % 64) & 1);
}

/* RFC 3986 s1.1.3, s3: "scheme:" and at least one more character, of those that a URL may hold. */
static bool
is_url(ac_str text)
{
	size_t colon = ac_str_find_byte(text, ':');

	if (colon == 0 || colon + 1 >= text.n || !ac_is_alpha(text.p[0]))
		return false;
	for (size_t i = 1; i < colon; i++)
		if (!ac_is_alnum(text.p[i]) && text.p[i] != '+' && text.p[i] != '-' && text.p[i] != '.')
			return false;
	for (size_t i = colon + 1; i < text.n; i++)
		if (!is_url_char(text.p[i]))
			return false;
	return true;
}

/* s3.2: created and modified have milliseconds at least. */
static bool
has_milliseconds(ac_str text)
{
	size_t dot = ac_str_find_byte(text, '.');

	return dot + 4 < text.n;
}

/* s6.7.6: no fraction beyond zeros. */
static bool
is_whole_second(ac_str text)
{
	for (size_t i = ac_str_find_byte(text, '.') + 1; i + 1 < text.n; i++)
		if (text.p[i] != '0')
			return false;
	return true;
}

static bool
is_header_name(ac_str key)
{
	static const ac_str headers[] = { AC_S_INIT("Accept"), AC_S_INIT("Accept-Charset"),
		AC_S_INIT("Accept-Datetime"), AC_S_INIT("Accept-Encoding"), AC_S_INIT("Accept-Language"),
		AC_S_INIT("Authorization"), AC_S_INIT("Cache-Control"), AC_S_INIT("Connection"),
		AC_S_INIT("Content-Length"), AC_S_INIT("Content-MD5"), AC_S_INIT("Content-Type"), AC_S_INIT("Cookie"),
		AC_S_INIT("DNT"), AC_S_INIT("Date"), AC_S_INIT("Expect"), AC_S_INIT("Forwarded"), AC_S_INIT("From"),
		AC_S_INIT("Front-End-Https"), AC_S_INIT("Host"), AC_S_INIT("If-Match"), AC_S_INIT("If-Modified-Since"),
		AC_S_INIT("If-None-Match"), AC_S_INIT("If-Range"), AC_S_INIT("If-Unmodified-Since"),
		AC_S_INIT("Max-Forwards"), AC_S_INIT("Origin"), AC_S_INIT("Pragma"), AC_S_INIT("Proxy-Authorization"),
		AC_S_INIT("Proxy-Connection"), AC_S_INIT("Range"), AC_S_INIT("Referer"), AC_S_INIT("TE"),
		AC_S_INIT("Upgrade"), AC_S_INIT("User-Agent"), AC_S_INIT("Via"), AC_S_INIT("Warning"),
		AC_S_INIT("X-Correlation-ID"), AC_S_INIT("X-Csrf-Token"), AC_S_INIT("X-Forwarded-For"),
		AC_S_INIT("X-Forwarded-Host"), AC_S_INIT("X-Forwarded-Proto"), AC_S_INIT("X-Http-Method-Override"),
		AC_S_INIT("X-Request-ID"), AC_S_INIT("X-Requested-With"), AC_S_INIT("X-Wap-Profile") };

	for (size_t i = 0; i < AC_COUNT(headers); i++)
		if (ac_str_eq_fold(headers[i], key))
			return true;
	return false;
}

/* IANA IPFIX information elements are camel case. */
static bool
is_ipfix_name(ac_str key)
{
	return key.n >= 2 && key.p[0] >= 'a' && key.p[0] <= 'z' && all_in(key, ac_is_alnum);
}

static bool
is_socket_option(ac_str key)
{
	static const ac_str families[] = { AC_S_INIT("SO_"), AC_S_INIT("ICMP_"), AC_S_INIT("ICMP6_"), AC_S_INIT("IP_"),
		AC_S_INIT("IPV6_"), AC_S_INIT("MCAST_"), AC_S_INIT("TCP_"), AC_S_INIT("IRLMP_"), AC_S_INIT("UDP_") };

	for (size_t i = 0; i < AC_COUNT(families); i++)
		if (ac_str_starts(key, families[i]))
			return true;
	return false;
}

static bool
is_pdf_key(ac_str key)
{
	static const ac_str keys[] = { AC_S_INIT("Author"), AC_S_INIT("CreationDate"), AC_S_INIT("Creator"),
		AC_S_INIT("Keywords"), AC_S_INIT("ModDate"), AC_S_INIT("Producer"), AC_S_INIT("Subject"),
		AC_S_INIT("Title"), AC_S_INIT("Trapped") };

	for (size_t i = 0; i < AC_COUNT(keys); i++)
		if (ac_str_eq(keys[i], key))
			return true;
	return false;
}

/* What each format is called when it is missed. Relationship types: s5.1.2. */
static const struct {
	bool (*fits)(ac_str text);
	const char *wanted;
	ac_str code; /* a SHOULD */
} formats[] = {
	[AC_STIX_FORMAT_CHARSET] = { is_charset, "a character set of the IANA registry", { NULL, 0 } },
	[AC_STIX_FORMAT_COUNTRY] = { is_country, "an ISO 3166-1 alpha-2 code", AC_S_INIT("277") },
	[AC_STIX_FORMAT_CPE] = { is_cpe, "a CPE 2.3 name (cpe:2.3:part:vendor:...)", { NULL, 0 } },
	[AC_STIX_FORMAT_DOMAIN] = { is_domain, "a domain name (RFC 1034, RFC 5890)", { NULL, 0 } },
	[AC_STIX_FORMAT_EMAIL] = { is_email, "an e-mail address without a display name", { NULL, 0 } },
	[AC_STIX_FORMAT_HEADER_KEYS] = { is_header_name, "an HTTP request header", AC_S_INIT("274") },
	[AC_STIX_FORMAT_IPFIX_KEYS] = { is_ipfix_name, "an IPFIX information element", AC_S_INIT("273") },
	[AC_STIX_FORMAT_IPV4] = { is_ipv4, "an IPv4 address or CIDR network", { NULL, 0 } },
	[AC_STIX_FORMAT_IPV6] = { is_ipv6, "an IPv6 address or CIDR network", { NULL, 0 } },
	[AC_STIX_FORMAT_KILL_CHAIN] = { ac_format_is_lower_hyphen, "lower case, with hyphens between words",
	    AC_S_INIT("121") },
	[AC_STIX_FORMAT_LANGUAGE] = { is_language, "a language code of RFC 5646", { NULL, 0 } },
	[AC_STIX_FORMAT_MAC] = { is_mac, "six lower-case octets with colons (00:1b:...)", { NULL, 0 } },
	[AC_STIX_FORMAT_MILLISECOND] = { has_milliseconds, "at least three fraction digits", { NULL, 0 } },
	[AC_STIX_FORMAT_MIME] = { is_mime, "an IANA media type (type/subtype)", AC_S_INIT("271") },
	[AC_STIX_FORMAT_PDF_KEYS] = { is_pdf_key, "a key of the PDF document information dictionary",
	    AC_S_INIT("276") },
	[AC_STIX_FORMAT_PRIORITY_CLASS] = { is_priority_class, "a name that ends in _CLASS", AC_S_INIT("149") },
	[AC_STIX_FORMAT_PRODUCT] = { is_lower_hyphen_name, "lower case, with hyphens between words", AC_S_INIT("143") },
	[AC_STIX_FORMAT_PROPERTY_NAME] = { ac_format_property_name, "a property name (3 to 250 of a-z, 0-9 and _)",
	    { NULL, 0 } },
	[AC_STIX_FORMAT_PROTOCOL] = { is_protocol, "a service name of the IANA registry", AC_S_INIT("272") },
	[AC_STIX_FORMAT_REGISTRY_KEY] = { is_registry_key, "the hive's full name (HKEY_LOCAL_MACHINE, not HKLM)",
	    { NULL, 0 } },
	[AC_STIX_FORMAT_RELATIONSHIP_TYPE] = { is_lower_hyphen_name, "a-z, 0-9 and hyphens only", { NULL, 0 } },
	[AC_STIX_FORMAT_SOCKET_KEYS] = { is_socket_option, "a socket option (SO_...)", AC_S_INIT("275") },
	[AC_STIX_FORMAT_URL] = { is_url, "a URL (RFC 3986)", { NULL, 0 } },
	[AC_STIX_FORMAT_WHOLE_SECOND] = { is_whole_second, "a time precise to the second", { NULL, 0 } },
};

const char *
ac_format_wanted(ac_stix_format format, ac_str text)
{
	if ((size_t)format >= AC_COUNT(formats) || !formats[format].fits || formats[format].fits(text))
		return NULL;
	return formats[format].wanted;
}

ac_str
ac_format_warning_code(ac_stix_format format)
{
	return (size_t)format < AC_COUNT(formats) ? formats[format].code : (ac_str){ NULL, 0 };
}
