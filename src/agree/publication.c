/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of publications and withdrawals. Knows nothing of logs, nor of who signed. */
#include "agree/publication.h"

#include "base/limits.h"

typedef struct reading {
	ac_publication p;
	uint64_t *entries;
	ac_str *joint, *not_joint;
} reading;

static int
take_entries(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	int rc = 0;

	do {
		uint64_t entry;

		if (r->p.entry_count == AC_PUBLICATION_ENTRIES_MAX)
			return ac_fail_at(err, ACCORD_ELIMIT, line->number, 1, 0, "want at most %d entries",
			    AC_PUBLICATION_ENTRIES_MAX);
		rc = ac_line_u64(line, "a place in the log", &entry, err);
		if (!rc && r->p.entry_count && entry <= r->entries[r->p.entry_count - 1])
			rc = ac_line_fail(line, err, "want places in the log that grow, got %llu behind %llu",
			    (unsigned long long)entry, (unsigned long long)r->entries[r->p.entry_count - 1]);
		if (!rc)
			r->entries[r->p.entry_count++] = entry;
	} while (!rc && !ac_line_at_end(line));
	return rc;
}

static bool
is_among(ac_str id, const ac_str *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ac_str_eq(ids[i], id))
			return true;
	return false;
}

static int
take_ids(reading *r, ac_line *line, ac_str *ids, size_t *count, accord_err *err)
{
	int rc = 0;

	do {
		ac_str id;

		if (*count == AC_STATEMENT_ITEMS_MAX)
			return ac_fail_at(
			    err, ACCORD_ELIMIT, line->number, 1, 0, "want at most %d claims", AC_STATEMENT_ITEMS_MAX);
		rc = ac_line_name(line, "the claim's name", &id, err);
		if (!rc &&
		    (is_among(id, r->joint, r->p.joint_count) || is_among(id, r->not_joint, r->p.not_joint_count)))
			rc = ac_line_fail(line, err, "the claim '%.*s' is there twice", AC_FMT(id));
		if (!rc)
			ids[(*count)++] = id;
	} while (!rc && !ac_line_at_end(line));
	return rc;
}

static int
take_joint(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;

	return take_ids(r, line, r->joint, &r->p.joint_count, err);
}

static int
take_not_joint(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;

	return take_ids(r, line, r->not_joint, &r->p.not_joint_count, err);
}

static const ac_text_row rows[] = {
	AC_ABOUT_STATEMENT_ROWS,
	{ "at", 1, 1, ac_about_take_at },
	{ "entries", 1, 1, take_entries },
	{ "joint", 0, 1, take_joint },
	{ "not-joint", 0, 1, take_not_joint },
};

static void
add_ids(ac_buf *buf, const char *word, const ac_str *ids, size_t count)
{
	if (!count)
		return;
	ac_buf_add_cstr(buf, word);
	for (size_t i = 0; i < count; i++)
		ac_buf_printf(buf, " %.*s", AC_FMT(ids[i]));
	ac_buf_add_byte(buf, '\n');
}

void
ac_publication_add(ac_buf *buf, const ac_publication *p)
{
	ac_text_add_kind(buf, "publication");
	ac_about_add_statement(buf, &p->about);
	ac_text_add_time_line(buf, "at", p->about.at);
	ac_buf_add(buf, AC_S("entries"));
	for (size_t i = 0; i < p->entry_count; i++)
		ac_buf_printf(buf, " %llu", (unsigned long long)p->entries[i]);
	ac_buf_add_byte(buf, '\n');
	add_ids(buf, "joint", p->joint, p->joint_count);
	add_ids(buf, "not-joint", p->not_joint, p->not_joint_count);
}

int
ac_publication_parse(ac_str text, ac_arena *arena, ac_publication *out, accord_err *err)
{
	reading r = { 0 };
	size_t words = 1;
	ac_buf again;
	int rc;

	for (size_t i = 0; i < text.n; i++)
		words += text.p[i] == ' ';
	r.entries = ac_arena_alloc(
	    arena, (words < AC_PUBLICATION_ENTRIES_MAX ? words : AC_PUBLICATION_ENTRIES_MAX) * sizeof(*r.entries));
	if (words > AC_STATEMENT_ITEMS_MAX)
		words = AC_STATEMENT_ITEMS_MAX;
	r.joint = ac_arena_alloc(arena, words * sizeof(*r.joint));
	r.not_joint = ac_arena_alloc(arena, words * sizeof(*r.not_joint));
	rc = ac_arena_check(arena, err);
	if (rc)
		return rc;
	r.p.entries = r.entries;
	r.p.joint = r.joint;
	r.p.not_joint = r.not_joint;
	rc = ac_text_read(text, "publication", rows, AC_COUNT(rows), &r, err);
	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_publication_add(&again, &r.p);
	rc = ac_text_seal(text, &again, r.p.digest, err);
	if (rc)
		return rc;
	r.p.text = text;
	*out = r.p;
	return 0;
}

int
ac_publication_check(const ac_publication *p, const ac_statement *s, accord_err *err)
{
	size_t joint = 0, not_joint = 0;

	if (!ac_about_is_of(&p->about, s))
		return ac_fail(err, ACCORD_EINPUT, "the publication is of another statement");
	for (size_t i = 0; i < s->claim_count; i++) {
		if (joint < p->joint_count && ac_str_eq(p->joint[joint], s->claims[i].id))
			joint++;
		else if (not_joint < p->not_joint_count && ac_str_eq(p->not_joint[not_joint], s->claims[i].id))
			not_joint++;
		else
			return ac_fail(err, ACCORD_EINPUT,
			    "the publication: want each claim in the statement's order as joint or as not joint, got "
			    "none of '%.*s' there",
			    AC_FMT(s->claims[i].id));
	}
	if (joint < p->joint_count || not_joint < p->not_joint_count)
		return ac_fail(
		    err, ACCORD_EINPUT, "the publication speaks of a claim that the statement does not make");
	return 0;
}

static int
take_reason(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "the reason", ((ac_withdrawal *)payload)->reason, err);
}

static const ac_text_row withdrawal_rows[] = {
	AC_ABOUT_STATEMENT_ROWS,
	{ "at", 1, 1, ac_about_take_at },
	{ "reason", AC_TONGUES, AC_TONGUES, take_reason },
};

void
ac_withdrawal_add(ac_buf *buf, const ac_withdrawal *w)
{
	ac_text_add_kind(buf, "withdrawal");
	ac_about_add_statement(buf, &w->about);
	ac_text_add_time_line(buf, "at", w->about.at);
	ac_text_add_pair(buf, "reason", (ac_str){ 0 }, w->reason);
}

int
ac_withdrawal_parse(ac_str text, ac_withdrawal *out, accord_err *err)
{
	ac_withdrawal w = { 0 };
	ac_buf again;
	int rc = ac_text_read(text, "withdrawal", withdrawal_rows, AC_COUNT(withdrawal_rows), &w, err);

	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_withdrawal_add(&again, &w);
	rc = ac_text_seal(text, &again, w.digest, err);
	if (rc)
		return rc;
	w.text = text;
	*out = w;
	return 0;
}
