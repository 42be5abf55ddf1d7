/* SPDX-License-Identifier: Apache-2.0 */
/* What the demonstration did, told so that a person can follow it, and as JSON. Decides nothing. */
#include "app/demo.h"

#include "know/layout.h"
#include "sys/os.h"

#include <unistd.h>

#define WIDTH_MIN 60
#define WIDTH_MAX 110
#define HITS_SHOWN 14
#define DIFFERENCES_SHOWN 100
#define TECHNIQUES_SHOWN 16
#define MITIGATIONS_SHOWN 5
#define MANY ((size_t)8)

static ac_str
type_name(ac_value_type type)
{
	return ac_value_type_name(type);
}

static unsigned
line_width(void)
{
	unsigned columns = ac_is_terminal(STDOUT_FILENO) ? ac_terminal_columns(STDOUT_FILENO) : WIDTH_MAX;

	return columns < WIDTH_MIN ? WIDTH_MIN : columns > WIDTH_MAX ? WIDTH_MAX : columns;
}

static void
tell_opening(const ac_demo *demo, ac_layout *l)
{
	ac_layout_title(l, AC_S("Accord demonstration"));
	ac_layout_line(l, 0, 0);
	ac_layout_words(
	    l, AC_S("March 2021. Mail servers are being broken into before their flaws are known. Harbour, a utility, "
		    "asks two questions: "
		    "are we among them, and what do we do first? Two allies have published what they know. Everybody "
		    "in this "
		    "story is invented; the techniques, the vulnerabilities and the mitigations are real."));
	ac_layout_heading(l, "1  What was known before");
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l,
	    "%lld objects of the knowledge pack (MITRE ATT&CK and MISP galaxies): techniques, mitigations, real actors "
	    "and their names. "
	    "Ready in %.2f s, no network.",
	    (long long)demo->known_before, demo->seconds.store);
}

static uint64_t
new_ones(const ac_demo_learned *learned)
{
	return learned->put[AC_PUT_NEW] + learned->put[AC_PUT_NEWER];
}

static uint64_t
all_of(const ac_demo_learned *learned)
{
	uint64_t sum = learned->rows;

	for (size_t i = 0; i < AC_COUNT(learned->put); i++)
		sum += learned->put[i];
	return sum;
}

static void
tell_feeds(const ac_demo *demo, ac_layout *l)
{
	ac_layout_heading(l, "2  What two allies publish");
	for (size_t i = 0; i < AC_DEMO_FEEDS; i++) {
		const ac_demo_ally *ally = &ac_demo_allies[i];
		const ac_demo_learned *learned = &demo->learned[i];

		ac_layout_line(l, 2, 4);
		ac_layout_printf(l, "%s: %s, %llu objects (%llu new). It calls the intruders %s.", ally->name,
		    ally->kind, (unsigned long long)all_of(learned), (unsigned long long)new_ones(learned),
		    ally->actor);
		if (learned->skipped)
			ac_layout_printf(l, "%llu events were learned before.", (unsigned long long)learned->skipped);
	}
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l, "%llu indicators are watched now; learned in %.2f s.", (unsigned long long)demo->indicators,
	    demo->seconds.learn);
	for (size_t i = 0; i < demo->not_watched_count && i < MANY; i++) {
		ac_layout_line(l, 2, 4);
		ac_layout_printf(l, "Not watched yet: \"%.*s\" (%.*s).", AC_FMT(demo->not_watched[i].name),
		    AC_FMT(demo->not_watched[i].reason));
	}
}

static void
tell_find(const ac_demo_find *find, ac_layout *l, ac_arena *arena)
{
	ac_str place = ac_arena_printf(arena, "%s:%llu", ac_demo_file_path(find->file), (unsigned long long)find->line);

	ac_layout_line(l, 2, 4);
	ac_layout_cell(l, place, 26);
	ac_layout_cell(l, type_name(find->type), 12);
	ac_layout_cell(l, find->value, 28);
	ac_layout_words(l, find->whose);
	/* A list's entry has no name of its own. */
	if (!ac_str_eq(find->indicator, find->value))
		ac_layout_printf(l, "(%.*s)", AC_FMT(find->indicator));
}

/* A few of each kind rather than the first ones: finds of a type that was shown twice already wait. */
static void
tell_hits(const ac_demo *demo, ac_layout *l, ac_arena *arena)
{
	unsigned shown[AC_VALUE_TYPE_COUNT] = { 0 };
	size_t lines = 0;

	for (size_t i = 0; i < demo->check.find_count && lines < HITS_SHOWN; i++) {
		const ac_demo_find *find = &demo->check.finds[i];

		if (find->reason || find->type >= AC_VALUE_TYPE_COUNT || shown[find->type]++ >= 2)
			continue;
		tell_find(find, l, arena);
		lines++;
	}
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l, "... and %zu more hits.", demo->check.hits - lines);
}

static const char *
why_held(ac_str reason)
{
	static const struct {
		ac_str reason;
		const char *words;
	} rows[] = { { AC_S_INIT("expired"), "its indicator's time was over when the record was written" },
		{ AC_S_INIT("revoked"), "the ally took its indicator back" },
		{ AC_S_INIT("version-number"), "it is a program's version, not an address" },
		{ AC_S_INIT("other-port"), "the ally means it on another port only" },
		{ AC_S_INIT("not-all-values"), "the ally asks for more than this value alone" },
		{ AC_S_INIT("other-object"), "its values belong to different objects" } };

	for (size_t i = 0; i < AC_COUNT(rows); i++)
		if (ac_str_eq(rows[i].reason, reason))
			return rows[i].words;
	return "see accord watch --held-back";
}

static void
tell_held(const ac_demo *demo, ac_layout *l)
{
	ac_layout_line(l, 2, 4);
	ac_layout_printf(
	    l, "%zu more would have been hits, and were held back with their reasons:", demo->check.held_back);
	for (size_t i = 0; i < demo->check.find_count; i++) {
		const ac_demo_find *find = &demo->check.finds[i];

		if (!find->reason)
			continue;
		ac_layout_line(l, 4, 6);
		ac_layout_printf(l, "%s:%llu %.*s: %s", ac_demo_file_path(find->file), (unsigned long long)find->line,
		    AC_FMT(find->value), why_held(ac_str_from(find->reason)));
	}
}

static void
tell_logs(const ac_demo *demo, ac_layout *l, ac_arena *arena)
{
	double megabytes = (double)demo->logs.bytes / 1e6;

	ac_layout_heading(l, "3  What is in Harbour's logs");
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l,
	    "%llu lines, %.1f MB, in %d files of four formats (Zeek, Suricata EVE, IIS, syslog), scanned in %.2f s: "
	    "%zu hits.",
	    (unsigned long long)demo->logs.lines, megabytes, AC_DEMO_FILE_COUNT, demo->seconds.scan, demo->check.hits);
	ac_layout_printf(l, "Kept as %llu sightings, one for each indicator, file and day.",
	    (unsigned long long)(demo->sightings.made + demo->sightings.changed + demo->sightings.unchanged));
	ac_layout_blank(l);
	tell_hits(demo, l, arena);
	ac_layout_blank(l);
	tell_held(demo, l);
}

static void
tell_difference(const ac_demo_difference *difference, ac_layout *l)
{
	const ac_demo_truth *truth = difference->truth;
	const ac_demo_find *find = difference->find;
	ac_demo_file file = truth ? truth->file : find->file;
	uint64_t line = truth ? truth->line : find->line;

	ac_layout_line(l, 4, 6);
	ac_layout_printf(l, "%s %s:%llu:", ac_demo_verdict_name(difference->verdict), ac_demo_file_path(file),
	    (unsigned long long)line);
	if (truth)
		ac_layout_printf(
		    l, "want %s %s", truth->token->reason ? truth->token->reason : "a hit", truth->token->raw);
	if (find)
		ac_layout_printf(l, "got %s %.*s (%.*s, %s)", find->reason ? find->reason : "a hit",
		    AC_FMT(find->value), AC_FMT(type_name(find->type)), find->match ? find->match : "-");
	if (difference->what)
		ac_layout_printf(l, "(%s)", difference->what);
}

static void
tell_verdict(const ac_demo *demo, ac_layout *l)
{
	const ac_demo_check *check = &demo->check;

	ac_layout_blank(l);
	ac_layout_line(l, 2, 4);
	if (check->difference_count == 0) {
		ac_layout_printf(l,
		    "Check: what was found is exactly what was planted: %zu hits, %zu held back, and none of the %zu "
		    "decoys.",
		    demo->logs.hits, demo->logs.held_back, demo->logs.decoys);
		return;
	}
	ac_layout_printf(l,
	    "Check FAILED: planted %zu hits and %zu to hold back; found %zu and %zu; %zu differences:", demo->logs.hits,
	    demo->logs.held_back, check->hits, check->held_back, check->difference_count);
	for (size_t i = 0; i < check->difference_count && i < DIFFERENCES_SHOWN; i++)
		tell_difference(&check->differences[i], l);
}

static void
tell_names(const ac_page *page, ac_layout *l)
{
	for (size_t i = 0; i < page->name_count; i++) {
		const ac_page_name *name = &page->names[i];

		if (name->kind != AC_NAME_PRIMARY && name->kind != AC_NAME_ALIAS)
			continue;
		ac_layout_line(l, 4, 6);
		ac_layout_printf(l, "%.*s: called so by", AC_FMT(name->text));
		ac_layout_list(l, name->namers.items, name->namers.count, MANY);
	}
}

/* Indicators of a lead that do not rest on a report alone. */
static size_t
stated_of(const ac_lead *lead)
{
	const ac_sighted *last = NULL;
	size_t stated = 0;

	for (size_t i = 0; i < lead->indicator_count; i++)
		for (size_t c = 0; c < lead->chain_count && last != lead->indicators[i]; c++)
			if (lead->chains[c].chain.sighted == lead->indicators[i] && !lead->chains[c].chain.is_weak) {
				last = lead->indicators[i];
				stated++;
			}
	return stated;
}

static void
tell_who(const ac_demo *demo, ac_layout *l)
{
	const ac_lead *lead = demo->leads.count ? demo->leads.items[0] : NULL;

	ac_layout_heading(l, "4  Who it points to");
	if (!lead) {
		ac_layout_line(l, 2, 4);
		ac_layout_words(l, AC_S("To nobody that the allies name."));
		return;
	}
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l, "%zu of the %zu indicators that were seen lead to one intrusion set: %zu by a claim of",
	    lead->indicator_count, demo->leads.trace.count, stated_of(lead));
	ac_layout_list(l, lead->claimants.items, lead->claimants.count, MANY);
	ac_layout_printf(
	    l, "about the indicator itself, %zu because a report names both.", lead->indicator_count - stated_of(lead));
	ac_layout_line(l, 2, 4);
	ac_layout_words(l, AC_S("It has two names, which meet because one ally says that they do:"));
	tell_names(&demo->page, l);
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l,
	    "%zu other actors are reached. This is a lead, not an attribution: real actors use the same techniques, "
	    "and "
	    "nothing here says that one of them did this.",
	    demo->leads.count - 1);
}

static void
tell_techniques(const ac_demo *demo, ac_layout *l)
{
	size_t shown = 0;

	ac_layout_blank(l);
	ac_layout_line(l, 2, 4);
	ac_layout_words(l, AC_S("What it does, by the allies' account:"));
	for (size_t t = 0; t < demo->page.tactic_count; t++) {
		const ac_page_tactic *tactic = &demo->page.tactics[t];

		for (size_t i = 0; i < tactic->count && shown < TECHNIQUES_SHOWN; i++, shown++) {
			const ac_know_ref *technique = &tactic->items[i]->ref;

			ac_layout_line(l, 4, 6);
			ac_layout_cell(
			    l, tactic->tactic.ref.name.n ? tactic->tactic.ref.name : tactic->tactic.shortname, 22);
			ac_layout_cell(l, technique->external_id, 10);
			ac_layout_words(l, technique->name);
		}
	}
}

static void
tell_mitigation(const ac_advice_mitigation *mitigation, ac_layout *l)
{
	const ac_know_ref *ref = mitigation->mitigation;

	ac_layout_line(l, 2, 4);
	ac_layout_printf(l, "- %.*s", AC_FMT(ref->name));
	if (ref->external_id.n)
		ac_layout_printf(l, "(%.*s)", AC_FMT(ref->external_id));
	ac_layout_words(l, AC_S("against"));
	for (size_t t = 0; t < mitigation->technique_count && t < MANY; t++)
		ac_layout_words(l, mitigation->techniques[t]->technique->external_id);
	if (ref->external_id.n == 0) {
		ac_layout_words(l, AC_S("- says"));
		ac_layout_list(l, mitigation->claimants.items, mitigation->claimants.count, MANY);
	}
}

/* What the allies themselves ask for comes first: it is about this case. */
static void
tell_advice(const ac_demo *demo, ac_layout *l)
{
	const ac_advice *advice = &demo->advice;
	size_t general = 0;

	ac_layout_heading(l, "5  What to do first");
	for (size_t i = 0; i < advice->mitigation_count; i++)
		if (advice->mitigations[i]->mitigation->external_id.n == 0)
			tell_mitigation(advice->mitigations[i], l);
	ac_layout_line(l, 2, 4);
	ac_layout_words(l, AC_S("Then, of MITRE ATT&CK's mitigations, those that answer most of the techniques:"));
	for (size_t i = 0; i < advice->mitigation_count && general < MITIGATIONS_SHOWN; i++)
		if (advice->mitigations[i]->mitigation->external_id.n) {
			tell_mitigation(advice->mitigations[i], l);
			general++;
		}
}

static void
tell_agreed(const ac_demo *demo, ac_layout *l)
{
	ac_layout_heading(l, "6  What the allies say together");
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l,
	    "%u members of a coalition, each with keys of its own (of a low cost, for this demonstration only), "
	    "drafted a "
	    "statement about this. Its public evidence says how much was seen; the allies' indicators are TLP:GREEN "
	    "and TLP:AMBER, "
	    "and stay. Each member said where it stands on each claim; three are a quorum:",
	    demo->agreed.members);
	for (size_t i = 0; i < AC_DEMO_CLAIMS; i++) {
		const ac_demo_claim *c = &demo->agreed.claims[i];

		ac_layout_line(l, 4, 6);
		ac_layout_printf(l, "%.*s, %s, joined by %u, at least %.*s: %.*s", AC_FMT(c->id),
		    c->is_joint ? "joint" : "not joint", c->joined, AC_FMT(c->least), AC_FMT(c->text));
	}
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l,
	    "%s dissents, and its dissent is published with the rest. All of it is in the convener's log, whose state "
	    "the other "
	    "four have cosigned: nobody can take a word back, or leave one out, unseen.",
	    demo->agreed.dissenter);
	ac_layout_line(l, 2, 4);
	if (demo->agreed.is_proved)
		ac_layout_printf(l,
		    "Check: an outsider who has the folder for outsiders (%zu files) and the charter's digest proves "
		    "all of that, "
		    "offline; two claims are joint and one is not, as it should be. It took %.2f s.",
		    demo->agreed.files, demo->seconds.agree);
	else
		ac_layout_words(
		    l, AC_S("Check FAILED: an outsider cannot prove that, or it is not what the members said."));
}

static void
tell_files(const ac_demo *demo, ac_layout *l)
{
	static const char *const next[] = { "watch --db %s/state %s/logs", "know --db %s/state \"tin mallard\"",
		"know --db %s/state \"bronze mohawk\"", "attribute --leads --db %s/state", "advise --db %s/state" };

	ac_layout_heading(l, "7  Where everything is");
	ac_layout_line(l, 2, 4);
	ac_layout_printf(l, "%s (feeds: %s, %s)", demo->dir, demo->learned[0].path, demo->learned[1].path);
	ac_layout_line(l, 2, 4);
	ac_layout_words(l, AC_S("state/ the store; logs/ the telemetry; planted.tsv what was planted where; agree/ the "
				"members' folders; "
				"published/ what outsiders get, with a page to print (index.html). Try next:"));
	ac_layout_break(l);
	for (size_t i = 0; i < AC_COUNT(next); i++) {
		ac_str rest = ac_str_from(next[i]), part;

		ac_buf_add(l->buf, AC_S("    accord "));
		while (ac_str_next_field(&rest, '%', &part)) {
			ac_buf_add(l->buf, part.n && part.p[0] == 's' ? ac_str_slice(part, 1, part.n) : part);
			if (rest.p)
				ac_buf_add_cstr(l->buf, demo->dir);
		}
		ac_buf_add_byte(l->buf, '\n');
	}
	ac_buf_printf(l->buf, "    accord verify --trust %.*s --as-of 2021-03-13T00:00:00Z %s/published\n",
	    AC_FMT(demo->agreed.charter), demo->dir);
	ac_layout_blank(l);
	ac_layout_line(l, 0, 0);
	ac_layout_printf(l, "All this took %.1f s.", demo->seconds.all);
	ac_layout_break(l);
}

void
ac_demo_tell(ac_demo *demo)
{
	ac_layout l;

	ac_layout_init(&l, ac_app_out(demo->app), line_width(), ac_app_colour(demo->app));
	tell_opening(demo, &l);
	tell_feeds(demo, &l);
	tell_logs(demo, &l, &demo->arena);
	tell_verdict(demo, &l);
	tell_who(demo, &l);
	tell_techniques(demo, &l);
	tell_advice(demo, &l);
	tell_agreed(demo, &l);
	tell_files(demo, &l);
}

static void
key_number(ac_json_writer *w, const char *key, uint64_t value)
{
	ac_jw_key_u64(w, ac_str_from(key), value);
}

static void
find_json(const ac_demo_find *find, ac_json_writer *w)
{
	ac_jw_key_string(w, AC_S("file"), ac_str_from(ac_demo_file_path(find->file)));
	key_number(w, "line", find->line);
	key_number(w, "offset", find->offset);
	ac_jw_key_string(w, AC_S("value"), find->value);
	if (find->reason)
		ac_jw_key_string(w, AC_S("held_back"), ac_str_from(find->reason));
}

static void
differences_json(const ac_demo_check *check, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("differences"));
	ac_jw_array(w);
	for (size_t i = 0; i < check->difference_count; i++) {
		const ac_demo_difference *d = &check->differences[i];

		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("verdict"), ac_str_from(ac_demo_verdict_name(d->verdict)));
		if (d->what)
			ac_jw_key_string(w, AC_S("property"), ac_str_from(d->what));
		if (d->find)
			find_json(d->find, w);
		if (d->truth && !d->find) {
			ac_jw_key_string(w, AC_S("file"), ac_str_from(ac_demo_file_path(d->truth->file)));
			key_number(w, "line", d->truth->line);
			key_number(w, "offset", d->truth->offset);
		}
		if (d->truth)
			ac_jw_key_string(w, AC_S("wanted"), ac_str_from(d->truth->token->raw));
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
allies_json(const ac_demo *demo, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("learned"));
	ac_jw_array(w);
	for (size_t i = 0; i < AC_DEMO_FEEDS; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("producer"), ac_str_from(ac_demo_allies[i].name));
		ac_jw_key_string(w, AC_S("feed"), ac_str_from(demo->learned[i].path));
		ac_jw_key_string(w, AC_S("actor"), ac_str_from(ac_demo_allies[i].actor));
		key_number(w, "objects", all_of(&demo->learned[i]));
		key_number(w, "new", new_ones(&demo->learned[i]));
		ac_jw_end(w);
	}
	ac_jw_end(w);
}

static void
agreed_json(const ac_demo *demo, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("agreed"));
	ac_jw_object(w);
	ac_jw_key_bool(w, AC_S("proved"), demo->agreed.is_proved);
	ac_jw_key_string(w, AC_S("folder"), ac_str_from(demo->agreed.folder));
	ac_jw_key_string(w, AC_S("charter"), demo->agreed.charter);
	key_number(w, "members", demo->agreed.members);
	ac_jw_key(w, AC_S("claims"));
	ac_jw_array(w);
	for (size_t i = 0; i < AC_DEMO_CLAIMS; i++) {
		ac_jw_object(w);
		ac_jw_key_string(w, AC_S("id"), demo->agreed.claims[i].id);
		ac_jw_key_bool(w, AC_S("joint"), demo->agreed.claims[i].is_joint);
		key_number(w, "joined", demo->agreed.claims[i].joined);
		ac_jw_end(w);
	}
	ac_jw_end(w);
	ac_jw_end(w);
}

void
ac_demo_tell_json(ac_demo *demo)
{
	ac_json_writer w;

	ac_json_writer_init(&w, ac_app_out(demo->app));
	ac_jw_object(&w);
	ac_jw_key_string(&w, AC_S("schema"), AC_S("accord.demo/1"));
	ac_jw_key_bool(&w, AC_S("exact"), demo->check.difference_count == 0);
	ac_jw_key_string(&w, AC_S("folder"), ac_str_from(demo->dir));
	key_number(&w, "known_before", (uint64_t)demo->known_before);
	allies_json(demo, &w);
	key_number(&w, "indicators", demo->indicators);
	key_number(&w, "lines", demo->logs.lines);
	key_number(&w, "bytes", demo->logs.bytes);
	key_number(&w, "planted_hits", demo->logs.hits);
	key_number(&w, "planted_held_back", demo->logs.held_back);
	key_number(&w, "decoys", demo->logs.decoys);
	key_number(&w, "hits", demo->check.hits);
	key_number(&w, "held_back", demo->check.held_back);
	differences_json(&demo->check, &w);
	ac_jw_key(&w, AC_S("leads"));
	ac_leads_json(&demo->leads, &w);
	ac_jw_key(&w, AC_S("advice"));
	ac_advice_json(&demo->advice, &w);
	agreed_json(demo, &w);
	ac_jw_key(&w, AC_S("seconds"));
	ac_jw_double(&w, demo->seconds.all);
	ac_jw_end(&w);
	ac_buf_add_byte(ac_app_out(demo->app), '\n');
}
