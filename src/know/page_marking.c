/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The markings of what a page shows: those of its records with definitions from the store, and the defaults of the producers that the records came from. Knows nothing of who may read the
 * page: a local answer is no exit.
 */
#include "know/page_build.h"

static int
find_definition(void *payload, ac_str id, const ac_json **out, accord_err *err)
{
	ac_page_builder *b = payload;
	const ac_know_object *object;
	ac_str type;
	int rc;

	*out = NULL;
	if (ac_stix_id_check(id, &type, NULL) < 0)
		return 0;
	rc = ac_know_load(b->know, id, &object, err);
	if (rc == 0 && object->is_here)
		*out = object->original;
	return rc;
}

/* The strictest default of all producers that sent it, whoever was first. NONE stands for the ceiling's own, AMBER+STRICT. */
static int
strictest_default(
    ac_page_builder *b, const ac_page_texts *producers, ac_tlp *out_tlp, ac_str *out_source, accord_err *err)
{
	ac_tlp strictest = AC_TLP_NONE;
	int rc = 0;

	*out_tlp = AC_TLP_NONE;
	for (size_t i = 0; i < producers->count; i++) {
		ac_tlp tlp, holds;

		rc = ac_store_source_tlp(b->know->store, producers->items[i], &tlp, err);
		if (rc < 0)
			return rc;
		holds = tlp == AC_TLP_NONE ? AC_TLP_AMBER_STRICT : tlp;
		if (holds > strictest || (holds == strictest && *out_tlp == AC_TLP_NONE && tlp != AC_TLP_NONE)) {
			strictest = holds;
			*out_tlp = tlp;
			*out_source = producers->items[i];
		}
	}
	return 0;
}

int
ac_page_marking_of(ac_page_builder *b, const ac_know_object *object, const ac_page_texts *producers,
    ac_page_marking *out, accord_err *err)
{
	ac_page_marking marking = { .source = { "", 0 } };
	ac_tlp source_default;
	int rc = strictest_default(b, producers, &source_default, &marking.source, err);

	if (rc == 0)
		rc = ac_marking_of(
		    object->original, find_definition, b, source_default, &b->know->arena, &marking.m, err);
	if (rc < 0)
		return rc;
	if (marking.m.reason != AC_MARKING_BY_SOURCE && marking.m.reason != AC_MARKING_BY_DEFAULT)
		marking.source = (ac_str){ "", 0 };
	*out = marking;
	return 0;
}

const ac_page_record *
ac_page_strictest(const ac_page *page)
{
	const ac_page_record *strictest = NULL;

	for (size_t i = 0; i < page->record_count; i++)
		if (!strictest || page->records[i].marking.m.level > strictest->marking.m.level)
			strictest = &page->records[i];
	return strictest;
}

static void
put_texts_of(const ac_marking *m, ac_json_writer *w, const char *key, ac_marking_kind kind)
{
	ac_jw_key(w, ac_str_from(key));
	ac_jw_array(w);
	for (size_t i = 0; i < m->ref_count; i++) {
		const ac_marking_ref *ref = &m->refs[i];

		if (ref->kind != kind)
			continue;
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("ref"), ref->id);
		if (ref->text.n)
			ac_jw_key_string(w, AC_S("text"), ref->text);
		if (ref->own != AC_TLP_NONE)
			ac_jw_key_string(w, AC_S("tlp"), ac_tlp_name(ref->own));
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

void
ac_page_marking_json(const ac_page_marking *marking, ac_json_writer *w)
{
	const ac_marking *m = &marking->m;

	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("tlp"), ac_tlp_name(m->level));
	ac_jw_key_string(w, AC_S("reason"), ac_marking_reason_name(m->reason));
	if (m->ref.n)
		ac_jw_key_string(w, AC_S("ref"), m->ref);
	if (marking->source.n)
		ac_jw_key_string(w, AC_S("source"), marking->source);
	put_texts_of(m, w, "statements", AC_MARKING_STATEMENT);
	put_texts_of(m, w, "policies", AC_MARKING_IEP);
	put_texts_of(m, w, "unknown", AC_MARKING_UNKNOWN);
	ac_jw_key(w, AC_S("parts"));
	ac_jw_array(w);
	for (size_t i = 0; i < m->part_count; i++) {
		const ac_marking_part *part = &m->parts[i];

		if (part->tlp == AC_TLP_NONE)
			continue;
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("selector"), part->selector);
		ac_jw_key_string(w, AC_S("tlp"), ac_tlp_name(part->tlp));
		ac_jw_key_string(w, AC_S("ref"), part->ref);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_end(w);
}
