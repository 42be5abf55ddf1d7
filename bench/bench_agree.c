/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Agreeing: a statement with many signatures and its proof verified; leaves appended to a log, in batches and singly, beside what the disk does by itself; a large log audited, without and with every leaf's
 * signature, beside libsodium's own rate. Times of the disk are of the clock on the wall; --folder says which disk.
 */
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agree/audit_leaves.h"
#include "agree/check.h"
#include "agree/log.h"
#include "base/limits.h"
#include "bench.h"
#include "sys/os.h"

#define SIGNERS 34
#define BATCH 1000
#define SINGLES 50
#define SIGNATURE_TURNS 7

typedef struct keys {
	ac_ed25519_key secret[SIGNERS];
	ac_vkey vkeys[SIGNERS + 1]; /* the log's behind the members' */
	char names[SIGNERS + 1][32];
	ac_ed25519_key log;
} keys;

static void
make_keys(keys *k)
{
	accord_err err = { 0 };

	for (unsigned i = 0; i <= SIGNERS; i++) {
		uint8_t seed[32] = { (uint8_t)(i + 1) };
		ac_ed25519_key *key = i < SIGNERS ? &k->secret[i] : &k->log;

		(void)snprintf(
		    k->names[i], sizeof(k->names[i]), i < SIGNERS ? "m%u.example/sign" : "m%u.example/log", i);
		ac_ed25519_from_seed(seed, key);
		if (ac_vkey_make(ac_str_from(k->names[i]), AC_NOTE_ED25519, ac_ed25519_public(key), &k->vkeys[i], &err))
			bench_die("%s", err.text);
	}
}

static void
check(int rc, const accord_err *err)
{
	if (rc)
		bench_die("%s", err->text);
}

/* A note by the first `signers` members. */
static void
make_note(const keys *k, unsigned number, unsigned signers, ac_buf *out)
{
	accord_err err = { 0 };
	ac_str signed_text;
	ac_buf text;

	ac_buf_init(&text, AC_MIB);
	ac_buf_printf(&text,
	    "accord/endorsement/v1\ncoalition bench.example\nstatement "
	    "sha256:%064x\nmember m0\nseq %u\nat 2026-07-22T10:00:00Z\nstance joins\n",
	    number, number);
	check(ac_buf_finish(&text, &signed_text, &err), &err);
	ac_buf_reset(out);
	ac_buf_add(out, signed_text);
	ac_buf_add_byte(out, '\n');
	for (unsigned i = 0; i < signers; i++)
		check(ac_note_sign(out, signed_text, &k->vkeys[i], &k->secret[i], 0, &err), &err);
	ac_buf_done(&text);
}

static double
wall(void)
{
	return bench_seconds(CLOCK_MONOTONIC);
}

/* Verifications by libsodium alone, of one text like a leaf's, on one of some threads. */
#define SODIUM_ROUNDS 6000
typedef struct sodium_work {
	const keys *k;
	pthread_t thread;
} sodium_work;

static void *
verify_alone(void *payload)
{
	const sodium_work *w = payload;
	uint8_t signature[AC_ED25519_SIGNATURE_SIZE];
	char text[190]; /* an endorsement as make_note writes it */

	memset(text, 'x', sizeof(text));
	ac_ed25519_sign(&w->k->secret[0], (ac_str){ text, sizeof(text) }, signature);
	for (unsigned i = 0; i < SODIUM_ROUNDS; i++)
		if (!ac_ed25519_verify(w->k->vkeys[0].public_key, (ac_str){ text, sizeof(text) }, signature))
			bench_die("a right signature is wrong");
	return NULL;
}

/* What it verifies a second on as many threads as there are processors, by the wall; and a second of processor. */
static double
sodium_rate(const keys *k, double *out_of_processor)
{
	unsigned count = ac_cpu_count();
	sodium_work *work = calloc(count, sizeof(*work));
	double before = wall(), cpu = bench_seconds(CLOCK_PROCESS_CPUTIME_ID), total = (double)count * SODIUM_ROUNDS;

	if (!work)
		bench_die("no memory");
	for (unsigned i = 0; i < count; i++) {
		work[i].k = k;
		if (pthread_create(&work[i].thread, NULL, verify_alone, &work[i]))
			bench_die("no thread");
	}
	for (unsigned i = 0; i < count; i++)
		(void)pthread_join(work[i].thread, NULL);
	free(work);
	*out_of_processor = total / (bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	return total / (wall() - before);
}

static ac_log *
new_log(const keys *k, const char *folder)
{
	accord_err err = { 0 };
	ac_log *log = NULL;

	check(ac_log_create(folder, &k->vkeys[SIGNERS], &k->log, &err), &err);
	check(ac_log_open(folder, &k->vkeys[SIGNERS], &k->log, &log, &err), &err);
	return log;
}

static void
measure_statement(const keys *k, const char *folder)
{
	ac_digester *d = ac_digester_open();
	ac_trust trust = { .keys = (ac_vkey *)(uintptr_t)k->vkeys, .count = SIGNERS + 1 };
	ac_log *log = new_log(k, folder);
	accord_err err = { 0 };
	double best = 1e9;
	ac_log_place place;
	ac_buf note, proof;
	ac_str files[2];

	ac_buf_init(&note, AC_MIB);
	ac_buf_init(&proof, AC_MIB);
	make_note(k, 1, SIGNERS, &note);
	files[0] = ac_buf_view(&note);
	check(ac_log_append(log, files, 1, &place, &err), &err);
	check(ac_log_prove(log, place.index, &proof, &err), &err);
	files[1] = ac_buf_view(&proof);
	for (unsigned round = 0; round < 20; round++) {
		double before = bench_seconds(CLOCK_THREAD_CPUTIME_ID), took;
		ac_arena arena;
		ac_check c;

		ac_arena_init(&arena, 16 * AC_MIB);
		for (unsigned i = 0; i < 2; i++) {
			check(ac_check_file(files, 2, i, &trust, d, &arena, &c, &err), &err);
			if (!c.is_proved)
				bench_die("not proved: %.*s", AC_FMT(c.reason));
		}
		ac_arena_done(&arena);
		took = bench_seconds(CLOCK_THREAD_CPUTIME_ID) - before;
		best = took < best ? took : best;
	}
	printf("agree verify\t%.2f\tms\ta statement with %d signatures, and its proof\n", best * 1e3, SIGNERS);
	ac_buf_done(&proof);
	ac_buf_done(&note);
	log = ac_log_close(log);
	d = ac_digester_close(d);
}

/* Leaves like `count` endorsements, of which only the signature is not one. */
static ac_str *
make_leaves(uint64_t first, size_t count, ac_arena *arena)
{
	ac_str *leaves = ac_arena_zalloc(arena, count, sizeof(*leaves));

	for (size_t i = 0; i < count && leaves; i++)
		leaves[i] = ac_arena_printf(arena,
		    "accord/endorsement/v1\ncoalition bench.example\nstatement sha256:%064llx\nmember m0\nseq 1\nat "
		    "2026-07-22T10:00:00Z\nstance joins\n\n\xe2\x80\x94 m0.example/sign "
		    "oKEyp3dyvaLu1+aRAfMgBQMHHs1dav1LEehKbB/+4sn8NW9v7uwv9PZ1HPFpWvtDtbgsGIcHyh0KbqetMFCyyY7l5QE=\n",
		    (unsigned long long)(first + i));
	if (ac_arena_check(arena, NULL))
		bench_die("no memory");
	return leaves;
}

static void
fill(ac_log *log, uint64_t first, size_t count, size_t batch)
{
	ac_log_place *places = calloc(batch, sizeof(*places));
	accord_err err = { 0 };
	ac_arena arena;

	ac_arena_init(&arena, 256 * AC_MIB);
	for (size_t at = 0; at < count; at += batch) {
		size_t n = count - at < batch ? count - at : batch;

		ac_arena_reset(&arena);
		check(ac_log_append(log, make_leaves(first + at, n, &arena), n, places, &err), &err);
	}
	ac_arena_done(&arena);
	free(places);
}

/* A page written and synced, over and over: what the disk lets one do. */
static double
sync_rate(const char *folder)
{
	char path[600], page[4096] = { 1 };
	double before;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/sync", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		bench_die("%s: cannot write", path);
	before = wall();
	for (unsigned i = 0; i < 100; i++)
		if (write(fd, page, sizeof(page)) != (ssize_t)sizeof(page) || fdatasync(fd) != 0)
			bench_die("%s: cannot write", path);
	before = wall() - before;
	(void)close(fd);
	(void)unlink(path);
	return 100 / before;
}

static void
measure_append(const keys *k, const char *folder, size_t batches)
{
	ac_log *log = new_log(k, folder);
	double best = 0, cpu = 0, before;

	for (size_t i = 0; i < batches; i++) {
		ac_arena arena;
		accord_err err = { 0 };
		ac_log_place places[BATCH];
		ac_str *leaves;
		double rate, processor;

		ac_arena_init(&arena, 64 * AC_MIB);
		leaves = make_leaves(i * BATCH, BATCH, &arena);
		before = wall();
		processor = bench_seconds(CLOCK_THREAD_CPUTIME_ID);
		check(ac_log_append(log, leaves, BATCH, places, &err), &err);
		rate = BATCH / (wall() - before);
		cpu += bench_seconds(CLOCK_THREAD_CPUTIME_ID) - processor;
		best = rate > best ? rate : best;
		ac_arena_done(&arena);
	}
	before = wall();
	fill(log, batches * BATCH, batches * BATCH, BATCH);
	before = wall() - before;
	printf("agree append\t%.0f\tleaves/s\tin batches of %d, each durable with a checkpoint; the best batch %.0f, "
	       "%.1f ms of processor a batch\n",
	    (double)(batches * BATCH) / before, BATCH, best, cpu / (double)batches * 1e3);
	before = wall();
	fill(log, 2 * batches * BATCH, SINGLES, 1);
	printf("agree append singly\t%.0f\tleaves/s\teach durable with a checkpoint\n", SINGLES / (wall() - before));
	printf("agree fdatasync\t%.0f\tpages/s\tof the same disk\n", sync_rate(folder));
	log = ac_log_close(log);
}

/* In a process of its own, whose memory is measured. */
static int
audit_here(const char *folder, uint64_t with_signatures)
{
	static keys k;
	ac_leaf_checker *checker = NULL;
	ac_leaf_counts counts = { 0 };
	accord_err err = { 0 };
	ac_audit_sink sink;
	ac_log *log = NULL;
	ac_audit found;

	make_keys(&k);
	check(ac_log_open(folder, &k.vkeys[SIGNERS], NULL, &log, &err), &err);
	if (with_signatures)
		check(ac_leaf_checker_open(k.vkeys, SIGNERS, ac_cpu_count(), &checker, &err), &err);
	sink = (ac_audit_sink){ ac_leaf_checker_take, checker };
	check(ac_log_audit(folder, ac_log_head(log), checker ? &sink : NULL, &found, &err), &err);
	if (checker)
		check(ac_leaf_checker_end(checker, &counts, &err), &err);
	if (counts.has_first)
		bench_die("leaf %llu: %s", (unsigned long long)counts.first, counts.reason);
	checker = ac_leaf_checker_close(checker);
	log = ac_log_close(log);
	return 0;
}

/* Seconds on the wall and of the processors; bytes in *out_rss. */
static double
audit(const char *folder, bool with_signatures, double *out_cpu, uint64_t *out_rss)
{
	double before = wall(), took;
	struct rusage usage;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		(void)execl("/proc/self/exe", "bench_agree", "--audit", folder, with_signatures ? "--signatures" : NULL,
		    (char *)NULL);
		_exit(1);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0)
		bench_die("the audit failed");
	took = wall() - before;
	*out_cpu = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
		   (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
	*out_rss = (uint64_t)usage.ru_maxrss * 1024;
	return took;
}

static void
measure_audit(const keys *k, const char *folder, uint64_t leaves)
{
	ac_log *log = new_log(k, folder);
	uint64_t rss;
	double took, cpu;

	fill(log, 0, leaves, AC_LOG_BATCH_MAX);
	log = ac_log_close(log);
	took = audit(folder, false, &cpu, &rss);
	printf("agree audit\t%.2f\ts\t%llu leaves: hashes, tiles and checkpoint; %.2f s of processor, %.0f MB\n", took,
	    (unsigned long long)leaves, cpu, (double)rss / 1e6);
}

static int
compare_numbers(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
measure_signatures(const keys *k, const char *folder, uint64_t leaves)
{
	ac_log *log = new_log(k, folder);
	double cpu = 0, best = 0, best_alone = 0, of_wall[SIGNATURE_TURNS], of_cpu[SIGNATURE_TURNS];
	accord_err err = { 0 };
	uint64_t rss = 0;
	ac_buf note;

	ac_buf_init(&note, AC_MIB);
	for (uint64_t at = 0; at < leaves; at += BATCH) {
		static ac_str texts[BATCH];
		static ac_log_place places[BATCH];
		ac_arena arena;

		ac_arena_init(&arena, 64 * AC_MIB);
		for (unsigned i = 0; i < BATCH; i++) {
			make_note(k, (unsigned)(at + i), 1, &note);
			texts[i] = ac_arena_str(&arena, ac_buf_view(&note));
		}
		check(ac_log_append(log, texts, BATCH, places, &err), &err);
		ac_arena_done(&arena);
	}
	ac_buf_done(&note);
	log = ac_log_close(log);
	/* By turns, so that both have the same machine; the middle of all turns counts. */
	for (unsigned i = 0; i < SIGNATURE_TURNS; i++) {
		double by_processor, alone = sodium_rate(k, &by_processor);
		double took = audit(folder, true, &cpu, &rss), rate = (double)leaves / took;

		of_wall[i] = rate / alone;
		of_cpu[i] = (double)leaves / cpu / by_processor;
		best = rate > best ? rate : best;
		best_alone = alone > best_alone ? alone : best_alone;
	}
	qsort(of_wall, SIGNATURE_TURNS, sizeof(*of_wall), compare_numbers);
	qsort(of_cpu, SIGNATURE_TURNS, sizeof(*of_cpu), compare_numbers);
	printf(
	    "agree audit signatures\t%.1f\t%%\tof what libsodium alone verifies on %u threads by turns (%.1f to %.1f; "
	    "by time of processors %.1f, %.1f to %.1f); at best %.0f leaves/s of %.0f, %.0f MB\n",
	    100 * of_wall[SIGNATURE_TURNS / 2], ac_cpu_count(), 100 * of_wall[0], 100 * of_wall[SIGNATURE_TURNS - 1],
	    100 * of_cpu[SIGNATURE_TURNS / 2], 100 * of_cpu[0], 100 * of_cpu[SIGNATURE_TURNS - 1], best, best_alone,
	    (double)rss / 1e6);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

int
main(int argc, char **argv)
{
	const char *folder = "/tmp", *audited = NULL;
	uint64_t leaves = 1000000, signed_leaves = 20000, batches = 20;
	bool with_signatures = false;
	const bench_option options[] = {
		{ "--folder", BENCH_TEXT, &folder },
		{ "--leaves", BENCH_NUMBER, &leaves },
		{ "--signed", BENCH_NUMBER, &signed_leaves },
		{ "--batches", BENCH_NUMBER, &batches },
		{ "--audit", BENCH_TEXT, &audited },
		{ "--signatures", BENCH_FLAG, &with_signatures },
		{ 0 },
	};
	static keys k;
	char root[400], path[4][512];

	bench_arguments(argc, argv, options);
	if (audited)
		return audit_here(audited, with_signatures);
	make_keys(&k);
	(void)snprintf(root, sizeof(root), "%s/accord-bench-XXXXXX", folder);
	if (!mkdtemp(root))
		bench_die("%s: cannot make a folder", folder);
	for (unsigned i = 0; i < 4; i++)
		(void)snprintf(path[i], sizeof(path[i]), "%s/%u", root, i);
	measure_statement(&k, path[0]);
	measure_append(&k, path[1], batches);
	measure_signatures(&k, path[2], signed_leaves / BATCH * BATCH);
	measure_audit(&k, path[3], leaves);
	(void)nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
