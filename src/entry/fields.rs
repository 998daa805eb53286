//! What enters: the values that files give, field by field. What leaves: [`Fields`], which finds them by the field's name. It must not know what they mean.

use std::sync::Arc;

use super::Given;

/// The values of an entry's fields. An entry has few: to look through them takes less time and memory than a table of hashes, and the names are those of the
/// collection, once for all entries.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The names of all fields of the collection.
    names: Arc<[String]>,
    /// Those that are given, by the places of their names.
    given: Box<[(usize, Arc<Given>)]>,
}

impl Fields {
    /// The fields at some places among a collection's names.
    #[must_use]
    pub fn new(names: &Arc<[String]>, given: impl IntoIterator<Item = (usize, Arc<Given>)>) -> Self {
        Self { names: Arc::clone(names), given: given.into_iter().collect() }
    }

    /// What is given for a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Given>> {
        self.iter().find(|(own, _)| *own == name).map(|(_, given)| given)
    }

    /// What is given for the field at a place among the collection's names.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&Arc<Given>> {
        self.given.iter().find(|(own, _)| *own == place).map(|(_, given)| given)
    }

    /// Names and what is given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Arc<Given>)> {
        self.given.iter().filter_map(|(place, given)| Some((self.names.get(*place)?.as_str(), given)))
    }

    /// What is given.
    pub fn values(&self) -> impl Iterator<Item = &Arc<Given>> {
        self.given.iter().map(|(_, given)| given)
    }
}
