use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post as on_post;
use server::config::LogFormat;
use server::logging::subscriber;

use crate::{ask, header, portal, post};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn one_line_per_request_without_a_person_in_it() {
    for format in [LogFormat::Human, LogFormat::Json] {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = subscriber("trace", format, move || writer.clone()).unwrap();
        let guard = tracing::subscriber::set_default(subscriber);
        let portal = portal(Router::new().route("/people/{code}", on_post(|| async { StatusCode::NO_CONTENT })));
        let mut request = post("/people/57.00001?name=Nguyen-Van-A", "phone=0912345678");
        request.headers_mut().insert("cookie", "__Host-session=topsecret".parse().unwrap());
        let response = ask(&portal, request).await;
        drop(guard);
        let text = lines.text();
        let access: Vec<&str> = text.lines().filter(|line| line.contains("congthe::access")).collect();
        assert_eq!(access.len(), 1, "{text}");
        for expected in ["/people/{code}", "POST", "204", header(&response, "x-request-id")] {
            assert!(access[0].contains(expected), "{expected}: {text}");
        }
        for personal in ["57.00001", "Nguyen", "0912345678", "topsecret"] {
            assert!(!text.contains(personal), "{personal}: {text}");
        }
        if format == LogFormat::Json {
            serde_json::from_str::<serde_json::Value>(access[0]).unwrap();
        }
    }
}
