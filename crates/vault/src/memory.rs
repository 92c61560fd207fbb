//! Secrets that wait in memory for whoever may have them: sealed as in the file, and opened for one answer.

use crate::seal::Place;
use crate::{Vault, VaultError};
use model::GrantId;
use oauth::secret::Secret;

/// A grant's access token, sealed. It opens only while its vault is open, and only as what it was sealed for.
#[derive(Clone)]
pub struct SealedToken(Vec<u8>);

impl Vault {
    /// Seals the token that a grant had in this generation.
    pub fn seal_token(
        &self,
        grant: &GrantId,
        generation: u64,
        token: &Secret,
    ) -> Result<SealedToken, VaultError> {
        let generation = generation.to_string();
        let sealed = self.sealer().seal(place(grant, &generation), token)?;
        Ok(SealedToken(sealed))
    }

    /// Opens it for one answer.
    pub fn open_token(
        &self,
        grant: &GrantId,
        generation: u64,
        sealed: &SealedToken,
    ) -> Result<Secret, VaultError> {
        let generation = generation.to_string();
        self.sealer().open(place(grant, &generation), &sealed.0)
    }
}

/// No table: nothing that is sealed for memory opens out of the file.
fn place<'a>(grant: &'a GrantId, generation: &'a str) -> Place<'a> {
    Place {
        table: "(memory)",
        id: &grant.0,
        column: "access_token",
        facts: generation,
    }
}
