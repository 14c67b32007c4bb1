//! Turns: what keeps a processor busy for long is done by few at a time, so that nothing short has to wait behind it.
//!
//! That something takes long shows only while it is done. So it begins at once, with a turn if one is free. Without one, it gives up as soon
//! as it finds out ([`need_turn`]), and is done again when its turn has come.

use std::cell::Cell;

use super::failure::Unavailable;

/// How long what is done on a thread may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// As long as it likes.
    Any,
    /// Not long: it has no turn.
    Short,
    /// It has found that it would take long.
    GivenUp,
}

thread_local! {
    static PACE: Cell<Pace> = const { Cell::new(Pace::Any) };
}

/// Does work without a turn; `None` if it gave up.
pub(super) fn without<T>(work: impl FnOnce() -> T) -> Option<T> {
    /// Also after a panic.
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            PACE.set(Pace::Any);
        }
    }
    let _reset = Reset;
    PACE.set(Pace::Short);
    let done = work();
    (PACE.get() == Pace::Short).then_some(done)
}

/// For work that is going to take long.
///
/// # Errors
/// [`Unavailable`] if it has no turn: it is to give up, and will be done again with one.
pub fn need_turn() -> Result<(), Unavailable> {
    if PACE.get() == Pace::Any {
        return Ok(());
    }
    PACE.set(Pace::GivenUp);
    Err(Unavailable::unreachable("its turn has not come"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_turn_long_work_gives_up() {
        assert!(need_turn().is_ok());
        assert_eq!(without(|| 1), Some(1));
        assert_eq!(without(|| need_turn().is_err()), None);
        assert!(std::panic::catch_unwind(|| without(|| panic!("work"))).is_err());
        assert!(need_turn().is_ok());
    }
}
