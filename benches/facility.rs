//! Importing 50,000 units from a spreadsheet against only reading it with calamine, importing them again and listing them
//! where the register has them already, looking for duplicates, and drawing.
//!
//! `cargo bench --bench facility`
//!
//! To be reached: an import of 50,000 units as a whole process under 2 s, into an empty register and into one that has them
//! all, which has to be read first; a draw over 50,000 units under 200 ms.

mod support;

use std::{
    path::Path,
    process::{Command, Stdio},
};

use calamine::{Data, Reader, Xlsx, open_workbook};
use ducha::{
    checklist::Digest,
    facility::{Facility, FacilityId, duplicates},
    task::draw::{Scheme, draw},
};
use rust_xlsxwriter::Workbook;
use support::{DUCHA, Samples, made};

/// How many units there are.
const UNITS: usize = 50_000;
/// How often each thing is measured.
const TIMES: usize = 7;

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let sheet = folder.path().join("register.xlsx");
    write_sheet(&sheet);
    let (mut samples, mut control) = (Samples::default(), Samples::default());
    let (mut again, mut listed) = (Samples::default(), Samples::default());
    for _ in 0..TIMES {
        let root = folder.path().join("workspace");
        made::workspace(&root);
        let import = ["facility", "import", sheet.to_str().expect("a plain path")];
        samples.time(|| run(&root, &import));
        control.time(|| {
            let mut book: Xlsx<_> = open_workbook(&sheet).expect("a workbook");
            let range = book.worksheet_range("Sheet1").expect("a sheet");
            assert_eq!(range.rows().filter(|row| matches!(row[0], Data::String(_))).count(), UNITS + 1);
        });
        again.time(|| run(&root, &import));
        listed.time(|| run(&root, &["facility", "list"]));
        std::fs::remove_dir_all(&root).expect("the workspace is ours");
    }
    samples.show("import 50,000 units from XLSX", Some(&control));
    again.show("import them again, where all are known", Some(&control));
    listed.show("list 50,000 units", None);

    let register: Vec<_> = (0..UNITS).map(unit).collect();
    let mut samples = Samples::default();
    for _ in 0..TIMES {
        samples.time(|| duplicates(&register));
    }
    samples.show("look for duplicates among 50,000 units", None);

    let scheme = Scheme::read(SCHEME).expect("a scheme");
    let (mut samples, mut control) = (Samples::default(), Samples::default());
    for number in 0..TIMES {
        let drawn = samples.time(|| {
            draw(&scheme, Digest::of(b""), &register, &[], &format!("seed {number}"), ("", made::now())).expect("drawn")
        });
        assert!(drawn.unit.len() > 2_000);
        // What no draw can do without: a copy of the register in order.
        control.time(|| {
            let mut copy = register.clone();
            copy.sort_unstable_by(|one, other| one.id.cmp(&other.id));
            copy.len()
        });
    }
    samples.show("draw from 50,000 units", Some(&control));
}

const SCHEME: &str = "title = \"t\"\n\
    [[stratum]]\nname = \"a\"\ntypes = [\"hospital\"]\nshare = 5\n[[stratum]]\nname = \"b\"\nnumber = 1000\n\
    [[inspector]]\nname = \"a\"\n[[inspector]]\nname = \"b\"\n[[inspector]]\nname = \"c\"\ndistrict = \"东区\"\n\
    [[inspector]]\nname = \"d\"\n[[inspector]]\nname = \"e\"\n[[inspector]]\nname = \"f\"\n";

/// Runs the program in a workspace.
fn run(root: &Path, arguments: &[&str]) {
    let mut command = Command::new(DUCHA);
    command.args(arguments).arg("--workspace").arg(root).stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status().expect("the command starts");
    assert!(status.success(), "{arguments:?}: {status}");
}

fn unit(number: usize) -> Facility {
    Facility {
        id: FacilityId(format!("F{number:06}")),
        name: format!("云澜市第{number}门诊部"),
        facility_type: if number.is_multiple_of(2) { "hospital" } else { "clinic" }.to_owned(),
        district: ["东区", "西区", "南区", "北区"][number % 4].to_owned(),
        address: format!("和平路{number}号"),
        ..Facility::default()
    }
}

fn write_sheet(path: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let headings = ["单位名称", "统一社会信用代码", "机构类别", "所属区县", "地址", "联系人", "联系电话"];
    for (column, heading) in (0..).zip(headings) {
        sheet.write(0, column, heading).expect("written");
    }
    for (row, number) in (1..).zip(0..UNITS) {
        let unit = unit(number);
        let cells = [&unit.name, "", "医院", &unit.district, &unit.address, "张三", "0000-8800001"];
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).expect("written");
        }
    }
    book.save(path).expect("the folder is ours");
}
