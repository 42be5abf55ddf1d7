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
	bool utf8_open;
} carry;

/*
 * The entries of n bytes at p (64 readable), and in *out_control and *out_utf8 what is wrong.
 */
TARGET AC_JSON_INLINE uint64_t
step(carry *c, const char *p, unsigned n, uint32_t tail, bool lines, uint64_t *out_control, uint64_t *out_utf8)
{
	block b = block_load(p);
	ac_json_bits bits = block_bits(&b, lines);
	uint64_t escape, quote, in_string, scalar, entries, bidi = 0;

	escape = ac_json_escape_pairs(bits.backslash & ~c->escaped);
	quote = bits.quote & ~(escape ^ (bits.backslash | c->escaped));
	escape &= bits.backslash;
	/* The opening quote is inside, the closing one is not. */
	in_string = prefix_xor(quote) ^ c->in_string;
	scalar = ~(bits.op | bits.space | quote | in_string);
	entries = (bits.op & ~in_string) | quote | (escape & in_string) | (scalar & ~(scalar << 1 | c->in_scalar));
	if (lines)
		entries |= bits.feed & ~in_string;
	*out_control = bits.control & in_string;
	*out_utf8 = 0;
	if (__builtin_expect(!block_is_ascii(&b) || c->utf8_open, 0)) {
		*out_utf8 = block_utf8(&b, p, n, tail, &bidi) & ac_json_below(n);
		entries |= bidi & in_string;
		c->utf8_open = ac_json_tail_open(ac_json_tail(tail, p, n)) > 0;
	}
	c->in_string = (uint64_t)((int64_t)in_string >> 63);
	c->escaped = escape >> (n - 1) & 1;
	c->in_scalar = scalar >> (n - 1) & 1;
	return entries;
}

TARGET AC_JSON_INLINE size_t
run(ac_json_index *ix, const char *text, size_t n, uint32_t base, uint32_t *out, bool lines)
{
	carry c = { ix->in_string, ix->escaped, ix->in_scalar, ac_json_tail_open(ix->tail) > 0 };
	uint32_t tail = ix->tail, *begin = out;
	uint64_t entries, control, utf8;
	size_t at = 0;

	for (; n - at >= AC_JSON_INDEX_BLOCK; at += AC_JSON_INDEX_BLOCK) {
		if (at)
			tail = ac_json_tail_at(text + at - 4);
		entries = step(&c, text + at, AC_JSON_INDEX_BLOCK, tail, lines, &control, &utf8);
		if (__builtin_expect((control | utf8) != 0, 0)) {
			entries &= ac_json_index_flawed(ix, tail, text + at, AC_JSON_INDEX_BLOCK, control, base + at);
			return (size_t)(put(out, base + (uint32_t)at, entries) - begin);
		}
		out = put(out, base + (uint32_t)at, entries);
	}
	if (at)
		tail = ac_json_tail_at(text + at - 4);
	if (at < n) {
		char last[AC_JSON_INDEX_BLOCK];
		unsigned rest = (unsigned)(n - at);

		/* White space is no entry, and changes no state but the two bits that are read at the text's end. */
		memset(last, ' ', sizeof(last));
		memcpy(last, text + at, rest);
		entries = step(&c, last, rest, tail, lines, &control, &utf8);
		if (control | utf8)
			entries &= ac_json_index_flawed(ix, tail, last, rest, control, base + at);
		out = put(out, base + (uint32_t)at, entries);
		tail = ac_json_tail(tail, last, rest);
	}
	ix->in_string = c.in_string;
	ix->escaped = c.escaped;
	ix->in_scalar = c.in_scalar;
	ix->tail = tail;
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
