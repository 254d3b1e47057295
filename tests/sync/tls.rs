//! A server whose certificate comes from an authority of the bureau's own, made for the test.
//!
//! Whom to trust says the system. Only on systems where a variable can name the certificates can a test do so; on Windows and
//! macOS the store of the system decides, into which an administrator puts them.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::support::{
    dav::Dav,
    environment::{Environment, Run},
};

/// Takes what is encrypted and passes it on as it is to another server.
const UNSEALER: &str = r#"
import socket, ssl, sys, threading
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
def pump(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    for end in (one, other):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def serve(connection):
    try:
        inside = context.wrap_socket(connection, server_side=True)
    except (ssl.SSLError, OSError):
        return
    host, port = sys.argv[3].split(":")
    outside = socket.create_connection((host, int(port)))
    threading.Thread(target=pump, args=(outside, inside), daemon=True).start()
    pump(inside, outside)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"#;

/// Makes an authority, and a certificate from it for the name `localhost` and for so many days.
const AUTHORITY: &str = r#"
set -e
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj "/CN=Bureau CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' > server.ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -extfile server.ext "$@"
"#;

/// A server behind a certificate; it ends when this is dropped.
struct Sealed {
    running: Child,
    port: u16,
}

impl Sealed {
    /// Starts it with the certificate that an authority gave it; nothing where there is no Python, or no openssl.
    fn start(folder: &Path, behind: &Dav, validity: &[&str]) -> Option<Self> {
        Self::start_as("server", folder, behind, validity)
    }

    /// Starts it with the certificate of the server or, as `ca`, with one that nobody else signed.
    fn start_as(who: &str, folder: &Path, behind: &Dav, validity: &[&str]) -> Option<Self> {
        let mut made = Command::new("sh");
        made.args(["-c", AUTHORITY, "sh"]).args(validity).current_dir(folder);
        let made = made.stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !made.is_ok_and(|status| status.success()) {
            println!("skipped: openssl is not there, or makes no certificates");
            return None;
        }
        let mut command = Command::new("python3");
        let (certificate, key) = (format!("{who}.pem"), format!("{who}.key"));
        command.args(["-c", UNSEALER, &certificate, &key, &behind.host()]).current_dir(folder);
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let Ok(mut running) = started else {
            println!("skipped: python3 is not there");
            return None;
        };
        let mut line = String::new();
        BufReader::new(running.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        Some(Self { port: line.trim().parse().expect("a port"), running })
    }

    fn hub(&self, host: &str) -> String {
        format!("webdav+https://{host}:{}/hub", self.port)
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        // Where it has ended by itself there is nothing to end.
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

fn run(environment: &Environment, trusted: Option<&Path>, arguments: &[&str]) -> Run {
    let mut program = environment.program();
    program.args(["--workspace", "ws"]).args(arguments);
    program.env("DUCHA_PASSPHRASE", "correct horse").env("DUCHA_KEYRING", "off");
    if let Some(trusted) = trusted {
        program.env("SSL_CERT_FILE", trusted);
    }
    environment.finish(&mut program)
}

#[test]
fn a_certificate_of_the_bureaus_own_is_trusted_where_the_system_trusts_its_authority() {
    let environment = Environment::with_workspace("zh");
    let server = Dav::start();
    let Some(sealed) = Sealed::start(&environment.path(""), &server, &["-days", "30"]) else { return };
    let authority = environment.path("ca.pem");
    let hub = sealed.hub("localhost");
    run(&environment, None, &["hub", "init", &hub]).fails(1, &["不是本机信任的机构签发的", "SSL_CERT_FILE"]);
    // Another name than the one that it was given for.
    let other = sealed.hub("127.0.0.1");
    run(&environment, Some(&authority), &["hub", "init", &other])
        .fails(1, &["不是发给这个主机的", "证书只用于 localhost"]);
    assert!(server.objects().is_empty(), "nothing went to whom nobody vouches for");
    run(&environment, Some(&authority), &["hub", "init", &hub]).good();
    run(&environment, Some(&authority), &["sync"]).good();
    assert!(server.objects().iter().any(|name| name.ends_with(".seg")));
    run(&environment, None, &["sync"]).fails(1, &["不是本机信任的机构签发的", "本机内容无损"]);
}

#[test]
fn a_certificate_that_a_server_signed_for_itself_is_not_trusted() {
    let environment = Environment::with_workspace("zh");
    let server = Dav::start();
    let Some(sealed) = Sealed::start_as("ca", &environment.path(""), &server, &["-days", "30"]) else { return };
    run(&environment, None, &["hub", "init", &sealed.hub("localhost")]).fails(1, &["可能是服务器自签的", "管理员"]);
    assert!(server.objects().is_empty());
}

#[test]
fn a_certificate_that_has_run_out_is_not_trusted() {
    let environment = Environment::with_workspace("zh");
    let server = Dav::start();
    let validity = ["-days", "-1"];
    let Some(sealed) = Sealed::start(&environment.path(""), &server, &validity) else { return };
    let authority = environment.path("ca.pem");
    run(&environment, Some(&authority), &["hub", "init", &sealed.hub("localhost")])
        .fails(1, &["安全证书已过期", "本机日期", "本机内容无损"]);
}

#[test]
fn a_system_without_any_certificates_is_told_so_and_can_go_an_open_way() {
    let environment = Environment::with_workspace("zh");
    let empty = environment.write("none.pem", "");
    let server = Dav::start();
    let sealed = format!("webdav+https://{}/hub", server.host());
    run(&environment, Some(&empty), &["hub", "init", &sealed]).fails(1, &["根证书"]);
    run(&environment, Some(&empty), &["hub", "init", &server.hub()]).good();
}
