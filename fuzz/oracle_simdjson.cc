/* SPDX-License-Identifier: Apache-2.0 */
/* The one C++ file: simdjson behind C functions. */
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

extern "C" size_t
oracle_simdjson_index(oracle_simdjson *parser, const char *text, size_t n, size_t window)
{
	size_t entries = 0;

	if (parser->parser.capacity() < window && parser->parser.allocate(window) != simdjson::SUCCESS)
		return 0;
	for (size_t at = 0; at < n; at += window) {
		size_t part = n - at < window ? n - at : window;
		auto &stage = *parser->parser.implementation;
		/* What it says of a window that ends in the middle of something is not asked for: the work is done before. */
		if (stage.stage1(reinterpret_cast<const uint8_t *>(text + at), part,
		        simdjson::stage1_mode::streaming_partial) != simdjson::MEMALLOC)
			entries += stage.n_structural_indexes;
	}
	return entries;
}

extern "C" bool
oracle_simdjson_pick(const char *text, size_t n, const oracle_simdjson_path *paths, size_t count,
    oracle_simdjson_found *out_found)
{
	simdjson::ondemand::parser parser;
	simdjson::ondemand::document_stream stream;

	*out_found = {};
	if (parser.iterate_many(text, n, size_t(1) << 20).get(stream))
		return false;
	for (auto document : stream) {
		if (document.error())
			return false;
		out_found->lines++;
		for (size_t i = 0; i < count; i++) {
			simdjson::ondemand::value value;
			auto found = document.find_field_unordered(paths[i].first);

			if (paths[i].second && !found.error())
				found = found.find_field_unordered(paths[i].second);
			if (std::move(found).get(value))
				continue;
			std::string_view token = value.raw_json_token();
			out_found->values++;
			out_found->bytes += token.size() - (token[0] == '"' ? 2 : 0);
		}
	}
	return true;
}

extern "C" bool
oracle_simdjson_pick_dom(const char *text, size_t n, const oracle_simdjson_path *paths, size_t count,
    oracle_simdjson_found *out_found)
{
	simdjson::dom::parser parser;
	simdjson::dom::document_stream stream;

	*out_found = {};
	if (parser.parse_many(text, n, size_t(1) << 20).get(stream))
		return false;
	for (auto document : stream) {
		if (document.error())
			return false;
		out_found->lines++;
		for (size_t i = 0; i < count; i++) {
			auto found = document[paths[i].first];

			if (paths[i].second && !found.error())
				found = found[paths[i].second];
			if (!found.error())
				out_found->values++;
		}
	}
	return true;
}
