/* SPDX-License-Identifier: Apache-2.0 */
/* Names: who is called so, what somebody is called, and what is nearly called so. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "store/facts.h"

typedef struct name_query {
	ac_store *store;
	ac_on_name on;
	void *payload;
	ac_str key;  /* only names with this key; p NULL: all */
	size_t left; /* names still wanted */
} name_query;

static int
hand_out(name_query *q, const ac_current *current, const ac_facts_name *name, ac_arena *arena, accord_err *err)
{
	ac_name_hit hit = { name->text, name->kind, name->namer.n ? name->namer : current->producer, current->id };

	if (q->key.p) {
		ac_str key;

		ac_arena_reset(arena);
		key = ac_name_key(name->text, arena);
		if (!key.p)
			return ac_arena_check(arena, err);
		if (!ac_str_eq(key, q->key))
			return 0;
	}
	if (q->left == 0)
		return 1;
	q->left--;
	return q->on(q->payload, &hit, err);
}

static int
names_of_object(name_query *q, int64_t object, accord_err *err)
{
	ac_arena arena, key_arena;
	ac_current current;
	ac_facts facts;
	ac_facts_edge edge;
	ac_facts_name name;
	int rc;

	ac_arena_init(&arena, AC_STORE_ARENA_MAX);
	ac_arena_init(&key_arena, AC_STORE_ARENA_MAX);
	rc = ac_get_current(q->store, object, &arena, &current, err);
	if (rc == 0) {
		facts = ac_facts_begin(current.facts);
		while (ac_facts_next_edge(&facts, &edge))
			;
		while (rc == 0 && ac_facts_next_name(&facts, &name))
			rc = hand_out(q, &current, &name, &key_arena, err);
		if (rc == 0)
			rc = ac_facts_check(&facts, err);
	}
	ac_arena_done(&key_arena);
	ac_arena_done(&arena);
	return rc == ACCORD_ENOTFOUND ? 0 : rc;
}

/* The names with q->key of all objects. */
static int
objects_of_key(name_query *q, accord_err *err)
{
	sqlite3_stmt *s = ac_sql_take(q->store, AC_SQL_NAME_FIND, err);
	int rc;

	if (!s)
		return q->store->last_code;
	ac_sql_bind_text(s, 1, q->key);
	while ((rc = ac_sql_step(q->store, s, err)) == 1) {
		rc = names_of_object(q, sqlite3_column_int64(s, 0), err);
		if (rc != 0)
			break;
	}
	ac_sql_give(q->store, AC_SQL_NAME_FIND, s);
	return rc;
}

int
ac_store_find_name(ac_store *store, ac_str name, ac_on_name on, void *payload, accord_err *err)
{
	name_query q = { store, on, payload, { NULL, 0 }, SIZE_MAX };
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_STORE_ARENA_MAX);
	q.key = ac_name_key(name, &arena);
	rc = q.key.p ? 0 : ac_arena_check(&arena, err);
	if (rc == 0 && q.key.n > 0)
		rc = objects_of_key(&q, err);
	ac_arena_done(&arena);
	return rc < 0 ? rc : 0;
}

int
ac_store_names_of(ac_store *store, ac_str id, ac_on_name on, void *payload, accord_err *err)
{
	name_query q = { store, on, payload, { NULL, 0 }, SIZE_MAX };
	int64_t object;
	int rc = ac_intern_object(store, id, false, &object, NULL, err);

	if (rc == 0 && object != 0)
		rc = names_of_object(&q, object, err);
	return rc < 0 ? rc : 0;
}

/*
 * Near names: the bit-parallel edit distance of Myers (1999) as Hyyro (2003) writes it: one step of a few word operations for each character of the
 * text, for patterns up to 64 characters. All keys are tried: 100,000 short names take a few milliseconds.
 */
typedef struct near_pattern {
	uint64_t ascii[128];                     /* where a character stands in the pattern */
	uint32_t others[AC_STORE_NEAR_NAME_MAX]; /* characters beyond ASCII ... */
	uint64_t masks[AC_STORE_NEAR_NAME_MAX];  /* ... and where they stand */
	size_t other_count;
	size_t length;
	ac_str key;
} near_pattern;

static uint64_t *
mask_of(near_pattern *p, uint32_t c, bool make)
{
	if (c < 128)
		return &p->ascii[c];
	for (size_t i = 0; i < p->other_count; i++)
		if (p->others[i] == c)
			return &p->masks[i];
	if (!make)
		return NULL;
	p->others[p->other_count] = c;
	return &p->masks[p->other_count++];
}

/* False when the key is empty or too long to be near anything. */
static bool
near_prepare(near_pattern *p, ac_str key)
{
	size_t at = 0;

	memset(p, 0, sizeof(*p));
	p->key = key;
	while (at < key.n) {
		if (p->length >= AC_STORE_NEAR_NAME_MAX)
			return false;
		*mask_of(p, ac_utf8_next(key, &at, NULL), true) |= (uint64_t)1 << p->length++;
	}
	return p->length > 0;
}

static size_t
near_distance(near_pattern *p, ac_str text)
{
	uint64_t plus = ~(uint64_t)0, minus = 0, last = (uint64_t)1 << (p->length - 1);
	size_t distance = p->length, at = 0;

	while (at < text.n) {
		uint32_t c =
		    (unsigned char)text.p[at] < 0x80 ? (unsigned char)text.p[at++] : ac_utf8_next(text, &at, NULL);
		const uint64_t *mask = mask_of(p, c, false);
		uint64_t equal = mask ? *mask : 0;
		uint64_t diagonal = (((equal & plus) + plus) ^ plus) | equal | minus;
		uint64_t right_plus = minus | ~(diagonal | plus), right_minus = plus & diagonal;

		distance += (right_plus & last) != 0;
		distance -= (right_minus & last) != 0;
		right_plus = right_plus << 1 | 1;
		plus = right_minus << 1 | ~(diagonal | right_plus);
		minus = right_plus & diagonal;
	}
	return distance;
}

/* One slip in a short name, three in a long one; a single character is near nothing. */
static size_t
allowed_distance(size_t length)
{
	return length <= 1 ? 0 : length <= 4 ? 1 : length <= 8 ? 2 : 3;
}

typedef struct near_hit {
	size_t score;
	ac_str key; /* in the arena */
} near_hit;

typedef struct near_list {
	near_hit *hits;
	size_t count, most;
} near_list;

/* Kept sorted, best first; of equals the first in the order of keys. */
static int
near_insert(near_list *list, size_t score, ac_str key, ac_arena *arena, accord_err *err)
{
	size_t at = list->count;
	ac_str copy;

	if (list->count == list->most && score >= list->hits[list->count - 1].score)
		return 0;
	copy = ac_arena_str(arena, key);
	if (!copy.p)
		return ac_arena_check(arena, err);
	if (list->count == list->most)
		at--;
	else
		list->count++;
	for (; at > 0 && list->hits[at - 1].score > score; at--)
		list->hits[at] = list->hits[at - 1];
	list->hits[at] = (near_hit){ score, copy };
	return 0;
}

static int
near_scan(ac_store *store, near_pattern *p, near_list *list, ac_arena *arena, accord_err *err)
{
	size_t most = allowed_distance(p->length);
	sqlite3_stmt *s = ac_sql_take(store, AC_SQL_NAME_KEYS, err);
	int rc;

	if (!s)
		return store->last_code;
	while ((rc = ac_sql_step(store, s, err)) == 1) {
		ac_str key = ac_sql_text(s, 0);
		size_t distance;

		/* a character has one to four bytes */
		if (4 * (key.n + most) < p->length || key.n > 4 * (p->length + most)) {
			if (p->length < 4 || !ac_str_starts(key, p->key))
				continue;
		}
		distance = near_distance(p, key);
		if (distance == 0)
			continue; /* that is no miss */
		if (distance > most) {
			/* "bronze" for "bronzemohawk": the beginning of a longer name, after all real misses */
			if (p->length < 4 || !ac_str_starts(key, p->key))
				continue;
			distance += most;
		}
		rc = near_insert(list, distance, key, arena, err);
		if (rc < 0)
			break;
	}
	ac_sql_give(store, AC_SQL_NAME_KEYS, s);
	return rc < 0 ? rc : 0;
}

static int
near_hand_out(ac_store *store, const near_list *list, ac_on_name on, void *payload, accord_err *err)
{
	name_query q = { store, on, payload, { NULL, 0 }, list->most };

	for (size_t i = 0; i < list->count; i++) {
		int rc;

		q.key = list->hits[i].key;
		rc = objects_of_key(&q, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int
ac_store_near_names(ac_store *store, ac_str name, size_t most, ac_on_name on, void *payload, accord_err *err)
{
	ac_arena arena;
	near_pattern pattern;
	near_list list = { .most = most < 1000 ? most : 1000 };
	ac_str key;
	int rc = 0;

	ac_arena_init(&arena, AC_STORE_ARENA_MAX);
	key = ac_name_key(name, &arena);
	list.hits = ac_arena_zalloc(&arena, list.most, sizeof(*list.hits));
	if (!key.p || !list.hits)
		rc = ac_arena_check(&arena, err);
	else if (list.most > 0 && near_prepare(&pattern, key))
		rc = near_scan(store, &pattern, &list, &arena, err);
	if (rc == 0)
		rc = near_hand_out(store, &list, on, payload, err);
	ac_arena_done(&arena);
	return rc < 0 ? rc : 0;
}
