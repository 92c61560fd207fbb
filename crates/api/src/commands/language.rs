//! The language that the window, the tray and the pages in the browser speak.

use crate::dto::{LanguageList, LanguageSet};
use crate::host::Host;
use crate::language::chosen_language;
use broker::Error;

impl Host {
    /// Also while the vault is closed: the window has to speak before it is opened.
    pub(crate) async fn language_list(&self) -> Result<LanguageList, Error> {
        let spoken = messages::spoken();
        Ok(LanguageList {
            known: messages::tags().map(str::to_owned).collect(),
            chosen: chosen_language(self.broker()).await,
            spoken: spoken.tag().to_owned(),
            right_to_left: spoken.is_right_to_left(),
        })
    }

    pub(crate) async fn language_set(&self, args: LanguageSet) -> Result<LanguageList, Error> {
        self.choose_language(args.tag.as_deref()).await?;
        self.language_list().await
    }
}
