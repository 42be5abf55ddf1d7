/* SPDX-License-Identifier: Apache-2.0 */
/* accord watch --follow: hits are shown as they come, and what is learned meanwhile is watched too. */
#include "app/app.h"
#include "app/watch_command.h"
#include "sys/log.h"
#include "sys/os.h"
#include "watch/follow.h"

/* How often the store is asked whether it has moved on, in seconds. */
#define ASK_EVERY 0.5

static ac_time
now_of(void *payload)
{
	return ac_app_now(((ac_watching *)payload)->app);
}

static void
on_block(void *payload)
{
	ac_app_flush(((ac_watching *)payload)->app);
}

/* The index of the store as it is now; when that cannot be made, the one before stays. */
static const ac_index *
index_now(void *payload)
{
	ac_watching *w = payload;
	double now = ac_clock_monotonic();
	accord_err err = { 0 };
	int64_t generation;
	ac_index *index;

	if (now - w->generation_asked < ASK_EVERY)
		return w->index;
	w->generation_asked = now;
	if (ac_store_generation(w->store, &generation, &err) || generation == ac_index_generation(w->index))
		return w->index;
	if (ac_watching_load_index(w, &index, &err)) {
		ac_log_error(NULL, &err);
		return w->index;
	}
	ac_index_close(w->index_before);
	w->index_before = w->index;
	w->index = index;
	return w->index;
}

int
ac_watching_follow(ac_watching *w, accord_err *err)
{
	ac_follow_options options = {
		.run = &w->run, .now = now_of, .index = index_now, .on_block = on_block, .line_wait_s = w->line_wait_s
	};

	ac_watching_connect(w);
	return ac_watch_follow(w->index, w->args->operands, (size_t)w->args->operand_count, &options, &w->totals, err);
}
