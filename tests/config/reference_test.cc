#include "config/reference.h"

#include <gtest/gtest.h>

#include "config/json_text.h"
#include "config/load.h"
#include "config/options.h"
#include "tests/support/child.h"

namespace newsmill::config {
namespace {

const std::filesystem::path kRoot = NEWSMILL_SOURCE_DIR;

TEST(Reference, CommittedFilesAreAsWritten) {
  struct Row { const char *path, *command; std::string text; };
  const Row rows[] = {
      {"docs/options.md", "newsmill config docs > docs/options.md", options_page()},
      {"config/default/schema/newsmill.schema.json",
       "newsmill config schema > config/default/schema/newsmill.schema.json", json_schema()},
      {"config/default/newsmill.yaml", "newsmill config new > config/default/newsmill.yaml", settings_file()},
  };
  for (const auto& row : rows)
    EXPECT_EQ(test::read_file(kRoot / row.path), row.text) << "write it anew: " << row.command;
}

TEST(Reference, DefaultFileChangesNothing) {
  Diagnostics diagnostics;
  const Loaded from_file = load({(kRoot / "config/default/newsmill.yaml").string()}, {}, diagnostics);
  EXPECT_TRUE(diagnostics.all().empty()) << diagnostics.sum();
  EXPECT_EQ(from_file.hash, load({}, {}, diagnostics).hash);
  for (const Option& row : options()) {
    const bool in_list = row.path.find("[]") != std::string_view::npos;
    EXPECT_TRUE(!row.default_words.empty() || in_list || from_file.origins.contains(std::string(row.path)))
        << row.path << " is not in the file";
  }
}

/// Editors and newsmill agree: JSON is YAML, so the same documents go through both.
TEST(Reference, SchemaAcceptsWhatTheReaderAccepts) {
  if (test::run_to_end({"python3", "-c", "import jsonschema"}, std::chrono::minutes(1)).code != 0)
    GTEST_SKIP() << "python3-jsonschema is not installed (deploy/debian-packages test)";
  struct Row { bool sound; const char* text; };
  const Row rows[] = {
      {true, "{}"},
      {true,
       R"({"instance": "mill-1", "kafka": {"lanes": 2, "buffer_bytes": "64MiB", "transaction_interval": "5 s"}})"},
      {true,
       R"({"kafka": {"client": {"socket.timeout.ms": 5000, "ssl.ca.location": "/x"}, "brokers": "a:1, [::1]:2"}})"},
      {true,
       R"({"input": {"topics": [{"name": "a", "format": "text"}, {"name": "b"}]}, "http": {"listen": ""}})"},
      {true, R"({"kafka": {"lanes": "${file:lanes}"}, "log": null})"},
      {false, R"({"inpt": {}})"},
      {false, R"({"kafka": {"lanes": 0}})"},
      {false, R"({"kafka": {"lanes": 1.5}})"},
      {false, R"({"kafka": {"buffer_bytes": 64}})"},
      {false, R"({"kafka": {"transaction_interval": "5 secs"}})"},
      {false, R"({"kafka": {"start": "newest"}})"},
      {false, R"({"kafka": {"brokers": "localhost"}})"},
      {false, R"({"kafka": {"client": {"a": {"b": 1}}}})"},
      {false, R"({"kafka": [1]})"},
      {false, R"({"input": {"topics": []}})"},
      {false, R"({"input": {"topics": [{"format": "text"}]}})"},
      {false, R"({"input": {"topics": [{"name": "a b"}]}})"},
      {false, R"({"input": {"topics": [{"name": "a", "sorce": "x"}]}})"},
      {false, R"({"http": {"allowed_hosts": "a"}})"},
  };
  const test::TemporaryFolder folder;
  test::write_file(folder / "lanes", "2\n");
  std::string all = "[";
  for (const auto& row : rows) all += (all.size() > 1 ? std::string(", ") : std::string()) + row.text;
  test::write_file(folder / "rows.json", all + "]");
  const auto judged = test::run_to_end(
      {"python3", "-c",
       "import json, sys, jsonschema\n"
       "schema = json.load(open(sys.argv[1]))\n"
       "jsonschema.Draft7Validator.check_schema(schema)\n"
       "check = jsonschema.Draft7Validator(schema)\n"
       "print(''.join('+' if check.is_valid(row) else '-' for row in json.load(open(sys.argv[2]))))",
       (kRoot / "config/default/schema/newsmill.schema.json").string(), (folder / "rows.json").string()},
      std::chrono::minutes(1));
  ASSERT_EQ(judged.code, 0) << judged.output;
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    test::write_file(folder / "n.yaml", rows[i].text);
    Diagnostics diagnostics;
    load({(folder / "n.yaml").string()}, {}, diagnostics);
    EXPECT_EQ(diagnostics.all().empty(), rows[i].sound) << "reader: " << rows[i].text;
    EXPECT_EQ(judged.output.at(i) == '+', rows[i].sound) << "schema: " << rows[i].text;
  }
}

}  // namespace
}  // namespace newsmill::config
