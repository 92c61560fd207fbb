//! The doctor: examine a server, and save what was found.

use crate::convert;
use crate::dto::{Diagnosis, DiagnosisRequest, DoctorSave, SavedFile};
use crate::host::Host;
use broker::Error;
use oauth::concession::Concessions;

impl Host {
    pub(crate) async fn doctor(&self, args: DiagnosisRequest) -> Result<Diagnosis, Error> {
        let trace = self.trace(args.trace_id.clone());
        let found = convert::diagnosis(
            &self
                .broker()
                .doctor(&args.url, &Concessions::default(), &trace)
                .await?,
        )?;
        let last = &self.inner.last_diagnosis;
        last.keep(args.trace_id, found.clone());
        Ok(found)
    }

    #[expect(
        clippy::unused_async,
        reason = "the table of commands awaits each of them"
    )]
    pub(crate) async fn doctor_save(&self, args: DoctorSave) -> Result<SavedFile, Error> {
        Ok(SavedFile {
            path: self
                .inner
                .last_diagnosis
                .save(&args.trace_id)?
                .display()
                .to_string(),
        })
    }
}
