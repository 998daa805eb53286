//! What enters: bounds in degrees. What leaves: [`Projection`], a conformal map of that part of the globe: shapes keep their angles, so that a
//! region looks as people know it. It must not know what is drawn.
//!
//! Formulas: J. P. Snyder, Map Projections – A Working Manual (USGS, 1987), pages 44 and 107; ellipsoid WGS 84.

use std::f64::consts::{FRAC_PI_4, PI};

/// Equatorial radius of WGS 84, metres.
const RADIUS: f64 = 6_378_137.0;

/// First eccentricity of WGS 84.
const ECCENTRICITY: f64 = 0.081_819_190_842_621_5;

/// Below this cone constant the cone is all but a cylinder: the formulas lose their digits, and Mercator is what they tend to.
const FLAT: f64 = 0.02;

/// Longitudes and latitudes of the extreme points, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The westernmost longitude.
    pub west: f64,
    /// The southernmost latitude.
    pub south: f64,
    /// The easternmost longitude.
    pub east: f64,
    /// The northernmost latitude.
    pub north: f64,
}

impl Bounds {
    /// Bounds that hold nothing yet.
    pub const EMPTY: Self =
        Self { west: f64::INFINITY, south: f64::INFINITY, east: f64::NEG_INFINITY, north: f64::NEG_INFINITY };

    /// Bounds that also hold a point.
    #[must_use]
    pub fn with(self, [longitude, latitude]: [f64; 2]) -> Self {
        Self {
            west: self.west.min(longitude),
            south: self.south.min(latitude),
            east: self.east.max(longitude),
            north: self.north.max(latitude),
        }
    }

    /// Bounds that hold both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        self.with([other.west, other.south]).with([other.east, other.north])
    }

    /// Whether a point lies inside.
    #[must_use]
    pub fn contains(&self, [longitude, latitude]: [f64; 2]) -> bool {
        (self.west..=self.east).contains(&longitude) && (self.south..=self.north).contains(&latitude)
    }

    /// The middle: longitude, latitude.
    #[must_use]
    pub fn middle(&self) -> [f64; 2] {
        [f64::midpoint(self.west, self.east), f64::midpoint(self.south, self.north)]
    }
}

/// From degrees to metres on a plane, x to the east and y to the north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Projection {
    /// Lambert's conformal cone.
    Conic {
        /// The longitude that points up, radians.
        meridian: f64,
        /// Cone constant `n`.
        constant: f64,
        /// Snyder's `a F`, metres.
        factor: f64,
        /// Radius of the origin's parallel `ρ0`, metres.
        origin: f64,
    },
    /// Mercator's cylinder, for the equator.
    Cylinder {
        /// The longitude in the middle, radians.
        meridian: f64,
        /// Scale that is true on the middle latitude.
        scale: f64,
    },
}

impl Projection {
    /// The projection that distorts areas least inside these bounds: a cone that cuts the globe at a sixth of the way from either edge
    /// (Deetz and Adams), or a cylinder near the equator.
    #[must_use]
    pub fn fitting(bounds: &Bounds) -> Self {
        let height = bounds.north - bounds.south;
        let [longitude, latitude] = bounds.middle();
        Self::conic(longitude, latitude, bounds.south + height / 6.0, bounds.north - height / 6.0)
    }

    /// A cone through two parallels, with its origin at a longitude and a latitude; degrees.
    #[must_use]
    pub fn conic(longitude: f64, latitude: f64, south: f64, north: f64) -> Self {
        let meridian = longitude.to_radians();
        let (south, north) = (south.to_radians(), north.to_radians());
        let constant = if (north - south).abs() < 1e-9 {
            south.sin()
        } else {
            (radius(south).ln() - radius(north).ln()) / (narrowing(south).ln() - narrowing(north).ln())
        };
        if constant.abs() < FLAT || !constant.is_finite() {
            return Self::Cylinder { meridian, scale: radius(latitude.to_radians()) };
        }
        let factor = RADIUS * radius(south) / (constant * narrowing(south).powf(constant));
        let origin = factor * narrowing(latitude.to_radians()).powf(constant);
        Self::Conic { meridian, constant, factor, origin }
    }

    /// The point on the plane of a longitude and a latitude, metres.
    #[must_use]
    pub fn project(&self, [longitude, latitude]: [f64; 2]) -> [f64; 2] {
        // The poles themselves lie infinitely far away on a cylinder and on the other half of a cone.
        let latitude = latitude.clamp(-89.9, 89.9).to_radians();
        match *self {
            Self::Conic { meridian, constant, factor, origin } => {
                let distance = factor * narrowing(latitude).powf(constant);
                let angle = constant * turned(longitude.to_radians() - meridian);
                [distance * angle.sin(), origin - distance * angle.cos()]
            }
            Self::Cylinder { meridian, scale } => {
                let east = turned(longitude.to_radians() - meridian);
                [RADIUS * scale * east, -RADIUS * scale * narrowing(latitude).ln()]
            }
        }
    }
}

/// An angle in radians brought between -π and π.
fn turned(angle: f64) -> f64 {
    if angle > PI {
        angle - 2.0 * PI
    } else if angle < -PI {
        angle + 2.0 * PI
    } else {
        angle
    }
}

/// Radius of a parallel in equatorial radii: Snyder's `m`.
fn radius(latitude: f64) -> f64 {
    let sine = ECCENTRICITY * latitude.sin();
    latitude.cos() / (1.0 - sine * sine).sqrt()
}

/// Snyder's `t`: falls from infinity at the South Pole over 1 at the equator to 0 at the North Pole.
fn narrowing(latitude: f64) -> f64 {
    let sine = ECCENTRICITY * latitude.sin();
    (FRAC_PI_4 - latitude / 2.0).tan() / ((1.0 - sine) / (1.0 + sine)).powf(ECCENTRICITY / 2.0)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_PI_2;

    use proptest::prelude::*;

    use super::*;

    /// Lambert-93, shifted to its false origin.
    fn lambert_93([longitude, latitude]: [f64; 2]) -> [f64; 2] {
        let [x, y] = Projection::conic(3.0, 46.5, 44.0, 49.0).project([longitude, latitude]);
        [x + 700_000.0, y + 6_600_000.0]
    }

    #[test]
    fn lambert_93_is_what_proj_says() {
        // By PROJ, EPSG:4326 to EPSG:2154, metres.
        let table = [
            ([3.0, 46.5], [700_000.0, 6_600_000.0]),
            ([2.3522, 48.8566], [652_469.023, 6_862_035.259]),
            ([-4.4861, 48.3904], [146_632.979, 6_836_262.327]),
            ([7.7521, 48.5734], [1_050_362.695, 6_840_899.647]),
            ([9.45, 42.7], [1_228_546.045, 6_199_420.644]),
        ];
        for (degrees, metres) in table {
            let [x, y] = lambert_93(degrees);
            assert!((x - metres[0]).abs() < 0.001 && (y - metres[1]).abs() < 0.001, "{degrees:?}: {x}, {y}");
        }
    }

    #[test]
    fn cones_of_the_south_and_cylinders_are_what_proj_says() {
        // By PROJ: +proj=lcc +lat_1=-20.9 +lat_2=-21.4 +lat_0=-21.1 +lon_0=55.5, and EPSG:3395, metres.
        let [x, y] = Projection::conic(55.5, -21.1, -20.9, -21.4).project([55.8, -21.3]);
        assert!((x - 31_128.162).abs() < 0.001 && (y + 22_173.141).abs() < 0.001, "{x}, {y}");
        let [x, y] = Projection::Cylinder { meridian: 0.0, scale: 1.0 }.project([-53.0, 4.0]);
        assert!((x + 5_899_933.012).abs() < 0.001 && (y - 442_661.638).abs() < 0.001, "{x}, {y}");
        let equator = Bounds { west: 9.0, south: -4.0, east: 14.0, north: 4.0 };
        assert!(matches!(Projection::fitting(&equator), Projection::Cylinder { .. }));
    }

    /// The longitude and latitude of a point on the plane; Snyder, page 109.
    fn unproject(projection: Projection, [x, y]: [f64; 2]) -> [f64; 2] {
        let (longitude, narrow) = match projection {
            Projection::Conic { meridian, constant, factor, origin } => {
                let up = origin - y;
                let distance = x.hypot(up).copysign(constant);
                let angle = (x * constant.signum()).atan2(up * constant.signum());
                (meridian + angle / constant, (distance / factor).powf(1.0 / constant))
            }
            Projection::Cylinder { meridian, scale } => {
                (meridian + x / (RADIUS * scale), (-y / (RADIUS * scale)).exp())
            }
        };
        let mut latitude = FRAC_PI_2 - 2.0 * narrow.atan();
        for _ in 0..8 {
            let sine = ECCENTRICITY * latitude.sin();
            latitude = FRAC_PI_2 - 2.0 * (narrow * ((1.0 - sine) / (1.0 + sine)).powf(ECCENTRICITY / 2.0)).atan();
        }
        [longitude.to_degrees(), latitude.to_degrees()]
    }

    proptest! {
        #[test]
        fn what_was_projected_comes_back(
            west in -170.0..160.0_f64, south in -70.0..60.0_f64, width in 0.1..20.0_f64, height in 0.1..20.0_f64,
            right in 0.0..1.0_f64, up in 0.0..1.0_f64,
        ) {
            let bounds = Bounds { west, south, east: west + width, north: south + height };
            let projection = Projection::fitting(&bounds);
            let point = [west + right * width, south + up * height];
            let back = unproject(projection, projection.project(point));
            prop_assert!((back[0] - point[0]).abs() < 1e-8 && (back[1] - point[1]).abs() < 1e-8, "{point:?} {back:?}");
        }

        /// A small square stays one: the projection is conformal; and inside the bounds its size is true within a few percent.
        #[test]
        fn small_squares_stay_squares(
            longitude in -10.0..10.0_f64, latitude in 41.0..52.0_f64,
        ) {
            let bounds = Bounds { west: -10.0, south: 41.0, east: 10.0, north: 52.0 };
            let projection = Projection::fitting(&bounds);
            let step: f64 = 1e-4;
            let at = projection.project([longitude, latitude]);
            let east = projection.project([longitude + step / radius(latitude.to_radians()), latitude]);
            let north = projection.project([longitude, latitude + step]);
            let length = |to: [f64; 2]| (to[0] - at[0]).hypot(to[1] - at[1]);
            // A degree of latitude and one of longitude differ by the ellipsoid's flattening.
            prop_assert!((length(east) / length(north) - 1.0).abs() < 0.01);
            let metres = step.to_radians() * RADIUS;
            prop_assert!((length(east) / metres - 1.0).abs() < 0.02);
        }
    }
}
