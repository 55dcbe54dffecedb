#include <gtest/gtest.h>

#include "tests/support/tagging.h"

namespace newsmill::tag_entities {
namespace {

struct Row {
  const char* about;
  const char* headline;
  const char* body;
  const char* mentions;  ///< all of them, in order
};

void check(std::initializer_list<Row> rows) {
  test::Tagging tagging;
  for (const Row& row : rows) {
    ASSERT_TRUE(tagging.read(row.headline, row.body)) << row.about;
    EXPECT_EQ(tagging.mentions(), row.mentions) << row.about;
  }
}

TEST(Coreference, ResolvesTheLastWordOfAFullName) {
  check({
      {"behind the full name", "", "Sergei Lavrov spoke. Then Lavrov left, and Lavrov's car too.",
       "wd:Q58217 Sergey Lavrov|Sergei Lavrov\nwd:Q58217 Sergey Lavrov|Lavrov\nwd:Q58217 Sergey Lavrov|Lavrov\n"},
      {"never before it", "", "A certain Lavrov came. Sergei Lavrov spoke.", "wd:Q58217 Sergey Lavrov|Sergei Lavrov\n"},
      {"but from the headline", "Lavrov comes", "Sergei Lavrov spoke.",
       "wd:Q58217 Sergey Lavrov|Lavrov\nwd:Q58217 Sergey Lavrov|Sergei Lavrov\n"},
      {"family name first", "", "Foreign Minister Wang Yi spoke. As Wang said, and Mr Wang repeated, it is so.",
       "wd:Q701801 Wang Yi|Wang Yi\nwd:Q701801 Wang Yi|Wang\nwd:Q701801 Wang Yi|Wang\n"},
      {"Korean", "", "Ban Ki-moon spoke. Later Ban left.", "wd:Q313266 Ban Ki-moon|Ban Ki-moon\nwd:Q313266 Ban Ki-moon|Ban\n"},
      {"an honorific", "", "Vladimir Putin spoke. President Putin left.", "wd:Q7747 Vladimir Putin|Vladimir Putin\nwd:Q7747 Vladimir Putin|Putin\n"},
      {"nobody named so", "", "Wang spoke of trade.", ""},
  });
}

TEST(Coreference, StaysAwayFromOthers) {
  check({
      {"another first name", "", "Sergei Lavrov spoke. His nephew Boris Lavrov sang.", "wd:Q58217 Sergey Lavrov|Sergei Lavrov\n"},
      {"another family name", "", "Wang Yi spoke. The singer Wang Lianghua played.", "wd:Q701801 Wang Yi|Wang Yi\n- Wang Lianghua|Wang Lianghua\n"},
      {"two of one name", "", "Minister Anna Borg met Minister Olaf Borg. Borg left.", "- Anna Borg|Anna Borg\n- Olaf Borg|Olaf Borg\n"},
      {"a country of that name", "", "The striker Ilse Jordan scored. Refugees in Jordan need help.",
       "- Ilse Jordan|Ilse Jordan\nwd:Q810 Jordan|Jordan\n"},
      {"a country, but with an honorific", "", "The striker Ilse Jordan scored. Ms Jordan smiled.", "- Ilse Jordan|Ilse Jordan\n- Ilse Jordan|Jordan\n"},
      {"a month at the head of a sentence", "", "Theresa May resigned. May is a month.", "wd:Q264766 Theresa May|Theresa May\n"},
      {"a given name that goes on", "", "Theresa May resigned. Her friend Theresa Villar stayed.", "wd:Q264766 Theresa May|Theresa May\n"},
  });
}

TEST(Coreference, ResolvesPersonsThatOnlyATitleTells) {
  check({
      {"a title", "", "Foreign Minister Ilse Novakova spoke. Novakova left. Ilse Novakova came back.",
       "- Ilse Novakova|Ilse Novakova\n- Ilse Novakova|Novakova\n- Ilse Novakova|Ilse Novakova\n"},
      {"an honorific and one word", "", "Neighbours of Mr Novak called.", "- Novak|Novak\n"},
      {"no title, no name", "", "Ilse Novakova spoke.", ""},
      {"a title, a name and an office", "", "The attorney Ilse Novak of the Homicide Unit spoke.", "- Ilse Novak|Ilse Novak\n"},
      {"a title before an organisation", "", "The director National Gallery Trust said so.", ""},
  });
}

TEST(Acronyms, BindBothWays) {
  check({
      {"behind the name", "EAEU summit opens", "The Eurasian Economic Union (EAEU) met. The EAEU agreed.",
       "enwiki:Eurasian Economic Union Eurasian Economic Union|EAEU\nenwiki:Eurasian Economic Union Eurasian Economic Union|Eurasian Economic Union\n"
       "enwiki:Eurasian Economic Union Eurasian Economic Union|EAEU\nenwiki:Eurasian Economic Union Eurasian Economic Union|EAEU\n"},
      {"before the name", "", "The EAEU (Eurasian Economic Union) met.",
       "enwiki:Eurasian Economic Union Eurasian Economic Union|EAEU\nenwiki:Eurasian Economic Union Eurasian Economic Union|Eurasian Economic Union\n"},
      {"letters that do not fit", "", "The Eurasian Economic Union (ABC) met. ABC.", "enwiki:Eurasian Economic Union Eurasian Economic Union|Eurasian Economic Union\n"},
      {"small words of the article's own", "", "A world health oven (WHO) sells well. The WHO is hot.", ""},
      {"a known acronym explains its words", "", "The World Health Organisation (WHO) warned.",
       "wd:Q7817 World Health Organization|World Health Organisation\nwd:Q7817 World Health Organization|WHO\n"},
  });
}

}  // namespace
}  // namespace newsmill::tag_entities
