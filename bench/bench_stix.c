/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The object model on one core, medians of five rounds: heads, lifting and checking of the ATT&CK bundle (ACCORD_SHARED_DATA/attack/..., or a bundle
 * named on the command line) and of mixed 2.1 objects, patterns, deterministic ids. Objects and patterns of the last three are made here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "base/limits.h"
#include "codec/inflate.h"
#include "codec/json.h"
#include "stix/id.h"
#include "stix/object.h"
#include "stix/pattern_check.h"
#include "stix/pattern_normal.h"

enum { ROUNDS = 5, MADE = 20000 };
#define TEXT_MAX (512 * AC_MIB)

/* What a round works on. */
typedef struct work {
	const ac_json **objects;
	ac_str *texts;
	size_t count;
	size_t bytes;
	ac_arena scratch;
	ac_digester *digester;
	uint64_t done; /* keeps the compiler honest */
} work;

static void
read_heads(work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		ac_stix_head head;

		w->done += ac_stix_head_read(w->objects[i], &head, NULL) == 0;
	}
}

static int
count_bytes(void *payload, ac_str json, accord_err *err)
{
	((work *)payload)->done += json.n;
	return 0;
}

static void
lift(work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		ac_arena_reset(&w->scratch);
		w->done += ac_stix_lift(w->objects[i], &w->scratch, count_bytes, w, NULL) == 0;
	}
}

static void
count_finding(void *payload, const ac_stix_finding *finding)
{
	((work *)payload)->done += finding->text.n;
}

static void
validate(work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		ac_arena_reset(&w->scratch);
		w->done += (uint64_t)ac_stix_validate(w->objects[i], &w->scratch, count_finding, w, NULL);
	}
}

static void
parse_and_validate(work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		const ac_json *json;

		ac_arena_reset(&w->scratch);
		if (ac_json_parse(w->texts[i], AC_JSON_LIMITS, &w->scratch, &json, NULL) == 0)
			w->done += (uint64_t)ac_stix_validate(json, &w->scratch, count_finding, w, NULL);
	}
}

static void
parse_patterns(work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		const ac_pattern_node *root;

		ac_arena_reset(&w->scratch);
		w->done += ac_pattern_parse(w->texts[i], &w->scratch, &root, NULL) == 0;
	}
}

static void
count_note(void *payload, const ac_pattern_note *note)
{
	((work *)payload)->done += note->text.n;
}

static void
check_patterns(work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		const ac_pattern_node *root;

		ac_arena_reset(&w->scratch);
		if (ac_pattern_parse(w->texts[i], &w->scratch, &root, NULL) == 0)
			w->done += (uint64_t)ac_pattern_check(root, NULL, &w->scratch, count_note, w, NULL);
	}
}

static void
normalize_patterns(work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		const ac_pattern_node *root;
		ac_str text = { 0 };

		ac_arena_reset(&w->scratch);
		if (ac_pattern_parse(w->texts[i], &w->scratch, &root, NULL) == 0 &&
		    ac_pattern_normal_text(root, &w->scratch, &text, NULL) == 0)
			w->done += text.n;
	}
}

static void
make_ids(work *w)
{
	for (size_t i = 0; i < w->count; i++) {
		ac_str id;

		ac_arena_reset(&w->scratch);
		w->done += ac_stix_sco_id_with(w->digester, w->objects[i], &w->scratch, &id, NULL, NULL) == 0;
	}
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
measure(const char *name, const char *unit, const char *note, work *w, void (*round)(work *w))
{
	double took[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		double start = bench_seconds(CLOCK_PROCESS_CPUTIME_ID);

		round(w);
		took[i] = bench_seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
	}
	qsort(took, ROUNDS, sizeof(took[0]), compare_doubles);
	printf("%s\t%.0f\t%s\t%zu of %zu bytes on average; %s\n", name, (double)w->count / took[ROUNDS / 2], unit,
	    w->count, w->count ? w->bytes / w->count : 0, note);
}

static int
add_bytes(void *payload, ac_str bytes, accord_err *err)
{
	ac_buf_add(payload, bytes);
	return 0;
}

static bool
load(const char *path, ac_buf *out)
{
	static char chunk[1 << 18];
	FILE *file = fopen(path, "rb");
	ac_inflate *z = ac_inflate_open(add_bytes, out);
	bool fine = file && z;
	size_t n;

	while (fine && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		fine = ac_inflate_feed(z, (ac_str){ chunk, n }, NULL) == 0;
	fine = fine && ac_inflate_end(z, NULL) == 0 && !out->failed;
	ac_inflate_close(z);
	if (file)
		(void)fclose(file);
	return fine;
}

/* The objects of a bundle. */
static bool
take_bundle(const char *path, ac_buf *text, ac_arena *arena, work *w)
{
	const ac_json *bundle;
	ac_json_iter it;

	if (!load(path, text) || ac_json_parse(ac_buf_view(text), AC_JSON_LIMITS, arena, &bundle, NULL))
		return false;
	it = ac_json_iter_of(ac_json_get(bundle, AC_S("objects")));
	w->objects = calloc(it.left + 1, sizeof(*w->objects));
	while (w->objects && ac_json_next(&it)) {
		w->objects[w->count++] = it.value;
		w->bytes += ac_json_raw(it.value).n;
	}
	return w->objects != NULL;
}

static bool
bench_bundle(const char *path)
{
	ac_arena arena;
	ac_buf text;
	work w = { 0 };
	bool fine;

	ac_arena_init(&arena, TEXT_MAX);
	ac_arena_init(&w.scratch, AC_JSON_ARENA_MAX);
	ac_buf_init(&text, TEXT_MAX);
	fine = take_bundle(path, &text, &arena, &w);
	if (fine) {
		measure("stix heads", "objects/s", "bundle, parsed before", &w, read_heads);
		measure("stix lift 2.0", "objects/s", "bundle, parsed before", &w, lift);
		measure("stix validate", "objects/s", "bundle, parsed before; all findings with text", &w, validate);
	}
	free(w.objects);
	ac_buf_done(&text);
	ac_arena_done(&w.scratch);
	ac_arena_done(&arena);
	return fine;
}

/* Templates with two numbers that make each object another. */
#define HEAD(type)                                                                                                     \
	"{\"type\":\"" type "\",\"spec_version\":\"2.1\",\"id\":\"" type                                               \
	"--%08x-%04x-4000-8000-000000000000\",\"created\":\"2021-07-19T10:00:00.000Z\",\"modified\":\"2021-07-19T10:"  \
	"00:00.000Z\","
static const char *const object_forms[] = {
	(HEAD(
	    "indicator") "\"name\":\"n\",\"description\":\"d\",\"indicator_types\":[\"malicious-activity\"],\"pattern_"
			 "type\":\"stix\","
			 "\"pattern\":\"[domain-name:value = 'c2.example' OR ipv4-addr:value = "
			 "'192.0.2.1']\",\"valid_from\":\"2021-07-19T00:00:00Z\"}"),
	(HEAD("malware") "\"name\":\"Loader\",\"is_family\":true,\"malware_types\":[\"trojan\"],\"aliases\":[\"one\","
			 "\"two\"]}"),
	(HEAD("relationship") "\"relationship_type\":\"indicates\",\"source_ref\":\"indicator--8e2e2d2b-17d4-4cbf-938f-"
			      "98ee46b3cd3f\","
			      "\"target_ref\":\"malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"}"),
	(HEAD("identity") "\"name\":\"A "
			  "CERT\",\"identity_class\":\"organization\",\"sectors\":[\"government\"],\"lang\":\"fr\"}"),
	"{\"type\":\"process\",\"spec_version\":\"2.1\",\"id\":\"process--%08x-%04x-4000-8000-000000000000\",\"pid\":"
	"314,\"command_line\":\"w3wp.exe -x\"}",
};
static const char *const observable_forms[] = {
	"{\"type\":\"domain-name\",\"value\":\"host-%u-%x.example\"}",
	"{\"type\":\"ipv4-addr\",\"value\":\"198.%u.%u.7\"}",
	"{\"type\":\"file\",\"hashes\":{\"SHA-256\":\"%08x%"
	"08xaec070645fe53ee3b3763059376134f058cc337247c978add178b6cc\"},\"size\":25537}",
	"{\"type\":\"url\",\"value\":\"https://www.example.org/%u/download.php?id=%x\"}",
	"{\"type\":\"network-traffic\",\"src_ref\":\"ipv4-addr--%08x-%04x-5000-8000-000000000000\",\"dst_port\":443,"
	"\"protocols\":[\"tcp\",\"https\"]}",
};
static const char *const pattern_forms[] = {
	"[domain-name:value = 'host-%u-%x.example']",
	"[file:hashes.'SHA-256' = '%08x%08xaec070645fe53ee3b3763059376134f058cc337247c978add178b6cc' OR "
	"file:hashes.MD5 = 'cead3f77f6cda6ec00f57d76c9a6879f']",
	"([ipv4-addr:value = '198.51.%u.%u' OR url:value LIKE 'https://%%.example/gate.php'] FOLLOWEDBY [process:name "
	"IN ('a.exe', 'b.exe')]) WITHIN 600 SECONDS",
	"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\%u\\\\%x' AND "
	"windows-registry-key:values[*].name NOT MATCHES '^Run(Once)?$']",
	"[email-message:from_ref.value MATCHES '.+\\\\@a%u\\\\.example$' AND email-message:subject = 'Invoice %x' AND "
	"email-message:is_multipart = true]",
};

/* Real patterns have 166 characters on average (those for which the OASIS validator was timed). */
enum { REAL_MEAN = 166 };

static int
longer_first(const void *a, const void *b)
{
	size_t x = ((const ac_str *)a)->n, y = ((const ac_str *)b)->n;

	return (x < y) - (x > y);
}

static void
note_unknown_type(void *payload, const ac_pattern_note *note)
{
	if (ac_str_eq(note->code, AC_S("unknown-type")))
		*(bool *)payload = true;
}

/* Real indicators speak of the standard's types; many of the published cases of invented ones. */
static bool
has_known_types(ac_str pattern, ac_arena *scratch)
{
	const ac_pattern_node *root;
	bool unknown = false;

	ac_arena_reset(scratch);
	return ac_pattern_parse(pattern, scratch, &root, NULL) == 0 &&
	       ac_pattern_check(root, NULL, scratch, note_unknown_type, &unknown, NULL) >= 0 && !unknown;
}

/*
 * The valid patterns of the published cases, over and over until MADE; with `mean` only those of known types, and of these the longest, as many as have that many bytes on
 * average.
 */
static bool
take_published(work *w, size_t mean, ac_buf *text, ac_arena *arena)
{
	const char *folder = getenv("ACCORD_SHARED_DATA");
	ac_str rest, line;
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/stix/pattern_syntax.jsonl", folder ? folder : ".");
	w->texts = calloc(MADE, sizeof(*w->texts));
	if (!w->texts || !load(path, text))
		return false;
	rest = ac_buf_view(text);
	while (w->count < MADE && ac_str_cut(&rest, '\n', &line)) {
		const ac_json *json;

		if (ac_json_parse(line, AC_JSON_LIMITS, arena, &json, NULL) == 0 &&
		    ac_json_is_true(ac_json_get(json, AC_S("valid"))) &&
		    (!mean || has_known_types(ac_json_get_string(json, AC_S("pattern")), &w->scratch)))
			w->texts[w->count++] = ac_json_get_string(json, AC_S("pattern"));
	}
	qsort(w->texts, w->count, sizeof(*w->texts), longer_first);
	for (size_t i = 0; i < w->count; i++) {
		if (i > 0 && mean && (w->bytes + w->texts[i].n) / (i + 1) < mean)
			w->count = i;
		else
			w->bytes += w->texts[i].n;
	}
	for (size_t i = w->count; w->count > 0 && i < MADE; i++) {
		w->texts[i] = w->texts[i % w->count];
		w->bytes += w->texts[i].n;
	}
	w->count = w->count > 0 ? MADE : 0;
	return w->count > 0;
}

static void
bench_published(size_t mean, const char *note)
{
	ac_arena arena;
	ac_buf text;
	work w = { 0 };

	ac_arena_init(&arena, TEXT_MAX);
	ac_arena_init(&w.scratch, AC_JSON_ARENA_MAX);
	ac_buf_init(&text, TEXT_MAX);
	if (take_published(&w, mean, &text, &arena)) {
		measure("stix pattern check", "patterns/s", note, &w, check_patterns);
		measure("stix pattern normalize", "patterns/s", note, &w, normalize_patterns);
	}
	free(w.texts);
	ac_buf_done(&text);
	ac_arena_done(&w.scratch);
	ac_arena_done(&arena);
}

static void
make_texts(work *w, const char *const *forms, size_t form_count, bool with_objects, ac_arena *arena)
{
	w->texts = calloc(MADE, sizeof(*w->texts));
	w->objects = calloc(MADE, sizeof(*w->objects));
	if (!w->texts || !w->objects)
		return;
	for (unsigned i = 0; i < MADE; i++) {
		char text[1024];
		int n;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		n = snprintf(text, sizeof(text), forms[i % form_count], i % 256, i / 256);
#pragma GCC diagnostic pop
		w->texts[i] = ac_arena_str(arena, (ac_str){ text, (size_t)n });
		w->bytes += (size_t)n;
		if (with_objects && ac_json_parse(w->texts[i], AC_JSON_LIMITS, arena, &w->objects[i], NULL))
			return;
		w->count++;
	}
}

static void
bench_made(const char *const *forms, size_t form_count, bool with_objects, const char *name, const char *unit,
    const char *note, void (*round)(work *w))
{
	ac_arena arena;
	work w = { 0 };

	ac_arena_init(&arena, TEXT_MAX);
	ac_arena_init(&w.scratch, AC_JSON_ARENA_MAX);
	w.digester = ac_digester_open();
	make_texts(&w, forms, form_count, with_objects, &arena);
	measure(name, unit, note, &w, round);
	w.digester = ac_digester_close(w.digester);
	free(w.texts);
	free(w.objects);
	ac_arena_done(&w.scratch);
	ac_arena_done(&arena);
}

int
main(int argc, char **argv)
{
	const char *folder = getenv("ACCORD_SHARED_DATA");
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s%s",
	    argc > 1 ? argv[1]
	    : folder ? folder
		     : ".",
	    argc > 1 ? "" : "/attack/enterprise-attack.json.zst");
	if (!bench_bundle(path))
		printf("stix bundle\t0\tobjects/s\tno input: name a bundle, or set ACCORD_SHARED_DATA\n");
	bench_made(object_forms, AC_COUNT(object_forms), false, "stix parse and validate", "objects/s",
	    "mixed 2.1 objects from their text", parse_and_validate);
	bench_made(pattern_forms, AC_COUNT(pattern_forms), false, "stix pattern parse", "patterns/s",
	    "of five kinds, text to tree", parse_patterns);
	bench_made(pattern_forms, AC_COUNT(pattern_forms), false, "stix pattern check", "patterns/s",
	    "of five kinds, text to tree, checked against the types table", check_patterns);
	bench_published(0, "the valid ones of the published cases");
	bench_published(REAL_MEAN, "published cases of the standard's types, of the mean length of real ones");
	bench_made(observable_forms, AC_COUNT(observable_forms), true, "stix observable ids", "ids/s",
	    "of five types, parsed before", make_ids);
	return 0;
}
