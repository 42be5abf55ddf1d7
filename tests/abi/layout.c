/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the layout of the public structures: members may only be added at the end, and the rows of layout.txt only grow. */
#include <stddef.h>
#include <stdio.h>

#include "accord/event.h"
#include "accord/index.h"

#define ROW(type, member) printf(#type "." #member " %zu %zu\n", offsetof(type, member), sizeof(((type *)0)->member))
#define END(type) printf(#type " %zu\n", sizeof(type))

static void
inputs(void)
{
	ROW(accord_text, p);
	ROW(accord_text, n);
	END(accord_text);
	ROW(accord_err, code);
	ROW(accord_err, line);
	ROW(accord_err, column);
	ROW(accord_err, byte);
	ROW(accord_err, text);
	END(accord_err);
	ROW(accord_index_options, size);
	ROW(accord_index_options, generation);
	ROW(accord_index_options, salt);
	END(accord_index_options);
	ROW(accord_indicator, size);
	ROW(accord_indicator, id);
	ROW(accord_indicator, name);
	ROW(accord_indicator, producer);
	ROW(accord_indicator, valid_from);
	ROW(accord_indicator, valid_until);
	ROW(accord_indicator, is_revoked);
	END(accord_indicator);
	ROW(accord_scan_options, size);
	ROW(accord_scan_options, input);
	ROW(accord_scan_options, as_of);
	ROW(accord_scan_options, on_hit);
	ROW(accord_scan_options, on_held_back);
	ROW(accord_scan_options, payload);
	END(accord_scan_options);
	ROW(accord_field, name);
	ROW(accord_field, value);
	END(accord_field);
}

static void
outputs(void)
{
	ROW(accord_index_counts, size);
	ROW(accord_index_counts, watched);
	ROW(accord_index_counts, unwatched);
	END(accord_index_counts);
	ROW(accord_scan_counts, size);
	ROW(accord_scan_counts, bytes);
	ROW(accord_scan_counts, lines);
	ROW(accord_scan_counts, malformed);
	ROW(accord_scan_counts, hits);
	ROW(accord_scan_counts, held_back);
	END(accord_scan_counts);
	ROW(accord_hit_indicator, id);
	ROW(accord_hit_indicator, name);
	ROW(accord_hit_indicator, producer);
	ROW(accord_hit_indicator, is_before_valid_from);
	ROW(accord_hit, input);
	ROW(accord_hit, line);
	ROW(accord_hit, offset);
	ROW(accord_hit, length);
	ROW(accord_hit, type);
	ROW(accord_hit, value);
	ROW(accord_hit, match);
	ROW(accord_hit, indicators);
	ROW(accord_hit, indicator_count);
	ROW(accord_hit, text);
	ROW(accord_hit, text_offset);
	ROW(accord_hit, is_malformed);
	ROW(accord_hit, has_time);
	ROW(accord_hit, time);
	ROW(accord_hit, field);
	ROW(accord_held_back, input);
	ROW(accord_held_back, line);
	ROW(accord_held_back, offset);
	ROW(accord_held_back, value);
	ROW(accord_held_back, indicator_id);
	ROW(accord_held_back, reason);
}

int
main(void)
{
	inputs();
	outputs();
	return 0;
}
