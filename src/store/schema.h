/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a SQLite store, as a list of migrations. */
#ifndef AC_STORE_SCHEMA_H
#define AC_STORE_SCHEMA_H

/* 'ACCD': tells file(1) and us that a database is a store. */
#define AC_SCHEMA_APPLICATION_ID 0x41434344

/* Scripts; script i brings a database from version i to i + 1. Never change one that was released: add the next. */
extern const char *const ac_schema_migrations[];
extern const int ac_schema_version; /* how many there are */

#endif
