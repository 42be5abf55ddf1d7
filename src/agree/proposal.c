/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures of several copies of one text, and accepted versions on disk. Knows nothing of whether the signatures are right. */
#include "agree/proposal.h"

#include <stdio.h>

#include "agree/log_files.h"
#include "base/limits.h"
#include "sys/file.h"

int
ac_proposal_parse(ac_str bytes, ac_arena *arena, ac_note *out, accord_err *err)
{
	int rc;

	if (!ac_str_ends(bytes, AC_S("\n\n")) || bytes.n < 3)
		return ac_note_parse(bytes, arena, out, err);
	rc = ac_note_check_text(bytes, err);
	if (!rc)
		*out = (ac_note){ .text = ac_str_slice(bytes, 0, bytes.n - 1) };
	return rc;
}

static bool
has_line(const ac_note *note, size_t count, ac_str line)
{
	for (size_t i = 0; i < count; i++)
		if (ac_str_eq(note->signatures[i].line, line))
			return true;
	return false;
}

int
ac_proposal_merge(ac_buf *buf, const ac_note *a, const ac_note *b, accord_err *err)
{
	if (!ac_str_eq(a->text, b->text))
		return ac_fail(err, ACCORD_EUSAGE, "want signatures of the same text, got another text");
	ac_buf_add(buf, a->text);
	ac_buf_add_byte(buf, '\n');
	for (size_t i = 0; i < a->count; i++)
		if (!has_line(a, i, a->signatures[i].line))
			ac_buf_add(buf, a->signatures[i].line);
	for (size_t i = 0; i < b->count; i++)
		if (!has_line(a, a->count, b->signatures[i].line) && !has_line(b, i, b->signatures[i].line))
			ac_buf_add(buf, b->signatures[i].line);
	return 0;
}

int
ac_chain_save(const ac_chain *chain, const char *dir, accord_err *err)
{
	char path[AC_PATH_MAX], name[48];
	int rc = ac_log_path(dir, "charter", path, err);

	if (!rc)
		rc = ac_dir_make(path, err);
	for (unsigned i = 0; !rc && i < chain->count; i++) {
		const ac_chain_version *v = chain->versions[i];
		ac_file_id id;

		(void)snprintf(name, sizeof(name), "charter/%llu.note", (unsigned long long)v->charter.version);
		rc = ac_log_path(dir, name, path, err);
		if (!rc && !ac_file_look(path, &id))
			rc = ac_file_replace(path, v->bytes, 0600, err);
	}
	return rc;
}
