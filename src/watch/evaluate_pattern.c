/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composite patterns over one record: a conjunction holds when each of its terms was found, the terms of a file in one file object, addresses at the end of the
 * connection that the pattern names, and the ports and protocol it asks for are the record's. Where the fields do not tell, what stands in one record belongs together.
 */
#include "watch/evaluate.h"

static const ac_index_term *
term_of(const ac_evaluation *e, const ac_claim *claim)
{
	return &e->index->terms[claim->term];
}

static const ac_found *
found_of(const ac_evaluation *e, const ac_claim *claim)
{
	return (const ac_found *)e->found.p + claim->found;
}

/* The end of a connection or message that the field names may contradict the term's. */
static bool
role_fits(const ac_evaluation *e, const ac_claim *claim)
{
	const ac_log_field *field = found_of(e, claim)->field;
	uint8_t role = term_of(e, claim)->role;

	if (!field || role == AC_TERM_ANY)
		return true;
	if (field->role == AC_FIELD_SOURCE || field->role == AC_FIELD_EMAIL_SENDER)
		return role == AC_TERM_SOURCE;
	if (field->role == AC_FIELD_DESTINATION || field->role == AC_FIELD_EMAIL_RECIPIENT)
		return role == AC_TERM_DESTINATION;
	/* A host name beside the addresses is the destination's, if anybody's. */
	return field->role != AC_FIELD_URL_HOST || role == AC_TERM_DESTINATION;
}

static bool
port_is(const ac_evaluation *e, int32_t port, bool source, const char **reason)
{
	bool told = false;

	if (port < 0)
		return true;
	for (size_t i = 0; i < e->record.count; i++) {
		const ac_log_field *f = &e->record.fields[i];
		uint64_t value;

		if (source ? f->role != AC_FIELD_SOURCE_PORT
			   : f->role != AC_FIELD_DESTINATION_PORT && f->role != AC_FIELD_URL_PORT)
			continue;
		told = true;
		if (ac_str_to_u64(f->raw, &value) && value == (uint64_t)port)
			return true;
	}
	*reason = told ? "other-port" : "no-port";
	return false;
}

static bool
protocol_is(const ac_evaluation *e, ac_str protocol, const char **reason)
{
	if (protocol.n == 0)
		return true;
	for (size_t i = 0; i < e->record.count; i++)
		if (e->record.fields[i].role == AC_FIELD_PROTOCOL && ac_str_eq_fold(e->record.fields[i].raw, protocol))
			return true;
	*reason = "other-protocol";
	return false;
}

/* All file terms of the conjunction in one object: try the object of each claim of the first one. */
static bool
one_file(const ac_evaluation *e, const ac_claim *claims, size_t n, const ac_index_conjunction *c, uint64_t group)
{
	for (uint32_t t = c->first_term; t < c->first_term + c->term_count; t++) {
		bool here = !e->index->terms[t].is_file;

		for (size_t i = 0; !here && i < n; i++) {
			const ac_log_field *field = found_of(e, &claims[i])->field;

			here = claims[i].term == t && (!field || field->group == group);
		}
		if (!here)
			return false;
	}
	return true;
}

static bool
files_fit(const ac_evaluation *e, const ac_claim *claims, size_t n, const ac_index_conjunction *c)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		const ac_log_field *field = found_of(e, &claims[i])->field;

		if (!term_of(e, &claims[i])->is_file)
			continue;
		any = true;
		if (one_file(e, claims, n, c, field ? field->group : 0))
			return true;
	}
	return !any;
}

/* Why the conjunction of these claims does not hold; NULL when it does. */
static const char *
judge(const ac_evaluation *e, const ac_claim *claims, size_t n)
{
	const ac_index_conjunction *c = &e->index->conjunctions[term_of(e, claims)->conjunction];
	uint64_t seen = 0, fits = 0, all = c->term_count == 64 ? UINT64_MAX : ((uint64_t)1 << c->term_count) - 1;
	const char *reason = NULL;

	for (size_t i = 0; i < n; i++) {
		uint64_t bit = (uint64_t)1 << (claims[i].term - c->first_term);

		seen |= bit;
		if (role_fits(e, &claims[i]))
			fits |= bit;
	}
	if (seen != all)
		return "not-all-values";
	if (fits != all || (c->term_count > 1 && !files_fit(e, claims, n, c)))
		return "other-object";
	if (!port_is(e, c->source_port, true, &reason) || !port_is(e, c->destination_port, false, &reason) ||
	    !protocol_is(e, ac_index_text(e->index, c->protocol_at, c->protocol_n), &reason))
		return reason;
	return NULL;
}

static int
by_term(const void *a, const void *b)
{
	const ac_claim *x = a, *y = b;

	if (x->term != y->term)
		return x->term < y->term ? -1 : 1;
	return x->found < y->found ? -1 : x->found > y->found;
}

int
ac_evaluate_patterns(ac_evaluation *e, accord_err *err)
{
	ac_claim *claims = e->claims.p;
	size_t n = e->claims.n, at = 0;
	int rc = 0;

	/* Mostly there are list entries only (AC_NONE32), in the order of what was found. */
	while (at < n && claims[at].term == AC_NONE32)
		at++;
	if (at == n)
		return 0;
	at = 0;
	/* Terms of one conjunction have neighbouring numbers; list entries come last. */
	qsort(claims, n, sizeof(*claims), by_term);
	while (!rc && at < n && claims[at].term != AC_NONE32) {
		uint32_t conjunction = term_of(e, &claims[at])->conjunction;
		const char *reason;
		size_t end = at;

		while (end < n && claims[end].term != AC_NONE32 && term_of(e, &claims[end])->conjunction == conjunction)
			end++;
		reason = judge(e, claims + at, end - at);
		for (; !rc && at < end; at++) {
			claims[at].holds = !reason && role_fits(e, &claims[at]);
			if (reason)
				rc = ac_evaluate_hold(e, &claims[at], reason, err);
		}
	}
	return rc;
}
