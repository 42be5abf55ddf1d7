/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a stored cursor, and any two names as those of a log. A cursor that is taken can be written and is the same then; its places are in order, so that whoever reads at them asks for no more than he has room for. */
#include <stdlib.h>

#include "base/limits.h"
#include "watch/cursor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const ac_cursor *c, ac_str path, ac_arena *arena)
{
	accord_err err = { 0 };
	ac_cursor again;
	ac_str text, path_again;
	ac_buf buf;

	if (c->at.header_begin > c->at.header_end || c->at.header_end > c->at.offset ||
	    c->at.first_begin > c->at.first_end || c->at.first_end > c->at.offset || c->head.n > AC_CURSOR_MARK_MAX ||
	    c->tail.n > AC_CURSOR_MARK_MAX)
		abort();
	if (c->begin_count > AC_CURSOR_BEGINS_MAX)
		abort();
	if (!c->is_finished && (c->tail.n > c->at.offset || c->head.n > c->at.offset))
		abort();
	ac_buf_init(&buf, AC_OBJECT_MAX);
	ac_cursor_write(c, path, &buf);
	if (ac_buf_finish(&buf, &text, &err) == 0) {
		if (ac_cursor_read(text, arena, &again, &path_again, &err))
			abort();
		if (!ac_str_eq(path, path_again) || again.at.offset != c->at.offset || again.seen_s != c->seen_s ||
		    again.gone_s != c->gone_s || again.begin_count != c->begin_count ||
		    memcmp(again.begins, c->begins, sizeof(c->begins)) != 0 ||
		    memcmp(&again.tail, &c->tail, sizeof(c->tail)) != 0)
			abort();
	}
	ac_buf_done(&buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size }, name = text, other;
	accord_err err = { 0 };
	ac_cursor cursor;
	ac_arena arena;
	ac_str path;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	if (ac_cursor_read(text, &arena, &cursor, &path, &err) == 0)
		check(&cursor, path, &arena);
	if (ac_str_cut(&name, '\n', &other) && ac_cursor_same_log(name, other) != ac_cursor_same_log(other, name))
		abort();
	if (!ac_cursor_same_log(text, text))
		abort();
	(void)ac_cursor_is_rotated(text);
	ac_arena_done(&arena);
	return 0;
}
