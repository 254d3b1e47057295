//! Which sort of file a file of a workspace is, and its own reader, for whoever checks one that is no checklist.

use std::path::Path;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Acceptances, facilities::read_facilities, plan_files, review_rules, settings};
use crate::{
    calendar::Calendar,
    error::{Error, Result, in_toml},
    inspection,
    ledger::read_ledger,
    plan::Corrections,
    task::{
        Campaign,
        draw::{Scheme, read_drawn},
        read_task,
    },
    text,
};

/// The folder of the checklists.
const CHECKLISTS: &str = "checklists";

/// The file of topics.
const TOPICS: &str = "topics.toml";

/// Reads a text of a file as what it is, and says what is wrong with it.
type Check = fn(&str, &Path) -> Vec<Error>;

/// A sort of file: the names of its files, the folder of the workspace that they lie in, the fields of the whole file by
/// which one that lies elsewhere is known, all of which it has, and its reader.
type Sort = (&'static [&'static str], &'static str, &'static [&'static str], Check);

/// The sorts; one whose fields are those of another and more comes before that.
const SORTS: &[Sort] = &[
    (&["facilities.toml"], "facilities", &["facility[]"], |text, path| read_facilities(text, path).damaged),
    (&["calendar.toml"], "", &["year"], |text, path| mistake(Calendar::read(text), path)),
    (&["ducha.toml"], "", &["bureau", "inspector"], |text, path| mistake(settings::of_text(text, path), path)),
    (&["review.toml"], "", &["levels"], |text, path| mistake(review_rules::of_text(text), path)),
    (&["trace.toml"], "", &["accepted"], |text, path| mistake(in_text::<Acceptances>(text), path)),
    (&["corrections.toml"], "", &["correction"], |text, path| mistake(in_text::<Corrections>(text), path)),
    (&["plan.toml"], "plans", &["plan", "source"], |text, path| mistake(plan_files::of_text(text), path)),
    (&["conflicts.toml"], "", &["conflict"], |text, path| mistake(in_text::<toml::Table>(text), path)),
    (&[], "campaigns", &["from", "checklists"], |text, path| mistake(Campaign::read(text), path)),
    (&[], "draws", &["algorithm", "scheme"], |text, path| mistake(read_drawn(text), path)),
    (&[], "draws", &["stratum"], |text, path| mistake(Scheme::read(text), path)),
    (&[], "tasks", &["format", "campaign", "facility"], |text, path| mistake(read_task(text), path)),
    (&[], "reviews", &["format", "record", "decision"], |text, path| mistake(inspection::read_review(text), path)),
    (&[], "findings", &["format", "source"], |text, path| mistake(read_ledger(text), path)),
    (&[], "records", &["format", "revision"], |text, path| mistake(inspection::read(text), path)),
];

/// The fields of which a checklist has one at least; only a checklist and a review have the first two.
const OF_A_CHECKLIST: &[&str] = &["section", "item", "id", "title", "topic", "version"];

/// What a file is.
#[derive(Debug)]
pub enum FileKind {
    /// A checklist or an item bank.
    Checklist,
    /// The vocabulary of topics.
    Topics,
    /// Any other, with what its own reader says is wrong with it.
    Other(Vec<Error>),
}

/// Says what a file is: by its name, then by the folder it lies in and by what stands in it.
pub fn file_kind(text: &str, path: &Path) -> FileKind {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some((.., check)) = SORTS.iter().find(|(names, ..)| names.contains(&name.as_str())) {
        return FileKind::Other(check(text, path));
    }
    let folders = path.parent().into_iter().flat_map(|folder| folder.components().rev());
    let folder = folders
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .find(|folder| folder == CHECKLISTS || SORTS.iter().any(|(_, known, ..)| !known.is_empty() && known == folder));
    let (table, errors) = DeTable::parse_recoverable(text);
    let has = |field: &&&str| match field.strip_suffix("[]") {
        Some(field) => matches!(table.get_ref().get(field).map(Spanned::get_ref), Some(DeValue::Array(_))),
        None => table.get_ref().contains_key(**field),
    };
    if name == TOPICS || has(&&"topic[]") {
        return FileKind::Topics;
    }
    if folder.as_deref() == Some(CHECKLISTS) {
        return FileKind::Checklist;
    }
    let here = |(_, known, ..): &&Sort| folder.as_ref().is_some_and(|folder| known == folder);
    let fits = |(.., fields, _): &&Sort| fields.iter().all(|field| has(&field));
    let sort = SORTS.iter().filter(here).find(fits).or_else(|| SORTS.iter().find(fits));
    let sort =
        sort.or_else(|| SORTS.iter().rfind(here).filter(|_| !OF_A_CHECKLIST[..2].iter().any(|field| has(&field))));
    if let Some((.., check)) = sort {
        return FileKind::Other(check(text, path));
    }
    // Of what cannot be read at all the reader of checklists says where that begins.
    if !errors.is_empty() || table.get_ref().is_empty() || OF_A_CHECKLIST.iter().any(|field| has(&field)) {
        return FileKind::Checklist;
    }
    FileKind::Other(vec![Error::input(text!("file-kind.unknown")).at(path).hint(text!("file-kind.unknown.hint"))])
}

fn mistake<T>(read: Result<T>, path: &Path) -> Vec<Error> {
    read.err().map(|error| error.in_file(path)).into_iter().collect()
}

fn in_text<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| in_toml(text, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::beginning;

    /// Puts what a file is into words, with what is wrong with it.
    fn shown(text: &str, path: &str) -> String {
        match file_kind(text, Path::new(path)) {
            FileKind::Other(mistakes) => mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            sort => format!("{sort:?}"),
        }
    }

    #[test]
    fn a_file_is_read_as_what_it_is_wherever_it_lies() {
        let others = [
            ("records/2026/03/R.toml", include_str!("../../tests/data/valid/record.toml")),
            ("review.toml", "levels = 2\n"),
            ("ducha.toml", "format = 1\nbureau = \"甲\"\ninspector = \"乙\"\nlanguage = \"zh\"\n"),
        ];
        for (path, text) in beginning().chain(others.map(|(path, text)| (path.to_owned(), text.into()))) {
            let expected = match path.as_str() {
                "checklists/topics.toml" => "Topics",
                path if path.starts_with("checklists/") => "Checklist",
                _ => "",
            };
            assert_eq!(shown(&text, &path), expected, "{path}");
            // Of a file of topics with nothing but remarks only the name tells what it is.
            let text = text.replace("#| ", "");
            let elsewhere = format!("mail/copy-{}", path.replace('/', "-"));
            assert_eq!(shown(&text, &elsewhere), expected, "{elsewhere}");
        }
    }

    #[test]
    fn a_mistake_is_that_of_the_sort_of_file_and_says_where() {
        let cases = [
            ("calendar.toml", "[[year]]\nyear = 2026\nsource = \"\"\nholidays = [\"2026-02-30\"]\n", Some(4)),
            ("campaigns/a.toml", "title = \"甲\"\nfrom = \"2026-13-01\"\n", Some(2)),
            ("draws/a.toml", "title = \"甲\"\nstratums = 1\n", Some(2)),
            ("tasks/a/a-1.toml", "format = \"eins\"\n", Some(1)),
            ("plans/a/plan.toml", "[plan]\nid = 3\n", Some(2)),
            ("findings/2026/03/R.toml", "format = \n", Some(1)),
            ("mail/Cargo.toml", "[package]\nname = \"x\"\n", None),
        ];
        for (path, text, line) in cases {
            let FileKind::Other(mistakes) = file_kind(text, Path::new(path)) else { panic!("{path}") };
            let places: Vec<_> = mistakes.iter().filter_map(Error::place).collect();
            assert_eq!(places.len(), 1, "{path}");
            assert_eq!((places[0].path.as_path(), places[0].line), (Path::new(path), line), "{path}");
        }
        let checklists = ["id = \"a\"\ntitel = \"甲\"\n", "", "id = \n", "[[section]]\nid = \"s\"\n"];
        for (text, folder) in checklists.into_iter().zip(["mail", "mail", "mail", "records"]) {
            assert_eq!(shown(text, &format!("{folder}/a.toml")), "Checklist", "{text}");
        }
    }
}
