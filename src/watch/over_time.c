/* SPDX-License-Identifier: Apache-2.0 */
/* States of patterns over time: found by pattern and scope, the least lately used one goes first. */
#include "watch/over_time_state.h"

#define NO_STATE UINT32_MAX

/* How many instances a pattern can use, at most. Recursion is bounded by pattern.h. */
static uint64_t
demand_of(const ac_pattern_node *node)
{
	uint64_t left, right, product;

	if (!node || node->op == AC_PATTERN_OBSERVATION)
		return node ? 1 : 0;
	left = demand_of(node->left);
	right = demand_of(node->right);
	if (node->op == AC_PATTERN_REPEATS)
		return __builtin_mul_overflow(left, node->repeats, &product) || product > AC_PATTERN_STATE_HITS_MAX
			   ? AC_PATTERN_STATE_HITS_MAX
			   : product;
	return left + right > AC_PATTERN_STATE_HITS_MAX ? AC_PATTERN_STATE_HITS_MAX : left + right;
}

static bool
has_times(const ac_pattern_node *node)
{
	if (!node || node->op == AC_PATTERN_OBSERVATION)
		return false;
	return node->op == AC_PATTERN_WITHIN || node->op == AC_PATTERN_START_STOP || has_times(node->left) ||
	       has_times(node->right);
}

static ac_time_rule
rule_of(const ac_pattern_node *tree)
{
	ac_time_rule rule = { .tree = tree, .demand = demand_of(tree) };

	rule.has_window = tree && tree->op == AC_PATTERN_WITHIN;
	rule.is_plain = tree && !has_times(rule.has_window ? tree->left : tree);
	rule.hits_max = 4 * rule.demand;
	if (rule.hits_max < AC_PATTERN_STATE_HITS)
		rule.hits_max = AC_PATTERN_STATE_HITS;
	if (rule.hits_max > AC_PATTERN_STATE_HITS_MAX)
		rule.hits_max = AC_PATTERN_STATE_HITS_MAX;
	return rule;
}

int
ac_over_time_new(const ac_over_time_pattern *patterns, size_t n, ac_hash_seed seed, ac_over_time_limits limits,
    ac_over_time **out, accord_err *err)
{
	ac_over_time *t = calloc(1, sizeof(*t));
	int rc = 0;

	if (!t)
		return ac_fail(err, ACCORD_ENOMEM, "patterns over time: no memory");
	t->patterns = patterns;
	t->pattern_count = n;
	t->seed = seed;
	t->late_seconds = limits.late_seconds < AC_PATTERN_LATE_MAX ? limits.late_seconds : AC_PATTERN_LATE_MAX;
	t->states_max = limits.states ? limits.states : AC_PATTERN_STATES_MAX;
	t->bytes_max = limits.bytes ? limits.bytes : AC_PATTERN_STATE_BYTES_MAX;
	t->newest = t->oldest = t->free = NO_STATE;
	ac_arena_init(&t->file_texts, AC_PATTERN_FILES_BYTES_MAX);
	ac_map_init(&t->files, seed, AC_PATTERN_FILES_MAX);
	ac_arena_init(&t->scratch, AC_PATTERN_STATE_BYTES_MAX);
	t->rules = calloc(n + 1, sizeof(*t->rules));
	t->bucket_count = 1024;
	t->buckets = malloc(t->bucket_count * sizeof(*t->buckets));
	if (!t->rules || !t->buckets) {
		t = ac_over_time_free(t);
		return ac_fail(err, ACCORD_ENOMEM, "patterns over time: no memory");
	}
	memset(t->buckets, 0xff, t->bucket_count * sizeof(*t->buckets));
	for (uint32_t i = 0; !rc && i < n; i++) {
		t->rules[i] = rule_of(patterns[i].tree);
		if (patterns[i].tree)
			rc = ac_sha256(patterns[i].text, t->rules[i].digest, err);
	}
	if (rc)
		t = ac_over_time_free(t);
	else
		*out = t;
	return rc;
}

ac_over_time *
ac_over_time_free(ac_over_time *t)
{
	if (!t)
		return NULL;
	for (size_t i = 0; i < t->state_count; i++) {
		free(t->states[i].hits);
		free(t->states[i].scope);
	}
	free(t->states);
	free(t->buckets);
	free(t->rules);
	free(t->file_names);
	ac_map_done(&t->files);
	ac_arena_done(&t->file_texts);
	ac_arena_done(&t->scratch);
	free(t);
	return NULL;
}

ac_over_time_counts
ac_over_time_count(const ac_over_time *t)
{
	ac_over_time_counts c = t->counts;

	c.states = t->used;
	c.bytes = t->bytes;
	return c;
}

void
ac_over_time_go_on(ac_over_time *t, const ac_over_time *from)
{
	t->counts = from->counts;
}

/* ---- states ---- */

static uint64_t
hash_of(const ac_over_time *t, uint32_t pattern, ac_str scope)
{
	return ac_siphash(t->seed, scope) ^ (pattern + 1) * 0x9e3779b97f4a7c15U;
}

static size_t
bucket_of(const ac_over_time *t, uint64_t hash)
{
	hash ^= hash >> 29;
	return (size_t)(hash * 0xd6e8feb86659fd93U >> 32) & (t->bucket_count - 1);
}

static void
unlink_use(ac_over_time *t, uint32_t number)
{
	ac_time_state *s = &t->states[number];

	if (s->newer == NO_STATE)
		t->newest = s->older;
	else
		t->states[s->newer].older = s->older;
	if (s->older == NO_STATE)
		t->oldest = s->newer;
	else
		t->states[s->older].newer = s->newer;
}

static void
link_newest(ac_over_time *t, uint32_t number)
{
	ac_time_state *s = &t->states[number];

	s->newer = NO_STATE;
	s->older = t->newest;
	if (t->newest == NO_STATE)
		t->oldest = number;
	else
		t->states[t->newest].newer = number;
	t->newest = number;
}

static size_t
bytes_of(const ac_time_state *s)
{
	return sizeof(*s) + s->scope_n + s->capacity * sizeof(*s->hits) + 4 * sizeof(void *);
}

static void
drop_state(ac_over_time *t, uint32_t number)
{
	ac_time_state *s = &t->states[number];
	uint32_t *at = &t->buckets[bucket_of(t, s->hash)];

	while (*at != number)
		at = &t->states[*at].next;
	*at = s->next;
	unlink_use(t, number);
	t->bytes -= bytes_of(s);
	t->used--;
	free(s->hits);
	free(s->scope);
	*s = (ac_time_state){ .next = t->free };
	t->free = number;
}

/* Room for one state more and `bytes`: the states that were not used for the longest time go. */
static void
make_room(ac_over_time *t, size_t bytes, uint32_t keep)
{
	while (t->oldest != NO_STATE && t->oldest != keep &&
	       (t->used + (keep == NO_STATE) > t->states_max || t->bytes + bytes > t->bytes_max)) {
		t->counts.evicted += t->states[t->oldest].hit_count;
		drop_state(t, t->oldest);
	}
}

static int
grow_buckets(ac_over_time *t)
{
	size_t count = 2 * t->bucket_count;
	uint32_t *more = malloc(count * sizeof(*more));

	if (!more)
		return ACCORD_ENOMEM;
	memset(more, 0xff, count * sizeof(*more));
	free(t->buckets);
	t->buckets = more;
	t->bucket_count = count;
	for (uint32_t i = t->newest; i != NO_STATE; i = t->states[i].older) {
		uint32_t *at = &t->buckets[bucket_of(t, t->states[i].hash)];

		t->states[i].next = *at;
		*at = i;
	}
	return 0;
}

static int
new_state(ac_over_time *t, uint32_t pattern, ac_str scope, uint64_t hash, uint32_t *out)
{
	uint32_t number = t->free;
	ac_time_state *s;
	char *copy = malloc(scope.n + 1);

	if (!copy || (t->used >= t->bucket_count && grow_buckets(t))) {
		free(copy);
		return ACCORD_ENOMEM;
	}
	if (number == NO_STATE) {
		if (t->state_count == t->state_capacity) {
			size_t capacity = t->state_capacity ? 2 * t->state_capacity : 64;
			ac_time_state *more = realloc(t->states, capacity * sizeof(*more));

			if (!more) {
				free(copy);
				return ACCORD_ENOMEM;
			}
			t->states = more;
			t->state_capacity = capacity;
		}
		number = (uint32_t)t->state_count++;
	} else {
		t->free = t->states[number].next;
	}
	s = &t->states[number];
	*s = (ac_time_state){ .pattern = pattern, .hash = hash, .scope = copy, .scope_n = (uint32_t)scope.n };
	if (scope.n)
		memcpy(copy, scope.p, scope.n);
	s->next = t->buckets[bucket_of(t, hash)];
	t->buckets[bucket_of(t, hash)] = number;
	link_newest(t, number);
	t->used++;
	t->bytes += bytes_of(s);
	*out = number;
	return 0;
}

int
ac_over_time_state(ac_over_time *t, uint32_t pattern, ac_str scope, uint32_t *out)
{
	uint64_t hash;
	uint32_t number;

	scope = ac_str_slice(scope, 0, AC_PATTERN_SCOPE_MAX);
	hash = hash_of(t, pattern, scope);
	for (number = t->buckets[bucket_of(t, hash)]; number != NO_STATE; number = t->states[number].next) {
		const ac_time_state *s = &t->states[number];

		if (s->hash == hash && s->pattern == pattern && ac_str_eq((ac_str){ s->scope, s->scope_n }, scope)) {
			unlink_use(t, number);
			link_newest(t, number);
			*out = number;
			return 0;
		}
	}
	make_room(t, sizeof(ac_time_state) + scope.n, NO_STATE);
	return new_state(t, pattern, scope, hash, out);
}

/* ---- records of a state ---- */

static int
name_file(ac_over_time *t, ac_str file, uint32_t *out)
{
	uint64_t *known = ac_map_get(&t->files, file);

	if (known) {
		*out = (uint32_t)*known;
		return 0;
	}
	if (t->file_count == t->file_capacity) {
		size_t capacity = t->file_capacity ? 2 * t->file_capacity : 16;
		ac_str *more = realloc(t->file_names, capacity * sizeof(*more));

		if (!more)
			return ACCORD_ENOMEM;
		t->file_names = more;
		t->file_capacity = capacity;
	}
	file = ac_arena_str(&t->file_texts, file);
	known = file.p ? ac_map_put(&t->files, file, NULL) : NULL;
	/* Too many names: the record is known by its line only. */
	if (!known) {
		*out = NO_STATE;
		return 0;
	}
	*known = t->file_count;
	t->file_names[t->file_count] = file;
	*out = (uint32_t)t->file_count++;
	return 0;
}

/* The same record once more, as it comes from a bus that delivers at least once. */
static bool
is_again(ac_over_time *t, ac_time_state *s, const ac_time_hit *hit)
{
	for (size_t i = s->hit_count; i > 0 && ac_time_cmp(s->hits[i - 1].time, hit->time) >= 0; i--) {
		ac_time_hit *known = &s->hits[i - 1];

		if (known->file != NO_STATE && known->file == hit->file && known->offset == hit->offset &&
		    known->line == hit->line && ac_time_cmp(known->time, hit->time) == 0) {
			known->brackets |= hit->brackets;
			t->counts.again++;
			return true;
		}
	}
	return false;
}

static size_t
place_of(const ac_over_time *t, ac_time time)
{
	size_t low = 0, high = t->recent_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (ac_time_cmp(t->recent[middle], time) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * A record came with this time. How far in front a time may be and still make others old: a clock that runs ahead, or a liar, must not end the memory of everything else. The median of the last
 * arrivals is what is thought to be now.
 */
static ac_time
note_arrival(ac_over_time *t, ac_time time)
{
	ac_time ahead;
	size_t at;

	if (t->recent_count == AC_OVER_TIME_RECENT) {
		at = place_of(t, t->arrived[t->next_arrival]);
		memmove(&t->recent[at], &t->recent[at + 1], (--t->recent_count - at) * sizeof(*t->recent));
	}
	at = place_of(t, time);
	memmove(&t->recent[at + 1], &t->recent[at], (t->recent_count++ - at) * sizeof(*t->recent));
	t->recent[at] = t->arrived[t->next_arrival] = time;
	t->next_arrival = (t->next_arrival + 1) % AC_OVER_TIME_RECENT;
	ahead = t->recent[(t->recent_count - 1) / 2];
	if (__builtin_add_overflow(ahead.seconds, AC_PATTERN_AHEAD_MAX, &ahead.seconds))
		ahead.seconds = INT64_MAX;
	return ahead;
}

int
ac_over_time_put(ac_over_time *t, uint32_t number, uint64_t brackets, const ac_witness *record)
{
	ac_time_state *s = &t->states[number];
	ac_time_hit hit = {
		.brackets = brackets, .time = record->time, .line = record->line, .offset = record->offset
	};
	ac_time ahead = note_arrival(t, record->time);
	size_t at;

	if (name_file(t, record->file, &hit.file))
		return ACCORD_ENOMEM;
	if (is_again(t, s, &hit))
		return 0;
	if (s->hit_count == s->capacity) {
		size_t capacity = s->capacity ? 2 * (size_t)s->capacity : 1, more_bytes;
		ac_time_hit *more;

		more_bytes = (capacity - s->capacity) * sizeof(*more);
		make_room(t, more_bytes, number);
		more = realloc(s->hits, capacity * sizeof(*more));
		if (!more)
			return ACCORD_ENOMEM;
		s->hits = more;
		s->capacity = (uint32_t)capacity;
		t->bytes += more_bytes;
	}
	for (at = s->hit_count; at > 0 && ac_time_cmp(s->hits[at - 1].time, hit.time) > 0; at--)
		s->hits[at] = s->hits[at - 1];
	s->hits[at] = hit;
	s->hit_count++;
	if (ac_time_cmp(hit.time, ahead) > 0) {
		t->counts.ahead++;
		hit.time = ahead;
	}
	if (s->hit_count == 1 || ac_time_cmp(hit.time, s->newest_time) > 0)
		s->newest_time = hit.time;
	return 0;
}

/* t - seconds - nanoseconds, or the earliest time there is. */
static ac_time
before(ac_time t, ac_time span)
{
	if (__builtin_sub_overflow(t.seconds, span.seconds, &t.seconds))
		return AC_TIME_MIN;
	if (t.nanoseconds < span.nanoseconds) {
		if (t.seconds == AC_TIME_MIN.seconds)
			return AC_TIME_MIN;
		t.seconds--;
		t.nanoseconds += 1000000000;
	}
	t.nanoseconds -= span.nanoseconds;
	return t;
}

/*
 * Of records in a row with the same brackets all but the last `demand` go: for what follows the row they are all alike, and so for what comes before it, if they do not have its instant. Those at
 * `sure` or later stay: something may still come between them.
 */
static void
thin_out(ac_time_state *s, uint64_t demand, ac_time sure)
{
	size_t to = 0;
	ac_time before_row = AC_TIME_MIN;

	for (size_t from = 0, end; from < s->hit_count; from = end) {
		ac_time last;

		for (end = from; end < s->hit_count && s->hits[end].brackets == s->hits[from].brackets; end++)
			;
		last = s->hits[end - 1].time;
		for (size_t i = from; i < end; i++)
			if (end - i <= demand || ac_time_cmp(s->hits[i].time, sure) >= 0 ||
			    ac_time_cmp(s->hits[i].time, before_row) <= 0)
				s->hits[to++] = s->hits[i];
		before_row = last;
	}
	s->hit_count = (uint32_t)to;
}

/* Forget what cannot matter any more, and what there is no room for. */
static void
prune(ac_over_time *t, ac_time_state *s)
{
	const ac_time_rule *rule = &t->rules[s->pattern];
	ac_time sure = before(s->newest_time, (ac_time){ (int64_t)t->late_seconds, 0 });
	ac_time reach = rule->has_window ? before(sure, rule->tree->within) : AC_TIME_MIN;
	size_t kept = 0;

	/* A choice with something at `sure` or later has its earliest instant behind `reach` (s9.5.1: exclusive). */
	for (size_t i = 0; i < s->hit_count; i++)
		if (!rule->has_window || ac_time_cmp(s->hits[i].time, reach) > 0)
			s->hits[kept++] = s->hits[i];
	s->hit_count = (uint32_t)kept;
	if (rule->is_plain)
		thin_out(s, rule->demand, sure);
	if (s->hit_count > rule->hits_max) {
		size_t over = s->hit_count - rule->hits_max;

		t->counts.evicted += over;
		/* Those ahead of everybody's time first, then the oldest. */
		while (over && ac_time_cmp(s->hits[s->hit_count - 1].time, s->newest_time) > 0) {
			s->hit_count--;
			over--;
		}
		s->hit_count -= (uint32_t)over;
		memmove(s->hits, s->hits + over, s->hit_count * sizeof(*s->hits));
	}
}

/* ---- the question ---- */

static int
ask(ac_over_time *t, const ac_time_state *s, ac_sequence_result *out, accord_err *err)
{
	size_t brackets = t->patterns[s->pattern].brackets, n = s->hit_count;
	ac_observed *observed;
	ac_leaf_hits *hits;
	uint32_t *all;

	ac_arena_reset(&t->scratch);
	observed = ac_arena_zalloc(&t->scratch, n + 1, sizeof(*observed));
	hits = ac_arena_zalloc(&t->scratch, brackets + 1, sizeof(*hits));
	all = ac_arena_zalloc(&t->scratch, brackets * n + 1, sizeof(*all));
	if (!observed || !hits || !all)
		return ac_arena_check(&t->scratch, err);
	for (size_t i = 0; i < n; i++)
		observed[i] = (ac_observed){ s->hits[i].time, s->hits[i].time, 1 };
	for (size_t b = 0; b < brackets; b++) {
		uint32_t *list = all + b * n;

		hits[b].observations = list;
		for (size_t i = 0; i < n; i++)
			if (s->hits[i].brackets >> b & 1)
				list[hits[b].n++] = (uint32_t)i;
	}
	return ac_sequence_match(
	    t->rules[s->pattern].tree, observed, n, hits, brackets, &AC_SEQUENCE_BUDGET, &t->scratch, out, err);
}

/* The witnesses, and the state without them and what came before the last of them. */
static int
fire(ac_over_time *t, ac_time_state *s, const ac_sequence_result *result, ac_arena *arena, const ac_witness **out,
    size_t *out_n, accord_err *err)
{
	ac_witness *all = ac_arena_zalloc(arena, result->witness_count + 1, sizeof(*all));
	ac_time last = AC_TIME_MIN;
	size_t from = 0;

	if (!all)
		return ac_arena_check(arena, err);
	for (size_t i = 0; i < result->witness_count; i++) {
		const ac_time_hit *hit = &s->hits[result->witness[i].observation];

		all[i] = (ac_witness){ .bracket = result->witness[i].leaf,
			.file = hit->file == NO_STATE ? AC_S("") : t->file_names[hit->file],
			.line = hit->line,
			.offset = hit->offset,
			.time = hit->time };
		if (i == 0 || ac_time_cmp(hit->time, last) > 0)
			last = hit->time;
	}
	while (from < s->hit_count && ac_time_cmp(s->hits[from].time, last) <= 0)
		from++;
	s->hit_count -= (uint32_t)from;
	memmove(s->hits, s->hits + from, s->hit_count * sizeof(*s->hits));
	*out = all;
	*out_n = result->witness_count;
	return 0;
}

int
ac_over_time_add(ac_over_time *t, uint32_t pattern, ac_str scope, uint64_t brackets, const ac_witness *record,
    ac_arena *arena, const ac_witness **out, size_t *out_n, accord_err *err)
{
	ac_sequence_result result = { .verdict = AC_SEQUENCE_NO };
	ac_time_state *s;
	uint32_t number;
	int rc = ac_over_time_state(t, pattern, scope, &number);

	*out_n = 0;
	if (rc == 0) {
		s = &t->states[number];
		if (s->hit_count &&
		    ac_time_cmp(record->time, before(s->newest_time, (ac_time){ (int64_t)t->late_seconds, 0 })) < 0)
			t->counts.late++;
		rc = ac_over_time_put(t, number, brackets, record);
	}
	if (rc)
		return ac_fail(err, rc, "patterns over time: no memory");
	s = &t->states[number];
	rc = ask(t, s, &result, err);
	if (rc)
		return rc;
	t->counts.undecided += result.verdict == AC_SEQUENCE_UNDECIDED;
	if (result.verdict == AC_SEQUENCE_YES)
		rc = fire(t, s, &result, arena, out, out_n, err);
	prune(t, s);
	if (s->hit_count == 0)
		drop_state(t, number);
	return rc;
}
