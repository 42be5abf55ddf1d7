/* SPDX-License-Identifier: Apache-2.0 */
/* STIX 2.0 to 2.1: each change, what stays byte for byte, observable containers, and that what comes out is valid 2.1. */
#include "base/buf.h"
#include "stix/id.h"
#include "stix/object.h"
#include "stix_test.h"
#include "fail_malloc.h"

typedef struct taken {
	ac_str text[16];
	size_t n;
	ac_arena *arena;
} taken;

static int
take(void *payload, ac_str json, accord_err *err)
{
	taken *t = payload;

	assert_true(t->n < AC_COUNT(t->text));
	t->text[t->n++] = ac_arena_str(t->arena, json);
	return 0;
}

static int
refuse(void *payload, ac_str json, accord_err *err)
{
	return ac_fail(err, ACCORD_EDENIED, "no");
}

static taken
lift_all(ac_arena *arena, const char *text)
{
	taken t = { .arena = arena };
	accord_err err = { 0 };

	if (ac_stix_lift(json_of(arena, text), arena, take, &t, &err))
		fail_msg("%s: %s", text, err.text);
	return t;
}

/* Errors of a lifted object as 2.1. */
static void
tell(void *payload, const ac_stix_finding *f)
{
	if (f->level == AC_STIX_ERROR)
		print_error("[%.*s] %.*s: %.*s\n", AC_FMT(f->section), AC_FMT(f->pointer), AC_FMT(f->text));
}

static void
assert_valid(ac_arena *arena, ac_str text)
{
	const ac_json *json;
	accord_err err = { 0 };

	assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, arena, &json, &err), 0);
	if (ac_stix_validate(json, arena, tell, NULL, &err))
		fail_msg("not valid: %.*s", AC_FMT(text));
}

#define OLD(type, more) "{'type':'" type "','id':'" type "--" UUID4 "'" TIMES more "}"
#define NEW(type, more) "{'type':'" type "','spec_version':'2.1','id':'" type "--" UUID4 "'" TIMES more "}"
#define PATTERN ",'pattern':'[file:size = 1]','valid_from':'2020-01-01T00:00:00Z'"

static void
lift__changes_what_21_changed_and_nothing_else(void **state)
{
	static const struct {
		const char *old;
		const char *new;
	} rows[] = {
		{ OLD("vulnerability", ",'name':'x'"), NEW("vulnerability", ",'name':'x'") },
		{ "{ 'id' : 'tool--" UUID4 "' ,\n 'type':'tool'" TIMES " , 'name' : 'a\\u0041' , 'x_n': [ 1 , 2.50 ]}",
		    "{'id' : 'tool--" UUID4 "','type':'tool','spec_version':'2.1'" TIMES
		    ",'name' : 'a\\u0041','x_n': [ 1 , 2.50 ]}" },
		{ "{'type':'tool','spec_version':'2.0','id':'tool--" UUID4 "'" TIMES ",'name':'x'}",
		    NEW("tool", ",'name':'x'") },
		{ OLD("x-own", ",'abc':1"), NEW("x-own", ",'abc':1") },
		{ OLD("tool", ",'name':'x','labels':['remote-access','own']"),
		    NEW("tool", ",'name':'x','labels':['own'],'tool_types':['remote-access']") },
		{ OLD("malware", ",'name':'x','labels':['trojan','worm']"),
		    NEW("malware", ",'name':'x','malware_types':['trojan','worm'],'is_family':true") },
		{ OLD("malware", ",'name':'x','labels':['sample']"),
		    NEW("malware", ",'name':'x','labels':['sample'],'is_family':false") },
		{ OLD("malware", ",'name':'x','is_family':false"), NEW("malware", ",'name':'x','is_family':false") },
		{ OLD("identity", ",'name':'x','labels':['CEO']"), NEW("identity", ",'name':'x','roles':['CEO']") },
		{ OLD("report",
		      ",'name':'x','labels':['malware'],'published':'2020-01-01T00:00:00Z','object_refs':['tool--" UUID4
		      "']"),
		    NEW("report", ",'name':'x','report_types':['malware'],'published':'2020-01-01T00:00:00Z','object_"
				  "refs':['tool--" UUID4 "']") },
		{ OLD("threat-actor", ",'name':'x','labels':['spy']"),
		    NEW("threat-actor", ",'name':'x','threat_actor_types':['spy']") },
		{ OLD("indicator", PATTERN ",'labels':['benign']"),
		    NEW("indicator", PATTERN ",'indicator_types':['benign'],'pattern_type':'stix'") },
		{ OLD("indicator", PATTERN ",'pattern_type':'stix'"),
		    NEW("indicator", PATTERN ",'pattern_type':'stix'") },
		/* Only a pattern that 2.1 does not take is said to be of 2.0. */
		{ OLD("indicator", ",'pattern':'[file:size = 1] START `2020-01-01T00:00:00Z` STOP "
				   "`2021-01-01T00:00:00Z`','valid_from':'2020-01-01T00:00:00Z'"),
		    NEW("indicator", ",'pattern':'[file:size = 1] START `2020-01-01T00:00:00Z` STOP "
				     "`2021-01-01T00:00:00Z`','valid_from':'2020-01-01T00:00:00Z',"
				     "'pattern_type':'stix','pattern_version':'2.0'") },
		/* Labels that a marking selects, or that are no list of strings, stay. */
		{ OLD("tool", ",'name':'x','labels':['remote-access'],'granular_markings':[{'lang':'fr','selectors':['"
			      "labels.[0]']}]"),
		    NEW("tool", ",'name':'x','labels':['remote-access'],'granular_markings':[{'lang':'fr','selectors':["
				"'labels.[0]']}]") },
		{ OLD("tool", ",'name':'x','labels':['remote-access'],'tool_types':['unknown']"),
		    NEW("tool", ",'name':'x','labels':['remote-access'],'tool_types':['unknown']") },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		taken t = lift_all(&arena, rows[i].old);

		assert_int_equal(t.n, 1);
		assert_str(t.text[0], quoted(&arena, rows[i].new));
		assert_valid(&arena, t.text[0]);
	}
	/* What is odd stays odd. */
	assert_str(lift_all(&arena, OLD("tool", ",'name':'x','labels':[1]")).text[0],
	    quoted(&arena, NEW("tool", ",'name':'x','labels':[1]")));
	assert_str(lift_all(&arena, OLD("indicator", ",'pattern':'?'")).text[0],
	    quoted(&arena, NEW("indicator", ",'pattern':'?','pattern_type':'stix'")));
	assert_str(lift_all(&arena, OLD("indicator", "")).text[0], quoted(&arena, NEW("indicator", "")));
	ac_arena_done(&arena);
}

static void
lift__leaves_21_alone(void **state)
{
	static const char *const rows[] = { "{ 'type':'tool' ,'spec_version':'2.1','id':'tool--" UUID4
					    "','labels':['x'] }",
		"{'type':'mutex','id':'mutex--" UUID5 "','name':'m'}" };
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++)
		assert_str(lift_all(&arena, rows[i]).text[0], quoted(&arena, rows[i]));
	ac_arena_done(&arena);
}

static void
lift__refuses_bundles_and_objects_without_a_head(void **state)
{
	ac_arena arena;
	accord_err err = { 0 };
	taken t = { 0 };

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(
	    ac_stix_lift(json_of(&arena, "{'type':'bundle','id':'bundle--" UUID4 "'}"), &arena, take, &t, &err),
	    ACCORD_EUSAGE);
	assert_int_equal(ac_stix_lift(json_of(&arena, "{'type':'tool'}"), &arena, take, &t, &err), ACCORD_EINPUT);
	assert_int_equal(
	    ac_stix_lift(json_of(&arena, OLD("tool", ",'name':'x'")), &arena, refuse, NULL, &err), ACCORD_EDENIED);
	ac_arena_done(&arena);
}

#define OBSERVED(objects)                                                                                              \
	"{'type':'observed-data','id':'observed-data--" UUID4 "'" TIMES                                                \
	",'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:01Z','number_observed':1,'"        \
	"objects':" objects "}"

static ac_str
id_of(ac_arena *arena, ac_str text)
{
	const ac_json *json;

	assert_int_equal(ac_json_parse(text, AC_JSON_LIMITS, arena, &json, NULL), 0);
	return ac_json_get_string(json, AC_S("id"));
}

static void
container__becomes_observables_that_refer_by_id(void **state)
{
	ac_arena arena;
	taken t;

	ac_arena_init(&arena, AC_MIB);
	t = lift_all(&arena, OBSERVED("{'0':{'type':'ipv4-addr','value':'198.51.100.3'},"
				      "'1':{'type':'network-traffic','src_ref':'0','dst_ref':'2','protocols':['tcp']},"
				      "'2':{'type':'ipv4-addr','value':'198.51.100.3'}}"));
	assert_int_equal(t.n, 4);
	/* The id of 198.51.100.3 is the standard's own example. */
	assert_str(t.text[1],
	    quoted(&arena,
		"{'type':'ipv4-addr','spec_version':'2.1','id':'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4',"
		"'value':'198.51.100.3'}"));
	assert_true(ac_str_find(t.text[2], AC_S("\"src_ref\":\"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4\","
						"\"dst_ref\":\"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4\"")) <
		    t.text[2].n);
	for (size_t i = 0; i < t.n; i++)
		assert_valid(&arena, t.text[i]);
	/* Each id once, in their order. */
	assert_true(ac_str_find(t.text[0],
			quoted(&arena, ac_arena_printf(&arena,
					   "'object_refs':['ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4','%.*s']}",
					   AC_FMT(id_of(&arena, t.text[2])))
					   .p)) < t.text[0].n);
	ac_arena_done(&arena);
}

/* Two processes that name each other: ids from the keys, of version 4 (s6.13), the same every time. */
static void
container__gives_processes_stable_ids(void **state)
{
	static const char text[] = OBSERVED(
	    "{'a':{'type':'process','pid':1,'child_refs':['b'],'created':'2020-01-01T00:00:00Z'},"
	    "'b':{'type':'process','pid':2,'parent_ref':'a','binary_ref':'c'},"
	    "'c':{'type':'file','name':'x','created':'2020-01-01T00:00:00Z','parent_directory_ref':'d','extensions':{'"
	    "archive-ext':{'contains_refs':['c']}}},"
	    "'d':{'type':'directory','path':'/','accessed':'2020-01-01T00:00:00Z','atime':'2020-01-01T00:00:00Z'},"
	    "'e':{'type':'x-own','abc':1}}");
	ac_arena arena;
	taken once, again;

	ac_arena_init(&arena, AC_MIB);
	once = lift_all(&arena, text);
	again = lift_all(&arena, text);
	assert_int_equal(once.n, 6);
	for (size_t i = 0; i < once.n; i++)
		assert_str(once.text[i], again.text[i]);
	for (size_t i = 0; i < 4; i++)
		assert_valid(&arena, once.text[i]);
	assert_int_equal(ac_stix_id_version(id_of(&arena, once.text[1])), 4);
	assert_true(ac_str_find(once.text[1], AC_S("\"created_time\":")) < once.text[1].n);
	assert_true(ac_str_find(once.text[2], AC_S("\"image_ref\":\"file--")) < once.text[2].n);
	/* A file that contains itself: a circle through what contributes to its id. */
	assert_int_equal(ac_stix_id_version(id_of(&arena, once.text[3])), 4);
	assert_true(ac_str_find(once.text[3], AC_S("\"ctime\":")) < once.text[3].n);
	/* A property that 2.1 renamed stays when its new name is taken. */
	assert_true(ac_str_find(once.text[4], AC_S("\"accessed\":")) < once.text[4].n);
	ac_arena_done(&arena);
}

static void
container__that_does_not_fit_stays(void **state)
{
	static const char *const rows[] = { "[]", "{}", "{'0':{'value':1}}", "{'0':3}", "{'0':{'type':'Bad'}}",
		"{'0':{'type':'mutex','id':'x'}}", "{'0':{'type':'x-own','created':'soon'}}" };
	ac_arena arena;
	ac_buf big;

	ac_arena_init(&arena, 16 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str text = ac_arena_printf(
		    &arena, "{'type':'observed-data','id':'observed-data--" UUID4 "','objects':%s}", rows[i]);
		taken t = lift_all(&arena, text.p);

		assert_int_equal(t.n, 1);
		assert_true(ac_str_find(t.text[0], AC_S("\"objects\":")) < t.text[0].n);
	}
	assert_int_equal(
	    lift_all(&arena,
		"{'type':'observed-data','id':'observed-data--" UUID4
		"','objects':{'0':{'type':'mutex','name':'m'}},'granular_markings':[{'selectors':['objects.0']}]}")
		.n,
	    1);
	ac_buf_init(&big, AC_MIB);
	ac_buf_add_cstr(&big, "{'type':'observed-data','id':'observed-data--" UUID4 "','objects':{");
	for (unsigned i = 0; i <= AC_STIX_CONTAINER_MAX; i++)
		ac_buf_printf(&big, "%s'%u':{'type':'mutex','name':'m'}", i ? "," : "", i);
	ac_buf_add(&big, AC_S("}}\0"));
	assert_int_equal(lift_all(&arena, big.p).n, 1);
	ac_buf_done(&big);
	ac_arena_done(&arena);
}

/* Each change as "rule /pointer was -> is" on a line of its own. */
static void
note_change(void *payload, const ac_stix_change *change)
{
	ac_buf_printf(payload, "%.*s %.*s %.*s -> %.*s\n", AC_FMT(change->rule), AC_FMT(change->pointer),
	    AC_FMT(change->was), AC_FMT(change->is));
}

static void
lift__tells_what_changed(void **state)
{
	static const struct {
		const char *old, *changes;
	} rows[] = {
		{ OLD("tool", ",'name':'x'"), "spec-version /spec_version  -> '2.1'\n" },
		{ "{'type':'tool','spec_version':'2.0','id':'tool--" UUID4 "'" TIMES ",'name':'x'}",
		    "spec-version /spec_version '2.0' -> '2.1'\n" },
		/* What stays is no change. */
		{ OLD("tool", ",'name':'x','labels':['my-own']"), "spec-version /spec_version  -> '2.1'\n" },
		{ OLD("malware", ",'name':'x','labels':['trojan','my-own']"),
		    "spec-version /spec_version  -> '2.1'\n"
		    "labels /labels ['trojan','my-own'] -> {'labels':['my-own'],'malware_types':['trojan']}\n"
		    "is-family /is_family  -> true\n" },
		{ OLD("identity", ",'name':'x','identity_class':'organization','labels':['cert']"),
		    "spec-version /spec_version  -> '2.1'\nlabels /labels ['cert'] -> {'roles':['cert']}\n" },
		{ OLD("indicator",
		      ",'labels':['benign'],'valid_from':'2020-01-01T00:00:00Z','pattern':'[process:binary_ref."
		      "hashes.ssdeep LIKE `3:%` OR file:name = `file:created`]'"),
		    "spec-version /spec_version  -> '2.1'\n"
		    "labels /labels ['benign'] -> {'indicator_types':['benign']}\n"
		    "pattern-names /pattern '[process:binary_ref.hashes.ssdeep LIKE `3:%` OR file:name = "
		    "`file:created`]' -> "
		    "'[process:image_ref.hashes.SSDEEP LIKE `3:%` OR file:name = `file:created`]'\n"
		    "pattern-type /pattern_type  -> 'stix'\n" },
		/* An observed-data: ids are the standard's own example of 198.51.100.3, and UUIDv5 of {"name":"x"}. */
		{ OBSERVED("{'0':{'type':'ipv4-addr','value':'198.51.100.3'},'a/b':{'type':'file','name':'x','created':"
			   "'2020-01-01T00:00:00Z','is_encrypted':true}}"),
		    "spec-version /spec_version  -> '2.1'\n"
		    "container /objects 'objects' -> 'object_refs'\n"
		    "observable /objects/0 '0' -> 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4'\n"
		    "observable /objects/a~1b 'a/b' -> 'file--@'\n"
		    "renamed /objects/a~1b/created 'created' -> 'ctime'\n"
		    "no-home /objects/a~1b/is_encrypted true -> true\n" },
	};
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		ac_str want = quoted(&arena, rows[i].changes), got;
		size_t hole = ac_str_find(want, AC_S("@"));
		ac_buf told;

		ac_buf_init(&told, AC_MIB);
		assert_int_equal(
		    ac_stix_lift_told(json_of(&arena, rows[i].old), &arena, NULL, note_change, &told, NULL), 0);
		got = ac_buf_view(&told);
		/* An id in the middle, 36 characters of which are worked out elsewhere. */
		if (hole < want.n) {
			assert_str(ac_str_slice(got, hole + 36, got.n), ac_str_slice(want, hole + 1, want.n));
			got = ac_str_slice(got, 0, hole);
			want = ac_str_slice(want, 0, hole);
		}
		assert_str(got, want);
		ac_buf_done(&told);
	}
	ac_arena_done(&arena);
}

static void
container__properties_get_the_shapes_of_21(void **state)
{
	static const char text[] =
	    OBSERVED("{'0':{'type':'network-traffic','protocols':['http'],'src_ref':'1','encapsulates_by_ref':'3','"
		     "extensions':{'http-"
		     "request-ext':{'request_method':'get','request_value':'/"
		     "','request_header':{'Host':'a.example','Accept':['x']}},"
		     "'socket-ext':{'address_family':'AF_INET','protocol_family':'PF_INET'}}},"
		     "'1':{'type':'ipv4-addr','value':'198.51.100.3'},"
		     "'2':{'type':'email-message','is_multipart':false,'additional_header_fields':{'X-Mailer':'Mutt'}},"
		     "'3':{'type':'network-traffic','src_ref':'1','protocols':['ipv4'],'encapsulates_refs':['0']},"
		     "'4':{'type':'file','hashes':{'ssdeep':'3:a:b','MD5':'900150983cd24fb0d6963f7d28e17f72'}}}");
	static const char *const wants[] = { "'request_header':{'Host':['a.example'],'Accept':['x']}",
		"'encapsulated_by_ref':'network-traffic--", "'additional_header_fields':{'X-Mailer':['Mutt']}",
		"'hashes':{'SSDEEP':'3:a:b','MD5':" };
	static const char *const changes[] = {
		"header-list /objects/0/extensions/http-request-ext/request_header/Host 'a.example' -> ['a.example']\n",
		"renamed /objects/0/encapsulates_by_ref 'encapsulates_by_ref' -> 'encapsulated_by_ref'\n",
		"no-home /objects/0/extensions/socket-ext/protocol_family 'PF_INET' -> 'PF_INET'\n",
		"header-list /objects/2/additional_header_fields/X-Mailer 'Mutt' -> ['Mutt']\n",
		"reference /objects/3/src_ref '1' -> 'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4'\n",
		"reference /objects/3/encapsulates_refs/0 '0' -> 'network-traffic--",
		"hash-name /objects/4/hashes/ssdeep 'ssdeep' -> 'SSDEEP'\n",
	};
	ac_arena arena;
	ac_str all = AC_S("");
	ac_buf told;
	taken t;

	ac_arena_init(&arena, AC_MIB);
	t = lift_all(&arena, text);
	assert_int_equal(t.n, 6);
	for (size_t i = 0; i < t.n; i++)
		all = ac_arena_printf(&arena, "%.*s%.*s", AC_FMT(all), AC_FMT(t.text[i]));
	for (size_t i = 0; i < AC_COUNT(wants); i++)
		if (ac_str_find(all, quoted(&arena, wants[i])) == all.n)
			fail_msg("no %s in %.*s", wants[i], AC_FMT(all));
	ac_buf_init(&told, AC_MIB);
	assert_int_equal(ac_stix_lift_told(json_of(&arena, text), &arena, NULL, note_change, &told, NULL), 0);
	for (size_t i = 0; i < AC_COUNT(changes); i++)
		if (ac_str_find(ac_buf_view(&told), quoted(&arena, changes[i])) == told.n)
			fail_msg("no %s in %.*s", changes[i], AC_FMT(ac_buf_view(&told)));
	/* Each object is told of once, though its id was worked out before. */
	assert_int_equal(ac_str_find(ac_str_slice(ac_buf_view(&told),
					 ac_str_find(ac_buf_view(&told), AC_S("hash-name")) + 1, told.n),
			     AC_S("hash-name ")),
	    told.n - ac_str_find(ac_buf_view(&told), AC_S("hash-name")) - 1);
	ac_buf_done(&told);
	ac_arena_done(&arena);
}

static int
drop(void *payload, ac_str json, accord_err *err)
{
	return 0;
}

static void
ignore_change(void *payload, const ac_stix_change *change)
{
}

static void
lift__survives_every_allocation_failure(void **state)
{
	ac_arena arena, scratch;
	const ac_json *json;
	int rc = -1;

	ac_arena_init(&arena, AC_MIB);
	json = json_of(&arena, OBSERVED("{'0':{'type':'email-addr','value':'jo@a.example'},'1':{'type':'email-message',"
					"'is_multipart':false,'from_ref':'0'},'2':{'type':'process','pid':1}}"));
	for (size_t limit = 16;; limit += 64) {
		ac_arena_init(&scratch, limit);
		rc = ac_stix_lift(json, &scratch, drop, NULL, NULL);
		ac_arena_done(&scratch);
		if (rc == 0)
			break;
		assert_int_equal(rc, ACCORD_ELIMIT);
	}
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };

		ac_arena_init(&scratch, AC_MIB);
		fail_malloc_at(n);
		rc = ac_stix_lift_told(json, &scratch, drop, ignore_change, NULL, &err);
		ac_arena_done(&scratch);
		if (!fail_malloc_done())
			break;
		assert_true(rc == 0 || rc == ACCORD_ENOMEM || rc == ACCORD_EINTERNAL);
	}
	assert_int_equal(rc, 0);
	json = json_of(&arena, OLD("indicator", PATTERN));
	fail_malloc_at(1);
	ac_arena_init(&scratch, AC_MIB);
	rc = ac_stix_lift(json, &scratch, drop, NULL, NULL);
	assert_true(fail_malloc_done());
	assert_int_equal(rc, ACCORD_ENOMEM);
	ac_arena_done(&scratch);
	ac_arena_done(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lift__changes_what_21_changed_and_nothing_else),
		cmocka_unit_test(lift__leaves_21_alone),
		cmocka_unit_test(lift__refuses_bundles_and_objects_without_a_head),
		cmocka_unit_test(container__becomes_observables_that_refer_by_id),
		cmocka_unit_test(container__gives_processes_stable_ids),
		cmocka_unit_test(container__that_does_not_fit_stays),
		cmocka_unit_test(lift__tells_what_changed),
		cmocka_unit_test(container__properties_get_the_shapes_of_21),
		cmocka_unit_test(lift__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
