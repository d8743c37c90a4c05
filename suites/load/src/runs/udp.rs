//! The X-Ray daemon's protocol: how many datagrams a second one socket takes without losing any.

use std::net::UdpSocket;
use std::time::Duration;

use super::{Setup, tell};
use crate::batch::{Datagrams, Numbers};
use crate::failure::Failure;
use crate::meter::Meter;
use crate::report::Section;
use crate::server::Server;
use crate::{stopwatch, targets};

/// Rising rates, each into a new server, until one loses something.
pub(crate) fn run(setup: &Setup) -> Result<Section, Failure> {
    let mut section = Section::new("UDP, one socket, one document a datagram");
    section.note(format!("servers have `--memory {}`", setup.memory));
    let mut lossless = 0.0_f64;
    for rate in RATES {
        tell(&format!("udp: {rate} datagrams a second"));
        let place = setup.limited("udp")?;
        let server = place.start()?;
        let meter = Meter::begin(server.pid())?;
        let (sent, seconds) = send(setup, &server, rate)?;
        let taken = taken_of(&server, sent)?;
        let usage = meter.end()?;
        let reached = sent as f64 / seconds;
        let lost = sent.saturating_sub(taken);
        section.note(format!(
            "{rate} asked for: {reached:.0} datagrams/s sent, {lost} of {sent} lost"
        ));
        section.disturbed(&format!("{rate} datagrams/s"), &usage);
        if lost > 0 {
            break;
        }
        lossless = lossless.max(reached);
    }
    setup.kept("udp").remove()?;
    section.row("datagrams, none lost", "1/s", targets::UDP_RATE, Some(lossless));
    Ok(section)
}

/// Sends at a rate; what is late is sent at once. Returns how many, and in how many seconds.
fn send(setup: &Setup, server: &Server, rate: u32) -> Result<(u64, f64), Failure> {
    let failed = || Failure::to("send datagrams");
    let socket = UdpSocket::bind("127.0.0.1:0").map_err(failed())?;
    socket.connect(&server.udp).map_err(failed())?;
    let mut datagrams = Datagrams::new(&setup.traces, Numbers { next: 0, step: 1 });
    let length = setup.size.stretch.min(LONGEST);
    let wanted = (length.as_secs_f64() * f64::from(rate)) as u64;
    let begin = stopwatch::now();
    let mut sent = 0;
    while sent < wanted && begin.elapsed() < 2 * length {
        let due = (begin.elapsed().as_secs_f64() * f64::from(rate)) as u64;
        let now_us = stopwatch::wall_us();
        while sent < due.min(wanted) {
            let (datagram, _) = datagrams.next(now_us);
            socket.send(&datagram).map_err(failed())?;
            sent += 1;
        }
        std::thread::sleep(TICK);
    }
    Ok((sent, begin.elapsed().as_secs_f64()))
}

/// How many documents were made durable, once no more come.
fn taken_of(server: &Server, sent: u64) -> Result<u64, Failure> {
    let mut before = 0;
    for _ in 0..CHECKS_MAX {
        let taken = server.metric("roentgen_documents_accepted_total")? as u64;
        if taken >= sent || (taken == before && taken > 0) {
            return Ok(taken);
        }
        before = taken;
        std::thread::sleep(CHECK_GAP);
    }
    Ok(before)
}

const RATES: [u32; 7] = [5_000, 10_000, 20_000, 40_000, 61_000, 90_000, 122_000];
const LONGEST: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_micros(300);
const CHECK_GAP: Duration = Duration::from_secs(2);
const CHECKS_MAX: usize = 30;
