//! Language of the interface.

use serde::{Deserialize, Serialize};

/// Vietnamese is the first language, English the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// BCP 47 code, as in `<html lang>` and in the preference cookie.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }

    /// The language of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Lang::Vi, Lang::En].into_iter().find(|lang| lang.code() == code)
    }
}
