//! A proxy between client and server that reads the client's messages and loses what it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How long the server gets for what it is sent, and how much later [`Plan::Late`] is.
const MOMENT: Duration = Duration::from_millis(400);

/// A notice of severity WARNING.
const WARNING: &[u8] = b"N\0\0\0\x23SWARNING\0VWARNING\0C01000\0Mcut\0\0";

/// What happens to the next COMMIT of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// It arrives, its answer and the connection are lost.
    LoseAnswer,
    /// The same, and nobody can connect any more.
    LoseAnswerAndRefuse,
    /// It is held back, the client's connection is lost, and nobody can connect any more.
    HoldAndRefuse,
    /// It arrives, and no answer comes for as long as the client waits.
    Silence,
    /// It does not arrive, and the connection stays.
    Swallow,
    /// It arrives, and a warning comes before its answer.
    Warn,
    /// It arrives, and its answer comes late.
    Late,
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

    /// Lets nobody connect, or everybody again.
    pub(crate) fn refuse(&self, refuse: bool) {
        self.shared.refuse.store(refuse, Ordering::SeqCst);
    }

    /// How many COMMITs were dealt with by plan.
    pub(crate) fn met(&self) -> usize {
        self.shared.met.load(Ordering::SeqCst)
    }

    /// Waits until one was, and the server has done what it was sent.
    pub(crate) fn wait(&self) {
        let tries = (0..600).take_while(|_| self.met() == 0);
        tries.for_each(|_| thread::sleep(Duration::from_millis(50)));
        assert_eq!(self.met(), 1, "a COMMIT was met");
        thread::sleep(MOMENT);
    }

    /// Sends what was held back, and waits until the server has dealt with it.
    pub(crate) fn release(&self) {
        let held: Vec<_> = self.shared.held.lock().unwrap().drain(..).collect();
        assert!(!held.is_empty(), "a COMMIT was held back");
        for (mut server, message) in held {
            let _gone = server.write_all(&message);
            let patience = Some(Duration::from_secs(3));
            server.set_read_timeout(patience).unwrap();
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

fn is_charge(message: &[u8]) -> bool {
    let text = String::from_utf8_lossy(message);
    text.contains(".ledger (") && text.contains("'charge'") && text.contains("COMMIT")
}

/// What is done with the answers of a server.
#[derive(Debug, Default)]
struct Answers {
    mute: AtomicBool,
    late: AtomicBool,
}

fn answer(mut server: TcpStream, mut client: TcpStream, answers: &Answers) {
    let mut buffer = [0; 65536];
    while let Ok(read @ 1..) = server.read(&mut buffer) {
        if answers.late.load(Ordering::SeqCst) {
            thread::sleep(6 * MOMENT);
        }
        let mute = answers.mute.load(Ordering::SeqCst);
        if !mute && client.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _gone = client.shutdown(Shutdown::Both);
}

fn forward(mut client: TcpStream, mut server: TcpStream, shared: &Shared) {
    let answers = Arc::new(Answers::default());
    let (from, to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let of_thread = Arc::clone(&answers);
    thread::spawn(move || answer(from, to, &of_thread));
    let mut is_first = true;
    while let Some(message) = message(&mut client, is_first) {
        is_first = false;
        let planned = || shared.plan.lock().unwrap().take();
        let Some(plan) = is_charge(&message).then(planned).flatten() else {
            if server.write_all(&message).is_err() {
                break;
            }
            continue;
        };
        let is_cut = matches!(plan, Plan::LoseAnswer | Plan::LoseAnswerAndRefuse);
        let is_held = plan == Plan::HoldAndRefuse;
        let mute = is_cut || is_held || plan == Plan::Silence;
        answers.mute.store(mute, Ordering::SeqCst);
        answers.late.store(plan == Plan::Late, Ordering::SeqCst);
        let refuse = is_held || plan == Plan::LoseAnswerAndRefuse;
        shared.refuse.store(refuse, Ordering::SeqCst);
        if plan == Plan::Warn {
            client.write_all(WARNING).unwrap();
        }
        if is_held {
            let kept = server.try_clone().unwrap();
            shared.held.lock().unwrap().push((kept, message));
        } else if plan != Plan::Swallow {
            server.write_all(&message).unwrap();
        }
        shared.met.fetch_add(1, Ordering::SeqCst);
        if is_cut {
            // The server has done it before the client hears that the connection is gone.
            thread::sleep(MOMENT);
        }
        if is_cut || is_held {
            let _gone = client.shutdown(Shutdown::Both);
        }
        if is_held {
            return;
        }
    }
    let _gone = server.shutdown(Shutdown::Both);
}
