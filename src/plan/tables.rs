//! Tables in text: rows of tasks, rows of indicators, and labels with what they label.

use std::ops::Range;

use super::{
    Comparator, Indicator, Owner, OwnerRole, deadlines, head, indicators,
    lexicon::{Words, ends_with, starts_with, text_of},
    numerals, owners, sentences,
};

/// What the columns of a table hold.
pub(super) struct Table {
    columns: Vec<Column>,
}

#[derive(Clone, PartialEq, Eq)]
enum Column {
    Task,
    Owner(OwnerRole),
    Deadline,
    /// What an indicator measures.
    Name,
    /// In what it is measured.
    Unit,
    /// The value wanted, and of which year.
    Target(Option<i32>),
    Other,
}

/// What a row of a table says.
#[derive(Default)]
pub(super) struct Row {
    /// What the task is called where another cell says what has to be done.
    pub(super) heading: Option<Range<usize>>,
    pub(super) tasks: Vec<Range<usize>>,
    /// An indicator with its values, from its name to the last of them.
    pub(super) measured: Option<(Range<usize>, Vec<Indicator>)>,
    pub(super) owners: Vec<Owner>,
    pub(super) deadline: Option<String>,
}

/// What a label says of the text behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Task,
    Owner(OwnerRole),
    Deadline,
}

static TASKS: Words = Words::new("任务 内容 措施 举措 事项 要求 指标 目标 做法");
static DEADLINES: Words = Words::new("时限 时间 期限 进度");
static TASK_LABELS: Words = Words::new(
    "具体任务: 工作任务: 重点任务: 主要任务: 工作内容: 具体内容: 工作措施: 具体措施: 工作举措: 工作目标: 目标任务: \
    主要目标:",
);
static DEADLINE_LABELS: Words =
    Words::new("完成时限: 完成时间: 时间要求: 时限要求: 完成期限: 时间节点: 进度安排: 办结时限: 时限:");
/// Labels that stand alone in a line or cell; words that may as well be a heading are not among them.
static BARE_TASK_LABELS: Words = Words::new("具体任务 工作任务 任务内容 工作内容 具体内容 具体措施 工作措施");
static BARE_DEADLINE_LABELS: Words = Words::new("完成时限 完成时间 时限要求 完成期限 办结时限");

/// Says whether a line is a row of a table.
pub(super) fn is_row(text: &[char]) -> bool {
    let bars = text.iter().filter(|char| **char == '|').count();
    bars >= 2 || text.contains(&'\t')
}

/// Says whether a line is one of a table of contents: a title, then dots or a tab, then the number of a page.
pub(super) fn is_of_contents(text: &[char]) -> bool {
    const LEADERS: usize = 3;
    let digits = text.iter().rev().take_while(|char| char.is_ascii_digit()).count();
    let before = &text[..text.len() - digits];
    let leaders = before.iter().rev().take_while(|char| matches!(char, '.' | '…' | '·' | '-' | '⋯')).count();
    (1..=3).contains(&digits)
        && (leaders >= LEADERS || ends_with(before, "…") || ends_with(before, "\t"))
        && before.iter().filter(|char| matches!(char, '\t' | '|')).count() <= 1
        && super::markers::at_start(text).is_some()
}

/// Finds the cells of a row.
pub(super) fn cells(text: &[char]) -> Vec<Range<usize>> {
    let separator = if text.iter().filter(|char| **char == '|').count() >= 2 { '|' } else { '\t' };
    let mut found = Vec::new();
    let first = usize::from(text.first() == Some(&separator));
    let mut start = first;
    for at in first..=text.len() {
        if at == text.len() || text[at] == separator {
            found.push(sentences::trimmed(text, start..at));
            start = at + 1;
        }
    }
    found
}

impl Table {
    /// Reads the heading of a table; `None` where no column names a task beside another that names its owner or time, and
    /// none names an indicator beside its value.
    pub(super) fn from_header(text: &[char], cells: &[Range<usize>], year: Option<i32>) -> Option<Self> {
        let column = |cell: &Range<usize>| Column::of(&text[cell.clone()], year);
        let mut columns: Vec<Column> = cells.iter().map(column).collect();
        let is_target = |column: &Column| matches!(column, Column::Target(_));
        // 目标任务 beside 目标值 names what is measured.
        if columns.iter().any(is_target) && !columns.contains(&Column::Name) {
            let mut tasks = columns.iter_mut().filter(|column| **column == Column::Task);
            if let (Some(task), None) = (tasks.next(), tasks.next()) {
                *task = Column::Name;
            }
        }
        if columns.contains(&Column::Name) && columns.iter().any(is_target) {
            return Some(Self { columns });
        }
        for column in &mut columns {
            if matches!(column, Column::Name | Column::Target(None)) {
                *column = Column::Task;
            }
        }
        let owned = columns.iter().any(|column| matches!(column, Column::Owner(_) | Column::Deadline));
        (owned && columns.contains(&Column::Task)).then_some(Self { columns })
    }

    /// Says whether a row can be nothing but the heading of a table, even in the middle of one.
    pub(super) fn is_certain(&self) -> bool {
        self.columns.iter().any(|column| matches!(column, Column::Owner(_) | Column::Name))
    }

    /// Reads one row under the heading.
    pub(super) fn read_row(&self, text: &[char], cells: &[Range<usize>], year: Option<i32>) -> Row {
        /// A demand has at least so many characters.
        const SHORTEST: usize = 4;
        let mut row = Row::default();
        let filled = |cell: &Range<usize>| !cell.is_empty();
        for (cell, column) in cells.iter().zip(&self.columns) {
            let content = &text[cell.clone()];
            match column {
                Column::Task if filled(cell) => row.tasks.push(cell.clone()),
                Column::Owner(role) => row.owners.extend(owners::listed(content, *role)),
                Column::Deadline => row.deadline = date_of(content, year),
                _ => {}
            }
        }
        // Where one cell names the task and another says what has to be done, the name is none of the demands.
        if row.tasks.len() > 1 && is_name(&text[row.tasks[0].clone()]) {
            row.heading = Some(row.tasks.remove(0));
        }
        row.measured = self.measured(text, cells);
        if row.measured.is_none() {
            row.tasks.extend(self.cell(cells, &Column::Name).filter(filled));
            // A target in words is a demand of its own.
            let demands = |cell: &&Range<usize>| cell.len() >= SHORTEST;
            let targets = self.columns.iter().zip(cells).filter(|(column, _)| matches!(column, Column::Target(_)));
            row.tasks.extend(targets.map(|(_, cell)| cell).filter(demands).cloned());
        }
        row
    }

    fn cell(&self, cells: &[Range<usize>], wanted: &Column) -> Option<Range<usize>> {
        self.columns.iter().zip(cells).find(|(column, _)| *column == wanted).map(|(_, cell)| cell.clone())
    }

    /// Reads the values of an indicator's row.
    fn measured(&self, text: &[char], cells: &[Range<usize>]) -> Option<(Range<usize>, Vec<Indicator>)> {
        let name = self.cell(cells, &Column::Name).filter(|name| !name.is_empty())?;
        let (named, own_unit) = without_unit(&text[name.clone()]);
        let unit = self.cell(cells, &Column::Unit).filter(|unit| !unit.is_empty()).map_or(own_unit, |unit| &text[unit]);
        let mut found = Vec::new();
        let mut end = name.end;
        for (column, cell) in self.columns.iter().zip(cells) {
            let Column::Target(year) = column else { continue };
            if let Some(indicator) = measure(named, unit, &text[cell.clone()]) {
                end = end.max(cell.end);
                found.push(Indicator { deadline: year.map(|year| year.to_string()), ..indicator });
            }
        }
        (!found.is_empty()).then_some((name.start.min(end)..end, found))
    }
}

impl Column {
    fn of(heading: &[char], plan_year: Option<i32>) -> Self {
        const LONGEST: usize = 14;
        static NAMES: Words = Words::new("指标 指标名称 主要指标 指标内容 具体指标 监测指标 考核指标 评价指标");
        static UNITS: Words = Words::new("单位 计量单位 计算单位");
        static TARGETS: Words = Words::new("目标 目标值 指标值 任务数 任务量 目标要求 年度目标 工作目标");
        static PAST: Words = Words::new("基期 现状 基线 实际 完成 基准");
        let whole = |words: &Words| words.at(heading, 0).is_some_and(|word| word.end == heading.len());
        let role = owners::role(heading);
        let named_year = head::year_of(heading);
        if heading.len() > LONGEST {
            Self::Other
        } else if let Some(role) = role {
            Self::Owner(role)
        } else if whole(&NAMES) {
            Self::Name
        } else if whole(&UNITS) {
            Self::Unit
        } else if whole(&TARGETS) {
            Self::Target(None)
        } else if let Some(year) = named_year.filter(|_| !PAST.in_text(heading)) {
            let past = plan_year.is_some_and(|plan| year < plan) && !TARGETS.in_text(heading);
            if past { Self::Other } else { Self::Target(Some(year)) }
        } else if DEADLINES.in_text(heading) {
            Self::Deadline
        } else if TASKS.in_text(heading) {
            Self::Task
        } else {
            Self::Other
        }
    }
}

/// Says whether a cell is the name of a task and no sentence.
fn is_name(text: &[char]) -> bool {
    const LONGEST: usize = 20;
    text.len() <= LONGEST && !text.iter().any(|char| char.is_ascii_digit() || matches!(char, ',' | '。' | ';'))
}

/// Splits 治未病科室比例(%) into the name and its unit.
fn without_unit(name: &[char]) -> (&[char], &[char]) {
    const LONGEST: usize = 8;
    let open = name.iter().rposition(|char| *char == '(').filter(|_| name.last() == Some(&')'));
    match open {
        Some(open) if open > 0 && name.len() - open <= LONGEST && !name[open + 1..].contains(&'、') => {
            (&name[..open], &name[open + 1..name.len() - 1])
        }
        _ => (name, &[]),
    }
}

/// Reads the value in a cell with the unit that stands elsewhere, by the rules for running text.
fn measure(name: &[char], unit: &[char], value: &[char]) -> Option<Indicator> {
    const LONGEST: usize = 20;
    if value.len() > LONGEST || !value.iter().any(char::is_ascii_digit) {
        return None;
    }
    // 1/10万 is written /10万 behind a value.
    let unit = if starts_with(unit, "1/") { &unit[1..] } else { unit };
    let has_unit = value.iter().any(|char| matches!(char, '%' | '‰' | '/') || super::lexicon::is_chinese(*char));
    let bare = ends_with(value, "以上") || ends_with(value, "以下") || ends_with(value, "左右");
    let (number, bound) = if bare { value.split_at(value.len() - 2) } else { (value, &[][..]) };
    let unit = if has_unit && !bare { &[][..] } else { unit };
    let written = [name, number, unit, bound].concat();
    let found = indicators::find_all(&written, &[], false).into_iter().find(|found| found.value.is_some());
    let named = |indicator: Indicator| Indicator { name: text_of(name), ..indicator };
    found.map(named).or_else(|| {
        let at = value.iter().position(char::is_ascii_digit)?;
        let comparator = match value[..at] {
            ['≥' | '>', ..] => Comparator::Ge,
            ['≤' | '<', ..] => Comparator::Le,
            _ => Comparator::Eq,
        };
        let number = numerals::ascii(value, at)?;
        let unit = if unit.is_empty() { &value[number.end..] } else { unit };
        let unit = (!unit.is_empty()).then(|| text_of(unit));
        Some(Indicator { value: Some(number.value), unit, ..indicators::bare(text_of(name), comparator) })
    })
}

/// Reads a line or cell that is nothing but a label.
pub(super) fn bare_label(text: &[char]) -> Option<Label> {
    let whole = |words: &Words| words.at(text, 0).is_some_and(|word| word.end == text.len());
    if whole(&BARE_TASK_LABELS) {
        Some(Label::Task)
    } else if whole(&BARE_DEADLINE_LABELS) {
        Some(Label::Deadline)
    } else {
        owners::role(text).map(Label::Owner)
    }
}

/// Says whether a line only says who answers for the task above it, or by when it has to be done.
pub(super) fn is_label(text: &[char]) -> bool {
    let owners = || !owners::line(text).is_empty();
    DEADLINE_LABELS.begins(text) || matches!(bare_label(text), Some(Label::Owner(_) | Label::Deadline)) || owners()
}

/// Reads a row of labels, each with what it labels in the cell behind it.
pub(super) fn labelled_cells(text: &[char], cells: &[Range<usize>]) -> Option<Vec<(Label, Range<usize>)>> {
    let pairs: Vec<(Option<Label>, &Range<usize>)> =
        cells.chunks_exact(2).map(|pair| (bare_label(&text[pair[0].clone()]), &pair[1])).collect();
    let labels_all = cells.len().is_multiple_of(2) && pairs.iter().all(|(label, _)| label.is_some());
    let is_value = |cell: &Range<usize>| bare_label(&text[cell.clone()]).is_none();
    (labels_all && pairs.iter().all(|(_, value)| is_value(value)))
        .then(|| pairs.into_iter().filter_map(|(label, value)| Some((label?, value.clone()))).collect())
}

/// Finds where the task begins in a line such as `具体任务:规范发热门诊管理`.
pub(super) fn labelled_task(text: &[char]) -> Option<usize> {
    TASK_LABELS.at(text, 0).map(|label| label.end)
}

/// Reads the date of a line such as `完成时限:2023年12月底`.
pub(super) fn labelled_deadline(text: &[char], year: Option<i32>) -> Option<String> {
    let label = DEADLINE_LABELS.at(text, 0)?;
    date_of(&text[label.end..], year)
}

/// Reads the date behind a label anywhere in a text, such as in `(责任单位:医政科;完成时限:10月底)`.
pub(super) fn deadline_within(text: &[char], year: Option<i32>) -> Option<String> {
    let label = DEADLINE_LABELS.sequence(text).next()?;
    date_of(&text[label.end..], year)
}

/// Takes off what a line says behind the label of a date: 责任科室:医政科完成时限:12月底.
pub(super) fn before_deadline(text: &[char]) -> &[char] {
    &text[..DEADLINE_LABELS.next(text, 1).map_or(text.len(), |label| label.start)]
}

/// Reads the date that brackets name beside owners, with a label or without: (药政科牵头,6月底前完成).
pub(super) fn deadline_beside_owners(text: &[char], year: Option<i32>) -> Option<String> {
    let last = || deadlines::find(text, &[], year).into_iter().rfind(|date| !date.only_year);
    deadline_within(text, year).or_else(|| last().map(|date| date.value))
}

/// Reads what stands where a date is wanted; 全年 there means by the end of the year.
pub(super) fn date_of(text: &[char], year: Option<i32>) -> Option<String> {
    let last = deadlines::find(text, &[], year).pop().map(|date| date.value);
    last.or_else(|| year.filter(|_| starts_with(text, "全年")).map(|year| format!("{year}-12")))
}
