//! Lines that are typed or piped in while something else goes on.

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The lines of standard input as they come; None at its end.
///
/// A thread of its own reads them, and the program's end does not wait for it. It would wait for tokio's standard
/// input: on a terminal, until someone presses Enter.
pub(crate) fn lines() -> UnboundedReceiver<String> {
    let (line, lines) = unbounded_channel();
    std::thread::spawn(move || std::io::stdin().lines().map_while(Result::ok).try_for_each(|text| line.send(text)));
    lines
}

/// No lines, and never any.
pub(crate) fn no_lines() -> UnboundedReceiver<String> {
    unbounded_channel().1
}
