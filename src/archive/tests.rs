//! Tests of the room as a whole, by what goes in: ends of zips, entries of zips, tars, trees.

mod ends;
mod entries;
mod tars;
mod trees;
