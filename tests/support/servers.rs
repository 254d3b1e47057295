//! Real servers, where they are installed: wsgidav, dufs and moto. Each is started on a port of its own and ends with the test.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// A server that runs.
pub struct Server {
    running: Child,
    /// Where it keeps what it keeps, until the test ends.
    _folder: tempfile::TempDir,
    /// The address of a hub on it.
    pub hub: String,
    /// Who one is for it, where it wants to know.
    pub login: Option<(&'static str, &'static str)>,
    /// What it is.
    pub name: &'static str,
}

/// The servers that are known: the program, and whether it is a store as S3.
const KNOWN: [(&str, &str); 3] = [("wsgidav", "wsgidav"), ("dufs", "dufs"), ("moto", "moto_server")];

/// The bucket on an S3 store.
pub const BUCKET: &str = "bucket";

/// The folders in which programs are looked for beside `PATH`: those in `DUCHA_SERVERS`.
fn program(name: &str) -> Option<PathBuf> {
    let folders = ["DUCHA_SERVERS", "PATH"].into_iter().filter_map(std::env::var_os);
    let folders: Vec<PathBuf> = folders.flat_map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>()).collect();
    let named = if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() };
    folders.into_iter().map(|folder| folder.join(&named)).find(|path| path.is_file())
}

impl Server {
    /// Starts every known server that is installed, and says which are not.
    pub fn all() -> Vec<Self> {
        KNOWN
            .iter()
            .filter_map(|(name, binary)| {
                let started = program(binary).and_then(|program| Self::start(name, &program));
                if started.is_none() {
                    println!("skipped: {binary} is not installed, or does not start");
                }
                started
            })
            .collect()
    }

    fn start(name: &'static str, program: &std::path::Path) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
        let folder = tempfile::tempdir().expect("a folder for the server");
        let root = folder.path().to_string_lossy().into_owned();
        let number = port.to_string();
        let arguments: Vec<&str> = match name {
            "wsgidav" => {
                vec!["--host", "127.0.0.1", "--port", &number, "--root", &root, "--auth", "anonymous", "--quiet"]
            }
            "dufs" => vec!["-b", "127.0.0.1", "-p", &number, "-A", &root],
            _ => vec!["-H", "127.0.0.1", "-p", &number],
        };
        let mut command = Command::new(program);
        command.args(&arguments).current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        let running = command.stderr(Stdio::null()).spawn().ok()?;
        let (hub, login) = match name {
            "moto" => (format!("s3+http://127.0.0.1:{port}/{BUCKET}/hub"), Some(("testing", "testing"))),
            _ => (format!("webdav+http://127.0.0.1:{port}/hub"), None),
        };
        let mut server = Self { running, _folder: folder, hub, login, name };
        server.is_up(port).then_some(server)
    }

    /// Waits for the first answer, up to a minute; makes the bucket where there has to be one.
    fn is_up(&mut self, port: u16) -> bool {
        for _ in 0..600 {
            if self.running.try_wait().is_ok_and(|ended| ended.is_some()) {
                return false;
            }
            let path = if self.name == "moto" { format!("/{BUCKET}") } else { "/".to_owned() };
            let method = if self.name == "moto" { "PUT" } else { "OPTIONS" };
            let ask = || -> std::io::Result<String> {
                let mut connection = TcpStream::connect(("127.0.0.1", port))?;
                connection.set_read_timeout(Some(Duration::from_secs(10)))?;
                let line = format!(
                    "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
                connection.write_all(line.as_bytes())?;
                let mut answer = String::new();
                connection.read_to_string(&mut answer)?;
                Ok(answer)
            };
            if ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 2")) {
                return true;
            }
            thread::sleep(Duration::from_millis(100));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it has ended by itself there is nothing to end.
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}
