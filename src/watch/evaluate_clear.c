/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines with nothing open about their matches, as most lines that hit are: what evaluate.c would make of them, without its steps. All that is told of a hit stands in the line and the index, and is
 * read once. Knows nothing of terms, spellings and several lists, and takes no line that has them.
 */
#include "watch/evaluate.h"

/* Types that the meaning of their field does not change (evaluate_text.c), and whose values as they stand are those of ac_value_parse. */
#define TYPES                                                                                                          \
	((uint64_t)1 << AC_VALUE_IPV4 | (uint64_t)1 << AC_VALUE_IPV6 | (uint64_t)1 << AC_VALUE_DOMAIN |                \
	    (uint64_t)1 << AC_VALUE_EMAIL | (uint64_t)1 << AC_VALUE_URL | (uint64_t)1 << AC_VALUE_MD5 |                \
	    (uint64_t)1 << AC_VALUE_SHA1 | (uint64_t)1 << AC_VALUE_SHA256 | (uint64_t)1 << AC_VALUE_SHA512)

#define IPV6_TEXT_MAX 45

/* The field of an address may make it a version number. */
static bool
is_in_software(const ac_evaluation *e, ac_str raw)
{
	const ac_log_field *field = ac_log_field_at(&e->record, raw.p);

	return field && (field->role == AC_FIELD_SOFTWARE || field->role == AC_FIELD_USER_AGENT);
}

/* An IPv6 address in its one spelling; {NULL, 0}: it is none, or stands for an IPv4 one. */
static ac_str
address6(ac_evaluation *e, ac_str raw)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }; /* RFC 4291 s2.5.5.2 */
	uint8_t address[16];
	char text[IPV6_TEXT_MAX];

	if (!ac_ipv6_parse(raw, address) || memcmp(address, mapped, sizeof(mapped)) == 0)
		return (ac_str){ NULL, 0 };
	return ac_arena_str(&e->arena, (ac_str){ text, ac_ipv6_format(address, text) });
}

/* The value of a match as ac_value_parse makes it; {NULL, 0}: it tells. */
static ac_str
value_of(ac_evaluation *e, const ac_match *m, ac_str raw, const ac_index_lone *listed, bool *out_is_record)
{
	bool is_same_type = listed->type == m->type;
	char text[IPV6_TEXT_MAX];

	if (m->type != AC_VALUE_IPV6)
		return ac_evaluate_as_it_is(
		    (ac_value_type)m->type, m->how, raw, is_same_type ? &listed->text : NULL, out_is_record);
	if (!is_same_type)
		return (ac_str){ NULL, 0 };
	*out_is_record = m->how == AC_MATCH_EXACT;
	if (!*out_is_record)
		return address6(e, raw);
	return ac_arena_str(&e->arena, (ac_str){ text, ac_ipv6_format((const uint8_t *)listed->text.p, text) });
}

/* Whether an overlay may say something about a record of its base: that its indicator is withdrawn, or who else has the value. */
static bool
may_be_overlaid(ac_evaluation *e, const ac_index_lone *listed, uint32_t record)
{
	const ac_index *ix = e->index;
	bool one_only =
	    listed->type == AC_VALUE_DOMAIN || listed->type == AC_VALUE_EMAIL || listed->type == AC_VALUE_URL;

	if (listed->indicator >= ix->overlay.from)
		return false;
	if (ix->overlay.tomb_count &&
	    (!listed->uuid || ac_index_is_hidden(ix, listed->indicator, ac_index_id_format(listed->uuid, e->id))))
		return true;
	return one_only && ac_index_twin(ix, record) != AC_NONE32;
}

static bool
take(ac_evaluation *e, const ac_match *m)
{
	ac_str raw = { e->line.p + m->offset, m->length }, meant;
	ac_clear *p;

	if (m->flags || m->record == AC_NONE32 || !(TYPES >> m->type & 1))
		return false;
	p = ac_vec_add(&e->clear);
	if (!p || !ac_index_lone_at(e->index, m->record, &p->listed))
		return false;
	if (e->index->overlay.header && may_be_overlaid(e, &p->listed, m->record))
		return false;
	if (!ac_meta_is_plain(p->listed.meta) && ac_evaluate_validity(e, p->listed.indicator))
		return false;
	if (e->unescape && memchr(raw.p, '\\', raw.n))
		return false;
	p->value = value_of(e, m, raw, &p->listed, &p->is_record);
	if (m->type == AC_VALUE_URL)
		return p->value.p && ac_value_refang_scheme(raw, &meant) == 0;
	return p->value.p && (m->type != AC_VALUE_IPV4 || !is_in_software(e, raw));
}

bool
ac_evaluate_is_clear(ac_evaluation *e, const ac_match *matches, size_t count)
{
	e->clear.n = 0;
	if (e->rules.never)
		return false;
	for (size_t i = 0; i < count; i++)
		if ((i > 0 && matches[i].offset == matches[i - 1].offset) || !take(e, &matches[i]))
			return false;
	return true;
}

/* What is not simply copied. record: the place of what was found. */
static int
describe_long(ac_evaluation *e, const ac_clear *p, uint32_t record, ac_hit_indicator *out, accord_err *err)
{
	ac_index_record r;

	ac_arena_reset(&e->told);
	if (p->listed.uuid || !ac_told_get(e->names, p->listed.indicator, record, &e->told, out)) {
		r = ac_index_record_at(e->index, record);
		ac_evaluate_describe(e, p->listed.indicator, &r, p->is_record ? p->value : (ac_str){ NULL, 0 }, out);
	}
	return ac_arena_check(&e->told, err);
}

static int
describe(ac_evaluation *e, const ac_clear *p, uint32_t record, ac_hit_indicator *out, accord_err *err)
{
	const ac_index_meta *meta = p->listed.meta;
	const ac_index_part *part = e->index->overlay.header && p->listed.indicator >= e->index->overlay.from
					? &e->index->overlay
					: &e->index->base;
	const char *pool = part->pool.p;
	int rc = 0;

	if (p->listed.uuid && (meta->name_n || p->is_record)) {
		out->id = ac_index_id_format(p->listed.uuid, e->id);
		out->name = meta->name_n ? (ac_str){ pool + meta->name_at, meta->name_n } : p->value;
		out->producer = (ac_str){ pool + meta->producer_at, meta->producer_n };
	} else {
		rc = describe_long(e, p, record, out, err);
	}
	out->before_valid_from = ac_evaluate_is_before(e, meta->valid_from_us);
	out->pap = ac_index_pap(meta->flags);
	return rc;
}

int
ac_evaluate_clear(ac_evaluation *e, const ac_match *matches, size_t count, accord_err *err)
{
	const ac_clear *all = e->clear.p;
	ac_hit_indicator indicator;
	ac_hit hit = ac_evaluate_hit_at(e, matches);
	int rc = ac_evaluate_tell_earlier(e, err);

	hit.indicators = &indicator;
	hit.indicator_count = 1;
	for (size_t i = 0; !rc && i < count; i++) {
		const ac_match *m = &matches[i];

		hit.offset = e->line_offset + m->offset;
		hit.length = m->length;
		hit.value = all[i].value;
		hit.type = (ac_value_type)m->type;
		hit.match = ac_match_how_names[m->how];
		rc = describe(e, &all[i], m->record, &indicator, err);
		e->counts->hits++;
		if (!rc)
			rc = e->sink->on_hit(e->sink->payload, &hit, err);
	}
	return rc;
}
