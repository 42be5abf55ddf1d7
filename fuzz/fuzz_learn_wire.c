/* SPDX-License-Identifier: Apache-2.0 */
/* What a parse role that is not itself any more may send: any bytes as any kind of frame, to a parent without a store. */
#include <stdlib.h>

#include "learn/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_learn_options options = { .dry_run = true };
	ac_str rest = { (const char *)data, size };
	ac_learn *learn;
	ac_wire_begin begin;
	accord_err err = { 0 };

	if (ac_learn_open(NULL, &options, &learn, &err) < 0)
		return 0;
	(void)!ac_wire_read_begin(rest, &begin, &err);
	/* a byte of kind, a byte of length, the bytes */
	while (rest.n >= 2) {
		size_t n = (unsigned char)rest.p[1];
		ac_frame frame = { (unsigned char)rest.p[0], ac_str_slice(rest, 2, 2 + n) };
		int rc = ac_learn_on_frame(learn, frame, &err);

		if (rc > 0 || (rc < 0 && err.text[0] == '\0'))
			abort();
		rest = ac_str_slice(rest, 2 + n, rest.n);
	}
	(void)ac_learn_close(learn);
	return 0;
}
