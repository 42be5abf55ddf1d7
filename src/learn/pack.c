/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of the knowledge pack, "accord.pack/1" (format: data/README.md): rows of tab-separated facts. An object is made when its last sub-row has been seen. Everything that comes of it is abridged:
 * what a producer itself publishes ranks above it.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "learn/detect.h"
#include "learn/kinds.h"
#include "learn/lines.h"
#include "learn/pack_object.h"

#define FIELDS_MAX 12

/* Which columns an object row has behind its kind; 0: it has none of that. */
typedef struct object_row {
	ac_str kind;
	ac_str type;
	unsigned key, uuid, created, modified, name, tactics, shortname, order, first_seen, last_seen;
	unsigned columns;
} object_row;

static const object_row object_rows[] = {
	{ AC_S_INIT("tactic"), AC_S_INIT("x-mitre-tactic"), .key = 1, .uuid = 2, .created = 3, .modified = 4,
	    .shortname = 5, .order = 6, .name = 7, .columns = 8 },
	{ AC_S_INIT("technique"), AC_S_INIT("attack-pattern"), .key = 1, .uuid = 2, .created = 3, .modified = 4,
	    .tactics = 5, .name = 6, .columns = 7 },
	{ AC_S_INIT("mitigation"), AC_S_INIT("course-of-action"), .key = 1, .uuid = 2, .created = 3, .modified = 4,
	    .name = 5, .columns = 6 },
	{ AC_S_INIT("malware"), AC_S_INIT("malware"), .key = 1, .uuid = 2, .created = 3, .modified = 4, .name = 5,
	    .columns = 6 },
	{ AC_S_INIT("tool"), AC_S_INIT("tool"), .key = 1, .uuid = 2, .created = 3, .modified = 4, .name = 5,
	    .columns = 6 },
	{ AC_S_INIT("actor"), AC_S_INIT("intrusion-set"), .key = 1, .uuid = 2, .created = 3, .modified = 4, .name = 5,
	    .columns = 6 },
	{ AC_S_INIT("campaign"), AC_S_INIT("campaign"), .key = 1, .uuid = 2, .created = 3, .modified = 4,
	    .first_seen = 5, .last_seen = 6, .name = 7, .columns = 8 },
};

static const ac_str relation_kinds[] = { AC_S_INIT("uses"), AC_S_INIT("attributed-to"), AC_S_INIT("mitigates"),
	AC_S_INIT("subtechnique-of") };

struct ac_reader {
	ac_reader_sink sink;
	ac_lines lines;
	ac_pack pack;
	uint64_t rows;
	bool begun, ended;
};

typedef struct row {
	ac_str fields[FIELDS_MAX];
	size_t count;
	ac_place place;
} row;

/* A field that the row may not have: empty. */
static ac_str
field(const row *r, unsigned index)
{
	return index && index < r->count ? r->fields[index] : (ac_str){ NULL, 0 };
}

static int
refuse(ac_reader *reader, const row *r, const char *wanted)
{
	return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_ROW, r->place, "want %s, got '%.*s' with %zu fields",
	    wanted, AC_FMT(ac_str_slice(r->fields[0], 0, 40)), r->count);
}

static int
take_object(ac_reader *reader, const object_row *kind, const row *r, accord_err *err)
{
	ac_pack_object object = { .type = kind->type,
		.key = field(r, kind->key),
		.name = field(r, kind->name),
		.tactics = field(r, kind->tactics),
		.shortname = field(r, kind->shortname),
		.order = field(r, kind->order),
		.place = r->place };
	accord_err what = { 0 };
	char uuid[36];

	if (r->count < kind->columns || object.name.n == 0 || object.key.n == 0 ||
	    !ac_uuid_lower(field(r, kind->uuid), uuid))
		return refuse(reader, r, "an object row with key, UUID and name");
	if (ac_time_parse_stix(field(r, kind->created), &object.created, &what) < 0 ||
	    ac_time_parse_stix(field(r, kind->modified), &object.modified, &what) < 0)
		return refuse(reader, r, "an object row with times");
	object.first_seen = object.last_seen = AC_TIME_MIN;
	(void)ac_time_parse_loose(field(r, kind->first_seen), &object.first_seen);
	(void)ac_time_parse_loose(field(r, kind->last_seen), &object.last_seen);
	return ac_pack_begin_attack(&reader->pack, &object, (ac_str){ uuid, sizeof(uuid) }, err);
}

static int
take_cluster(ac_reader *reader, const row *r, accord_err *err)
{
	uint64_t source;
	char uuid[36];

	if (r->count < 5 || field(r, 4).n == 0 || !ac_uuid_lower(field(r, 2), uuid) ||
	    !ac_str_to_u64(field(r, 3), &source))
		return refuse(reader, r, "a cluster row with type, UUID, source and name");
	return ac_pack_begin_cluster(
	    &reader->pack, field(r, 1), (ac_str){ uuid, sizeof(uuid) }, source, field(r, 4), r->place, err);
}

static int
take_relation(ac_reader *reader, const row *r, accord_err *err)
{
	ac_pack_relation relation = { .kind = r->fields[0], .references = field(r, 6), .place = r->place };
	accord_err what = { 0 };
	char uuid[36];

	if (r->count < 6 || !ac_uuid_lower(field(r, 1), uuid) ||
	    ac_time_parse_stix(field(r, 2), &relation.created, &what) < 0 ||
	    ac_time_parse_stix(field(r, 3), &relation.modified, &what) < 0)
		return refuse(reader, r, "a relation row with UUID and times");
	relation.source_id = ac_pack_id_of(&reader->pack, field(r, 4));
	relation.target_id = ac_pack_id_of(&reader->pack, field(r, 5));
	if (relation.source_id.n == 0 || relation.target_id.n == 0)
		return refuse(reader, r, "a relation between objects that stand before it");
	return ac_pack_make_relation(&reader->pack, &relation, (ac_str){ uuid, sizeof(uuid) }, err);
}

static int
take_similar(ac_reader *reader, const row *r, accord_err *err)
{
	char from[36], to[36];
	uint64_t source = 0;

	if (r->count < 5 || !ac_uuid_lower(field(r, 2), from) || !ac_uuid_lower(field(r, 4), to))
		return refuse(reader, r, "two clusters");
	(void)ac_str_to_u64(field(r, 6), &source);
	return ac_pack_make_similar(&reader->pack, field(r, 1), (ac_str){ from, 36 }, field(r, 3), (ac_str){ to, 36 },
	    field(r, 5), source, r->place, err);
}

/* Rows about the object above. */
static int
take_sub_row(ac_reader *reader, const row *r, accord_err *err)
{
	static const struct {
		ac_str kind;
		ac_pack_claim_kind claim;
		unsigned text, claimant, code, confidence;
	} claims[] = {
		{ AC_S_INIT("country"), AC_PACK_COUNTRY, 1, 2, 1, 3 },
		{ AC_S_INIT("sponsor"), AC_PACK_SPONSOR, 1, 2, 0, 0 },
		{ AC_S_INIT("victim"), AC_PACK_VICTIM, 1, 2, 3, 0 },
		{ AC_S_INIT("sector"), AC_PACK_SECTOR, 1, 2, 0, 0 },
	};
	ac_str kind = r->fields[0];

	if (ac_str_eq(kind, AC_S("name")))
		return field(r, 1).n && ac_pack_has_object(&reader->pack)
			   ? ac_pack_add_name(&reader->pack, field(r, 1), field(r, 2), field(r, 3), err)
			   : refuse(reader, r, "a name of the object above");
	if (ac_str_eq(kind, AC_S("id")))
		return field(r, 2).n && ac_pack_has_object(&reader->pack)
			   ? ac_pack_add_id(&reader->pack, field(r, 1), field(r, 2), err)
			   : refuse(reader, r, "a number of the object above");
	for (size_t i = 0; i < AC_COUNT(claims); i++)
		if (ac_str_eq(kind, claims[i].kind)) {
			ac_pack_claim claim = { .kind = claims[i].claim,
				.text = field(r, claims[i].text),
				.claimant = field(r, claims[i].claimant),
				.code = field(r, claims[i].code),
				.confidence = -1 };
			uint64_t confidence;

			if (claim.text.n == 0 || !ac_pack_has_object(&reader->pack))
				return refuse(reader, r, "a claim about the object above");
			if (ac_str_to_u64(field(r, claims[i].confidence), &confidence) && confidence <= 100)
				claim.confidence = (int)confidence;
			return ac_pack_add_claim(&reader->pack, &claim, err);
		}
	return 0; /* a kind of a later edition */
}

static int
take_reference(ac_reader *reader, const row *r, accord_err *err)
{
	uint64_t number;

	if (!ac_str_to_u64(field(r, 1), &number) || field(r, 4).n == 0)
		return refuse(reader, r, "a reference with number and name");
	return ac_pack_add_reference(&reader->pack, number, field(r, 2), field(r, 3), field(r, 4), field(r, 5), err);
}

static int
take_source(ac_reader *reader, const row *r, accord_err *err)
{
	uint64_t number;

	if (!ac_str_to_u64(field(r, 1), &number) || field(r, 2).n == 0)
		return refuse(reader, r, "a source with number and name");
	return ac_pack_add_source(&reader->pack, number, field(r, 2), field(r, 4), err);
}

static int
take_end(ac_reader *reader, const row *r, accord_err *err)
{
	uint64_t rows;
	int rc = ac_pack_end_object(&reader->pack, err);

	reader->ended = true;
	if (rc == 0 && (!ac_str_to_u64(field(r, 1), &rows) || rows != reader->rows))
		rc = ac_refuse_text(&reader->sink, AC_REFUSED_CUT_SHORT, r->place, "want a pack of %.*s rows, got %llu",
		    AC_FMT(field(r, 1)), (unsigned long long)reader->rows);
	return rc;
}

static int
take_meta(ac_reader *reader, const row *r)
{
	if (ac_str_eq(field(r, 1), AC_S("tlp")) && !ac_tlp_from_name(field(r, 2), &reader->pack.tlp))
		return refuse(reader, r, "a TLP level");
	return 0;
}

static int
take_row(ac_reader *reader, const row *r, accord_err *err)
{
	ac_str kind = r->fields[0];
	int rc;

	for (size_t i = 0; i < AC_COUNT(object_rows); i++)
		if (ac_str_eq(kind, object_rows[i].kind)) {
			rc = ac_pack_end_object(&reader->pack, err);
			return rc < 0 ? rc : take_object(reader, &object_rows[i], r, err);
		}
	for (size_t i = 0; i < AC_COUNT(relation_kinds); i++)
		if (ac_str_eq(kind, relation_kinds[i])) {
			rc = ac_pack_end_object(&reader->pack, err);
			return rc < 0 ? rc : take_relation(reader, r, err);
		}
	if (ac_str_eq(kind, AC_S("cluster"))) {
		rc = ac_pack_end_object(&reader->pack, err);
		return rc < 0 ? rc : take_cluster(reader, r, err);
	}
	if (ac_str_eq(kind, AC_S("similar"))) {
		rc = ac_pack_end_object(&reader->pack, err);
		return rc < 0 ? rc : take_similar(reader, r, err);
	}
	if (ac_str_eq(kind, AC_S("reference")))
		return take_reference(reader, r, err);
	if (ac_str_eq(kind, AC_S("source")))
		return take_source(reader, r, err);
	if (ac_str_eq(kind, AC_S("meta")))
		return take_meta(reader, r);
	if (ac_str_eq(kind, AC_S("end")))
		return take_end(reader, r, err);
	return take_sub_row(reader, r, err);
}

static int
on_line(void *payload, ac_str line, ac_place place, accord_err *err)
{
	ac_reader *reader = payload;
	row r = { .place = place };
	ac_str rest = line;
	int rc;

	if (line.n == 0 || line.p[0] == '#')
		return 0;
	if (!ac_utf8_is_valid(line))
		return ac_refuse_text(&reader->sink, AC_REFUSED_BAD_UTF8, place, "want UTF-8, got a row that is not");
	while (r.count < FIELDS_MAX && ac_str_next_field(&rest, '\t', &r.fields[r.count]))
		r.count++;
	if (!reader->begun && !ac_str_eq(r.fields[0], AC_S("accord.pack/1")))
		return ac_fail(err, ACCORD_EINPUT, "want a pack of format accord.pack/1, got '%.*s'",
		    AC_FMT(ac_str_slice(line, 0, 40)));
	if (reader->ended)
		return refuse(reader, &r, "nothing behind the end row");
	rc = reader->begun ? take_row(reader, &r, err) : 0;
	reader->begun = true;
	reader->rows++;
	return rc;
}

static ac_reader *
pack_close(ac_reader *reader)
{
	if (reader) {
		ac_lines_done(&reader->lines);
		ac_pack_done(&reader->pack);
		free(reader);
	}
	return NULL;
}

static ac_reader *
pack_open(const ac_reader_options *options, const ac_reader_sink *sink)
{
	ac_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->sink = *sink;
	ac_lines_init(&reader->lines, &reader->sink, AC_LIST_LINE_MAX, on_line, reader);
	ac_pack_init(&reader->pack, &reader->sink, options->seed);
	return reader;
}

static int
pack_feed(ac_reader *reader, ac_str chunk, accord_err *err)
{
	return ac_lines_feed(&reader->lines, chunk, err);
}

static int
pack_end(ac_reader *reader, accord_err *err)
{
	int rc = ac_lines_end(&reader->lines, err);

	if (rc == 0 && !reader->ended) {
		rc = ac_pack_end_object(&reader->pack, err);
		if (rc == 0)
			rc = ac_refuse_text(&reader->sink, AC_REFUSED_CUT_SHORT,
			    (ac_place){ reader->lines.line, 1, reader->lines.byte },
			    "want an end row, got the end of the file");
	}
	return rc;
}

static int
pack_score(ac_str head)
{
	return ac_str_starts(head, AC_S("accord.pack/")) ? 100 : 0;
}

const ac_reader_kind ac_reader_pack = {
	.name = "pack",
	.help = "Accord's knowledge pack",
	.score = pack_score,
	.open = pack_open,
	.feed = pack_feed,
	.end = pack_end,
	.close = pack_close,
};
