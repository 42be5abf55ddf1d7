/* SPDX-License-Identifier: Apache-2.0 */
/* One text, scanned by the engine and by the plain matcher: both must find the same values at the same places. For the unit test and the fuzz target. */
#ifndef AC_PLAIN_CASE_H
#define AC_PLAIN_CASE_H

#include <stdio.h>

#include "plain_matcher.h"

#include "watch/index_build.h"
#include "watch/token.h"
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

/* The plain matcher does not know URLs: that they are found is other tests' matter, what they are called is not. */
static const char *const plain_case_urls[] = { "http://evil.example/", "http://evil.example/a/b?c=d,e",
	"https://Evil.Example:443", "http://192.0.2.7/x%41%2f%", "https://[2001:DB8::1]:8443/y#z",
	"ftp://u:P@mail.example/%%341",
	("http://b\xc3\xbc"
	 "cher.example/\xc3\xa9"),
	"http://evil.example?q" };

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
	char ids[AC_COUNT(plain_case_values) + AC_COUNT(plain_case_urls)][48];
	ac_str names[AC_COUNT(plain_case_values) + AC_COUNT(plain_case_urls)]; /* of the indicators: their values */
	ac_index *index;
	ac_arena arena, scratch;
	plain_founds engine, plain;
	const char *misnamed;     /* what the first hit whose value is not that of its text stands for, or NULL ... */
	char misnamed_value[128]; /* ... and what it is called */
	size_t url_hits;
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

/* Without one layer of percent-encoding. */
static inline ac_str
plain_decoded(ac_str text, ac_arena *arena)
{
	char *out = ac_arena_alloc(arena, text.n + 1);
	size_t n = 0;

	if (!out)
		abort();
	for (size_t at = 0; at < text.n; n++) {
		int high = text.p[at] == '%' && at + 2 < text.n ? ac_hex_value(text.p[at + 1]) : -1;
		int low = high >= 0 ? ac_hex_value(text.p[at + 2]) : -1;

		out[n] = low >= 0 ? (char)(16 * high + low) : text.p[at];
		at += low >= 0 ? 3 : 1;
	}
	return (ac_str){ out, n };
}

/* A value's hit is called as parsing calls its token, or the token without brackets; an e-mail address also without up to two layers of percent-encoding. */
static inline bool
plain_is_named(plain_case *c, const ac_hit *hit)
{
	ac_str raw =
	    ac_str_slice(hit->text, hit->offset - hit->text_offset, hit->offset - hit->text_offset + hit->length);
	bool is_called = false, is_value = false, is_itself = false, is_whole = hit->type != AC_VALUE_URL;

	ac_arena_reset(&c->scratch);
	for (unsigned way = 0; way < (hit->type == AC_VALUE_EMAIL ? 4 : 2); way++) {
		ac_str text = way == 1 ? ac_value_refang(raw, &c->scratch) : raw;
		ac_value value;

		for (unsigned layers = way; layers > 1; layers--)
			text = plain_decoded(text, &c->scratch);

		is_itself |= ac_str_eq(text, hit->value);
		is_whole |= ac_str_find(text, AC_S("://")) < text.n;
		if (ac_value_parse(hit->type, text, &c->scratch, &value, NULL))
			continue;
		is_value = true;
		is_called |= value.type == hit->type && ac_str_eq(value.text, hit->value);
	}
	/* a URL that stands in several fields has its host's place */
	return !is_whole || (is_value ? is_called : is_itself);
}

/* Nobody gave the indicators names: each is called as its value. */
static inline bool
plain_has_name(const plain_case *c, ac_str id, ac_str name)
{
	for (size_t i = 0; i < AC_COUNT(c->ids); i++)
		if (ac_str_eq(id, ac_str_from(c->ids[i])))
			return ac_str_eq(name, c->names[i]);
	return false;
}

static inline void
plain_misnamed(plain_case *c, const char *what, const ac_hit *hit)
{
	c->misnamed = what;
	(void)snprintf(c->misnamed_value, sizeof(c->misnamed_value), "'%.*s'", AC_FMT(hit->value));
}

static inline int
plain_on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	plain_case *c = payload;

	(void)err;
	c->url_hits += hit->type == AC_VALUE_URL;
	if (!plain_is_named(c, hit))
		plain_misnamed(c, "value", hit);
	for (size_t i = 0; i < hit->indicator_count; i++) {
		ac_str id = hit->indicators[i].id;

		if (!plain_has_name(c, id, hit->indicators[i].name))
			plain_misnamed(c, "name", hit);
		if (hit->type != AC_VALUE_URL)
			plain_add(&c->engine, hit->offset, hit->length, id);
	}
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

static inline ac_str
plain_canonical_url(plain_case *c, ac_str text)
{
	ac_url_text *url = ac_arena_alloc(&c->arena, sizeof(*url));

	if (!url || !ac_url_canonical(text, url))
		abort();
	return (ac_str){ url->text, url->n };
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
	for (size_t i = 0; good && i < AC_COUNT(c->ids); i++) {
		bool is_url = i >= AC_COUNT(plain_case_values);
		ac_str text =
		    ac_str_from(is_url ? plain_case_urls[i - AC_COUNT(plain_case_values)] : plain_case_values[i].text);
		ac_index_indicator who = { .valid_from = AC_TIME_MIN, .valid_until = AC_TIME_MAX };
		ac_value value;

		(void)snprintf(c->ids[i], sizeof(c->ids[i]), "indicator--00000000-0000-4000-8000-%012zu", i);
		who.id = ac_str_from(c->ids[i]);
		good =
		    !ac_value_parse(is_url ? AC_VALUE_URL : plain_case_values[i].type, text, &c->arena, &value, &err) &&
		    !ac_index_add_value(b, &who, &value, &err);
		/* the index has one spelling of a URL (RFC 3986 s6), which is parsed as itself */
		if (good && is_url)
			good =
			    !ac_value_parse(AC_VALUE_URL, plain_canonical_url(c, value.text), &c->arena, &value, &err);
		c->names[i] = value.text;
		if (!is_url)
			c->values[i] = (plain_value){ .value = value, .id = c->ids[i] };
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

/* Once what is told twice. */
static inline void
plain_sort(plain_founds *all)
{
	size_t kept = 0;

	if (all->n)
		qsort(all->p, all->n, sizeof(*all->p), plain_by_place);
	for (size_t i = 0; i < all->n; i++)
		if (kept == 0 || plain_by_place(&all->p[kept - 1], &all->p[i]) != 0 ||
		    all->p[kept - 1].length != all->p[i].length)
			all->p[kept++] = all->p[i];
	all->n = kept;
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
	c->misnamed = NULL;
	c->url_hits = 0;
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
	plain_list list = { .values = c->values,
		.n = AC_COUNT(plain_case_values),
		.on = plain_on_found,
		.payload = c,
		.arena = &c->scratch };

	plain_scan(c, text, step);
	c->plain.n = 0;
	for (size_t at = 0; at < text.n;) {
		size_t n = ac_str_find_byte(ac_str_slice(text, at, text.n), '\n');
		ac_str line = ac_str_slice(text, at, at + n);

		c->line_at = at;
		plain_match(&list, line);
		at += n + 1;
	}
	plain_sort(&c->engine);
	plain_sort(&c->plain);
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
