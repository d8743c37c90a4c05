//! Any bytes: the laws of `laws::service_graph`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::service_graph(bytes));
