//! The section of a bureau's form: its page, gone on with behind a wide table, and turned for one.

use super::page::text_width;

/// The only section of a form, as its properties are written.
pub struct FormSection {
    properties: String,
    size: Size,
}

/// Paper and margins in twips, upright.
#[derive(Clone, Copy)]
struct Size {
    width: u32,
    height: u32,
    top: u32,
    right: u32,
    bottom: u32,
    left: u32,
}

impl FormSection {
    /// Finds the section of a form's main part; nothing where there are several, or where it does not say its page.
    pub fn find(part: &str) -> Option<Self> {
        let (start, end) = place(part)?;
        if part[..start].contains("<w:sectPr") {
            return None;
        }
        let properties = part[start..end].to_owned();
        let number = |element: &str, name: &str| attribute(stretch(&properties, element)?, name)?.parse().ok();
        let size = Size {
            width: number("<w:pgSz", "w:w")?,
            height: number("<w:pgSz", "w:h")?,
            top: number("<w:pgMar", "w:top")?,
            right: number("<w:pgMar", "w:right")?,
            bottom: number("<w:pgMar", "w:bottom")?,
            left: number("<w:pgMar", "w:left")?,
        };
        (size.width < size.height && size.left + size.right < size.width).then_some(Self { properties, size })
    }

    /// Returns the width between the margins.
    pub fn room(section: Option<&Self>, landscape: bool) -> u32 {
        section.map_or_else(
            || text_width(false),
            |Self { size, .. }| {
                let (length, margins) = if landscape {
                    (size.height, size.top + size.bottom)
                } else {
                    (size.width, size.left + size.right)
                };
                length.saturating_sub(margins)
            },
        )
    }

    /// Writes the section: the first one as it is; the others go on with its pages and have no first page of their own.
    pub fn written(&self, landscape: bool, is_first: bool) -> String {
        let mut written = self.properties.clone();
        if !is_first {
            written = without(&written, "<w:titlePg");
            written = without(&written, "<w:pgNumType");
        }
        if landscape {
            let Size { width, height, top, right, bottom, left } = self.size;
            let turned = [
                ("<w:pgSz", vec![("w:w", height), ("w:h", width)]),
                // The head of a turned page is what is on the left of an upright one.
                ("<w:pgMar", vec![("w:top", left), ("w:right", top), ("w:bottom", right), ("w:left", bottom)]),
            ];
            for (element, values) in turned {
                let Some(old) = stretch(&written, element).map(str::to_owned) else { continue };
                let mut new = old.clone();
                for (name, value) in values {
                    new = with(&new, name, &value.to_string());
                }
                if element == "<w:pgSz" {
                    new = with(&new, "w:orient", "landscape");
                }
                written = written.replacen(&old, &new, 1);
            }
        }
        written
    }

    /// Puts the section, gone on with, in the place of the one that a filled part ends with.
    pub fn end(&self, part: &str) -> String {
        match place(part) {
            Some((start, end)) => format!("{}{}{}", &part[..start], self.written(false, false), &part[end..]),
            None => part.to_owned(),
        }
    }
}

/// Finds where the last properties of a section begin and end.
fn place(part: &str) -> Option<(usize, usize)> {
    const END: &str = "</w:sectPr>";
    let start = part.rfind("<w:sectPr")?;
    Some((start, start + part[start..].find(END)? + END.len()))
}

/// Returns an element without content as it is written.
fn stretch<'x>(xml: &'x str, element: &str) -> Option<&'x str> {
    let start = xml.find(element)?;
    let end = start + xml[start..].find("/>")? + 2;
    Some(&xml[start..end])
}

/// Returns the value of an attribute.
fn attribute<'x>(element: &'x str, name: &str) -> Option<&'x str> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Puts an attribute into an element, in the place of the one that is there.
fn with(element: &str, name: &str, value: &str) -> String {
    match attribute(element, name) {
        Some(old) => element.replacen(&format!(" {name}=\"{old}\""), &format!(" {name}=\"{value}\""), 1),
        None => element.replacen("/>", &format!(" {name}=\"{value}\"/>"), 1),
    }
}

/// Takes an element without content out.
fn without(xml: &str, element: &str) -> String {
    stretch(xml, element).map_or_else(|| xml.to_owned(), |found| xml.replacen(found, "", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECTION: &str = "<w:sectPr w:rsidR=\"1\"><w:headerReference w:type=\"first\" r:id=\"h\"/>\
                           <w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" \
                           w:left=\"1588\" w:header=\"850\"/><w:pgNumType w:start=\"1\"/><w:titlePg/></w:sectPr>";

    #[test]
    fn a_section_is_gone_on_with_and_turned() {
        let form = FormSection::find(&format!("<w:p/>{SECTION}</w:body>")).expect("a section");
        assert_eq!(form.written(false, true), SECTION);
        let turned = form.written(true, false);
        for part in
            ["w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"", "w:top=\"1588\" w:right=\"2098\"", "r:id=\"h\""]
        {
            assert!(turned.contains(part), "{turned}");
        }
        assert!(!turned.contains("titlePg") && !turned.contains("pgNumType"), "{turned}");
        assert_eq!((FormSection::room(Some(&form), false), FormSection::room(Some(&form), true)), (8_844, 12_756));
        assert!(form.end(&format!("甲{SECTION}乙")).ends_with("w:header=\"850\"/></w:sectPr>乙"));
    }

    #[test]
    fn a_form_of_several_sections_is_left_as_it_is() {
        assert!(FormSection::find(&format!("{SECTION}{SECTION}")).is_none());
        assert!(FormSection::find("<w:sectPr/>").is_none());
    }
}
