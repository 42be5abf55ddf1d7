/* SPDX-License-Identifier: Apache-2.0 */
/* Nested structures and predefined extensions of STIX 2.1: one row a property, sorted by name. */
#include "stix/types_table.h"

static const ac_str refs_marking_definition[] = { AC_S_INIT("marking-definition"), { NULL, 0 } };
static const ac_str refs_file_directory[] = { AC_S_INIT("directory"), AC_S_INIT("file"), { NULL, 0 } };
static const ac_str refs_artifact[] = { AC_S_INIT("artifact"), { NULL, 0 } };
static const ac_str refs_artifact_file[] = { AC_S_INIT("artifact"), AC_S_INIT("file"), { NULL, 0 } };
static const ac_str refs_file[] = { AC_S_INIT("file"), { NULL, 0 } };

static const ac_stix_property external_reference_rows[] = {
	P("description", K(STRING)),
	P("external_id", K(STRING)),
	P("hashes", K(HASHES)),
	P("source_name", K(STRING), REQUIRED),
	P("url", K(STRING), FORMAT(URL)),
};

static const ac_stix_property kill_chain_phase_rows[] = {
	P("kill_chain_name", K(STRING), REQUIRED, FORMAT(KILL_CHAIN)),
	P("phase_name", K(STRING), REQUIRED, FORMAT(KILL_CHAIN)),
};

static const ac_stix_property granular_marking_rows[] = {
	P("lang", K(STRING), FORMAT(LANGUAGE)),
	P("marking_ref", K(IDENTIFIER), REFS(marking_definition)),
	P("selectors", K(STRING), LIST, REQUIRED),
};

static const ac_stix_property alternate_data_stream_type_rows[] = {
	P("hashes", K(HASHES)),
	P("name", K(STRING), REQUIRED),
	P("size", K(INTEGER), AT_LEAST(0)),
};

static const ac_stix_property windows_pe_optional_header_type_rows[] = {
	P("address_of_entry_point", K(INTEGER)),
	P("base_of_code", K(INTEGER)),
	P("base_of_data", K(INTEGER)),
	P("checksum_hex", K(HEX)),
	P("dll_characteristics_hex", K(HEX)),
	P("file_alignment", K(INTEGER)),
	P("hashes", K(HASHES)),
	P("image_base", K(INTEGER)),
	P("loader_flags_hex", K(HEX)),
	P("magic_hex", K(HEX)),
	P("major_image_version", K(INTEGER)),
	P("major_linker_version", K(INTEGER)),
	P("major_os_version", K(INTEGER)),
	P("major_subsystem_version", K(INTEGER)),
	P("minor_image_version", K(INTEGER)),
	P("minor_linker_version", K(INTEGER)),
	P("minor_os_version", K(INTEGER)),
	P("minor_subsystem_version", K(INTEGER)),
	P("number_of_rva_and_sizes", K(INTEGER)),
	P("section_alignment", K(INTEGER)),
	P("size_of_code", K(INTEGER), AT_LEAST(0)),
	P("size_of_headers", K(INTEGER), AT_LEAST(0)),
	P("size_of_heap_commit", K(INTEGER), AT_LEAST(0)),
	P("size_of_heap_reserve", K(INTEGER), AT_LEAST(0)),
	P("size_of_image", K(INTEGER), AT_LEAST(0)),
	P("size_of_initialized_data", K(INTEGER), AT_LEAST(0)),
	P("size_of_stack_commit", K(INTEGER), AT_LEAST(0)),
	P("size_of_stack_reserve", K(INTEGER), AT_LEAST(0)),
	P("size_of_uninitialized_data", K(INTEGER), AT_LEAST(0)),
	P("subsystem_hex", K(HEX)),
	P("win32_version_value_hex", K(HEX)),
};

static const ac_stix_property windows_pe_section_type_rows[] = {
	P("entropy", K(FLOAT)),
	P("hashes", K(HASHES)),
	P("name", K(STRING), REQUIRED),
	P("size", K(INTEGER), AT_LEAST(0)),
};

static const ac_stix_property email_mime_part_type_rows[] = {
	P("body", K(STRING)),
	P("body_raw_ref", K(IDENTIFIER), REFS(artifact_file)),
	P("content_disposition", K(STRING)),
	P("content_type", K(STRING)),
};

static const ac_stix_property windows_registry_value_type_rows[] = {
	P("data", K(STRING)),
	P("data_type", K(ENUM), VOCAB(WINDOWS_REGISTRY_DATATYPE_ENUM)),
	P("name", K(STRING)),
};

static const ac_stix_property x509_v3_extensions_type_rows[] = {
	P("authority_key_identifier", K(STRING)),
	P("basic_constraints", K(STRING)),
	P("certificate_policies", K(STRING)),
	P("crl_distribution_points", K(STRING)),
	P("extended_key_usage", K(STRING)),
	P("inhibit_any_policy", K(STRING)),
	P("issuer_alternative_name", K(STRING)),
	P("key_usage", K(STRING)),
	P("name_constraints", K(STRING)),
	P("policy_constraints", K(STRING)),
	P("policy_mappings", K(STRING)),
	P("private_key_usage_period_not_after", K(TIMESTAMP)),
	P("private_key_usage_period_not_before", K(TIMESTAMP)),
	P("subject_alternative_name", K(STRING)),
	P("subject_directory_attributes", K(STRING)),
	P("subject_key_identifier", K(STRING)),
};

static const ac_stix_property archive_ext_rows[] = {
	P("comment", K(STRING)),
	P("contains_refs", K(IDENTIFIER), LIST, REQUIRED, REFS(file_directory)),
};

static const ac_stix_property http_request_ext_rows[] = {
	P("message_body_data_ref", K(IDENTIFIER), REFS(artifact)),
	P("message_body_length", K(INTEGER)),
	P("request_header", K(DICTIONARY), VALUES(STRINGS), FORMAT(HEADER_KEYS)),
	P("request_method", K(STRING), REQUIRED),
	P("request_value", K(STRING), REQUIRED),
	P("request_version", K(STRING)),
};

static const ac_stix_property icmp_ext_rows[] = {
	P("icmp_code_hex", K(HEX), REQUIRED),
	P("icmp_type_hex", K(HEX), REQUIRED),
};

static const ac_stix_property ntfs_ext_rows[] = {
	P("alternate_data_streams", K(OBJECT), NESTED(alternate_data_stream_type), LIST),
	P("sid", K(STRING)),
};

static const ac_stix_property pdf_ext_rows[] = {
	P("document_info_dict", K(DICTIONARY), VALUES(STRING), FORMAT(PDF_KEYS)),
	P("is_optimized", K(BOOLEAN)),
	P("pdfid0", K(STRING)),
	P("pdfid1", K(STRING)),
	P("version", K(STRING)),
};

static const ac_stix_property raster_image_ext_rows[] = {
	P("bits_per_pixel", K(INTEGER)),
	P("exif_tags", K(DICTIONARY), VALUES(INTEGER_OR_STRING)),
	P("image_height", K(INTEGER)),
	P("image_width", K(INTEGER)),
};

static const ac_stix_property socket_ext_rows[] = {
	P("address_family", K(ENUM), REQUIRED, VOCAB(NETWORK_SOCKET_ADDRESS_FAMILY_ENUM)),
	P("is_blocking", K(BOOLEAN)),
	P("is_listening", K(BOOLEAN)),
	P("options", K(DICTIONARY), VALUES(INTEGER), FORMAT(SOCKET_KEYS)),
	P("socket_descriptor", K(INTEGER), AT_LEAST(0)),
	P("socket_handle", K(INTEGER)),
	P("socket_type", K(ENUM), VOCAB(NETWORK_SOCKET_TYPE_ENUM)),
};

static const ac_stix_property tcp_ext_rows[] = {
	P("dst_flags_hex", K(HEX)),
	P("src_flags_hex", K(HEX)),
};

static const ac_stix_property unix_account_ext_rows[] = {
	P("gid", K(INTEGER)),
	P("groups", K(STRING), LIST),
	P("home_dir", K(STRING)),
	P("shell", K(STRING)),
};

static const ac_stix_property windows_pebinary_ext_rows[] = {
	P("characteristics_hex", K(HEX)),
	P("file_header_hashes", K(HASHES)),
	P("imphash", K(STRING)),
	P("machine_hex", K(HEX)),
	P("number_of_sections", K(INTEGER), AT_LEAST(0)),
	P("number_of_symbols", K(INTEGER), AT_LEAST(0)),
	P("optional_header", K(OBJECT), NESTED(windows_pe_optional_header_type)),
	P("pe_type", K(OPEN_VOCAB), REQUIRED, VOCAB(WINDOWS_PEBINARY_TYPE_OV)),
	P("pointer_to_symbol_table_hex", K(HEX)),
	P("sections", K(OBJECT), NESTED(windows_pe_section_type), LIST),
	P("size_of_optional_header", K(INTEGER), AT_LEAST(0)),
	P("time_date_stamp", K(TIMESTAMP), FORMAT(WHOLE_SECOND)),
};

static const ac_stix_property windows_process_ext_rows[] = {
	P("aslr_enabled", K(BOOLEAN)),
	P("dep_enabled", K(BOOLEAN)),
	P("integrity_level", K(ENUM), VOCAB(WINDOWS_INTEGRITY_LEVEL_ENUM)),
	P("owner_sid", K(STRING)),
	P("priority", K(STRING), FORMAT(PRIORITY_CLASS)),
	P("startup_info", K(DICTIONARY)),
	/* The errata's table says windows_title, the standard before it and its schemas say window_title: both are in use. */
	P("window_title", K(STRING)),
	P("windows_title", K(STRING)),
};

static const ac_stix_property windows_service_ext_rows[] = {
	P("descriptions", K(STRING), LIST),
	P("display_name", K(STRING)),
	P("group_name", K(STRING)),
	P("service_dll_refs", K(IDENTIFIER), LIST, REFS(file)),
	P("service_name", K(STRING)),
	P("service_status", K(ENUM), VOCAB(WINDOWS_SERVICE_STATUS_ENUM)),
	P("service_type", K(ENUM), VOCAB(WINDOWS_SERVICE_TYPE_ENUM)),
	P("start_type", K(ENUM), VOCAB(WINDOWS_SERVICE_START_TYPE_ENUM)),
};

const ac_stix_struct ac_stix_struct_external_reference = { AC_S_INIT("external-reference"), AC_S_INIT("2.5"),
	external_reference_rows, AC_COUNT(external_reference_rows), false };
const ac_stix_struct ac_stix_struct_kill_chain_phase = { AC_S_INIT("kill-chain-phase"), AC_S_INIT("2.11"),
	kill_chain_phase_rows, AC_COUNT(kill_chain_phase_rows), false };
const ac_stix_struct ac_stix_struct_granular_marking = { AC_S_INIT("granular-marking"), AC_S_INIT("7.2.3"),
	granular_marking_rows, AC_COUNT(granular_marking_rows), false };
const ac_stix_struct ac_stix_struct_alternate_data_stream_type = { AC_S_INIT("alternate-data-stream-type"),
	AC_S_INIT("6.7.3"), alternate_data_stream_type_rows, AC_COUNT(alternate_data_stream_type_rows), false };
const ac_stix_struct ac_stix_struct_windows_pe_optional_header_type = { AC_S_INIT("windows-pe-optional-header-type"),
	AC_S_INIT("6.7.6"), windows_pe_optional_header_type_rows, AC_COUNT(windows_pe_optional_header_type_rows),
	true };
const ac_stix_struct ac_stix_struct_windows_pe_section_type = { AC_S_INIT("windows-pe-section-type"),
	AC_S_INIT("6.7.6"), windows_pe_section_type_rows, AC_COUNT(windows_pe_section_type_rows), false };
const ac_stix_struct ac_stix_struct_email_mime_part_type = { AC_S_INIT("email-mime-part-type"), AC_S_INIT("6.6.2"),
	email_mime_part_type_rows, AC_COUNT(email_mime_part_type_rows), false };
const ac_stix_struct ac_stix_struct_windows_registry_value_type = { AC_S_INIT("windows-registry-value-type"),
	AC_S_INIT("6.17.2"), windows_registry_value_type_rows, AC_COUNT(windows_registry_value_type_rows), true };
const ac_stix_struct ac_stix_struct_x509_v3_extensions_type = { AC_S_INIT("x509-v3-extensions-type"),
	AC_S_INIT("6.18.2"), x509_v3_extensions_type_rows, AC_COUNT(x509_v3_extensions_type_rows), true };

#define EXTENSION(n, s, host, rows)                                                                                    \
	{                                                                                                              \
		AC_S_INIT(host),                                                                                       \
		{                                                                                                      \
			AC_S_INIT(n), AC_S_INIT(s), rows, AC_COUNT(rows), true                                         \
		}                                                                                                      \
	}
const ac_stix_extension ac_stix_extensions[] = {
	EXTENSION("archive-ext", "6.7.2", "file", archive_ext_rows),
	EXTENSION("http-request-ext", "6.12.2", "network-traffic", http_request_ext_rows),
	EXTENSION("icmp-ext", "6.12.3", "network-traffic", icmp_ext_rows),
	EXTENSION("ntfs-ext", "6.7.3", "file", ntfs_ext_rows),
	EXTENSION("pdf-ext", "6.7.4", "file", pdf_ext_rows),
	EXTENSION("raster-image-ext", "6.7.5", "file", raster_image_ext_rows),
	EXTENSION("socket-ext", "6.12.4", "network-traffic", socket_ext_rows),
	EXTENSION("tcp-ext", "6.12.5", "network-traffic", tcp_ext_rows),
	EXTENSION("unix-account-ext", "6.16.2", "user-account", unix_account_ext_rows),
	EXTENSION("windows-pebinary-ext", "6.7.6", "file", windows_pebinary_ext_rows),
	EXTENSION("windows-process-ext", "6.13.2", "process", windows_process_ext_rows),
	EXTENSION("windows-service-ext", "6.13.3", "process", windows_service_ext_rows),
};
const size_t ac_stix_extension_count = AC_COUNT(ac_stix_extensions);
