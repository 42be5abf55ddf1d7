/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as an operator's never-list. What it takes holds: a list of one line has the value of that line, under its canonical name, and a domain's names. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "watch/never_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ac_hash_seed seed = { { 1, 2 } };

static void
check_value(ac_str text, ac_arena *arena)
{
	accord_err err = { 0 };
	ac_never_list *list;
	ac_value value;

	if (ac_value_guess(text, arena, &value, &err) || value.type == AC_VALUE_NONE || value.type == AC_VALUE_CVE ||
	    ac_never_list_read(value.text, seed, &list, &err))
		return;
	/* The canonical text may be guessed as another type, as a mailbox on an address is; that one it has. */
	if (ac_value_guess(value.text, arena, &value, &err) || !ac_never_list_has(list, value.type, value.text))
		abort();
	if (value.type == AC_VALUE_DOMAIN &&
	    !ac_never_list_has(list, value.type, ac_arena_join(arena, (ac_str[]){ AC_S("x."), value.text }, 2)))
		abort();
	ac_never_list_close(list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size }, comment;
	ac_never_list *list = NULL;
	accord_err err = { 0 };
	ac_arena arena;
	int rc = ac_never_list_read(text, seed, &list, &err);

	if (rc != 0 && rc != ACCORD_EINPUT && rc != ACCORD_ENOMEM)
		abort();
	if ((rc == ACCORD_EINPUT) != (err.line > 0))
		abort();
	ac_never_list_close(list);
	ac_arena_init(&arena, 4 * AC_MIB);
	text = ac_value_line(ac_str_slice(text, 0, ac_str_find_byte(text, '\n')), &comment);
	/* A list begins behind its byte order mark. */
	while (ac_skip_bom(text).n < text.n)
		text = ac_skip_bom(text);
	if (text.n && text.n <= AC_LIST_LINE_MAX)
		check_value(text, &arena);
	ac_arena_done(&arena);
	return 0;
}
