/* SPDX-License-Identifier: Apache-2.0 */
/* The scales of estimative language as tables, and the look-up. Knows nothing of what is estimated. */
#include "stix/scale.h"

#include "base/str.h"

#define BAND(code, from, to, en, en_alt, fr)                                                                           \
	{                                                                                                              \
		AC_S_INIT(code), from, to, AC_S_INIT(en), AC_S_INIT(en_alt), AC_S_INIT(fr), false, 0                   \
	}
#define BAND_TO(code, from, to, en, en_alt, fr)                                                                        \
	{                                                                                                              \
		AC_S_INIT(code), from, to, AC_S_INIT(en), AC_S_INIT(en_alt), AC_S_INIT(fr), true, 0                    \
	}
#define BAND_OF_STIX(code, from, to, en, en_alt, fr, stix)                                                             \
	{                                                                                                              \
		AC_S_INIT(code), from, to, AC_S_INIT(en), AC_S_INIT(en_alt), AC_S_INIT(fr), false, stix                \
	}

/* US Intelligence Community Directive 203 (2 January 2015), D.6.e.2.a. It is English only: the French words are ours, after Canadian usage. */
static const ac_scale_band icd203[] = {
	BAND_OF_STIX("almost-no-chance", 0, .05, "almost no chance", "remote", "presque aucune chance", 5),
	BAND_OF_STIX("very-unlikely", .05, .20, "very unlikely", "highly improbable", "très improbable", 15),
	BAND_OF_STIX("unlikely", .20, .45, "unlikely", "improbable", "improbable", 30),
	BAND_OF_STIX("roughly-even-chance", .45, .55, "roughly even chance", "roughly even odds",
	    "chances à peu près égales", 50),
	BAND_OF_STIX("likely", .55, .80, "likely", "probable", "probable", 70),
	BAND_OF_STIX("very-likely", .80, .95, "very likely", "highly probable", "très probable", 85),
	BAND_OF_STIX("almost-certain", .95, 1, "almost certain", "nearly certain", "presque certain", 95),
};

/* The UK's yardstick has gaps by design (0-5, 10-20, 25-35, 40-50, 55-75, 80-90, 95-100 per cent): cut at the middle of each. */
static const ac_scale_band phia[] = {
	BAND("remote-chance", 0, .075, "remote chance", "", "chance infime"),
	BAND("highly-unlikely", .075, .225, "highly unlikely", "", "très improbable"),
	BAND("unlikely", .225, .375, "unlikely", "", "improbable"),
	BAND("realistic-possibility", .375, .525, "realistic possibility", "", "possibilité réaliste"),
	BAND("likely", .525, .775, "likely", "probable", "probable"),
	BAND("highly-likely", .775, .925, "highly likely", "", "très probable"),
	BAND("almost-certain", .925, 1, "almost certain", "", "presque certain"),
};

/* Canada: 1-9, 10-24, 25-39, 40-59, 60-74, 75-89, 90-99 per cent; not compared with a chart of its publisher. */
static const ac_scale_band cccs[] = {
	BAND("almost-no-chance", 0, .10, "almost no chance", "almost certainly not", "presque aucune chance"),
	BAND("very-unlikely", .10, .25, "very unlikely", "very improbable", "très improbable"),
	BAND("unlikely", .25, .40, "unlikely", "improbable", "improbable"),
	BAND("roughly-even-chance", .40, .60, "roughly even chance", "", "chances à peu près égales"),
	BAND("likely", .60, .75, "likely", "probably", "probable"),
	BAND("very-likely", .75, .90, "very likely", "very probable", "très probable"),
	BAND("almost-certain", .90, 1, "almost certain", "almost certainly", "presque certain"),
};

/* NATO AJP-2 as FIRST's curriculum gives it: unlikely [10-40], even chance (40-60), likely [60-90]. */
static const ac_scale_band nato[] = {
	BAND("highly-unlikely", 0, .10, "highly unlikely", "", "très improbable"),
	BAND_TO("unlikely", .10, .40, "unlikely", "", "improbable"),
	BAND("even-chance", .40, .60, "even chance", "", "chances égales"),
	BAND_TO("likely", .60, .90, "likely", "", "probable"),
	BAND("highly-likely", .90, 1, "highly likely", "", "très probable"),
};

/* STIX 2.1 Appendix A, "DNI Scale": 0-9, 10-19, 20-39, 40-59, 60-79, 80-89, 90-100. Its ranges are not those of ICD 203. */
static const ac_scale_band stix_dni[] = {
	BAND("almost-no-chance", 0, .10, "almost no chance", "remote", "presque aucune chance"),
	BAND("very-unlikely", .10, .20, "very unlikely", "highly improbable", "très improbable"),
	BAND("unlikely", .20, .40, "unlikely", "improbable", "improbable"),
	BAND("roughly-even-chance", .40, .60, "roughly even chance", "roughly even odds", "chances à peu près égales"),
	BAND("likely", .60, .80, "likely", "probable", "probable"),
	BAND("very-likely", .80, .90, "very likely", "highly probable", "très probable"),
	BAND("almost-certain", .90, 1, "almost certain", "nearly certain", "presque certain"),
};

static const ac_scale scales[] = {
	{ AC_S_INIT("icd203"), AC_S_INIT("ICD 203"),
	    AC_S_INIT("US Intelligence Community Directive 203, Analytic Standards, 2 January 2015"), icd203,
	    AC_COUNT(icd203), 4, true },
	{ AC_S_INIT("phia"), AC_S_INIT("PHIA probability yardstick"),
	    AC_S_INIT(
		"UK Professional Head of Intelligence Assessment, probability yardstick; gaps cut at their middles"),
	    phia, AC_COUNT(phia), 4, true },
	{ AC_S_INIT("cccs"), AC_S_INIT("CSE/CCCS estimative language"),
	    AC_S_INIT("Canadian Centre for Cyber Security, National Cyber Threat Assessment"), cccs, AC_COUNT(cccs), 4,
	    false },
	{ AC_S_INIT("nato"), AC_S_INIT("NATO AJP-2"),
	    AC_S_INIT("NATO AJP-2 as recommended in the CTI curriculum of FIRST"), nato, AC_COUNT(nato), 3, true },
	{ AC_S_INIT("stix-dni"), AC_S_INIT("STIX 2.1 DNI scale"), AC_S_INIT("OASIS STIX 2.1, Appendix A"), stix_dni,
	    AC_COUNT(stix_dni), 4, true },
};

static const struct {
	ac_str code, en, fr;
} levels[] = {
	[AC_CONFIDENCE_LOW] = { AC_S_INIT("low"), AC_S_INIT("low"), AC_S_INIT("faible") },
	[AC_CONFIDENCE_MODERATE] = { AC_S_INIT("moderate"), AC_S_INIT("moderate"), AC_S_INIT("moyenne") },
	[AC_CONFIDENCE_HIGH] = { AC_S_INIT("high"), AC_S_INIT("high"), AC_S_INIT("élevée") },
};

bool
ac_lang_of(ac_str tag, ac_lang *out)
{
	bool is_english = ac_str_eq(tag, AC_S("en"));

	if (!is_english && !ac_str_eq(tag, AC_S("fr")))
		return false;
	*out = is_english ? AC_LANG_EN : AC_LANG_FR;
	return true;
}

const ac_scale *
ac_scale_at(size_t number)
{
	return number < AC_COUNT(scales) ? &scales[number] : NULL;
}

const ac_scale *
ac_scale_of(ac_str key)
{
	for (size_t i = 0; i < AC_COUNT(scales); i++)
		if (ac_str_eq(scales[i].key, key))
			return &scales[i];
	return NULL;
}

const ac_scale_band *
ac_scale_band_of(const ac_scale *scale, double p)
{
	size_t i = 0;

	/* Written so that a NaN stays in the first band. */
	while (
	    i + 1 < scale->count && (p > scale->bands[i].to || (p == scale->bands[i].to && !scale->bands[i].takes_end)))
		i++;
	return &scale->bands[i];
}

const ac_scale_band *
ac_scale_band_by_code(const ac_scale *scale, ac_str code)
{
	for (size_t i = 0; i < scale->count; i++)
		if (ac_str_eq(scale->bands[i].code, code))
			return &scale->bands[i];
	return NULL;
}

const ac_scale_band *
ac_scale_term(const ac_scale *scale, double p, bool cap, bool *out_capped)
{
	const ac_scale_band *band = ac_scale_band_of(scale, p), *likely = &scale->bands[scale->likely];
	bool is_capped = cap && band > likely;

	if (out_capped)
		*out_capped = is_capped;
	return is_capped ? likely : band;
}

ac_str
ac_scale_word(const ac_scale_band *band, ac_lang lang)
{
	return lang == AC_LANG_FR ? band->fr : band->en;
}

unsigned
ac_scale_confidence(double p, bool cap)
{
	return ac_scale_term(&scales[0], p, cap, NULL)->confidence;
}

void
ac_scale_add_percent(ac_buf *buf, double p, ac_lang lang)
{
	/* Half a per cent is less than one: only from one on are whole ones said. */
	bool is_less = !(p >= .01), is_more = p > .99;
	unsigned percent = is_less ? 1 : is_more ? 99 : (unsigned)(p * 100 + .5);

	if (is_less || is_more)
		ac_buf_add_byte(buf, is_less ? '<' : '>');
	ac_buf_add_u64(buf, percent);
	ac_buf_add(buf, lang == AC_LANG_FR ? AC_S("\u00a0%") : AC_S("%"));
}

ac_str
ac_confidence_code(ac_confidence_level level)
{
	return levels[level].code;
}

ac_str
ac_confidence_word(ac_confidence_level level, ac_lang lang)
{
	return lang == AC_LANG_FR ? levels[level].fr : levels[level].en;
}
