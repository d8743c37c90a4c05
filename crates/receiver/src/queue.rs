//! Documents between the socket and the write path. Whoever empties the socket must never wait long, since the kernel
//! keeps little: checking documents, and waiting for room, is somebody else's.

use std::sync::Arc;

use bytes::Bytes;
use ingest::Ingest;
use tokio::sync::{Semaphore, mpsc};

/// Where the socket puts what it got.
#[derive(Debug)]
pub struct Incoming {
    documents: mpsc::Sender<Bytes>,
    room: Arc<Semaphore>,
}

/// What has come and has not been offered yet.
#[derive(Debug)]
pub struct Waiting {
    documents: mpsc::Receiver<Bytes>,
    /// In bytes.
    room: Arc<Semaphore>,
}

/// A queue of documents. LIMIT: it takes so many bytes, though always one document; more stays in the socket.
pub fn queue(bytes_max: usize) -> (Incoming, Waiting) {
    let (sender, receiver) = mpsc::channel(DOCUMENTS_MAX);
    let bytes_max = bytes_max.clamp(usize::from(u16::MAX), Semaphore::MAX_PERMITS);
    let room = Arc::new(Semaphore::new(bytes_max));
    let incoming = Incoming {
        documents: sender,
        room: Arc::clone(&room),
    };
    let waiting = Waiting {
        documents: receiver,
        room,
    };
    (incoming, waiting)
}

impl Incoming {
    /// Returns once there is room; what nobody takes any more is dropped. A datagram's document has less than 64 KiB.
    pub(crate) async fn put(&self, document: Bytes) {
        let bytes = u32::try_from(document.len()).unwrap_or(u32::MAX);
        if let Ok(room) = self.room.acquire_many(bytes).await {
            room.forget();
            drop(self.documents.send(document).await);
        }
    }
}

impl Waiting {
    /// Offers what comes, in its order, until nothing can come any more. What has come meanwhile is offered together, so
    /// that one append serves many datagrams.
    pub async fn offer_to(mut self, ingest: Ingest) {
        let mut documents = Vec::new();
        while self.take(&mut documents).await {
            // Without room the write path says itself what it drops.
            ingest.has_room().await;
            ingest.offer(&documents).await;
            self.give_room(&mut documents);
        }
    }

    async fn take(&mut self, documents: &mut Vec<Bytes>) -> bool {
        self.documents.recv_many(documents, BATCH_DOCUMENTS_MAX).await > 0
    }

    fn give_room(&self, documents: &mut Vec<Bytes>) {
        self.room.add_permits(documents.iter().map(Bytes::len).sum());
        documents.clear();
    }
}

/// LIMIT: so many documents wait, however small they are.
const DOCUMENTS_MAX: usize = 32_768;
/// LIMIT: so many documents become one append.
const BATCH_DOCUMENTS_MAX: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_lets_the_socket_wait_until_something_is_offered() {
        let (incoming, mut waiting) = queue(100_000);
        let document = |number: u8| Bytes::from(vec![number; 50_000]);
        incoming.put(document(0)).await;
        incoming.put(document(1)).await;
        let mut third = Box::pin(incoming.put(document(2)));
        tokio::select! {
            biased;
            () = &mut third => panic!("there is no room"),
            () = std::future::ready(()) => {}
        }
        let mut documents = vec![];
        assert!(waiting.take(&mut documents).await);
        assert_eq!(documents, [document(0), document(1)]);
        waiting.give_room(&mut documents);
        third.await;
        // What was put stays, whoever goes.
        drop(incoming);
        assert!(waiting.take(&mut documents).await);
        assert_eq!(documents, [document(2)]);
        assert!(!waiting.take(&mut documents).await);
    }
}
