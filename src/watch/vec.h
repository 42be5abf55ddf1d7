/* SPDX-License-Identifier: Apache-2.0 */
/* A growing array of items of one size, with a ceiling. Keeps its first error. Private to this room. */
#ifndef AC_WATCH_VEC_H
#define AC_WATCH_VEC_H

#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"

typedef struct ac_vec {
	void *p;
	size_t n;
	size_t capacity;
	size_t item_size;
	size_t limit; /* items */
	int failed;   /* 0, ACCORD_ELIMIT or ACCORD_ENOMEM */
} ac_vec;

static inline ac_vec
ac_vec_of(size_t item_size, size_t limit_items)
{
	return (ac_vec){ .item_size = item_size, .limit = limit_items };
}

/* A new item at the end, not cleared; NULL on failure. */
static inline void *
ac_vec_add(ac_vec *v)
{
	if (v->failed)
		return NULL;
	if (v->n == v->capacity) {
		size_t capacity = v->capacity ? v->capacity + v->capacity / 2 : 64;
		void *p;

		if (v->n >= v->limit) {
			v->failed = ACCORD_ELIMIT;
			return NULL;
		}
		if (capacity > v->limit)
			capacity = v->limit;
		p = realloc(v->p, capacity * v->item_size);
		if (!p) {
			v->failed = ACCORD_ENOMEM;
			return NULL;
		}
		v->p = p;
		v->capacity = capacity;
	}
	return (char *)v->p + v->item_size * v->n++;
}

static inline int
ac_vec_check(const ac_vec *v, const char *what, accord_err *err)
{
	if (v->failed == ACCORD_ELIMIT)
		return ac_fail(err, ACCORD_ELIMIT, "%s: more than %zu", what, v->limit);
	return v->failed ? ac_fail(err, ACCORD_ENOMEM, "%s: no memory", what) : 0;
}

static inline void
ac_vec_done(ac_vec *v)
{
	free(v->p);
	v->p = NULL;
	v->n = v->capacity = 0;
}

/* Its items; of a vector without memory some place: from NULL there is no way, not even of nothing (C17 6.5.6 s8). */
static inline void *
ac_vec_items(ac_vec *vec)
{
	return vec->p ? vec->p : vec;
}

#endif
