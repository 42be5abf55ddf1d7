/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line's way through the tree, the same for all kernels: included once by each json_shape*.c, behind its definitions of
 *   TARGET                  the attribute that lets the compiler use the instructions;
 *   READ_LINE               the function's name;
 *   is_piece(k, p)          whether the bytes k->bits of AC_SHAPE_AT_ONCE readable ones at p are those of the piece;
 *   find_special(p, until)  the first quote, backslash, control or byte beyond ASCII, or `until`;
 *   scalar_end(p, until)    the first byte that no scalar has, or `until`.
 * At least AC_SHAPE_AT_ONCE bytes before `until` are readable.
 */

/* The closing quote of a text of ASCII from a backslash in it on; NULL: there is none before `end`. */
TARGET static __attribute__((noinline)) const char *
escaped_end(const char *p, const char *end, const char *until)
{
	while (p < end && *p == '\\') {
		if (end - p < 2 || !ac_shape_is_plain(p[1]))
			return NULL;
		p = find_special(p + 2, until);
	}
	return p < end && *p == '"' ? p : NULL;
}

TARGET bool
READ_LINE(ac_log_shapes *s, ac_str line, ac_log_record *record)
{
	/* The last bytes of the line are read where zeros stand behind them, which are in no piece and no value. */
	char tail[2 * AC_SHAPE_AT_ONCE] = { 0 };
	const char *p = line.p, *end = p + line.n, *until = end, *copied = p, *copy = p, *stop;
	ac_shape_node *at = s->nodes;
	uint64_t want = record->want, roles = record->roles;
	size_t count = record->count;
	bool is_plain = true;

	for (;; p = stop) {
		ac_shape_node *next = at->likely;
		const char *value;

		if (__builtin_expect(until - p < AC_SHAPE_AT_ONCE, 0)) {
			size_t left = (size_t)(end - p);

			memcpy(tail, p, left);
			copied = p;
			copy = p = tail;
			end = tail + left;
			until = tail + sizeof(tail);
		}
		if (!next || !next->is_short || !is_piece(next, p)) {
			next = ac_shape_find(s, at, p, (size_t)(end - p));
			if (!next)
				return false;
		}
		stop = value = p + next->n;
		if (next->kind == AC_SHAPE_TEXT) {
			stop = find_special(value, until);
			if (__builtin_expect(stop >= end || *stop != '"', 0)) {
				is_plain = false;
				stop = escaped_end(stop, end, until);
				if (!stop)
					return false;
			}
		} else {
			if (next->kind == AC_SHAPE_SCALAR)
				stop = scalar_end(value, until);
			else if (value == end)
				break;
			/* What was a number is none now, or the line goes on: another node, which is then the likely one. */
			if (stop == value) {
				if (!ac_shape_find(s, at, p, (size_t)(end - p)))
					return false;
				stop = p;
				continue;
			}
		}
		at = next;
		if (want & at->keep) {
			if (count == record->capacity && !ac_log_grow(record))
				return false;
			record->fields[count] = at->field;
			record->fields[count++].raw = (ac_str){ copied + (value - copy), (size_t)(stop - value) };
			roles |= at->role;
		}
	}
	record->count = count;
	record->roles = roles;
	record->is_plain = is_plain;
	return true;
}
