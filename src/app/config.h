/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file: "[section]" and "key = value" lines, checked against one table of settings. */
#ifndef AC_APP_CONFIG_H
#define AC_APP_CONFIG_H

#include "base/arena.h"

/* [source "NAME"]: what holds for one producer. */
typedef struct ac_config_source {
	ac_str name;
	const char *tlp; /* a level's name; NULL: not set */
	struct ac_config_source *next;
} ac_config_source;

/* The settings. Texts are NULL when not set. */
typedef struct ac_config {
	const char *store_db;             /* [store] db */
	const char *learn_from;           /* [learn] from */
	const char *learn_tlp;            /* [learn] tlp */
	const char *learn_no_repair;      /* [learn] no-repair */
	const char *know_lang;            /* [know] lang */
	const char *kafka_properties;     /* [kafka] properties */
	bool learn_sandbox;               /* [learn] sandbox = yes|no */
	const char *retro_days;           /* [retro] days */
	const char *retro_bytes;          /* [retro] bytes */
	const char *retro_per_day;        /* [retro] per-day */
	bool watch_remember;              /* [watch] remember = yes|no */
	bool watch_record;                /* [watch] record = yes|no */
	const char *watch_min_confidence; /* [watch] min-confidence */
	const char *watch_never;          /* [watch] never */
	const char *agree_dir;            /* [agree] dir */
	ac_config_source *sources;        /* in no order */
} ac_config;

/* One row of the table of settings, also printed in the man page. */
typedef struct ac_setting {
	const char *section;
	const char *key;
	const char *help;
	size_t offset;  /* into ac_config; into ac_config_source for the section source "NAME" */
	bool is_switch; /* yes or no; else text */
	bool initial;   /* of a switch */
} ac_setting;
extern const ac_setting ac_settings[]; /* ended by a NULL section */

void ac_config_defaults(ac_config *config);
/* Read text into config; texts live in arena. Errors have line and column. */
int ac_config_read(ac_str text, ac_arena *arena, ac_config *config, accord_err *err) AC_CHECKED;

#endif
