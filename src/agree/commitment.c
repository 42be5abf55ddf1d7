/* SPDX-License-Identifier: Apache-2.0 */
/* Commitments and their openings. Knows nothing of logs, nor of what the notes say. */
#include "agree/commitment.h"

#include "agree/parts.h"
#include "base/limits.h"

enum { HOUR_SECONDS = 3600 };

static const ac_str scheme = AC_S_INIT("hmac-sha256:");

static int
take_mac(ac_line *line, uint8_t out[static AC_HMAC_SIZE], accord_err *err)
{
	if (!ac_str_starts(line->rest, scheme))
		return ac_line_fail(
		    line, err, "want a commitment as hmac-sha256: and 64 hexadecimal digits in lower case");
	line->rest = ac_str_slice(line->rest, scheme.n, line->rest.n);
	return ac_line_hash(line, "a commitment", out, err);
}

static void
add_mac(ac_buf *buf, const uint8_t mac[static AC_HMAC_SIZE])
{
	ac_buf_add(buf, AC_S("commit "));
	ac_buf_add(buf, scheme);
	ac_text_add_hash(buf, mac);
	ac_buf_add_byte(buf, '\n');
}

static int
take_kind(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "a kind of note", &((ac_commitment *)payload)->kind, err);
}

static int
take_at(void *payload, ac_line *line, accord_err *err)
{
	ac_commitment *c = payload;
	int rc = ac_line_time(line, "the hour", &c->at, err);

	if (!rc && c->at.seconds % HOUR_SECONDS)
		rc = ac_line_fail(line, err, "want a whole hour, which tells no more than it must");
	return rc;
}

static int
take_commit(void *payload, ac_line *line, accord_err *err)
{
	return take_mac(line, ((ac_commitment *)payload)->commit, err);
}

static const ac_text_row rows[] = {
	{ "kind", 1, 1, take_kind },
	{ "at", 1, 1, take_at },
	{ "commit", 1, 1, take_commit },
};

void
ac_commitment_add(ac_buf *buf, const ac_commitment *c)
{
	ac_text_add_kind(buf, "commitment");
	ac_text_add_line(buf, "kind", c->kind);
	ac_text_add_time_line(buf, "at", c->at);
	add_mac(buf, c->commit);
}

int
ac_commitment_parse(ac_str text, ac_commitment *out, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_commitment c = { 0 };
	ac_buf again;
	int rc = ac_text_read(text, "commitment", rows, AC_COUNT(rows), &c, err);

	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_commitment_add(&again, &c);
	rc = ac_text_seal(text, &again, digest, err);
	if (rc)
		return rc;
	c.text = text;
	*out = c;
	return 0;
}

static void
mac_of(const uint8_t nonce[static AC_NONCE_SIZE], ac_str note, uint8_t out[static AC_HMAC_SIZE])
{
	ac_hmac_sha256((ac_str){ (const char *)nonce, AC_NONCE_SIZE }, note, out);
}

int
ac_commitment_make(
    ac_str note, const uint8_t nonce[static AC_NONCE_SIZE], ac_time now, ac_commitment *out, accord_err *err)
{
	int64_t over = now.seconds % HOUR_SECONDS;
	ac_commitment c = { 0 };

	if (!ac_text_kind(note, &c.kind))
		return ac_fail(err, ACCORD_EINPUT, "want a note of the kinds of Accord to commit to");
	c.at.seconds = now.seconds - (over < 0 ? over + HOUR_SECONDS : over);
	mac_of(nonce, note, c.commit);
	*out = c;
	return 0;
}

int
ac_commitment_check(const ac_commitment *c, const uint8_t nonce[static AC_NONCE_SIZE], ac_str note, accord_err *err)
{
	uint8_t mac[AC_HMAC_SIZE];
	ac_str kind;

	mac_of(nonce, note, mac);
	if (!ac_same_secret(mac, c->commit, sizeof(mac)))
		return ac_fail(err, ACCORD_EDENIED, "the commitment is to another note, or has another key");
	if (!ac_text_kind(note, &kind) || !ac_str_eq(kind, c->kind))
		return ac_fail(
		    err, ACCORD_EDENIED, "the commitment says '%.*s', and the note is none", AC_FMT(c->kind));
	return 0;
}

static int
take_opened(void *payload, ac_line *line, accord_err *err)
{
	return take_mac(line, ((ac_opening *)payload)->commit, err);
}

static int
take_note(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_digest(line, "the note's digest", ((ac_opening *)payload)->note, err);
}

static int
take_nonce(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_hash(line, "the commitment's key", ((ac_opening *)payload)->nonce, err);
}

static const ac_text_row opening_rows[] = {
	{ "commit", 1, 1, take_opened },
	{ "note", 1, 1, take_note },
	{ "nonce", 1, 1, take_nonce },
};

void
ac_opening_add(ac_buf *buf, const ac_opening *o)
{
	ac_text_add_kind(buf, "opening");
	add_mac(buf, o->commit);
	ac_text_add_digest_line(buf, "note", o->note);
	ac_buf_add(buf, AC_S("nonce "));
	ac_text_add_hash(buf, o->nonce);
	ac_buf_add_byte(buf, '\n');
}

int
ac_opening_parse(ac_str text, ac_opening *out, accord_err *err)
{
	uint8_t digest[AC_SHA256_SIZE];
	ac_opening o = { 0 };
	ac_buf again;
	int rc = ac_text_read(text, "opening", opening_rows, AC_COUNT(opening_rows), &o, err);

	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_opening_add(&again, &o);
	rc = ac_text_seal(text, &again, digest, err);
	if (rc)
		return rc;
	o.text = text;
	*out = o;
	return 0;
}
