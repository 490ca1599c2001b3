//! The log lines of plugins: how many, and how chatty. Every thread of a plugin knows whose it is, so
//! that whatever is logged on it (also by libraries) counts as the plugin's.

use std::{
    cell::RefCell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    time::Instant,
};
use tracing::Level;

/// Lines a second that a plugin may log; more are dropped and counted.
const A_SECOND: u64 = 50;
/// Lines at once.
const BURST: u64 = 200;

thread_local! {
    static MINE: RefCell<Option<Arc<Lines>>> = const { RefCell::new(None) };
}

/// What a plugin may log.
#[derive(Debug)]
pub(crate) struct Lines {
    /// Its level as in [`super::CallLevel`]; 3: as the rest of the program.
    level: AtomicU8,
    bucket: Bucket,
    dropped: AtomicU64,
}

impl Default for Lines {
    fn default() -> Self {
        Self { level: AtomicU8::new(3), bucket: Bucket::new(A_SECOND, BURST), dropped: AtomicU64::new(0) }
    }
}

impl Lines {
    /// Everything logged on this thread is the plugin's from now on.
    pub fn own_thread(self: &Arc<Self>) {
        MINE.with_borrow_mut(|mine| *mine = Some(self.clone()));
    }
    /// Sets the level.
    pub fn set_level(&self, level: u8) {
        self.level.store(level, Ordering::Relaxed);
    }
    /// How many lines were dropped since the last time it was asked.
    pub fn take_dropped(&self) -> u64 {
        self.dropped.swap(0, Ordering::Relaxed)
    }
}

/// Does the level of the plugin on this thread decide about a line? `None`: the program's levels do,
/// because this is no thread of a plugin or its level says nothing else.
pub fn wanted(level: &Level) -> Option<bool> {
    let mine = MINE.try_with(|mine| mine.try_borrow().ok()?.as_ref().map(|l| l.level.load(Ordering::Relaxed)));
    match mine.ok().flatten()? {
        0 | 1 => Some(*level <= Level::ERROR),
        2 => Some(*level <= Level::WARN),
        3 => None,
        _ => Some(*level <= Level::DEBUG),
    }
}

/// May a line be written on this thread? A plugin that logs too much loses lines; they are counted.
pub fn may_write() -> bool {
    let fits = MINE.try_with(|mine| {
        let mine = mine.try_borrow().ok()?;
        let lines = mine.as_ref()?;
        let fits = lines.bucket.take();
        if !fits {
            lines.dropped.fetch_add(1, Ordering::Relaxed);
        }
        Some(fits)
    });
    fits.ok().flatten().unwrap_or(true)
}

/// Is this a thread of a plugin?
pub fn on_plugin_thread() -> bool {
    MINE.try_with(|mine| mine.try_borrow().is_ok_and(|m| m.is_some())).unwrap_or(false)
}

/// Lets through so many a second, and a burst after a rest.
#[derive(Debug)]
pub(crate) struct Bucket {
    a_second: u64,
    /// Thousandths.
    most: u64,
    left: Mutex<(Instant, u64)>,
}

impl Bucket {
    pub fn new(a_second: u64, burst: u64) -> Self {
        Self { a_second, most: burst * 1000, left: Mutex::new((Instant::now(), burst * 1000)) }
    }
    /// Takes one, if there is one left.
    pub fn take(&self) -> bool {
        let mut guard = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, left) = &mut *guard;
        let ms = u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX);
        if ms > 0 {
            *left = left.saturating_add(ms.saturating_mul(self.a_second)).min(self.most);
            *at = Instant::now();
        }
        let fits = *left >= 1000;
        if fits {
            *left -= 1000;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_loses_lines_and_they_are_counted() {
        let lines = Arc::new(Lines::default());
        let flood = lines.clone();
        let written = std::thread::spawn(move || {
            flood.own_thread();
            (0..10_000).filter(|_| may_write()).count()
        });
        let written = written.join().unwrap();
        assert!((200..10_000).contains(&written), "{written}");
        assert_eq!(lines.take_dropped(), 10_000 - written as u64);
        assert!((0..10_000).all(|_| may_write()), "other threads write as much as they like");
    }

    #[test]
    fn the_level_of_a_plugin_counts_on_its_threads() {
        let lines = Arc::new(Lines::default());
        assert_eq!(wanted(&Level::DEBUG), None);
        let own = lines.clone();
        let seen = std::thread::spawn(move || {
            own.own_thread();
            [1, 2, 3, 4].map(|level| {
                own.set_level(level);
                (wanted(&Level::WARN), wanted(&Level::DEBUG))
            })
        });
        let wanted = [(false, false), (true, false), (true, true), (true, true)].map(|(w, d)| (Some(w), Some(d)));
        assert_eq!(seen.join().unwrap(), [wanted[0], wanted[1], (None, None), wanted[3]]);
    }
}
