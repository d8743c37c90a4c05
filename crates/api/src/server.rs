//! The HTTP listener.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::Api;
use crate::router::router;

/// The socket could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("could not listen on http `{address}`")]
pub struct BindError {
    /// The wanted address.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

/// Answers HTTP.
#[derive(Debug)]
pub struct HttpServer {
    listener: TcpListener,
}

impl HttpServer {
    /// Opens the socket; port 0 picks a free one.
    ///
    /// # Errors
    /// [`BindError`] when the system refuses the address.
    pub async fn bind(address: SocketAddr) -> Result<HttpServer, BindError> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| BindError { address, source })?;
        Ok(HttpServer { listener })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is done, then finishes what it has begun.
    ///
    /// # Errors
    /// What the system says of the socket.
    pub async fn run(self, api: Arc<Api>, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let service = router(api).into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(self.listener, service)
            .with_graceful_shutdown(stop)
            .await
    }
}
