//! Which threads do what, so that nothing that takes long stands in the way of what must be prompt.

use std::thread::available_parallelism;

use tokio::runtime::{Builder, Handle, Runtime};

use crate::refusal::Refusal;

/// The runtimes of a server. They end with it, and must not be dropped by what runs on them.
pub(crate) struct Threads {
    requests: Runtime,
    storage: Runtime,
    datagrams: Runtime,
}

/// Where to spawn what is no request.
#[derive(Clone)]
pub(crate) struct Elsewhere {
    /// Cuts, merges and expiry: each takes a core for as long as it lasts.
    pub(crate) storage: Handle,
    /// Datagrams are lost while nobody takes them out of the socket.
    pub(crate) datagrams: Handle,
}

impl Threads {
    /// Starts them.
    pub(crate) fn start() -> Result<Threads, Refusal> {
        let cores = available_parallelism().map_or(1, usize::from);
        Ok(Threads {
            // A question may compute for a while: more threads than cores let the system share them fairly.
            requests: runtime("requests", (2 * cores).max(REQUEST_THREADS_MIN))?,
            storage: runtime("storage", 1)?,
            datagrams: runtime("datagrams", 1)?,
        })
    }

    /// Runs until it is done; requests and whatever it spawns share its threads.
    pub(crate) fn run<T>(&self, serve: impl FnOnce(Elsewhere) -> T) -> T::Output
    where
        T: Future,
    {
        self.requests.block_on(serve(Elsewhere {
            storage: self.storage.handle().clone(),
            datagrams: self.datagrams.handle().clone(),
        }))
    }
}

fn runtime(name: &str, threads: usize) -> Result<Runtime, Refusal> {
    Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_name(name)
        .enable_all()
        .build()
        .map_err(|error| Refusal::of_run(format!("could not start threads for {name}: {error}")))
}

const REQUEST_THREADS_MIN: usize = 4;
