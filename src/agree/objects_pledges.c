/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of pledges as STIX: each a note on the identity of the member whose pledge it is. Decides nothing about what counts. */
#include "agree/objects.h"
#include "agree/objects_part.h"
#include "agree/vocabulary.h"

typedef struct words {
	const ac_vocabulary *list;
	size_t count;
} words;

/* What is pledged: the charter's words, or those of the vocabulary that it cites. */
static ac_str
pledge_text(const ac_charter *c, const words *v, ac_str id, ac_tongue tongue)
{
	for (unsigned i = 0; i < c->pledge_count; i++) {
		const ac_charter_pledge *p = &c->pledges[i];
		const ac_vocabulary_item *item;

		if (!ac_str_eq(p->id, id))
			continue;
		item = ac_vocabulary_find(v->list, v->count, p->cites);
		return p->text[tongue].n ? p->text[tongue] : item ? item->text[tongue] : p->cites;
	}
	return id;
}

static int
put_note(
    ac_objects_writer *o, const words *v, const ac_pledge_note *n, unsigned member, unsigned reviewer, accord_err *err)
{
	const char *status = ac_pledge_status_name(n->status);
	ac_str id, text = pledge_text(o->charter, v, n->pledge, AC_TONGUE_EN);
	int rc = ac_objects_id(o, "note", &id, err,
	    ac_arena_printf(o->arena, "accord agree:pledge:%.*s", AC_FMT(ac_objects_hex(o, n->digest))));

	if (rc)
		return rc;
	ac_objects_begin(o, "note", id, o->members[reviewer]);
	ac_objects_times(o, n->at, n->at);
	ac_jw_key_string(o->w, AC_S("lang"), AC_S("en"));
	ac_jw_key_string(
	    o->w, AC_S("abstract"), ac_arena_printf(o->arena, "Pledge %.*s: %s", AC_FMT(n->pledge), status));
	ac_jw_key_string(o->w, AC_S("content"), n->note[AC_TONGUE_EN].n ? n->note[AC_TONGUE_EN] : text);
	ac_objects_list(o, "authors", &n->reviewer, 1);
	ac_objects_list(o, "object_refs", &o->members[member], 1);
	ac_objects_extension(o, "pledge");
	ac_jw_key_string(o->w, AC_S("pledge"), n->pledge);
	ac_jw_key_string(o->w, AC_S("text_en"), text);
	ac_jw_key_string(o->w, AC_S("text_fr"), pledge_text(o->charter, v, n->pledge, AC_TONGUE_FR));
	ac_jw_key_string(o->w, AC_S("member"), n->member);
	ac_jw_key_string(o->w, AC_S("reviewer"), n->reviewer);
	ac_jw_key_string(o->w, AC_S("status"), ac_str_from(status));
	ac_jw_key_time(o->w, AC_S("review"), n->review, 0);
	ac_objects_list(o, "evidence", n->evidence, n->evidence_count);
	if (n->note[AC_TONGUE_FR].n)
		ac_jw_key_string(o->w, AC_S("note_fr"), n->note[AC_TONGUE_FR]);
	ac_jw_key_string(o->w, AC_S("sha256"), ac_objects_hex(o, n->digest));
	ac_objects_object_end(o);
	return 0;
}

int
ac_objects_of_pledges(const ac_charter *charter, const ac_pledge_note *notes, size_t count, ac_json_writer *w,
    ac_arena *arena, accord_err *err)
{
	words v = { 0 };
	ac_objects_writer o;
	int rc = ac_objects_writer_init(&o, charter, w, arena, err);

	if (rc == 0)
		rc = ac_vocabularies(arena, &v.list, &v.count, err);
	if (rc == 0)
		rc = ac_objects_bundle(&o,
		    ac_arena_printf(arena, "accord agree:pledges:%.*s", AC_FMT(ac_objects_hex(&o, charter->digest))),
		    err);
	if (rc)
		return rc;
	ac_objects_coalition(&o);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		unsigned member = ac_charter_member_find(charter, notes[i].member),
			 reviewer = ac_charter_member_find(charter, notes[i].reviewer);

		/* Of who has left there is no identity here. */
		if (member < charter->member_count && reviewer < charter->member_count)
			rc = put_note(&o, &v, &notes[i], member, reviewer, err);
	}
	return rc ? rc : ac_objects_bundle_end(&o, err);
}
