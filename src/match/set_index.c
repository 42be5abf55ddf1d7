/* SPDX-License-Identifier: Apache-2.0 */
/* The indexes of all gates: one table of keys for the set, and what else each path needs. */
#include "match/grow.h"
#include "match/index.h"

#include "base/limits.h"
#include "match/like.h"

/* Up to so many texts or regexes of a path are tested one by one: a scan costs as much as these. */
enum { SCAN_MIN = 8 };
/* A regex that weighs more is not run together with others. */
enum { SCAN_WEIGHT_EACH_MAX = 512 };
/* A scan looks for so many bytes of a text at most: they are rare enough, and Vectorscan has a ceiling. */
enum { LITERAL_MAX = 64 };

static const uint8_t affix_lengths[AC_AFFIX_COUNT] = AC_AFFIX_LENGTHS;

/* An atom below a key. */
typedef struct entry {
	uint64_t hash;
	uint32_t atom;
} entry;

/* A text that must stand in a value for an atom to be true. */
typedef struct wanted {
	ac_str text;
	uint32_t atom;
} wanted;

typedef struct atoms {
	uint32_t *p;
	size_t n, capacity;
} atoms;

typedef struct builder {
	ac_pattern_set *set;
	entry *entries;
	size_t n, capacity;
	uint64_t weight; /* of regexes in scans */
	/* of the present path */
	ac_path_index *index;
	atoms all, text, scanned, sensitive;
	wanted *wanted;
	size_t wanted_count, wanted_capacity;
} builder;

ac_path_index *
ac_path_index_free(ac_path_index *index)
{
	if (!index)
		return NULL;
	free(index->rising_numbers.items);
	free(index->falling_numbers.items);
	free(index->rising_times.items);
	free(index->falling_times.items);
	free(index->inside);
	index->literals = ac_scan_free(index->literals);
	free(index->literal_atoms);
	index->regexes = ac_scan_free(index->regexes);
	free(index->regex_atoms);
	free(index);
	return NULL;
}

uint64_t
ac_network_hash(ac_hash_seed seed, const ac_network *network, unsigned bits)
{
	char bytes[18] = { 0 };
	size_t whole = bits / 8;

	memcpy(bytes, network->address, whole);
	if (bits % 8)
		bytes[whole] = (char)(network->address[whole] & (0xff00U >> (bits % 8)));
	bytes[16] = (char)bits;
	bytes[17] = (char)network->is_6;
	return ac_siphash(seed, (ac_str){ bytes, sizeof(bytes) });
}

static int
add_atom(atoms *list, uint32_t atom)
{
	int rc = AC_GROW(&list->p, list->n + 1, list->capacity, AC_MATCH_PATTERNS_MAX);

	if (rc == 0)
		list->p[list->n++] = atom;
	return rc;
}

static int
add_key(builder *b, uint32_t atom, ac_key_tag tag, uint64_t hash)
{
	int rc = AC_GROW(&b->entries, b->n + 1, b->capacity, UINT32_MAX);

	if (rc)
		return rc;
	b->index->tags |= 1u << tag;
	b->entries[b->n++] = (entry){ ac_key_hash(b->set->atoms[atom].path, tag, hash), atom };
	return 0;
}

/* A constant of = or IN, in each form in which a value may be equal to it. */
static int
add_constant(builder *b, uint32_t number, const ac_constant *constant)
{
	int rc = 0;

	switch ((ac_match_kind)constant->value.kind) {
	case AC_MATCH_STRING:
		rc = add_key(b, number, AC_KEY_TEXT, constant->value.hash);
		if (rc == 0 && constant->octets.p)
			rc = add_key(b, number, AC_KEY_BYTES, constant->octets_hash);
		break;
	case AC_MATCH_BYTES:
		rc = add_key(b, number, AC_KEY_BYTES, constant->octets_hash);
		break;
	case AC_MATCH_INTEGER:
	case AC_MATCH_BIG:
	case AC_MATCH_FLOAT:
		rc = add_key(b, number, AC_KEY_NUMBER, constant->value.hash);
		break;
	case AC_MATCH_BOOLEAN:
		rc = add_key(b, number, AC_KEY_BOOLEAN, constant->value.hash);
		break;
	case AC_MATCH_TIME:
		rc = add_key(b, number, AC_KEY_TIME, constant->value.hash);
		break;
	case AC_MATCH_NULL:
	case AC_MATCH_CONTAINER:
	case AC_MATCH_UNUSABLE:
		break;
	}
	return rc;
}

/* The longest of the lengths that an affix has. */
static unsigned
cut_affix(size_t n)
{
	unsigned i = AC_AFFIX_COUNT - 1;

	while (i > 0 && affix_lengths[i] > n)
		i--;
	return i;
}

static int
add_affix(builder *b, uint32_t number, const ac_like_parts *parts)
{
	ac_hash_seed seed = b->set->seed;
	bool by_prefix = parts->prefix.n >= parts->suffix.n;
	ac_str affix = by_prefix ? parts->prefix : parts->suffix;
	unsigned length = cut_affix(affix.n);
	size_t n = affix_lengths[length];

	if (by_prefix) {
		b->index->prefixes |= 1u << length;
		return add_key(b, number, AC_KEY_PREFIX, ac_siphash(seed, ac_str_slice(affix, 0, n)));
	}
	b->index->suffixes |= 1u << length;
	return add_key(b, number, AC_KEY_SUFFIX, ac_siphash(seed, ac_str_slice(affix, affix.n - n, affix.n)));
}

static int
add_wanted(builder *b, uint32_t number, ac_str text)
{
	int rc = AC_GROW(&b->wanted, b->wanted_count + 1, b->wanted_capacity, AC_MATCH_PATTERNS_MAX);

	if (rc == 0)
		b->wanted[b->wanted_count++] = (wanted){ ac_str_slice(text, 0, LITERAL_MAX), number };
	return rc;
}

static int
add_range(builder *b, uint32_t number)
{
	const ac_atom *atom = &b->set->atoms[number];
	bool rising = atom->comparator == AC_PATTERN_GT || atom->comparator == AC_PATTERN_GE;
	bool strict = atom->comparator == AC_PATTERN_GT || atom->comparator == AC_PATTERN_LT;
	ac_path_index *x = b->index;
	ac_ranges *ranges = ac_match_is_number(&atom->constants[0].value)
				? (rising ? &x->rising_numbers : &x->falling_numbers)
				: (rising ? &x->rising_times : &x->falling_times);
	/* Doubled whenever the count is a power of two. */
	ac_range *items = ranges->items;

	if ((ranges->n & (ranges->n - 1)) == 0)
		items = realloc(ranges->items, (ranges->n ? 2 * ranges->n : 1) * sizeof(*items));
	if (!items)
		return ACCORD_ENOMEM;
	ranges->items = items;
	items[ranges->n++] = (ac_range){ &atom->constants[0].value, number, strict };
	return 0;
}

static int
add_network(builder *b, uint32_t number)
{
	const ac_atom *atom = &b->set->atoms[number];
	const ac_network *network = &atom->network;
	ac_inside *inside;

	if (atom->comparator == AC_PATTERN_ISSUBSET) {
		if (network->is_6)
			b->index->networks6[network->bits / 64] |= (uint64_t)1 << (network->bits % 64);
		else
			b->index->networks4 |= (uint64_t)1 << network->bits;
		return add_key(b, number, AC_KEY_NETWORK, ac_network_hash(b->set->seed, network, network->bits));
	}
	inside = b->index->inside;
	if ((b->index->inside_count & (b->index->inside_count - 1)) == 0)
		inside = realloc(inside, (b->index->inside_count ? 2 * b->index->inside_count : 1) * sizeof(*inside));
	if (!inside)
		return ACCORD_ENOMEM;
	b->index->inside = inside;
	inside[b->index->inside_count++] = (ac_inside){ *network, number };
	return 0;
}

static int
add_hashed(builder *b, uint32_t number)
{
	const ac_atom *atom = &b->set->atoms[number];
	int rc = 0;

	if (atom->comparator == AC_PATTERN_LIKE) {
		rc = add_key(b, number, AC_KEY_NORMAL, ac_siphash(b->set->seed, atom->like));
		if (rc == 0 && atom->like_octets.p)
			rc = add_key(b, number, AC_KEY_BYTES, ac_siphash(b->set->seed, atom->like_octets));
	}
	for (uint32_t i = 0; rc == 0 && i < atom->constant_count; i++)
		rc = add_constant(b, number, &atom->constants[i]);
	/* Constants of one IN are of one kind. */
	b->index->has_octets |= atom->constant_count && atom->constants[0].value.kind == AC_MATCH_BYTES;
	return rc;
}

static int
add_gate_atom(builder *b, uint32_t number)
{
	const ac_atom *atom = &b->set->atoms[number];
	ac_like_parts parts;
	int rc = 0;

	switch (b->set->uses[number].index) {
	case AC_MATCH_INDEX_NONE:
	case AC_MATCH_INDEX_TYPE:
		break;
	case AC_MATCH_INDEX_HASH:
		rc = add_hashed(b, number);
		break;
	case AC_MATCH_INDEX_ORDER:
		rc = add_range(b, number);
		break;
	case AC_MATCH_INDEX_NETWORK:
		rc = add_network(b, number);
		break;
	case AC_MATCH_INDEX_AFFIX:
		parts = ac_like_split(atom->like);
		rc = add_affix(b, number, &parts);
		if (rc == 0)
			rc = add_atom(&b->text, number);
		break;
	case AC_MATCH_INDEX_LITERAL:
		parts = ac_like_split(atom->like);
		rc = add_wanted(b, number, atom->regex ? ac_regex_shape_of(atom->regex->text)->literal : parts.inner);
		break;
	case AC_MATCH_INDEX_SCAN:
		rc = add_atom(&b->scanned, number);
		break;
	case AC_MATCH_INDEX_PRESENCE:
		rc = add_atom(&b->all, number);
		break;
	}
	return rc;
}

static int
keep_list(builder *b, const atoms *list, ac_run *out, accord_err *err)
{
	out->count = (uint32_t)list->n;
	return ac_set_list(b->set, list->p, list->n, &out->first, err);
}

static int
compare_wanted(const void *a, const void *b)
{
	return ac_str_cmp(((const wanted *)a)->text, ((const wanted *)b)->text);
}

/* Texts of a path to one scan; a text that several atoms want is looked for once. */
static int
build_literals(builder *b, accord_err *err)
{
	ac_str *texts;
	size_t n = 0;
	int rc = 0;

	if (b->wanted_count == 0)
		return 0;
	for (size_t i = 0; rc == 0 && i < b->wanted_count; i++)
		rc = add_atom(b->wanted_count < SCAN_MIN ? &b->all : &b->text, b->wanted[i].atom);
	if (rc)
		return ac_set_failed(rc, err);
	if (b->wanted_count < SCAN_MIN)
		return 0;
	qsort(b->wanted, b->wanted_count, sizeof(*b->wanted), compare_wanted);
	texts = malloc(b->wanted_count * sizeof(*texts));
	b->index->literal_atoms = calloc(b->wanted_count, sizeof(*b->index->literal_atoms));
	if (!texts || !b->index->literal_atoms)
		rc = ac_set_failed(ACCORD_ENOMEM, err);
	for (size_t i = 0; rc == 0 && i < b->wanted_count; i++) {
		ac_run *run;
		uint32_t first;

		if (n == 0 || !ac_str_eq(texts[n - 1], b->wanted[i].text))
			texts[n++] = b->wanted[i].text;
		run = &b->index->literal_atoms[n - 1];
		rc = ac_set_list(b->set, &b->wanted[i].atom, 1, &first, err);
		if (run->count++ == 0)
			run->first = first;
	}
	if (rc == 0)
		rc = ac_scan_new_literals(texts, n, &b->index->literals, err);
	free(texts);
	return rc;
}

/* Light ones first: heavy ones cannot keep them out of the scan. */
static int
compare_weights(const void *a, const void *b, void *payload)
{
	const ac_pattern_set *set = payload;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint32_t u = ac_regex_shape_of(set->atoms[x].regex->text)->weight;
	uint32_t v = ac_regex_shape_of(set->atoms[y].regex->text)->weight;

	if (u != v)
		return u < v ? -1 : 1;
	return (x > y) - (x < y);
}

/* Regexes of a path to one scan; what it does not take, and what would take too long to compile, is tested one by one. */
static int
build_regexes(builder *b, accord_err *err)
{
	const ac_regex **regexes = calloc(b->scanned.n + 1, sizeof(*regexes));
	bool *refused = calloc(b->scanned.n + 1, sizeof(*refused));
	int rc = regexes && refused ? 0 : ac_set_failed(ACCORD_ENOMEM, err);
	size_t n = 0;

	if (b->scanned.n)
		qsort_r(b->scanned.p, b->scanned.n, sizeof(*b->scanned.p), compare_weights, b->set);
	for (; rc == 0 && b->scanned.n >= SCAN_MIN && n < b->scanned.n; n++) {
		uint32_t weight;

		regexes[n] = b->set->atoms[b->scanned.p[n]].regex->text;
		weight = ac_regex_shape_of(regexes[n])->weight;
		if (weight > SCAN_WEIGHT_EACH_MAX || b->weight + weight > AC_MATCH_SCAN_WEIGHT_MAX)
			break;
		b->weight += weight;
	}
	if (rc == 0 && n > 0) {
		rc = ac_scan_new_regexes(regexes, n, refused, &b->index->regexes, err);
		b->index->regex_atoms = calloc(n, sizeof(*b->index->regex_atoms));
		if (rc == 0 && !b->index->regex_atoms)
			rc = ac_set_failed(ACCORD_ENOMEM, err);
	}
	for (size_t i = 0; rc == 0 && i < b->scanned.n; i++) {
		uint32_t atom = b->scanned.p[i];

		if (i >= n || refused[i]) {
			rc = add_atom(&b->all, atom);
		} else {
			b->index->regex_atoms[i] = atom;
			rc = add_atom(&b->text, atom);
			if (rc == 0 && ac_regex_shape_of(regexes[i])->is_sensitive)
				rc = add_atom(&b->sensitive, atom);
		}
		if (rc)
			rc = ac_set_failed(rc, err);
	}
	free(regexes);
	free(refused);
	return rc;
}

static int
compare_constants(const ac_range *x, const ac_range *y)
{
	return x->constant->kind == AC_MATCH_TIME ? ac_str_cmp(x->constant->text, y->constant->text)
						  : ac_match_number_cmp(x->constant, y->constant);
}

/* Among equal constants >= and <= stand before > and <: what is true stands in front. */
static int
compare_rising(const void *a, const void *b)
{
	const ac_range *x = a, *y = b;
	int order = compare_constants(x, y);

	return order ? order : (int)x->strict - (int)y->strict;
}

static int
compare_falling(const void *a, const void *b)
{
	const ac_range *x = a, *y = b;
	int order = compare_constants(y, x);

	return order ? order : (int)x->strict - (int)y->strict;
}

static int
compare_inside(const void *a, const void *b)
{
	const ac_inside *x = a, *y = b;
	int order = (int)x->network.is_6 - (int)y->network.is_6;

	if (order == 0)
		order = memcmp(x->network.address, y->network.address, sizeof(x->network.address));
	return order ? order : (int)x->network.bits - (int)y->network.bits;
}

static void
sort_ranges(const ac_ranges *ranges, int (*compare)(const void *a, const void *b))
{
	if (ranges->n)
		qsort(ranges->items, ranges->n, sizeof(*ranges->items), compare);
}

static int
build_path(builder *b, ac_path *path, const uint32_t *numbers, size_t n, accord_err *err)
{
	ac_pattern_set *set = b->set;
	int rc = AC_GROW(&set->indexes, set->index_count + 1, set->index_capacity, AC_MATCH_PATHS_MAX);

	b->index = rc == 0 ? calloc(1, sizeof(*b->index)) : NULL;
	if (!b->index)
		return ac_set_failed(rc ? rc : ACCORD_ENOMEM, err);
	set->indexes[set->index_count++] = b->index;
	path->index = b->index;
	b->all.n = b->text.n = b->scanned.n = b->sensitive.n = 0;
	b->wanted_count = 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_gate_atom(b, numbers[i]);
	if (rc)
		return ac_set_failed(rc, err);
	rc = build_literals(b, err);
	if (rc == 0)
		rc = build_regexes(b, err);
	if (rc == 0)
		rc = keep_list(b, &b->all, &b->index->all, err);
	if (rc == 0)
		rc = keep_list(b, &b->text, &b->index->text, err);
	if (rc == 0)
		rc = keep_list(b, &b->sensitive, &b->index->sensitive, err);
	sort_ranges(&b->index->rising_numbers, compare_rising);
	sort_ranges(&b->index->rising_times, compare_rising);
	sort_ranges(&b->index->falling_numbers, compare_falling);
	sort_ranges(&b->index->falling_times, compare_falling);
	if (b->index->inside_count)
		qsort(b->index->inside, b->index->inside_count, sizeof(*b->index->inside), compare_inside);
	return rc;
}

static int
compare_entries(const void *a, const void *b)
{
	const entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->atom > y->atom) - (x->atom < y->atom);
}

static int
fill_slots(ac_pattern_set *set)
{
	size_t slots = 64;

	while (slots < 2 * (set->key_count + 1))
		slots *= 2;
	set->key_slots = calloc(slots, sizeof(*set->key_slots));
	if (!set->key_slots)
		return ACCORD_ENOMEM;
	set->key_slot_count = slots;
	set->key_filter_words = slots / 8;
	set->key_filter = calloc(set->key_filter_words, sizeof(*set->key_filter));
	if (!set->key_filter)
		return ACCORD_ENOMEM;
	for (size_t i = 0; i < set->key_count; i++) {
		uint64_t hash = set->keys[i].hash;
		size_t at = hash & (slots - 1);

		set->key_filter[hash >> 38 & (set->key_filter_words - 1)] |= (uint64_t)1 << (hash >> 32 & 63);
		while (set->key_slots[at])
			at = (at + 1) & (slots - 1);
		set->key_slots[at] = (set->keys[i].hash >> 32 << 32) | (i + 1);
	}
	return 0;
}

static int
build_keys(builder *b, accord_err *err)
{
	ac_pattern_set *set = b->set;
	int rc = 0;

	if (b->n)
		qsort(b->entries, b->n, sizeof(*b->entries), compare_entries);
	for (size_t i = 0; rc == 0 && i < b->n; i++) {
		const entry *e = &b->entries[i];
		uint32_t first;

		if (i > 0 && e[-1].hash == e->hash && e[-1].atom == e->atom)
			continue;
		rc = ac_set_list(set, &e->atom, 1, &first, err);
		if (rc)
			break;
		if (i == 0 || e[-1].hash != e->hash) {
			rc = AC_GROW(&set->keys, set->key_count + 1, set->key_capacity, UINT32_MAX - 1);
			if (rc)
				return ac_set_failed(rc, err);
			set->keys[set->key_count++] = (ac_key){ e->hash, first, 0 };
		}
		set->keys[set->key_count - 1].count++;
	}
	if (rc)
		return rc;
	rc = fill_slots(set);
	return rc ? ac_set_failed(rc, err) : 0;
}

/* Atoms that are gates, by their paths. */
static int
compare_paths(const void *a, const void *b, void *payload)
{
	const ac_pattern_set *set = payload;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (set->atoms[x].path != set->atoms[y].path)
		return set->atoms[x].path < set->atoms[y].path ? -1 : 1;
	return (x > y) - (x < y);
}

int
ac_set_build_indexes(ac_pattern_set *set, accord_err *err)
{
	builder b = { .set = set };
	atoms gates = { 0 };
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < set->atom_count; i++)
		if (set->uses[i].leaf_count)
			rc = add_atom(&gates, i);
	if (rc)
		rc = ac_set_failed(rc, err);
	if (rc == 0 && gates.n)
		qsort_r(gates.p, gates.n, sizeof(*gates.p), compare_paths, set);
	for (size_t i = 0; rc == 0 && i < gates.n;) {
		uint32_t path = set->atoms[gates.p[i]].path;
		size_t n = 1;

		while (i + n < gates.n && set->atoms[gates.p[i + n]].path == path)
			n++;
		rc = build_path(&b, &set->paths[path], gates.p + i, n, err);
		i += n;
	}
	if (rc == 0)
		rc = build_keys(&b, err);
	free(gates.p);
	free(b.entries);
	free(b.all.p);
	free(b.text.p);
	free(b.scanned.p);
	free(b.sensitive.p);
	free(b.wanted);
	return rc;
}
