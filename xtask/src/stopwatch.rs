//! Time that has passed: the one place in xtask that reads a clock.
use std::fmt;
use std::time::{Duration, Instant};

#[derive(Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "measures how long set-up, builds and tests take")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    pub fn elapsed(self) -> Elapsed {
        Elapsed(self.0.elapsed())
    }
}

/// A duration as people read it: `0.4 s`, `24 s`, `6 min 05 s`.
#[derive(Clone, Copy)]
pub struct Elapsed(pub Duration);

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let text = match seconds {
            0..10 => format!("{:.1} s", self.0.as_secs_f32()),
            10..120 => format!("{seconds} s"),
            _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        let text = |millis| Elapsed(Duration::from_millis(millis)).to_string();
        assert_eq!(text(440), "0.4 s");
        assert_eq!(text(24_900), "24 s");
        assert_eq!(text(365_000), "6 min 05 s");
    }
}
