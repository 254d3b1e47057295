//! Runs the text operators of a page and says which piece of text stands where (ISO 32000-1, 9.4).

use std::{collections::HashMap, rc::Rc};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, content::Content};

use super::{
    Budget,
    fonts::{Font, Fonts},
};
use crate::error::Result;

/// A piece of text in one line, in a space where the text runs to the right and up is up.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) base: f32,
    pub(super) size: f32,
}

/// A matrix of six numbers, as PDF writes it.
#[derive(Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn moved(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Applies this first and `after` then.
    fn then(self, after: Self) -> Self {
        let (one, other) = (self.0, after.0);
        let product = |row: usize, column: usize| one[row] * other[column] + one[row + 1] * other[column + 2];
        let (x, y) = (product(4, 0) + other[4], product(4, 1) + other[5]);
        Self([product(0, 0), product(0, 1), product(2, 0), product(2, 1), x, y])
    }
}

#[derive(Clone, Copy)]
struct State<'f> {
    place: Matrix,
    font: Option<&'f Font<'f>>,
    size: f32,
    character_spacing: f32,
    word_spacing: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
}

/// Forms may draw forms this deep.
const DEEPEST: usize = 8;

/// States that may be kept at a time.
const MOST_STATES: usize = 256;

/// Reads the pieces of text of a page, in the order in which they are drawn.
pub(super) fn read<'d>(
    document: &'d Document,
    page: ObjectId,
    fonts: &mut Fonts<'d>,
    budget: &mut Budget,
) -> Result<Vec<Piece>> {
    let content = budget.page(document, page)?;
    let named = document.get_page_fonts(page).unwrap_or_default();
    let named = named.into_iter().map(|(name, font)| Ok((name, fonts.get(font, budget)?))).collect::<Result<_>>()?;
    let (own, inherited) = document.get_page_resources(page).unwrap_or_default();
    let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    let resources: Vec<&Dictionary> = own.into_iter().chain(inherited).collect();
    let mut pieces = Vec::new();
    let mut walk = Walk { document, fonts, budget, pieces: &mut pieces };
    walk.run(&content, &named, &resources, Matrix::IDENTITY, DEEPEST)?;
    Ok(pieces)
}

struct Walk<'w, 'd> {
    document: &'d Document,
    fonts: &'w mut Fonts<'d>,
    budget: &'w mut Budget,
    pieces: &'w mut Vec<Piece>,
}

type Named<'f> = HashMap<Vec<u8>, Rc<Font<'f>>>;

impl<'d> Walk<'_, 'd> {
    /// Runs the operators of a page or form.
    fn run(
        &mut self,
        content: &[u8],
        fonts: &Named,
        resources: &[&'d Dictionary],
        place: Matrix,
        depth: usize,
    ) -> Result<()> {
        let Ok(content) = Content::decode(content) else { return Ok(()) };
        let mut state = State {
            place,
            font: None,
            size: 0.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut kept = Vec::new();
        let (mut text, mut line) = (Matrix::IDENTITY, Matrix::IDENTITY);
        for operation in &content.operations {
            let number =
                |at: usize| operation.operands.get(at).and_then(|operand| operand.as_float().ok()).unwrap_or(0.0);
            let matrix = || Matrix([number(0), number(1), number(2), number(3), number(4), number(5)]);
            let mut new_line = |x: f32, y: f32, text: &mut Matrix| {
                line = Matrix::moved(x, y).then(line);
                *text = line;
            };
            match operation.operator.as_str() {
                "q" if kept.len() < MOST_STATES => kept.push(state),
                "Q" => state = kept.pop().unwrap_or(state),
                "cm" => state.place = matrix().then(state.place),
                "BT" => (text, line) = (Matrix::IDENTITY, Matrix::IDENTITY),
                "Tf" => {
                    let name = operation.operands.first().and_then(|name| name.as_name().ok());
                    state.font = name.and_then(|name| fonts.get(name)).map(Rc::as_ref);
                    state.size = number(1);
                }
                "Tc" => state.character_spacing = number(0),
                "Tw" => state.word_spacing = number(0),
                "Tz" => state.stretch = number(0) / 100.0,
                "TL" => state.leading = number(0),
                "Ts" => state.rise = number(0),
                "Td" => new_line(number(0), number(1), &mut text),
                "TD" => {
                    state.leading = -number(1);
                    new_line(number(0), number(1), &mut text);
                }
                "Tm" => {
                    line = matrix();
                    text = line;
                }
                "T*" => new_line(0.0, -state.leading, &mut text),
                "Tj" => self.show(&state, &mut text, &operation.operands),
                "'" => {
                    new_line(0.0, -state.leading, &mut text);
                    self.show(&state, &mut text, &operation.operands);
                }
                "\"" => {
                    (state.word_spacing, state.character_spacing) = (number(0), number(1));
                    new_line(0.0, -state.leading, &mut text);
                    self.show(&state, &mut text, operation.operands.get(2..).unwrap_or_default());
                }
                "TJ" => {
                    let pieces = operation.operands.first().and_then(|pieces| pieces.as_array().ok());
                    self.show(&state, &mut text, pieces.map_or(&[], Vec::as_slice));
                }
                "Do" if depth > 0 => {
                    let name = operation.operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default();
                    self.form(name, fonts, resources, state.place, depth - 1)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Runs a form, a piece of a page that is drawn by its name.
    fn form(
        &mut self,
        name: &[u8],
        fonts: &Named,
        resources: &[&'d Dictionary],
        place: Matrix,
        depth: usize,
    ) -> Result<()> {
        let document = self.document;
        let form = resources.iter().find_map(|resources| form_of(document, resources, name));
        let Some(form) = form else { return Ok(()) };
        if form.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind != b"Form") {
            return Ok(());
        }
        let content = self.budget.stream(form)?;
        let matrix = form.dict.get_deref(b"Matrix", document).and_then(Object::as_array).ok();
        let numbers: Vec<f32> = matrix.into_iter().flatten().filter_map(|number| number.as_float().ok()).collect();
        let matrix = <[f32; 6]>::try_from(numbers).map_or(Matrix::IDENTITY, Matrix);
        let place = matrix.then(place);
        let Some(own) = form.dict.get_deref(b"Resources", document).ok().and_then(|own| own.as_dict().ok()) else {
            return self.run(&content, fonts, resources, place, depth);
        };
        let own_fonts = own.get_deref(b"Font", document).ok().and_then(|fonts| fonts.as_dict().ok());
        let own_fonts = own_fonts.into_iter().flat_map(Dictionary::iter);
        let font = |object| document.dereference(object).ok().and_then(|(_, font)| font.as_dict().ok());
        let own_fonts = own_fonts.filter_map(|(name, object)| Some((name.clone(), font(object)?)));
        let own_fonts = own_fonts.map(|(name, font)| Ok((name, self.fonts.get(font, self.budget)?)));
        let own_fonts = own_fonts.collect::<Result<_>>()?;
        self.run(&content, &own_fonts, &[own], place, depth)
    }

    /// Shows text and moves on by its width; numbers between its parts move back.
    fn show(&mut self, state: &State, text: &mut Matrix, parts: &[Object]) {
        let Some(font) = state.font else { return };
        for part in parts {
            if let Ok(back) = part.as_float() {
                *text = Matrix::moved(-back / 1000.0 * state.size * state.stretch, 0.0).then(*text);
                continue;
            }
            let Ok(bytes) = part.as_str() else { continue };
            let start = Matrix::moved(0.0, state.rise).then(*text).then(state.place);
            let mut said = String::new();
            let mut width = 0.0;
            for glyph in font.glyphs(bytes) {
                let spacing = state.character_spacing + if glyph.is_space { state.word_spacing } else { 0.0 };
                width += (glyph.width / 1000.0 * state.size + spacing) * state.stretch;
                said.push_str(&glyph.text);
            }
            *text = Matrix::moved(width, 0.0).then(*text);
            let end = Matrix::moved(0.0, state.rise).then(*text).then(state.place);
            self.pieces.extend(piece(said, start, end, state.size));
        }
    }
}

/// Finds a drawing by its name.
fn form_of<'d>(document: &'d Document, resources: &'d Dictionary, name: &[u8]) -> Option<&'d Stream> {
    let forms = resources.get_deref(b"XObject", document).ok()?.as_dict().ok()?;
    forms.get_deref(name, document).ok()?.as_stream().ok()
}

/// Turns a piece so that it runs to the right, as the text of a table on its side does not.
fn piece(text: String, start: Matrix, end: Matrix, size: f32) -> Option<Piece> {
    let ([right, up, lean_right, lean_up, ..], [.., x, y], [.., to_x, to_y]) = (start.0, start.0, end.0);
    let size = size.abs() * lean_right.hypot(lean_up);
    let turned = |x: f32, y: f32| match (right.abs() >= up.abs(), right >= 0.0, up >= 0.0) {
        (true, true, _) => (x, y),
        (true, false, _) => (-x, -y),
        (false, _, true) => (y, -x),
        (false, _, false) => (-y, x),
    };
    let ((left, base), (right, _)) = (turned(x, y), turned(to_x, to_y));
    let sound = [left, right, base, size].iter().all(|number| number.is_finite() && number.abs() < 1e6);
    (sound && !text.is_empty()).then_some(Piece { text, left, right, base, size })
}
