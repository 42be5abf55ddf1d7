/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts of statements, and the bundles of evidence behind them. */
#include "agree_texts.h"

#include "agree/draft.h"
#include "agree/evidence.h"
#include "codec/json_write.h"
#include "fail_malloc.h"

#define OBJECT(type, id, more)                                                                                         \
	"{\"type\":\"" type "\",\"spec_version\":\"2.1\",\"id\":\"" type "--" id                                       \
	"\",\"created\":\"2031-01-01T00:00:00.000Z\",\"modified\":\"2031-01-01T00:00:00.000Z\"" more "}"
#define ONE "6b6e1f3a-4ad6-4a1c-9f0b-0d5e2f9a7c11"
#define TWO "0b1f2f7e-4e0b-4a86-8f2c-5f0f3cbb1a22"
#define THREE "5c9f4e0e-57a4-4f2c-9e0b-6f5f1a1d7d33"
#define ACTOR OBJECT("threat-actor", ONE, ",\"name\":\"Grey\\n  Heron\"")
#define CAMPAIGN OBJECT("campaign", TWO, ",\"name\":\"Quiet Harbour\"")
#define ATTRIBUTED                                                                                                     \
	OBJECT("relationship", THREE,                                                                                  \
	    ",\"relationship_type\":\"attributed-to\",\"source_ref\":\"campaign--" TWO                                 \
	    "\",\"target_ref\":\"threat-actor--" ONE "\",\"confidence\":85")
#define BUNDLE(objects) "{\"type\":\"bundle\",\"id\":\"bundle--" ONE "\",\"objects\":[" objects "]}"
#define RED ",\"object_marking_refs\":[\"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1\"]"

#define UNKNOWN ",\"object_marking_refs\":[\"marking-definition--01234567-89ab-4cde-8f01-23456789abcd\"]"

typedef struct fixture {
	ac_arena arena;
	ac_draft draft;
	accord_err err;
} fixture;

static void
begin(fixture *f)
{
	memset(f, 0, sizeof(*f));
	ac_arena_init(&f->arena, 64 * AC_MIB);
	assert_int_equal(ac_draft_init(&f->draft, &f->arena, NULL, NULL), 0);
}

static void
end(fixture *f)
{
	ac_arena_done(&f->arena);
}

static void
draft__claims_what_is_attributed(void **state)
{
	fixture f;

	(void)state;
	begin(&f);
	assert_int_equal(ac_draft_take(&f.draft, AC_S(BUNDLE(ACTOR "," CAMPAIGN "," ATTRIBUTED)), &f.err), 0);
	assert_int_equal(f.draft.claim_count, 1);
	assert_int_equal(f.draft.object_count, 3);
	assert_str(f.draft.claims[0].id, AC_S("c1"));
	assert_str(f.draft.claims[0].text[AC_TONGUE_EN], AC_S("Quiet Harbour is the work of Grey Heron."));
	assert_str(f.draft.claims[0].text[AC_TONGUE_FR], AC_S("Quiet Harbour est l'œuvre de Grey Heron."));
	assert_str(f.draft.claims[0].judgement.likelihood->code, AC_S("very-likely"));
	assert_int_equal(f.draft.claims[0].judgement.number, 85);
	assert_str(f.draft.about[0], AC_S("relationship--" THREE));
	end(&f);
	/* Without an attribution each object is a claim. */
	begin(&f);
	assert_int_equal(ac_draft_take(&f.draft, AC_S(BUNDLE(ACTOR "," CAMPAIGN)), &f.err), 0);
	assert_int_equal(f.draft.claim_count, 2);
	assert_str(f.draft.claims[1].text[AC_TONGUE_FR], AC_S("Quiet Harbour a pris part."));
	assert_int_equal(f.draft.claims[1].judgement.number, 70);
	end(&f);
}

/* A result object of attributing says more than its number: the probability after the gate, and how well founded it is. */
#define ANSWERED(answer)                                                                                               \
	OBJECT("relationship", THREE,                                                                                  \
	    ",\"relationship_type\":\"attributed-to\",\"source_ref\":\"campaign--" TWO                                 \
	    "\",\"target_ref\":\"threat-actor--" ONE                                                                   \
	    "\",\"confidence\":85,\"extensions\":{\"extension-definition--" ONE                                        \
	    "\":{\"extension_type\":\"property-extension\",\"answer\":{" answer "}}}")
static void
draft__takes_the_answer_that_an_object_carries(void **state)
{
	static const struct {
		const char *object, *term;
		unsigned number;
		int confidence; /* -1: none */
	} rows[] = {
		{ ANSWERED("\"schema\":\"accord.attribution/1\",\"gate\":true,\"hypotheses\":[{\"p\":0.97}],"
			   "\"confidence\":{\"level\":\"moderate\"}"),
		    "almost-certain", 97, AC_CONFIDENCE_MODERATE },
		{ ANSWERED("\"schema\":\"accord.attribution/1\",\"gate\":false,\"hypotheses\":[{\"p\":0.70}],"
			   "\"confidence\":{\"level\":\"low\"}"),
		    "likely", 70, AC_CONFIDENCE_LOW },
		/* Not an answer, or none that reads: the number stands. */
		{ ANSWERED("\"schema\":\"somebody.else/1\",\"hypotheses\":[{\"p\":0.2}]"), "very-likely", 85, -1 },
		{ ANSWERED("\"schema\":\"accord.attribution/1\",\"hypotheses\":[]"), "very-likely", 85, -1 },
		{ ANSWERED("\"schema\":\"accord.attribution/1\",\"hypotheses\":[{\"p\":7}]"), "very-likely", 85, -1 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		const ac_claim_judgement *got;
		fixture f;
		ac_str json;

		begin(&f);
		json = ac_arena_printf(&f.arena,
		    "{\"type\":\"bundle\",\"id\":\"bundle--" ONE "\",\"objects\":[" ACTOR "," CAMPAIGN ",%s]}",
		    rows[i].object);
		assert_int_equal(ac_draft_take(&f.draft, json, &f.err), 0);
		assert_int_equal(f.draft.claim_count, 1);
		got = &f.draft.claims[0].judgement;
		assert_str(got->likelihood->code, ac_str_from(rows[i].term));
		assert_int_equal(got->number, rows[i].number);
		assert_int_equal(got->has_confidence, rows[i].confidence >= 0);
		if (got->has_confidence)
			assert_int_equal(got->confidence, rows[i].confidence);
		end(&f);
	}
}

/* No likelihood is none or all of a hundred, whatever an object says. */
static void
draft__never_says_0_or_100_per_cent(void **state)
{
	static const struct {
		const char *json;
		const char *term;
		unsigned number;
	} rows[] = {
		{ OBJECT("campaign", TWO, ",\"name\":\"Quiet Harbour\",\"confidence\":100"), "almost-certain", 99 },
		{ OBJECT("campaign", TWO, ",\"name\":\"Quiet Harbour\",\"confidence\":99"), "almost-certain", 99 },
		{ OBJECT("campaign", TWO, ",\"name\":\"Quiet Harbour\",\"confidence\":0"), "almost-no-chance", 1 },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		fixture f;

		begin(&f);
		assert_int_equal(ac_draft_take(&f.draft, ac_str_from(rows[i].json), &f.err), 0);
		assert_str(f.draft.claims[0].judgement.likelihood->code, ac_str_from(rows[i].term));
		assert_int_equal(f.draft.claims[0].judgement.number, rows[i].number);
		end(&f);
	}
}

static void
draft__of_an_end_that_is_nowhere_counts_it(void **state)
{
	fixture f;

	(void)state;
	begin(&f);
	assert_int_equal(ac_draft_take(&f.draft, AC_S(ATTRIBUTED), &f.err), 0);
	assert_int_equal(f.draft.missing, 2);
	assert_int_equal(f.draft.object_count, 1);
	end(&f);
}

static void
draft__of_nothing_that_is_known_is_refused(void **state)
{
	static const struct {
		const char *json;
		int rc;
	} rows[] = {
		{ "{}", ACCORD_EINPUT },
		{ "[1]", ACCORD_EINPUT },
		{ "{", ACCORD_EINPUT },
		{ "{\"schema\":\"accord.attribution/1\"}", ACCORD_EINPUT },
		{ "{\"schema\":\"accord.attribution/1\",\"term\":{\"insufficient\":true},\"hypotheses\":[{\"p\":0.9}]}",
		    ACCORD_EINPUT },
		{ "{\"schema\":\"accord.attribution/1\",\"hypotheses\":[{\"p\":0.9,\"stix_id\":\"intrusion-set--" ONE
		  "\"}]}",
		    ACCORD_ENOTFOUND },
		/* A person is named by nobody. */
		{ "{\"schema\":\"accord.attribution/1\",\"hypotheses\":[{\"p\":0.9,\"individual\":true,"
		  "\"stix_id\":\"threat-actor--" ONE "\"}]}",
		    ACCORD_EINPUT },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		fixture f;

		begin(&f);
		if (ac_draft_take(&f.draft, ac_str_from(rows[i].json), &f.err) != rows[i].rc)
			fail_msg("%zu: %s", i, f.err.text);
		end(&f);
	}
}

static ac_statement
statement(ac_arena *arena)
{
	ac_statement s;

	assert_int_equal(ac_statement_parse(AC_S(STATEMENT), arena, &s, NULL), 0);
	return s;
}

static int
compose(fixture *f, const char *evidence, ac_str *out, ac_evidence *found)
{
	ac_statement s = statement(&f->arena);
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_MIB);
	rc = ac_evidence_compose(ac_str_from(evidence), &s, &f->arena, &buf, found, &f->err);
	*out = ac_arena_str(&f->arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	return rc;
}

#define EVIDENCE                                                                                                       \
	"{\"claims\":{\"c1\":[\"campaign--" TWO "\"]},\"objects\":[" ACTOR "," CAMPAIGN "],\"unmarked\":\"clear\"}"

static void
evidence__says_which_claim_is_about_what_in_canonical_bytes(void **state)
{
	ac_evidence found;
	ac_str bytes, again;
	const ac_json *bundle;
	ac_statement s;
	ac_buf buf;
	fixture f;

	(void)state;
	begin(&f);
	assert_int_equal(compose(&f, EVIDENCE, &bytes, &found), 0);
	assert_true(found.objects == 2 && found.unmarked == 2 && found.taken == 2 && found.as == AC_TLP_CLEAR);
	assert_int_equal(ac_json_parse(bytes, AC_JSON_LIMITS, &f.arena, &bundle, NULL), 0);
	ac_buf_init(&buf, AC_MIB);
	assert_int_equal(ac_jcs(bundle, &buf, &f.arena, NULL), 0);
	assert_str(ac_buf_view(&buf), bytes);
	assert_true(ac_str_find(bytes, AC_S("{\"analytic_confidence\":\"high\",\"confidence\":95,\"id\":\"c1\","
					    "\"likelihood\":\"almost-certain\","
					    "\"object_refs\":[\"campaign--" TWO "\"]")) < bytes.n);
	/* What it is made of comes out of it again, and gives the same bytes. */
	ac_buf_reset(&buf);
	assert_int_equal(ac_evidence_of(bytes, &f.arena, &buf, &f.err), 0);
	s = statement(&f.arena);
	again = ac_arena_str(&f.arena, ac_buf_view(&buf));
	ac_buf_reset(&buf);
	assert_int_equal(ac_evidence_compose(again, &s, &f.arena, &buf, &found, &f.err), 0);
	assert_str(ac_buf_view(&buf), bytes);
	assert_int_equal(ac_evidence_of(AC_S(BUNDLE(ACTOR)), &f.arena, &buf, NULL), ACCORD_EINPUT);
	ac_buf_done(&buf);
	end(&f);
}

static void
evidence__that_does_not_hold_together_is_refused(void **state)
{
	static const struct {
		const char *evidence;
		int rc;
	} rows[] = {
		{ "{\"claims\":{},\"objects\":[]}", ACCORD_EINPUT },
		{ "{\"claims\":{}}", ACCORD_EINPUT },
		{ "{\"unmarked\":\"clear\",\"objects\":[" ACTOR "," ACTOR "]}", ACCORD_EINPUT },
		{ "{\"unmarked\":\"white-ish\",\"objects\":[" ACTOR "]}", ACCORD_EINPUT },
		{ "{\"unmarked\":\"clear\",\"tlp\":{\"threat-actor--" ONE "\":7},\"objects\":[" ACTOR "]}",
		    ACCORD_EINPUT },
		/* Nobody says anything; by its source; by its marking, whatever is said of others; by a definition that is nowhere. */
		{ "{\"objects\":[" ACTOR "]}", ACCORD_EDENIED },
		{ "{\"unmarked\":\"clear\",\"tlp\":{\"threat-actor--" ONE "\":\"red\"},\"objects\":[" ACTOR "]}",
		    ACCORD_EDENIED },
		{ "{\"unmarked\":\"clear\",\"objects\":[" OBJECT("campaign", TWO, RED) "]}", ACCORD_EDENIED },
		{ "{\"unmarked\":\"clear\",\"tlp\":{\"campaign--" TWO
		  "\":\"clear\"},\"objects\":[" OBJECT("campaign", TWO, RED) "]}",
		    ACCORD_EDENIED },
		{ "{\"unmarked\":\"clear\",\"objects\":[" OBJECT("campaign", TWO, UNKNOWN) "]}", ACCORD_EDENIED },
		{ "{\"tlp\":{\"campaign--" TWO "\":\"clear\"},\"objects\":[" OBJECT("campaign", TWO, UNKNOWN) "]}",
		    ACCORD_EDENIED },
		{ "{\"tlp\":{\"threat-actor--" ONE "\":\"clear\"},\"objects\":[" ACTOR "]}", 0 },
		{ "{\"objects\":[{\"type\":\"campaign\"}]}", ACCORD_EINPUT },
		{ "{\"objects\":[" OBJECT("campaign", TWO, RED) "]}", ACCORD_EDENIED },
		{ "{\"unmarked\":\"clear\",\"claims\":{\"c1\":[\"campaign--" ONE "\"]},\"objects\":[" ACTOR "]}",
		    ACCORD_EINPUT },
		{ "{\"unmarked\":\"clear\",\"claims\":{\"c1\":[7]},\"objects\":[" ACTOR "]}", ACCORD_EINPUT },
	};

	(void)state;
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_evidence found;
		ac_str bytes;
		fixture f;

		begin(&f);
		if (compose(&f, rows[i].evidence, &bytes, &found) != rows[i].rc)
			fail_msg("%zu: %s", i, f.err.text);
		end(&f);
	}
}

static void
draft__survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		ac_evidence found;
		ac_statement s;
		ac_arena arena;
		ac_draft draft;
		ac_buf evidence, bundle;
		int rc;

		ac_arena_init(&arena, 64 * AC_MIB);
		ac_buf_init(&evidence, AC_MIB);
		ac_buf_init(&bundle, AC_MIB);
		s = statement(&arena);
		fail_malloc_at(n);
		rc = ac_draft_init(&draft, &arena, NULL, NULL);
		if (!rc)
			rc = ac_draft_take(&draft, AC_S(BUNDLE(ACTOR "," CAMPAIGN "," ATTRIBUTED)), NULL);
		draft.unmarked = AC_TLP_CLEAR;
		if (!rc) {
			ac_str text;

			ac_draft_add_evidence(&evidence, &draft);
			rc = ac_buf_finish(&evidence, &text, NULL);
			if (!rc)
				rc = ac_evidence_compose(text, &s, &arena, &bundle, &found, NULL);
			if (!rc)
				rc = bundle.failed;
		}
		ac_buf_done(&bundle);
		ac_buf_done(&evidence);
		ac_arena_done(&arena);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_true(rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draft__claims_what_is_attributed),
		cmocka_unit_test(draft__takes_the_answer_that_an_object_carries),
		cmocka_unit_test(draft__never_says_0_or_100_per_cent),
		cmocka_unit_test(draft__of_an_end_that_is_nowhere_counts_it),
		cmocka_unit_test(draft__of_nothing_that_is_known_is_refused),
		cmocka_unit_test(evidence__says_which_claim_is_about_what_in_canonical_bytes),
		cmocka_unit_test(evidence__that_does_not_hold_together_is_refused),
		cmocka_unit_test(draft__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
