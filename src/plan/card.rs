//! What enters: an entry and the page that lists it. What leaves: its [`Card`]. It must not know why it is listed.

use std::sync::OnceLock;

use super::{Here, Planner};
use crate::entry::Entry;
use crate::entry_id::EntryId;
use crate::localised::capitalised;
use crate::picture::{Place, Showing};
use crate::reads::Thing;
use crate::site_path::SitePath;
use crate::typography;
use crate::view::{Card, CardPicture, SharedCard};

/// The cards of all entries in a language, by their place among the titles: each is made when a page first shows it.
pub(super) type Cards = Vec<OnceLock<Option<Made>>>;

/// A card and what it was made of.
pub(super) struct Made {
    card: SharedCard,
    reads: Box<[u64]>,
}

impl Planner<'_> {
    /// The card of an entry on a page; none for an entry that has no page.
    pub(super) fn card(&self, id: &EntryId, here: &Here) -> Option<SharedCard> {
        here.reads.note(Thing::Entry(id));
        let (titles, cards) = self.lists.get(here.language.as_str())?;
        let made =
            cards[*titles.ranks.get(id)? as usize].get_or_init(|| self.shared_card(id, &here.language)).as_ref()?;
        here.reads.note_all(&made.reads);
        let is_current = here.entry.as_ref() == Some(id);
        Some(if is_current { made.card.current() } else { made.card.clone() })
    }

    fn shared_card(&self, id: &EntryId, language: &str) -> Option<Made> {
        let here = self.here(SitePath::default(), language);
        let card = self.new_card(id, &here)?.into();
        Some(Made { card, reads: here.reads.into_keys() })
    }

    fn new_card(&self, id: &EntryId, here: &Here) -> Option<Card> {
        let entry = self.entry(id, here)?;
        let collection = self.collection(id)?;
        let path = self.catalogue.entry_path(id, &here.language);
        Some(Card {
            id: id.to_string(),
            collection: id.collection().to_owned(),
            collection_label: capitalised(collection.labels.one.get(&here.language)),
            icon: collection.icon.as_ref().map(|icon| icon.value.clone()),
            title: typography::spaced(&entry.title, &entry.language).into_owned(),
            url: path.from_root(),
            summary: self.summary(entry, here),
            picture: self.card_picture(entry),
            lang: entry.language.clone(),
            language: (entry.language != here.language)
                .then(|| self.catalogue.string("language_name", &entry.language)),
            dir: self.direction(&entry.language),
            badges: self.badges(entry, &here.language),
            updated: entry.updated.map(|date| self.day(date, &here.language)),
            current: false,
        })
    }

    /// The entry's picture; the title beside it says what there is to say.
    fn card_picture(&self, entry: &Entry) -> Option<CardPicture> {
        let (field, file) = entry.picture()?;
        let picture = self.file_facts(entry, &file.path)?.picture?;
        let html = picture.html(&Showing { place: Place::Card.for_field(field), ..Showing::default() });
        Some(CardPicture { field: field.to_owned(), html })
    }

    /// Cards of several entries.
    pub(super) fn cards<'e>(&self, ids: impl IntoIterator<Item = &'e EntryId>, here: &Here) -> Vec<SharedCard> {
        ids.into_iter().filter_map(|id| self.card(id, here)).collect()
    }

    /// The summary, else the text's beginning.
    pub(super) fn summary(&self, entry: &Entry, here: &Here) -> String {
        if !entry.summary.is_empty() {
            return typography::spaced(&entry.summary, &entry.language).into_owned();
        }
        self.text(&entry.id, &entry.language, here).map_or_else(String::new, |text| text.excerpt.to_string())
    }

    /// The values of the fields that say `badge`, as short texts.
    pub(super) fn badges(&self, entry: &Entry, language: &str) -> Vec<String> {
        let Some(collection) = self.collection(&entry.id) else { return Vec::new() };
        let fields = collection.fields.values().filter(|field| field.badge);
        let badges = fields.flat_map(|field| entry.values(&field.name).map(|value| field.kind.badge(value, language)));
        badges.filter(|badge| !badge.is_empty()).collect()
    }
}
