/* SPDX-License-Identifier: Apache-2.0 */
/* The table of readers, and choosing one by content. */
#include "learn/detect.h"

#include "learn/kinds.h"

const ac_reader_kind *const ac_reader_kinds[] = {
	&ac_reader_stix,
	&ac_reader_misp,
	&ac_reader_misp_galaxy,
	&ac_reader_misp_feed,
	&ac_reader_misp_warning,
	&ac_reader_pack,
	&ac_reader_csv,
	&ac_reader_list,
	NULL,
};

const ac_reader_kind *
ac_reader_find(ac_str name)
{
	for (size_t i = 0; ac_reader_kinds[i]; i++)
		if (ac_str_eq(ac_str_from(ac_reader_kinds[i]->name), name))
			return ac_reader_kinds[i];
	return NULL;
}

const ac_reader_kind *
ac_reader_detect(ac_str head)
{
	const ac_reader_kind *best = NULL;
	int best_score = 0;

	head = ac_str_slice(head, 0, AC_DETECT_HEAD_MAX);
	for (size_t i = 0; ac_reader_kinds[i]; i++) {
		int score = ac_reader_kinds[i]->score(head);

		if (score > best_score) {
			best = ac_reader_kinds[i];
			best_score = score;
		}
	}
	return best;
}

bool
ac_head_is_json(ac_str head)
{
	head = ac_str_trim(ac_skip_bom(head));
	return head.n && (head.p[0] == '{' || head.p[0] == '[');
}

/* What stands behind "key" and its colon, or {NULL, 0}. */
static ac_str
behind_key(ac_str head, const char *key)
{
	ac_str name = ac_str_from(key);

	while (head.n) {
		size_t at = ac_str_find(head, name);
		bool quoted = at > 0 && at + name.n < head.n && head.p[at - 1] == '"' && head.p[at + name.n] == '"';

		if (at == head.n)
			break;
		head = ac_str_slice(head, at + name.n, head.n);
		if (quoted) {
			ac_str rest = ac_str_trim(ac_str_slice(head, 1, head.n));

			if (rest.n && rest.p[0] == ':')
				return ac_str_trim(ac_str_slice(rest, 1, rest.n));
		}
	}
	return (ac_str){ NULL, 0 };
}

bool
ac_head_has_key(ac_str head, const char *key)
{
	return behind_key(head, key).p != NULL;
}

bool
ac_head_says(ac_str head, const char *key, const char *value)
{
	ac_str want = ac_str_from(value), rest = head;

	while ((rest = behind_key(rest, key)).p)
		if (rest.n > want.n + 1 && rest.p[0] == '"' && rest.p[want.n + 1] == '"' &&
		    ac_str_starts(ac_str_slice(rest, 1, rest.n), want))
			return true;
	return false;
}

char
ac_head_opens(ac_str head, const char *key)
{
	ac_str rest = behind_key(head, key);

	return rest.n ? rest.p[0] : '\0';
}
