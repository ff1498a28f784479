//! Why TLS did not come about, in words that say what to do. rustls's own name a type and not a remedy.

use std::error::Error;
use std::io;

use rustls::{CertificateError, Error as TlsError, InvalidMessage};

/// What to do where the authority is not known.
const UNTRUSTED: &str = "where a proxy looks into HTTPS, set SSL_CERT_FILE to a file with its certificate authority";

/// What to say of a handshake that failed, and will fail whenever it is tried; nothing of other errors. `variable` may
/// name another host.
pub fn distrust(error: &(dyn Error + 'static), variable: &str) -> Option<String> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(tls) = tls(cause) {
            return said(tls, variable);
        }
        next = cause.source();
    }
    None
}

/// The handshake's own error, which errors of input and output may hold, one in the other.
fn tls<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a TlsError> {
    let held = || tls(cause.downcast_ref::<io::Error>()?.get_ref()?);
    cause.downcast_ref().or_else(held)
}

fn said(error: &TlsError, variable: &str) -> Option<String> {
    const WHOSE: &str = "the certificate that the other side shows";
    Some(match error {
        TlsError::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            format!("{WHOSE} has expired; is the clock of this machine right?")
        }
        TlsError::InvalidCertificate(CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }) => {
            format!("{WHOSE} is not valid yet; is the clock of this machine right?")
        }
        TlsError::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => {
            format!("{WHOSE} is for another host; is {variable} right, or a proxy in between?")
        }
        TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => {
            format!("{WHOSE} is of an authority that this machine does not know (UnknownIssuer); {UNTRUSTED}")
        }
        TlsError::InvalidCertificate(other) => {
            // The innermost word is the reason, such as `CaUsedAsEndEntity`.
            let all = format!("{other:?}");
            let reason = all.rsplit('(').next().unwrap_or_default().trim_end_matches(')');
            format!("{WHOSE} is not accepted ({reason}); {UNTRUSTED}")
        }
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => {
            format!("the other side does not speak HTTPS on this port; is {variable} right, or does it want http://?")
        }
        _ => return None,
    })
}
