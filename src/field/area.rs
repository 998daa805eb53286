//! What enters: a region or a department of France, by name or code. What leaves: the area with its place in the facet `region`.
//! It must not know which entries lie in it.

use serde_json::{Value as Json, json};

use super::text::{refuse, scalar};
use super::value::Area;
use super::{Exported, FacetValue, FieldType, Indexed, Reading, Showing, Shown, Value, link};
use crate::communes::{Communes, Department, Region};
use crate::diagnostic::{Diagnostic, nearest};
use crate::localised::Localised;
use crate::node::{Node, Notes};

/// A region or a department.
#[derive(Debug)]
pub struct Territory;

/// A region as a value.
pub(super) fn region(region: &Region) -> Area {
    Area {
        code: region.code.clone(),
        name: region.name.clone(),
        path: vec![region.slug.clone()],
        names: vec![region.name.clone()],
    }
}

/// A department as a value. Where it is all of its region (Guadeloupe, Mayotte…), its place in the facet is the region's: one page, not two.
pub(super) fn department(communes: &Communes, department: &Department) -> Area {
    let above = communes.region_of(department);
    let mut area = region(above);
    area.code.clone_from(&department.code);
    area.name.clone_from(&department.name);
    if above.slug != department.slug {
        area.path.push(department.slug.clone());
        area.names.push(department.name.clone());
    }
    area
}

/// The facet values of an area: one path, region first.
pub(super) fn facets(area: &Area) -> Vec<FacetValue> {
    let labels = area.names.iter().map(Localised::same).collect();
    vec![FacetValue { path: area.path.clone(), labels }]
}

/// The page of an area in the facet.
pub(super) fn url(area: &Area, showing: &Showing<'_>) -> Option<String> {
    link::facet_url(showing, &area.path.join("/"))
}

fn find(communes: &Communes, text: &str) -> Result<Area, Option<Diagnosis>> {
    let region_found = communes.region(text);
    let department_found = communes.department(text);
    match (region_found, department_found) {
        (Some(one), Some(other)) if communes.region_of(other) == one && one.slug == other.slug => Ok(region(one)),
        (Some(one), Some(other)) => Err(Some(Diagnosis { region: one.name.clone(), department: other.name.clone() })),
        (Some(one), None) => Ok(region(one)),
        // A department that is all of its region, by its own code: the same area.
        (None, Some(one)) if communes.region_of(one).slug == one.slug => Ok(region(communes.region_of(one))),
        (None, Some(one)) => Ok(department(communes, one)),
        (None, None) => Err(None),
    }
}

/// One code, two areas.
struct Diagnosis {
    region: String,
    department: String,
}

fn area(value: &Value) -> Option<&Area> {
    match value {
        Value::Area(area) => Some(area),
        _ => None,
    }
}

impl FieldType for Territory {
    fn name(&self) -> &'static str {
        "area"
    }

    fn icon(&self) -> &'static str {
        "map-pin"
    }

    fn hint(&self) -> String {
        "the name or code of a French region or department, such as `Occitanie` or `Aveyron`".to_owned()
    }

    fn example(&self) -> String {
        "Occitanie".to_owned()
    }

    fn read(&self, node: &Node, reading: Reading<'_>, notes: &mut Notes<'_>) -> Option<Value> {
        let text = scalar(node, reading, &self.hint(), notes)?.trim();
        let (code, message, near, help) = match find(reading.communes, text) {
            Ok(area) => return Some(Value::Area(Box::new(area))),
            Err(Some(both)) => (
                "ambiguous-area",
                format!("`{text}` is the code of a region and of a department"),
                None,
                format!("write the name: `{}` (region) or `{}` (department)", both.region, both.department),
            ),
            Err(None) => {
                let regions = reading.communes.regions().iter().map(|region| region.name.as_str());
                let departments = reading.communes.departments().iter().map(|department| department.name.as_str());
                let near = nearest(text, regions.chain(departments)).map(str::to_owned);
                let help = "regions are those of 2016: `Occitanie`, no more `Midi-Pyrénées`".to_owned();
                ("unknown-area", format!("`{text}` is no region or department of France"), near, help)
            }
        };
        refuse(node, notes, code, message, |fault| Diagnostic {
            nearest: near,
            ..fault.expected(self.hint()).help(help)
        })
    }

    fn show(&self, value: &Value, showing: &Showing<'_>) -> Shown {
        let Some(area) = area(value) else { return Shown::default() };
        link::facet(showing, &area.path.join("/"), &area.name)
            .with("id", area.path.join("/"))
            .with("code", area.code.clone())
    }

    fn index(&self, value: &Value) -> Indexed {
        // A region's code may be that of a department elsewhere.
        let department = area(value).filter(|area| area.path.len() > 1);
        Indexed { place: department.map(|area| area.code.clone()), ..Indexed::default() }
    }

    fn words(&self, value: &Value, _lang: &str) -> String {
        area(value).map(|area| area.names.join(" ")).unwrap_or_default()
    }

    fn badge(&self, value: &Value, _lang: &str) -> String {
        area(value).map(|area| area.name.clone()).unwrap_or_default()
    }

    fn facets(&self, value: &Value) -> Vec<FacetValue> {
        area(value).map(facets).unwrap_or_default()
    }

    fn is_facet(&self) -> bool {
        true
    }

    fn facet_key(&self) -> Option<&'static str> {
        Some("region")
    }

    fn schema(&self) -> Json {
        json!({ "type": ["string", "integer"], "description": self.hint() })
    }

    fn export<'v>(&self, value: &'v Value) -> Exported<'v> {
        area(value).map_or(Exported::Nothing, |area| area.name.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{check, communes, more, show};
    use super::*;

    #[test]
    fn areas_are_found_by_name_or_by_a_code_that_says_which() {
        check(
            &Territory,
            &[
                ("Occitanie", "Occitanie"),
                ("occitanie", "Occitanie"),
                ("Aveyron", "Aveyron"),
                ("12", "Aveyron"),
                ("2A", "Corse-du-Sud"),
                ("971", "Guadeloupe"),
                ("La Réunion", "La Réunion"),
                ("'75'", "!ambiguous-area"),
                ("Réunion", "!unknown-area ~La Réunion"),
                ("Ocitanie", "!unknown-area ~Occitanie"),
                ("Midi-Pyrénées", "!unknown-area"),
                ("[a]", "!wrong-kind"),
            ],
        );
    }

    #[test]
    fn every_area_is_read_by_its_name() {
        for name in communes().regions().iter().map(|one| &one.name) {
            super::super::testing::round_trip(&Territory, &format!("{name:?}"));
            assert_eq!(super::super::testing::outcome(&Territory, &format!("{name:?}")), *name);
        }
        for name in communes().departments().iter().map(|one| &one.name) {
            assert_eq!(super::super::testing::outcome(&Territory, &format!("{name:?}")), *name);
        }
    }

    #[test]
    fn a_department_stands_below_its_region() {
        let shown = show(&Territory, "Aveyron", "fr");
        assert_eq!(shown.html, "<a href=\"../key/occitanie/aveyron/\">Aveyron</a>");
        assert_eq!(more(&shown)["id"], "occitanie/aveyron");
    }
}
