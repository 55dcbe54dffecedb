#include "processors/normalize/repetition.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "processors/normalize/letters.h"
#include "processors/normalize/paragraphs.h"
#include "processors/text/utf8.h"

namespace newsmill::normalize {
namespace {

constexpr std::uint32_t kTellingChars = 60;  // shorter lines recur by nature: labels, refrains, captions
constexpr std::uint32_t kRunChars = 200;
constexpr std::size_t kShownChars = 80;
constexpr std::size_t kProbes = 16;          // of the table: a flood of equal hashes costs no more
constexpr std::size_t kUntoldRun = 64;       // a run that qualifies for nothing is not followed further
constexpr std::size_t kGram = 8;             // letters; one changed word touches 7 + its length of them
constexpr std::size_t kPrefixBytes = 48;     // enough to be found nowhere else by chance
constexpr std::size_t kCandidates = 4;       // later positions of a prefix that are compared
constexpr std::size_t kHeadLines = 8;        // paragraphs among which the body may begin

struct Unit {
  LetterKey key;
  std::uint32_t first = 0;  ///< number of the earliest paragraph with the same letters
  std::uint32_t chars = 0;
  bool telling = false;
};

std::uint32_t chars_of(std::string_view text) { return static_cast<std::uint32_t>(text::code_points(text)); }

/// Number of the earliest paragraph with equal letters, by open addressing.
class FirstTable {
 public:
  FirstTable(std::size_t units, Arena& arena) : slots_(std::bit_ceil(2 * units + 2), kFree, &arena) {}

  /// The paragraph of this hash that `equal` accepts, or `number` itself, which is then in the table.
  template <class Equal>
  std::uint32_t find_or_insert(std::uint64_t hash, std::uint32_t number, Equal&& equal) {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t probe = 0, at = hash & mask; probe < kProbes; ++probe, at = (at + 1) & mask) {
      if (slots_[at] == kFree) { slots_[at] = number; return number; }
      if (equal(slots_[at])) return slots_[at];
    }
    return number;  // crowded by chance or design: this one counts as new
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;
  std::pmr::vector<std::uint32_t> slots_;
};

class Repetition {
 public:
  Repetition(Draft& draft, std::pmr::vector<Removed>& removed, Arena& arena, Budget& budget)
      : draft_(draft), removed_(removed), arena_(arena), budget_(budget), units_(&arena) {}

  bool run() {
    if (!remove_glued()) return false;
    if (draft_.size() < 2) return true;
    if (!measure()) return false;
    if (!any_twice_) return true;
    if (!find_pasted_tail() || !find_runs()) return false;
    erase_dropped();
    return true;
  }

 private:
  // --- paragraphs ---------------------------------------------------------------------------

  bool measure() {
    if (!budget_.spend(3 * draft_.buffer.size())) return false;
    units_.resize(draft_.size());
    FirstTable table(draft_.size(), arena_);
    for (std::uint32_t i = 0; i < units_.size(); ++i) {
      Unit& unit = units_[i];
      unit.key = letter_key(draft_[i]);
      unit.first = i;
      if (unit.key.letters == 0) continue;  // rules and stars separate; they are nobody's copy
      unit.first = table.find_or_insert(unit.key.hash, i, [&](std::uint32_t other) {
        return units_[other].key == unit.key && same_letters(draft_[other], draft_[i]);
      });
      any_twice_ |= unit.first != i;
    }
    if (!any_twice_) return true;
    for (std::uint32_t i = 0; i < units_.size(); ++i) {
      units_[i].chars = chars_of(draft_[i]);
      units_[i].telling = units_[i].chars >= kTellingChars && !is_list_item(draft_[i]) && !is_label(draft_[i]);
    }
    return true;
  }

  bool equal(std::size_t a, std::size_t b) const {
    if (units_[a].key.letters == 0 || units_[b].key.letters == 0) {
      return units_[a].key.letters == units_[b].key.letters && draft_[a] == draft_[b];
    }
    return units_[a].first == units_[b].first;
  }

  /// The text from some paragraph on, when its end is one part said over and over: all but the
  /// first saying go. The Z-function of the reversed sequence gives, for every length, how far the
  /// end goes on with that period, so this is one pass whatever the lines are.
  bool find_pasted_tail() {
    const std::size_t n = units_.size();
    if (!budget_.spend(8 * n)) return false;
    const auto back = [&](std::size_t i) { return n - 1 - i; };
    std::pmr::vector<std::uint32_t> z(n, 0, &arena_);
    std::uint64_t all = 0;
    for (const Unit& unit : units_) all += unit.chars;
    std::pmr::vector<std::uint64_t> tail(n + 1, 0, &arena_);  // characters of the last i paragraphs
    for (std::size_t i = 0; i < n; ++i) tail[i + 1] = tail[i] + units_[back(i)].chars;
    for (std::size_t i = 1, left = 0, right = 0; i < n; ++i) {
      std::size_t length = i < right ? std::min<std::size_t>(right - i, z[i - left]) : 0;
      while (i + length < n && equal(back(length), back(i + length))) ++length;
      if (i + length > right) { left = i; right = i + length; }
      z[i] = static_cast<std::uint32_t>(length);
      const std::size_t copies = length / i * i;
      // What stands before may be a head of a few lines; a chorus at the end of a song is less.
      if (copies == 0 || tail[copies] * 10 < all * 4) continue;
      if (tail[i] < kTellingChars) return true;  // one short line said for ever is no article twice
      drop(n - copies, n, "pasted-again");
      units_.resize(n - copies);
      return true;
    }
    return true;
  }

  bool find_runs() {
    std::size_t failed_until = 0, failed_distance = 0;
    for (std::size_t i = 1; i < units_.size();) {
      const std::size_t j = units_[i].first;
      if (j == i) { ++i; continue; }
      // The rest of a run that was too little is too little as well, but for its telling paragraphs.
      if (i < failed_until && i - j == failed_distance) {
        if (units_[i].telling) drop(i, i + 1, "paragraph-run");
        ++i;
        continue;
      }
      Run run = follow(j, i);
      if (!run.within_budget) return false;
      if (run.enough()) {
        const std::size_t glued = j == 1 && i > 2 ? glued_start(i - 1) : kNone;
        // What was glued to was the last paragraph of the first copy; the second copy ends in it too.
        if (glued != kNone && j + run.length == i - 1 && i + run.length < units_.size() &&
            same_letters(draft_[i + run.length], draft_.at({draft_.paragraphs[i - 1].begin, static_cast<std::uint32_t>(glued)}))) {
          ++run.length;
        }
        drop(i, i + run.length, "paragraph-run", glued);
        i += run.length;
      } else {
        failed_until = i + run.length;
        failed_distance = i - j;
        ++i;
      }
    }
    return true;
  }

  struct Run {
    std::size_t length = 0;
    std::uint64_t chars = 0, telling = 0;  ///< `telling`: of the paragraphs that are
    bool within_budget = true;
    // Prose must be the larger part: two lists of properties may be alike over many lines.
    bool enough() const { return telling > 0 && telling * 2 >= chars && (length == 1 || chars >= kRunChars); }
  };

  Run follow(std::size_t j, std::size_t i) {
    Run run;
    while (i + run.length < units_.size() && j + run.length < i) {
      const std::size_t a = j + run.length, b = i + run.length;
      if (!equal(a, b)) {
        const bool flanked = run.length > 0 && b + 1 < units_.size() && a + 1 < i && equal(a + 1, b + 1) &&
                             units_[b + 1].key.letters > 0;
        if (!flanked || !edited(a, b, run)) break;
        run.chars += units_[b].chars;
        ++run.length;
        continue;
      }
      run.chars += units_[b].chars;
      if (units_[b].telling) run.telling += units_[b].chars;
      ++run.length;
      if (run.telling == 0 && run.length >= kUntoldRun) break;
    }
    // A short line behind one telling paragraph does not spoil it.
    if (!run.enough() && run.telling > 0 && run.length > 1) return single(i, run);
    return run;
  }

  Run single(std::size_t i, const Run& run) const {
    if (units_[i].telling) return {1, units_[i].chars, units_[i].chars, run.within_budget};
    return {run.length, run.chars, 0, run.within_budget};
  }

  /// Four fifths of the letter 8-grams of paragraph `b` stand in `a` too.
  bool edited(std::size_t a, std::size_t b, Run& run) {
    const std::uint32_t la = units_[a].key.letters, lb = units_[b].key.letters;
    if (la < 2 * kGram || lb < 2 * kGram || la > 2 * lb || lb > 2 * la) return false;
    if (!budget_.spend(16 * (la + lb))) { run.within_budget = false; return false; }
    std::pmr::vector<std::uint64_t> in_a = grams(draft_[a]), in_b = grams(draft_[b]);
    std::size_t both = 0;
    for (std::size_t x = 0, y = 0; x < in_a.size() && y < in_b.size();) {
      if (in_a[x] == in_b[y]) { ++both; ++x; ++y; }
      else if (in_a[x] < in_b[y]) ++x;
      else ++y;
    }
    return both * 5 >= in_b.size() * 4;
  }

  std::pmr::vector<std::uint64_t> grams(std::string_view text) {
    std::pmr::vector<std::uint64_t> all(&arena_);
    all.reserve(text.size());
    std::array<char32_t, kGram> ring{};
    std::size_t at = 0, count = 0;
    for (char32_t c = next_letter(text, at); c != 0; c = next_letter(text, at)) {
      ring[count++ % kGram] = c;
      if (count < kGram) continue;
      WordHash hash;
      for (std::size_t k = 0; k < kGram; ++k) hash.add(ring[(count + k) % kGram]);
      all.push_back(hash.value());
    }
    std::ranges::sort(all);
    const auto rest = std::ranges::unique(all);
    all.erase(rest.begin(), rest.end());
    return all;
  }

  /// Where the first paragraph of the text stands again at the end of paragraph `i`, which its copy
  /// was pasted behind without a break; kNone when it does not.
  std::size_t glued_start(std::size_t i) const {
    const bool glued = draft_[i].size() > draft_[0].size() && draft_[i].ends_with(draft_[0]);
    return glued ? draft_.paragraphs[i].end - draft_[0].size() : kNone;
  }

  /// Notes that the paragraphs [begin, end) go, and the end of the one before from byte `glued` on.
  /// In order, never overlapping.
  void drop(std::size_t begin, std::size_t end, std::string_view rule, std::size_t glued = kNone) {
    if (!dropped_.empty() && dropped_.back().end == begin && dropped_.back().rule == rule && glued == kNone) {
      dropped_.back().end = end;
    } else {
      dropped_.push_back({begin, end, rule, glued});
    }
  }

  void erase_dropped() {
    if (dropped_.empty()) return;
    std::ranges::sort(dropped_, {}, &Dropped::begin);
    std::size_t to = 0, from = 0;
    for (const Dropped& d : dropped_) {
      Removed entry{Removed::Kind::repeat, d.rule, static_cast<std::uint32_t>(d.end - d.begin), 0, {}};
      Paragraph whole{draft_.paragraphs[d.begin].begin, draft_.paragraphs[d.end - 1].end};
      if (d.glued != kNone) {
        Paragraph& before = draft_.paragraphs[d.begin - 1];
        whole.begin = static_cast<std::uint32_t>(d.glued);
        ++entry.paragraphs;
        entry.chars += chars_of(draft_.at({whole.begin, before.end}));
        before.end = whole.begin;
        while (before.end > before.begin && draft_.buffer[before.end - 1] == ' ') --before.end;
      }
      entry.text = text::prefix(draft_.at(whole), kShownChars);
      for (std::size_t i = d.begin; i < d.end; ++i) entry.chars += chars_of(draft_[i]);
      removed_.push_back(entry);
      while (from < d.begin) draft_.paragraphs[to++] = draft_.paragraphs[from++];
      from = d.end;
    }
    while (from < draft_.size()) draft_.paragraphs[to++] = draft_.paragraphs[from++];
    draft_.paragraphs.resize(to);
  }

  // --- text without breaks ------------------------------------------------------------------

  bool remove_glued() {
    std::size_t tried = 0;
    for (std::size_t s = 0; s < draft_.size() && s < kHeadLines && tried < 2; ++s) {
      if (draft_[s].size() < kPrefixBytes) continue;
      // A search, and a comparison for each candidate.
      if (!budget_.spend((1 + 2 * kCandidates) * draft_.buffer.size())) return false;
      ++tried;
      remove_glued_from(s);
    }
    return true;
  }

  void remove_glued_from(std::size_t s) {
    const std::size_t begin = draft_.paragraphs[s].begin;
    const std::string_view buffer = draft_.buffer;
    const std::string_view start = draft_[s];
    const std::string_view needle = start.substr(0, whole_characters(start, kPrefixBytes));
    std::size_t from = begin + needle.size();
    for (std::size_t tried = 0; tried < kCandidates; ++tried) {
      const std::size_t hit = find(buffer, needle, from);
      if (hit == std::string_view::npos) return;
      from = hit + needle.size();
      if (is_paragraph_again(s, hit)) continue;  // left to the runs
      const std::size_t end = end_of_copies(begin, hit);
      if (end != 0) { cut(hit, end); return; }
    }
  }

  /// End of the copies of [begin, hit) that stand from `hit` on; 0 when it is no copy.
  std::size_t end_of_copies(std::size_t begin, std::size_t hit) const {
    const std::string_view buffer = draft_.buffer, unit = buffer.substr(begin, hit - begin);
    std::size_t end = 0;
    for (std::size_t at = hit; at < buffer.size();) {
      const CommonStart common = common_start(unit, buffer.substr(at));
      const bool whole = count_letters(unit.substr(common.end_a), 1) == 0;
      const bool to_end = count_letters(buffer.substr(at + common.end_b), 1) == 0;
      if (to_end && (end != 0 || common.letters >= (whole ? kTellingChars : kRunChars))) return buffer.size();
      if (!whole || common.letters < kTellingChars) break;
      end = behind_punctuation(at + common.end_b);
      at = end;
    }
    return end;
  }

  static std::size_t find(std::string_view in, std::string_view what, std::size_t from) {
    const void* hit = memmem(in.data() + from, in.size() - from, what.data(), what.size());
    return hit == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(hit) - in.data());
  }

  static std::size_t whole_characters(std::string_view text, std::size_t bytes) {
    while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
    return std::min(bytes, text.size());
  }

  /// True when a paragraph with the letters of paragraph `s` begins at `at`.
  bool is_paragraph_again(std::size_t s, std::size_t at) const {
    const auto p = std::ranges::lower_bound(draft_.paragraphs, at, {}, &Paragraph::begin);
    return p != draft_.paragraphs.end() && p->begin == at && same_letters(draft_[s], draft_.at(*p));
  }

  std::size_t behind_punctuation(std::size_t at) const {
    while (at < draft_.buffer.size() && std::strchr(".!?:;,\"')", draft_.buffer[at]) != nullptr) ++at;
    return at;
  }

  /// Takes the bytes [from, to) out of the paragraphs they lie in.
  void cut(std::size_t from, std::size_t to) {
    Removed entry{Removed::Kind::repeat, "text-again", 0, 0, {}};
    std::pmr::vector<Paragraph> left(&arena_);
    left.reserve(draft_.size() + 1);
    for (const Paragraph& p : draft_.paragraphs) {
      const auto begin = static_cast<std::uint32_t>(std::clamp<std::size_t>(from, p.begin, p.end));
      const auto end = static_cast<std::uint32_t>(std::clamp<std::size_t>(to, p.begin, p.end));
      if (begin >= end) { left.push_back(p); continue; }
      ++entry.paragraphs;
      entry.chars += chars_of(draft_.at({begin, end}));
      keep_trimmed({p.begin, begin}, left);
      keep_trimmed({end, p.end}, left);
    }
    entry.text = text::prefix(draft_.buffer.substr(from, to - from), kShownChars);
    draft_.paragraphs = std::move(left);
    removed_.push_back(entry);
  }

  void keep_trimmed(Paragraph p, std::pmr::vector<Paragraph>& left) const {
    while (p.begin < p.end && draft_.buffer[p.begin] == ' ') ++p.begin;
    while (p.end > p.begin && draft_.buffer[p.end - 1] == ' ') --p.end;
    if (p.begin < p.end) left.push_back(p);
  }

  struct Dropped {
    std::size_t begin, end;  ///< paragraphs
    std::string_view rule;
    std::size_t glued;       ///< see drop()
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  Draft& draft_;
  std::pmr::vector<Removed>& removed_;
  Arena& arena_;
  Budget& budget_;
  std::pmr::vector<Unit> units_;
  std::pmr::vector<Dropped> dropped_{&arena_};
  bool any_twice_ = false;
};

}  // namespace

bool is_label(std::string_view line) {
  if (line.size() > 2 && (line[0] == 'Q' || line[0] == 'A') && (line[1] == ':' || line[1] == '.')) return true;
  for (const std::string_view label : {"Question:", "Answer:", "Frage:", "Antwort:", "Pregunta:", "Respuesta:", "Réponse:"}) {
    if (line.starts_with(label)) return true;
  }
  // A heading of Markdown, whole in bold or not; and what one interviewer asks several people.
  if (line.starts_with("#") || (line.starts_with("**") && line.ends_with("**"))) return true;
  return text::code_points(line) <= kRunChars && (line.ends_with("?") || line.ends_with("？") || line.ends_with("؟"));
}

bool remove_repetition(Draft& draft, std::pmr::vector<Removed>& removed, Arena& arena, Budget& budget) {
  return Repetition(draft, removed, arena, budget).run();
}

}  // namespace newsmill::normalize
