/* SPDX-License-Identifier: Apache-2.0 */
/* Learning as a whole: real files, a real parse role in its sandbox (this program executed again), a real store. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

#include "learn/session.h"
#include "sys/file.h"
#include "sys/os.h"

#define STAMP "\"created\":\"2021-03-04T08:00:00.000Z\",\"modified\":\"2021-03-04T08:00:00.000Z\""
#define MALWARE                                                                                                        \
	"{\"type\":\"malware\",\"spec_version\":\"2.1\",\"id\":\"malware--31b940d4-6f7f-459a-80ea-"                    \
	"9c1f17b58abc\"," STAMP ",\"name\":\"REEDGATE\",\"is_family\":true}"
#define TOOL                                                                                                           \
	"{\"type\":\"tool\",\"spec_version\":\"2.1\",\"id\":\"tool--31b940d4-6f7f-459a-80ea-9c1f17b58abd\"," STAMP     \
	",\"name\":\"Scanner\"}"
#define BUNDLE(objects)                                                                                                \
	"{\"type\":\"bundle\",\"id\":\"bundle--c8eaca95-aba8-48cd-a885-462e4921563e\",\"objects\":[" objects "]}"
#define EVENT_UUID "6a19e663-6488-4188-979c-ee98dd8f05d7"
#define EVENT(timestamp, value)                                                                                        \
	"{\"Event\":{\"uuid\":\"" EVENT_UUID "\",\"info\":\"x\",\"date\":\"2021-03-01\",\"timestamp\":\"" timestamp    \
	"\",\"Orgc\":{\"name\":\"Blackfen "                                                                            \
	"Labs\"},\"Attribute\":[{\"uuid\":\"bb104d50-0ef5-48a0-9e3a-106a5f7da1aa\",\"type\":\"ip-dst\",\"value\":"     \
	"\"" value "\",\"to_ids\":true,\"timestamp\":\"" timestamp "\"}]}}"
#define MANIFEST(timestamp) "{\"" EVENT_UUID "\":{\"info\":\"x\",\"timestamp\":\"" timestamp "\"}}"

/* A folder for one test, with a store in it. */
typedef struct place {
	char folder[64];
	ac_arena paths;
	ac_store *store;
} place;

static ac_time
now(void *payload)
{
	return ac_clock_now();
}

static int
set_up(void **state)
{
	place *p = calloc(1, sizeof(*p));

	if (!p)
		return -1;
	ac_arena_init(&p->paths, AC_MIB);
	memcpy(p->folder, "/tmp/accord-learn-XXXXXX", 25);
	if (!mkdtemp(p->folder))
		return -1;
	*state = p;
	return 0;
}

static void
no_problem(void *payload, const char *path, const accord_err *what)
{
}

static int
remove_one(void *payload, const char *path, accord_err *err)
{
	(void)unlink(path);
	return 0;
}

static void
remove_tree(const char *path)
{
	ac_walk_sink sink = { .on_file = remove_one, .on_problem = no_problem };
	accord_err err = { 0 };
	char sub[256];

	(void)!ac_walk(path, &sink, &err);
	for (const char *const *name = (const char *const[]){ "state", "feed", "in/feed", "in", "", NULL }; *name;
	     name++) {
		(void)snprintf(sub, sizeof(sub), "%s/%s", path, *name);
		(void)rmdir(sub);
	}
}

static int
tear_down(void **state)
{
	place *p = *state;

	p->store = ac_store_close(p->store);
	remove_tree(p->folder);
	ac_arena_done(&p->paths);
	free(p);
	return 0;
}

/* Lives until tear down. */
static const char *
path_of(place *p, const char *name)
{
	const char *path = ac_arena_printf(&p->paths, "%s/%s", p->folder, name).p;

	assert_non_null(path);
	return path;
}

static const char *
write_bytes(place *p, const char *name, ac_str bytes)
{
	const char *path = path_of(p, name);
	accord_err err = { 0 };
	char folder[256];

	(void)snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(ac_dir_make(folder, &err), 0);
	assert_int_equal(ac_file_replace(path, bytes, 0600, &err), 0);
	return path;
}

static const char *
write_text(place *p, const char *name, const char *text)
{
	return write_bytes(p, name, ac_str_from(text));
}

static ac_store *
open_store(place *p)
{
	ac_store_options how = { .mode = AC_STORE_WRITE, .create = true, .now = now };
	accord_err err = { 0 };

	assert_int_equal(ac_dir_make(path_of(p, "state"), &err), 0);
	if (!p->store && ac_store_open(path_of(p, "state"), &how, &p->store, &err) < 0)
		print_error("%s\n", err.text);
	assert_non_null(p->store);
	return p->store;
}

static ac_learn_options
usual(void)
{
	return (ac_learn_options){ .sandbox = true, .now = { 1626688800, 0 } };
}

/* A finished run. */
typedef struct ran {
	int rc, outcome;
	ac_learn *learn; /* its report lives until tear down */
	ac_learn_report report;
	accord_err err;
} ran;

static ran
learn_with(place *p, ac_learn_options options, const char *const *paths, size_t count)
{
	ran r = { 0 };

	r.rc = ac_learn_open(open_store(p), &options, &r.learn, &r.err);
	for (size_t i = 0; r.rc == 0 && i < count; i++)
		r.rc = ac_learn_path(r.learn, paths[i], &r.err);
	if (r.rc == 0)
		r.rc = ac_learn_finish(r.learn, &r.err);
	ac_learn_report_get(r.learn, &r.report);
	r.outcome = ac_learn_outcome(r.learn);
	return r;
}

static ran
learn_one(place *p, const char *path)
{
	return learn_with(p, usual(), &path, 1);
}

static void
done(ran *r)
{
	r->learn = ac_learn_close(r->learn);
}

static ac_store_counts
counts_of(place *p)
{
	ac_store_counts counts = { 0 };
	accord_err err = { 0 };

	assert_int_equal(ac_store_count(open_store(p), &counts, &err), 0);
	return counts;
}

static bool
is_stored(place *p, const char *id, ac_stored *out, ac_arena *arena)
{
	accord_err err = { 0 };

	return ac_store_get(open_store(p), ac_str_from(id), arena, out, &err) == 0;
}

/* ---- the straight way ---- */

static void
learn__stores_and_again_changes_nothing(void **state)
{
	place *p = *state;
	ac_store_counts before, after;
	ran r;

	(void)write_text(p, "in/a.json", BUNDLE(MALWARE "," TOOL));
	(void)write_text(p, "in/b.txt", "203.0.113.7\nevil.example\n");
	(void)write_text(p, "in/c.json", EVENT("1614844800", "203.0.113.8"));
	(void)write_text(p, "in/d.csv", "ip,comment\n203.0.113.9,x\n");
	r = learn_one(p, path_of(p, "in"));
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.outcome, 0);
	assert_int_equal(r.report.inputs, 4);
	assert_int_equal(r.report.put[AC_PUT_NEW], 5); /* malware, tool, identity, indicator, report */
	assert_int_equal(r.report.rows_put[AC_PUT_NEW], 3);
	done(&r);
	before = counts_of(p);
	r = learn_one(p, path_of(p, "in"));
	assert_int_equal(r.report.put[AC_PUT_UNCHANGED], 5);
	assert_int_equal(r.report.rows_put[AC_PUT_UNCHANGED], 3);
	assert_int_equal(r.report.put[AC_PUT_NEW] + r.report.put[AC_PUT_NEWER] + r.report.put[AC_PUT_CONFLICT], 0);
	done(&r);
	after = counts_of(p);
	assert_memory_equal(&before, &after, sizeof(before));
}

static const struct {
	const char *name, *text, *from, *want;
} producers[] = {
	{ "feed-7.json", BUNDLE(MALWARE), "", "feed-7" },
	{ "feed.json.gz", BUNDLE(MALWARE), "", "feed" }, /* plain bytes under a compressed name */
	{ "feed.json", BUNDLE(MALWARE), "CERT Example", "CERT Example" },
	{ "feed.json",
	    BUNDLE("{\"type\":\"malware\",\"spec_version\":\"2.1\",\"id\":\"malware--31b940d4-6f7f-459a-80ea-"
		   "9c1f17b58abc\"," STAMP ",\"created_by_ref\":\"identity--dac6b8d4-f934-40a9-83cc-cb15dcc6912c\","
		   "\"name\":\"REEDGATE\",\"is_family\":true},"
		   "{\"type\":\"identity\",\"spec_version\":\"2.1\",\"id\":\"identity--dac6b8d4-f934-40a9-83cc-"
		   "cb15dcc6912c\"," STAMP ",\"name\":\"CERT Norvalia\"}"),
	    "", "CERT Norvalia" },
};

static void
learn__finds_the_producer(void **state)
{
	for (size_t i = 0; i < AC_COUNT(producers); i++) {
		place *p = *state;
		ac_learn_options options = usual();
		const char *path = write_text(p, producers[i].name, producers[i].text);
		ac_stored stored;
		ac_arena arena;
		ran r;

		ac_arena_init(&arena, AC_MIB);
		options.producer = ac_str_from(producers[i].from);
		r = learn_with(p, options, &path, 1);
		assert_true(is_stored(p, "malware--31b940d4-6f7f-459a-80ea-9c1f17b58abc", &stored, &arena));
		assert_str(stored.producer, ac_str_from(producers[i].want));
		done(&r);
		ac_arena_done(&arena);
		assert_int_equal(tear_down(state), 0);
		assert_int_equal(set_up(state), 0);
	}
}

static void
learn__takes_bytes_and_a_pipe(void **state)
{
	place *p = *state;
	ac_learn_options options = usual();
	ac_learn *learn;
	accord_err err = { 0 };
	char path[32];
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], BUNDLE(TOOL), strlen(BUNDLE(TOOL))), (ssize_t)strlen(BUNDLE(TOOL)));
	(void)close(ends[1]);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(ac_learn_open(open_store(p), &options, &learn, &err), 0);
	assert_int_equal(ac_learn_bytes(learn, "pack", AC_S(BUNDLE(MALWARE)), &err), 0);
	assert_int_equal(ac_learn_path(learn, path, &err), 0);
	assert_int_equal(ac_learn_outcome(learn), 0);
	learn = ac_learn_close(learn);
	(void)close(ends[0]);
	assert_int_equal(counts_of(p).objects, 2);
}

static void
learn__dry_run_stores_nothing_and_says_what_it_would(void **state)
{
	place *p = *state;
	ac_learn_options options = usual();
	const char *path = write_text(p, "a.json", BUNDLE(MALWARE)),
		   *more = write_text(p, "b.json", BUNDLE(MALWARE "," TOOL));
	ran r = learn_one(p, path);

	done(&r);
	options.dry_run = true;
	r = learn_with(p, options, &more, 1);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.report.put[AC_PUT_NEW], 1);
	assert_int_equal(r.report.put[AC_PUT_SEEN] + r.report.put[AC_PUT_UNCHANGED], 1);
	done(&r);
	assert_int_equal(counts_of(p).objects, 1);
	/* and without a store everything is new */
	assert_int_equal(ac_learn_open(NULL, &options, &r.learn, &r.err), 0);
	assert_int_equal(ac_learn_path(r.learn, more, &r.err), 0);
	ac_learn_report_get(r.learn, &r.report);
	assert_int_equal(r.report.put[AC_PUT_NEW], 2);
	done(&r);
	options.dry_run = false;
	assert_int_equal(ac_learn_open(NULL, &options, &r.learn, &r.err), ACCORD_EUSAGE);
	options.kind = AC_S("pdf");
	assert_int_equal(ac_learn_open(open_store(p), &options, &r.learn, &r.err), ACCORD_EUSAGE);
}

static void
learn__strict_stops_the_run(void **state)
{
	place *p = *state;
	ac_learn_options options = usual();
	const char *paths[] = { write_text(p, "a.json", BUNDLE(MALWARE ",17," TOOL)),
		write_text(p, "b.txt", "203.0.113.7\n") };
	ran r;

	options.strict = true;
	r = learn_with(p, options, paths, 2);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.outcome, ACCORD_EINPUT);
	assert_int_equal(r.report.inputs, 1);
	assert_int_equal(r.report.refusal_count, 1);
	assert_int_equal(r.report.put[AC_PUT_NEW], 1);
	done(&r);
}

/* ---- feeds ---- */

static void
feed__learns_what_is_newer(void **state)
{
	place *p = *state;
	const char *folder = path_of(p, "in");
	ran r;

	(void)write_text(p, "in/feed/manifest.json", MANIFEST("1614844800"));
	(void)write_text(p, "in/feed/" EVENT_UUID ".json", EVENT("1614844800", "203.0.113.8"));
	(void)write_text(p, "in/feed/hashes.csv",
	    "d41d8cd98f00b204e9800998ecf8427e," EVENT_UUID "\n"); /* of the feed, not learned by itself */
	(void)write_text(p, "in/a.txt", "203.0.113.7\n");
	r = learn_one(p, folder);
	assert_int_equal(r.outcome, 0);
	assert_int_equal(r.report.inputs, 3);
	assert_int_equal(r.report.put[AC_PUT_NEW], 3);
	assert_int_equal(r.report.rows_put[AC_PUT_NEW], 1);
	done(&r);
	r = learn_one(p, folder);
	assert_int_equal(r.report.skipped, 1);
	assert_int_equal(r.report.inputs, 2);
	done(&r);
	/* the event changed, and so the manifest says */
	(void)write_text(p, "in/feed/manifest.json", MANIFEST("1614844900"));
	(void)write_text(p, "in/feed/" EVENT_UUID ".json", EVENT("1614844900", "203.0.113.9"));
	r = learn_one(p, path_of(p, "in/feed"));
	assert_int_equal(r.report.skipped, 0);
	assert_int_equal(r.report.put[AC_PUT_NEWER], 2); /* indicator and report */
	done(&r);
}

static void
feed__event_with_a_refusal_is_tried_again(void **state)
{
	place *p = *state;
	ran r;

	(void)write_text(p, "feed/manifest.json", MANIFEST("1614844800"));
	(void)write_text(p, "feed/" EVENT_UUID ".json", EVENT("1614844800", "203.0.113.800"));
	r = learn_one(p, path_of(p, "feed"));
	assert_int_equal(r.outcome, ACCORD_EINPUT);
	done(&r);
	(void)write_text(p, "feed/" EVENT_UUID ".json", EVENT("1614844800", "203.0.113.80"));
	r = learn_one(p, path_of(p, "feed"));
	assert_int_equal(r.outcome, 0);
	assert_int_equal(r.report.skipped, 0);
	done(&r);
}

static void
feed__listed_event_that_is_not_there_is_told(void **state)
{
	place *p = *state;
	ran r = learn_one(p, write_text(p, "feed/manifest.json", MANIFEST("1614844800")));

	assert_int_equal(r.rc, 0);
	assert_int_equal(r.outcome, ACCORD_EIO);
	assert_int_equal(r.report.refusal_count, 1);
	assert_string_equal(r.report.refusals[0].reason, "unreadable");
	done(&r);
}

/* ---- bad input ---- */

static void
learn__bad_object_among_thousands_costs_only_itself(void **state)
{
	enum { OBJECTS = 20000, BAD = 12345 };
	place *p = *state;
	ac_buf text;
	ran r;

	ac_buf_init(&text, 64 * AC_MIB);
	ac_buf_add_cstr(
	    &text, "{\"type\":\"bundle\",\"id\":\"bundle--c8eaca95-aba8-48cd-a885-462e4921563e\",\"objects\":[\n");
	for (int i = 0; i < OBJECTS; i++)
		ac_buf_printf(&text,
		    "{\"type\":\"malware\",\"spec_version\":\"2.1\",\"id\":\"malware--00000000-0000-4000-8000-%"
		    "012x\"," STAMP ",\"name\":\"m%d\",\"is_family\":%s}%s\n",
		    (unsigned)i, i, i == BAD ? "tru" : "true", i + 1 < OBJECTS ? "," : "");
	ac_buf_add_cstr(&text, "]}\n");
	r = learn_one(p, write_bytes(p, "a.json", ac_buf_view(&text)));
	ac_buf_done(&text);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.outcome, ACCORD_EINPUT);
	assert_int_equal(r.report.put[AC_PUT_NEW], OBJECTS - 1);
	assert_int_equal(r.report.refusal_count, 1);
	assert_string_equal(r.report.refusals[0].reason, "not-json");
	assert_int_equal(r.report.refusals[0].what.line, BAD + 2);
	done(&r);
	assert_int_equal(counts_of(p).objects, OBJECTS - 1);
}

typedef struct bad_row {
	const char *name, *text, *reason;
	int outcome;
	int64_t objects; /* learned all the same */
} bad_row;

static const bad_row bad_inputs[] = {
	{ "truncated.json", "{\"type\":\"bundle\",\"objects\":[" MALWARE ",{\"type\":\"to", "not-json", ACCORD_EINPUT,
	    1 },
	{ "utf8.json", BUNDLE(MALWARE ",{\"type\":\"tool\",\"name\":\"\xff\"}"), "not-json", ACCORD_EINPUT, 1 },
	{ "doubled.json", BUNDLE(MALWARE ",{\"type\":\"tool\",\"type\":\"tool\"}"), "not-json", ACCORD_EINPUT, 1 },
	{ "unknown.bin", "\x01\x02\x03\x04 what is this", "unknown-kind", ACCORD_EINPUT, 0 },
	{ "empty.json", "", "empty-input", ACCORD_EINPUT, 0 },
	{ "short.json.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "cut-short", ACCORD_EINPUT, 0 },
};

static void
learn__bad_input_is_told_and_loses_nothing(void **state)
{
	for (size_t i = 0; i < AC_COUNT(bad_inputs); i++) {
		place *p = *state;
		/* the gzip header holds zero bytes */
		ac_str text = strcmp(bad_inputs[i].reason, "cut-short") == 0 ? (ac_str){ bad_inputs[i].text, 10 }
									     : ac_str_from(bad_inputs[i].text);
		const char *paths[] = { write_text(p, "before.txt", "203.0.113.7\n"),
			write_bytes(p, bad_inputs[i].name, text), write_text(p, "behind.txt", "203.0.113.8\n") };
		ran r = learn_with(p, usual(), paths, 3);

		if (r.report.refusal_count != 1 || strcmp(r.report.refusals[0].reason, bad_inputs[i].reason) != 0)
			print_error("%s: %zu refusals, %s: %s\n", bad_inputs[i].name, r.report.refusal_count,
			    r.report.refusal_count ? r.report.refusals[0].reason : "",
			    r.report.refusal_count ? r.report.refusals[0].what.text : "");
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.outcome, bad_inputs[i].outcome);
		assert_int_equal(r.report.refusal_count, 1);
		assert_string_equal(r.report.refusals[0].reason, bad_inputs[i].reason);
		assert_string_equal(strrchr(r.report.refusals[0].path, '/') + 1, bad_inputs[i].name);
		done(&r);
		assert_int_equal(counts_of(p).objects, bad_inputs[i].objects);
		assert_int_equal(counts_of(p).rows, 2);
		assert_int_equal(tear_down(state), 0);
		assert_int_equal(set_up(state), 0);
	}
}

/* RFC 8878: a frame of RLE blocks, each four bytes that stand for 128 KiB. */
static void
learn__refuses_a_bomb(void **state)
{
	place *p = *state;
	ac_learn_options options = usual();
	const char *path;
	ac_buf bomb;
	ran r;

	ac_buf_init(&bomb, AC_MIB);
	ac_buf_add(&bomb, (ac_str){ "\x28\xb5\x2f\xfd\x00\x58", 6 });
	for (int i = 0; i < 4096; i++) {
		uint32_t head = (uint32_t)(i == 4095) | 1u << 1 | (128u * 1024u) << 3;
		char block[4] = { (char)(head & 0xff), (char)(head >> 8 & 0xff), (char)(head >> 16 & 0xff), '\n' };

		ac_buf_add(&bomb, (ac_str){ block, 4 });
	}
	path = write_bytes(p, "bomb.zst", ac_buf_view(&bomb));
	ac_buf_done(&bomb);
	options.kind = AC_S("list"); /* empty lines are nothing to complain about */
	r = learn_with(p, options, &path, 1);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.outcome, ACCORD_ELIMIT);
	assert_string_equal(r.report.refusals[0].reason, "over-limit");
	done(&r);
}

static void
learn__what_cannot_be_read_is_told_and_the_rest_goes_on(void **state)
{
	place *p = *state;
	const char *file = write_text(p, "a.txt", "203.0.113.7\n");
	/* permissions do not stop root: a path through a file does */
	const char *paths[] = { path_of(p, "missing.json"), path_of(p, "a.txt/inside"), file };
	ran r = learn_with(p, usual(), paths, 3);

	assert_int_equal(r.rc, 0);
	assert_int_equal(r.outcome, ACCORD_EIO);
	assert_int_equal(r.report.refusal_count, 2);
	assert_string_equal(r.report.refusals[0].reason, "unreadable");
	assert_int_equal(r.report.rows_put[AC_PUT_NEW], 1);
	done(&r);
}

/* An event whose tags stand behind more attributes than may wait: a file is read twice, a pipe cannot be. */
static void
learn__reads_a_large_event_twice(void **state)
{
	enum { ATTRIBUTES = 1100, COMMENT = 64 * 1024 };
	place *p = *state;
	ac_learn_options options = usual();
	accord_err err = { 0 };
	char *comment = malloc(COMMENT), path[32];
	const char *file;
	ac_learn *learn;
	ac_learn_report report;
	int ends[2];
	ac_buf text;

	assert_non_null(comment);
	memset(comment, 'c', COMMENT);
	ac_buf_init(&text, 128 * AC_MIB);
	ac_buf_add_cstr(&text, "{\"Event\":{\"uuid\":\"" EVENT_UUID "\",\"timestamp\":\"1614844800\",\"Attribute\":[");
	for (unsigned i = 0; i < ATTRIBUTES; i++) {
		ac_buf_printf(&text,
		    "%s{\"uuid\":\"00000000-0000-4000-8000-%012x\",\"type\":\"ip-dst\",\"value\":\"10.0.%u.%u\",\"to_"
		    "ids\":true,\"comment\":\"",
		    i ? "," : "", i, i >> 8 & 255, i & 255);
		ac_buf_add(&text, (ac_str){ comment, COMMENT });
		ac_buf_add_cstr(&text, "\"}");
	}
	ac_buf_add_cstr(&text, "],\"Orgc\":{\"name\":\"Giant Org\"}}}");
	file = write_bytes(p, "giant.json", ac_buf_view(&text));
	options.dry_run = true;
	assert_int_equal(ac_learn_open(NULL, &options, &learn, &err), 0);
	assert_int_equal(ac_learn_path(learn, file, &err), 0);
	ac_learn_report_get(learn, &report);
	assert_int_equal(ac_learn_outcome(learn), 0);
	assert_int_equal(report.inputs, 1);
	assert_int_equal(report.bytes, text.n);
	assert_int_equal(report.put[AC_PUT_NEW], ATTRIBUTES + 2); /* the report and the organisation */
	/* a pipe */
	assert_int_equal(pipe(ends), 0);
	if (fork() == 0) {
		(void)close(ends[0]);
		_exit(ac_file_write_all(ends[1], ac_buf_view(&text), &err) < 0);
	}
	(void)close(ends[1]);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(ac_learn_path(learn, path, &err), 0);
	ac_learn_report_get(learn, &report);
	assert_int_equal(ac_learn_outcome(learn), ACCORD_ELIMIT);
	assert_int_equal(report.put[AC_PUT_NEW], ATTRIBUTES + 2);
	(void)ac_learn_close(learn);
	(void)close(ends[0]);
	ac_buf_done(&text);
	free(comment);
}

/* A list of n addresses. */
static const char *
write_list(place *p, const char *name, unsigned n)
{
	const char *path;
	ac_buf text;

	ac_buf_init(&text, 256 * AC_MIB);
	for (unsigned i = 0; i < n; i++)
		ac_buf_printf(&text, "10.%u.%u.%u\n", i >> 16 & 255, i >> 8 & 255, i & 255);
	path = write_bytes(p, name, ac_buf_view(&text));
	ac_buf_done(&text);
	return path;
}

/* How many batches a list of 20,000 rows is committed in. */
static int64_t
batches_of(place *p, const char *path)
{
	ran r = learn_one(p, path);
	accord_err err = { 0 };
	int64_t generation = 0;

	assert_int_equal(r.report.rows_put[AC_PUT_NEW], 20000);
	done(&r);
	assert_int_equal(ac_store_generation(p->store, &generation, &err), 0);
	return generation;
}

static void
learn__commits_many_rows_of_a_file_together(void **state)
{
	place *p = *state;

	assert_int_equal(batches_of(p, write_list(p, "a.txt", 20000)), 1);
}

/* A pipe may be slow, and an open batch keeps other writers waiting. */
static void
learn__commits_fewer_rows_of_a_pipe_together(void **state)
{
	place *p = *state;
	const char *list = write_list(p, "a.txt", 20000), *pipe = path_of(p, "pipe");
	int status = 0;
	pid_t pid;

	assert_int_equal(mkfifo(pipe, 0600), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)execlp("sh", "sh", "-c", "cat \"$1\" > \"$2\"", "sh", list, pipe, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(batches_of(p, pipe), 3);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

typedef struct meddler {
	const char *path;
	ac_learn **learn;
	bool done;
} meddler;

static void
shorten_file(void *payload, const char *path, uint64_t so_far, uint64_t total)
{
	meddler *m = payload;

	if (!m->done)
		assert_int_equal(truncate(m->path, (off_t)so_far), 0);
	m->done = true;
}

static void
remove_input(void *payload, const char *path, uint64_t so_far, uint64_t total)
{
	meddler *m = payload;

	if (!m->done)
		assert_int_equal(unlink(m->path), 0);
	m->done = true;
}

static void
kill_role(void *payload, const char *path, uint64_t so_far, uint64_t total)
{
	meddler *m = payload;

	if (!m->done)
		assert_int_equal(kill(ac_role_pid((*m->learn)->role), SIGKILL), 0);
	m->done = true;
}

/* A file that becomes shorter while it is read: what came is kept, and it is no success. */
static void
learn__file_that_shrinks_is_told_with_its_place(void **state)
{
	place *p = *state;
	ac_learn_options options = usual();
	meddler m = { .path = write_list(p, "a.txt", 100000) };
	ran r;

	options.on_progress = shorten_file;
	options.progress_payload = &m;
	r = learn_with(p, options, &m.path, 1);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.outcome, ACCORD_EIO);
	assert_int_equal(r.report.refusal_count, 1);
	assert_string_equal(r.report.refusals[0].reason, "unreadable");
	assert_int_equal(r.report.refusals[0].what.byte, 256 * 1024);
	assert_true(r.report.rows_put[AC_PUT_NEW] > 10000);
	done(&r);
}

/* A file whose name goes away while it is read is still there for who reads it. */
static void
learn__file_that_is_unlinked_is_read_to_its_end(void **state)
{
	place *p = *state;
	ac_learn_options options = usual();
	meddler m = { .path = write_list(p, "a.txt", 100000) };
	ran r;

	options.on_progress = remove_input;
	options.progress_payload = &m;
	r = learn_with(p, options, &m.path, 1);
	assert_int_equal(r.outcome, 0);
	assert_int_equal(r.report.rows_put[AC_PUT_NEW], 100000);
	done(&r);
}

static void
learn__killed_role_costs_its_input_and_the_next_one_gets_another(void **state)
{
	place *p = *state;
	ac_learn_options options = usual();
	const char *paths[2];
	meddler m = { 0 };
	ran r = { 0 };

	paths[0] = write_list(p, "a.txt", 100000);
	paths[1] = write_text(p, "b.json", BUNDLE(MALWARE));
	options.on_progress = kill_role;
	options.progress_payload = &m;
	m.learn = &r.learn;
	assert_int_equal(ac_learn_open(open_store(p), &options, &r.learn, &r.err), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(ac_learn_path(r.learn, paths[i], &r.err), 0);
	ac_learn_report_get(r.learn, &r.report);
	assert_int_equal(ac_learn_outcome(r.learn), ACCORD_EIO);
	assert_int_equal(r.report.refusal_count, 1);
	assert_string_equal(r.report.refusals[0].reason, "role-ended");
	assert_true(strstr(r.report.refusals[0].what.text, "signal 9") != NULL);
	assert_int_equal(r.report.put[AC_PUT_NEW], 1);
	done(&r);
	assert_int_equal(counts_of(p).objects, 1);
}

/* ---- durability ---- */

/* What a killed run learns: rows, objects and a feed, several batches of them. */
static void
write_sources(place *p, unsigned rows)
{
	ac_buf text;

	(void)write_list(p, "in/a.txt", rows);
	(void)write_text(p, "in/feed/manifest.json", MANIFEST("1614844800"));
	(void)write_text(p, "in/feed/" EVENT_UUID ".json", EVENT("1614844800", "203.0.113.8"));
	ac_buf_init(&text, 64 * AC_MIB);
	for (unsigned i = 0; i < 20000; i++)
		ac_buf_printf(&text,
		    "{\"type\":\"malware\",\"spec_version\":\"2.1\",\"id\":\"malware--00000000-0000-4000-8000-%"
		    "012x\"," STAMP ",\"name\":\"m%u\",\"is_family\":true}\n",
		    i, i);
	(void)write_bytes(p, "in/z.json", ac_buf_view(&text));
	ac_buf_done(&text);
}

/* Run in a process of its own; kill it after so many seconds (negative: let it end). True when it was killed in the middle. */
static bool
learn_in_child(place *p, double kill_after)
{
	double started = ac_clock_monotonic();
	int status = 0;
	pid_t pid;

	p->store = ac_store_close(p->store);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		ac_store_options how = { .mode = AC_STORE_WRITE, .create = true, .now = now };
		ac_learn_options options = usual();
		ac_learn *learn = NULL;
		accord_err err = { 0 };
		int rc = ac_dir_make(path_of(p, "state"), &err);

		if (rc == 0)
			rc = ac_store_open(path_of(p, "state"), &how, &p->store, &err);

		if (rc == 0)
			rc = ac_learn_open(p->store, &options, &learn, &err);
		if (rc == 0)
			rc = ac_learn_path(learn, path_of(p, "in"), &err);
		if (rc == 0)
			rc = ac_learn_finish(learn, &err);
		_exit(rc == 0 ? 0 : 1);
	}
	while (kill_after >= 0 && ac_clock_monotonic() - started < kill_after)
		(void)usleep(500);
	if (kill_after >= 0)
		(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return true;
	assert_int_equal(WEXITSTATUS(status), 0);
	return false;
}

static void
learn__killed_at_any_point_and_run_again_loses_and_doubles_nothing(void **state)
{
	place *p = *state;
	ac_store_counts want, got;
	double started = ac_clock_monotonic(), whole;
	int killed = 0;

	write_sources(p, AC_LEARN_BATCH_ROWS + 4000);
	assert_false(learn_in_child(p, -1));
	whole = ac_clock_monotonic() - started;
	want = counts_of(p);
	assert_int_equal(want.rows, AC_LEARN_BATCH_ROWS + 4000);
	assert_int_equal(want.objects, 20003);
	for (int i = 1; i <= 5; i++) {
		p->store = ac_store_close(p->store);
		remove_tree(path_of(p, "state"));
		killed += learn_in_child(p, whole * i / 6);
		/* killed a second time, on the way through what is there already */
		killed += learn_in_child(p, whole * (6 - i) / 12);
		assert_false(learn_in_child(p, -1));
		got = counts_of(p);
		assert_memory_equal(&want, &got, sizeof(want));
	}
	assert_true(killed > 0);
}

/* No room for the store (a ceiling on file sizes gives the same error as a full disk): a clear error, and what was committed stays. */
static void
learn__full_disk_is_an_error_and_keeps_what_was_committed(void **state)
{
	place *p = *state;
	int status = 0;
	pid_t pid;
	ran r;

	write_sources(p, 20000);
	r = learn_one(p, write_text(p, "first.txt", "203.0.113.7\n"));
	done(&r);
	p->store = ac_store_close(p->store);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit limit = { 3 * 1024 * 1024, 3 * 1024 * 1024 };
		ac_store_options how = { .mode = AC_STORE_WRITE, .create = true, .now = now };
		ac_learn_options options = usual();
		ac_learn *learn = NULL;
		accord_err err = { 0 };
		int rc = ac_store_open(path_of(p, "state"), &how, &p->store, &err);

		(void)signal(SIGXFSZ, SIG_IGN);
		(void)setrlimit(RLIMIT_FSIZE, &limit);
		if (rc == 0)
			rc = ac_learn_open(p->store, &options, &learn, &err);
		if (rc == 0)
			rc = ac_learn_path(learn, path_of(p, "in"), &err);
		_exit(rc == ACCORD_EIO ? 42 : rc == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
	assert_true(counts_of(p).rows >= 1);
	r = learn_one(p, path_of(p, "in"));
	assert_int_equal(r.outcome, 0);
	done(&r);
	assert_int_equal(counts_of(p).rows, 20001);
	assert_int_equal(counts_of(p).objects, 20003);
}

/* ---- public data ---- */

static void
learn__attack_bundle(void **state)
{
	place *p = *state;
	char path[4096];
	ran r;

	if (!shared_data() ||
	    snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", shared_data()) >= (int)sizeof(path) ||
	    access(path, R_OK) != 0) {
		print_message("skipped: no public data\n");
		skip();
	}
	r = learn_one(p, path);
	assert_int_equal(r.outcome, 0);
	/* counted in the data's README; one identity and one marking are STIX's too */
	assert_int_equal(r.report.put[AC_PUT_NEW], 24771);
	done(&r);
	r = learn_one(p, path);
	assert_int_equal(r.report.put[AC_PUT_UNCHANGED], 24771);
	done(&r);
#ifndef __SANITIZE_ADDRESS__ /* the sanitizer's own memory counts there */
#ifndef __SANITIZE_ADDRESS__ /* which needs more */
	assert_true(ac_peak_rss() < 200 * AC_MIB);
#endif
#endif
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(learn__stores_and_again_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__finds_the_producer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__takes_bytes_and_a_pipe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    learn__dry_run_stores_nothing_and_says_what_it_would, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__strict_stops_the_run, set_up, tear_down),
		cmocka_unit_test_setup_teardown(feed__learns_what_is_newer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(feed__event_with_a_refusal_is_tried_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(feed__listed_event_that_is_not_there_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__bad_object_among_thousands_costs_only_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__bad_input_is_told_and_loses_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__refuses_a_bomb, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    learn__what_cannot_be_read_is_told_and_the_rest_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__reads_a_large_event_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__file_that_shrinks_is_told_with_its_place, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__file_that_is_unlinked_is_read_to_its_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    learn__killed_role_costs_its_input_and_the_next_one_gets_another, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__commits_many_rows_of_a_file_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__commits_fewer_rows_of_a_pipe_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    learn__killed_at_any_point_and_run_again_loses_and_doubles_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    learn__full_disk_is_an_error_and_keeps_what_was_committed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(learn__attack_bundle, set_up, tear_down),
	};

	if (argc > 2 && strcmp(argv[1], "--role") == 0)
		return ac_parse_role_main(AC_ROLE_FD, !(argc > 3 && strcmp(argv[3], "--no-sandbox") == 0));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
