/* SPDX-License-Identifier: Apache-2.0 */
/* Merkle trees of logs. Knows nothing of files, of checkpoints, or of what the leaves say. */
#include "agree/tlog.h"

int
ac_tlog_leaf(ac_digester *d, ac_str leaf, ac_hash *out, accord_err *err)
{
	static const char prefix[1] = { 0 };

	return ac_digester_sha256_of_two(d, (ac_str){ prefix, 1 }, leaf, out->bytes, err);
}

int
ac_tlog_node(ac_digester *d, const ac_hash *left, const ac_hash *right, ac_hash *out, accord_err *err)
{
	char both[1 + 2 * AC_SHA256_SIZE];

	both[0] = 1;
	memcpy(both + 1, left->bytes, AC_SHA256_SIZE);
	memcpy(both + 1 + AC_SHA256_SIZE, right->bytes, AC_SHA256_SIZE);
	return ac_digester_sha256(d, (ac_str){ both, sizeof(both) }, out->bytes, err);
}

ac_hash
ac_tlog_empty(void)
{
	/* SHA-256 of no bytes. */
	return (ac_hash){ { 0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9,
	    0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55 } };
}

bool
ac_hash_eq(const ac_hash *a, const ac_hash *b)
{
	return memcmp(a->bytes, b->bytes, AC_SHA256_SIZE) == 0;
}

int
ac_tlog_check_inclusion(ac_digester *d, uint64_t index, uint64_t size, const ac_hash *leaf, const ac_hash *proof,
    size_t count, const ac_hash *root, accord_err *err)
{
	uint64_t fn = index, sn = size - 1;
	ac_hash hash = *leaf;
	int rc = 0;

	if (index >= size)
		return ac_fail(err, ACCORD_EDENIED, "want a leaf below the size %llu, got index %llu",
		    (unsigned long long)size, (unsigned long long)index);
	/* RFC 9162 s2.1.3.2, which says of RFC 6962's proofs how to verify them. */
	for (size_t i = 0; !rc && i < count; i++) {
		if (sn == 0)
			return ac_fail(err, ACCORD_EDENIED, "want a proof of %zu hashes, got %zu", i, count);
		if ((fn & 1) || fn == sn) {
			rc = ac_tlog_node(d, &proof[i], &hash, &hash, err);
			for (; !(fn & 1) && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			rc = ac_tlog_node(d, &hash, &proof[i], &hash, err);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (rc)
		return rc;
	if (sn != 0)
		return ac_fail(err, ACCORD_EDENIED, "want a longer proof than %zu hashes", count);
	if (!ac_hash_eq(&hash, root))
		return ac_fail(err, ACCORD_EDENIED, "the proof leads to another root than the checkpoint's");
	return 0;
}

static int
fail_consistency(accord_err *err)
{
	return ac_fail(err, ACCORD_EDENIED, "the proof does not show that the larger tree begins with the smaller one");
}

/* RFC 9162 s2.1.4.2 for 0 < old_size < new_size. */
static int
check_growth(ac_digester *d, uint64_t old_size, uint64_t new_size, const ac_hash *old_root, const ac_hash *new_root,
    const ac_hash *proof, size_t count, accord_err *err)
{
	uint64_t fn = old_size - 1, sn = new_size - 1;
	bool whole = (old_size & (old_size - 1)) == 0;
	/* A smaller tree that is one whole subtree is itself the first hash. */
	ac_hash fr, sr;
	size_t i = 0;
	int rc = 0;

	if (count == 0)
		return fail_consistency(err);
	for (; fn & 1; fn >>= 1)
		sn >>= 1;
	fr = sr = whole ? *old_root : proof[i++];
	for (; !rc && i < count; i++) {
		if (sn == 0)
			return fail_consistency(err);
		if ((fn & 1) || fn == sn) {
			rc = ac_tlog_node(d, &proof[i], &fr, &fr, err);
			if (!rc)
				rc = ac_tlog_node(d, &proof[i], &sr, &sr, err);
			for (; !(fn & 1) && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			rc = ac_tlog_node(d, &sr, &proof[i], &sr, err);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (rc)
		return rc;
	return sn == 0 && ac_hash_eq(&fr, old_root) && ac_hash_eq(&sr, new_root) ? 0 : fail_consistency(err);
}

int
ac_tlog_check_consistency(ac_digester *d, uint64_t old_size, uint64_t new_size, const ac_hash *old_root,
    const ac_hash *new_root, const ac_hash *proof, size_t count, accord_err *err)
{
	ac_hash empty = ac_tlog_empty();

	if (old_size > new_size)
		return ac_fail(err, ACCORD_EDENIED, "want a tree that has grown from %llu leaves, got one of %llu",
		    (unsigned long long)old_size, (unsigned long long)new_size);
	if ((old_size == 0 && !ac_hash_eq(old_root, &empty)) || (new_size == 0 && !ac_hash_eq(new_root, &empty)))
		return ac_fail(err, ACCORD_EDENIED, "the root of the empty tree is not SHA-256 of nothing");
	if (old_size != new_size && old_size != 0)
		return check_growth(d, old_size, new_size, old_root, new_root, proof, count, err);
	if (count != 0)
		return ac_fail(
		    err, ACCORD_EDENIED, "want no proof, for nothing or for trees of one size, got %zu hashes", count);
	if (old_size == new_size && !ac_hash_eq(old_root, new_root))
		return ac_fail(
		    err, ACCORD_EDENIED, "two trees of size %llu have different roots", (unsigned long long)old_size);
	return 0;
}

/* Largest power of two below n > 1, as its exponent. */
static unsigned
split_level(uint64_t n)
{
	return 63 - (unsigned)__builtin_clzll(n - 1);
}

/* Root of the leaves [from, to), to > from, where `from` is a multiple of the largest power of two in to - from: whole subtrees, the small ones at the right. */
static int
range_root(ac_digester *d, const ac_tlog_nodes *nodes, uint64_t from, uint64_t to, ac_hash *out, accord_err *err)
{
	ac_hash parts[64], root;
	size_t count = 0;
	int rc = 0;

	for (uint64_t at = from; at < to && !rc;) {
		unsigned level = 63 - (unsigned)__builtin_clzll(to - at);

		rc = nodes->get(nodes->payload, level, at >> level, &parts[count++], err);
		at += (uint64_t)1 << level;
	}
	if (rc)
		return rc;
	root = parts[--count];
	while (count > 0 && !rc)
		rc = ac_tlog_node(d, &parts[--count], &root, &root, err);
	if (!rc)
		*out = root;
	return rc;
}

int
ac_tlog_root(ac_digester *d, const ac_tlog_nodes *nodes, uint64_t size, ac_hash *out, accord_err *err)
{
	if (size > 0)
		return range_root(d, nodes, 0, size, out, err);
	*out = ac_tlog_empty();
	return 0;
}

/* Turn the hashes that were found from the root down into those from the leaf up. */
static void
reverse(ac_hash *hashes, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		ac_hash other = hashes[i];

		hashes[i] = hashes[count - 1 - i];
		hashes[count - 1 - i] = other;
	}
}

static int
check_size(uint64_t size, accord_err *err)
{
	if (size > AC_TLOG_SIZE_MAX)
		return ac_fail(
		    err, ACCORD_ELIMIT, "want a tree of at most 2^62 leaves, got %llu", (unsigned long long)size);
	return 0;
}

int
ac_tlog_prove_inclusion(ac_digester *d, const ac_tlog_nodes *nodes, uint64_t index, uint64_t size,
    ac_hash out[static AC_TLOG_PROOF_MAX], size_t *out_count, accord_err *err)
{
	uint64_t from = 0, to = size;
	size_t count = 0;
	int rc = check_size(size, err);

	if (!rc && index >= size)
		rc = ac_fail(err, ACCORD_EUSAGE, "want a leaf below the size %llu, got index %llu",
		    (unsigned long long)size, (unsigned long long)index);
	while (!rc && to - from > 1) {
		uint64_t middle = from + ((uint64_t)1 << split_level(to - from));

		if (index < middle) {
			rc = range_root(d, nodes, middle, to, &out[count++], err);
			to = middle;
		} else {
			rc = range_root(d, nodes, from, middle, &out[count++], err);
			from = middle;
		}
	}
	if (rc)
		return rc;
	reverse(out, count);
	*out_count = count;
	return 0;
}

int
ac_tlog_prove_consistency(ac_digester *d, const ac_tlog_nodes *nodes, uint64_t old_size, uint64_t new_size,
    ac_hash out[static AC_TLOG_PROOF_MAX], size_t *out_count, accord_err *err)
{
	uint64_t from = 0, to = new_size;
	size_t count = 0;
	int rc = check_size(new_size, err);

	if (!rc && old_size > new_size)
		rc = ac_fail(err, ACCORD_EUSAGE, "want a smaller tree than one of %llu leaves, got one of %llu",
		    (unsigned long long)new_size, (unsigned long long)old_size);
	if (rc)
		return rc;
	*out_count = 0;
	if (old_size == 0 || old_size == new_size)
		return 0;
	/* RFC 6962 s2.1.2, SUBPROOF, from the root down: the smaller tree ends in [from, to). */
	while (!rc && old_size != to) {
		uint64_t middle = from + ((uint64_t)1 << split_level(to - from));

		if (old_size <= middle) {
			rc = range_root(d, nodes, middle, to, &out[count++], err);
			to = middle;
		} else {
			rc = range_root(d, nodes, from, middle, &out[count++], err);
			from = middle;
		}
	}
	/* The old root itself is known to whoever verifies. */
	if (!rc && from > 0)
		rc = range_root(d, nodes, from, to, &out[count++], err);
	if (rc)
		return rc;
	reverse(out, count);
	*out_count = count;
	return 0;
}

int
ac_tlog_edge_add(ac_digester *d, ac_tlog_edge *edge, const ac_hash *leaf,
    int (*on_node)(void *payload, unsigned level, uint64_t index, const ac_hash *node, accord_err *err), void *payload,
    accord_err *err)
{
	ac_hash node = *leaf;
	unsigned level = 0;
	int rc = check_size(edge->size + 1, err);

	if (!rc && on_node)
		rc = on_node(payload, 0, edge->size, &node, err);
	for (; !rc && (edge->size >> level & 1); level++) {
		rc = ac_tlog_node(d, &edge->nodes[level], &node, &node, err);
		if (!rc && on_node)
			rc = on_node(payload, level + 1, edge->size >> (level + 1), &node, err);
	}
	if (rc)
		return rc;
	edge->nodes[level] = node;
	edge->size++;
	return 0;
}

int
ac_tlog_edge_root(ac_digester *d, const ac_tlog_edge *edge, ac_hash *out, accord_err *err)
{
	ac_hash root = ac_tlog_empty();
	bool first = true;
	int rc = 0;

	for (unsigned level = 0; level < 64 && !rc; level++) {
		if (!(edge->size >> level & 1))
			continue;
		if (first)
			root = edge->nodes[level];
		else
			rc = ac_tlog_node(d, &edge->nodes[level], &root, &root, err);
		first = false;
	}
	if (!rc)
		*out = root;
	return rc;
}
