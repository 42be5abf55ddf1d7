/* SPDX-License-Identifier: Apache-2.0 */
/* MISP attributes, objects and tags as STIX 2.1. Knows nothing of how events are wrapped and streamed. */
#include "learn/misp_make.h"

#include "learn/misp_pattern.h"
#include "stix/id.h"

#define KEPT_MAX (64 * AC_MIB)
#define SCRATCH_MAX (64 * AC_MIB)
#define MADE_MAX 1000000
#define OBJECT_ATTRIBUTES_MAX 4096

void
ac_misp_context_init(ac_misp_context *context, const ac_reader_sink *sink, ac_hash_seed seed)
{
	*context = (ac_misp_context){ .sink = sink, .created = AC_TIME_MIN, .modified = AC_TIME_MIN };
	ac_make_init(&context->make, sink);
	ac_arena_init(&context->kept, KEPT_MAX);
	ac_arena_init(&context->scratch, SCRATCH_MAX);
	ac_map_init(&context->made, seed, MADE_MAX);
	context->clusters.arena = &context->kept;
}

void
ac_misp_context_done(ac_misp_context *context)
{
	ac_make_done(&context->make);
	ac_arena_done(&context->kept);
	ac_arena_done(&context->scratch);
	ac_map_done(&context->made);
}

void
ac_misp_context_reset(ac_misp_context *context)
{
	ac_map_clear(&context->made);
	ac_arena_reset(&context->kept);
	ac_arena_reset(&context->scratch);
	context->event_uuid = context->creator = (ac_str){ NULL, 0 };
	context->created = context->modified = AC_TIME_MIN;
	context->tlp = AC_TLP_NONE;
	context->pap = AC_PAP_NONE;
	context->clusters.count = 0;
}

bool
ac_misp_time(const ac_json *value, ac_time *out)
{
	ac_str text = ac_json_text(value);

	*out = AC_TIME_MIN;
	if (!value || ac_json_type_of(value) == AC_JSON_NULL || ac_str_eq(text, AC_S("0")) || text.n == 0)
		return !value || ac_json_type_of(value) != AC_JSON_OBJECT;
	return ac_time_parse_unix(text, out);
}

bool
ac_misp_flag(ac_misp_context *context, const ac_json *value)
{
	ac_str text = ac_json_text(value);

	if (text.n == 0)
		return ac_json_is_true(value);
	context->sink->on_repair(context->sink->payload, "quoted-boolean", NULL);
	return ac_str_eq(text, AC_S("1")) || ac_str_eq_fold(text, AC_S("true"));
}

void
ac_misp_write_markings(ac_make *make, ac_tlp tlp)
{
	ac_str id = ac_tlp_marking_id(tlp);

	if (id.n == 0)
		return;
	ac_jw_key(&make->w, AC_S("object_marking_refs"));
	ac_jw_array(&make->w);
	ac_jw_string(&make->w, id);
	ac_jw_end(&make->w);
}

/* ---- tags and clusters ---- */

static bool
has_cluster(const ac_misp_clusters *clusters, ac_str tag)
{
	for (size_t i = 0; i < clusters->count; i++)
		if (ac_str_eq(clusters->items[i].tag, tag))
			return true;
	return false;
}

/* Hand the cluster's object over, once an event, and put it on the list. */
static int
add_cluster(ac_misp_context *context, ac_cluster *cluster, ac_str tag, ac_misp_clusters *clusters, ac_place place,
    accord_err *err)
{
	ac_str id = ac_arena_str(clusters->arena, cluster->id), kept_tag = ac_arena_str(clusters->arena, tag), key;

	if (!id.p || !kept_tag.p)
		return ac_arena_check(clusters->arena, err);
	if (clusters->count == AC_MISP_CLUSTERS_MAX) {
		context->sink->on_repair(context->sink->payload, "clusters-left-out", NULL);
		return 0;
	}
	clusters->items[clusters->count++] = (ac_misp_cluster){ .id = id, .tag = kept_tag };
	if (ac_map_get(&context->made, id))
		return 0;
	key = ac_arena_str(&context->kept, id);
	if (!key.p || !ac_map_put(&context->made, key, NULL))
		return ac_map_refused(&context->made, "clusters in one event", err);
	cluster->abridged = true;
	return ac_galaxy_make(&context->make, cluster, place, err);
}

/* Galaxy[].GalaxyCluster[]: the cluster itself, with its UUID. */
static int
add_galaxy(ac_misp_context *context, const ac_json *galaxy, ac_misp_clusters *clusters, ac_place place, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(galaxy, AC_S("GalaxyCluster")));
	ac_str type = ac_json_get_string(galaxy, AC_S("type"));
	int rc = 0;

	while (rc == 0 && ac_json_next(&it)) {
		ac_str own_type = ac_json_get_string(it.value, AC_S("type"));
		ac_cluster cluster = { .galaxy = own_type.n ? own_type : type,
			.value = ac_json_get_string(it.value, AC_S("value")),
			.description = ac_json_get_string(it.value, AC_S("description")),
			.meta = ac_json_get(it.value, AC_S("meta")) };
		int64_t version = 0;
		char uuid[36];

		if (cluster.galaxy.n == 0 || cluster.value.n == 0 ||
		    !ac_uuid_lower(ac_json_get_string(it.value, AC_S("uuid")), uuid)) {
			rc = ac_refuse_text(context->sink, AC_REFUSED_BAD_ID, place,
			    "want a galaxy cluster with type, value and UUID, got one without");
			continue;
		}
		(void)ac_str_to_i64(ac_json_text(ac_json_get(it.value, AC_S("version"))), &version);
		cluster.modified = ac_galaxy_time(version);
		rc = ac_galaxy_id(cluster.galaxy, (ac_str){ uuid, sizeof(uuid) }, &context->scratch, &cluster.id, err);
		if (rc == 0)
			rc = add_cluster(
			    context, &cluster, ac_json_get_string(it.value, AC_S("tag_name")), clusters, place, err);
	}
	return rc;
}

/* misp-galaxy:threat-actor="APT40": all that a feed says of a cluster. */
static int
add_galaxy_tag(ac_misp_context *context, ac_str tag, ac_misp_clusters *clusters, ac_place place, accord_err *err)
{
	ac_str rest = ac_str_slice(tag, sizeof("misp-galaxy:") - 1, tag.n), galaxy;
	ac_cluster cluster = { .modified = ac_galaxy_created };
	int rc;

	if (!ac_str_cut(&rest, '=', &galaxy) || rest.n < 3 || rest.p[0] != '"' || rest.p[rest.n - 1] != '"')
		return 0;
	cluster.galaxy = galaxy;
	cluster.value = ac_str_slice(rest, 1, rest.n - 1);
	if (has_cluster(clusters, tag) || cluster.value.n == 0)
		return 0;
	rc = ac_galaxy_id_by_name(galaxy, cluster.value, &context->scratch, &cluster.id, err);
	return rc < 0 ? rc : add_cluster(context, &cluster, tag, clusters, place, err);
}

ac_tlp
ac_misp_tlp(const ac_json *tags, ac_tlp so_far)
{
	ac_json_iter it = ac_json_iter_of(ac_json_is(tags, AC_JSON_ARRAY) ? tags : NULL);

	while (ac_json_next(&it)) {
		ac_str name = ac_json_get_string(it.value, AC_S("name"));
		ac_tlp level;

		/* An unknown word behind "tlp:" is taken as the strictest: it asked for something. */
		if (ac_str_starts_fold(name, AC_S("tlp:"))) {
			if (!ac_tlp_from_name(name, &level))
				level = AC_TLP_RED;
			so_far = level > so_far ? level : so_far;
		}
	}
	return so_far;
}

ac_pap
ac_misp_pap(const ac_json *tags, ac_pap so_far)
{
	ac_json_iter it = ac_json_iter_of(ac_json_is(tags, AC_JSON_ARRAY) ? tags : NULL);
	ac_pap level;

	while (ac_json_next(&it))
		if (ac_pap_from_name(ac_json_get_string(it.value, AC_S("name")), &level) && level > so_far)
			so_far = level;
	return so_far;
}

int
ac_misp_tags(ac_misp_context *context, const ac_json *tags, const ac_json *galaxies, ac_tlp *tlp,
    ac_misp_clusters *clusters, ac_place place, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(galaxies);
	int rc = 0;

	while (rc == 0 && ac_json_next(&it))
		rc = add_galaxy(context, it.value, clusters, place, err);
	*tlp = ac_misp_tlp(tags, *tlp);
	it = ac_json_iter_of(tags);
	while (rc == 0 && ac_json_next(&it)) {
		ac_str name = ac_json_get_string(it.value, AC_S("name"));

		if (ac_str_starts(name, AC_S("misp-galaxy:")))
			rc = add_galaxy_tag(context, name, clusters, place, err);
	}
	return rc;
}

/* ---- one attribute ---- */

typedef struct attribute {
	const ac_json *json;
	ac_place place;
	const ac_misp_type *type;
	ac_str type_name, category, value, comment;
	char uuid[36];
	ac_time created, modified, first_seen, last_seen, expired;
	ac_tlp tlp;
	bool to_ids, deleted;
	const ac_misp_clusters *clusters;
} attribute;

static int
id_of(ac_misp_context *context, const char *type, const attribute *a, ac_str *out, accord_err *err)
{
	*out = AC_JOIN(&context->scratch, ac_str_from(type), AC_S("--"), (ac_str){ a->uuid, sizeof(a->uuid) });
	return ac_arena_check(&context->scratch, err);
}

/* labels as MISP's own exporter writes them, the attribute's tags, and of its event's what may be done with it: an indicator goes without its report. */
static void
write_labels(ac_misp_context *context, const attribute *a)
{
	ac_json_writer *w = &context->make.w;
	ac_json_iter it = ac_json_iter_of(ac_json_get(a->json, AC_S("Tag")));

	ac_jw_key(w, AC_S("labels"));
	ac_jw_array(w);
	ac_jw_string(w, AC_JOIN(&context->scratch, AC_S("misp:type=\""), a->type_name, AC_S("\"")));
	if (a->category.n)
		ac_jw_string(w, AC_JOIN(&context->scratch, AC_S("misp:category=\""), a->category, AC_S("\"")));
	ac_jw_string(w, a->to_ids ? AC_S("misp:to_ids=\"True\"") : AC_S("misp:to_ids=\"False\""));
	while (ac_json_next(&it))
		if (ac_json_get_string(it.value, AC_S("name")).n)
			ac_jw_string(w, ac_json_get_string(it.value, AC_S("name")));
	if (context->pap > ac_misp_pap(ac_json_get(a->json, AC_S("Tag")), AC_PAP_NONE))
		ac_jw_string(w, ac_pap_name(context->pap));
	ac_jw_end(w);
}

static void
begin_object(ac_misp_context *context, const char *type, ac_str id, const attribute *a)
{
	ac_make_begin(&context->make, ac_str_from(type), id, a->created, a->modified);
	ac_make_string(&context->make, "created_by_ref", context->creator);
}

/* End the object that was begun, and count it among the event's. */
static int
end_object(ac_misp_context *context, ac_str id, ac_str exact, const attribute *a, accord_err *err)
{
	ac_made made = { .exact = exact, .revoked = a->deleted };
	int rc = ac_arena_check(&context->scratch, err); /* of texts that were written since */

	if (rc < 0)
		return rc;
	ac_misp_write_markings(&context->make, a->tlp);
	rc = ac_make_end(&context->make, &made, a->place, err);
	if (rc == 0 && context->on_ref)
		rc = context->on_ref(context->on_ref_payload, id, err);
	return rc;
}

static int
indicate(
    ac_misp_context *context, ac_str indicator, const attribute *a, const ac_misp_cluster *cluster, accord_err *err)
{
	ac_str marking = ac_tlp_marking_id(a->tlp);
	ac_made_relation relation = { .kind = AC_S("indicates"),
		.source_id = indicator,
		.target_id = cluster->id,
		.created_by = context->creator,
		.created = a->created,
		.modified = a->modified,
		.markings = &marking,
		.marking_count = marking.n ? 1 : 0,
		.revoked = a->deleted };

	return ac_make_relation(&context->make, &relation, a->place, err);
}

/* An attribute's own clusters. What its event is tagged with is the report's to say, whose object_refs name both. */
static int
indicate_all(ac_misp_context *context, ac_str indicator, const attribute *a, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < a->clusters->count; i++)
		rc = indicate(context, indicator, a, &a->clusters->items[i], err);
	return rc;
}

static int
make_indicator(ac_misp_context *context, const attribute *a, const ac_misp_pattern *pattern, accord_err *err)
{
	ac_make *make = &context->make;
	ac_time from = ac_time_cmp(a->first_seen, AC_TIME_MIN) ? a->first_seen : a->modified;
	ac_str id;
	int rc = id_of(context, "indicator", a, &id, err);

	if (rc < 0)
		return rc;
	begin_object(context, "indicator", id, a);
	/* Rules are their own name's worth of text: their first line is enough. */
	ac_make_string(make, "name", ac_str_slice(a->value, 0, ac_str_find_byte(a->value, '\n')));
	ac_make_string(make, "description", a->comment);
	ac_make_string(make, "pattern", pattern->text);
	ac_make_string(make, "pattern_type", pattern->type);
	ac_make_time(make, "valid_from", from);
	if (ac_time_cmp(a->expired, from) > 0) /* STIX 2.1 s4.7: strictly later */
		ac_make_time(make, "valid_until", a->expired);
	ac_make_time(make, "x_misp_last_seen", a->last_seen);
	write_labels(context, a);
	rc = end_object(context, id, ac_json_raw(a->json), a, err);
	return rc < 0 ? rc : indicate_all(context, id, a, err);
}

/* Hand over an observable under the id that STIX 2.1 s2.9 gives it. */
static int
make_observable(
    ac_misp_context *context, const ac_misp_observable *o, const attribute *a, ac_str *out_id, accord_err *err)
{
	ac_made made = { 0 };
	const ac_json *json;
	ac_str members;
	int rc = ac_json_parse(o->json, AC_JSON_LIMITS, &context->scratch, &json, err);

	if (rc == 0)
		rc = ac_stix_sco_id(json, &context->scratch, out_id, NULL, err);
	if (rc < 0)
		return rc;
	if (out_id->n == 0)
		return ac_fail(err, ACCORD_EINTERNAL, "an observable of %.*s has no id", AC_FMT(a->type_name));
	ac_make_begin(&context->make, ac_json_get_string(json, AC_S("type")), *out_id, AC_TIME_MIN, AC_TIME_MIN);
	for (ac_json_iter it = ac_json_iter_of(json); ac_json_next(&it);) {
		if (ac_str_eq(it.key, AC_S("type")))
			continue;
		members = ac_json_raw(it.value);
		ac_jw_key(&context->make.w, it.key);
		ac_jw_raw(&context->make.w, members);
	}
	rc = ac_make_end(&context->make, &made, a->place, err);
	return rc < 0 || !context->on_ref ? rc : context->on_ref(context->on_ref_payload, *out_id, err);
}

static int
make_observed(ac_misp_context *context, const attribute *a, const ac_misp_pattern *pattern, accord_err *err)
{
	ac_time first = ac_time_cmp(a->first_seen, AC_TIME_MIN) ? a->first_seen : a->modified;
	ac_time last = ac_time_cmp(a->last_seen, first) > 0 ? a->last_seen : first;
	ac_str ids[AC_MISP_OBSERVABLES_MAX], id;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < pattern->observable_count; i++)
		rc = make_observable(context, &pattern->observables[i], a, &ids[i], err);
	if (rc == 0)
		rc = id_of(context, "observed-data", a, &id, err);
	if (rc < 0)
		return rc;
	begin_object(context, "observed-data", id, a);
	ac_make_time(&context->make, "first_observed", first);
	ac_make_time(&context->make, "last_observed", last);
	ac_jw_key_u64(&context->make.w, AC_S("number_observed"), 1);
	ac_jw_key(&context->make.w, AC_S("object_refs"));
	ac_jw_array(&context->make.w);
	for (size_t i = 0; i < pattern->observable_count; i++)
		ac_jw_string(&context->make.w, ids[i]);
	ac_jw_end(&context->make.w);
	ac_make_string(&context->make, "x_misp_comment", a->comment);
	write_labels(context, a);
	return end_object(context, id, ac_json_raw(a->json), a, err);
}

/* A vulnerability, campaign or threat actor that is known by its name alone. Nothing in it depends on who named it: two events that name it make one object. */
static int
make_named(ac_misp_context *context, const attribute *a, accord_err *err)
{
	ac_made made = { 0 };
	ac_str name = ac_str_trim(a->value), key, id;
	ac_value canonical = { 0 };
	accord_err ignored = { 0 };
	int rc;

	if (a->type->value != AC_VALUE_NONE &&
	    ac_value_parse(a->type->value, name, &context->scratch, &canonical, &ignored) == 0)
		name = canonical.text;
	key = ac_arena_printf(&context->scratch, "misp-%.*s:%.*s", AC_FMT(a->type_name), AC_FMT(name));
	rc = ac_stix_derived_id(a->type->path, key, &context->scratch, &id, err);
	if (rc < 0)
		return rc;
	ac_make_begin(&context->make, a->type->path, id, ac_galaxy_created, ac_galaxy_created);
	ac_make_string(&context->make, "name", name);
	if (canonical.text.n) {
		ac_jw_key(&context->make.w, AC_S("external_references"));
		ac_jw_array(&context->make.w);
		ac_jw_object(&context->make.w);
		ac_jw_key_string(&context->make.w, AC_S("source_name"), AC_S("cve"));
		ac_jw_key_string(&context->make.w, AC_S("external_id"), name);
		ac_jw_end(&context->make.w);
		ac_jw_end(&context->make.w);
	}
	rc = ac_make_end(&context->make, &made, a->place, err);
	return rc < 0 || !context->on_ref ? rc : context->on_ref(context->on_ref_payload, id, err);
}

static int
make_text(ac_misp_context *context, const attribute *a, accord_err *err)
{
	ac_str id;
	int rc = id_of(context, "x-misp-attribute", a, &id, err);

	if (rc < 0)
		return rc;
	begin_object(context, "x-misp-attribute", id, a);
	ac_make_string(&context->make, "x_misp_type", a->type_name);
	ac_make_string(&context->make, "x_misp_category", a->category);
	ac_make_string(&context->make, "x_misp_value", a->value);
	ac_make_string(&context->make, "x_misp_comment", a->comment);
	write_labels(context, a);
	return end_object(context, id, ac_json_raw(a->json), a, err);
}

/* ---- reading an attribute ---- */

static bool
loose_time(const ac_json *value, ac_time *out)
{
	ac_str text = ac_json_text(value);

	*out = AC_TIME_MIN;
	return text.n == 0 || ac_time_parse_loose(text, out);
}

/* The latest sighting of type 2 (expiration). */
static void
read_expiration(attribute *a)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(a->json, AC_S("Sighting")));

	a->expired = AC_TIME_MIN;
	while (ac_json_next(&it)) {
		ac_time when;

		if (ac_str_eq(ac_json_text(ac_json_get(it.value, AC_S("type"))), AC_S("2")) &&
		    ac_misp_time(ac_json_get(it.value, AC_S("date_sighting")), &when) &&
		    ac_time_cmp(when, a->expired) > 0)
			a->expired = when;
	}
}

/* NULL, or why the attribute is refused. */
static const char *
read_attribute(ac_misp_context *context, const ac_json *json, attribute *a, accord_err *what)
{
	a->json = json;
	a->type_name = ac_json_get_string(json, AC_S("type"));
	a->category = ac_json_get_string(json, AC_S("category"));
	a->value = ac_json_text(ac_json_get(json, AC_S("value")));
	a->comment = ac_json_get_string(json, AC_S("comment"));
	a->tlp = context->tlp;
	a->type = ac_misp_type_find(a->type_name);
	if (ac_overrides_direction(json)) {
		(void)ac_fail(
		    what, ACCORD_EINPUT, "want readable text, got a control that reorders what a reader sees");
		return AC_REFUSED_BIDI;
	}
	if (!ac_uuid_lower(ac_json_get_string(json, AC_S("uuid")), a->uuid)) {
		(void)ac_fail(what, ACCORD_EINPUT, "want an attribute with a UUID, got '%.*s'",
		    AC_FMT(ac_str_slice(ac_json_get_string(json, AC_S("uuid")), 0, 40)));
		return AC_REFUSED_BAD_ID;
	}
	if (a->type_name.n == 0 || a->value.n == 0) {
		(void)ac_fail(
		    what, ACCORD_EINPUT, "want an attribute with a type and a value, got %.36s without", a->uuid);
		return AC_REFUSED_BAD_OBJECT;
	}
	if (!ac_misp_time(ac_json_get(json, AC_S("timestamp")), &a->modified) ||
	    !loose_time(ac_json_get(json, AC_S("first_seen")), &a->first_seen) ||
	    !loose_time(ac_json_get(json, AC_S("last_seen")), &a->last_seen)) {
		(void)ac_fail(what, ACCORD_EINPUT,
		    "want a timestamp in Unix seconds and ISO times in attribute %.36s, got something else", a->uuid);
		return AC_REFUSED_BAD_TIMESTAMP;
	}
	if (ac_time_cmp(a->modified, AC_TIME_MIN) == 0)
		a->modified = context->modified;
	if (ac_time_cmp(a->modified, AC_TIME_MIN) == 0) {
		(void)ac_fail(what, ACCORD_EINPUT, "want a timestamp, got attribute %.36s without", a->uuid);
		return AC_REFUSED_BAD_TIMESTAMP;
	}
	/* `created` never changes (STIX 2.1 s3.2), and MISP does not say it: the event's date is the best that stays. */
	a->created = ac_time_cmp(context->created, AC_TIME_MIN) && ac_time_cmp(context->created, a->modified) < 0
			 ? context->created
			 : a->modified;
	a->to_ids = ac_misp_flag(context, ac_json_get(json, AC_S("to_ids")));
	a->deleted = ac_misp_flag(context, ac_json_get(json, AC_S("deleted")));
	read_expiration(a);
	return NULL;
}

static int
take_attribute(ac_misp_context *context, attribute *a, accord_err *err)
{
	ac_misp_pattern pattern = { 0 };
	accord_err what = { 0 };
	int rc;

	if (a->type->form == AC_MISP_TEXT) {
		context->sink->on_repair(context->sink->payload, "not-mapped", NULL);
		return make_text(context, a, err);
	}
	if (a->type->form == AC_MISP_NAMED)
		return make_named(context, a, err);
	rc = ac_misp_pattern_of(a->type, a->value, &context->scratch, &pattern, &what);
	if (rc == ACCORD_ENOMEM) {
		*err = what;
		return rc;
	}
	if (rc < 0)
		return ac_refuse_text(context->sink, AC_REFUSED_NOT_VALUE, a->place, "attribute %.36s of type %.*s: %s",
		    a->uuid, AC_FMT(a->type_name), what.text);
	if (a->to_ids)
		return make_indicator(context, a, &pattern, err);
	return pattern.observable_count ? make_observed(context, a, &pattern, err) : make_text(context, a, err);
}

int
ac_misp_attribute(ac_misp_context *context, const ac_json *json, ac_place place, accord_err *err)
{
	attribute a = { .place = place };
	accord_err what = { 0 };
	ac_misp_clusters clusters = { .arena = &context->scratch };
	const char *reason;
	int rc;

	if (!ac_json_is(json, AC_JSON_OBJECT))
		return ac_refuse_text(
		    context->sink, AC_REFUSED_NOT_OBJECT, place, "want an attribute, got something else");
	reason = read_attribute(context, json, &a, &what);
	if (reason)
		return ac_refuse_text(context->sink, reason, place, "%s", what.text);
	rc = ac_misp_tags(
	    context, ac_json_get(json, AC_S("Tag")), ac_json_get(json, AC_S("Galaxy")), &a.tlp, &clusters, place, err);
	a.clusters = &clusters;
	if (rc == 0)
		rc = take_attribute(context, &a, err);
	ac_arena_reset(&context->scratch);
	return rc;
}

/* ---- objects ---- */

/* The object itself: what its attributes have in common. Its exact bytes keep references and template. */
static int
make_object(ac_misp_context *context, const ac_json *json, const char uuid[static 36], ac_place place, accord_err *err)
{
	attribute a = { .json = json, .place = place, .tlp = context->tlp };
	ac_json_iter it = ac_json_iter_of(ac_json_get(json, AC_S("Attribute")));
	ac_str id;
	int rc;

	memcpy(a.uuid, uuid, sizeof(a.uuid));
	if (!ac_misp_time(ac_json_get(json, AC_S("timestamp")), &a.modified) ||
	    ac_time_cmp(a.modified, AC_TIME_MIN) == 0)
		a.modified = context->modified;
	a.created = ac_time_cmp(context->created, AC_TIME_MIN) && ac_time_cmp(context->created, a.modified) < 0
			? context->created
			: a.modified;
	a.deleted = ac_misp_flag(context, ac_json_get(json, AC_S("deleted")));
	if (ac_time_cmp(a.modified, AC_TIME_MIN) == 0)
		return 0; /* its attributes were refused for the same reason */
	rc = id_of(context, "x-misp-object", &a, &id, err);
	if (rc < 0)
		return rc;
	begin_object(context, "x-misp-object", id, &a);
	ac_make_string(&context->make, "name", ac_json_get_string(json, AC_S("name")));
	ac_make_string(&context->make, "x_misp_meta_category", ac_json_get_string(json, AC_S("meta-category")));
	ac_make_string(&context->make, "x_misp_comment", ac_json_get_string(json, AC_S("comment")));
	ac_jw_key(&context->make.w, AC_S("x_misp_attributes"));
	ac_jw_array(&context->make.w);
	for (size_t i = 0; ac_json_next(&it) && i < OBJECT_ATTRIBUTES_MAX; i++) {
		ac_jw_object(&context->make.w);
		ac_jw_key_string(
		    &context->make.w, AC_S("object_relation"), ac_json_get_string(it.value, AC_S("object_relation")));
		ac_jw_key_string(&context->make.w, AC_S("uuid"), ac_json_get_string(it.value, AC_S("uuid")));
		ac_jw_end(&context->make.w);
	}
	ac_jw_end(&context->make.w);
	rc = end_object(context, id, ac_json_raw(json), &a, err);
	ac_arena_reset(&context->scratch);
	return rc;
}

int
ac_misp_object(ac_misp_context *context, const ac_json *object, ac_place place, accord_err *err)
{
	ac_json_iter it = ac_json_iter_of(ac_json_get(object, AC_S("Attribute")));
	char uuid[36];
	int rc = 0;

	if (!ac_json_is(object, AC_JSON_OBJECT))
		return ac_refuse_text(
		    context->sink, AC_REFUSED_NOT_OBJECT, place, "want a MISP object, got something else");
	if (!ac_uuid_lower(ac_json_get_string(object, AC_S("uuid")), uuid))
		return ac_refuse_text(context->sink, AC_REFUSED_BAD_ID, place,
		    "want a MISP object with a UUID, got '%.*s'",
		    AC_FMT(ac_str_slice(ac_json_get_string(object, AC_S("uuid")), 0, 40)));
	while (rc == 0 && ac_json_next(&it))
		rc = ac_misp_attribute(context, it.value, place, err);
	return rc < 0 ? rc : make_object(context, object, uuid, place, err);
}
