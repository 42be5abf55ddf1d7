/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a bus's URL and as a file of properties. What is taken keeps its promises: a group, topics, no NUL, no name that is refused. */
#include <stdlib.h>

#include "base/limits.h"
#include "net/bus_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_url(const ac_bus_url *url)
{
	if (url->group.n == 0 || url->topic_count == 0 || url->brokers.n == 0 || url->topic_count > AC_BUS_TOPICS_MAX)
		abort();
	if (memchr(url->group.p, '\0', url->group.n) || memchr(url->brokers.p, '\0', url->brokers.n))
		abort();
	for (size_t i = 0; i < url->topic_count; i++)
		if (url->topics[i].n == 0 || url->topics[i].p[url->topics[i].n] != '\0' ||
		    ac_str_eq(url->topics[i], url->hits))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ac_str text = { (const char *)data, size };
	ac_bus_properties properties;
	accord_err err = { 0 };
	ac_bus_url url;
	ac_arena arena;

	ac_arena_init(&arena, AC_MIB);
	if (ac_bus_url_parse(text, &arena, &url, &err) == 0)
		check_url(&url);
	if (ac_bus_properties_read(text, &arena, &properties, &err) == 0)
		for (size_t i = 0; i < properties.count; i++)
			if (ac_str_starts(properties.items[i].name, AC_S("plugin.")) ||
			    memchr(properties.items[i].value.p, '\0', properties.items[i].value.n))
				abort();
	ac_arena_done(&arena);
	return 0;
}
