//! Reading a plan of ten megabytes against checking that the same bytes are UTF-8.
//!
//! `cargo bench --bench plan`
//!
//! The plan is the sample plan over and over with other figures each time. The ratio is that of the two throughputs; that
//! of reading must not fall with the length of the plan.

mod support;

use divan::{Bencher, counter::BytesCount};
use ducha::plan::{self, ReadOptions, Topics};
use support::made;

fn main() {
    divan::main();
}

/// Ten megabytes.
const LARGE: usize = 10_000_000;

#[divan::bench(args = [10_000, 1_000_000, LARGE], sample_count = 5, sample_size = 1)]
fn read(bencher: Bencher, size: usize) {
    let plan = made::plan(size);
    let topics = Topics::built_in();
    let read = || plan::read(divan::black_box(plan.as_bytes()), &topics, &ReadOptions::default());
    bencher.counter(BytesCount::new(plan.len())).bench_local(read);
}

#[divan::bench(args = [10_000, 1_000_000, LARGE], sample_count = 5, sample_size = 1)]
fn check_utf8(bencher: Bencher, size: usize) {
    let plan = made::plan(size).into_bytes();
    bencher
        .counter(BytesCount::new(plan.len()))
        .bench_local(|| std::str::from_utf8(divan::black_box(&plan)).is_ok_and(|text| text.contains('\u{0}')));
}
