//! The functions that expressions have beyond those of CEL.

// The crate hands the arguments over by value, whatever a function does with them.
#![allow(clippy::needless_pass_by_value)]

use std::sync::{Arc, LazyLock};

use cel::{
    Env, ExecutionError,
    common::{
        functions::Function,
        types::{CelDouble, CelList, CelString, DOUBLE_TYPE, LIST_TYPE, STRING_TYPE, Type},
        value::{CowVal, Val},
    },
};
use chrono::{Days, NaiveDate, NaiveTime, Timelike};

use super::Outcome;

/// The name of a function, what it takes, and what it does.
type Declared = (&'static str, fn() -> Vec<Type>, Function);

const LIST: fn() -> Vec<Type> = || vec![LIST_TYPE];
const NUMBER: fn() -> Vec<Type> = || vec![DOUBLE_TYPE];
const NUMBERS: fn() -> Vec<Type> = || vec![DOUBLE_TYPE, DOUBLE_TYPE];
const TEXTS: fn() -> Vec<Type> = || vec![STRING_TYPE, STRING_TYPE];
const TEXT_NUMBER: fn() -> Vec<Type> = || vec![STRING_TYPE, DOUBLE_TYPE];

/// What division becomes: CEL divides by zero to infinity, here nothing is known then.
pub(super) const QUOTIENT: &str = "quotient";

const FUNCTIONS: &[Declared] = &[
    ("sum", LIST, sum),
    ("min", LIST, min),
    ("max", LIST, max),
    ("mean", LIST, mean),
    (QUOTIENT, NUMBERS, quotient),
    ("abs", NUMBER, abs),
    ("round", NUMBER, round),
    ("round", NUMBERS, round),
    ("days", TEXTS, days),
    ("add_days", TEXT_NUMBER, add_days),
    ("minutes", TEXTS, minutes),
];

/// Returns the functions of CEL and those of this module, which are the same for every expression.
pub(super) fn environment() -> Arc<Env> {
    static ENVIRONMENT: LazyLock<Arc<Env>> = LazyLock::new(|| {
        let mut environment = Env::stdlib();
        for (name, takes, function) in FUNCTIONS {
            let takes = takes();
            let id = format!("ducha_{name}_{}", takes.len());
            // No name here is one of CEL's own, which the tests hold in place.
            let _ = environment.add_overload(name, &id, takes, *function);
        }
        Arc::new(environment)
    });
    Arc::clone(&ENVIRONMENT)
}

fn unknown() -> ExecutionError {
    ExecutionError::function_error("ducha", "no value")
}

fn number<'b, 'v>(value: f64) -> Outcome<'b, 'v> {
    if value.is_finite() { Ok(CowVal::owned(CelDouble::from(value))) } else { Err(unknown()) }
}

fn number_of(value: &dyn Val) -> Result<f64, ExecutionError> {
    value.downcast_ref::<CelDouble>().map(|number| *number.inner()).ok_or_else(unknown)
}

fn numbers_of(arguments: &[CowVal<'_, '_>]) -> Result<Vec<f64>, ExecutionError> {
    let list = arguments.first().and_then(|list| list.downcast_ref::<CelList<'_>>()).ok_or_else(unknown)?;
    list.inner().iter().map(|element| number_of(element.as_ref())).collect()
}

fn text_of(arguments: &[CowVal<'_, '_>], at: usize) -> Result<String, ExecutionError> {
    let text = arguments.get(at).and_then(|text| text.downcast_ref::<CelString<'_>>()).ok_or_else(unknown)?;
    Ok(text.inner().to_owned())
}

fn argument(arguments: &[CowVal<'_, '_>], at: usize) -> Result<f64, ExecutionError> {
    number_of(arguments.get(at).ok_or_else(unknown)?.as_ref())
}

fn sum<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    number(numbers_of(&arguments)?.iter().sum())
}

fn min<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    number(numbers_of(&arguments)?.into_iter().reduce(f64::min).ok_or_else(unknown)?)
}

fn max<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    number(numbers_of(&arguments)?.into_iter().reduce(f64::max).ok_or_else(unknown)?)
}

fn mean<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let numbers = numbers_of(&arguments)?;
    #[allow(clippy::cast_precision_loss)] // A table has a few hundred rows.
    number(numbers.iter().sum::<f64>() / numbers.len() as f64)
}

fn quotient<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    number(argument(&arguments, 0)? / argument(&arguments, 1)?)
}

fn abs<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    number(argument(&arguments, 0)?.abs())
}

/// Rounds to whole numbers, or to the number of decimals that is the second argument (0 to 6).
fn round<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let decimals = if arguments.len() > 1 { argument(&arguments, 1)?.clamp(0.0, 6.0).round() } else { 0.0 };
    let scale = 10_f64.powf(decimals);
    number((argument(&arguments, 0)? * scale).round() / scale)
}

fn date(arguments: &[CowVal<'_, '_>], at: usize) -> Result<NaiveDate, ExecutionError> {
    crate::checklist::value::date_of_file(&text_of(arguments, at)?).ok_or_else(unknown)
}

/// Counts the days from the first to the second day.
fn days<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let passed = (date(&arguments, 1)? - date(&arguments, 0)?).num_days();
    #[allow(clippy::cast_precision_loss)] // No two days are further apart than a few million.
    number(passed as f64)
}

fn add_days<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let (from, count) = (date(&arguments, 0)?, argument(&arguments, 1)?.round());
    if count.abs() > 100_000.0 {
        return Err(unknown());
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // The range was just checked.
    let step = Days::new(count.abs() as u64);
    let day = if count < 0.0 { from.checked_sub_days(step) } else { from.checked_add_days(step) };
    Ok(CowVal::owned(CelString::from(day.ok_or_else(unknown)?.to_string())))
}

/// Counts the minutes from the first to the second time of the same day.
fn minutes<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let time = |at| -> Result<f64, ExecutionError> {
        let text = text_of(&arguments, at)?;
        let time = NaiveTime::parse_from_str(&text, "%H:%M:%S")
            .or_else(|_| NaiveTime::parse_from_str(&text, "%H:%M"))
            .map_err(|_| unknown())?;
        Ok(f64::from(time.num_seconds_from_midnight()) / 60.0)
    };
    number(time(1)? - time(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_declared() {
        let environment = environment();
        let plain = Env::stdlib();
        for (name, ..) in FUNCTIONS {
            let program = environment.compile(name).map(|_| ());
            assert!(program.is_ok(), "{name}");
            assert!(plain.find_overload(name, &[]).is_none(), "{name} is one of CEL's own");
        }
    }
}
