/* SPDX-License-Identifier: Apache-2.0 */
/* What archive.c, archive_tar.c and archive_zip.c share. Private to them. */
#ifndef AC_CODEC_ARCHIVE_PART_H
#define AC_CODEC_ARCHIVE_PART_H

#include "base/buf.h"
#include "base/limits.h"
#include "codec/archive.h"

struct inflate_state;

typedef enum ac_archive_kind { AC_ARCHIVE_UNDECIDED, AC_ARCHIVE_NONE, AC_ARCHIVE_TAR, AC_ARCHIVE_ZIP } ac_archive_kind;

#define AC_TAR_BLOCK 512

struct ac_archive {
	ac_archive_sink sink;
	ac_archive_kind kind;
	char
	    block[AC_TAR_BLOCK]; /* the beginning while it is undecided; a header of tar; a part of fixed size of zip */
	size_t block_n;
	ac_buf name;   /* of a member whose name comes apart: pax, GNU, zip */
	bool has_name; /* tar: it is for the next member */
	bool has_size; /* tar: pax says how long the next member is */
	uint64_t size;
	bool in_member;   /* on_begin has been called, on_end not */
	bool is_over;     /* what follows does not count */
	uint64_t members; /* so far */
	uint64_t left;    /* bytes of the part at hand */
	uint64_t padding; /* tar: behind it */
	int part;         /* which part of a member comes: of the format's own enum */
	bool sink_failed;
	int ended; /* the error that ended it */
	/* zip */
	struct inflate_state *inflate; /* heap */
	char *room;                    /* heap */
	uint64_t in, out;              /* bytes of the archive, of its members */
	uint64_t rest;                 /* bytes of the member behind the end of its deflate stream */
	uint32_t crc, want_crc;
	size_t name_n, extra_n;
	uint16_t method;
	bool has_descriptor, is_zip64, is_skipped;
};

int ac_archive_begin(ac_archive *a, ac_str name, accord_err *err) AC_CHECKED;
int ac_archive_give(ac_archive *a, ac_str bytes, accord_err *err) AC_CHECKED;
/* End the member at hand, if there is one. */
int ac_archive_finish(ac_archive *a, const accord_err *problem, accord_err *err) AC_CHECKED;
/* Move bytes to a->block until it has `want`; true when it has. */
bool ac_archive_fill(ac_archive *a, ac_str *bytes, size_t want);

bool ac_tar_is_header(const char block[AC_TAR_BLOCK]);
int ac_tar_feed(ac_archive *a, ac_str *bytes, accord_err *err) AC_CHECKED;
/* The input ends here: what is missing, or 0. */
int ac_tar_end(const ac_archive *a, accord_err *err) AC_CHECKED;
int ac_zip_feed(ac_archive *a, ac_str *bytes, accord_err *err) AC_CHECKED;
int ac_zip_end(const ac_archive *a, accord_err *err) AC_CHECKED;

#endif
