/* SPDX-License-Identifier: Apache-2.0 */
/* The table of codes and the sets that options make of them. What each code means, the validator in stix/ decides. */
#include "app/validate_codes.h"

typedef struct row {
	uint16_t code;
	uint16_t first, last; /* a group: the codes that it stands for; else 0 */
	ac_str name;
} row;

#define CODE(c, n)                                                                                                     \
	{                                                                                                              \
		c, 0, 0, AC_S_INIT(n)                                                                                  \
	}
#define GROUP(c, f, l, n)                                                                                              \
	{                                                                                                              \
		c, f, l, AC_S_INIT(n)                                                                                  \
	}
static const row rows[] = {
	GROUP(0, 100, 499, "all"),
	GROUP(1, 100, 199, "format-checks"),
	CODE(101, "custom-prefix"),
	CODE(102, "custom-prefix-lax"),
	CODE(103, "uuid-check"),
	CODE(111, "open-vocab-format"),
	CODE(121, "kill-chain-names"),
	CODE(141, "observable-object-keys"),
	CODE(142, "observable-dictionary-keys"),
	CODE(143, "malware-analysis-product"),
	CODE(149, "windows-process-priority-format"),
	CODE(150, "hash-length"),
	GROUP(2, 200, 299, "approved-values"),
	CODE(201, "marking-definition-type"),
	CODE(202, "relationship-types"),
	CODE(203, "duplicate-ids"),
	GROUP(210, 211, 249, "all-vocabs"),
	CODE(211, "attack-motivation"),
	CODE(212, "attack-resource-level"),
	CODE(213, "identity-class"),
	CODE(214, "indicator-types"),
	CODE(215, "industry-sector"),
	CODE(216, "malware-types"),
	CODE(218, "report-types"),
	CODE(219, "threat-actor-types"),
	CODE(220, "threat-actor-role"),
	CODE(221, "threat-actor-sophistication"),
	CODE(222, "tool-types"),
	CODE(223, "region"),
	CODE(225, "grouping-context"),
	CODE(226, "implementation-languages"),
	CODE(227, "infrastructure-types"),
	CODE(228, "malware-capabilities"),
	CODE(230, "processor-architecture"),
	CODE(231, "malware-result"),
	CODE(241, "hash-algo"),
	CODE(243, "windows-pebinary-type"),
	CODE(244, "account-type"),
	CODE(245, "indicator-pattern-types"),
	GROUP(270, 271, 279, "all-external-sources"),
	CODE(271, "mime-type"),
	CODE(272, "protocols"),
	CODE(273, "ipfix"),
	CODE(274, "http-request-headers"),
	CODE(275, "socket-options"),
	CODE(276, "pdf-doc-info"),
	CODE(277, "countries"),
	CODE(301, "network-traffic-ports"),
	CODE(302, "extref-hashes"),
	CODE(303, "indicator-properties"),
	CODE(304, "deprecated-properties"),
	CODE(305, "extension-description"),
	CODE(306, "extension-properties"),
	CODE(401, "extensions-use"),
};

/* The prefixes are asked for by name only: a name of one's own that comes with an extension needs none. */
enum { PREFIX = 101, PREFIX_LAX = 102, EXTENSIONS_USE = 401 };

static void
set(ac_codes *codes, unsigned code, bool on)
{
	uint64_t bit = UINT64_C(1) << (code % 64);

	if (on)
		codes->on[code / 64] |= bit;
	else
		codes->on[code / 64] &= ~bit;
}

static bool
is_on(const ac_codes *codes, unsigned code)
{
	return code < AC_CODES_MAX && (codes->on[code / 64] >> (code % 64) & 1);
}

static const row *
find_row(ac_str word)
{
	uint64_t code = 0;
	bool is_number = ac_str_to_u64(word, &code);

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (is_number ? code != 0 && rows[i].code == code : ac_str_eq(rows[i].name, word))
			return &rows[i];
	return NULL;
}

static void
set_row(ac_codes *codes, const row *r, bool on, bool with_prefixes)
{
	if (!r->last)
		set(codes, r->code, on);
	for (size_t i = 0; r->last && i < AC_COUNT(rows); i++)
		if (rows[i].code >= r->first && rows[i].code <= r->last && !rows[i].last &&
		    (with_prefixes || (rows[i].code != PREFIX && rows[i].code != PREFIX_LAX)))
			set(codes, rows[i].code, on);
}

static int
set_list(ac_codes *codes, const char *list, bool on, bool with_prefixes, accord_err *err)
{
	ac_str rest = ac_str_from(list), word;

	while (ac_str_next_field(&rest, ',', &word)) {
		const row *r = find_row(ac_str_trim(word));

		if (!r)
			return ac_fail(err, ACCORD_EUSAGE,
			    "want codes or names of warnings with commas (202,region), got '%.*s'",
			    AC_FMT(ac_str_slice(word, 0, 80)));
		set_row(codes, r, on, with_prefixes);
	}
	return 0;
}

int
ac_codes_parse(const char *disable, const char *enable, ac_codes *out, accord_err *err)
{
	ac_codes codes = { .uncoded = disable || !enable }, off = { 0 };
	int rc = 0;

	if (disable || !enable)
		set_row(&codes, &rows[0], true, false);
	if (disable) {
		rc = set_list(&off, disable, true, true, err);
		for (size_t i = 0; i < AC_COUNT(off.on); i++)
			codes.on[i] &= ~off.on[i];
		if (is_on(&off, EXTENSIONS_USE) && !is_on(&off, PREFIX))
			set(&codes, PREFIX, true);
		else if (is_on(&off, EXTENSIONS_USE) && !is_on(&off, PREFIX_LAX))
			set(&codes, PREFIX_LAX, true);
	}
	if (rc == 0 && enable)
		rc = set_list(&codes, enable, true, false, err);
	if (rc == 0)
		*out = codes;
	return rc;
}

bool
ac_codes_want(const ac_codes *codes, ac_str code)
{
	uint64_t number;

	if (code.n == 0)
		return codes->uncoded;
	return ac_str_to_u64(code, &number) && is_on(codes, (unsigned)(number < AC_CODES_MAX ? number : 0));
}
