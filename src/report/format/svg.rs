//! Charts as SVG, drawn with the colours of the page around them.

use std::ops::Range;

use maud::{Markup, html};

use crate::{
    i18n::Lang,
    report::{
        document::{Cell, Chart, Form, Proof, Row, Sort, Table},
        halves,
        tally::as_number,
    },
};

/// Sizes in the units of the drawing.
const WIDTH: f64 = 720.0;
const BAR: f64 = 22.0;
const LABEL: f64 = 190.0;
const HEIGHT: f64 = 220.0;
const EDGE: f64 = 40.0;

/// A value as it is drawn.
struct Point {
    label: String,
    value: f64,
    shown: String,
    /// The anchor of the row that lists the records behind it.
    leads: Option<String>,
}

/// Returns the anchor of the row at a position, to which its number in the chart leads; nothing where nothing is behind it.
pub fn leads_to(table: &Table<'_>, at: usize, proof: &Proof<'_>) -> Option<String> {
    (*proof != Proof::None).then(|| format!("{}-{}", table.name, at + 1))
}

/// Draws a table's chart, in parts where it has more rows than one can show; nothing of a part where no row has a value.
pub fn draw(table: &Table<'_>, chart: &Chart, lang: Lang) -> Vec<Markup> {
    let values = &table.columns[chart.values];
    let points = |run: &Range<usize>| -> Vec<Point> { run.clone().filter_map(|at| point(table, at, chart)).collect() };
    let runs: Vec<_> = chart.runs(table.items()).collect();
    let all: Vec<_> = runs.iter().map(points).collect();
    // One measure for all parts, so that their bars can be held against each other.
    let least = if values.sort == Sort::Percent { 100.0 } else { 1.0 };
    let most = all.iter().flatten().map(|point| point.value).fold(least, f64::max);
    let drawn = runs.iter().zip(&all).filter(|(_, points)| !points.is_empty()).map(|(run, points)| {
        let title = chart.title(table, run, lang);
        if chart.form == Form::Line { line(points, most, &title) } else { bars(points, most, &title) }
    });
    drawn.collect()
}

/// Makes the point of a row; nothing where it has no value.
fn point(table: &Table<'_>, at: usize, chart: &Chart) -> Option<Point> {
    let row: Row<'_> = (table.row)(at);
    let cell = row.cells.get(chart.values)?;
    let value = match cell {
        Cell::Count(count) => as_number(*count),
        Cell::Number(number) | Cell::Tenths(number) | Cell::Percent(number) => *number,
        _ => return None,
    };
    let label = row.cells.get(chart.labels)?.show().into_owned();
    Some(Point { label, value, shown: cell.show().into_owned(), leads: leads_to(table, at, &row.proof) })
}

/// Draws a number so that it leads to the records behind it, also where nothing runs.
fn leading(point: &Point, number: Markup) -> Markup {
    match &point.leads {
        Some(anchor) => html! { a href=(format!("#{anchor}")) { (number) } },
        None => number,
    }
}

fn bars(points: &[Point], most: f64, title: &str) -> Markup {
    let rows = (0_u32..).zip(points).map(|(at, point)| {
        let y = f64::from(at) * BAR;
        let length = (point.value / most * (WIDTH - LABEL - 70.0)).max(0.0);
        (y, length, point)
    });
    let height = BAR * f64::from(u32::try_from(points.len()).unwrap_or(u32::MAX));
    html! {
        figure {
            figcaption { (title) }
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(title) {
                @for (y, length, point) in rows {
                    text class="label" x=(LABEL - 8.0) y=(y + 15.0) { (cut(&point.label)) title { (point.label) } }
                    rect x=(LABEL) y=(y + 3.0) width=(format!("{length:.1}")) height=(BAR - 6.0) {}
                    (leading(point, html! {
                        text x=(format!("{:.1}", LABEL + length + 6.0)) y=(y + 15.0) { (point.shown) }
                    }))
                }
            }
        }
    }
}

fn line(points: &[Point], most: f64, title: &str) -> Markup {
    let steps = f64::from(u32::try_from(points.len().saturating_sub(1)).unwrap_or(u32::MAX)).max(1.0);
    let places: Vec<(f64, f64, &Point)> = (0_u32..)
        .zip(points)
        .map(|(at, point)| {
            let x = EDGE + f64::from(at) / steps * (WIDTH - 2.0 * EDGE);
            let y = HEIGHT - EDGE - point.value / most * (HEIGHT - 2.0 * EDGE);
            (x, y, point)
        })
        .collect();
    let path: Vec<String> = places.iter().map(|(x, y, _)| format!("{x:.1},{y:.1}")).collect();
    html! {
        figure {
            figcaption { (title) }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(title) {
                polyline points=(path.join(" ")) {}
                @for (x, y, point) in &places {
                    circle cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="3.5" {}
                    (leading(point, html! {
                        text class="point" x=(format!("{x:.1}")) y=(format!("{:.1}", y - 9.0)) { (point.shown) }
                    }))
                    text class="point" x=(format!("{x:.1}")) y=(HEIGHT - 12.0) { (point.label) }
                }
            }
        }
    }
}

/// Cuts a name to what stands beside a bar.
fn cut(name: &str) -> String {
    const MOST: usize = 26;
    if halves::of(name) <= MOST {
        return name.to_owned();
    }
    let mut used = 2;
    let kept: String = name
        .chars()
        .take_while(|letter| {
            used += halves::of_character(*letter);
            used <= MOST
        })
        .collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_by_how_wide_they_are() {
        let cases = [
            ("长渡县行川镇中心卫生院", "长渡县行川镇中心卫生院"),
            ("云澜高新区创新路社区卫生服务中心", "云澜高新区创新路社区卫生…"),
            ("Pre-examination and triage", "Pre-examination and triage"),
            ("Occupational and radiation health", "Occupational and radiati…"),
        ];
        for (name, shown) in cases {
            assert_eq!(cut(name), shown);
        }
    }
}
