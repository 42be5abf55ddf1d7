/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 6962: roots of its examples, proofs of every small tree against a plain recursion, and public cases of good and bad proofs. */
#include "agree_data.h"

#include "agree/tile.h"
#include "agree/tlog.h"
#include "base/limits.h"
#include "codec/octets.h"

/* Leaves "0", "1", ... of one byte each. */
#define LEAVES 600

static ac_digester *digester;
static ac_hash leaves[LEAVES];

static int
setup(void **state)
{
	(void)state;
	digester = ac_digester_open();
	for (unsigned i = 0; i < LEAVES; i++) {
		char text[2] = { (char)i, (char)(i >> 8) };

		assert_int_equal(ac_tlog_leaf(digester, (ac_str){ text, 2 }, &leaves[i], NULL), 0);
	}
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	digester = ac_digester_close(digester);
	return 0;
}

/* RFC 6962 s2.1, as it is written there. */
static ac_hash
mth(size_t from, size_t to)
{
	size_t k = 1;
	ac_hash left, right, out;

	if (to == from)
		return ac_tlog_empty();
	if (to - from == 1)
		return leaves[from];
	while (2 * k < to - from)
		k *= 2;
	left = mth(from, from + k);
	right = mth(from + k, to);
	assert_int_equal(ac_tlog_node(digester, &left, &right, &out, NULL), 0);
	return out;
}

/* Whole subtrees by that recursion. */
static int
node_of_leaves(void *payload, unsigned level, uint64_t index, ac_hash *out, accord_err *err)
{
	(void)payload;
	(void)err;
	*out = mth((size_t)index << level, ((size_t)index + 1) << level);
	return 0;
}

static const ac_tlog_nodes nodes = { node_of_leaves, NULL };

static void
assert_hash(const ac_hash *got, const char *want)
{
	char text[64];

	ac_hex(got->bytes, 32, text);
	assert_str(((ac_str){ text, 64 }), ac_str_from(want));
}

/* Roots of the trees of 0 to 8 leaves in the test data of Certificate Transparency. */
static void
tree__has_the_known_roots(void **state)
{
	static const struct {
		ac_str bytes;
		const char *root;
	} rows[] = {
		{ AC_S_INIT(""), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
		{ AC_S_INIT("\0"), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
		{ AC_S_INIT("\x10"), "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
		{ AC_S_INIT("\x20\x21"), "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
		{ AC_S_INIT("\x30\x31"), "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
		{ AC_S_INIT("\x40\x41\x42\x43"), "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
		{ AC_S_INIT("\x50\x51\x52\x53\x54\x55\x56\x57"),
		    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
		{ AC_S_INIT("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"),
		    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
	};
	ac_tlog_edge edge = { 0 };
	ac_hash hash;

	(void)state;
	assert_int_equal(ac_tlog_edge_root(digester, &edge, &hash, NULL), 0);
	assert_hash(&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < AC_COUNT(rows); i++) {
		assert_int_equal(ac_tlog_leaf(digester, rows[i].bytes, &hash, NULL), 0);
		assert_int_equal(ac_tlog_edge_add(digester, &edge, &hash, NULL, NULL, NULL), 0);
		assert_int_equal(ac_tlog_edge_root(digester, &edge, &hash, NULL), 0);
		assert_hash(&hash, rows[i].root);
	}
}

static void
roots__are_those_of_the_recursion(void **state)
{
	ac_tlog_edge edge = { 0 };

	(void)state;
	for (size_t n = 0; n <= LEAVES; n++) {
		ac_hash want = mth(0, n), root;

		assert_int_equal(ac_tlog_root(digester, &nodes, n, &root, NULL), 0);
		assert_true(ac_hash_eq(&root, &want));
		assert_int_equal(ac_tlog_edge_root(digester, &edge, &root, NULL), 0);
		assert_true(ac_hash_eq(&root, &want));
		if (n < LEAVES)
			assert_int_equal(ac_tlog_edge_add(digester, &edge, &leaves[n], NULL, NULL, NULL), 0);
	}
}

static void
proofs__show_every_leaf_of_every_small_tree(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 40; n++) {
		ac_hash root = mth(0, n);

		for (size_t i = 0; i < n; i++) {
			ac_hash proof[AC_TLOG_PROOF_MAX], other;
			size_t count;

			assert_int_equal(ac_tlog_prove_inclusion(digester, &nodes, i, n, proof, &count, NULL), 0);
			assert_int_equal(
			    ac_tlog_check_inclusion(digester, i, n, &leaves[i], proof, count, &root, NULL), 0);
			/* Another leaf, place, or length. */
			other = leaves[i + 1];
			assert_int_equal(
			    ac_tlog_check_inclusion(digester, i, n, &other, proof, count, &root, NULL), ACCORD_EDENIED);
			for (size_t k = 0; k <= n; k++)
				if (k != i)
					assert_int_equal(ac_tlog_check_inclusion(
							     digester, k, n, &leaves[i], proof, count, &root, NULL),
					    ACCORD_EDENIED);
			if (count)
				assert_int_equal(
				    ac_tlog_check_inclusion(digester, i, n, &leaves[i], proof, count - 1, &root, NULL),
				    ACCORD_EDENIED);
			assert_int_equal(
			    ac_tlog_check_inclusion(digester, i, n, &leaves[i], proof, count + 1, &root, NULL),
			    ACCORD_EDENIED);
		}
	}
}

static void
proofs__show_how_every_small_tree_grew(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 40; n++) {
		ac_hash root = mth(0, n);

		for (size_t m = 0; m <= n; m++) {
			ac_hash proof[AC_TLOG_PROOF_MAX], old = mth(0, m);
			size_t count;

			assert_int_equal(ac_tlog_prove_consistency(digester, &nodes, m, n, proof, &count, NULL), 0);
			assert_int_equal(ac_tlog_check_consistency(digester, m, n, &old, &root, proof, count, NULL), 0);
			old.bytes[7] ^= 1;
			assert_int_equal(
			    ac_tlog_check_consistency(digester, m, n, &old, &root, proof, count, NULL), ACCORD_EDENIED);
			old.bytes[7] ^= 1;
			for (size_t i = 0; i < count; i++) {
				proof[i].bytes[31] ^= 1;
				assert_int_equal(
				    ac_tlog_check_consistency(digester, m, n, &old, &root, proof, count, NULL),
				    ACCORD_EDENIED);
				proof[i].bytes[31] ^= 1;
			}
			if (count)
				assert_int_equal(
				    ac_tlog_check_consistency(digester, m, n, &old, &root, proof, count - 1, NULL),
				    ACCORD_EDENIED);
			assert_int_equal(ac_tlog_check_consistency(digester, m, n, &old, &root, proof, count + 1, NULL),
			    ACCORD_EDENIED);
		}
	}
}

/* Nodes that are all one hash: only the shapes of proofs count. */
static int
any_node(void *payload, unsigned level, uint64_t index, ac_hash *out, accord_err *err)
{
	(void)payload;
	(void)level;
	(void)index;
	(void)err;
	*out = leaves[0];
	return 0;
}

static void
proofs__of_the_largest_trees_keep_to_their_ceiling(void **state)
{
	static const ac_tlog_nodes any = { any_node, NULL };
	ac_hash proof[AC_TLOG_PROOF_MAX];
	size_t count;

	(void)state;
	assert_int_equal(ac_tlog_prove_inclusion(digester, &any, 1, AC_TLOG_SIZE_MAX, proof, &count, NULL), 0);
	assert_int_equal(count, 62);
	assert_int_equal(
	    ac_tlog_prove_consistency(digester, &any, AC_TLOG_SIZE_MAX - 1, AC_TLOG_SIZE_MAX, proof, &count, NULL), 0);
	assert_int_equal(count, 63);
	assert_int_equal(
	    ac_tlog_prove_inclusion(digester, &any, 1, AC_TLOG_SIZE_MAX + 1, proof, &count, NULL), ACCORD_ELIMIT);
	assert_int_equal(ac_tlog_prove_inclusion(digester, &any, 5, 5, proof, &count, NULL), ACCORD_EUSAGE);
	assert_int_equal(ac_tlog_prove_consistency(digester, &any, 6, 5, proof, &count, NULL), ACCORD_EUSAGE);
}

/* Tiles of a tree of LEAVES leaves, made on the spot. */
static int
tile_of_leaves(void *payload, ac_tile tile, ac_str *out, accord_err *err)
{
	static ac_hash bytes[AC_TILE_WIDTH];

	(void)payload;
	(void)err;
	for (unsigned i = 0; i < tile.width; i++) {
		size_t at = (size_t)tile.number * AC_TILE_WIDTH + i;

		bytes[i] = tile.level == 0 ? leaves[at] : mth(at * 256, (at + 1) * 256);
	}
	*out = (ac_str){ (const char *)bytes, tile.width * sizeof(*bytes) };
	return 0;
}

static void
tiles__give_the_same_proofs(void **state)
{
	static ac_tile_nodes tiles;
	ac_tile_source source = { tile_of_leaves, NULL };

	(void)state;
	for (size_t n = 250; n <= LEAVES; n += 10) {
		ac_hash root = mth(0, n), got, proof[AC_TLOG_PROOF_MAX];
		ac_tlog_nodes from_tiles;
		size_t count;

		ac_tile_nodes_init(&tiles, source, digester, n);
		from_tiles = ac_tile_nodes_of(&tiles);
		assert_int_equal(ac_tlog_root(digester, &from_tiles, n, &got, NULL), 0);
		assert_true(ac_hash_eq(&got, &root));
		for (size_t i = 0; i < n; i += 37) {
			assert_int_equal(ac_tlog_prove_inclusion(digester, &from_tiles, i, n, proof, &count, NULL), 0);
			assert_int_equal(
			    ac_tlog_check_inclusion(digester, i, n, &leaves[i], proof, count, &root, NULL), 0);
		}
	}
}

/* Fields of a vector: numbers, and hexadecimal that may be too short for a hash. */
static bool
take_hash(ac_str *rest, ac_hash *out)
{
	ac_str field;

	return ac_str_next_field(rest, ' ', &field) && field.n == 64 && ac_hex_decode(field, (char *)out->bytes);
}

/* The rest of a line behind its two roots: COUNT HASH... GOOD. */
static bool
run_vector(bool inclusion, uint64_t a, uint64_t b, ac_str rest, ac_hash one, ac_hash two, bool whole, bool *out_want)
{
	ac_hash proof[AC_TLOG_PROOF_MAX + 1];
	ac_str field;
	uint64_t count, good;

	assert_true(
	    ac_str_next_field(&rest, ' ', &field) && ac_str_to_u64(field, &count) && count <= AC_TLOG_PROOF_MAX);
	for (uint64_t i = 0; i < count; i++)
		whole = take_hash(&rest, &proof[i]) && whole;
	if (count == 0)
		(void)ac_str_next_field(&rest, ' ', &field);
	assert_true(ac_str_next_field(&rest, ' ', &field) && ac_str_to_u64(field, &good));
	*out_want = good != 0;
	if (!whole)
		return false;
	return (inclusion ? ac_tlog_check_inclusion(digester, a, b, &one, proof, count, &two, NULL)
			  : ac_tlog_check_consistency(digester, a, b, &one, &two, proof, count, NULL)) == 0;
}

static void
proofs__agree_with_public_cases(void **state)
{
	ac_arena arena;
	ac_str text, line;
	unsigned all = 0, taken = 0, differ = 0;

	(void)state;
	ac_arena_init(&arena, 8 * AC_MIB);
	if (!agree_load(&arena, "vectors/rfc6962-vectors.txt", &text)) {
		ac_arena_done(&arena);
		skip();
	}
	while (ac_str_next_field(&text, '\n', &line) && line.n) {
		ac_str kind, a, b;
		uint64_t x, y;
		ac_hash one, two;
		bool want, whole, got;

		assert_true(ac_str_next_field(&line, ' ', &kind) && ac_str_next_field(&line, ' ', &a) &&
			    ac_str_next_field(&line, ' ', &b));
		assert_true(ac_str_to_u64(a, &x) && ac_str_to_u64(b, &y));
		whole = take_hash(&line, &one);
		whole = take_hash(&line, &two) && whole;
		got = run_vector(ac_str_eq(kind, AC_S("I")), x, y, line, one, two, whole, &want);
		all++;
		taken += got;
		differ += got != want;
	}
	ac_arena_done(&arena);
	assert_int_equal(all, 196);
	/* One case has a root of 12 bytes; that is refused here. */
	assert_int_equal(differ, 1);
	assert_true(taken > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree__has_the_known_roots),
		cmocka_unit_test(roots__are_those_of_the_recursion),
		cmocka_unit_test(proofs__show_every_leaf_of_every_small_tree),
		cmocka_unit_test(proofs__show_how_every_small_tree_grew),
		cmocka_unit_test(proofs__of_the_largest_trees_keep_to_their_ceiling),
		cmocka_unit_test(tiles__give_the_same_proofs),
		cmocka_unit_test(proofs__agree_with_public_cases),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
