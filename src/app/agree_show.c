/* SPDX-License-Identifier: Apache-2.0 */
/* Notes and drafts shown. Knows nothing of how they came to be. */
#include "app/agree_show.h"

#include "agree/comment.h"
#include "base/limits.h"
#include "base/utf8.h"

enum { SHOWN_MAX = 4000 };

static void
add_digest(ac_buf *out, const uint8_t digest[static AC_SHA256_SIZE])
{
	ac_text_add_digest(out, digest);
	ac_buf_add_byte(out, '\n');
}

void
ac_agree_show_draft(ac_app *app, const ac_statement *s, ac_str path, ac_str beside, const ac_evidence *evidence)
{
	ac_buf *out = ac_app_out(app);
	ac_json_writer w;

	if (!ac_app_json(app)) {
		ac_buf_printf(out, "%.*s: a draft of version %llu with %zu claims, to be edited and then opened\n",
		    AC_FMT(path), (unsigned long long)s->version, s->claim_count);
		ac_buf_printf(out, "%.*s: its evidence, %zu object%s", AC_FMT(beside), evidence->objects,
		    ac_plural(evidence->objects));
		if (evidence->unmarked)
			ac_buf_printf(out, " (%zu %s nothing of TLP", evidence->unmarked,
			    evidence->unmarked == 1 ? "says" : "say");
		if (evidence->taken)
			ac_buf_printf(out, "; %zu of them taken as %.*s because the member says so", evidence->taken,
			    AC_FMT(ac_tlp_name(evidence->as)));
		if (evidence->unmarked)
			ac_buf_add_byte(out, ')');
		ac_buf_add_byte(out, '\n');
		return;
	}
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.draft/1"));
	ac_jw_key_string(&w, AC_S("statement"), s->id);
	ac_jw_key_u64(&w, AC_S("version"), s->version);
	ac_jw_key_string(&w, AC_S("file"), path);
	ac_jw_key_string(&w, AC_S("evidence_file"), beside);
	ac_jw_key_u64(&w, AC_S("claims"), s->claim_count);
	ac_jw_key_u64(&w, AC_S("objects"), evidence->objects);
	ac_jw_key_u64(&w, AC_S("unmarked"), evidence->unmarked);
	if (evidence->taken) {
		ac_jw_key_u64(&w, AC_S("taken"), evidence->taken);
		ac_jw_key_string(&w, AC_S("taken_as"), ac_str_from(ac_tlp_code(evidence->as)));
	}
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
}

int
ac_agree_show_signed(
    ac_room *room, const char *did, ac_str bytes, bool is_sealed, const ac_log_place *place, accord_err *err)
{
	ac_buf *out = ac_app_out(room->app);
	uint8_t digest[AC_SHA256_SIZE];
	bool is_logged = place && room->has_log_key;
	ac_json_writer w;
	ac_str kind = { 0 };
	ac_note note;
	ac_buf text;
	int rc = ac_note_parse(bytes, &room->arena, &note, err);

	if (!rc)
		rc = ac_sha256(note.text, digest, err);
	if (rc)
		return rc;
	(void)ac_text_kind(note.text, &kind);
	if (!ac_app_json(room->app)) {
		ac_buf_printf(out, "%s: %.*s ", did, AC_FMT(kind));
		add_digest(out, digest);
		if (is_logged)
			ac_buf_printf(out, "  %s %llu of %.*s\n", is_sealed ? "as a commitment, entry" : "entry",
			    (unsigned long long)place->index, AC_FMT(room->log_key.file.vkey.name));
		else if (place)
			ac_buf_add(out, AC_S("  not in the log yet: run it again with --log-key\n"));
		return 0;
	}
	ac_buf_init(&text, AC_KIB);
	ac_text_add_digest(&text, digest);
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.signed/1"));
	ac_jw_key_string(&w, AC_S("did"), ac_str_from(did));
	ac_jw_key_string(&w, AC_S("kind"), kind);
	ac_jw_key_string(&w, AC_S("digest"), ac_buf_view(&text));
	ac_jw_key_bool(&w, AC_S("sealed"), is_sealed);
	if (is_logged)
		ac_jw_key_u64(&w, AC_S("entry"), place->index);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
	ac_buf_done(&text);
	return 0;
}

/* A verified text as it stands: a note has no character that a terminal must not see. */
static void
add_text(ac_buf *out, ac_str text)
{
	ac_str line;

	while (ac_str_cut(&text, '\n', &line)) {
		ac_utf8_add_visible(out, line, SHOWN_MAX);
		ac_buf_add_byte(out, '\n');
	}
}

int
ac_agree_show_statement(ac_room *room, const ac_account *a, accord_err *err)
{
	ac_buf *out = ac_app_out(room->app);
	ac_str names = ac_member_names(a->charter, a->signers, &room->arena);
	ac_json_writer w;
	ac_buf text;
	int rc = ac_arena_check(&room->arena, err);

	if (rc)
		return rc;
	if (!ac_app_json(room->app)) {
		add_text(out, a->statement.text);
		ac_buf_printf(out, "\nsigned by %.*s\n", AC_FMT(names));
		add_digest(out, a->statement.digest);
		ac_agree_show_progress(out, a, AC_LANG_EN);
		return ac_agree_show_norms(out, &a->statement, &room->arena, err);
	}
	ac_buf_init(&text, AC_KIB);
	ac_text_add_digest(&text, a->statement.digest);
	ac_json_writer_init(&w, out);
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.statement/1"));
	ac_jw_key_string(&w, AC_S("digest"), ac_buf_view(&text));
	ac_jw_key_string(&w, AC_S("text"), a->statement.text);
	ac_jw_key(&w, AC_S("signers"));
	ac_jw_array(&w);
	for (unsigned i = 0; i < a->charter->member_count; i++)
		if (a->signers[i])
			ac_jw_string(&w, a->charter->members[i].name);
	ac_jw_end(&w);
	ac_agree_write_progress(&w, a);
	rc = ac_agree_write_norms(&w, &a->statement, &room->arena, err);
	ac_jw_end(&w);
	ac_buf_add_byte(out, '\n');
	ac_buf_done(&text);
	return rc;
}

static void
add_pair(ac_buf *out, const char *what, const ac_str pair[static AC_TONGUES])
{
	for (unsigned i = 0; i < AC_TONGUES; i++)
		if (pair[i].n) {
			ac_buf_printf(out, "  %s (%s): ", what, ac_tongue_code((ac_tongue)i));
			ac_utf8_add_visible(out, pair[i], SHOWN_MAX);
			ac_buf_add_byte(out, '\n');
		}
}

static void
add_comment(ac_buf *out, const ac_comment *c, bool is_of_this_text)
{
	ac_buf_printf(out, "\n%.*s, round %llu%s%.*s", AC_FMT(c->about.member), (unsigned long long)c->round,
	    c->claim.n ? ", claim " : ", on the whole", AC_FMT(c->claim));
	ac_buf_add_cstr(out, is_of_this_text ? "\n" : ", on an earlier text\n");
	if (c->has_judgement) {
		ac_buf_printf(
		    out, "  likelihood: %.*s %u\n", AC_FMT(c->judgement.likelihood->code), c->judgement.number);
		if (c->judgement.has_confidence)
			ac_buf_printf(
			    out, "  confidence: %.*s\n", AC_FMT(ac_claim_judgement_confidence(&c->judgement)));
	}
	add_pair(out, "wording", c->wording);
	add_pair(out, "remark", c->remark);
}

int
ac_agree_show_comments(ac_room *room, const ac_statement *draft, accord_err *err)
{
	ac_buf *out = ac_app_out(room->app);

	add_text(out, draft->text);
	ac_buf_add(out, AC_S("\nnot signed yet\n"));
	add_digest(out, draft->digest);
	for (size_t i = 0; i < room->holding.count; i++) {
		const ac_held *item = &room->holding.items[i];
		const ac_charter *charter = room->charter;
		ac_comment c;
		bool *members;

		if (!ac_str_eq(item->text_kind, AC_S("comment")) || item->is_leaf)
			continue;
		/* Signatures first. A comment that nobody of the charter has signed is nobody's. */
		if (ac_chain_signers(&room->chain, charter->version, &item->note, (ac_leaf_place){ { 0 }, 0 },
			&room->arena, &members, NULL, NULL) ||
		    ac_comment_parse(item->note.text, &c, NULL) || !ac_str_eq(c.draft, draft->id))
			continue;
		if (ac_charter_member_find(charter, c.about.member) < charter->member_count &&
		    members[ac_charter_member_find(charter, c.about.member)])
			add_comment(out, &c, memcmp(c.about.statement, draft->digest, AC_SHA256_SIZE) == 0);
	}
	return ac_arena_check(&room->arena, err);
}
