/* SPDX-License-Identifier: Apache-2.0 */
/* Keys to verify with: their text, ids and purposes. Knows nothing of notes. */
#include "agree/vkey.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "codec/octets.h"
#include "crypto/digest.h"

/* The type's byte and a public key. */
#define MATERIAL_SIZE (1 + AC_ED25519_PUBLIC_SIZE)
/* Their base64 text. */
#define MATERIAL_TEXT_SIZE 44

static const struct {
	const char *word, *texts;
} purposes[] = {
	[AC_PURPOSE_ANY] = { "any", "what its type allows" },
	[AC_PURPOSE_ROOT] = { "root", "charters and changes of keys" },
	[AC_PURPOSE_SIGN] = { "sign", "texts of Accord" },
	[AC_PURPOSE_LOG] = { "log", "checkpoints of its own log" },
	[AC_PURPOSE_WITNESS] = { "witness", "cosignatures of checkpoints" },
};

const char *
ac_purpose_name(ac_purpose purpose)
{
	return purposes[purpose].word;
}

const char *
ac_vkey_purpose_texts(ac_purpose purpose)
{
	return purposes[purpose].texts;
}

bool
ac_purpose_parse(ac_str word, ac_purpose *out)
{
	for (unsigned i = AC_PURPOSE_ROOT; i < AC_COUNT(purposes); i++)
		if (ac_str_eq(word, ac_str_from(purposes[i].word))) {
			*out = (ac_purpose)i;
			return true;
		}
	return false;
}

/* White_Space of Unicode beyond ASCII. */
static bool
is_wide_space(uint32_t c)
{
	return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000;
}

bool
ac_vkey_is_name(ac_str name)
{
	if (name.n == 0 || name.n > AC_NOTE_NAME_MAX)
		return false;
	for (size_t at = 0; at < name.n;) {
		bool valid;
		uint32_t c = ac_utf8_next(name, &at, &valid);

		if (!valid || c == '+' || c <= ' ' || c == 0x7f || is_wide_space(c))
			return false;
	}
	return true;
}

static bool
is_ascii(ac_str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] >= 0x80)
			return false;
	return true;
}

uint32_t
ac_vkey_id_read(const char *bytes)
{
	uint32_t id = 0;

	for (unsigned i = 0; i < 4; i++)
		id = id << 8 | (unsigned char)bytes[i];
	return id;
}

/* The purpose that the last segment of the name tells. */
static ac_purpose
purpose_of(ac_str name)
{
	ac_purpose purpose = AC_PURPOSE_ANY;
	ac_str segment;

	while (ac_str_cut(&name, '/', &segment))
		(void)segment;
	(void)ac_purpose_parse(name, &purpose);
	return purpose;
}

int
ac_vkey_make(ac_str name, ac_note_type type, const uint8_t public_key[static AC_ED25519_PUBLIC_SIZE], ac_vkey *out,
    accord_err *err)
{
	ac_vkey key = { .name = name, .type = type, .purpose = purpose_of(name) };
	char text[AC_NOTE_NAME_MAX + 1 + MATERIAL_SIZE];
	uint8_t hash[AC_SHA256_SIZE];
	int rc;

	if (!ac_vkey_is_name(name) || !is_ascii(name))
		return ac_fail(err, ACCORD_EINPUT,
		    "want the name of a key in ASCII without spaces and '+', of at most %d bytes, got '%.*s'",
		    AC_NOTE_NAME_MAX, AC_FMT(ac_str_slice(name, 0, 60)));
	if ((type == AC_NOTE_COSIGNATURE) != (key.purpose == AC_PURPOSE_WITNESS) && key.purpose != AC_PURPOSE_ANY)
		return ac_fail(err, ACCORD_EINPUT, "%.*s: a key for %s is not of type %d", AC_FMT(name),
		    ac_purpose_name(key.purpose), (int)type);
	memcpy(text, name.p, name.n);
	text[name.n] = '\n';
	text[name.n + 1] = (char)type;
	memcpy(text + name.n + 2, public_key, AC_ED25519_PUBLIC_SIZE);
	rc = ac_sha256((ac_str){ text, name.n + 1 + MATERIAL_SIZE }, hash, err);
	if (rc)
		return rc;
	key.id = ac_vkey_id_read((const char *)hash);
	memcpy(key.public_key, public_key, AC_ED25519_PUBLIC_SIZE);
	*out = key;
	return 0;
}

int
ac_vkey_parse(ac_str text, ac_vkey *out, accord_err *err)
{
	ac_str rest = text, name, id;
	char material[MATERIAL_TEXT_SIZE / 4 * 3], id_bytes[4];
	size_t n = 0;
	ac_vkey key;
	int rc;

	/* The name has no '+', base64 may. */
	if (!ac_str_cut(&rest, '+', &name) || !ac_str_cut(&rest, '+', &id) || id.n != 8 || !ac_hex_decode(id, id_bytes))
		return ac_fail(
		    err, ACCORD_EINPUT, "want a key as name+id+base64, got '%.*s'", AC_FMT(ac_str_slice(text, 0, 80)));
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] != ac_lower(id.p[i]))
			return ac_fail(
			    err, ACCORD_EINPUT, "want the id of a key in small letters, got '%.*s'", AC_FMT(id));
	if (rest.n != MATERIAL_TEXT_SIZE || !ac_base64_decode_exact(rest, material, &n) || n != MATERIAL_SIZE)
		return ac_fail(err, rest.n > MATERIAL_TEXT_SIZE ? ACCORD_EVERSION : ACCORD_EINPUT,
		    "%.*s: want a type and an Ed25519 key, 33 bytes in base64, got '%.*s'",
		    AC_FMT(ac_str_slice(name, 0, 80)), AC_FMT(ac_str_slice(rest, 0, 60)));
	if (material[0] != AC_NOTE_ED25519 && material[0] != AC_NOTE_COSIGNATURE)
		return ac_fail(err, ACCORD_EVERSION, "%.*s: want a key of type 1 or 4, got type %u",
		    AC_FMT(ac_str_slice(name, 0, 80)), (unsigned)(unsigned char)material[0]);
	rc = ac_vkey_make(name, (ac_note_type)material[0], (const uint8_t *)material + 1, &key, err);
	if (rc)
		return rc;
	if (key.id != ac_vkey_id_read(id_bytes))
		return ac_fail(err, ACCORD_EINPUT, "%.*s: want the id %08x, which its name and key give, got %.*s",
		    AC_FMT(name), key.id, AC_FMT(id));
	*out = key;
	return 0;
}

void
ac_vkey_add(ac_buf *buf, const ac_vkey *key)
{
	char material[MATERIAL_SIZE];

	material[0] = (char)key->type;
	memcpy(material + 1, key->public_key, AC_ED25519_PUBLIC_SIZE);
	ac_buf_add(buf, key->name);
	ac_buf_printf(buf, "+%08x+", key->id);
	ac_base64_add(buf, (ac_str){ material, sizeof(material) });
}

bool
ac_vkey_eq(const ac_vkey *a, const ac_vkey *b)
{
	return a->id == b->id && a->type == b->type && ac_str_eq(a->name, b->name) &&
	       memcmp(a->public_key, b->public_key, AC_ED25519_PUBLIC_SIZE) == 0;
}
