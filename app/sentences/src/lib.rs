//! Turns `locales/vi.json` and `locales/en.json` of a crate into one function per sentence (`$OUT_DIR/words.rs`), so that a
//! missing word, a misspelt key and an unused one are all found by the compiler. For build scripts.
//!
//! A leaf is a sentence with `{name}` placeholders; `{count|person|people}` chooses the first word when `count` is 1.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::{env, fs, path::Path, process};

/// The whole of a build script: generates the functions of the crate that is being built, or fails its build with every problem.
pub fn build() {
    let files = ["locales/vi.json", "locales/en.json"];
    println!("cargo::rerun-if-changed=build.rs");
    for file in files {
        println!("cargo::rerun-if-changed={file}");
    }
    match files.map(read).into_iter().collect::<Result<Vec<_>, _>>().and_then(|read| generate(&read[0], &read[1])) {
        Ok(source) => {
            let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
            fs::write(Path::new(&out).join("words.rs"), source).expect("OUT_DIR can be written");
        }
        Err(problems) => {
            for problem in problems.lines() {
                println!("cargo::error={problem}");
            }
            process::exit(1);
        }
    }
}

/// The sentences of one language, by their path of keys.
type Sentences = BTreeMap<Vec<String>, Vec<Piece>>;

fn read(file: &str) -> Result<Sentences, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let tree: Tree = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
    let mut found = Sentences::new();
    flatten(&tree, &mut Vec::new(), &mut found).map_err(|problem| format!("{file}: {problem}"))?;
    Ok(found)
}

fn generate(vi: &Sentences, en: &Sentences) -> Result<String, String> {
    let mut problems = Vec::new();
    for (path, pieces) in vi {
        match en.get(path) {
            None => problems.push(format!("locales/en.json lacks {}", path.join("."))),
            Some(other) if names(pieces) != names(other) => problems.push(format!(
                "{}: placeholders differ: vi {:?}, en {:?}",
                path.join("."),
                names(pieces),
                names(other)
            )),
            Some(_) => {}
        }
    }
    for path in en.keys().filter(|path| !vi.contains_key(*path)) {
        problems.push(format!("locales/vi.json lacks {}", path.join(".")));
    }
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }

    let mut source = String::new();
    let mut open: Vec<String> = Vec::new();
    for (path, pieces) in vi {
        let (name, modules) = path.split_last().expect("a sentence has a key");
        let shared = open.iter().zip(modules).take_while(|(a, b)| a == b).count();
        for _ in shared..open.len() {
            source.push_str("}\n");
        }
        open.truncate(shared);
        for module in &modules[shared..] {
            writeln!(source, "pub(crate) mod {module} {{").expect("a String takes everything");
            open.push(module.clone());
        }
        source.push_str(&function(name, pieces, &en[path]));
    }
    source.push_str(&"}\n".repeat(open.len()));
    Ok(source)
}

fn function(name: &str, vi: &[Piece], en: &[Piece]) -> String {
    let names = names(vi);
    let parameters: String = names.iter().map(|name| format!(", {name}: impl ::core::fmt::Display")).collect();
    let result = if names.is_empty() { "&'static str" } else { "String" };
    let (vi, en) = (expression(vi), expression(en));
    format!(
        "pub(crate) fn {name}(l: contract::Lang{parameters}) -> {result} {{\n    match l {{\n        \
         contract::Lang::Vi => {vi},\n        contract::Lang::En => {en},\n    }}\n}}\n"
    )
}

fn expression(pieces: &[Piece]) -> String {
    let mut pattern = String::new();
    let mut arguments = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => pattern.push_str(text),
            Piece::Name(name) => write!(pattern, "{{{name}}}").expect("a String takes everything"),
            Piece::Choice { name, one, many } => {
                pattern.push_str("{}");
                write!(arguments, ", if {name}.to_string() == \"1\" {{ {one:?} }} else {{ {many:?} }}")
                    .expect("a String takes everything");
            }
        }
    }
    if names(pieces).is_empty() { format!("{pattern:?}") } else { format!("format!({pattern:?}{arguments})") }
}

/// A part of a sentence.
enum Piece {
    Text(String),
    Name(String),
    Choice { name: String, one: String, many: String },
}

fn names(pieces: &[Piece]) -> BTreeSet<&str> {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Name(name) | Piece::Choice { name, .. } => Some(name.as_str()),
        })
        .collect()
}

fn pieces(sentence: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, after) = after.split_once('}').ok_or("a { without }")?;
        pieces.push(Piece::Text(before.to_owned()));
        let words: Vec<&str> = inside.split('|').collect();
        identifier(words[0])?;
        pieces.push(match words[..] {
            [name] => Piece::Name(name.to_owned()),
            [name, one, many] => Piece::Choice { name: name.into(), one: one.into(), many: many.into() },
            _ => return Err(format!("{{{inside}}}: write {{name}} or {{name|one|many}}")),
        });
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    let stray = pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains('}')));
    if stray { Err("a } without {".to_owned()) } else { Ok(pieces) }
}

fn identifier(key: &str) -> Result<(), String> {
    const RESERVED: &str = " as async await box break const continue crate do dyn else enum extern false final fn for gen \
                            if impl in l let loop match mod move mut priv pub ref return self static struct super trait \
                            true try type unsafe use where while yield ";
    let plain = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !RESERVED.contains(&format!(" {key} ")) {
        Ok(())
    } else {
        Err(format!("{key:?} cannot be the name of a function: use a-z, 0-9, _ and no word of Rust"))
    }
}

/// A locale file as it stands. Unlike `serde_json::Value` it refuses a key that stands twice.
enum Tree {
    Sentence(String),
    Group(BTreeMap<String, Tree>),
}

fn flatten(tree: &Tree, path: &mut Vec<String>, found: &mut Sentences) -> Result<(), String> {
    match tree {
        Tree::Sentence(sentence) => {
            let pieces = pieces(sentence).map_err(|problem| format!("{}: {problem}", path.join(".")))?;
            found.insert(path.clone(), pieces);
        }
        Tree::Group(group) => {
            for (key, tree) in group {
                identifier(key)?;
                path.push(key.clone());
                flatten(tree, path, found)?;
                path.pop();
            }
        }
    }
    Ok(())
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TreeVisitor;
        impl<'de> Visitor<'de> for TreeVisitor {
            type Value = Tree;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a sentence or a group of sentences")
            }

            fn visit_str<E: Error>(self, sentence: &str) -> Result<Tree, E> {
                Ok(Tree::Sentence(sentence.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
                let mut group = BTreeMap::new();
                while let Some((key, tree)) = map.next_entry::<String, Tree>()? {
                    if group.contains_key(&key) {
                        return Err(A::Error::custom(format!("the key {key:?} stands twice")));
                    }
                    group.insert(key, tree);
                }
                Ok(Tree::Group(group))
            }
        }
        deserializer.deserialize_any(TreeVisitor)
    }
}
