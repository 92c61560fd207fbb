//! Rule Q55: everything that any crate logs during a login and a refresh, at every level, is read for secrets.

use super::token_requests;
use crate::setup::{Person, browse};
use oauth::authorization::Callback;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};
use testbed::switches::{SecretUnasked, Switches, TokenAnswers};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down all fields of all events and spans.
#[derive(Clone, Default)]
struct Everything(Arc<Mutex<String>>);

impl Everything {
    fn so_far(&self) -> String {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Everything {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Line(
            &mut self.0.lock().unwrap_or_else(PoisonError::into_inner),
        ));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Line(
            &mut self.0.lock().unwrap_or_else(PoisonError::into_inner),
        ));
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write!(text, "\n{}:", event.metadata().target());
        event.record(&mut Line(&mut text));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn q55_no_code_verifier_secret_or_token_is_logged_or_shown() {
    let log = Everything::default();
    // For all threads: the database has its own. No other test of this program listens.
    tracing::subscriber::set_global_default(log.clone()).expect("the only listener");
    tracing::trace!("CANARY");
    let person = Person::approving(Switches::default().secret_unasked(SecretUnasked::Post)).await;
    let id = person.add().await;
    let pending = person.begin(&id).await;
    let callback = browse(pending.url()).await;
    let first = person
        .broker
        .complete_login(Callback::parse(&callback))
        .await
        .expect("logged in");
    let renewed = person.broker.refresh(&first.id).await.expect("renewed");
    // What goes wrong is logged too.
    person
        .web
        .switches()
        .set(|switches| switches.refresh_answers = Some(TokenAnswers::ErrorIn200));
    let ended = person.broker.refresh(&first.id).await.expect("an outcome");
    let view = person.broker.resource(&id).await.expect("kept");
    let events = person
        .broker
        .events(&model::EventQuery {
            limit: 100,
            ..Default::default()
        })
        .await
        .expect("readable");

    let logged = log.so_far();
    assert!(logged.contains("CANARY"), "the log is heard");
    let shown = format!("{logged} {pending:?} {first:?} {renewed:?} {ended:?} {view:?} {events:?}");
    let exchange = &token_requests(&person, "authorization_code")[0];
    let mut secrets: Vec<_> = ["code", "code_verifier", "client_secret"]
        .map(|name| exchange.param(name).expect("sent"))
        .into();
    for grant in [&first, &renewed] {
        let tokens = grant.tokens().expect("active");
        secrets.push(tokens.access_token.expose().to_owned());
        secrets.push(
            tokens
                .refresh_token
                .as_ref()
                .expect("there")
                .expose()
                .to_owned(),
        );
    }
    for secret in secrets {
        let around = shown
            .find(&secret)
            .map(|at| shown[..at].chars().rev().take(200).collect::<String>());
        let around = around.map(|text| text.chars().rev().collect::<String>());
        assert_eq!(around, None, "{secret} is shown");
    }
}
