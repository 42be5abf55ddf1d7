/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names: hosts, domains and dotted file names by their end, and the hosts of URLs. First the last label, which costs a look into eight bytes and a small table; then the last
 * two labels at gate 1; then all that the name may be at gate 2, unless it was looked up a moment ago. Whatever is not plain (other alphabets, numbers at the end,
 * doubled dots, very long names) goes to match.c at once, where everything is exact.
 */
#include "watch/scan_parts.h"

/* A longer run may go on before the window. */
#define RUN_MAX (AC_NAME_WINDOW - 1)

#include "watch/scan_urls.h"

TARGET static void
look_exactly(ac_scan *s, const char *end)
{
	ac_token token;

	/* the dash of an arrow is no name's, and a dot before it ends one */
	if (end < s->end && *end == '>' && end > s->begin && end[-1] == '-') {
		while (end > s->begin && end[-1] == '-')
			end--;
		end -= end > s->begin && end[-1] == '.';
	}
	ac_token_back(end, s->begin, s->index->salt, &token);
	if (token.begin > s->begin && token.begin[-1] == '%')
		ac_token_back(end, token.begin + ac_match_percent(s, token.begin, end), s->index->salt, &token);
	if (token.dots)
		ac_match_dotted(s, &token);
}

/* The run before `end` without percent-encoded bytes at its beginning, which are none of its own. */
TARGET static __attribute__((noinline)) void
cut_percent(ac_scan *s, const char *end, ac_name_run *run)
{
	run->n -= (unsigned)ac_match_percent(s, end - run->n, end);
	if (run->suffix > run->n)
		run->suffix = run->n;
}

/* ---- hosts seen before ---- */

#define SEEN_MAX (8 * AC_SEEN_WORDS)

#ifndef HOST_TEXT
typedef struct host_text {
	uint64_t words[AC_SEEN_WORDS];
} host_text;

/* The last n bytes before `end`, at most SEEN_MAX, all of which are read, with zeros before them. */
TARGET static inline host_text
host_text_of(const char *end, unsigned n)
{
	host_text text;

	for (unsigned i = 0; i < AC_SEEN_WORDS; i++)
		text.words[i] = ac_load64(end - SEEN_MAX + 8 * (size_t)i) & ac_keep_last(AC_SEEN_WORDS - 1 - i, n);
	return text;
}

/* Any: it says where a host is kept, no more. */
TARGET static inline uint32_t
host_hash(host_text text, ac_hash_seed salt)
{
	const uint64_t *w = text.words;
	uint64_t a = ac_mix(w[5] ^ salt.word[0], w[4] ^ salt.word[1]);
	uint64_t b = ac_mix(w[3] ^ salt.word[1], w[2] ^ w[1] ^ w[0] ^ salt.word[0]);

	return (uint32_t)(a ^ b);
}

TARGET static inline bool
is_seen(const ac_seen_host *seen, host_text text)
{
	uint64_t other = 0;

	for (unsigned i = 0; i < AC_SEEN_WORDS; i++)
		other |= seen->text[i] ^ text.words[i];
	return !other;
}

TARGET static inline void
put_seen(ac_seen_host *seen, host_text text)
{
	memcpy(seen->text, text.words, sizeof(seen->text));
}
#endif

TARGET static inline ac_seen_host *
seen_slot(const ac_scan *s, host_text text)
{
	return &s->memory.seen[host_hash(text, s->index->salt) >> (32 - AC_SEEN_HOSTS_BITS)];
}

/* A plain name. url_key: its key as the host of some URL; 0: it is none. */
TARGET static void
remember_host(const ac_scan *s, uint32_t end, unsigned n, uint64_t url_key)
{
	host_text text;
	ac_seen_host *seen;

	if (n > SEEN_MAX)
		return;
	text = host_text_of(s->begin + end, n);
	seen = seen_slot(s, text);
	put_seen(seen, text);
	seen->url_key = url_key;
}

/* ---- gate 2 ---- */

/* What a key of a name stands for, behind the numbers of bytes of its parents. */
enum { KIND_NAME = RUN_MAX + 1, KIND_FILE, KIND_EMAIL, KIND_URL_HOST };

/* Put a name that is the host of some URL behind the others. */
TARGET static inline void
add_host(ac_places *l, const ac_name_try *t, uint64_t key)
{
	l->seen[l->seen_count++] = (ac_seen_name){ .key = key, .end = t->end, .n = t->n };
}

/* The names whose keys gate 2 has: hosts of URLs behind those that were seen before, the others with their keys to be walked, whose places are on their way then. */
TARGET static void
pass_tries(ac_scan *s)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	size_t passed = pass(ix->gate2, ix->gate2_blocks, l->name_keys, l->name_key_count, l->name_passed);
	size_t next = 0, end = 0, walked = 0;

	for (uint32_t i = 0; i < l->try_count; i++) {
		const ac_name_try *t = &l->tries[i];
		size_t first = walked;
		uint64_t url_key = 0;

		for (end += t->key_count; next < passed && l->name_passed[next] < end; next++) {
			uint64_t key = l->name_keys[l->name_passed[next]];
			unsigned kind = l->name_kinds[l->name_passed[next]];

			if (kind == KIND_URL_HOST) {
				url_key = ix->flags & AC_INDEX_HAS_URLS ? key : 0;
				continue;
			}
			l->walked[walked] = key;
			l->walked_tries[walked] = i;
			l->walked_kinds[walked++] = (uint8_t)kind;
		}
		if (walked == first)
			remember_host(s, t->end, t->n, url_key);
		if (url_key)
			add_host(l, t, url_key);
	}
	l->walk_count = walked;
	ac_find_ask(ix, l->walked, walked);
}

TARGET static void
look_at_hosts(ac_scan *s, size_t base)
{
	const ac_places *l = s->places;

	for (size_t i = 0; i < l->seen_count; i++) {
		const ac_seen_name *seen = &l->seen[i];

		look_at_url_host(s, (ac_str){ s->begin + seen->end - seen->n, seen->n }, base, seen->key);
	}
}

/* One key of a listed name, which gate 2 has let pass. */
TARGET static void
look_at_key(ac_scan *s, ac_str name, unsigned kind, uint64_t key)
{
	bool is_parent = kind < KIND_NAME;
	ac_str domain = is_parent ? ac_str_slice(name, name.n - kind, name.n) : name;
	uint32_t record;

	if (kind == KIND_FILE) {
		ac_match_text(s, name, key);
	} else if (kind == KIND_EMAIL) {
		ac_match_email_key(s, name, key);
	} else {
		record = ac_match_find_text(s, key, AC_VALUE_DOMAIN, domain);
		if (record != AC_NONE32)
			ac_match_add(
			    s, name, record, AC_VALUE_DOMAIN, is_parent ? AC_MATCH_SUBDOMAIN : AC_MATCH_EXACT, 0);
	}
}

TARGET static void
look_at_walked(ac_scan *s)
{
	const ac_places *l = s->places;

	for (size_t i = 0; i < l->walk_count; i++) {
		const ac_name_try *t = &l->tries[l->walked_tries[i]];

		ac_find_ahead(s->index, l->walked, l->walk_count, i);
		look_at_key(s, (ac_str){ s->begin + t->end - t->n, t->n }, l->walked_kinds[i], l->walked[i]);
	}
}

/* Put one of the keys of a name behind its others. */
TARGET static inline void
add_name_key(ac_scan *s, size_t first, ac_name_try *t, unsigned kind, uint64_t key)
{
	size_t at = first + t->key_count++;

	s->places->name_keys[at] = key;
	s->places->name_kinds[at] = (uint8_t)kind;
}

/* One label or several, and nothing that match.c had better look at; the window holds it whole. */
TARGET static inline bool
is_plain_name(const ac_scan *s, uint32_t end, ac_name_run run)
{
	const char *p = s->begin + end - run.n;
	unsigned is_odd = (run.n > RUN_MAX) | ((run.dots & run.dots << 1) != 0) | (*p == '.') |
			  ac_is_decimal(s->begin[end - 1]) | (__builtin_popcountll(run.dots) > AC_PARENTS_MAX);

	return !is_odd;
}

/* Behind an '@', what may be listed with what stands before it. */
TARGET static void
try_email(ac_scan *s, ac_str host, size_t first, ac_name_try *t)
{
	ac_str email = ac_match_only_email(s, host);

	if (email.p)
		add_name_key(s, first, t, KIND_EMAIL, ac_text_hash(email, s->index->salt, AC_KEY_EMAIL));
	else
		ac_match_email(s, host);
}

/* What gate 1 let pass: all keys that the name may have, in name_keys from `first` on. False when it was dealt with here. */
TARGET static bool
try_name(ac_scan *s, uint32_t end, ac_name_run run, size_t first, ac_name_try *out)
{
	ac_str host = { s->begin + end - run.n, run.n };
	uint64_t dots = run.dots, state;

	if (!is_plain_name(s, end, run)) {
		look_exactly(s, s->begin + end);
		return false;
	}
	state = ac_text_state(host, s->index->salt);
	*out = (ac_name_try){ .end = end, .n = run.n };
	/* the last label alone is no domain */
	dots &= ~(UINT64_C(1) << 63 >> __builtin_clzll(dots | 1));
	for (; dots; dots &= dots - 1) {
		size_t n = 63 - (size_t)__builtin_ctzll(dots);

		add_name_key(s, first, out, (unsigned)n,
		    ac_text_hash((ac_str){ s->begin + end - n, n }, s->index->salt, AC_KEY_DOMAIN));
	}
	add_name_key(s, first, out, KIND_NAME, ac_text_key(state, s->index->salt, AC_KEY_DOMAIN));
	add_name_key(s, first, out, KIND_FILE, ac_text_key(state, s->index->salt, AC_KEY_FILE));
	if (host.p[-1] == '@')
		try_email(s, host, first, out);
	add_name_key(s, first, out, KIND_URL_HOST, ac_text_key(state, s->index->salt, AC_KEY_URL_HOST));
	return true;
}

/* ---- gate 1 ---- */

#ifndef RUNS_AT
/* Of n ends of names, what stands before each. */
TARGET static void
runs_at(const ac_scan_maps *m, const uint32_t *ends, size_t n, size_t base, ac_name_run *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = ac_name_run_at(m, ends[i] - base + 64);
}
#endif

#ifndef SUFFIX_KEY
#define suffix_key_at ac_suffix_key_at
#endif

/* The next names; their blocks at gate 1 are on their way then. Returns how many. */
TARGET static size_t
take_names(ac_scan *s, size_t base)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	const uint32_t *ends = l->names.places + l->names.at;
	unsigned percents = 0;
	size_t left = l->names.n - l->names.at, n = left < AC_SCAN_BATCH ? left : AC_SCAN_BATCH;

	runs_at(s->maps, ends, n, base, l->runs);
	for (size_t i = 0; i < n; i++)
		percents |= s->begin[ends[i] - l->runs[i].n - 1] == '%';
	for (size_t i = 0; percents && i < n; i++)
		if (s->begin[ends[i] - l->runs[i].n - 1] == '%')
			cut_percent(s, s->begin + ends[i], &l->runs[i]);
	for (size_t i = 0; i < n; i++) {
		ac_ask_ahead(s, 2);
		l->keys[i] = suffix_key_at(s->begin + ends[i], l->runs[i].suffix, ix->salt);
	}
	ask_gate(ix->gate1, ix->gate1_blocks, l->keys, n);
	l->names.at += n;
	return n;
}

/* Of n names that gate 1 has, those that were not seen before are left in `passed`. Returns how many. */
TARGET static size_t
pass_over_seen(ac_scan *s, const uint32_t *ends, size_t n)
{
	ac_places *l = s->places;
	const ac_seen_host *slots[AC_SCAN_BATCH];
	size_t fresh = 0, hosts = 0;

	for (size_t k = 0; k < n; k++) {
		uint32_t i = l->passed[k];
		unsigned some = l->runs[i].n < SEEN_MAX ? l->runs[i].n : SEEN_MAX;

		slots[k] = seen_slot(s, host_text_of(s->begin + ends[i], some));
		__builtin_prefetch(slots[k]);
	}
	/* without a branch: which names were seen cannot be foreseen; those that were are plain, all of them (remember_host) */
	for (size_t k = 0; k < n; k++) {
		uint32_t i = l->passed[k];
		ac_name_run run = l->runs[i];
		unsigned some = run.n < SEEN_MAX ? run.n : SEEN_MAX;
		host_text text = host_text_of(s->begin + ends[i], some);
		const ac_seen_host *slot = slots[k];
		unsigned seen =
		    (unsigned)is_seen(slot, text) & (run.n == some) & (s->begin[ends[i] - run.n - 1] != '@');

		l->passed[fresh] = i;
		fresh += !seen;
		l->seen[hosts] = (ac_seen_name){ .key = slot->url_key, .end = ends[i], .n = run.n };
		hosts += seen & (slot->url_key != 0);
	}
	l->seen_count = hosts;
	return fresh;
}

/* The n names that were taken: those that gate 1 has, with all their keys. */
TARGET static void
try_names(ac_scan *s, size_t n)
{
	const ac_index *ix = s->index;
	ac_places *l = s->places;
	const uint32_t *ends = l->names.places + l->names.at - n;
	size_t passed = pass(ix->gate1, ix->gate1_blocks, l->keys, n, l->passed), tries = 0, keys = 0;

	passed = pass_over_seen(s, ends, passed);
	for (size_t i = 0; i < passed; i++)
		if (try_name(s, ends[l->passed[i]], l->runs[l->passed[i]], keys, &l->tries[tries]))
			keys += l->tries[tries++].key_count;
	ask_gate(ix->gate2, ix->gate2_blocks, l->name_keys, keys);
	l->try_count = tries;
	l->name_key_count = keys;
}

/* Names in other alphabets: they have their keys in punycode. */
TARGET static size_t
take_high_names(ac_scan *s, uint32_t *ends, size_t count, size_t base)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		size_t bit = ends[i] - base + 64;
		ac_name_run run = ac_name_run_at(s->maps, bit);

		if (run.n > RUN_MAX || (ac_bits_before(s->maps->high, bit) & ~(UINT64_MAX >> run.n)))
			look_exactly(s, s->begin + ends[i]);
		else
			ends[kept++] = ends[i];
	}
	return kept;
}

#ifndef KEEP_LAST_LABELS
/* Of n ends, those whose last label some name has; `kept` may be where they stand, or before that. Returns how many. */
TARGET static size_t
keep_last_labels(ac_scan *s, const uint32_t *ends, size_t n, uint32_t *kept)
{
	const ac_index *ix = s->index;
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		const char *end = s->begin + ends[i];
		unsigned label = ac_last_label(ac_load64(end - 8), ix->salt);

		if (__builtin_expect(end[-1] == '-', 0) && end < s->end && *end == '>')
			look_exactly(s, end);
		ac_ask_ahead(s, 1);
		kept[count] = ends[i];
		count += ix->last_labels[label / 64] >> (label % 64) & 1;
	}
	return count;
}
#endif

/* The last of n places is behind them, too, as some read eight at a time. */
static inline void
pad_places(uint32_t *places, size_t n)
{
	for (size_t i = 0; n && i < 7; i++)
		places[n + i] = places[n - 1];
}

/* Of all ends of names in the list, those whose last label some name has stay in it. */
TARGET static void
keep_labels(ac_scan *s, size_t base, bool may_be_idn)
{
	ac_list *list = &s->places->names;
	uint32_t *ends = list->places;
	size_t count = list->n, first = 0;

	/* Keys are made of as many bytes as AC_SUFFIX_MAX, whatever stands before. */
	for (; first < count && ends[first] < 64; first++)
		look_exactly(s, s->begin + ends[first]);
	ends += first;
	count -= first;
	if (may_be_idn)
		count = take_high_names(s, ends, count, base);
	pad_places(ends, count);
	list->n = keep_last_labels(s, ends, count, list->places);
	pad_places(list->places, list->n);
}
