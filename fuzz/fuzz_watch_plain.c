/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as telemetry, scanned by the engine and by the plain matcher: both must find the same, and what is found is called as the parser of values calls it. JSON, control characters and typographic signs have rules of their own, so what begins them is taken out. */
#include "plain_case.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char
other_byte(char c)
{
	static const char from[] = "{\"\\#^\xc2\xe2\xe3\xef", to[] = "('/+*\xc3\xc3\xc3\xc3";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : c;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static plain_case c;
	const plain_found *alone;
	const char *who = NULL;
	char *text;

	if (size == 0 || size > 1 << 16)
		return 0;
	if (!c.index)
		plain_case_open(&c);
	text = malloc(size);
	if (!text)
		return 0;
	for (size_t i = 0; i < size; i++)
		text[i] = other_byte((char)data[i]);
	alone = plain_case_run(&c, (ac_str){ text, size }, 1 + data[size - 1] * 7, &who);
	if (alone) {
		(void)fprintf(stderr, "%s alone has %s at %zu+%zu\n", who, alone->id, alone->offset, alone->length);
		abort();
	}
	if (c.misnamed) {
		(void)fprintf(stderr, "the %s of %s is not its text's\n", c.misnamed, c.misnamed_value);
		abort();
	}
	free(text);
	return 0;
}
