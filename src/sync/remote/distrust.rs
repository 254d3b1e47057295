//! Why the certificate of a server was not taken, and what to do about each reason.

use std::{error, io};

use chrono::{DateTime, NaiveDate};
use rustls::{CertificateError, pki_types::UnixTime};

use crate::{
    error::{Error, Kind},
    text,
};

/// Why a certificate was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// It was good until a day, where the system says until which.
    Expired(Option<NaiveDate>),
    /// It is good from a day on, where the system says from which.
    Early(Option<NaiveDate>),
    /// It is for other hosts, which are named where the system says so.
    OtherHost(Vec<String>),
    /// Nobody whom this computer trusts has signed it.
    Unknown,
    /// Anything else, in the words of the library.
    Other(String),
}

impl Distrust {
    /// Sorts what the library says.
    pub fn of(refused: &rustls::Error) -> Self {
        use CertificateError as Refused;
        let rustls::Error::InvalidCertificate(why) = refused else { return Self::Other(refused.to_string()) };
        match why {
            Refused::Expired => Self::Expired(None),
            Refused::ExpiredContext { not_after, .. } => Self::Expired(day(*not_after)),
            Refused::NotValidYet => Self::Early(None),
            Refused::NotValidYetContext { not_before, .. } => Self::Early(day(*not_before)),
            Refused::NotValidForName => Self::OtherHost(Vec::new()),
            Refused::NotValidForNameContext { presented, .. } => {
                Self::OtherHost(presented.iter().map(|name| bare(name)).collect())
            }
            Refused::UnknownIssuer => Self::Unknown,
            // What devices sign for themselves is mostly marked as that of an authority.
            Refused::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => Self::Unknown,
            other => Self::Other(other.to_string()),
        }
    }

    /// Says it to people, with what to do.
    pub fn explained(&self) -> Error {
        let said = |message, hint| Error::new(Kind::Storage, message).hint(hint);
        match self {
            Self::Expired(until) => {
                let error = said(text!("remote.certificate-expired"), text!("remote.certificate-expired.hint"));
                match until {
                    Some(day) => error.reason(text!("remote.certificate-until", day = day)),
                    None => error,
                }
            }
            Self::Early(from) => {
                let error = said(text!("remote.certificate-early"), text!("remote.certificate-early.hint"));
                match from {
                    Some(day) => error.reason(text!("remote.certificate-from", day = day)),
                    None => error,
                }
            }
            Self::OtherHost(names) => {
                let error = said(text!("remote.certificate-host"), text!("remote.certificate-host.hint"));
                if names.is_empty() {
                    return error;
                }
                error.reason(text!("remote.certificate-hosts", names = names.join(", ")))
            }
            Self::Unknown => said(text!("remote.certificate-unknown"), text!("remote.certificate-unknown.hint")),
            Self::Other(_) => said(text!("remote.certificate"), text!("remote.certificate.hint")),
        }
    }
}

fn day(time: UnixTime) -> Option<NaiveDate> {
    let time = DateTime::from_timestamp(i64::try_from(time.as_secs()).ok()?, 0)?;
    Some(time.date_naive())
}

/// Takes a name out of the way the library writes it, as `DnsName("nas.example.cn")`.
fn bare(name: &str) -> String {
    let inside = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inside.unwrap_or(name).trim_matches('"').to_owned()
}

/// Finds what the part that encrypts did not take, however deep in an error it lies.
pub fn encryption<'error>(error: &'error (dyn error::Error + 'static)) -> Option<&'error rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // What an error of input and output holds is not named as its source; it may hold another one of them.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inside.map(|inside| inside as &(dyn error::Error + 'static)).or_else(|| error.source());
    }
    None
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::ServerName;

    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn each_reason_to_distrust_a_certificate_is_said_in_words_of_its_own() {
        use CertificateError as Refused;
        let at = |seconds| UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let (time, new_year) = (at(1_795_465_768), 1_767_225_600);
        let expected = ServerName::try_from("localhost").expect("a name");
        let presented = vec!["DnsName(\"nas.example.cn\")".to_owned()];
        let cases = [
            (Refused::Expired, "已过期，连接已中止"),
            (Refused::ExpiredContext { time, not_after: at(new_year) }, "已过期，连接已中止：有效期至 2026-01-01"),
            (Refused::NotValidYet, "尚未生效，连接已中止"),
            (Refused::NotValidYetContext { time, not_before: at(new_year) }, "中止：2026-01-01 起有效"),
            (Refused::NotValidForName, "不是发给这个主机的，连接已中止"),
            (Refused::NotValidForNameContext { expected, presented }, "中止：证书只用于 nas.example.cn"),
            (Refused::UnknownIssuer, "（可能是服务器自签的），连接已中止"),
            (Refused::Revoked, "不可信，连接已中止"),
        ];
        for (refused, said) in cases {
            let error = Distrust::of(&rustls::Error::InvalidCertificate(refused.clone())).explained();
            let summary = error.summary(Lang::Zh);
            assert!(summary.starts_with("服务器的安全证书") && summary.ends_with(said), "{refused:?}: {summary}");
            assert!(error.next_step().is_some_and(|hint| hint.show(Lang::Zh).contains("不要绕过")), "{refused:?}");
        }
    }
}
