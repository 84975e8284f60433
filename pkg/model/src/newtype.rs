//! What every text newtype shares: the way in and out of `String`, so that serde and `str::parse` go through `parse`.

/// Implements `FromStr`, `TryFrom<String>`, `TryFrom<&str>` and `From<T> for String` through `parse` and `as_str`.
macro_rules! text_newtype {
    ($name:ty, $error:ty) => {
        impl std::str::FromStr for $name {
            type Err = $error;
            fn from_str(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;
            fn try_from(text: String) -> Result<Self, $error> {
                Self::parse(&text)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $error;
            fn try_from(text: &str) -> Result<Self, $error> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.as_str().to_owned()
            }
        }
    };
}

pub(crate) use text_newtype;
