//! The `ducha` program: everything is in the library.

fn main() -> std::process::ExitCode {
    ducha::cli::main()
}
