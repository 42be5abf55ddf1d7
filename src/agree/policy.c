/* SPDX-License-Identifier: Apache-2.0 */
/* Policies of logs and witnesses, and checkpoints under them. */
#include "agree/policy.h"

#include "agree/checkpoint.h"
#include <stdio.h>

#include "base/limits.h"

typedef struct reading {
	ac_arena *arena;
	ac_vkey logs[AC_POLICY_KEYS_MAX], witnesses[AC_POLICY_KEYS_MAX];
	unsigned places[AC_POLICY_KEYS_MAX];
	ac_policy policy;
	bool has_quorum;
} reading;

/* A key that is not among those of its kind yet; two are one when they wrap one public key, whatever their names. */
static int
take_key(ac_str text, ac_purpose purpose, ac_vkey *keys, unsigned *count, accord_err *err)
{
	ac_vkey key;
	int rc = ac_vkey_parse(text, &key, err);

	if (rc)
		return rc;
	if ((purpose == AC_PURPOSE_WITNESS) != (key.type == AC_NOTE_COSIGNATURE) ||
	    (key.purpose != AC_PURPOSE_ANY && key.purpose != purpose))
		return ac_fail(
		    err, ACCORD_EINPUT, "want a key for a %s, got '%.*s'", ac_purpose_name(purpose), AC_FMT(text));
	key.purpose = purpose;
	for (unsigned i = 0; i < *count; i++)
		if (memcmp(keys[i].public_key, key.public_key, sizeof(key.public_key)) == 0)
			return ac_fail(err, ACCORD_EINPUT, "the key of %.*s is given twice", AC_FMT(key.name));
	if (*count == AC_POLICY_KEYS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d keys of a kind", AC_POLICY_KEYS_MAX);
	keys[(*count)++] = key;
	return 0;
}

/* A URL may follow a key; nothing else. */
static int
check_rest(ac_str rest, unsigned most, accord_err *err)
{
	ac_str word;

	for (unsigned i = 0; ac_policy_word(&rest, &word); i++)
		if (i == most)
			return ac_fail(err, ACCORD_EINPUT, "want the end of the line, got '%.*s'",
			    AC_FMT(ac_str_slice(word, 0, 60)));
	return 0;
}

static int
take_log(reading *r, ac_str rest, accord_err *err)
{
	ac_str vkey = { 0 };
	int rc;

	(void)ac_policy_word(&rest, &vkey);
	rc = take_key(vkey, AC_PURPOSE_LOG, r->logs, &r->policy.log_count, err);
	return rc ? rc : check_rest(rest, 1, err);
}

static int
take_witness(reading *r, ac_str rest, accord_err *err)
{
	ac_str name = { 0 }, vkey = { 0 };
	unsigned place = 0;
	int rc;

	(void)ac_policy_word(&rest, &name);
	(void)ac_policy_word(&rest, &vkey);
	rc = take_key(vkey, AC_PURPOSE_WITNESS, r->witnesses, &r->policy.witness_count, err);
	if (!rc)
		rc = ac_quorum_add_name(&r->policy.quorum, name, &place, err);
	if (rc)
		return rc;
	r->places[r->policy.witness_count - 1] = place;
	return check_rest(rest, 1, err);
}

static int
take_group(reading *r, ac_str rest, accord_err *err)
{
	return ac_quorum_add_group(&r->policy.quorum, rest, err);
}

static int
take_quorum(reading *r, ac_str rest, accord_err *err)
{
	ac_str name = { 0 };

	(void)ac_policy_word(&rest, &name);
	if (r->has_quorum)
		return ac_fail(err, ACCORD_EINPUT, "want one quorum, got a second");
	r->has_quorum = true;
	r->policy.needs_none = ac_str_eq(name, AC_S("none"));
	r->policy.needs = ac_quorum_find(&r->policy.quorum, name);
	if (!r->policy.needs_none && r->policy.needs == r->policy.quorum.count)
		return ac_fail(
		    err, ACCORD_EINPUT, "want a quorum of a name that is defined before, got '%.*s'", AC_FMT(name));
	return check_rest(rest, 0, err);
}

static const struct {
	ac_str word;
	int (*take)(reading *r, ac_str rest, accord_err *err);
} kinds[] = {
	{ AC_S_INIT("log"), take_log },
	{ AC_S_INIT("witness"), take_witness },
	{ AC_S_INIT("group"), take_group },
	{ AC_S_INIT("quorum"), take_quorum },
};

static int
take_line(reading *r, ac_str line, accord_err *err)
{
	ac_str word;

	for (size_t i = 0; i < line.n; i++)
		if (((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t') || line.p[i] == 0x7f)
			return ac_fail(err, ACCORD_EINPUT,
			    "want no control characters but tab and line feed, got 0x%02x",
			    (unsigned)(unsigned char)line.p[i]);
	if (!ac_policy_word(&line, &word) || word.p[0] == '#')
		return 0;
	for (size_t i = 0; i < AC_COUNT(kinds); i++)
		if (ac_str_eq(word, kinds[i].word))
			return kinds[i].take(r, line, err);
	return ac_fail(err, ACCORD_EINPUT, "want 'log', 'witness', 'group' or 'quorum', got '%.*s'",
	    AC_FMT(ac_str_slice(word, 0, 40)));
}

/* Logs and witnesses behind one another, in the arena. */
static int
finish(reading *r, ac_policy *out, accord_err *err)
{
	ac_policy *p = &r->policy;

	p->keys = ac_arena_zalloc(r->arena, p->log_count + p->witness_count + 1, sizeof(*p->keys));
	p->places = ac_arena_zalloc(r->arena, p->witness_count + 1, sizeof(*p->places));
	if (!p->keys || !p->places)
		return ac_arena_check(r->arena, err);
	memcpy(p->keys, r->logs, p->log_count * sizeof(*p->keys));
	memcpy(p->keys + p->log_count, r->witnesses, p->witness_count * sizeof(*p->keys));
	memcpy(p->places, r->places, p->witness_count * sizeof(*p->places));
	*out = *p;
	return 0;
}

int
ac_policy_parse(ac_str text, ac_arena *arena, ac_policy *out, accord_err *err)
{
	reading *r = ac_arena_zalloc(arena, 1, sizeof(*r));
	ac_str rest = text, line;

	if (!r)
		return ac_arena_check(arena, err);
	if (text.n > AC_NOTE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a policy of at most %zu bytes, got %zu", (size_t)AC_NOTE_MAX, text.n);
	r->arena = arena;
	ac_quorum_init(&r->policy.quorum, arena, false);
	for (uint64_t number = 1; rest.n; number++) {
		int rc;

		if (!ac_str_cut(&rest, '\n', &line))
			return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0, "line %llu: want a line feed at the end",
			    (unsigned long long)number);
		rc = take_line(r, line, err);
		if (rc) {
			char place[40];

			if (err)
				err->line = number;
			(void)snprintf(place, sizeof(place), "line %llu", (unsigned long long)number);
			return err ? ac_fail_context(err, ac_str_from(place)) : rc;
		}
	}
	if (!r->has_quorum)
		return ac_fail(err, ACCORD_EINPUT, "want a quorum, got none");
	return finish(r, out, err);
}

int
ac_policy_judge(const ac_policy *p, const ac_note *note, ac_arena *arena, ac_policy_verdict *out, accord_err *err)
{
	bool *present = ac_arena_zalloc(arena, p->quorum.count + 1, sizeof(*present));
	ac_policy_verdict v = { .is_met = true };
	ac_note_verdict signers;
	int rc;

	if (!present)
		return ac_arena_check(arena, err);
	rc = ac_note_verify(note, p->keys, p->log_count + p->witness_count, arena, &signers, err);
	if (rc)
		return rc;
	for (unsigned i = 0; i < p->log_count; i++)
		if (signers.signed_by[i])
			v.log = &p->keys[i];
	if (!v.log)
		return ac_fail(err, ACCORD_ENOTFOUND, "none of the policy's logs has signed the checkpoint");
	for (unsigned i = 0; i < p->witness_count; i++) {
		uint64_t time = signers.times[p->log_count + i];

		if (!signers.signed_by[p->log_count + i])
			continue;
		present[p->places[i]] = true;
		v.oldest = v.witnesses == 0 || time < v.oldest ? time : v.oldest;
		v.latest = time > v.latest ? time : v.latest;
		v.witnesses++;
	}
	if (!p->needs_none)
		rc = ac_quorum_is_met(&p->quorum, p->needs, present, arena, &v.is_met, err);
	if (!rc)
		*out = v;
	return rc;
}
