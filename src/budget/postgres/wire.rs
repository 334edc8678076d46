//! The connection: one message there, all its answers back, each with a deadline.
//!
//! The simple protocol carries several statements in one round trip and needs nothing prepared, so it
//! goes through a pooler too. The connection lives in a thread of its own: an answer that does not come
//! is given up after its deadline, whatever the network does. TLS is rustls, and always checks the
//! server's certificate and name.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls, SimpleQueryMessage};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Address;
use crate::budget::error::Fault;

/// How a wait is counted, without a clock.
const SLICE: Duration = Duration::from_millis(20);

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(8);

/// What is said of a connection that is not there any more, and of an answer with a warning.
const GONE: &str = "the connection was lost";
const WARNED: &str = "the server answered with a warning";

/// Rows of one statement.
pub(super) type Rows = Vec<Vec<Option<String>>>;

/// Why a message, or a piece of work, did not come to its end.
pub(super) enum Stop {
    /// For good.
    Fault(Fault),
    /// The server said no; SQLSTATE and its words. Nothing of the message holds.
    Refused(String, String),
    /// No answer after a wait of so long; another connection may do.
    Lost {
        why: String,
        waited: Duration,
        /// Whether a COMMIT of a charge may have arrived.
        committing: bool,
    },
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Stop {
    fn lost(why: &str) -> Self {
        Self::Lost {
            why: why.to_owned(),
            waited: Duration::ZERO,
            committing: false,
        }
    }
}

/// An open connection.
pub(super) struct Wire {
    /// Statements, and whether they commit a charge.
    messages: Sender<(String, bool)>,
    answers: Receiver<Result<Vec<Rows>, Stop>>,
}

impl Wire {
    pub(super) fn connect(address: &Address) -> Result<Self, Stop> {
        let (messages, inbox) = channel::<(String, bool)>();
        let (outbox, answers) = channel();
        let address = address.clone();
        let talk = move || {
            let warned = Arc::new(AtomicBool::new(false));
            let mut client = match open(&address, &warned) {
                Ok(client) => client,
                Err(stop) => return drop(outbox.send(Err(stop))),
            };
            let mut answer = Ok(Vec::new());
            while outbox.send(answer).is_ok() {
                let Ok((message, committing)) = inbox.recv() else {
                    return;
                };
                warned.store(false, Ordering::Relaxed);
                answer = match client.simple_query(&message) {
                    Ok(messages) if !warned.load(Ordering::Relaxed) => Ok(results(messages)),
                    // A COMMIT with a warning is no promise.
                    Ok(_) if committing => Err(Fault::Unknown(WARNED.to_owned()).into()),
                    Ok(_) => Err(Fault::Denied(WARNED.to_owned()).into()),
                    Err(error) => Err(stop(&error)),
                };
            }
        };
        thread::spawn(talk);
        let wire = Self { messages, answers };
        wire.answer(CONNECT, false)?;
        Ok(wire)
    }

    /// Sends statements and returns the rows of each.
    pub(super) fn send(
        &self,
        message: String,
        deadline: Duration,
        committing: bool,
    ) -> Result<Vec<Rows>, Stop> {
        let sent = self.messages.send((message, committing));
        sent.map_err(|_| Stop::lost(GONE))?;
        self.answer(deadline, committing)
    }

    fn answer(&self, deadline: Duration, committing: bool) -> Result<Vec<Rows>, Stop> {
        let mut waited = Duration::ZERO;
        let why = loop {
            match self.answers.recv_timeout(SLICE) {
                Ok(Err(Stop::Lost { why, .. })) => break why,
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Timeout) if waited < deadline => waited += SLICE,
                Err(RecvTimeoutError::Timeout) => break "it does not answer".to_owned(),
                Err(RecvTimeoutError::Disconnected) => break GONE.to_owned(),
            }
        };
        Err(Stop::Lost {
            why,
            waited,
            committing,
        })
    }
}

fn open(address: &Address, warned: &Arc<AtomicBool>) -> Result<Client, Stop> {
    let mut config = address.config.clone();
    config.connect_timeout(CONNECT).tcp_user_timeout(CONNECT);
    let warned = Arc::clone(warned);
    config.notice_callback(move |notice| {
        if notice.severity() == "WARNING" {
            warned.store(true, Ordering::Relaxed);
        }
    });
    let client = if address.tls {
        let tls = tls(address.roots.as_deref());
        config.connect(tls.map_err(Fault::Denied)?)
    } else {
        config.connect(NoTls)
    };
    client.map_err(|error| stop(&error))
}

/// Returns what encrypts connections, trusting the certificates of a file or the system's.
fn tls(roots: Option<&Path>) -> Result<MakeRustlsConnect, String> {
    let mut store = RootCertStore::empty();
    let certificates = match roots {
        Some(path) => CertificateDer::pem_file_iter(path)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| format!("{}: {error}", path.display()))?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    store.add_parsable_certificates(certificates);
    if store.is_empty() {
        return Err("no certificate to trust was found, name a file with sslrootcert=".to_owned());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn stop(error: &postgres::Error) -> Stop {
    if let Some(refused) = error.as_db_error() {
        let (code, words) = (refused.code().code(), refused.message());
        // The server goes away or has no room: the same as an answer that does not come.
        let passing = code.starts_with("57P") || code.starts_with("08");
        return match passing || code == "53300" || code == "25P03" {
            true => Stop::lost(words),
            false => Stop::Refused(code.to_owned(), words.to_owned()),
        };
    }
    let mut words = error.to_string();
    let mut passing = !words.contains("TLS");
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        let io = inner.downcast_ref::<std::io::Error>();
        // A certificate that is not trusted comes as data that is not valid.
        passing |= io.is_some_and(|io| io.kind() != std::io::ErrorKind::InvalidData);
        cause = inner.source();
    }
    if words.ends_with("UnknownIssuer") {
        words += "; sslrootcert=FILE in --state names an authority to trust";
    }
    match passing && !words.contains("password") {
        true => Stop::lost(&words),
        false => Fault::Denied(words).into(),
    }
}

fn results(messages: Vec<SimpleQueryMessage>) -> Vec<Rows> {
    let (mut all, mut rows) = (Vec::new(), Rows::new());
    for message in messages {
        match message {
            SimpleQueryMessage::Row(row) => {
                let cell = |at| row.get(at).map(str::to_owned);
                rows.push((0..row.len()).map(cell).collect());
            }
            SimpleQueryMessage::CommandComplete(_) => all.push(std::mem::take(&mut rows)),
            _ => {}
        }
    }
    all
}
