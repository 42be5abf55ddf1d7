/* SPDX-License-Identifier: Apache-2.0 */
/* inotify on folders, poll on pipes, and the flag that SIGINT and SIGTERM set. Knows nothing of what the folders are for. */
#include "sys/notify.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/str.h"

#define CONTENT (IN_MODIFY | IN_CLOSE_WRITE)
#define ENTRIES (IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB)

struct ac_notify {
	int fd; /* -1: none */
	int *watches;
	size_t count, capacity;
	struct pollfd *polls; /* the inotify descriptor, then the pipes */
	size_t poll_capacity;
	char events[64 * (sizeof(struct inotify_event) + NAME_MAX + 1)]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
};

ac_notify *
ac_notify_open(bool with_inotify)
{
	ac_notify *n = calloc(1, sizeof(*n));

	if (n)
		n->fd = with_inotify ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;
	return n;
}

ac_notify *
ac_notify_close(ac_notify *n)
{
	if (!n)
		return NULL;
	if (n->fd >= 0)
		(void)close(n->fd);
	free(n->watches);
	free(n->polls);
	free(n);
	return NULL;
}

int
ac_notify_add(ac_notify *n, const char *folder)
{
	int watch = n->fd < 0 ? -1 : inotify_add_watch(n->fd, folder, CONTENT | ENTRIES | IN_ONLYDIR);

	if (watch < 0)
		return -1;
	for (size_t i = 0; i < n->count; i++)
		if (n->watches[i] == watch)
			return (int)i;
	if (n->count == n->capacity) {
		size_t capacity = n->capacity ? 2 * n->capacity : 16;
		int *watches = realloc(n->watches, capacity * sizeof(*watches));

		if (!watches)
			return -1;
		n->watches = watches;
		n->capacity = capacity;
	}
	n->watches[n->count] = watch;
	return (int)n->count++;
}

static void
tell(const ac_notify *n, const struct inotify_event *event, ac_on_change on, void *payload)
{
	size_t low = 0, high = n->count;

	if (event->mask & IN_Q_OVERFLOW) {
		on(payload, -1, "", AC_CHANGE_LOST);
		return;
	}
	/* The kernel counts watches up: they are sorted. */
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (n->watches[middle] < event->wd)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < n->count && n->watches[low] == event->wd)
		on(payload, (int)low, event->len ? event->name : "",
		    event->mask & CONTENT ? AC_CHANGE_CONTENT : AC_CHANGE_ENTRIES);
}

static void
tell_all(ac_notify *n, ac_on_change on, void *payload)
{
	ssize_t got;

	while ((got = read(n->fd, n->events, sizeof(n->events))) > 0)
		for (const char *p = n->events; p < n->events + got;) {
			const struct inotify_event *event = (const void *)p;

			tell(n, event, on, payload);
			p += sizeof(*event) + event->len;
		}
}

/* Room to poll the pipes; without memory they are not polled, and the timeout has to do. */
static size_t
prepare_polls(ac_notify *n, const int *fds, size_t count)
{
	if (n->poll_capacity < count + 1) {
		struct pollfd *polls = realloc(n->polls, (count + 1) * sizeof(*polls));

		if (!polls)
			return 0;
		n->polls = polls;
		n->poll_capacity = count + 1;
	}
	n->polls[0] = (struct pollfd){ .fd = n->fd, .events = POLLIN };
	for (size_t i = 0; i < count; i++)
		n->polls[i + 1] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	return count + 1;
}

void
ac_notify_wait(
    ac_notify *n, const int *fds, size_t count, bool *out_ready, int timeout_ms, ac_on_change on, void *payload)
{
	size_t polled = prepare_polls(n, fds, count);
	int got = poll(n->polls, (nfds_t)polled, timeout_ms);

	for (size_t i = 0; i < count; i++)
		out_ready[i] = polled && got > 0 && n->polls[i + 1].revents != 0;
	if (n->fd >= 0)
		tell_all(n, on, payload);
}

/* Set in a signal handler: the one thing of the process that has no owner. */
static volatile sig_atomic_t stop_asked;

static void
ask_stop(int number)
{
	(void)number;
	stop_asked = 1;
}

void
ac_stop_catch(void)
{
	/* No SA_RESTART: waiting ends. */
	struct sigaction action = { .sa_handler = ask_stop, .sa_flags = (int)SA_RESETHAND };

	(void)sigemptyset(&action.sa_mask);
	stop_asked = 0;
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

bool
ac_stop_asked(void)
{
	return stop_asked != 0;
}
