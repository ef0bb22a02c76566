//! A search page over an index: what a news site puts around the library.
//!
//! ```sh
//! cargo run -p vietsearch-examples --bin search_page                    # built-in samples
//! cargo run -p vietsearch-examples --bin search_page -- --index bao     # an index on the disk
//! ```
//!
//! `parameters` reads an address and writes others, `answer` asks the library and puts what it says
//! into the form in which `templates/` show it, `histogram` draws the days, `server` has the routes.
//! The page works without a script; `assets/script.js` adds completion.

mod answer;
mod histogram;
mod library;
mod parameters;
mod server;
mod words;

use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use tokio::net::TcpListener;

use library::Library;

const USAGE: &str = "\
Cách dùng: search_page [--index THƯ_MỤC] [--listen ĐỊA_CHỈ]

  --index THƯ_MỤC    tìm trong chỉ mục này; không có thì dùng bài mẫu
  --listen ĐỊA_CHỈ   nơi trang được mở; 127.0.0.1:7878 nếu không ghi
  --help             lời này";

/// What the command line asks for.
#[derive(Default)]
struct Arguments {
    index: Option<PathBuf>,
    listen: Option<String>,
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
                Some("--listen") => {
                    let address = arguments.next().and_then(|value| value.into_string().ok());
                    parsed.listen = Some(address.ok_or("--listen cần địa chỉ như 127.0.0.1:7878")?);
                }
                _ => return Err(format!("không hiểu {argument:?}")),
            }
        }
        Ok(parsed)
    }
}

async fn serve(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let library = match &arguments.index {
        Some(folder) => Library::open(folder)?,
        None => Library::of_samples()?,
    };
    let address = arguments.listen.as_deref().unwrap_or("127.0.0.1:7878");
    let listener = TcpListener::bind(address).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, server::router(library)).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
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
    match serve(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lỗi: {error}");
            ExitCode::FAILURE
        }
    }
}
