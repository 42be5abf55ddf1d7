/* SPDX-License-Identifier: Apache-2.0 */
/* What a MISP galaxy's cluster becomes. Tables first; knows nothing of files and events. */
#include "learn/galaxy.h"

#include "stix/id.h"

/* 2015-01-01T00:00:00Z: the galaxies began in 2016. */
const ac_time ac_galaxy_created = { 1420070400, 0 };
/* From here on a version is a Unix time: no galaxy counts to a thousand million. */
#define VERSION_IS_TIME 1000000000

static const ac_galaxy_kind kinds[] = {
	{ AC_S_INIT("threat-actor"), AC_S_INIT("intrusion-set"), false },
	{ AC_S_INIT("microsoft-activity-group"), AC_S_INIT("intrusion-set"), false },
	{ AC_S_INIT("360net-threat-actor"), AC_S_INIT("intrusion-set"), false },
	{ AC_S_INIT("groups"), AC_S_INIT("intrusion-set"), false },
	{ AC_S_INIT("mitre-ics-groups"), AC_S_INIT("intrusion-set"), false },
	{ AC_S_INIT("mitre-intrusion-set"), AC_S_INIT("intrusion-set"), true },
	{ AC_S_INIT("mitre-enterprise-attack-intrusion-set"), AC_S_INIT("intrusion-set"), true },
	{ AC_S_INIT("mitre-mobile-attack-intrusion-set"), AC_S_INIT("intrusion-set"), true },
	{ AC_S_INIT("mitre-pre-attack-intrusion-set"), AC_S_INIT("intrusion-set"), true },
	{ AC_S_INIT("campaigns"), AC_S_INIT("campaign"), false },
	{ AC_S_INIT("android"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("backdoor"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("banker"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("botnet"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("cryptominers"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("malpedia"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("mitre-ics-software"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("ransomware"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("rat"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("stalkerware"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("stealer"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("wiper"), AC_S_INIT("malware"), false },
	{ AC_S_INIT("mitre-malware"), AC_S_INIT("malware"), true },
	{ AC_S_INIT("mitre-enterprise-attack-malware"), AC_S_INIT("malware"), true },
	{ AC_S_INIT("mitre-mobile-attack-malware"), AC_S_INIT("malware"), true },
	{ AC_S_INIT("exploit-kit"), AC_S_INIT("tool"), false },
	{ AC_S_INIT("rmm-tool"), AC_S_INIT("tool"), false },
	{ AC_S_INIT("software"), AC_S_INIT("tool"), false },
	{ AC_S_INIT("tds"), AC_S_INIT("tool"), false },
	{ AC_S_INIT("tool"), AC_S_INIT("tool"), false },
	{ AC_S_INIT("mitre-tool"), AC_S_INIT("tool"), true },
	{ AC_S_INIT("mitre-enterprise-attack-tool"), AC_S_INIT("tool"), true },
	{ AC_S_INIT("mitre-mobile-attack-tool"), AC_S_INIT("tool"), true },
	{ AC_S_INIT("amitt-misinformation-pattern"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("atrm"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("bhadra-framework"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("cloud-security"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("cmtmf-attack-pattern"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("dima-techniques"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("disarm-techniques"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("financial-fraud"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("gsma-motif"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("mitre-atlas-attack-pattern"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("mitre-fraud-framework"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("mitre-ics-techniques"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("sparta-techniques"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("technique"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("tmss"), AC_S_INIT("attack-pattern"), false },
	{ AC_S_INIT("mitre-attack-pattern"), AC_S_INIT("attack-pattern"), true },
	{ AC_S_INIT("mitre-enterprise-attack-attack-pattern"), AC_S_INIT("attack-pattern"), true },
	{ AC_S_INIT("mitre-mobile-attack-attack-pattern"), AC_S_INIT("attack-pattern"), true },
	{ AC_S_INIT("mitre-pre-attack-attack-pattern"), AC_S_INIT("attack-pattern"), true },
	{ AC_S_INIT("disarm-countermeasures"), AC_S_INIT("course-of-action"), false },
	{ AC_S_INIT("mitre-atlas-course-of-action"), AC_S_INIT("course-of-action"), false },
	{ AC_S_INIT("mitre-d3fend"), AC_S_INIT("course-of-action"), false },
	{ AC_S_INIT("preventive-measure"), AC_S_INIT("course-of-action"), false },
	{ AC_S_INIT("sparta-mitigations"), AC_S_INIT("course-of-action"), false },
	{ AC_S_INIT("mitre-course-of-action"), AC_S_INIT("course-of-action"), true },
	{ AC_S_INIT("mitre-enterprise-attack-course-of-action"), AC_S_INIT("course-of-action"), true },
	{ AC_S_INIT("mitre-mobile-attack-course-of-action"), AC_S_INIT("course-of-action"), true },
	{ AC_S_INIT("mitre-data-component"), AC_S_INIT("x-mitre-data-component"), true },
	{ AC_S_INIT("mitre-data-source"), AC_S_INIT("x-mitre-data-source"), true },
	{ AC_S_INIT("x-mitre-analytic"), AC_S_INIT("x-mitre-analytic"), true },
	{ AC_S_INIT("x-mitre-detection-strategy"), AC_S_INIT("x-mitre-detection-strategy"), true },
	{ AC_S_INIT("branded-vulnerability"), AC_S_INIT("vulnerability"), false },
	{ AC_S_INIT("cert-eu-govsector"), AC_S_INIT("identity"), false },
	{ AC_S_INIT("intelligence-agency"), AC_S_INIT("identity"), false },
	{ AC_S_INIT("producer"), AC_S_INIT("identity"), false },
	{ AC_S_INIT("sector"), AC_S_INIT("identity"), false },
	{ AC_S_INIT("country"), AC_S_INIT("location"), false },
	{ AC_S_INIT("region"), AC_S_INIT("location"), false },
	{ AC_S_INIT("target-information"), AC_S_INIT("location"), false },
};
static const ac_galaxy_kind other_kind = { { NULL, 0 }, AC_S_INIT("x-misp-galaxy-cluster"), false };

/* The producers that name-attribution names (galaxy "producer"), by their UUID there. */
static const struct {
	ac_str uuid, name;
} producers[] = {
	{ AC_S_INIT("1c141c9b-ec78-4f86-a8ea-b02944fa5492"), AC_S_INIT("Bitdefender") },
	{ AC_S_INIT("94e95ed2-e07a-464a-9d56-a03679b9717a"), AC_S_INIT("BlackBerry") },
	{ AC_S_INIT("0904b30c-a86b-402b-9a14-87bbc44648aa"), AC_S_INIT("Broadcom") },
	{ AC_S_INIT("adb3369a-5683-46b2-bceb-4dafa6526b21"), AC_S_INIT("Check Point") },
	{ AC_S_INIT("0adf6f0f-3795-4de1-9763-1bdd1c31a5d7"), AC_S_INIT("Cisco Talos Intelligence Group") },
	{ AC_S_INIT("f9eb432f-2293-48b7-bca4-cc78beb50df0"), AC_S_INIT("CrowdStrike") },
	{ AC_S_INIT("e4ed3168-7830-490f-9eed-d1b3ef2daccd"), AC_S_INIT("Dragos") },
	{ AC_S_INIT("3a43aca5-6366-4168-b182-a8afec4550b5"), AC_S_INIT("ESET") },
	{ AC_S_INIT("58d7efca-402a-4b36-9178-dc14e52f12e5"), AC_S_INIT("Elastic") },
	{ AC_S_INIT("bfafdca5-3171-4953-86ab-c74f44822fd3"), AC_S_INIT("Fortinet") },
	{ AC_S_INIT("4c94ea8e-6bbd-4638-b7ba-34354cfa2281"), AC_S_INIT("Fox-IT") },
	{ AC_S_INIT("598308b3-5475-48c6-9a2c-676fe1d2c6fb"), AC_S_INIT("Google Cloud") },
	{ AC_S_INIT("21afba9e-cd2a-45c9-b421-b1f14fd181e9"), AC_S_INIT("Group-IB") },
	{ AC_S_INIT("ac46bac7-e7b5-4efe-8f32-b79e9015ab86"), AC_S_INIT("Intezer") },
	{ AC_S_INIT("0d4886f9-97e1-4cb2-8822-580fd09540e5"), AC_S_INIT("Kaspersky") },
	{ AC_S_INIT("a1ad5090-2487-46d2-8237-6151a2dd5063"), AC_S_INIT("MITRE") },
	{ AC_S_INIT("f063b54b-293c-4713-87c1-92ff760ee4ba"), AC_S_INIT("Malwarebytes") },
	{ AC_S_INIT("da5cdcd1-7b15-4371-b7eb-ca32916d2052"), AC_S_INIT("Mandiant") },
	{ AC_S_INIT("b8ca0932-c4cb-45c0-b7b1-88b9685ba24b"), AC_S_INIT("McAfee Labs") },
	{ AC_S_INIT("d0c33595-b684-45ef-91c3-e2f5ce1a8191"), AC_S_INIT("Microsoft") },
	{ AC_S_INIT("e9491d3b-2174-47d6-8a15-ecec552d16ae"), AC_S_INIT("Palo Alto") },
	{ AC_S_INIT("cae79680-67a6-4411-903c-f824dbcc813f"), AC_S_INIT("Proofpoint") },
	{ AC_S_INIT("9f2ba728-8b29-48f9-badf-4f4cefb929f0"), AC_S_INIT("PwC") },
	{ AC_S_INIT("adc57f66-9910-4500-a16b-311cd4f08409"), AC_S_INIT("Rapid7") },
	{ AC_S_INIT("ad7032df-0e9a-4ea9-b35c-c68ff854be80"), AC_S_INIT("Recorded Future") },
	{ AC_S_INIT("a7119872-bc6b-494b-9f7a-8c50faaf53a9"), AC_S_INIT("Secureworks") },
	{ AC_S_INIT("996c48de-7bb8-414d-b6fe-ec94abb5f461"), AC_S_INIT("SentinelOne") },
	{ AC_S_INIT("455b9e40-e8dd-443b-87b3-c70bd09b4231"), AC_S_INIT("Sophos") },
	{ AC_S_INIT("e583434b-7fb8-42c8-90ce-89aa8ed35f0c"), AC_S_INIT("Symantec") },
	{ AC_S_INIT("3176f708-da5b-4c41-926b-0a94ebeb0e3b"), AC_S_INIT("Trellix") },
	{ AC_S_INIT("3ac8f6fc-9c04-4ebd-bda2-788cc02fe4ed"), AC_S_INIT("Trend Micro") },
	{ AC_S_INIT("c2f76813-f24c-450e-abfd-0db4495ab68e"), AC_S_INIT("Volexity") },
	{ AC_S_INIT("d597f230-4f70-43cb-817e-c745efd4fe35"), AC_S_INIT("WithSecure") },
	{ AC_S_INIT("1427d7df-a9b8-4809-afe0-1180cfdd930d"), AC_S_INIT("Zscaler") },
};

/* STIX types that have `aliases` (STIX 2.1 s4). */
static const ac_str aliased_types[] = {
	AC_S_INIT("intrusion-set"),
	AC_S_INIT("malware"),
	AC_S_INIT("tool"),
	AC_S_INIT("campaign"),
	AC_S_INIT("attack-pattern"),
};

/* Members of meta that are said in properties of their own, and not again as x_misp_... */
static const ac_str mapped_meta[] = {
	AC_S_INIT("refs"),
	AC_S_INIT("external_id"),
	AC_S_INIT("kill_chain"),
};

/* Members of meta that hold a number in ATT&CK's catalogue. */
static const ac_str number_meta[] = {
	AC_S_INIT("external_id"),
	AC_S_INIT("group_attack_id"),
	AC_S_INIT("software_attack_id"),
	AC_S_INIT("campaign_attack_id"),
};

/* Identities that are a sector, not an organisation. */
static const ac_str class_galaxies[] = { AC_S_INIT("sector"), AC_S_INIT("cert-eu-govsector") };

/* Names of one cluster; the longest list has 150. */
#define NAMES_MAX 1024
#define META_KEYS_MAX 256

const ac_galaxy_kind *
ac_galaxy_kind_of(ac_str galaxy)
{
	for (size_t i = 0; i < AC_COUNT(kinds); i++)
		if (ac_str_eq(kinds[i].galaxy, galaxy))
			return &kinds[i];
	return &other_kind;
}

static int
derived_id(ac_str galaxy, const char *sign, ac_str key, ac_arena *arena, ac_str *out_id, accord_err *err)
{
	ac_str name = AC_JOIN(arena, AC_S("misp-galaxy:"), galaxy, ac_str_from(sign), key);

	if (!name.p)
		return ac_arena_check(arena, err);
	return ac_stix_derived_id(ac_galaxy_kind_of(galaxy)->type, name, arena, out_id, err);
}

int
ac_galaxy_id(ac_str galaxy, ac_str uuid, ac_arena *arena, ac_str *out_id, accord_err *err)
{
	const ac_galaxy_kind *kind = ac_galaxy_kind_of(galaxy);

	if (!kind->is_attack)
		return derived_id(galaxy, ":", uuid, arena, out_id, err);
	*out_id = AC_JOIN(arena, kind->type, AC_S("--"), uuid);
	return ac_arena_check(arena, err);
}

int
ac_galaxy_id_by_name(ac_str galaxy, ac_str value, ac_arena *arena, ac_str *out_id, accord_err *err)
{
	return derived_id(galaxy, "=", value, arena, out_id, err);
}

ac_time
ac_galaxy_time(int64_t version)
{
	if (version >= VERSION_IS_TIME)
		return (ac_time){ version, 0 };
	return (ac_time){ ac_galaxy_created.seconds + (version > 0 ? version : 0), 0 };
}

ac_str
ac_galaxy_producer(ac_str uuid)
{
	for (size_t i = 0; i < AC_COUNT(producers); i++)
		if (ac_str_eq_fold(producers[i].uuid, uuid))
			return producers[i].name;
	return (ac_str){ NULL, 0 };
}

static bool
is_one_of(ac_str text, const ac_str *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ac_str_eq(list[i], text))
			return true;
	return false;
}

/* ---- names ---- */

typedef struct name_list {
	ac_fact_name *items;
	size_t count, capacity;
} name_list;

/* "G0065", "S0049", "T1505.003": one or two capitals and digits. */
static bool
is_number(ac_str text)
{
	size_t letters = 0, digits = 0;

	while (letters < text.n && letters < 2 && text.p[letters] >= 'A' && text.p[letters] <= 'Z')
		letters++;
	for (size_t i = letters; i < text.n; i++) {
		if (!ac_is_digit(text.p[i]) && text.p[i] != '.')
			return false;
		digits++;
	}
	return letters > 0 && digits >= 4;
}

static void
add_name(name_list *names, ac_name_kind kind, ac_str text, ac_str namer)
{
	text = ac_str_trim(text);
	if (text.n == 0 || names->count == names->capacity)
		return;
	if (kind == AC_NAME_ALIAS && is_number(text))
		kind = AC_NAME_EXTERNAL_ID;
	/* The same claim twice is one claim: lists repeat the name itself among the synonyms. */
	for (size_t i = 0; i < names->count; i++)
		if (ac_str_eq(names->items[i].text, text) && ac_str_eq(names->items[i].namer, namer))
			return;
	names->items[names->count++] = (ac_fact_name){ kind, text, namer };
}

static bool
has_namer(const name_list *names, ac_str text)
{
	for (size_t i = 0; i < names->count; i++)
		if (ac_str_eq(names->items[i].text, text) && names->items[i].namer.n)
			return true;
	return false;
}

/* Texts of a member that is a list of texts, or one. */
static ac_json_iter
texts_of(const ac_json *meta, ac_str key, const ac_json **out_single)
{
	const ac_json *value = ac_json_get(meta, key);

	*out_single = ac_json_is(value, AC_JSON_STRING) ? value : NULL;
	return ac_json_iter_of(ac_json_is(value, AC_JSON_ARRAY) ? value : NULL);
}

static bool
next_text(ac_json_iter *it, const ac_json **single, ac_str *out)
{
	if (*single) {
		*out = ac_json_string(*single);
		*single = NULL;
		return true;
	}
	while (ac_json_next(it))
		if (ac_json_string(it->value).n) {
			*out = ac_json_string(it->value);
			return true;
		}
	return false;
}

/* "APT40:da5cdcd1-...": who calls it so. The UUID stands behind the last colon. */
static void
add_attributed_names(name_list *names, const ac_cluster *cluster, ac_str primary)
{
	const ac_json *single;
	ac_json_iter it = texts_of(cluster->meta, AC_S("name-attribution"), &single);
	ac_str text;

	while (next_text(&it, &single, &text)) {
		ac_str name, uuid, namer;

		if (text.n <= 37 || text.p[text.n - 37] != ':')
			continue;
		name = ac_str_slice(text, 0, text.n - 37);
		uuid = ac_str_slice(text, text.n - 36, text.n);
		namer = ac_galaxy_producer(uuid);
		add_name(
		    names, ac_str_eq(name, primary) ? AC_NAME_PRIMARY : AC_NAME_ALIAS, name, namer.n ? namer : uuid);
	}
}

/* The older form: "origin:BRONZE MOHAWK": "Secureworks". */
static void
add_origin_names(name_list *names, const ac_cluster *cluster)
{
	ac_json_iter it = ac_json_iter_of(cluster->meta);

	while (ac_json_next(&it))
		if (ac_str_starts(it.key, AC_S("origin:")) && ac_json_string(it.value).n) {
			ac_str name = ac_str_slice(it.key, 7, it.key.n);

			if (!has_namer(names, name))
				add_name(names, AC_NAME_ALIAS, name, ac_json_string(it.value));
		}
}

/* 360's list writes two names as one: "海莲花 - APT-C-00". People ask for either. */
static void
add_joined_names(name_list *names, ac_str primary)
{
	size_t at = ac_str_find(primary, AC_S(" - APT-C-"));

	if (at < primary.n) {
		add_name(names, AC_NAME_ALIAS, ac_str_slice(primary, 0, at), (ac_str){ NULL, 0 });
		add_name(names, AC_NAME_ALIAS, ac_str_slice(primary, at + 3, primary.n), (ac_str){ NULL, 0 });
	}
}

/* No more names than members of meta and of its lists. */
static size_t
names_wanted(const ac_cluster *cluster)
{
	size_t n = 4 + ac_json_count(ac_json_get(cluster->meta, AC_S("synonyms"))) + 1 +
		   ac_json_count(ac_json_get(cluster->meta, AC_S("name-attribution"))) + 1 +
		   ac_json_count(cluster->meta);

	for (size_t i = 0; i < AC_COUNT(number_meta); i++)
		n += 1 + ac_json_count(ac_json_get(cluster->meta, number_meta[i]));
	return n < NAMES_MAX ? n : NAMES_MAX;
}

/* The catalogue that numbers it is who calls it so. */
static ac_str
number_source(const ac_cluster *cluster, const ac_galaxy_kind *kind, size_t number)
{
	return kind->is_attack || number > 0 ? AC_S("mitre-attack") : cluster->galaxy;
}

static int
collect_names(ac_make *make, const ac_cluster *cluster, ac_str primary, name_list *names, accord_err *err)
{
	const ac_galaxy_kind *kind = ac_galaxy_kind_of(cluster->galaxy);
	const ac_json *single;
	ac_json_iter it = texts_of(cluster->meta, AC_S("synonyms"), &single);
	ac_str text;

	names->capacity = names_wanted(cluster);
	names->items = ac_arena_alloc(&make->arena, names->capacity * sizeof(*names->items));
	names->count = 0;
	if (!names->items)
		return ac_arena_check(&make->arena, err);
	add_name(names, AC_NAME_PRIMARY, primary, (ac_str){ NULL, 0 });
	add_joined_names(names, primary);
	add_attributed_names(names, cluster, primary);
	add_origin_names(names, cluster);
	while (next_text(&it, &single, &text))
		if (!has_namer(names, text))
			add_name(names, AC_NAME_ALIAS, text, (ac_str){ NULL, 0 });
	for (size_t i = 0; i < AC_COUNT(number_meta); i++) {
		it = texts_of(cluster->meta, number_meta[i], &single);
		while (next_text(&it, &single, &text))
			add_name(names, AC_NAME_EXTERNAL_ID, text, number_source(cluster, kind, i));
	}
	if (cluster->uuid.n)
		add_name(names, AC_NAME_UUID, cluster->uuid, (ac_str){ NULL, 0 });
	return 0;
}

/* "Leviathan - G0065": the number is said elsewhere. */
static ac_str
without_number(ac_str value, ac_str number)
{
	if (number.n && value.n > number.n + 3 && ac_str_ends(value, number) &&
	    ac_str_eq(ac_str_slice(value, value.n - number.n - 3, value.n - number.n), AC_S(" - ")))
		return ac_str_slice(value, 0, value.n - number.n - 3);
	return value;
}

/* ---- members ---- */

static void
write_aliases(ac_make *make, const ac_cluster *cluster)
{
	const ac_json *single;
	ac_json_iter it = texts_of(cluster->meta, AC_S("synonyms"), &single);
	bool open = false;
	ac_str text;

	while (next_text(&it, &single, &text)) {
		if (!open) {
			ac_jw_key(&make->w, AC_S("aliases"));
			ac_jw_array(&make->w);
		}
		open = true;
		ac_jw_string(&make->w, text);
	}
	if (open)
		ac_jw_end(&make->w);
}

static void
write_reference(ac_make *make, bool *open, ac_str source, const char *key, ac_str text)
{
	if (!*open) {
		ac_jw_key(&make->w, AC_S("external_references"));
		ac_jw_array(&make->w);
	}
	*open = true;
	ac_jw_object(&make->w);
	ac_jw_key_string(&make->w, AC_S("source_name"), source);
	ac_jw_key_string(&make->w, ac_str_from(key), text);
	ac_jw_end(&make->w);
}

static void
write_references(ac_make *make, const ac_cluster *cluster, const ac_galaxy_kind *kind)
{
	const ac_json *single;
	bool open = false;
	ac_json_iter it;
	ac_str text;

	for (size_t i = 0; i < AC_COUNT(number_meta); i++) {
		it = texts_of(cluster->meta, number_meta[i], &single);
		while (next_text(&it, &single, &text))
			write_reference(make, &open, number_source(cluster, kind, i), "external_id", text);
	}
	if (ac_str_eq(kind->type, AC_S("vulnerability"))) {
		it = texts_of(cluster->meta, AC_S("aliases"), &single);
		while (next_text(&it, &single, &text))
			if (ac_str_starts_fold(text, AC_S("CVE-")))
				write_reference(make, &open, AC_S("cve"), "external_id", text);
	}
	it = texts_of(cluster->meta, AC_S("refs"), &single);
	while (next_text(&it, &single, &text))
		write_reference(make, &open, AC_S("reference"), "url", text);
	if (open)
		ac_jw_end(&make->w);
}

/* Kill chains of ATT&CK galaxies are one a platform ("attack-Windows"); ATT&CK has one a domain. */
static ac_str
chain_name(ac_str chain)
{
	if (ac_str_starts(chain, AC_S("attack-")) || ac_str_starts(chain, AC_S("mitre-attack")))
		return AC_S("mitre-attack");
	if (ac_str_starts(chain, AC_S("mobile-attack-")) || ac_str_starts(chain, AC_S("mitre-mobile-attack")))
		return AC_S("mitre-mobile-attack");
	return chain;
}

/* Was this phase among the first `before` of the list? */
static bool
phase_is_repeated(const ac_json *list, size_t before, ac_str chain, ac_str phase)
{
	ac_json_iter it = ac_json_iter_of(list);

	for (size_t i = 0; i < before && ac_json_next(&it); i++) {
		ac_str text = ac_json_string(it.value);

		if (text.n > phase.n && ac_str_ends(text, phase) && text.p[text.n - phase.n - 1] == ':' &&
		    ac_str_eq(chain_name(ac_str_slice(text, 0, text.n - phase.n - 1)), chain))
			return true;
	}
	return false;
}

static void
write_phases(ac_make *make, const ac_cluster *cluster)
{
	const ac_json *list = ac_json_get(cluster->meta, AC_S("kill_chain"));
	ac_json_iter it = ac_json_iter_of(ac_json_is(list, AC_JSON_ARRAY) ? list : NULL);
	bool open = false;

	for (size_t i = 0; ac_json_next(&it) && i < META_KEYS_MAX; i++) {
		ac_str text = ac_json_string(it.value), chain, phase;
		size_t colon = text.n;

		while (colon > 0 && text.p[colon - 1] != ':')
			colon--;
		if (colon < 2 || colon == text.n)
			continue;
		chain = chain_name(ac_str_slice(text, 0, colon - 1));
		phase = ac_str_slice(text, colon, text.n);
		if (phase_is_repeated(list, i, chain, phase))
			continue;
		if (!open) {
			ac_jw_key(&make->w, AC_S("kill_chain_phases"));
			ac_jw_array(&make->w);
		}
		open = true;
		ac_jw_object(&make->w);
		ac_jw_key_string(&make->w, AC_S("kill_chain_name"), chain);
		ac_jw_key_string(&make->w, AC_S("phase_name"), phase);
		ac_jw_end(&make->w);
	}
	if (open)
		ac_jw_end(&make->w);
}

/* STIX wants a country code, a region or coordinates (STIX 2.1 s4.10). */
static void
write_place(ac_make *make, const ac_cluster *cluster)
{
	ac_str code = ac_json_get_string(cluster->meta, AC_S("ISO"));
	ac_json_iter it = ac_json_iter_of(ac_json_get(cluster->meta, AC_S("iso-code")));

	while (code.n != 2 && ac_json_next(&it))
		code = ac_json_string(it.value);
	if (code.n == 2)
		ac_make_string(make, "country", code);
	else
		ac_make_string(make, "region", cluster->value);
}

/* "cfr-suspected-victims" -> "x_misp_cfr_suspected_victims" (STIX 2.1 s3.8: [a-z0-9_], at most 250). */
static ac_str
property_name(ac_arena *arena, ac_str key)
{
	size_t prefix = sizeof("x_misp_") - 1, n = key.n < 200 ? key.n : 200;
	char *p = ac_arena_alloc(arena, prefix + n);

	if (!p)
		return (ac_str){ NULL, 0 };
	memcpy(p, "x_misp_", prefix);
	for (size_t i = 0; i < n; i++) {
		char c = ac_lower(key.p[i]);

		p[prefix + i] = (c >= 'a' && c <= 'z') || ac_is_digit(c) ? c : '_';
	}
	return (ac_str){ p, prefix + n };
}

/* STIX has neither null nor empty lists and texts (s2.3, s2.12). */
static bool
says_nothing(const ac_json *value)
{
	switch (ac_json_type_of(value)) {
	case AC_JSON_NULL:
		return true;
	case AC_JSON_STRING:
		return ac_json_string(value).n == 0;
	case AC_JSON_ARRAY:
	case AC_JSON_OBJECT:
		return ac_json_count(value) == 0;
	case AC_JSON_FALSE:
	case AC_JSON_TRUE:
	case AC_JSON_NUMBER:
		break;
	}
	return false;
}

/* What has no property of its own keeps its name behind x_misp_. */
static void
write_meta(ac_make *make, const ac_cluster *cluster, bool has_aliases)
{
	ac_json_iter it = ac_json_iter_of(cluster->meta);
	ac_str written[META_KEYS_MAX];
	size_t count = 0;

	while (ac_json_next(&it) && count < META_KEYS_MAX) {
		ac_str name;

		if (is_one_of(it.key, mapped_meta, AC_COUNT(mapped_meta)) || ac_str_starts(it.key, AC_S("origin:")) ||
		    (has_aliases && ac_str_eq(it.key, AC_S("synonyms"))) || says_nothing(it.value))
			continue;
		name = property_name(&make->arena, it.key);
		if (!name.p || ac_str_eq(name, AC_S("x_misp_galaxy")) || is_one_of(name, written, count))
			continue;
		written[count++] = name;
		ac_jw_key(&make->w, name);
		ac_jw_raw(&make->w, ac_json_raw(it.value));
	}
}

int
ac_galaxy_make(ac_make *make, const ac_cluster *cluster, ac_place place, accord_err *err)
{
	const ac_galaxy_kind *kind = ac_galaxy_kind_of(cluster->galaxy);
	ac_str name = without_number(cluster->value, ac_json_get_string(cluster->meta, AC_S("external_id")));
	bool has_aliases = is_one_of(kind->type, aliased_types, AC_COUNT(aliased_types));
	ac_made made = {
		.exact = cluster->exact, .abridged = cluster->abridged || kind->is_attack, .revoked = cluster->revoked
	};
	name_list names;
	int rc = collect_names(make, cluster, name, &names, err);

	if (rc < 0)
		return rc;
	ac_make_begin(make, kind->type, cluster->id, ac_galaxy_created, cluster->modified);
	ac_make_string(make, "name", name);
	ac_make_string(make, "description", cluster->description);
	if (ac_str_eq(kind->type, AC_S("malware")))
		ac_jw_key_bool(&make->w, AC_S("is_family"), true);
	if (ac_str_eq(kind->type, AC_S("identity")))
		ac_make_string(make, "identity_class",
		    is_one_of(cluster->galaxy, class_galaxies, AC_COUNT(class_galaxies)) ? AC_S("class")
											 : AC_S("organization"));
	if (ac_str_eq(kind->type, AC_S("location")))
		write_place(make, cluster);
	if (has_aliases)
		write_aliases(make, cluster);
	write_references(make, cluster, kind);
	write_phases(make, cluster);
	ac_make_string(make, "x_misp_galaxy", cluster->galaxy);
	write_meta(make, cluster, has_aliases);
	made.names = names.items;
	made.name_count = names.count;
	return ac_make_end(make, &made, place, err);
}
