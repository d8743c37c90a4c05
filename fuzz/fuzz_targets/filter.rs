//! Any bytes: the laws of `laws::filter`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::filter(bytes));
