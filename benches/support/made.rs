//! Made-up input: a checklist of any size, a workspace with any number of records, a plan of any length.

use std::{fmt::Write as _, fs, ops::Range, path::Path, sync::Arc};

use chrono::{DateTime, Days, FixedOffset};
use ducha::{
    checklist::{self, AnswerType, Basis, Bilingual, Checklist, ChecklistId, Item, ItemId, PassRule, Section, Value},
    facility::{Facility, FacilityId},
    i18n::Lang,
    inspection::{
        self, Answer, Details, FacilityPin, Finding, Header, PinnedChecklist, Record, RecordId, Response, Sheet,
        Summary, Verdict,
    },
    store::{NewWorkspace, Workspace},
};

/// Clauses of which the texts of items are put together.
const CLAUSES: [&str; 16] = [
    "候诊区与诊室之间的通道保持畅通",
    "登记本逐日填写且字迹清楚",
    "垃圾桶加盖并张贴标识",
    "消毒液的浓度每次配制后测定",
    "工作人员掌握本岗位的防护要求",
    "冷藏箱的温度每日记录两次",
    "转运交接单由双方签名",
    "水龙头为非手触式",
    "培训有计划、有签到、有考核",
    "紫外线灯的累计照射时间有记录",
    "过期物品及时清理并登记",
    "应急物资的数量与清单一致",
    "投诉电话在醒目处公布",
    "采样点与等候区保持距离",
    "污水经处理后排放",
    "档案按年度归档",
];

/// Of so many records one has a finding.
const FINDING_IN: usize = 3;

/// How many units records with findings are about, each again and again, as in a register.
const UNITS: usize = 10_000;

/// The time at which everything made up begins.
pub fn now() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-11-02T09:00:00+08:00").expect("a time")
}

/// Makes a text of a number of characters that differs from number to number.
pub fn text(number: usize, characters: usize) -> String {
    let words = (0..).map(|at| CLAUSES[(number.wrapping_mul(7) + at * (1 + number % 5)) % CLAUSES.len()]);
    let mut text = format!("第{}处", number + 1);
    for word in words {
        text.push_str(word);
        text.push('，');
        if text.chars().count() >= characters {
            break;
        }
    }
    text.chars().take(characters).collect()
}

/// Makes a checklist: sections of a hundred items, most answered with a verdict, some with a number, some by choice.
pub fn checklist(id: &str, items: usize, characters: usize) -> Checklist {
    let bilingual = |zh: String| Bilingual { zh, en: None };
    let sections = (0..items.div_ceil(100)).map(|number| Section {
        id: format!("s{number}"),
        title: bilingual(format!("第{}部分", number + 1)),
        ..Section::default()
    });
    let item = |number: usize| {
        let (answer, pass, choices) = match number % 10 {
            7 => (AnswerType::Number, Some(PassRule::Between(2.0, 8.0)), Vec::new()),
            8 => (AnswerType::YesNo, Some(PassRule::YesNo(true)), Vec::new()),
            9 => (AnswerType::Choice, None, ["感染性", "损伤性", "病理性"].map(str::to_owned).to_vec()),
            _ => (AnswerType::Verdict, None, Vec::new()),
        };
        Item {
            id: ItemId(format!("I{number:05}")),
            section: format!("s{}", number / 100),
            text: bilingual(text(number, characters)),
            how: text(number + 1, characters.min(60)),
            critical: number.is_multiple_of(25),
            unit: if answer == AnswerType::Number { "℃".to_owned() } else { String::new() },
            basis: vec![Basis {
                document: "现场检查管理办法".to_owned(),
                article: "第三条".to_owned(),
                ..Basis::default()
            }],
            rectify_days: Some(15),
            answer,
            pass,
            choices,
            ..Item::default()
        }
    };
    Checklist {
        id: ChecklistId(id.to_owned()),
        title: bilingual("综合现场检查".to_owned()),
        version: 1,
        sections: sections.collect(),
        items: (0..items).map(item).collect(),
        ..Checklist::default()
    }
}

/// Makes an empty workspace.
pub fn workspace(root: &Path) -> Workspace {
    let new =
        NewWorkspace {
            language: Lang::Zh, bureau: "云澜市卫生监督所".to_owned(), inspector: "检查员".to_owned()
        };
    Workspace::create(root, &new, now()).expect("a new workspace")
}

/// Puts a checklist into a workspace.
pub fn put_checklist(workspace: &Workspace, checklist: &Checklist) {
    let path = workspace.root().join("checklists").join(format!("{}.toml", checklist.id));
    fs::write(path, checklist::write(checklist)).expect("the workspace can be written to");
}

/// Makes a unit.
pub fn unit(number: usize) -> Facility {
    Facility {
        id: FacilityId(format!("U{number:05}")),
        name: unit_name(number),
        facility_type: "hospital".to_owned(),
        level: "二级甲等".to_owned(),
        district: "澜城区".to_owned(),
        address: format!("澜城区和平路{number}号"),
        ..Facility::default()
    }
}

/// Names a unit.
pub fn unit_name(number: usize) -> String {
    format!("云澜市第{number}人民医院")
}

/// Makes when and by whom an inspection takes place.
pub fn details(started: DateTime<FixedOffset>) -> Details {
    Details {
        started,
        finished: None,
        place: "澜城区和平路".to_owned(),
        inspectors: vec!["检查员".to_owned(), "李明".to_owned()],
        accompanied_by: "王主任".to_owned(),
        remark: String::new(),
        clock_set: Vec::new(),
    }
}

/// Fills a workspace with records of about four kilobytes, a draft in two hundred, over the last 700 days, newest first.
pub fn put_records(workspace: &Workspace, count: usize) {
    put_every(1, usize::MAX, workspace, 0..count);
}

/// Does the same with records that nobody else makes: those of these numbers.
pub fn put_records_of(workspace: &Workspace, numbers: Range<usize>) {
    put_every(1, UNITS, workspace, numbers);
}

/// Does the same with records of which each has a finding, of ten thousand units.
pub fn put_records_with_findings(workspace: &Workspace, count: usize) {
    put_every(FINDING_IN, UNITS, workspace, 0..count);
}

fn put_every(step: usize, units: usize, workspace: &Workspace, numbers: Range<usize>) {
    let checklist = checklist("made", 16, 40);
    put_checklist(workspace, &checklist);
    let kept = workspace.checklist(&checklist.id).expect("the checklist is good");
    let (first, count) = (numbers.start, numbers.len());
    for number in numbers {
        let started = now() - Days::new(u64::try_from((number - first) * 700 / count).expect("a small number"));
        let mut record = record(step * number, started, &checklist, &kept.digest);
        record.header.facility = FacilityPin::from(&unit(step * number % units));
        let folder = workspace.root().join("records").join(started.format("%Y/%m").to_string());
        fs::create_dir_all(&folder).expect("the workspace can be written to");
        let written = inspection::write(&record, Some(&checklist)).expect("a record can be written");
        fs::write(folder.join(format!("{}.toml", record.header.id)), written).expect("the workspace can be written to");
    }
}

/// Makes the head of a draft.
pub fn header(checklist: &Checklist, unit: &FacilityPin) -> Header {
    Header {
        format: 1,
        id: RecordId("01KA0000000000000000000001".into()),
        revision: 1,
        finalised: None,
        finalised_by: None,
        journal: 0,
        revises: None,
        joined: Vec::new(),
        joined_into: None,
        void: None,
        checklist: PinnedChecklist {
            id: checklist.id.clone(),
            title: checklist.title.zh.clone(),
            version: checklist.version,
            digest: checklist.digest(),
        },
        facility: unit.clone(),
        inspection: details(now()),
        summary: Summary::default(),
    }
}

/// Makes a record of a checklist with 16 items.
pub fn record(
    number: usize,
    started: DateTime<FixedOffset>,
    checklist: &Checklist,
    digest: &checklist::Digest,
) -> Record {
    let draft = number.is_multiple_of(200);
    let answers = checklist.items.iter().map(|item| (item.id.clone(), answer(number, item, started))).collect();
    let pinned = header(checklist, &FacilityPin::from(&unit(number)));
    let header = Header {
        id: RecordId(format!("01KA{:022}", 10_000_000 - number).into()),
        finalised: (!draft).then_some(started),
        finalised_by: (!draft).then(|| "检查员".to_owned()),
        journal: 16,
        checklist: PinnedChecklist { digest: digest.clone(), ..pinned.checklist },
        inspection: details(started),
        ..pinned
    };
    summed_up(Record { header, answers, computed: Vec::new() }, checklist)
}

/// Lets a record say of itself what its answers come to.
pub fn summed_up(mut record: Record, checklist: &Checklist) -> Record {
    let day = record.header.inspection.started.date_naive();
    let sheet = Sheet::new(Arc::new(checklist.clone()), &record.header.facility, day, record.answers.clone());
    record.header.summary = sheet.tally().summary(checklist);
    record
}

fn answer(number: usize, item: &Item, at: DateTime<FixedOffset>) -> Answer {
    let response = match item.answer {
        AnswerType::Number => Response::Value(Value::Number(5.0)),
        AnswerType::YesNo => Response::Value(Value::YesNo(true)),
        AnswerType::Choice => Response::Value(Value::Choice("感染性".to_owned())),
        _ => Response::Verdict(Verdict::Conforms),
    };
    let fails = item.id.0 == "I00003" && number.is_multiple_of(FINDING_IN);
    let finding = Finding { description: "登记缺三例".to_owned(), ..Finding::default() };
    Answer {
        response: Some(if fails { Response::Verdict(Verdict::Fails) } else { response }),
        note: if number.is_multiple_of(4) { "现场已说明".to_owned() } else { String::new() },
        finding: fails.then_some(finding),
        evidence: Vec::new(),
        by: "检查员".to_owned(),
        at,
    }
}

/// Makes a plan of at least so many bytes: the sample plan's body over and over, with other figures each time.
pub fn plan(bytes: usize) -> String {
    let sample = ducha::plan::SAMPLE;
    let body = sample.find("一、").expect("the sample has headings");
    let mut plan = sample.to_owned();
    let mut round = 1;
    while plan.len() < bytes {
        let mut digits = sample[body..].chars().map(|letter| match letter.to_digit(10) {
            Some(digit) => char::from_digit((digit + round) % 10, 10).unwrap_or(letter),
            None => letter,
        });
        writeln!(plan, "{}", digits.by_ref().collect::<String>()).expect("a string takes everything");
        round += 1;
    }
    plan
}
