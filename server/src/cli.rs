//! The command line of `congthe`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::command::{
    account, audit, backup, demo, face, import, import_certificates, import_photos, province, restore, serve,
};
use crate::config::Flags;

/// Cổng Thẻ: the card portal.
#[derive(Clone, Debug, Parser)]
#[command(name = "congthe", version, about = "Cổng Thẻ: the card portal")]
pub struct Cli {
    /// What every subcommand takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every subcommand; they outrank `congthe.toml` and the environment.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// Configuration file [default: ./congthe.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder for the SQLite file, blobs and sealed keys
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// sqlite:PATH or postgres://…
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

/// The subcommands.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Open the portal
    Serve {
        /// Address to listen on
        #[arg(long)]
        address: Option<IpAddr>,
        /// Port to listen on
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
        port: Option<u16>,
        /// What to serve.
        #[command(flatten)]
        args: serve::Args,
    },
    /// Bring the database's schema up to date
    Migrate,
    /// Fill an empty database with the demonstration province
    Demo(demo::Args),
    /// Print the present one-time code of a demonstration account
    DemoCode {
        /// The account
        login: String,
    },
    /// Enter the province itself: the first step with an empty database
    Province(province::Args),
    /// Accounts: add, reset, list
    #[command(subcommand)]
    Account(account::Account),
    /// The audit log: verify, head
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Write database, blobs and sealed keys to a folder
    Backup(backup::Args),
    /// Read a backup into an empty place
    Restore(restore::Args),
    /// Import units or people from a CSV or XLSX file of any length
    Import(import::Args),
    /// Import portraits from a ZIP whose files are named by the people's codes
    ImportPhotos(import_photos::Args),
    /// Record certificates that there are already, from a folder of files or a ZIP
    ImportCertificates(import_certificates::Args),
    /// Draw the face of a card from a record (JSON)
    Face(face::Args),
    /// Print the text of a record's QR code and what it uses of its budget (JSON)
    Qr(face::Printed),
    /// Print the OpenAPI document of /api/v1 (JSON)
    Openapi,
    /// Print the table of all configuration keys (Markdown)
    Config,
}

impl Cli {
    /// What the command line says about the configuration.
    pub fn flags(&self) -> Flags {
        let Global { config, data, database } = self.global.clone();
        let (address, port) = match self.command {
            Command::Serve { address, port, .. } => (address, port),
            _ => (None, None),
        };
        Flags { config, address, port, data, database }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_documented_line_is_understood() {
        for line in [
            "congthe serve --demo --people 100 --port 8081 --address 0.0.0.0 --data d --database sqlite:x --config c.toml",
            "congthe --data d migrate",
            "congthe demo --people 10 --seed 3 --accounts a.json",
            "congthe account add an.nv --name An --role unit-hr --unit H57.10 --decision 12/QD",
            "congthe account reset an.nv",
            "congthe account list",
            "congthe audit verify --json",
            "congthe audit head",
            "congthe backup --to b",
            "congthe restore --from b --data d",
            "congthe import --kind people --file f.csv --source PM --from 20 --batch 1000",
            "congthe import --kind units --file f.xlsx --sheet 2",
            "congthe import-photos --zip anh.zip",
            "congthe import-certificates --folder chung-thu",
            "congthe openapi",
            "congthe demo-code kiemtra",
            "congthe province --name Huế --code H57",
            "congthe config",
            "congthe face --input r.json --side both --format svg --dpi 600 --mode variable --station quay-1 --out card.svg",
            "congthe face check --input r.json --dpi 600",
            "congthe face batch --input - --out b.pdf --mode variable --dpi 600 --station quay-1",
            "congthe face batch --input r.jsonl --out b.pdf --sheet a4 --marks",
            "congthe face check --input r.json --signing-key k.pem --issued 02/03/2026",
            "congthe face test-card --out t.pdf --station quay-1 --dpi 600",
            "congthe qr --input -",
        ] {
            parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
    }

    #[test]
    fn a_role_without_unit_is_refused() {
        let cli = parse("congthe account add an.nv --name An --role auditor --decision 1").unwrap();
        let Command::Account(account::Account::Add(add)) = cli.command else { panic!("another command") };
        assert!(add.grants().unwrap_err().to_string().contains("1, 0 and 1"));
    }

    #[test]
    fn people_without_demo_is_refused() {
        assert!(parse("congthe serve --people 5").is_err());
    }
}
