//! README, Invariants, 4: types that hold keys have neither `Debug` nor `Clone` nor `Serialize`, and their bytes are wiped on drop.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};

/// What a field's type is called when it holds a key. Each wipes itself.
const WIPED: [&str; 14] = [
    "Zeroizing<",
    "SigningKey",
    "SealingKey",
    "HeadKey",
    "OpaqueKey",
    "CardKey",
    "FileKey",
    "Master",
    "SetSecret",
    "HeldSet",
    "CardKeys",
    "Contents",
    "AuthPin",
    "Sessions",
];

/// Structs and enums of a file: what is derived for them, name, and body.
fn types(source: &str) -> Vec<(String, String, String)> {
    let code = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let words: Vec<&str> = line.trim_start().split([' ', '(', '<', ';', '{']).collect();
        let Some(kind) = words.iter().position(|word| ["struct", "enum"].contains(word)) else { continue };
        if line.trim_start().starts_with("//") || kind > 2 {
            continue;
        }
        let above = lines[..at].iter().rev().take_while(|line| line.trim_start().starts_with(['#', '/']));
        let derived = above.filter(|line| line.contains("derive")).copied().collect();
        let indent = line.len() - line.trim_start().len();
        let one_line = line.ends_with(';') || line.ends_with('}');
        let end = lines[at..].iter().position(|line| line.starts_with('}') && indent == 0 || line.trim() == "}");
        let body = if one_line { (*line).to_owned() } else { lines[at..at + end.unwrap()].join("\n") };
        found.push((derived, words[kind + 1].to_owned(), body));
    }
    found
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn what_holds_a_key_is_neither_shown_nor_copied() {
    let mut holders = Vec::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = sources(&here.join("src")).into_iter().chain([here.join("../registry/src/card_vault.rs")]);
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        for (derived, name, body) in types(&source) {
            if !WIPED.iter().any(|kind| body.contains(kind)) {
                continue;
            }
            for forbidden in ["Debug", "Clone", "Copy", "Serialize", "Hash"] {
                assert!(!derived.contains(forbidden), "{name} in {} derives {forbidden}", file.display());
                for by_hand in [format!("{forbidden} for {name}"), format!("{forbidden} for {name}<")] {
                    assert!(!source.contains(&by_hand), "{} has {by_hand}", file.display());
                }
            }
            holders.push(name);
        }
    }
    holders.sort();
    // a type that is found no more has been renamed, or the scan is blind
    for known in [
        "CardKey",
        "Component",
        "Contents",
        "FileKey",
        "HeldSet",
        "Master",
        "SealingKey",
        "SetSecret",
        "Share",
        "ShareText",
        "Unlock",
        "Vault",
    ] {
        assert!(holders.iter().any(|name| name == known), "{known} is not among {holders:?}");
    }
}

#[test]
fn the_scan_sees_what_it_looks_for() {
    let source =
        "/// Doc.\n#[derive(Clone)]\npub struct Key {\n    bytes: Zeroizing<[u8; 16]>,\n}\n\nstruct Other(u8);\n";
    let found = types(source);
    assert_eq!(found.len(), 2);
    assert!(found[0].0.contains("Clone") && found[0].1 == "Key" && found[0].2.contains("Zeroizing<"));
    assert!(found[1].0.is_empty() && found[1].1 == "Other" && !found[1].2.contains("Zeroizing<"));
}

/// What an error may tell: numbers, names of ours, places, and what a system or a library says of itself. Nothing that bytes of a key, a
/// passphrase or a PIN could be in.
#[test]
fn no_error_has_room_for_a_key() {
    const MAY: [&str; 13] = [
        "u8",
        "u32",
        "u64",
        "usize",
        "&'static str",
        "PathBuf",
        "KeyName",
        "String",
        "std::io::Error",
        // of the envelope, which is in clear
        "Option<serde_json::Error>",
        "cryptoki::error::Error",
        "#[from] ShareFault",
        "#[source] Box<dyn std::error::Error + Send + Sync>",
    ];
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let others = ["../registry/src/card_vault.rs", "../registry/src/secrets.rs", "../../pkg/chip/src/keys.rs"];
    let mut seen = 0;
    for file in sources(&here.join("src")).into_iter().chain(others.map(|file| here.join(file))) {
        let source = std::fs::read_to_string(&file).unwrap();
        let errors = types(&source).into_iter().filter(|(derived, ..)| derived.contains("thiserror::Error"));
        for (_, name, body) in errors {
            for line in body.lines().skip(1).map(str::trim).filter(|line| !line.starts_with(['/', '#', '}', '"', ')']))
            {
                let field = line.trim_end_matches(',');
                let told = match field.split_once('(') {
                    Some((_, tuple)) => tuple.trim_end_matches(')'),
                    None => field.split_once(": ").map_or("", |(_, told)| told),
                };
                let may = told.is_empty() || MAY.contains(&told) || told == "#[from] NoKey";
                assert!(may, "{name} in {}: {field}", file.display());
                seen += usize::from(!told.is_empty());
            }
        }
    }
    assert!(seen > 20, "the scan has seen {seen} fields only");
}

/// The compiler's word for the types that others see: this does not compile when one of them has `Debug` or `Clone`.
mod by_the_compiler {
    trait NotBoth<Which> {
        fn holds() {}
    }
    impl<T> NotBoth<()> for T {}
    struct HasDebug;
    struct HasClone;
    impl<T: std::fmt::Debug> NotBoth<HasDebug> for T {}
    impl<T: Clone> NotBoth<HasClone> for T {}

    #[test]
    fn no_key_is_shown_or_copied() {
        // ambiguous, and so refused, where a type has either
        <vault::Vault as NotBoth<_>>::holds();
        <vault::CardKey as NotBoth<_>>::holds();
        <vault::Unlock as NotBoth<_>>::holds();
        #[cfg(feature = "pkcs11")]
        <vault::Pkcs11 as NotBoth<_>>::holds();
        #[cfg(feature = "pkcs11")]
        <vault::Token as NotBoth<_>>::holds();
        <registry::card_vault::ShareText as NotBoth<_>>::holds();
        <registry::card_vault::Component as NotBoth<_>>::holds();
        <registry::card_vault::Drawn as NotBoth<_>>::holds();
    }
}
