/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabularies and enumerations of STIX 2.1 section 10, terms in the standard's order. Facts only: no code looks here except through types.h. */
#include "stix/types_table.h"

static const ac_str account_type_ov[] = { AC_S_INIT("facebook"), AC_S_INIT("ldap"), AC_S_INIT("nis"),
	AC_S_INIT("openid"), AC_S_INIT("radius"), AC_S_INIT("skype"), AC_S_INIT("tacacs"), AC_S_INIT("twitter"),
	AC_S_INIT("unix"), AC_S_INIT("windows-local"), AC_S_INIT("windows-domain"), { NULL, 0 } };
static const ac_str attack_motivation_ov[] = { AC_S_INIT("accidental"), AC_S_INIT("coercion"), AC_S_INIT("dominance"),
	AC_S_INIT("ideology"), AC_S_INIT("notoriety"), AC_S_INIT("organizational-gain"), AC_S_INIT("personal-gain"),
	AC_S_INIT("personal-satisfaction"), AC_S_INIT("revenge"), AC_S_INIT("unpredictable"), { NULL, 0 } };
static const ac_str attack_resource_level_ov[] = { AC_S_INIT("club"), AC_S_INIT("contest"), AC_S_INIT("team"),
	AC_S_INIT("organization"), AC_S_INIT("government"), { NULL, 0 } };
static const ac_str encryption_algorithm_enum[] = { AC_S_INIT("AES-256-GCM"), AC_S_INIT("ChaCha20-Poly1305"),
	AC_S_INIT("mime-type-indicated"), { NULL, 0 } };
static const ac_str extension_type_enum[] = { AC_S_INIT("new-sdo"), AC_S_INIT("new-sco"), AC_S_INIT("new-sro"),
	AC_S_INIT("property-extension"), AC_S_INIT("toplevel-property-extension"), { NULL, 0 } };
static const ac_str grouping_context_ov[] = { AC_S_INIT("suspicious-activity"), AC_S_INIT("malware-analysis"),
	AC_S_INIT("unspecified"), { NULL, 0 } };
static const ac_str hash_algorithm_ov[] = { AC_S_INIT("MD5"), AC_S_INIT("SHA-1"), AC_S_INIT("SHA-256"),
	AC_S_INIT("SHA-512"), AC_S_INIT("SHA3-256"), AC_S_INIT("SHA3-512"), AC_S_INIT("SSDEEP"), AC_S_INIT("TLSH"),
	{ NULL, 0 } };
static const ac_str identity_class_ov[] = { AC_S_INIT("individual"), AC_S_INIT("group"), AC_S_INIT("system"),
	AC_S_INIT("organization"), AC_S_INIT("class"), AC_S_INIT("unknown"), { NULL, 0 } };
static const ac_str implementation_language_ov[] = { AC_S_INIT("applescript"), AC_S_INIT("bash"), AC_S_INIT("c"),
	AC_S_INIT("c++"), AC_S_INIT("c#"), AC_S_INIT("go"), AC_S_INIT("java"), AC_S_INIT("javascript"),
	AC_S_INIT("lua"), AC_S_INIT("objective-c"), AC_S_INIT("perl"), AC_S_INIT("php"), AC_S_INIT("powershell"),
	AC_S_INIT("python"), AC_S_INIT("ruby"), AC_S_INIT("rust"), AC_S_INIT("scala"), AC_S_INIT("swift"),
	AC_S_INIT("typescript"), AC_S_INIT("visual-basic"), AC_S_INIT("x86-32"), AC_S_INIT("x86-64"), { NULL, 0 } };
static const ac_str indicator_type_ov[] = { AC_S_INIT("anomalous-activity"), AC_S_INIT("anonymization"),
	AC_S_INIT("benign"), AC_S_INIT("compromised"), AC_S_INIT("malicious-activity"), AC_S_INIT("attribution"),
	AC_S_INIT("unknown"), { NULL, 0 } };
static const ac_str industry_sector_ov[] = { AC_S_INIT("agriculture"), AC_S_INIT("aerospace"), AC_S_INIT("automotive"),
	AC_S_INIT("chemical"), AC_S_INIT("commercial"), AC_S_INIT("communications"), AC_S_INIT("construction"),
	AC_S_INIT("defense"), AC_S_INIT("education"), AC_S_INIT("energy"), AC_S_INIT("entertainment"),
	AC_S_INIT("financial-services"), AC_S_INIT("government"), AC_S_INIT("emergency-services"),
	AC_S_INIT("government-local"), AC_S_INIT("government-national"), AC_S_INIT("government-public-services"),
	AC_S_INIT("government-regional"), AC_S_INIT("healthcare"), AC_S_INIT("hospitality-leisure"),
	AC_S_INIT("infrastructure"), AC_S_INIT("dams"), AC_S_INIT("nuclear"), AC_S_INIT("water"),
	AC_S_INIT("insurance"), AC_S_INIT("legal"), AC_S_INIT("manufacturing"), AC_S_INIT("mining"),
	AC_S_INIT("non-profit"), AC_S_INIT("pharmaceuticals"), AC_S_INIT("retail"), AC_S_INIT("technology"),
	AC_S_INIT("telecommunications"), AC_S_INIT("transportation"), AC_S_INIT("utilities"), { NULL, 0 } };
static const ac_str infrastructure_type_ov[] = { AC_S_INIT("amplification"), AC_S_INIT("anonymization"),
	AC_S_INIT("botnet"), AC_S_INIT("command-and-control"), AC_S_INIT("control-system"), AC_S_INIT("exfiltration"),
	AC_S_INIT("firewall"), AC_S_INIT("hosting-malware"), AC_S_INIT("hosting-target-lists"), AC_S_INIT("phishing"),
	AC_S_INIT("reconnaissance"), AC_S_INIT("routers-switches"), AC_S_INIT("staging"), AC_S_INIT("workstation"),
	AC_S_INIT("unknown"), { NULL, 0 } };
static const ac_str malware_capabilities_ov[] = { AC_S_INIT("accesses-remote-machines"), AC_S_INIT("anti-debugging"),
	AC_S_INIT("anti-disassembly"), AC_S_INIT("anti-emulation"), AC_S_INIT("anti-memory-forensics"),
	AC_S_INIT("anti-sandbox"), AC_S_INIT("anti-vm"), AC_S_INIT("captures-input-peripherals"),
	AC_S_INIT("captures-output-peripherals"), AC_S_INIT("captures-system-state-data"),
	AC_S_INIT("cleans-traces-of-infection"), AC_S_INIT("commits-fraud"), AC_S_INIT("communicates-with-c2"),
	AC_S_INIT("compromises-data-availability"), AC_S_INIT("compromises-data-integrity"),
	AC_S_INIT("compromises-system-availability"), AC_S_INIT("controls-local-machine"),
	AC_S_INIT("degrades-security-software"), AC_S_INIT("degrades-system-updates"),
	AC_S_INIT("determines-c2-server"), AC_S_INIT("emails-spam"), AC_S_INIT("escalates-privileges"),
	AC_S_INIT("evades-av"), AC_S_INIT("exfiltrates-data"), AC_S_INIT("fingerprints-host"),
	AC_S_INIT("hides-artifacts"), AC_S_INIT("hides-executing-code"), AC_S_INIT("infects-files"),
	AC_S_INIT("infects-remote-machines"), AC_S_INIT("installs-other-components"),
	AC_S_INIT("persists-after-system-reboot"), AC_S_INIT("prevents-artifact-access"),
	AC_S_INIT("prevents-artifact-deletion"), AC_S_INIT("probes-network-environment"), AC_S_INIT("self-modifies"),
	AC_S_INIT("steals-authentication-credentials"), AC_S_INIT("violates-system-operational-integrity"),
	{ NULL, 0 } };
static const ac_str malware_result_ov[] = { AC_S_INIT("malicious"), AC_S_INIT("suspicious"), AC_S_INIT("benign"),
	AC_S_INIT("unknown"), { NULL, 0 } };
static const ac_str malware_type_ov[] = { AC_S_INIT("adware"), AC_S_INIT("backdoor"), AC_S_INIT("bot"),
	AC_S_INIT("bootkit"), AC_S_INIT("ddos"), AC_S_INIT("downloader"), AC_S_INIT("dropper"),
	AC_S_INIT("exploit-kit"), AC_S_INIT("keylogger"), AC_S_INIT("ransomware"), AC_S_INIT("remote-access-trojan"),
	AC_S_INIT("resource-exploitation"), AC_S_INIT("rogue-security-software"), AC_S_INIT("rootkit"),
	AC_S_INIT("screen-capture"), AC_S_INIT("spyware"), AC_S_INIT("trojan"), AC_S_INIT("unknown"),
	AC_S_INIT("virus"), AC_S_INIT("webshell"), AC_S_INIT("wiper"), AC_S_INIT("worm"), { NULL, 0 } };
static const ac_str network_socket_address_family_enum[] = { AC_S_INIT("AF_UNSPEC"), AC_S_INIT("AF_INET"),
	AC_S_INIT("AF_IPX"), AC_S_INIT("AF_APPLETALK"), AC_S_INIT("AF_NETBIOS"), AC_S_INIT("AF_INET6"),
	AC_S_INIT("AF_IRDA"), AC_S_INIT("AF_BTH"), { NULL, 0 } };
static const ac_str network_socket_type_enum[] = { AC_S_INIT("SOCK_STREAM"), AC_S_INIT("SOCK_DGRAM"),
	AC_S_INIT("SOCK_RAW"), AC_S_INIT("SOCK_RDM"), AC_S_INIT("SOCK_SEQPACKET"), { NULL, 0 } };
static const ac_str opinion_enum[] = { AC_S_INIT("strongly-disagree"), AC_S_INIT("disagree"), AC_S_INIT("neutral"),
	AC_S_INIT("agree"), AC_S_INIT("strongly-agree"), { NULL, 0 } };
static const ac_str pattern_type_ov[] = { AC_S_INIT("stix"), AC_S_INIT("pcre"), AC_S_INIT("sigma"), AC_S_INIT("snort"),
	AC_S_INIT("suricata"), AC_S_INIT("yara"), { NULL, 0 } };
static const ac_str processor_architecture_ov[] = { AC_S_INIT("alpha"), AC_S_INIT("arm"), AC_S_INIT("ia-64"),
	AC_S_INIT("mips"), AC_S_INIT("powerpc"), AC_S_INIT("sparc"), AC_S_INIT("x86"), AC_S_INIT("x86-64"),
	{ NULL, 0 } };
static const ac_str region_ov[] = { AC_S_INIT("africa"), AC_S_INIT("eastern-africa"), AC_S_INIT("middle-africa"),
	AC_S_INIT("northern-africa"), AC_S_INIT("southern-africa"), AC_S_INIT("western-africa"), AC_S_INIT("americas"),
	AC_S_INIT("caribbean"), AC_S_INIT("central-america"), AC_S_INIT("latin-america-caribbean"),
	AC_S_INIT("northern-america"), AC_S_INIT("south-america"), AC_S_INIT("asia"), AC_S_INIT("central-asia"),
	AC_S_INIT("eastern-asia"), AC_S_INIT("southern-asia"), AC_S_INIT("south-eastern-asia"),
	AC_S_INIT("western-asia"), AC_S_INIT("europe"), AC_S_INIT("eastern-europe"), AC_S_INIT("northern-europe"),
	AC_S_INIT("southern-europe"), AC_S_INIT("western-europe"), AC_S_INIT("oceania"), AC_S_INIT("antarctica"),
	AC_S_INIT("australia-new-zealand"), AC_S_INIT("melanesia"), AC_S_INIT("micronesia"), AC_S_INIT("polynesia"),
	{ NULL, 0 } };
static const ac_str report_type_ov[] = { AC_S_INIT("attack-pattern"), AC_S_INIT("campaign"), AC_S_INIT("identity"),
	AC_S_INIT("incident"), AC_S_INIT("indicator"), AC_S_INIT("intrusion-set"), AC_S_INIT("malware"),
	AC_S_INIT("observed-data"), AC_S_INIT("threat-actor"), AC_S_INIT("threat-report"), AC_S_INIT("tool"),
	AC_S_INIT("vulnerability"), { NULL, 0 } };
static const ac_str threat_actor_role_ov[] = { AC_S_INIT("agent"), AC_S_INIT("director"), AC_S_INIT("independent"),
	AC_S_INIT("infrastructure-architect"), AC_S_INIT("infrastructure-operator"), AC_S_INIT("malware-author"),
	AC_S_INIT("sponsor"), { NULL, 0 } };
static const ac_str threat_actor_sophistication_ov[] = { AC_S_INIT("none"), AC_S_INIT("minimal"),
	AC_S_INIT("intermediate"), AC_S_INIT("advanced"), AC_S_INIT("expert"), AC_S_INIT("innovator"),
	AC_S_INIT("strategic"), { NULL, 0 } };
static const ac_str threat_actor_type_ov[] = { AC_S_INIT("activist"), AC_S_INIT("competitor"),
	AC_S_INIT("crime-syndicate"), AC_S_INIT("criminal"), AC_S_INIT("hacker"), AC_S_INIT("insider-accidental"),
	AC_S_INIT("insider-disgruntled"), AC_S_INIT("nation-state"), AC_S_INIT("private-sector"),
	AC_S_INIT("sensationalist"), AC_S_INIT("spy"), AC_S_INIT("terrorist"), AC_S_INIT("unknown"), { NULL, 0 } };
static const ac_str tool_type_ov[] = { AC_S_INIT("denial-of-service"), AC_S_INIT("exploitation"),
	AC_S_INIT("information-gathering"), AC_S_INIT("network-capture"), AC_S_INIT("credential-exploitation"),
	AC_S_INIT("remote-access"), AC_S_INIT("vulnerability-scanning"), AC_S_INIT("unknown"), { NULL, 0 } };
static const ac_str windows_integrity_level_enum[] = { AC_S_INIT("low"), AC_S_INIT("medium"), AC_S_INIT("high"),
	AC_S_INIT("system"), { NULL, 0 } };
static const ac_str windows_pebinary_type_ov[] = { AC_S_INIT("dll"), AC_S_INIT("exe"), AC_S_INIT("sys"), { NULL, 0 } };
static const ac_str windows_registry_datatype_enum[] = { AC_S_INIT("REG_NONE"), AC_S_INIT("REG_SZ"),
	AC_S_INIT("REG_EXPAND_SZ"), AC_S_INIT("REG_BINARY"), AC_S_INIT("REG_DWORD"), AC_S_INIT("REG_DWORD_BIG_ENDIAN"),
	AC_S_INIT("REG_DWORD_LITTLE_ENDIAN"), AC_S_INIT("REG_LINK"), AC_S_INIT("REG_MULTI_SZ"),
	AC_S_INIT("REG_RESOURCE_LIST"), AC_S_INIT("REG_FULL_RESOURCE_DESCRIPTION"),
	AC_S_INIT("REG_RESOURCE_REQUIREMENTS_LIST"), AC_S_INIT("REG_QWORD"), AC_S_INIT("REG_INVALID_TYPE"),
	{ NULL, 0 } };
static const ac_str windows_service_start_type_enum[] = { AC_S_INIT("SERVICE_AUTO_START"),
	AC_S_INIT("SERVICE_BOOT_START"), AC_S_INIT("SERVICE_DEMAND_START"), AC_S_INIT("SERVICE_DISABLED"),
	AC_S_INIT("SERVICE_SYSTEM_ALERT"), { NULL, 0 } };
static const ac_str windows_service_status_enum[] = { AC_S_INIT("SERVICE_CONTINUE_PENDING"),
	AC_S_INIT("SERVICE_PAUSE_PENDING"), AC_S_INIT("SERVICE_PAUSED"), AC_S_INIT("SERVICE_RUNNING"),
	AC_S_INIT("SERVICE_START_PENDING"), AC_S_INIT("SERVICE_STOP_PENDING"), AC_S_INIT("SERVICE_STOPPED"),
	{ NULL, 0 } };
static const ac_str windows_service_type_enum[] = { AC_S_INIT("SERVICE_KERNEL_DRIVER"),
	AC_S_INIT("SERVICE_FILE_SYSTEM_DRIVER"), AC_S_INIT("SERVICE_WIN32_OWN_PROCESS"),
	AC_S_INIT("SERVICE_WIN32_SHARE_PROCESS"), { NULL, 0 } };

const ac_stix_vocabulary ac_stix_vocabularies[] = {
	[AC_VOCAB_ACCOUNT_TYPE_OV] = { AC_S_INIT("account-type-ov"), AC_S_INIT("10.1"), AC_S_INIT("244"), true,
	    account_type_ov },
	[AC_VOCAB_ATTACK_MOTIVATION_OV] = { AC_S_INIT("attack-motivation-ov"), AC_S_INIT("10.2"), AC_S_INIT("211"),
	    true, attack_motivation_ov },
	[AC_VOCAB_ATTACK_RESOURCE_LEVEL_OV] = { AC_S_INIT("attack-resource-level-ov"), AC_S_INIT("10.3"),
	    AC_S_INIT("212"), true, attack_resource_level_ov },
	[AC_VOCAB_ENCRYPTION_ALGORITHM_ENUM] = { AC_S_INIT("encryption-algorithm-enum"), AC_S_INIT("10.4"),
	    AC_S_INIT(""), false, encryption_algorithm_enum },
	[AC_VOCAB_EXTENSION_TYPE_ENUM] = { AC_S_INIT("extension-type-enum"), AC_S_INIT("10.5"), AC_S_INIT(""), false,
	    extension_type_enum },
	[AC_VOCAB_GROUPING_CONTEXT_OV] = { AC_S_INIT("grouping-context-ov"), AC_S_INIT("10.6"), AC_S_INIT("225"), true,
	    grouping_context_ov },
	[AC_VOCAB_HASH_ALGORITHM_OV] = { AC_S_INIT("hash-algorithm-ov"), AC_S_INIT("10.7"), AC_S_INIT("241"), true,
	    hash_algorithm_ov },
	[AC_VOCAB_IDENTITY_CLASS_OV] = { AC_S_INIT("identity-class-ov"), AC_S_INIT("10.8"), AC_S_INIT("213"), true,
	    identity_class_ov },
	[AC_VOCAB_IMPLEMENTATION_LANGUAGE_OV] = { AC_S_INIT("implementation-language-ov"), AC_S_INIT("10.9"),
	    AC_S_INIT("226"), true, implementation_language_ov },
	[AC_VOCAB_INDICATOR_TYPE_OV] = { AC_S_INIT("indicator-type-ov"), AC_S_INIT("10.10"), AC_S_INIT("214"), true,
	    indicator_type_ov },
	[AC_VOCAB_INDUSTRY_SECTOR_OV] = { AC_S_INIT("industry-sector-ov"), AC_S_INIT("10.11"), AC_S_INIT("215"), true,
	    industry_sector_ov },
	[AC_VOCAB_INFRASTRUCTURE_TYPE_OV] = { AC_S_INIT("infrastructure-type-ov"), AC_S_INIT("10.12"), AC_S_INIT("227"),
	    true, infrastructure_type_ov },
	[AC_VOCAB_MALWARE_CAPABILITIES_OV] = { AC_S_INIT("malware-capabilities-ov"), AC_S_INIT("10.13"),
	    AC_S_INIT("228"), true, malware_capabilities_ov },
	[AC_VOCAB_MALWARE_RESULT_OV] = { AC_S_INIT("malware-result-ov"), AC_S_INIT("10.14"), AC_S_INIT("231"), true,
	    malware_result_ov },
	[AC_VOCAB_MALWARE_TYPE_OV] = { AC_S_INIT("malware-type-ov"), AC_S_INIT("10.15"), AC_S_INIT("216"), true,
	    malware_type_ov },
	[AC_VOCAB_NETWORK_SOCKET_ADDRESS_FAMILY_ENUM] = { AC_S_INIT("network-socket-address-family-enum"),
	    AC_S_INIT("10.16"), AC_S_INIT(""), false, network_socket_address_family_enum },
	[AC_VOCAB_NETWORK_SOCKET_TYPE_ENUM] = { AC_S_INIT("network-socket-type-enum"), AC_S_INIT("10.17"),
	    AC_S_INIT(""), false, network_socket_type_enum },
	[AC_VOCAB_OPINION_ENUM] = { AC_S_INIT("opinion-enum"), AC_S_INIT("10.18"), AC_S_INIT(""), false, opinion_enum },
	[AC_VOCAB_PATTERN_TYPE_OV] = { AC_S_INIT("pattern-type-ov"), AC_S_INIT("10.19"), AC_S_INIT("245"), true,
	    pattern_type_ov },
	[AC_VOCAB_PROCESSOR_ARCHITECTURE_OV] = { AC_S_INIT("processor-architecture-ov"), AC_S_INIT("10.20"),
	    AC_S_INIT("230"), true, processor_architecture_ov },
	[AC_VOCAB_REGION_OV] = { AC_S_INIT("region-ov"), AC_S_INIT("10.21"), AC_S_INIT("223"), true, region_ov },
	[AC_VOCAB_REPORT_TYPE_OV] = { AC_S_INIT("report-type-ov"), AC_S_INIT("10.22"), AC_S_INIT("218"), true,
	    report_type_ov },
	[AC_VOCAB_THREAT_ACTOR_ROLE_OV] = { AC_S_INIT("threat-actor-role-ov"), AC_S_INIT("10.24"), AC_S_INIT("220"),
	    true, threat_actor_role_ov },
	[AC_VOCAB_THREAT_ACTOR_SOPHISTICATION_OV] = { AC_S_INIT("threat-actor-sophistication-ov"), AC_S_INIT("10.25"),
	    AC_S_INIT("221"), true, threat_actor_sophistication_ov },
	[AC_VOCAB_THREAT_ACTOR_TYPE_OV] = { AC_S_INIT("threat-actor-type-ov"), AC_S_INIT("10.23"), AC_S_INIT("219"),
	    true, threat_actor_type_ov },
	[AC_VOCAB_TOOL_TYPE_OV] = { AC_S_INIT("tool-type-ov"), AC_S_INIT("10.26"), AC_S_INIT("222"), true,
	    tool_type_ov },
	[AC_VOCAB_WINDOWS_INTEGRITY_LEVEL_ENUM] = { AC_S_INIT("windows-integrity-level-enum"), AC_S_INIT("10.27"),
	    AC_S_INIT(""), false, windows_integrity_level_enum },
	[AC_VOCAB_WINDOWS_PEBINARY_TYPE_OV] = { AC_S_INIT("windows-pebinary-type-ov"), AC_S_INIT("10.28"),
	    AC_S_INIT("243"), true, windows_pebinary_type_ov },
	[AC_VOCAB_WINDOWS_REGISTRY_DATATYPE_ENUM] = { AC_S_INIT("windows-registry-datatype-enum"), AC_S_INIT("10.29"),
	    AC_S_INIT(""), false, windows_registry_datatype_enum },
	[AC_VOCAB_WINDOWS_SERVICE_START_TYPE_ENUM] = { AC_S_INIT("windows-service-start-type-enum"), AC_S_INIT("10.30"),
	    AC_S_INIT(""), false, windows_service_start_type_enum },
	[AC_VOCAB_WINDOWS_SERVICE_STATUS_ENUM] = { AC_S_INIT("windows-service-status-enum"), AC_S_INIT("10.32"),
	    AC_S_INIT(""), false, windows_service_status_enum },
	[AC_VOCAB_WINDOWS_SERVICE_TYPE_ENUM] = { AC_S_INIT("windows-service-type-enum"), AC_S_INIT("10.31"),
	    AC_S_INIT(""), false, windows_service_type_enum },
};
const size_t ac_stix_vocabulary_count = AC_COUNT(ac_stix_vocabularies);
