/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of prose about what was done: interned, without markup, citations, and the names of actors and campaigns, so that a text that names its actor weighs no more than one that does not.
 */
#ifndef AC_ATTRIBUTE_TEXT_H
#define AC_ATTRIBUTE_TEXT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"

/* A text as a reader sees it: without citations and addresses, and without what links to actors and campaigns say; a space stands for what is left out. It lives in arena. */
int ac_text_shown(ac_str text, ac_arena *arena, ac_str *out, accord_err *err) AC_CHECKED;

typedef struct ac_words {
	ac_map numbers; /* word, or two with a space between -> number + 1; keys live in arena */
	ac_map names;   /* words of a name with a space between -> 1 */
	uint32_t count;
	ac_arena *arena;
} ac_words;

void ac_words_init(ac_words *words, ac_hash_seed seed, ac_arena *arena);
void ac_words_done(ac_words *words);
/* A name to be masked. */
int ac_words_mask(ac_words *words, ac_str name, accord_err *err) AC_CHECKED;

/* A word, or a phrase of two that follow one another, and how often it stands in a text. */
typedef struct ac_word_count {
	uint32_t word; /* a phrase has a number like a word */
	uint32_t times;
	bool is_phrase;
} ac_word_count;
/* The words and phrases of a text in order of number; no phrase holds a name, or a word of every sentence; new ones are interned. The result lives in arena. */
int ac_words_of(
    ac_words *words, ac_str text, ac_arena *arena, ac_word_count **out, size_t *out_count, accord_err *err) AC_CHECKED;
/* The same of words and phrases that are interned already, in the order in which they first stand in the text, which knows nothing of what else is interned; others are left out. It changes nothing. */
int ac_words_look_up(const ac_words *words, ac_str text, ac_arena *arena, ac_word_count **out, size_t *out_count,
    accord_err *err) AC_CHECKED;

/* Hashes of the words of a text in their order, without names and words of every sentence: the same on every machine and in every session. */
int ac_words_hash(
    const ac_words *words, ac_str text, ac_arena *arena, uint64_t **out, size_t *out_count, accord_err *err) AC_CHECKED;

#endif
