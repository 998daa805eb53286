//! What enters: a collection and a language. What leaves: the page of each of its entries, also of those that are not translated or archived.
//! It must not know how fields show themselves.

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::chrome::Describing;
use super::{Here, Job, MapItem, Page, Planner};
use crate::bundle::file_path;
use crate::catalogue::{Catalogue, Family};
use crate::collection::{Collection, SortBy};
use crate::digest::Digest;
use crate::entry::{Entry, State};
use crate::entry_id::EntryId;
use crate::field::Value;
use crate::localised::capitalised;
use crate::markdown::Heading;
use crate::reads::Thing;
use crate::site_path::{SitePath, encode};
use crate::texts::Text;
use crate::typography;
use crate::view::{CardGroup, Content, EntryFacet, EntryView, NamedValue, TermView, TocItem};

/// Words that an adult reads in a minute: Brysbaert 2019 finds 238 for English non-fiction, French is near.
const WORDS_A_MINUTE: usize = 230;

/// The entries around an entry.
struct Around<'p> {
    previous: Option<&'p EntryId>,
    next: Option<&'p EntryId>,
    related: Vec<&'p EntryId>,
    /// The whole collection in order, for collections that are read like a book.
    siblings: &'p [EntryId],
}

/// A collection's entries as its listing has them.
struct Listed<'p> {
    ids: &'p [EntryId],
    places: FxHashMap<&'p EntryId, usize>,
    siblings: &'p [EntryId],
}

impl<'p> Listed<'p> {
    fn of(catalogue: &'p Catalogue<'_>, collection: &Collection, language: &str) -> Self {
        let ids = catalogue.listings.get(&(collection.key.clone(), language.to_owned())).map_or(&[][..], Vec::as_slice);
        let siblings = if collection.sort.by == SortBy::Order { ids } else { &[] };
        Self { ids, places: ids.iter().zip(0..).collect(), siblings }
    }
}

impl Planner<'_> {
    /// The pages of a collection's entries in a language.
    pub(super) fn entry_pages<'p>(
        &'p self,
        collection: &'p Collection,
        language: &'p str,
        given: &mut std::slice::Iter<'_, Digest>,
        jobs: &mut Vec<Job<'p>>,
    ) {
        let listed = Listed::of(self.catalogue, collection, language);
        let families: Vec<_> = self.own(collection).zip(given).collect();
        jobs.par_extend(families.into_par_iter().map(|((number, id, family), given)| {
            let around = self.entries_around(number, id, &listed);
            let path = self.catalogue.entry_path(id, language);
            Job::new(path, given, move || self.entry_page(collection, family, language, &around))
        }));
    }

    /// What the page of each of a collection's entries is given.
    pub(super) fn entries_given(&self, collection: &Collection, language: &str) -> Vec<Digest> {
        let listed = Listed::of(self.catalogue, collection, language);
        let siblings = Digest::of_hash(&(listed.siblings, language));
        let families: Vec<_> = self.own(collection).collect();
        let given = families.into_par_iter().map(|(number, id, _)| {
            let Around { previous, next, related, .. } = self.entries_around(number, id, &listed);
            Digest::of_hash(&(siblings, id, previous, next, related, self.catalogue.inverse.get(id)))
        });
        given.collect()
    }

    /// The entries of a collection that have pages of their own, with their places in the order of ids.
    fn own<'p>(&'p self, collection: &'p Collection) -> impl Iterator<Item = (usize, &'p EntryId, &'p Family)> {
        let own = |id: &EntryId| id.collection() == collection.key && !self.catalogue.is_home_text(id);
        let families = self.catalogue.families.iter().enumerate();
        families.filter(move |(_, (id, _))| own(id)).map(|(number, (id, family))| (number, id, &**family))
    }

    fn entries_around<'p>(&'p self, number: usize, id: &EntryId, listed: &Listed<'p>) -> Around<'p> {
        let at = listed.places.get(id).copied();
        Around {
            previous: at.and_then(|at| at.checked_sub(1)).and_then(|at| listed.ids.get(at)),
            next: at.and_then(|at| listed.ids.get(at + 1)),
            related: self.related.get(number),
            siblings: listed.siblings,
        }
    }

    fn entry_page(&self, collection: &Collection, family: &Family, language: &str, around: &Around<'_>) -> Page {
        let catalogue = self.catalogue;
        let entry = family.version(language);
        let path = catalogue.entry_path(&entry.id, language);
        let here = Here { entry: Some(entry.id.clone()), ..self.here(path, language) };
        here.reads.note(Thing::Entry(&entry.id));
        let way = if collection.listed {
            vec![(capitalised(collection.labels.many.get(language)), catalogue.listing_path(collection, language))]
        } else {
            Vec::new()
        };
        let translated = |lang: &str| family.versions.contains_key(lang).then(|| catalogue.entry_path(&entry.id, lang));
        let fallback = entry.language != language;
        let view = self.entry_view(collection, entry, &here, around);
        let mut head = self.head(
            &here,
            Describing {
                kind: if entry.state == State::Archived { "archived" } else { "entry" },
                title: typography::spaced(&entry.title, &entry.language).into_owned(),
                description: self.summary(entry, &here),
                way,
                path_in: &translated,
            },
        );
        head.content_lang.clone_from(&entry.language);
        head.content_dir = self.direction(&entry.language);
        // There is a page in every language: where the text is not translated, it says so.
        let languages = catalogue.settings.languages.iter();
        head.pages = languages.map(|lang| (lang.clone(), catalogue.entry_path(&entry.id, lang))).collect();
        head.noindex = fallback || entry.state != State::Published;
        if fallback {
            // The text's own page is the one to index.
            head.canonical =
                catalogue.entry_path(&entry.id, &entry.language).absolute(&catalogue.settings.base_url.url);
        }
        head.og.image = self.picture_address(entry);
        head.jsonld = (!fallback && entry.state == State::Published).then(|| self.jsonld(collection, entry, &head));
        let content = Content::Entry(Box::new(view));
        let mut page = self.page(here, &collection.entry_template.value, head, content, &entry.file);
        let updated = entry.updated.map(|date| date.to_string());
        page.map = page.map.map(|map| MapItem { updated, ..map });
        page
    }

    fn entry_view(&self, collection: &Collection, entry: &Entry, here: &Here, around: &Around<'_>) -> EntryView {
        // What the template doesn't ask for is not made.
        let asks = |key: &str| (self.asks)(&collection.entry_template.value, key);
        let language = here.language.as_str();
        let none = Text::default();
        let text = self.text(&entry.id, language, here).unwrap_or(&none);
        let displays = self.displays(entry, text, here, asks("field"));
        let settings = self.catalogue.settings;
        let canonical = here.path.absolute(&settings.base_url.url);
        EntryView {
            id: entry.id.to_string(),
            collection: collection.key.clone(),
            collection_label: capitalised(collection.labels.one.get(language)),
            slug: entry.id.slug().to_owned(),
            title: typography::spaced(&entry.title, &entry.language).into_owned(),
            summary: typography::spaced(&entry.summary, &entry.language).into_owned(),
            terms: if asks("terms") { self.terms(&text.terms, entry, here) } else { Vec::new() },
            body: tera::Value::safe_string(&text.html),
            toc: if asks("toc") { toc(&text.headings, &entry.language) } else { Vec::new() },
            reading_minutes: text.words.div_ceil(WORDS_A_MINUTE).max(1),
            updated: entry.updated.map(|date| self.day(date, language)),
            badges: self.badges(entry, language),
            fields: displays.shown,
            facts: displays.facts,
            points: displays.points,
            texts: displays.texts,
            field: displays.by_name,
            facets: if asks("facets") { self.entry_facets(collection, entry, here) } else { Vec::new() },
            relations: if asks("relations") { self.relations(collection, entry, here) } else { Vec::new() },
            inverse: if asks("inverse") { self.inverse(entry, here) } else { Vec::new() },
            related: if asks("related") { self.cards(around.related.iter().copied(), here) } else { Vec::new() },
            siblings: if asks("siblings") { self.cards(around.siblings, here) } else { Vec::new() },
            previous: around.previous.and_then(|id| self.card(id, here)),
            next: around.next.and_then(|id| self.card(id, here)),
            attachments: if asks("attachments") { self.attachments(entry, here) } else { Vec::new() },
            position: displays.position,
            locator: if asks("locator") { self.locator(entry, here) } else { None },
            checked: self.freshness(collection, entry, language),
            exports: if asks("exports") { self.export_links(collection, entry) } else { Vec::new() },
            nearby: if asks("nearby") { self.nearby(entry, here) } else { Vec::new() },
            citation: if asks("citation") { self.citation(entry, here) } else { String::new() },
            zone: self.zone(collection, entry),
            edit_url: settings.edit_url.as_ref().map(|url| url.replace("{path}", &encode(&entry.file))),
            report_url: settings.report_url.as_ref().map(|url| {
                let query = |text: &str| encode(text).replace(['&', '+', '='], "%20");
                url.replace("{title}", &query(&entry.title))
                    .replace("{url}", &query(&canonical))
                    .replace("{path}", &query(&entry.file))
            }),
            fallback: entry.language != language,
            archived: entry.state == State::Archived,
            draft: entry.state == State::Draft,
        }
    }

    /// The picture that other sites show beside a link to the entry.
    fn picture_address(&self, entry: &Entry) -> Option<String> {
        let (_, file) = entry.picture()?;
        let file_path =
            file_path(&self.catalogue.entry_path(&entry.id, self.catalogue.settings.default_language()), &file.path);
        let picture = self.bundles.get(&entry.id, &file.path)?.picture.as_ref()?;
        Some(picture.widest(&file_path).absolute(&self.catalogue.settings.base_url.url))
    }

    /// The terms that the text mentions, in the text's language.
    fn terms(&self, ids: &[EntryId], entry: &Entry, here: &Here) -> Vec<TermView> {
        let view = |id: &EntryId| {
            here.reads.note(Thing::Entry(id));
            let term = self.catalogue.families.get(id)?.version(&entry.language);
            Some(TermView {
                id: format!("term-{}", id.slug()),
                term: typography::spaced(&term.title, &term.language).into_owned(),
                definition: typography::spaced(&term.summary, &term.language).into_owned(),
                url: self.catalogue.entry_path(id, &here.language).from_root(),
            })
        };
        ids.iter().filter_map(view).collect()
    }

    fn entry_facets(&self, collection: &Collection, entry: &Entry, here: &Here) -> Vec<EntryFacet> {
        let language = here.language.as_str();
        let fields = collection.fields.values().filter_map(|field| Some((field.facet.as_deref()?, field)));
        let facets = fields.map(|(key, field)| {
            let values = entry.values(&field.name).flat_map(|value| field.kind.facets(value));
            let steps = values.flat_map(|value| {
                (1..=value.path.len())
                    .map(|end| (value.path[..end].join("/"), value.labels[end - 1].clone()))
                    .collect::<Vec<_>>()
            });
            let values: IndexMap<String, _> = steps.collect();
            let named = values.into_iter().map(|(path, label)| NamedValue {
                label: label.get(language).to_owned(),
                url: self.facet_value_url(key, &path, here),
            });
            let label = self.catalogue.facets.get(key).map_or_else(|| &field.label, |facet| &facet.label);
            EntryFacet { key: key.to_owned(), label: label.get(language).to_owned(), values: named.collect() }
        });
        facets.filter(|facet| !facet.values.is_empty()).collect()
    }

    /// The entries that this one names.
    fn relations(&self, collection: &Collection, entry: &Entry, here: &Here) -> Vec<CardGroup> {
        let fields = collection.fields.values().filter(|field| field.kind.relation().is_some());
        let groups = fields.map(|field| {
            let targets = entry.values(&field.name).filter_map(|value| match value {
                Value::Relation(id) => self.card(id, here),
                _ => None,
            });
            CardGroup {
                key: field.name.clone(),
                label: field.label.get(&here.language).to_owned(),
                entries: targets.collect(),
            }
        });
        groups.filter(|group| !group.entries.is_empty()).collect()
    }

    /// The entries that name this one.
    fn inverse(&self, entry: &Entry, here: &Here) -> Vec<CardGroup> {
        let Some(pointing) = self.catalogue.inverse.get(&entry.id) else { return Vec::new() };
        let groups = pointing.iter().filter_map(|((collection, name), ids)| {
            let field = self.catalogue.collections.get(collection)?.fields.get(name)?;
            let label = field.kind.relation()?.inverse?.get(&here.language).to_owned();
            let entries = self.cards(ids, here);
            (!entries.is_empty()).then(|| CardGroup { key: format!("{collection}.{name}"), label, entries })
        });
        groups.collect()
    }

    /// An old address: a page that leads to the new one.
    pub(super) fn redirect_page<'p>(&'p self, redirect: &'p crate::catalogue::Redirect) -> Job<'p> {
        let given = (&redirect.from, &redirect.to, &redirect.language);
        Job::new(redirect.from.clone(), given, move || self.redirect(redirect))
    }

    fn redirect(&self, redirect: &crate::catalogue::Redirect) -> Page {
        let here = self.here(redirect.from.clone(), &redirect.language);
        let to = redirect.to.from_root();
        let to_absolute = redirect.to.absolute(&self.catalogue.settings.base_url.url);
        let title = self.catalogue.string("moved_title", &redirect.language);
        let none = |_: &str| None::<SitePath>;
        let describing =
            Describing { kind: "redirect", title, description: String::new(), way: Vec::new(), path_in: &none };
        let mut head = self.head(&here, describing);
        head.noindex = true;
        head.canonical.clone_from(&to_absolute);
        let content = Content::Redirect(crate::view::RedirectView { to, to_absolute });
        let file = std::sync::Arc::from("site.toml");
        self.page(here, "redirect.html", head, content, &file)
    }
}

/// Headings of the second and third level as a tree.
fn toc(headings: &[Heading], language: &str) -> Vec<TocItem> {
    let mut items: Vec<TocItem> = Vec::new();
    for heading in headings.iter().filter(|heading| heading.level <= 3) {
        let item = TocItem {
            level: heading.level,
            id: heading.id.clone(),
            title: typography::spaced(&heading.title, language).into_owned(),
            children: Vec::new(),
        };
        match items.last_mut() {
            Some(parent) if heading.level > 2 => parent.children.push(item),
            _ => items.push(item),
        }
    }
    items
}
