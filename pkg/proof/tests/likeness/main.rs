//! The card's face is the same to the byte, natively and in WebAssembly: here it is drawn natively and compared with the file that
//! `cargo xtask test` compares the module's face with, too.

mod drawn;

#[test]
fn the_face_is_the_one_on_file() {
    let folder = ["/usr/share/fonts/truetype/liberation2", "/usr/share/fonts/truetype/liberation"]
        .map(std::path::Path::new)
        .into_iter()
        .find(|folder| folder.join("LiberationSerif-Bold.ttf").exists())
        .expect("Liberation Serif (Debian's fonts-liberation2)");
    let file = |name: &str| std::fs::read(folder.join(name)).expect("a font");
    let told = drawn::fingerprints(file("LiberationSerif-Regular.ttf"), file("LiberationSerif-Bold.ttf"));
    let told = told.expect("the example can be drawn");
    if std::env::var_os("UPDATE").is_some() {
        let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../face/goldens/likeness.txt");
        return std::fs::write(golden, &told).expect("the golden is written");
    }
    assert_eq!(told, drawn::ON_FILE, "UPDATE=1 rewrites it");
}
