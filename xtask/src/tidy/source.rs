//! Just enough of Rust's grammar: which text is code, and which lines are tests.

use super::tree::File;

/// A Rust file with comments and the contents of strings blanked, line for line as the original.
pub struct Code {
    pub text: String,
    /// Each string literal: where its blank begins, and what stands between its quotation marks, as it is written.
    strings: Vec<(usize, String)>,
    /// For each line: does it belong to a test?
    tests: Vec<bool>,
}

impl Code {
    pub fn of(file: &File) -> Self {
        let (text, strings) = blank(&file.text);
        let mut tests = vec![file.is_test(); text.lines().count() + 1];
        for (start, end) in test_modules(&text) {
            tests[start - 1..end].fill(true);
        }
        Self {
            text,
            strings,
            tests,
        }
    }

    /// Number from 1, text, and whether it is a test's.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str, bool)> {
        self.text
            .lines()
            .zip(&self.tests)
            .enumerate()
            .map(|(index, (line, test))| (index + 1, line, *test))
    }

    pub fn is_test(&self, line: usize) -> bool {
        self.tests.get(line - 1).copied().unwrap_or_default()
    }

    /// Every identifier and keyword: where it starts, the text.
    pub fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        let bytes = self.text.as_bytes();
        let part = |at: usize| {
            bytes
                .get(at)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        let starts = (0..bytes.len()).filter(move |at| part(*at) && (*at == 0 || !part(*at - 1)));
        starts.map(move |start| {
            let end = (start..bytes.len())
                .find(|at| !part(*at))
                .unwrap_or(bytes.len());
            (start, &self.text[start..end])
        })
    }

    /// Every string literal: where it starts, and its contents as they are written.
    pub fn strings(&self) -> impl Iterator<Item = (usize, &str)> {
        self.strings.iter().map(|(at, text)| (*at, text.as_str()))
    }

    pub fn line_of(&self, at: usize) -> usize {
        line_of(&self.text, at)
    }
}

pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The end of the block whose `{` or `(` is at `open`.
pub fn block_end(text: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'{' | b'(' => depth += 1,
            b'}' | b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// First and last line of each `#[cfg(test)] mod … { … }`.
fn test_modules(code: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let marks = ["#[cfg(test)]", "#[cfg(all(test,"];
    for (start, mark) in marks.iter().flat_map(|mark| code.match_indices(mark)) {
        let rest = &code[start + mark.len()..];
        let item = rest.trim_start();
        let Some(open) = item
            .find(['{', ';'])
            .filter(|open| item.as_bytes()[*open] == b'{')
        else {
            continue;
        };
        let open = code.len() - item.len() + open;
        found.push((
            line_of(code, start),
            line_of(code, block_end(code, open).min(code.len())),
        ));
    }
    found
}

fn blank(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut strings = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => until(&chars, at, |at| chars[at] == '\n'),
            ('/', Some('*')) => comment_end(&chars, at),
            ('"', _) => string_end(&chars, at),
            ('r', _)
                if at == 0 || !is_word(chars[at - 1]) || matches!(chars[at - 1], 'b' | 'c') =>
            {
                raw_string_end(&chars, at)
            }
            ('\'', Some('\\')) => until(&chars, at + 3, |at| chars[at] == '\'') + 1,
            // Else a lifetime.
            ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
            _ => at,
        };
        if end == at {
            out.push(if chars[at].is_ascii() { chars[at] } else { ' ' });
            at += 1;
        } else {
            let end = end.min(chars.len());
            if matches!(chars[at], '"' | 'r') {
                let literal: String = chars[at..end].iter().collect();
                let inner = literal.trim_start_matches('r').trim_matches('#');
                let inner = inner.strip_prefix('"').unwrap_or(inner);
                let inner = inner.strip_suffix('"').unwrap_or(inner);
                strings.push((out.len(), inner.to_owned()));
            }
            out.extend(
                chars[at..end]
                    .iter()
                    .map(|char| if *char == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    (out, strings)
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn until(chars: &[char], from: usize, found: impl Fn(usize) -> bool) -> usize {
    (from..chars.len())
        .find(|at| found(*at))
        .unwrap_or(chars.len())
}

fn comment_end(chars: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0usize, start);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string_end(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < chars.len() && chars[at] != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// `start` itself if no raw string begins here.
fn raw_string_end(chars: &[char], start: usize) -> usize {
    let quote = until(chars, start + 1, |at| chars[at] != '#');
    if chars.get(quote) != Some(&'"') {
        return start;
    }
    let hashes = quote - start - 1;
    until(chars, quote + 1, |at| {
        chars[at] == '"'
            && chars[at + 1..]
                .iter()
                .take(hashes)
                .filter(|char| **char == '#')
                .count()
                == hashes
    }) + 1
        + hashes
}

#[cfg(test)]
mod tests {
    use super::{Code, blank};
    use crate::tidy::tree::File;

    #[test]
    fn comments_and_strings_are_blank_and_code_is_not() {
        let cases = [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("x\"y") g"#, "f(      ) g"),
            ("r#\"say \"hi\" now\"# z", "                  z"),
            ("br\"x\" r#type", "b     r#type"),
            ("'a' 'b: &'static '\\'' x", "    'b: &'static      x"),
            ("let é = \"ü\";", "let   =    ;"),
        ];
        for (source, code) in cases {
            assert_eq!(blank(source).0, code, "{source}");
        }
    }

    #[test]
    fn a_string_is_what_stands_between_its_marks() {
        let (_, strings) = blank("é(\"a b\", r#\"c \"d\"\"#, 'x')");
        assert_eq!(strings, [(2, "a b".to_owned()), (9, "c \"d\"".to_owned())]);
    }

    #[test]
    fn an_unfinished_file_is_no_reason_to_panic() {
        for source in [
            "\"abc",
            "/* a",
            "r#\"a",
            "'\\",
            "#[cfg(test)] mod x {",
            "\"a\\",
        ] {
            let _ = Code::of(&File {
                path: "a.rs".to_owned(),
                text: source.to_owned(),
            });
        }
    }

    #[test]
    fn lines_of_a_test_module_are_tests() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { }\n}\nfn c() {}\n#[cfg(test)]\nmod more;\nfn d() {}\n";
        let code = Code::of(&File {
            path: "a.rs".to_owned(),
            text: text.to_owned(),
        });
        let tests: Vec<usize> = code
            .lines()
            .filter(|(.., test)| *test)
            .map(|(number, ..)| number)
            .collect();
        assert_eq!(tests, [2, 3, 4, 5]);
    }
}
