//! Markdown of the office as HTML for everybody. HTML in it is text; pictures are their descriptions; links lead only where a page may lead.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// HTML of a text.
pub fn html(text: &str) -> String {
    let mut open = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { link_type, dest_url, .. }) => {
            let good = leads_on(&dest_url);
            open.push(good);
            let title = CowStr::Borrowed("");
            good.then_some(Event::Start(Tag::Link { link_type, dest_url, title, id: CowStr::Borrowed("") }))
        }
        Event::End(TagEnd::Link) => open.pop().unwrap_or_default().then_some(Event::End(TagEnd::Link)),
        // the page's own heading is the first
        Event::Start(Tag::Heading { level, .. }) => {
            Some(Event::Start(Tag::Heading { level: below(level), id: None, classes: Vec::new(), attrs: Vec::new() }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level)))),
        other => Some(other),
    });
    let mut written = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut written, events);
    written
}

fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        _ => HeadingLevel::H4,
    }
}

/// Whether an address is one that a page may lead to: `http`, `https`, `mailto`, or on this portal. A browser takes tabs and line ends out of an
/// address, and a backslash for a slash (WHATWG URL §4.4).
fn leads_on(address: &str) -> bool {
    if address.chars().any(|of| of.is_control() || of == '\\' || of.is_whitespace()) || address.starts_with("//") {
        return false;
    }
    let before = address.split(['/', '?', '#']).next().unwrap_or_default();
    match before.split_once(':') {
        Some((scheme, _)) => ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known)),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headings_lists_tables_and_links_are_written() {
        assert_eq!(html("# Ký số\n\nVăn bản **điện tử**"), "<h2>Ký số</h2>\n<p>Văn bản <strong>điện tử</strong></p>\n");
        assert_eq!(html("- [Tra cứu](/scan/)"), "<ul>\n<li><a href=\"/scan/\">Tra cứu</a></li>\n</ul>\n");
        assert!(html("|a|b|\n|-|-|\n|1|2|").contains("<table>"));
        assert!(html("<mailto:a@hue.gov.vn> <https://ca.gov.vn>").contains("href=\"mailto:a@hue.gov.vn\""));
    }

    #[test]
    fn html_is_text_and_links_lead_nowhere_else() {
        for text in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "a <b onclick=x>b</b>",
            "![<svg onload=x>](javascript:x)",
            "<!-- x --><style>*{}</style>",
            "# <i>x</i> {onclick=x #id .class}",
            "<details open ontoggle=alert(1)>\n\n**x**\n\n</details>",
        ] {
            let written = html(text);
            for tag in ["<script", "<img", "<b ", "<svg", "<style", "<i>", "<!--", "<details", "class=", " id="] {
                assert!(!written.contains(tag), "{text}: {written}");
            }
        }
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/\\\\evil.example",
            "vbscript:x",
            "&#106;avascript:x",
            "file:///etc/passwd",
            "<java\tscript:x>",
        ] {
            let written = html(&format!("[x]({address}) [y]\n\n[y]: {address}"));
            assert!(!written.contains("<a "), "{address}: {written}");
        }
        for address in ["https://ca.gov.vn/a?b=c:d", "http://x", "mailto:a@b.vn", "/t", "#top", "page?x=a:b"] {
            assert!(html(&format!("[x]({address})")).contains("<a "), "{address}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_only_known_tags_come_out(text in "\\PC{0,200}|([<>a-z/!\\[\\]()*_#`:\\n -]{0,80})") {
            let written = html(&text);
            for (at, _) in written.match_indices('<') {
                let rest = written[at + 1..].trim_start_matches('/');
                let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
                let known = ["p", "h2", "h3", "h4", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote", "br", "hr",
                    "table", "thead", "tbody", "tr", "th", "td"];
                prop_assert!(known.contains(&name.as_str()), "{name}: {written}");
            }
        }
    }
}
