//! Statistics of few and of many figures: medians, percentiles, and ratios of what was measured in the same round.

/// The middle one, or the middle of the two; not a number where there is none.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// Between two neighbours, as far as it is from each.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = share * number(last);
    let below = index(place).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (place - number(below))
}

/// Each round's subject by the same round's reference: what disturbs a round disturbs both.
pub fn ratios(subject: &[f64], reference: &[f64]) -> Vec<f64> {
    subject
        .iter()
        .zip(reference)
        .map(|(subject, reference)| subject / reference)
        .collect()
}

/// A count as a figure.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts here are far below what a float holds exactly"
)]
pub fn number(count: usize) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a list, rounded down"
)]
fn index(place: f64) -> usize {
    place.max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::{median, percentile, ratios};

    #[test]
    fn medians_and_percentiles_lie_between_neighbours() {
        for (values, share, expected) in [
            (&[3.0, 1.0, 2.0][..], 0.5, 2.0),
            (&[4.0, 1.0, 2.0, 3.0], 0.5, 2.5),
            (&[1.0, 2.0], 1.0, 2.0),
            (&[7.0], 0.99, 7.0),
            (&[0.0, 10.0], 0.25, 2.5),
        ] {
            let found = percentile(values, share);
            assert!((found - expected).abs() < 1e-9, "{values:?}: {found}");
        }
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn each_round_is_compared_with_itself() {
        assert_eq!(ratios(&[2.0, 9.0], &[1.0, 3.0]), [2.0, 3.0]);
    }
}
