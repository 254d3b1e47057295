//! A TOML document taken apart into fields, and put together again.
//!
//! A field is the smallest thing that two people can change without asking each other: `answer/A1/note`,
//! `answer/A1/finding/due`, `item/B2/points`. Its value is the TOML expression that stands in the file. Tables are gone
//! into; arrays of tables too, where the kind says by which key their elements are told apart.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::kind::{Group, Keyed, Shape};

/// The fields of a document by their paths, each value as a TOML expression.
pub type Fields = BTreeMap<String, String>;

/// The field that says that an element of an array exists, even without any other field.
const PRESENT: &str = "~";

/// The field that holds the order of the elements of an array.
pub(super) const ORDER: &str = "~order";

/// Takes a document apart; nothing where an element of a keyed array lacks its key or has it twice.
pub fn flatten(table: &Table, shape: &Shape) -> Option<Fields> {
    let mut fields = Fields::new();
    flatten_table(table, "", shape, &mut fields)?;
    Some(fields)
}

fn flatten_table(table: &Table, above: &str, shape: &Shape, fields: &mut Fields) -> Option<()> {
    let mut grouped: BTreeMap<&str, Table> = BTreeMap::new();
    for (key, value) in table {
        if shape.ignored.contains(&key.as_str()) && above.is_empty() {
            continue;
        }
        let path = join(above, key);
        if let Some(group) = group_of(shape, above, key) {
            grouped.entry(group.name).or_default().insert(key.clone(), value.clone());
            continue;
        }
        match (value, shape.keyed.iter().find(|keyed| keyed.path == path)) {
            (Value::Array(elements), Some(keyed)) => flatten_elements(elements, &path, keyed, shape, fields)?,
            (Value::Table(inner), _) => flatten_table(inner, &path, shape, fields)?,
            (leaf, _) => drop(fields.insert(path, leaf.to_string())),
        }
    }
    for (name, group) in grouped {
        fields.insert(join(above, name), Value::Table(group).to_string());
    }
    Some(())
}

fn flatten_elements(elements: &[Value], path: &str, keyed: &Keyed, shape: &Shape, fields: &mut Fields) -> Option<()> {
    let mut order = Vec::with_capacity(elements.len());
    for element in elements {
        let mut element = element.as_table()?.clone();
        let Value::String(id) = element.remove(keyed.key)? else { return None };
        let inside = join(path, &id);
        if fields.insert(format!("{inside}/{PRESENT}"), "true".to_owned()).is_some() {
            return None;
        }
        flatten_table(&element, &inside, shape, fields)?;
        order.push(Value::String(id));
    }
    if keyed.ordered {
        fields.insert(format!("{path}/{ORDER}"), Value::Array(order).to_string());
    }
    Some(())
}

/// Puts a document together from its fields; nothing where they contradict each other.
///
/// Elements of an array without a place in its order come last, by their keys.
pub fn unflatten(fields: &Fields, shape: &Shape) -> Option<Table> {
    let mut root = Table::new();
    for (path, value) in fields {
        let value = expression(value)?;
        let names: Vec<String> = path.split('/').map(unescape).collect();
        let (last, above) = names.split_last()?;
        let mut table = &mut root;
        for name in above {
            table = table.entry(name.clone()).or_insert_with(|| Value::Table(Table::new())).as_table_mut()?;
        }
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let is_group = shape.groups.iter().any(|group| group.name == last && matches(group.within, parent));
        match value {
            Value::Table(members) if is_group => table.extend(members),
            value => drop(table.insert(last.clone(), value)),
        }
    }
    for keyed in shape.keyed {
        let Some(elements) = root.remove(keyed.path) else { continue };
        root.insert(keyed.path.to_owned(), Value::Array(elements_of(elements, keyed)?));
    }
    Some(root)
}

fn elements_of(elements: Value, keyed: &Keyed) -> Option<Vec<Value>> {
    let Value::Table(mut elements) = elements else { return None };
    let order = match elements.remove(ORDER) {
        Some(Value::Array(order)) => order.into_iter().filter_map(|id| Some(id.as_str()?.to_owned())).collect(),
        _ => Vec::new(),
    };
    let mut placed = Vec::with_capacity(elements.len());
    let rest: Vec<String> = elements.keys().filter(|id| !order.contains(id)).cloned().collect();
    for id in order.into_iter().chain(rest) {
        // An element of which only leftovers of other people's edits exist was deleted.
        let Some(Value::Table(mut element)) = elements.remove(&id) else { continue };
        if element.remove(PRESENT).is_none() {
            continue;
        }
        element.insert(keyed.key.to_owned(), Value::String(id));
        placed.push(Value::Table(element));
    }
    Some(placed)
}

/// Reads a TOML expression.
pub fn expression(text: &str) -> Option<Value> {
    let mut table: Table = toml::from_str(&format!("v = {text}")).ok()?;
    // More than one key means that the text went on behind the expression.
    if table.len() == 1 { table.remove("v") } else { None }
}

fn group_of<'shape>(shape: &'shape Shape, above: &str, key: &str) -> Option<&'shape Group> {
    shape.groups.iter().find(|group| group.keys.contains(&key) && matches(group.within, above))
}

/// Says whether a path fits a pattern, in which `*` stands for one name.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let mut names = path.split('/');
    pattern.split('/').all(|wanted| names.next().is_some_and(|name| wanted == "*" || wanted == name))
        && names.next().is_none()
}

fn join(above: &str, name: &str) -> String {
    let name = name.replace('~', "~0").replace('/', "~1");
    if above.is_empty() { name } else { format!("{above}/{name}") }
}

/// Returns a name of a path as it stands in the document.
pub fn unescape(name: &str) -> String {
    if name == PRESENT || name == ORDER {
        return name.to_owned();
    }
    name.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sync::kind;

    fn table(text: &str) -> Table {
        toml::from_str(text).expect("TOML")
    }

    #[test]
    fn a_record_is_taken_apart_by_answer_and_finding_field() {
        let shape = kind::named("record").expect("a kind").shape;
        let text = "id = \"R\"\n[inspection]\nplace = \"东\"\n[[answer]]\nitem = \"A/1~\"\nverdict = \"fails\"\n\
                    by = \"林明\"\nat = 2026-11-21T09:30:00+08:00\n[answer.finding]\ndescription = \"过期\"\n";
        let fields = flatten(&table(text), shape).expect("fields");
        let paths: Vec<_> = fields.keys().map(String::as_str).collect();
        let expected = [
            "answer/A~11~0/finding/description",
            "answer/A~11~0/response",
            "answer/A~11~0/stamp",
            "answer/A~11~0/~",
            "id",
            "inspection/place",
        ];
        assert_eq!(paths, expected);
        assert_eq!(unflatten(&fields, shape).expect("a table"), table(text));
    }

    #[test]
    fn elements_keep_their_order_and_those_without_a_place_come_last() {
        let shape = kind::named("checklist").expect("a kind").shape;
        let text = "[[item]]\nid = \"b\"\n[[item]]\nid = \"a\"\ntext = \"x\"\n";
        let mut fields = flatten(&table(text), shape).expect("fields");
        assert_eq!(unflatten(&fields, shape).expect("a table"), table(text));
        fields.insert("item/0/~".to_owned(), "true".to_owned());
        fields.insert("item/gone/text".to_owned(), "\"left over\"".to_owned());
        let back = unflatten(&fields, shape).expect("a table");
        let ids: Vec<_> = back["item"].as_array().expect("items").iter().map(|item| item["id"].as_str()).collect();
        assert_eq!(ids, [Some("b"), Some("a"), Some("0")]);
    }

    #[test]
    fn what_is_no_single_expression_is_refused() {
        for text in ["", "1\nb = 2", "\"", "[1", "{a = 1", "1 2"] {
            assert_eq!(expression(text), None, "{text}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(expression(&deep), None);
    }

    #[test]
    fn an_element_without_its_key_or_with_one_twice_is_refused() {
        let shape = kind::named("checklist").expect("a kind").shape;
        for text in ["[[item]]\ntext = \"x\"\n", "[[item]]\nid = 3\n", "[[item]]\nid = \"a\"\n[[item]]\nid = \"a\"\n"] {
            assert_eq!(flatten(&table(text), shape), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn taking_apart_and_putting_together_changes_nothing(
            ids in proptest::collection::btree_set(any::<String>(), 0..5),
            text in any::<String>(), number in any::<i64>(), share in -1e9..1e9_f64
        ) {
            let shape = kind::named("checklist").expect("a kind").shape;
            let items = ids.into_iter().map(|id| {
                let mut item = Table::new();
                item.insert("id".to_owned(), Value::String(id));
                item.insert("text".to_owned(), Value::String(text.clone()));
                item.insert("points".to_owned(), Value::Float(share));
                Value::Table(item)
            });
            let mut document = Table::new();
            document.insert("version".to_owned(), Value::Integer(number));
            document.insert("item".to_owned(), Value::Array(items.collect()));
            let fields = flatten(&document, shape).expect("fields");
            prop_assert_eq!(unflatten(&fields, shape).expect("a table"), document);
        }
    }
}
