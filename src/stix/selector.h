/* SPDX-License-Identifier: Apache-2.0 */
/* Selectors of granular markings (STIX 2.1 s7.2.3): "external_references.[0].source_name". */
#ifndef AC_STIX_SELECTOR_H
#define AC_STIX_SELECTOR_H

#include "codec/json.h"

/*
 * The value that selector points to inside object. ACCORD_EINPUT when it has not the form "component.component" with each one a name or "[index]";
 * ACCORD_ENOTFOUND when the object has no such value (false, 0 and "" are values). Linear in the members and items beside the value: *steps (NULL: no matter)
 * is how many of them may still be walked past for all selectors of the object (AC_STIX_STEPS_MAX), ACCORD_ELIMIT when they are used up.
 */
int ac_stix_select(
    const ac_json *object, ac_str selector, uint64_t *steps, const ac_json **out, accord_err *err) AC_CHECKED;

/*
 * Does a granular marking of object, of a language too, select this top-level property or something below it? Then moving it would leave the marking behind. True
 * for every property of an object with more than AC_STIX_SELECTORS_MAX of them.
 */
bool ac_stix_is_selected(const ac_json *object, ac_str property);

#endif
