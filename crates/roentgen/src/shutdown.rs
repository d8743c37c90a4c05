//! When to stop: `SIGTERM`, or an interrupt from the terminal.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::refusal::Refusal;

/// The signals that end the program.
pub(crate) struct Shutdown {
    terminate: Signal,
    interrupt: Signal,
}

impl Shutdown {
    /// Listens to them from now on.
    pub(crate) fn listen() -> Result<Shutdown, Refusal> {
        let listen = |kind| {
            signal(kind).map_err(|error| Refusal::of_run(format!("could not listen to signals: {error}")))
        };
        Ok(Shutdown {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    /// Returns when the first of them comes.
    pub(crate) async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
