//! `cargo xtask build`: one file to copy to a server.
use crate::cargo::plain;
use crate::run;
use crate::serve::portal;
use crate::setup;
use crate::site::{self, Built};
use crate::tree;
use anyhow::{Result, ensure};
use std::fs;
use std::path::Path;

/// What every Linux server with glibc has.
const EVERYWHERE: [&str; 8] = [
    "linux-vdso.so.1",
    "libc.so.6",
    "libm.so.6",
    "libdl.so.2",
    "libpthread.so.0",
    "librt.so.1",
    "libgcc_s.so.1",
    "ld-linux",
];

pub fn build() -> Result<()> {
    let target = setup::for_building()?;
    site::build(&target, Built::Small)?;
    site::check_budget()?;
    let compiled = portal(true)?;
    let shipped = tree::root().join("target/dist/congthe");
    fs::create_dir_all(tree::root().join("target/dist"))?;
    fs::copy(compiled, &shipped)?;
    check_libraries(&shipped)?;
    let size = fs::metadata(&shipped)?.len();
    println!("✓ target/dist/congthe, {:.1} MB: copy it to a server and run `congthe serve`", size as f64 / 1e6);
    Ok(())
}

/// A bare server has no more than the C library.
fn check_libraries(binary: &Path) -> Result<()> {
    let listing = run::output(plain("ldd").arg(binary))?;
    let others = foreign_libraries(&listing);
    ensure!(others.is_empty(), "target/dist/congthe needs libraries that a bare server lacks: {}", others.join(", "));
    Ok(())
}

fn foreign_libraries(ldd: &str) -> Vec<&str> {
    let names = ldd.lines().filter_map(|line| line.split_whitespace().next());
    names.filter(|path| !EVERYWHERE.iter().any(|own| file_name(path).starts_with(own))).collect()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_c_library_is_taken_for_granted() {
        let ldd = "\tlinux-vdso.so.1 (0x1)\n\tlibssl.so.3 => /lib/libssl.so.3 (0x2)\n\tlibc.so.6 => /lib/libc.so.6 (0x3)\n\
                   \t/lib64/ld-linux-x86-64.so.2 (0x4)\n";
        assert_eq!(foreign_libraries(ldd), ["libssl.so.3"]);
    }
}
