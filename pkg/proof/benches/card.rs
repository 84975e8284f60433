//! What the card's cryptography costs, held in one run against the block cipher calls that it contains.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aes::Aes128;
use cipher::{BlockCipherEncrypt as _, KeyInit as _};
use cmac::{Cmac, Mac as _};
use desfire::command::{Command as _, DataFile, Opcode, WriteData};
use desfire::proof::Messaging;
use desfire::sdm::verify_sun;
use desfire::{CommMode, FileNo, Key, U24};

const ROUND: Duration = Duration::from_millis(400);
const ROUNDS: usize = 9;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|argument| argument == name);
    if is_wanted("sun") {
        sun();
    }
    if is_wanted("messaging") {
        messaging();
    }
}

/// Links as AN12196 has them (§4.4), from the characters of the address to who was tapped.
fn sun() {
    const LINK: &[u8] = b"FD91EC264309878BE6345CBE53BADF40&enc=CEE9A53E3E463EF1F459635736738962&cmac=ECC1E7F6C6C73BF6";
    let (meta, file) = (Key::aes([0; 16], 0), Key::aes([0; 16], 0));
    let each = nanoseconds(|| {
        let link = black_box(LINK);
        let picc_data: [u8; 16] = hex(&link[..32]);
        let mac: [u8; 8] = hex(&link[link.len() - 16..]);
        let input = &link[37..link.len() - 16];
        black_box(verify_sun(&meta, &file, &picc_data, input, &mac).unwrap());
    });
    println!("sun        {:.0} links verified a second on one core (goal ≥ 1,000,000)", 1e9 / each);
}

/// Sealing a write of 48 bytes in EV2 full mode and opening its answer, against its AES and CMAC calls alone.
fn messaging() {
    let (enc, mac) = ([7; 16], [9; 16]);
    let file = DataFile { no: FileNo::new(1).unwrap(), mode: CommMode::Full };
    let request = WriteData { file, offset: U24::ZERO, data: vec![5; 48].into(), opcode: Opcode::Native }.request();
    // the answers that a card would give, one for each value of the counter
    let keyed = Cmac::<Aes128>::new((&mac).into());
    let answers: Vec<Vec<u8>> = (1..60_000_u16)
        .map(|counter| {
            let mut cmac = keyed.clone();
            cmac.update(&[0x00]);
            cmac.update(&counter.to_le_bytes());
            cmac.update(&[0; 4]);
            cmac.finalize().into_bytes().iter().skip(1).step_by(2).copied().collect()
        })
        .collect();
    let ours = nanoseconds_of(answers.len(), || {
        let mut session = Messaging::new(enc, mac);
        for answer in &answers {
            black_box(session.seal(black_box(&request)).unwrap());
            session.open(&request, answer.clone()).unwrap();
        }
    });
    let cipher = Aes128::new((&enc).into());
    let bare = nanoseconds_of(answers.len(), || {
        for _ in &answers {
            // the IV, and 48 bytes with their padding
            let mut blocks = [[0; 16]; 5];
            for block in &mut blocks {
                cipher.encrypt_block(black_box(block).into());
            }
            // code, counter, TI, header, ciphertext
            let mut command = keyed.clone();
            command.update(black_box(&[0; 7 + 7 + 64]));
            black_box(command.finalize());
            // status, counter, TI
            let mut answer = keyed.clone();
            answer.update(black_box(&[0; 7]));
            black_box(answer.finalize());
        }
    });
    println!(
        "messaging  seal and open of 48 bytes {ours:.0} ns, {:.2} × the calls it contains (goal ≤ 1.5)",
        ours / bare
    );
}

fn hex<const N: usize>(digits: &[u8]) -> [u8; N] {
    let value = |digit: u8| (digit as char).to_digit(16).unwrap() as u8;
    std::array::from_fn(|at| value(digits[2 * at]) << 4 | value(digits[2 * at + 1]))
}

/// Median over the rounds of what one call takes.
fn nanoseconds(mut call: impl FnMut()) -> f64 {
    nanoseconds_of(1000, || (0..1000).for_each(|_| call()))
}

fn nanoseconds_of(calls: usize, mut batch: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let mut batches = 0;
            while start.elapsed() < ROUND {
                batch();
                batches += 1;
            }
            start.elapsed().as_nanos() as f64 / (batches * calls) as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}
