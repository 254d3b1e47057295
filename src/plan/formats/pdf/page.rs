//! Runs the text operators of a page and says which piece of text stands where (ISO 32000-1, 9.4).

use std::{collections::HashMap, rc::Rc};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::{
    Budget,
    content::{Operand, Operators},
    fonts::{Font, Fonts},
};
use crate::{
    error::{Error, Result},
    text,
};

/// A piece of text in one line, in a space where the text runs to the right and up is up.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) base: f32,
    pub(super) size: f32,
    /// How it was turned to run to the right, in quarters.
    pub(super) turn: u8,
}

/// A straight line on a page, as it was drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) from: (f32, f32),
    pub(super) to: (f32, f32),
}

/// What stands on a page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) pieces: Vec<Piece>,
    pub(super) rules: Vec<Rule>,
}

/// A matrix of six numbers, as PDF writes it.
#[derive(Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn moved(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Returns where a point comes to stand.
    fn put(self, x: f32, y: f32) -> (f32, f32) {
        let [.., to_x, to_y] = Self::moved(x, y).then(self).0;
        (to_x, to_y)
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

/// Rules of a page beyond this many are left out: they are a drawing.
const MOST_RULES: usize = 20_000;

/// Reads the pieces of text and the straight lines of a page, in the order in which they are drawn.
pub(super) fn read<'d>(
    document: &'d Document,
    page: ObjectId,
    fonts: &mut Fonts<'d>,
    budget: &mut Budget,
) -> Result<Page> {
    let content = budget.page(document, page)?;
    let named = document.get_page_fonts(page).unwrap_or_default();
    let named = named.into_iter().map(|(name, font)| Ok((name, fonts.get(font, budget)?))).collect::<Result<_>>()?;
    let (own, inherited) = document.get_page_resources(page).unwrap_or_default();
    let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    let resources: Vec<&Dictionary> = own.into_iter().chain(inherited).collect();
    let mut found = Page::default();
    let mut walk = Walk { document, fonts, budget, page: &mut found };
    walk.run(&content, &named, &resources, Matrix::IDENTITY, DEEPEST)?;
    Ok(found)
}

struct Walk<'w, 'd> {
    document: &'d Document,
    fonts: &'w mut Fonts<'d>,
    budget: &'w mut Budget,
    page: &'w mut Page,
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
        let mut path = Path::default();
        let (mut text, mut line) = (Matrix::IDENTITY, Matrix::IDENTITY);
        let mut operators = Operators::new(content);
        while let Some(operator) = operators.next() {
            let number = |at: usize| operators.number(at);
            let matrix = || Matrix([number(0), number(1), number(2), number(3), number(4), number(5)]);
            let mut new_line = |x: f32, y: f32, text: &mut Matrix| {
                line = Matrix::moved(x, y).then(line);
                *text = line;
            };
            match operator {
                b"q" if kept.len() < MOST_STATES => kept.push(state),
                b"Q" => state = kept.pop().unwrap_or(state),
                b"cm" => state.place = matrix().then(state.place),
                b"BT" => (text, line) = (Matrix::IDENTITY, Matrix::IDENTITY),
                b"Tf" => {
                    state.font = fonts.get(operators.name()).map(Rc::as_ref);
                    state.size = number(1);
                }
                b"Tc" => state.character_spacing = number(0),
                b"Tw" => state.word_spacing = number(0),
                b"Tz" => state.stretch = number(0) / 100.0,
                b"TL" => state.leading = number(0),
                b"Ts" => state.rise = number(0),
                b"Td" => new_line(number(0), number(1), &mut text),
                b"TD" => {
                    state.leading = -number(1);
                    new_line(number(0), number(1), &mut text);
                }
                b"Tm" => {
                    line = matrix();
                    text = line;
                }
                b"T*" => new_line(0.0, -state.leading, &mut text),
                b"Tj" => self.show(&state, &mut text, operators.operands()),
                b"'" => {
                    new_line(0.0, -state.leading, &mut text);
                    self.show(&state, &mut text, operators.operands());
                }
                b"\"" => {
                    (state.word_spacing, state.character_spacing) = (number(0), number(1));
                    new_line(0.0, -state.leading, &mut text);
                    self.show(&state, &mut text, operators.operands().get(2..).unwrap_or_default());
                }
                b"TJ" => {
                    if let Some(Operand::List(parts)) = operators.operands().first() {
                        self.show(&state, &mut text, parts);
                    }
                }
                b"Do" if depth > 0 => {
                    self.form(operators.name(), fonts, resources, state.place, depth - 1)?;
                }
                _ => path.run(operator, &operators, state.place, &mut self.page.rules),
            }
        }
        if operators.cut {
            return Err(Error::input(text!("formats.large")).hint(text!("formats.pdf.copy_hint")));
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
    fn show(&mut self, state: &State, text: &mut Matrix, parts: &[Operand]) {
        let Some(font) = state.font else { return };
        for part in parts {
            let bytes = match part {
                Operand::Text(bytes) => bytes,
                Operand::Number(back) => {
                    *text = Matrix::moved(-back / 1000.0 * state.size * state.stretch, 0.0).then(*text);
                    continue;
                }
                _ => continue,
            };
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
            self.page.pieces.extend(piece(said, start, end, state.size));
        }
    }
}

/// The straight lines of a path that is being drawn; curves are none.
#[derive(Default)]
struct Path {
    rules: Vec<Rule>,
    at: (f32, f32),
    start: (f32, f32),
}

impl Path {
    /// Runs an operator that draws; one that paints moves the lines to `rules`.
    fn run(&mut self, operator: &[u8], operators: &Operators, place: Matrix, rules: &mut Vec<Rule>) {
        let point = |x: usize| place.put(operators.number(x), operators.number(x + 1));
        match operator {
            b"m" => self.go(point(0)),
            b"l" => self.draw(point(0)),
            b"h" => self.close(),
            b"re" => {
                let (x, y) = (operators.number(0), operators.number(1));
                let (to_x, to_y) = (x + operators.number(2), y + operators.number(3));
                self.rectangle([(x, y), (to_x, y), (to_x, to_y), (x, to_y)].map(|(x, y)| place.put(x, y)));
            }
            b"n" => *self = Self::default(),
            b"S" | b"s" | b"f" | b"F" | b"f*" | b"B" | b"B*" | b"b" | b"b*" => {
                let room = MOST_RULES.saturating_sub(rules.len());
                rules.extend(std::mem::take(self).rules.into_iter().take(room));
            }
            _ => {}
        }
    }

    fn go(&mut self, to: (f32, f32)) {
        (self.at, self.start) = (to, to);
    }

    fn draw(&mut self, to: (f32, f32)) {
        if self.rules.len() < MOST_RULES {
            self.rules.push(Rule { from: self.at, to });
        }
        self.at = to;
    }

    fn close(&mut self) {
        self.draw(self.start);
    }

    fn rectangle(&mut self, corners: [(f32, f32); 4]) {
        self.go(corners[0]);
        corners[1..].iter().for_each(|corner| self.draw(*corner));
        self.close();
    }
}

/// Finds a drawing by its name.
fn form_of<'d>(document: &'d Document, resources: &'d Dictionary, name: &[u8]) -> Option<&'d Stream> {
    let forms = resources.get_deref(b"XObject", document).ok()?.as_dict().ok()?;
    forms.get_deref(name, document).ok()?.as_stream().ok()
}

/// Turns a place by so many quarters.
pub(super) fn turned(turn: u8, (x, y): (f32, f32)) -> (f32, f32) {
    match turn {
        0 => (x, y),
        1 => (y, -x),
        2 => (-x, -y),
        _ => (-y, x),
    }
}

/// Turns a piece so that it runs to the right, as the text of a table on its side does not.
fn piece(text: String, start: Matrix, end: Matrix, size: f32) -> Option<Piece> {
    let ([right, up, lean_right, lean_up, ..], [.., x, y], [.., to_x, to_y]) = (start.0, start.0, end.0);
    let size = size.abs() * lean_right.hypot(lean_up);
    let turn = match (right.abs() >= up.abs(), right >= 0.0, up >= 0.0) {
        (true, true, _) => 0,
        (true, false, _) => 2,
        (false, _, true) => 1,
        (false, _, false) => 3,
    };
    let ((left, base), (right, _)) = (turned(turn, (x, y)), turned(turn, (to_x, to_y)));
    let sound = [left, right, base, size].iter().all(|number| number.is_finite() && number.abs() < 1e6);
    (sound && !text.is_empty()).then_some(Piece { text, left, right, base, size, turn })
}
