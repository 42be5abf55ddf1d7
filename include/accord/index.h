/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Indexes of indicators: immutable, checked before use, shared by all threads; a file is mapped, so that many processes share one copy of it. Either the file that `accord watch` keeps beside
 * its store ("watch.index"), or one made here from values and patterns.
 */
#ifndef ACCORD_INDEX_H
#define ACCORD_INDEX_H

#include "accord/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct accord_index accord_index;

/*
 * Map a file and check all of it: one that is not exactly as it was written is ACCORD_EINPUT, one of another version of the format ACCORD_EVERSION or ACCORD_EINPUT, one that cannot be read
 * ACCORD_EIO. The file may be replaced (renamed over) or removed while it is open, never changed in place. End it with accord_index_close.
 */
ACCORD_API int accord_index_open(const char *path, accord_index **out_index, accord_err *err) ACCORD_CHECKED;
/* Every scanner and matcher of the index must have ended before. */
ACCORD_API accord_index *accord_index_close(accord_index *index);

/* The number that its maker gave it: of the program's own, the store's generation. */
ACCORD_API int64_t accord_index_generation(const accord_index *index);

typedef struct accord_index_counts {
	size_t size;        /* sizeof(accord_index_counts), set by the caller */
	uint64_t watched;   /* indicators */
	uint64_t unwatched; /* indicators that are kept out, each with a reason */
} accord_index_counts;
/* Fill what the caller's structure has room for. */
ACCORD_API void accord_index_count(const accord_index *index, accord_index_counts *out_counts);

/* An indicator that is kept out, and why. A value other than 0 ends the walk and is returned by it. */
typedef int (*accord_on_unwatched)(void *payload, accord_text id, accord_text name, accord_text reason);
ACCORD_API int accord_index_each_unwatched(
    const accord_index *index, accord_on_unwatched on, void *payload, accord_err *err) ACCORD_CHECKED;

/* ---- making one ---- */

typedef struct accord_index_builder accord_index_builder;

typedef struct accord_index_options {
	size_t size;
	int64_t generation;
	/*
	 * Of the keyed hashes, so that crafted values or logs cannot aim at collisions. All zero: drawn from the system. The same salt and the same indicators in the same order give the same bytes.
	 */
	uint64_t salt[2];
} accord_index_options;

/* Who says a value, and when it holds. Zero members are not said. */
typedef struct accord_indicator {
	size_t size;
	accord_text id; /* of STIX, "indicator--UUID"; must be given */
	accord_text name;
	accord_text producer;
	accord_time_us valid_from;  /* 0: not said */
	accord_time_us valid_until; /* 0: not said; the first instant at which it holds no more */
	bool is_revoked;            /* matches are held back */
} accord_indicator;

/* options may be NULL. */
ACCORD_API int accord_index_builder_open(
    const accord_index_options *options, accord_index_builder **out_builder, accord_err *err) ACCORD_CHECKED;
/*
 * A value by itself: an address or range, a domain (with its subdomains), a URL, an e-mail address, a digest, a file name ... type is its name ("ipv4-addr", "domain-name", "sha256" ..., or what
 * lists call it: "ip", "domain"), or empty: then it is told by its form, and text may be defanged ("hxxp://evil[.]example"). Text that is no such value is ACCORD_EINPUT and changes nothing. A value
 * that may not be watched (0.0.0.0/0, a public suffix, the digest of nothing ...) is kept out with its reason, which is no failure (accord_index_each_unwatched). All texts are copied.
 */
ACCORD_API int accord_index_add_value(accord_index_builder *builder, const accord_indicator *who, accord_text type,
    accord_text text, accord_err *err) ACCORD_CHECKED;
/*
 * A STIX pattern. Comparisons of single values, and equalities joined by AND and OR within one record, are found; what needs more (LIKE, MATCHES, several events) is evaluated by
 * `accord watch` alone. One that cannot be read or watched is kept out with its reason: *out_unwatched (may be NULL) gets it as static text, else NULL.
 */
ACCORD_API int accord_index_add_pattern(accord_index_builder *builder, const accord_indicator *who, accord_text pattern,
    const char **out_unwatched, accord_err *err) ACCORD_CHECKED;
/* The index in memory, of all that was added. The builder can only be closed afterwards; the index outlives it. */
ACCORD_API int accord_index_finish(
    accord_index_builder *builder, accord_index **out_index, accord_err *err) ACCORD_CHECKED;
/*
 * The index as a file, for accord_index_open: written beside path, synced, then renamed over it, so that readers and a power loss meet the old file or the new one. The builder can only be closed afterwards.
 */
ACCORD_API int accord_index_write(accord_index_builder *builder, const char *path, accord_err *err) ACCORD_CHECKED;
ACCORD_API accord_index_builder *accord_index_builder_close(accord_index_builder *builder);

#ifdef __cplusplus
}
#endif

#endif
