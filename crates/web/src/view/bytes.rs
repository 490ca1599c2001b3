//! Sizes as text.

const BINARY: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const DECIMAL: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];

/// A size as a person reads it: `512 B`, `1.5 GiB`, `20 MiB`.
///
/// Steps of 1024; one decimal place below 10, cut off and not rounded, so that
/// a full quota never shows before it is full.
pub fn bytes(size: u64) -> String {
    in_steps(size, 1024, BINARY)
}

/// The same in steps of 1000: `1.5 GB`.
pub fn decimal_bytes(size: u64) -> String {
    in_steps(size, 1000, DECIMAL)
}

fn in_steps(size: u64, base: u64, units: [&str; 6]) -> String {
    if size < base {
        return format!("{size}\u{a0}B");
    }
    let mut step = base;
    let mut unit = 0;
    while size / step >= base && unit + 1 < units.len() {
        step *= base;
        unit += 1;
    }
    let whole = size / step;
    let tenth = u128::from(size % step) * 10 / u128::from(step);
    if whole < 10 && tenth > 0 {
        format!("{whole}.{tenth}\u{a0}{}", units[unit])
    } else {
        format!("{whole}\u{a0}{}", units[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, decimal_bytes};

    #[test]
    fn sizes_read_in_the_unit_that_fits() {
        for (size, expected) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KiB"),
            (1536, "1.5 KiB"),
            (20 * 1024 * 1024, "20 MiB"),
            (1024 * 1024 * 1024 - 1, "1023 MiB"),
            (5 * 1024 * 1024 * 1024, "5 GiB"),
            (u64::MAX, "15 EiB"),
        ] {
            assert_eq!(bytes(size).replace('\u{a0}', " "), expected);
        }
        for (size, expected) in [(999, "999 B"), (1500, "1.5 kB"), (2_000_000_000, "2 GB"), (u64::MAX, "18 EB")] {
            assert_eq!(decimal_bytes(size).replace('\u{a0}', " "), expected);
        }
    }
}
