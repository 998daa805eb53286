//! What enters: a ring and a rectangle. What leaves: the part of the ring inside. It must not know what the ring bounds.
//! I. E. Sutherland, G. W. Hodgman, Reentrant polygon clipping (1974).

use super::Rect;

/// The part of a ring inside a rectangle, along whose edges it is closed.
pub(super) fn to_rect(ring: &[[f64; 2]], rect: Rect) -> Vec<[f64; 2]> {
    let left = cut(ring, 0, rect.x, Side::Above);
    let right = cut(&left, 0, rect.x + rect.width, Side::Below);
    let top = cut(&right, 1, rect.y, Side::Above);
    cut(&top, 1, rect.y + rect.height, Side::Below)
}

/// Which side of a limit stays.
#[derive(Clone, Copy)]
enum Side {
    Below,
    Above,
}

fn cut(ring: &[[f64; 2]], axis: usize, limit: f64, side: Side) -> Vec<[f64; 2]> {
    let stays = |point: &[f64; 2]| match side {
        Side::Below => point[axis] <= limit,
        Side::Above => point[axis] >= limit,
    };
    let mut kept = Vec::with_capacity(ring.len());
    let Some(mut before) = ring.last() else { return kept };
    for point in ring {
        if stays(before) != stays(point) {
            let part = (limit - before[axis]) / (point[axis] - before[axis]);
            kept.push([before[0] + part * (point[0] - before[0]), before[1] + part * (point[1] - before[1])]);
        }
        if stays(point) {
            kept.push(*point);
        }
        before = point;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::simplify::area;
    use super::*;

    #[test]
    fn what_stands_out_is_cut_off() {
        let rect = Rect { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };
        let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high]];
        let inside = |low: f64, high: f64| area(&to_rect(&square(low, high), rect));
        for (low, high, expected) in [(2.0, 5.0, 9.0), (5.0, 15.0, 25.0), (-5.0, 15.0, 100.0), (20.0, 30.0, 0.0)] {
            assert!((inside(low, high) - expected).abs() < 1e-9, "{low} {high}: {}", inside(low, high));
        }
    }
}
