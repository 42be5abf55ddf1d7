/* SPDX-License-Identifier: Apache-2.0 */
/* What commands may use of the program: output, state, the store, exit statuses, progress. */
#include "app/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "learn/learn.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/os.h"

#define FLUSH_AT ((size_t)64 * 1024)
#define PACK_FILE "data/accord.pack"
#define PACK_PRODUCER "Accord knowledge pack"

bool
ac_app_json(const ac_app *app)
{
	return app->json;
}

bool
ac_app_colour(const ac_app *app)
{
	return app->colour;
}

ac_time
ac_app_now(const ac_app *app)
{
	return app->has_now ? app->now : ac_clock_now();
}

ac_hash_seed
ac_app_seed(const ac_app *app)
{
	return app->seed;
}

ac_buf *
ac_app_out(ac_app *app)
{
	if (app->out.n >= FLUSH_AT)
		ac_app_flush(app);
	return &app->out;
}

void
ac_app_flush(ac_app *app)
{
	accord_err err = { 0 };
	ac_str bytes;
	int rc = ac_buf_finish(&app->out, &bytes, &err);

	/* Rows on the same terminal begin at its left side, not behind the progress line. */
	if (rc == 0 && bytes.n && app->progress_shown > 0 && ac_is_terminal(STDOUT_FILENO))
		(void)fputs("\r\033[K", stderr);
	if (rc == 0 && bytes.n && !app->out_failed)
		rc = ac_file_write_all(STDOUT_FILENO, bytes, &err);
	if (rc < 0 && !app->out_failed) {
		app->out_failed = true;
		ac_log_error("standard output", &err);
	}
	ac_buf_reset(&app->out);
}

void
ac_out(ac_app *app, const char *format, ...)
{
	ac_buf *out = ac_app_out(app);
	va_list args;
	char *text = NULL;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n >= 0)
		ac_buf_add(out, (ac_str){ text, (size_t)n });
	free(text);
}

int
ac_exit_of(int code)
{
	switch ((accord_code)code) {
	case ACCORD_OK:
		return AC_EXIT_OK;
	case ACCORD_EUSAGE:
	case ACCORD_EVERSION:
		return AC_EXIT_USAGE;
	case ACCORD_EINPUT:
	case ACCORD_ELIMIT:
		return AC_EXIT_INPUT;
	case ACCORD_EIO:
		return AC_EXIT_IO;
	case ACCORD_EDENIED:
		return AC_EXIT_DENIED;
	case ACCORD_ENOTFOUND:
		return AC_EXIT_NO;
	case ACCORD_ENOMEM:
	case ACCORD_EINTERNAL:
		break;
	}
	return AC_EXIT_INTERNAL;
}

int
ac_exit_worse(int a, int b)
{
	/* Gravest first. */
	static const int order[] = { AC_EXIT_INTERNAL, AC_EXIT_IO, AC_EXIT_DENIED, AC_EXIT_USAGE, AC_EXIT_INPUT,
		AC_EXIT_NO };

	for (size_t i = 0; i < AC_COUNT(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return AC_EXIT_OK;
}

int
ac_app_fail(ac_app *app, const char *path, const accord_err *err)
{
	ac_app_flush(app);
	ac_log_error(path, err);
	return ac_exit_of(err->code);
}

/* XDG Base Directory Specification: a relative $XDG_DATA_HOME is ignored. */
static const char *
default_state_dir(ac_app *app, accord_err *err)
{
	const char *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (base && base[0] == '/')
		return ac_arena_printf(&app->arena, "%s/accord", base).p;
	if (home && home[0])
		return ac_arena_printf(&app->arena, "%s/.local/share/accord", home).p;
	(void)ac_fail(err, ACCORD_EUSAGE, "want --db, $XDG_DATA_HOME or $HOME: none is set");
	return NULL;
}

/* The folder of a store's URI: of "sqlite:PATH" the one that PATH lies in. */
static const char *
dir_of_uri(ac_app *app, const char *uri)
{
	ac_str path = ac_str_from(uri);
	size_t slash;

	if (!ac_str_starts(path, AC_S("sqlite:")))
		return uri;
	path = ac_str_slice(path, sizeof("sqlite:") - 1, path.n);
	for (slash = path.n; slash > 0 && path.p[slash - 1] != '/'; slash--)
		continue;
	return slash > 1 ? ac_arena_str(&app->arena, ac_str_slice(path, 0, slash - 1)).p : ".";
}

static const char *
store_uri(ac_app *app, accord_err *err)
{
	const char *uri = ac_arg(&app->args, "db", app->config.store_db);

	return uri ? uri : default_state_dir(app, err);
}

const char *
ac_app_state_dir(ac_app *app, accord_err *err)
{
	if (!app->state_dir) {
		const char *uri = store_uri(app, err);

		app->state_dir = uri ? dir_of_uri(app, uri) : NULL;
	}
	return app->state_dir;
}

/* Folders that may hold the shipped files, best first; NULL entries are left out. */
const char *
ac_app_data_path(ac_app *app, const char *name, accord_err *err)
{
	const char *folders[4] = { getenv("ACCORD_DATA_DIR"), NULL, ACCORD_DATA_DIR, ACCORD_SOURCE_DIR };
	char self[AC_PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));

	while (n > 0 && self[n - 1] != '/')
		n--;
	if (n > 0 && (size_t)n < sizeof(self))
		folders[1] = ac_arena_printf(&app->arena, "%.*s../share/accord", (int)n, self).p;
	for (size_t i = 0; i < AC_COUNT(folders); i++) {
		const char *path = folders[i] ? ac_arena_printf(&app->arena, "%s/%s", folders[i], name).p : NULL;

		if (path && access(path, R_OK) == 0)
			return path;
	}
	(void)ac_fail(err, ACCORD_EIO, "want the shipped file %s, it is not there (set ACCORD_DATA_DIR)", name);
	return NULL;
}

static ac_time
store_clock(void *payload)
{
	return ac_app_now(payload);
}

static int
load_pack(ac_app *app, ac_store *store, accord_err *err)
{
	const char *path = ac_app_data_path(app, PACK_FILE, err);
	ac_learn_options options = {
		.producer = AC_S(PACK_PRODUCER), .kind = AC_S("pack"), .sandbox = app->sandbox, .now = ac_app_now(app)
	};
	ac_learn *learn = NULL;
	int rc = path ? ac_learn_open(store, &options, &learn, err) : ACCORD_EIO;

	if (rc == 0)
		rc = ac_learn_path(learn, path, err);
	if (rc == 0 && ac_learn_outcome(learn) < 0)
		rc = ac_fail(err, ACCORD_EINTERNAL, "%s: the knowledge pack is damaged", path);
	(void)ac_learn_close(learn);
	return rc;
}

/* A new store is one in which nothing was ever learned, not even the pack: also one whose first filling was interrupted. */
static int
fill_new_store(ac_app *app, const char *uri, ac_store_options options, accord_err *err)
{
	ac_store *store = NULL;
	ac_str filled;
	int rc;

	options.mode = AC_STORE_WRITE;
	options.create = true;
	rc = ac_dir_make(dir_of_uri(app, uri), err);
	if (rc == 0)
		rc = ac_store_open(uri, &options, &store, err);
	if (rc == 0)
		rc = ac_store_setting_get(store, AC_S("pack"), &app->arena, &filled, err);
	if (rc == 0 && filled.n == 0) {
		if (app->with_pack)
			rc = load_pack(app, store, err);
		if (rc == 0)
			rc = ac_store_begin(store, err);
		if (rc == 0)
			rc = ac_store_setting_put(
			    store, AC_S("pack"), app->with_pack ? AC_S("loaded") : AC_S("none"), err);
		if (rc == 0)
			rc = ac_store_commit(store, err);
	}
	(void)ac_store_close(store);
	return rc;
}

static bool
store_exists(ac_app *app, const char *uri)
{
	bool is_file = ac_str_starts(ac_str_from(uri), AC_S("sqlite:"));
	const char *path = is_file ? uri + sizeof("sqlite:") - 1 : ac_arena_printf(&app->arena, "%s/accord.db", uri).p;

	return path && access(path, F_OK) == 0;
}

/* A store whose pack is not marked as loaded is filled first. */
static int
open_filled(ac_app *app, const char *uri, const ac_store_options *options, ac_store **out, accord_err *err)
{
	ac_str filled = { 0 };
	int rc = store_exists(app, uri) ? ac_store_open(uri, options, out, err) : ACCORD_ENOTFOUND;

	if (rc == 0)
		rc = ac_store_setting_get(*out, AC_S("pack"), &app->arena, &filled, err);
	if (rc == 0 && filled.n)
		return 0;
	if (rc < 0 && rc != ACCORD_ENOTFOUND)
		return rc;
	*out = ac_store_close(*out);
	rc = fill_new_store(app, uri, *options, err);
	return rc == 0 ? ac_store_open(uri, options, out, err) : rc;
}

int
ac_app_store_at(ac_app *app, const char *uri, ac_store_mode mode, ac_store **out, accord_err *err)
{
	ac_store_options options = { .mode = mode, .now = store_clock, .now_payload = app, .seed = app->seed };
	ac_store *store = NULL;
	int rc = open_filled(app, uri, &options, &store, err);

	if (rc < 0) {
		(void)ac_store_close(store);
		return rc;
	}
	*out = store;
	return 0;
}

int
ac_app_store(ac_app *app, ac_store_mode mode, ac_store **out, accord_err *err)
{
	const char *uri = store_uri(app, err);
	int rc = uri ? 0 : ACCORD_EUSAGE;

	if (rc == 0 && app->store && app->store_mode == AC_STORE_READ && mode == AC_STORE_WRITE)
		app->store = ac_store_close(app->store);
	if (rc == 0 && !app->store) {
		rc = ac_app_store_at(app, uri, mode, &app->store, err);
		app->store_mode = mode;
	}
	if (rc == 0)
		*out = app->store;
	return rc;
}

int
ac_app_store_beside(ac_app *app, ac_store **out, accord_err *err)
{
	const char *uri = store_uri(app, err);

	return uri ? ac_app_store_at(app, uri, AC_STORE_READ, out, err) : ACCORD_EUSAGE;
}

/* At most ten lines a second; the rate is over the whole run. */
void
ac_app_progress(ac_app *app, const char *what, uint64_t done, uint64_t total)
{
	double now = ac_clock_monotonic(), rate;

	if (!ac_is_terminal(STDERR_FILENO))
		return;
	/* Fewer bytes than before: of another input. */
	if (app->progress_started == 0 || done < app->progress_last) {
		app->progress_started = now;
		app->progress_first = done;
	}
	app->progress_last = done;
	if (now - app->progress_shown < 0.1)
		return;
	app->progress_shown = now;
	rate = now > app->progress_started ? (double)(done - app->progress_first) / (now - app->progress_started) : 0;
	(void)fprintf(stderr, "\r\033[K%s %.1f MB", what, (double)done / 1e6);
	if (rate > 0)
		(void)fprintf(stderr, rate < 1e9 ? ", %.1f MB/s" : ", %.2f GB/s", rate < 1e9 ? rate / 1e6 : rate / 1e9);
	if (total > done && rate > 0)
		(void)fprintf(stderr, ", %.0f %%, %.0f s left", 100.0 * (double)done / (double)total,
		    (double)(total - done) / rate);
	(void)fflush(stderr);
}

void
ac_app_progress_end(ac_app *app)
{
	if (app->progress_shown > 0)
		(void)fputs("\r\033[K", stderr);
	app->progress_started = app->progress_shown = 0;
}
