//! Where operating systems and file systems differ: links, folders, names. Each difference is
//! settled here once, so that the rooms above read alike everywhere. Nothing of ours is known here.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Lets the owner use what this process makes, whatever the umask; what it takes from others it keeps
/// taking. A folder that its owner cannot write to could be neither filled nor removed.
pub fn keep_owner_rights() {
    #[cfg(unix)]
    {
        use rustix::fs::Mode;
        let umask = rustix::process::umask(Mode::RWXG | Mode::RWXO);
        rustix::process::umask(umask - Mode::RWXU);
    }
}

/// Returns the path with links resolved, in the form that people of this system write: Windows
/// answers with `\\?\C:\…`, which is for programs.
///
/// # Errors
/// As [`fs::canonicalize`].
pub fn canonical(path: &Path) -> io::Result<PathBuf> {
    dunce::canonicalize(path)
}

/// Returns the path from the root on, as it is named to people: on one line whatever is in it. Links
/// in it stay as they are, and it need not exist.
#[must_use]
pub fn full(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.to_string_lossy().replace(char::is_control, "\u{fffd}")
}

/// Tells whether a path names a device or another thing of the system, where nobody keeps files.
#[must_use]
pub fn is_of_the_system(path: &Path) -> bool {
    if cfg!(windows) {
        return path.starts_with(r"\\.\");
    }
    // Its memory disk is a place for files.
    ["/dev", "/proc", "/sys"]
        .iter()
        .any(|root| path.starts_with(root))
        && !path.starts_with("/dev/shm")
}

/// Tells whether a hard link failed because this file system has none (FAT, exFAT, some network
/// shares), or has none for us. Each says so with another error, so everything counts that does not
/// speak of the two names or of room.
#[must_use]
pub fn has_no_links(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::AlreadyExists
            | ErrorKind::NotFound
            | ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::Interrupted
    )
}

/// Moves a folder to a name that is free or an empty folder; atomic where a folder can be renamed
/// over an empty one. Elsewhere (Windows, some network shares) the empty one makes room first.
///
/// # Errors
/// [`ErrorKind::AlreadyExists`] or its kind when something is there; else as [`fs::rename`]. An
/// empty folder at `to` is there again then.
pub fn rename_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to).or_else(|error| rename_where_refused(from, to, error))
}

/// [`rename_folder`] after the system has refused to rename over what is there.
fn rename_where_refused(from: &Path, to: &Path, error: io::Error) -> io::Result<()> {
    let refused = matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::AlreadyExists | ErrorKind::Unsupported
    );
    let Ok(there) = fs::symlink_metadata(to) else {
        return Err(error);
    };
    if refused && fs::remove_dir(to).is_ok() {
        return fs::rename(from, to).inspect_err(|_| {
            let _ = fs::create_dir(to).and_then(|()| fs::set_permissions(to, there.permissions()));
        });
    }
    // Windows answers "access denied" to a rename over anything.
    if cfg!(windows) && refused {
        return Err(ErrorKind::AlreadyExists.into());
    }
    Err(error)
}

/// Opens a plain file for reading. A link is not followed and a pipe not waited for; both are errors.
///
/// # Errors
/// As [`File::open`], and where the name is no plain file.
pub fn open_plain(path: &Path) -> io::Result<File> {
    let plain = |meta: Metadata| {
        let wrong = || io::Error::other("is not a plain file");
        meta.is_file().then_some(()).ok_or_else(wrong)
    };
    plain(fs::symlink_metadata(path)?)?;
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        i32::try_from((rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK).bits())
            .unwrap_or_default(),
    );
    let file = options.open(path)?;
    plain(file.metadata()?)?;
    Ok(file)
}

/// Makes the names in a folder durable. Windows has no such call and needs none.
///
/// # Errors
/// As [`File::sync_all`].
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Returns a builder of folders that only their owner may enter, `with_parents` of those above too.
/// On Windows what lies in the user's own folders is private already.
#[must_use]
pub fn private_folder(with_parents: bool) -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(with_parents);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// Makes a file that must not exist yet, with the rights `mode` whatever the umask, open for writing.
///
/// # Errors
/// As [`File::create_new`].
pub fn private_file(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    give_rights(mode, |rights| file.set_permissions(rights))?;
    Ok(file)
}

/// Gives what this process has just made the rights `mode`, by `set`. Where a file system keeps no
/// rights (FAT under FUSE), or calls everything somebody else's (folders shared with a virtual
/// machine), and on Windows, there are none to give.
///
/// # Errors
/// Those of `set`, but for the two above.
pub fn give_rights(mode: u32, set: impl FnOnce(Permissions) -> io::Result<()>) -> io::Result<()> {
    #[cfg(unix)]
    return match set(std::os::unix::fs::PermissionsExt::from_mode(mode)) {
        Err(e)
            if matches!(
                e.kind(),
                ErrorKind::Unsupported | ErrorKind::PermissionDenied
            ) =>
        {
            Ok(())
        }
        given => given,
    };
    #[cfg(not(unix))]
    {
        let _ = (mode, set);
        Ok(())
    }
}

/// Tells whether a folder is this user's own, as far as the system tells.
#[must_use]
pub fn is_own(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let user = rustix::process::geteuid().as_raw();
        fs::symlink_metadata(folder).is_ok_and(|meta| meta.uid() == user)
    }
    #[cfg(not(unix))]
    {
        folder.exists()
    }
}

/// Tells whether a file is what desktops leave in folders that people look into, among them the
/// `._NAME` of macOS beside every file on a disk that knows no attributes.
#[must_use]
pub fn is_desktop_noise(name: &OsStr) -> bool {
    let names = [".DS_Store", "Thumbs.db", "desktop.ini"];
    names.iter().any(|noise| name == *noise) || name.as_encoded_bytes().starts_with(b"._")
}

/// Returns the name as it can be given to a file or folder on every system: Windows keeps `CON`,
/// `PRN`, `AUX`, `NUL`, `COM1` to `COM9`, `LPT1` to `LPT9` for devices, whatever ending they have,
/// and drops dots and spaces at the end.
#[must_use]
pub fn portable_name(name: &str) -> String {
    let name = name.trim_end_matches(['.', ' ']);
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_ascii_uppercase();
    let numbered = stem.strip_prefix("COM").or(stem.strip_prefix("LPT"));
    let is_port = numbered.is_some_and(|n| matches!(n.as_bytes(), [b'1'..=b'9']));
    let is_device = is_port || matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL");
    if is_device {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn names_that_windows_keeps_for_itself_get_another() {
        for (name, portable) in [
            ("con", "_con"),
            ("Nul.zip", "_Nul.zip"),
            ("COM1", "_COM1"),
            ("lpt9.tar.gz", "_lpt9.tar.gz"),
            ("aux .x", "_aux .x"),
            ("COM0", "COM0"),
            ("COM10", "COM10"),
            ("console", "console"),
            ("takeout. .", "takeout"),
            ("...", ""),
        ] {
            assert_eq!(portable_name(name), portable, "{name}");
        }
    }

    #[test]
    fn only_what_desktops_leave_is_noise() {
        for noise in [".DS_Store", "Thumbs.db", "desktop.ini", "._a.fit", "._"] {
            assert!(is_desktop_noise(OsStr::new(noise)), "{noise}");
        }
        for mine in ["notes.txt", ".hidden", "_a", "DS_Store", "a._b"] {
            assert!(!is_desktop_noise(OsStr::new(mine)), "{mine}");
        }
    }

    #[test]
    fn an_error_of_a_link_speaks_of_the_names_or_of_the_file_system() {
        use ErrorKind as K;
        for kind in [
            K::Unsupported,
            K::PermissionDenied,
            K::InvalidInput,
            K::Other,
        ] {
            assert!(has_no_links(&kind.into()), "{kind}");
        }
        for kind in [
            K::AlreadyExists,
            K::NotFound,
            K::StorageFull,
            K::QuotaExceeded,
        ] {
            assert!(!has_no_links(&kind.into()), "{kind}");
        }
        #[cfg(unix)]
        let (is_taken, has_none) = (17, 95);
        #[cfg(windows)]
        let (is_taken, has_none) = (183, 1);
        assert!(!has_no_links(&io::Error::from_raw_os_error(is_taken)));
        assert!(has_no_links(&io::Error::from_raw_os_error(has_none)));
    }

    /// What a system does that renames no folder over a folder: the move is refused, then made.
    #[test]
    fn an_empty_folder_makes_room_and_a_full_one_does_not() {
        let scratch = tempfile::tempdir().unwrap();
        let (from, to) = (scratch.path().join("from"), scratch.path().join("to"));
        let refused = || io::Error::from(ErrorKind::PermissionDenied);
        fs::create_dir(&from).unwrap();
        fs::write(from.join("a"), "a").unwrap();
        fs::create_dir(&to).unwrap();
        rename_where_refused(&from, &to, refused()).unwrap();
        assert!(to.join("a").is_file() && !from.exists());

        fs::create_dir(&from).unwrap();
        let error = rename_where_refused(&from, &to, refused()).unwrap_err();
        assert_eq!(error.kind(), rename_kind());
        assert!(to.join("a").is_file() && from.is_dir());

        fs::remove_dir(&from).unwrap();
        fs::remove_file(to.join("a")).unwrap();
        assert!(rename_where_refused(&from, &to, refused()).is_err());
        assert!(to.is_dir(), "the empty folder is there again");
    }

    fn rename_kind() -> ErrorKind {
        if cfg!(windows) {
            ErrorKind::AlreadyExists
        } else {
            ErrorKind::PermissionDenied
        }
    }
}
