/* SPDX-License-Identifier: Apache-2.0 */
/* The folder and the private keys of whoever agrees. Knows nothing of what is signed. */
#include "app/agree.h"

#include "app/app.h"
#include "base/limits.h"
#include "crypto/mac.h"
#include "sys/file.h"
#include "sys/os.h"

/* A key file with its longest name; what is read of it stands in an arena. */
#define KEY_FILE_MAX (16 * AC_KIB)
#define KEY_ARENA_MAX (1 * AC_MIB)

const char *
ac_agree_dir(ac_app *app, const ac_args *args, accord_err *err)
{
	const char *dir = ac_arg(args, "dir", app->config.agree_dir);
	const char *state = dir ? NULL : ac_app_state_dir(app, err);

	if (state) {
		dir = ac_arena_printf(&app->arena, "%s/agree", state).p;
		if (ac_arena_check(&app->arena, err))
			return NULL;
	}
	return dir;
}

void
ac_agree_passphrase_init(ac_buf *buf)
{
	ac_buf_init(buf, AC_SEAL_PASSPHRASE_MAX + 2);
	(void)ac_buf_reserve(buf, AC_SEAL_PASSPHRASE_MAX + 1);
}

void
ac_agree_passphrase_done(ac_buf *buf)
{
	if (buf->p)
		ac_wipe(buf->p, buf->capacity);
	ac_buf_done(buf);
}

/* The first line, without its line feed. */
static int
first_line(ac_buf *buf, accord_err *err)
{
	ac_str text;
	int rc = ac_buf_finish(buf, &text, err);

	if (!rc)
		buf->n = ac_str_find_byte(text, '\n');
	return rc;
}

static int
read_descriptor(const char *number, ac_buf *buf, accord_err *err)
{
	uint64_t fd;
	int rc = 0;

	if (!ac_str_to_u64(ac_str_from(number), &fd) || fd > 1023)
		return ac_fail(err, ACCORD_EUSAGE, "want the number of a descriptor, got '%s'", number);
	for (;;) {
		char part[256];
		size_t n = 0;

		rc = ac_file_read((int)fd, part, sizeof(part), &n, err);
		if (rc || n == 0)
			break;
		ac_buf_add(buf, (ac_str){ part, n });
		ac_wipe(part, sizeof(part));
		if (buf->failed)
			break;
	}
	return rc;
}

static int
ask(bool is_new, ac_buf *buf, accord_err *err)
{
	ac_buf again;
	int rc = ac_terminal_passphrase(is_new ? "Passphrase for the new key: " : "Passphrase of the key: ", buf, err);

	if (rc || !is_new)
		return rc;
	ac_agree_passphrase_init(&again);
	rc = ac_terminal_passphrase("The same once more: ", &again, err);
	if (!rc && !ac_str_eq(ac_buf_view(buf), ac_buf_view(&again)))
		rc = ac_fail(err, ACCORD_EUSAGE, "the two passphrases are not the same");
	ac_agree_passphrase_done(&again);
	return rc;
}

/* From a descriptor, a file, or the terminal. */
static int
read_passphrase(const char *fd, const char *path, bool is_new, ac_buf *buf, accord_err *err)
{
	int rc;

	if (fd)
		rc = read_descriptor(fd, buf, err);
	else if (path)
		rc = ac_file_load(path, AC_SEAL_PASSPHRASE_MAX, buf, err);
	else
		rc = ask(is_new, buf, err);
	if (!rc && (fd || path))
		rc = first_line(buf, err);
	if (!rc && buf->n == 0)
		rc = ac_fail(err, ACCORD_EUSAGE, "want a passphrase, got an empty one");
	return rc;
}

int
ac_agree_passphrase(const ac_args *args, bool is_new, ac_buf *buf, accord_err *err)
{
	return read_passphrase(
	    ac_arg(args, "passphrase-fd", NULL), ac_arg(args, "passphrase-file", NULL), is_new, buf, err);
}

static int
load_key(const char *path, ac_agree_key *out, accord_err *err)
{
	ac_str text;
	int rc;

	*out = (ac_agree_key){ 0 };
	ac_arena_init(&out->arena, KEY_ARENA_MAX);
	rc = ac_file_load_text(path, KEY_FILE_MAX, &out->arena, &text, err);
	return rc ? rc : ac_keyfile_parse(text, &out->arena, &out->file, err);
}

void
ac_agree_words_init(ac_agree_words *words, const ac_args *args)
{
	*words = (ac_agree_words){ .args = args };
	ac_agree_passphrase_init(&words->buf);
}

void
ac_agree_words_done(ac_agree_words *words)
{
	ac_agree_passphrase_done(&words->buf);
}

int
ac_agree_words_read(ac_agree_words *words, ac_str *out, accord_err *err)
{
	int rc = words->is_read ? 0 : ac_agree_passphrase(words->args, false, &words->buf, err);

	words->is_read = !rc;
	*out = ac_buf_view(&words->buf);
	return rc;
}

int
ac_agree_words_open(ac_agree_words *words, const char *path, ac_agree_key *out, accord_err *err)
{
	ac_str passphrase;
	int rc = load_key(path, out, err);

	/* A file that is none is told before anybody types. */
	if (!rc)
		rc = ac_agree_words_read(words, &passphrase, err);
	return rc ? rc : ac_keyfile_open(&out->file, passphrase, &out->now, &out->next, err);
}

int
ac_agree_words_new(ac_agree_words *words, ac_buf *buf, accord_err *err)
{
	const char *fd = ac_arg(words->args, "new-passphrase-fd", NULL),
		   *path = ac_arg(words->args, "new-passphrase-file", NULL);
	ac_str same;
	int rc;

	if (fd || path || ac_arg_given(words->args, "new-passphrase"))
		return read_passphrase(fd, path, true, buf, err);
	rc = ac_agree_words_read(words, &same, err);
	if (!rc)
		ac_buf_add(buf, same);
	return rc ? rc : ac_buf_finish(buf, &same, err);
}

int
ac_agree_key_open_file(const ac_args *args, const char *path, ac_agree_key *out, accord_err *err)
{
	ac_agree_words words;
	int rc;

	ac_agree_words_init(&words, args);
	rc = ac_agree_words_open(&words, path, out, err);
	ac_agree_words_done(&words);
	return rc;
}

int
ac_agree_key_open(const ac_args *args, ac_purpose purpose, ac_agree_key *out, accord_err *err)
{
	const char *path = ac_arg(args, "key", NULL);
	int rc;

	*out = (ac_agree_key){ 0 };
	if (!path)
		return ac_fail(
		    err, ACCORD_EUSAGE, "want --key FILE, a key of the purpose %s", ac_purpose_name(purpose));
	rc = ac_agree_key_open_file(args, path, out, err);
	if (!rc && out->file.vkey.purpose != purpose)
		rc = ac_fail(err, ACCORD_EUSAGE, "%s: want a key of the purpose %s, got one of the purpose %s", path,
		    ac_purpose_name(purpose), ac_purpose_name(out->file.vkey.purpose));
	return rc;
}

void
ac_agree_key_close(ac_agree_key *key)
{
	ac_wipe(&key->now, sizeof(key->now));
	ac_wipe(&key->next, sizeof(key->next));
	ac_arena_done(&key->arena);
}
