//! The steps of a discovery as a person reads them.

use crate::error::{misread, words};
use messages::{Text, text};
use model::login_hosts;
use oauth::trace::{Step, StepKind, StepResult};

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
            let why = words::url::of_member(why);
            text::TraceUnusableMemberAbout { member, why }.into()
        }
        StepResult::Goes(hosts) => login_hosts(hosts),
        StepResult::GoesAsEntered(hosts) => {
            let hosts = login_hosts(hosts);
            text::TraceEnteredAbout { hosts }.into()
        }
        StepResult::Assumed { origin } => text::TraceAssumed { origin }.into(),
        StepResult::NamesNoUrl { text } => text::TraceNamesNoUrl { text }.into(),
        StepResult::NamesHttp { address } => text::TraceNamesHttp { address }.into(),
        StepResult::NamesForeignHttp { address } => text::TraceNamesForeignHttp { address }.into(),
        StepResult::NamesUnusable { why } => text::TraceNamesUnusable {
            why: words::url::text(why),
        }
        .into(),
        StepResult::AnswersAndHides { why } => text::TraceAnswersAndHides {
            why: words::discovery::text(why),
        }
        .into(),
        StepResult::RefusesAndNames { why } => text::TraceRefusesAndNames {
            why: words::discovery::text(why),
        }
        .into(),
        StepResult::Failed { why } => words::discovery::text(why),
        StepResult::AsWritten(text) => text::AsWritten { text }.into(),
    }
}

fn redirect(target: Option<&str>) -> Text {
    match target {
        Some(target) => text::TraceRedirects { target }.into(),
        None => text::TraceRedirectsNowhere.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use oauth::discovery::DiscoveryError;
    use oauth::metadata::MetadataError;
    use oauth::trace::Verdict;

    #[test]
    fn an_error_is_told_in_a_step_as_it_is_told_alone() {
        let error = DiscoveryError::ResourceMetadata {
            url: "https://h.example/m".to_owned(),
            source: MetadataError::NoAuthorizationServer,
        };
        let result = StepResult::Failed {
            why: Box::new(error.clone()),
        };
        let step = Step::new(StepKind::Ended, Verdict::Problem, result, "RFC 9728 §3.3");
        assert_eq!(&step_detail(&step), Error::from(error).text());
    }
}
