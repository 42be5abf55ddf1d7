/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the worked example and of the public vectors (ACCORD_SHARED_DATA/agree), for the tests of this room. */
#ifndef AC_AGREE_DATA_H
#define AC_AGREE_DATA_H

#include <stdio.h>

#include "base/arena.h"
#include "test.h"

/* The file's bytes in the arena; false where the folder is absent. */
static inline bool
agree_load(ac_arena *arena, const char *name, ac_str *out)
{
	const char *folder = shared_data();
	char path[4096], *bytes = ac_arena_alloc(arena, 1 << 20);
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/agree/%s", folder ? folder : "", name);
	file = fopen(path, "rb");
	if (!file)
		return false;
	*out = (ac_str){ bytes, fread(bytes, 1, 1 << 20, file) };
	(void)fclose(file);
	return true;
}

#endif
