/* SPDX-License-Identifier: Apache-2.0 */
/* The bus of a program that was built without the bus's library: there is none, and that is said. */
#include "net/bus.h"

bool
ac_bus_is_built(void)
{
	return false;
}

int
ac_bus_open(
    const ac_bus_url *url, const ac_bus_properties *properties, const ac_bus_sink *sink, ac_bus **out, accord_err *err)
{
	(void)url;
	(void)properties;
	(void)sink;
	(void)out;
	return ac_fail(err, ACCORD_EUSAGE, "kafka: this program was built without librdkafka");
}

int
ac_bus_poll(ac_bus *bus, int timeout_ms, size_t max_bytes, bool *out_idle, accord_err *err)
{
	(void)bus;
	(void)timeout_ms;
	(void)max_bytes;
	(void)out_idle;
	(void)err;
	return ACCORD_EINTERNAL;
}

bool
ac_bus_is_at_end(const ac_bus *bus)
{
	(void)bus;
	return true;
}

int
ac_bus_send(ac_bus *bus, ac_str key, ac_str hit, accord_err *err)
{
	(void)bus;
	(void)key;
	(void)hit;
	(void)err;
	return ACCORD_EINTERNAL;
}

int
ac_bus_settle(ac_bus *bus, accord_err *err)
{
	(void)bus;
	(void)err;
	return ACCORD_EINTERNAL;
}

int
ac_bus_keep(ac_bus *bus, accord_err *err)
{
	(void)bus;
	(void)err;
	return ACCORD_EINTERNAL;
}

void
ac_bus_count(const ac_bus *bus, ac_bus_counts *out)
{
	(void)bus;
	*out = (ac_bus_counts){ 0 };
}

ac_bus *
ac_bus_close(ac_bus *bus, accord_err *err)
{
	(void)bus;
	(void)err;
	return NULL;
}
