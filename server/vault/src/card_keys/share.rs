//! Shares: the set's secret for three custodians, any two of whom restore it, as text that a person copies and types.
//!
//! The secret is shared byte by byte over GF(256) (Shamir 1979; the field of AES, as SLIP-39 has it) by the crate `vsss-rs`. A single share is
//! as likely under each secret: it tells nothing. A share has 40 bytes: form (01), version, number, identifier of the set (5), and
//! its 32 bytes of the secret. They stand in four lines of twenty characters in groups of four, in Crockford's base 32, which leaves out I, L, O
//! and U and reads them as what they look like: sixteen characters are ten bytes, and four are the line's checksum, 20 bits of
//! SHA-256 over the line's number and its bytes. So a line that is mistyped, or in another's place, is told by its number; one in a million
//! passes, and is found when the identifier of the restored secret differs.

use std::sync::LazyLock;

use chip::keys::SetVersion;
use data_encoding::{Encoding, Specification};
use rand::CryptoRng;
use registry::card_vault::{CUSTODIANS, SetId, ShareFault, ShareHead, ShareText};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use vsss_rs::Gf256;
use zeroize::Zeroizing;

use super::secret::SetSecret;

/// How many restore a set.
const THRESHOLD: usize = 2;
const FORM: u8 = 0x01;
const HEAD: usize = 1 + 1 + 1 + 5;
const SECRET: usize = 32;
const LINES: usize = 4;
/// Bytes of a line.
const BYTES: usize = (HEAD + SECRET) / LINES;
/// Characters of a line: 16 of its bytes, 4 of its checksum.
const CHARACTERS: usize = 20;

/// A share as bytes. No `Debug`, no `Clone`; wiped on drop.
struct Share(Zeroizing<[u8; HEAD + SECRET]>);

static CROCKFORD: LazyLock<Encoding> = LazyLock::new(|| {
    let mut form = Specification::new();
    form.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    form.encoding().expect("each of 32 symbols stands for one value")
});

/// Splits a set's secret, for custodians 1, 2 and 3.
pub(crate) fn split(
    secret: &SetSecret,
    version: SetVersion,
    rng: &mut (impl CryptoRng + ?Sized),
) -> [ShareText; CUSTODIANS] {
    let id = secret.id(version);
    let points = Gf256::split_bytes(THRESHOLD, CUSTODIANS, secret.bytes(), rng).expect("two of three is a threshold");
    let points: Vec<_> = points.into_iter().map(Zeroizing::new).collect();
    std::array::from_fn(|at| {
        let mut bytes = Zeroizing::new([0; HEAD + SECRET]);
        let (head, value) = bytes.split_at_mut(HEAD);
        head[..3].copy_from_slice(&[FORM, version.get(), points[at][0]]);
        head[3..].copy_from_slice(&id.0);
        value.copy_from_slice(&points[at][1..]);
        Share(bytes).text()
    })
}

/// The secret that two shares give, and the version of its set.
///
/// # Errors
/// [`ShareFault`].
pub(crate) fn combine(texts: &[ShareText; THRESHOLD]) -> Result<(SetVersion, SetSecret), ShareFault> {
    let (first, second) = (Share::parse(&texts[0])?, Share::parse(&texts[1])?);
    let (head, other) = (first.head()?, second.head()?);
    if (head.version, head.id) != (other.version, other.id) {
        return Err(ShareFault::OtherSet);
    }
    if head.number == other.number {
        return Err(ShareFault::SameNumber { number: head.number });
    }
    let points = Zeroizing::new([first.point(), second.point()]);
    let combined = Gf256::combine_bytes(points.as_slice()).map(Zeroizing::new).map_err(|_| ShareFault::DoNotFit)?;
    let secret: &[u8; SECRET] = combined.as_slice().try_into().map_err(|_| ShareFault::DoNotFit)?;
    let secret = SetSecret::from_bytes(secret);
    if secret.id(head.version) != head.id {
        return Err(ShareFault::DoNotFit);
    }
    Ok((head.version, secret))
}

/// What a typed share says of itself.
///
/// # Errors
/// [`ShareFault`].
pub(crate) fn read(typed: &ShareText) -> Result<ShareHead, ShareFault> {
    Share::parse(typed)?.head()
}

/// Whether a typed share is the one that was shown.
///
/// # Errors
/// [`ShareFault`].
pub(crate) fn compare(shown: &ShareText, typed: &ShareText) -> Result<ShareHead, ShareFault> {
    let (shown, typed) = (Share::parse(shown)?, Share::parse(typed)?);
    let head = typed.head()?;
    match bool::from(shown.0.ct_eq(&*typed.0)) {
        true => Ok(head),
        false => Err(ShareFault::OtherShare),
    }
}

impl Share {
    fn text(&self) -> ShareText {
        // reserved at once, so that growing leaves no copy behind
        let mut text = Zeroizing::new(String::with_capacity(LINES * (CHARACTERS + CHARACTERS / 4)));
        for (at, bytes) in self.0.chunks_exact(BYTES).enumerate() {
            for (place, symbol) in symbols(at, bytes).iter().enumerate() {
                if place % 4 == 0 && place != 0 {
                    text.push(' ');
                }
                text.push(char::from(*symbol));
            }
            text.push('\n');
        }
        ShareText::new(text)
    }

    /// Reads four lines, or the eighty characters without them. Spaces and hyphens say nothing.
    fn parse(typed: &ShareText) -> Result<Share, ShareFault> {
        let lines: Vec<Zeroizing<Vec<u8>>> =
            typed.reveal().lines().map(stripped).filter(|line| !line.is_empty()).collect();
        let lines = match lines.as_slice() {
            [whole] if whole.len() == LINES * CHARACTERS => {
                whole.chunks_exact(CHARACTERS).map(|line| Zeroizing::new(line.to_vec())).collect()
            }
            _ => lines,
        };
        if lines.len() != LINES {
            return Err(ShareFault::Lines { wanted: LINES, found: lines.len() });
        }
        let mut share = Share(Zeroizing::new([0; HEAD + SECRET]));
        if let Some(at) = lines.iter().position(|line| line.len() != CHARACTERS) {
            return Err(ShareFault::Line { number: at + 1 });
        }
        for (at, (line, into)) in lines.iter().zip(share.0.chunks_exact_mut(BYTES)).enumerate() {
            let mistyped = ShareFault::Line { number: at + 1 };
            let (bytes, check) = line.split_at_checked(CHARACTERS - 4).ok_or(mistyped)?;
            CROCKFORD.decode_mut(bytes, into).map_err(|_| mistyped)?;
            if symbols(at, into)[CHARACTERS - 4..] != *check {
                return Err(mistyped);
            }
        }
        share.head()?;
        Ok(share)
    }

    fn head(&self) -> Result<ShareHead, ShareFault> {
        let [form, version, number, id @ ..] = self.0.first_chunk::<HEAD>().ok_or(ShareFault::Kind)?;
        match SetVersion::new(*version) {
            Some(version) if *form == FORM && (1..=CUSTODIANS).contains(&usize::from(*number)) => {
                Ok(ShareHead { version, id: SetId(*id), number: *number })
            }
            _ => Err(ShareFault::Kind),
        }
    }

    /// Number and value, as the crate takes them.
    fn point(&self) -> Vec<u8> {
        let mut point = Vec::with_capacity(1 + SECRET);
        point.push(self.0[2]);
        point.extend_from_slice(&self.0[HEAD..]);
        point
    }
}

/// What was typed in a line, as it is printed: capitals, 0 for O, 1 for I and L, nothing between the groups. A character of no
/// alphabet stays one, so that the line is found to be wrong.
fn stripped(line: &str) -> Zeroizing<Vec<u8>> {
    let mut stripped = Zeroizing::new(Vec::with_capacity(line.len()));
    stripped.extend(line.chars().filter(|typed| !typed.is_whitespace() && *typed != '-').map(|typed| {
        match typed.to_ascii_uppercase() {
            'O' => b'0',
            'I' | 'L' => b'1',
            other => u8::try_from(other).unwrap_or(b'?'),
        }
    }));
    stripped
}

/// A line's twenty characters: of its bytes, and of its checksum.
fn symbols(at: usize, bytes: &[u8]) -> Zeroizing<[u8; CHARACTERS]> {
    let mut symbols = Zeroizing::new([0; CHARACTERS]);
    CROCKFORD.encode_mut(bytes, &mut symbols[..CHARACTERS - 4]);
    let line = u8::try_from(at + 1).unwrap_or(u8::MAX);
    let digest =
        Sha256::new().chain_update(b"congthe/share-line/1").chain_update([line]).chain_update(bytes).finalize();
    // five bytes are eight characters; the first four are 20 bits
    let mut check = [0; 8];
    CROCKFORD.encode_mut(&digest[..5], &mut check);
    symbols[CHARACTERS - 4..].copy_from_slice(&check[..4]);
    symbols
}

#[cfg(test)]
mod tests {
    use hkdf::hmac::{Hmac, KeyInit as _, Mac as _};
    use rand::Rng as _;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn version() -> SetVersion {
        SetVersion::new(7).unwrap()
    }

    fn shares(seed: u64) -> (SetSecret, [ShareText; CUSTODIANS]) {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let secret = SetSecret::draw(&Default::default(), &mut rng);
        let shares = split(&secret, version(), &mut rng);
        (secret, shares)
    }

    fn typed(text: &str) -> ShareText {
        ShareText::new(Zeroizing::new(text.to_owned()))
    }

    fn again(share: &ShareText) -> ShareText {
        typed(share.reveal())
    }

    fn fault<T>(result: Result<T, ShareFault>) -> Option<ShareFault> {
        result.err()
    }

    #[test]
    fn any_two_of_three_restore_the_secret() {
        for seed in 0..50 {
            let (secret, shares) = shares(seed);
            for (a, b) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
                let (version, restored) = combine(&[again(&shares[a]), again(&shares[b])]).unwrap();
                assert_eq!(version.get(), 7);
                assert_eq!(restored.bytes(), secret.bytes());
            }
        }
    }

    #[test]
    fn a_share_has_four_lines_of_five_groups_and_says_which_it_is() {
        let (secret, shares) = shares(1);
        for (at, share) in shares.iter().enumerate() {
            let lines: Vec<Vec<&str>> = share.reveal().lines().map(|line| line.split(' ').collect()).collect();
            assert_eq!(lines.len(), 4);
            assert!(lines.iter().all(|line| line.len() == 5 && line.iter().all(|group| group.len() == 4)));
            let head = read(share).unwrap();
            assert_eq!((usize::from(head.number), head.version, head.id), (at + 1, version(), secret.id(version())));
        }
    }

    #[test]
    fn people_type_as_they_like() {
        let (_, shares) = shares(1);
        let shown = &shares[1];
        let text = shown.reveal();
        for variant in [
            text.to_lowercase(),
            text.replace('0', "o").replace('1', "l"),
            text.replace('0', "O").replace('1', "I"),
            text.replace(' ', ""),
            text.replace(' ', "-"),
            text.replace('\n', " "),
            text.replace('\n', "\r\n\r\n"),
            format!("\n  {text}\n"),
        ] {
            assert_eq!(compare(shown, &typed(&variant)).map(|head| head.number), Ok(2), "{variant}");
        }
    }

    #[test]
    fn a_mistyped_line_is_told_by_its_number() {
        let (_, shares) = shares(1);
        let text = shares[0].reveal();
        let mut at_line = 1;
        for (at, old) in text.char_indices() {
            match old {
                '\n' => at_line += 1,
                ' ' => {}
                _ => {
                    for new in "0123456789ABCDEFGHJKMNPQRSTVWXYZUu?ế".chars().filter(|new| *new != old) {
                        let wrong = format!("{}{new}{}", &text[..at], &text[at + 1..]);
                        let refusal = fault(read(&typed(&wrong)));
                        assert_eq!(refusal, Some(ShareFault::Line { number: at_line }), "{at} {new}");
                    }
                }
            }
        }
        assert_eq!(at_line, 5);
    }

    #[test]
    fn left_out_doubled_and_exchanged_is_told_too() {
        let (_, shares) = shares(1);
        let lines: Vec<&str> = shares[2].reveal().lines().collect();
        let refusal = |lines: &[&str]| fault(read(&typed(&lines.join("\n"))));
        assert_eq!(refusal(&[lines[0], lines[2], lines[1], lines[3]]), Some(ShareFault::Line { number: 2 }));
        assert_eq!(refusal(&[lines[0], lines[1], &lines[2][1..], lines[3]]), Some(ShareFault::Line { number: 3 }));
        let longer = format!("{}0", lines[3]);
        assert_eq!(refusal(&[lines[0], lines[1], lines[2], &longer]), Some(ShareFault::Line { number: 4 }));
        assert_eq!(refusal(&lines[..3]), Some(ShareFault::Lines { wanted: 4, found: 3 }));
        assert_eq!(refusal(&[]), Some(ShareFault::Lines { wanted: 4, found: 0 }));
        // neighbours in a line that are exchanged
        for at in (0..lines[1].len() - 1).filter(|at| lines[1][*at..*at + 2].chars().all(char::is_alphanumeric)) {
            let mut exchanged: Vec<char> = lines[1].chars().collect();
            exchanged.swap(at, at + 1);
            let exchanged: String = exchanged.into_iter().collect();
            let wrong = refusal(&[lines[0], &exchanged, lines[2], lines[3]]);
            assert_eq!(wrong.is_some(), exchanged != lines[1], "{at}");
        }
    }

    #[test]
    fn shares_that_do_not_belong_together_are_refused() {
        let ((_, first), (_, second)) = (shares(1), shares(2));
        let both = |a, b| fault(combine(&[again(a), again(b)]));
        assert_eq!(both(&first[0], &second[1]), Some(ShareFault::OtherSet));
        assert_eq!(both(&first[1], &first[1]), Some(ShareFault::SameNumber { number: 2 }));
        assert_eq!(fault(compare(&first[0], &first[1])), Some(ShareFault::OtherShare));
        assert_eq!(fault(compare(&first[0], &second[0])), Some(ShareFault::OtherShare));
    }

    /// A share that was made up, with the right checksums and the right head.
    #[test]
    fn a_forged_share_does_not_fit() {
        let (_, shares) = shares(1);
        let mut forged = Share::parse(&shares[0]).unwrap();
        forged.0[HEAD + 3] ^= 0x40;
        let forged = forged.text();
        assert!(read(&forged).is_ok());
        assert_eq!(fault(combine(&[forged, again(&shares[1])])), Some(ShareFault::DoNotFit));
    }

    #[test]
    fn what_a_later_release_writes_is_not_read() {
        let (_, shares) = shares(1);
        for (at, value) in [(0, 0x02), (0, 0x00), (1, 0x00), (1, 0xFF), (2, 0x00), (2, 0x04)] {
            let mut other = Share::parse(&shares[0]).unwrap();
            other.0[at] = value;
            assert_eq!(fault(read(&other.text())), Some(ShareFault::Kind), "{at} {value}");
        }
    }

    /// Whatever is typed is refused in words and never ends the program.
    #[test]
    fn noise_is_no_share() {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let symbols: Vec<char> = "0123456789ABCDEFGHJKMNPQRSTVWXYZioluế -\u{0}\u{301}\r\n".chars().collect();
        for _ in 0..5_000 {
            let length = rng.next_u32() % 120;
            let noise: String = (0..length).map(|_| symbols[rng.next_u32() as usize % symbols.len()]).collect();
            assert!(read(&typed(&noise)).is_err(), "{noise:?}");
        }
        // as long as a share, so that every line is looked at
        for _ in 0..5_000 {
            let line = |_| (0..CHARACTERS).map(|_| symbols[rng.next_u32() as usize % 32]).collect::<String>();
            let noise = (0..LINES).map(line).collect::<Vec<_>>().join("\n");
            assert!(matches!(read(&typed(&noise)), Err(ShareFault::Line { .. })), "{noise:?}");
        }
    }

    /// Over many splits of one secret, each byte of each share takes values all over the field: the vault's draw has no bias that is seen.
    #[test]
    fn a_share_alone_varies_over_the_whole_field() {
        let secret = SetSecret::from_bytes(&[0xA5; 32]);
        let mut rng = ChaCha20Rng::seed_from_u64(5);
        let mut seen = [[0_u32; 256]; CUSTODIANS];
        for _ in 0..256 {
            for (share, seen) in split(&secret, version(), &mut rng).iter().zip(&mut seen) {
                Share::parse(share).unwrap().0[HEAD..].iter().for_each(|byte| seen[usize::from(*byte)] += 1);
            }
        }
        // 8,192 values each; 32 of each kind expected, standard deviation 5.6
        for counts in seen {
            assert!(counts.iter().all(|count| (4..=64).contains(count)), "{counts:?}");
        }
    }

    /// SLIP-39, test vector 4 (basic sharing 2-of-3, 128 bits), its two mnemonics' share values. SLIP-39 keeps the secret at x = 255 and a digest
    /// at x = 254: HMAC-SHA256 of the secret under the digest's last twelve bytes, its first four. The crate evaluates at 0; in a
    /// field of characteristic 2 that is the same for x moved by 255, or 254.
    #[test]
    fn the_field_and_the_interpolation_are_those_of_slip_39() {
        let values = [(2, "08fb14b66e692e25dfe2edf53289ed62"), (0, "06ab48fef4bedc8ce58baeef0a73f76e")];
        let at = |x: u8| {
            let points = values.map(|(number, value)| [vec![number ^ x], bytes(value)].concat());
            Gf256::combine_bytes(points.as_slice()).unwrap()
        };
        let (secret, digest) = (at(255), at(254));
        let mut mac = Hmac::<Sha256>::new_from_slice(&digest[4..]).unwrap();
        mac.update(&secret);
        assert_eq!(mac.finalize().into_bytes()[..4], digest[..4]);
        assert_eq!(secret, bytes("cdc017fddc829e791b1371780be0605a"));
    }

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }
}
