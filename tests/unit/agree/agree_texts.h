/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of an invented coalition, for the tests of what its members sign. */
#ifndef AC_AGREE_TEXTS_H
#define AC_AGREE_TEXTS_H

#include "base/arena.h"
#include "base/limits.h"
#include "test.h"

#define HASH_A "3c91dd6e5932c9aa8bee4443e199de570f73e310df94bd86f19d134eee2bfe0e"
#define HASH_B "cbf1b1b1f0cf13978995f46bb1f0bdf40d9817adfb255ad14b6199a4d447e092"

#define COALITION "coalition harbour.example\n"
#define STATEMENT_HEAD                                                                                                 \
	"accord/statement/v1\n" COALITION "charter 1 sha256:" HASH_B "\nstatement 2031-harbour\nversion 1\n"
#define STATEMENT_MIDDLE "kind attribution\nquorum statement\nconvener alba\ntlp clear\nopened 2031-03-01T09:00:00Z\n"
#define STATEMENT_BUNDLE "bundle sha256:" HASH_A " 2048\n"
#define STATEMENT_TITLES "title en Attack on the harbour\ntitle fr Attaque contre le port\n"
#define CLAIM_1                                                                                                        \
	"claim c1 almost-certain 95 high\nclaim-text c1 en The harbour was attacked.\n"                                \
	"claim-text c1 fr Le port a \xc3\xa9t\xc3\xa9 attaqu\xc3\xa9.\n"
#define CLAIM_2                                                                                                        \
	"claim c2 likely 70 -\nclaim-text c2 en Grey Heron did it.\nclaim-text c2 fr H\xc3\xa9ron gris l'a fait.\n"
#define STATEMENT_NORMS "norm un-gge-2015/f\n"
#define STATEMENT_ACTIONS                                                                                              \
	"action a1 2031-04-01T00:00:00Z Warn all ports\naction-fr a1 Pr\xc3\xa9venir tous les ports\n"                 \
	"action-owner a1 bora\n"
#define STATEMENT                                                                                                      \
	STATEMENT_HEAD STATEMENT_MIDDLE "embargo 2031-03-02T12:00:00Z\n" STATEMENT_BUNDLE STATEMENT_TITLES CLAIM_1     \
	    CLAIM_2 STATEMENT_NORMS STATEMENT_ACTIONS

#define ABOUT COALITION "statement sha256:" HASH_A "\n"
#define ENDORSEMENT_HEAD "accord/endorsement/v1\n" ABOUT "member bora\nseq 1\nat 2031-03-01T10:00:00Z\n"
#define ENDORSEMENT                                                                                                    \
	ENDORSEMENT_HEAD "stance joins-in-part\nclaim c1 joins very-likely 85 moderate\nclaim c2 notes\n"              \
			 "caveat en as far as we saw\ncaveat fr pour autant que nous ayons vu\n"

/* A text that must be refused as EINPUT; line 0: with words about the whole of it. */
typedef struct wrong_text {
	const char *text;
	unsigned line;
} wrong_text;

#endif
