/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Picking fields out of JSON lines: the compiler of paths, and the walk over text that finds lines in windows of the structural index. What is in
 * a line is json_pick_walk.c's.
 */
#include "codec/json_pick.h"

#include <assert.h>
#include <stdlib.h>

#include "codec/json_pick_walk.h"

/* Bytes indexed at a time: they, and their entries, stay in the cache until they are walked. */
#define WINDOW (16 * AC_KIB)
/* Entries count from an origin that is moved up before they outgrow their 32 bits. */
#define ORIGIN_MAX ((size_t)1 << 30)

/* ---- paths ---- */

/* The table of a place doubles (or begins) before a key is added, so that a quarter is used at most. */
static bool
make_room(ac_arena *arena, ac_json_pick_place *place)
{
	size_t size = place->slots ? (size_t)1 << (64 - place->shift) : 0;
	ac_json_pick_place larger = *place;

	if ((place->keys + 1) * 4 <= size)
		return true;
	larger.shift = size ? place->shift - 1 : 60;
	size = (size_t)1 << (64 - larger.shift);
	larger.slots = ac_arena_zalloc(arena, size, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (size_t i = 0; place->slots && i < (size_t)1 << (64 - place->shift); i++) {
		size_t at = ac_json_pick_hash(place->slots[i].key, larger.shift);

		if (!place->slots[i].place)
			continue;
		while (larger.slots[at].place)
			at = (at + 1) & (size - 1);
		larger.slots[at] = place->slots[i];
	}
	*place = larger;
	return true;
}

static ac_json_pick_key
key_of(ac_str text)
{
	char room[8] = { 0 };

	if (text.n >= 8)
		return ac_json_pick_key_of(text.p, text.n);
	memcpy(room, text.p, text.n);
	return ac_json_pick_key_of(room, text.n);
}

/* A key of `from` leads to `to`; one that is there already leads there already. */
static bool
add_key(ac_json_picker *picker, ac_json_pick_place *from, ac_str text, ac_json_pick_place *to)
{
	ac_json_pick_key key = key_of(text);
	size_t at;

	if (ac_json_pick_find(from, key, text.p))
		return true;
	if (!make_room(&picker->arena, from))
		return false;
	at = ac_json_pick_hash(key, from->shift);
	while (from->slots[at].place)
		at = (at + 1) & (((size_t)1 << (64 - from->shift)) - 1);
	from->slots[at] = (ac_json_pick_slot){ key, text.p, to };
	from->keys++;
	if (text.n > picker->longest)
		picker->longest = text.n;
	return true;
}

/* What is guessed of a place's keys, once all are there and the slots stay where they are. */
static void
set_guesses(ac_json_pick_place *place)
{
	for (size_t i = 0; place->slots && i < (size_t)1 << (64 - place->shift); i++) {
		const ac_json_pick_slot *slot = &place->slots[i];
		char first[4] = "\"??\"", last[4] = "\"??\"";
		size_t n = slot->key.n, most = n < 3 ? n : 3;
		uint8_t *guess;

		if (!slot->place || n < 2)
			continue;
		memcpy(first + 1, slot->text, most);
		memcpy(last + 3 - most, slot->text + n - most, most);
		guess = &place->guesses[ac_json_pick_guess(first, last)];
		*guess = *guess || i + 1 >= AC_JSON_PICK_GUESS_MANY ? AC_JSON_PICK_GUESS_MANY : (uint8_t)(i + 1);
	}
}

/* places[0..steps] are those of the path's beginnings, each by the keys before it; starts[i] is where its i-th key begins. */
static bool
add_step(
    ac_json_picker *picker, ac_str path, ac_json_pick_place **places, const size_t *starts, size_t step, size_t end)
{
	ac_str key = ac_str_slice(path, starts[step], end);
	ac_json_pick_place *place = ac_json_pick_find(places[step], key_of(key), key.p);

	if (!place) {
		place = ac_arena_zalloc(&picker->arena, 1, sizeof(*place));
		if (!place)
			return false;
		place->next = picker->root->next;
		picker->root->next = place;
	}
	places[step + 1] = place;
	/* The same place by one key of this step, of this and the one before, ... */
	for (size_t from = step + 1; from-- > 0;)
		if (!add_key(picker, places[from], ac_str_slice(path, starts[from], end), place))
			return false;
	return true;
}

static int
add_path(ac_json_picker *picker, ac_str path, size_t index, accord_err *err)
{
	ac_json_pick_place *places[AC_JSON_PICK_STEPS_MAX + 1] = { picker->root };
	size_t starts[AC_JSON_PICK_STEPS_MAX], steps = 0, end;

	for (size_t at = 0; at <= path.n; at = end + 1) {
		end = at + ac_str_find_byte(ac_str_slice(path, at, path.n), '.');
		if (end == at)
			return ac_fail(err, ACCORD_EINPUT, "path '%.*s': want a key before, between and behind dots",
			    AC_FMT(path));
		if (steps == AC_JSON_PICK_STEPS_MAX)
			return ac_fail(err, ACCORD_ELIMIT, "path '%.*s': want at most %d keys", AC_FMT(path),
			    AC_JSON_PICK_STEPS_MAX);
		starts[steps] = at;
		if (!add_step(picker, path, places, starts, steps++, end))
			return ac_arena_check(&picker->arena, err);
	}
	if (places[steps]->path_1)
		return ac_fail(err, ACCORD_EINPUT, "want each path once, got '%.*s' twice", AC_FMT(path));
	places[steps]->path_1 = (uint16_t)(index + 1);
	return 0;
}

int
ac_json_picker_open(const ac_str *paths, size_t count, ac_json_picker **out_picker, accord_err *err)
{
	ac_json_picker *picker;
	int status = 0;

	if (count > AC_JSON_PICK_PATHS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d paths, got %zu", AC_JSON_PICK_PATHS_MAX, count);
	picker = calloc(1, sizeof(*picker));
	if (!picker)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for paths");
	ac_arena_init(&picker->arena, AC_JSON_PICK_ARENA_MAX);
	picker->root = ac_arena_zalloc(&picker->arena, 1, sizeof(*picker->root));
	for (size_t i = 0; i < count && status == 0 && picker->root; i++)
		status = add_path(picker, ac_arena_str(&picker->arena, paths[i]), i, err);
	if (status == 0)
		status = ac_arena_check(&picker->arena, err);
	if (status) {
		(void)ac_json_picker_close(picker);
		return status;
	}
	for (ac_json_pick_place *place = picker->root; place; place = place->next)
		set_guesses(place);
	*out_picker = picker;
	return 0;
}

ac_json_picker *
ac_json_picker_close(ac_json_picker *picker)
{
	if (picker) {
		ac_arena_done(&picker->arena);
		free(picker);
	}
	return NULL;
}

/* ---- lines ---- */

struct ac_json_lines {
	ac_json_index index;
	ac_json_pick_walk walk;
	ac_str text;
	bool is_final;
	size_t used;    /* bytes of lines handed out */
	size_t indexed; /* bytes of text */
	size_t origin;  /* entries count from here */
	/* Entries of what is not handed out: [first, count) of those in memory, the whole lines among them before `whole`;
	   those before `roomy` have AC_JSON_PICK_SLACK bytes behind them. */
	uint32_t *entries;
	size_t room, first, whole, roomy, count;
};

ac_json_lines *
ac_json_lines_open(const ac_json_picker *picker, const ac_json_kernel *kernel, ac_json_index_mode mode)
{
	ac_json_lines *lines = calloc(1, sizeof(*lines));

	if (!lines)
		return NULL;
	ac_json_index_init(&lines->index, kernel, mode);
	lines->walk.picker = picker;
	return lines;
}

ac_json_lines *
ac_json_lines_close(ac_json_lines *lines)
{
	if (lines) {
		free(lines->entries);
		free(lines->walk.picks);
		free(lines);
	}
	return NULL;
}

/* What comes at `at` begins a line. */
static void
restart(ac_json_lines *lines, size_t at)
{
	ac_json_index_restart(&lines->index);
	lines->used = lines->indexed = lines->origin = at;
	lines->first = lines->whole = lines->count = 0;
}

void
ac_json_lines_feed(ac_json_lines *lines, ac_str text, bool is_final)
{
	assert(is_final || lines->index.mode == AC_JSON_INDEX_LINES);
	lines->text = text.p ? text : AC_S("");
	lines->is_final = is_final;
	restart(lines, 0);
}

size_t
ac_json_lines_used(const ac_json_lines *lines)
{
	return lines->used;
}

/* Move the line that is not whole to the front, and make room for one more window. */
static bool
make_window(ac_json_lines *lines, size_t n)
{
	size_t left = lines->count - lines->first, room = left + AC_JSON_INDEX_ROOM(n) + 1;
	size_t moved = lines->used - lines->origin;
	uint32_t *entries;

	if (left && lines->first)
		memmove(lines->entries, lines->entries + lines->first, left * sizeof(*lines->entries));
	lines->first = lines->whole = 0;
	lines->count = left;
	if (lines->indexed - lines->origin > ORIGIN_MAX) {
		for (size_t i = 0; i < left; i++)
			lines->entries[i] -= (uint32_t)moved;
		lines->origin = lines->used;
	}
	if (room <= lines->room)
		return true;
	room = room > 2 * lines->room ? room : 2 * lines->room;
	entries = realloc(lines->entries, room * sizeof(*entries));
	if (!entries)
		return false;
	lines->entries = entries;
	lines->room = room;
	return true;
}

/* Index one more window. False without memory. */
static bool
index_window(ac_json_lines *lines)
{
	size_t rest = lines->text.n - lines->indexed, n = rest < WINDOW ? rest : WINDOW, at;
	const char *text;

	if (!make_window(lines, n))
		return false;
	at = lines->count;
	lines->count += ac_json_index_next(&lines->index, lines->text.p + lines->indexed, n,
	    (uint32_t)(lines->indexed - lines->origin), lines->entries + at);
	lines->indexed += n;
	text = lines->text.p + lines->origin;
	/* The last line feed of the window, and the last that has room behind it. */
	lines->whole = lines->roomy = 0;
	if (lines->index.mode != AC_JSON_INDEX_LINES)
		return true;
	for (size_t i = lines->count; i > at && !lines->roomy; i--) {
		uint32_t entry = lines->entries[i - 1];

		if (text[entry] != '\n')
			continue;
		if (!lines->whole)
			lines->whole = i;
		if (lines->text.n - lines->origin - entry > AC_JSON_PICK_SLACK)
			lines->roomy = i;
	}
	return true;
}

/* A line begins; it is gone through when w->last is set (or NULL), and w->entries. */
static ac_json_pick_walk *
begin_line(ac_json_lines *lines)
{
	ac_json_pick_walk *w = &lines->walk;

	w->text = lines->text.p + lines->origin;
	w->entries = lines->entries + lines->first;
	w->count = 0;
	w->wanted = NULL;
	return w;
}

/* Hand out the line that was gone through; it ends at byte `end` of the text. */
static int
end_line(ac_json_lines *lines, size_t end, ac_json_line *out_line, accord_err *err)
{
	const ac_json_pick_walk *w = &lines->walk;

	if (w->no_memory)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for the fields of a line");
	*out_line = (ac_json_line){
		.text = { lines->text.p + lines->used, end - lines->used }, .picks = w->picks, .count = w->count
	};
	if (w->wanted) {
		out_line->state = AC_JSON_LINE_MALFORMED;
		out_line->bad_at = lines->origin + w->bad_at - lines->used;
		out_line->wanted = w->wanted;
	} else if (w->entries == w->last) {
		out_line->state = AC_JSON_LINE_BLANK;
	}
	lines->used = end + (end < lines->text.n);
	lines->first = (size_t)(w->last - lines->entries) + 1;
	return 1;
}

/* The first line, which is whole. */
static int
take_line(ac_json_lines *lines, ac_json_line *out_line, accord_err *err)
{
	ac_json_pick_walk *w = begin_line(lines);

	w->last = NULL;
	if (lines->first >= lines->roomy || w->text[*w->entries] == '\n')
		for (w->last = w->entries; w->text[*w->last] != '\n'; w->last++)
			;
	if (w->last != w->entries)
		ac_json_pick_line(w);
	return end_line(lines, lines->origin + *w->last, out_line, err);
}

/*
 * The first line is not whole, and nothing more can be indexed of it: it has a flaw, is too long, or is the last. It ends where lines do, whatever
 * it holds; the next begins behind it.
 */
static int
take_rest(ac_json_lines *lines, ac_json_line_state state, ac_json_line *out_line, accord_err *err)
{
	static const char *const wanted[] = { [AC_JSON_FLAW_UTF8] = "UTF-8",
		[AC_JSON_FLAW_CONTROL] = "controls in a string escaped",
		[AC_JSON_FLAW_OPEN] = "'\"' behind a string" };
	ac_json_flaw flaw = lines->index.flaw;
	size_t seen = flaw ? (size_t)lines->index.flaw_at + lines->origin : lines->indexed, end = lines->text.n;
	size_t flaw_at = seen - lines->used;
	const char *feed = NULL;
	ac_json_pick_walk *w;
	int status;

	if (lines->index.mode == AC_JSON_INDEX_LINES && seen < end)
		feed = memchr(lines->text.p + seen, '\n', end - seen);
	if (feed)
		end = (size_t)(feed - lines->text.p);
	else if (!lines->is_final)
		return 0;
	/* The line's own feed. */
	if (flaw == AC_JSON_FLAW_CONTROL && seen == end)
		flaw = AC_JSON_FLAW_OPEN;
	lines->entries[lines->count] = (uint32_t)(seen - lines->origin);
	w = begin_line(lines);
	w->last = lines->entries + lines->count;
	if (w->last != w->entries)
		ac_json_pick_line(w);
	status = end_line(lines, end, out_line, err);
	if (status > 0 && state == AC_JSON_LINE_TOO_LONG)
		out_line->state = state;
	if (status > 0 && flaw && (out_line->state != AC_JSON_LINE_MALFORMED || out_line->bad_at >= flaw_at)) {
		out_line->state = AC_JSON_LINE_MALFORMED;
		out_line->bad_at = flaw_at;
		out_line->wanted = wanted[flaw];
	}
	restart(lines, lines->used);
	return status;
}

int
ac_json_lines_next(ac_json_lines *lines, ac_json_line *out_line, accord_err *err)
{
	while (lines->first >= lines->whole) {
		if (lines->indexed == lines->text.n && !lines->index.flaw && lines->is_final)
			(void)ac_json_index_end(&lines->index, lines->indexed - lines->origin);
		if (lines->index.flaw)
			return take_rest(lines, AC_JSON_LINE_MALFORMED, out_line, err);
		if (lines->indexed == lines->text.n)
			return lines->used < lines->indexed ? take_rest(lines, AC_JSON_LINE_GOOD, out_line, err) : 0;
		if (lines->indexed - lines->used > AC_JSON_LINE_MAX)
			return take_rest(lines, AC_JSON_LINE_TOO_LONG, out_line, err);
		if (!index_window(lines))
			return ac_fail(err, ACCORD_ENOMEM, "no memory for the index of a line");
	}
	return take_line(lines, out_line, err);
}
