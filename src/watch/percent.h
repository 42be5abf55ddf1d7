/* SPDX-License-Identifier: Apache-2.0 */
/* Percent-encoded values (RFC 3986 s2.1), as URLs have them in their queries: where they stand in a text, and what they mean. For the scanner and the memory of observables alike; knows nothing of indexes. */
#ifndef AC_WATCH_PERCENT_H
#define AC_WATCH_PERCENT_H

#include "base/limits.h"
#include "base/str.h"

/* A byte may be percent-encoded again, so often: "%2540" is '@', encoded twice. */
#define AC_PERCENT_LAYERS 4
/*
 * How many bytes at the beginning of a run, which a '%' stands before, are of percent-encoded bytes that are no part of it: "%2Fevil.example", or "%252F...", as URLs stand in queries of others. 0: none are. *out: the last of those.
 */
size_t ac_percent_size(const char *begin, const char *end, char *out);
/*
 * The e-mail address whose '@' is the percent-encoded byte, itself encoded or not, that begins at `at` and ends before its host: its local part may be encoded, too. Its bytes in the text; n 0: there is none. What it means, to buffer, of which
 * AC_EMAIL_MAX bytes are written at most; *out_n of them.
 */
ac_str ac_percent_email(ac_str text, const char *at, ac_str host, char *buffer, size_t *out_n);
/*
 * The URL around its host whose delimiters are percent-encoded, once or twice ("http%3A%2F%2Fbad.example%2Fa"), of at most so many bytes as they are meant, and some more: the other URL's query goes on behind it. As the others; of AC_URL_MAX bytes at most.
 */
ac_str ac_percent_url(ac_str text, ac_str host, size_t most, char *buffer, size_t *out_n);

#endif
