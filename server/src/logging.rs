//! Logs: lines for people or JSON for machines, on standard error. No secret and no personal data.

use std::panic::PanicHookInfo;

use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::LogFormat;

/// Logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The filter is not understood.
    #[error("the log filter is not understood")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// A program has one subscriber.
    #[error("logging has already been set up")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Sets up logging for the whole program, panics included.
pub fn install(filter: &str, format: LogFormat) -> Result<(), LoggingError> {
    subscriber(filter, format, std::io::stderr)?.try_init()?;
    std::panic::set_hook(Box::new(report_panic));
    Ok(())
}

/// The subscriber that [`install`] sets up, on any writer.
pub fn subscriber<W>(
    filter: &str,
    format: LogFormat,
    writer: W,
) -> Result<Box<dyn Subscriber + Send + Sync>, LoggingError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let builder = fmt().with_env_filter(EnvFilter::try_new(filter)?).with_writer(writer);
    Ok(match format {
        LogFormat::Human => Box::new(builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).with_span_list(false).finish()),
    })
}

/// Writes where a panic happened. Its words are written only if they stand in the source: a formatted message may hold
/// the value it stumbled over, and so a person.
fn report_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
    let words = info.payload().downcast_ref::<&'static str>().copied().unwrap_or("(formatted message left out)");
    tracing::error!(target: "congthe::panic", place, words, "panic");
}
