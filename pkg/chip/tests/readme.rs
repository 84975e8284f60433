//! README tells what is on the chip as it is.

use chip::layout::{memory, table};
use chip::profile::Profile;

fn shown() -> &'static str {
    let readme = include_str!("../../../README.md");
    readme.split("<!-- chip -->").nth(1).and_then(|rest| rest.split("<!-- /chip -->").next()).unwrap_or_default()
}

#[test]
fn readme_shows_the_table_as_it_is() {
    assert_eq!(shown().trim(), table().trim(), "paste this into README:\n{}", table());
}

#[test]
fn readme_tells_how_much_memory_it_takes() {
    let readme = include_str!("../../../README.md");
    let [ev1, ev2, ev3] = Profile::ALL.map(memory);
    assert_eq!(ev1, ev2);
    assert!(readme.contains(&format!("{ev1} bytes of memory, on an EV3 {ev3}")));
}
