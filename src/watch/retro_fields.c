/* SPDX-License-Identifier: Apache-2.0 */
/* What fields say of their values: texts that mean something in their own field only, and URLs that stand in several. */
#include "watch/retro_take_state.h"

/* Texts by the role of their field. */
static const struct {
	ac_field_role role;
	ac_value_type type;
} texts[] = {
	{ AC_FIELD_FILE_NAME, AC_VALUE_FILE_NAME },
	{ AC_FIELD_FILE_NAMES, AC_VALUE_FILE_NAME },
	{ AC_FIELD_FILE_PATH, AC_VALUE_FILE_PATH },
	{ AC_FIELD_PROCESS_PATH, AC_VALUE_FILE_PATH },
	{ AC_FIELD_PARENT_PATH, AC_VALUE_FILE_PATH },
	{ AC_FIELD_REGISTRY_KEY, AC_VALUE_REGISTRY_KEY },
	{ AC_FIELD_MUTEX, AC_VALUE_MUTEX },
	{ AC_FIELD_NAMED_PIPE, AC_VALUE_NAMED_PIPE },
	{ AC_FIELD_USER_AGENT, AC_VALUE_USER_AGENT },
	{ AC_FIELD_JA3, AC_VALUE_JA3 },
	{ AC_FIELD_JA4, AC_VALUE_JA4 },
	{ AC_FIELD_CERT_SERIAL, AC_VALUE_CERT_SERIAL },
	{ AC_FIELD_AS_NUMBER, AC_VALUE_AS_NUMBER },
};

uint64_t
ac_retro_wanted_roles(void)
{
	static const ac_field_role others[] = { AC_FIELD_URL_SCHEME, AC_FIELD_URL_HOST, AC_FIELD_URL_PORT,
		AC_FIELD_URL_PATH, AC_FIELD_URL_QUERY, AC_FIELD_DESTINATION, AC_FIELD_DESTINATION_PORT,
		AC_FIELD_USER_AGENT, AC_FIELD_SOFTWARE, AC_FIELD_HASH, AC_FIELD_CERT_FINGERPRINT };
	uint64_t roles = 0;

	for (size_t i = 0; i < AC_COUNT(others); i++)
		roles |= AC_ROLE_BIT(others[i]);
	for (size_t i = 0; i < AC_COUNT(texts); i++)
		roles |= AC_ROLE_BIT(texts[i].role);
	return roles;
}

/* A path, and its name where that is no token of its own. */
static int
put_path(ac_retro_take *t, ac_str text, accord_err *err)
{
	size_t at = text.n;
	bool dotted, hex, high;
	int rc = 0;

	while (at > 0 && text.p[at - 1] != '/' && text.p[at - 1] != '\\')
		at--;
	if (at > 0)
		rc = ac_retro_put_text(t, AC_VALUE_FILE_PATH, text, err);
	text = ac_str_slice(text, at, text.n);
	if (rc || text.n == 0 ||
	    (ac_retro_token_end(t, text.p, text.p + text.n, &dotted, &hex, &high) == text.p + text.n && dotted))
		return rc;
	return ac_retro_put_text(t, AC_VALUE_FILE_NAME, text, err);
}

/* Names with commas between them; a comma may be of a name, too. */
static int
put_names(ac_retro_take *t, ac_str text, accord_err *err)
{
	ac_str rest = text, name;
	int rc = put_path(t, text, err);

	while (!rc && ac_str_next_field(&rest, ',', &name))
		rc = name.n < text.n ? put_path(t, name, err) : 0;
	return rc;
}

/* Events of AWS's S3 have it between brackets. */
static int
put_agent(ac_retro_take *t, ac_str text, accord_err *err)
{
	bool is_bracketed = text.n > 2 && text.p[0] == '[' && text.p[text.n - 1] == ']';
	int rc = ac_retro_put_text(t, AC_VALUE_USER_AGENT, text, err);

	if (rc || !is_bracketed)
		return rc;
	return ac_retro_put_text(t, AC_VALUE_USER_AGENT, ac_str_slice(text, 1, text.n - 1), err);
}

/* A key as it is told, and without the name of a value behind it. */
static int
put_key(ac_retro_take *t, const ac_log_field *field, ac_str text, accord_err *err)
{
	size_t n = ac_log_registry_key_size(&t->line.record, field, text, &t->line.arena);
	int rc = ac_retro_put_text(t, AC_VALUE_REGISTRY_KEY, text, err);

	return rc || n == text.n ? rc : ac_retro_put_text(t, AC_VALUE_REGISTRY_KEY, ac_str_slice(text, 0, n), err);
}

static int
take_field(ac_retro_take *t, const ac_log_field *field, accord_err *err)
{
	ac_str text;

	for (size_t i = 0; i < AC_COUNT(texts); i++) {
		if (texts[i].role != field->role)
			continue;
		text = ac_log_value(field, &t->line.arena);
		if (text.n == 0 || ac_str_eq(text, AC_S("-")))
			return 0;
		if (texts[i].role == AC_FIELD_FILE_NAMES)
			return put_names(t, text, err);
		if (texts[i].type == AC_VALUE_USER_AGENT)
			return put_agent(t, text, err);
		if (texts[i].type == AC_VALUE_FILE_PATH || texts[i].type == AC_VALUE_FILE_NAME)
			return put_path(t, text, err);
		if (texts[i].type == AC_VALUE_REGISTRY_KEY)
			return put_key(t, field, text, err);
		return ac_retro_put_text(t, texts[i].type, text, err);
	}
	return 0;
}

/* A URL of a host's field and the fields beside it. */
static int
take_split_url(ac_retro_take *t, const ac_log_field *host, accord_err *err)
{
	ac_str spellings[AC_URL_SPELLINGS_MAX];
	size_t n = ac_evaluate_url_spellings(&t->line, host, ac_log_value(host, &t->line.arena), spellings);
	int rc = 0;

	for (size_t i = 0; !rc && i < n; i++)
		if (spellings[i].p)
			rc = ac_retro_put_url(t, spellings[i], err);
	return rc;
}

/* A field whose name alone says what it holds (evaluate_text.c). */
static int
take_hinted(ac_retro_take *t, const ac_log_field *field, accord_err *err)
{
	ac_retro_hints hints = ac_retro_hints_of(field->name);
	ac_str text;

	if (field->role != AC_FIELD_OTHER || !(hints.serial || hints.as))
		return 0;
	text = ac_log_value(field, &t->line.arena);
	return text.n ? ac_retro_put_text(t, hints.serial ? AC_VALUE_CERT_SERIAL : AC_VALUE_AS_NUMBER, text, err) : 0;
}

int
ac_retro_take_named(ac_retro_take *t, const ac_log_field *f, accord_err *err)
{
	bool is_host = ac_log_is_url_host(&t->line.record, f);
	int rc = is_host ? take_split_url(t, f, err) : take_field(t, f, err);

	return rc || !(t->hints.serial || t->hints.as) ? rc : take_hinted(t, f, err);
}
