//! A proxy between client and server that reads the client's messages and loses what it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What happens to the next COMMIT of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// It arrives, its answer and the connection are lost.
    LoseAnswer,
    /// The same, and nobody can connect any more.
    LoseAnswerAndRefuse,
    /// It is held back, the client's connection is lost, and nobody can connect any more.
    HoldAndRefuse,
}

#[derive(Debug, Default)]
struct Shared {
    plan: Mutex<Option<Plan>>,
    held: Mutex<Vec<(TcpStream, Vec<u8>)>>,
    refuse: AtomicBool,
    met: AtomicUsize,
}

/// The proxy; it ends with the test.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: String,
    shared: Arc<Shared>,
}

impl Proxy {
    pub(crate) fn new(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shared = Arc::new(Shared::default());
        let (server, of_thread) = (server.to_owned(), Arc::clone(&shared));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if of_thread.refuse.load(Ordering::SeqCst) {
                    continue;
                }
                let server = TcpStream::connect(&server).unwrap();
                let shared = Arc::clone(&of_thread);
                thread::spawn(move || forward(client, server, &shared));
            }
        });
        Self { address, shared }
    }

    pub(crate) fn address(&self) -> String {
        self.address.clone()
    }

    pub(crate) fn next(&self, plan: Plan) {
        *self.shared.plan.lock().unwrap() = Some(plan);
    }

    pub(crate) fn refuse(&self) {
        self.shared.refuse.store(true, Ordering::SeqCst);
    }

    /// How many COMMITs were dealt with by plan.
    pub(crate) fn met(&self) -> usize {
        self.shared.met.load(Ordering::SeqCst)
    }

    /// Sends what was held back, and waits until the server has dealt with it.
    pub(crate) fn release(&self) {
        let held: Vec<_> = self.shared.held.lock().unwrap().drain(..).collect();
        assert!(!held.is_empty(), "a COMMIT was held back");
        for (mut server, message) in held {
            let _gone = server.write_all(&message);
            server
                .set_read_timeout(Some(Duration::from_secs(3)))
                .unwrap();
            let _answer = server.read(&mut [0; 4096]);
        }
    }
}

/// Reads one message of the client; the first has no letter before its length.
fn message(client: &mut TcpStream, is_first: bool) -> Option<Vec<u8>> {
    let head = if is_first { 4 } else { 5 };
    let mut message = vec![0; head];
    client.read_exact(&mut message).ok()?;
    let length = u32::from_be_bytes(message[head - 4..].try_into().unwrap()) as usize;
    let mut body = vec![0; length - 4];
    client.read_exact(&mut body).ok()?;
    message.extend(body);
    Some(message)
}

fn forward(mut client: TcpStream, mut server: TcpStream, shared: &Shared) {
    let mute = Arc::new(AtomicBool::new(false));
    let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let quiet = Arc::clone(&mute);
    thread::spawn(move || {
        let mut buffer = [0; 65536];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if !quiet.load(Ordering::SeqCst) && to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _gone = to.shutdown(Shutdown::Both);
    });
    let mut is_first = true;
    while let Some(message) = message(&mut client, is_first) {
        is_first = false;
        let text = String::from_utf8_lossy(&message);
        let is_charge =
            text.contains(".ledger (") && text.contains("'charge'") && text.contains("COMMIT");
        let plan = is_charge
            .then(|| shared.plan.lock().unwrap().take())
            .flatten();
        let Some(plan) = plan else {
            if server.write_all(&message).is_err() {
                break;
            }
            continue;
        };
        mute.store(true, Ordering::SeqCst);
        shared
            .refuse
            .store(plan != Plan::LoseAnswer, Ordering::SeqCst);
        shared.met.fetch_add(1, Ordering::SeqCst);
        if plan == Plan::HoldAndRefuse {
            let kept = server.try_clone().unwrap();
            shared.held.lock().unwrap().push((kept, message));
        } else {
            server.write_all(&message).unwrap();
            // The server has done it before the client hears that the connection is gone.
            thread::sleep(Duration::from_millis(400));
        }
        let _gone = client.shutdown(Shutdown::Both);
        if plan == Plan::HoldAndRefuse {
            return;
        }
        break;
    }
    let _gone = server.shutdown(Shutdown::Both);
}
