//! What must be withstood at the place where inspections are filled in: kills, power cuts, a disk that fails.
//!
//! Each campaign is small here and large with `.ci/withstand large`; what syncing has to withstand is in [`crate::sync`].

#[cfg(target_os = "linux")]
mod failing_disk;
#[cfg(unix)]
mod killing;
#[cfg(target_os = "linux")]
mod power_cut;

/// Random numbers enough for a test.
#[cfg(unix)]
struct Chance(u64);

#[cfg(unix)]
impl Chance {
    /// Begins with `DUCHA_SEED`, or with the time.
    fn new() -> Self {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970");
        let seed = number("DUCHA_SEED").unwrap_or(u64::from(now.subsec_nanos()) + 1);
        println!("DUCHA_SEED={seed} repeats this");
        Self(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Reads a number that says how large a campaign is to be.
#[cfg(unix)]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
