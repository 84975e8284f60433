//! Who comes to be joined to whom.

use std::time::Duration;

use model::role::Role;
use relay::{FromApp, FromRelay, PairingCode, Refusal, ToApp, VERSION};

use crate::ends::open;
use crate::{APP, OWN, limits, start, start_with};

#[tokio::test]
async fn each_end_takes_only_whom_it_is_for() {
    let running = start().await;
    let (checker, ..) = running.cookie("kiemtra", Role::Checker).await;
    let (auditor, ..) = running.cookie("nhatky", Role::Auditor).await;
    let at = running.address;
    let foreign = "https://evil.example";
    for (path, headers, expected) in [
        (relay::APP_END, vec![("origin", foreign)], 403),
        (relay::APP_END, vec![("origin", OWN)], 403),
        (relay::APP_END, vec![], 403),
        (relay::APP_END, vec![("origin", "isolated-app://aaaa")], 403),
        (relay::PAGE_END, vec![("origin", APP), ("cookie", checker.as_str())], 403),
        (relay::PAGE_END, vec![("origin", foreign), ("cookie", checker.as_str())], 403),
        (relay::PAGE_END, vec![("origin", OWN), ("cookie", auditor.as_str())], 403),
    ] {
        assert_eq!(open(at, path, &headers).await.err(), Some(expected), "{path} {headers:?}");
    }
    // who is not signed in is led to the page where one does that
    let refused = open(at, relay::PAGE_END, &[("origin", OWN)]).await.err().unwrap();
    assert!([303, 401].contains(&refused), "{refused}");
    // a browser says of an app that it is of another site
    let headers = [("origin", APP), ("sec-fetch-site", "cross-site")];
    assert!(open(at, relay::APP_END, &headers).await.is_ok());
}

#[tokio::test]
async fn the_app_learns_who_asks_and_may_say_no() {
    let running = start().await;
    let (cookie, ..) = running.cookie("kiemtra", Role::Checker).await;
    let (mut app, code) = running.app().await;
    let mut page = running.page(&cookie).await;
    page.hello(&code).await;
    assert_eq!(app.server().await, ToApp::Asked { by: "Người Thử (kiemtra)".to_owned() });
    app.say(FromApp::Consent { yes: false }.text()).await;
    assert_eq!(page.relay().await, FromRelay::Pairing(code.clone()));
    assert_eq!(page.relay().await, FromRelay::Refused(Refusal::No));
    assert_eq!(page.text().await, Err(1008));
    assert_eq!(app.server().await, ToApp::Refused { reason: Refusal::No });
    assert_eq!(app.text().await, Err(1008));
    // the code is spent
    let mut page = running.page(&cookie).await;
    page.hello(&code).await;
    assert_eq!(page.relay().await, FromRelay::Refused(Refusal::Code));
}

#[tokio::test]
async fn a_wrong_code_reaches_nobody_and_makes_wait() {
    let running = start_with(crate::Limits { pause: Duration::from_secs(60), ..limits() }).await;
    let (cookie, ..) = running.cookie("kiemtra", Role::Checker).await;
    let (mut app, code) = running.app().await;
    let wrong = PairingCode::of(code.digits().parse::<u32>().unwrap() + 1);
    let mut page = running.page(&cookie).await;
    page.hello(&wrong).await;
    assert_eq!(page.relay().await, FromRelay::Refused(Refusal::Code));
    let mut page = running.page(&cookie).await;
    page.hello(&code).await;
    assert_eq!(page.relay().await, FromRelay::Refused(Refusal::TooMany));
    // another account is not held up, and the app was not asked before
    let (other, ..) = running.cookie("phathanh", Role::IssuingOperator).await;
    let mut page = running.page(&other).await;
    page.hello(&code).await;
    assert_eq!(app.server().await, ToApp::Asked { by: "Người Thử (phathanh)".to_owned() });
}

#[tokio::test]
async fn codes_and_questions_have_their_time() {
    let short = Duration::from_millis(200);
    let running = start_with(crate::Limits { code: short, ..limits() }).await;
    let (cookie, ..) = running.cookie("kiemtra", Role::Checker).await;
    let (mut app, code) = running.app().await;
    assert_eq!(app.server().await, ToApp::Refused { reason: Refusal::Expired });
    let mut page = running.page(&cookie).await;
    page.hello(&code).await;
    assert_eq!(page.relay().await, FromRelay::Refused(Refusal::Code));

    let running = start_with(crate::Limits { consent: short, ..limits() }).await;
    let (cookie, ..) = running.cookie("kiemtra", Role::Checker).await;
    let (mut app, code) = running.app().await;
    let mut page = running.page(&cookie).await;
    page.hello(&code).await;
    assert!(matches!(app.server().await, ToApp::Asked { .. }));
    assert_eq!(app.server().await, ToApp::Refused { reason: Refusal::Expired });
    assert_eq!(page.relay().await, FromRelay::Pairing(code));
    assert_eq!(page.relay().await, FromRelay::Refused(Refusal::Expired));
}

#[tokio::test]
async fn who_leaves_or_breaks_the_rules_while_pairing_ends_it_for_both() {
    let running = start().await;
    let (cookie, ..) = running.cookie("kiemtra", Role::Checker).await;
    // the app goes
    let (mut app, code) = running.app().await;
    let mut page = running.page(&cookie).await;
    page.hello(&code).await;
    assert!(matches!(app.server().await, ToApp::Asked { .. }));
    app.leave().await;
    assert_eq!(page.relay().await, FromRelay::Pairing(code));
    assert_eq!(page.relay().await, FromRelay::Refused(Refusal::No));
    // the page goes
    let (mut app, code) = running.app().await;
    let mut page = running.page(&cookie).await;
    page.hello(&code).await;
    assert!(matches!(app.server().await, ToApp::Asked { .. }));
    page.leave().await;
    assert_eq!(app.server().await, ToApp::Refused { reason: Refusal::Expired });
    // neither begins as it should
    for text in ["", "{}", r#"{"id":1,"list":{}}"#, r#"{"hello":{"version":1,"token":null}}"#] {
        let mut page = running.page(&cookie).await;
        page.say(text).await;
        assert_eq!(page.relay().await, FromRelay::Refused(Refusal::Malformed), "{text}");
        let mut app = open(running.address, relay::APP_END, &[("origin", APP)]).await.unwrap();
        app.say(text).await;
        assert_eq!(app.server().await, ToApp::Refused { reason: Refusal::Malformed }, "{text}");
    }
    let mut app = open(running.address, relay::APP_END, &[("origin", APP)]).await.unwrap();
    app.say(FromApp::Hello { version: VERSION + 1, app: String::new() }.text()).await;
    assert_eq!(app.server().await, ToApp::Refused { reason: Refusal::Version });
    // an app that says yes before anybody asked
    let (mut app, _) = running.app().await;
    app.say(FromApp::Consent { yes: true }.text()).await;
    assert_eq!(app.server().await, ToApp::Refused { reason: Refusal::Malformed });
    // one that says nothing
    let mut app = open(running.address, relay::APP_END, &[("origin", APP)]).await.unwrap();
    assert_eq!(app.server().await, ToApp::Refused { reason: Refusal::Expired });
}
