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
        // Without a branch: the bit can't be foreseen.
        let (rest, sign) = if bit { (known, -1) } else { (ONE - known, 1) };
        let moved = known.wrapping_add_signed(sign * ((rest * step) >> 16) as i32);
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
    fn range(&self) -> u32;

    /// Passes a bit: the part of the range below `bound` means a zero.
    fn choose(&mut self, bound: u32, bit: bool) -> bool;

    /// Passes a bit that is as likely as a node has it.
    fn guess(&mut self, bit: bool, node: Node) -> bool {
        let bound = (self.range() >> PRECISION) * u32::from(node.zero);
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
            let bound = self.range() >> 1;
            let bit = self.choose(bound, number >> place & 1 == 1);
            passed = passed << 1 | u32::from(bit);
        }
        passed
    }
}

/// Writes numbers.
#[cfg(feature = "build")]
pub(crate) struct Encoder {
    interval: Interval,
    out: Vec<u8>,
}

/// The numbers that begin with the bits that were passed.
#[cfg(feature = "build")]
#[derive(Clone, Copy)]
struct Interval {
    /// The least of them: 32 bits, before them those that wait to be written, and before these the carry.
    low: u64,
    range: u32,
    /// How many bits wait: whole bytes.
    waiting: u32,
}

/// So many bits wait at most: with the carry there is no room for another byte.
#[cfg(feature = "build")]
const MOST_WAITING: u32 = 24;

#[cfg(feature = "build")]
impl Interval {
    /// Goes on with a part, without looking which: that can't be foreseen.
    #[inline]
    fn choose(&mut self, bound: u32, bit: bool, out: &mut Vec<u8>) {
        let all = u32::from(bit).wrapping_neg();
        self.low += u64::from(bound & all);
        self.range = bound & !all | (self.range - bound) & all;
        while self.range < LEAST_RANGE {
            if self.waiting == MOST_WAITING {
                self.low = write(self.low, self.waiting, out);
                self.waiting = 0;
            }
            self.low <<= u8::BITS;
            self.range <<= u8::BITS;
            self.waiting += u8::BITS;
        }
    }
}

/// Writes the bits that wait, and adds the carry to what is written; gives what is left. Called with numbers, so that an interval stays in registers.
#[cfg(feature = "build")]
#[cold]
fn write(low: u64, waiting: u32, out: &mut Vec<u8>) -> u64 {
    if low >> (u32::BITS + waiting) > 0 {
        // It goes on through bytes that are full.
        for byte in out.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte > 0 {
                break;
            }
        }
    }
    let bytes = (low << (u32::BITS - waiting)).to_be_bytes();
    out.extend_from_slice(&bytes[..(waiting / u8::BITS) as usize]);
    low & u64::from(u32::MAX)
}

#[cfg(feature = "build")]
impl Encoder {
    pub(crate) fn new() -> Encoder {
        // The first byte has room for a carry, which never comes.
        Encoder { interval: Interval { low: 0, range: u32::MAX, waiting: 8 }, out: Vec::new() }
    }

    /// The bytes. A reader takes zeros for what is behind their end, so those at the end are not written.
    pub(crate) fn finish(self) -> Vec<u8> {
        let Encoder { interval, mut out } = self;
        let low = write(interval.low, interval.waiting, &mut out) as u32;
        out.extend(low.to_be_bytes());
        while out.last() == Some(&0) {
            out.pop();
        }
        out
    }
}

#[cfg(feature = "build")]
impl Coder for Encoder {
    fn range(&self) -> u32 {
        self.interval.range
    }

    fn choose(&mut self, bound: u32, bit: bool) -> bool {
        self.interval.choose(bound, bit, &mut self.out);
        bit
    }

    // The same as bit by bit; meanwhile the interval lies in registers.

    fn even(&mut self, number: u32, bits: u32) -> u32 {
        let mut interval = self.interval;
        for place in (0..bits).rev() {
            interval.choose(interval.range >> 1, number >> place & 1 == 1, &mut self.out);
        }
        self.interval = interval;
        number & 1_u32.checked_shl(bits).map_or(u32::MAX, |above| above - 1)
    }

    fn number(&mut self, number: usize, model: &mut Model) -> usize {
        let mut interval = self.interval;
        let mut node = 1;
        for place in (0..model.bits).rev() {
            let bit = number >> place & 1;
            let known = &mut model.nodes[node];
            interval.choose((interval.range >> PRECISION) * u32::from(known.zero), bit == 1, &mut self.out);
            known.learn(bit == 1);
            node = node << 1 | bit;
        }
        self.interval = interval;
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

    /// Takes in the next byte.
    fn shift(&mut self) {
        let byte = self.rest.split_first().map_or(0, |(first, rest)| {
            self.rest = rest;
            *first
        });
        self.code = self.code << 8 | u32::from(byte);
    }
}

impl Coder for Decoder<'_> {
    fn range(&self) -> u32 {
        self.range
    }

    fn choose(&mut self, bound: u32, _: bool) -> bool {
        let bit = self.code >= bound;
        self.code -= if bit { bound } else { 0 };
        self.range = if bit { self.range - bound } else { bound };
        while self.range < LEAST_RANGE {
            self.range <<= 8;
            self.shift();
        }
        bit
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::{Coder, Decoder, Encoder, LEAST, LEAST_RANGE, Model, Node, ONE, write};
    use proptest::prelude::*;

    /// An encoder that adds to all bytes at once and lets none wait.
    struct Plain {
        bytes: Vec<u8>,
        range: u32,
    }

    impl Coder for Plain {
        fn range(&self) -> u32 {
            self.range
        }

        fn choose(&mut self, bound: u32, bit: bool) -> bool {
            let mut carry = if bit { u64::from(bound) } else { 0 };
            for byte in self.bytes.iter_mut().rev() {
                carry += u64::from(*byte);
                *byte = carry as u8;
                carry >>= 8;
            }
            self.range = if bit { self.range - bound } else { bound };
            while self.range < LEAST_RANGE {
                self.range <<= 8;
                self.bytes.push(0);
            }
            bit
        }
    }

    proptest! {
        #[test]
        fn bytes_are_those_of_one_long_number(
            steps in prop::collection::vec((0..4_usize, any::<u32>(), prop::sample::select(&[LEAST, 9_000, ONE - LEAST][..])), 0..900),
        ) {
            let (mut encoder, mut plain) = (Encoder::new(), Plain { bytes: vec![0; 5], range: u32::MAX });
            let mut models = [Model::new(300), Model::new(300)];
            for (kind, number, zero) in steps {
                let node = Node { zero: zero as u16, seen: 0 };
                match kind {
                    0 => prop_assert_eq!(encoder.even(number, 32), plain.even(number, 32)),
                    1 => prop_assert_eq!(encoder.number(number as usize % 300, &mut models[0]), plain.number(number as usize % 300, &mut models[1])),
                    _ => prop_assert_eq!(encoder.guess(number & 1 == 1, node), plain.guess(number & 1 == 1, node)),
                }
            }
            let mut bytes = encoder.finish();
            prop_assert!(bytes.len() <= plain.bytes.len());
            bytes.resize(plain.bytes.len(), 0);
            prop_assert_eq!(bytes, plain.bytes);
        }
    }

    #[test]
    fn a_carry_goes_on_through_full_bytes() {
        let mut out = vec![1, 0xff, 0xff];
        assert_eq!(write(0x0123_0000_0045, 8, &mut out), 0x45);
        assert_eq!(out, [2, 0, 0, 0x23]);
    }

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
