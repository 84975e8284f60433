//! The look at an SVG's elements and attributes before anything of it is resolved.
//!
//! Only elements that are known to be harmless pass. What costs more than it may — entities, namespaces, attributes, nesting, copies
//! of copies — is counted before `roxmltree` and `usvg` do the work, because they do it by recursion or in quadratic time.

use std::collections::HashMap;

use usvg::roxmltree::{Attribute, Document, Node, ParsingOptions};

use super::error::quoted;
use super::{ArtworkError, MAX_DEPTH, MAX_ELEMENTS, MAX_OUTLINE_TEXT, MAX_STYLE_BYTES, number, style};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// How many namespaces a file may declare; programs that export drawings declare about ten.
const MAX_NAMESPACES: usize = 200;
/// How many attributes an element may have; they are compared with each other.
const MAX_ATTRIBUTES: usize = 500;
/// How many nodes there may be: elements, texts between them, comments.
const MAX_NODES: u32 = 5 * MAX_ELEMENTS as u32;

/// The file's elements, if nothing in them is unsafe, unknown or too much.
pub(super) fn checked(text: &str) -> Result<Document<'_>, ArtworkError> {
    // XML 1.0 §4.2: entities, general and parameter, are declared with this and nothing else
    if text.contains("<!ENTITY") {
        return Err(ArtworkError::Entities);
    }
    if text.matches("xmlns").count() > MAX_NAMESPACES {
        return Err(ArtworkError::Malformed(format!("more than {MAX_NAMESPACES} namespaces")));
    }
    // no "<" stands inside an attribute (XML 1.0 §2.3), so a tag ends before the next one
    let tags = text.split('<').filter(|tag| !tag.starts_with('!'));
    if tags.into_iter().any(|tag| tag.matches('=').count() > MAX_ATTRIBUTES) {
        return Err(ArtworkError::Malformed(format!("an element with more than {MAX_ATTRIBUTES} attributes")));
    }
    // a document type without entities is harmless and common; nothing that it names is loaded
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, entity_resolver: None };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        usvg::roxmltree::Error::NodesLimitReached => ArtworkError::Elements,
        error => ArtworkError::Malformed(quoted(&error.to_string())),
    })?;
    if document.root().children().any(|node| node.pi().is_some_and(|pi| pi.target == "xml-stylesheet")) {
        return Err(ArtworkError::External("xml-stylesheet".to_owned()));
    }
    elements(&document)?;
    sheets(&document)?;
    copies(&document)?;
    Ok(document)
}

/// Where an element stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    /// A clip path or in one.
    clip: bool,
    /// In metadata or in an element of another vocabulary, which nobody draws.
    inert: bool,
}

fn elements(document: &Document) -> Result<(), ArtworkError> {
    let mut waiting = vec![(document.root_element(), Place { depth: 1, clip: false, inert: false })];
    while let Some((element, mut place)) = waiting.pop() {
        if place.depth > MAX_DEPTH {
            return Err(ArtworkError::Depth);
        }
        let name = element.tag_name().name();
        if name.eq_ignore_ascii_case("script") || matches!(name, "handler" | "listener") {
            return Err(ArtworkError::Script);
        }
        let handler = |attribute: &Attribute| attribute.namespace().is_none() && is_handler(attribute.name());
        if let Some(attribute) = element.attributes().find(handler) {
            return Err(ArtworkError::EventHandler(quoted(attribute.name())));
        }
        match element.tag_name().namespace() {
            None | Some(SVG) if !place.inert => {
                let within = place.clip;
                // a clip path that is itself clipped could lead on to others, and in a circle back to itself
                place.clip |= name == "clipPath";
                for attribute in element.attributes() {
                    check_attribute(&attribute, place.clip)?;
                }
                check_element(name, within)?;
                place.inert = name == "metadata";
            }
            Some(XHTML) => return Err(ArtworkError::Unsupported(quoted(name))),
            _ => place.inert = true,
        }
        place.depth += 1;
        waiting.extend(element.children().filter(Node::is_element).map(|child| (child, place)));
    }
    Ok(())
}

fn is_handler(name: &str) -> bool {
    name.len() > 2 && name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on"))
}

fn check_element(name: &str, clip: bool) -> Result<(), ArtworkError> {
    Err(match name {
        "path" | "rect" | "polygon" | "circle" | "ellipse" | "title" | "desc" => return Ok(()),
        // whatever else stands in a clip path could lead on to further ones
        _ if clip => ArtworkError::Clip,
        "svg" | "g" | "defs" | "symbol" | "use" | "line" | "polyline" | "metadata" | "style" | "clipPath" => {
            return Ok(());
        }
        // drawing programs leave gradients behind that nothing is painted with
        "linearGradient" | "radialGradient" | "stop" => return Ok(()),
        "text" | "tspan" | "tref" | "textPath" | "altGlyph" | "font" | "font-face" => ArtworkError::Text,
        "image" => ArtworkError::Image,
        "pattern" | "hatch" | "meshgradient" => ArtworkError::Pattern,
        "mask" => ArtworkError::Mask,
        "filter" => ArtworkError::Filter,
        "marker" => ArtworkError::Marker,
        "set" => ArtworkError::Animation,
        _ if name.starts_with("animate") => ArtworkError::Animation,
        _ => ArtworkError::Unsupported(quoted(name)),
    })
}

fn check_attribute(attribute: &Attribute, clip: bool) -> Result<(), ArtworkError> {
    let value = attribute.value();
    match (attribute.namespace(), attribute.name()) {
        (None | Some(XLINK), "href") if is_data(value) => Err(ArtworkError::Image),
        (None | Some(XLINK), "href") if !value.trim_start().starts_with('#') => {
            Err(ArtworkError::External(quoted(value)))
        }
        (Some(XML), "base") => Err(ArtworkError::External(quoted(value))),
        (None | Some(SVG), "style") => style::declarations(value, |name, value| check_property(name, value, clip)),
        (None | Some(SVG), name) => {
            style::references(value)?;
            check_property(name, value.trim(), clip)
        }
        _ => Ok(()),
    }
}

fn is_data(reference: &str) -> bool {
    reference.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
}

fn check_property(name: &str, value: &str, clip: bool) -> Result<(), ArtworkError> {
    if number::is_geometry(name) {
        number::check(value)?;
    }
    if matches!(value, "none" | "normal") {
        return Ok(());
    }
    Err(match name {
        "clip-path" if clip => ArtworkError::Clip,
        "mask" => ArtworkError::Mask,
        "filter" => ArtworkError::Filter,
        "marker" | "marker-start" | "marker-mid" | "marker-end" => ArtworkError::Marker,
        "mix-blend-mode" => ArtworkError::Blend,
        "vector-effect" | "requiredExtensions" | "requiredFeatures" | "systemLanguage" => {
            ArtworkError::Unsupported(name.to_owned())
        }
        _ => return Ok(()),
    })
}

fn sheets(document: &Document) -> Result<(), ArtworkError> {
    let is_sheet = |node: &Node| node.tag_name().name() == "style";
    let texts = || document.descendants().filter(is_sheet).flat_map(|sheet| sheet.children()).filter_map(|n| n.text());
    if texts().map(str::len).sum::<usize>() > MAX_STYLE_BYTES {
        return Err(ArtworkError::StyleSheetTooLarge);
    }
    for text in texts() {
        // a rule could set it on a clip path, and so on in a circle
        if text.to_ascii_lowercase().contains("clip-path") {
            return Err(ArtworkError::Clip);
        }
        style::sheet(text, |name, value| check_property(name, value, false))?;
    }
    Ok(())
}

/// Counts what `usvg` will make of the file: it puts a copy of what is referred to in the place of each `use`.
fn copies(document: &Document) -> Result<(), ArtworkError> {
    let mut named = HashMap::new();
    for element in document.descendants() {
        if let Some(id) = element.attribute("id") {
            named.entry(id).or_insert(element);
        }
    }
    let (mut elements, mut outlines) = (0_usize, 0_usize);
    let mut waiting = vec![(document.root_element(), 1_usize)];
    while let Some((element, depth)) = waiting.pop() {
        elements += 1;
        outlines += ["d", "points"].into_iter().filter_map(|name| element.attribute(name)).map(str::len).sum::<usize>();
        if depth > MAX_DEPTH {
            return Err(ArtworkError::Depth);
        }
        if elements > MAX_ELEMENTS {
            return Err(ArtworkError::Elements);
        }
        if outlines > MAX_OUTLINE_TEXT {
            return Err(ArtworkError::Segments);
        }
        if element.tag_name().name() == "use" {
            let target = referred(element).and_then(|id| named.get(id));
            waiting.extend(target.map(|target| (*target, depth + 2)));
        } else {
            waiting.extend(element.children().filter(Node::is_element).map(|child| (child, depth + 1)));
        }
    }
    Ok(())
}

/// The identifier that a `use` refers to. SVG 2 §16.1.5: `href` comes before `xlink:href`.
fn referred<'a>(element: Node<'a, '_>) -> Option<&'a str> {
    let href = |space: Option<&str>| element.attributes().find(|a| a.name() == "href" && a.namespace() == space);
    let reference = href(None).or_else(|| href(Some(XLINK)))?.value().trim();
    reference.strip_prefix('#')
}
