/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Well-formed JSON lines by the structural index: the same fields as the tolerant walk of json.c gives, without looking at the bytes of values. Keys are known again: a cache of an input
 * keeps each way to a value (the key, and the way to its object) with its full name and role, and which way came after it last time, so that lines of one shape are
 * compared and not looked up. What is not of the plain form (flaws, escaped keys, very long lines) is left to the tolerant walk.
 */
#include <stdlib.h>

#include "codec/json_index.h"
#include "watch/hash.h"
#include "watch/logs/json_shape.h"
#include "watch/logs/logs.h"

/* Longer lines are the tolerant walk's: they are no events that somebody counts on being fast. */
#define LINE_MAX_BYTES (64 * AC_KIB)
/* Ways that are remembered; over three quarters of it all are forgotten before the next line. */
#define WAYS_MAX 4096
#define SLOTS (2 * WAYS_MAX)
#define NAMES_MAX (1 * AC_MIB)
/* As json.c cuts names. */
#define NAME_MAX_BYTES 512
/* Entries behind the last, as far as a key or member is looked at before its end is known. */
#define SENTINELS 8

typedef struct way {
	uint64_t first, last; /* first and last eight bytes of the key, or what there is, then zeros */
	ac_str name;          /* whole; its end is the key */
	uint64_t keep;        /* wanted roles of which one suffices to keep it */
	uint32_t key_n;
	uint16_t parent; /* way of the object it stands in */
	uint16_t next;   /* way of the key that came after it */
	uint8_t role;
	bool is_hash_container;
	bool has_group; /* the key's own part in its group: ac_log_json_group */
} way;

struct ac_log_json_cache {
	ac_json_index index;
	ac_arena names;
	way *ways; /* the first is the line itself */
	size_t count;
	uint16_t *slots; /* 0: empty */
	uint32_t *entries;
	size_t room; /* for entries */
	ac_log_shapes *shapes;
};

#define INLINE static inline __attribute__((always_inline))

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
	ac_log_shapes_close(c->shapes);
	free(c);
	return NULL;
}

/* Memory at the first line, and for a longer one. */
static bool
make_room(ac_log_json_cache *c, size_t n)
{
	if (!c->ways) {
		c->ways = malloc(WAYS_MAX * sizeof(*c->ways));
		c->count = 1;
		if (c->ways)
			c->ways[0] = (way){ .next = 0 };
	}
	/* Either may have failed before. */
	if (!c->slots)
		c->slots = calloc(SLOTS, sizeof(*c->slots));
	if (!c->shapes)
		c->shapes = ac_log_shapes_open();
	if (c->room < n + AC_JSON_INDEX_BLOCK + SENTINELS) {
		size_t room = 2 * n + AC_JSON_INDEX_BLOCK + SENTINELS;

		free(c->entries);
		c->entries = malloc(room * sizeof(*c->entries));
		c->room = c->entries ? room : 0;
	}
	return c->ways && c->slots && c->entries && c->shapes;
}

static void
forget(ac_log_json_cache *c)
{
	memset(c->slots, 0, SLOTS * sizeof(*c->slots));
	ac_arena_reset(&c->names);
	c->count = 1;
	c->ways[0].next = 0;
	ac_log_shapes_forget(c->shapes);
}

/* Eight bytes at p, of which n count and `readable` are there. */
INLINE uint64_t
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

INLINE bool
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
		.has_group = ac_str_find_byte(key, '.') < key.n || ac_str_starts_fold(key, AC_S("parent")) };
	c->ways[c->count].keep = ac_log_keeping((ac_str){ name, n }, (ac_field_role)c->ways[c->count].role);
	return (uint16_t)c->count++;
}

static __attribute__((noinline)) uint16_t
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

/* One line, in registers while it is walked. */
typedef struct walk {
	const ac_log_state *state;
	ac_log_json_cache *cache;
	ac_log_record *record;
	const char *text;
	const char *end;
	const uint32_t *at;   /* the next entry */
	const uint32_t *last; /* behind all of them */
	uint64_t group;       /* of the innermost object */
	uint64_t objects;
	level *level; /* the innermost one */
	uint16_t before;
} walk;

/* The way of a key behind the one before it. 0: none. */
INLINE uint16_t
find_way(walk *w, ac_str key)
{
	way *ways = w->cache->ways;
	size_t readable = (size_t)(w->end - key.p);
	uint16_t next = ways[w->before].next, parent = w->level->way;
	uint64_t first, last;

	if (__builtin_expect(readable >= 8, 1)) {
		first = load(key.p, key.n, 8);
		last = key.n > 8 ? load(key.p + key.n - 8, 8, 8) : first;
	} else {
		first = last = load(key.p, key.n, readable);
	}
	if (__builtin_expect(!is_way(&ways[next], parent, key, first, last), 0)) {
		next = look_up(w->state, parent, key, first, last);
		ways[w->before].next = next;
	}
	w->before = next;
	return next;
}

/* What a leaf's field has from its way; has_key: it has one of its own, and is no element of an array. */
INLINE void
add_leaf(walk *w, uint16_t number, const char *p, size_t n, bool has_key, ac_log_escapes escapes)
{
	const way *k = &w->cache->ways[number];
	ac_log_record *record = w->record;
	uint64_t group = w->group;

	if (!(record->want & k->keep))
		return;
	if (has_key && __builtin_expect(k->has_group, 0))
		group = ac_log_json_group(group, ac_str_slice(k->name, k->name.n - k->key_n, k->name.n));
	if (__builtin_expect(record->count == record->capacity, 0) && !ac_log_grow(record))
		return;
	record->fields[record->count++] =
	    (ac_log_field){ k->name, { p, n }, group, (ac_field_role)k->role, (uint8_t)escapes };
	record->roles |= AC_ROLE_BIT(k->role);
}

/*
 * Members as most programs write them, without white space: "key":"text"," or "key":123,". Bytes that are tokens outside of strings have entries, so that a few bytes read at once stand
 * for as many entries. w->at stands on a key and still does when this ends; whatever is not of this form is left as it is. False: no room for a way.
 */
INLINE bool
read_plain_members(walk *w)
{
	const char *text = w->text, *safe = w->end - 3;
	const uint32_t *at = w->at;

	while (text[*at] == '"') {
		const char *key = text + at[0] + 1, *behind = text + at[1], *value, *value_end = text + at[4];
		bool is_string;
		uint16_t number;

		if (behind > safe || value_end > safe)
			break;
		is_string = memcmp(behind, "\":\"", 3) == 0;
		value = behind + (is_string ? 3 : 2);
		if (is_string ? memcmp(value_end, "\",\"", 3) != 0
			      : memcmp(behind, "\":", 2) != 0 || memcmp(value_end, ",\"", 2) != 0 ||
				    !is_scalar((ac_str){ value, (size_t)(value_end - value) }))
			break;
		number = find_way(w, (ac_str){ key, (size_t)(behind - key) });
		if (!number)
			return false;
		add_leaf(w, number, value, (size_t)(value_end - value), true, is_string ? AC_LOG_JSON : AC_LOG_AS_IS);
		at += is_string ? 6 : 5;
	}
	w->at = at;
	return true;
}

/* The value at w->at, whose way is `number`: a leaf, or a container that begins; *out_opened says which. */
INLINE bool
take_value(walk *w, level *levels, uint16_t number, bool has_key, bool *out_opened)
{
	const uint32_t *at = w->at;
	char byte = w->text[*at];
	ac_str raw = { w->text + *at, at[1] - *at };

	*out_opened = byte == '{' || byte == '[';
	if (*out_opened) {
		if (w->level == levels + AC_JSON_DEPTH_MAX - 1)
			return false;
		if (byte == '{' && !(has_key && w->cache->ways[number].is_hash_container))
			w->group = ++w->objects;
		*++w->level = (level){ w->group, number, byte == '[' };
		w->at++;
		return true;
	}
	if (byte == '"') {
		/* Escapes and bidi controls have entries too. */
		for (at++; w->text[*at] != '"'; at++)
			if (w->text + *at + 1 >= w->end)
				return false;
		add_leaf(w, number, w->text + *w->at + 1, *at - *w->at - 1, has_key, AC_LOG_JSON);
	} else {
		while (raw.n > 0 && ac_is_space(raw.p[raw.n - 1]))
			raw.n--;
		if (!is_scalar(raw))
			return false;
		add_leaf(w, number, raw.p, raw.n, has_key, AC_LOG_AS_IS);
	}
	w->at = at + 1;
	return true;
}

/* The key at w->at and its colon; the number of its way, 0 when it is not of the plain form. */
INLINE uint16_t
take_key(walk *w)
{
	const uint32_t *at = w->at;
	ac_str key = { w->text + *at + 1, at[1] - *at - 1 };

	if (w->text[*at] != '"' || w->text[at[1]] != '"' || w->text[at[2]] != ':' || at[1] <= at[0] + 1)
		return 0;
	w->at += 3;
	return find_way(w, key);
}

typedef enum what_next { NEXT_VALUE, NEXT_END, NEXT_WRONG } what_next;

/* Behind a value, or what opens a container: close what is closed here. */
INLINE what_next
close_levels(walk *w, const level *levels, bool is_first)
{
	while (w->level >= levels) {
		char byte = w->text[*w->at];

		if (!is_first && byte == ',') {
			w->at++;
			return NEXT_VALUE;
		}
		if (byte != (w->level->is_array ? ']' : '}'))
			return is_first ? NEXT_VALUE : NEXT_WRONG;
		/* Not the line's last byte a second time. */
		if (w->at >= w->last)
			return NEXT_WRONG;
		w->at++;
		w->level--;
		if (w->level < levels)
			return NEXT_END;
		w->group = w->level->group;
		is_first = false;
	}
	return NEXT_END;
}

static bool
walk_line(const ac_log_state *state, ac_log_record *record, ac_str line, size_t count)
{
	level levels[AC_JSON_DEPTH_MAX];
	walk w = { .state = state,
		.cache = state->json,
		.record = record,
		.text = line.p,
		.end = line.p + line.n,
		.at = state->json->entries + 1,
		.last = state->json->entries + count,
		.group = 1,
		.objects = 1,
		.level = levels };
	bool opened = true;

	levels[0] = (level){ 1, 0, false };
	for (;;) {
		what_next next = close_levels(&w, levels, opened);
		uint16_t number;
		bool has_key;

		if (next != NEXT_VALUE)
			return next == NEXT_END && w.at == w.last;
		has_key = !w.level->is_array;
		if (has_key && !read_plain_members(&w))
			return false;
		number = has_key ? take_key(&w) : w.level->way;
		if (!number || !take_value(&w, levels, number, has_key, &opened))
			return false;
	}
}

/* By the structural index. */
static bool
read_indexed(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_log_json_cache *c = state->json;
	bool malformed = record->malformed;
	size_t count;

	/* Not while names of it stand in the record. */
	if (c->count > WAYS_MAX / 4 * 3 && record->depth == 0)
		forget(c);
	ac_json_index_restart(&c->index);
	count = ac_json_index_next(&c->index, line.p, line.n, 0, c->entries);
	if (ac_json_index_end(&c->index, line.n) != AC_JSON_FLAW_NONE)
		return false;
	/* The last byte is a brace: no key, no value, no comma. */
	for (size_t i = 0; i < SENTINELS; i++)
		c->entries[count + i] = (uint32_t)(line.n - 1);
	if (!walk_line(state, record, line, count) || record->malformed != malformed)
		return false;
	record->is_plain = !c->index.is_odd;
	return true;
}

/* As the record was before a line was read into it. */
static void
take_back(ac_log_record *record, const ac_log_record *before)
{
	record->count = before->count;
	record->roles = before->roles;
	record->want = before->want;
	record->malformed = before->malformed;
}

/* All fields of the line were read, so that its shape could be learned: leave those that are wanted. */
static void
keep_wanted(ac_log_record *record, const ac_log_record *before)
{
	size_t count = record->count;

	take_back(record, before);
	for (size_t i = before->count; i < count; i++)
		if (record->want & ac_log_keeping(record->fields[i].name, record->fields[i].role)) {
			record->roles |= AC_ROLE_BIT(record->fields[i].role);
			record->fields[record->count++] = record->fields[i];
		}
}

bool
ac_log_read_json_fast(const ac_log_state *state, ac_str line, ac_log_record *record)
{
	ac_log_json_cache *c = state->json;
	ac_log_record before = *record;
	bool learns;

	/* As json.c: an element of an array that is written one to a line. */
	if (line.n > 0 && line.p[line.n - 1] == ',')
		line = ac_str_trim(ac_str_slice(line, 0, line.n - 1));
	if (!c || line.n < 2 || line.n > LINE_MAX_BYTES || line.p[0] != '{' || line.p[line.n - 1] != '}' ||
	    !make_room(c, line.n))
		return false;
	if (ac_log_shapes_read(c->shapes, line, record))
		return true;
	take_back(record, &before);
	learns = ac_log_shapes_may_learn(c->shapes);
	if (learns)
		record->want = UINT64_MAX;
	if (read_indexed(state, line, record)) {
		if (learns && record->count > before.count) {
			ac_log_shapes_learn(
			    c->shapes, line, record->fields + before.count, record->count - before.count);
			keep_wanted(record, &before);
		}
		return true;
	}
	take_back(record, &before);
	return false;
}
