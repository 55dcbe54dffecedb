#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "processors/core/article.h"

namespace newsmill::encode {

/// Version of the `monitoring` object; the minor number rises with every addition.
inline constexpr std::string_view kSchemaVersion = "1.0";

/// Writes an article as one line of JSON: IPTC ninjs 3.1 plus the `monitoring` object of
/// config/default/schema/monitoring-1.schema.json (docs/record.md is the page for people). Absent
/// is absent: no field is null but where the schema says so. Offsets and counts are code points.
/// Keeps its buffer between articles; one thread.
///   cost  one pass over the texts, O(bytes)
class RecordWriter {
 public:
  /// `versions`: what decided, for `monitoring.versions`; must outlive the writer.
  explicit RecordWriter(const std::map<std::string, std::string>& versions);
  ~RecordWriter();

  /// Fills article.output; sets the flag version-created-unknown where no date is known.
  /// Requires published fields in well-formed UTF-8. Never fails.
  void write(Article& article, Arena& arena);

 private:
  struct Buffer;
  const std::map<std::string, std::string>& versions_;
  std::unique_ptr<Buffer> buffer_;
};

}  // namespace newsmill::encode
