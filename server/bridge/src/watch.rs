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

/// Looks at least every `look`; ends when nobody wants to know any more. Before the first look there is no service; the first
/// look is a change.
pub fn start(readers: Arc<dyn Readers>, look: Duration) -> std::io::Result<watch::Receiver<Seen>> {
    let (sender, receiver) = watch::channel(Err(Fault::NoService));
    let thread = thread::Builder::new().name("watch".to_owned());
    thread.spawn(move || {
        let mut told = None;
        while !sender.is_closed() {
            let fault = match readers.look() {
                Ok(mut view) => loop {
                    match view.next(look) {
                        Ok(seen) => publish(&sender, Ok(seen), &mut told),
                        Err(fault) => break fault,
                    }
                    if sender.is_closed() {
                        return;
                    }
                    thread::sleep(PAUSE);
                },
                Err(fault) => fault,
            };
            publish(&sender, Err(fault), &mut told);
            thread::sleep(look);
        }
    })?;
    Ok(receiver)
}

/// `told`: what was last written down, which is less than what pages hear.
fn publish(sender: &watch::Sender<Seen>, now: Seen, told: &mut Option<Result<Vec<String>, Fault>>) {
    let first = told.is_none();
    let tells =
        now.as_ref().map(|readers| readers.iter().map(|reader| reader.name.clone()).collect()).map_err(|fault| *fault);
    if told.as_ref() != Some(&tells) {
        tell(&tells);
        *told = Some(tells);
    }
    sender.send_if_modified(|seen| {
        let changed = first || *seen != now;
        *seen = now;
        changed
    });
}

fn tell(now: &Result<Vec<String>, Fault>) {
    match now {
        Ok(names) if names.is_empty() => tracing::info!("no reader is plugged in"),
        Ok(names) => {
            let names: Vec<_> = names.iter().map(|name| name.escape_debug().to_string()).collect();
            tracing::info!("readers: {}", names.join(", "));
        }
        Err(Fault::NoService) => {
            tracing::warn!("the PC/SC service of this machine does not run; trying again until it does");
        }
        Err(fault) => tracing::warn!("the readers of this machine cannot be seen ({fault}); trying again"),
    }
}
