//! A folder as a hub: a shared drive, a USB stick, the mirror in the workspace.

use super::hub::Hub;
use crate::{error::Result, store::Objects};

impl Hub for Objects {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        Self::get(self, name, largest)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        Self::put(self, name, bytes)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        Self::list(self, folder)
    }

    fn place(&self) -> String {
        self.root().display().to_string()
    }
}
