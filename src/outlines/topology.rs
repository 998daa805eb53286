//! What enters: rings of points. What leaves: arcs, each stored once, and the rings as steps along them. What two areas share is the same arc, so
//! that it is simplified and drawn alike on both sides. It must not know areas or projections.
//!
//! After Bostock's TopoJSON: a point is a junction where the rings that pass through it don't all have the same two neighbours there.

use std::collections::HashMap;

use super::Point;

/// A closed way along arcs.
pub type Ring = Vec<Step>;

/// An arc, along it or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Index of the arc.
    pub arc: usize,
    /// From its end to its start.
    pub reversed: bool,
}

/// A point as an exact key: millionths of a degree, a tenth of a metre.
type Vertex = [i32; 2];

fn vertex([longitude, latitude]: Point) -> Vertex {
    #[expect(clippy::cast_possible_truncation, reason = "degrees times a million fit")]
    let key = |degrees: f64| (degrees * 1e6).round() as i32;
    [key(longitude), key(latitude)]
}

/// Which two points stand beside a point, whatever the direction; a second, different pair makes it a junction.
enum Beside {
    Pair(Vertex, Vertex),
    Junction,
}

/// Cuts the rings of areas into arcs. An arc begins and ends at a junction; a ring without one is a closed arc.
pub(super) fn cut<'a>(areas: impl Iterator<Item = &'a [Vec<Point>]> + Clone) -> (Vec<Vec<Point>>, Vec<Vec<Ring>>) {
    let mut besides: HashMap<Vertex, Beside> = HashMap::new();
    for ring in areas.clone().flatten() {
        let length = ring.len();
        for at in 0..length {
            let (before, after) = (vertex(ring[(at + length - 1) % length]), vertex(ring[(at + 1) % length]));
            let pair = (before.min(after), before.max(after));
            besides
                .entry(vertex(ring[at]))
                .and_modify(|known| {
                    if !matches!(known, Beside::Pair(a, b) if (*a, *b) == pair) {
                        *known = Beside::Junction;
                    }
                })
                .or_insert(Beside::Pair(pair.0, pair.1));
        }
    }
    let is_junction = |point: &Point| matches!(besides.get(&vertex(*point)), Some(Beside::Junction));
    let mut arcs: Vec<Vec<Point>> = Vec::new();
    let mut known: HashMap<Vec<Vertex>, usize> = HashMap::new();
    let rings = areas.map(|rings| {
        let stretches = rings.iter().map(|ring| {
            let cuts: Vec<usize> = (0..ring.len()).filter(|&at| is_junction(&ring[at])).collect();
            let steps = cuts.iter().enumerate().map(|(index, &from)| {
                let to = cuts.get(index + 1).map_or(cuts[0] + ring.len(), |&to| to);
                store((from..=to).map(|at| ring[at % ring.len()]).collect(), &mut arcs, &mut known)
            });
            let steps: Ring = steps.collect();
            if steps.is_empty() { vec![store(closed(ring), &mut arcs, &mut known)] } else { steps }
        });
        stretches.collect()
    });
    let rings = rings.collect();
    (arcs, rings)
}

/// A ring without junctions, from its lowest point around to it, so that an enclave and the hole that it fills are the same arc.
fn closed(ring: &[Point]) -> Vec<Point> {
    let lowest = (0..ring.len()).min_by_key(|&at| vertex(ring[at])).unwrap_or(0);
    (0..=ring.len()).map(|at| ring[(lowest + at) % ring.len()]).collect()
}

/// The arc with these points in this or the other direction; a new one if there is none.
fn store(points: Vec<Point>, arcs: &mut Vec<Vec<Point>>, known: &mut HashMap<Vec<Vertex>, usize>) -> Step {
    let key: Vec<Vertex> = points.iter().map(|point| vertex(*point)).collect();
    if let Some(&arc) = known.get(&key) {
        return Step { arc, reversed: false };
    }
    let backwards: Vec<Vertex> = key.iter().rev().copied().collect();
    if let Some(&arc) = known.get(&backwards) {
        return Step { arc, reversed: true };
    }
    known.insert(key, arcs.len());
    arcs.push(points);
    Step { arc: arcs.len() - 1, reversed: false }
}

/// The rings around all that lies inside some rings: arcs that are used in both directions vanish, the others are joined end to start.
pub(super) fn dissolve<'r>(arcs: &[Vec<Point>], rings: impl Iterator<Item = &'r Ring>) -> Vec<Ring> {
    let mut uses: Vec<(usize, Step)> = vec![(0, Step { arc: 0, reversed: false }); arcs.len()];
    for step in rings.flatten() {
        uses[step.arc] = (uses[step.arc].0 + 1, *step);
    }
    let mut left: Vec<Step> = uses.iter().filter(|(count, _)| count % 2 == 1).map(|(_, step)| *step).collect();
    let start = |step: &Step| {
        let points = &arcs[step.arc];
        vertex(if step.reversed { points[points.len() - 1] } else { points[0] })
    };
    let end = |step: &Step| start(&Step { reversed: !step.reversed, ..*step });
    let mut starting: HashMap<Vertex, Vec<Step>> = HashMap::new();
    // Taken from the end, so that the arc with the lowest index goes first.
    left.reverse();
    for step in &left {
        starting.entry(start(step)).or_default().push(*step);
    }
    let mut dissolved = Vec::new();
    while let Some(first) = left.pop() {
        let Some(waiting) = starting.get_mut(&start(&first)) else { continue };
        let Some(at) = waiting.iter().position(|step| *step == first) else { continue };
        waiting.remove(at);
        let mut ring = vec![first];
        let mut last = first;
        while end(&last) != start(&first) {
            let Some(next) = starting.get_mut(&end(&last)).and_then(Vec::pop) else { break };
            ring.push(next);
            last = next;
        }
        dissolved.push(ring);
    }
    dissolved
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Outlines, Polygons};
    use super::*;

    /// The points along a ring, the first one not repeated.
    fn points(outlines: &Outlines, ring: &Ring) -> Vec<Point> {
        let way = ring.iter().flat_map(|step| {
            let mut points = outlines.arcs[step.arc].clone();
            if step.reversed {
                points.reverse();
            }
            points.pop();
            points
        });
        way.collect()
    }

    fn area(ring: &[Point]) -> f64 {
        (0..ring.len())
            .map(|at| {
                let ([x1, y1], [x2, y2]) = (ring[at], ring[(at + 1) % ring.len()]);
                (x1 * y2 - x2 * y1) / 2.0
            })
            .sum()
    }

    /// Squares of one degree on a grid, as areas of their own, grouped by a letter.
    fn squares(cells: &[(i32, i32, &str)]) -> Outlines {
        let polygons = cells.iter().map(|&(x, y, group)| {
            let (x, y) = (f64::from(x), f64::from(y));
            let ring = vec![[x, y], [x + 1.0, y], [x + 1.0, y + 1.0], [x, y + 1.0]];
            Polygons { id: format!("{x} {y}"), name: String::new(), group: Some(group.to_owned()), rings: vec![ring] }
        });
        Outlines::new(polygons.collect())
    }

    #[test]
    fn neighbours_share_their_border_as_one_arc() {
        let outlines = squares(&[(0, 0, "a"), (1, 0, "b")]);
        assert_eq!(outlines.arcs.len(), 3);
        let arcs = |area: usize| outlines.areas[area].rings[0].iter().map(|step| step.arc).collect::<Vec<_>>();
        let shared: Vec<_> = arcs(0).into_iter().filter(|arc| arcs(1).contains(arc)).collect();
        assert_eq!(shared.len(), 1);
        assert_eq!(outlines.arcs[shared[0]].len(), 2);
    }

    #[test]
    fn an_enclave_and_its_hole_are_one_arc() {
        let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high]];
        let hole = || vec![[2.0, 1.0], [1.0, 1.0], [1.0, 2.0], [2.0, 2.0]];
        let polygons =
            |id: &str, rings| Polygons { id: id.to_owned(), name: String::new(), group: Some("a".into()), rings };
        let outlines =
            Outlines::new(vec![polygons("a", vec![square(0.0, 3.0), hole()]), polygons("b", vec![square(1.0, 2.0)])]);
        assert_eq!(outlines.arcs.len(), 2);
        assert_eq!(outlines.dissolve([0, 1]).len(), 1, "without the enclave's border");
        assert_eq!((outlines.area_at([1.5, 1.5]), outlines.area_at([0.5, 0.5])), (Some(1), Some(0)));
    }

    #[test]
    fn no_arc_of_the_embedded_outlines_belongs_to_more_than_two_areas() {
        let outlines = Outlines::embedded();
        let mut uses = vec![Vec::new(); outlines.arcs.len()];
        for (at, area) in outlines.areas.iter().enumerate() {
            area.rings.iter().flatten().for_each(|step| uses[step.arc].push((at, step.reversed)));
        }
        assert!(uses.iter().all(|uses| matches!(uses.len(), 1 | 2)));
        // Neighbours run along their border in opposite directions.
        assert!(uses.iter().filter(|uses| uses.len() == 2).all(|uses| uses[0].1 != uses[1].1));
        // 94 departments on the mainland, Corsica's two: all have a neighbour.
        let alone = |at: usize| outlines.areas[at].rings.iter().flatten().all(|step| uses[step.arc].len() == 1);
        let alone: Vec<&str> = (0..101).filter(|&at| alone(at)).map(|at| outlines.areas[at].id.as_str()).collect();
        assert_eq!(alone, ["971", "972", "973", "974", "976"]);
    }

    proptest! {
        /// What is dissolved covers what its parts covered.
        #[test]
        fn dissolving_keeps_the_area(cells in proptest::collection::btree_set((0..6, 0..6), 1..30)) {
            let cells: Vec<_> = cells.into_iter().map(|(x, y)| (x, y, "a")).collect();
            let outlines = squares(&cells);
            let rings = outlines.dissolve(0..cells.len());
            let total: f64 = rings.iter().map(|ring| area(&points(&outlines, ring))).sum();
            #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
            let expected = cells.len() as f64;
            prop_assert!((total - expected).abs() < 1e-9, "{total} is not {expected}");
        }
    }
}
