//! PC/SC's errors as pages hear them.
use pcsc::Error;
use relay::Fault;

/// While the service is asked for readers: whatever goes wrong with it, it is asked anew later.
pub fn of_service(error: Error) -> Fault {
    match common(error) {
        Fault::Failed if error != Error::NoAccess && error != Error::SecurityViolation => Fault::NoService,
        fault => fault,
    }
}

/// While a card is being connected.
pub fn when_connecting(error: Error) -> Fault {
    match error {
        Error::NoSmartcard | Error::RemovedCard | Error::ResetCard => Fault::NoCard,
        error => common(error),
    }
}

/// While a card is connected.
pub fn when_connected(error: Error) -> Fault {
    match error {
        Error::NoSmartcard | Error::RemovedCard | Error::ResetCard => Fault::CardGone,
        // the service was started anew and knows nothing of this card
        Error::InvalidHandle => Fault::NoService,
        error => common(error),
    }
}

fn common(error: Error) -> Fault {
    match error {
        Error::NoService | Error::ServiceStopped | Error::Shutdown | Error::CommError => Fault::NoService,
        Error::UnknownReader | Error::ReaderUnavailable | Error::NoReadersAvailable => Fault::NoReader,
        Error::SharingViolation => Fault::InUse,
        Error::UnresponsiveCard | Error::UnpoweredCard => Fault::Mute,
        Error::Timeout | Error::WaitedTooLong => Fault::Timeout,
        Error::InsufficientBuffer | Error::PciTooSmall => Fault::TooLong,
        Error::UnsupportedFeature
        | Error::ReaderUnsupported
        | Error::CardUnsupported
        | Error::UnsupportedCard
        | Error::ProtoMismatch => Fault::Unsupported,
        // the exchange was cut off: the card is at the edge of the field, or gone
        Error::NotTransacted | Error::CommDataLost => Fault::Failed,
        other => {
            tracing::warn!("PC/SC says: {other}");
            Fault::Failed
        }
    }
}
