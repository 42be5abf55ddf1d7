/* SPDX-License-Identifier: Apache-2.0 */
/* Words of countries and of sectors, as catalogues and reports write them. English only, like what is read with them; a word that is not here is no victim. */
#include "attribute/places.h"

#include "know/countries.h"

/* Beginnings of words; one that ends in a blank is a whole word. */
static const struct {
	ac_str word;
	ac_str sector; /* industry-sector-ov */
} sectors[] = {
	{ AC_S_INIT("government"), AC_S_INIT("government") },
	{ AC_S_INIT("ministr"), AC_S_INIT("government") },
	{ AC_S_INIT("diplomat"), AC_S_INIT("government") },
	{ AC_S_INIT("embass"), AC_S_INIT("government") },
	{ AC_S_INIT("military"), AC_S_INIT("defense") },
	{ AC_S_INIT("defense"), AC_S_INIT("defense") },
	{ AC_S_INIT("defence"), AC_S_INIT("defense") },
	{ AC_S_INIT("aerospace"), AC_S_INIT("aerospace") },
	{ AC_S_INIT("aviation"), AC_S_INIT("aerospace") },
	{ AC_S_INIT("airline"), AC_S_INIT("aerospace") },
	{ AC_S_INIT("energy"), AC_S_INIT("energy") },
	{ AC_S_INIT("oil "), AC_S_INIT("energy") },
	{ AC_S_INIT("petro"), AC_S_INIT("energy") },
	{ AC_S_INIT("financ"), AC_S_INIT("financial-services") },
	{ AC_S_INIT("bank"), AC_S_INIT("financial-services") },
	{ AC_S_INIT("crypto"), AC_S_INIT("financial-services") },
	{ AC_S_INIT("telecom"), AC_S_INIT("telecommunications") },
	{ AC_S_INIT("media"), AC_S_INIT("communications") },
	{ AC_S_INIT("journalis"), AC_S_INIT("communications") },
	{ AC_S_INIT("communications"), AC_S_INIT("communications") },
	{ AC_S_INIT("health"), AC_S_INIT("healthcare") },
	{ AC_S_INIT("hospital "), AC_S_INIT("healthcare") },
	{ AC_S_INIT("hospitals "), AC_S_INIT("healthcare") },
	{ AC_S_INIT("medical"), AC_S_INIT("healthcare") },
	{ AC_S_INIT("pharma"), AC_S_INIT("pharmaceuticals") },
	{ AC_S_INIT("educat"), AC_S_INIT("education") },
	{ AC_S_INIT("universit"), AC_S_INIT("education") },
	{ AC_S_INIT("academi"), AC_S_INIT("education") },
	{ AC_S_INIT("think tank"), AC_S_INIT("non-profit") },
	{ AC_S_INIT("ngo "), AC_S_INIT("non-profit") },
	{ AC_S_INIT("ngos "), AC_S_INIT("non-profit") },
	{ AC_S_INIT("non-profit"), AC_S_INIT("non-profit") },
	{ AC_S_INIT("non profit"), AC_S_INIT("non-profit") },
	{ AC_S_INIT("nonprofit"), AC_S_INIT("non-profit") },
	{ AC_S_INIT("civil society"), AC_S_INIT("non-profit") },
	{ AC_S_INIT("non-government"), AC_S_INIT("non-profit") },
	{ AC_S_INIT("nongovernment"), AC_S_INIT("non-profit") },
	{ AC_S_INIT("technology"), AC_S_INIT("technology") },
	{ AC_S_INIT("high-tech"), AC_S_INIT("technology") },
	{ AC_S_INIT("software"), AC_S_INIT("technology") },
	{ AC_S_INIT("transport"), AC_S_INIT("transportation") },
	{ AC_S_INIT("logistic"), AC_S_INIT("transportation") },
	{ AC_S_INIT("shipping"), AC_S_INIT("transportation") },
	{ AC_S_INIT("maritime"), AC_S_INIT("transportation") },
	{ AC_S_INIT("manufactur"), AC_S_INIT("manufacturing") },
	{ AC_S_INIT("automotive"), AC_S_INIT("automotive") },
	{ AC_S_INIT("chemical"), AC_S_INIT("chemical") },
	{ AC_S_INIT("construction"), AC_S_INIT("construction") },
	{ AC_S_INIT("engineering"), AC_S_INIT("construction") },
	{ AC_S_INIT("retail"), AC_S_INIT("retail") },
	{ AC_S_INIT("hospitality"), AC_S_INIT("hospitality-leisure") },
	{ AC_S_INIT("hotel"), AC_S_INIT("hospitality-leisure") },
	{ AC_S_INIT("restaurant"), AC_S_INIT("hospitality-leisure") },
	{ AC_S_INIT("gaming"), AC_S_INIT("entertainment") },
	{ AC_S_INIT("gambling"), AC_S_INIT("entertainment") },
	{ AC_S_INIT("casino"), AC_S_INIT("entertainment") },
	{ AC_S_INIT("entertainment"), AC_S_INIT("entertainment") },
	{ AC_S_INIT("legal"), AC_S_INIT("legal") },
	{ AC_S_INIT("law firm"), AC_S_INIT("legal") },
	{ AC_S_INIT("insurance"), AC_S_INIT("insurance") },
	{ AC_S_INIT("mining "), AC_S_INIT("mining") },
	{ AC_S_INIT("utilit"), AC_S_INIT("utilities") },
	{ AC_S_INIT("electric"), AC_S_INIT("utilities") },
	{ AC_S_INIT("nuclear"), AC_S_INIT("nuclear") },
	{ AC_S_INIT("water "), AC_S_INIT("water") },
	{ AC_S_INIT("agricultur"), AC_S_INIT("agriculture") },
	{ AC_S_INIT("infrastructure"), AC_S_INIT("infrastructure") },
};

/* Where a word of the table tells of means, motives or whose somebody is, not of a victim. */
static const ac_str no_sectors[] = { AC_S_INIT("government-sponsored"), AC_S_INIT("government-backed"),
	AC_S_INIT("social media"), AC_S_INIT("removable media"), AC_S_INIT("social engineering"),
	AC_S_INIT("reverse engineering"), AC_S_INIT("financially motivated"), AC_S_INIT("financially-motivated"),
	AC_S_INIT("financial gain"), AC_S_INIT("operational technology"), AC_S_INIT("cryptocurrency miner"),
	AC_S_INIT("cryptocurrency mining"), AC_S_INIT("crypto mining"), AC_S_INIT("mining cryptocurrency"),
	AC_S_INIT("cryptojack"), AC_S_INIT("cryptomin"), AC_S_INIT("banking trojan"), AC_S_INIT("banking malware"),
	AC_S_INIT("malicious software"), AC_S_INIT("network infrastructure"), AC_S_INIT("attack infrastructure"),
	AC_S_INIT("access infrastructure"), AC_S_INIT("control infrastructure"), AC_S_INIT("victim's infrastructure") };

static bool
is_letter(ac_str text, size_t at)
{
	return at < text.n && (ac_is_alnum(text.p[at]) || (unsigned char)text.p[at] >= 0x80);
}

/* Does a phrase of no_sectors, or a "non-", hold the word that begins at text[at]? */
static bool
is_no_sector(ac_str text, size_t at)
{
	if (at >= 4 && ac_str_starts_fold(ac_str_slice(text, at - 4, text.n), AC_S("non-")))
		return true;
	for (size_t i = 0; i < AC_COUNT(no_sectors); i++)
		for (size_t before = 0; before < no_sectors[i].n && before <= at; before++)
			if (ac_str_starts_fold(ac_str_slice(text, at - before, text.n), no_sectors[i]))
				return true;
	return false;
}

/* Does the country's name stand in text as a word? Case counts: "us" is none. */
static bool
names_country(ac_str text, ac_str word)
{
	for (size_t from = 0; from < text.n;) {
		size_t at = from + ac_str_find(ac_str_slice(text, from, text.n), word);

		if (at >= text.n)
			return false;
		if (!(at > 0 && is_letter(text, at - 1)) && !is_letter(text, at + word.n))
			return true;
		from = at + 1;
	}
	return false;
}

/* Does a word of the text begin with this one, or is it, when it is to be whole? */
static bool
names_sector(ac_str text, ac_str word)
{
	bool is_whole = word.p[word.n - 1] == ' ';

	word.n -= is_whole;
	for (size_t from = 0; from < text.n;) {
		size_t at = from + ac_str_find_fold(ac_str_slice(text, from, text.n), word);

		if (at >= text.n)
			return false;
		if (!(at > 0 && is_letter(text, at - 1)) && !(is_whole && is_letter(text, at + word.n)) &&
		    !is_no_sector(text, at))
			return true;
		from = at + 1;
	}
	return false;
}

size_t
ac_places_in(ac_str text, ac_str *out, size_t most)
{
	size_t n = 0, count;
	const ac_country_word *words = ac_country_words(&count);
	ac_str whole = ac_country_code(text);

	if (whole.n && most) {
		out[0] = whole;
		return 1;
	}
	for (size_t i = 0; i < count && n < most; i++)
		if (words[i].in_prose && (n == 0 || !ac_str_eq(out[n - 1], words[i].code)) &&
		    names_country(text, words[i].word))
			out[n++] = words[i].code;
	return n;
}

size_t
ac_sectors_in(ac_str text, ac_str *out, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < AC_COUNT(sectors) && n < most; i++) {
		bool is_known = false;

		for (size_t o = 0; o < n; o++)
			is_known |= ac_str_eq(out[o], sectors[i].sector);
		if (!is_known && names_sector(text, sectors[i].word))
			out[n++] = sectors[i].sector;
	}
	return n;
}
