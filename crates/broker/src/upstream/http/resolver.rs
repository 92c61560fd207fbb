//! Names and their addresses: connections go only to those that [`oauth::address_guard::Reach`] lets through.

use super::here;
use oauth::address_guard::Reach;
use oauth::http::{Cause, HttpError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};

/// Resolves a name and lets only allowed addresses through; the connection goes to those and no others, so
/// a name that changes its mind between check and connect gains nothing (B-05, attack D03).
pub(super) struct Guard<N> {
    pub(super) reach: Reach,
    pub(super) names: N,
}

/// Who knows the addresses of a name.
pub(crate) trait Names: Clone + Send + Sync + 'static {
    fn addresses(
        &self,
        host: &str,
    ) -> impl Future<Output = std::io::Result<Vec<SocketAddr>>> + Send;

    /// Whether something sent there would end at this machine, whatever the registries say of the address.
    fn is_here(&self, address: IpAddr) -> bool {
        here::is_here(address)
    }
}

/// What the system says.
#[derive(Clone, Copy)]
pub(crate) struct SystemNames;

impl Names for SystemNames {
    async fn addresses(&self, host: &str) -> std::io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.collect())
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("{1}")]
    Blocked(String, IpAddr),
    #[error("{1}")]
    Own(String, IpAddr),
    #[error("not known")]
    Unknown(Option<Cause>),
}

impl Refused {
    /// For the name that was refused; what was asked for where it is not known.
    pub(super) fn told(&self, asked: &str) -> HttpError {
        match self {
            Self::Blocked(host, address) => HttpError::Blocked {
                host: host.clone(),
                address: address.to_string(),
            },
            Self::Own(host, address) => HttpError::OwnAddress {
                host: host.clone(),
                address: address.to_string(),
            },
            Self::Unknown(cause) => HttpError::UnknownHost {
                host: asked.to_owned(),
                cause: cause.clone(),
            },
        }
    }
}

/// Why this address must not be connected to. That an address is our own is told where it counts: no concession helps then.
pub(super) fn barred(
    names: &impl Names,
    reach: Reach,
    host: &str,
    address: IpAddr,
) -> Option<Refused> {
    if !reach.loopback && reach.could_allow(address) && names.is_here(address) {
        return Some(Refused::Own(host.to_owned(), address));
    }
    (!reach.allows(address)).then(|| Refused::Blocked(host.to_owned(), address))
}

impl<N: Names> Resolve for Guard<N> {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, names) = (self.reach, self.names.clone());
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = names
                .addresses(&host)
                .await
                .map_err(|error| Refused::Unknown(Some(Cause::new(error))))?;
            // One forbidden address refuses the name whole (attack D04).
            match found
                .iter()
                .find_map(|address| barred(&names, reach, &host, address.ip()))
            {
                Some(refused) => Err(refused.into()),
                None if found.is_empty() => Err(Refused::Unknown(None).into()),
                None => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}
