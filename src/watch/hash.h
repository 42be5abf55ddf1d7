/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keyed hashes of the watch index. They are read backwards, so that the hash of a domain's parents falls out on the way to its own, and the kind of key is mixed in
 * last, so that one walk over a token serves all kinds. The salt is drawn per index: a crafted list or log cannot aim at collisions.
 */
#ifndef AC_WATCH_HASH_H
#define AC_WATCH_HASH_H

#include "base/map.h"
#include "base/str.h"

/* What a key stands for. Mixed into hashes that are stored: never renumber. */
typedef enum ac_key_kind {
	AC_KEY_SUFFIX2 = 1, /* gate 1: the last two labels of a domain, host or dotted file name */
	AC_KEY_IP24 = 2,    /* gate 1: the first three octets of an address */
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
	AC_KEY_SHA384 = 16
} ac_key_kind;

__extension__ typedef unsigned __int128 ac_u128;

/* The folded product of two words. */
static inline uint64_t
ac_mix(uint64_t a, uint64_t b)
{
	ac_u128 product = (ac_u128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* State of a backward walk; the multiplier is odd. */
static inline uint64_t
ac_text_start(ac_hash_seed salt)
{
	return salt.word[0];
}

static inline uint64_t
ac_text_step(uint64_t state, ac_hash_seed salt, unsigned char c)
{
	return (state ^ c) * (salt.word[1] | 1);
}

/* The key of what the walk has seen so far. */
static inline uint64_t
ac_text_key(uint64_t state, ac_hash_seed salt, ac_key_kind kind)
{
	return ac_mix(state ^ ((uint64_t)kind * 0x9e3779b97f4a7c15U), salt.word[1] ^ 0xd6e8feb86659fd93U);
}

/* The key of a text as it is: walked backwards from its end. */
static inline uint64_t
ac_text_hash(ac_str text, ac_hash_seed salt, ac_key_kind kind)
{
	uint64_t state = ac_text_start(salt);

	for (size_t i = text.n; i > 0; i--)
		state = ac_text_step(state, salt, (unsigned char)text.p[i - 1]);
	return ac_text_key(state, salt, kind);
}

/* The key of two words: addresses with their prefix, the head of a digest. */
static inline uint64_t
ac_words_key(uint64_t a, uint64_t b, ac_hash_seed salt, ac_key_kind kind)
{
	return ac_text_key(ac_mix(a ^ salt.word[0], b ^ 0xa0761d6478bd642fU) ^ a, salt, kind);
}

/* Eight bytes as a little-endian word. */
static inline uint64_t
ac_load64(const void *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* The key of a long text, eight bytes a step. */
static inline uint64_t
ac_bytes_key(ac_str text, ac_hash_seed salt, ac_key_kind kind)
{
	uint64_t state = salt.word[0] ^ text.n, last = 0;
	size_t at = 0;

	for (; at + 8 <= text.n; at += 8)
		state = ac_mix(state ^ ac_load64(text.p + at), salt.word[1] | 1);
	if (at < text.n)
		memcpy(&last, text.p + at, text.n - at);
	return ac_text_key(ac_mix(state ^ last, salt.word[1] | 1), salt, kind);
}

#endif
