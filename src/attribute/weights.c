/* SPDX-License-Identifier: Apache-2.0 */
/* Weights in and out of their file. */
#include "attribute/weights.h"

#include "attribute/attribution_weights.h"

#include <math.h>

static const char *const term_names[AC_TERM_COUNT] = { "technique", "parent", "explained", "software", "exclusive",
	"nearest", "tool", "told", "text", "active", "stale", "victim", "indicator" };
static const char *const unknown_names[AC_UNKNOWN_COUNT] = { "constant", "techniques", "software", "text", "date",
	"young" };

static int
read_number(const ac_json *object, const char *name, double *out, accord_err *err)
{
	if (!ac_json_double(ac_json_get(object, ac_str_from(name)), out))
		return ac_fail(err, ACCORD_EINPUT, "weights: want a number '%s', got none", name);
	return 0;
}

static int
read_calibration(const ac_json *object, ac_calibration *out, accord_err *err)
{
	int rc = read_number(object, "offset", &out->offset, err);

	if (rc == 0)
		rc = read_number(object, "slope", &out->slope, err);
	if (rc == 0)
		rc = read_number(object, "young", &out->young, err);
	if (rc == 0)
		rc = read_number(object, "prose", &out->prose, err);
	return rc < 0 ? rc : read_number(object, "prose_slope", &out->prose_slope, err);
}

int
ac_weights_read(ac_str text, ac_weights *out, accord_err *err)
{
	const ac_json *json = NULL;
	ac_arena arena;
	int rc;

	ac_arena_init(&arena, AC_JSON_ARENA_MAX);
	rc = ac_json_parse(text, AC_JSON_LIMITS, &arena, &json, err);
	for (unsigned t = 0; rc == 0 && t < AC_TERM_COUNT; t++)
		rc = read_number(ac_json_get(json, AC_S("actor")), term_names[t], &out->actor[t], err);
	for (unsigned t = 0; rc == 0 && t < AC_UNKNOWN_COUNT; t++)
		rc = read_number(ac_json_get(json, AC_S("unknown")), unknown_names[t], &out->unknown[t], err);
	if (rc == 0)
		rc = read_calibration(ac_json_get(json, AC_S("name")), &out->name, err);
	if (rc == 0)
		rc = read_calibration(ac_json_get(json, AC_S("nexus")), &out->nexus, err);
	ac_arena_done(&arena);
	return rc;
}

/* Six decimals: more than the incidents determine. */
static void
number(ac_json_writer *w, const char *key, double value)
{
	ac_jw_key(w, ac_str_from(key));
	ac_jw_double(w, round(value * 1e6) / 1e6);
}

static void
write_calibration(const ac_calibration *c, const char *key, ac_json_writer *w)
{
	ac_jw_key(w, ac_str_from(key));
	ac_jw_object(w);
	number(w, "offset", c->offset);
	number(w, "slope", c->slope);
	number(w, "young", c->young);
	number(w, "prose", c->prose);
	number(w, "prose_slope", c->prose_slope);
	ac_jw_end(w);
}

void
ac_weights_write(const ac_weights *weights, ac_json_writer *w)
{
	ac_jw_key(w, AC_S("actor"));
	ac_jw_object(w);
	for (unsigned t = 0; t < AC_TERM_COUNT; t++)
		number(w, term_names[t], weights->actor[t]);
	ac_jw_end(w);
	ac_jw_key(w, AC_S("unknown"));
	ac_jw_object(w);
	for (unsigned t = 0; t < AC_UNKNOWN_COUNT; t++)
		number(w, unknown_names[t], weights->unknown[t]);
	ac_jw_end(w);
	write_calibration(&weights->name, "name", w);
	write_calibration(&weights->nexus, "nexus", w);
}

int
ac_weights_shipped(ac_weights *out, accord_err *err)
{
	return ac_weights_read((ac_str){ (const char *)attribution_weights, sizeof(attribution_weights) }, out, err);
}

double
ac_calibrated(const ac_calibration *calibration, double p, bool is_young, bool has_prose)
{
	static const double least = 1e-6; /* nobody is so sure */
	double odds;

	p = p < least ? least : p > 1 - least ? 1 - least : p;
	odds = log(p / (1 - p));
	return calibration->offset + calibration->slope * odds + (is_young ? calibration->young : 0) +
	       (has_prose ? calibration->prose + calibration->prose_slope * odds : 0);
}
