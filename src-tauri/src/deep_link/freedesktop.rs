//! Links on Linux: an entry of our own, made the handler of our scheme. The plugin's entry has quotes that xdg-open
//! without a desktop cannot run, so it is written here. No shell has a part in it.

use super::desktop_entry;
use oauth::redirect::SCHEME;
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tauri::AppHandle;
use tokio::process::Command;

const ENTRY: &str = "app.gatelodge.desktop.handler.desktop";
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Whether links lead to this program now.
pub(crate) async fn register(_: &AppHandle) -> bool {
    let Some(program) = program() else {
        return false;
    };
    let current = default_entry().await;
    // What a package installed for this very program is as good.
    if current != ENTRY && leads_to(&current, &program) {
        return true;
    }
    match write(&program) {
        Ok(folder) => {
            // Only some desktops have and need it.
            run("update-desktop-database", [folder.as_os_str()]).await;
            if current != ENTRY {
                run("xdg-mime", ["default", ENTRY, &mime_type()]).await;
            }
        }
        Err(why) => tracing::warn!(why, "links could not be made ours"),
    }
    let is_ours = default_entry().await == ENTRY && leads_to(ENTRY, &program);
    if !is_ours {
        tracing::warn!("links do not lead here: logins come back on loopback");
    }
    is_ours
}

/// The file that is to be started: an AppImage is not where it runs.
fn program() -> Option<PathBuf> {
    env::var_os("APPIMAGE")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| env::current_exe().ok())
}

/// Gives the folder that it is in.
fn write(program: &Path) -> Result<PathBuf, String> {
    let folder = data_folders()
        .next()
        .ok_or("HOME is not set")?
        .join("applications");
    let entry = desktop_entry::handler(program, SCHEME)
        .ok_or_else(|| format!("{} cannot be named", program.display()))?;
    let path = folder.join(ENTRY);
    let is_same = std::fs::read_to_string(&path).is_ok_and(|found| found == entry);
    if !is_same {
        let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, entry));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(folder)
}

fn leads_to(entry: &str, program: &Path) -> bool {
    let found = data_folders()
        .find_map(|folder| std::fs::read_to_string(folder.join("applications").join(entry)).ok());
    let started = found
        .filter(|_| !entry.is_empty())
        .and_then(|entry| desktop_entry::program_of(&entry));
    let started = started
        .and_then(|started| on_path(&started))
        .and_then(|started| started.canonicalize().ok());
    started.is_some() && started == program.canonicalize().ok()
}

fn on_path(program: &Path) -> Option<PathBuf> {
    if program.is_absolute() {
        return Some(program.to_owned());
    }
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// The person's own first (XDG Base Directory Specification).
fn data_folders() -> impl Iterator<Item = PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let own = set("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute());
    let own = own.or_else(|| Some(env::home_dir()?.join(".local/share")));
    let shared = set("XDG_DATA_DIRS").unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    own.into_iter()
        .chain(env::split_paths(&shared).collect::<Vec<_>>())
}

fn mime_type() -> String {
    format!("x-scheme-handler/{SCHEME}")
}

async fn default_entry() -> String {
    run("xdg-mime", ["query", "default", &mime_type()])
        .await
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// What it printed; None if it is not there, failed or took too long.
async fn run<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Option<String> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    match tokio::time::timeout(TIME_LIMIT, command.output()).await {
        Ok(Ok(output)) if output.status.success() => String::from_utf8(output.stdout).ok(),
        Ok(Ok(output)) => {
            tracing::info!(program, status = %output.status, "ended");
            None
        }
        Ok(Err(error)) => {
            tracing::info!(program, %error, "could not be started");
            None
        }
        Err(_) => {
            tracing::warn!(program, "took too long");
            None
        }
    }
}
