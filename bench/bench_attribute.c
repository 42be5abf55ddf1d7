/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging at real size: ATT&CK and all MISP galaxies of the public data (ACCORD_SHARED_DATA) learned into a store, and a made-up world of 1,500 actors; then the knowledge, the ranking of incidents of
 * reports at both levels, and full chains with intervals and sensitivities. Processor time, best of several.
 */
#include <time.h>

#include "../tests/support/full_knowledge.h"
#include "attribute/incidents.h"
#include "attribute/judge.h"
#include "attribute/measures.h"

#define CHAINS 40
#define RANKINGS 400
#define ROUNDS 5

/* The made-up world is as ATT&CK is, by actor: 4 reports, 25 techniques and 6 tools, a dozen words about each; and by tool: a report, 14 techniques. */
#define WORLD_ACTORS 1500
#define WORLD_TECHNIQUES 700
#define WORLD_SOFTWARE 800
#define WORLD_REPORTS 4
#define WORLD_USED 31
#define WORLD_WORDS 20000
#define WORLD_ABILITIES 14 /* techniques that a software can be used for */

static double
cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
drawn(uint64_t *seed)
{
	return (double)(ac_splitmix(seed) >> 11) * 0x1p-53;
}

static const char *const world_types[] = { "attack-pattern", "malware", "intrusion-set", "relationship" };

#define HEAD                                                                                                           \
	"{\"type\":\"%s\",\"spec_version\":\"2.1\",\"id\":\"%s--00000000-0000-4000-8000-%012zx\","                     \
	"\"created\":\"2024-01-01T00:00:00Z\",\"modified\":\"2024-01-01T00:00:00Z\","

static void
add_head(ac_buf *buf, unsigned type, size_t number)
{
	ac_buf_add_cstr(buf, buf->n > 2 && buf->p[buf->n - 1] == '}' ? "," : "");
	ac_buf_printf(buf, HEAD, world_types[type], world_types[type], number);
}

/* A few are everybody's, most are few actors'. */
static void
add_use(ac_buf *buf, size_t actor, size_t use, uint64_t *seed)
{
	bool is_technique = use < WORLD_USED - 6;
	double u = drawn(seed);
	size_t target = is_technique ? (size_t)(u * u * WORLD_TECHNIQUES)
				     : (use % 2 ? actor % WORLD_SOFTWARE : (size_t)(u * u * WORLD_SOFTWARE)),
	       report = (size_t)(drawn(seed) * WORLD_REPORTS);

	add_head(buf, 3, actor * WORLD_USED + use);
	ac_buf_printf(buf,
	    "\"relationship_type\":\"uses\",\"source_ref\":\"intrusion-set--00000000-0000-4000-8000-%012zx\","
	    "\"target_ref\":\"%s--00000000-0000-4000-8000-%012zx\",\"external_references\":[{\"source_name\":"
	    "\"Report %zu %zu\",\"description\":\"Vendor %zu. (%zu, May %zu). Made up report %zu of %zu.\","
	    "\"url\":\"https://vendor%zu.example/%zu/%zu\"}],\"description\":\"It",
	    actor, world_types[is_technique ? 0 : 1], target, actor, report, report * 7 % 40,
	    2012 + (actor + report) % 13, 1 + report, report, actor, report * 7 % 40, actor, report);
	for (int w = 0; w < 12; w++) {
		double v = drawn(seed);

		ac_buf_printf(buf, " w%zux", (size_t)(v * v * v * WORLD_WORDS));
	}
	ac_buf_add_cstr(buf, ".\"}");
}

/* What a software can do, by a report of its own. */
static void
add_ability(ac_buf *buf, size_t software, size_t ability, uint64_t *seed)
{
	double u = drawn(seed);

	add_head(buf, 3, WORLD_ACTORS * WORLD_USED + software * WORLD_ABILITIES + ability);
	ac_buf_printf(buf,
	    "\"relationship_type\":\"uses\",\"source_ref\":\"malware--00000000-0000-4000-8000-%012zx\","
	    "\"target_ref\":\"attack-pattern--00000000-0000-4000-8000-%012zx\",\"external_references\":["
	    "{\"source_name\":\"Study %zu\",\"description\":\"Vendor %zu. (%zu, May). Made up study %zu.\","
	    "\"url\":\"https://study.example/%zu\"}]}",
	    software, (size_t)(u * u * WORLD_TECHNIQUES), software, software % 40, 2012 + software % 13, software,
	    software);
}

static int
make_world(ac_store *store, const char *unused, accord_err *err)
{
	ac_learn_options options = { .now = full_knowledge_now(NULL) };
	ac_learn *learn = NULL;
	uint64_t seed = 1;
	ac_buf buf;
	int rc = ac_learn_open(store, &options, &learn, err);

	(void)unused;
	ac_buf_init(&buf, 256 * AC_MIB);
	ac_buf_add_cstr(
	    &buf, "{\"type\":\"bundle\",\"id\":\"bundle--00000000-0000-4000-8000-000000000000\",\"objects\":[");
	for (size_t i = 0; i < WORLD_TECHNIQUES + WORLD_SOFTWARE; i++) {
		bool is_technique = i < WORLD_TECHNIQUES;
		size_t n = is_technique ? i : i - WORLD_TECHNIQUES;

		add_head(&buf, is_technique ? 0 : 1, n);
		ac_buf_printf(&buf,
		    "\"name\":\"Thing %zu\",%s\"external_references\":[{\"source_name\":\"mitre-attack\","
		    "\"external_id\":\"%c%04zu",
		    i, is_technique ? "" : "\"is_family\":true,", is_technique ? 'T' : 'S', is_technique ? n / 3 : n);
		/* Every third technique is one, the other two are its sub-techniques. */
		if (is_technique && n % 3)
			ac_buf_printf(&buf, ".%03zu", n % 3);
		ac_buf_add_cstr(&buf, "\"}]}");
	}
	for (size_t a = 0; a < WORLD_ACTORS; a++) {
		add_head(&buf, 2, a);
		ac_buf_printf(&buf,
		    "\"name\":\"Madeup%04zu\",\"external_references\":[{\"source_name\":\"mitre-attack\","
		    "\"external_id\":\"G%04zu\"}]}",
		    a, a);
	}
	for (size_t a = 0; a < WORLD_ACTORS; a++)
		for (size_t use = 0; use < WORLD_USED; use++)
			add_use(&buf, a, use, &seed);
	for (size_t i = 0; i < WORLD_SOFTWARE * WORLD_ABILITIES; i++)
		add_ability(&buf, i / WORLD_ABILITIES, i % WORLD_ABILITIES, &seed);
	ac_buf_add_cstr(&buf, "]}");
	if (rc == 0)
		rc = buf.failed ? ac_fail(err, buf.failed, "no memory")
				: ac_learn_bytes(learn, "world.json", ac_buf_view(&buf), err);
	if (rc == 0)
		rc = ac_learn_finish(learn, err);
	if (rc == 0 && ac_learn_outcome(learn) < 0)
		rc = ac_fail(err, ACCORD_EINPUT, "something of the made-up world was refused");
	(void)ac_learn_close(learn);
	ac_buf_done(&buf);
	return rc;
}

static int
measure(const ac_knowledge *k, bool ranking_only, int level, size_t most, accord_err *err)
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
			ac_evidence evidence = ac_incident_evidence(&incidents.items[i], level);
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
		printf("attribute %s, level %d\t%.2f\tms\tmean of %zu incidents, best of %d rounds; slowest %.2f ms; "
		       "%zu actors\n",
		    ranking_only ? "ranking" : "full chain", level, best,
		    incidents.count < most ? incidents.count : most, ROUNDS, worst, ac_knowledge_actor_count(k));
	ac_arena_done(&arena);
	ac_arena_done(&kept);
	return rc;
}

typedef int (*learner)(ac_store *store, const char *data, accord_err *err);

static int
measure_all(const ac_knowledge *k, accord_err *err)
{
	int rc = 0;

	for (int level = 1; rc == 0 && level <= 2; level++)
		rc = measure(k, true, level, RANKINGS, err);
	return rc < 0 ? rc : measure(k, false, 1, CHAINS, err);
}

static int
run(const char *folder, learner learn, const char *data, accord_err *err)
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
		rc = learn(store, data, err);
	if (rc == 0)
		rc = ac_know_open(store, options.seed, &know, err);
	before = cpu_ms();
	if (rc == 0)
		rc = ac_knowledge_make(know, &k, err);
	if (rc == 0) {
		printf("attribute knowledge\t%.0f\tms\t%zu claims, %zu actors\n", cpu_ms() - before,
		    ac_knowledge_counted(k)->claims, ac_knowledge_actor_count(k));
		rc = measure_all(k, err);
	}
	(void)ac_knowledge_free(k);
	(void)ac_know_close(know);
	(void)ac_store_close(store);
	return rc;
}

/* In a store of its own. */
static int
bench(learner learn, const char *data)
{
	char folder[] = "/tmp/accord-bench-XXXXXX", path[64];
	accord_err err = { 0 };
	int rc;

	if (!mkdtemp(folder))
		return 1;
	rc = run(folder, learn, data, &err);
	if (rc < 0)
		(void)fprintf(stderr, "bench_attribute: %s\n", err.text);
	(void)snprintf(path, sizeof(path), "%s/accord.db", folder);
	(void)unlink(path);
	(void)rmdir(folder);
	return rc < 0;
}

int
main(int argc, char **argv)
{
	const char *data = getenv("ACCORD_SHARED_DATA");
	int status;

	if (full_knowledge_role(argc, argv, &status))
		return status;
	if (!data)
		printf("attribute\t-\t-\treal knowledge skipped: ACCORD_SHARED_DATA is not set\n");
	else if (bench(full_knowledge_learn, data))
		return 1;
	return bench(make_world, NULL);
}
