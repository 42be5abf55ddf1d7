/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of accord agree key: changes of keys between two versions of a charter. */
#ifndef AC_APP_AGREE_KEY_CHANGE_H
#define AC_APP_AGREE_KEY_CHANGE_H

#include "app/agree.h"

/* rotate OLD NEW; compromised KEY; sign FILE: operands behind the word. */
int ac_agree_key_rotate(ac_app *app, const ac_args *args, accord_err *err) AC_CHECKED;
int ac_agree_key_compromised(ac_app *app, const ac_args *args, accord_err *err) AC_CHECKED;
int ac_agree_key_sign(ac_app *app, const ac_args *args, accord_err *err) AC_CHECKED;

#endif
