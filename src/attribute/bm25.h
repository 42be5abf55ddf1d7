/* SPDX-License-Identifier: Apache-2.0 */
/* BM25 for techniques, software and words alike. */
#ifndef AC_ATTRIBUTE_BM25_H
#define AC_ATTRIBUTE_BM25_H

#include <math.h>
#include <stddef.h>

#define AC_BM25_SATURATION 1.2   /* k1: the second report says less than the first */
#define AC_BM25_LENGTH_NORM 0.75 /* b */

/* A count against the length of what it was counted in: 0 to 2.2. */
static inline double
ac_bm25(double count, double length, double mean_length)
{
	double norm = 1 - AC_BM25_LENGTH_NORM;

	if (count <= 0)
		return 0;
	norm += AC_BM25_LENGTH_NORM * (mean_length > 0 ? length / mean_length : 1);
	return (AC_BM25_SATURATION + 1) * count / (count + AC_BM25_SATURATION * norm);
}

/* How much it says that something is had by so many of n. */
static inline double
ac_idf(size_t shared_by, size_t n)
{
	return log(1 + ((double)n - (double)shared_by + 0.5) / ((double)shared_by + 0.5));
}

#endif
