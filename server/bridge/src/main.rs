//! `congthe-bridge`: reads the command line and puts the system's readers behind the bridge.
use bridge::asks::Terminal;
use bridge::chance;
use bridge::limits::Limits;
use bridge::line::Line;
use bridge::pcsc_readers::PcscReaders;
use bridge::serve::{self, Parts};
use clap::Parser as _;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    match run(Line::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("error: {error}");
            let mut source = error.source();
            while let Some(error) = source {
                eprint!(": {error}");
                source = error.source();
            }
            eprintln!();
            ExitCode::FAILURE
        }
    }
}

fn run(line: Line) -> Result<(), Box<dyn Error>> {
    let tokens = line.tokens().ok_or("this user has no folder of their own: name a file with --state")?;
    if line.forget {
        println!("{}", if tokens.forget()? { "All pairings are forgotten." } else { "There were no pairings." });
        return Ok(());
    }
    tokens.check()?;
    // only this program's own lines: what others log could contain what passes
    let own = EnvFilter::new("bridge=info");
    tracing_subscriber::fmt()
        .with_env_filter(own)
        .with_target(false)
        .without_time()
        .with_level(false)
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let done = runtime.block_on(work(line, tokens));
    runtime.shutdown_background(); // a reader that does not answer must not hold up the end
    done
}

async fn work(line: Line, tokens: bridge::tokens::Tokens) -> Result<(), Box<dyn Error>> {
    let listener = serve::listen(line.port).await?;
    println!("The bridge waits on 127.0.0.1:{} for pages of:", listener.local_addr()?.port());
    for origin in &line.allowed {
        println!("  {origin}");
    }
    println!("Leave this window open; Ctrl-C ends it.");
    let parts = Parts {
        allowed: line.allowed,
        readers: Arc::new(PcscReaders),
        asks: Arc::new(Terminal::open()?),
        tokens,
        chance: chance::of_the_system(),
        limits: Limits::default(),
    };
    Ok(serve::serve(listener, parts, stop()).await?)
}

/// Ctrl-C, or the system's wish.
async fn stop() {
    let ctrl_c = async { _ = tokio::signal::ctrl_c().await };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = ctrl_c => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    ctrl_c.await;
}
