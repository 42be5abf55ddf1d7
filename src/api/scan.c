/* SPDX-License-Identifier: Apache-2.0 */
/* accord/scan.h over the engine of the watch room. */
#include "accord/scan.h"

#include <stdlib.h>

#include "api/api.h"

struct accord_scanner {
	const accord_index *index;
	ac_api_told told;
	ac_watch *watch;           /* of the input at hand; NULL before its first byte */
	accord_scan_counts before; /* of the inputs that have ended */
};

int
accord_scanner_open(
    const accord_index *index, const accord_scan_options *options, accord_scanner **out_scanner, accord_err *err)
{
	accord_scanner *s = calloc(1, sizeof(*s));
	int rc;

	if (!s)
		return ac_fail(err, ACCORD_ENOMEM, "scanner: no memory");
	s->index = index;
	rc = ac_api_told_init(&s->told, options, err);
	if (rc) {
		free(s);
		return rc;
	}
	*out_scanner = s;
	return 0;
}

int
accord_scan(accord_scanner *scanner, accord_text bytes, accord_err *err)
{
	accord_err unasked = { 0 };

	err = err ? err : &unasked;
	if (!scanner->watch)
		scanner->watch = ac_api_watch(&scanner->told, scanner->index);
	if (!scanner->watch)
		return ac_fail(err, ACCORD_ENOMEM, "scanner: no memory");
	return ac_watch_feed(scanner->watch, ac_api_in(bytes), err);
}

int
accord_scan_end(accord_scanner *scanner, accord_err *err)
{
	accord_err unasked = { 0 };
	int rc;

	if (!scanner->watch)
		return 0;
	rc = ac_watch_end(scanner->watch, err ? err : &unasked);
	if (rc)
		return rc;
	ac_api_add_counts(&scanner->before, scanner->watch);
	scanner->watch = ac_watch_close(scanner->watch);
	return 0;
}

void
accord_scan_count(const accord_scanner *scanner, accord_scan_counts *out_counts)
{
	accord_scan_counts ours = scanner->before;

	ac_api_add_counts(&ours, scanner->watch);
	ac_api_give(&ours, sizeof(ours), out_counts);
}

accord_scanner *
accord_scanner_close(accord_scanner *scanner)
{
	if (!scanner)
		return NULL;
	ac_watch_close(scanner->watch);
	ac_api_told_done(&scanner->told);
	free(scanner);
	return NULL;
}
