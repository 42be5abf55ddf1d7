/* SPDX-License-Identifier: Apache-2.0 */
/* Files that commands read: opened, decompressed, with a progress line, piece by piece. */
#ifndef AC_APP_INPUT_H
#define AC_APP_INPUT_H

#include "app/command.h"
#include "codec/json_stream.h"

/* Bytes of an input, decompressed. Negative stops. */
typedef int (*ac_on_input)(void *payload, ac_str bytes, accord_err *err);
/* Give the bytes of path ("-": standard input) to on_bytes; gzip and zstd are undone. */
int ac_input_read(ac_app *app, const char *path, ac_on_input on_bytes, void *payload, accord_err *err) AC_CHECKED;

/*
 * The STIX objects of a file of any length: objects, lists, bundles and lines of these, one after another. on_object gets each with its place; a bundle itself is not told. value and arena end with the
 * call; a negative return stops. Texts that are no JSON are printed as errors of the file and passed over.
 */
typedef int (*ac_on_object)(void *payload, const ac_json *object, ac_place place, ac_arena *arena, accord_err *err);
/* Returns the exit status: 0; 3 when something was no JSON or over a limit; 4; else what on_object's code says. */
int ac_input_objects(ac_app *app, const char *path, ac_on_object on_object, void *payload);

/* The same for bytes that come from elsewhere: open, feed (an ac_on_input), end with the code and the error of whoever fed. */
typedef struct ac_objects ac_objects;
ac_objects *ac_objects_open(
    ac_app *app, const char *path, ac_on_object on_object, void *payload); /* NULL without memory */
int ac_objects_feed(void *objects, ac_str bytes, accord_err *err) AC_CHECKED;
/* Ends o as well. Returns the exit status as ac_input_objects does. */
int ac_objects_end(ac_objects *o, int rc, const accord_err *err);

#endif
