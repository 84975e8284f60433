//! Signing in, step by step, and what a stranger's failures do to nobody but the stranger.

use contract::view::GrantState;
use contract::{Failure, Fault, Refusal};
use futures_util::future::join_all;
use model::role::{Grant, Role};
use registry::second_factor::code_at;
use registry::store::{account, grant, session};
use registry::token::Token;
use registry::work::activate_account::activate_account;
use registry::work::enrol_second_factor;
use registry::work::grants::{ProposeGrant, end_grant, propose_grant, show_grant};
use registry::work::invite_account::{InviteAccount, LINK_MS, invite_account, reset_account};
use registry::work::list_accounts::list_accounts;
use registry::work::resume_session::{IDLE_MS, Resumed, Stage, TOTAL_MS, resume_session};
use registry::work::sign_in::{Next, SignIn, SignedIn, show_second_factor, sign_in};
use registry::{Actor, Store};

use crate::people::province;
use crate::support::{AT, TestSecrets, TestStore, draw, stores};

const PASSWORD: &str = "con mèo trên mái tôn";

fn request(login: &str, password: &str, address: &str) -> SignIn {
    SignIn {
        login: login.into(),
        password: password.into(),
        address: address.into(),
        device: None,
        agent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/156".into(),
    }
}

async fn invite(store: &Store, login: &'static str, link: Token) -> i64 {
    let typed =
        InviteAccount { login: login.into(), display_name: "Lê Thị Hoa".into(), personnel_code: String::new() };
    store
        .write(AT, move |tx| Box::pin(async move { invite_account(tx, &Actor::console(), typed, &link).await }))
        .await
        .unwrap()
}

/// An active account without any role.
async fn account(test: &TestStore, login: &'static str) -> i64 {
    let draw = draw(login.bytes().map(u64::from).sum());
    let link = Token::draw(&draw);
    let id = invite(&test.store, login, link.clone()).await;
    activate_account(&test.store, &draw, &link, (PASSWORD.into(), PASSWORD.into()), AT).await.unwrap();
    id
}

async fn resumed(test: &TestStore, begun: &SignedIn, at: i64) -> Option<Resumed> {
    resume_session(&test.store, &begun.token, at).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_and_for_three_days() {
    for test in stores().await {
        let draw = draw(3);
        let link = Token::draw(&draw);
        invite(&test.store, "hoa.lt", link.clone()).await;
        let words = || (PASSWORD.to_owned(), PASSWORD.to_owned());
        let spent = Err(Failure::Refused { why: Refusal::LinkSpent });
        let late = activate_account(&test.store, &draw, &link, words(), AT + LINK_MS).await.map(drop);
        assert_eq!(late, spent);
        let short = activate_account(&test.store, &draw, &link, ("ngắn".into(), "ngắn".into()), AT).await.map(drop);
        assert_eq!(short, Err(Failure::field("password", Fault::PasswordShort { min: 15 })));
        let differ = activate_account(&test.store, &draw, &link, (PASSWORD.into(), "khác".into()), AT).await.map(drop);
        assert_eq!(differ, Err(Failure::field("repeat", Fault::PasswordsDiffer)));
        activate_account(&test.store, &draw, &link, words(), AT).await.unwrap();
        assert_eq!(activate_account(&test.store, &draw, &link, words(), AT).await.map(drop), spent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_idle_and_after_half_a_day() {
    for test in stores().await {
        account(&test, "hoa.lt").await;
        let begun = sign_in(&test.store, &draw(4), request(" HOA.lt ", PASSWORD, "1"), AT).await.unwrap();
        assert_eq!(begun.next, Next::Done);
        assert_eq!(resumed(&test, &begun, AT + IDLE_MS).await.unwrap().stage, Stage::Full);
        // the use just now counts: half an hour later it still goes on
        assert!(resumed(&test, &begun, AT + 2 * IDLE_MS).await.is_some());
        assert!(resumed(&test, &begun, AT + 3 * IDLE_MS + 1).await.is_none());
        let begun = sign_in(&test.store, &draw(5), request("hoa.lt", PASSWORD, "1"), AT).await.unwrap();
        let mut at = AT;
        while at <= AT + TOTAL_MS {
            assert!(resumed(&test, &begun, at).await.is_some(), "{}", at - AT);
            at += IDLE_MS;
        }
        assert!(resumed(&test, &begun, at).await.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_slow_the_stranger_down_and_nobody_else() {
    for test in stores().await {
        account(&test, "hoa.lt").await;
        let draw = draw(6);
        let wrong = Failure::field("password", Fault::Credentials);
        let known = sign_in(&test.store, &draw, request("hoa.lt", PASSWORD, "văn phòng"), AT).await.unwrap();
        for _ in 0..3 {
            let failure = sign_in(&test.store, &draw, request("hoa.lt", "sai", "kẻ lạ"), AT).await.err();
            assert_eq!(failure, Some(wrong.clone()));
        }
        let slowed = sign_in(&test.store, &draw, request("hoa.lt", "sai", "kẻ lạ"), AT).await.err();
        assert_eq!(slowed, Some(Failure::TooManyAttempts { seconds: 2 }));
        // not even the right password shortens the wait; the wait grows
        assert!(sign_in(&test.store, &draw, request("hoa.lt", PASSWORD, "kẻ lạ"), AT + 1_999).await.is_err());
        let failure = sign_in(&test.store, &draw, request("hoa.lt", "sai", "kẻ lạ"), AT + 2_000).await.err();
        assert_eq!(failure, Some(wrong.clone()));
        let slowed = sign_in(&test.store, &draw, request("hoa.lt", "sai", "kẻ lạ"), AT + 2_000).await.err();
        assert_eq!(slowed, Some(Failure::TooManyAttempts { seconds: 4 }));
        // the owner, from elsewhere or from a browser that is known, comes in at once
        sign_in(&test.store, &draw, request("hoa.lt", PASSWORD, "nhà"), AT + 2_000).await.unwrap();
        let own = SignIn { device: Some(known.device.clone()), ..request("hoa.lt", PASSWORD, "kẻ lạ") };
        sign_in(&test.store, &draw, own, AT + 2_000).await.unwrap();
        // a login that does not exist answers the same
        let nobody = sign_in(&test.store, &draw, request("khong.co", "sai", "kẻ lạ"), AT).await.err();
        assert_eq!(nobody, Some(wrong));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_decides_needs_a_second_factor_and_no_code_works_twice() {
    for test in stores().await {
        province(&test).await;
        let (draw, keys) = (draw(7), TestSecrets::new(1));
        let id = account(&test, "hoa.lt").await;
        let grant =
            ProposeGrant {
                account_id: id, role: "checker".into(), decision: "1/QĐ".into(), ..ProposeGrant::default()
            };
        test.store
            .write(AT, |tx| Box::pin(async move { propose_grant(tx, &Actor::console(), grant).await }))
            .await
            .unwrap();

        let begun = sign_in(&test.store, &draw, request("hoa.lt", PASSWORD, "1"), AT).await.unwrap();
        assert_eq!(begun.next, Next::Enrol);
        let who = resumed(&test, &begun, AT).await.unwrap();
        assert_eq!((who.stage, who.actor.grants.len()), (Stage::Enrol, 0));
        let enrolment = enrol_second_factor::begin(&test.store, &keys, &draw, &who, AT).await.unwrap();
        let again = enrol_second_factor::begin(&test.store, &keys, &draw, &who, AT).await.unwrap();
        assert_eq!(enrolment.typed, again.typed, "reloading the page must not spoil a scanned code");
        let secret = registry::second_factor::secret_from_typed(&enrolment.typed).unwrap();
        let wrong = enrol_second_factor::finish(&test.store, &keys, &draw, &who, "000000", AT).await.err();
        assert_eq!(wrong, Some(Failure::field("code", Fault::Code)));
        let (codes, token) =
            enrol_second_factor::finish(&test.store, &keys, &draw, &who, &code_at(&secret, AT), AT).await.unwrap();
        let who = resume_session(&test.store, &token, AT).await.unwrap().unwrap();
        assert_eq!((who.stage, who.actor.grants.len()), (Stage::Full, 1));
        assert!(resumed(&test, &begun, AT).await.is_none(), "the token changes with the rights");

        // the code that enrolled is spent; the next one works once; a recovery code works once
        let later = AT + 30_000;
        let begun = sign_in(&test.store, &draw, request("hoa.lt", PASSWORD, "1"), later).await.unwrap();
        assert_eq!(begun.next, Next::SecondFactor);
        let half = resumed(&test, &begun, later).await.unwrap();
        assert_eq!((half.stage, half.actor.grants.len()), (Stage::Password, 0));
        let show = async |begun: &SignedIn, code: &str, at: i64| {
            show_second_factor(&test.store, &keys, &draw, (&begun.token, &begun.device), code, at).await
        };
        let spent = Some(Failure::field("code", Fault::Code));
        assert_eq!(show(&begun, &code_at(&secret, AT), later).await.err(), spent);
        show(&begun, &code_at(&secret, later), later).await.unwrap();
        let begun = sign_in(&test.store, &draw, request("hoa.lt", PASSWORD, "1"), later).await.unwrap();
        assert_eq!(show(&begun, &code_at(&secret, later), later).await.err(), spent);
        show(&begun, &codes[0], later).await.unwrap();
        let begun = sign_in(&test.store, &draw, request("hoa.lt", PASSWORD, "1"), later).await.unwrap();
        assert_eq!(show(&begun, &codes[0], later).await.err(), spent);
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(account::recovery_codes_left(&mut conn, id).await.unwrap(), codes.len() as i64 - 1);
        assert!(!session::of_account(&mut conn, id, 0).await.unwrap().is_empty());
    }
}

/// An account with a role and a second factor; its secret.
async fn with_role(test: &TestStore, login: &'static str, role: &'static str) -> (i64, Vec<u8>) {
    let (draw, keys) = (draw(11), TestSecrets::new(1));
    let id = account(test, login).await;
    let grant = ProposeGrant { account_id: id, role: role.into(), decision: "1/QĐ".into(), ..ProposeGrant::default() };
    let given = test.store.write(AT, |tx| Box::pin(async move { propose_grant(tx, &Actor::console(), grant).await }));
    given.await.unwrap();
    let begun = sign_in(&test.store, &draw, request(login, PASSWORD, "1"), AT).await.unwrap();
    let who = resumed(test, &begun, AT).await.unwrap();
    let enrolment = enrol_second_factor::begin(&test.store, &keys, &draw, &who, AT).await.unwrap();
    let secret = registry::second_factor::secret_from_typed(&enrolment.typed).unwrap();
    enrol_second_factor::finish(&test.store, &keys, &draw, &who, &code_at(&secret, AT), AT).await.unwrap();
    (id, secret.to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_an_account_new_keys_does_not_come_into_its_power() {
    for test in stores().await {
        province(&test).await;
        let (approver, _) = with_role(&test, "chi.lt", "approver").await;
        let operator = account(&test, "an.nv").await;
        let operator = Actor::account(
            operator,
            None,
            String::new(),
            vec![Grant { role: Role::SystemOperator, path: "/1/".into() }],
            Some(AT),
        );
        let link = Token::draw(&draw(12));
        let reset = link.clone();
        test.store
            .write(AT, move |tx| Box::pin(async move { reset_account(tx, &operator, approver, &reset).await }))
            .await
            .unwrap();
        activate_account(&test.store, &draw(13), &link, (PASSWORD.into(), PASSWORD.into()), AT).await.unwrap();
        let begun = sign_in(&test.store, &draw(14), request("chi.lt", PASSWORD, "1"), AT).await.unwrap();
        let who = resumed(&test, &begun, AT).await.unwrap();
        assert!(who.actor.grants.is_empty(), "{:?}", test.kind);
        let mut conn = test.store.read().await.unwrap();
        let held = grant::of_account(&mut conn, approver).await.unwrap();
        let states: Vec<&str> = held.iter().map(|grant| grant.state.as_str()).collect();
        assert_eq!(states, ["proposed", "ended"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_tried_at_once_count_as_many() {
    for test in stores().await {
        province(&test).await;
        with_role(&test, "chi.lt", "approver").await;
        let draw = draw(15);
        let begun = sign_in(&test.store, &draw, request("chi.lt", PASSWORD, "1"), AT + 60_000).await.unwrap();
        let keys = TestSecrets::new(1);
        let tries = (0..20).map(|_| {
            show_second_factor(&test.store, &keys, &draw, (&begun.token, &begun.device), "000000", AT + 60_000)
        });
        let answers: Vec<Option<Failure>> = join_all(tries).await.into_iter().map(Result::err).collect();
        let wrong = Some(Failure::field("code", Fault::Code));
        let tested = answers.iter().filter(|answer| **answer == wrong);
        assert_eq!(tested.count(), 3, "{answers:?} on {:?}", test.kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_password_on_many_logins_is_slowed_down() {
    for test in stores().await {
        let draw = draw(16);
        let guess = async |login: &str, host: u16| {
            sign_in(&test.store, &draw, request(login, "sai", &format!("2001:db8::{host}")), AT).await.err()
        };
        let wrong = Some(Failure::field("password", Fault::Credentials));
        assert_eq!(guess("nguoi1", 1).await, wrong);
        test.run(&["update attempt set failures = 99"]).await;
        assert_eq!(guess("nguoi2", 2).await, wrong);
        assert_eq!(guess("nguoi3", 3).await, Some(Failure::TooManyAttempts { seconds: 2 }));
        // another network is another source
        let elsewhere = request("nguoi3", "sai", "2001:db8:0:1::3");
        assert_eq!(sign_in(&test.store, &draw, elsewhere, AT).await.err(), wrong);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_browser_is_known_to_everybody_who_signed_in_there() {
    for test in stores().await {
        let (first, second) = (account(&test, "hoa.lt").await, account(&test, "nam.tv").await);
        let hash = Token::draw(&draw(17)).hash();
        let known = test.store.write(AT, move |tx| {
            Box::pin(async move {
                for id in [first, second] {
                    account::remember_device(tx.conn(), id, &hash, AT).await?;
                }
                let mut known = Vec::new();
                for id in [first, second] {
                    known.push(account::knows_device(tx.conn(), id, &hash).await?);
                }
                Ok::<_, Failure>(known)
            })
        });
        assert_eq!(known.await.unwrap(), [true, true]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_found_in_capitals_and_without_tones() {
    for test in stores().await {
        account(&test, "hoa.lt").await;
        let mut conn = test.store.read().await.unwrap();
        for (text, found) in [("LÊ THỊ HOA", 1), ("le thi", 1), ("HOA.", 1), ("hoa_lt", 0), ("%", 0), ("", 1)] {
            let (rows, _) = list_accounts(&mut conn, &Actor::console(), text, 1).await.unwrap();
            assert_eq!(rows.len(), found, "{text:?} on {:?}", test.kind);
        }
        let (none, more) = list_accounts(&mut conn, &Actor::console(), "", i64::MAX).await.unwrap();
        assert!(none.is_empty() && !more);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_withdrawn_but_nobody_ends_a_role_of_their_own() {
    for test in stores().await {
        let path = province(&test).await;
        let own = account(&test, "hoa.lt").await;
        let other = invite(&test.store, "lan.lt", Token::draw(&draw(9))).await;
        let grants = vec![Grant { role: Role::SystemOperator, path }];
        let operator = Actor::account(own, None, String::new(), grants, Some(AT));
        let propose = async |actor: Actor, account_id: i64| {
            let typed =
                ProposeGrant {
                    account_id, role: "checker".into(), decision: "1/QĐ".into(), ..ProposeGrant::default()
                };
            test.store
                .write(AT, move |tx| Box::pin(async move { propose_grant(tx, &actor, typed).await }))
                .await
                .unwrap()
        };
        let held = propose(Actor::console(), own).await;
        let proposed = propose(operator.clone(), other).await;
        let end = async |id: i64| {
            let mut conn = test.store.read().await.unwrap();
            let version = show_grant(&mut conn, &operator, id).await.unwrap().version;
            drop(conn);
            let actor = operator.clone();
            test.store
                .write(AT, move |tx| Box::pin(async move { end_grant(tx, &actor, id, version, "nhầm").await }))
                .await
        };
        assert_eq!(end(held).await, Err(Failure::Refused { why: Refusal::OwnAccount }));
        end(proposed).await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        for (id, state) in [(held, GrantState::InForce), (proposed, GrantState::Ended)] {
            assert_eq!(show_grant(&mut conn, &operator, id).await.unwrap().state, state);
        }
    }
}
