/* SPDX-License-Identifier: Apache-2.0 */
/* Several parts of one span read as one, in the order of their keys. Each part has its own table of sources; here they become one. */
#include <stdlib.h>

#include "watch/retro_part.h"

uint64_t
ac_retro_name_bit(ac_str names[static AC_RETRO_NAMES], unsigned *count, ac_str name)
{
	for (unsigned i = 0; i < *count; i++)
		if (ac_str_eq(names[i], name))
			return (uint64_t)1 << i;
	if (*count == AC_RETRO_NAMES)
		return AC_RETRO_OTHERS;
	names[*count] = name;
	return (uint64_t)1 << (*count)++;
}

void
ac_retro_seen_add(ac_retro_seen *to, const ac_retro_seen *from)
{
	if (to->count == 0) {
		*to = *from;
		return;
	}
	to->sources |= from->sources;
	if (from->first < to->first)
		to->first = from->first;
	if (from->last > to->last)
		to->last = from->last;
	if (__builtin_add_overflow(to->count, from->count, &to->count))
		to->count = UINT32_MAX;
}

/* The sets of a part in the names of all. */
static uint64_t *
translate(ac_retro_merge *m, const ac_retro_part *part)
{
	uint64_t bits[64], *sets = malloc(part->footer->set_count * sizeof(*sets));

	if (!sets)
		return NULL;
	for (unsigned i = 0; i < 64; i++)
		bits[i] = i < part->footer->name_count ? ac_retro_name_bit(m->names, &m->name_count, part->names[i])
						       : AC_RETRO_OTHERS;
	for (uint32_t i = 0; i < part->footer->set_count; i++) {
		sets[i] = 0;
		for (uint64_t left = part->sets[i]; left; left &= left - 1)
			sets[i] |= bits[__builtin_ctzll(left)];
	}
	return sets;
}

int
ac_retro_merge_open(
    ac_retro_merge *m, const ac_retro_part *parts, size_t count, ac_retro_wants wants, void *payload, accord_err *err)
{
	*m = (ac_retro_merge){ .count = count, .wants = wants, .payload = payload };
	m->cursors = calloc(count + 1, sizeof(*m->cursors));
	m->sets = calloc(count + 1, sizeof(*m->sets));
	for (size_t i = 0; m->cursors && m->sets && i < count; i++) {
		m->cursors[i] = malloc(sizeof(*m->cursors[i]));
		m->sets[i] = translate(m, &parts[i]);
		if (!m->cursors[i] || !m->sets[i])
			break;
		ac_retro_cursor_open(m->cursors[i], &parts[i]);
		if (i + 1 == count)
			return 0;
	}
	if (count == 0 && m->cursors && m->sets)
		return 0;
	ac_retro_merge_close(m);
	return ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory for %zu parts", count);
}

void
ac_retro_merge_close(ac_retro_merge *m)
{
	for (size_t i = 0; i < m->count; i++) {
		if (m->cursors)
			free(m->cursors[i]);
		if (m->sets)
			free(m->sets[i]);
	}
	free(m->cursors);
	free(m->sets);
	*m = (ac_retro_merge){ 0 };
}

uint64_t
ac_retro_merge_damaged(const ac_retro_merge *m)
{
	uint64_t n = 0;

	for (size_t i = 0; i < m->count; i++)
		n += m->cursors[i]->damaged;
	return n;
}

/* To the next key that is wanted: those that are not cost no comparison with other parts. */
static void
advance(const ac_retro_merge *m, ac_retro_cursor *c)
{
	while (ac_retro_cursor_next(c))
		if (!m->wants || m->wants(m->payload, ac_retro_cursor_key(c)))
			return;
}

/* From where the cursors stand: the lowest key. */
static bool
gather(ac_retro_merge *m)
{
	size_t lowest = m->count;

	for (size_t i = 0; i < m->count; i++)
		if (m->cursors[i]->has_value &&
		    (lowest == m->count ||
			ac_str_cmp(ac_retro_cursor_key(m->cursors[i]), ac_retro_cursor_key(m->cursors[lowest])) < 0))
			lowest = i;
	m->at_end = lowest == m->count;
	if (m->at_end)
		return false;
	m->first = lowest;
	m->key = ac_retro_cursor_key(m->cursors[lowest]);
	return true;
}

bool
ac_retro_merge_days(ac_retro_merge *m)
{
	m->days = m->first_days = 0;
	for (size_t i = m->first; !m->at_end && i < m->count; i++) {
		ac_retro_cursor *c = m->cursors[i];

		if (!c->has_value || (i != m->first && !ac_str_eq(ac_retro_cursor_key(c), m->key)) ||
		    !ac_retro_cursor_days(c))
			continue;
		for (unsigned left = c->days; left; left &= left - 1) {
			unsigned day = (unsigned)__builtin_ctz(left);
			ac_retro_seen seen = c->seen[day];

			seen.sources = m->sets[i][c->sets[day]];
			if (!(m->days >> day & 1))
				m->seen[day].count = 0;
			m->days |= (uint16_t)(1U << day);
			ac_retro_seen_add(&m->seen[day], &seen);
		}
		if (i == 0)
			m->first_days = c->days;
	}
	return m->days != 0;
}

bool
ac_retro_merge_next(ac_retro_merge *m)
{
	if (!m->started) {
		for (size_t i = 0; i < m->count; i++)
			advance(m, m->cursors[i]);
		m->started = true;
		return gather(m);
	}
	if (m->at_end)
		return false;
	/* The first one last: m->key views it. */
	for (size_t i = m->count; i > m->first; i--) {
		ac_retro_cursor *c = m->cursors[i - 1];

		if (c->has_value && (i - 1 == m->first || ac_str_eq(ac_retro_cursor_key(c), m->key)))
			advance(m, c);
	}
	return gather(m);
}
