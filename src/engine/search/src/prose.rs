//! Short texts to bits and back by how likely their words are, given a glossary and the texts before.
//!
//! A text is a row of words with what stands between them. Deflate finds in a block of titles and summaries little that it has seen before; that a word
//! is one of the common ones, and how words are spelt, is known beforehand.

use crate::entropy::{Coder, Model};
use crate::glossary::{Glossary, capital, next};
use crate::letters::Letters;
use std::borrow::Cow;

/// What a text is of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Title,
    Summary,
    Other,
}

const PARTS: usize = 3;

/// What mostly stands between words.
const GAPS: [&str; 14] = [" ", ", ", "’", "'", "-", ". ", ".", " : ", "\u{a0}: ", " (", ") ", "/", " – ", " & "];
const NO_GAP: usize = 0;
const OTHER_GAP: usize = 1;
const FIRST_GAP: usize = 2;

/// Words of a text are counted up to this; the end comes at each with another likelihood.
const COUNTED: usize = 15;
/// Places of a word in so many of the first groups of the glossary are learnt; in the others one is as likely as another.
const LEARNT_GROUPS: usize = 6;

/// What is learnt of one part of records.
struct Habits {
    /// Whether another word follows, by how many there were.
    more: Vec<Model>,
    /// What stands before the first word, and before others.
    gaps: [Model; 2],
    /// Whether a word begins with a capital, by what stands before it.
    capitals: Vec<Model>,
    /// Whether the glossary has a word, the first one and others, and in which group.
    known: [Model; 2],
    groups: [Model; 2],
}

impl Habits {
    fn new() -> Habits {
        let two = |count| [Model::new(count), Model::new(count)];
        let yes_or_no = |kinds| vec![Model::new(2); kinds];
        Habits {
            more: yes_or_no(COUNTED + 1),
            gaps: two(FIRST_GAP + GAPS.len()),
            capitals: yes_or_no(FIRST_GAP + GAPS.len() + 1),
            known: two(2),
            groups: two(16),
        }
    }
}

/// Texts that go by one after the other.
pub(crate) struct Prose<'v> {
    glossary: &'v Glossary,
    letters: Letters,
    habits: [Habits; PARTS],
    /// The place of a word in a group of the glossary.
    places: Vec<Model>,
}

impl<'v> Prose<'v> {
    pub(crate) fn new(glossary: &'v Glossary) -> Prose<'v> {
        Prose {
            glossary,
            letters: glossary.letters(),
            habits: std::array::from_fn(|_| Habits::new()),
            places: (0..LEARNT_GROUPS).map(|group| Model::new(1 << group)).collect(),
        }
    }

    /// The letters that were learnt with.
    #[cfg(feature = "build")]
    pub(crate) fn into_letters(self) -> Letters {
        self.letters
    }

    /// Passes a text; `None` where it is longer than so many bytes, or none.
    pub(crate) fn pass(&mut self, text: &str, part: Part, most: usize, coder: &mut impl Coder) -> Option<String> {
        let (mut passed, mut room) = (String::with_capacity(text.len()), String::new());
        let mut rest = text;
        let mut count: usize = 0;
        loop {
            let token = next(&mut rest);
            let habits = &mut self.habits[part as usize];
            let is_later = usize::from(count > 0);
            let more = coder.number(usize::from(!token.word.is_empty()), &mut habits.more[count.min(COUNTED)]) == 1;
            let gap = GAPS.iter().position(|known| *known == token.gap).map_or(OTHER_GAP, |place| FIRST_GAP + place);
            let gap = if token.gap.is_empty() { NO_GAP } else { gap };
            let gap = coder.number(gap, &mut habits.gaps[is_later]);
            match gap {
                NO_GAP => {}
                OTHER_GAP => passed.push_str(&self.letters.pass(token.gap, "", most, coder)?),
                _ => passed.push_str(GAPS.get(gap - FIRST_GAP)?),
            }
            if more {
                let (word, has_capital) = token.plain(&mut room);
                let before = if count == 0 { FIRST_GAP + GAPS.len() } else { gap };
                let has_capital = coder.number(usize::from(has_capital), &mut habits.capitals[before]) == 1;
                let word = self.word(word, is_later, part, most, coder)?;
                let mut letters = word.chars();
                let first = letters.next()?;
                passed.push(if has_capital { capital(first)? } else { first });
                passed.push_str(letters.as_str());
            }
            if passed.len() > most {
                return None;
            }
            if !more {
                return Some(passed);
            }
            count += 1;
        }
    }

    /// Passes a word without its capital.
    fn word(
        &mut self,
        word: &str,
        is_later: usize,
        part: Part,
        most: usize,
        coder: &mut impl Coder,
    ) -> Option<Cow<'v, str>> {
        let habits = &mut self.habits[part as usize];
        let rank = self.glossary.rank(word);
        if coder.number(usize::from(rank.is_some()), &mut habits.known[is_later]) == 0 {
            return self.letters.pass(word, "", most, coder).map(Cow::Owned);
        }
        let place = rank.map_or(1, |rank| rank + 1);
        let group = coder.number(place.ilog2() as usize, &mut habits.groups[is_later]);
        let place = place & ((1 << group) - 1);
        let place = match self.places.get_mut(group) {
            Some(places) => coder.number(place, places),
            None => coder.even(place as u32, group as u32) as usize,
        };
        self.glossary.word((1 << group) + place - 1).map(Cow::Borrowed)
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Part, Prose};
    use crate::entropy::{Decoder, Encoder};
    use crate::glossary::{self, Counted, Glossary};
    use proptest::prelude::*;

    /// The glossary of some texts.
    fn glossary(texts: &[String]) -> Glossary {
        let texts = [texts; 3].into_iter().flatten().map(String::as_str);
        Glossary::read(&glossary::write(&Counted::of(texts), 0)).expect("just written")
    }

    const KINDS: [Part; 3] = [Part::Title, Part::Summary, Part::Other];

    fn pack(texts: &[String], glossary: &Glossary) -> Vec<u8> {
        let (mut encoder, mut prose) = (Encoder::new(), Prose::new(glossary));
        for (number, text) in texts.iter().enumerate() {
            assert_eq!(prose.pass(text, KINDS[number % 3], 1_000, &mut encoder).as_ref(), Some(text));
        }
        encoder.finish()
    }

    proptest! {
        #[test]
        fn any_texts_come_back(texts in prop::collection::vec("(\\PC|[ÀÉéœŒa-dA-D’ ,.-])*", 0..12)) {
            let glossary = glossary(&texts);
            let bytes = pack(&texts, &glossary);
            let (mut decoder, mut prose) = (Decoder::new(&bytes), Prose::new(&glossary));
            for (number, text) in texts.iter().enumerate() {
                let passed = prose.pass("", KINDS[number % 3], 1_000, &mut decoder);
                prop_assert_eq!(passed.as_ref(), Some(text));
            }
        }

        #[test]
        fn any_bytes_are_a_short_text_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let glossary = glossary(&["un lieu et un atelier".to_owned()]);
            let (mut decoder, mut prose) = (Decoder::new(&bytes), Prose::new(&glossary));
            while let Some(text) = prose.pass("", Part::Summary, 90, &mut decoder) {
                prop_assert!(text.len() <= 90);
                if text.is_empty() {
                    break;
                }
            }
            let _ = Glossary::read(&bytes);
        }
    }

    #[test]
    fn common_words_take_few_bits() {
        let texts: Vec<String> = (0..40)
            .map(|number| {
                ["Le lieu ouvre à tous, gratuitement.", "Un atelier de quartier ouvre le samedi."][number % 2]
                    .to_owned()
            })
            .collect();
        let plain: usize = texts.iter().map(String::len).sum();
        assert!(pack(&texts, &glossary(&texts)).len() * 4 < plain);
    }
}
