#include "consumer/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace newsmill::consumer {
namespace {

struct Descriptor {
  int file;
  ~Descriptor() {
    if (file >= 0) ::close(file);
  }
};

}  // namespace

std::shared_ptr<const MappedFile> MappedFile::open(const std::string& path, std::string& error) {
  const Descriptor descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat about {};
  if (descriptor.file < 0 || ::fstat(descriptor.file, &about) != 0) {
    error = std::strerror(errno);
    return nullptr;
  }
  if (!S_ISREG(about.st_mode)) {
    error = S_ISDIR(about.st_mode) ? "is a folder" : "is no regular file";
    return nullptr;
  }
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size == 0) {
    error = "is empty";
    return nullptr;
  }
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor.file, 0);
  if (at == MAP_FAILED) {
    error = std::strerror(errno);
    return nullptr;
  }
  return std::shared_ptr<const MappedFile>(new MappedFile({static_cast<const char*>(at), size}));
}

MappedFile::~MappedFile() { ::munmap(const_cast<char*>(bytes_.data()), bytes_.size()); }

}  // namespace newsmill::consumer
