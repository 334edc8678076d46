//! Linux's table of mounts: which one holds a folder, and is its type one of a network?
//!
//! Reads the table as text; knows nothing of the state.

use std::path::{Path, PathBuf};

/// Types of file systems whose files live on another machine, or on the host of a virtual one: locks
/// do not reach whoever else uses them. Names as in `/proc/filesystems` and,
/// after `fuse.`, as the FUSE programs name themselves.
const REMOTE: &str = "\
    nfs nfs4 cifs smb3 smbfs ncpfs afs ceph coda lustre gpfs beegfs glusterfs orangefs pvfs2 9p vboxsf \
    drvfs prl_fs vmhgfs virtiofs fuse.vmhgfs-fuse fuse.glusterfs fuse.ceph fuse.sshfs fuse.rclone \
    fuse.s3fs fuse.davfs fuse.davfs2 fuse.curlftpfs fuse.gcsfuse";

/// Returns the type of the file system that holds a folder, if it is one of a network.
pub(super) fn remote_type_of(folder: &Path) -> Option<String> {
    let table = std::fs::read("/proc/self/mountinfo").ok()?;
    let kind = type_of(&String::from_utf8_lossy(&table), folder)?;
    let is_remote = REMOTE.split(' ').any(|remote| remote == kind);
    is_remote.then_some(kind)
}

/// Returns the type of the mount that holds `folder`: the longest mount point that is a prefix, the
/// last of several.
fn type_of(table: &str, folder: &Path) -> Option<String> {
    let mounts = table.lines().filter_map(mount);
    let above = mounts.filter(|(point, _)| folder.starts_with(point));
    let nearest = above.max_by_key(|(point, _)| point.as_os_str().len());
    nearest.map(|(_, kind)| kind)
}

/// Reads one line of mountinfo: the fifth field is the mount point, the first after " - " the type.
fn mount(line: &str) -> Option<(PathBuf, String)> {
    let (left, right) = line.split_once(" - ")?;
    let point = unescape(left.split(' ').nth(4)?);
    Some((PathBuf::from(point), right.split(' ').next()?.to_owned()))
}

/// Replaces the octal escapes that the kernel writes for space, tab, newline and backslash.
fn unescape(field: &str) -> String {
    [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ]
    .into_iter()
    .fold(field.to_owned(), |text, (escape, plain)| {
        text.replace(escape, plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 22 0:35 / /home rw,relatime shared:2 master:3 - nfs4 server:/home rw,vers=4.2
41 40 0:36 / /home/me/My\\040Disk rw - ext4 /dev/sda1 rw
42 22 0:37 / /mnt/ssh rw - fuse.sshfs me@host:/ rw
43 22 0:38 / /mnt/over rw - nfs4 server:/over rw
44 43 0:39 / /mnt/over rw - ext4 /dev/sdb1 rw
46 45 0:41 / /mnt/deep/er rw - nfs4 server:/deep rw
45 22 0:40 / /mnt/deep rw - ext4 /dev/sdc1 rw
nonsense
";

    #[test]
    fn the_longest_mount_point_decides() {
        let kind = |path: &str| type_of(TABLE, Path::new(path));
        assert_eq!(kind("/var/lib").as_deref(), Some("ext4"));
        assert_eq!(kind("/home/me/.local").as_deref(), Some("nfs4"));
        assert_eq!(kind("/home/me/My Disk/state").as_deref(), Some("ext4"));
        assert_eq!(kind("/mnt/ssh/x").as_deref(), Some("fuse.sshfs"));
        assert_eq!(
            kind("/homes").as_deref(),
            Some("ext4"),
            "a prefix of the name is not a parent"
        );
        assert_eq!(
            kind("/mnt/over/x").as_deref(),
            Some("ext4"),
            "of two at one place the last covers the first"
        );
        assert_eq!(
            kind("/mnt/deep/er/x").as_deref(),
            Some("nfs4"),
            "the table is in no order of its own"
        );
        assert_eq!(type_of("", Path::new("/")), None);
    }
}
