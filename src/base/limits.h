/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every ceiling of the program, each with its reason. What is over a ceiling is a clear
 * ACCORD_ELIMIT error; nothing grows without one.
 */
#ifndef AC_BASE_LIMITS_H
#define AC_BASE_LIMITS_H

#define AC_KIB ((size_t)1024)
#define AC_MIB (1024 * AC_KIB)

/* JSON: deepest real object seen (ATT&CK, MISP, ECS) is 12; 64 leaves room and keeps stacks small. */
#define AC_JSON_DEPTH_MAX 64
/* One JSON value handed out whole (object, attribute, cluster): the largest in ATT&CK and MISP is 260 KiB. */
#define AC_JSON_VALUE_MAX (16 * AC_MIB)
/* Arena of one JSON document: slots of 16 bytes, one for a scalar (two bytes of text at least), two for a container (three). */
#define AC_JSON_ARENA_MAX (256 * AC_MIB)
/* Members of one object; above it duplicate-key checks would dominate. */
#define AC_JSON_MEMBERS_MAX 65536
/* Text of one number: an exact double has at most 767 significant digits, real feeds use 20. */
#define AC_JSON_NUMBER_MAX 1024
/* Fields picked out of JSON lines at once: no telemetry format has a meaning for more than about thirty. */
#define AC_JSON_PICK_PATHS_MAX 64
/* Keys of one path; ECS has five at most. Any part of a path may be one key with dots, so tables grow with the square. */
#define AC_JSON_PICK_STEPS_MAX 16
/* Memory of compiled paths: 64 of 16 steps make 8,704 keys, whose tables take up to eight slots of 40 bytes each. */
#define AC_JSON_PICK_ARENA_MAX (8 * AC_MIB)
/* One line of JSON from which fields are picked: as for telemetry that is scanned (AC_WATCH_LINE_MAX). Its index takes four times as much. */
#define AC_JSON_LINE_MAX (1 * AC_MIB)

/* What a reader may hold back while it cannot decide yet (MISP arrays before the event's own fields). */
#define AC_READER_HELD_MAX (64 * AC_MIB)
/* One line of a list or CSV file: no indicator is longer than a URL of 8 KiB. */
#define AC_LIST_LINE_MAX (64 * AC_KIB)
#define AC_CSV_COLUMNS_MAX 256
/* Lines of telemetry that one quoted value goes over; a quote that nobody closes is forgotten behind so many. A script in an event has hundreds. */
#define AC_LOG_CSV_LINES_MAX 1000

/* One stored object, exact or derived. */
#define AC_OBJECT_MAX AC_JSON_VALUE_MAX
/* Edges, names and values that one object may bring into the indexes. */
#define AC_OBJECT_FACTS_MAX 65536

/* Store: pages kept in memory by a writer and by a reader (ATT&CK with its indexes is 60 MB, a batch of it fits). */
#define AC_STORE_WRITE_CACHE_KIB (48 * 1024)
#define AC_STORE_READ_CACHE_KIB (16 * 1024)
/* Ids of objects that a writer remembers (about 120 bytes each); ten times ATT&CK. */
#define AC_STORE_IDS_MAX 262144
/* Kinds of edges, types and producers kept in memory; what is over it is looked up each time. */
#define AC_STORE_WORDS_MAX 4096
/* Keys of list rows that a writer collects before it writes them in order (16 bytes each). */
#define AC_STORE_LIST_KEYS_MAX 131072
/* Filter of a writer that puts many rows: which values the store may have. */
#define AC_STORE_LIST_FILTER_BYTES (16 * AC_MIB)
/* Edges that a writer collects before it writes them in order (64 bytes each with room to sort, three tables). */
#define AC_STORE_PENDING_EDGES_MAX 16384
/* How long a second writer waits for the first. */
#define AC_STORE_BUSY_MS 10000
/* Scratch memory of one operation on the store: an object, its derived form, its JSON tree. */
#define AC_STORE_ARENA_MAX (AC_JSON_ARENA_MAX + 4 * AC_OBJECT_MAX)
/* Longest name for which near misses are looked for, in characters. */
#define AC_STORE_NEAR_NAME_MAX 64

/* One frame between two roles: an object, its derived form and its facts. */
#define AC_FRAME_MAX (64 * AC_MIB)
/* A role that neither takes nor gives a byte for this long, twice in a row (the first may be our own stop signal), is ended. */
#define AC_ROLE_SILENCE_MS 60000
/* A role that was told to end may take this long before it is killed. */
#define AC_ROLE_END_MS 1000

/* Decompressed bytes: at most this many for one input, and at most this ratio to what came in
   (1 GiB of zeros gzips 1030:1; real logs stay under 40:1). */
#define AC_INFLATE_OUTPUT_MAX ((uint64_t)1 << 40)
#define AC_INFLATE_RATIO_MAX 200
/* The ratio is not judged before this much has come out, so that small repetitive files pass. */
#define AC_INFLATE_RATIO_FLOOR (64 * AC_MIB)
/* A zstd frame may ask for a window of 2^27 bytes: what zstd(1) itself takes without being told to, so that logs packed with --long are read. */
#define AC_INFLATE_WINDOW_LOG_MAX 27
/* An xz stream may ask for so much memory: xz -9 needs 65 MiB. */
#define AC_INFLATE_XZ_MEMORY_MAX (256 * AC_MIB)

/* Members of one archive: a year of logs by the minute is half of it. */
#define AC_ARCHIVE_MEMBERS_MAX (1 << 20)
/* Name and extra fields of a member: two of 64 KiB in zip. */
#define AC_ARCHIVE_NAME_MAX (256 * AC_KIB)

/* A line of telemetry is scanned in pieces of this size; longer lines are scanned piece by piece, overlapping. */
#define AC_WATCH_LINE_MAX (1 * AC_MIB)
/* Text of a hit that is shown. */
#define AC_HIT_TEXT_MAX (4 * AC_KIB)

/* STIX patterns. Parentheses inside parentheses: real patterns have 4 at most. */
#define AC_PATTERN_NESTING_MAX 64
/* The text of one pattern in canonical form, as long as that of a line of JSON. */
#define AC_PATTERN_TEXT_MAX (16 * AC_MIB)
/* Comparisons of one pattern: the largest published ones list some thousand hashes. */
#define AC_PATTERN_COMPARISONS_MAX 16384
/* Constants of one IN, steps of one object path, and parts of the FOLLOWEDBY chains of a pattern (their trees are as deep as they are long). */
#define AC_PATTERN_SET_MAX 65536
#define AC_PATTERN_STEPS_MAX 64
#define AC_PATTERN_SEQUENCE_MAX 1024
/* Findings of one object that are told with text; the rest is counted only. */
#define AC_STIX_FINDINGS_MAX 1000
/* And their texts and pointers together: a key of a megabyte stands in the pointer of each of a thousand findings below it. */
#define AC_STIX_FINDINGS_BYTES_MAX (1 * AC_MIB)
/*
 * Members and items that are walked past in one object to follow its selectors, and references inside its container: some 0.3 s. A container of ten thousand
 * observables with as many references takes a third of it.
 */
#define AC_STIX_STEPS_MAX ((uint64_t)1 << 27)
/* Selectors of one object that are compared with its properties before it is changed; with more, all of it counts as selected. Real ones have a few dozen. */
#define AC_STIX_SELECTORS_MAX 1024
/* Translations of one object that are laid over it: its languages' most exact ones. */
#define AC_LANGUAGE_CONTENTS_MAX 16
/* Pieces of its translations that could not be used and are told of. */
#define AC_LANGUAGE_IGNORED_MAX 32
/* Markings of one object that are looked up; real ones have three or four. */
#define AC_MARKING_REFS_MAX 256
/* Observables of one container that is taken apart; a larger one stays in its 2.0 form. Real ones have a few dozen. */
#define AC_STIX_CONTAINER_MAX 2048
/* And what their lists refer to: a name of four bytes becomes an id of 50 and a change that is told. */
#define AC_STIX_CONTAINER_REFERENCES_MAX 65536
/*
 * Objects that are held against each other in one call, and what is kept of them: about 200 bytes an object with its references. ATT&CK has 25,000 objects, a
 * year of a large feed some 300,000.
 */
#define AC_CROSS_OBJECTS_MAX ((size_t)1 << 19)
#define AC_CROSS_REFERENCES_MAX ((size_t)1 << 21)
#define AC_CROSS_PROPERTIES_MAX ((size_t)1 << 23)
#define AC_CROSS_USES_MAX ((size_t)1 << 20)
#define AC_CROSS_WORDS_MAX ((size_t)1 << 20)
#define AC_CROSS_BYTES_MAX (384 * AC_MIB)
/* Versions of one object, or types under one UUID, that are looked through for one reference. */
#define AC_CROSS_STEPS_MAX 1024

/*
 * Matching observation expressions over time: steps of one question (one to five seconds), and working memory (five leaves that each hold for 100,000
 * observations take 60 MiB). Beyond either the answer is "undecided".
 */
#define AC_SEQUENCE_STEPS_MAX ((uint64_t)200 * 1000 * 1000)
#define AC_SEQUENCE_BYTES_MAX (256 * AC_MIB)
/* Matching patterns. Memory of one batch of observations, with its paths. */
#define AC_MATCH_BATCH_MAX (1024 * AC_MIB)
/* Different paths of one batch, and of one set of patterns; the standard has about a thousand. Over a fraction of it, a batch that is emptied forgets its paths. */
#define AC_MATCH_PATHS_MAX ((size_t)1 << 20)
#define AC_MATCH_PATHS_KEPT_MAX 16384
/* Steps into an object: JSON's nesting, and each list and its items one more. */
#define AC_MATCH_DEPTH_MAX (2 * AC_JSON_DEPTH_MAX + 2)
/* Memory of one set of patterns: a million of real ones take about 500 MB. */
#define AC_MATCH_SET_MAX (2048 * AC_MIB)
/* Patterns of one set, and different comparisons and brackets in them. */
#define AC_MATCH_PATTERNS_MAX ((size_t)1 << 24)
/*
 * Hits of brackets in one run, 21 bytes each; of a bracket that is a whole pattern one is kept. Over it, what has not been decided is 'undecided': ten patterns over time of which every bracket
 * holds for every one of a million observations.
 */
#define AC_MATCH_HITS_MAX ((size_t)1 << 24)
/*
 * Steps of one run over a batch (some 10 s): facts looked at, comparisons made, eight for a regex's step, four for one of a sequence. A run of a million observations takes some ten million. Over
 * it, what has not been decided is 'undecided'.
 */
#define AC_MATCH_STEPS_MAX ((uint64_t)1 << 32)
/* Steps of one regex on one value where Vectorscan does not take it: about 30 ms. Over it, the comparison is undecided. */
#define AC_MATCH_REGEX_STEPS_MAX 1000000
/* The same of LIKE: '%' comes back to every place, so that '_' and short texts in turn take pattern times value. */
#define AC_MATCH_LIKE_STEPS_MAX 1000000
/* Memory of PCRE2 for one value, in KiB. */
#define AC_MATCH_REGEX_HEAP_KIB 20480
/* Memory of all compiled regexes of a set: usual ones take 500 bytes, but a few nested repetitions make 64 KiB of 30 bytes. */
#define AC_MATCH_REGEXES_BYTES_MAX (512 * AC_MIB)
/*
 * Weights (regex.h) of what Vectorscan compiles: for one set to be run together, some 4,000 regexes of a real feed; and for one thread singly, where PCRE2 is slow. Seconds; made to hurt, some
 * ten. PCRE2 runs the others.
 */
#define AC_MATCH_SCAN_WEIGHT_MAX ((uint64_t)1 << 18)
#define AC_MATCH_SCAN_SINGLE_WEIGHT_MAX ((uint64_t)1 << 16)
/* A regex longer than this is not one that a person wrote; compiling is quadratic at worst. */
#define AC_MATCH_REGEX_MAX (16 * AC_KIB)

/* Watch index: items of one section, and bytes of its pool: places in it are 32 bits, and an overlay's follow on (ten million indicators take 400 MB). */
#define AC_INDEX_ITEMS_MAX ((size_t)1 << 30)
#define AC_INDEX_POOL_MAX ((size_t)7 << 29)
/* A composite pattern in disjunctive form: alternatives, and terms that must hold together. Larger ones are listed as not watched. */
#define AC_PATTERN_ALTERNATIVES_MAX 4096
#define AC_PATTERN_TERMS_MAX 64
/* Depth of a pattern's tree that watch follows. */
#define AC_PATTERN_DEPTH_MAX 64
/* Longest URL that is compared; browsers and RFC 9110 s4.1 ask for 8000 octets. */
#define AC_URL_MAX (8 * AC_KIB)
/* Lines are scanned in blocks of this size: tokens of a block stay in the cache. */
#define AC_WATCH_BLOCK (256 * AC_KIB)
/* Decompressed bytes that a thread is ahead of the one that scans them: a few blocks, so that neither waits for the other's every pause. */
#define AC_INPUT_AHEAD (2 * AC_MIB)
/* Files of one run: their paths are gathered first. */
#define AC_WATCH_FILES_MAX 4000000
/* An operator's own never-list: a large network names itself and its partners; public lists of a million popular names fit. */
#define AC_NEVER_VALUES_MAX 2000000
#define AC_NEVER_BYTES_MAX (64 * AC_MIB)
/* Threads of one run. */
#define AC_WATCH_JOBS_MAX 64
/* Parts that one big file is cut into, for several threads. */
#define AC_WATCH_PARTS_MAX 4096
/* What scanning threads found and is not shown yet: some lines of AC_WATCH_LINE_MAX with all their hits. Threads that are ahead wait. */
#define AC_WATCH_WAITING_MAX (64 * AC_MIB)
/* A text that is watched as a whole: user agents and paths are shorter, and places in it fit in 16 bits. */
#define AC_TEXT_VALUE_MAX ((size_t)4 * AC_KIB)
/* Raw matches of one block: one a byte at the very worst. */
#define AC_WATCH_MATCHES_MAX (16 * AC_MIB)
/* Fields of one record that are looked at; ECS has a few hundred. */
#define AC_LOG_FIELDS_MAX 4096
/* JSON in strings of JSON: a program's line in its container's, in a collector's; longer ones are texts. */
#define AC_LOG_DOCUMENT_DEPTH_MAX 2
#define AC_LOG_DOCUMENT_MAX (256 * AC_KIB)
/* Memory of one record's fields. */
#define AC_LOG_ARENA_MAX (64 * AC_MIB)
/* Headers of a log, which a scan that goes on is shown again: names of AC_CSV_COLUMNS_MAX columns, and comments between them. */
#define AC_LOG_HEADER_MAX (1 * AC_MIB)
/* Logs that are followed at a time, those that wait for their files included: half a KiB each. */
#define AC_FOLLOW_FILES_MAX 65536
/* Cursors of logs whose file has been gone for so long, in seconds, are deleted: a week covers a disk that is away for a holiday. */
#define AC_FOLLOW_KEEP_S ((int64_t)7 * 86400)
/* Sightings gathered for one input: indicators times days. Over it, hits are shown and counted, but not kept; the summary says so. */
#define AC_SIGHTINGS_MAX ((size_t)1 << 20)

/* Memory of observables (accord watch --remember). One value with its kind: a URL is the longest. */
#define AC_RETRO_KEY_MAX (AC_URL_MAX + 64)
/* Values of all days that a writer gathers before they go to disk: 56 bytes each and their text. */
#define AC_RETRO_GATHERED_MAX ((size_t)1 << 20)
#define AC_RETRO_GATHERED_BYTES (96 * AC_MIB)
/* Days that are kept at most: ten years. */
#define AC_RETRO_DAYS_MAX 3660
/* Values of one day: twenty times what a large site sees. */
#define AC_RETRO_PER_DAY_MAX ((uint64_t)1 << 22)
/* Parts of one span of days that lie beside one another: they are merged long before. */
#define AC_RETRO_PARTS_MAX 64
/* Names of files in the folder of the memory: spans of ten years with their parts. */
#define AC_RETRO_FILES_MAX ((size_t)1 << 14)
/* Different combinations of sources that one part tells apart. */
#define AC_RETRO_SETS_MAX 4096
/* Bytes of a source's name. */
#define AC_RETRO_NAME_MAX 120

/* Patterns over time: records that are remembered of one pattern in one scope, unless it can use more; and at most. */
#define AC_PATTERN_STATE_HITS 256
#define AC_PATTERN_STATE_HITS_MAX 16384
/* Patterns in scopes, and the memory of them all: a million hosts that have shown the first half of a pattern take about 170 MB. */
#define AC_PATTERN_STATES_MAX ((size_t)1 << 20)
#define AC_PATTERN_STATE_BYTES_MAX (256 * AC_MIB)
/* Names of files that witnesses stand in; beyond, a witness has its line only. */
#define AC_PATTERN_FILES_MAX ((size_t)1 << 18)
#define AC_PATTERN_FILES_BYTES_MAX (64 * AC_MIB)
/* A host's or user's name as a scope: DNS has 253 octets; what is longer is cut. */
#define AC_PATTERN_SCOPE_MAX 256
/* How far a record's time may be ahead of those that came lately, and still make them old: time zones and clocks that are a day off. */
#define AC_PATTERN_AHEAD_MAX 86400
/* Lateness, in seconds: ten years, so that instants can be added up. */
#define AC_PATTERN_LATE_MAX 315360000

/* Folders inside folders; a link cycle ends here at the latest. */
#define AC_WALK_DEPTH_MAX 32
#define AC_PATH_MAX 4096
/* Names of one folder, held while they are sorted: about a million files. */
#define AC_WALK_NAMES_MAX (64 * AC_MIB)
/* One message on stderr; the rest of a longer one is cut. */
#define AC_LOG_LINE_MAX (16 * AC_KIB)

/* One answer line or page built in memory. */
#define AC_REPORT_MAX (64 * AC_MIB)
/* What judging incidents keeps of the store: ATT&CK takes 12 MiB with its prose. */
#define AC_KNOWLEDGE_MAX (1024 * AC_MIB)
/* Values that are said to be somebody's: some 200 bytes each; who has more is told how many were left out. */
#define AC_TIES_MAX 262144
/* Items of one kind in the evidence of one incident; the longest reports have some hundred techniques, lists of indicators some thousand. */
#define AC_EVIDENCE_ITEMS_MAX 10000
/* Objects of the store that refer to one of which evidence is taken: the reports among them are hidden, none may be left out. */
#define AC_EVIDENCE_TELLERS_MAX 100000
/* Its prose, and remarks about its file that are told. */
#define AC_EVIDENCE_TEXT_MAX (4 * AC_MIB)
#define AC_EVIDENCE_REMARKS_MAX 100
/* Others' claims about who did it, of one incident or campaign: real ones have at most a few. */
#define AC_ANSWER_CLAIMS_MAX 100
/* Actors of an answer that are told with what they are called, names of one, and who calls it so: the most names that galaxies give one actor are some fifty. */
#define AC_ANSWER_CALLED_MAX 8
#define AC_ANSWER_NAMES_MAX 64
#define AC_ANSWER_NAMERS_MAX 16
/* Places of refused records that a report lists; the rest is counted. */
#define AC_REPORT_PLACES_MAX 1000
/* Configuration file. */
#define AC_CONFIG_MAX (1 * AC_MIB)

/* A message bus. Brokers and topics of one URL: a cluster tells the rest of its brokers itself. */
#define AC_BUS_BROKERS_MAX 64
#define AC_BUS_TOPICS_MAX 64
/* Properties of the connection in one file. */
#define AC_BUS_PROPERTIES_MAX 128
/* Partitions that one worker reads: each is an input with a scanner of its own, about a MiB. More of them want more workers. */
#define AC_BUS_PARTITIONS_MAX 1024
/* Fetched messages that wait for the worker, KiB: fetching stops when they are there. */
#define AC_BUS_QUEUE_KIB (64 * 1024)
/* Hits on their way to their topic, and their bytes: reading stops when they are there, until some have been taken. */
#define AC_BUS_SENDING_MAX 20000
#define AC_BUS_SENDING_KIB (64 * 1024)
/* Hits between two commits: their offsets are held, so that what is read twice is counted once. */
#define AC_BUS_NOTES_MAX ((size_t)1 << 18)

/* Sealing a key. Passes and memory that a key file may ask for: a file of somebody else must not take the machine. Four passes over 1 GiB take some four seconds. */
#define AC_SEAL_PASSES_MAX ((uint64_t)16)
#define AC_SEAL_MEMORY_KIB_MAX ((uint64_t)1024 * 1024)
/* A passphrase is typed, or a credential of at most a page. */
#define AC_SEAL_PASSPHRASE_MAX (4 * AC_KIB)

/* Agreeing. A signed note: a charter of a hundred members, each with keys and signatures, has some 60 KiB. */
#define AC_NOTE_MAX (1 * AC_MIB)
/* Signatures of one note; C2SP wants 16 at least. A coalition has at most as many members. */
#define AC_NOTE_SIGNATURES_MAX 256
/* One signature, decoded: ML-DSA-44 has 2,428 bytes; those of types that are not known here are passed over. */
#define AC_NOTE_SIGNATURE_MAX (8 * AC_KIB)
/* The text of a checkpoint that is cosigned: origin, size, root, and a few lines of extension. */
#define AC_COSIGNATURE_TEXT_MAX (8 * AC_KIB)
/* A leaf of a log: a signed note. Bundles stay outside, by their digest; the tiles' own limit is 64 KiB. */
#define AC_LEAF_MAX (32 * AC_KIB)
/* Leaves that are made durable at once: their tiles are open files until then. */
#define AC_LOG_BATCH_MAX 4096
/* Names in one folder of tiles: a thousand tiles, as many folders of narrow ones and of further thousands, and what crashes have left. */
#define AC_TILE_SIBLINGS_MAX 16384
/* The last leaves of a log that are looked up before one is appended again: 64 MiB. Whoever appends again after a crash does so at once. */
#define AC_LOG_KNOWN_MAX ((uint64_t)1 << 21)
/* A signed checkpoint with the cosignatures of all members. */
#define AC_CHECKPOINT_MAX (64 * AC_KIB)
/* Logs, and witnesses, of one policy; C2SP wants 32 of each. */
#define AC_POLICY_KEYS_MAX 256
/* Names and groups of one policy or charter. Each is compared with all before it. */
#define AC_QUORUM_NAMES_MAX 1024
/* A key's name: a host name of 253 octets and a path. */
#define AC_NOTE_NAME_MAX 512
/* Kinds of lines of one signed text, counted on the stack; a statement has some twenty. */
#define AC_TEXT_ROWS_MAX 48
/* A name of a member, a claim or a group: it is shown in columns, and stands in lines with others. */
#define AC_TEXT_NAME_MAX 64
/* Members of a coalition: each signs its charter, which has AC_NOTE_SIGNATURES_MAX signatures at most. The Tech Accord has some 150 signatories. */
#define AC_CHARTER_MEMBERS_MAX 256
/* Their keys: four purposes each. Each is compared with all before it. */
#define AC_CHARTER_KEYS_MAX 1024
/* What they pledge, and kinds of quorums. Each is compared with all before it; a reader reads them all. */
#define AC_CHARTER_PLEDGES_MAX 256
#define AC_CHARTER_QUORUMS_MAX 64
/* Claims of a statement, norms it names, actions that follow: real ones have at most some ten of each. */
#define AC_STATEMENT_ITEMS_MAX 100
/* The bundle of evidence behind a statement: some thousand objects. */
#define AC_BUNDLE_MAX (16 * AC_MIB)
/* Objects that a draft takes as evidence, each compared with all before it; and bytes of an object's name that stand in the first words of a claim. */
#define AC_DRAFT_OBJECTS_MAX 2000
#define AC_DRAFT_NAME_MAX ((size_t)200)
/* Places in a log that one publication names: the statement and an endorsement of each member, with those that were replaced. */
#define AC_PUBLICATION_ENTRIES_MAX 4096
/* References to evidence of one pledge. */
#define AC_PLEDGE_EVIDENCE_MAX 64
/* Versions of one charter, and changes of keys between them: a coalition of decades. What of them is tried takes this much for a time. */
#define AC_CHAIN_VERSIONS_MAX 1024
#define AC_CHAIN_CHANGES_MAX 1024
#define AC_CHAIN_ARENA_MAX (64 * AC_MIB)
/* Leaves that one pull takes of one log: a year of a large coalition's is some hundred thousand. */
#define AC_PULL_LEAVES_MAX ((uint64_t)1 << 24)
/* Threads that verify leaves: each has a block of at most 2 MiB in hand. */
#define AC_AUDIT_JOBS_MAX 32
/* Proofs of misbehaviour that a folder keeps: one is enough, and whoever misbehaves could make them without end. */
#define AC_MISBEHAVIOUR_FILES_MAX ((size_t)1024)
/* Files and leaves of logs that are looked at together, to say what they prove: a statement has some hundred. */
#define AC_HELD_MAX 65536
/* Hashes that are made to follow openings to the copies of their notes, and places that come of it: each folder has some, and a member could sign so many that others wait for minutes. */
#define AC_OPENING_CHECKS_MAX (1 << 20)
/* A member's words are numbered; up to here every reader of JSON has the number exactly, and nobody's last number is reached by speaking. */
#define AC_ABOUT_SEQ_MAX (1ULL << 53)
/* Seconds after which a log's cosignatures are stale: members' witnesses are asked at least daily, and a week covers a holiday. */
#define AC_AGREE_FRESH_SECONDS (7 * 24 * 60 * 60)
/* Seconds by which clocks of members may differ: what is later than that has not been said yet. */
#define AC_AGREE_SKEW_SECONDS (5 * 60)
/* A file of which only the digest is taken: a bundle of evidence. */
#define AC_HELD_FILE_MAX ((uint64_t)1 << 30)
/* Keys that are trusted at once: those of a coalition, four purposes a member, with those that went before. */
#define AC_NOTE_KEYS_MAX 4096

#endif
