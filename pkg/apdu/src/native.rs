//! DESFire commands without clothing: `cmd data` and `status data`.

/// A command code and its data.
pub fn command(code: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(data.len() + 1);
    bytes.push(code);
    bytes.extend_from_slice(data);
    bytes
}

/// Status byte and data of an answer; `None` for no bytes at all.
pub fn response(bytes: &[u8]) -> Option<(u8, Vec<u8>)> {
    let (status, data) = bytes.split_first()?;
    Some((*status, data.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_first_and_status_first() {
        assert_eq!(command(0x60, &[]), [0x60]);
        assert_eq!(command(0x5A, &[1, 2, 3]), [0x5A, 1, 2, 3]);
        assert_eq!(response(&[0xAF, 4, 1]), Some((0xAF, vec![4, 1])));
        assert_eq!(response(&[]), None);
    }
}
