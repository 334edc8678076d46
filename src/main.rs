//! The program: clock, environment, last error, exit code.

fn main() {}
