//! Concessions: what a person reads before allowing a departure: what the server does, and what could go wrong. Plain words; the
//! risk is not made smaller than it is.

use messages::{Text, text};
use oauth::concession::Concession;
use oauth::discovery::DiscoveryError;
use oauth::metadata::MetadataError;
use oauth::uri::Issuer;
use oauth::vendor::{Maker, Vendor};

/// The words of a departure.
pub trait ConcessionText {
    /// A few words, as a heading.
    fn title(self) -> Text;
    /// What the server does, and what the specification asks for.
    fn explanation(self) -> Text;
    /// What could go wrong.
    fn risk(self) -> Text;
    /// Why it is known to be harmless, or less harmful, with this issuer's maker.
    fn pattern(self, issuer: &Issuer) -> Option<Text>;
    /// The same, where the maker is known in another way.
    fn pattern_of(self, vendor: &Vendor) -> Option<Text>;
}

/// Why the departure that ends a discovery is known, if the issuer's maker is known for it.
pub fn known_pattern(error: &DiscoveryError) -> Option<Text> {
    let DiscoveryError::AuthorizationServerMetadata { url, source } = error else {
        return None;
    };
    // By whoever speaks, also from behind a proxy that was allowed.
    let named = match source {
        MetadataError::IssuerMismatch { found, .. } => found,
        MetadataError::PkceUnadvertised { issuer } => issuer,
        _ => url,
    };
    let concession = source.concession()?;
    [named, url]
        .into_iter()
        .find_map(|issuer| concession.pattern(&Issuer::parse(issuer).ok()?))
}

impl ConcessionText for Concession {
    fn title(self) -> Text {
        match self {
            Self::PkceUnadvertised => text::ConcessionPkceUnadvertised.into(),
            Self::IssuerMismatch => text::ConcessionIssuerMismatch.into(),
            Self::MetadataUrlAsIssuer => text::ConcessionMetadataUrlAsIssuer.into(),
            Self::ResourceMismatch => text::ConcessionResourceMismatch.into(),
            Self::NoResourceParameter => text::ConcessionNoResourceParameter.into(),
            Self::PrivateNetwork => text::ConcessionPrivateNetwork.into(),
            Self::LegacyEndpoints => text::ConcessionLegacyEndpoints.into(),
            Self::ForeignLoginPage => text::ConcessionForeignLoginPage.into(),
            Self::ResourceMissing => text::ConcessionResourceMissing.into(),
            Self::SharedCallback => text::ConcessionSharedCallback.into(),
        }
    }

    fn explanation(self) -> Text {
        match self {
            Self::PkceUnadvertised => text::ConcessionPkceUnadvertisedAbout.into(),
            Self::IssuerMismatch => text::ConcessionIssuerMismatchAbout.into(),
            Self::MetadataUrlAsIssuer => text::ConcessionMetadataUrlAsIssuerAbout.into(),
            Self::ResourceMismatch => text::ConcessionResourceMismatchAbout.into(),
            Self::NoResourceParameter => text::ConcessionNoResourceParameterAbout.into(),
            Self::PrivateNetwork => text::ConcessionPrivateNetworkAbout.into(),
            Self::LegacyEndpoints => text::ConcessionLegacyEndpointsAbout.into(),
            Self::ForeignLoginPage => text::ConcessionForeignLoginPageAbout.into(),
            Self::ResourceMissing => text::ConcessionResourceMissingAbout.into(),
            Self::SharedCallback => text::ConcessionSharedCallbackAbout.into(),
        }
    }

    fn risk(self) -> Text {
        match self {
            Self::PkceUnadvertised => text::ConcessionPkceUnadvertisedRisk.into(),
            Self::IssuerMismatch => text::ConcessionIssuerMismatchRisk.into(),
            Self::MetadataUrlAsIssuer => text::ConcessionMetadataUrlAsIssuerRisk.into(),
            Self::ResourceMismatch => text::ConcessionResourceMismatchRisk.into(),
            Self::NoResourceParameter => text::ConcessionNoResourceParameterRisk.into(),
            Self::PrivateNetwork => text::ConcessionPrivateNetworkRisk.into(),
            Self::LegacyEndpoints => text::ConcessionLegacyEndpointsRisk.into(),
            Self::ForeignLoginPage => text::ConcessionForeignLoginPageRisk.into(),
            Self::ResourceMissing => text::ConcessionResourceMissingRisk.into(),
            Self::SharedCallback => text::ConcessionSharedCallbackRisk.into(),
        }
    }

    fn pattern(self, issuer: &Issuer) -> Option<Text> {
        self.pattern_of(Vendor::of(issuer)?)
    }

    fn pattern_of(self, vendor: &Vendor) -> Option<Text> {
        match (self, vendor.maker) {
            (Self::PkceUnadvertised, Maker::Cognito) => Some(text::ConcessionPkceAtCognito.into()),
            (Self::PkceUnadvertised, Maker::Entra) => Some(text::ConcessionPkceAtEntra.into()),
            (Self::PkceUnadvertised, Maker::GitHub) => Some(text::ConcessionPkceAtGithub.into()),
            (Self::NoResourceParameter, Maker::Entra) => {
                Some(text::ConcessionResourceAtEntra.into())
            }
            (Self::NoResourceParameter, Maker::Cognito) => {
                Some(text::ConcessionResourceAtCognito.into())
            }
            (Self::IssuerMismatch, Maker::Cognito) => Some(text::ConcessionIssuerAtCognito.into()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_departure_is_explained_in_whole_sentences() {
        for concession in Concession::ALL {
            let title = concession.title().to_string();
            assert!(
                !title.ends_with('.') && title.len() < 60,
                "{}",
                concession.name()
            );
            for text in [concession.explanation(), concession.risk()] {
                let text = text.to_string();
                assert!(
                    text.ends_with('.') && text.len() > 40,
                    "{}",
                    concession.name()
                );
            }
        }
    }

    #[test]
    fn q14_the_known_makers_are_named_and_others_are_not() {
        let why =
            |issuer: &str| Concession::PkceUnadvertised.pattern(&Issuer::stored(issuer.into()));
        assert!(
            why("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab")
                .is_some_and(|text| text.to_string().contains("Cognito"))
        );
        assert!(why("https://login.microsoftonline.com/tenant/v2.0").is_some());
        assert!(why("https://github.com/login/oauth").is_some());
        assert_eq!(why("https://cognito-idp.evil.example/x"), None);
    }

    #[test]
    fn q13_a_vendor_behind_a_proxy_is_known_by_its_document() {
        let error = DiscoveryError::AuthorizationServerMetadata {
            url: "https://as.example".into(),
            source: MetadataError::IssuerMismatch {
                asked: "https://as.example".into(),
                found: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab".into(),
            },
        };
        assert!(
            known_pattern(&error).is_some_and(|known| known.to_string().contains("Amazon Cognito"))
        );
    }
}
