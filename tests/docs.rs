//! What the user reads and types, held to what the program does: README, help, man pages,
//! completions, recipes, schemas, error messages.
//!
//! `TRACKERSYNC_BLESS=1 cargo test --test docs` rewrites everything that is generated; look at the
//! diff. Knows nothing of how the program works inside.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "docs/check.rs"]
mod check;
#[path = "docs/generated.rs"]
mod generated;
#[path = "docs/messages.rs"]
mod messages;
#[path = "docs/operations.rs"]
mod operations;
#[path = "docs/readme.rs"]
mod readme;
#[path = "docs/recipes.rs"]
mod recipes;
#[path = "docs/schemas.rs"]
mod schemas;
#[path = "docs/shells.rs"]
mod shells;
#[path = "docs/stage.rs"]
mod stage;
