/* SPDX-License-Identifier: Apache-2.0 */
/* Values out of a line. The boundaries of whole values are those of match.c; here nothing is known that could be looked for, so everything of a kind is taken. */
#include "watch/retro_take_state.h"

#include <stdlib.h>

#include "codec/octets.h"
#include "watch/control.h"
#include "watch/decode.h"
#include "watch/flow.h"
#include "watch/percent.h"
#include "watch/retro_part.h"
#include "watch/version.h"

/* RFC 1035 s2.3.4 */
#define NAME_MAX_BYTES 255
#define ADDRESS_MAX 45
#define DIGEST_MIN 32
#define DIGEST_MAX 128
#define SCHEME_MAX 16

/* What a spelling stands for (ac_retro_recent): of tokens these, of texts of fields their ac_value_type. */
enum { SEEN_NOTHING = 201, SEEN_ADDRESS, SEEN_NAME };

static size_t key_again(void *payload, unsigned kind, ac_str text, char out[static AC_RETRO_KEY_MAX]);

ac_retro_take *
ac_retro_take_open(ac_retro *retro, ac_str path)
{
	ac_retro_take *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	for (unsigned c = 0; c < sizeof(t->classes); c++)
		t->classes[c] = (unsigned char)((ac_is_word((char)c) ? IS_WORD : 0) |
						(ac_is_hex((char)c) ? IS_HEX : 0) | (c < 0x80 ? IS_ASCII : 0));
	t->retro = retro;
	t->batch = ac_retro_batch_open(retro, key_again, t);
	if (!t->batch)
		return ac_retro_take_close(t);
	ac_retro_batch_source(t->batch, ac_retro_source(retro, path));
	ac_arena_init(&t->line.arena, 2 * AC_LOG_ARENA_MAX);
	t->kernel = ac_scan_kernel_at(0);
	t->maps = calloc(1, sizeof(*t->maps));
	t->url = malloc(sizeof(*t->url));
	t->want = ac_retro_wanted_roles();
	return t->url && t->maps ? t : ac_retro_take_close(t);
}

void
ac_retro_take_rename(ac_retro_take *t, ac_str path)
{
	ac_retro_batch_source(t->batch, ac_retro_source(t->retro, path));
}

ac_retro_take *
ac_retro_take_close(ac_retro_take *t)
{
	if (!t)
		return NULL;
	ac_retro_batch_close(t->batch);
	ac_arena_done(&t->line.arena);
	free(t->maps);
	free(t->url);
	free(t);
	return NULL;
}

static int
put(ac_retro_take *t, size_t key_n, accord_err *err)
{
	return key_n ? ac_retro_batch_put(t->batch, (ac_str){ t->key, key_n }, NULL, err) : 0;
}

static size_t
key_of_text(ac_retro_take *t, ac_value_type type, ac_str text, char out[static AC_RETRO_KEY_MAX])
{
	ac_value value;

	if (text.n == 0 || text.n >= AC_RETRO_KEY_MAX || ac_value_parse(type, text, &t->line.arena, &value, NULL))
		return 0;
	return ac_retro_key(&value, out);
}

/* A value in whatever spelling; what is none is passed over. */
static int
put_value(ac_retro_take *t, ac_value_type type, ac_str text, accord_err *err)
{
	return put(t, key_of_text(t, type, text, t->key), err);
}

int
ac_retro_put_text(ac_retro_take *t, ac_value_type type, ac_str text, accord_err *err)
{
	ac_retro_recent *recent = ac_retro_batch_recent(t->batch, text, type, ac_retro_batch_ask(t->batch, text));
	size_t n;

	if (recent && recent->n)
		return ac_retro_batch_again(t->batch, recent, err);
	n = key_of_text(t, type, text, t->key);
	if (n && recent)
		ac_retro_batch_learn(recent, text, type);
	return n ? ac_retro_batch_put(t->batch, (ac_str){ t->key, n }, recent, err) : 0;
}

/* ---- URLs ---- */

static bool
ends_url(char c)
{
	return (unsigned char)c <= ' ' || memchr("\"<>`\\\x7f", c, 6);
}

int
ac_retro_put_url(ac_retro_take *t, ac_str text, accord_err *err)
{
	ac_str scheme;
	size_t n = ac_value_refang_scheme(text, &scheme);

	if (n > 0)
		text =
		    ac_arena_printf(&t->line.arena, "%.*s%.*s", AC_FMT(scheme), AC_FMT(ac_str_slice(text, n, text.n)));
	if (text.n > AC_URL_MAX || !ac_url_canonical(text, t->url))
		return 0;
	if (t->url->host_is_high)
		return put_value(t, AC_VALUE_URL, text, err);
	return put(t, ac_retro_key_bytes(AC_VALUE_URL, (ac_str){ t->url->text, t->url->n }, t->key), err);
}

/* In a query of another URL more than one '&' may be of this one. */
#define SOFT_ENDS_IN_QUERY 4

/* The URL of [begin, end), whose host begins at p, up to the first punctuation that may end it; '^' may stand between the attributes of LEEF, behind '&' the query of another URL goes on, and between its blanks it may end at one (match_url.c). */
static int
put_shorter(
    ac_retro_take *t, const char *begin, const char *p, const char *end, char opener, bool in_form, accord_err *err)
{
	bool in_query = opener == '=' || in_form;
	unsigned left = in_query ? SOFT_ENDS_IN_QUERY : 1;
	int rc = 0;

	for (; !rc && p < end; p++) {
		bool is_caret = *p == '^' && t->has_carets;

		if (!is_caret && (left == 0 || !(memchr(",;|')]}", *p, 7) || (*p == '&' && in_query) ||
						   (in_form && ac_url_may_end_in_form(p, end)))))
			continue;
		rc = ac_retro_put_url(t, (ac_str){ begin, (size_t)(p - begin) }, err);
		left -= !is_caret;
		if (is_caret || (left == 0 && !t->has_carets))
			break;
	}
	return rc;
}

/* "scheme" ends before `colon`: the URL up to its sure end, and without the punctuation of a sentence. */
static int
take_url(ac_retro_take *t, ac_str all, const char *begin, const char *colon, accord_err *err)
{
	const char *limit = all.p + all.n, *end = colon + 3, *trimmed, *shorter;
	bool in_form;
	char opener;
	int rc;

	/* "wget%20http://..." */
	if (begin > all.p && begin[-1] == '%' && colon - begin > 2 && ac_is_hex(begin[0]) && ac_is_hex(begin[1]))
		begin += 2;
	in_form = ac_url_is_in_form(all.p, begin);
	opener = begin > all.p ? begin[-1] : '\0';
	if (colon - begin > SCHEME_MAX || !ac_is_alpha(*begin))
		return 0;
	while (end < limit && end - begin <= (ptrdiff_t)AC_URL_MAX && !ends_url(*end))
		end++;
	rc = ac_retro_put_url(t, (ac_str){ begin, (size_t)(end - begin) }, err);
	for (trimmed = end; trimmed > colon + 3 && memchr(".,;:!?')]}*", trimmed[-1], 11); trimmed--)
		;
	if (!rc && trimmed != end && opener != '"')
		rc = ac_retro_put_url(t, (ac_str){ begin, (size_t)(trimmed - begin) }, err);
	shorter = trimmed;
	if (rc || opener == '"' || (t->sure_ends && opener != '=' && !in_form))
		return rc;
	return put_shorter(t, begin, colon + 3, shorter, opener, in_form, err);
}

/* ---- tokens ---- */

static int
take_email(ac_retro_take *t, ac_str all, ac_str domain, accord_err *err)
{
	const char *p = domain.p - 1;
	char text[AC_EMAIL_MAX];
	size_t n;

	while (p > all.p && domain.p - p < AC_EMAIL_MAX && (ac_is_word(p[-1]) || memchr(".+%", p[-1], 3)))
		p--;
	/* "o'neil@mail.example"; a quote behind anything else is none of its bytes */
	if (p > all.p + 1 && p < domain.p - 1 && p[-1] == '\'' && ac_is_word(p[-2]))
		for (p--; p > all.p && domain.p - p < AC_EMAIL_MAX && ac_is_word(p[-1]);)
			p--;
	while (p < domain.p - 1 && *p == '.')
		p++;
	n = (size_t)(domain.p + domain.n - p);
	if (p == domain.p - 1 || n > sizeof(text))
		return 0;
	for (size_t i = 0; i < n; i++)
		text[i] = ac_lower(p[i]);
	return put(t, ac_retro_key_bytes(AC_VALUE_EMAIL, (ac_str){ text, n }, t->key), err);
}

/* What stands in a query of another URL, its delimiters percent-encoded, the last of which is `sign`, behind the '%' at `at`: the address or the URL of a host. */
static int
take_encoded(ac_retro_take *t, ac_str all, const char *at, ac_str host, char sign, accord_err *err)
{
	char text[AC_EMAIL_MAX];
	size_t n;

	if (sign == '/' && ac_percent_url(all, host, AC_URL_MAX, t->meant, &n).n)
		return ac_retro_put_url(t, (ac_str){ t->meant, n }, err);
	if (sign != '@' || !ac_percent_email(all, at, host, text, &n).n)
		return 0;
	for (size_t i = 0; i < n; i++)
		text[i] = ac_lower(text[i]);
	return put(t, ac_retro_key_bytes(AC_VALUE_EMAIL, (ac_str){ text, n }, t->key), err);
}

static bool
stands_in_version(const ac_retro_take *t, const char *p)
{
	for (size_t i = 0; i < t->version_count; i++)
		if (p >= t->versions[i].p && p < t->versions[i].p + t->versions[i].n)
			return true;
	return false;
}

/* Digits and dots only, or a number with an exponent. */
static bool
is_number(ac_str token)
{
	for (size_t i = 0; i < token.n; i++)
		if (!ac_is_digit(token.p[i]) && token.p[i] != '.' && token.p[i] != '-' && ac_lower(token.p[i]) != 'e')
			return false;
	return true;
}

static size_t
key_of_address(ac_str token, char out[static AC_RETRO_KEY_MAX])
{
	uint8_t address[4];

	if (!ac_is_digit(token.p[token.n - 1]) || !ac_ipv4_parse(token, address))
		return 0;
	return ac_retro_key_bytes(AC_VALUE_IPV4, (ac_str){ (char *)address, 4 }, out);
}

static size_t
key_of_name(ac_str token, char out[static AC_RETRO_KEY_MAX])
{
	char name[NAME_MAX_BYTES];

	for (size_t i = 0; i < token.n; i++)
		name[i] = ac_lower(token.p[i]);
	return ac_retro_key_name((ac_str){ name, token.n }, out);
}

static size_t
key_again(void *payload, unsigned kind, ac_str text, char out[static AC_RETRO_KEY_MAX])
{
	if (kind == SEEN_ADDRESS)
		return key_of_address(text, out);
	return kind == SEEN_NAME ? key_of_name(text, out) : key_of_text(payload, (ac_value_type)kind, text, out);
}

/* What a dotted token of ASCII stands for; its key in t->key. */
static unsigned
judge_dotted(ac_retro_take *t, ac_str token, size_t *out_key_n)
{
	*out_key_n = key_of_address(token, t->key);
	if (*out_key_n)
		return SEEN_ADDRESS;
	if (token.n > NAME_MAX_BYTES || is_number(token))
		return SEEN_NOTHING;
	*out_key_n = key_of_name(token, t->key);
	return SEEN_NAME;
}

/* A token of ASCII with dots in it. */
static int
put_dotted(ac_retro_take *t, ac_str all, const waiting_token *w, accord_err *err)
{
	ac_str token = w->token;
	ac_retro_recent *recent = ac_retro_batch_recent(t->batch, token, 0, w->hash);
	bool is_known = recent && recent->n;
	size_t key_n = 0;
	unsigned kind = is_known ? recent->kind : judge_dotted(t, token, &key_n);
	int rc;

	if (recent && !is_known)
		ac_retro_batch_learn(recent, token, kind);
	if (kind == SEEN_NOTHING ||
	    (kind == SEEN_ADDRESS &&
		((stands_in_version(t, token.p) && !ac_is_called(all, token)) || ac_is_version(all, token))))
		return 0;
	rc = is_known ? ac_retro_batch_again(t->batch, recent, err)
		      : ac_retro_batch_put(t->batch, (ac_str){ t->key, key_n }, recent, err);
	if (!rc && kind == SEEN_NAME && token.p > all.p && token.p[-1] == '@')
		rc = take_email(t, all, token, err);
	return rc;
}

/* Whether no field says of p that it is something else. */
static bool
is_unsaid(const ac_retro_take *t, const char *p)
{
	const ac_log_field *field = ac_log_field_at(&t->line.record, p);

	return !field || field->role == AC_FIELD_OTHER;
}

/* All that wait in this text. */
static int
put_waiting(ac_retro_take *t, ac_str all, accord_err *err)
{
	int rc = 0;

	for (unsigned i = 0; !rc && i < t->waiting_count; i++)
		rc = put_dotted(t, all, &t->waiting[i], err);
	t->waiting_count = 0;
	return rc;
}

static int
take_dotted(ac_retro_take *t, ac_str all, ac_str token, bool high, accord_err *err)
{
	int rc = t->waiting_count == WAITING ? put_waiting(t, all, err) : 0;

	if (rc)
		return rc;
	if (high)
		return token.n > NAME_MAX_BYTES || is_number(token) ? 0 : put_value(t, AC_VALUE_DOMAIN, token, err);
	t->waiting[t->waiting_count++] = (waiting_token){ token, ac_retro_batch_ask(t->batch, token) };
	return 0;
}

/* Most logs write them in lower case. */
static bool
read_digits(ac_str digits, char *out)
{
	return ac_hex_bytes(digits.p, digits.n / 2, (uint8_t *)out) || ac_hex_decode(digits, out);
}

static int
take_digest(ac_retro_take *t, ac_str token, const char *at, accord_err *err)
{
	static const ac_value_type types[] = { AC_VALUE_MD5, AC_VALUE_SHA1, AC_VALUE_SHA224, AC_VALUE_SHA256,
		AC_VALUE_SHA384, AC_VALUE_SHA512 };
	int rc;

	for (size_t i = 0; i < AC_COUNT(types); i++)
		if (ac_value_hash_digits(types[i]) == token.n && read_digits(token, t->key + 1)) {
			t->key[0] = (char)types[i];
			rc = put(t, token.n / 2 + 1, err);
			/* Where nothing says what they are, so many digits may be of a TLS fingerprint. */
			if (!rc && types[i] == AC_VALUE_MD5 && is_unsaid(t, at)) {
				t->key[0] = (char)AC_VALUE_JA3;
				rc = put(t, token.n / 2 + 1, err);
			}
			return rc;
		}
	return 0;
}

/* "9f:86:...": a digest as certificates' fingerprints are written; its end, or NULL. */
static const char *
take_pairs(ac_retro_take *t, ac_str all, const char *p, int *rc, accord_err *err)
{
	char digits[DIGEST_MAX];
	const char *limit = all.p + all.n, *begin = p;
	size_t n = 0;

	for (;; p++) {
		if (n == sizeof(digits) || limit - p < 2 || !ac_is_hex(p[0]) || !ac_is_hex(p[1]))
			return NULL;
		digits[n++] = *p++;
		digits[n++] = *p++;
		if (p == limit || *p != ':')
			break;
	}
	if (n < DIGEST_MIN || (p < limit && ac_is_word(*p)))
		return NULL;
	*rc = take_digest(t, (ac_str){ digits, n }, begin, err);
	return p;
}

/* The run of digits, colons and dots that begins at p, when it is an address; its end, or NULL. */
static const char *
take_ipv6(ac_retro_take *t, ac_str all, const char *p, int *rc, accord_err *err)
{
	const char *end = p, *limit = all.p + all.n;
	uint8_t address[16];
	unsigned colons = 0;
	ac_str run;
	bool twice = false;

	while (end < limit && end - p <= ADDRESS_MAX && (*end == ':' || *end == '.' || ac_is_hex(*end))) {
		colons += *end == ':';
		twice |= *end == ':' && end > p && end[-1] == ':';
		end++;
	}
	if (colons < 2 || (!twice && colons < 6) || ac_word_goes_on(end, limit))
		return NULL;
	while (end > p && (end[-1] == '.' || (end[-1] == ':' && end - p > 1 && end[-2] != ':')))
		end--;
	run = ac_ipv6_before_port((ac_str){ p, (size_t)(end - p) }, limit);
	if (end - p < 3 || !ac_ipv6_parse(run, address))
		return NULL;
	/* Mapped addresses (RFC 4291 s2.5.5.2) are IPv4's. */
	*rc = put_value(t, AC_VALUE_IPV6, run, err);
	return end;
}

const char *
ac_retro_token_end(const ac_retro_take *t, const char *p, const char *limit, bool *dotted, bool *hex, bool *high)
{
	unsigned all = IS_WORD | IS_HEX | IS_ASCII;

	*dotted = false;
	for (;;) {
		while (p < limit && t->classes[(unsigned char)*p] & IS_WORD)
			all &= t->classes[(unsigned char)*p++];
		if (limit - p < 2 || *p != '.' || !(t->classes[(unsigned char)p[1]] & IS_WORD))
			break;
		*dotted = true;
		p++;
	}
	*hex = (all & IS_HEX) && !*dotted;
	*high = !(all & IS_ASCII);
	return p;
}

/* Words with dots between them, perhaps behind a percent-encoded byte. */
static int
take_words(ac_retro_take *t, ac_str all, ac_str words, bool high, accord_err *err)
{
	const char *begin = words.p, *end = words.p + words.n;
	size_t encoded = 0;
	ac_str token;
	char sign;
	int rc = 0;

	if (begin > all.p && begin[-1] == '%')
		encoded = ac_percent_size(begin, end, &sign);
	token = ac_flow_value(all, (ac_str){ begin + encoded, words.n - encoded });
	if (encoded)
		rc = take_encoded(t, all, begin - 1, token, sign, err);
	return rc ? rc : take_dotted(t, all, token, high, err);
}

/* A word [begin, end) of the text, and what a colon behind it makes of it: how far the text was taken. */
static const char *
take_word(ac_retro_take *t, ac_str all, const char *begin, int *rc, accord_err *err)
{
	const char *limit = all.p + all.n, *end, *address;
	bool dotted, hex, high;
	ac_str word;

	end = ac_retro_token_end(t, begin, limit, &dotted, &hex, &high);
	word = (ac_str){ begin, (size_t)(end - begin) };
	if (dotted)
		*rc = take_words(t, all, word, high, err);
	else if (hex && word.n >= DIGEST_MIN && word.n <= DIGEST_MAX)
		*rc = take_digest(t, word, begin, err);
	if (*rc || limit - end < 3 || *end != ':')
		return end;
	if (end[1] == '/' && end[2] == '/') {
		*rc = take_url(t, all, begin, end, err);
		return end;
	}
	address = hex && word.n == 2 ? take_pairs(t, all, begin, rc, err) : NULL;
	if (!address && hex && word.n <= 4)
		address = take_ipv6(t, all, begin, rc, err);
	return address ? address : end;
}

/* At `at`, behind what was taken up to p, stands a dot inside a token, a colon, or a digit of many: the token around it. How far the text was taken. */
static const char *
take_around(ac_retro_take *t, ac_str all, const char *p, const char *at, int *rc, accord_err *err)
{
	const char *begin = at, *limit = all.p + all.n, *address = NULL;

	while (begin > p && ac_is_word(begin[-1]))
		begin--;
	if (begin < at || *at != ':')
		return take_word(t, all, begin, rc, err);
	if (limit - at < 3 || at[1] != ':' || (at > all.p && ac_is_word(at[-1])))
		return p;
	address = take_ipv6(t, all, at, rc, err);
	return address ? address : at + 2;
}

/* Classes of the words from byte `from` on, with the one before them and the one behind. Returns how many words lie in the text, at most AC_REGION_WORDS. */
static size_t
map_region(ac_retro_take *t, ac_str all, size_t from)
{
	size_t left = all.n - from, words = (left + 63) / 64 < AC_REGION_WORDS ? (left + 63) / 64 : AC_REGION_WORDS;
	size_t whole = left / 64 < words + 1 ? left / 64 : words + 1;
	char last[64] = { 0 };

	if (from)
		(void)t->kernel->classes(all.p + from - 64, 1, t->maps, 0);
	else
		t->maps->word[0] = t->maps->colon[0] = 0;
	(void)t->kernel->classes(all.p + from, whole, t->maps, 1);
	if (whole <= words) {
		memcpy(last, all.p + from + 64 * whole, left - 64 * whole < 64 ? left - 64 * whole : 64);
		(void)t->kernel->classes(last, 1, t->maps, 1 + whole);
	}
	return words;
}

/* Bits of word w at which a value may be found: dots between word bytes, colons behind a word or before another, 16 word bytes at a place that 16 divides. */
static inline uint64_t
anchors_of(const ac_scan_maps *m, size_t w)
{
	uint64_t word = m->word[w], colon = m->colon[w], lane = m->word[w];
	uint64_t before = word << 1 | m->word[w - 1] >> 63, behind = word >> 1 | m->word[w + 1] << 63;

	lane &= lane >> 8;
	lane &= lane >> 4;
	lane &= lane >> 2;
	lane &= lane >> 1 & 0x0001000100010001U;
	return (m->dot[w] & before & behind) | (colon & (before | colon >> 1 | m->colon[w + 1] << 63)) | lane;
}

static int
take_text(ac_retro_take *t, ac_str raw, accord_err *err)
{
	ac_str all = ac_retro_meant(raw, t->may_have_controls, &t->line.arena);
	const char *p = all.p;
	int rc = 0;

	for (size_t from = 0; !rc && from < all.n; from += 64 * AC_REGION_WORDS) {
		size_t words = map_region(t, all, from);

		for (size_t w = 1; w <= words; w++)
			for (uint64_t bits = anchors_of(t->maps, w); !rc && bits; bits &= bits - 1) {
				const char *at = all.p + from + 64 * (w - 1) + (size_t)__builtin_ctzll(bits);

				if (at >= p)
					p = take_around(t, all, p, at, &rc, err);
			}
	}
	if (!rc)
		return put_waiting(t, all, err);
	t->waiting_count = 0; /* they end with the text */
	return rc;
}

/* ---- records ---- */

static void
add_version(ac_retro_take *t, ac_str text)
{
	if (t->version_count < VERSIONS_MAX)
		t->versions[t->version_count++] = text;
}

/* Whether the text of a field of no meaning has a number behind a word for it (evaluate_text.c); it is searched once, however many words it has. */
static bool
text_says_serial(ac_retro_take *t, const ac_log_field *field, ac_str word)
{
	if (field->role != AC_FIELD_OTHER || word.n == field->raw.n)
		return false;
	if (t->asked.p != field->raw.p || t->asked.n != field->raw.n)
		t->asked_says = ac_retro_hints_of(field->raw).serial;
	t->asked = field->raw;
	return t->asked_says;
}

/* A word by its form. Where a field says what it is, that has been taken; serial numbers stand in no field, or in its text. */
static int
on_word(void *payload, ac_value_type type, ac_str text, accord_err *err)
{
	ac_retro_take *t = payload;
	const ac_log_field *field = ac_log_field_at(&t->line.record, text.p);

	if (field && type == AC_VALUE_CERT_SERIAL && !text_says_serial(t, field, text))
		return 0;
	if (field && type == AC_VALUE_JA4 && field->role != AC_FIELD_OTHER)
		return 0;
	if (field && type == AC_VALUE_AS_NUMBER &&
	    (field->role == AC_FIELD_AS_NUMBER || ac_retro_hints_of(field->name).as))
		return 0;
	return ac_retro_put_text(t, type, text, err);
}

/* Whether a value holds what an escape may begin with: its own, or of the strings around it. */
static bool
may_be_escaped(const ac_log_field *f)
{
	ac_log_escapes escapes = (ac_log_escapes)f->escapes;

	return (escapes != AC_LOG_AS_IS && memchr(f->raw.p, ac_log_escape_sign(escapes), f->raw.n)) ||
	       (f->depth > 0 && memchr(f->raw.p, '\\', f->raw.n));
}

/* How a field's text is taken: as it was meant, as part of its line, and whether no addresses stand in it. */
typedef struct field_text {
	bool is_apart, is_version;
} field_text;

static field_text
kind_of_text(const ac_log_record *record, size_t at, bool has_escapes)
{
	const ac_log_field *f = &record->fields[at];

	/* What stands in the fields of a document is theirs. */
	if (f->raw.n == 0 || ac_log_holds_fields(record, at))
		return (field_text){ false, false };
	return (field_text){ .is_apart = has_escapes && may_be_escaped(f),
		.is_version = f->role == AC_FIELD_USER_AGENT || f->role == AC_FIELD_SOFTWARE };
}

/* What stands between fields that are told apart, in JSON as it was meant. json: where that begins in the line. */
static int
take_between(ac_retro_take *t, ac_str line, size_t begin, size_t end, size_t json, accord_err *err)
{
	size_t middle = json < begin ? begin : json < end ? json : end;
	ac_str behind = ac_str_slice(line, middle, end);
	int rc = middle > begin ? take_text(t, ac_str_slice(line, begin, middle), err) : 0;

	if (rc || behind.n == 0)
		return rc;
	return take_text(t, memchr(behind.p, '\\', behind.n) ? ac_log_unescape(behind, &t->line.arena) : behind, err);
}

/* In the line, and what is escaped in it as it was meant. */
static int
take_record(ac_retro_take *t, ac_str line, bool is_json, bool has_escapes, accord_err *err)
{
	const ac_log_record *record = &t->line.record;
	size_t json = is_json && record->format ? ac_watch_json_begin(line) : is_json ? 0 : line.n, at = 0;
	int rc = 0;

	t->sure_ends = record->format && record->format->is_strict;
	t->has_carets = record->format == &ac_log_leef || record->inner == &ac_log_leef;
	rc = ac_retro_words(line, &t->hints, on_word, t, err);
	for (size_t i = 0; !rc && i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];
		bool inside = f->raw.p >= line.p + at && f->raw.p + f->raw.n <= line.p + line.n;
		field_text kind = inside ? kind_of_text(record, i, has_escapes) : (field_text){ false, false };
		ac_str text = f->raw;

		rc = ac_retro_take_named(t, f, err);
		if (!rc && kind.is_apart)
			text = ac_log_value(f, &t->line.arena);
		if (kind.is_version)
			add_version(t, text);
		if (rc || !kind.is_apart)
			continue;
		rc = take_between(t, line, at, (size_t)(f->raw.p - line.p), json, err);
		if (!rc)
			rc = take_text(t, text, err);
		at = (size_t)(f->raw.p - line.p) + f->raw.n;
	}
	return rc ? rc : take_between(t, line, at, line.n, json, err);
}

int
ac_retro_take_line(
    ac_retro_take *t, const ac_log_state *state, ac_str line, bool is_json, ac_time as_of, accord_err *err)
{
	bool has_escapes;

	if (line.n == 0)
		return 0;
	ac_arena_reset(&t->line.arena);
	t->line.record = (ac_log_record){ .arena = &t->line.arena };
	t->line.parts.is_gathered = false;
	t->line.unescape = is_json;
	t->version_count = 0;
	t->asked = (ac_str){ NULL, 0 };
	t->may_have_controls = state ? ac_control_may_hold(line) : !is_json;
	has_escapes = is_json || memchr(line.p, '\\', line.n) || ac_log_may_have_entities(line, true) ||
		      (state && ac_decode_may_be_coded(state, line));
	t->hints = ac_retro_hints_of(line);
	/* Each field may be written otherwise than it is meant; without a sign of that, only some matter. */
	if (state)
		ac_log_read_roles(state, line,
		    has_escapes || t->hints.serial || t->hints.as || t->hints.pairs ? state->want : t->want,
		    &t->line.arena, &t->line.record);
	ac_retro_batch_time(t->batch, t->line.record.has_time ? t->line.record.time : as_of);
	return take_record(t, line, is_json, has_escapes, err);
}

int
ac_retro_take_settle(ac_retro_take *t, accord_err *err)
{
	return ac_retro_batch_settle(t->batch, err);
}
