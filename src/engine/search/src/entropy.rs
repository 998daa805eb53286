//! Numbers to bits and back by how likely they are: an adaptive binary range coder, as LZMA has it.
//!
//! Deflate spends whole bits on a symbol and looks for repetitions that random choices don't have. What each document's facets are is such a choice, and
//! every first search needs it. Each bit has a probability that is learnt while bits go by, the same way on both sides.

/// Probabilities are so many bits.
const PRECISION: u32 = 15;
const ONE: u32 = 1 << PRECISION;
/// No probability is nearer to none or all than this.
const LEAST: u32 = 32;
/// What was seen so often is known well: from then on each bit moves the probability by one part of as many.
const WELL_KNOWN: u32 = 40;
/// Ranges below this are widened by a byte.
const LEAST_RANGE: u32 = 1 << 24;

/// What is known of a bit: how likely a zero is, and how many bits were seen.
#[derive(Clone, Copy)]
pub(crate) struct Node {
    zero: u16,
    seen: u16,
}

impl Node {
    pub(crate) const NEW: Node = Node { zero: (ONE / 2) as u16, seen: 0 };

    /// How many bits were seen, up to `WELL_KNOWN`.
    pub(crate) fn seen(self) -> u16 {
        self.seen
    }

    /// Moves the probability towards what was seen: the first bits in large steps, later ones in small ones.
    pub(crate) fn learn(&mut self, bit: bool) {
        let known = u32::from(self.zero);
        let step = STEPS[usize::from(self.seen).min(STEPS.len() - 1)];
        let moved = if bit { known - ((known * step) >> 16) } else { known + (((ONE - known) * step) >> 16) };
        self.zero = moved.clamp(LEAST, ONE - LEAST) as u16;
        self.seen = (u32::from(self.seen) + 1).min(WELL_KNOWN) as u16;
    }
}

/// How much of what is unknown a bit moves the probability of a node that has seen so many: one part of two, of three, and so on, in 65,536ths.
const STEPS: [u32; WELL_KNOWN as usize + 1] = {
    let mut steps = [0; WELL_KNOWN as usize + 1];
    let mut seen = 0;
    while seen < steps.len() {
        steps[seen] = (1 << 16) / (seen as u32 + 2);
        seen += 1;
    }
    steps
};

/// Probabilities of the bits of numbers of one kind: a tree, of which a number's bits are the way down.
#[derive(Clone)]
pub(crate) struct Model {
    bits: u32,
    nodes: Vec<Node>,
}

impl Model {
    /// For numbers below `count`, at most 65,536.
    pub(crate) fn new(count: usize) -> Model {
        let bits = usize::BITS - count.saturating_sub(1).leading_zeros();
        Model { bits: bits.min(16), nodes: vec![Node::NEW; 1 << bits.min(16)] }
    }
}

/// Passes numbers on. A writer writes those that it is given and gives them back; a reader gives those that it reads and ignores the given ones. So one
/// function describes a format for both.
pub(crate) trait Coder {
    /// The range that the next bit divides.
    fn range(&mut self) -> &mut u32;

    /// Which part of the range the next bit is in, below `bound` or above: a writer goes to that of the bit, a reader says where it is.
    fn part(&mut self, bound: u32, bit: bool) -> bool;

    /// Moves on by a byte, where the range has become too small.
    fn shift(&mut self);

    /// Passes a bit: the part of the range below `bound` means a zero.
    fn choose(&mut self, bound: u32, bit: bool) -> bool {
        let bit = self.part(bound, bit);
        let range = self.range();
        *range = if bit { *range - bound } else { bound };
        while *self.range() < LEAST_RANGE {
            *self.range() <<= 8;
            self.shift();
        }
        bit
    }

    /// Passes a bit that is as likely as a node has it.
    fn guess(&mut self, bit: bool, node: Node) -> bool {
        let bound = (*self.range() >> PRECISION) * u32::from(node.zero);
        self.choose(bound, bit)
    }

    /// Passes a number of a kind.
    fn number(&mut self, number: usize, model: &mut Model) -> usize {
        let mut node = 1;
        for place in (0..model.bits).rev() {
            let known = &mut model.nodes[node];
            let bit = self.guess(number >> place & 1 == 1, *known);
            known.learn(bit);
            node = node << 1 | usize::from(bit);
        }
        node - (1 << model.bits)
    }

    /// Passes a number that is mostly small, and at most so much: in steps of what the model can say.
    fn count(&mut self, count: usize, most: usize, model: &mut Model) -> Option<usize> {
        let step = (1 << model.bits) - 1;
        let mut passed = 0;
        loop {
            let part = self.number(count.saturating_sub(passed).min(step), model);
            passed += part;
            if passed > most {
                return None;
            }
            if part < step {
                return Some(passed);
            }
        }
    }

    /// Passes a number of so many bits, all of which are as likely as their opposite.
    fn even(&mut self, number: u32, bits: u32) -> u32 {
        let mut passed = 0;
        for place in (0..bits).rev() {
            let bound = *self.range() >> 1;
            let bit = self.choose(bound, number >> place & 1 == 1);
            passed = passed << 1 | u32::from(bit);
        }
        passed
    }
}

/// Writes numbers.
#[cfg(feature = "build")]
pub(crate) struct Encoder {
    low: u64,
    range: u32,
    /// The byte that a carry may still change, and how many 0xff follow it.
    held: u8,
    waiting: usize,
    out: Vec<u8>,
}

#[cfg(feature = "build")]
impl Encoder {
    pub(crate) fn new() -> Encoder {
        Encoder { low: 0, range: u32::MAX, held: 0, waiting: 1, out: Vec::new() }
    }

    /// The bytes. A reader takes zeros for what is behind their end, so those at the end are not written.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        while self.out.last() == Some(&0) {
            self.out.pop();
        }
        self.out
    }
}

#[cfg(feature = "build")]
impl Coder for Encoder {
    fn range(&mut self) -> &mut u32 {
        &mut self.range
    }

    fn part(&mut self, bound: u32, bit: bool) -> bool {
        self.low += if bit { u64::from(bound) } else { 0 };
        bit
    }

    fn shift(&mut self) {
        if self.low < 0xff00_0000 || self.low > u64::from(u32::MAX) {
            let carry = (self.low >> 32) as u8;
            let mut byte = self.held;
            for _ in 0..self.waiting {
                self.out.push(byte.wrapping_add(carry));
                byte = 0xff;
            }
            self.waiting = 0;
            self.held = (self.low >> 24) as u8;
        }
        self.waiting += 1;
        self.low = (self.low & 0x00ff_ffff) << 8;
    }

    /// Without looking whether the bit is set: that can't be foreseen.
    fn choose(&mut self, bound: u32, bit: bool) -> bool {
        let all = u32::from(bit).wrapping_neg();
        self.low += u64::from(bound & all);
        self.range = bound & !all | (self.range - bound) & all;
        while self.range < LEAST_RANGE {
            self.range <<= 8;
            self.shift();
        }
        bit
    }

    fn even(&mut self, number: u32, bits: u32) -> u32 {
        let (mut low, mut range) = (self.low, self.range);
        for place in (0..bits).rev() {
            let bound = range >> 1;
            let all = (number >> place & 1).wrapping_neg();
            low += u64::from(bound & all);
            range = bound & !all | (range - bound) & all;
            while range < LEAST_RANGE {
                range <<= 8;
                self.low = low;
                self.shift();
                low = self.low;
            }
        }
        (self.low, self.range) = (low, range);
        number & 1_u32.checked_shl(bits).map_or(u32::MAX, |above| above - 1)
    }

    /// The same as bit by bit.
    fn number(&mut self, number: usize, model: &mut Model) -> usize {
        let (mut low, mut range) = (self.low, self.range);
        let mut node = 1;
        for place in (0..model.bits).rev() {
            let bit = number >> place & 1;
            let known = &mut model.nodes[node];
            let bound = (range >> PRECISION) * u32::from(known.zero);
            let all = (bit as u32).wrapping_neg();
            low += u64::from(bound & all);
            range = bound & !all | (range - bound) & all;
            known.learn(bit == 1);
            while range < LEAST_RANGE {
                range <<= 8;
                self.low = low;
                self.shift();
                low = self.low;
            }
            node = node << 1 | bit;
        }
        (self.low, self.range) = (low, range);
        node - (1 << model.bits)
    }
}

/// Reads numbers.
pub(crate) struct Decoder<'a> {
    code: u32,
    range: u32,
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    /// Starts reading what an encoder wrote. Damaged bytes give other numbers, never a panic.
    pub(crate) fn new(bytes: &'a [u8]) -> Decoder<'a> {
        let mut decoder = Decoder { code: 0, range: u32::MAX, rest: bytes };
        for _ in 0..5 {
            decoder.shift();
        }
        decoder
    }
}

impl Coder for Decoder<'_> {
    fn range(&mut self) -> &mut u32 {
        &mut self.range
    }

    fn part(&mut self, bound: u32, _: bool) -> bool {
        let bit = self.code >= bound;
        self.code -= if bit { bound } else { 0 };
        bit
    }

    fn shift(&mut self) {
        let byte = self.rest.split_first().map_or(0, |(first, rest)| {
            self.rest = rest;
            *first
        });
        self.code = self.code << 8 | u32::from(byte);
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Coder, Decoder, Encoder, Model};

    #[test]
    fn numbers_come_back_and_likely_ones_are_short() {
        for count in [1_usize, 2, 3, 255, 256, 1_940, 65_536] {
            let mut seed = 1_u64;
            let numbers: Vec<usize> = (0..20_000)
                .map(|place| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    if place % 5 == 0 { (seed >> 33) as usize % count } else { (seed >> 62) as usize % count }
                })
                .collect();
            let (mut encoder, mut model) = (Encoder::new(), Model::new(count));
            for number in &numbers {
                assert_eq!(encoder.number(*number, &mut model), *number);
                assert_eq!(encoder.even(*number as u32 & 7, 3), *number as u32 & 7);
            }
            let bytes = encoder.finish();
            let (mut decoder, mut model) = (Decoder::new(&bytes), Model::new(count));
            for number in &numbers {
                assert_eq!(decoder.number(0, &mut model), *number, "{count}");
                assert_eq!(decoder.even(0, 3), *number as u32 & 7, "{count}");
            }
            let bits = f64::from(u32::try_from(bytes.len()).expect("a short text")) * 8.0 / 20_000.0 - 3.0;
            assert!(bits < 3.0 + (count as f64).log2() / 5.0 + 1.0, "{count}: {bits}");
        }
    }

    #[test]
    fn any_bytes_can_be_read() {
        let mut model = Model::new(300);
        for bytes in [&[][..], &[0xff; 3], &[0xff; 40], &[0; 2]] {
            let mut decoder = Decoder::new(bytes);
            assert!((0..200).all(|_| decoder.number(0, &mut model) < 512));
        }
    }
}
