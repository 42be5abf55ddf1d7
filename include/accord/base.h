/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all headers of libaccord share. Rules that hold for every function of the library:
 *
 *	Errors	   a function that can fail returns 0 or a negative accord_code and describes the failure in *err, which is the caller's and may be NULL. Outputs (out_...) are untouched then.
 *	Handles	   are opaque. A function that ends one takes NULL and returns NULL: index = accord_index_close(index);
 *	Texts	   are views: never NUL-terminated, never owned by who holds them. What a callback is shown ends when it returns; copy what is to be kept.
 *	Options	   are structures whose first member is their size: accord_scan_options o = { sizeof(o) }; All else zero is the default. Members are only ever added at the end, so that a program
 *		   built with older headers goes on working; one built with newer headers than the library is told ACCORD_EVERSION when it uses what the library does not know.
 *	Threads	   an index may be read by any number of threads at once. Any other handle is for one thread at a time. There are no globals: handles know nothing of each other.
 *	The world  nothing is printed, no signal is caught, the process is never ended, and neither the environment nor the clock is read.
 */
#ifndef ACCORD_BASE_H
#define ACCORD_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "accord/error.h"

#if defined(__GNUC__)
#define ACCORD_API __attribute__((visibility("default")))
#define ACCORD_CHECKED __attribute__((warn_unused_result))
#else
#define ACCORD_API
#define ACCORD_CHECKED
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A view of bytes. p may be NULL when n is 0. */
typedef struct accord_text {
	const char *p;
	size_t n;
} accord_text;

/* Instants are microseconds since 1970-01-01T00:00:00Z. */
typedef int64_t accord_time_us;

/* The library's version, "0.1.0". Static text. */
ACCORD_API const char *accord_version(void);
/* Name of an accord_code for machines ("input", "limit" ...). Static text. */
ACCORD_API const char *accord_code_name(int code);

#ifdef __cplusplus
}
#endif

#endif
