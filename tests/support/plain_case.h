/* SPDX-License-Identifier: Apache-2.0 */
/* One text, scanned by the engine and by the plain matcher: both must find the same values at the same places. For the unit test and the fuzz target. */
#ifndef AC_PLAIN_CASE_H
#define AC_PLAIN_CASE_H

#include <stdio.h>

#include "plain_matcher.h"

#include "watch/index_build.h"
#include "watch/watch.h"

/* Values that lie in, before, behind and above each other. */
static const struct {
	ac_value_type type;
	const char *text;
} plain_case_values[] = { { AC_VALUE_IPV4, "192.0.2.7" }, { AC_VALUE_IPV4, "192.0.2.70" },
	{ AC_VALUE_IPV4, "19.0.2.7" }, { AC_VALUE_IPV4, "192.0.2.0/30" }, { AC_VALUE_IPV4, "198.51.100.0/24" },
	{ AC_VALUE_IPV4, "198.51.0.0/17" }, { AC_VALUE_IPV4, "198.51.100.9" }, { AC_VALUE_IPV4, "203.0.113.255" },
	{ AC_VALUE_IPV4, "203.0.112.0/23" }, { AC_VALUE_IPV6, "2001:db8::1" },
	{ AC_VALUE_IPV6, "2001:db8:1:2:3:4:5:6" }, { AC_VALUE_IPV6, "2001:db8::/33" },
	{ AC_VALUE_IPV6, "2001:db8:8000::/49" }, { AC_VALUE_IPV6, "::12" }, { AC_VALUE_IPV6, "ab:cd::" },
	{ AC_VALUE_DOMAIN, "evil.example" }, { AC_VALUE_DOMAIN, "a.evil.example" }, { AC_VALUE_DOMAIN, "vil.example" },
	{ AC_VALUE_DOMAIN, "x-y.b_c.example" }, { AC_VALUE_DOMAIN, "xn--bcher-kva.example" },
	{ AC_VALUE_DOMAIN, "c2.xn--p1ai" }, { AC_VALUE_DOMAIN, "1and1.example.co" }, { AC_VALUE_DOMAIN, "9.8.example" },
	{ AC_VALUE_EMAIL, "a.b@evil.example" }, { AC_VALUE_EMAIL, "x+tag@mail.example" },
	{ AC_VALUE_EMAIL, "o'neil@mail.example" }, { AC_VALUE_MD5, "0123456789abcdef0123456789abcdef" },
	{ AC_VALUE_MD5, "ffffffffffffffff0123456789abcdef" },
	{ AC_VALUE_SHA1, "0123456789abcdef0123456789abcdef01234567" },
	{ AC_VALUE_SHA256, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } };

/* One value at one place. A match that was held back tells no length: 0, which equals any. */
typedef struct plain_found {
	size_t offset, length;
	char id[48];
} plain_found;

typedef struct plain_founds {
	plain_found *p;
	size_t n, capacity;
} plain_founds;

typedef struct plain_case {
	plain_value values[AC_COUNT(plain_case_values)];
	char ids[AC_COUNT(plain_case_values)][48];
	ac_index *index;
	ac_arena arena, scratch;
	plain_founds engine, plain;
	size_t line_at; /* of the line that the plain matcher looks at */
} plain_case;

static inline void
plain_add(plain_founds *all, size_t offset, size_t length, ac_str id)
{
	plain_found *f;

	if (all->n == all->capacity) {
		all->capacity = all->capacity ? 2 * all->capacity : 256;
		all->p = realloc(all->p, all->capacity * sizeof(*all->p));
		if (!all->p)
			abort();
	}
	f = &all->p[all->n++];
	*f = (plain_found){ offset, length, "" };
	(void)snprintf(f->id, sizeof(f->id), "%.*s", AC_FMT(id));
}

static inline int
plain_on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	plain_case *c = payload;

	(void)err;
	for (size_t i = 0; i < hit->indicator_count; i++)
		plain_add(&c->engine, hit->offset, hit->length, hit->indicators[i].id);
	return 0;
}

/* A version number is an address that is held back; it was found all the same. */
static inline int
plain_on_held(void *payload, const ac_held_back *held, accord_err *err)
{
	plain_case *c = payload;

	(void)err;
	plain_add(&c->engine, held->offset, 0, held->indicator_id);
	return 0;
}

static inline void
plain_on_found(void *payload, size_t offset, size_t length, const char *id)
{
	plain_case *c = payload;

	plain_add(&c->plain, c->line_at + offset, length, ac_str_from(id));
}

static inline void
plain_case_open(plain_case *c)
{
	ac_index_builder *b = ac_index_builder_open((ac_hash_seed){ { 0xfeedface, 0xdecade } }, 1);
	accord_err err = { 0 };
	bool good = b != NULL;

	*c = (plain_case){ .index = NULL };
	ac_arena_init(&c->arena, AC_MIB);
	ac_arena_init(&c->scratch, 64 * AC_MIB);
	for (size_t i = 0; good && i < AC_COUNT(plain_case_values); i++) {
		ac_index_indicator who = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX };
		plain_value *v = &c->values[i];

		(void)snprintf(c->ids[i], sizeof(c->ids[i]), "indicator--00000000-0000-4000-8000-%012zu", i);
		who.id = ac_str_from(c->ids[i]);
		v->id = c->ids[i];
		good = !ac_value_parse(plain_case_values[i].type, ac_str_from(plain_case_values[i].text), &c->arena,
			   &v->value, &err) &&
		       !ac_index_add_value(b, &who, &v->value, &err);
	}
	good = good && !ac_index_finish(b, &c->index, &err);
	if (!good) {
		(void)fprintf(stderr, "%s\n", err.text);
		abort();
	}
	ac_index_builder_close(b);
}

static inline void
plain_case_close(plain_case *c)
{
	ac_index_close(c->index);
	ac_arena_done(&c->arena);
	ac_arena_done(&c->scratch);
	free(c->engine.p);
	free(c->plain.p);
}

static inline int
plain_by_place(const void *a, const void *b)
{
	const plain_found *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* One value may stand at one place in two lengths ("x@..."): the list keeps both in the order of their lengths, shortest first. */
static inline bool
plain_same(const plain_found *a, const plain_found *b)
{
	return a->offset == b->offset && strcmp(a->id, b->id) == 0 &&
	       (a->length == b->length || a->length == 0 || b->length == 0);
}

static inline void
plain_scan(plain_case *c, ac_str text, size_t step)
{
	ac_watch_sink sink = { plain_on_hit, plain_on_held, c };
	accord_err err = { 0 };
	ac_watch *w = ac_watch_open(c->index, AC_S("plain"), (ac_time){ 1700000000, 0 }, &sink);
	int rc = w ? 0 : ACCORD_ENOMEM;

	c->engine.n = 0;
	for (size_t at = 0; !rc && at < text.n; at += step)
		rc = ac_watch_feed(w, ac_str_slice(text, at, at + step), &err);
	if (rc || ac_watch_end(w, &err))
		abort();
	ac_watch_close(w);
}

/* NULL when engine and plain matcher agree on the text, else what one of them has alone; *out_who names it. The text holds no '{', '\\', '"' (JSON has rules of its own). */
static inline const plain_found *
plain_case_run(plain_case *c, ac_str text, size_t step, const char **out_who)
{
	plain_list list = { c->values, AC_COUNT(plain_case_values), plain_on_found, c, &c->scratch };

	plain_scan(c, text, step);
	c->plain.n = 0;
	for (size_t at = 0; at < text.n;) {
		size_t n = ac_str_find_byte(ac_str_slice(text, at, text.n), '\n');
		ac_str line = ac_str_slice(text, at, at + n);

		c->line_at = at;
		plain_match(&list, line);
		at += n + 1;
	}
	if (c->engine.n)
		qsort(c->engine.p, c->engine.n, sizeof(*c->engine.p), plain_by_place);
	if (c->plain.n)
		qsort(c->plain.p, c->plain.n, sizeof(*c->plain.p), plain_by_place);
	for (size_t i = 0;; i++) {
		const plain_found *e = i < c->engine.n ? &c->engine.p[i] : NULL,
				  *p = i < c->plain.n ? &c->plain.p[i] : NULL;

		if (!e && !p)
			return NULL;
		if (e && p && plain_same(e, p))
			continue;
		*out_who = !p || (e && plain_by_place(e, p) < 0) ? "engine" : "plain";
		return **out_who == 'e' ? e : p;
	}
}

#endif
