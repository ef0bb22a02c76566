//! Vietnamese news search on Quickwit, OpenSearch and Elasticsearch: the same analysis and queries
//! as on one machine, with nothing to install on the servers.
//!
//! Articles are analysed here and sent as terms between spaces; queries are compiled to the few
//! kinds of clauses that all engines take alike; the best few hundred hits come back and are
//! ranked, highlighted and cut by the very code that does so locally.
//!
//! - [`mapping`] is what an index is created with, [`Documents`] makes documents of articles,
//!   [`BulkBuilder`] batches of them.
//! - [`Compiler`] makes searches of a request.
//! - [`Search`] asks, reads the answers and makes a
//!   [`SearchResponse`](vietsearch_query::SearchResponse). It does no input or output.
//! - [`Client`] does all of this over a [`Transport`], with attempts that are repeated where that
//!   is safe. The feature `client` brings a transport over HTTP, `tls` adds HTTPS.
//!
//! # A request in the engines' language
//!
//! ```
//! use vietsearch_cluster::{Compiler, Dialect};
//! use vietsearch_query::SearchRequest;
//!
//! let compiler = Compiler::new(Dialect::OpenSearch)?;
//! let body = compiler.compile(&SearchRequest::new("gia vang"))?.body()?;
//! assert_eq!(body["sort"][0]["_score"], "desc");
//! // Without marks, words are looked up in the folded tier.
//! assert!(body["query"].to_string().contains("body_f"));
//! # Ok::<(), vietsearch_cluster::ClusterError>(())
//! ```
//!
//! # When not to use it
//!
//! Up to some ten million articles one machine is simpler, faster and ranks with exact statistics.
//! The crate's README says what grows how, and which engine suits what.

mod bulk;
mod client;
mod compile;
mod dialect;
mod document;
mod error;
mod http;
mod retry;
mod schema;
mod search;
mod term;
#[cfg(feature = "client")]
mod ureq_transport;

pub use bulk::{Bulk, BulkBuilder, BulkReport, Rejection, read_bulk_response};
pub use client::{Client, IndexFailure, IndexReport};
pub use compile::{Compiled, Compiler, Count, Recency, collection_body};
pub use dialect::Dialect;
pub use document::{Document, Documents};
pub use error::ClusterError;
pub use http::{Method, Request, Response, Transport, TransportError};
pub use retry::Retry;
pub use schema::{check_mapping, mapping};
pub use search::{Finisher, RemoteHit, Search};
#[cfg(feature = "client")]
pub use ureq_transport::{Credentials, HttpOptions, HttpTransport};
