/* SPDX-License-Identifier: Apache-2.0 */
/* Checking and reading one part. Every number that leads somewhere is checked before it is followed: blocks by their checksum, and again byte by byte, since a forger can mend checksums. */
#include "watch/retro_part.h"

#include "watch/index_format.h"

static int
refuse(accord_err *err, const char *what)
{
	return ac_fail(err, ACCORD_EINPUT, "not a sound part of the memory of observables: %s", what);
}

static int
check_footer(const ac_retro_footer *f, ac_str bytes, accord_err *err)
{
	uint64_t end = bytes.n - AC_RETRO_FOOTER_SIZE;

	if (f->magic != AC_RETRO_MAGIC)
		return refuse(err, "want its magic bytes at the end");
	if (f->version != AC_RETRO_VERSION)
		return refuse(err, "made by another version of the program");
	if (f->checksum != ac_index_checksum((ac_str){ (const char *)f, offsetof(ac_retro_footer, checksum) }))
		return refuse(err, "the footer's checksum differs");
	if (f->file_size != bytes.n)
		return refuse(err, "its size differs from what its footer says");
	if (f->index_at > end || f->index_at % 8 || f->blocks > (end - f->index_at) / sizeof(ac_retro_block) ||
	    f->sets_at != f->index_at + f->blocks * sizeof(ac_retro_block) || f->set_count == 0 ||
	    f->set_count > AC_RETRO_SETS_MAX || f->set_count > (end - f->sets_at) / 8 ||
	    f->names_at != f->sets_at + (uint64_t)f->set_count * 8 || f->names_n > end - f->names_at ||
	    f->name_count > AC_RETRO_NAMES || f->low > f->high || f->first_day % AC_RETRO_SPAN)
		return refuse(err, "a number in it leads outside");
	if (f->tail_checksum !=
	    ac_index_checksum((ac_str){ bytes.p + f->index_at, f->names_at + f->names_n - f->index_at }))
		return refuse(err, "the index's checksum differs");
	return 0;
}

static bool
read_names(ac_retro_part *part)
{
	const ac_retro_footer *f = part->footer;
	ac_str rest = { part->bytes.p + f->names_at, f->names_n };

	for (uint32_t i = 0; i < f->name_count; i++) {
		size_t n = rest.n ? (unsigned char)rest.p[0] : 0;

		if (rest.n == 0 || n > rest.n - 1)
			return false;
		part->names[i] = (ac_str){ rest.p + 1, n };
		rest = ac_str_slice(rest, n + 1, rest.n);
	}
	return true;
}

static bool
blocks_fit(const ac_retro_part *part)
{
	uint64_t at = 0;

	for (uint64_t i = 0; i < part->footer->blocks; i++) {
		if (part->index[i].offset < at || part->index[i].offset >= part->footer->index_at)
			return false;
		at = part->index[i].offset + 1;
	}
	return true;
}

int
ac_retro_part_open_bytes(ac_str bytes, ac_retro_part *out, accord_err *err)
{
	ac_retro_part part = { .bytes = bytes };
	int rc;

	if (bytes.n < AC_RETRO_FOOTER_SIZE || bytes.n % 8)
		return refuse(err, "it is cut short");
	part.footer = (const void *)(bytes.p + bytes.n - AC_RETRO_FOOTER_SIZE);
	rc = check_footer(part.footer, bytes, err);
	if (rc)
		return rc;
	part.index = (const void *)(bytes.p + part.footer->index_at);
	part.sets = (const void *)(bytes.p + part.footer->sets_at);
	if (!read_names(&part) || !blocks_fit(&part))
		return refuse(err, "a number in it leads outside");
	*out = part;
	return 0;
}

int
ac_retro_part_open(const char *path, ac_retro_part *out, accord_err *err)
{
	ac_map_file map = { .size = 0 };
	int rc = ac_map_open(path, &map, err);

	if (rc)
		return rc;
	rc = ac_retro_part_open_bytes(map.bytes, out, err);
	if (rc) {
		ac_map_close(&map);
		(void)ac_fail_context(err, ac_str_from(path));
	} else {
		out->map = map;
	}
	return rc;
}

void
ac_retro_part_close(ac_retro_part *part)
{
	ac_map_close(&part->map);
}

/* ---- cursor ---- */

static bool
take_varint(ac_retro_bytes *in, uint64_t *out)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 35; shift += 7) {
		if (in->p == in->end)
			return false;
		value |= (uint64_t)(*in->p & 0x7f) << shift;
		if (!(*in->p++ & 0x80)) {
			*out = value;
			return true;
		}
	}
	return false;
}

static inline bool
take_length(ac_retro_bytes *in, unsigned nibble, uint64_t *out)
{
	uint64_t more;

	*out = nibble;
	if (nibble < 15)
		return true;
	if (!take_varint(in, &more))
		return false;
	*out += more;
	return true;
}

/* One day of an entry. */
static inline bool
take_day(ac_retro_cursor *c, ac_retro_bytes *in, unsigned *out_head)
{
	uint64_t set = 0, more = 0, later = 0;
	unsigned head, day;
	uint32_t first;

	if (in->end - in->p < 3)
		return false;
	head = in->p[0];
	day = head & 15;
	first = in->p[1] | (uint32_t)in->p[2] << 8 | (head & 128 ? 65536U : 0);
	in->p += 3;
	if (!(head & 64) && !take_varint(in, &set))
		return false;
	if (!(head & 32) && (!take_varint(in, &more) || !take_varint(in, &later)))
		return false;
	if (first + later >= AC_RETRO_DAY_SECONDS || set >= c->part->footer->set_count || more >= UINT32_MAX ||
	    c->days >> day)
		return false;
	c->days |= (uint16_t)(1U << day);
	c->seen[day] = (ac_retro_seen){ c->part->sets[set], first, first + (uint32_t)later, (uint32_t)more + 1 };
	c->sets[day] = (uint32_t)set;
	*out_head = head;
	return true;
}

/* A varint of at most five bytes; NULL: it goes on. */
static inline const uint8_t *
pass_varint(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *last = end - p < 5 ? end : p + 5;

	while (p < last)
		if (!(*p++ & 0x80))
			return p;
	return NULL;
}

/* Behind all days of an entry; NULL: they do not end. Most values are passed over, so that nothing but the ends is looked at. */
static inline const uint8_t *
pass_days(const uint8_t *p, const uint8_t *end)
{
	unsigned head;

	do {
		if (end - p < 3)
			return NULL;
		head = *p;
		p += 3;
		if (!(head & 64))
			p = pass_varint(p, end);
		if (!(head & 32)) {
			/* Mostly a byte of the count and up to three of the seconds. */
			p = p ? pass_varint(p, end) : NULL;
			p = p ? pass_varint(p, end) : NULL;
		}
		if (!p)
			return NULL;
	} while (!(head & 16));
	return p;
}

/* n bytes; most keys are shorter than one step, which both sides have room for. */
static inline void
copy_bytes(char *to, const uint8_t *from, size_t n, size_t room, size_t rest)
{
	if (n <= 16 && room >= 16 && rest >= 16)
		memcpy(to, from, 16);
	else
		memcpy(to, from, n);
}

/* The key of one entry; its days are passed over. False when its bytes are none. */
static bool
take_entry(ac_retro_cursor *c)
{
	uint64_t shared, own;
	unsigned head = *c->in.p++;

	if (!take_length(&c->in, head & 15, &shared) || !take_length(&c->in, head >> 4, &own) || shared > c->key_n ||
	    own > AC_RETRO_KEY_MAX - shared || own > (uint64_t)(c->in.end - c->in.p) || shared + own == 0)
		return false;
	/* Ascending: what decides where a search goes must hold. */
	if (own == 0 || (shared < c->key_n && c->in.p[0] <= (unsigned char)c->key[shared]))
		return false;
	copy_bytes(c->key + shared, c->in.p, own, AC_RETRO_KEY_MAX - shared, (size_t)(c->in.end - c->in.p));
	c->key_n = shared + own;
	c->days_at = c->in.p + own;
	c->in.p = pass_days(c->days_at, c->in.end);
	return c->in.p != NULL;
}

static ac_str
block_bytes(const ac_retro_part *part, uint64_t block)
{
	uint64_t from = part->index[block].offset,
		 to = block + 1 < part->footer->blocks ? part->index[block + 1].offset : part->footer->index_at;

	return (ac_str){ part->bytes.p + from, to - from };
}

/* A block is counted once, whatever is wrong with it. */
static void
note_damage(ac_retro_cursor *c)
{
	c->damaged += !c->is_damaged;
	c->is_damaged = true;
}

/* Begin block number `block`; a damaged one is empty. */
static void
enter(ac_retro_cursor *c, uint64_t block)
{
	ac_str bytes = block_bytes(c->part, block);

	c->block = block;
	c->is_damaged = false;
	c->key_n = 0;
	c->in.p = (const uint8_t *)bytes.p;
	c->in.end = c->in.p + bytes.n;
	if (ac_index_checksum(bytes) != c->part->index[block].checksum) {
		note_damage(c);
		c->in.p = c->in.end;
	}
}

void
ac_retro_cursor_open(ac_retro_cursor *c, const ac_retro_part *part)
{
	c->part = part;
	c->damaged = 0;
	c->key_n = 0;
	c->has_value = false;
	c->at_end = part->footer->blocks == 0;
	if (!c->at_end)
		enter(c, 0);
}

bool
ac_retro_cursor_next(ac_retro_cursor *c)
{
	while (!c->at_end) {
		/* Blocks end with a zero byte or two for their alignment: no entry begins with one. */
		if (c->in.p < c->in.end && *c->in.p) {
			if (take_entry(c))
				return c->has_value = true;
			note_damage(c);
		}
		if (c->block + 1 >= c->part->footer->blocks)
			c->at_end = true;
		else
			enter(c, c->block + 1);
	}
	c->key_n = 0;
	return c->has_value = false;
}

bool
ac_retro_cursor_days(ac_retro_cursor *c)
{
	ac_retro_bytes in = { c->days_at, c->in.p };
	unsigned head = 16;

	c->days = 0;
	do
		if (!take_day(c, &in, &head)) {
			note_damage(c);
			c->days = 0;
			return false;
		}
	while (!(head & 16));
	return true;
}
