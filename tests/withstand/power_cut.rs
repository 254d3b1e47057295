//! The power fails at any moment: what the screen has acknowledged is on the disk.
//!
//! The workspace lies on a file system of its own in an image. The program is stopped, and the image copied as it is at that
//! moment: whatever the system has not written yet is lost, as when the power fails. The copy is mounted and compared with the
//! screen. As a control the same is done with a program whose calls for durability do nothing; it has to lose answers.
//!
//! `DUCHA_CUTS=500 cargo test --test main withstand::power_cut` cuts more often. Needs root, `mkfs.ext4`, and `strace` for the
//! control; where they are not there it says that it was skipped.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use portable_pty::CommandBuilder;

use super::{
    Chance,
    killing::{ITEMS, Typed, answered, answers, begin, check, keys, many_items},
    number,
};
use crate::support::{
    environment::{Environment, write_workspace},
    pty::Session,
};

/// How many items are answered between two cuts.
const BETWEEN: usize = 6;

/// A home directory whose workspace lies on a file system of its own.
struct Disk {
    environment: Environment,
    image: PathBuf,
}

impl Disk {
    /// Makes a file system; nothing where that is not possible.
    fn new() -> Option<Self> {
        let environment = Environment::new();
        let image = environment.path("image");
        let file = fs::File::create(&image).expect("a file");
        file.set_len(32 * 1024 * 1024).expect("a size");
        // With the journal that office computers have; without delays of its own in writing its tables.
        let made = runs(Command::new("mkfs.ext4").args(["-q", "-F", "-E", "lazy_itable_init=0"]).arg(&image));
        let disk = Self { environment, image };
        (made && disk.mount()).then_some(disk)
    }

    fn mount(&self) -> bool {
        let place = self.environment.path("ws");
        fs::create_dir_all(&place).expect("a folder");
        runs(Command::new("mount").args(["-o", "loop"]).arg(&self.image).arg(place))
    }

    /// Makes a home directory with what is on the disk at this moment, and nothing that is still on the way there.
    fn cut(&self) -> Self {
        let environment = Environment::new();
        let image = environment.path("image");
        // A copy during which something was written is no single moment.
        let mut bytes = fs::read(&self.image).expect("read");
        loop {
            let again = fs::read(&self.image).expect("read");
            if again == bytes {
                break;
            }
            bytes = again;
        }
        fs::write(&image, bytes).expect("copied");
        let cut = Self { environment, image };
        assert!(cut.mount(), "what was cut cannot be mounted");
        cut
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let place = self.environment.path("ws");
        // A program that was killed may take a moment to let go.
        for _ in 0..50 {
            if runs(Command::new("umount").arg(&place)) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        runs(Command::new("umount").arg("--lazy").arg(&place));
    }
}

fn runs(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Makes a disk with a workspace that is all there; says that it is skipped where that is not possible.
fn disk() -> Option<Disk> {
    let Some(disk) = Disk::new() else {
        println!("skipped: no file system can be made and mounted here, for which root and mkfs.ext4 are needed");
        return None;
    };
    write_workspace(&disk.environment.path("ws"), "zh");
    disk.environment.write("ws/checklists/many.toml", many_items());
    assert!(
        runs(Command::new("sync").arg("-f").arg(disk.environment.path("ws"))),
        "what is there at the beginning stays"
    );
    Some(disk)
}

/// Answers items, a few at a time, and cuts the power after each few.
///
/// `look` gets the screen, what the cut has left, and everything that was typed until then.
fn cuts(
    disk: &Disk,
    session: &mut Session,
    chance: &mut Chance,
    count: usize,
    mut look: impl FnMut(&str, &Disk, &[Typed]),
) {
    let mut all = Vec::new();
    for cut in 0..count {
        let (script, typed) = keys(chance, cut * BETWEEN..(cut + 1) * BETWEEN);
        all.extend(typed);
        session.type_keys(&script);
        thread::sleep(Duration::from_micros(chance.below(120_000)));
        session.signal("STOP");
        let screen = session.screen();
        look(&screen, &disk.cut(), &all);
        session.signal("CONT");
    }
}

#[test]
fn what_was_acknowledged_survives_every_cut() {
    let wanted = usize::try_from(number("DUCHA_CUTS").unwrap_or(5)).expect("small");
    let mut chance = Chance::new();
    let (mut done, mut acknowledged) = (0, 0);
    while done < wanted {
        let Some(disk) = disk() else { return };
        let mut session = begin(disk.environment.in_terminal(&["--workspace", "ws"]));
        let count = (wanted - done).min(ITEMS / BETWEEN);
        cuts(&disk, &mut session, &mut chance, count, |screen, cut, typed| {
            check(screen, &answers(&cut.environment).expect("the record can be read"), typed);
            acknowledged += answered(screen);
        });
        session.kill9();
        done += count;
    }
    println!("{done} cuts with {acknowledged} acknowledged answers, nothing lost");
}

#[test]
fn without_durability_the_same_cuts_lose_answers() {
    if !runs(Command::new("strace").arg("--version")) {
        println!("skipped: strace is not there, with which the control is made");
        return;
    }
    let Some(disk) = disk() else { return };
    let mut chance = Chance::new();
    let program = disk.environment.in_terminal(&["--workspace", "ws"]);
    let mut careless = CommandBuilder::new("strace");
    careless.args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=fsync,fdatasync:retval=0"]);
    careless.args(program.get_argv());
    careless.env_clear();
    for (name, value) in program.iter_full_env_as_str() {
        careless.env(name, value);
    }
    careless.cwd(disk.environment.path(""));
    let mut session = begin(careless);
    let mut lost = 0;
    cuts(&disk, &mut session, &mut chance, 5, |screen, cut, _| {
        let kept = answers(&cut.environment).map_or(0, |answers| answers.len());
        lost += usize::from(kept < answered(screen));
    });
    session.kill9();
    assert!(lost > 0, "these cuts would not have shown that anything is lost");
    println!("{lost} of 5 cuts lost answers without durability");
}
