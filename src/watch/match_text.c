/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts around their anchor: the anchor was found by its hash, here the whole value is compared, in the spellings that its type has, and its two ends are looked at. One
 * entry for the scanner, ac_match_text; index_text.c chose the anchor.
 *
 * What stands around a whole value, in bytes: no word byte touches it, and
 *	file name       no dot, '/' or '\' with a word byte goes on behind it
 *	file path       the same; of Windows on a drive or the kernel's device; of POSIX, no word byte, dot, '/' or ':' before it, as in a URL or a longer path, and '/' as often as it stands
 *	registry key    its hive in any spelling; no deeper key behind it, unless the record says that it is the name of a value
 *	mutex           of "Global\x" and "Local\x" also x in the kernel's folder of objects
 *	named pipe      "\pipe\" or another '\' or the beginning of a field before it
 *	the rest        nothing more
 * What a field's role demands is asked when the record has been read.
 */
#include "values/value.h"
#include "watch/match.h"

/* netfilter's "MAC=": the head of a frame, destination, source and type. */
#define FRAME_DIGITS 28

/* Of a fingerprint of 32 octets, pairs and colons; of a serial number's 21. */
#define PAIRS_TEXT_MAX 95

static bool
is_separator(char c)
{
	return c == '\\' || c == '/';
}

/* ---- what may stand around ---- */

static bool
begins_word(const ac_scan *s, const char *p)
{
	return p == s->begin || !ac_is_word(p[-1]);
}

static bool
ends_word(const ac_scan *s, const char *end)
{
	return end == s->end || !ac_is_word(*end);
}

/* Behind a name or path: neither an extension nor a deeper component. */
static bool
ends_name(const ac_scan *s, const char *end)
{
	if (!ends_word(s, end))
		return false;
	return end + 1 >= s->end || !((*end == '.' || is_separator(*end)) && ac_is_word(end[1]));
}

static bool
begins_posix_path(const ac_scan *s, const char *p)
{
	return p == s->begin || (!ac_is_word(p[-1]) && !memchr("./:", p[-1], 3));
}

/*
 * The name of a member of JSON that is one word without digits, as scan_places.h leaves it out, in a string of JSON or a value of another format: its quotes are escaped there (`\"name\":`), or doubled
 * (`""name"":`).
 */
static bool
is_member(const ac_scan *s, ac_str word)
{
	const char *begin = word.p, *end = word.p + word.n, *quote = end;

	if (begin - s->begin < 2 || s->end - end < 3 || begin[-1] != '"' || (begin[-2] != '\\' && begin[-2] != '"'))
		return false;
	if (begin[-2] == '"')
		quote += *end == '"';
	else
		while (quote < s->end && *quote == '\\')
			quote++;
	if (quote == end || s->end - quote < 2 || quote[0] != '"' || quote[1] != ':')
		return false;
	for (const char *p = begin; p < end; p++)
		if (!ac_is_word(*p) || ac_is_decimal(*p))
			return false;
	return true;
}

/* ---- comparing ---- */

/* `text` has its own length in the record, and letters count as they are, or not. */
static bool
same_here(const ac_scan *s, const ac_index_record *r, const char *begin, bool has_case)
{
	ac_str text = r->text;

	if ((size_t)(s->end - begin) < text.n)
		return false;
	return has_case ? memcmp(begin, text.p, text.n) == 0 : ac_match_same_folded((ac_str){ begin, text.n }, text);
}

static inline bool
same_byte(char raw, char canonical)
{
	return canonical == '\\' ? is_separator(raw) : ac_lower(raw) == canonical;
}

/* Match canonical[0, n) so that it ends at `end`; where it begins, or NULL. A separator may be doubled, as escaped texts that nobody unescaped have it. */
static const char *
separated_back(const ac_scan *s, ac_str canonical, const char *end)
{
	const char *p = end;

	for (size_t i = canonical.n; i > 0; i--) {
		if (p == s->begin || !same_byte(p[-1], canonical.p[i - 1]))
			return NULL;
		p--;
		if (canonical.p[i - 1] == '\\' && p > s->begin && p[-1] == *p && (i < 2 || canonical.p[i - 2] != '\\'))
			p--;
	}
	return p;
}

static const char *
separated_ahead(const ac_scan *s, ac_str canonical, const char *begin)
{
	const char *p = begin;

	for (size_t i = 0; i < canonical.n; i++) {
		if (p == s->end || !same_byte(*p, canonical.p[i]))
			return NULL;
		p++;
		if (canonical.p[i] == '\\' && p < s->end && *p == p[-1] &&
		    (i + 1 == canonical.n || canonical.p[i + 1] != '\\'))
			p++;
	}
	return p;
}

/* ---- registry ---- */

typedef struct hive {
	ac_str full, spelled; /* lower case */
} hive;

/* The kernel's names, the abbreviations, PowerShell's drives. */
static const hive hives[] = {
	{ AC_S_INIT("hkey_local_machine"), AC_S_INIT("hklm") },
	{ AC_S_INIT("hkey_local_machine"), AC_S_INIT("hklm:") },
	{ AC_S_INIT("hkey_local_machine"), AC_S_INIT("\\registry\\machine") },
	{ AC_S_INIT("hkey_current_user"), AC_S_INIT("hkcu") },
	{ AC_S_INIT("hkey_current_user"), AC_S_INIT("hkcu:") },
	{ AC_S_INIT("hkey_classes_root"), AC_S_INIT("hkcr") },
	{ AC_S_INIT("hkey_classes_root"), AC_S_INIT("hkcr:") },
	{ AC_S_INIT("hkey_current_config"), AC_S_INIT("hkcc") },
	{ AC_S_INIT("hkey_users"), AC_S_INIT("hku") },
	{ AC_S_INIT("hkey_users"), AC_S_INIT("hku:") },
	{ AC_S_INIT("hkey_users"), AC_S_INIT("\\registry\\user") },
};

/* `name` ends at `end`; where it begins, or NULL. */
static const char *
name_back(const ac_scan *s, ac_str name, const char *end)
{
	const char *begin = separated_back(s, name, end);

	return begin && (begins_word(s, begin) || *begin == '\\') ? begin : NULL;
}

static const char *
hive_back(const ac_scan *s, ac_str full, const char *end)
{
	const char *begin = name_back(s, full, end);

	for (size_t i = 0; !begin && i < AC_COUNT(hives); i++)
		if (ac_str_eq(hives[i].full, full))
			begin = name_back(s, hives[i].spelled, end);
	return begin;
}

/* "HKU\S-1-5-21-...\": the hive of a user by the number, as agents that see all users write that user's HKEY_CURRENT_USER. */
static const char *
user_hive_back(const ac_scan *s, const char *end)
{
	static const ac_str number = AC_S_INIT("s-1-5-");
	const char *p = end, *users = NULL;

	while (p > s->begin && end - p < 80 && ac_is_word(p[-1]))
		p--;
	if (!ac_str_starts_fold((ac_str){ p, (size_t)(end - p) }, number))
		return NULL;
	while (p > s->begin && is_separator(p[-1]) && end - p < 82) {
		p--;
		users = p;
	}
	return users ? hive_back(s, AC_S("hkey_users"), users) : NULL;
}

/* From the anchor to both ends: the components below the hive, then the hive. */
static void
match_registry_key(ac_scan *s, const char *anchor, const ac_index_record *r)
{
	ac_str text = r->text;
	size_t hive_n = ac_str_find_byte(text, '\\');
	const char *end = separated_ahead(s, ac_str_slice(text, r->anchor_at, text.n), anchor);
	const char *below, *begin;
	bool is_above;
	ac_str full = ac_str_slice(text, 0, hive_n);

	if (r->anchor_at < hive_n)
		return;
	below = separated_back(s, ac_str_slice(text, hive_n, r->anchor_at), anchor);
	if (!end || !below || !ends_word(s, end))
		return;
	is_above = !ends_name(s, end);
	if (is_above && !is_separator(*end))
		return;
	begin = hive_back(s, full, below);
	if (!begin && ac_str_eq(full, AC_S("hkey_current_user")))
		begin = user_hive_back(s, below);
	if (begin)
		ac_match_add(s, (ac_str){ begin, (size_t)(end - begin) }, r->place, AC_VALUE_REGISTRY_KEY,
		    AC_MATCH_EXACT, is_above ? AC_MATCH_KEY_ABOVE : 0);
}

/* ---- each type ---- */

/* "file:_C:\x": as Defender writes what it has found. */
static bool
is_behind_kind(const ac_scan *s, const char *p)
{
	return p - s->begin >= 2 && p[-1] == '_' && p[-2] == ':';
}

/* "\Device\HarddiskVolume3\x", as the kernel has "C:\x": the same path on whichever drive, from its beginning; NULL: it is none. */
static const char *
device_path_begin(const ac_scan *s, ac_str head, const char *anchor)
{
	const char *below = head.n > 2 ? separated_back(s, ac_str_slice(head, 2, head.n), anchor) : NULL, *p = below;

	while (p && p > s->begin && ac_is_decimal(p[-1]))
		p--;
	return p && p < below ? separated_back(s, AC_S("\\device\\harddiskvolume"), p) : NULL;
}

static void
match_windows_path(ac_scan *s, const char *anchor, const ac_index_record *r)
{
	ac_str text = r->text, head = ac_str_slice(text, 0, r->anchor_at);
	const char *end = separated_ahead(s, ac_str_slice(text, r->anchor_at, text.n), anchor);
	const char *begin = separated_back(s, head, anchor);

	if (begin && !begins_word(s, begin) && !is_behind_kind(s, begin))
		begin = NULL;
	if (!begin)
		begin = device_path_begin(s, head, anchor);
	if (begin && end && ends_name(s, end))
		ac_match_add(
		    s, (ac_str){ begin, (size_t)(end - begin) }, r->place, AC_VALUE_FILE_PATH, AC_MATCH_EXACT, 0);
}

/* As the kernel reads it, a separator may stand more than once (POSIX, 4.13 Pathname Resolution). */
static void
match_posix_path(ac_scan *s, const char *anchor, const ac_index_record *r)
{
	const char *begin = anchor, *end = anchor, *last;

	for (size_t i = r->anchor_at; i > 0; i--) {
		if (begin == s->begin || begin[-1] != r->text.p[i - 1])
			return;
		for (begin--; *begin == '/' && begin > s->begin && begin[-1] == '/'; begin--)
			;
	}
	for (size_t i = r->anchor_at; i < r->text.n; i++) {
		if (end == s->end || *end != r->text.p[i])
			return;
		for (end++; end[-1] == '/' && end < s->end && *end == '/'; end++)
			;
	}
	for (last = end; s->end - last > 1 && last[0] == '/' && last[1] == '/'; last++)
		;
	if (begins_posix_path(s, begin) && ends_name(s, end) && ends_name(s, last))
		ac_match_add(
		    s, (ac_str){ begin, (size_t)(end - begin) }, r->place, AC_VALUE_FILE_PATH, AC_MATCH_EXACT, 0);
}

/* The name of a record's type that is compared byte by byte: whether it stands whole at `begin`. */
static bool
stands_whole(const ac_scan *s, const ac_index_record *r, const char *begin)
{
	const char *end = begin + r->text.n;

	switch ((ac_value_type)r->type) {
	case AC_VALUE_FILE_NAME:
		return same_here(s, r, begin, false) && begins_word(s, begin) && ends_name(s, end);
	case AC_VALUE_MUTEX:
	case AC_VALUE_USER_AGENT:
		return same_here(s, r, begin, true) && begins_word(s, begin) && ends_word(s, end);
	case AC_VALUE_SSDEEP:
		return same_here(s, r, begin, true) && begins_word(s, begin) && ends_word(s, end) &&
		       !(end < s->end && (*end == '+' || *end == '/'));
	case AC_VALUE_NAMED_PIPE:
	case AC_VALUE_AS_NUMBER:
	case AC_VALUE_MAC:
	case AC_VALUE_TLSH:
	case AC_VALUE_JA4:
	case AC_VALUE_CERT_SERIAL:
		return same_here(s, r, begin, false) && begins_word(s, begin) && ends_word(s, end);
	case AC_VALUE_NONE:
	case AC_VALUE_FILE_PATH:
	case AC_VALUE_IPV4:
	case AC_VALUE_IPV6:
	case AC_VALUE_DOMAIN:
	case AC_VALUE_URL:
	case AC_VALUE_EMAIL:
	case AC_VALUE_MD5:
	case AC_VALUE_SHA1:
	case AC_VALUE_SHA256:
	case AC_VALUE_SHA512:
	case AC_VALUE_REGISTRY_KEY:
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

static void
match_whole(ac_scan *s, ac_str span, const ac_index_record *r)
{
	if (stands_whole(s, r, span.p) && !is_member(s, span))
		ac_match_add(s, span, r->place, (ac_value_type)r->type, AC_MATCH_EXACT, 0);
}

/* "\BaseNamedObjects\x": where the kernel has "Global\x", and "Local\x" below a session. */
static void
match_kernel_mutex(ac_scan *s, const char *anchor, const ac_index_record *r)
{
	static const ac_str spaces[] = { AC_S_INIT("Global\\"), AC_S_INIT("Local\\") };

	for (size_t i = 0; i < AC_COUNT(spaces); i++) {
		ac_str name = ac_str_slice(r->text, spaces[i].n, r->text.n);
		const char *begin = anchor - r->anchor_at + spaces[i].n;

		if (!ac_str_starts_fold(r->text, spaces[i]) || r->anchor_at < spaces[i].n ||
		    (size_t)(anchor - s->begin) + spaces[i].n < r->anchor_at || (size_t)(s->end - begin) < name.n ||
		    memcmp(begin, name.p, name.n) != 0 || !ends_word(s, begin + name.n) ||
		    !separated_back(s, AC_S("\\basenamedobjects\\"), begin))
			continue;
		ac_match_add(s, (ac_str){ begin, name.n }, r->place, AC_VALUE_MUTEX, AC_MATCH_EXACT, 0);
	}
}

static void
match_path(ac_scan *s, const char *anchor, const ac_index_record *r)
{
	if (ac_path_is_windows(r->text))
		match_windows_path(s, anchor, r);
	else
		match_posix_path(s, anchor, r);
}

void
ac_match_text(ac_scan *s, ac_str anchor, uint64_t key)
{
	const ac_index *ix = s->index;
	ac_find find;
	ac_index_record r;

	if (!ac_gate_has(ix->gate2, ix->gate2_blocks, key))
		return;
	find = ac_find_start(ix, key);
	while (ac_find_next(ix, &find, key, &r)) {
		if (r.type == AC_VALUE_REGISTRY_KEY) {
			match_registry_key(s, anchor.p, &r);
		} else if (r.type == AC_VALUE_FILE_PATH) {
			match_path(s, anchor.p, &r);
		} else {
			if ((size_t)(anchor.p - s->begin) >= r.anchor_at)
				match_whole(s, (ac_str){ anchor.p - r.anchor_at, r.text.n }, &r);
			if (r.type == AC_VALUE_MUTEX)
				match_kernel_mutex(s, anchor.p, &r);
		}
	}
}

/* ---- words ---- */

void
ac_match_word(ac_scan *s, const char *end)
{
	const ac_index *ix = s->index;
	ac_token token;
	size_t n;

	ac_token_back(end, s->begin, ix->salt, &token);
	n = (size_t)(token.end - token.begin);
	if (token.dots == 0 && !(end < s->end - 1 && *end == '.' && ac_is_word(end[1])))
		ac_match_text(s, (ac_str){ token.begin, n }, ac_text_key(token.state, ix->salt, AC_KEY_FILE));
}

/* ---- pairs ---- */

/* The digits of a run of pairs, in lower case; 0 when it is none, or too long. */
static size_t
pair_digits(ac_str run, char out[static PAIRS_TEXT_MAX])
{
	size_t n = 0;

	if (run.n % 3 != 2 || run.n > PAIRS_TEXT_MAX)
		return 0;
	for (size_t i = 0; i < run.n; i++) {
		if (i % 3 == 2 ? run.p[i] != ':' : !ac_is_hex(run.p[i]))
			return 0;
		if (i % 3 != 2)
			out[n++] = ac_lower(run.p[i]);
	}
	return n;
}

static void
match_hex(ac_scan *s, ac_str span, ac_value_type type, ac_str hex)
{
	uint32_t record = ac_match_find_text(s, ac_text_hash(hex, s->index->salt, AC_KEY_FILE), type, hex);

	for (; record != AC_NONE32; record = ac_index_twin(s->index, record))
		ac_match_add(s, span, record, type, AC_MATCH_EXACT, 0);
}

/* Whether the pair before or behind a colon has another colon at its far end. In addresses of IPv6 few have. */
static bool
is_beside_pair(const ac_scan *s, const char *colon)
{
	return (s->end - colon > 3 && colon[3] == ':') || (colon - s->begin >= 3 && colon[-3] == ':');
}

void
ac_match_pairs(ac_scan *s, const char *colon)
{
	const char *begin = colon, *end = colon;
	char digits[PAIRS_TEXT_MAX];
	ac_str run, hex;
	size_t n;

	if (colon < s->pairs_end || !is_beside_pair(s, colon))
		return;
	while (begin > s->begin && colon - begin <= PAIRS_TEXT_MAX && (begin[-1] == ':' || ac_is_hex(begin[-1])))
		begin--;
	while (end < s->end && end - colon <= PAIRS_TEXT_MAX && (*end == ':' || ac_is_hex(*end)))
		end++;
	s->pairs_end = end;
	run = (ac_str){ begin, (size_t)(end - begin) };
	n = pair_digits(run, digits);
	if (n == 0 || !begins_word(s, begin) || !ends_word(s, end))
		return;
	hex = (ac_str){ digits, n };
	if (n == FRAME_DIGITS) {
		match_hex(s, ac_str_slice(run, 0, 17), AC_VALUE_MAC, ac_str_slice(hex, 0, 12));
		match_hex(s, ac_str_slice(run, 18, 35), AC_VALUE_MAC, ac_str_slice(hex, 12, 24));
	}
	ac_match_digest_text(s, run, hex);
	match_hex(s, run, AC_VALUE_MAC, hex);
	while (hex.n > 1 && hex.p[0] == '0')
		hex = ac_str_slice(hex, 1, hex.n);
	match_hex(s, run, AC_VALUE_CERT_SERIAL, hex);
}

/* "0000.5e00.53af", as Cisco's devices write it; the first dot. */
void
ac_match_dotted_mac(ac_scan *s, const char *dot)
{
	const char *begin = dot - 4, *end = dot + 10;
	char digits[12];
	size_t n = 0;

	if (dot - s->begin < 4 || s->end - dot < 10)
		return;
	for (const char *p = begin; p < end; p++) {
		if (p == dot || p == dot + 5)
			continue;
		if (!ac_is_hex(*p))
			return;
		digits[n++] = ac_lower(*p);
	}
	if (!begins_word(s, begin) || !ends_word(s, end) ||
	    (begin - 1 > s->begin && begin[-1] == '.' && ac_is_word(begin[-2])) ||
	    (end + 1 < s->end && *end == '.' && ac_is_word(end[1])))
		return;
	match_hex(s, (ac_str){ begin, 14 }, AC_VALUE_MAC, (ac_str){ digits, n });
}

/* ---- AS numbers ---- */

/* Digits of the largest. */
#define AS_DIGITS_MAX 10

/* A dot with a word behind it goes on with a name or a version. */
static bool
ends_number(const ac_scan *s, const char *end)
{
	return ends_word(s, end) && !(end + 1 < s->end && *end == '.' && ac_is_word(end[1]));
}

static const char *
digits_back(const ac_scan *s, const char *end)
{
	const char *p = end;

	while (p > s->begin && end - p <= AS_DIGITS_MAX && ac_is_decimal(p[-1]))
		p--;
	return p;
}

static void
match_as(ac_scan *s, ac_str text)
{
	const char *end = text.p + text.n;

	if (end - s->begin >= AC_WORD_END &&
	    !ac_word_may_end(s->index,
		ac_word_end_hash(ac_word_end(ac_load64(end - AC_WORD_END), (unsigned)text.n), s->index->salt)))
		return;
	ac_match_text(s, text, ac_text_hash(text, s->index->salt, AC_KEY_AS_NUMBER));
}

void
ac_match_as_name(ac_scan *s, const char *begin)
{
	const char *end = begin + 2;

	while (end < s->end && end - begin <= 2 + AS_DIGITS_MAX && ac_is_decimal(*end))
		end++;
	if (ends_number(s, end))
		match_as(s, (ac_str){ begin, (size_t)(end - begin) });
}

void
ac_match_as_number(ac_scan *s, const char *end)
{
	const char *begin = digits_back(s, end);

	if (begin - 1 > s->begin && begin[-1] == '.' && ac_is_decimal(begin[-2]))
		begin = digits_back(s, begin - 1);
	if (begins_word(s, begin) && !(begin - 1 > s->begin && begin[-1] == '.' && ac_is_word(begin[-2])) &&
	    ends_number(s, end))
		match_as(s, (ac_str){ begin, (size_t)(end - begin) });
}

void
ac_match_slash(ac_scan *s, const char *slash)
{
	const char *word = slash + 1, *end = word;

	while (end < s->end && end - word < AC_WORD_END && ac_is_word(*end))
		end++;
	if (end - word < AC_WORD_END)
		ac_match_text(s, (ac_str){ word, (size_t)(end - word) },
		    ac_text_hash((ac_str){ word, (size_t)(end - word) }, s->index->salt, AC_KEY_SLASH_WORD));
}
