/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the learning parent and the parse role say to each other, in the frames of sys/role.h. Both directions are read by cursor functions that remember
 * their first failure: the role does not trust the parent's bytes, and the parent trusts the role even less.
 */
#ifndef AC_LEARN_WIRE_H
#define AC_LEARN_WIRE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"

/* Kinds of frames. An input is BEGIN, DATA..., END; its answer is any number of others and one ENDED, which may come before END: the role then ignores what follows. */
typedef enum ac_wire_kind {
	/* parent to role */
	AC_WIRE_BEGIN = 1, /* ac_wire_begin */
	AC_WIRE_DATA,      /* raw bytes of the input */
	AC_WIRE_END,       /* no more bytes */
	AC_WIRE_CUT,       /* the input could not be read to its end: keep what came, do not call it truncated */
	AC_WIRE_AGAIN,     /* the input that the role wants again follows once more: DATA..., END */
	AC_WIRE_FINISH,    /* the run is over: say what waited for other inputs. Answered by ENDED */
	/* role to parent */
	AC_WIRE_KIND,     /* name of the reader */
	AC_WIRE_PRODUCER, /* name: whose records follow */
	AC_WIRE_RECORD,   /* ac_record_pack */
	AC_WIRE_ROW,      /* ac_row_pack */
	AC_WIRE_REFUSED,  /* ac_wire_refused */
	AC_WIRE_REPAIRS,  /* u64 count, word */
	AC_WIRE_WANTED,   /* the input is wanted once more (before ENDED) */
	AC_WIRE_LISTED,   /* i64 timestamp, uuid */
	AC_WIRE_ENDED,    /* u64 bytes after decompression */
	AC_WIRE_REPAIRED  /* ac_wire_repaired: one place */
} ac_wire_kind;

typedef struct ac_wire_begin {
	ac_str kind;     /* --as, or empty */
	ac_str producer; /* --from, or empty */
	ac_str name;     /* of the input, for texts */
	ac_time now;
	bool strict;
	uint32_t repairs_off;
} ac_wire_begin;

typedef struct ac_wire_refused {
	ac_str reason;
	accord_err what;
} ac_wire_refused;

/* Where something was put right. */
typedef struct ac_wire_repaired {
	ac_str kind;
	uint64_t line, column, byte;
	ac_str id; /* of the object as it came */
} ac_wire_repaired;

void ac_wire_add_u32(ac_buf *buf, uint32_t value);
void ac_wire_add_u64(ac_buf *buf, uint64_t value);
void ac_wire_add_text(ac_buf *buf, ac_str text); /* u32 length, bytes */
void ac_wire_add_begin(ac_buf *buf, const ac_wire_begin *begin);
void ac_wire_add_repaired(ac_buf *buf, const ac_wire_repaired *repaired);
void ac_wire_add_refused(ac_buf *buf, const char *reason, const accord_err *what);

/* Read from the front of rest; after a failure everything reads as zero and `failed` stays set. */
typedef struct ac_wire_cursor {
	ac_str rest;
	bool failed;
} ac_wire_cursor;
uint32_t ac_wire_u32(ac_wire_cursor *cursor);
uint64_t ac_wire_u64(ac_wire_cursor *cursor);
ac_str ac_wire_text(ac_wire_cursor *cursor); /* views the frame */
int ac_wire_read_begin(ac_str bytes, ac_wire_begin *out, accord_err *err) AC_CHECKED;
int ac_wire_read_repaired(ac_str bytes, ac_wire_repaired *out, accord_err *err) AC_CHECKED;
int ac_wire_read_refused(ac_str bytes, ac_wire_refused *out, accord_err *err) AC_CHECKED;

#endif
