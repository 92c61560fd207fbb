//! The testbed over raw HTTP: that it is strict by default, and misbehaves when told to.

mod device;
mod dpop;
mod enterprise;
mod flow;
mod http;
mod machine;
mod misbehaviour;
mod person;
mod quirks;
mod refusals;
mod step_up;
mod topology;
mod wire;
