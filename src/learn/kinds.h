/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the table of readers, one a file. */
#ifndef AC_LEARN_KINDS_H
#define AC_LEARN_KINDS_H

#include "learn/reader.h"

extern const ac_reader_kind ac_reader_stix;
extern const ac_reader_kind ac_reader_misp;
extern const ac_reader_kind ac_reader_misp_galaxy;
extern const ac_reader_kind ac_reader_misp_feed;
extern const ac_reader_kind ac_reader_misp_warning;
extern const ac_reader_kind ac_reader_pack;
extern const ac_reader_kind ac_reader_csv;
extern const ac_reader_kind ac_reader_list;

#endif
