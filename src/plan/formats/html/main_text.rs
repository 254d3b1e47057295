//! Finds the document on a web page: by where the text is, and by how much of it is links.

use std::collections::HashMap;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{ElementRef, Html, Node};

use super::{
    elements::{self, Role, is_block},
    page_lines,
};

/// How many characters an element holds, and how many of them are links.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    text: usize,
    links: usize,
}

type Weights = HashMap<NodeId, Weight>;

/// Gives the lines of the document: what stands above its main text (title, issuer, date), then the text itself.
pub(super) fn read(page: &Html) -> Vec<String> {
    let weights = weigh(page);
    let weight = |element: ElementRef| weights.get(&element.id()).copied().unwrap_or_default();
    let is_around = |element: ElementRef| is_hidden(element) || is_navigation(element, weight(element));
    let mut lines = Vec::new();
    let mut open = page.root_element();
    while let Some(inner) = main_child(open, &weight, &is_around) {
        for above in open.child_elements().take_while(|child| *child != inner) {
            if !is_around(above) {
                lines.extend(page_lines::of(above, is_around));
            }
        }
        open = inner;
    }
    lines.extend(page_lines::of(open, is_around));
    if lines.is_empty() { page_lines::of(page.root_element(), is_hidden) } else { lines }
}

/// Finds the child that holds almost all of an element's text, with nothing after it that reads like a document.
fn main_child<'p>(
    open: ElementRef<'p>,
    weight: &impl Fn(ElementRef) -> Weight,
    is_around: &impl Fn(ElementRef) -> bool,
) -> Option<ElementRef<'p>> {
    /// The share of the text, in percent, that the child must hold.
    const ALMOST_ALL: usize = 60;
    let own = |weight: Weight| weight.text - weight.links;
    let all: usize = open.child_elements().filter(|child| !is_around(*child)).map(|child| own(weight(child))).sum();
    let inner = open.child_elements().filter(|child| !is_around(*child)).max_by_key(|child| own(weight(*child)))?;
    // Text beside the children would be lost, and so would the other rows of a table.
    let beside = open.children().filter_map(|node| node.value().as_text()).any(|text| !text.trim().is_empty());
    let is_row = matches!(inner.value().name(), "tr" | "td" | "th") && own(weight(inner)) * 100 < all * 90;
    if beside
        || is_row
        || !is_block(inner.value().name()) && !is_structure(inner)
        || own(weight(inner)) * 100 < all * ALMOST_ALL
    {
        return None;
    }
    let mut after = open.child_elements().skip_while(|child| *child != inner).skip(1);
    let is_document = after
        .any(|sibling| !is_around(sibling) && page_lines::of(sibling, is_around).iter().any(|line| is_prose(line)));
    (!is_document && !is_text_block(inner)).then_some(inner)
}

/// Says whether an element is only there for what it holds.
fn is_structure(element: ElementRef) -> bool {
    let name = element.value().name();
    name == "html" || elements::element(name).is_some_and(|known| known.role == Role::Frame)
}

/// Says whether an element is a paragraph or list, into which there is no further way.
fn is_text_block(element: ElementRef) -> bool {
    elements::element(element.value().name()).is_some_and(|known| known.role == Role::Part)
}

/// Says whether a line reads like a sentence of a document.
fn is_prose(line: &str) -> bool {
    line.chars().count() >= 12 && line.contains(['。', '；', ';'])
        || line.starts_with(['一', '二', '三', '四', '五', '（', '('])
}

fn is_hidden(element: ElementRef) -> bool {
    element.attr("hidden").is_some()
}

/// Says whether a block is a menu, a list of other pages, or a form.
fn is_navigation(element: ElementRef, weight: Weight) -> bool {
    let named = matches!(element.value().name(), "nav" | "footer" | "aside");
    named || (is_block(element.value().name()) && weight.links > 0 && weight.links * 2 > weight.text)
}

/// Counts the characters of every element.
fn weigh(page: &Html) -> Weights {
    let mut weights = Weights::new();
    let mut open: Vec<Weight> = Vec::new();
    let mut links = 0usize;
    for edge in page.root_element().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) => {
                    let count = text.chars().filter(|char| !char.is_whitespace()).count();
                    if let Some(innermost) = open.last_mut() {
                        innermost.text += count;
                        innermost.links += if links > 0 { count } else { 0 };
                    }
                }
                Node::Element(element) => {
                    links += usize::from(is_link(element));
                    open.push(Weight::default());
                }
                _ => {}
            },
            Edge::Close(node) => {
                let Some(element) = node.value().as_element() else { continue };
                links -= usize::from(is_link(element));
                let mut weight = open.pop().unwrap_or_default();
                if element.attr("hidden").is_some() {
                    weight = Weight::default();
                }
                weights.insert(node.id(), weight);
                if let Some(around) = open.last_mut() {
                    around.text += weight.text;
                    around.links += weight.links;
                }
            }
        }
    }
    weights
}

/// Says whether an element leads to another page; a place inside the document is none.
fn is_link(element: &scraper::node::Element) -> bool {
    element.name() == "a" && element.attr("href").is_some_and(|to| !to.starts_with('#') || to.len() == 1)
}
