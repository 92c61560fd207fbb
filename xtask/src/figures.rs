//! stub
use std::path::Path;
pub fn print(_root: &Path) -> anyhow::Result<bool> { Ok(true) }
