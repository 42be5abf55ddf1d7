/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key of the registry and the name of one of its values in one field: Sysmon's TargetObject where a value was set, ECS's registry.path. STIX has them apart (windows-registry-key: key,
 * values[*].name). Taken apart only where the record says that both stand there: a field has the value's name, or the kind of event is one of values.
 */
#include "watch/logs/logs.h"

/* Sysmon's events 12 to 14 by their kind: numbers alone do not tell, 12 and 14 are of keys and of values. */
static bool
is_about_value(const ac_log_record *record)
{
	static const ac_str kinds[] = { AC_S_INIT("SetValue"), AC_S_INIT("DeleteValue"), AC_S_INIT("RenameValue") };

	if (!(record->roles & AC_ROLE_BIT(AC_FIELD_EVENT_KIND)))
		return false;
	for (size_t i = 0; i < record->count; i++)
		for (size_t k = 0; record->fields[i].role == AC_FIELD_EVENT_KIND && k < AC_COUNT(kinds); k++)
			if (ac_str_eq_fold(ac_str_trim(record->fields[i].raw), kinds[k]))
				return true;
	return false;
}

static bool
is_target_object(ac_str name)
{
	static const ac_str last = AC_S_INIT("TargetObject");
	size_t at = name.n - last.n;

	return name.n >= last.n && ac_str_eq_fold(ac_str_slice(name, at, name.n), last) &&
	       (at == 0 || !ac_is_alnum(name.p[at - 1]));
}

/* The record's name of a value that `text` ends with; empty when it has none. */
static ac_str
told_name(const ac_log_record *record, ac_str text, ac_arena *arena)
{
	for (size_t i = 0; (record->roles & AC_ROLE_BIT(AC_FIELD_REGISTRY_VALUE)) && i < record->count; i++) {
		const ac_log_field *f = &record->fields[i];
		ac_str name;

		if (f->role != AC_FIELD_REGISTRY_VALUE)
			continue;
		name = ac_log_value(f, arena);
		if (name.n > 0 && name.n <= text.n && ac_str_eq_fold(ac_str_slice(text, text.n - name.n, text.n), name))
			return name;
	}
	return (ac_str){ NULL, 0 };
}

bool
ac_log_is_registry_value(const ac_log_record *record, const ac_log_field *field, ac_str name, ac_arena *arena)
{
	if (field->role != AC_FIELD_REGISTRY_KEY || name.n == 0)
		return false;
	if (told_name(record, name, arena).n == name.n)
		return true;
	return ac_str_find_byte(name, '\\') == name.n && is_target_object(field->name) && is_about_value(record);
}

size_t
ac_log_registry_key_size(const ac_log_record *record, const ac_log_field *field, ac_str text, ac_arena *arena)
{
	size_t at = text.n - told_name(record, text, arena).n;

	if (at == text.n || at == 0 || text.p[at - 1] != '\\')
		for (at = text.n; at > 0 && text.p[at - 1] != '\\'; at--)
			;
	if (at < 2 || !ac_log_is_registry_value(record, field, ac_str_slice(text, at, text.n), arena))
		return text.n;
	return at - 1;
}
