/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merkle trees of logs (RFC 6962 s2): hashes, roots, and proofs, made from tiles (C2SP tlog-tiles) and verified without them. Sizes up to 2^62, so that a proof has at most 63
 * hashes (C2SP tlog-witness).
 */
#ifndef AC_AGREE_TLOG_H
#define AC_AGREE_TLOG_H

#include "base/buf.h"
#include "crypto/digest.h"

typedef struct ac_hash {
	uint8_t bytes[AC_SHA256_SIZE];
} ac_hash;

#define AC_TLOG_PROOF_MAX 63
#define AC_TLOG_SIZE_MAX ((uint64_t)1 << 62)
/* A tile has the hashes of 8 levels: 256 of its lowest one. */
#define AC_TILE_HEIGHT 8
#define AC_TILE_WIDTH 256

/* SHA-256(0 ‖ leaf), SHA-256(1 ‖ left ‖ right), SHA-256(""). */
int ac_tlog_leaf(ac_digester *d, ac_str leaf, ac_hash *out, accord_err *err) AC_CHECKED;
int ac_tlog_node(ac_digester *d, const ac_hash *left, const ac_hash *right, ac_hash *out, accord_err *err) AC_CHECKED;
ac_hash ac_tlog_empty(void);
bool ac_hash_eq(const ac_hash *a, const ac_hash *b);

/* Is the leaf at `index` of the tree of that size and root? ACCORD_EDENIED: the proof does not show it. */
int ac_tlog_check_inclusion(ac_digester *d, uint64_t index, uint64_t size, const ac_hash *leaf, const ac_hash *proof,
    size_t count, const ac_hash *root, accord_err *err) AC_CHECKED;
/*
 * Does the tree of new_size and new_root begin with that of old_size and old_root? Everything begins with the empty tree, by an empty proof (C2SP tlog-witness). ACCORD_EDENIED: the
 * proof does not show it.
 */
int ac_tlog_check_consistency(ac_digester *d, uint64_t old_size, uint64_t new_size, const ac_hash *old_root,
    const ac_hash *new_root, const ac_hash *proof, size_t count, accord_err *err) AC_CHECKED;

/*
 * Where the hashes of whole subtrees come from: node (level, index) covers the leaves [index << level, (index + 1) << level), all of which are in the tree.
 */
typedef struct ac_tlog_nodes {
	int (*get)(void *payload, unsigned level, uint64_t index, ac_hash *out, accord_err *err);
	void *payload;
} ac_tlog_nodes;

/* Root of the first `size` leaves. */
int ac_tlog_root(ac_digester *d, const ac_tlog_nodes *nodes, uint64_t size, ac_hash *out, accord_err *err) AC_CHECKED;
/* Proof that leaf `index` is in the tree of `size`, leaf's sibling first. ACCORD_EUSAGE: index >= size. */
int ac_tlog_prove_inclusion(ac_digester *d, const ac_tlog_nodes *nodes, uint64_t index, uint64_t size,
    ac_hash out[static AC_TLOG_PROOF_MAX], size_t *out_count, accord_err *err) AC_CHECKED;
/* Proof that the tree of new_size begins with that of old_size; empty for old_size 0 and for equal sizes. ACCORD_EUSAGE: old_size > new_size. */
int ac_tlog_prove_consistency(ac_digester *d, const ac_tlog_nodes *nodes, uint64_t old_size, uint64_t new_size,
    ac_hash out[static AC_TLOG_PROOF_MAX], size_t *out_count, accord_err *err) AC_CHECKED;

/*
 * The roots of the whole subtrees that a tree of `size` leaves is made of, largest first, as leaves are added one by one: a tree in constant memory.
 */
typedef struct ac_tlog_edge {
	uint64_t size;
	ac_hash nodes[64]; /* nodes[k]: of level k where bit k of size is set */
} ac_tlog_edge;
/* Add one leaf. on_node (may be NULL) is told of every whole subtree that the leaf completes, level 0 first. */
int ac_tlog_edge_add(ac_digester *d, ac_tlog_edge *edge, const ac_hash *leaf,
    int (*on_node)(void *payload, unsigned level, uint64_t index, const ac_hash *node, accord_err *err), void *payload,
    accord_err *err) AC_CHECKED;
int ac_tlog_edge_root(ac_digester *d, const ac_tlog_edge *edge, ac_hash *out, accord_err *err) AC_CHECKED;

#endif
