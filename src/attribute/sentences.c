/* SPDX-License-Identifier: Apache-2.0 */
/* Description and sentences into one text. Knows nothing of where they come from, or what of them is hidden. */
#include "attribute/sentences.h"

#include <stdlib.h>

static int
compare_sentences(const void *x, const void *y)
{
	const ac_use_sentence *a = x, *b = y;
	int order = ac_str_cmp(a->used, b->used);

	return order ? order : ac_str_cmp(a->id, b->id);
}

static void
add_line(ac_str *parts, size_t *n, ac_str line)
{
	if (line.n == 0)
		return;
	parts[(*n)++] = line;
	parts[(*n)++] = AC_S("\n");
}

ac_str
ac_use_sentences_join(ac_arena *arena, ac_str description, ac_use_sentence *sentences, size_t count)
{
	ac_str *parts;
	size_t n = 0;

	if (count == 0)
		return description;
	parts = ac_arena_zalloc(arena, 2 * count + 2, sizeof(*parts));
	if (!parts)
		return (ac_str){ 0 };
	qsort(sentences, count, sizeof(*sentences), compare_sentences);
	add_line(parts, &n, description);
	/* A campaign that is attributed to two actors comes with the same relationship twice. */
	for (size_t i = 0; i < count; i++)
		if (i == 0 || compare_sentences(&sentences[i - 1], &sentences[i]) != 0)
			add_line(parts, &n, sentences[i].text);
	return ac_arena_join(arena, parts, n);
}
