//! GetFileSettings (F5) and ChangeFileSettings (5F).
use crate::card::Card;
use crate::fields::{Fields, three};
use crate::file::{Content, File, NEVER, Rights};
use crate::messaging::Answer;
use crate::model::Model;
use crate::sdm;
use crate::status::Status;

impl Card {
    /// GetFileSettings F5: type, option, rights, then what the type has.
    pub(crate) fn get_file_settings(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        fields.end()?;
        let application = self.application()?;
        let file = application.files.get(&number).ok_or(Status::FileNotFound)?;
        self.may_list(application.settings)?;
        Ok(settings(file).into())
    }

    /// ChangeFileSettings 5F: number in clear; option, rights, [additional rights], [SDM]. All in one non-volatile write.
    pub(crate) fn change_file_settings(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        let option = fields.u8()?;
        let rights = Rights(fields.u16()?);
        let model = self.nv.model;
        let file = self.file(number)?;
        if option & 0x1C != 0 || (option & 0xE0 != 0 && model < Model::Ev2) {
            return Err(Status::ParameterError);
        }
        let mut more = Vec::new();
        if option & 0x80 != 0 {
            let count = fields.u8()?;
            if !(1..=7).contains(&count) {
                return Err(Status::ParameterError);
            }
            for _ in 0..count {
                more.push(Rights(fields.u16()?));
            }
        }
        let mut content = file.content.clone();
        match &mut content {
            Content::Standard { data, sdm } => {
                if option & 0x40 == 0 {
                    *sdm = None;
                } else if !file.sdm_possible {
                    return Err(Status::ParameterError);
                } else {
                    // the counter goes on while SDM stays on
                    let reads = sdm.as_ref().map_or(0, |sdm| sdm.reads);
                    *sdm = Some(sdm::parse(&mut fields, data.len(), reads)?);
                }
            }
            _ if option & 0x40 != 0 => return Err(Status::ParameterError),
            Content::TransactionMac(_) if rights.write() != NEVER => return Err(Status::ParameterError),
            _ => {}
        }
        let limit = if option & 0x20 != 0 { Some(u32::from_le_bytes(fields.array()?)) } else { None };
        match &mut content {
            Content::TransactionMac(mac) if model >= Model::Ev3 => mac.limit = limit,
            _ if limit.is_some() => return Err(Status::ParameterError),
            _ => {}
        }
        fields.end()?;
        let file = self.file_mut(number)?;
        (file.option, file.rights, file.more, file.content) = (option & 0x03, rights, more, content);
        self.v.pictures.remove(&number);
        self.written();
        Ok(Answer::default())
    }
}

/// Bytes of ChangeFileSettings' data, from what they begin with.
pub(crate) fn length(plain: &[u8]) -> Option<usize> {
    let option = *plain.first()?;
    let mut length = 3;
    if option & 0x80 != 0 {
        length += 1 + 2 * usize::from(*plain.get(length)?);
    }
    if option & 0x40 != 0 {
        length += sdm::length(plain.get(length..)?)?;
    }
    if option & 0x20 != 0 {
        length += 4;
    }
    Some(length)
}

fn settings(file: &File) -> Vec<u8> {
    let sdm_on = matches!(file.content, Content::Standard { sdm: Some(_), .. });
    let limit = if let Content::TransactionMac(mac) = &file.content { mac.limit } else { None };
    let flag = |set: bool, bit: u8| if set { bit } else { 0x00 };
    let flags = flag(sdm_on, 0x40) | flag(!file.more.is_empty(), 0x80) | flag(limit.is_some(), 0x20);
    let mut out = vec![file.content.kind(), file.option | flags];
    out.extend(file.rights.0.to_le_bytes());
    match &file.content {
        Content::Standard { data, .. } | Content::Backup { data } => out.extend(three(data.len())),
        Content::Value(value) => {
            out.extend([value.lower, value.upper, value.limited].iter().flat_map(|number| number.to_le_bytes()));
            out.push(value.options);
        }
        Content::Records(records) => {
            out.extend([records.size, records.max, records.records.len()].into_iter().flat_map(three));
        }
        Content::TransactionMac(mac) => out.extend([mac.key_option, mac.version]),
    }
    if !file.more.is_empty() {
        out.push(u8::try_from(file.more.len()).unwrap_or(u8::MAX));
        out.extend(file.more.iter().flat_map(|rights| rights.0.to_le_bytes()));
    }
    if let Content::Standard { sdm: Some(sdm), .. } = &file.content {
        out.extend(sdm::written(sdm));
    }
    out.extend(limit.into_iter().flat_map(u32::to_le_bytes));
    out
}
