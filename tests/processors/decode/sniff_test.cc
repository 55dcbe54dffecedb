#include "processors/decode/sniff.h"

#include <gtest/gtest.h>

#include <string>

namespace newsmill::decode {
namespace {

TEST(Sniff, TellsTheFormatsApart) {
  const struct {
    std::string_view text, found;  ///< the name of a format, or what is told instead
  } rows[] = {
      {R"({"title":"x"})", "plain"},
      {" \n\t{", "plain"},
      {"Prose.", "text"},
      {"12 dead in a fire", "text"},
      {"[Update] Prose begins so.", "text"},
      {"[1] Footnotes do so too [2]", "text"},
      {"\"Never,\" he said. \"Ever.\"", "text"},
      {"\"Never\"\n\nhe said: \"ever\"", "text"},
      {"< 5 percent", "text"},
      {"<", "text"},
      {"[", "text"},
      {R"([{"title":"x"},{"title":"y"}])", "a JSON array"},
      {"[]", "a JSON array"},
      {R"([ "a" ])", "a JSON array"},
      {"[1, 2.5,\n -3e8]", "a JSON array"},
      {"[2026]", "text"},
      {"-12.5e3", "a JSON value that is no object"},
      {" null ", "a JSON value that is no object"},
      {R"("one\ntwo \"three\"")", "a JSON string"},
      {"<!DOCTYPE html><html><body>x", "an HTML page"},
      {"<HTML lang=en>", "an HTML page"},
      {"<!-- a comment --><html>", "an HTML page"},
      {"<?xml version=\"1.0\"?>\n<!DOCTYPE x [ ]>\n<nitf>", "an XML document with the root element nitf"},
      {"<rss version=\"2.0\">", "an XML document with the root element rss"},
      {"<rdf:RDF>", "an XML document with the root element rdf:rdf"},
      {"<p>One.</p>", "markup that begins with the element p"},
      {"<!-- only this", "markup"},
  };
  for (const auto& row : rows) {
    const auto format = sniff(row.text);
    if (format) {
      EXPECT_EQ(format_name(format.value()), row.found) << row.text;
    } else {
      EXPECT_EQ(format.error().code, Code::unknown_format) << row.text;
      EXPECT_EQ(format.error().found, row.found) << row.text;
      EXPECT_FALSE(format.error().expected.empty());
    }
  }
}

TEST(FileKind, NamesFilesOfNoTextFormat) {
  EXPECT_EQ(file_kind("%PDF-1.7\n%\xE2\xE3"), "a PDF file");
  EXPECT_EQ(file_kind(std::string_view("PK\x03\x04\x14\0", 6)), "a ZIP archive (.docx, .epub and .odt are such)");
  EXPECT_EQ(file_kind("{\\rtf1 One."), "an RTF document");
  for (const std::string_view prose : {"", "PDF files weigh more", "PKK", "{\"title\":\"rtf\"}", "GIF is a format"})
    EXPECT_EQ(file_kind(prose), "") << prose;
}

}  // namespace
}  // namespace newsmill::decode
