/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by match.c, match_url.c and match_text.c. Private to this room. */
#ifndef AC_WATCH_MATCH_H
#define AC_WATCH_MATCH_H

#include "watch/scan.h"

void ac_match_add(ac_scan *scan, ac_str span, uint32_t record, ac_value_type type, ac_match_how how, unsigned flags);
uint32_t ac_match_find_text(const ac_scan *scan, uint64_t key, ac_value_type type, ac_str text);
/* Folds ASCII in `text`; bytes from 0x80 on stay. */
bool ac_match_same_folded(ac_str text, ac_str folded);
/* The e-mail address of a host behind an '@': the shortest that is listed. */
void ac_match_email(ac_scan *scan, ac_str host);
/* The same address when there is only one that it may be; {NULL, 0}: ac_match_email tells. And what that is, whose key (AC_KEY_EMAIL) passed gate 2. */
ac_str ac_match_only_email(const ac_scan *scan, ac_str host);
void ac_match_email_key(ac_scan *scan, ac_str host, uint64_t key);
/* Digests of these hexadecimal digits, whatever stands between them in span. */
void ac_match_digest_text(ac_scan *scan, ac_str span, ac_str digits);

/*
 * match_text.c: the texts whose anchor has this key (AC_KEY_FILE) and stands here, whole and of full length. What each type needs around it, is in match_text.c; what it
 * needs of the record, in evaluate_text.c.
 */
void ac_match_text(ac_scan *scan, ac_str anchor, uint64_t key);
/* Digits in pairs joined by colons around `colon`: certificates' fingerprints and serial numbers, MAC addresses. */
void ac_match_pairs(ac_scan *scan, const char *colon);

#endif
