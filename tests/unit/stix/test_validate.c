/* SPDX-License-Identifier: Apache-2.0 */
/* The validator: a row for each rule, with the section and the JSON pointer that it must name; the public cases, where they are at hand. */
#include <stdio.h>

#include "base/buf.h"
#include "stix/object.h"
#include "stix_test.h"
#include "fail_malloc.h"

/* "E 4.11 /is_family; W103 2.9 /id; ": level, code, section, pointer of each finding. */
static void
note(void *payload, const ac_stix_finding *f)
{
	ac_buf *out = payload;

	assert_true(f->text.n > 0);
	ac_buf_printf(out, "%s%.*s %.*s %.*s; ", f->level == AC_STIX_ERROR ? "E" : "W", AC_FMT(f->code),
	    AC_FMT(f->section), AC_FMT(f->pointer));
}

typedef struct row {
	const char *json;
	const char *findings;
} row;

static void
check_rows(const row *rows, size_t n)
{
	ac_arena arena;
	ac_buf got;
	size_t wrong = 0;

	ac_arena_init(&arena, 16 * AC_MIB);
	ac_buf_init(&got, AC_MIB);
	for (size_t i = 0; i < n; i++) {
		accord_err err = { 0 };
		const char *at = rows[i].findings;
		int rc, errors = 0;

		ac_arena_reset(&arena);
		ac_buf_reset(&got);
		for (; *at; at++)
			errors += at[0] == 'E' && at[1] == ' ';
		rc = ac_stix_validate(json_of(&arena, rows[i].json), &arena, note, &got, &err);
		ac_buf_add_byte(&got, '\0');
		if (rc == errors && strcmp(got.p, rows[i].findings) == 0 &&
		    ac_stix_validate(json_of(&arena, rows[i].json), &arena, NULL, NULL, &err) == errors)
			continue;
		print_error("%s\n got  %d %s\n want %d %s\n", rows[i].json, rc, got.p, errors, rows[i].findings);
		wrong++;
	}
	ac_buf_done(&got);
	ac_arena_done(&arena);
	assert_int_equal(wrong, 0);
}

#define TOOL(more) SDO("tool", ",'name':'x'" more)
#define INDICATOR(more)                                                                                                \
	SDO("indicator", ",'name':'n','description':'d','pattern_type':'stix','valid_from':'2020-01-01T00:00:"         \
			 "00Z'" more)
#define ID(type) "'" type "--" UUID4 "'"
#define FILE_(more) SCO("file", ",'name':'n'" more)
/* What every SCO of these tests is told: its id is made up. */
#define ODD_ID "W 2.9 /id; "

static void
object__needs_a_head(void **state)
{
	static const row rows[] = {
		{ TOOL(""), "" },
		{ "[]", "E 3 ; " },
		{ "{}", "E 3.2 ; " },
		{ "{'type':3}", "E 3.2 ; " },
		{ "{'type':'tool','spec_version':'2.1','name':'x'" TIMES "}", "E 3.2 ; " },
		{ "{'type':'tool','id':7,'spec_version':'2.1','name':'x'" TIMES "}", "E 3.2 /id; " },
		{ "{'type':'tool','id':'tool--1','spec_version':'2.1','name':'x'" TIMES "}", "E 2.9 /id; " },
		{ "{'type':'tool','id':" ID("malware") ",'spec_version':'2.1','name':'x'" TIMES "}", "E 2.9 /id; " },
		{ "{'type':'tool','id':'tool--" UUID5 "','spec_version':'2.1','name':'x'" TIMES "}", "W103 2.9 /id; " },
		{ "{'type':'tool','id':" ID("tool") ",'name':'x'" TIMES "}", "E 3.2 ; " },
		{ "{'type':'tool','id':" ID("tool") ",'spec_version':'2.0','name':'x'" TIMES "}",
		    "E 3.2 /spec_version; " },
		{ "{'type':'tool','id':" ID("tool") ",'spec_version':2.1,'name':'x'" TIMES "}",
		    "E 3.2 /spec_version; " },
		{ "{'type':'tool','id':" ID("tool") ",'spec_version':'2.1','name':'x'}", "E 3.2 ; E 3.2 ; " },
		{ SDO("tool", ""), "E 4.18 ; " },
		{ "{'type':'tool','id':" ID("tool") ",'spec_version':'2.1','name':'x','created':'2020-01-01T00:00:00Z',"
						    "'modified':'2020-01-01T00:00:00.00Z'}",
		    "E 3.2 /created; E 3.2 /modified; " },
		{ "{'type':'tool','id':" ID("tool") ",'spec_version':'2.1','name':'x','created':'2020-01-01T00:00:00."
						    "001Z','modified':'2020-01-01T00:00:00.0009Z'}",
		    "E 3.2 /modified; " },
		{ TOOL(",'aliases':['\\u202e']"), "W  ; " },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
values__have_the_kind_of_their_property(void **state)
{
	static const row rows[] = {
		{ SDO("tool", ",'name':3"), "E 4.18 /name; " },
		{ SDO("tool", ",'name':null"), "E 4.18 /name; " },
		{ TOOL(",'aliases':[]"), "E 2.12 /aliases; " },
		{ TOOL(",'aliases':'x'"), "E 2.12 /aliases; " },
		{ TOOL(",'aliases':['x',1]"), "E 4.18 /aliases/1; " },
		{ TOOL(",'confidence':101"), "E 4.18 /confidence; " },
		{ TOOL(",'confidence':100"), "" },
		{ TOOL(",'confidence':50.0"), "" },
		{ TOOL(",'confidence':'50'"), "E 2.10 /confidence; " },
		{ TOOL(",'confidence':50.5"), "E 2.10 /confidence; " },
		{ TOOL(",'confidence':9007199254740992"), "E 2.10 /confidence; " },
		{ TOOL(",'revoked':'true'"), "E 2.2 /revoked; " },
		{ TOOL(",'revoked':false"), "" },
		{ TOOL(",'lang':'en-GB'"), "" },
		{ TOOL(",'lang':'qqx1'"), "E 4.18 /lang; " },
		{ TOOL(",'created_by_ref':" ID("identity")), "" },
		{ TOOL(",'created_by_ref':" ID("tool")), "E 4.18 /created_by_ref; " },
		{ TOOL(",'created_by_ref':'identity--x'"), "E 2.9 /created_by_ref; " },
		{ TOOL(",'created_by_ref':1"), "E 2.9 /created_by_ref; " },
		{ TOOL(",'object_marking_refs':[" ID("tool") "]"), "E 4.18 /object_marking_refs/0; " },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-02-30T00:00:00Z'"), "E 2.16 /first_seen; " },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-02-20T00:00:00+01:00'"), "E 2.16 /first_seen; " },
		{ SDO("campaign", ",'name':'x','first_seen':1"), "E 2.16 /first_seen; " },
		{ SDO("location", ",'latitude':91,'longitude':-181.5"), "E 4.10 /latitude; E 4.10 /longitude; " },
		{ SDO("location", ",'latitude':'1','longitude':1e999"), "E 2.6 /latitude; E 2.6 /longitude; " },
		{ SDO("opinion", ",'opinion':'agree','object_refs':[" ID("tool") "]"), "" },
		{ SDO("opinion", ",'opinion':'maybe','object_refs':[" ID("bundle") "]"),
		    "E 10.18 /opinion; E 4.15 /object_refs/0; " },
		{ SDO("opinion", ",'opinion':1,'object_refs':[" ID("x-custom") "]"), "E 2.4 /opinion; " },
		{ TOOL(",'tool_types':['remote-access','Remote Thing']"),
		    "W222 2.14 /tool_types/1; W111 2.14 /tool_types/1; " },
		{ TOOL(",'tool_types':[1]"), "E 2.14 /tool_types/0; " },
		{ TOOL(",'kill_chain_phases':[{'kill_chain_name':'k','phase_name':'P X'}]"),
		    "W121 2.11 /kill_chain_phases/0/phase_name; " },
		{ TOOL(",'kill_chain_phases':[{'kill_chain_name':'k'}]"), "E 2.11 /kill_chain_phases/0; " },
		{ TOOL(",'kill_chain_phases':[{}]"), "E 2.11 /kill_chain_phases/0; " },
		{ TOOL(",'kill_chain_phases':['x']"), "E 2.11 /kill_chain_phases/0; " },
		{ TOOL(",'external_references':[{'source_name':'s'}]"), "E 2.5.2 /external_references/0; " },
		{ TOOL(",'external_references':[{'source_name':'s','url':'https://a.example/'}]"),
		    "W302 2.5.1 /external_references/0; " },
		{ TOOL(",'external_references':[{'source_name':'s','url':'no "
		       "url','description':'d','x_more':1,'hashes':{'MD5':'x'}}]"),
		    "E 2.5 /external_references/0/url; W401 11.1 /external_references/0/x_more; E 2.7 "
		    "/external_references/0/hashes/MD5; " },
		{ FILE_(",'hashes':{'SHA-256':'aec070645fe53ee3b3763059376134f058cc337247c978add178b6ccdfb0019f'}"),
		    ODD_ID },
		{ FILE_(",'hashes':{}"), ODD_ID "E 2.7 /hashes; " },
		{ FILE_(",'hashes':[]"), ODD_ID "E 2.7 /hashes; " },
		{ FILE_(",'hashes':{'SHA256':'00'}"), ODD_ID "E 2.7 /hashes/SHA256; W241 2.7 /hashes/SHA256; " },
		{ FILE_(",'hashes':{'ab':'x','x y~/z':1,'x_own':'1'}"),
		    ODD_ID "E 2.7 /hashes/ab; W241 2.7 /hashes/ab; E 2.7 /hashes/x y~0~1z; E 2.7 /hashes/x y~0~1z; "
			   "W241 2.7 /hashes/x y~0~1z; " },
		{ FILE_(",'hashes':{'x_a23456789012345678901234567890':'x'}"),
		    ODD_ID "W150 2.7 /hashes/x_a23456789012345678901234567890; " },
		{ FILE_(",'magic_number_hex':'00fF'"), ODD_ID "E 2.8 /magic_number_hex; " },
		{ FILE_(",'magic_number_hex':'00f'"), ODD_ID "E 2.8 /magic_number_hex; " },
		{ FILE_(",'magic_number_hex':'00ff','size':-1"), ODD_ID "E 6.7 /size; " },
		{ FILE_(",'contains_refs':[" ID("tool") "," ID("url") "]"), ODD_ID "E 6.7 /contains_refs/0; " },
		{ SCO("artifact", ",'payload_bin':'AAE='"), ODD_ID },
		{ SCO("artifact", ",'payload_bin':'AA='"), ODD_ID "E 2.1 /payload_bin; " },
		{ SCO("artifact", ",'payload_bin':'A=AA'"), ODD_ID "E 2.1 /payload_bin; " },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
names__follow_sections_3_and_11(void **state)
{
	static const row rows[] = {
		{ TOOL(",'x_own':1"), "W401 11.1 /x_own; " },
		{ TOOL(",'x_own':[]"), "W401 11.1 /x_own; E 2.12 /x_own; " },
		{ TOOL(",'x_own':{'a':{'b':[{}]}}"), "W401 11.1 /x_own; E 2.3 /x_own/a/b/0; " },
		{ TOOL(",'x_own':{'a':null}"), "W401 11.1 /x_own; E 2 /x_own/a; " },
		{ TOOL(",'xy':1"), "E 11.1.1 /xy; W401 11.1 /xy; " },
		{ TOOL(",'9abc':1"), "E 11.1.1 /9abc; W401 11.1 /9abc; " },
		{ TOOL(",'x-own':1"), "E 11.1.1 /x-own; W401 11.1 /x-own; " },
		{ TOOL(",'severity':1"), "E 3.8 /severity; W401 11.1 /severity; " },
		{ SDO("course-of-action", ",'name':'x','action':'y'"), "E 3.8 /action; " },
		{ TOOL(",'defanged':true"), "E 3.2 /defanged; " },
		{ SCO("mutex", ",'name':'m','labels':['x']"), ODD_ID "W401 11.1 /labels; " },
		{ SDO("x-my-thing", ",'some_property':1"), "W401 11.2 /type; " },
		{ SDO("x-my-thing", ",'some_property':1,'defanged':true"), "W401 11.2 /type; E 3.2 /defanged; " },
		{ "{'type':'x-my-thing','id':'x-my-thing--" UUID5 "','value':'v'}", "W401 11.2 /type; " },
		{ "{'type':'x-my-thing','id':'x-my-thing--" UUID4 "','value':'v'}", "W401 11.2 /type; W103 2.9 /id; " },
		{ "{'type':'x-my-thing','id':'x-my-thing--" UUID4
		  "','spec_version':'2.1','modified':'2020-01-01T00:00:00.000Z'}",
		    "W401 11.2 /type; E 3.2 ; " },
		{ "{'type':'x_my','id':'x_my--" UUID4 "','spec_version':'2.1'" TIMES "}",
		    "E 11.2.1 /type; W401 11.2 /type; E 2.9 /id; " },
		{ SDO("my-favorite-sdo",
		      ",'name':'n','extensions':{" ID("extension-definition") ":{'extension_type':'new-sdo'}}"),
		    "" },
		{ "{'type':'my-sro','id':" ID("my-sro") ",'extensions':{" ID(
		      "extension-definition") ":{'extension_type':'new-sro'}}}",
		    "E 3.2 ; E 3.2 ; E 3.2 ; " },
		{ "{'type':'my-sco','id':'my-sco--" UUID5
		  "','extensions':{" ID("extension-definition") ":{'extension_type':'new-sco'}}}",
		    "" },
	};

	check_rows(rows, AC_COUNT(rows));
}

#define EXT(more) TOOL(",'extensions':{" ID("extension-definition") ":" more "}")
#define EXT_AT "/extensions/extension-definition--" UUID4
static void
extensions__follow_sections_3_7_and_11(void **state)
{
	static const row rows[] = {
		{ EXT("{'extension_type':'property-extension','rank':5}"), "" },
		{ EXT("{'rank':5}"), "E 3.2 " EXT_AT "; " },
		{ EXT("{'extension_type':'property_extension','rank':5}"), "E 10.5 " EXT_AT "/extension_type; " },
		{ EXT("{'extension_type':'property-extension','ra':null}"),
		    "E 11.1.1 " EXT_AT "/ra; E 2 " EXT_AT "/ra; " },
		{ EXT("{}"), "E 3.2 " EXT_AT "; " },
		{ EXT("'x'"), "E 3.2 " EXT_AT "; " },
		{ TOOL(",'extensions':{}"), "E 3.2 /extensions; " },
		{ TOOL(",'extensions':[]"), "E 3.2 /extensions; " },
		{ TOOL(",'x_own':1,'extensions':{" ID(
		      "extension-definition") ":{'extension_type':'toplevel-property-extension'}}"),
		    "" },
		{ TOOL(",'extensions':{'x-my-ext':{'abc':1}}"), "E 11.3.1 /extensions/x-my-ext; " },
		{ FILE_(",'extensions':{'x-my-ext':{'abc':1}}"), ODD_ID "W401 11.3 /extensions/x-my-ext; " },
		{ FILE_(",'extensions':{'x-foobar':{'abc':1}}"), ODD_ID "E 11.3.1 /extensions/x-foobar; " },
		{ FILE_(",'extensions':{'X-ext':{'abc':1}}"), ODD_ID "E 11.3.1 /extensions/X-ext; " },
		{ FILE_(",'extensions':{'ntfs-ext':{'sid':'1'}}"), ODD_ID },
		{ FILE_(",'extensions':{'ntfs-ext':{'alternate_data_streams':[{'size':1}]}}"),
		    ODD_ID "E 6.7.3 /extensions/ntfs-ext/alternate_data_streams/0; " },
		{ FILE_(",'extensions':{'tcp-ext':{'src_flags_hex':'00'}}"), ODD_ID "E 6.12.5 /extensions/tcp-ext; " },
		{ FILE_(",'extensions':{'windows-pebinary-ext':{'pe_type':'exe'}}"),
		    ODD_ID "E 6.7.6 /extensions/windows-pebinary-ext; " },
		{ FILE_(",'extensions':{'windows-pebinary-ext':{'pe_type':'com','time_date_stamp':'2020-01-01T00:00:00."
			"5Z','sections':[{'name':'.text','entropy':7.1}]}}"),
		    ODD_ID "W243 2.14 /extensions/windows-pebinary-ext/pe_type; E 6.7.6 "
			   "/extensions/windows-pebinary-ext/time_date_stamp; " },
		{ FILE_(",'extensions':{'windows-pebinary-ext':{'pe_type':'exe','time_date_stamp':'2020-01-01T00:00:00."
			"00Z','optional_header':{}}}"),
		    ODD_ID "E 6.7.6 /extensions/windows-pebinary-ext/optional_header; " },
		{ FILE_(",'extensions':{'pdf-ext':{'document_info_dict':{'Title':'t','Foo':'x','Bar':1}}}"),
		    ODD_ID "W276 6.7.4 /extensions/pdf-ext/document_info_dict/Foo; W276 6.7.4 "
			   "/extensions/pdf-ext/document_info_dict/Bar; "
			   "E 6.7.4 /extensions/pdf-ext/document_info_dict/Bar; " },
		{ FILE_(",'extensions':{'raster-image-ext':{'exif_tags':{'Make':'x','XResolution':4928,'Bad':true,'"
			"Huge':1e99}}}"),
		    ODD_ID "E 6.7.5 /extensions/raster-image-ext/exif_tags/Bad; E 2.10 "
			   "/extensions/raster-image-ext/exif_tags/Huge; " },
	};

	check_rows(rows, AC_COUNT(rows));
}

#define MARKED(marking) TOOL(",'labels':['a'],'granular_markings':[" marking "]")
static void
markings__follow_section_7_2(void **state)
{
	static const row rows[] = {
		{ MARKED("{'lang':'fr','selectors':['name','labels.[0]']}"), "" },
		{ MARKED("{'marking_ref':" ID("marking-definition") ",'selectors':['labels']}"), "" },
		{ MARKED("{'lang':'fr','marking_ref':" ID("marking-definition") ",'selectors':['name']}"),
		    "E 7.2.3 /granular_markings/0; " },
		{ MARKED("{'selectors':['name']}"), "E 7.2.3 /granular_markings/0; " },
		{ MARKED("{'lang':'fr'}"), "E 7.2.3 /granular_markings/0; " },
		{ MARKED("{'lang':'qqqq','selectors':['name']}"), "E 7.2.3 /granular_markings/0/lang; " },
		{ MARKED("{'lang':'fr','selectors':['pattern','labels.[1]','labels[0]']}"),
		    "E 7.2.3 /granular_markings/0/selectors/0; E 7.2.3 /granular_markings/0/selectors/1; E 7.2.3 "
		    "/granular_markings/0/selectors/2; " },
		{ MARKED("{'marking_ref':" ID("tool") ",'selectors':['name']}"),
		    "E 7.2.3 /granular_markings/0/marking_ref; " },
		{ MARKED("{'lang':'fr','selectors':{'name':1}}"), "E 2.12 /granular_markings/0/selectors; " },
	};

	check_rows(rows, AC_COUNT(rows));
}

#define MARKING(more)                                                                                                  \
	"{'type':'marking-definition','spec_version':'2.1','id':" ID(                                                  \
	    "marking-definition") ",'created':'2020-01-01T00:00:00.000Z'" more "}"
#define TLP(uuid, level, created)                                                                                      \
	"{'type':'marking-definition','spec_version':'2.1','id':'marking-definition--" uuid "','created':'" created    \
	"','definition_type':'tlp','name':'x','definition':{'tlp':'" level "'}}"
#define OLD_WAY "W304 7.2.1 /definition_type; W304 7.2.1 /definition; "
static void
meta_objects__follow_section_7(void **state)
{
	static const row rows[] = {
		{ MARKING(",'definition_type':'statement','definition':{'statement':'(c)'}"), OLD_WAY },
		{ MARKING(",'definition_type':'statement','definition':{'text':'(c)'}"), OLD_WAY "E 7.2.1 ; " },
		{ MARKING(",'definition_type':'own','definition':{'text':'(c)'}"),
		    OLD_WAY "W201 7.2.1 ; W401 7.2.1 ; " },
		{ MARKING(",'definition_type':'statement'"), "W304 7.2.1 /definition_type; E 7.2.1 ; " },
		{ MARKING(",'definition_type':'statement','definition':'x'"),
		    OLD_WAY "E 7.2.1 /definition; E 7.2.1 ; " },
		{ MARKING(""), "E 7.2.1 ; " },
		{ MARKING(",'extensions':{" ID(
		      "extension-definition") ":{'extension_type':'property-extension','tlp_2_0':'clear'}}"),
		    "" },
		{ MARKING(",'modified':'2020-01-01T00:00:00.000Z','extensions':{" ID(
		      "extension-definition") ":{'extension_type':'property-extension'}}"),
		    "E 7.2.1 /modified; " },
		{ MARKING(
		      ",'object_marking_refs':[" ID("marking-definition") "],'granular_markings':[{'marking_ref':" ID(
			  "marking-definition") ",'selectors':['id']}],'definition_type':'statement','definition':{'"
						"statement':'s'}"),
		    "E 3.2 /granular_markings/0; " OLD_WAY "E 3.2 ; " },
		{ TLP("613f2e26-407d-48c7-9eca-b8e91df99dc9", "white", "2017-01-20T00:00:00.000Z"), OLD_WAY },
		{ TLP("613f2e26-407d-48c7-9eca-b8e91df99dc9", "green", "2017-01-20T00:00:00.000Z"),
		    OLD_WAY "E 7.2.1 ; " },
		{ TLP("613f2e26-407d-48c7-9eca-b8e91df99dc9", "white", "2018-01-20T00:00:00.000Z"),
		    OLD_WAY "E 7.2.1 ; " },
		{ TLP("613f2e26-407d-48c7-9eca-b8e91df99dc9", "clear", "2017-01-20T00:00:00.000Z"),
		    OLD_WAY "E 7.2.1 ; " },
		{ SDO("language-content",
		      ",'object_ref':" ID("tool") ",'contents':{'fr':{'name':'x'},'de-DE':{'name':'y'}}"),
		    "" },
		{ SDO("language-content",
		      ",'object_ref':" ID("bundle") ",'contents':{'french':{'name':'x'},'de':{'n':1},'it':'x'}"),
		    "E 7.1 /object_ref; E 7.1 /contents/french; E 7.1 /contents/de; E 7.1 /contents/it; " },
		{ SDO("language-content", ",'object_ref':" ID("tool") ",'contents':{}"), "E 2.3 /contents; " },
		{ SDO("extension-definition",
		      ",'created_by_ref':" ID("identity") ",'name':'n','description':'d','schema':'s','version':'1','"
							  "extension_types':['new-sdo']"),
		    "" },
		{ SDO("extension-definition",
		      ",'name':'n','description':'d','schema':'s','version':'1','extension_types':['new-sdo']"),
		    "E 3.2 ; " },
		{ SDO("extension-definition",
		      ",'created_by_ref':" ID("identity") ",'name':'n','schema':'s','version':'1','extension_types':['"
							  "toplevel-property-extension']"),
		    "W305 7.3 ; W306 7.3 ; " },
		{ SDO("extension-definition",
		      ",'created_by_ref':" ID("identity") ",'name':'n','description':'d','schema':'s','version':'1','"
							  "extension_types':['other'],'extension_properties':['ab']"),
		    "E 10.5 /extension_types/0; E 7.3 /extension_properties/0; E 7.3 ; " },
	};

	check_rows(rows, AC_COUNT(rows));
}

#define OBSERVED ",'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:01Z','number_observed':1"
static void
domain_objects__follow_sections_4_and_5(void **state)
{
	static const row rows[] = {
		{ SDO("attack-pattern",
		      ",'name':'x','external_references':[{'source_name':'capec','external_id':'CAPEC-163'}]"),
		    "" },
		{ SDO("attack-pattern",
		      ",'name':'x','external_references':[{'source_name':'capec','external_id':'163'}]"),
		    "E 4.1 /external_references/0; " },
		{ SDO("attack-pattern",
		      ",'name':'x','external_references':[{'source_name':'other','external_id':'CAPEC-163'}]"),
		    "E 4.1 /external_references/0; " },
		{ SDO("vulnerability",
		      ",'name':'x','external_references':[{'source_name':'cve','external_id':'CVE-2021-26855'}]"),
		    "" },
		{ SDO("vulnerability",
		      ",'name':'x','external_references':[{'source_name':'cve','external_id':'CVE-2021-268'}]"),
		    "E 4.19 /external_references/0; " },
		{ SDO("vulnerability",
		      ",'name':'x','external_references':[{'source_name':'nvd','external_id':'CVE-2021-26855'}]"),
		    "E 4.19 /external_references/0; " },
		{ SDO("vulnerability",
		      ",'name':'x','external_references':[{'source_name':'cve','external_id':'CVE-2021-26x55'}]"),
		    "E 4.19 /external_references/0; " },
		{ SDO("campaign",
		      ",'name':'x','first_seen':'2020-01-01T00:00:01Z','last_seen':'2020-01-01T00:00:01.0Z'"),
		    "" },
		{ SDO("campaign", ",'name':'x','first_seen':'2020-01-01T00:00:01Z','last_seen':'2020-01-01T00:00:00Z'"),
		    "E 4.2 /last_seen; " },
		{ SDO("grouping", ",'context':'unspecified','object_refs':[" ID("tool") "]"), "" },
		{ SDO("grouping", ",'name':'n'"), "E 4.4 ; E 4.4 ; " },
		{ INDICATOR(",'pattern':'[file:size = 1]'"), "" },
		{ INDICATOR(",'pattern':'[file:size = ]'"), "E 9 /pattern; " },
		{ INDICATOR(",'pattern':'[ab:size = 1 OR file:xy = 2]'"), "E 9.7 /pattern; E 9.7 /pattern; " },
		{ INDICATOR(",'pattern':'[EXISTS file:size] WITHIN 0 SECONDS'"), "E 9.4 /pattern; " },
		{ INDICATOR(",'pattern':'[a-b:cde = t`2020-02-30T00:00:00Z`] FOLLOWEDBY [f:ghi=1]'"),
		    "E 9.7 /pattern; E 9.4 /pattern; " },
		{ INDICATOR(",'pattern':'[file:size=1] REPEATS 2 TIMES REPEATS 2 TIMES'"), "E 9 /pattern; " },
		{ INDICATOR(",'pattern':'[file:size=1] REPEATS 2 TIMES REPEATS 2 TIMES','pattern_version':'2.0'"), "" },
		{ INDICATOR(",'pattern':3"), "E 4.7 /pattern; " },
		{ INDICATOR(",'pattern':'[file:size = 1]','valid_until':'2020-01-01T00:00:00.0Z'"),
		    "E 4.7 /valid_until; " },
		{ SDO("indicator", ",'pattern':'x','pattern_type':'my-rules','valid_from':'2020-01-01T00:00:00Z'"),
		    "W245 2.14 /pattern_type; W303 4.7 ; " },
		{ SDO("location", ",'region':'europe'"), "" },
		{ SDO("location", ",'country':'xx'"), "W277 4.10 /country; " },
		{ SDO("location", ",'city':'x'"), "E 4.10 ; " },
		{ SDO("location", ",'latitude':1"), "E 4.10 ; " },
		{ SDO("location", ",'region':'europe','longitude':1"), "E 4.10 ; " },
		{ SDO("location", ",'region':'europe','precision':1.5"), "E 4.10 ; " },
		{ SDO("malware", ",'is_family':true,'name':'x'"), "" },
		{ SDO("malware", ",'is_family':true"), "E 4.11 ; " },
		{ SDO("malware", ",'is_family':false,'sample_refs':[" ID("file") "," ID("url") "]"),
		    "E 4.11 /sample_refs/1; " },
		{ SDO("malware", ",'name':'x'"), "E 4.11 ; " },
		{ SDO("malware-analysis", ",'product':'my-product','result':'malicious'"), "" },
		{ SDO("malware-analysis", ",'product':'My Product'"), "W143 4.12 /product; E 4.12 ; " },
		{ SDO("malware-analysis", ",'product':'p','analysis_sco_refs':[" ID("tool") "]"),
		    "E 4.12 /analysis_sco_refs/0; " },
		{ SDO("observed-data", OBSERVED ",'object_refs':[" ID("file") "," ID("relationship") "]"), "" },
		{ SDO("observed-data", OBSERVED ",'object_refs':[" ID("relationship") "]"), "E 4.14 ; " },
		{ SDO("observed-data", OBSERVED ",'object_refs':[" ID("x-custom") "]"), "" },
		{ SDO("observed-data", OBSERVED ",'object_refs':[" ID("tool") "," ID("file") "]"),
		    "E 4.14 /object_refs/0; " },
		{ SDO("observed-data", OBSERVED), "E 4.14 ; " },
		{ SDO("observed-data", ",'first_observed':'2020-01-01T00:00:00Z','last_observed':'2019-01-01T00:00:01Z'"
				       ",'number_observed':0,'object_refs':[" ID("file") "]"),
		    "E 4.14 /number_observed; E 4.14 /last_observed; " },
		{ SDO("relationship",
		      ",'relationship_type':'uses','source_ref':" ID("malware") ",'target_ref':" ID("tool")),
		    "" },
		{ SDO("relationship",
		      ",'relationship_type':'kills','source_ref':" ID("malware") ",'target_ref':" ID("tool")),
		    "W202 5.1.1 ; " },
		{ SDO("relationship",
		      ",'relationship_type':'Uses_it','source_ref':" ID("x-own") ",'target_ref':" ID("tool")),
		    "E 5.1 /relationship_type; " },
		{ SDO("relationship", ",'relationship_type':'related-to','source_ref':" ID(
					  "relationship") ",'target_ref':" ID("marking-definition")),
		    "E 5.1 /source_ref; E 5.1 /target_ref; " },
		{ SDO("relationship",
		      ",'relationship_type':'related-to','source_ref':" ID("tool") ",'target_ref':" ID(
			  "tool") ",'start_time':'2020-01-01T00:00:00Z','stop_time':'2020-01-01T00:00:00Z'"),
		    "E 5.1 /stop_time; " },
		{ SDO("relationship", ""), "E 5.1 ; E 5.1 ; E 5.1 ; " },
		{ SDO("sighting",
		      ",'sighting_of_ref':" ID("indicator") ",'count':0,'where_sighted_refs':[" ID("location") "]"),
		    "" },
		{ SDO("sighting", ",'sighting_of_ref':" ID("ipv4-addr") ",'count':-1,'where_sighted_refs':[" ID(
				      "tool") "],'observed_data_refs':[" ID("tool") "]"),
		    "E 5.2 /sighting_of_ref; E 5.2 /count; E 5.2 /where_sighted_refs/0; E 5.2 "
		    "/observed_data_refs/0; " },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
observables__follow_section_6(void **state)
{
	static const row rows[] = {
		{ "{'type':'ipv4-addr','id':'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4','value':'198.51.100.3'}",
		    "" },
		{ SCO("ipv4-addr", ",'value':'198.51.100.4'"), ODD_ID },
		{ SCO4("ipv4-addr", ",'value':'198.51.100.4'"), "W103 2.9 /id; " },
		{ SCO("ipv4-addr", ",'value':'198.51.100.256'"), ODD_ID "E 6.8 /value; " },
		{ SCO("ipv4-addr", ",'value':'198[.]51.100.25','defanged':true"), ODD_ID },
		{ SCO("ipv4-addr", ",'value':'198.51.100.0/33'"), ODD_ID "E 6.8 /value; " },
		{ SCO("ipv4-addr", ",'value':'198.51.100.0/24','resolves_to_refs':[" ID("mac-addr") "]"),
		    ODD_ID "W304 6.8 /resolves_to_refs; " },
		{ SCO("ipv6-addr", ",'value':'2001:db8::1/64'"), ODD_ID },
		{ SCO("ipv6-addr", ",'value':'2001:db8:0:0:0:0:192.0.2.1'"), ODD_ID },
		{ SCO("ipv6-addr", ",'value':'::'"), ODD_ID },
		{ SCO("ipv6-addr", ",'value':'2001:db8::1::2'"), ODD_ID "E 6.9 /value; " },
		{ SCO("ipv6-addr", ",'value':'2001:db8'"), ODD_ID "E 6.9 /value; " },
		{ SCO("ipv6-addr", ",'value':'2001:db8::/129'"), ODD_ID "E 6.9 /value; " },
		{ SCO("ipv6-addr", ",'value':'1:2:3:4:5:6:7:8:9'"), ODD_ID "E 6.9 /value; " },
		{ SCO("mac-addr", ",'value':'00:1b:44:11:3a:b7'"), ODD_ID },
		{ SCO("mac-addr", ",'value':'00:1B:44:11:3A:B7'"), ODD_ID "E 6.10 /value; " },
		{ SCO("mac-addr", ",'value':'001b44113ab7'"), ODD_ID "E 6.10 /value; " },
		{ SCO("domain-name", ",'value':'www.b\xc3\xbc"
				     "cher.example.'"),
		    ODD_ID },
		{ SCO("domain-name", ",'value':'_dmarc.a.example'"), ODD_ID },
		{ SCO("domain-name", ",'value':'*.a.example'"), ODD_ID },
		{ SCO("domain-name", ",'value':'a..example'"), ODD_ID "E 6.4 /value; " },
		{ SCO("domain-name", ",'value':'http://a.example'"), ODD_ID "E 6.4 /value; " },
		{ SCO("domain-name", ",'value':''"), ODD_ID "E 6.4 /value; " },
		{ SCO("domain-name",
		      ",'value':'a123456789012345678901234567890123456789012345678901234567890123.example'"),
		    ODD_ID "E 6.4 /value; " },
		{ SCO("url", ",'value':'https://a.example/x?y=1#z'"), ODD_ID },
		{ SCO("url", ",'value':'hxxps://a[.]example/','defanged':true"), ODD_ID },
		{ SCO("url", ",'value':'http://u:p@a.example:8/~x/(y);a=1,2!$&*+?%20[::1]#_-.'"), ODD_ID },
		{ SCO("url", ",'value':'http://a.example/x|y'"), ODD_ID "E 6.15 /value; " },
		{ SCO("url", ",'value':'http://a.example/\xc3\xa4'"), ODD_ID "E 6.15 /value; " },
		{ SCO("url", ",'value':'a.example/x'"), ODD_ID "E 6.15 /value; " },
		{ SCO("url", ",'value':'h_tp://a.example/x'"), ODD_ID "E 6.15 /value; " },
		{ SCO("url", ",'value':'http://a.example/x y'"), ODD_ID "E 6.15 /value; " },
		{ SCO("email-addr", ",'value':'\\\"jo doe\\\"@a.example'"), ODD_ID },
		{ SCO("email-addr", ",'value':'Jo Doe <jo@a.example>'"), ODD_ID "E 6.5 /value; " },
		{ SCO("email-addr", ",'value':'jo@'"), ODD_ID "E 6.5 /value; " },
		{ SCO("artifact", ",'mime_type':'text/plain'"), "E 2.9 /id; E 6.1 ; " },
		{ SCO4("artifact", ",'payload_bin':'AAAA','url':'https://a.example/'"),
		    "W103 2.9 /id; E 6.1 ; E 6.1 ; " },
		{ SCO("artifact",
		      ",'payload_bin':'AAAA','decryption_key':'k','encryption_algorithm':'rot13','mime_type':'x/y'"),
		    ODD_ID "E 10.4 /encryption_algorithm; W271 6.1 /mime_type; " },
		{ SCO("artifact", ",'payload_bin':'AAAA','decryption_key':'k'"), ODD_ID "E 6.1 ; " },
		{ SCO("directory", ",'path':'/','path_enc':'utf-8'"), ODD_ID },
		{ SCO("directory", ",'path':'/','path_enc':'no-such','contains_refs':[" ID("url") "]"),
		    ODD_ID "E 6.3 /path_enc; E 6.3 /contains_refs/0; " },
		{ SCO("email-message", ",'is_multipart':false,'body':'b'"), ODD_ID },
		{ SCO4("email-message", ",'is_multipart':true,'body_multipart':[{'body':'b'},{'content_type':'x'}]"),
		    "E 6.6.2 /body_multipart/1; " },
		{ SCO("email-message", ",'is_multipart':true,'body':'b','from_ref':" ID("url")),
		    ODD_ID "E 6.6 /from_ref; E 6.6 ; " },
		{ SCO4("email-message", ",'is_multipart':false,'body_multipart':[{'body_raw_ref':" ID("file") "}]"),
		    "E 6.6 ; " },
		{ SCO4("email-message",
		      ",'is_multipart':false,'additional_header_fields':{'X-A':['1'],'X-B':'2','X-C':[3],'X-D':[]}"),
		    "E 2.12 /additional_header_fields/X-B; E 2.12 /additional_header_fields/X-C/0; E 2.12 "
		    "/additional_header_fields/X-D; " },
		{ SCO4("file", ",'size':1"), "E 6.7 ; " },
		{ SCO("file", ",'hashes':{'MD5':'cead3f77f6cda6ec00f57d76c9a6879f'},'name_enc':'utf-8'"),
		    ODD_ID "E 3.1 ; " },
		{ SCO("network-traffic",
		      ",'protocols':['tcp'],'src_ref':" ID("ipv4-addr") ",'src_port':1,'dst_port':65535"),
		    ODD_ID },
		{ SCO("network-traffic", ",'protocols':['a b'],'dst_ref':" ID("url") ",'src_port':65536"),
		    ODD_ID "W272 6.12 /protocols/0; E 6.12 /dst_ref; E 6.12 /src_port; W301 6.12 ; " },
		{ SCO("network-traffic", ",'protocols':['tcp'],'src_port':1,'dst_port':1,'is_active':true,'start':'"
					 "2020-01-01T00:00:00Z','end':'2019-01-01T00:00:00Z'"),
		    ODD_ID "E 6.12 ; E 6.12 /end; E 6.12 ; " },
		{ SCO("network-traffic",
		      ",'protocols':['tcp'],'src_ref':" ID("mac-addr") ",'src_port':1,'dst_port':1,'ipfix':{'"
								       "minimumIpTotalLength':32,'Bad':'x','b':[1]}"),
		    ODD_ID "W273 6.12 /ipfix/Bad; W273 6.12 /ipfix/b; E 6.12 /ipfix/b; " },
		{ SCO("network-traffic", ",'protocols':['tcp','http'],'src_ref':" ID(
					     "mac-addr") ",'src_port':1,'dst_port':1,'extensions':{'http-request-ext':{"
							 "'request_method':'get','request_value':'/"
							 "','request_header':{'Host':['a.example'],'X-Odd':['1']}}}"),
		    ODD_ID "W274 6.12.2 /extensions/http-request-ext/request_header/X-Odd; " },
		{ SCO("network-traffic",
		      ",'protocols':['tcp'],'src_ref':" ID(
			  "mac-addr") ",'src_port':1,'dst_port':1,'extensions':{'socket-ext':{'address_family':'AF_X','"
				      "options':{'SO_KEEPALIVE':1,'FOO':'x','a b':1}}}"),
		    ODD_ID
		    "E 10.16 /extensions/socket-ext/address_family; W275 6.12.4 /extensions/socket-ext/options/FOO; "
		    "E 2.10 /extensions/socket-ext/options/FOO; E 2.3 /extensions/socket-ext/options/a b; " },
		{ SCO4("process", ",'pid':1"), "" },
		{ SCO("process", ",'pid':1"), "E 6.13 /id; " },
		{ SCO4("process", ""), "E 6.13 ; " },
		{ SCO4("process",
		      ",'extensions':{'windows-process-ext':{'priority':'HIGH','startup_info':{'a':{'b':1}}}}"),
		    "W149 6.13.2 /extensions/windows-process-ext/priority; " },
		{ SCO4("process", ",'environment_variables':{'PATH':'x','A':1}"), "E 6.13 /environment_variables/A; " },
		{ SCO("software",
		      ",'name':'x','cpe':'cpe:2.3:o:a:b:1:*:*:*:*:*:*:*','languages':['en','x-own','i-klingon']"),
		    ODD_ID },
		{ SCO("software", ",'name':'x','cpe':'cpe:2.3:o:a:b:1:*:*:*','languages':['','en-','e','x-','en-"
				  "AB1234567','en-QQ','de-a']"),
		    ODD_ID "E 6.14 /cpe; E 6.14 /languages/0; E 6.14 /languages/1; E 6.14 /languages/2; E 6.14 "
			   "/languages/3; E 6.14 /languages/4; "
			   "E 6.14 /languages/5; E 6.14 /languages/6; " },
		{ SCO("software", ",'name':'x','cpe':'cpe:/o:a'"), ODD_ID "E 6.14 /cpe; " },
		{ SCO("software", ",'name':'x','cpe':'cpe:2.3:o:a\\\\:b:b:1:*:*:*:*:*:*:*','languages':['zh-Hant-CN-x-"
				  "a-b','es-419']"),
		    ODD_ID },
		{ SCO("software", ",'name':'x','cpe':'cpe:2.3:o::b:1:*:*:*:*:*:*:*'"), ODD_ID "E 6.14 /cpe; " },
		{ SCO("software", ",'name':'x','cpe':'cpe:2.3:o:a b:b:1:*:*:*:*:*:*:*'"), ODD_ID "E 6.14 /cpe; " },
		{ SCO4("user-account", ""), "E 6.16 ; " },
		{ SCO("user-account", ",'account_type':'own-type'"), ODD_ID "W244 2.14 /account_type; " },
		{ SCO("windows-registry-key", ",'key':'HKEY_LOCAL_MACHINE\\\\x','values':[{'name':''}]"), ODD_ID },
		{ SCO("windows-registry-key", ",'key':'hklm\\\\x','values':[{}]"),
		    ODD_ID "E 6.17 /key; E 6.17.2 /values/0; " },
		{ SCO4("windows-registry-key", ""), "E 6.17 ; " },
		{ SCO4("x509-certificate", ",'subject':'CN=x','x509_v3_extensions':{'key_usage':1}"),
		    "E 6.18.2 /x509_v3_extensions/key_usage; " },
		{ SCO4("x509-certificate", ""), "E 6.18 ; " },
	};

	check_rows(rows, AC_COUNT(rows));
}

static void
containers__hold_together_by_their_keys(void **state)
{
#define CONTAINER(objects) SDO("observed-data", OBSERVED ",'objects':" objects)
	static const row rows[] = {
		{ CONTAINER("{'0':{'type':'ipv4-addr','value':'192.0.2.1'},'1':{'type':'network-traffic','protocols':['"
			    "tcp'],'src_port':1,'dst_port':2,'src_ref':'0'}}"),
		    "W304 4.14 /objects; " },
		{ CONTAINER("{'0':{'type':'ipv4-addr','value':'192.0.2.1'},'1':{'type':'network-traffic','protocols':['"
			    "tcp'],'src_port':1,'dst_port':2,'src_ref':'1','dst_ref':'7'}}"),
		    "W304 4.14 /objects; E 6.12 /objects/1/src_ref; E 2.9 /objects/1/dst_ref; " },
		{ CONTAINER("{'a':{'type':'mutex','name':'m','object_marking_refs':[" ID("marking-definition") "]}}"),
		    "W304 4.14 /objects; W141 2.9 /objects/a; " },
		{ CONTAINER("{'0':{'type':'tool','name':'m'},'1':{'type':'x-own','value':1},'2':{'value':1},'3':4,'4':{"
			    "'type':'mutex','id':7,'name':'m'}}"),
		    "W304 4.14 /objects; E 2.13 /objects/0; E 3.2 /objects/0; E 3.2 /objects/0; E 3.2 /objects/0; W401 "
		    "11.2 /objects/1/type; "
		    "E 3.2 /objects/2; E 3 /objects/3; E 3.2 /objects/4/id; " },
		{ CONTAINER("{}"), "W304 4.14 /objects; E 2.13 /objects; " },
		{ CONTAINER("[]"), "W304 4.14 /objects; E 2.13 /objects; " },
		{ CONTAINER(
		      "{'0':{'type':'file','name':'f','parent_directory_ref':'1'},'1':{'value':2}},'object_refs':[" ID(
			  "file") "]"),
		    "W304 4.14 /objects; E 3.2 /objects/1; E 4.14 ; " },
	};
#undef CONTAINER

	check_rows(rows, AC_COUNT(rows));
}

static void
bundles__are_checked_with_their_objects(void **state)
{
#define BUNDLE(more) "{'type':'bundle','id':" ID("bundle") more "}"
	static const row rows[] = {
		{ BUNDLE(""), "" },
		{ BUNDLE(",'objects':[]"), "E 2.12 /objects; " },
		{ BUNDLE(",'objects':{}"), "E 2.12 /objects; " },
		{ BUNDLE(",'spec_version':'2.0','objects':[" TOOL("") "]"), "W401 11.1 /spec_version; " },
		{ "{'type':'bundle','objects':[" TOOL("") "]}", "E 3.2 ; " },
		{ "{'type':'bundle','id':" ID("tool") "}", "E 2.9 /id; " },
		{ BUNDLE(",'objects':[" TOOL("") "," SDO("tool", "") ",3," BUNDLE("") "]"),
		    "W203 3.6 /objects; E 4.18 /objects/1; E 3 /objects/2; E 8 /objects/3; " },
		/* In a bundle an object without spec_version is one of 2.0. */
		{ BUNDLE(",'objects':[{'type':'tool','id':" ID("tool") ",'name':'x'" TIMES "}]"),
		    "W 3.2 /objects/0; " },
		{ BUNDLE(",'objects':[" TOOL("") "," TOOL(",'revoked':true") "," SDO(
		      "malware", ",'is_family':false") "," TOOL("") "]"),
		    "W203 3.6 /objects; W203 3.6 /objects; " },
	};
#undef BUNDLE

	check_rows(rows, AC_COUNT(rows));
}

static int
count_as(ac_arena *arena, const char *text, ac_stix_scope scope)
{
	accord_err err = { 0 };

	return ac_stix_validate_as(json_of(arena, text), scope, (ac_stix_checks){ 0 }, arena, NULL, NULL, &err);
}

static void
bundle_parts__are_checked_apart(void **state)
{
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	assert_int_equal(count_as(&arena, "{'type':'bundle','id':" ID("bundle") ",'objects':[]}", AC_STIX_ENVELOPE), 0);
	assert_int_equal(count_as(&arena, "{'type':'tool','objects':3}", AC_STIX_ENVELOPE), 2);
	assert_int_equal(
	    count_as(&arena, "{'type':'tool','id':" ID("tool") ",'name':'x'" TIMES "}", AC_STIX_ELEMENT), 0);
	assert_int_equal(count_as(&arena, "{'type':'bundle','id':" ID("bundle") "}", AC_STIX_ELEMENT), 1);
	ac_arena_done(&arena);
}

static void
count_findings(void *payload, const ac_stix_finding *f)
{
	(*(size_t *)payload)++;
}

static void
findings__have_a_ceiling_and_are_all_counted(void **state)
{
	ac_arena arena;
	ac_buf text;
	const ac_json *json;
	accord_err err = { 0 };
	size_t told = 0;

	ac_arena_init(&arena, 16 * AC_MIB);
	ac_buf_init(&text, AC_MIB);
	ac_buf_add_cstr(
	    &text, "{'type':'tool','spec_version':'2.1','id':" ID("tool") ",'name':'x'" TIMES ",'aliases':[0");
	for (size_t i = 0; i < 2 * AC_STIX_FINDINGS_MAX; i++)
		ac_buf_add_cstr(&text, ",0");
	ac_buf_add(&text, AC_S("]}\0"));
	json = json_of(&arena, text.p);
	assert_int_equal(ac_stix_validate(json, &arena, count_findings, &told, &err), 2 * AC_STIX_FINDINGS_MAX + 1);
	assert_int_equal(told, AC_STIX_FINDINGS_MAX);
	ac_buf_done(&text);
	ac_arena_done(&arena);
}

static void
validate__survives_every_allocation_failure(void **state)
{
	ac_arena arena, scratch;
	const ac_json *json;
	size_t told = 0;
	int rc = -1;

	ac_arena_init(&arena, AC_MIB);
	json = json_of(
	    &arena, "{'type':'bundle','id':" ID("bundle") ",'objects':[" INDICATOR(",'pattern':'[a:b='") "," FILE_(
			",'size':-1") "," SDO("malware", ",'is_family':1,'confidence':900") "]}");
	for (size_t limit = 16;; limit += 32) {
		accord_err err = { 0 };

		ac_arena_init(&scratch, limit);
		rc = ac_stix_validate(json, &scratch, count_findings, &told, &err);
		ac_arena_done(&scratch);
		if (rc >= 0)
			break;
		assert_int_equal(rc, ACCORD_ELIMIT);
	}
	assert_int_equal(rc, 4);
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };

		ac_arena_init(&scratch, AC_MIB);
		fail_malloc_at(n);
		rc = ac_stix_validate(json, &scratch, count_findings, &told, &err);
		ac_arena_done(&scratch);
		if (!fail_malloc_done())
			break;
		assert_true(rc == ACCORD_ENOMEM || rc == 4);
	}
	ac_arena_done(&arena);
}

/* The verdict on which both reference tools agree; NULL where they do not. */
static const char *
agreed_verdict(const ac_json *entry)
{
	const ac_json *must = ac_json_get(entry, AC_S("must_valid"));
	bool parses = ac_json_is_true(ac_json_get(entry, AC_S("python_stix2_parses")));

	if (ac_json_is_true(must) && parses)
		return "valid";
	if (ac_json_is_true(ac_json_get(entry, AC_S("spec_example"))) || ac_json_is_true(must) || parses)
		return NULL;
	return "invalid";
}

static void
validate__agrees_with_every_published_case(void **state)
{
	static const char *const names[] = { "objects_spec_examples.jsonl", "objects_validator_suite.jsonl" };
	size_t cases = 0, wrong = 0, capacity = 0;
	char path[512], *line = NULL;
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	for (size_t i = 0; i < AC_COUNT(names) && shared_data(); i++) {
		FILE *file;
		ssize_t n;

		(void)snprintf(path, sizeof(path), "%s/stix/%s", shared_data(), names[i]);
		file = fopen(path, "rb");
		while (file && (n = getline(&line, &capacity, file)) > 0) {
			const ac_json *row_json;
			const char *want;
			accord_err err = { 0 };
			int rc;

			ac_arena_reset(&arena);
			assert_int_equal(
			    ac_json_parse((ac_str){ line, (size_t)n }, AC_JSON_LIMITS, &arena, &row_json, &err), 0);
			want = agreed_verdict(row_json);
			if (!want)
				continue;
			rc = ac_stix_validate(ac_json_get(row_json, AC_S("object")), &arena, NULL, NULL, &err);
			cases++;
			if ((rc == 0) != (want[0] == 'v')) {
				print_error("%d, want %s: %.200s\n", rc, want, line);
				wrong++;
			}
		}
		if (file)
			(void)fclose(file);
	}
	free(line);
	ac_arena_done(&arena);
	if (cases == 0) {
		print_message("the published cases are not at hand\n");
		skip();
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(cases, 425);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(object__needs_a_head),
		cmocka_unit_test(values__have_the_kind_of_their_property),
		cmocka_unit_test(names__follow_sections_3_and_11),
		cmocka_unit_test(extensions__follow_sections_3_7_and_11),
		cmocka_unit_test(markings__follow_section_7_2),
		cmocka_unit_test(meta_objects__follow_section_7),
		cmocka_unit_test(domain_objects__follow_sections_4_and_5),
		cmocka_unit_test(observables__follow_section_6),
		cmocka_unit_test(containers__hold_together_by_their_keys),
		cmocka_unit_test(bundles__are_checked_with_their_objects),
		cmocka_unit_test(bundle_parts__are_checked_apart),
		cmocka_unit_test(findings__have_a_ceiling_and_are_all_counted),
		cmocka_unit_test(validate__survives_every_allocation_failure),
		cmocka_unit_test(validate__agrees_with_every_published_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
