//! Words that stand for a class, a kind or a sex, in either language, with or without tones.

use model::certificate::SubscriberKind;
use model::person::Sex;
use model::text::fold;
use model::unit::{PostKind, UnitClass};

const CLASSES: [(UnitClass, &[&str]); 8] = [
    (UnitClass::Province, &["tinh", "province"]),
    (
        UnitClass::SpecialisedAgency,
        &[
            "co quan chuyen mon",
            "co quan chuyen mon cap tinh",
            "so",
            "so ban nganh",
            "specialised agency",
            "specialized agency",
        ],
    ),
    (
        UnitClass::District,
        &["huyen thi xa thanh pho", "huyen", "thi xa", "thanh pho", "cap huyen", "ubnd cap huyen", "district"],
    ),
    (
        UnitClass::PublicServiceUnit,
        &["don vi su nghiep", "don vi su nghiep cong lap", "don vi su nghiep thuoc tinh", "public service unit"],
    ),
    (UnitClass::Association, &["hoi dac thu", "hoi", "association"]),
    (
        UnitClass::AttachedUnit,
        &[
            "don vi truc thuoc co quan",
            "don vi truc thuoc",
            "don vi truc thuoc so",
            "chi cuc",
            "unit attached to an agency",
            "attached unit",
        ],
    ),
    (
        UnitClass::DistrictServiceUnit,
        &["don vi su nghiep cap huyen", "don vi su nghiep thuoc huyen", "district service unit"],
    ),
    (
        UnitClass::Commune,
        &["xa phuong thi tran", "xa", "phuong", "thi tran", "cap xa", "ubnd cap xa", "commune", "ward", "township"],
    ),
];

const KINDS: [(PostKind, &[&str]); 4] = [
    (PostKind::CivilServant, &["cong chuc", "can bo cong chuc", "cc", "civil servant"]),
    (PostKind::PublicEmployee, &["vien chuc", "vc", "public employee"]),
    (
        PostKind::Contract68,
        &[
            "hop dong nd 68 2000 nd cp",
            "hop dong nd 68",
            "hop dong 68",
            "hop dong nd68",
            "hop dong theo nghi dinh 68",
            "hd 68",
            "hd68",
            "nd 68",
            "contract decree 68 2000 nd cp",
            "contract decree 68",
            "contract 68",
        ],
    ),
    (
        PostKind::Contract43,
        &[
            "hop dong nd 43 2006 nd cp",
            "hop dong nd 43",
            "hop dong 43",
            "hop dong nd43",
            "hop dong theo nghi dinh 43",
            "hd 43",
            "hd43",
            "nd 43",
            "contract decree 43 2006 nd cp",
            "contract decree 43",
            "contract 43",
        ],
    ),
];

const SEXES: [(Sex, &[&str]); 2] = [(Sex::Male, &["nam", "male", "m"]), (Sex::Female, &["nu", "female", "f"])];

const SUBSCRIBERS: [(SubscriberKind, &[&str]); 3] = [
    (
        SubscriberKind::Organisation,
        &[
            "to chuc",
            "co quan",
            "co quan to chuc",
            "co quan don vi",
            "don vi",
            "con dau",
            "organisation",
            "organization",
            "unit",
        ],
    ),
    (SubscriberKind::Person, &["ca nhan", "person", "personal"]),
    (
        SubscriberKind::Device,
        &[
            "thiet bi",
            "thiet bi dich vu phan mem",
            "dich vu",
            "phan mem",
            "device",
            "device service software",
            "software",
            "service",
        ],
    ),
];

fn among<T: Copy>(table: &[(T, &[&str])], typed: &str) -> Option<T> {
    let folded = fold(typed);
    table.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|(meant, _)| *meant)
}

/// The class that is meant, by its name; what means none stays as it is typed, to be refused.
pub(super) fn class(typed: &str) -> String {
    among(&CLASSES, typed).map_or_else(|| typed.to_owned(), |class| class.name().to_owned())
}

/// As [`class`], of kinds of posts.
pub(super) fn kind(typed: &str) -> String {
    among(&KINDS, typed).map_or_else(|| typed.to_owned(), |kind| kind.name().to_owned())
}

/// As [`class`], of those whom a certificate is for.
pub(super) fn subscriber(typed: &str) -> String {
    among(&SUBSCRIBERS, typed).map_or_else(|| typed.to_owned(), |kind| kind.name().to_owned())
}

/// As [`class`], of sexes.
pub(super) fn sex(typed: &str) -> String {
    among(&SEXES, typed).map_or_else(|| typed.to_owned(), |sex| sex.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        let tables: [Vec<&str>; 4] = [
            SUBSCRIBERS.iter().flat_map(|(_, words)| words.iter().copied()).collect(),
            CLASSES.iter().flat_map(|(_, words)| words.iter().copied()).collect(),
            KINDS.iter().flat_map(|(_, words)| words.iter().copied()).collect(),
            SEXES.iter().flat_map(|(_, words)| words.iter().copied()).collect(),
        ];
        for mut words in tables {
            assert!(words.iter().all(|word| fold(word) == *word), "folded words only");
            let all = words.len();
            words.sort_unstable();
            words.dedup();
            assert_eq!(words.len(), all);
        }
    }

    #[test]
    fn words_with_or_without_tones() {
        assert_eq!(class("CƠ QUAN chuyên môn"), "specialised_agency");
        assert_eq!(class("specialised_agency"), "specialised_agency");
        assert_eq!(class("Xã, phường, thị trấn"), "commune");
        assert_eq!(kind("hop dong ND 68"), "contract_68");
        assert_eq!(kind("Hợp đồng (NĐ 43/2006/NĐ-CP)"), "contract_43");
        assert_eq!(kind("contract_43"), "contract_43");
        assert_eq!(sex("NỮ"), "female");
        assert_eq!(sex("khác"), "khác");
    }
}
