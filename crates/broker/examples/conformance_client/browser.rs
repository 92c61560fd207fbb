//! The person's browser: it goes where the broker sends it and follows redirects until one is ours.

use broker::Browser;
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

use crate::Failure;

/// Takes the URL that the broker opens; the person then [`browse`]s it.
pub struct Opened(pub UnboundedSender<String>);

impl Browser for Opened {
    fn open(&self, url: &str) -> Result<(), messages::Text> {
        self.0.send(url.to_owned()).map_err(|_| {
            messages::text::AsWritten {
                text: "The person has left.",
            }
            .into()
        })
    }
}

/// More redirects than any login page needs.
const MOST_HOPS: usize = 10;

/// The URL that the login page sends the browser to in the end, which begins with `redirect`.
pub async fn browse(start: &str, redirect: &str) -> Result<String, Failure> {
    let client = client()?;
    let mut url = Url::parse(start)?;
    for _ in 0..MOST_HOPS {
        let response = client.get(url.clone()).send().await?;
        let Some(location) = response.headers().get("location") else {
            return Err(format!("{url} answered {} and is no redirect", response.status()).into());
        };
        url = url.join(location.to_str()?)?;
        if url.as_str().starts_with(redirect) {
            return Ok(url.into());
        }
    }
    Err(format!("more than {MOST_HOPS} redirects").into())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a browser is not the broker's client: it is the person's"
)]
fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
}
