/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signed note for other programs to verify: write_note NAME TYPE SEED [TIME] < text. TYPE 1 or 4, SEED 64 hexadecimal digits. Writes the note; its vkey
 * goes to standard error.
 */
#include <stdio.h>

#include "agree/note.h"
#include "base/limits.h"
#include "codec/octets.h"

int
main(int argc, char **argv)
{
	uint8_t seed[AC_ED25519_SEED_SIZE];
	static char text[AC_NOTE_MAX];
	accord_err err = { 0 };
	ac_ed25519_key key;
	uint64_t time = 0;
	ac_buf note, vkey_text;
	ac_vkey vkey;
	ac_str bytes = { text, fread(text, 1, sizeof(text), stdin) };

	if (argc < 4 || strlen(argv[3]) != 64 || !ac_hex_decode(ac_str_from(argv[3]), (char *)seed) ||
	    (argc > 4 && !ac_str_to_u64(ac_str_from(argv[4]), &time)))
		return 2;
	ac_ed25519_from_seed(seed, &key);
	ac_buf_init(&note, 2 * AC_NOTE_MAX);
	ac_buf_init(&vkey_text, AC_KIB);
	ac_buf_add(&note, bytes);
	ac_buf_add_byte(&note, '\n');
	if (ac_vkey_make(ac_str_from(argv[1]), argv[2][0] == '4' ? AC_NOTE_COSIGNATURE : AC_NOTE_ED25519,
		ac_ed25519_public(&key), &vkey, &err) ||
	    ac_note_sign(&note, bytes, &vkey, &key, time, &err)) {
		(void)fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	ac_vkey_add(&vkey_text, &vkey);
	(void)fwrite(note.p, 1, note.n, stdout);
	(void)fprintf(stderr, "%.*s\n", AC_FMT(ac_buf_view(&vkey_text)));
	ac_buf_done(&vkey_text);
	ac_buf_done(&note);
	return 0;
}
