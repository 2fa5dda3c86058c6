//! Waits on this machine for the browser to come back from the sign-in page: one answer is taken, then it is closed.

use quay_model::{Problem, ProblemCode};
use std::collections::HashMap;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use url::Url;

/// How long a person may take at the sign-in page.
const PATIENCE: Duration = Duration::from_secs(600);

/// A request that takes longer to arrive is not from a browser on this machine.
const REQUEST: Duration = Duration::from_secs(5);

/// Browsers ask for icons; programs that ask more often are not browsers.
const MOST_STRAY: usize = 50;

const LONGEST: usize = 64 << 10;

pub(crate) struct Loopback {
    v4: TcpListener,
    /// `localhost` may mean either family; without IPv6 the other is enough.
    v6: Option<TcpListener>,
    port: u16,
}

impl Loopback {
    pub(crate) async fn open() -> Result<Loopback, Problem> {
        let failed = |error: io::Error| {
            Problem::new(
                ProblemCode::SignIn,
                format!("This machine lets nobody listen on 127.0.0.1: {error}."),
                "Sign in with a device code instead.",
            )
        };
        let v4 = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let port = v4.local_addr().map_err(failed)?.port();
        let v6 = TcpListener::bind(("::1", port)).await.ok();
        Ok(Loopback { v4, v6, port })
    }

    pub(crate) fn redirect(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The fields the browser brought, once they carry the `state` that was sent with it.
    pub(crate) async fn wait(self, state: &str) -> Result<HashMap<String, String>, Problem> {
        let taken = async {
            for _ in 0..MOST_STRAY {
                let stream = self.accept().await?;
                if let Ok(Some(fields)) = timeout(REQUEST, self.hear(stream, state)).await.unwrap_or(Ok(None)) {
                    return Ok(fields);
                }
            }
            Err(io::Error::other("too many requests that were none of ours"))
        };
        match timeout(PATIENCE, taken).await {
            Ok(Ok(fields)) => Ok(fields),
            Ok(Err(error)) => Err(Problem::new(
                ProblemCode::SignIn,
                format!("The browser's answer could not be taken: {error}."),
                "Sign in again.",
            )),
            Err(_) => Err(Problem::new(
                ProblemCode::SignIn,
                "Nobody finished the sign-in in the browser within ten minutes.",
                "Sign in again.",
            )),
        }
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        match &self.v6 {
            None => self.v4.accept().await.map(|(stream, _)| stream),
            Some(v6) => tokio::select! {
                came = self.v4.accept() => came.map(|(stream, _)| stream),
                came = v6.accept() => came.map(|(stream, _)| stream),
            },
        }
    }

    async fn hear(&self, mut stream: TcpStream, state: &str) -> io::Result<Option<HashMap<String, String>>> {
        let mut head = Vec::new();
        let mut part = [0u8; 4096];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST {
            match stream.read(&mut part).await? {
                0 => break,
                read => head.extend_from_slice(part.get(..read).unwrap_or_default()),
            }
        }
        let head = String::from_utf8_lossy(&head);
        let fields = self.fields(&head, state);
        let page = match &fields {
            Some(fields) if fields.contains_key("error") => {
                page("200 OK", "Sign-in did not work", "You may close this page; Quaymaster says why.")
            }
            Some(_) => page("200 OK", "You are signed in", "You may close this page and go back to Quaymaster."),
            None => page("404 Not Found", "Nothing here", "This address only waits for a sign-in."),
        };
        stream.write_all(page.as_bytes()).await?;
        stream.shutdown().await?;
        Ok(fields)
    }

    /// Only a GET to this host with the state that was sent, and an answer in it.
    fn fields(&self, head: &str, state: &str) -> Option<HashMap<String, String>> {
        let mut lines = head.lines();
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?, first.next()?);
        let host = lines
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("host:").map(|host| host.trim().to_owned()))?;
        let own =
            [format!("localhost:{}", self.port), format!("127.0.0.1:{}", self.port), format!("[::1]:{}", self.port)];
        if method != "GET" || !own.contains(&host) {
            return None;
        }
        let url = Url::parse("http://localhost").ok()?.join(target).ok()?;
        let fields: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let answers = fields.contains_key("code") || fields.contains_key("error");
        (answers && fields.get("state").is_some_and(|came| came == state)).then_some(fields)
    }
}

fn page(status: &str, title: &str, text: &str) -> String {
    let body = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><meta name=\"viewport\" content=\"width=device-width\"><style>body{{font:16px/1.5 'Segoe UI',Inter,system-ui,sans-serif;margin:15vh auto;max-width:32rem;padding:0 1rem;color:#242424;background:#fff}}@media(prefers-color-scheme:dark){{body{{color:#fff;background:#1f1f1f}}}}</style></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    );
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\ncache-control: no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(port: u16, target: &str, host: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn only_the_answer_with_the_right_state_is_taken_and_then_it_is_closed()
    -> Result<(), Box<dyn std::error::Error>> {
        let loopback = Loopback::open().await?;
        let port = loopback.port;
        let waiting = tokio::spawn(loopback.wait("right"));
        let host = format!("localhost:{port}");
        for (target, host) in [
            ("/favicon.ico", host.as_str()),
            ("/?code=c&state=wrong", &host),
            ("/?code=c&state=right", "evil.example"),
            ("/?state=right", &host),
        ] {
            assert!(get(port, target, host).await?.starts_with("HTTP/1.1 404"), "{target} from {host}");
        }
        assert!(get(port, "/?code=c0de&state=right", &host).await?.contains("You may close this page"));
        assert_eq!(waiting.await??.get("code").map(String::as_str), Some("c0de"));
        assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "it no longer listens");
        Ok(())
    }
}
