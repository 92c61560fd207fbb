//! The notes that the MCP server keeps, one list a person.

use std::collections::HashMap;

#[derive(Debug, Default)]
pub(crate) struct Notes(HashMap<String, Vec<String>>);

/// The demo may run for days.
const CAP: usize = 200;

impl Notes {
    pub(crate) fn of(&mut self, user: &str) -> &[String] {
        self.list(user)
    }

    pub(crate) fn add(&mut self, user: &str, text: &str) -> usize {
        let list = self.list(user);
        if list.len() == CAP {
            list.remove(0);
        }
        list.push(text.chars().take(2000).collect());
        list.len()
    }

    fn list(&mut self, user: &str) -> &mut Vec<String> {
        self.0.entry(user.to_owned()).or_insert_with(|| match user {
            "ada" => {
                vec![
                    "Note G: the engine might compute Bernoulli numbers.".into(),
                    "Ask Charles about the punched cards.".into(),
                ]
            }
            "grace" => {
                vec![
                    "First actual case of bug being found: a moth in relay 70.".into(),
                    "Cut more nanoseconds of wire.".into(),
                ]
            }
            _ => Vec::new(),
        })
    }
}
