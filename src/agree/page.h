/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A published statement as a page to read and to print, in English and French: one HTML file without scripts, images or anything from elsewhere. What stands on it is what an account says (account.h); the page is signed by
 * nobody and says so.
 */
#ifndef AC_AGREE_PAGE_H
#define AC_AGREE_PAGE_H

#include "agree/account.h"

/* Added to buf. The account must have been published. ACCORD_EUSAGE: it was not, or not everybody may read it. */
int ac_account_page(const ac_account *account, ac_buf *buf, accord_err *err) AC_CHECKED;

#endif
