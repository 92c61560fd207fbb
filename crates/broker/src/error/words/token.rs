//! Why there are no tokens.

use super::{http, private_key, url};
use messages::{Arg, Text, text};
use model::quoting;
use oauth::device::DeviceError;
use oauth::token::{ErrorCode, Outage, RequestFault, ResponseFault, TokenError};

/// With the issuer's own words behind it, if it had any.
pub(crate) fn text(error: &TokenError) -> Text {
    let said = match error {
        // The words to the first try say what was wrong; those to the second only that it came too late.
        TokenError::Spent { first, .. } => first.as_ref(),
        TokenError::Malformed { why, .. } => why.said(),
        _ => error.said(),
    };
    quoting(in_our_words(error), said)
}

fn in_our_words(error: &TokenError) -> Text {
    match error {
        TokenError::InvalidGrant { host, .. } => text::TokenGrantEnded { host }.into(),
        TokenError::InvalidClient { host, .. } => text::TokenClientUnknown { host }.into(),
        TokenError::Key { host, source } => {
            let why = private_key::text(source);
            text::TokenKey { host, why }.into()
        }
        TokenError::Refused { host, error, .. } => match error {
            ErrorCode::OAuth(code) => text::TokenRefused { host, code }.into(),
            ErrorCode::Status(status) => {
                let status = status.to_string();
                text::TokenRefusedWithStatus { host, status }.into()
            }
            ErrorCode::Withheld => text::TokenRefusedWithSecret { host }.into(),
        },
        TokenError::Spent { host, .. } => text::TokenSpent { host }.into(),
        TokenError::Pending { .. } => text::TokenPending.into(),
        TokenError::Request { host, why } => {
            let detail = unwritten(*why);
            text::TokenUnwritten { host, detail }.into()
        }
        TokenError::Malformed { host, why } => malformed(host, why),
        TokenError::Unavailable { host, why, .. } => {
            let detail = unavailable(why);
            text::TokenUnavailable { host, detail }.into()
        }
        TokenError::Http(error) => http::text(error),
    }
}

/// What a refusal is known by, inside of a sentence: a code of the protocol stays as it is.
pub(crate) fn code(error: &ErrorCode) -> Arg {
    match error {
        ErrorCode::OAuth(code) => code.into(),
        ErrorCode::Status(status) => {
            let status = status.to_string();
            text::TokenStatus { status }.into()
        }
        ErrorCode::Withheld => text::TokenWithheldCode.into(),
    }
}

fn unwritten(fault: RequestFault) -> Text {
    match fault {
        RequestFault::NoClientId => text::RequestNoClientId.into(),
        RequestFault::Endpoint => text::RequestEndpoint.into(),
        RequestFault::Redirect => text::RequestRedirect.into(),
        RequestFault::Unwritten => text::RequestUnwritten.into(),
        RequestFault::NoAuthentication => text::RequestNoAuthentication.into(),
    }
}

fn malformed(host: &str, fault: &ResponseFault) -> Text {
    let detail: Text = match fault {
        ResponseFault::Duplicate => text::ResponseDuplicate.into(),
        ResponseFault::NoToken { media_type, .. } if media_type.is_empty() => {
            text::ResponseNoToken.into()
        }
        ResponseFault::NoToken {
            media_type: media, ..
        } => text::ResponseNoTokenBut { media }.into(),
        ResponseFault::Redirect => text::ResponseRedirect.into(),
        ResponseFault::Members => text::ResponseMembers.into(),
        ResponseFault::Characters { member } => {
            let member = *member;
            text::ResponseCharacters { member }.into()
        }
        ResponseFault::TokenType => text::ResponseTokenType.into(),
        ResponseFault::Unbound => text::ResponseUnbound.into(),
        ResponseFault::IssuedTokenType => text::ResponseIssuedTokenType.into(),
        ResponseFault::NoIdJag => text::ResponseNoIdJag.into(),
        ResponseFault::NoDeviceCode => {
            let detail = text::DeviceCodeTokens;
            return text::TokenNoDeviceCode { host, detail }.into();
        }
        ResponseFault::Device(error) => return no_device_code(host, error),
    };
    text::TokenMalformed { host, detail }.into()
}

fn no_device_code(host: &str, error: &DeviceError) -> Text {
    let detail: Text = match error {
        DeviceError::Malformed => text::DeviceCodeMalformed.into(),
        DeviceError::UserCode => text::DeviceCodeUntypable.into(),
        DeviceError::Uri(error) => {
            let why = url::text(error);
            return text::DeviceCodePage { host, why }.into();
        }
    };
    text::TokenNoDeviceCode { host, detail }.into()
}

fn unavailable(outage: &Outage) -> Text {
    let status = outage.status().to_string();
    match outage {
        Outage::Status(_) => text::TokenStatus { status }.into(),
        Outage::AfterRefusal { first: None, .. } => text::TokenStatusAfterRefusal { status }.into(),
        Outage::AfterRefusal {
            first: Some(said), ..
        } => {
            let said = said.to_string();
            text::TokenStatusAfterRefusalSaying { status, said }.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{code, text};
    use messages::text as message;
    use oauth::device::DeviceError;
    use oauth::error_description::ErrorDescription;
    use oauth::token::{ErrorCode, Outage, RequestFault, ResponseFault, TokenError};
    use oauth::uri::UrlError;

    const HOST: &str = "as.example";

    fn told(why: ResponseFault) -> String {
        let host = HOST.to_owned();
        text(&TokenError::Malformed { host, why }).to_string()
    }

    #[test]
    fn what_is_wrong_with_an_answer_ends_the_sentence() {
        let portal = ResponseFault::NoToken {
            media_type: "text/html".to_owned(),
            said: ErrorDescription::new("Sign in to the network", &[]),
        };
        assert_eq!(
            told(portal),
            "as.example answered with something that isn't a token: it has no `access_token`, and its content type is text/html. It says: \"Sign in to the network\""
        );
        let member = "refresh_token";
        assert_eq!(
            told(ResponseFault::Characters { member }),
            "as.example answered with something that isn't a token: its `refresh_token` contains characters that aren't allowed."
        );
        assert_eq!(
            told(DeviceError::UserCode.into()),
            "as.example answered with something that isn't a device code: nobody could type its `user_code`."
        );
    }

    #[test]
    fn a_page_that_may_not_be_opened_is_told_by_the_rule_that_its_address_breaks() {
        let address = DeviceError::Uri(UrlError::NotHttps("http://h/device".to_owned()));
        assert_eq!(
            told(address.into()),
            "The page that as.example names for the sign-in (`verification_uri`) can't be used. http://h/device doesn't use https. Plain http works only on this computer (127.0.0.1 or localhost)."
        );
    }

    #[test]
    fn an_outage_is_told_with_what_another_try_was_refused_with() {
        let told = |why| {
            let error = TokenError::Unavailable {
                host: HOST.to_owned(),
                why,
                said: None,
                retry_after: None,
            };
            text(&error).to_string()
        };
        assert_eq!(
            told(Outage::Status(503)),
            "as.example can't answer right now (status 503)."
        );
        let after = |first: Option<&str>| Outage::AfterRefusal {
            status: 503,
            first: first.and_then(|said| ErrorDescription::new(said, &[])),
        };
        let begin = "as.example can't answer right now (status 503, after it refused the first way in which Gatelodge proved its identity";
        assert_eq!(told(after(None)), format!("{begin})."));
        assert_eq!(
            told(after(Some("no basic"))),
            format!("{begin} and said \"no basic\").")
        );
    }

    #[test]
    fn a_request_that_was_not_written_says_why() {
        let error = TokenError::Request {
            host: HOST.to_owned(),
            why: RequestFault::NoClientId,
        };
        assert_eq!(
            text(&error).to_string(),
            "Gatelodge couldn't write a request to as.example: it has no client ID there."
        );
    }

    #[test]
    fn a_refusal_is_known_by_its_code_or_by_what_stands_in_its_place() {
        let told = |error: ErrorCode| {
            let error = code(&error);
            message::GrantRenewalRefused { host: HOST, error }
        };
        for (error, end) in [
            (
                ErrorCode::OAuth("invalid_request".to_owned()),
                "invalid_request",
            ),
            (ErrorCode::Status(403), "status 403"),
            (ErrorCode::Withheld, "an error code that repeats a secret"),
        ] {
            let sentence = messages::Text::from(told(error)).to_string();
            assert!(sentence.ends_with(&format!("({end}).")), "{sentence}");
        }
    }
}
