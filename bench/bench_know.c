/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages at real size: ATT&CK and all MISP galaxies of the public data (ACCORD_SHARED_DATA) learned into a store on disk, then one page each in a session of its own, as the command
 * makes it. The first page after opening the store is cold, the best of twenty is warm; both in processor time.
 */

#include "bench.h"
#include "../tests/support/full_knowledge.h"
#include "know/page.h"
#include "sys/os.h"

static const char *const queries[] = { "APT40", "Lazarus Group", "Cobalt Strike", "T1105", "T1190",
	"no such thing at all" };
#define ROUNDS 20

static int
one_page(ac_store *store, const char *query, double *out_ms, size_t *out_json, accord_err *err)
{
	double before = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) * 1e3;
	ac_json_writer w;
	ac_know *know;
	ac_page page;
	ac_buf buf;
	int rc = ac_know_open(store, (ac_hash_seed){ { 1, 2 } }, &know, err);

	if (rc < 0)
		return rc;
	ac_buf_init(&buf, AC_REPORT_MAX);
	rc = ac_page_find(know, ac_str_from(query), (ac_str){ 0 }, &page, err);
	if (rc == 0) {
		ac_json_writer_init(&w, &buf);
		ac_page_json(&page, &w);
	}
	*out_json = buf.n;
	ac_buf_done(&buf);
	(void)ac_know_close(know);
	*out_ms = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) * 1e3 - before;
	return rc == ACCORD_ENOTFOUND ? 0 : rc;
}

static int
measure(const char *folder, const char *query, accord_err *err)
{
	ac_store_options options = { .mode = AC_STORE_READ, .now = full_knowledge_now, .seed = { { 1, 2 } } };
	double cold = 0, best = 1e9, ms = 0;
	ac_store *store = NULL;
	size_t json = 0;
	int rc = ac_store_open(folder, &options, &store, err);

	for (int i = 0; rc == 0 && i < ROUNDS; i++) {
		rc = one_page(store, query, &ms, &json, err);
		cold = i == 0 ? ms : cold;
		best = ms < best ? ms : best;
	}
	if (rc == 0)
		printf("know page \"%s\"\t%.1f\tms\tbest of %d, cold %.1f ms, %zu bytes of JSON\n", query, best, ROUNDS,
		    cold, json);
	(void)ac_store_close(store);
	return rc;
}

/* As the command does it: by a reader of its own, which has opened the store. */
static int
regroup(const char *folder, const char *what, accord_err *err)
{
	ac_store_options options = { .mode = AC_STORE_READ, .now = full_knowledge_now, .seed = { { 1, 2 } } };
	const ac_know_actors *all;
	ac_store *store = NULL;
	ac_know *know = NULL;
	double before;
	int rc = ac_store_open(folder, &options, &store, err);

	before = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) * 1e3;
	if (rc == 0)
		rc = ac_know_open(store, (ac_hash_seed){ { 1, 2 } }, &know, err);

	if (rc == 0)
		rc = ac_know_actors_all(know, &all, err);
	if (rc == 0)
		printf("%s\t%.1f\tms\t%zu records, %zu of them read anew\n", what,
		    bench_seconds(CLOCK_PROCESS_CPUTIME_ID) * 1e3 - before, all->count, all->derived);
	(void)ac_know_close(know);
	(void)ac_store_close(store);
	return rc;
}

/* The feeds that the bars of grouping are set on. Each is added to the others, which have been grouped. */
static const char *const feeds[] = { "attack", "threat-actor", "microsoft-activity-group", "tidal-groups", "360net",
	"mitre-intrusion-set" };

static int
add_last(const char *data, ac_str tar, size_t last, accord_err *err)
{
	ac_store_options options = {
		.mode = AC_STORE_WRITE, .create = true, .now = full_knowledge_now, .seed = { { 1, 2 } }
	};
	char folder[] = "/tmp/accord-bench-XXXXXX", path[64], what[80];
	ac_store *store = NULL;
	int rc;

	if (!mkdtemp(folder))
		return ac_fail(err, ACCORD_EIO, "no folder");
	rc = ac_store_open(folder, &options, &store, err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(feeds); i++)
		if (i != last)
			rc = full_knowledge_feed(store, data, tar, feeds[i], err);
	if (rc == 0)
		rc = regroup(folder, "know group five feeds, nothing kept", err);
	if (rc == 0)
		rc = full_knowledge_feed(store, data, tar, feeds[last], err);
	(void)snprintf(what, sizeof(what), "know add the feed %s", feeds[last]);
	if (rc == 0)
		rc = regroup(folder, what, err);
	if (rc == 0)
		rc = regroup(folder, "know group six feeds, all kept", err);
	(void)ac_store_close(store);
	(void)snprintf(path, sizeof(path), "%s/accord.db", folder);
	(void)unlink(path);
	(void)rmdir(folder);
	return rc;
}

static int
add_feeds(const char *data, accord_err *err)
{
	char path[AC_PATH_MAX];
	ac_buf tar;
	int rc;

	ac_buf_init(&tar, 128 * AC_MIB);
	(void)snprintf(path, sizeof(path), "%s/misp/misp-galaxy.tar.zst", data);
	rc = full_knowledge_unpack(path, &tar, err);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(feeds); i++)
		rc = add_last(data, ac_buf_view(&tar), i, err);
	ac_buf_done(&tar);
	return rc;
}

static int
run(const char *folder, const char *data, accord_err *err)
{
	ac_store_options options = {
		.mode = AC_STORE_WRITE, .create = true, .now = full_knowledge_now, .seed = { { 1, 2 } }
	};
	ac_store *store = NULL;
	int rc = ac_store_open(folder, &options, &store, err);

	if (rc == 0)
		rc = full_knowledge_learn(store, data, err);
	if (rc == 0)
		rc = regroup(folder, "know group everything, nothing kept", err);
	if (rc == 0)
		rc = regroup(folder, "know group everything, all kept", err);
	(void)ac_store_close(store);
	for (size_t i = 0; rc == 0 && i < AC_COUNT(queries); i++)
		rc = measure(folder, queries[i], err);
	return rc;
}

int
main(int argc, char **argv)
{
	const char *data = getenv("ACCORD_SHARED_DATA");
	char folder[] = "/tmp/accord-bench-XXXXXX", path[64];
	accord_err err = { 0 };
	int status, rc;

	if (full_knowledge_role(argc, argv, &status))
		return status;
	if (!data) {
		printf("know\t-\t-\tskipped: ACCORD_SHARED_DATA is not set\n");
		return 0;
	}
	if (!mkdtemp(folder))
		return 1;
	rc = add_feeds(data, &err);
	if (rc == 0)
		rc = run(folder, data, &err);
	if (rc < 0)
		(void)fprintf(stderr, "bench_know: %s\n", err.text);
	(void)snprintf(path, sizeof(path), "%s/accord.db", folder);
	(void)unlink(path);
	(void)rmdir(folder);
	return rc < 0;
}
