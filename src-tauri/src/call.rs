//! The one command: the window's whole access to the program (declared in build.rs, granted in capabilities/window.json).

use crate::host::ProcessHost;
use api::dto::Problem;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub(crate) async fn call(
    process: State<'_, ProcessHost>,
    name: String,
    args: Option<Value>,
) -> Result<Value, Problem> {
    process
        .host()
        .await?
        .dispatch(&name, args.unwrap_or_default())
        .await
}
