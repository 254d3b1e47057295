//! Small pictures of photographs, for a terminal that has the colours to show them.
//!
//! What cannot be shown is no error: name and size stand there all the same.

use std::{fs, path::Path};

use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use super::Workspace;
use crate::checklist::FileRef;

/// The most pixels of a side: more than a terminal has room for.
const SIDE: u32 = 200;

/// The largest file that is looked into, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The most memory that one photograph may take while it is made small, in bytes: 50 million pixels.
const MEMORY: u64 = 160 * 1024 * 1024;

/// A small picture, upright.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    /// Red, green and blue of each pixel, row by row.
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Makes a picture of rows of pixels that are all as wide; nothing where that leaves none.
    pub fn new(width: u32, pixels: Vec<[u8; 3]>) -> Option<Self> {
        let whole = width > 0 && !pixels.is_empty() && pixels.len().is_multiple_of(width as usize);
        whole.then_some(Self { width, pixels })
    }

    /// Returns how many pixels it is wide and high, each at least one.
    pub fn size(&self) -> (u32, u32) {
        // At most as many as SIDE by SIDE.
        (self.width, u32::try_from(self.pixels.len()).unwrap_or(u32::MAX) / self.width)
    }

    /// Returns the mean colour of the pixels from one column and row up to another; at least one is taken.
    pub fn mean(&self, from: (u32, u32), to: (u32, u32)) -> [u8; 3] {
        let (width, height) = self.size();
        let (mut sum, mut count) = ([0_u32; 3], 0);
        for y in from.1.min(height - 1)..to.1.clamp(from.1.min(height - 1) + 1, height) {
            for x in from.0.min(width - 1)..to.0.clamp(from.0.min(width - 1) + 1, width) {
                let pixel = self.pixels[(y * width + x) as usize];
                sum.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u32::from(part));
                count += 1;
            }
        }
        // A mean of bytes is a byte.
        sum.map(|sum| u8::try_from(sum / count).unwrap_or(u8::MAX))
    }
}

impl Workspace {
    /// Makes a small picture of a file that is kept as evidence; nothing where it is no photograph that can be read.
    pub fn picture(&self, file: &FileRef) -> Option<Picture> {
        picture(&self.evidence_path(file))
    }
}

/// Makes a small picture of a photograph; nothing where it is none that can be read.
pub fn picture(path: &Path) -> Option<Picture> {
    picture_within(path, MEMORY)
}

/// Makes a small picture of a photograph whose pixels take no more than so many bytes.
fn picture_within(path: &Path, memory: u64) -> Option<Picture> {
    if fs::metadata(path).ok()?.len() > LARGEST {
        return None;
    }
    let mut reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format).ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(memory);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().ok()?;
    // The limits of a decoder are for what it needs itself; whoever takes the pixels looks after their size.
    limits.reserve(decoder.total_bytes()).ok()?;
    // A telephone that is held upright says so, and writes the pixels lying.
    let orientation = decoder.orientation();
    let whole = DynamicImage::from_decoder(decoder).ok()?;
    let mut small = if whole.width().max(whole.height()) > SIDE { whole.thumbnail(SIDE, SIDE) } else { whole };
    if let Ok(orientation) = orientation {
        small.apply_orientation(orientation);
    }
    let small = small.into_rgb8();
    Picture::new(small.width(), small.pixels().map(|pixel| pixel.0).collect())
}

#[cfg(test)]
mod tests {
    use image::{ImageFormat, Rgb, RgbImage};

    use super::*;

    fn written(name: &str, width: u32, height: u32, format: ImageFormat) -> (tempfile::TempDir, Option<Picture>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        // Red on the left, blue on the right.
        let half = |x, _| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) };
        RgbImage::from_fn(width, height, half).save_with_format(&path, format).expect("an image");
        let made = picture(&path);
        (folder, made)
    }

    #[test]
    fn photographs_become_small_and_keep_their_shape() {
        for (name, width, height, format, expected) in [
            ("a.jpg", 1200, 900, ImageFormat::Jpeg, (200, 150)),
            ("a.png", 60, 400, ImageFormat::Png, (30, 200)),
            // What the file is counts, not how it is called.
            ("a.txt", 400, 400, ImageFormat::Png, (200, 200)),
        ] {
            let (_folder, made) = written(name, width, height, format);
            let made = made.expect(name);
            assert_eq!(made.size(), expected, "{name}");
            let (left, right) = (made.mean((0, 0), (5, 5)), made.mean((expected.0 - 5, 0), expected));
            assert!(left[0] > 200 && left[2] < 60 && right[2] > 200 && right[0] < 60, "{name}: {left:?} {right:?}");
        }
    }

    #[test]
    fn a_photograph_that_takes_too_much_memory_has_no_picture() {
        for (name, format) in [("a.jpg", ImageFormat::Jpeg), ("a.png", ImageFormat::Png)] {
            let (folder, _) = written(name, 400, 300, format);
            let path = folder.path().join(name);
            let pixels = 400 * 300 * 3;
            assert!(picture_within(&path, pixels).is_some(), "{name}");
            assert_eq!(picture_within(&path, pixels - 1), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_photograph_has_no_picture() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in [("a.jpg", "not a photograph"), ("b.png", "\u{89}PNG\r\n\u{1a}\n"), ("c.png", "")] {
            let path = folder.path().join(name);
            fs::write(&path, content).expect("written");
            assert_eq!(picture(&path), None, "{name}");
        }
        assert_eq!(picture(&folder.path().join("none.jpg")), None);
        assert_eq!(Picture::new(3, vec![[0; 3]; 4]), None);
    }
}
