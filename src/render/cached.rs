//! What enters: a component's name and arguments. What leaves: what it renders to, made once for the same arguments in a run. It must not know pages.
//!
//! A page is mostly what other pages show too: cards, menus, filters, icons. So that sharing can't be wrong, such a component sees nothing that
//! differs between pages: of `site` and `page` only what is the same on all pages of a language. To look at more is a fault of the template.

use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};

use rustc_hash::{FxHashMap, FxHasher};
use tera::value::Key;
use tera::{Context, Error, ErrorKind, Function, Kwargs, State, Tera, TeraResult, Value};

/// The function's name, and the name of its argument that names the component.
pub(super) const NAME: &str = "cached";
pub(super) const COMPONENT: &str = "component";

/// The argument that names another one, a list: the component is rendered for each of its items.
const EACH: &str = "each";

/// So many components stand in each other: more is one that calls itself. Each takes room on the stack.
const DEPTH: usize = 32;

thread_local! {
    /// How many components are being rendered on this thread, each for the one before it.
    static NESTED: Cell<usize> = const { Cell::new(0) };
}

/// What components rendered to since the run began.
#[derive(Default)]
pub(super) struct Cache {
    tera: OnceLock<Weak<Tera>>,
    /// By language: what components see beside their arguments.
    around: RwLock<HashMap<String, Context>>,
    made: Known<Value>,
    /// The same for the items of lists, by all other arguments.
    of_items: Known<Arc<OfItems>>,
}

/// Things by the arguments of calls, which their hash leads to.
struct Known<T>(RwLock<FxHashMap<u64, Vec<(Arguments, T)>>>);

/// The arguments of a call, in its order.
type Arguments = Vec<(Key<'static>, Value)>;

/// By where an item lies: the item, so that no other comes to lie there, and what it rendered to.
type OfItems = RwLock<FxHashMap<(usize, usize), (Value, Box<str>)>>;

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T: Clone> Known<T> {
    fn get(&self, call: &Call<'_>) -> Option<T> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&call.hash())?.iter().find(|(given, _)| call.is_given(given)).map(|(_, thing)| thing.clone())
    }

    /// Adds a thing, unless somebody else was quicker.
    fn put(&self, call: &Call<'_>, thing: T) -> T {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = known.entry(call.hash()).or_default();
        if let Some((_, other)) = known.iter().find(|(given, _)| call.is_given(given)) {
            return other.clone();
        }
        known.push((call.pairs().map(|(name, value)| (name.clone(), value.clone())).collect(), thing.clone()));
        thing
    }

    fn forget(&self) {
        drop(std::mem::take(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner)));
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Cache").finish_non_exhaustive()
    }
}

impl Cache {
    /// The engine that renders what is not there yet, where it is complete.
    pub(super) fn serve(&self, tera: Weak<Tera>) {
        // There is one engine, set once.
        let _ = self.tera.set(tera);
    }

    /// Takes what components see from now on, by language. What was made before saw other things, and is forgotten.
    pub(super) fn show(&self, around: HashMap<String, Context>) {
        *self.around.write().unwrap_or_else(PoisonError::into_inner) = around;
        self.made.forget();
        self.of_items.forget();
    }

    /// What a component renders to, made where it is not there yet.
    fn html(&self, call: &Call<'_>) -> TeraResult<Value> {
        match self.made.get(call) {
            Some(html) => Ok(html),
            None => Ok(self.made.put(call, Value::safe_string(&self.make(call)?))),
        }
    }

    /// What a component renders to for each item of the argument that is called `list`, a line each.
    fn each(&self, arguments: &Kwargs, list: &str) -> TeraResult<Value> {
        let given: &Value = arguments.must_get(list)?;
        let Some(items) = given.as_array() else {
            let message = format!("`{EACH}` names `{list}`, which is no list but of type `{}`", given.name());
            return Err(Error::message(message));
        };
        let none = Value::none();
        let others = Call { arguments, item: Some((list, &none)) };
        let of_items = self.of_items.get(&others).unwrap_or_else(|| self.of_items.put(&others, Arc::default()));
        let mut all = String::new();
        for item in items {
            if !all.is_empty() {
                all.push('\n');
            }
            let call = Call { arguments, item: Some((list, item)) };
            let Some(place) = identity(item) else {
                all.push_str(self.html(&call)?.as_str().unwrap_or_default());
                continue;
            };
            if let Some((_, html)) = of_items.read().unwrap_or_else(PoisonError::into_inner).get(&place) {
                all.push_str(html);
                continue;
            }
            let html = self.make(&call)?;
            all.push_str(&html);
            let mut made = of_items.write().unwrap_or_else(PoisonError::into_inner);
            made.insert(place, (item.clone(), html.into()));
        }
        Ok(Value::safe_string(&all))
    }

    fn make(&self, call: &Call<'_>) -> TeraResult<String> {
        let component: &str = call.arguments.must_get(COMPONENT)?;
        let language: &str = call.arguments.must_get("lang")?;
        let Some(tera) = self.tera.get().and_then(Weak::upgrade) else {
            return Err(Error::message("components can't be rendered yet"));
        };
        if !tera.contains_component(component) {
            let mut names: Vec<&str> = tera.get_component_names().collect();
            names.sort_unstable();
            return Err(Error::message(format!(
                "There is no component `{component}`. Available components: {}",
                names.join(", ")
            )));
        }
        let mut given = Context::new();
        for (name, value) in call.pairs() {
            match name.as_str() {
                None | Some(COMPONENT | "lang") => {}
                Some(name) => given.insert_value(name.to_owned(), value.clone()),
            }
        }
        let around = self.around.read().unwrap_or_else(PoisonError::into_inner);
        let Some(around) = around.get(language) else {
            return Err(Error::message(format!("The site has no language `{language}`")));
        };
        let depth = NESTED.get();
        if depth == DEPTH {
            return Err(Error::message(format!("The component `{component}` calls itself without end")));
        }
        NESTED.set(depth + 1);
        let made = tera.render_component_with_implicits(component, &given, around, None, true);
        NESTED.set(depth);
        made.map_err(|error| fault(&error))
    }
}

/// A call of a component, or one of those that `each` asks for.
struct Call<'c> {
    arguments: &'c Kwargs,
    /// The argument that is a list, and its item that stands in the list's place.
    item: Option<(&'c str, &'c Value)>,
}

impl<'c> Call<'c> {
    /// What the component is given, and which component it is.
    fn pairs(&self) -> impl Iterator<Item = (&'c Key<'static>, &'c Value)> {
        let item = self.item;
        self.arguments.iter().filter_map(move |(name, value)| match (item, name.as_str()) {
            (Some(_), Some(EACH)) => None,
            (Some((list, item)), Some(name_of)) if name_of == list => Some((name, item)),
            _ => Some((name, value)),
        })
    }

    fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        for (name, value) in self.pairs() {
            name.hash(&mut hasher);
            match identity(value) {
                Some(place) => place.hash(&mut hasher),
                None => match value.as_str() {
                    Some(text) => text.hash(&mut hasher),
                    None => (value.as_i64(), value.as_bool()).hash(&mut hasher),
                },
            }
        }
        hasher.finish()
    }

    /// Whether these are its arguments.
    fn is_given(&self, given: &[(Key<'static>, Value)]) -> bool {
        let mut given = given.iter();
        self.pairs().all(|(name, value)| given.next().is_some_and(|(key, other)| key == name && same(value, other)))
            && given.next().is_none()
    }
}

/// Stands between a message, a template's name, and the start and end of a place in it: in no template's text.
const PLACE: char = '\u{FDD1}';

/// An error whose message says where inside the component it was: the engine knows the call's place alone.
fn fault(error: &Error) -> Error {
    match error.kind() {
        ErrorKind::RenderingError(report) if inside(report.message()).is_none() => {
            let (message, name, range) = (report.message(), report.filename(), &report.span().range);
            Error::message(format!("{message}{PLACE}{name}{PLACE}{}{PLACE}{}", range.start, range.end))
        }
        ErrorKind::RenderingError(report) => Error::message(report.message()),
        _ => Error::message(error.to_string()),
    }
}

/// The message, the template's name and the place in it, where a message says so.
pub(super) fn inside(message: &str) -> Option<(&str, &str, Range<usize>)> {
    let mut parts = message.split(PLACE);
    let (message, name) = (parts.next()?, parts.next()?);
    Some((message, name, parts.next()?.parse().ok()?..parts.next()?.parse().ok()?))
}

/// The function, as the engine takes it.
pub(super) struct Cached(pub(super) Arc<Cache>);

impl Function<TeraResult<Value>> for Cached {
    fn call(&self, arguments: Kwargs, _: &State<'_>) -> TeraResult<Value> {
        match arguments.get::<&str>(EACH)? {
            Some(list) => self.0.each(&arguments, list),
            None => self.0.html(&Call { arguments: &arguments, item: None }),
        }
    }

    fn is_safe(&self) -> bool {
        true
    }
}

/// Whether two arguments are the same: maps and lists by where they are (the cache holds them, so that no other comes to lie there), the rest by
/// what they are. Equal maps that are not one cost time and change nothing.
fn same(one: &Value, other: &Value) -> bool {
    match (identity(one), identity(other)) {
        (None, None) => one == other && one.is_safe() == other.is_safe(),
        (one, other) => one == other,
    }
}

/// Where a map or a list lies, and its length.
fn identity(value: &Value) -> Option<(usize, usize)> {
    let map = value.as_map().map(|map| (std::ptr::from_ref(map).addr(), map.len()));
    map.or_else(|| value.as_array().map(|list| (list.as_ptr().addr(), list.len())))
}
