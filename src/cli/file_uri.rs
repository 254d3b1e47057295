//! `file:` addresses, by which editors name files (RFC 8089), and paths.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

/// Returns the path that an address names, or nothing where it is no file's.
pub fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let path = decoded(path)?;
    // `file:///C:/x` and `file:///c%3A/x` are what Windows has as `C:\x`.
    let drive = path.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic) && path.as_bytes().get(2) == Some(&b':');
    Some(match host {
        _ if drive => PathBuf::from(&path[1..]),
        "" | "localhost" => PathBuf::from(path),
        host => PathBuf::from(format!("//{host}{path}")),
    })
}

/// Returns the address of an absolute path.
pub fn from_path(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let mut uri = "file://".to_owned();
    if !path.starts_with('/') {
        uri.push('/');
    }
    for byte in path.trim_start_matches("//?/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn decoded(escaped: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_name_each_other() {
        let cases = [
            ("file:///home/a%20b/%E6%A3%80%E6%9F%A5.toml", "/home/a b/检查.toml"),
            ("file:///C%3A/x.toml", "C:/x.toml"),
        ];
        for (uri, path) in cases {
            assert_eq!(to_path(uri), Some(PathBuf::from(path)));
            assert_eq!(from_path(Path::new(path)), uri);
        }
        assert_eq!(to_path("file:///d:/x.toml"), Some(PathBuf::from("d:/x.toml")));
        assert_eq!(to_path("file://server/share/x"), Some(PathBuf::from("//server/share/x")));
        for wrong in ["untitled:1", "file://", "file:///%zz"] {
            assert_eq!(to_path(wrong), None, "{wrong}");
        }
    }
}
