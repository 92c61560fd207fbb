//! What a process costs that does nothing: the least that any command line can take.

fn main() {
    println!("hello");
}
