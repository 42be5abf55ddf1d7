/* SPDX-License-Identifier: Apache-2.0 */
/* Writing one part, value by value. Bytes go to a file beside the part's own name, which appears when all of it is on disk. */
#include "watch/index_format.h"
#include "watch/retro_part.h"

#define WRITE_SIZE (256 * AC_KIB)

static void
put_varint(ac_buf *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		ac_buf_add_byte(out, (char)(value | 0x80));
	ac_buf_add_byte(out, (char)value);
}

static void
put_word(ac_buf *out, uint64_t word)
{
	ac_buf_add(out, (ac_str){ (const char *)&word, sizeof(word) });
}

int
ac_retro_writer_open(ac_retro_writer *w, const char *path, const ac_retro_footer *about, const ac_str *names,
    unsigned name_count, accord_err *err)
{
	int rc = ac_new_file_open(path, 0600, &w->file, err);

	if (rc)
		return rc;
	w->footer = *about;
	w->footer.values = w->footer.blocks = 0;
	memset(w->footer.day_values, 0, sizeof(w->footer.day_values));
	w->at = 0;
	w->block_at = 0;
	w->key_n = 0;
	w->last_sets = 0;
	w->last_set = AC_NONE32;
	ac_buf_init(&w->block, 2 * WRITE_SIZE + 4 * AC_RETRO_KEY_MAX);
	ac_buf_init(&w->index, AC_INDEX_POOL_MAX);
	ac_buf_init(&w->sets, AC_RETRO_SETS_MAX * sizeof(uint64_t));
	ac_buf_init(&w->names, AC_RETRO_NAMES * (AC_RETRO_NAME_MAX + 1) + 8);
	w->footer.name_count = name_count;
	for (unsigned i = 0; i < name_count; i++) {
		ac_str name = ac_str_slice(names[i], 0, AC_RETRO_NAME_MAX);

		ac_buf_add_byte(&w->names, (char)name.n);
		ac_buf_add(&w->names, name);
	}
	return 0;
}

void
ac_retro_writer_abort(ac_retro_writer *w)
{
	w->file = ac_new_file_abandon(w->file);
	ac_buf_done(&w->block);
	ac_buf_done(&w->index);
	ac_buf_done(&w->sets);
	ac_buf_done(&w->names);
}

/* The block that begins at `from` in w->block has ended. */
static void
end_block(ac_retro_writer *w, size_t from)
{
	ac_str bytes;

	while (w->block.n % 8)
		ac_buf_add_byte(&w->block, '\0');
	bytes = ac_str_slice(ac_buf_view(&w->block), from, w->block.n);
	put_word(&w->index, w->at + from);
	put_word(&w->index, ac_index_checksum(bytes));
	w->footer.blocks++;
	w->key_n = 0;
}

static int
write_out(ac_retro_writer *w, ac_buf *buf, accord_err *err)
{
	ac_str bytes;
	int rc = ac_buf_finish(buf, &bytes, err);

	if (!rc)
		rc = ac_new_file_write(w->file, bytes, err);
	if (rc)
		return rc;
	w->at += bytes.n;
	ac_buf_reset(buf);
	return 0;
}

/* The number of a combination of sources. Without room for one more: the last set, of others. */
static uint32_t
set_number(ac_retro_writer *w, uint64_t sources)
{
	const uint64_t *all = (const void *)w->sets.p;
	size_t n = w->sets.n / sizeof(*all);

	if (w->last_set != AC_NONE32 && w->last_sets == sources)
		return w->last_set;
	w->last_sets = sources;
	for (w->last_set = 0; w->last_set < n; w->last_set++)
		if (all[w->last_set] == sources)
			return w->last_set;
	if (n == AC_RETRO_SETS_MAX)
		return w->last_set = AC_RETRO_SETS_MAX - 1;
	put_word(&w->sets, n + 1 == AC_RETRO_SETS_MAX ? AC_RETRO_OTHERS : sources);
	return w->last_set;
}

static void
put_day(ac_retro_writer *w, unsigned day, bool is_last, const ac_retro_seen *seen)
{
	uint32_t set = set_number(w, seen->sources);
	bool once = seen->count == 1 && seen->first == seen->last;
	unsigned head =
	    day | (is_last ? 16U : 0) | (once ? 32U : 0) | (set == 0 ? 64U : 0) | (seen->first >= 65536 ? 128U : 0);
	char bytes[3] = { (char)head, (char)seen->first, (char)(seen->first >> 8) };

	ac_buf_add(&w->block, (ac_str){ bytes, sizeof(bytes) });
	if (set)
		put_varint(&w->block, set);
	if (once)
		return;
	put_varint(&w->block, seen->count - 1);
	put_varint(&w->block, seen->last - seen->first);
}

static void
put_key(ac_retro_writer *w, ac_str key)
{
	size_t shared = 0, most = key.n < w->key_n ? key.n : w->key_n, own;

	while (shared < most && key.p[shared] == w->key[shared])
		shared++;
	own = key.n - shared;
	ac_buf_add_byte(&w->block, (char)((shared < 15 ? shared : 15) | (own < 15 ? own : 15) << 4));
	if (shared >= 15)
		put_varint(&w->block, shared - 15);
	if (own >= 15)
		put_varint(&w->block, own - 15);
	ac_buf_add(&w->block, ac_str_slice(key, shared, key.n));
	memcpy(w->key + shared, key.p + shared, own);
	w->key_n = key.n;
}

int
ac_retro_writer_add(ac_retro_writer *w, ac_str key, uint16_t days, const ac_retro_seen *seen, accord_err *err)
{
	put_key(w, key);
	for (unsigned left = days; left; left &= left - 1) {
		unsigned day = (unsigned)__builtin_ctz(left);

		put_day(w, day, (left & (left - 1)) == 0, &seen[day]);
		w->footer.day_values[day]++;
	}
	w->footer.values++;
	if (w->block.n - w->block_at < AC_RETRO_BLOCK)
		return w->block.failed ? write_out(w, &w->block, err) : 0;
	end_block(w, w->block_at);
	w->block_at = w->block.n;
	if (w->block.n < WRITE_SIZE)
		return 0;
	w->block_at = 0;
	return write_out(w, &w->block, err);
}

static int
write_tail(ac_retro_writer *w, accord_err *err)
{
	ac_retro_footer *f = &w->footer;
	char footer[AC_RETRO_FOOTER_SIZE] = { 0 };
	ac_str view;
	int rc;

	f->magic = AC_RETRO_MAGIC;
	f->version = AC_RETRO_VERSION;
	f->index_at = w->at;
	f->sets_at = f->index_at + w->index.n;
	f->set_count = (uint32_t)(w->sets.n / sizeof(uint64_t));
	f->names_at = f->sets_at + w->sets.n;
	ac_buf_add(&w->index, ac_buf_view(&w->sets));
	while (w->names.n % 8)
		ac_buf_add_byte(&w->names, '\0');
	f->names_n = w->names.n;
	ac_buf_add(&w->index, ac_buf_view(&w->names));
	rc = w->sets.failed || w->names.failed
		 ? ac_fail(err, ACCORD_ENOMEM, "memory of observables: no memory for its sources")
		 : ac_buf_finish(&w->index, &view, err);
	if (rc)
		return rc;
	f->tail_checksum = ac_index_checksum(view);
	f->file_size = w->at + view.n + sizeof(footer);
	f->checksum = ac_index_checksum((ac_str){ (const char *)f, offsetof(ac_retro_footer, checksum) });
	memcpy(footer, f, sizeof(*f));
	ac_buf_add(&w->index, (ac_str){ footer, sizeof(footer) });
	return write_out(w, &w->index, err);
}

int
ac_retro_writer_finish(ac_retro_writer *w, uint64_t *out_size, accord_err *err)
{
	ac_new_file *file = w->file;
	int rc;

	if (w->sets.n == 0)
		put_word(&w->sets, 0);
	if (w->block.n > w->block_at)
		end_block(w, w->block_at);
	rc = write_out(w, &w->block, err);
	if (!rc)
		rc = write_tail(w, err);
	if (!rc) {
		w->file = NULL;
		rc = ac_new_file_commit(file, err);
		*out_size = w->footer.file_size;
	}
	ac_retro_writer_abort(w);
	return rc;
}
