//! What a stretch of time cost: the server, this program, and everybody else on the machine.

use std::time::Instant;

use crate::failure::Failure;
use crate::{process, stopwatch};

/// A stretch that has begun.
#[derive(Debug)]
pub(crate) struct Meter {
    pid: u32,
    begin: Instant,
    server_cpu_seconds: f64,
    own_cpu_seconds: f64,
    machine_cpu_seconds: f64,
}

/// What it cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) seconds: f64,
    /// CPU seconds of the server alone.
    pub(crate) server_cpu_seconds: f64,
    /// Cores that this program had.
    pub(crate) own_cores: f64,
    /// Cores that neither the server nor this program had. Near 0 on a machine of our own.
    pub(crate) cores_of_others: f64,
}

impl Meter {
    pub(crate) fn begin(pid: u32) -> Result<Meter, Failure> {
        Ok(Meter {
            pid,
            begin: stopwatch::now(),
            server_cpu_seconds: process::cpu_seconds(pid)?,
            own_cpu_seconds: process::cpu_seconds(std::process::id())?,
            machine_cpu_seconds: process::machine_cpu_seconds()?,
        })
    }

    pub(crate) fn end(&self) -> Result<Usage, Failure> {
        let seconds = self.begin.elapsed().as_secs_f64();
        let server = process::cpu_seconds(self.pid)? - self.server_cpu_seconds;
        let own = process::cpu_seconds(std::process::id())? - self.own_cpu_seconds;
        let machine = process::machine_cpu_seconds()? - self.machine_cpu_seconds;
        Ok(Usage {
            seconds,
            server_cpu_seconds: server,
            own_cores: own / seconds,
            cores_of_others: ((machine - server - own) / seconds).max(0.0),
        })
    }
}
