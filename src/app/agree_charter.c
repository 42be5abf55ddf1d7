/* SPDX-License-Identifier: Apache-2.0 */
/* The coalition as a member's folder has it. */
#include "app/agree_charter.h"

#include "agree/written.h"
#include "base/limits.h"
#include "sys/file.h"
#include "sys/log.h"

/* All versions of a charter, with what is tried of them. */
#define COALITION_ARENA_MAX (256 * AC_MIB)

int
ac_coalition_path(ac_coalition *c, const char *name, const char **out, accord_err *err)
{
	*out = ac_arena_printf(&c->arena, "%s/%s", c->dir, name).p;
	return ac_arena_check(&c->arena, err);
}

int
ac_coalition_open(ac_app *app, const ac_args *args, bool to_write, ac_coalition *out, accord_err *err)
{
	const char *path = NULL;
	int rc = 0;

	*out = (ac_coalition){ .lock = -1 };
	ac_arena_init(&out->arena, COALITION_ARENA_MAX);
	out->warnings.arena = &out->arena;
	ac_chain_init(&out->chain, &out->arena);
	out->dir = ac_agree_dir(app, args, err);
	if (!out->dir)
		return err->code;
	if (to_write) {
		rc = ac_coalition_path(out, "charter", &path, err);
		if (!rc)
			rc = ac_dir_make(path, err);
		if (!rc)
			rc = ac_coalition_path(out, "charter/lock", &path, err);
		if (!rc) {
			out->lock = ac_file_lock(path, err);
			rc = out->lock < 0 ? out->lock : 0;
		}
	}
	if (!rc)
		rc = ac_chain_load(&out->chain, out->dir, &out->warnings, err);
	if (rc == ACCORD_ENOTFOUND) {
		*err = (accord_err){ 0 };
		rc = 0;
	}
	return rc;
}

int
ac_coalition_open_chartered(ac_app *app, const ac_args *args, bool to_write, ac_coalition *out, accord_err *err)
{
	int rc = ac_coalition_open(app, args, to_write, out, err);

	if (!rc && !out->chain.count)
		rc = ac_fail(
		    err, ACCORD_ENOTFOUND, "%s: there is no charter; accord agree charter new makes one", out->dir);
	return rc;
}

void
ac_coalition_close(ac_coalition *c)
{
	if (c->lock >= 0)
		ac_file_unlock(c->lock);
	ac_arena_done(&c->arena);
}

int
ac_coalition_sign(ac_coalition *c, ac_str text, const ac_agree_key *key, ac_note *out, accord_err *err)
{
	ac_str lines;
	ac_buf buf;
	int rc = ac_written_check(text, &c->arena, err);

	if (rc)
		return rc;
	ac_buf_init(&buf, 4 * AC_KIB);
	rc = ac_note_sign(&buf, text, &key->file.vkey, &key->now, 0, err);
	lines = ac_arena_str(&c->arena, ac_buf_view(&buf));
	if (!rc)
		rc = ac_buf_finish(&buf, &(ac_str){ 0 }, err);
	ac_buf_done(&buf);
	if (!rc)
		rc = ac_arena_check(&c->arena, err);
	if (!rc)
		rc = ac_note_parse_signatures(lines, &c->arena, out, err);
	if (!rc)
		out->text = text;
	return rc;
}

void
ac_coalition_warn(const ac_coalition *c)
{
	for (unsigned i = 0; i < c->warnings.count; i++)
		ac_log("%.*s", AC_FMT(c->warnings.items[i]));
}

void
ac_charter_add_members(ac_buf *buf, const ac_charter *c, const bool *flags, bool when)
{
	bool any = false;

	for (unsigned i = 0; i < c->member_count; i++) {
		if (flags[i] != when)
			continue;
		ac_buf_add(buf, any ? AC_S(", ") : AC_S(""));
		ac_buf_add(buf, c->members[i].name);
		any = true;
	}
	if (!any)
		ac_buf_add(buf, AC_S("nobody"));
}
