//! Draws: the schemes and results in `draws/`.

use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};

use super::{Workspace, disk, tasks::plain_name};
use crate::{
    checklist::Digest,
    error::{Error, Kind, Result},
    task::draw::{Drawn, Pairing, Scheme, draw, read_drawn},
    text,
};

impl Workspace {
    /// Draws by a scheme's file; `seed` goes before the one in the file. Nothing is written.
    pub fn draw(&self, scheme: &Path, seed: Option<&str>, by: (&str, DateTime<FixedOffset>)) -> Result<Drawn> {
        let text = disk::read_toml_text(scheme)?;
        let read = Scheme::read(&text).map_err(|error| error.in_file(scheme))?;
        let register = self.facilities();
        if let Some(damaged) = register.damaged.into_iter().next() {
            // A unit that cannot be read could not be drawn, and nobody would notice.
            return Err(damaged);
        }
        if let Some((inspector, id)) = read.unknown_conflict(&register.found) {
            let message = text!("draw.unknown-conflict", name = inspector.name, id = id);
            let error = Error::new(Kind::NotFound, message).hint(text!("draw.unknown-conflict.hint"));
            let offset = text.find(&format!("\"{id}\"")).unwrap_or(0);
            return Err(error.at_offset(scheme, &text, offset));
        }
        let previous: Vec<Pairing> = match &read.previous {
            Some(name) => self.drawn(name)?.pairings(),
            None => Vec::new(),
        };
        let seed = seed.unwrap_or(&read.seed);
        draw(&read, Digest::of(text.as_bytes()), &register.found, &previous, seed, by)
            .map_err(|error| error.in_file(scheme))
    }

    /// Keeps the result of a draw beside its scheme's name in `draws/`; one that is there already is left alone.
    pub fn keep_drawn(&self, name: &str, drawn: &Drawn) -> Result<PathBuf> {
        self.require_writable()?;
        let path = self.drawn_path(name)?;
        let written = toml::to_string(drawn)
            .map_err(|error| Error::input(text!("record.not-written")).because(error).at(&path))?;
        disk::create(&path, written.as_bytes())?;
        Ok(path)
    }

    /// Reads the result of a draw by its name.
    pub fn drawn(&self, name: &str) -> Result<Drawn> {
        let path = self.drawn_path(name)?;
        if !path.is_file() {
            return Err(Error::new(Kind::NotFound, text!("draw.missing", name = name))
                .at(path)
                .hint(text!("draw.missing.hint")));
        }
        Self::read_drawn(&path)
    }

    /// Reads the result of a draw from a file.
    pub fn read_drawn(path: &Path) -> Result<Drawn> {
        read_drawn(&disk::read_toml_text(path)?).map_err(|error| error.in_file(path))
    }

    /// Says whether there is the result of a draw of this name.
    pub fn has_drawn(&self, name: &str) -> bool {
        self.drawn_path(name).is_ok_and(|path| path.is_file())
    }

    /// Reads the scheme that lies beside the result of a draw under the same name, with the digest of its file; nothing where
    /// there is none.
    pub fn scheme_beside(result: &Path) -> Result<Option<(Scheme, Digest)>> {
        let stem = result.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".result.toml"));
        let path = stem.map(|stem| result.with_file_name(format!("{stem}.toml"))).filter(|path| path.is_file());
        let read = |path: &PathBuf| {
            let text = disk::read_toml_text(path)?;
            let scheme = Scheme::read(&text).map_err(|error| error.in_file(path))?;
            Ok((scheme, Digest::of(text.as_bytes())))
        };
        path.as_ref().map(read).transpose()
    }

    /// Writes a public list; a file that is there already is left alone and is an error.
    pub fn write_list(path: &Path, list: &str) -> Result<()> {
        disk::create(path, list.as_bytes())
    }

    fn drawn_path(&self, name: &str) -> Result<PathBuf> {
        plain_name(name)?;
        Ok(self.root().join("draws").join(format!("{name}.result.toml")))
    }
}
