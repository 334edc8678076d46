//! Door 2, VALIDATE: every entry to the row of SOURCES that owns it, and everything doubtful about
//! the sum of them settled.
pub mod books;
pub mod streams;
pub mod weights;
pub mod workouts;
pub mod zone;
