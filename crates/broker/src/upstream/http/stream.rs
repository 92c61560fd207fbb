//! A stream of events (text/event-stream) as it comes in: whether it has brought the answer to the one request.

/// How far a growing stream was read. Each byte is looked at once, however small the pieces are that it comes in: a server
/// that sends many small ones would else be read anew for each.
#[derive(Default)]
pub(super) struct EventsRead {
    /// Up to here every line was read.
    at: usize,
    /// From here on the line's end was not found yet.
    searched: usize,
    /// The `data` of the event that has not ended.
    data: Vec<u8>,
}

impl EventsRead {
    /// One request has one answer: once the stream has brought it, what may follow is not awaited. `stream` is all that came
    /// until now. An event ends with an empty line.
    pub(super) fn brought_an_answer(&mut self, stream: &[u8]) -> bool {
        while let Some(end) = stream[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n')
        {
            let end = self.searched + end;
            let line = stream[self.at..end]
                .strip_suffix(b"\r")
                .unwrap_or(&stream[self.at..end]);
            (self.at, self.searched) = (end + 1, end + 1);
            if let Some(data) = line.strip_prefix(b"data:") {
                if !self.data.is_empty() {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(data);
            } else if line.is_empty() && is_answer(&std::mem::take(&mut self.data)) {
                return true;
            }
        }
        self.searched = stream.len();
        false
    }
}

fn is_answer(data: &[u8]) -> bool {
    let message = serde_json::from_slice::<serde_json::Value>(data);
    message.is_ok_and(|message| message.get("result").is_some() || message.get("error").is_some())
}

#[cfg(test)]
mod tests {
    use super::EventsRead;

    const PROGRESS: &str =
        "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n";
    const ANSWER: &str = "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

    fn read(stream: &str) -> bool {
        EventsRead::default().brought_an_answer(stream.as_bytes())
    }

    #[test]
    fn a_stream_has_answered_with_the_first_whole_answer() {
        assert!(!read(PROGRESS));
        assert!(!read(&format!("{PROGRESS}{ANSWER}")), "not whole yet");
        assert!(!read(&format!("{PROGRESS}{ANSWER}\n")), "not whole yet");
        assert!(read(&format!("{PROGRESS}{ANSWER}\n\n")));
        assert!(read(&format!("{ANSWER}\r\n\r\n")));
        assert!(
            read("data: {\"id\":1,\ndata: \"error\":{}}\n\n"),
            "one message in two lines"
        );
        assert!(!read("data: x\n\ndata: [\n\n: result\n\n"));
    }

    /// However it is cut, and each byte once: what was read is not read again.
    #[test]
    fn a_stream_that_comes_byte_by_byte() {
        let stream = format!("{}{ANSWER}\n\n", PROGRESS.repeat(3)).into_bytes();
        let mut events = EventsRead::default();
        for length in 1..stream.len() {
            assert!(!events.brought_an_answer(&stream[..length]), "at {length}");
            assert_eq!(
                events.searched, length,
                "nothing is left to be looked at again"
            );
            assert!(events.at <= length);
        }
        assert!(events.brought_an_answer(&stream));
    }
}
