/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets of the readers share: any bytes go through a reader twice, at once and in pieces, and must give the same number of records, rows and refusals. Every
 * record must be able to travel: it is packed and unpacked again.
 */
#ifndef AC_FUZZ_READER_TARGET_H
#define AC_FUZZ_READER_TARGET_H

#include <stdlib.h>

#include "learn/kinds.h"

typedef struct reader_counts {
	uint64_t records, rows, refusals;
} reader_counts;

static int
count_record(void *payload, const ac_record *record, ac_place place, accord_err *err)
{
	reader_counts *counts = payload;
	ac_arena arena;
	ac_record back;
	ac_buf packed;

	(void)place;
	ac_buf_init(&packed, AC_FRAME_MAX);
	ac_arena_init(&arena, AC_FRAME_MAX);
	if (record->id.n == 0 || record->type.n == 0 || record->exact.n == 0 ||
	    ac_record_pack(record, &packed, err) < 0 ||
	    ac_record_unpack(ac_buf_view(&packed), &arena, &back, err) < 0 || back.edge_count != record->edge_count)
		abort();
	ac_arena_done(&arena);
	ac_buf_done(&packed);
	counts->records++;
	return 0;
}

static int
count_row(void *payload, const ac_row *row, ac_place place, accord_err *err)
{
	reader_counts *counts = payload;

	(void)place;
	(void)err;
	if (row->value.type == AC_VALUE_NONE || row->value.text.n == 0)
		abort();
	counts->rows++;
	return 0;
}

static int
count_refusal(void *payload, const char *reason, const accord_err *what)
{
	reader_counts *counts = payload;

	if (!reason[0] || !what->text[0])
		abort();
	counts->refusals++;
	return 0;
}

static void
pass_repair(void *payload, const char *kind, const ac_repaired_at *at)
{
	(void)payload;
	(void)kind;
	(void)at;
}

static reader_counts
run_reader(const ac_reader_kind *kind, ac_str text, size_t piece)
{
	reader_counts counts = { 0 };
	ac_reader_sink sink = { .on_record = count_record,
		.on_row = count_row,
		.on_refused = count_refusal,
		.on_repair = pass_repair,
		.payload = &counts };
	ac_reader_options options = { .input_name = AC_S("fuzz") };
	ac_reader *reader = kind->open(&options, &sink);
	accord_err err = { 0 };
	int rc = 0;

	if (!reader)
		abort();
	while (rc == 0 && text.n) {
		ac_str part = ac_str_slice(text, 0, piece);

		rc = kind->feed(reader, part, &err);
		text = ac_str_slice(text, part.n, text.n);
	}
	if (rc == 0)
		rc = kind->end(reader, &err);
	if (rc < 0 && err.text[0] == '\0')
		abort();
	(void)kind->close(reader);
	return counts;
}

static int
fuzz_reader(const ac_reader_kind *kind, const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	reader_counts whole, pieces;

	(void)kind->score(text);
	whole = run_reader(kind, text, size ? size : 1);
	pieces = run_reader(kind, text, 7);
	if (memcmp(&whole, &pieces, sizeof(whole)) != 0)
		abort();
	return 0;
}

#endif
