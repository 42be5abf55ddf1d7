/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a charter by options: lines that are there, without those that are taken out or replaced, and new ones. Whether they make a charter is its reader's to say.
 */
#include "app/agree_charter.h"

#include "agree/parts.h"
#include "base/limits.h"
#include "sys/file.h"

/* Sections of a charter's text, in the order in which they are written: members stand before groups, groups before quorums. */
typedef enum edit_section { PLEDGES, KEYS, NAMES, GROUPS, QUORUMS, SECTIONS } edit_section;

static const char *const section_words[] = {
	[PLEDGES] = "pledge", [KEYS] = "member", [NAMES] = "name", [GROUPS] = "group", [QUORUMS] = "quorum"
};

/* What stands behind the line's word; lines of one section and key replace one another. p NULL: taken out. */
typedef struct edit_line {
	edit_section section;
	ac_str key;
	ac_str text;
} edit_line;

typedef struct edit {
	ac_coalition *coalition;
	ac_str name, expires;
	edit_line *lines;
	unsigned count;
} edit;

/* The first words of a line that say which one it is. */
static ac_str
first_words(ac_str text, unsigned count)
{
	size_t n = 0;

	for (; n < text.n; n++)
		if (text.p[n] == ' ' && --count == 0)
			break;
	return ac_str_slice(text, 0, n);
}

static int
set(edit *e, edit_section section, ac_str key, ac_str text, accord_err *err)
{
	for (unsigned i = 0; i < e->count; i++)
		if (e->lines[i].section == section && ac_str_eq(e->lines[i].key, key)) {
			e->lines[i].text = text;
			return 0;
		}
	e->lines = ac_text_grow(&e->coalition->arena, e->lines, e->count, sizeof(*e->lines));
	if (!e->lines)
		return ac_arena_check(&e->coalition->arena, err);
	e->lines[e->count++] = (edit_line){ section, key, text };
	return 0;
}

/* Lines whose first word is that name are taken out; false: there are none. */
static bool
take_out(edit *e, edit_section section, ac_str name)
{
	bool any = false;

	for (unsigned i = 0; i < e->count; i++)
		if (e->lines[i].section == section && e->lines[i].text.p &&
		    ac_str_eq(first_words(e->lines[i].text, 1), name)) {
			e->lines[i].text = (ac_str){ 0 };
			any = true;
		}
	return any;
}

/* A key's line: one for each purpose of a member; more when a charter has more keys of one. */
static int
set_key(edit *e, ac_str member, const ac_charter_key *key, bool replace, accord_err *err)
{
	ac_arena *arena = &e->coalition->arena;
	ac_str which = ac_arena_printf(arena, "%.*s %s", AC_FMT(member), ac_purpose_name(key->vkey.purpose)), text;
	ac_buf buf;

	ac_buf_init(&buf, AC_NOTE_MAX);
	ac_buf_add(&buf, which);
	ac_buf_add_byte(&buf, ' ');
	ac_vkey_add(&buf, &key->vkey);
	if (key->has_next) {
		ac_buf_add(&buf, AC_S(" next "));
		ac_text_add_hash(&buf, key->next);
	}
	text = ac_arena_str(arena, ac_buf_view(&buf));
	ac_buf_done(&buf);
	if (ac_arena_check(arena, err))
		return ACCORD_ENOMEM;
	if (replace)
		for (unsigned i = 0; i < e->count; i++)
			if (e->lines[i].section == KEYS && e->lines[i].text.p &&
			    ac_str_eq(first_words(e->lines[i].text, 2), which))
				e->lines[i].text = (ac_str){ 0 };
	return set(e, KEYS, text, text, err);
}

/* A key of the latest version that is in use. One that was stolen is told: who goes on with it? */
static int
take_key(edit *e, ac_str member, const ac_chain_key *key, accord_err *err)
{
	int rc = set_key(e, member, &key->key, false, err);

	if (!rc && key->compromised)
		rc = ac_warnings_add(&e->coalition->warnings, err,
		    "%.*s was declared compromised; --member %.*s=FILE replaces it", AC_FMT(key->key.vkey.name),
		    AC_FMT(member));
	return rc;
}

/* The latest version as lines. Keys that were rotated are those that came of them. */
static int
take_latest(edit *e, accord_err *err)
{
	ac_coalition *c = e->coalition;
	const ac_charter *latest = ac_chain_latest(&c->chain);
	ac_chain_key *keys = NULL;
	ac_str rest, line;
	size_t count = 0;
	int rc = ac_chain_keys(&c->chain, latest, &c->arena, &keys, &count, err);

	e->name = latest->coalition;
	for (unsigned member = 0; member < latest->member_count; member++)
		for (size_t i = 0; !rc && i < count; i++)
			if (keys[i].key.member == member && !keys[i].rotated)
				rc = take_key(e, latest->members[member].name, &keys[i], err);
	for (rest = latest->text; !rc && ac_str_next_field(&rest, '\n', &line);) {
		ac_str word = first_words(line, 1), behind = ac_str_slice(line, word.n + 1, line.n);

		if (ac_str_eq(word, AC_S("expires")))
			e->expires = behind;
		for (unsigned i = 0; !rc && i < SECTIONS; i++)
			if (i != KEYS && ac_str_eq(word, ac_str_from(section_words[i])))
				rc = set(e, (edit_section)i, first_words(behind, i == PLEDGES || i == NAMES ? 2 : 1),
				    behind, err);
	}
	return rc;
}

/* "NAME=FILE": a key file, of which only what stands in clear is read, or lines "VKEY [next HEX]". */
static int
take_member(edit *e, const char *argument, accord_err *err)
{
	ac_arena *arena = &e->coalition->arena;
	ac_str rest = ac_str_from(argument), name, text, line;
	ac_charter_key key = { .has_next = true };
	ac_keyfile file;
	int rc;

	if (!ac_str_cut(&rest, '=', &name) || !rest.n)
		return ac_fail(err, ACCORD_EUSAGE, "want --member NAME=FILE, got '%s'", argument);
	rc = ac_file_load_text(rest.p, AC_MIB, arena, &text, err);
	if (rc)
		return rc;
	if (ac_str_starts(text, AC_S("accord/key-file/"))) {
		rc = ac_keyfile_parse(text, arena, &file, err);
		if (!rc)
			rc = ac_keyfile_commitment(file.next_public, key.next, err);
		if (rc)
			return ac_fail_context(err, rest);
		key.vkey = file.vkey;
		return set_key(e, name, &key, true, err);
	}
	for (uint64_t number = 1; !rc && ac_str_next_field(&text, '\n', &line) && line.n; number++) {
		ac_line words = { .rest = line, .number = number };
		ac_str word = { 0 };

		key = (ac_charter_key){ 0 };
		rc = ac_line_word(&words, "a key", &word, err);
		if (!rc)
			rc = ac_vkey_parse(word, &key.vkey, err);
		if (!rc && key.vkey.purpose == AC_PURPOSE_ANY)
			rc = ac_line_fail(&words, err, "want a key whose name ends in its purpose");
		if (!rc && !ac_line_at_end(&words)) {
			key.has_next = true;
			rc = ac_line_word(&words, "next", &word, err);
			if (!rc)
				rc = ac_line_hash(&words, "the hash of the next key", key.next, err);
		}
		if (rc)
			return ac_fail_context(err, rest);
		rc = set_key(e, name, &key, true, err);
	}
	return rc;
}

/* A member leaves: his keys and names, and his name in groups. */
static int
take_out_member(edit *e, ac_str name, accord_err *err)
{
	if (!take_out(e, KEYS, name))
		return ac_fail(err, ACCORD_EUSAGE, "there is no member '%.*s'", AC_FMT(name));
	(void)take_out(e, NAMES, name);
	for (unsigned i = 0; i < e->count; i++) {
		ac_str rest = e->lines[i].text, word, text;
		ac_buf buf;

		if (e->lines[i].section != GROUPS || !rest.p)
			continue;
		ac_buf_init(&buf, AC_NOTE_MAX);
		for (unsigned at = 0; ac_str_next_field(&rest, ' ', &word); at++)
			if (at < 2 || !ac_str_eq(word, name)) {
				ac_buf_add(&buf, at ? AC_S(" ") : AC_S(""));
				ac_buf_add(&buf, word);
			}
		text = ac_arena_str(&e->coalition->arena, ac_buf_view(&buf));
		ac_buf_done(&buf);
		if (!text.p)
			return ac_arena_check(&e->coalition->arena, err);
		e->lines[i].text = text;
	}
	return 0;
}

static int
take_options(edit *e, const ac_args *args, accord_err *err)
{
	static const struct {
		const char *option;
		edit_section section;
		unsigned words;
	} lines[] = { { "pledge", PLEDGES, 2 }, { "name", NAMES, 2 }, { "group", GROUPS, 1 },
		{ "quorum", QUORUMS, 1 } };
	static const struct {
		const char *option;
		edit_section section;
	} removed[] = { { "remove-pledge", PLEDGES }, { "remove-group", GROUPS }, { "remove-quorum", QUORUMS } };
	const char *text;
	size_t at = 0;
	int rc = 0;

	while (!rc && (text = ac_arg_next(args, "remove-member", &at)))
		rc = take_out_member(e, ac_str_from(text), err);
	for (size_t i = 0; !rc && i < AC_COUNT(removed); i++)
		for (at = 0; !rc && (text = ac_arg_next(args, removed[i].option, &at));)
			if (!take_out(e, removed[i].section, ac_str_from(text)))
				rc = ac_fail(
				    err, ACCORD_EUSAGE, "there is no %s '%s'", section_words[removed[i].section], text);
	for (at = 0; !rc && (text = ac_arg_next(args, "member", &at));)
		rc = take_member(e, text, err);
	for (size_t i = 0; !rc && i < AC_COUNT(lines); i++)
		for (at = 0; !rc && (text = ac_arg_next(args, lines[i].option, &at));) {
			ac_str words = ac_str_from(text), cited;
			ac_str key = first_words(words, lines[i].words);

			/* A pledge cites one item, whichever. */
			if (lines[i].section == PLEDGES && ac_str_find_byte(key, '/') < key.n) {
				key = first_words(words, 1);
				cited = ac_str_slice(words, key.n + 1, words.n);
				rc = ac_vocabulary_check(&cited, 1, &e->coalition->arena, err);
				if (rc)
					return ac_fail_context(err, AC_S("--pledge"));
			}
			rc = set(e, lines[i].section, key, words, err);
		}
	return rc;
}

static void
write_text(const edit *e, const ac_charter *latest, ac_time now, ac_buf *buf)
{
	ac_text_add_kind(buf, "charter");
	ac_text_add_line(buf, "coalition", e->name);
	ac_buf_printf(buf, "version %llu\nprevious ", latest ? (unsigned long long)latest->version + 1 : 1ULL);
	if (latest)
		ac_text_add_digest(buf, latest->digest);
	else
		ac_buf_add(buf, AC_S("none"));
	ac_buf_add(buf, AC_S("\nat "));
	ac_time_add(buf, (ac_time){ now.seconds, 0 }, 0);
	ac_buf_add_byte(buf, '\n');
	ac_text_add_line(buf, "expires", e->expires);
	for (unsigned section = 0; section < SECTIONS; section++)
		for (unsigned i = 0; i < e->count; i++)
			if (e->lines[i].section == section && e->lines[i].text.p) {
				ac_buf_add_cstr(buf, section_words[section]);
				ac_buf_add_byte(buf, ' ');
				ac_text_add_words(buf, e->lines[i].text);
				ac_buf_add_byte(buf, '\n');
			}
}

/* Once through the reader, which says what is wrong, and written as the program writes it. */
static int
canonical(ac_arena *arena, ac_buf *buf, ac_str *out, accord_err *err)
{
	ac_charter charter;
	ac_str text;
	int rc = ac_buf_finish(buf, &text, err);

	if (!rc)
		text = ac_arena_str(arena, text);
	if (!rc)
		rc = ac_note_check_text(text, err);
	if (!rc)
		rc = ac_charter_parse(text, arena, &charter, err);
	if (rc)
		return rc;
	ac_buf_reset(buf);
	ac_charter_add(buf, &charter);
	rc = ac_buf_finish(buf, &text, err);
	*out = ac_arena_str(arena, text);
	return rc ? rc : ac_arena_check(arena, err);
}

int
ac_charter_edit(ac_app *app, const ac_args *args, ac_coalition *coalition, ac_str *out, accord_err *err)
{
	const ac_charter *latest = ac_chain_latest(&coalition->chain);
	edit e = { .coalition = coalition };
	ac_buf buf;
	int rc = latest ? take_latest(&e, err) : 0;

	if (ac_arg_given(args, "expires"))
		e.expires = ac_str_from(ac_arg(args, "expires", NULL));
	if (!latest)
		e.name = ac_str_from(ac_arg(args, "coalition", NULL));
	if (!rc && (!e.name.n || !e.expires.n))
		rc = ac_fail(err, ACCORD_EUSAGE, "want --coalition NAME and --expires TIME");
	if (!rc)
		rc = take_options(&e, args, err);
	if (rc)
		return rc;
	ac_buf_init(&buf, AC_NOTE_MAX);
	write_text(&e, latest, ac_app_now(app), &buf);
	rc = canonical(&coalition->arena, &buf, out, err);
	ac_buf_done(&buf);
	return rc;
}
