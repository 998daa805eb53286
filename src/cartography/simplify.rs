//! What enters: a line. What leaves: the same line with fewer points. It must not know what the line bounds.
//! M. Visvalingam, J. D. Whyatt, Line generalisation by repeated elimination of points (1993).

/// A ring keeps at least so many points, its first one counted twice: a triangle.
const RING: usize = 4;

/// Drops, again and again, the point whose triangle with its neighbours is the smallest, until that is as large as `detail`, in square units.
/// The ends stay.
pub(super) fn keeping(line: &[[f64; 2]], detail: f64) -> Vec<[f64; 2]> {
    let least = if line.first() == line.last() { RING } else { 2 };
    let mut kept: Vec<[f64; 2]> = line.to_vec();
    let mut areas: Vec<f64> = (0..kept.len()).map(|at| weight(&kept, at)).collect();
    while kept.len() > least {
        let smallest = areas.iter().copied().enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
        let Some((at, area)) = smallest.filter(|(_, area)| *area < detail) else { break };
        kept.remove(at);
        areas.remove(at);
        for near in [at - 1, at] {
            // A point can't seem less important than the one that went before it.
            areas[near] = weight(&kept, near).max(area);
        }
    }
    kept
}

/// A corner is only cut where both its sides are longer, in units: elsewhere nobody sees it.
const LONG: f64 = 20.0;

/// How much of a side a cut takes at most, in units: a square stays one.
const CUT: f64 = 9.0;

/// Cuts corners between long sides, as G. Chaikin (1974) does: what was measured coarsely shouldn't look as if it were cut with scissors. The ends stay.
pub(super) fn smoothed(line: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut smooth = Vec::with_capacity(line.len());
    for (at, &point) in line.iter().enumerate() {
        let sides = at.checked_sub(1).and_then(|before| Some((*line.get(before)?, *line.get(at + 1)?)));
        let long = |other: &[f64; 2]| (other[0] - point[0]).hypot(other[1] - point[1]) > LONG;
        match sides.filter(|(before, after)| long(before) && long(after)) {
            Some(sides) => smooth.extend([sides.0, sides.1].map(|other| {
                let side = [other[0] - point[0], other[1] - point[1]];
                let part = (CUT / side[0].hypot(side[1])).min(0.25);
                [point[0] + side[0] * part, point[1] + side[1] * part]
            })),
            None => smooth.push(point),
        }
    }
    smooth
}

/// The area of a point's triangle; the ends are worth more than anything.
fn weight(line: &[[f64; 2]], at: usize) -> f64 {
    if at == 0 || at + 1 >= line.len() { f64::INFINITY } else { area(&line[at - 1..=at + 1]) }
}

/// The area inside a line whose ends are joined.
pub(super) fn area(line: &[[f64; 2]]) -> f64 {
    let next = line.iter().cycle().skip(1);
    let twice: f64 = line.iter().zip(next).map(|([x1, y1], [x2, y2])| x1 * y2 - x2 * y1).sum();
    twice.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_ends_and_the_order_stay(
            line in proptest::collection::vec((0.0..100.0_f64, 0.0..100.0_f64), 2..60), detail in 0.0..500.0_f64,
        ) {
            let line: Vec<[f64; 2]> = line.into_iter().map(|(x, y)| [x, y]).collect();
            let kept = keeping(&line, detail);
            prop_assert_eq!((kept.first(), kept.last()), (line.first(), line.last()));
            let mut rest = line.iter();
            prop_assert!(kept.iter().all(|point| rest.any(|other| other == point)));
        }
    }

    #[test]
    fn corners_between_long_sides_are_cut() {
        let line = [[0.0, 0.0], [40.0, 0.0], [40.0, 40.0], [41.0, 40.0]];
        assert_eq!(smoothed(&line), [[0.0, 0.0], [31.0, 0.0], [40.0, 9.0], [40.0, 40.0], [41.0, 40.0]]);
    }

    #[test]
    fn an_island_stays_a_triangle() {
        let ring = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.1], [0.0, 1.0], [0.0, 0.0]];
        assert_eq!(keeping(&ring, 1e9).len(), 4);
        assert!((area(&ring[..5]) - 1.05).abs() < 1e-12);
    }
}
