//! One type as TypeScript, with all that it refers to.

use ts_rs::{Config, ExportError, TS, TypeVisitor};

/// `T` and all that it refers to. A list has no file of its own, only what it is a list of.
pub(crate) fn export<T: TS + 'static>(config: &Config) -> Result<(), ExportError> {
    struct Inside<'a>(&'a Config, Result<(), ExportError>);
    impl TypeVisitor for Inside<'_> {
        fn visit<T: TS + 'static + ?Sized>(&mut self) {
            if self.1.is_ok() && T::output_path().is_some() {
                self.1 = T::export_all(self.0);
            }
        }
    }
    let mut inside = Inside(config, Ok(()));
    inside.visit::<T>();
    T::visit_generics(&mut inside);
    inside.1
}
