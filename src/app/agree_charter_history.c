/* SPDX-License-Identifier: Apache-2.0 */
/* What changed from version to version of a charter, and which keys between them: who joined or left when. */
#include "app/agree_charter.h"

#include "base/limits.h"

/* A place where the answer goes: as words, or as JSON. */
typedef struct sink {
	ac_buf *out;
	ac_json_writer w;
	bool json;
} sink;

/* Names by kind that one version has and another has not. */
typedef struct names {
	ac_str *items;
	unsigned count;
} names;

static int
add_name(ac_arena *arena, names *list, ac_str name, accord_err *err)
{
	list->items = ac_text_grow(arena, list->items, list->count, sizeof(*list->items));
	if (!list->items)
		return ac_arena_check(arena, err);
	list->items[list->count++] = name;
	return 0;
}

static void
tell(sink *s, const char *words, const char *key, const names *list)
{
	if (s->json) {
		ac_jw_key(&s->w, ac_str_from(key));
		ac_jw_array(&s->w);
		for (unsigned i = 0; i < list->count; i++)
			ac_jw_string(&s->w, list->items[i]);
		ac_jw_end(&s->w);
		return;
	}
	if (!list->count)
		return;
	ac_buf_printf(s->out, "  %s", words);
	for (unsigned i = 0; i < list->count; i++)
		ac_buf_printf(s->out, "%s%.*s", i ? ", " : " ", AC_FMT(list->items[i]));
	ac_buf_add_byte(s->out, '\n');
}

/* Members of a that b does not have; all of a where b is NULL. */
static int
members_without(ac_arena *arena, const ac_charter *a, const ac_charter *b, names *out, accord_err *err)
{
	int rc = 0;

	for (unsigned i = 0; !rc && i < a->member_count; i++)
		if (!b || ac_charter_member_find(b, a->members[i].name) == b->member_count)
			rc = add_name(arena, out, a->members[i].name, err);
	return rc;
}

/* Has c a key like that, of the member of that name? */
static bool
has_key(const ac_charter *c, ac_str member, const ac_vkey *key)
{
	for (unsigned i = 0; i < c->key_count; i++)
		if (ac_vkey_eq(&c->keys[i].vkey, key) && ac_str_eq(c->members[c->keys[i].member].name, member))
			return true;
	return false;
}

/* Keys that members of both versions have in `now` and not in `before`. */
static int
new_keys(ac_arena *arena, const ac_charter *now, const ac_charter *before, names *out, accord_err *err)
{
	int rc = 0;

	for (unsigned i = 0; before && !rc && i < now->key_count; i++) {
		const ac_charter_key *key = &now->keys[i];
		ac_str member = now->members[key->member].name;

		if (ac_charter_member_find(before, member) < before->member_count &&
		    !has_key(before, member, &key->vkey))
			rc = add_name(arena, out, key->vkey.name, err);
	}
	return rc;
}

static bool
has_pledge(const ac_charter *c, const ac_charter_pledge *p)
{
	for (unsigned i = 0; i < c->pledge_count; i++) {
		const ac_charter_pledge *q = &c->pledges[i];

		if (ac_str_eq(q->id, p->id) && ac_str_eq(q->cites, p->cites) &&
		    ac_str_eq(q->text[AC_TONGUE_EN], p->text[AC_TONGUE_EN]) &&
		    ac_str_eq(q->text[AC_TONGUE_FR], p->text[AC_TONGUE_FR]) && q->has_review == p->has_review &&
		    (!q->has_review || ac_time_cmp(q->review, p->review) == 0))
			return true;
	}
	return false;
}

/* Pledges of a that b does not have so. */
static int
pledges_without(ac_arena *arena, const ac_charter *a, const ac_charter *b, names *out, accord_err *err)
{
	int rc = 0;

	for (unsigned i = 0; !rc && i < a->pledge_count; i++)
		if (!b || !has_pledge(b, &a->pledges[i]))
			rc = add_name(arena, out, a->pledges[i].id, err);
	return rc;
}

/* Lines "group ..." and "quorum ..." of a that b does not have. */
static int
rules_without(ac_arena *arena, const ac_charter *a, const ac_charter *b, names *out, accord_err *err)
{
	ac_str rest = a->text, line;
	int rc = 0;

	while (!rc && ac_str_next_field(&rest, '\n', &line)) {
		ac_str there = b ? b->text : (ac_str){ 0 }, other;
		bool found = false;

		if (!ac_str_starts(line, AC_S("group ")) && !ac_str_starts(line, AC_S("quorum ")))
			continue;
		while (!found && b && ac_str_next_field(&there, '\n', &other))
			found = ac_str_eq(line, other);
		if (!found)
			rc = add_name(arena, out, line, err);
	}
	return rc;
}

static int
tell_changes(sink *s, ac_arena *arena, const ac_charter *c, const ac_charter *before, accord_err *err)
{
	names joined = { 0 }, left = { 0 }, keys = { 0 }, pledged = { 0 }, dropped = { 0 }, rules = { 0 };
	int rc = members_without(arena, c, before, &joined, err);

	if (!rc && before)
		rc = members_without(arena, before, c, &left, err);
	if (!rc)
		rc = new_keys(arena, c, before, &keys, err);
	if (!rc)
		rc = pledges_without(arena, c, before, &pledged, err);
	if (!rc && before)
		rc = pledges_without(arena, before, c, &dropped, err);
	if (!rc)
		rc = rules_without(arena, c, before, &rules, err);
	if (rc)
		return rc;
	tell(s, "joined", "joined", &joined);
	tell(s, "left", "left", &left);
	tell(s, "new keys", "new_keys", &keys);
	tell(s, "pledges that are new or other", "pledges", &pledged);
	tell(s, "pledges that were so before", "pledges_before", &dropped);
	tell(s, "rules that are new or other:", "rules", &rules);
	return 0;
}

/* Changes of keys that cite a version. */
static void
tell_keys(sink *s, const ac_chain *chain, uint64_t version)
{
	if (s->json) {
		ac_jw_key(&s->w, AC_S("keys"));
		ac_jw_array(&s->w);
	}
	for (unsigned i = 0; i < chain->change_count; i++) {
		const ac_key_note *n = &chain->changes[i].note;

		if (n->charter_version != version)
			continue;
		if (s->json) {
			ac_jw_object(&s->w);
			ac_jw_key_string(&s->w, AC_S("change"), ac_str_from(ac_key_change_name(n->change)));
			ac_jw_key_string(&s->w, AC_S("member"), n->member);
			ac_jw_key_string(&s->w, AC_S("key"), n->key.name);
			ac_jw_key_time(&s->w, AC_S("at"), n->at, 0);
			ac_jw_key_bool(&s->w, AC_S("by_quorum"), chain->changes[i].by_quorum);
			ac_jw_end(&s->w);
			continue;
		}
		ac_buf_add(s->out, AC_S("  "));
		ac_time_add(s->out, n->at, 0);
		ac_buf_printf(s->out, "  %.*s+%08x %s%s\n", AC_FMT(n->key.name), n->key.id,
		    n->change == AC_KEY_ROTATE ? "was rotated" : "was declared compromised",
		    n->change == AC_KEY_ROTATE    ? ""
		    : chain->changes[i].by_quorum ? " by a quorum"
						  : " by its member");
	}
	if (s->json)
		ac_jw_end(&s->w);
}

static void
tell_head(sink *s, const ac_charter *c)
{
	char digest[2 * AC_SHA256_SIZE];

	if (s->json) {
		ac_hex(c->digest, AC_SHA256_SIZE, digest);
		ac_jw_key_u64(&s->w, AC_S("version"), c->version);
		ac_jw_key_string(&s->w, AC_S("sha256"), (ac_str){ digest, sizeof(digest) });
		if (c->has_at)
			ac_jw_key_time(&s->w, AC_S("at"), c->at, 0);
		ac_jw_key_time(&s->w, AC_S("expires"), c->expires, 0);
		return;
	}
	ac_buf_printf(s->out, "version %llu", (unsigned long long)c->version);
	if (c->has_at) {
		ac_buf_add(s->out, AC_S(", proposed at "));
		ac_time_add(s->out, c->at, 0);
	}
	ac_buf_add(s->out, AC_S(", expires "));
	ac_time_add(s->out, c->expires, 0);
	ac_buf_add(s->out, AC_S("\n  "));
	ac_text_add_digest(s->out, c->digest);
	ac_buf_add_byte(s->out, '\n');
}

/* Who signed: members of the version. */
static int
tell_signers(sink *s, ac_coalition *co, const ac_chain_version *v, accord_err *err)
{
	names list = { 0 };
	bool *members = NULL;
	int rc = ac_chain_accepted_by(&co->chain, v->charter.version, &co->arena, &members, err);

	for (unsigned i = 0; !rc && i < v->charter.member_count; i++)
		if (members[i])
			rc = add_name(&co->arena, &list, v->charter.members[i].name, err);
	if (!rc)
		tell(s, "signed by", "signed", &list);
	return rc;
}

int
ac_charter_history(ac_app *app, ac_coalition *co, accord_err *err)
{
	sink s = { .out = ac_app_out(app), .json = ac_app_json(app) };
	const ac_charter *before = NULL;
	int rc = 0;

	if (s.json) {
		ac_json_writer_init(&s.w, s.out);
		ac_jw_object(&s.w);
		ac_jw_key_string(&s.w, AC_S("schema"), AC_S("accord.charter-history/1"));
		ac_jw_key_string(&s.w, AC_S("coalition"), ac_chain_latest(&co->chain)->coalition);
		ac_jw_key(&s.w, AC_S("versions"));
		ac_jw_array(&s.w);
	}
	for (unsigned i = 0; !rc && i < co->chain.count; i++) {
		const ac_charter *c = &co->chain.versions[i]->charter;

		if (s.json)
			ac_jw_object(&s.w);
		tell_head(&s, c);
		rc = tell_signers(&s, co, co->chain.versions[i], err);
		if (!rc)
			rc = tell_changes(&s, &co->arena, c, before, err);
		tell_keys(&s, &co->chain, c->version);
		if (s.json)
			ac_jw_end(&s.w);
		before = c;
	}
	if (s.json) {
		ac_jw_end(&s.w);
		ac_jw_end(&s.w);
		ac_buf_add_byte(s.out, '\n');
	}
	return rc;
}
