/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole of ATT&CK Enterprise and all MISP galaxies of the public data, learned into a store in a folder of its own. For tests and benchmarks that must see real
 * size; it takes some seconds. Programs that use it must run full_knowledge_role first in main.
 */
#ifndef AC_FULL_KNOWLEDGE_H
#define AC_FULL_KNOWLEDGE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "codec/inflate.h"
#include "learn/learn.h"
#include "sys/file.h"
#include "sys/role.h"

/* True when this process was started as the parse role; *out_status is then its exit status. */
static inline bool
full_knowledge_role(int argc, char **argv, int *out_status)
{
	if (argc < 3 || strcmp(argv[1], "--role") != 0)
		return false;
	*out_status = ac_parse_role_main(AC_ROLE_FD, !(argc > 3 && strcmp(argv[3], "--no-sandbox") == 0));
	return true;
}

static inline ac_time
full_knowledge_now(void *payload)
{
	(void)payload;
	return (ac_time){ 1790000000, 0 };
}

static inline int
full_knowledge_take(void *payload, ac_str bytes, accord_err *err)
{
	ac_buf_add(payload, bytes);
	(void)err;
	return 0;
}

/* A number of a tar header: octal digits, ended by a space or NUL. */
static inline size_t
full_knowledge_octal(const char *p, size_t n)
{
	size_t value = 0;

	for (size_t i = 0; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		value = value * 8 + (size_t)(p[i] - '0');
	return value;
}

/* Every member of the archive whose name holds `part` and ends in .json. */
static inline int
full_knowledge_members(ac_learn *learn, ac_str tar, const char *part, accord_err *err)
{
	int rc = 0;

	for (size_t at = 0; rc == 0 && at + 512 <= tar.n && tar.p[at];) {
		char name[101] = { 0 };
		size_t size = full_knowledge_octal(tar.p + at + 124, 12);

		memcpy(name, tar.p + at, 100);
		if (size > tar.n - at - 512)
			return ac_fail(err, ACCORD_EINPUT, "the archive of galaxies is cut off");
		if (strstr(name, part) && ac_str_ends(ac_str_from(name), AC_S(".json")))
			rc = ac_learn_bytes(learn, name, (ac_str){ tar.p + at + 512, size }, err);
		at += 512 + (size + 511) / 512 * 512;
	}
	return rc;
}

static inline int
full_knowledge_unpack(const char *path, ac_buf *out, accord_err *err)
{
	ac_inflate *z;
	ac_buf packed;
	int rc;

	ac_buf_init(&packed, 64 * AC_MIB);
	rc = ac_file_load(path, 64 * AC_MIB, &packed, err);
	z = ac_inflate_open(full_knowledge_take, out);
	if (rc == 0 && !z)
		rc = ac_fail(err, ACCORD_ENOMEM, "no memory");
	if (rc == 0)
		rc = ac_inflate_feed(z, ac_buf_view(&packed), err);
	if (rc == 0)
		rc = ac_inflate_end(z, err);
	(void)ac_inflate_close(z);
	ac_buf_done(&packed);
	return rc;
}

/* Learn everything into store. data: the folder of the public data. */
static inline int
full_knowledge_learn(ac_store *store, const char *data, accord_err *err)
{
	ac_learn_options options = { .now = full_knowledge_now(NULL) };
	char path[AC_PATH_MAX];
	ac_learn *learn = NULL;
	ac_buf tar;
	int rc = ac_learn_open(store, &options, &learn, err);

	ac_buf_init(&tar, 128 * AC_MIB);
	(void)snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", data);
	if (rc == 0)
		rc = ac_learn_path(learn, path, err);
	(void)snprintf(path, sizeof(path), "%s/misp/misp-galaxy.tar.zst", data);
	if (rc == 0)
		rc = full_knowledge_unpack(path, &tar, err);
	if (rc == 0)
		rc = full_knowledge_members(learn, ac_buf_view(&tar), "clusters/", err);
	if (rc == 0)
		rc = ac_learn_finish(learn, err);
	if (rc == 0 && ac_learn_outcome(learn) < 0)
		rc = ac_fail(err, ACCORD_EINPUT, "something of the public data was refused");
	(void)ac_learn_close(learn);
	ac_buf_done(&tar);
	return rc;
}

/*
 * One of the feeds that speak of actors: "attack", or the name of a galaxy, whose archive is unpacked in tar. A run of its own, as if it came alone.
 */
static inline int
full_knowledge_feed(ac_store *store, const char *data, ac_str tar, const char *name, accord_err *err)
{
	ac_learn_options options = { .now = full_knowledge_now(NULL) };
	char path[AC_PATH_MAX];
	ac_learn *learn = NULL;
	int rc = ac_learn_open(store, &options, &learn, err);

	if (rc == 0 && strcmp(name, "attack") == 0) {
		(void)snprintf(path, sizeof(path), "%s/attack/enterprise-attack.json.zst", data);
		rc = ac_learn_path(learn, path, err);
	} else if (rc == 0) {
		(void)snprintf(path, sizeof(path), "clusters/%s.json", name);
		rc = full_knowledge_members(learn, tar, path, err);
	}
	if (rc == 0)
		rc = ac_learn_finish(learn, err);
	if (rc == 0 && ac_learn_outcome(learn) < 0)
		rc = ac_fail(err, ACCORD_EINPUT, "something of %s was refused", name);
	(void)ac_learn_close(learn);
	return rc;
}

#endif
