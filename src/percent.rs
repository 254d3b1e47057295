//! Rates as people read them: in percent with one decimal, rounded half up (四舍五入), and once.
//!
//! A rate that is rounded to two decimals and then to one is another number than the one worked out by hand.

/// Returns the part in percent of the whole, rounded; nothing where the whole is nothing.
pub fn of(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| of_tenths(part * 1000.0 / whole))
}

/// Rounds a percentage that was worked out elsewhere; one that is rounded stays as it is.
pub fn rounded(percent: f64) -> f64 {
    of_tenths(percent * 10.0)
}

/// Shows a percentage.
pub fn show(percent: f64) -> String {
    format!("{:.1}%", rounded(percent))
}

fn of_tenths(tenths: f64) -> f64 {
    // A half is a half, whatever a division leaves in the last bits.
    ((tenths * 1e6).round() / 1e6).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up_and_nothing_is_rounded_twice() {
        let cases = [
            (645.0, 747.0, "86.3%"),
            (15.0, 19.0, "78.9%"),
            (148.0, 178.0, "83.1%"),
            (3.0, 48.0, "6.3%"),
            (1.0, 3.0, "33.3%"),
            (2.0, 3.0, "66.7%"),
            (1.7, 20.0, "8.5%"),
            (0.7, 8.0, "8.8%"),
            (0.0, 5.0, "0.0%"),
            (1999.0, 2000.0, "100.0%"),
            (7.0, 7.0, "100.0%"),
        ];
        for (part, whole, shown) in cases {
            let percent = of(part, whole).expect("a whole");
            assert_eq!(show(percent), shown, "{part}/{whole}");
            assert_eq!(rounded(percent).to_bits(), percent.to_bits(), "{part}/{whole}");
        }
        assert_eq!((of(1.0, 0.0), show(rounded(-6.25))), (None, "-6.3%".to_owned()));
    }
}
