/* SPDX-License-Identifier: Apache-2.0 */
/* Filters one behind another: inflate, archive, for members inflate again, UTF-16. */
#include "watch/input.h"

#include <stdlib.h>

#include "base/limits.h"
#include "codec/archive.h"
#include "codec/utf16.h"

struct ac_input {
	ac_input_sink sink;
	ac_inflate *outer;
	ac_archive *archive;
	ac_inflate *inner; /* of the member at hand */
	accord_err broken; /* code: why the rest of the member is passed over */
	ac_utf16 text;
	uint64_t in, out; /* bytes of the input, and of all its texts */
	bool sink_failed, has_failed;
};

static int
from_sink(ac_input *i, int rc)
{
	i->sink_failed |= rc < 0;
	return rc < 0 ? rc : 0;
}

static int
on_text(void *payload, ac_str bytes, accord_err *err)
{
	ac_input *i = payload;
	uint64_t out = i->out + bytes.n;

	/* Each member, and what they stand in, has kept its ceiling: a million small bombs have not. */
	if (i->inner && out > AC_INFLATE_RATIO_FLOOR && out / AC_INFLATE_RATIO_MAX > i->in)
		return ac_fail(err, ACCORD_ELIMIT,
		    "want a compression ratio of at most %d:1 in all, the input has more", AC_INFLATE_RATIO_MAX);
	i->out = out;
	return from_sink(i, i->sink.on_bytes(i->sink.payload, bytes, err));
}

static int
on_member_bytes(void *payload, ac_str bytes, accord_err *err)
{
	ac_input *i = payload;

	return ac_utf16_feed(&i->text, bytes, err);
}

static int
on_begin(void *payload, ac_str name, accord_err *err)
{
	ac_input *i = payload;

	ac_utf16_init(&i->text, on_text, i);
	i->broken = (accord_err){ 0 };
	i->inner = ac_inflate_close(i->inner);
	if (name.p) {
		i->inner = ac_inflate_open(on_member_bytes, i);
		if (!i->inner)
			return ac_fail(err, ACCORD_ENOMEM, "no memory to read a member");
	}
	return from_sink(i, i->sink.on_begin(i->sink.payload, name, err));
}

/* A member that cannot be decompressed does not keep others from being read. */
static int
blame_member(ac_input *i, int rc, const accord_err *why, accord_err *err)
{
	if (!rc)
		return 0;
	if (!i->sink_failed && rc != ACCORD_ENOMEM) {
		i->broken = *why;
		return 0;
	}
	if (err)
		*err = *why;
	return rc;
}

static int
on_archive_bytes(void *payload, ac_str bytes, accord_err *err)
{
	ac_input *i = payload;
	accord_err why = { 0 };

	if (!i->inner)
		return ac_utf16_feed(&i->text, bytes, err);
	return i->broken.code ? 0 : blame_member(i, ac_inflate_feed(i->inner, bytes, &why), &why, err);
}

static int
on_end(void *payload, const accord_err *problem, accord_err *err)
{
	ac_input *i = payload;
	accord_err why = { 0 };
	int rc = 0;

	if (i->inner && !i->broken.code)
		rc = blame_member(i, ac_inflate_end(i->inner, &why), &why, err);
	i->inner = ac_inflate_close(i->inner);
	if (!rc)
		rc = ac_utf16_end(&i->text, err);
	if (rc)
		return rc;
	/* What the archive says of the member goes before what came of it. */
	if (!problem && i->broken.code)
		problem = &i->broken;
	return from_sink(i, i->sink.on_end(i->sink.payload, problem, err));
}

static int
on_plain(void *payload, ac_str bytes, accord_err *err)
{
	ac_input *i = payload;

	return ac_archive_feed(i->archive, bytes, err);
}

bool
ac_input_is_packed(ac_str begin)
{
	/* APPNOTE 4.3.7: a member's local header. */
	return ac_inflate_is_packed(begin) || ac_str_starts(begin, AC_S("PK\3\4"));
}

ac_input *
ac_input_open(const ac_input_sink *sink)
{
	ac_input *i = calloc(1, sizeof(*i));

	if (!i)
		return NULL;
	i->sink = *sink;
	i->outer = ac_inflate_open(on_plain, i);
	i->archive = ac_archive_open(&(ac_archive_sink){ on_begin, on_archive_bytes, on_end, i });
	return i->outer && i->archive ? i : ac_input_close(i);
}

ac_input *
ac_input_close(ac_input *i)
{
	if (!i)
		return NULL;
	ac_inflate_close(i->outer);
	ac_inflate_close(i->inner);
	ac_archive_close(i->archive);
	free(i);
	return NULL;
}

int
ac_input_feed(ac_input *i, ac_str bytes, accord_err *err)
{
	int rc;

	i->in += bytes.n;
	rc = ac_inflate_feed(i->outer, bytes, err);
	i->has_failed |= rc != 0;
	return rc;
}

bool
ac_input_take_room(ac_input *i, ac_str bytes, char **room)
{
	return (i->inner && ac_inflate_take_room(i->inner, bytes, room)) || ac_inflate_take_room(i->outer, bytes, room);
}

int
ac_input_end(ac_input *i, accord_err *err)
{
	accord_err told = { 0 };
	int rc, broken = 0;

	if (i->sink_failed)
		return 0;
	if (!i->has_failed)
		broken = ac_inflate_end(i->outer, err);
	if (i->sink_failed)
		return broken;
	if (!i->has_failed && !broken)
		return ac_archive_end(i->archive, err);
	/* The failure has been told: what it has left of an archive needs no words of its own. */
	rc = ac_archive_end(i->archive, &told);
	if (!rc || (!i->sink_failed && rc != ACCORD_ENOMEM))
		return broken;
	if (err)
		*err = told;
	return rc;
}

bool
ac_input_sink_failed(const ac_input *i)
{
	return i->sink_failed;
}
