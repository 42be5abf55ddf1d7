/* SPDX-License-Identifier: Apache-2.0 */
/* One record: what was found in it, who claims it, what holds, and the hits in the order of their places. */
#include "crypto/digest.h"
#include "watch/evaluate.h"
#include "watch/version.h"

#define FOUND_MAX AC_WATCH_MATCHES_MAX
/* With more hosts of URLs than this in a line, reading its fields is cheaper than looking for paths. */
#define HOSTS_MAX 8

const char *const ac_match_how_names[] = {
	[AC_MATCH_EXACT] = "exact", [AC_MATCH_URL] = "url", [AC_MATCH_SUBDOMAIN] = "subdomain", [AC_MATCH_CIDR] = "cidr"
};

int
ac_evaluation_init(
    ac_evaluation *e, const ac_index *index, ac_scan *scan, const ac_watch_sink *sink, ac_watch_counts *counts)
{
	*e = (ac_evaluation){ .index = index, .scan = scan, .sink = sink, .counts = counts };
	e->digester = ac_digester_open();
	ac_arena_init(&e->arena, 2 * AC_LOG_ARENA_MAX);
	ac_arena_init(&e->told, 2 * AC_LOG_ARENA_MAX);
	e->clear = ac_vec_of(sizeof(ac_clear), FOUND_MAX);
	e->found = ac_vec_of(sizeof(ac_found), FOUND_MAX);
	e->claims = ac_vec_of(sizeof(ac_claim), FOUND_MAX);
	e->names = ac_told_open();
	return e->digester && e->names ? 0 : ACCORD_ENOMEM;
}

void
ac_evaluation_use(ac_evaluation *e, const ac_index *index)
{
	e->index = index;
	ac_told_forget(e->names);
}

void
ac_evaluation_done(ac_evaluation *e)
{
	ac_arena_done(&e->arena);
	ac_arena_done(&e->told);
	e->digester = ac_digester_close(e->digester);
	e->names = ac_told_close(e->names);
	ac_vec_done(&e->clear);
	ac_vec_done(&e->found);
	ac_vec_done(&e->claims);
}

/* Id of a claim's indicator, in e->told. */
static ac_str
claimed_id(ac_evaluation *e, const ac_claim *claim)
{
	const ac_found *f = (const ac_found *)e->found.p + claim->found;

	return ac_index_id_text(e->index, &f->record, claim->indicator, e->digester, &e->told);
}

int
ac_evaluate_hold(ac_evaluation *e, const ac_claim *claim, const char *reason, accord_err *err)
{
	const ac_found *f = (const ac_found *)e->found.p + claim->found;
	ac_held_back held = { .file = e->file,
		.line = e->line_number,
		.offset = e->line_offset + f->match.offset,
		.value = f->text,
		.indicator_id = claimed_id(e, claim),
		.reason = reason };
	int rc = ac_arena_check(&e->told, err);

	if (!rc)
		rc = ac_evaluate_tell_earlier(e, err);
	e->counts->held_back++;
	if (!rc && e->sink->on_held_back)
		rc = e->sink->on_held_back(e->sink->payload, &held, err);
	ac_arena_reset(&e->told);
	return rc;
}

/*
 * Whether a URL may end where something else than a blank or a quote ended it. In formats with sure ends of fields one that begins a field is the whole run or none; one inside, as in a query, may end before.
 * '^' ends no URL, but may stand between the attributes of LEEF 2.0.
 */
static bool
may_end(const ac_log_record *record, ac_str raw, unsigned flags)
{
	const ac_log_field *field = ac_log_field_at(record, raw.p);

	if (flags & AC_MATCH_CARET_END)
		return field && (record->format == &ac_log_leef || record->inner == &ac_log_leef) &&
		       raw.p + raw.n == field->raw.p + field->raw.n;
	return !record->format || !record->format->is_strict || (field && field->raw.p != raw.p);
}

/* Whether a URL without scheme is the value of a field for URLs or referrers, or of one for paths that has more. */
static bool
may_lack_scheme(const ac_log_record *record, ac_str raw)
{
	const ac_log_field *field = ac_log_field_at(record, raw.p);

	return field && field->raw.p == raw.p &&
	       (field->role == AC_FIELD_URL || field->role == AC_FIELD_URL_PATH || field->role == AC_FIELD_REFERRER);
}

/* The token without the escapes of its line, or of its field. */
static ac_str
unescaped(ac_evaluation *e, const ac_found *f, ac_str raw)
{
	if (f->match.flags & AC_MATCH_DECODED) {
		ac_log_field part = { .raw = raw,
			.escapes = f->field ? f->field->escapes : (uint8_t)e->escapes,
			.depth = f->field ? f->field->depth : (uint8_t)e->depth };

		return ac_log_value(&part, &e->arena);
	}
	if (!e->unescape || f->match.offset < e->plain_n)
		return raw;
	raw = ac_log_unescape(raw, &e->arena);
	/* of a defanged value with all that strings around it have escaped */
	for (unsigned i = 0; i < AC_LOG_DOCUMENT_DEPTH_MAX && f->match.flags & AC_MATCH_DEFANGED; i++)
		raw = ac_log_unescape(raw, &e->arena);
	return raw;
}

/* The text as it was meant. Brackets in it are its own, unless it was found without them only. */
static ac_str
refanged(ac_evaluation *e, const ac_found *f)
{
	ac_str scheme;
	size_t n = f->match.type == AC_VALUE_URL ? ac_value_refang_scheme(f->text, &scheme) : 0;

	if (f->match.flags & AC_MATCH_DEFANGED)
		return ac_value_refang_part(f->text, &e->arena);
	return n ? ac_arena_printf(&e->arena, "%.*s%.*s", AC_FMT(scheme), AC_FMT(ac_str_slice(f->text, n, f->text.n)))
		 : f->text;
}

/* All matches, with their fields and texts; then the URLs that stand in several fields. */
static int
collect_found(ac_evaluation *e, const ac_match *matches, size_t count, accord_err *err)
{
	size_t direct;
	int rc = 0;

	e->found.n = e->claims.n = 0;
	for (size_t i = 0; i < count; i++) {
		ac_str raw = { e->line.p + matches[i].offset, matches[i].length };
		ac_found *f;

		if ((matches[i].flags & AC_MATCH_SOFT_END) && !may_end(&e->record, raw, matches[i].flags))
			continue;
		if ((matches[i].flags & AC_MATCH_NO_SCHEME) && !may_lack_scheme(&e->record, raw))
			continue;
		f = ac_vec_add(&e->found);
		if (!f)
			return ac_vec_check(&e->found, "values of one record", err);
		*f = (ac_found){ .match = matches[i], .field = ac_log_field_at(&e->record, raw.p) };
		f->text = unescaped(e, f, raw);
		f->text = refanged(e, f);
		if (f->match.record != AC_NONE32)
			f->record = ac_index_record_at(e->index, f->match.record);
		if (f->match.flags & (AC_MATCH_NO_SCHEME | AC_MATCH_ENCODED))
			f->text = f->record.text;
	}
	direct = e->found.n;
	for (size_t i = 0; !rc && i < direct; i++) {
		ac_found f = ((const ac_found *)e->found.p)[i];

		if (f.match.flags & AC_MATCH_URL_HOST)
			rc = ac_evaluate_split_url(e, &f, err);
	}
	return rc ? rc : ac_arena_check(&e->arena, err);
}

/* Why an indicator is not matched at the record's time, by what it says of itself, or NULL. */
const char *
ac_evaluate_validity(ac_evaluation *e, uint32_t indicator)
{
	ac_index_who who = ac_index_who_at(e->index, indicator);
	unsigned confidence = who.flags >> AC_META_CONFIDENCE_SHIFT & 0xff;

	if (who.flags & AC_META_REVOKED)
		return "revoked";
	/* The instant valid_until is itself no longer valid (STIX 2.1 s4.7). */
	if (who.valid_until_us != INT64_MAX && !ac_evaluate_is_before(e, who.valid_until_us))
		return "expired";
	if (confidence > 0 && confidence - 1 < e->rules.min_confidence)
		return "low-confidence";
	if (who.warning.n && !e->rules.no_warning_lists) {
		ac_str reason = ac_arena_printf(&e->told, "warning-list: %.*s", AC_FMT(who.warning));

		return reason.p ? reason.p : "warning-list";
	}
	return NULL;
}

/* A term of a composite pattern wants STIX's equality: the token's own text, without what its format could not write as it is, or membership where the pattern says ISSUBSET. */
static bool
term_fits(ac_evaluation *e, const ac_found *f, const ac_index_posting *posting)
{
	const ac_index_term *t = &e->index->terms[posting->term];
	ac_str text = posting->is_spelled ? ac_evaluate_meant_name(e, f->text) : f->text;
	ac_str want = ac_index_text(e->index, t->text_at, t->text_n);
	ac_value_type type = AC_VALUE_USER_AGENT;
	bool is_kept;

	if (t->is_subset)
		return f->match.how == AC_MATCH_EXACT || f->match.how == AC_MATCH_CIDR;
	if (f->match.how == AC_MATCH_SUBDOMAIN || f->match.how == AC_MATCH_CIDR)
		return false;
	return ac_str_eq(text, want) ||
	       (f->match.type == type && ac_str_eq(ac_evaluate_value(e, f, &type, &is_kept), want));
}

static bool
is_software_number(const ac_evaluation *e, const ac_found *f)
{
	ac_str raw = { e->line.p + f->match.offset, f->match.length };

	return f->match.type == AC_VALUE_IPV4 &&
	       ((f->match.flags & AC_MATCH_VERSION) ||
		   (f->field && (f->field->role == AC_FIELD_SOFTWARE || f->field->role == AC_FIELD_USER_AGENT) &&
		       !ac_is_called(e->line, raw)));
}

/* Names of files stand percent-encoded in URLs, and with '+' for blanks in the paths of W3C logs; elsewhere such a name is another one. */
static bool
may_be_spelled(const ac_evaluation *e, const ac_found *f)
{
	ac_field_role role = f->field ? f->field->role : AC_FIELD_OTHER;
	bool is_path = role == AC_FIELD_URL || role == AC_FIELD_URL_PATH || role == AC_FIELD_URL_QUERY;

	if (ac_str_find_byte(f->text, '%') == f->text.n)
		return e->record.format ? is_path && e->record.format == &ac_log_w3c : e->has_plus;
	return is_path || role == AC_FIELD_REFERRER || role == AC_FIELD_OTHER;
}

/* `reason`: why the value is held back where it stands, or NULL. */
static int
claim_posting(ac_evaluation *e, uint32_t number, const ac_index_posting *posting, const char *reason, accord_err *err)
{
	const ac_found *f = (const ac_found *)e->found.p + number;
	ac_claim claim = { number, posting->indicator, posting->term, posting->term == AC_NONE32, posting->is_spelled };
	ac_claim *added;

	ac_arena_reset(&e->told);
	if (posting->is_spelled && !may_be_spelled(e, f))
		return 0;
	if (posting->term != AC_NONE32 && !term_fits(e, f, posting))
		return 0;
	if (e->index->overlay.tomb_count && posting->indicator < e->index->overlay.from &&
	    ac_index_is_hidden(e->index, posting->indicator, claimed_id(e, &claim)))
		return 0;
	if (!reason && !ac_posting_is_plain(e->index, posting))
		reason = ac_evaluate_validity(e, posting->indicator);
	if (reason)
		return ac_evaluate_hold(e, &claim, reason, err);
	added = ac_vec_add(&e->claims);
	if (!added)
		return ac_vec_check(&e->claims, "claims of one record", err);
	*added = claim;
	return 0;
}

/* Postings of found number i from a record, and of what its finder has passed over: an equal value in the overlay. */
static int
claim_record(ac_evaluation *e, uint32_t i, const ac_index_record *r, const char *reason, accord_err *err)
{
	bool one_only = r->type == AC_VALUE_DOMAIN || r->type == AC_VALUE_EMAIL || r->type == AC_VALUE_URL;
	uint32_t twin = one_only ? ac_index_twin(e->index, r->place) : AC_NONE32;
	ac_index_posting posting;
	ac_index_record other;
	size_t at = 0;
	int rc = 0;

	while (!rc && ac_posting_next(r, &at, &posting))
		if (posting.term != AC_TERM_GATE)
			rc = claim_posting(e, i, &posting, reason, err);
	if (rc || twin == AC_NONE32)
		return rc;
	other = ac_index_record_at(e->index, twin);
	return claim_record(e, i, &other, reason, err);
}

/* Whether patterns want the records that hold a value. Whether it may stand where it was found, they decide. */
static bool
opens_gate(const ac_evaluation *e, const ac_index_record *r)
{
	uint32_t twin = ac_index_twin(e->index, r->place);
	ac_index_posting posting;
	ac_index_record other;
	size_t at = 0;

	while (ac_posting_next(r, &at, &posting))
		if (posting.term == AC_TERM_GATE)
			return true;
	if (twin == AC_NONE32)
		return false;
	other = ac_index_record_at(e->index, twin);
	return opens_gate(e, &other);
}

static int
collect_claims(ac_evaluation *e, accord_err *err)
{
	bool has_gates = e->stage && (e->index->flags & AC_INDEX_HAS_PATTERN_GATES);
	int rc = 0;

	for (uint32_t i = 0; !rc && i < e->found.n; i++) {
		const ac_found *f = (const ac_found *)e->found.p + i;
		const char *reason;

		if (f->match.record == AC_NONE32)
			continue;
		if (has_gates && !e->opens_gate)
			e->opens_gate = opens_gate(e, &f->record);
		if (!ac_evaluate_text(e, f, &reason))
			continue;
		if (is_software_number(e, f))
			reason = "version-number";
		rc = claim_record(e, i, &f->record, reason, err);
	}
	return rc;
}

/* Hits in the order of their places, the most exact matches first. */
static int
by_place(const void *a, const void *b, void *payload)
{
	const ac_claim *x = a, *y = b;
	const ac_found *found = payload;
	const ac_match *p = &found[x->found].match, *q = &found[y->found].match;
	bool p_url = p->type == AC_VALUE_URL, q_url = q->type == AC_VALUE_URL;

	if (x->holds != y->holds)
		return x->holds ? -1 : 1;
	if (p->offset != q->offset)
		return p->offset < q->offset ? -1 : 1;
	if (p->length != q->length)
		return p->length < q->length ? -1 : 1;
	if (p_url != q_url)
		return p_url ? -1 : 1;
	if (p->how != q->how)
		return (int)p->how - (int)q->how;
	return x->indicator < y->indicator ? -1 : x->indicator > y->indicator;
}

/* A URL put together from fields has its host's place; it and the host's own domain stay two hits. */
static bool
same_hit(const ac_found *a, const ac_found *b)
{
	return a->match.offset == b->match.offset && a->match.length == b->match.length &&
	       (a->match.type == AC_VALUE_URL) == (b->match.type == AC_VALUE_URL);
}

void
ac_evaluate_describe(
    ac_evaluation *e, uint32_t indicator, const ac_index_record *r, ac_str value, ac_hit_indicator *out)
{
	ac_index_who who = ac_index_who_at(e->index, indicator);
	/* what is not simply copied is remembered */
	bool takes_long = who.is_row || (who.name.n == 0 && !ac_evaluate_is_kept(r->type));

	out->before_valid_from = ac_evaluate_is_before(e, who.valid_from_us);
	out->pap = ac_index_pap(who.flags);
	if (takes_long && ac_told_get(e->names, indicator, r->place, &e->told, out))
		return;
	out->id = ac_index_id_of(&who, r, e->digester, &e->told);
	out->name = who.name.n ? who.name : value.p ? value : ac_evaluate_record_value(e, r);
	out->producer = who.producer;
	if (takes_long)
		ac_told_put(e->names, indicator, r->place, out);
}

ac_pap
ac_hit_pap(const ac_hit_indicator *indicators, size_t count)
{
	ac_pap strictest = AC_PAP_NONE;

	for (size_t i = 0; i < count; i++)
		if (indicators[i].pap > strictest)
			strictest = indicators[i].pap;
	return strictest;
}

static int
by_id(const void *a, const void *b)
{
	const ac_hit_indicator *x = *(ac_hit_indicator *const *)a, *y = *(ac_hit_indicator *const *)b;
	int order = ac_str_cmp(x->id, y->id);

	return order ? order : x < y ? -1 : x > y;
}

/*
 * Each indicator once, with its first (most exact) match, and otherwise in the order of ids: places in the index depend on its salt.
 * Returns how many are left.
 */
static size_t
sort_indicators(ac_evaluation *e, ac_hit_indicator *all, size_t n)
{
	ac_hit_indicator **sorted, *out;
	size_t kept = 0;

	if (n < 2)
		return n;
	sorted = ac_arena_alloc(&e->told, n * sizeof(*sorted));
	out = ac_arena_alloc(&e->told, n * sizeof(*out));
	if (!sorted || !out)
		return n;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &all[i];
	qsort(sorted, n, sizeof(*sorted), by_id);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || !ac_str_eq(sorted[i]->id, sorted[i - 1]->id))
			out[kept++] = *sorted[i];
	memcpy(all, out, kept * sizeof(*all));
	return kept;
}

/* All claims are about one place. */
static int
emit_hit(ac_evaluation *e, const ac_claim *claims, size_t n, accord_err *err)
{
	const ac_found *all = e->found.p, *first = &all[claims[0].found];
	ac_hit_indicator *indicators;
	ac_value_type type = AC_VALUE_TYPE_COUNT;
	unsigned how = AC_MATCH_CIDR;
	ac_hit hit = ac_evaluate_hit_at(e, &first->match);
	bool is_kept;
	int rc;

	ac_arena_reset(&e->told);
	hit.indicators = indicators = ac_arena_alloc(&e->told, n * sizeof(*indicators));
	if (!indicators)
		return ac_arena_check(&e->told, err);
	for (size_t i = 0; i < n; i++) {
		const ac_match *m = &all[claims[i].found].match;

		if (m->type < type)
			type = m->type;
		if (m->how < how)
			how = m->how;
	}
	hit.value = ac_evaluate_value(e, first, &type, &is_kept);
	for (size_t i = 0; i < n; i++) {
		const ac_index_record *r = &all[claims[i].found].record;
		bool has_value = is_kept && r->place == first->record.place;

		ac_evaluate_describe(
		    e, claims[i].indicator, r, has_value ? hit.value : (ac_str){ NULL, 0 }, &indicators[i]);
	}
	hit.indicator_count = sort_indicators(e, indicators, n);
	hit.match = ac_match_how_names[how];
	hit.type = type;
	rc = ac_arena_check(&e->told, err);
	if (!rc)
		rc = ac_evaluate_tell_earlier(e, err);
	e->counts->hits++;
	return rc ? rc : e->sink->on_hit(e->sink->payload, &hit, err);
}

/* Whether the operator never wants the value told. Of a composite pattern the other values stay hits. */
static bool
is_never_told(ac_evaluation *e, const ac_claim *claim)
{
	ac_found f = ((const ac_found *)e->found.p)[claim->found];
	ac_value_type type = (ac_value_type)f.match.type;
	bool is_kept;

	if (claim->is_spelled)
		f.text = ac_evaluate_meant_name(e, f.text);
	return ac_never_list_has(e->rules.never, type, ac_evaluate_value(e, &f, &type, &is_kept));
}

/* Hold back what the operator never wants told of n claims about one place; the others move to the front, and *n is how many they are. */
static int
spare(ac_evaluation *e, ac_claim *claims, size_t *n, accord_err *err)
{
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; !rc && i < *n; i++) {
		ac_arena_reset(&e->told);
		if (!is_never_told(e, &claims[i]))
			claims[kept++] = claims[i];
		else
			rc = ac_evaluate_hold(e, &claims[i], "never-list", err);
	}
	*n = kept;
	return rc;
}

static int
emit_all(ac_evaluation *e, accord_err *err)
{
	const ac_found *found = e->found.p;
	ac_claim *claims = e->claims.p;
	size_t n = e->claims.n, at = 0;
	int rc = 0;

	/* Mostly they are in order. */
	for (size_t i = 1; i < n; i++)
		if (by_place(&claims[i - 1], &claims[i], e->found.p) > 0) {
			qsort_r(claims, n, sizeof(*claims), by_place, e->found.p);
			break;
		}
	while (!rc && at < n && claims[at].holds) {
		size_t end = at + 1, told;

		while (end < n && claims[end].holds && same_hit(&found[claims[at].found], &found[claims[end].found]))
			end++;
		told = end - at;
		if (e->rules.never)
			rc = spare(e, claims + at, &told, err);
		if (!rc && told > 0)
			rc = emit_hit(e, claims + at, told, err);
		at = end;
	}
	return rc;
}

/* Only hosts of URLs were found, and no path in the line goes with any of them: nothing can come of it. */
static bool
is_hopeless(const ac_evaluation *e, const ac_match *matches, size_t count)
{
	if (count > HOSTS_MAX || e->unescape || e->is_decoded)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!(matches[i].flags & AC_MATCH_URL_HOST) || (matches[i].flags & AC_MATCH_DEFANGED) ||
		    ac_evaluate_may_split(e, (ac_str){ e->line.p + matches[i].offset, matches[i].length }))
			return false;
	return true;
}

/* Whether the record counts. One that does not, and holds what some indicator is about (as it does if is_about), is counted apart. */
static bool
is_selected(ac_evaluation *e, bool is_about)
{
	const ac_found *found = e->found.p;
	ac_where_verdict verdict = AC_WHERE_FITS;

	if (e->where)
		verdict = ac_where_judge(e->where, &e->record, e->time, &e->arena);
	if (verdict == AC_WHERE_FITS)
		return true;
	for (size_t i = 0; i < e->found.n && !is_about; i++)
		is_about = found[i].match.record != AC_NONE32;
	if (is_about && verdict == AC_WHERE_BEFORE)
		e->counts->not_since++;
	else if (is_about)
		e->counts->not_where++;
	return false;
}

int
ac_evaluate(ac_evaluation *e, const ac_log_state *state, ac_time as_of, bool is_malformed, const ac_match *matches,
    size_t count, accord_err *err)
{
	bool is_clear;
	int rc;

	if (is_hopeless(e, matches, count))
		return 0;
	ac_arena_reset(&e->arena);
	e->asked = e->hinted = 0;
	e->text_asked = (ac_str){ NULL, 0 };
	e->opens_gate = false;
	e->record = (ac_log_record){ .arena = &e->arena };
	e->parts.is_gathered = false;
	if (state)
		ac_log_read(state, e->line, &e->arena, &e->record);
	if (e->record.malformed && !is_malformed)
		e->counts->malformed++;
	e->record.malformed |= is_malformed;
	e->time = e->record.has_time ? e->record.time : as_of;
	is_clear = ac_evaluate_is_clear(e, matches, count);
	rc = is_clear ? 0 : collect_found(e, matches, count, err);
	if (rc)
		return rc;
	/* A condition that could not be looked at for want of memory is no condition that does not hold. */
	if (!is_selected(e, is_clear))
		return ac_arena_check(&e->arena, err);
	if (is_clear)
		return ac_evaluate_clear(e, matches, count, err);
	rc = collect_claims(e, err);
	if (!rc)
		rc = ac_evaluate_patterns(e, err);
	if (!rc)
		rc = emit_all(e, err);
	return rc || !e->opens_gate ? rc : ac_pattern_stage_judge(e->stage, e, err);
}
