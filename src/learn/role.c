/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parse role: bytes of hostile files in, records out. It has no files, no network and no store: what a reader is tricked into, it can only send a wrong record. Inflates, finds
 * out what an input is, runs its reader, and tells the parent what became of it.
 */
#include "learn/learn.h"

#include <stdlib.h>

#include "base/limits.h"
#include "codec/inflate.h"
#include "learn/detect.h"
#include "learn/galaxy_links.h"
#include "learn/make.h"
#include "learn/wire.h"
#include "sys/os.h"
#include "sys/role.h"

#define REPAIR_KINDS_MAX 64
/* An id is at most 250 bytes of type, "--" and a UUID; a longer one is cut in the report. */
#define REPAIRED_ID_MAX 300
/* Records that wait for their producer's name: ATT&CK's stands behind 3.5 MB of objects. */
#define PRODUCER_HELD_MAX (8 * AC_MIB)

typedef struct parse_role {
	ac_role_link *link;
	ac_galaxy_links *links;
	ac_hash_seed seed;
	/* of the run of one input */
	bool open; /* between BEGIN and ENDED */
	bool strict;
	ac_buf names; /* text of the input's options, which outlive their frame */
	ac_reader_options options;
	const ac_reader_kind *kind;
	ac_reader *reader;
	ac_reader *waiting_reader; /* wants its input again; of waiting_kind */
	const ac_reader_kind *waiting_kind;
	ac_inflate *inflate;
	ac_buf head;        /* first bytes, until the kind is known */
	bool reader_failed; /* the error came from the reader, not from decompression */
	bool stopped;       /* --strict: a record was refused */
	bool muted;         /* the input was cut by us: what that breaks is no refusal */
	bool broken;        /* the parent cannot be talked to */
	accord_err last;    /* the last refusal: the stream returns the same error again */
	bool waits_for_producer, ignores_producer;
	ac_buf waiting; /* frames that wait for the producer */
	uint64_t bytes;
	struct {
		const char *kind;
		uint64_t count;
	} repairs[REPAIR_KINDS_MAX];
	size_t repair_count;
	ac_buf repaired; /* counted frames: the places of the input's first repairs */
	size_t repaired_count;
	ac_buf frame; /* the frame being made */
} parse_role;

/* ---- to the parent ---- */

static int
send(parse_role *role, ac_wire_kind kind, ac_str bytes, accord_err *err)
{
	int rc = ac_role_link_send(role->link, (ac_frame){ kind, bytes }, err);

	role->broken = role->broken || rc < 0;
	return rc;
}

static int
send_frame(parse_role *role, ac_wire_kind kind, accord_err *err)
{
	ac_str bytes;
	int rc = ac_buf_finish(&role->frame, &bytes, err);

	return rc < 0 ? rc : send(role, kind, bytes, err);
}

static int
send_waiting(parse_role *role, accord_err *err)
{
	ac_wire_cursor cursor = { .rest = ac_buf_view(&role->waiting) };
	int rc = 0;

	role->waits_for_producer = false;
	while (rc == 0 && cursor.rest.n) {
		ac_wire_kind kind = ac_wire_u32(&cursor);

		rc = send(role, kind, ac_wire_text(&cursor), err);
	}
	ac_buf_done(&role->waiting);
	return rc;
}

/* A record or row: sent, or kept until its producer's name is known or too much waits. */
static int
give(parse_role *role, ac_wire_kind kind, accord_err *err)
{
	ac_str bytes;
	int rc = ac_buf_finish(&role->frame, &bytes, err);

	if (rc < 0)
		return rc;
	if (role->waits_for_producer && role->waiting.n + bytes.n + 8 > PRODUCER_HELD_MAX) {
		/* The name may still come: all of one input's records then have the same wrong one, not two. */
		role->ignores_producer = true;
		rc = send_waiting(role, err);
	}
	if (rc < 0 || !role->waits_for_producer)
		return rc < 0 ? rc : send(role, kind, bytes, err);
	ac_wire_add_u32(&role->waiting, kind);
	ac_wire_add_text(&role->waiting, bytes);
	return role->waiting.failed ? ac_fail(err, ACCORD_ENOMEM, "no memory for records that wait") : 0;
}

static int
on_record(void *payload, const ac_record *record, ac_place place, accord_err *err)
{
	parse_role *role = payload;
	int rc;

	ac_buf_reset(&role->frame);
	rc = ac_record_pack(record, &role->frame, err);
	return rc < 0 ? rc : give(role, AC_WIRE_RECORD, err);
}

static int
on_row(void *payload, const ac_row *row, ac_place place, accord_err *err)
{
	parse_role *role = payload;
	int rc;

	ac_buf_reset(&role->frame);
	rc = ac_row_pack(row, &role->frame, err);
	return rc < 0 ? rc : give(role, AC_WIRE_ROW, err);
}

static int
on_refused(void *payload, const char *reason, const accord_err *what)
{
	parse_role *role = payload;
	accord_err err = { 0 };
	int rc;

	role->last = *what;
	if (role->muted)
		return 0;
	ac_buf_reset(&role->frame);
	ac_wire_add_refused(&role->frame, reason, what);
	rc = send_frame(role, AC_WIRE_REFUSED, &err);
	if (rc < 0)
		return rc;
	role->stopped = role->strict;
	return role->strict ? ACCORD_EINPUT : 0;
}

/* A place that cannot be kept is a place less in the report, no more. */
static void
keep_place(parse_role *role, const char *kind, const ac_repaired_at *at)
{
	const ac_wire_repaired repaired = { ac_str_from(kind), at->place.line, at->place.column, at->place.byte,
		ac_str_slice(at->id, 0, REPAIRED_ID_MAX) };

	if (role->repaired_count == AC_REPORT_PLACES_MAX)
		return;
	ac_buf_reset(&role->frame);
	ac_wire_add_repaired(&role->frame, &repaired);
	if (role->frame.failed || role->repaired.failed)
		return;
	ac_wire_add_text(&role->repaired, ac_buf_view(&role->frame));
	role->repaired_count++;
}

static void
on_repair(void *payload, const char *kind, const ac_repaired_at *at)
{
	parse_role *role = payload;
	size_t i = 0;

	if (at && at->place.line)
		keep_place(role, kind, at);
	while (i < role->repair_count && strcmp(role->repairs[i].kind, kind) != 0)
		i++;
	if (i == REPAIR_KINDS_MAX)
		return; /* more kinds than readers know: a programmer's mistake, not the input's */
	if (i == role->repair_count) {
		role->repairs[i].kind = kind;
		role->repairs[i].count = 0;
		role->repair_count++;
	}
	role->repairs[i].count++;
}

static int
on_producer(void *payload, ac_str name, accord_err *err)
{
	parse_role *role = payload;
	int rc;

	if (role->ignores_producer)
		return 0;
	rc = send(role, AC_WIRE_PRODUCER, name, err);
	return rc < 0 || !role->waits_for_producer ? rc : send_waiting(role, err);
}

static int
on_listed(void *payload, ac_str uuid, int64_t timestamp, accord_err *err)
{
	parse_role *role = payload;

	ac_buf_reset(&role->frame);
	ac_wire_add_u64(&role->frame, (uint64_t)timestamp);
	ac_wire_add_text(&role->frame, uuid);
	return send_frame(role, AC_WIRE_LISTED, err);
}

static ac_reader_sink
sink_of(parse_role *role)
{
	return (ac_reader_sink){ .on_record = on_record,
		.on_row = on_row,
		.on_refused = on_refused,
		.on_repair = on_repair,
		.on_producer = on_producer,
		.on_listed = on_listed,
		.payload = role };
}

/* ---- one input ---- */

static int
choose_reader(parse_role *role, accord_err *err)
{
	ac_reader_sink sink = sink_of(role);
	ac_str head = ac_buf_view(&role->head);

	if (!role->kind)
		role->kind = ac_reader_detect(head);
	if (!role->kind) {
		if (head.n == 0)
			return ac_refuse_text(
			    &sink, AC_REFUSED_EMPTY, (ac_place){ 1, 1, 0 }, "want records, got nothing at all");
		(void)ac_refuse_text(&sink, AC_REFUSED_UNKNOWN_KIND, (ac_place){ 1, 1, 0 },
		    "no reader knows what this is; --as says it");
		return ac_fail(err, ACCORD_EINPUT, "no reader knows what this is; --as says it");
	}
	role->waits_for_producer = role->kind->names_producer && role->options.producer.n == 0;
	ac_buf_init(&role->waiting, PRODUCER_HELD_MAX + AC_KIB);
	role->reader = role->kind->open(&role->options, &sink);
	if (!role->reader)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for a reader");
	if (send(role, AC_WIRE_KIND, ac_str_from(role->kind->name), err) < 0)
		return ACCORD_EIO;
	return role->kind->feed(role->reader, head, err);
}

/* Plain bytes: to the reader, or to the head from which the reader is chosen. */
static int
on_plain(void *payload, ac_str bytes, accord_err *err)
{
	parse_role *role = payload;
	int rc = 0;

	role->bytes += bytes.n;
	if (!role->reader) {
		size_t room = AC_DETECT_HEAD_MAX - role->head.n, n = bytes.n < room ? bytes.n : room;

		ac_buf_add(&role->head, ac_str_slice(bytes, 0, n));
		if (role->head.failed)
			return ac_fail(err, ACCORD_ENOMEM, "no memory for an input");
		bytes = ac_str_slice(bytes, n, bytes.n);
		if (role->head.n < AC_DETECT_HEAD_MAX)
			return 0;
		rc = choose_reader(role, err);
	}
	if (rc == 0 && bytes.n)
		rc = role->kind->feed(role->reader, bytes, err);
	role->reader_failed = rc < 0;
	return rc;
}

static void
close_input(parse_role *role)
{
	if (role->kind && role->reader)
		role->reader = role->kind->close(role->reader);
	role->reader = NULL;
	role->inflate = ac_inflate_close(role->inflate);
	ac_buf_done(&role->head);
	ac_buf_done(&role->waiting);
	role->open = false;
}

static void
drop_waiting_reader(parse_role *role)
{
	if (role->waiting_reader)
		role->waiting_reader = role->waiting_kind->close(role->waiting_reader);
}

static int
send_places(parse_role *role, accord_err *err)
{
	ac_wire_cursor cursor = { .rest = ac_buf_view(&role->repaired) };
	int rc = 0;

	while (rc == 0 && cursor.rest.n && !role->repaired.failed)
		rc = send(role, AC_WIRE_REPAIRED, ac_wire_text(&cursor), err);
	ac_buf_reset(&role->repaired);
	role->repaired_count = 0;
	return rc;
}

static int
send_repairs(parse_role *role, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < role->repair_count; i++) {
		ac_buf_reset(&role->frame);
		ac_wire_add_u64(&role->frame, role->repairs[i].count);
		ac_wire_add_text(&role->frame, ac_str_from(role->repairs[i].kind));
		rc = send_frame(role, AC_WIRE_REPAIRS, err);
	}
	role->repair_count = 0;
	return rc < 0 ? rc : send_places(role, err);
}

/* The input is over: what waits, what was repaired, the end. */
static int
end_input(parse_role *role, accord_err *err)
{
	int rc = role->waits_for_producer ? send_waiting(role, err) : 0;

	if (rc == 0)
		rc = send_repairs(role, err);
	ac_buf_reset(&role->frame);
	ac_wire_add_u64(&role->frame, role->bytes);
	if (rc == 0)
		rc = send_frame(role, AC_WIRE_ENDED, err);
	if (rc == 0)
		rc = ac_role_link_flush(role->link, err);
	close_input(role);
	return rc;
}

static const char *
word_of(const parse_role *role, int rc)
{
	if (rc == ACCORD_EINPUT)
		return role->reader_failed ? AC_REFUSED_NOT_JSON : AC_REFUSED_CUT_SHORT;
	return AC_REFUSED_OVER_LIMIT;
}

/* A reader or the decompressor gave up: its reason is told unless it was told already; what came before stays. */
static int
give_up(parse_role *role, int rc, const accord_err *what, accord_err *err)
{
	bool told = role->last.byte == what->byte && strncmp(role->last.text, what->text, sizeof(what->text)) == 0;

	if (role->broken) {
		*err = *what;
		return rc;
	}
	if (!role->stopped && !told)
		(void)on_refused(role, word_of(role, rc), what);
	return end_input(role, err);
}

static int
begin_input(parse_role *role, ac_str bytes, accord_err *err)
{
	ac_wire_begin begin;
	int rc = ac_wire_read_begin(bytes, &begin, err);

	if (rc < 0)
		return rc;
	close_input(role);
	drop_waiting_reader(role);
	ac_buf_reset(&role->names);
	ac_buf_add(&role->names, begin.producer);
	ac_buf_add(&role->names, begin.name);
	if (role->names.failed)
		return ac_fail(err, ACCORD_ENOMEM, "no memory for an input");
	role->options = (ac_reader_options){ .producer = { role->names.p, begin.producer.n },
		.input_name = { role->names.p + begin.producer.n, begin.name.n },
		.now = begin.now,
		.seed = role->seed,
		.repairs_off = begin.repairs_off,
		.links = role->links };
	role->strict = begin.strict;
	role->kind = begin.kind.n ? ac_reader_find(begin.kind) : NULL;
	if (begin.kind.n && !role->kind)
		return ac_fail(err, ACCORD_EUSAGE, "no reader is called '%.*s'", AC_FMT(begin.kind));
	role->open = true;
	role->reader_failed = role->stopped = role->muted = role->waits_for_producer = role->ignores_producer = false;
	role->last = (accord_err){ .byte = UINT64_MAX };
	role->bytes = 0;
	ac_buf_init(&role->head, AC_DETECT_HEAD_MAX);
	role->inflate = ac_inflate_open(on_plain, role);
	return role->inflate ? 0 : ac_fail(err, ACCORD_ENOMEM, "no memory for an input");
}

static int
take_data(parse_role *role, ac_str bytes, accord_err *err)
{
	accord_err what = { 0 };
	int rc;

	if (!role->open)
		return 0;
	rc = ac_inflate_feed(role->inflate, bytes, &what);
	return rc < 0 ? give_up(role, rc, &what, err) : 0;
}

static int
take_end(parse_role *role, bool was_cut, accord_err *err)
{
	accord_err what = { 0 };
	int rc;

	if (!role->open)
		return 0;
	role->muted = was_cut;
	rc = ac_inflate_end(role->inflate, &what);
	if (rc == 0 || was_cut) {
		int reader_rc = role->reader ? 0 : choose_reader(role, &what);

		if (reader_rc == 0 && role->reader)
			reader_rc = role->kind->end(role->reader, &what);
		role->reader_failed = reader_rc < 0;
		rc = reader_rc;
	}
	if (rc == 0 && !was_cut && role->reader && role->kind->again && role->kind->again(role->reader)) {
		role->waiting_reader = role->reader;
		role->waiting_kind = role->kind;
		role->reader = NULL;
		rc = send(role, AC_WIRE_WANTED, (ac_str){ NULL, 0 }, err);
		if (rc < 0)
			return rc;
	}
	return rc < 0 ? give_up(role, rc, &what, err) : end_input(role, err);
}

/* The input comes once more, for the reader that asked for it. */
static int
take_again(parse_role *role, accord_err *err)
{
	if (!role->waiting_reader)
		return ac_fail(err, ACCORD_EINTERNAL, "no reader wants its input again");
	close_input(role);
	role->reader = role->waiting_reader;
	role->kind = role->waiting_kind;
	role->waiting_reader = NULL;
	role->open = true;
	role->reader_failed = role->muted = role->waits_for_producer = false;
	role->last = (accord_err){ .byte = UINT64_MAX };
	role->bytes = 0;
	role->inflate = ac_inflate_open(on_plain, role);
	return role->inflate ? 0 : ac_fail(err, ACCORD_ENOMEM, "no memory for an input");
}

static int
take_finish(parse_role *role, accord_err *err)
{
	ac_reader_sink sink = sink_of(role);
	accord_err what = { 0 };
	int rc;

	close_input(role);
	role->bytes = 0;
	role->strict = role->stopped = role->muted = role->waits_for_producer = role->ignores_producer = false;
	rc = ac_galaxy_links_finish(role->links, &sink, &what);
	return rc < 0 ? give_up(role, rc, &what, err) : end_input(role, err);
}

static int
take_frame(parse_role *role, ac_frame frame, accord_err *err)
{
	switch ((ac_wire_kind)frame.kind) {
	case AC_WIRE_BEGIN:
		return begin_input(role, frame.bytes, err);
	case AC_WIRE_DATA:
		return take_data(role, frame.bytes, err);
	case AC_WIRE_END:
		return take_end(role, false, err);
	case AC_WIRE_CUT:
		return take_end(role, true, err);
	case AC_WIRE_AGAIN:
		return take_again(role, err);
	case AC_WIRE_FINISH:
		return take_finish(role, err);
	case AC_WIRE_KIND:
	case AC_WIRE_PRODUCER:
	case AC_WIRE_RECORD:
	case AC_WIRE_ROW:
	case AC_WIRE_REFUSED:
	case AC_WIRE_REPAIRS:
	case AC_WIRE_REPAIRED:
	case AC_WIRE_WANTED:
	case AC_WIRE_LISTED:
	case AC_WIRE_ENDED:
		break;
	}
	return ac_fail(err, ACCORD_EINTERNAL, "want a frame for the parse role, got kind %u", frame.kind);
}

static int
run(parse_role *role, accord_err *err)
{
	ac_frame frame;
	int rc;

	while ((rc = ac_role_link_next(role->link, &frame, err)) == 0) {
		rc = take_frame(role, frame, err);
		if (rc < 0)
			return rc;
	}
	return rc < 0 ? rc : 0;
}

/* Exit statuses are the program's business; here they only tell the parent's log what happened. */
enum { EXIT_DONE = 0, EXIT_FAILED = 70 };

int
ac_parse_role_main(int fd, bool with_sandbox)
{
	accord_err err = { 0 };
	parse_role *role = calloc(1, sizeof(*role));
	int rc;

	if (!role)
		return EXIT_FAILED;
	role->seed = ac_random_seed(); /* before the rights are gone */
	role->link = ac_role_link_open(fd);
	role->links = ac_galaxy_links_open(role->seed);
	ac_buf_init(&role->names, 64 * AC_KIB);
	ac_buf_init(&role->frame, AC_FRAME_MAX);
	ac_buf_init(&role->repaired, AC_MIB);
	rc = role->link && role->links ? 0 : ACCORD_ENOMEM;
	if (rc == 0 && with_sandbox)
		rc = ac_sandbox_enter(AC_SANDBOX_PARSE, &err);
	if (rc == 0)
		rc = run(role, &err);
	close_input(role);
	drop_waiting_reader(role);
	role->link = ac_role_link_close(role->link);
	role->links = ac_galaxy_links_close(role->links);
	ac_buf_done(&role->names);
	ac_buf_done(&role->frame);
	ac_buf_done(&role->repaired);
	free(role);
	return rc < 0 ? EXIT_FAILED : EXIT_DONE;
}
