/* SPDX-License-Identifier: Apache-2.0 */
/* The table of sentences, and how its places are filled. Says nothing by itself. In French a no-break space stands before ':', ';', '?' and '%' and inside « ». */
#include "attribute/words.h"

#include "base/limits.h"

#define W(en, fr)                                                                                                      \
	{                                                                                                              \
		AC_S_INIT(en), AC_S_INIT(fr)                                                                           \
	}
#define NB "\u00a0" /* no-break space */

static const struct {
	ac_str en, fr;
} words[AC_WORD_COUNT_] = {
	[AC_WORD_TITLE] = W("Who did it: {0}", "Qui est l'auteur" NB ": {0}"),
	[AC_WORD_SEEN_HERE] = W("what was seen here", "ce qui a été vu ici"),
	[AC_WORD_OF_SEEN] = W("From what was seen here: {0} {0?indicator|indicators}, {1} {1?sighting|sightings}.",
	    "D'après ce qui a été vu ici" NB ": {0} {0?indicateur|indicateurs}, {1} {1?observation|observations}."),
	[AC_WORD_AGAINST] = W("Judged against {0} {0?actor|actors} whose profile has dated sources, the newest of {1}.",
	    "Apprécié d'après {0} {0?acteur dont le profil a|acteurs dont le profil a} des sources datées, la plus "
	    "récente du {1}."),
	[AC_WORD_AGAINST_SOME] = W("Judged against {0} {0?actor|actors} whose profile has dated sources.",
	    "Apprécié d'après {0} {0?acteur dont le profil a|acteurs dont le profil a} des sources datées."),
	[AC_WORD_HIDDEN] = W("{0} {0?claim|claims} of the knowledge {0?was|were} hidden, as the evidence asks.",
	    "{0} {0?affirmation a été masquée|affirmations ont été masquées} à la demande du dossier."),
	[AC_WORD_FROM_DAY] = W("Nothing that was published on or after {0} counts.",
	    "Rien de ce qui a été publié le {0} ou après n'est pris en compte."),
	[AC_WORD_TOLD_WHEN] = W("When it happened is read from its text: about {0}.",
	    "Le moment des faits est tiré de son texte" NB ": vers le {0}."),
	[AC_WORD_SCALE] = W("Words as in {0}.", "Termes selon {0}."),
	[AC_WORD_SCALE_UNVERIFIED] = W("The percentages of this scale were not compared with their publisher's chart.",
	    "Les pourcentages de cette échelle n'ont pas été comparés au tableau de son éditeur."),

	[AC_WORD_HEAD_JUDGEMENT] = W("Judgement", "Appréciation"),
	[AC_WORD_CHANCE] = W("{0}, between {1} and {2}", "{0}, entre {1} et {2}"),
	[AC_WORD_CAPPED] = W("The word stops at \"{0}\", because the gate does not pass.",
	    "Le terme s'arrête à «" NB "{0}" NB "», car le contrôle n'est pas franchi."),
	[AC_WORD_UNKNOWN_LEADS] = W("The first hypothesis is an actor that is not known here: {0}.",
	    "La première hypothèse est un acteur inconnu ici" NB ": {0}."),
	[AC_WORD_NONE_STANDS_OUT] = W("No actor stands out.", "Aucun acteur ne se détache."),
	[AC_WORD_INSUFFICIENT] = W(
	    "Insufficient evidence: fewer than four techniques that count, and nothing that tells actors "
	    "apart. No actor is named.",
	    "Éléments insuffisants" NB
	    ": moins de quatre techniques qui comptent, et rien qui distingue les acteurs. Aucun acteur n'est nommé."),
	[AC_WORD_NOT_COUNTED] = W(
	    "Of the techniques {0} {0?counts|count}: the others are not known here, or nothing is left of them by the "
	    "grade of their source.",
	    "Parmi les techniques, {0} {0?compte|comptent}" NB
	    ": les autres ne sont pas connues ici, ou la cote de leur source n'en laisse rien."),
	[AC_WORD_PRIOR_ONLY] = W("Nothing of it counts here: what is left is the prior alone.",
	    "Rien n'en compte ici" NB ": il ne reste que l'a priori."),
	[AC_WORD_WIDE] = W("When the reports are drawn anew, its chances fall to {0}: the word hangs on few reports.",
	    "Quand on tire à nouveau les rapports, ses chances tombent à {0}" NB ": le terme tient à peu de rapports."),
	[AC_WORD_EMPTY] = W("The evidence is empty.", "Le dossier est vide."),
	[AC_WORD_NO_KNOWLEDGE] = W("There is nothing here to judge against: no actor has a profile with dated sources. "
				   "Learn the ATT&CK bundle.",
	    "Il n'y a ici rien qui permette d'apprécier" NB
	    ": aucun acteur n'a de profil aux sources datées. Apprenez le fichier d'ATT&CK."),
	[AC_WORD_FIRST_WITHOUT_NAME] = W("There {0?is|are} {0} {0?technique|techniques} and {1} {1?tool|tools}.",
	    "Il y a {0} {0?technique|techniques} et {1} {1?outil|outils}."),
	[AC_WORD_CONFIDENCE] = W("Confidence in the foundations of this judgement: {0}.",
	    "Confiance dans les fondements de cette appréciation" NB ": {0}."),
	[AC_WORD_CONFIDENCE_BASIS] =
	    W("It rests on {0} {0?kind|kinds} of evidence and {1} independent {1?publisher|publishers}.",
		"Elle repose sur {0} {0?type d'éléments|types d'éléments} et {1} {1?éditeur indépendant|éditeurs "
		"indépendants}."),
	[AC_WORD_IMITATION_NONE] = W("No sign of imitation was found.", "Aucun signe d'imitation n'a été trouvé."),
	[AC_WORD_IMITATION_POSSIBLE] = W(
	    "Imitation is possible: the answer hangs on a few items that could have been planted.",
	    "Une imitation est possible" NB ": la réponse tient à quelques éléments qui ont pu être placés à dessein."),
	[AC_WORD_IMITATION_INDICATED] = W("Mixed or deceptive evidence: imitation is indicated.",
	    "Éléments mêlés ou trompeurs" NB ": des indices d'imitation existent."),
	[AC_WORD_RIVAL] = W("What {0} does not explain points by itself to {1}: {2}.",
	    "Ce que {0} n'explique pas désigne à lui seul {1}" NB ": {2}."),
	[AC_WORD_NEXUS] = W("Countries that others connect with the candidates: {0}.",
	    "Pays auxquels d'autres relient les candidats" NB ": {0}."),
	[AC_WORD_NO_STATE] = W("A claim about a group's country says nothing on the responsibility of a state.",
	    "Une affirmation sur le pays d'un groupe ne dit rien de la responsabilité d'un État."),
	[AC_WORD_STATE] = W("{0} states of {1}: {2} ({3}).", "{0} déclare au sujet de {1}" NB ": {2} ({3})."),
	[AC_WORD_STATE_UNCITED] = W("{0} {0?statement|statements} on a state's part {0?cites|cite} nothing with a "
				    "date, and {0?is|are} not repeated.",
	    "{0} {0?déclaration|déclarations} sur le rôle d'un État ne {0?cite|citent} rien de daté et {0?n'est pas "
	    "répétée|ne sont pas répétées}."),
	[AC_WORD_OTHERS_SAY] = W("{0} attributes it to {1}.", "{0} l'attribue à {1}."),
	[AC_WORD_OVERLAPS] = W("{0} shares names with {1}, and is not taken for the same here.",
	    "{0} partage des noms avec {1}, sans être tenu ici pour le même acteur."),
	[AC_WORD_NAMES] = W("{0} is also called {1}.", "{0} est aussi appelé {1}."),
	[AC_WORD_AND_OTHERS] = W("{0} and others", "{0} et d'autres"),

	[AC_WORD_GATE_PASSES] =
	    W("The gate passes: without its three strongest techniques and its best tool the leader keeps {0}.",
		"Le contrôle est franchi" NB
		": sans ses trois techniques les plus fortes ni son meilleur outil, le premier garde {0}."),
	[AC_WORD_GATE_FRAGILE] = W("Without its three strongest techniques and its best tool the leader falls to {0}.",
	    "Sans ses trois techniques les plus fortes ni son meilleur outil, le premier tombe à {0}."),
	[AC_WORD_GATE_ONE_KIND] = W("Fewer than two kinds of evidence speak for the leader.",
	    "Moins de deux types d'éléments parlent pour le premier."),
	[AC_WORD_GATE_ONE_PUBLISHER] =
	    W("Fewer than two independent publishers stand behind the leader's profile where it meets the evidence.",
		"Moins de deux éditeurs indépendants soutiennent le profil du premier là où il rejoint les éléments."),
	[AC_WORD_GATE_CONFLICT] = W("The evidence that the leader does not explain points to another actor.",
	    "Les éléments que le premier n'explique pas désignent un autre acteur."),

	[AC_WORD_HEAD_HYPOTHESES] = W("Hypotheses", "Hypothèses"),
	[AC_WORD_COLUMN_ACTOR] = W("actor", "acteur"),
	[AC_WORD_COLUMN_CHANCE] = W("chance", "chances"),
	[AC_WORD_COLUMN_RANGE] = W("between", "entre"),
	[AC_WORD_COLUMN_TERM] = W("in words", "en mots"),
	[AC_WORD_UNKNOWN_ACTOR] = W("an actor not known here", "un acteur inconnu ici"),
	[AC_WORD_MORE] = W("... and {0} more (--all shows them)", "... et {0} de plus (--all les montre)"),
	[AC_WORD_INDIVIDUAL] = W("an individual, whom Accord does not name", "un individu, qu'Accord ne nomme pas"),

	[AC_WORD_HEAD_EVIDENCE] = W("Evidence", "Éléments"),
	[AC_WORD_EVIDENCE_NOTE] = W("Weights in nats for {0}: against {1}, and against an actor not known here. What "
				    "stands last belongs to no item.",
	    "Poids en nats pour {0}" NB
	    ": contre {1}, et contre un acteur inconnu ici. Ce qui vient en dernier n'appartient à aucun élément."),
	[AC_WORD_EVIDENCE_NOTE_ALONE] =
	    W("Weights in nats for {0}, against an actor not known here. What stands last belongs to no item.",
		"Poids en nats pour {0}, contre un acteur inconnu ici. Ce qui vient en dernier n'appartient à aucun "
		"élément."),
	[AC_WORD_COLUMN_ITEM] = W("item", "élément"),
	[AC_WORD_COLUMN_RUNNER_UP] = W("runner-up", "deuxième"),
	[AC_WORD_COLUMN_UNKNOWN] = W("unknown", "inconnu"),
	[AC_WORD_COLUMN_SHARED] = W("actors", "acteurs"),
	[AC_WORD_COLUMN_CLUSTERS] = W("reports", "rapports"),
	[AC_WORD_NAMED_IN_TEXT] = W("named in the text only", "nommé dans le texte seulement"),
	[AC_WORD_SEEN_BY] = W("Seen by {0}.", "Vu par {0}."),
	[AC_WORD_TOOL] = W("Of the tools of {0}, what {1} can do is most like these techniques.",
	    "Des outils de {0}, c'est {1} dont les capacités ressemblent le plus à ces techniques."),
	[AC_WORD_SUM] = W("sum", "somme"),
	[AC_WORD_SMALLER] = W("{0} more {0?item|items} (--all)", "{0} {0?autre élément|autres éléments} (--all)"),
	[AC_WORD_REPORT_LINE] = W("{0}, {1}", "{0}, {1}"),

	[AC_WORD_HEAD_ACH] = W("Competing hypotheses", "Hypothèses concurrentes"),
	[AC_WORD_ACH_NOTE] = W("CC and C: the item speaks for the hypothesis, I and II: against it, N: neither. Most "
			       "telling items first; the hypothesis with the fewest I and II is the least refuted.",
	    "CC et C" NB ": l'élément parle pour l'hypothèse, I et II" NB ": contre elle, N" NB
	    ": ni l'un ni l'autre. Les éléments les plus discriminants d'abord" NB
	    "; l'hypothèse qui a le moins de I et de II est la moins réfutée."),
	[AC_WORD_ACH_SCORE] = W("I and II", "I et II"),

	[AC_WORD_HEAD_SENSITIVITY] = W("What it hangs on", "À quoi cela tient"),
	[AC_WORD_WITHOUT] = W("Without {0}: {1}.", "Sans {0}" NB ": {1}."),
	[AC_WORD_WITHOUT_OTHER] =
	    W("Without {0}: {1}, and {2} leads with {3}.", "Sans {0}" NB ": {1}, et {2} passe devant avec {3}."),
	[AC_WORD_SINGLE_POINT] = W("The answer does not hold without it.", "La réponse ne tient pas sans cela."),
	[AC_WORD_NOTHING_MATTERS] = W("No single item, source or kind of evidence carries the answer alone.",
	    "Aucun élément, source ou type d'éléments ne porte seul la réponse."),

	[AC_WORD_HEAD_NEXT] = W("What would change it most", "Ce qui changerait le plus la réponse"),
	[AC_WORD_NEXT] = W("Finding {0} would move {1} to {2}.", "Trouver {0} porterait {1} à {2}."),
	[AC_WORD_NEXT_OTHER] =
	    W("Finding {0} would put {1} first, with {2}.", "Trouver {0} mettrait {1} en tête, avec {2}."),

	[AC_WORD_HEAD_GAPS] = W("Gaps, and what to collect", "Lacunes, et ce qu'il faut recueillir"),
	[AC_WORD_GAP_TECHNIQUES] = W("Techniques: {0} {0?counts|count} here, at least four are wanted; look at "
				     "processes, accounts and persistence.",
	    "Techniques" NB ": {0} {0?compte|comptent} ici, il en faut au moins quatre" NB
	    "; examinez les processus, les comptes et la persistance."),
	[AC_WORD_GAP_SOFTWARE] = W("Malware and tools: none. Samples or their names tell actors apart best.",
	    "Maliciels et outils" NB ": aucun. Ce sont eux qui distinguent le mieux les acteurs."),
	[AC_WORD_GAP_VICTIMS] = W("Victims: neither countries nor sectors are given.",
	    "Victimes" NB ": ni pays ni secteurs ne sont indiqués."),
	[AC_WORD_GAP_INDICATORS] = W("Infrastructure: no addresses, domains, certificates or keys are given.",
	    "Infrastructure" NB ": ni adresses, ni domaines, ni certificats, ni clés ne sont indiqués."),
	[AC_WORD_GAP_CUT] = W("{0} indicators of the knowledge were not looked at: there are more than are held.",
	    "{0} indicateurs des connaissances n'ont pas été examinés" NB ": il y en a plus qu'il n'en est gardé."),
	[AC_WORD_GAP_TEXT] = W("Procedures: no text says how it was done.",
	    "Procédures" NB ": aucun texte ne dit comment cela s'est fait."),
	[AC_WORD_GAP_DATES] =
	    W("Dates: when it happened is not said.", "Dates" NB ": le moment des faits n'est pas indiqué."),
	[AC_WORD_GAP_SOURCES] = W("Sources: who saw it is not said.", "Sources" NB ": on ignore qui l'a vu."),
	[AC_WORD_GAP_GRADES] =
	    W("Sources: some have no Admiralty grade.", "Sources" NB ": certaines n'ont pas de cote de l'Amirauté."),
	[AC_WORD_GAP_PROSE] =
	    W("Procedure text does not count: the ATT&CK bundle with its descriptions was not learned here.",
		"Le texte des procédures ne compte pas" NB
		": le fichier d'ATT&CK avec ses descriptions n'a pas été appris ici."),
	[AC_WORD_GAP_UNCITED] = W("{0} {0?claim cites|claims cite} no source, and {0?does|do} not count.",
	    "{0} {0?affirmation ne cite|affirmations ne citent} aucune source et ne {0?compte|comptent} pas."),
	[AC_WORD_GAP_UNDATED] =
	    W("{0} {0?claim cites|claims cite} only sources without a date, and {0?does|do} not count.",
		"{0} {0?affirmation ne cite|affirmations ne citent} que des sources sans date et ne "
		"{0?compte|comptent} pas."),
	[AC_WORD_GAP_PROFILES] = W("{0} {0?actor has|actors have} no profile and cannot be named.",
	    "{0} {0?acteur n'a|acteurs n'ont} pas de profil et ne {0?peut|peuvent} être {0?nommé|nommés}."),

	[AC_WORD_HEAD_NOTES] = W("About the evidence", "À propos des éléments"),
	[AC_WORD_KEPT] = W("Kept in the store: {0} new STIX {0?object|objects}, of {1}.",
	    "Conservé dans le dépôt" NB ": {0} {0?nouvel objet|nouveaux objets} STIX, de {1}."),
	[AC_WORD_NOTE_UNKNOWN] =
	    W("{0} is not known here: kept, without weight.", "{0} n'est pas connu ici" NB ": conservé, sans poids."),
	[AC_WORD_NOTE_SUCCESSOR] =
	    W("{0} was revoked: {1} stands for it.", "{0} a été révoqué" NB ": {1} en tient lieu."),
	[AC_WORD_NOTE_REVOKED] = W("{0} was revoked and has no successor here: without weight.",
	    "{0} a été révoqué et n'a pas de successeur ici" NB ": sans poids."),
	[AC_WORD_NOTE_DEPRECATED] = W("{0} is deprecated: taken as it is.", "{0} est obsolète" NB ": pris tel quel."),
	[AC_WORD_NOTE_TWICE] = W("{0} was said before: it counts once.", "{0} a déjà été dit" NB ": compté une fois."),
	[AC_WORD_NOTE_WEIGHTLESS] = W("{0} is known to be harmless or shared: without weight.",
	    "{0} est connu comme inoffensif ou partagé" NB ": sans poids."),
	[AC_WORD_NOTE_GRADED] = W("{0}: by the grade of its source nothing is left of it.",
	    "{0}" NB ": la cote de sa source n'en laisse rien."),
	[AC_WORD_REMARK_MEMBER] = W("{0}: accord.evidence/1 has no member \"{1}\"; it was not read.",
	    "{0}" NB ": accord.evidence/1 n'a pas de membre «" NB "{1}" NB "»" NB "; il n'a pas été lu."),
	[AC_WORD_REMARK_COUNTRY] = W("{0}: \"{1}\" is not a two-letter code of ISO 3166-1; it was not used.",
	    "{0}" NB ": «" NB "{1}" NB "» n'est pas un code à deux lettres d'ISO 3166-1" NB
	    "; il n'a pas été utilisé."),
	[AC_WORD_REMARK_SECTOR] = W("{0}: \"{1}\" is not of industry-sector-ov; it was not used.",
	    "{0}" NB ": «" NB "{1}" NB "» n'est pas dans industry-sector-ov" NB "; il n'a pas été utilisé."),
	[AC_WORD_REMARK_DATES] = W("{0}: the last day is before the first; neither was used.",
	    "{0}" NB ": le dernier jour précède le premier" NB "; aucun n'a été utilisé."),
	[AC_WORD_REMARK_EARLY] = W("{0}: \"{1}\" is dated before the incident began.",
	    "{0}" NB ": «" NB "{1}" NB "» est daté d'avant le début de l'incident."),
	[AC_WORD_REMARK_CODE] = W("{0}: \"{1}\" was read as {2}.", "{0}" NB ": «" NB "{1}" NB "» a été lu comme {2}."),
	[AC_WORD_REMARK_CUT] = W("The store holds more than is weighed: the first {1} items of each kind were used.",
	    "La base contient plus que ce qui est pesé" NB
	    ": les {1} premiers éléments de chaque type ont été utilisés."),

	[AC_WORD_KIND_TECHNIQUE] = W("techniques", "techniques"),
	[AC_WORD_KIND_SOFTWARE] = W("malware and tools", "maliciels et outils"),
	[AC_WORD_KIND_INDICATOR] = W("infrastructure", "infrastructure"),
	[AC_WORD_KIND_VICTIM] = W("victims", "victimes"),
	[AC_WORD_VICTIM] = W("victim: {0}", "victime" NB ": {0}"),
	[AC_WORD_KIND_TEXT] = W("procedures", "procédures"),
	[AC_WORD_KIND_PRIOR] = W("prior: how active the actor is", "a priori" NB ": activité de l'acteur"),
	[AC_WORD_KIND_CALIBRATION] = W("calibration of the first name", "étalonnage du premier nom"),
	[AC_WORD_KIND_COUNT] = W("how much evidence there is", "quantité d'éléments"),
	[AC_WORD_KIND_SQUARE_ROOT] = W("square root: items overlap", "racine" NB ": recoupements"),
	[AC_WORD_KIND_CAP] = W("ceiling of tools", "plafond des outils"),
	[AC_WORD_SOURCE] = W("the source {0}", "la source {0}"),
};

/* Sentences by term: the English word of a band is the same on all scales that have it. */
static const struct {
	ac_str term, en, fr;
} sentences[] = {
	{ AC_S_INIT("almost no chance"), AC_S_INIT("There is almost no chance that {0} did this"),
	    AC_S_INIT("Il n'y a presque aucune chance que l'auteur soit {0}") },
	{ AC_S_INIT("remote chance"), AC_S_INIT("There is a remote chance that {0} did this"),
	    AC_S_INIT("Il y a une chance infime que l'auteur soit {0}") },
	{ AC_S_INIT("very unlikely"), AC_S_INIT("It is very unlikely that {0} did this"),
	    AC_S_INIT("Il est très improbable que l'auteur soit {0}") },
	{ AC_S_INIT("highly unlikely"), AC_S_INIT("It is highly unlikely that {0} did this"),
	    AC_S_INIT("Il est très improbable que l'auteur soit {0}") },
	{ AC_S_INIT("unlikely"), AC_S_INIT("It is unlikely that {0} did this"),
	    AC_S_INIT("Il est improbable que l'auteur soit {0}") },
	{ AC_S_INIT("realistic possibility"), AC_S_INIT("There is a realistic possibility that {0} did this"),
	    AC_S_INIT("Il y a une possibilité réaliste que l'auteur soit {0}") },
	{ AC_S_INIT("even chance"), AC_S_INIT("There is an even chance that {0} did this"),
	    AC_S_INIT("Il y a des chances égales que l'auteur soit {0}") },
	{ AC_S_INIT("roughly even chance"), AC_S_INIT("There is a roughly even chance that {0} did this"),
	    AC_S_INIT("Il y a des chances à peu près égales que l'auteur soit {0}") },
	{ AC_S_INIT("likely"), AC_S_INIT("It is likely that {0} did this"),
	    AC_S_INIT("Il est probable que l'auteur est {0}") },
	{ AC_S_INIT("very likely"), AC_S_INIT("It is very likely that {0} did this"),
	    AC_S_INIT("Il est très probable que l'auteur est {0}") },
	{ AC_S_INIT("highly likely"), AC_S_INIT("It is highly likely that {0} did this"),
	    AC_S_INIT("Il est très probable que l'auteur est {0}") },
	{ AC_S_INIT("almost certain"), AC_S_INIT("It is almost certain that {0} did this"),
	    AC_S_INIT("Il est presque certain que l'auteur est {0}") },
};

static const ac_word of_kind[AC_WEIGHT_KINDS] = {
	[AC_WEIGHT_TECHNIQUE] = AC_WORD_KIND_TECHNIQUE,
	[AC_WEIGHT_SOFTWARE] = AC_WORD_KIND_SOFTWARE,
	[AC_WEIGHT_INDICATOR] = AC_WORD_KIND_INDICATOR,
	[AC_WEIGHT_VICTIM] = AC_WORD_KIND_VICTIM,
	[AC_WEIGHT_TEXT] = AC_WORD_KIND_TEXT,
	[AC_WEIGHT_PRIOR] = AC_WORD_KIND_PRIOR,
	[AC_WEIGHT_COUNT] = AC_WORD_KIND_COUNT,
	[AC_WEIGHT_SQUARE_ROOT] = AC_WORD_KIND_SQUARE_ROOT,
	[AC_WEIGHT_CAP] = AC_WORD_KIND_CAP,
};

static const ac_word of_note[] = {
	[AC_NOTE_UNKNOWN] = AC_WORD_NOTE_UNKNOWN,
	[AC_NOTE_SUCCESSOR] = AC_WORD_NOTE_SUCCESSOR,
	[AC_NOTE_REVOKED] = AC_WORD_NOTE_REVOKED,
	[AC_NOTE_DEPRECATED] = AC_WORD_NOTE_DEPRECATED,
	[AC_NOTE_TWICE] = AC_WORD_NOTE_TWICE,
	[AC_NOTE_WEIGHTLESS] = AC_WORD_NOTE_WEIGHTLESS,
	[AC_NOTE_GRADED] = AC_WORD_NOTE_GRADED,
};

static const ac_word of_remark[AC_REMARK_KINDS] = {
	[AC_REMARK_MEMBER] = AC_WORD_REMARK_MEMBER,
	[AC_REMARK_COUNTRY] = AC_WORD_REMARK_COUNTRY,
	[AC_REMARK_SECTOR] = AC_WORD_REMARK_SECTOR,
	[AC_REMARK_DATES] = AC_WORD_REMARK_DATES,
	[AC_REMARK_EARLY] = AC_WORD_REMARK_EARLY,
	[AC_REMARK_CODE] = AC_WORD_REMARK_CODE,
	[AC_REMARK_CUT] = AC_WORD_REMARK_CUT,
};

static const ac_word of_imitation[] = {
	[AC_IMITATION_NONE] = AC_WORD_IMITATION_NONE,
	[AC_IMITATION_POSSIBLE] = AC_WORD_IMITATION_POSSIBLE,
	[AC_IMITATION_INDICATED] = AC_WORD_IMITATION_INDICATED,
};

static const ac_word of_gate[AC_GATE_REASONS] = { AC_WORD_GATE_FRAGILE, AC_WORD_GATE_ONE_KIND,
	AC_WORD_GATE_ONE_PUBLISHER, AC_WORD_GATE_CONFLICT };

ac_str
ac_word_text(ac_word word, ac_lang lang)
{
	return lang == AC_LANG_FR ? words[word].fr : words[word].en;
}

/* English: one thing is singular. French: none is, too. */
static bool
is_one(ac_str number, ac_lang lang)
{
	return ac_str_eq(number, AC_S("1")) || (lang == AC_LANG_FR && ac_str_eq(number, AC_S("0")));
}

/* What stands between braces: "0" or "0?one|many". */
static void
add_place(ac_buf *buf, ac_lang lang, ac_str place, const ac_str *args, size_t count)
{
	size_t number = place.n ? (size_t)(place.p[0] - '0') : count;
	ac_str arg = number < count ? args[number] : (ac_str){ "", 0 }, many, one;

	if (place.n < 2) {
		ac_buf_add(buf, arg);
		return;
	}
	many = ac_str_slice(place, 2, place.n);
	if (ac_str_cut(&many, '|', &one))
		ac_buf_add(buf, is_one(arg, lang) ? one : many);
}

static void
add_filled(ac_buf *buf, ac_lang lang, ac_str text, const ac_str *args, size_t count)
{
	ac_str rest = text, part;

	while (ac_str_cut(&rest, '{', &part)) {
		ac_buf_add(buf, part);
		if (ac_str_cut(&rest, '}', &part))
			add_place(buf, lang, part, args, count);
	}
	ac_buf_add(buf, rest);
}

void
ac_words_add(ac_buf *buf, ac_lang lang, ac_word word, const ac_str *args, size_t count)
{
	add_filled(buf, lang, ac_word_text(word, lang), args, count);
}

ac_str
ac_sentence(ac_arena *arena, ac_lang lang, ac_word word, const ac_str *args, size_t count)
{
	ac_str text;
	ac_buf buf;

	ac_buf_init(&buf, AC_MIB);
	ac_words_add(&buf, lang, word, args, count);
	text = buf.failed ? (ac_str){ NULL, 0 } : ac_arena_str(arena, ac_buf_view(&buf));
	if (buf.failed && !arena->failed)
		arena->failed = buf.failed;
	ac_buf_done(&buf);
	return text;
}

void
ac_words_add_that(ac_buf *buf, ac_lang lang, const ac_scale_band *term, ac_str actor)
{
	for (size_t i = 0; i < AC_COUNT(sentences); i++)
		if (ac_str_eq(sentences[i].term, term->en))
			add_filled(buf, lang, lang == AC_LANG_FR ? sentences[i].fr : sentences[i].en, &actor, 1);
}

ac_word
ac_word_of_kind(ac_weight_kind kind)
{
	return of_kind[kind];
}

ac_word
ac_word_of_note(ac_note_kind kind)
{
	return of_note[kind];
}

ac_word
ac_word_of_remark(ac_remark_kind kind)
{
	return of_remark[kind];
}

ac_word
ac_word_of_imitation(ac_imitation imitation)
{
	return of_imitation[imitation];
}

ac_word
ac_word_of_gate(unsigned reason_bit)
{
	return of_gate[reason_bit];
}
