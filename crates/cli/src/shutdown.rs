//! How the program ends: not before what an issuer answers is kept, whoever asks it to. It says what it waits for.

use crate::output::Output;
use api::Signals;
use broker::{Broker, Error};
use messages::{Text, text};
use model::Code;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long it tries to write what the disk does not take.
const PATIENCE: Duration = Duration::from_mins(1);
/// What lands sooner is not told of.
const SOON: Duration = Duration::from_millis(700);

/// The command hears signals in a way of its own.
static BY_THE_COMMAND: AtomicBool = AtomicBool::new(false);

/// For a command that ends in a way of its own: from here on it alone hears signals.
pub(crate) fn listen() -> Signals {
    let signals = Signals::listen();
    BY_THE_COMMAND.store(true, Ordering::SeqCst);
    signals
}

/// The end of one command. Clones are of the same.
#[derive(Clone, Default)]
pub(crate) struct Shutdown {
    broker: Arc<OnceLock<Broker>>,
    /// The exit status of the signal that was heard; 0: none.
    signal: Arc<AtomicU8>,
}

impl Shutdown {
    /// From here on a signal ends the program only when nothing is under way, until the command hears it itself. A task of
    /// its own hears it, since the command may be waiting for someone to type.
    pub(crate) fn on_signal(&self, output: Output) {
        let (shutdown, mut signals) = (self.clone(), Signals::listen());
        tokio::spawn(async move {
            let status = loop {
                let status = signals.heard().await;
                if !BY_THE_COMMAND.load(Ordering::SeqCst) {
                    break status;
                }
            };
            crate::terminal::show_again();
            shutdown.signal.store(status, Ordering::SeqCst);
            if let Some(broker) = shutdown.broker.get() {
                shutdown.landed(broker, &mut signals, output).await;
            }
            std::process::exit(i32::from(status));
        });
    }

    /// Whose exchanges are waited for.
    pub(crate) fn of(&self, broker: &Broker) {
        // One command has one.
        let _ = self.broker.set(broker.clone());
    }

    /// The command's outcome, once everything is kept.
    pub(crate) async fn with(self, outcome: Result<(), Error>, output: Output) -> ExitCode {
        let mut status = 0;
        if let Err(error) = outcome {
            output.error(&error);
            status = error.code().exit_status();
        }
        if let Some(broker) = self.broker.get() {
            let lost = self.landed(broker, &mut Signals::listen(), output).await;
            if lost > 0 && status == 0 {
                status = Code::DiskFailed.exit_status();
            }
        }
        match self.signal.load(Ordering::SeqCst) {
            0 => ExitCode::from(status),
            signal => ExitCode::from(signal),
        }
    }

    /// The number of answers that the disk did not take. Another signal ends the program at once.
    async fn landed(&self, broker: &Broker, signals: &mut Signals, output: Output) -> usize {
        let closing = async {
            let lost = broker.close(PATIENCE).await;
            if lost > 0 {
                output.tell(text::CliAnswerLost);
            }
            lost
        };
        let told = async {
            tokio::time::sleep(SOON).await;
            output.tell(waiting(broker));
            std::future::pending::<usize>().await
        };
        tokio::select! {
            lost = closing => lost,
            lost = told => lost,
            status = signals.heard() => std::process::exit(i32::from(status)),
        }
    }
}

/// What comes of `work` after a signal. With something under way it goes on until that has landed; None: it is given up.
pub(crate) async fn landing<T>(broker: &Broker, work: impl Future<Output = T>) -> Option<T> {
    let exchanges = broker.exchanges();
    if exchanges.hosts().is_empty() {
        return None;
    }
    let landed = async {
        exchanges.ended().await;
        tokio::time::sleep(SOON).await;
    };
    tokio::select! {
        outcome = work => Some(outcome),
        () = landed => None,
    }
}

/// What is waited for, in one sentence.
pub(crate) fn waiting(broker: &Broker) -> Text {
    let hosts = broker.exchanges().hosts();
    if hosts.is_empty() {
        return text::CliWaitingForDisk.into();
    }
    text::CliWaitingForHosts { hosts }.into()
}
