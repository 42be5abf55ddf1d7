/* SPDX-License-Identifier: Apache-2.0 */
/* What was seen since the last flush: a table in memory, one entry a value and day; and the flush, a part for each span of days. */
#include "watch/retro.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "sys/os.h"
#include "watch/retro_tidy.h"

#define FIRST_SLOTS ((size_t)1 << 12)
/* A clock that is a little behind that of the sensors. */
#define DAYS_AHEAD 1

typedef struct entry {
	uint32_t key_at;
	uint16_t key_n;
	bool is_left_out; /* over the limit of its day */
	int32_t day;
	ac_retro_seen seen; /* count 0: it is on disk */
} entry;

typedef struct slot {
	uint32_t hash;
	uint32_t number; /* of the entry, plus one; 0: empty */
} slot;

struct ac_retro {
	char *folder;
	ac_retro_limits limits;
	int64_t today;
	uint32_t epoch; /* of places: one more with each time that everything is forgotten; never 0 */
	ac_hash_seed seed;
	pthread_mutex_t mutex;
	ac_vec entries;
	ac_buf keys;
	slot *slots;
	size_t slot_capacity;
	ac_str names[AC_RETRO_NAMES];
	unsigned name_count;
	ac_arena name_texts;
	ac_retro_counts counts;
};

ac_retro *
ac_retro_open(const char *folder, const ac_retro_limits *limits, ac_time now, ac_hash_seed seed)
{
	ac_retro *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	if (pthread_mutex_init(&r->mutex, NULL)) {
		free(r);
		return NULL;
	}
	r->folder = strdup(folder);
	r->limits = *limits;
	r->today = ac_retro_day(now);
	r->epoch = 1;
	r->seed = seed;
	r->entries = ac_vec_of(sizeof(entry), AC_RETRO_GATHERED_MAX);
	ac_buf_init(&r->keys, AC_RETRO_GATHERED_BYTES);
	ac_arena_init(&r->name_texts, AC_MIB);
	r->slots = calloc(FIRST_SLOTS, sizeof(*r->slots));
	r->slot_capacity = FIRST_SLOTS;
	return r->folder && r->slots ? r : ac_retro_close(r);
}

ac_retro *
ac_retro_close(ac_retro *r)
{
	if (!r)
		return NULL;
	(void)pthread_mutex_destroy(&r->mutex);
	ac_vec_done(&r->entries);
	ac_buf_done(&r->keys);
	ac_arena_done(&r->name_texts);
	free(r->slots);
	free(r->folder);
	free(r);
	return NULL;
}

void
ac_retro_count(ac_retro *r, ac_retro_counts *out)
{
	(void)pthread_mutex_lock(&r->mutex);
	*out = r->counts;
	(void)pthread_mutex_unlock(&r->mutex);
}

/* ---- sources ---- */

static bool
is_separator(char c)
{
	return c == '.' || c == '_' || c == '-' || c == ' ';
}

/* Digits, and what stands between those of a time. */
static bool
is_number(ac_str part)
{
	bool digits = false;

	for (size_t i = 0; i < part.n; i++) {
		digits |= ac_is_digit(part.p[i]);
		if (!ac_is_digit(part.p[i]) && part.p[i] != ':' && part.p[i] != 'T' && part.p[i] != 'Z')
			return false;
	}
	return digits;
}

static bool
is_packing(ac_str part)
{
	static const ac_str endings[] = { AC_S_INIT("gz"), AC_S_INIT("zst"), AC_S_INIT("xz") };

	for (size_t i = 0; i < AC_COUNT(endings); i++)
		if (ac_str_eq_fold(part, endings[i]))
			return true;
	return false;
}

/* A component of a path without its numbers and packing, added to out. */
static size_t
put_component(char *out, size_t n, ac_str component)
{
	size_t begin = n, at = 0;

	while (at < component.n) {
		size_t end = at;
		ac_str part;

		while (end < component.n && !is_separator(component.p[end]))
			end++;
		part = ac_str_slice(component, at, end);
		if (!is_number(part) && !is_packing(part) && n + part.n + 1 < AC_RETRO_NAME_MAX) {
			if (n > begin && at > 0)
				out[n++] = component.p[at - 1];
			if (part.n)
				memcpy(out + n, part.p, part.n);
			n += part.n;
		}
		at = end + 1;
	}
	return n;
}

ac_str
ac_retro_name(ac_str path, char out[static AC_RETRO_NAME_MAX])
{
	size_t name = path.n, folder, n = 0, before;

	while (name > 0 && path.p[name - 1] != '/')
		name--;
	/* The last folder whose name is more than a date. */
	for (folder = name; n == 0 && folder > 1;) {
		size_t end = folder - 1, begin = end;

		while (begin > 0 && path.p[begin - 1] != '/')
			begin--;
		n = put_component(out, 0, ac_str_slice(path, begin, end));
		folder = begin;
	}
	if (n)
		out[n++] = '/';
	before = n;
	n = put_component(out, n, ac_str_slice(path, name, path.n));
	return n > before ? (ac_str){ out, n } : ac_str_slice(path, name, name + AC_RETRO_NAME_MAX);
}

uint64_t
ac_retro_source(ac_retro *r, ac_str path)
{
	char text[AC_RETRO_NAME_MAX];
	ac_str name = ac_retro_name(path, text), copy;
	uint64_t bit = AC_RETRO_OTHERS;
	unsigned count;

	(void)pthread_mutex_lock(&r->mutex);
	count = r->name_count;
	bit = ac_retro_name_bit(r->names, &count, name);
	if (count > r->name_count) {
		copy = ac_arena_str(&r->name_texts, name);
		r->names[r->name_count] = copy;
		if (copy.p)
			r->name_count = count;
		else
			bit = AC_RETRO_OTHERS;
	}
	(void)pthread_mutex_unlock(&r->mutex);
	return bit;
}

/* ---- table ---- */

static inline ac_str
key_of(const ac_retro *r, const entry *e)
{
	return (ac_str){ r->keys.p + e->key_at, e->key_n };
}

static void
place(slot *slots, size_t capacity, slot s)
{
	size_t at = s.hash & (capacity - 1);

	while (slots[at].number)
		at = (at + 1) & (capacity - 1);
	slots[at] = s;
}

static bool
grow_slots(ac_retro *r)
{
	size_t capacity = r->slot_capacity * 2;
	slot *slots;

	if (r->entries.n < r->slot_capacity / 2)
		return true;
	slots = ac_alloc_table(capacity * sizeof(*slots));
	if (!slots)
		return false;
	memset(slots, 0, capacity * sizeof(*slots));
	for (size_t i = 0; i < r->slot_capacity; i++)
		if (r->slots[i].number)
			place(slots, capacity, r->slots[i]);
	free(r->slots);
	r->slots = slots;
	r->slot_capacity = capacity;
	return true;
}

static inline uint32_t
slot_hash(uint64_t hash, int32_t day)
{
	hash += (uint64_t)(uint32_t)day * 0x9e3779b97f4a7c15U;
	return (uint32_t)(hash ^ hash >> 32);
}

/* The entry of a value and day; made when new, NULL without room. */
static entry *
find_entry(ac_retro *r, ac_str key, uint64_t key_hash, int32_t day)
{
	uint32_t hash = slot_hash(key_hash, day);
	size_t at = hash & (r->slot_capacity - 1);
	entry *e;

	for (; r->slots[at].number; at = (at + 1) & (r->slot_capacity - 1)) {
		e = (entry *)r->entries.p + r->slots[at].number - 1;
		if (r->slots[at].hash == hash && e->day == day && ac_str_eq(key_of(r, e), key))
			return e;
	}
	if (r->entries.n == AC_RETRO_GATHERED_MAX || r->keys.n + key.n > AC_RETRO_GATHERED_BYTES || !grow_slots(r))
		return NULL;
	ac_buf_add(&r->keys, key);
	e = r->keys.failed ? NULL : ac_vec_add(&r->entries);
	if (!e)
		return NULL;
	*e = (entry){ .key_at = (uint32_t)(r->keys.n - key.n), .key_n = (uint16_t)key.n, .day = day };
	place(r->slots, r->slot_capacity, (slot){ hash, (uint32_t)r->entries.n });
	return e;
}

static void
forget(ac_retro *r)
{
	r->epoch += r->epoch == UINT32_MAX ? 2 : 1;
	r->entries.n = 0;
	r->entries.failed = 0;
	ac_buf_reset(&r->keys);
	memset(r->slots, 0, r->slot_capacity * sizeof(*r->slots));
}

/* ---- flush ---- */

static int64_t
span_of(int64_t day)
{
	return day - ((day % AC_RETRO_SPAN) + AC_RETRO_SPAN) % AC_RETRO_SPAN;
}

static int
by_span_and_key(const void *a, const void *b, void *payload)
{
	const ac_retro *r = payload;
	const entry *x = (const entry *)r->entries.p + *(const uint32_t *)a,
		    *y = (const entry *)r->entries.p + *(const uint32_t *)b;
	int64_t p = span_of(x->day), q = span_of(y->day);
	int order;

	if (p != q)
		return p < q ? -1 : 1;
	order = ac_str_cmp(key_of(r, x), key_of(r, y));
	return order ? order : (x->day < y->day ? -1 : x->day > y->day);
}

/* Entries numbers[0, count) of one span into a part. */
static int
write_values(ac_retro *r, ac_retro_writer *w, int64_t first_day, const uint32_t *numbers, size_t count, accord_err *err)
{
	entry *all = r->entries.p;
	ac_retro_seen seen[AC_RETRO_SPAN];
	int rc = 0;

	for (size_t i = 0, next; !rc && i < count; i = next) {
		ac_str key = key_of(r, &all[numbers[i]]);
		uint16_t days = 0;

		for (next = i; next < count && ac_str_eq(key_of(r, &all[numbers[next]]), key); next++) {
			entry *e = &all[numbers[next]];
			unsigned day = (unsigned)(e->day - first_day);

			/* Beside other parts, the merge decides: what is known already has the first right. */
			e->is_left_out = w->footer.low == 1 && w->footer.day_values[day] >= r->limits.per_day;
			if (e->is_left_out) {
				w->footer.day_surplus[day]++;
				continue;
			}
			days |= (uint16_t)(1U << day);
			seen[day] = e->seen;
		}
		if (days)
			rc = ac_retro_writer_add(w, key, days, seen, err);
	}
	return rc;
}

static int
write_span(ac_retro *r, const ac_retro_files *files, const uint32_t *numbers, size_t count, accord_err *err)
{
	entry *all = r->entries.p;
	int64_t first_day = span_of(all[numbers[0]].day);
	ac_retro_file file = { first_day, 1, 1 };
	ac_retro_footer about = { .first_day = (int32_t)first_day };
	ac_retro_writer *w = malloc(sizeof(*w));
	char path[AC_PATH_MAX];
	uint64_t size;
	int rc;

	if (!w)
		return ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory to write");
	for (size_t i = 0; i < files->all.n; i++) {
		const ac_retro_file *f = (const ac_retro_file *)files->all.p + i;

		if (f->first_day == first_day && f->high >= file.low)
			file.low = file.high = f->high + 1;
	}
	about.low = about.high = file.low;
	ac_retro_file_path(r->folder, &file, path);
	rc = ac_retro_writer_open(w, path, &about, r->names, r->name_count, err);
	if (!rc) {
		rc = write_values(r, w, first_day, numbers, count, err);
		if (rc)
			ac_retro_writer_abort(w);
		else
			rc = ac_retro_writer_finish(w, &size, err);
	}
	for (size_t i = 0; !rc && i < count; i++) {
		r->counts.surplus += all[numbers[i]].is_left_out;
		all[numbers[i]].seen.count = 0;
	}
	free(w);
	return rc;
}

/* All spans; what is on disk is forgotten when all of it is. */
static int
write_all(ac_retro *r, const ac_retro_files *files, accord_err *err)
{
	const entry *all = r->entries.p;
	uint32_t *numbers = malloc((r->entries.n + 1) * sizeof(*numbers));
	size_t n = 0;
	int rc = 0;

	if (!numbers)
		return ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory to sort %zu values", r->entries.n);
	for (size_t i = 0; i < r->entries.n; i++)
		if (all[i].seen.count)
			numbers[n++] = (uint32_t)i;
	if (n > 1)
		qsort_r(numbers, n, sizeof(*numbers), by_span_and_key, r);
	for (size_t i = 0, next; !rc && i < n; i = next) {
		next = i + 1;
		while (next < n && span_of(all[numbers[next]].day) == span_of(all[numbers[i]].day))
			next++;
		rc = write_span(r, files, numbers + i, next - i, err);
	}
	free(numbers);
	if (!rc)
		forget(r);
	return rc;
}

/* Each span that has several parts, as it lies there now. */
static int
tidy_all(ac_retro *r, ac_retro_files *files, accord_err *err)
{
	int rc = ac_retro_files_list(files, r->folder, false, err);

	for (size_t i = 0, next; !rc && i < files->all.n; i = next) {
		const ac_retro_file *f = files->all.p;

		next = i + 1;
		while (next < files->all.n && f[next].first_day == f[i].first_day)
			next++;
		rc = ac_retro_tidy_span(
		    r->folder, f + i, next - i, &r->limits, r->today - r->limits.days + 1, &r->counts, err);
	}
	return rc ? rc : ac_retro_age(r->folder, &r->limits, r->today, &r->counts, err);
}

static int
flush(ac_retro *r, accord_err *err)
{
	ac_retro_files files;
	int lock, rc;

	if (r->entries.n == 0)
		return 0;
	rc = ac_dir_make(r->folder, err);
	if (rc)
		return rc;
	lock = ac_retro_lock(r->folder, err);
	if (lock < 0)
		return lock;
	ac_retro_files_init(&files);
	rc = ac_retro_files_list(&files, r->folder, true, err);
	if (!rc)
		rc = write_all(r, &files, err);
	if (!rc)
		rc = tidy_all(r, &files, err);
	ac_retro_files_done(&files);
	ac_file_unlock(lock);
	return rc;
}

int
ac_retro_flush(ac_retro *r, ac_time now, accord_err *err)
{
	int rc;

	(void)pthread_mutex_lock(&r->mutex);
	r->today = ac_retro_day(now);
	rc = flush(r, err);
	(void)pthread_mutex_unlock(&r->mutex);
	return rc;
}

/* ---- seeing ---- */

uint64_t
ac_retro_hash(const ac_retro *r, ac_str key)
{
	return ac_siphash(r->seed, key);
}

static bool
is_current(const ac_retro *r, const ac_retro_place *place)
{
	return place->epoch == r->epoch;
}

/* What will be looked at soon. */
static void
prefetch(const ac_retro *r, const ac_retro_sight *s)
{
	if (is_current(r, &s->place))
		__builtin_prefetch((const entry *)r->entries.p + s->place.number, 1);
	else
		__builtin_prefetch(&r->slots[slot_hash(s->hash, s->place.day) & (r->slot_capacity - 1)]);
}

/* The same of what the slot says: what was asked for before is here by now. */
static void
prefetch_entry(const ac_retro *r, const ac_retro_sight *s)
{
	uint32_t hash = slot_hash(s->hash, s->place.day);
	const slot *at = &r->slots[hash & (r->slot_capacity - 1)];

	if (!is_current(r, &s->place) && at->number)
		__builtin_prefetch((const entry *)r->entries.p + at->number - 1, 1);
}

static int
see(ac_retro *r, uint64_t source, ac_retro_sight *s, ac_on_retro_sight make_key, void *payload, accord_err *err)
{
	ac_retro_seen seen = { source, s->first, s->last, s->count };
	ac_str key = { s->key, s->key_n };
	entry *e;
	int rc;

	r->counts.seen += s->count;
	if (s->place.day <= r->today - (int64_t)r->limits.days || s->place.day > r->today + DAYS_AHEAD) {
		r->counts.outside += s->count;
		return 0;
	}
	if (is_current(r, &s->place)) {
		ac_retro_seen_add(&((entry *)r->entries.p)[s->place.number].seen, &seen);
		return 0;
	}
	if (key.n == 0) {
		key = make_key(payload, s);
		s->hash = ac_retro_hash(r, key);
	}
	if (key.n < 2 || key.n > AC_RETRO_KEY_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "memory of observables: a key of %zu bytes", key.n);
	e = find_entry(r, key, s->hash, s->place.day);
	if (!e) {
		rc = flush(r, err);
		if (rc)
			return rc;
		e = find_entry(r, key, s->hash, s->place.day);
	}
	if (!e)
		return ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory for one more value");
	ac_retro_seen_add(&e->seen, &seen);
	s->place.number = (uint32_t)(e - (entry *)r->entries.p);
	s->place.epoch = r->epoch;
	return 0;
}

#define AHEAD 8

int
ac_retro_see(ac_retro *r, uint64_t source, ac_retro_sight *sights, size_t n, ac_on_retro_sight make_key, void *payload,
    accord_err *err)
{
	int rc = 0;

	(void)pthread_mutex_lock(&r->mutex);
	for (size_t i = 0; i < n && i < 2 * AHEAD; i++)
		prefetch(r, &sights[i]);
	for (size_t i = 0; !rc && i < n; i++) {
		if (i + 2 * AHEAD < n)
			prefetch(r, &sights[i + 2 * AHEAD]);
		if (i + AHEAD < n)
			prefetch_entry(r, &sights[i + AHEAD]);
		rc = see(r, source, &sights[i], make_key, payload, err);
	}
	(void)pthread_mutex_unlock(&r->mutex);
	return rc;
}

int
ac_retro_add(ac_retro *r, uint64_t source, ac_str key, ac_time t, accord_err *err)
{
	int64_t day = ac_retro_day(t);
	uint32_t second = (uint32_t)(t.seconds - day * AC_RETRO_DAY_SECONDS);
	ac_retro_sight sight = { { 0, 0,
				     day > INT32_MAX   ? INT32_MAX
				     : day < INT32_MIN ? INT32_MIN
						       : (int32_t)day },
		second, second, 1, (uint32_t)key.n, key.p, ac_retro_hash(r, key), 0 };

	if (key.n < 2 || key.n > AC_RETRO_KEY_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "memory of observables: a key of %zu bytes", key.n);

	return ac_retro_see(r, source, &sight, 1, NULL, NULL, err);
}
