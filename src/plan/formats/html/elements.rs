//! The elements of a web page, and what each means for its text: the only table of them.

/// What an element means for the text that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It stands on lines of its own, and may hold a whole document.
    Block,
    /// It stands on lines of its own, and is a part of a document.
    Part,
    /// It is only there for what it holds.
    Frame,
    /// It stands within a line.
    Inline,
    /// It is no text, with all it holds.
    Dropped,
}

/// An element of a web page.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name, in small letters.
    pub(super) name: &'static str,
    /// What it means for its text.
    pub(super) role: Role,
    /// Whether it is closed by whatever cannot stand in it, or is empty, so that pages leave it open.
    pub(super) open_ended: bool,
}

/// No element has a longer name.
pub(super) const LONGEST_NAME: usize = 16;

/// Every element that matters, in the order of the alphabet; of others only the content is kept.
const ELEMENTS: &[Element] = &[
    closed("a", Role::Inline),
    closed("address", Role::Block),
    closed("article", Role::Block),
    closed("aside", Role::Block),
    closed("blockquote", Role::Block),
    open("body", Role::Block),
    open("br", Role::Inline),
    closed("button", Role::Dropped),
    closed("caption", Role::Block),
    closed("center", Role::Block),
    open("dd", Role::Block),
    closed("div", Role::Block),
    closed("dl", Role::Part),
    open("dt", Role::Block),
    closed("fieldset", Role::Block),
    closed("figure", Role::Block),
    closed("footer", Role::Block),
    closed("form", Role::Block),
    closed("h1", Role::Part),
    closed("h2", Role::Part),
    closed("h3", Role::Part),
    closed("h4", Role::Part),
    closed("h5", Role::Part),
    closed("h6", Role::Part),
    closed("header", Role::Block),
    open("hr", Role::Block),
    closed("iframe", Role::Dropped),
    open("li", Role::Block),
    closed("main", Role::Block),
    closed("math", Role::Dropped),
    closed("nav", Role::Block),
    closed("noscript", Role::Dropped),
    closed("object", Role::Dropped),
    closed("ol", Role::Part),
    open("p", Role::Part),
    closed("pre", Role::Part),
    closed("script", Role::Dropped),
    closed("section", Role::Block),
    closed("select", Role::Dropped),
    closed("span", Role::Frame),
    closed("style", Role::Dropped),
    closed("svg", Role::Dropped),
    closed("table", Role::Block),
    open("tbody", Role::Frame),
    open("td", Role::Block),
    closed("template", Role::Dropped),
    closed("textarea", Role::Dropped),
    open("tfoot", Role::Frame),
    open("th", Role::Block),
    open("thead", Role::Frame),
    closed("title", Role::Dropped),
    open("tr", Role::Block),
    closed("ul", Role::Part),
    closed("xmp", Role::Dropped),
];

const fn closed(name: &'static str, role: Role) -> Element {
    Element { name, role, open_ended: false }
}

const fn open(name: &'static str, role: Role) -> Element {
    Element { name, role, open_ended: true }
}

/// Finds an element by its name in small letters.
pub(super) fn element(name: &str) -> Option<&'static Element> {
    ELEMENTS.binary_search_by(|element| element.name.cmp(name)).ok().map(|place| &ELEMENTS[place])
}

/// Says whether an element stands on lines of its own.
pub(super) fn is_block(name: &str) -> bool {
    element(name).is_some_and(|element| matches!(element.role, Role::Block | Role::Part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_is_found() {
        for known in ELEMENTS {
            assert!(
                element(known.name).is_some_and(|found| found.name == known.name),
                "{} is out of order",
                known.name
            );
            assert!(known.name.len() <= LONGEST_NAME, "{}", known.name);
        }
        assert!(element("font").is_none());
    }
}
