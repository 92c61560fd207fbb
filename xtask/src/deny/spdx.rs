//! Is a licence expression satisfied by the licences that we accept?
//! [SPDX expressions](https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/), and the `/` of old manifests.

use anyhow::{Result, bail};

/// True if the words of `expression` can be met with `accepted` alone.
pub fn satisfied(expression: &str, accepted: &[String]) -> Result<bool> {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = Words {
        words: spaced.split_whitespace().collect(),
        at: 0,
    };
    let verdict = words.any(accepted)?;
    match words.peek() {
        None => Ok(verdict),
        Some(word) => bail!("unexpected `{word}`"),
    }
}

struct Words<'e> {
    words: Vec<&'e str>,
    at: usize,
}

impl<'e> Words<'e> {
    fn any(&mut self, accepted: &[String]) -> Result<bool> {
        let mut verdict = self.all(accepted)?;
        while self.take("OR") {
            // Not `||`: the rest has to be read in any case.
            verdict |= self.all(accepted)?;
        }
        Ok(verdict)
    }

    fn all(&mut self, accepted: &[String]) -> Result<bool> {
        let mut verdict = self.one(accepted)?;
        while self.take("AND") {
            verdict &= self.one(accepted)?;
        }
        Ok(verdict)
    }

    fn one(&mut self, accepted: &[String]) -> Result<bool> {
        if self.take("(") {
            let verdict = self.any(accepted)?;
            if !self.take(")") {
                bail!("a `)` is missing");
            }
            return Ok(verdict);
        }
        let mut licence = self.name()?.to_owned();
        if self.take("WITH") {
            licence = format!("{licence} WITH {}", self.name()?);
        }
        Ok(accepted.contains(&licence))
    }

    fn name(&mut self) -> Result<&'e str> {
        match self.peek() {
            Some(word) if !matches!(word, "(" | ")" | "AND" | "OR" | "WITH") => {
                self.at += 1;
                Ok(word)
            }
            Some(word) => bail!("`{word}` where a licence should be"),
            None => bail!("a licence is missing at the end"),
        }
    }

    fn peek(&self) -> Option<&'e str> {
        self.words.get(self.at).copied()
    }

    fn take(&mut self, wanted: &str) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    #[test]
    fn expressions_are_read_as_spdx_reads_them() {
        let accepted = [
            "MIT",
            "Apache-2.0",
            "Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ]
        .map(str::to_owned);
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("MIT OR GPL-3.0", true),
            ("GPL-3.0/MIT", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND GPL-3.0", false),
            ("GPL-3.0 OR MIT AND Unicode-3.0", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("MIT WITH LLVM-exception", false),
        ] {
            assert_eq!(
                satisfied(expression, &accepted).expect("well formed"),
                expected,
                "{expression}"
            );
        }
    }

    #[test]
    fn nonsense_is_an_error_and_not_a_yes() {
        for nonsense in ["", "MIT OR", "(MIT", "MIT)", "MIT MIT", "OR MIT"] {
            assert!(
                satisfied(nonsense, &["MIT".to_owned()]).is_err(),
                "{nonsense}"
            );
        }
    }
}
