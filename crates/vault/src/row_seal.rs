//! A seal over each row: who may get what, and where a secret goes, is believed only as this program wrote it (invariant 4).
//!
//! A table gets one with three lines:
//! 1. a column `row_sealed BLOB` in the migration that makes it, and a line in [`TABLES`](crate::tables::TABLES);
//! 2. to write, `sqlx::query(returning!("INSERT …")).bind(…).fetch_one(&mut *transaction)`, then
//!    [`Vault::seal_row`] with what came back. The statement sets every column from what the program itself knows: a column
//!    that it left alone would be sealed as it was found. Where it sets only some, [`Vault::ours`] looks at the row first;
//! 3. to read, `sqlx::query(with_seal!("table WHERE …"))`, then [`Vault::believed`], or [`Vault::ours`] row by row.
//!
//! What takes a right away ends with [`Vault::commit_in_next_epoch`]. A column that a later migration adds to a table with
//! seals is null in the rows that are there: what is null is no part of a seal.

use crate::epoch::row_faults::RowFault;
use crate::tables::Table;
use crate::{FormatFault, Vault, VaultError};
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, Column, Decode, FromRow, Row, Sqlite, SqliteConnection, TypeInfo, ValueRef,
};

impl Vault {
    /// The rows that this program wrote, as they were written. The others are told of, and left out.
    pub(crate) fn believed<T>(
        &self,
        table: &'static Table,
        rows: &[SqliteRow],
    ) -> Result<Vec<T>, VaultError>
    where
        T: for<'r> FromRow<'r, SqliteRow>,
    {
        let mut believed = Vec::with_capacity(rows.len());
        for row in rows {
            if self.ours(table, row)? {
                believed.push(T::from_row(row)?);
            }
        }
        Ok(believed)
    }

    /// Whether this program wrote the row, and wrote it so.
    pub(crate) fn ours(&self, table: &'static Table, row: &SqliteRow) -> Result<bool, VaultError> {
        let Some(epoch) = self.epoch_beside(row)? else {
            return Ok(false);
        };
        let is_ours = self.is_sealed(table, epoch, row)?;
        if !is_ours {
            let label: Result<String, _> = row.try_get(table.label);
            self.note_row_fault(RowFault {
                table: table.name,
                row: label.unwrap_or_default(),
            });
        }
        Ok(is_ours)
    }

    pub(crate) fn is_sealed(
        &self,
        table: &Table,
        epoch: i64,
        row: &SqliteRow,
    ) -> Result<bool, VaultError> {
        let sealed: Option<&[u8]> = row.try_get("row_sealed")?;
        let Some(sealed) = sealed else {
            return Ok(false);
        };
        // What cannot even be read is nothing that we wrote.
        Ok(facts(table, epoch, row)
            .is_ok_and(|facts| self.sealer().opens_row(table.name, &facts, sealed)))
    }

    /// Seals what was just written, in the same transaction.
    pub(crate) async fn seal_row(
        &self,
        connection: &mut SqliteConnection,
        table: &Table,
        row: &SqliteRow,
    ) -> Result<(), VaultError> {
        match self.epoch_beside(row)? {
            Some(epoch) => self.seal_in(connection, table, epoch, row).await,
            // An old file that has no seals at all: the person's word seals every row of it.
            None => Ok(()),
        }
    }

    pub(crate) async fn seal_in(
        &self,
        connection: &mut SqliteConnection,
        table: &Table,
        epoch: i64,
        row: &SqliteRow,
    ) -> Result<(), VaultError> {
        let seal = self
            .sealer()
            .seal_row(table.name, &facts(table, epoch, row)?)?;
        // The name is one of our own tables.
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE {} SET row_sealed = ? WHERE rowid = ?",
            table.name
        )))
        .bind(seal)
        .bind(row.try_get::<i64, _>("row_id")?)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Every value with its name and kind, each with its length before it, so that no two rows are the same bytes.
fn facts(table: &Table, epoch: i64, row: &SqliteRow) -> Result<Vec<u8>, VaultError> {
    let mut columns: Vec<(&str, usize)> = row
        .columns()
        .iter()
        .map(|column| (column.name(), column.ordinal()))
        .collect();
    columns.retain(|(name, _)| {
        !matches!(
            *name,
            "row_id" | "vault_epoch" | "vault_epoch_sealed" | "row_sealed"
        ) && !table.free.contains(name)
    });
    // A newer schema has its columns in another order.
    columns.sort_unstable();
    let mut facts = epoch.to_be_bytes().to_vec();
    for (name, index) in columns {
        let value = row.try_get_raw(index)?;
        if value.is_null() {
            continue;
        }
        let kind = value.type_info().name().to_owned();
        part(&mut facts, name.as_bytes());
        part(&mut facts, kind.as_bytes());
        let decoded = match kind.as_str() {
            // It has a seal of its own, and only its being there is part of this one.
            _ if name.ends_with("_sealed") => Ok(()),
            "TEXT" => <&str as Decode<Sqlite>>::decode(value)
                .map(|text| part(&mut facts, text.as_bytes())),
            "BLOB" => <&[u8] as Decode<Sqlite>>::decode(value).map(|bytes| part(&mut facts, bytes)),
            "INTEGER" => <i64 as Decode<Sqlite>>::decode(value)
                .map(|number| part(&mut facts, &number.to_be_bytes())),
            // No column of ours holds anything else.
            _ => {
                let table = table.name;
                return Err(VaultError::Format(FormatFault::Kind { kind, table }));
            }
        };
        decoded.map_err(|error| VaultError::unreadable(&error))?;
    }
    Ok(facts)
}

fn part(facts: &mut Vec<u8>, bytes: &[u8]) {
    facts.extend((bytes.len() as u64).to_be_bytes());
    facts.extend(bytes);
}
