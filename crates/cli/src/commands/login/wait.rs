//! Waiting for a login's answer: from the browser, by a code elsewhere, or pasted.

use crate::output::{Output, line, record, say};
use crate::shutdown::landing;
use crate::terminal;
use api::Signals;
use broker::{Broker, Error};
use messages::{Text, text};
use model::{Code, Grant, LoginAttempt};
use oauth::authorization::Callback;
use oauth::device::DeviceCode;
use std::io::IsTerminal;

/// Prints the link alone on stdout, reads the address from stdin.
pub(super) async fn pasted(
    broker: &Broker,
    pending: &LoginAttempt,
    interrupt: &mut Signals,
    output: Output,
) -> Result<Grant, Error> {
    output.tell(text::CliLoginPaste);
    if output.json {
        record(&serde_json::json!({ "authorization_url": pending.url() }))?;
    } else {
        line(pending.url())?;
    }
    let mut typed = terminal::lines();
    loop {
        let address = tokio::select! {
            // Another host may end it: another login to the same server may begin there.
            outcome = broker.wait_login(pending) => return outcome,
            address = typed.recv() => address.ok_or_else(cancelled)?,
            _ = interrupt.heard() => return Err(cancelled()),
        };
        if let Some(grant) = tried(broker, &address, output).await? {
            return Ok(grant);
        }
    }
}

/// Waits for the browser's answer in whichever host it arrives, or for an address that is pasted meanwhile.
pub(crate) async fn awaited(
    broker: &Broker,
    pending: &LoginAttempt,
    browser: Browser<'_>,
    interrupt: &mut Signals,
    output: Output,
) -> Result<Grant, Error> {
    if let Some(device) = pending.device() {
        show_code(device, output)?;
    } else {
        show_link(pending, browser, output);
    }
    // Only a terminal can bring an address while waiting.
    let listens = pending.device().is_none() && std::io::stdin().is_terminal();
    let mut typed = if listens {
        terminal::lines()
    } else {
        terminal::no_lines()
    };
    let tell = |error: &Error| {
        let why = error.text();
        output.tell(text::CliLoginAnswerUnused { why });
    };
    loop {
        let address = tokio::select! {
            outcome = broker.watch_login(pending, tell) => return outcome,
            Some(address) = typed.recv() => address,
            _ = interrupt.heard() => return landing(broker, broker.wait_login(pending)).await.unwrap_or_else(|| Err(cancelled())),
        };
        if let Some(grant) = tried(broker, &address, output).await? {
            return Ok(grant);
        }
    }
}

/// RFC 8628 §3.3, and the warning of §5.4: the code is for a page that the person opened, not for one that was sent.
fn show_code(device: &DeviceCode, output: Output) -> Result<(), Error> {
    if output.json {
        let shown = serde_json::json!({ "user_code": device.user_code, "verification_uri": device.verification_uri });
        return record(&shown);
    }
    say(text::CliLoginCodeWhere {
        url: &device.verification_uri,
    });
    say(text::CliLoginCode {
        code: &device.user_code,
    });
    output.tell(text::CliLoginCodeWarning);
    Ok(())
}

/// What became of the browser.
#[derive(Clone, Copy)]
pub(crate) enum Browser<'a> {
    Asked,
    NotWanted,
    Failed(&'a Text),
}

fn show_link(pending: &LoginAttempt, browser: Browser<'_>, output: Output) {
    match browser {
        Browser::Failed(why) => {
            say(text::CliLoginBrowserFailed { why });
            say(text::CliLoginOpenYourself);
        }
        Browser::NotWanted => output.tell(text::CliLoginBrowserUnwanted),
        Browser::Asked => output.tell(text::CliLoginBrowserAsked),
    }
    say(text::AsWritten {
        text: pending.url(),
    });
    output.tell(text::CliLoginWaiting);
}

/// Finishes the login with what was pasted. None where that changed nothing and someone is there to try again: a
/// key that was hit by mistake, or another line of the clipboard, is no reason to begin anew.
async fn tried(broker: &Broker, address: &str, output: Output) -> Result<Option<Grant>, Error> {
    let (address, someone) = (address.trim(), std::io::stdin().is_terminal());
    if address.is_empty() && someone {
        return Ok(None);
    }
    match broker.complete_login(Callback::parse(address)).await {
        Err(error) if error.code() == Code::LoginUnknown && someone => {
            output.tell(text::CliLoginWrongAddress);
            Ok(None)
        }
        outcome => outcome.map(Some),
    }
}
pub(super) fn cancelled() -> Error {
    Error::new(Code::LoginCancelled, text::CliLoginCancelled)
}
