/* SPDX-License-Identifier: Apache-2.0 */
/* Frames through a role: bytes one way to a role that only counts, and both ways to a role that echoes. Two processes. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "sys/os.h"
#include "sys/role.h"

#define TOTAL ((size_t)2 << 30)
#define DONE 1

static int
run_role(bool echo)
{
	ac_role_link *link = ac_role_link_open(AC_ROLE_FD);
	ac_frame frame;
	int rc = link ? 0 : 1;

	while (!rc && (rc = ac_role_link_next(link, &frame, NULL)) == 0)
		if (echo || frame.kind == DONE)
			rc = ac_role_link_send(link, frame, NULL);
	link = ac_role_link_close(link);
	return rc < 0;
}

static int
on_frame(void *payload, ac_frame frame, accord_err *err)
{
	size_t *bytes = payload;

	(void)err;
	*bytes += frame.bytes.n;
	return 0;
}

/* MB/s of TOTAL bytes in frames of this size; 0 when it fails. */
static double
measure(const char *role_name, size_t size)
{
	char *bytes = calloc(1, size);
	ac_role *role = NULL;
	size_t back = 0;
	double start = ac_clock_monotonic(), seconds;
	int rc = bytes ? ac_role_start(role_name, false, &role, NULL) : -1;

	for (size_t sent = 0; !rc && sent < TOTAL; sent += size)
		rc = ac_role_send(role, (ac_frame){ 0, { bytes, size } }, on_frame, &back, NULL);
	if (!rc)
		rc = ac_role_send(role, (ac_frame){ DONE, AC_S("") }, on_frame, &back, NULL);
	if (!rc)
		rc = ac_role_wait(role, DONE, on_frame, &back, NULL);
	seconds = ac_clock_monotonic() - start;
	role = ac_role_stop(role);
	free(bytes);
	return rc ? 0 : (double)TOTAL / seconds / 1e6;
}

int
main(int argc, char **argv)
{
	static const size_t sizes[] = { 512, 4 * AC_KIB, 64 * AC_KIB, AC_MIB };

	if (argc >= 3 && strcmp(argv[1], "--role") == 0)
		return run_role(strcmp(argv[2], "echo") == 0);
	for (size_t i = 0; i < AC_COUNT(sizes); i++) {
		printf("role_send_%zu\t%.0f\tMB/s\tone way\n", sizes[i], measure("sink", sizes[i]));
		printf("role_echo_%zu\t%.0f\tMB/s\tthere (and as much back)\n", sizes[i], measure("echo", sizes[i]));
	}
	return 0;
}
