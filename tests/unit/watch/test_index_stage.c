/* SPDX-License-Identifier: Apache-2.0 */
/* Streams in pieces: what was added stands at its place, whatever else grew beside it. */
#include "watch/index_stage.h"

#include "fail_malloc.h"
#include "test.h"

#define STREAMS 3
#define ITEMS 30000

typedef struct fixture {
	ac_stage_room room;
	ac_stage streams[STREAMS];
} fixture;

static void
open_all(fixture *f)
{
	ac_stage_room_init(&f->room);
	for (unsigned i = 0; i < STREAMS; i++)
		ac_stage_init(&f->streams[i]);
}

static void
close_all(fixture *f)
{
	for (unsigned i = 0; i < STREAMS; i++)
		ac_stage_done(&f->streams[i]);
	ac_stage_room_done(&f->room);
}

/* Lengths from 4 to 203; item k of stream s begins with k, and s fills the rest. */
static size_t
size_of(unsigned s, uint32_t k)
{
	return sizeof(k) + (k * 7 + s * 31) % 200;
}

static int
add(fixture *f, unsigned s, uint32_t k, uint32_t *out_place, accord_err *err)
{
	size_t n = size_of(s, k);
	/* More is asked for than is used, as a record's room is. */
	char *p = ac_stage_reserve(&f->room, &f->streams[s], n + 20, "items", err);

	if (!p)
		return err->code;
	*out_place = ac_stage_next(&f->streams[s]);
	memset(p, (int)s, n);
	memcpy(p, &k, sizeof(k));
	ac_stage_commit(&f->streams[s], n);
	return 0;
}

static void
items__stand_at_their_places(void **state)
{
	uint32_t(*places)[ITEMS] = calloc(STREAMS, sizeof(*places));
	accord_err err = { 0 };
	fixture f;

	(void)state;
	assert_non_null(places);
	open_all(&f);
	for (uint32_t k = 0; k < ITEMS; k++)
		for (unsigned s = 0; s < STREAMS; s++)
			assert_int_equal(add(&f, s, k, &places[s][k], &err), 0);
	for (unsigned s = 0; s < STREAMS; s++) {
		size_t all = 0, in_pieces = 0;

		for (uint32_t k = 0; k < ITEMS; k++) {
			const char *p = ac_stage_at(&f.streams[s], places[s][k]);
			size_t n = size_of(s, k);

			assert_memory_equal(p, &k, sizeof(k));
			for (size_t i = sizeof(k); i < n; i++)
				assert_int_equal(p[i], s);
			assert_true(k == 0 || places[s][k] > places[s][k - 1]);
			all += n;
		}
		for (size_t i = 0; i < f.streams[s].pieces.n; i++)
			in_pieces += ac_stage_piece_at(&f.streams[s], i)->n;
		assert_int_equal(f.streams[s].n, all);
		assert_int_equal(in_pieces, all);
	}
	close_all(&f);
	free(places);
}

static void
item__of_a_piece_is_the_largest(void **state)
{
	accord_err err = { 0 };
	fixture f;

	(void)state;
	open_all(&f);
	assert_non_null(ac_stage_reserve(&f.room, &f.streams[0], AC_STAGE_PIECE, "items", &err));
	ac_stage_commit(&f.streams[0], AC_STAGE_PIECE);
	assert_null(ac_stage_reserve(&f.room, &f.streams[0], AC_STAGE_PIECE + 1, "items", &err));
	assert_int_equal(err.code, ACCORD_ELIMIT);
	assert_string_equal(err.text, "items: one of 32769 bytes, want at most 32768");
	assert_int_equal(f.streams[0].n, AC_STAGE_PIECE);
	close_all(&f);
}

static void
stage__survives_every_allocation_failure(void **state)
{
	(void)state;
	for (unsigned long n = 1;; n++) {
		accord_err err = { 0 };
		uint32_t place;
		fixture f;
		int rc = 0;

		open_all(&f);
		fail_malloc_at(n);
		for (uint32_t k = 0; !rc && k < 1000; k++)
			rc = add(&f, k % STREAMS, k, &place, &err);
		if (!fail_malloc_done()) {
			assert_int_equal(rc, 0);
			close_all(&f);
			return;
		}
		assert_int_equal(rc, ACCORD_ENOMEM);
		close_all(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items__stand_at_their_places),
		cmocka_unit_test(item__of_a_piece_is_the_largest),
		cmocka_unit_test(stage__survives_every_allocation_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
