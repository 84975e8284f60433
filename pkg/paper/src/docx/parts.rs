//! The parts around the text.

use maud::html;

use super::halves;
use super::media::Media;
use crate::document::Moment;

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(super) const RELATIONS: &str = OFFICE;

/// What the text refers to besides pictures: relation, kind, file.
const OTHERS: [(&str, &str, &str); 4] = [
    ("styles", "styles", "styles.xml"),
    ("settings", "settings", "settings.xml"),
    ("number", "header", "header1.xml"),
    ("foot", "footer", "footer1.xml"),
];

pub(super) fn content_types() -> String {
    let parts = [
        ("/word/document.xml", format!("{WORD}.document.main+xml")),
        ("/word/styles.xml", format!("{WORD}.styles+xml")),
        ("/word/settings.xml", format!("{WORD}.settings+xml")),
        ("/word/header1.xml", format!("{WORD}.header+xml")),
        ("/word/footer1.xml", format!("{WORD}.footer+xml")),
        ("/docProps/core.xml", String::from("application/vnd.openxmlformats-package.core-properties+xml")),
    ];
    let markup = html! {
        Types xmlns=(format!("{PACKAGE}/content-types")) {
            Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" {}
            Default Extension="xml" ContentType="application/xml" {}
            Default Extension="jpeg" ContentType="image/jpeg" {}
            @for (name, kind) in &parts { Override PartName=(name) ContentType=(kind) {} }
        }
    };
    markup.into_string()
}

pub(super) fn package_relations() -> String {
    let core = format!("{PACKAGE}/relationships/metadata/core-properties");
    let markup = html! {
        Relationships xmlns=(format!("{PACKAGE}/relationships")) {
            Relationship Id="document" Type=(format!("{OFFICE}/officeDocument")) Target="word/document.xml" {}
            Relationship Id="core" Type=(core) Target="docProps/core.xml" {}
        }
    };
    markup.into_string()
}

pub(super) fn relations(media: &Media) -> String {
    let markup = html! {
        Relationships xmlns=(format!("{PACKAGE}/relationships")) {
            @for (id, kind, file) in OTHERS { Relationship Id=(id) Type=(format!("{OFFICE}/{kind}")) Target=(file) {} }
            @for (id, file) in media.relations() { Relationship Id=(id) Type=(format!("{OFFICE}/image")) Target=(file) {} }
        }
    };
    markup.into_string()
}

pub(super) fn core(title: &str, written: Option<Moment>) -> String {
    let written = written.map(|Moment { day, hour, minute, second }| {
        format!("{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", day.year, day.month, day.day)
    });
    let markup = html! {
        cp:coreProperties xmlns:cp=(format!("{PACKAGE}/metadata/core-properties"))
            xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {
            dc:title { (title) }
            dc:creator { "Cổng Thẻ" }
            @if let Some(written) = &written { dcterms:created xsi:type="dcterms:W3CDTF" { (written) } }
            dc:language { "vi-VN" }
        }
    };
    markup.into_string()
}

/// The face, its size and the language stand here once; headings are styles, so that the word processor knows them.
pub(super) fn styles(size: f32) -> String {
    let face = "Times New Roman";
    let size = halves(size);
    let markup = html! {
        w:styles xmlns:w=(MAIN) {
            w:docDefaults {
                w:rPrDefault { w:rPr {
                    w:rFonts w:ascii=(face) w:hAnsi=(face) w:eastAsia=(face) w:cs=(face) {}
                    w:sz w:val=(size) {}
                    w:szCs w:val=(size) {}
                    w:lang w:val="vi-VN" w:eastAsia="vi-VN" {}
                } }
                w:pPrDefault { w:pPr { w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto" {} } }
            }
            w:style w:type="paragraph" w:default="1" w:styleId="Normal" { w:name w:val="Normal" {} }
            @for level in 1..=2 {
                w:style w:type="paragraph" w:styleId={ "Heading" (level) } {
                    w:name w:val={ "heading " (level) } {}
                    w:basedOn w:val="Normal" {}
                    w:next w:val="Normal" {}
                    w:qFormat {}
                    w:pPr { w:keepNext {} w:outlineLvl w:val=(level - 1) {} }
                }
            }
        }
    };
    markup.into_string()
}

pub(super) fn settings() -> String {
    let markup = html! {
        w:settings xmlns:w=(MAIN) {
            w:defaultTabStop w:val="720" {}
            w:compat {
                w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15" {}
            }
            w:themeFontLang w:val="vi-VN" {}
        }
    };
    markup.into_string()
}

/// 30/2020/NĐ-CP, mục I §7: in the middle of the upper margin.
pub(super) fn page_number() -> String {
    let kind = |kind: &str| html! { w:r { w:rPr { w:sz w:val="26" {} } w:fldChar w:fldCharType=(kind) {} } };
    let markup = html! {
        w:hdr xmlns:w=(MAIN) { w:p {
            w:pPr { w:jc w:val="center" {} }
            (kind("begin"))
            w:r { w:rPr { w:sz w:val="26" {} } w:instrText xml:space="preserve" { " PAGE " } }
            (kind("separate"))
            w:r { w:rPr { w:sz w:val="26" {} } w:t { "2" } }
            (kind("end"))
        } }
    };
    markup.into_string()
}

pub(super) fn foot(stamp: &str) -> String {
    let markup = html! {
        w:ftr xmlns:w=(MAIN) { w:p {
            w:pPr { w:jc w:val="center" {} }
            @if !stamp.is_empty() {
                w:r { w:rPr { w:i {} w:sz w:val="18" {} } w:t xml:space="preserve" { (stamp) } }
            }
        } }
    };
    markup.into_string()
}
