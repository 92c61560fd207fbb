//! A person's browser, as an HTTP client: follows redirects, keeps cookies, fills in forms.

use crate::peer::PATIENCE;
use crate::setup::{Reply, http};
use url::Url;

/// What the person presses on the last page.
#[derive(Clone, Copy, PartialEq)]
enum Consent {
    Given,
    Refused,
}

/// Where it ended.
#[derive(Debug)]
pub(crate) enum End {
    /// What would go to our program.
    Answer(String),
    /// A page without anything to press.
    Page { status: u16, text: String },
}

pub(crate) struct Browser {
    /// What is typed where a page asks who it is.
    pub(crate) name: String,
    consent: Consent,
    /// What is typed where a page asks for the code of a login elsewhere.
    pub(crate) user_code: String,
    cookies: Vec<String>,
}

impl Browser {
    pub(crate) fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            consent: Consent::Given,
            user_code: String::new(),
            cookies: Vec::new(),
        }
    }

    pub(crate) fn refusing(name: &str) -> Self {
        Self {
            consent: Consent::Refused,
            ..Self::of(name)
        }
    }

    /// To the answer that goes to our program.
    pub(crate) async fn answer(&mut self, url: &str) -> String {
        match self.open(url).await {
            End::Answer(callback) => callback,
            End::Page { status, text } => panic!("an answer, not {status}: {text}"),
        }
    }

    pub(crate) async fn open(&mut self, url: &str) -> End {
        let mut at = Url::parse(url).expect("a URL");
        let (mut method, mut body) = ("GET", String::new());
        for _ in 0..16 {
            let cookie = self.cookies.join("; ");
            let origin = at.origin().ascii_serialization();
            // Where there is no page to log in at, this says who is logged in (peers/django_server.py).
            let mut headers = vec![
                ("cookie", cookie.as_str()),
                ("x-logged-in-as", self.name.as_str()),
            ];
            if method == "POST" {
                headers.extend([
                    ("content-type", "application/x-www-form-urlencoded"),
                    ("origin", origin.as_str()),
                ]);
            }
            let page =
                tokio::time::timeout(PATIENCE, http(at.as_str(), method, &headers, &body)).await;
            let Reply {
                status,
                location,
                head,
                text,
                ..
            } = page.expect("the page comes in time");
            self.keep_cookies(&head);
            if let Some(location) = location {
                match at.join(&location) {
                    Ok(next)
                        if next.scheme() == "http" && !next.path().starts_with("/callback") =>
                    {
                        (at, method, body) = (next, "GET", String::new());
                    }
                    _ => return End::Answer(location),
                }
                continue;
            }
            let Some((_, form)) = text.split_once("<form") else {
                return End::Page { status, text };
            };
            body = self.filled(form);
            // Without an action, a form goes to the page that it is on.
            at = at
                .join(&attribute(form, "action").unwrap_or_default())
                .expect("a URL");
            method = "POST";
        }
        panic!("no end after sixteen pages");
    }

    fn keep_cookies(&mut self, head: &str) {
        for line in head.lines() {
            let Some((_, value)) = line
                .split_once(": ")
                .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            else {
                continue;
            };
            let Some((name, value)) = value
                .split(';')
                .next()
                .and_then(|pair| pair.split_once('='))
            else {
                continue;
            };
            self.cookies
                .retain(|known| known.split('=').next() != Some(name));
            if !value.is_empty() {
                self.cookies.push(format!("{name}={value}"));
            }
        }
    }

    fn filled(&self, form: &str) -> String {
        let mut filled = url::form_urlencoded::Serializer::new(String::new());
        let form = form.split("</form").next().unwrap_or_default();
        for input in form.split("<input").skip(1) {
            // django-oauth-toolkit's button; its other one has no name.
            let pressed = |name: &String| name != "allow" || self.consent == Consent::Given;
            if let Some(name) = attribute(input, "name").filter(pressed) {
                let value = match name.as_str() {
                    "login" | "password" | "sub" => self.name.clone(),
                    "user_code" => {
                        attribute(input, "value").unwrap_or_else(|| self.user_code.clone())
                    }
                    _ => attribute(input, "value").unwrap_or_default(),
                };
                filled.append_pair(&name, &value);
            }
        }
        // Of several buttons with names, the first one agrees.
        let mut buttons = form
            .split("<button")
            .skip(1)
            .filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?)));
        if let Some((name, value)) = if self.consent == Consent::Given {
            buttons.next()
        } else {
            buttons.last()
        } {
            filled.append_pair(&name, &value);
        }
        filled.finish()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next()?;
    Some(
        tag.split(&format!("{name}=\""))
            .nth(1)?
            .split('"')
            .next()?
            .replace("&amp;", "&"),
    )
}
