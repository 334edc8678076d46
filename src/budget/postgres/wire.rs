//! The connection: one message there, all its answers back, each with a deadline.
//!
//! The simple protocol carries several statements in one round trip and needs nothing prepared, so it
//! goes through a pooler too. The connection lives in a thread of its own: an answer that does not come
//! is given up after its deadline, whatever the network does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls, SimpleQueryMessage};

use super::address::Address;

/// How a wait is counted, without a clock.
const SLICE: Duration = Duration::from_millis(20);

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(8);

/// Rows of one statement.
pub(super) type Rows = Vec<Vec<Option<String>>>;

/// What went wrong.
#[derive(Clone, Debug)]
pub(super) enum Broken {
    /// No answer after a wait of so long: nobody knows what became of the message.
    Lost(String, Duration),
    /// The server said no; SQLSTATE and its words. Nothing of the message holds.
    Refused(String, String),
    /// The server said yes with a warning, which at a COMMIT is no promise.
    Warned(String),
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Wire {
    messages: Sender<String>,
    answers: Receiver<Result<Vec<Rows>, Broken>>,
}

impl Wire {
    pub(super) fn connect(address: &Address) -> Result<Self, Broken> {
        let (messages, inbox) = channel::<String>();
        let (outbox, answers) = channel();
        let address = address.clone();
        let talk = move || {
            let warned = Arc::new(AtomicBool::new(false));
            let mut client = match open(&address, &warned) {
                Ok(client) => client,
                Err(broken) => return drop(outbox.send(Err(broken))),
            };
            if outbox.send(Ok(Vec::new())).is_err() {
                return;
            }
            for message in inbox {
                warned.store(false, Ordering::Relaxed);
                let answer = client.simple_query(&message);
                let answer = answer.map(results).map_err(|error| broken(&error));
                let answer = match warned.load(Ordering::Relaxed) && answer.is_ok() {
                    true => Err(Broken::Warned(
                        "the server answered with a warning".to_owned(),
                    )),
                    false => answer,
                };
                if outbox.send(answer).is_err() {
                    return;
                }
            }
        };
        thread::spawn(talk);
        let wire = Self { messages, answers };
        wire.answer(CONNECT)?;
        Ok(wire)
    }

    /// Sends statements and returns the rows of each.
    pub(super) fn send(&self, message: String, deadline: Duration) -> Result<Vec<Rows>, Broken> {
        let gone = || Broken::Lost("the connection was lost".to_owned(), Duration::ZERO);
        self.messages.send(message).map_err(|_| gone())?;
        self.answer(deadline)
    }

    fn answer(&self, deadline: Duration) -> Result<Vec<Rows>, Broken> {
        let mut waited = Duration::ZERO;
        loop {
            let why = match self.answers.recv_timeout(SLICE) {
                Ok(Err(Broken::Lost(why, _))) => why,
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Timeout) if waited < deadline => {
                    waited += SLICE;
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => "it does not answer".to_owned(),
                Err(RecvTimeoutError::Disconnected) => "the connection was lost".to_owned(),
            };
            return Err(Broken::Lost(why, waited));
        }
    }
}

fn open(address: &Address, warned: &Arc<AtomicBool>) -> Result<Client, Broken> {
    let mut config = address.config.clone();
    config.connect_timeout(CONNECT).tcp_user_timeout(CONNECT);
    let warned = Arc::clone(warned);
    config.notice_callback(move |notice| {
        if notice.severity() == "WARNING" {
            warned.store(true, Ordering::Relaxed);
        }
    });
    let client = if address.tls {
        config.connect(
            super::tls::connector(address.roots.as_deref())
                .map_err(|why| Broken::Refused("TLS".to_owned(), why))?,
        )
    } else {
        config.connect(NoTls)
    };
    client.map_err(|error| broken(&error))
}

fn broken(error: &postgres::Error) -> Broken {
    if let Some(refused) = error.as_db_error() {
        let (code, words) = (refused.code().code(), refused.message());
        // The server goes away or has no room: the same as an answer that does not come.
        let passing = code.starts_with("57P") || code.starts_with("08") || code == "53300";
        return match passing || code == "25P03" {
            true => Broken::Lost(words.to_owned(), Duration::ZERO),
            false => Broken::Refused(code.to_owned(), words.to_owned()),
        };
    }
    let (mut words, mut passing) = (error.to_string(), !error.to_string().contains("TLS"));
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
        true => Broken::Lost(words, Duration::ZERO),
        false => Broken::Refused("28000".to_owned(), words),
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
