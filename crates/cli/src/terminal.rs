//! What comes from outside while something else goes on: lines that are typed or piped in, and the wish to end.

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

/// Ctrl-C, and the system asking to end. From [`Interrupt::listen`] on they are heard here and end nothing by themselves.
pub(crate) struct Interrupt {
    #[cfg(unix)]
    signals: [Option<tokio::signal::unix::Signal>; 2],
}

impl Interrupt {
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        // A signal that cannot be listened for ends the program as it always did.
        Self { signals: [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok()) }
    }

    #[cfg(unix)]
    pub(crate) async fn heard(&mut self) {
        let [interrupt, terminate] = &mut self.signals;
        tokio::select! {
            Some(()) = next(interrupt) => {}
            Some(()) = next(terminate) => {}
            else => std::future::pending().await,
        }
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Self {
        Self {}
    }

    #[cfg(not(unix))]
    pub(crate) async fn heard(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

#[cfg(unix)]
async fn next(signal: &mut Option<tokio::signal::unix::Signal>) -> Option<()> {
    signal.as_mut()?.recv().await
}
