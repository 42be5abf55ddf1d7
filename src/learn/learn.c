/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The learning parent: walks paths, sends raw bytes to the parse role, and looks after roles that die, files that vanish and feeds. It never looks into what it reads.
 */
#include "learn/learn.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "learn/make.h"
#include "learn/session.h"
#include "sys/file.h"
#include "sys/os.h"

#define CHUNK_SIZE (256 * AC_KIB)
#define FOLDERS_MAX 1000000
#define MANIFEST "manifest.json"

/* ---- opening and closing ---- */

int
ac_learn_open(ac_store *store, const ac_learn_options *options, ac_learn **out, accord_err *err)
{
	ac_learn *learn;

	if (!store && !options->dry_run)
		return ac_fail(err, ACCORD_EUSAGE, "want a store to learn into, got none");
	if (options->kind.n && !ac_reader_find(options->kind))
		return ac_fail(err, ACCORD_EUSAGE,
		    "want a kind of input such as stix, misp, misp-galaxy, misp-feed, csv or list, got '%.*s'",
		    AC_FMT(options->kind));
	learn = calloc(1, sizeof(*learn));
	if (!learn)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for learning");
	learn->store = store;
	learn->options = *options;
	ac_arena_init(&learn->arena, AC_LEARN_ARENA_MAX);
	ac_arena_init(&learn->record, AC_FRAME_MAX * 4);
	ac_buf_init(&learn->producer, 64 * AC_KIB);
	ac_map_init(&learn->sources, ac_random_seed(), AC_LEARN_SOURCES_MAX);
	ac_map_init(&learn->folders, ac_random_seed(), FOLDERS_MAX);
	learn->options.producer = ac_arena_str(&learn->arena, options->producer);
	learn->options.kind = ac_arena_str(&learn->arena, options->kind);
	*out = learn;
	return 0;
}

ac_learn *
ac_learn_close(ac_learn *learn)
{
	accord_err ignored = { 0 };

	if (!learn)
		return NULL;
	if (!learn->finished && !learn->store_failed && ac_learn_finish(learn, &ignored) < 0)
		ac_learn_rollback(learn);
	ac_learn_rollback(learn);
	learn->role = ac_role_stop(learn->role);
	ac_buf_done(&learn->producer);
	ac_map_done(&learn->sources);
	ac_map_done(&learn->folders);
	ac_arena_done(&learn->arena);
	ac_arena_done(&learn->record);
	free(learn->listed);
	free(learn);
	return NULL;
}

/* ---- one input ---- */

/* The file's name without folder and endings, of which a compressed one has two. */
static ac_str
stem_of(const char *path)
{
	static const ac_str compressed[] = { AC_S_INIT(".gz"), AC_S_INIT(".zst") };
	ac_str name = ac_str_from(path);
	size_t dot;

	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/') {
			name = ac_str_slice(name, i, name.n);
			break;
		}
	if (ac_str_eq(name, AC_S("-")))
		return AC_S("stdin");
	for (size_t i = 0; i < AC_COUNT(compressed); i++)
		if (ac_str_ends(name, compressed[i]))
			name = ac_str_slice(name, 0, name.n - compressed[i].n);
	for (dot = name.n; dot > 1 && name.p[dot - 1] != '.'; dot--)
		continue;
	return dot > 1 ? ac_str_slice(name, 0, dot - 1) : name;
}

void
ac_learn_drop_role(ac_learn *learn)
{
	learn->role = ac_role_stop(learn->role);
}

static int
send(ac_learn *learn, ac_wire_kind kind, ac_str bytes, accord_err *err)
{
	return ac_role_send(learn->role, (ac_frame){ kind, bytes }, ac_learn_on_frame, learn, err);
}

static int
begin_input(ac_learn *learn, const char *path, accord_err *err)
{
	ac_wire_begin begin = { .kind = learn->options.kind,
		.producer = learn->options.producer,
		.name = ac_str_slice(ac_str_from(path), 0, AC_PATH_MAX),
		.now = learn->options.now,
		.strict = learn->options.strict,
		.repairs_off = learn->options.repairs_off };
	ac_str bytes;
	ac_buf frame;
	int rc = 0;

	learn->path = ac_learn_keep(learn, path);
	learn->stem = stem_of(learn->path);
	learn->ended = learn->is_feed = learn->wanted = false;
	learn->input_refused = 0;
	learn->listed_count = 0;
	learn->report.inputs++;
	if (learn->options.producer.n)
		ac_learn_set_producer(learn, learn->options.producer);
	else
		ac_learn_set_told_producer(learn, learn->stem);
	if (!learn->role)
		rc = ac_role_start("parse", learn->options.sandbox, &learn->role, err);
	ac_buf_init(&frame, 2 * AC_MIB);
	ac_wire_add_begin(&frame, &begin);
	if (rc == 0)
		rc = ac_buf_finish(&frame, &bytes, err);
	if (rc == 0)
		rc = send(learn, AC_WIRE_BEGIN, bytes, err);
	ac_buf_done(&frame);
	return rc;
}

/*
 * Something broke while this input was learned. The store: the run is over. The role: this input's rest is lost, and the next one gets a new role.
 */
static int
input_broke(ac_learn *learn, int rc, accord_err *err)
{
	accord_err what = *err;

	if (learn->store_failed || rc == ACCORD_ENOMEM)
		return rc;
	ac_learn_drop_role(learn);
	what.code = rc == ACCORD_ELIMIT ? ACCORD_ELIMIT : ACCORD_EIO;
	ac_learn_refuse(learn, rc == ACCORD_ELIMIT ? AC_S("over-limit") : AC_S("role-ended"), &what);
	return 0;
}

/* The role has all bytes: wait until it has said everything. */
static int
end_input(ac_learn *learn, ac_wire_kind how, accord_err *err)
{
	int rc = 0;

	if (!learn->ended)
		rc = send(learn, how, (ac_str){ NULL, 0 }, err);
	if (rc == 0 && !learn->ended)
		rc = ac_role_wait(learn->role, AC_WIRE_ENDED, ac_learn_on_frame, learn, err);
	return rc;
}

/* An open file, as far as it can be read. */
typedef struct source {
	int fd;
	uint64_t size; /* at the start; 0: not a regular file */
	uint64_t done;
	bool is_regular;
	bool is_second; /* read once more, because the reader asked for it */
} source;

static void
show_progress(const ac_learn *learn, const source *from)
{
	if (learn->options.on_progress)
		learn->options.on_progress(learn->options.progress_payload, learn->path, from->done, from->size);
}

/* Read and send. *out_read_failed: the file could not be read to its end (what is in err is about that). */
static int
send_file(ac_learn *learn, source *from, bool *out_read_failed, accord_err *err)
{
	char *chunk = malloc(CHUNK_SIZE);
	int rc = chunk ? 0 : ac_fail(err, ACCORD_ENOMEM, "no memory to read a file");

	*out_read_failed = false;
	while (rc == 0 && !learn->ended) {
		size_t n = 0;

		rc = ac_file_read(from->fd, chunk, CHUNK_SIZE, &n, err);
		*out_read_failed = rc < 0;
		if (rc < 0 || n == 0)
			break;
		from->done += n;
		learn->report.bytes += from->is_second ? 0 : n;
		rc = send(learn, AC_WIRE_DATA, (ac_str){ chunk, n }, err);
		show_progress(learn, from);
	}
	free(chunk);
	if (rc == 0 && !learn->ended && from->is_regular && from->done < from->size) {
		*out_read_failed = true;
		rc = ac_fail(err, ACCORD_EIO, "the file became shorter while it was read: want %llu bytes, got %llu",
		    (unsigned long long)from->size, (unsigned long long)from->done);
	}
	return rc;
}

/* The file could not be read to its end: what came is kept, and the place is where reading stopped. */
static int
input_was_cut(ac_learn *learn, const source *from, const accord_err *what, accord_err *err)
{
	accord_err placed = *what;
	int rc = end_input(learn, AC_WIRE_CUT, err);

	placed.code = ACCORD_EIO;
	placed.byte = from->done;
	(void)ac_fail_context(&placed, AC_S("read failed"));
	ac_learn_refuse(learn, AC_S("unreadable"), &placed);
	return rc < 0 ? input_broke(learn, rc, err) : 0;
}

static int
learn_fd(ac_learn *learn, source *from, accord_err *err)
{
	accord_err what = { 0 };
	bool read_failed = false;
	int rc = from->is_second ? send(learn, AC_WIRE_AGAIN, (ac_str){ NULL, 0 }, &what)
				 : begin_input(learn, learn->path, &what);

	if (rc == 0)
		rc = send_file(learn, from, &read_failed, &what);
	if (rc < 0 && read_failed)
		return input_was_cut(learn, from, &what, err);
	if (rc == 0)
		rc = end_input(learn, AC_WIRE_END, &what);
	if (rc == 0)
		return 0;
	what.byte = what.byte ? what.byte : from->done;
	*err = what;
	return input_broke(learn, rc, err);
}

static void
on_problem(void *payload, const char *path, const accord_err *what)
{
	ac_learn *learn = payload;
	accord_err placed = *what;

	placed.code = ACCORD_EIO;
	learn->path = ac_learn_keep(learn, path);
	ac_learn_refuse(learn, AC_S("unreadable"), &placed);
}

/* From its start; a file that cannot be opened is told and costs nothing else. */
static int
learn_once(ac_learn *learn, const char *path, bool is_second, accord_err *err)
{
	ac_file_id id = { 0 };
	accord_err what = { 0 };
	source from = { .fd = -1, .is_second = is_second };
	int rc;

	from.fd = ac_file_open(path, &what);
	if (from.fd < 0) {
		on_problem(learn, path, &what);
		return 0;
	}
	if (ac_file_identify(from.fd, &id, &what) == 0 && id.is_regular) {
		from.is_regular = true;
		from.size = id.size;
	}
	if (is_second && !from.is_regular) {
		(void)close(from.fd);
		(void)ac_fail(&what, ACCORD_ELIMIT,
		    "what it says of itself stands behind more than it may hold: want a file, which can be read twice, "
		    "got a pipe");
		ac_learn_refuse(learn, AC_S("over-limit"), &what);
		return 0;
	}
	learn->ended = learn->wanted = false;
	learn->is_file = from.is_regular;
	rc = learn_fd(learn, &from, err);
	(void)close(from.fd);
	return rc;
}

static int
learn_file(ac_learn *learn, const char *path, accord_err *err)
{
	int rc;

	if (learn->stopped)
		return 0;
	learn->path = path;
	learn->wanted = false;
	rc = learn_once(learn, path, false, err);
	if (rc == 0 && learn->wanted && !learn->stopped)
		rc = learn_once(learn, path, true, err);
	return rc;
}

/* ---- feeds ---- */

/* "a/b/c.json" -> "a/b"; "c.json" -> ".". */
static ac_str
folder_of(const char *path)
{
	ac_str text = ac_str_from(path);

	for (size_t i = text.n; i > 0; i--)
		if (text.p[i - 1] == '/')
			return ac_str_slice(text, 0, i > 1 ? i - 1 : 1);
	return AC_S(".");
}

static ac_str
setting_of(ac_learn *learn, const char uuid[static 36])
{
	return ac_arena_printf(&learn->record, "misp-feed/%.*s/%.36s", AC_FMT(learn->options.producer), uuid);
}

/* The timestamp under which an event was learned before; -1: it was not. */
static int
learned_before(ac_learn *learn, const ac_learn_listed *listed, int64_t *out, accord_err *err)
{
	ac_str text = { NULL, 0 };
	int rc = 0;

	*out = -1;
	if (learn->store)
		rc = ac_store_setting_get(learn->store, setting_of(learn, listed->uuid), &learn->record, &text, err);
	if (rc == 0 && text.n && !ac_str_to_i64(text, out))
		*out = -1;
	ac_arena_reset(&learn->record);
	learn->store_failed = rc < 0;
	return rc;
}

/* In the transaction of the event's last records. Only an event that was learned without a word is remembered. */
static int
remember(ac_learn *learn, const ac_learn_listed *listed, accord_err *err)
{
	ac_str name, text;
	int rc = 0;

	if (!learn->store || learn->options.dry_run || learn->input_refused || learn->stopped)
		return 0;
	rc = ac_learn_begin(learn, err);
	name = setting_of(learn, listed->uuid);
	text = ac_arena_printf(&learn->record, "%lld", (long long)listed->timestamp);
	if (rc == 0)
		rc = ac_arena_check(&learn->record, err);
	if (rc == 0)
		rc = ac_store_setting_put(learn->store, name, text, err);
	ac_arena_reset(&learn->record);
	learn->store_failed = rc < 0;
	return rc;
}

/* The events of the manifest that was just read. */
static int
learn_listed(ac_learn *learn, const char *manifest, accord_err *err)
{
	ac_learn_listed *listed = learn->listed;
	size_t count = learn->listed_count;
	ac_str folder = folder_of(manifest);
	ac_str kind = learn->options.kind;
	int rc = 0;

	/* They are another input's list now: learning an event starts a new one. */
	learn->listed = NULL;
	learn->listed_count = learn->listed_capacity = 0;
	learn->options.kind = AC_S("misp");
	for (size_t i = 0; rc == 0 && i < count && !learn->stopped; i++) {
		char path[AC_PATH_MAX];
		int64_t before;
		int n = snprintf(path, sizeof(path), "%.*s/%.36s.json", AC_FMT(folder), listed[i].uuid);

		if (n < 0 || (size_t)n >= sizeof(path)) {
			rc = ac_fail(err, ACCORD_ELIMIT, "want a path under %d bytes", AC_PATH_MAX);
			break;
		}
		rc = learned_before(learn, &listed[i], &before, err);
		if (rc < 0)
			break;
		if (listed[i].timestamp <= before) {
			learn->report.skipped++;
			continue;
		}
		rc = learn_file(learn, path, err);
		if (rc == 0)
			rc = remember(learn, &listed[i], err);
	}
	learn->options.kind = kind;
	free(listed);
	return rc;
}

/* A file, and if it turns out to be a feed's manifest, what it lists. */
static int
learn_file_or_feed(ac_learn *learn, const char *path, bool *out_is_feed, accord_err *err)
{
	int rc = learn_file(learn, path, err);

	*out_is_feed = learn->is_feed;
	if (rc < 0 || !learn->is_feed || learn->listed_count == 0)
		return rc;
	learn->is_feed = false;
	return learn_listed(learn, path, err);
}

/* ---- folders ---- */

enum { FOLDER_FEED = 1, FOLDER_PLAIN };

/* What the folder of a file is. At its first file the manifest is tried, if there is one: it speaks for all other files there. */
static int
kind_of_folder(ac_learn *learn, const char *path, uint64_t *out, accord_err *err)
{
	ac_str folder = folder_of(path), key;
	uint64_t *known = ac_map_get(&learn->folders, folder);
	char manifest[AC_PATH_MAX];
	accord_err ignored = { 0 };
	bool is_feed = false;
	int n, fd, rc = 0;

	if (known) {
		*out = *known;
		return 0;
	}
	n = snprintf(manifest, sizeof(manifest), "%.*s/" MANIFEST, AC_FMT(folder));
	fd = n > 0 && (size_t)n < sizeof(manifest) ? ac_file_open(manifest, &ignored) : -1;
	if (fd >= 0)
		(void)close(fd);
	if (fd >= 0)
		rc = learn_file_or_feed(learn, manifest, &is_feed, err);
	*out = is_feed ? FOLDER_FEED : FOLDER_PLAIN;
	key = ac_arena_str(&learn->arena, folder);
	known = key.p ? ac_map_put(&learn->folders, key, NULL) : NULL;
	if (!known)
		return ac_map_refused(&learn->folders, "folders", err);
	*known = *out;
	return rc;
}

/* A walk hands over the files of a folder, or the path itself when it is none: then nothing but its content decides what it is. */
typedef struct walk {
	ac_learn *learn;
	const char *operand;
} walk;

static int
on_walked_file(void *payload, const char *path, accord_err *err)
{
	walk *w = payload;
	uint64_t kind = FOLDER_PLAIN;
	bool is_feed;
	int rc;

	if (w->learn->stopped)
		return 0;
	if (strcmp(path, w->operand) == 0)
		return learn_file_or_feed(w->learn, path, &is_feed, err);
	rc = kind_of_folder(w->learn, path, &kind, err);
	/* The manifest was tried when its folder was met. */
	if (rc < 0 || kind == FOLDER_FEED || ac_str_ends(ac_str_from(path), AC_S("/" MANIFEST)))
		return rc;
	return learn_file(w->learn, path, err);
}

static void
on_walk_problem(void *payload, const char *path, const accord_err *what)
{
	walk *w = payload;

	on_problem(w->learn, path, what);
}

/* ---- what a caller sees ---- */

static int
commit_or_fail(ac_learn *learn, int rc, double started, accord_err *err)
{
	if (rc == 0)
		rc = ac_learn_commit(learn, err);
	else
		ac_learn_rollback(learn);
	learn->report.seconds += ac_clock_monotonic() - started;
	return rc;
}

int
ac_learn_path(ac_learn *learn, const char *path, accord_err *err)
{
	walk w = { learn, path };
	ac_walk_sink sink = { .on_file = on_walked_file, .on_problem = on_walk_problem, .payload = &w };
	double started = ac_clock_monotonic();
	int rc;

	if (learn->stopped)
		return 0;
	rc = ac_walk(path, &sink, err);
	return commit_or_fail(learn, rc, started, err);
}

int
ac_learn_bytes(ac_learn *learn, const char *name, ac_str bytes, accord_err *err)
{
	double started = ac_clock_monotonic();
	accord_err what = { 0 };
	int rc;

	if (learn->stopped)
		return 0;
	rc = begin_input(learn, name, &what);
	while (rc == 0 && bytes.n && !learn->ended) {
		ac_str chunk = ac_str_slice(bytes, 0, CHUNK_SIZE);

		rc = send(learn, AC_WIRE_DATA, chunk, &what);
		bytes = ac_str_slice(bytes, chunk.n, bytes.n);
		learn->report.bytes += chunk.n;
	}
	if (rc == 0)
		rc = end_input(learn, AC_WIRE_END, &what);
	if (rc == 0 && learn->wanted) {
		(void)ac_fail(&what, ACCORD_ELIMIT, "what it says of itself stands behind more than it may hold");
		ac_learn_refuse(learn, AC_S("over-limit"), &what);
	}
	if (rc < 0) {
		*err = what;
		rc = input_broke(learn, rc, err);
	}
	return commit_or_fail(learn, rc, started, err);
}

int
ac_learn_finish(ac_learn *learn, accord_err *err)
{
	double started = ac_clock_monotonic();
	accord_err what = { 0 };
	int rc = 0;

	learn->finished = true;
	if (learn->role && learn->galaxies && !learn->stopped) {
		learn->ended = false;
		learn->path = "";
		rc = send(learn, AC_WIRE_FINISH, (ac_str){ NULL, 0 }, &what);
		if (rc == 0)
			rc = ac_role_wait(learn->role, AC_WIRE_ENDED, ac_learn_on_frame, learn, &what);
	}
	if (rc < 0) {
		*err = what;
		rc = input_broke(learn, rc, err);
	}
	return commit_or_fail(learn, rc, started, err);
}
