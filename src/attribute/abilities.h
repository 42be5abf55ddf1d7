/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What software can be used for: relationships from malware and tools to techniques, each with a dated source. They say nothing of actors by themselves. Techniques that a tool of the evidence has
 * anyway are explained by it; and a tool that can do what was seen speaks for the actor whose it is.
 */
#ifndef AC_ATTRIBUTE_ABILITIES_H
#define AC_ATTRIBUTE_ABILITIES_H

#include "attribute/knowledge_build.h"
#include "attribute/score.h"

/* The "uses" relationships of software. */
int ac_abilities_read(ac_build *b, accord_err *err) AC_CHECKED;
/* k->abilities of the raw ones; report_of gives each citation's report. */
int ac_abilities_order(ac_build *b, const uint32_t *report_of, accord_err *err) AC_CHECKED;

/*
 * Which abilities are to be seen (the relationship is not hidden, and a visible report says it), with rarity and lengths; those of the view with nothing hidden where none of them is touched. Drawing
 * reports anew leaves them: what is drawn is what is told of actors.
 */
int ac_abilities_find(ac_view *view, ac_arena *arena, accord_err *err) AC_CHECKED;
/* Room for what follows. */
int ac_abilities_room(ac_score *score, ac_arena *arena, accord_err *err) AC_CHECKED;
/* Which techniques software of the evidence explains, by item. */
void ac_abilities_explain(const ac_score *score, const bool *without, bool *out);
/*
 * By actor: the likeness of its most like software, and which that is (NULL: not asked for). It is the cosine between what was seen and what the software can do, by rarity among software, over how many
 * actors have it. Returns the rarity of all techniques that were seen.
 */
double ac_abilities_compare(const ac_score *score, const bool *without, double *out, uint32_t *out_software);
/* A technique's part of the likeness to the actor's software of score->tool, among techniques of this rarity; and what the likeness would be were it the only item. */
double ac_abilities_part(const ac_score *score, const ac_scored *item, double all, size_t actor);
double ac_abilities_alone(const ac_score *score, const ac_scored *item, size_t actor);

#endif
