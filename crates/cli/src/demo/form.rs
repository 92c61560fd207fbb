//! The demo user's browser where there is none: the login and consent forms, filled in over plain HTTP.

use crate::http::{Request, over_tcp};
use broker::Error;
use messages::{Text, text};
use model::Code;
use url::Url;

/// Pages between the link and the answer: the login, the consent, and a redirect or two.
const MOST_PAGES: usize = 8;

/// Follows the authorization URL, logs in, approves, and returns the callback URL.
pub(crate) async fn approve(
    authorization_url: &str,
    user: &str,
    password: &str,
) -> Result<String, Error> {
    let stuck = |why: Text| Error::new(Code::LoginRefused, why);
    let no_url = |address: &str| stuck(text::CliDemoFormAddress { address }.into());
    let mut at = Url::parse(authorization_url).map_err(|_| no_url(authorization_url))?;
    let (mut method, mut body, mut cookies) = ("GET", String::new(), Vec::<String>::new());
    for _ in 0..MOST_PAGES {
        let cookie = cookies.join("; ");
        let headers = [
            ("cookie", cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let reply = over_tcp(Request {
            method,
            url: at.as_str(),
            headers: &headers,
            body: &body,
        })
        .await?;
        for cookie in reply.cookies {
            let name = cookie.split('=').next().unwrap_or_default().to_owned();
            cookies.retain(|known| known.split('=').next() != Some(&name));
            cookies.push(cookie);
        }
        if let Some(location) = &reply.location {
            match at.join(location) {
                Ok(next) if oauth::uri::same_origin(&next, &at) => {
                    (at, method, body) = (next, "GET", String::new());
                    continue;
                }
                _ => return Ok(location.clone()),
            }
        }
        let status = reply.status.to_string();
        let form = Form::read(&reply.text)
            .ok_or_else(|| stuck(text::CliDemoFormNone { status }.into()))?;
        body = form.filled(user, password);
        at = at.join(&form.action).map_err(|_| no_url(&form.action))?;
        method = "POST";
    }
    Err(stuck(text::CliDemoFormPages.into()))
}

struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Form {
    /// The login form of a page, or its consent form, with the values that are in it.
    fn read(page: &str) -> Option<Self> {
        let forms = page.split("<form").skip(1).filter_map(|rest| {
            let form = rest.split("</form>").next()?;
            let fields = form.split("<input").skip(1).filter_map(|input| {
                let tag = input.split('>').next()?;
                Some((
                    attribute(tag, "name")?,
                    attribute(tag, "value").unwrap_or_default(),
                ))
            });
            Some(Self {
                action: attribute(form.split('>').next()?, "action").unwrap_or_default(),
                fields: fields.collect(),
            })
        });
        forms.into_iter().find(|form| {
            form.fields
                .iter()
                .any(|(name, _)| name == "password" || name == "scope")
        })
    }

    fn filled(&self, user: &str, password: &str) -> String {
        let mut filled = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.fields {
            let value = match name.as_str() {
                "username" => user,
                "password" => password,
                _ => value,
            };
            filled.append_pair(name, value);
        }
        if self.fields.iter().any(|(name, _)| name == "scope") {
            filled.append_pair("decision", "approve");
        }
        filled.finish()
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag
        .split(&format!(" {name}=\""))
        .nth(1)?
        .split('"')
        .next()?;
    Some(
        value
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&#39;", "'")
            .replace("&amp;", "&"),
    )
}
