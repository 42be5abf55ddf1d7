/* SPDX-License-Identifier: Apache-2.0 */
/* What scanning gives: hits, and matches that were held back. Both live until the callback returns. */
#ifndef ACCORD_HIT_H
#define ACCORD_HIT_H

#include "accord/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct accord_hit_indicator {
	accord_text id; /* of STIX */
	accord_text name;
	accord_text producer;
	bool is_before_valid_from; /* the record is older than the indicator's valid_from */
} accord_hit_indicator;

#define ACCORD_NO_FIELD SIZE_MAX

/* One place, with all indicators that speak of it. Made by the library: members may be added at the end. */
typedef struct accord_hit {
	accord_text input; /* its name as given */
	uint64_t line;     /* from 1 */
	uint64_t offset;   /* of what matched, in bytes of the input */
	uint64_t length;   /* of what matched, as it stands in the input */
	accord_text type;  /* of the value: "ipv4-addr", "domain-name", "url", "sha256" ... */
	accord_text value; /* what stands there, in canonical form */
	accord_text match; /* "exact", "subdomain", "cidr" or "url" */
	const accord_hit_indicator *const *indicators;
	size_t indicator_count;
	accord_text text;     /* the line, as it is; of a line over 1 MiB the piece */
	uint64_t text_offset; /* of text in the input */
	bool is_malformed;    /* the line is not of its input's format: it was matched as bytes */
	bool has_time;
	accord_time_us time; /* of the record */
	size_t field;        /* of accord_event_match_fields: which one; else ACCORD_NO_FIELD */
} accord_hit;

/* A match that does not count, with its reason: "revoked", "expired", "version-number" ... Members may be added at the end. */
typedef struct accord_held_back {
	accord_text input;
	uint64_t line;
	uint64_t offset;
	accord_text value;
	accord_text indicator_id;
	accord_text reason;
} accord_held_back;

/*
 * A value other than 0 stops the scan, which returns it when it is negative (an accord_code), else ACCORD_EUSAGE. The handle can only be closed then. It must not be used from inside the callback.
 */
typedef int (*accord_on_hit)(void *payload, const accord_hit *hit);
typedef int (*accord_on_held_back)(void *payload, const accord_held_back *held);

#ifdef __cplusplus
}
#endif

#endif
