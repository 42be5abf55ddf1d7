/* SPDX-License-Identifier: Apache-2.0 */
/* Selectors of granular markings (STIX 2.1 s7.2.3): "external_references.[0].source_name". */
#ifndef AC_STIX_SELECTOR_H
#define AC_STIX_SELECTOR_H

#include "codec/json.h"

/*
 * The value that selector points to inside object. ACCORD_EINPUT when it has not the form "component.component" with each one a name or "[index]";
 * ACCORD_ENOTFOUND when the object has no such value (false, 0 and "" are values). Linear in the selector.
 */
int ac_stix_select(const ac_json *object, ac_str selector, const ac_json **out, accord_err *err) AC_CHECKED;

/* Does a granular marking of object, of a language too, select this top-level property or something below it? Then moving it would leave the marking behind. */
bool ac_stix_is_selected(const ac_json *object, ac_str property);

#endif
