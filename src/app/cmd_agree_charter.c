/* SPDX-License-Identifier: Apache-2.0 */
/* accord agree charter: the first version and the next ones, from proposal to acceptance. */
#include "app/agree_charter.h"
#include "base/limits.h"
#include "sys/file.h"

static const ac_option options[] = {
	AC_AGREE_DIR_OPTION,
	AC_AGREE_KEY_OPTIONS,
	{ "coalition", 0, "NAME", "new: the name of the coalition" },
	{ "expires", 0, "TIME", "new, propose: when this version ends, as 2030-01-01T00:00:00Z" },
	{ "member", 0, "NAME=FILE",
	    "new, propose: a member's keys: a key file, or lines of accord agree key show --public; repeatable" },
	{ "name", 0, "WORDS", "new, propose: a member's full name: \"us en United States\"; repeatable" },
	{ "pledge", 0, "WORDS", "new, propose: \"p1 cta-2018/1\", \"p1 en TEXT\" or \"p1 review TIME\"; repeatable" },
	{ "group", 0, "WORDS",
	    "new, propose: \"wide 5 us ca uk au nz jp\", or any or all in place of the number; repeatable" },
	{ "quorum", 0, "WORDS", "new, propose: \"statement wide\": what a kind of text takes; repeatable" },
	{ "remove-member", 0, "NAME", "propose: a member leaves; repeatable" },
	{ "remove-pledge", 0, "ID", "propose: take a pledge out; repeatable" },
	{ "remove-group", 0, "NAME", "propose: take a group out; repeatable" },
	{ "remove-quorum", 0, "KIND", "propose: take a kind of quorum out; repeatable" },
	{ "replace", 0, NULL, "new, propose, sign: give up another proposal that is not accepted" },
	{ 0 },
};

static const char proposal_name[] = "charter/proposed.note";

/* The proposal that gathers signatures; bytes {NULL, 0}: there is none. */
static int
load_proposal(ac_coalition *c, ac_str *out, accord_err *err)
{
	const char *path = NULL;
	ac_file_id id;
	int rc = ac_coalition_path(c, proposal_name, &path, err);

	*out = (ac_str){ 0 };
	if (rc || !ac_file_look(path, &id))
		return rc;
	return ac_file_load_text(path, AC_NOTE_MAX, &c->arena, out, err);
}

/* Two copies of one text as one, in the arena. */
static int
merge(ac_coalition *c, const ac_note *a, const ac_note *b, ac_str *out, accord_err *err)
{
	ac_str bytes;
	ac_buf buf;
	int rc;

	ac_buf_init(&buf, AC_NOTE_MAX);
	rc = ac_proposal_merge(&buf, a, b, err);
	if (!rc)
		rc = ac_buf_finish(&buf, &bytes, err);
	if (!rc) {
		*out = ac_arena_str(&c->arena, bytes);
		rc = ac_arena_check(&c->arena, err);
	}
	ac_buf_done(&buf);
	return rc;
}

/* Sign as a member that has a voice: by a key of the charter in force, or of the proposed one. */
static int
sign(const ac_args *args, ac_coalition *c, const ac_charter *proposed, ac_note *out, accord_err *err)
{
	const ac_charter *charters[] = { proposed, ac_chain_latest(&c->chain) };
	ac_agree_key key;
	bool counts = false;
	int rc = ac_agree_key_open_file(args, ac_arg(args, "key", NULL), &key, err);

	for (unsigned i = 0; !rc && i < AC_COUNT(charters); i++) {
		ac_chain_key *keys = NULL;
		size_t count = 0;

		if (charters[i])
			rc = ac_chain_keys(&c->chain, charters[i], &c->arena, &keys, &count, err);
		for (size_t k = 0; !rc && k < count; k++)
			counts = counts || (ac_vkey_eq(&keys[k].key.vkey, &key.file.vkey) &&
					       ac_charter_key_counts(charters[i], &keys[k].key, AC_PURPOSE_ROOT));
	}
	if (!rc && !counts)
		rc = ac_fail(err, ACCORD_EUSAGE,
		    "%s: want the root key of a member, or the sign key of one without, got %.*s+%08x",
		    ac_arg(args, "key", NULL), AC_FMT(key.file.vkey.name), key.file.vkey.id);
	if (!rc)
		rc = ac_coalition_sign(c, proposed->text, &key, out, err);
	ac_agree_key_close(&key);
	return rc;
}

/* It is the latest version now. A proposal for what it is, or for what would have come in its place, is no more. */
static int
accept(ac_app *app, ac_coalition *c, const ac_charter *charter, const ac_note *note, accord_err *err)
{
	ac_charter proposed;
	const char *path = NULL;
	ac_note other;
	ac_str bytes;
	int rc = ac_chain_save(&c->chain, c->dir, err);

	if (!rc)
		rc = load_proposal(c, &bytes, err);
	if (!rc && bytes.n && ac_proposal_parse(bytes, &c->arena, &other, NULL) == 0 &&
	    ac_charter_parse(other.text, &c->arena, &proposed, NULL) == 0 && proposed.version <= charter->version) {
		rc = ac_coalition_path(c, proposal_name, &path, err);
		if (!rc)
			rc = ac_file_remove(path, err);
	}
	return rc ? rc : ac_charter_show(app, c, charter, note, false, err);
}

/* Accepted when its quorums are met, else kept as the proposal. */
static int
settle(ac_app *app, ac_coalition *c, const ac_charter *charter, const ac_note *note, ac_str bytes, accord_err *err)
{
	const char *path = NULL;
	accord_err why = { 0 };
	int rc = ac_coalition_path(c, proposal_name, &path, err), accepted;

	if (rc)
		return rc;
	accepted = note->count ? ac_chain_add(&c->chain, bytes, &why) : ACCORD_EDENIED;
	if (accepted && accepted != ACCORD_EDENIED) {
		*err = why;
		return accepted;
	}
	if (accepted == 0)
		return accept(app, c, charter, note, err);
	rc = ac_file_replace(path, bytes, 0600, err);
	return rc ? rc : ac_charter_show(app, c, charter, note, true, err);
}

/* A wrong signature would spoil the proposal for good. Those of keys that nobody knows say nothing. */
static int
check_signatures(ac_coalition *c, const ac_charter *proposed, const ac_note *note, accord_err *err)
{
	const ac_charter *charters[] = { proposed, ac_chain_latest(&c->chain) };

	for (unsigned i = 0; note->count && i < AC_COUNT(charters); i++) {
		accord_err why = { 0 };
		bool *voices = NULL;
		int rc = charters[i] ? ac_chain_voices(&c->chain, charters[i], note, &c->arena, &voices, &why) : 0;

		if (rc && rc != ACCORD_ENOTFOUND) {
			*err = why;
			return rc;
		}
	}
	return 0;
}

/* A proposal's text and signatures: with what is there of the same one, and with a signature of ours where --key is given. */
static int
propose(ac_app *app, const ac_args *args, ac_coalition *c, const ac_note *given, accord_err *err)
{
	ac_note note = *given, more;
	ac_charter charter;
	ac_str bytes;
	int rc = load_proposal(c, &bytes, err);

	if (!rc && bytes.n) {
		rc = ac_proposal_parse(bytes, &c->arena, &more, err);
		if (!rc && ac_str_eq(more.text, given->text)) {
			rc = merge(c, &more, given, &bytes, err);
			if (!rc)
				rc = ac_proposal_parse(bytes, &c->arena, &note, err);
		} else if (!rc && !ac_arg_given(args, "replace")) {
			rc = ac_fail(err, ACCORD_EUSAGE,
			    "another proposal gathers signatures; sign it, or give it up by --replace");
		}
	}
	if (!rc)
		rc = ac_charter_parse(note.text, &c->arena, &charter, err);
	if (!rc)
		rc = check_signatures(c, &charter, &note, err);
	if (!rc && ac_arg_given(args, "key"))
		rc = sign(args, c, &charter, &more, err);
	else
		more = (ac_note){ .text = note.text };
	if (!rc)
		rc = merge(c, &note, &more, &bytes, err);
	if (!rc)
		rc = ac_proposal_parse(bytes, &c->arena, &note, err);
	return rc ? rc : settle(app, c, &charter, &note, bytes, err);
}

static int
make(ac_app *app, const ac_args *args, ac_coalition *c, accord_err *err)
{
	ac_note note = { 0 };
	int rc;

	if (c->chain.count)
		return ac_fail(err, ACCORD_EUSAGE, "there is a charter; accord agree charter propose changes it");
	rc = ac_charter_edit(app, args, c, &note.text, err);
	return rc ? rc : propose(app, args, c, &note, err);
}

static int
propose_next(ac_app *app, const ac_args *args, ac_coalition *c, accord_err *err)
{
	ac_note note = { 0 };
	int rc;

	if (!c->chain.count)
		return ac_fail(err, ACCORD_EUSAGE, "there is no charter; accord agree charter new makes one");
	rc = ac_charter_edit(app, args, c, &note.text, err);
	return rc ? rc : propose(app, args, c, &note, err);
}

/* The proposal, or a file of another member: a proposal with his signature, or an accepted version. */
static int
sign_charter(ac_app *app, const ac_args *args, ac_coalition *c, accord_err *err)
{
	const ac_charter *same;
	ac_charter charter;
	ac_note note;
	ac_str bytes;
	int rc = args->operand_count > 1 ? ac_file_load_text(args->operands[1], AC_NOTE_MAX, &c->arena, &bytes, err)
					 : load_proposal(c, &bytes, err);

	if (!rc && !bytes.n)
		rc = ac_fail(err, ACCORD_EUSAGE, "there is no proposal to sign");
	if (!rc)
		rc = ac_proposal_parse(bytes, &c->arena, &note, err);
	if (!rc)
		rc = ac_charter_parse(note.text, &c->arena, &charter, err);
	if (rc)
		return rc;
	same = ac_chain_by_digest(&c->chain, charter.digest);
	if (same)
		return ac_charter_show(app, c, same, &note, false, err);
	/* What others have accepted needs nobody's leave, whatever else is proposed here. */
	if (args->operand_count > 1 && note.count && ac_chain_add(&c->chain, bytes, NULL) == 0)
		return accept(app, c, &charter, &note, err);
	return propose(app, args, c, &note, err);
}

static int
show_version(ac_app *app, ac_coalition *c, uint64_t version, accord_err *err)
{
	const ac_charter *charter = ac_chain_at(&c->chain, version);
	ac_note note;
	int rc;

	if (!charter)
		return ac_fail(
		    err, ACCORD_ENOTFOUND, "there is no version %llu of the charter", (unsigned long long)version);
	rc = ac_note_parse(
	    c->chain.versions[version - c->chain.versions[0]->charter.version]->bytes, &c->arena, &note, err);
	return rc ? rc : ac_charter_show(app, c, charter, &note, false, err);
}

static int
show(ac_app *app, const ac_args *args, ac_coalition *c, accord_err *err)
{
	ac_str word = ac_str_from(args->operand_count > 1 ? args->operands[1] : "");
	ac_charter charter;
	uint64_t version;
	ac_note note;
	ac_str bytes;
	int rc = 0;

	if (!word.n && c->chain.count)
		return show_version(app, c, ac_chain_latest(&c->chain)->version, err);
	if (ac_str_to_u64(word, &version))
		return show_version(app, c, version, err);
	if (ac_str_eq(word, AC_S("proposed")) || !word.n)
		rc = load_proposal(c, &bytes, err);
	else
		rc = ac_file_load_text(args->operands[1], AC_NOTE_MAX, &c->arena, &bytes, err);
	if (!rc && !bytes.n)
		rc = ac_fail(err, ACCORD_ENOTFOUND, word.n ? "there is no proposal" : "there is no charter");
	if (!rc)
		rc = ac_proposal_parse(bytes, &c->arena, &note, err);
	if (!rc)
		rc = ac_charter_parse(note.text, &c->arena, &charter, err);
	if (rc)
		return rc;
	return ac_charter_show(app, c, &charter, &note, !ac_chain_by_digest(&c->chain, charter.digest), err);
}

static int
history(ac_app *app, const ac_args *args, ac_coalition *c, accord_err *err)
{
	(void)args;
	if (!c->chain.count)
		return ac_fail(err, ACCORD_ENOTFOUND, "there is no charter");
	return ac_charter_history(app, c, err);
}

static const struct {
	const char *word;
	bool writes, takes_operand;
	int (*run)(ac_app *app, const ac_args *args, ac_coalition *coalition, accord_err *err);
} words[] = {
	{ "new", true, false, make },
	{ "propose", true, false, propose_next },
	{ "sign", true, true, sign_charter },
	{ "show", false, true, show },
	{ "history", false, false, history },
};

static int
run(ac_app *app, const ac_args *args)
{
	accord_err err = { 0 };
	ac_coalition c = { .lock = -1 };
	size_t at = 0;
	int rc;

	while (at < AC_COUNT(words) && strcmp(words[at].word, args->operands[0]) != 0)
		at++;
	if (at == AC_COUNT(words) || (args->operand_count > 1 && !words[at].takes_operand)) {
		(void)ac_fail(&err, ACCORD_EUSAGE,
		    "want 'new', 'propose', 'sign [FILE]', 'show [VERSION|proposed|FILE]' or 'history'");
		return ac_app_fail(app, NULL, &err);
	}
	rc = ac_coalition_open(app, args, words[at].writes, &c, &err);
	if (!rc)
		rc = words[at].run(app, args, &c, &err);
	if (!rc)
		ac_coalition_warn(&c);
	ac_coalition_close(&c);
	return rc ? ac_app_fail(app, NULL, &err) : AC_EXIT_OK;
}

const ac_command ac_command_agree_charter = {
	.name = "agree charter",
	.operands = "new|propose|sign|show|history ...",
	.summary = "who the members of a coalition are, by which keys, what they pledge, and what a quorum is",
	.details = "new makes the first version from options; propose the next one from the version in force and what "
		   "is to change. Either is a "
		   "proposal in the member's folder (charter/proposed.note) until enough members have signed: a quorum "
		   "of the version in force and "
		   "one of its own. A new version is exactly the next one and names the digest of the one before; one "
		   "that is skipped, comes again or "
		   "was signed by new members only is refused.\n\n"
		   "sign signs the proposal with --key, the member's root key, or its sign key where the charter has "
		   "no root key of it. sign FILE takes the "
		   "copy of another member in, with the signatures that it has, and signs it when --key is given; a "
		   "version that others have "
		   "accepted is taken in the same way. Members send one another the file.\n\n"
		   "show shows the version in force, with who has signed and the state of each key; show VERSION an "
		   "earlier one, show proposed the proposal, "
		   "show FILE any copy. history says for each version who joined and left, which keys are new, "
		   "what is pledged otherwise, which rules changed, and which keys were rotated or declared "
		   "compromised under it.",
	.more = "A pledge is a text in English and French, or an item of a vocabulary (accord agree pledges "
		"--vocabulary), with the time by which members "
		"tell how they kept it. A group is a number of names, or any or all of them; names are members and "
		"groups before it. The quorums "
		"charter and statement are asked for; checkpoint asks for that many witnesses of a member's log; "
		"statements may name other kinds.",
	.examples = "accord agree charter show\naccord agree charter history\n",
	.options = options,
	.min_operands = 1,
	.max_operands = 2,
	.run = run,
};
