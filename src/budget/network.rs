//! On which kind of file system does a folder lie? Asked because locks over a network lie.
//!
//! Linux shows it in its table of mounts, macOS tells it for a folder, Windows by the name of the
//! share.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::platform;

#[cfg(target_os = "linux")]
mod mounts;
#[cfg(target_os = "linux")]
use mounts::remote_type_of;

/// Returns the type of the file system that will hold `file`, if it is one of a network.
pub(crate) fn remote_type(file: &Path) -> Option<String> {
    let folder = file
        .ancestors()
        .skip(1)
        .find_map(|dir| canonical(dir).ok())?;
    remote_type_of(&folder)
}

/// [`remote_type`] of a folder: macOS knows which of its file systems are local.
#[cfg(target_os = "macos")]
fn remote_type_of(folder: &Path) -> Option<String> {
    /// `MNT_LOCAL` of `sys/mount.h`.
    const LOCAL: u32 = 0x1000;
    let disk = rustix::fs::statfs(folder).ok()?;
    let name = disk.f_fstypename.iter().map(|c| c.to_ne_bytes());
    let name: Vec<u8> = name.flatten().take_while(|c| *c != 0).collect();
    (disk.f_flags & LOCAL == 0).then(|| String::from_utf8_lossy(&name).into_owned())
}

/// [`remote_type`] of a folder: a share of Windows, also behind the letter of a drive, has a name
/// that begins with its server.
#[cfg(windows)]
fn remote_type_of(folder: &Path) -> Option<String> {
    use std::path::{Component, Prefix};
    match folder.components().next()? {
        Component::Prefix(prefix) => match prefix.kind() {
            Prefix::UNC(..) | Prefix::VerbatimUNC(..) => Some("smb".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// Elsewhere nothing is known and nothing is refused.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn remote_type_of(_folder: &Path) -> Option<String> {
    None
}

fn canonical(folder: &Path) -> std::io::Result<PathBuf> {
    let here = if folder == OsStr::new("") {
        Path::new(".")
    } else {
        folder
    };
    platform::canonical(here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_does_not_exist_yet_is_judged_by_its_parent() {
        assert_eq!(
            remote_type(Path::new("/proc/no/such/folder/state.db")),
            None
        );
        assert_eq!(
            remote_type(Path::new("state.db")),
            remote_type(Path::new("./state.db"))
        );
    }
}
