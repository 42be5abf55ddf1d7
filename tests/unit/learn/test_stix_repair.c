/* SPDX-License-Identifier: Apache-2.0 */
/* Repairs, on objects as MISP's and OpenCTI's exporters write them, with invented content. */
#include "learn_support.h"

#include "fail_malloc.h"
#include "learn/kinds.h"
#include "learn/stix_repair.h"
#include "stix/id.h"
#include "stix/object.h"

#define UUID "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
#define TIMES "'created':'2021-03-04T08:00:00.000Z','modified':'2021-03-04T08:00:00.000Z'"
#define SDO(type, more) "{'type':'" type "','spec_version':'2.1','id':'" type "--" UUID "'," TIMES more "}"
#define SCO(type, more)                                                                                                \
	"{'type':'" type "','spec_version':'2.1','id':'" type "--28bb3599-77cd-5a82-a950-b5bc3caf07c4'" more "}"
#define INDICATOR(more) SDO("indicator", ",'valid_from':'2021-03-04T08:00:00Z'" more)

/* text with ' for " and ` for '. */
static ac_str
quoted(ac_arena *arena, const char *text)
{
	ac_str s = ac_arena_str(arena, ac_str_from(text));
	char *p = ac_arena_alloc(arena, s.n + 1);

	assert_non_null(p);
	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)(s.p[i] == '\'' ? '"' : s.p[i] == '`' ? '\'' : s.p[i]);
	p[s.n] = '\0';
	return (ac_str){ p, s.n };
}

typedef struct repair_row {
	ac_repair repair;
	const char *from;
	const char *to; /* NULL: as it is */
} repair_row;

static const repair_row rows[] = {
	{ AC_REPAIR_QUOTED_INTEGERS,
	    SCO("network-traffic", ",'dst_port':'8443','protocols':['tcp'],'dst_byte_count':'0'"),
	    SCO("network-traffic", ",'dst_port':8443,'protocols':['tcp'],'dst_byte_count':0") },
	{ AC_REPAIR_QUOTED_INTEGERS, SDO("malware", ",'name':'8443','is_family':true,'confidence':'85'"),
	    SDO("malware", ",'name':'8443','is_family':true,'confidence':85") },
	{ AC_REPAIR_QUOTED_INTEGERS,
	    SCO("file", ",'name':'x','extensions':{'windows-pebinary-ext':{'pe_type':'exe','number_of_sections':'4','"
			"sections':[{'name':'s','size':'512'}]}}"),
	    SCO("file", ",'name':'x','extensions':{'windows-pebinary-ext':{'pe_type':'exe','number_of_sections':4,'"
			"sections':[{'name':'s','size':512}]}}") },
	{ AC_REPAIR_QUOTED_INTEGERS,
	    INDICATOR(",'pattern_type':'stix','pattern':'[network-traffic:dst_port = `8443`]'"),
	    INDICATOR(",'pattern_type':'stix','pattern':'[network-traffic:dst_port = 8443]'") },
	{ AC_REPAIR_QUOTED_INTEGERS,
	    INDICATOR(",'pattern_type':'snort','pattern':'[network-traffic:dst_port = `8443`]'"), NULL },
	{ AC_REPAIR_QUOTED_INTEGERS, SCO("user-account", ",'user_id':'1001','x_count':'7'"), NULL },
	{ AC_REPAIR_QUOTED_INTEGERS, SCO("process", ",'pid':'0x10'"), NULL },
	{ AC_REPAIR_QUOTED_BOOLEANS, SCO("email-message", ",'is_multipart':'false','subject':'true'"),
	    SCO("email-message", ",'is_multipart':false,'subject':'true'") },
	{ AC_REPAIR_QUOTED_BOOLEANS, SDO("malware", ",'name':'x','is_family':'True'"),
	    SDO("malware", ",'name':'x','is_family':true") },
	{ AC_REPAIR_QUOTED_BOOLEANS, SDO("malware", ",'name':'x','is_family':'yes'"), NULL },
	{ AC_REPAIR_HASH_NAMES,
	    SCO("file", ",'hashes':{'SHA256':'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad','md5':'"
			"900150983cd24fb0d6963f7d28e17f72'}"),
	    SCO("file", ",'hashes':{'SHA-256':'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad','MD5':"
			"'900150983cd24fb0d6963f7d28e17f72'}") },
	/* The right name is taken, the value is none of the algorithm, two spellings of one. */
	{ AC_REPAIR_HASH_NAMES,
	    SCO("file",
		",'hashes':{'MD5':'900150983cd24fb0d6963f7d28e17f72','md5':'900150983cd24fb0d6963f7d28e17f73'}"),
	    NULL },
	{ AC_REPAIR_HASH_NAMES, SCO("file", ",'hashes':{'md5':'not a hash'}"), NULL },
	/* An observable without spec_version is one of 2.1: 2.0 had none outside of containers. */
	{ AC_REPAIR_HASH_NAMES,
	    "{'type':'file','id':'file--28bb3599-77cd-5a82-a950-b5bc3caf07c4','hashes':{'ssdeep':'3:"
	    "AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C'}}",
	    "{'type':'file','id':'file--28bb3599-77cd-5a82-a950-b5bc3caf07c4','hashes':{'SSDEEP':'3:"
	    "AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C'}}" },
	{ AC_REPAIR_HASH_NAMES,
	    SCO("file",
		",'hashes':{'md5':'900150983cd24fb0d6963f7d28e17f72','Md5':'900150983cd24fb0d6963f7d28e17f73'}"),
	    SCO("file",
		",'hashes':{'MD5':'900150983cd24fb0d6963f7d28e17f72','Md5':'900150983cd24fb0d6963f7d28e17f73'}") },
	{ AC_REPAIR_HASH_NAMES,
	    SDO("report", ",'name':'x','external_references':[{'source_name':'s','url':'https://example.org/"
			  "a','hashes':{'sha1':'a9993e364706816aba3e25717850c26c9cd0d89d'}}]"),
	    SDO("report", ",'name':'x','external_references':[{'source_name':'s','url':'https://example.org/"
			  "a','hashes':{'SHA-1':'a9993e364706816aba3e25717850c26c9cd0d89d'}}]") },
	{ AC_REPAIR_HASH_NAMES,
	    INDICATOR(",'pattern_type':'stix','pattern':'[file:hashes.md5 = `900150983cd24fb0d6963f7d28e17f72` AND "
		      "file:name = `hashes.md5`]'"),
	    INDICATOR(",'pattern_type':'stix','pattern':'[file:hashes.MD5 = `900150983cd24fb0d6963f7d28e17f72` AND "
		      "file:name = `hashes.md5`]'") },
	/* What a granular marking selects keeps its name. */
	{ AC_REPAIR_HASH_NAMES,
	    SCO("file", ",'hashes':{'md5':'900150983cd24fb0d6963f7d28e17f72'},'granular_markings':[{'marking_ref':'"
			"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed','selectors':['hashes.md5']}]"),
	    NULL },
	{ AC_REPAIR_OLD_TLP_IDS,
	    SDO("malware", ",'name':'x','is_family':true,'object_marking_refs':['marking-definition--826578e1-40ad-"
			   "459f-bc73-ede076f81f37']"),
	    SDO("malware", ",'name':'x','is_family':true,'object_marking_refs':['marking-definition--939a9414-2ddd-"
			   "4d32-a0cd-375ea402b003']") },
	{ AC_REPAIR_OLD_TLP_IDS,
	    SDO("malware", ",'name':'x','is_family':true,'object_marking_refs':['marking-definition--826578e1-40ad-"
			   "459f-bc73-ede076f81f37','marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003','"
			   "marking-definition--25ae2fc0-b1ad-5d01-8200-3149d19a95a0']"),
	    SDO("malware", ",'name':'x','is_family':true,'object_marking_refs':['marking-definition--939a9414-2ddd-"
			   "4d32-a0cd-375ea402b003']") },
	{ AC_REPAIR_OLD_TLP_IDS,
	    SDO("malware", ",'name':'x','is_family':true,'granular_markings':[{'marking_ref':'marking-definition--"
			   "826578e1-40ad-459f-bc73-ede076f81f37','selectors':['name']}]"),
	    SDO("malware", ",'name':'x','is_family':true,'granular_markings':[{'marking_ref':'marking-definition--"
			   "939a9414-2ddd-4d32-a0cd-375ea402b003','selectors':['name']}]") },
	/* TLP 1 is a standard of its own (s7.2.1). */
	{ AC_REPAIR_OLD_TLP_IDS,
	    SDO("malware", ",'name':'x','is_family':true,'object_marking_refs':['marking-definition--613f2e26-407d-"
			   "48c7-9eca-b8e91df99dc9']"),
	    NULL },
	{ AC_REPAIR_VALUES_DATA_STEP,
	    INDICATOR(",'pattern_type':'stix','pattern':'[windows-registry-key:key = `HKLM\\\\\\\\Run` AND "
		      "windows-registry-key:values.data = `x`]'"),
	    INDICATOR(",'pattern_type':'stix','pattern':'[windows-registry-key:key = `HKLM\\\\\\\\Run` AND "
		      "windows-registry-key:values[*].data = `x`]'") },
	{ AC_REPAIR_MISSING_PATTERN_TYPE, INDICATOR(",'pattern':'[ipv4-addr:value = `203.0.113.7`]'"),
	    INDICATOR(",'pattern':'[ipv4-addr:value = `203.0.113.7`]','pattern_type':'stix'") },
	{ AC_REPAIR_MISSING_PATTERN_TYPE, INDICATOR(",'pattern':'alert tcp any any'"), NULL },
	{ AC_REPAIR_TIMESTAMPS, SDO("report", ",'name':'x','published':'2021-03-04T08:00:00+01:00'"),
	    SDO("report", ",'name':'x','published':'2021-03-04T07:00:00Z'") },
	{ AC_REPAIR_TIMESTAMPS,
	    SDO("campaign", ",'name':'x','first_seen':'2021-03-04 08:00:00.25','last_seen':'2021-03-04t08:00:01z'"),
	    SDO("campaign", ",'name':'x','first_seen':'2021-03-04T08:00:00.25Z','last_seen':'2021-03-04T08:00:01Z'") },
	{ AC_REPAIR_TIMESTAMPS,
	    "{'type':'malware','spec_version':'2.1','id':'malware--" UUID
	    "','created':'2021-03-04T08:00:00','modified':'2021-03-04T08:00:00','name':'x','is_family':true}",
	    "{'type':'malware','spec_version':'2.1','id':'malware--" UUID
	    "','created':'2021-03-04T08:00:00.000Z','modified':'2021-03-04T08:00:00.000Z','name':'x','is_family':"
	    "true}" },
	/* A day is not an instant, a number may be of any unit. */
	{ AC_REPAIR_TIMESTAMPS, SDO("campaign", ",'name':'x','first_seen':'2021-03-04'"), NULL },
	{ AC_REPAIR_TIMESTAMPS, SDO("campaign", ",'name':'x','first_seen':'1614844800'"), NULL },
	{ AC_REPAIR_TIMESTAMPS, SDO("campaign", ",'name':'2021-03-04 08:00:00','x_when':'2021-03-04 08:00:00'"), NULL },
	{ AC_REPAIR_SPEC_VERSION,
	    "{'type':'mutex','spec_version':2.1,'id':'mutex--28bb3599-77cd-5a82-a950-b5bc3caf07c4','name':'m'}",
	    "{'type':'mutex','spec_version':'2.1','id':'mutex--28bb3599-77cd-5a82-a950-b5bc3caf07c4','name':'m'}" },
	{ AC_REPAIR_EMPTY_VALUES,
	    SDO("malware", ",'name':'x','is_family':true,'description':null,'labels':[],'aliases':null,'external_"
			   "references':[{'source_name':'s','description':null,'url':'https://example.org/a'}]"),
	    SDO("malware", ",'name':'x','is_family':true,'external_references':[{'source_name':'s','url':'https://"
			   "example.org/a'}]") },
	/* Custom properties are their owner's business. */
	{ AC_REPAIR_EMPTY_VALUES, SDO("malware", ",'name':'x','is_family':true,'x_own':null,'x_list':[]"), NULL },
	{ AC_REPAIR_EMPTY_VALUES, SDO("x-own", ",'name':null"), NULL },
	{ AC_REPAIR_SINGLE_VALUES,
	    SDO("malware",
		",'name':'x','is_family':true,'labels':'a','object_marking_refs':'marking-definition--613f2e26-407d-"
		"48c7-9eca-b8e91df99dc9','kill_chain_phases':{'kill_chain_name':'k','phase_name':'p'}"),
	    SDO("malware",
		",'name':'x','is_family':true,'labels':['a'],'object_marking_refs':['marking-definition--613f2e26-407d-"
		"48c7-9eca-b8e91df99dc9'],'kill_chain_phases':[{'kill_chain_name':'k','phase_name':'p'}]") },
	{ AC_REPAIR_LABEL_OBJECTS,
	    SDO("malware",
		",'name':'x','is_family':true,'labels':[{'id':'1','value':'ransom','color':'#f00'},'b',{'name':'c'}]"),
	    SDO("malware", ",'name':'x','is_family':true,'labels':['ransom','b','c']") },
	/* Clean objects stay, in their own spelling. */
	{ AC_REPAIR_COUNT,
	    "{ 'type':'malware' ,'spec_version':'2.1','id':'malware--" UUID "'," TIMES
	    ",'name':'\\u0061','is_family':true }",
	    NULL },
	{ AC_REPAIR_COUNT, "[]", NULL },
	{ AC_REPAIR_COUNT, "{}", NULL },
	{ AC_REPAIR_COUNT, "{'type':3}", NULL },
};

static int
errors_of(ac_arena *arena, ac_str text)
{
	const ac_json *json;
	int n;

	assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, arena, &json, NULL), 0);
	n = ac_stix_validate_as(json, AC_STIX_ELEMENT, (ac_stix_checks){ 0 }, arena, NULL, NULL, NULL);
	assert_true(n >= 0);
	return n;
}

static ac_str
repaired(ac_arena *arena, ac_str text, uint32_t off, unsigned counts[AC_REPAIR_COUNT])
{
	const ac_repairing how = { .off = off };
	const ac_json *json;
	accord_err err = { 0 };
	ac_str out;

	assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, arena, &json, &err), 0);
	assert_int_equal(ac_stix_repair(json, &how, arena, &out, counts, &err), 0);
	return out;
}

static void
repair__makes_what_is_meant_and_counts_it(void **state)
{
	ac_arena arena;

	ac_arena_init(&arena, 16 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		unsigned counts[AC_REPAIR_COUNT];
		ac_str from = quoted(&arena, rows[i].from), out = repaired(&arena, from, 0, counts);

		if (!rows[i].to) {
			if (out.p)
				fail_msg("%s: got %.*s", rows[i].from, AC_FMT(out));
			continue;
		}
		if (!ac_str_eq(out, quoted(&arena, rows[i].to)))
			fail_msg("%s: got %.*s", rows[i].from, AC_FMT(out));
		for (size_t k = 0; k < AC_REPAIR_COUNT; k++)
			assert_int_equal(counts[k] > 0, k == rows[i].repair);
		assert_true(errors_of(&arena, out) <= errors_of(&arena, from));
		/* Once is enough, and what is switched off is not done. */
		assert_null(repaired(&arena, out, 0, counts).p);
		assert_null(repaired(&arena, from, 1U << rows[i].repair, counts).p);
		ac_arena_reset(&arena);
	}
	ac_arena_done(&arena);
}

static void
repair__names_are_read(void **state)
{
	accord_err err = { 0 };
	uint32_t bits;

	assert_int_equal(ac_repair_names_read((ac_str){ NULL, 0 }, &bits, &err), 0);
	assert_int_equal(bits, 0);
	assert_int_equal(ac_repair_names_read(AC_S("hash-names, timestamps"), &bits, &err), 0);
	assert_int_equal(bits, 1U << AC_REPAIR_HASH_NAMES | 1U << AC_REPAIR_TIMESTAMPS);
	assert_int_equal(ac_repair_names_read(AC_S("all"), &bits, &err), 0);
	assert_int_equal(bits, (1U << AC_REPAIR_COUNT) - 1);
	assert_int_equal(ac_repair_names_read(AC_S("hash-name"), &bits, &err), ACCORD_EUSAGE);
	assert_int_equal(ac_repair_names_read(AC_S("hash-names,"), &bits, &err), ACCORD_EUSAGE);
}

/* ---- ids from attributes' UUIDs, through the reader ---- */

#define ADDRESS "ipv4-addr--" UUID
#define ADDRESS_5                                                                                                      \
	"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4" /* the standard's own example of 198.51.100.3 (s6.9) */
#define A_DOMAIN "domain-name--11111111-17d4-4cbf-938f-98ee46b3cd3f"
#define MISP_ADDRESS "{'type':'ipv4-addr','spec_version':'2.1','id':'" ADDRESS "','value':'198.51.100.3'}"
#define MISP_DOMAIN                                                                                                    \
	"{'type':'domain-name','spec_version':'2.1','id':'" A_DOMAIN                                                   \
	"','value':'reed.example','resolves_to_refs':['" ADDRESS "'],'x_misp_ref':'" ADDRESS "'}"
#define MISP_OBSERVED                                                                                                  \
	SDO("observed-data", ",'first_observed':'2021-03-04T08:00:00Z','last_observed':'2021-03-04T08:00:00Z',"        \
			     "'number_observed':1,'object_refs':['" A_DOMAIN "','" ADDRESS "']")
#define MISP_RELATION                                                                                                  \
	"{'type':'relationship','spec_version':'2.1','id':'relationship--" UUID "'," TIMES                             \
	",'relationship_type':'based-on','source_ref':'indicator--" UUID "','target_ref':'observed-data--" UUID "'}"
#define LIST(objects) "{'type':'bundle','id':'bundle--" UUID "','objects':[" objects "]}"

static got *
read_quoted(const char *text)
{
	got *g = got_new();

	got_feed(g, &ac_reader_stix, quoted(&g->arena, text), 0);
	return g;
}

/* In whatever order they stand. */
static void
ids__of_observables_follow_from_their_content_and_references_follow(void **state)
{
	static const char *const orders[] = {
		LIST(MISP_ADDRESS "," MISP_DOMAIN "," MISP_OBSERVED "," MISP_RELATION),
		LIST(MISP_RELATION "," MISP_OBSERVED "," MISP_DOMAIN "," MISP_ADDRESS),
		LIST(MISP_DOMAIN "," MISP_OBSERVED "," MISP_ADDRESS "," MISP_RELATION),
		MISP_OBSERVED "\n" MISP_DOMAIN "\n" MISP_ADDRESS "\n" MISP_RELATION "\n",
	};
	ac_str domain_id = { 0 };

	for (size_t i = 0; i < AC_COUNT(orders); i++) {
		got *g = read_quoted(orders[i]);
		const ac_record *address = got_find(g, ADDRESS_5), *domain = got_type(g, "domain-name"),
				*observed = got_type(g, "observed-data");

		assert_int_equal(g->refusal_count, 0);
		assert_int_equal(g->record_count, 4);
		assert_non_null(address);
		assert_int_equal(address->form, AC_FORM_DERIVED);
		assert_str(address->exact, quoted(&g->arena, MISP_ADDRESS));
		assert_str(address->derived,
		    quoted(&g->arena,
			"{'type':'ipv4-addr','spec_version':'2.1','id':'" ADDRESS_5 "','value':'198.51.100.3'}"));
		assert_int_equal(ac_stix_id_version(domain->id), 5);
		assert_true(has_edge(domain, "resolves_to_refs", ADDRESS_5));
		assert_true(has_edge(domain, "x_misp_ref", ADDRESS_5));
		assert_true(has_edge(observed, "object_refs", ADDRESS_5));
		assert_true(has_edge(observed, "object_refs", ac_arena_str(&g->arena, domain->id).p));
		assert_str(observed->exact, quoted(&g->arena, MISP_OBSERVED));
		assert_int_equal(got_type(g, "relationship")->form, AC_FORM_STIX21);
		assert_int_equal(got_repaired(g, "attribute-uuid-ids"), 3);
		if (i == 0)
			domain_id = (ac_str){ strndup(domain->id.p, domain->id.n), domain->id.n };
		assert_str(domain->id, domain_id);
		got_free(g);
	}
	free((void *)(uintptr_t)domain_id.p);
}

/* Ids that depend on other ids, and what never comes. */
static void
ids__that_depend_on_others_wait_for_them(void **state)
{
	static const char folder_4[] = "directory--22222222-17d4-4cbf-938f-98ee46b3cd3f";
	got *g = read_quoted(
	    "{'type':'file','spec_version':'2.1','id':'file--" UUID "','name':'a','parent_directory_ref':"
	    "'directory--22222222-17d4-4cbf-938f-98ee46b3cd3f'}\n"
	    "{'type':'directory','spec_version':'2.1','id':'directory--22222222-17d4-4cbf-938f-98ee46b3cd3f',"
	    "'path':'/srv'}");
	got *alone =
	    read_quoted("{'type':'file','spec_version':'2.1','id':'file--" UUID
			"','name':'a','parent_directory_ref':'directory--22222222-17d4-4cbf-938f-98ee46b3cd3f'}");
	const ac_record *file = got_type(g, "file"), *folder = got_type(g, "directory");

	/* UUIDv5 of {"path":"/srv"}, and of {"name":"a","parent_directory_ref":"directory--8e55d420-1bde-59e7-8a37-722d44ec7bf0"}. */
	assert_int_equal(g->record_count, 2);
	assert_str(folder->id, AC_S("directory--8e55d420-1bde-59e7-8a37-722d44ec7bf0"));
	assert_str(file->id, AC_S("file--49e791dc-5c29-5461-a3d4-c0bc175c33d1"));
	assert_true(has_edge(file, "parent_directory_ref", "directory--8e55d420-1bde-59e7-8a37-722d44ec7bf0"));
	assert_false(ac_str_eq(file->id, got_type(alone, "file")->id));
	assert_int_equal(ac_stix_id_version(got_type(alone, "file")->id), 5);
	assert_true(has_edge(got_type(alone, "file"), "parent_directory_ref", folder_4));
	got_free(g);
	got_free(alone);
}

static void
ids__that_are_right_or_not_due_stay(void **state)
{
	static const char *const objects[] = {
		/* s6.13: a process has none; an id of version 5 may be of another namespace (s2.9); a versioned observable has left the standard's. */
		"{'type':'process','spec_version':'2.1','id':'process--" UUID "','pid':1}",
		"{'type':'ipv4-addr','spec_version':'2.1','id':'ipv4-addr--11111111-77cd-5a82-a950-b5bc3caf07c4','"
		"value':"
		"'198.51.100.3'}",
		"{'type':'ipv4-addr','spec_version':'2.1','id':'" ADDRESS
		"','value':'198.51.100.3','modified':'2021-03-04T08:00:"
		"00.000Z'}",
		"{'type':'x-own','spec_version':'2.1','id':'x-own--" UUID "','value':'198.51.100.3'}",
	};

	for (size_t i = 0; i < AC_COUNT(objects); i++) {
		got *g = read_quoted(objects[i]);

		assert_int_equal(g->record_count, 1);
		assert_int_equal(g->records[0].r.form, AC_FORM_STIX21);
		assert_int_equal(got_repaired(g, "attribute-uuid-ids"), 0);
		got_free(g);
	}
}

/* An id that two contents share says nothing of either: each gets its own, and references lead to the first. */
static void
ids__follow_from_each_object_s_own_content(void **state)
{
	got *g = read_quoted(LIST("{'type':'mutex','spec_version':'2.1','id':'mutex--" UUID "','name':'a'},"
				  "{'type':'mutex','spec_version':'2.1','id':'mutex--" UUID "','name':'b'}"));

	assert_int_equal(g->record_count, 2);
	for (size_t i = 0; i < 2; i++) {
		const ac_json *object;
		ac_str due;

		assert_int_equal(ac_json_parse(g->records[i].r.derived, AC_JSON_LIMITS, &g->arena, &object, NULL), 0);
		assert_int_equal(ac_stix_sco_id(object, &g->arena, &due, NULL, NULL), 0);
		assert_str(g->records[i].r.id, due);
	}
	assert_false(ac_str_eq(g->records[0].r.id, g->records[1].r.id));
	got_free(g);
}

static void
ids__of_circles_are_given_in_the_end(void **state)
{
	got *g = read_quoted(
	    "{'type':'file','spec_version':'2.1','id':'file--" UUID "','name':'a','extensions':{'archive-ext':"
	    "{'contains_refs':['file--" UUID "']}}}");

	assert_int_equal(g->record_count, 1);
	assert_int_equal(ac_stix_id_version(g->records[0].r.id), 5);
	got_free(g);
}

/* A cut input's waiting objects are learned as what came. */
static void
ids__of_a_cut_input_are_given_too(void **state)
{
	ac_str text;
	got *g = got_new();

	text = quoted(&g->arena, LIST(MISP_OBSERVED "," MISP_ADDRESS "," MISP_RELATION));
	got_feed(g, &ac_reader_stix, ac_str_slice(text, 0, text.n - 3), 0);
	assert_true(g->end_rc < 0);
	assert_non_null(got_type(g, "observed-data"));
	assert_true(has_edge(got_type(g, "observed-data"), "object_refs", ADDRESS_5));
	got_free(g);
}

/* ---- 2.0, and objects that are broken otherwise ---- */

static void
repair__of_2_0_objects_is_lifted(void **state)
{
	const char *text =
	    "{'type':'indicator','id':'indicator--" UUID "'," TIMES
	    ",'labels':['malicious-activity'],'valid_from':'2021-03-04 08:00:00','pattern':'[autonomous-system:"
	    "number = `174`]'}";
	got *g = read_quoted(text);
	const ac_record *r = &g->records[0].r;

	assert_int_equal(g->record_count, 1);
	assert_int_equal(r->form, AC_FORM_DERIVED);
	assert_str(r->exact, quoted(&g->arena, text));
	assert_str(member(g, r, "pattern"), AC_S("[autonomous-system:number = 174]"));
	assert_str(member(g, r, "valid_from"), AC_S("2021-03-04T08:00:00Z"));
	assert_str(member(g, r, "spec_version"), AC_S("2.1"));
	assert_str(member(g, r, "pattern_type"), AC_S("stix"));
	assert_int_equal(got_repaired(g, "stix20-lifted"), 1);
	assert_int_equal(got_repaired(g, "timestamps"), 1);
	got_free(g);
}

static void
repair__lets_in_what_would_be_refused(void **state)
{
	got *g =
	    read_quoted("{'type':'malware','spec_version':2.1,'id':'malware--" UUID
			"','created':'2021-03-04T08:00:00+00:00','modified':'2021-03-04T08:00:00+00:00','name':'x',"
			"'is_family':'true'}");

	assert_int_equal(g->refusal_count, 0);
	assert_int_equal(g->record_count, 1);
	assert_int_equal(g->records[0].r.modified.seconds, 1614844800);
	assert_int_equal(got_repaired(g, "timestamps"), 1);
	assert_int_equal(got_repaired(g, "spec-version-number"), 1);
	assert_int_equal(got_repaired(g, "quoted-booleans"), 1);
	got_free(g);
}

static int
quiet_record(void *payload, const ac_record *record, ac_place place, accord_err *err)
{
	return 0;
}

static int
quiet_refused(void *payload, const char *reason, const accord_err *what)
{
	size_t *refused = payload;

	(*refused)++;
	return 0;
}

static void
quiet_repair(void *payload, const char *kind, const ac_repaired_at *at)
{
}

static void
repair__survives_every_allocation_failure(void **state)
{
	ac_arena arena;
	ac_str text;
	unsigned long n;

	ac_arena_init(&arena, AC_MIB);
	text = quoted(&arena, LIST(MISP_OBSERVED "," MISP_DOMAIN "," MISP_ADDRESS
						 "," INDICATOR(",'pattern_type':'stix',"
							       "'pattern':'[autonomous-system:number = `174`]'")));
	for (n = 1; n < 2000; n++) {
		size_t refused = 0;
		ac_reader_sink sink = { .on_record = quiet_record,
			.on_refused = quiet_refused,
			.on_repair = quiet_repair,
			.payload = &refused };
		ac_reader_options options = { .input_name = AC_S("test") };
		accord_err err = { 0 };
		ac_reader *reader;
		int rc = ACCORD_ENOMEM;

		fail_malloc_at(n);
		reader = ac_reader_stix.open(&options, &sink);
		if (reader)
			rc = ac_reader_stix.feed(reader, text, &err);
		if (reader && rc == 0)
			rc = ac_reader_stix.end(reader, &err);
		(void)ac_reader_stix.close(reader);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		/* An id that cannot be remembered stays as it came; everything else is told. */
		assert_true(rc == ACCORD_ENOMEM || (rc == 0 && refused == 0));
	}
	assert_true(n > 3 && n < 2000);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repair__makes_what_is_meant_and_counts_it),
		cmocka_unit_test(repair__names_are_read),
		cmocka_unit_test(ids__of_observables_follow_from_their_content_and_references_follow),
		cmocka_unit_test(ids__that_depend_on_others_wait_for_them),
		cmocka_unit_test(ids__that_are_right_or_not_due_stay),
		cmocka_unit_test(ids__follow_from_each_object_s_own_content),
		cmocka_unit_test(ids__of_circles_are_given_in_the_end),
		cmocka_unit_test(ids__of_a_cut_input_are_given_too),
		cmocka_unit_test(repair__of_2_0_objects_is_lifted),
		cmocka_unit_test(repair__lets_in_what_would_be_refused),
		cmocka_unit_test(repair__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
