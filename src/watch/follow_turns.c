/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is to be read, and for how long: logs that grow faster than they are read delay neither looks nor a stop. Reads nothing itself. */
#include "sys/os.h"
#include "watch/followed.h"

/* Seconds of reading before there is a look at what else has changed, should there be no end. */
#define SLICE 1.0

bool
ac_follow_must_pause(const ac_follower *f)
{
	/* A stop waits for what is queued, but not long. */
	if (f->stop_until > 0)
		return ac_clock_monotonic() > f->stop_until;
	return f->pause_at > 0 && (ac_stop_asked() || ac_clock_monotonic() > f->pause_at);
}

/* What a packed file holds may stand in a plain one of the same log that has more to read. */
static bool
has_queued_kin(const ac_follower *f, const ac_followed *packed)
{
	for (size_t i = 0; i < f->logs.n; i++) {
		const ac_followed *log = ac_follow_log_at(f, i);

		if (log->is_queued && !log->cursor.is_packed &&
		    ac_cursor_same_log(ac_str_from(log->path), ac_str_from(packed->path)))
			return true;
	}
	return false;
}

static int
take_turn(ac_follower *f, ac_followed *log, bool *out_more, accord_err *err)
{
	int rc = ac_follow_read(f, log, false, err);

	*out_more |= log->is_queued;
	return !rc && ac_follow_is_due(f) ? ac_follow_commit(f, err) : rc;
}

/* One turn for each plain log that is queued, from where the last pause was. *out_more: some have more. */
static int
read_plain_ones(ac_follower *f, bool *out_more, accord_err *err)
{
	int rc = 0;

	*out_more = false;
	for (size_t i = 0; !rc && i < f->logs.n; i++) {
		ac_followed *log = ac_follow_log_at(f, f->next_turn++ % f->logs.n);

		if (!log->is_queued || log->cursor.is_packed)
			continue;
		rc = take_turn(f, log, out_more, err);
		if (ac_follow_must_pause(f)) {
			*out_more = true;
			break;
		}
	}
	return rc;
}

static int
read_packed_ones(ac_follower *f, bool *out_more, accord_err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < f->logs.n && !(f->stop_until > 0 && ac_follow_must_pause(f)); i++) {
		ac_followed *log = ac_follow_log_at(f, i);

		if (log->is_queued && log->cursor.is_packed && !ac_follow_is_awaited(f, log) && !has_queued_kin(f, log))
			rc = take_turn(f, log, out_more, err);
	}
	return rc;
}

/* What a packed file holds may stand in a plain one, too, which is read as far as it can be before they are compared. */
int
ac_follow_drain(ac_follower *f, bool with_packed, accord_err *err)
{
	bool more = true;
	int rc = 0;

	f->pause_at = ac_clock_monotonic() + SLICE;
	while (!rc && more) {
		rc = read_plain_ones(f, &more, err);
		if (rc || (more && !ac_follow_must_pause(f)))
			continue;
		if (with_packed)
			rc = read_packed_ones(f, &more, err);
		if (ac_follow_must_pause(f))
			break;
	}
	f->pause_at = 0;
	f->has_more = more;
	return rc;
}
