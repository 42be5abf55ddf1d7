/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Domain names: lower case, punycode (UTS 46, non-transitional, by libidn2), no trailing dot. And what the last label of a dotted name says when nobody has
 * said whether it is a host or a file.
 *
 * Host or file? "update.exe" and "evil.example" look alike. The last label decides:
 * 1. it is in the public suffix list, or set aside for special use (RFC 6761, .onion): a host, even where it is also an
 *    extension (.com, .sh, .pl, .py, .zip): a host taken for a file would go unwatched in DNS logs, and the other mistake costs nothing;
 * 2. else, it is a known file extension: a file;
 * 3. else, nobody knows: "TEMP.Periscope" is an actor. With three labels or more, or when it ends in two small letters as the codes of countries do, it is
 *    taken for a host under a TLD newer than the list; else it is left alone.
 */
#include <idn2.h>
#include <libpsl.h>

#include "values/parts.h"

/* RFC 6761, RFC 7686, RFC 8375, RFC 9476, ICANN's .internal, and what private networks use (RFC 6762 appendix G). Lower case. */
static const ac_str special_tlds[] = { AC_S_INIT("alt"), AC_S_INIT("arpa"), AC_S_INIT("corp"), AC_S_INIT("example"),
	AC_S_INIT("home"), AC_S_INIT("internal"), AC_S_INIT("intranet"), AC_S_INIT("invalid"), AC_S_INIT("lan"),
	AC_S_INIT("local"), AC_S_INIT("localdomain"), AC_S_INIT("localhost"), AC_S_INIT("onion"), AC_S_INIT("private"),
	AC_S_INIT("test") };

/* Extensions of what malware comes in or leaves behind; those that are TLDs too count for paths only. */
static const ac_str extensions[] = { AC_S_INIT("7z"), AC_S_INIT("aes"), AC_S_INIT("apk"), AC_S_INIT("app"),
	AC_S_INIT("ashx"), AC_S_INIT("asmx"), AC_S_INIT("asp"), AC_S_INIT("aspx"), AC_S_INIT("bak"), AC_S_INIT("bat"),
	AC_S_INIT("bin"), AC_S_INIT("bz2"), AC_S_INIT("cab"), AC_S_INIT("cer"), AC_S_INIT("cfg"), AC_S_INIT("chm"),
	AC_S_INIT("cmd"), AC_S_INIT("com"), AC_S_INIT("conf"), AC_S_INIT("config"), AC_S_INIT("cpl"), AC_S_INIT("csv"),
	AC_S_INIT("dat"), AC_S_INIT("db"), AC_S_INIT("deb"), AC_S_INIT("dll"), AC_S_INIT("dmg"), AC_S_INIT("dmp"),
	AC_S_INIT("doc"), AC_S_INIT("docm"), AC_S_INIT("docx"), AC_S_INIT("dot"), AC_S_INIT("dotm"), AC_S_INIT("elf"),
	AC_S_INIT("eml"), AC_S_INIT("eps"), AC_S_INIT("exe"), AC_S_INIT("gif"), AC_S_INIT("gz"), AC_S_INIT("hta"),
	AC_S_INIT("htm"), AC_S_INIT("html"), AC_S_INIT("hwp"), AC_S_INIT("ico"), AC_S_INIT("img"), AC_S_INIT("inf"),
	AC_S_INIT("ini"), AC_S_INIT("iqy"), AC_S_INIT("iso"), AC_S_INIT("jar"), AC_S_INIT("jpeg"), AC_S_INIT("jpg"),
	AC_S_INIT("js"), AC_S_INIT("jse"), AC_S_INIT("json"), AC_S_INIT("jsp"), AC_S_INIT("jspx"), AC_S_INIT("lnk"),
	AC_S_INIT("lock"), AC_S_INIT("log"), AC_S_INIT("lua"), AC_S_INIT("lzh"), AC_S_INIT("mht"), AC_S_INIT("msc"),
	AC_S_INIT("msg"), AC_S_INIT("msi"), AC_S_INIT("msp"), AC_S_INIT("ocx"), AC_S_INIT("odt"), AC_S_INIT("one"),
	AC_S_INIT("ost"), AC_S_INIT("pcap"), AC_S_INIT("pdb"), AC_S_INIT("pdf"), AC_S_INIT("php"), AC_S_INIT("php5"),
	AC_S_INIT("phtml"), AC_S_INIT("pif"), AC_S_INIT("pl"), AC_S_INIT("plist"), AC_S_INIT("png"), AC_S_INIT("pps"),
	AC_S_INIT("ppsx"), AC_S_INIT("ppt"), AC_S_INIT("pptm"), AC_S_INIT("pptx"), AC_S_INIT("ps1"), AC_S_INIT("psd1"),
	AC_S_INIT("psm1"), AC_S_INIT("pst"), AC_S_INIT("pub"), AC_S_INIT("py"), AC_S_INIT("pyc"), AC_S_INIT("rar"),
	AC_S_INIT("rb"), AC_S_INIT("reg"), AC_S_INIT("rpm"), AC_S_INIT("rtf"), AC_S_INIT("scf"), AC_S_INIT("scr"),
	AC_S_INIT("sct"), AC_S_INIT("sfx"), AC_S_INIT("sh"), AC_S_INIT("slk"), AC_S_INIT("so"), AC_S_INIT("sql"),
	AC_S_INIT("svg"), AC_S_INIT("swf"), AC_S_INIT("sys"), AC_S_INIT("tar"), AC_S_INIT("tgz"), AC_S_INIT("tmp"),
	AC_S_INIT("torrent"), AC_S_INIT("txt"), AC_S_INIT("url"), AC_S_INIT("vbe"), AC_S_INIT("vbs"), AC_S_INIT("vhd"),
	AC_S_INIT("vhdx"), AC_S_INIT("war"), AC_S_INIT("wasm"), AC_S_INIT("wsc"), AC_S_INIT("wsf"), AC_S_INIT("wsh"),
	AC_S_INIT("xhtml"), AC_S_INIT("xla"), AC_S_INIT("xlam"), AC_S_INIT("xll"), AC_S_INIT("xls"), AC_S_INIT("xlsb"),
	AC_S_INIT("xlsm"), AC_S_INIT("xlsx"), AC_S_INIT("xlt"), AC_S_INIT("xml"), AC_S_INIT("xps"), AC_S_INIT("xsl"),
	AC_S_INIT("xz"), AC_S_INIT("yaml"), AC_S_INIT("yml"), AC_S_INIT("zip"), AC_S_INIT("zst") };

static bool
in_table(const ac_str *table, size_t count, ac_str word)
{
	for (size_t i = 0; i < count; i++)
		if (ac_str_eq_fold(table[i], word))
			return true;
	return false;
}

static ac_str
last_label(ac_str name)
{
	size_t at = name.n;

	while (at > 0 && name.p[at - 1] != '.')
		at--;
	return ac_str_slice(name, at, name.n);
}

bool
ac_part_has_extension(ac_str name)
{
	ac_str label = last_label(name);

	return label.n < name.n && in_table(extensions, AC_COUNT(extensions), label);
}

/* The built-in list knows the TLD; an unlisted one is not taken for a suffix (PSL_TYPE_NO_STAR_RULE). */
static bool
is_listed_tld(ac_str label)
{
	char text[LABEL_MAX + 1];

	if (label.n == 0 || label.n > LABEL_MAX)
		return false;
	for (size_t i = 0; i < label.n; i++)
		text[i] = ac_lower(label.p[i]);
	text[label.n] = '\0';
	return psl_is_public_suffix2(psl_builtin(), text, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

ac_last_label
ac_part_last_label(ac_str name)
{
	ac_str label = last_label(name);

	if (in_table(special_tlds, AC_COUNT(special_tlds), label) || is_listed_tld(label))
		return AC_LABEL_TLD;
	return ac_part_has_extension(name) ? AC_LABEL_EXTENSION : AC_LABEL_UNKNOWN;
}

/* '_' is not a host's but is in DNS (RFC 8552: _dmarc, _acme-challenge), and malware's names begin and end with '-' too. */
static bool
is_label_byte(char c)
{
	return ac_is_alnum(c) || c == '-' || c == '_';
}

static bool
is_all_digits(ac_str label)
{
	for (size_t i = 0; i < label.n; i++)
		if (!ac_is_digit(label.p[i]))
			return false;
	return true;
}

static int
bad_domain(ac_str text, const char *why, accord_err *err)
{
	return ac_fail(
	    err, ACCORD_EINPUT, "want a domain name (%s), got '%.*s'", why, AC_FMT(ac_str_slice(text, 0, 80)));
}

static int
check_labels(ac_str name, accord_err *err)
{
	ac_str rest = name, label = { NULL, 0 };

	if (name.n == 0 || name.n > DOMAIN_MAX)
		return bad_domain(name, "1 to 253 bytes", err);
	while (ac_str_next_field(&rest, '.', &label)) {
		if (label.n == 0 || label.n > LABEL_MAX)
			return bad_domain(name, "labels of 1 to 63 bytes", err);
		for (size_t i = 0; i < label.n; i++)
			if (!is_label_byte(label.p[i]))
				return bad_domain(name, "letters, digits, '-' and '_'", err);
	}
	/* 999.1.2.3 is a mistaken address, not a name: no TLD is a number (RFC 3696 s2). */
	if (is_all_digits(label))
		return bad_domain(name, "a last label that is no number", err);
	return 0;
}

static int
to_punycode(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_str terminated;
	char *ascii = NULL;
	int rc;

	if (text.n > DOMAIN_INPUT_MAX || memchr(text.p, 0, text.n))
		return bad_domain(text, "at most 253 characters", err);
	terminated = ac_arena_str(arena, text);
	if (!terminated.p)
		return ac_arena_check(arena, err);
	rc = idn2_to_ascii_8z(terminated.p, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (rc == IDN2_MALLOC)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a domain name");
	if (rc != IDN2_OK)
		return bad_domain(text, idn2_strerror(rc), err);
	*out = ac_arena_str(arena, ac_str_from(ascii));
	idn2_free(ascii);
	return out->p ? 0 : ac_arena_check(arena, err);
}

int
ac_part_domain(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	ac_str name = text;
	int rc;

	if (!ac_str_is_ascii(name)) {
		rc = to_punycode(name, arena, &name, err);
		if (rc < 0)
			return rc;
	}
	if (name.n > 1 && name.p[name.n - 1] == '.')
		name.n--;
	rc = check_labels(name, err);
	if (rc < 0)
		return rc;
	return ac_part_done(ac_part_lower(name, arena), arena, out, err);
}

ac_str
ac_domain_registrable(ac_str domain)
{
	char text[DOMAIN_MAX + 1];
	const char *registrable;

	if (domain.n == 0 || domain.n > DOMAIN_MAX || memchr(domain.p, 0, domain.n))
		return (ac_str){ NULL, 0 };
	memcpy(text, domain.p, domain.n);
	text[domain.n] = '\0';
	registrable = psl_registrable_domain(psl_builtin(), text);
	return registrable ? ac_str_slice(domain, (size_t)(registrable - text), domain.n) : (ac_str){ NULL, 0 };
}

/* FNV-1a, of 32 bits, byte by byte from the end: as tools/make_suffixes.py has it. */
#define FNV_START 2166136261U
static uint32_t
fnv_back(uint32_t hash, const char *begin, const char *end)
{
	while (end > begin)
		hash = (hash ^ (unsigned char)*--end) * 16777619U;
	return hash;
}

static bool
has_suffix_bit(uint32_t hash)
{
	uint32_t bit = hash >> (32 - AC_SUFFIX_BITS);

	return ac_public_suffix_bits[bit / 64] >> (bit % 64) & 1;
}

/* No rule is for a name of two and more labels that has no bit, and none for all below its parent: the library takes ten times as long to say so. */
static bool
may_be_suffix(ac_str domain, size_t dot)
{
	static const char all = '*';
	uint32_t parent = fnv_back(FNV_START, domain.p + dot, domain.p + domain.n);

	return has_suffix_bit(fnv_back(parent, &all, &all + 1)) ||
	       has_suffix_bit(fnv_back(parent, domain.p, domain.p + dot));
}

bool
ac_domain_is_public_suffix(ac_str domain)
{
	char text[DOMAIN_MAX + 1];
	size_t dot = ac_str_find_byte(domain, '.');

	if (domain.n == 0 || domain.n > DOMAIN_MAX || memchr(domain.p, 0, domain.n))
		return true;
	if (dot < domain.n && !may_be_suffix(domain, dot))
		return false;
	memcpy(text, domain.p, domain.n);
	text[domain.n] = '\0';
	return psl_is_public_suffix(psl_builtin(), text) != 0;
}
