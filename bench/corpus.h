#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace newsmill::bench {

/// An article of the development news in the plain input shape; a field that is absent is empty.
struct Story {
  std::string title, body, url;
};

/// The first `count` articles of a *.jsonl.zst file (unpacked by zstd). Throws std::runtime_error when
/// the file is not there.
std::vector<Story> read_stories(const std::string& path, std::size_t count);

/// All lines of a *.jsonl.zst file, as delivered.
std::vector<std::string> read_lines(const std::string& path);

/// A file of an archive and its content.
struct Entry {
  std::string name, content;
};
/// All regular files of a *.tar.zst (unpacked by zstd, headers read as POSIX ustar).
std::vector<Entry> read_archive(const std::string& path);

/// What a file holds.
std::string read_file(const std::string& path);

/// The member of a flat JSON object that is a string; empty when it is another or absent.
std::string json_string(std::string_view object, std::string_view member);

/// Lines of a text, without the empty one behind the last line end.
std::vector<std::string_view> lines_of(std::string_view text);

/// Folder of the development data: the argument, else NEWSMILL_DATA, else ../shared/data.
std::string data_folder(int count, char** arguments);

}  // namespace newsmill::bench
