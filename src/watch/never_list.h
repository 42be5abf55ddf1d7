/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The operator's own never-list: values that are no hit, whoever lists them. Unlike what never.c refuses it is asked at the hit, so that what it holds back is counted, and a changed list needs no
 * new index. Knows nothing of files.
 */
#ifndef AC_WATCH_NEVER_LIST_H
#define AC_WATCH_NEVER_LIST_H

#include "base/map.h"
#include "values/value.h"

typedef struct ac_never_list ac_never_list;

/*
 * Read a list: one value a line, defanged or not, comments as in plain lists (ac_value_line). A value whose type cannot be told from it stands behind the type's name and a comma
 * ("mutex,abc12"). seed: random. ACCORD_EINPUT with its line when one is no value that telemetry holds, ACCORD_ELIMIT over AC_NEVER_VALUES_MAX. text need not outlive the list.
 */
int ac_never_list_read(ac_str text, ac_hash_seed seed, ac_never_list **out, accord_err *err) AC_CHECKED;
ac_never_list *ac_never_list_close(ac_never_list *list); /* takes NULL, returns NULL */
size_t ac_never_list_count(const ac_never_list *list);   /* distinct values */
/*
 * Whether the list has a value, in canonical text, as an indicator would: a domain also with all names below it, a range with all addresses in it, everything else itself alone. A URL, an e-mail
 * address or a path is a value of its own, whatever host or name is in it. From any thread.
 */
bool ac_never_list_has(const ac_never_list *list, ac_value_type type, ac_str text);

#endif
