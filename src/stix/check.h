/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the validator, private to stix/: one walk over one object. validate.c walks and knows objects and bundles, check_value.c the kinds of values,
 * check_rules.c what holds between properties, check_extension.c extensions and markings. Findings go out through check_report.
 */
#ifndef AC_STIX_CHECK_H
#define AC_STIX_CHECK_H

#include "stix/object.h"

/* Where the walk is: a chain up to the root, on the C stack. Becomes a JSON pointer only when something is found. */
typedef struct ac_where {
	const struct ac_where *up;
	ac_str key; /* p NULL: index */
	size_t index;
} ac_where;

typedef struct ac_check {
	ac_stix_on_finding on_finding; /* NULL: count only */
	void *payload;
	ac_arena *arena;
	ac_stix_checks checks;
	uint64_t errors;
	size_t told, told_bytes;
	int failed;     /* no memory for a finding's text */
	uint64_t steps; /* left of AC_STIX_STEPS_MAX for the object */
	bool is_over;   /* none is left, which has been told */
	/* Of the object that is being checked: */
	const ac_json *root;
	const ac_stix_type *type; /* NULL: custom */
	ac_str type_name;
	ac_stix_class class; /* of a custom type: as far as it can be told */
	bool is_in_bundle;
	const ac_json *container;    /* the observable container that holds the object; NULL outside one */
	bool has_toplevel_extension; /* properties that the standard does not know are allowed */
	bool is_defanged;            /* values are not in their own form */
} ac_check;

/* Tell a finding: its text is the parts behind one another. */
void ac_check_report(ac_check *c, ac_stix_level level, ac_str section, ac_str code, const ac_where *where,
    const ac_str *parts, size_t part_count);
#define AC_CHECK_PARTS(...) (const ac_str[]){ __VA_ARGS__ }, sizeof((const ac_str[]){ __VA_ARGS__ }) / sizeof(ac_str)
#define AC_CHECK_ERROR(c, section, where, ...)                                                                         \
	ac_check_report(c, AC_STIX_ERROR, section, AC_S(""), where, AC_CHECK_PARTS(__VA_ARGS__))
#define AC_CHECK_WARNING(c, section, code, where, ...)                                                                 \
	ac_check_report(c, AC_STIX_WARNING, section, code, where, AC_CHECK_PARTS(__VA_ARGS__))
/* Tell, once for an object, that its steps are used up: what is not looked at is not valid. */
void ac_check_over(ac_check *c, const ac_where *where);
/* JSON pointer (RFC 6901) to a place; {NULL, 0} without memory. */
ac_str ac_check_pointer(ac_arena *arena, const ac_where *where);
/* At most 80 bytes of a text from the object, cut at a character. */
ac_str ac_check_shown(ac_str text);
/* "a string", "null", "an empty list" ... */
ac_str ac_check_kind_of(const ac_json *value);

/* check_value.c: a value against its property's row; a member that is one value or a list. */
void ac_check_value(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where);
void ac_check_member(
    ac_check *c, const ac_stix_property *property, ac_str section, const ac_json *value, const ac_where *where);
void ac_check_struct(ac_check *c, const ac_stix_struct *structure, const ac_json *value, const ac_where *where);
/* A value of no known kind: no null, no empty list, no empty object anywhere inside. */
void ac_check_any(ac_check *c, const ac_json *value, const ac_where *where);
/* A name that the standard does not define: its form (s11.1.1), and the advice to use an extension. */
void ac_check_custom_name(ac_check *c, ac_str name, bool wants_extension, const ac_where *where);
/* {101}, {102}, where they are asked for: a name of one's own begins with "x", separator, its source and the separator again (s11). */
void ac_check_prefix(ac_check *c, ac_str name, char separator, ac_str section, const ac_where *where);

/* check_rules.c: the rows for this type or structure. */
void ac_check_rules(ac_check *c, ac_str name, const ac_json *object, const ac_where *where);
/* Rules of a type that no row can say. */
void ac_check_special(ac_check *c, const ac_json *object, const ac_where *where);

/* check_extension.c */
void ac_check_extensions(ac_check *c, const ac_json *extensions, const ac_where *where);
bool ac_check_uses_extension(const ac_json *object, ac_str extension_type);
void ac_check_granular(ac_check *c, const ac_json *marking, const ac_where *where);

/* check_interop.c: what the interoperability document asks of an object. */
void ac_check_interop(ac_check *c, const ac_json *object, const ac_where *where);

/* validate.c: one object; in_container for what an observable container holds. */
void ac_check_object(ac_check *c, const ac_json *object, const ac_where *where);
/*
 * What a custom type is: its extension says so (s7.3), else an object with a property that only versioned objects have is
 * taken for a domain object, any other for a cyber-observable.
 */
ac_stix_class ac_check_custom_class(const ac_json *object);

#endif
