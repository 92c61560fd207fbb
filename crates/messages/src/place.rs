//! Where a message is read.

/// What `$place` is in a message. Whoever renders gives it, never who made the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A person at a terminal, who can type a command.
    Terminal,
    /// A person at the window, who can press a button; a notification and the tray as well.
    Window,
    /// An agent, which can show the message to its person.
    Agent,
}

impl Place {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Window => "window",
            Self::Agent => "agent",
        }
    }
}
