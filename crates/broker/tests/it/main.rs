//! The use cases against a real authorization server and MCP server, a real vault file, and a clock of the test's.

mod agents;
mod bad_input;
mod call;
mod clients;
mod device;
mod doctor;
mod dpop;
mod ends;
mod enterprise;
mod first_example;
mod hosts;
mod login;
mod machine;
mod meanwhile;
mod moves;
mod negatives;
mod older;
mod processes;
mod quirks;
mod refresh;
mod registered;
mod revoke;
mod setup;
mod step_up;
mod token_use;
mod ways_back;
