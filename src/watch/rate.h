/* SPDX-License-Identifier: Apache-2.0 */
/* A ceiling on the bytes that are read a second, shared by all threads of a run. Bytes are counted as they lie in the input, compressed or not. */
#ifndef AC_WATCH_RATE_H
#define AC_WATCH_RATE_H

#include "base/str.h"

typedef struct ac_rate ac_rate;

ac_rate *ac_rate_open(uint64_t bytes_per_second); /* NULL without memory */
/* How much to read at once, at most `most`: an eighth of a second's worth, so that what is read flows evenly. NULL: no ceiling. */
size_t ac_rate_block(const ac_rate *rate, size_t most);
/* n bytes were read: sleeps until they are paid for, or a stop is asked (ac_stop_asked). After a pause at most an eighth of a second's worth is read at full speed. */
void ac_rate_spend(ac_rate *rate, size_t n);
ac_rate *ac_rate_close(ac_rate *rate); /* takes NULL, returns NULL */

#endif
