#include "consumer/suspects.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>

namespace newsmill::consumer {
namespace {

constexpr std::uint32_t kCrashed = 2;  // a state of a Slot; here, because the signal handler writes it

}  // namespace

/// A delivery with a fixed size; a Kafka topic has at most 249 characters. Longer paths of files
/// are cut, and the hash still tells them apart.
struct Suspects::Name {
  char topic[256] = {};
  std::int64_t offset = 0;
  std::int32_t partition = 0;
  std::uint8_t hash[8] = {};

  static Name of(const Delivery& delivery) {
    Name name;
    delivery.topic.copy(name.topic, sizeof name.topic - 1);
    name.offset = delivery.offset;
    name.partition = delivery.partition;
    std::copy_n(delivery.sha256.begin(), sizeof name.hash, name.hash);
    return name;
  }
  bool operator==(const Name& other) const {
    return offset == other.offset && partition == other.partition && std::memcmp(hash, other.hash, sizeof hash) == 0 &&
           std::strncmp(topic, other.topic, sizeof topic) == 0;
  }
  std::string text() const {
    return std::string(topic, ::strnlen(topic, sizeof topic)) + ':' + std::to_string(partition) + ':' +
           std::to_string(offset) + ':' + hex(hash, sizeof hash);
  }
};

struct Suspects::Slot {
  enum State : std::uint32_t { idle, busy, crashed = kCrashed };
  std::atomic<std::uint32_t> state;  // 0 = idle; also written by the signal handler
  Name name;
};
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

struct Suspects::Entry {
  std::uint32_t weight;  // 0 = free
  Name name;
};

/// What the file holds, the slots behind it. Read only by a program of the same layout: `magic` changes with it.
struct Suspects::Table {
  static constexpr std::array<char, 8> kMagic{'n', 'm', 's', 'u', 's', 'p', '0', '1'};
  std::array<char, 8> magic;
  std::uint64_t slot_count;
  std::array<Entry, kMaxEntries> entries;

  Slot* slots() { return reinterpret_cast<Slot*>(this + 1); }
  static std::size_t bytes(std::size_t slots) { return sizeof(Table) + slots * sizeof(Slot); }
  /// An empty table in zeroed memory of bytes(slots).
  static Table* make(std::byte* at, std::size_t slots) {
    auto* table = new (at) Table{kMagic, slots, {}};
    for (std::size_t i = 0; i < slots; ++i) new (table->slots() + i) Slot{};
    return table;
  }
};

namespace {

// What the calling thread is in, for the signal handler: a thread that crashes charges itself.
thread_local std::atomic<std::uint32_t>* t_state = nullptr;

constexpr std::array kCrashes{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
std::array<struct sigaction, kCrashes.size()> g_before;

void on_crash(int signal) {
  if (t_state) t_state->store(kCrashed);
  for (std::size_t i = 0; i < kCrashes.size(); ++i)
    if (kCrashes[i] == signal) ::sigaction(signal, &g_before[i], nullptr);
  ::raise(signal);  // to whoever was there before us: the default, or a sanitizer's report
}

}  // namespace

Suspects::Suspects(std::size_t slots)
    : slots_(slots), memory_(new std::byte[Table::bytes(slots)]), watches_(new Watch[slots]) {
  table_ = Table::make(memory_.get(), slots_);
}

Suspects::Suspects(const std::string& file, std::size_t slots) : Suspects(slots) {
  if (!file.empty()) open(file);
}

Suspects::~Suspects() {
  if (mapped_) ::munmap(mapped_, Table::bytes(slots_));
  if (file_ >= 0) ::close(file_);
}

void Suspects::open(const std::string& file) {
  file_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (file_ < 0) return fails("cannot open", file);
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) return fails("another process of this instance holds", file);
  struct stat status {};
  if (::fstat(file_, &status) != 0) return fails("cannot read", file);
  // Copied out first: this run may have another number of workers, and with it another size.
  const auto size = static_cast<std::size_t>(status.st_size);
  const std::unique_ptr<std::byte[]> before(new std::byte[size]);
  if (::pread(file_, before.get(), size, 0) != status.st_size) return fails("cannot read", file);
  const std::size_t bytes = Table::bytes(slots_);
  // Allocated now, since a full disk would otherwise be a SIGBUS in a worker later.
  if (::ftruncate(file_, static_cast<off_t>(bytes)) != 0) return fails("cannot resize", file);
  if (const int error = ::posix_fallocate(file_, 0, static_cast<off_t>(bytes)); error != 0) {
    errno = error;
    return fails("no room for", file);
  }
  void* at = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
  if (at == MAP_FAILED) return fails("cannot map", file);
  mapped_ = static_cast<std::byte*>(at);
  std::memset(mapped_, 0, bytes);
  table_ = Table::make(mapped_, slots_);
  memory_.reset();
  charge_found(before.get(), size);
}

void Suspects::fails(const char* what, const std::string& file) {
  trouble_ = std::string(what) + " " + file + ": " + std::strerror(errno);
}

/// Takes over what an earlier run left: its entries, and the articles its workers were in.
void Suspects::charge_found(const std::byte* bytes, std::size_t size) {
  if (size < sizeof(Table)) return;  // new, or not ours
  auto* found = reinterpret_cast<Table*>(const_cast<std::byte*>(bytes));
  constexpr std::uint64_t kMostSlots = 65'536;
  if (found->magic != Table::kMagic || found->slot_count > kMostSlots) return;
  if (size != Table::bytes(found->slot_count)) return;
  for (const Entry& entry : found->entries)
    if (entry.weight) charge(entry.name, entry.weight);
  for (std::size_t i = 0; i < found->slot_count; ++i) {
    const std::uint32_t state = found->slots()[i].state;
    if (state != Slot::idle) charge(found->slots()[i].name, state == Slot::crashed ? 2 : 1);
  }
}

Suspects::Entry* Suspects::find(const Name& name) const {
  for (Entry& entry : table_->entries)
    if (entry.weight && entry.name == name) return &entry;
  return nullptr;
}

void Suspects::charge(const Name& name, std::uint32_t weight) {
  Entry* entry = find(name);
  if (!entry) {
    // A free entry, or else the lightest: what matters is what crashes again and again.
    entry = &*std::min_element(table_->entries.begin(), table_->entries.end(),
                               [](const Entry& a, const Entry& b) { return a.weight < b.weight; });
    if (entry->weight == 0) ++count_;
    *entry = {0, name};
  }
  entry->weight += weight;
}

Suspects::Standing Suspects::standing(const Delivery& delivery) const {
  if (!any()) return Standing::clear;
  const Name name = Name::of(delivery);
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(name);
  if (!entry) return Standing::clear;
  return entry->weight >= kCondemned ? Standing::condemned : Standing::suspected;
}

std::vector<std::string> Suspects::suspected() const {
  const std::lock_guard lock(mutex_);
  std::vector<const Entry*> entries;
  for (const Entry& entry : table_->entries)
    if (entry.weight) entries.push_back(&entry);
  std::ranges::stable_sort(entries, [](const Entry* a, const Entry* b) { return a->weight > b->weight; });
  std::vector<std::string> texts;
  for (const Entry* entry : entries) texts.push_back(entry->name.text());
  return texts;
}

void Suspects::forget(const Delivery& delivery) {
  if (!any()) return;
  const Name name = Name::of(delivery);
  const std::lock_guard lock(mutex_);
  Entry* entry = find(name);
  if (!entry) return;
  entry->weight = 0;
  --count_;
}

void Suspects::starts(std::size_t slot, const Delivery& delivery) {
  Slot& mine = table_->slots()[slot];
  {
    const std::lock_guard lock(watches_[slot].mutex);
    watches_[slot].since = std::chrono::steady_clock::now();
    mine.name = Name::of(delivery);
  }
  mine.state = Slot::busy;
  t_state = &mine.state;
}

void Suspects::ends(std::size_t slot) {
  t_state = nullptr;
  table_->slots()[slot].state = Slot::idle;
}

std::optional<Suspects::Longest> Suspects::longest() const {
  std::optional<Longest> longest;
  const auto now = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < slots_; ++i) {
    Slot& slot = table_->slots()[i];
    const std::lock_guard lock(watches_[i].mutex);
    if (slot.state == Slot::idle) continue;
    const auto since = now - watches_[i].since;
    if (!longest || since > longest->since) longest = Longest{slot.name.text(), since};
  }
  return longest;
}

void Suspects::charge_hung(std::chrono::steady_clock::duration limit) {
  const auto now = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < slots_; ++i) {
    Slot& slot = table_->slots()[i];
    const std::lock_guard lock(watches_[i].mutex);
    if (now - watches_[i].since < limit) continue;
    std::uint32_t busy = Slot::busy;
    slot.state.compare_exchange_strong(busy, Slot::crashed);
  }
}

void Suspects::charge_crashes() {
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (std::size_t i = 0; i < kCrashes.size(); ++i) {
    struct sigaction before {};
    ::sigaction(kCrashes[i], &action, &before);
    if (before.sa_handler != on_crash) g_before[i] = before;  // installed twice: the first one counts
  }
}

Suspects::SignalStack::SignalStack() {
  constexpr std::size_t kBytes = 64 * 1024;  // a sanitizer's report needs more than the handler does
  memory_ = std::make_unique<std::byte[]>(kBytes);
  const stack_t stack{memory_.get(), 0, kBytes};
  ::sigaltstack(&stack, nullptr);
}

Suspects::SignalStack::~SignalStack() {
  const stack_t none{nullptr, SS_DISABLE, 0};
  ::sigaltstack(&none, nullptr);
}

}  // namespace newsmill::consumer
