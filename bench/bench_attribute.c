/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging at real size: ATT&CK and all MISP galaxies of the public data (ACCORD_SHARED_DATA) learned into a store; then the knowledge, the ranking of each incident of reports, and full chains with
 * intervals and sensitivities. Processor time, best of several.
 */
#include <time.h>

#include "../tests/support/full_knowledge.h"
#include "attribute/incidents.h"
#include "attribute/judge.h"

#define CHAINS 40
#define ROUNDS 5

static double
cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
measure(const ac_knowledge *k, bool ranking_only, size_t most, accord_err *err)
{
	ac_judge_options options = AC_JUDGE_OPTIONS;
	double best = 1e9, worst = 0;
	ac_incidents incidents;
	ac_arena kept, arena;
	int rc;

	options.ranking_only = ranking_only;
	ac_arena_init(&kept, AC_KNOWLEDGE_MAX);
	ac_arena_init(&arena, AC_KNOWLEDGE_MAX);
	rc = ac_incidents_of_reports(k, &kept, &incidents, err);
	for (int round = 0; rc == 0 && round < ROUNDS; round++) {
		double sum = 0;
		size_t count = incidents.count < most ? incidents.count : most;

		for (size_t i = 0; rc == 0 && i < count; i++) {
			ac_evidence evidence = ac_incident_evidence(&incidents.items[i], 1);
			double before = cpu_ms(), took;
			ac_judgement answer;

			ac_arena_reset(&arena);
			rc = ac_judge(k, &evidence, &options, &arena, &answer, err);
			took = cpu_ms() - before;
			sum += took;
			worst = round == 0 && took > worst ? took : worst;
		}
		best = count && sum / (double)count < best ? sum / (double)count : best;
	}
	if (rc == 0)
		printf("attribute %s\t%.2f\tms\tmean of incidents, best of %d rounds; slowest %.2f ms; %zu actors\n",
		    ranking_only ? "ranking" : "full chain", best, ROUNDS, worst, ac_knowledge_actor_count(k));
	ac_arena_done(&arena);
	ac_arena_done(&kept);
	return rc;
}

static int
run(const char *folder, const char *data, accord_err *err)
{
	ac_store_options options = {
		.mode = AC_STORE_WRITE, .create = true, .now = full_knowledge_now, .seed = { { 1, 2 } }
	};
	ac_store *store = NULL;
	ac_knowledge *k = NULL;
	ac_know *know = NULL;
	double before;
	int rc = ac_store_open(folder, &options, &store, err);

	if (rc == 0)
		rc = full_knowledge_learn(store, data, err);
	if (rc == 0)
		rc = ac_know_open(store, options.seed, &know, err);
	before = cpu_ms();
	if (rc == 0)
		rc = ac_knowledge_make(know, &k, err);
	if (rc == 0) {
		printf(
		    "attribute knowledge\t%.0f\tms\t%zu claims\n", cpu_ms() - before, ac_knowledge_counted(k)->claims);
		rc = measure(k, true, SIZE_MAX, err);
	}
	if (rc == 0)
		rc = measure(k, false, CHAINS, err);
	(void)ac_knowledge_free(k);
	(void)ac_know_close(know);
	(void)ac_store_close(store);
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
		printf("attribute\t-\t-\tskipped: ACCORD_SHARED_DATA is not set\n");
		return 0;
	}
	if (!mkdtemp(folder))
		return 1;
	rc = run(folder, data, &err);
	if (rc < 0)
		(void)fprintf(stderr, "bench_attribute: %s\n", err.text);
	(void)snprintf(path, sizeof(path), "%s/accord.db", folder);
	(void)unlink(path);
	(void)rmdir(folder);
	return rc < 0;
}
