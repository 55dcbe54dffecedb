#include "processors/text/tracking_parameters.h"

#include <algorithm>
#include <array>
#include <string>

#include "processors/text/ascii.h"
#include "processors/text/url.h"

namespace newsmill::text {
namespace {

/// Lower case, sorted.
constexpr std::array<std::string_view, 103> kEverywhere = {
    "__hsfp", "__hssc", "__hstc", "__s", "__twitter_impression", "_branch_match_id", "_bta_c", "_bta_tid", "_ga", "_gl",
    "_hsenc", "_hsmi", "_ke", "_kx", "_openstat", "action_object_map", "action_ref_map", "action_type_map", "awc",
    "ck_subscriber_id", "cm_mmc", "cmpid", "dclid", "dm_i", "dm_t", "ef_id", "epik", "fb_action_ids", "fb_action_types",
    "fb_ref", "fb_source", "fbclid", "ftag", "gad_source", "gbraid", "gclid", "gclsrc", "gdffi", "gdfms", "gdftrk",
    "guccounter", "guce_referrer", "guce_referrer_sig", "hsctatracking", "icid", "igsh", "igshid", "intcmp",
    "irclickid", "irgwc", "li_fat_id", "mbid", "mc_cid", "mc_eid", "mibextid", "mkcid", "mkevt", "mkrid", "mkt_tok",
    "mkwid", "ml_subscriber", "ml_subscriber_hash", "msclkid", "ncid", "ocid", "oly_anon_id", "oly_enc_id", "pcrid",
    "rb_clickid", "redirect_log_mongo_id", "redirect_mongo_id", "s_cid", "s_kwcid", "sb_referer_host", "sc_campaign",
    "sc_channel", "sc_content", "sc_country", "sc_geo", "sc_medium", "sc_outcome", "smid", "smtyp", "soc_src",
    "soc_trk", "spm", "sr_share", "srsltid", "taid", "trk_contact", "trk_module", "trk_msg", "trk_sid", "ttclid",
    "twclid", "vero_conv", "vero_id", "wbraid", "wickedid", "wprov", "xtor", "yclid", "ysclid"};

/// Families by prefix: Google Analytics, Piwik and Matomo, HubSpot ads, AT Internet, ComScore, WebTrends.
constexpr std::array<std::string_view, 16> kPrefixes = {
    "utm_",    "pk_",     "piwik_",  "mtm_",      "matomo_", "hsa_", "at_medium", "at_campaign", "at_custom",
    "at_link", "at_ptr_", "at_bbc_", "at_format", "ns_",     "wt.",  "wt_"};

struct OfSite {
  std::string_view domain;  ///< registrable domain
  std::string_view names;   ///< separated by spaces
};
constexpr std::array kOfSites = {
    OfSite{"bloomberg.com", "srnd sref in_source embedded-checkout"},
    OfSite{"cnn.com", "hpt iref cid sr"},
    OfSite{"foxnews.com", "intcmp"},
    OfSite{"ft.com", "ftcamp sharetype desktop"},
    OfSite{"nytimes.com", "_r action auth clicksource contentcollection contentplacement emc gwh gwt hp login module "
                          "mtrref nl oref partner pgtype rank referringsource region rref rss src te version"},
    OfSite{"spotify.com", "si"},
    OfSite{"theguardian.com", "cmp"},
    OfSite{"twitter.com", "s t ref_src"},
    OfSite{"usatoday.com", "src"},
    OfSite{"washingtonpost.com", "hpid itid nid tid tidr tidloc wpisrc wpmm"},
    OfSite{"wsj.com", "mod reflink st"},
    OfSite{"x.com", "s t ref_src"},
    OfSite{"yahoo.com", "soc_src soc_trk tsrc"},
    OfSite{"youtu.be", "si feature"},
    OfSite{"youtube.com", "si feature ab_channel pp"},
    OfSite{"zeit.de", "wt_zmc"},
};

bool lists(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t end = names.find(' ');
    if (names.substr(0, end) == name) return true;
    if (end == std::string_view::npos) return false;
    names.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

bool is_tracking_parameter(std::string_view name, std::string_view host) {
  std::string key(name);
  std::ranges::transform(key, key.begin(), ascii_lower);
  if (std::ranges::binary_search(kEverywhere, std::string_view(key))) return true;
  for (const std::string_view prefix : kPrefixes)
    if (key.starts_with(prefix)) return true;
  const std::string_view domain = registrable_domain(host);
  const auto site = std::ranges::lower_bound(kOfSites, domain, {}, &OfSite::domain);
  return site != kOfSites.end() && site->domain == domain && lists(site->names, key);
}

}  // namespace newsmill::text
