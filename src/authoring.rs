//! What enters: definitions of collections, titles, tables, and the text of entries. What leaves: the text of new entries and of changed ones.
//! `new` and `import` write what is made here. It must not know disks, clocks or pages.

pub mod blank_entry;
pub mod edit_yaml;
pub mod slug;
pub mod write_yaml;
