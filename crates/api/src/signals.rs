//! The wish to end, as the system tells a program: Ctrl-C (or Ctrl-\), a logout or a service's stop, a terminal that was closed.

/// From [`Signals::listen`] on they are heard here and end nothing by themselves.
pub struct Signals {
    #[cfg(unix)]
    heard: Vec<(tokio::signal::unix::Signal, u8)>,
}

/// A file that may grow no further (`ulimit -f`) is a disk that takes nothing: the write fails, and ends no program.
pub fn outlive_a_file_limit() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // Once it was listened for, it ends nothing any more.
        if let Err(error) = signal(SignalKind::from_raw(broker::process::FILE_LIMIT)) {
            tracing::warn!(%error, "a file that is too large would end this program");
        }
    }
}

impl Signals {
    /// Those that the program was started to ignore (`nohup`, a job in the background) stay ignored.
    #[cfg(unix)]
    pub fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let ignored =
            std::fs::read_to_string("/proc/self/status").map_or(0, |status| ignored(&status));
        let kinds = [
            SignalKind::interrupt(),
            SignalKind::quit(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        let numbered = kinds
            .into_iter()
            .filter_map(|kind| Some((kind, u8::try_from(kind.as_raw_value()).ok()?)));
        let wanted = numbered.filter(|(_, number)| ignored & (1 << (number - 1)) == 0);
        // A signal that cannot be listened for ends the program as it always did.
        Self {
            heard: wanted
                .filter_map(|(kind, number)| Some((signal(kind).ok()?, number)))
                .collect(),
        }
    }

    /// Waits for the next one: the exit status of a program that it ended.
    #[cfg(unix)]
    pub async fn heard(&mut self) -> u8 {
        let next = std::future::poll_fn(|context| {
            let ready = self.heard.iter_mut().find_map(|(signal, number)| {
                signal.poll_recv(context).is_ready().then_some(*number)
            });
            ready.map_or(std::task::Poll::Pending, std::task::Poll::Ready)
        });
        128 + next.await
    }

    /// Listens for them from now on.
    #[cfg(not(unix))]
    pub fn listen() -> Self {
        Self {}
    }

    /// Waits for the next one: the exit status of a program that it ended.
    #[cfg(not(unix))]
    pub async fn heard(&mut self) -> u8 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        130
    }
}

/// Which signals are ignored, a bit each, as the kernel says it of a process.
#[cfg(unix)]
fn ignored(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Signals, ignored, outlive_a_file_limit};

    fn is_told(signal: &str) {
        let id = std::process::id().to_string();
        assert!(
            std::process::Command::new("kill")
                .args(["-s", signal, &id])
                .status()
                .expect("it runs")
                .success()
        );
    }

    /// Without them either would end this test's own process.
    #[tokio::test]
    async fn a_quit_is_a_wish_to_end_and_a_file_limit_is_none() {
        outlive_a_file_limit();
        is_told("XFSZ");
        let quit = 3;
        if ignored(&std::fs::read_to_string("/proc/self/status").unwrap_or_default())
            & (1 << (quit - 1))
            != 0
        {
            return;
        }
        let mut signals = Signals::listen();
        is_told("QUIT");
        assert_eq!(signals.heard().await, 128 + quit);
    }

    #[test]
    fn what_is_ignored_is_read_as_the_kernel_writes_it() {
        let hangup = 1;
        assert_eq!(
            ignored("Name:\tx\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n") & hangup,
            hangup
        );
        assert_eq!(ignored("Name:\tx\nSigIgn:\t0000000000001000\n") & hangup, 0);
        assert_eq!(ignored("nothing of the kind"), 0);
    }
}
