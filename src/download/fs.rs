//! The few moves on a file system that publishing is made of, each safe against a second process
//! that does the same: take a name only if it is free, list a folder, sync a folder.
//!
//! It knows nothing of OUT, of work folders or of what is in the files.

use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::again;
use crate::platform;

/// Tells whether a move failed because its target is taken.
pub(crate) fn is_taken(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(
        error.kind(),
        K::AlreadyExists | K::DirectoryNotEmpty | K::NotADirectory | K::IsADirectory
    )
}

/// Tells whether something, be it a dangling link, has this name.
pub(crate) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Tells whether a name is a plain file, and no link to one.
pub(crate) fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_file())
}

/// Tells whether a name is a folder, and no link to one.
pub(crate) fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_dir())
}

/// Lists the names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in again(|| fs::read_dir(folder))? {
        names.push(entry?.file_name());
    }
    names.sort();
    Ok(names)
}

/// Moves a file to a name that must be free; atomic where the file system has hard links.
///
/// Elsewhere `mark` is made first, then the name is taken by an empty file and the real one is
/// moved over it: after a kill in between, `mark` says whose the empty file is.
pub(crate) fn move_file(from: &Path, to: &Path, mark: &Path) -> io::Result<()> {
    if is_there(mark) && fs::symlink_metadata(to).is_ok_and(|m| m.is_file() && m.len() == 0) {
        return over_mark(from, to);
    }
    match again(|| fs::hard_link(from, to)) {
        Err(e) if is_taken(&e) && !is_same_file(from, to) => Err(e),
        Err(e) if !is_taken(&e) && platform::has_no_links(&e) => {
            File::create(mark)?;
            // Who was faster made an empty file of his own, which the mark must not speak of.
            let taken = File::create_new(to);
            taken.inspect_err(|_| drop(fs::remove_file(mark)))?;
            over_mark(from, to)
        }
        Err(e) if !is_taken(&e) => Err(e),
        // From here on it has its name; the other one goes with its folder, if not now.
        _ => {
            let _ = fs::remove_file(from);
            Ok(())
        }
    }
}

/// Moves a file over the empty one that holds its place.
fn over_mark(from: &Path, to: &Path) -> io::Result<()> {
    again(|| fs::rename(from, to)).inspect_err(|_| {
        let _ = fs::remove_file(to);
    })
}

/// Tells whether two names are one file: a link that was made just before a kill. Where files have
/// no numbers, equal bytes must do.
fn is_same_file(a: &Path, b: &Path) -> bool {
    if cfg!(unix) {
        return is_one_file(a, b);
    }
    matches!((fs::read(a), fs::read(b)), (Ok(x), Ok(y)) if x == y)
}

/// Tells whether two names are known to be one and the same file or folder.
pub(crate) fn is_one_file(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(a), Ok(b)) = (fs::symlink_metadata(a), fs::symlink_metadata(b)) {
        return number(&a) == number(&b);
    }
    let _ = (a, b);
    false
}

/// The number of a file, unique while it exists.
#[cfg(unix)]
fn number(meta: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (meta.dev(), meta.ino())
}

/// Tells whether two looks at a name met the same thing, unchanged.
pub(crate) fn is_same(a: Option<&Metadata>, b: Option<&Metadata>) -> bool {
    #[cfg(not(unix))]
    let number = |m: &Metadata| m.created().ok();
    a.map(|m| (number(m), m.modified().ok())) == b.map(|m| (number(m), m.modified().ok()))
}

/// Makes a folder that only this user can look into.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    again(|| platform::private_folder(false).create(folder))
}

/// Lets only this user look into a folder that was there before.
///
/// # Errors
/// It is another user's, who could look into it, or as [`fs::set_permissions`].
pub(crate) fn keep_private(folder: &Path) -> io::Result<()> {
    platform::give_rights(0o700, |rights| {
        fs::set_permissions(folder, rights).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied if !platform::is_own(folder) => io::Error::other(error),
            _ => error,
        })
    })
}

/// Tells the file system that what is made in a folder is the top of a tree of its own, with its
/// own place on the disk; one that cannot be told goes on as always.
///
/// On ext4 (which knows this as `chattr +T`) it keeps a thousand new files away from the files that
/// were deleted beside them a minute before: each new file would pass over every one of those.
pub(crate) fn mark_as_top(folder: &Path) {
    #[cfg(target_os = "linux")]
    if let Ok(folder) = File::open(folder)
        && let Ok(flags) = rustix::fs::ioctl_getflags(&folder)
    {
        let _ = rustix::fs::ioctl_setflags(&folder, flags | rustix::fs::IFlags::TOPDIR);
    }
    let _ = folder;
}

/// Makes the missing folders down to `folder`, and returns those made, outermost first. Other
/// processes may be making, and unmaking, the same ones.
pub(crate) fn make_parents(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|p| !p.is_dir()).collect();
    for path in missing.into_iter().rev() {
        match again(|| fs::create_dir(path)) {
            Ok(()) => made.push(path.to_owned()),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// Tells whether a folder lies on another mount than the work folder `probe`, so that nothing can
/// be renamed over it. The move asked for is impossible on purpose (a name that is "."): the
/// system says "other mount" before it says "invalid".
pub(crate) fn is_other_mount(probe: &Path, folder: &Path) -> bool {
    cfg!(unix)
        && fs::rename(probe, folder.join("."))
            .is_err_and(|e| e.kind() == io::ErrorKind::CrossesDevices)
}

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[expect(clippy::unwrap_used, reason = "tests")]
    #[test]
    fn a_mark_is_added_where_it_is_known_and_is_not_inherited() {
        use super::*;
        use rustix::fs::{IFlags, ioctl_getflags};
        let folder = std::env::temp_dir().join(format!("ts-top-{}", std::process::id()));
        make_private(&folder).unwrap();
        let flags = |path: &Path| ioctl_getflags(File::open(path).unwrap()).ok();
        let before = flags(&folder);
        // Not every file system has such flags, or lets this one be set.
        let marked = before.map(|flags| flags | IFlags::TOPDIR);
        let probe = folder.join("probe");
        make_private(&probe).unwrap();
        let set = |flags| rustix::fs::ioctl_setflags(File::open(&probe).unwrap(), flags);
        let is_known = marked.is_some_and(|flags| set(flags).is_ok());
        for _ in 0..2 {
            mark_as_top(&folder);
            let expected = if is_known { marked } else { before };
            assert_eq!(flags(&folder), expected);
        }
        fs::create_dir(folder.join("tree")).unwrap();
        let tree = flags(&folder.join("tree"));
        fs::remove_dir_all(&folder).unwrap();
        assert!(!tree.unwrap_or(IFlags::empty()).contains(IFlags::TOPDIR));
        mark_as_top(&folder);
    }
}
