//! Real servers, where they are installed: wsgidav, dufs, moto and s3s-fs. Each is started on a port of its own and ends with the test.

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

/// The servers that are known, and their programs.
const KNOWN: [(&str, &str); 4] =
    [("wsgidav", "wsgidav"), ("dufs", "dufs"), ("moto", "moto_server"), ("s3s-fs", "s3s-fs")];

/// Who one is for the stores as S3.
const LOGIN: (&str, &str) = ("testing", "testing");

/// The bucket on a store as S3.
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
            "s3s-fs" => {
                // Its buckets are folders.
                std::fs::create_dir(folder.path().join(BUCKET)).expect("a folder for the bucket");
                let (user, secret) = LOGIN;
                let login = ["--access-key", user, "--secret-key", secret];
                ["--host", "127.0.0.1", "--port", &number].into_iter().chain(login).chain([&*root]).collect()
            }
            _ => vec!["-H", "127.0.0.1", "-p", &number],
        };
        let mut command = Command::new(program);
        command.args(&arguments).current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
        let running = command.stderr(Stdio::null()).spawn().ok()?;
        let (hub, login) = match name {
            "moto" | "s3s-fs" => (format!("s3+http://127.0.0.1:{port}/{BUCKET}/hub"), Some(LOGIN)),
            _ => (format!("webdav+http://127.0.0.1:{port}/hub"), None),
        };
        let mut server = Self { running, _folder: folder, hub, login, name };
        server.is_up(port).then_some(server)
    }

    /// Waits for the first answer, up to a minute; makes the bucket where it has to be asked for.
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
            // Whoever does not say who they are is refused by s3s-fs, which is an answer as well.
            let wanted = if self.name == "s3s-fs" { "HTTP/1.1" } else { "HTTP/1.1 2" };
            if ask().is_ok_and(|answer| answer.starts_with(wanted)) {
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
