//! Who gave an account its name, as its column.

use model::NamedBy;
use serde::{Deserialize, Serialize};

/// `grants.account_named`: 0 the issuer, 1 the person, 2 nobody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "i64")]
pub(super) struct NamedByColumn(pub(super) i64);

/// As an answer that waits for its disk holds it: a number, and a boolean in files of before there were three cases.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(i64),
    Boolean(bool),
}

impl From<Written> for NamedByColumn {
    fn from(written: Written) -> Self {
        match written {
            Written::Number(number) => Self(number),
            Written::Boolean(by_person) => Self(i64::from(by_person)),
        }
    }
}

impl From<i64> for NamedByColumn {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl From<NamedByColumn> for i64 {
    fn from(column: NamedByColumn) -> Self {
        column.0
    }
}

impl From<NamedBy> for NamedByColumn {
    fn from(named_by: NamedBy) -> Self {
        Self(match named_by {
            NamedBy::Issuer => 0,
            NamedBy::Person => 1,
            NamedBy::Nobody => 2,
        })
    }
}

impl From<NamedByColumn> for NamedBy {
    fn from(column: NamedByColumn) -> Self {
        match column.0 {
            1 => Self::Person,
            2 => Self::Nobody,
            _ => Self::Issuer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NamedByColumn;
    use model::NamedBy;

    #[test]
    fn a_column_is_read_as_it_was_written_and_so_is_one_of_an_older_release() {
        for named_by in [NamedBy::Issuer, NamedBy::Person, NamedBy::Nobody] {
            let column = NamedByColumn::from(named_by);
            let text = serde_json::to_string(&column).expect("JSON");
            let read: NamedByColumn = serde_json::from_str(&text).expect("a column");
            assert_eq!(NamedBy::from(read), named_by);
        }
        let read = |text| NamedBy::from(serde_json::from_str::<NamedByColumn>(text).expect("read"));
        assert_eq!(
            (read("true"), read("false")),
            (NamedBy::Person, NamedBy::Issuer)
        );
    }
}
