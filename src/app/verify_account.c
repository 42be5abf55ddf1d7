/* SPDX-License-Identifier: Apache-2.0 */
/* What files prove together, told in words and as JSON. Decides nothing. */
#include "app/verify.h"

#include "base/limits.h"
#include "base/utf8.h"

enum { SHOWN_MAX = 2000, WORDS_MAX = 8000 };

typedef struct teller {
	ac_app *app;
	ac_arena *arena;
	ac_holding holding;
	ac_accounts accounts;
	int status;
} teller;

static const char *const state_words[] = {
	[AC_POINT_PROVED] = "proved",
	[AC_POINT_FAILED] = "not proved",
	[AC_POINT_OPEN] = "open",
};
static const char *const state_codes[] = {
	[AC_POINT_PROVED] = "proved",
	[AC_POINT_FAILED] = "not-proved",
	[AC_POINT_OPEN] = "open",
};
static const char *const kind_words[] = {
	[AC_HELD_NOTE] = "note",
	[AC_HELD_CHECKPOINT] = "checkpoint",
	[AC_HELD_PROOF] = "proof",
	[AC_HELD_GROWTH] = "growth",
	[AC_HELD_MISBEHAVIOUR] = "misbehaviour",
	[AC_HELD_OTHER] = "file",
	[AC_HELD_BROKEN] = "malformed",
};

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	teller *t = payload;

	(void)path;
	t->status = ac_exit_worse(t->status, ac_app_fail(t->app, NULL, what));
}

static void
add_shown(ac_buf *out, ac_str text)
{
	ac_utf8_add_visible(out, text, WORDS_MAX);
}

static void
tell_points(ac_buf *out, const ac_points *points, const char *indent)
{
	for (size_t i = 0; i < points->count; i++) {
		ac_buf_printf(out, "%s%s: ", indent, state_words[points->items[i].state]);
		add_shown(out, points->items[i].words);
		ac_buf_add_byte(out, '\n');
	}
}

/* Members that stand so on a claim. */
static void
tell_members(ac_buf *out, const ac_account *a, const ac_claim_standing *c, ac_voice_stance stance, const char *words)
{
	bool any = false;

	for (unsigned m = 0; m < a->charter->member_count; m++) {
		if (c->voices[m].stance != stance)
			continue;
		ac_buf_add_cstr(out, any ? ", " : words);
		ac_buf_add(out, a->charter->members[m].name);
		if (stance == AC_VOICE_JOINS)
			ac_buf_printf(out, " %u", c->voices[m].judgement.number);
		any = true;
	}
}

static void
tell_claim(ac_buf *out, const ac_account *a, const ac_claim_standing *c)
{
	ac_buf_add(out, AC_S("  claim "));
	ac_buf_add(out, c->claim->id);
	ac_buf_add_cstr(out, c->is_joint ? ", joint" : ", not joint");
	if (c->least) {
		ac_buf_add(out, AC_S(": at least "));
		ac_buf_add(out, c->least->likelihood->code);
		if (c->least->number == c->most->number)
			ac_buf_printf(out, " (%u)", c->least->number);
		else
			ac_buf_printf(out, " (%u to %u)", c->least->number, c->most->number);
	}
	tell_members(out, a, c, AC_VOICE_JOINS, "; joined by ");
	tell_members(out, a, c, AC_VOICE_NOTES, "; noted by ");
	tell_members(out, a, c, AC_VOICE_ABSTAINS, "; abstaining ");
	tell_members(out, a, c, AC_VOICE_DISSENTS, "; dissenting ");
	tell_members(out, a, c, AC_VOICE_WITHDREW, "; withdrawn ");
	tell_members(out, a, c, AC_VOICE_CONTRADICTS, "; contradicting themselves ");
	ac_buf_add_byte(out, '\n');
	ac_buf_add(out, AC_S("    "));
	add_shown(out, c->claim->text[AC_TONGUE_EN]);
	ac_buf_add_byte(out, '\n');
}

static bool
same_voices(const ac_account *a, const ac_claim_standing *x, const ac_claim_standing *y)
{
	for (unsigned m = 0; m < a->charter->member_count; m++)
		if (x->voices[m].stance != y->voices[m].stance ||
		    x->voices[m].judgement.number != y->voices[m].judgement.number)
			return false;
	return true;
}

static void
tell_account(const teller *t, const ac_account *a)
{
	ac_buf *out = ac_app_out(t->app);
	const ac_standing *shown = a->has_then ? &a->then : &a->now;
	bool changed = false;

	ac_buf_printf(out, "\nStatement %.*s, version %llu, of %.*s: ", AC_FMT(a->statement.id),
	    (unsigned long long)a->statement.version, AC_FMT(a->statement.coalition));
	add_shown(out, a->statement.title[AC_TONGUE_EN]);
	ac_buf_add_byte(out, '\n');
	tell_points(out, &a->points, "  ");
	if (a->is_undecided)
		ac_buf_add(out, AC_S("  by what could be judged:\n"));
	for (size_t i = 0; i < a->statement.claim_count; i++)
		tell_claim(out, a, &shown->claims[i]);
	for (size_t i = 0; a->has_then && i < a->statement.claim_count; i++)
		if (!same_voices(a, &a->then.claims[i], &a->now.claims[i])) {
			if (!changed)
				ac_buf_add(out, AC_S("  since the publication:\n"));
			changed = true;
			tell_claim(out, a, &a->now.claims[i]);
		}
}

static void
tell_files(const teller *t)
{
	ac_buf *out = ac_app_out(t->app);
	size_t silent = 0, leaves = 0;

	for (size_t i = 0; i < t->holding.count; i++) {
		const ac_item_verdict *v = &t->accounts.verdicts[i];
		const ac_held *held = &t->holding.items[i];

		leaves += held->is_leaf && v->is_checked && v->state == AC_POINT_PROVED;
		if ((held->is_leaf && v->state == AC_POINT_PROVED) || held->kind == AC_HELD_BROKEN)
			continue;
		if (!v->is_checked && !held->is_named) {
			silent++;
			continue;
		}
		add_shown(out, ac_str_from(held->path));
		ac_buf_printf(out, ": %s", held->text_kind.n ? "" : kind_words[held->kind]);
		ac_buf_add(out, held->text_kind);
		ac_buf_printf(out, ", %s: ", state_words[v->is_checked ? v->state : AC_POINT_FAILED]);
		add_shown(out, v->is_checked ? v->words : AC_S("it is neither signed nor named by what is"));
		ac_buf_add_byte(out, '\n');
	}
	if (leaves)
		ac_buf_printf(out, "%zu leaves of the logs: signed by members\n", leaves);
	if (silent)
		ac_buf_printf(out, "%zu other files: not signed, they prove nothing\n", silent);
}

static void
write_points(ac_json_writer *w, const ac_points *points)
{
	ac_jw_key(w, AC_S("points"));
	ac_jw_array(w);
	for (size_t i = 0; i < points->count; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("code"), ac_str_from(points->items[i].code));
		ac_jw_key_string(w, AC_S("state"), ac_str_from(state_codes[points->items[i].state]));
		ac_jw_key_string(w, AC_S("words"), points->items[i].words);
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
write_claim(ac_json_writer *w, const ac_account *a, const ac_claim_standing *c)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("id"), c->claim->id);
	ac_jw_key_bool(w, AC_S("joint"), c->is_joint);
	if (c->least) {
		ac_jw_key_string(w, AC_S("headline"), c->least->likelihood->code);
		ac_jw_key_u64(w, AC_S("least"), c->least->number);
		ac_jw_key_u64(w, AC_S("most"), c->most->number);
	}
	ac_jw_key(w, AC_S("members"));
	ac_jw_array(w);
	for (unsigned m = 0; m < a->charter->member_count; m++) {
		const ac_voice *v = &c->voices[m];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("member"), a->charter->members[m].name);
		ac_jw_key_string(w, AC_S("stance"), ac_str_from(ac_voice_stance_name(v->stance)));
		if (v->stance == AC_VOICE_JOINS) {
			ac_jw_key_string(w, AC_S("likelihood"), v->judgement.likelihood->code);
			ac_jw_key_u64(w, AC_S("number"), v->judgement.number);
			ac_jw_key_string(w, AC_S("confidence"), ac_claim_judgement_confidence(&v->judgement));
		}
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_end(w);
}

static void
write_standing(ac_json_writer *w, const char *key, const ac_account *a, const ac_standing *s)
{
	ac_jw_key(w, ac_str_from(key));
	ac_jw_array(w);
	for (size_t i = 0; i < a->statement.claim_count; i++)
		write_claim(w, a, &s->claims[i]);
	ac_jw_end(w);
}

static void
write_digest(ac_json_writer *w, const char *key, const uint8_t digest[static AC_SHA256_SIZE])
{
	char text[2 * AC_SHA256_SIZE];

	ac_hex(digest, AC_SHA256_SIZE, text);
	ac_jw_key_string(w, ac_str_from(key), (ac_str){ text, sizeof(text) });
}

static void
write_account(const teller *t, const ac_account *a)
{
	ac_buf *out = ac_app_out(t->app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.account/1"));
	ac_jw_key_string(&w, AC_S("coalition"), a->statement.coalition);
	ac_jw_key_string(&w, AC_S("statement"), a->statement.id);
	ac_jw_key_u64(&w, AC_S("version"), a->statement.version);
	write_digest(&w, "sha256", a->statement.digest);
	write_digest(&w, "charter_sha256", a->charter->digest);
	ac_jw_key_bool(&w, AC_S("trusted"), a->anchor->kind != AC_ANCHOR_NONE);
	ac_jw_key_bool(&w, AC_S("published"), a->is_published);
	ac_jw_key_string(&w, AC_S("quorum"), a->statement.quorum);
	ac_jw_key_string(&w, AC_S("group"), a->now.quorum);
	ac_jw_key_bool(&w, AC_S("undecided"), a->is_undecided);
	write_points(&w, &a->points);
	if (a->has_then)
		write_standing(&w, "at_publication", a, &a->then);
	write_standing(&w, "now", a, &a->now);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static void
write_file(const teller *t, const ac_held *held, const ac_item_verdict *v)
{
	ac_buf *out = ac_app_out(t->app);
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.verify/1"));
	ac_jw_key_string(&w, AC_S("file"), ac_str_from(held->path));
	ac_jw_key_string(&w, AC_S("kind"), ac_str_from(kind_words[held->kind]));
	ac_jw_key_bool(&w, AC_S("proved"), v->is_checked && v->state == AC_POINT_PROVED);
	if (held->text_kind.n)
		ac_jw_key_string(&w, AC_S("text"), held->text_kind);
	ac_jw_key_string(&w, v->is_checked && v->state == AC_POINT_PROVED ? AC_S("words") : AC_S("reason"),
	    v->is_checked ? v->words : AC_S("it is neither signed nor named by what is"));
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static void
write_all(const teller *t)
{
	ac_buf *out = ac_app_out(t->app);
	ac_json_writer w;

	for (size_t i = 0; i < t->holding.count; i++)
		if (t->holding.items[i].kind != AC_HELD_BROKEN)
			write_file(t, &t->holding.items[i], &t->accounts.verdicts[i]);
	for (size_t i = 0; i < t->accounts.count; i++)
		write_account(t, &t->accounts.items[i]);
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.verified/1"));
	ac_jw_key_bool(&w, AC_S("proved"), t->accounts.is_proved);
	write_points(&w, &t->accounts.points);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static void
tell_all(const teller *t)
{
	ac_buf *out = ac_app_out(t->app);

	tell_files(t);
	for (size_t i = 0; i < t->accounts.count; i++)
		tell_account(t, &t->accounts.items[i]);
	ac_buf_add_byte(out, '\n');
	tell_points(out, &t->accounts.points, "");
	ac_buf_add_cstr(out,
	    t->accounts.is_proved ? "All that was asked for is proved.\n" : "Not all that was asked for is proved.\n");
}

static int
hold(teller *t, const char *const *paths, size_t count, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = ac_holding_add_path(&t->holding, paths[i], err);
	return rc;
}

static bool
has_path(const ac_holding *h, const char *path)
{
	for (size_t i = 0; i < h->count; i++)
		if (strcmp(h->items[i].path, path) == 0)
			return true;
	return false;
}

int
ac_verify_accounts(ac_app *app, const char *const *paths, size_t count, const char *const *extra, size_t extra_count,
    const ac_trust *trust, ac_time as_of, ac_digester *digester, ac_arena *arena)
{
	teller t = { .app = app, .arena = arena };
	ac_account_options options = { .trust = trust, .as_of = as_of };
	accord_err err = { 0 };
	int rc;

	ac_holding_init(&t.holding, arena);
	t.holding.on_problem = on_problem;
	t.holding.payload = &t;
	rc = hold(&t, paths, count, &err);
	for (size_t i = 0; i < extra_count && rc == 0; i++)
		if (!has_path(&t.holding, extra[i]))
			rc = hold(&t, &extra[i], 1, &err);
	options.is_whole = t.holding.has_folder;
	if (rc == 0)
		rc = ac_accounts_make(&t.holding, &options, digester, arena, &t.accounts, &err);
	if (rc)
		return ac_app_fail(app, NULL, &err);
	for (size_t i = 0; i < t.holding.count; i++)
		if (t.holding.items[i].kind == AC_HELD_BROKEN)
			t.status =
			    ac_exit_worse(t.status, ac_app_fail(app, t.holding.items[i].path, t.holding.items[i].what));
	if (ac_app_json(app))
		write_all(&t);
	else
		tell_all(&t);
	return ac_exit_worse(t.status, t.accounts.is_proved ? AC_EXIT_OK : AC_EXIT_NO);
}
