#include "config/document.h"

#include "config/file.h"
#include "config/secret.h"
#include "config/utf8.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace newsmill::config {
namespace {

constexpr std::size_t kMaxBytes = 16u << 20;
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxAliases = 100;
constexpr std::size_t kMaxCopied = 100'000;  // nodes that aliases may add, so that none is a bomb

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// What yaml-cpp says, in words for somebody who does not know its parser, and what to do.
struct Words { std::string_view theirs, ours, hint; };
constexpr Words kWords[] = {
    {"illegal map value", "a second \": \" in one value",
     "put the value in quotes, or check the indentation of this line"},
    {"illegal map key", "a key stands where none may stand", "check the indentation of this line"},
    {"illegal block entry", "a list item stands where none may stand", "check the indentation of this line"},
    {"end of map not found", "this line does not fit the map above it",
     "check the indentation, and that every key has \": \" after it"},
    {"end of sequence not found", "this line does not fit the list above it",
     "every item begins with \"- \" at one depth"},
    {"end of map flow not found", "\"{\" is not closed with \"}\"", "close it, or put the value in quotes"},
    {"end of sequence flow not found", "\"[\" is not closed with \"]\"", "close it, or put the value in quotes"},
    {"illegal flow end", "\"]\" or \"}\" without its beginning", "put the value in quotes"},
    {"illegal EOF in scalar", "a quote is not closed before the end of the file",
     "close it; inside single quotes a quote is written twice"},
    {"unknown token", "a value cannot begin with this character", "put the value in quotes"},
    {"the referenced anchor is not defined", "this alias names no anchor",
     "a value that begins with \"*\" needs quotes"},
    {"alias not found after *", "\"*\" without a name", "a value that begins with \"*\" needs quotes"},
    {"unknown escape character", "unknown escape in double quotes", "single quotes take backslashes as they are"},
};

struct Stop {};  // thrown through yaml-cpp to end parsing; caught in Document::parse

}  // namespace

/// Builds nodes from yaml-cpp's events, which unlike its own nodes show duplicate keys and tell
/// where an alias stands.
class DocumentBuilder final : public YAML::EventHandler {
 public:
  DocumentBuilder(Document& document, Diagnostics& diagnostics) : document_(document), diagnostics_(diagnostics) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    Node here = at(mark);
    add(here, "E006", "a second document begins here; expected one document in a file", "split the file");
    throw Stop{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { finish(at(mark), anchor); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = at(mark);
    check_tag(node, tag);
    node.kind = Node::Kind::scalar;
    node.text = value;
    node.quoted = tag != "?";
    if (node.quoted) check_end(node, static_cast<std::size_t>(mark.pos));
    finish(std::move(node), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node here = at(mark);
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      add(here, "E007", "this alias stands inside its own anchor", "write the value out");
      throw Stop{};
    }
    if (++aliases_ > kMaxAliases) {
      add(here, "E007", fmt::format("more than {} aliases", kMaxAliases), "write the values out");
      throw Stop{};
    }
    Node copy = copied(known->second, here, stack_.size());
    finish(std::move(copy), 0);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

  /// The list or map that is still open, where a parser reports the end of the text instead.
  std::optional<Node> innermost() const {
    if (stack_.empty()) return std::nullopt;
    return stack_.back().node;
  }
  /// What was built when parsing stopped early.
  void unwind() {
    while (!stack_.empty()) close();
  }
  Node at(const YAML::Mark& mark) const {
    Node node;
    node.line = static_cast<std::size_t>(mark.line) + 1;
    const std::string line = document_.line(node.line);
    node.column = 1;  // yaml-cpp counts bytes, people count characters
    for (std::size_t i = 0; i < static_cast<std::size_t>(mark.column) && i < line.size(); ++i)
      node.column += i + 1 == line.size() || !continues(line[i + 1]);
    return node;
  }
  void add(const Node& node, std::string code, std::string message, std::string hint = {}) {
    diagnostics_.add(document_.at(node, std::move(code), std::move(message), std::move(hint)));
  }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor;
    std::optional<Node> key;                   // of a map: waits for its value
    std::map<std::string, std::size_t> lines;  // of a map: where a key stands first
  };

  void check_tag(const Node& node, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str") return;
    constexpr std::string_view kCore = "tag:yaml.org,2002:";
    const std::string shown = tag.starts_with(kCore) ? "!!" + tag.substr(kCore.size()) : tag;
    add(node, "E005", fmt::format("tag \"{}\" is not supported", shown),
        "remove it: values are read by the type of their option");
  }
  /// yaml-cpp 0.7 takes the end of the file for a missing closing quote when a line end stands
  /// before it; the rest of the file would then be one value.
  void check_end(const Node& node, std::size_t byte) {
    const std::string& text = document_.text_;
    while (byte < text.size() && (text[byte] == '&' || text[byte] == '!')) {  // anchor, tag
      byte = std::min(text.find_first_of(" \n", byte), text.size());
      byte = std::min(text.find_first_not_of(" \n", byte), text.size());
    }
    if (byte >= text.size() || (text[byte] != '\'' && text[byte] != '"')) return;  // a block scalar
    const char quote = text[byte];
    for (std::size_t i = byte + 1; i < text.size(); ++i) {
      if (quote == '"' && text[i] == '\\') ++i;
      else if (text[i] == quote && quote == '\'' && i + 1 < text.size() && text[i + 1] == quote) ++i;
      else if (text[i] == quote) return;
    }
    add(node, "E002", "this quote is not closed", "close it; inside single quotes a quote is written twice");
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    Node node = at(mark);
    check_tag(node, tag);
    node.kind = kind;
    if (stack_.size() >= kMaxDepth) {
      add(node, "E008", fmt::format("nested deeper than {} levels", kMaxDepth));
      throw Stop{};
    }
    stack_.push_back({std::move(node), anchor, {}, {}});
  }
  void close() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    finish(std::move(frame.node), frame.anchor);
  }
  void finish(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = node;
    if (stack_.empty()) { document_.root() = std::move(node); return; }
    Frame& frame = stack_.back();
    if (frame.node.kind == Node::Kind::list) { frame.node.items.push_back(std::move(node)); return; }
    if (!frame.key) { frame.key = std::move(node); return; }
    Node key = *std::exchange(frame.key, std::nullopt);
    if (key.kind != Node::Kind::scalar) {
      add(key, "E011", "found a key that is not text", "write the key as plain text; \"{\" needs quotes");
      return;
    }
    if (key.text == "<<" && !key.quoted) {
      add(key, "E007", "merge keys (<<) are not supported", "write the keys out");
      return;
    }
    const auto [first, fresh] = frame.lines.emplace(key.text, key.line);
    if (!fresh) {
      add(key, "E004", fmt::format("key \"{}\" is given twice, first in line {}", key.text, first->second),
          "remove one of the two");
      return;
    }
    frame.node.entries.emplace_back(std::move(key), std::move(node));
  }
  /// A copy of an anchored node; the copied values keep the place where they were written.
  Node copied(const Node& node, const Node& alias, std::size_t depth) {
    if (++copied_ > kMaxCopied) {
      add(alias, "E007", fmt::format("aliases add more than {} values", kMaxCopied), "write the values out");
      throw Stop{};
    }
    if (depth > kMaxDepth) {
      add(alias, "E008", fmt::format("this alias nests deeper than {} levels", kMaxDepth));
      throw Stop{};
    }
    Node copy;
    copy.kind = node.kind, copy.text = node.text, copy.quoted = node.quoted;
    copy.line = node.line, copy.column = node.column;
    for (const Node& item : node.items) copy.items.push_back(copied(item, alias, depth + 1));
    for (const auto& [key, value] : node.entries)
      copy.entries.emplace_back(copied(key, alias, depth + 1), copied(value, alias, depth + 1));
    return copy;
  }

  Document& document_;
  Diagnostics& diagnostics_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::size_t documents_ = 0, aliases_ = 0, copied_ = 0;
};

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : entries)
    if (name.text == key) return &value;
  return nullptr;
}

Document Document::parse(std::string name, std::string text, Diagnostics& diagnostics) {
  Document document;
  document.name_ = std::move(name);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  document.set_text(std::move(text));
  DocumentBuilder builder(document, diagnostics);
  const std::string& body = document.text_;
  if (body.size() > kMaxBytes) {
    builder.add(Node{}, "E009", fmt::format("the file has more than {} bytes", kMaxBytes),
                "large lists of names are data files, not YAML");
    return document;
  }
  if (const std::size_t bad = ill_formed(body); bad != std::string::npos) {
    builder.add(document.place(bad), "E010",
                fmt::format("byte 0x{:02X} is not UTF-8", static_cast<unsigned char>(body[bad])),
                "convert the file to UTF-8");
    return document;
  }
  if (const std::size_t nul = body.find('\0'); nul != std::string::npos) {
    builder.add(document.place(nul), "E002", "a NUL byte in the text", "remove it");
    return document;
  }
  bool tabs = false;
  for (std::size_t number = 1; number <= document.lines_.size(); ++number) {
    const std::string line = document.line(number);
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos || line[first] != '\t') continue;
    const std::size_t filled = line.find_first_not_of(" \t");
    if (filled == std::string::npos || line[filled] == '#') continue;
    Node node;
    node.line = number, node.column = first + 1;
    builder.add(node, "E003", "a tab in the indentation", "YAML indents with spaces only; replace the tab with spaces");
    tabs = true;
  }
  if (tabs) return document;  // the structure is a guess, and a guess would find errors that are none
  std::istringstream stream(body);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {}
  } catch (const Stop&) {
    builder.unwind();
  } catch (const YAML::Exception& error) {
    std::string message = error.msg, hint;
    for (const Words& words : kWords)
      if (error.msg.starts_with(words.theirs)) message = words.ours, hint = words.hint;
    const bool open = error.msg.ends_with("flow not found");
    builder.add(open ? builder.innermost().value_or(builder.at(error.mark)) : builder.at(error.mark), "E002", message,
                hint);
    builder.unwind();
  }
  return document;
}

Document Document::open(const std::string& path, Diagnostics& diagnostics) {
  std::string error;
  if (auto text = read_file(path, kMaxBytes, error)) return parse(path, *std::move(text), diagnostics);
  Document document;
  document.set_text({});
  document.name_ = path;
  const bool large = error.starts_with("has more");
  diagnostics.add(
      document.at(Node{}, large ? "E009" : "E001", large ? "the file " + error : "cannot be read: " + error,
                  large ? "large lists of names are data files, not YAML" : "check the path and the rights"));
  return document;
}

void Document::set_text(std::string text) {
  text_ = std::move(text);
  lines_.assign(1, 0);
  for (std::size_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') lines_.push_back(i + 1);
}

std::string Document::line(std::size_t number) const {
  if (number == 0 || number > lines_.size()) return {};
  const std::size_t begin = lines_[number - 1];
  std::size_t end = number < lines_.size() ? lines_[number] - 1 : text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return text_.substr(begin, end - begin);
}

std::string_view Document::from(const Node& node) const {
  if (node.line == 0 || node.line > lines_.size()) return {};
  std::size_t byte = lines_[node.line - 1];
  for (std::size_t column = 1; column < node.column && byte < text_.size(); ++column)
    do ++byte; while (byte < text_.size() && continues(text_[byte]));
  return std::string_view(text_).substr(std::min(byte, text_.size()));
}

Node Document::place(std::size_t byte) const {
  Node node;
  node.line = static_cast<std::size_t>(std::ranges::upper_bound(lines_, byte) - lines_.begin());
  node.column = 1;
  for (std::size_t i = lines_[node.line - 1]; i < byte; ++i) node.column += !continues(text_[i]);
  return node;
}

Diagnostic Document::at(const Node& node, std::string code, std::string message, std::string hint) const {
  return {.code = std::move(code), .file = name_, .line = node.line, .column = node.column,
          .message = std::move(message), .source = masked_line(line(node.line)), .hint = std::move(hint)};
}

}  // namespace newsmill::config
