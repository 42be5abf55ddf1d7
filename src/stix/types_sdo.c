/* SPDX-License-Identifier: Apache-2.0 */
/* STIX domain, relationship and meta objects, and the bundle (STIX 2.1 sections 4, 5, 7 and 8): one row a property, sorted by name; one row a type, sorted by name. */
#include "stix/types_table.h"

static const ac_str refs_identity[] = { AC_S_INIT("identity"), { NULL, 0 } };
static const ac_str refs_marking_definition[] = { AC_S_INIT("marking-definition"), { NULL, 0 } };
static const ac_str refs_file_artifact[] = { AC_S_INIT("file"), AC_S_INIT("artifact"), { NULL, 0 } };
static const ac_str refs_software[] = { AC_S_INIT("software"), { NULL, 0 } };
static const ac_str refs_sample[] = { AC_S_INIT("artifact"), AC_S_INIT("file"), AC_S_INIT("network-traffic"),
	{ NULL, 0 } };
static const ac_str refs_observed_data[] = { AC_S_INIT("observed-data"), { NULL, 0 } };
static const ac_str refs_identity_location[] = { AC_S_INIT("identity"), AC_S_INIT("location"), { NULL, 0 } };

static const ac_stix_property common_core[] = {
	P("confidence", K(INTEGER), RANGE(0, 100)),
	P("created", K(TIMESTAMP), REQUIRED, FORMAT(MILLISECOND)),
	P("created_by_ref", K(IDENTIFIER), REFS(identity)),
	P("extensions", K(DICTIONARY)),
	P("external_references", K(EXTERNAL_REFERENCE), NESTED(external_reference), LIST),
	P("granular_markings", K(GRANULAR_MARKING), NESTED(granular_marking), LIST),
	P("id", K(IDENTIFIER), REQUIRED),
	P("labels", K(STRING), LIST),
	P("lang", K(STRING), FORMAT(LANGUAGE)),
	P("modified", K(TIMESTAMP), REQUIRED, FORMAT(MILLISECOND)),
	P("object_marking_refs", K(IDENTIFIER), LIST, REFS(marking_definition)),
	P("revoked", K(BOOLEAN)),
	P("spec_version", K(STRING), REQUIRED),
	P("type", K(STRING), REQUIRED),
};

static const ac_stix_property common_language_content[] = {
	P("confidence", K(INTEGER), RANGE(0, 100)),
	P("created", K(TIMESTAMP), REQUIRED, FORMAT(MILLISECOND)),
	P("created_by_ref", K(IDENTIFIER), REFS(identity)),
	P("extensions", K(DICTIONARY)),
	P("external_references", K(EXTERNAL_REFERENCE), NESTED(external_reference), LIST),
	P("granular_markings", K(GRANULAR_MARKING), NESTED(granular_marking), LIST),
	P("id", K(IDENTIFIER), REQUIRED),
	P("labels", K(STRING), LIST),
	P("modified", K(TIMESTAMP), REQUIRED, FORMAT(MILLISECOND)),
	P("object_marking_refs", K(IDENTIFIER), LIST, REFS(marking_definition)),
	P("revoked", K(BOOLEAN)),
	P("spec_version", K(STRING), REQUIRED),
	P("type", K(STRING), REQUIRED),
};

static const ac_stix_property common_marking_definition[] = {
	P("created", K(TIMESTAMP), REQUIRED, FORMAT(MILLISECOND)),
	P("created_by_ref", K(IDENTIFIER), REFS(identity)),
	P("extensions", K(DICTIONARY)),
	P("external_references", K(EXTERNAL_REFERENCE), NESTED(external_reference), LIST),
	P("granular_markings", K(GRANULAR_MARKING), NESTED(granular_marking), LIST),
	P("id", K(IDENTIFIER), REQUIRED),
	P("object_marking_refs", K(IDENTIFIER), LIST, REFS(marking_definition)),
	P("spec_version", K(STRING), REQUIRED),
	P("type", K(STRING), REQUIRED),
};

static const ac_stix_property common_extension_definition[] = {
	P("created", K(TIMESTAMP), REQUIRED, FORMAT(MILLISECOND)),
	P("created_by_ref", K(IDENTIFIER), REQUIRED, REFS(identity)),
	P("external_references", K(EXTERNAL_REFERENCE), NESTED(external_reference), LIST),
	P("granular_markings", K(GRANULAR_MARKING), NESTED(granular_marking), LIST),
	P("id", K(IDENTIFIER), REQUIRED),
	P("labels", K(STRING), LIST),
	P("modified", K(TIMESTAMP), REQUIRED, FORMAT(MILLISECOND)),
	P("object_marking_refs", K(IDENTIFIER), LIST, REFS(marking_definition)),
	P("revoked", K(BOOLEAN)),
	P("spec_version", K(STRING), REQUIRED),
	P("type", K(STRING), REQUIRED),
};

static const ac_stix_property common_bundle[] = {
	P("id", K(IDENTIFIER), REQUIRED),
	P("type", K(STRING), REQUIRED),
};

static const ac_stix_property attack_pattern_rows[] = {
	P("aliases", K(STRING), LIST),
	P("description", K(STRING)),
	P("kill_chain_phases", K(KILL_CHAIN_PHASE), NESTED(kill_chain_phase), LIST),
	P("name", K(STRING), REQUIRED),
};

static const ac_stix_property campaign_rows[] = {
	P("aliases", K(STRING), LIST),
	P("description", K(STRING)),
	P("first_seen", K(TIMESTAMP)),
	P("last_seen", K(TIMESTAMP)),
	P("name", K(STRING), REQUIRED),
	P("objective", K(STRING)),
};

static const ac_stix_property course_of_action_rows[] = {
	P("action", K(RESERVED)),
	P("description", K(STRING)),
	P("name", K(STRING), REQUIRED),
};

static const ac_stix_property grouping_rows[] = {
	P("context", K(OPEN_VOCAB), REQUIRED, VOCAB(GROUPING_CONTEXT_OV)),
	P("description", K(STRING)),
	P("name", K(STRING)),
	P("object_refs", K(IDENTIFIER), LIST, REQUIRED,
	    REF_CLASS(AC_STIX_REF_SDO | AC_STIX_REF_SRO | AC_STIX_REF_SCO | AC_STIX_REF_META | AC_STIX_REF_CUSTOM)),
};

static const ac_stix_property identity_rows[] = {
	P("contact_information", K(STRING)),
	P("description", K(STRING)),
	P("identity_class", K(OPEN_VOCAB), VOCAB(IDENTITY_CLASS_OV)),
	P("name", K(STRING), REQUIRED),
	P("roles", K(STRING), LIST),
	P("sectors", K(OPEN_VOCAB), LIST, VOCAB(INDUSTRY_SECTOR_OV)),
};

static const ac_stix_property incident_rows[] = {
	P("description", K(STRING)),
	P("name", K(STRING), REQUIRED),
};

static const ac_stix_property indicator_rows[] = {
	P("description", K(STRING)),
	P("indicator_types", K(OPEN_VOCAB), LIST, VOCAB(INDICATOR_TYPE_OV)),
	P("kill_chain_phases", K(KILL_CHAIN_PHASE), NESTED(kill_chain_phase), LIST),
	P("name", K(STRING)),
	P("pattern", K(STRING), REQUIRED),
	P("pattern_type", K(OPEN_VOCAB), REQUIRED, VOCAB(PATTERN_TYPE_OV)),
	P("pattern_version", K(STRING)),
	P("valid_from", K(TIMESTAMP), REQUIRED),
	P("valid_until", K(TIMESTAMP)),
};

static const ac_stix_property infrastructure_rows[] = {
	P("aliases", K(STRING), LIST),
	P("description", K(STRING)),
	P("first_seen", K(TIMESTAMP)),
	P("infrastructure_types", K(OPEN_VOCAB), LIST, VOCAB(INFRASTRUCTURE_TYPE_OV)),
	P("kill_chain_phases", K(KILL_CHAIN_PHASE), NESTED(kill_chain_phase), LIST),
	P("last_seen", K(TIMESTAMP)),
	P("name", K(STRING), REQUIRED),
};

static const ac_stix_property intrusion_set_rows[] = {
	P("aliases", K(STRING), LIST),
	P("description", K(STRING)),
	P("first_seen", K(TIMESTAMP)),
	P("goals", K(STRING), LIST),
	P("last_seen", K(TIMESTAMP)),
	P("name", K(STRING), REQUIRED),
	P("primary_motivation", K(OPEN_VOCAB), VOCAB(ATTACK_MOTIVATION_OV)),
	P("resource_level", K(OPEN_VOCAB), VOCAB(ATTACK_RESOURCE_LEVEL_OV)),
	P("secondary_motivations", K(OPEN_VOCAB), LIST, VOCAB(ATTACK_MOTIVATION_OV)),
};

static const ac_stix_property location_rows[] = {
	P("administrative_area", K(STRING)),
	P("city", K(STRING)),
	P("country", K(STRING), FORMAT(COUNTRY)),
	P("description", K(STRING)),
	P("latitude", K(FLOAT), RANGE(-90, 90)),
	P("longitude", K(FLOAT), RANGE(-180, 180)),
	P("name", K(STRING)),
	P("postal_code", K(STRING)),
	P("precision", K(FLOAT)),
	P("region", K(OPEN_VOCAB), VOCAB(REGION_OV)),
	P("street_address", K(STRING)),
};

static const ac_stix_property malware_rows[] = {
	P("aliases", K(STRING), LIST),
	P("architecture_execution_envs", K(OPEN_VOCAB), LIST, VOCAB(PROCESSOR_ARCHITECTURE_OV)),
	P("capabilities", K(OPEN_VOCAB), LIST, VOCAB(MALWARE_CAPABILITIES_OV)),
	P("description", K(STRING)),
	P("first_seen", K(TIMESTAMP)),
	P("implementation_languages", K(OPEN_VOCAB), LIST, VOCAB(IMPLEMENTATION_LANGUAGE_OV)),
	P("is_family", K(BOOLEAN), REQUIRED),
	P("kill_chain_phases", K(KILL_CHAIN_PHASE), NESTED(kill_chain_phase), LIST),
	P("last_seen", K(TIMESTAMP)),
	P("malware_types", K(OPEN_VOCAB), LIST, VOCAB(MALWARE_TYPE_OV)),
	P("name", K(STRING)),
	P("operating_system_refs", K(IDENTIFIER), LIST, REFS(software)),
	P("sample_refs", K(IDENTIFIER), LIST, REFS(file_artifact)),
};

static const ac_stix_property malware_analysis_rows[] = {
	P("analysis_definition_version", K(STRING)),
	P("analysis_ended", K(TIMESTAMP)),
	P("analysis_engine_version", K(STRING)),
	P("analysis_sco_refs", K(IDENTIFIER), LIST, REF_CLASS(AC_STIX_REF_SCO | AC_STIX_REF_CUSTOM)),
	P("analysis_started", K(TIMESTAMP)),
	P("configuration_version", K(STRING)),
	P("host_vm_ref", K(IDENTIFIER), REFS(software)),
	P("installed_software_refs", K(IDENTIFIER), LIST, REFS(software)),
	P("modules", K(STRING), LIST),
	P("operating_system_ref", K(IDENTIFIER), REFS(software)),
	P("product", K(STRING), REQUIRED, FORMAT(PRODUCT)),
	P("result", K(OPEN_VOCAB), VOCAB(MALWARE_RESULT_OV)),
	P("result_name", K(STRING)),
	P("sample_ref", K(IDENTIFIER), REFS(sample)),
	P("submitted", K(TIMESTAMP)),
	P("version", K(STRING)),
};

static const ac_stix_property note_rows[] = {
	P("abstract", K(STRING)),
	P("authors", K(STRING), LIST),
	P("content", K(STRING), REQUIRED),
	P("object_refs", K(IDENTIFIER), LIST, REQUIRED,
	    REF_CLASS(AC_STIX_REF_SDO | AC_STIX_REF_SRO | AC_STIX_REF_SCO | AC_STIX_REF_META | AC_STIX_REF_CUSTOM)),
};

static const ac_stix_property observed_data_rows[] = {
	P("first_observed", K(TIMESTAMP), REQUIRED),
	P("last_observed", K(TIMESTAMP), REQUIRED),
	P("number_observed", K(INTEGER), REQUIRED, RANGE(1, 999999999)),
	P("object_refs", K(IDENTIFIER), LIST, REF_CLASS(AC_STIX_REF_SCO | AC_STIX_REF_SRO | AC_STIX_REF_CUSTOM)),
	P("objects", K(CONTAINER), DEPRECATED),
};

static const ac_stix_property opinion_rows[] = {
	P("authors", K(STRING), LIST),
	P("explanation", K(STRING)),
	P("object_refs", K(IDENTIFIER), LIST, REQUIRED,
	    REF_CLASS(AC_STIX_REF_SDO | AC_STIX_REF_SRO | AC_STIX_REF_SCO | AC_STIX_REF_META | AC_STIX_REF_CUSTOM)),
	P("opinion", K(ENUM), REQUIRED, VOCAB(OPINION_ENUM)),
};

static const ac_stix_property report_rows[] = {
	P("description", K(STRING)),
	P("name", K(STRING), REQUIRED),
	P("object_refs", K(IDENTIFIER), LIST, REQUIRED,
	    REF_CLASS(AC_STIX_REF_SDO | AC_STIX_REF_SRO | AC_STIX_REF_SCO | AC_STIX_REF_META | AC_STIX_REF_CUSTOM)),
	P("published", K(TIMESTAMP), REQUIRED),
	P("report_types", K(OPEN_VOCAB), LIST, VOCAB(REPORT_TYPE_OV)),
};

static const ac_stix_property threat_actor_rows[] = {
	P("aliases", K(STRING), LIST),
	P("description", K(STRING)),
	P("first_seen", K(TIMESTAMP)),
	P("goals", K(STRING), LIST),
	P("last_seen", K(TIMESTAMP)),
	P("name", K(STRING), REQUIRED),
	P("personal_motivations", K(OPEN_VOCAB), LIST, VOCAB(ATTACK_MOTIVATION_OV)),
	P("primary_motivation", K(OPEN_VOCAB), VOCAB(ATTACK_MOTIVATION_OV)),
	P("resource_level", K(OPEN_VOCAB), VOCAB(ATTACK_RESOURCE_LEVEL_OV)),
	P("roles", K(OPEN_VOCAB), LIST, VOCAB(THREAT_ACTOR_ROLE_OV)),
	P("secondary_motivations", K(OPEN_VOCAB), LIST, VOCAB(ATTACK_MOTIVATION_OV)),
	P("sophistication", K(OPEN_VOCAB), VOCAB(THREAT_ACTOR_SOPHISTICATION_OV)),
	P("threat_actor_types", K(OPEN_VOCAB), LIST, VOCAB(THREAT_ACTOR_TYPE_OV)),
};

static const ac_stix_property tool_rows[] = {
	P("aliases", K(STRING), LIST),
	P("description", K(STRING)),
	P("kill_chain_phases", K(KILL_CHAIN_PHASE), NESTED(kill_chain_phase), LIST),
	P("name", K(STRING), REQUIRED),
	P("tool_types", K(OPEN_VOCAB), LIST, VOCAB(TOOL_TYPE_OV)),
	P("tool_version", K(STRING)),
};

static const ac_stix_property vulnerability_rows[] = {
	P("description", K(STRING)),
	P("name", K(STRING), REQUIRED),
};

static const ac_stix_property relationship_rows[] = {
	P("description", K(STRING)),
	P("relationship_type", K(STRING), REQUIRED, FORMAT(RELATIONSHIP_TYPE)),
	P("source_ref", K(IDENTIFIER), REQUIRED, REF_CLASS(AC_STIX_REF_SDO | AC_STIX_REF_SCO | AC_STIX_REF_CUSTOM)),
	P("start_time", K(TIMESTAMP)),
	P("stop_time", K(TIMESTAMP)),
	P("target_ref", K(IDENTIFIER), REQUIRED, REF_CLASS(AC_STIX_REF_SDO | AC_STIX_REF_SCO | AC_STIX_REF_CUSTOM)),
};

static const ac_stix_property sighting_rows[] = {
	P("count", K(INTEGER), RANGE(0, 999999999)),
	P("description", K(STRING)),
	P("first_seen", K(TIMESTAMP)),
	P("last_seen", K(TIMESTAMP)),
	P("observed_data_refs", K(IDENTIFIER), LIST, REFS(observed_data)),
	P("sighting_of_ref", K(IDENTIFIER), REQUIRED, REF_CLASS(AC_STIX_REF_SDO | AC_STIX_REF_CUSTOM)),
	/* The table says string; its default is false, s2.2's example has true, and the standard's schemas say boolean. */
	P("summary", K(BOOLEAN)),
	P("where_sighted_refs", K(IDENTIFIER), LIST, REFS(identity_location)),
};

static const ac_stix_property language_content_rows[] = {
	P("contents", K(DICTIONARY), REQUIRED),
	P("object_modified", K(TIMESTAMP)),
	P("object_ref", K(IDENTIFIER), REQUIRED,
	    REF_CLASS(AC_STIX_REF_SDO | AC_STIX_REF_SRO | AC_STIX_REF_SCO | AC_STIX_REF_META | AC_STIX_REF_CUSTOM)),
};

static const ac_stix_property marking_definition_rows[] = {
	P("definition", K(OBJECT), DEPRECATED),
	P("definition_type", K(STRING), DEPRECATED),
	P("name", K(STRING)),
};

static const ac_stix_property extension_definition_rows[] = {
	P("description", K(STRING)),
	P("extension_properties", K(STRING), LIST, FORMAT(PROPERTY_NAME)),
	P("extension_types", K(ENUM), LIST, REQUIRED, VOCAB(EXTENSION_TYPE_ENUM)),
	P("name", K(STRING), REQUIRED),
	P("schema", K(STRING), REQUIRED),
	P("version", K(STRING), REQUIRED),
};

static const ac_stix_property bundle_rows[] = {
	P("objects", K(OBJECT), LIST),
};

const ac_stix_type ac_stix_types_sdo[] = {
	T("attack-pattern", "4.1", SDO, attack_pattern_rows, core),
	T("bundle", "8", BUNDLE, bundle_rows, bundle),
	T("campaign", "4.2", SDO, campaign_rows, core),
	T("course-of-action", "4.3", SDO, course_of_action_rows, core),
	T("extension-definition", "7.3", META, extension_definition_rows, extension_definition),
	T("grouping", "4.4", SDO, grouping_rows, core),
	T("identity", "4.5", SDO, identity_rows, core),
	T("incident", "4.6", SDO, incident_rows, core),
	T("indicator", "4.7", SDO, indicator_rows, core),
	T("infrastructure", "4.8", SDO, infrastructure_rows, core),
	T("intrusion-set", "4.9", SDO, intrusion_set_rows, core),
	T("language-content", "7.1", META, language_content_rows, language_content),
	T("location", "4.10", SDO, location_rows, core),
	T("malware", "4.11", SDO, malware_rows, core),
	T("malware-analysis", "4.12", SDO, malware_analysis_rows, core),
	T("marking-definition", "7.2.1", META, marking_definition_rows, marking_definition),
	T("note", "4.13", SDO, note_rows, core),
	T("observed-data", "4.14", SDO, observed_data_rows, core),
	T("opinion", "4.15", SDO, opinion_rows, core),
	T("relationship", "5.1", SRO, relationship_rows, core),
	T("report", "4.16", SDO, report_rows, core),
	T("sighting", "5.2", SRO, sighting_rows, core),
	T("threat-actor", "4.17", SDO, threat_actor_rows, core),
	T("tool", "4.18", SDO, tool_rows, core),
	T("vulnerability", "4.19", SDO, vulnerability_rows, core),
};
const size_t ac_stix_types_sdo_count = AC_COUNT(ac_stix_types_sdo);
