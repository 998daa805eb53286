//! What enters: a CSV table `insee,name,postcodes,department,region`. What leaves: [`Communes`], which resolves a commune's code to its name,
//! postcodes, department and region. It must not know where the table was read.

/// French communes by INSEE code.
#[derive(Clone, Debug, Default)]
pub struct Communes {}
