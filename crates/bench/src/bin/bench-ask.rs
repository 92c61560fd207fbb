//! The bare client: one request over a Unix socket, and the answer's body on stdout, by nothing but the standard library.
//!
//! `bench-ask SOCKET FILE`: the file holds the whole request, so that no work is done here that the subject has to do.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::os::unix::net::UnixStream;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(socket), Some(file)) = (arguments.next(), arguments.next()) else {
        return Err(Error::new(ErrorKind::InvalidInput, "bench-ask SOCKET FILE"));
    };
    let mut stream = UnixStream::connect(socket)?;
    stream.write_all(&std::fs::read(file)?)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .filter(|_| answer.starts_with(b"HTTP/1.1 200 "))
        .ok_or_else(|| Error::other("it did not answer 200"))?;
    std::io::stdout().write_all(&answer[end + 4..])
}
