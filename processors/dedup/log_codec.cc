#include "processors/dedup/log_codec.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <vector>

#include "processors/dedup/log_bytes.h"

namespace newsmill::dedup {
namespace {

enum class Kind : std::uint8_t { fingerprint = 'F', verdicts = 'V' };
constexpr std::uint8_t kMajor = 1, kMinor = 0;
constexpr std::size_t kChecksum = 8, kSmallest = 3 + kChecksum;
constexpr std::size_t kSmallestRow = 4;  // two differences, the flags, the place of the story

enum class Section : std::uint8_t { headline = 1, sketch = 2 };

void begin(Kind kind, LogWriter& out) {
  out.put(static_cast<std::uint8_t>(kind));
  out.put(kMajor);
  out.put(kMinor);
}

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

// ---- Sections

template <class Fill>
void put_section(Section name, std::string& bytes, Fill&& fill) {
  LogWriter out(bytes);
  out.put(static_cast<std::uint8_t>(name));
  const std::size_t at = bytes.size();
  out.put(std::uint16_t{0});
  fill(out);
  const std::size_t length = bytes.size() - at - 2;
  bytes[at] = static_cast<char>(length & 0xff);
  bytes[at + 1] = static_cast<char>(length >> 8);
}

/// Calls read(name, content) for each up to the end; read says whether the content is what the name promises.
template <class Read>
bool take_sections(LogReader& in, Read&& read) {
  while (in.left() > 0) {
    const auto name = static_cast<Section>(in.take<std::uint8_t>());
    LogReader content(in.take_bytes(in.take<std::uint16_t>()));
    if (!in.whole() || !read(name, content)) return false;
  }
  return in.whole();
}

// ---- F

void put_sketch(const Sketch& sketch, LogWriter& out) {
  const std::size_t count = std::min<std::size_t>(sketch.key_count, Sketch::kKeys);
  out.put(static_cast<std::uint8_t>(count));
  for (std::size_t i = 0; i < count; ++i) out.put(sketch.keys[i]);
  out.put(std::string_view(reinterpret_cast<const char*>(sketch.min_hash.data()), sketch.min_hash.size()));
  constexpr decltype(sketch.numbers) kLow(~std::uint64_t{0});
  out.put(std::uint64_t{(sketch.numbers & kLow).to_ullong()});
  out.put(std::uint64_t{(sketch.numbers >> 64).to_ullong()});
  out.put(sketch.shingles);
  out.put(sketch.tokens);
}

bool take_sketch(LogReader& in, Sketch& sketch) {
  const auto count = in.take<std::uint8_t>();
  if (count > Sketch::kKeys) return false;
  sketch.key_count = count;
  for (std::size_t i = 0; i < count; ++i) sketch.keys[i] = in.take<std::uint32_t>();
  const std::string_view slots = in.take_bytes(sketch.min_hash.size());
  slots.copy(reinterpret_cast<char*>(sketch.min_hash.data()), slots.size());
  sketch.numbers = in.take<std::uint64_t>();
  sketch.numbers |= decltype(sketch.numbers)(in.take<std::uint64_t>()) << 64;
  sketch.shingles = in.take<std::uint16_t>();
  sketch.tokens = in.take<std::uint16_t>();
  return in.whole() && in.left() == 0;
}

Decoded take_fingerprint(LogReader& in) {
  FingerprintMessage message;
  Fingerprint& its = message.fingerprint;
  const auto flags = in.take<std::uint8_t>();
  its.may_lead = flags & 1;
  const int status = flags >> 1 & 3;
  if (status > static_cast<int>(Fingerprint::Status::canceled)) return Garbage{"an F of no known status"};
  its.status = static_cast<Fingerprint::Status>(status);
  message.log = in.take<std::uint64_t>();
  its.delivery.topic = in.take<std::uint64_t>();
  its.delivery.partition = static_cast<std::int32_t>(in.take<std::uint32_t>());
  its.delivery.offset = in.take_signed();
  its.delivery.content = in.take<std::uint64_t>();
  its.article = in.take_id();
  its.arrival_ms = in.take_signed();
  message.clock_ms = in.take_signed();
  message.sent_ms = in.take_signed();
  its.version = in.take<std::uint64_t>();
  its.updated_ms = in.take_signed();
  its.source = in.take<std::uint64_t>();
  its.text = in.take<std::uint64_t>();
  its.skeleton = in.take<std::uint64_t>();
  if (!in.whole()) return Garbage{"an F that ends within its head"};

  const auto read = [&](Section name, LogReader& content) {
    if (name == Section::sketch) return take_sketch(content, its.sketch);
    if (name != Section::headline) return true;
    its.headline = content.take<std::uint64_t>();
    its.correction = content.take<std::uint8_t>() & 1;
    return content.whole() && content.left() == 0;
  };
  if (!take_sections(in, read)) return Garbage{"an F with a section that is not as long as it should be"};
  return message;
}

// ---- V

enum class Likeness : std::uint8_t { none = 0, one = 1, number = 2 };

Likeness likeness(float similarity) {
  return similarity == 1 ? Likeness::one : similarity == -1 ? Likeness::none : Likeness::number;
}

template <class Visit>
void visit_ids(const Verdict& verdict, Visit&& visit) {
  visit(verdict.story);
  if (verdict.canonical) visit(*verdict.canonical);
  for (std::size_t i = 0; i < std::min<std::size_t>(verdict.related_count, Verdict::kRelated); ++i)
    visit(verdict.related[i]);
}

/// The id whose place among `ids` comes next.
bool take_place(LogReader& in, const std::vector<ArticleId>& ids, ArticleId& id) {
  const std::uint64_t place = in.take_number();
  if (!in.whole() || place >= ids.size()) return false;
  id = ids[static_cast<std::size_t>(place)];
  return true;
}

bool take_verdict(LogReader& in, const std::vector<ArticleId>& ids, std::int64_t since_ms, Verdict& verdict) {
  const auto flags = in.take<std::uint8_t>();
  if ((flags & 0xf) > static_cast<int>(Relation::unchecked)) return false;
  verdict.relation = static_cast<Relation>(flags & 0xf);
  if (!take_place(in, ids, verdict.story)) return false;
  verdict.since_ms = in.take_difference(since_ms);
  switch (static_cast<Likeness>(flags >> 4 & 3)) {
    case Likeness::none: verdict.similarity = -1; break;
    case Likeness::one: verdict.similarity = 1; break;
    case Likeness::number: verdict.similarity = std::bit_cast<float>(in.take<std::uint32_t>()); break;
    default: return false;
  }
  if (!(verdict.similarity == -1 || (verdict.similarity >= 0 && verdict.similarity <= 1))) return false;  // or NaN
  if (flags & 0x40 && !take_place(in, ids, verdict.canonical.emplace())) return false;
  if (flags & 0x80) {
    verdict.related_count = in.take<std::uint8_t>();
    if (verdict.related_count == 0 || verdict.related_count > Verdict::kRelated) return false;
    for (std::size_t i = 0; i < verdict.related_count; ++i)
      if (!take_place(in, ids, verdict.related[i])) return false;
  }
  return in.whole();
}

Decoded take_verdicts(LogReader& in) {
  VerdictsMessage message;
  in.take<std::uint8_t>();
  message.log = in.take<std::uint64_t>();
  message.sent_ms = in.take_signed();
  const auto count_of_ids = in.take<std::uint16_t>();
  if (!in.whole() || count_of_ids > in.left() / sizeof(ArticleId))
    return Garbage{"a V that ends within its ids"};
  std::vector<ArticleId> ids(count_of_ids);
  for (ArticleId& id : ids) id = in.take_id();
  LogOffset offset = in.take_signed();
  const std::size_t count = in.take<std::uint16_t>();
  if (!in.whole() || count > in.left() / kSmallestRow) return Garbage{"a V that ends within its rows"};
  if (count > kMostVerdicts)
    return Garbage{fmt::format("a V with {} verdicts, where {} is the most", count, kMostVerdicts)};
  message.verdicts.resize(count);
  std::int64_t since_ms = message.sent_ms;
  for (DecidedFingerprint& row : message.verdicts) {
    row.offset = offset = in.take_difference(offset);
    if (!take_verdict(in, ids, since_ms, row.verdict)) return Garbage{"a V with a row that is no verdict"};
    since_ms = row.verdict.since_ms;
  }
  if (!take_sections(in, [](Section, LogReader&) { return true; }))
    return Garbage{"a V with a section that is not as long as it should be"};
  return message;
}

}  // namespace

void encode(const FingerprintMessage& message, std::string& bytes) {
  const std::size_t from = bytes.size();
  LogWriter out(bytes);
  const Fingerprint& its = message.fingerprint;
  begin(Kind::fingerprint, out);
  out.put(static_cast<std::uint8_t>((its.may_lead ? 1 : 0) | static_cast<int>(its.status) << 1));
  out.put(message.log);
  out.put(its.delivery.topic);
  out.put(static_cast<std::uint32_t>(its.delivery.partition));
  out.put(its.delivery.offset);
  out.put(its.delivery.content);
  out.put(its.article);
  out.put(its.arrival_ms);
  out.put(message.clock_ms);
  out.put(message.sent_ms);
  out.put(its.version);
  out.put(its.updated_ms);
  out.put(its.source);
  out.put(its.text);
  out.put(its.skeleton);
  if (its.headline != 0 || its.correction)
    put_section(Section::headline, bytes, [&](LogWriter& section) {
      section.put(its.headline);
      section.put(static_cast<std::uint8_t>(its.correction));
    });
  if (its.sketch != Sketch())
    put_section(Section::sketch, bytes, [&](LogWriter& section) { put_sketch(its.sketch, section); });
  out.put(checksum(std::string_view(bytes).substr(from)));
}

void encode(const VerdictsMessage& message, std::string& bytes) {
  const std::size_t verdicts = message.verdicts.size();
  if (verdicts > kMostVerdicts)
    throw std::length_error(fmt::format("a V of {} verdicts, where {} is the most", verdicts, kMostVerdicts));
  const std::size_t from = bytes.size();
  LogWriter out(bytes);
  begin(Kind::verdicts, out);
  out.put(std::uint8_t{0});
  out.put(message.log);
  out.put(message.sent_ms);

  // Most of a V is ids, and copies of one story name the same ones.
  std::vector<ArticleId> ids;
  for (const DecidedFingerprint& row : message.verdicts)
    visit_ids(row.verdict, [&](const ArticleId& id) { ids.push_back(id); });
  std::ranges::sort(ids);
  const auto doubles = std::ranges::unique(ids);
  ids.erase(doubles.begin(), doubles.end());
  out.put(static_cast<std::uint16_t>(ids.size()));
  for (const ArticleId& id : ids) out.put(id);
  const auto put_place = [&](const ArticleId& id) {
    out.put_number(static_cast<std::uint64_t>(std::ranges::lower_bound(ids, id) - ids.begin()));
  };

  LogOffset offset = message.verdicts.empty() ? 0 : message.verdicts.front().offset;
  std::int64_t since_ms = message.sent_ms;
  out.put(offset);
  out.put(static_cast<std::uint16_t>(verdicts));
  for (const DecidedFingerprint& row : message.verdicts) {
    const Verdict& verdict = row.verdict;
    const Likeness like = likeness(verdict.similarity);
    out.put_difference(row.offset, offset);
    out.put(static_cast<std::uint8_t>(static_cast<int>(verdict.relation) | static_cast<int>(like) << 4 |
                                      (verdict.canonical ? 0x40 : 0) | (verdict.related_count > 0 ? 0x80 : 0)));
    put_place(verdict.story);
    out.put_difference(verdict.since_ms, since_ms);
    if (like == Likeness::number) out.put(std::bit_cast<std::uint32_t>(verdict.similarity));
    if (verdict.canonical) put_place(*verdict.canonical);
    if (verdict.related_count > 0) {
      const std::size_t count = std::min<std::size_t>(verdict.related_count, Verdict::kRelated);
      out.put(static_cast<std::uint8_t>(count));
      for (std::size_t i = 0; i < count; ++i) put_place(verdict.related[i]);
    }
    offset = row.offset;
    since_ms = verdict.since_ms;
  }
  out.put(checksum(std::string_view(bytes).substr(from)));
}

Decoded decode(std::string_view bytes) {
  if (bytes.size() < kSmallest)
    return Garbage{fmt::format("{} bytes, where a message has {} at least", bytes.size(), kSmallest)};
  if (bytes.size() > kMostMessageBytes)
    return Garbage{fmt::format("{} bytes, where a message has {} at most", bytes.size(), kMostMessageBytes)};
  const std::string_view content = bytes.substr(0, bytes.size() - kChecksum);
  const std::uint64_t written = LogReader(bytes.substr(content.size())).take<std::uint64_t>();
  if (checksum(content) != written)
    return Garbage{"a checksum that does not fit the bytes: cut, changed on the way, or not written by newsmill"};

  LogReader in(content);
  const auto kind = in.take<std::uint8_t>();
  const auto major = in.take<std::uint8_t>();
  in.take<std::uint8_t>();  // minor: what a newer one adds stands in sections
  if (major > kMajor) return NewerVersion{major};
  if (major == kMajor && kind == static_cast<std::uint8_t>(Kind::fingerprint)) return take_fingerprint(in);
  if (major == kMajor && kind == static_cast<std::uint8_t>(Kind::verdicts)) return take_verdicts(in);
  return Garbage{fmt::format("kind {:#04x} in major version {}, where F and V in version {} are known", kind, major,
                             kMajor)};
}

}  // namespace newsmill::dedup
