/* SPDX-License-Identifier: Apache-2.0 */
/* STIX cyber-observable objects (STIX 2.1 section 6): one row a property, sorted by name; one row a type, sorted by name. */
#include "stix/types_table.h"

static const ac_str refs_marking_definition[] = { AC_S_INIT("marking-definition"), { NULL, 0 } };
static const ac_str refs_file_directory[] = { AC_S_INIT("directory"), AC_S_INIT("file"), { NULL, 0 } };
static const ac_str refs_names[] = { AC_S_INIT("domain-name"), AC_S_INIT("ipv4-addr"), AC_S_INIT("ipv6-addr"),
	{ NULL, 0 } };
static const ac_str refs_mac[] = { AC_S_INIT("mac-addr"), { NULL, 0 } };
static const ac_str refs_autonomous_system[] = { AC_S_INIT("autonomous-system"), { NULL, 0 } };
static const ac_str refs_user_account[] = { AC_S_INIT("user-account"), { NULL, 0 } };
static const ac_str refs_email_addr[] = { AC_S_INIT("email-addr"), { NULL, 0 } };
static const ac_str refs_artifact[] = { AC_S_INIT("artifact"), { NULL, 0 } };
static const ac_str refs_directory[] = { AC_S_INIT("directory"), { NULL, 0 } };
static const ac_str refs_endpoint[] = { AC_S_INIT("domain-name"), AC_S_INIT("ipv4-addr"), AC_S_INIT("ipv6-addr"),
	AC_S_INIT("mac-addr"), { NULL, 0 } };
static const ac_str refs_network_traffic[] = { AC_S_INIT("network-traffic"), { NULL, 0 } };
static const ac_str refs_file[] = { AC_S_INIT("file"), { NULL, 0 } };
static const ac_str refs_process[] = { AC_S_INIT("process"), { NULL, 0 } };

static const ac_stix_property common_sco[] = {
	P("defanged", K(BOOLEAN)),
	P("extensions", K(DICTIONARY)),
	P("granular_markings", K(GRANULAR_MARKING), NESTED(granular_marking), LIST),
	P("id", K(IDENTIFIER), REQUIRED),
	P("object_marking_refs", K(IDENTIFIER), LIST, REFS(marking_definition)),
	P("spec_version", K(STRING)),
	P("type", K(STRING), REQUIRED),
};

static const ac_stix_property artifact_rows[] = {
	P("decryption_key", K(STRING)),
	P("encryption_algorithm", K(ENUM), VOCAB(ENCRYPTION_ALGORITHM_ENUM)),
	P("hashes", K(HASHES), IN_ID),
	P("mime_type", K(STRING), FORMAT(MIME)),
	P("payload_bin", K(BINARY), IN_ID),
	P("url", K(STRING), FORMAT(URL)),
};

static const ac_stix_property autonomous_system_rows[] = {
	P("name", K(STRING)),
	P("number", K(INTEGER), REQUIRED, IN_ID),
	P("rir", K(STRING)),
};

static const ac_stix_property directory_rows[] = {
	P("atime", K(TIMESTAMP)),
	P("contains_refs", K(IDENTIFIER), LIST, REFS(file_directory)),
	P("ctime", K(TIMESTAMP)),
	P("mtime", K(TIMESTAMP)),
	P("path", K(STRING), REQUIRED, IN_ID),
	P("path_enc", K(STRING), FORMAT(CHARSET)),
};

static const ac_stix_property domain_name_rows[] = {
	P("resolves_to_refs", K(IDENTIFIER), LIST, REFS(names), DEPRECATED),
	P("value", K(STRING), REQUIRED, IN_ID, FORMAT(DOMAIN)),
};

static const ac_stix_property email_addr_rows[] = {
	P("belongs_to_ref", K(IDENTIFIER), REFS(user_account)),
	P("display_name", K(STRING)),
	P("value", K(STRING), REQUIRED, IN_ID, FORMAT(EMAIL)),
};

static const ac_stix_property email_message_rows[] = {
	P("additional_header_fields", K(DICTIONARY), VALUES(STRINGS)),
	P("bcc_refs", K(IDENTIFIER), LIST, REFS(email_addr)),
	P("body", K(STRING), IN_ID),
	P("body_multipart", K(OBJECT), NESTED(email_mime_part_type), LIST),
	P("cc_refs", K(IDENTIFIER), LIST, REFS(email_addr)),
	P("content_type", K(STRING)),
	P("date", K(TIMESTAMP)),
	P("from_ref", K(IDENTIFIER), IN_ID, REFS(email_addr)),
	P("is_multipart", K(BOOLEAN), REQUIRED),
	P("message_id", K(STRING)),
	P("raw_email_ref", K(IDENTIFIER), REFS(artifact)),
	P("received_lines", K(STRING), LIST),
	P("sender_ref", K(IDENTIFIER), REFS(email_addr)),
	P("subject", K(STRING), IN_ID),
	P("to_refs", K(IDENTIFIER), LIST, REFS(email_addr)),
};

static const ac_stix_property file_rows[] = {
	P("atime", K(TIMESTAMP)),
	P("contains_refs", K(IDENTIFIER), LIST, REF_CLASS(AC_STIX_REF_SCO | AC_STIX_REF_CUSTOM)),
	P("content_ref", K(IDENTIFIER), REFS(artifact)),
	P("ctime", K(TIMESTAMP)),
	P("extensions", K(DICTIONARY), IN_ID),
	P("hashes", K(HASHES), IN_ID),
	P("magic_number_hex", K(HEX)),
	P("mime_type", K(STRING), FORMAT(MIME)),
	P("mtime", K(TIMESTAMP)),
	P("name", K(STRING), IN_ID),
	P("name_enc", K(STRING), FORMAT(CHARSET)),
	P("parent_directory_ref", K(IDENTIFIER), IN_ID, REFS(directory)),
	P("size", K(INTEGER), AT_LEAST(0)),
};

static const ac_stix_property ipv4_addr_rows[] = {
	P("belongs_to_refs", K(IDENTIFIER), LIST, REFS(autonomous_system), DEPRECATED),
	P("resolves_to_refs", K(IDENTIFIER), LIST, REFS(mac), DEPRECATED),
	P("value", K(STRING), REQUIRED, IN_ID, FORMAT(IPV4)),
};

static const ac_stix_property ipv6_addr_rows[] = {
	P("belongs_to_refs", K(IDENTIFIER), LIST, REFS(autonomous_system), DEPRECATED),
	P("resolves_to_refs", K(IDENTIFIER), LIST, REFS(mac), DEPRECATED),
	P("value", K(STRING), REQUIRED, IN_ID, FORMAT(IPV6)),
};

static const ac_stix_property mac_addr_rows[] = {
	P("value", K(STRING), REQUIRED, IN_ID, FORMAT(MAC)),
};

static const ac_stix_property mutex_rows[] = {
	P("name", K(STRING), REQUIRED, IN_ID),
};

static const ac_stix_property network_traffic_rows[] = {
	P("dst_byte_count", K(INTEGER), AT_LEAST(0)),
	P("dst_packets", K(INTEGER), AT_LEAST(0)),
	P("dst_payload_ref", K(IDENTIFIER), REFS(artifact)),
	P("dst_port", K(INTEGER), IN_ID, RANGE(0, 65535)),
	P("dst_ref", K(IDENTIFIER), IN_ID, REFS(endpoint)),
	P("encapsulated_by_ref", K(IDENTIFIER), REFS(network_traffic)),
	P("encapsulates_refs", K(IDENTIFIER), LIST, REFS(network_traffic)),
	P("end", K(TIMESTAMP), IN_ID),
	P("extensions", K(DICTIONARY), IN_ID),
	P("ipfix", K(DICTIONARY), VALUES(INTEGER_OR_STRING), FORMAT(IPFIX_KEYS)),
	P("is_active", K(BOOLEAN)),
	P("protocols", K(STRING), LIST, REQUIRED, IN_ID, FORMAT(PROTOCOL)),
	P("src_byte_count", K(INTEGER), AT_LEAST(0)),
	P("src_packets", K(INTEGER), AT_LEAST(0)),
	P("src_payload_ref", K(IDENTIFIER), REFS(artifact)),
	P("src_port", K(INTEGER), IN_ID, RANGE(0, 65535)),
	P("src_ref", K(IDENTIFIER), IN_ID, REFS(endpoint)),
	P("start", K(TIMESTAMP), IN_ID),
};

static const ac_stix_property process_rows[] = {
	P("child_refs", K(IDENTIFIER), LIST, REFS(process)),
	P("command_line", K(STRING)),
	P("created_time", K(TIMESTAMP)),
	P("creator_user_ref", K(IDENTIFIER), REFS(user_account)),
	P("cwd", K(STRING)),
	P("environment_variables", K(DICTIONARY), VALUES(STRING)),
	P("image_ref", K(IDENTIFIER), REFS(file)),
	P("is_hidden", K(BOOLEAN)),
	P("opened_connection_refs", K(IDENTIFIER), LIST, REFS(network_traffic)),
	P("parent_ref", K(IDENTIFIER), REFS(process)),
	P("pid", K(INTEGER)),
};

static const ac_stix_property software_rows[] = {
	P("cpe", K(STRING), IN_ID, FORMAT(CPE)),
	P("languages", K(STRING), LIST, FORMAT(LANGUAGE)),
	P("name", K(STRING), REQUIRED, IN_ID),
	P("swid", K(STRING), IN_ID),
	P("vendor", K(STRING), IN_ID),
	P("version", K(STRING), IN_ID),
};

static const ac_stix_property url_rows[] = {
	P("value", K(STRING), REQUIRED, IN_ID, FORMAT(URL)),
};

static const ac_stix_property user_account_rows[] = {
	P("account_created", K(TIMESTAMP)),
	P("account_expires", K(TIMESTAMP)),
	P("account_first_login", K(TIMESTAMP)),
	P("account_last_login", K(TIMESTAMP)),
	P("account_login", K(STRING), IN_ID),
	P("account_type", K(OPEN_VOCAB), IN_ID, VOCAB(ACCOUNT_TYPE_OV)),
	P("can_escalate_privs", K(BOOLEAN)),
	P("credential", K(STRING)),
	P("credential_last_changed", K(TIMESTAMP)),
	P("display_name", K(STRING)),
	P("is_disabled", K(BOOLEAN)),
	P("is_privileged", K(BOOLEAN)),
	P("is_service_account", K(BOOLEAN)),
	P("user_id", K(STRING), IN_ID),
};

static const ac_stix_property windows_registry_key_rows[] = {
	P("creator_user_ref", K(IDENTIFIER), REFS(user_account)),
	P("key", K(STRING), IN_ID, FORMAT(REGISTRY_KEY)),
	P("modified_time", K(TIMESTAMP)),
	P("number_of_subkeys", K(INTEGER)),
	P("values", K(OBJECT), NESTED(windows_registry_value_type), LIST, IN_ID),
};

static const ac_stix_property x509_certificate_rows[] = {
	P("hashes", K(HASHES), IN_ID),
	P("is_self_signed", K(BOOLEAN)),
	P("issuer", K(STRING)),
	P("serial_number", K(STRING), IN_ID),
	P("signature_algorithm", K(STRING)),
	P("subject", K(STRING)),
	P("subject_public_key_algorithm", K(STRING)),
	P("subject_public_key_exponent", K(INTEGER)),
	P("subject_public_key_modulus", K(STRING)),
	P("validity_not_after", K(TIMESTAMP)),
	P("validity_not_before", K(TIMESTAMP)),
	P("version", K(STRING)),
	P("x509_v3_extensions", K(OBJECT), NESTED(x509_v3_extensions_type)),
};

const ac_stix_type ac_stix_types_sco[] = {
	T("artifact", "6.1", SCO, artifact_rows, sco),
	T("autonomous-system", "6.2", SCO, autonomous_system_rows, sco),
	T("directory", "6.3", SCO, directory_rows, sco),
	T("domain-name", "6.4", SCO, domain_name_rows, sco),
	T("email-addr", "6.5", SCO, email_addr_rows, sco),
	T("email-message", "6.6", SCO, email_message_rows, sco),
	T("file", "6.7", SCO, file_rows, sco),
	T("ipv4-addr", "6.8", SCO, ipv4_addr_rows, sco),
	T("ipv6-addr", "6.9", SCO, ipv6_addr_rows, sco),
	T("mac-addr", "6.10", SCO, mac_addr_rows, sco),
	T("mutex", "6.11", SCO, mutex_rows, sco),
	T("network-traffic", "6.12", SCO, network_traffic_rows, sco),
	T("process", "6.13", SCO, process_rows, sco),
	T("software", "6.14", SCO, software_rows, sco),
	T("url", "6.15", SCO, url_rows, sco),
	T("user-account", "6.16", SCO, user_account_rows, sco),
	T("windows-registry-key", "6.17", SCO, windows_registry_key_rows, sco),
	T("x509-certificate", "6.18", SCO, x509_certificate_rows, sco),
};
const size_t ac_stix_types_sco_count = AC_COUNT(ac_stix_types_sco);
