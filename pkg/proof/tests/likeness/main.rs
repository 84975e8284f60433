//! The card's face is the same to the byte, natively and in WebAssembly: here it is drawn natively and compared with the file that
//! `cargo xtask test` compares the module's face with, too.

mod drawn;
#[path = "../../../face/tests/sample/liberation.rs"]
mod liberation;

#[test]
fn the_face_is_the_one_on_file() {
    let file = |face: &str| std::fs::read(liberation::path(face)).expect("a font");
    let told = drawn::fingerprints(file("Regular"), file("Bold"));
    let told = told.expect("the example can be drawn");
    if std::env::var_os("UPDATE").is_some() {
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../face/goldens/likeness.txt");
        return std::fs::write(golden, &told).expect("the golden is written");
    }
    assert_eq!(told, drawn::ON_FILE, "UPDATE=1 rewrites it");
}
