//! Every input that a fuzz target once broke with is run again, each time the tests are.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod bodies;

#[test]
fn what_once_broke_something_does_so_no_more() {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/found");
    for (name, body) in bodies::TARGETS {
        body(&[]);
        let Ok(files) = fs::read_dir(found.join(name)) else { continue };
        for file in files {
            let path = file.expect("a file").path();
            println!("{}", path.display());
            body(&fs::read(&path).expect("its bytes"));
        }
    }
}
