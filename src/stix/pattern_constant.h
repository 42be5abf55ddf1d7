/* SPDX-License-Identifier: Apache-2.0 */
/* Constants of patterns in their one form, private to stix/. Forms only: what a constant is compared with is not known here. */
#ifndef AC_STIX_PATTERN_CONSTANT_H
#define AC_STIX_PATTERN_CONSTANT_H

#include "stix/pattern.h"

/*
 * A constant in its normal form, its text in arena where it changed: "+05" ... is no integer, "+5" is 5; 1.50 is 1.5, 2.0 is the integer 2 (s9.2: both are compared
 * with integers and floats by full value; from 2^53 on, where a double no longer says which integer, it stays a float); t'...500Z' is t'...5Z'; binary is hex
 * (s9.6.1: their bytes are compared). False without memory.
 */
bool ac_pattern_constant_normal(const ac_pattern_constant *in, ac_arena *arena, ac_pattern_constant *out);
/* An unsigned or signed decimal number without sign +, leading zeros, and zeros behind the point: "+00.50" is "0.5". Exact. False without memory. */
bool ac_pattern_decimal_normal(ac_str text, ac_arena *arena, ac_str *out);
/* "...:00.500Z" as "...:00.5Z": the fraction without zeros at its end. {NULL, 0} without memory. */
ac_str ac_pattern_timestamp_normal(ac_str text, ac_arena *arena);

#endif
