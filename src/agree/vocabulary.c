/* SPDX-License-Identifier: Apache-2.0 */
/* Vocabularies out of their files. Knows nothing of who cites them. */
#include "agree/vocabulary.h"

#include "agree/norms.h"
#include "agree/pledges.h"
#include "base/limits.h"
#include "codec/json.h"

static int
read_item(const ac_json *json, const ac_vocabulary *v, ac_vocabulary_item *out, accord_err *err)
{
	ac_str vocabulary, rest;

	out->id = ac_json_get_string(json, AC_S("id"));
	out->reference = ac_json_get_string(json, AC_S("reference"));
	for (unsigned i = 0; i < AC_TONGUES; i++)
		out->text[i] = ac_json_get_string(json, ac_str_from(ac_tongue_code((ac_tongue)i)));
	rest = out->id;
	if (!ac_str_cut(&rest, '/', &vocabulary) || !ac_str_eq(vocabulary, v->id) || !ac_text_is_name(rest) ||
	    !out->reference.n || !out->text[AC_TONGUE_EN].n || !out->text[AC_TONGUE_FR].n)
		return ac_fail(err, ACCORD_EINPUT,
		    "want an item of %.*s with its reference and a name in both languages, got '%.*s'", AC_FMT(v->id),
		    AC_FMT(out->id));
	return 0;
}

int
ac_vocabulary_read(ac_str text, ac_arena *arena, ac_vocabulary *out, accord_err *err)
{
	const ac_json *json = NULL, *items;
	ac_vocabulary v = { 0 };
	ac_vocabulary_item *list;
	ac_json_iter it;
	int rc = ac_json_parse(text, AC_JSON_LIMITS, arena, &json, err);

	if (rc)
		return rc;
	items = ac_json_get(json, AC_S("items"));
	v.id = ac_json_get_string(json, AC_S("vocabulary"));
	v.kind = ac_json_get_string(json, AC_S("kind"));
	v.note = ac_json_get_string(json, AC_S("note"));
	for (unsigned i = 0; i < AC_TONGUES; i++)
		v.title[i] =
		    ac_json_get_string(ac_json_get(json, AC_S("title")), ac_str_from(ac_tongue_code((ac_tongue)i)));
	if (!ac_str_eq(ac_json_get_string(json, AC_S("schema")), AC_S("accord.vocabulary/1")) ||
	    !ac_text_is_name(v.id) || !v.kind.n)
		return ac_fail(err, ACCORD_EINPUT, "want an accord.vocabulary/1 with its name and kind");
	list = ac_arena_zalloc(arena, ac_json_count(items) + 1, sizeof(*list));
	if (!list)
		return ac_arena_check(arena, err);
	for (it = ac_json_iter_of(items); !rc && ac_json_next(&it);) {
		if (ac_vocabulary_find(&v, 1, ac_json_get_string(it.value, AC_S("id"))))
			return ac_fail(err, ACCORD_EINPUT, "%.*s: an item is there twice", AC_FMT(v.id));
		rc = read_item(it.value, &v, &list[v.count], err);
		v.items = list;
		v.count++;
	}
	if (!rc)
		*out = v;
	return rc;
}

int
ac_vocabularies(ac_arena *arena, const ac_vocabulary **out, size_t *out_count, accord_err *err)
{
	static const ac_str files[] = { { (const char *)pledges, sizeof(pledges) },
		{ (const char *)norms, sizeof(norms) } };
	ac_vocabulary *list = ac_arena_zalloc(arena, AC_COUNT(files), sizeof(*list));
	int rc = 0;

	if (!list)
		return ac_arena_check(arena, err);
	for (size_t i = 0; !rc && i < AC_COUNT(files); i++)
		rc = ac_vocabulary_read(files[i], arena, &list[i], err);
	if (rc)
		return rc;
	*out = list;
	*out_count = AC_COUNT(files);
	return 0;
}

const ac_vocabulary_item *
ac_vocabulary_find(const ac_vocabulary *list, size_t count, ac_str id)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list[i].count; k++)
			if (ac_str_eq(list[i].items[k].id, id))
				return &list[i].items[k];
	return NULL;
}

int
ac_vocabulary_check(const ac_str *ids, size_t count, ac_arena *arena, accord_err *err)
{
	const ac_vocabulary *list = NULL;
	size_t list_count = 0;
	int rc = count ? ac_vocabularies(arena, &list, &list_count, err) : 0;

	for (size_t i = 0; !rc && i < count; i++)
		if (!ac_vocabulary_find(list, list_count, ids[i]))
			rc = ac_fail(err, ACCORD_EINPUT,
			    "no vocabulary has '%.*s'; accord agree pledges --vocabulary lists what can be cited",
			    AC_FMT(ac_str_slice(ids[i], 0, AC_TEXT_NAME_MAX)));
	return rc;
}
