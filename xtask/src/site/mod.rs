//! The files that a browser loads, made ready under `target/site`: module, style, fonts, images.
mod compressed;
mod module;
mod style;

use crate::setup::BrowserTarget;
use crate::tree;
use anyhow::{Context, Result, ensure};
use compressed::Site;
pub use compressed::brotli;
pub use module::{bind, build as module, compile, shrink};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// Crate, name, and what module and script may be together, compressed with brotli: every page's first visit; pages that use a reader;
/// the maker's signature, where a card has one; the trial on a blank card; what carries batches to a chip; readers that are relayed; the simulated readers, for who asks for them; what reads a QR code;
/// the public page that reads one.
const MODULES: [(&str, &str, u64); 11] = [
    ("hydrate", "congthe", 250 * 1024),
    ("carrier", "carrier", 80_000),
    ("originality", "originality", 50_000),
    ("blank", "blank", 50_000),
    ("writer", "writer", 50_000),
    ("relayed", "relayed", 50_000),
    ("training", "training", 150_000),
    ("drawing", "drawing", 650_000),
    ("cropping", "cropping", 300_000),
    // most of it are the reader's tables of the field in which codes correct themselves
    ("scanner", "scanner", 110_000),
    ("checker", "checker", 250_000),
];

/// Whether the compiled module goes through wasm-opt.
#[derive(Clone, Copy, PartialEq)]
pub enum Built {
    /// It does: what is measured and shipped
    Small,
    /// It does not: somebody is waiting
    Quickly,
}

/// Builds everything into `target/site`; files that have not changed are left as they are.
pub fn build(target: &BrowserTarget, built: Built) -> Result<()> {
    let mut site = Site::begin(tree::site())?;
    let mut manifest = serde_json::Map::new();
    for (package, name, _) in MODULES {
        let module = module::build(target, built, package, name)?;
        let script = site.add(&format!("assets/{name}.{}.js", hash(&module.script)), &module.script)?;
        let wasm = site.add(&format!("assets/{name}.{}.wasm", hash(&module.wasm)), &module.wasm)?;
        for (path, text) in &module.snippets {
            site.add(&format!("assets/snippets/{path}"), text)?;
        }
        manifest.insert(name.to_owned(), json!({ "script": script, "wasm": wasm }));
    }
    let bundle = style::bundle(&tree::root().join("style/main.css"))?;
    let style = site.add(&format!("assets/style.{}.css", hash(bundle.as_bytes())), bundle.as_bytes())?;
    add_folder(&mut site, "assets", &tree::root().join("style/assets"))?;
    add_typeface(&mut site)?;
    for (name, font) in crate::setup::serif_faces()? {
        site.add(&format!("assets/fonts/{name}"), &fs::read(font)?)?;
    }
    manifest.insert("style".to_owned(), json!(style));
    site.add("manifest.json", format!("{:#}\n", serde_json::Value::from(manifest)).as_bytes())?;
    site.end()?;
    sizes()?.iter().for_each(|(name, size, most)| println!("✓ site: {name}, {size} bytes brotli, of {most}"));
    Ok(())
}

/// Refuses a module that has outgrown its budget.
pub fn check_budget() -> Result<()> {
    for (name, size, most) in sizes()? {
        ensure!(
            size <= most,
            "the module {name} and its script are {size} bytes in brotli and may be {most}: \
             find what has grown with `twiggy` or by leaving crates out"
        );
    }
    Ok(())
}

/// Each module's name, its size with its script, and its budget.
fn sizes() -> Result<Vec<(&'static str, u64, u64)>> {
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(tree::site().join("manifest.json"))?)?;
    let size = |name: &str, part: &str| {
        let address = manifest[name][part].as_str();
        brotli_size(address.with_context(|| format!("target/site/manifest.json names no {part} of {name}"))?)
    };
    MODULES.into_iter().map(|(_, name, most)| Ok((name, size(name, "wasm")? + size(name, "script")?, most))).collect()
}

/// Be Vietnam Pro: two weights, Vietnamese letters and the Latin ones.
fn add_typeface(site: &mut Site) -> Result<()> {
    let files = tree::node_modules().join("@fontsource/be-vietnam-pro/files");
    for subset in ["vietnamese", "latin"] {
        for weight in [400, 600] {
            let name = format!("be-vietnam-pro-{subset}-{weight}-normal.woff2");
            let font =
                fs::read(files.join(&name)).with_context(|| format!("the typeface's npm package has no {name}"))?;
            site.add(&format!("assets/fonts/be-vietnam-pro-{subset}-{weight}.woff2"), &font)?;
        }
    }
    Ok(())
}

fn add_folder(site: &mut Site, address: &str, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry?;
        let address = format!("{address}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            add_folder(site, &address, &entry.path())?;
        } else {
            site.add(&address, &fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

fn brotli_size(address: &str) -> Result<u64> {
    let file = tree::site().join(format!("{}.br", address.trim_start_matches('/')));
    Ok(fs::metadata(&file).with_context(|| format!("{} is missing", file.display()))?.len())
}

/// Enough of a file's SHA-256 to name it by.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
