/* SPDX-License-Identifier: Apache-2.0 */
/* The table of MISP attribute types (describeTypes of 2026: 194 types; those that are only text need no row). */
#include "learn/misp_types.h"

#define ROW(name, form, value, path)                                                                                   \
	{                                                                                                              \
		AC_S_INIT(name), AC_MISP_##form, AC_VALUE_##value, AC_S_INIT(path)                                     \
	}

static const ac_misp_type types[] = {
	ROW("AS", INTEGER, AS_NUMBER, "autonomous-system:number"),
	ROW("authentihash", HASH, NONE, "AUTHENTIHASH"),
	ROW("campaign-name", NAMED, NONE, "campaign"),
	ROW("cdhash", HASH, NONE, "CDHASH"),
	ROW("domain", VALUE, DOMAIN, "domain-name:value"),
	ROW("domain|ip", DOMAIN_ADDRESS, DOMAIN, "domain-name:value"),
	ROW("email", VALUE, EMAIL, "email-addr:value"),
	ROW("email-attachment", VALUE, FILE_NAME, "file:name"),
	ROW("email-body", STRING, NONE, "email-message:body"),
	ROW("email-dst", VALUE, EMAIL, "email-addr:value"),
	ROW("email-reply-to", VALUE, EMAIL, "email-addr:value"),
	ROW("email-src", VALUE, EMAIL, "email-addr:value"),
	ROW("email-subject", STRING, NONE, "email-message:subject"),
	ROW("filename", VALUE, FILE_NAME, "file:name"),
	ROW("filename|authentihash", NAMED_HASH, NONE, "AUTHENTIHASH"),
	ROW("filename|imphash", NAMED_HASH, NONE, "IMPHASH"),
	ROW("filename|impfuzzy", NAMED_HASH, NONE, "IMPFUZZY"),
	ROW("filename|md5", NAMED_HASH, MD5, "MD5"),
	ROW("filename|pehash", NAMED_HASH, NONE, "PEHASH"),
	ROW("filename|sha1", NAMED_HASH, SHA1, "SHA-1"),
	ROW("filename|sha224", NAMED_HASH, SHA224, "SHA-224"),
	ROW("filename|sha256", NAMED_HASH, SHA256, "SHA-256"),
	ROW("filename|sha3-224", NAMED_HASH, NONE, "SHA3-224"),
	ROW("filename|sha3-256", NAMED_HASH, NONE, "SHA3-256"),
	ROW("filename|sha3-384", NAMED_HASH, NONE, "SHA3-384"),
	ROW("filename|sha3-512", NAMED_HASH, NONE, "SHA3-512"),
	ROW("filename|sha384", NAMED_HASH, SHA384, "SHA-384"),
	ROW("filename|sha512", NAMED_HASH, SHA512, "SHA-512"),
	ROW("filename|sha512/224", NAMED_HASH, NONE, "SHA-512-224"),
	ROW("filename|sha512/256", NAMED_HASH, NONE, "SHA-512-256"),
	ROW("filename|ssdeep", NAMED_HASH, NONE, "SSDEEP"),
	ROW("filename|tlsh", NAMED_HASH, NONE, "TLSH"),
	ROW("filename|vhash", NAMED_HASH, NONE, "VHASH"),
	ROW("hostname", VALUE, DOMAIN, "domain-name:value"),
	ROW("hostname|port", DOMAIN_PORT, DOMAIN, "network-traffic:dst_ref.value"),
	ROW("imphash", HASH, NONE, "IMPHASH"),
	ROW("impfuzzy", HASH, NONE, "IMPFUZZY"),
	ROW("ip-dst", ADDRESS, NONE, ""),
	ROW("ip-dst|port", ADDRESS_PORT, NONE, "network-traffic:dst"),
	ROW("ip-src", ADDRESS, NONE, ""),
	ROW("ip-src|port", ADDRESS_PORT, NONE, "network-traffic:src"),
	ROW("ja3-fingerprint-md5", STRING, JA3, "network-traffic:extensions.'x-tls-ext'.ja3"),
	ROW("link", STRING, NONE, "url:value"),
	ROW("mac-address", VALUE, MAC, "mac-addr:value"),
	ROW("malware-sample", NAMED_HASH, MD5, "MD5"),
	ROW("md5", HASH, MD5, "MD5"),
	ROW("mutex", STRING, MUTEX, "mutex:name"),
	ROW("named pipe", STRING, NAMED_PIPE, "file:x_pipe_name"),
	ROW("nova", RULE, NONE, "nova"),
	ROW("onion-address", VALUE, DOMAIN, "domain-name:value"),
	ROW("pehash", HASH, NONE, "PEHASH"),
	ROW("regkey", STRING, REGISTRY_KEY, "windows-registry-key:key"),
	ROW("regkey|value", KEY_VALUE, REGISTRY_KEY, "windows-registry-key:key"),
	ROW("sha1", HASH, SHA1, "SHA-1"),
	ROW("sha224", HASH, SHA224, "SHA-224"),
	ROW("sha256", HASH, SHA256, "SHA-256"),
	ROW("sha3-224", HASH, NONE, "SHA3-224"),
	ROW("sha3-256", HASH, NONE, "SHA3-256"),
	ROW("sha3-384", HASH, NONE, "SHA3-384"),
	ROW("sha3-512", HASH, NONE, "SHA3-512"),
	ROW("sha384", HASH, SHA384, "SHA-384"),
	ROW("sha512", HASH, SHA512, "SHA-512"),
	ROW("sha512/224", HASH, NONE, "SHA-512-224"),
	ROW("sha512/256", HASH, NONE, "SHA-512-256"),
	ROW("sigma", RULE, NONE, "sigma"),
	ROW("snort", RULE, NONE, "snort"),
	ROW("ssdeep", HASH, NONE, "SSDEEP"),
	ROW("stix2-pattern", RULE, NONE, "stix"),
	ROW("suricata", RULE, NONE, "suricata"),
	ROW("telfhash", HASH, NONE, "TELFHASH"),
	ROW("threat-actor", NAMED, NONE, "threat-actor"),
	ROW("tlsh", HASH, NONE, "TLSH"),
	ROW("uri", STRING, NONE, "url:value"),
	ROW("url", VALUE, URL, "url:value"),
	ROW("user-agent", STRING, USER_AGENT,
	    "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"),
	ROW("vhash", HASH, NONE, "VHASH"),
	ROW("vulnerability", NAMED, CVE, "vulnerability"),
	ROW("wazuh", RULE, NONE, "wazuh"),
	ROW("x509-fingerprint-md5", CERTIFICATE, NONE, "MD5"),
	ROW("x509-fingerprint-sha1", CERTIFICATE, NONE, "SHA-1"),
	ROW("x509-fingerprint-sha256", CERTIFICATE, NONE, "SHA-256"),
	ROW("yara", RULE, NONE, "yara"),
	ROW("zeek", RULE, NONE, "zeek"),
};
static const ac_misp_type text_type = ROW("", TEXT, NONE, "");

const ac_misp_type *
ac_misp_type_find(ac_str name)
{
	for (size_t i = 0; i < AC_COUNT(types); i++)
		if (ac_str_eq(types[i].name, name))
			return &types[i];
	return &text_type;
}
