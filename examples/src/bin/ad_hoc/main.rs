//! Ad-hoc queries: point it at files or folders of articles, then type.
//!
//! ```sh
//! cargo run -p vietsearch-examples --bin ad_hoc                          # built-in samples
//! cargo run -p vietsearch-examples --bin ad_hoc -- tin.jsonl thu-muc/    # your articles
//! cargo run -p vietsearch-examples --bin ad_hoc -- --index bao tin.jsonl # kept on the disk
//! cargo run -p vietsearch-examples --bin ad_hoc -- --index bao           # and searched again
//! echo 'gia vang' | cargo run -p vietsearch-examples --bin ad_hoc        # from a script
//! ```
//!
//! The articles are read in `intake`, the lines that are typed are answered in `session`, and
//! `show` writes what was found. Answers go to stdout, everything else to stderr.

mod intake;
mod session;
mod show;

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, StdinLock, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;
use vietsearch::NewsSearcher;

use session::{Next, Session};
use show::Look;

const USAGE: &str = "\
Cách dùng: ad_hoc [--index THƯ_MỤC] [TỆP_HOẶC_THƯ_MỤC]...

  TỆP_HOẶC_THƯ_MỤC   bài báo: .jsonl, .json, .csv, .xml, .html, .txt, có thể nén .gz; không có thì dùng bài mẫu
  --index THƯ_MỤC    giữ chỉ mục trên đĩa; không kèm tệp nào thì tìm trong chỉ mục đã có
  --help             lời này";

/// What the command line asks for.
#[derive(Default)]
struct Arguments {
    index: Option<PathBuf>,
    inputs: Vec<PathBuf>,
    help: bool,
}

impl Arguments {
    fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut parsed = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--help" | "-h") => parsed.help = true,
                Some("--index") => {
                    let folder = arguments.next().ok_or("--index cần tên một thư mục")?;
                    parsed.index = Some(folder.into());
                }
                Some(option) if option.starts_with('-') => {
                    return Err(format!("không có tùy chọn {option:?}"));
                }
                _ => parsed.inputs.push(argument.into()),
            }
        }
        Ok(parsed)
    }
}

/// Where lines come from.
enum Lines {
    /// A person, with editing and a history of lines.
    Terminal(Box<DefaultEditor>),
    /// A file or another program.
    Piped(StdinLock<'static>),
}

impl Lines {
    fn of_stdin() -> Result<Self, ReadlineError> {
        if io::stdin().is_terminal() {
            Ok(Self::Terminal(Box::new(DefaultEditor::new()?)))
        } else {
            Ok(Self::Piped(io::stdin().lock()))
        }
    }

    /// The next line; `None` at the end.
    fn next(&mut self) -> Result<Option<String>, Box<dyn Error>> {
        match self {
            Self::Terminal(editor) => match editor.readline("tìm> ") {
                Ok(line) => {
                    editor.add_history_entry(line.as_str())?;
                    Ok(Some(line))
                }
                // Ctrl-D and Ctrl-C.
                Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
                Err(error) => Err(error.into()),
            },
            Self::Piped(stdin) => {
                // Bytes rather than `read_line`: one line in another encoding must not end the run.
                let mut bytes = Vec::new();
                let read = stdin.read_until(b'\n', &mut bytes)?;
                Ok((read > 0).then(|| String::from_utf8_lossy(&bytes).into_owned()))
            }
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let index = intake::open(arguments.index.as_deref(), &arguments.inputs)?;
    let mut session = Session::new(NewsSearcher::new(&index)?, Look::of_stdout());
    let mut lines = Lines::of_stdin()?;
    let interactive = matches!(lines, Lines::Terminal(_));
    if interactive {
        eprintln!("Gõ câu cần tìm, có dấu hay không dấu. :help xem các lệnh, :quit thoát.");
    }

    let mut out = io::stdout().lock();
    while let Some(line) = lines.next()? {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if !interactive {
            // A person sees what was typed; in a file it would be missing above its answer.
            writeln!(out, "tìm> {line}")?;
        }
        let next = session.answer(line, &mut out)?;
        out.flush()?;
        if next == Next::Quit {
            break;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(reason) => {
            eprintln!("{reason}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if arguments.help {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output has seen enough: `ad_hoc | head`.
        Err(error) if is_broken_pipe(error.as_ref()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lỗi: {error}");
            let mut cause = error.source();
            while let Some(deeper) = cause {
                eprintln!("  vì: {deeper}");
                cause = deeper.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
