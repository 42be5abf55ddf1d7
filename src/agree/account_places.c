/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where notes stand in logs: as the leaves that they are, and where a commitment stood for them before they were opened. A note that was opened after its key was stolen stands where its commitment stands. Looks for nothing but
 * openings and commitments, whose signatures have been verified before they are read.
 */
#include <stdlib.h>

#include "agree/account_part.h"

#include "agree/commitment.h"
#include "base/limits.h"

/* A commitment that somebody of a charter has signed. */
typedef struct commitment {
	size_t item;
	const uint8_t *digest; /* of its text */
	const ac_anchor *anchor;
	ac_commitment text;
} commitment;

typedef struct finder {
	ac_judging *j;
	commitment *commitments; /* by what they commit to */
	size_t commitment_count;
	size_t *notes; /* items that are notes, by the digest of their text */
	size_t note_count;
	ac_stands sealed;
	unsigned checks;
} finder;

static int
compare_stands(const void *a, const void *b)
{
	const ac_stand *x = a, *y = b;
	int order = memcmp(x->digest, y->digest, AC_SHA256_SIZE);

	if (order)
		return order;
	/* Commitments first: they are older than what they stood for. */
	if (x->is_sealed != y->is_sealed)
		return x->is_sealed ? -1 : 1;
	return (x->leaf > y->leaf) - (x->leaf < y->leaf);
}

static int
compare_commitments(const void *a, const void *b)
{
	const commitment *x = a, *y = b;
	int order = memcmp(x->text.commit, y->text.commit, AC_HMAC_SIZE);

	if (order == 0)
		order = memcmp(x->digest, y->digest, AC_SHA256_SIZE);
	return order ? order : (x->item > y->item) - (x->item < y->item);
}

static int
compare_notes(const void *a, const void *b, void *payload)
{
	const size_t *x = a, *y = b;
	const ac_held *items = payload;
	int order = memcmp(items[*x].digest, items[*y].digest, AC_SHA256_SIZE);

	return order ? order : (*x > *y) - (*x < *y);
}

static int
push(ac_judging *j, ac_stands *stands, ac_stand stand, accord_err *err)
{
	size_t capacity = stands->capacity ? stands->capacity * 2 : 64;

	if (stands->count == stands->capacity) {
		ac_stand *grown =
		    ac_arena_resize(j->arena, stands->items, stands->count * sizeof(*grown), capacity * sizeof(*grown));

		if (!grown)
			return ac_arena_check(j->arena, err);
		stands->items = grown;
		stands->capacity = capacity;
	}
	stand.digest = j->h->items[stand.item].digest;
	stands->items[stands->count++] = stand;
	return 0;
}

size_t
ac_judging_stands(const ac_judging *j, const uint8_t digest[static AC_SHA256_SIZE])
{
	size_t low = 0, high = j->stands.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(j->stands.items[middle].digest, digest, AC_SHA256_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first chain, some member of which signed it where it stands. NULL: nobody did. */
static int
find_anchor(ac_judging *j, size_t item, const ac_anchor **out, accord_err *err)
{
	*out = NULL;
	for (size_t i = 0; i < j->out->anchors.count; i++) {
		const ac_anchor *anchor = j->out->anchors.items[i];

		for (unsigned v = anchor->chain.count; v-- > 0;) {
			bool *members = NULL;
			ac_str reason;
			int rc = ac_judging_signers(
			    j, anchor, anchor->chain.versions[v]->charter.version, item, &members, &reason, err);

			if (rc)
				return rc;
			if (members) {
				*out = anchor;
				return 0;
			}
		}
	}
	return 0;
}

/* A text that is none says so where it is judged; without memory nothing is said. */
static int
passed_over(int rc, const accord_err *why, bool *out_is_one, accord_err *err)
{
	*out_is_one = rc == 0;
	if (rc == 0 || ac_judging_is_answer(rc))
		return 0;
	if (err)
		*err = *why;
	return rc;
}

static int
gather(finder *f, accord_err *err)
{
	ac_judging *j = f->j;
	int rc = 0;

	f->commitments = ac_arena_zalloc(j->arena, j->h->count + 1, sizeof(*f->commitments));
	f->notes = ac_arena_zalloc(j->arena, j->h->count + 1, sizeof(*f->notes));
	if (!f->commitments || !f->notes)
		return ac_arena_check(j->arena, err);
	for (size_t i = 0; rc == 0 && i < j->h->count; i++) {
		commitment *c = &f->commitments[f->commitment_count];
		accord_err why = { 0 };
		bool is_one = false;

		if (j->h->items[i].kind == AC_HELD_NOTE)
			f->notes[f->note_count++] = i;
		if (!ac_held_is_text(&j->h->items[i], "commitment"))
			continue;
		rc = find_anchor(j, i, &c->anchor, err);
		c->item = i;
		c->digest = j->h->items[i].digest;
		if (rc == 0 && c->anchor)
			rc = passed_over(
			    ac_commitment_parse(j->h->items[i].note.text, &c->text, &why), &why, &is_one, err);
		f->commitment_count += rc == 0 && c->anchor && is_one;
	}
	qsort(f->commitments, f->commitment_count, sizeof(*f->commitments), compare_commitments);
	qsort_r(f->notes, f->note_count, sizeof(*f->notes), compare_notes, j->h->items);
	return rc;
}

/* The first commitment by that hash. */
static size_t
find_commitment(const finder *f, const uint8_t commit[static AC_HMAC_SIZE])
{
	size_t low = 0, high = f->commitment_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(f->commitments[middle].text.commit, commit, AC_HMAC_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t
find_note(const finder *f, const uint8_t digest[static AC_SHA256_SIZE])
{
	size_t low = 0, high = f->note_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(f->j->h->items[f->notes[middle]].digest, digest, AC_SHA256_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
count_check(finder *f, accord_err *err)
{
	return ++f->checks > AC_OPENING_CHECKS_MAX
		   ? ac_fail(err, ACCORD_ELIMIT, "want at most %d openings of notes and their copies",
			 AC_OPENING_CHECKS_MAX)
		   : 0;
}

/* The note stood wherever that commitment is a leaf, whoever's signatures are with it there. */
static int
place_note(finder *f, size_t note, const commitment *c, accord_err *err)
{
	ac_judging *j = f->j;
	int rc = 0;

	for (size_t i = ac_judging_stands(j, c->digest); rc == 0 && i < j->stands.count; i++) {
		const ac_stand *s = &j->stands.items[i];

		if (memcmp(s->digest, c->digest, AC_SHA256_SIZE) != 0)
			break;
		rc = count_check(f, err);
		if (rc == 0 && s->leaf->head->anchor == c->anchor)
			rc = push(j, &f->sealed, (ac_stand){ .item = note, .leaf = s->leaf, .is_sealed = true }, err);
	}
	return rc;
}

/* One opening against each copy of its note. */
static int
follow(finder *f, const ac_opening *opening, const commitment *c, ac_opened *out, accord_err *err)
{
	const ac_held *items = f->j->h->items;
	int rc = 0;

	for (size_t i = find_note(f, opening->note); rc == 0 && i < f->note_count; i++) {
		size_t note = f->notes[i];

		if (memcmp(items[note].digest, opening->note, sizeof(opening->note)) != 0)
			break;
		rc = count_check(f, err);
		if (rc == 0)
			rc = ac_commitment_check(&c->text, opening->nonce, items[note].bytes, err);
		if (rc == ACCORD_EDENIED) {
			rc = 0;
			continue;
		}
		if (rc == 0 && !out->is_opened)
			*out = (ac_opened){ true, true, c->item, note };
		if (rc == 0)
			rc = place_note(f, note, c, err);
	}
	return rc;
}

static int
follow_opening(finder *f, size_t item, accord_err *err)
{
	const ac_anchor *anchor = NULL;
	const commitment *last = NULL;
	accord_err why = { 0 };
	bool is_one = false;
	ac_opening opening;
	int rc = find_anchor(f->j, item, &anchor, err);

	if (rc == 0 && anchor)
		rc = passed_over(ac_opening_parse(f->j->h->items[item].note.text, &opening, &why), &why, &is_one, err);
	if (rc || !is_one)
		return rc;
	for (size_t k = find_commitment(f, opening.commit); rc == 0 && k < f->commitment_count; k++) {
		const commitment *c = &f->commitments[k];

		if (memcmp(c->text.commit, opening.commit, sizeof(opening.commit)) != 0)
			break;
		/* Copies of one text are one commitment. */
		if (c->anchor != anchor || (last && memcmp(last->digest, c->digest, AC_SHA256_SIZE) == 0))
			continue;
		last = c;
		f->j->out->openings[item].has_commitment = true;
		rc = follow(f, &opening, c, &f->j->out->openings[item], err);
	}
	return rc;
}

/* In the order of their texts, of which each is followed once, by the first copy that somebody signed. */
static int
follow_openings(finder *f, accord_err *err)
{
	ac_judging *j = f->j;
	const size_t *last = NULL;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < f->note_count; i++) {
		const size_t *item = &f->notes[i];

		if (!ac_held_is_text(&j->h->items[*item], "opening"))
			continue;
		if (last && memcmp(j->h->items[*last].digest, j->h->items[*item].digest, AC_SHA256_SIZE) == 0 &&
		    j->out->openings[*last].has_commitment) {
			j->out->openings[*item] = j->out->openings[*last];
			continue;
		}
		last = item;
		rc = follow_opening(f, *item, err);
	}
	return rc;
}

/* What is known beside the files. */
static int
follow_known(finder *f, accord_err *err)
{
	const ac_account_options *options = f->j->options;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < options->opening_count; i++) {
		const ac_opening *opening = &options->openings[i];

		for (size_t k = find_commitment(f, opening->commit); rc == 0 && k < f->commitment_count; k++) {
			ac_opened opened = { 0 };

			if (memcmp(f->commitments[k].text.commit, opening->commit, sizeof(opening->commit)) != 0)
				break;
			rc = follow(f, opening, &f->commitments[k], &opened, err);
		}
	}
	return rc;
}

int
ac_judging_find_places(ac_judging *j, accord_err *err)
{
	finder f = { .j = j };
	int rc = 0;

	j->out->openings = ac_arena_zalloc(j->arena, j->h->count + 1, sizeof(*j->out->openings));
	if (!j->out->openings)
		return ac_arena_check(j->arena, err);
	for (size_t i = 0; rc == 0 && i < j->out->places.leaf_count; i++) {
		const ac_known_leaf *leaf = &j->out->places.leaves[i];

		rc = push(j, &j->stands, (ac_stand){ .item = leaf->item, .leaf = leaf }, err);
	}
	if (rc == 0 && j->stands.count)
		qsort(j->stands.items, j->stands.count, sizeof(*j->stands.items), compare_stands);
	/* Openings and commitments are judged as the leaves that they are: what they say of others counts from here on. */
	if (rc == 0)
		rc = gather(&f, err);
	if (rc == 0)
		rc = follow_openings(&f, err);
	if (rc == 0)
		rc = follow_known(&f, err);
	for (size_t i = 0; rc == 0 && i < f.sealed.count; i++)
		rc = push(j, &j->stands, f.sealed.items[i], err);
	if (rc == 0 && f.sealed.count)
		qsort(j->stands.items, j->stands.count, sizeof(*j->stands.items), compare_stands);
	return rc;
}
