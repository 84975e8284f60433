//! One thread looks at all readers; whoever wants to know is told of each change.
use crate::readers::Readers;
use relay::{Fault, Reader};
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::sync::watch;

/// All readers, or why they cannot be seen.
pub type Seen = Result<Vec<Reader>, Fault>;

/// However often the system says that something changed.
const PAUSE: Duration = Duration::from_millis(30);

/// Looks at least every `look`; ends when nobody wants to know any more. Before the first look there is no service.
pub fn start(readers: Arc<dyn Readers>, look: Duration) -> std::io::Result<watch::Receiver<Seen>> {
    let (sender, receiver) = watch::channel(Err(Fault::NoService));
    let thread = thread::Builder::new().name("watch".to_owned());
    thread.spawn(move || {
        while !sender.is_closed() {
            let fault = match readers.look() {
                Ok(mut view) => loop {
                    match view.next(look) {
                        Ok(seen) => publish(&sender, Ok(seen)),
                        Err(fault) => break fault,
                    }
                    if sender.is_closed() {
                        return;
                    }
                    thread::sleep(PAUSE);
                },
                Err(fault) => fault,
            };
            publish(&sender, Err(fault));
            thread::sleep(look);
        }
    })?;
    Ok(receiver)
}

fn publish(sender: &watch::Sender<Seen>, now: Seen) {
    sender.send_if_modified(|seen| {
        let changed = *seen != now;
        if changed {
            if seen.is_ok() != now.is_ok() {
                tell(&now);
            }
            *seen = now;
        }
        changed
    });
}

fn tell(now: &Seen) {
    match now {
        Ok(readers) if readers.is_empty() => tracing::info!("no reader is plugged in"),
        Ok(readers) => {
            let names: Vec<_> = readers.iter().map(|reader| reader.name.escape_debug().to_string()).collect();
            tracing::info!("readers: {}", names.join(", "));
        }
        Err(fault) => tracing::warn!(?fault, "readers cannot be seen; is the PC/SC service running? Trying again"),
    }
}
