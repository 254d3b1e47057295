//! Requests and answers: counting them, not waiting for ever, and noticing what is no answer of a store.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, StreamExt, stream};
use http::{Method, Request, Response};
use opendal::{Buffer, HttpBody, HttpTransport, Result as Answer, raw::oio::ReadStream};
use opendal_http_transport_reqwest::ReqwestTransport;
use rustls::crypto::ring;
use tokio::time::timeout;

use super::trouble::Trouble;

/// The slowest way that an upload is given the time for, in bytes a second.
const SLOWEST: u64 = 8 * 1024;

/// How much of a refusal is read, in bytes.
const REFUSAL_LARGEST: usize = 8 * 1024;

/// The way to a server.
pub struct Transport {
    inner: ReqwestTransport,
    silence: Duration,
    requests: Arc<AtomicUsize>,
    clock: Clock,
}

/// How far the clock of this computer is ahead of that of whoever answered last.
pub type Clock = Arc<Mutex<Option<TimeDelta>>>;

impl Transport {
    /// Makes the way; every request is added to the number, and the clock of every answer is noted.
    ///
    /// Whom to trust says the system: its store of certificates on Windows and macOS, its folder of them on other systems, or
    /// what `SSL_CERT_FILE` and `SSL_CERT_DIR` name there.
    pub fn new(
        silence: Duration,
        encrypted: bool,
        (requests, clock): (Arc<AtomicUsize>, Clock),
    ) -> Result<Self, reqwest::Error> {
        // Where one is in place already it stays.
        let _ = ring::default_provider().install_default();
        let client = || reqwest::Client::builder().connect_timeout(silence);
        let built = match client().build() {
            // A system without any certificates can still go an open way.
            Err(_) if !encrypted => client().tls_certs_only([]).build(),
            built => built,
        };
        Ok(Self { inner: ReqwestTransport::new(built?), silence, requests, clock })
    }
}

impl HttpTransport for Transport {
    async fn fetch(&self, request: Request<Buffer>) -> Answer<Response<HttpBody>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let method = request.method().clone();
        let of_people = request.uri().path().contains("/ev/");
        let upload = Duration::from_secs(request.body().len() as u64 / SLOWEST);
        let answered = timeout(self.silence + upload, self.inner.fetch(request)).await;
        let response = answered.map_err(|_| Trouble::Silent)?.map_err(Trouble::on_the_way)?;
        let silence = self.silence;
        let response = response.map(|body| body.map_inner(|stream| Box::new(hurried(stream, silence))));
        if let Some(ahead) = ahead_of(&response) {
            *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
        }
        let status = response.status();
        let is_page = response.headers().get(http::header::CONTENT_TYPE).is_some_and(|kind| {
            kind.to_str().is_ok_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/html"))
        });
        // What people photograph and attach may be anything; all other objects are the program's own.
        let is_portal = match method.as_str() {
            "PROPFIND" | "MKCOL" => status.as_u16() == 200,
            _ => method == Method::GET && status.is_success() && is_page && !of_people,
        };
        if is_portal {
            return Err(Trouble::Page.into());
        }
        match (method.as_str(), status.as_u16()) {
            // What the library knows how to read itself: nothing there, and a folder that is there already.
            (_, 404) | ("MKCOL", 405) => Ok(response),
            ("GET", code @ (201..=205 | 207..=299)) => Err(Trouble::Strange(format!("HTTP {code}")).into()),
            (_, 200..=299) => Ok(response),
            // Whatever could be followed was followed already.
            (_, 300..=399) => {
                let to = response.headers().get(http::header::LOCATION).and_then(|to| to.to_str().ok());
                Err(Trouble::Moved(to.map(str::to_owned)).into())
            }
            _ => Err(refusal(response).await.into()),
        }
    }
}

/// Says how far the clock of this computer is ahead of the one that an answer was given by.
fn ahead_of(response: &Response<HttpBody>) -> Option<TimeDelta> {
    let date = response.headers().get(http::header::DATE)?.to_str().ok()?;
    Some(Utc::now() - DateTime::parse_from_rfc2822(date).ok()?.to_utc())
}

/// Reads what a refusal says.
async fn refusal(response: Response<HttpBody>) -> Trouble {
    let code = response.status().as_u16();
    let seconds = response.headers().get(http::header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let mut body = response.into_body();
    let mut said = Vec::new();
    while said.len() < REFUSAL_LARGEST
        && let Ok(part) = body.read().await
        && !part.is_empty()
    {
        said.extend_from_slice(&part.to_bytes());
    }
    let said = String::from_utf8_lossy(&said);
    // S3 names what is wrong in an element; other servers say nothing that a program could use.
    let name = said.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>")).map(|(name, _)| name.trim());
    Trouble::Refused { code, name: name.unwrap_or_default().to_owned(), pause: seconds.map(Duration::from_secs) }
}

/// Ends a body that falls silent.
fn hurried(
    body: Box<dyn Stream<Item = Answer<Buffer>> + Send + Sync + Unpin>,
    silence: Duration,
) -> impl Stream<Item = Answer<Buffer>> + Send + Sync + Unpin {
    let parts = stream::unfold(Some(body), move |body| async move {
        let mut body = body?;
        match timeout(silence, body.next()).await {
            Ok(Some(Ok(part))) => Some((Ok(part), Some(body))),
            Ok(Some(Err(error))) => Some((Err(Trouble::on_the_way(error)), None)),
            Ok(None) => None,
            Err(_) => Some((Err(Trouble::Silent.into()), None)),
        }
    });
    Box::pin(parts)
}
