/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Index files altered by a forger who mends the checksums: refused, or harmless when scanned with. The input is a list of edits, five bytes each: a place
 * (32 bits, modulo the file) and a byte. Inputs that begin with the magic are taken as whole files.
 */
#include <string.h>

#include "watch_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	uint64_t *sum = payload;

	(void)err;
	for (size_t i = 0; i < hit->indicator_count; i++)
		for (size_t k = 0; k < hit->indicators[i].name.n; k++)
			*sum += (unsigned char)hit->indicators[i].name.p[k];
	return 0;
}

static int
on_unwatched(void *payload, ac_str id, ac_str name, ac_str reason, accord_err *err)
{
	uint64_t *sum = payload;

	(void)err;
	*sum += id.n + name.n;
	for (size_t k = 0; k < reason.n; k++)
		*sum += (unsigned char)reason.p[k];
	return 0;
}

static void
use(const ac_index *index)
{
	static const char text[] =
	    "192.0.2.7 198.51.9.9 203.0.113.3 2001:db8::1 2001:db8:1::5 www.evil.example b\xc3\xbc"
	    "cher.example http://bad.example/a?b=c https://192.0.2.9:8443/x a.b@evil.example\n"
	    "0123456789abcdef0123456789abcdef kit x.001 'evil tool.exe' a.example\n"
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef f.exe ffffffffffffffffffffffffffffffff\n"
	    "{\"dest_ip\":\"192.0.2.10\",\"dest_port\":443,\"http\":{\"hostname\":\"bad.example\",\"url\":\"/"
	    "a?b=c\"}}\n";
	uint64_t sum = 0;
	ac_watch_sink sink = { on_hit, NULL, &sum };
	ac_watch *w = ac_watch_open(index, AC_S("fuzz"), (ac_time){ 1650000000, 0 }, &sink);
	accord_err err = { 0 };

	if (w && ac_watch_feed(w, (ac_str){ text, sizeof(text) - 1 }, &err) == 0)
		(void)(ac_watch_end(w, &err) + ac_index_each_unwatched(index, on_unwatched, &sum, &err));
	ac_watch_close(w);
}

static void
mend(char *image)
{
	ac_index_header *h = (void *)image;

	for (unsigned i = 0; i < AC_SECTION_COUNT; i++)
		if (h->sections[i].offset <= h->file_size &&
		    h->sections[i].length <= h->file_size - h->sections[i].offset)
			h->sections[i].checksum =
			    ac_index_checksum((ac_str){ image + h->sections[i].offset, h->sections[i].length });
	h->checksum = ac_index_checksum((ac_str){ image, offsetof(ac_index_header, checksum) });
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *good;
	static size_t good_n;
	ac_index *index = NULL;
	accord_err err = { 0 };
	char *image;
	size_t n;

	if (!good)
		good = watch_fuzz_image(&good_n);
	n = size >= 8 && memcmp(data, good, 8) == 0 ? size : good_n;
	image = malloc(n);
	if (!image)
		return 0;
	if (n == size && n != good_n) {
		memcpy(image, data, n);
	} else {
		memcpy(image, good, n);
		for (size_t at = 0; at + 5 <= size; at += 5) {
			uint32_t place;

			memcpy(&place, data + at, 4);
			/* The header's own numbers are at the front: half of the edits go there. */
			image[place % (place & 1U << 31 ? n : 512)] = (char)data[at + 4];
		}
		if (((const ac_index_header *)(const void *)image)->file_size == n)
			mend(image);
	}
	if (ac_index_open_bytes((ac_str){ image, n }, &index, &err) == 0) {
		use(index);
		index = ac_index_close(index);
	}
	free(image);
	return 0;
}
