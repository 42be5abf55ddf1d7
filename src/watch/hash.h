/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keyed hashes of the watch index. Texts are read backwards from their end, where names are most alike, and the kind of key is mixed in
 * last, so that one pass over a token serves all kinds. The salt is drawn per index: a crafted list or log cannot aim at collisions.
 */
#ifndef AC_WATCH_HASH_H
#define AC_WATCH_HASH_H

#include "base/map.h"
#include "base/str.h"

/* What a key stands for. Mixed into hashes that are stored: never renumber. */
typedef enum ac_key_kind {
	AC_KEY_ANY = 0,     /* where the keys of all kinds of a text are */
	AC_KEY_SUFFIX2 = 1, /* gate 1: the last two labels of a domain, host or dotted file name */
	AC_KEY_DOMAIN = 3,
	AC_KEY_FILE = 4,     /* the anchor of a file name or another text, see index_text.c */
	AC_KEY_URL_HOST = 5, /* gate 2: the host of a URL, for URLs that stand in several fields */
	AC_KEY_URL = 6,
	AC_KEY_EMAIL = 7,
	AC_KEY_IPV4 = 8, /* address and prefix length */
	AC_KEY_IPV6 = 9,
	AC_KEY_MD5 = 10,
	AC_KEY_SHA1 = 11,
	AC_KEY_SHA256 = 12,
	AC_KEY_SHA512 = 13,
	AC_KEY_URL_PATH = 14, /* gate 2: the path of a URL up to '?' or '#', for the same */
	AC_KEY_SHA224 = 15,
	AC_KEY_SHA384 = 16,
	AC_KEY_SLASH_WORD = 17, /* as AC_KEY_FILE, of an anchor behind a backslash, which is looked for there only */
	AC_KEY_AS_NUMBER = 18   /* the same of what is looked for where AS numbers are spoken of */
} ac_key_kind;

__extension__ typedef unsigned __int128 ac_u128;

/* The folded product of two words. */
static inline uint64_t
ac_mix(uint64_t a, uint64_t b)
{
	ac_u128 product = (ac_u128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes as a little-endian word. */
static inline uint64_t
ac_load64(const void *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static inline uint32_t
ac_load32(const void *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

#define AC_KEY_ODD 0x9e3779b97f4a7c15U

/* Letters without their case; some other bytes become one as well, which costs a comparison and nothing else. */
#define AC_NO_CASE 0x2020202020202020U

/* Fewer than eight bytes as a word: with their number, no two texts are one. */
static inline uint64_t
ac_load_short(const char *p, size_t n)
{
	if (n >= 4)
		return ac_load32(p) | (uint64_t)ac_load32(p + n - 4) << 32;
	return n ? (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << 8 |
		       (uint64_t)(unsigned char)p[n - 1] << 16
		 : 0;
}

/* What the keys of a text are made of: read from its end, eight bytes a step, without case. Nothing outside of the text is read. */
static inline uint64_t
ac_text_state(ac_str text, ac_hash_seed salt)
{
	uint64_t state = salt.word[0] ^ (text.n * AC_KEY_ODD), word;
	size_t n = text.n;

	for (; n > 8; n -= 8)
		state = ac_mix(state ^ (ac_load64(text.p + n - 8) | AC_NO_CASE), salt.word[1] | 1);
	word = text.n >= 8 ? ac_load64(text.p) << (64 - 8 * n) : ac_load_short(text.p, n);
	return ac_mix(state ^ (word | AC_NO_CASE), salt.word[1] | 1);
}

/* A key of a state. */
static inline uint64_t
ac_kind_key(uint64_t state, ac_hash_seed salt, ac_key_kind kind)
{
	return ac_mix(state ^ (uint64_t)kind * AC_KEY_ODD, salt.word[1] ^ 0xd6e8feb86659fd93U);
}

/* The same key's lower half, which says which bits of a gate's block are its; the upper half, which says which block, is that of `of`: what is asked for together lies in one line of memory. */
static inline uint64_t
ac_key_beside(uint64_t key, uint64_t of)
{
	return (of & UINT64_MAX << 32) | (key & UINT32_MAX);
}

/* One of the keys of a text's state: those of all kinds lie in one block. */
static inline uint64_t
ac_text_key(uint64_t state, ac_hash_seed salt, ac_key_kind kind)
{
	return ac_key_beside(ac_kind_key(state, salt, kind), ac_kind_key(state, salt, AC_KEY_ANY));
}

/* The key of a text; the case of ASCII letters does not count. */
static inline uint64_t
ac_text_hash(ac_str text, ac_hash_seed salt, ac_key_kind kind)
{
	return ac_text_key(ac_text_state(text, salt), salt, kind);
}

/*
 * The key of the end of a name, in lower case and AC_NO_CASE: its last AC_SUFFIX_MAX bytes, zeros before them. Of sums of products of halves of words (NH of Black, Halevi, Krawczyk,
 * Krovetz, Rogaway: UMAC, 1999), which are made at once where a register holds all.
 */
#define AC_SUFFIX_MAX 32
static inline uint64_t
ac_suffix_words_key(const uint64_t last[static 4], ac_hash_seed salt)
{
	const uint64_t salts[4] = { salt.word[0], salt.word[1], ~salt.word[1], ~salt.word[0] };
	uint64_t sum = 0;

	for (unsigned i = 0; i < 4; i++) {
		uint64_t x = last[i] + salts[i];

		sum += (x & UINT32_MAX) * (x >> 32);
	}
	return ac_kind_key(sum, salt, AC_KEY_SUFFIX2);
}

/* The key of two words: addresses with their prefix, the head of a digest. */
static inline uint64_t
ac_words_key(uint64_t a, uint64_t b, ac_hash_seed salt, ac_key_kind kind)
{
	return ac_kind_key(ac_mix(a ^ salt.word[0], b ^ 0xa0761d6478bd642fU) ^ a, salt, kind);
}

/* The key of a long text, eight bytes a step. */
static inline uint64_t
ac_bytes_key(ac_str text, ac_hash_seed salt, ac_key_kind kind)
{
	uint64_t state = salt.word[0] ^ text.n, last = 0;
	size_t at = 0;

	for (; at + 8 <= text.n; at += 8)
		state = ac_mix(state ^ ac_load64(text.p + at), salt.word[1] | 1);
	/* what is left, with zeros behind it */
	if (at > 0)
		last = text.n > at ? ac_load64(text.p + text.n - 8) >> (64 - 8 * (text.n - at)) : 0;
	else
		for (; at < text.n; at++)
			last |= (uint64_t)(unsigned char)text.p[at] << (8 * at);
	return ac_kind_key(ac_mix(state ^ last, salt.word[1] | 1), salt, kind);
}

/* Bytes of a path that are one step of its key, as eight words, each with a salt of its own. */
#define AC_PATH_STEP 64
static inline uint64_t
ac_path_salt(ac_hash_seed salt, unsigned word)
{
	return salt.word[0] + word * AC_KEY_ODD;
}

/* Of at most AC_PATH_STEP bytes, zeros behind the last: a sum of products of halves of words (see ac_suffix_words_key), of as many words as there are. */
static inline uint64_t
ac_path_sum(const char *p, size_t n, ac_hash_seed salt)
{
	uint64_t sum = 0;

	for (size_t at = 0; at < n; at += 8) {
		uint64_t word = 0, x;

		if (at + 8 <= n)
			word = ac_load64(p + at);
		else if (at > 0)
			word = ac_load64(p + n - 8) >> (64 - 8 * (n - at));
		else
			for (size_t i = 0; i < n; i++)
				word |= (uint64_t)(unsigned char)p[i] << (8 * i);
		x = word + ac_path_salt(salt, (unsigned)(at / 8));
		sum += (x & UINT32_MAX) * (x >> 32);
	}
	return sum;
}

/* The key of a path of n bytes, of which the last step is `sum`, by its host's key or what the steps before have made of it. */
static inline uint64_t
ac_path_key(uint64_t state, uint64_t sum, size_t n, ac_hash_seed salt)
{
	return ac_kind_key(ac_mix(state ^ sum ^ n * AC_KEY_ODD, salt.word[1] | 1), salt, AC_KEY_URL_PATH);
}

/* Gate key of a bare path and its host, by the host's own key. */
static inline uint64_t
ac_url_path_key(uint64_t host_key, ac_str bare_path, ac_hash_seed salt)
{
	size_t at = 0;

	for (; at + AC_PATH_STEP < bare_path.n; at += AC_PATH_STEP)
		host_key = ac_mix(host_key ^ ac_path_sum(bare_path.p + at, AC_PATH_STEP, salt), salt.word[1] | 1);
	return ac_path_key(host_key, ac_path_sum(bare_path.p + at, bare_path.n - at, salt), bare_path.n, salt);
}

#endif
