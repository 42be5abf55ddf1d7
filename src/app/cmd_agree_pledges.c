/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree pledges: who kept what the charter pledges, what is overdue, who joined or left when; and evidence of it. */
#include "agree/node.h"
#include "agree/pledge.h"
#include "app/agree_charter.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "sys/file.h"

static const ac_option options[] = {
	AC_AGREE_DIR_OPTION,
	AC_AGREE_KEY_OPTIONS,
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

/* Evidence among the notes of the folder. */
typedef struct evidence {
	ac_coalition *coalition;
	ac_pledge_note *notes;
	unsigned count;
} evidence;

static int
take_file(void *payload, const char *path, accord_err *err)
{
	evidence *e = payload;
	ac_coalition *c = e->coalition;
	accord_err why = { 0 };
	ac_pledge_note note;
	ac_str bytes;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_NOTE_MAX + 1);
	rc = ac_file_load(path, AC_NOTE_MAX, &buf, err);
	bytes = ac_buf_view(&buf);
	if (rc || !ac_str_starts(bytes, AC_S("accord/pledge/"))) {
		ac_buf_done(&buf);
		return rc;
	}
	bytes = ac_arena_str(&c->arena, bytes);
	ac_buf_done(&buf);
	rc = ac_arena_check(&c->arena, err);
	if (!rc)
		rc = ac_pledge_note_check(&c->chain, bytes, &c->arena, &note, &why);
	if (rc == ACCORD_ENOMEM || c->arena.failed)
		return rc ? rc : ac_arena_check(&c->arena, err);
	if (rc)
		return ac_warnings_add(&c->warnings, err, "%s was left out: %s", path, why.text);
	e->notes = ac_text_grow(&c->arena, e->notes, e->count, sizeof(*e->notes));
	if (!e->notes)
		return ac_arena_check(&c->arena, err);
	e->notes[e->count++] = note;
	return 0;
}

static int
load_evidence(ac_coalition *c, evidence *out, accord_err *err)
{
	const char *path = NULL;
	int rc = ac_coalition_path(c, "notes", &path, err);

	*out = (evidence){ .coalition = c };
	return rc ? rc : ac_walk(path, &(ac_walk_sink){ .on_file = take_file, .payload = out }, err);
}

/* Versions between which a member was there. */
typedef struct stay {
	ac_str name;
	const ac_charter *joined; /* the first version of this stay */
	const ac_charter *left;   /* the first version without the member; NULL: it is there */
} stay;

static int
find_stays(ac_coalition *c, stay **out, unsigned *out_count, accord_err *err)
{
	stay *stays = NULL;
	unsigned count = 0;

	for (unsigned v = 0; v < c->chain.count; v++) {
		const ac_charter *now = &c->chain.versions[v]->charter;

		for (unsigned i = 0; i < count; i++)
			if (!stays[i].left && ac_charter_member_find(now, stays[i].name) == now->member_count)
				stays[i].left = now;
		for (unsigned m = 0; m < now->member_count; m++) {
			unsigned i = 0;

			while (i < count && (stays[i].left || !ac_str_eq(stays[i].name, now->members[m].name)))
				i++;
			if (i < count)
				continue;
			stays = ac_text_grow(&c->arena, stays, count, sizeof(*stays));
			if (!stays)
				return ac_arena_check(&c->arena, err);
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

/* *out_findings: something is overdue or broken. */
static int
show(ac_app *app, ac_coalition *c, bool *out_findings, accord_err *err)
{
	told t = { .c = ac_chain_latest(&c->chain) };
	evidence e;
	int rc = load_evidence(c, &e, err);

	if (!rc)
		rc = ac_pledge_judge(&c->chain, e.notes, e.count, ac_app_now(app), &c->arena, &t.states, &t.count, err);
	if (!rc)
		rc = ac_vocabularies(&c->arena, &t.vocabularies, &t.vocabulary_count, err);
	if (!rc)
		rc = find_stays(c, &t.stays, &t.stay_count, err);
	if (rc)
		return rc;
	if (ac_app_json(app))
		show_json(ac_app_out(app), &t);
	else
		show_text(ac_app_out(app), &t);
	for (size_t i = 0; i < t.count; i++)
		*out_findings = *out_findings || t.states[i].overdue ||
				(t.states[i].last && t.states[i].last->status == AC_PLEDGE_BROKEN);
	return 0;
}

/* Of the member whose sign key it is. */
static int
find_reviewer(ac_coalition *c, const ac_vkey *vkey, ac_str *out, accord_err *err)
{
	const ac_charter *charter = ac_chain_latest(&c->chain);
	ac_chain_key *keys = NULL;
	size_t count = 0;
	int rc = ac_chain_keys(&c->chain, charter, &c->arena, &keys, &count, err);

	for (size_t i = 0; !rc && i < count; i++)
		if (ac_vkey_eq(&keys[i].key.vkey, vkey)) {
			*out = charter->members[keys[i].key.member].name;
			return 0;
		}
	return rc ? rc
		  : ac_fail(err, ACCORD_EUSAGE, "%.*s+%08x is no key of the charter", AC_FMT(vkey->name), vkey->id);
}

/* The text of new evidence, from the options. */
static int
write_evidence(ac_app *app, const ac_args *args, ac_coalition *c, ac_str reviewer, ac_str *out, accord_err *err)
{
	const ac_charter *charter = ac_chain_latest(&c->chain);
	ac_pledge_note n = { .coalition = charter->coalition,
		.charter_version = charter->version,
		.pledge = ac_str_from(args->operands[1]),
		.reviewer = reviewer,
		.at = { ac_app_now(app).seconds, 0 } };
	ac_str *references = NULL, text;
	const char *reference;
	size_t at = 0;
	ac_buf buf;
	int rc = 0;

	memcpy(n.charter, charter->digest, sizeof(n.charter));
	n.member = ac_str_from(ac_arg(args, "member", NULL));
	n.member = n.member.n ? n.member : reviewer;
	n.note[AC_TONGUE_EN] = ac_str_from(ac_arg(args, "note-en", NULL));
	n.note[AC_TONGUE_FR] = ac_str_from(ac_arg(args, "note-fr", NULL));
	if (!ac_pledge_status_parse(ac_str_from(ac_arg(args, "status", NULL)), &n.status))
		return ac_fail(err, ACCORD_EUSAGE, "want --status kept, at-risk or broken");
	if (ac_time_parse_stix(ac_str_from(ac_arg(args, "review", NULL)), &n.review, NULL))
		return ac_fail(err, ACCORD_EUSAGE, "want --review TIME, as 2027-01-01T00:00:00Z");
	while ((reference = ac_arg_next(args, "evidence", &at))) {
		references = ac_text_grow(&c->arena, references, n.evidence_count, sizeof(*references));
		if (!references)
			return ac_arena_check(&c->arena, err);
		references[n.evidence_count++] = ac_str_from(reference);
	}
	n.evidence = references;
	if (!n.evidence_count)
		return ac_fail(err, ACCORD_EUSAGE, "want --evidence REFERENCE");
	ac_buf_init(&buf, AC_LEAF_MAX);
	ac_pledge_note_add(&buf, &n);
	rc = ac_buf_finish(&buf, &text, err);
	if (!rc) {
		*out = ac_arena_str(&c->arena, text);
		rc = ac_arena_check(&c->arena, err);
	}
	ac_buf_done(&buf);
	return rc ? rc : ac_note_check_text(*out, err);
}

static int
add(ac_app *app, const ac_args *args, ac_coalition *c, accord_err *err)
{
	ac_str text, bytes, reviewer = { 0 };
	uint8_t digest[AC_SHA256_SIZE];
	ac_pledge_note checked;
	ac_agree_key key;
	ac_note signature;
	ac_buf path;
	int rc = ac_agree_key_open(args, AC_PURPOSE_SIGN, &key, err);

	if (!rc)
		rc = find_reviewer(c, &key.file.vkey, &reviewer, err);
	if (!rc)
		rc = write_evidence(app, args, c, reviewer, &text, err);
	if (!rc)
		rc = ac_coalition_sign(c, text, &key, &signature, err);
	ac_agree_key_close(&key);
	if (rc)
		return rc;
	bytes = ac_arena_printf(&c->arena, "%.*s\n%.*s", AC_FMT(text), AC_FMT(signature.signatures[0].line));
	rc = ac_arena_check(&c->arena, err);
	if (!rc)
		rc = ac_pledge_note_check(&c->chain, bytes, &c->arena, &checked, err);
	if (!rc)
		rc = ac_node_keep(c->dir, bytes, digest, err);
	ac_buf_init(&path, AC_PATH_MAX);
	if (!rc)
		rc = ac_node_path(c->dir, "notes", digest, ".note", &path, err);
	if (!rc)
		ac_out(app, "%.*s\n", AC_FMT(ac_buf_view(&path)));
	ac_buf_done(&path);
	return rc;
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
	ac_coalition c;
	int rc;

	if (args->operand_count && (!adds || strcmp(args->operands[0], "add") != 0)) {
		(void)ac_fail(&err, ACCORD_EUSAGE, "want nothing, or 'add PLEDGE'");
		return ac_app_fail(app, NULL, &err);
	}
	if (ac_arg_given(args, "vocabulary")) {
		rc = show_vocabularies(app, &err);
		return rc ? ac_app_fail(app, NULL, &err) : AC_EXIT_OK;
	}
	rc = ac_coalition_open_chartered(app, args, adds, &c, &err);
	if (!rc)
		rc = adds ? add(app, args, &c, &err) : show(app, &c, &findings, &err);
	if (!rc)
		ac_coalition_warn(&c);
	ac_coalition_close(&c);
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
	    "the member's folder that the member, or another who "
	    "reviewed it, has signed with a sign key of the charter; others are left out, and said.\n\n"
	    "add PLEDGE makes such a note: a status, references to evidence, and by when there is to be more. It is of "
	    "the key's member, or of --member, "
	    "whose pledge the key's member reviewed. Append it to the member's log, and send it to the others.\n\n"
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
