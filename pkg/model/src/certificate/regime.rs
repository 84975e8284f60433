//! The law on these certificates, by date (R132, R171, R172, C21, C22): which texts are in force on a day, for how long a certificate may
//! be valid, what a renewal needs, which forms are filled in, and who is subscriber manager unless a document names another.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use super::{Operation, SubscriberKind};

/// A decree or circular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its number.
    pub number: &'static str,
    /// The day on which it was signed.
    pub signed: Date,
    /// The article by which somebody is subscriber manager, as plans cite it.
    pub manager_article: Option<&'static str>,
}

/// Who is subscriber manager by the practice of a time. A province may delegate otherwise (R171).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ManagerOffice {
    /// Sở Nội vụ.
    HomeAffairs,
    /// Văn phòng Đoàn ĐBQH, HĐND và UBND.
    Office,
    /// Sở Thông tin và Truyền thông; since 2025 Khoa học và Công nghệ.
    Information,
}

super::named!(ManagerOffice: HomeAffairs = "home_affairs", Office = "office", Information = "information");

/// What holds from one day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regime {
    /// Name used in the database and in sentences.
    pub name: &'static str,
    /// First day.
    pub from: Date,
    /// The texts, the decree first.
    pub texts: &'static [Text],
    /// Who is subscriber manager unless a document of the province names another.
    pub manager: ManagerOffice,
    /// For how many years a new certificate may be valid, where the text at hand says so.
    pub new_years: Option<i16>,
    /// For how many years a renewed one may be.
    pub renewed_years: Option<i16>,
    /// How many days must be left when a renewal is asked for.
    pub renewal_days_left: Option<i32>,
    /// How often a certificate may be renewed.
    pub renewals: Option<u32>,
    /// The forms.
    pub forms: &'static [Form],
    /// The terms in working days.
    pub terms: &'static [(Term, u32)],
}

/// A term that the law, or a province's regulation, gives in working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Term {
    /// Within which the certification authority renews.
    Renewal,
    /// Within which a locked device is restored.
    Restoration,
    /// Within which the device is handed back once the revocation was notified.
    TokenReturn,
}

super::named!(Term: Renewal = "renewal", Restoration = "restoration", TokenReturn = "token_return");

/// A form (mẫu).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its number, as `01`.
    pub number: &'static str,
    /// What it is for.
    pub purpose: Purpose,
}

/// What a form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// Asks for a new certificate of that kind.
    New(SubscriberKind),
    /// Asks for a renewal or a change.
    RenewOrChange,
    /// Asks for a revocation.
    Revoke,
    /// Asks that a device be restored.
    Restore,
    /// Minutes of the handover of a device.
    Handover,
    /// Minutes about a device that was lost.
    Loss,
}

const DECREE_26: Text = Text { number: "26/2007/NĐ-CP", signed: date(2007, 2, 15), manager_article: None };
const CIRCULAR_05: Text =
    Text { number: "05/2010/TT-BNV", signed: date(2010, 7, 1), manager_article: Some("Điều 5") };
const CIRCULAR_08: Text =
    Text { number: "08/2016/TT-BQP", signed: date(2016, 2, 1), manager_article: Some("Điều 6") };
const DECREE_130: Text = Text { number: "130/2018/NĐ-CP", signed: date(2018, 9, 27), manager_article: None };
const DECREE_68: Text = Text { number: "68/2024/NĐ-CP", signed: date(2024, 6, 25), manager_article: None };

/// Every regime, the oldest first. The plan of Cần Thơ of 2017 cites the second, which has the decree of one and the circular of another
/// time. Where only the day of signature of a text is known, it stands for the first day of force.
pub const REGIMES: &[Regime] = &[
    Regime {
        name: "26-2007-05-2010",
        from: date(2010, 7, 1),
        texts: &[DECREE_26, CIRCULAR_05],
        // Điện Biên's plan for 2015, by Điều 5
        manager: ManagerOffice::Information,
        new_years: None,
        renewed_years: None,
        renewal_days_left: None,
        renewals: None,
        forms: &[],
        terms: &[],
    },
    Regime {
        name: "26-2007-08-2016",
        from: date(2016, 2, 1),
        texts: &[DECREE_26, CIRCULAR_08],
        // Cần Thơ, 119/KH-UBND of 2017, by Điều 6
        manager: ManagerOffice::HomeAffairs,
        new_years: None,
        renewed_years: None,
        renewal_days_left: None,
        renewals: None,
        forms: &[],
        terms: &[],
    },
    Regime {
        name: "130-2018-08-2016",
        from: date(2018, 11, 15),
        texts: &[DECREE_130, CIRCULAR_08],
        manager: ManagerOffice::HomeAffairs,
        new_years: None,
        renewed_years: None,
        // 130/2018/NĐ-CP, Điều 63 §1
        renewal_days_left: Some(60),
        renewals: Some(1),
        forms: &[],
        terms: &[(Term::Renewal, 3)],
    },
    Regime {
        name: "68-2024",
        from: date(2024, 8, 15),
        texts: &[DECREE_68],
        // Ninh Bình 165/2025/QĐ-UBND: Khoa học và Công nghệ
        manager: ManagerOffice::Information,
        // 68/2024/NĐ-CP, Điều 9 §2, §3
        new_years: Some(5),
        renewed_years: Some(3),
        renewal_days_left: None,
        renewals: None,
        forms: FORMS_68,
        // Đồng Tháp 144/2025/QĐ-CTUBND; Ninh Bình 165/2025/QĐ-UBND
        terms: &[(Term::Restoration, 1), (Term::TokenReturn, 5)],
    },
];

/// 68/2024/NĐ-CP, Phụ lục; form 07 is for nothing that a province asks for.
const FORMS_68: &[Form] = &[
    Form { number: "01", purpose: Purpose::New(SubscriberKind::Person) },
    Form { number: "02", purpose: Purpose::New(SubscriberKind::Organisation) },
    Form { number: "03", purpose: Purpose::New(SubscriberKind::Device) },
    Form { number: "04", purpose: Purpose::RenewOrChange },
    Form { number: "05", purpose: Purpose::Revoke },
    Form { number: "06", purpose: Purpose::Restore },
    Form { number: "08", purpose: Purpose::Handover },
    Form { number: "09", purpose: Purpose::Loss },
];

/// What speaks against a certificate's validity, or against a request, under a regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// Valid for longer than the law lets a certificate of its kind be.
    TooLong {
        /// Years allowed.
        years: i16,
    },
    /// It ends before it begins.
    Reversed,
    /// Too late to renew: fewer days are left than the law asks for.
    TooLate {
        /// Days asked for.
        days: i32,
    },
    /// It was renewed as often as the law allows.
    RenewedBefore,
    /// It is not valid any more: only a new one helps.
    Over,
}

impl Regime {
    /// What is in force on a day; none before the first circular.
    pub fn on(day: Date) -> Option<&'static Regime> {
        REGIMES.iter().rev().find(|regime| regime.from <= day)
    }

    /// The regime of that name.
    pub fn named(name: &str) -> Option<&'static Regime> {
        REGIMES.iter().find(|regime| regime.name == name)
    }

    /// The form that asks for this.
    pub fn form(&self, operation: Operation, kind: SubscriberKind) -> Option<&'static str> {
        let purpose = match operation {
            Operation::New => Purpose::New(kind),
            Operation::Renew | Operation::Change => Purpose::RenewOrChange,
            Operation::Revoke => Purpose::Revoke,
            Operation::Restore => Purpose::Restore,
        };
        self.forms.iter().find(|form| form.purpose == purpose).map(|form| form.number)
    }

    /// How many working days a term has.
    pub fn term(&self, term: Term) -> Option<u32> {
        self.terms.iter().find(|(known, _)| *known == term).map(|(_, days)| *days)
    }

    /// Whether a certificate may be valid from one day to another. A term of years ends on the day of the same name (Bộ luật Dân sự 2015,
    /// Điều 148 §4).
    ///
    /// # Errors
    /// [`Objection`]
    pub fn validity(&self, renewed: bool, from: Date, until: Date) -> Result<(), Objection> {
        if until < from {
            return Err(Objection::Reversed);
        }
        let limit = if renewed { self.renewed_years } else { self.new_years };
        match limit {
            Some(years) if from.checked_add(years.years()).is_ok_and(|last| last < until) => {
                Err(Objection::TooLong { years })
            }
            _ => Ok(()),
        }
    }

    /// Whether a certificate that is valid until a day, and was renewed so often, may be renewed.
    ///
    /// # Errors
    /// [`Objection`]
    pub fn renewal(&self, today: Date, until: Date, renewed: u32) -> Result<(), Objection> {
        let left = today.until(until).map_or(-1, |span| span.get_days());
        if left < 0 {
            return Err(Objection::Over);
        }
        if self.renewals.is_some_and(|most| renewed >= most) {
            return Err(Objection::RenewedBefore);
        }
        match self.renewal_days_left {
            Some(days) if left < days => Err(Objection::TooLate { days }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(day: Date) -> Vec<&'static str> {
        Regime::on(day).unwrap().texts.iter().map(|text| text.number).collect()
    }

    #[test]
    fn plans_cite_what_was_in_force_when_they_were_signed() {
        assert_eq!(numbers(date(2014, 12, 1)), ["26/2007/NĐ-CP", "05/2010/TT-BNV"], "Điện Biên, for 2015");
        assert_eq!(numbers(date(2017, 8, 14)), ["26/2007/NĐ-CP", "08/2016/TT-BQP"], "Cần Thơ, 119/KH-UBND");
        assert_eq!(numbers(date(2019, 7, 15)), ["130/2018/NĐ-CP", "08/2016/TT-BQP"], "Hà Tĩnh");
        assert_eq!(numbers(date(2024, 8, 14)), ["130/2018/NĐ-CP", "08/2016/TT-BQP"]);
        assert_eq!(numbers(date(2024, 8, 15)), ["68/2024/NĐ-CP"]);
        assert_eq!(Regime::on(date(2010, 6, 30)), None);
        assert!(REGIMES.is_sorted_by_key(|regime| regime.from));
        for regime in REGIMES {
            assert_eq!(Regime::named(regime.name), Some(regime));
        }
    }

    #[test]
    fn a_manager_is_named_by_the_article_that_the_plans_cite() {
        let articles = |day| Regime::on(day).unwrap().texts.iter().filter_map(|text| text.manager_article).collect();
        let cited: [Vec<_>; 2] = [articles(date(2015, 1, 1)), articles(date(2017, 8, 14))];
        assert_eq!(cited, [["Điều 5"], ["Điều 6"]]);
        let managers =
            [date(2015, 1, 1), date(2017, 8, 14), date(2026, 1, 1)].map(|day| Regime::on(day).unwrap().manager);
        let expected = [ManagerOffice::Information, ManagerOffice::HomeAffairs, ManagerOffice::Information];
        assert_eq!(managers, expected);
    }

    #[test]
    fn new_ones_have_five_years_and_renewed_ones_three() {
        let now = Regime::named("68-2024").unwrap();
        let from = date(2026, 3, 1);
        assert_eq!(now.validity(false, from, date(2031, 3, 1)), Ok(()));
        assert_eq!(now.validity(false, from, date(2031, 3, 2)), Err(Objection::TooLong { years: 5 }));
        assert_eq!(now.validity(true, from, date(2029, 3, 1)), Ok(()));
        assert_eq!(now.validity(true, from, date(2029, 3, 2)), Err(Objection::TooLong { years: 3 }));
        assert_eq!(now.validity(true, from, date(2026, 2, 28)), Err(Objection::Reversed));
        // what no text at hand limits is not judged
        assert_eq!(REGIMES[0].validity(false, from, date(2046, 3, 1)), Ok(()));
    }

    #[test]
    fn under_decree_130_a_renewal_was_asked_for_once_and_sixty_days_before() {
        let then = Regime::named("130-2018-08-2016").unwrap();
        let until = date(2020, 12, 31);
        assert_eq!(then.renewal(date(2020, 11, 1), until, 0), Ok(()));
        assert_eq!(then.renewal(date(2020, 11, 2), until, 0), Err(Objection::TooLate { days: 60 }));
        assert_eq!(then.renewal(date(2020, 1, 1), until, 1), Err(Objection::RenewedBefore));
        assert_eq!(then.renewal(date(2021, 1, 1), until, 0), Err(Objection::Over));
        let now = Regime::named("68-2024").unwrap();
        assert_eq!(now.renewal(until, until, 4), Ok(()));
        assert_eq!(now.renewal(date(2021, 1, 1), until, 0), Err(Objection::Over));
    }

    #[test]
    fn every_request_has_its_form_and_the_clocks_are_those_of_the_regulations() {
        let now = Regime::on(date(2026, 11, 23)).unwrap();
        let forms: Vec<_> = SubscriberKind::ALL.iter().filter_map(|kind| now.form(Operation::New, *kind)).collect();
        assert_eq!(forms, ["02", "01", "03"]);
        for (operation, form) in
            [(Operation::Renew, "04"), (Operation::Change, "04"), (Operation::Revoke, "05"), (Operation::Restore, "06")]
        {
            assert!(SubscriberKind::ALL.iter().all(|kind| now.form(operation, *kind) == Some(form)));
        }
        assert_eq!((now.term(Term::Restoration), now.term(Term::TokenReturn)), (Some(1), Some(5)));
        assert_eq!(REGIMES[2].term(Term::Renewal), Some(3));
        assert_eq!(REGIMES[0].form(Operation::New, SubscriberKind::Person), None);
    }
}
