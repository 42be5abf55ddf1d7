/* SPDX-License-Identifier: Apache-2.0 */
/* Charters as words and as JSON: one version with its signatures and keys, and what changed from version to version. */
#include "app/agree_charter.h"

#include "base/limits.h"
#include "base/utf8.h"

/* What is shown of one version. */
typedef struct view {
	ac_coalition *coalition;
	const ac_charter *c, *before; /* before: NULL of the first */
	bool proposed, expired;
	const bool *signers, *signers_before; /* voices under it, and under the one before */
	bool met, met_before;
	const ac_chain_key *keys;
	size_t key_count;
} view;

/* Members with a voice who signed, and whether they suffice. Nobody is an answer, too. */
static int
judge(ac_coalition *co, const ac_charter *c, const ac_note *note, const bool **out, bool *met, accord_err *err)
{
	bool *members = ac_arena_zalloc(&co->arena, c->member_count + 1, sizeof(*members));
	accord_err why = { 0 };
	int rc;

	if (!members)
		return ac_arena_check(&co->arena, err);
	*out = members;
	rc = note->count ? ac_chain_voices(&co->chain, c, note, &co->arena, &members, &why) : 0;
	if (rc == ACCORD_ENOTFOUND)
		rc = 0;
	if (rc) {
		*err = why;
		return rc;
	}
	*out = members;
	return ac_charter_is_met(c, c->for_charter, members, &co->arena, met, err);
}

static int
look(ac_app *app, ac_coalition *co, const ac_charter *c, const ac_note *note, bool proposed, view *out, accord_err *err)
{
	view v = { .coalition = co, .c = c, .proposed = proposed, .met_before = true };
	ac_chain_key *keys = NULL;
	bool *signed_by = NULL;
	int rc;

	if (proposed) {
		rc = judge(co, c, note, &v.signers, &v.met, err);
	} else {
		rc = ac_charter_signers(c, note, AC_PURPOSE_ROOT, &co->arena, &signed_by, err);
		v.signers = signed_by;
		v.met = true;
	}

	/* What was accepted had its quorums then, whatever became of keys since. */
	v.before = proposed && c->version > 1 ? ac_chain_at(&co->chain, c->version - 1) : NULL;
	v.expired = ac_time_cmp(ac_app_now(app), c->expires) >= 0;
	if (!rc && v.before)
		rc = judge(co, v.before, note, &v.signers_before, &v.met_before, err);
	if (!rc)
		rc = ac_chain_keys(&co->chain, c, &co->arena, &keys, &v.key_count, err);
	v.keys = keys;
	*out = v;
	return rc;
}

/* Text of others on a terminal. */
static void
add_text(ac_buf *out, ac_str text)
{
	ac_utf8_add_visible(out, text, SIZE_MAX);
}

static const char *
key_state(const ac_chain_key *key)
{
	return key->compromised ? "compromised" : key->rotated ? "rotated" : "in use";
}

static void
text_members(ac_buf *out, const view *v)
{
	for (unsigned i = 0; i < v->c->member_count; i++) {
		const ac_charter_member *m = &v->c->members[i];

		ac_buf_printf(out, "  %.*s", AC_FMT(m->name));
		for (unsigned k = 0; k < AC_TONGUES; k++)
			if (m->full_name[k].n) {
				ac_buf_printf(out, "  %s ", ac_tongue_code((ac_tongue)k));
				add_text(out, m->full_name[k]);
			}
		ac_buf_add_byte(out, '\n');
		for (size_t k = 0; k < v->key_count; k++) {
			const ac_chain_key *key = &v->keys[k];

			if (key->key.member != i)
				continue;
			ac_buf_printf(out, "    %-8s", ac_purpose_name(key->key.vkey.purpose));
			ac_vkey_add(out, &key->key.vkey);
			if (key->compromised || key->rotated)
				ac_buf_printf(out, "  %s", key_state(key));
			ac_buf_add_byte(out, '\n');
		}
	}
}

static int
text_pledges(ac_buf *out, const view *v, accord_err *err)
{
	const ac_vocabulary *list = NULL;
	size_t count = 0;
	int rc = ac_vocabularies(&v->coalition->arena, &list, &count, err);

	if (rc || !v->c->pledge_count)
		return rc;
	ac_buf_add(out, AC_S("pledges\n"));
	for (unsigned i = 0; i < v->c->pledge_count; i++) {
		const ac_charter_pledge *p = &v->c->pledges[i];
		const ac_vocabulary_item *item = ac_vocabulary_find(list, count, p->cites);

		ac_buf_printf(out, "  %.*s", AC_FMT(p->id));
		if (p->cites.n)
			ac_buf_printf(out, "  %.*s", AC_FMT(p->cites));
		if (p->has_review) {
			ac_buf_add(out, AC_S("  review "));
			ac_time_add(out, p->review, 0);
		}
		ac_buf_add_byte(out, '\n');
		for (unsigned k = 0; k < AC_TONGUES; k++) {
			ac_str text = p->text[k].n ? p->text[k] : item ? item->text[k] : (ac_str){ 0 };

			if (!text.n)
				continue;
			ac_buf_printf(out, "    %s  ", ac_tongue_code((ac_tongue)k));
			add_text(out, text);
			ac_buf_add_byte(out, '\n');
		}
	}
	return 0;
}

static void
text_groups(ac_buf *out, const ac_charter *c)
{
	ac_buf_add(out, AC_S("quorums\n"));
	for (unsigned i = 0; i < c->quorum_count; i++)
		ac_buf_printf(out, "  %.*s  %.*s\n", AC_FMT(c->quorums[i].kind),
		    AC_FMT(c->quorum.names[c->quorums[i].place].name));
	for (unsigned i = c->member_count; i < c->quorum.count; i++) {
		const ac_quorum_name *group = &c->quorum.names[i];

		ac_buf_printf(out, "  group %.*s  %u of", AC_FMT(group->name), group->needed);
		for (unsigned k = 0; k < group->member_count; k++)
			ac_buf_printf(out, " %.*s", AC_FMT(c->quorum.names[group->members[k]].name));
		ac_buf_add_byte(out, '\n');
	}
}

static void
text_quorum(ac_buf *out, const ac_charter *c, const bool *signers, bool met)
{
	ac_buf_printf(
	    out, "  quorum of version %llu: %s; signed by ", (unsigned long long)c->version, met ? "met" : "not met");
	ac_charter_add_members(out, c, signers, true);
	if (!met) {
		ac_buf_add(out, AC_S("; not yet by "));
		ac_charter_add_members(out, c, signers, false);
	}
	ac_buf_add_byte(out, '\n');
}

static int
show_text(ac_buf *out, const view *v, accord_err *err)
{
	const ac_charter *c = v->c;

	ac_buf_printf(out, "charter of %.*s, version %llu%s\n  ", AC_FMT(c->coalition), (unsigned long long)c->version,
	    v->proposed ? ", proposed" : "");
	ac_text_add_digest(out, c->digest);
	if (c->has_at) {
		ac_buf_add(out, AC_S("\n  proposed at "));
		ac_time_add(out, c->at, 0);
	}
	ac_buf_add_cstr(out, v->expired ? "\n  expired at " : "\n  expires ");
	ac_time_add(out, c->expires, 0);
	ac_buf_add_byte(out, '\n');
	if (v->before)
		text_quorum(out, v->before, v->signers_before, v->met_before);
	text_quorum(out, c, v->signers, v->met);
	ac_buf_add(out, AC_S("members\n"));
	text_members(out, v);
	text_groups(out, c);
	return text_pledges(out, v, err);
}

static void
json_names(ac_json_writer *w, const char *key, const ac_charter *c, const bool *flags, bool when)
{
	ac_jw_key(w, ac_str_from(key));
	ac_jw_array(w);
	for (unsigned i = 0; i < c->member_count; i++)
		if (flags[i] == when)
			ac_jw_string(w, c->members[i].name);
	ac_jw_end(w);
}

static void
json_quorum(ac_json_writer *w, const ac_charter *c, const bool *signers, bool met)
{
	ac_jw_object(w);
	ac_jw_key_u64(w, AC_S("version"), c->version);
	ac_jw_key_bool(w, AC_S("met"), met);
	json_names(w, "signed", c, signers, true);
	json_names(w, "not_signed", c, signers, false);
	ac_jw_end(w);
}

static void
json_tongues(ac_json_writer *w, const ac_str text[AC_TONGUES])
{
	for (unsigned k = 0; k < AC_TONGUES; k++)
		if (text[k].n)
			ac_jw_key_string(w, ac_str_from(ac_tongue_code((ac_tongue)k)), text[k]);
}

static void
json_digest(ac_json_writer *w, const char *key, const uint8_t digest[static AC_SHA256_SIZE])
{
	char text[2 * AC_SHA256_SIZE];

	ac_hex(digest, AC_SHA256_SIZE, text);
	ac_jw_key_string(w, ac_str_from(key), (ac_str){ text, sizeof(text) });
}

static void
json_key(ac_json_writer *w, const ac_chain_key *key)
{
	ac_buf vkey;

	ac_buf_init(&vkey, AC_KIB);
	ac_vkey_add(&vkey, &key->key.vkey);
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("purpose"), ac_str_from(ac_purpose_name(key->key.vkey.purpose)));
	ac_jw_key_string(w, AC_S("vkey"), ac_buf_view(&vkey));
	if (key->key.has_next)
		json_digest(w, "next", key->key.next);
	ac_jw_key_string(w, AC_S("state"), ac_str_from(key_state(key)));
	ac_jw_end(w);
	ac_buf_done(&vkey);
}

static void
json_members(ac_json_writer *w, const view *v)
{
	ac_jw_key(w, AC_S("members"));
	ac_jw_array(w);
	for (unsigned i = 0; i < v->c->member_count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("name"), v->c->members[i].name);
		ac_jw_key(w, AC_S("full_name"));
		ac_jw_object(w);
		json_tongues(w, v->c->members[i].full_name);
		ac_jw_end(w);
		ac_jw_key(w, AC_S("keys"));
		ac_jw_array(w);
		for (size_t k = 0; k < v->key_count; k++)
			if (v->keys[k].key.member == i)
				json_key(w, &v->keys[k]);
		ac_jw_end(w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
json_rules(ac_json_writer *w, const ac_charter *c)
{
	ac_jw_key(w, AC_S("groups"));
	ac_jw_array(w);
	for (unsigned i = c->member_count; i < c->quorum.count; i++) {
		const ac_quorum_name *group = &c->quorum.names[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("name"), group->name);
		ac_jw_key_u64(w, AC_S("needed"), group->needed);
		ac_jw_key(w, AC_S("of"));
		ac_jw_array(w);
		for (unsigned k = 0; k < group->member_count; k++)
			ac_jw_string(w, c->quorum.names[group->members[k]].name);
		ac_jw_end(w);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_key(w, AC_S("quorums"));
	ac_jw_object(w);
	for (unsigned i = 0; i < c->quorum_count; i++)
		ac_jw_key_string(w, c->quorums[i].kind, c->quorum.names[c->quorums[i].place].name);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("pledges"));
	ac_jw_array(w);
	for (unsigned i = 0; i < c->pledge_count; i++) {
		const ac_charter_pledge *p = &c->pledges[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), p->id);
		if (p->cites.n)
			ac_jw_key_string(w, AC_S("cites"), p->cites);
		json_tongues(w, p->text);
		if (p->has_review)
			ac_jw_key_time(w, AC_S("review"), p->review, 0);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
show_json(ac_buf *out, const view *v)
{
	const ac_charter *c = v->c;
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.charter/1"));
	ac_jw_key_string(&w, AC_S("coalition"), c->coalition);
	ac_jw_key_u64(&w, AC_S("version"), c->version);
	json_digest(&w, "sha256", c->digest);
	ac_jw_key_string(&w, AC_S("state"), v->proposed ? AC_S("proposed") : AC_S("accepted"));
	if (c->has_at)
		ac_jw_key_time(&w, AC_S("at"), c->at, 0);
	ac_jw_key_time(&w, AC_S("expires"), c->expires, 0);
	ac_jw_key_bool(&w, AC_S("expired"), v->expired);
	ac_jw_key(&w, AC_S("signatures"));
	ac_jw_array(&w);
	if (v->before)
		json_quorum(&w, v->before, v->signers_before, v->met_before);
	json_quorum(&w, c, v->signers, v->met);
	ac_jw_end(&w);
	json_members(&w, v);
	json_rules(&w, c);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

int
ac_charter_show(ac_app *app, ac_coalition *co, const ac_charter *c, const ac_note *note, bool proposed, accord_err *err)
{
	view v;
	int rc = look(app, co, c, note, proposed, &v, err);

	if (rc)
		return rc;
	if (!ac_app_json(app))
		return show_text(ac_app_out(app), &v, err);
	show_json(ac_app_out(app), &v);
	return 0;
}
