/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of the memory of observables altered by a forger who mends the checksums: refused, or read without a step outside and in ascending order. The input is a whole part; its checksums and numbers of the
 * footer that follow from its size are mended first.
 */
#include <stdlib.h>
#include <string.h>

#include "watch/index_format.h"
#include "watch/retro_key.h"
#include "watch/retro_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
mend(char *bytes, size_t n)
{
	ac_retro_footer *f = (void *)(bytes + n - AC_RETRO_FOOTER_SIZE);
	uint64_t end = n - AC_RETRO_FOOTER_SIZE;
	ac_retro_block *index;

	f->magic = AC_RETRO_MAGIC;
	f->version = AC_RETRO_VERSION;
	f->file_size = n;
	if (f->index_at % 8 == 0 && f->index_at <= end && f->blocks <= (end - f->index_at) / sizeof(*index)) {
		index = (void *)(bytes + f->index_at);
		for (uint64_t i = 0; i < f->blocks; i++) {
			uint64_t to = i + 1 < f->blocks ? index[i + 1].offset : f->index_at;

			if (index[i].offset <= to && to <= end)
				index[i].checksum =
				    ac_index_checksum((ac_str){ bytes + index[i].offset, to - index[i].offset });
		}
	}
	if (f->index_at <= f->names_at && f->names_at <= end && f->names_n <= end - f->names_at)
		f->tail_checksum =
		    ac_index_checksum((ac_str){ bytes + f->index_at, f->names_at + f->names_n - f->index_at });
	f->checksum = ac_index_checksum((ac_str){ (const char *)f, offsetof(ac_retro_footer, checksum) });
}

/* All values in order, with their days. */
static void
walk(const ac_retro_part *part)
{
	ac_retro_cursor *c = malloc(sizeof(*c));
	char last[AC_RETRO_KEY_MAX];
	size_t steps = 0, last_n = 0;
	uint64_t block = 0;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	if (c) {
		ac_retro_cursor_open(c, part);
		while (steps++ < 5000 && ac_retro_cursor_next(c)) {
			ac_str key = ac_retro_cursor_key(c);
			ac_value_type type;

			/* Ascending in a block; from one to the next, a forger may go back. */
			if (c->block == block && ac_str_cmp((ac_str){ last, last_n }, key) >= 0 && last_n)
				abort();
			block = c->block;
			last_n = key.n;
			memcpy(last, key.p, key.n);
			if (ac_retro_cursor_days(c) && !c->days)
				abort();
			ac_arena_reset(&arena);
			(void)ac_retro_key_text(key, &arena, &type);
		}
	}
	ac_arena_done(&arena);
	free(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n = size & ~(size_t)7;
	char *bytes = malloc(n + 8);
	ac_retro_merge merge;
	ac_retro_part part;
	accord_err err = { 0 };

	if (!bytes)
		return 0;
	memcpy(bytes, data, n);
	if (n >= AC_RETRO_FOOTER_SIZE)
		mend(bytes, n);
	if (ac_retro_part_open_bytes((ac_str){ bytes, n }, &part, &err) == 0) {
		walk(&part);
		if (ac_retro_merge_open(&merge, &part, 1, NULL, NULL, &err) == 0) {
			for (size_t steps = 0; steps < 5000 && ac_retro_merge_next(&merge); steps++)
				(void)ac_retro_merge_days(&merge);
			ac_retro_merge_close(&merge);
		}
		ac_retro_part_close(&part);
	}
	free(bytes);
	return 0;
}
