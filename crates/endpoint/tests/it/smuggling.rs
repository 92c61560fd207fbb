//! Bytes that mean two things to two readers, and bytes that never end (attacks L16, L17).

use crate::http::{raw, request};
use crate::setup::Person;

/// The answers in what came back.
fn statuses(bytes: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.split("HTTP/1.1 ").skip(1);
    lines
        .map(|line| {
            line.get(..3)
                .and_then(|status| status.parse().ok())
                .unwrap_or_default()
        })
        .collect()
}

#[tokio::test]
async fn attack_l16_what_is_framed_twice_gets_one_answer_and_a_closed_connection() {
    let person = Person::plain().await;
    let host = format!("host: 127.0.0.1:{}", person.port);
    let form = "content-type: application/x-www-form-urlencoded";
    let hidden = format!("GET /.well-known/oauth-authorization-server HTTP/1.1\r\n{host}\r\n\r\n");
    let long = "x".repeat(1024 * 1024);
    let cases = [
        (
            "CL.TE",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "TE.CL",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "two CL",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ncontent-length: 0\r\ncontent-length: 9\r\n\r\n{hidden}"
            ),
        ),
        (
            "CL list",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ncontent-length: 0, 9\r\n\r\n{hidden}"
            ),
        ),
        (
            "CL sign",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ncontent-length: +0\r\n\r\n{hidden}"
            ),
        ),
        (
            "unknown coding",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "coding list",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "two codings",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "folded header",
            format!("GET / HTTP/1.1\r\n{host}\r\nx: a\r\n b\r\n\r\n{hidden}"),
        ),
        (
            "space before colon",
            format!("GET / HTTP/1.1\r\n{host}\r\ntransfer-encoding : chunked\r\n\r\n{hidden}"),
        ),
        (
            "long chunk extension",
            format!(
                "POST /token HTTP/1.1\r\n{host}\r\n{form}\r\ntransfer-encoding: chunked\r\n\r\n1;{long}\r\na\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "endless header",
            format!("GET / HTTP/1.1\r\n{host}\r\nx: {long}\r\n\r\n{hidden}"),
        ),
        (
            "many headers",
            format!(
                "GET / HTTP/1.1\r\n{host}\r\n{}\r\n{hidden}",
                "x: y\r\n".repeat(100)
            ),
        ),
        (
            "long address",
            format!(
                "GET /{} HTTP/1.1\r\n{host}\r\n\r\n{hidden}",
                &long[..64 * 1024]
            ),
        ),
        (
            "long query",
            format!("POST /token?x={long} HTTP/1.1\r\n{host}\r\n\r\n{hidden}"),
        ),
        ("HTTP/0.9", format!("GET /\r\n\r\n{hidden}")),
        (
            "HTTP/2",
            format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{hidden}"),
        ),
        (
            "NUL",
            format!("GET / HTTP/1.1\r\n{host}\r\nx: a\0b\r\n\r\n{hidden}"),
        ),
        (
            "CR alone",
            format!("GET / HTTP/1.1\r\n{host}\rx: y\r\n\r\n{hidden}"),
        ),
    ];
    for (what, bytes) in cases {
        let statuses = statuses(&raw(person.port, bytes.as_bytes()).await);
        assert!(
            statuses.len() <= 1 && statuses.iter().all(|status| *status >= 400),
            "{what}: {statuses:?}"
        );
    }
}

#[tokio::test]
async fn attack_l16_an_upgrade_is_not_taken() {
    let person = Person::plain().await;
    let host = format!("127.0.0.1:{}", person.port);
    let upgrade = [
        ("host", host.as_str()),
        ("upgrade", "h2c"),
        ("http2-settings", "AAMAAABkAAQAAP__"),
    ];
    let bytes = raw(
        person.port,
        &request(
            "GET /.well-known/oauth-authorization-server HTTP/1.1",
            &upgrade,
            "",
        ),
    )
    .await;
    assert_eq!(statuses(&bytes), [200], "plain HTTP/1.1, and never 101");
}

#[tokio::test]
async fn attack_l16_each_of_many_pipelined_requests_gets_its_one_answer() {
    let person = Person::plain().await;
    let one = format!(
        "GET /nothing HTTP/1.1\r\nhost: 127.0.0.1:{}\r\n\r\n",
        person.port
    );
    let last = format!(
        "GET /nothing HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\r\n",
        person.port
    );
    let statuses =
        statuses(&raw(person.port, format!("{}{last}", one.repeat(299)).as_bytes()).await);
    assert_eq!(statuses, [404; 300]);
}

/// Ends because the endpoint ends it; nothing else would.
#[tokio::test]
async fn attack_l17_a_header_that_never_ends_is_cut() {
    let person = Person::plain().await;
    let statuses = statuses(&raw(person.port, b"POST /token HTTP/1.1\r\nhost:").await);
    assert!(statuses.iter().all(|status| *status >= 400), "{statuses:?}");
}
