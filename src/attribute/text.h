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

/* Bytes of what stands between words at text[at], which is not the end: a blank, punctuation of ASCII or Unicode. 0: it is a letter or digit, or a byte of one. */
size_t ac_text_between(ac_str text, size_t at);

typedef struct ac_words {
	ac_map numbers; /* word, or two with a space between -> number + 1; keys live in arena */
	ac_map names;   /* words of a name with a space between -> 1 */
	ac_map things;  /* the same of what is no actor or campaign -> its number */
	ac_map usual;   /* words that are written with a small letter -> 1 */
	uint32_t count;
	ac_arena *arena;
} ac_words;

void ac_words_init(ac_words *words, ac_hash_seed seed, ac_arena *arena);
void ac_words_done(ac_words *words);
/* A name to be masked. */
int ac_words_mask(ac_words *words, ac_str name, accord_err *err) AC_CHECKED;

/* Words that a text writes with a small letter: none of them alone is a thing's name. */
int ac_words_usual(ac_words *words, ac_str text, ac_arena *scratch, accord_err *err) AC_CHECKED;
/*
 * A name of a thing: of malware, of a tool. Short ones, and those that are not written like names ("certutil"), name nothing; nor does a name of two things, nor a usual word ("Page"). Usual words are to be told first.
 */
int ac_words_call(ac_words *words, ac_str name, uint32_t thing, accord_err *err) AC_CHECKED;
/*
 * The things that a text names, once each, in order of number. Not by a name that is masked, too ("Akira" is a gang and its malware), nor by one word that may be any other: "Spark"
 * where a sentence begins, or in "Spark Capital". The result lives in arena.
 */
int ac_words_called(
    const ac_words *words, ac_str text, ac_arena *arena, uint32_t **out, size_t *out_count, accord_err *err) AC_CHECKED;

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
