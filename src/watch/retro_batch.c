/* SPDX-License-Identifier: Apache-2.0 */
/* Spellings are kept in two tables by their hash, short tokens and longer texts; a newer one replaces an older one, unless that is in the batch. */
#include "watch/retro_batch.h"

#include <stdlib.h>

#include "watch/hash.h"

#define BATCH 256
#define KEYS_SIZE (32 * AC_KIB)
/* 512 KiB and 64 KiB: they stay in the second-level cache. */
#define TOKENS ((size_t)8192)
#define TOKEN_STRIDE ((size_t)64)
#define TEXTS ((size_t)256)
#define TEXT_STRIDE ((size_t)256)
#define TABLES_SIZE (TOKENS * TOKEN_STRIDE + TEXTS * TEXT_STRIDE)

struct ac_retro_batch {
	ac_retro *retro;
	ac_on_retro_spelling key_of;
	void *payload;
	uint64_t source;
	int32_t day;
	uint32_t second;
	ac_hash_seed salt;
	size_t n, keys_n;
	char *tables; /* tokens, then texts */
	ac_retro_sight sights[BATCH];
	char keys[KEYS_SIZE];
	char key[AC_RETRO_KEY_MAX];
};

static ac_retro_recent *
recent_at(const ac_retro_batch *b, size_t number)
{
	char *p = number < TOKENS ? b->tables + number * TOKEN_STRIDE
				  : b->tables + TOKENS * TOKEN_STRIDE + (number - TOKENS) * TEXT_STRIDE;

	return (ac_retro_recent *)(void *)p;
}

ac_retro_batch *
ac_retro_batch_open(ac_retro *retro, ac_on_retro_spelling key_of, void *payload)
{
	ac_retro_batch *b = malloc(sizeof(*b));

	if (!b)
		return NULL;
	b->retro = retro;
	b->key_of = key_of;
	b->payload = payload;
	b->source = 0;
	b->day = 0;
	b->second = 0;
	b->n = b->keys_n = 0;
	b->salt =
	    (ac_hash_seed){ { ac_retro_hash(retro, AC_S("spelling 0")), ac_retro_hash(retro, AC_S("spelling 1")) } };
	b->tables = aligned_alloc(TOKEN_STRIDE, TABLES_SIZE);
	if (!b->tables)
		return ac_retro_batch_close(b);
	memset(b->tables, 0, TABLES_SIZE);
	for (size_t i = 0; i < TOKENS + TEXTS; i++)
		recent_at(b, i)->number = (uint32_t)i;
	return b;
}

ac_retro_batch *
ac_retro_batch_close(ac_retro_batch *b)
{
	if (!b)
		return NULL;
	free(b->tables);
	free(b);
	return NULL;
}

void
ac_retro_batch_source(ac_retro_batch *b, uint64_t source)
{
	b->source = source;
}

void
ac_retro_batch_time(ac_retro_batch *b, ac_time t)
{
	int64_t day = ac_retro_day(t);

	b->second = (uint32_t)(t.seconds - day * 86400);
	b->day = day > INT32_MAX ? INT32_MAX : day < INT32_MIN ? INT32_MIN : (int32_t)day;
}

/* Texts of fields are few, and near. */
uint64_t
ac_retro_batch_ask(const ac_retro_batch *b, ac_str text)
{
	uint64_t hash = ac_bytes_key(text, b->salt, AC_KEY_FILE);

	__builtin_prefetch(recent_at(b, hash % TOKENS));
	return hash;
}

ac_retro_recent *
ac_retro_batch_recent(ac_retro_batch *b, ac_str text, unsigned kind, uint64_t hash)
{
	size_t room = (kind ? TEXT_STRIDE : TOKEN_STRIDE) - sizeof(ac_retro_recent);
	ac_retro_recent *r;

	if (text.n == 0 || text.n > room || text.n > UINT8_MAX)
		return NULL;
	r = recent_at(b, kind ? TOKENS + (hash + kind) % TEXTS : hash % TOKENS);
	if (r->n == text.n && memcmp(r->text, text.p, text.n) == 0 && (!kind || r->kind == kind))
		return r;
	if (r->pending)
		return NULL;
	r->n = 0;
	return r;
}

void
ac_retro_batch_learn(ac_retro_recent *recent, ac_str text, unsigned kind)
{
	recent->n = (uint8_t)text.n;
	recent->kind = (uint8_t)kind;
	recent->place = (ac_retro_place){ 0, 0, 0 };
	memcpy(recent->text, text.p, text.n);
}

static ac_str
key_again(void *payload, const ac_retro_sight *sight)
{
	ac_retro_batch *b = payload;
	const ac_retro_recent *r = recent_at(b, sight->tag - 1);

	return (ac_str){ b->key, b->key_of(b->payload, r->kind, (ac_str){ r->text, r->n }, b->key) };
}

int
ac_retro_batch_settle(ac_retro_batch *b, accord_err *err)
{
	int rc = b->n ? ac_retro_see(b->retro, b->source, b->sights, b->n, key_again, b, err) : 0;

	for (size_t i = 0; i < b->n; i++) {
		ac_retro_recent *r = b->sights[i].tag ? recent_at(b, b->sights[i].tag - 1) : NULL;

		if (!r)
			continue;
		r->place = b->sights[i].place;
		r->pending = 0;
	}
	b->n = b->keys_n = 0;
	return rc;
}

static ac_retro_sight *
add_sight(ac_retro_batch *b, ac_retro_recent *recent)
{
	ac_retro_sight *s = &b->sights[b->n++];

	*s = (ac_retro_sight){ .place = { 0, 0, b->day }, .first = b->second, .last = b->second, .count = 1 };
	if (recent) {
		s->tag = recent->number + 1;
		recent->pending = (uint16_t)b->n;
	}
	return s;
}

int
ac_retro_batch_put(ac_retro_batch *b, ac_str key, ac_retro_recent *recent, accord_err *err)
{
	bool is_full = b->n == BATCH || b->keys_n + key.n > KEYS_SIZE;
	int rc = is_full ? ac_retro_batch_settle(b, err) : 0;
	ac_retro_sight *s;

	if (rc)
		return rc;
	s = add_sight(b, recent);
	s->key = b->keys + b->keys_n;
	s->key_n = (uint32_t)key.n;
	s->hash = ac_retro_hash(b->retro, key);
	memcpy(b->keys + b->keys_n, key.p, key.n);
	b->keys_n += key.n;
	return 0;
}

int
ac_retro_batch_again(ac_retro_batch *b, ac_retro_recent *recent, accord_err *err)
{
	ac_retro_sight *s = recent->pending ? &b->sights[recent->pending - 1] : NULL;
	int rc = 0;

	if (s && s->place.day == b->day) {
		s->count++;
		if (b->second < s->first)
			s->first = b->second;
		if (b->second > s->last)
			s->last = b->second;
		return 0;
	}
	/* Of another day: one sight at a time. */
	if (s || b->n == BATCH)
		rc = ac_retro_batch_settle(b, err);
	if (rc)
		return rc;
	if (recent->place.day != b->day)
		recent->place.epoch = 0;
	s = add_sight(b, recent);
	s->place.number = recent->place.number;
	s->place.epoch = recent->place.epoch;
	return 0;
}
