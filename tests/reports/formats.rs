//! Every format says the same, and nothing from outside is more than text in it.

use std::{
    env, fs,
    io::{Cursor, Read},
    path::Path,
};

use ducha::{
    i18n::Lang,
    inspection::Verdict,
    report::{
        self, Format, Kind, Tally,
        document::{Block, Cell, Document, Medium, Row},
        words::Template,
    },
};

use super::made::{Made, tally, workspace};

/// What somebody might write into a finding to do harm.
const HOSTILE: &str = "=cmd|' /C calc'!A0 <script>alert(1)</script> \u{202e}医院\u{7}]]> | # 甲";

/// Names a folder in which every page is kept for a validator; `.ci/pages` asks for it.
const PAGES: &str = "DUCHA_PAGES";

fn several() -> Vec<Made> {
    let fails = [Some(Verdict::Fails), Some(Verdict::Conforms)];
    vec![
        Made { verdicts: fails, due: Some("2026-04-01"), description: HOSTILE.to_owned(), ..Made::default() },
        Made { day: "2026-04-11", unit: 1, verdicts: fails, corrected: true, ..Made::default() },
        Made { day: "2026-05-11", unit: 2, description: "很".repeat(500), verdicts: fails, ..Made::default() },
        Made { day: "2026-05-12", unit: 2, ..Made::default() },
    ]
}

fn made(kind: Kind, tally: &Tally) -> Document<'_> {
    let template = Template::built_in(kind);
    report::document(kind, tally, template.as_ref(), kind.language(Lang::Zh)).expect("the built-in wording is good")
}

fn of_period() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|kind| !kind.is_of_record())
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect(name).read_to_string(&mut text).expect("UTF-8");
    text
}

fn names(bytes: &[u8]) -> Vec<String> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    archive.file_names().map(|name| name.expect("a name").into_owned()).collect()
}

/// Reads an XML text to its end and returns what stands between the tags.
fn text_of(xml: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut text = String::new();
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Eof => return text,
            quick_xml::events::Event::Text(part) => text.push_str(&part),
            quick_xml::events::Event::GeneralRef(name) => {
                text.push_str(quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default());
            }
            _ => {}
        }
    }
}

#[test]
fn every_kind_has_every_format_also_without_records() {
    for records in [Vec::new(), vec![Made::default()], several()] {
        let (_environment, workspace) = workspace(&records);
        let tally = tally(&workspace, |_| {});
        for kind in of_period() {
            let document = made(kind, &tally);
            for format in Format::ALL {
                let files = format.files(&document).unwrap_or_else(|error| panic!("{kind:?} {format:?}: {error}"));
                assert!(!files.is_empty(), "{kind:?} {format:?}");
                if let Some(folder) = env::var_os(PAGES).filter(|_| format == Format::Html) {
                    let name = format!("{}-{}.html", kind.name(), records.len());
                    fs::write(Path::new(&folder).join(name), &files[0].1).expect("the page can be kept");
                }
                for (_, bytes) in files.iter().filter(|_| matches!(format, Format::Docx | Format::Xlsx)) {
                    for name in names(bytes) {
                        text_of(&part(bytes, &name));
                    }
                }
            }
        }
    }
}

#[test]
fn all_formats_of_a_report_show_the_same_numbers() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    for kind in of_period() {
        let document = made(kind, &tally);
        let bytes = |format: Format| format.files(&document).expect("laid out").remove(0).1;
        let page = String::from_utf8(bytes(Format::Html)).expect("UTF-8");
        let markdown = String::from_utf8(bytes(Format::Markdown)).expect("UTF-8").replace('\\', "");
        let paper = text_of(&part(&bytes(Format::Docx), "word/document.xml"));
        let tables = document.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        for table in tables {
            let words =
                |row: Row<'_>| -> Vec<String> { row.cells.iter().map(|cell| cell.show().into_owned()).collect() };
            for row in table.fitting(Medium::Paper).rows() {
                // A row of a table is one run of cells in each format.
                let cells = words(row);
                assert!(paper.contains(&cells.concat()), "{kind:?} docx: {cells:?}");
            }
            for row in table.fitting(Medium::Screen).rows() {
                let cells = words(row);
                assert!(markdown.contains(&cells.join(" | ")), "{kind:?} md: {cells:?}");
                for number in cells.iter().filter(|cell| cell.ends_with('%')) {
                    assert!(page.contains(&format!(">{number}<")), "{kind:?} html: {number}");
                }
            }
        }
    }
}

/// Returns the text of the sheet with a table, and the names that the workbook defines for it.
fn sheet(workbook: &[u8], document: &Document<'_>, name: &str) -> (String, Vec<String>) {
    // The first sheet is the cover.
    let at = 1 + document.tables().position(|table| table.name == name).expect("the table");
    let book = part(workbook, "xl/workbook.xml");
    let defined = book.split("<definedName ").skip(1).filter(|one| one.contains(&format!("localSheetId=\"{at}\"")));
    let defined = defined.map(|one| text_of(&format!("<a {}", one.split("</definedName>").next().expect("its end"))));
    let defined = defined.collect();
    (part(workbook, &format!("xl/worksheets/sheet{}.xml", at + 1)), defined)
}

#[test]
fn a_sum_is_no_row_among_the_others() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    let summing: [(Kind, &str); 4] = [
        (Kind::Summary, "units"),
        (Kind::Summary, "districts"),
        (Kind::Rectification, "districts"),
        (Kind::Workload, "inspectors"),
    ];
    for (kind, name) in summing {
        let document = made(kind, &tally);
        let table = document.tables().find(|table| table.name == name).expect("the table");
        let rows: Vec<_> = table.rows().collect();
        let (sum, others) = rows.split_last().expect("rows");
        assert_eq!(sum.cells[1].show(), "合计", "{name}");
        assert_eq!(sum.proof.records(), [0, 1, 2, 3], "the sum leads to every record");
        assert!(others.len() > 1 && others.iter().all(|row| row.cells[1].show() != "合计"));
        let failed = table.columns.iter().position(|column| column.name == "failed").expect("a column");
        let added = |row: &Row<'_>| row.cells[failed].show().parse::<u64>().expect("a number");
        let added = others.iter().map(added).sum::<u64>();
        assert!(name == "inspectors" || sum.cells[failed] == Cell::Count(added), "{name}: {:?}", sum.cells);
        // In data everything is a row that can be added up.
        let csv = Format::Csv.files(&document).expect("laid out");
        let csv = csv.into_iter().find(|(part, _)| part.as_deref() == Some(name)).expect("the table").1;
        let csv = String::from_utf8(csv).expect("UTF-8");
        assert!(!csv.contains("合计") && csv.lines().count() == others.len() + 1, "{csv}");
        // On the page sorting moves the rows of the body, in the spreadsheet a filter those of its range.
        let page = String::from_utf8(Format::Html.files(&document).expect("laid out").remove(0).1).expect("UTF-8");
        let bodies = page.split("<tbody>").skip(1).map(|rest| rest.split("</tbody>").next().unwrap_or_default());
        assert!(bodies.into_iter().all(|body| !body.contains(">合计<")), "{page}");
        let foot = page.split("<tfoot>").nth(1).and_then(|rest| rest.split("</tfoot>").next());
        assert!(foot.is_some_and(|foot| foot.contains(">合计<") && foot.contains("href=\"#r1\"")), "{foot:?}");
        let workbook = Format::Xlsx.files(&document).expect("laid out").remove(0).1;
        let (text, _) = sheet(&workbook, &document, name);
        let filter = text.split("<autoFilter ref=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a filter");
        let last = filter.trim_end_matches(char::is_numeric).len();
        assert_eq!(filter[last..], (others.len() + 2).to_string(), "{filter}");
    }
}

#[test]
fn what_is_drawn_and_what_names_a_row_is_printed() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    let summary = made(Kind::Summary, &tally);
    let workbook = Format::Xlsx.files(&summary).expect("laid out").remove(0).1;
    let (_, defined) = sheet(&workbook, &summary, "units");
    let area = defined.iter().find(|one| one.contains(':') && one.contains("$A$1:")).expect("a print area");
    let last: u32 = area.rsplit('$').next().and_then(|row| row.parse().ok()).expect("a row");
    let drawing = part(&workbook, "xl/drawings/drawing1.xml");
    let end = drawing.split("<xdr:to>").nth(1).and_then(|to| to.split("<xdr:row>").nth(1)).expect("an anchor");
    let end: u32 = end.split('<').next().and_then(|row| row.parse().ok()).expect("a row");
    assert!(tally.units.len() < end as usize && end < last, "the chart ends in row {end}, the print area in {last}");
    let ledger = made(Kind::Ledger, &tally);
    let workbook = Format::Xlsx.files(&ledger).expect("laid out").remove(0).1;
    let (_, defined) = sheet(&workbook, &ledger, "ledger");
    assert!(defined.iter().any(|one| one.contains("$A:$E") && one.contains("$2:$2")), "{defined:?}");
    // The column by which the ledger is taken back is of no use on paper.
    assert!(defined.iter().any(|one| one.contains("$A$1:$X$")), "{defined:?}");
}

#[test]
fn a_list_that_is_not_whole_says_so() {
    let failing = Made { verdicts: [Some(Verdict::Fails); 2], ..Made::default() };
    let (_environment, workspace) = workspace(&vec![failing; 103]);
    let tally = tally(&workspace, |_| {});
    let circular = made(Kind::Circular, &tally);
    let problems = circular.tables().find(|table| table.name == "problems").expect("the table");
    assert_eq!((problems.count, problems.title.as_str()), (200, "问题清单（前 200 行，共 206 行）"));
    let items = circular.tables().find(|table| table.name == "items").expect("the table");
    assert_eq!(items.title, "不符合项目");
}

#[test]
fn a_blank_cell_leads_nowhere() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    let document = made(Kind::Trend, &tally);
    let workbook = Format::Xlsx.files(&document).expect("laid out").remove(0).1;
    let (compared, _) = sheet(&workbook, &document, "compared");
    // Nothing was before, so that there is no change; the numbers of both periods lead to their lists.
    assert!(!compared.contains("ref=\"D3\""), "{compared}");
    assert!(compared.contains("ref=\"B3\"") && compared.contains("ref=\"C3\""));
}

#[test]
fn the_records_of_earlier_periods_are_listed() {
    let days = ["2025-03-02", "2025-04-02", "2026-03-02"];
    let (_environment, workspace) = workspace(&days.map(|day| Made { day, ..Made::default() }));
    let tally = tally(&workspace, |_| {});
    let document = made(Kind::Trend, &tally);
    for name in ["records-before", "records-year-before"] {
        let table = document.tables().find(|table| table.name == name).expect("the list");
        let dates: Vec<_> = table.rows().map(|row| row.cells[1].show().into_owned()).collect();
        assert_eq!(dates, days[..2], "{name}");
        assert!(document.notes.iter().any(|note| note.text.contains(&table.title)), "{:?}", document.notes);
    }
    assert!(made(Kind::Summary, &tally).tables().all(|table| table.name != "records-before"));
    // Each number that is set beside another leads to the list that it was counted from.
    let page = String::from_utf8(Format::Html.files(&document).expect("laid out").remove(0).1).expect("UTF-8");
    let visits = page.split("<td class=\"words\">检查户次</td>").nth(1).and_then(|rest| rest.split("</tr>").next());
    let workbook = Format::Xlsx.files(&document).expect("laid out").remove(0).1;
    let text = sheet(&workbook, &document, "compared").0.replace("&apos;", "'");
    let lists = [
        ("B", "records", "检查记录清单"),
        ("C", "records-before", "上期检查记录"),
        ("E", "records-year-before", "上年同期检查记录"),
    ];
    for (cell, anchor, list) in lists {
        assert!(page.contains(&format!("<table id=\"{anchor}\">")), "{anchor}");
        assert!(visits.is_some_and(|row| row.contains(&format!("<a href=\"#{anchor}\">"))), "{visits:?}");
        let link = format!("<hyperlink ref=\"{cell}3\" location=\"'{list}'!A1\"");
        assert!(text.contains(&link), "{link} in {text}");
        assert!(
            text.contains(&format!("<c r=\"{cell}3\" s=")) && !text.contains(&format!("<c r=\"{cell}3\" t=")),
            "a number"
        );
    }
}

#[test]
fn the_numbers_of_a_sentence_lead_to_their_records() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    for (kind, sentences) in [(Kind::Circular, 3), (Kind::Completion, 2), (Kind::Summary, 1)] {
        let document = made(kind, &tally);
        let page = String::from_utf8(Format::Html.files(&document).expect("laid out").remove(0).1).expect("UTF-8");
        let links: Vec<&str> = page.split("<p class=\"counted\">").skip(1).collect();
        assert_eq!(links.len(), sentences, "{kind:?}: {page}");
        for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(page.contains(&format!("id=\"{target}\"")), "{kind:?}: nothing is called {target}");
        }
        let paper = text_of(&part(&Format::Docx.files(&document).expect("laid out").remove(0).1, "word/document.xml"));
        assert!(!paper.contains("检查记录：1"), "{kind:?}: a paper says it in its own words");
    }
}

#[test]
fn an_item_leads_to_where_it_was_answered_and_to_where_it_fails() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    let document = made(Kind::Summary, &tally);
    let table = document.tables().find(|table| table.name == "items").expect("the table");
    for row in table.rows() {
        let count = |name: &str| {
            let at = table.columns.iter().position(|column| column.name == name).expect(name);
            match &row.cells[at] {
                Cell::Count(count) => *count,
                Cell::Records(records, _) => records.len() as u64,
                other => panic!("{name}: {other:?}"),
            }
        };
        assert_eq!(count("failing-records"), count("failed"), "{row:?}");
        assert_eq!(
            row.proof.records().len() as u64,
            count("conforming") + count("failed") + count("exempt"),
            "{row:?}"
        );
    }
}

#[test]
fn nothing_from_outside_is_more_than_text() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    for kind in [Kind::Ledger, Kind::Circular, Kind::Summary] {
        let document = made(kind, &tally);
        for format in Format::ALL {
            for (_, bytes) in format.files(&document).expect("laid out") {
                let parts = match format {
                    Format::Docx | Format::Xlsx => names(&bytes).iter().map(|name| part(&bytes, name)).collect(),
                    Format::Parquet => continue,
                    _ => vec![String::from_utf8(bytes).expect("UTF-8")],
                };
                for text in parts {
                    assert!(
                        (format == Format::Csv || !text.contains("<script>alert"))
                            && !text.contains('\u{202e}')
                            && !text.contains('\u{7}'),
                        "{kind:?} {format:?}"
                    );
                    assert!(!text.contains("<f>="), "{kind:?} {format:?}: a formula");
                }
            }
        }
    }
    let csv = Format::Csv.files(&made(Kind::Ledger, &tally)).expect("laid out").remove(0).1;
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert!(csv.starts_with('\u{feff}') && csv.contains("\"'=cmd|' /C calc'!A0"), "{csv}");
}

#[test]
fn the_paper_is_set_up_by_the_standard() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    let bytes = Format::Docx.files(&made(Kind::Circular, &tally)).expect("laid out").remove(0).1;
    let text = part(&bytes, "word/document.xml");
    // GB/T 9704-2012: A4, 37 mm above, 28 mm at the binding, type area 156 mm by 225 mm, 22 lines; 3号 仿宋, title 2号 小标宋.
    for wanted in [
        "w:w=\"11906\" w:h=\"16838\"",
        "w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\"",
        "w:linePitch=\"579\"",
        "<w:spacing w:val=\"-5\"/><w:sz w:val=\"32\"/>",
        "w:orient=\"landscape\"",
        "<w:rFonts w:ascii=\"方正小标宋简体\"",
        "<w:rFonts w:ascii=\"仿宋_GB2312\"",
        "<w:rFonts w:ascii=\"黑体\"",
        "<w:rFonts w:ascii=\"楷体_GB2312\"",
        "<w:sz w:val=\"44\"/>",
        "<w:sz w:val=\"32\"/>",
        "w:firstLineChars=\"200\"",
        "<w:tblHeader/>",
        "附件：1. ",
    ] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(part(&bytes, "word/settings.xml").contains("<w:evenAndOddHeaders/>"));
    assert!(part(&bytes, "word/footer1.xml").contains("w:rightChars=\"100\""));
    assert!(part(&bytes, "word/footer2.xml").contains("w:leftChars=\"100\""));
    assert!(part(&bytes, "word/header1.xml").contains("草稿"));
}

#[test]
fn a_signature_never_stands_alone_on_a_page() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    let bytes = Format::Docx.files(&made(Kind::Circular, &tally)).expect("laid out").remove(0).1;
    let text = part(&bytes, "word/document.xml");
    let paragraphs: Vec<&str> = text.split("<w:p>").collect();
    let date = paragraphs.iter().position(|text| text.contains("2026年11月21日</w:t>")).expect("a date");
    let annexes = paragraphs.iter().position(|text| text.contains("附件：1. ")).expect("annexes");
    // The last of the text, a blank line, the annexes, two blank lines, the name; the date ends it.
    for paragraph in &paragraphs[annexes - 2..date] {
        assert!(paragraph.contains("<w:keepNext/>"), "{paragraph}");
    }
    assert!(!paragraphs[date].contains("<w:keepNext/>"), "{}", paragraphs[date]);
    assert!(paragraphs[1..annexes - 2].iter().any(|text| !text.contains("<w:keepNext/>")), "not all on one page");
}

#[test]
fn the_circular_says_what_was_counted_and_leaves_blanks() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    let text = Format::Markdown.files(&made(Kind::Circular, &tally)).expect("laid out").remove(0).1;
    let text = String::from_utf8(text).expect("UTF-8").replace('\\', "");
    for wanted in [
        "【待填：代字】〔2026〕　　号\n\n# 云澜市卫生健康委员会关于卫生健康工作督查情况的通报",
        "---\n\n抄送：【待填：抄送机关】。\n\n---\n\n【待填：印发机关】　【待填：印发日期】印发",
        "检查单位3家、4户次",
        "已销号1个（其中立行立改1个），整改率33.3%，按期整改率50.0%；未销号2个，超过整改期限仍未销号1个",
        "逐项整改，按期完成。已超过整改期限的1个问题要立即整改到位。整改情况于",
        "名单内单位4家已覆盖3家，覆盖率75.0%",
        "根据【待填：督查依据】，2026年1月1日至11月21日，云澜市卫生健康委员会采取",
        "附件：\n\n1. 检查情况汇总表\n2. 问题清单\n3. 不符合项目",
        "入口设有预检分诊点",
        "【待填：对有关单位的表扬",
        "2026年11月21日",
        "计入检查记录 4 份，未计入 0 份",
    ] {
        assert!(text.contains(wanted), "{wanted} in\n{text}");
    }
}

#[test]
fn annexes_stand_at_the_margin_with_their_titles_in_the_third_line() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    let bytes = Format::Docx.files(&made(Kind::Circular, &tally)).expect("laid out").remove(0).1;
    let text = part(&bytes, "word/document.xml");
    let paragraphs: Vec<&str> = text.split("<w:p>").collect();
    for (annex, title) in [("附件1", "检查情况汇总表"), ("附件2", "问题清单"), ("附件3", "不符合项目")]
    {
        let whole = |paragraph: &str, shown: &str| paragraph.contains(&format!(">{shown}</w:t>"));
        let at = paragraphs.iter().position(|paragraph| whole(paragraph, annex)).expect(annex);
        assert!(paragraphs[at].contains("w:firstLineChars=\"0\""), "{}", paragraphs[at]);
        assert!(!paragraphs[at + 1].contains("<w:t"), "a blank line: {}", paragraphs[at + 1]);
        assert!(whole(paragraphs[at + 2], title) && paragraphs[at + 2].contains("w:val=\"center\""), "{annex}");
    }
}

#[test]
fn papers_have_a_number_and_an_imprint() {
    let (_environment, workspace) = workspace(&several());
    let tally = tally(&workspace, |_| {});
    for (kind, signer) in [(Kind::Circular, false), (Kind::Completion, true)] {
        let bytes = Format::Docx.files(&made(kind, &tally)).expect("laid out").remove(0).1;
        let text = part(&bytes, "word/document.xml");
        let shown = text_of(&text);
        let order = ["〔2026〕", "云澜市卫生健康委员会关于", "统计说明", "抄送：", "印发"]
            .map(|part| shown.find(part).expect(part));
        assert!(order.is_sorted(), "{kind:?}: {order:?}");
        // 签发人 stands on papers to a superior only (7.2.6).
        assert_eq!(shown.contains("签发人："), signer, "{kind:?}");
        // 7.4.1: the outer rules 0.35 mm, the inner ones 0.25 mm; the last line is the last of the page.
        for wanted in [
            "<wp:align>bottom</wp:align>",
            "<w:bottom w:val=\"single\" w:sz=\"8\"",
            "<w:insideH w:val=\"single\" w:sz=\"6\"",
        ] {
            assert!(text.contains(wanted), "{kind:?}: {wanted}");
        }
        // 版记 is the last thing on the back of the last sheet; its page has no number, as behind a blank one (7.4, 7.5).
        let (before, last) = text.rsplit_once("</w:sectPr></w:pPr>").expect("a section of its own");
        assert!(last.contains("抄送：") && last.contains("<w:type w:val=\"evenPage\"/>"), "{kind:?}: {last}");
        assert!(last.contains("r:id=\"rIdEvenImprint\"") && before.contains("统计说明"), "{kind:?}");
        assert!(!part(&bytes, "word/footer5.xml").contains("PAGE"), "{kind:?}");
    }
}
