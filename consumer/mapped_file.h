#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace newsmill::consumer {

/// A file in memory, read-only, shared by all processes that map it. Whoever replaces such a file
/// writes a new one and renames it: writing into it would change what is mapped.
class MappedFile {
 public:
  /// Null when it cannot be mapped, with the reason in `error`. Any thread.
  static std::shared_ptr<const MappedFile> open(const std::string& path, std::string& error);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return bytes_; }  ///< begins at a page

 private:
  explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}
  const std::string_view bytes_;
};

}  // namespace newsmill::consumer
