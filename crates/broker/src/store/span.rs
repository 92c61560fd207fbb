//! The fields of a use case's span: which server, which issuer, which grant. Only these types reach a span, and none of them
//! holds a secret.

use crate::ResourceRecord;
use crate::store::records::short;
use model::GrantId;
use oauth::uri::{Issuer, ResourceUri};
use tracing::Span;

/// The server that is asked for by its address, before it has a name.
pub(crate) fn resource(uri: &ResourceUri) {
    Span::current().record("server", uri.host());
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
    Span::current().record("issuer", issuer.as_str());
}

/// The beginning of a grant's id, as hints and events have it.
pub(crate) fn grant(id: &GrantId) {
    Span::current().record("grant", short(id));
}
