/* SPDX-License-Identifier: Apache-2.0 */
/* Signed notes: their bytes, and who signed them. Knows nothing of what the texts of Accord say beyond their first line. */
#include "agree/note.h"

#include "agree/checkpoint.h"
#include "agree/cosignature.h"
#include "agree/vkey.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "codec/octets.h"

/* U+2014 and a space begin each signature's line. */
#define DASH AC_S("\xe2\x80\x94 ")

/* Line, column (bytes) and byte of a place, for an error. */
static int
fail_place(accord_err *err, ac_str bytes, size_t at, const char *what, uint32_t code_point)
{
	uint64_t line = 1;
	size_t start = 0;

	for (size_t i = 0; i < at; i++)
		if (bytes.p[i] == '\n') {
			line++;
			start = i + 1;
		}
	if (code_point)
		return ac_fail_at(err, ACCORD_EINPUT, line, at - start + 1, at,
		    "want text that shows all it says, got %s U+%04X in line %llu", what, (unsigned)code_point,
		    (unsigned long long)line);
	return ac_fail_at(err, ACCORD_EINPUT, line, at - start + 1, at,
	    "want UTF-8 without control characters, got %s in line %llu", what, (unsigned long long)line);
}

/* No byte that is not UTF-8, no control character but line feed, nothing that hides or reorders. */
static int
check_characters(ac_str bytes, accord_err *err)
{
	for (size_t at = 0; at < bytes.n;) {
		unsigned char c = (unsigned char)bytes.p[at];
		size_t from = at;
		uint32_t code_point;
		bool valid;

		if (c < 0x80) {
			if ((c < 0x20 && c != '\n') || c == 0x7f)
				return fail_place(
				    err, bytes, at, c == '\r' ? "a carriage return" : "a control character", 0);
			at++;
			continue;
		}
		code_point = ac_utf8_next(bytes, &at, &valid);
		if (!valid)
			return fail_place(err, bytes, from, "a byte that is no UTF-8", 0);
		if (code_point < 0xa0)
			return fail_place(err, bytes, from, "the control character", code_point);
		if (ac_is_invisible(code_point))
			return fail_place(err, bytes, from, "the hidden character", code_point);
	}
	return 0;
}

int
ac_note_check_text(ac_str text, accord_err *err)
{
	if (text.n > AC_NOTE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a text of at most %zu bytes, got %zu", (size_t)AC_NOTE_MAX, text.n);
	if (!ac_str_ends(text, AC_S("\n")))
		return ac_fail(err, ACCORD_EINPUT, "want a text that ends with a line feed");
	return check_characters(text, err);
}

/* One line, without its line feed, into *out. */
static int
parse_signature(ac_str line, uint64_t number, ac_arena *arena, ac_note_signature *out, accord_err *err)
{
	ac_str rest = line, name;
	size_t n = 0;
	char *bytes;

	if (!ac_str_starts(line, DASH))
		return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0,
		    "want a signature that begins with U+2014 and a space as line %llu, got '%.*s'",
		    (unsigned long long)number, AC_FMT(ac_str_slice(line, 0, 40)));
	rest = ac_str_slice(line, DASH.n, line.n);
	if (!ac_str_cut(&rest, ' ', &name) || !ac_vkey_is_name(name))
		return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0,
		    "want the name of a key and a signature in line %llu, got '%.*s'", (unsigned long long)number,
		    AC_FMT(ac_str_slice(line, DASH.n, DASH.n + 40)));
	if (rest.n / 4 * 3 > AC_NOTE_SIGNATURE_MAX)
		return ac_fail_at(err, ACCORD_ELIMIT, number, 1, 0,
		    "want a signature of at most %zu bytes in line %llu, got %zu", (size_t)AC_NOTE_SIGNATURE_MAX,
		    (unsigned long long)number, rest.n / 4 * 3);
	bytes = ac_arena_alloc(arena, rest.n / 4 * 3 + 1);
	if (!bytes)
		return ac_arena_check(arena, err);
	if (!ac_base64_decode_exact(rest, bytes, &n) || n < 5)
		return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0,
		    "want a key's id and a signature in base64 in line %llu, got '%.*s'", (unsigned long long)number,
		    AC_FMT(ac_str_slice(rest, 0, 40)));
	*out = (ac_note_signature){ .name = name,
		.id = ac_vkey_id_read(bytes),
		.bytes = { bytes + 4, n - 4 },
		.line = { line.p, line.n + 1 },
		.number = number };
	return 0;
}

static int
parse_lines(ac_str lines, uint64_t first, ac_arena *arena, ac_note *out, accord_err *err)
{
	size_t count = 0;
	ac_note_signature *all;

	for (size_t i = 0; i < lines.n; i++)
		count += lines.p[i] == '\n';
	if (count == 0 || lines.p[lines.n - 1] != '\n')
		return ac_fail_at(err, ACCORD_EINPUT, first + count, 1, 0,
		    "want lines of signatures that end with a line feed, got %s",
		    lines.n ? "an end without one" : "none");
	if (count > AC_NOTE_SIGNATURES_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want at most %d signatures, got %zu", AC_NOTE_SIGNATURES_MAX, count);
	all = ac_arena_zalloc(arena, count, sizeof(*all));
	if (!all)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < count; i++) {
		ac_str line = { 0 };
		int rc;

		(void)ac_str_cut(&lines, '\n', &line);
		rc = parse_signature(line, first + i, arena, &all[i], err);
		if (rc)
			return rc;
	}
	out->signatures = all;
	out->count = count;
	return 0;
}

int
ac_note_parse_signatures(ac_str bytes, ac_arena *arena, ac_note *out, accord_err *err)
{
	ac_note note = { 0 };
	int rc = ac_note_check_text(bytes, err);

	if (!rc)
		rc = parse_lines(bytes, 1, arena, &note, err);
	if (!rc)
		*out = note;
	return rc;
}

int
ac_note_parse(ac_str bytes, ac_arena *arena, ac_note *out, accord_err *err)
{
	ac_note note = { 0 };
	uint64_t line = 2;
	size_t blank;
	int rc = ac_note_check_text(bytes, err);

	if (rc)
		return rc;
	/* The text may have empty lines: the last one ends it. */
	for (blank = bytes.n; blank >= 2 && (bytes.p[blank - 1] != '\n' || bytes.p[blank - 2] != '\n'); blank--)
		;
	if (blank < 3)
		return ac_fail(err, ACCORD_EINPUT, "want a text, a blank line and signatures, got %s",
		    blank < 2 ? "no blank line" : "no text");
	note.text = ac_str_slice(bytes, 0, blank - 1);
	for (size_t i = 0; i < note.text.n; i++)
		line += note.text.p[i] == '\n';
	rc = parse_lines(ac_str_slice(bytes, blank, bytes.n), line, arena, &note, err);
	if (!rc)
		*out = note;
	return rc;
}

/* Does the first line name a text of Accord of that kind? */
static bool
is_text_of(ac_str text, ac_str kind)
{
	return ac_str_starts(text, AC_S("accord/")) && ac_str_starts(ac_str_slice(text, 7, text.n), kind);
}

/* Texts of Accord that only the offline key signs: who the members are, and what their keys are. */
static bool
is_root_text(ac_str text)
{
	return is_text_of(text, AC_S("charter/")) || is_text_of(text, AC_S("key/"));
}

int
ac_purpose_check(ac_purpose purpose, ac_note_type type, ac_str name, ac_str text, accord_err *err)
{
	ac_checkpoint checkpoint;
	bool fits = false;

	switch (purpose) {
	case AC_PURPOSE_ANY:
		fits = type == AC_NOTE_ED25519 || ac_checkpoint_parse(text, &checkpoint, NULL) == 0;
		break;
	case AC_PURPOSE_ROOT:
		fits = is_root_text(text);
		break;
	case AC_PURPOSE_SIGN:
		/* Charters and changes of keys, too, where members have no root key: whether they count is the charter's to say. */
		fits = is_text_of(text, AC_S(""));
		break;
	case AC_PURPOSE_LOG:
		fits = ac_checkpoint_parse(text, &checkpoint, NULL) == 0 && ac_str_eq(checkpoint.origin, name);
		break;
	case AC_PURPOSE_WITNESS:
		fits = type == AC_NOTE_COSIGNATURE && ac_checkpoint_parse(text, &checkpoint, NULL) == 0;
		break;
	}
	if (fits)
		return 0;
	return ac_fail(err, ACCORD_EDENIED, "%.*s is a key for %s and must not sign a text that begins '%.*s'",
	    AC_FMT(name), ac_vkey_purpose_texts(purpose),
	    AC_FMT(ac_str_slice(text, 0, ac_str_find_byte(ac_str_slice(text, 0, 60), '\n'))));
}

static int
verify_one(const ac_note *note, const ac_note_signature *s, const ac_vkey *key, uint64_t *out_time, accord_err *err)
{
	bool good = false;
	int rc;

	/* The purpose first: a checkpoint's shape is part of what a cosignature signs. */
	rc = ac_purpose_check(key->purpose, key->type, key->name, note->text, err);
	if (rc) {
		if (err)
			err->line = s->number;
		return rc;
	}
	switch (key->type) {
	case AC_NOTE_ED25519:
		good = s->bytes.n == AC_ED25519_SIGNATURE_SIZE &&
		       ac_ed25519_verify(key->public_key, note->text, (const uint8_t *)s->bytes.p);
		break;
	case AC_NOTE_COSIGNATURE:
		good = ac_cosignature_verify(key->public_key, note->text, s->bytes, out_time);
		break;
	}
	if (!good)
		return ac_fail_at(err, ACCORD_EDENIED, s->number, 1, 0, "the signature of %.*s in line %llu is wrong",
		    AC_FMT(s->name), (unsigned long long)s->number);
	return 0;
}

/* Place of the key that a line names, or count. */
static size_t
find_key(const ac_vkey *keys, size_t count, ac_str name, uint32_t id)
{
	size_t i = 0;

	while (i < count && (keys[i].id != id || !ac_str_eq(keys[i].name, name)))
		i++;
	return i;
}

int
ac_note_verify(
    const ac_note *note, const ac_vkey *keys, size_t count, ac_arena *arena, ac_note_verdict *out, accord_err *err)
{
	ac_note_verdict v = { .signed_by = ac_arena_zalloc(arena, count + 1, sizeof(bool)),
		.times = ac_arena_zalloc(arena, count + 1, sizeof(uint64_t)) };

	if (!v.signed_by || !v.times)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < note->count; i++) {
		const ac_note_signature *s = &note->signatures[i];
		size_t k = find_key(keys, count, s->name, s->id);
		uint64_t time = 0;
		int rc;

		if (k == count) {
			v.unknown++;
			continue;
		}
		if (find_key(keys + k + 1, count - k - 1, s->name, s->id) < count - k - 1)
			return ac_fail(err, ACCORD_EUSAGE, "two trusted keys have the name %.*s and the id %08x",
			    AC_FMT(s->name), s->id);
		rc = verify_one(note, s, &keys[k], &time, err);
		if (rc)
			return rc;
		v.signers += !v.signed_by[k];
		v.signed_by[k] = true;
		if (time > v.times[k])
			v.times[k] = time;
	}
	if (v.signers == 0)
		return ac_fail(err, ACCORD_ENOTFOUND, "none of its %zu signatures is by a trusted key", note->count);
	*out = v;
	return 0;
}

int
ac_note_sign(ac_buf *buf, ac_str text, const ac_vkey *vkey, const ac_ed25519_key *key, uint64_t time, accord_err *err)
{
	uint8_t signature[4 + AC_COSIGNATURE_SIZE];
	size_t n = 4;
	int rc = ac_note_check_text(text, err);

	if (!rc)
		rc = ac_purpose_check(vkey->purpose, vkey->type, vkey->name, text, err);
	if (rc)
		return rc;
	for (unsigned i = 0; i < 4; i++)
		signature[i] = (uint8_t)(vkey->id >> (24 - 8 * i));
	switch (vkey->type) {
	case AC_NOTE_ED25519:
		ac_ed25519_sign(key, text, signature + 4);
		n += AC_ED25519_SIGNATURE_SIZE;
		break;
	case AC_NOTE_COSIGNATURE:
		rc = ac_cosign(key, text, time, signature + 4, err);
		n += AC_COSIGNATURE_SIZE;
		break;
	}
	if (rc)
		return rc;
	ac_buf_add(buf, DASH);
	ac_buf_add(buf, vkey->name);
	ac_buf_add_byte(buf, ' ');
	ac_base64_add(buf, (ac_str){ (const char *)signature, n });
	ac_buf_add_byte(buf, '\n');
	return 0;
}
