/* SPDX-License-Identifier: Apache-2.0 */
#include "match_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static const char *
run(const ac_pattern_set *set, const ac_observations *observations)
{
	const ac_matcher_budget budget = AC_MATCHER_BUDGET;
	ac_match_result result = { 0 };
	ac_matcher *matcher = NULL;
	const char *text = "error";
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	if (ac_matcher_new(set, &matcher, NULL) == 0 &&
	    ac_matcher_run(matcher, observations, &budget, &arena, &result, NULL) == 0)
		text = result.count == 0 ? "nomatch" : result.matches[0].undecided ? "undecided" : "match";
	matcher = ac_matcher_free(matcher);
	ac_arena_done(&arena);
	return text;
}

const char *
case_result(ac_str pattern, unsigned dialect, const ac_json *json)
{
	ac_observations *observations = NULL;
	ac_pattern_set *set = NULL;
	const char *text = "error";
	int rc = ac_pattern_set_new(CASE_SEED, &set, NULL);

	if (rc == 0)
		rc = ac_pattern_set_add(set, pattern, dialect, NULL, NULL);
	if (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT)
		text = "refused";
	if (rc == 0)
		rc = ac_pattern_set_finish(set, NULL);
	if (rc == 0)
		rc = ac_observations_new(CASE_SEED, 256 * AC_MIB, &observations, NULL);
	if (rc == 0)
		rc = ac_observations_add_json(observations, json, NULL);
	if (rc == 0)
		rc = ac_observations_seal(observations, NULL);
	if (rc == 0)
		text = ac_pattern_set_problem(set, 0).p ? "unusable" : run(set, observations);
	set = ac_pattern_set_free(set);
	observations = ac_observations_free(observations);
	return text;
}

const char *
case_match(const char *pattern, const char *json)
{
	const ac_json *value = NULL;
	const char *text = "no JSON";
	ac_arena arena;

	ac_arena_init(&arena, 64 * AC_MIB);
	if (ac_json_parse(ac_str_from(json), AC_JSON_LIMITS, &arena, &value, NULL) == 0)
		text = case_result(ac_str_from(pattern), 0, value);
	ac_arena_done(&arena);
	return text;
}

const char *
case_object(const char *pattern, const char *type, const char *members)
{
	size_t room = strlen(type) + strlen(members) + 1024;
	char *json = malloc(room);
	const char *text = "error";
	int n;

	if (!json)
		return text;
	n = snprintf(json, room,
	    "{'type':'observed-data','id':'observed-data--1','first_observed':'2020-01-01T00:00:00Z','last_observed':'"
	    "2020-01-01T00:00:00Z',"
	    "'number_observed':1,'objects':{'0':{'type':'%s'%s%s}}}",
	    type, *members ? "," : "", members);
	for (int i = 0; i < n; i++)
		if (json[i] == '\'')
			json[i] = '"';
	text = case_match(pattern, json);
	free(json);
	return text;
}
