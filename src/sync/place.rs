//! Where a hub is, as people write it: a folder, or an address on a network.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    error::{Error, Kind, Result},
    text,
};

/// Where a hub is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder, a shared drive, a USB stick.
    Folder(PathBuf),
    /// A store on a network.
    Remote(Remote),
}

/// What sort of store it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `WebDAV` (RFC 4918).
    WebDav,
    /// A bucket of a store that speaks as Amazon S3 does.
    S3,
}

/// A store on a network.
///
/// `webdav+https://USER@HOST/PATH` or `s3+https://KEY@HOST/BUCKET/PATH?region=REGION&bucket=host`. It never holds a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// What sort of store it is.
    pub service: Service,
    /// Whether the way there is encrypted.
    pub encrypted: bool,
    /// The host, with its port where it is not the usual one.
    pub host: String,
    /// The user of a `WebDAV` server, or the access key of a bucket.
    pub user: Option<String>,
    /// The bucket; empty for `WebDAV`.
    pub bucket: String,
    /// The folder, without `/` at either end.
    pub root: String,
    /// The region that signatures are made for.
    pub region: String,
    /// Whether the bucket stands before the host's name, as some stores want it, and not behind.
    pub bucket_in_host: bool,
}

/// The ways to write an address.
const SCHEMES: [(&str, Service, bool); 4] = [
    ("webdav+https://", Service::WebDav, true),
    ("webdav+http://", Service::WebDav, false),
    ("s3+https://", Service::S3, true),
    ("s3+http://", Service::S3, false),
];

/// The region where none is said; stores of one's own take any.
const REGION: &str = "us-east-1";

impl Place {
    /// Reads what a person wrote.
    pub fn parse(written: &Path) -> Result<Self> {
        let Some(address) = written.to_str().filter(|text| text.contains("://")) else {
            return Ok(Self::Folder(written.to_owned()));
        };
        let wrong = || Error::new(Kind::Usage, text!("remote.address", address = without_secret(address)));
        let known = SCHEMES.iter().find_map(|(scheme, service, sealed)| {
            Some((
                address.get(..scheme.len())?.eq_ignore_ascii_case(scheme).then(|| &address[scheme.len()..])?,
                service,
                sealed,
            ))
        });
        let (rest, service, encrypted) = known.ok_or_else(|| wrong().hint(text!("remote.address.hint")))?;
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        // The name of a user may be an address of electronic mail.
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        if user.is_some_and(|user| user.contains(':')) {
            return Err(wrong().hint(text!("remote.address-secret.hint")));
        }
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
        let path = decoded(path.trim_matches('/')).filter(|path| {
            path.is_empty() || path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
        });
        let (Some(path), true) = (path, !host.is_empty() && host.bytes().all(is_host)) else {
            return Err(wrong().hint(text!("remote.address.hint")));
        };
        let mut remote = Remote {
            service: *service,
            encrypted: *encrypted,
            host: host.to_ascii_lowercase(),
            user: user.and_then(decoded).filter(|user| !user.is_empty()),
            bucket: String::new(),
            root: path,
            region: REGION.to_owned(),
            bucket_in_host: false,
        };
        if *service == Service::S3 {
            let (bucket, root) = remote.root.split_once('/').unwrap_or((&remote.root, ""));
            (remote.bucket, remote.root) = (bucket.to_owned(), root.to_owned());
        }
        let named = (*service == Service::S3) != remote.bucket.is_empty();
        if !named || !options.split('&').filter(|option| !option.is_empty()).all(|option| remote.take(option)) {
            return Err(wrong().hint(text!("remote.address.hint")));
        }
        Ok(Self::Remote(remote))
    }
}

impl Remote {
    /// Takes what stands behind the question mark; says whether it is known.
    fn take(&mut self, option: &str) -> bool {
        match option.split_once('=') {
            Some(("region", region)) if self.service == Service::S3 && !region.is_empty() => {
                region.clone_into(&mut self.region);
                true
            }
            Some(("bucket", "host")) if self.service == Service::S3 => {
                self.bucket_in_host = true;
                true
            }
            _ => false,
        }
    }

    /// Says whether what goes there could be read on the way, passwords too.
    pub fn is_open_to_all(&self) -> bool {
        let name = self.host.rsplit_once(':').map_or(self.host.as_str(), |(name, _)| name);
        !self.encrypted && !matches!(name, "localhost" | "[::1]") && !name.starts_with("127.")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(formatter, "{}", folder.display()),
            Self::Remote(remote) => remote.fmt(formatter),
        }
    }
}

/// Writes the address so that it can be read back.
impl fmt::Display for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = SCHEMES.iter().find(|(_, service, sealed)| (*service, *sealed) == (self.service, self.encrypted));
        formatter.write_str(scheme.map_or("", |(scheme, ..)| scheme))?;
        if let Some(user) = &self.user {
            write!(formatter, "{}@", encoded(user))?;
        }
        formatter.write_str(&self.host)?;
        for part in [&self.bucket, &self.root].into_iter().filter(|part| !part.is_empty()) {
            write!(formatter, "/{}", encoded(part))?;
        }
        let region = (self.region != REGION).then(|| format!("region={}", self.region));
        let bucket = self.bucket_in_host.then(|| "bucket=host".to_owned());
        let options: Vec<_> = [region, bucket].into_iter().flatten().collect();
        if options.is_empty() { Ok(()) } else { write!(formatter, "?{}", options.join("&")) }
    }
}

/// Leaves out what may be a password, before anything is shown or written to a log.
fn without_secret(address: &str) -> String {
    let Some((before, after)) = address.rsplit_once('@') else { return address.to_owned() };
    let begin = before.find("://").map_or(0, |at| at + 3);
    match before[begin..].find(':') {
        Some(at) => format!("{}:***@{after}", &before[..begin + at]),
        None => address.to_owned(),
    }
}

/// Reads `%41` as `A`; nothing where that gives no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Writes what would mean something else in an address as `%41`; names in Chinese stay readable.
fn encoded(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '%' | '?' | '#' | ':' | ' ' => format!("%{:02X}", u32::from(letter)),
            other => other.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_back() {
        let cases = [
            ("/mnt/share", None),
            ("E:\\ducha", None),
            ("webdav+https://dav.example.cn", Some(("dav.example.cn", None, "", ""))),
            ("webdav+https://wang@dav.example.cn/a/督查/", Some(("dav.example.cn", Some("wang"), "", "a/督查"))),
            (
                "webdav+https://wang@example.cn@dav.example.cn/dav",
                Some(("dav.example.cn", Some("wang@example.cn"), "", "dav")),
            ),
            ("webdav+http://127.0.0.1:8080/%E7%9D%A3 1", Some(("127.0.0.1:8080", None, "", "督 1"))),
            (
                "S3+HTTPS://AK@OSS.example.cn/bucket/a/b?region=cn-1&bucket=host",
                Some(("oss.example.cn", Some("AK"), "bucket", "a/b")),
            ),
            ("s3+http://localhost:9000/bucket", Some(("localhost:9000", None, "bucket", ""))),
        ];
        for (written, expected) in cases {
            let place = Place::parse(Path::new(written)).expect(written);
            let found = match &place {
                Place::Folder(_) => None,
                Place::Remote(Remote { host, user, bucket, root, .. }) => {
                    Some((host.as_str(), user.as_deref(), bucket.as_str(), root.as_str()))
                }
            };
            assert_eq!(found, expected, "{written}");
            assert_eq!(Place::parse(Path::new(&place.to_string())).expect(written), place, "{place}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_a_password_is_never_shown() {
        let cases = [
            "https://example.cn/dav",
            "webdav+https://",
            "webdav+https:///path",
            "webdav+https://ho st/path",
            "webdav+https://host/a/../b",
            "webdav+https://host/%zz",
            "webdav+https://host/a?region=x",
            "webdav+https://wang:geheim@host/a",
            "webdav+https://wang@example.cn:geheim@host/a",
            "s3+https://host",
            "s3+https://host/bucket?style=x",
        ];
        for written in cases {
            let error = Place::parse(Path::new(written)).expect_err(written);
            assert!(error.next_step().is_some() && !error.to_string().contains("geheim"), "{error}");
        }
    }

    #[test]
    fn an_open_way_is_only_harmless_inside_the_computer() {
        let cases = [
            ("webdav+https://host/a", false),
            ("webdav+http://host/a", true),
            ("webdav+http://10.0.0.1:80/a", true),
            ("webdav+http://127.0.0.1:80/a", false),
            ("s3+http://localhost:9000/b", false),
            ("s3+http://localhost.example.cn/b", true),
        ];
        for (written, expected) in cases {
            let Ok(Place::Remote(remote)) = Place::parse(Path::new(written)) else { panic!("{written}") };
            assert_eq!(remote.is_open_to_all(), expected, "{written}");
        }
    }
}
