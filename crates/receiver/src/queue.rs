//! Documents between the socket and the write path. Whoever empties the socket must never wait long, since the kernel
//! keeps little: checking documents, and waiting for room, is somebody else's.

use bytes::Bytes;
use ingest::Ingest;
use tokio::sync::mpsc;

/// Where the socket puts what it got.
#[derive(Debug, Clone)]
pub struct Incoming {
    batches: mpsc::Sender<Vec<Bytes>>,
}

/// What has come and has not been offered yet.
#[derive(Debug)]
pub struct Waiting {
    batches: mpsc::Receiver<Vec<Bytes>>,
}

/// A queue of documents. LIMIT: it takes about `bytes_max`, though always a batch; more stays in the socket.
pub fn queue(bytes_max: usize) -> (Incoming, Waiting) {
    let (sender, receiver) = mpsc::channel((bytes_max / BATCH_BYTES_MAX).max(1));
    (Incoming { batches: sender }, Waiting { batches: receiver })
}

impl Incoming {
    /// Returns once there is room; what nobody takes any more is dropped.
    pub(crate) async fn put(&self, batch: Vec<Bytes>) {
        drop(self.batches.send(batch).await);
    }
}

impl Waiting {
    /// Offers what comes, in its order, until nothing can come any more.
    pub async fn offer_to(mut self, ingest: Ingest) {
        while let Some(batch) = self.batches.recv().await {
            // Without room the write path says itself what it drops.
            ingest.has_room().await;
            ingest.offer(&batch).await;
        }
    }
}

/// LIMIT: a batch takes about so many bytes.
pub(crate) const BATCH_BYTES_MAX: usize = 256 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_lets_the_socket_wait_until_something_is_taken() {
        let (incoming, mut waiting) = queue(2 * BATCH_BYTES_MAX);
        for number in 0..2 {
            incoming.put(vec![Bytes::from(vec![number])]).await;
        }
        let mut third = Box::pin(incoming.put(vec![Bytes::from(vec![2])]));
        tokio::select! {
            biased;
            () = &mut third => panic!("there is no room"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(waiting.batches.recv().await, Some(vec![Bytes::from(vec![0])]));
        third.await;
        // Whatever is dropped, what was put stays.
        drop(incoming);
        let rest = [waiting.batches.recv().await, waiting.batches.recv().await];
        assert_eq!(rest, [1, 2].map(|number| Some(vec![Bytes::from(vec![number])])));
        assert_eq!(waiting.batches.recv().await, None);
    }
}
