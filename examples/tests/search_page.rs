//! The search page in a browser: a search, a completion, a facet, on a desk and on a phone.
//!
//! Needs Chromium or Chrome, and its chromedriver; where one is missing, the tests say so and pass,
//! unless `VIETSEARCH_BROWSER=required`. `CHROME` and `CHROMEDRIVER` name programs that are not in
//! `PATH`. With `VIETSEARCH_PICTURES=DIRECTORY` pictures of the page are kept there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "failing is what a test is for"
)]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How the page is looked at.
#[derive(Clone, Copy)]
struct Look {
    name: &'static str,
    is_dark: bool,
    is_phone: bool,
}

const DESK: Look = Look {
    name: "desk-light",
    is_dark: false,
    is_phone: false,
};
const PHONE: Look = Look {
    name: "phone-dark",
    is_dark: true,
    is_phone: true,
};
/// Only for pictures.
const OTHERS: [Look; 2] = [
    Look {
        name: "desk-dark",
        is_dark: true,
        is_phone: false,
    },
    Look {
        name: "phone-light",
        is_dark: false,
        is_phone: true,
    },
];

/// A program that ends with its owner.
struct Running(Child);

impl Running {
    /// Starts a program and reads its output up to the line that `tells` what is wanted.
    fn start(command: &mut Command, tells: impl Fn(&str) -> Option<String>) -> (Self, String) {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut running = Self(child.unwrap_or_else(|error| panic!("{command:?}: {error}")));
        let mut lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let told = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| tells(&line));
        // What is printed later is read too: a full pipe would stop the program.
        std::thread::spawn(move || lines.for_each(drop));
        (
            running,
            told.unwrap_or_else(|| panic!("{command:?} told no address")),
        )
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program that a variable names, else the first of these in `PATH`.
fn program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = env::var_os(variable) {
        return Some(named.into());
    }
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let files = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}

/// Chrome and its driver; `None`, with a message, where there are none.
fn browser() -> Option<(PathBuf, PathBuf)> {
    let chrome = program("CHROME", &["chromium", "chromium-browser", "google-chrome"]);
    let driver = program("CHROMEDRIVER", &["chromedriver"]);
    match chrome.zip(driver) {
        None if env::var_os("VIETSEARCH_BROWSER").is_some_and(|value| value == "required") => {
            panic!(
                "no chromium or no chromedriver in PATH: install them, or set CHROME and CHROMEDRIVER"
            )
        }
        None => {
            eprintln!(
                "skipped: no chromium or no chromedriver in PATH; CHROME and CHROMEDRIVER name them"
            );
            None
        }
        both => both,
    }
}

/// The page over the built-in articles.
fn site() -> (Running, String) {
    let program = env!("CARGO_BIN_EXE_search_page");
    Running::start(
        Command::new(program).args(["--listen", "127.0.0.1:0"]),
        |line| {
            line.starts_with("http://")
                .then(|| line.trim_end_matches('/').to_string())
        },
    )
}

fn capabilities(chrome: &Path, look: Look) -> serde_json::Map<String, Value> {
    // Without a sandbox, which root may not have; nothing but our own page is opened.
    let mut arguments = vec![
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--lang=vi",
        "--window-size=1280,900",
    ];
    if look.is_dark {
        arguments.push("--blink-settings=preferredColorScheme=0");
    }
    let mut options = json!({ "binary": chrome, "args": arguments });
    if look.is_phone {
        let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 2, "touch": true });
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    json!({ "browserName": "chrome", "goog:chromeOptions": options })
        .as_object()
        .unwrap()
        .clone()
}

/// A page that is open in a browser.
#[derive(Clone)]
struct Tab {
    client: Client,
    site: String,
    look: Look,
}

impl Tab {
    async fn text(&self, css: &str) -> String {
        let element = self
            .client
            .wait()
            .at_most(Duration::from_secs(10))
            .for_element(Locator::Css(css));
        let element = element
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
        element.text().await.unwrap()
    }

    /// Waits until a script says so.
    async fn until(&self, condition: &str) {
        let script = format!("return Boolean({condition})");
        for _ in 0..100 {
            if self
                .client
                .execute(&script, Vec::new())
                .await
                .is_ok_and(|value| value == json!(true))
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let html = self.client.source().await.unwrap_or_default();
        panic!("never {condition}: {html}");
    }

    async fn value_of(&self, script: &str) -> Value {
        let script = format!("return {script}");
        self.client.execute(&script, Vec::new()).await.unwrap()
    }

    async fn picture(&self, of: &str) {
        let Some(folder) = env::var_os("VIETSEARCH_PICTURES") else {
            return;
        };
        let folder = PathBuf::from(folder);
        fs::create_dir_all(&folder).unwrap();
        let name = format!("{}-{of}.png", self.look.name);
        fs::write(folder.join(name), self.client.screenshot().await.unwrap()).unwrap();
    }

    /// What holds of every page: nothing comes from elsewhere, nothing is wider than the window.
    async fn is_sound(&self) {
        let loaded = "performance.getEntriesByType('resource').map((one) => one.name)";
        let loaded = self.value_of(loaded).await;
        let loaded: Vec<&str> = loaded
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert!(
            loaded.iter().any(|name| name.ends_with("/style.css")),
            "{loaded:?}"
        );
        assert!(
            loaded.iter().all(|name| name.starts_with(&self.site)),
            "{loaded:?}"
        );
        let wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(
            self.value_of(wider).await,
            json!(0),
            "{}: the page is too wide",
            self.look.name
        );
    }
}

/// Starts a browser, runs `check` in it, and ends it whatever came of that.
async fn with_tab<F, R>(look: Look, check: F)
where
    F: FnOnce(Tab) -> R,
    R: Future<Output = ()> + Send + 'static,
{
    let Some((chrome, driver)) = browser() else {
        return;
    };
    let (_site, address) = site();
    let (_driver, port) = Running::start(Command::new(&driver).arg("--port=0"), |line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        Some(port.trim_end_matches('.').to_string())
    });
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities(&chrome, look))
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .expect("a browser");
    let tab = Tab {
        client: client.clone(),
        site: address,
        look,
    };
    let outcome = tokio::spawn(check(tab)).await;
    client.close().await.unwrap();
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// By keyboard alone.
#[tokio::test]
async fn a_search_a_completion_and_a_facet_on_a_desk() {
    with_tab(DESK, |tab| async move {
        let client = &tab.client;
        client.goto(&tab.site).await.unwrap();
        tab.is_sound().await;
        tab.picture("1-home").await;

        let input = client.find(Locator::Id("q")).await.unwrap();
        assert_eq!(input.attr("role").await.unwrap().as_deref(), Some("combobox"));
        assert_eq!(input.attr("aria-expanded").await.unwrap().as_deref(), Some("false"));
        input.send_keys("gia v").await.unwrap();
        tab.until("document.querySelectorAll('#completions [role=option]').length").await;
        assert_eq!(input.attr("aria-expanded").await.unwrap().as_deref(), Some("true"));
        tab.picture("2-completion").await;

        // Down chooses, Escape takes back, Enter searches for what is chosen.
        let key = |key: Key| char::from(key).to_string();
        input.send_keys(&key(Key::Down)).await.unwrap();
        let chosen = input.attr("aria-activedescendant").await.unwrap().unwrap();
        let option = client.find(Locator::Id(&chosen)).await.unwrap();
        assert_eq!(option.attr("aria-selected").await.unwrap().as_deref(), Some("true"));
        let first = input.prop("value").await.unwrap().unwrap();
        assert_eq!(first, "giá vàng");
        input.send_keys(&key(Key::Escape)).await.unwrap();
        assert_eq!(input.prop("value").await.unwrap().as_deref(), Some("gia v"));
        assert!(!client.find(Locator::Id("completions")).await.unwrap().is_displayed().await.unwrap());
        input.send_keys(&key(Key::Down)).await.unwrap();
        tab.until("document.querySelectorAll('#completions [role=option]').length").await;
        input.send_keys(&format!("{}{}", key(Key::Down), key(Key::Enter))).await.unwrap();
        tab.until("new URLSearchParams(location.search).get('q') === 'giá vàng'").await;
        assert!(tab.text("#results h2 mark").await.to_lowercase().contains("giá vàng"));
        assert!(tab.text("#results h1").await.ends_with(" bài"));
        tab.is_sound().await;
        tab.picture("3-search").await;

        let facet = "//aside//a[span[text()='Kinh tế']]";
        let facet = client.find(Locator::XPath(facet)).await.unwrap();
        facet.click().await.unwrap();
        tab.until("document.querySelector('.chosen')").await;
        assert!(tab.text(".chosen").await.contains("Chuyên mục: Kinh tế"));
        let sections = "[...document.querySelectorAll('.origin')].every((one) => one.textContent.includes('Kinh tế'))";
        assert_eq!(tab.value_of(sections).await, json!(true));
        tab.picture("4-facet").await;

        // Light, as the reader's system wants it.
        let background = "getComputedStyle(document.body).backgroundColor";
        assert_eq!(tab.value_of(background).await, json!("rgb(251, 250, 248)"));
    })
    .await;
}

/// By touch, in the dark.
#[tokio::test]
async fn a_search_a_completion_and_a_bar_on_a_phone() {
    with_tab(PHONE, |tab| async move {
        let client = &tab.client;
        client.goto(&tab.site).await.unwrap();
        tab.is_sound().await;
        tab.picture("1-home").await;
        let background = "getComputedStyle(document.body).backgroundColor";
        assert_eq!(tab.value_of(background).await, json!("rgb(22, 22, 20)"));

        let input = client.find(Locator::Id("q")).await.unwrap();
        input.send_keys("an ninh").await.unwrap();
        tab.until("document.querySelectorAll('#completions [role=option]').length")
            .await;
        tab.is_sound().await;
        tab.picture("2-completion").await;
        let option = client
            .find(Locator::Css("#completions [role=option]"))
            .await
            .unwrap();
        let text = option
            .find(Locator::Css("span"))
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        option.click().await.unwrap();
        tab.until(&format!(
            "new URLSearchParams(location.search).get('q') === '{text}'"
        ))
        .await;
        assert!(!tab.text("#results mark").await.is_empty());
        tab.is_sound().await;
        tab.picture("3-search").await;

        // What narrows is folded away until it is asked for.
        let bar = client.find(Locator::Css(".histogram a")).await.unwrap();
        assert!(!bar.is_displayed().await.unwrap());
        client
            .find(Locator::Css(".filters > summary"))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        tab.until("document.querySelector('.filters').open").await;
        tab.is_sound().await;
        tab.picture("4-filters").await;
        bar.click().await.unwrap();
        tab.until("document.querySelector('.chosen')").await;
        assert!(tab.text(".chosen").await.contains("Ngày đăng: "));
        tab.picture("5-days").await;
    })
    .await;
}

/// The other two looks, if pictures are wanted.
#[tokio::test]
async fn pictures() {
    if env::var_os("VIETSEARCH_PICTURES").is_none() {
        return;
    }
    for look in OTHERS {
        with_tab(look, |tab| async move {
            for (name, path) in [
                ("1-home", "/"),
                ("3-search", "/?q=an+ninh+to+quoc"),
                ("6-nothing", "/?q=xyzzy&section=Kinh+t%E1%BA%BF"),
                ("7-problem", "/?q=a&from=32/13/2024"),
            ] {
                tab.client
                    .goto(&format!("{}{path}", tab.site))
                    .await
                    .unwrap();
                tab.is_sound().await;
                tab.picture(name).await;
            }
        })
        .await;
    }
}
