/* SPDX-License-Identifier: Apache-2.0 */
/* Vectorscan, in block mode. It takes subjects of at most 4 GiB; no value is that long. */
#include "match/scan.h"

#include <stdlib.h>

#include <hs/hs.h>

struct ac_scan {
	hs_database_t *database;
};

struct ac_scanner {
	hs_scratch_t *scratch;
};

ac_scan *
ac_scan_free(ac_scan *scan)
{
	if (scan)
		(void)hs_free_database(scan->database);
	free(scan);
	return NULL;
}

ac_scanner *
ac_scanner_free(ac_scanner *scanner)
{
	if (scanner)
		(void)hs_free_scratch(scanner->scratch);
	free(scanner);
	return NULL;
}

int
ac_scanner_new(ac_scanner **out, accord_err *err)
{
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : ac_fail(err, ACCORD_ENOMEM, "no memory for a scanner");
}

int
ac_scanner_prepare(ac_scanner *scanner, const ac_scan *scan, accord_err *err)
{
	return hs_alloc_scratch(scan->database, &scanner->scratch) == HS_SUCCESS
		   ? 0
		   : ac_fail(err, ACCORD_ENOMEM, "no memory for a scanner");
}

/* s9.6.1: DOTALL; Unicode on strings. A sensitive regex is asked about ASCII subjects only: it is compiled without Unicode, where \b exists. */
static unsigned
flags_of(const ac_regex *regex)
{
	const unsigned common = HS_FLAG_DOTALL | HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;

	if (ac_regex_is_octets(regex) || ac_regex_shape_of(regex)->is_sensitive)
		return common;
	return common | HS_FLAG_UTF8 | HS_FLAG_UCP;
}

static int
wrap(hs_database_t *database, ac_scan **out, accord_err *err)
{
	ac_scan *scan = calloc(1, sizeof(*scan));

	if (!scan) {
		(void)hs_free_database(database);
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a scan");
	}
	scan->database = database;
	*out = scan;
	return 0;
}

/* The regex as a C string: it holds no NUL when it is portable. */
static char *
terminated(ac_str text)
{
	char *copy = malloc(text.n + 1);

	if (copy) {
		if (text.n)
			memcpy(copy, text.p, text.n);
		copy[text.n] = '\0';
	}
	return copy;
}

int
ac_scan_new_regex(const ac_regex *regex, ac_scan **out, accord_err *err)
{
	hs_database_t *database = NULL;
	hs_compile_error_t *problem = NULL;
	char *text;
	hs_error_t rc;

	*out = NULL;
	if (!ac_regex_shape_of(regex)->is_portable)
		return 0;
	text = terminated(ac_regex_text(regex));
	if (!text)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a scan");
	rc = hs_compile(text, flags_of(regex), HS_MODE_BLOCK, NULL, &database, &problem);
	free(text);
	(void)hs_free_compile_error(problem);
	return rc == HS_SUCCESS ? wrap(database, out, err) : 0;
}

/* Text, flags and number of each expression of one compilation. */
typedef struct expressions {
	const char **texts;
	unsigned *flags, *ids;
	size_t n;
} expressions;

static void
expressions_done(expressions *e)
{
	for (size_t i = 0; e->texts && i < e->n; i++)
		free((void *)(uintptr_t)e->texts[i]);
	free(e->texts);
	free(e->flags);
	free(e->ids);
}

/* 0, with *out when it took all of them; NULL when it refused one, or all together. */
static int
compile(const expressions *e, hs_database_t **out)
{
	hs_compile_error_t *problem = NULL;
	hs_error_t rc = HS_SUCCESS;

	*out = NULL;
	if (e->n)
		rc = hs_compile_multi(e->texts, e->flags, e->ids, (unsigned)e->n, HS_MODE_BLOCK, NULL, out, &problem);
	(void)hs_free_compile_error(problem);
	if (rc != HS_SUCCESS)
		*out = NULL;
	return rc == HS_SUCCESS || rc == HS_COMPILER_ERROR ? 0 : ACCORD_ENOMEM;
}

/* Leave out those that it does not take alone. */
static int
leave_out(expressions *e, bool *refused)
{
	size_t n = 0, from = 0;
	int rc = 0;

	for (; rc == 0 && from < e->n; from++) {
		expressions one = { e->texts + from, e->flags + from, e->ids + from, 1 };
		hs_database_t *database;

		rc = compile(&one, &database);
		refused[e->ids[from]] = !database;
		if (database) {
			e->flags[n] = e->flags[from];
			e->ids[n] = e->ids[from];
			e->texts[n++] = e->texts[from];
		} else {
			free((void *)(uintptr_t)e->texts[from]);
		}
		(void)hs_free_database(database);
	}
	for (; from < e->n; from++)
		free((void *)(uintptr_t)e->texts[from]);
	e->n = n;
	return rc;
}

/* Where it refuses some, it is asked about each alone, once: asking for all again after every refusal is quadratic. */
static int
compile_what_it_takes(expressions *e, bool *refused, hs_database_t **out)
{
	int rc = compile(e, out);

	if (rc || *out)
		return rc;
	rc = leave_out(e, refused);
	if (rc == 0)
		rc = compile(e, out);
	/* All of them together are too much: PCRE2 takes them all. */
	for (size_t i = 0; rc == 0 && !*out && i < e->n; i++)
		refused[e->ids[i]] = true;
	return rc;
}

int
ac_scan_new_regexes(const ac_regex *const *regexes, size_t n, bool *refused, ac_scan **out, accord_err *err)
{
	expressions e = { .n = 0 };
	hs_database_t *database = NULL;
	int rc = 0;

	*out = NULL;
	e.texts = calloc(n + 1, sizeof(*e.texts));
	e.flags = calloc(n + 1, sizeof(*e.flags));
	e.ids = calloc(n + 1, sizeof(*e.ids));
	if (!e.texts || !e.flags || !e.ids)
		rc = ACCORD_ENOMEM;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		refused[i] = false;
		e.texts[i] = terminated(ac_regex_text(regexes[i]));
		e.flags[i] = flags_of(regexes[i]);
		e.ids[i] = (unsigned)i;
		e.n = i + 1;
		rc = e.texts[i] ? 0 : ACCORD_ENOMEM;
	}
	if (rc == 0)
		rc = compile_what_it_takes(&e, refused, &database);
	expressions_done(&e);
	if (rc)
		return ac_fail(err, rc, "no memory for a scan of %zu regexes", n);
	return database ? wrap(database, out, err) : 0;
}

int
ac_scan_new_literals(const ac_str *texts, size_t n, ac_scan **out, accord_err *err)
{
	const char **p = calloc(n, sizeof(*p));
	size_t *lengths = calloc(n, sizeof(*lengths));
	unsigned *flags = calloc(n, sizeof(*flags)), *ids = calloc(n, sizeof(*ids));
	hs_database_t *database = NULL;
	hs_compile_error_t *problem = NULL;
	hs_error_t rc = HS_NOMEM;

	if (p && lengths && flags && ids) {
		for (size_t i = 0; i < n; i++) {
			p[i] = texts[i].p;
			lengths[i] = texts[i].n;
			flags[i] = HS_FLAG_SINGLEMATCH;
			ids[i] = (unsigned)i;
		}
		rc =
		    hs_compile_lit_multi(p, flags, ids, lengths, (unsigned)n, HS_MODE_BLOCK, NULL, &database, &problem);
		(void)hs_free_compile_error(problem);
	}
	free(p);
	free(lengths);
	free(flags);
	free(ids);
	if (rc != HS_SUCCESS)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a scan of %zu texts", n);
	return wrap(database, out, err);
}

typedef struct call {
	ac_on_scan on_scan;
	void *payload;
	bool any;
} call;

static int
on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *payload)
{
	call *c = payload;

	c->any = true;
	if (!c->on_scan)
		return 1;
	c->on_scan(c->payload, id);
	return 0;
}

void
ac_scan_run(ac_scanner *scanner, const ac_scan *scan, ac_str subject, ac_on_scan on_scan, void *payload)
{
	call c = { .on_scan = on_scan, .payload = payload };

	(void)hs_scan(
	    scan->database, subject.p ? subject.p : "", (unsigned)subject.n, 0, scanner->scratch, on_match, &c);
}

bool
ac_scan_hits(ac_scanner *scanner, const ac_scan *scan, ac_str subject)
{
	call c = { .on_scan = NULL };

	(void)hs_scan(
	    scan->database, subject.p ? subject.p : "", (unsigned)subject.n, 0, scanner->scratch, on_match, &c);
	return c.any;
}
