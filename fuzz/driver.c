/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays a corpus without libFuzzer: every file of every folder named on the command line goes through the target once whole, and once for
 * each of a few cuts, so that the normal test run (and its sanitizers) keeps what fuzzing has found.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX ((size_t)4 << 20)

static int
replay(const char *path)
{
	uint8_t *data = malloc(INPUT_MAX);
	FILE *file = fopen(path, "rb");
	size_t size = 0;

	if (!data || !file) {
		fprintf(stderr, "%s: cannot be read\n", path);
		free(data);
		return 1;
	}
	size = fread(data, 1, INPUT_MAX, file);
	(void)fclose(file);
	for (size_t part = 4; part > 0; part--) {
		/* An exact copy: reading one byte too far is then seen by the sanitizer. */
		size_t n = size * part / 4;
		uint8_t *copy = malloc(n ? n : 1);

		if (!copy)
			break;
		memcpy(copy, data, n);
		(void)LLVMFuzzerTestOneInput(copy, n);
		free(copy);
	}
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	unsigned long count = 0;
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		struct dirent *entry;

		if (!folder) {
			fprintf(stderr, "%s: no corpus\n", argv[i]);
			return 1;
		}
		while ((entry = readdir(folder))) {
			char path[4096];

			if (entry->d_name[0] == '.')
				continue;
			if (snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name) >= (int)sizeof(path))
				continue;
			failed |= replay(path);
			count++;
		}
		(void)closedir(folder);
	}
	printf("%lu inputs replayed\n", count);
	return failed || count == 0;
}
