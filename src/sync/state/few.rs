//! Lists that nearly always have one element.

use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};

/// A list in the room of what it mostly has: one element.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(from = "Vec<T>")]
pub enum Few<T> {
    /// One element.
    One(T),
    /// None, or several.
    Many(Box<[T]>),
}

impl<T: Clone> Few<T> {
    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        *self = self.iter().cloned().chain([element]).collect();
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self::Many(Box::default())
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(list: Vec<T>) -> Self {
        match <[T; 1]>::try_from(list) {
            Ok([one]) => Self::One(one),
            Err(list) => Self::Many(list.into_boxed_slice()),
        }
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        elements.into_iter().collect::<Vec<_>>().into()
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(list) => list,
        }
    }
}

// One element is written as a list of one.
impl<T: Serialize> Serialize for Few<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}
