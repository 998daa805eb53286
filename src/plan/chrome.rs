//! What enters: a page's place and language. What leaves: what stands around its content: menus, languages, head. It must not know the content.

use std::sync::{Mutex, PoisonError};

use super::{Here, Planner};
use tera::value::Key;
use tera::{Context, Map, Value};

use crate::entry_id::EntryId;
use crate::localised::capitalised;
use crate::reads::Thing;
use crate::settings::MenuItem;
use crate::site_path::SitePath;
use crate::view::{
    Alternate, BannerView, CollectionLink, Crumb, Day, KeyedLink, LanguageLink, Licence, MenuLink, NamedLink,
    OpenGraph, PageHead, ProfileView, Site, SourceView,
};

/// No script, style, picture or request from elsewhere, nothing inline; `wasm-unsafe-eval` lets the search engine be compiled.
const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; \
                   connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'";

/// What a page says of itself; the planner adds the rest.
pub(super) struct Describing<'d> {
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) description: String,
    /// Labels and addresses from the home page down, without either end.
    pub(super) way: Vec<(String, SitePath)>,
    /// The page's address in a language.
    pub(super) path_in: &'d dyn Fn(&str) -> Option<SitePath>,
}

/// What is around all pages of a language.
pub(super) struct Frame {
    /// The [`Site`], but for what depends on the page.
    site: Map,
    navigation: Menu,
    footer: Menu,
    reads: Box<[u64]>,
}

/// A menu, and what pages see of it: few of its lines are ever current, so that most pages share one.
struct Menu {
    lines: Vec<MenuLine>,
    seen: Mutex<Vec<(Vec<bool>, Value)>>,
}

impl Menu {
    fn new(lines: Vec<MenuLine>) -> Self {
        Self { lines, seen: Mutex::default() }
    }

    fn on(&self, page: &SitePath) -> Value {
        let current: Vec<bool> = self.lines.iter().map(|line| line.is_current(page)).collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, links)) = seen.iter().find(|(known, _)| *known == current) {
            return links.clone();
        }
        let links =
            self.lines.iter().zip(&current).map(|(line, current)| MenuLink { current: *current, ..line.link.clone() });
        let links = Value::from(links.collect::<Vec<_>>());
        seen.push((current, links.clone()));
        links
    }
}

/// A menu's line before it is known on which page it stands.
struct MenuLine {
    /// The site's own page that it leads to.
    path: Option<SitePath>,
    link: MenuLink,
}

impl MenuLine {
    /// A listing's line is current on the pages below it too.
    fn is_current(&self, page: &SitePath) -> bool {
        self.path
            .as_ref()
            .is_some_and(|path| page == path || (!path.as_str().is_empty() && page.as_str().starts_with(path.as_str())))
    }
}

impl Planner<'_> {
    /// What stands around a page.
    pub(super) fn site(&self, here: &Here, head: &PageHead) -> Value {
        here.reads.note(Thing::Frame);
        let Some(frame) = self.frames.get(here.language.as_str()) else { return Value::none() };
        let frame = frame.get_or_init(|| self.frame(&here.language));
        here.reads.note_all(&frame.reads);
        let mut site = frame.site.clone();
        let mut put = |name, value| site.insert(Key::Str(name), value);
        put("navigation", frame.navigation.on(&here.path));
        put("footer", frame.footer.on(&here.path));
        put("languages", self.language_links(here, head).into());
        site.into()
    }

    /// By language: what is the same on all pages, as components see it that are rendered once for several pages.
    #[must_use]
    pub fn around_components(&self) -> Vec<(String, Context)> {
        let around = self.frames.iter().map(|(language, frame)| {
            let mut site = frame.get_or_init(|| self.frame(language)).site.clone();
            for of_the_page in ["navigation", "footer", "languages"] {
                site.shift_remove(&Key::Str(of_the_page));
            }
            let page = [("lang", Value::from(*language)), ("dir", self.direction(language).into())];
            let page: Map = page.into_iter().map(|(name, value)| (Key::Str(name), value)).collect();
            let mut context = Context::new();
            context.insert_value("site", site.into());
            context.insert_value("page", page.into());
            ((*language).to_owned(), context)
        });
        around.collect()
    }

    /// How a language is written: `ltr` or `rtl`.
    pub(super) fn direction(&self, language: &str) -> String {
        match self.catalogue.string("direction", language) {
            direction if direction == "rtl" => direction,
            _ => "ltr".to_owned(),
        }
    }

    /// What stands around all pages of a language.
    fn frame(&self, language: &str) -> Frame {
        let here = self.here(SitePath::default(), language);
        let (catalogue, settings) = (self.catalogue, self.catalogue.settings);
        let lines = |items: &[MenuItem]| items.iter().filter_map(|item| self.menu_line(item, &here)).collect();
        let (navigation, footer) = (Menu::new(lines(&settings.navigation)), Menu::new(lines(&settings.footer)));
        let site = Site {
            title: settings.title.get(language).to_owned(),
            description: settings.description.spaced(language),
            lang: language.to_owned(),
            default_lang: settings.default_language().to_owned(),
            base_url: settings.base_url.url.clone(),
            home_url: catalogue.localised_path("", language).from_root(),
            search_url: catalogue.special_path("path_search", language).from_root(),
            az_url: catalogue.special_path("path_a_z", language).from_root(),
            assets: SitePath::new(&self.assets).from_root(),
            search_data: SitePath::new("search/").from_root(),
            root: SitePath::default().from_root(),
            navigation: Vec::new(),
            footer: Vec::new(),
            publisher: settings.publisher.as_ref().map(|publisher| NamedLink {
                name: publisher.name.get(language).to_owned(),
                url: publisher.url.clone(),
            }),
            licence: settings.licence.as_deref().map(licence),
            languages: Vec::new(),
            date: self.day(catalogue.date, language),
            facets: catalogue
                .facets
                .values()
                .map(|facet| KeyedLink {
                    key: facet.key.clone(),
                    label: facet.label.get(language).to_owned(),
                    url: catalogue.facet_path(facet, language).from_root(),
                })
                .collect(),
            collections: self.collection_links(&here),
            sources: settings
                .sources
                .iter()
                .map(|source| SourceView {
                    name: source.name.spaced(language),
                    url: source.url.clone(),
                    licence: source.licence.as_deref().map(licence),
                    date: source.date.clone(),
                    note: source.note.spaced(language),
                })
                .collect(),
            logo: settings.appearance.logo.as_ref().map(|(logo, _)| self.static_url(logo)),
            banner: settings.appearance.banner.as_ref().map(|banner| BannerView {
                text: banner.text.spaced(language),
                link: banner.link.as_ref().and_then(|link| self.menu_link(link, &here)),
            }),
            social: settings
                .appearance
                .social
                .iter()
                .map(|profile| ProfileView {
                    name: profile.name.clone(),
                    url: profile.url.clone(),
                    icon: profile.icon.as_ref().map(|(icon, _)| icon.clone()),
                })
                .collect(),
            tiles: settings
                .map
                .tiles
                .as_ref()
                .map(|tiles| NamedLink { name: tiles.host().to_owned(), url: tiles.privacy_url.clone() }),
        };
        let site = Value::from(site).into_map().unwrap_or_default();
        Frame { site, navigation, footer, reads: here.reads.into_keys() }
    }

    /// The link to a file of the theme's `static/`.
    pub(super) fn static_url(&self, file: &str) -> String {
        SitePath::new(format!("{}{file}", self.assets)).from_root()
    }

    /// Listed collections with their listings, in the order of the main menu.
    pub(super) fn collection_links(&self, here: &Here) -> Vec<CollectionLink> {
        let (catalogue, language) = (self.catalogue, here.language.as_str());
        let mut listed: Vec<_> = catalogue.collections.values().filter(|collection| collection.listed).collect();
        listed.sort_by_key(|collection| catalogue.rank(&collection.key));
        listed
            .into_iter()
            .map(|collection| CollectionLink {
                key: collection.key.clone(),
                label: capitalised(collection.labels.many.get(language)),
                url: catalogue.listing_path(collection, language).from_root(),
                count: catalogue.listings.get(&(collection.key.clone(), language.to_owned())).map_or(0, Vec::len),
                icon: collection.icon.as_ref().map(|icon| icon.value.clone()),
                description: collection.description.spaced(language),
            })
            .collect()
    }

    /// A menu's line, unless it leads nowhere (which [`crate::catalogue`] has reported).
    pub(super) fn menu_link(&self, item: &MenuItem, here: &Here) -> Option<MenuLink> {
        let line = self.menu_line(item, here)?;
        Some(MenuLink { current: line.is_current(&here.path), ..line.link })
    }

    fn menu_line(&self, item: &MenuItem, here: &Here) -> Option<MenuLine> {
        let (catalogue, language) = (self.catalogue, here.language.as_str());
        let string = |key: &str| catalogue.string(key, language);
        let (path, own) = match item.to.as_str() {
            "search" => (catalogue.special_path("path_search", language), string("search")),
            "a-z" => (catalogue.special_path("path_a_z", language), string("a_to_z")),
            url if url.contains("://") || url.starts_with("mailto:") => {
                let label = item.label.as_ref().map_or(url, |label| label.get(language)).to_owned();
                return Some(MenuLine { path: None, link: MenuLink { label, url: url.to_owned(), current: false } });
            }
            to => {
                if let Some(key) = to.strip_prefix("facet:") {
                    let facet = catalogue.facets.get(key)?;
                    (catalogue.facet_path(facet, language), facet.title.get(language).to_owned())
                } else if let Some(collection) = catalogue.collections.get(to) {
                    (catalogue.listing_path(collection, language), capitalised(collection.labels.many.get(language)))
                } else {
                    let id = EntryId::parse(to)?;
                    let entry = self.entry(&id, here)?;
                    (catalogue.entry_path(&id, language), entry.title.clone())
                }
            }
        };
        let label = item.label.as_ref().map_or(own, |label| label.get(language).to_owned());
        let link = MenuLink { label, url: path.from_root(), current: false };
        Some(MenuLine { path: Some(path), link })
    }

    fn language_links(&self, here: &Here, head: &PageHead) -> Vec<LanguageLink> {
        let catalogue = self.catalogue;
        let link = |code: &String| {
            let page = head.pages.iter().find(|(language, _)| language == code).map(|(_, path)| path);
            let url = match page {
                Some(path) => path.from_root(),
                None if *code == here.language => here.path.from_root(),
                None => catalogue.localised_path("", code).from_root(),
            };
            LanguageLink {
                code: code.clone(),
                name: catalogue.string("language_name", code),
                url,
                current: *code == here.language,
                translated: *code == here.language || head.alternates.iter().any(|alternate| alternate.lang == *code),
            }
        };
        catalogue.settings.languages.iter().map(link).collect()
    }

    /// The head of a page.
    pub(super) fn head(&self, here: &Here, describing: Describing<'_>) -> PageHead {
        let (catalogue, language) = (self.catalogue, here.language.as_str());
        let settings = catalogue.settings;
        let site_title = settings.title.get(language);
        let home = (catalogue.string("home", language), catalogue.localised_path("", language));
        let is_home = describing.kind == "home";
        let mut breadcrumbs = Vec::new();
        if !is_home {
            let way = std::iter::once(home).chain(describing.way);
            breadcrumbs.extend(way.map(|(label, path)| Crumb { label, url: Some(path.from_root()) }));
            breadcrumbs.push(Crumb { label: describing.title.clone(), url: None });
        }
        let alternates: Vec<Alternate> = self.alternates(describing.path_in);
        let languages = settings.languages.iter();
        let pages = languages.filter_map(|lang| Some((lang.clone(), (describing.path_in)(lang)?))).collect();
        let canonical = here.path.absolute(&settings.base_url.url);
        let description = if describing.description.is_empty() {
            settings.description.spaced(language)
        } else {
            describing.description
        };
        let head_title =
            if is_home { describing.title.clone() } else { format!("{} · {site_title}", describing.title) };
        PageHead {
            kind: describing.kind,
            lang: language.to_owned(),
            dir: self.direction(language),
            content_lang: language.to_owned(),
            content_dir: self.direction(language),
            og: OpenGraph {
                kind: if describing.kind == "entry" { "article" } else { "website" },
                title: describing.title.clone(),
                description: description.clone(),
                url: canonical.clone(),
                image: None,
                locale: og_locale(language),
            },
            title: describing.title,
            head_title,
            description,
            canonical,
            alternates,
            pages,
            noindex: false,
            breadcrumbs,
            feed: None,
            jsonld: None,
            csp: CSP.to_owned(),
        }
    }

    /// A day for readers of a language.
    pub(super) fn day(&self, date: jiff::civil::Date, language: &str) -> Day {
        let iso = date.to_string();
        let display =
            crate::date::parse_day(&iso).map_or_else(|| iso.clone(), |days| crate::date::display(&days, language));
        Day { iso, display }
    }
}

/// A licence's name and text, for the identifiers that centres use.
pub(super) fn licence(id: &str) -> Licence {
    let (name, url) = match id {
        "CC-BY-4.0" => ("Creative Commons BY 4.0", Some("https://creativecommons.org/licenses/by/4.0/")),
        "CC-BY-SA-4.0" => ("Creative Commons BY-SA 4.0", Some("https://creativecommons.org/licenses/by-sa/4.0/")),
        "CC0-1.0" => ("Creative Commons Zero 1.0", Some("https://creativecommons.org/publicdomain/zero/1.0/")),
        "etalab-2.0" => ("Licence Ouverte 2.0", Some("https://www.etalab.gouv.fr/licence-ouverte-open-licence/")),
        "ODbL-1.0" => ("Open Database License 1.0", Some("https://opendatacommons.org/licenses/odbl/1-0/")),
        _ => (id, None),
    };
    Licence { id: id.to_owned(), name: name.to_owned(), url: url.map(str::to_owned) }
}

/// Open Graph wants a territory; where the language alone is known, its most common one.
fn og_locale(language: &str) -> String {
    match language {
        "fr" => "fr_FR".to_owned(),
        "en" => "en_GB".to_owned(),
        _ => language.replace('-', "_"),
    }
}
