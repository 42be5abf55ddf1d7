/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping what an answer says as objects of the store. */
#ifndef AC_APP_ATTRIBUTE_KEEP_H
#define AC_APP_ATTRIBUTE_KEEP_H

#include "app/command.h"

/* Who says so on pages. */
#define AC_ATTRIBUTE_PRODUCER "accord attribute"

/* Put the objects of a bundle (ac_answer_stix) into the store, all or none. Sessions on the store must be closed: it is opened for writing. *out_new: how many were not here. */
int ac_attribute_keep(ac_app *app, ac_str bundle, size_t *out_new, accord_err *err) AC_CHECKED;

#endif
