//! Lines that are typed or piped in while something else goes on.

use oauth::secret::Secret;
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The lines of standard input as they come; None at its end.
///
/// A thread of its own reads them, and the program's end does not wait for it. It would wait for tokio's standard
/// input: on a terminal, until someone presses Enter.
pub(crate) fn lines() -> UnboundedReceiver<String> {
    let (line, lines) = unbounded_channel();
    std::thread::spawn(move || {
        std::io::stdin()
            .lines()
            .map_while(Result::ok)
            .try_for_each(|text| line.send(text))
    });
    lines
}

/// No lines, and never any.
pub(crate) fn no_lines() -> UnboundedReceiver<String> {
    unbounded_channel().1
}

/// A terminal that does not show what is typed, and how it was before.
#[cfg(unix)]
struct QuietTerminal {
    terminal: std::fs::File,
    before: rustix::termios::Termios,
}

#[cfg(unix)]
static QUIET: Mutex<Option<QuietTerminal>> = Mutex::new(None);

/// Whoever ends the program while someone types what must not be shown says this first: the terminal stays as it is when
/// the program has gone.
pub(crate) fn show_again() {
    #[cfg(unix)]
    if let Some(QuietTerminal {
        mut terminal,
        before,
    }) = QUIET.lock().unwrap_or_else(PoisonError::into_inner).take()
    {
        use std::io::Write;
        // It may be gone.
        let _ =
            rustix::termios::tcsetattr(&terminal, rustix::termios::OptionalActions::Now, &before);
        let _ = terminal.write_all(b"\n");
    }
}

/// Asks for what must not be shown. None at Ctrl-C, and where the terminal is closed.
///
/// Ctrl-C comes as a letter here, and not as a signal: it ends the question, and what becomes of the program is up to whoever
/// asked. A signal that does come finds the terminal by [`show_again`].
#[cfg(unix)]
pub(crate) fn hidden(prompt: &str) -> std::io::Result<Option<Secret>> {
    use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
    use std::io::{Read, Write};
    const CTRL_C: u8 = 3;
    const CTRL_BACKSLASH: u8 = 28;

    let mut terminal = std::fs::File::options()
        .read(true)
        .write(true)
        .open("/dev/tty")?;
    let before = tcgetattr(&terminal)?;
    let mut quiet = before.clone();
    quiet
        .local_modes
        .remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ISIG);
    quiet.local_modes.insert(LocalModes::ICANON);
    // Each of them ends the line at once, as Enter does.
    quiet.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
    quiet.special_codes[SpecialCodeIndex::VEOL2] = CTRL_BACKSLASH;
    // How it was is known before it changes; and it changes before the prompt: whoever sees that may type at once.
    let known = QuietTerminal {
        terminal: terminal.try_clone()?,
        before,
    };
    {
        // Held until it has changed: who shows it again in between would be undone.
        let mut state = QUIET.lock().unwrap_or_else(PoisonError::into_inner);
        *state = Some(known);
        tcsetattr(&terminal, OptionalActions::Now, &quiet)?;
    }
    let asked = terminal.write_all(prompt.as_bytes());
    let (mut typed, mut letter) = (Vec::new(), [0]);
    let read = loop {
        if let Err(error) = &asked {
            break Err(error.kind().into());
        }
        match terminal.read(&mut letter) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => break Err(error),
            Ok(0) => break Ok(None),
            Ok(_) if [CTRL_C, CTRL_BACKSLASH].contains(&letter[0]) => break Ok(None),
            Ok(_) if letter[0] == b'\n' => break Ok(Some(())),
            Ok(_) => typed.push(letter[0]),
        }
    };
    show_again();
    if read?.is_none() {
        return Ok(None);
    }
    let text = String::from_utf8(typed).map_err(|_| std::io::ErrorKind::InvalidData)?;
    Ok(Some(Secret::new(text)))
}

#[cfg(not(unix))]
pub(crate) fn hidden(prompt: &str) -> std::io::Result<Option<Secret>> {
    rpassword::prompt_password(prompt).map(|text| Some(Secret::new(text)))
}
