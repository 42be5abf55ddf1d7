/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the values on its command line in standard input: scan evil.example 192.0.2.0/24 <log. Built with `pkg-config --cflags --libs libaccord`. */
#include <accord/scan.h>
#include <stdio.h>
#include <string.h>

static int
print_hit(void *payload, const accord_hit *hit)
{
	(void)payload;
	return printf("%llu:%llu %.*s %.*s (%.*s)\n", (unsigned long long)hit->line, (unsigned long long)hit->offset,
		   (int)hit->type.n, hit->type.p, (int)hit->value.n, hit->value.p, (int)hit->match.n, hit->match.p) < 0;
}

int
main(int argc, char **argv)
{
	accord_indicator who = { .size = sizeof(who), .id = { "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", 47 } };
	accord_scan_options options = { .size = sizeof(options), .on_hit = print_hit };
	accord_index_builder *builder = NULL;
	accord_index *index = NULL;
	accord_scanner *scanner = NULL;
	accord_err err = { 0 };
	char buffer[65536];
	int rc = accord_index_builder_open(NULL, &builder, &err);

	for (int i = 1; !rc && i < argc; i++)
		rc = accord_index_add_value(
		    builder, &who, (accord_text){ 0 }, (accord_text){ argv[i], strlen(argv[i]) }, &err);
	if (!rc)
		rc = accord_index_finish(builder, &index, &err);
	if (!rc)
		rc = accord_scanner_open(index, &options, &scanner, &err);
	for (size_t n; !rc && (n = fread(buffer, 1, sizeof(buffer), stdin)) > 0;)
		rc = accord_scan(scanner, (accord_text){ buffer, n }, &err);
	if (!rc)
		rc = accord_scan_end(scanner, &err);
	if (rc)
		fprintf(stderr, "scan: %s\n", err.text);
	accord_scanner_close(scanner);
	accord_index_close(index);
	accord_index_builder_close(builder);
	return rc != 0;
}
