//! The routes.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use vietsearch::{Completion, SearchError};

use crate::answer::{self, Answer};
use crate::library::Library;
use crate::parameters::{MAX_PAGES, Parameters};
use crate::words;

/// Nothing but what this server sends is loaded, run or sent to; no inline script, no inline style.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Completions of what is typed.
const COMPLETIONS: usize = 8;

/// Pairs of an address, decoded.
type Pairs = Query<Vec<(String, String)>>;

/// The page, whatever is asked.
#[derive(Template, Default)]
#[template(path = "page.html")]
struct Page {
    parameters: Parameters,
    answer: Answer,
    /// What went wrong, instead of an answer.
    problem: Option<String>,
    /// True if a search was asked for, so that there may be hints where nothing was found.
    is_search: bool,
}

/// Routes over a library.
pub(crate) fn router(library: Library) -> Router {
    Router::new()
        .route("/", get(search))
        .route("/similar", get(similar))
        .route("/suggest", get(suggest))
        .route(
            "/style.css",
            get(|| file("text/css; charset=utf-8", include_str!("assets/style.css"))),
        )
        .route(
            "/script.js",
            get(|| {
                file(
                    "text/javascript; charset=utf-8",
                    include_str!("assets/script.js"),
                )
            }),
        )
        .route(
            "/icon.svg",
            get(|| file("image/svg+xml", include_str!("assets/icon.svg"))),
        )
        .fallback(unknown)
        .layer(middleware::map_response(guard))
        .with_state(Arc::new(library))
}

async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let kept = (header::CACHE_CONTROL, "max-age=600");
    ([(header::CONTENT_TYPE, kind), kept], text)
}

/// Runs what works on the index where it keeps no other request waiting.
async fn work<T: Send + 'static>(
    library: Arc<Library>,
    run: impl FnOnce(&Library) -> Result<T, SearchError> + Send + 'static,
) -> Result<T, Refused> {
    match tokio::task::spawn_blocking(move || run(&library)).await {
        Ok(result) => result.map_err(Refused::from),
        Err(error) => Err(Refused::ours(&error)),
    }
}

/// Why there is no answer.
struct Refused {
    status: StatusCode,
    reason: String,
}

impl Refused {
    fn asked(reason: String) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            reason,
        }
    }

    /// What the reader can do nothing about; it is told where the server runs.
    fn ours(error: &dyn std::error::Error) -> Self {
        eprintln!("lỗi: {error}");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            reason: "Máy chủ gặp lỗi. Hãy thử lại sau.".to_string(),
        }
    }
}

impl From<SearchError> for Refused {
    fn from(error: SearchError) -> Self {
        let Some(reason) = words::error(&error) else {
            return Self::ours(&error);
        };
        let status = match error {
            SearchError::UnknownArticle { .. } => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, reason }
    }
}

fn show(parameters: Parameters, is_search: bool, answer: Result<Answer, Refused>) -> Response {
    let mut page = Page {
        parameters,
        is_search,
        ..Page::default()
    };
    let status = match answer {
        Ok(answer) => {
            page.answer = answer;
            StatusCode::OK
        }
        Err(refused) => {
            page.problem = Some(refused.reason);
            refused.status
        }
    };
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            let refused = Refused::ours(&error);
            (refused.status, refused.reason).into_response()
        }
    }
}

async fn search(State(library): State<Arc<Library>>, Query(pairs): Pairs) -> Response {
    // What was typed stays in the box, whatever else is wrong.
    let typed = pairs.iter().find(|(name, _)| name == "q");
    let typed = Parameters::default().with_query(typed.map_or("", |(_, value)| value));
    let parameters = match Parameters::read(pairs) {
        Ok(parameters) => parameters,
        Err(reason) => return show(typed, true, Err(Refused::asked(reason))),
    };
    let asked = parameters.clone();
    let answer = work(library, move |library| {
        answer::search(&library.searcher()?, &asked)
    });
    show(parameters, true, answer.await)
}

async fn similar(State(library): State<Arc<Library>>, Query(pairs): Pairs) -> Response {
    let id = pairs.into_iter().find(|(name, _)| name == "id");
    let id = id.map(|(_, value)| value).unwrap_or_default();
    let answer = work(library, move |library| {
        answer::similar(&library.searcher()?, &id)
    });
    show(Parameters::default(), false, answer.await)
}

async fn suggest(
    State(library): State<Arc<Library>>,
    Query(pairs): Pairs,
) -> Result<Json<Vec<Completion>>, (StatusCode, String)> {
    let typed = pairs.into_iter().find(|(name, _)| name == "q");
    let typed = typed.map(|(_, value)| value).unwrap_or_default();
    let found = work(library, move |library| {
        library.searcher()?.suggest(&typed, COMPLETIONS)
    });
    let found = found.await;
    found
        .map(Json)
        .map_err(|refused| (refused.status, refused.reason))
}

async fn unknown() -> Response {
    let refused = Refused {
        status: StatusCode::NOT_FOUND,
        reason: "Không có trang này.".to_string(),
    };
    show(Parameters::default(), false, Err(refused))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
