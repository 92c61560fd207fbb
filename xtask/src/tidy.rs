//! stub
use std::path::Path;
pub fn run(_root: &Path) -> anyhow::Result<bool> { Ok(true) }
pub fn bless(_root: &Path) -> anyhow::Result<bool> { Ok(true) }
