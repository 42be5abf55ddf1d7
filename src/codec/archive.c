/* SPDX-License-Identifier: Apache-2.0 */
/* Which kind of archive it is, and the order of calls to the sink. */
#include <stdlib.h>

#include "codec/archive_part.h"

ac_archive *
ac_archive_open(const ac_archive_sink *sink)
{
	ac_archive *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->sink = *sink;
	ac_buf_init(&a->name, AC_ARCHIVE_NAME_MAX);
	return a;
}

ac_archive *
ac_archive_close(ac_archive *a)
{
	if (!a)
		return NULL;
	ac_buf_done(&a->name);
	free(a->inflate);
	free(a->room);
	free(a);
	return NULL;
}

static int
from_sink(ac_archive *a, int rc)
{
	a->sink_failed |= rc < 0;
	return rc < 0 ? rc : 0;
}

int
ac_archive_begin(ac_archive *a, ac_str name, accord_err *err)
{
	int rc;

	if (a->members++ == AC_ARCHIVE_MEMBERS_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %d members in an archive", AC_ARCHIVE_MEMBERS_MAX);
	rc = a->sink.on_begin(a->sink.payload, name, err);
	a->in_member = rc >= 0;
	return from_sink(a, rc);
}

int
ac_archive_give(ac_archive *a, ac_str bytes, accord_err *err)
{
	return bytes.n ? from_sink(a, a->sink.on_bytes(a->sink.payload, bytes, err)) : 0;
}

int
ac_archive_finish(ac_archive *a, const accord_err *problem, accord_err *err)
{
	if (!a->in_member)
		return 0;
	a->in_member = false;
	return from_sink(a, a->sink.on_end(a->sink.payload, problem, err));
}

bool
ac_archive_fill(ac_archive *a, ac_str *bytes, size_t want)
{
	size_t n = want - a->block_n < bytes->n ? want - a->block_n : bytes->n;

	if (n)
		memcpy(a->block + a->block_n, bytes->p, n);
	a->block_n += n;
	*bytes = ac_str_slice(*bytes, n, bytes->n);
	return a->block_n == want;
}

static int
feed_decided(ac_archive *a, ac_str bytes, accord_err *err)
{
	int rc = 0;

	while (!rc && bytes.n > 0 && !a->is_over) {
		if (a->kind == AC_ARCHIVE_TAR) {
			rc = ac_tar_feed(a, &bytes, err);
		} else if (a->kind == AC_ARCHIVE_ZIP) {
			rc = ac_zip_feed(a, &bytes, err);
		} else {
			rc = ac_archive_give(a, bytes, err);
			bytes.n = 0;
		}
	}
	return rc;
}

/* By the first bytes: 4 for zip (APPNOTE 4.3.7, 4.3.16), a whole block for tar. */
static int
decide(ac_archive *a, accord_err *err)
{
	char first[AC_TAR_BLOCK];
	ac_str bytes = { first, a->block_n };
	int rc = 0;

	memcpy(first, a->block, a->block_n);
	a->block_n = 0;
	if (ac_str_starts(bytes, AC_S("PK\x03\x04")) || ac_str_starts(bytes, AC_S("PK\x05\x06")))
		a->kind = AC_ARCHIVE_ZIP;
	else if (bytes.n == AC_TAR_BLOCK && ac_tar_is_header(first))
		a->kind = AC_ARCHIVE_TAR;
	else
		a->kind = AC_ARCHIVE_NONE;
	if (a->kind == AC_ARCHIVE_NONE)
		rc = ac_archive_begin(a, (ac_str){ NULL, 0 }, err);
	return rc ? rc : feed_decided(a, bytes, err);
}

/* An error ends the member at hand, which is told why; the sink's own does not. */
static int
end_with(ac_archive *a, int rc, accord_err *err)
{
	accord_err why = { .code = (accord_code)rc };

	a->ended = rc;
	if (!rc || a->sink_failed)
		return rc;
	if (err)
		why = *err;
	a->ended = ac_archive_finish(a, &why, err);
	if (a->ended)
		return a->ended;
	a->ended = rc;
	return rc;
}

int
ac_archive_feed(ac_archive *a, ac_str bytes, accord_err *err)
{
	int rc = 0;

	if (a->ended)
		return ac_fail(err, (accord_code)a->ended, "the archive has ended with an error");
	if (a->kind == AC_ARCHIVE_UNDECIDED) {
		if (!ac_archive_fill(a, &bytes, AC_TAR_BLOCK))
			return 0;
		rc = decide(a, err);
	}
	return end_with(a, rc ? rc : feed_decided(a, bytes, err), err);
}

int
ac_archive_end(ac_archive *a, accord_err *err)
{
	int rc = 0;

	if (a->ended)
		return ac_fail(err, (accord_code)a->ended, "the archive has ended with an error");
	if (a->kind == AC_ARCHIVE_UNDECIDED)
		rc = decide(a, err);
	if (!rc && a->kind == AC_ARCHIVE_TAR)
		rc = ac_tar_end(a, err);
	if (!rc && a->kind == AC_ARCHIVE_ZIP)
		rc = ac_zip_end(a, err);
	if (!rc)
		rc = ac_archive_finish(a, NULL, err);
	return end_with(a, rc, err);
}
