//! The old token once more at its own server: 401 is the proof, and only to a request that the server's revision takes.

use super::conclusion::no_answer;
use crate::{Broker, Error};
use messages::text;
use model::{Code, PartyAnswer, ReceiptStep, ReceiptStepKind, ResourceRecord};
use oauth::address_guard::Reach;
use oauth::discovery::greetings;
use oauth::http::{Body, Http, HttpError, Request, Response, copy_of};
use oauth::scope::Scopes;
use oauth::token::TokenSet;
use vault::OpenRevocation;

impl Broker {
    pub(super) async fn probe(
        &self,
        record: &ResourceRecord,
        open: &OpenRevocation,
        reach: Reach,
    ) -> Result<ReceiptStep, Error> {
        let answer = match tokens_of(open) {
            Some(tokens) => self.probed(record, &tokens, reach).await?,
            None => PartyAnswer::NotAsked,
        };
        Ok(ReceiptStep {
            kind: ReceiptStepKind::Probe,
            answer,
        })
    }

    /// Each revision's greeting, until one is taken or refused for the token's sake. A 400 to a form of request that the
    /// server does not know, a 403, a 404 or a 5xx say nothing of the token; nor does what everybody gets.
    async fn probed(
        &self,
        record: &ResourceRecord,
        tokens: &TokenSet,
        reach: Reach,
    ) -> Result<PartyAnswer, Error> {
        let mut last = PartyAnswer::TellsNothing { status: 0 };
        for greeting in greetings(record.uri.as_str(), reach)? {
            let response = match self.with_token(record, tokens, &greeting).await? {
                Ok(response) => response,
                Err(error) => return Ok(no_answer(&error)),
            };
            let status = response.status;
            match status {
                401 => return Ok(PartyAnswer::Refused),
                // A sign-in page, or an error in the words of the protocol, is no taking of the token.
                200..=299 if !is_result(&response) => last = PartyAnswer::TellsNothing { status },
                200..=299 => {
                    let without = self.inner.upstream.http.fetch(greeting).await;
                    let is_for_the_token =
                        without.is_ok_and(|without| matches!(without.status, 401 | 403));
                    return Ok(if is_for_the_token {
                        PartyAnswer::Accepted { status }
                    } else {
                        PartyAnswer::TellsNothing { status }
                    });
                }
                status => last = PartyAnswer::TellsNothing { status },
            }
        }
        Ok(last)
    }

    /// Once more where the server wants a nonce in the proof of the key: that 401 is about the proof (RFC 9449 §9).
    async fn with_token(
        &self,
        record: &ResourceRecord,
        tokens: &TokenSet,
        greeting: &Request<Body>,
    ) -> Result<Result<Response, HttpError>, Error> {
        let upstream = &self.inner.upstream;
        let with_token = || {
            let once_more = copy_of(greeting)
                .ok_or_else(|| Error::new(Code::Internal, text::GrantProbeNotRepeated))?;
            upstream.authorized(once_more, tokens)
        };
        let first = upstream.http.fetch(with_token()?).await;
        match first {
            Ok(response)
                if tokens.dpop_key.is_some()
                    && response.status == 401
                    && response.header("dpop-nonce").is_some() =>
            {
                upstream.learn_nonce(&record.uri, tokens, &response)?;
                Ok(upstream.http.fetch(with_token()?).await)
            }
            first => Ok(first),
        }
    }
}

/// An answer of MCP that is no error: JSON with a result, or a stream, of which no more than its beginning is read.
fn is_result(response: &Response) -> bool {
    match response.media_type().as_str() {
        "application/json" => serde_json::from_slice::<serde_json::Value>(&response.body)
            .is_ok_and(|body| body.get("error").is_none()),
        _ => !response.is_page(),
    }
}

fn tokens_of(open: &OpenRevocation) -> Option<TokenSet> {
    Some(TokenSet {
        access_token: open.access_token.clone()?,
        refresh_token: None,
        expires_at: open.expires_at,
        received_at: open.opened_at,
        scopes: Scopes::default(),
        dpop_key: open.dpop_key.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_no_result_whatever_its_media_type() {
        for (media_type, body, expected) in [
            ("application/json", r#"{"result":{}}"#, true),
            ("application/json", r#"{"error":{"code":-32001}}"#, false),
            ("application/json", "<html>", false),
            ("text/event-stream", "", true),
            ("text/html", "", false),
            ("text/plain", " <html>log in", false),
        ] {
            let response = Response::new(200, &[("content-type", media_type)], body);
            assert_eq!(is_result(&response), expected, "{media_type} {body}");
        }
    }
}
