//! Reading plans of some megabytes against reading the same bytes and checking that they are UTF-8.
//!
//! `cargo bench --bench plan`
//!
//! One line for each document and length: the text a second, how many times as long it takes as the control, and the most
//! memory in use at once as a multiple of the document. Each document is read at two lengths; where the second figure of a
//! document is half the first, reading is not linear. The time is that of the processor for this thread, so that a busy
//! machine does not change it.

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    fmt::Write as _,
    fs, hint,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use cpu_time::ThreadTime;
use ducha::plan::{self, ReadOptions, Topics};
use support::made;

/// Megabytes at which each document is read.
const LENGTHS: [usize; 2] = [2_000_000, 4_000_000];
/// How often; the shortest time counts.
const ROUNDS: usize = 5;

/// The system's allocator, which counts while it is asked to.
struct Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static IN_USE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn grows(bytes: usize) {
    if COUNTS.load(Relaxed) {
        MOST.fetch_max(IN_USE.fetch_add(bytes, Relaxed) + bytes, Relaxed);
    }
}

fn shrinks(bytes: usize) {
    if COUNTS.load(Relaxed) {
        IN_USE.fetch_sub(bytes, Relaxed);
    }
}

// Everything is passed on as it comes.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grows(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        shrinks(layout.size());
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        grows(size.saturating_sub(layout.size()));
        shrinks(layout.size().saturating_sub(size));
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() {
    if !support::is_wanted() {
        return;
    }
    let topics = Topics::built_in();
    for (name, of_length) in documents() {
        for length in LENGTHS {
            let document = of_length(length).into_bytes();
            let reading = measure(|| plan::read(hint::black_box(&document), &topics, &ReadOptions::default()));
            let control = measure(|| read_and_check(&document));
            let plan = reading.result.expect("the document can be read");
            assert!(control.result);
            #[allow(clippy::cast_precision_loss)]
            let (size, most) = (document.len() as f64, reading.most as f64);
            println!(
                "{name:<24} {:4.1} MB  {:6.1} MB/s  {:6.0}x the control  memory {:4.1}x  {:6} clauses",
                size / 1e6,
                size / 1e6 / reading.shortest.as_secs_f64(),
                reading.shortest.as_secs_f64() / control.shortest.as_secs_f64(),
                most / size,
                plan.clauses.len(),
            );
        }
    }
}

/// What a measurement came to.
struct Measured<T> {
    shortest: Duration,
    /// Bytes in use at once at most.
    most: usize,
    result: T,
}

fn measure<T>(work: impl Fn() -> T) -> Measured<T> {
    IN_USE.store(0, Relaxed);
    MOST.store(0, Relaxed);
    COUNTS.store(true, Relaxed);
    let result = work();
    COUNTS.store(false, Relaxed);
    let once = || {
        let start = ThreadTime::now();
        let result = work();
        let taken = start.elapsed();
        drop(result);
        taken
    };
    let shortest = (0..ROUNDS).map(|_| once()).min().unwrap_or_default();
    Measured { shortest, most: MOST.load(Relaxed), result }
}

/// Does the least that reading could do: copies the bytes and checks that they are UTF-8.
fn read_and_check(bytes: &[u8]) -> bool {
    let copy = hint::black_box(bytes).to_vec();
    std::str::from_utf8(hint::black_box(&copy)).is_ok()
}

type OfLength = Box<dyn Fn(usize) -> String>;

/// The documents: as they are every day, and as odd as a reader may meet them.
fn documents() -> Vec<(String, OfLength)> {
    let again = |piece: String| -> OfLength { Box::new(move |length| piece.repeat(length.div_ceil(piece.len()))) };
    let numbered = |line: fn(usize) -> String| -> OfLength {
        Box::new(move |length| {
            let mut text = String::with_capacity(length + 200);
            (1..)
                .take_while(|&number| {
                    text.push_str(&line(number));
                    text.len() < length
                })
                .for_each(drop);
            text
        })
    };
    let one_line: String = plan::SAMPLE.lines().map(str::trim).collect();
    let mut found: Vec<(String, OfLength)> = vec![
        ("made-up plan".to_owned(), Box::new(made::plan)),
        ("one paragraph".to_owned(), again(one_line.clone())),
        ("one sentence".to_owned(), again(one_line.replace(['。', '；'], "，"))),
        ("broken lines".to_owned(), again(broken(plan::SAMPLE))),
        ("table".to_owned(), numbered(table_row)),
        (
            "clauses, no headings".to_owned(),
            numbered(|number| format!("加强培训，合格率达到{}%以上。\n", number % 100)),
        ),
        (
            "dates without owners".to_owned(),
            numbered(|number| format!("规范分类收集。\n完成时限：{}月底\n", 1 + number % 12)),
        ),
        ("owners in labels".to_owned(), numbered(|number| format!("规范分类收集。\n责任单位：医政{number}科\n"))),
        ("lists in one line".to_owned(), again("一是规范管理，二是加强培训。三是开展督查，".to_owned())),
        ("headings".to_owned(), numbered(|number| format!("{}.规范第{number}项管理\n", 1 + number % 300))),
        ("brackets".to_owned(), again("（规范（管理，每县1家）".to_owned())),
        ("percentages".to_owned(), again("20%的县、30%的乡镇".to_owned())),
        ("labels".to_owned(), again("责任单位：甲科、".to_owned())),
    ];
    found.extend(real_plans().into_iter().map(|(name, plan)| (name, again(plan + "\n"))));
    found
}

fn table_row(number: usize) -> String {
    match number {
        1 => "2023年重点任务分解表\n序号\t具体任务\t责任单位\t完成时限\n".to_owned(),
        _ => {
            let (share, month) = (50 + number % 50, 1 + number % 12);
            format!("{number}\t规范发热门诊设置，建成率达到{share}%以上\t医政科、疾控科\t{month}月底前\n")
        }
    }
}

/// Breaks the lines of a text as a copy from a document site does.
fn broken(text: &str) -> String {
    const WIDTH: usize = 30;
    let mut broken = String::new();
    for line in text.lines() {
        let letters: Vec<char> = line.chars().collect();
        for piece in letters.chunks(WIDTH) {
            writeln!(broken, "{}", piece.iter().collect::<String>()).expect("a string takes everything");
        }
    }
    broken
}

/// Reads the real plans beside the repository, where they are.
fn real_plans() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/plans");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: the real plans are not there");
        return Vec::new();
    };
    let mut plans: Vec<(String, String)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().to_string_lossy().chars().take(3).collect::<String>();
            Some((format!("real plan {name}"), fs::read_to_string(entry.path()).ok()?))
        })
        .collect();
    plans.sort();
    plans
}
