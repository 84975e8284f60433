//! Certificates of digital signatures for official use, and their requests: whom they are for, what is asked for, the law in force (R120,
//! R121, R172).

pub mod plan;
pub mod regime;
pub mod reminder;
pub mod survey;
pub mod target;
pub mod wave;

use crate::lifecycle::Certificate;

/// Implements names of an enum as the database and addresses have them.
macro_rules! named {
    ($kind:ident: $($case:ident = $name:literal),+ $(,)?) => {
        impl $kind {
            /// Every one, in the order of forms and tables.
            pub const ALL: &'static [$kind] = &[$($kind::$case),+];

            /// Name used in the database and in addresses.
            pub fn name(self) -> &'static str {
                match self { $($kind::$case => $name),+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}
pub(crate) use named;

/// Whom a certificate is for (R120).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubscriberKind {
    /// Cơ quan, tổ chức: the seal of a unit; the clerk keeps it (R155).
    Organisation,
    /// Cá nhân.
    Person,
    /// Thiết bị, dịch vụ, phần mềm.
    Device,
}

named!(SubscriberKind: Organisation = "organisation", Person = "person", Device = "device");

/// What is asked for (R121).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// Cấp mới.
    New,
    /// Gia hạn.
    Renew,
    /// Cấp đổi, thay đổi nội dung.
    Change,
    /// Thu hồi.
    Revoke,
    /// Khôi phục thiết bị lưu khóa, mật khẩu.
    Restore,
}

named!(Operation: New = "new", Renew = "renew", Change = "change", Revoke = "revoke", Restore = "restore");

impl Operation {
    /// Whether a certificate comes back, which is then handed over with minutes (R119).
    pub fn brings_certificate(self) -> bool {
        matches!(self, Operation::New | Operation::Renew | Operation::Change)
    }

    /// Whether it is asked for a certificate that there is already.
    pub fn needs_certificate(self) -> bool {
        self != Operation::New
    }

    /// Whether it can be asked of a certificate in that state: what is not in use is only revoked, what is over is over.
    pub fn fits(self, state: Certificate) -> bool {
        match state {
            Certificate::InUse => self.needs_certificate(),
            Certificate::Received | Certificate::Replaced => self == Operation::Revoke,
            Certificate::Expired | Certificate::Revoked => false,
        }
    }

    /// Whether it has to be said why, or what.
    pub fn needs_reason(self) -> bool {
        matches!(self, Operation::Change | Operation::Revoke | Operation::Restore)
    }
}

/// What holds the secret key (R154).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// USB token.
    Usb,
    /// SIM PKI.
    Sim,
    /// Hardware security module of a server.
    Hsm,
}

named!(TokenKind: Usb = "usb", Sim = "sim", Hsm = "hsm");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_use_is_renewed_and_nothing_revoked_is_asked_of() {
        for operation in Operation::ALL {
            assert!(!operation.fits(Certificate::Revoked) && !operation.fits(Certificate::Expired));
            assert_eq!(operation.fits(Certificate::InUse), *operation != Operation::New);
            assert_eq!(operation.fits(Certificate::Replaced), *operation == Operation::Revoke);
        }
    }

    #[test]
    fn names_read_back() {
        for kind in SubscriberKind::ALL {
            assert_eq!(SubscriberKind::from_name(kind.name()), Some(*kind));
        }
        for operation in Operation::ALL {
            assert_eq!(Operation::from_name(operation.name()), Some(*operation));
        }
        for token in TokenKind::ALL {
            assert_eq!(TokenKind::from_name(token.name()), Some(*token));
        }
        assert_eq!(Operation::from_name("suspend"), None);
    }
}
