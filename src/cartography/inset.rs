//! What enters: outlines. What leaves: which groups lie together and which are so far that they need a frame of their own, and where those frames
//! stand. It must not know any country: Guadeloupe, the Canaries and Hawaii are all found by their distance.

use super::Rect;
use crate::outlines::Outlines;
use crate::projection::Bounds;

/// A group is far when it lies farther from all others than this part of their common diagonal.
const FAR: f64 = 0.5;

/// Insets beside each other.
const COLUMNS: usize = 6;

/// Space between frames, in parts of the width.
const GAP: f64 = 0.02;

/// Space below an inset for its name, in parts of the width.
pub(super) const NAME: f64 = 0.044;

/// Groups of the main frame, and the far ones; each in the order of the file.
pub(super) fn parted(outlines: &Outlines) -> (Vec<usize>, Vec<usize>) {
    let bounds: Vec<Bounds> = outlines.groups.iter().map(|group| group.bounds).collect();
    let mut best: Vec<usize> = Vec::new();
    for seed in 0..bounds.len() {
        if !best.contains(&seed) {
            let grown = grow(seed, &bounds);
            if grown.len() > best.len() {
                best = grown;
            }
        }
    }
    best.sort_unstable();
    let far = (0..bounds.len()).filter(|group| !best.contains(group)).collect();
    (best, far)
}

/// The group with all that lie near it, and near those, and so on.
fn grow(seed: usize, bounds: &[Bounds]) -> Vec<usize> {
    let mut grown = vec![seed];
    let mut left: Vec<usize> = (0..bounds.len()).filter(|&group| group != seed).collect();
    let mut all = bounds[seed];
    loop {
        let near = left.iter().position(|&group| {
            let gaps = grown.iter().map(|&known| gap(&bounds[known], &bounds[group]));
            gaps.fold(f64::INFINITY, f64::min) <= FAR * diagonal(&all)
        });
        let Some(near) = near else { return grown };
        let group = left.remove(near);
        all = all.union(bounds[group]);
        grown.push(group);
    }
}

/// Degrees of latitude between two boxes.
fn gap(a: &Bounds, b: &Bounds) -> f64 {
    let apart =
        |low: f64, high: f64, other_low: f64, other_high: f64| (other_low - high).max(low - other_high).max(0.0);
    let up = apart(a.south, a.north, b.south, b.north);
    let narrow = f64::midpoint(a.middle()[1], b.middle()[1]).to_radians().cos();
    up.hypot(apart(a.west, a.east, b.west, b.east) * narrow)
}

/// Degrees of latitude from corner to corner.
fn diagonal(bounds: &Bounds) -> f64 {
    (bounds.north - bounds.south).hypot((bounds.east - bounds.west) * bounds.middle()[1].to_radians().cos())
}

/// Where a number of insets stand below a main frame.
#[expect(clippy::cast_precision_loss, reason = "a handful")]
pub(super) fn rows(count: usize, width: f64, below: f64) -> Vec<Rect> {
    let columns = count.clamp(4, COLUMNS) as f64;
    let gap = width * GAP;
    let cell = (width - (columns - 1.0) * gap) / columns;
    let height = cell * 0.9;
    let place = |at: usize| {
        let (row, column) = ((at / COLUMNS) as f64, (at % COLUMNS) as f64);
        Rect { x: column * (cell + gap), y: below + gap + row * (height + width * NAME), width: cell, height }
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overseas_france_is_far_and_corsica_is_not() {
        let outlines = Outlines::embedded();
        let (near, far) = parted(outlines);
        let names =
            |groups: &[usize]| groups.iter().map(|&group| outlines.groups[group].name.as_str()).collect::<Vec<_>>();
        assert_eq!(names(&far), ["Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"]);
        assert_eq!(near.len(), 13);
        assert!(names(&near).contains(&"Corse"));
    }
}
