#include "consumer/http/listen.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace newsmill::http {
namespace {

using ::testing::HasSubstr;

TEST(Listen, ReadsHostAndPort) {
  const struct {
    const char *text, *host;
    int port;
  } rows[] = {{"127.0.0.1:9464", "127.0.0.1", 9464}, {"localhost:0", "localhost", 0}, {"[::1]:80", "::1", 80},
              {"0.0.0.0:65535", "0.0.0.0", 65535},   {"[::]:1", "::", 1}};
  for (const auto& row : rows) {
    std::string why;
    const auto listen = parse_listen(row.text, why);
    ASSERT_TRUE(listen) << row.text << ": " << why;
    EXPECT_EQ(listen->host, row.host);
    EXPECT_EQ(listen->port, row.port);
    EXPECT_EQ(listen_text(*listen), row.text);
  }
}

TEST(Listen, SaysWhatIsWrongAndWhatToWrite) {
  const struct {
    const char *text, *why;
  } rows[] = {{"", "is no host and port"},          {":9464", "0.0.0.0:9464"},
              {"9464", "is no host and port"},      {"localhost", "is no host and port"},
              {"::1:9464", "[::1]:9464"},           {"[::1]", "is no host and port"},
              {"[::1", "is no host and port"},      {"[::1]9464", "is no host and port"},
              {"host:", "\"\" is no port"},         {"host:65536", "\"65536\" is no port"},
              {"host:-1", "\"-1\" is no port"},     {"host:80x", "\"80x\" is no port"},
              {"host: 80", "\" 80\" is no port"}};
  for (const auto& row : rows) {
    std::string why;
    EXPECT_FALSE(parse_listen(row.text, why)) << row.text;
    EXPECT_THAT(why, HasSubstr(row.why)) << row.text;
  }
}

TEST(HostCheck, AllowsOwnNamesAndAddressesOnly) {
  const std::vector<std::string> allowed{"Monitor.Example.org", "proxy.example.org:8443"};
  const HostCheck check({"mill.example.org", 9464}, allowed);
  for (const char* host : {"localhost", "localhost:9464", "LOCALHOST:1", "localhost.", "127.0.0.1", "127.0.0.1:9464",
                           "[::1]:9464", "[::1]", "10.1.2.3:80", "mill.example.org:9464", "monitor.example.org",
                           "MONITOR.example.org.", "proxy.example.org"})
    EXPECT_TRUE(check.allows(host)) << host;
  for (const char* host :
       {"", "evil.example", "evil.example:9464", "localhost.evil.example", "127.0.0.1.evil.example",
        "localhost:", "localhost:x", "localhost:99999", "[localhost]", "[::1", "[::1]x", "::1", "127.1", "0x7f.0.0.1",
        "127.0.0.1 ", "localhost@evil.example", "example.org", "[evil.example]:80"})
    EXPECT_FALSE(check.allows(host)) << host;
}

}  // namespace
}  // namespace newsmill::http
