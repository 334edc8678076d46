//! The Slurm array in a Slurm of one node, started for the test on loopback: needs its programs and root.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::recipes::{Batch, page};
use super::stage::said;

/// A controller and a node; they end with the test.
struct Slurm([Child; 2]);

impl Slurm {
    fn start(batch: &Batch) -> Self {
        let conf = batch.0.out("slurm.conf");
        fs::write(&conf, configuration(batch)).unwrap();
        let daemon = |name: &str| {
            let mut command = Command::new(name);
            command
                .arg("-D")
                .env("SLURM_CONF", &conf)
                .stdin(Stdio::null());
            let log = fs::File::create(batch.0.out(&format!("{name}.log"))).unwrap();
            command.stdout(Stdio::null()).stderr(log).spawn().unwrap()
        };
        let slurm = Self([daemon("slurmctld"), daemon("slurmd")]);
        let is_idle = || said(&batch.slurm("sinfo -h -o %T")).0.contains("idle");
        let up = (0..100).any(|_| {
            thread::sleep(Duration::from_millis(200));
            is_idle()
        });
        let log = fs::read_to_string(batch.0.out("slurmctld.log")).unwrap();
        assert!(up, "Slurm does not come up: {log}");
        slurm
    }
}

impl Drop for Slurm {
    fn drop(&mut self) {
        for daemon in &mut self.0 {
            let _gone = daemon.kill();
            let _gone = daemon.wait();
        }
    }
}

fn configuration(batch: &Batch) -> String {
    let folder = batch.0.folder.display();
    let host = said(&batch.shell("uname -n | cut -d. -f1", &[])).0;
    let host = host.trim();
    let port = || {
        TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port()
    };
    let (controller, node) = (port(), port());
    format!(
        "ClusterName=one\nSlurmctldHost={host}(127.0.0.1)\nSlurmUser=root\nSlurmdUser=root\n\
         AuthType=auth/none\nCredType=cred/none\nSlurmctldPort={controller}\nSlurmdPort={node}\n\
         CommunicationParameters=NoCtldInAddrAny,NoInAddrAny\n\
         StateSaveLocation={folder}/ctld\nSlurmdSpoolDir={folder}/slurmd\n\
         SlurmctldPidFile={folder}/ctld.pid\nSlurmdPidFile={folder}/slurmd.pid\n\
         ProctrackType=proctrack/pgid\nTaskPlugin=task/none\nSelectType=select/linear\n\
         JobAcctGatherType=jobacct_gather/none\nAccountingStorageType=accounting_storage/none\n\
         MinJobAge=10\nReturnToService=2\nNodeName={host} NodeAddr=127.0.0.1 CPUs=1 State=UNKNOWN\n\
         PartitionName=p Nodes=ALL Default=YES OverSubscribe=FORCE:2 State=UP\n"
    )
}

impl Batch {
    fn slurm(&self, line: &str) -> std::process::Output {
        let conf = self.0.out("slurm.conf").display().to_string();
        self.shell(line, &[("SLURM_CONF", &conf)])
    }
}

#[test]
fn a_slurm_array_in_slurm_cancels_what_waits_and_goes_on() {
    let missing = ["slurmctld", "slurmd", "sbatch"]
        .into_iter()
        .find(|program| {
            let version = Command::new(program).arg("-V").output();
            version.is_err()
        });
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if let Some(why) = missing.or((!root).then_some("root")) {
        return eprintln!("SKIPPED, no {why} here: the array in a real Slurm");
    }
    let Some(batch) = Batch::new("slurm") else {
        return;
    };
    // Slurm waits two minutes before it starts what was put back.
    fs::write(batch.0.out("came"), "").unwrap();
    batch.script("job.sh", &page("slurm"));
    let _slurm = Slurm::start(&batch);
    let start = page("slurm-start").replace("sbatch", "sbatch --wait");
    batch.twice(|| batch.slurm(&start));
}
