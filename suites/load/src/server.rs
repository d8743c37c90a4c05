//! The server that is measured: a process of its own, on free ports.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::{process, stopwatch};

/// Which program, and where its files go.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) program: PathBuf,
    pub(crate) folder: PathBuf,
    /// What it is told besides its ports and its folder.
    pub(crate) flags: Vec<String>,
    /// What of the machine it may use; all, where this says nothing.
    pub(crate) share: Option<Share>,
}

/// A part of the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    /// The one processor that may be used.
    pub(crate) processor: u32,
    /// How far others come first, from 0 to 19.
    pub(crate) nice: u32,
}

/// A program that was started and has not said yet where it listens. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Starting {
    child: Child,
    place: Place,
}

/// A running server. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    running: Starting,
    /// `http://127.0.0.1:…`
    pub(crate) endpoint: String,
    /// `127.0.0.1:…`
    pub(crate) udp: String,
}

impl Place {
    /// A folder of its own below `root`, empty.
    pub(crate) fn fresh(program: &Path, root: &Path, name: &str) -> Result<Place, Failure> {
        let place = Place {
            program: program.to_owned(),
            folder: root.join(name),
            flags: vec![],
            share: None,
        };
        place.remove()?;
        fs::create_dir_all(&place.folder).map_err(Failure::to(format!("make {}", place.folder.display())))?;
        Ok(place)
    }

    /// Takes it away with all that is stored in it.
    pub(crate) fn remove(&self) -> Result<(), Failure> {
        match self.folder.exists() {
            true => fs::remove_dir_all(&self.folder)
                .map_err(Failure::to(format!("remove {}", self.folder.display()))),
            false => Ok(()),
        }
    }

    /// Where blocks lie.
    pub(crate) fn store_bytes(&self) -> u64 {
        process::folder_bytes(&self.folder.join("kept/store"))
    }

    /// Where the journal lies, with its spare files.
    pub(crate) fn journal_bytes(&self) -> u64 {
        process::folder_bytes(&self.folder.join("kept/journal"))
    }

    /// How many files the journal has, spare ones apart.
    pub(crate) fn journal_files(&self) -> usize {
        let Ok(files) = fs::read_dir(self.folder.join("kept/journal")) else {
            return 0;
        };
        let is_spare = |file: &fs::DirEntry| file.path().extension().is_some_and(|ending| ending == "spare");
        files.flatten().filter(|file| !is_spare(file)).count()
    }

    /// Starts the program and waits until it listens. What it logs goes to `log` in the folder.
    pub(crate) fn start(&self) -> Result<Server, Failure> {
        self.begin()?.listening()
    }

    /// Starts the program and waits for nothing.
    pub(crate) fn begin(&self) -> Result<Starting, Failure> {
        let failed = || Failure::to(format!("start {}", self.program.display()));
        let log = OpenOptions::new().create(true).append(true).open(self.log());
        let child = self
            .command()
            .args(["serve", "--http", ANY_PORT, "--udp", ANY_PORT, "--data-dir"])
            .arg(self.folder.join("kept"))
            .args(&self.flags)
            .env("ROENTGEN_LOG", LOGGED)
            .stdout(Stdio::piped())
            .stderr(log.map_err(failed())?)
            .spawn()
            .map_err(failed())?;
        Ok(Starting {
            child,
            place: self.clone(),
        })
    }

    fn command(&self) -> Command {
        match self.share {
            Some(Share { processor, nice }) => {
                let mut command = Command::new("taskset");
                command.args(["-c", &processor.to_string(), "nice", "-n", &nice.to_string()]);
                command.arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        }
    }

    /// Where the program's log is.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// The end of the log.
    fn last_words(&self) -> String {
        let lines: Vec<String> = File::open(self.log())
            .map(|log| BufReader::new(log).lines().map_while(Result::ok).collect())
            .unwrap_or_default();
        lines.last().cloned().unwrap_or_default()
    }

    /// What the server said of its last stop; others may log after that.
    fn is_all_stored(&self) -> bool {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        is_all_stored_in(&log)
    }

    /// Starts and stops the server until everything that it has taken lies in blocks. Returns whether it got there.
    pub(crate) fn store_all(&self, server: Server) -> Result<bool, Failure> {
        server.stop()?;
        for _ in 0..STOPS_MAX {
            if self.is_all_stored() {
                return Ok(true);
            }
            self.start()?.stop()?;
        }
        Ok(self.is_all_stored())
    }
}

impl Starting {
    /// Waits until it listens.
    pub(crate) fn listening(mut self) -> Result<Server, Failure> {
        let said = self.child.stdout.take();
        let mut lines = said.into_iter().flat_map(|said| BufReader::new(said).lines());
        let mut address = |prefix: &str| {
            let line = lines.next().and_then(Result::ok).unwrap_or_default();
            line.strip_prefix(prefix).unwrap_or_default().to_owned()
        };
        let (http, udp) = (address("listening http "), address("listening udp "));
        drop(lines);
        if http.is_empty() || udp.is_empty() {
            return Err(Failure::of(format!(
                "start the server: {}",
                self.place.last_words()
            )));
        }
        Ok(Server {
            endpoint: format!("http://{http}"),
            udp,
            running: self,
        })
    }

    /// Ends it at once, as if the machine had failed.
    pub(crate) fn kill(mut self) -> Result<(), Failure> {
        self.child.kill().map_err(Failure::to("kill the server"))?;
        self.child
            .wait()
            .map(drop)
            .map_err(Failure::to("wait for the server's end"))
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        // One that has ended already needs neither.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub(crate) fn pid(&self) -> u32 {
        self.running.child.id()
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection::to(&self.endpoint)
    }

    /// One of the numbers on `/metrics`, summed over its labels; 0 before it was first counted.
    pub(crate) fn metric(&self, name: &str) -> Result<f64, Failure> {
        Ok(metric_in(&self.connection().get("/metrics")?, name))
    }

    /// One of the numbers on `/metrics`, each line of it with its labels.
    pub(crate) fn metric_lines(&self, name: &str) -> Result<Vec<String>, Failure> {
        let page = self.connection().get("/metrics")?;
        let lines = page.lines().filter(|line| line.starts_with(name));
        Ok(lines.map(str::to_owned).collect())
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Result<(), Failure> {
        let told = Command::new("kill")
            .args(["-TERM", &self.pid().to_string()])
            .status();
        told.map_err(Failure::to("tell the server to stop"))?;
        let deadline = stopwatch::now() + STOP_MAX;
        while stopwatch::now() < deadline {
            let ended = self
                .running
                .child
                .try_wait()
                .map_err(Failure::to("wait for the server's end"))?;
            if ended.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Failure::of(format!(
            "stop the server within {} s",
            STOP_MAX.as_secs()
        )))
    }

    /// Ends it at once, as if the machine had failed.
    pub(crate) fn kill(self) -> Result<(), Failure> {
        self.running.kill()
    }
}

fn is_all_stored_in(log: &str) -> bool {
    let stop = log.lines().rfind(|line| line.contains(" stopped"));
    stop.is_some_and(|line| !line.contains("live traces stay in the journal"))
}

fn metric_in(page: &str, name: &str) -> f64 {
    let is_it = |line: &&str| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with([' ', '{']))
    };
    let values = page
        .lines()
        .filter(is_it)
        .filter_map(|line| line.rsplit_once(' '));
    values.filter_map(|(_, value)| value.parse::<f64>().ok()).sum()
}

const ANY_PORT: &str = "127.0.0.1:0";
/// Cuts and merges tell what they did.
const LOGGED: &str = "info,ingest=debug,store=debug";
const STOP_MAX: Duration = Duration::from_secs(120);
const STOPS_MAX: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_the_sum_over_its_labels_and_no_other() {
        let page = "# TYPE a counter\na{x=\"1\"} 3\na{x=\"2 3\"} 4\nab 9\na_b 9\n";
        assert_eq!(metric_in(page, "a"), 7.0);
        assert_eq!(metric_in(page, "ab"), 9.0);
        assert_eq!(metric_in(page, "c"), 0.0);
    }

    #[test]
    fn the_last_stop_says_whether_all_is_stored() {
        let (whole, part) = (
            "INFO roentgen::serve: stopped traces=7\n",
            "WARN roentgen::serve: stopped; live traces stay in the journal\n",
        );
        assert!(is_all_stored_in(&format!("{part}{whole}")));
        assert!(!is_all_stored_in(&format!(
            "{whole}{part}WARN sqlx::query: slow statement\n"
        )));
        assert!(!is_all_stored_in("INFO started\n"));
    }

    #[test]
    fn a_program_that_does_not_listen_is_named_with_what_it_said_last() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::fresh(Path::new("/bin/ls"), root.path(), "one").unwrap();
        let failure = place.start().unwrap_err();
        assert!(
            failure.told().contains("start the server: "),
            "{}",
            failure.told()
        );
    }
}
