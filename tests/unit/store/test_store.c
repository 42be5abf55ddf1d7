/* SPDX-License-Identifier: Apache-2.0 */
/* The store through its interface, over a real database: versions and their rules, edges, names, values, search. */
#include "store_support.h"

static const char group_1[] = "{" COMMON("intrusion-set", GROUP,
    "2021-07-19T10:00:00.000Z") ",\"name\":\"Example Panda\",\"aliases\":[\"EP-1\"],"
				"\"created_by_ref\":\"" IDENTITY
				"\",\"description\":\"Exploits mail servers in the energy sector.\"}";
static const char group_2[] =
    "{" COMMON("intrusion-set", GROUP, "2021-08-01T10:00:00.000Z") ",\"name\":\"Example Bear\",\"aliases\":[\"EP-2\"],"
								   "\"description\":\"Now seen in hospitals.\"}";
static const char group_2_other[] =
    "{" COMMON("intrusion-set", GROUP, "2021-08-01T10:00:00.000Z") ",\"name\":\"Forged Bear\"}";
static const char group_0[] = "{" COMMON("intrusion-set", GROUP, "2021-07-01T10:00:00.000Z") ",\"name\":\"Oldest\"}";
static const char group_revoked[] =
    "{" COMMON("intrusion-set", GROUP, "2021-09-01T10:00:00.000Z") ",\"name\":\"Example Bear\",\"revoked\":true,"
								   "\"created_by_ref\":\"" IDENTITY "\"}";
static const char group_after[] =
    "{" COMMON("intrusion-set", GROUP, "2021-10-01T10:00:00.000Z") ",\"name\":\"Risen Bear\","
								   "\"created_by_ref\":\"" IDENTITY "\"}";
static const char malware[] =
    "{" COMMON("malware", MALWARE, "2021-07-19T10:00:00.000Z") ",\"name\":\"WebShell\",\"is_family\":false}";
static const char uses[] =
    "{" COMMON("relationship", USES, "2021-07-19T10:00:00.000Z") ",\"relationship_type\":\"uses\","
								 "\"source_ref\":\"" GROUP
								 "\",\"target_ref\":\"" MALWARE "\"}";
static const char domain_sco[] =
    "{\"type\":\"domain-name\",\"spec_version\":\"2.1\",\"id\":\"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7\","
    "\"value\":\"evil.example\"}";
static const char domain_sco_other[] =
    "{\"type\":\"domain-name\",\"spec_version\":\"2.1\",\"id\":\"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7\","
    "\"value\":\"evil.example\",\"defanged\":true}";

static ac_stored
get(fixture *f, const char *id)
{
	ac_stored stored = { 0 };

	if (ac_store_get(f->store, ac_str_from(id), &f->arena, &stored, &f->err) < 0)
		fail_msg("get %s: %s", id, f->err.text);
	return stored;
}

static void
get__gives_back_what_was_put(void **state)
{
	fixture *f = *state;
	ac_stored s;

	assert_int_equal(put_json(f, "cert.example", group_1), AC_PUT_NEW);
	s = get(f, GROUP);
	assert_str(s.id, AC_S(GROUP));
	assert_str(s.type, AC_S("intrusion-set"));
	assert_str(s.exact, ac_str_from(group_1));
	assert_str(s.object, ac_str_from(group_1));
	assert_str(s.producer, AC_S("cert.example"));
	assert_int_equal(s.modified.seconds, SECONDS_2021);
	assert_int_equal(s.arrival_us, f->clock.us);
	assert_true(s.is_current);
	assert_false(s.revoked || s.abridged);
	assert_int_equal(s.form, AC_FORM_STIX21);
}

static void
get__of_an_unknown_or_dangling_id_is_not_found(void **state)
{
	fixture *f = *state;
	ac_stored s;

	put_json(f, "cert.example", uses);
	f->err = (accord_err){ 0 };
	assert_int_equal(ac_store_get(f->store, AC_S(GROUP), &f->arena, &s, &f->err), ACCORD_ENOTFOUND);
	assert_int_equal(ac_store_get(f->store, AC_S(INDICATOR), &f->arena, &s, &f->err), ACCORD_ENOTFOUND);
	assert_int_equal(ac_store_get(f->store, AC_S(""), &f->arena, &s, &f->err), ACCORD_ENOTFOUND);
	assert_int_equal(f->err.code, 0);
}

static void
put__tells_what_became_of_a_version(void **state)
{
	fixture *f = *state;

	assert_int_equal(put_json(f, "a.example", group_1), AC_PUT_NEW);
	assert_int_equal(put_json(f, "a.example", group_1), AC_PUT_UNCHANGED);
	assert_int_equal(put_json(f, "b.example", group_1), AC_PUT_SEEN);
	assert_int_equal(put_json(f, "b.example", group_1), AC_PUT_UNCHANGED);
	assert_int_equal(put_json(f, "a.example", group_2), AC_PUT_NEWER);
	assert_str(get(f, GROUP).exact, ac_str_from(group_2));
	assert_int_equal(put_json(f, "a.example", group_0), AC_PUT_OLDER);
	assert_str(get(f, GROUP).exact, ac_str_from(group_2));
	assert_int_equal(put_json(f, "b.example", group_2_other), AC_PUT_CONFLICT);
	assert_str(get(f, GROUP).exact, ac_str_from(group_2)); /* the first stays */
	assert_int_equal(put_json(f, "b.example", group_2_other), AC_PUT_UNCHANGED);
	assert_int_equal(put_json(f, "a.example", group_1), AC_PUT_UNCHANGED); /* an old one again */
}

static void
put__keeps_an_observable_of_other_bytes_as_a_conflict(void **state)
{
	fixture *f = *state;

	assert_int_equal(put_json(f, "a.example", domain_sco), AC_PUT_NEW);
	assert_int_equal(put_json(f, "a.example", domain_sco_other), AC_PUT_CONFLICT);
	assert_int_equal(put_json(f, "a.example", domain_sco), AC_PUT_UNCHANGED);
	assert_str(get(f, "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7").exact, ac_str_from(domain_sco));
}

static void
put__ranks_an_abridged_version_below_any_full_one(void **state)
{
	fixture *f = *state;
	ac_record newest = record_of(f, group_2), oldest = record_of(f, group_0);

	newest.abridged = true;
	begin(f);
	assert_int_equal(put_record(f, "pack", &newest), AC_PUT_NEW);
	commit(f);
	assert_true(get(f, GROUP).abridged);
	begin(f);
	assert_int_equal(put_record(f, "a.example", &oldest), AC_PUT_NEWER);
	commit(f);
	assert_str(get(f, GROUP).exact, ac_str_from(group_0));
	assert_false(get(f, GROUP).abridged);
	begin(f);
	assert_int_equal(put_record(f, "pack", &newest), AC_PUT_UNCHANGED);
	commit(f);
	assert_int_equal(put_json(f, "a.example", group_2), AC_PUT_NEWER); /* the same bytes in full */
	newest = record_of(f, group_after);
	newest.abridged = true;
	begin(f);
	assert_int_equal(put_record(f, "pack", &newest), AC_PUT_OLDER);
	commit(f);
	assert_str(get(f, GROUP).exact, ac_str_from(group_2));
}

static void
put__keeps_slice_and_derived_object_apart(void **state)
{
	fixture *f = *state;
	ac_record r = record_of(f, group_1);
	ac_stored s;

	r.form = AC_FORM_DERIVED;
	r.exact = AC_S("panda;EP-1");
	r.derived = ac_str_from(group_1);
	begin(f);
	assert_int_equal(put_record(f, "a.example", &r), AC_PUT_NEW);
	commit(f);
	s = get(f, GROUP);
	assert_str(s.exact, AC_S("panda;EP-1"));
	assert_str(s.object, ac_str_from(group_1));
	/* a better reader makes more of the same slice: its own producer's new reading counts, another's stands beside it */
	r.derived = ac_str_from(group_2_other);
	begin(f);
	assert_int_equal(put_record(f, "b.example", &r), AC_PUT_CONFLICT);
	assert_int_equal(put_record(f, "a.example", &r), AC_PUT_SEEN);
	r.derived = ac_str_from(group_0);
	assert_int_equal(put_record(f, "a.example", &r), AC_PUT_NEWER);
	assert_int_equal(put_record(f, "a.example", &r), AC_PUT_UNCHANGED);
	r.derived = ac_str_from(group_1);
	assert_int_equal(put_record(f, "a.example", &r), AC_PUT_UNCHANGED);
	commit(f);
	assert_str(get(f, GROUP).object, ac_str_from(group_0));
}

static void
put__refuses_an_id_of_another_type(void **state)
{
	fixture *f = *state;
	ac_record r = record_of(f, group_1);
	ac_put_result result;
	int64_t source;

	r.type = AC_S("malware");
	begin(f);
	assert_int_equal(ac_store_source(f->store, AC_S("x"), &source, &f->err), 0);
	assert_int_equal(ac_store_put(f->store, source, &r, &result, &f->err), ACCORD_EINPUT);
	/* the batch is whole: a refused record loses nothing of its neighbours */
	assert_int_equal(
	    put_record(f, "x", &(ac_record){ .id = AC_S(MALWARE), .type = AC_S("malware"), .exact = AC_S("{}") }),
	    AC_PUT_NEW);
	commit(f);
	assert_int_equal(ac_store_put(f->store, source, &r, &result, &f->err), ACCORD_EUSAGE); /* no batch */
}

static void
revoking__is_permanent_and_takes_the_edges(void **state)
{
	fixture *f = *state;
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	put_json(f, "a.example", group_1);
	assert_int_equal(put_json(f, "a.example", group_revoked), AC_PUT_NEWER);
	assert_true(get(f, GROUP).revoked);
	assert_int_equal(put_json(f, "a.example", group_after), AC_PUT_FORBIDDEN);
	assert_true(get(f, GROUP).revoked);
	assert_str(get(f, GROUP).exact, ac_str_from(group_revoked));
	assert_int_equal(ac_store_edges_from(f->store, AC_S(GROUP), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_int_equal(ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_int_equal(lines.n, 0);
	/* names stay: one still wants to know what became of it */
	assert_int_equal(ac_store_find_name(f->store, AC_S("example bear"), note_name, &lines, &f->err), 0);
	assert_true(lines.n > 0);
	ac_buf_done(&lines);
}

static void
revoking__by_a_late_old_version_covers_the_current_one(void **state)
{
	fixture *f = *state;
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	put_json(f, "a.example", group_after);
	assert_int_equal(ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("created_by_ref " GROUP " \n"));
	assert_int_equal(put_json(f, "a.example", group_revoked), AC_PUT_OLDER);
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_int_equal(lines.n, 0);
	assert_true(get(f, GROUP).revoked);
	assert_str(get(f, GROUP).exact, ac_str_from(group_after));
	ac_buf_done(&lines);
}

typedef struct seen_versions {
	size_t count;
	int64_t seconds[8];
	bool current[8];
	int stop_after;
} seen_versions;

static int
note_version(void *payload, const ac_stored *stored, accord_err *err)
{
	seen_versions *seen = payload;

	(void)err;
	seen->seconds[seen->count] = stored->modified.seconds;
	seen->current[seen->count++] = stored->is_current;
	return seen->stop_after && (int)seen->count >= seen->stop_after ? 1 : 0;
}

static void
versions__are_all_there_newest_first(void **state)
{
	fixture *f = *state;
	seen_versions seen = { 0 };

	put_json(f, "a.example", group_1);
	put_json(f, "a.example", group_2);
	put_json(f, "a.example", group_0);
	assert_int_equal(ac_store_versions(f->store, AC_S(GROUP), &f->arena, note_version, &seen, &f->err), 0);
	assert_int_equal(seen.count, 3);
	assert_true(seen.seconds[0] > seen.seconds[1] && seen.seconds[1] > seen.seconds[2]);
	assert_true(seen.current[0] && !seen.current[1] && !seen.current[2]);
	seen = (seen_versions){ .stop_after = 1 };
	assert_int_equal(ac_store_versions(f->store, AC_S(GROUP), &f->arena, note_version, &seen, &f->err), 0);
	assert_int_equal(seen.count, 1);
}

typedef struct seen_arrivals {
	size_t count;
	int64_t us[8];
	ac_buf names;
} seen_arrivals;

static int
note_arrival(void *payload, ac_str producer, int64_t arrival_us, accord_err *err)
{
	seen_arrivals *seen = payload;

	(void)err;
	seen->us[seen->count++] = arrival_us;
	ac_buf_add(&seen->names, producer);
	ac_buf_add_byte(&seen->names, ' ');
	return 0;
}

static void
arrivals__have_every_producer_and_time(void **state)
{
	fixture *f = *state;
	seen_arrivals seen = { 0 };
	int64_t start = f->clock.us;

	ac_buf_init(&seen.names, 1 << 10);
	put_json(f, "a.example", group_1);
	f->clock.us += 1000;
	put_json(f, "b.example", group_1);
	f->clock.us += 1000;
	put_json(f, "c.example", group_1);
	assert_int_equal(ac_store_arrivals(f->store, get(f, GROUP).sequence, note_arrival, &seen, &f->err), 0);
	assert_str(ac_buf_view(&seen.names), AC_S("a.example b.example c.example "));
	assert_int_equal(seen.us[0], start);
	assert_int_equal(seen.us[1], start + 1000);
	assert_int_equal(seen.us[2], start + 2000);
	ac_buf_done(&seen.names);
}

typedef struct seen_times {
	size_t count;
	int64_t last_us, last_seq;
	bool is_increasing;
} seen_times;

static int
note_time(void *payload, const ac_stored *stored, accord_err *err)
{
	seen_times *seen = payload;

	(void)err;
	seen->is_increasing &= stored->arrival_us > seen->last_us && stored->sequence > seen->last_seq;
	seen->last_us = stored->arrival_us;
	seen->last_seq = stored->sequence;
	seen->count++;
	return 0;
}

/* Time stands still, then runs backwards: what arrives later is later. */
static void
arrival_times__are_unique_and_increase_whatever_the_clock_does(void **state)
{
	fixture *f = *state;
	seen_times seen = { .is_increasing = true };

	for (int batch = 0; batch < 4; batch++) {
		begin(f);
		for (int i = 0; i < 5; i++) {
			char json[400];
			ac_record r;

			(void)snprintf(json, sizeof(json),
			    "{" COMMON("malware", "malware--3e4f8e60-0f0c-4a4f-8f55-%012d",
				"2021-07-19T10:00:00.000Z") ",\"name\":\"x\",\"is_family\":true}",
			    batch * 5 + i);
			r = record_of(f, json);
			(void)put_record(f, "a.example", &r);
		}
		commit(f);
		if (batch == 1)
			f->clock.us -= 3600000000;
		fixture_reopen(f, AC_STORE_WRITE);
	}
	assert_int_equal(ac_store_each(f->store, AC_S(""), 0, &f->arena, note_time, &seen, &f->err), 0);
	assert_int_equal(seen.count, 20);
	assert_true(seen.is_increasing);
}

static void
each__walks_current_versions_of_a_type_from_a_sequence_on(void **state)
{
	fixture *f = *state;
	seen_times seen = { .is_increasing = true };
	int64_t sequence;

	put_json(f, "a.example", group_1);
	put_json(f, "a.example", malware);
	sequence = get(f, MALWARE).sequence;
	put_json(f, "a.example", group_2);
	assert_int_equal(ac_store_each(f->store, AC_S("intrusion-set"), 0, &f->arena, note_time, &seen, &f->err), 0);
	assert_int_equal(seen.count, 1);
	seen = (seen_times){ .is_increasing = true };
	assert_int_equal(ac_store_each(f->store, AC_S(""), 0, &f->arena, note_time, &seen, &f->err), 0);
	assert_int_equal(seen.count, 2);
	seen = (seen_times){ .is_increasing = true };
	assert_int_equal(ac_store_each(f->store, AC_S(""), sequence, &f->arena, note_time, &seen, &f->err), 0);
	assert_int_equal(seen.count, 1);
	seen = (seen_times){ 0 };
	assert_int_equal(ac_store_each(f->store, AC_S("unheard-of"), 0, &f->arena, note_time, &seen, &f->err), 0);
	assert_int_equal(seen.count, 0);
}

static void
edges__lead_both_ways_and_say_through_whom(void **state)
{
	fixture *f = *state;
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	put_json(f, "a.example", uses); /* both ends still unknown */
	put_json(f, "a.example", group_1);
	assert_int_equal(ac_store_edges_from(f->store, AC_S(GROUP), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("created_by_ref " IDENTITY " \nuses " MALWARE " " USES "\n"));
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_edges_from(f->store, AC_S(GROUP), AC_S("uses"), note_edge, &lines, &f->err), 0);
	assert_int_equal(ac_store_edges_from(f->store, AC_S(GROUP), AC_S("never-said"), note_edge, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("uses " MALWARE " " USES "\n"));
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_edges_to(f->store, AC_S(MALWARE), AC_S("uses"), note_edge, &lines, &f->err), 0);
	assert_int_equal(
	    ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S("created_by_ref"), note_edge, &lines, &f->err), 0);
	assert_int_equal(ac_store_edges_to(f->store, AC_S("malware--00000000-0000-4000-8000-000000000000"), AC_S(""),
			     note_edge, &lines, &f->err),
	    0);
	assert_str(ac_buf_view(&lines), AC_S("uses " GROUP " " USES "\ncreated_by_ref " GROUP " \n"));
	/* a newer version's references take the place of the older one's */
	put_json(f, "a.example", group_2);
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_edges_from(f->store, AC_S(GROUP), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_int_equal(ac_store_edges_to(f->store, AC_S(IDENTITY), AC_S(""), note_edge, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("uses " MALWARE " " USES "\n"));
	ac_buf_done(&lines);
}

static void
edges__of_a_batch_are_seen_before_its_commit(void **state)
{
	fixture *f = *state;
	ac_record r = record_of(f, uses);
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	begin(f);
	(void)put_record(f, "a.example", &r);
	assert_int_equal(ac_store_edges_from(f->store, AC_S(GROUP), AC_S("uses"), note_edge, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("uses " MALWARE " " USES "\n"));
	ac_store_rollback(f->store);
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_edges_from(f->store, AC_S(GROUP), AC_S("uses"), note_edge, &lines, &f->err), 0);
	assert_int_equal(lines.n, 0);
	ac_buf_done(&lines);
}

typedef struct walk {
	fixture *f;
	unsigned depth;
	size_t steps;
} walk;

static int
walk_on(void *payload, const ac_edge *edge, accord_err *err)
{
	walk *w = payload;
	char id[128];
	int rc;

	w->steps++;
	if (w->depth >= 3)
		return 0;
	(void)snprintf(id, sizeof(id), "%.*s", AC_FMT(edge->other_id));
	w->depth++;
	rc = ac_store_edges_to(w->f->store, ac_str_from(id), AC_S(""), walk_on, w, err);
	w->depth--;
	return rc;
}

static void
callbacks__may_ask_the_store_again(void **state)
{
	fixture *f = *state;
	walk w = { .f = f };

	put_json(f, "a.example", group_1);
	put_json(f, "a.example", uses);
	/* malware <- group; group has no edges to it; identity <- group */
	assert_int_equal(ac_store_edges_to(f->store, AC_S(MALWARE), AC_S(""), walk_on, &w, &f->err), 0);
	assert_int_equal(w.steps, 1);
	w = (walk){ .f = f };
	assert_int_equal(ac_store_edges_from(f->store, AC_S(GROUP), AC_S(""), walk_on, &w, &f->err), 0);
	assert_int_equal(w.steps, 4); /* two edges, and from each other end one back to the group */
}

static void
names__say_who_calls_it_so(void **state)
{
	fixture *f = *state;
	ac_record r = record_of(f, group_1);
	ac_fact_name names[] = { { AC_NAME_PRIMARY, AC_S("Example Panda"), AC_S("") },
		{ AC_NAME_ALIAS, AC_S("GRANITE HERON"), AC_S("vendor.example") },
		{ AC_NAME_ALIAS, AC_S("\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1"), AC_S("") } };
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	r.names = names;
	r.name_count = AC_COUNT(names);
	begin(f);
	(void)put_record(f, "cert.example", &r);
	commit(f);
	assert_int_equal(ac_store_find_name(f->store, AC_S("granite-heron"), note_name, &lines, &f->err), 0);
	assert_int_equal(ac_store_find_name(f->store, AC_S("EXAMPLEPANDA"), note_name, &lines, &f->err), 0);
	assert_int_equal(
	    ac_store_find_name(f->store, AC_S("\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1"), note_name, &lines, &f->err), 0);
	assert_int_equal(
	    ac_store_find_name(f->store, AC_S("\xe6\x91\xa9\xe8\xaf\x83\xe8\x8d\x89"), note_name, &lines, &f->err), 0);
	assert_int_equal(ac_store_find_name(f->store, AC_S("granite"), note_name, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines),
	    AC_S("1|GRANITE HERON|vendor.example|" GROUP "\n0|Example Panda|cert.example|" GROUP "\n"
		 "1|\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1|cert.example|" GROUP "\n"));
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_names_of(f->store, AC_S(GROUP), note_name, &lines, &f->err), 0);
	assert_int_equal(ac_store_names_of(f->store, AC_S(MALWARE), note_name, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines),
	    AC_S("0|Example Panda|cert.example|" GROUP "\n1|GRANITE HERON|vendor.example|" GROUP "\n"
		 "1|\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1|cert.example|" GROUP "\n"));
	/* names of an older version are gone */
	put_json(f, "cert.example", group_2);
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_find_name(f->store, AC_S("granite heron"), note_name, &lines, &f->err), 0);
	assert_int_equal(lines.n, 0);
	ac_buf_done(&lines);
}

static const struct {
	const char *name;
	const char *want; /* text of the first hit; NULL: none */
} near_rows[] = {
	{ "Exmaple Panda", "Example Panda" },
	{ "example pandas", "Example Panda" },
	{ "examplpanda", "Example Panda" },
	{ "WebSell", "WebShell" },
	{ "webshel", "WebShell" },
	{ "exam", "Example Panda" }, /* a beginning */
	{ "\xe6\xb5\xb7\xe8\x8e\xb2", "\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1" },
	{ "quite other", NULL },
	{ "x", NULL },
	{ "", NULL },
};

static int
first_name(void *payload, const ac_name_hit *hit, accord_err *err)
{
	ac_buf *first = payload;

	(void)err;
	if (first->n == 0)
		ac_buf_add(first, hit->text);
	return 0;
}

static void
near_names__find_slips_of_the_pen(void **state)
{
	fixture *f = *state;

	put_json(f, "a.example", group_1);
	put_json(f, "a.example", malware);
	put_json(f, "a.example",
	    "{" COMMON("intrusion-set", "intrusion-set--8d3f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e",
		"2021-07-19T10:00:00.000Z") ",\"name\":\"\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1\"}");
	for (size_t i = 0; i < AC_COUNT(near_rows); i++) {
		ac_buf first;

		ac_buf_init(&first, 1 << 10);
		assert_int_equal(
		    ac_store_near_names(f->store, ac_str_from(near_rows[i].name), 5, first_name, &first, &f->err), 0);
		assert_str(ac_buf_view(&first), ac_str_from(near_rows[i].want));
		ac_buf_done(&first);
	}
}

static void
near_names__give_the_best_first_and_no_more_than_wanted(void **state)
{
	static const char *const names[] = { "Alpaca", "Alpacb", "Alpbcb", "Alpaxxx", "Lama" };
	fixture *f = *state;
	ac_buf lines;

	for (size_t i = 0; i < AC_COUNT(names); i++) {
		char json[400];

		(void)snprintf(json, sizeof(json),
		    "{" COMMON("malware", "malware--3e4f8e60-0f0c-4a4f-8f55-%012zu",
			"2021-07-19T10:00:00.000Z") ",\"name\":\"%s\",\"is_family\":true}",
		    i, names[i]);
		put_json(f, "a.example", json);
	}
	ac_buf_init(&lines, 1 << 20);
	assert_int_equal(ac_store_near_names(f->store, AC_S("alpacc"), 2, note_name, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("0|Alpaca|a.example|malware--3e4f8e60-0f0c-4a4f-8f55-000000000000\n"
					     "0|Alpacb|a.example|malware--3e4f8e60-0f0c-4a4f-8f55-000000000001\n"));
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_near_names(f->store, AC_S("alpaca"), 9, note_name, &lines, &f->err), 0);
	/* itself is no miss; one slip before two */
	assert_str(ac_buf_view(&lines), AC_S("0|Alpacb|a.example|malware--3e4f8e60-0f0c-4a4f-8f55-000000000001\n"
					     "0|Alpbcb|a.example|malware--3e4f8e60-0f0c-4a4f-8f55-000000000002\n"));
	ac_buf_done(&lines);
}

static void
find(fixture *f, ac_value_type type, const char *text, ac_buf *lines)
{
	ac_value value;

	assert_int_equal(ac_value_parse(type, ac_str_from(text), &f->arena, &value, &f->err), 0);
	ac_buf_reset(lines);
	assert_int_equal(ac_store_find_value(f->store, &value, note_value, lines, &f->err), 0);
}

static void
find_value__finds_ranges_and_parents(void **state)
{
	fixture *f = *state;
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	put_json(f, "a.example", domain_sco);
	put_json(f, "a.example",
	    "{" COMMON("indicator", INDICATOR,
		"2021-07-19T10:00:00.000Z") ",\"pattern_type\":\"stix\","
					    "\"valid_from\":\"2021-07-19T10:00:00Z\",\"pattern\":\"[domain-name:value "
					    "= 'evil.example' OR ipv4-addr:value = '198.51.100.0/24' OR "
					    "ipv4-addr:value = '198.51.0.0/16' OR ipv6-addr:value = '2001:db8::/32' OR "
					    "domain-name:value = 'example']\"}");
	find(f, AC_VALUE_DOMAIN, "evil.example", &lines);
	assert_str(
	    ac_buf_view(&lines), AC_S("evil.example|self|object|domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7\n"
				      "evil.example|pattern|object|" INDICATOR "\n"));
	find(f, AC_VALUE_DOMAIN, "a.b.evil.example", &lines);
	assert_true(lines.n > 0);
	find(f, AC_VALUE_DOMAIN, "notevil.example", &lines);
	assert_int_equal(lines.n, 0);
	find(f, AC_VALUE_DOMAIN, "example", &lines);
	assert_str(ac_buf_view(&lines), AC_S("example|pattern|object|" INDICATOR "\n"));
	find(f, AC_VALUE_IPV4, "198.51.100.7", &lines);
	assert_str(ac_buf_view(&lines),
	    AC_S("198.51.100.0/24|pattern|object|" INDICATOR "\n198.51.0.0/16|pattern|object|" INDICATOR "\n"));
	find(f, AC_VALUE_IPV4, "198.51.101.7", &lines);
	assert_str(ac_buf_view(&lines), AC_S("198.51.0.0/16|pattern|object|" INDICATOR "\n"));
	find(f, AC_VALUE_IPV4, "198.51.100.0/25", &lines); /* a range inside a range */
	assert_str(ac_buf_view(&lines),
	    AC_S("198.51.100.0/24|pattern|object|" INDICATOR "\n198.51.0.0/16|pattern|object|" INDICATOR "\n"));
	find(f, AC_VALUE_IPV4, "198.52.100.7", &lines);
	assert_int_equal(lines.n, 0);
	find(f, AC_VALUE_IPV6, "2001:db8:1::1", &lines);
	assert_str(ac_buf_view(&lines), AC_S("2001:db8::/32|pattern|object|" INDICATOR "\n"));
	/* the next version compares with something else */
	put_json(f, "a.example",
	    "{" COMMON("indicator", INDICATOR,
		"2021-07-20T10:00:00.000Z") ",\"pattern_type\":\"stix\","
					    "\"valid_from\":\"2021-07-19T10:00:00Z\",\"pattern\":\"[url:value = "
					    "'http://evil.example/']\"}");
	find(f, AC_VALUE_IPV4, "198.51.100.7", &lines);
	assert_int_equal(lines.n, 0);
	ac_buf_done(&lines);
}

static int
note_search(void *payload, const ac_search_hit *hit, accord_err *err)
{
	(void)err;
	ac_buf_printf(payload, "%.*s|%.*s|%.*s|%.*s\n", AC_FMT(hit->type), AC_FMT(hit->name), AC_FMT(hit->snippet),
	    AC_FMT(hit->id));
	return 0;
}

static const struct {
	const char *words;
	const char *want;
} search_rows[] = {
	{ "mail servers", "intrusion-set|Example Panda|Exploits mail servers in the energy sector.|" GROUP "\n" },
	{ "SERVERS energy", "intrusion-set|Example Panda|Exploits mail servers in the energy sector.|" GROUP "\n" },
	{ "exploit",
	    "intrusion-set|Example Panda|Exploits mail servers in the energy sector.|" GROUP "\n" }, /* a beginning */
	{ "EP-1", "intrusion-set|Example Panda|Exploits mail servers in the energy sector.|" GROUP "\n" },
	{ "webshell", "malware|WebShell||" MALWARE "\n" },
	{ "evil.example", "domain-name|evil.example||domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7\n" },
	{ "mail gardens", "" },
	{ "name:webshell", "" }, /* nothing is syntax */
	{ "-", "" },
	{ "  ", "" },
};

static void
search__finds_words_of_names_prose_and_values(void **state)
{
	fixture *f = *state;

	put_json(f, "a.example", group_1);
	put_json(f, "a.example", malware);
	put_json(f, "a.example", domain_sco);
	for (size_t i = 0; i < AC_COUNT(search_rows); i++) {
		ac_buf lines;

		ac_buf_init(&lines, 1 << 20);
		assert_int_equal(
		    ac_store_search(f->store, ac_str_from(search_rows[i].words), 10, note_search, &lines, &f->err), 0);
		assert_str(ac_buf_view(&lines), ac_str_from(search_rows[i].want));
		ac_buf_done(&lines);
	}
}

static void
search__takes_nothing_as_syntax(void **state)
{
	static const char *const words[] = { "\" OR webshell", "webshell NOT x", "NEAR(a b)", "^webshell", "web*",
		"{name}: x", "\"", "'", "--", "a\"b" };
	fixture *f = *state;
	ac_buf lines;

	put_json(f, "a.example", malware);
	ac_buf_init(&lines, 1 << 20);
	for (size_t i = 0; i < AC_COUNT(words); i++)
		if (ac_store_search(f->store, ac_str_from(words[i]), 10, note_search, &lines, &f->err) != 0)
			fail_msg("'%s': %s", words[i], f->err.text);
	ac_buf_done(&lines);
}

static void
search__never_misses_what_was_just_learned(void **state)
{
	fixture *f = *state, reader = { .clock = f->clock };
	ac_record r;
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	(void)snprintf(reader.folder, sizeof(reader.folder), "%s", f->folder);
	assert_int_equal(fixture_open(&reader, AC_STORE_READ), 0);
	put_json(f, "a.example", group_1);
	assert_int_equal(ac_store_search(reader.store, AC_S("energy"), 10, note_search, &lines, &f->err), 0);
	assert_true(lines.n > 0);
	put_json(f, "a.example", group_2);
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_search(reader.store, AC_S("energy"), 10, note_search, &lines, &f->err), 0);
	assert_int_equal(lines.n, 0); /* the older version's words are not found any more */
	assert_int_equal(ac_store_search(reader.store, AC_S("hospitals"), 10, note_search, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("intrusion-set|Example Bear|Now seen in hospitals.|" GROUP "\n"));
	/* a writer in the middle of a batch keeps the reader from indexing, not from finding what was committed */
	put_json(f, "a.example", malware);
	r = record_of(f, domain_sco);
	begin(f);
	(void)put_record(f, "a.example", &r);
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_search(reader.store, AC_S("webshell"), 10, note_search, &lines, &f->err), 0);
	assert_str(ac_buf_view(&lines), AC_S("malware|WebShell||" MALWARE "\n"));
	/* and the writer sees its own */
	ac_buf_reset(&lines);
	assert_int_equal(ac_store_search(f->store, AC_S("evil.example"), 10, note_search, &lines, &f->err), 0);
	assert_true(lines.n > 0);
	commit(f);
	reader.store = ac_store_close(reader.store);
	ac_buf_done(&lines);
}

static void
search__finds_inside_chinese_names(void **state)
{
	fixture *f = *state;
	ac_buf lines;

	ac_buf_init(&lines, 1 << 20);
	put_json(f, "a.example",
	    "{" COMMON("intrusion-set", GROUP,
		"2021-07-19T10:00:00.000Z") ",\"name\":\"\xe6\xb5\xb7\xe8\x8e\xb2\xe8\x8a\xb1\"}");
	assert_int_equal(
	    ac_store_search(f->store, AC_S("\xe8\x8e\xb2\xe8\x8a\xb1"), 10, note_search, &lines, &f->err), 0);
	assert_true(lines.n > 0);
	ac_buf_reset(&lines);
	assert_int_equal(
	    ac_store_search(f->store, AC_S("\xe8\x8a\xb1\xe8\x8e\xb2"), 10, note_search, &lines, &f->err), 0);
	assert_int_equal(lines.n, 0);
	ac_buf_done(&lines);
}

static void
settings__travel_with_the_batch(void **state)
{
	fixture *f = *state;
	ac_str text;

	assert_int_equal(ac_store_setting_get(f->store, AC_S("cursor"), &f->arena, &text, &f->err), 0);
	assert_int_equal(text.n, 0);
	assert_int_equal(ac_store_setting_put(f->store, AC_S("cursor"), AC_S("1"), &f->err), ACCORD_EUSAGE);
	begin(f);
	assert_int_equal(ac_store_setting_put(f->store, AC_S("cursor"), AC_S("17"), &f->err), 0);
	commit(f);
	begin(f);
	assert_int_equal(ac_store_setting_put(f->store, AC_S("cursor"), AC_S("18"), &f->err), 0);
	ac_store_rollback(f->store);
	fixture_reopen(f, AC_STORE_READ);
	assert_int_equal(ac_store_setting_get(f->store, AC_S("cursor"), &f->arena, &text, &f->err), 0);
	assert_str(text, AC_S("17"));
}

static void
generation__changes_with_what_is_watched_for_only(void **state)
{
	fixture *f = *state;
	int64_t before, after;

	put_json(f, "a.example", group_1);
	assert_int_equal(ac_store_generation(f->store, &before, &f->err), 0);
	put_json(f, "a.example", group_1);
	put_json(f, "a.example",
	    "{" COMMON("sighting", "sighting--6b7f8e60-0f0c-4a4f-8f55-2f3a4b5c6d7e",
		"2021-07-19T10:00:00.000Z") ",\"sighting_of_ref\":\"" INDICATOR "\"}");
	assert_int_equal(ac_store_generation(f->store, &after, &f->err), 0);
	assert_int_equal(after, before);
	put_json(f, "a.example", group_2);
	assert_int_equal(ac_store_generation(f->store, &after, &f->err), 0);
	assert_int_not_equal(after, before);
}

static void
counts__count(void **state)
{
	fixture *f = *state;
	ac_store_counts c;

	put_json(f, "a.example", group_1);
	put_json(f, "b.example", group_2);
	put_json(f, "a.example", uses);
	put_json(f, "a.example", domain_sco);
	assert_int_equal(ac_store_count(f->store, &c, &f->err), 0);
	assert_int_equal(c.objects, 3);
	assert_int_equal(c.versions, 4);
	assert_int_equal(c.edges, 1);
	assert_int_equal(c.names, 2);
	assert_int_equal(c.values, 1);
	assert_int_equal(c.rows, 0);
	assert_int_equal(c.sources, 2);
}

static void
rolled_back__leaves_nothing(void **state)
{
	fixture *f = *state;
	ac_record r = record_of(f, group_1);
	ac_store_counts c;

	begin(f);
	assert_int_equal(put_record(f, "never.example", &r), AC_PUT_NEW);
	ac_store_rollback(f->store);
	assert_int_equal(ac_store_count(f->store, &c, &f->err), 0);
	assert_int_equal(c.objects + c.versions + c.edges + c.names + c.sources, 0);
	assert_int_equal(put_json(f, "a.example", group_1), AC_PUT_NEW);
	assert_str(get(f, GROUP).producer, AC_S("a.example"));
}

static void
reopened__goes_on_where_it_stopped(void **state)
{
	fixture *f = *state;

	put_json(f, "a.example", uses);
	fixture_reopen(f, AC_STORE_WRITE);
	assert_int_equal(put_json(f, "a.example", group_1), AC_PUT_NEW);
	assert_int_equal(put_json(f, "a.example", uses), AC_PUT_UNCHANGED);
	fixture_reopen(f, AC_STORE_READ);
	assert_str(get(f, GROUP).exact, ac_str_from(group_1));
	assert_int_equal(ac_store_begin(f->store, &f->err), ACCORD_EUSAGE);
}

/* Two writers take turns; each must see what the other has done, whatever it remembers. */
static void
writers__that_take_turns_see_each_other(void **state)
{
	fixture *f = *state, other = { .clock = f->clock };
	ac_stored s;

	(void)snprintf(other.folder, sizeof(other.folder), "%s", f->folder);
	ac_arena_init(&other.arena, (size_t)16 << 20);
	put_json(f, "a.example", uses); /* f has now met the ids of both ends, without versions */
	assert_int_equal(fixture_open(&other, AC_STORE_WRITE), 0);
	assert_int_equal(put_json(&other, "b.example", group_1), AC_PUT_NEW);
	assert_int_equal(put_json(&other, "b.example", malware), AC_PUT_NEW);
	assert_int_equal(put_json(f, "a.example", group_1), AC_PUT_SEEN);
	assert_int_equal(put_json(f, "a.example", group_2), AC_PUT_NEWER);
	assert_int_equal(put_json(&other, "b.example", group_2), AC_PUT_SEEN);
	assert_int_equal(ac_store_get(other.store, AC_S(GROUP), &other.arena, &s, &other.err), 0);
	assert_int_equal(s.sequence, 4);
	other.store = ac_store_close(other.store);
	ac_arena_done(&other.arena);
}

int
main(void)
{
#define FACT(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		FACT(get__gives_back_what_was_put),
		FACT(get__of_an_unknown_or_dangling_id_is_not_found),
		FACT(put__tells_what_became_of_a_version),
		FACT(put__keeps_an_observable_of_other_bytes_as_a_conflict),
		FACT(put__ranks_an_abridged_version_below_any_full_one),
		FACT(put__keeps_slice_and_derived_object_apart),
		FACT(put__refuses_an_id_of_another_type),
		FACT(revoking__is_permanent_and_takes_the_edges),
		FACT(revoking__by_a_late_old_version_covers_the_current_one),
		FACT(versions__are_all_there_newest_first),
		FACT(arrivals__have_every_producer_and_time),
		FACT(arrival_times__are_unique_and_increase_whatever_the_clock_does),
		FACT(each__walks_current_versions_of_a_type_from_a_sequence_on),
		FACT(edges__lead_both_ways_and_say_through_whom),
		FACT(edges__of_a_batch_are_seen_before_its_commit),
		FACT(callbacks__may_ask_the_store_again),
		FACT(names__say_who_calls_it_so),
		FACT(near_names__find_slips_of_the_pen),
		FACT(near_names__give_the_best_first_and_no_more_than_wanted),
		FACT(find_value__finds_ranges_and_parents),
		FACT(search__finds_words_of_names_prose_and_values),
		FACT(search__takes_nothing_as_syntax),
		FACT(search__never_misses_what_was_just_learned),
		FACT(search__finds_inside_chinese_names),
		FACT(settings__travel_with_the_batch),
		FACT(generation__changes_with_what_is_watched_for_only),
		FACT(counts__count),
		FACT(rolled_back__leaves_nothing),
		FACT(reopened__goes_on_where_it_stopped),
		FACT(writers__that_take_turns_see_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
