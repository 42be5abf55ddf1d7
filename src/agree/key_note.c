/* SPDX-License-Identifier: Apache-2.0 */
/* The text of changes of keys. Knows nothing of who may make them. */
#include "agree/key_note.h"

#include "agree/parts.h"
#include "base/limits.h"

static const char key_kind[] = "key";
static const char *const changes[] = { [AC_KEY_ROTATE] = "rotate", [AC_KEY_COMPROMISED] = "compromised" };

const char *
ac_key_change_name(ac_key_change change)
{
	return changes[change];
}

typedef struct reading {
	ac_arena *arena;
	ac_key_note note;
	ac_leaf_place *places;
	bool has_successor;
} reading;

static int
take_coalition(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the name of the coalition", &((reading *)payload)->note.coalition, err);
}

static int
take_charter(void *payload, ac_line *line, accord_err *err)
{
	ac_key_note *n = &((reading *)payload)->note;
	int rc = ac_line_u64(line, "the version of the charter", &n->charter_version, err);

	return rc ? rc : ac_line_digest(line, "its digest", n->charter, err);
}

static int
take_kind(void *payload, ac_line *line, accord_err *err)
{
	unsigned place = 0;
	int rc = ac_line_choice(line, "a change, rotate or compromised", changes, AC_COUNT(changes), &place, err);

	((reading *)payload)->note.change = (ac_key_change)place;
	return rc;
}

static int
take_member(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "a member's name", &((reading *)payload)->note.member, err);
}

static int
take_purpose(void *payload, ac_line *line, accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, "a purpose of keys", &word, err);

	if (!rc && !ac_purpose_parse(word, &((reading *)payload)->note.purpose))
		rc = ac_line_fail(
		    line, err, "want root, sign, log or witness, got '%.*s'", AC_FMT(ac_str_slice(word, 0, 60)));
	return rc;
}

static int
take_at(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_time(line, "the time of the change", &((reading *)payload)->note.at, err);
}

static int
take_key(void *payload, ac_line *line, accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, "a key", &word, err);

	return rc ? rc : ac_vkey_parse(word, &((reading *)payload)->note.key, err);
}

static int
take_successor(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_str word;
	int rc = ac_line_word(line, "the key that follows", &word, err);

	r->has_successor = true;
	if (!rc)
		rc = ac_vkey_parse(word, &r->note.successor, err);
	if (!rc)
		rc = ac_line_word(line, "next", &word, err);
	if (!rc && !ac_str_eq(word, AC_S("next")))
		rc = ac_line_fail(
		    line, err, "want 'next' behind the key, got '%.*s'", AC_FMT(ac_str_slice(word, 0, 60)));
	return rc ? rc : ac_line_hash(line, "the hash of the next key", r->note.next, err);
}

static int
take_log(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_key_note *n = &r->note;
	ac_leaf_place place;
	int rc = ac_line_word(line, "the origin of a log", &place.origin, err);

	if (!rc)
		rc = ac_line_u64(line, "the first entry that does not count", &place.index, err);
	for (unsigned i = 0; !rc && i < n->place_count; i++)
		if (ac_str_eq(r->places[i].origin, place.origin))
			rc = ac_line_fail(
			    line, err, "the log %.*s is named twice", AC_FMT(ac_str_slice(place.origin, 0, 60)));
	if (rc)
		return rc;
	if (n->place_count == AC_CHARTER_KEYS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d logs", AC_CHARTER_KEYS_MAX);
	r->places = ac_text_grow(r->arena, r->places, n->place_count, sizeof(*r->places));
	if (!r->places)
		return ac_arena_check(r->arena, err);
	r->places[n->place_count++] = place;
	return 0;
}

static int
take_reason(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "a reason", ((reading *)payload)->note.reason, err);
}

static const ac_text_row rows[] = {
	{ "coalition", 1, 1, take_coalition },
	{ "charter", 1, 1, take_charter },
	{ "kind", 1, 1, take_kind },
	{ "member", 1, 1, take_member },
	{ "purpose", 1, 1, take_purpose },
	{ "at", 1, 1, take_at },
	{ "key", 1, 1, take_key },
	{ "successor", 0, 1, take_successor },
	{ "log", 0, 0, take_log },
	{ "reason", 0, AC_TONGUES, take_reason },
};

int
ac_key_note_parse(ac_str text, ac_arena *arena, ac_key_note *out, accord_err *err)
{
	reading r = { .arena = arena };
	ac_key_note *n = &r.note;
	ac_buf again;
	int rc;

	if (text.n > AC_NOTE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a text of at most %zu bytes, got %zu", (size_t)AC_NOTE_MAX, text.n);
	rc = ac_text_read(text, key_kind, rows, AC_COUNT(rows), &r, err);
	if (!rc && r.has_successor != (n->change == AC_KEY_ROTATE))
		rc = ac_fail(err, ACCORD_EINPUT, "want %s",
		    r.has_successor ? "no successor of a key that is compromised"
				    : "the successor of a key that is rotated");
	n->key.purpose = n->purpose;
	n->successor.purpose = n->purpose;
	n->places = r.places;
	n->text = text;
	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_key_note_add(&again, n);
	rc = ac_text_seal(text, &again, n->digest, err);
	if (!rc)
		*out = *n;
	return rc;
}

void
ac_key_note_add(ac_buf *buf, const ac_key_note *n)
{
	ac_text_add_kind(buf, key_kind);
	ac_buf_printf(
	    buf, "coalition %.*s\ncharter %llu ", AC_FMT(n->coalition), (unsigned long long)n->charter_version);
	ac_text_add_digest(buf, n->charter);
	ac_buf_printf(buf, "\nkind %s\nmember %.*s\npurpose %s\nat ", changes[n->change], AC_FMT(n->member),
	    ac_purpose_name(n->purpose));
	ac_time_add(buf, n->at, 0);
	ac_buf_add(buf, AC_S("\nkey "));
	ac_vkey_add(buf, &n->key);
	if (n->change == AC_KEY_ROTATE) {
		ac_buf_add(buf, AC_S("\nsuccessor "));
		ac_vkey_add(buf, &n->successor);
		ac_buf_add(buf, AC_S(" next "));
		ac_text_add_hash(buf, n->next);
	}
	ac_buf_add_byte(buf, '\n');
	for (unsigned i = 0; i < n->place_count; i++) {
		ac_buf_add(buf, AC_S("log "));
		ac_buf_add(buf, n->places[i].origin);
		ac_buf_printf(buf, " %llu\n", (unsigned long long)n->places[i].index);
	}
	ac_text_add_pair(buf, "reason", (ac_str){ 0 }, n->reason);
}
