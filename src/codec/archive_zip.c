/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip (APPNOTE 6.3): local headers and what follows each, in their order, so that it needs no seeking. What the central directory says of them at the end is not looked at: whatever is in the file
 * is scanned.
 */
#include <stdlib.h>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "codec/archive_part.h"

#define OUT_SIZE (256 * AC_KIB)
#define LOCAL_SIZE 26 /* of a local header behind its signature */
#define STORED 0
#define DEFLATED 8
#define UNKNOWN UINT32_MAX

typedef enum zip_part { ZIP_SIGNATURE, ZIP_LOCAL, ZIP_NAME, ZIP_EXTRA, ZIP_DATA, ZIP_REST, ZIP_DESCRIPTOR } zip_part;

static uint32_t
little(const char *p, unsigned n)
{
	uint32_t value = 0;

	for (unsigned i = n; i > 0; i--)
		value = value << 8 | (unsigned char)p[i - 1];
	return value;
}

static int
take_signature(ac_archive *a, accord_err *err)
{
	uint32_t signature = little(a->block, 4);

	a->block_n = 0;
	if (signature == 0x04034b50) {
		a->part = ZIP_LOCAL;
		return 0;
	}
	/* The central directory, its end, or a signature or record before them. */
	if (signature == 0x02014b50 || signature == 0x06054b50 || signature == 0x08064b50 || signature == 0x06064b50) {
		a->is_over = true;
		return 0;
	}
	return ac_fail(err, ACCORD_EINPUT, "not zip: want the header of a member behind member %llu",
	    (unsigned long long)a->members);
}

/* APPNOTE 4.3.7. */
static void
take_local(ac_archive *a)
{
	const char *p = a->block;
	unsigned flags = little(p + 2, 2);

	a->method = (uint16_t)little(p + 4, 2);
	a->want_crc = little(p + 10, 4);
	a->left = little(p + 14, 4);
	a->name_n = little(p + 22, 2);
	a->extra_n = little(p + 24, 2);
	a->has_descriptor = flags >> 3 & 1;
	a->is_skipped = flags & 1 || (a->method != STORED && a->method != DEFLATED);
	a->is_zip64 = false;
	a->block_n = 0;
	ac_buf_reset(&a->name);
	a->part = ZIP_NAME;
}

/* APPNOTE 4.5.3: sizes of eight bytes, the plain one first. */
static void
take_extra(ac_archive *a, ac_str extra)
{
	while (extra.n >= 4) {
		unsigned id = little(extra.p, 2), n = little(extra.p + 2, 2);
		ac_str field = ac_str_slice(extra, 4, 4 + (size_t)n);

		if (id == 1 && field.n >= 16) {
			a->is_zip64 = true;
			if (a->left == UNKNOWN)
				a->left = (uint64_t)little(field.p + 12, 4) << 32 | little(field.p + 8, 4);
		}
		extra = ac_str_slice(extra, 4 + (size_t)n, extra.n);
	}
}

static int
prepare(ac_archive *a, accord_err *err)
{
	if (!a->room)
		a->room = malloc(OUT_SIZE);
	if (!a->inflate)
		a->inflate = calloc(1, sizeof(*a->inflate));
	if (!a->room || !a->inflate)
		return ac_fail(err, ACCORD_ENOMEM, "no memory to read a zip archive");
	isal_inflate_init(a->inflate);
	a->inflate->crc_flag = ISAL_DEFLATE;
	return 0;
}

/* Name and extra are there, in a->name: the member begins. */
static int
begin_member(ac_archive *a, accord_err *err)
{
	ac_str all = ac_buf_view(&a->name), name = ac_str_slice(all, 0, a->name_n);
	bool is_folder = name.n > 0 && name.p[name.n - 1] == '/';
	accord_err problem = { 0 };
	int rc;

	if (a->name.failed)
		return ac_fail(
		    err, a->name.failed, "a member's name and extra fields: %zu bytes", a->name_n + a->extra_n);
	take_extra(a, ac_str_slice(all, a->name_n, all.n));
	a->part = ZIP_DATA;
	a->crc = 0;
	a->rest = 0;
	if (is_folder && a->left == 0 && !a->has_descriptor)
		return 0;
	rc = ac_archive_begin(a, name, err);
	if (!rc && a->is_skipped) {
		(void)ac_fail(&problem, ACCORD_EINPUT, "want a member that is stored or deflated, and not encrypted");
		rc = ac_archive_finish(a, &problem, err);
	}
	if (!rc && a->has_descriptor && (a->is_skipped || a->method == STORED) && a->left == 0)
		return ac_fail(err, ACCORD_EINPUT,
		    "not zip that can be read as it comes: want the size of member %llu in "
		    "front of it",
		    (unsigned long long)a->members);
	return rc || a->is_skipped || a->method == STORED ? rc : prepare(a, err);
}

static int
give(ac_archive *a, ac_str bytes, accord_err *err)
{
	a->out += bytes.n;
	if (a->out > AC_INFLATE_OUTPUT_MAX)
		return ac_fail(err, ACCORD_ELIMIT, "want at most %llu bytes in the members of a zip archive",
		    (unsigned long long)AC_INFLATE_OUTPUT_MAX);
	if (a->out > AC_INFLATE_RATIO_FLOOR && a->out / AC_INFLATE_RATIO_MAX > a->in)
		return ac_fail(err, ACCORD_ELIMIT, "want a compression ratio of at most %d:1, the zip archive has more",
		    AC_INFLATE_RATIO_MAX);
	a->crc = crc32_gzip_refl(a->crc, (const unsigned char *)bytes.p, bytes.n);
	return ac_archive_give(a, bytes, err);
}

/*
 * What a member has behind the end of its deflate stream: no reader shows it, so that it would be a place to hide in. It is handed out as it is, a line of its own, and told.
 */
static int
give_rest(ac_archive *a, ac_str bytes, accord_err *err)
{
	int rc = 0;

	if (bytes.n > 0 && a->rest == 0)
		rc = ac_archive_give(a, AC_S("\n"), err);
	a->rest += bytes.n;
	return rc ? rc : ac_archive_give(a, bytes, err);
}

/* The member is over; `where` its sum stands. */
static int
finish(ac_archive *a, uint32_t sum, const char *where, accord_err *err)
{
	accord_err problem = { 0 };

	if (a->crc != sum)
		(void)ac_fail(&problem, ACCORD_EINPUT, "want the checksum that %s, got another", where);
	else if (a->rest)
		(void)ac_fail(&problem, ACCORD_EINPUT,
		    "want the end of its deflate stream at its end, got it %llu bytes before",
		    (unsigned long long)a->rest);
	return ac_archive_finish(a, problem.code ? &problem : NULL, err);
}

/* The content has been given: its sum is known, or comes behind it. */
static int
end_data(ac_archive *a, accord_err *err)
{
	a->part = a->has_descriptor ? ZIP_DESCRIPTOR : ZIP_SIGNATURE;
	if (!a->in_member || a->has_descriptor)
		return 0;
	return finish(a, a->want_crc, "its header names", err);
}

/* Bytes that inflate took and did not need go back into the block, which the next part begins with: at most eight. */
static void
take_back(ac_archive *a)
{
	struct inflate_state *s = a->inflate;
	unsigned length = s->read_in_length > 0 ? (unsigned)s->read_in_length : 0, n = length / 8;
	uint64_t bits = length ? s->read_in >> (length % 8) : 0;

	a->block_n = 0;
	for (unsigned i = 0; i < n; i++)
		a->block[a->block_n++] = (char)(bits >> (8 * i) & 0xff);
}

static int
inflate_data(ac_archive *a, ac_str *bytes, accord_err *err)
{
	struct inflate_state *s = a->inflate;
	bool is_bounded = !a->has_descriptor || a->left > 0;
	size_t n = is_bounded && a->left < bytes->n ? (size_t)a->left : bytes->n;
	int rc = 0;

	n = n < ((size_t)1 << 30) ? n : (size_t)1 << 30;
	s->next_in = (uint8_t *)(uintptr_t)bytes->p;
	s->avail_in = (uint32_t)n;
	do {
		int code;

		s->next_out = (uint8_t *)a->room;
		s->avail_out = OUT_SIZE;
		code = isal_inflate(s);
		rc = give(a, (ac_str){ a->room, OUT_SIZE - s->avail_out }, err);
		if (!rc && code < 0)
			return ac_fail(err, ACCORD_EINPUT, "not zip: want a deflate stream in member %llu",
			    (unsigned long long)a->members);
	} while (!rc && s->block_state != ISAL_BLOCK_FINISH && (s->avail_in > 0 || s->avail_out == 0));
	n -= s->avail_in;
	*bytes = ac_str_slice(*bytes, n, bytes->n);
	if (is_bounded)
		a->left -= n;
	if (rc)
		return rc;
	if (s->block_state == ISAL_BLOCK_FINISH) {
		/* A known size says where the next header is; else the bytes taken too much are its beginning. */
		take_back(a);
		if (!is_bounded)
			return end_data(a, err);
		a->part = ZIP_REST;
		rc = give_rest(a, (ac_str){ a->block, a->block_n }, err);
		a->block_n = 0;
		return rc || a->left > 0 ? rc : end_data(a, err);
	}
	return is_bounded && a->left == 0
		   ? ac_fail(err, ACCORD_EINPUT, "not zip: want the end of member %llu where its size says",
			 (unsigned long long)a->members)
		   : 0;
}

static int
take_data(ac_archive *a, ac_str *bytes, accord_err *err)
{
	ac_str part;
	int rc = 0;

	if (!a->is_skipped && a->method == DEFLATED && a->in_member && a->part == ZIP_DATA)
		return inflate_data(a, bytes, err);
	part = ac_str_slice(*bytes, 0, a->left < bytes->n ? (size_t)a->left : bytes->n);
	*bytes = ac_str_slice(*bytes, part.n, bytes->n);
	a->left -= part.n;
	if (a->in_member && a->part == ZIP_DATA)
		rc = give(a, part, err);
	else if (a->in_member)
		rc = give_rest(a, part, err);
	return rc || a->left > 0 ? rc : end_data(a, err);
}

/* APPNOTE 4.3.9: with or without a signature, sizes of four or eight bytes. */
static int
take_descriptor(ac_archive *a, ac_str *bytes, accord_err *err)
{
	size_t sizes = a->is_zip64 ? 16 : 8, sum_at;

	if (a->block_n < 4 && !ac_archive_fill(a, bytes, 4))
		return 0;
	sum_at = little(a->block, 4) == 0x08074b50 ? 4 : 0;
	if (!ac_archive_fill(a, bytes, sum_at + 4 + sizes))
		return 0;
	a->block_n = 0;
	a->part = ZIP_SIGNATURE;
	return finish(a, little(a->block + sum_at, 4), "stands behind it", err);
}

int
ac_zip_feed(ac_archive *a, ac_str *bytes, accord_err *err)
{
	size_t before = bytes->n;
	int rc = 0;

	switch ((zip_part)a->part) {
	case ZIP_SIGNATURE:
		if (ac_archive_fill(a, bytes, 4))
			rc = take_signature(a, err);
		break;
	case ZIP_LOCAL:
		if (ac_archive_fill(a, bytes, LOCAL_SIZE))
			take_local(a);
		break;
	case ZIP_NAME:
	case ZIP_EXTRA: {
		ac_str part = ac_str_slice(*bytes, 0, a->name_n + a->extra_n - a->name.n);

		ac_buf_add(&a->name, part);
		*bytes = ac_str_slice(*bytes, part.n, bytes->n);
		if (a->name.failed || a->name.n == a->name_n + a->extra_n)
			rc = begin_member(a, err);
		break;
	}
	case ZIP_DATA:
	case ZIP_REST:
		rc = take_data(a, bytes, err);
		break;
	case ZIP_DESCRIPTOR:
		rc = take_descriptor(a, bytes, err);
		break;
	}
	a->in += before - bytes->n;
	return rc;
}

int
ac_zip_end(const ac_archive *a, accord_err *err)
{
	if (a->is_over || (a->part == ZIP_SIGNATURE && a->block_n == 0 && a->members > 0))
		return 0;
	return ac_fail(err, ACCORD_EINPUT, "truncated: want the rest of member %llu of a zip archive",
	    (unsigned long long)a->members);
}
