/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that must never be watched: one such line in an ally's feed would turn every record into a hit. The idea is that of fever's
 * Bloom blacklist; the list is short on purpose, warning lists are for the rest.
 */
#include "watch/index_build.h"
#include "watch/token.h"

static const ac_str never_texts[] = {
	/* digests of the empty file */
	AC_S_INIT("d41d8cd98f00b204e9800998ecf8427e"),
	AC_S_INIT("da39a3ee5e6b4b0d3255bfef95601890afd80709"),
	AC_S_INIT("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
	AC_S_INIT("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b9"
		  "31bd474"
		  "17a81a538327af927da3e"),
	/* addresses of this host, everybody, and the resolvers that everybody asks */
	AC_S_INIT("0.0.0.0"),
	AC_S_INIT("127.0.0.1"),
	AC_S_INIT("255.255.255.255"),
	AC_S_INIT("8.8.8.8"),
	AC_S_INIT("8.8.4.4"),
	AC_S_INIT("1.1.1.1"),
	AC_S_INIT("1.0.0.1"),
	AC_S_INIT("9.9.9.9"),
	AC_S_INIT("::"),
	AC_S_INIT("::1"),
	/* domains under which everybody's traffic goes: as list entries they would match all their subdomains */
	AC_S_INIT("google.com"),
	AC_S_INIT("googleapis.com"),
	AC_S_INIT("microsoft.com"),
	AC_S_INIT("windows.com"),
	AC_S_INIT("office.com"),
	AC_S_INIT("amazonaws.com"),
	AC_S_INIT("cloudfront.net"),
	AC_S_INIT("akamaiedge.net"),
	AC_S_INIT("apple.com"),
	AC_S_INIT("facebook.com"),
};

#define IPV4_PREFIX_MIN 8
#define IPV6_PREFIX_MIN 16

static bool
is_in_list(ac_str text)
{
	for (size_t i = 0; i < AC_COUNT(never_texts); i++)
		if (ac_str_eq(never_texts[i], text))
			return true;
	return false;
}

static bool
is_url(ac_str text)
{
	ac_url_text url;

	return ac_url_canonical(text, &url) && !url.host_is_high;
}

const char *
ac_build_refusal(const ac_value *value)
{
	const char *refusal = ac_text_is_anchored(value->type) ? ac_text_refusal(value) : NULL;

	if (refusal)
		return refusal;
	if (value->type == AC_VALUE_NONE || value->type == AC_VALUE_CVE)
		return "values of this type stand in no telemetry";
	if (value->type == AC_VALUE_IPV4 && value->prefix_bits < IPV4_PREFIX_MIN)
		return "never-list: address range wider than /8";
	if (value->type == AC_VALUE_IPV6 && value->prefix_bits < IPV6_PREFIX_MIN)
		return "never-list: address range wider than /16";
	if (value->type == AC_VALUE_URL && (value->text.n > AC_URL_MAX || !is_url(value->text)))
		return "a URL without a host, or too long";
	if (is_in_list(value->text))
		return "never-list: a value that everybody's traffic holds";
	if (value->type == AC_VALUE_DOMAIN && ac_str_find_byte(value->text, '.') == value->text.n)
		return "never-list: a top-level or single-label domain";
	if (value->type == AC_VALUE_DOMAIN && !ac_domain_registrable(value->text).p)
		return "never-list: a public suffix";
	return NULL;
}

int
ac_index_never(const ac_index *index, accord_err *err)
{
	(void)index;
	(void)err;
	return 0;
}
