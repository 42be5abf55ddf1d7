/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical observables: one meaning of a value for learn, know and watch. Lists write "hXXp://EVIL[.]example/", logs "evil.example.": both
 * are one value here.
 */
#ifndef AC_VALUES_VALUE_H
#define AC_VALUES_VALUE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Numbers are stored in databases and index files: never renumber, only append. */
typedef enum ac_value_type {
	AC_VALUE_NONE = 0,
	AC_VALUE_IPV4 = 1,   /* ipv4-addr: one address or, with a prefix shorter than /32, a CIDR range */
	AC_VALUE_IPV6 = 2,   /* ipv6-addr: the same with /128 */
	AC_VALUE_DOMAIN = 3, /* domain-name: lower case, punycode, no trailing dot */
	AC_VALUE_URL = 4,    /* url: scheme and host lower case, default port dropped, path and query kept exactly */
	AC_VALUE_EMAIL = 5,  /* email-addr: lower case */
	AC_VALUE_MD5 = 6,    /* lower-case hex */
	AC_VALUE_SHA1 = 7,
	AC_VALUE_SHA256 = 8,
	AC_VALUE_SHA512 = 9,
	AC_VALUE_FILE_NAME =
	    10,              /* last component of a path, ASCII letters in lower case: equal names are equal texts */
	AC_VALUE_MUTEX = 11, /* exact: names of kernel objects have case (CreateMutex) */
	AC_VALUE_REGISTRY_KEY = 12, /* lower case, the hive in full; with or without a value's name behind it */
	AC_VALUE_USER_AGENT = 13,   /* exact */
	AC_VALUE_AS_NUMBER = 14,    /* asplain (RFC 5396), no letters */
	AC_VALUE_MAC = 15,          /* lower case with colons */
	AC_VALUE_CVE = 16,          /* stored, no log holds one */
	AC_VALUE_SHA224 = 17,       /* lower-case hex */
	AC_VALUE_SHA384 = 18,
	AC_VALUE_SSDEEP = 19,      /* exact text; similarity is not watched */
	AC_VALUE_TLSH = 20,        /* the same: "T1" and capitals */
	AC_VALUE_JA3 = 21,         /* JA3 or JA3S: an MD5 by its form, never one of a file */
	AC_VALUE_JA4 = 22,         /* JA4, JA4S, JA4H, JA4X ...: lower case */
	AC_VALUE_CERT_SHA1 = 23,   /* fingerprint of an X.509 certificate: lower-case hex without colons */
	AC_VALUE_CERT_SHA256 = 24, /* the same */
	AC_VALUE_CERT_SERIAL = 25, /* lower-case hex without leading zeros */
	AC_VALUE_FILE_PATH = 26,   /* of Windows: lower case, backslashes; of POSIX: exact */
	AC_VALUE_NAMED_PIPE = 27,  /* lower case, without "\\.\pipe\" */
	AC_VALUE_TYPE_COUNT
} ac_value_type;

/* Name as `watch` and the list readers say it: "ipv4-addr", "sha256", "file-name" ...; "" for NONE. */
ac_str ac_value_type_name(ac_value_type type);
/* From that name and the synonyms that lists use ("ip", "domain", "hash-md5", "hostname", MISP attribute types ...). NONE when unknown. */
ac_value_type ac_value_type_from_name(ac_str name);

typedef struct ac_value {
	ac_value_type type;
	ac_str text;         /* canonical, in the arena */
	uint8_t address[16]; /* IPV4: first 4 bytes, IPV6: 16 */
	uint8_t prefix_bits; /* IPV4: 32, IPV6: 128 for one address */
} ac_value;

/*
 * Refang: "hxxp://", "[.]", "(dot)", "[at]", "[:]", "[://]", "\." ... back to the value that was meant, and so "(3)www(4)evil(7)example(0)", as DNS servers of Windows write names. The result views text where nothing changed, else it lives in arena.
 */
ac_str ac_value_refang(ac_str text, ac_arena *arena);
/* The same of a part of such a text, which may begin with a label whose length is not in it. */
ac_str ac_value_refang_part(ac_str part, ac_arena *arena);
/*
 * The same at one place of a longer text: the spelling that begins at text[at] ("[.]", "(dot)", "[://]", or the backslash of "\\.") takes so many bytes, and means *out_meant.
 * 0 when none begins there.
 */
size_t ac_value_refang_at(ac_str text, size_t at, ac_str *out_meant);
/* A defanged scheme ("hxxps" before "://" or one of its spellings) at the front: its bytes without what follows, and the scheme that is meant. 0 for none. */
size_t ac_value_refang_scheme(ac_str text, ac_str *out_meant);
/*
 * The canonical value of text that is said to be of `type`; white space around it is dropped, it is not refanged. ACCORD_EINPUT when it is not one, with what was wanted.
 * For IPV4 and IPV6 either family is taken (a column headed "ip" holds both): out->type tells which. IPv4-mapped IPv6 addresses become IPv4, a range becomes
 * its network ("192.0.2.77/24" is "192.0.2.0/24"), a range of one address that address. A domain may have a single label and no wildcard.
 */
int ac_value_parse(ac_value_type type, ac_str text, ac_arena *arena, ac_value *out, accord_err *err) AC_CHECKED;
/*
 * The same for text of unknown type (refanged first): hash by exact length, address, CIDR, URL (also without its scheme: then http), e-mail, domain, CVE, MAC address, registry key,
 * certificate fingerprint (with colons), named pipe, file name, file path (two components and more). How "update.exe" and "evil.example" are told apart is written in domain.c. NONE in out->type with return 0 when it is none of these.
 */
int ac_value_guess(ac_str text, ac_arena *arena, ac_value *out, accord_err *err) AC_CHECKED;

/*
 * The value in a line of a plain list, trimmed, without its comment, which *out_comment has ({NULL,0}: none). '#' begins one at the front or behind white space (URLs may hold one), ';' and "//" at
 * the front only. Empty when there is no value.
 */
ac_str ac_value_line(ac_str line, ac_str *out_comment);

/* A path (canonical or not) of Windows: it has a drive, or a backslash and no '/' in front. */
bool ac_path_is_windows(ac_str path);
/* A digest: how many hexadecimal digits its canonical text has; 0 for other types. */
size_t ac_value_hash_digits(ac_value_type type);

/* Addresses as bytes; strict dotted quad (no octal, no leading zeros) and RFC 4291 forms. */
bool ac_ipv4_parse(ac_str text, uint8_t out[static 4]);
bool ac_ipv6_parse(ac_str text, uint8_t out[static 16]);
/* A network, or one address as a network of all its bits. */
typedef struct ac_network {
	uint8_t address[16]; /* IPv4: the first 4; bits behind the prefix are 0 */
	uint8_t bits;        /* of the prefix: at most 32 or 128 */
	bool is_6;
} ac_network;
/* "192.0.2.77/24", "2001:db8::1" ...: the two families stay apart, ::ffff:192.0.2.1 is an IPv6 address. False when text is none. */
bool ac_network_parse(ac_str text, ac_network *out);
/* Canonical text (RFC 5952). Returns its length; out is not terminated. */
size_t ac_ipv4_format(const uint8_t address[static 4], char out[static 15]);
size_t ac_ipv6_format(const uint8_t address[static 16], char out[static 45]);

/* The address of a value of type IPV4 or IPV6 from its canonical text, as ac_value_parse gave it. False when that is none. */
bool ac_value_read_address(ac_value *value);
/* The registrable part of a canonical domain by the public suffix list ("a.b.example.co.uk" -> "example.co.uk"); {NULL,0} for a public suffix itself. */
ac_str ac_domain_registrable(ac_str domain);
/* Whether a canonical domain is a public suffix or less (a single label), by the same list; of what is too long to be one, too. */
bool ac_domain_is_public_suffix(ac_str domain);
/* The names of the list one by one, in punycode, static; {NULL,0} behind the last. Of a rule for all names below one ("*.ck") that one. (tools/make_suffixes.py) */
ac_str ac_public_suffix(size_t i);
/* A bit for each rule of the list by the hash of its name, "*." of its parent included; many others share one. (tools/make_suffixes.py) */
#define AC_SUFFIX_BITS 18
extern const uint64_t ac_public_suffix_bits[(1 << AC_SUFFIX_BITS) / 64];
/*
 * Parts of an absolute URL; views. host without brackets and without user info. False when it is not scheme://host...
 */
typedef struct ac_url {
	ac_str scheme, host, port, path_query; /* path_query begins with '/', '?' or '#', or is empty */
	bool host_is_ipv6;
} ac_url;
bool ac_url_split(ac_str text, ac_url *out);

#endif
