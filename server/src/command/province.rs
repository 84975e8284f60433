//! `congthe province`: the first step with an empty database.

use std::error::Error;

use registry::Actor;
use registry::order::Order;
use registry::work::change_unit::{UnitForm, add_unit};

use super::Refused;
use crate::clock::Now;
use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// `congthe province`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The province's name: "UBND tỉnh …"
    #[arg(long)]
    pub name: String,
    /// Its agency code of level 1: H57
    #[arg(long)]
    pub code: String,
    /// The decision that gave the code
    #[arg(long, default_value = "")]
    pub decision: String,
}

/// Enters it.
///
/// # Errors
/// What is wrong with name or code, or that there is a province already.
pub async fn run(config: &Config, args: Args, now: &Now, draw: &Draw) -> Result<(), Box<dyn Error>> {
    let store = open::migrated(config, draw).await?;
    let form = UnitForm {
        class: model::unit::UnitClass::Province.name().to_owned(),
        name: args.name.clone(),
        parent_id: None,
        code: args.code,
        decision: args.decision,
        from: String::new(),
    };
    store
        .write(now().as_millisecond(), move |tx| {
            Box::pin(async move { add_unit(tx, &Actor::console(), &Order::new(), form).await })
        })
        .await
        .map_err(Refused)?;
    println!("The province «{}» is entered. Next: congthe account add …", args.name);
    Ok(())
}
