/* SPDX-License-Identifier: Apache-2.0 */
/* From a file's name to its bytes or its STIX objects. What they are for is the command's business. */
#include "app/input.h"

#include <stdlib.h>
#include <unistd.h>

#include "codec/inflate.h"
#include "sys/file.h"

enum { CHUNK = 256 * 1024 };

static int
pump(ac_app *app, const char *path, int fd, uint64_t size, ac_inflate *z, accord_err *err)
{
	uint64_t done = 0;
	ac_buf buf;
	size_t n = 1;
	int rc = 0;

	ac_buf_init(&buf, CHUNK);
	while (rc == 0 && n > 0) {
		char *p = ac_buf_reserve(&buf, CHUNK);

		rc = p ? ac_file_read(fd, p, CHUNK, &n, err) : ac_fail(err, ACCORD_ENOMEM, "no memory to read");
		if (rc < 0)
			break;
		done += n;
		ac_app_progress(app, path, done, size);
		rc = n > 0 ? ac_inflate_feed(z, (ac_str){ p, n }, err) : ac_inflate_end(z, err);
	}
	ac_app_progress_end(app);
	ac_buf_done(&buf);
	return rc;
}

int
ac_input_read(ac_app *app, const char *path, ac_on_input on_bytes, void *payload, accord_err *err)
{
	ac_file_id identity = { 0 };
	ac_inflate *z;
	int fd = ac_file_open(path, err), rc;

	if (fd < 0)
		return fd;
	rc = ac_file_identify(fd, &identity, err);
	z = rc == 0 ? ac_inflate_open(on_bytes, payload) : NULL;
	if (rc == 0 && !z)
		rc = ac_fail(err, ACCORD_ENOMEM, "no memory to read");
	if (rc == 0)
		rc = pump(app, path, fd, identity.size, z, err);
	z = ac_inflate_close(z);
	(void)close(fd);
	return rc;
}

struct ac_objects {
	ac_app *app;
	const char *path;
	ac_on_object on_object;
	void *payload;
	ac_json_stream *stream;
	bool told; /* the last error */
	int status;
};

enum { PATH_OBJECTS, PATH_LIST, PATH_LISTED_OBJECTS };
static const char *const stream_paths[] = {
	[PATH_OBJECTS] = "objects", [PATH_LIST] = "", [PATH_LISTED_OBJECTS] = ".objects", NULL
};

static bool
is_bundle(const ac_json *value)
{
	return ac_str_eq(ac_json_get_string(value, AC_S("type")), AC_S("bundle"));
}

static int
on_element(void *payload, size_t path, const ac_json *value, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_objects *o = payload;

	return o->on_object(o->payload, value, place, arena, err);
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	ac_objects *o = payload;
	bool was_list = streamed && ac_json_is(value, AC_JSON_ARRAY);

	/* A custom object may have objects of its own kind; a bundle without any has nothing to tell. */
	return was_list || is_bundle(value) ? 0 : o->on_object(o->payload, value, place, arena, err);
}

static int
on_bad(void *payload, const accord_err *what)
{
	ac_objects *o = payload;

	o->told = true;
	o->status = ac_exit_worse(o->status, ac_app_fail(o->app, o->path, what));
	return 0;
}

ac_objects *
ac_objects_open(ac_app *app, const char *path, ac_on_object on_object, void *payload)
{
	ac_objects *o = calloc(1, sizeof(*o));
	const ac_json_stream_sink sink = {
		.on_element = on_element, .on_document = on_document, .on_bad = on_bad, .payload = o
	};

	if (!o)
		return NULL;
	*o = (ac_objects){ .app = app, .path = path, .on_object = on_object, .payload = payload };
	o->stream = ac_json_stream_open(stream_paths, AC_JSON_VALUE_MAX, &sink);
	if (o->stream)
		return o;
	free(o);
	return NULL;
}

int
ac_objects_feed(void *objects, ac_str bytes, accord_err *err)
{
	return ac_json_stream_feed(((ac_objects *)objects)->stream, bytes, err);
}

int
ac_objects_end(ac_objects *o, int rc, const accord_err *err)
{
	accord_err last = *err;
	int status;

	if (rc == 0)
		rc = ac_json_stream_end(o->stream, &last);
	/* What the text did wrong, the stream has told already. */
	if (rc < 0 && !(o->told && (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT)))
		o->status = ac_exit_worse(o->status, ac_app_fail(o->app, o->path, &last));
	status = o->status;
	o->stream = ac_json_stream_close(o->stream);
	free(o);
	return status;
}

int
ac_input_objects(ac_app *app, const char *path, ac_on_object on_object, void *payload)
{
	ac_objects *o = ac_objects_open(app, path, on_object, payload);
	accord_err err = { 0 };

	if (!o) {
		(void)ac_fail(&err, ACCORD_ENOMEM, "no memory to read");
		return ac_app_fail(app, path, &err);
	}
	return ac_objects_end(o, ac_input_read(app, path, ac_objects_feed, o, &err), &err);
}
