/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns: syntax tree to text. */
#ifndef AC_STIX_PATTERN_WRITE_H
#define AC_STIX_PATTERN_WRITE_H

#include "base/buf.h"
#include "stix/pattern.h"

/*
 * Add the text of a tree to buf: one space around operators, `=` and `!=`, apostrophes around the names of a path only where the grammar wants them, parentheses
 * only where the tree needs them; constants as they are written in the tree. The text parses to the same tree again, up to the nesting of AND in AND and of OR in OR,
 * which are associative. ACCORD_ELIMIT when it would need more than AC_PATTERN_NESTING_MAX parentheses inside one another (no tree that was parsed does); buf keeps other
 * failures. Linear.
 */
int ac_pattern_write(const ac_pattern_node *root, ac_buf *buf, accord_err *err) AC_CHECKED;
/* The part of one comparison: "file:hashes.'SHA-256'"; "'x'", "1.5", "t'...'", "h'...'". */
void ac_pattern_write_path(const ac_pattern_node *test, ac_buf *buf);
void ac_pattern_write_constant(const ac_pattern_constant *constant, ac_buf *buf);
/* A whole COMPARE or EXISTS: "file:size NOT > 5". */
void ac_pattern_write_test(const ac_pattern_node *test, ac_buf *buf);
/* The words of one qualifier without what it qualifies: "WITHIN 300 SECONDS". */
void ac_pattern_write_qualifier(const ac_pattern_node *qualifier, ac_buf *buf);

#endif
