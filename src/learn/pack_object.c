/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of the knowledge pack. Knows nothing of rows and columns. */
#include "learn/pack_object.h"

#include <stdlib.h>

#include "learn/galaxy.h"
#include "stix/id.h"

#define KEPT_MAX (64 * AC_MIB)
#define OBJECT_MAX (16 * AC_MIB)

/* The identity under which ATT&CK publishes. */
#define MITRE_ID AC_S("identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5")
#define MITRE_NAME AC_S("MITRE")
#define ATTACK AC_S("mitre-attack")

void
ac_pack_init(ac_pack *pack, const ac_reader_sink *sink, ac_hash_seed seed)
{
	*pack = (ac_pack){ .tlp = AC_TLP_NONE };
	ac_make_init(&pack->make, sink);
	ac_arena_init(&pack->kept, KEPT_MAX);
	ac_arena_init(&pack->object, OBJECT_MAX);
	ac_map_init(&pack->keys, seed, AC_PACK_KEYS_MAX);
	ac_map_init(&pack->made, seed, AC_PACK_KEYS_MAX);
}

void
ac_pack_done(ac_pack *pack)
{
	ac_pack_list *lists[] = { &pack->references, &pack->sources, &pack->names, &pack->claims, &pack->numbers,
		&pack->cited };

	ac_make_done(&pack->make);
	ac_arena_done(&pack->kept);
	ac_arena_done(&pack->object);
	ac_map_done(&pack->keys);
	ac_map_done(&pack->made);
	for (size_t i = 0; i < AC_COUNT(lists); i++)
		free(lists[i]->items);
}

/* Room for `count` elements, cleared; NULL over `most` or without memory. */
static void *
reserve(ac_pack_list *list, size_t count, size_t size, size_t most, accord_err *err)
{
	size_t wanted = list->capacity ? list->capacity : 16;
	char *grown;

	if (count > most) {
		(void)ac_fail(err, ACCORD_ELIMIT, "want at most %zu rows of one kind, got more", most);
		return NULL;
	}
	while (wanted < count)
		wanted *= 2;
	if (wanted == list->capacity)
		return list->items;
	grown = realloc(list->items, wanted * size);
	if (!grown) {
		(void)ac_fail(err, ACCORD_ENOMEM, "no memory for a pack");
		return NULL;
	}
	memset(grown + list->capacity * size, 0, (wanted - list->capacity) * size);
	list->items = grown;
	list->capacity = wanted;
	return grown;
}

/* ---- tables ---- */

int
ac_pack_add_reference(
    ac_pack *pack, uint64_t number, ac_str date, ac_str publisher, ac_str name, ac_str url, accord_err *err)
{
	ac_pack_reference *list = reserve(&pack->references, (size_t)(number < SIZE_MAX ? number + 1 : number),
	    sizeof(*list), AC_PACK_NUMBERS_MAX, err);

	if (!list)
		return err->code;
	list[number] = (ac_pack_reference){ ac_arena_str(&pack->kept, date), ac_arena_str(&pack->kept, publisher),
		ac_arena_str(&pack->kept, name), ac_arena_str(&pack->kept, url) };
	return ac_arena_check(&pack->kept, err);
}

int
ac_pack_add_source(ac_pack *pack, uint64_t number, ac_str name, ac_str date, accord_err *err)
{
	ac_pack_source *list = reserve(
	    &pack->sources, (size_t)(number < SIZE_MAX ? number + 1 : number), sizeof(*list), AC_PACK_NUMBERS_MAX, err);

	if (!list)
		return err->code;
	list[number].name = ac_arena_str(&pack->kept, name);
	list[number].date = ac_galaxy_created;
	(void)ac_time_parse_loose(date, &list[number].date);
	return ac_arena_check(&pack->kept, err);
}

static ac_pack_source
source_of(const ac_pack *pack, uint64_t number)
{
	const ac_pack_source *list = pack->sources.items;

	return list && number < pack->sources.capacity && list[number].name.n
		   ? list[number]
		   : (ac_pack_source){ .date = ac_galaxy_created };
}

static const ac_pack_reference *
reference_of(const ac_pack *pack, uint64_t number)
{
	const ac_pack_reference *list = pack->references.items;

	return list && number < pack->references.capacity && list[number].name.n ? &list[number] : NULL;
}

ac_str
ac_pack_id_of(const ac_pack *pack, ac_str key)
{
	uint64_t *slot = ac_map_get(&pack->keys, key);

	return slot ? *(const ac_str *)(uintptr_t)*slot : (ac_str){ NULL, 0 };
}

static int
remember_key(ac_pack *pack, ac_str key, ac_str id, accord_err *err)
{
	ac_str *kept = ac_arena_alloc(&pack->kept, sizeof(*kept)), copy = ac_arena_str(&pack->kept, key);
	uint64_t *slot;

	if (!kept || !copy.p)
		return ac_arena_check(&pack->kept, err);
	*kept = ac_arena_str(&pack->kept, id);
	slot = ac_map_put(&pack->keys, copy, NULL);
	if (!slot)
		return ac_map_refused(&pack->keys, "keys", err);
	*slot = (uint64_t)(uintptr_t)kept;
	return ac_arena_check(&pack->kept, err);
}

/* ---- the object being built ---- */

static int
begin(ac_pack *pack, const ac_pack_object *object, accord_err *err)
{
	ac_str *texts[] = { &pack->current.type, &pack->current.id, &pack->current.key, &pack->current.name,
		&pack->current.tactics, &pack->current.shortname, &pack->current.order, &pack->current.galaxy,
		&pack->current.uuid, &pack->current.source };

	pack->current = *object;
	for (size_t i = 0; i < AC_COUNT(texts); i++)
		if (texts[i]->n)
			*texts[i] = ac_arena_str(&pack->object, *texts[i]);
	pack->has_object = true;
	return ac_arena_check(&pack->object, err);
}

int
ac_pack_begin_attack(ac_pack *pack, const ac_pack_object *given, ac_str uuid, accord_err *err)
{
	ac_pack_object object = *given;
	int rc;

	object.source = MITRE_NAME;
	object.id = ac_arena_printf(&pack->object, "%.*s--%.*s", AC_FMT(object.type), AC_FMT(uuid));
	rc = remember_key(pack, object.key, object.id, err);
	return rc < 0 ? rc : begin(pack, &object, err);
}

int
ac_pack_begin_cluster(
    ac_pack *pack, ac_str galaxy, ac_str uuid, uint64_t source, ac_str name, ac_place place, accord_err *err)
{
	ac_pack_source from = source_of(pack, source);
	ac_pack_object object = { .type = ac_galaxy_kind_of(galaxy)->type,
		.name = name,
		.galaxy = galaxy,
		.uuid = uuid,
		.source = from.name,
		.created = from.date,
		.modified = from.date,
		.first_seen = AC_TIME_MIN,
		.last_seen = AC_TIME_MIN,
		.place = place };
	int rc = ac_galaxy_id(galaxy, uuid, &pack->object, &object.id, err);

	return rc < 0 ? rc : begin(pack, &object, err);
}

bool
ac_pack_has_object(const ac_pack *pack)
{
	return pack->has_object;
}

/* Numbers of references, separated by ','; each once. */
static int
cite(ac_pack *pack, ac_str references, accord_err *err)
{
	ac_str text;

	while (references.n && ac_str_next_field(&references, ',', &text)) {
		uint64_t number, *list;
		bool known = false;

		if (!ac_str_to_u64(text, &number) || !reference_of(pack, number))
			continue;
		list = reserve(&pack->cited, pack->cited.count + 1, sizeof(*list), AC_PACK_PARTS_MAX, err);
		if (!list)
			return err->code;
		for (size_t i = 0; i < pack->cited.count; i++)
			known = known || list[i] == number;
		if (!known)
			list[pack->cited.count++] = number;
	}
	return 0;
}

static int
add_fact_name(ac_pack *pack, ac_pack_list *to, ac_fact_name name, accord_err *err)
{
	ac_fact_name *list = reserve(to, to->count + 1, sizeof(*list), AC_PACK_PARTS_MAX, err);

	if (!list)
		return err->code;
	list[to->count++] = (ac_fact_name){ name.kind, ac_arena_str(&pack->object, name.text),
		ac_arena_str(&pack->object, name.namer) };
	return ac_arena_check(&pack->object, err);
}

int
ac_pack_add_name(ac_pack *pack, ac_str text, ac_str namer, ac_str references, accord_err *err)
{
	ac_fact_name name = { ac_str_eq(text, pack->current.name) ? AC_NAME_PRIMARY : AC_NAME_ALIAS, text,
		namer.n ? namer : pack->current.source };
	int rc = cite(pack, references, err);

	return rc < 0 ? rc : add_fact_name(pack, &pack->names, name, err);
}

int
ac_pack_add_id(ac_pack *pack, ac_str system, ac_str id, accord_err *err)
{
	return add_fact_name(pack, &pack->numbers, (ac_fact_name){ AC_NAME_EXTERNAL_ID, id, system }, err);
}

int
ac_pack_add_claim(ac_pack *pack, const ac_pack_claim *claim, accord_err *err)
{
	ac_pack_claim *list = reserve(&pack->claims, pack->claims.count + 1, sizeof(*list), AC_PACK_PARTS_MAX, err),
		      *kept;

	if (!list)
		return err->code;
	kept = &list[pack->claims.count++];
	*kept = *claim;
	kept->text = ac_arena_str(&pack->object, claim->text);
	kept->claimant = ac_arena_str(&pack->object, claim->claimant);
	kept->code = claim->code.n ? ac_arena_str(&pack->object, claim->code) : (ac_str){ NULL, 0 };
	return ac_arena_check(&pack->object, err);
}

/* ---- members ---- */

static void
write_marking(ac_pack *pack)
{
	ac_str id = ac_tlp_marking_id(pack->tlp);

	if (id.n == 0)
		return;
	ac_jw_key(&pack->make.w, AC_S("object_marking_refs"));
	ac_jw_array(&pack->make.w);
	ac_jw_string(&pack->make.w, id);
	ac_jw_end(&pack->make.w);
}

/* "PUBLISHER. (DATE).": the shape of ATT&CK's own citations, so that one parser reads the date of both. */
static void
write_citation(ac_pack *pack, const ac_pack_reference *r)
{
	ac_json_writer *w = &pack->make.w;
	ac_str description = { NULL, 0 };

	if (r->publisher.n && r->date.n)
		description =
		    ac_arena_printf(&pack->make.arena, "%.*s. (%.*s).", AC_FMT(r->publisher), AC_FMT(r->date));
	else if (r->publisher.n)
		description = ac_arena_printf(&pack->make.arena, "%.*s.", AC_FMT(r->publisher));
	ac_jw_object(w);
	ac_jw_key_string(w, AC_S("source_name"), r->name);
	ac_make_string(&pack->make, "description", description);
	ac_make_string(&pack->make, "url", r->url);
	ac_jw_end(w);
}

static void
write_number(ac_pack *pack, ac_str system, ac_str id)
{
	ac_jw_object(&pack->make.w);
	ac_jw_key_string(&pack->make.w, AC_S("source_name"), system);
	ac_jw_key_string(&pack->make.w, AC_S("external_id"), id);
	ac_jw_end(&pack->make.w);
}

static void
write_references(ac_pack *pack)
{
	const ac_fact_name *numbers = pack->numbers.items;
	const uint64_t *cited = pack->cited.items;

	if (pack->current.key.n == 0 && pack->numbers.count == 0 && pack->cited.count == 0)
		return;
	ac_jw_key(&pack->make.w, AC_S("external_references"));
	ac_jw_array(&pack->make.w);
	if (pack->current.key.n)
		write_number(pack, ATTACK, pack->current.key);
	for (size_t i = 0; i < pack->numbers.count; i++)
		write_number(pack, numbers[i].namer, numbers[i].text);
	for (size_t i = 0; i < pack->cited.count; i++) {
		const ac_pack_reference *reference = reference_of(pack, cited[i]);

		if (reference)
			write_citation(pack, reference);
	}
	ac_jw_end(&pack->make.w);
}

static void
write_aliases(ac_pack *pack)
{
	const ac_fact_name *names = pack->names.items;
	bool open = false;

	for (size_t i = 0; i < pack->names.count; i++) {
		bool repeated = false;

		for (size_t before = 0; before < i && !repeated; before++)
			repeated = ac_str_eq(names[before].text, names[i].text);
		if (repeated)
			continue;
		if (!open) {
			ac_jw_key(&pack->make.w, AC_S("aliases"));
			ac_jw_array(&pack->make.w);
		}
		open = true;
		ac_jw_string(&pack->make.w, names[i].text);
	}
	if (open)
		ac_jw_end(&pack->make.w);
}

static void
write_phases(ac_pack *pack)
{
	ac_str rest = pack->current.tactics, name;

	if (rest.n == 0)
		return;
	ac_jw_key(&pack->make.w, AC_S("kill_chain_phases"));
	ac_jw_array(&pack->make.w);
	while (rest.n && ac_str_next_field(&rest, ',', &name)) {
		ac_jw_object(&pack->make.w);
		ac_jw_key_string(&pack->make.w, AC_S("kill_chain_name"), ATTACK);
		ac_jw_key_string(&pack->make.w, AC_S("phase_name"), name);
		ac_jw_end(&pack->make.w);
	}
	ac_jw_end(&pack->make.w);
}

/* What only some types have. */
static void
write_own(ac_pack *pack)
{
	const ac_pack_object *o = &pack->current;
	ac_json_writer *w = &pack->make.w;
	uint64_t order;

	if (ac_str_eq(o->type, AC_S("malware")))
		ac_jw_key_bool(w, AC_S("is_family"), true);
	if (ac_str_eq(o->type, AC_S("attack-pattern")))
		ac_jw_key_bool(w, AC_S("x_mitre_is_subtechnique"), ac_str_find_byte(o->key, '.') < o->key.n);
	ac_make_string(&pack->make, "x_mitre_shortname", o->shortname);
	if (ac_str_to_u64(o->order, &order))
		ac_jw_key_u64(w, AC_S("x_accord_order"), order);
	ac_make_time(&pack->make, "first_seen", o->first_seen);
	ac_make_time(&pack->make, "last_seen", o->last_seen);
	ac_make_string(&pack->make, "x_misp_galaxy", o->galaxy);
	write_phases(pack);
}

/* ---- handing over ---- */

/* The name itself, who uses which name, and the numbers. */
static int
gather_names(ac_pack *pack, ac_made *made, accord_err *err)
{
	const ac_pack_object *o = &pack->current;
	size_t most = pack->names.count + pack->numbers.count + 3, n = 0;
	ac_fact_name *names = ac_arena_alloc(&pack->object, most * sizeof(*names));
	const ac_fact_name *given = pack->names.items, *numbers = pack->numbers.items;
	bool has_primary = false;

	if (!names)
		return ac_arena_check(&pack->object, err);
	for (size_t i = 0; i < pack->names.count; i++) {
		names[n++] = given[i];
		has_primary = has_primary || given[i].kind == AC_NAME_PRIMARY;
	}
	if (!has_primary)
		names[n++] = (ac_fact_name){ AC_NAME_PRIMARY, o->name, o->source };
	if (o->key.n)
		names[n++] = (ac_fact_name){ AC_NAME_EXTERNAL_ID, o->key, ATTACK };
	for (size_t i = 0; i < pack->numbers.count; i++)
		names[n++] = numbers[i];
	if (o->uuid.n)
		names[n++] = (ac_fact_name){ AC_NAME_UUID, o->uuid, o->source };
	made->names = names;
	made->name_count = n;
	return 0;
}

/* A place, sector or sponsor that claims point to, handed over once. */
static int
make_end_of_claim(
    ac_pack *pack, const char *type, ac_str name, ac_str country, const char *class, ac_str id, accord_err *err)
{
	ac_made made = { .abridged = true };
	ac_str key;

	if (ac_map_get(&pack->made, id))
		return 0;
	key = ac_arena_str(&pack->kept, id);
	if (!key.p || !ac_map_put(&pack->made, key, NULL))
		return ac_map_refused(&pack->made, "places and sectors", err);
	ac_make_begin(&pack->make, ac_str_from(type), id, ac_galaxy_created, ac_galaxy_created);
	ac_make_string(&pack->make, "name", name);
	ac_make_string(&pack->make, "country", country);
	if (class)
		ac_make_string(&pack->make, "identity_class", ac_str_from(class));
	write_marking(pack);
	return ac_make_end(&pack->make, &made, pack->current.place, err);
}

/* What each kind of claim points to, and by which relationship. */
static const struct {
	const char *relation;
	const char *type;
	const char *class;  /* of an identity */
	const char *prefix; /* of the text that the id is derived from */
} claim_ends[] = {
	[AC_PACK_COUNTRY] = { "originates-from", "location", NULL, "country" },
	[AC_PACK_SPONSOR] = { "attributed-to", "identity", "unknown", "sponsor" },
	[AC_PACK_VICTIM] = { "targets", "identity", "unknown", "victim" },
	[AC_PACK_SECTOR] = { "targets", "identity", "class", "sector" },
};

static int
make_claim(ac_pack *pack, const ac_pack_claim *claim, accord_err *err)
{
	bool is_place = claim->kind == AC_PACK_COUNTRY || (claim->kind == AC_PACK_VICTIM && claim->code.n);
	const char *type = is_place ? "location" : claim_ends[claim->kind].type;
	const char *class = is_place ? NULL : claim_ends[claim->kind].class;
	ac_str kind = ac_str_from(claim_ends[claim->kind].relation), target, id, name;
	const ac_pack_object *o = &pack->current;
	ac_made made = { .abridged = true };
	int rc;

	name = ac_arena_printf(&pack->object, "%s:%.*s",
	    is_place && claim->kind == AC_PACK_VICTIM ? "place" : claim_ends[claim->kind].prefix, AC_FMT(claim->text));
	rc = ac_stix_derived_id(ac_str_from(type), name, &pack->object, &target, err);
	if (rc == 0)
		rc = make_end_of_claim(
		    pack, type, claim->text, is_place ? claim->code : (ac_str){ NULL, 0 }, class, target, err);
	if (rc < 0)
		return rc;
	name = ac_arena_printf(&pack->object, "claim %.*s %.*s %.*s %.*s", AC_FMT(o->id), AC_FMT(kind), AC_FMT(target),
	    AC_FMT(claim->claimant));
	rc = ac_stix_derived_id(AC_S("relationship"), name, &pack->object, &id, err);
	if (rc < 0)
		return rc;
	ac_make_begin(&pack->make, AC_S("relationship"), id, o->created, o->modified);
	ac_make_string(&pack->make, "relationship_type", kind);
	ac_make_string(&pack->make, "source_ref", o->id);
	ac_make_string(&pack->make, "target_ref", target);
	ac_make_string(&pack->make, "x_accord_claimant", claim->claimant);
	if (claim->confidence >= 0)
		ac_jw_key_u64(&pack->make.w, AC_S("confidence"), (uint64_t)claim->confidence);
	write_marking(pack);
	return ac_make_end(&pack->make, &made, o->place, err);
}

static int
make_object(ac_pack *pack, accord_err *err)
{
	const ac_pack_object *o = &pack->current;
	const ac_pack_claim *claims = pack->claims.items;
	ac_made made = { .abridged = true };
	int rc = gather_names(pack, &made, err);

	if (rc < 0)
		return rc;
	ac_make_begin(&pack->make, o->type, o->id, o->created, o->modified);
	if (o->key.n)
		ac_make_string(&pack->make, "created_by_ref", MITRE_ID);
	ac_make_string(&pack->make, "name", o->name);
	write_aliases(pack);
	write_own(pack);
	write_references(pack);
	write_marking(pack);
	rc = ac_make_end(&pack->make, &made, o->place, err);
	for (size_t i = 0; rc == 0 && i < pack->claims.count; i++)
		rc = make_claim(pack, &claims[i], err);
	return rc;
}

int
ac_pack_end_object(ac_pack *pack, accord_err *err)
{
	int rc = pack->has_object ? make_object(pack, err) : 0;

	pack->has_object = false;
	pack->names.count = pack->claims.count = pack->numbers.count = pack->cited.count = 0;
	ac_arena_reset(&pack->object);
	return rc;
}

int
ac_pack_make_relation(ac_pack *pack, const ac_pack_relation *relation, ac_str uuid, accord_err *err)
{
	ac_made made = { .abridged = true };
	int rc;

	pack->current = (ac_pack_object){ .place = relation->place };
	rc = cite(pack, relation->references, err);
	if (rc < 0)
		return rc;
	ac_make_begin(&pack->make, AC_S("relationship"),
	    ac_arena_printf(&pack->object, "relationship--%.*s", AC_FMT(uuid)), relation->created, relation->modified);
	ac_make_string(&pack->make, "created_by_ref", MITRE_ID);
	ac_make_string(&pack->make, "relationship_type", relation->kind);
	ac_make_string(&pack->make, "source_ref", relation->source_id);
	ac_make_string(&pack->make, "target_ref", relation->target_id);
	write_references(pack);
	write_marking(pack);
	rc = ac_make_end(&pack->make, &made, relation->place, err);
	pack->cited.count = 0;
	ac_arena_reset(&pack->object);
	return rc;
}

int
ac_pack_make_similar(ac_pack *pack, ac_str type, ac_str uuid, ac_str other_type, ac_str other_uuid, ac_str likelihood,
    uint64_t source, ac_place place, accord_err *err)
{
	ac_pack_source from = source_of(pack, source);
	ac_str marking = ac_tlp_marking_id(pack->tlp), label;
	ac_made_relation relation = { .kind = AC_S("similar"),
		.created = from.date,
		.modified = from.date,
		.markings = &marking,
		.marking_count = marking.n ? 1 : 0,
		.labels = &label,
		.label_count = likelihood.n ? 1 : 0,
		.abridged = true };
	int rc = ac_galaxy_id(type, uuid, &pack->object, &relation.source_id, err);

	if (rc == 0)
		rc = ac_galaxy_id(other_type, other_uuid, &pack->object, &relation.target_id, err);
	if (rc < 0)
		return rc;
	label =
	    ac_arena_printf(&pack->object, "estimative-language:likelihood-probability=\"%.*s\"", AC_FMT(likelihood));
	/* The id that the galaxy's own relation has (galaxy_links.c). */
	relation.id_name = ac_arena_printf(
	    &pack->object, "misp-galaxy-relation %.*s similar %.*s", AC_FMT(relation.source_id), AC_FMT(other_uuid));
	rc = ac_make_relation(&pack->make, &relation, place, err);
	ac_arena_reset(&pack->object);
	return rc;
}
