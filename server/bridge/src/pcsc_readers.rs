//! The system's PC/SC: pcsc-lite on Linux, WinSCard on Windows, the framework of macOS.
mod card;
mod fault;
mod view;

use crate::readers::{Card, Readers, View};
use pcsc::{Context, Protocols, Scope, ShareMode};
use relay::Fault;
use std::ffi::CString;

/// All readers that PC/SC knows. Each view and each card has a context of its own, so that none waits for another.
pub struct PcscReaders;

impl Readers for PcscReaders {
    fn look(&self) -> Result<Box<dyn View>, Fault> {
        Ok(Box::new(view::PcscView::new(context()?)))
    }

    fn connect(&self, reader: &str) -> Result<Box<dyn Card>, Fault> {
        let reader = CString::new(reader).map_err(|_| Fault::NoReader)?;
        let context = context()?;
        let card = context.connect(&reader, ShareMode::Exclusive, Protocols::ANY).map_err(fault::when_connecting)?;
        card::PcscCard::new(context, card, reader).map(|card| Box::new(card) as Box<dyn Card>)
    }
}

fn context() -> Result<Context, Fault> {
    Context::establish(Scope::User).map_err(fault::of_service)
}
