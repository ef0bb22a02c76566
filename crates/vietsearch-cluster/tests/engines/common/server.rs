//! A server over the engine: it speaks as Quickwit or as Elasticsearch, checks every request, and
//! fails on demand.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vietsearch_cluster::{Dialect, Method, Request, Response, Transport, TransportError, mapping};

use super::engine::Engine;
use super::validator::Validator;

/// What happens instead of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The request does not arrive.
    NotSent,
    /// The request is carried out, but its answer does not come.
    Timeout,
    /// Another answer; the request is not carried out.
    Answer(Response),
    /// The engine takes only the documents before this place; for the others it is too busy.
    BusyFrom(usize),
}

/// A server in this process.
pub(crate) struct Server {
    dialect: Dialect,
    index: String,
    validator: Validator,
    engine: RefCell<Engine>,
    created: Cell<bool>,
    pub(crate) faults: RefCell<VecDeque<Fault>>,
    pub(crate) requests: Cell<usize>,
    pub(crate) searches: Cell<usize>,
    pub(crate) waited: Cell<Duration>,
    /// How long requests were worked on.
    pub(crate) time: Cell<Duration>,
}

impl Server {
    pub(crate) fn new(dialect: Dialect, index: &str, parts: usize) -> Self {
        let mapping = mapping(Dialect::Quickwit, index).unwrap();
        Self {
            dialect,
            index: index.to_string(),
            validator: Validator::new(&mapping),
            engine: RefCell::new(Engine::new(&mapping, parts)),
            created: Cell::new(false),
            faults: RefCell::default(),
            requests: Cell::new(0),
            searches: Cell::new(0),
            waited: Cell::default(),
            time: Cell::default(),
        }
    }

    pub(crate) fn fail(&self, fault: Fault) {
        self.faults.borrow_mut().push_back(fault);
    }

    /// Number of documents, visible or not.
    pub(crate) fn count(&self) -> usize {
        self.engine.borrow_mut().commit();
        self.engine.borrow().count()
    }

    /// Answers one search body.
    pub(crate) fn search(&self, body: &Value) -> Value {
        self.searches.set(self.searches.get() + 1);
        if let Err(violation) = self.validator.search(body) {
            panic!("{violation}: {body:#}");
        }
        self.engine.borrow().search(body)
    }

    fn carry_out(&self, request: &Request, busy_from: usize) -> Response {
        let elastic = match self.dialect {
            Dialect::Quickwit => "/api/v1/_elastic",
            _ => "",
        };
        let index_path = match self.dialect {
            Dialect::Quickwit => format!("/api/v1/indexes/{}", self.index),
            _ => format!("/{}", self.index),
        };
        let (path, _) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let path = path.strip_prefix(elastic).unwrap_or(path);
        let search_path = format!("/{}/_search", self.index);
        let deleted = path.strip_prefix(&format!("/{}/_doc/", self.index));
        match (request.method, path) {
            (Method::Post, "/_bulk") => self.bulk(&request.body, busy_from),
            (Method::Post, "/_msearch") => self.multi_search(&request.body),
            (Method::Post, path) if path == search_path => {
                self.engine.borrow_mut().commit();
                let body = serde_json::from_str(&request.body).unwrap();
                Response::new(200, self.search(&body).to_string())
            }
            (Method::Delete, _) if deleted.is_some() => {
                self.engine.borrow_mut().delete(deleted.unwrap());
                Response::new(200, "{}")
            }
            (Method::Delete, path) => {
                assert_eq!(path, index_path);
                self.created.set(false);
                Response::new(200, "{}")
            }
            (Method::Get, _) if !self.created.get() => {
                Response::new(404, r#"{"message":"index not found"}"#)
            }
            (Method::Get, path) => {
                let own = mapping(self.dialect, &self.index).unwrap();
                match self.dialect {
                    Dialect::Quickwit => assert_eq!(path, index_path),
                    _ => assert_eq!(path, format!("{index_path}/_mapping")),
                }
                let described = match self.dialect {
                    Dialect::Quickwit => json!({ "index_config": own }),
                    _ => json!({ self.index.as_str(): own }),
                };
                Response::new(200, described.to_string())
            }
            (Method::Post, "/api/v1/indexes") | (Method::Put, _) => {
                let body: Value = serde_json::from_str(&request.body).unwrap();
                assert_eq!(body, mapping(self.dialect, &self.index).unwrap());
                self.created.set(true);
                Response::new(200, "{}")
            }
            other => panic!("{other:?}"),
        }
    }

    fn bulk(&self, body: &str, busy_from: usize) -> Response {
        assert!(body.len() <= 10 * 1024 * 1024, "{} bytes", body.len());
        assert!(body.ends_with('\n'));
        let lines: Vec<Value> = body
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let mut items = Vec::new();
        for (number, pair) in lines.chunks(2).enumerate() {
            let (action, meta) = pair[0].as_object().unwrap().iter().next().unwrap();
            assert_eq!(meta["_index"], self.index.as_str());
            let mut engine = self.engine.borrow_mut();
            let result = match (self.dialect, action.as_str()) {
                _ if number >= busy_from => Err((429, "no shards available".to_string())),
                (Dialect::Quickwit, "create") => engine.add(&pair[1]).map_err(|error| (400, error)),
                (Dialect::Quickwit, other) => panic!("{other}: Quickwit does not replace"),
                (_, "index") => {
                    assert_eq!(meta["_id"], pair[1]["id"]);
                    engine.replace(&pair[1]).map_err(|error| (400, error))
                }
                other => panic!("{other:?}"),
            };
            items.push(match result {
                Ok(()) => json!({ action.as_str(): { "_index": self.index, "status": 201 } }),
                Err((status, reason)) => json!({ "index": {
                    "_index": self.index, "status": status,
                    "error": { "type": "document_parsing_exception", "reason": reason },
                } }),
            });
        }
        let answer = json!({ "took": 1, "errors": false, "items": items });
        Response::new(200, answer.to_string())
    }

    fn multi_search(&self, body: &str) -> Response {
        self.engine.borrow_mut().commit();
        let lines: Vec<Value> = body
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let mut responses = Vec::new();
        for pair in lines.chunks(2) {
            assert_eq!(pair[0]["index"], self.index.as_str());
            let mut answer = self.search(&pair[1]);
            answer["status"] = json!(200);
            responses.push(answer);
        }
        Response::new(200, json!({ "responses": responses }).to_string())
    }
}

impl Transport for Server {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.requests.set(self.requests.get() + 1);
        let fault = self.faults.borrow_mut().pop_front();
        let start = Instant::now();
        let answer = match fault {
            None => Ok(self.carry_out(request, usize::MAX)),
            Some(Fault::NotSent) => Err(TransportError::NotSent("nobody answers".to_string())),
            Some(Fault::Timeout) => {
                self.carry_out(request, usize::MAX);
                Err(TransportError::Timeout)
            }
            Some(Fault::Answer(response)) => Ok(response),
            Some(Fault::BusyFrom(place)) => Ok(self.carry_out(request, place)),
        };
        self.time.set(self.time.get() + start.elapsed());
        answer
    }

    fn pause(&self, duration: Duration) {
        self.waited.set(self.waited.get() + duration);
    }
}
