/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the object model share: JSON written with apostrophes, and the least that makes an object valid. */
#ifndef AC_STIX_TEST_H
#define AC_STIX_TEST_H

#include "base/limits.h"
#include "codec/json.h"
#include "test.h"

/* One UUID of version 4 and one of version 5; no content hashes to the second. */
#define UUID4 "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
#define UUID5 "28bb3599-77cd-5a82-a950-b5bc3caf07c4"
#define TIMES ",'created':'2016-04-06T20:03:48.000Z','modified':'2016-04-06T20:03:48.000Z'"
/* A domain, relationship or meta object with what all of them must have, and more members. */
#define SDO(type, more) "{'type':'" type "','spec_version':'2.1','id':'" type "--" UUID4 "'" TIMES more "}"
/* A cyber-observable with more members. */
#define SCO(type, more) "{'type':'" type "','spec_version':'2.1','id':'" type "--" UUID5 "'" more "}"
#define SCO4(type, more) "{'type':'" type "','spec_version':'2.1','id':'" type "--" UUID4 "'" more "}"

/* text with ' for " and ` for ', as an arena's bytes. */
static inline ac_str
quoted(ac_arena *arena, const char *text)
{
	ac_str s = ac_str_from(text);
	char *p = ac_arena_alloc(arena, s.n + 1);

	assert_non_null(p);
	for (size_t i = 0; i < s.n; i++)
		p[i] = (char)(s.p[i] == '\'' ? '"' : s.p[i] == '`' ? '\'' : s.p[i]);
	return (ac_str){ p, s.n };
}

/* The same, parsed. */
static inline const ac_json *
json_of(ac_arena *arena, const char *text)
{
	const ac_json *json = NULL;
	accord_err err = { 0 };

	if (ac_json_parse(quoted(arena, text), AC_JSON_LIMITS, arena, &json, &err))
		print_error(
		    "the test's own JSON: %s at byte %llu of %s\n", err.text, (unsigned long long)err.byte, text);
	assert_non_null(json);
	return json;
}

#endif
