//! What each number means, in both languages.

use schemars::JsonSchema;
use serde::Serialize;

use crate::i18n::Lang;

/// What a number of the tally means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Definition {
    /// The name of the field.
    pub field: String,
    /// The name people use.
    pub name: String,
    /// How it is counted.
    pub meaning: String,
}

/// The fields, where their names stand, and where their meanings stand.
const FIELDS: [(&str, &str, &str); 29] = [
    ("visits", "report.column.visits", "report.means.visits"),
    ("reinspections", "report.column.reinspections", "report.means.reinspections"),
    ("progress_checks", "report.column.progress-checks", "report.means.progress-checks"),
    ("units", "report.column.units", "report.means.units"),
    ("person_visits", "report.column.person-visits", "report.means.person-visits"),
    ("opinions", "report.column.opinions", "report.means.opinions"),
    ("items", "report.column.items", "report.means.items"),
    ("answered", "report.column.answered", "report.means.answered"),
    ("exempt", "report.column.exempt", "report.means.exempt"),
    ("critical_failed", "report.column.critical-failed", "report.means.critical-failed"),
    ("item_pass_rate", "report.column.item-pass-rate", "report.means.item-pass-rate"),
    ("visit_pass_rate", "report.column.visit-pass-rate", "report.means.visit-pass-rate"),
    ("score_rate", "report.column.score-rate", "report.means.score-rate"),
    ("findings", "report.column.findings", "report.means.findings"),
    ("closed", "report.column.closed-count", "report.means.closed"),
    ("on_site", "report.column.on-site", "report.means.on-site"),
    ("open", "report.column.open", "report.means.open"),
    ("transferred", "report.column.transferred", "report.means.transferred"),
    ("overdue", "report.column.overdue", "report.means.overdue"),
    ("correction_rate", "report.column.correction-rate", "report.means.correction-rate"),
    ("on_time_rate", "report.column.on-time-rate", "report.means.on-time-rate"),
    ("grade", "report.column.grade", "report.means.grade"),
    ("task_completion", "report.column.task-completion", "report.means.task-completion"),
    ("unit_completion", "report.column.unit-completion", "report.means.unit-completion"),
    ("coverage", "report.column.coverage", "report.means.coverage"),
    ("ratio", "report.column.ratio", "report.means.ratio"),
    ("time_progress", "report.column.time-progress", "report.means.time-progress"),
    ("targets_done", "report.column.targets-done", "report.means.targets-done"),
    ("clauses_checked", "report.column.clauses-checked", "report.means.clauses-checked"),
];

/// Lists what the numbers mean, in a language.
pub fn definitions(lang: Lang) -> Vec<Definition> {
    let define = |(field, name, meaning): &(&str, &str, &str)| Definition {
        field: (*field).to_owned(),
        name: lang.t(name).into_owned(),
        meaning: lang.t(meaning).into_owned(),
    };
    FIELDS.iter().map(define).collect()
}
