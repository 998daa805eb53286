//! What enters: points on a sheet. What leaves: [`Cluster`]s that don't overlap, the same for the same points in any order. It must not know what
//! the points are.

/// A point on a sheet with what it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Where, in units.
    pub at: [f64; 2],
    /// Whatever the caller counts.
    pub member: usize,
}

/// Points that are drawn as one circle, whose area is in proportion to their number.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The middle of the circle: the place of one of the points, so that it never lies where none is.
    pub at: [f64; 2],
    /// The radius, in units.
    pub radius: f64,
    /// What the points stand for, ascending.
    pub members: Vec<usize>,
}

/// A cluster that may still grow.
struct Heap {
    spots: Vec<Spot>,
    middle: [f64; 2],
    radius: f64,
}

fn apart(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Joins the points of one area: first what lies in one cell of a grid, so that thousands of points become dozens; then, again and again, the two
/// circles that overlap most, until none do. `unit`: the radius of the circle of a single point; `grid`: the width of a cell.
#[must_use]
pub fn cluster(spots: &[Spot], unit: f64, grid: f64) -> Vec<Cluster> {
    let cell = |spot: &Spot| spot.at.map(|length| (length / grid).floor());
    let mut spots = spots.to_vec();
    spots.sort_by(|a, b| {
        let cells = cell(a)[1].total_cmp(&cell(b)[1]).then(cell(a)[0].total_cmp(&cell(b)[0]));
        cells.then(a.at[1].total_cmp(&b.at[1])).then(a.at[0].total_cmp(&b.at[0])).then(a.member.cmp(&b.member))
    });
    let groups = spots.chunk_by(|a, b| cell(a) == cell(b));
    let mut heaps: Vec<Heap> = groups.map(|group| Heap::new(group.to_vec(), unit)).collect();
    loop {
        let mut worst = (0.0, None);
        for (first, a) in heaps.iter().enumerate() {
            for (second, b) in heaps.iter().enumerate().skip(first + 1) {
                let overlap = a.radius + b.radius - apart(a.middle, b.middle);
                if overlap > worst.0 {
                    worst = (overlap, Some((first, second)));
                }
            }
        }
        let Some((first, second)) = worst.1 else { break };
        let other = heaps.remove(second);
        let mut spots = std::mem::take(&mut heaps[first].spots);
        spots.extend(other.spots);
        heaps[first] = Heap::new(spots, unit);
    }
    heaps.into_iter().map(Heap::finish).collect()
}

impl Heap {
    #[expect(clippy::cast_precision_loss, reason = "counts of entries")]
    fn new(spots: Vec<Spot>, unit: f64) -> Self {
        let count = spots.len() as f64;
        let sum = spots.iter().fold([0.0, 0.0], |sum, spot| [sum[0] + spot.at[0], sum[1] + spot.at[1]]);
        let mean = sum.map(|length| length / count);
        let nearest =
            spots.iter().min_by(|a, b| apart(a.at, mean).total_cmp(&apart(b.at, mean)).then(a.member.cmp(&b.member)));
        let middle = nearest.map_or(mean, |spot| spot.at);
        Self { spots, middle, radius: unit * count.sqrt() }
    }

    fn finish(self) -> Cluster {
        let mut members: Vec<usize> = self.spots.iter().map(|spot| spot.member).collect();
        members.sort_unstable();
        Cluster { at: self.middle, radius: self.radius, members }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spots() -> impl Strategy<Value = Vec<Spot>> {
        proptest::collection::vec((0.0..300.0_f64, 0.0..300.0_f64), 0..120).prop_map(|points| {
            points.into_iter().enumerate().map(|(member, (x, y))| Spot { at: [x, y], member }).collect()
        })
    }

    proptest! {
        #[test]
        fn every_point_is_in_one_cluster_and_no_two_clusters_overlap(spots in spots(), unit in 1.0..12.0_f64, grid in 1.0..40.0_f64) {
            let clusters = cluster(&spots, unit, grid);
            let mut members: Vec<usize> = clusters.iter().flat_map(|cluster| cluster.members.clone()).collect();
            members.sort_unstable();
            prop_assert_eq!(members, (0..spots.len()).collect::<Vec<_>>());
            for (at, a) in clusters.iter().enumerate() {
                prop_assert!(spots.iter().any(|spot| spot.at == a.at), "a circle stands on a point");
                let expected = unit * unit * f64::from(u32::try_from(a.members.len()).expect("few"));
                prop_assert!((a.radius * a.radius / expected - 1.0).abs() < 1e-9, "areas are in proportion");
                for b in &clusters[at + 1..] {
                    prop_assert!(apart(a.at, b.at) >= a.radius + b.radius - 1e-9);
                }
            }
        }

        #[test]
        fn the_order_of_points_counts_nothing(spots in spots(), turn in 0..120_usize) {
            let mut turned = spots.clone();
            turned.rotate_left(turn.min(spots.len()));
            prop_assert_eq!(cluster(&turned, 5.0, 12.0), cluster(&spots, 5.0, 12.0));
        }
    }
}
