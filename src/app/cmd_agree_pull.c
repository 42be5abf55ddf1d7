/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree pull: another member's folder. What is taken of it, is decided in agree/pull.c. */
#include "agree/pull.h"

#include "agree/pull_charters.h"
#include "agree/pull_notes.h"
#include "app/agree.h"
#include "app/agree_keys.h"
#include "app/agree_log.h"
#include "app/agree_objects.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "sys/file.h"

/* All versions of a charter, with what is tried of them. */
#define PULL_ARENA_MAX (256 * AC_MIB)

static const ac_option options[] = {
	AC_AGREE_DIR_OPTION,
	{ "trust", 0, "KEY", "a key of a log or witness: name+id+base64, or a file with one a line (again for more)" },
	{ 0 },
};

typedef struct telling {
	ac_app *app;
	int status;
} telling;

static void
show_json(ac_app *app, const ac_pulled *p)
{
	ac_json_writer w;

	ac_json_writer_init(&w, ac_app_out(app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pull/1"));
	ac_jw_key_string(&w, AC_S("origin"), p->origin);
	ac_jw_key_string(&w, AC_S("place"), ac_str_from(p->place));
	ac_jw_key_string(&w, AC_S("result"), ac_str_from(ac_pull_result_name(p->result)));
	ac_jw_key_u64(&w, AC_S("old_size"), p->old_size);
	ac_jw_key_u64(&w, AC_S("size"), p->size);
	if (*p->reason)
		ac_jw_key_string(&w, AC_S("reason"), ac_str_from(p->reason));
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(app), '\n');
}

/* What has grown is an answer; what is wrong besides an alarm. */
static int
on_pulled(void *payload, const ac_pulled *p, accord_err *err)
{
	telling *t = payload;
	accord_err alarm = { .code = ACCORD_EDENIED };

	(void)err;
	if (ac_app_json(t->app)) {
		show_json(t->app, p);
	} else if (p->result == AC_PULL_GROWN) {
		ac_utf8_add_visible(ac_app_out(t->app), p->origin, AC_NOTE_NAME_MAX);
		ac_out(t->app, ": %llu leaves, %llu of them new, from %s\n", (unsigned long long)p->size,
		    (unsigned long long)(p->size - p->old_size), p->place);
	}
	if (!*p->reason)
		return 0;
	(void)ac_fail(&alarm, ACCORD_EDENIED, "%s: %.*s: %s: %s", ac_pull_result_name(p->result), AC_FMT(p->origin),
	    p->place, p->reason);
	(void)ac_app_fail(t->app, NULL, &alarm);
	t->status = AC_EXIT_NO;
	return 0;
}

/* What is wrong with the other's folder, or with somebody's log, is said and the rest is done. */
static void
alarm_of(telling *t, const char *what, uint64_t count, const char *reason)
{
	accord_err refused = { 0 };

	(void)ac_fail(&refused, ACCORD_EDENIED, "%llu %s are refused, the last of them %s", (unsigned long long)count,
	    what, reason);
	(void)ac_app_fail(t->app, NULL, &refused);
	t->status = AC_EXIT_NO;
}

static void
show_charters(ac_app *app, const ac_pulled_charters *c)
{
	ac_json_writer w;

	if (!ac_app_json(app)) {
		if (c->versions || c->changes)
			ac_out(app, "%llu versions of the charter, %llu changes of keys\n",
			    (unsigned long long)c->versions, (unsigned long long)c->changes);
		return;
	}
	ac_json_writer_init(&w, ac_app_out(app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pull/1"));
	ac_jw_key_string(&w, AC_S("place"), AC_S("charter"));
	ac_jw_key_u64(&w, AC_S("versions"), c->versions);
	ac_jw_key_u64(&w, AC_S("changes"), c->changes);
	ac_jw_key_u64(&w, AC_S("refused"), c->refused);
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(app), '\n');
}

/* The chain of the folder, with what the other's adds to it. No charter: none, and nothing is taken in its place. */
static int
take_charters(const ac_pull *p, telling *t, ac_chain *chain, accord_err *err)
{
	ac_warnings warnings = { .arena = chain->arena };
	ac_pulled_charters taken;
	int rc = ac_chain_load(chain, p->dir, &warnings, err);

	if (rc == ACCORD_ENOTFOUND) {
		*err = (accord_err){ 0 };
		return 0;
	}
	if (!rc)
		rc = ac_pull_charters(chain, p->dir, p->from, &taken, err);
	if (rc)
		return rc;
	show_charters(t->app, &taken);
	if (taken.refused)
		alarm_of(t, "charters or changes of keys", taken.refused, taken.reason);
	return 0;
}

/* The keys of all members, of all versions of the charter: what their logs, witnesses and notes are known by. */
static int
trust_members(const ac_chain *chain, ac_arena *arena, ac_trust *trust, accord_err *err)
{
	int rc = 0;

	for (unsigned i = 0; !rc && i < chain->count; i++) {
		ac_chain_key *keys;
		size_t count;

		rc = ac_chain_keys(chain, &chain->versions[i]->charter, arena, &keys, &count, err);
		for (size_t k = 0; !rc && k < count; k++)
			rc = ac_agree_trust_key(trust, &keys[k].key.vkey, arena, err);
	}
	return rc;
}

static void
show_notes(ac_app *app, const ac_pulled_notes *n)
{
	ac_json_writer w;

	if (!ac_app_json(app)) {
		if (n->notes)
			ac_out(app, "%llu notes, %llu bundles of evidence\n", (unsigned long long)n->notes,
			    (unsigned long long)n->bundles);
		return;
	}
	ac_json_writer_init(&w, ac_app_out(app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.pull/1"));
	ac_jw_key_string(&w, AC_S("place"), AC_S("notes"));
	ac_jw_key_u64(&w, AC_S("notes"), n->notes);
	ac_jw_key_u64(&w, AC_S("bundles"), n->bundles);
	ac_jw_key_u64(&w, AC_S("refused"), n->refused);
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(app), '\n');
}

/* What members signed, and what of it is published, as objects of the store. */
static int
take_notes(ac_app *app, const ac_pull *p, telling *t, accord_err *err)
{
	uint64_t new_ones, statements;
	ac_pulled_notes notes;
	int rc = ac_pull_notes(p->dir, p->from, p->keys, p->key_count, &notes, err);

	if (rc)
		return rc;
	show_notes(app, &notes);
	if (notes.refused)
		alarm_of(t, "notes", notes.refused, notes.reason);
	return ac_agree_store_objects(app, p->dir, NULL, &new_ones, &statements, err);
}

static int
pull(ac_app *app, const ac_args *args, ac_arena *arena, telling *t, accord_err *err)
{
	const char *dir = ac_agree_dir(app, args, err);
	ac_whom whom = { 0 };
	ac_trust trust = { 0 };
	ac_vkey own;
	ac_pull p = { .dir = dir, .from = args->operands[0], .on_pulled = on_pulled, .payload = t };
	ac_chain chain;
	const ac_chain *const chains[] = { &chain };
	ac_keyring ring;
	ac_file_id id;
	int rc = dir ? ac_agree_whom(args, "trust", arena, &whom, err) : err->code;

	trust = whom.trust;
	ring = (ac_keyring){ trust.keys, trust.count, chains, 1 };
	p.ring = &ring;
	ac_chain_init(&chain, arena);
	if (!rc && (!ac_file_look(p.from, &id) || !id.is_folder))
		rc = ac_fail(err, ACCORD_EIO, "%s: want the folder of another member", p.from);
	if (!rc)
		rc = take_charters(&p, t, &chain, err);
	if (!rc)
		rc = trust_members(&chain, arena, &trust, err);
	if (!rc) {
		rc = ac_agree_own_log(dir, arena, &own, err);
		if (rc == ACCORD_ENOTFOUND)
			rc = 0;
		else if (!rc) {
			p.own = &own;
			/* Others' copies of one's own log are compared with it. */
			rc = ac_agree_trust_key(&trust, &own, arena, err);
		}
	}
	p.keys = trust.keys;
	p.key_count = trust.count;
	if (!rc)
		rc = ac_pull_folder(&p, err);
	return rc || !chain.count ? rc : take_notes(app, &p, t, err);
}

static int
run(ac_app *app, const ac_args *args)
{
	telling t = { app, AC_EXIT_OK };
	accord_err err = { 0 };
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, PULL_ARENA_MAX);
	rc = pull(app, args, &arena, &t, &err);
	ac_arena_done(&arena);
	return rc ? ac_exit_worse(t.status, ac_app_fail(app, NULL, &err)) : t.status;
}

const ac_command ac_command_agree_pull = {
	.name = "agree pull",
	.operands = "DIR",
	.summary = "take in another member's folder: his log, the copies that he holds, and what he has seen of others",
	.details =
	    "DIR is another member's folder, however it came here: copied, mounted, synchronised. His own log and the "
	    "copies of logs that he holds are taken into \"peers\" of the member's folder, for every log whose key is "
	    "in the member's charter or given by --trust: when the checkpoint is signed by the log, and the log has "
	    "only grown since the copy "
	    "that "
	    "is held here. Leaves are read and every hash computed anew; nothing else of DIR is believed. Links in it "
	    "are not followed. Versions of the charter that follow the one in force come in first, with changes of "
	    "keys, "
	    "by the same rule as by accord agree charter sign. Notes that members of the charter have signed come in "
	    "as "
	    "well, with the bundles of "
	    "evidence that they cite; what of it is published appears in the store.\n\n"
	    "Every checkpoint in DIR, also of logs that he has cosigned, is compared with what is held here, and those "
	    "of the member's own log with it. Two trees that a log's key has signed and that contradict each other are "
	    "an alarm, and the proof is kept in \"misbehaviour\", to be shown to anybody (see accord verify). A tree "
	    "of "
	    "one's own log that is larger than the log is an alarm too.\n\n"
	    "Exit status: 0 all is well, 1 something was refused or is an alarm, 4 a file cannot be read or written, 5 "
	    "one's own copy is not what it was.",
	.examples = "accord agree pull members/us --trust logs.txt\n",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
