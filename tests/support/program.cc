#include "tests/support/program.h"

#include "tests/support/child.h"

#include <csignal>

namespace newsmill::test {

Ran run(const Run& asked) {
  const TemporaryFolder folder;
  write_file(folder / "in", asked.in);
  Child child({.command = asked.command,
               .environment = asked.environment,
               .folder = asked.folder,
               .out = folder / "out",
               .err = folder / "err",
               .in = folder / "in"});
  auto code = child.wait(asked.limit);
  if (!code) {
    child.signal(SIGKILL);
    code = 137;
  }
  return {*code, read_file(folder / "out"), read_file(folder / "err")};
}

}  // namespace newsmill::test
