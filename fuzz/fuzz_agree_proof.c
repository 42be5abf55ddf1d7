/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a proof, as a witness's question, as tiles and as their paths. What is taken is written again byte for byte. */
#include <stdlib.h>

#include "agree/proof.h"
#include "agree/tile.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(ac_buf *buf, ac_str want)
{
	if (!ac_str_eq(ac_buf_view(buf), want))
		abort();
	ac_buf_reset(buf);
}

static void
read_entries(ac_str bytes, ac_buf *buf)
{
	ac_str rest = bytes, leaf;
	accord_err err = { 0 };

	while (rest.n && ac_entry_next(&rest, &leaf, &err) == 0)
		if (ac_entry_add(buf, leaf, &err))
			abort();
	check_text(buf, ac_str_slice(bytes, 0, bytes.n - rest.n));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str bytes = { (const char *)data, size };
	ac_digester *d = ac_digester_open();
	char path[AC_TILE_PATH_MAX];
	accord_err err = { 0 };
	ac_growth growth;
	ac_arena arena;
	ac_proof proof;
	ac_tile tile;
	ac_buf buf;

	ac_arena_init(&arena, 16 * AC_MIB);
	ac_buf_init(&buf, 8 * AC_MIB);
	if (ac_proof_parse(bytes, &arena, &proof, &err) == 0) {
		ac_proof_add(&buf, &proof);
		check_text(&buf, bytes);
		if (d && ac_proof_check(d, &proof, AC_S("leaf"), &err) == ACCORD_EUSAGE)
			abort();
	}
	if (ac_growth_parse(bytes, &arena, &growth, &err) == 0) {
		ac_hash root;

		ac_growth_add(&buf, &growth);
		check_text(&buf, bytes);
		memcpy(root.bytes, growth.checkpoint.root, sizeof(root.bytes));
		if (d && ac_tlog_check_consistency(d, growth.old_size, growth.checkpoint.size, &root, &root,
			     growth.hashes, growth.count, &err) == ACCORD_EUSAGE)
			abort();
	}
	if (ac_tile_path_parse(bytes, &tile)) {
		ac_tile_path(tile, path);
		if (!ac_str_eq(ac_str_from(path), bytes))
			abort();
	}
	read_entries(bytes, &buf);
	ac_buf_done(&buf);
	ac_arena_done(&arena);
	d = ac_digester_close(d);
	return 0;
}
