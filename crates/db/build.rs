//! A new migration rebuilds the embedded list.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
