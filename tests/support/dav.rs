//! A small WebDAV server in memory that counts what it is asked, and fails as it is told to.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::Duration,
};

/// How a request fails.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// An answer with a status, headers and a body.
    Answer(u16, &'static str, &'static str),
    /// The connection is closed without a word.
    Hangup,
    /// Nobody answers, for as long as the test lasts.
    Silence,
    /// The answer says that it is longer than it is.
    TooShort,
    /// The answer says that it is shorter than it is.
    TooLong,
    /// Something that is no HTTP.
    Noise,
    /// The upload is kept by half, and the connection closed.
    Half,
}

struct Planned {
    request: String,
    times: usize,
    fault: Fault,
}

#[derive(Default)]
struct Inside {
    objects: BTreeMap<String, (Vec<u8>, u64)>,
    folders: BTreeSet<String>,
    requests: Vec<String>,
    faults: Vec<Planned>,
    login: Option<String>,
    changes: u64,
}

/// The server; it ends with the program.
pub struct Dav {
    address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
}

struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Dav {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let inside = Arc::new(Mutex::new(Inside { folders: ["/".to_owned()].into(), ..Inside::default() }));
        let shared = Arc::clone(&inside);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || drop(talk(&connection, &shared)));
            }
        });
        Self { address, inside }
    }

    /// Returns the address of a hub on it.
    pub fn hub(&self) -> String {
        format!("webdav+http://{}/hub", self.address)
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("nobody panicked")
    }

    /// Lets requests that begin with a method and hold a piece of a path fail, some times.
    pub fn fails(&self, request: &str, times: usize, fault: Fault) {
        self.inside().faults.push(Planned { request: request.to_owned(), times, fault });
    }

    /// From now on wants a user and a password, as `Basic` writes them.
    pub fn wants(&self, login: &str) {
        self.inside().login = Some(format!("Basic {login}"));
    }

    /// Returns what was asked since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.inside().requests)
    }

    /// Returns what tells how much was asked since the last time that this was taken.
    pub fn asked_so_far(&self) -> impl Fn() -> usize + Send + 'static {
        let inside = Arc::clone(&self.inside);
        move || inside.lock().expect("nobody panicked").requests.len()
    }

    /// Takes away everything that is there.
    pub fn lose(&self) {
        self.inside().objects.clear();
    }

    pub fn objects(&self) -> Vec<String> {
        self.inside().objects.keys().cloned().collect()
    }

    pub fn object(&self, name: &str) -> Vec<u8> {
        self.inside().objects.get(name).expect(name).0.clone()
    }

    pub fn put(&self, name: &str, bytes: &[u8]) {
        self.inside().put(name, bytes.to_vec());
    }

    /// Puts something there as if it had been there for a week.
    pub fn has_had(&self, name: &str, bytes: &[u8]) {
        self.inside().objects.insert(name.to_owned(), (bytes.to_vec(), LONG_AGO));
    }
}

/// The change before everything that a test does.
const LONG_AGO: u64 = 0;

fn talk(connection: &TcpStream, shared: &Mutex<Inside>) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut out = connection;
    while let Some(request) = read(&mut reader)? {
        let (fault, answer) = {
            let mut inside = shared.lock().expect("nobody panicked");
            let line = format!("{} {}", request.method, request.path);
            inside.requests.push(line.clone());
            let fault = inside.fault(&line);
            let answer = match fault {
                None => inside.answer(&request),
                Some(Fault::Half) => {
                    let half = request.body[..request.body.len() / 2].to_vec();
                    inside.put(&request.path, half);
                    Vec::new()
                }
                Some(_) => Vec::new(),
            };
            (fault, answer)
        };
        let answer = match fault {
            None => answer,
            Some(Fault::Answer(code, headers, body)) => response(code, headers, body.as_bytes()),
            Some(Fault::TooShort) => b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort".to_vec(),
            Some(Fault::TooLong) => b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlonger than that".to_vec(),
            Some(Fault::Noise) => b"\x16\x03\x01 no HTTP at all\r\n\r\n".to_vec(),
            Some(Fault::Silence) => {
                thread::sleep(Duration::from_secs(600));
                return Ok(());
            }
            Some(Fault::Hangup | Fault::Half) => return connection.shutdown(Shutdown::Both),
        };
        out.write_all(&answer)?;
        if fault.is_some_and(|fault| matches!(fault, Fault::TooShort | Fault::TooLong | Fault::Noise)) {
            return connection.shutdown(Shutdown::Both);
        }
    }
    Ok(())
}

fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|encoding| encoding == "chunked") {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
            let mut part = vec![0; size + 2];
            reader.read_exact(&mut part)?;
            body.extend_from_slice(&part[..size]);
            if size == 0 {
                break;
            }
        }
    } else if let Some(size) = headers.get("content-length").and_then(|size| size.parse().ok()) {
        body = vec![0; size];
        reader.read_exact(&mut body)?;
    }
    Ok(Some(Request { method, path, headers, body }))
}

fn response(code: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {code} Said\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

impl Inside {
    fn fault(&mut self, line: &str) -> Option<Fault> {
        let fits = |planned: &&mut Planned| {
            let (method, path) = planned.request.split_once(' ').unwrap_or((&planned.request, ""));
            planned.times > 0 && line.starts_with(method) && line.contains(path)
        };
        let planned = self.faults.iter_mut().find(fits)?;
        planned.times -= 1;
        Some(planned.fault)
    }

    fn put(&mut self, path: &str, bytes: Vec<u8>) {
        self.changes += 1;
        self.objects.insert(path.to_owned(), (bytes, self.changes));
    }

    fn has_folder_of(&self, path: &str) -> bool {
        let folder = path.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
        self.folders.contains(&format!("{folder}/"))
    }

    fn answer(&mut self, request: &Request) -> Vec<u8> {
        if self.login.as_ref().is_some_and(|login| request.headers.get("authorization") != Some(login)) {
            return response(401, "WWW-Authenticate: Basic realm=\"hub\"\r\n", b"");
        }
        let path = &request.path;
        match request.method.as_str() {
            "GET" => match self.objects.get(path) {
                Some((bytes, _)) => response(200, "Content-Type: application/octet-stream\r\n", bytes),
                None => response(404, "Content-Type: text/html\r\n", b"<html>nothing</html>"),
            },
            "PUT" if !self.has_folder_of(path) => response(409, "", b""),
            "PUT" => {
                self.put(path, request.body.clone());
                response(201, "Content-Type: text/html\r\n", b"<html>made</html>")
            }
            "MKCOL" if !self.has_folder_of(path) => response(409, "", b""),
            "MKCOL" => {
                let made = self.folders.insert(format!("{}/", path.trim_end_matches('/')));
                response(if made { 201 } else { 405 }, "", b"")
            }
            "MOVE" => {
                let target = request.headers.get("destination").cloned().unwrap_or_default();
                let target = target.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
                match self.objects.remove(path) {
                    Some((bytes, _)) if self.has_folder_of(&target) => {
                        self.put(&target, bytes);
                        response(201, "", b"")
                    }
                    Some(_) => response(409, "", b""),
                    None => response(404, "", b""),
                }
            }
            "DELETE" => response(if self.objects.remove(path).is_some() { 204 } else { 404 }, "", b""),
            "PROPFIND" => self.listing(path, request.headers.get("depth").is_some_and(|depth| depth == "1")),
            _ => response(405, "", b""),
        }
    }

    fn listing(&self, path: &str, deep: bool) -> Vec<u8> {
        let folder = format!("{}/", path.trim_end_matches('/'));
        let mut rows = String::new();
        if let Some((bytes, change)) = self.objects.get(path) {
            rows += &row(path, Some((bytes.len(), *change)));
        } else if self.folders.contains(&folder) {
            rows += &row(&folder, None);
        } else {
            return response(404, "", b"");
        }
        let inside =
            |name: &str| name.strip_prefix(&folder).is_some_and(|rest| !rest.trim_end_matches('/').contains('/'));
        if deep {
            for name in self.folders.iter().filter(|name| **name != folder && inside(name)) {
                rows += &row(name, None);
            }
            for (name, (bytes, change)) in self.objects.iter().filter(|(name, _)| inside(name)) {
                rows += &row(name, Some((bytes.len(), *change)));
            }
        }
        let xml = format!("<?xml version=\"1.0\"?><D:multistatus xmlns:D=\"DAV:\">{rows}</D:multistatus>");
        response(207, "Content-Type: application/xml\r\n", xml.as_bytes())
    }
}

fn row(name: &str, file: Option<(usize, u64)>) -> String {
    let kind = match file {
        Some((size, change)) => format!(
            "<D:resourcetype/><D:getcontentlength>{size}</D:getcontentlength><D:getetag>\"{change}\"</D:getetag>"
        ),
        None => "<D:resourcetype><D:collection/></D:resourcetype>".to_owned(),
    };
    // The clock of this server stands still, so that only the tags tell.
    let day = if file.is_some_and(|(_, change)| change == LONG_AGO) { "Sat, 14" } else { "Sat, 21" };
    let time = format!("<D:getlastmodified>{day} Nov 2026 10:42:07 GMT</D:getlastmodified>");
    format!(
        "<D:response><D:href>{name}</D:href><D:propstat><D:prop>{kind}{time}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
    )
}
