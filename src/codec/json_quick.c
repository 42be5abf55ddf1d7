/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From entry to entry of the index: one step for each token, no look at the bytes between. The index has proved UTF-8 and the absence of
 * controls in strings; a string with anything to do has entries between its quotes. Knows no errors, only where it has to stop.
 */
#include "codec/json_quick.h"

#include "codec/json_escape.h"
#include "codec/json_scan.h"

/* Entries that a member has at least: key, colon, the value's first byte, and what follows. With a string, one more is looked at. */
#define MEMBER_LEAST 5
#define MEMBER_MOST 6
#define SEEN_WORDS 8
/* Bytes copied in one step. */
#define SLACK 32

/* Entries have 32 bits. */
#define TEXT_MAX ((size_t)UINT32_MAX - AC_JSON_WINDOW_LARGE)

/* All of one function, so that what moves with every token stays in registers. */
#define INLINE static inline __attribute__((always_inline))

/* An open container. */
typedef struct frame {
	uint64_t seen[SEEN_WORDS]; /* a bit for each key: a key whose bit is not set is new */
	uint32_t node;
	uint32_t count;
	char closing; /* 0: around the value itself */
} frame;

/* What moves with every token, for registers. */
typedef struct hand {
	const uint32_t *at; /* the next entry */
	const uint32_t *end;
	struct ac_json *node; /* the next free slot */
	frame *open;
} hand;

typedef struct quick {
	ac_json_parser *ps;
	ac_json_reader *reader;
	const char *base;
	const char *end;   /* of what may be looked at */
	const char *bound; /* the index need not be made further for this value */
	bool stopped;
	uint32_t key; /* the last odd key's place */
	uint64_t mix; /* and ac_json_mix_key of it */
	size_t small; /* members that need no look when the object ends */
	frame frames[AC_JSON_DEPTH_MAX + 1];
} quick;

typedef enum step { STOP, PASSED, OPENED } step;

_Static_assert(MEMBER_MOST <= AC_JSON_WAITING, "what waits fits in front of a window");

/* ---- more entries ---- */

/* Index the next window. False: there is none, or nothing may follow a flaw. */
static bool
index_window(ac_json_reader *r, const char *bound)
{
	const char *at = r->base + r->indexed;
	size_t n = (size_t)(r->end - at);

	if (at >= bound || n == 0 || r->index.flaw)
		return false;
	if (n > r->window)
		n = r->window;
	r->last += (uint32_t)ac_json_index_next(&r->index, at, n, (uint32_t)r->indexed, r->entries + r->last);
	r->indexed += n;
	r->window = r->window * 2 < r->window_most ? r->window * 2 : r->window_most;
	return true;
}

/* Index until `least` entries wait, or there are no more. */
static void
index_more(ac_json_reader *r, const char *bound, uint32_t least)
{
	do {
		uint32_t waiting = r->last - r->first;

		memmove(r->entries + AC_JSON_WAITING - waiting, r->entries + r->first, waiting * sizeof(*r->entries));
		r->first = AC_JSON_WAITING - waiting;
		r->last = AC_JSON_WAITING;
	} while (index_window(r, bound) && r->last - r->first < least);
}

/* Slots that so many entries may need: at most one for two, and two for a bracket, which asks again. */
INLINE size_t
slots_for(const hand *h)
{
	return (size_t)(h->end - h->at) / 2 + 4;
}

/* Nothing goes on: there are no more entries. */
INLINE hand
stop(quick *q, hand h)
{
	q->stopped = true;
	h.end = h.at;
	return h;
}

/* Room for the nodes of the entries in hand. */
static hand
make_room(quick *q, hand h, size_t extra)
{
	ac_json_parser *ps = q->ps;

	ps->count = (uint32_t)(h.node - ps->nodes);
	ps->at = q->base + q->reader->indexed;
	if (!ac_json_reserve(ps, slots_for(&h) + extra))
		return stop(q, h);
	h.node = ps->nodes + ps->count;
	return h;
}

static __attribute__((noinline)) hand
more(quick *q, hand h, uint32_t least)
{
	ac_json_reader *r = q->reader;

	if (q->stopped)
		return h;
	r->first = (uint32_t)(h.at - r->entries);
	index_more(r, q->bound, least);
	h.at = r->entries + r->first;
	h.end = r->entries + r->last;
	return make_room(q, h, 0);
}

/* ---- strings ---- */

/* What \c stands for; 0 for u and all that is no escape. */
static const char simple_escapes[256] = {
	['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'
};

/* Mostly a few bytes, for which a call would take longer; up to SLACK more are read and written. */
INLINE char *
copy_run(char *out, const char *from, size_t n, bool has_slack)
{
	if (!has_slack)
		return (char *)memcpy(out, from, n) + n;
	for (size_t done = 0; done < n; done += SLACK)
		memcpy(out + done, from + done, SLACK);
	return out + n;
}

/* Copy the text of a string to `out`, whose entries between the quotes are [at, end). The end of the copy, or NULL. */
static char *
unescape(quick *q, const char *from, const uint32_t *at, const uint32_t *end, char *out)
{
	ac_json_parser *ps = q->ps;
	const char *close = q->base + *end;
	bool has_slack = q->end - close >= SLACK;

	for (; at < end; at++) {
		const char *slash = q->base + *at, *behind = slash;
		char meaning;

		if (slash < from) /* the second half of a pair */
			continue;
		if (*slash != '\\') {
			ps->last_bidi = ps->count;
			continue;
		}
		out = copy_run(out, from, (size_t)(slash - from), has_slack);
		meaning = simple_escapes[(unsigned char)slash[1]];
		if (meaning) {
			*out++ = meaning;
			from = slash + 2;
			continue;
		}
		if (ac_json_check_escape(ps, &behind))
			return NULL;
		(void)ac_json_take_escape(slash, behind, &out);
		from = behind;
	}
	return copy_run(out, from, (size_t)(close - from), has_slack);
}

/* The string is longer than its window: byte by byte. */
static hand
read_long_string(quick *q, hand h)
{
	ac_json_parser *ps = q->ps;
	const char *behind;

	ps->at = q->base + *h.at;
	if (ac_json_read_string(ps))
		return stop(q, h);
	behind = ps->at;
	h.node = ps->nodes + ps->count;
	for (;;) {
		while (h.at < h.end && q->base + *h.at < behind)
			h.at++;
		if (h.at < h.end || q->stopped || q->reader->index.flaw || q->base + q->reader->indexed >= q->bound)
			break;
		h = more(q, h, 1);
	}
	return make_room(q, h, 0);
}

/*
 * h.at stands on a quote whose next entry is no quote: escapes, bidi controls, or the end of the window. No entries are left when it
 * cannot be read.
 */
static __attribute__((noinline)) hand
read_odd_string(quick *q, hand h)
{
	ac_json_parser *ps = q->ps;
	const uint32_t *close = h.at + 1;
	const char *begin = q->base + *h.at + 1;
	size_t n;
	char *end;

	ps->count = (uint32_t)(h.node - ps->nodes);
	while (close < h.end && q->base[*close] != '"')
		close++;
	if (close == h.end)
		return read_long_string(q, h);
	n = (size_t)(q->base + *close - begin);
	h = make_room(q, h, (n + SLACK) / sizeof(*ps->nodes) + 4);
	if (q->stopped)
		return h;
	end = unescape(q, begin, h.at + 1, close, ac_json_string_room(ps));
	if (!end)
		return stop(q, h);
	/* Every escape is longer than what it means. */
	if ((size_t)(end - ac_json_string_room(ps)) == n)
		ac_json_add_plain_string(ps, begin, n);
	else
		ac_json_end_string(ps, begin, n, (size_t)(end - ac_json_string_room(ps)));
	h.node = ps->nodes + ps->count;
	h.at = close + 1;
	return h;
}

INLINE hand
read_string(quick *q, hand h, const char *base)
{
	if (__builtin_expect(base[h.at[1]] != '"', 0))
		return read_odd_string(q, h);
	h.node->text = base + h.at[0] + 1;
	h.node->head = ac_json_node_head(h.at[1] - h.at[0] - 1, AC_JSON_STRING, 0);
	h.node++;
	h.at += 2;
	return h;
}

/* ---- scalars ---- */

/* Of eight bytes, in the order of memory: how many digits they begin with. */
INLINE unsigned
leading_digits(uint64_t word)
{
	uint64_t digits = word ^ AC_SCAN_ONES * '0', others = ((digits + AC_SCAN_ONES * 0x76) | digits) & AC_SCAN_HIGHS;

	return others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
}

/* Behind the number at `at`, or NULL. */
INLINE const char *
number_end(const char *at, const char *end)
{
	const char *begin = at, *want;
	unsigned n;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	/* Mostly short integers. */
	if (end - at > 17) {
		uint64_t word;

		at += *at == '-';
		memcpy(&word, at, sizeof(word));
		n = leading_digits(word);
		if (n == 8) {
			memcpy(&word, at + 8, sizeof(word));
			n += leading_digits(word);
		}
		if (n > 0 && n < 16 && (*at != '0' || n == 1) && at[n] != '.' && (at[n] | 0x20) != 'e')
			return at + n;
	}
#endif
	at = ac_json_number_end(begin, end, &want);
	return want || at - begin > AC_JSON_NUMBER_MAX ? NULL : at;
}

/* Does a scalar that ends at `end` end where the index says, or before white space? */
INLINE bool
ends_there(hand h, const char *base, const char *end)
{
	return base + h.at[1] == end || ac_scan_is_space(*end);
}

/* A number or a literal, whose first byte h.at tells; one more entry is there. */
INLINE hand
read_scalar(quick *q, hand h, const char *base, char first)
{
	const char *begin = base + *h.at, *end = NULL;
	size_t left = (size_t)(q->end - begin);
	ac_json_type type = AC_JSON_NUMBER;

	if (first == '-' || ac_scan_is_digit(first)) {
		end = number_end(begin, q->end);
	} else if (left > 5 && memcmp(begin, "true", 4) == 0) {
		type = AC_JSON_TRUE;
		end = begin + 4;
	} else if (left > 5 && memcmp(begin, "false", 5) == 0) {
		type = AC_JSON_FALSE;
		end = begin + 5;
	} else if (left > 5 && memcmp(begin, "null", 4) == 0) {
		type = AC_JSON_NULL;
		end = begin + 4;
	}
	if (!end || !ends_there(h, base, end))
		return stop(q, h);
	h.node->text = begin;
	h.node->head = ac_json_node_head((uint32_t)(end - begin), type, 0);
	h.node++;
	h.at++;
	return h;
}

/* ---- containers ---- */

/* The container whose bracket h->at is. */
INLINE step
open_container(quick *q, hand *h, const char *base, ac_json_type type)
{
	const ac_json_parser *ps = q->ps;
	size_t depth = (size_t)(h->open - q->frames);

	if (depth >= ps->limits.depth || depth >= AC_JSON_DEPTH_MAX)
		return STOP;
	h->open++;
	h->open->node = (uint32_t)(h->node - ps->nodes);
	h->open->count = 0;
	h->open->closing = type == AC_JSON_OBJECT ? '}' : ']';
	memset(h->open->seen, 0, sizeof(h->open->seen));
	h->node[0] = (struct ac_json){ .text = base + *h->at, .type = (uint8_t)type, .flags = AC_JSON_LONG };
	h->node += 2;
	h->at++;
	if ((size_t)(ps->nodes + ps->capacity - h->node) < slots_for(h))
		*h = make_room(q, *h, 0);
	return OPENED;
}

/* h->at is behind the closing bracket. */
INLINE step
close_container(quick *q, hand *h, const char *base)
{
	ac_json_parser *ps = q->ps;
	const frame *f = h->open--;
	struct ac_json *node = ps->nodes + f->node;

	node->length = (uint32_t)(base + h->at[-1] + 1 - node->text);
	node[1] = (struct ac_json){ .span = (uint32_t)(h->node - node), .count = f->count };
	if (__builtin_expect(ps->last_bidi != AC_JSON_NONE, 0) && ps->last_bidi >= f->node)
		node->flags |= AC_JSON_BIDI;
	if (f->closing == '}' && __builtin_expect(f->count > q->small, 0)) {
		ps->count = (uint32_t)(h->node - ps->nodes);
		if (f->count > ps->limits.members ||
		    (f->count > AC_JSON_SMALL_OBJECT && ac_json_check_keys(ps, f->node)))
			return STOP;
		h->node = ps->nodes + ps->count;
		*h = make_room(q, *h, 0);
	}
	return PASSED;
}

/* ac_json_mix_key of the key whose closing quote is at `close`. */
INLINE uint64_t
mix_key(const char *base, uint32_t close, uint32_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint64_t last;

	/* With the quote, eight bytes; of shorter keys, those before are shifted out. */
	if (__builtin_expect(close >= 7, 1)) {
		memcpy(&last, base + close - 7, sizeof(last));
		return ac_json_mix(last >> (8 * (7 - (n < 7 ? n : 7))), n);
	}
#endif
	return ac_json_mix_key((ac_str){ base + close - n, n });
}

/* A key with anything to do. */
static __attribute__((noinline)) hand
read_odd_key(quick *q, hand h)
{
	const ac_json_parser *ps = q->ps;
	struct ac_json *key;

	q->key = (uint32_t)(h.node - ps->nodes);
	if (q->base[*h.at] != '"' || q->base[h.at[1]] == '"')
		return stop(q, h);
	h = read_odd_string(q, h);
	/* The colon, the value's first byte, and what follows. */
	if (h.end - h.at < 3)
		h = more(q, h, MEMBER_MOST);
	if (h.end - h.at < 3 || q->base[*h.at] != ':')
		return stop(q, h);
	h.at++;
	key = ps->nodes + q->key;
	q->mix = ac_json_mix_key(ac_json_node_text(key));
	key->tag = ac_json_tag_of(q->mix);
	return h;
}

/* The key at h->at and its colon; MEMBER_LEAST entries are there. */
INLINE step
read_key(quick *q, hand *h, const char *base)
{
	const struct ac_json *key = h->node;
	uint64_t mix, bit, *word;

	if (__builtin_expect(((base[h->at[0]] ^ '"') | (base[h->at[1]] ^ '"') | (base[h->at[2]] ^ ':')) == 0, 1)) {
		uint32_t n = h->at[1] - h->at[0] - 1;

		mix = mix_key(base, h->at[1], n);
		h->node->text = base + h->at[0] + 1;
		h->node->head = ac_json_node_head(n, AC_JSON_STRING, ac_json_tag_of(mix));
		h->node++;
		h->at += 3;
	} else {
		*h = read_odd_key(q, *h);
		if (q->stopped)
			return STOP;
		mix = q->mix;
		key = q->ps->nodes + q->key;
	}
	bit = (uint64_t)1 << (mix >> 58);
	word = &h->open->seen[(mix >> 48) % SEEN_WORDS];
	if (__builtin_expect(*word & bit, 0) && h->open->count < AC_JSON_SMALL_OBJECT &&
	    ac_json_find_doubled(q->ps->nodes + h->open->node, key))
		return STOP;
	*word |= bit;
	return PASSED;
}

/* The value at h->at, or the beginning of a container. */
INLINE step
read_value(quick *q, hand *h, const char *base)
{
	char first = base[*h->at];

	if (first == '"')
		*h = read_string(q, *h, base);
	else if (first == '{')
		return open_container(q, h, base, AC_JSON_OBJECT);
	else if (first == '[')
		return open_container(q, h, base, AC_JSON_ARRAY);
	else
		*h = read_scalar(q, *h, base, first);
	return PASSED;
}

/* Entries enough for what comes, at the end of all. */
INLINE bool
has_least(hand h)
{
	return h.end - h.at >= (h.open->closing == '}' ? MEMBER_LEAST : 2);
}

/* The container whose bracket h.at is, with all that is in it. False: it has to be read carefully. */
static bool
read_container(quick *q, hand h)
{
	const char *base = q->base;
	char c;

	if (h.at == h.end || open_container(q, &h, base, base[*h.at] == '{' ? AC_JSON_OBJECT : AC_JSON_ARRAY) == STOP)
		return false;
opened:
	if (h.end - h.at < MEMBER_MOST)
		h = more(q, h, MEMBER_MOST);
	if (h.at == h.end)
		return false;
	if (base[*h.at] != h.open->closing) {
		if (!has_least(h))
			return false;
		goto inside;
	}
	h.at++;
closed:
	if (close_container(q, &h, base) == STOP)
		return false;
	if (h.open == q->frames) {
		q->reader->first = (uint32_t)(h.at - q->reader->entries);
		q->ps->count = (uint32_t)(h.node - q->ps->nodes);
		q->ps->at = base + h.at[-1] + 1;
		return true;
	}
passed:
	h.open->count++;
	if (h.at == h.end)
		h = more(q, h, MEMBER_MOST);
	if (h.at == h.end)
		return false;
	c = base[*h.at++];
	if (c != ',') {
		if (c != h.open->closing)
			return false;
		goto closed;
	}
	if (h.end - h.at < MEMBER_MOST) {
		h = more(q, h, MEMBER_MOST);
		if (!has_least(h))
			return false;
	}
inside:
	if (h.open->closing == '}' && read_key(q, &h, base) == STOP)
		return false;
	switch (read_value(q, &h, base)) {
	case PASSED:
		goto passed;
	case OPENED:
		goto opened;
	case STOP:
		break;
	}
	return false;
}

/* ---- what is indexed ---- */

void
ac_json_reader_init(ac_json_reader *r, const ac_json_kernel *kernel, uint32_t *entries, size_t window_most)
{
	ac_json_index_init(&r->index, kernel, AC_JSON_INDEX_TEXT);
	r->entries = entries;
	r->window_most = window_most;
	ac_json_reader_forget(r);
}

void
ac_json_reader_forget(ac_json_reader *r)
{
	r->base = NULL;
}

/* Go on with the index at `at`, or begin one there. */
static void
find_place(ac_json_reader *r, const char *at, const char *end, bool final)
{
	while (r->base && r->first < r->last && r->base + r->entries[r->first] < at)
		r->first++;
	if (r->base && r->text_end == end && r->first < r->last && r->base + r->entries[r->first] == at)
		return;
	ac_json_index_restart(&r->index);
	r->base = at;
	r->text_end = end;
	r->end = end - at < (ptrdiff_t)TEXT_MAX ? end : at + TEXT_MAX;
	r->indexed = 0;
	r->window = final ? r->window_most : AC_JSON_WINDOW_FIRST;
	r->first = r->last = AC_JSON_WAITING;
}

/* ---- for the reader ---- */

bool
ac_json_quick(ac_json_parser *ps, ac_json_reader *r, const char *reader_end)
{
	quick q;
	hand h;

	if (!r->index.kernel || ps->at == ps->end || (*ps->at != '{' && *ps->at != '['))
		return false;
	find_place(r, ps->at, reader_end, ps->final);
	q.ps = ps;
	q.reader = r;
	q.base = r->base;
	q.end = r->end;
	q.bound = ps->end;
	q.stopped = false;
	q.small = ps->limits.members < AC_JSON_SMALL_OBJECT ? ps->limits.members : AC_JSON_SMALL_OBJECT;
	q.frames[0].closing = 0;
	h = (hand){ r->entries + r->first, r->entries + r->last, ps->nodes, q.frames };
	h = r->last - r->first < MEMBER_MOST ? more(&q, h, MEMBER_MOST) : make_room(&q, h, 0);
	if (read_container(&q, h))
		return true;
	ps->at = ps->start;
	ps->count = 0;
	ps->last_bidi = AC_JSON_NONE;
	ac_json_reader_forget(r);
	return false;
}

bool
ac_json_quick_is_last(const ac_json_parser *ps, ac_json_reader *r)
{
	if (!r->base)
		return false;
	if (r->first == r->last)
		index_more(r, ps->end, 1);
	return r->first == r->last && !r->index.flaw;
}
