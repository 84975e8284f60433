//! `cargo xtask fuzz`: bytes by chance, steered by what they reach, into everything that reads bytes from cards, readers and files, and
//! the addresses of the public page. What breaks something is kept as a file that the ordinary tests run from then on.
use crate::cargo::cargo;
use crate::run;
use crate::step::step;
use crate::tree;
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program that builds and runs targets.
const CARGO_FUZZ: &str = "0.13.2";

#[derive(Args)]
pub struct Options {
    /// Which: apdu, ccid, descriptor, …; all of them one after the other when left out
    target: Option<String>,
    /// For how long each
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,
}

pub fn fuzz(options: &Options) -> Result<()> {
    let all = targets()?;
    let wanted: Vec<&String> =
        all.iter().filter(|name| options.target.as_ref().is_none_or(|wanted| wanted == *name)).collect();
    ensure!(!wanted.is_empty(), "there is no such target; there are {}", all.join(", "));
    let program = program()?;
    wanted.into_iter().try_for_each(|target| run_target(&program, target, options.seconds))
}

fn run_target(program: &Path, target: &str, seconds: u32) -> Result<()> {
    let work = tree::root().join("target/fuzz-work").join(target);
    let (corpus, broken) = (work.join("corpus"), work.join("broken/"));
    fs::create_dir_all(&corpus)?;
    if broken.exists() {
        fs::remove_dir_all(&broken)?;
    }
    fs::create_dir_all(&broken)?;
    let kept = found(target);
    fs::create_dir_all(&kept)?;
    for (nth, seed) in seeds(target)?.into_iter().enumerate() {
        fs::write(corpus.join(format!("seed-{nth}")), seed)?;
    }
    let mut fuzz = fuzzer(program, "run", target);
    fuzz.arg(&corpus).arg(&kept).arg("--").arg(format!("-max_total_time={seconds}"));
    // an answer that takes seconds is a fault, too
    fuzz.args(["-timeout=5", "-rss_limit_mb=2048", "-max_len=4096", "-print_final_stats=1"]);
    fuzz.arg(format!("-artifact_prefix={}/", broken.display()));
    let result = run::run(&mut fuzz);
    let Some(file) = fs::read_dir(&broken)?.next().transpose()? else { return result };
    let name = kept.join(file.file_name());
    fs::copy(file.path(), &name)?;
    bail!(
        "{target} breaks with these bytes: {}. Rename the file after what it shows; `cargo test -p proof` runs it",
        name.display()
    );
}

/// cargo-fuzz for this workspace. The variable opens what it needs of the compiler without another toolchain.
fn fuzzer(program: &Path, verb: &str, target: &str) -> Command {
    let mut fuzz = cargo();
    let path = std::env::join_paths(
        program
            .parent()
            .map(Path::to_path_buf)
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    fuzz.env("RUSTC_BOOTSTRAP", "1").env("PATH", path.unwrap_or_default());
    fuzz.args(["fuzz", verb, "--fuzz-dir"]).arg(folder()).arg("--target-dir").arg(tree::root().join("target/fuzz"));
    fuzz.arg(target);
    fuzz
}

fn program() -> Result<PathBuf> {
    let tools = tree::root().join("target/tools");
    let program = tools.join("bin/cargo-fuzz");
    let version = || run::output(Command::new(&program).arg("--version")).unwrap_or_default();
    if !program.exists() || !version().contains(CARGO_FUZZ) {
        step("installing cargo-fuzz", || {
            let mut install = cargo();
            install.args(["install", "--quiet", "--locked", "--force", "--version", CARGO_FUZZ, "--root"]);
            run::run_quietly(install.arg(&tools).arg("cargo-fuzz"))
        })?;
    }
    Ok(program)
}

fn folder() -> PathBuf {
    tree::root().join("pkg/proof/fuzz")
}

/// Where inputs are kept that once broke a target.
fn found(target: &str) -> PathBuf {
    folder().join("found").join(target)
}

/// Each target is a file.
fn targets() -> Result<Vec<String>> {
    let files = fs::read_dir(folder().join("targets")).context("the fuzz targets")?;
    let mut names = files
        .map(|file| Ok(file?.path().file_stem().unwrap_or_default().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Where to begin: whole procedures from the transcripts, each message behind its length; addresses of the form that they have.
fn seeds(target: &str) -> Result<Vec<Vec<u8>>> {
    let way = match target {
        "x509" => return files_of("pkg/x509/examples"),
        "picc" => "> ",
        "desfire" => "< ",
        // what chance would be long to find: everything is of one length
        "link" => return Ok(vec![format!("7hKq?s={}", "A".repeat(86)).into_bytes(), b"the.gov.vn:8080".to_vec()]),
        "tap" => return Ok(vec![format!("e={}&m={}", "0a".repeat(16), "F1".repeat(8)).into_bytes()]),
        "qr" => {
            let front = "7hKq|Lê Thị Bình|02/03/1990|Nữ|046190001234|H57.10|UBND tỉnh|Chuyên viên|the.gov.vn/t/7hKq";
            return Ok(vec![front.as_bytes().to_vec(), b"046190001234|191234567|A|02031990|B|C|15082021".to_vec()]);
        }
        "receipt" => return Ok(vec![receipt().into_bytes()]),
        _ => return Ok(Vec::new()),
    };
    let files = fs::read_dir(tree::root().join("pkg/proof/transcripts"))?;
    let mut seeds = Vec::new();
    for (first, file) in (0_u8..).zip(files) {
        let mut seed = vec![first];
        for line in fs::read_to_string(file?.path())?.lines().filter_map(|line| line.strip_prefix(way)) {
            let message: Vec<u8> = line.split(' ').filter_map(|byte| u8::from_str_radix(byte, 16).ok()).collect();
            seed.push(u8::try_from(message.len()).unwrap_or(u8::MAX));
            seed.extend(message);
        }
        seeds.push(seed);
    }
    Ok(seeds)
}

/// A receipt whose form is right.
fn receipt() -> String {
    let hash = "00".repeat(32);
    format!(
        "{{\"form\":\"congthe/receipt/1\",\"code\":\"7hKq\",\"head\":{{\"size\":1,\"root\":\"{hash}\",\"chain\":\"{hash}\",\"at_ms\":1}},\
         \"key\":\"{hash}\",\"signature\":[\"{hash}\",\"{hash}\"],\"entries\":[{{\"entry\":{{\"seq\":0,\"at_ms\":1,\"actor\":\"a\",\
         \"action\":\"b\",\"object\":\"card:1\",\"facts\":\"{{}}\",\"personal\":null}},\"path\":[]}}]}}"
    )
}

fn files_of(folder: &str) -> Result<Vec<Vec<u8>>> {
    fs::read_dir(tree::root().join(folder))?.map(|file| Ok(fs::read(file?.path())?)).collect()
}
