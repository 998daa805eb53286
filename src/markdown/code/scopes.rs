//! What enters: the scopes that a language definition gives a stretch of code. What leaves: one of a dozen classes.
//! It must not know any language by name.

use syntect::parsing::{BasicScopeStackOp, Scope, ScopeError, ScopeStack, ScopeStackOp};

/// The classes that code may have; each is written with `hl-` before it.
pub const CLASSES: [&str; 14] = [
    "attribute",
    "comment",
    "constant",
    "deleted",
    "function",
    "heading",
    "inserted",
    "keyword",
    "number",
    "operator",
    "property",
    "string",
    "tag",
    "type",
];

/// The class of a scope, by its beginning; the first that fits. Scopes that are not here take the class of the scope around them.
const RULES: [(&str, Option<&str>); 47] = [
    ("comment", Some("comment")),
    ("punctuation.definition.comment", Some("comment")),
    // Code inside a string is no string.
    ("source", None),
    ("text", None),
    ("meta.interpolation", None),
    ("punctuation.section.interpolation", None),
    ("constant.character.escape", Some("constant")),
    ("constant.numeric", Some("number")),
    ("constant.other.color", Some("number")),
    ("constant", Some("constant")),
    ("punctuation.definition.string", Some("string")),
    ("string", Some("string")),
    ("keyword.operator.word", Some("keyword")),
    ("keyword.operator", Some("operator")),
    ("keyword.other.unit", Some("number")),
    ("keyword", Some("keyword")),
    ("storage.modifier", Some("keyword")),
    ("storage.type.function", Some("keyword")),
    ("storage.type", Some("keyword")),
    ("storage", Some("keyword")),
    ("entity.name.function", Some("function")),
    ("entity.name.macro", Some("function")),
    ("support.function", Some("function")),
    ("support.macro", Some("function")),
    ("variable.function", Some("function")),
    ("entity.name.tag.yaml", Some("property")),
    ("entity.name.tag", Some("tag")),
    ("entity.other.attribute-name.class.css", Some("tag")),
    ("entity.other.attribute-name.id.css", Some("tag")),
    ("entity.other.attribute-name", Some("attribute")),
    ("support.type.property-name", Some("property")),
    ("support.constant", Some("constant")),
    ("support.type", Some("type")),
    ("support.class", Some("type")),
    ("entity.name.section", Some("heading")),
    ("entity.name.class", Some("type")),
    ("entity.name.struct", Some("type")),
    ("entity.name.enum", Some("type")),
    ("entity.name.trait", Some("type")),
    ("entity.name.type", Some("type")),
    ("entity.other.inherited-class", Some("type")),
    ("variable.language", Some("constant")),
    ("markup.heading", Some("heading")),
    ("markup.inserted", Some("inserted")),
    ("markup.deleted", Some("deleted")),
    ("markup.raw", Some("string")),
    ("markup.underline.link", Some("string")),
];

/// The rules, read once.
pub(super) fn rules() -> Vec<(Scope, Option<&'static str>)> {
    // A name that is no scope would be dropped here; a test sees to it that none is.
    RULES.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect()
}

/// Applies an operation to the stack of scopes and to the stack of their classes.
pub(super) fn apply(
    rules: &[(Scope, Option<&'static str>)],
    stack: &mut ScopeStack,
    operation: &ScopeStackOp,
    classes: &mut Vec<Option<&'static str>>,
) -> Result<(), ScopeError> {
    stack.apply_with_hook(operation, |basic, _| match basic {
        BasicScopeStackOp::Push(scope) => {
            let rule = rules.iter().find(|(prefix, _)| prefix.is_prefix_of(scope));
            classes.push(rule.map_or_else(|| classes.last().copied().flatten(), |(_, class)| *class));
        }
        BasicScopeStackOp::Pop => drop(classes.pop()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_a_scope_and_every_class_is_used() {
        assert_eq!(rules().len(), RULES.len());
        let mut used: Vec<_> = RULES.iter().filter_map(|(_, class)| *class).collect();
        used.sort_unstable();
        used.dedup();
        assert_eq!(used, CLASSES);
    }
}
