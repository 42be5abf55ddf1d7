/* SPDX-License-Identifier: Apache-2.0 */
/* A key file of the tests, of a seed that they choose: write_keyfile NAME PURPOSE SEED PASSPHRASE. SEED 64 hexadecimal digits. The key that follows is of the seed with its last bit turned. */
#include <stdio.h>

#include "agree/keyfile.h"
#include "base/limits.h"
#include "codec/octets.h"

int
main(int argc, char **argv)
{
	static const ac_seal_random chosen = { { 1 }, { 2 } };
	ac_keyfile_seeds seeds;
	accord_err err = { 0 };
	ac_purpose purpose;
	ac_buf out;

	if (argc != 5 || strlen(argv[3]) != 64 || !ac_hex_decode(ac_str_from(argv[3]), (char *)seeds.now) ||
	    !ac_purpose_parse(ac_str_from(argv[2]), &purpose))
		return 2;
	memcpy(seeds.next, seeds.now, sizeof(seeds.next));
	seeds.next[sizeof(seeds.next) - 1] ^= 1;
	ac_buf_init(&out, AC_MIB);
	/* As low as it goes: it seals nothing. */
	if (ac_keyfile_add(&out, ac_str_from(argv[1]), purpose, &seeds, (ac_seal_cost){ 1, 8 }, &chosen,
		ac_str_from(argv[4]), &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	(void)fwrite(out.p, 1, out.n, stdout);
	ac_buf_done(&out);
	return 0;
}
