//! Runs the built examples.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "a helper of tests: each test file takes what it needs, and failing is what it is for"
)]

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Stdio};

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs a program with arguments and with `stdin` piped to it.
pub(crate) fn run<A: AsRef<OsStr>>(program: &str, arguments: &[A], stdin: &[u8]) -> Ran {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Only a few lines: they fit into the pipe. A program that fails at once reads none of them.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The output of a program without arguments that succeeds and has nothing to complain about.
#[track_caller]
pub(crate) fn output(program: &str) -> String {
    let ran = run::<&str>(program, &[], b"");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:#?}");
    ran.stdout
}
