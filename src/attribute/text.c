/* SPDX-License-Identifier: Apache-2.0 */
/* Prose to interned words. Works on bytes: ASCII letters are folded, bytes of other scripts are letters as they stand. */
#include "attribute/text.h"

#include <stdlib.h>

#include "base/limits.h"

#define WORDS_MAX ((size_t)1 << 24) /* phrases with them */
#define NAME_WORDS_MAX 6
#define WORD_MIN 3 /* bytes */
#define THING_MIN 4
#define THING_MANY UINT64_MAX /* the name of several things tells none of them */
#define WORD_MAX 64
#define LINK_MAX 1024 /* of a link or a citation: what is longer is text */

/* Words of every sentence about anything: they would only cost time. */
static const ac_str stop_words[] = { AC_S_INIT("the"), AC_S_INIT("and"), AC_S_INIT("for"), AC_S_INIT("with"),
	AC_S_INIT("that"), AC_S_INIT("from"), AC_S_INIT("has"), AC_S_INIT("have"), AC_S_INIT("had"), AC_S_INIT("was"),
	AC_S_INIT("were"), AC_S_INIT("are"), AC_S_INIT("been"), AC_S_INIT("its"), AC_S_INIT("their"), AC_S_INIT("they"),
	AC_S_INIT("this"), AC_S_INIT("which"), AC_S_INIT("into"), AC_S_INIT("also"), AC_S_INIT("than"),
	AC_S_INIT("such"), AC_S_INIT("used"), AC_S_INIT("uses"), AC_S_INIT("using"), AC_S_INIT("use"), AC_S_INIT("can"),
	AC_S_INIT("other"), AC_S_INIT("via"), AC_S_INIT("over"), AC_S_INIT("more"), AC_S_INIT("some"),
	AC_S_INIT("after"), AC_S_INIT("before"), AC_S_INIT("during"), AC_S_INIT("both"), AC_S_INIT("only"),
	AC_S_INIT("between") };

/* A word in its text. */
typedef struct token {
	size_t at, n;    /* in the folded text */
	bool is_capital; /* begins with a capital letter or a digit */
	bool is_plain;   /* one capital letter, then small ones */
	bool is_first;   /* of its sentence */
	bool is_masked;
} token;

typedef struct tokens {
	char *folded; /* words with one space between */
	size_t n;
	token *items;
	size_t count;
	bool is_start; /* the next word is the first of a sentence */
} tokens;

void
ac_words_init(ac_words *words, ac_hash_seed seed, ac_arena *arena)
{
	*words = (ac_words){ .arena = arena };
	ac_map_init(&words->numbers, seed, WORDS_MAX);
	ac_map_init(&words->names, seed, WORDS_MAX);
	ac_map_init(&words->things, seed, WORDS_MAX);
	ac_map_init(&words->usual, seed, WORDS_MAX);
}

void
ac_words_done(ac_words *words)
{
	ac_map_done(&words->numbers);
	ac_map_done(&words->names);
	ac_map_done(&words->things);
	ac_map_done(&words->usual);
}

size_t
ac_text_between(ac_str text, size_t at)
{
	ac_str rest = { text.p + at, text.n - at };

	if ((unsigned char)text.p[at] < 0x80)
		return !ac_is_alnum(text.p[at]);
	/* No-break spaces; U+2000 to U+203F: spaces, dashes, quotation marks. */
	if (ac_str_starts(rest, AC_S("\302\240")))
		return 2;
	if (ac_str_starts(rest, AC_S("\342\200")))
		return rest.n < 3 ? rest.n : 3;
	return 0;
}

/* Where "(Citation: ...)" that begins at text[at] ends; at when none does. */
static size_t
skip_citation(ac_str text, size_t at)
{
	ac_str rest = ac_str_slice(text, at, at + LINK_MAX);
	size_t end = ac_str_find_byte(rest, ')');

	return ac_str_starts(rest, AC_S("(Citation:")) && end < rest.n ? at + end + 1 : at;
}

/*
 * "[Name](address)" that begins at text[at]: *out_text gets what a reader sees, nothing of an actor or campaign. Returns where it ends; at when none begins.
 */
static size_t
skip_link(ac_str text, size_t at, ac_str *out_text)
{
	ac_str rest = ac_str_slice(text, at, at + LINK_MAX), address;
	size_t close, end;

	/* Most bytes begin none, and are not looked at further. */
	if (rest.n == 0 || rest.p[0] != '[')
		return at;
	close = ac_str_find(rest, AC_S("]("));
	if (close >= rest.n)
		return at;
	address = ac_str_slice(rest, close + 2, rest.n);
	end = ac_str_find_byte(address, ')');
	if (end >= address.n)
		return at;
	address = ac_str_slice(address, 0, end);
	*out_text = ac_str_slice(rest, 1, close);
	if (ac_str_find(address, AC_S("/groups/")) < address.n || ac_str_find(address, AC_S("/campaigns/")) < address.n)
		*out_text = (ac_str){ 0 };
	return at + close + 2 + end + 1;
}

/* A capital and small letters: a name, or any word where a sentence begins. */
static bool
is_plain(ac_str word)
{
	if (word.p[0] == ac_lower(word.p[0]))
		return false;
	for (size_t i = 1; i < word.n; i++)
		if (!ac_is_alpha(word.p[i]) || word.p[i] != ac_lower(word.p[i]))
			return false;
	return true;
}

/* The point of "loader.exe" ends none. */
static bool
ends_sentence(ac_str text, size_t at)
{
	switch (text.p[at]) {
	case '\n':
		return true;
	case '.':
	case ':':
	case '!':
	case '?':
		return at + 1 == text.n || ac_is_space(text.p[at + 1]);
	default:
		return false;
	}
}

static void
add_words(tokens *t, ac_str text)
{
	for (size_t at = 0; at < text.n;) {
		size_t end = at, gap = ac_text_between(text, at);
		token *item = &t->items[t->count];

		if (gap) {
			t->is_start |= ends_sentence(text, at);
			at += gap;
			continue;
		}
		while (end < text.n && ac_text_between(text, end) == 0)
			end++;
		if (t->n)
			t->folded[t->n++] = ' ';
		*item = (token){ .at = t->n,
			.n = end - at,
			.is_capital = text.p[at] != ac_lower(text.p[at]) || ac_is_digit(text.p[at]),
			.is_plain = is_plain(ac_str_slice(text, at, end)),
			.is_first = t->is_start };
		t->is_start = false;
		for (; at < end; at++)
			t->folded[t->n++] = ac_lower(text.p[at]);
		t->count++;
	}
}

/* Every word is a byte at least, and has one behind it. */
static int
tokenize(ac_str text, ac_arena *arena, tokens *t, accord_err *err)
{
	size_t from = 0;

	*t = (tokens){ .folded = ac_arena_alloc(arena, 2 * text.n + 2),
		.items = ac_arena_alloc(arena, (text.n / 2 + 2) * sizeof(token)),
		.is_start = true };
	if (!t->folded || !t->items)
		return ac_arena_check(arena, err);
	for (size_t at = 0; at <= text.n; at++) {
		ac_str shown = { 0 };
		size_t end = at == text.n        ? at
			     : text.p[at] == '(' ? skip_citation(text, at)
						 : skip_link(text, at, &shown);

		if (at == text.n || end > at) {
			add_words(t, ac_str_slice(text, from, at));
			add_words(t, shown);
			from = end;
			at = end > at ? end - 1 : at;
		}
	}
	return 0;
}

int
ac_text_shown(ac_str text, ac_arena *arena, ac_str *out, accord_err *err)
{
	/* Citations and links are longer than what stands for them. */
	char *p = ac_arena_alloc(arena, text.n + 1);
	size_t n = 0;

	if (!p)
		return ac_arena_check(arena, err);
	for (size_t at = 0; at < text.n;) {
		ac_str shown = { 0 };
		size_t end = text.p[at] == '(' ? skip_citation(text, at) : skip_link(text, at, &shown);

		if (end == at) {
			p[n++] = text.p[at++];
			continue;
		}
		if (shown.n)
			memcpy(p + n, shown.p, shown.n);
		else
			p[n] = ' ';
		n += shown.n ? shown.n : 1;
		at = end;
	}
	p[n] = 0;
	*out = (ac_str){ p, n };
	return 0;
}

int
ac_words_mask(ac_words *words, ac_str name, accord_err *err)
{
	tokens t;

	if (tokenize(name, words->arena, &t, err) < 0)
		return words->arena->failed;
	if (t.count == 0 || t.count > NAME_WORDS_MAX || t.n < WORD_MIN)
		return 0;
	if (!ac_map_put(&words->names, (ac_str){ t.folded, t.n }, NULL))
		return ac_fail(err, ACCORD_ENOMEM, "no memory for names");
	return 0;
}

int
ac_words_usual(ac_words *words, ac_str text, ac_arena *scratch, accord_err *err)
{
	tokens t;

	if (tokenize(text, scratch, &t, err) < 0)
		return scratch->failed;
	for (size_t i = 0; i < t.count; i++) {
		ac_str word = { t.folded + t.items[i].at, t.items[i].n };

		if (t.items[i].is_capital || word.n < THING_MIN || word.n > WORD_MAX || ac_map_get(&words->usual, word))
			continue;
		word = ac_arena_str(words->arena, word);
		if (!word.p || !ac_map_put(&words->usual, word, NULL))
			return ac_fail(err, ACCORD_ENOMEM, "no memory for words");
	}
	return 0;
}

/* Is a name of one word written like a name, and no word that may stand anywhere? */
static bool
is_name(const ac_words *words, const tokens *t)
{
	ac_str word = { t->folded, t->n };

	if (t->count == 0 || t->count > NAME_WORDS_MAX || t->n < THING_MIN || !t->items[0].is_capital)
		return false;
	return t->count > 1 || !t->items[0].is_plain || !ac_map_get(&words->usual, word);
}

int
ac_words_call(ac_words *words, ac_str name, uint32_t thing, accord_err *err)
{
	uint64_t *slot;
	bool is_new;
	tokens t;

	if (tokenize(name, words->arena, &t, err) < 0)
		return words->arena->failed;
	if (!is_name(words, &t))
		return 0;
	slot = ac_map_put(&words->things, (ac_str){ t.folded, t.n }, &is_new);
	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for names");
	*slot = is_new || *slot == thing ? thing : THING_MANY;
	return 0;
}

/*
 * Mask the longest name that begins at each word. A name of one word counts where it is written like a name: "Play" is a gang, "play" is none.
 */
static void
mask(const ac_words *words, tokens *t)
{
	for (size_t i = 0; i < t->count; i++)
		for (size_t n = NAME_WORDS_MAX; n > 0; n--) {
			const token *first = &t->items[i], *last = first + n - 1;

			if (i + n > t->count || (n == 1 && !first->is_capital) ||
			    !ac_map_get(
				&words->names, (ac_str){ t->folded + first->at, last->at + last->n - first->at }))
				continue;
			for (size_t m = 0; m < n; m++)
				t->items[i + m].is_masked = true;
			i += n - 1;
			break;
		}
}

static bool
is_stop_word(ac_str word)
{
	if (word.n < WORD_MIN || word.n > WORD_MAX)
		return true;
	for (size_t i = 0; i < AC_COUNT(stop_words); i++)
		if (ac_str_eq(word, stop_words[i]))
			return true;
	return false;
}

static int
compare_numbers(const void *x, const void *y)
{
	const ac_word_count *a = x, *b = y;

	return a->word < b->word ? -1 : a->word > b->word;
}

static void
gather(ac_word_count *items, size_t *count)
{
	size_t n = 0;

	if (*count)
		qsort(items, *count, sizeof(*items), compare_numbers);
	for (size_t i = 0; i < *count; i++)
		if (n && items[n - 1].word == items[i].word)
			items[n - 1].times++;
		else
			items[n++] = items[i];
	*count = n;
}

static int
number_of(ac_words *words, ac_str word, uint32_t *out, accord_err *err)
{
	uint64_t *slot = ac_map_get(&words->numbers, word);

	if (!slot) {
		ac_str copy = ac_arena_str(words->arena, word);

		slot = copy.p ? ac_map_put(&words->numbers, copy, NULL) : NULL;
		if (!slot)
			return ac_fail(err, ACCORD_ENOMEM, "no memory for words");
		*slot = ++words->count;
	}
	*out = (uint32_t)*slot - 1;
	return 0;
}

static ac_str
word_at(const tokens *t, size_t i)
{
	return (ac_str){ t->folded + t->items[i].at, t->items[i].n };
}

/* A word and the next one, as they stand in the folded text. */
static ac_str
phrase_at(const tokens *t, size_t i)
{
	const token *next = &t->items[i + 1];

	return (ac_str){ t->folded + t->items[i].at, next->at + next->n - t->items[i].at };
}

static bool
tells(const tokens *t, size_t i)
{
	return i < t->count && !t->items[i].is_masked && !is_stop_word(word_at(t, i));
}

int
ac_words_of(ac_words *words, ac_str text, ac_arena *arena, ac_word_count **out, size_t *out_count, accord_err *err)
{
	ac_word_count *items;
	size_t count = 0;
	tokens t;
	int rc = tokenize(text, arena, &t, err);

	items = ac_arena_alloc(arena, (2 * t.count + 1) * sizeof(*items));
	if (rc < 0 || !items)
		return ac_arena_check(arena, err);
	mask(words, &t);
	for (size_t i = 0; rc == 0 && i < t.count; i++) {
		if (!tells(&t, i))
			continue;
		items[count] = (ac_word_count){ 0, 1, false };
		rc = number_of(words, word_at(&t, i), &items[count++].word, err);
		if (rc < 0 || !tells(&t, i + 1))
			continue;
		items[count] = (ac_word_count){ 0, 1, true };
		rc = number_of(words, phrase_at(&t, i), &items[count++].word, err);
	}
	gather(items, &count);
	*out = items;
	*out_count = count;
	return rc;
}

/* A word and where it first stands. */
typedef struct placed {
	ac_word_count word;
	size_t at;
} placed;

static int
compare_places(const void *x, const void *y)
{
	const placed *a = x, *b = y;

	return a->at < b->at ? -1 : a->at > b->at;
}

static int
compare_words(const void *x, const void *y)
{
	const placed *a = x, *b = y;
	int order = compare_numbers(&a->word, &b->word);

	return order ? order : compare_places(x, y);
}

int
ac_words_look_up(
    const ac_words *words, ac_str text, ac_arena *arena, ac_word_count **out, size_t *out_count, accord_err *err)
{
	ac_word_count *items;
	placed *places;
	size_t count = 0, kept = 0;
	tokens t;

	if (tokenize(text, arena, &t, err) < 0)
		return arena->failed;
	items = ac_arena_alloc(arena, (2 * t.count + 1) * sizeof(*items));
	places = ac_arena_alloc(arena, (2 * t.count + 1) * sizeof(*places));
	if (!items || !places)
		return ac_arena_check(arena, err);
	mask(words, &t);
	for (size_t i = 0; i < 2 * t.count; i++) {
		bool is_phrase = i % 2;
		const uint64_t *slot;

		if (!tells(&t, i / 2) || (is_phrase && !tells(&t, i / 2 + 1)))
			continue;
		slot = ac_map_get(&words->numbers, is_phrase ? phrase_at(&t, i / 2) : word_at(&t, i / 2));
		if (slot)
			places[count++] = (placed){ { (uint32_t)*slot - 1, 1, is_phrase }, i };
	}
	if (count)
		qsort(places, count, sizeof(*places), compare_words);
	for (size_t i = 0; i < count; i++)
		if (kept && places[kept - 1].word.word == places[i].word.word)
			places[kept - 1].word.times++;
		else
			places[kept++] = places[i];
	count = kept;
	if (count)
		qsort(places, count, sizeof(*places), compare_places);
	for (size_t i = 0; i < count; i++)
		items[i] = places[i].word;
	*out = items;
	*out_count = count;
	return 0;
}

/* FNV-1a (Fowler, Noll, Vo): what attackers can do with it is to make two of their own words one. */
static uint64_t
hash_of(ac_str word)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < word.n; i++)
		hash = (hash ^ (unsigned char)word.p[i]) * 0x100000001b3u;
	return hash;
}

int
ac_words_hash(const ac_words *words, ac_str text, ac_arena *arena, uint64_t **out, size_t *out_count, accord_err *err)
{
	uint64_t *hashes;
	size_t count = 0;
	tokens t;

	if (tokenize(text, arena, &t, err) < 0)
		return arena->failed;
	hashes = ac_arena_alloc(arena, (t.count + 1) * sizeof(*hashes));
	if (!hashes)
		return ac_arena_check(arena, err);
	mask(words, &t);
	for (size_t i = 0; i < t.count; i++) {
		ac_str word = { t.folded + t.items[i].at, t.items[i].n };

		if (!t.items[i].is_masked && !is_stop_word(word))
			hashes[count++] = hash_of(word);
	}
	*out = hashes;
	*out_count = count;
	return 0;
}

/* How many words at i are the longest name of a thing, which is *out; 0: none are. What is masked, too, is somebody's name. */
static size_t
thing_at(const ac_words *words, const tokens *t, size_t i, uint64_t *out)
{
	size_t most = 0;

	while (most < NAME_WORDS_MAX && i + most < t->count && !t->items[i + most].is_masked)
		most++;
	for (size_t n = most; n > 0 && t->items[i].is_capital; n--) {
		const token *first = &t->items[i], *last = first + n - 1;
		const uint64_t *slot =
		    ac_map_get(&words->things, (ac_str){ t->folded + first->at, last->at + last->n - first->at });

		if (!slot)
			continue;
		*out = *slot;
		return n;
	}
	return 0;
}

/* "Empire" at the beginning of a sentence may be any word, and of "Empire State" it is another's name. */
static bool
may_be_a_word(const tokens *t, size_t i)
{
	const token *next = i + 1 < t->count ? &t->items[i + 1] : NULL;

	return t->items[i].is_plain && (t->items[i].is_first || (next && next->is_plain && !next->is_first));
}

static int
compare_things(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

int
ac_words_called(const ac_words *words, ac_str text, ac_arena *arena, uint32_t **out, size_t *out_count, accord_err *err)
{
	uint32_t *things;
	size_t count = 0, kept = 0;
	tokens t;

	if (tokenize(text, arena, &t, err) < 0)
		return arena->failed;
	things = ac_arena_alloc(arena, (t.count + 1) * sizeof(*things));
	if (!things)
		return ac_arena_check(arena, err);
	mask(words, &t);
	for (size_t i = 0, n; i < t.count; i += n ? n : 1) {
		uint64_t thing = THING_MANY;

		n = thing_at(words, &t, i, &thing);
		if (n && thing != THING_MANY && (n > 1 || !may_be_a_word(&t, i)))
			things[count++] = (uint32_t)thing;
	}
	if (count)
		qsort(things, count, sizeof(*things), compare_things);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || things[kept - 1] != things[i])
			things[kept++] = things[i];
	*out = things;
	*out_count = kept;
	return 0;
}
