//! Listeners that are not HTTP: the X-Ray daemon's UDP protocol (`spec/daemon.md` 2).
//! Knows how documents are framed, not what is in them.

mod datagram;
mod kernel;
mod queue;
mod udp;

pub use datagram::{Malformed, document_in};
pub use queue::{Incoming, Waiting, queue};
pub use udp::{BindError, UdpReceiver};
