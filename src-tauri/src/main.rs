//! The desktop program: a window, a tray and links around one host. It decides nothing about servers, logins or agents.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
mod call;
mod deep_link;
mod display;
mod hold;
mod host;
mod launch;
mod leaving;
mod news;
mod notification;
mod quiet;
mod single;
mod tray;
mod tray_host;
mod window;

use launch::Launch;
use messages::Place;
use std::process::ExitCode;
use tracing::level_filters::LevelFilter;

/// As for every program that was asked for something that cannot be done here.
const CANNOT: u8 = 2;

fn main() -> ExitCode {
    // It stays readable to others of the same user: portals and the web view look into /proc for whom they serve.
    broker::process::write_no_core_files();
    api::start_log(LevelFilter::WARN);
    if let Err(error) = api::speak_to_person(None, Place::Window) {
        tracing::warn!(%error, "the language of the system is spoken");
    }
    let launch = Launch::of(
        std::env::args_os()
            .skip(1)
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    match display::missing().map_or_else(|| app::run(launch), Err) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("gatelodge-desktop: {}", why.told());
            ExitCode::from(CANNOT)
        }
    }
}
