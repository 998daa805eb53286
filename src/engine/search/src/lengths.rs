//! How long documents and their titles are, in steps, to bytes and back. Finer ones cost bytes and rank no better.

#[cfg(feature = "build")]
use crate::entropy::Encoder;
use crate::entropy::{Coder, Decoder, Model};

/// Steps of the length of a title.
const TITLE_STEPS: usize = 4;
/// What a word in a title of each step is divided by: it says more of a short title than of a long one.
const TITLE_NORMS: [f32; TITLE_STEPS] = [1.0, 1.15, 1.3, 1.5];

/// Lengths of documents as parts of the mean, half an octave apart: the middle of each step.
const PARTS: [f32; 8] = [0.25, 0.354, 0.5, 0.707, 1.0, 1.414, 2.0, 2.828];
/// Where a step ends and the next begins.
#[cfg(feature = "build")]
const BOUNDS: [f64; 7] = [0.297, 0.42, 0.595, 0.841, 1.189, 1.682, 2.378];

/// The lengths of a document, in steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lengths {
    title: u8,
    body: u8,
}

/// Lengths that there are, in steps.
pub(crate) const KINDS: usize = TITLE_STEPS * PARTS.len();

impl Lengths {
    /// The length of a title in words of weight, and of a document in all its words against the mean.
    #[cfg(feature = "build")]
    pub(crate) fn of(title: u8, words: u32, mean: f64) -> Lengths {
        let title = match title {
            0 | 1 => 0,
            2 => 1,
            3 | 4 => 2,
            _ => 3,
        };
        let part = f64::from(words) / mean.max(1.0);
        Lengths { title, body: BOUNDS.iter().filter(|bound| part >= **bound).count() as u8 }
    }

    /// All that there are.
    pub(crate) fn all() -> [Lengths; KINDS] {
        std::array::from_fn(|kind| Lengths { title: (kind / PARTS.len()) as u8, body: (kind % PARTS.len()) as u8 })
    }

    /// What is known of these, where it is known of `all` of them.
    pub(crate) fn pick(self, known: &[f32; KINDS]) -> f32 {
        known[(usize::from(self.title) * PARTS.len() + usize::from(self.body)) % KINDS]
    }

    /// What a word in the title is divided by.
    pub(crate) fn title_norm(self) -> f32 {
        TITLE_NORMS.get(usize::from(self.title)).copied().unwrap_or(1.0)
    }

    /// The length of the document as a part of the mean.
    pub(crate) fn part_of_mean(self) -> f32 {
        PARTS.get(usize::from(self.body)).copied().unwrap_or(1.0)
    }
}

/// Learns lengths: those of titles, and those of documents by that of the one before, which mostly has the same collection.
struct Models {
    titles: Model,
    bodies: Vec<Model>,
    last: usize,
}

impl Models {
    fn new() -> Models {
        Models { titles: Model::new(TITLE_STEPS), bodies: vec![Model::new(PARTS.len()); PARTS.len()], last: 0 }
    }

    fn pass(&mut self, lengths: Lengths, coder: &mut impl Coder) -> Lengths {
        let title = coder.number(usize::from(lengths.title), &mut self.titles) as u8;
        self.last = coder.number(usize::from(lengths.body), &mut self.bodies[self.last]);
        Lengths { title, body: self.last as u8 }
    }
}

/// Writes the lengths of all documents, in order.
#[cfg(feature = "build")]
pub(crate) fn write(all: &[Lengths]) -> Vec<u8> {
    let (mut models, mut encoder) = (Models::new(), Encoder::new());
    for lengths in all {
        models.pass(*lengths, &mut encoder);
    }
    encoder.finish()
}

/// Reads the lengths of so many documents.
pub(crate) fn read(bytes: &[u8], documents: usize) -> Vec<Lengths> {
    let (mut models, mut decoder) = (Models::new(), Decoder::new(bytes));
    (0..documents).map(|_| models.pass(Lengths::default(), &mut decoder)).collect()
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Lengths, read, write};

    #[test]
    fn lengths_come_back() {
        let all: Vec<Lengths> =
            (0..3_000_u32).map(|number| Lengths::of((number % 7) as u8, number % 900, 200.0)).collect();
        assert_eq!(read(&write(&all), all.len()), all);
        assert!(all.iter().any(|lengths| lengths.body == 0) && all.iter().any(|lengths| lengths.body == 7));
        assert_eq!(Lengths::of(1, 200, 200.0).part_of_mean(), 1.0);
        // Damaged bytes give other lengths.
        assert_eq!(read(&[0xff, 3], 50).len(), 50);
    }
}
