/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of the memory of observables (retro_part.h): from a value, and back to text. Private to this room, its tests and benchmarks. */
#ifndef AC_WATCH_RETRO_KEY_H
#define AC_WATCH_RETRO_KEY_H

#include "base/arena.h"
#include "base/limits.h"
#include "values/value.h"

/* A dotted name in lower case, with its labels in reverse. Returns the key's bytes; 0: longer than a key. */
size_t ac_retro_key_name(ac_str name, char out[static AC_RETRO_KEY_MAX]);
/* A kind and bytes as they are. */
size_t ac_retro_key_bytes(unsigned kind, ac_str bytes, char out[static AC_RETRO_KEY_MAX]);
/* A canonical value, ranges left out. */
size_t ac_retro_key(const ac_value *value, char out[static AC_RETRO_KEY_MAX]);
/* The value's text, in arena, and what it is (of names: a domain). {NULL, 0} without memory or for a key that is none. */
ac_str ac_retro_key_text(ac_str key, ac_arena *arena, ac_value_type *out_type);

#endif
