//! One style sheet out of its parts: `@import "part.css";` lines are replaced by the parts, comments fall away.
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

pub fn bundle(main: &Path) -> Result<String> {
    Ok(without_waste(&with_imports(main)?))
}

fn with_imports(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("the style sheet {} is missing", file.display()))?;
    let mut whole = String::new();
    for line in text.lines() {
        match line.trim().strip_prefix("@import") {
            None => whole.push_str(line),
            Some(import) => {
                let name = import.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix("\";"));
                let sentence =
                    || format!("{}: only `@import \"part.css\";` is understood, not `{line}`", file.display());
                let name = name.with_context(sentence)?;
                ensure!(!name.contains(':'), sentence());
                whole.push_str(&with_imports(&file.with_file_name(name))?);
            }
        }
        whole.push('\n');
    }
    Ok(whole)
}

/// Leaves out comments and the space that no browser needs; strings stay as they are.
fn without_waste(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(next) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            space(&mut out);
        } else if next == '"' || next == '\'' {
            let length = string_length(rest, next);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        } else if next.is_ascii_whitespace() {
            rest = rest.trim_ascii_start();
            space(&mut out);
        } else {
            if matches!(next, '{' | '}' | ';' | ',') && out.ends_with(' ') {
                out.pop();
            }
            if next == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// One space, where the text before needs any.
fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with([' ', '{', '}', ';', ',']) {
        out.push(' ');
    }
}

/// How many bytes the string literal at the beginning of `text` takes, quotes included.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_needless_space_fall_away() {
        let css = "/* tokens */\n:root {\n  --gap : 1rem ;\n}\n\na:hover,\n b :focus { color : red; /* why */ }\n";
        assert_eq!(without_waste(css), ":root{--gap : 1rem}a:hover,b :focus{color : red}");
    }

    #[test]
    fn what_space_means_is_kept() {
        let css = "@media (width >= 40rem) and (hover) { .a > .b + c { width: calc(100% - 2 * var(--gap)) } }";
        assert_eq!(
            without_waste(css),
            "@media (width >= 40rem) and (hover){.a > .b + c{width: calc(100% - 2 * var(--gap))}}"
        );
    }

    #[test]
    fn strings_are_left_alone() {
        let css = r#"a::before { content: "/* \" ;  } */" } b { content: '  “' }"#;
        assert_eq!(without_waste(css), r#"a::before{content: "/* \" ;  } */"}b{content: '  “'}"#);
    }

    #[test]
    fn parts_stand_where_they_are_imported() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let main = folder.path().join("main.css");
        fs::write(&main, "@import \"a.css\";\n@import \"b.css\";\np { top: 0 }\n")?;
        fs::write(folder.path().join("a.css"), "a { top: 1px }")?;
        fs::write(folder.path().join("b.css"), "b { top: 2px }")?;
        assert_eq!(bundle(&main)?, "a{top: 1px}b{top: 2px}p{top: 0}");
        fs::write(&main, "@import url(a.css) print;")?;
        assert!(bundle(&main).is_err());
        Ok(())
    }
}
