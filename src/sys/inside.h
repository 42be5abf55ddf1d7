/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading in a folder that somebody else has filled. Below it no link is followed and nothing is left by "..", nothing waits (a FIFO), and nothing but a regular file is read. The folder itself is
 * named by the operator, links and all.
 */
#ifndef AC_SYS_INSIDE_H
#define AC_SYS_INSIDE_H

#include "base/buf.h"
#include "base/err.h"

/*
 * The file `name` ("a/b/c", relative) below folder, at most max bytes of it, added to buf. ACCORD_ENOTFOUND: it is not there, or the folder is not. ACCORD_ELIMIT: it is larger. ACCORD_EDENIED: a link or
 * something else that is no file is in its place, or the name leaves the folder. Errors name folder and name.
 */
int ac_inside_load(const char *folder, const char *name, size_t max, ac_buf *buf, accord_err *err) AC_CHECKED;
/*
 * Names of the entries of the folder `name` below folder ("." for itself), in no order, without those that begin with a dot; on_name: negative stops. At most max: ACCORD_ELIMIT. A folder that is not there has none.
 */
int ac_inside_list(const char *folder, const char *name, size_t max,
    int (*on_name)(void *payload, const char *name, accord_err *err), void *payload, accord_err *err) AC_CHECKED;

#endif
