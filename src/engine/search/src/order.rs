//! Numbers of words in some order of the words. What was in order stays so: only words that came are sorted in.

use rayon::prelude::*;
use std::cmp::Ordering;

/// Numbers in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order(Vec<u32>);

impl Order {
    /// Brings some numbers, each below `count`, in order. The order of two numbers never changes; `key` says which of most comes first, `compare` of all.
    pub(crate) fn renew(
        &mut self,
        numbers: impl Iterator<Item = u32> + Clone,
        count: usize,
        key: impl Fn(u32) -> u64 + Sync,
        compare: impl Fn(u32, u32) -> Ordering + Sync,
    ) -> &[u32] {
        let mut is_wanted = vec![false; count];
        numbers.clone().for_each(|number| is_wanted[number as usize] = true);
        self.0.retain(|number| std::mem::take(&mut is_wanted[*number as usize]));
        let new: Vec<u32> = numbers.filter(|number| is_wanted[*number as usize]).collect();
        let mut new: Vec<(u64, u32)> = new.into_par_iter().map(|number| (key(number), number)).collect();
        new.par_sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| compare(one.1, other.1)));
        let new: Vec<u32> = new.into_iter().map(|(_, number)| number).collect();
        if self.0.is_empty() {
            self.0 = new;
        } else if !new.is_empty() {
            let mut merged = Vec::with_capacity(self.0.len() + new.len());
            let mut rest = &self.0[..];
            for number in new {
                let (before, after) = rest.split_at(rest.partition_point(|known| compare(*known, number).is_lt()));
                merged.extend_from_slice(before);
                merged.push(number);
                rest = after;
            }
            merged.extend_from_slice(rest);
            self.0 = merged;
        }
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Order;

    #[test]
    fn numbers_come_and_go_and_stay_in_order() {
        let mut order = Order::default();
        // The order of their last digits.
        let key = |number: u32| u64::from(number % 10);
        let compare = |one: u32, other: u32| (one % 10, one).cmp(&(other % 10, other));
        for numbers in [vec![], vec![7, 11, 3], vec![21, 3, 40, 12], vec![3, 12, 21, 40], vec![99, 0, 7, 21], vec![]] {
            let mut expected = numbers.clone();
            expected.sort_by(|one, other| compare(*one, *other));
            assert_eq!(order.renew(numbers.iter().copied(), 100, key, compare), expected);
        }
    }
}
