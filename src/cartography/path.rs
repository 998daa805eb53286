//! What enters: rings on a sheet. What leaves: the `d` of an SVG path, in whole units and as short as they can be written. It must not know what it draws.

/// Closed rings: an absolute start, then steps. Two numbers are only separated where they would run together.
pub(super) fn closed(rings: &[Vec<[f64; 2]>]) -> String {
    let mut path = String::new();
    for ring in rings {
        let mut points: Vec<[i64; 2]> = ring.iter().map(|point| point.map(whole)).collect();
        points.dedup();
        if points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        if points.len() < 3 {
            continue;
        }
        path.push_str(&format!("M{} {}l", points[0][0], points[0][1]));
        let steps = points.windows(2).map(|pair| [pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]]);
        for number in steps.flatten() {
            if number >= 0 && !path.ends_with('l') {
                path.push(' ');
            }
            path.push_str(&number.to_string());
        }
        path.push('z');
    }
    path
}

#[expect(clippy::cast_possible_truncation, reason = "a sheet is some thousand units wide")]
fn whole(number: f64) -> i64 {
    number.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_short() {
        let square = vec![[0.2, 0.0], [10.0, 0.0], [10.0, 10.4], [0.0, 10.0], [0.1, 0.1]];
        let line = vec![[1.0, 1.0], [5.0, 5.0]];
        assert_eq!(closed(&[square, line]), "M0 0l10 0 0 10-10 0z");
    }
}
