/* SPDX-License-Identifier: Apache-2.0 */
/* The one C++ file: simdjson behind four C functions. */
#include "oracle_simdjson.h"

#include <new>
#include <simdjson.h>

struct oracle_simdjson {
	simdjson::dom::parser parser;
};

extern "C" bool
oracle_simdjson_accepts(const char *text, size_t n)
{
	simdjson::dom::parser parser;
	simdjson::padded_string padded(text, n);

	return parser.parse(padded).error() == simdjson::SUCCESS;
}

extern "C" oracle_simdjson *
oracle_simdjson_open(void)
{
	return new (std::nothrow) oracle_simdjson;
}

extern "C" bool
oracle_simdjson_parse(oracle_simdjson *parser, const char *text, size_t n)
{
	return parser->parser.parse(text, n, false).error() == simdjson::SUCCESS;
}

extern "C" size_t
oracle_simdjson_padding(void)
{
	return simdjson::SIMDJSON_PADDING;
}

extern "C" void
oracle_simdjson_close(oracle_simdjson *parser)
{
	delete parser;
}
