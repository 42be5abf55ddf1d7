/* SPDX-License-Identifier: Apache-2.0 */
/* tar: headers of 512 bytes (POSIX.1-2017, pax, "ustar Interchange Format"), pax's own records for long names, and GNU's. */
#include "codec/archive_part.h"

typedef enum tar_part { TAR_HEADER, TAR_DATA, TAR_NAME, TAR_PAX, TAR_SKIP } tar_part;

/* Octal digits, or GNU's binary form. False when it is neither. */
static bool
number(const char *p, size_t n, uint64_t *out)
{
	uint64_t value = 0;

	if ((unsigned char)p[0] == 0x80) {
		for (size_t i = 1; i < n; i++) {
			if (value >> 55)
				return false;
			value = value << 8 | (unsigned char)p[i];
		}
		*out = value;
		return true;
	}
	while (n > 0 && *p == ' ')
		p++, n--;
	for (; n > 0 && *p >= '0' && *p <= '7'; p++, n--)
		value = value << 3 | (uint64_t)(*p - '0');
	*out = value;
	return n == 0 || *p == ' ' || *p == '\0';
}

/* The sum of all bytes, those of the sum itself as blanks. */
bool
ac_tar_is_header(const char block[AC_TAR_BLOCK])
{
	uint64_t sum = 0, want;

	if (memcmp(block + 257, "ustar", 5) != 0 || !number(block + 148, 8, &want))
		return false;
	for (size_t i = 0; i < AC_TAR_BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)block[i];
	return sum == want;
}

static ac_str
text_at(const char *p, size_t n)
{
	return (ac_str){ p, strnlen(p, n) };
}

static int
begin_file(ac_archive *a, accord_err *err)
{
	ac_str name = text_at(a->block, 100), prefix = text_at(a->block + 345, 155);

	/* GNU keeps times where ustar has the prefix. */
	if (!a->has_name) {
		ac_buf_reset(&a->name);
		if (prefix.n > 0 && a->block[262] == '\0') {
			ac_buf_add(&a->name, prefix);
			ac_buf_add_byte(&a->name, '/');
		}
		ac_buf_add(&a->name, name);
	}
	a->has_name = false;
	if (a->name.failed == ACCORD_ENOMEM)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a member's name");
	return ac_archive_begin(a, ac_buf_view(&a->name), err);
}

static int
take_header(ac_archive *a, accord_err *err)
{
	uint64_t size;
	char type = a->block[156];

	a->block_n = 0;
	if (a->block[0] == '\0' && memcmp(a->block, a->block + 1, AC_TAR_BLOCK - 1) == 0) {
		a->is_over = true;
		return 0;
	}
	if (!ac_tar_is_header(a->block) || !number(a->block + 124, 12, &size))
		return ac_fail(err, ACCORD_EINPUT, "not tar: want the header of a member behind member %llu",
		    (unsigned long long)a->members);
	/* It is of what the next header without such a meaning describes. */
	if (type == '\0' || !memchr("KLNVgx", type, 6)) {
		size = a->has_size ? a->size : size;
		a->has_size = false;
	}
	a->left = size;
	a->padding = (AC_TAR_BLOCK - size % AC_TAR_BLOCK) % AC_TAR_BLOCK;
	/* Links, devices, folders, labels, names of links and pax's global records say nothing that is telemetry; types that are not known are files (pax, "ustar Interchange Format"). */
	if (type == '\0' || !memchr("123456DKLNVgx", type, 13)) {
		a->part = TAR_DATA;
		return begin_file(a, err);
	}
	a->part = type == 'L' ? TAR_NAME : type == 'x' ? TAR_PAX : TAR_SKIP;
	if (a->part != TAR_SKIP)
		ac_buf_reset(&a->name);
	else if (type != 'K' && type != 'g')
		a->has_name = false; /* it was this one's */
	return 0;
}

/* Of pax's records "LENGTH KEY=VALUE\n", "path" becomes the name and "size" the size, which a header has no room for over 8 GiB. */
static void
take_records(ac_archive *a)
{
	ac_str rest = ac_buf_view(&a->name), path = { NULL, 0 };

	while (rest.n > 0) {
		ac_str length, record = rest, key;
		uint64_t n;

		if (!ac_str_cut(&record, ' ', &length) || !ac_str_to_u64(length, &n) || n <= length.n + 1 || n > rest.n)
			break;
		record = ac_str_slice(rest, length.n + 1, (size_t)n - 1);
		rest = ac_str_slice(rest, (size_t)n, rest.n);
		if (!ac_str_cut(&record, '=', &key))
			continue;
		if (ac_str_eq(key, AC_S("path")))
			path = record;
		else if (ac_str_eq(key, AC_S("size")))
			a->has_size = ac_str_to_u64(record, &a->size) && a->size < UINT64_MAX - AC_TAR_BLOCK;
	}
	if (path.n > 0) {
		memmove(a->name.p, path.p, path.n);
		a->name.n = path.n;
		a->has_name = true;
	}
}

/* The part at hand is complete, its padding too. */
static int
end_part(ac_archive *a, accord_err *err)
{
	int part = a->part;

	a->part = TAR_HEADER;
	/* A name over the ceiling is not used; the header has its beginning. */
	if (part == TAR_NAME && !a->name.failed) {
		a->name.n = strnlen(a->name.p ? a->name.p : "", a->name.n);
		a->has_name = a->name.n > 0;
	} else if (part == TAR_PAX && !a->name.failed) {
		take_records(a);
	}
	return part == TAR_DATA ? ac_archive_finish(a, NULL, err) : 0;
}

int
ac_tar_feed(ac_archive *a, ac_str *bytes, accord_err *err)
{
	ac_str part;
	int rc = 0;

	if (a->part == TAR_HEADER) {
		if (ac_archive_fill(a, bytes, AC_TAR_BLOCK))
			rc = take_header(a, err);
	} else if (a->left > 0) {
		part = ac_str_slice(*bytes, 0, a->left < bytes->n ? (size_t)a->left : bytes->n);
		*bytes = ac_str_slice(*bytes, part.n, bytes->n);
		a->left -= part.n;
		if (a->part == TAR_DATA)
			rc = ac_archive_give(a, part, err);
		else if (a->part != TAR_SKIP)
			ac_buf_add(&a->name, part);
	} else {
		part = ac_str_slice(*bytes, 0, (size_t)a->padding);
		*bytes = ac_str_slice(*bytes, part.n, bytes->n);
		a->padding -= part.n;
	}
	if (!rc && a->part != TAR_HEADER && a->left == 0 && a->padding == 0)
		rc = end_part(a, err);
	return rc;
}

int
ac_tar_end(const ac_archive *a, accord_err *err)
{
	if (a->is_over || (a->part == TAR_HEADER && a->block_n == 0))
		return 0;
	return ac_fail(err, ACCORD_EINPUT, "truncated: want the rest of member %llu of a tar archive",
	    (unsigned long long)a->members);
}
