//! A process that draws key sets is killed at any moment: what it has shown is in the file, and the file opens.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chip::keys::SetVersion;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use registry::Draw;
use registry::card_vault::CardVault as _;
use vault::{SealedFile, Unlock, Vault};
use zeroize::Zeroizing;

/// The folder that the killed process writes in.
const INSIDE: &str = "CONGTHE_TEST_KILLED";
const KILLS: u64 = 30;

fn open(folder: &Path) -> Vault {
    let unlock = Unlock::Key(Zeroizing::new([7; 32]));
    Vault::open_or_create(&folder.join(SealedFile::NAME), &unlock, &mut ChaCha20Rng::seed_from_u64(1)).unwrap()
}

#[test]
fn what_was_shown_survives_a_kill() {
    let (mut kept, mut drafts) = (0, 0);
    for kill in 0..KILLS {
        let folder = tempfile::tempdir().unwrap();
        open(folder.path());
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "draws_until_it_is_killed", "--ignored", "--nocapture"]).env(INSIDE, folder.path());
        let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(20_000 + kill * 3_137));
        child.kill().unwrap();
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        child.wait().unwrap();

        let sets = open(folder.path()).key_sets().unwrap();
        for line in said.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let ["shown" | "kept", version, id] = words[..] else { continue };
            let found = sets.iter().find(|set| set.version.get().to_string() == version);
            let found = found.unwrap_or_else(|| panic!("{line}, but not in the file"));
            assert_eq!(found.id.to_string(), id);
            if words[0] == "kept" {
                assert!(!found.draft, "{line}");
                kept += 1;
            } else {
                drafts += usize::from(found.draft);
            }
        }
        // and it goes on from there
        let next = SetVersion::new(0x70).unwrap();
        open(folder.path()).draw_set(next, &Default::default(), &draw(kill + 10_000)).unwrap();
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.collect::<Vec<_>>(), [SealedFile::NAME], "a half-written file stays for ever");
    }
    println!("{kept} sets kept, {drafts} drafts shown at the moment of the kill");
    assert!(kept > 0, "every kill came too early to tell anything");
}

#[test]
#[ignore = "run by what_was_shown_survives_a_kill"]
fn draws_until_it_is_killed() {
    let vault = open(Path::new(&std::env::var_os(INSIDE).unwrap()));
    for version in (1..0x70).filter_map(SetVersion::new) {
        let drawn = vault.draw_set(version, &Default::default(), &draw(version.get().into())).unwrap();
        println!("shown {} {}", version.get(), drawn.set.id);
        vault.keep_set(version, drawn.set.id, &draw(u64::from(version.get()) + 1_000)).unwrap();
        println!("kept {} {}", version.get(), drawn.set.id);
    }
}

fn draw(seed: u64) -> Draw {
    let rng = Mutex::new(ChaCha20Rng::seed_from_u64(seed));
    Arc::new(move |bytes: &mut [u8]| rng.lock().unwrap().fill_bytes(bytes))
}
