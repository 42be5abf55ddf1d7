/* SPDX-License-Identifier: Apache-2.0 */
/* A small world of two actors and what reports say of them, for the tests of judging. */
#ifndef AC_JUDGE_FIXTURE_H
#define AC_JUDGE_FIXTURE_H

#include "store_fixture.h"

#include "attribute/judge.h"
#include "base/limits.h"

#define LAKE FIXTURE_ID("intrusion-set", "1")
#define RIVER FIXTURE_ID("intrusion-set", "2")
#define POND FIXTURE_ID("intrusion-set", "3")
#define T(n) FIXTURE_ID("attack-pattern", n)
#define SHELL FIXTURE_ID("malware", "1")
#define SCANNER FIXTURE_ID("tool", "1")
#define WAVE FIXTURE_ID("campaign", "1")

#define NUMBERED(type, n, name, number)                                                                                \
	"{" FIXTURE_HEAD(type, n) ",'name':'" name "','external_references':[{'source_name':'mitre-attack',"           \
				  "'external_id':'" number "'}],'is_family':true}"
#define CITE(name, date, url) "{'source_name':'" name "','description':'Vendor. (" date "). A report.','url':'" url "'}"
#define USES(n, from, to, cites)                                                                                       \
	"{" FIXTURE_HEAD("relationship", n) ",'relationship_type':'uses','source_ref':'" from "','target_ref':'" to    \
					    "','external_references':[" cites "]}"

#define R1 CITE("Lake One", "2019, May 3", "https://one.example/lake")
#define R1_COPY CITE("Lake One Again", "2019, May 4", "http://www.one.example/lake/")
#define R2 CITE("Lake Two", "2020, June", "https://two.example/lake")
#define R3 CITE("River One", "2020", "https://one.example/river")
#define UNDATED "{'source_name':'Somebody','description':'n.d.','url':'https://three.example/'}"

/*
 * Lake: T1001 by two reports (one of them under two names), T1002 by one, the shell by one. River: T1001, T1003 and the scanner; T1002 without a date. Pond: nothing that counts.
 */
static const char *const judge_world[] = {
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"),
	NUMBERED("intrusion-set", "2", "Red River", "G0002"),
	NUMBERED("intrusion-set", "3", "Small Pond", "G0003"),
	NUMBERED("attack-pattern", "1", "Exploit", "T1001"),
	NUMBERED("attack-pattern", "2", "Persist", "T1002"),
	NUMBERED("attack-pattern", "3", "Steal", "T1003"),
	NUMBERED("attack-pattern", "4", "Steal files", "T1003.001"),
	NUMBERED("malware", "1", "Lake Shell", "S0001"),
	NUMBERED("tool", "1", "Scanner", "S0002"),
	NUMBERED("campaign", "1", "First Wave", "C0001"),
	USES("1", LAKE, T("1"), R1 "," R1_COPY "," R2),
	USES("2", LAKE, T("2"), R1),
	USES("3", LAKE, SHELL, R2),
	USES("4", RIVER, T("1"), R3),
	USES("5", RIVER, T("3"), R3),
	USES("6", RIVER, SCANNER, R3),
	USES("7", RIVER, T("2"), UNDATED),
	FIXTURE_RELATION("8", "uses", POND, T("1")),
	NULL,
};

/*
 * The same with prose, and with a galaxy that repeats a claim without a source and lists victims by the report of River. The second world has never heard of that report.
 */
#define TOLD(n, from, to, cites, prose)                                                                                \
	"{" FIXTURE_HEAD("relationship", n) ",'relationship_type':'uses','source_ref':'" from "','target_ref':'" to    \
					    "','description':'" prose "','external_references':[" cites "]}"
#define WORLD_HEAD                                                                                                     \
	NUMBERED("intrusion-set", "1", "Blue Lake", "G0001"), NUMBERED("intrusion-set", "2", "Red River", "G0002"),    \
	    NUMBERED("attack-pattern", "1", "Exploit", "T1001"), NUMBERED("attack-pattern", "2", "Persist", "T1002"),  \
	    NUMBERED("attack-pattern", "3", "Steal", "T1003"), NUMBERED("tool", "1", "Scanner", "S0002"),              \
	    TOLD("1", LAKE, T("1"), R1 "," R2, "Blue Lake sends letters with odd macros"),                             \
	    TOLD("2", LAKE, T("2"), R1, "It keeps a foothold by planned tasks"),                                       \
	    TOLD("9", RIVER, T("2"), R2, "Red River too plans tasks")
static const char *const world_with_report[] = {
	WORLD_HEAD,
	TOLD("4", RIVER, T("1"), R3, "Red River opens doors with letters"),
	TOLD("5", RIVER, T("3"), R3, "Red River copies whole archives"),
	USES("6", RIVER, SCANNER, R3),
	FIXTURE_RELATION("8", "uses", RIVER, T("3")),
	"{" FIXTURE_HEAD("intrusion-set",
	    "4") ",'name':'Red River','x_misp_galaxy':'threat-actor','x_misp_cfr_suspected_victims':['France'],"
		 "'external_references':[{'source_name':'reference','url':'https://one.example/river'}]}",
	NULL,
};
static const char *const world_without_report[] = {
	WORLD_HEAD,
	FIXTURE_RELATION("8", "uses", RIVER, T("3")),
	NULL,
};

typedef struct judge_case {
	fixture f;
	ac_know *know;
	ac_knowledge *k;
	ac_arena arena;
	ac_judgement answer;
} judge_case;

static inline void
judge_open(judge_case *c, const char *const *world)
{
	memset(c, 0, sizeof(*c));
	fixture_open(&c->f);
	fixture_put(&c->f, "Catalogue", world);
	ac_arena_init(&c->arena, AC_REPORT_MAX);
	assert_int_equal(ac_know_open(c->f.store, (ac_hash_seed){ { 3, 4 } }, &c->know, &c->f.err), 0);
	if (ac_knowledge_make(c->know, &c->k, &c->f.err) < 0)
		fail_msg("%s", c->f.err.text);
}

static inline void
judge_close(judge_case *c)
{
	c->k = ac_knowledge_free(c->k);
	c->know = ac_know_close(c->know);
	ac_arena_done(&c->arena);
	fixture_close(&c->f);
}

/* "T1001 S0001 ...": techniques and software by their letter. */
static inline ac_evidence
judge_evidence(judge_case *c, const char *ids)
{
	ac_evidence e = AC_EVIDENCE_NONE;
	ac_str rest = ac_str_from(ids), id;

	e.techniques.items = ac_arena_zalloc(&c->arena, 64, sizeof(ac_evidence_item));
	e.software.items = ac_arena_zalloc(&c->arena, 64, sizeof(ac_evidence_item));
	while (ac_str_next_field(&rest, ' ', &id)) {
		ac_evidence_items *items = id.n && id.p[0] == 'S' ? &e.software : &e.techniques;

		if (id.n)
			items->items[items->count++] = (ac_evidence_item){ id, AC_EVIDENCE_NO_SOURCE };
	}
	return e;
}

static inline const ac_judgement *
judge(judge_case *c, const ac_evidence *evidence)
{
	ac_judge_options options = AC_JUDGE_OPTIONS;

	if (ac_judge(c->k, evidence, &options, &c->arena, &c->answer, &c->f.err) < 0)
		fail_msg("%s", c->f.err.text);
	return &c->answer;
}

#endif
