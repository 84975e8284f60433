//! `congthe face` and `congthe qr`, as other programs call them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

#[path = "../../pkg/face/tests/sample/liberation.rs"]
mod liberation;

const EXAMPLE: &str = include_str!("../../pkg/face/examples/record.json");

fn congthe(args: &[&str], input: &str) -> Output {
    congthe_with("", args, input)
}

/// With these settings of the province.
fn congthe_with(settings: &str, args: &[&str], input: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cards.toml"), settings).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_congthe"))
        .args(args)
        .current_dir(folder.path())
        .env("CONGTHE_CARD_FONTS", liberation::path("Bold").parent().unwrap())
        .env("CONGTHE_CARD_SETTINGS", "cards.toml")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // a program that refuses its arguments does not read
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// The example with these values; the portrait is a picture of its own.
fn record(changes: &[(&str, Value)]) -> String {
    let mut value: Value = serde_json::from_str(EXAMPLE).unwrap();
    value["photo"] = portrait(600, 800).into();
    for (key, change) in changes {
        value[*key] = change.clone();
    }
    value.to_string()
}

/// A plain PNG as a data URL.
fn portrait(width: u32, height: u32) -> String {
    use base64::Engine as _;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0xC8; (width * height * 3) as usize]).unwrap();
    writer.finish().unwrap();
    format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(file))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_face_is_written_in_every_format() {
    let out = congthe(&["face", "--input", "-", "--side", "front", "--format", "svg", "--out", "-"], &record(&[]));
    assert!(out.status.success(), "{}", text(&out.stderr));
    let svg = text(&out.stdout);
    assert!(svg.contains("width=\"85.725mm\" height=\"53.975mm\" viewBox=\"0 0 243 153\""));
    assert!(svg.contains(">H57.046090001234.CC</text>") && svg.contains(">Lê Hoàng Minh</text>"));
    let args = ["face", "--input", "-", "--side", "back", "--format", "png", "--dpi", "600", "--out", "-"];
    let png = congthe(&args, &record(&[])).stdout;
    assert!(png.starts_with(b"\x89PNG"));
    // 85.725 and 53.975 mm at 600 dpi
    let args = ["face", "--input", "-", "--side", "both", "--format", "pdf", "--out", "-"];
    let pdf = congthe(&args, &record(&[])).stdout;
    assert!(pdf.starts_with(b"%PDF-1.7") && text(&pdf).matches("/Type /Page\n").count() == 2, "{}", pdf.len());
    assert_eq!(png[16..24], [0, 0, 0x07, 0xE9, 0, 0, 0x04, 0xFB], "2025 × 1275");
}

#[test]
fn both_sides_become_two_files() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("card.svg");
    let args = ["face", "--input", "-", "--side", "both", "--format", "svg", "--mode", "variable", "--out"];
    let written = congthe(&[&args[..], &[out.to_str().unwrap()]].concat(), &record(&[]));
    assert!(written.status.success(), "{}", text(&written.stderr));
    let front = fs::read_to_string(folder.path().join("card-front.svg")).unwrap();
    let back = fs::read_to_string(folder.path().join("card-back.svg")).unwrap();
    assert!(!front.contains("data-element=\"background\"") && front.contains("data-element=\"full_name\""));
    assert!(!back.contains("<text"), "the blank has the name already");
}

#[test]
fn the_qr_code_is_told_as_json() {
    let out = congthe(&["qr", "--input", "-"], &record(&[]));
    let told: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(
        told["payload"],
        "k7Qz|Lê Hoàng Minh|05/03/1990|Nam|046090001234|H57.10|UBND TỈNH THỪA THIÊN HUẾ|Chuyên viên|the.hue.vn/t/k7Qz"
    );
    assert_eq!((told["version"].as_u64(), told["dots_per_module"].as_u64()), (Some(6), Some(3)));
    assert_eq!(told["fields"].as_array().unwrap().len(), 9);
}

#[test]
fn what_is_refused_is_told_by_name_and_with_what_would_help() {
    let face = ["face", "--input", "-", "--side", "front", "--format", "svg", "--out", "-"];
    let long = "Nguyễn Phúc Vĩnh Bảo Long Hoàng Thiên Ân Đức Trí Nhân Nghĩa T";
    for (changes, told) in [
        (vec![("full_name", long.into())], "has 61 characters, at most 25 are allowed"),
        (vec![("position", "".into())], "position: is empty"),
        (vec![("position", "Chuyên viên 內".into())], "'內'"),
        (vec![("photo", portrait(1, 1).into())], "at least 600 × 800 are needed"),
        (vec![("photo", "data:image/jpeg;base64,AAAA".into())], "file is not a picture"),
        (vec![("photo", "nowhere.jpg".into())], "nowhere.jpg cannot be used"),
        (vec![("emblem", "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjxzY3JpcHQvPjwvc3ZnPg==".into())], "script"),
        (vec![("nickname", "x".into())], "unknown field `nickname`"),
        (vec![("managing_agency", "ỦY BAN NHÂN DÂN TỈNH THỪA THIÊN HUẾ".into())], "ỦY BAN NHÂN DÂN"),
    ] {
        let out = congthe(&face, &record(&changes));
        assert_eq!(out.status.code(), Some(2), "{told}");
        assert!(text(&out.stderr).to_lowercase().contains(&told.to_lowercase()), "{told}: {}", text(&out.stderr));
        assert!(out.stdout.is_empty());
    }
    let out =
        congthe(&["qr", "--input", "-"], &record(&[("managing_agency", "Ủy ban nhân dân tỉnh Thừa Thiên Huế".into())]));
    assert_eq!(out.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(told["refused"].to_string().contains("UBND"), "{}", told["refused"]);
}

#[test]
fn the_face_is_judged_clause_by_clause() {
    for dpi in ["300", "600"] {
        let out = congthe(&["face", "check", "--input", "-", "--dpi", dpi], &record(&[]));
        let told: Value = serde_json::from_slice(&out.stdout).unwrap();
        let findings = told["findings"].as_array().unwrap();
        assert!(findings.len() > 20 && findings.iter().all(|it| it["verdict"] != "not_met"), "{told:#}");
        assert!(out.status.success());
    }
    let out = congthe(&["face", "check", "--input", "-"], &record(&[("position", "Chuyên viên 內".into())]));
    let told: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(told["refused"][0].as_str().unwrap().contains("'內'"));
    assert_eq!(out.status.code(), Some(1));
}

const SETTINGS: &str = include_str!("../../pkg/face/examples/card-settings.toml");

#[test]
fn the_province_sets_what_records_need_not_repeat() {
    let mut value: Value = serde_json::from_str(&record(&[])).unwrap();
    for key in ["host", "back_name", "variant"] {
        value.as_object_mut().unwrap().remove(key);
    }
    let face = ["face", "--input", "-", "--side", "front", "--format", "svg", "--out", "-"];
    let refused = congthe(&face, &value.to_string());
    assert!(text(&refused.stderr).contains("missing field `variant`"), "{}", text(&refused.stderr));
    let drawn = congthe_with(SETTINGS, &face, &value.to_string());
    assert!(drawn.status.success(), "{}", text(&drawn.stderr));
    assert!(text(&drawn.stdout).contains("fill=\"#0062b0\""), "the stripe in its own blue");
    let judged = congthe_with(SETTINGS, &["face", "check", "--input", "-"], &value.to_string());
    assert!(judged.status.success(), "{}", text(&judged.stdout));
    let told: Value =
        serde_json::from_slice(&congthe_with(SETTINGS, &["qr", "--input", "-"], &value.to_string()).stdout).unwrap();
    assert_eq!(told["fields"][8], "the.hue.vn/t/k7Qz");
    // "Văn phòng" is not in this province's list
    let long = record(&[
        ("managing_agency", "Văn phòng thường trực tỉnh Huế".into()),
        ("position", "Chánh Văn phòng UB".into()),
    ]);
    for (settings, helps) in [("", true), (SETTINGS, false)] {
        let told = text(&congthe_with(settings, &["qr", "--input", "-"], &long).stdout);
        assert_eq!(told.contains("to VP in"), helps, "{told}");
    }
}

#[test]
fn a_station_moves_the_page_and_an_unknown_one_is_refused() {
    let args = ["face", "--input", "-", "--side", "both", "--format", "pdf", "--out", "-", "--station"];
    let pdf = congthe_with(SETTINGS, &[&args[..], &["quay-1"]].concat(), &record(&[]));
    // 0.15 mm to the right and 0.05 mm up, in points
    assert_eq!(text(&pdf.stdout).matches("1 0 0 1 .4252 .14173 cm").count(), 2, "{}", text(&pdf.stderr));
    let refused = congthe_with(SETTINGS, &[&args[..], &["quay-9"]].concat(), &record(&[]));
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("has no station \"quay-9\"; there are quay-1, quay-2"));
}

#[test]
fn settings_that_are_wrong_are_refused_with_every_fault() {
    for args in [&["qr", "--input", "-"][..], &["face", "check", "--input", "-"]] {
        let refused = congthe_with("separator = 'ab'\n[palette.pink]\nrgb = [1, 2, 3]", args, &record(&[]));
        assert_eq!(refused.status.code(), Some(2));
        let told = text(&refused.stderr);
        assert!(told.contains("separator has to be one of") && told.contains("palette.pink is no key"), "{told}");
    }
    let refused = congthe_with("emblem = 'nowhere.svg'", &["face", "check", "--input", "-"], &record(&[]));
    assert!(text(&refused.stderr).contains("nowhere.svg cannot be used"), "{}", text(&refused.stderr));
}

#[test]
fn a_test_card_is_as_large_as_the_card_and_moved_like_it() {
    let args = ["face", "test-card", "--out", "-", "--dpi", "600", "--station", "quay-2"];
    let pdf = congthe_with(SETTINGS, &args, "");
    let told = text(&pdf.stdout);
    assert_eq!(told.matches("/MediaBox [0 0 243 153]").count(), 2, "{}", text(&pdf.stderr));
    assert_eq!(told.matches("1 0 0 1 0 -.85039 cm").count(), 2, "0.3 mm down");
    assert!(told.contains("1 .55 0 .05 k"), "the stripe's own blue");
}

/// The example on one line, with the portrait and these changes.
fn line(changes: &[(&str, Value)]) -> String {
    let value: Value = serde_json::from_str(&record(changes)).unwrap();
    format!("{value}\n")
}

#[test]
fn a_batch_leaves_out_what_may_not_be_printed_and_says_which() {
    let long = "Nguyễn Phúc Vĩnh Bảo Long Hoàng Thiên Ân Đức Trí Nhân Nghĩa T";
    // yellow on yellow: the report refuses what the layout takes
    let emblem = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCAxIDEiPjxyZWN0IHdpZHRoPSIxIiBoZWlnaHQ9IjEiIGZpbGw9IiMwMDAwZmYiLz48L3N2Zz4=";
    let input = [
        line(&[]),
        "\n".to_owned(),
        line(&[("full_name", long.into())]),
        "{ not JSON\n".to_owned(),
        line(&[("emblem", emblem.into())]),
        line(&[("variant", "raised".into())]),
    ]
    .concat();
    let args = ["face", "batch", "--input", "-", "--out", "-"];
    let out = congthe(&args, &input);
    let told = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{told}");
    for (line, reason) in [
        (3, "has 61 characters, at most 25 are allowed"),
        (4, "key must be a string"),
        (5, "emblem is not met: other colour (838/QĐ-BNV, Điều 1 §2a)"),
    ] {
        let said = |it: &str| it.contains(&format!("line {line} is left out")) && it.contains(reason);
        assert!(told.lines().any(said), "{told}");
    }
    assert!(told.contains("2 cards drawn, 3 left out, in ") && !told.contains("Minh") && !told.contains("line 1 is"));
    let pdf = text(&out.stdout);
    assert_eq!(pdf.matches("/Type /Page\n").count(), 4, "front and back in turn");
    assert_eq!(pdf.matches("/Subtype /Form").count(), 2, "two grounds for all");
}

#[test]
fn a_batch_without_a_card_leaves_no_file_and_a_good_one_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("batch.pdf");
    let args = ["face", "batch", "--input", "-", "--out", path.to_str().unwrap()];
    let none = congthe(&args, &line(&[("position", "".into())]));
    assert_eq!((none.status.code(), fs::read_dir(folder.path()).unwrap().count()), (Some(1), 0));
    let good = congthe(&args, &line(&[]).repeat(40));
    assert!(good.status.success(), "{}", text(&good.stderr));
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, ["batch.pdf"]);
    assert_eq!(text(&fs::read(path).unwrap()).matches("/Type /Page\n").count(), 80);
}

#[test]
fn a_proof_sheet_has_five_cards_and_marks_if_asked() {
    for (marks, strokes) in [(&["--marks"][..], 10), (&[], 0)] {
        let args =
            [&["face", "batch", "--input", "-", "--out", "-", "--sheet", "a4", "--mode", "variable"], marks].concat();
        let out = congthe(&args, &line(&[]).repeat(6));
        assert!(out.status.success(), "{}", text(&out.stderr));
        let pdf = text(&out.stdout);
        assert_eq!(pdf.matches("/Type /Page\n").count(), 2);
        // the first sheet: ten sides, each with eight lines
        let sheet = pdf.split("stream").find(|content| content.matches("/X9 Do").count() == 1).unwrap();
        assert_eq!(sheet.matches("\nS\n").count(), strokes);
    }
}

/// RFC 8410 §10.3, known to everybody.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

#[test]
fn a_second_code_is_signed_drawn_and_judged() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key.pem");
    fs::write(&key, KEY).unwrap();
    let signing = ["--signing-key", key.to_str().unwrap(), "--issued", "02/03/2026", "--expires", "01/03/2031"];
    let judged = congthe(&[&["face", "check", "--input", "-"][..], &signing].concat(), &record(&[]));
    let told: Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert!(judged.status.success(), "{told:#}");
    let finding = |clause: &str| told["findings"].as_array().unwrap().iter().find(|it| it["clause"] == clause).unwrap();
    assert!(finding("back_qr_readable")["found"].as_str().unwrap().starts_with("CT1"));
    assert_eq!(finding("back_qr_claims")["found"], "k7Qz, H57, CC");
    assert_eq!(finding("back_qr_signature")["verdict"], "met");
    let args = [
        &["face", "--input", "-", "--side", "back", "--format", "svg", "--mode", "variable", "--out", "-"],
        &signing[..],
    ]
    .concat();
    let svg = text(&congthe(&args, &record(&[])).stdout);
    assert!(svg.contains("data-element=\"back_qr\"") && !svg.contains("data-element=\"back_name\""));
    let batch = [&["face", "batch", "--input", "-", "--out", "-", "--dpi", "600"], &signing[..]].concat();
    let batch = congthe(&batch, &line(&[]));
    assert!(batch.status.success(), "{}", text(&batch.stderr));
    fs::write(&key, "no key").unwrap();
    let refused = congthe(&args, &record(&[]));
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("no private Ed25519 key"), "{}", text(&refused.stderr));
}
