//! Indexes articles on a remote engine, searches them, and finishes the hits here.
//!
//! ```text
//! cargo run -p vietsearch-cluster --features client --example remote -- \
//!     http://localhost:7280 quickwit vi-news [INPUT...] -- 'giá vàng'
//! ```
//!
//! Without inputs nothing is indexed. A password or token is taken from the environment alone:
//! `CLUSTER_USER` and `CLUSTER_PASSWORD`, or `CLUSTER_TOKEN`.

use std::error::Error;
use std::time::Duration;

use vietsearch_cluster::{Client, Credentials, Dialect, HttpOptions, HttpTransport};
use vietsearch_index::ingest::{self, Entry, Options};
use vietsearch_query::{SearchRequest, to_html};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut parts = arguments.split(|argument| argument == "--");
    let (Some([url, dialect, index, inputs @ ..]), Some(query)) = (parts.next(), parts.next())
    else {
        return Err("usage: remote URL DIALECT INDEX [INPUT...] -- QUERY".into());
    };
    let dialect: Dialect = dialect.parse()?;
    let options = HttpOptions::default().with_credentials(credentials());
    let client = Client::new(HttpTransport::new(url, options)?, dialect, index)?;
    if !inputs.is_empty() {
        fill(&client, inputs)?;
    }

    let mut request = SearchRequest::new(query.join(" "));
    request.facets = true;
    let response = client.search(&request)?;
    println!("{} articles", response.total);
    for hit in &response.hits {
        println!("{:9.3}  {}", hit.score, hit.title.as_deref().unwrap_or("—"));
        println!(
            "           {}",
            to_html(&hit.snippet, &hit.highlights, "*", "*")
        );
    }
    for (facet, counts) in response.facets.iter().flatten() {
        for count in counts.iter().take(5) {
            println!("{facet}: {} ({})", count.label, count.count);
        }
    }
    Ok(())
}

fn credentials() -> Credentials {
    let variable = |name: &str| std::env::var(name).ok();
    match (variable("CLUSTER_USER"), variable("CLUSTER_PASSWORD")) {
        (Some(user), Some(password)) => Credentials::Basic { user, password },
        _ => variable("CLUSTER_TOKEN").map_or(Credentials::None, Credentials::Bearer),
    }
}

fn fill(client: &Client<HttpTransport>, inputs: &[String]) -> Result<(), Box<dyn Error>> {
    if client.create_index()? {
        println!("created the index");
    }
    let before = client.count()?;
    let articles =
        ingest::read(inputs.iter().map(Into::into), &Options::default()).filter_map(|entry| {
            match entry {
                Entry::Article { article, .. } => Some(*article),
                Entry::Skipped(problem) => {
                    eprintln!("skipped: {problem}");
                    None
                }
            }
        });
    let report = client.index(articles)?;
    for rejection in &report.rejected {
        eprintln!("rejected: {}: {}", rejection.id, rejection.reason);
    }
    // An article that replaces another adds nothing, so this may be waited for in vain.
    let visible = client.wait_for(before + report.acknowledged, Duration::from_secs(120))?;
    println!(
        "{} articles acknowledged, {visible} can be searched",
        report.acknowledged
    );
    Ok(())
}
