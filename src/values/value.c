/* SPDX-License-Identifier: Apache-2.0 */
/* The table of value types, and what a text is when nobody has said. The grammar of each kind is in its own file. */
#include "values/value.h"

#include "base/utf8.h"
#include "values/parts.h"

typedef int (*part_parse)(ac_str text, ac_arena *arena, ac_str *out, accord_err *err);

typedef struct type_row {
	ac_str name;
	part_parse parse;   /* texts without further rules */
	size_t hash_digits; /* hashes */
	bool has_colons;    /* between the pairs of its digits, perhaps */
} type_row;

static const type_row types[AC_VALUE_TYPE_COUNT] = {
	[AC_VALUE_NONE] = { AC_S_INIT(""), NULL, 0, false },
	[AC_VALUE_IPV4] = { AC_S_INIT("ipv4-addr"), NULL, 0, false },
	[AC_VALUE_IPV6] = { AC_S_INIT("ipv6-addr"), NULL, 0, false },
	[AC_VALUE_DOMAIN] = { AC_S_INIT("domain-name"), ac_part_domain, 0, false },
	[AC_VALUE_URL] = { AC_S_INIT("url"), ac_part_url, 0, false },
	[AC_VALUE_EMAIL] = { AC_S_INIT("email-addr"), ac_part_email, 0, false },
	[AC_VALUE_MD5] = { AC_S_INIT("md5"), NULL, 32, false },
	[AC_VALUE_SHA1] = { AC_S_INIT("sha1"), NULL, 40, false },
	[AC_VALUE_SHA256] = { AC_S_INIT("sha256"), NULL, 64, false },
	[AC_VALUE_SHA512] = { AC_S_INIT("sha512"), NULL, 128, false },
	[AC_VALUE_FILE_NAME] = { AC_S_INIT("file-name"), ac_part_file_name, 0, false },
	[AC_VALUE_MUTEX] = { AC_S_INIT("mutex"), ac_part_plain, 0, false },
	[AC_VALUE_REGISTRY_KEY] = { AC_S_INIT("windows-registry-key"), ac_part_registry_key, 0, false },
	[AC_VALUE_USER_AGENT] = { AC_S_INIT("user-agent"), ac_part_plain, 0, false },
	[AC_VALUE_AS_NUMBER] = { AC_S_INIT("autonomous-system"), ac_part_as_number, 0, false },
	[AC_VALUE_MAC] = { AC_S_INIT("mac-addr"), ac_part_mac, 0, false },
	[AC_VALUE_CVE] = { AC_S_INIT("cve"), ac_part_cve, 0, false },
	[AC_VALUE_SHA224] = { AC_S_INIT("sha224"), NULL, 56, false },
	[AC_VALUE_SHA384] = { AC_S_INIT("sha384"), NULL, 96, false },
	[AC_VALUE_SSDEEP] = { AC_S_INIT("ssdeep"), ac_part_ssdeep, 0, false },
	[AC_VALUE_TLSH] = { AC_S_INIT("tlsh"), ac_part_tlsh, 0, false },
	[AC_VALUE_JA3] = { AC_S_INIT("ja3"), NULL, 32, false },
	[AC_VALUE_JA4] = { AC_S_INIT("ja4"), ac_part_ja4, 0, false },
	[AC_VALUE_CERT_SHA1] = { AC_S_INIT("x509-sha1"), NULL, 40, true },
	[AC_VALUE_CERT_SHA256] = { AC_S_INIT("x509-sha256"), NULL, 64, true },
	[AC_VALUE_CERT_SERIAL] = { AC_S_INIT("x509-serial"), ac_part_serial, 0, false },
	[AC_VALUE_FILE_PATH] = { AC_S_INIT("file-path"), ac_part_file_path, 0, false },
	[AC_VALUE_NAMED_PIPE] = { AC_S_INIT("named-pipe"), ac_part_named_pipe, 0, false },
};

typedef struct synonym {
	ac_str name;
	ac_value_type type;
} synonym;

/* What lists, CSV headers and MISP call them; compared without case, '_' and ' ' as '-'. "ip" may turn out to be either family. */
static const synonym synonyms[] = {
	{ AC_S_INIT("ip"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ips"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ipv4"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ip4"), AC_VALUE_IPV4 },
	{ AC_S_INIT("addr"), AC_VALUE_IPV4 },
	{ AC_S_INIT("address"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ip-addr"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ip-address"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ip-src"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ip-dst"), AC_VALUE_IPV4 },
	{ AC_S_INIT("src-ip"), AC_VALUE_IPV4 },
	{ AC_S_INIT("dst-ip"), AC_VALUE_IPV4 },
	{ AC_S_INIT("cidr"), AC_VALUE_IPV4 },
	{ AC_S_INIT("netblock"), AC_VALUE_IPV4 },
	{ AC_S_INIT("subnet"), AC_VALUE_IPV4 },
	{ AC_S_INIT("ipv6"), AC_VALUE_IPV6 },
	{ AC_S_INIT("ip6"), AC_VALUE_IPV6 },
	{ AC_S_INIT("domain"), AC_VALUE_DOMAIN },
	{ AC_S_INIT("domains"), AC_VALUE_DOMAIN },
	{ AC_S_INIT("fqdn"), AC_VALUE_DOMAIN },
	{ AC_S_INIT("host"), AC_VALUE_DOMAIN },
	{ AC_S_INIT("hostname"), AC_VALUE_DOMAIN },
	{ AC_S_INIT("onion-address"), AC_VALUE_DOMAIN },
	{ AC_S_INIT("uri"), AC_VALUE_URL },
	{ AC_S_INIT("urls"), AC_VALUE_URL },
	{ AC_S_INIT("link"), AC_VALUE_URL },
	{ AC_S_INIT("email"), AC_VALUE_EMAIL },
	{ AC_S_INIT("e-mail"), AC_VALUE_EMAIL },
	{ AC_S_INIT("mail"), AC_VALUE_EMAIL },
	{ AC_S_INIT("email-address"), AC_VALUE_EMAIL },
	{ AC_S_INIT("email-src"), AC_VALUE_EMAIL },
	{ AC_S_INIT("email-dst"), AC_VALUE_EMAIL },
	{ AC_S_INIT("email-reply-to"), AC_VALUE_EMAIL },
	{ AC_S_INIT("hash-md5"), AC_VALUE_MD5 },
	{ AC_S_INIT("md5-hash"), AC_VALUE_MD5 },
	{ AC_S_INIT("filehash-md5"), AC_VALUE_MD5 },
	{ AC_S_INIT("sha-1"), AC_VALUE_SHA1 },
	{ AC_S_INIT("hash-sha1"), AC_VALUE_SHA1 },
	{ AC_S_INIT("sha1-hash"), AC_VALUE_SHA1 },
	{ AC_S_INIT("filehash-sha1"), AC_VALUE_SHA1 },
	{ AC_S_INIT("sha-256"), AC_VALUE_SHA256 },
	{ AC_S_INIT("hash-sha256"), AC_VALUE_SHA256 },
	{ AC_S_INIT("sha256-hash"), AC_VALUE_SHA256 },
	{ AC_S_INIT("filehash-sha256"), AC_VALUE_SHA256 },
	{ AC_S_INIT("sha-512"), AC_VALUE_SHA512 },
	{ AC_S_INIT("hash-sha512"), AC_VALUE_SHA512 },
	{ AC_S_INIT("sha512-hash"), AC_VALUE_SHA512 },
	{ AC_S_INIT("filehash-sha512"), AC_VALUE_SHA512 },
	{ AC_S_INIT("file"), AC_VALUE_FILE_NAME },
	{ AC_S_INIT("filename"), AC_VALUE_FILE_NAME },
	{ AC_S_INIT("filepath"), AC_VALUE_FILE_PATH },
	{ AC_S_INIT("fullpath"), AC_VALUE_FILE_PATH },
	{ AC_S_INIT("full-path"), AC_VALUE_FILE_PATH },
	{ AC_S_INIT("email-attachment"), AC_VALUE_FILE_NAME },
	{ AC_S_INIT("sha-224"), AC_VALUE_SHA224 },
	{ AC_S_INIT("filehash-sha224"), AC_VALUE_SHA224 },
	{ AC_S_INIT("sha-384"), AC_VALUE_SHA384 },
	{ AC_S_INIT("filehash-sha384"), AC_VALUE_SHA384 },
	{ AC_S_INIT("ja3-fingerprint-md5"), AC_VALUE_JA3 },
	{ AC_S_INIT("ja3-fingerprint"), AC_VALUE_JA3 },
	{ AC_S_INIT("ja3-md5"), AC_VALUE_JA3 },
	{ AC_S_INIT("ja3-hash"), AC_VALUE_JA3 },
	{ AC_S_INIT("ja3s"), AC_VALUE_JA3 },
	{ AC_S_INIT("ja3s-hash"), AC_VALUE_JA3 },
	{ AC_S_INIT("ja3s-fingerprint-md5"), AC_VALUE_JA3 },
	{ AC_S_INIT("ja4-fingerprint"), AC_VALUE_JA4 },
	{ AC_S_INIT("ja4-plus"), AC_VALUE_JA4 },
	{ AC_S_INIT("ja4s"), AC_VALUE_JA4 },
	{ AC_S_INIT("ja4h"), AC_VALUE_JA4 },
	{ AC_S_INIT("ja4x"), AC_VALUE_JA4 },
	{ AC_S_INIT("x509-fingerprint-sha1"), AC_VALUE_CERT_SHA1 },
	{ AC_S_INIT("cert-sha1"), AC_VALUE_CERT_SHA1 },
	{ AC_S_INIT("certificate-sha1"), AC_VALUE_CERT_SHA1 },
	{ AC_S_INIT("ssl-cert-fingerprint"), AC_VALUE_CERT_SHA1 },
	{ AC_S_INIT("sslcertfingerprint"), AC_VALUE_CERT_SHA1 },
	{ AC_S_INIT("x509-fingerprint-sha256"), AC_VALUE_CERT_SHA256 },
	{ AC_S_INIT("cert-sha256"), AC_VALUE_CERT_SHA256 },
	{ AC_S_INIT("certificate-sha256"), AC_VALUE_CERT_SHA256 },
	{ AC_S_INIT("serial-number"), AC_VALUE_CERT_SERIAL },
	{ AC_S_INIT("x509-serial-number"), AC_VALUE_CERT_SERIAL },
	{ AC_S_INIT("certificate-serial"), AC_VALUE_CERT_SERIAL },
	{ AC_S_INIT("pipe"), AC_VALUE_NAMED_PIPE },
	{ AC_S_INIT("pipe-name"), AC_VALUE_NAMED_PIPE },
	{ AC_S_INIT("pipename"), AC_VALUE_NAMED_PIPE },
	{ AC_S_INIT("mutant"), AC_VALUE_MUTEX },
	{ AC_S_INIT("mutex-name"), AC_VALUE_MUTEX },
	{ AC_S_INIT("regkey"), AC_VALUE_REGISTRY_KEY },
	{ AC_S_INIT("registry"), AC_VALUE_REGISTRY_KEY },
	{ AC_S_INIT("registry-key"), AC_VALUE_REGISTRY_KEY },
	{ AC_S_INIT("useragent"), AC_VALUE_USER_AGENT },
	{ AC_S_INIT("http-user-agent"), AC_VALUE_USER_AGENT },
	{ AC_S_INIT("as"), AC_VALUE_AS_NUMBER },
	{ AC_S_INIT("asn"), AC_VALUE_AS_NUMBER },
	{ AC_S_INIT("as-number"), AC_VALUE_AS_NUMBER },
	{ AC_S_INIT("mac"), AC_VALUE_MAC },
	{ AC_S_INIT("mac-address"), AC_VALUE_MAC },
	{ AC_S_INIT("vulnerability"), AC_VALUE_CVE },
	{ AC_S_INIT("cve-id"), AC_VALUE_CVE },
};

ac_str
ac_value_type_name(ac_value_type type)
{
	return (unsigned)type < AC_VALUE_TYPE_COUNT ? types[type].name : types[AC_VALUE_NONE].name;
}

static bool
same_name(ac_str a, ac_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		char c = b.p[i] == '_' || b.p[i] == ' ' ? '-' : ac_lower(b.p[i]);

		if (a.p[i] != c)
			return false;
	}
	return true;
}

ac_value_type
ac_value_type_from_name(ac_str name)
{
	name = ac_str_trim(name);
	if (name.n == 0)
		return AC_VALUE_NONE;
	for (unsigned i = AC_VALUE_NONE + 1; i < AC_VALUE_TYPE_COUNT; i++)
		if (same_name(types[i].name, name))
			return (ac_value_type)i;
	for (size_t i = 0; i < AC_COUNT(synonyms); i++)
		if (same_name(synonyms[i].name, name))
			return synonyms[i].type;
	return AC_VALUE_NONE;
}

int
ac_value_parse(ac_value_type type, ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	ac_value value = { .type = type };
	int rc;

	if (type <= AC_VALUE_NONE || type >= AC_VALUE_TYPE_COUNT)
		return ac_fail(err, ACCORD_EUSAGE, "want a type of value, got number %d", (int)type);
	text = ac_str_trim(text);
	if (type == AC_VALUE_IPV4 || type == AC_VALUE_IPV6)
		return ac_part_address(text, arena, out, err);
	if (types[type].has_colons)
		rc = ac_part_fingerprint(text, types[type].hash_digits, arena, &value.text, err);
	else if (types[type].hash_digits)
		rc = ac_part_hash(text, types[type].hash_digits, arena, &value.text, err);
	else
		rc = types[type].parse(text, arena, &value.text, err);
	if (rc == 0)
		*out = value;
	return rc;
}

size_t
ac_value_hash_digits(ac_value_type type)
{
	return (unsigned)type < AC_VALUE_TYPE_COUNT ? types[type].hash_digits : 0;
}

/* What has one shape only; the domain and file name guesses come last. Digits alone are a file's hash, with colons a certificate's. */
static bool
looks_like_hash(ac_str text, ac_value_type *out)
{
	bool has_colons = text.n > 2 && text.p[2] == ':';

	for (unsigned i = AC_VALUE_MD5; i < AC_VALUE_TYPE_COUNT; i++) {
		size_t digits = types[i].hash_digits;

		if (digits && (has_colons ? types[i].has_colons && text.n == digits / 2 * 3 - 1 : text.n == digits)) {
			*out = (ac_value_type)i;
			return true;
		}
	}
	return false;
}

static bool
looks_like_registry_key(ac_str text)
{
	static const ac_str starts[] = { AC_S_INIT("HKEY_"), AC_S_INIT("HKLM\\"), AC_S_INIT("HKCU\\"),
		AC_S_INIT("HKCR\\"), AC_S_INIT("HKU\\"), AC_S_INIT("HKLM:\\"), AC_S_INIT("HKCU:\\"),
		AC_S_INIT("\\REGISTRY\\") };

	for (size_t i = 0; i < AC_COUNT(starts); i++)
		if (ac_str_starts_fold(text, starts[i]))
			return true;
	return false;
}

static bool
looks_like_path(ac_str text)
{
	bool has_drive =
	    text.n > 2 && ac_is_alpha(text.p[0]) && text.p[1] == ':' && (text.p[2] == '\\' || text.p[2] == '/');

	return has_drive || ac_str_starts(text, AC_S("\\\\")) || ac_str_starts(text, AC_S("/")) ||
	       ac_str_starts(text, AC_S("%"));
}

/* 0 and *out filled, or *out's type NONE when the text is not of this type; negative only for what is not the text's fault. */
static int
try_type(ac_value_type type, ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	accord_err ignored = { 0 };
	int rc = ac_value_parse(type, text, arena, out, &ignored);

	if (rc == 0 || rc == ACCORD_EINPUT)
		return 0;
	if (err)
		*err = ignored;
	return rc;
}

static size_t
count_byte(ac_str text, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == c;
	return n;
}

/* Two small letters: the code of a country (RFC 1591 s2), also one that is younger than the list of suffixes. Code and prose write "foo.cc" so too, and nobody loses by that. */
static bool
ends_in_country(ac_str name)
{
	ac_str code = ac_str_slice(name, name.n > 3 ? name.n - 3 : 0, name.n);

	return code.n == 3 && code.p[0] == '.' && code.p[1] >= 'a' && code.p[1] <= 'z' && code.p[2] >= 'a' &&
	       code.p[2] <= 'z';
}

/* A dotted name without path: see domain.c for the choice. */
static int
guess_dotted(ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	ac_str name = text;
	int rc;

	if (name.n > 1 && name.p[name.n - 1] == '.')
		name.n--;
	rc = try_type(AC_VALUE_DOMAIN, name, arena, out, err);
	if (rc < 0)
		return rc;
	if (out->type == AC_VALUE_NONE) /* spaces and the like: a file name, unless "see evil.com" */
		return ac_part_last_label(name) == AC_LABEL_EXTENSION
			   ? try_type(AC_VALUE_FILE_NAME, name, arena, out, err)
			   : 0;
	switch (ac_part_last_label(out->text)) {
	case AC_LABEL_TLD:
		return 0;
	case AC_LABEL_EXTENSION:
		*out = (ac_value){ 0 };
		return try_type(AC_VALUE_FILE_NAME, name, arena, out, err);
	case AC_LABEL_UNKNOWN:
		if (count_byte(out->text, '.') < 2 && !ends_in_country(name))
			*out = (ac_value){ 0 };
		return 0;
	}
	return 0;
}

/* "evil.example/gate.php": lists leave the scheme out. Only under a known TLD, so that "and/or" stays a word. */
static int
guess_bare_url(ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	ac_str host = ac_str_slice(text, 0, ac_str_find_byte(text, '/'));
	ac_str with_scheme;

	host = ac_str_slice(host, 0, ac_str_find_byte(host, ':'));
	if (count_byte(host, '.') == 0 || ac_part_last_label(host) != AC_LABEL_TLD)
		return 0;
	with_scheme = ac_arena_printf(arena, "http://%.*s", AC_FMT(text));
	if (!with_scheme.p)
		return ac_arena_check(arena, err);
	return try_type(AC_VALUE_URL, with_scheme, arena, out, err);
}

/*
 * A path says where the file lies: "C:\Windows\Temp\svchost.exe" is not any "svchost.exe". One that begins with a variable ("%TEMP%\x.exe") stands in no log
 * so, and one of a single component ("/gate.php") is as often a URL's: of both the name is taken.
 */
static int
guess_path(ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	size_t last = text.n;

	if (!ac_part_has_extension(text))
		return 0;
	while (last > 0 && text.p[last - 1] != '/' && text.p[last - 1] != '\\')
		last--;
	return try_type(text.p[0] == '%' || last < 2 ? AC_VALUE_FILE_NAME : AC_VALUE_FILE_PATH, text, arena, out, err);
}

static int
guess_rest(ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	if (looks_like_registry_key(text))
		return try_type(AC_VALUE_REGISTRY_KEY, text, arena, out, err);
	if (ac_str_starts_fold(text, AC_S("\\\\.\\pipe\\")))
		return try_type(AC_VALUE_NAMED_PIPE, text, arena, out, err);
	if (looks_like_path(text))
		return guess_path(text, arena, out, err);
	if (ac_str_find_byte(text, '@') < text.n && ac_str_find_byte(text, '/') == text.n) {
		int rc = try_type(AC_VALUE_EMAIL, text, arena, out, err);

		/* user@host without a dot is as often a login or a handle */
		if (rc == 0 && out->type &&
		    ac_str_find_byte(ac_str_slice(out->text, ac_str_find_byte(out->text, '@'), out->text.n), '.') ==
			out->text.n - ac_str_find_byte(out->text, '@'))
			*out = (ac_value){ 0 };
		return rc;
	}
	if (ac_str_find_byte(text, '/') < text.n)
		return guess_bare_url(text, arena, out, err);
	/* UTF-8 names may write their dots as U+3002; libidn2 finds them */
	if (count_byte(text, '.') == 0 && ac_str_find(text, AC_S("\xe3\x80\x82")) == text.n)
		return 0;
	return guess_dotted(text, arena, out, err);
}

int
ac_value_guess(ac_str text, ac_arena *arena, ac_value *out, accord_err *err)
{
	ac_value value = { 0 };
	ac_value_type hash;
	int rc = 0;

	text = ac_str_trim(ac_value_refang(ac_str_trim(text), arena));
	if (text.n == 0 || text.n > URL_MAX) {
		*out = value;
		return ac_arena_check(arena, err);
	}
	if (looks_like_hash(text, &hash))
		rc = try_type(hash, text, arena, &value, err);
	if (rc == 0 && !value.type)
		rc = try_type(AC_VALUE_IPV4, text, arena, &value, err);
	if (rc == 0 && !value.type)
		rc = try_type(AC_VALUE_CVE, text, arena, &value, err);
	if (rc == 0 && !value.type && text.n == 17)
		rc = try_type(AC_VALUE_MAC, text, arena, &value, err);
	if (rc == 0 && !value.type) {
		if (ac_str_find(text, AC_S("://")) < text.n)
			rc = try_type(AC_VALUE_URL, text, arena, &value, err);
		else
			rc = guess_rest(text, arena, &value, err);
	}
	if (rc == 0)
		rc = ac_arena_check(arena, err);
	if (rc == 0)
		*out = value;
	return rc;
}

ac_str
ac_value_line(ac_str line, ac_str *out_comment)
{
	*out_comment = (ac_str){ NULL, 0 };
	line = ac_str_trim(line);
	if (line.n && (line.p[0] == '#' || line.p[0] == ';' || ac_str_starts(line, AC_S("//"))))
		return (ac_str){ line.p, 0 };
	for (size_t i = 1; i < line.n; i++)
		if (line.p[i] == '#' && ac_is_space(line.p[i - 1])) {
			*out_comment = ac_str_trim(ac_str_slice(line, i + 1, line.n));
			return ac_str_trim(ac_str_slice(line, 0, i));
		}
	return line;
}
