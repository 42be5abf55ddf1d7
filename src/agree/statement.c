/* SPDX-License-Identifier: Apache-2.0 */
/* The text of statements. Knows nothing of who signed them, nor of the coalition's members. */
#include "agree/statement.h"

#include "base/limits.h"

static const char *const kinds[] = {
	[AC_STATEMENT_ATTRIBUTION] = "attribution",
	[AC_STATEMENT_INCIDENT] = "incident",
	[AC_STATEMENT_ADVICE] = "advice",
	[AC_STATEMENT_NORM] = "norm",
};
/* From AC_TLP_CLEAR on. */
static const char *const tlps[] = { "clear", "green", "amber", "amber+strict", "red" };

typedef struct reading {
	ac_arena *arena;
	ac_statement s;
	ac_claim *claims;
	ac_str *norms;
	ac_follow_up *actions;
} reading;

const char *
ac_statement_kind_name(ac_statement_kind kind)
{
	return kinds[kind];
}

const char *
ac_tlp_code(ac_tlp tlp)
{
	return tlp >= AC_TLP_CLEAR && tlp <= AC_TLP_RED ? tlps[tlp - AC_TLP_CLEAR] : "";
}

static int
take_coalition(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the coalition's name", &((reading *)payload)->s.coalition, err);
}

static int
take_charter(void *payload, ac_line *line, accord_err *err)
{
	ac_statement *s = &((reading *)payload)->s;
	int rc = ac_line_count(line, "the charter's version", &s->charter_version, err);

	return rc ? rc : ac_line_digest(line, "the charter's digest", s->charter, err);
}

static int
take_statement(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the statement's name", &((reading *)payload)->s.id, err);
}

static int
take_version(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_count(line, "the statement's version", &((reading *)payload)->s.version, err);
}

static int
take_supersedes(void *payload, ac_line *line, accord_err *err)
{
	ac_statement *s = &((reading *)payload)->s;

	s->has_supersedes = true;
	return ac_line_digest(line, "the digest of the statement before", s->supersedes, err);
}

static int
take_kind(void *payload, ac_line *line, accord_err *err)
{
	unsigned place = 0;
	int rc = ac_line_choice(
	    line, "a kind of statement: attribution, incident, advice or norm", kinds, AC_COUNT(kinds), &place, err);

	((reading *)payload)->s.kind = (ac_statement_kind)place;
	return rc;
}

static int
take_quorum(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "a quorum of the charter", &((reading *)payload)->s.quorum, err);
}

static int
take_convener(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "a member's name", &((reading *)payload)->s.convener, err);
}

static int
take_tlp(void *payload, ac_line *line, accord_err *err)
{
	unsigned place = 0;
	int rc = ac_line_choice(
	    line, "a TLP level: clear, green, amber, amber+strict or red", tlps, AC_COUNT(tlps), &place, err);

	((reading *)payload)->s.tlp = (ac_tlp)(AC_TLP_CLEAR + place);
	return rc;
}

static int
take_opened(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_time(line, "when it was opened", &((reading *)payload)->s.opened, err);
}

static int
take_embargo(void *payload, ac_line *line, accord_err *err)
{
	ac_statement *s = &((reading *)payload)->s;
	int rc = ac_line_time(line, "the end of the embargo", &s->embargo, err);

	s->has_embargo = true;
	if (!rc && ac_time_cmp(s->embargo, s->opened) < 0)
		rc = ac_line_fail(line, err, "want an embargo that ends after the statement was opened");
	return rc;
}

static int
take_bundle(void *payload, ac_line *line, accord_err *err)
{
	ac_statement *s = &((reading *)payload)->s;
	int rc = ac_line_digest(line, "the bundle's digest", s->bundle, err);

	return rc ? rc : ac_line_u64(line, "the bundle's size in bytes", &s->bundle_size, err);
}

static int
take_title(void *payload, ac_line *line, accord_err *err)
{
	return ac_line_pair(line, "the title", ((reading *)payload)->s.title, err);
}

static int
check_room(const ac_line *line, size_t count, accord_err *err)
{
	if (count < AC_STATEMENT_ITEMS_MAX)
		return 0;
	return ac_fail_at(err, ACCORD_ELIMIT, line->number, 1, 0, "want at most %d lines '%.*s'",
	    AC_STATEMENT_ITEMS_MAX, AC_FMT(line->word));
}

size_t
ac_statement_claim(const ac_statement *s, ac_str id)
{
	size_t i = 0;

	while (i < s->claim_count && !ac_str_eq(s->claims[i].id, id))
		i++;
	return i;
}

static int
take_claim(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_claim claim = { 0 };
	int rc = check_room(line, r->s.claim_count, err);

	if (!rc)
		rc = ac_line_name(line, "the claim's name", &claim.id, err);
	if (!rc && ac_statement_claim(&r->s, claim.id) < r->s.claim_count)
		rc = ac_line_fail(line, err, "the claim '%.*s' is made twice", AC_FMT(claim.id));
	if (!rc)
		rc = ac_line_judgement(line, &claim.judgement, err);
	if (!rc)
		r->claims[r->s.claim_count++] = claim;
	return rc;
}

static int
take_claim_text(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_str id;
	size_t at;
	int rc = ac_line_word(line, "the claim's name", &id, err);

	if (rc)
		return rc;
	at = ac_statement_claim(&r->s, id);
	if (at == r->s.claim_count)
		return ac_line_fail(line, err, "want a claim that is made before, got '%.*s'", AC_FMT(id));
	return ac_line_pair(line, "the claim", r->claims[at].text, err);
}

/* A vocabulary and a name in it. */
static bool
is_norm(ac_str text)
{
	ac_str vocabulary, rest = text;

	return ac_str_cut(&rest, '/', &vocabulary) && ac_text_is_name(vocabulary) && ac_text_is_name(rest);
}

static int
take_norm(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_str norm;
	int rc = check_room(line, r->s.norm_count, err);

	if (!rc)
		rc = ac_line_word(line, "a norm", &norm, err);
	if (!rc && !is_norm(norm))
		rc = ac_line_fail(line, err, "want a norm as VOCABULARY/NAME, got '%.*s'", AC_FMT(norm));
	for (size_t i = 0; !rc && i < r->s.norm_count; i++)
		if (ac_str_eq(r->norms[i], norm))
			rc = ac_line_fail(line, err, "the norm '%.*s' is named twice", AC_FMT(norm));
	if (!rc)
		r->norms[r->s.norm_count++] = norm;
	return rc;
}

static size_t
action_of(const reading *r, ac_str id)
{
	size_t i = 0;

	while (i < r->s.action_count && !ac_str_eq(r->actions[i].id, id))
		i++;
	return i;
}

static int
take_action(void *payload, ac_line *line, accord_err *err)
{
	reading *r = payload;
	ac_follow_up action = { 0 };
	int rc = check_room(line, r->s.action_count, err);

	if (!rc)
		rc = ac_line_name(line, "the action's name", &action.id, err);
	if (!rc && action_of(r, action.id) < r->s.action_count)
		rc = ac_line_fail(line, err, "the action '%.*s' is there twice", AC_FMT(action.id));
	if (!rc)
		rc = ac_line_time(line, "when the action is due", &action.due, err);
	if (!rc)
		rc = ac_line_words(line, "the action", &action.text[AC_TONGUE_EN], err);
	if (!rc)
		r->actions[r->s.action_count++] = action;
	return rc;
}

/* The action that the line's next word names. */
static int
find_action(reading *r, ac_line *line, ac_follow_up **out, accord_err *err)
{
	ac_str id;
	size_t at;
	int rc = ac_line_word(line, "the action's name", &id, err);

	if (rc)
		return rc;
	at = action_of(r, id);
	if (at == r->s.action_count)
		return ac_line_fail(line, err, "want an action that is named before, got '%.*s'", AC_FMT(id));
	*out = &r->actions[at];
	return 0;
}

static int
take_action_fr(void *payload, ac_line *line, accord_err *err)
{
	ac_follow_up *action;
	int rc = find_action(payload, line, &action, err);

	if (!rc && action->text[AC_TONGUE_FR].n)
		rc = ac_line_fail(line, err, "want the action in French once, this is the second");
	return rc ? rc : ac_line_words(line, "the action", &action->text[AC_TONGUE_FR], err);
}

static int
take_action_owner(void *payload, ac_line *line, accord_err *err)
{
	ac_follow_up *action;
	int rc = find_action(payload, line, &action, err);

	if (!rc && action->owner.n)
		rc = ac_line_fail(line, err, "want one owner of an action, this is the second");
	return rc ? rc : ac_line_name(line, "a member's name", &action->owner, err);
}

static const ac_text_row rows[] = {
	{ "coalition", 1, 1, take_coalition },
	{ "charter", 1, 1, take_charter },
	{ "statement", 1, 1, take_statement },
	{ "version", 1, 1, take_version },
	{ "supersedes", 0, 1, take_supersedes },
	{ "kind", 1, 1, take_kind },
	{ "quorum", 1, 1, take_quorum },
	{ "convener", 1, 1, take_convener },
	{ "tlp", 1, 1, take_tlp },
	{ "opened", 1, 1, take_opened },
	{ "embargo", 0, 1, take_embargo },
	{ "bundle", 1, 1, take_bundle },
	{ "title", AC_TONGUES, AC_TONGUES, take_title },
	{ "claim", 1, 0, take_claim },
	{ "claim-text", 1, 0, take_claim_text },
	{ "norm", 0, 0, take_norm },
	{ "action", 0, 0, take_action },
	{ "action-fr", 0, 0, take_action_fr },
	{ "action-owner", 0, 0, take_action_owner },
};

void
ac_statement_add(ac_buf *buf, const ac_statement *s)
{
	ac_text_add_kind(buf, "statement");
	ac_text_add_line(buf, "coalition", s->coalition);
	ac_buf_printf(buf, "charter %llu ", (unsigned long long)s->charter_version);
	ac_text_add_digest(buf, s->charter);
	ac_buf_add_byte(buf, '\n');
	ac_text_add_line(buf, "statement", s->id);
	ac_text_add_number_line(buf, "version", s->version);
	if (s->has_supersedes)
		ac_text_add_digest_line(buf, "supersedes", s->supersedes);
	ac_text_add_line(buf, "kind", ac_str_from(kinds[s->kind]));
	ac_text_add_line(buf, "quorum", s->quorum);
	ac_text_add_line(buf, "convener", s->convener);
	ac_text_add_line(buf, "tlp", ac_str_from(ac_tlp_code(s->tlp)));
	ac_text_add_time_line(buf, "opened", s->opened);
	if (s->has_embargo)
		ac_text_add_time_line(buf, "embargo", s->embargo);
	ac_text_add_file_line(buf, "bundle", s->bundle, s->bundle_size);
	ac_text_add_pair(buf, "title", (ac_str){ 0 }, s->title);
	for (size_t i = 0; i < s->claim_count; i++) {
		ac_buf_add(buf, AC_S("claim "));
		ac_text_add_words(buf, s->claims[i].id);
		ac_buf_add_byte(buf, ' ');
		ac_claim_judgement_add(buf, &s->claims[i].judgement);
		ac_buf_add_byte(buf, '\n');
		ac_text_add_pair(buf, "claim-text", s->claims[i].id, s->claims[i].text);
	}
	for (size_t i = 0; i < s->norm_count; i++)
		ac_text_add_line(buf, "norm", s->norms[i]);
	for (size_t i = 0; i < s->action_count; i++) {
		const ac_follow_up *a = &s->actions[i];

		ac_buf_add(buf, AC_S("action "));
		ac_text_add_words(buf, a->id);
		ac_buf_add_byte(buf, ' ');
		ac_time_add(buf, a->due, 0);
		ac_buf_add_byte(buf, ' ');
		ac_text_add_words(buf, a->text[AC_TONGUE_EN]);
		ac_buf_printf(buf, "\naction-fr %.*s ", AC_FMT(a->id));
		ac_text_add_words(buf, a->text[AC_TONGUE_FR]);
		ac_buf_add_byte(buf, '\n');
		if (a->owner.n) {
			ac_buf_printf(buf, "action-owner %.*s ", AC_FMT(a->id));
			ac_text_add_words(buf, a->owner);
			ac_buf_add_byte(buf, '\n');
		}
	}
}

/* What no single line can tell. */
static int
check(const reading *r, accord_err *err)
{
	const ac_statement *s = &r->s;
	int rc = 0;

	if (s->version > 1 && !s->has_supersedes)
		return ac_fail(err, ACCORD_EINPUT,
		    "want a line 'supersedes' of version %llu, which replaces the one before",
		    (unsigned long long)s->version);
	for (size_t i = 0; i < s->claim_count && !rc; i++) {
		rc = ac_pair_check(s->claims[i].text, true, "the claim", err);
		if (rc)
			rc = ac_fail_context(err, s->claims[i].id);
	}
	for (size_t i = 0; i < s->action_count && !rc; i++) {
		rc = ac_pair_check(s->actions[i].text, true, "the action", err);
		if (rc)
			rc = ac_fail_context(err, s->actions[i].id);
	}
	return rc;
}

/* Room for so many items as there are lines of a word, and one more, which is refused. */
static void *
room(ac_arena *arena, ac_str text, ac_str word, size_t size)
{
	size_t count = ac_text_count(text, word);

	return ac_arena_zalloc(arena, count < AC_STATEMENT_ITEMS_MAX ? count + 1 : AC_STATEMENT_ITEMS_MAX, size);
}

int
ac_statement_parse(ac_str text, ac_arena *arena, ac_statement *out, accord_err *err)
{
	reading r = { .arena = arena };
	ac_buf again;
	int rc;

	r.claims = room(arena, text, AC_S("claim"), sizeof(*r.claims));
	r.norms = room(arena, text, AC_S("norm"), sizeof(*r.norms));
	r.actions = room(arena, text, AC_S("action"), sizeof(*r.actions));
	rc = ac_arena_check(arena, err);
	if (rc)
		return rc;
	r.s.claims = r.claims;
	r.s.norms = r.norms;
	r.s.actions = r.actions;
	rc = ac_text_read(text, "statement", rows, AC_COUNT(rows), &r, err);
	if (!rc)
		rc = check(&r, err);
	if (rc)
		return rc;
	ac_buf_init(&again, AC_NOTE_MAX);
	ac_statement_add(&again, &r.s);
	rc = ac_text_seal(text, &again, r.s.digest, err);
	if (rc)
		return rc;
	r.s.text = text;
	*out = r.s;
	return 0;
}

bool
ac_about_is_of(const ac_about *about, const ac_statement *s)
{
	return ac_str_eq(about->coalition, s->coalition) && memcmp(about->statement, s->digest, sizeof(s->digest)) == 0;
}

bool
ac_statement_is_open(const ac_statement *s, ac_time now)
{
	return ac_statement_is_public(s) && !(s->has_embargo && ac_time_cmp(now, s->embargo) < 0);
}

bool
ac_statement_is_public(const ac_statement *s)
{
	return s->tlp == AC_TLP_CLEAR;
}
