//! The steps of a discovery as a person reads them.

use messages::{Text, text};
use oauth::discovery::LoginHosts;
use oauth::metadata::AuthorizationServer;
use oauth::trace::{Misread, Step, StepKind, StepResult};

/// What was done, in a few words.
pub fn step_title(step: &Step) -> Text {
    match &step.kind {
        StepKind::Probe => text::TraceProbe.into(),
        StepKind::LegacyProbe => text::TraceProbeLegacy.into(),
        StepKind::GetProbe => text::TraceProbeGet.into(),
        StepKind::NamedPlace => text::TraceNamedPlace.into(),
        StepKind::ResourceMetadata => text::TraceResourceMetadata.into(),
        StepKind::ServerMetadata => text::TraceServerMetadata.into(),
        StepKind::LegacyMetadata => text::TraceLegacyMetadata.into(),
        StepKind::UnusualPlace => text::TraceUnusualPlace.into(),
        StepKind::MetadataRefused => text::TraceMetadataRefused.into(),
        StepKind::MetadataHidden => text::TraceMetadataHidden.into(),
        StepKind::UnusableMember => text::TraceUnusableMember.into(),
        StepKind::Checked => text::TraceChecked.into(),
        StepKind::ServerUnusable => text::TraceServerUnusable.into(),
        StepKind::EnteredEndpoints => text::TraceEntered.into(),
        StepKind::DefaultEndpoints => text::TraceDefaultEndpoints.into(),
        StepKind::Refused => text::TraceRefused.into(),
        StepKind::NotProtected => text::TraceNotProtected.into(),
        StepKind::Ended => text::TraceEnded.into(),
        StepKind::AsWritten(text) => text::AsWritten { text }.into(),
    }
}

/// What it meant.
pub fn step_detail(step: &Step) -> Text {
    match &step.result {
        StepResult::Forbidden => text::TraceForbidden.into(),
        StepResult::WantsToken => text::TraceWantsToken.into(),
        StepResult::WantsTokenWithoutChallenge => text::TraceWantsTokenWithoutChallenge.into(),
        StepResult::WantsBoundToken => text::TraceWantsBoundToken.into(),
        StepResult::NamesMetadata => text::TraceNamesMetadata.into(),
        StepResult::NamesMetadataAndScopes => text::TraceNamesMetadataAndScopes.into(),
        StepResult::AnswersWithoutToken => text::TraceAnswersWithoutToken.into(),
        StepResult::AsksToWait => text::TraceAsksToWait.into(),
        StepResult::ServerFailed => text::TraceServerFailed.into(),
        StepResult::NoMcp => text::TraceNoMcp.into(),
        StepResult::NothingToLogInTo => text::TraceNothingToLogInTo.into(),
        StepResult::Page => text::TracePage.into(),
        StepResult::GatewayAlone => text::TraceGatewayAlone.into(),
        StepResult::Absent => text::TraceAbsent.into(),
        StepResult::NotShown => text::TraceNotShown.into(),
        StepResult::Found => text::TraceFound.into(),
        StepResult::BehindPath => text::TraceBehindPath.into(),
        StepResult::Redirects { target } => redirect(target.as_deref()),
        StepResult::Unreadable(why) => misread(why),
        StepResult::UnusableMember { member, why } => {
            let why = whole(why);
            text::TraceUnusableMemberAbout { member, why }.into()
        }
        StepResult::Goes(hosts) => told_hosts(hosts),
        StepResult::GoesAsEntered(hosts) => {
            let hosts = told_hosts(hosts);
            text::TraceEnteredAbout { hosts }.into()
        }
        StepResult::Assumed { origin } => text::TraceAssumed { origin }.into(),
        StepResult::NamesNoUrl { text } => text::TraceNamesNoUrl { text }.into(),
        StepResult::NamesHttp { address } => text::TraceNamesHttp { address }.into(),
        StepResult::NamesForeignHttp { address } => text::TraceNamesForeignHttp { address }.into(),
        StepResult::NamesUnusable { why } => text::TraceNamesUnusable { why: whole(why) }.into(),
        StepResult::AnswersAndHides { why } => {
            text::TraceAnswersAndHides { why: whole(why) }.into()
        }
        StepResult::RefusesAndNames { why } => {
            text::TraceRefusesAndNames { why: whole(why) }.into()
        }
        StepResult::Failed { why } => whole(why),
        StepResult::AsWritten(text) => text::AsWritten { text }.into(),
    }
}

fn redirect(target: Option<&str>) -> Text {
    match target {
        Some(target) => text::TraceRedirects { target }.into(),
        None => text::TraceRedirectsNowhere.into(),
    }
}

fn misread(why: &Misread) -> Text {
    match why {
        Misread::NoJson { why } => text::TraceNoJson { why }.into(),
        Misread::Malformed { why } => text::TraceMalformed { why }.into(),
        Misread::NoMembers { members } => {
            let members = members.as_slice();
            text::TraceNoMembers { members }.into()
        }
    }
}

/// Every host of a login, for a person to read before a browser opens.
pub fn where_a_login_goes(server: &AuthorizationServer) -> Text {
    told_hosts(&LoginHosts::of(server))
}

fn told_hosts(hosts: &LoginHosts) -> Text {
    let LoginHosts { token, issuer, .. } = hosts;
    match (hosts.only(), &hosts.login) {
        (Some(login), _) => text::TraceHostsOne { login }.into(),
        (None, Some(login)) => text::TraceHosts {
            login,
            token,
            issuer,
        }
        .into(),
        (None, None) => text::TraceHostsPrograms { token, issuer }.into(),
    }
}

/// An error of a lower crate reads on after a colon; here it stands alone. An address or a name stays as it is.
pub(crate) fn whole(error: &str) -> Text {
    let is_word = error
        .split(' ')
        .next()
        .is_some_and(|word| word.chars().all(char::is_alphabetic));
    let mut letters = error.chars();
    let first: String = match letters.next() {
        Some(first) if is_word => first.to_uppercase().collect(),
        first => first.into_iter().collect(),
    };
    let text = format!("{first}{}.", letters.as_str());
    text::AsWritten { text }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth::trace::Verdict;

    fn told(result: StepResult) -> String {
        let step = Step::new(StepKind::Probe, Verdict::Ok, result, "RFC 9728 §3.1");
        step_detail(&step).to_string()
    }

    #[test]
    fn hosts_are_told_once_where_they_are_one() {
        let hosts = |login: Option<&str>, token: &str| LoginHosts {
            login: login.map(str::to_owned),
            token: token.to_owned(),
            issuer: "as.example".to_owned(),
        };
        let one = hosts(Some("as.example"), "as.example");
        assert_eq!(told(StepResult::Goes(one)), "You sign in at as.example.");
        let several = hosts(Some("as.example"), "tokens.example");
        assert_eq!(
            told(StepResult::Goes(several)),
            "You sign in at as.example. Gatelodge gets tokens from tokens.example. The issuer is as.example."
        );
        let programs = hosts(None, "as.example");
        assert_eq!(
            told(StepResult::GoesAsEntered(programs)),
            "Gatelodge gets tokens from as.example. The issuer is as.example. Gatelodge doesn't ask for a document."
        );
    }

    #[test]
    fn an_error_stands_alone_and_an_address_stays_as_it_is() {
        let failed = |why: &str| {
            told(StepResult::Failed {
                why: why.to_owned(),
            })
        };
        assert_eq!(failed("the URL has no host"), "The URL has no host.");
        assert_eq!(failed("h.example is not known"), "h.example is not known.");
    }

    #[test]
    fn the_members_of_a_document_are_told_by_name() {
        let members = vec!["issuer".to_owned(), "token_endpoint".to_owned()];
        assert_eq!(
            told(StepResult::Unreadable(Misread::NoMembers { members })),
            "The answer isn't this document: it has none of the members issuer and token_endpoint."
        );
    }
}
