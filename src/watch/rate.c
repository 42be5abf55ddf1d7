/* SPDX-License-Identifier: Apache-2.0 */
/* One moment is kept: when all that was read will be paid for. */
#include "watch/rate.h"

#include <pthread.h>
#include <stdlib.h>

#include "sys/notify.h"
#include "sys/os.h"

#define SHARE 8
#define BLOCK_LEAST 512
/* A sleep is this long at most before a stop is looked for, seconds. */
#define NAP 0.05

struct ac_rate {
	pthread_mutex_t lock;
	double per_second;
	double paid_at; /* monotonic seconds */
};

ac_rate *
ac_rate_open(uint64_t bytes_per_second)
{
	ac_rate *rate = calloc(1, sizeof(*rate));

	if (!rate)
		return NULL;
	if (pthread_mutex_init(&rate->lock, NULL)) {
		free(rate);
		return NULL;
	}
	rate->per_second = (double)bytes_per_second;
	return rate;
}

ac_rate *
ac_rate_close(ac_rate *rate)
{
	if (rate)
		(void)pthread_mutex_destroy(&rate->lock);
	free(rate);
	return NULL;
}

size_t
ac_rate_block(const ac_rate *rate, size_t most)
{
	double share;

	if (!rate)
		return most;
	share = rate->per_second / SHARE;
	if (share >= (double)most)
		return most;
	return share > BLOCK_LEAST ? (size_t)share : BLOCK_LEAST;
}

void
ac_rate_spend(ac_rate *rate, size_t n)
{
	double now = ac_clock_monotonic(), until;

	if (!rate)
		return;
	(void)pthread_mutex_lock(&rate->lock);
	if (rate->paid_at < now - 1.0 / SHARE)
		rate->paid_at = now - 1.0 / SHARE;
	rate->paid_at += (double)n / rate->per_second;
	until = rate->paid_at;
	(void)pthread_mutex_unlock(&rate->lock);
	while (now < until && !ac_stop_asked()) {
		ac_sleep(until - now < NAP ? until - now : NAP);
		now = ac_clock_monotonic();
	}
}
