//! The person at the desk, who says whether a page may use the readers.
use crate::origin::Origin;
use relay::PairingCode;
use std::io::{self, BufRead as _, Write as _};
use std::pin::Pin;
use std::thread;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc};

/// Whether the page that shows this code may come in. Whoever asks stops waiting by dropping the future.
pub trait Asks: Send + Sync + 'static {
    /// The person's answer.
    fn may_come_in<'a>(
        &'a self,
        origin: &'a Origin,
        code: &'a PairingCode,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>>;
    /// The question is no longer open: the page is gone, or it took too long.
    fn withdrawn(&self) {}
}

/// The terminal that the bridge was started in.
pub struct Terminal {
    lines: Mutex<mpsc::Receiver<String>>,
}

impl Terminal {
    /// Reads the standard input from now on.
    pub fn open() -> io::Result<Self> {
        let (sender, lines) = mpsc::channel(8);
        // a thread, since reading the standard input cannot be given up
        thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            for line in io::stdin().lock().lines() {
                let Ok(line) = line else { break };
                // what is typed while there is no question is lost, rather than kept for the next
                if let Err(TrySendError::Closed(_)) = sender.try_send(line) {
                    break;
                }
            }
        })?;
        Ok(Terminal { lines: Mutex::new(lines) })
    }
}

impl Asks for Terminal {
    fn may_come_in<'a>(
        &'a self,
        origin: &'a Origin,
        code: &'a PairingCode,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(async move {
            let mut lines = self.lines.lock().await;
            while lines.try_recv().is_ok() {} // typed before there was a question
            show(&format!(
                "\nTrang {origin} muốn dùng đầu đọc thẻ của máy này. Trang đó có hiện đúng mã này không?\n\
                 The page {origin} wants to use the card readers of this machine. Does it show this very code?\n\n    {}\n\n",
                code.digits()
            ));
            loop {
                show("Cho phép / let it in? [y/n] ");
                match lines.recv().await.as_deref().map(str::trim) {
                    Some("y" | "Y" | "yes" | "c" | "C" | "có") => return true,
                    Some("n" | "N" | "no" | "k" | "K" | "không") => return false,
                    Some(_) => {}
                    None => {
                        show("\nNobody can answer: start the bridge in a terminal.\n");
                        return false;
                    }
                }
            }
        })
    }

    fn withdrawn(&self) {
        show("\nCâu hỏi đã bị huỷ. / The question is withdrawn.\n");
    }
}

/// A terminal that is gone must not end the bridge; who cannot read cannot say yes.
fn show(text: &str) {
    let mut terminal = io::stdout().lock();
    _ = terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush());
}
