/* SPDX-License-Identifier: Apache-2.0 */
/* Little-endian, length-prefixed bytes. Knows nothing of what they mean. */
#include "store/pack.h"

#define VARINT_MAX 10

void
ac_pack_u8(ac_buf *buf, uint8_t value)
{
	ac_buf_add_byte(buf, (char)value);
}

static void
pack_fixed(ac_buf *buf, uint64_t value, size_t n)
{
	char bytes[8];

	for (size_t i = 0; i < n; i++)
		bytes[i] = (char)(value >> (8 * i) & 0xff);
	ac_buf_add(buf, (ac_str){ bytes, n });
}

void
ac_pack_u32(ac_buf *buf, uint32_t value)
{
	pack_fixed(buf, value, 4);
}

void
ac_pack_u64(ac_buf *buf, uint64_t value)
{
	pack_fixed(buf, value, 8);
}

void
ac_pack_varint(ac_buf *buf, uint64_t value)
{
	char bytes[VARINT_MAX];
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		bytes[n++] = (char)((value & 0x7f) | 0x80);
	bytes[n++] = (char)value;
	ac_buf_add(buf, (ac_str){ bytes, n });
}

void
ac_pack_time(ac_buf *buf, ac_time value)
{
	ac_pack_u64(buf, (uint64_t)value.seconds);
	ac_pack_u32(buf, value.nanoseconds);
}

void
ac_pack_str(ac_buf *buf, ac_str value)
{
	ac_pack_varint(buf, value.n);
	ac_buf_add(buf, value);
}

static uint64_t
unpack_fixed(ac_unpacker *u, size_t n)
{
	uint64_t value = 0;

	if (u->failed || u->bytes.n - u->at < n) {
		u->failed = true;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)(uint8_t)u->bytes.p[u->at + i] << (8 * i);
	u->at += n;
	return value;
}

uint8_t
ac_unpack_u8(ac_unpacker *u)
{
	return (uint8_t)unpack_fixed(u, 1);
}

uint32_t
ac_unpack_u32(ac_unpacker *u)
{
	return (uint32_t)unpack_fixed(u, 4);
}

uint64_t
ac_unpack_u64(ac_unpacker *u)
{
	return unpack_fixed(u, 8);
}

uint64_t
ac_unpack_varint(ac_unpacker *u)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 7 * VARINT_MAX; shift += 7) {
		uint8_t byte = ac_unpack_u8(u);

		/* the tenth byte has room for one bit */
		if (u->failed || (shift == 63 && byte > 1))
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	u->failed = true;
	return 0;
}

ac_time
ac_unpack_time(ac_unpacker *u)
{
	ac_time t;

	t.seconds = (int64_t)ac_unpack_u64(u);
	t.nanoseconds = ac_unpack_u32(u);
	if (t.nanoseconds > 999999999) {
		u->failed = true;
		t.nanoseconds = 0;
	}
	return t;
}

ac_str
ac_unpack_str(ac_unpacker *u)
{
	uint64_t n = ac_unpack_varint(u);
	ac_str value;

	if (u->failed || u->bytes.n - u->at < n) {
		u->failed = true;
		return (ac_str){ "", 0 };
	}
	value = (ac_str){ u->bytes.p + u->at, (size_t)n };
	u->at += (size_t)n;
	return value;
}

size_t
ac_unpack_count(ac_unpacker *u, size_t item_bytes, size_t most)
{
	uint64_t n = ac_unpack_varint(u);

	if (u->failed || n > most || n > (u->bytes.n - u->at) / item_bytes) {
		u->failed = true;
		return 0;
	}
	return (size_t)n;
}

unsigned
ac_unpack_enum(ac_unpacker *u, unsigned end)
{
	unsigned value = ac_unpack_u8(u);

	if (value >= end) {
		u->failed = true;
		return 0;
	}
	return value;
}

bool
ac_unpack_finished(const ac_unpacker *u)
{
	return !u->failed && u->at == u->bytes.n;
}
