/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts into the index: file names, paths, registry keys, user agents, mutexes and whatever else is found by a word of it, its anchor, and then compared as a whole
 * (match_text.c). Here the anchor is chosen, and the spellings that are no anchor's neighbours get records of their own.
 *
 * A good anchor is rare in telemetry and cheap to find. Cheap, in this order: a dotted run, which the scanner looks at anyway; a word of AC_WORD_END bytes and more,
 * behind a filter of word ends; a short word behind a backslash, which network telemetry hardly has; a run that ends in numbers, like a version; any other short word, for which all words of
 * the telemetry go to that filter that are as long as one of those. Rare: a word that few values
 * of this index hold, and none of those that all systems write.
 */
#include "base/utf8.h"
#include "values/value.h"
#include "watch/index_build.h"
#include "watch/token.h"

/* Lower case. What every browser, registry and file system has; also as the last label of a dotted run. */
static const ac_str common_words[] = { AC_S_INIT("mozilla"), AC_S_INIT("compatible"), AC_S_INIT("applewebkit"),
	AC_S_INIT("windows"), AC_S_INIT("macintosh"), AC_S_INIT("chrome"), AC_S_INIT("safari"), AC_S_INIT("firefox"),
	AC_S_INIT("version"), AC_S_INIT("trident"), AC_S_INIT("android"), AC_S_INIT("537.36"), AC_S_INIT("5.0"),
	AC_S_INIT("1.1"), AC_S_INIT("10.0"), AC_S_INIT("software"), AC_S_INIT("microsoft"), AC_S_INIT("currentversion"),
	AC_S_INIT("currentcontrolset"), AC_S_INIT("services"), AC_S_INIT("system32"), AC_S_INIT("syswow64"),
	AC_S_INIT("policies"), AC_S_INIT("explorer"), AC_S_INIT("explorer.exe"), AC_S_INIT("svchost.exe"),
	AC_S_INIT("cmd.exe"), AC_S_INIT("powershell.exe"), AC_S_INIT("rundll32.exe"), AC_S_INIT("programdata"),
	AC_S_INIT("local"), AC_S_INIT("global"), AC_S_INIT("users"), AC_S_INIT("appdata"), AC_S_INIT("roaming"),
	AC_S_INIT("index.html"), AC_S_INIT("index.php") };

enum {
	COST_DOTTED = 0,
	COST_WORD = 2,
	COST_SLASHED = 3,
	COST_NUMERIC = 5,
	COST_SHORT = 14,
	COST_COMMON = 24,
	COST_DOUBLING = 2,
	COST_MEMBER = 1000 /* anything is better */
};

/* Shorter serial numbers and names of mutexes are shared by too much that is harmless. */
#define SERIAL_MIN 8
#define MUTEX_MIN 4

typedef struct run {
	ac_str text; /* lower case */
	size_t at;
	bool is_dotted, is_numeric;
	bool is_slashed; /* a word behind a backslash, of a type that is never written with another separator */
} run;

bool
ac_text_is_anchored(ac_value_type type)
{
	switch (type) {
	case AC_VALUE_FILE_NAME:
	case AC_VALUE_FILE_PATH:
	case AC_VALUE_MUTEX:
	case AC_VALUE_REGISTRY_KEY:
	case AC_VALUE_USER_AGENT:
	case AC_VALUE_AS_NUMBER:
	case AC_VALUE_MAC:
	case AC_VALUE_SSDEEP:
	case AC_VALUE_TLSH:
	case AC_VALUE_JA4:
	case AC_VALUE_CERT_SERIAL:
	case AC_VALUE_NAMED_PIPE:
		return true;
	case AC_VALUE_NONE:
	case AC_VALUE_IPV4:
	case AC_VALUE_IPV6:
	case AC_VALUE_DOMAIN:
	case AC_VALUE_URL:
	case AC_VALUE_EMAIL:
	case AC_VALUE_MD5:
	case AC_VALUE_SHA1:
	case AC_VALUE_SHA256:
	case AC_VALUE_SHA512:
	case AC_VALUE_CVE:
	case AC_VALUE_SHA224:
	case AC_VALUE_SHA384:
	case AC_VALUE_JA3:
	case AC_VALUE_CERT_SHA1:
	case AC_VALUE_CERT_SHA256:
	case AC_VALUE_TYPE_COUNT:
		break;
	}
	return false;
}

/* What stands before this place is spelled in several ways in telemetry: no anchor there. */
static size_t
anchors_from(ac_value_type type, ac_str text)
{
	if (type == AC_VALUE_REGISTRY_KEY)
		return ac_str_find_byte(text, '\\');
	return 0;
}

/* The run that ends at or before `end`; false when there is none behind `from`. A dotted run that is an address is one to the scanner: passed over. */
static bool
run_before(ac_str text, size_t from, size_t end, run *out)
{
	uint8_t address[4];

	while (end > from) {
		ac_token token;

		if (!ac_is_word(text.p[end - 1])) {
			end--;
			continue;
		}
		ac_token_back(text.p + end, text.p + from, (ac_hash_seed){ { 0, 0 } }, &token);
		out->at = (size_t)(token.begin - text.p);
		out->text = ac_str_slice(text, out->at, end);
		out->is_dotted = token.dots > 0;
		out->is_numeric = token.dots > 0 && token.is_numeric_last;
		if (!out->is_numeric || !ac_ipv4_parse(out->text, address))
			return true;
		end = out->at;
	}
	return false;
}

static uint16_t *
count_of(const ac_index_builder *b, ac_str word)
{
	return &b->word_counts[ac_text_hash(word, b->salt, AC_KEY_FILE) % AC_WORD_COUNTS];
}

static unsigned
cost_of(const ac_index_builder *b, const run *r)
{
	unsigned cost = r->is_numeric              ? COST_NUMERIC
			: r->is_dotted             ? COST_DOTTED
			: r->text.n >= AC_WORD_END ? COST_WORD
			: r->is_slashed            ? COST_SLASHED
						   : COST_SHORT;

	for (size_t i = 0; i < AC_COUNT(common_words); i++)
		if (ac_str_eq(common_words[i], r->text)) {
			cost += COST_COMMON;
			break;
		}
	for (unsigned n = *count_of(b, r->text); n > 0; n >>= 1)
		cost += COST_DOUBLING;
	return cost;
}

/* `"name":` in a text, as in the agent of pip: the scanner takes such words for names of members of JSON, which are no values. */
static bool
is_member_name(ac_str text, const run *r)
{
	size_t end = r->at + r->text.n;

	if (r->is_dotted || r->at == 0 || end + 1 >= text.n || text.p[r->at - 1] != '"' || text.p[end] != '"' ||
	    text.p[end + 1] != ':')
		return false;
	for (size_t i = 0; i < r->text.n; i++)
		if (ac_is_decimal(r->text.p[i]))
			return false;
	return true;
}

/* The best run of a text in lower case; its words are counted. False when it has none. */
static bool
choose_anchor(const ac_index_builder *b, ac_value_type type, ac_str folded, run *out)
{
	size_t from = anchors_from(type, folded), end = folded.n;
	unsigned best = UINT32_MAX;
	run r;

	for (; run_before(folded, from, end, &r); end = r.at) {
		unsigned cost;

		/* Paths of Windows are written with '/' too. */
		r.is_slashed = !r.is_dotted && r.at > 0 && folded.p[r.at - 1] == '\\' &&
			       (type == AC_VALUE_REGISTRY_KEY || type == AC_VALUE_MUTEX);
		cost = cost_of(b, &r) + (is_member_name(folded, &r) ? COST_MEMBER : 0);

		if (cost < best || (cost == best && r.text.n > out->text.n)) {
			best = cost;
			*out = r;
		}
	}
	for (end = folded.n; run_before(folded, from, end, &r); end = r.at) {
		uint16_t *count = count_of(b, r.text);

		*count += *count < UINT16_MAX;
	}
	return best != UINT32_MAX;
}

const char *
ac_text_refusal(const ac_value *value)
{
	run r;

	if (value->text.n > AC_TEXT_VALUE_MAX)
		return "a text that is too long";
	if (value->type == AC_VALUE_CERT_SERIAL && value->text.n < SERIAL_MIN)
		return "a serial number so short that many certificates have it";
	if (value->type == AC_VALUE_MUTEX && value->text.n < MUTEX_MIN)
		return "the name of a mutex so short that any word is it";
	if (!run_before(value->text, anchors_from(value->type, value->text), value->text.n, &r))
		return "a text without letters and digits";
	return NULL;
}

/* ---- spellings ---- */

static ac_str
joined(ac_arena *arena, ac_str hex, size_t every, char by)
{
	char *p = ac_arena_alloc(arena, 2 * hex.n);
	size_t n = 0;

	for (size_t i = 0; p && i < hex.n; i++) {
		if (i > 0 && i % every == 0)
			p[n++] = by;
		p[n++] = hex.p[i];
	}
	return (ac_str){ p, n };
}

static void
mac_spellings(ac_arena *arena, ac_text_spellings *out)
{
	ac_str colons = out->text[0];
	char hex[12];
	size_t n = 0;

	for (size_t i = 0; i < colons.n && n < sizeof(hex); i++)
		if (colons.p[i] != ':')
			hex[n++] = colons.p[i];
	/* With colons it is found as pairs, with dots by their distance, both by the digits alone. */
	out->text[0] = ac_arena_str(arena, (ac_str){ hex, n });
	out->text[1] = joined(arena, (ac_str){ hex, n }, 2, '-');
	out->n = 2;
}

/* DER has whole octets, and one of zeros before a first bit that is set. */
static void
serial_spellings(ac_arena *arena, ac_text_spellings *out)
{
	ac_str hex = out->text[0];

	if (hex.n % 2)
		out->text[out->n++] = ac_arena_printf(arena, "0%.*s", AC_FMT(hex));
	else if (ac_hex_value(hex.p[0]) >= 8)
		out->text[out->n++] = ac_arena_printf(arena, "00%.*s", AC_FMT(hex));
}

/* "64496", "AS64496"; four octets also as "1.10" (RFC 5396). */
static void
as_spellings(ac_arena *arena, ac_text_spellings *out)
{
	ac_str plain = out->text[0];
	uint64_t number = 0;

	out->text[out->n++] = ac_arena_printf(arena, "as%.*s", AC_FMT(plain));
	if (ac_str_to_u64(plain, &number) && number > UINT16_MAX)
		out->text[out->n++] =
		    ac_arena_printf(arena, "%u.%u", (unsigned)(number >> 16), (unsigned)(number & UINT16_MAX));
}

/* W3C logs have no blanks in a field: '+' stands for them. */
static void
agent_spellings(ac_arena *arena, ac_text_spellings *out)
{
	ac_str text = out->text[0];
	char *p;

	if (ac_str_find_byte(text, ' ') == text.n)
		return;
	p = ac_arena_alloc(arena, text.n);
	for (size_t i = 0; p && i < text.n; i++)
		p[i] = text.p[i] == ' ' ? '+' : text.p[i];
	out->text[out->n++] = (ac_str){ p, text.n };
}

/* RFC 3986 s3.3: what may stand in a segment of a path as it is. */
static bool
is_path_byte(char c)
{
	return ac_is_alnum(c) || memchr("-._~!$&'()*+,;=:@", c, 17);
}

bool
ac_text_is_spelled(ac_str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!is_path_byte(name.p[i]))
			return true;
	return false;
}

/* The path of a request has a name percent-encoded, or with '+' for each blank (W3C). */
static void
name_spellings(ac_arena *arena, ac_text_spellings *out)
{
	ac_str name = out->text[0];
	char *encoded, *plus;
	size_t n = 0;

	if (!ac_text_is_spelled(name))
		return;
	encoded = ac_arena_alloc(arena, 3 * name.n);
	plus = ac_arena_alloc(arena, name.n);
	for (size_t i = 0; encoded && plus && i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		plus[i] = c == ' ' ? '+' : (char)c;
		if (is_path_byte((char)c)) {
			encoded[n++] = (char)c;
			continue;
		}
		encoded[n++] = '%';
		encoded[n++] = "0123456789ABCDEF"[c >> 4];
		encoded[n++] = "0123456789ABCDEF"[c & 15];
	}
	if (n > 0 && n <= AC_TEXT_VALUE_MAX)
		out->text[out->n++] = (ac_str){ encoded, n };
	if (n > 0 && ac_str_find_byte(name, ' ') < name.n)
		out->text[out->n++] = (ac_str){ plus, name.n };
}

int
ac_text_spell(const ac_value *value, ac_arena *arena, ac_text_spellings *out, accord_err *err)
{
	*out = (ac_text_spellings){ .text = { value->text }, .n = 1 };
	if (value->type == AC_VALUE_MAC)
		mac_spellings(arena, out);
	else if (value->type == AC_VALUE_CERT_SERIAL)
		serial_spellings(arena, out);
	else if (value->type == AC_VALUE_AS_NUMBER)
		as_spellings(arena, out);
	else if (value->type == AC_VALUE_USER_AGENT)
		agent_spellings(arena, out);
	else if (value->type == AC_VALUE_FILE_NAME)
		name_spellings(arena, out);
	else if (value->type == AC_VALUE_TLSH && value->text.n == 72)
		out->text[out->n++] = ac_str_slice(value->text, 2, value->text.n);
	return ac_arena_check(arena, err);
}

/* ---- keys ---- */

/* The filter of ends of words lets it pass. */
static int
add_word_end(ac_index_builder *b, ac_str word, accord_err *err)
{
	uint32_t *end = ac_vec_add(&b->word_ends);
	ac_str last = ac_str_slice(word, word.n < AC_WORD_END ? 0 : word.n - AC_WORD_END, word.n);
	char bytes[AC_WORD_END] = { 0 };

	if (!end)
		return ac_vec_check(&b->word_ends, "words", err);
	memcpy(bytes + AC_WORD_END - last.n, last.p, last.n);
	*end = ac_word_end_hash(ac_load64(bytes), b->salt);
	return 0;
}

/* Words like it are looked at. */
static void
mark_word(ac_index_builder *b, size_t n)
{
	if (n >= AC_WORD_END) {
		b->flags |= AC_INDEX_HAS_LONG_WORDS;
		return;
	}
	b->flags |= AC_INDEX_HAS_PLAIN_NAMES;
	if (n < b->plain_name_min)
		b->plain_name_min = (uint32_t)n;
	if (n > b->plain_name_max)
		b->plain_name_max = (uint32_t)n;
}

/* Names of files have no case, nor have all types but these. */
static bool
has_case(const ac_value *value)
{
	return value->type == AC_VALUE_MUTEX || value->type == AC_VALUE_USER_AGENT || value->type == AC_VALUE_SSDEEP ||
	       (value->type == AC_VALUE_FILE_PATH && !ac_path_is_windows(value->text));
}

int
ac_text_identify(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	char *folded;

	if (value->text.n > AC_TEXT_VALUE_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "text of %zu bytes, want at most %zu", value->text.n,
		    (size_t)AC_TEXT_VALUE_MAX);
	if (has_case(value)) {
		k->bytes = value->text;
	} else {
		folded = ac_arena_alloc(&b->scratch, value->text.n + 1);
		if (!folded)
			return ac_arena_check(&b->scratch, err);
		for (size_t i = 0; i < value->text.n; i++)
			folded[i] = ac_lower(value->text.p[i]);
		k->bytes = (ac_str){ folded, value->text.n };
	}
	k->identity = ac_mix(ac_bytes_key(k->bytes, b->salt, AC_KEY_FILE), value->type | 1);
	return 0;
}

int
ac_text_anchor(ac_index_builder *b, const ac_value *value, ac_value_keys *k, accord_err *err)
{
	char *folded = ac_arena_alloc(&b->scratch, k->bytes.n + 1);
	run anchor = { .at = 0 };

	if (!folded)
		return ac_arena_check(&b->scratch, err);
	for (size_t i = 0; i < k->bytes.n; i++)
		folded[i] = ac_lower(k->bytes.p[i]);
	if (!choose_anchor(b, value->type, (ac_str){ folded, k->bytes.n }, &anchor))
		return ac_fail(err, ACCORD_EINPUT, "text: want letters or digits");
	/* Numbers are everywhere: these are looked at where telemetry speaks of AS numbers (scan_rare.h). */
	if (value->type == AC_VALUE_AS_NUMBER) {
		ac_str number = { folded, k->bytes.n };

		k->key = ac_text_hash(number, b->salt, AC_KEY_AS_NUMBER);
		b->flags |= AC_INDEX_HAS_AS_NUMBERS;
		return add_word_end(b, number, err);
	}
	k->anchor_at = (uint16_t)anchor.at;
	anchor.is_slashed &= anchor.text.n < AC_WORD_END;
	k->key = ac_text_hash(anchor.text, b->salt, anchor.is_slashed ? AC_KEY_SLASH_WORD : AC_KEY_FILE);
	if (value->type == AC_VALUE_MAC || value->type == AC_VALUE_CERT_SERIAL)
		b->flags |= AC_INDEX_HAS_PAIRS;
	if (anchor.is_dotted) {
		ac_build_name(b, anchor.text, k);
		if (anchor.is_numeric)
			b->flags |= AC_INDEX_HAS_NUMERIC_ENDS;
		return 0;
	}
	if (anchor.is_slashed) {
		b->flags |= AC_INDEX_HAS_SLASH_WORDS;
		return 0;
	}
	mark_word(b, anchor.text.n);
	return add_word_end(b, anchor.text, err);
}
