/* SPDX-License-Identifier: Apache-2.0 */
/* The text of tree heads. Knows nothing of signatures, nor of what the log holds. */
#include "agree/checkpoint.h"

#include "codec/octets.h"

/* 32 bytes: 43 digits and one of padding. */
#define HASH_TEXT_SIZE 44

bool
ac_tlog_number(ac_str text, uint64_t *out)
{
	return (text.n == 1 || (text.n > 1 && text.p[0] != '0')) && ac_str_to_u64(text, out);
}

bool
ac_tlog_hash(ac_str text, uint8_t out[static AC_SHA256_SIZE])
{
	char bytes[HASH_TEXT_SIZE / 4 * 3];
	size_t n;

	if (text.n != HASH_TEXT_SIZE || !ac_base64_decode_exact(text, bytes, &n) || n != AC_SHA256_SIZE)
		return false;
	memcpy(out, bytes, n);
	return true;
}

void
ac_tlog_hash_add(ac_buf *buf, const uint8_t hash[static AC_SHA256_SIZE])
{
	ac_base64_add(buf, (ac_str){ (const char *)hash, AC_SHA256_SIZE });
}

/* The next line, which ends with a line feed and holds something. */
static int
next_line(ac_str *rest, uint64_t number, const char *what, ac_str *out, accord_err *err)
{
	if (!ac_str_cut(rest, '\n', out) || out->n == 0)
		return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0, "want %s of a checkpoint as line %llu, got %s",
		    what, (unsigned long long)number, rest->n ? "an empty line" : "the end of the text");
	return 0;
}

int
ac_checkpoint_parse(ac_str text, ac_checkpoint *out, accord_err *err)
{
	ac_checkpoint c = { 0 };
	ac_str rest = text, size = { 0 }, root = { 0 };
	int rc = next_line(&rest, 1, "the origin", &c.origin, err);

	if (!rc)
		rc = next_line(&rest, 2, "the size", &size, err);
	if (!rc)
		rc = next_line(&rest, 3, "the root", &root, err);
	if (rc)
		return rc;
	if (!ac_tlog_number(size, &c.size))
		return ac_fail_at(err, ACCORD_EINPUT, 2, 1, 0,
		    "want the size of a checkpoint in decimal without zeros in front, got '%.*s'",
		    AC_FMT(ac_str_slice(size, 0, 40)));
	if (!ac_tlog_hash(root, c.root))
		return ac_fail_at(err, ACCORD_EINPUT, 3, 1, 0, "want a root of 32 bytes in base64, got '%.*s'",
		    AC_FMT(ac_str_slice(root, 0, 60)));
	c.extension = rest;
	for (uint64_t line = 4; rest.n; line++) {
		ac_str extension;

		rc = next_line(&rest, line, "an extension", &extension, err);
		if (rc)
			return rc;
	}
	*out = c;
	return 0;
}

void
ac_checkpoint_add(ac_buf *buf, const ac_checkpoint *c)
{
	ac_buf_add(buf, c->origin);
	ac_buf_add_byte(buf, '\n');
	ac_buf_add_u64(buf, c->size);
	ac_buf_add_byte(buf, '\n');
	ac_tlog_hash_add(buf, c->root);
	ac_buf_add_byte(buf, '\n');
}
