/* SPDX-License-Identifier: Apache-2.0 */
/* That this program links is the test. */
int
main(void)
{
	return 0;
}
