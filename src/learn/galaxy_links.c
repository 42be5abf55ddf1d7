/* SPDX-License-Identifier: Apache-2.0 */
/* Relations between clusters wait here until the run is over. Small and fixed per relation: texts that repeat are kept once. */
#include "learn/galaxy_links.h"

#include <stdlib.h>

#include "crypto/digest.h"
#include "learn/galaxy.h"

#define LINKS_ARENA_MAX (256 * AC_MIB)
#define LABELS_MAX 16

typedef struct link {
	uint32_t producer, source, kind, labels; /* texts by number */
	uint8_t target[16];
	int64_t modified; /* seconds */
} link;

struct ac_galaxy_links {
	ac_arena arena;
	ac_map clusters; /* 16 bytes of UUID -> number of the galaxy's text */
	ac_map texts;    /* text -> number + 1 */
	ac_str *text_list;
	size_t text_count, text_capacity;
	link *links;
	size_t count, capacity;
};

ac_galaxy_links *
ac_galaxy_links_open(ac_hash_seed seed)
{
	ac_galaxy_links *links = calloc(1, sizeof(*links));

	if (!links)
		return NULL;
	ac_arena_init(&links->arena, LINKS_ARENA_MAX);
	ac_map_init(&links->clusters, seed, AC_GALAXY_CLUSTERS_MAX);
	ac_map_init(&links->texts, seed, AC_GALAXY_LINKS_MAX);
	return links;
}

ac_galaxy_links *
ac_galaxy_links_close(ac_galaxy_links *links)
{
	if (links) {
		ac_map_done(&links->clusters);
		ac_map_done(&links->texts);
		ac_arena_done(&links->arena);
		free(links->text_list);
		free(links->links);
		free(links);
	}
	return NULL;
}

/* Room for one more element in a heap array that doubles. */
static int
make_room(void **items, size_t count, size_t *capacity, size_t size, size_t most, accord_err *err)
{
	size_t wanted = *capacity ? *capacity * 2 : 256, bytes;
	void *grown;

	if (count < *capacity)
		return 0;
	if (count >= most)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %zu relations between galaxies", most);
	if (wanted > most)
		wanted = most;
	if (__builtin_mul_overflow(wanted, size, &bytes))
		return ac_fail(err, ACCORD_ELIMIT, "too many relations between galaxies");
	grown = realloc(*items, bytes);
	if (!grown)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for relations between galaxies");
	*items = grown;
	*capacity = wanted;
	return 0;
}

static int
number_of(ac_galaxy_links *links, ac_str text, uint32_t *out, accord_err *err)
{
	uint64_t *slot = ac_map_get(&links->texts, text);
	void *list = links->text_list;
	ac_str copy;
	int rc;

	if (slot) {
		*out = (uint32_t)*slot;
		return 0;
	}
	rc = make_room(
	    &list, links->text_count, &links->text_capacity, sizeof(*links->text_list), AC_GALAXY_LINKS_MAX, err);
	links->text_list = list;
	if (rc < 0)
		return rc;
	copy = text.n ? ac_arena_str(&links->arena, text) : AC_S("");
	slot = copy.p ? ac_map_put(&links->texts, copy, NULL) : NULL;
	if (!slot)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for relations between galaxies");
	*slot = links->text_count;
	*out = (uint32_t)links->text_count;
	links->text_list[links->text_count++] = copy;
	return 0;
}

int
ac_galaxy_links_cluster(ac_galaxy_links *links, ac_str galaxy, ac_str uuid, accord_err *err)
{
	uint8_t bytes[16];
	uint32_t number = 0;
	uint64_t *slot;
	ac_str key;
	bool is_new;
	int rc;

	if (!ac_uuid_parse(uuid, bytes))
		return ac_fail(err, ACCORD_EINTERNAL, "want a UUID, got %zu other bytes", uuid.n);
	rc = number_of(links, galaxy, &number, err);
	if (rc < 0)
		return rc;
	slot = ac_map_get(&links->clusters, (ac_str){ (const char *)bytes, sizeof(bytes) });
	if (!slot) {
		key = ac_arena_str(&links->arena, (ac_str){ (const char *)bytes, sizeof(bytes) });
		slot = key.p ? ac_map_put(&links->clusters, key, &is_new) : NULL;
		if (!slot)
			return ac_map_refused(&links->clusters, "galaxy clusters", err);
		*slot = number;
	}
	/*
	 * A UUID in two galaxies is an ATT&CK object in two editions of its galaxy: the first seen answers for both. Where only one of them is ATT&CK's, that one does.
	 */
	else if (!ac_galaxy_kind_of(links->text_list[*slot])->is_attack && ac_galaxy_kind_of(galaxy)->is_attack)
		*slot = number;
	return 0;
}

/* Tags as one text, a line each: most relations have none, and the rest one of a dozen. */
static int
number_of_tags(ac_galaxy_links *links, const ac_json *tags, uint32_t *out, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_is(tags, AC_JSON_ARRAY) ? tags : NULL);
	ac_buf joined;
	ac_str text;
	int rc;

	ac_buf_init(&joined, AC_KIB * 64);
	for (size_t n = 0; n < LABELS_MAX && ac_json_next(&it);)
		if (ac_json_string(it.value).n) {
			if (n++)
				ac_buf_add_byte(&joined, '\n');
			ac_buf_add(&joined, ac_json_string(it.value));
		}
	rc = ac_buf_finish(&joined, &text, err);
	if (rc == 0)
		rc = number_of(links, text, out, err);
	ac_buf_done(&joined);
	return rc;
}

int
ac_galaxy_links_add(ac_galaxy_links *links, const ac_galaxy_link *given, accord_err *err)
{
	void *items = links->links;
	link l = { .modified = given->modified.seconds };
	int rc = make_room(&items, links->count, &links->capacity, sizeof(l), AC_GALAXY_LINKS_MAX, err);

	links->links = items;
	if (rc == 0 && !ac_uuid_parse(given->target_uuid, l.target))
		rc = ac_fail(err, ACCORD_EINPUT, "want the UUID of a cluster, got '%.*s'",
		    AC_FMT(ac_str_slice(given->target_uuid, 0, 40)));
	if (rc == 0)
		rc = number_of(links, given->producer, &l.producer, err);
	if (rc == 0)
		rc = number_of(links, given->source_id, &l.source, err);
	if (rc == 0)
		rc = number_of(links, given->kind, &l.kind, err);
	if (rc == 0)
		rc = number_of_tags(links, given->tags, &l.labels, err);
	if (rc == 0)
		links->links[links->count++] = l;
	return rc;
}

static void
uuid_text(const uint8_t bytes[static 16], char out[static 36])
{
	char hex[32];

	ac_hex(bytes, 16, hex);
	for (size_t i = 0, at = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			out[at++] = '-';
		out[at++] = hex[i];
	}
}

static int
target_of(const ac_galaxy_links *links, const link *l, ac_arena *arena, ac_made_relation *relation, accord_err *err)
{
	uint64_t *galaxy = ac_map_get(&links->clusters, (ac_str){ (const char *)l->target, sizeof(l->target) });
	char text[36];
	ac_str uuid = { text, sizeof(text) };

	uuid_text(l->target, text);
	relation->id_name = AC_JOIN(
	    arena, AC_S("misp-galaxy-relation "), relation->source_id, AC_S(" "), relation->kind, AC_S(" "), uuid);
	if (galaxy) {
		relation->modified.nanoseconds = 1000000; /* newer than the version without a known end */
		return ac_galaxy_id(links->text_list[*galaxy], uuid, arena, &relation->target_id, err);
	}
	relation->abridged = true;
	relation->target_id = AC_JOIN(arena, AC_S("x-misp-galaxy-cluster--"), uuid);
	return ac_arena_check(arena, err);
}

static int
finish_link(const ac_galaxy_links *links, const link *l, ac_make *make, accord_err *err)
{
	ac_str labels[LABELS_MAX], rest = links->text_list[l->labels];
	ac_made_relation relation = { .source_id = links->text_list[l->source],
		.created = ac_galaxy_created,
		.modified = { l->modified, 0 },
		.labels = labels };
	int rc;

	relation.kind = ac_relation_kind(links->text_list[l->kind], &make->arena);
	if (relation.kind.n == 0)
		relation.kind = AC_S("related-to");
	while (rest.n && relation.label_count < LABELS_MAX &&
	       ac_str_next_field(&rest, '\n', &labels[relation.label_count]))
		relation.label_count++;
	rc = target_of(links, l, &make->arena, &relation, err);
	if (rc == 0 && relation.abridged)
		make->sink->on_repair(make->sink->payload, "relation-without-end", NULL);
	return rc < 0 ? rc : ac_make_relation(make, &relation, (ac_place){ 0 }, err);
}

int
ac_galaxy_links_finish(ac_galaxy_links *links, const ac_reader_sink *sink, accord_err *err)
{
	uint32_t producer = UINT32_MAX;
	ac_make make;
	int rc = 0;

	ac_make_init(&make, sink);
	for (size_t i = 0; rc == 0 && i < links->count; i++) {
		const link *l = &links->links[i];

		if (l->producer != producer && sink->on_producer)
			rc = sink->on_producer(sink->payload, links->text_list[l->producer], err);
		producer = l->producer;
		if (rc == 0)
			rc = finish_link(links, l, &make, err);
	}
	ac_make_done(&make);
	links->count = 0;
	return rc;
}
