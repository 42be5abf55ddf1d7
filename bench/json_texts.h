/* SPDX-License-Identifier: Apache-2.0 */
/* What benchmarks of JSON share: the published ATT&CK bundle. */
#ifndef AC_BENCH_JSON_TEXTS_H
#define AC_BENCH_JSON_TEXTS_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <zstd.h>

#include "base/buf.h"

#define AC_BENCH_TEXT_MAX ((size_t)1 << 30)

static inline bool
bench_read_file(const char *path, ac_buf *out)
{
	FILE *file = fopen(path, "rb");
	size_t n;
	char *room;

	if (!file)
		return false;
	while ((room = ac_buf_reserve(out, 1 << 20)) && (n = fread(room, 1, 1 << 20, file)) > 0)
		ac_buf_commit(out, n);
	(void)fclose(file);
	return out->n > 0 && !out->failed;
}

static inline bool
bench_decompress(const ac_buf *packed, ac_buf *out)
{
	unsigned long long size = ZSTD_getFrameContentSize(packed->p, packed->n);
	char *room;
	size_t n;

	/* Frames without a size end here: the published file has one. */
	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
		size = packed->n * 40;
	room = ac_buf_reserve(out, size);
	n = room ? ZSTD_decompress(room, size, packed->p, packed->n) : 0;
	if (!room || ZSTD_isError(n))
		return false;
	ac_buf_commit(out, n);
	return true;
}

/* The ATT&CK bundle of the public data (ACCORD_SHARED_DATA); false where it is not there. */
static inline bool
bench_attack(ac_buf *out)
{
	const char *folder = getenv("ACCORD_SHARED_DATA");
	char path[4096];
	ac_buf packed;
	bool good;

	if (!folder)
		return false;
	(void)snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", folder);
	ac_buf_init(&packed, AC_BENCH_TEXT_MAX);
	good = bench_read_file(path, &packed) && bench_decompress(&packed, out);
	ac_buf_done(&packed);
	return good;
}

#endif
