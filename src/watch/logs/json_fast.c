/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Well-formed JSON lines by the structural index: the same fields as the tolerant walk of json.c gives, without looking at the bytes of values. Keys are known again: a cache of an input
 * keeps each way to a value (the key, and the way to its object) with its full name and role, and which way came after it last time, so that lines of one shape are
 * compared and not looked up. What is not of the plain form (flaws, escaped keys, very long lines) is left to the tolerant walk.
 */
#include <stdlib.h>

#include "codec/json_index.h"
#include "watch/hash.h"
#include "watch/logs/logs.h"

/* Longer lines are the tolerant walk's: they are no events that somebody counts on being fast. */
#define LINE_MAX_BYTES (64 * AC_KIB)
/* Ways that are remembered; over three quarters of it all are forgotten before the next line. */
#define WAYS_MAX 4096
#define SLOTS (2 * WAYS_MAX)
#define NAMES_MAX (1 * AC_MIB)
/* As json.c cuts names. */
#define NAME_MAX_BYTES 512
/* Entries behind the last: each closes a container that does not exist. */
#define SENTINELS (AC_JSON_DEPTH_MAX + 16)

typedef struct way {
	uint64_t first, last; /* first and last eight bytes of the key, or what there is, then zeros */
	ac_str name;          /* whole; its end is the key */
	uint32_t key_n;
	uint16_t parent; /* way of the object it stands in */
	uint16_t next;   /* way of the key that came after it */
	uint8_t role;
	bool is_hash_container;
	bool has_group; /* the key's own part in its group: ac_log_json_group */
	bool is_eve;
} way;

struct ac_log_json_cache {
	ac_json_index index;
	ac_arena names;
	way *ways; /* the first is the line itself */
	size_t count;
	uint16_t *slots; /* 0: empty */
	uint32_t *entries;
	size_t room; /* for entries */
};

typedef struct level {
	uint64_t group;
	uint16_t way;
	bool is_array;
} level;

ac_log_json_cache *
ac_log_json_cache_open(void)
{
	ac_log_json_cache *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	ac_json_index_init(&c->index, ac_json_kernel_best(), AC_JSON_INDEX_TEXT);
	ac_arena_init(&c->names, NAMES_MAX);
	return c;
}

ac_log_json_cache *
ac_log_json_cache_close(ac_log_json_cache *c)
{
	if (!c)
		return NULL;
	ac_arena_done(&c->names);
	free(c->ways);
	free(c->slots);
	free(c->entries);
	free(c);
	return NULL;
}

/* Memory at the first line, and for a longer one. */
static bool
make_room(ac_log_json_cache *c, size_t n)
{
	if (!c->ways) {
		c->ways = malloc(WAYS_MAX * sizeof(*c->ways));
		c->slots = calloc(SLOTS, sizeof(*c->slots));
		c->count = 1;
		if (c->ways)
			c->ways[0] = (way){ .next = 0 };
	}
	if (c->room < n + AC_JSON_INDEX_BLOCK + SENTINELS) {
		size_t room = 2 * n + AC_JSON_INDEX_BLOCK + SENTINELS;

		free(c->entries);
		c->entries = malloc(room * sizeof(*c->entries));
		c->room = c->entries ? room : 0;
	}
	return c->ways && c->slots && c->entries;
}

static void
forget(ac_log_json_cache *c)
{
	memset(c->slots, 0, SLOTS * sizeof(*c->slots));
	ac_arena_reset(&c->names);
	c->count = 1;
	c->ways[0].next = 0;
}

/* Eight bytes at p, of which n count and `readable` are there. */
static inline uint64_t
load(const char *p, size_t n, size_t readable)
{
	uint64_t word = 0;

	if (readable >= sizeof(word))
		memcpy(&word, p, sizeof(word));
	else
		memcpy(&word, p, readable);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return n < sizeof(word) ? word & (((uint64_t)1 << (8 * n)) - 1) : word;
#else
	return n < sizeof(word) ? word >> (64 - 8 * n) : word;
#endif
}

static inline bool
is_way(const way *w, uint16_t parent, ac_str key, uint64_t first, uint64_t last)
{
	return w->first == first && w->last == last && w->key_n == key.n && w->parent == parent &&
	       (key.n <= 16 || memcmp(w->name.p + w->name.n - key.n, key.p, key.n) == 0);
}

/* A new way; 0 when there is no room for it. */
static uint16_t
add_way(const ac_log_state *state, uint16_t parent, ac_str key, uint64_t first, uint64_t last)
{
	ac_log_json_cache *c = state->json;
	ac_str around = c->ways[parent].name;
	size_t n = around.n ? around.n + 1 + key.n : key.n;
	char *name;

	if (c->count == WAYS_MAX || n > NAME_MAX_BYTES)
		return 0;
	name = ac_arena_alloc(&c->names, n + 1);
	if (!name)
		return 0;
	if (around.n) {
		memcpy(name, around.p, around.n);
		name[around.n] = '.';
	}
	memcpy(name + n - key.n, key.p, key.n);
	c->ways[c->count] = (way){ .first = first,
		.last = last,
		.name = { name, n },
		.key_n = (uint32_t)key.n,
		.parent = parent,
		.role = (uint8_t)ac_log_role(state, (ac_str){ name, n }),
		.is_hash_container = ac_log_is_hash_container(key),
		.has_group = ac_str_find_byte(key, '.') < key.n || ac_str_starts_fold(key, AC_S("parent")),
		.is_eve = ac_str_eq((ac_str){ name, n }, AC_S("event_type")) };
	return (uint16_t)c->count++;
}

static uint16_t
look_up(const ac_log_state *state, uint16_t parent, ac_str key, uint64_t first, uint64_t last)
{
	ac_log_json_cache *c = state->json;
	size_t at =
	    (size_t)((first ^ (last << 23 | last >> 41) ^ ((uint64_t)parent << 32) ^ key.n) * 0x9e3779b97f4a7c15u >>
		     32) %
	    SLOTS;

	for (; c->slots[at]; at = (at + 1) % SLOTS)
		if (is_way(&c->ways[c->slots[at]], parent, key, first, last))
			return c->slots[at];
	c->slots[at] = add_way(state, parent, key, first, last);
	return c->slots[at];
}

/* The way of a key behind the way *before, and *before becomes it. 0: none. */
static inline uint16_t
find_way(const ac_log_state *state, uint16_t *before, uint16_t parent, ac_str key, const char *end)
{
	ac_log_json_cache *c = state->json;
	size_t readable = (size_t)(end - key.p);
	uint64_t first = load(key.p, key.n, readable);
	uint64_t last = key.n > 8 ? load(key.p + key.n - 8, 8, 8) : first;
	uint16_t next = c->ways[*before].next;

	if (__builtin_expect(!next || !is_way(&c->ways[next], parent, key, first, last), 0)) {
		next = look_up(state, parent, key, first, last);
		if (next)
			c->ways[*before].next = next;
	}
	*before = next;
	return next;
}

/* Bytes of numbers and literals, as json.c takes them. */
static bool
is_scalar(ac_str text)
{
	static const bool good[256] = { ['0'] = 1,
		['1'] = 1,
		['2'] = 1,
		['3'] = 1,
		['4'] = 1,
		['5'] = 1,
		['6'] = 1,
		['7'] = 1,
		['8'] = 1,
		['9'] = 1,
		['a'] = 1,
		['b'] = 1,
		['c'] = 1,
		['d'] = 1,
		['e'] = 1,
		['f'] = 1,
		['g'] = 1,
		['h'] = 1,
		['i'] = 1,
		['j'] = 1,
		['k'] = 1,
		['l'] = 1,
		['m'] = 1,
		['n'] = 1,
		['o'] = 1,
		['p'] = 1,
		['q'] = 1,
		['r'] = 1,
		['s'] = 1,
		['t'] = 1,
		['u'] = 1,
		['v'] = 1,
		['w'] = 1,
		['x'] = 1,
		['y'] = 1,
		['z'] = 1,
		['A'] = 1,
		['B'] = 1,
		['C'] = 1,
		['D'] = 1,
		['E'] = 1,
		['F'] = 1,
		['G'] = 1,
		['H'] = 1,
		['I'] = 1,
		['J'] = 1,
		['K'] = 1,
		['L'] = 1,
		['M'] = 1,
		['N'] = 1,
		['O'] = 1,
		['P'] = 1,
		['Q'] = 1,
		['R'] = 1,
		['S'] = 1,
		['T'] = 1,
		['U'] = 1,
		['V'] = 1,
		['W'] = 1,
		['X'] = 1,
		['Y'] = 1,
		['Z'] = 1,
		['+'] = 1,
		['-'] = 1,
		['.'] = 1 };
	bool all = text.n > 0;

	for (size_t i = 0; i < text.n; i++)
		all &= good[(unsigned char)text.p[i]];
	return all;
}

/* What a leaf's field has from its way; key: it has one of its own, and is no element of an array. */
static inline void
add_leaf(ac_log_record *record, const way *w, uint64_t group, ac_str raw, bool has_key, ac_log_escapes escapes)
{
	record->is_eve |= w->is_eve;
	if (!(record->want >> w->role & 1))
		return;
	if (has_key && __builtin_expect(w->has_group, 0))
		group = ac_log_json_group(group, ac_str_slice(w->name, w->name.n - w->key_n, w->name.n));
	if (__builtin_expect(record->count < record->capacity, 1)) {
		record->fields[record->count++] =
		    (ac_log_field){ w->name, raw, group, (ac_field_role)w->role, (uint8_t)escapes };
		record->roles |= AC_ROLE_BIT(w->role);
		return;
	}
	ac_log_add(record, w->name, raw, group, (ac_field_role)w->role, escapes);
}

/* One walk: the entries of a line, and the levels that are open. */
typedef struct walk {
	const ac_log_state *state;
	ac_log_record *record;
	const char *text;
	const char *end;
	const uint32_t *at;
	uint64_t objects;
	unsigned depth;
	uint16_t before;
	level levels[AC_JSON_DEPTH_MAX];
} walk;

/* The container at w->at, whose way is `number`, begins. */
static inline bool
open_container(walk *w, uint16_t number, bool has_key)
{
	bool is_array = w->text[*w->at] == '[';
	uint64_t group = w->depth ? w->levels[w->depth - 1].group : 0;

	if (w->depth == AC_JSON_DEPTH_MAX)
		return false;
	if (!is_array && !(has_key && w->state->json->ways[number].is_hash_container))
		group = ++w->objects;
	w->levels[w->depth++] = (level){ group, number, is_array };
	w->at++;
	return true;
}

/* The value at w->at, whose way is `number`: a leaf, or a container that begins. */
static inline bool
take_value(walk *w, uint16_t number, bool has_key)
{
	const way *k = &w->state->json->ways[number];
	const uint32_t *at = w->at;
	char byte = w->text[*at];
	ac_str raw = { w->text + *at, at[1] - *at };
	uint64_t group;

	if (byte == '{' || byte == '[')
		return open_container(w, number, has_key);
	group = w->levels[w->depth - 1].group;
	if (byte == '"') {
		/* Escapes and bidi controls have entries too. */
		for (at++; w->text[*at] != '"'; at++)
			if (w->text + *at + 1 >= w->end)
				return false;
		raw = (ac_str){ w->text + *w->at + 1, *at - *w->at - 1 };
		add_leaf(w->record, k, group, raw, has_key, AC_LOG_JSON);
	} else {
		while (raw.n > 0 && ac_is_space(raw.p[raw.n - 1]))
			raw.n--;
		if (!is_scalar(raw))
			return false;
		add_leaf(w->record, k, group, raw, has_key, AC_LOG_AS_IS);
	}
	w->at = at + 1;
	return true;
}

/* The key at w->at and its colon; the number of its way, 0 when it is not of the plain form. */
static inline uint16_t
take_key(walk *w)
{
	const uint32_t *at = w->at;
	ac_str key = { w->text + *at + 1, at[1] - *at - 1 };

	if (w->text[*at] != '"' || w->text[at[1]] != '"' || w->text[at[2]] != ':' || key.n == 0)
		return 0;
	w->at += 3;
	return find_way(w->state, &w->before, w->levels[w->depth - 1].way, key, w->end);
}

/* Behind a value, or what opens a container: close what is closed here. False when a value or key comes next, or what should not (seen then). */
static inline bool
close_levels(walk *w, bool is_first, bool *good)
{
	while (w->depth > 0) {
		char byte = w->text[*w->at];

		if (!is_first && byte == ',') {
			w->at++;
			return false;
		}
		if (byte != (w->levels[w->depth - 1].is_array ? ']' : '}')) {
			*good = is_first;
			return false;
		}
		w->at++;
		w->depth--;
		is_first = false;
	}
	return true;
}

static bool
walk_line(walk *w, const uint32_t *last)
{
	unsigned depth = 0;
	bool good = open_container(w, 0, false);

	while (good) {
		bool is_first = w->depth > depth, has_key;
		uint16_t number;

		depth = w->depth;
		if (close_levels(w, is_first, &good))
			return w->at == last;
		if (!good)
			return false;
		depth = w->depth;
		has_key = !w->levels[depth - 1].is_array;
		number = has_key ? take_key(w) : w->levels[depth - 1].way;
		good = (number || !has_key) && take_value(w, number, has_key);
	}
	return false;
}

bool
ac_log_read_json_fast(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_log_json_cache *c = state->json;
	walk w;
	size_t count, before = record->count;
	uint64_t roles = record->roles;
	bool malformed = record->malformed;

	/* As json.c: an element of an array that is written one to a line. */
	if (line.n > 0 && line.p[line.n - 1] == ',')
		line = ac_str_trim(ac_str_slice(line, 0, line.n - 1));
	if (!c || line.n < 2 || line.n > LINE_MAX_BYTES || line.p[0] != '{' || line.p[line.n - 1] != '}' ||
	    !make_room(c, line.n))
		return false;
	if (c->count > WAYS_MAX / 4 * 3)
		forget(c);
	ac_json_index_restart(&c->index);
	count = ac_json_index_next(&c->index, line.p, line.n, 0, c->entries);
	if (ac_json_index_end(&c->index, line.n) != AC_JSON_FLAW_NONE)
		return false;
	/* The last byte is a brace: no key, no value, no comma, and one that closes too much is seen at the end. */
	for (size_t i = 0; i < SENTINELS; i++)
		c->entries[count + i] = (uint32_t)(line.n - 1);
	w.state = state;
	w.record = record;
	w.text = line.p;
	w.end = line.p + line.n;
	w.at = c->entries;
	w.objects = 0;
	w.depth = 0;
	w.before = 0;
	if (walk_line(&w, c->entries + count) && record->malformed == malformed)
		return true;
	record->count = before;
	record->roles = roles;
	record->malformed = malformed;
	return false;
}
