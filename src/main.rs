//! The `maillage` binary.
fn main() {}
