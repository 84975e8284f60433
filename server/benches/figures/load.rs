//! A load on loopback: keep-alive connections that ask one thing after the other, over and over.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Times of single answers, milliseconds, and answers a second.
pub struct Measured {
    pub times: Vec<f64>,
    pub rate: f64,
}

/// Asks from `connections` at once for `span`. With `pace`, so many a second in all, at fixed moments; a late start
/// counts as waiting.
pub async fn measure(
    address: SocketAddr,
    requests: &Arc<[String]>,
    connections: usize,
    span: Duration,
    pace: Option<f64>,
) -> Result<Measured, Box<dyn Error>> {
    let start = Instant::now();
    let step = pace.map(|pace| Duration::from_secs_f64(connections as f64 / pace));
    let tasks: Vec<_> = (0..connections)
        .map(|nth| {
            let requests = requests.clone();
            tokio::spawn(async move { ask(address, &requests, start, span, step, nth, connections).await })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await?.map_err(|error| error.to_string())?);
    }
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    Ok(Measured { times, rate })
}

async fn ask(
    address: SocketAddr,
    requests: &[String],
    start: Instant,
    span: Duration,
    step: Option<Duration>,
    nth: usize,
    of: usize,
) -> Result<Vec<f64>, std::io::Error> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut times = Vec::new();
    // each connection begins elsewhere
    let mut next = requests.iter().cycle().skip(requests.len() * nth / of);
    let mut buffer = vec![0; 1 << 20];
    let mut due = start + step.map_or(Duration::ZERO, |step| step.mul_f64(nth as f64 / of as f64));
    while start.elapsed() < span {
        let begun = match step {
            Some(step) => {
                tokio::time::sleep_until(due.into()).await;
                let begun = due;
                due += step;
                begun
            }
            None => Instant::now(),
        };
        stream.write_all(next.next().map_or("", String::as_str).as_bytes()).await?;
        answer(&mut stream, &mut buffer).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// How long each answer takes on one connection, milliseconds, in the order of the requests.
pub async fn one_by_one(address: SocketAddr, requests: &[String]) -> Result<Vec<f64>, std::io::Error> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 1 << 20];
    let mut times = Vec::with_capacity(requests.len());
    for request in requests {
        let begun = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        answer(&mut stream, &mut buffer).await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// The bytes of one answer, with its head.
pub async fn size(address: SocketAddr, request: &str) -> Result<usize, std::io::Error> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    answer(&mut stream, &mut vec![0; 1 << 20]).await
}

/// Reads one answer with a Content-Length; anything but 200 is an error.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<usize, std::io::Error> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        let Some(head) = buffer[..filled].windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        // as hyper writes it: in small letters
        let text = std::str::from_utf8(&buffer[..head]).map_err(std::io::Error::other)?;
        if !text.starts_with("HTTP/1.1 200") {
            return Err(std::io::Error::other(text));
        }
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
        while filled < head + 4 + length {
            let read = stream.read(&mut buffer[filled..]).await?;
            if read == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            filled += read;
        }
        return Ok(filled);
    }
}
