/* SPDX-License-Identifier: Apache-2.0 */
/* What lifting a 2.0 object changes, shown: for people a line a change, with --json one object (accord.lift/1). */
#ifndef AC_APP_LIFT_REPORT_H
#define AC_APP_LIFT_REPORT_H

#include "app/command.h"
#include "codec/json_stream.h"

/* object is one of STIX 2.0 from `path` at `place`. Nothing is printed when nothing changes. Negative when it cannot be lifted. */
int ac_lift_report(
    ac_app *app, const char *path, const ac_json *object, ac_place place, ac_arena *arena, accord_err *err) AC_CHECKED;

#endif
