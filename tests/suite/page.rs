//! The page as a snapshot, one tag to a line, so that a change of it is seen in review.
//!
//! `INSTA_UPDATE=always cargo test` rewrites the snapshots.

use std::fs;

use crate::support::Sandbox;

/// Converts a fixture and returns its page with a line for each tag.
fn page(fixture: &str, options: &[&str]) -> String {
    let sandbox = Sandbox::new();
    let input = crate::support::fixture(fixture);
    let mut args = vec!["convert", input.to_str().unwrap(), "-o", "out"];
    args.extend(options);
    sandbox.run(&args);
    let html = fs::read_to_string(sandbox.path("out/report.html")).unwrap();
    let style = html.find("<style>").unwrap()..html.find("</style>").unwrap();
    format!("{}{}", &html[..style.start], &html[style.end..]).replace("><", ">\n<")
}

#[test]
fn the_page_of_the_example_is_as_reviewed() {
    insta::assert_snapshot!("example", page("example", &[]));
}

#[test]
fn the_page_of_a_sample_is_as_reviewed() {
    insta::assert_snapshot!("sample", page("c-health", &["--sample", "2"]));
}
