//! Command APDUs of the transparent session and their data objects (PC/SC part 3, supplement for contactless ICCs).

/// What follows `FF 50 00 P2`, or why it is not accepted.
pub(super) fn data(body: &[u8]) -> Option<&[u8]> {
    match body {
        // extended: with two bytes of Le it is refused, with three it is accepted, as seen
        [0x00, high, low, rest @ ..] if !rest.is_empty() => {
            let (data, le) = rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))?;
            matches!(le.len(), 0 | 3).then_some(data)
        }
        [length, rest @ ..] => {
            let (data, le) = rest.split_at_checked(usize::from(*length))?;
            (le.len() <= 1).then_some(data)
        }
        [] => None,
    }
}

/// A data object: tag, of one or two bytes, and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Object<'a> {
    pub tag: u16,
    pub value: &'a [u8],
}

/// All objects; `None` when the bytes are not such.
pub(super) fn objects(mut bytes: &[u8]) -> Option<Vec<Object<'_>>> {
    let mut objects = Vec::new();
    while !bytes.is_empty() {
        let (tag, rest) = match bytes {
            [0x5F, second, rest @ ..] => (u16::from_be_bytes([0x5F, *second]), rest),
            [tag, rest @ ..] => (u16::from(*tag), rest),
            [] => break,
        };
        let (length, rest) = match rest {
            [0x81, length, rest @ ..] => (usize::from(*length), rest),
            [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
            [length @ ..=0x7F, rest @ ..] => (usize::from(*length), rest),
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(length)?;
        objects.push(Object { tag, value });
        bytes = rest;
    }
    Some(objects)
}

/// An object as it is sent.
pub(super) fn encode(tag: &[u8], value: &[u8]) -> Vec<u8> {
    let length = match value.len() {
        short @ ..0x80 => vec![short.to_le_bytes()[0]],
        long @ 0x80..0x100 => vec![0x81, long.to_le_bytes()[0]],
        long => [&[0x82], &u16::try_from(long).unwrap_or(u16::MAX).to_be_bytes()[..]].concat(),
    };
    [tag, &length, value].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_taken_apart_and_put_together() {
        let bytes = [0x5F, 0x46, 0x04, 1, 2, 3, 4, 0x95, 0x82, 0x00, 0x02, 0xE0, 0x80];
        let expected = [Object { tag: 0x5F46, value: &[1, 2, 3, 4] }, Object { tag: 0x95, value: &[0xE0, 0x80] }];
        assert_eq!(objects(&bytes).as_deref(), Some(&expected[..]));
        assert_eq!(objects(&[0x95, 0x02, 0xE0]), None);
        assert_eq!(encode(&[0x97], &[1]), [0x97, 0x01, 0x01]);
        assert_eq!(encode(&[0x97], &[0; 0x80]).get(..3), Some(&[0x97, 0x81, 0x80][..]));
        assert_eq!(encode(&[0x97], &[0; 300]).get(..4), Some(&[0x97, 0x82, 0x01, 0x2C][..]));
    }

    #[test]
    fn both_forms_of_length_are_known() {
        assert_eq!(data(&[0x02, 0x81, 0x00, 0x00]), Some(&[0x81, 0x00][..]));
        assert_eq!(data(&[0x00, 0x00, 0x02, 0x81, 0x00, 0x00, 0x00, 0x00]), Some(&[0x81, 0x00][..]));
        assert_eq!(data(&[0x00, 0x00, 0x02, 0x81, 0x00, 0x00, 0x00]), None);
        assert_eq!(data(&[0x03, 0x81, 0x00]), None);
    }
}
