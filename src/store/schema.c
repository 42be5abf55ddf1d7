/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema, script by script.
 *
 * What is kept: `object` gives every id a number, also an id that others only refer to (current NULL): dangling references resolve by themselves when it arrives. `version` has every
 * version with its exact bytes; `facts` are its references, names and values as its reader found them (store/facts.h). `arrival` has further producers of a version; the first
 * stands in it. `batch` is a commit: the versions of a batch arrived at its arrival_us plus their place in it, which makes times of arrival unique and
 * strictly increasing in the order of commits. `list_row` has the rows of lists.
 *
 * What is derived and can be rebuilt: edge_in, edge_many, edge_out (relationships only: an object's own references are in its facts), name, value, prefix, list_run, list_chunk, search, card.
 */
#include "store/schema.h"

#include "base/str.h"
#include "store/card.h"

static const char version_1[] =
    /* Short texts that repeat: types of objects, kinds of edges. */
    "CREATE TABLE word(num INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE source(num INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE batch(num INTEGER PRIMARY KEY, first_version INTEGER NOT NULL, arrival_us INTEGER NOT NULL) STRICT;"
    /* revoked: some version of it was (permanent, STIX 2.1 s3.6). */
    "CREATE TABLE object(num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, current INTEGER, first INTEGER,"
    " revoked INTEGER NOT NULL) STRICT;"
    "CREATE TABLE version(seq INTEGER PRIMARY KEY, object INTEGER NOT NULL, type INTEGER NOT NULL, is_current INTEGER "
    "NOT NULL, is_later INTEGER NOT NULL,"
    " modified_s INTEGER NOT NULL, modified_ns INTEGER NOT NULL, batch INTEGER NOT NULL, source INTEGER NOT NULL,"
    " flags INTEGER NOT NULL, form INTEGER NOT NULL, tlp INTEGER NOT NULL, digest BLOB NOT NULL,"
    " facts BLOB NOT NULL, exact BLOB NOT NULL, derived BLOB) STRICT;"
    /* Versions after the first, which `object` names: most objects have one only, and need no entry here. */
    "CREATE INDEX version_later ON version(object, modified_s, modified_ns) WHERE is_later = 1;"
    "CREATE INDEX version_current ON version(type) WHERE is_current = 1;"
    "CREATE TABLE arrival(version INTEGER NOT NULL, source INTEGER NOT NULL, batch INTEGER NOT NULL,"
    " PRIMARY KEY(version, source)) STRICT, WITHOUT ROWID;"
    /* via: the relationship, 0 for a reference. */
    "CREATE TABLE edge_in(target INTEGER NOT NULL, kind INTEGER NOT NULL, source INTEGER NOT NULL, via INTEGER NOT "
    "NULL,"
    " PRIMARY KEY(target, kind, source, via)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE edge_out(source INTEGER NOT NULL, kind INTEGER NOT NULL, target INTEGER NOT NULL, via INTEGER NOT "
    "NULL,"
    " PRIMARY KEY(source, kind, target, via)) STRICT, WITHOUT ROWID;"
    /* Many references of a batch to one object (a marking, an author) are one row here: n sources from first to last. */
    "CREATE TABLE edge_many(num INTEGER PRIMARY KEY, target INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL, n INTEGER NOT NULL, sources BLOB NOT NULL) STRICT;"
    "CREATE INDEX edge_many_target ON edge_many(target, kind, first);"
    "CREATE TABLE name(key TEXT NOT NULL, object INTEGER NOT NULL, PRIMARY KEY(key, object)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE value(type INTEGER NOT NULL, key TEXT NOT NULL, object INTEGER NOT NULL, role INTEGER NOT NULL,"
    " PRIMARY KEY(type, key, object, role)) STRICT, WITHOUT ROWID;"
    /* Lengths of the CIDR ranges that are here, of objects and rows: a look-up of an address tries these only. */
    "CREATE TABLE prefix(type INTEGER NOT NULL, bits INTEGER NOT NULL, PRIMARY KEY(type, bits)) STRICT, WITHOUT ROWID;"
    /* exact NULL: the same as text. Times in microseconds, NULL: not said. changed: batch of the last change, NULL: none. */
    "CREATE TABLE list_row(num INTEGER PRIMARY KEY, type INTEGER NOT NULL, source INTEGER NOT NULL, batch INTEGER NOT "
    "NULL,"
    " changed INTEGER, text TEXT NOT NULL, valid_from INTEGER, valid_until INTEGER, confidence INTEGER, exact BLOB,"
    " comment TEXT) STRICT;"
    /* Runs of sorted keys (store/runs.h) that lead to rows; those of ids are made when somebody asks for one. */
    "CREATE TABLE list_run(num INTEGER PRIMARY KEY, kind INTEGER NOT NULL, level INTEGER NOT NULL, bits INTEGER NOT "
    "NULL,"
    " n INTEGER NOT NULL) STRICT;"
    "CREATE TABLE list_chunk(num INTEGER PRIMARY KEY, keys BLOB NOT NULL) STRICT;"
    "CREATE TABLE setting(name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE meta(name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    /* Full text: rowid is version.seq; versions that are not current any more stay in it and are passed over. Filled lazily (meta 'search_done'). */
    "CREATE VIRTUAL TABLE search USING fts5(name, body, content='', tokenize='unicode61 remove_diacritics 2');";

/* The TLP of what a source sends without one (an ac_tlp), 0: none is set. */
static const char version_2[] = "ALTER TABLE source ADD COLUMN tlp INTEGER NOT NULL DEFAULT 0;";

/* Where a follower stands in each of its inputs (watch/cursor.h). */
static const char version_3[] = "CREATE TABLE cursor(num INTEGER PRIMARY KEY, state TEXT NOT NULL) STRICT;";

/* Few rows change: what the watch index must take again is found without reading all of them. */
static const char version_4[] = "CREATE INDEX list_row_changed ON list_row(changed) WHERE changed IS NOT NULL;";

/* What is derived of each actor record (store/card.h); bytes NULL: to be made. mark: changes whenever bytes are taken away. */
static const char version_5[] =
    "CREATE TABLE card(object INTEGER PRIMARY KEY, mark INTEGER NOT NULL, bytes BLOB) STRICT;" AC_CARD_FILL;

const char *const ac_schema_migrations[] = { version_1, version_2, version_3, version_4, version_5 };
const int ac_schema_version = AC_COUNT(ac_schema_migrations);
