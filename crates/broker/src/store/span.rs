//! The fields of a use case's span: which server, which issuer, which grant. Only these types reach a span, and none of them
//! holds a secret.

use crate::store::records::short;
use model::{GrantId, ResourceRecord};
use oauth::uri::{Issuer, ResourceUri};
use tracing::Span;

/// The server that is asked for by its address, before it has a name.
pub(crate) fn resource(uri: &ResourceUri) {
    resource_in(&Span::current(), uri);
}

/// The server, and the issuer that it names.
pub(crate) fn server(record: &ResourceRecord) {
    Span::current().record("server", record.name.as_str());
    if let Some(known) = &record.issuer {
        issuer(known);
    }
}

/// The authorization server.
pub(crate) fn issuer(issuer: &Issuer) {
    issuer_in(&Span::current(), issuer);
}

/// The beginning of a grant's id, as hints and events have it.
pub(crate) fn grant(id: &GrantId) {
    grant_in(&Span::current(), id);
}

fn resource_in(span: &Span, uri: &ResourceUri) {
    span.record("server", uri.host());
}

fn issuer_in(span: &Span, issuer: &Issuer) {
    span.record("issuer", issuer.as_str());
}

fn grant_in(span: &Span, id: &GrantId) {
    span.record("grant", short(id));
}

#[cfg(test)]
mod tests {
    use super::{grant_in, issuer_in, resource_in};
    use model::GrantId;
    use oauth::uri::{Issuer, ResourceUri};
    use std::fmt::{Debug, Write};
    use std::sync::{Arc, Mutex};
    use tracing::field::{Empty, Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    /// What is recorded in any span, in one line.
    #[derive(Clone, Default)]
    struct Recorded(Arc<Mutex<String>>);

    impl Visit for Recorded {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            let _ = write!(crate::locked(&self.0), "{field}={value:?} ");
        }
    }

    impl Subscriber for Recorded {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, values: &Record<'_>) {
            values.record(&mut self.clone());
        }

        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &Event<'_>) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_span_has_the_server_the_issuer_and_the_beginning_of_the_grants_id() {
        let recorded = Recorded::default();
        tracing::subscriber::with_default(recorded.clone(), || {
            let span = tracing::warn_span!("revoke", server = Empty, issuer = Empty, grant = Empty);
            resource_in(
                &span,
                &ResourceUri::stored("https://h.example/mcp?key=s3cret".into()),
            );
            issuer_in(&span, &Issuer::stored("https://as.example".into()));
            grant_in(&span, &GrantId("0123456789abcdef".into()));
        });
        assert_eq!(
            *crate::locked(&recorded.0),
            r#"server="h.example" issuer="https://as.example" grant="01234567" "#
        );
    }
}
