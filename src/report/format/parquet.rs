//! Parquet for `DuckDB`, pandas and Spark: each column has one type, and what is not known is null.

use std::sync::Arc;

use chrono::Datelike;
use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::Type,
};

use super::not_written;
use crate::{
    error::Result,
    report::document::{Cell, Column, Row, Sort, Table},
};

/// How many rows are put together before they are written.
const GROUP: usize = 50_000;

/// The days from the first day of the common era to the first of 1970, from which Parquet counts.
const EPOCH: i32 = 719_163;

/// Writes a table; percentages are numbers such as 95.0.
pub fn write(table: &Table<'_>) -> Result<Vec<u8>> {
    written(table).map_err(|error| not_written("Parquet", error))
}

fn written(table: &Table<'_>) -> Result<Vec<u8>, ParquetError> {
    let fields = table.columns.iter().map(|column| field(column).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder("rows").with_fields(fields).build()?);
    let properties = Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties)?;
    let mut start = 0;
    while start < table.count {
        let end = (start + GROUP).min(table.count);
        let rows: Vec<Row<'_>> = (start..end).map(|at| (table.row)(at)).collect();
        let mut group = writer.next_row_group()?;
        for (at, column) in table.columns.iter().enumerate() {
            let Some(mut writer) = group.next_column()? else { break };
            let cells = || rows.iter().map(|row| row.cells.get(at).unwrap_or(&Cell::None));
            let known: Vec<i16> = cells().map(|cell| i16::from(*cell != Cell::None)).collect();
            match column.sort {
                Sort::Text => {
                    let values: Vec<ByteArray> =
                        cells().filter(|cell| **cell != Cell::None).map(|cell| cell.show().as_ref().into()).collect();
                    writer.typed::<ByteArrayType>().write_batch(&values, Some(&known), None)?;
                }
                Sort::Count => {
                    let values: Vec<i64> = cells().filter_map(whole).collect();
                    writer.typed::<Int64Type>().write_batch(&values, Some(&known), None)?;
                }
                Sort::Number | Sort::Percent => {
                    let values: Vec<f64> = cells().filter_map(number).collect();
                    writer.typed::<DoubleType>().write_batch(&values, Some(&known), None)?;
                }
                Sort::Date => {
                    let values: Vec<i32> = cells().filter_map(days).collect();
                    writer.typed::<Int32Type>().write_batch(&values, Some(&known), None)?;
                }
            }
            writer.close()?;
        }
        group.close()?;
        start = end;
    }
    writer.close()?;
    Ok(bytes)
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.sort {
        Sort::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Sort::Count => (Physical::INT64, None),
        Sort::Number | Sort::Percent => (Physical::DOUBLE, None),
        Sort::Date => (Physical::INT32, Some(LogicalType::Date)),
    };
    let name = column.name.replace('-', "_");
    Type::primitive_type_builder(&name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

fn whole(cell: &Cell<'_>) -> Option<i64> {
    if let Cell::Count(count) = cell { i64::try_from(*count).ok() } else { None }
}

fn number(cell: &Cell<'_>) -> Option<f64> {
    if let Cell::Number(number) | Cell::Tenths(number) | Cell::Percent(number) = cell { Some(*number) } else { None }
}

fn days(cell: &Cell<'_>) -> Option<i32> {
    if let Cell::Date(day) = cell { Some(day.num_days_from_ce() - EPOCH) } else { None }
}
