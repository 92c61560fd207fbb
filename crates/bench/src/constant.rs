//! The reference server: axum with one answer that never changes, over TCP and over a Unix socket.
//!
//! It reads the same form and answers as many bytes as the token endpoint does: what remains of a difference is work.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::routing::post;
use axum::serve::ListenerExt;
use serde_json::json;
use tokio::net::{TcpListener, UnixListener};

const ANSWER: &str = r#"{"access_token":"0123456789012345678901234567890123456789012","token_type":"Bearer","expires_in":86399,"scope":"notes:read notes:write","resource":"http://127.0.0.1:65535/mcp","account":"ada"}"#;

/// Serves until it is ended; says first where, in a line of JSON as `serve --json` does.
pub async fn serve(socket: &Path) -> Result<()> {
    let routes = Router::new().route("/token", post(answer));
    let tcp = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = format!("http://{}", tcp.local_addr()?);
    let unix = UnixListener::bind(socket)?;
    println!("{}", json!({ "address": address, "socket": socket }));
    std::io::stdout().flush()?;
    // An answer goes out at once, as the subject's does.
    let tcp = tcp.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let over_unix = axum::serve(unix, routes.clone());
    tokio::try_join!(async { axum::serve(tcp, routes).await }, async {
        over_unix.await
    })?;
    Ok(())
}

async fn answer(_form: Bytes) -> ([(axum::http::HeaderName, &'static str); 3], &'static str) {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, ANSWER)
}
