/* SPDX-License-Identifier: Apache-2.0 */
/* From a file's name to its bytes or its STIX objects. What they are for is the command's business. */
#include "app/input.h"

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

typedef struct objects {
	ac_app *app;
	const char *path;
	ac_on_object on_object;
	void *payload;
	ac_json_stream *stream;
	uint64_t elements; /* of the document that is open */
	bool told;         /* the last error */
	int status;
} objects;

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
	objects *o = payload;

	o->elements++;
	return o->on_object(o->payload, value, place, arena, err);
}

static int
on_document(
    void *payload, size_t path, const ac_json *value, bool streamed, ac_place place, ac_arena *arena, accord_err *err)
{
	objects *o = payload;
	bool was_list = streamed && ac_json_is(value, AC_JSON_ARRAY);

	o->elements = 0;
	/* A custom object may have objects of its own kind; a bundle without any has nothing to tell. */
	return was_list || is_bundle(value) ? 0 : o->on_object(o->payload, value, place, arena, err);
}

static int
on_bad(void *payload, const accord_err *what)
{
	objects *o = payload;

	o->told = true;
	o->status = ac_exit_worse(o->status, ac_app_fail(o->app, o->path, what));
	return 0;
}

static int
feed_stream(void *payload, ac_str bytes, accord_err *err)
{
	return ac_json_stream_feed(((objects *)payload)->stream, bytes, err);
}

int
ac_input_objects(ac_app *app, const char *path, ac_on_object on_object, void *payload)
{
	objects o = { .app = app, .path = path, .on_object = on_object, .payload = payload };
	const ac_json_stream_sink sink = {
		.on_element = on_element, .on_document = on_document, .on_bad = on_bad, .payload = &o
	};
	accord_err err = { 0 };
	int rc = 0;

	o.stream = ac_json_stream_open(stream_paths, AC_JSON_VALUE_MAX, &sink);
	if (!o.stream)
		rc = ac_fail(&err, ACCORD_ENOMEM, "no memory to read");
	if (rc == 0)
		rc = ac_input_read(app, path, feed_stream, &o, &err);
	if (rc == 0)
		rc = ac_json_stream_end(o.stream, &err);
	o.stream = ac_json_stream_close(o.stream);
	/* What the text did wrong, the stream has told already. */
	if (rc < 0 && !(o.told && (rc == ACCORD_EINPUT || rc == ACCORD_ELIMIT)))
		o.status = ac_exit_worse(o.status, ac_app_fail(app, path, &err));
	return o.status;
}
