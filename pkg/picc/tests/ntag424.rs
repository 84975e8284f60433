//! A foreign reader, the crate `ntag424`, on a simulated EV3 card that is laid out as the chip which that crate is for: EV2
//! authentication and messaging, key changes, secure dynamic messaging with its verification.
use ntag424::sdm::Verifier;
use ntag424::types::file_settings::CryptoMode;
use ntag424::{
    Access, AccessRights, AuthenticatedSession, CommMode, File, FileSettingsUpdate, KeyNumber, NonMasterKeyNumber,
    Response, Session, Transport,
};
use picc::{Card, Memory, Model};
use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

const UID: [u8; 7] = [0x04, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6];
const ZERO: [u8; 16] = [0; 16];

struct Field(Card);

impl Transport for Field {
    type Error = Infallible;
    type Data = Vec<u8>;

    async fn transmit(&mut self, apdu: &[u8]) -> Result<Response<Vec<u8>>, Infallible> {
        let mut data = self.0.transmit(apdu);
        let [sw1, sw2] = data.split_off(data.len() - 2)[..] else { unreachable!("a status word") };
        Ok(Response { data, sw1, sw2 })
    }

    async fn get_uid(&mut self) -> Result<Vec<u8>, Infallible> {
        Ok(UID.to_vec())
    }
}

/// Nothing here ever waits.
fn done<T, E: std::fmt::Debug>(future: impl Future<Output = Result<T, E>>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.expect("the card agrees"),
        Poll::Pending => unreachable!("the card answers at once"),
    }
}

/// The application of an NTAG 424: five keys of zeros; capability container, NDEF and proprietary file.
fn laid_out() -> Field {
    let mut state = 1_u8;
    let random = Box::new(move |out: &mut [u8]| {
        out.fill_with(|| {
            state = state.wrapping_mul(73).wrapping_add(41);
            state
        });
    });
    let mut card = Card::new(Model::Ev3, Memory::K4, UID, random);
    card.power_on();
    let frames: [&[u8]; 5] = [
        &[0xCA, 1, 0, 0, 0x0F, 0xA5, 0x10, 0xE1, 0xD2, 0x76, 0, 0, 0x85, 1, 1],
        &[0x5A, 1, 0, 0],
        &[0xCD, 0x01, 0x03, 0xE1, 0x00, 0x00, 0xE0, 32, 0, 0],
        &[0xCD, 0x02, 0x04, 0xE1, 0x40, 0xE0, 0xEE, 0, 1, 0],
        &[0xCD, 0x03, 0x05, 0xE1, 0x03, 0x30, 0x23, 128, 0, 0],
    ];
    for frame in frames {
        assert_eq!(card.transmit(frame), [0x00], "{frame:02X?}");
    }
    card.power_on();
    Field(card)
}

#[test]
fn authentication_identifier_versions_and_settings() {
    let mut field = laid_out();
    let session = done(Session::new().authenticate_aes(&mut field, KeyNumber::Key0, &ZERO, [7; 16]));
    let (uid, session) = done(session.get_uid(&mut field));
    assert_eq!(uid, UID);
    let (version, session) = done(session.get_key_version(&mut field, KeyNumber::Key3));
    assert_eq!(version, 0);
    let (_, session) = done(session.get_file_settings(&mut field, File::Proprietary));
    drop(done(session.get_file_settings(&mut field, File::Ndef)));
}

#[test]
fn keys_are_changed() {
    let mut field = laid_out();
    let session = done(Session::new().authenticate_aes(&mut field, KeyNumber::Key0, &ZERO, [7; 16]));
    let session = done(session.change_key(&mut field, NonMasterKeyNumber::Key3, &[3; 16], 9, &ZERO));
    let (version, session) = done(session.get_key_version(&mut field, KeyNumber::Key3));
    assert_eq!(version, 9);
    done(session.change_master_key(&mut field, &[1; 16], 1));
    done(Session::new().authenticate_aes(&mut field, KeyNumber::Key3, &[3; 16], [8; 16]));
    done(Session::new().authenticate_aes(&mut field, KeyNumber::Key0, &[1; 16], [9; 16]));
}

#[test]
fn an_enciphered_file_is_written_and_read() {
    let mut field = laid_out();
    let session = done(Session::new().authenticate_aes(&mut field, KeyNumber::Key3, &ZERO, [7; 16]));
    let data: Vec<u8> = (0..100).collect();
    let session = done(session.write_file_with_mode(&mut field, File::Proprietary, 5, &data, CommMode::Full));
    let mut read = [0; 128];
    let (length, _) =
        done(session.read_file_with_mode(&mut field, File::Proprietary, 5, 100, CommMode::Full, &mut read));
    assert_eq!(read[..length], data);
}

#[test]
fn dynamic_messages_verify() {
    let key = [0x2A; 16];
    let (ndef, sdm) = ntag424::sdm_url_config!(
        "https://example.com/?p={picc}&[[e=[................................]&m={mac}",
        CryptoMode::Aes
    );
    let mut template = ndef.to_vec();
    // the place of what is shown enciphered holds it in its first half
    let place = template.windows(2).position(|two| two == b"e=").expect("the place") + 2;
    template[place..place + 16].copy_from_slice(b"0123456789abcdef");
    let mut field = laid_out();
    let session = done(Session::new().authenticate_aes(&mut field, KeyNumber::Key0, &ZERO, [7; 16]));
    let verifier = Verifier::try_new(sdm, CryptoMode::Aes).expect("settings that can be verified");
    let rights = AccessRights {
        read: Access::Free,
        write: Access::Key(KeyNumber::Key0),
        read_write: Access::Key(KeyNumber::Key0),
        change: Access::Key(KeyNumber::Key0),
    };
    let update = FileSettingsUpdate::new(CommMode::Plain, rights).with_sdm(*sdm);
    let mut session = done(session.change_file_settings(&mut field, File::Ndef, &update));
    done(session.write_file_plain(&mut field, File::Ndef, 0, &template));
    for number in
        [NonMasterKeyNumber::Key1, NonMasterKeyNumber::Key2, NonMasterKeyNumber::Key3, NonMasterKeyNumber::Key4]
    {
        session = done(session.change_key(&mut field, number, &key, 1, &ZERO));
    }
    done(session.change_master_key(&mut field, &key, 1));

    for tap in 1..=3 {
        field.0.power_on();
        let mut shown = vec![0; ndef.len()];
        let mut session = Session::new();
        done(session.read_file_unauthenticated(&mut field, File::Ndef, 0, &mut shown));
        let told = verifier.verify(&shown, &key).expect("a message that verifies");
        assert_eq!((told.uid, told.read_ctr), (Some(UID), Some(tap)));
        assert_eq!(told.enc_file_data.as_deref(), Some(&b"0123456789abcdef"[..]));
    }
}
