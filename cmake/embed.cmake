# Writes a C++ source that holds every file under a folder, for config/builtin.h.
#   cmake -DROOT=config/default -DOUT=builtin.cc -P embed.cmake
# Files are text without NUL; each becomes one raw string literal, so the compiler keeps it byte for byte.
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*)
list(SORT files)
set(rows "")
foreach(path ${files})
  file(READ ${ROOT}/${path} text)
  file(SIZE ${ROOT}/${path} size)
  string(LENGTH "${text}" length)
  if(NOT length EQUAL size)
    message(FATAL_ERROR "${ROOT}/${path}: ${size} bytes, of which CMake read ${length}: built-in files are text without NUL bytes")
  endif()
  string(FIND "${text}" ")builtin\"" end)
  if(NOT end EQUAL -1)
    message(FATAL_ERROR "${ROOT}/${path}: contains the end mark of the generated literal, )builtin\"")
  endif()
  string(APPEND rows "    {\"${path}\", {R\"builtin(${text})builtin\", ${size}}},\n")
endforeach()
file(WRITE ${OUT} "// Made by cmake/embed.cmake from config/default: edit the files there.
#include \"config/builtin.h\"

#include <algorithm>

namespace newsmill::config {

std::span<const Builtin> builtins() {
  static constexpr Builtin kFiles[] = {
${rows}  };
  return kFiles;
}

std::optional<std::string_view> builtin(std::string_view path) {
  const auto files = builtins();
  const auto found = std::ranges::lower_bound(files, path, {}, &Builtin::path);
  if (found == files.end() || found->path != path) return std::nullopt;
  return found->text;
}

}  // namespace newsmill::config
")
