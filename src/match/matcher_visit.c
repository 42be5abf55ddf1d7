/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One object as the root of brackets (STIX 2.1 s9.5: all comparisons of a bracket start at the same object). Its facts, and those of what it refers to, go through the indexes; what they find
 * opens brackets; comparisons that no index holds are then evaluated plainly for these.
 */
#include "match/grow.h"
#include "match/visit.h"

static const uint8_t affix_lengths[AC_AFFIX_COUNT] = AC_AFFIX_LENGTHS;

static void
spend(ac_matcher *m, uint64_t steps)
{
	m->tester.steps -= steps < m->tester.steps ? steps : m->tester.steps;
}

/* Of this run all is known that anybody asks of the bracket. */
static bool
is_settled(const ac_matcher *m, uint32_t leaf)
{
	return m->leaf_runs[leaf].settled == m->run;
}

/* The bracket holds, or may hold, for the present observation. */
static void
record(ac_matcher *m, uint32_t leaf, ac_truth truth)
{
	int rc;

	if (is_settled(m, leaf))
		return;
	if (truth == AC_TRUE && m->set->leaves[leaf].once && !m->every)
		m->leaf_runs[leaf].settled = m->run;
	if (m->leaf_stamps[leaf] == m->observation_stamp) {
		m->hits[m->leaf_hits[leaf]].sure |= truth == AC_TRUE;
		return;
	}
	m->is_full |= m->hit_count >= m->hits_max;
	if (m->is_full)
		return;
	rc = AC_GROW(&m->hits, m->hit_count + 1, m->hit_capacity, UINT32_MAX);
	if (rc) {
		m->failed = rc;
		return;
	}
	m->leaf_stamps[leaf] = m->observation_stamp;
	m->leaf_hits[leaf] = (uint32_t)m->hit_count;
	m->hits[m->hit_count++] = (ac_hit){ leaf, m->observation, truth == AC_TRUE };
}

static void
add_candidate(ac_matcher *m, uint32_t leaf)
{
	if (m->leaf_epochs[leaf] == m->epoch || is_settled(m, leaf))
		return;
	m->leaf_epochs[leaf] = m->epoch;
	m->candidates[m->candidate_count++] = leaf;
}

/* A gate atom is true, or may be: its brackets open. */
static void
open_gate(ac_matcher *m, uint32_t number, ac_truth truth)
{
	const ac_pattern_set *set = m->set;
	const ac_atom_use *use = &set->uses[number];

	if (m->probing) {
		m->probed = true;
		return;
	}
	if (m->atom_epochs[number] == m->epoch && m->atom_truths[number] >= truth)
		return;
	m->atom_epochs[number] = m->epoch;
	m->atom_truths[number] = (uint8_t)truth;
	for (uint32_t i = 0; i < use->leaf_count; i++) {
		uint32_t leaf = set->lists[use->first_leaf + i];

		if (set->leaves[leaf].direct)
			record(m, leaf, truth);
		else
			add_candidate(m, leaf);
	}
}

/* A gate atom against a value that an index has led to. */
static void
try_atom(ac_matcher *m, uint32_t number, const ac_match_value *value)
{
	ac_truth truth;

	if (m->probed || (m->atom_epochs[number] == m->epoch && m->atom_truths[number] == AC_TRUE))
		return;
	truth = ac_atom_test(&m->set->atoms[number], value, &m->tester);
	if (truth != AC_FALSE)
		open_gate(m, number, truth);
}

static void
try_run(ac_matcher *m, ac_run run, const ac_match_value *value)
{
	spend(m, run.count);
	for (uint32_t i = 0; i < run.count; i++)
		try_atom(m, m->set->lists[run.first + i], value);
}

static void
probe(ac_matcher *m, uint32_t path, ac_key_tag tag, uint64_t hash, const ac_match_value *value)
{
	try_run(m, ac_key_find(m->set, ac_key_hash(path, tag, hash)), value);
}

static bool
has(const ac_path_index *index, ac_key_tag tag)
{
	return index->tags >> tag & 1;
}

/* True ones stand in front. */
static void
probe_range(ac_matcher *m, const ac_ranges *ranges, const ac_match_value *value)
{
	for (size_t i = 0; i < ranges->n; i++) {
		uint32_t atom = ranges->items[i].atom;

		spend(m, 1);
		try_atom(m, atom, value);
		if (m->atom_epochs[atom] != m->epoch)
			return;
	}
}

static void
probe_affixes(ac_matcher *m, uint32_t path, const ac_path_index *index, const ac_match_value *value)
{
	ac_str text = ac_match_nfc(value);

	for (unsigned i = 0; i < AC_AFFIX_COUNT && affix_lengths[i] <= text.n; i++) {
		size_t n = affix_lengths[i];

		if (index->prefixes >> i & 1)
			probe(m, path, AC_KEY_PREFIX, ac_siphash(m->set->seed, ac_str_slice(text, 0, n)), value);
		if (index->suffixes >> i & 1)
			probe(m, path, AC_KEY_SUFFIX, ac_siphash(m->set->seed, ac_str_slice(text, text.n - n, text.n)),
			    value);
	}
}

/* Networks that the value is in: one probe for each prefix length that there is. */
static void
probe_around(
    ac_matcher *m, uint32_t path, const ac_path_index *index, const ac_network *network, const ac_match_value *value)
{
	for (unsigned bits = 0; bits <= network->bits; bits++) {
		bool wanted =
		    network->is_6 ? index->networks6[bits / 64] >> (bits % 64) & 1 : index->networks4 >> bits & 1;

		if (wanted)
			probe(m, path, AC_KEY_NETWORK, ac_network_hash(m->set->seed, network, bits), value);
	}
}

/* Networks inside the value: they begin inside it, and so stand together. */
static void
probe_inside(ac_matcher *m, const ac_path_index *index, const ac_network *network, const ac_match_value *value)
{
	size_t low = 0, high = index->inside_count, size = network->is_6 ? 16 : 4;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const ac_network *at = &index->inside[middle].network;

		if (at->is_6 < network->is_6 ||
		    (at->is_6 == network->is_6 && memcmp(at->address, network->address, size) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < index->inside_count && index->inside[low].network.is_6 == network->is_6; low++) {
		const uint8_t *address = index->inside[low].network.address;
		size_t whole = network->bits / 8;

		spend(m, 1);
		if (memcmp(address, network->address, whole) != 0 ||
		    (network->bits % 8 &&
			((address[whole] ^ network->address[whole]) & (0xff00U >> (network->bits % 8)))))
			break;
		try_atom(m, index->inside[low].atom, value);
	}
}

static void
probe_networks(ac_matcher *m, uint32_t path, const ac_path_index *index, const ac_match_value *value)
{
	ac_network network;

	if ((!has(index, AC_KEY_NETWORK) && index->inside_count == 0) || !ac_network_parse(value->text, &network))
		return;
	probe_around(m, path, index, &network, value);
	probe_inside(m, index, &network, value);
}

/* What a scan finds is kept until it is over: testing scans too, and there is one scratch. */
typedef struct scan_call {
	ac_matcher *m;
	const ac_path_index *index;
	const ac_match_value *value;
} scan_call;

static void
found(ac_matcher *m, uint32_t atom)
{
	int rc = AC_GROW(&m->found, m->found_count + 1, m->found_capacity, AC_MATCH_PATTERNS_MAX);

	if (rc)
		m->failed = rc;
	else
		m->found[m->found_count++] = atom;
}

static void
on_literal(void *payload, uint32_t number)
{
	scan_call *call = payload;
	ac_run run = call->index->literal_atoms[number];

	for (uint32_t i = 0; i < run.count; i++)
		found(call->m, call->m->set->lists[run.first + i]);
}

static void
on_regex(void *payload, uint32_t number)
{
	scan_call *call = payload;
	ac_matcher *m = call->m;
	uint32_t atom = call->index->regex_atoms[number];

	if (call->value->is_ascii || !ac_regex_shape_of(m->set->atoms[atom].regex->text)->is_sensitive)
		found(m, atom);
}

static void
probe_scans(ac_matcher *m, const ac_path_index *index, const ac_match_value *value)
{
	scan_call call = { m, index, value };
	ac_str text = ac_match_nfc(value);

	if (index->literals) {
		spend(m, 16 + text.n / 64);
		m->found_count = 0;
		ac_scan_run(m->tester.scanner, index->literals, text, on_literal, &call);
		for (size_t i = 0; i < m->found_count; i++)
			try_atom(m, m->found[i], value);
		spend(m, m->found_count);
	}
	if (index->regexes) {
		spend(m, 16 + text.n / 64);
		m->found_count = 0;
		ac_scan_run(m->tester.scanner, index->regexes, text, on_regex, &call);
		for (size_t i = 0; i < m->found_count; i++)
			open_gate(m, m->found[i], AC_TRUE);
		if (!value->is_ascii)
			try_run(m, index->sensitive, value);
	}
}

static void
probe_time(ac_matcher *m, uint32_t path, const ac_path_index *index, const ac_match_value *value)
{
	if (has(index, AC_KEY_TIME))
		probe(m, path, AC_KEY_TIME, value->hash, value);
	probe_range(m, &index->rising_times, value);
	probe_range(m, &index->falling_times, value);
}

/* s9.2: a string is equal to octets when its code points are. Beyond ASCII these are other bytes. */
static void
probe_octets(ac_matcher *m, uint32_t path, const ac_match_value *value)
{
	char *bytes;
	size_t n;

	if (value->is_ascii) {
		probe(m, path, AC_KEY_BYTES, value->hash, value);
		return;
	}
	bytes = malloc(value->text.n);
	if (!bytes)
		m->failed = ACCORD_ENOMEM;
	else if (ac_match_latin1(value->text, bytes, &n))
		probe(m, path, AC_KEY_BYTES, ac_siphash(m->set->seed, (ac_str){ bytes, n }), value);
	free(bytes);
}

static void
probe_string(ac_matcher *m, uint32_t path, const ac_path_index *index, const ac_match_value *value)
{
	ac_str normal = ac_match_nfc(value);

	if (has(index, AC_KEY_TEXT))
		probe(m, path, AC_KEY_TEXT, value->hash, value);
	if (has(index, AC_KEY_NORMAL))
		probe(m, path, AC_KEY_NORMAL, value->nfc ? ac_siphash(m->set->seed, normal) : value->hash, value);
	if (index->has_octets)
		probe_octets(m, path, value);
	if (index->prefixes | index->suffixes)
		probe_affixes(m, path, index, value);
	probe_networks(m, path, index, value);
	probe_scans(m, index, value);
	if (value->maybe_time && value->time)
		probe_time(m, path, index, value->time);
}

/* A value through the indexes of its path. */
static void
probe_value(ac_matcher *m, uint32_t path, const ac_path_index *index, const ac_match_value *value)
{
	if (index->all.count)
		try_run(m, index->all, value);
	switch ((ac_match_kind)value->kind) {
	case AC_MATCH_STRING:
		probe_string(m, path, index, value);
		break;
	case AC_MATCH_INTEGER:
	case AC_MATCH_BIG:
	case AC_MATCH_FLOAT:
		if (has(index, AC_KEY_NUMBER))
			probe(m, path, AC_KEY_NUMBER, value->hash, value);
		probe_range(m, &index->rising_numbers, value);
		probe_range(m, &index->falling_numbers, value);
		break;
	case AC_MATCH_BYTES:
		if (has(index, AC_KEY_BYTES))
			probe(m, path, AC_KEY_BYTES, value->hash, value);
		try_run(m, index->text, value);
		break;
	case AC_MATCH_TIME:
		probe_time(m, path, index, value);
		break;
	case AC_MATCH_BOOLEAN:
		if (has(index, AC_KEY_BOOLEAN))
			probe(m, path, AC_KEY_BOOLEAN, value->hash, value);
		break;
	case AC_MATCH_NULL:
	case AC_MATCH_CONTAINER:
	case AC_MATCH_UNUSABLE:
		break;
	}
}

/* Does a fact stand at the places that a path means? */
static bool
fits(const ac_matcher *m, const ac_path *path, const ac_fact *fact)
{
	const uint32_t *places = m->set->places, *indexes = m->batch->indexes;
	uint32_t n = path->any_place ? 0 : m->set->shapes.items[path->shape].lists;

	for (uint32_t i = 0; i < n; i++)
		if (places[path->places + i] != AC_PLACE_ANY && places[path->places + i] != indexes[fact->indexes + i])
			return false;
	return true;
}

/* The object that a fact refers to, if the observation refers to it as well (s9.7.4). */
static uint32_t
target_of(const ac_matcher *m, const ac_fact *fact)
{
	if (fact->target == AC_NO_OBJECT || m->batch->objects[fact->target].scope == m->observation)
		return fact->target;
	return ac_batch_has(m->batch, m->observation, fact->target) ? fact->target : AC_NO_OBJECT;
}

/* Twice the room for what has been visited; only what the present object has visited is kept. */
static bool
grow_visited(ac_matcher *m)
{
	size_t slots = m->visited_slots ? 2 * m->visited_slots : 64;
	ac_visited *old = m->visited, *visited = calloc(slots, sizeof(*visited));

	if (!visited) {
		m->failed = ACCORD_ENOMEM;
		return false;
	}
	for (size_t i = 0; i < m->visited_slots; i++) {
		size_t at = ac_set_mix(m->set, old[i].key) & (slots - 1);

		if (old[i].epoch != m->epoch)
			continue;
		while (visited[at].epoch == m->epoch)
			at = (at + 1) & (slots - 1);
		visited[at] = old[i];
	}
	free(old);
	m->visited = visited;
	m->visited_slots = slots;
	return true;
}

/* Is it the first time that the present object leads there this way? */
static bool
first_visit(ac_matcher *m, uint32_t context, uint32_t object)
{
	uint64_t key = (uint64_t)context << 32 | object;
	size_t at;

	if (2 * (m->visited_count + 1) > m->visited_slots && !grow_visited(m))
		return false;
	at = ac_set_mix(m->set, key) & (m->visited_slots - 1);
	for (; m->visited[at].epoch == m->epoch; at = (at + 1) & (m->visited_slots - 1))
		if (m->visited[at].key == key)
			return false;
	m->visited[at] = (ac_visited){ key, m->epoch };
	m->visited_count++;
	return true;
}

/* Facts of an object as seen from a context. Recursion is as deep as the longest path has references. */
static void
walk(ac_matcher *m, uint32_t context, const ac_fact_object *object)
{
	const ac_pattern_set *set = m->set;
	const ac_fact *fact = m->batch->facts + object->first_fact;

	spend(m, 1 + object->fact_count);
	for (const ac_fact *end = fact + object->fact_count; fact < end && m->tester.steps; fact++) {
		uint32_t shape = m->shapes[fact->symbol];
		uint32_t number = shape == AC_NONE ? AC_NONE : ac_set_group(set, context, shape);

		for (; number != AC_NONE && m->tester.steps; number = set->paths[number].next) {
			const ac_path *path = &set->paths[number];
			uint32_t target;

			spend(m, 4); /* a cache miss */
			if (!fits(m, path, fact))
				continue;
			if (path->index)
				probe_value(m, number, path->index, &fact->value);
			target = path->child == AC_NONE ? AC_NO_OBJECT : target_of(m, fact);
			if (target != AC_NO_OBJECT && first_visit(m, path->child, target))
				walk(m, path->child, &m->batch->objects[target]);
		}
	}
}

/* Objects that a path of references leads to from those of `frontier`; into `next_frontier`, each once. */
static void
follow(ac_matcher *m, const ac_path *path, size_t n, size_t *out_n)
{
	*out_n = 0;
	m->walk_epoch++;
	for (size_t i = 0; i < n; i++) {
		const ac_fact_object *object = &m->batch->objects[m->frontier[i]];

		spend(m, 1 + object->fact_count);
		for (uint32_t f = 0; f < object->fact_count; f++) {
			const ac_fact *fact = &m->batch->facts[object->first_fact + f];
			uint32_t target;

			if (!fact->is_reference || m->shapes[fact->symbol] != path->shape || !fits(m, path, fact))
				continue;
			target = target_of(m, fact);
			if (target == AC_NO_OBJECT || m->object_epochs[target] == m->walk_epoch)
				continue;
			m->object_epochs[target] = m->walk_epoch;
			if (AC_GROW(&m->next_frontier, *out_n + 1, m->next_capacity, UINT32_MAX)) {
				m->failed = ACCORD_ENOMEM;
				return;
			}
			m->next_frontier[(*out_n)++] = target;
		}
	}
}

/* The values of the last part of a path, in the objects of `frontier`. */
static ac_truth
test_values(ac_matcher *m, const ac_atom *atom, size_t n)
{
	const ac_path *path = &m->set->paths[atom->path];
	ac_truth best = AC_FALSE;

	for (size_t i = 0; i < n && best != AC_TRUE; i++) {
		const ac_fact_object *object = &m->batch->objects[m->frontier[i]];

		spend(m, 1 + object->fact_count);
		for (uint32_t f = 0; f < object->fact_count && best != AC_TRUE; f++) {
			const ac_fact *fact = &m->batch->facts[object->first_fact + f];
			ac_truth truth;

			if (m->shapes[fact->symbol] != path->shape || !fits(m, path, fact))
				continue;
			truth = ac_atom_test(atom, &fact->value, &m->tester);
			best = truth > best ? truth : best;
		}
	}
	/* s9.6: what is not there makes every comparison false; NOT EXISTS asks just that. */
	return atom->is_exists && atom->negated ? (ac_truth)(AC_TRUE - best) : best;
}

static ac_truth
evaluate_plainly(ac_matcher *m, const ac_atom *atom, uint32_t root_object)
{
	const ac_pattern_set *set = m->set;
	uint32_t parts[AC_PATTERN_STEPS_MAX], depth = 0;
	size_t n = 1;

	for (uint32_t path = set->contexts[set->paths[atom->path].context].path; path != AC_NONE;
	     path = set->contexts[set->paths[path].context].path)
		parts[depth++] = path;
	if (AC_GROW(&m->frontier, 1, m->frontier_capacity, UINT32_MAX)) {
		m->failed = ACCORD_ENOMEM;
		return AC_UNKNOWN;
	}
	m->frontier[0] = root_object;
	while (depth > 0 && n > 0) {
		uint32_t *swap = m->frontier;
		size_t capacity = m->frontier_capacity;

		follow(m, &set->paths[parts[--depth]], n, &n);
		m->frontier = m->next_frontier;
		m->frontier_capacity = m->next_capacity;
		m->next_frontier = swap;
		m->next_capacity = capacity;
	}
	return test_values(m, atom, n);
}

/* An atom for the present object, once its facts have been through the indexes. */
static ac_truth
truth_of_atom(ac_matcher *m, uint32_t number, uint32_t root_object)
{
	const ac_pattern_set *set = m->set;
	const ac_atom *atom = &set->atoms[number];

	if (m->atom_epochs[number] == m->epoch)
		return (ac_truth)m->atom_truths[number];
	/* s9.5: comparisons about other types are false of this object. */
	if (set->contexts[set->paths[atom->path].context].root != m->root)
		return AC_FALSE;
	/* A gate that has not opened is shut. */
	if (set->uses[number].index != AC_MATCH_INDEX_NONE && set->uses[number].index != AC_MATCH_INDEX_TYPE)
		return AC_FALSE;
	m->atom_truths[number] = (uint8_t)evaluate_plainly(m, atom, root_object);
	m->atom_epochs[number] = m->epoch;
	return (ac_truth)m->atom_truths[number];
}

/* Recursion is as deep as parentheses are nested, twice. */
static ac_truth
truth_of(ac_matcher *m, uint32_t number, uint32_t root_object)
{
	const ac_pattern_set *set = m->set;
	const ac_node *node = &set->nodes[number];
	ac_truth truth = node->op == AC_NODE_AND ? AC_TRUE : AC_FALSE;

	spend(m, 1);
	if (node->op == AC_NODE_ATOM)
		return truth_of_atom(m, node->first, root_object);
	for (uint32_t i = 0; i < node->count; i++) {
		ac_truth one = truth_of(m, set->lists[node->first + i], root_object);

		if (node->op == AC_NODE_AND ? one < truth : one > truth)
			truth = one;
		if (truth == (node->op == AC_NODE_AND ? AC_FALSE : AC_TRUE))
			break;
	}
	return truth;
}

/* A stamp for another object. */
static void
next_epoch(ac_matcher *m)
{
	if (++m->epoch)
		return;
	/* After 4,294,967,295 objects old stamps would come again. */
	memset(m->atom_epochs, 0, m->set->atom_count * sizeof(*m->atom_epochs));
	memset(m->leaf_epochs, 0, m->set->leaf_count * sizeof(*m->leaf_epochs));
	memset(m->visited, 0, m->visited_slots * sizeof(*m->visited));
	m->epoch = 1;
}

/* Whether a value opens a gate of its path, without opening it. */
static bool
would_open(ac_matcher *m, uint32_t path, const ac_path_index *index, const ac_match_value *value)
{
	next_epoch(m);
	m->tester.steps = m->steps_given = AC_MATCH_STEPS_MAX;
	m->probing = true;
	m->probed = false;
	probe_value(m, path, index, value);
	m->probing = false;
	return m->probed || m->tester.steps == 0;
}

bool
ac_matcher_may_open(ac_matcher *m, uint32_t path, ac_str text, bool is_number, ac_arena *arena)
{
	const ac_path_index *index = m->set->paths[path].index;
	ac_match_value value;

	if (!index)
		return false;
	if (ac_matcher_may_be_time(text) ||
	    !(is_number ? ac_match_number(text, arena, &value) : ac_match_string(text, arena, &value)))
		return true;
	value.hash = ac_match_hash(m->set->seed, &value);
	return would_open(m, path, index, &value);
}

bool
ac_matcher_may_open_integer(ac_matcher *m, uint32_t path, int64_t number)
{
	const ac_path_index *index = m->set->paths[path].index;
	ac_match_value value = { .kind = AC_MATCH_INTEGER, .integer = number };

	if (!index)
		return false;
	if (has(index, AC_KEY_NUMBER))
		value.hash = ac_match_hash(m->set->seed, &value);
	return would_open(m, path, index, &value);
}

void
ac_matcher_visit(ac_matcher *m, uint32_t context, const ac_fact_object *object)
{
	const ac_context *type = &m->set->contexts[context];
	uint32_t root_object = (uint32_t)(object - m->batch->objects);

	next_epoch(m);
	m->probed = false;
	m->root = context;
	m->candidate_count = 0;
	m->visited_count = 0;
	for (uint32_t i = 0; i < type->leaf_count; i++)
		add_candidate(m, m->set->lists[type->first_leaf + i]);
	walk(m, context, object);
	for (size_t i = 0; i < m->candidate_count && !m->failed; i++) {
		uint32_t leaf = m->candidates[i];
		ac_truth truth;

		if (m->leaf_stamps[leaf] == m->observation_stamp && m->hits[m->leaf_hits[leaf]].sure)
			continue;
		truth = truth_of(m, m->set->leaves[leaf].node, root_object);
		if (truth != AC_FALSE)
			record(m, leaf, truth);
	}
}
