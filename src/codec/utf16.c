/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-16 (Unicode 15 s3.10) to UTF-8, a few thousand units at a time. */
#include "codec/utf16.h"

#include "base/utf8.h"

#define ROOM 4096
#define REPLACEMENT 0xfffd

void
ac_utf16_init(ac_utf16 *u, ac_on_bytes on_bytes, void *payload)
{
	*u = (ac_utf16){ .on_bytes = on_bytes, .payload = payload };
}

static bool
is_high(uint32_t unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool
is_low(uint32_t unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

static uint32_t
unit_at(const ac_utf16 *u, const uint8_t *p)
{
	return u->is_big_endian ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

static int
give(ac_utf16 *u, ac_str bytes, accord_err *err)
{
	int rc = bytes.n ? u->on_bytes(u->payload, bytes, err) : 0;

	return rc < 0 ? rc : 0;
}

/* One character from the front of held bytes; false when its end has not come. */
static bool
take_held(ac_utf16 *u, uint32_t *out)
{
	uint32_t unit, low;
	size_t taken = 2;

	if (u->held_n < 2)
		return false;
	*out = unit = unit_at(u, u->held);
	if (is_high(unit)) {
		if (u->held_n < 4)
			return false;
		low = unit_at(u, u->held + 2);
		*out = is_low(low) ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : REPLACEMENT;
		taken = is_low(low) ? 4 : 2;
	} else if (is_low(unit)) {
		*out = REPLACEMENT;
	}
	u->held_n -= taken;
	memmove(u->held, u->held + taken, u->held_n);
	return true;
}

static int
convert(ac_utf16 *u, ac_str bytes, accord_err *err)
{
	char room[ROOM + 8];
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < bytes.n; i++) {
		uint32_t c;

		u->held[u->held_n++] = (uint8_t)bytes.p[i];
		while (take_held(u, &c))
			n += ac_utf8_put(room + n, c);
		if (n >= ROOM) {
			rc = give(u, (ac_str){ room, n }, err);
			n = 0;
		}
	}
	return rc ? rc : give(u, (ac_str){ room, n }, err);
}

/* The mark has come, or what cannot be one. */
static int
decide(ac_utf16 *u, accord_err *err)
{
	uint8_t first[4];
	size_t n = u->held_n;

	memcpy(first, u->held, n);
	u->is_decided = true;
	u->is_big_endian = n >= 2 && first[0] == 0xfe && first[1] == 0xff;
	u->is_utf16 = u->is_big_endian || (n >= 2 && first[0] == 0xff && first[1] == 0xfe);
	u->held_n = 0;
	return u->is_utf16 ? convert(u, (ac_str){ (const char *)first, n }, err)
			   : give(u, (ac_str){ (const char *)first, n }, err);
}

int
ac_utf16_feed(ac_utf16 *u, ac_str bytes, accord_err *err)
{
	int rc = 0;

	while (!u->is_decided && bytes.n > 0) {
		u->held[u->held_n++] = (uint8_t)bytes.p[0];
		bytes = ac_str_slice(bytes, 1, bytes.n);
		/* Only 0xfe and 0xff can begin one, and neither begins anything else. */
		if (u->held_n == 2 || u->held[0] < 0xfe)
			rc = decide(u, err);
	}
	if (rc)
		return rc;
	return u->is_utf16 ? convert(u, bytes, err) : give(u, bytes, err);
}

int
ac_utf16_end(ac_utf16 *u, accord_err *err)
{
	static const ac_str replacement = AC_S_INIT("\xef\xbf\xbd");
	int rc = u->is_decided ? 0 : decide(u, err);

	if (!rc && u->is_utf16 && u->held_n > 0)
		rc = give(u, replacement, err);
	u->held_n = 0;
	return rc;
}
