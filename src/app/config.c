/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the configuration file. An unknown section or key is an error, not a shrug: a mistyped setting must not silently be
 * the default. Knows nothing of files; the caller loads the text.
 */
#include "app/config.h"

#include "base/err.h"

const ac_setting ac_settings[] = {
	{ "store", "db", "where the store is: a folder, or sqlite:PATH (--db wins)", offsetof(ac_config, store_db),
	    false, false },
	{ "learn", "from", "producer of what is learned without --from", offsetof(ac_config, learn_from), false,
	    false },
	{ "learn", "tlp", "TLP of what producers send without one, where none is set for them yet",
	    offsetof(ac_config, learn_tlp), false, false },
	{ "learn", "no-repair", "repairs that are left out, as with --no-repair", offsetof(ac_config, learn_no_repair),
	    false, false },
	{ "source \"NAME\"", "tlp", "TLP of what the producer NAME sends without one", offsetof(ac_config_source, tlp),
	    false, false },
	{ "know", "lang", "language of pages, where somebody has translated the objects (--lang wins)",
	    offsetof(ac_config, know_lang), false, false },
	{ "learn", "sandbox", "yes or no: readers run without rights", offsetof(ac_config, learn_sandbox), true, true },
	{ "watch", "min-confidence",
	    "0 to 100: matches of indicators that say a lower confidence are held back (--min-confidence wins)",
	    offsetof(ac_config, watch_min_confidence), false, false },
	{ "watch", "never", "file of values that are never reported, whoever lists them (--never wins)",
	    offsetof(ac_config, watch_never), false, false },
	{ "retro", "days", "days of which what was watched is remembered (default 365)",
	    offsetof(ac_config, retro_days), false, false },
	{ "retro", "bytes", "bytes that all of it may take; the oldest 16 days go first (default 4 GiB; 0: no limit)",
	    offsetof(ac_config, retro_bytes), false, false },
	{ "retro", "per-day", "different values of one day that are remembered (default 1000000)",
	    offsetof(ac_config, retro_per_day), false, false },
	{ "watch", "remember", "yes or no: the values of all records are remembered for --retro",
	    offsetof(ac_config, watch_remember), true, false },
	{ "kafka", "properties",
	    "file of properties (name = value) for accord watch kafka://...: TLS, SASL, sizes and times, as librdkafka "
	    "names them",
	    offsetof(ac_config, kafka_properties), false, false },
	{ "agree", "dir", "the member's folder of logs, notes and charters (--dir wins)",
	    offsetof(ac_config, agree_dir), false, false },
	{ "watch", "record", "yes or no: hits are kept as sightings", offsetof(ac_config, watch_record), true, true },
	{ 0 },
};

void
ac_config_defaults(ac_config *config)
{
	*config = (ac_config){ 0 };
	for (const ac_setting *s = ac_settings; s->section; s++)
		if (s->is_switch)
			*(bool *)((char *)config + s->offset) = s->initial;
}

/* The NAME of the section source "NAME"; {NULL, 0} for other sections. */
static ac_str
source_name(ac_str section)
{
	static const ac_str begin = AC_S_INIT("source \"");

	if (!ac_str_starts(section, begin) || section.n < begin.n + 2 || section.p[section.n - 1] != '"')
		return (ac_str){ NULL, 0 };
	return ac_str_slice(section, begin.n, section.n - 1);
}

static const ac_setting *
find_setting(ac_str section, ac_str key)
{
	if (source_name(section).p)
		section = AC_S("source \"NAME\"");
	for (const ac_setting *s = ac_settings; s->section; s++)
		if (ac_str_eq(section, ac_str_from(s->section)) && ac_str_eq(key, ac_str_from(s->key)))
			return s;
	return NULL;
}

/* What the settings of a section are written into. NULL without memory. */
static void *
target_of(ac_str section, ac_arena *arena, ac_config *config)
{
	ac_str name = source_name(section);
	ac_config_source *source = config->sources;

	if (!name.p)
		return config;
	while (source && !ac_str_eq(source->name, name))
		source = source->next;
	if (source)
		return source;
	source = ac_arena_zalloc(arena, 1, sizeof(*source));
	if (source) {
		source->name = ac_arena_str(arena, name);
		source->next = config->sources;
		config->sources = source;
	}
	return source;
}

static int
set(const ac_setting *s, ac_str value, uint64_t line, ac_arena *arena, void *target, accord_err *err)
{
	ac_str copy;

	if (!target)
		return ac_arena_check(arena, err);
	if (s->is_switch) {
		bool yes = ac_str_eq(value, AC_S("yes"));

		if (!yes && !ac_str_eq(value, AC_S("no")))
			return ac_fail_at(
			    err, ACCORD_EUSAGE, line, 1, 0, "%s: want yes or no, got '%.*s'", s->key, AC_FMT(value));
		*(bool *)((char *)target + s->offset) = yes;
		return 0;
	}
	copy = ac_arena_str(arena, value);
	*(const char **)((char *)target + s->offset) = copy.p;
	return ac_arena_check(arena, err);
}

static int
read_line(ac_str text, uint64_t line, ac_str *section, ac_arena *arena, ac_config *config, accord_err *err)
{
	ac_str rest = text, key;
	const ac_setting *setting;

	if (text.n == 0 || text.p[0] == '#' || text.p[0] == ';')
		return 0;
	if (text.p[0] == '[') {
		if (text.p[text.n - 1] != ']')
			return ac_fail_at(err, ACCORD_EUSAGE, line, text.n, 0, "want ']' at the end of a section");
		*section = ac_str_trim(ac_str_slice(text, 1, text.n - 1));
		return 0;
	}
	if (!ac_str_cut(&rest, '=', &key))
		return ac_fail_at(err, ACCORD_EUSAGE, line, 1, 0, "want 'key = value', got '%.*s'", AC_FMT(text));
	key = ac_str_trim(key);
	setting = find_setting(*section, key);
	if (!setting)
		return ac_fail_at(err, ACCORD_EUSAGE, line, 1, 0, "want a known setting, got '%.*s' in [%.*s]",
		    AC_FMT(key), AC_FMT(*section));
	return set(setting, ac_str_trim(rest), line, arena, target_of(*section, arena, config), err);
}

int
ac_config_read(ac_str text, ac_arena *arena, ac_config *config, accord_err *err)
{
	ac_str section = { "", 0 }, line;
	uint64_t number = 0;

	while (ac_str_next_field(&text, '\n', &line)) {
		int rc = read_line(ac_str_trim(line), ++number, &section, arena, config, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}
