#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <memory_resource>
#include <string>
#include <vector>

#include "processors/text/characters.h"
#include "processors/text/utf8.h"
#include "processors/text/windows_1252.h"
#include "tests/processors/text/data_file.h"

namespace newsmill::text {
namespace {

std::string mended(std::string_view text) {
  std::pmr::monotonic_buffer_resource arena;
  return std::string(repair_mojibake(text, arena).text);
}

/// UTF-8 read as windows-1252 (bytes that it does not have as C1 controls) and written as UTF-8.
std::string spoiled(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    append(out, value >= 0x80 && value < 0xA0 ? from_windows_1252(value) : char32_t{value});
  }
  return out;
}

/// The same through ISO-8859-1.
std::string spoiled_latin1(std::string_view text) {
  std::string out;
  for (const char byte : text) append(out, static_cast<unsigned char>(byte));
  return out;
}

TEST(Mojibake, UndoesWhatMisreadingDid) {
  for (const std::string text :
       {"The minister’s “plan” – it’s late…", "Die Straße nach Österreich wird größer",
        "L’été à Genève où ça coûte 5 €", "São Paulo não será",
        "Čeština a šťastný žák", "Ελλάδα και Κύπρος", "Россия и Китай подписали договор", "中国日报网", "日本の新聞です",
        "ภาษาไทย", "हिन्दी में",
        "Tiếng Việt rất đẹp", "السلام عليكم", "Smile 😀 please"}) {
    EXPECT_EQ(mended(spoiled(text)), text);
    EXPECT_EQ(mended(spoiled_latin1(text)), text);
    EXPECT_EQ(mended(spoiled(spoiled(text))), text);
  }
}

// Each of these is, or could be, meant.
TEST(Mojibake, LeavesCleanTextAlone) {
  for (const std::string text :
       {"Plain text", "Größe", "Die „SPÖ“ und die „ÖVP“, die SPÖ… und die FPÖ–", "un café”…", "«À Genève»",
        "AMANHÃ” e AMANHÃ…", "São João é à tarde",
        "There are a lot of Ã’s in mojibake text", "ÚŽASNÉ, úžasné, Příšerně", "É®", "NESCAFÉ® ×“ 3×4",
        "Å gå på fjellet", "está»…", "CAFÉ”, “CAFÉ” – é…",
        "DrÃ¥ber", "MÄ£ÄM ÌÑÌ Q £ÄGÌ GÄLÄW", "Ça coûte 5 £, 6 ¥ et 7 ¢", "Viva España!", "naïve façade", "ï½",
        "élève »"}) {
    std::pmr::monotonic_buffer_resource arena;
    const Repair repair = repair_mojibake(text, arena);
    EXPECT_FALSE(repair.repaired) << text << " became " << repair.text;
    EXPECT_EQ(repair.text.data(), text.data());
  }
}

TEST(Mojibake, OneSequenceAmongCleanLettersIsNoProofTwoAre) {
  EXPECT_EQ(mended("Le café et l'Ã©tÃ©"), "Le café et l'été");
  EXPECT_EQ(mended("Le café et l'Ã©tat"), "Le café et l'Ã©tat");
  EXPECT_EQ(mended("Le cafe et l'Ã©tat"), "Le cafe et l'état");
}

TEST(Mojibake, RepairIsStable) {
  for (const std::string text : {"The minister’s “plan”", "Größe und Straße", "Россия", "日本の新聞"}) {
    const std::string once = mended(spoiled(text));
    EXPECT_EQ(mended(once), once);
  }
}

/// ftfy's collection: what must not change does not, and most of what windows-1252 and ISO-8859-1
/// did is undone (the rest went through MacRoman, cp437, windows-125x or lost bytes on the way).
TEST(Mojibake, FtfysCollection) {
  const std::string archive = data_file("normalize/formats.tar.zst");
  if (archive.empty()) GTEST_SKIP() << "the development data is not here";
  std::size_t cases = 0, kept = 0, fixed = 0;
  for (const std::string name : {"in-the-wild", "language-names", "synthetic", "negative", "known-failures"}) {
    const std::string json =
        output_of("tar --zstd -xOf '" + archive + "' --wildcards '*mojibake-ftfy/" + name + ".json'");
    rapidjson::Document rows;
    rows.Parse(json.data(), json.size());
    ASSERT_TRUE(rows.IsArray()) << name;
    for (const auto& row : rows.GetArray()) {
      const std::string original = row["original"].GetString();
      const std::string wanted = row[row.HasMember("fixed-encoding") ? "fixed-encoding" : "fixed"].GetString();
      std::pmr::monotonic_buffer_resource arena;
      const Repair repair = repair_mojibake(original, arena);
      ++cases;
      if (wanted == original) {
        ++kept;
        EXPECT_FALSE(repair.repaired) << original << " became " << repair.text;
      } else {
        fixed += clean_characters(repair.text, arena) == clean_characters(wanted, arena);
      }
    }
  }
  RecordProperty("fixed", static_cast<int>(fixed));
  EXPECT_EQ(cases, 161U);
  EXPECT_GE(kept, 38U);
  EXPECT_GE(fixed, 48U);
}

}  // namespace
}  // namespace newsmill::text
