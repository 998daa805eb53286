//! What enters: values in a template. What leaves: the pure filters `fill`, `plural`, `number` and `json`. They must not know the page.

use tera::{Kwargs, State, Tera, Value};

use crate::strings::{category, thousands};

/// Registers every filter.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("fill", fill);
    tera.register_filter("plural", plural);
    tera.register_filter("number", number);
    tera.register_filter("json", json);
}

/// `{{ t.page_of | fill(number=3, total=9) }}`: replaces `{number}` and `{total}`.
fn fill(text: &str, arguments: Kwargs, _: &State<'_>) -> String {
    let mut filled = text.to_owned();
    for (name, value) in arguments.iter() {
        filled = filled.replace(&format!("{{{name}}}"), &value.to_string());
    }
    filled
}

/// `{{ t.results | plural(count=3, lang=page.lang) }}`: the plural form for the number, which replaces `{count}`.
fn plural(forms: Value, arguments: Kwargs, _: &State<'_>) -> tera::TeraResult<String> {
    let count: usize = arguments.must_get("count")?;
    let language: &str = arguments.must_get("lang")?;
    let text = forms.as_str().or_else(|| form(&forms, category(count, language))).or_else(|| form(&forms, "other"));
    let text = text.ok_or_else(|| tera::Error::message("this text has no plural forms"))?;
    Ok(text.replace("{count}", &thousands(count, language)))
}

fn form<'v>(forms: &'v Value, category: &'v str) -> Option<&'v str> {
    forms.get_from_path(category).and_then(Value::as_str)
}

/// `{{ n | number(lang=page.lang) }}`: a whole number with the language's thousands separator.
fn number(value: usize, arguments: Kwargs, _: &State<'_>) -> tera::TeraResult<String> {
    Ok(thousands(value, arguments.must_get::<&str>("lang")?))
}

/// `{{ value | json }}`: JSON that can stand in a `<script type="application/json">`.
fn json(value: Value, _: Kwargs, _: &State<'_>) -> tera::TeraResult<Value> {
    let text = serde_json::to_string(&value).map_err(|error| tera::Error::message(error.to_string()))?;
    let text = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    Ok(Value::safe_string(&text))
}

#[cfg(test)]
mod tests {
    use tera::{Context, Tera};

    #[test]
    fn filters_fill_choose_and_escape() {
        let mut tera = Tera::default();
        super::register(&mut tera);
        let mut context = Context::new();
        context.insert("forms", &serde_json::json!({ "one": "{count} lieu", "other": "{count} lieux" }));
        context.insert("evil", "</script>");
        let template = "{{ 'p. {a}/{b}' | fill(a=1, b=forms.one) }}|{{ forms | plural(count=1500, lang='fr') }}|{{ 1234 | number(lang='en') }}|{{ evil | json }}";
        let text = tera.render_str(template, &context, false).expect("a text");
        assert_eq!(text, "p. 1/{count} lieu|1\u{202f}500 lieux|1,234|\"\\u003c/script\\u003e\"");
    }
}
