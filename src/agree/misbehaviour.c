/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of a log's misbehaviour. Knows nothing of where the checkpoints came from. */
#include "agree/misbehaviour.h"

#include "agree/text.h"
#include "base/limits.h"

#define FIRST_LINE AC_S("accord/misbehaviour/v1\n")

static const char *const kind_names[] = {
	[AC_MISBEHAVIOUR_EQUIVOCATION] = "equivocation",
	[AC_MISBEHAVIOUR_INCONSISTENCY] = "inconsistency",
};

const char *
ac_misbehaviour_kind_name(ac_misbehaviour_kind kind)
{
	return kind_names[kind];
}

bool
ac_misbehaviour_is(ac_str bytes)
{
	return ac_str_starts(bytes, FIRST_LINE);
}

/* The lines in front of the checkpoints. */

static int
take_kind(void *payload, ac_line *line, accord_err *err)
{
	ac_misbehaviour *m = payload;
	unsigned kind = 0;
	int rc = ac_line_choice(line, "a kind of misbehaviour", kind_names, AC_COUNT(kind_names), &kind, err);

	m->kind = (ac_misbehaviour_kind)kind;
	return rc;
}

static int
take_origin(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_rest(line, "the origin of the log", &((ac_misbehaviour *)payload)->origin, err);
}

static int
take_old(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_u64(line, "the size of the older checkpoint", &((ac_misbehaviour *)payload)->old_size, err);
}

static int
take_size(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_u64(line, "the size of the checkpoint", &((ac_misbehaviour *)payload)->size, err);
}

static int
take_hash_into(ac_line *line, const char *what, ac_hash *out, accord_err *err)
{
	ac_str text;
	int rc = ac_line_word(line, what, &text, err);

	if (!rc && !ac_tlog_hash(text, out->bytes))
		rc = ac_line_fail(
		    line, err, "want %s, 32 bytes in base64, got '%.*s'", what, AC_FMT(ac_str_slice(text, 0, 60)));
	return rc;
}

static int
take_root(void *payload, ac_line *line, accord_err *err)
{
	return take_hash_into(line, "a root", &((ac_misbehaviour *)payload)->root, err);
}

static int
take_hash(void *payload, ac_line *line, accord_err *err)
{
	ac_misbehaviour *m = payload;

	return take_hash_into(line, "a hash", &m->hashes[m->count++], err);
}

static const ac_text_row rows[] = {
	{ "kind", 1, 1, take_kind },
	{ "origin", 1, 1, take_origin },
	{ "old", 0, 1, take_old },
	{ "size", 1, 1, take_size },
	{ "root", 0, 1, take_root },
	{ "hash", 0, AC_TLOG_PROOF_MAX, take_hash },
};

/* Up to the next blank line, without it. */
static bool
cut_block(ac_str *rest, ac_str *out)
{
	size_t at = ac_str_find(*rest, AC_S("\n\n"));

	if (at == rest->n)
		return false;
	*out = ac_str_slice(*rest, 0, at + 1);
	*rest = ac_str_slice(*rest, at + 2, rest->n);
	return true;
}

/* One checkpoint, whose bytes begin `before` lines behind the beginning of the file. */
static int
take_checkpoint(ac_misbehaviour *m, unsigned at, ac_str bytes, uint64_t before, ac_arena *arena, accord_err *err)
{
	int rc = 0;

	if (bytes.n > AC_CHECKPOINT_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want a checkpoint of at most %zu bytes, got %zu",
		    (size_t)AC_CHECKPOINT_MAX, bytes.n);
	m->signed_checkpoints[at] = bytes;
	rc = ac_note_parse(bytes, arena, &m->notes[at], err);
	if (!rc)
		rc = ac_checkpoint_parse(m->notes[at].text, &m->checkpoints[at], err);
	if (rc && err && err->line)
		err->line += before;
	return rc;
}

static uint64_t
count_lines(ac_str bytes)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < bytes.n; i++)
		lines += bytes.p[i] == '\n';
	return lines;
}

/* The lines must say what the checkpoints say, and be written in the one way there is. */
static int
check_form(const ac_misbehaviour *m, ac_str bytes, accord_err *err)
{
	const ac_checkpoint *a = &m->checkpoints[0], *b = &m->checkpoints[1];
	ac_str text;
	ac_buf buf;
	int rc = 0;

	if (!ac_str_eq(a->origin, m->origin) || !ac_str_eq(b->origin, m->origin))
		return ac_fail(err, ACCORD_EINPUT, "want two checkpoints of %.*s", AC_FMT(m->origin));
	if (a->size != m->old_size || b->size != m->size)
		return ac_fail(err, ACCORD_EINPUT, "want checkpoints of %llu and %llu leaves, got %llu and %llu",
		    (unsigned long long)m->old_size, (unsigned long long)m->size, (unsigned long long)a->size,
		    (unsigned long long)b->size);
	if ((m->kind == AC_MISBEHAVIOUR_EQUIVOCATION) != (m->old_size == m->size) || m->old_size > m->size)
		return ac_fail(err, ACCORD_EINPUT,
		    "want one size for equivocation, an older and a newer one for inconsistency, got %llu and %llu",
		    (unsigned long long)m->old_size, (unsigned long long)m->size);
	ac_buf_init(&buf, AC_NOTE_MAX);
	ac_misbehaviour_add(&buf, m);
	rc = ac_buf_finish(&buf, &text, err);
	if (!rc && !ac_str_eq(text, bytes))
		rc = ac_fail(err, ACCORD_EINPUT, "want the lines kind, origin, old, size, root and hash in this order");
	ac_buf_done(&buf);
	return rc;
}

int
ac_misbehaviour_parse(ac_str bytes, ac_arena *arena, ac_misbehaviour *out, accord_err *err)
{
	ac_str rest = bytes, lines, text, signatures;
	ac_misbehaviour m = { 0 };
	int rc;

	if (bytes.n > AC_NOTE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a proof of at most %zu bytes, got %zu", (size_t)AC_NOTE_MAX, bytes.n);
	rc = ac_note_check_text(bytes, err);
	if (rc)
		return rc;
	if (!cut_block(&rest, &lines))
		return ac_fail(
		    err, ACCORD_EINPUT, "want lines, a blank line and two signed checkpoints, got no blank line");
	rc = ac_text_read(lines, "misbehaviour", rows, AC_COUNT(rows), &m, err);
	if (rc)
		return rc;
	if (m.kind == AC_MISBEHAVIOUR_EQUIVOCATION)
		m.old_size = m.size;
	/* A checkpoint's text has no blank line, so that the second one from here ends the first note. */
	if (!cut_block(&rest, &text) || !cut_block(&rest, &signatures))
		return ac_fail(err, ACCORD_EINPUT, "want two signed checkpoints with a blank line between");
	text.n += 1 + signatures.n;
	rc = take_checkpoint(&m, 0, text, count_lines(lines) + 1, arena, err);
	if (!rc)
		rc = take_checkpoint(&m, 1, rest, count_lines(ac_str_slice(bytes, 0, bytes.n - rest.n)), arena, err);
	if (!rc)
		rc = check_form(&m, bytes, err);
	if (!rc)
		*out = m;
	return rc;
}

int
ac_misbehaviour_make(ac_str a, ac_str b, ac_arena *arena, ac_misbehaviour *out, accord_err *err)
{
	ac_misbehaviour m = { 0 }, swapped;
	int rc = take_checkpoint(&m, 0, a, 0, arena, err), order;

	if (!rc)
		rc = take_checkpoint(&m, 1, b, 0, arena, err);
	if (rc)
		return rc;
	order = memcmp(m.checkpoints[0].root, m.checkpoints[1].root, sizeof(m.checkpoints[0].root));
	if (!ac_str_eq(m.checkpoints[0].origin, m.checkpoints[1].origin) ||
	    (m.checkpoints[0].size == m.checkpoints[1].size && order == 0))
		return ac_fail(err, ACCORD_ENOTFOUND, "the two checkpoints do not contradict each other");
	/* One proof of one pair, whoever had which first. */
	if (m.checkpoints[0].size > m.checkpoints[1].size ||
	    (m.checkpoints[0].size == m.checkpoints[1].size && order > 0)) {
		swapped = m;
		for (unsigned i = 0; i < 2; i++) {
			m.signed_checkpoints[i] = swapped.signed_checkpoints[1 - i];
			m.notes[i] = swapped.notes[1 - i];
			m.checkpoints[i] = swapped.checkpoints[1 - i];
		}
	}
	m.origin = m.checkpoints[0].origin;
	m.old_size = m.checkpoints[0].size;
	m.size = m.checkpoints[1].size;
	m.kind = m.old_size == m.size ? AC_MISBEHAVIOUR_EQUIVOCATION : AC_MISBEHAVIOUR_INCONSISTENCY;
	*out = m;
	return 0;
}

void
ac_misbehaviour_add(ac_buf *buf, const ac_misbehaviour *m)
{
	ac_text_add_kind(buf, "misbehaviour");
	ac_buf_printf(buf, "kind %s\norigin ", kind_names[m->kind]);
	ac_buf_add(buf, m->origin);
	if (m->kind == AC_MISBEHAVIOUR_INCONSISTENCY) {
		ac_buf_add(buf, AC_S("\nold "));
		ac_buf_add_u64(buf, m->old_size);
	}
	ac_buf_add(buf, AC_S("\nsize "));
	ac_buf_add_u64(buf, m->size);
	if (m->kind == AC_MISBEHAVIOUR_INCONSISTENCY) {
		ac_buf_add(buf, AC_S("\nroot "));
		ac_tlog_hash_add(buf, m->root.bytes);
		for (size_t i = 0; i < m->count; i++) {
			ac_buf_add(buf, AC_S("\nhash "));
			ac_tlog_hash_add(buf, m->hashes[i].bytes);
		}
	}
	ac_buf_add(buf, AC_S("\n\n"));
	ac_buf_add(buf, m->signed_checkpoints[0]);
	ac_buf_add_byte(buf, '\n');
	ac_buf_add(buf, m->signed_checkpoints[1]);
}

/* The key of the log that signed one of the two. Others' keys among the trusted, witnesses' too, say nothing of who runs it. */
static int
check_signed(const ac_misbehaviour *m, unsigned at, const ac_vkey *keys, const size_t *places, size_t count,
    ac_arena *arena, size_t *out_key, accord_err *err)
{
	ac_note_verdict verdict;
	int rc = ac_note_verify(&m->notes[at], keys, count, arena, &verdict, err);

	if (rc == ACCORD_ENOTFOUND)
		return ac_fail(err, rc, "no trusted key of %.*s has signed the %s checkpoint", AC_FMT(m->origin),
		    at ? "second" : "first");
	for (size_t i = 0; i < count && !rc; i++)
		if (verdict.signed_by[i]) {
			*out_key = places[i];
			break;
		}
	return rc;
}

/* Do they contradict each other? */
static int
check_contradiction(ac_digester *d, const ac_misbehaviour *m, accord_err *err)
{
	ac_hash older, newer;

	memcpy(older.bytes, m->checkpoints[0].root, sizeof(older.bytes));
	memcpy(newer.bytes, m->checkpoints[1].root, sizeof(newer.bytes));
	switch (m->kind) {
	case AC_MISBEHAVIOUR_EQUIVOCATION:
		if (ac_hash_eq(&older, &newer))
			return ac_fail(err, ACCORD_EDENIED, "both checkpoints have the same root");
		break;
	case AC_MISBEHAVIOUR_INCONSISTENCY:
		/* Every tree begins with the empty one, by an empty proof of any root: nothing would be shown. */
		if (m->old_size == 0)
			return ac_fail(err, ACCORD_EDENIED, "a checkpoint of no leaves is every log's beginning");
		if (ac_hash_eq(&older, &m->root))
			return ac_fail(err, ACCORD_EDENIED,
			    "the first %llu leaves of the newer checkpoint's tree give the older one's root",
			    (unsigned long long)m->old_size);
		return ac_tlog_check_consistency(d, m->old_size, m->size, &m->root, &newer, m->hashes, m->count, err);
	}
	return 0;
}

int
ac_misbehaviour_check(ac_digester *d, const ac_misbehaviour *m, const ac_vkey *keys, size_t count, ac_arena *arena,
    size_t out_keys[static 2], accord_err *err)
{
	ac_vkey *own = ac_arena_zalloc(arena, count + 1, sizeof(*own));
	size_t *places = ac_arena_zalloc(arena, count + 1, sizeof(*places));
	size_t signers[2] = { 0, 0 }, n = 0;
	int rc;

	if (!own || !places)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < count; i++)
		if (keys[i].type == AC_NOTE_ED25519 && ac_str_eq(keys[i].name, m->origin)) {
			places[n] = i;
			own[n++] = keys[i];
		}
	if (n == 0)
		return ac_fail(err, ACCORD_ENOTFOUND, "no key of %.*s is trusted", AC_FMT(m->origin));
	rc = check_contradiction(d, m, err);
	for (unsigned i = 0; i < 2 && !rc; i++)
		rc = check_signed(m, i, own, places, n, arena, &signers[i], err);
	if (!rc)
		memcpy(out_keys, signers, sizeof(signers));
	return rc;
}
