//! What is kept for how long: the subjects for which the province sets a term (Luật 91/2025/QH15, Điều 14).

/// What has a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Personal data of somebody who has left: proposed to the approver, who erases.
    Leaver,
    /// Scans of requests that were refused or withdrawn.
    EndedRequestScan,
    /// What became of each row of an import.
    ImportReport,
    /// What became of each of a selection.
    BulkReport,
}

impl Subject {
    /// Every one, in the order of the page.
    pub const ALL: [Subject; 4] =
        [Subject::Leaver, Subject::EndedRequestScan, Subject::ImportReport, Subject::BulkReport];

    /// Name used in the database and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Leaver => "leaver",
            Subject::EndedRequestScan => "ended_request_scan",
            Subject::ImportReport => "import_report",
            Subject::BulkReport => "bulk_report",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.name() == name)
    }

    /// Whether it goes by itself when its term is over; else somebody is asked.
    pub fn goes_by_itself(self) -> bool {
        self != Subject::Leaver
    }
}

/// The longest term, in days: a hundred years.
pub const MOST_DAYS: i64 = 36_525;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_data_go_unasked() {
        assert!(!Subject::Leaver.goes_by_itself());
        for subject in Subject::ALL {
            assert_eq!(Subject::from_name(subject.name()), Some(subject));
        }
    }
}
