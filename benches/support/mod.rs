//! What the benches share: how figures are taken and shown, and made-up input.
//!
//! A figure stands beside a control, which does the least that could be asked for, so that it says something on any machine.

// Each bench uses another part of this.
#![allow(dead_code)]

pub mod made;
pub mod year;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// What a measurement came to, one entry a sample, in the order in which they were taken.
#[derive(Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Adds a sample.
    pub fn add(&mut self, sample: Duration) {
        self.0.push(sample);
    }

    /// Adds how long some work takes on the clock; returns what the work returns.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.add(start.elapsed());
        result
    }

    /// Adds the samples of another measurement.
    pub fn extend(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// Returns the sample that the given share of all samples does not exceed; 0.5 is the median.
    pub fn quantile(&self, share: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let at = (share * sorted.len() as f64).ceil() as usize;
        sorted.get(at.saturating_sub(1)).copied().unwrap_or_default()
    }

    /// Prints one line: the median, the 99th percentile, and the ratios of both to a control's.
    pub fn show(&self, name: &str, control: Option<&Self>) {
        let ratio = |share: f64| {
            let control = control?.quantile(share).as_secs_f64();
            Some(format!("{:6.2}x", self.quantile(share).as_secs_f64() / control))
        };
        let cell = |share: f64| format!("{:>10} {:>7}", in_ms(self.quantile(share)), ratio(share).unwrap_or_default());
        println!("{name:<46} n {:>5}   median {}   99 % {}", self.0.len(), cell(0.5), cell(0.99));
    }
}

fn in_ms(time: Duration) -> String {
    format!("{:.3} ms", time.as_secs_f64() * 1e3)
}

/// Says whether the bench is to measure; `cargo test --all-targets` only wants to see that it builds.
pub fn is_wanted() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// Returns a new folder in cargo's target directory, on the same file system as the sources; it goes when it is dropped.
pub fn folder() -> tempfile::TempDir {
    let within = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tempfile::tempdir_in(within).expect("cargo made the target directory")
}

/// The program under test.
pub const DUCHA: &str = env!("CARGO_BIN_EXE_ducha");

/// Returns the most memory that this process has had at once, in MB; 0 where the system does not say.
pub fn highest_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) / 1024
}
