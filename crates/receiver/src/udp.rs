//! The UDP socket. Nothing is ever sent back, so what cannot be taken is counted.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use ingest::Metric;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::UdpSocket;
use tracing::{debug, warn};

use crate::datagram::{Malformed, document_in};
use crate::kernel::KernelDrops;
use crate::queue::Incoming;

/// The socket could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("could not listen on udp `{address}`")]
pub struct BindError {
    /// The wanted address.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// Receives documents, one a datagram.
#[derive(Debug)]
pub struct UdpReceiver {
    socket: UdpSocket,
}

impl UdpReceiver {
    /// Opens the socket; port 0 picks a free one.
    ///
    /// # Errors
    /// [`BindError`] when the system refuses the address.
    pub fn bind(address: SocketAddr) -> Result<UdpReceiver, BindError> {
        open(address)
            .map(|socket| UdpReceiver { socket })
            .map_err(|source| BindError { address, source })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Counts what the kernel drops because its buffer of this socket is full, until it is dropped. Where the system
    /// does not tell, nothing is counted.
    pub async fn count_kernel_drops(&self) {
        let mut tick = tokio::time::interval(KERNEL_ASKED_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut drops = KernelDrops::of(&self.socket);
        loop {
            tick.tick().await;
            Metric::DatagramsDropped.count_of("cause", "kernel", drops.more());
        }
    }

    /// Takes datagrams until it is dropped.
    pub async fn run(&self, incoming: &Incoming) {
        let mut buffer = vec![0; DATAGRAM_BYTES_MAX];
        loop {
            match self.socket.recv(&mut buffer).await {
                Ok(length) => {
                    if let Some(document) = document_of(buffer.get(..length).unwrap_or_default()) {
                        incoming.put(document).await;
                    }
                }
                Err(error) => warn!(
                    error = &error as &dyn std::error::Error,
                    "could not receive a datagram"
                ),
            }
        }
    }
}

fn open(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    if let Err(error) = socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES) {
        debug!(
            error = &error as &dyn std::error::Error,
            "receive buffer stays as it is"
        );
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

fn document_of(datagram: &[u8]) -> Option<Bytes> {
    if datagram.is_empty() {
        return None;
    }
    Metric::DatagramsReceived.count(1);
    match document_in(datagram) {
        Ok(document) => Some(Bytes::copy_from_slice(document)),
        Err(malformed) => {
            let cause = match malformed {
                Malformed::MissingHeaderOrSegment => "missing header or segment",
                Malformed::InvalidHeader => "invalid header",
            };
            Metric::DatagramsMalformed.count_of("cause", cause, 1);
            debug!(cause, bytes = datagram.len(), "datagram dropped");
            None
        }
    }
}

/// No UDP datagram can be longer.
const DATAGRAM_BYTES_MAX: usize = 65_536;
const RECEIVE_BUFFER_BYTES: usize = 4 << 20;
const KERNEL_ASKED_EVERY: Duration = Duration::from_secs(1);
