//! What the kernel drops before we see it: Linux counts it for each socket (`/proc/net/udp`).

use std::fs;
use std::os::fd::{AsFd, AsRawFd};

/// How many datagrams the kernel has dropped for one socket.
#[derive(Debug)]
pub(crate) struct KernelDrops {
    /// Names the socket; `None` where the system does not tell.
    inode: Option<u64>,
    known: u64,
}

impl KernelDrops {
    /// Of this socket, from its beginning on.
    pub(crate) fn of(socket: &impl AsFd) -> KernelDrops {
        let descriptor = socket.as_fd().as_raw_fd();
        let link = fs::read_link(format!("/proc/self/fd/{descriptor}")).ok();
        let inode = link.and_then(|link| {
            let name = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
            name.parse().ok()
        });
        KernelDrops { inode, known: 0 }
    }

    /// How many more there are than when this was last asked.
    pub(crate) fn more(&mut self) -> usize {
        let tables = ["/proc/self/net/udp", "/proc/self/net/udp6"];
        let mut counts = tables.iter().filter_map(|table| {
            let table = fs::read_to_string(table).ok()?;
            drops_in(&table, self.inode?)
        });
        let drops = counts.next().unwrap_or(self.known);
        // The kernel's counter has 32 bits.
        let more = drops.wrapping_sub(self.known) & u64::from(u32::MAX);
        self.known = drops;
        usize::try_from(more).unwrap_or(usize::MAX)
    }
}

/// The inode is the tenth column of a socket's line, its drops are the last one.
fn drops_in(table: &str, inode: u64) -> Option<u64> {
    let inode = inode.to_string();
    let mut lines = table.lines().map(str::split_whitespace);
    let mut columns = lines.find(|columns| columns.clone().nth(9) == Some(&inode))?;
    columns.next_back()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use socket2::{Domain, Socket, Type};

    use super::*;

    #[test]
    fn drops_are_those_of_the_socket_with_the_inode() {
        let table = "\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  461: 0100007F:07D0 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 54321 2 0000000000000000 0
  462: 0100007F:07D1 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12345 2 0000000000000000 17
";
        assert_eq!(drops_in(table, 12_345), Some(17));
        assert_eq!(drops_in(table, 54_321), Some(0));
        assert_eq!(drops_in(table, 461), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_full_socket_drops_is_counted_once() {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap();
        socket.set_recv_buffer_size(4_096).unwrap();
        socket.set_nonblocking(true).unwrap();
        let address: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
        socket.bind(&address.into()).unwrap();
        let receiver = UdpSocket::from(socket);
        let mut drops = KernelDrops::of(&receiver);
        assert_eq!(drops.more(), 0);
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.connect(receiver.local_addr().unwrap()).unwrap();
        for _ in 0..SENT {
            sender.send(&[0; 1_000]).unwrap();
        }
        // On loopback a datagram has arrived, or is dropped, when `send` returns.
        let mut buffer = [0; 2_000];
        let taken = std::iter::from_fn(|| receiver.recv(&mut buffer).ok()).count();
        assert!((1..SENT).contains(&taken), "{taken}");
        assert_eq!(drops.more(), SENT - taken);
        assert_eq!(drops.more(), 0);
    }

    #[cfg(target_os = "linux")]
    const SENT: usize = 200;
}
