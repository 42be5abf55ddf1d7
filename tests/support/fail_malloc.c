/* SPDX-License-Identifier: Apache-2.0 */
/* Linked with --wrap: every malloc, calloc and realloc of the code under test comes through here. */
#include "fail_malloc.h"

#include <stdatomic.h>
#include <stddef.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void *__wrap_realloc(void *p, size_t n);

/* Threads of the code under test allocate, too. */
static atomic_ulong countdown;
static atomic_bool failed;

static bool
fails_now(void)
{
	unsigned long n = countdown;

	while (n > 0 && !atomic_compare_exchange_weak(&countdown, &n, n - 1))
		continue;
	if (n != 1)
		return false;
	failed = true;
	return true;
}

void
fail_malloc_at(unsigned long n)
{
	countdown = n;
	failed = false;
}

bool
fail_malloc_done(void)
{
	bool did_fail = failed;

	countdown = 0;
	failed = false;
	return did_fail;
}

void *
__wrap_malloc(size_t n)
{
	return fails_now() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t count, size_t n)
{
	return fails_now() ? NULL : __real_calloc(count, n);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return fails_now() ? NULL : __real_realloc(p, n);
}
