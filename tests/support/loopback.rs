//! Servers that repeat what they are sent, or never answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// A vendor whose answers, from the status on, `answer` makes of the whole request.
pub fn parrot(answer: impl Fn(&str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        listener.incoming().for_each(|stream| drop(stream.and_then(|mut stream| repeat(&mut stream, &answer))))
    });
    url
}

fn repeat(stream: &mut TcpStream, answer: &impl Fn(&str) -> String) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut said = String::new();
    while !said.ends_with("\r\n\r\n") && reader.read_line(&mut said)? > 0 {}
    let length = said.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    said.push_str(&String::from_utf8_lossy(&body));
    let answer = answer(&said);
    let (status, body) = answer.split_once("\r\n\r\n").unwrap();
    write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// A port at which nobody answers; it counts who came.
pub struct Nobody(TcpListener);

impl Nobody {
    pub fn home() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        (Nobody(listener), url)
    }

    /// Connections so far; a connection is in the backlog before its client goes on.
    pub fn visitors(&self) -> usize {
        std::iter::from_fn(|| self.0.accept().ok()).count()
    }
}

/// Sends a request on as it is; the status and body of its answer.
pub fn forward(vendor: &str, said: &str) -> (String, String) {
    let mut stream = TcpStream::connect(vendor.trim_start_matches("http://")).unwrap();
    let (first, rest) = said.split_once("\r\n").unwrap();
    write!(stream, "{first}\r\nConnection: close\r\nX-Forwarded-By: a test\r\n{rest}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.lines().next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).unwrap();
    (status.to_owned(), body.to_owned())
}
