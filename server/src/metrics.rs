//! `/metrics`: what Prometheus reads. Labels are route patterns, so no person shows in them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ::metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::client::Client;
use crate::clock::stopwatch;
use crate::observe::{method_of, route_of};
use crate::refusal::Refusal;

const REQUESTS: &str = "congthe_http_requests_total";
const SECONDS: &str = "congthe_http_request_duration_seconds";
const IN_FLIGHT: &str = "congthe_http_requests_in_flight";
const BUILD: &str = "congthe_build_info";
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Metrics could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("metrics cannot be set up")]
pub struct MetricsError(#[from] BuildError);

/// The program's metrics. A program has one.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Sets up the recorder for the whole program; every crate may count from then on.
    pub fn install() -> Result<Self, MetricsError> {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BUCKETS)?
            .install_recorder()?;
        describe_counter!(REQUESTS, "Requests answered, by route pattern, method and class of status");
        describe_histogram!(SECONDS, "Seconds from a request's head to its answer's head");
        describe_gauge!(IN_FLIGHT, "Requests being answered");
        describe_gauge!(BUILD, "Always 1; the label tells the version");
        gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(Self(handle))
    }

    /// Tidies the histograms from time to time, so that they do not grow when nobody reads them.
    pub async fn keep_up(self) {
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            ticks.tick().await;
            self.0.run_upkeep();
        }
    }

    /// The route `/metrics`, for this machine and for `readers`; to everybody else it does not exist.
    pub fn routes(&self, readers: Arc<[IpAddr]>) -> Router {
        Router::new().route("/metrics", get(show)).with_state((self.clone(), readers))
    }
}

async fn show(
    State((metrics, readers)): State<(Metrics, Arc<[IpAddr]>)>,
    client: Option<Extension<Client>>,
) -> Response {
    let may_read = client
        .is_some_and(|Extension(client)| client.is_local() || (client.certain && readers.contains(&client.address)));
    if may_read {
        ([(CONTENT_TYPE, TEXT)], metrics.0.render()).into_response()
    } else {
        Refusal::of(StatusCode::NOT_FOUND).into_response()
    }
}

/// Middleware: counts and times every request.
pub async fn measure(request: Request, next: Next) -> Response {
    let method = method_of(&request);
    let route = route_of(&request);
    let began = stopwatch();
    let response = {
        let _in_flight = InFlight::begin();
        next.run(request).await
    };
    let class = match response.status().as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    counter!(REQUESTS, "route" => route.clone(), "method" => method, "status" => class).increment(1);
    histogram!(SECONDS, "route" => route, "method" => method, "status" => class).record(began.elapsed());
    response
}

/// Counts a request as being answered until it is dropped, also when its client goes away.
struct InFlight;

impl InFlight {
    fn begin() -> Self {
        gauge!(IN_FLIGHT).increment(1.0);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!(IN_FLIGHT).decrement(1.0);
    }
}
