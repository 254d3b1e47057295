//! Stores on a network as hubs: `WebDAV` and S3-compatible buckets.
//!
//! Everything that waits is in here: a small runtime that lives in the calling thread, so that the rest of the program knows
//! of no other way than calling and getting an answer. What a server answers is sorted in [`trouble`]; what may pass is tried
//! again, everything else becomes a message of its own.

mod distrust;
mod transport;
mod trouble;

use std::{
    collections::BTreeSet,
    pin::pin,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use futures_util::{
    StreamExt, TryStreamExt,
    future::{Either, select},
    stream,
};
use opendal::{
    Buffer, Entry, ErrorKind, HttpTransporter, OperationContext, Operator, Result as Answer,
    services::{S3, Webdav},
};
use tokio::runtime::{Builder, Runtime};

use self::{
    transport::{Clock, Transport},
    trouble::{Trouble, explain},
};
use super::{
    credentials::Credentials,
    hub::{AT_ONCE, Hub},
    keys::{hex, random},
    place::{Remote, Service},
    visit::stopped,
};
use crate::{
    error::{Error, Kind, Result},
    text,
};

/// Where objects are on their way until they are whole.
const UNDER_WAY: &str = "tmp/";

/// After how many seconds nobody is still uploading what is under way.
const LEFT_AFTER: i64 = 24 * 60 * 60;

/// How long to wait, and how often.
#[derive(Clone, Debug)]
pub struct Patience {
    /// How long a server may be silent.
    pub silence: Duration,
    /// How long to wait before each further try.
    pub pauses: Vec<Duration>,
}

impl Default for Patience {
    fn default() -> Self {
        Self { silence: Duration::from_secs(30), pauses: [300, 1_000, 4_000].map(Duration::from_millis).to_vec() }
    }
}

/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_millis(50);

/// The longest that a server can ask to be left alone before the next try.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A store on a network.
pub struct Store {
    operator: Operator,
    runtime: Runtime,
    service: Service,
    place: String,
    patience: Patience,
    /// The folders of a `WebDAV` server that are known to be there.
    folders: Mutex<BTreeSet<String>>,
    requests: Arc<AtomicUsize>,
    /// Whether what killed programs left under way was looked for already.
    swept: AtomicBool,
    /// Says when to end at once, however long the server takes.
    stopping: OnceLock<Arc<AtomicBool>>,
    clock: Clock,
    /// Makes the names of objects under way this store's own: two people may upload one object at the same time.
    own: String,
}

/// What came of asking for an object.
#[derive(Debug, PartialEq, Eq)]
enum Read {
    Nothing,
    Whole(Vec<u8>),
    TooLarge,
}

impl Store {
    /// Opens a store; nothing is asked of it yet.
    pub fn open(remote: &Remote, credentials: Option<&Credentials>, patience: Patience) -> Result<Self> {
        let failed = |error: opendal::Error| {
            Error::new(Kind::Usage, text!("remote.address", address = remote))
                .hint(text!("remote.address.hint"))
                .because(error)
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::new(Kind::Storage, text!("remote.no-start")).because(error))?;
        let requests = Arc::<AtomicUsize>::default();
        let clock = Clock::default();
        let noted = (Arc::clone(&requests), Arc::clone(&clock));
        let transport = Transport::new(patience.silence, remote.encrypted, noted).map_err(|error| {
            Error::new(Kind::Storage, text!("remote.no-start")).hint(text!("remote.no-start.hint")).because(error)
        })?;
        let scheme = if remote.encrypted { "https" } else { "http" };
        let endpoint = format!("{scheme}://{}", remote.host);
        let root = format!("/{}", remote.root);
        let operator = match remote.service {
            Service::WebDav => Operator::new(webdav(&endpoint, &root, credentials)),
            Service::S3 => Operator::new(s3(&endpoint, &root, remote, credentials)),
        };
        let context = OperationContext::new().with_http_transport(HttpTransporter::new(transport));
        Ok(Self {
            operator: operator.map_err(failed)?.with_context(context),
            runtime,
            service: remote.service,
            place: remote.to_string(),
            patience,
            folders: Mutex::default(),
            requests,
            swept: AtomicBool::default(),
            stopping: OnceLock::new(),
            clock,
            own: hex(&random::<8>()?),
        })
    }

    /// Returns the number of requests so far.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Waits for something, unless it is told to stop.
    fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        let told = async {
            while !self.stopping.get().is_some_and(|stopping| stopping.load(Ordering::Relaxed)) {
                tokio::time::sleep(LOOK).await;
            }
        };
        match self.runtime.block_on(select(pin!(work), pin!(told))) {
            Either::Left((done, _)) => Ok(done),
            Either::Right(_) => Err(stopped()),
        }
    }

    /// Tries until it succeeds, or until trying again is of no use.
    async fn patiently<T>(&self, work: impl AsyncFn() -> Answer<T>) -> Answer<T> {
        let mut pauses = self.patience.pauses.iter();
        loop {
            let error = match work().await {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let trouble = Trouble::of(&error);
            let may_pass = trouble.map_or_else(|| error.is_temporary(), Trouble::passes);
            let Some(pause) = pauses.next().filter(|_| may_pass) else { return Err(error) };
            let asked = trouble.and_then(Trouble::pause).unwrap_or_default();
            tokio::time::sleep(asked.min(LONGEST_PAUSE).max(*pause)).await;
        }
    }

    async fn read(&self, name: &str, largest: u64) -> Answer<Read> {
        let mut stream = self.operator.reader(name).await?.into_stream(..).await?;
        let mut bytes = Vec::new();
        loop {
            match stream.try_next().await {
                Ok(Some(part)) => bytes.extend_from_slice(&part.to_bytes()),
                // What people photograph and attach may be anything; all other objects are the program's own.
                Ok(None) if !name.starts_with("ev/") && is_page(&bytes) => return Err(Trouble::Page.into()),
                Ok(None) => return Ok(Read::Whole(bytes)),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Read::Nothing),
                Err(error) => return Err(error),
            }
            if bytes.len() as u64 > largest {
                return Ok(Read::TooLarge);
            }
        }
    }

    async fn fetch(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        match self.patiently(async || self.read(name, largest).await).await {
            Ok(Read::Nothing) => Ok(None),
            Ok(Read::Whole(bytes)) => Ok(Some(bytes)),
            Ok(Read::TooLarge) => Err(Error::input(text!("storage.too-large", size = largest / 1024 / 1024))
                .at(format!("{}/{name}", self.place))
                .hint(text!("storage.too-large.hint", largest = largest / 1024 / 1024))),
            Err(error) => Err(explain(&error, &self.place)),
        }
    }

    async fn send(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let sent = self
            .patiently(async || {
                self.publish(name, bytes).await?;
                match self.read(name, bytes.len() as u64).await? {
                    Read::Whole(back) if back == bytes => Ok(()),
                    _ => Err(Trouble::OtherBack.into()),
                }
            })
            .await;
        sent.map_err(|error| explain(&error, &self.place))
    }

    /// Uploads an object, on `WebDAV` under another name first: half an upload can be seen by everybody there.
    async fn publish(&self, name: &str, bytes: &[u8]) -> Answer<()> {
        let bytes = Buffer::from(bytes.to_vec());
        if self.service == Service::S3 {
            return self.operator.write(name, bytes).await.map(drop);
        }
        // The same object goes the same way again, so that broken uploads do not pile up.
        let under_way =
            format!("{UNDER_WAY}{}", &blake3::hash(format!("{} {name}", self.own).as_bytes()).to_hex()[..32]);
        let sent = async {
            self.make_folder(UNDER_WAY).await?;
            self.operator.write(&under_way, bytes).await?;
            if !self.swept.swap(true, Ordering::Relaxed) {
                self.sweep(&under_way).await;
            }
            self.make_folder(name.rsplit_once('/').map_or("", |(folder, _)| folder)).await?;
            self.operator.rename(&under_way, name).await
        };
        sent.await.map_err(|error| {
            let code = match Trouble::of(&error) {
                Some(Trouble::Refused { code: 409, .. }) => 409,
                _ if error.kind() == ErrorKind::NotFound => 404,
                _ => return error,
            };
            // Somebody took a folder away that was there; the next try makes it again.
            self.folders.lock().unwrap_or_else(PoisonError::into_inner).clear();
            Trouble::NoFolder(code).into()
        })
    }

    /// Takes away what programs that were killed left under way; `own` is one that has just been uploaded.
    ///
    /// Its time is the server's present, so that no other clock is asked. Where somebody needs a day for an upload the next
    /// try puts it again. A server that does not allow this keeps what was left: nobody reads it.
    async fn sweep(&self, own: &str) {
        let listed = self.operator.list(UNDER_WAY).await.unwrap_or_default();
        let second = |entry: &Entry| entry.metadata().last_modified().map(|time| time.into_inner().as_second());
        let Some(now) = listed.iter().find(|entry| entry.path() == own).and_then(second) else { return };
        let is_left = |entry: &&Entry| second(entry).is_some_and(|second| now - second > LEFT_AFTER);
        let files = listed.iter().filter(|entry| entry.metadata().is_file() && is_plain(entry.name()));
        for left in files.filter(is_left) {
            if self.operator.delete(left.path()).await.is_err() {
                return;
            }
        }
    }

    async fn make_folder(&self, folder: &str) -> Answer<()> {
        let folder = folder.trim_end_matches('/');
        let is_known = || self.folders.lock().unwrap_or_else(PoisonError::into_inner).contains(folder);
        if !folder.is_empty() && !is_known() {
            self.operator.create_dir(&format!("{folder}/")).await?;
            self.folders.lock().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
        }
        Ok(())
    }

    async fn listed(&self, folder: &str) -> Result<Vec<(String, Option<String>)>> {
        let path = format!("{folder}/");
        let listed = self.patiently(async || self.operator.list(&path).await).await;
        let listed = listed.map_err(|error| explain(&error, &self.place))?;
        let files = listed.iter().filter(|entry| entry.metadata().is_file() && is_plain(entry.name()));
        let mut found: Vec<_> = files
            .map(|entry| {
                let metadata = entry.metadata();
                let changed = metadata.last_modified().map(|time| time.to_string()).unwrap_or_default();
                let sign = format!("{} {} {changed}", metadata.content_length(), metadata.etag().unwrap_or_default());
                (entry.name().to_owned(), Some(sign))
            })
            .collect();
        found.sort_unstable();
        found.dedup_by(|one, other| one.0 == other.0);
        Ok(found)
    }
}

impl Hub for Store {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        self.wait(self.fetch(name, largest))?
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.wait(self.send(name, bytes))?
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        Ok(self.signs(folder)?.into_iter().map(|(name, _)| name).collect())
    }

    fn place(&self) -> String {
        self.place.clone()
    }

    fn get_all(&self, names: &[String], largest: u64) -> Vec<Result<Option<Vec<u8>>>> {
        let fetched = stream::iter(names).map(|name| self.fetch(name, largest)).buffered(AT_ONCE).collect();
        self.wait(fetched).unwrap_or_else(|_| names.iter().map(|_| Err(stopped())).collect())
    }

    fn put_all(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        let sent = stream::iter(objects).map(|(name, bytes)| self.send(name, bytes)).buffered(AT_ONCE);
        self.wait(sent.try_collect())?
    }

    fn signs(&self, folder: &str) -> Result<Vec<(String, Option<String>)>> {
        self.wait(self.listed(folder))?
    }

    fn heed(&self, stopping: &Arc<AtomicBool>) {
        // The first one is told for as long as the store is open.
        let _ = self.stopping.set(Arc::clone(stopping));
    }

    fn own_clock_ahead(&self) -> Option<TimeDelta> {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn webdav(endpoint: &str, root: &str, credentials: Option<&Credentials>) -> Webdav {
    // Folders are made once here, and not looked for before every upload.
    let webdav = Webdav::default().endpoint(endpoint).root(root).disable_create_dir(true);
    match credentials {
        Some(Credentials { user, secret }) => webdav.username(user).password(secret),
        None => webdav,
    }
}

fn s3(endpoint: &str, root: &str, remote: &Remote, credentials: Option<&Credentials>) -> S3 {
    // Nothing is taken from files or services of the computer that have nothing to do with this hub.
    let s3 = S3::default().endpoint(endpoint).root(root).bucket(&remote.bucket).region(&remote.region);
    let s3 = s3.disable_config_load().disable_ec2_metadata();
    let s3 = if remote.bucket_in_host { s3.enable_virtual_host_style() } else { s3 };
    match credentials {
        Some(Credentials { user, secret }) => s3.access_key_id(user).secret_access_key(secret),
        None => s3.skip_signature(),
    }
}

/// Says whether an answer is a page for people, whatever its head said: a network that wants a login first.
fn is_page(bytes: &[u8]) -> bool {
    let begins = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    ["<!doctype html", "<html"]
        .iter()
        .any(|mark| begins.get(..mark.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(mark.as_bytes())))
}

/// Says whether the last part of a name is one that this program gives: whatever else lies there is somebody else's.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}
