//! Runs the built command on invented articles in a folder of its own.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of tests: each test file takes what it needs, and failing is what it is for"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// What a run of the command left.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout.
    pub(crate) stdout: String,
    /// What it wrote to stderr.
    pub(crate) stderr: String,
}

impl Ran {
    /// Asserts the exit code and returns what was written to stdout.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Reads stdout as one JSON value on one line.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:#?}");
        serde_json::from_str(&self.stdout).expect("JSON on stdout")
    }
}

/// Runs `vietsearch` with arguments and nothing on stdin.
pub(crate) fn vietsearch<A: AsRef<std::ffi::OsStr>>(arguments: &[A]) -> Ran {
    filter(arguments, b"")
}

/// Runs `vietsearch` with arguments and bytes on stdin.
pub(crate) fn filter<A: AsRef<std::ffi::OsStr>>(arguments: &[A], stdin: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vietsearch"))
        .args(arguments)
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut pipe = child.stdin.take().expect("stdin is a pipe");
    let input = stdin.to_vec();
    // A command that reads while it writes would wait for us, and we for it.
    let feeder = std::thread::spawn(move || {
        let _ = pipe.write_all(&input);
    });
    let output = child.wait_with_output().expect("the command ends");
    feeder.join().expect("stdin is fed");
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
    }
}

/// A folder with files and an index, removed in the end.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self {
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// The path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as text, for the command line.
    pub(crate) fn arg(&self, name: &str) -> String {
        self.path(name).to_str().expect("UTF-8").to_string()
    }

    /// Writes a file and returns its path as text.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::create_dir_all(self.path(name).parent().unwrap_or(Path::new("."))).unwrap();
        std::fs::write(self.path(name), bytes).unwrap();
        self.arg(name)
    }

    /// Reads a file.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs a command on the index `bao` of this folder.
    pub(crate) fn run(&self, command: &str, arguments: &[&str]) -> Ran {
        let index = self.arg("bao");
        let mut line = vec![command, "--index", &index];
        line.extend(arguments);
        vietsearch(&line)
    }

    /// A folder whose index `bao` holds [`ARTICLES`].
    pub(crate) fn with_articles() -> Self {
        let place = Self::new();
        let input = place.write("tin.jsonl", ARTICLES);
        place.run("index", &[&input]).exits(0);
        place
    }
}

/// Invented articles.
pub(crate) const ARTICLES: &str = r#"{"id":"vang","title":"Giá vàng tăng nhẹ ở chợ Mới","body":"Sáng nay giá vàng tăng 200.000 đồng mỗi lượng.","source":"Báo Mẫu","section":"Kinh tế","author":"Lê Thảo","published_at":"2024-05-01T06:30:00+07:00","url":"https://mau.example/vang"}
{"id":"duong","title":"Đường làng Hạ nối liền hai xã","body":"Con đường dài ba cây số vừa thông xe.","source":"Báo Mẫu","section":"Thời sự","published_at":"2024-06-02T08:00:00+07:00"}
{"id":"bai so 3","title":"Tổ dân phố giữ an ninh","body":"Phong trào bảo vệ an ninh Tổ quốc ở tổ dân phố số 3.","source":"Tin Thử","section":"Thời sự","published_at":"2024-07-03T09:15:00+07:00"}
"#;
