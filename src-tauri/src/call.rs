//! The one command that the page may call. What it means is decided in `api`.

use api::Host;
use api::dto::Failure;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub(crate) async fn call(host: State<'_, Host>, name: String, args: Option<Value>) -> Result<Value, Failure> {
    host.dispatch(&name, args.unwrap_or(Value::Null)).await
}
