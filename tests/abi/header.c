/* SPDX-License-Identifier: Apache-2.0 */
/* A public header, alone. That this compiles is the test. */
#include HEADER

int
main(void)
{
	return 0;
}
