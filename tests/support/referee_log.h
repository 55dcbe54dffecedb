#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "processors/dedup/referee.h"

namespace newsmill::test {

/// Where one piece of a made-up text comes from: of the 64 slots of its min-hash the next `slots` are
/// those of the text `text`.
struct Piece {
  int text;
  int slots;
};
/// A sketch that judge() compares as it would a real one: texts share as much as their pieces do, and
/// two keys for each text in them.
Sketch sketch_of(std::initializer_list<Piece> pieces);

/// An article that leads, of its own, with the text `text`; the id is that of `name`.
Fingerprint fingerprint_of(std::string_view name, std::initializer_list<Piece> pieces);
inline Fingerprint fingerprint_of(std::string_view name, int text) { return fingerprint_of(name, {{text, 64}}); }
ArticleId id_of(std::string_view name);

/// A dedup log in memory that keeps everything, and one referee behind it.
class RefereeLog {
 public:
  struct Entry {
    dedup::LogOffset offset;
    std::int64_t append_ms;
    std::variant<dedup::FingerprintMessage, dedup::VerdictsMessage> message;
  };

  explicit RefereeLog(const dedup::RefereeRules& its_rules = small_rules()) : rules(its_rules), referee(its_rules) {}
  /// A window of 1,000 s and a small table.
  static dedup::RefereeRules small_rules();

  /// Appends an F that came in now, and applies it; its offset.
  dedup::LogOffset append(Fingerprint fingerprint);
  /// The same with its own arrival.
  dedup::LogOffset append_as_it_is(const Fingerprint& fingerprint);
  dedup::Referee::Applied append(const dedup::FingerprintMessage& message);
  dedup::Referee::Applied append(dedup::VerdictsMessage message);
  /// Decides, appends the V, and tells the verdict of the last one. Fails the test when something is needed.
  Verdict decide(std::vector<dedup::LogOffset> own);
  /// append() and decide() of one.
  Verdict take(const Fingerprint& fingerprint) { return decide({append(fingerprint)}); }

  /// A referee that has applied the log from `first_entry` on.
  std::unique_ptr<dedup::Referee> replayed(std::size_t first_entry) const;
  static dedup::Referee::Applied apply(dedup::Referee& referee, const Entry& entry);

  const dedup::RefereeRules rules;
  dedup::Referee referee;
  std::vector<Entry> entries;
  std::int64_t now_ms = 1'700'000'000'000;
  dedup::LogOffset next = 1000;  ///< offsets do not begin at 0
};

}  // namespace newsmill::test
