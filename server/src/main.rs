//! `congthe`: reads the command line and the configuration, and calls what does the work.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use server::cli::{Cli, Command};
use server::clock::Clock;
use server::command;
use server::config::{self, Config};
use server::entropy::Entropy;
use server::{levels, logging, openapi};

type Outcome = Result<ExitCode, Box<dyn Error>>;

fn main() -> ExitCode {
    run(Cli::parse()).unwrap_or_else(|error| {
        report(error.as_ref());
        ExitCode::from(2)
    })
}

fn run(cli: Cli) -> Outcome {
    match &cli.command {
        Command::Openapi => print(&openapi::document().to_pretty_json()?),
        Command::Face(args) => command::face::run(&config::load(&cli.flags())?, args, &Clock::System.closure()),
        Command::Qr(args) => command::face::qr::run(&config::load(&cli.flags())?, args),
        Command::Config => print(config::table().trim_end()),
        _ => {
            let config = config::load(&cli.flags())?;
            logging::install(&config.log, config.log_format)?;
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(work(cli.command, &config))
        }
    }
}

async fn work(command: Command, config: &Config) -> Outcome {
    let draw = Entropy::from_system()?.closure();
    let now = Clock::System.closure();
    match command {
        Command::Serve { args, .. } => command::serve::run(config, args, now, draw).await?,
        Command::Demo(args) => command::demo::run(config, args, &now, &draw).await?,
        Command::DemoCode { login } => return print(&command::demo::code(config, &login, &now)?),
        Command::Province(args) => command::province::run(config, args, &now, &draw).await?,
        Command::Account(command) => command::account::run(config, command, &now, &draw).await?,
        Command::Migrate => command::migrate::run(config, &draw).await?,
        Command::Audit(command) => return command::audit::run(config, command, &draw).await,
        Command::Import(args) => return command::import::run(config, args, &now, &draw).await,
        Command::ImportCertificates(args) => {
            return command::import_certificates::run(config, &args, &now, &draw).await;
        }
        Command::ImportPhotos(args) => return command::import_photos::run(config, &args, &now, &draw).await,
        Command::Backup(args) => return command::backup::run(config, &args, &now, &draw).await,
        Command::Restore(args) => return command::restore::run(config, &args, &now, &draw).await,
        Command::Openapi | Command::Config | Command::Face(_) | Command::Qr(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str) -> Outcome {
    match writeln!(io::stdout().lock(), "{text}") {
        // The reader (`| head`) has had enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        other => Ok(other.map(|()| ExitCode::SUCCESS)?),
    }
}

/// One sentence for each level of the error, outermost first.
fn report(error: &(dyn Error + 'static)) {
    for (level, error) in levels(error).enumerate() {
        let before = if level == 0 { "congthe:" } else { "  because:" };
        eprintln!("{before} {error}");
    }
}
