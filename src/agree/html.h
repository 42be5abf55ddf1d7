/* SPDX-License-Identifier: Apache-2.0 */
/* Text of others on a page of HTML: nothing of it can become an element, a link or an order of characters that is not its own. */
#ifndef AC_AGREE_HTML_H
#define AC_AGREE_HTML_H

#include "base/buf.h"

/* Text as content or as the value of an attribute in double quotes. Controls, characters that show nothing or reorder text, and invalid bytes are written as U+NNNN in brackets. */
void ac_html_add(ac_buf *buf, ac_str text);
/* The same for prose: addresses are defanged, so that no reader makes links of them: "https://a.example/x" is "hxxps[:]//a[.]example/x", "www.a.example" "www[.]a[.]example". */
void ac_html_add_prose(ac_buf *buf, ac_str text);

#endif
