//! Why TLS did not come about, in words that say what to do. rustls's own name a type and not a remedy.

use std::error::Error;
use std::io;

use reqwest::RequestBuilder;
use rustls::{AlertDescription, CertificateError, Error as TlsError, InvalidMessage};

use super::timeouts;

/// What to do where the authority is not known.
const UNTRUSTED: &str = "where a proxy looks into HTTPS, set SSL_CERT_FILE to a file with its certificate authority";

/// What to say of a handshake with `host` that failed, and will fail whenever it is tried; nothing of other errors.
/// `variable` may name another host.
pub fn distrust(error: &(dyn Error + 'static), host: &str, variable: &str) -> Option<String> {
    said(of_handshake(error)?, host, variable)
}

/// Whether this request to an `https://` address is answered in TLS, be it with a certificate that is not accepted.
pub async fn is_answered_in_tls(request: RequestBuilder) -> bool {
    match request.timeout(timeouts::TLS_PROBE).send().await {
        Ok(_) => true,
        Err(error) => of_handshake(&error).is_some_and(|failed| !matches!(failed, TlsError::InvalidMessage(_))),
    }
}

/// The handshake's own error, if this one comes of it.
fn of_handshake<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a TlsError> {
    tls(error).or_else(|| of_handshake(error.source()?))
}

/// The handshake's own error, which errors of input and output may hold, one in the other.
fn tls<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a TlsError> {
    let held = || tls(cause.downcast_ref::<io::Error>()?.get_ref()?);
    cause.downcast_ref().or_else(held)
}

fn said(error: &TlsError, host: &str, variable: &str) -> Option<String> {
    let whose = format!("the certificate that {host} shows");
    Some(match error {
        TlsError::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            format!("{whose} has expired; is the clock of this machine right?")
        }
        TlsError::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
            format!("{whose} is not valid yet; is the clock of this machine right?")
        }
        TlsError::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => {
            format!("{whose} is for another host; is {variable} right, or a proxy in between?")
        }
        TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => {
            format!("{whose} is of an authority that this machine does not know (UnknownIssuer); {UNTRUSTED}")
        }
        TlsError::InvalidCertificate(other) => {
            // The innermost word is the reason, such as `CaUsedAsEndEntity`.
            let all = format!("{other:?}");
            let reason = all.rsplit('(').next().unwrap_or_default().trim_end_matches(')');
            format!("{whose} is not accepted ({reason}); {UNTRUSTED}")
        }
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => {
            format!("{host} does not speak HTTPS on this port; is {variable} right, or does it want http://?")
        }
        TlsError::AlertReceived(AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion)
        | TlsError::PeerIncompatible(_) => {
            format!("{host} and heeler have no version of TLS in common: it takes 1.2 or newer ({error})")
        }
        _ => return None,
    })
}
