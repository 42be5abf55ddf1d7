/* SPDX-License-Identifier: Apache-2.0 */
/* What the options of accord agree statement draft say. Writes nothing. */
#include "app/agree_draft.h"

#include "agree/vocabulary.h"
#include "base/limits.h"
#include "sys/file.h"

/* The follow-up of that name; a new one at the end where there is none. NULL: too many. */
static ac_follow_up *
find_action(ac_follow_up *actions, size_t *count, ac_str id)
{
	for (size_t i = 0; i < *count; i++)
		if (ac_str_eq(actions[i].id, id))
			return &actions[i];
	if (*count == AC_STATEMENT_ITEMS_MAX)
		return NULL;
	actions[*count] = (ac_follow_up){ .id = id };
	return &actions[(*count)++];
}

/* Each with its time and its words; whether the names are right is asked when the draft is read again, and opened. */
int
ac_agree_draft_actions(ac_room *room, ac_statement *s, accord_err *err)
{
	ac_follow_up *actions = ac_arena_zalloc(&room->arena, AC_STATEMENT_ITEMS_MAX, sizeof(*actions)), *action;
	const char *words;
	size_t at = 0;

	if (!actions)
		return ac_arena_check(&room->arena, err);
	s->actions = actions;
	while ((words = ac_arg_next(room->args, "action", &at))) {
		ac_str rest = ac_str_from(words), id, word;

		if (!ac_str_cut(&rest, ' ', &id) || !ac_str_cut(&rest, ' ', &word))
			return ac_fail(err, ACCORD_EUSAGE,
			    "--action: want ID TIME TEXT, ID fr TEXT or ID owner NAME, got '%s'", words);
		action = find_action(actions, &s->action_count, id);
		if (!action)
			return ac_fail(err, ACCORD_ELIMIT, "--action: want at most %d", AC_STATEMENT_ITEMS_MAX);
		if (ac_str_eq(word, AC_S("owner")))
			action->owner = rest;
		else if (ac_str_eq(word, AC_S("fr")))
			action->text[AC_TONGUE_FR] = rest;
		else if (ac_time_parse_stix(word, &action->due, NULL) || action->due.nanoseconds)
			return ac_fail(err, ACCORD_EUSAGE,
			    "--action: want a time as 2027-01-01T00:00:00Z, fr or owner behind the name, got '%.*s'",
			    AC_FMT(word));
		else
			action->text[AC_TONGUE_EN] = rest;
	}
	for (size_t i = 0; i < s->action_count; i++)
		if (!actions[i].text[AC_TONGUE_EN].n || !actions[i].text[AC_TONGUE_FR].n)
			return ac_fail(err, ACCORD_EUSAGE,
			    "--action: want when %.*s is due and its words in both languages", AC_FMT(actions[i].id));
	return 0;
}

/* The statement's fields that options say. */
int
ac_agree_draft_options(ac_room *room, ac_statement *s, accord_err *err)
{
	const char *kind = ac_arg(room->args, "kind", "attribution"), *tlp = ac_arg(room->args, "tlp", "amber"),
		   *embargo = ac_arg(room->args, "embargo", NULL), *norm;
	ac_str *norms = ac_arena_zalloc(&room->arena, AC_STATEMENT_ITEMS_MAX, sizeof(*norms));
	size_t at = 0;
	unsigned i;

	if (!norms)
		return ac_arena_check(&room->arena, err);
	for (i = AC_STATEMENT_ATTRIBUTION; i <= AC_STATEMENT_NORM; i++)
		if (ac_str_eq(ac_str_from(kind), ac_str_from(ac_statement_kind_name((ac_statement_kind)i))))
			break;
	if (i > AC_STATEMENT_NORM)
		return ac_fail(
		    err, ACCORD_EUSAGE, "--kind: want attribution, incident, advice or norm, got '%s'", kind);
	s->kind = (ac_statement_kind)i;
	if (!ac_tlp_from_name(ac_str_from(tlp), &s->tlp))
		return ac_fail(
		    err, ACCORD_EUSAGE, "--tlp: want clear, green, amber, amber+strict or red, got '%s'", tlp);
	s->has_embargo = embargo != NULL;
	if (embargo && (ac_time_parse_stix(ac_str_from(embargo), &s->embargo, err) || s->embargo.nanoseconds))
		return ac_fail(err, ACCORD_EUSAGE, "--embargo: want a time as 2021-07-19T11:00:00Z, got '%s'", embargo);
	while (s->norm_count < AC_STATEMENT_ITEMS_MAX && (norm = ac_arg_next(room->args, "norm", &at)))
		norms[s->norm_count++] = ac_str_from(norm);
	s->norms = norms;
	if (ac_vocabulary_check(norms, s->norm_count, &room->arena, err))
		return ac_fail_context(err, AC_S("--norm"));
	s->quorum = ac_str_from(ac_arg(room->args, "quorum", "statement"));
	return 0;
}

int
ac_agree_draft_sources(ac_room *room, ac_draft *draft, accord_err *err)
{
	const char *from, *unmarked = ac_arg(room->args, "unmarked", NULL);
	size_t at = 0;
	int rc = 0;

	if (unmarked && !ac_tlp_from_name(ac_str_from(unmarked), &draft->unmarked))
		return ac_fail(err, ACCORD_EUSAGE,
		    "--unmarked: want clear, green, amber, amber+strict or red, got '%s'", unmarked);
	while (!rc && (from = ac_arg_next(room->args, "from", &at))) {
		ac_file_id id;
		ac_str bytes;

		if (ac_file_look(from, &id)) {
			rc = ac_file_load_text(from, AC_BUNDLE_MAX, &room->arena, &bytes, err);
			if (!rc)
				rc = ac_draft_take(draft, bytes, err);
		} else {
			rc = ac_draft_take_id(draft, ac_str_from(from), err);
		}
		if (rc)
			(void)ac_fail_context(err, ac_str_from(from));
	}
	if (!rc && !draft->claim_count)
		rc = ac_fail(err, ACCORD_EUSAGE, "want --from FILE or --from ID, what the statement is about");
	return rc;
}
