/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-16 (Unicode 15 s3.10) to UTF-8, a few thousand units at a time. */
#include "codec/utf16.h"

#include "base/utf8.h"

#define ROOM 4096
/* Bytes of a whole text without a mark that are enough. */
#define UNITS_MIN 8
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

/* What units of ASCII are made of, but for their zeros. */
static bool
is_text_byte(uint8_t c)
{
	return (c >= ' ' && c < 0x7f) || (c >= '\t' && c <= '\r');
}

/* Whether a guess is shown to be wrong by this byte, the last of AC_UTF16_GUESS that only another text has in a row. */
static bool
is_refuted(ac_utf16 *u, uint8_t c)
{
	if (!u->is_guess)
		return false;
	if (!is_text_byte(c))
		u->last_n = 0;
	else
		u->last[u->last_n++] = c;
	return u->last_n == sizeof(u->last);
}

/* From the last bytes on it is no UTF-16. */
static int
give_up(ac_utf16 *u, ac_str rest, accord_err *err)
{
	static const ac_str feed = AC_S_INIT("\n");
	/* what became of them is no part of their line */
	int rc = give(u, feed, err);

	if (!rc)
		rc = give(u, (ac_str){ (const char *)u->last, u->last_n }, err);
	u->is_utf16 = u->is_guess = false;
	u->held_n = 0;
	return rc ? rc : give(u, rest, err);
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
		if (is_refuted(u, (uint8_t)bytes.p[i])) {
			rc = give(u, (ac_str){ room, n }, err);
			return rc ? rc : give_up(u, ac_str_slice(bytes, i + 1, bytes.n), err);
		}
		if (n >= ROOM) {
			rc = give(u, (ac_str){ room, n }, err);
			n = 0;
		}
	}
	return rc ? rc : give(u, (ac_str){ room, n }, err);
}

/* Whether the whole units of these bytes are ASCII in one order. */
static bool
are_ascii(const uint8_t *p, size_t n, bool big_endian)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		if (p[i + !big_endian] != 0 || !is_text_byte(p[i + big_endian]))
			return false;
	return true;
}

/* The same of enough of them. */
static bool
are_units(const uint8_t *p, size_t n, bool big_endian)
{
	return n >= UNITS_MIN && are_ascii(p, n, big_endian);
}

/* The mark has come, or what cannot be one. */
static int
decide(ac_utf16 *u, accord_err *err)
{
	uint8_t first[AC_UTF16_GUESS];
	size_t n = u->held_n;
	bool is_marked;

	memcpy(first, u->held, n);
	u->is_decided = true;
	u->is_big_endian = n >= 2 && first[0] == 0xfe && first[1] == 0xff;
	is_marked = u->is_big_endian || (n >= 2 && first[0] == 0xff && first[1] == 0xfe);
	if (!is_marked)
		u->is_big_endian = are_units(first, n, true);
	u->is_guess = !is_marked && (u->is_big_endian || are_units(first, n, false));
	u->is_utf16 = is_marked || u->is_guess;
	u->held_n = 0;
	return u->is_utf16 ? convert(u, (ac_str){ (const char *)first, n }, err)
			   : give(u, (ac_str){ (const char *)first, n }, err);
}

/* Whether the bytes that are held say what the text is. Only 0xfe and 0xff can begin a mark, and neither begins anything else; a zero is one of the first two of units of ASCII. */
static bool
is_enough(const ac_utf16 *u)
{
	size_t n = u->held_n;

	if (n < 2)
		return u->held[0] < 0xfe && u->held[0] && !is_text_byte(u->held[0]);
	return n == AC_UTF16_GUESS || u->held[0] >= 0xfe || !are_ascii(u->held, n, u->held[0] == 0);
}

int
ac_utf16_feed(ac_utf16 *u, ac_str bytes, accord_err *err)
{
	int rc = 0;

	while (!u->is_decided && bytes.n > 0) {
		u->held[u->held_n++] = (uint8_t)bytes.p[0];
		bytes = ac_str_slice(bytes, 1, bytes.n);
		if (is_enough(u))
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

static int
pass_over(void *payload, ac_str bytes, accord_err *err)
{
	(void)payload;
	(void)bytes;
	(void)err;
	return 0;
}

bool
ac_utf16_begins(ac_str begin)
{
	ac_utf16 u;

	ac_utf16_init(&u, pass_over, NULL);
	return ac_utf16_feed(&u, ac_str_slice(begin, 0, AC_UTF16_GUESS), NULL) == 0 && ac_utf16_end(&u, NULL) == 0 &&
	       u.is_utf16;
}
