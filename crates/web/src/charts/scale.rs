//! Round axis steps and the mapping of values to drawing units. Integers only:
//! a value is a count or an amount in minor units.

/// Height of a drawing in its own units.
pub(super) const HEIGHT: i128 = 1000;

/// A value axis from `low` to `high`, both multiples of `step`, zero included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    low: i128,
    high: i128,
    step: i128,
}

impl Scale {
    /// The axis with two to five steps of 1, 2 or 5 times a power of ten that
    /// holds all values.
    pub(super) fn holding(values: impl Iterator<Item = i64>) -> Self {
        let (mut least, mut most) = (0, 0);
        for value in values.map(i128::from) {
            least = value.min(least);
            most = value.max(most);
        }
        if least == most {
            most = 1;
        }
        let step = round_step(most - least);
        Self { low: least.div_euclid(step) * step, high: -((-most).div_euclid(step)) * step, step }
    }

    /// The values to label, from the top down.
    pub(super) fn ticks(self) -> Vec<i64> {
        let mut ticks = Vec::new();
        let mut tick = self.high;
        while tick >= self.low {
            ticks.push(i64::try_from(tick).unwrap_or(i64::MAX));
            tick -= self.step;
        }
        ticks
    }

    /// The distance of a value from the top, in drawing units.
    pub(super) fn y(self, value: i64) -> i128 {
        (self.high - i128::from(value)) * HEIGHT / (self.high - self.low)
    }
}

fn round_step(span: i128) -> i128 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if span <= factor * power * 4 {
                return factor * power;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(values: &[i64]) -> Vec<i64> {
        Scale::holding(values.iter().copied()).ticks()
    }

    #[test]
    fn steps_are_round_and_hold_zero_and_all_values() {
        assert_eq!(ticks(&[3, 7, 12]), [15, 10, 5, 0]);
        assert_eq!(ticks(&[100]), [100, 50, 0]);
        assert_eq!(ticks(&[-30, 50]), [60, 40, 20, 0, -20, -40]);
        assert_eq!(ticks(&[]), [1, 0]);
        assert_eq!(ticks(&[0, 0]), [1, 0]);
    }

    #[test]
    fn the_largest_values_do_not_overflow() {
        let scale = Scale::holding([i64::MIN, i64::MAX].into_iter());
        assert!(scale.ticks().len() <= 6);
        assert!(scale.y(i64::MAX) >= 0);
        assert!(scale.y(i64::MIN) <= HEIGHT);
    }

    #[test]
    fn the_top_is_zero_and_the_bottom_is_the_height() {
        let scale = Scale::holding([0, 100].into_iter());
        assert_eq!(scale.y(100), 0);
        assert_eq!(scale.y(0), HEIGHT);
        assert_eq!(scale.y(50), HEIGHT / 2);
    }
}
