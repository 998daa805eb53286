//! `maillage build` on disks and with options that a transcript can't show.

use std::fs;

use crate::project::Project;

const SETTINGS: &str = "title = \"T\"\nbase_url = \"https://t.example/\"\n";
const DEFINITION: &str = "labels: { fr: { one: page, many: pages } }\n";

fn project() -> Project {
    let project = Project::new().write("site.toml", SETTINGS).write("content/docs/_collection.yaml", DEFINITION);
    project.write("content/docs/a.md", "---\ntitle: A\n---\n")
}

#[test]
#[cfg(unix)]
fn what_is_left_of_the_old_site_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    assert_eq!(project.run("build --quiet").code, 0);
    let locked = project.path("public/docs/a");
    let permit = |mode| fs::set_permissions(&locked, fs::Permissions::from_mode(mode));
    permit(0o555).expect("permissions");
    if fs::write(locked.join("probe"), "").is_ok() {
        // Nothing is forbidden to the system's administrator.
        return;
    }
    let project = project.write("content/docs/b.md", "---\ntitle: B\n---\n");
    let ran = project.run("build --quiet");
    let left = project.path(".public.maillage-work/site/docs/a");
    fs::set_permissions(&left, fs::Permissions::from_mode(0o755)).expect("permissions");
    assert_eq!(ran.code, 0);
    let start = "warning: the site is published, but something of the old one can't be removed from `<root>/.public.maillage-work`";
    assert!(ran.stderr.starts_with(start), "{}", ran.stderr);
    assert_eq!(project.run("build --quiet").code, 0, "a later build clears it away");
}

#[test]
fn a_trace_that_cant_be_written_stops_a_build_before_the_site() {
    let project = project();
    assert_eq!(project.run("build --trace nowhere/trace.json").code, 3);
    assert!(!project.path("public").exists());
    assert_eq!(project.run("build --quiet --trace trace.json").code, 0);
    assert_eq!(project.run("build --quiet --trace trace.json").code, 0, "a trace takes a trace's place");
}
