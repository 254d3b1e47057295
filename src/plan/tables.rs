//! Tables of tasks in text: cells between tabs or bars, and rows of label and value.

use std::ops::Range;

use super::{Owner, deadlines, lexicon::Words, owners, sentences};

/// What the columns of a table hold.
pub(super) struct Table {
    columns: Vec<Column>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Task,
    Owner,
    Deadline,
    Other,
}

/// What a row of a table says.
#[derive(Default)]
pub(super) struct Row {
    pub(super) tasks: Vec<Range<usize>>,
    pub(super) owners: Vec<Owner>,
    pub(super) deadline: Option<String>,
}

static TASKS: Words = Words::new("任务 内容 措施 举措 事项 要求 指标 目标");
static DEADLINES: Words = Words::new("时限 时间 期限 进度");
static TASK_LABELS: Words = Words::new(
    "具体任务: 工作任务: 重点任务: 主要任务: 工作内容: 具体内容: 工作措施: 具体措施: 工作举措: 工作目标: 目标任务: \
    主要目标:",
);
static DEADLINE_LABELS: Words = Words::new("完成时限: 完成时间: 时间要求: 时限要求: 完成期限: 时间节点: 进度安排:");

/// Says whether a line is a row of a table.
pub(super) fn is_row(text: &[char]) -> bool {
    let bars = text.iter().filter(|char| **char == '|').count();
    bars >= 2 || text.iter().filter(|char| **char == '\t').count() >= 1
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
    /// Reads the heading of a table; `None` where no column names a task beside another that names its owner or time.
    pub(super) fn from_header(text: &[char], cells: &[Range<usize>]) -> Option<Self> {
        const LONGEST: usize = 12;
        let column = |cell: &Range<usize>| {
            let heading = &text[cell.clone()];
            if heading.len() > LONGEST {
                Column::Other
            } else if owners::is_role(heading) {
                Column::Owner
            } else if DEADLINES.in_text(heading) {
                Column::Deadline
            } else if TASKS.in_text(heading) {
                Column::Task
            } else {
                Column::Other
            }
        };
        let columns: Vec<Column> = cells.iter().map(column).collect();
        let has = |wanted| columns.contains(&wanted);
        (has(Column::Task) && (has(Column::Owner) || has(Column::Deadline))).then_some(Self { columns })
    }

    /// Reads one row under the heading.
    pub(super) fn read_row(&self, text: &[char], cells: &[Range<usize>], year: Option<i32>) -> Row {
        let mut row = Row::default();
        for (cell, column) in cells.iter().zip(&self.columns) {
            let content = &text[cell.clone()];
            match column {
                Column::Task => row.tasks.push(cell.clone()),
                Column::Owner => row.owners.extend(owners::cell(&"责任单位".chars().collect::<Vec<_>>(), content)),
                Column::Deadline => row.deadline = last_date(content, year),
                Column::Other => {}
            }
        }
        row
    }
}

/// Finds where the task begins in a line such as `具体任务:规范发热门诊管理`.
pub(super) fn labelled_task(text: &[char]) -> Option<usize> {
    TASK_LABELS.at(text, 0).map(|label| label.end)
}

/// Reads the date of a line such as `完成时限:2023年12月底`.
pub(super) fn labelled_deadline(text: &[char], year: Option<i32>) -> Option<String> {
    let label = DEADLINE_LABELS.at(text, 0)?;
    last_date(&text[label.end..], year)
}

/// Reads the date behind a label anywhere in a text, such as in `(责任单位:医政科;完成时限:10月底)`.
pub(super) fn deadline_within(text: &[char], year: Option<i32>) -> Option<String> {
    let label = DEADLINE_LABELS.sequence(text).next()?;
    last_date(&text[label.end..], year)
}

fn last_date(text: &[char], year: Option<i32>) -> Option<String> {
    deadlines::find(text, &vec![false; text.len()], year).pop().map(|date| date.value)
}
