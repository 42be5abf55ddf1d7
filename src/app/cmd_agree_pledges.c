/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree pledges: who kept what the charter pledges, what is overdue, who joined or left when; and evidence of it. */
#include "agree/vocabulary.h"
#include "app/agree_show.h"
#include "app/app.h"
#include "base/limits.h"
#include "base/utf8.h"

static const ac_option options[] = {
	AC_AGREE_ROOM_OPTIONS,
	{ "vocabulary", 0, NULL, "the pledges and norms that ship, for charters and statements to cite" },
	{ "status", 0, "STATUS", "add: kept, at-risk or broken" },
	{ "evidence", 0, "REFERENCE",
	    "add: where it can be seen: a URL, a digest, the name of a document; repeatable" },
	{ "review", 0, "TIME", "add: by when there is to be more, as 2027-01-01T00:00:00Z" },
	{ "member", 0, "NAME", "add: whose pledge it is, where another member reviews it (default: the key's)" },
	{ "note-en", 0, "WORDS", "add: words about it, in English" },
	{ "note-fr", 0, "WORDS", "add: words about it, in French" },
	{ 0 },
};

/* Versions between which a member was there. */
typedef struct stay {
	ac_str name;
	const ac_charter *joined; /* the first version of this stay */
	const ac_charter *left;   /* the first version without the member; NULL: it is there */
} stay;

static int
find_stays(ac_room *room, stay **out, unsigned *out_count, accord_err *err)
{
	stay *stays = NULL;
	unsigned count = 0;

	for (unsigned v = 0; v < room->chain.count; v++) {
		const ac_charter *now = &room->chain.versions[v]->charter;

		for (unsigned i = 0; i < count; i++)
			if (!stays[i].left && ac_charter_member_find(now, stays[i].name) == now->member_count)
				stays[i].left = now;
		for (unsigned m = 0; m < now->member_count; m++) {
			unsigned i = 0;

			while (i < count && (stays[i].left || !ac_str_eq(stays[i].name, now->members[m].name)))
				i++;
			if (i < count)
				continue;
			stays = ac_text_grow(&room->arena, stays, count, sizeof(*stays));
			if (!stays)
				return ac_arena_check(&room->arena, err);
			stays[count++] = (stay){ .name = now->members[m].name, .joined = now };
		}
	}
	*out = stays;
	*out_count = count;
	return 0;
}

/* All that is told. */
typedef struct told {
	const ac_charter *c;
	const ac_vocabulary *vocabularies;
	size_t vocabulary_count;
	ac_pledge_state *states;
	size_t count;
	stay *stays;
	unsigned stay_count;
} told;

static void
text_version(ac_buf *out, const char *words, const ac_charter *c)
{
	ac_buf_printf(out, "%s version %llu", words, (unsigned long long)c->version);
	if (c->has_at) {
		ac_buf_add(out, AC_S(", "));
		ac_time_add(out, c->at, 0);
	}
}

static void
text_state(ac_buf *out, const told *t, const ac_pledge_state *s)
{
	ac_buf_printf(out, "    %-12.*s %-8s", AC_FMT(t->c->members[s->member].name),
	    s->last ? ac_pledge_status_name(s->last->status) : "-");
	if (s->last) {
		ac_buf_add(out, AC_S("  at "));
		ac_time_add_date(out, s->last->at);
		if (!ac_str_eq(s->last->reviewer, s->last->member))
			ac_buf_printf(out, ", reviewed by %.*s", AC_FMT(s->last->reviewer));
	} else {
		ac_buf_add(out, AC_S("  nothing was told"));
	}
	if (s->has_due) {
		ac_buf_add_cstr(out, s->overdue ? "; overdue since " : "; next by ");
		ac_time_add_date(out, s->due);
	}
	ac_buf_add_byte(out, '\n');
	for (unsigned i = 0; s->last && i < s->last->evidence_count; i++) {
		ac_buf_add(out, AC_S("                 "));
		ac_utf8_add_visible(out, s->last->evidence[i], AC_KIB);
		ac_buf_add_byte(out, '\n');
	}
}

static void
show_text(ac_buf *out, const told *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const ac_charter_pledge *p = &t->c->pledges[t->states[i].pledge];
		const ac_vocabulary_item *item = ac_vocabulary_find(t->vocabularies, t->vocabulary_count, p->cites);
		ac_str words = p->text[AC_TONGUE_EN].n ? p->text[AC_TONGUE_EN]
			       : item                  ? item->text[AC_TONGUE_EN]
						       : p->text[AC_TONGUE_FR];

		if (t->states[i].member == 0) {
			ac_buf_printf(out, "%.*s  ", AC_FMT(p->id));
			ac_utf8_add_visible(out, words.n ? words : p->cites, AC_KIB);
			ac_buf_add_byte(out, '\n');
		}
		text_state(out, t, &t->states[i]);
	}
	ac_buf_add(out, AC_S("members\n"));
	for (unsigned i = 0; i < t->stay_count; i++) {
		ac_buf_printf(out, "    %-12.*s ", AC_FMT(t->stays[i].name));
		text_version(out, "joined with", t->stays[i].joined);
		if (t->stays[i].left)
			text_version(out, "; left with", t->stays[i].left);
		ac_buf_add_byte(out, '\n');
	}
}

static void
json_state(ac_json_writer *w, const told *t, const ac_pledge_state *s)
{
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("pledge"), t->c->pledges[s->pledge].id);
	ac_jw_key_string(w, AC_S("member"), t->c->members[s->member].name);
	ac_jw_key_u64(w, AC_S("told"), s->told);
	if (s->last) {
		ac_jw_key_string(w, AC_S("status"), ac_str_from(ac_pledge_status_name(s->last->status)));
		ac_jw_key_string(w, AC_S("reviewer"), s->last->reviewer);
		ac_jw_key_time(w, AC_S("at"), s->last->at, 0);
		ac_jw_key(w, AC_S("evidence"));
		ac_jw_array(w);
		for (unsigned i = 0; i < s->last->evidence_count; i++)
			ac_jw_string(w, s->last->evidence[i]);
		ac_jw_end(w);
	}
	if (s->has_due)
		ac_jw_key_time(w, AC_S("due"), s->due, 0);
	ac_jw_key_bool(w, AC_S("overdue"), s->overdue);
	ac_jw_end(w);
}

static void
show_json(ac_buf *out, const told *t)
{
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pledges/1"));
	ac_jw_key_string(&w, AC_S("coalition"), t->c->coalition);
	ac_jw_key_u64(&w, AC_S("version"), t->c->version);
	ac_jw_key(&w, AC_S("pledges"));
	ac_jw_array(&w);
	for (size_t i = 0; i < t->count; i++)
		json_state(&w, t, &t->states[i]);
	ac_jw_end(&w);
	ac_jw_key(&w, AC_S("members"));
	ac_jw_array(&w);
	for (unsigned i = 0; i < t->stay_count; i++) {
		const stay *s = &t->stays[i];

		ac_jw_object(&w);
		ac_jw_key_string(&w, AC_S("name"), s->name);
		ac_jw_key_u64(&w, AC_S("joined_with"), s->joined->version);
		if (s->joined->has_at)
			ac_jw_key_time(&w, AC_S("joined_at"), s->joined->at, 0);
		if (s->left)
			ac_jw_key_u64(&w, AC_S("left_with"), s->left->version);
		if (s->left && s->left->has_at)
			ac_jw_key_time(&w, AC_S("left_at"), s->left->at, 0);
		ac_jw_end(&w);
	}
	ac_jw_end(&w);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static void
tell_one(const ac_room *room, const char *path, ac_str why)
{
	accord_err err = { 0 };

	(void)ac_fail(&err, ACCORD_EDENIED, "it was left out: %.*s", AC_FMT(why));
	(void)ac_app_fail(room->app, path, &err);
}

/* What is in the folder and does not count, unless another copy of it does. */
static void
tell_left_out(const ac_room *room)
{
	for (size_t i = 0; i < room->holding.count; i++) {
		const ac_held *held = &room->holding.items[i];
		const ac_item_verdict *v = &room->accounts.verdicts[i];
		bool counts = held->is_leaf || v->state == AC_POINT_PROVED;

		for (size_t k = 0; k < room->accounts.pledge_count && !counts; k++)
			counts = memcmp(room->accounts.pledges[k].note.digest, held->digest, AC_SHA256_SIZE) == 0;
		if (!counts && ac_str_eq(held->text_kind, AC_S("pledge")))
			tell_one(room, held->path, v->words);
	}
}

/* *out_findings: something is overdue or broken. */
static int
show(ac_room *room, bool *out_findings, accord_err *err)
{
	told t = { .c = room->charter };
	size_t count = room->accounts.pledge_count;
	ac_pledge_note *notes = ac_arena_zalloc(&room->arena, count + 1, sizeof(*notes));
	int rc = notes ? 0 : ac_arena_check(&room->arena, err);

	for (size_t i = 0; !rc && i < count; i++)
		notes[i] = room->accounts.pledges[i].note;
	if (!rc)
		rc = ac_pledge_judge(
		    &room->chain, notes, count, ac_app_now(room->app), &room->arena, &t.states, &t.count, err);
	if (!rc)
		rc = ac_vocabularies(&room->arena, &t.vocabularies, &t.vocabulary_count, err);
	if (!rc)
		rc = find_stays(room, &t.stays, &t.stay_count, err);
	if (rc)
		return rc;
	tell_left_out(room);
	if (ac_app_json(room->app))
		show_json(ac_app_out(room->app), &t);
	else
		show_text(ac_app_out(room->app), &t);
	for (size_t i = 0; i < t.count; i++)
		*out_findings = *out_findings || t.states[i].overdue ||
				(t.states[i].last && t.states[i].last->status == AC_PLEDGE_BROKEN);
	return 0;
}

/* New evidence, from the options. */
static int
take_options(ac_room *room, ac_pledge_note *n, accord_err *err)
{
	const ac_args *args = room->args;
	ac_str *references = NULL;
	const char *reference;
	size_t at = 0;

	n->member = ac_str_from(ac_arg(args, "member", NULL));
	n->member = n->member.n ? n->member : n->reviewer;
	n->note[AC_TONGUE_EN] = ac_str_from(ac_arg(args, "note-en", NULL));
	n->note[AC_TONGUE_FR] = ac_str_from(ac_arg(args, "note-fr", NULL));
	if (!ac_pledge_status_parse(ac_str_from(ac_arg(args, "status", NULL)), &n->status))
		return ac_fail(err, ACCORD_EUSAGE, "want --status kept, at-risk or broken");
	if (ac_time_parse_stix(ac_str_from(ac_arg(args, "review", NULL)), &n->review, NULL))
		return ac_fail(err, ACCORD_EUSAGE, "want --review TIME, as 2027-01-01T00:00:00Z");
	while ((reference = ac_arg_next(args, "evidence", &at))) {
		references = ac_text_grow(&room->arena, references, n->evidence_count, sizeof(*references));
		if (!references)
			return ac_arena_check(&room->arena, err);
		references[n->evidence_count++] = ac_str_from(reference);
	}
	n->evidence = references;
	return n->evidence_count ? 0 : ac_fail(err, ACCORD_EUSAGE, "want --evidence REFERENCE");
}

/* The same evidence that the member has told last, so that whoever was interrupted tells it once. */
static const ac_pledged *
find_told(const ac_room *room, const ac_pledge_note *n)
{
	const ac_pledged *last = NULL;

	for (size_t i = 0; i < room->accounts.pledge_count; i++) {
		const ac_pledged *p = &room->accounts.pledges[i];

		if (ac_str_eq(p->note.member, n->member) && ac_str_eq(p->note.pledge, n->pledge) &&
		    (!last || ac_time_cmp(p->note.at, last->note.at) > 0))
			last = p;
	}
	return last && ac_pledge_note_is_same(&last->note, n) ? last : NULL;
}

static int
write_note(ac_room *room, const ac_pledge_note *n, ac_str *out, accord_err *err)
{
	ac_pledge_note again;
	bool *members = NULL;
	ac_note note;
	ac_buf text;
	int rc;

	ac_buf_init(&text, AC_LEAF_MAX);
	ac_pledge_note_add(&text, n);
	rc = ac_room_sign(room, &text, out, err);
	ac_buf_done(&text);
	/* As others will judge it. */
	if (!rc)
		rc = ac_note_parse(*out, &room->arena, &note, err);
	if (!rc)
		rc = ac_pledge_note_parse(note.text, &room->arena, &again, err);
	if (!rc)
		rc = ac_chain_signers(&room->chain, room->charter->version, &note, (ac_leaf_place){ { 0 }, 0 },
		    &room->arena, &members, NULL, err);
	return rc ? rc : ac_pledge_note_check(room->charter, &again, members, err);
}

static int
add(ac_room *room, accord_err *err)
{
	ac_pledge_note n = { .coalition = room->charter->coalition,
		.charter_version = room->charter->version,
		.pledge = ac_str_from(room->args->operands[1]),
		.reviewer = ac_room_member(room),
		.at = ac_room_now(room) };
	const ac_pledged *before;
	ac_log_place place = { 0 };
	ac_str note;
	int rc = take_options(room, &n, err);

	memcpy(n.charter, room->charter->digest, sizeof(n.charter));
	if (rc)
		return rc;
	before = find_told(room, &n);
	if (before)
		note = room->holding.items[before->item].bytes;
	else
		rc = write_note(room, &n, &note, err);
	if (!rc)
		rc = ac_room_put(room, &note, 1, false, &place, err);
	return rc ? rc : ac_agree_show_signed(room, "signed", note, false, &place, err);
}

static void
json_vocabulary(ac_buf *out, const ac_vocabulary *v, const ac_vocabulary_item *item)
{
	ac_json_writer w;

	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.vocabulary-item/1"));
	ac_jw_key_string(&w, AC_S("vocabulary"), v->id);
	ac_jw_key_string(&w, AC_S("kind"), v->kind);
	ac_jw_key_string(&w, AC_S("id"), item->id);
	ac_jw_key_string(&w, AC_S("reference"), item->reference);
	for (unsigned k = 0; k < AC_TONGUES; k++)
		ac_jw_key_string(&w, ac_str_from(ac_tongue_code((ac_tongue)k)), item->text[k]);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

static int
show_vocabularies(ac_app *app, accord_err *err)
{
	const ac_vocabulary *list = NULL;
	ac_buf *out = ac_app_out(app);
	size_t count = 0;
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_MIB);
	rc = ac_vocabularies(&arena, &list, &count, err);
	for (size_t i = 0; !rc && i < count; i++) {
		if (!ac_app_json(app))
			ac_buf_printf(out, "%.*s\n%.*s\n  %.*s\n", AC_FMT(list[i].title[AC_TONGUE_EN]),
			    AC_FMT(list[i].title[AC_TONGUE_FR]), AC_FMT(list[i].note));
		for (size_t k = 0; k < list[i].count; k++) {
			const ac_vocabulary_item *item = &list[i].items[k];

			if (ac_app_json(app))
				json_vocabulary(out, &list[i], item);
			else
				ac_buf_printf(out, "  %.*s  %.*s\n    %.*s\n    %.*s\n", AC_FMT(item->id),
				    AC_FMT(item->reference), AC_FMT(item->text[AC_TONGUE_EN]),
				    AC_FMT(item->text[AC_TONGUE_FR]));
		}
	}
	ac_arena_done(&arena);
	return rc;
}

static int
run(ac_app *app, const ac_args *args)
{
	bool adds = args->operand_count == 2, findings = false;
	accord_err err = { 0 };
	ac_room room;
	int rc;

	if (args->operand_count && (!adds || strcmp(args->operands[0], "add") != 0)) {
		(void)ac_fail(&err, ACCORD_EUSAGE, "want nothing, or 'add PLEDGE'");
		return ac_app_fail(app, NULL, &err);
	}
	if (ac_arg_given(args, "vocabulary")) {
		rc = show_vocabularies(app, &err);
		return rc ? ac_app_fail(app, NULL, &err) : AC_EXIT_OK;
	}
	rc = ac_room_open(app, args, &room, &err);
	if (!rc && adds)
		rc = ac_room_keys(&room, &err);
	if (!rc)
		rc = ac_room_read(&room, &err);
	if (!rc)
		rc = adds ? add(&room, &err) : show(&room, &findings, &err);
	ac_room_close(&room);
	if (rc)
		return ac_app_fail(app, NULL, &err);
	return findings ? AC_EXIT_NO : AC_EXIT_OK;
}

const ac_command ac_command_agree_pledges = {
	.name = "agree pledges",
	.operands = "[add PLEDGE]",
	.summary = "who kept what the charter pledges, what is overdue, and who joined or left when",
	.details =
	    "Shows for each pledge and member what was told last: kept, at risk or broken, when, by whom, on what "
	    "evidence; what is overdue (as of "
	    "now, or --now); and with which version of the charter each member joined or left. Evidence is notes in "
	    "the member's folder, and leaves of logs, that the member, or another who "
	    "reviewed it, has signed with a sign key of the charter. A key that was rotated or declared compromised "
	    "counts for "
	    "what a log shows to be from before; other notes are left out, and said.\n\n"
	    "add PLEDGE makes such a note: a status, references to evidence, and by when there is to be more. It is of "
	    "the key's member, or of --member, "
	    "whose pledge the key's member reviewed, and becomes a leaf of the member's log where --log-key is given. "
	    "Saying "
	    "the same again writes no second note.\n\n"
	    "--vocabulary lists the pledges and norms that ship: the principles of the Cybersecurity Tech Accord and "
	    "the norms of the United Nations, in short names of ours. "
	    "Charters cite them as cta-2018/1, statements as un-gge-2015/c.\n\n"
	    "Exit status 1: something is overdue or broken.",
	.examples = "accord agree pledges --vocabulary\naccord agree pledges\n",
	.options = options,
	.min_operands = 0,
	.max_operands = 2,
	.run = run,
};
