//! The private-use scheme `app.gatelodge.desktop`: registering it, and telling whether it leads here.

use tauri::AppHandle;

/// A URL of our scheme and nothing else: no other scheme, no control character, not endless.
pub(crate) fn is_ours(text: &str) -> bool {
    text.strip_prefix(oauth::redirect::SCHEME).is_some_and(|rest| rest.starts_with(':'))
        && text.len() <= 16 * 1024
        && !text.chars().any(char::is_control)
}

/// Registers the scheme for this program; true if it then leads here.
pub(crate) fn register(app: &AppHandle) -> bool {
    #[cfg(target_os = "linux")]
    {
        let _ = app;
        linux::register().unwrap_or_else(|error| {
            tracing::warn!(%error, "the deep link could not be registered; logins use loopback");
            false
        })
    }
    #[cfg(not(target_os = "linux"))]
    {
        use tauri_plugin_deep_link::DeepLinkExt;
        // macOS takes the scheme from the bundle and knows no registering at run time.
        let registered = cfg!(target_os = "macos") || app.deep_link().register(oauth::redirect::SCHEME).is_ok();
        registered && app.deep_link().is_registered(oauth::redirect::SCHEME).unwrap_or(cfg!(target_os = "macos"))
    }
}

/// macOS hands links to the running program as an event; elsewhere they come as the argument of a second start.
pub(crate) fn listen(app: &AppHandle) {
    #[cfg(target_os = "macos")]
    {
        use tauri_plugin_deep_link::DeepLinkExt;
        let handle = app.clone();
        app.deep_link().on_open_url(move |event| {
            for url in event.urls().into_iter().filter(|url| is_ours(url.as_str())).take(1) {
                crate::app::answer(&handle, url.into());
            }
        });
    }
    #[cfg(not(target_os = "macos"))]
    let _ = app;
}

#[cfg(target_os = "linux")]
mod linux {
    //! A desktop file of our own: the one that the plugin writes quotes its program, which xdg-utils cannot run
    //! outside of a desktop environment.

    use std::io;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    const FILE: &str = "app.gatelodge.desktop.handler.desktop";
    const MIME: &str = "x-scheme-handler/app.gatelodge.desktop";

    pub(super) fn register() -> io::Result<bool> {
        let program = std::env::current_exe()?;
        let folder = data_home()?.join("applications");
        let file = folder.join(FILE);
        let wanted = entry(&program);
        if std::fs::read_to_string(&file).ok().as_deref() != Some(&wanted) {
            std::fs::create_dir_all(&folder)?;
            std::fs::write(&file, wanted)?;
            // A cache that is not there is not missed.
            let _ = run("update-desktop-database", &[&folder.to_string_lossy()]);
        }
        if default_handler().as_deref() != Some(FILE) {
            run("xdg-mime", &["default", FILE, MIME])?;
        }
        Ok(default_handler().as_deref() == Some(FILE))
    }

    fn entry(program: &Path) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nName=Gatelodge\nExec={} %u\nNoDisplay=true\nTerminal=false\nMimeType={MIME};\n",
            exec(&program.to_string_lossy())
        )
    }

    /// Unquoted where it can be; quoted by the rules of the Desktop Entry Specification where it must be.
    fn exec(path: &str) -> String {
        let path = path.replace('%', "%%");
        if path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+@".contains(c)) {
            return path;
        }
        let escaped: String =
            path.chars().flat_map(|c| if "\"`$\\".contains(c) { vec!['\\', '\\', c] } else { vec![c] }).collect();
        format!("\"{escaped}\"")
    }

    fn default_handler() -> Option<String> {
        let output =
            Command::new("xdg-mime").args(["query", "default", MIME]).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn run(program: &str, args: &[&str]) -> io::Result<()> {
        let status =
            Command::new(program).args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program} ended with {status}"))) }
    }

    fn data_home() -> io::Result<PathBuf> {
        let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        folder("XDG_DATA_HOME")
            .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
            .ok_or_else(|| io::Error::other("no home folder is known"))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_program_is_quoted_only_where_it_must_be() {
            assert_eq!(exec("/opt/gatelodge/gatelodge-desktop"), "/opt/gatelodge/gatelodge-desktop");
            assert_eq!(exec("/opt/my apps/a$b"), "\"/opt/my apps/a\\\\$b\"");
            assert_eq!(exec("/opt/50%"), "\"/opt/50%%\"");
        }
    }
}
