//! The migrations are read by a macro, which cargo cannot see: say so.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
