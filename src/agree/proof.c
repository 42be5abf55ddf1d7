/* SPDX-License-Identifier: Apache-2.0 */
/* The text of proofs. Knows nothing of whose keys are trusted. */
#include "agree/proof.h"

#include "base/limits.h"
#include "codec/octets.h"

#define FIRST_LINE AC_S("c2sp.org/tlog-proof@v1\n")

bool
ac_proof_is(ac_str bytes)
{
	return ac_str_starts(bytes, FIRST_LINE);
}

/* Reading line by line. */
typedef struct lines {
	ac_str rest;
	uint64_t number; /* of the next */
} lines;

static int
next(lines *l, const char *want, ac_str *out, accord_err *err)
{
	if (!ac_str_cut(&l->rest, '\n', out))
		return ac_fail_at(err, ACCORD_EINPUT, l->number, 1, 0, "want %s as line %llu, got the end", want,
		    (unsigned long long)l->number);
	l->number++;
	return 0;
}

/* "word NUMBER". */
static int
take_number(lines *l, ac_str line, ac_str word, uint64_t *out, accord_err *err)
{
	if (ac_str_starts(line, word) && line.n > word.n && line.p[word.n] == ' ' &&
	    ac_tlog_number(ac_str_slice(line, word.n + 1, line.n), out))
		return 0;
	return ac_fail_at(err, ACCORD_EINPUT, l->number - 1, 1, 0, "want '%.*s' and a number as line %llu, got '%.*s'",
	    AC_FMT(word), (unsigned long long)(l->number - 1), AC_FMT(ac_str_slice(line, 0, 40)));
}

/* Hashes up to a blank line, and the checkpoint behind it. */
static int
take_hashes(lines *l, ac_hash hashes[static AC_TLOG_PROOF_MAX], size_t *out_count, accord_err *err)
{
	size_t count = 0;

	for (;;) {
		ac_str line;
		int rc = next(l, "a hash or a blank line", &line, err);

		if (rc)
			return rc;
		if (line.n == 0)
			break;
		if (count == AC_TLOG_PROOF_MAX)
			return ac_fail_at(
			    err, ACCORD_ELIMIT, l->number - 1, 1, 0, "want at most %d hashes", AC_TLOG_PROOF_MAX);
		if (!ac_tlog_hash(line, hashes[count++].bytes))
			return ac_fail_at(err, ACCORD_EINPUT, l->number - 1, 1, 0,
			    "want a hash of 32 bytes in base64 or a blank line as line %llu, got '%.*s'",
			    (unsigned long long)(l->number - 1), AC_FMT(ac_str_slice(line, 0, 60)));
	}
	*out_count = count;
	return 0;
}

static int
take_checkpoint(const lines *l, ac_arena *arena, ac_note *note, ac_checkpoint *checkpoint, accord_err *err)
{
	int rc = ac_note_parse(l->rest, arena, note, err);

	if (!rc)
		rc = ac_checkpoint_parse(note->text, checkpoint, err);
	/* Places count from the beginning of the file. */
	if (rc && err && err->line)
		err->line += l->number - 1;
	return rc;
}

static int
take_extra(lines *l, ac_str line, ac_arena *arena, ac_proof *p, accord_err *err)
{
	ac_str text = ac_str_slice(line, 6, line.n);
	char *bytes = ac_arena_alloc(arena, text.n / 4 * 3 + 1);
	size_t n = 0;

	if (!bytes)
		return ac_arena_check(arena, err);
	if (!ac_base64_decode_exact(text, bytes, &n))
		return ac_fail_at(err, ACCORD_EINPUT, l->number - 1, 1, 0,
		    "want extra data in base64 as line %llu, got '%.*s'", (unsigned long long)(l->number - 1),
		    AC_FMT(ac_str_slice(text, 0, 60)));
	p->has_extra = true;
	p->extra = (ac_str){ bytes, n };
	return 0;
}

int
ac_proof_parse(ac_str bytes, ac_arena *arena, ac_proof *out, accord_err *err)
{
	lines l = { ac_str_slice(bytes, FIRST_LINE.n, bytes.n), 2 };
	ac_proof p = { 0 };
	ac_str line;
	int rc;

	if (bytes.n > AC_NOTE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a proof of at most %zu bytes, got %zu", (size_t)AC_NOTE_MAX, bytes.n);
	if (!ac_proof_is(bytes))
		return ac_fail_at(err, ACCORD_EINPUT, 1, 1, 0, "want 'c2sp.org/tlog-proof@v1' as the first line");
	rc = next(&l, "'index' and a number", &line, err);
	if (!rc && ac_str_starts(line, AC_S("extra "))) {
		rc = take_extra(&l, line, arena, &p, err);
		if (!rc)
			rc = next(&l, "'index' and a number", &line, err);
	}
	if (!rc)
		rc = take_number(&l, line, AC_S("index"), &p.index, err);
	if (!rc)
		rc = take_hashes(&l, p.hashes, &p.count, err);
	if (rc)
		return rc;
	p.signed_checkpoint = l.rest;
	rc = take_checkpoint(&l, arena, &p.note, &p.checkpoint, err);
	if (!rc)
		*out = p;
	return rc;
}

static void
add_hashes(ac_buf *buf, const ac_hash *hashes, size_t count, ac_str checkpoint)
{
	for (size_t i = 0; i < count; i++) {
		ac_tlog_hash_add(buf, hashes[i].bytes);
		ac_buf_add_byte(buf, '\n');
	}
	ac_buf_add_byte(buf, '\n');
	ac_buf_add(buf, checkpoint);
}

void
ac_proof_add(ac_buf *buf, const ac_proof *p)
{
	ac_buf_add(buf, FIRST_LINE);
	if (p->has_extra) {
		ac_buf_add(buf, AC_S("extra "));
		ac_base64_add(buf, p->extra);
		ac_buf_add_byte(buf, '\n');
	}
	ac_buf_add(buf, AC_S("index "));
	ac_buf_add_u64(buf, p->index);
	ac_buf_add_byte(buf, '\n');
	add_hashes(buf, p->hashes, p->count, p->signed_checkpoint);
}

int
ac_proof_check(ac_digester *d, const ac_proof *p, ac_str leaf, accord_err *err)
{
	ac_hash hash, root;
	int rc = ac_tlog_leaf(d, leaf, &hash, err);

	memcpy(root.bytes, p->checkpoint.root, sizeof(root.bytes));
	return rc ? rc
		  : ac_tlog_check_inclusion(d, p->index, p->checkpoint.size, &hash, p->hashes, p->count, &root, err);
}

int
ac_growth_parse(ac_str bytes, ac_arena *arena, ac_growth *out, accord_err *err)
{
	lines l = { bytes, 1 };
	ac_growth g = { 0 };
	ac_str line;
	int rc = 0;

	if (bytes.n > AC_NOTE_MAX)
		rc = ac_fail(
		    err, ACCORD_ELIMIT, "want a proof of at most %zu bytes, got %zu", (size_t)AC_NOTE_MAX, bytes.n);
	if (!rc)
		rc = next(&l, "'old' and a size", &line, err);
	if (!rc)
		rc = take_number(&l, line, AC_S("old"), &g.old_size, err);
	if (!rc)
		rc = take_hashes(&l, g.hashes, &g.count, err);
	if (rc)
		return rc;
	g.signed_checkpoint = l.rest;
	rc = take_checkpoint(&l, arena, &g.note, &g.checkpoint, err);
	if (!rc)
		*out = g;
	return rc;
}

void
ac_growth_add(ac_buf *buf, const ac_growth *g)
{
	ac_buf_add(buf, AC_S("old "));
	ac_buf_add_u64(buf, g->old_size);
	ac_buf_add_byte(buf, '\n');
	add_hashes(buf, g->hashes, g->count, g->signed_checkpoint);
}
