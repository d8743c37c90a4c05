//! Any bytes: the laws of `laws::assemble`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::assemble(bytes));
