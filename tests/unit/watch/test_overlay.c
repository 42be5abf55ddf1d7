/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An overlay on its base against the whole index made anew, after random changes of a store: the same hits, the same matches held back, the same patterns and unwatched indicators. And what
 * becomes of it when memory or the disk ends.
 */
#include "store_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "fail_malloc.h"
#include "watch/index_build.h"
#include "watch/live.h"
#include "watch/watch.h"

#define KINDS 9
#define POOL 120 /* values of a kind */
#define ROWS 600
#define STEPS 24
#define TEXT_MAX 192

static const ac_hash_seed salt = { { 17, 23 } };
static const ac_time now = { 1700000000, 0 };

typedef struct world {
	fixture f;
	char path[96], other_path[96];
	uint64_t random;
	unsigned next_object, version;
} world;

static int
set_up(void **state)
{
	world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	fixture_open(&w->f);
	(void)snprintf(w->path, sizeof(w->path), "%s/watch.index", w->f.folder);
	(void)snprintf(w->other_path, sizeof(w->other_path), "%s/whole.index", w->f.folder);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	world *w = *state;

	fixture_close(&w->f);
	free(w);
	return 0;
}

static unsigned
pick(world *w, unsigned below)
{
	w->random = w->random * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(w->random >> 33) % below;
}

/* ---- values, and lines that hold them ---- */

static ac_value_type
value_of(unsigned kind, unsigned k, char out[static TEXT_MAX])
{
	switch (kind) {
	case 0:
		(void)snprintf(out, TEXT_MAX, "h%u.evil%u.example", k, k % 7);
		return AC_VALUE_DOMAIN;
	case 1:
		(void)snprintf(out, TEXT_MAX, "198.18.%u.%u", k % 3, k + 1);
		return AC_VALUE_IPV4;
	case 2:
		(void)snprintf(out, TEXT_MAX, "198.19.%u.0/%u", k, 24 + k % 5);
		return AC_VALUE_IPV4;
	case 3:
		(void)snprintf(out, TEXT_MAX, "http://web%u.example/p%u?q=%u", k % 5, k, k);
		return AC_VALUE_URL;
	case 4:
		(void)snprintf(out, TEXT_MAX, "%032x", k * 2654435761U);
		return AC_VALUE_MD5;
	case 5:
		(void)snprintf(out, TEXT_MAX, "tool%u.exe", k);
		return AC_VALUE_FILE_NAME;
	case 6:
		(void)snprintf(out, TEXT_MAX, "2001:db8::%x", k + 1);
		return AC_VALUE_IPV6;
	case 7:
		(void)snprintf(out, TEXT_MAX, "u%u@mail.example", k);
		return AC_VALUE_EMAIL;
	default:
		(void)snprintf(out, TEXT_MAX, "Global\\lock%u", k);
		return AC_VALUE_MUTEX;
	}
}

static void
make_lines(ac_buf *lines)
{
	char text[TEXT_MAX], address[TEXT_MAX], url[TEXT_MAX], digest[TEXT_MAX];

	for (unsigned kind = 0; kind < KINDS; kind++)
		for (unsigned k = 0; k < POOL; k++) {
			(void)value_of(kind, k, text);
			/* Of a range, its first address. */
			if (kind == 2)
				*strchr(text, '/') = '\0';
			ac_buf_printf(lines, "x %s y\n", text);
		}
	for (unsigned k = 0; k < POOL; k++) {
		(void)value_of(0, k, text);
		(void)value_of(1, k, address);
		(void)value_of(3, k, url);
		(void)value_of(4, k, digest);
		ac_buf_printf(lines,
		    "{\"timestamp\":\"2023-11-14T22:00:%02uZ\",\"src_ip\":\"10.0.0.1\",\"dest_ip\":\"%s\",\"dest_"
		    "port\":443,"
		    "\"http\":{\"hostname\":\"www.%s\",\"url\":\"%s\"},\"fileinfo\":{\"filename\":\"tool%u.exe\","
		    "\"md5\":"
		    "\"%s\"}}\n",
		    k % 60, address, text, url, k, digest);
	}
}

/* ---- what a store gets ---- */

static void
put_row(world *w, unsigned producer, unsigned kind, unsigned k, ac_time until)
{
	static const char *const producers[] = { "one.example", "two.example", AC_WARNING_PRODUCER "big sites",
		AC_WARNING_PRODUCER "more sites" };
	char text[TEXT_MAX];
	ac_row row = { .valid_from = AC_TIME_MIN, .valid_until = until, .confidence = (int)(k % 3) * 50 - 1 };
	ac_value_type type = value_of(kind, k, text);
	ac_put_result result;
	int64_t source;

	assert_int_equal(ac_value_parse(type, ac_str_from(text), &w->f.arena, &row.value, &w->f.err), 0);
	row.exact = row.value.text;
	assert_int_equal(ac_store_source(w->f.store, ac_str_from(producers[producer]), &source, &w->f.err), 0);
	assert_int_equal(ac_store_put_row(w->f.store, source, &row, &result, &w->f.err), 0);
}

static void
begin(world *w)
{
	assert_int_equal(ac_store_begin(w->f.store, &w->f.err), 0);
}

static void
commit(world *w)
{
	assert_int_equal(ac_store_commit(w->f.store, &w->f.err), 0);
}

static void
put_rows(world *w, unsigned from, unsigned to)
{
	begin(w);
	for (unsigned i = from; i < to; i++)
		put_row(w, 0, i % KINDS, i / KINDS, AC_TIME_MAX);
	commit(w);
}

/* A pattern over values number k, of any kind that there is: watched as a value, as a composite, over events, over time, or not at all. */
static void
pattern_of(unsigned shape, unsigned k, char out[static 4 * TEXT_MAX])
{
	char a[TEXT_MAX], b[TEXT_MAX], c[TEXT_MAX];

	(void)value_of(0, k, a);
	(void)value_of(1, k, b);
	(void)value_of(shape == 3 ? 4 : 3, k, c);
	switch (shape) {
	case 0:
		(void)snprintf(out, 4 * TEXT_MAX, "[domain-name:value = '%s']", a);
		return;
	case 1:
		(void)snprintf(out, 4 * TEXT_MAX, "[ipv4-addr:value = '%s' OR url:value = '%s']", b, c);
		return;
	case 2:
		(void)snprintf(
		    out, 4 * TEXT_MAX, "[network-traffic:dst_ref.value = '%s' AND network-traffic:dst_port = 443]", b);
		return;
	case 3:
		(void)snprintf(out, 4 * TEXT_MAX, "[file:name = 'tool%u.exe' AND file:hashes.MD5 = '%s']", k, c);
		return;
	case 4:
		(void)snprintf(out, 4 * TEXT_MAX,
		    "[domain-name:value = '%s'] FOLLOWEDBY [ipv4-addr:value = '%s'] WITHIN 60 SECONDS", a, b);
		return;
	case 5:
		(void)snprintf(out, 4 * TEXT_MAX, "[url:value LIKE 'http://web_.example/p%u?%%']", k);
		return;
	default:
		(void)snprintf(out, 4 * TEXT_MAX, "[x-unheard-of:value%u = 'x']", k);
		return;
	}
}

/* Indicator `number`, as its next version. */
static void
put_indicator(world *w, unsigned number, unsigned shape, unsigned k, bool revoked)
{
	char pattern[4 * TEXT_MAX], object[8 * TEXT_MAX];
	const char *const objects[] = { object, NULL };

	pattern_of(shape, k, pattern);
	for (char *p = pattern; *p; p++)
		*p = *p == '\'' ? '`' : *p;
	w->version++;
	(void)snprintf(object, sizeof(object),
	    "{'type':'indicator','spec_version':'2.1','id':'indicator--%08x-0000-4000-8000-000000000001',"
	    "'created':'2021-07-19T10:00:00.000Z','modified':'2022-07-19T%02u:%02u:%02u.000Z','name':'n%u',%s"
	    "'pattern':'%s','pattern_type':'%s','valid_from':'2021-07-01T00:00:00Z'}",
	    number, w->version / 3600, w->version / 60 % 60, w->version % 60, k, revoked ? "'revoked':true," : "",
	    pattern, shape == 7 ? "yara" : "stix");
	fixture_put(&w->f, "ally.example", objects);
}

static void
fill(world *w, uint64_t seed)
{
	w->random = seed;
	put_rows(w, 0, ROWS);
	/* Values on one or two warning lists, most of which nobody lists yet. */
	begin(w);
	for (unsigned i = 0; i < 60; i++)
		put_row(w, 2 + i % 2, i % KINDS, (i * 7 + (unsigned)seed) % POOL, AC_TIME_MAX);
	for (unsigned i = 0; i < 60; i += 5)
		put_row(w, 3 - i % 2, i % KINDS, (i * 7 + (unsigned)seed) % POOL, AC_TIME_MAX);
	commit(w);
	for (w->next_object = 0; w->next_object < 24; w->next_object++)
		put_indicator(w, w->next_object, w->next_object % 8, pick(w, POOL), false);
}

/* One to three changes: an indicator that is new, said anew or revoked, a row that is new, of a second producer, or has another end. */
static void
change(world *w)
{
	static const ac_time ends[] = { { 1600000000, 0 }, { 1800000000, 0 } };

	for (unsigned n = 1 + pick(w, 3); n > 0; n--) {
		switch (pick(w, 6)) {
		case 0:
			put_indicator(w, w->next_object++, pick(w, 8), pick(w, POOL), false);
			break;
		case 1:
			put_indicator(w, pick(w, w->next_object), pick(w, 8), pick(w, POOL), false);
			break;
		case 2:
			put_indicator(w, pick(w, w->next_object), pick(w, 8), pick(w, POOL), true);
			break;
		default:
			begin(w);
			put_row(w, pick(w, 2), pick(w, KINDS), pick(w, POOL), ends[pick(w, 2)]);
			commit(w);
		}
	}
}

/* ---- what an index says ---- */

typedef struct said {
	ac_arena arena;
	ac_vec rows; /* ac_str */
	ac_buf text; /* the rows sorted */
} said;

static int
compare_texts(const void *a, const void *b)
{
	return ac_str_cmp(*(const ac_str *)a, *(const ac_str *)b);
}

static void
say(said *s, ac_str row)
{
	ac_str *p = ac_vec_add(&s->rows);

	assert_non_null(p);
	*p = row;
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	said *s = payload;

	(void)err;
	for (size_t i = 0; i < hit->indicator_count; i++) {
		const ac_hit_indicator *who = &hit->indicators[i];

		say(s,
		    ac_arena_printf(&s->arena, "hit %llu:%llu+%llu %d %.*s %s %.*s %.*s %.*s %zu witnesses%s",
			(unsigned long long)hit->line, (unsigned long long)hit->offset, (unsigned long long)hit->length,
			(int)hit->type, AC_FMT(hit->value), hit->match, AC_FMT(who->id), AC_FMT(who->name),
			AC_FMT(who->producer), hit->witness_count, who->before_valid_from ? " early" : ""));
	}
	return 0;
}

static int
on_held(void *payload, const ac_held_back *held, accord_err *err)
{
	said *s = payload;

	(void)err;
	say(s, ac_arena_printf(&s->arena, "held %llu:%llu %.*s %.*s %s", (unsigned long long)held->line,
		   (unsigned long long)held->offset, AC_FMT(held->value), AC_FMT(held->indicator_id), held->reason));
	return 0;
}

static int
on_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	said *s = payload;

	(void)err;
	say(s, ac_arena_printf(&s->arena, "unwatched %.*s %.*s %.*s", AC_FMT(id), AC_FMT(name), AC_FMT(reason)));
	return 0;
}

static void
listen_to(const ac_index *index, ac_str lines, said *s)
{
	ac_watch_sink sink = { .on_hit = on_hit, .on_held_back = on_held, .payload = s };
	ac_patterns_options options = { .seed = { { 3, 4 } } };
	ac_patterns *patterns = NULL;
	accord_err err = { 0 };
	ac_watch *watch = ac_watch_open(index, AC_S("x"), now, &sink);
	ac_str *rows;

	assert_non_null(watch);
	assert_int_equal(ac_patterns_new(index, &options, &patterns, &err), 0);
	assert_int_equal(ac_watch_set_patterns(watch, patterns, &err), 0);
	s->rows = ac_vec_of(sizeof(ac_str), 1 << 20);
	ac_arena_init(&s->arena, (size_t)1 << 28);
	ac_buf_init(&s->text, (size_t)1 << 28);
	assert_int_equal(ac_watch_feed(watch, lines, &err), 0);
	assert_int_equal(ac_watch_end(watch, &err), 0);
	assert_int_equal(ac_index_each_unwatched(index, on_unwatched, s, &err), 0);
	ac_watch_close(watch);
	ac_patterns_free(patterns);
	rows = s->rows.p;
	qsort(rows, s->rows.n, sizeof(*rows), compare_texts);
	for (size_t i = 0; i < s->rows.n; i++)
		ac_buf_printf(&s->text, "%.*s\n", AC_FMT(rows[i]));
	ac_buf_printf(&s->text, "%llu indicators, %llu unwatched\n",
	    (unsigned long long)ac_index_indicator_count(index), (unsigned long long)ac_index_unwatched_count(index));
}

static void
forget(said *s)
{
	ac_vec_done(&s->rows);
	ac_buf_done(&s->text);
	ac_arena_done(&s->arena);
}

/* The first row that only one of them has. */
static void
assert_same(const ac_index *both, const ac_index *whole, ac_str lines)
{
	said a, b;
	ac_str x, y, row_x = { NULL, 0 }, row_y = { NULL, 0 };

	listen_to(both, lines, &a);
	listen_to(whole, lines, &b);
	x = ac_buf_view(&a.text);
	y = ac_buf_view(&b.text);
	while (ac_str_cut(&x, '\n', &row_x) && ac_str_cut(&y, '\n', &row_y) && ac_str_eq(row_x, row_y))
		continue;
	if (!ac_str_eq(ac_buf_view(&a.text), ac_buf_view(&b.text)))
		fail_msg("with the overlay: %.*s\nmade anew: %.*s", AC_FMT(row_x), AC_FMT(row_y));
	assert_true(a.rows.n > ROWS);
	forget(&a);
	forget(&b);
}

static void
overlay__finds_what_the_index_made_anew_finds(void **state)
{
	world *w = *state;
	unsigned overlays = 0, tombs = 0, anew = 0;
	ac_buf lines;

	ac_buf_init(&lines, AC_MIB);
	make_lines(&lines);
	for (uint64_t seed = 1; seed <= 4; seed++) {
		fill(w, seed);
		for (unsigned step = 0; step < STEPS; step++) {
			ac_index *both = NULL, *whole = NULL;

			change(w);
			assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &both, NULL, &w->f.err), 0);
			(void)unlink(w->other_path);
			assert_int_equal(ac_watch_index(w->f.store, w->other_path, salt, &whole, NULL, &w->f.err), 0);
			assert_null(whole->overlay.header);
			overlays += both->overlay.header != NULL;
			tombs += both->overlay.tomb_count > 0;
			anew += both->overlay.header == NULL;
			assert_same(both, whole, ac_buf_view(&lines));
			ac_index_close(both);
			ac_index_close(whole);
		}
	}
	/* All of it was tried. */
	assert_true(overlays > 40 && tombs > 20 && anew > 3);
	ac_buf_done(&lines);
}

static void
warning_list__makes_the_index_anew(void **state)
{
	world *w = *state;
	ac_index *index = NULL;
	ac_buf lines;
	said s;

	fill(w, 1);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	index = ac_index_close(index);
	begin(w);
	put_row(w, 2, 0, 1, AC_TIME_MAX);
	commit(w);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	assert_null(index->overlay.header);
	ac_buf_init(&lines, AC_MIB);
	make_lines(&lines);
	listen_to(index, ac_buf_view(&lines), &s);
	assert_true(ac_str_find(ac_buf_view(&s.text), AC_S("warning-list: big sites")) < s.text.n);
	forget(&s);
	ac_index_close(index);
	ac_buf_done(&lines);
}

/* ---- what is remembered from line to line ---- */

/* A hit by its place in its line: the same for a line by itself and among others. */
static int
on_hit_in_line(void *payload, const ac_hit *hit, accord_err *err)
{
	ac_buf *out = payload;

	(void)err;
	ac_buf_printf(out, "%llu+%llu %d %.*s %s%s %lld", (unsigned long long)(hit->offset - hit->text_offset),
	    (unsigned long long)hit->length, (int)hit->type, AC_FMT(hit->value), hit->match,
	    hit->malformed ? " malformed" : "", hit->has_time ? (long long)hit->time.seconds : -1LL);
	for (size_t i = 0; i < hit->indicator_count; i++) {
		const ac_hit_indicator *who = &hit->indicators[i];

		ac_buf_printf(out, " %.*s %.*s %.*s%s", AC_FMT(who->id), AC_FMT(who->name), AC_FMT(who->producer),
		    who->before_valid_from ? " early" : "");
	}
	ac_buf_add_byte(out, '\n');
	return 0;
}

static int
on_held_in_line(void *payload, const ac_held_back *held, accord_err *err)
{
	(void)err;
	ac_buf_printf(payload, "held %.*s %.*s %s\n", AC_FMT(held->value), AC_FMT(held->indicator_id), held->reason);
	return 0;
}

/* Defanged and escaped spellings, and lines of JSON that differ in little. */
static void
make_other_lines(ac_buf *lines)
{
	for (unsigned k = 0; k < POOL; k += 3) {
		ac_buf_printf(lines,
		    "x hxxp://web%u[.]example/p%u?q=%u, h%u[.]evil%u(dot)example, u%u[at]mail.example\n", k % 5, k, k,
		    k, k % 7, k);
		ac_buf_printf(lines,
		    "{\"a\":\"http:\\/\\/web%u.example\\/p%u?q=%u\",\"b\":\"h%u.evil\\u003%u.example\",\"n\":%u}\n",
		    k % 5, k, k, k, k % 7, k);
		ac_buf_printf(lines, "{\"a\":\"198.18.%u.%u\",\"b\":\"caf\xc3\xa9 h%u.evil%u.example\",\"n\":%u%s}\n",
		    k % 3, k + 1, k, k % 7, k, k % 2 ? "" : ",\"n\":null");
	}
}

/* A watch that goes on from index to index says of each line what one says that has seen no other. */
static void
watch__remembers_nothing_that_changes_a_hit(void **state)
{
	world *w = *state;
	ac_buf lines, together, alone;
	ac_watch_position position;
	ac_watch_sink sink = { .on_hit = on_hit_in_line, .on_held_back = on_held_in_line, .payload = &together };
	ac_index *index = NULL, *before = NULL;
	ac_watch *watch = NULL;

	ac_buf_init(&lines, AC_MIB);
	ac_buf_init(&together, (size_t)1 << 28);
	ac_buf_init(&alone, (size_t)1 << 28);
	make_lines(&lines);
	make_other_lines(&lines);
	fill(w, 5);
	for (unsigned step = 0; step < STEPS / 2; step++) {
		ac_str rest = ac_buf_view(&lines), line;

		change(w);
		assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
		if (!watch)
			watch = ac_watch_open(index, AC_S("x"), now, &sink);
		assert_non_null(watch);
		ac_watch_use(watch, index);
		before = ac_index_close(before);
		before = index;
		ac_buf_reset(&together);
		ac_buf_reset(&alone);
		assert_int_equal(ac_watch_feed(watch, rest, &w->f.err), 0);
		assert_int_equal(ac_watch_pause(watch, &position, &w->f.err), 0);
		sink.payload = &alone;
		while (ac_str_next_field(&rest, '\n', &line)) {
			ac_watch *other = ac_watch_open(index, AC_S("x"), now, &sink);

			assert_non_null(other);
			assert_int_equal(ac_watch_feed(other, line, &w->f.err), 0);
			assert_int_equal(ac_watch_end(other, &w->f.err), 0);
			ac_watch_close(other);
		}
		sink.payload = &together;
		assert_true(together.n > ROWS * 40);
		assert_str(ac_buf_view(&together), ac_buf_view(&alone));
	}
	ac_watch_close(watch);
	ac_index_close(index);
	ac_buf_done(&lines);
	ac_buf_done(&together);
	ac_buf_done(&alone);
}

/* ---- compaction ---- */

static void
overlay__ends_behind_a_fiftieth_of_the_base(void **state)
{
	world *w = *state;
	ac_index *index = NULL;
	uint64_t base;

	put_rows(w, 0, ROWS);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	base = index->base.header->checksum;
	index = ac_index_close(index);
	/* 600 / 50 = 12 changes since the base, in whatever steps they come. */
	for (unsigned i = 0; i < 12; i++) {
		put_rows(w, ROWS + i, ROWS + i + 1);
		assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
		assert_non_null(index->overlay.header);
		assert_true(index->base.header->checksum == base);
		assert_int_equal(ac_index_indicator_count(index), ROWS + i + 1);
		index = ac_index_close(index);
	}
	put_rows(w, ROWS + 12, ROWS + 13);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	assert_null(index->overlay.header);
	assert_int_equal(ac_index_indicator_count(index), ROWS + 13);
	ac_index_close(index);
}

/* ---- faults ---- */

/* The store moves on by one row, and the index with it; memory ends at allocation n. What comes is exact. */
static int
move_on(world *w, const ac_index *base, unsigned long n)
{
	ac_index *both = NULL;
	int rc;

	if (n > 0)
		fail_malloc_at(n);
	rc = ac_index_overlay(w->f.store, base, w->path, &both, &w->f.err);
	if (n > 0 && !fail_malloc_done())
		n = 0;
	if (rc == 0) {
		assert_int_equal(ac_index_indicator_count(both), ROWS + 2);
		assert_int_equal(both->overlay.tomb_count, 1);
		ac_index_close(both);
	} else {
		assert_int_equal(rc, ACCORD_ENOMEM);
		assert_null(both);
	}
	return n > 0 ? 1 : 0;
}

static void
overlay__survives_every_allocation_failure(void **state)
{
	world *w = *state;
	ac_index *base = NULL;
	unsigned long n = 1;

	put_rows(w, 0, ROWS);
	put_indicator(w, 1, 0, 1, false);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &base, NULL, &w->f.err), 0);
	put_rows(w, ROWS, ROWS + 1);
	put_indicator(w, 1, 2, 2, false);
	while (move_on(w, base, n))
		n++;
	assert_true(n > 30);
	/* With whatever failed before, the next one is as it should be. */
	assert_int_equal(move_on(w, base, 0), 0);
	ac_index_close(base);
}

static void
laying_over__survives_every_allocation_failure(void **state)
{
	world *w = *state;
	ac_index *base = NULL, *both = NULL;
	char over[128];
	unsigned long n;

	put_rows(w, 0, ROWS);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &base, NULL, &w->f.err), 0);
	put_rows(w, ROWS, ROWS + 2);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &both, NULL, &w->f.err), 0);
	both = ac_index_close(both);
	(void)snprintf(over, sizeof(over), "%s.over", w->path);
	for (n = 1;; n++) {
		int rc;

		fail_malloc_at(n);
		rc = ac_index_lay_over(base, over, &both, &w->f.err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			break;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
		assert_null(both);
	}
	assert_true(n > 2);
	assert_int_equal(ac_index_indicator_count(both), ROWS + 2);
	ac_index_close(both);
	ac_index_close(base);
}

/* The first `count` rows get another end at each call. */
static void
alter_rows(world *w, unsigned count, unsigned long call)
{
	begin(w);
	for (unsigned i = 0; i < count; i++)
		put_row(w, 0, i % KINDS, i / KINDS, (ac_time){ 1800000000 + (int64_t)call, 0 });
	commit(w);
}

static void
refreshing__survives_every_allocation_failure(void **state)
{
	world *w = *state;
	ac_index *first = NULL;
	ac_live_index *live = NULL;
	unsigned long n, call = 0;

	put_rows(w, 0, ROWS);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &first, NULL, &w->f.err), 0);
	for (n = 1; !live; n++) {
		fail_malloc_at(n);
		live = ac_live_open(first, 2);
		assert_true(fail_malloc_done() == (live == NULL));
	}
	assert_true(n > 2);
	/* By an overlay, and then by an index that is made anew. */
	for (unsigned rows = 1; rows <= 2 * ROWS / 50; rows += 2 * ROWS / 50 - 1) {
		bool failed = true;

		for (n = 1; failed; n++) {
			bool changed = false;
			int64_t before = ac_index_generation(ac_live_current(live));
			int rc;

			alter_rows(w, rows, ++call);
			fail_malloc_at(n);
			rc = ac_live_refresh(live, w->f.store, w->path, salt, &changed, &w->f.err);
			failed = fail_malloc_done();
			assert_true(rc == 0 || (failed && rc == ACCORD_ENOMEM));
			assert_int_equal(changed, rc == 0);
			assert_int_equal(ac_index_generation(ac_live_current(live)) > before, rc == 0);
			assert_int_equal(ac_index_indicator_count(ac_live_current(live)), ROWS);
			assert_int_equal(ac_live_retired(live), 0);
		}
		assert_true(n > 20);
		assert_int_equal(ac_live_current(live)->overlay.header != NULL, rows == 1);
	}
	ac_live_close(live);
}

/* In a child process, whose files end at so many bytes: the overlay then lives in memory, and says the same. */
static int
refresh_with_little_room(world *w, rlim_t room)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		struct rlimit limit = { room, room };
		ac_index *index = NULL;
		bool good = signal(SIGXFSZ, SIG_IGN) != SIG_ERR && setrlimit(RLIMIT_FSIZE, &limit) == 0 &&
			    ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err) == 0;

		good = good && ac_index_indicator_count(index) == ROWS + 2;
		ac_index_close(index);
		_exit(good ? 0 : 1);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
overlay__that_cannot_be_written_lives_in_memory(void **state)
{
	world *w = *state;
	ac_index *index = NULL;
	struct stat size;
	char over[128];

	put_rows(w, 0, ROWS);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	index = ac_index_close(index);
	put_rows(w, ROWS, ROWS + 2);
	(void)snprintf(over, sizeof(over), "%s.over", w->path);
	for (rlim_t room = 0; access(over, F_OK) < 0; room += 4093) {
		assert_true(room < AC_MIB);
		assert_int_equal(refresh_with_little_room(w, room), 0);
	}
	/* It was written once it had room, and nothing half done is left beside it. */
	assert_int_equal(stat(over, &size), 0);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	assert_true(index->overlay.header && index->overlay.header->file_size == (uint64_t)size.st_size);
	ac_index_close(index);
	/* The same when a folder stands in its place. */
	(void)unlink(over);
	assert_int_equal(mkdir(over, 0700), 0);
	put_rows(w, ROWS + 2, ROWS + 3);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	assert_non_null(index->overlay.header);
	assert_int_equal(ac_index_indicator_count(index), ROWS + 3);
	ac_index_close(index);
	(void)rmdir(over);
}

static void
put_value(world *w, ac_value_type type, const char *text)
{
	ac_row row = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX, .confidence = -1 };
	ac_put_result result;
	int64_t source;

	assert_int_equal(ac_value_parse(type, ac_str_from(text), &w->f.arena, &row.value, &w->f.err), 0);
	row.exact = row.value.text;
	begin(w);
	assert_int_equal(ac_store_source(w->f.store, AC_S("one.example"), &source, &w->f.err), 0);
	assert_int_equal(ac_store_put_row(w->f.store, source, &row, &result, &w->f.err), 0);
	commit(w);
}

static int
count_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	(void)hit;
	(void)err;
	++*(size_t *)payload;
	return 0;
}

static size_t
count_hits(const ac_index *index, ac_str lines)
{
	size_t hits = 0;
	const ac_watch_sink sink = { count_hit, NULL, &hits };
	ac_watch *watch = ac_watch_open(index, AC_S("x"), now, &sink);
	accord_err err;

	assert_non_null(watch);
	assert_int_equal(ac_watch_feed(watch, lines, &err), 0);
	assert_int_equal(ac_watch_end(watch, &err), 0);
	ac_watch_close(watch);
	return hits;
}

/* What is looked for at all, and the filters of it, come with the overlay. And an index of another version is made anew. */
static void
overlay__brings_the_first_of_a_kind(void **state)
{
	static const struct {
		ac_value_type type;
		const char *text;
	} firsts[] = {
		{ AC_VALUE_FILE_NAME, "qz" },
		{ AC_VALUE_FILE_NAME, "qzwxy" },
		{ AC_VALUE_FILE_NAME, "longerword" },
		{ AC_VALUE_AS_NUMBER, "AS64496" },
	};
	const ac_str lines = AC_S("{\"qz\":\"qz\",\"a\":\"qzwxy\",\"b\":\"longerword\",\"asn\":64496}\n");
	world *w = *state;
	ac_index *index = NULL;
	uint32_t version = AC_INDEX_VERSION - 1;
	FILE *file;

	begin(w);
	for (unsigned i = 0; i < 3 * POOL; i++)
		put_row(w, 0, i % 2 ? 4 : 1 - i % 4 / 2, i / 4, AC_TIME_MAX);
	commit(w);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	assert_int_equal(count_hits(index, lines), 0);
	for (size_t i = 0; i < AC_COUNT(firsts); i++) {
		index = ac_index_close(index);
		put_value(w, firsts[i].type, firsts[i].text);
		assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
		assert_non_null(index->overlay.header);
		assert_int_equal(count_hits(index, lines), i + 1);
	}
	index = ac_index_close(index);
	file = fopen(w->path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, (long)offsetof(ac_index_header, version), SEEK_SET), 0);
	assert_int_equal(fwrite(&version, sizeof(version), 1, file), 1);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(ac_watch_index(w->f.store, w->path, salt, &index, NULL, &w->f.err), 0);
	assert_null(index->overlay.header);
	assert_int_equal(index->base.header->version, AC_INDEX_VERSION);
	assert_int_equal(count_hits(index, lines), AC_COUNT(firsts));
	ac_index_close(index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(overlay__finds_what_the_index_made_anew_finds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(warning_list__makes_the_index_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(watch__remembers_nothing_that_changes_a_hit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlay__ends_behind_a_fiftieth_of_the_base, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlay__survives_every_allocation_failure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(laying_over__survives_every_allocation_failure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refreshing__survives_every_allocation_failure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlay__that_cannot_be_written_lives_in_memory, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlay__brings_the_first_of_a_kind, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
