#include "processors/core/batch.h"

namespace newsmill {

/// The heap, counted: what the arena has taken from it and not given back.
class Batch::CountedArena final : public std::pmr::memory_resource {
 public:
  std::size_t bytes() const { return bytes_; }

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    void* block = std::pmr::new_delete_resource()->allocate(bytes, alignment);
    bytes_ += bytes;
    return block;
  }
  void do_deallocate(void* block, std::size_t bytes, std::size_t alignment) override {
    bytes_ -= bytes;
    std::pmr::new_delete_resource()->deallocate(block, bytes, alignment);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

  std::size_t bytes_ = 0;
};

namespace {

// Small, because a quiet topic fills a batch with one article; the arena's blocks grow by themselves.
constexpr std::size_t kFirstBlockBytes = 16 * 1024;

}  // namespace

Batch::Batch()
    : upstream_(std::make_unique<CountedArena>()),
      arena_(std::make_unique<std::pmr::monotonic_buffer_resource>(kFirstBlockBytes, upstream_.get())) {}

Batch::~Batch() = default;

Batch::Item& Batch::add(const Message& message) {
  Arena& arena = *arena_;
  Message own = message;
  own.topic = keep(message.topic, arena);
  raw_bytes_ += message.key.value_or("").size() + message.value.value_or("").size();
  // An empty key or value stays present: null and empty are two things in Kafka.
  if (message.key) own.key = keep(*message.key, arena);
  if (message.value) own.value = keep(*message.value, arena);
  if (!message.headers.empty()) {
    auto* headers = static_cast<Header*>(arena.allocate(message.headers.size() * sizeof(Header), alignof(Header)));
    for (std::size_t i = 0; i < message.headers.size(); ++i) {
      const Header& header = message.headers[i];
      raw_bytes_ += header.name.size() + header.value.value_or("").size();
      Header* to = new (&headers[i]) Header{keep(header.name, arena), std::nullopt};
      if (header.value) to->value = keep(*header.value, arena);
    }
    own.headers = {headers, message.headers.size()};
  }
  return items_.emplace_back(own, &arena);
}

std::size_t Batch::bytes() const {
  std::size_t bytes = upstream_->bytes() + items_.size() * sizeof(Item);
  for (const Item& item : items_) {
    const Output& output = item.article.output;
    bytes += output.key.capacity() + output.value.capacity() + item.article.delivery.topic.capacity();
    for (const auto& [name, value] : output.headers) bytes += name.capacity() + value.capacity();
    if (item.error)
      bytes += item.error->found.capacity() + item.error->expected.capacity() + item.error->where.capacity();
  }
  return bytes;
}

}  // namespace newsmill
