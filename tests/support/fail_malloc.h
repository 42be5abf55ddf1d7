/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An allocator that fails on purpose. Fault loops run an operation with the 1st, 2nd, 3rd ... allocation failing, until it
 * succeeds: each round must give a clean ACCORD_ENOMEM, and leave nothing behind (the sanitizer build looks).
 *	for (unsigned long n = 1; ; n++) { fail_malloc_at(n); rc = f(); if (!fail_malloc_done()) break; assert_int_equal(rc, ACCORD_ENOMEM); }
 */
#ifndef AC_FAIL_MALLOC_H
#define AC_FAIL_MALLOC_H

#include <stdbool.h>

/* The n-th allocation from now on (1 is the next) fails, once. */
void fail_malloc_at(unsigned long n);
/* Switch failing off; true when an allocation did fail since fail_malloc_at. */
bool fail_malloc_done(void);

#endif
