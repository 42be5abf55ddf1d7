/* SPDX-License-Identifier: Apache-2.0 */
/* A sink in front of a sink: lines before the part are added, ends of parts are gathered. */
#include "watch/run_merge.h"

#include "base/limits.h"

void
ac_run_merge_init(ac_run_merge *m, const ac_run_sink *to)
{
	*m = (ac_run_merge){ .to = to };
	ac_buf_init(&m->name, 3 * AC_PATH_MAX);
	m->witnesses = ac_vec_of(sizeof(ac_witness), AC_WATCH_MATCHES_MAX);
}

void
ac_run_merge_done(ac_run_merge *m)
{
	ac_buf_done(&m->name);
	ac_vec_done(&m->witnesses);
}

static int
on_hit(void *payload, const ac_hit *hit, accord_err *err)
{
	ac_run_merge *m = payload;
	ac_hit moved = *hit;

	moved.line += m->text.counts.lines;
	m->witnesses.n = 0;
	for (size_t i = 0; i < hit->witness_count; i++) {
		ac_witness *w = ac_vec_add(&m->witnesses);

		if (!w)
			return ac_vec_check(&m->witnesses, "witnesses of a hit", err);
		*w = hit->witnesses[i];
		w->line += m->text.counts.lines;
	}
	if (hit->witness_count)
		moved.witnesses = m->witnesses.p;
	return m->to->on_hit(m->to->payload, &moved, err);
}

static int
on_held_back(void *payload, const ac_held_back *held, accord_err *err)
{
	ac_run_merge *m = payload;
	ac_held_back moved = *held;

	moved.line += m->text.counts.lines;
	return m->to->on_held_back(m->to->payload, &moved, err);
}

static int
on_problem(void *payload, const char *path, const accord_err *what, accord_err *err)
{
	ac_run_merge *m = payload;

	m->has_failed = true;
	return m->to->on_problem(m->to->payload, path, what, err);
}

static int
on_text(void *payload, const ac_run_text *text, accord_err *err)
{
	ac_run_merge *m = payload;

	if (!m->has_text) {
		m->has_text = true;
		m->text.inode = text->inode;
		m->text.prefix = (ac_str){ m->prefix, text->prefix.n };
		if (text->prefix.n)
			memcpy(m->prefix, text->prefix.p, text->prefix.n);
		ac_buf_add(&m->name, text->name);
		ac_buf_add_byte(&m->name, '\0');
		m->text.name = (ac_str){ m->name.p, text->name.n };
	}
	ac_watch_counts_add(&m->text.counts, &text->counts);
	return ac_buf_finish(&m->name, &(ac_str){ NULL, 0 }, err);
}

static int
on_block(void *payload, const char *path, uint64_t done, accord_err *err)
{
	ac_run_merge *m = payload;

	return m->to->on_block(m->to->payload, path, done, err);
}

ac_run_sink
ac_run_merge_sink(ac_run_merge *m)
{
	return (ac_run_sink){ on_hit, on_held_back, on_problem, on_text, on_block, m };
}

int
ac_run_merge_end(ac_run_merge *m, accord_err *err)
{
	return m->has_text ? m->to->on_text(m->to->payload, &m->text, err) : 0;
}
