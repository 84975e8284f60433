//! Blanks of a demonstration, as its store would have them: simulated cards with the transport key of a key set that is for no real card.

use chip::batch::{Do, Relay};
use chip::plan::{Event, Run, Turn};
use contract::Failure;
use picc::{Card, Memory, Model, State};
use registry::Draw;

/// A new card that `run` has keyed: all that it holds.
///
/// # Errors
/// [`Failure::Internal`] where the run does not end well.
pub fn blank(mut run: Run, draw: &Draw) -> Result<State, Failure> {
    // NXP's first byte, and six by chance
    let mut uid = [0x04; 7];
    draw(&mut uid[1..]);
    let drawn = draw.clone();
    let mut card = Card::new(Model::Ev1, Memory::K2, uid, Box::new(move |bytes| drawn(bytes)));
    card.power_on();
    let mut turn = run.turn(Event::Again);
    loop {
        turn = match turn {
            Turn::Over(_, outcome) if outcome.end.is_ok() => return Ok(card.state().clone()),
            Turn::Over(..) => return Err(Failure::Internal),
            Turn::Whose(_) => run.turn(Event::Journal(Vec::new())),
            Turn::Batch(_, batch) => run.turn(Event::Answers(carried(&mut card, batch)?)),
        };
    }
}

fn carried(card: &mut Card, batch: chip::batch::Batch) -> Result<chip::batch::Answers, Failure> {
    let mut relay = Relay::default();
    let mut next = relay.batch(batch);
    loop {
        next = match next {
            Do::Send(command) => relay.answer(&card.transmit(&command)),
            Do::Report(answers) => return Ok(answers),
            Do::Nothing => return Err(Failure::Internal),
        };
    }
}
