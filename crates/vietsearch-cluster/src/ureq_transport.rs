//! A transport over HTTP by the crate ureq.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{ClusterError, Result};
use crate::http::{Method, Request, Response, Transport, TransportError};

/// Who asks. Never shown: `Debug` hides the secrets, and no message quotes them.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Credentials {
    /// No credentials.
    #[default]
    None,
    /// A user and a password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: String,
    },
    /// A token.
    Bearer(String),
    /// An API key of Elasticsearch, in its encoded form.
    ApiKey(String),
}

impl Credentials {
    fn header(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Basic { user, password } => {
                let encoded = STANDARD.encode(format!("{user}:{password}"));
                Some(format!("Basic {encoded}"))
            }
            Self::Bearer(token) => Some(format!("Bearer {token}")),
            Self::ApiKey(key) => Some(format!("ApiKey {key}")),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::Basic { .. } => "Basic(…)",
            Self::Bearer(_) => "Bearer(…)",
            Self::ApiKey(_) => "ApiKey(…)",
        })
    }
}

/// How requests are sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HttpOptions {
    /// Who asks.
    pub credentials: Credentials,
    /// The longest time until the connection stands.
    pub connect_timeout: Duration,
    /// The longest time of a request, its answer included.
    pub timeout: Duration,
    /// The longest answer in bytes.
    pub max_answer_bytes: u64,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            credentials: Credentials::None,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            max_answer_bytes: 64 * 1024 * 1024,
        }
    }
}

impl HttpOptions {
    /// Sets who asks.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Sets the longest time of a request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

/// Carries requests over HTTP; connections are kept open.
pub struct HttpTransport {
    agent: ureq::Agent,
    base: String,
    options: HttpOptions,
}

impl HttpTransport {
    /// A transport to the server at `url`, such as `http://localhost:7280`.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if the URL is none of HTTP, needs the feature `tls`, or has
    /// credentials in it.
    pub fn new(url: &str, options: HttpOptions) -> Result<Self> {
        let wrong = |reason: String| ClusterError::Setting {
            what: "url",
            reason,
        };
        let rest = match url.split_once("://") {
            Some(("http", rest)) => rest,
            Some(("https", rest)) if cfg!(feature = "tls") => rest,
            Some(("https", _)) => {
                return Err(wrong(
                    "https needs the feature `tls` of vietsearch-cluster".to_string(),
                ));
            }
            _ => {
                return Err(wrong(
                    "it does not begin with http:// or https://".to_string(),
                ));
            }
        };
        let host = rest.split('/').next().unwrap_or("");
        if host.is_empty() {
            return Err(wrong(format!("{url:?} names no host")));
        }
        // Not quoted: it would be shown.
        if host.contains('@') {
            return Err(wrong(
                "it holds credentials: give them by `HttpOptions::with_credentials`".to_string(),
            ));
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(options.connect_timeout))
            .timeout_global(Some(options.timeout))
            .max_redirects(0)
            .build()
            .into();
        Ok(Self {
            agent,
            base: url.trim_end_matches('/').to_string(),
            options,
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpTransport")
            .field("base", &self.base)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let url = format!("{}{}", self.base, request.path);
        let authorization = self.options.credentials.header();
        let sent = match request.method {
            Method::Get | Method::Delete => {
                let mut call = match request.method {
                    Method::Get => self.agent.get(&url),
                    _ => self.agent.delete(&url),
                };
                if let Some(value) = &authorization {
                    call = call.header("authorization", value);
                }
                call.call()
            }
            Method::Post | Method::Put => {
                let mut call = match request.method {
                    Method::Post => self.agent.post(&url),
                    _ => self.agent.put(&url),
                };
                call = call.header("content-type", request.content_type);
                if let Some(value) = &authorization {
                    call = call.header("authorization", value);
                }
                call.send(request.body.as_str())
            }
        };
        let mut answer = sent.map_err(failed)?;
        let retry_after = answer
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        let status = answer.status().as_u16();
        let body = answer
            .body_mut()
            .with_config()
            .limit(self.options.max_answer_bytes)
            .read_to_string()
            .map_err(failed)?;
        Ok(Response {
            status,
            body,
            retry_after,
        })
    }
}

fn failed(error: ureq::Error) -> TransportError {
    use ureq::Timeout::{Connect, Resolve};
    match error {
        ureq::Error::Timeout(Connect | Resolve) => {
            TransportError::NotSent("no connection in time".to_string())
        }
        ureq::Error::Timeout(_) => TransportError::Timeout,
        ureq::Error::HostNotFound => TransportError::NotSent("no such host".to_string()),
        ureq::Error::ConnectionFailed => TransportError::NotSent("nobody answers".to_string()),
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            TransportError::NotSent(error.to_string())
        }
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            TransportError::Timeout
        }
        other => TransportError::Broken(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    /// A server that reads one request and answers with these bytes; it returns the request.
    fn server(answer: &'static str, wait: Duration) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serve = move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            while !request.ends_with(b"{}\n") {
                let count = stream.read(&mut buffer).unwrap();
                assert!(count > 0, "the body ends with a line");
                request.extend_from_slice(&buffer[..count]);
            }
            std::thread::sleep(wait);
            // The client may have gone.
            let _ = stream.write_all(answer.as_bytes());
            String::from_utf8(request).unwrap()
        };
        (url, std::thread::spawn(serve))
    }

    #[test]
    fn requests_go_out_and_answers_come_back_whatever_their_status() {
        let busy =
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: 3\r\ncontent-length: 4\r\n\r\nbusy";
        let (url, served) = server(busy, Duration::ZERO);
        let credentials = Credentials::ApiKey("khoa".to_string());
        let options = HttpOptions::default().with_credentials(credentials);
        let transport = HttpTransport::new(&format!("{url}/"), options).unwrap();
        let request = Request::lines("/_bulk".to_string(), "{}\n".to_string());
        let response = transport.send(&request).unwrap();
        assert_eq!((response.status, response.body.as_str()), (429, "busy"));
        assert_eq!(response.retry_after, Some(Duration::from_secs(3)));
        let sent = served.join().unwrap().to_lowercase();
        assert!(sent.starts_with("post /_bulk http/1.1\r\n"), "{sent}");
        assert!(sent.contains("authorization: apikey khoa\r\n"), "{sent}");
        assert!(
            sent.contains("content-type: application/x-ndjson\r\n"),
            "{sent}"
        );
    }

    #[test]
    fn answers_that_do_not_come_or_break_off_are_told_apart() {
        let request = Request::lines("/_bulk".to_string(), "{}\n".to_string());
        let send = |url: &str, timeout: Duration| {
            let options = HttpOptions::default().with_timeout(timeout);
            let transport = HttpTransport::new(url, options).unwrap();
            transport.send(&request).unwrap_err()
        };
        let (url, served) = server("", Duration::from_millis(600));
        let soon = Duration::from_millis(300);
        assert_eq!(send(&url, soon), TransportError::Timeout);
        served.join().unwrap();
        let half = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"items\":[";
        let (url, served) = server(half, Duration::ZERO);
        let error = send(&url, Duration::from_secs(30));
        assert!(matches!(error, TransportError::Broken(_)), "{error}");
        served.join().unwrap();
    }

    #[test]
    fn secrets_are_never_shown() {
        let secret = "geheim-7f3a";
        for credentials in [
            Credentials::Basic {
                user: "admin".to_string(),
                password: secret.to_string(),
            },
            Credentials::Bearer(secret.to_string()),
            Credentials::ApiKey(secret.to_string()),
        ] {
            let options = HttpOptions::default().with_credentials(credentials);
            let transport = HttpTransport::new("http://localhost:1", options).unwrap();
            let shown = format!("{transport:?} {:?}", transport.options);
            assert!(!shown.contains(secret), "{shown}");
            let request = Request::get("/x".to_string());
            let error = transport.send(&request).unwrap_err();
            assert!(matches!(error, TransportError::NotSent(_)), "{error}");
            assert!(!error.to_string().contains(secret), "{error}");
        }
        let url = format!("http://admin:{secret}@localhost");
        let error = HttpTransport::new(&url, HttpOptions::default()).unwrap_err();
        assert!(!error.to_string().contains(secret), "{error}");
    }

    #[test]
    fn addresses_are_checked() {
        for bad in ["localhost:9200", "ftp://x", "http://", "http:///x"] {
            assert!(
                HttpTransport::new(bad, HttpOptions::default()).is_err(),
                "{bad}"
            );
        }
        let https = HttpTransport::new("https://localhost", HttpOptions::default());
        assert_eq!(https.is_ok(), cfg!(feature = "tls"));
    }
}
