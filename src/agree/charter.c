/* SPDX-License-Identifier: Apache-2.0 */
/* The text of charters, line by line, and who signed a note under one. Knows nothing of other versions, nor of what members sign. */
#include "agree/charter.h"

#include "agree/keyfile.h"
#include "agree/parts.h"
#include "base/limits.h"

static const char charter_kind[] = "charter";
/* The words of purposes, in the order of ac_purpose from AC_PURPOSE_ROOT on. */
static const char *const purpose_words[] = { "root", "sign", "log", "witness" };

typedef struct reading {
	ac_arena *arena;
	ac_charter *out;
	ac_charter_pledge *pledges;
	ac_charter_member *members;
	ac_charter_key *keys;
	ac_charter_quorum *quorums;
	bool has_groups;
} reading;

static int
take_coalition(void *payload, ac_line *line, accord_err *err)
{
	ac_charter *c = ((reading *)payload)->out;
	int rc = ac_line_word(line, "the name of the coalition", &c->coalition, err);

	if (!rc && !ac_text_is_name(c->coalition))
		rc = ac_line_fail(line, err, "'%.*s' is no name of a coalition", AC_FMT(c->coalition));
	return rc;
}

static int
take_version(void *payload, ac_line *line, accord_err *err)
{
	ac_charter *c = ((reading *)payload)->out;
	int rc = ac_line_u64(line, "the number of the version", &c->version, err);

	if (!rc && c->version == 0)
		rc = ac_line_fail(line, err, "want a version from 1 on, got 0");
	return rc;
}

static int
take_previous(void *payload, ac_line *line, accord_err *err)
{
	ac_charter *c = ((reading *)payload)->out;
	ac_str word;

	if (ac_str_eq(line->rest, AC_S("none")))
		return ac_line_word(line, "none", &word, err);
	c->has_previous = true;
	return ac_line_digest(line, "the digest of the previous version, or none,", c->previous, err);
}

static int
take_at(void *payload, ac_line *line, accord_err *err)
{
	ac_charter *c = ((reading *)payload)->out;

	c->has_at = true;
	return ac_line_time(line, "the time at which the charter was proposed", &c->at, err);
}

static int
take_expires(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_time(line, "the time at which the charter ends", &((reading *)payload)->out->expires, err);
}

/* The pledge of that id, made at its first line. */
static int
find_pledge(reading *r, ac_line *line, ac_charter_pledge **out, accord_err *err)
{
	ac_str id;
	int rc = ac_line_word(line, "the id of a pledge", &id, err);

	if (rc)
		return rc;
	for (unsigned i = 0; i < r->out->pledge_count; i++)
		if (ac_str_eq(r->pledges[i].id, id)) {
			*out = &r->pledges[i];
			return 0;
		}
	if (!ac_text_is_name(id))
		return ac_line_fail(line, err, "'%.*s' is no id of a pledge", AC_FMT(ac_str_slice(id, 0, 60)));
	if (r->out->pledge_count == AC_CHARTER_PLEDGES_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d pledges", AC_CHARTER_PLEDGES_MAX);
	r->pledges = ac_text_grow(r->arena, r->pledges, r->out->pledge_count, sizeof(*r->pledges));
	if (!r->pledges)
		return ac_arena_check(r->arena, err);
	*out = &r->pledges[r->out->pledge_count++];
	**out = (ac_charter_pledge){ .id = id };
	return 0;
}

static int
take_pledge_text(ac_charter_pledge *p, ac_line *line, accord_err *err)
{
	ac_tongue tongue;
	int rc = ac_line_tongue(line, &tongue, err);

	if (!rc && p->text[tongue].n)
		rc = ac_line_fail(line, err, "the pledge %.*s has a text in this language already", AC_FMT(p->id));
	return rc ? rc : ac_line_rest(line, "the text of the pledge", &p->text[tongue], err);
}

/* "VOCABULARY/ITEM". */
static int
take_citation(ac_charter_pledge *p, ac_line *line, accord_err *err)
{
	ac_str rest, vocabulary, word;
	int rc = ac_line_word(line, "en, fr, review, or an item as cta-2018/1", &word, err);

	rest = word;
	if (!rc && (!ac_str_cut(&rest, '/', &vocabulary) || !ac_text_is_name(vocabulary) || !ac_text_is_name(rest)))
		rc = ac_line_fail(line, err, "want en, fr, review, or an item as cta-2018/1, got '%.*s'",
		    AC_FMT(ac_str_slice(word, 0, 60)));
	if (!rc && p->cites.n)
		rc = ac_line_fail(line, err, "the pledge %.*s cites %.*s already", AC_FMT(p->id), AC_FMT(p->cites));
	if (!rc)
		p->cites = word;
	return rc;
}

static int
take_pledge(void *payload, ac_line *line, accord_err *err)
{
	ac_charter_pledge *p = NULL;
	ac_str word;
	int rc = find_pledge(payload, line, &p, err);

	if (rc)
		return rc;
	word = ac_str_slice(line->rest, 0, ac_str_find_byte(line->rest, ' '));
	if (ac_str_eq(word, AC_S("review"))) {
		if (p->has_review)
			return ac_line_fail(line, err, "the pledge %.*s has a time of review already", AC_FMT(p->id));
		p->has_review = true;
		rc = ac_line_word(line, "review", &word, err);
		return rc ? rc : ac_line_time(line, "the time of review", &p->review, err);
	}
	if (ac_str_find_byte(word, '/') < word.n)
		return take_citation(p, line, err);
	return take_pledge_text(p, line, err);
}

/* A name is new when no member or group has it, in whatever letters: "US" is not "us", and looks like it. */
static int
check_new_name(const reading *r, const ac_line *line, ac_str name, accord_err *err)
{
	const ac_quorum *q = &r->out->quorum;

	if (!ac_text_is_name(name))
		return ac_line_fail(line, err,
		    "want a name of ASCII letters, digits, '-', '_' and '.', at most %d of them, got '%.*s'",
		    AC_TEXT_NAME_MAX, AC_FMT(ac_str_slice(name, 0, 60)));
	for (unsigned i = 0; i < q->count; i++)
		if (ac_str_eq_fold(q->names[i].name, name))
			return ac_line_fail(line, err, "the name '%.*s' is there already%s", AC_FMT(name),
			    ac_str_eq(q->names[i].name, name) ? "" : ", in other letters");
	return 0;
}

/* Place of the member of that name, made at its first line. */
static int
find_member(reading *r, const ac_line *line, ac_str name, unsigned *out, accord_err *err)
{
	ac_charter *c = r->out;
	int rc;

	c->members = r->members;
	*out = ac_charter_member_find(c, name);
	if (*out < c->member_count)
		return 0;
	rc = check_new_name(r, line, name, err);
	if (rc)
		return rc;
	if (r->has_groups)
		return ac_line_fail(line, err, "want all members before the first group, got '%.*s'", AC_FMT(name));
	if (c->member_count == AC_CHARTER_MEMBERS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d members", AC_CHARTER_MEMBERS_MAX);
	r->members = ac_text_grow(r->arena, r->members, c->member_count, sizeof(*r->members));
	if (!r->members)
		return ac_arena_check(r->arena, err);
	r->members[c->member_count++] = (ac_charter_member){ .name = name };
	return ac_quorum_add_name(&c->quorum, name, NULL, err);
}

/* What stands before the last slash of a key's name: whose key it is, as C2SP writes names. */
static ac_str
owner_part(ac_str name)
{
	size_t n = name.n;

	while (n && name.p[n - 1] != '/')
		n--;
	return ac_str_slice(name, 0, n ? n - 1 : name.n);
}

static bool
is_hash(const uint8_t a[static AC_SHA256_SIZE], const uint8_t b[static AC_SHA256_SIZE])
{
	return memcmp(a, b, AC_SHA256_SIZE) == 0;
}

/* A key is one member's and one line's: no two lines have one public key, one name and id, or one next key. */
static int
check_new_key(const reading *r, const ac_line *line, const ac_charter_key *key, accord_err *err)
{
	ac_str owner = owner_part(key->vkey.name);

	if (key->has_next && is_hash(key->commitment, key->next))
		return ac_line_fail(line, err, "the next key of %.*s is the key itself", AC_FMT(key->vkey.name));
	for (unsigned i = 0; i < r->out->key_count; i++) {
		const ac_charter_key *other = &r->keys[i];

		if (is_hash(other->commitment, key->commitment) ||
		    (other->vkey.id == key->vkey.id && ac_str_eq(other->vkey.name, key->vkey.name)))
			return ac_line_fail(line, err, "the key of %.*s is there already, as %.*s",
			    AC_FMT(key->vkey.name), AC_FMT(other->vkey.name));
		if (other->member != key->member && ac_str_eq(owner_part(other->vkey.name), owner))
			return ac_line_fail(line, err, "another member has keys named %.*s", AC_FMT(owner));
		if ((other->has_next && is_hash(other->next, key->commitment)) ||
		    (key->has_next && is_hash(key->next, other->commitment)) ||
		    (key->has_next && other->has_next && is_hash(key->next, other->next)))
			return ac_line_fail(line, err, "%.*s and %.*s share a key that is to follow",
			    AC_FMT(key->vkey.name), AC_FMT(other->vkey.name));
	}
	return 0;
}

/* "VKEY [next HEX]". */
static int
read_key(ac_line *line, ac_purpose purpose, ac_charter_key *key, accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, "a key", &word, err);

	if (!rc)
		rc = ac_vkey_parse(word, &key->vkey, err);
	if (!rc && (key->vkey.purpose != AC_PURPOSE_ANY && key->vkey.purpose != purpose))
		rc = ac_line_fail(line, err, "want a key for the purpose %s, got %.*s", ac_purpose_name(purpose),
		    AC_FMT(key->vkey.name));
	if (!rc && (purpose == AC_PURPOSE_WITNESS) != (key->vkey.type == AC_NOTE_COSIGNATURE))
		rc = ac_line_fail(line, err, "%.*s: a key for the purpose %s is not of type %d", AC_FMT(key->vkey.name),
		    ac_purpose_name(purpose), (int)key->vkey.type);
	if (!rc)
		rc = ac_keyfile_commitment(key->vkey.public_key, key->commitment, err);
	if (rc || ac_line_at_end(line))
		return rc;
	key->has_next = true;
	rc = ac_line_word(line, "next", &word, err);
	if (!rc && !ac_str_eq(word, AC_S("next")))
		rc = ac_line_fail(
		    line, err, "want 'next' behind the key, got '%.*s'", AC_FMT(ac_str_slice(word, 0, 60)));
	return rc ? rc : ac_line_hash(line, "the hash of the next key", key->next, err);
}

/* A key of the member, or (member_count) of the one that other keys under its name belong to. */
static int
take_key(reading *r, ac_line *line, unsigned member, ac_purpose purpose, accord_err *err)
{
	ac_charter_key key = { .member = member };
	ac_charter *c = r->out;
	int rc = read_key(line, purpose, &key, err);

	key.vkey.purpose = purpose;
	for (unsigned i = 0; !rc && key.member == c->member_count && i < c->key_count; i++)
		if (ac_str_eq(owner_part(r->keys[i].vkey.name), owner_part(key.vkey.name)))
			key.member = r->keys[i].member;
	if (!rc && key.member == c->member_count)
		rc = ac_line_fail(line, err, "want a log of a member, no key before is named %.*s/...",
		    AC_FMT(owner_part(key.vkey.name)));
	if (!rc)
		rc = check_new_key(r, line, &key, err);
	if (rc)
		return rc;
	if (c->key_count == AC_CHARTER_KEYS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d keys", AC_CHARTER_KEYS_MAX);
	r->keys = ac_text_grow(r->arena, r->keys, c->key_count, sizeof(*r->keys));
	if (!r->keys)
		return ac_arena_check(r->arena, err);
	r->keys[c->key_count++] = key;
	return 0;
}

static int
take_member(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	unsigned member = 0, purpose = 0;
	ac_str name;
	int rc = ac_line_word(line, "a member's name", &name, err);

	if (!rc)
		rc = find_member(r, line, name, &member, err);
	if (!rc)
		rc = ac_line_choice(line, "a purpose of keys, root, sign, log or witness", purpose_words,
		    AC_COUNT(purpose_words), &purpose, err);
	return rc ? rc : take_key(r, line, member, (ac_purpose)(AC_PURPOSE_ROOT + purpose), err);
}

static int
take_log(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;

	return take_key(r, line, r->out->member_count, AC_PURPOSE_LOG, err);
}

static int
take_name(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_tongue tongue;
	unsigned member;
	ac_str name;
	int rc = ac_line_word(line, "a member's name", &name, err);

	if (rc)
		return rc;
	r->out->members = r->members;
	member = ac_charter_member_find(r->out, name);
	if (member == r->out->member_count)
		return ac_line_fail(
		    line, err, "want a member that has a key before, got '%.*s'", AC_FMT(ac_str_slice(name, 0, 60)));
	rc = ac_line_tongue(line, &tongue, err);
	if (!rc && r->members[member].full_name[tongue].n)
		rc = ac_line_fail(line, err, "%.*s has a full name in this language already", AC_FMT(name));
	return rc ? rc : ac_line_rest(line, "a member's full name", &r->members[member].full_name[tongue], err);
}

static int
take_group(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_str words = line->rest, word = { 0 };
	int rc = ac_line_word(line, "the name of a group", &word, err);

	r->has_groups = true;
	if (!rc)
		rc = check_new_name(r, line, word, err);
	/* Word by word, so that the line has one way to be written; then by the reader of all quorums. */
	while (!rc && !ac_line_at_end(line))
		rc = ac_line_word(line, "k, any or all, and names", &word, err);
	if (!rc)
		rc = ac_quorum_add_group(&r->out->quorum, words, err);
	return rc;
}

static int
take_quorum(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_charter *c = r->out;
	ac_charter_quorum q = { 0 };
	ac_str name;
	int rc = ac_line_word(line, "what the quorum is for", &q.kind, err);

	if (!rc && !ac_text_is_name(q.kind))
		rc = ac_line_fail(line, err, "'%.*s' is no word for a quorum", AC_FMT(ac_str_slice(q.kind, 0, 60)));
	for (unsigned i = 0; !rc && i < c->quorum_count; i++)
		if (ac_str_eq_fold(r->quorums[i].kind, q.kind))
			rc = ac_line_fail(line, err, "the quorum '%.*s' is there already", AC_FMT(q.kind));
	if (!rc)
		rc = ac_line_word(line, "the name of a group or member", &name, err);
	if (rc)
		return rc;
	q.place = ac_quorum_find(&c->quorum, name);
	if (q.place == c->quorum.count)
		return ac_line_fail(line, err, "want a group or member that is named before, got '%.*s'",
		    AC_FMT(ac_str_slice(name, 0, 60)));
	if (c->quorum_count == AC_CHARTER_QUORUMS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d kinds of quorums", AC_CHARTER_QUORUMS_MAX);
	r->quorums = ac_text_grow(r->arena, r->quorums, c->quorum_count, sizeof(*r->quorums));
	if (!r->quorums)
		return ac_arena_check(r->arena, err);
	r->quorums[c->quorum_count++] = q;
	return 0;
}

static const ac_text_row rows[] = {
	{ "coalition", 1, 1, take_coalition },
	{ "version", 1, 1, take_version },
	{ "previous", 1, 1, take_previous },
	{ "at", 0, 1, take_at },
	{ "expires", 1, 1, take_expires },
	{ "pledge", 0, 0, take_pledge },
	{ "member", 1, 0, take_member },
	{ "name", 0, 0, take_name },
	{ "log", 0, 0, take_log },
	{ "group", 0, 0, take_group },
	{ "quorum", 2, 0, take_quorum },
};

/* Has a member a key of that purpose? */
static bool
has_key(const ac_charter *c, unsigned member, ac_purpose purpose)
{
	for (unsigned i = 0; i < c->key_count; i++)
		if (c->keys[i].member == member && c->keys[i].vkey.purpose == purpose)
			return true;
	return false;
}

/* Could all members together meet the quorum of checkpoints? Those of other kinds are met by all, who have sign keys. */
static int
check_witnesses(const ac_charter *c, ac_arena *arena, accord_err *err)
{
	bool *members = ac_arena_zalloc(arena, c->member_count, sizeof(*members)), met = false;
	int rc;

	if (!members)
		return ac_arena_check(arena, err);
	for (unsigned i = 0; i < c->member_count; i++)
		members[i] = has_key(c, i, AC_PURPOSE_WITNESS);
	rc = ac_charter_is_met(c, c->for_checkpoint, members, arena, &met, err);
	if (!rc && !met)
		rc = ac_fail(err, ACCORD_EINPUT, "the quorum 'checkpoint' asks for more witnesses than have keys");
	return rc;
}

static int
check_whole(ac_charter *c, ac_arena *arena, accord_err *err)
{
	int rc;

	if (c->has_previous != (c->version > 1))
		return ac_fail(err, ACCORD_EINPUT, "want %s of version %llu",
		    c->version > 1 ? "the digest of the version before" : "'previous none'",
		    (unsigned long long)c->version);
	if (c->has_at && ac_time_cmp(c->at, c->expires) >= 0)
		return ac_fail(err, ACCORD_EINPUT, "want a charter that ends behind the time at which it was proposed");
	for (unsigned i = 0; i < c->pledge_count; i++)
		if (!c->pledges[i].cites.n && !c->pledges[i].text[AC_TONGUE_EN].n &&
		    !c->pledges[i].text[AC_TONGUE_FR].n)
			return ac_fail(err, ACCORD_EINPUT,
			    "the pledge %.*s has neither a text nor an item that it cites", AC_FMT(c->pledges[i].id));
	for (unsigned i = 0; i < c->member_count; i++)
		if (!has_key(c, i, AC_PURPOSE_SIGN))
			return ac_fail(
			    err, ACCORD_EINPUT, "the member %.*s has no sign key", AC_FMT(c->members[i].name));
	rc = ac_charter_quorum_find(c, AC_S("charter"), &c->for_charter, err);
	if (!rc)
		rc = ac_charter_quorum_find(c, AC_S("statement"), &c->for_statement, err);
	if (rc) {
		if (err)
			err->code = ACCORD_EINPUT;
		return ACCORD_EINPUT;
	}
	if (ac_charter_quorum_find(c, AC_S("checkpoint"), &c->for_checkpoint, NULL) == 0)
		return check_witnesses(c, arena, err);
	c->for_checkpoint = c->quorum.count;
	return 0;
}

int
ac_charter_parse(ac_str text, ac_arena *arena, ac_charter *out, accord_err *err)
{
	ac_charter c = { .text = text };
	reading r = { .arena = arena, .out = &c };
	int rc;

	if (text.n > AC_NOTE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a charter of at most %zu bytes, got %zu", (size_t)AC_NOTE_MAX, text.n);
	ac_quorum_init(&c.quorum, arena, true);
	rc = ac_text_read(text, charter_kind, rows, AC_COUNT(rows), &r, err);
	c.pledges = r.pledges;
	c.members = r.members;
	c.keys = r.keys;
	c.quorums = r.quorums;
	if (!rc)
		rc = check_whole(&c, arena, err);
	if (!rc)
		rc = ac_sha256(text, c.digest, err);
	if (!rc)
		*out = c;
	return rc;
}

static void
add_words(ac_buf *buf, const char *word, ac_str a, ac_str b)
{
	ac_buf_add_cstr(buf, word);
	ac_buf_add_byte(buf, ' ');
	ac_buf_add(buf, a);
	ac_buf_add_byte(buf, ' ');
	ac_buf_add(buf, b);
	ac_buf_add_byte(buf, '\n');
}

static void
add_pledges(ac_buf *buf, const ac_charter *c)
{
	for (unsigned i = 0; i < c->pledge_count; i++)
		if (c->pledges[i].cites.n)
			add_words(buf, "pledge", c->pledges[i].id, c->pledges[i].cites);
	for (unsigned tongue = 0; tongue < AC_TONGUES; tongue++)
		for (unsigned i = 0; i < c->pledge_count; i++) {
			const ac_charter_pledge *p = &c->pledges[i];

			if (!p->text[tongue].n)
				continue;
			ac_buf_printf(buf, "pledge %.*s %s ", AC_FMT(p->id), ac_tongue_code((ac_tongue)tongue));
			ac_buf_add(buf, p->text[tongue]);
			ac_buf_add_byte(buf, '\n');
		}
	for (unsigned i = 0; i < c->pledge_count; i++)
		if (c->pledges[i].has_review) {
			ac_buf_printf(buf, "pledge %.*s review ", AC_FMT(c->pledges[i].id));
			ac_time_add(buf, c->pledges[i].review, 0);
			ac_buf_add_byte(buf, '\n');
		}
}

static void
add_key(ac_buf *buf, const ac_charter_key *key)
{
	ac_vkey_add(buf, &key->vkey);
	if (key->has_next) {
		ac_buf_add(buf, AC_S(" next "));
		ac_text_add_hash(buf, key->next);
	}
	ac_buf_add_byte(buf, '\n');
}

/* Is it a log that its name gives to its member? */
static bool
is_plain_log(const ac_charter *c, const ac_charter_key *key)
{
	if (key->vkey.purpose != AC_PURPOSE_LOG)
		return false;
	for (unsigned i = 0; i < c->key_count; i++)
		if (c->keys[i].vkey.purpose != AC_PURPOSE_LOG &&
		    ac_str_eq(owner_part(c->keys[i].vkey.name), owner_part(key->vkey.name)))
			return true;
	return false;
}

static void
add_members(ac_buf *buf, const ac_charter *c)
{
	for (unsigned member = 0; member < c->member_count; member++) {
		const ac_charter_member *m = &c->members[member];

		for (unsigned i = 0; i < c->key_count; i++) {
			if (c->keys[i].member != member || is_plain_log(c, &c->keys[i]))
				continue;
			ac_buf_printf(
			    buf, "member %.*s %s ", AC_FMT(m->name), ac_purpose_name(c->keys[i].vkey.purpose));
			add_key(buf, &c->keys[i]);
		}
		for (unsigned tongue = 0; tongue < AC_TONGUES; tongue++)
			if (m->full_name[tongue].n) {
				ac_buf_printf(buf, "name %.*s %s ", AC_FMT(m->name), ac_tongue_code((ac_tongue)tongue));
				ac_buf_add(buf, m->full_name[tongue]);
				ac_buf_add_byte(buf, '\n');
			}
	}
	for (unsigned i = 0; i < c->key_count; i++)
		if (is_plain_log(c, &c->keys[i])) {
			ac_buf_add(buf, AC_S("log "));
			add_key(buf, &c->keys[i]);
		}
}

static void
add_groups(ac_buf *buf, const ac_charter *c)
{
	for (unsigned i = c->member_count; i < c->quorum.count; i++) {
		const ac_quorum_name *group = &c->quorum.names[i];

		ac_buf_printf(buf, "group %.*s ", AC_FMT(group->name));
		if (group->needed == group->member_count)
			ac_buf_add(buf, AC_S("all"));
		else if (group->needed == 1)
			ac_buf_add(buf, AC_S("any"));
		else
			ac_buf_add_u64(buf, group->needed);
		for (unsigned k = 0; k < group->member_count; k++) {
			ac_buf_add_byte(buf, ' ');
			ac_buf_add(buf, c->quorum.names[group->members[k]].name);
		}
		ac_buf_add_byte(buf, '\n');
	}
	for (unsigned i = 0; i < c->quorum_count; i++)
		add_words(buf, "quorum", c->quorums[i].kind, c->quorum.names[c->quorums[i].place].name);
}

void
ac_charter_add(ac_buf *buf, const ac_charter *c)
{
	ac_text_add_kind(buf, charter_kind);
	ac_buf_printf(
	    buf, "coalition %.*s\nversion %llu\nprevious ", AC_FMT(c->coalition), (unsigned long long)c->version);
	if (c->has_previous)
		ac_text_add_digest(buf, c->previous);
	else
		ac_buf_add(buf, AC_S("none"));
	ac_buf_add_byte(buf, '\n');
	if (c->has_at)
		ac_text_add_time_line(buf, "at", c->at);
	ac_text_add_time_line(buf, "expires", c->expires);
	add_pledges(buf, c);
	add_members(buf, c);
	add_groups(buf, c);
}

unsigned
ac_charter_member_find(const ac_charter *c, ac_str name)
{
	unsigned i = 0;

	while (i < c->member_count && !ac_str_eq(c->members[i].name, name))
		i++;
	return i;
}

int
ac_charter_quorum_find(const ac_charter *c, ac_str kind, unsigned *out_place, accord_err *err)
{
	for (unsigned i = 0; i < c->quorum_count; i++)
		if (ac_str_eq(c->quorums[i].kind, kind)) {
			*out_place = c->quorums[i].place;
			return 0;
		}
	return ac_fail(err, ACCORD_ENOTFOUND, "the charter has no quorum '%.*s'", AC_FMT(ac_str_slice(kind, 0, 60)));
}

static bool
is_kept(ac_str kind)
{
	return ac_str_eq(kind, AC_S("charter")) || ac_str_eq(kind, AC_S("checkpoint"));
}

int
ac_charter_statement_quorum(const ac_charter *c, ac_str kind, unsigned *out_place, accord_err *err)
{
	int rc = ac_charter_quorum_find(c, kind, out_place, err);

	if (rc || !is_kept(kind))
		return rc;
	for (unsigned i = 0; i < c->quorum_count; i++)
		if (!is_kept(c->quorums[i].kind) && c->quorums[i].place == *out_place)
			return 0;
	return ac_fail(
	    err, ACCORD_EDENIED, "the quorum '%.*s' is none that the charter has for statements", AC_FMT(kind));
}

int
ac_charter_is_met(const ac_charter *c, unsigned place, const bool *members, ac_arena *arena, bool *out, accord_err *err)
{
	bool *present = ac_arena_zalloc(arena, c->quorum.count + 1, sizeof(*present));

	if (!present)
		return ac_arena_check(arena, err);
	if (c->member_count)
		memcpy(present, members, c->member_count * sizeof(*present));
	return ac_quorum_is_met(&c->quorum, place, present, arena, out, err);
}

bool
ac_charter_key_counts(const ac_charter *c, const ac_charter_key *key, ac_purpose purpose)
{
	if (purpose == AC_PURPOSE_ROOT && key->vkey.purpose == AC_PURPOSE_SIGN)
		return !has_key(c, key->member, AC_PURPOSE_ROOT);
	return key->vkey.purpose == purpose;
}

int
ac_charter_signers(
    const ac_charter *c, const ac_note *note, ac_purpose purpose, ac_arena *arena, bool **out_members, accord_err *err)
{
	ac_vkey *keys = ac_arena_zalloc(arena, c->key_count + 1, sizeof(*keys));
	bool *members = ac_arena_zalloc(arena, c->member_count + 1, sizeof(*members)), any = false;
	ac_note_verdict verdict;
	int rc;

	if (!keys || !members)
		return ac_arena_check(arena, err);
	for (unsigned i = 0; i < c->key_count; i++)
		keys[i] = c->keys[i].vkey;
	rc = ac_note_verify(note, keys, c->key_count, arena, &verdict, err);
	if (rc)
		return rc;
	for (unsigned i = 0; i < c->key_count; i++)
		if (verdict.signed_by[i] && ac_charter_key_counts(c, &c->keys[i], purpose))
			members[c->keys[i].member] = any = true;
	if (!any)
		return ac_fail(err, ACCORD_ENOTFOUND, "no member has signed with a key for %s",
		    purpose == AC_PURPOSE_ROOT ? "charters" : ac_purpose_name(purpose));
	*out_members = members;
	return 0;
}

int
ac_charter_check_expiry(const ac_charter *c, ac_time as_of, accord_err *err)
{
	ac_buf text;
	int rc = 0;

	if (ac_time_cmp(as_of, c->expires) < 0)
		return 0;
	ac_buf_init(&text, 64);
	ac_time_add(&text, c->expires, 0);
	rc = ac_fail(err, ACCORD_EDENIED, "version %llu of the charter expired at %.*s", (unsigned long long)c->version,
	    AC_FMT(ac_buf_view(&text)));
	ac_buf_done(&text);
	return rc;
}
