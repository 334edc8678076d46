//! Where the store is: the URL of `--state`, taken apart. The password is used and never shown.

use std::path::PathBuf;
use std::time::Duration;

use postgres::Config;
use postgres::config::{Host, SslMode};

/// The schema that holds the tables unless `?schema=` names another.
const SCHEMA: &str = "trackersync";

/// Seconds of silence after which a peer is asked whether it is there, and between further questions.
const KEEPALIVE: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(1)];

/// A place and how to get there.
#[derive(Clone)]
pub(crate) struct Address {
    pub(super) config: Config,
    /// As statements write it, in quotes.
    pub(super) schema: String,
    /// Whether the connection is encrypted and the server's certificate checked.
    pub(super) tls: bool,
    /// Certificates to trust instead of the system's.
    pub(super) roots: Option<PathBuf>,
    /// The place without password and options, for people.
    pub(super) place: String,
}

/// Reads a variable of the environment.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

impl Address {
    /// Takes a URL apart: `postgres://user@host:port/database?schema=…&sslmode=…&sslrootcert=…`.
    /// What it does not say comes from PGPASSWORD and PGPASSFILE.
    ///
    /// # Errors
    /// What is wrong with it, without the URL, for it may hold a password.
    pub(crate) fn parse(url: &str, environment: Environment) -> Result<Self, String> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut schema, mut sslmode, mut roots) = (SCHEMA, None, None);
        let mut others = Vec::new();
        for option in query.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("schema", name)) => schema = name,
                Some(("sslmode", mode)) => sslmode = Some(mode),
                Some(("sslrootcert", path)) => roots = Some(PathBuf::from(path)),
                _ => others.push(option),
            }
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if schema.is_empty() || !schema.chars().all(plain) {
            return Err("schema has other characters than letters, digits and _".to_owned());
        }
        let rest = format!("{base}?{}", others.join("&"));
        let rest = rest.trim_end_matches('?');
        let mut config: Config = rest.parse().map_err(|_| {
            "expected postgres://USER@HOST:PORT/DATABASE?sslmode=disable|verify-full".to_owned()
        })?;
        let tls = tls(sslmode, &config)?;
        let [idle, between] = KEEPALIVE;
        config
            .ssl_mode(match tls {
                true => SslMode::Require,
                false => SslMode::Disable,
            })
            .keepalives_idle(idle)
            .keepalives_interval(between)
            .keepalives_retries(3)
            .application_name("trackersync");
        let names = names(&config);
        if config.get_password().is_none()
            && let Some(password) = password(&names, environment)
        {
            config.password(password);
        }
        let [host, port, database, user] = names;
        let at = if user.is_empty() { "" } else { "@" };
        Ok(Self {
            config,
            schema: format!("\"{schema}\""),
            tls,
            roots,
            place: format!("postgres://{user}{at}{host}:{port}/{database}"),
        })
    }
}

/// The first host, the port, the database and the user, as a password file names them.
fn names(config: &Config) -> [String; 4] {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let of = |name: Option<&str>| name.unwrap_or_default().to_owned();
    let (database, user) = (of(config.get_dbname()), of(config.get_user()));
    [host, port.to_string(), database, user]
}

/// Off loopback a connection is encrypted unless the URL says in so many words that it is not.
fn tls(sslmode: Option<&str>, config: &Config) -> Result<bool, String> {
    match sslmode {
        Some("disable") => Ok(false),
        Some("require" | "verify-ca" | "verify-full") => Ok(true),
        Some(_) => Err("sslmode is none of disable, require, verify-ca, verify-full".to_owned()),
        None => Ok(!config.get_hosts().iter().all(is_here)),
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            let address = name.parse::<std::net::IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn password(names: &[String; 4], environment: Environment) -> Option<String> {
    if let Some(password) = environment("PGPASSWORD") {
        return Some(password);
    }
    let default = || Some(PathBuf::from(environment("HOME")?).join(".pgpass"));
    let file = environment("PGPASSFILE").map(PathBuf::from);
    let file = file.or_else(default)?;
    if !std::fs::metadata(&file).is_ok_and(|found| is_private(&found)) {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| password_in(line, names))
}

/// As libpq does: a file that others may read is not believed.
#[cfg(unix)]
fn is_private(found: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.is_file() && found.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn is_private(found: &std::fs::Metadata) -> bool {
    found.is_file()
}

/// Reads a line `host:port:database:user:password`, with `*` for anything and `\` before `:` and `\`.
fn password_in(line: &str, wanted: &[String; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            ':' if fields.len() < 5 => fields.push(String::new()),
            '\\' => fields.last_mut()?.extend(characters.next()),
            c => fields.last_mut()?.push(c),
        }
    }
    let password = fields.pop().filter(|_| fields.len() == 4)?;
    let fits = |(field, wanted): (&String, &String)| field == "*" || field == wanted;
    fields.iter().zip(wanted).all(fits).then_some(password)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn parse(url: &str) -> Result<Address, String> {
        Address::parse(url, &|_| None)
    }

    #[test]
    fn the_place_has_neither_password_nor_options() {
        let address =
            parse("postgres://ts:se%63ret@db.example:6000/farm?schema=a_1&sslmode=disable");
        let address = address.unwrap();
        assert_eq!(address.place, "postgres://ts@db.example:6000/farm");
        assert_eq!((address.schema.as_str(), address.tls), ("\"a_1\"", false));
        assert_eq!(address.config.get_password(), Some(&b"secret"[..]));
    }

    #[test]
    fn off_loopback_only_what_is_written_out_goes_unencrypted() {
        let tls = |url: &str| parse(url).unwrap().tls;
        for here in ["127.0.0.1", "localhost", "[::1]", "%2Ftmp"] {
            assert!(!tls(&format!("postgres://ts@{here}/d")), "{here}");
            assert!(tls(&format!("postgres://ts@{here}/d?sslmode=verify-full")));
        }
        assert!(tls("postgres://ts@10.0.0.1/d") && tls("postgres://ts@localhost.evil.example/d"));
        assert!(tls("postgres://ts@db.example,127.0.0.1/d"));
        assert!(!tls("postgres://ts@db.example/d?sslmode=disable"));
        for wrong in [
            "sslmode=prefer",
            "sslmode=allow",
            "schema=a;b",
            "schema=",
            "what=x",
        ] {
            let error = parse(&format!("postgres://ts:secret@h/d?{wrong}"))
                .err()
                .unwrap();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_password_file_is_read_as_libpq_does() {
        let wanted = ["h:1", "5432", "d", "u"].map(str::to_owned);
        let of = |line: &str| password_in(line, &wanted);
        assert_eq!(of(r"h\:1:5432:d:u:a:b\\c"), Some(r"a:b\c".to_owned()));
        assert_eq!(of("*:*:*:u:x"), Some("x".to_owned()));
        for other in ["#*:*:*:*:x", "*:*:*:v:x", "*:5433:*:*:x", "x", "*:*:*:*"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
