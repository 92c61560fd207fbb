//! Tokens that are sealed in memory.

use crate::setup::Place;
use model::GrantId;
use oauth::secret::Secret;

/// For another grant, for another generation, and in another opening of the same vault it is nothing.
#[tokio::test]
async fn a_token_in_memory_opens_only_as_what_it_was_sealed_for() {
    let place = Place::new();
    let vault = place.vault().await;
    let (grant, token) = (GrantId("g1".into()), Secret::new("at-1 and \u{2713}"));
    let sealed = vault.seal_token(&grant, 7, &token).expect("sealed");
    assert_eq!(vault.open_token(&grant, 7, &sealed).expect("opened"), token);
    assert!(vault.open_token(&grant, 8, &sealed).is_err());
    assert!(vault.open_token(&GrantId("g2".into()), 7, &sealed).is_err());
    assert!(place.vault().await.open_token(&grant, 7, &sealed).is_err());
    let again = vault.seal_token(&grant, 7, &token).expect("sealed");
    assert_eq!(vault.open_token(&grant, 7, &again).expect("opened"), token);
    assert_eq!(vault.open_token(&grant, 7, &sealed).expect("opened"), token);
}
