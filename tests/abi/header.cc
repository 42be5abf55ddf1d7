/* SPDX-License-Identifier: Apache-2.0 */
/* A public header, alone, as C++. That this compiles is the test. */
#include HEADER

int
main()
{
	return 0;
}
