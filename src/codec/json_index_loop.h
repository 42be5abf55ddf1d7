/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop of a kernel, the same for all: included once by each json_index_*.c, behind its definitions of
 *   TARGET                         the attribute that lets the compiler use the instructions;
 *   block                          64 bytes;
 *   block_load(p)                  reads them;
 *   block_bits(&b, lines)          which are what; `feed` may be left out unless `lines`;
 *   block_is_ascii(&b)             is no byte above 0x7f?
 *   block_utf8(&b, p, n, tail, &bidi)  bits set at or behind the first of the n bytes that cannot be there in UTF-8, behind the four bytes
 *                                  of `tail`; the last bytes of bidi controls;
 *   prefix_xor(bits)               ac_json_prefix_xor or faster;
 *   put(out, at, bits)             writes `at` + the place of each bit; at most AC_JSON_INDEX_BLOCK entries are touched.
 * No include guard: a test includes a kernel a second time.
 */

/* State in registers while a window is gone through. */
typedef struct carry {
	uint64_t in_string;
	uint64_t escaped;
	uint64_t in_scalar;
	uint32_t tail; /* the bytes before a block that are not where it is */
	bool utf8_open;
	uint64_t odd; /* backslashes, and a bit for others than ASCII */
} carry;

/* One block: n bytes at p, 64 of them readable. */
typedef struct part {
	const char *p;
	unsigned n;
	bool is_behind; /* the four bytes before are before p */
} part;

typedef struct found {
	uint64_t entries;
	uint64_t control; /* bad bytes */
	uint64_t utf8;    /* bits at or behind bad bytes */
} found;

AC_JSON_INLINE uint32_t
tail_before(const carry *c, part at)
{
	return at.is_behind ? ac_json_tail_at(at.p - 4) : c->tail;
}

TARGET AC_JSON_INLINE found
step(carry *c, part at, bool lines)
{
	block b = block_load(at.p);
	ac_json_bits bits = block_bits(&b, lines);
	uint64_t escape, quote, in_string, scalar, bidi = 0;
	found f = { 0, 0, 0 };

	c->odd |= bits.backslash;
	escape = ac_json_escape_pairs(bits.backslash & ~c->escaped);
	quote = bits.quote & ~(escape ^ (bits.backslash | c->escaped));
	escape &= bits.backslash;
	/* The opening quote is inside, the closing one is not. */
	in_string = prefix_xor(quote) ^ c->in_string;
	scalar = ~(bits.op | bits.space | quote | in_string);
	f.entries = (bits.op & ~in_string) | quote | (escape & in_string) | (scalar & ~(scalar << 1 | c->in_scalar));
	if (lines)
		f.entries |= bits.feed & ~in_string;
	f.control = bits.control & in_string;
	if (__builtin_expect(!block_is_ascii(&b) || c->utf8_open, 0)) {
		uint32_t tail = tail_before(c, at);

		c->odd = 1;
		f.utf8 = block_utf8(&b, at.p, at.n, tail, &bidi) & ac_json_below(at.n);
		f.entries |= bidi & in_string;
		c->utf8_open = ac_json_tail_open(ac_json_tail(tail, at.p, at.n)) > 0;
	}
	c->in_string = (uint64_t)((int64_t)in_string >> 63);
	c->escaped = escape >> (at.n - 1) & 1;
	c->in_scalar = scalar >> (at.n - 1) & 1;
	return f;
}

/* A step whose entries end before what is wrong. False when something is: the window ends there. */
TARGET AC_JSON_INLINE bool
step_checked(ac_json_index *ix, carry *c, part at, uint64_t position, bool lines, uint64_t *out_entries)
{
	found f = step(c, at, lines);

	*out_entries = f.entries;
	if (__builtin_expect(!(f.control | f.utf8), 1))
		return true;
	*out_entries &= ac_json_index_flawed(ix, tail_before(c, at), at.p, at.n, f.control, position);
	return false;
}

TARGET AC_JSON_INLINE size_t
run(ac_json_index *ix, const char *text, size_t n, uint32_t base, uint32_t *out, bool lines)
{
	carry c = { ix->in_string, ix->escaped, ix->in_scalar, ix->tail, ac_json_tail_open(ix->tail) > 0, ix->is_odd };
	uint32_t *begin = out;
	uint64_t entries, written = 0;
	bool good = true;
	size_t at = 0;

	/*
	 * Entries are written while the next block is looked at: how many there are decides a branch, which is then known long before it
	 * is asked.
	 */
	for (; n - at >= AC_JSON_INDEX_BLOCK && good; at += AC_JSON_INDEX_BLOCK) {
		good =
		    step_checked(ix, &c, (part){ text + at, AC_JSON_INDEX_BLOCK, at > 0 }, base + at, lines, &entries);
		out = put(out, base + (uint32_t)at - AC_JSON_INDEX_BLOCK, written);
		written = entries;
	}
	out = put(out, base + (uint32_t)at - AC_JSON_INDEX_BLOCK, written);
	if (!good)
		return (size_t)(out - begin);
	if (at)
		c.tail = ac_json_tail_at(text + at - 4);
	if (at < n) {
		char last[AC_JSON_INDEX_BLOCK];
		unsigned rest = (unsigned)(n - at);

		/* White space is no entry, and changes no state but the two bits that are read at the text's end. */
		memset(last, ' ', sizeof(last));
		memcpy(last, text + at, rest);
		good = step_checked(ix, &c, (part){ last, rest, false }, base + at, lines, &entries);
		out = put(out, base + (uint32_t)at, entries);
		c.tail = ac_json_tail(c.tail, last, rest);
	}
	ix->in_string = c.in_string;
	ix->escaped = c.escaped;
	ix->in_scalar = c.in_scalar;
	ix->tail = c.tail;
	ix->is_odd = c.odd != 0;
	return (size_t)(out - begin);
}

TARGET static size_t
run_text(ac_json_index *ix, const char *text, size_t n, uint32_t base, uint32_t *out)
{
	return run(ix, text, n, base, out, false);
}

TARGET static size_t
run_lines(ac_json_index *ix, const char *text, size_t n, uint32_t base, uint32_t *out)
{
	return run(ix, text, n, base, out, true);
}
