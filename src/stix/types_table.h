/* SPDX-License-Identifier: Apache-2.0 */
/* How the rows of the types table are written, private to stix/: types_sdo.c, types_sco.c, types_nested.c and vocabulary.c hold them. */
#ifndef AC_STIX_TYPES_TABLE_H
#define AC_STIX_TYPES_TABLE_H

#include "stix/types.h"

/* One row: P("name", K(KIND), what else holds ...). */
#define P(n, ...)                                                                                                      \
	{                                                                                                              \
		.name = AC_S_INIT(n), __VA_ARGS__                                                                      \
	}
#define K(k) .kind = AC_STIX_##k
#define LIST .is_list = true
#define REQUIRED .is_required = true
#define DEPRECATED .is_deprecated = true
#define IN_ID .contributes_to_id = true
#define VOCAB(v) .vocabulary = &ac_stix_vocabularies[AC_VOCAB_##v]
#define REFS(r) .ref_types = refs_##r
#define REF_CLASS(c) .ref_class = (c)
#define RANGE(low, high) .has_range = true, .min = (low), .max = (high)
#define AT_LEAST(low) RANGE(low, AC_STIX_INTEGER_MAX)
#define VALUES(v) .values = AC_STIX_VALUES_##v
#define FORMAT(f) .format = AC_STIX_FORMAT_##f
#define NESTED(s) .nested = &ac_stix_struct_##s
/* One type: name, section, class, its rows, its common rows. */
#define T(n, s, c, rows, shared)                                                                                       \
	{                                                                                                              \
		AC_S_INIT(n), AC_S_INIT(s), AC_STIX_##c, rows, AC_COUNT(rows), common_##shared,                        \
		    AC_COUNT(common_##shared)                                                                          \
	}

/* STIX 2.1 s2.10: integers are within [-(2^53)+1, (2^53)-1]. */
#define AC_STIX_INTEGER_MAX INT64_C(9007199254740991)

typedef enum ac_vocab {
	AC_VOCAB_ACCOUNT_TYPE_OV,
	AC_VOCAB_ATTACK_MOTIVATION_OV,
	AC_VOCAB_ATTACK_RESOURCE_LEVEL_OV,
	AC_VOCAB_ENCRYPTION_ALGORITHM_ENUM,
	AC_VOCAB_EXTENSION_TYPE_ENUM,
	AC_VOCAB_GROUPING_CONTEXT_OV,
	AC_VOCAB_HASH_ALGORITHM_OV,
	AC_VOCAB_IDENTITY_CLASS_OV,
	AC_VOCAB_IMPLEMENTATION_LANGUAGE_OV,
	AC_VOCAB_INDICATOR_TYPE_OV,
	AC_VOCAB_INDUSTRY_SECTOR_OV,
	AC_VOCAB_INFRASTRUCTURE_TYPE_OV,
	AC_VOCAB_MALWARE_CAPABILITIES_OV,
	AC_VOCAB_MALWARE_RESULT_OV,
	AC_VOCAB_MALWARE_TYPE_OV,
	AC_VOCAB_NETWORK_SOCKET_ADDRESS_FAMILY_ENUM,
	AC_VOCAB_NETWORK_SOCKET_TYPE_ENUM,
	AC_VOCAB_OPINION_ENUM,
	AC_VOCAB_PATTERN_TYPE_OV,
	AC_VOCAB_PROCESSOR_ARCHITECTURE_OV,
	AC_VOCAB_REGION_OV,
	AC_VOCAB_REPORT_TYPE_OV,
	AC_VOCAB_THREAT_ACTOR_ROLE_OV,
	AC_VOCAB_THREAT_ACTOR_SOPHISTICATION_OV,
	AC_VOCAB_THREAT_ACTOR_TYPE_OV,
	AC_VOCAB_TOOL_TYPE_OV,
	AC_VOCAB_WINDOWS_INTEGRITY_LEVEL_ENUM,
	AC_VOCAB_WINDOWS_PEBINARY_TYPE_OV,
	AC_VOCAB_WINDOWS_REGISTRY_DATATYPE_ENUM,
	AC_VOCAB_WINDOWS_SERVICE_START_TYPE_ENUM,
	AC_VOCAB_WINDOWS_SERVICE_STATUS_ENUM,
	AC_VOCAB_WINDOWS_SERVICE_TYPE_ENUM,
} ac_vocab;

extern const ac_stix_vocabulary ac_stix_vocabularies[];
extern const size_t ac_stix_vocabulary_count;
extern const ac_stix_extension ac_stix_extensions[];
extern const size_t ac_stix_extension_count;
extern const ac_stix_type ac_stix_types_sdo[];
extern const size_t ac_stix_types_sdo_count;
extern const ac_stix_type ac_stix_types_sco[];
extern const size_t ac_stix_types_sco_count;

extern const ac_stix_struct ac_stix_struct_external_reference;
extern const ac_stix_struct ac_stix_struct_kill_chain_phase;
extern const ac_stix_struct ac_stix_struct_granular_marking;
extern const ac_stix_struct ac_stix_struct_alternate_data_stream_type;
extern const ac_stix_struct ac_stix_struct_windows_pe_optional_header_type;
extern const ac_stix_struct ac_stix_struct_windows_pe_section_type;
extern const ac_stix_struct ac_stix_struct_email_mime_part_type;
extern const ac_stix_struct ac_stix_struct_windows_registry_value_type;
extern const ac_stix_struct ac_stix_struct_x509_v3_extensions_type;

#endif
