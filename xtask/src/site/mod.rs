//! The files that a browser loads, made ready under `target/site`: module, style, fonts, images.
mod compressed;
mod module;
mod style;

use crate::setup::BrowserTarget;
use crate::tree;
use anyhow::{Context, Result, ensure};
use compressed::Site;
pub use compressed::brotli;
pub use module::{bind, compile, shrink};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// What a page's first visit may load of script and module, compressed with brotli.
const BUDGET: u64 = 250 * 1024;

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
    let module = module::build(target, built)?;
    let mut site = Site::begin(tree::site())?;
    let script = site.add(&format!("assets/congthe.{}.js", hash(&module.script)), &module.script)?;
    let wasm = site.add(&format!("assets/congthe.{}.wasm", hash(&module.wasm)), &module.wasm)?;
    for (path, text) in &module.snippets {
        site.add(&format!("assets/snippets/{path}"), text)?;
    }
    let bundle = style::bundle(&tree::root().join("style/main.css"))?;
    let style = site.add(&format!("assets/style.{}.css", hash(bundle.as_bytes())), bundle.as_bytes())?;
    add_folder(&mut site, "assets", &tree::root().join("style/assets"))?;
    add_typeface(&mut site)?;
    site.add("manifest.json", format!("{:#}\n", json!({ "script": script, "wasm": wasm, "style": style })).as_bytes())?;
    site.end()?;

    let (wasm, script) = (brotli_size(&wasm)?, brotli_size(&script)?);
    println!("✓ site: module {wasm} + script {script} = {} bytes brotli, of {BUDGET}", wasm + script);
    Ok(())
}

/// Refuses a module that has outgrown its budget.
pub fn check_budget() -> Result<()> {
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(tree::site().join("manifest.json"))?)?;
    let address =
        |name: &str| manifest[name].as_str().with_context(|| format!("target/site/manifest.json names no {name}"));
    let size = brotli_size(address("wasm")?)? + brotli_size(address("script")?)?;
    ensure!(
        size <= BUDGET,
        "the browser's module and script are {size} bytes in brotli and may be {BUDGET}: \
         find what has grown with `twiggy` or by leaving crates out"
    );
    Ok(())
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
