/* SPDX-License-Identifier: Apache-2.0 */
/* A folder that is written whole or not at all: it stands under another name beside its place until everything in it is on disk. */
#ifndef AC_SYS_NEW_FOLDER_H
#define AC_SYS_NEW_FOLDER_H

#include "base/err.h"

typedef struct ac_new_folder ac_new_folder;

/* ACCORD_EUSAGE: there is something at path, and it is no empty folder. */
int ac_new_folder_open(const char *path, ac_new_folder **out, accord_err *err) AC_CHECKED;
/* A file of it, durable; name: "a/b" with the folders that it needs, each part of ASCII letters, digits and "-_.+" and none beginning with a dot (else ACCORD_EUSAGE, as is a name given twice). */
int ac_new_folder_add(ac_new_folder *folder, const char *name, ac_str bytes, accord_err *err) AC_CHECKED;
/* The folder takes its name; durable. Frees it, also on failure, which leaves nothing. */
int ac_new_folder_commit(ac_new_folder *folder, accord_err *err) AC_CHECKED;
ac_new_folder *ac_new_folder_abandon(ac_new_folder *folder); /* takes NULL, returns NULL */

#endif
