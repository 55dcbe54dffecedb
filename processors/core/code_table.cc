#include "processors/core/code_table.h"

namespace newsmill {
namespace {

constexpr CodeRow kTable[] = {
    {Code::empty,
     "the value is null, empty or white space",
     "look at the producer"},
    {Code::malformed_json,
     "it is not JSON, although the format says so or it begins with `{`",
     "`found` and `where` name the fault; for text that begins with `{`, set the format `text`"},
    {Code::unknown_format,
     "HTML, XML, JSON that is no object, or a file of no text format",
     "convert it before, or wait for the format"},
    {Code::too_large,
     "the message or its body is over its cap, or it holds more than 100,000 JSON values",
     "raise `input.max_bytes` or `normalize.max_text_bytes` if it is an article"},
    {Code::too_deep,
     "JSON is nested more than 64 deep",
     "look at the producer"},
    {Code::bad_compression,
     "the gzip stream is damaged, has bytes behind its end, or grows over a cap",
     "look at the producer"},
    {Code::encoding_damaged,
     "more than 10 % of the characters cannot be decoded",
     "deliver UTF-8"},
    {Code::no_content,
     "neither a title nor a body is there, or is left after cleaning",
     "look at the producer"},
    {Code::wrong_type,
     "a field that the article's id depends on has a type without coercion",
     "see [Coercions](#coercions)"},
    {Code::budget,
     "the article costs more than 250 million units of work (about 250 ms)",
     "report it if it looks ordinary"},
    {Code::output_too_large,
     "the record would be larger than `output.max_bytes`",
     "raise it, and `max.message.bytes` of the topic"},
    {Code::crashed,
     "the article ended the process twice and was set aside unread",
     "report it: this is a defect of newsmill"},
    {Code::internal,
     "a step of newsmill threw",
     "report it: this is a defect of newsmill"},
};

}  // namespace

std::span<const CodeRow> code_table() { return kTable; }

}  // namespace newsmill
