/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of lines. Knows nothing of the kinds of texts that they stand in. */
#include "agree/parts.h"

#include "base/limits.h"

enum { SHOWN_MAX = 60, PER_CENT = 100 };

static const char *const tongue_names[] = { [AC_TONGUE_EN] = "English", [AC_TONGUE_FR] = "French" };

static int
take_confidence(ac_line *line, ac_claim_judgement *out, accord_err *err)
{
	ac_str word;
	int rc = ac_line_word(line, "the confidence, low, moderate, high or -", &word, err);

	if (rc || ac_str_eq(word, AC_S("-")))
		return rc;
	out->has_confidence = true;
	for (unsigned level = AC_CONFIDENCE_LOW; level <= AC_CONFIDENCE_HIGH; level++)
		if (ac_str_eq(word, ac_confidence_code((ac_confidence_level)level))) {
			out->confidence = (ac_confidence_level)level;
			return 0;
		}
	return ac_line_fail(line, err, "want the confidence as low, moderate, high or -, got '%.*s'",
	    AC_FMT(ac_str_slice(word, 0, SHOWN_MAX)));
}

/* Nothing is impossible, and nothing certain: 1 to 99. */
static bool
is_within(const ac_scale *scale, uint64_t number, const ac_scale_band *band)
{
	return number > 0 && number < PER_CENT && ac_scale_band_of(scale, (double)number / PER_CENT) == band;
}

/* "likely 55 to 79". */
static void
add_range(ac_buf *buf, const ac_scale *scale, const ac_scale_band *band)
{
	unsigned least = 1, most = PER_CENT - 1;

	while (least < most && !is_within(scale, least, band))
		least++;
	while (most > least && !is_within(scale, most, band))
		most--;
	ac_buf_printf(buf, "%.*s %u to %u", AC_FMT(band->code), least, most);
}

static int
fail_term(const ac_line *line, const ac_scale *scale, ac_str term, accord_err *err)
{
	ac_buf ranges;
	int rc;

	ac_buf_init(&ranges, AC_KIB);
	for (size_t i = 0; i < scale->count; i++) {
		if (i)
			ac_buf_add(&ranges, AC_S(", "));
		add_range(&ranges, scale, &scale->bands[i]);
	}
	rc = ac_line_fail(line, err, "want a term of likelihood of %.*s (%.*s), got '%.*s'", AC_FMT(scale->name),
	    AC_FMT(ac_buf_view(&ranges)), AC_FMT(ac_str_slice(term, 0, SHOWN_MAX)));
	ac_buf_done(&ranges);
	return rc;
}

static int
fail_number(const ac_line *line, const ac_scale *scale, const ac_scale_band *band, uint64_t number, accord_err *err)
{
	ac_buf range;
	int rc;

	ac_buf_init(&range, AC_KIB);
	add_range(&range, scale, band);
	rc = ac_line_fail(line, err, "want a likelihood in per cent within the range of the term, %.*s, got %llu",
	    AC_FMT(ac_buf_view(&range)), (unsigned long long)number);
	ac_buf_done(&range);
	return rc;
}

int
ac_line_judgement(ac_line *line, ac_claim_judgement *out, accord_err *err)
{
	const ac_scale *scale = ac_scale_at(0);
	ac_claim_judgement j = { 0 };
	uint64_t number = 0;
	ac_str term;
	int rc = ac_line_word(line, "a term of likelihood", &term, err);

	if (rc)
		return rc;
	j.likelihood = ac_scale_band_by_code(scale, term);
	if (!j.likelihood)
		return fail_term(line, scale, term, err);
	rc = ac_line_u64(line, "the likelihood in per cent", &number, err);
	if (!rc && !is_within(scale, number, j.likelihood))
		rc = fail_number(line, scale, j.likelihood, number, err);
	if (!rc)
		rc = take_confidence(line, &j, err);
	if (rc)
		return rc;
	j.number = (unsigned)number;
	*out = j;
	return 0;
}

ac_str
ac_claim_judgement_confidence(const ac_claim_judgement *j)
{
	return j->has_confidence ? ac_confidence_code(j->confidence) : AC_S("-");
}

void
ac_claim_judgement_add(ac_buf *buf, const ac_claim_judgement *j)
{
	ac_buf_add(buf, j->likelihood->code);
	ac_buf_add_byte(buf, ' ');
	ac_buf_add_u64(buf, j->number);
	ac_buf_add_byte(buf, ' ');
	ac_buf_add(buf, ac_claim_judgement_confidence(j));
}

int
ac_line_count(ac_line *line, const char *what, uint64_t *out, accord_err *err)
{
	int rc = ac_line_u64(line, what, out, err);

	if (!rc && *out == 0)
		rc = ac_line_fail(line, err, "want %s from 1 on, got 0", what);
	return rc;
}

int
ac_line_name(ac_line *line, const char *what, ac_str *out, accord_err *err)
{
	int rc = ac_line_word(line, what, out, err);

	if (!rc && !ac_text_is_name(*out))
		rc = ac_line_fail(line, err, "want %s of letters, digits and -_. , got '%.*s'", what,
		    AC_FMT(ac_str_slice(*out, 0, SHOWN_MAX)));
	return rc;
}

int
ac_line_words(ac_line *line, const char *what, ac_str *out, accord_err *err)
{
	int rc = ac_line_rest(line, what, out, err);

	if (!rc && (out->p[0] == ' ' || out->p[out->n - 1] == ' '))
		rc = ac_line_fail(line, err, "want %s without a space at either end", what);
	return rc;
}

int
ac_line_pair(ac_line *line, const char *what, ac_str pair[static AC_TONGUES], accord_err *err)
{
	ac_tongue tongue;
	int rc = ac_line_tongue(line, &tongue, err);

	if (!rc && pair[tongue].n)
		rc = ac_line_fail(line, err, "want %s in %s once, this is the second", what, tongue_names[tongue]);
	return rc ? rc : ac_line_words(line, what, &pair[tongue], err);
}

int
ac_pair_check(const ac_str pair[static AC_TONGUES], bool needed, const char *what, accord_err *err)
{
	for (unsigned i = 0; i < AC_TONGUES; i++)
		if (pair[i].n == 0 && (needed || pair[1 - i].n))
			return ac_fail(err, ACCORD_EINPUT, "want %s in %s, too", what, tongue_names[i]);
	return 0;
}

int
ac_about_take_coalition(void *about, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "the coalition's name", &((ac_about *)about)->coalition, err);
}

int
ac_about_take_statement(void *about, ac_line *line, accord_err *err)
{
	return ac_line_digest(line, "the statement's digest", ((ac_about *)about)->statement, err);
}

int
ac_about_take_member(void *about, ac_line *line, accord_err *err)
{
	return ac_line_name(line, "a member's name", &((ac_about *)about)->member, err);
}

int
ac_about_take_seq(void *about, ac_line *line, accord_err *err)
{
	uint64_t *seq = &((ac_about *)about)->seq;
	int rc = ac_line_count(line, "its number among the member's", seq, err);

	if (!rc && *seq > AC_ABOUT_SEQ_MAX)
		rc = ac_line_fail(line, err, "want its number among the member's of at most %llu, got %llu",
		    AC_ABOUT_SEQ_MAX, (unsigned long long)*seq);
	return rc;
}

int
ac_about_take_at(void *about, ac_line *line, accord_err *err)
{
	return ac_line_time(line, "when it was written", &((ac_about *)about)->at, err);
}

size_t
ac_text_count(ac_str text, ac_str word)
{
	size_t count = 0;
	ac_str line;

	while (ac_str_next_field(&text, '\n', &line))
		count += ac_str_starts(line, word) && line.n > word.n && line.p[word.n] == ' ';
	return count;
}

static int
check_written(ac_str text, const ac_buf *again, accord_err *err)
{
	uint64_t number = 1;
	ac_str want, a, b;
	int rc = ac_buf_finish(again, &want, err);

	if (rc || ac_str_eq(text, want))
		return rc;
	while (ac_str_cut(&text, '\n', &a) && ac_str_cut(&want, '\n', &b) && ac_str_eq(a, b))
		number++;
	return ac_fail_at(err, ACCORD_EINPUT, number, 1, 0, "want the lines in their one order, got '%.*s'",
	    AC_FMT(ac_str_slice(a, 0, SHOWN_MAX)));
}

int
ac_text_seal(ac_str text, ac_buf *again, uint8_t out_digest[static AC_SHA256_SIZE], accord_err *err)
{
	int rc = check_written(text, again, err);

	ac_buf_done(again);
	return rc ? rc : ac_sha256(text, out_digest, err);
}

/* "word ". */
static void
begin_line(ac_buf *buf, const char *word)
{
	ac_buf_add_cstr(buf, word);
	ac_buf_add_byte(buf, ' ');
}

void
ac_text_add_words(ac_buf *buf, ac_str words)
{
	if (!buf->failed && ac_str_find_byte(words, '\n') < words.n)
		buf->failed = ACCORD_EINPUT;
	ac_buf_add(buf, words);
}

void
ac_text_add_line(ac_buf *buf, const char *word, ac_str text)
{
	begin_line(buf, word);
	ac_text_add_words(buf, text);
	ac_buf_add_byte(buf, '\n');
}

void
ac_text_add_number_line(ac_buf *buf, const char *word, uint64_t number)
{
	begin_line(buf, word);
	ac_buf_add_u64(buf, number);
	ac_buf_add_byte(buf, '\n');
}

void
ac_text_add_time_line(ac_buf *buf, const char *word, ac_time time)
{
	begin_line(buf, word);
	ac_time_add(buf, time, 0);
	ac_buf_add_byte(buf, '\n');
}

void
ac_text_add_digest_line(ac_buf *buf, const char *word, const uint8_t digest[static AC_SHA256_SIZE])
{
	begin_line(buf, word);
	ac_text_add_digest(buf, digest);
	ac_buf_add_byte(buf, '\n');
}

void
ac_text_add_file_line(ac_buf *buf, const char *word, const uint8_t digest[static AC_SHA256_SIZE], uint64_t size)
{
	begin_line(buf, word);
	ac_text_add_digest(buf, digest);
	ac_buf_add_byte(buf, ' ');
	ac_buf_add_u64(buf, size);
	ac_buf_add_byte(buf, '\n');
}

void
ac_text_add_pair(ac_buf *buf, const char *word, ac_str of, const ac_str pair[static AC_TONGUES])
{
	for (unsigned i = 0; i < AC_TONGUES; i++) {
		if (!pair[i].n)
			continue;
		begin_line(buf, word);
		if (of.n) {
			ac_text_add_words(buf, of);
			ac_buf_add_byte(buf, ' ');
		}
		ac_text_add_line(buf, ac_tongue_code((ac_tongue)i), pair[i]);
	}
}

void
ac_about_add_statement(ac_buf *buf, const ac_about *about)
{
	ac_text_add_line(buf, "coalition", about->coalition);
	ac_text_add_digest_line(buf, "statement", about->statement);
}

void
ac_about_add_member(ac_buf *buf, const ac_about *about)
{
	ac_text_add_line(buf, "member", about->member);
	ac_text_add_number_line(buf, "seq", about->seq);
	ac_text_add_time_line(buf, "at", about->at);
}
