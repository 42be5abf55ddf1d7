/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who stands behind which claim, and how surely: counted from a charter, a statement, the members who signed it and their endorsements. A member has one voice. His latest endorsement, by its number, is what he
 * says; the statement's own signature is what he says before his first: he joins every claim as worded. Replaying an older one changes nothing. Two endorsements of one number that differ contradict each other: neither counts,
 * until he has written a later one, and everybody is told.
 */
#ifndef AC_AGREE_STANDING_H
#define AC_AGREE_STANDING_H

#include "agree/charter.h"
#include "agree/endorsement.h"

/* A member on one claim. */
typedef enum ac_voice_stance {
	AC_VOICE_SILENT, /* has said nothing */
	AC_VOICE_JOINS,
	AC_VOICE_NOTES,
	AC_VOICE_ABSTAINS,
	AC_VOICE_DISSENTS,
	AC_VOICE_WITHDREW,
	AC_VOICE_CONTRADICTS, /* himself: see above */
} ac_voice_stance;
const char *ac_voice_stance_name(
    ac_voice_stance stance); /* "silent", "joins", "notes", "abstains", "dissents", "withdrew", "contradicts" */

typedef struct ac_voice {
	ac_voice_stance stance;
	ac_claim_judgement judgement;      /* of who joins */
	const ac_endorsement *endorsement; /* NULL: silent, or the statement's own signature */
} ac_voice;

/* A name or group that the quorum needs and that is not met. */
typedef struct ac_lack {
	ac_str group;
	unsigned needed, have;
	const ac_str *names; /* of it, members or groups that are not met: `needed - have` of them are missing */
	unsigned name_count;
} ac_lack;

typedef struct ac_claim_standing {
	const ac_claim *claim;
	const ac_voice *voices; /* one for each member, at his place in the charter */
	unsigned joined;
	/* Of those who join: the range is the numbers of both, the headline is the least sure. NULL: nobody joins. */
	const ac_claim_judgement *least, *most;
	/* The lowest confidence that one of them states; none states any: has_confidence is false. */
	bool has_confidence;
	ac_confidence_level confidence;
	bool is_joint;        /* the quorum is met */
	const ac_lack *lacks; /* else: what is missing, the statement's quorum first */
	unsigned lack_count;
} ac_claim_standing;

/* Two endorsements of a member of one number that differ. */
typedef struct ac_contradiction {
	unsigned member;
	const ac_endorsement *a, *b;
} ac_contradiction;

typedef struct ac_standing {
	const ac_charter *charter;
	const ac_statement *statement;
	ac_str quorum;                   /* the name that is needed */
	const ac_claim_standing *claims; /* one for each of the statement's */
	unsigned joint_count;
	const ac_endorsement *const *latest;    /* one for each member; NULL: none */
	const ac_contradiction *contradictions; /* all that there are, whether a later endorsement ended them or not */
	unsigned contradiction_count;
} ac_standing;

/*
 * signers: for each member of the charter, whether he signed the statement. endorsements: each signed by its member, with a key that counts where it stands (the caller has verified that), in any order, the same one any number
 * of times. All must live as long as the result, which is in the arena. ACCORD_EINPUT: an endorsement is of another statement, or of no member of the charter; ACCORD_ENOTFOUND: the charter has no such quorum.
 */
int ac_standing_judge(const ac_charter *charter, const ac_statement *statement, const bool *signers,
    const ac_endorsement *const *endorsements, size_t count, ac_arena *arena, ac_standing *out,
    accord_err *err) AC_CHECKED;
/* The words of what is missing: "attribution needs 2 and has 1, missing of wide; wide needs 5 ...", added to buf. */
void ac_standing_add_lacks(ac_buf *buf, const ac_claim_standing *claim, ac_tongue tongue);

/* What became of a statement. */
typedef enum ac_statement_state {
	AC_STATE_OPEN,
	AC_STATE_PUBLISHED,
	AC_STATE_LAPSED,     /* published with joint claims, of which none is joint any more */
	AC_STATE_SUPERSEDED, /* a later one that replaces it has been published */
	AC_STATE_WITHDRAWN,  /* by the convener */
} ac_statement_state;
const char *ac_statement_state_name(ac_statement_state state);

/* A voice that came to join a claim, or ceased to, after publication. */
typedef struct ac_standing_change {
	size_t claim;
	unsigned member;
	bool came;  /* joined late; false: joins no more */
	ac_time at; /* of the endorsement that did it */
} ac_standing_change;
/* What differs between the standing that was published and that of now, claim by claim, in the arena. Both of one charter and statement. */
int ac_standing_compare(const ac_standing *published, const ac_standing *now, ac_arena *arena,
    const ac_standing_change **out, size_t *out_count, accord_err *err) AC_CHECKED;
/* Was a claim joint when it was published, and is no longer? */
bool ac_standing_has_lapsed(const ac_standing *published, const ac_standing *now, size_t claim);
/* PUBLISHED or LAPSED. */
ac_statement_state ac_standing_state(const ac_standing *published, const ac_standing *now);

#endif
