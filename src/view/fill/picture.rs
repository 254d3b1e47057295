//! A small picture in the cells of the terminal: each cell shows two by two pixels in two colours.
//!
//! Nothing is asked of the terminal and nothing but coloured block characters is sent, so it works the same in a window, in
//! tmux and over a connection.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Style},
};

use crate::store::Picture;

/// The block characters by which of the four pixels are in front: 1 upper left, 2 upper right, 4 lower left, 8 lower right.
const BLOCKS: [&str; 16] = [" ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█"];

/// How far the pixels of one surface may differ.
const NOISE: u8 = 10;

/// Draws a picture as large as an area allows, in its own shape; a cell is twice as high as wide.
pub fn draw(buffer: &mut Buffer, area: Rect, picture: &Picture) {
    let (width, height) = picture.size();
    let room = (u32::from(area.width), u32::from(area.height) * 2);
    // The larger of the two scales that does not overflow, kept as a fraction.
    let by_width = room.0 * height <= room.1 * width;
    let (columns, half_rows) =
        if by_width { (room.0, room.0 * height / width) } else { (room.1 * width / height, room.1) };
    let (columns, rows) = (columns.max(1), half_rows.div_ceil(2).max(1));
    let pixel = |x: u32, y: u32| {
        let at = |x: u32, y: u32| (x * width / (columns * 2), y * height / (rows * 2));
        picture.mean(at(x, y), at(x + 1, y + 1))
    };
    for y in 0..rows.min(area.height.into()) {
        for x in 0..columns.min(area.width.into()) {
            let (left, top) = (x * 2, y * 2);
            let four = [pixel(left, top), pixel(left + 1, top), pixel(left, top + 1), pixel(left + 1, top + 1)];
            let (block, front, back) = cell(four);
            // Both fit: they are below the size of the area.
            let at = (area.x + u16::try_from(x).unwrap_or(0), area.y + u16::try_from(y).unwrap_or(0));
            let colour = |[red, green, blue]: [u8; 3]| Color::Rgb(red, green, blue);
            buffer[at].set_symbol(block).set_style(Style::new().fg(colour(front)).bg(colour(back)));
        }
    }
}

/// Finds the block and the two colours that show four pixels best: they are parted where they differ most.
fn cell(four: [[u8; 3]; 4]) -> (&'static str, [u8; 3], [u8; 3]) {
    let range = |part: usize| {
        let values = four.map(|pixel| pixel[part]);
        let (low, high) = (values.iter().min().copied().unwrap_or(0), values.iter().max().copied().unwrap_or(0));
        (high - low, u16::from(low) + u16::from(high))
    };
    let widest = (0..3).max_by_key(|&part| range(part).0).unwrap_or(0);
    let (contrast, middle) = range(widest);
    // What differs no more than this is one surface with the noise of a camera on it.
    let is_front = four.map(|pixel| contrast > NOISE && u16::from(pixel[widest]) * 2 > middle);
    let mask = is_front.iter().enumerate().fold(0, |mask, (at, front)| mask | (usize::from(*front) << at));
    let mean = |of: bool| {
        let chosen = || four.iter().zip(is_front).filter(|(_, front)| *front == of).map(|(pixel, _)| pixel);
        let count = u16::try_from(chosen().count()).unwrap_or(4).max(1);
        // A mean of bytes is a byte.
        [0, 1, 2].map(|part| {
            let sum: u16 = chosen().map(|pixel| u16::from(pixel[part])).sum();
            u8::try_from(sum / count).unwrap_or(u8::MAX)
        })
    };
    (BLOCKS[mask], mean(true), mean(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DARK: [u8; 3] = [10, 10, 10];
    const LIGHT: [u8; 3] = [200, 220, 240];

    #[test]
    fn a_cell_shows_its_four_pixels() {
        let cases = [
            ([DARK; 4], " "),
            ([LIGHT, LIGHT, DARK, DARK], "▀"),
            ([DARK, LIGHT, DARK, LIGHT], "▐"),
            ([LIGHT, DARK, DARK, LIGHT], "▚"),
            ([DARK, DARK, LIGHT, DARK], "▖"),
        ];
        for (four, expected) in cases {
            let (block, front, back) = cell(four);
            assert_eq!(block, expected);
            assert_eq!(back, DARK);
            assert!(expected == " " || front == LIGHT, "{front:?}");
        }
    }

    #[test]
    fn a_picture_keeps_its_shape_and_stays_inside() {
        // The width and height in pixels, and the cells it takes of 40 by 10.
        for (width, height, columns, rows) in [(100, 100, 20, 10), (200, 50, 40, 5), (50, 200, 5, 10), (1, 1, 20, 10)] {
            let picture = Picture::new(width, vec![LIGHT; (width * height) as usize]).expect("a picture");
            let mut buffer = Buffer::empty(Rect::new(0, 0, 50, 12));
            draw(&mut buffer, Rect::new(2, 1, 40, 10), &picture);
            let painted = |x: u16, y: u16| buffer[(x, y)].bg != Color::Reset;
            let count = |along: &dyn Fn(u16) -> bool, most: u16| (0..most).filter(|at| along(*at)).count();
            assert_eq!(count(&|x| painted(x, 1), 50), columns, "{width}x{height}");
            assert_eq!(count(&|y| painted(2, y), 12), rows, "{width}x{height}");
            assert!(!painted(1, 1) && !painted(2, 0), "{width}x{height}");
        }
    }
}
