/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of note.c and vkey.c: names and ids of keys. */
#ifndef AC_AGREE_VKEY_H
#define AC_AGREE_VKEY_H

#include "agree/note.h"

/* May a key have that name (C2SP): not empty, no '+', no Unicode space; at most AC_NOTE_NAME_MAX bytes. Trusted keys have ASCII names besides. */
bool ac_vkey_is_name(ac_str name);
/* Four bytes, big end first. */
uint32_t ac_vkey_id_read(const char *bytes);
/* What a purpose is for, as words of an error. */
const char *ac_vkey_purpose_texts(ac_purpose purpose);

#endif
