//! What enters: outlines and what is to be seen of them. What leaves: [`Sheet`]s: outlines as SVG paths in whole units, and where a point of the
//! globe lies on them. It must not know entries, pages or HTML.

use crate::outlines::{Outlines, Point, Ring};
use crate::projection::{Bounds, Projection};

mod clip;
mod cluster;
mod inset;
mod path;
mod simplify;

pub use cluster::{Cluster, Spot, cluster};

/// The width of a sheet, in units: about two a pixel where it is shown.
pub const WIDTH: f64 = 1000.0;

/// The area of the smallest triangle that a border keeps, and of the smallest island, in square units.
const DETAIL: f64 = 14.0;

/// The height of a sheet that shows a part, in parts of its width.
const PART: f64 = 0.7;

/// Space between what is shown and the edge of the sheet, in units.
const MARGIN: f64 = 12.0;

/// A rectangle on a sheet, in units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// From the left to the right edge.
    pub width: f64,
    /// From the upper to the lower edge.
    pub height: f64,
}

/// A part of a sheet with its own projection and scale.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Where it stands on the sheet.
    pub rect: Rect,
    /// The part of the globe that it is made for.
    pub bounds: Bounds,
    projection: Projection,
    /// Units a metre.
    scale: f64,
    /// Where the plane's origin stands on the sheet.
    origin: [f64; 2],
}

/// A drawing of outlines.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// From the upper to the lower edge; all sheets have the same width.
    pub height: f64,
    /// The main frame, then the insets.
    pub frames: Vec<Frame>,
    /// The frame of each group; `None` where it isn't shown.
    frame_of: Vec<Option<usize>>,
}

/// The extreme points on the plane of what is shown.
fn extent<'p>(projection: Projection, points: impl Iterator<Item = &'p Point>) -> [f64; 4] {
    points.fold(
        [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
        |[left, low, right, high], point| {
            let [x, y] = projection.project(*point);
            [left.min(x), low.min(y), right.max(x), high.max(y)]
        },
    )
}

impl Frame {
    /// A frame as wide as a rectangle, and no higher, that shows these areas whole. The rectangle takes the height of what it shows where that
    /// is less.
    fn showing(outlines: &Outlines, areas: &[usize], rect: Rect, margin: f64) -> Self {
        let bounds = areas.iter().fold(Bounds::EMPTY, |bounds, &area| bounds.union(outlines.areas[area].bounds));
        let projection = Projection::fitting(&bounds);
        let steps = areas.iter().flat_map(|&area| outlines.areas[area].rings.iter().flatten());
        let [left, low, right, high] = extent(projection, steps.flat_map(|step| &outlines.arcs[step.arc]));
        let (width, height) = ((right - left).max(1.0), (high - low).max(1.0));
        let scale = ((rect.width - 2.0 * margin) / width).min((rect.height - 2.0 * margin) / height);
        let rect = Rect { height: rect.height.min(height * scale + 2.0 * margin), ..rect };
        let middle = [rect.x + rect.width / 2.0, rect.y + rect.height / 2.0];
        let origin = [middle[0] - f64::midpoint(left, right) * scale, middle[1] + f64::midpoint(low, high) * scale];
        Self { rect, bounds, projection, scale, origin }
    }

    /// The same in the middle of a higher rectangle.
    fn filling(self, rect: Rect) -> Self {
        let down = (rect.height - self.rect.height) / 2.0;
        Self { rect, origin: [self.origin[0], self.origin[1] + down], ..self }
    }

    /// Where a point of the globe lies on the sheet, in units.
    #[must_use]
    pub fn place(&self, point: Point) -> [f64; 2] {
        let [x, y] = self.projection.project(point);
        [self.origin[0] + x * self.scale, self.origin[1] - y * self.scale]
    }
}

impl Sheet {
    /// The whole territory: what lies together in the main frame, each far group in an inset below it.
    #[must_use]
    pub fn of_all(outlines: &Outlines, width: f64) -> Self {
        let (near, far) = inset::parted(outlines);
        let areas = |groups: &[usize]| {
            groups.iter().flat_map(|&group| outlines.groups[group].areas.clone()).collect::<Vec<_>>()
        };
        let whole = Rect { x: 0.0, y: 0.0, width, height: width * 1.2 };
        let main = Frame::showing(outlines, &areas(&near), whole, MARGIN);
        let mut frame_of = vec![None; outlines.groups.len()];
        near.iter().for_each(|&group| frame_of[group] = Some(0));
        let mut sheet = Self { height: main.rect.height, frames: vec![main], frame_of };
        for (group, rect) in far.iter().copied().zip(inset::rows(far.len(), width, sheet.height)) {
            sheet.frame_of[group] = Some(sheet.frames.len());
            let frame = Frame::showing(outlines, &areas(&[group]), rect, MARGIN);
            // Insets of a row are equally high, whatever they show.
            sheet.frames.push(frame.filling(rect));
            sheet.height = sheet.height.max(rect.y + rect.height + width * inset::NAME);
        }
        sheet
    }

    /// Some areas as large as a sheet allows; such sheets are all equally high.
    #[must_use]
    pub fn of_part(outlines: &Outlines, areas: &[usize], width: f64) -> Self {
        let rect = Rect { x: 0.0, y: 0.0, width, height: width * PART };
        Self::of_areas(outlines, areas, Frame::showing(outlines, areas, rect, width * 0.04).filling(rect))
    }

    /// Some areas alone, on a sheet no higher than they need.
    #[must_use]
    pub fn of_land(outlines: &Outlines, areas: &[usize], width: f64) -> Self {
        let rect = Rect { x: 0.0, y: 0.0, width, height: width };
        Self::of_areas(outlines, areas, Frame::showing(outlines, areas, rect, MARGIN))
    }

    fn of_areas(outlines: &Outlines, areas: &[usize], frame: Frame) -> Self {
        let mut frame_of = vec![None; outlines.groups.len()];
        for &area in areas {
            frame_of[outlines.areas[area].group] = Some(0);
        }
        Self { height: frame.rect.height, frames: vec![frame], frame_of }
    }

    /// The frame that shows a group.
    #[must_use]
    pub fn frame(&self, group: usize) -> Option<&Frame> {
        self.frames.get(self.frame_index(group)?)
    }

    /// The index of the frame that shows a group.
    #[must_use]
    pub fn frame_index(&self, group: usize) -> Option<usize> {
        self.frame_of[group]
    }

    /// Whether a point lies on the sheet.
    #[must_use]
    pub fn holds(&self, [x, y]: [f64; 2]) -> bool {
        self.frames.iter().any(|frame| {
            let rect = frame.rect;
            (rect.x..=rect.x + rect.width).contains(&x) && (rect.y..=rect.y + rect.height).contains(&y)
        })
    }

    /// The outline around some areas of one frame as the `d` of an SVG path. What is too small to be seen is left out, but not all of it.
    #[must_use]
    pub fn outline(&self, outlines: &Outlines, areas: &[usize]) -> String {
        let Some(frame) = areas.first().and_then(|&area| self.frame(outlines.areas[area].group)) else {
            return String::new();
        };
        let rings = outlines.dissolve(areas.iter().copied());
        path::closed(&lines(outlines, frame, &rings))
    }

    /// The land around some areas, cut off at the sheet's edge: what a map of a part shows of the rest.
    #[must_use]
    pub fn surroundings(&self, outlines: &Outlines, areas: &[usize]) -> String {
        let Some(frame) = self.frames.first() else { return String::new() };
        let around = Rect { x: -9.0, y: -9.0, width: frame.rect.width + 18.0, height: self.height + 18.0 };
        let others = (0..outlines.areas.len()).filter(|area| !areas.contains(area));
        let near = others.filter(|&area| frame.meets(&outlines.areas[area].bounds, around));
        let rings = outlines.dissolve(near);
        let cut = lines(outlines, frame, &rings).into_iter().map(|line| clip::to_rect(&line, around));
        path::closed(&cut.collect::<Vec<_>>())
    }
}

impl Frame {
    /// Whether something with these bounds may reach into a rectangle: by its corners and the middles of its edges.
    fn meets(&self, bounds: &Bounds, rect: Rect) -> bool {
        let [x, y] = bounds.middle();
        // A projection of a far part of the globe is no place near.
        if (x - self.bounds.middle()[0]).abs() > 60.0 {
            return false;
        }
        let points =
            [bounds.west, x, bounds.east].into_iter().flat_map(|x| [bounds.south, y, bounds.north].map(|y| [x, y]));
        let corners = points.map(|point| self.place(point));
        let [left, top, right, bottom] = corners
            .fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |known, [x, y]| {
                [known[0].min(x), known[1].min(y), known[2].max(x), known[3].max(y)]
            });
        left < rect.x + rect.width && right > rect.x && top < rect.y + rect.height && bottom > rect.y
    }
}

/// Rings as simplified lines on the sheet. Each arc is simplified by itself, so that neighbours keep the same border.
fn lines(outlines: &Outlines, frame: &Frame, rings: &[Ring]) -> Vec<Vec<[f64; 2]>> {
    let lines = rings.iter().map(|ring| {
        let mut line: Vec<[f64; 2]> = Vec::new();
        for step in ring {
            let placed: Vec<[f64; 2]> = outlines.arcs[step.arc].iter().map(|point| frame.place(*point)).collect();
            let mut kept = simplify::smoothed(&simplify::keeping(&placed, DETAIL));
            if step.reversed {
                kept.reverse();
            }
            kept.pop();
            line.append(&mut kept);
        }
        line
    });
    let lines: Vec<_> = lines.collect();
    let largest = lines.iter().map(|line| simplify::area(line)).fold(0.0, f64::max);
    lines.into_iter().filter(|line| simplify::area(line) >= DETAIL.min(largest)).collect()
}
