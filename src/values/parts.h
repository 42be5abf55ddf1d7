/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this room share: one function per kind of value, each making the canonical text. */
#ifndef AC_VALUES_PARTS_H
#define AC_VALUES_PARTS_H

#include "values/value.h"

/* A host name is at most 253 bytes (RFC 1035 s2.3.4 without the length bytes), a label 63. */
#define DOMAIN_MAX 253
#define LABEL_MAX 63
/* What comes in before punycode: a full-length name, each byte of it a character of four bytes. */
#define DOMAIN_INPUT_MAX (4 * DOMAIN_MAX)
/* No indicator is longer than a URL of 8 KiB (limits.h); RFC 5321 s4.5.3.1.3 limits an address to 254. */
#define URL_MAX ((size_t)8192)
#define EMAIL_MAX 254
/* Names of objects in systems: mutexes, registry keys, user agents, files. */
#define TEXT_MAX ((size_t)4096)

/* Each: canonical value in *out (type, text, address), or ACCORD_EINPUT with what was wanted. text is trimmed. */
int ac_part_address(ac_str text, ac_arena *arena, ac_value *out, accord_err *err) AC_CHECKED;
int ac_part_domain(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_url(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_email(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_hash(ac_str text, size_t digits, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_file_name(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_plain(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_registry_key(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_as_number(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_mac(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_cve(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_file_path(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_named_pipe(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_serial(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_fingerprint(ac_str text, size_t digits, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_ja4(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_ssdeep(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;
int ac_part_tlsh(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;

/* 1 to TEXT_MAX bytes of UTF-8 without control characters. */
bool ac_part_is_plain(ac_str text);

/* What the last label of a dotted name says when nobody has said what the name is. */
typedef enum ac_last_label {
	AC_LABEL_UNKNOWN,
	AC_LABEL_TLD,      /* in the public suffix list, or set aside for special use */
	AC_LABEL_EXTENSION /* a file extension, and no TLD */
} ac_last_label;
ac_last_label ac_part_last_label(ac_str name);
/* The last label is a file extension, whatever else it may be. */
bool ac_part_has_extension(ac_str name);

/* A copy with ASCII letters in lower case. */
ac_str ac_part_lower(ac_str text, ac_arena *arena);
/* The canonical value could not be copied (arena), or *out has it. */
int ac_part_done(ac_str text, const ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;

#endif
