/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head of an object: what decides its identity and version. It refuses what could not be stored or told apart, and leaves every
 * other rule of the standard to the validator.
 */
#include "stix/id.h"
#include "stix/object.h"

/* An instant of the object: AC_TIME_MIN when absent. */
static int
read_time(const ac_json *json, ac_str name, ac_time *out, accord_err *err)
{
	const ac_json *value = ac_json_get(json, name);
	int rc;

	*out = AC_TIME_MIN;
	if (!value)
		return 0;
	if (!ac_json_is(value, AC_JSON_STRING))
		return ac_fail(err, ACCORD_EINPUT, "%.*s is no string, want a timestamp", AC_FMT(name));
	rc = ac_time_parse_stix(ac_json_string(value), out, err);
	return rc ? ac_fail_context(err, name) : 0;
}

/* STIX 2.1 s3.2: spec_version must stand on SDOs, SROs and meta objects, and says 2.1; 2.0 had it on the bundle only. */
static bool
is_stix_20(const ac_stix_head *head)
{
	ac_str version = ac_json_get_string(head->json, AC_S("spec_version"));

	if (version.p)
		return ac_str_eq(version, AC_S("2.0"));
	if (head->type)
		return head->type->class != AC_STIX_SCO && head->type->class != AC_STIX_BUNDLE;
	/* A custom type: 2.0 had no top-level observables, and its other objects all carry `created`. */
	return head->created.seconds != INT64_MIN;
}

/*
 * Bidi controls reorder what an analyst reads (CVE-2021-42574 shows the trick), and no public corpus at hand (ATT&CK, MISP galaxies) holds
 * one, so an object with any is refused as a whole.
 */
static int
refuse_hidden(const ac_json *json, accord_err *err)
{
	if (ac_json_has_bidi(json))
		return ac_fail(
		    err, ACCORD_EINPUT, "a text holds a bidi control character, which reorders what a reader sees");
	return 0;
}

int
ac_stix_head_read(const ac_json *json, ac_stix_head *out, accord_err *err)
{
	ac_stix_head head = { .json = json };
	ac_str id_type = { NULL, 0 };
	ac_time modified;
	int rc;

	if (!ac_json_is(json, AC_JSON_OBJECT))
		return ac_fail(err, ACCORD_EINPUT, "a STIX object is a JSON object, got another kind of value");
	head.type_name = ac_json_get_string(json, AC_S("type"));
	if (!head.type_name.p)
		return ac_fail(err, ACCORD_EINPUT, "the object has no \"type\" (a string)");
	head.id = ac_json_get_string(json, AC_S("id"));
	if (!head.id.p)
		return ac_fail(err, ACCORD_EINPUT, "the object has no \"id\" (a string)");
	rc = ac_stix_id_check(head.id, &id_type, err);
	if (rc)
		return rc;
	if (!ac_str_eq(id_type, head.type_name))
		return ac_fail(err, ACCORD_EINPUT, "the id begins with %.*s, want the object's type %.*s",
		    AC_FMT(id_type), (int)(head.type_name.n > 250 ? 250 : head.type_name.n), head.type_name.p);
	rc = refuse_hidden(json, err);
	if (rc == 0)
		rc = read_time(json, AC_S("created"), &head.created, err);
	if (rc == 0)
		rc = read_time(json, AC_S("modified"), &modified, err);
	if (rc)
		return rc;
	head.type = ac_stix_type_find(head.type_name);
	head.modified = modified.seconds != INT64_MIN ? modified : head.created;
	head.revoked = ac_json_is_true(ac_json_get(json, AC_S("revoked")));
	head.is_20 = is_stix_20(&head);
	*out = head;
	return 0;
}
