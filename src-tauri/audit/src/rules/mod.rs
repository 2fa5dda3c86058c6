//! The rules, one file each. To add one: write its file, then its two lines here; a test finds strays.

use crate::rule::Rule;

mod cred_01;
mod cred_02;
mod cred_03;
mod cred_04;
mod cred_05;
mod cred_06;
mod cred_07;
mod cred_08;
mod cred_09;
mod cred_10;
mod cred_11;
mod cred_12;
mod exp_01;
mod exp_02;
mod exp_03;
mod exp_04;
mod exp_05;
mod exp_06;
mod exp_07;
mod exp_08;
mod gov_01;
mod gov_02;
mod gov_03;
mod gov_04;
mod gov_05;
mod gov_06;
mod gov_07;
mod gov_08;
mod gov_09;
mod hyg_01;
mod hyg_02;
mod hyg_03;
mod hyg_04;
mod hyg_05;
mod hyg_06;
mod net_01;
mod net_02;
mod net_03;
mod net_04;
mod ta_01;
mod ta_02;
mod ta_03;
mod ta_04;
mod ta_05;
mod ta_06;
mod ta_07;
mod ta_08;
mod ta_09;
mod ta_10;
mod ta_11;
mod ta_12;
mod ta_13;

/// In the order of the catalogue.
pub const ALL: [&Rule; 52] = [
    &exp_01::RULE,
    &exp_02::RULE,
    &exp_03::RULE,
    &exp_04::RULE,
    &exp_05::RULE,
    &exp_06::RULE,
    &exp_07::RULE,
    &exp_08::RULE,
    &cred_01::RULE,
    &cred_02::RULE,
    &cred_03::RULE,
    &cred_04::RULE,
    &cred_05::RULE,
    &cred_06::RULE,
    &cred_07::RULE,
    &cred_08::RULE,
    &cred_09::RULE,
    &cred_10::RULE,
    &cred_11::RULE,
    &cred_12::RULE,
    &ta_01::RULE,
    &ta_02::RULE,
    &ta_03::RULE,
    &ta_04::RULE,
    &ta_05::RULE,
    &ta_06::RULE,
    &ta_07::RULE,
    &ta_08::RULE,
    &ta_09::RULE,
    &ta_10::RULE,
    &ta_11::RULE,
    &ta_12::RULE,
    &ta_13::RULE,
    &gov_01::RULE,
    &gov_02::RULE,
    &gov_03::RULE,
    &gov_04::RULE,
    &gov_05::RULE,
    &gov_06::RULE,
    &gov_07::RULE,
    &gov_08::RULE,
    &gov_09::RULE,
    &net_01::RULE,
    &net_02::RULE,
    &net_03::RULE,
    &net_04::RULE,
    &hyg_01::RULE,
    &hyg_02::RULE,
    &hyg_03::RULE,
    &hyg_04::RULE,
    &hyg_05::RULE,
    &hyg_06::RULE,
];
