//! `maillage build` on disks and with options that a transcript can't show.

use crate::project::Project;

const SETTINGS: &str = "title = \"T\"\nbase_url = \"https://t.example/\"\n";
const DEFINITION: &str = "labels: { fr: { one: page, many: pages } }\n";

fn project() -> Project {
    let project = Project::new().write("site.toml", SETTINGS).write("content/docs/_collection.yaml", DEFINITION);
    project.write("content/docs/a.md", "---\ntitle: A\n---\n")
}

#[test]
fn a_trace_that_cant_be_written_stops_a_build_before_the_site() {
    let project = project();
    assert_eq!(project.run("build --trace nowhere/trace.json").code, 3);
    assert!(!project.path("public").exists());
    assert_eq!(project.run("build --quiet --trace trace.json").code, 0);
    assert_eq!(project.run("build --quiet --trace trace.json").code, 0, "a trace takes a trace's place");
}
