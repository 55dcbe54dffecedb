#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace newsmill::encode {

/// Byte offsets of one text → code points, which is what the record counts in. Reads the text once, at
/// the first question; keeps its memory from text to text. One thread.
///   cost  O(bytes) once, then up to 256 bytes a question; nothing for texts in ASCII
class Offsets {
 public:
  /// Forgets the text before. `text` is well-formed UTF-8 and outlives the questions.
  void reset(std::string_view text);
  /// `byte` is at a boundary of code points and at most the size.
  std::uint64_t code_point(std::size_t byte);

 private:
  static constexpr std::size_t kBlock = 256;
  void read();

  std::string_view text_;
  bool read_ = false, ascii_ = false;
  std::vector<std::uint32_t> before_;  ///< code points before each block
};

}  // namespace newsmill::encode
