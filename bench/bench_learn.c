/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learning end to end: files to the parse role, records to a store on disk. Without arguments: the ATT&CK bundle of the public data, learned twice. With arguments SOURCE...: those, once.
 * Rates are objects over processor seconds of both processes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "learn/learn.h"
#include "sys/os.h"
#include "sys/role.h"

static ac_time
now(void *payload)
{
	return ac_clock_now();
}

static double
cpu_seconds(void)
{
	struct rusage self, children;

	(void)getrusage(RUSAGE_SELF, &self);
	(void)getrusage(RUSAGE_CHILDREN, &children);
	return (double)(self.ru_utime.tv_sec + self.ru_stime.tv_sec + children.ru_utime.tv_sec +
			children.ru_stime.tv_sec) +
	       (double)(self.ru_utime.tv_usec + self.ru_stime.tv_usec + children.ru_utime.tv_usec +
			children.ru_stime.tv_usec) /
		   1e6;
}

static long
peak_kib(int who)
{
	struct rusage usage;

	(void)getrusage(who, &usage);
	return usage.ru_maxrss;
}

static void
print_report(const char *what, const ac_learn *learn, double cpu)
{
	ac_learn_report r;
	uint64_t objects = 0, refused = 0;

	ac_learn_report_get(learn, &r);
	for (size_t i = 0; i <= AC_PUT_CONFLICT; i++)
		objects += r.put[i] + r.rows_put[i];
	for (size_t i = 0; i < r.refused_count; i++)
		refused += r.refused[i].count;
	printf("learn %s\t%.0f\tobjects/s\t%llu objects, %llu new, %llu unchanged, %llu refused, %.2f s processor, "
	       "%.2f s wall\n",
	    what, cpu > 0 ? (double)objects / cpu : 0, (unsigned long long)objects,
	    (unsigned long long)r.put[AC_PUT_NEW], (unsigned long long)r.put[AC_PUT_UNCHANGED],
	    (unsigned long long)refused, cpu, r.seconds);
	for (size_t i = 0; i < r.refusal_count && i < 5; i++)
		fprintf(stderr, "%s:%llu:%llu: %s: %s\n", r.refusals[i].path,
		    (unsigned long long)r.refusals[i].what.line, (unsigned long long)r.refusals[i].what.column,
		    r.refusals[i].reason, r.refusals[i].what.text);
	for (size_t i = 0; i < r.repaired_count; i++)
		fprintf(stderr, "repaired %s %llu\n", r.repaired[i].word, (unsigned long long)r.repaired[i].count);
	fprintf(stderr, "newer %llu older %llu seen %llu conflict %llu skipped %llu\n",
	    (unsigned long long)r.put[AC_PUT_NEWER], (unsigned long long)r.put[AC_PUT_OLDER],
	    (unsigned long long)r.put[AC_PUT_SEEN], (unsigned long long)r.put[AC_PUT_CONFLICT],
	    (unsigned long long)r.skipped);
}

static int
learn_into(const char *folder, const char *what, char **sources, int count)
{
	ac_store_options how = { .mode = AC_STORE_WRITE, .create = true, .now = now };
	ac_learn_options options = { .sandbox = true, .now = ac_clock_now() };
	double cpu = cpu_seconds();
	ac_store *store = NULL;
	ac_learn *learn = NULL;
	accord_err err = { 0 };
	int rc = ac_store_open(folder, &how, &store, &err);

	if (rc == 0)
		rc = ac_learn_open(store, &options, &learn, &err);
	for (int i = 0; rc == 0 && i < count; i++)
		rc = ac_learn_path(learn, sources[i], &err);
	if (rc == 0)
		rc = ac_learn_finish(learn, &err);
	if (rc < 0)
		fprintf(stderr, "bench_learn: %s\n", err.text);
	if (learn) {
		ac_learn_drop_role(learn); /* its time counts when it has ended */
		print_report(what, learn, cpu_seconds() - cpu);
	}
	(void)ac_learn_close(learn);
	(void)ac_store_close(store);
	return rc;
}

int
main(int argc, char **argv)
{
	const char *data = getenv("ACCORD_SHARED_DATA");
	char folder[] = "/tmp/accord-bench-XXXXXX", attack[4096], file[sizeof(folder) + 32];
	static const char *const files[] = { "accord.db", "accord.db-wal", "accord.db-shm" };
	char *sources[1] = { attack };
	int rc;

	if (argc > 2 && strcmp(argv[1], "--role") == 0)
		return ac_parse_role_main(AC_ROLE_FD, !(argc > 3 && strcmp(argv[3], "--no-sandbox") == 0));
	if (!mkdtemp(folder))
		return 1;
	if (argc > 1) {
		rc = learn_into(folder, "given sources", argv + 1, argc - 1);
	} else if (data &&
		   snprintf(attack, sizeof(attack), "%s/attack/enterprise-attack.json.zst", data) <
		       (int)sizeof(attack) &&
		   access(attack, R_OK) == 0) {
		rc = learn_into(folder, "ATT&CK", sources, 1);
		if (rc == 0)
			rc = learn_into(folder, "ATT&CK again", sources, 1);
	} else {
		printf("learn ATT&CK\t-\tobjects/s\tleft out: no public data\n");
		rc = 0;
	}
	printf("learn peak memory\t%.0f\tMB\tstore process; parse process %.0f MB\n",
	    (double)peak_kib(RUSAGE_SELF) / 1024, (double)peak_kib(RUSAGE_CHILDREN) / 1024);
	for (size_t i = 0; i < AC_COUNT(files); i++) {
		(void)snprintf(file, sizeof(file), "%s/%s", folder, files[i]);
		(void)unlink(file);
	}
	(void)rmdir(folder);
	return rc < 0;
}
