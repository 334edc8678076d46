//! The server: away, back again, without rights, newer, with TLS; what is told of it, and what never is.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use super::proxy::Proxy;
use super::stage::is_there;
use super::{Farm, INPUT, PROGRAM, Run};

const PASSWORD: &str = "s3cret";

/// A role with a password and no rights.
fn guarded(farm: &Farm, name: &str) -> String {
    let role = format!("guarded_{name}_{}", std::process::id());
    farm.sql(&format!(
        "CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}' IN ROLE guarded"
    ));
    role
}

fn url_of(farm: &Farm, user: &str) -> String {
    let url = farm.url(&farm.server);
    let (_, rest) = url.split_once('@').unwrap();
    format!("postgres://{user}@{rest}")
}

#[test]
fn nobody_there_is_69_and_what_is_for_a_file_is_2() {
    let Some(farm) = Farm::new("away", 1) else {
        return;
    };
    let proxy = Proxy::new(&farm.server);
    proxy.refuse(true);
    let run = farm.convert(&proxy.address(), 300, "out", &[]);
    assert_eq!(run.code, 69, "{run:?}");
    assert!(run.stderr.contains("cannot be reached") && run.stderr.contains(&proxy.address()));
    assert!(!run.stderr.contains("may have been charged"), "{run:?}");
    let boat = farm.convert(&proxy.address(), 300, "out", &["--degraded", "lifeboat"]);
    assert_eq!(boat.code, 2, "{boat:?}");
    assert_eq!(farm.run(&["maintain", "--repair"]).code, 2);
    assert_eq!(farm.run(&["upload", INPUT]).code, 2);
    assert!(!farm.out("out").exists());
    let patient = farm.start(&proxy.address(), 20_000, "out", &[]);
    thread::sleep(Duration::from_millis(500));
    proxy.refuse(false);
    let patient = Run::of(&patient.wait_with_output().unwrap());
    assert_eq!((patient.code, farm.used()), (0, (1, 1)), "{patient:?}");
}

/// Needs a command that kills the server and starts it again, and the server for itself.
#[test]
fn killed_and_started_again_it_counts_exactly() {
    let Ok(restart) = std::env::var("TRACKERSYNC_TEST_RESTART") else {
        return eprintln!("SKIPPED here, no TRACKERSYNC_TEST_RESTART: a killed server");
    };
    let Some(farm) = Farm::new("killed", 6) else {
        return;
    };
    let run = |n: usize| {
        farm.convert(&farm.server, 30_000, &format!("out{n}"), &[])
            .code
    };
    let mut codes: Vec<i32> = thread::scope(|scope| {
        let runs: Vec<_> = (0..8).map(|n| scope.spawn(move || run(n))).collect();
        thread::sleep(Duration::from_millis(300));
        assert!(Command::new(&restart).status().unwrap().success());
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    codes.sort_unstable();
    assert_eq!(codes, [0, 0, 0, 0, 0, 0, 75, 75]);
    assert_eq!((farm.used(), farm.left()), ((6, 6), 0));
}

#[test]
fn newer_tables_and_missing_rights_are_69_and_nothing_is_converted() {
    let Some(farm) = Farm::new("rights", 1) else {
        return;
    };
    let user = guarded(&farm, "rights");
    let url = url_of(&farm, &format!("{user}:{PASSWORD}"));
    let out = farm.out("out").display().to_string();
    let refused = |word: &str| {
        let run = farm.at(&url, 300, &["convert", INPUT, "-o", &out]);
        assert_eq!((run.code, Path::new(&out).exists()), (69, false), "{run:?}");
        assert!(run.stderr.contains(word), "{word}: {run:?}");
        assert!(
            !run.stderr.contains("repair") && !run.stderr.contains("state file"),
            "{run:?}"
        );
    };
    refused("permission denied for schema");
    farm.sql(&format!(
        "GRANT USAGE ON SCHEMA ? TO {user}; GRANT SELECT ON ALL TABLES IN SCHEMA ? TO {user}"
    ));
    refused("permission denied for table");
    let status = farm.at(&url, 300, &["status"]);
    assert!(status.stdout.contains("may only read"), "{status:?}");
    // What the manual says suffices.
    farm.sql(&format!(
        "GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA ? TO {user}; GRANT DELETE ON ?.uploads, ?.conversions TO {user}"
    ));
    let run = farm.at(&url, 5000, &["convert", INPUT, "-o", &out]);
    assert_eq!(run.code, 0, "{run:?}");
    fs::remove_dir_all(&out).unwrap();
    farm.sql("UPDATE ?.meta SET version = 99");
    refused("schema version 99 of a newer trackersync");
}

#[test]
fn a_password_is_used_and_is_in_no_output() {
    let Some(farm) = Farm::new("secret", 9) else {
        return;
    };
    let user = guarded(&farm, "secret");
    farm.sql(&format!(
        "GRANT ALL ON SCHEMA ? TO {user}; GRANT ALL ON ALL TABLES IN SCHEMA ? TO {user}"
    ));
    let right = url_of(&farm, &format!("{user}:{PASSWORD}"));
    let out = farm.out("out").display().to_string();
    let wrong = [
        right.replace("cret@", "cret2@"),
        right.replace("127.0.0.1", "127.0.0.1:x"),
        right.replace("disable", "maybe"),
        right.replacen("//", "///", 1),
        format!("{right}&password={PASSWORD}&what={PASSWORD}"),
        format!("postgres://u:{PASSWORD}@127.0.0.1:1/{PASSWORD}?sslmode=disable"),
        format!("postgres://u:{PASSWORD}@[::1/d"),
        format!("postgres:/u:{PASSWORD}@h/d"),
        format!("POSTGRES://u:{PASSWORD}@h/d"),
        format!("mysql://u:{PASSWORD}@h/d"),
    ];
    let commands: [&[&str]; 9] = [
        &["convert", INPUT, "-o", &out, "-v", "--json"],
        &["status"],
        &["status", "--json", "--verify"],
        &["usage", "-v"],
        &["usage", "--log", "--json"],
        &["usage", "--metrics"],
        &["budget", "list"],
        &["maintain", &out, "-v"],
        &["verify", &out],
    ];
    for arguments in commands {
        let run = farm.at(&right, 5000, arguments);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            !format!("{run:?}").contains(PASSWORD),
            "{arguments:?}: {run:?}"
        );
        for url in &wrong {
            let run = farm.at(url, 200, arguments);
            let said = format!("{run:?}").replace(&format!("1/{PASSWORD}"), "");
            assert!(!said.contains(PASSWORD), "{arguments:?}: {run:?}");
        }
    }
    for name in ["manifest.json", "report.html"] {
        let text = fs::read_to_string(farm.out("out").join(name)).unwrap();
        assert!(!text.contains(PASSWORD), "{name}");
    }
    let bare = url_of(&farm, &user);
    let with = |name: &str, value: &str| {
        let mut command = farm.command(PROGRAM, &bare, 200);
        Run::of(
            &command
                .env(name, value)
                .args(["usage", "-v"])
                .output()
                .unwrap(),
        )
    };
    assert_eq!(with("PGPASSWORD", PASSWORD).code, 0);
    let refused = with("PGPASSWORD", "s3cret2");
    assert_eq!(refused.code, 69, "{refused:?}");
    assert!(!format!("{refused:?}").contains(PASSWORD), "{refused:?}");
    let file = farm.out("pass");
    fs::write(&file, format!("*:*:*:{user}:{PASSWORD}\n")).unwrap();
    let file_is = |mode: u32| {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        with("PGPASSFILE", &file.display().to_string()).code
    };
    assert_eq!((file_is(0o600), file_is(0o644)), (0, 69));
}

#[test]
fn the_servers_state_and_its_asynchronous_standbys_are_told() {
    let Some(farm) = Farm::new("status", 3) else {
        return;
    };
    let status = farm.run(&["status", "--verify"]);
    assert_eq!(status.code, 0, "{status:?}");
    for word in ["store postgres://", "PostgreSQL", "1 key"] {
        assert!(status.stdout.contains(word), "{word}: {status:?}");
    }
    let tables = farm.run(&["budget", "init", "--print"]);
    let made = tables
        .stdout
        .contains("CREATE TABLE IF NOT EXISTS \"m_status_");
    assert!(made, "{tables:?}");
    if !is_there("pg_receivewal") {
        return;
    }
    assert!(status.stdout.contains("standbys: none"), "{status:?}");
    // It asks for the log as a standby does.
    let (host, port) = farm.server.split_once(':').unwrap();
    fs::create_dir(farm.out("log")).unwrap();
    let mut standby = Command::new("pg_receivewal");
    standby
        .args(["-h", host, "-p", port, "-U", "ts", "-w", "-D"])
        .arg(farm.out("log"));
    let mut standby = standby.stderr(Stdio::null()).spawn().unwrap();
    let told = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(100));
        let status = farm.run(&["status"]).stdout;
        status.contains("follow asynchronously: pg_receivewal")
    });
    standby.kill().unwrap();
    standby.wait().unwrap();
    assert!(told);
}

/// Where the certificates are, if the server knows TLS.
fn certificates() -> Option<PathBuf> {
    let folder = std::env::var_os("TRACKERSYNC_TEST_TLS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED, no TRACKERSYNC_TEST_TLS: certificates");
    }
    folder
}

#[test]
fn only_a_certificate_of_a_known_authority_for_this_name_is_trusted() {
    let (Some(farm), Some(folder)) = (Farm::new("tls", 9), certificates()) else {
        return;
    };
    let roots = |name: &str| format!("verify-full&sslrootcert={}/{name}", folder.display());
    let local = farm.server.replace("127.0.0.1", "localhost");
    let usage = |server: &str, mode: &str| {
        let url = farm.url(server).replace("disable", mode);
        farm.at(&url, 20_000, &["usage", "--key", "farm"])
    };
    let known = roots("ours.crt");
    let run = usage(&local, &known);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("of 9"), "{run:?}");
    for (server, mode, word) in [
        (
            &local,
            roots("other.crt"),
            "UnknownIssuer; sslrootcert=FILE",
        ),
        (&local, "require".to_owned(), "UnknownIssuer"),
        (&farm.server, known, "not valid for name"),
        (&local, roots("absent.crt"), "absent.crt"),
    ] {
        let run = usage(server, &mode);
        assert_eq!(run.code, 69, "{mode}: {run:?}");
        assert!(run.stderr.contains(word), "{word}: {run:?}");
    }
}

#[test]
fn off_loopback_nothing_is_said_to_a_server_without_tls() {
    let Some(farm) = Farm::new("plain", 1) else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // The resolver knows it as this machine, but it is not written as the names for it are.
    let place = format!("LOCALHOST:{}", listener.local_addr().unwrap().port());
    let server = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut asked = [0; 8];
        client.read_exact(&mut asked).unwrap();
        // It knows no TLS.
        client.write_all(b"N").unwrap();
        let mut more = Vec::new();
        client.read_to_end(&mut more).unwrap();
        (asked, more)
    });
    let url = format!("postgres://ts:{PASSWORD}@{place}/d");
    let run = farm.at(&url, 300, &["usage"]);
    assert_eq!(run.code, 69, "{run:?}");
    assert!(run.stderr.contains("TLS"), "{run:?}");
    let (asked, more) = server.join().unwrap();
    assert_eq!(asked, [0, 0, 0, 8, 4, 210, 22, 47], "a request for TLS");
    assert_eq!(more, b"", "and nothing else");
    for mode in ["prefer", "allow"] {
        let off = farm.at(&format!("{url}?sslmode={mode}"), 300, &["usage"]);
        assert_eq!(off.code, 2, "{off:?}");
    }
}
