/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian, length-prefixed bytes: writing to a buffer and reading back with bounds. The reader remembers its first failure and then gives zeros, so that a
 * caller reads on and asks once at the end.
 */
#ifndef AC_STORE_PACK_H
#define AC_STORE_PACK_H

#include "base/buf.h"
#include "base/str.h"
#include "base/time.h"

void ac_pack_u8(ac_buf *buf, uint8_t value);
void ac_pack_u32(ac_buf *buf, uint32_t value);
void ac_pack_u64(ac_buf *buf, uint64_t value);
/* LEB128: 7 bits a byte, lowest first. */
void ac_pack_varint(ac_buf *buf, uint64_t value);
void ac_pack_time(ac_buf *buf, ac_time value);
/* Length as varint, then the bytes. */
void ac_pack_str(ac_buf *buf, ac_str value);

typedef struct ac_unpacker {
	ac_str bytes;
	size_t at;
	bool failed;
} ac_unpacker;

uint8_t ac_unpack_u8(ac_unpacker *u);
uint32_t ac_unpack_u32(ac_unpacker *u);
uint64_t ac_unpack_u64(ac_unpacker *u);
uint64_t ac_unpack_varint(ac_unpacker *u);
ac_time ac_unpack_time(ac_unpacker *u);
/* A view of the bytes. */
ac_str ac_unpack_str(ac_unpacker *u);
/* A number of items that each take at least item_bytes; fails when they cannot be there, or are more than `most`. */
size_t ac_unpack_count(ac_unpacker *u, size_t item_bytes, size_t most);
/* A byte below `end`; fails otherwise. */
unsigned ac_unpack_enum(ac_unpacker *u, unsigned end);
/* Everything was read, and nothing is left. */
bool ac_unpack_finished(const ac_unpacker *u);

#endif
