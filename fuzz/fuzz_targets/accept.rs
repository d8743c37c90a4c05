//! Any bytes: the laws of `laws::accept`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::accept(bytes));
