//! What Linux says of a process and of the machine (`/proc`).

use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// CPU seconds that a process has used in all its threads.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64, Failure> {
    let stat = read(&format!("/proc/{pid}/stat"))?;
    cpu_seconds_in(&stat).ok_or_else(|| Failure::of(format!("read the CPU time of process {pid}")))
}

/// The name, in parentheses, may hold anything; user and system time are the 12th and 13th field behind it.
fn cpu_seconds_in(stat: &str) -> Option<f64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let mut ticks = behind.split_whitespace().skip(11);
    let (user, system): (f64, f64) = (ticks.next()?.parse().ok()?, ticks.next()?.parse().ok()?);
    Some((user + system) / TICKS_PER_SECOND)
}

/// Keeps this process, with the threads that it starts from now on, to one processor. Whether that worked.
pub(crate) fn keep_to(processor: u32) -> bool {
    let pid = std::process::id().to_string();
    let kept = std::process::Command::new("taskset")
        .args(["-p", "-c", &processor.to_string(), &pid])
        .stdout(std::process::Stdio::null())
        .status();
    kept.is_ok_and(|status| status.success())
}

/// A program that takes all that it gets of one processor, until this is dropped.
#[derive(Debug)]
pub(crate) struct Spinner(std::process::Child);

impl Spinner {
    /// `None` where a program cannot be kept to a processor.
    pub(crate) fn on(processor: u32) -> Option<Spinner> {
        let processor = processor.to_string();
        let spinning = std::process::Command::new("taskset")
            .args(["-c", &processor, "sh", "-c", "while :; do :; done"])
            .spawn();
        spinning.ok().map(Spinner)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        // One that has ended already needs neither.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The largest memory that a process has had, in bytes.
pub(crate) fn peak_memory_bytes(pid: u32) -> Result<u64, Failure> {
    let status = read(&format!("/proc/{pid}/status"))?;
    kilobytes_in(&status, "VmHWM:").ok_or_else(|| Failure::of(format!("read the memory of process {pid}")))
}

/// The memory that a process has now, in bytes.
pub(crate) fn memory_bytes(pid: u32) -> Result<u64, Failure> {
    let status = read(&format!("/proc/{pid}/status"))?;
    kilobytes_in(&status, "VmRSS:").ok_or_else(|| Failure::of(format!("read the memory of process {pid}")))
}

/// Lets the largest memory be counted anew from now on.
pub(crate) fn forget_peak_memory(pid: u32) -> Result<(), Failure> {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").map_err(Failure::to("count the peak memory anew"))
}

fn kilobytes_in(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? << 10)
}

/// CPU seconds that everything on this machine has used.
pub(crate) fn machine_cpu_seconds() -> Result<f64, Failure> {
    let stat = read("/proc/stat")?;
    busy_seconds_in(&stat).ok_or_else(|| Failure::of("read the machine's CPU time"))
}

/// All but `idle` and `iowait`, the fourth and fifth; `guest` and what follows is counted in the others already.
fn busy_seconds_in(stat: &str) -> Option<f64> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks = line.split_whitespace().take(8).enumerate();
    let busy = ticks.filter(|(field, _)| !matches!(field, 3 | 4));
    let busy: Option<f64> = busy.map(|(_, ticks)| ticks.parse::<f64>().ok()).sum();
    Some(busy? / TICKS_PER_SECOND)
}

/// What the machine is, in a line.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpus = read("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    let memory = read("/proc/meminfo").unwrap_or_default();
    let gigabytes = kilobytes_in(&memory, "MemTotal:").unwrap_or_default() as f64 / f64::from(1 << 30);
    let kernel = read("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{cores} cores of {model}, {gigabytes:.0} GB, Linux {}",
        kernel.trim()
    )
}

/// Bytes of all files below a folder; what goes away meanwhile does not count.
pub(crate) fn folder_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => folder_bytes(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(size).sum()
}

fn read(path: &str) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(Failure::to(format!("read {path}")))
}

/// The kernel's unit towards programs, the same on every machine that we run on.
const TICKS_PER_SECOND: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_time_is_found_behind_a_strange_name() {
        let stat = "42 (a) b (c)) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 7 8 20 0 9 0 1 2 3";
        assert_eq!(cpu_seconds_in(stat), Some(3.0));
        assert_eq!(cpu_seconds_in("42 (a) S 1"), None);
    }

    #[test]
    fn the_peak_memory_is_in_kilobytes() {
        assert_eq!(
            kilobytes_in("VmPeak:\t 9 kB\nVmHWM:\t  2048 kB\n", "VmHWM:"),
            Some(2 << 20)
        );
        assert_eq!(kilobytes_in("VmPeak:\t 9 kB\n", "VmHWM:"), None);
    }

    #[test]
    fn idle_time_is_not_busy_time() {
        assert_eq!(
            busy_seconds_in("cpu  100 1 200 9999 9999 3 4 92 7 7\ncpu0 1\n"),
            Some(4.0)
        );
    }

    #[test]
    fn a_folder_is_as_large_as_its_files_at_every_depth() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("a/b")).unwrap();
        fs::write(folder.path().join("one"), [0; 10]).unwrap();
        fs::write(folder.path().join("a/b/two"), [0; 5]).unwrap();
        assert_eq!(folder_bytes(folder.path()), 15);
    }
}
