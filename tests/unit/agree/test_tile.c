/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "agree/tile.h"
#include "base/limits.h"

/* Examples of C2SP tlog-tiles, and the ends of its ranges. */
static const struct {
	ac_tile tile;
	const char *path;
} paths[] = {
	{ { 0, 0, 256 }, "tile/0/000" },
	{ { 0, 0, 1 }, "tile/0/000.p/1" },
	{ { 0, 999, 255 }, "tile/0/999.p/255" },
	{ { 1, 1234067, 256 }, "tile/1/x001/x234/067" },
	{ { AC_TILE_ENTRIES, 1000, 10 }, "tile/entries/x001/000.p/10" },
	{ { AC_TILE_ENTRIES, 0, 256 }, "tile/entries/000" },
	{ { 7, ((uint64_t)1 << 62) - 1, 255 }, "tile/7/x004/x611/x686/x018/x427/x387/903.p/255" },
};

static void
tile__has_one_path(void **state)
{
	(void)state;
	for (size_t i = 0; i < AC_COUNT(paths); i++) {
		char path[AC_TILE_PATH_MAX];
		ac_tile tile;

		ac_tile_path(paths[i].tile, path);
		assert_string_equal(path, paths[i].path);
		assert_true(ac_tile_path_parse(ac_str_from(path), &tile));
		assert_true(tile.level == paths[i].tile.level && tile.number == paths[i].tile.number &&
			    tile.width == paths[i].tile.width);
	}
}

static void
tile__takes_no_other_path(void **state)
{
	static const char *const wrong[] = { "", "tile", "tile/", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/",
		"tile/8/000", "tile/00/000", "tile/-1/000", "tile/0/00", "tile/0/0000", "tile/0/x000/000",
		"tile/0/x000/001", "tile/0/001/000", "tile/0/x001", "tile/0/x001/x000", "tile/0/000.p", "tile/0/000.p/",
		"tile/0/000.p/0", "tile/0/000.p/01", "tile/0/000.p/256", "tile/0/000.p/1/", "tile/0/000.p/1/2",
		"tile/0/../000", "tile/0/..p/1", "tile/entries/000.p/+1", "tile/data/000", "tile/entries",
		"tile/0/000.P/1", "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "checkpoint" };

	(void)state;
	for (size_t i = 0; i < AC_COUNT(wrong); i++) {
		ac_tile tile;

		if (ac_tile_path_parse(ac_str_from(wrong[i]), &tile))
			fail_msg("taken: %s", wrong[i]);
	}
}

static void
tile__is_as_wide_as_the_tree_lets_it(void **state)
{
	(void)state;
	assert_int_equal(ac_tile_width(0, 0, 0), 0);
	assert_int_equal(ac_tile_width(0, 0, 11), 11);
	assert_int_equal(ac_tile_width(AC_TILE_ENTRIES, 1, 300), 44);
	assert_int_equal(ac_tile_width(0, 0, 300), 256);
	assert_int_equal(ac_tile_width(0, 1, 256), 0);
	assert_int_equal(ac_tile_width(0, 2, 256), 0);
	assert_int_equal(ac_tile_width(1, 0, 255), 0);
	assert_int_equal(ac_tile_width(1, 0, 70000), 256);
	assert_int_equal(ac_tile_width(1, 1, 70000), 17);
	assert_int_equal(ac_tile_width(2, 0, 70000), 1);
}

static void
entries__are_leaves_with_their_lengths(void **state)
{
	static char large[AC_LEAF_MAX + 1];
	ac_str rest, leaf;
	ac_buf buf;

	(void)state;
	ac_buf_init(&buf, 128 * AC_KIB);
	assert_int_equal(ac_entry_add(&buf, AC_S("one"), NULL), 0);
	assert_int_equal(ac_entry_add(&buf, AC_S(""), NULL), 0);
	assert_int_equal(ac_entry_add(&buf, (ac_str){ large, AC_LEAF_MAX }, NULL), 0);
	assert_int_equal(ac_entry_add(&buf, (ac_str){ large, AC_LEAF_MAX + 1 }, NULL), ACCORD_ELIMIT);
	rest = ac_buf_view(&buf);
	assert_memory_equal(rest.p, "\0\3one\0\0\x80\0", 9);
	assert_int_equal(ac_entry_next(&rest, &leaf, NULL), 0);
	assert_str(leaf, AC_S("one"));
	assert_int_equal(ac_entry_next(&rest, &leaf, NULL), 0);
	assert_int_equal(leaf.n, 0);
	assert_int_equal(ac_entry_next(&rest, &leaf, NULL), 0);
	assert_int_equal(leaf.n, AC_LEAF_MAX);
	assert_int_equal(ac_entry_next(&rest, &leaf, NULL), ACCORD_EINPUT);
	rest = AC_S("\0\4one");
	assert_int_equal(ac_entry_next(&rest, &leaf, NULL), ACCORD_EINPUT);
	rest = AC_S("\x80\1");
	assert_int_equal(ac_entry_next(&rest, &leaf, NULL), ACCORD_ELIMIT);
	ac_buf_done(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tile__has_one_path),
		cmocka_unit_test(tile__takes_no_other_path),
		cmocka_unit_test(tile__is_as_wide_as_the_tree_lets_it),
		cmocka_unit_test(entries__are_leaves_with_their_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
